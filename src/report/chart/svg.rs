//! Writing SVG: escaping, numbers, elements. The same chart gives the same bytes.
//!
//! Elements carry classes of one or two letters and no colors of their own; [`style`] says what they mean. A picture in a
//! file has that style inside, a page has it once.

use super::palette::Ink;

/// A place in a picture: across and down, in points.
type Point = (f64, f64);

/// Type size of a picture in points.
const SIZE: f64 = 12.0;
const FAMILY: &str = "Noto Sans,Helvetica Neue,Helvetica,Arial,sans-serif";
/// Dashes of the series, so that they differ without color too.
const DASHES: [&str; 8] = ["", "7 3", "2 2.5", "9 3 2 3", "12 4", "4 2", "1.5 4", "12 3 3 3"];
/// Widths of lines in tenths of a point, and opacities of areas in hundredths, that have a class.
const WIDTHS: [u32; 3] = [12, 15, 20];
const OPACITIES: [u32; 6] = [16, 30, 46, 55, 75, 80];

/// The style sheet of pictures in light colors.
pub(crate) fn style() -> String {
    let mut style = format!(
        ".chart{{font-family:{FAMILY};font-size:{SIZE}px}}.chart path{{stroke-linejoin:round}}\n\
         .chart text{{fill:{}}}.chart .a{{text-anchor:middle}}.chart .e{{text-anchor:end}}.chart .b{{font-weight:700}}\n\
         .chart .T{{font-size:16px}}.chart .h{{paint-order:stroke;stroke:{};stroke-width:3}}.chart .q{{stroke-dasharray:3 3}}\n",
        Ink::Muted.colors()[0],
        Ink::Surface.colors()[0]
    );
    for ink in Ink::all() {
        let (name, color) = (ink.name(), ink.colors()[0]);
        style.push_str(&format!(
            ".chart .f{name}{{fill:{color}}}.chart .k{name}{{fill:none;stroke:{color}}}"
        ));
    }
    for (position, dashes) in DASHES.iter().enumerate().skip(1) {
        style.push_str(&format!(".chart .d{position}{{stroke-dasharray:{dashes}}}"));
    }
    style.push('\n');
    for width in WIDTHS {
        style.push_str(&format!(
            ".chart .w{width}{{stroke-width:{}}}",
            number(i64::from(width))
        ));
    }
    for opacity in OPACITIES {
        style.push_str(&format!(".chart .o{opacity}{{fill-opacity:.{opacity}}}"));
    }
    style.push_str(
        "\n.chart .p{stroke-width:5.6;stroke-linecap:round}.chart .K{fill:#000}.chart .W{fill:#fff}\n",
    );
    style
}

/// Text that is safe in an XML or HTML text and in a double-quoted attribute, on one line, without characters that XML
/// forbids and without those that reorder the line beyond its own words.
pub(crate) fn markup(text: &str) -> String {
    let text: String = text
        .chars()
        .map(|character| match character {
            '\n' | '\r' | '\t' | '\u{2028}' | '\u{2029}' => ' ',
            '\u{fffe}' | '\u{ffff}' => '\u{fffd}',
            other => other,
        })
        .collect();
    let mut safe = String::with_capacity(text.len());
    for character in crate::report::escape(&text).chars() {
        match character {
            '&' => safe.push_str("&amp;"),
            '<' => safe.push_str("&lt;"),
            '>' => safe.push_str("&gt;"),
            '"' => safe.push_str("&quot;"),
            '\'' => safe.push_str("&#39;"),
            other => safe.push(other),
        }
    }
    safe
}

/// A coordinate in tenths of a point, below which print shows nothing; what is not finite stands at 0.
fn tenths(value: f64) -> i64 {
    let value = if value.is_finite() { value } else { 0.0 };
    libm::round(value.clamp(-1e6, 1e6) * 10.0) as i64
}

/// Tenths as the shortest decimal: `12.5`, `-.3`, `0`.
fn number(tenths: i64) -> String {
    let (whole, rest) = (tenths.unsigned_abs() / 10, tenths.unsigned_abs() % 10);
    let sign = if tenths < 0 { "-" } else { "" };
    match (whole, rest) {
        (whole, 0) => format!("{sign}{whole}"),
        (0, rest) => format!("{sign}.{rest}"),
        (whole, rest) => format!("{sign}{whole}.{rest}"),
    }
}

/// A coordinate with at most one decimal.
fn coordinate(value: f64) -> String {
    number(tenths(value))
}

/// Coordinates in a row, as an attribute.
fn coordinates(values: &[f64]) -> String {
    let texts: Vec<String> = values.iter().map(|value| coordinate(*value)).collect();
    texts.join(" ")
}

/// Where a text is anchored.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Anchor {
    /// Its start.
    Start,
    /// Its middle.
    Middle,
    /// Its end.
    End,
}

/// How a text looks.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Type {
    /// Size in points.
    pub(super) size: f64,
    /// Whether it is bold.
    pub(super) bold: bool,
    /// Color.
    ink: Ink,
    /// Whether an edge in the color of the background keeps it readable on marks.
    edge: bool,
}

impl Type {
    /// Numbers and names beside marks.
    pub(super) const LABEL: Self = Self::new(SIZE, false, Ink::Text);
    /// Numbers along an axis.
    pub(super) const TICK: Self = Self::new(SIZE, false, Ink::Muted);
    /// Names of axes, legends, remarks.
    pub(super) const AXIS: Self = Self::new(SIZE, false, Ink::Text);
    /// Headings of groups of rows.
    pub(super) const GROUP: Self = Self::new(SIZE, true, Ink::Text);
    /// Title of the picture.
    pub(super) const TITLE: Self = Self::new(16.0, true, Ink::Text);

    const fn new(size: f64, bold: bool, ink: Ink) -> Self {
        Self {
            size,
            bold,
            ink,
            edge: false,
        }
    }

    /// The same with an edge.
    pub(super) const fn on_marks(self) -> Self {
        Self { edge: true, ..self }
    }
}

/// How a line looks.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Stroke {
    ink: Ink,
    /// Width in tenths of a point: 10, or one that has a class.
    width: u32,
    /// Class of the dashes; empty for a solid line.
    dashes: &'static str,
}

impl Stroke {
    /// A solid line; the width in tenths of a point.
    pub(super) const fn solid(ink: Ink, width: u32) -> Self {
        Self {
            ink,
            width,
            dashes: "",
        }
    }

    /// A line of small dashes.
    pub(super) const fn dashed(ink: Ink) -> Self {
        Self {
            ink,
            width: 10,
            dashes: " q",
        }
    }

    /// The line of a series: color and dashes.
    pub(super) fn series(position: usize) -> Self {
        const CLASSES: [&str; 8] = ["", " d1", " d2", " d3", " d4", " d5", " d6", " d7"];
        Self {
            ink: Ink::Series(position),
            width: 20,
            dashes: CLASSES[position % CLASSES.len()],
        }
    }

    fn classes(self) -> String {
        let width = if self.width == 10 {
            String::new()
        } else {
            format!(" w{}", self.width)
        };
        format!("k{}{width}{}", self.ink.name(), self.dashes)
    }
}

/// A picture under construction. Marks that stand for data are the elements in groups of the class `marks`.
#[derive(Debug)]
pub(super) struct Picture {
    /// Width in points.
    pub(super) width: f64,
    /// Height in points.
    pub(super) height: f64,
    /// Height of the title block at the top, which a page cuts off because it shows the title itself.
    pub(super) head: f64,
    /// Where the rows of the chart's table stand: across, down, or both.
    pub(super) stops: [Vec<f64>; 2],
    body: String,
    in_marks: bool,
}

impl Picture {
    pub(super) fn new(width: f64) -> Self {
        Self {
            width,
            height: 0.0,
            head: 0.0,
            stops: [Vec::new(), Vec::new()],
            body: String::new(),
            in_marks: false,
        }
    }

    fn marks(&mut self, wanted: bool) {
        if wanted != self.in_marks {
            self.body
                .push_str(if wanted { "<g class=\"marks\">" } else { "</g>\n" });
            self.in_marks = wanted;
        }
    }

    /// Straight lines of one look that are no data: grid, ticks, axes.
    pub(super) fn lines(&mut self, lines: &[(Point, Point)], stroke: Stroke) {
        if lines.is_empty() {
            return;
        }
        let path: String = lines.iter().map(|(from, to)| path(&[*from, *to])).collect();
        self.marks(false);
        self.body
            .push_str(&format!("<path class=\"{}\" d=\"{path}\"/>\n", stroke.classes()));
    }

    pub(super) fn line(&mut self, from: (f64, f64), to: (f64, f64), stroke: Stroke) {
        self.lines(&[(from, to)], stroke);
    }

    fn mark(&mut self, element: &str) {
        self.marks(true);
        self.body.push_str(element);
    }

    /// A line that stands for data.
    pub(super) fn curve(&mut self, points: &[(f64, f64)], stroke: Stroke) {
        if points.len() >= 2 {
            self.mark(&format!(
                "<path class=\"{}\" d=\"{}\"/>",
                stroke.classes(),
                path(points)
            ));
        }
    }

    fn filled(&mut self, outline: &[(f64, f64)], ink: Ink, opacity: u32) {
        let opacity = if opacity == 100 {
            String::new()
        } else {
            format!(" o{opacity}")
        };
        self.mark(&format!(
            "<path class=\"f{}{opacity}\" d=\"{}z\"/>",
            ink.name(),
            path(outline)
        ));
    }

    /// The area between a lower and an upper line; the opacity in hundredths, here and below.
    pub(super) fn band(&mut self, lower: &[(f64, f64)], upper: &[(f64, f64)], ink: Ink, opacity: u32) {
        if lower.len() < 2 || lower.len() != upper.len() {
            return;
        }
        let mut outline = lower.to_vec();
        outline.extend(upper.iter().rev());
        self.filled(&outline, ink, opacity);
    }

    pub(super) fn rectangle(&mut self, corner: (f64, f64), size: (f64, f64), ink: Ink, opacity: u32) {
        self.filled(&corners(corner, size), ink, opacity);
    }

    /// A rectangle in a color that no style sheet changes.
    pub(super) fn tile(&mut self, corner: (f64, f64), size: (f64, f64), color: &str) {
        self.mark(&format!(
            "<path fill=\"{color}\" d=\"{}z\"/>",
            path(&corners(corner, size))
        ));
    }

    /// Small filled dots.
    pub(super) fn dots(&mut self, centers: &[(f64, f64)], ink: Ink) {
        if centers.is_empty() {
            return;
        }
        // Lines of almost no length with round ends: a fifth of the bytes of circles.
        let path: String = centers
            .iter()
            .map(|center| format!("{}h.1", path(&[*center])))
            .collect();
        self.mark(&format!("<path class=\"k{} p\" d=\"{path}\"/>", ink.name()));
    }

    /// A filled dot, or a ring when `hollow`.
    pub(super) fn dot(&mut self, center: (f64, f64), radius: f64, ink: Ink, hollow: bool) {
        let classes = if hollow {
            // `k` rules make the inside transparent, so the surface is drawn first.
            self.dot(center, radius, Ink::Surface, false);
            Stroke::solid(ink, 15).classes()
        } else {
            format!("f{}", ink.name())
        };
        self.mark(&format!(
            "<circle class=\"{classes}\" cx=\"{}\" cy=\"{}\" r=\"{}\"/>",
            coordinate(center.0),
            coordinate(center.1),
            coordinate(radius)
        ));
    }

    pub(super) fn text(&mut self, at: (f64, f64), anchor: Anchor, style: Type, text: &str) {
        let mut classes = Vec::new();
        if style.ink != Ink::Muted {
            classes.push(format!("f{}", style.ink.name()));
        }
        let flags = [
            ("a", anchor == Anchor::Middle),
            ("e", anchor == Anchor::End),
            ("b", style.bold),
            ("T", style.size > SIZE),
            ("h", style.edge),
        ];
        classes.extend(
            flags
                .into_iter()
                .filter(|(_, set)| *set)
                .map(|(class, _)| class.to_owned()),
        );
        let class = if classes.is_empty() {
            String::new()
        } else {
            format!(" class=\"{}\"", classes.join(" "))
        };
        self.write_text(at, &class, text);
    }

    /// Centered text in a color that no style sheet changes: on a tile.
    pub(super) fn tile_text(&mut self, at: (f64, f64), dark: bool, text: &str) {
        self.write_text(at, if dark { " class=\"a K\"" } else { " class=\"a W\"" }, text);
    }

    fn write_text(&mut self, at: (f64, f64), class: &str, text: &str) {
        self.marks(false);
        self.body.push_str(&format!(
            "<text{class} x=\"{}\" y=\"{}\">{}</text>\n",
            coordinate(at.0),
            coordinate(at.1),
            markup(text)
        ));
    }

    /// What stands in the picture.
    pub(super) fn body(&mut self) -> &str {
        self.marks(false);
        &self.body
    }

    /// A document of its own, with what another picture shows below it.
    pub(super) fn document(mut self, title: &str, description: &str, mut below: Self) -> String {
        let (width, height) = (coordinate(self.width), coordinate(self.height + below.height));
        let end = coordinate(self.height);
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"chart\" width=\"{width}\" height=\"{height}\" \
             viewBox=\"0 0 {width} {height}\" role=\"img\">\n<title>{}</title>\n<desc>{}</desc>\n<style>{}</style>\n\
             <rect class=\"fs\" width=\"{width}\" height=\"{height}\"/>\n{}<g transform=\"translate(0 {})\">{}</g>\n</svg>\n",
            markup(title),
            markup(description),
            style(),
            self.body(),
            end,
            below.body()
        )
    }

    /// An element of a page, without the title block. `data-head` is the height of that block, `data-x` and `data-y` are where
    /// the rows of the chart's table stand.
    pub(super) fn element(mut self, class: &str, labels: &str) -> String {
        let [across, down] = &self.stops;
        let mut data = String::new();
        for (name, values) in [("x", across), ("y", down)] {
            if !values.is_empty() {
                data.push_str(&format!(" data-{name}=\"{}\"", coordinates(values)));
            }
        }
        let (width, head) = (coordinate(self.width), coordinate(self.head));
        let height = number(tenths(self.height) - tenths(self.head));
        format!(
            "<svg class=\"chart {class}\" viewBox=\"0 {head} {width} {height}\" data-head=\"{head}\"{data} role=\"img\"{labels}>{}</svg>\n",
            unquoted(self.body())
        )
    }
}

/// The markup without quotation marks where HTML, unlike XML, needs none. Quotation marks of texts are written as entities.
fn unquoted(markup: &str) -> String {
    let mut text = String::with_capacity(markup.len());
    let mut rest = markup;
    while let Some((before, (value, after))) = rest
        .split_once("=\"")
        .and_then(|(before, opened)| Some((before, opened.split_once('"')?)))
    {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'#' | b'.' | b'-');
        let bare = !value.is_empty() && value.bytes().all(plain) && after.starts_with([' ', '>']);
        let mark = if bare { "" } else { "\"" };
        text.push_str(&format!("{before}={mark}{value}{mark}"));
        rest = after;
    }
    text.push_str(rest);
    text
}

fn corners((left, top): (f64, f64), (width, height): (f64, f64)) -> [(f64, f64); 4] {
    let (right, bottom) = (left + width.max(0.0), top + height.max(0.0));
    [(left, top), (right, top), (right, bottom), (left, bottom)]
}

/// A line through points: the first absolute, the others as steps, which are shorter. Steps lie between rounded places, so
/// that roundings do not add up.
fn path(points: &[(f64, f64)]) -> String {
    let mut text = String::new();
    let mut last = (0, 0);
    for (position, (x, y)) in points.iter().enumerate() {
        let place = (tenths(*x), tenths(*y));
        let (across, down) = if position == 0 {
            place
        } else {
            (place.0 - last.0, place.1 - last.1)
        };
        let step = if position == 0 {
            format!("M{}{}", number(across), second(down))
        } else if down == 0 {
            format!("h{}", number(across))
        } else if across == 0 {
            format!("v{}", number(down))
        } else {
            format!("l{}{}", number(across), second(down))
        };
        text.push_str(&step);
        last = place;
    }
    text
}

/// A number after another one: a minus separates as well as a space.
fn second(tenths: i64) -> String {
    if tenths < 0 {
        number(tenths)
    } else {
        format!(" {}", number(tenths))
    }
}

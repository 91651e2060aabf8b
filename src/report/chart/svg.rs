//! Writing SVG: escaping, numbers, elements. The same chart gives the same bytes.

use super::palette::Ink;

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

/// A coordinate with at most one decimal: a tenth of a point is below what print shows.
pub(super) fn coordinate(value: f64) -> String {
    let value = if value.is_finite() {
        value.clamp(-1e6, 1e6)
    } else {
        0.0
    };
    let text = format!("{value:.1}");
    let text = text.strip_suffix(".0").unwrap_or(&text);
    if text == "-0" {
        "0".to_owned()
    } else {
        text.to_owned()
    }
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
    pub(super) ink: Ink,
    /// Whether an edge in the color of the background keeps it readable on marks.
    pub(super) edge: bool,
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
    /// Color.
    pub(super) ink: Ink,
    /// Width in points.
    pub(super) width: f64,
    /// Lengths of dashes and gaps; empty for a solid line.
    pub(super) dashes: &'static str,
}

impl Stroke {
    /// A solid line.
    pub(super) const fn solid(ink: Ink, width: f64) -> Self {
        Self {
            ink,
            width,
            dashes: "",
        }
    }

    /// The line of a series: color and dashes, so that series differ without color too.
    pub(super) fn series(position: usize) -> Self {
        const DASHES: [&str; 8] = ["", "7 3", "2 2.5", "9 3 2 3", "12 4", "4 2", "1.5 4", "12 3 3 3"];
        Self {
            ink: Ink::Series(position),
            width: 2.0,
            dashes: DASHES[position % DASHES.len()],
        }
    }

    fn attributes(self) -> String {
        let (class, color) = self.ink.class_and_color();
        let dashes = if self.dashes.is_empty() {
            String::new()
        } else {
            format!(r#" stroke-dasharray="{}""#, self.dashes)
        };
        format!(
            r#"class="k-{class}" fill="none" stroke="{color}" stroke-width="{}"{dashes}"#,
            self.width
        )
    }
}

/// A picture under construction. Marks that stand for data carry the class `mark`.
#[derive(Debug)]
pub(super) struct Picture {
    /// Title and description for readers who do not see the picture.
    pub(super) title: String,
    pub(super) description: String,
    /// Width in points.
    pub(super) width: f64,
    /// Height in points.
    pub(super) height: f64,
    /// Height of the title block at the top.
    pub(super) head: f64,
    body: String,
}

impl Picture {
    pub(super) fn new(title: &str, description: &str, width: f64) -> Self {
        Self {
            title: title.to_owned(),
            description: description.to_owned(),
            width,
            height: 0.0,
            head: 0.0,
            body: String::new(),
        }
    }

    pub(super) fn line(&mut self, from: (f64, f64), to: (f64, f64), stroke: Stroke) {
        self.body.push_str(&format!(
            r#"<path d="M{} {}L{} {}" {}/>"#,
            coordinate(from.0),
            coordinate(from.1),
            coordinate(to.0),
            coordinate(to.1),
            stroke.attributes()
        ));
        self.body.push('\n');
    }

    /// A line that stands for data.
    pub(super) fn curve(&mut self, points: &[(f64, f64)], stroke: Stroke) {
        if points.len() < 2 {
            return;
        }
        let attributes = stroke.attributes().replacen("class=\"", "class=\"mark ", 1);
        self.body.push_str(&format!(
            r#"<path d="{}" {attributes} stroke-linejoin="round"/>"#,
            path(points)
        ));
        self.body.push('\n');
    }

    /// The area between a lower and an upper line.
    pub(super) fn band(&mut self, lower: &[(f64, f64)], upper: &[(f64, f64)], ink: Ink, opacity: f64) {
        if lower.len() < 2 || lower.len() != upper.len() {
            return;
        }
        let mut outline = lower.to_vec();
        outline.extend(upper.iter().rev());
        let (class, color) = ink.class_and_color();
        self.body.push_str(&format!(
            r#"<path d="{}Z" class="mark f-{class}" fill="{color}" fill-opacity="{opacity}"/>"#,
            path(&outline)
        ));
        self.body.push('\n');
    }

    pub(super) fn rectangle(&mut self, corner: (f64, f64), size: (f64, f64), ink: Ink, opacity: f64) {
        let (class, color) = ink.class_and_color();
        self.body.push_str(&format!(
            r#"<rect x="{}" y="{}" width="{}" height="{}" class="mark f-{class}" fill="{color}""#,
            coordinate(corner.0),
            coordinate(corner.1),
            coordinate(size.0.max(0.0)),
            coordinate(size.1.max(0.0))
        ));
        if opacity < 1.0 {
            self.body.push_str(&format!(r#" fill-opacity="{opacity}""#));
        }
        self.body.push_str("/>\n");
    }

    /// A rectangle in a color that no style sheet changes.
    pub(super) fn tile(&mut self, corner: (f64, f64), size: (f64, f64), color: &str) {
        self.body.push_str(&format!(
            r#"<rect x="{}" y="{}" width="{}" height="{}" class="mark" fill="{color}"/>"#,
            coordinate(corner.0),
            coordinate(corner.1),
            coordinate(size.0.max(0.0)),
            coordinate(size.1.max(0.0))
        ));
        self.body.push('\n');
    }

    /// A filled dot, or a ring when `hollow`.
    pub(super) fn dot(&mut self, center: (f64, f64), radius: f64, ink: Ink, hollow: bool) {
        let (class, color) = ink.class_and_color();
        let (surface, white) = Ink::Surface.class_and_color();
        let paint = if hollow {
            format!(
                r#"class="mark f-{surface} k-{class}" fill="{white}" stroke="{color}" stroke-width="1.5""#
            )
        } else {
            format!(r#"class="mark f-{class}" fill="{color}""#)
        };
        self.body.push_str(&format!(
            r#"<circle cx="{}" cy="{}" r="{radius}" {paint}/>"#,
            coordinate(center.0),
            coordinate(center.1)
        ));
        self.body.push('\n');
    }

    pub(super) fn text(&mut self, at: (f64, f64), anchor: Anchor, style: Type, text: &str) {
        let (class, color) = style.ink.class_and_color();
        self.painted_text(at, anchor, style, (&format!("f-{class}"), color), text);
    }

    /// Text in a color that no style sheet changes.
    pub(super) fn fixed_text(&mut self, at: (f64, f64), style: Type, color: &str, text: &str) {
        self.painted_text(at, Anchor::Middle, style, ("", color), text);
    }

    fn painted_text(
        &mut self,
        at: (f64, f64),
        anchor: Anchor,
        style: Type,
        (class, color): (&str, &str),
        text: &str,
    ) {
        let (surface, white) = Ink::Surface.class_and_color();
        let (edge_class, edge) = if style.edge {
            (
                format!("k-{surface} "),
                format!(r#" stroke="{white}" stroke-width="3" stroke-linejoin="round" paint-order="stroke""#),
            )
        } else {
            (String::new(), String::new())
        };
        let class = if class.is_empty() {
            String::new()
        } else {
            format!(r#" class="{edge_class}{class}""#)
        };
        let anchor = match anchor {
            Anchor::Start => "",
            Anchor::Middle => r#" text-anchor="middle""#,
            Anchor::End => r#" text-anchor="end""#,
        };
        let size = if style.size == SIZE {
            String::new()
        } else {
            format!(r#" font-size="{}""#, style.size)
        };
        let weight = if style.bold { r#" font-weight="700""# } else { "" };
        self.body.push_str(&format!(
            r#"<text x="{}" y="{}"{class} fill="{color}"{size}{anchor}{weight}{edge}>{}</text>"#,
            coordinate(at.0),
            coordinate(at.1),
            markup(text)
        ));
        self.body.push('\n');
    }

    /// A document of its own.
    pub(super) fn document(&self) -> String {
        let (width, height) = (coordinate(self.width), coordinate(self.height));
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" \
             viewBox=\"0 0 {width} {height}\" font-family=\"{FAMILY}\" font-size=\"{SIZE}\" role=\"img\">\n<title>{}</title>\n\
             <desc>{}</desc>\n<rect width=\"{width}\" height=\"{height}\" class=\"f-surface\" \
             fill=\"#ffffff\"/>\n{}</svg>\n",
            markup(&self.title),
            markup(&self.description),
            self.body
        )
    }

    /// An element of a page, without the title block and the background. `data-full` is the view box with the title.
    pub(super) fn element(&self) -> String {
        let (width, height, head) = (
            coordinate(self.width),
            coordinate(self.height),
            coordinate(self.head),
        );
        format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 {head} {width} {}\" \
             data-full=\"0 0 {width} {height}\" font-family=\"{FAMILY}\" font-size=\"{SIZE}\" role=\"img\" aria-label=\"{}\">\n{}</svg>",
            coordinate(self.height - self.head),
            markup(&self.description),
            self.body
        )
    }
}

/// Type size of a picture where a text says nothing else.
const SIZE: f64 = 12.0;
const FAMILY: &str = "Noto Sans, Helvetica Neue, Helvetica, Arial, sans-serif";

fn path(points: &[(f64, f64)]) -> String {
    let mut text = String::new();
    for (position, (x, y)) in points.iter().enumerate() {
        text.push(if position == 0 { 'M' } else { 'L' });
        text.push_str(&coordinate(*x));
        text.push(' ');
        text.push_str(&coordinate(*y));
    }
    text
}

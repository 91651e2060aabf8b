//! From charts to pictures: one function per kind, over a few shared parts (title, legend, plane, rows).

use super::{
    Axis, Bars, Boxes, Chart, Colors, Data, Fan, Frontier, HeatMap, Intervals, Lines, Point, Quantiles,
    Reference, Tornado,
    palette::{DIVERGING, Ink, SEQUENTIAL, color},
    scale::{Scale, text_width, wrap},
    svg::{Anchor, Picture, Stroke, Type},
};

/// Width of every picture in points: 20 cm on paper at 96 points an inch.
const WIDTH: f64 = 760.0;
/// Free space at both sides.
const SIDE: f64 = 12.0;
/// Height of the plane of curves.
const PLANE_HEIGHT: f64 = 300.0;
/// Opacity of the 90 % and of the 50 % band.
const BANDS: [f64; 2] = [0.16, 0.30];

/// Draws a chart.
pub(super) fn picture(chart: &Chart) -> Picture {
    let mut picture = Picture::new(&chart.title, &chart.description, WIDTH);
    let mut top = SIDE;
    for line in wrap(&chart.title, WIDTH - 2.0 * SIDE, Type::TITLE, 2) {
        picture.text((SIDE, top + 16.0), Anchor::Start, Type::TITLE, &line);
        top += 22.0;
    }
    picture.head = top;
    let top = top + 6.0;
    let bottom = match &chart.data {
        Data::Fan(fan) => draw_fan(&mut picture, top, fan),
        Data::Lines(lines) => draw_lines(&mut picture, top, lines),
        Data::Intervals(intervals) => draw_intervals(&mut picture, top, intervals),
        Data::Bars(bars) => draw_bars(&mut picture, top, bars),
        Data::Tornado(tornado) => draw_tornado(&mut picture, top, tornado),
        Data::HeatMap(map) => draw_heat_map(&mut picture, top, map),
        Data::Frontier(frontier) => draw_frontier(&mut picture, top, frontier),
        Data::Boxes(boxes) => draw_boxes(&mut picture, top, boxes),
    };
    picture.height = bottom + SIDE;
    picture
}

// Legend.

/// What stands before a name in a legend.
enum Sample {
    Line(Stroke),
    Block(Ink, f64),
    Dot(Ink, bool),
}

/// Draws legend entries in rows from `top`; returns where they end.
fn legend(picture: &mut Picture, top: f64, entries: &[(Sample, String)]) -> f64 {
    let (mut x, mut y) = (SIDE, top);
    for (sample, name) in entries {
        let name = wrap(name, 260.0, Type::AXIS, 1).pop().unwrap_or_default();
        let width = 28.0 + text_width(&name, Type::AXIS) + 18.0;
        if x > SIDE && x + width > WIDTH - SIDE {
            x = SIDE;
            y += 19.0;
        }
        let middle = y + 9.0;
        match sample {
            Sample::Line(stroke) => picture.line((x, middle), (x + 22.0, middle), *stroke),
            Sample::Block(ink, opacity) => {
                picture.rectangle((x, middle - 5.5), (22.0, 11.0), *ink, *opacity);
            }
            Sample::Dot(ink, hollow) => picture.dot((x + 11.0, middle), 4.0, *ink, *hollow),
        }
        picture.text((x + 28.0, middle + 4.0), Anchor::Start, Type::AXIS, &name);
        x += width;
    }
    if entries.is_empty() { top } else { y + 24.0 }
}

// Planes: two numeric axes.

struct Plane {
    x: Scale,
    y: Scale,
    left: f64,
    bottom: f64,
}

impl Plane {
    fn place(&self, point: Point) -> Option<(f64, f64)> {
        (point.x.is_finite() && point.y.is_finite()).then(|| (self.x.place(point.x), self.y.place(point.y)))
    }

    fn places(&self, points: impl IntoIterator<Item = Point>) -> Vec<(f64, f64)> {
        points.into_iter().filter_map(|point| self.place(point)).collect()
    }
}

/// Draws axes, grid and reference lines around the given values.
fn plane(
    picture: &mut Picture,
    top: f64,
    axes: (&Axis, &Axis),
    xs: Vec<f64>,
    ys: Vec<f64>,
    references: &[Reference],
    room: f64,
) -> Plane {
    let (x_axis, y_axis) = axes;
    picture.text(
        (SIDE, top + 11.0),
        Anchor::Start,
        Type::AXIS,
        &one_line(&y_axis.heading(), WIDTH - 2.0 * SIDE),
    );
    let top = top + 26.0;
    let bottom = top + PLANE_HEIGHT;
    let ys = ys
        .into_iter()
        .chain(references.iter().map(|reference| reference.value));
    let (y, ticks) = Scale::nice(ys, [bottom, top], 5);
    let labels = ticks.labels(y_axis.format);
    let widest = labels
        .iter()
        .map(|(_, label)| text_width(label, Type::TICK))
        .fold(0.0, f64::max);
    let left = SIDE + widest + 8.0;
    let right = WIDTH - SIDE - room;
    for (value, label) in &labels {
        let at = libm::round(y.place(*value)) + 0.5;
        picture.line((left, at), (right, at), Stroke::solid(Ink::Grid, 1.0));
        picture.text((left - 8.0, at + 4.0), Anchor::End, Type::TICK, label);
    }
    let across = [left + 10.0, right - 10.0];
    let (x, labels) = if x_axis.logarithmic {
        Scale::logarithmic(xs, across, 8, x_axis.format)
    } else {
        let (x, ticks) = Scale::tight(xs, across, 8);
        (x, ticks.labels(x_axis.format))
    };
    let mut last_end = f64::NEG_INFINITY;
    for (value, label) in labels {
        let at = x.place(value);
        let half = text_width(&label, Type::TICK) / 2.0;
        picture.line((at, bottom), (at, bottom + 5.0), Stroke::solid(Ink::Line, 1.0));
        if at - half > last_end + 6.0 {
            picture.text((at, bottom + 19.0), Anchor::Middle, Type::TICK, &label);
            last_end = at + half;
        }
    }
    picture.line(
        (left, bottom + 0.5),
        (right, bottom + 0.5),
        Stroke::solid(Ink::Line, 1.0),
    );
    for reference in references.iter().filter(|reference| reference.value.is_finite()) {
        let at = libm::round(y.place(reference.value)) + 0.5;
        picture.line((left, at), (right, at), Stroke::solid(Ink::Line, 1.5));
    }
    picture.text(
        ((left + right) / 2.0, bottom + 38.0),
        Anchor::Middle,
        Type::AXIS,
        &one_line(&x_axis.heading(), right - left),
    );
    Plane {
        x,
        y,
        left,
        bottom: bottom + 44.0,
    }
}

/// Labels of reference lines, drawn last so that they stand above the marks.
fn reference_labels(picture: &mut Picture, plane: &Plane, references: &[Reference]) {
    for reference in references.iter().filter(|reference| reference.value.is_finite()) {
        picture.text(
            (plane.left + 6.0, plane.y.place(reference.value) - 5.0),
            Anchor::Start,
            Type::TICK.on_marks(),
            &one_line(&reference.label, 300.0),
        );
    }
}

fn one_line(text: &str, width: f64) -> String {
    wrap(text, width, Type::AXIS, 1).pop().unwrap_or_default()
}

fn draw_fan(picture: &mut Picture, top: f64, fan: &Fan) -> f64 {
    let mut entries = Vec::new();
    for (position, series) in fan.series.iter().enumerate() {
        entries.push((Sample::Line(Stroke::series(position)), series.name.clone()));
    }
    let ink = if fan.series.len() == 1 {
        Ink::Series(0)
    } else {
        Ink::Muted
    };
    entries.push((Sample::Block(ink, BANDS[0] + BANDS[1]), "50 % band".to_owned()));
    entries.push((Sample::Block(ink, BANDS[0]), "90 % band".to_owned()));
    if fan.series.iter().any(|series| !series.observed.is_empty()) {
        entries.push((Sample::Dot(ink, false), "observed".to_owned()));
    }
    let top = legend(picture, top, &entries);
    let (mut xs, mut ys) = (Vec::new(), Vec::new());
    for series in &fan.series {
        for point in &series.observed {
            xs.push(point.x);
            ys.push(point.y);
        }
        for point in &series.projected {
            xs.push(point.x);
            ys.extend(point.quantiles);
        }
    }
    let plane = plane(picture, top, (&fan.x, &fan.y), xs, ys, &fan.references, 0.0);
    let joined: Vec<_> = fan.series.iter().map(|series| fan.joined(series)).collect();
    let quantile = |position: usize, index: usize| {
        plane.places(
            joined[position]
                .iter()
                .filter(|point| point.quantiles.iter().all(|value| value.is_finite()))
                .map(|point| Point {
                    x: point.x,
                    y: point.quantiles[index],
                }),
        )
    };
    for position in 0..fan.series.len() {
        for (outer, opacity) in BANDS.into_iter().enumerate() {
            picture.band(
                &quantile(position, outer),
                &quantile(position, 4 - outer),
                Ink::Series(position),
                opacity,
            );
        }
    }
    for (position, series) in fan.series.iter().enumerate() {
        picture.curve(&quantile(position, 2), Stroke::series(position));
        let observed = plane.places(series.observed.iter().copied());
        picture.curve(&observed, Stroke::solid(Ink::Series(position), 1.2));
        for point in observed {
            picture.dot(point, 2.8, Ink::Series(position), false);
        }
    }
    reference_labels(picture, &plane, &fan.references);
    plane.bottom
}

fn draw_lines(picture: &mut Picture, top: f64, lines: &Lines) -> f64 {
    let mut entries: Vec<(Sample, String)> = lines
        .series
        .iter()
        .enumerate()
        .map(|(position, series)| (Sample::Line(Stroke::series(position)), series.name.clone()))
        .collect();
    let points = || lines.series.iter().flat_map(|series| &series.points);
    if points().any(|point| point.interval.is_some()) {
        let ink = if lines.series.len() == 1 {
            Ink::Series(0)
        } else {
            Ink::Muted
        };
        entries.push((
            Sample::Block(ink, BANDS[0]),
            format!("{} % interval", lines.coverage),
        ));
    } else if entries.len() == 1 {
        // One curve is named by the title and the axis.
        entries.clear();
    }
    let top = legend(picture, top, &entries);
    let xs = points().map(|point| point.x).collect();
    let ys = points()
        .flat_map(|point| [point.y].into_iter().chain(point.interval.into_iter().flatten()))
        .collect();
    let plane = plane(picture, top, (&lines.x, &lines.y), xs, ys, &lines.references, 0.0);
    for (position, series) in lines.series.iter().enumerate() {
        let end = |index: usize| {
            plane.places(series.points.iter().filter_map(|point| {
                let interval = point
                    .interval
                    .filter(|interval| interval.iter().all(|end| end.is_finite()))?;
                Some(Point {
                    x: point.x,
                    y: interval[index],
                })
            }))
        };
        picture.band(&end(0), &end(1), Ink::Series(position), BANDS[0]);
    }
    for (position, series) in lines.series.iter().enumerate() {
        let places = plane.places(series.points.iter().map(|point| Point {
            x: point.x,
            y: point.y,
        }));
        picture.curve(&places, Stroke::series(position));
        if places.len() <= 12 {
            for place in places {
                picture.dot(place, 2.8, Ink::Series(position), false);
            }
        }
    }
    reference_labels(picture, &plane, &lines.references);
    plane.bottom
}

fn draw_frontier(picture: &mut Picture, top: f64, frontier: &Frontier) -> f64 {
    let top = legend(
        picture,
        top,
        &[
            (Sample::Dot(Ink::Series(0), false), "efficient".to_owned()),
            (Sample::Dot(Ink::Series(6), true), "dominated".to_owned()),
            (
                Sample::Line(Stroke::solid(Ink::Series(0), 1.0)),
                "90 % intervals".to_owned(),
            ),
        ],
    );
    let interval =
        |value: f64, interval: Option<[f64; 2]>| [value].into_iter().chain(interval.into_iter().flatten());
    let xs = frontier
        .options
        .iter()
        .flat_map(|option| interval(option.cost, option.cost_interval))
        .collect();
    let ys = frontier
        .options
        .iter()
        .flat_map(|option| interval(option.effect, option.effect_interval))
        .collect();
    let plane = plane(
        picture,
        top,
        (&frontier.cost, &frontier.effect),
        xs,
        ys,
        &[],
        40.0,
    );
    for option in &frontier.options {
        let ink = if option.efficient {
            Ink::Series(0)
        } else {
            Ink::Series(6)
        };
        let thin = Stroke::solid(ink, 1.0);
        let ends = |ends: [Point; 2]| match ends.map(|point| plane.place(point)) {
            [Some(from), Some(to)] => Some((from, to)),
            _ => None,
        };
        let across = option
            .cost_interval
            .and_then(|interval| ends(interval.map(|x| Point { x, y: option.effect })));
        let upward = option
            .effect_interval
            .and_then(|interval| ends(interval.map(|y| Point { x: option.cost, y })));
        for (from, to) in across.into_iter().chain(upward) {
            picture.curve(&[from, to], thin);
        }
    }
    let point = |option: &super::FrontierOption| Point {
        x: option.cost,
        y: option.effect,
    };
    let efficient = plane.places(frontier.efficient().into_iter().map(point));
    picture.curve(&efficient, Stroke::series(0));
    // A label goes to the first place of a few that overlaps no earlier label and no dot.
    let dots: Vec<(f64, f64)> = plane.places(frontier.options.iter().map(point));
    let mut taken: Vec<[f64; 4]> = dots
        .iter()
        .map(|(x, y)| [x - 6.0, y - 6.0, x + 6.0, y + 6.0])
        .collect();
    for option in &frontier.options {
        let Some((x, y)) = plane.place(point(option)) else {
            continue;
        };
        let ink = if option.efficient {
            Ink::Series(0)
        } else {
            Ink::Series(6)
        };
        picture.dot((x, y), 5.0, ink, !option.efficient);
        let label = wrap(&option.label, 200.0, Type::LABEL, 1)
            .pop()
            .unwrap_or_default();
        let width = text_width(&label, Type::LABEL);
        let left = |x: f64| x.clamp(plane.left, (WIDTH - SIDE - width).max(plane.left));
        let candidates = [
            (left(x + 9.0), y - 8.0),
            (left(x - 9.0 - width), y - 8.0),
            (left(x + 9.0), y + 18.0),
            (left(x - 9.0 - width), y + 18.0),
            (left(x - width / 2.0), y - 22.0),
            (left(x - width / 2.0), y + 32.0),
        ];
        let area = |(x, y): (f64, f64)| [x, y - 10.0, x + width, y + 3.0];
        let free = candidates.into_iter().find(|place| {
            let [left, top, right, bottom] = area(*place);
            taken
                .iter()
                .all(|other| right < other[0] || left > other[2] || bottom < other[1] || top > other[3])
        });
        // Where none is free, the table names the options that are not efficient.
        let Some(place) = free.or(option.efficient.then_some(candidates[0])) else {
            continue;
        };
        taken.push(area(place));
        picture.text(place, Anchor::Start, Type::LABEL.on_marks(), &label);
    }
    plane.bottom
}

// Rows: one numeric axis.

/// Where rows stand: labels at the left, a plot, and texts at the right.
struct Rows {
    scale: Scale,
    right: f64,
    /// Middle of each row.
    middles: Vec<f64>,
    bottom: f64,
}

/// A row before it has a place.
struct RowText<'chart> {
    group: &'chart str,
    label: &'chart str,
    /// Text at the right.
    value: String,
}

/// Draws labels, axis and grid for rows around the given values.
fn rows(picture: &mut Picture, top: f64, axis: &Axis, texts: &[RowText<'_>], values: Vec<f64>) -> Rows {
    const LINE: f64 = 15.0;
    let widest = |texts: &mut dyn Iterator<Item = &str>, style: Type| {
        texts.map(|text| text_width(text, style)).fold(0.0, f64::max)
    };
    let label_width = widest(&mut texts.iter().map(|row| row.label), Type::LABEL).clamp(40.0, 240.0);
    let value_width = widest(&mut texts.iter().map(|row| row.value.as_str()), Type::TICK).min(190.0);
    let left = SIDE + label_width + 14.0;
    let right = WIDTH
        - SIDE
        - if value_width > 0.0 {
            value_width + 16.0
        } else {
            8.0
        };
    let (scale, ticks) = Scale::nice(values, [left, right], 6);

    let mut y = top + 4.0;
    let mut middles = Vec::new();
    let mut labels = Vec::new();
    let mut group = "";
    for row in texts {
        if row.group != group {
            if !row.group.is_empty() {
                labels.push((
                    SIDE,
                    y + 17.0,
                    Anchor::Start,
                    Type::GROUP,
                    one_line(row.group, WIDTH - 2.0 * SIDE),
                ));
                y += 24.0;
            }
            group = row.group;
        }
        let lines = wrap(row.label, label_width, Type::LABEL, 3);
        let height = (lines.len().max(1) as f64 * LINE + 11.0).max(28.0);
        let middle = y + height / 2.0;
        let first = middle - (lines.len() as f64 - 1.0) * LINE / 2.0 + 4.0;
        for (position, line) in lines.into_iter().enumerate() {
            labels.push((
                left - 12.0,
                first + position as f64 * LINE,
                Anchor::End,
                Type::LABEL,
                line,
            ));
        }
        labels.push((
            WIDTH - SIDE,
            middle + 4.0,
            Anchor::End,
            Type::TICK,
            row.value.clone(),
        ));
        middles.push(middle);
        y += height;
    }
    let bottom = y + 2.0;
    for (value, label) in ticks.labels(axis.format) {
        let at = libm::round(scale.place(value)) + 0.5;
        picture.line((at, top), (at, bottom), Stroke::solid(Ink::Grid, 1.0));
        picture.text((at, bottom + 16.0), Anchor::Middle, Type::TICK, &label);
    }
    for (x, y, anchor, style, text) in labels {
        if !text.is_empty() {
            picture.text((x, y), anchor, style, &text);
        }
    }
    picture.text(
        ((left + right) / 2.0, bottom + 36.0),
        Anchor::Middle,
        Type::AXIS,
        &one_line(&axis.heading(), right - left + 100.0),
    );
    Rows {
        scale,
        right,
        middles,
        bottom,
    }
}

/// A vertical line over all rows, with its label at the top.
fn upright(picture: &mut Picture, rows: &Rows, top: f64, reference: &Reference) {
    if !reference.value.is_finite() {
        return;
    }
    let at = libm::round(rows.scale.place(reference.value)) + 0.5;
    picture.line((at, top - 2.0), (at, rows.bottom), Stroke::solid(Ink::Line, 1.5));
    let label = one_line(&reference.label, 240.0);
    let half = text_width(&label, Type::TICK) / 2.0;
    let x = at.clamp(SIDE + half, (WIDTH - SIDE - half).max(SIDE + half));
    picture.text((x, top - 6.0), Anchor::Middle, Type::TICK, &label);
}

/// "12.3 (8.1 to 16.0)".
fn with_interval(axis: &Axis, value: f64, interval: Option<[f64; 2]>) -> String {
    let value = axis.format.text(value);
    match interval {
        None => value,
        Some([low, high]) => format!(
            "{value} ({} to {})",
            axis.format.text(low),
            axis.format.text(high)
        ),
    }
}

/// The marks of an estimate: thin line for 90 %, thick line for 50 %, dot for the median.
fn interval_marks(picture: &mut Picture, scale: &Scale, middle: f64, quantiles: Quantiles) {
    if quantiles.iter().any(|value| !value.is_finite()) {
        return;
    }
    let at = quantiles.map(|value| scale.place(value));
    let ink = Ink::Series(0);
    picture.curve(&[(at[0], middle), (at[4], middle)], Stroke::solid(ink, 1.5));
    picture.rectangle((at[1], middle - 3.5), (at[3] - at[1], 7.0), ink, 0.55);
    picture.dot((at[2], middle), 4.5, ink, false);
}

fn draw_intervals(picture: &mut Picture, top: f64, intervals: &Intervals) -> f64 {
    let mut top = legend(
        picture,
        top,
        &[
            (Sample::Dot(Ink::Series(0), false), "median".to_owned()),
            (Sample::Block(Ink::Series(0), 0.55), "50 % interval".to_owned()),
            (
                Sample::Line(Stroke::solid(Ink::Series(0), 1.5)),
                "90 % interval".to_owned(),
            ),
        ],
    );
    if intervals.reference.is_some() {
        top += 16.0;
    }
    let texts: Vec<RowText<'_>> = intervals
        .rows
        .iter()
        .map(|row| RowText {
            group: &row.group,
            label: &row.label,
            value: with_interval(
                &intervals.axis,
                row.quantiles[2],
                Some([row.quantiles[0], row.quantiles[4]]),
            ),
        })
        .collect();
    let values = intervals
        .rows
        .iter()
        .flat_map(|row| row.quantiles)
        .chain(intervals.reference.iter().map(|reference| reference.value))
        .collect();
    let rows = rows(picture, top, &intervals.axis, &texts, values);
    if let Some(reference) = &intervals.reference {
        upright(picture, &rows, top, reference);
    }
    for (row, middle) in intervals.rows.iter().zip(&rows.middles) {
        interval_marks(picture, &rows.scale, *middle, row.quantiles);
    }
    rows.bottom + 42.0
}

fn draw_bars(picture: &mut Picture, top: f64, bars: &Bars) -> f64 {
    let has_interval = bars.rows.iter().any(|bar| bar.interval.is_some());
    let entries = [(
        Sample::Line(Stroke::solid(Ink::Text, 1.5)),
        format!("{} % interval", bars.coverage),
    )];
    let top = legend(picture, top, if has_interval { &entries } else { &[] });
    let texts: Vec<RowText<'_>> = bars
        .rows
        .iter()
        .map(|bar| RowText {
            group: &bar.group,
            label: &bar.label,
            value: with_interval(&bars.axis, bar.value, bar.interval),
        })
        .collect();
    let values = bars
        .rows
        .iter()
        .flat_map(|bar| {
            [0.0, bar.value]
                .into_iter()
                .chain(bar.interval.into_iter().flatten())
        })
        .collect();
    let rows = rows(picture, top, &bars.axis, &texts, values);
    let zero = rows.scale.place(0.0);
    for (bar, middle) in bars.rows.iter().zip(&rows.middles) {
        if bar.value.is_finite() {
            let at = rows.scale.place(bar.value);
            picture.rectangle(
                (zero.min(at), middle - 7.0),
                ((at - zero).abs(), 14.0),
                Ink::Series(0),
                0.75,
            );
        }
        if let Some(ends) = bar
            .interval
            .filter(|interval| interval.iter().all(|end| end.is_finite()))
        {
            let [low, high] = ends.map(|end| rows.scale.place(end));
            let stroke = Stroke::solid(Ink::Text, 1.5);
            picture.curve(&[(low, *middle), (high, *middle)], stroke);
            for end in [low, high] {
                picture.line((end, middle - 3.5), (end, middle + 3.5), stroke);
            }
        }
    }
    picture.line((zero, top), (zero, rows.bottom), Stroke::solid(Ink::Line, 1.0));
    rows.bottom + 42.0
}

fn draw_tornado(picture: &mut Picture, top: f64, tornado: &Tornado) -> f64 {
    let top = legend(
        picture,
        top,
        &[
            (
                Sample::Block(Ink::Series(1), 0.8),
                "input at its low value".to_owned(),
            ),
            (
                Sample::Block(Ink::Series(0), 0.8),
                "input at its high value".to_owned(),
            ),
        ],
    ) + 16.0;
    let bars = tornado.sorted();
    let texts: Vec<RowText<'_>> = bars
        .iter()
        .map(|bar| RowText {
            group: "",
            label: &bar.label,
            value: one_line(&format!("{} to {}", bar.low_input, bar.high_input), 190.0),
        })
        .collect();
    let values = bars
        .iter()
        .flat_map(|bar| [bar.low, bar.high])
        .chain([tornado.base])
        .collect();
    let rows = rows(picture, top, &tornado.axis, &texts, values);
    if !tornado.base.is_finite() {
        return rows.bottom + 42.0;
    }
    let base = rows.scale.place(tornado.base);
    for (bar, middle) in bars.iter().zip(&rows.middles) {
        // Both ends on one side of the base: the shorter one is drawn within the longer one.
        let mut ends = [(bar.low, 1), (bar.high, 0)];
        ends.sort_by(|left, right| {
            (right.0 - tornado.base)
                .abs()
                .total_cmp(&(left.0 - tornado.base).abs())
        });
        for (end, series) in ends.into_iter().filter(|(end, _)| end.is_finite()) {
            let at = rows.scale.place(end);
            picture.rectangle(
                (base.min(at), middle - 8.0),
                ((at - base).abs(), 16.0),
                Ink::Series(series),
                0.8,
            );
        }
    }
    let label = format!("base {}", tornado.axis.format.text(tornado.base));
    upright(
        picture,
        &rows,
        top,
        &Reference {
            value: tornado.base,
            label,
        },
    );
    picture.text(
        (WIDTH - SIDE, top - 6.0),
        Anchor::End,
        Type::TICK,
        "input, low to high",
    );
    rows.bottom + 42.0
}

fn draw_boxes(picture: &mut Picture, top: f64, boxes: &Boxes) -> f64 {
    let top = legend(
        picture,
        top,
        &[
            (Sample::Block(Ink::Track, 1.0), "whole range".to_owned()),
            (Sample::Block(Ink::Series(0), 0.8), "in the box".to_owned()),
        ],
    );
    let headings: Vec<String> = boxes.inputs.iter().map(|input| input.input.heading()).collect();
    let texts: Vec<RowText<'_>> = boxes
        .inputs
        .iter()
        .zip(&headings)
        .map(|(input, heading)| {
            let text = |value| input.input.format.text(value);
            RowText {
                group: "",
                label: heading,
                value: format!("{} to {}", text(input.limits[0]), text(input.limits[1])),
            }
        })
        .collect();
    let axis = Axis::new("Position in the input's range", "", super::Format::Percent);
    let rows = rows(picture, top, &axis, &texts, vec![0.0, 1.0]);
    for (input, middle) in boxes.inputs.iter().zip(&rows.middles) {
        let [low, high] = input.positions().map(|position| rows.scale.place(position));
        let zero = rows.scale.place(0.0);
        picture.rectangle((zero, middle - 6.0), (rows.right - zero, 12.0), Ink::Track, 1.0);
        picture.rectangle(
            (low, middle - 6.0),
            ((high - low).max(2.0), 12.0),
            Ink::Series(0),
            0.8,
        );
    }
    rows.bottom + 42.0
}

fn draw_heat_map(picture: &mut Picture, top: f64, map: &HeatMap) -> f64 {
    const LINE: f64 = 14.0;
    let label_width = map
        .rows
        .iter()
        .map(|row| text_width(row, Type::LABEL))
        .fold(text_width(&map.rows_label, Type::GROUP), f64::max)
        .clamp(30.0, 200.0);
    let left = SIDE + label_width + 12.0;
    let cell_width = (WIDTH - SIDE - left) / map.columns.len().max(1) as f64;
    let cell_height = if map.rows.len() > 12 { 22.0 } else { 34.0 };
    picture.text(
        (left, top + 12.0),
        Anchor::Start,
        Type::GROUP,
        &one_line(&map.columns_label, WIDTH - left),
    );
    // Narrow columns: only every second, third ... heading stands.
    let every = (34.0 / cell_width).ceil().max(1.0) as usize;
    let headings: Vec<Vec<String>> = map
        .columns
        .iter()
        .map(|column| wrap(column, cell_width * every as f64 - 6.0, Type::TICK, 3))
        .collect();
    let lines = headings.iter().map(Vec::len).max().unwrap_or(0);
    let cells_top = top + 22.0 + lines as f64 * LINE + 6.0;
    for (column, heading) in headings
        .iter()
        .enumerate()
        .filter(|(column, _)| column % every == 0)
    {
        let x = left + (column as f64 + 0.5) * cell_width;
        let first = cells_top - 6.0 - (heading.len() as f64 - 1.0) * LINE;
        for (position, line) in heading.iter().enumerate() {
            picture.text(
                (x, first + position as f64 * LINE),
                Anchor::Middle,
                Type::TICK,
                line,
            );
        }
    }
    picture.text(
        (SIDE, cells_top - 6.0),
        Anchor::Start,
        Type::GROUP,
        &one_line(&map.rows_label, label_width),
    );
    let mut noted = false;
    for (row, label) in map.rows.iter().enumerate() {
        let y = cells_top + row as f64 * cell_height;
        let label = wrap(label, label_width, Type::LABEL, 1).pop().unwrap_or_default();
        picture.text(
            (left - 12.0, y + cell_height / 2.0 + 4.0),
            Anchor::End,
            Type::LABEL,
            &label,
        );
        for (column, cell) in map
            .cells
            .get(row)
            .into_iter()
            .flatten()
            .enumerate()
            .take(map.columns.len())
        {
            let x = left + column as f64 * cell_width;
            let middle = (x + cell_width / 2.0, y + cell_height / 2.0 + 4.0);
            let size = (cell_width - 2.0, cell_height - 2.0);
            let mark = if cell.note.is_empty() { "" } else { "*" };
            noted |= !cell.note.is_empty();
            match cell.value.filter(|value| value.is_finite()) {
                None => {
                    picture.rectangle((x, y), size, Ink::Track, 0.5);
                    picture.text(middle, Anchor::Middle, Type::TICK, &format!("–{mark}"));
                }
                Some(value) => {
                    let (fill, ink) = cell_color(map.colors, value);
                    picture.tile((x, y), size, &fill);
                    let text = format!("{}{mark}", map.value.format.text(value));
                    if text_width(&text, Type::LABEL) <= cell_width - 4.0 {
                        picture.fixed_text(middle, Type::LABEL, ink, &text);
                    }
                }
            }
        }
    }
    let mut y = cells_top + map.rows.len() as f64 * cell_height + 10.0;
    // The scale of colors.
    let [low, high] = color_ends(map.colors);
    let text = |value| map.value.format.text(value);
    let heading = one_line(&map.value.heading(), 300.0);
    let mut x = SIDE + text_width(&heading, Type::AXIS) + 14.0;
    picture.text((SIDE, y + 12.0), Anchor::Start, Type::AXIS, &heading);
    let low_text = text(low);
    picture.text((x, y + 12.0), Anchor::Start, Type::TICK, &low_text);
    x += text_width(&low_text, Type::TICK) + 8.0;
    for step in 0..11 {
        let value = low + (high - low) * f64::from(step) / 10.0;
        let (fill, _) = cell_color(map.colors, value);
        picture.tile((x + 14.0 * f64::from(step), y + 2.0), (14.0, 12.0), &fill);
    }
    picture.text((x + 162.0, y + 12.0), Anchor::Start, Type::TICK, &text(high));
    y += 20.0;
    if noted {
        picture.text(
            (SIDE, y + 12.0),
            Anchor::Start,
            Type::TICK,
            "* with a remark, see the table",
        );
        y += 18.0;
    }
    y
}

fn color_ends(colors: Colors) -> [f64; 2] {
    match colors {
        Colors::Sequential { low, high } => [low, high],
        Colors::Diverging { middle, reach } => [middle - reach, middle + reach],
    }
}

fn cell_color(colors: Colors, value: f64) -> (String, &'static str) {
    let [low, high] = color_ends(colors);
    let scale = match colors {
        Colors::Sequential { .. } => &SEQUENTIAL,
        Colors::Diverging { .. } => &DIVERGING,
    };
    color(scale, (value - low) / (high - low))
}

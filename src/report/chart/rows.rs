//! Charts of one row per label on one numeric axis: intervals, bars, what inputs do, boxes, steps, programs.

use super::{
    Axis, Bars, BoxInput, Boxes, Format, IntervalRow, Intervals, Reference, Timeline, TimelineRow, Tornado,
    Waterfall, WaterfallRow,
    frame::{SIDE, Sample, axis_heading, legend, one_line},
    palette::Ink,
    scale::{Scale, text_width, wrap},
    svg::{Anchor, Picture, Stroke, Type},
};

/// Height of a line of a label.
const LINE: f64 = 15.0;

/// Where rows stand: labels at the left or, in a narrow picture, above the marks, and texts at the right.
struct Rows {
    scale: Scale,
    right: f64,
    top: f64,
    /// Middle of the marks of each row.
    middles: Vec<f64>,
    bottom: f64,
    /// Below the numbers and the name of the axis.
    end: f64,
    /// Labels and values, drawn last: in a narrow picture they stand across the lines.
    texts: Vec<Placed>,
}

/// A row before it has a place.
struct RowText<'chart> {
    group: &'chart str,
    label: &'chart str,
    /// Text at the right.
    value: String,
}

/// A text with its place: drawn after the grid.
type Placed = ((f64, f64), Anchor, Type, String);

/// Draws labels, axis and grid for rows around the given values.
fn rows(picture: &mut Picture, top: f64, axis: &Axis, texts: &[RowText<'_>], values: Vec<f64>) -> Rows {
    let edge = picture.width - SIDE;
    let widest = |text: fn(&RowText<'_>) -> f64| texts.iter().map(text).fold(0.0, f64::max);
    let value_width = widest(|row| text_width(&row.value, Type::TICK)).min(190.0);
    let label_width = widest(|row| text_width(row.label, Type::LABEL)).clamp(40.0, 240.0);
    let narrow = picture.is_narrow();
    let [left, right] = if narrow {
        [SIDE + 4.0, edge - 8.0]
    } else {
        let room = if value_width > 0.0 {
            value_width + 16.0
        } else {
            8.0
        };
        [SIDE + label_width + 14.0, edge - room]
    };
    let (scale, ticks) = Scale::nice(values, [left, right], if narrow { 4 } else { 6 });
    let mut placed: Vec<Placed> = Vec::new();
    let mut middles = Vec::new();
    let (mut y, mut group) = (top + 4.0, "");
    for row in texts {
        if row.group != group && !row.group.is_empty() {
            let heading = one_line(row.group, edge - SIDE);
            placed.push(((SIDE, y + 17.0), Anchor::Start, Type::GROUP, heading));
            y += 24.0;
        }
        group = row.group;
        let (height, middle) = if narrow {
            label_above(&mut placed, row, y, edge)
        } else {
            label_beside(&mut placed, row, y, [left - 12.0, label_width, edge])
        };
        middles.push(y + middle);
        y += height;
    }
    let bottom = y + 2.0;
    let labels = ticks.labels(axis.format);
    let at = |value: f64| libm::round(scale.place(value)) + 0.5;
    let grid: Vec<_> = labels
        .iter()
        .map(|(value, _)| ((at(*value), top), (at(*value), bottom)))
        .collect();
    picture.lines(&grid, Stroke::solid(Ink::Grid, 10));
    let mut last = f64::NEG_INFINITY;
    for (value, label) in &labels {
        let half = text_width(label, Type::TICK) / 2.0;
        let x = at(*value).clamp(half, (picture.width - half).max(half));
        if x - half > last + 6.0 {
            picture.text((x, bottom + 16.0), Anchor::Middle, Type::TICK, label);
            last = x + half;
        }
    }
    let heading = wrap(&axis_heading(axis, &scale, &ticks), edge - SIDE, Type::AXIS, 2);
    for (position, line) in heading.iter().enumerate() {
        let half = (text_width(line, Type::AXIS) / 2.0).min((edge - SIDE) / 2.0);
        let middle = ((left + right) / 2.0).clamp(SIDE + half, edge - half);
        let base = bottom + 36.0 + LINE * position as f64;
        picture.text((middle, base), Anchor::Middle, Type::AXIS, line);
    }
    picture.stops[1].clone_from(&middles);
    Rows {
        scale,
        right,
        top,
        middles,
        bottom,
        end: bottom + 27.0 + LINE * heading.len().max(1) as f64,
        texts: placed,
    }
}

impl Rows {
    /// Draws the words of the rows; returns where the picture ends.
    fn finish(self, picture: &mut Picture) -> f64 {
        for (at, anchor, style, text) in self.texts.iter().filter(|(.., text)| !text.is_empty()) {
            let style = if picture.is_narrow() {
                style.on_marks()
            } else {
                *style
            };
            picture.text(*at, *anchor, style, text);
        }
        self.end
    }
}

/// Label and value of a row above its marks; returns the height of the row and the middle of its marks.
fn label_above(placed: &mut Vec<Placed>, row: &RowText<'_>, y: f64, edge: f64) -> (f64, f64) {
    let room = edge - SIDE;
    let value_width = text_width(&row.value, Type::TICK);
    let lines = wrap(row.label, room, Type::LABEL, 3);
    let last = lines.last().map_or(0.0, |line| text_width(line, Type::LABEL));
    let mut base = y + 13.0;
    let count = lines.len();
    for (position, line) in lines.into_iter().enumerate() {
        placed.push(((SIDE, base), Anchor::Start, Type::LABEL, line));
        if position + 1 < count || last + value_width + 12.0 > room {
            base += LINE;
        }
    }
    let value = one_line(&row.value, room);
    placed.push(((edge, base), Anchor::End, Type::TICK, value));
    (base - y + 30.0, base - y + 15.0)
}

/// Label of a row left of its marks and value at the right; returns the height of the row and the middle of its marks.
fn label_beside(
    placed: &mut Vec<Placed>,
    row: &RowText<'_>,
    y: f64,
    [end, width, edge]: [f64; 3],
) -> (f64, f64) {
    let lines = wrap(row.label, width, Type::LABEL, 3);
    let height = (lines.len().max(1) as f64 * LINE + 11.0).max(28.0);
    let middle = height / 2.0;
    let first = y + middle - (lines.len() as f64 - 1.0) * LINE / 2.0 + 4.0;
    for (position, line) in lines.into_iter().enumerate() {
        let at = (end, first + position as f64 * LINE);
        placed.push((at, Anchor::End, Type::LABEL, line));
    }
    let value = one_line(&row.value, 190.0);
    placed.push(((edge, y + middle + 4.0), Anchor::End, Type::TICK, value));
    (height, middle)
}

/// The look of a line over all rows.
const UPRIGHT: Stroke = Stroke::solid(Ink::Line, 15);

/// A line over all rows; where labels stand above the marks it is broken at them.
fn upright(picture: &mut Picture, rows: &Rows, value: f64) {
    /// Half the height of the marks of a row, up to its label.
    const HALF: f64 = 10.0;
    if !value.is_finite() {
        return;
    }
    let at = libm::round(rows.scale.place(value)) + 0.5;
    let pieces: Vec<_> = if picture.is_narrow() {
        let middles = rows.middles.iter();
        middles
            .map(|middle| ((at, middle - HALF), (at, middle + HALF)))
            .collect()
    } else {
        vec![((at, rows.top - 2.0), (at, rows.bottom))]
    };
    picture.lines(&pieces, UPRIGHT);
}

/// Draws the legend: what the marks are, and the label of a line over all rows.
fn row_legend(
    picture: &mut Picture,
    top: f64,
    entries: Vec<(Sample, &str)>,
    reference: Option<&Reference>,
) -> f64 {
    let mut entries: Vec<_> = entries
        .into_iter()
        .map(|(sample, name)| (sample, name.to_owned()))
        .collect();
    let reference = reference.filter(|line| line.value.is_finite() && !line.label.is_empty());
    entries.extend(reference.map(|line| (Sample::Line(UPRIGHT), line.label.clone())));
    legend(picture, top, &entries)
}

/// "12.3 (8.1 to 16.0)".
fn with_interval(axis: &Axis, value: f64, interval: Option<[f64; 2]>) -> String {
    let value = axis.format.text(value);
    match interval {
        None => value,
        Some(ends) => {
            let [low, high] = ends.map(|end| axis.format.text(end));
            format!("{value} ({low} to {high})")
        }
    }
}

/// The marks of an estimate: thin line for 90 %, thick line for 50 %, dot for the mean or the median.
fn interval_marks(picture: &mut Picture, scale: &Scale, middle: f64, row: &IntervalRow) {
    let mut values = row.quantiles.iter().chain(&row.mean);
    if values.any(|value| !value.is_finite()) {
        return;
    }
    let at = row.quantiles.map(|value| scale.place(value));
    let ink = Ink::Series(0);
    picture.curve(&[(at[0], middle), (at[4], middle)], Stroke::solid(ink, 15));
    picture.rectangle((at[1], middle - 3.5), (at[3] - at[1], 7.0), ink, 55);
    picture.dot((scale.place(row.center()), middle), 4.5, ink, false);
}

pub(super) fn draw_intervals(picture: &mut Picture, top: f64, intervals: &Intervals) -> f64 {
    let ink = Ink::Series(0);
    let means = intervals.rows.iter().any(|row| row.mean.is_some());
    let entries = vec![
        (Sample::Dot(ink, false), if means { "mean" } else { "median" }),
        (Sample::Block(ink, 55), "50 % interval"),
        (Sample::Line(Stroke::solid(ink, 15)), "90 % interval"),
    ];
    let top = row_legend(picture, top, entries, intervals.reference.as_ref());
    let texts: Vec<RowText<'_>> = intervals
        .rows
        .iter()
        .map(|row| RowText {
            group: &row.group,
            label: &row.label,
            value: with_interval(
                &intervals.axis,
                row.center(),
                Some([row.quantiles[0], row.quantiles[4]]),
            ),
        })
        .collect();
    let values = intervals
        .rows
        .iter()
        .flat_map(|row| row.quantiles.into_iter().chain(row.mean))
        .chain(intervals.reference.iter().map(|reference| reference.value))
        .collect();
    let rows = rows(picture, top, &intervals.axis, &texts, values);
    if let Some(reference) = &intervals.reference {
        upright(picture, &rows, reference.value);
    }
    for (row, middle) in intervals.rows.iter().zip(&rows.middles) {
        interval_marks(picture, &rows.scale, *middle, row);
    }
    rows.finish(picture)
}

pub(super) fn draw_bars(picture: &mut Picture, top: f64, bars: &Bars) -> f64 {
    let error = Stroke::solid(Ink::Text, 15);
    let coverage = format!("{} % interval", bars.coverage);
    let entries = if bars.rows.iter().any(|bar| bar.interval.is_some()) {
        vec![(Sample::Line(error), coverage.as_str())]
    } else {
        Vec::new()
    };
    let top = row_legend(picture, top, entries, None);
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
    upright(picture, &rows, 0.0);
    for (bar, middle) in bars.rows.iter().zip(&rows.middles) {
        if bar.value.is_finite() {
            let at = rows.scale.place(bar.value);
            let size = ((at - zero).abs(), 14.0);
            picture.rectangle((zero.min(at), middle - 7.0), size, Ink::Series(0), 75);
        }
        let sound = |ends: &[f64; 2]| ends.iter().all(|end| end.is_finite());
        if let Some(ends) = bar.interval.filter(sound) {
            let [low, high] = ends.map(|end| rows.scale.place(end));
            picture.curve(&[(low, *middle), (high, *middle)], error);
            let caps = [low, high].map(|end| ((end, middle - 3.5), (end, middle + 3.5)));
            picture.lines(&caps, error);
        }
    }
    rows.finish(picture)
}

pub(super) fn draw_tornado(picture: &mut Picture, top: f64, tornado: &Tornado) -> f64 {
    const LOW: Ink = Ink::Series(1);
    const HIGH: Ink = Ink::Series(0);
    let entries = vec![
        (Sample::Block(LOW, 80), "input at its low value"),
        (Sample::Block(HIGH, 80), "at its high value"),
    ];
    let base = Reference {
        value: tornado.base,
        label: format!("base {}", tornado.axis.format.text(tornado.base)),
    };
    let top = row_legend(picture, top, entries, Some(&base));
    let bars = tornado.sorted();
    let texts: Vec<RowText<'_>> = bars
        .iter()
        .map(|bar| RowText {
            group: "",
            label: &bar.label,
            value: format!("{} to {}", bar.low_input, bar.high_input),
        })
        .collect();
    let values = bars
        .iter()
        .flat_map(|bar| [bar.low, bar.high])
        .chain([tornado.base])
        .collect();
    let rows = rows(picture, top, &tornado.axis, &texts, values);
    if tornado.base.is_finite() {
        let base = rows.scale.place(tornado.base);
        for (bar, middle) in bars.iter().zip(&rows.middles) {
            // Both ends on one side of the base: the shorter one is drawn within the longer one.
            let far = |value: f64| (value - tornado.base).abs();
            let mut ends = [(bar.low, LOW), (bar.high, HIGH)];
            ends.sort_by(|left, right| far(right.0).total_cmp(&far(left.0)));
            for (end, ink) in ends.into_iter().filter(|(end, _)| end.is_finite()) {
                let at = rows.scale.place(end);
                let size = ((at - base).abs(), 16.0);
                picture.rectangle((base.min(at), middle - 8.0), size, ink, 80);
            }
        }
        upright(picture, &rows, tornado.base);
    }
    rows.finish(picture)
}

/// A line from the end of each bar to the start of the next one joins the steps.
pub(super) fn draw_waterfall(picture: &mut Picture, top: f64, waterfall: &Waterfall) -> f64 {
    let ink = |row: &WaterfallRow| match (row.total, row.value < 0.0) {
        (true, _) => Ink::Series(0),
        // What takes nothing has no color: a line tells that it was looked at.
        (false, _) if row.value == 0.0 => Ink::Line,
        (false, true) => Ink::Series(1),
        (false, false) => Ink::Series(2),
    };
    let entries = vec![
        (Sample::Block(Ink::Series(1), 80), "takes away"),
        (Sample::Block(Ink::Series(2), 80), "adds"),
    ];
    let top = row_legend(picture, top, entries, None);
    let axis = &waterfall.axis;
    let texts: Vec<RowText<'_>> = waterfall
        .rows
        .iter()
        .map(|row| RowText {
            group: "",
            label: &row.label,
            value: axis.format.text(row.value),
        })
        .collect();
    let spans = waterfall.spans();
    let values = spans.iter().flatten().copied().chain([0.0]).collect();
    let rows = rows(picture, top, axis, &texts, values);
    let bars: Vec<([f64; 2], f64)> = spans
        .iter()
        .map(|ends| ends.map(|end| rows.scale.place(end)))
        .zip(rows.middles.iter().copied())
        .collect();
    for (row, ([from, to], middle)) in waterfall.rows.iter().zip(&bars) {
        if from.is_finite() && to.is_finite() {
            let size = ((to - from).abs().max(1.0), 14.0);
            picture.rectangle((from.min(*to), middle - 7.0), size, ink(row), 80);
        }
    }
    let joints: Vec<_> = bars
        .windows(2)
        .filter(|pair| pair[0].0[1].is_finite())
        .map(|pair| ((pair[0].0[1], pair[0].1 + 7.0), (pair[0].0[1], pair[1].1 - 7.0)))
        .collect();
    picture.lines(&joints, Stroke::dashed(Ink::Line));
    upright(picture, &rows, 0.0);
    rows.finish(picture)
}

pub(super) fn draw_timeline(picture: &mut Picture, top: f64, timeline: &Timeline) -> f64 {
    let ink = Ink::Series(0);
    let mut entries = vec![
        (Sample::Dot(ink, true), "planned start"),
        (Sample::Line(Stroke::solid(ink, 15)), "start in 90 % of futures"),
        (Sample::Block(ink, 30), "effect builds up"),
        (Sample::Block(ink, 75), "full effect"),
    ];
    let places: Vec<&Reference> = timeline.places.iter().collect();
    entries.extend(
        places
            .iter()
            .map(|place| (Sample::Line(UPRIGHT), place.label.as_str())),
    );
    let top = row_legend(picture, top, entries, None);
    let year = |value: f64| timeline.x.format.text(libm::floor(value));
    let texts: Vec<RowText<'_>> = timeline
        .rows
        .iter()
        .map(|row| RowText {
            group: "",
            label: &row.label,
            value: format!(
                "from {}, full {}{}",
                year(row.begins[1]),
                year(row.full),
                row.ends
                    .map_or_else(String::new, |end| format!(", to {}", year(end)))
            ),
        })
        .collect();
    let last = timeline.last();
    let values = timeline
        .rows
        .iter()
        .flat_map(|row| row.begins.into_iter().chain([row.planned, row.full]))
        .chain(places.iter().map(|place| place.value))
        .collect();
    let rows = rows(picture, top, &timeline.x, &texts, values);
    for place in places {
        upright(picture, &rows, place.value);
    }
    let sound = |row: &&TimelineRow| {
        let years = row
            .begins
            .iter()
            .chain([&row.planned, &row.full])
            .chain(&row.ends);
        years.into_iter().all(|year| year.is_finite())
    };
    let known = timeline.rows.iter().zip(&rows.middles);
    for (row, middle) in known.filter(|(row, _)| sound(row)) {
        let at = |value: f64| rows.scale.place(value.min(last));
        let block = |picture: &mut Picture, from: f64, to: f64, opacity: u32| {
            let (from, to) = (at(from), at(to));
            picture.rectangle((from, middle - 6.0), (to - from, 12.0), ink, opacity);
        };
        let [early, median, late] = row.begins;
        block(picture, median, row.full, 30);
        block(picture, row.full, row.ends.unwrap_or(last).max(row.full), 75);
        picture.curve(
            &[(at(early), *middle), (at(late), *middle)],
            Stroke::solid(ink, 15),
        );
        picture.dot((at(row.planned), *middle), 4.0, ink, true);
    }
    rows.finish(picture)
}

pub(super) fn draw_boxes(picture: &mut Picture, top: f64, boxes: &Boxes) -> f64 {
    let entries = vec![
        (Sample::Block(Ink::Track, 100), "whole range"),
        (Sample::Block(Ink::Series(0), 80), "in the box"),
    ];
    let top = row_legend(picture, top, entries, None);
    let headings: Vec<String> = boxes.inputs.iter().map(|input| input.input.heading()).collect();
    let texts: Vec<RowText<'_>> = boxes
        .inputs
        .iter()
        .zip(&headings)
        .map(|(input, heading)| RowText {
            group: "",
            label: heading,
            value: box_words(input),
        })
        .collect();
    let axis = Axis::new("Position in the input's range", "", Format::Percent);
    let rows = rows(picture, top, &axis, &texts, vec![0.0, 1.0]);
    let zero = rows.scale.place(0.0);
    let width = rows.right - zero;
    for (input, middle) in boxes.inputs.iter().zip(&rows.middles) {
        let y = middle - 6.0;
        if let Some(states) = input.states() {
            // Off at the left, on at the right: nothing lies between.
            for (position, inside) in states.into_iter().enumerate() {
                let (ink, opacity) = if inside {
                    (Ink::Series(0), 80)
                } else {
                    (Ink::Track, 100)
                };
                let left = zero + position as f64 * (width / 2.0 + 3.0);
                picture.rectangle((left, y), (width / 2.0 - 3.0, 12.0), ink, opacity);
            }
        } else {
            let [low, high] = input.positions().map(|position| rows.scale.place(position));
            picture.rectangle((zero, y), (width, 12.0), Ink::Track, 100);
            picture.rectangle((low, y), ((high - low).max(2.0), 12.0), Ink::Series(0), 80);
        }
    }
    rows.finish(picture)
}

/// The limits of an input: "1.2 to 4.0", or "yes".
fn box_words(input: &BoxInput) -> String {
    match input.states() {
        Some([true, false]) => "no".to_owned(),
        Some([false, true]) => "yes".to_owned(),
        Some(_) => "yes or no".to_owned(),
        None => {
            let [low, high] = input.limits.map(|limit| input.input.format.text(limit));
            format!("{low} to {high}")
        }
    }
}

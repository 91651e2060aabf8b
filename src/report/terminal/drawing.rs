//! Charts as text: bars and tracks where a picture helps, small tables where numbers say more.

use super::{QUIET, columns, grid, lines, paragraph, styled};
use crate::report::{
    chart::{Bars, Boxes, Chart, Data, Fan, FanSeries, Format, Frontier, HeatMap, Intervals, Lines, Tornado},
    document::{Cell, Column, Table},
};

const HEIGHTS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];
/// The widest drawing of a row, in columns.
const MOST: usize = 40;

/// Adds a chart to a text: its title, what it says, and a drawing.
pub(super) fn chart(text: &mut String, chart: &Chart, width: usize) {
    let axis = match &chart.data {
        Data::Fan(fan) => Some(&fan.y),
        Data::Intervals(intervals) => Some(&intervals.axis),
        Data::Bars(bars) => Some(&bars.axis),
        Data::Tornado(tornado) => Some(&tornado.axis),
        Data::Waterfall(waterfall) => Some(&waterfall.axis),
        _ => None,
    };
    let unit = axis.map_or("", |axis| axis.unit.as_str());
    let title = match unit {
        "" => chart.title.clone(),
        unit => format!("{} ({unit})", chart.title),
    };
    paragraph(text, &title, width);
    styled(text, QUIET, &chart.description, width);
    match &chart.data {
        Data::Fan(chart) => fan(text, chart, width),
        Data::Intervals(chart) => intervals(text, chart, width),
        Data::Bars(chart) => bars(text, chart, width),
        Data::Tornado(chart) => tornado(text, chart, width),
        Data::Lines(chart) => grid::table(text, &curves(chart), width),
        Data::HeatMap(chart) => grid::table(text, &cells(chart), width),
        Data::Frontier(chart) => grid::table(text, &frontier(chart), width),
        Data::Boxes(chart) => grid::table(text, &boxes(chart), width),
        Data::Waterfall(_) | Data::Timeline(_) => {
            let Table { columns, rows, .. } = Table::of_chart(chart);
            grid::table(text, &small(columns, rows), width);
        }
    }
}

/// A label cut to so many columns.
fn cut(label: &str, width: usize) -> String {
    let found = lines(label, width);
    match found.as_slice() {
        [] => String::new(),
        [one] => one.clone(),
        _ => {
            let first = lines(label, width.saturating_sub(1).max(1));
            format!("{}…", first.first().map_or("", String::as_str))
        }
    }
}

/// A text filled with spaces up to so many columns.
fn filled(text: String, width: usize) -> String {
    let space = width.saturating_sub(columns(&text));
    text + &" ".repeat(space)
}

/// Values on a track of so many columns.
struct Track {
    low: f64,
    high: f64,
    columns: usize,
}

impl Track {
    /// A track that holds all values that are finite.
    fn of(values: impl Iterator<Item = f64>, columns: usize) -> Self {
        let (low, high) = values
            .filter(|value| value.is_finite())
            .fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
                (low.min(value), high.max(value))
            });
        Self {
            low,
            high,
            columns: columns.max(1),
        }
    }

    /// The column of a value.
    fn place(&self, value: f64) -> usize {
        let part = (value - self.low) / (self.high - self.low);
        let last = (self.columns - 1) as f64;
        if part.is_finite() {
            (part.clamp(0.0, 1.0) * last).round() as usize
        } else {
            0
        }
    }
}

/// The 95 %, 50 % and 5 % quantiles by year as bars on one scale.
fn fan(text: &mut String, fan: &Fan, width: usize) {
    let all = || fan.series.iter().flat_map(|series| &series.projected);
    let track = Track::of(
        all().flat_map(|point| point.quantiles).chain([0.0]),
        HEIGHTS.len(),
    );
    for series in &fan.series {
        let (Some(first), Some(last)) = (series.projected.first(), series.projected.last()) else {
            continue;
        };
        let years = format!(
            "{}, {} to {}",
            series.name,
            fan.x.format.text(first.x),
            fan.x.format.text(last.x)
        );
        styled(text, QUIET, &years, width);
        for (label, position) in [("95 %", 4), ("50 %", 2), (" 5 %", 0)] {
            let end = fan.y.format.text(last.quantiles[position]);
            let bars = heights(series, position, &track, width.saturating_sub(9 + columns(&end)));
            text.push_str(&format!("  {label} {bars} {end}\n"));
        }
    }
}

/// A quantile by year as bars; as many years as there is room for, the last among them.
fn heights(series: &FanSeries, position: usize, track: &Track, room: usize) -> String {
    let count = series.projected.len();
    let every = count.div_ceil(room.max(1)).max(1);
    (0..count)
        .filter(|year| (count - 1 - year).is_multiple_of(every))
        .filter_map(|year| series.projected.get(year))
        .filter_map(|point| HEIGHTS.get(track.place(point.quantiles[position])))
        .collect()
}

/// Rows of label, drawing and words, under the headings of their groups.
struct Row {
    group: String,
    label: String,
    words: String,
}

impl Row {
    /// A row of texts by anybody.
    fn new(group: &str, label: &str, words: &str) -> Self {
        let one_line = |text| lines(text, usize::MAX).join(" ");
        Self {
            group: one_line(group),
            label: one_line(label),
            words: one_line(words),
        }
    }
}

/// The rows with what `draw` makes of each in the room that labels and words leave.
fn rows(text: &mut String, rows: &[Row], width: usize, draw: impl Fn(usize, usize) -> String) {
    let widest = |texts: &mut dyn Iterator<Item = &str>| texts.map(columns).max().unwrap_or(0);
    let words = widest(&mut rows.iter().map(|row| row.words.as_str()));
    let label = widest(&mut rows.iter().map(|row| row.label.as_str())).min(width / 3);
    // The words go below where they leave too little room.
    let beside = label + words + 12 <= width;
    let taken = if beside { label + words + 6 } else { label + 4 };
    let room = width.saturating_sub(taken).clamp(1, MOST);
    let mut group = "";
    for (position, row) in rows.iter().enumerate() {
        if row.group != group && !row.group.is_empty() {
            paragraph(text, &row.group, width);
        }
        group = &row.group;
        let drawn = filled(draw(position, room), room);
        let name = filled(cut(&row.label, label), label);
        let line = format!("  {name}  {drawn}");
        if beside {
            text.push_str(format!("{line}  {}", row.words).trim_end());
            text.push('\n');
        } else {
            text.push_str(line.trim_end());
            text.push('\n');
            for line in lines(&row.words, width.saturating_sub(4)) {
                text.push_str(&format!("    {line}\n"));
            }
        }
    }
}

/// A track with the 90 % range thin, the 50 % range thick, and the median.
fn intervals(text: &mut String, intervals: &Intervals, width: usize) {
    let format = intervals.axis.format;
    let found: Vec<Row> = intervals
        .rows
        .iter()
        .map(|row| {
            let [low, .., high] = row.quantiles;
            Row::new(
                &row.group,
                &row.label,
                &with_range(format, row.center(), [low, high]),
            )
        })
        .collect();
    let reference = intervals.reference.as_ref().map(|reference| reference.value);
    let values: Vec<f64> = intervals
        .rows
        .iter()
        .flat_map(|row| row.quantiles)
        .chain(reference)
        .collect();
    rows(text, &found, width, |position, room| {
        let track = Track::of(values.iter().copied(), room);
        let row = intervals.rows.get(position);
        let middle = row.map_or(0, |row| track.place(row.center()));
        let [low, lower, _, upper, high] =
            row.map_or([0; 5], |row| row.quantiles.map(|value| track.place(value)));
        (0..room)
            .map(|column| match column {
                _ if column == middle => '●',
                _ if (lower..=upper).contains(&column) => '━',
                _ if (low..=high).contains(&column) => '─',
                _ if reference.is_some_and(|value| track.place(value) == column) => '┊',
                _ => ' ',
            })
            .collect()
    });
}

fn with_range(format: Format, value: f64, [low, high]: [f64; 2]) -> String {
    if low == high {
        return format.text(value);
    }
    format!(
        "{} ({} to {})",
        format.text(value),
        format.text(low),
        format.text(high)
    )
}

/// Bars from zero.
fn bars(text: &mut String, bars: &Bars, width: usize) {
    let format = bars.axis.format;
    let found: Vec<Row> = bars
        .rows
        .iter()
        .map(|bar| {
            let interval = bar.interval.unwrap_or([bar.value; 2]);
            Row::new(&bar.group, &bar.label, &with_range(format, bar.value, interval))
        })
        .collect();
    rows(text, &found, width, |position, room| {
        let values = bars.rows.iter().map(|bar| bar.value).chain([0.0]);
        let track = Track::of(values, room);
        let zero = track.place(0.0);
        let end = bars.rows.get(position).map_or(zero, |bar| track.place(bar.value));
        spanned(room, zero, end, zero)
    });
}

/// Bars from the outcome at the low value of an input to that at the high one.
fn tornado(text: &mut String, tornado: &Tornado, width: usize) {
    let sorted = tornado.sorted();
    let format = tornado.axis.format;
    let found: Vec<Row> = sorted
        .iter()
        .map(|bar| {
            let [low, high] = [bar.low, bar.high].map(|value| format.text(value));
            let words = format!("{low} at {}, {high} at {}", bar.low_input, bar.high_input);
            Row::new("", &bar.label, &words)
        })
        .collect();
    rows(text, &found, width, |position, room| {
        let ends = sorted.iter().flat_map(|bar| [bar.low, bar.high]);
        let track = Track::of(ends.chain([tornado.base]), room);
        let base = track.place(tornado.base);
        let Some(bar) = sorted.get(position) else {
            return String::new();
        };
        spanned(room, track.place(bar.low), track.place(bar.high), base)
    });
}

/// A bar between two columns, with a mark.
fn spanned(room: usize, one: usize, other: usize, mark: usize) -> String {
    (0..room)
        .map(|column| match column {
            _ if column == mark => '│',
            _ if (one.min(other)..=one.max(other)).contains(&column) => '█',
            _ => ' ',
        })
        .collect()
}

/// Curves: a row each, a column for each of a few places.
fn curves(lines: &Lines) -> Table {
    const MOST_PLACES: usize = 5;
    let mut places: Vec<f64> = lines
        .series
        .iter()
        .flat_map(|series| series.points.iter().map(|point| point.x))
        .filter(|place| place.is_finite())
        .collect();
    places.sort_by(f64::total_cmp);
    places.dedup();
    let last = places.len().saturating_sub(1);
    let shown = places.len().min(MOST_PLACES);
    let places: Vec<f64> = (0..shown)
        .filter_map(|step| places.get(last * step / (shown - 1).max(1)).copied())
        .collect();
    let mut columns = vec![Column::words(lines.y.heading())];
    columns.extend(
        places
            .iter()
            .map(|place| Column::numbers(lines.x.format.text(*place), &lines.x.unit)),
    );
    let rows = lines
        .series
        .iter()
        .map(|series| {
            let values = places.iter().map(|place| {
                let found = series.points.iter().find(|point| point.x == *place);
                Cell::optional(found.map(|point| point.y), lines.y.format)
            });
            std::iter::once(Cell::words(&series.name)).chain(values).collect()
        })
        .collect();
    small(columns, rows)
}

/// A table without a title.
fn small(columns: Vec<Column>, rows: Vec<Vec<Cell>>) -> Table {
    Table {
        columns,
        rows,
        ..Table::default()
    }
}

/// The rows and columns of a heat map; an asterisk marks a remark.
fn cells(map: &HeatMap) -> Table {
    let mut columns = vec![Column::words(&map.rows_label)];
    columns.extend(map.columns.iter().map(|label| Column::numbers(label, "")));
    let rows = map
        .rows
        .iter()
        .zip(&map.cells)
        .map(|(label, cells)| {
            let values = cells.iter().map(|cell| {
                let mut shown = Cell::optional(cell.value, map.value.format);
                if !cell.note.is_empty() {
                    shown.text.push('*');
                }
                shown
            });
            std::iter::once(Cell::words(label)).chain(values).collect()
        })
        .collect();
    small(columns, rows)
}

fn frontier(frontier: &Frontier) -> Table {
    let columns = vec![
        Column::words("Option"),
        Column::numbers(&frontier.cost.label, &frontier.cost.unit),
        Column::numbers(&frontier.effect.label, &frontier.effect.unit),
        Column::words("Efficient"),
    ];
    let rows = frontier
        .options
        .iter()
        .map(|option| {
            vec![
                Cell::words(&option.label),
                Cell::number(option.cost, frontier.cost.format),
                Cell::number(option.effect, frontier.effect.format),
                Cell::words(if option.efficient { "yes" } else { "no" }),
            ]
        })
        .collect();
    small(columns, rows)
}

fn boxes(boxes: &Boxes) -> Table {
    let columns = vec![
        Column::words("Input"),
        Column::numbers("From", ""),
        Column::numbers("To", ""),
        Column::words("Of"),
    ];
    let rows = boxes
        .inputs
        .iter()
        .map(|input| {
            let format = input.input.format;
            let [from, to] = input.limits.map(|limit| Cell::number(limit, format));
            let [low, high] = input.range.map(|limit| format.text(limit));
            let of = format!("{low} to {high} {}", input.input.unit);
            vec![
                Cell::words(&input.input.label),
                from,
                to,
                Cell::words(of.trim_end()),
            ]
        })
        .collect();
    small(columns, rows)
}

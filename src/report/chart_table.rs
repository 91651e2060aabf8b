//! The table that says what a chart shows.

use super::{
    chart::{
        Axis, Bars, Boxes, Chart, Colors, Data, Fan, Format, Frontier, HeatMap, Intervals, Lines, Quantiles,
        Timeline, Tornado, Waterfall, distinct,
    },
    document::{Cell, Column, Table},
};

/// The columns of an estimate: median and the ends of both intervals.
fn quantile_columns(axis: &Axis) -> impl Iterator<Item = Column> + '_ {
    ["Median", "5 %", "25 %", "75 %", "95 %"]
        .into_iter()
        .map(|label| Column::numbers(label, &axis.unit))
}

/// The order of those columns in [`Quantiles`].
const ORDER: [usize; 5] = [2, 0, 1, 3, 4];

fn quantile_cells(quantiles: Quantiles, format: Format) -> [Cell; 5] {
    ORDER.map(|index| Cell::number(quantiles[index], format))
}

fn interval_cells(interval: Option<[f64; 2]>, format: Format) -> [Cell; 2] {
    [0, 1].map(|end| Cell::optional(interval.map(|ends| ends[end]), format))
}

/// Columns and rows of a table.
type Parts = (Vec<Column>, Vec<Vec<Cell>>);

impl Table {
    /// The numbers of a chart. Each place of the picture that a reader can visit is a row, in the same order.
    pub fn of_chart(chart: &Chart) -> Self {
        let (columns, rows) = match &chart.data {
            Data::Fan(fan) => fan_table(fan),
            Data::Lines(lines) => lines_table(lines),
            Data::Intervals(intervals) => intervals_table(intervals),
            Data::Bars(bars) => bars_table(bars),
            Data::Tornado(tornado) => tornado_table(tornado),
            Data::HeatMap(map) => map_table(map),
            Data::Frontier(frontier) => frontier_table(frontier),
            Data::Boxes(boxes) => boxes_table(boxes),
            Data::Waterfall(waterfall) => waterfall_table(waterfall),
            Data::Timeline(timeline) => timeline_table(timeline),
        };
        let mut table = Self {
            title: chart.title.clone(),
            columns,
            rows,
            note: String::new(),
        };
        table.drop_empty_columns();
        if let Data::HeatMap(map) = &chart.data
            && let Colors::Diverging { middle, .. } = map.colors
        {
            table.note = format!("Colors change hue at {}.", map.value.format.text(middle));
        }
        table
    }

    /// Removes columns, the first excepted, in which no row says anything.
    fn drop_empty_columns(&mut self) {
        let says: Vec<bool> = (0..self.columns.len())
            .map(|column| column == 0 || self.rows.iter().any(|row| !row[column].text.is_empty()))
            .collect();
        let mut keep = says.iter();
        self.columns.retain(|_| *keep.next().unwrap_or(&true));
        for row in &mut self.rows {
            let mut keep = says.iter();
            row.retain(|_| *keep.next().unwrap_or(&true));
        }
    }
}

/// Columns of a series: "cities only: median", or "Median" where there is no other series.
fn series_columns<'a>(names: &[&'a str], labels: &[String], unit: &'a str) -> Vec<Column> {
    let column = |name: &str, label: &String| {
        let label = match names {
            [_] => label.clone(),
            _ if labels.len() == 1 => name.to_owned(),
            _ => format!("{name}: {}", label.to_lowercase()),
        };
        Column::numbers(label, unit)
    };
    names
        .iter()
        .flat_map(|name| labels.iter().map(move |label| column(name, label)))
        .collect()
}

/// The point of a series at an x.
fn at<T>(points: &[T], x: f64, place: impl Fn(&T) -> f64) -> Option<&T> {
    points.iter().find(|point| place(point).total_cmp(&x).is_eq())
}

fn fan_table(fan: &Fan) -> Parts {
    let names: Vec<&str> = fan.series.iter().map(|series| series.name.as_str()).collect();
    let labels = ["Observed", "Median", "5 %", "25 %", "75 %", "95 %"].map(str::to_owned);
    let mut columns = vec![Column::numbers(&fan.x.label, &fan.x.unit)];
    columns.extend(series_columns(&names, &labels, &fan.y.unit));
    let observed = fan.series.iter().flat_map(|series| &series.observed);
    let projected = fan.series.iter().flat_map(|series| &series.projected);
    let rows = distinct(
        observed
            .map(|point| point.x)
            .chain(projected.map(|point| point.x)),
    )
    .into_iter()
    .map(|x| {
        let mut row = vec![Cell::number(x, fan.x.format)];
        for series in &fan.series {
            let known = at(&series.observed, x, |point| point.x).map(|point| point.y);
            row.push(Cell::optional(known, fan.y.format));
            let quantiles = at(&series.projected, x, |point| point.x).map(|point| point.quantiles);
            row.extend(ORDER.map(|index| Cell::optional(quantiles.map(|all| all[index]), fan.y.format)));
        }
        row
    })
    .collect();
    (columns, rows)
}

fn lines_table(lines: &Lines) -> Parts {
    let names: Vec<&str> = lines.series.iter().map(|series| series.name.as_str()).collect();
    let mut points = lines.series.iter().flat_map(|series| &series.points);
    let intervals = points.clone().any(|point| point.interval.is_some());
    let mut labels = vec![lines.y.label.clone()];
    if intervals {
        labels.extend(["from", "to"].map(|end| format!("{} % {end}", lines.coverage)));
    }
    let mut columns = vec![Column::numbers(&lines.x.label, &lines.x.unit)];
    columns.extend(series_columns(&names, &labels, &lines.y.unit));
    let xs: Vec<f64> = points.by_ref().map(|point| point.x).collect();
    let rows = distinct(xs.into_iter())
        .into_iter()
        .map(|x| {
            let mut row = vec![Cell::number(x, lines.x.format)];
            for series in &lines.series {
                let point = at(&series.points, x, |point| point.x);
                row.push(Cell::optional(point.map(|point| point.y), lines.y.format));
                if intervals {
                    row.extend(interval_cells(
                        point.and_then(|point| point.interval),
                        lines.y.format,
                    ));
                }
            }
            row
        })
        .collect();
    (columns, rows)
}

fn intervals_table(intervals: &Intervals) -> Parts {
    let unit = &intervals.axis.unit;
    let mut columns = ["Row", "Group"].map(Column::words).to_vec();
    columns.push(Column::numbers("Mean", unit));
    columns.extend(quantile_columns(&intervals.axis));
    let rows = intervals
        .rows
        .iter()
        .map(|row| {
            let mut cells = vec![
                Cell::words(&row.label),
                Cell::words(&row.group),
                Cell::optional(row.mean, intervals.axis.format),
            ];
            cells.extend(quantile_cells(row.quantiles, intervals.axis.format));
            cells
        })
        .collect();
    (columns, rows)
}

fn bars_table(bars: &Bars) -> Parts {
    let columns = vec![
        Column::words("Row"),
        Column::words("Group"),
        Column::numbers(&bars.axis.label, &bars.axis.unit),
        Column::numbers(format!("{} % from", bars.coverage), &bars.axis.unit),
        Column::numbers(format!("{} % to", bars.coverage), &bars.axis.unit),
    ];
    let rows = bars
        .rows
        .iter()
        .map(|bar| {
            vec![
                Cell::words(&bar.label),
                Cell::words(&bar.group),
                Cell::number(bar.value, bars.axis.format),
                Cell::optional(bar.interval.map(|[low, _]| low), bars.axis.format),
                Cell::optional(bar.interval.map(|[_, high]| high), bars.axis.format),
            ]
        })
        .collect();
    (columns, rows)
}

fn tornado_table(tornado: &Tornado) -> Parts {
    let unit = &tornado.axis.unit;
    let columns = vec![
        Column::words("Input"),
        Column::words("Low value"),
        Column::words("High value"),
        Column::numbers(format!("{}, input low", tornado.axis.label), unit),
        Column::numbers(format!("{}, base", tornado.axis.label), unit),
        Column::numbers(format!("{}, input high", tornado.axis.label), unit),
    ];
    let number = |value| Cell::number(value, tornado.axis.format);
    let rows = tornado
        .sorted()
        .into_iter()
        .map(|bar| {
            vec![
                Cell::words(&bar.label),
                Cell::words(&bar.low_input),
                Cell::words(&bar.high_input),
                number(bar.low),
                number(tornado.base),
                number(bar.high),
            ]
        })
        .collect();
    (columns, rows)
}

fn map_table(map: &HeatMap) -> Parts {
    let columns = vec![
        Column::words(&map.rows_label),
        Column::words(&map.columns_label),
        Column::numbers(&map.value.label, &map.value.unit),
        Column::words("Remark"),
    ];
    let mut rows = Vec::new();
    for (label, cells) in map.rows.iter().zip(&map.cells) {
        for (column, cell) in map.columns.iter().zip(cells) {
            rows.push(vec![
                Cell::words(label),
                Cell::words(column),
                Cell::optional(cell.value, map.value.format),
                Cell::words(&cell.note),
            ]);
        }
    }
    (columns, rows)
}

fn frontier_table(frontier: &Frontier) -> Parts {
    let (cost, effect) = (&frontier.cost, &frontier.effect);
    let mut columns = vec![Column::words("Option"), Column::words("Efficient")];
    for axis in [cost, effect] {
        columns.push(Column::numbers(&axis.label, &axis.unit));
        columns
            .extend(["5 %", "95 %"].map(|end| Column::numbers(format!("{}, {end}", axis.label), &axis.unit)));
    }
    let rows = frontier
        .options
        .iter()
        .map(|option| {
            let mut cells = vec![
                Cell::words(&option.label),
                Cell::words(if option.efficient { "yes" } else { "no" }),
            ];
            for (axis, value, interval) in [
                (cost, option.cost, option.cost_interval),
                (effect, option.effect, option.effect_interval),
            ] {
                cells.push(Cell::number(value, axis.format));
                cells.push(Cell::optional(interval.map(|[low, _]| low), axis.format));
                cells.push(Cell::optional(interval.map(|[_, high]| high), axis.format));
            }
            cells
        })
        .collect();
    (columns, rows)
}

fn boxes_table(boxes: &Boxes) -> Parts {
    let columns = vec![
        Column::words("Input"),
        Column::words("Unit"),
        Column::numbers("From", ""),
        Column::numbers("To", ""),
        Column::numbers("Range from", ""),
        Column::numbers("Range to", ""),
    ];
    let rows = boxes
        .inputs
        .iter()
        .map(|input| {
            let mut cells = vec![Cell::words(&input.input.label), Cell::words(&input.input.unit)];
            cells.extend(
                input
                    .limits
                    .iter()
                    .chain(&input.range)
                    .map(|value| Cell::number(*value, input.input.format)),
            );
            cells
        })
        .collect();
    (columns, rows)
}

fn waterfall_table(waterfall: &Waterfall) -> Parts {
    let axis = &waterfall.axis;
    let mut columns = vec![
        Column::words("Row"),
        Column::words("Kind"),
        Column::numbers(&axis.label, &axis.unit),
    ];
    columns.extend(
        ["from", "to"].map(|end| Column::numbers(format!("{} % {end}", waterfall.coverage), &axis.unit)),
    );
    let rows = waterfall
        .rows
        .iter()
        .map(|row| {
            let kind = if row.total { "total" } else { "change" };
            let mut cells = vec![
                Cell::words(&row.label),
                Cell::words(kind),
                Cell::number(row.value, axis.format),
            ];
            cells.extend(interval_cells(row.interval, axis.format));
            cells
        })
        .collect();
    (columns, rows)
}

fn timeline_table(timeline: &Timeline) -> Parts {
    let mut columns = vec![Column::words("Program")];
    columns.extend(
        [
            "Planned start",
            "Start, 5 %",
            "Start, median",
            "Start, 95 %",
            "Full effect",
            "Ends",
        ]
        .map(|label| Column::numbers(label, "")),
    );
    // Years with fractions are points in time; a reader asks for the calendar year.
    let year = |value: f64| Cell {
        text: timeline.x.format.text(libm::floor(value)),
        value: Some(value),
    };
    let rows = timeline
        .rows
        .iter()
        .map(|row| {
            let mut cells = vec![Cell::words(&row.label), year(row.planned)];
            cells.extend(row.begins.map(year));
            cells.push(year(row.full));
            cells.push(row.ends.map_or_else(|| Cell::words(""), year));
            cells
        })
        .collect();
    (columns, rows)
}

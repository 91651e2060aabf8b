//! Tables of a page, and the table that says what a chart shows.

use serde::{Deserialize, Serialize};

use crate::report::chart::{Axis, Chart, Colors, Data, Format, Quantiles};

/// A table.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Table {
    /// What it lists, as a heading.
    pub title: String,
    /// Its columns; the first names the rows.
    pub columns: Vec<Column>,
    /// Its rows, one cell per column.
    pub rows: Vec<Vec<Cell>>,
    /// A remark below; empty for none.
    pub note: String,
}

/// A column.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Column {
    /// Heading.
    pub label: String,
    /// Unit; empty for none.
    pub unit: String,
    /// Whether it holds numbers, which align at the right.
    pub numeric: bool,
}

impl Column {
    /// A column of words.
    pub fn words(label: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            unit: String::new(),
            numeric: false,
        }
    }

    /// A column of numbers.
    pub fn numbers(label: impl Into<String>, unit: impl Into<String>) -> Self {
        Self {
            label: label.into(),
            unit: unit.into(),
            numeric: true,
        }
    }
}

/// A cell.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Cell {
    /// What the reader sees; a line feed divides a number from its range below.
    pub text: String,
    /// The number behind it, which the download holds in full.
    pub value: Option<f64>,
}

impl Cell {
    /// Words.
    pub fn words(text: impl Into<String>) -> Self {
        Self {
            text: text.into(),
            value: None,
        }
    }

    /// A number, shown in its format and kept in full.
    pub fn number(value: f64, format: Format) -> Self {
        Self {
            text: format.text(value),
            value: value.is_finite().then_some(value),
        }
    }

    /// A number that may be missing.
    pub fn optional(value: Option<f64>, format: Format) -> Self {
        value.map_or_else(|| Self::words(""), |value| Self::number(value, format))
    }
}

/// The columns of an estimate: median and the ends of both intervals.
fn quantile_columns(axis: &Axis) -> impl Iterator<Item = Column> + '_ {
    ["Median", "5 %", "25 %", "75 %", "95 %"]
        .into_iter()
        .map(|label| Column::numbers(label, &axis.unit))
}

fn quantile_cells(quantiles: Quantiles, format: Format) -> impl Iterator<Item = Cell> {
    [2, 0, 1, 3, 4]
        .into_iter()
        .map(move |index| Cell::number(quantiles[index], format))
}

impl Table {
    /// The numbers of a chart.
    pub fn of_chart(chart: &Chart) -> Self {
        let (columns, rows) = match &chart.data {
            Data::Fan(fan) => {
                let mut columns = vec![
                    Column::words("Series"),
                    Column::numbers(&fan.x.label, &fan.x.unit),
                    Column::numbers("Observed", &fan.y.unit),
                ];
                columns.extend(quantile_columns(&fan.y));
                let mut rows = Vec::new();
                for series in &fan.series {
                    for point in &series.observed {
                        let mut row = vec![
                            Cell::words(&series.name),
                            Cell::number(point.x, fan.x.format),
                            Cell::number(point.y, fan.y.format),
                        ];
                        row.extend((0..5).map(|_| Cell::words("")));
                        rows.push(row);
                    }
                    for point in &series.projected {
                        let mut row = vec![
                            Cell::words(&series.name),
                            Cell::number(point.x, fan.x.format),
                            Cell::words(""),
                        ];
                        row.extend(quantile_cells(point.quantiles, fan.y.format));
                        rows.push(row);
                    }
                }
                (columns, rows)
            }
            Data::Lines(lines) => {
                let columns = vec![
                    Column::words("Series"),
                    Column::numbers(&lines.x.label, &lines.x.unit),
                    Column::numbers(&lines.y.label, &lines.y.unit),
                    Column::numbers(format!("{} % from", lines.coverage), &lines.y.unit),
                    Column::numbers(format!("{} % to", lines.coverage), &lines.y.unit),
                ];
                let rows = lines
                    .series
                    .iter()
                    .flat_map(|series| {
                        series.points.iter().map(|point| {
                            vec![
                                Cell::words(&series.name),
                                Cell::number(point.x, lines.x.format),
                                Cell::number(point.y, lines.y.format),
                                Cell::optional(point.interval.map(|[low, _]| low), lines.y.format),
                                Cell::optional(point.interval.map(|[_, high]| high), lines.y.format),
                            ]
                        })
                    })
                    .collect();
                (columns, rows)
            }
            Data::Intervals(intervals) => {
                let mut columns = vec![Column::words("Row"), Column::words("Group")];
                columns.extend(quantile_columns(&intervals.axis));
                let rows = intervals
                    .rows
                    .iter()
                    .map(|row| {
                        let mut cells = vec![Cell::words(&row.label), Cell::words(&row.group)];
                        cells.extend(quantile_cells(row.quantiles, intervals.axis.format));
                        cells
                    })
                    .collect();
                (columns, rows)
            }
            Data::Bars(bars) => {
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
            Data::Tornado(tornado) => {
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
            Data::HeatMap(map) => {
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
            Data::Frontier(frontier) => {
                let (cost, effect) = (&frontier.cost, &frontier.effect);
                let mut columns = vec![Column::words("Option"), Column::words("Efficient")];
                for axis in [cost, effect] {
                    columns.push(Column::numbers(&axis.label, &axis.unit));
                    columns.push(Column::numbers("5 %", &axis.unit));
                    columns.push(Column::numbers("95 %", &axis.unit));
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
            Data::Boxes(boxes) => {
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

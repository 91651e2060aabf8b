//! Charts as plain data, and their pictures: SVG for pages and papers, PNG beside it.
//!
//! A chart holds numbers and words, no layout. It is drawn here alone, at a wide and a narrow width: a page
//! ([`super::page`]), its print and its downloads show the same picture. The page lists the chart's numbers as a table too,
//! and what it tells of a place in the picture is the row of that table.

mod draw;
mod frame;
mod heat_map;
mod palette;
mod plane;
#[cfg(feature = "png")]
mod png;
mod rows;
mod scale;
mod svg;

use serde::{Deserialize, Serialize};

use super::number::{grouped, significant};

#[cfg(feature = "png")]
pub use png::{Png, PngError};

pub(super) use palette::Ink;
pub(super) use plane::distinct;
pub(super) use svg::{markup, style};

/// A chart.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Chart {
    /// What is shown, as a heading: "Digital share of GDP, Japan".
    pub title: String,
    /// What the picture says, in one sentence, for readers who do not see it.
    pub description: String,
    /// The numbers.
    pub data: Data,
}

/// The kinds of chart.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Data {
    /// Quantile bands by year, history joined to projection; also paired differences by year.
    Fan(Fan),
    /// Curves: a probability by year, acceptability, a response to an input, dispersion by year.
    Lines(Lines),
    /// An estimate with its 50 % and 90 % interval per row.
    Intervals(Intervals),
    /// A bar per row, with or without an interval.
    Bars(Bars),
    /// What each input does to an outcome: low and high around a base value.
    Tornado(Tornado),
    /// A value per row and column.
    HeatMap(HeatMap),
    /// Effect against cost, with the efficient options joined.
    Frontier(Frontier),
    /// Limits of inputs that lead to an outcome of interest (a box of PRIM).
    Boxes(Boxes),
    /// From one total to another by steps.
    Waterfall(Waterfall),
    /// When each of several programs starts, is in full effect and ends.
    Timeline(Timeline),
}

/// How a number reads.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Format {
    /// About four digits, thousands grouped.
    Number,
    /// A share or rate; 0.398 reads 39.8 %.
    Percent,
    /// A difference of shares or rates; 0.012 reads 1.2. Its unit is percentage points.
    Points,
    /// A calendar year.
    Year,
}

impl Format {
    /// The number as text; a value that is not finite reads "n/a".
    pub fn text(self, value: f64) -> String {
        let hundredfold = |value: f64| {
            let percent = 100.0 * value;
            if percent.abs() >= 1.0 || percent == 0.0 {
                format!("{percent:.1}")
            } else {
                significant(percent)
            }
        };
        match self {
            _ if !value.is_finite() => "n/a".to_owned(),
            Self::Number => grouped(value),
            Self::Percent => format!("{} %", hundredfold(value)),
            Self::Points => hundredfold(value),
            Self::Year => format!("{value:.0}"),
        }
    }
}

/// What an axis measures.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Axis {
    /// Quantity: "Digital economy".
    pub label: String,
    /// Unit: "USD bn"; empty where the quantity has none or the format says it.
    pub unit: String,
    /// How its numbers read.
    pub format: Format,
    /// Whether equal ratios lie equally far apart, down to the smallest value above 0, and 0 beside it; curves only.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub logarithmic: bool,
}

impl Axis {
    /// An axis.
    pub fn new(label: impl Into<String>, unit: impl Into<String>, format: Format) -> Self {
        Self {
            label: label.into(),
            unit: unit.into(),
            format,
            logarithmic: false,
        }
    }

    /// The same axis with equal ratios equally far apart.
    #[must_use]
    pub fn logarithmic(self) -> Self {
        Self {
            logarithmic: true,
            ..self
        }
    }

    /// Calendar years.
    pub fn years() -> Self {
        Self::new("Year", "", Format::Year)
    }

    /// Quantity and unit: "Digital economy (USD bn)".
    pub fn heading(&self) -> String {
        if self.unit.is_empty() {
            self.label.clone()
        } else {
            format!("{} ({})", self.label, self.unit)
        }
    }
}

/// The quantiles 5, 25, 50, 75 and 95 %, in this order.
pub type Quantiles = [f64; 5];

/// Quantile bands by year.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Fan {
    /// Years.
    pub x: Axis,
    /// The quantity.
    pub y: Axis,
    /// One or more, such as the baseline and the options.
    pub series: Vec<FanSeries>,
    /// Horizontal lines, such as the zero of a difference.
    pub references: Vec<Reference>,
}

/// A series of a fan chart.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct FanSeries {
    /// Name in the legend.
    pub name: String,
    /// Observed values, by year; empty for a difference.
    pub observed: Vec<Point>,
    /// Projected quantiles, by year. Where they start after the last observation, the bands open at that point, for a
    /// series without observations at the last one of the first series that has some.
    pub projected: Vec<FanPoint>,
}

impl Fan {
    /// The projection of a series, preceded by the last observation where the projection starts later. A series without
    /// observations, such as an option, continues those of the first series that has some.
    fn joined(&self, series: &FanSeries) -> Vec<FanPoint> {
        let observed = if series.observed.is_empty() {
            self.series.iter().find_map(|other| other.observed.last())
        } else {
            series.observed.last()
        };
        let mut points = series.projected.clone();
        if let (Some(last), Some(first)) = (observed, points.first())
            && last.x < first.x
        {
            points.insert(
                0,
                FanPoint {
                    x: last.x,
                    quantiles: [last.y; 5],
                },
            );
        }
        points
    }
}

/// Quantiles of one year.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
pub struct FanPoint {
    /// Year.
    pub x: f64,
    /// Quantiles 5, 25, 50, 75, 95 %.
    pub quantiles: Quantiles,
}

/// A point.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
pub struct Point {
    /// Across.
    pub x: f64,
    /// Up.
    pub y: f64,
}

/// A value marked by a line across the plot.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Reference {
    /// Where.
    pub value: f64,
    /// What it stands for: "no effect".
    pub label: String,
}

/// Curves.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Lines {
    /// The input or year.
    pub x: Axis,
    /// The outcome.
    pub y: Axis,
    /// The curves.
    pub series: Vec<LineSeries>,
    /// Horizontal lines.
    pub references: Vec<Reference>,
    /// What the intervals of the points hold, in percent, such as 90.
    pub coverage: u8,
    /// Vertical lines, such as the year in which money is paid back.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub places: Vec<Reference>,
}

/// A curve.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct LineSeries {
    /// Name in the legend.
    pub name: String,
    /// The points, by x.
    pub points: Vec<LinePoint>,
}

/// A point of a curve.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
pub struct LinePoint {
    /// Across.
    pub x: f64,
    /// Up.
    pub y: f64,
    /// Interval of y, drawn as a band where every point has one.
    pub interval: Option<[f64; 2]>,
}

/// Estimates with intervals, one per row.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Intervals {
    /// The quantity.
    pub axis: Axis,
    /// The rows, from the top.
    pub rows: Vec<IntervalRow>,
    /// A vertical line, such as no effect.
    pub reference: Option<Reference>,
}

/// A row of an interval chart.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct IntervalRow {
    /// Heading above the first of successive rows that share it, such as an economy; empty for none.
    pub group: String,
    /// The row, such as an option.
    pub label: String,
    /// The mean, where it is what the chart tells and not the median.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mean: Option<f64>,
    /// Quantiles 5, 25, 50, 75, 95 %.
    pub quantiles: Quantiles,
}

impl IntervalRow {
    /// What the mark stands at: the mean where it is told, otherwise the median.
    pub(super) fn center(&self) -> f64 {
        self.mean.unwrap_or(self.quantiles[2])
    }
}

/// Bars.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Bars {
    /// The quantity.
    pub axis: Axis,
    /// The rows, from the top.
    pub rows: Vec<Bar>,
    /// What the intervals of the bars hold, in percent, such as 90.
    pub coverage: u8,
}

/// A bar.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Bar {
    /// Heading above the first of successive bars that share it; empty for none.
    pub group: String,
    /// The row.
    pub label: String,
    /// Length.
    pub value: f64,
    /// Interval of the value.
    pub interval: Option<[f64; 2]>,
}

/// What each input does to an outcome.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Tornado {
    /// The outcome.
    pub axis: Axis,
    /// The outcome with every input at its central value.
    pub base: f64,
    /// One per input; drawn and listed with the widest at the top.
    pub bars: Vec<TornadoBar>,
}

impl Tornado {
    /// The bars, the widest first; equal widths keep their order.
    pub fn sorted(&self) -> Vec<&TornadoBar> {
        let mut bars: Vec<&TornadoBar> = self.bars.iter().collect();
        let width = |bar: &TornadoBar| {
            let width = (bar.high - bar.low).abs();
            if width.is_finite() { width } else { 0.0 }
        };
        bars.sort_by(|left, right| width(right).total_cmp(&width(left)));
        bars
    }
}

/// One input of a tornado chart.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct TornadoBar {
    /// The input.
    pub label: String,
    /// The outcome at the low value of the input.
    pub low: f64,
    /// The outcome at the high value of the input.
    pub high: f64,
    /// The low value of the input, as text.
    pub low_input: String,
    /// The high value of the input, as text.
    pub high_input: String,
}

/// A value per row and column.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct HeatMap {
    /// What the columns are: "Element".
    pub columns_label: String,
    /// The columns.
    pub columns: Vec<String>,
    /// What the rows are: "Economy".
    pub rows_label: String,
    /// The rows.
    pub rows: Vec<String>,
    /// The quantity in the cells.
    pub value: Axis,
    /// The colors.
    pub colors: Colors,
    /// One per row and column.
    pub cells: Vec<Vec<Cell>>,
}

/// The colors of a heat map.
#[derive(Clone, Copy, PartialEq, Debug, Serialize, Deserialize)]
#[serde(tag = "scale", rename_all = "snake_case")]
pub enum Colors {
    /// Light to dark between two values.
    Sequential {
        /// The lightest.
        low: f64,
        /// The darkest.
        high: f64,
    },
    /// Two hues on either side of a middle value.
    Diverging {
        /// The neutral value.
        middle: f64,
        /// The distance from the middle to the darkest, above 0.
        reach: f64,
    },
}

/// A cell of a heat map.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Cell {
    /// The value, if there is one.
    pub value: Option<f64>,
    /// A remark, such as "assumption: no data"; marks the cell with an asterisk. Empty for none.
    pub note: String,
}

/// Effect against cost.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Frontier {
    /// Cost.
    pub cost: Axis,
    /// Effect.
    pub effect: Axis,
    /// The options.
    pub options: Vec<FrontierOption>,
}

impl Frontier {
    /// The efficient options, by cost.
    fn efficient(&self) -> Vec<&FrontierOption> {
        let mut options: Vec<&FrontierOption> =
            self.options.iter().filter(|option| option.efficient).collect();
        options.sort_by(|left, right| left.cost.total_cmp(&right.cost));
        options
    }
}

/// An option of a frontier.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct FrontierOption {
    /// Its name.
    pub label: String,
    /// Cost.
    pub cost: f64,
    /// Effect.
    pub effect: f64,
    /// 90 % interval of the cost.
    pub cost_interval: Option<[f64; 2]>,
    /// 90 % interval of the effect.
    pub effect_interval: Option<[f64; 2]>,
    /// Whether no other option, and no mixture of others, gives more for the same cost.
    pub efficient: bool,
}

/// Limits of inputs.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Boxes {
    /// The inputs, the most restricted first.
    pub inputs: Vec<BoxInput>,
}

/// Limits of one input.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct BoxInput {
    /// The input, its unit and how its numbers read.
    pub input: Axis,
    /// What it can be.
    pub range: [f64; 2],
    /// What it is in the box.
    pub limits: [f64; 2],
    /// Whether it is 0 or 1 and nothing between.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub two_states: bool,
}

impl BoxInput {
    /// Whether 0 and whether 1 lies in the box, for an input that is one of them.
    fn states(&self) -> Option<[bool; 2]> {
        let inside = |state: f64| (self.limits[0]..=self.limits[1]).contains(&state);
        self.two_states.then(|| [0.0, 1.0].map(inside))
    }

    /// The limits as positions in the range, each in 0..1.
    pub fn positions(&self) -> [f64; 2] {
        let [low, high] = self.range;
        self.limits.map(|limit| {
            let position = (limit - low) / (high - low);
            if position.is_finite() {
                position.clamp(0.0, 1.0)
            } else {
                0.0
            }
        })
    }
}

/// From one total to another by steps.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Waterfall {
    /// The quantity.
    pub axis: Axis,
    /// The totals and the steps between them, from the top; the first is a total.
    pub rows: Vec<WaterfallRow>,
    /// What the intervals hold, in percent, such as 90.
    pub coverage: u8,
}

impl Waterfall {
    /// Where the bar of each row starts and ends: a total at 0, a step where the row above ends.
    pub(super) fn spans(&self) -> Vec<[f64; 2]> {
        let mut at = 0.0;
        let rows = self.rows.iter();
        rows.map(|row| {
            let from = if row.total { 0.0 } else { at };
            at = from + row.value;
            [from, at]
        })
        .collect()
    }
}

/// A total, or a step from the total above it.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct WaterfallRow {
    /// The row.
    pub label: String,
    /// The total, or the change.
    pub value: f64,
    /// Interval of the value.
    pub interval: Option<[f64; 2]>,
    /// Whether it is a total.
    pub total: bool,
}

/// Programs in time.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct Timeline {
    /// Years.
    pub x: Axis,
    /// The programs, from the top.
    pub rows: Vec<TimelineRow>,
    /// Years that are marked, such as the horizon; the last one ends the axis.
    pub places: Vec<Reference>,
}

impl Timeline {
    /// The last year shown.
    pub(super) fn last(&self) -> f64 {
        let places = self.places.iter().map(|place| place.value);
        let full = self.rows.iter().map(|row| row.full);
        places.chain(full).fold(f64::NEG_INFINITY, f64::max)
    }
}

/// A program in time: years, with fractions.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct TimelineRow {
    /// The program.
    pub label: String,
    /// When it is planned to start.
    pub planned: f64,
    /// When it starts, delay included: 5 %, median, 95 %.
    pub begins: [f64; 3],
    /// When its effect is built up, in the median.
    pub full: f64,
    /// When it ends, in the median; `None` if it does not.
    pub ends: Option<f64>,
}

/// A chart as a picture.
impl Chart {
    /// A document of its own, in the light colors.
    pub fn svg(&self) -> String {
        self.svg_with(&[])
    }

    /// A document of its own with lines below that say where it comes from: scenario, source, number of futures.
    pub fn svg_with(&self, credit: &[String]) -> String {
        let below = draw::credit(credit, draw::WIDE);
        draw::picture(self, draw::WIDE).document(&self.title, &self.description, below)
    }

    /// The pictures for a page, wide and narrow, without the title, which the page shows itself. `labels` are attributes that
    /// name them.
    pub(super) fn svg_elements(&self, labels: &str) -> String {
        [("wide", draw::WIDE), ("narrow", draw::NARROW)]
            .map(|(class, width)| draw::picture(self, width).element(class, labels))
            .concat()
    }

    /// The picture of [`Chart::svg_with`] as PNG, `scale` pixels per point of the SVG (1 to 8; 2 suits papers).
    ///
    /// # Errors
    /// If the scale is out of range, the picture too large, or it cannot be drawn.
    #[cfg(feature = "png")]
    pub fn png(&self, credit: &[String], scale: f64) -> Result<Png, PngError> {
        png::render(&self.svg_with(credit), scale)
    }
}

/// What pictures of a page say below when they leave it, wide and narrow.
pub(super) fn credit_elements(lines: &[String]) -> String {
    [("wide", draw::WIDE), ("narrow", draw::NARROW)]
        .map(|(class, width)| draw::credit(lines, width).element(class, ""))
        .concat()
}

#[cfg(test)]
mod tests;

//! The summary of an ensemble: what every output prints.

use crate::{
    base::{Economy, Metric, Place, Unit, Year},
    model::GapStatus,
    scenario::GapDefinition,
    stats::PROBABILITIES,
};

/// Statistics of one number over all paths.
#[derive(Clone, Copy, PartialEq, Debug, serde::Serialize)]
pub struct Statistics {
    /// Mean.
    pub mean: f64,
    /// Standard deviation (n − 1).
    pub sd: f64,
    /// Monte Carlo standard error of the mean.
    pub mcse: f64,
    /// Quantiles at [`PROBABILITIES`].
    pub quantiles: [f64; PROBABILITIES.len()],
    /// Monte Carlo standard errors of the quantiles.
    pub quantile_mcse: [f64; PROBABILITIES.len()],
    /// Share of paths on which the number is above 0.
    pub positive: f64,
}

impl Statistics {
    /// Statistics of a number that is 0 on every path.
    pub const ZERO: Self = Self {
        mean: 0.0,
        sd: 0.0,
        mcse: 0.0,
        quantiles: [0.0; PROBABILITIES.len()],
        quantile_mcse: [0.0; PROBABILITIES.len()],
        positive: 0.0,
    };

    /// Statistics of a multiple with a factor above 0.
    pub fn scaled(&self, factor: f64) -> Self {
        Self {
            mean: self.mean * factor,
            sd: self.sd * factor,
            mcse: self.mcse * factor,
            quantiles: self.quantiles.map(|value| value * factor),
            quantile_mcse: self.quantile_mcse.map(|value| value * factor),
            positive: self.positive,
        }
    }

    /// The median.
    pub fn median(&self) -> f64 {
        self.quantiles[2]
    }
}

/// Whether a number is a level or a paired difference.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Comparison {
    /// The number under the option.
    Level,
    /// Option less baseline on the same path.
    Extra,
}

impl Comparison {
    /// The name in outputs.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Level => "level",
            Self::Extra => "extra",
        }
    }
}

/// One number of the projection.
#[derive(Clone, PartialEq, Debug)]
pub struct SummaryRow {
    /// The policy option; `baseline` without levers.
    pub option: String,
    /// Level or paired difference.
    pub comparison: Comparison,
    /// The economy, or the group.
    pub place: Place,
    /// The metric.
    pub metric: Metric,
    /// Its unit.
    pub unit: Unit,
    /// The year, from t0 to the horizon.
    pub year: Year,
    /// Its statistics.
    pub statistics: Statistics,
}

/// How far the gap of an economy closes under an option (docs/model.md §8).
#[derive(Clone, PartialEq, Debug, serde::Serialize)]
pub struct GapClosure {
    /// The policy option.
    pub option: String,
    /// The economy.
    pub economy: Economy,
    /// Where it stands at t0.
    pub status: GapStatus,
    /// By year from t0: share of paths on which at least half, and all, of the gap is closed in that year.
    pub probability_half: Vec<f64>,
    /// See above.
    pub probability_all: Vec<f64>,
    /// By year from t0: share of paths on which that is the first year with half of the gap closed.
    pub first_half: Vec<f64>,
}

impl GapClosure {
    /// Share of paths on which half of the gap is never closed.
    pub fn never(&self) -> f64 {
        (1.0 - self.first_half.iter().sum::<f64>()).max(0.0)
    }

    /// Years from t0 until half of the gap is closed on half of the paths; `None` if fewer than half ever get there.
    pub fn median_years(&self) -> Option<usize> {
        let mut sum = 0.0;
        self.first_half.iter().position(|share| {
            sum += share;
            sum >= 0.5
        })
    }
}

/// Cost and benefit of an option counted to a year, in USD bn of base-year prices, as present values.
#[derive(Clone, PartialEq, Debug, serde::Serialize)]
pub struct MoneyTotal {
    /// Cost of all levers.
    pub cost: Statistics,
    /// Extra GDP of all economies.
    pub benefit: Statistics,
    /// Net present value: extra GDP less cost. Its `positive` is the probability that the option pays.
    pub net_present_value: Statistics,
    /// Mean benefit over mean cost: extra GDP per dollar of public cost; `None` without cost.
    pub benefit_cost_ratio: Option<f64>,
    /// Its Monte Carlo standard error (delta method).
    pub benefit_cost_ratio_mcse: Option<f64>,
}

/// Flows of a year, in USD bn of base-year prices, not discounted.
#[derive(Clone, PartialEq, Debug, serde::Serialize)]
pub struct MoneyYear {
    /// The year.
    pub year: Year,
    /// What is paid for all levers.
    pub outlay: Statistics,
    /// Extra GDP of all economies.
    pub benefit: Statistics,
}

/// When an option has paid back (docs/model.md §8).
#[derive(Clone, PartialEq, Debug, serde::Serialize)]
pub struct Payback {
    /// The median year over all futures; `None` where more than half never pay.
    pub median: Option<Year>,
    /// Share of futures that have not paid by the last year counted.
    pub never: f64,
}

/// The parts of the extra digital economy at the horizon, USD bn.
#[derive(Clone, PartialEq, Debug, serde::Serialize)]
pub struct DigitalSplit {
    /// An economy that the option can change, or the group.
    pub place: Place,
    /// The baseline's digital share of extra GDP.
    pub new_output: Statistics,
    /// Output that existed before and now counts as digital.
    pub counted_anew: Statistics,
    /// Digital trade.
    pub digital_trade: Statistics,
}

/// The money account of an option, in USD bn of base-year prices, as present values counted through the last year.
#[derive(Clone, PartialEq, Debug, serde::Serialize)]
pub struct MoneyAccount {
    /// The policy option.
    pub option: String,
    /// The year whose prices and exchange rates count.
    pub prices: Year,
    /// The year to which present values go.
    pub present_year: Year,
    /// The horizon.
    pub horizon: Year,
    /// The last year counted.
    pub through: Year,
    /// Cost by lever id.
    pub lever_costs: Vec<(String, Statistics)>,
    /// Cost by economy that pays.
    pub costs: Vec<(Economy, Statistics)>,
    /// Cost by payer outside the partners, who has no account of its own; part of the cost of the option and of no economy.
    pub outside: Vec<(String, Statistics)>,
    /// Extra GDP by economy.
    pub extra_gdp: Vec<(Economy, Statistics)>,
    /// Extra digital economy by economy; stands beside extra GDP and is never added to it.
    pub extra_digital: Vec<(Economy, Statistics)>,
    /// Extra GDP less cost, by economy.
    pub net: Vec<(Economy, Statistics)>,
    /// Cost of all levers.
    pub cost: Statistics,
    /// Extra GDP of all economies.
    pub benefit: Statistics,
    /// Net present value: extra GDP less cost. Its `positive` is the probability that the option pays.
    pub net_present_value: Statistics,
    /// Mean benefit over mean cost: extra GDP per dollar of public cost; `None` without cost.
    pub benefit_cost_ratio: Option<f64>,
    /// Its Monte Carlo standard error (delta method).
    pub benefit_cost_ratio_mcse: Option<f64>,
    /// Extra GDP over cost in each future, 0 without cost: the range of the ratio, whose mean is no use where costs are small.
    pub returns: Statistics,
    /// The same counted to the horizon only.
    pub by_horizon: MoneyTotal,
    /// Outlays and benefits by year, from the year after t0.
    pub years: Vec<MoneyYear>,
    /// When it has paid back.
    pub payback: Payback,
    /// The parts of its extra digital economy at the horizon, the group last.
    pub digital: Vec<DigitalSplit>,
}

/// Every number of a run, ordered by option, level before difference, place, metric (table order) and year.
#[derive(Clone, PartialEq, Debug)]
pub struct Summary {
    /// Number of paths.
    pub paths: u64,
    /// The base year t0.
    pub base_year: Year,
    /// Largest relative error of a quantile that the sketch itself adds.
    pub sketch_error: f64,
    /// The gap that is reported.
    pub gap: GapDefinition,
    /// The numbers. Metrics that cannot be computed (per head without population data) are absent.
    pub rows: Vec<SummaryRow>,
    /// Gap closure by option and economy.
    pub closures: Vec<GapClosure>,
    /// Money by option, without the baseline.
    pub money: Vec<MoneyAccount>,
}

impl Summary {
    /// The rows of one option, place and metric, by year.
    pub fn series(
        &self,
        option: &str,
        comparison: Comparison,
        place: impl Into<Place>,
        metric: Metric,
    ) -> impl Iterator<Item = &SummaryRow> {
        let place = place.into();
        self.rows.iter().filter(move |row| {
            row.metric == metric && row.place == place && row.comparison == comparison && row.option == option
        })
    }

    /// The last row of a series.
    pub fn last(
        &self,
        option: &str,
        comparison: Comparison,
        place: impl Into<Place>,
        metric: Metric,
    ) -> Option<&SummaryRow> {
        self.series(option, comparison, place, metric).last()
    }

    /// Names of the options; the first is the baseline.
    pub fn options(&self) -> Vec<&str> {
        let mut names: Vec<&str> = Vec::new();
        for row in &self.rows {
            if names.last() != Some(&row.option.as_str()) {
                names.push(&row.option);
            }
        }
        names
    }
}

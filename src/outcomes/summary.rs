//! The summary of an ensemble: what every output prints.

use crate::base::{Economy, Metric, Year};

/// The probabilities of the reported quantiles.
pub const PROBABILITIES: [f64; 5] = [0.05, 0.25, 0.50, 0.75, 0.95];

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
    pub quantiles: [f64; 5],
    /// Monte Carlo standard errors of the quantiles.
    pub quantile_mcse: [f64; 5],
}

/// One number of the projection.
#[derive(Clone, PartialEq, Debug)]
pub struct SummaryRow {
    /// The policy option; `baseline` without levers.
    pub option: String,
    /// The economy.
    pub economy: Economy,
    /// The metric.
    pub metric: Metric,
    /// The year, from t0 to the horizon.
    pub year: Year,
    /// Its statistics.
    pub statistics: Statistics,
}

/// Every number of a run, ordered by option, economy (scenario order), metric (table order) and year.
#[derive(Clone, PartialEq, Debug)]
pub struct Summary {
    /// Number of paths.
    pub paths: u64,
    /// Largest relative error of a quantile that the sketch itself adds.
    pub sketch_error: f64,
    /// The numbers. Metrics that cannot be computed (per head without population data) are absent.
    pub rows: Vec<SummaryRow>,
}

impl Summary {
    /// The rows of one economy and metric, by year.
    pub fn series(&self, economy: Economy, metric: Metric) -> impl Iterator<Item = &SummaryRow> {
        self.rows
            .iter()
            .filter(move |row| row.economy == economy && row.metric == metric)
    }
}

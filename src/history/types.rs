//! What a history table holds, and what the calibration takes from it.

use crate::{
    base::{Economy, Year},
    stats::Distribution,
};

/// The base of a growth rate (docs/model.md §2).
#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Serialize, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GrowthBasis {
    /// g = (x_t − x_(t−1)) / x_(t−1), so x_t / x_(t−1) = 1 + g.
    StartYear,
    /// g = (x_t − x_(t−1)) / x_t, so x_t / x_(t−1) = 1 / (1 − g).
    EndYear,
}

/// One economy as the calibration and the model see it: yearly changes and the level at the base year.
#[derive(Clone, Debug, PartialEq)]
pub struct EconomyData {
    /// The economy.
    pub economy: Economy,
    /// Yearly log changes of GDP, Δ ln Y, by year, ascending.
    pub gdp_changes: Vec<(Year, f64)>,
    /// Yearly changes of the logit digital share, Δ logit s, by year, ascending; empty without digital history.
    pub share_changes: Vec<(Year, f64)>,
    /// GDP at the base year, current USD bn.
    pub gdp: f64,
    /// Digital share of GDP at the base year; `None` where the history has no digital figures.
    pub share: Option<InitialShare>,
    /// Population at the base year and its mean yearly log growth; `None` without population data.
    pub population: Option<Population>,
}

/// Digital share of GDP at the base year.
#[derive(Clone, Debug, PartialEq)]
pub struct InitialShare {
    /// What the projection draws from; a constant where the level is published.
    pub distribution: Distribution,
    /// What the calibration chains back from: the most likely value.
    pub mode: f64,
    /// What outputs print where the level is not a published number.
    pub assumption: Option<String>,
}

/// Population of an economy (docs/model.md §8).
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Population {
    /// Persons at the base year.
    pub persons: f64,
    /// Mean yearly log growth over the years of the table (2016–2021 in the embedded one).
    pub log_growth: f64,
}

/// What the rest of the program takes from a history: one entry per economy, in table order.
#[derive(Clone, Debug, PartialEq)]
pub struct HistoryData {
    /// The last year with digital-economy history, t0.
    pub base_year: Year,
    /// Economies in table order.
    pub economies: Vec<EconomyData>,
}

impl HistoryData {
    /// The data of an economy.
    pub fn economy(&self, economy: Economy) -> Option<&EconomyData> {
        self.economies.iter().find(|data| data.economy == economy)
    }
}

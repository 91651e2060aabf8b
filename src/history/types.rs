//! What a history table holds, and what the calibration takes from it.

use super::GivenScore;
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

/// One economy as the calibration and the model see it.
#[derive(Clone, Debug, PartialEq)]
pub struct EconomyData {
    /// The economy.
    pub economy: Economy,
    /// Whether the history table holds it; otherwise it is known from the panel alone.
    pub in_table: bool,
    /// Yearly log changes of GDP, Δ ln Y, by year, ascending: the table's, and the panel's where the table has none.
    pub gdp_changes: Vec<(Year, f64)>,
    /// Growth of volume, g, by year, ascending; empty where nobody knows it.
    pub volume: Vec<(Year, f64)>,
    /// Changes of the dollar price of GDP, q, by year, ascending; where volume is unknown, the changes Δ ln Y that are fitted as one
    /// series.
    pub price: Vec<(Year, f64)>,
    /// Yearly changes of the logit digital share, Δ logit s, by year, ascending; empty without digital history.
    pub share_changes: Vec<(Year, f64)>,
    /// GDP at the base year, current USD bn.
    pub gdp: f64,
    /// The years after the base year whose GDP is known, without a break.
    pub known_gdp: Vec<KnownGdp>,
    /// Digital share of GDP at the base year; `None` where the history has no digital figures.
    pub share: Option<InitialShare>,
    /// The digital shares of the years after the base year that are known, without a break.
    pub known_shares: Vec<f64>,
    /// Population; `None` without population data.
    pub population: Option<Population>,
}

/// A year after the base year whose GDP is known (docs/model.md §2).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct KnownGdp {
    /// GDP, current USD bn.
    pub gdp: f64,
    /// Growth of volume g of the year, where it is known.
    pub volume_growth: Option<f64>,
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

/// Population of an economy (docs/model.md §2).
#[derive(Clone, PartialEq, Debug)]
pub struct Population {
    /// Persons by year from the base year, as far as they are known.
    pub known: Vec<f64>,
    /// Yearly log growth after that: the mean of the last five known years.
    pub log_growth: f64,
}

impl Population {
    /// Persons `step` years after the base year.
    pub fn persons(&self, step: usize) -> f64 {
        let last = self.known.len() - 1;
        match self.known.get(step) {
            Some(known) => *known,
            None => self.known[last] * libm::exp(self.log_growth * (step - last) as f64),
        }
    }
}

/// What the rest of the program takes from a history: one entry per economy.
#[derive(Clone, Debug, PartialEq)]
pub struct HistoryData {
    /// The base year t0: the last of the years in which most economies have a digital level.
    pub base_year: Year,
    /// The economies of the table in its order, then those that only the panel knows, by code.
    pub economies: Vec<EconomyData>,
    /// Where the table contradicts itself, as sentences with the arithmetic.
    pub contradictions: Vec<String>,
    /// Scores of the digitalization matrix that a table gives, for any economies.
    pub scores: Vec<GivenScore>,
}

impl HistoryData {
    /// The data of an economy.
    pub fn economy(&self, economy: Economy) -> Option<&EconomyData> {
        self.economies.iter().find(|data| data.economy == economy)
    }

    /// The economies of the table itself, in its order: those of a scenario that names none.
    pub fn of_table(&self) -> impl Iterator<Item = &EconomyData> {
        self.economies.iter().filter(|data| data.in_table)
    }
}

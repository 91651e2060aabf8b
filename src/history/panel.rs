//! The panel: GDP, real growth, population and digital indicators of 189 economies, 1990 to 2025 (docs/data.md).

use std::sync::LazyLock;

use super::{GrowthBasis, Row, SERIES, Status, TableUnit};
use crate::base::{Economy, SourceText, Year};

const TEXT: &str = include_str!("../../data/history/panel.csv");
/// The name of the embedded file, in manifests.
pub const PANEL_NAME: &str = "data/history/panel.csv";
/// The first and the last year of the panel.
pub const PANEL_YEARS: (Year, Year) = (1990, 2025);
const YEARS: usize = (PANEL_YEARS.1 - PANEL_YEARS.0 + 1) as usize;

/// A series of the panel, by its column.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PanelSeries {
    /// GDP, current USD bn.
    Gdp,
    /// Real growth of GDP, percent a year, on the usual (start-year) basis.
    RealGrowth,
    /// Persons.
    Population,
    /// Internet users, percent of the population.
    InternetUsers,
    /// Fixed-broadband subscriptions per 100 persons.
    Broadband,
    /// Mobile-cellular subscriptions per 100 persons.
    Mobile,
}

impl PanelSeries {
    /// Every series, in the order of the columns.
    pub const ALL: [Self; 6] = [
        Self::Gdp,
        Self::RealGrowth,
        Self::Population,
        Self::InternetUsers,
        Self::Broadband,
        Self::Mobile,
    ];

    /// The name of its column.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Gdp => "gdp_usd_bn",
            Self::RealGrowth => "real_growth_percent",
            Self::Population => "population",
            Self::InternetUsers => "internet_pct",
            Self::Broadband => "broadband_per_100",
            Self::Mobile => "mobile_per_100",
        }
    }
}

/// What the panel holds of one economy.
#[derive(Clone, Debug)]
pub struct PanelEconomy {
    /// The economy.
    pub economy: Economy,
    /// By series and year; NaN where the panel has nothing.
    values: [[f64; YEARS]; PanelSeries::ALL.len()],
}

impl PanelEconomy {
    /// A number, in the unit of its column.
    pub fn value(&self, series: PanelSeries, year: Year) -> Option<f64> {
        let column = &self.values[series as usize];
        let value = *column.get(usize::try_from(year - PANEL_YEARS.0).ok()?)?;
        (!value.is_nan()).then_some(value)
    }

    /// GDP, current USD bn.
    pub fn gdp(&self, year: Year) -> Option<f64> {
        self.value(PanelSeries::Gdp, year)
    }

    /// Δ ln Y of a year.
    pub fn gdp_change(&self, year: Year) -> Option<f64> {
        Some(libm::log(self.gdp(year)? / self.gdp(year - 1)?))
    }

    /// g of a year: the growth of volume, ln(1 + real growth).
    pub fn volume_growth(&self, year: Year) -> Option<f64> {
        Some(libm::log1p(self.value(PanelSeries::RealGrowth, year)? / 100.0))
    }

    /// q of a year: the change of the dollar price of GDP, Δ ln Y − g.
    pub fn price_change(&self, year: Year) -> Option<f64> {
        Some(self.gdp_change(year)? - self.volume_growth(year)?)
    }
}

/// What a row of the panel says about itself.
const SOURCE: &str = "World Bank, World Development Indicators, vintage of July 2026, CC BY 4.0";

impl PanelSeries {
    /// The name of the series in a history table, and how the panel writes it.
    const fn in_tables(self) -> (&'static str, TableUnit, Option<GrowthBasis>) {
        match self {
            Self::Gdp => ("gdp", TableUnit::UsdBn, None),
            Self::RealGrowth => ("volume_growth", TableUnit::Percent, Some(GrowthBasis::StartYear)),
            Self::Population => ("population", TableUnit::Persons, None),
            Self::InternetUsers => ("internet_users", TableUnit::Percent, None),
            Self::Broadband => ("broadband", TableUnit::Per100, None),
            Self::Mobile => ("mobile", TableUnit::Per100, None),
        }
    }
}

impl PanelEconomy {
    /// Its numbers as rows of a history table, by series and year.
    pub fn rows(&self) -> Vec<Row> {
        let location = (SourceText::new(PANEL_NAME, ""), 0..0);
        let mut rows = Vec::new();
        for series in PanelSeries::ALL {
            let (key, unit, basis) = series.in_tables();
            let Some(definition) = SERIES.iter().find(|row| row.key == key) else {
                continue;
            };
            for year in PANEL_YEARS.0..=PANEL_YEARS.1 {
                let Some(value) = self.value(series, year) else {
                    continue;
                };
                rows.push(Row {
                    series: definition,
                    place: self.economy.code().to_owned(),
                    year,
                    printed: value.to_string(),
                    written: value.to_string(),
                    value: value * unit.factor(),
                    unit,
                    basis,
                    status: Status::Used,
                    uncertainty: None,
                    uncertainty_written: String::new(),
                    source: SOURCE.to_owned(),
                    locator: series.key().to_owned(),
                    note: String::new(),
                    correction: None,
                    location: location.clone(),
                });
            }
        }
        rows
    }
}

/// The panel.
#[derive(Debug)]
pub struct Panel {
    /// Economies, in the alphabetical order of their codes.
    pub economies: Vec<PanelEconomy>,
}

impl Panel {
    /// The embedded panel, read once and only when it is asked for.
    pub fn embedded() -> &'static Self {
        static PANEL: LazyLock<Panel> = LazyLock::new(|| Panel::parse(TEXT));
        &PANEL
    }

    /// The bytes of the embedded panel, for manifests.
    pub const fn text() -> &'static str {
        TEXT
    }

    /// What it holds of an economy.
    pub fn economy(&self, economy: Economy) -> Option<&PanelEconomy> {
        let position = self
            .economies
            .binary_search_by_key(&economy, |entry| entry.economy)
            .ok()?;
        Some(&self.economies[position])
    }

    /// Reads the embedded text, sorted by code and year; what is malformed would be skipped, which the tests exclude.
    fn parse(text: &str) -> Self {
        let mut economies: Vec<PanelEconomy> = Vec::new();
        for line in text.lines().skip(1) {
            let mut cells = line.split(',');
            let Some(economy) = cells.next().and_then(Economy::parse) else {
                continue;
            };
            let year = cells.next().and_then(|cell| cell.parse::<Year>().ok());
            let position = year.and_then(|year| usize::try_from(year - PANEL_YEARS.0).ok());
            let Some(position) = position.filter(|position| *position < YEARS) else {
                continue;
            };
            if economies.last().is_none_or(|last| last.economy != economy) {
                economies.push(PanelEconomy {
                    economy,
                    values: [[f64::NAN; YEARS]; PanelSeries::ALL.len()],
                });
            }
            if let Some(entry) = economies.last_mut() {
                for (column, cell) in entry.values.iter_mut().zip(cells) {
                    column[position] = cell.parse().unwrap_or(f64::NAN);
                }
            }
        }
        Self { economies }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_read_in_order() {
        let panel = Panel::embedded();
        assert_eq!(panel.economies.len(), 189);
        assert!(
            panel
                .economies
                .windows(2)
                .all(|pair| pair[0].economy < pair[1].economy)
        );
        let header = TEXT.lines().next().unwrap();
        let keys: Vec<&str> = PanelSeries::ALL.iter().map(|series| series.key()).collect();
        assert_eq!(header, format!("economy,year,{}", keys.join(",")));
        // Every cell with a number stands in the table, and nothing else.
        let cells = TEXT.lines().skip(1).flat_map(|line| line.split(',').skip(2));
        let written = cells.filter(|cell| !cell.is_empty()).count();
        let read = panel
            .economies
            .iter()
            .flat_map(|entry| entry.values.iter().flatten());
        assert_eq!(read.filter(|value| value.is_finite()).count(), written);
        assert_eq!(TEXT.lines().count(), 1 + 189 * YEARS);
    }

    #[test]
    fn changes_are_those_of_a_row_worked_by_hand() {
        // CHN 2021: 14996.4142 to 18201.6987, real growth 8.57 %.
        let china = Panel::embedded().economy(Economy::parse("CHN").unwrap()).unwrap();
        let (y, g) = ((18201.6987f64 / 14996.4142).ln(), 1.0857f64.ln());
        assert!((china.gdp_change(2021).unwrap() - y).abs() < 1e-15);
        assert!((china.volume_growth(2021).unwrap() - g).abs() < 1e-15);
        assert!((china.price_change(2021).unwrap() - (y - g)).abs() < 1e-15);
        assert_eq!(china.gdp(1989), None);
        assert_eq!(china.gdp(2026), None);
        assert_eq!(china.price_change(1990), None);
    }
}

//! From rows to what the calibration and the model use: yearly changes, levels at the base year, population.

use super::{
    EconomyData, HistoryData, InitialShare, Population,
    table::{Row, Status},
};
use crate::{
    base::{Diagnostic, Diagnostics, Economy, Year},
    stats::{Distribution, elementary::logit},
};

/// Rows of a table.
#[derive(Clone, Copy)]
struct Rows<'rows>(&'rows [Row]);

impl<'rows> Rows<'rows> {
    /// Used rows of a series and economy, by year.
    fn of(self, series: &str, economy: &str) -> Vec<&'rows Row> {
        let mut found: Vec<&Row> = self
            .0
            .iter()
            .filter(|row| row.is_used() && row.series.key == series && row.place == economy)
            .collect();
        found.sort_by_key(|row| row.year);
        found
    }

    fn at(self, series: &str, economy: &str, year: Year) -> Option<&'rows Row> {
        self.of(series, economy).into_iter().find(|row| row.year == year)
    }

    /// Log changes by year: from growth rates where the table has them, otherwise from levels of consecutive years.
    fn log_changes(self, growth: &str, level: &str, economy: &str) -> Vec<(Year, f64)> {
        let rates = self.of(growth, economy);
        if !rates.is_empty() {
            return rates
                .iter()
                .filter_map(|row| Some((row.year, libm::log(row.ratio()?))))
                .collect();
        }
        self.of(level, economy)
            .windows(2)
            .filter(|pair| pair[1].year == pair[0].year + 1)
            .map(|pair| (pair[1].year, libm::log(pair[1].value / pair[0].value)))
            .collect()
    }

    /// The digital share of a year, from a share or from a level and GDP.
    fn share(self, economy: &str, year: Year, gdp: f64) -> Option<(&'rows Row, f64)> {
        self.at("digital_share", economy, year)
            .map(|row| (row, row.value))
            .or_else(|| {
                self.at("digital_economy", economy, year)
                    .map(|row| (row, row.value / gdp))
            })
    }
}

/// The data of a history.
///
/// # Errors
/// If an economy has no GDP at the base year, or its digital share is not below 1.
pub(super) fn assemble(rows: &[Row]) -> Result<HistoryData, Diagnostics> {
    let rows = Rows(rows);
    let mut errors = Diagnostics::new();
    let model_rows = || rows.0.iter().filter(|row| row.series.in_model && row.is_used());
    let last = |digital: bool| {
        model_rows()
            .filter(|row| {
                row.series
                    .key
                    .starts_with(if digital { "digital" } else { "gdp" })
            })
            .map(|row| row.year)
            .max()
    };
    let Some(base_year) = last(true).or_else(|| last(false)) else {
        return Err(Diagnostic::new(
            "the history has no figures of GDP or of the digital economy that may be used",
        )
        .into());
    };
    let mut economies: Vec<EconomyData> = Vec::new();
    for row in model_rows() {
        let code = row.place.as_str();
        let Some(economy) = Economy::parse(code) else {
            continue;
        };
        if economies.iter().any(|data| data.economy == economy) {
            continue;
        }
        let missing = |what: &str, help: &str| {
            let (source, span) = &row.location;
            Diagnostic::new(format!("{code} has no {what} for {base_year}, the base year"))
                .at(source, span.clone(), "the first row of this economy")
                .help(help)
        };
        let Some(gdp) = rows.at("gdp", code, base_year).map(|row| row.value) else {
            errors.push(missing(
                "GDP",
                "add a row `gdp` in usd_bn with basis `level` for that year",
            ));
            // So that the economy is reported once.
            economies.push(EconomyData::empty(economy));
            continue;
        };
        let share = rows.share(code, base_year, gdp);
        let digital = rows.log_changes("digital_growth", "digital_economy", code);
        if share.is_none() && !digital.is_empty() {
            errors.push(missing(
                "level of the digital economy",
                "add a row `digital_share` or `digital_economy` with basis `level` for that year",
            ));
        }
        let gdp_changes = rows.log_changes("gdp_growth", "gdp", code);
        let mut share_changes = Vec::new();
        let mut initial = None;
        if let Some((level, mode)) = share {
            if mode >= 1.0 {
                let (source, span) = &level.location;
                errors.push(
                    Diagnostic::new(format!(
                        "the digital economy of {code} in {base_year} is not below its GDP"
                    ))
                    .at(source, span.clone(), format!("{:.1} % of GDP", 100.0 * mode)),
                );
                continue;
            }
            share_changes = chained_share_changes(mode, base_year, &gdp_changes, &digital)
                .unwrap_or_else(|| published_share_changes(rows, code));
            initial = Some(initial_share(level, mode, gdp));
        }
        economies.push(EconomyData {
            economy,
            gdp_changes,
            share_changes,
            gdp,
            share: initial,
            population: population(rows, code, base_year),
        });
    }
    errors.into_result(HistoryData { base_year, economies })
}

/// Changes of the logit share, chained back from the base year while both GDP and the digital economy have a change.
/// `None` without digital changes.
fn chained_share_changes(
    share: f64,
    base_year: Year,
    gdp: &[(Year, f64)],
    digital: &[(Year, f64)],
) -> Option<Vec<(Year, f64)>> {
    if digital.is_empty() {
        return None;
    }
    let change = |changes: &[(Year, f64)], year: Year| {
        changes
            .iter()
            .find(|(y, _)| *y == year)
            .map(|(_, change)| *change)
    };
    let mut changes = Vec::new();
    let mut later = share;
    let mut year = base_year;
    while let (Some(of_gdp), Some(of_digital)) = (change(gdp, year), change(digital, year)) {
        let earlier = later * libm::exp(of_gdp - of_digital);
        if !(earlier > 0.0 && earlier < 1.0) {
            break;
        }
        changes.push((year, logit(later) - logit(earlier)));
        later = earlier;
        year -= 1;
    }
    changes.reverse();
    Some(changes)
}

/// Changes of the logit share between published shares of consecutive years.
fn published_share_changes(rows: Rows<'_>, code: &str) -> Vec<(Year, f64)> {
    rows.of("digital_share", code)
        .windows(2)
        .filter(|pair| pair[1].year == pair[0].year + 1)
        .map(|pair| (pair[1].year, logit(pair[1].value) - logit(pair[0].value)))
        .collect()
}

/// Appends the changes that rows of status `later` state: growth rates, or levels and shares of consecutive years.
pub(super) fn append_later(data: &mut HistoryData, rows: &[Row]) {
    let base_year = data.base_year;
    for economy in &mut data.economies {
        let later = |series: &str| {
            let mut found: Vec<&Row> = rows
                .iter()
                .filter(|row| {
                    row.status == Status::Later
                        && row.series.key == series
                        && row.place == economy.economy.code()
                })
                .collect();
            found.sort_by_key(|row| row.year);
            found
        };
        // Changes between neighbors of a chain of (year, value on the scale of the series) that starts at the base year.
        let chain = |start: f64, levels: Vec<(Year, f64)>| {
            let mut before = (base_year, start);
            let mut changes = Vec::new();
            for level in levels {
                if level.0 == before.0 + 1 {
                    changes.push((level.0, level.1 - before.1));
                }
                before = level;
            }
            changes
        };
        let levels = later("gdp")
            .iter()
            .map(|row| (row.year, libm::log(row.value)))
            .collect();
        let mut gdp = chain(libm::log(economy.gdp), levels);
        gdp.extend(
            later("gdp_growth")
                .iter()
                .filter_map(|row| Some((row.year, libm::log(row.ratio()?)))),
        );
        economy.gdp_changes.extend(gdp);
        if let Some(share) = &economy.share {
            let levels = later("digital_share")
                .iter()
                .map(|row| (row.year, logit(row.value)))
                .collect();
            economy.share_changes.extend(chain(logit(share.mode), levels));
        }
    }
}

fn initial_share(level: &Row, mode: f64, gdp: f64) -> InitialShare {
    let to_share = if level.series.key == "digital_share" {
        1.0
    } else {
        1.0 / gdp
    };
    let distribution = match &level.uncertainty {
        None => Distribution::Constant(mode),
        Some(uncertain) if to_share == 1.0 => uncertain.clone(),
        Some(uncertain) => uncertain.scaled(to_share).unwrap_or(Distribution::Constant(mode)),
    };
    // Hardly any of it may lie outside (0, 1); what does is cut off.
    let distribution = distribution.clone().truncated(0.0, 1.0).unwrap_or(distribution);
    let assumption = (level.status == Status::Assumption || level.uncertainty.is_some()).then(|| {
        if level.note.is_empty() {
            "stated as uncertain in the history table".to_owned()
        } else {
            level.note.clone()
        }
    });
    InitialShare {
        distribution,
        mode,
        assumption,
    }
}

fn population(rows: Rows<'_>, code: &str, base_year: Year) -> Option<Population> {
    let levels = rows.of("population", code);
    let last = levels.iter().find(|row| row.year == base_year)?;
    let first = levels.first()?;
    let years = last.year - first.year;
    let log_growth = if years > 0 {
        libm::log(last.value / first.value) / f64::from(years)
    } else {
        0.0
    };
    Some(Population {
        persons: last.value,
        log_growth,
    })
}

impl EconomyData {
    fn empty(economy: Economy) -> Self {
        Self {
            economy,
            gdp_changes: Vec::new(),
            share_changes: Vec::new(),
            gdp: 0.0,
            share: None,
            population: None,
        }
    }
}

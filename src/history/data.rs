//! From rows and the panel to what the calibration and the model use: yearly changes, levels at the base year, what is known after
//! it, population (docs/model.md §2).

use std::collections::BTreeMap;

use super::{
    EconomyData, HistoryData, InitialShare, KnownGdp, Population,
    audit::contradictions,
    panel::{PANEL_YEARS, Panel, PanelEconomy, PanelSeries},
    series::Measure,
    table::{Row, Status},
};
use crate::{
    base::{DEFAULT_BASE_YEAR, Diagnostic, Diagnostics, Economy, Year},
    stats::{Distribution, elementary::logit},
};

/// Years behind the growth of population after the last known one.
const POPULATION_YEARS: usize = 5;

/// Rows of a table.
#[derive(Clone, Copy)]
struct Rows<'rows>(&'rows [Row]);

impl<'rows> Rows<'rows> {
    /// Rows of a series and economy that a condition admits, by year.
    fn select(self, series: &str, economy: &str, admits: impl Fn(&Row) -> bool) -> Vec<&'rows Row> {
        let mut found: Vec<&Row> = self
            .0
            .iter()
            .filter(|row| admits(row) && row.series.key == series && row.place == economy)
            .collect();
        found.sort_by_key(|row| row.year);
        found
    }

    /// Used rows of a series and economy, by year.
    fn of(self, series: &str, economy: &str) -> Vec<&'rows Row> {
        self.select(series, economy, Row::is_used)
    }

    fn at(self, series: &str, economy: &str, year: Year) -> Option<&'rows Row> {
        self.of(series, economy).into_iter().find(|row| row.year == year)
    }

    /// Log changes by year: growth rates where the table has them, otherwise levels of consecutive years.
    fn log_changes(
        self,
        growth: &str,
        level: &str,
        economy: &str,
        admits: impl Fn(&Row) -> bool + Copy,
    ) -> BTreeMap<Year, f64> {
        let levels = self.select(level, economy, admits);
        let between = levels
            .windows(2)
            .filter(|pair| pair[1].year == pair[0].year + 1)
            .map(|pair| (pair[1].year, libm::log(pair[1].value / pair[0].value)));
        let rates = self.select(growth, economy, admits);
        let stated = rates
            .iter()
            .filter_map(|row| Some((row.year, libm::log(row.ratio()?))));
        between.chain(stated).collect()
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

    /// The base year: the last of the years in which most economies have a digital level; without any, the default if the table
    /// has GDP then, else the last year of GDP.
    fn base_year(self) -> Option<Year> {
        let mut levels: BTreeMap<Year, Vec<&str>> = BTreeMap::new();
        for row in self.0.iter().filter(|row| row.is_used()) {
            let places = levels.entry(row.year).or_default();
            if matches!(row.series.key, "digital_share" | "digital_economy")
                && !places.contains(&row.place.as_str())
            {
                places.push(&row.place);
            }
        }
        let most = levels.values().map(Vec::len).max()?;
        if most > 0 {
            return levels
                .iter()
                .rev()
                .find(|(_, places)| places.len() == most)
                .map(|(year, _)| *year);
        }
        let years = || {
            let gdp = self
                .0
                .iter()
                .filter(|row| row.is_used() && row.series.key == "gdp");
            gdp.map(|row| row.year)
        };
        years()
            .find(|year| *year == DEFAULT_BASE_YEAR)
            .or_else(|| years().max())
    }
}

/// The place of an economy among those of the source documents, which come first, in the order there; others follow by code.
fn rank(economy: Economy) -> usize {
    let known = ["CHN", "JPN", "KOR", "RUS", "MNG"];
    known
        .iter()
        .position(|code| *code == economy.code())
        .unwrap_or(known.len())
}

/// Refuses levels that no economy reaches within a year: nearly always another unit, or a digit too many.
fn refuse_jumps(rows: Rows<'_>, errors: &mut Diagnostics) {
    /// Dollars at market rates halve or double in a bad or very good year.
    const MOST: f64 = 10.0;
    let mut before: BTreeMap<(&str, &str), &Row> = BTreeMap::new();
    let mut levels: Vec<&Row> = rows
        .0
        .iter()
        .filter(|row| row.is_used() && matches!(row.series.measure, Measure::Level))
        .collect();
    levels.sort_by_key(|row| row.year);
    for row in levels {
        let earlier = before.insert((row.series.key, &row.place), row);
        let Some(earlier) = earlier.filter(|earlier| earlier.value > 0.0 && row.value > 0.0) else {
            continue;
        };
        let (factor, years) = (row.value / earlier.value, row.year - earlier.year);
        if factor.max(1.0 / factor) > libm::pow(MOST, f64::from(years)) {
            let (source, span) = &row.location;
            errors.push(
                Diagnostic::new(format!(
                    "{} of {} goes from {} in {} to {} in {}",
                    row.series.label, row.place, earlier.printed, earlier.year, row.printed, row.year
                ))
                .at(source, span.clone(), format!("a change by a factor of {factor:.3e}"))
                .help("is one of them in another unit, such as usd_m? Otherwise leave out the years before the break"),
            );
        }
    }
}

/// The data of a history.
///
/// # Errors
/// If an economy has no GDP at the base year, or its digital share is not below 1.
pub(super) fn assemble(rows: &[Row]) -> Result<HistoryData, Diagnostics> {
    let rows = Rows(rows);
    let panel = Panel::embedded();
    let Some(base_year) = rows.base_year() else {
        return Err(Diagnostic::new(
            "the history has no figures of GDP or of the digital economy that may be used",
        )
        .into());
    };
    let mut errors = Diagnostics::new();
    let mut economies: Vec<EconomyData> = Vec::new();
    refuse_jumps(rows, &mut errors);
    // In an order that does not depend on that of the rows: everything random and every list follows it.
    let mut first_rows: BTreeMap<(usize, Economy), &Row> = BTreeMap::new();
    for row in rows.0.iter().filter(|row| row.series.in_model && row.is_used()) {
        if let Some(economy) = Economy::parse(&row.place) {
            first_rows.entry((rank(economy), economy)).or_insert(row);
        }
    }
    let seen: Vec<Economy> = first_rows.keys().map(|(_, economy)| *economy).collect();
    for ((_, economy), row) in first_rows {
        match economy_data(rows, panel.economy(economy), economy, base_year, row) {
            Ok(data) => economies.push(data),
            Err(found) => errors.extend(found),
        }
    }
    let others = panel
        .economies
        .iter()
        .filter(|entry| !seen.contains(&entry.economy));
    economies.extend(others.filter_map(|entry| {
        let gdp = entry.gdp(base_year)?;
        Some(of_gdp(Rows(&[]), Some(entry), entry.economy, base_year, gdp))
    }));
    errors.into_result(HistoryData {
        base_year,
        economies,
        contradictions: contradictions(rows.0),
        scores: Vec::new(),
    })
}

/// What the table, and the panel beside it, say of an economy; `first` is its first row, for errors.
fn economy_data(
    rows: Rows<'_>,
    panel: Option<&PanelEconomy>,
    economy: Economy,
    base_year: Year,
    first: &Row,
) -> Result<EconomyData, Diagnostics> {
    let code = economy.code();
    let missing = |what: &str, help: &str| {
        let (source, span) = &first.location;
        Diagnostic::new(format!("{code} has no {what} for {base_year}, the base year"))
            .at(source, span.clone(), "the first row of this economy")
            .help(help)
    };
    let level = rows.at("gdp", code, base_year).map(|row| row.value);
    let Some(gdp) = level.or_else(|| panel?.gdp(base_year)) else {
        return Err(missing(
            "GDP",
            "add a row `gdp` in usd_bn with basis `level` for that year",
        )
        .into());
    };
    let mut data = of_gdp(rows, panel, economy, base_year, gdp);
    data.in_table = true;
    let digital = rows.log_changes("digital_growth", "digital_economy", code, Row::is_used);
    let Some((row, mode)) = rows.share(code, base_year, gdp) else {
        if !digital.is_empty() {
            return Err(missing(
                "level of the digital economy",
                "add a row `digital_share` or `digital_economy` with basis `level` for that year",
            )
            .into());
        }
        data.share_changes = published_share_changes(rows, code);
        return Ok(data);
    };
    if mode >= 1.0 {
        let (source, span) = &row.location;
        return Err(Diagnostic::new(format!(
            "the digital economy of {code} in {base_year} is not below its GDP"
        ))
        .at(source, span.clone(), format!("{:.1} % of GDP", 100.0 * mode))
        .into());
    }
    let chained: BTreeMap<Year, f64> = data.gdp_changes.iter().copied().collect();
    data.share_changes = chained_share_changes(mode, base_year, &chained, &digital)
        .unwrap_or_else(|| published_share_changes(rows, code));
    data.share_changes.retain(|(year, _)| *year <= base_year);
    data.share = Some(initial_share(row, mode, gdp));
    let mut before = mode;
    let mut level_gdp = data.known_gdp.iter().map(|known| known.gdp);
    for year in base_year + 1.. {
        // A digital economy becomes a share by the GDP that is known for its year.
        let gdp = level_gdp.next().unwrap_or(f64::NAN);
        let Some((_, share)) = rows
            .share(code, year, gdp)
            .filter(|(_, share)| *share > 0.0 && *share < 1.0)
        else {
            break;
        };
        data.share_changes.push((year, logit(share) - logit(before)));
        data.known_shares.push(share);
        before = share;
    }
    Ok(data)
}

/// Everything but the digital economy.
fn of_gdp(
    rows: Rows<'_>,
    panel: Option<&PanelEconomy>,
    economy: Economy,
    base_year: Year,
    gdp: f64,
) -> EconomyData {
    let code = economy.code();
    let of_panel = |change: fn(&PanelEconomy, Year) -> Option<f64>| -> BTreeMap<Year, f64> {
        let years = PANEL_YEARS.0..=PANEL_YEARS.1;
        years
            .filter_map(|year| Some((year, change(panel?, year)?)))
            .collect()
    };
    let mut volume = of_panel(PanelEconomy::volume_growth);
    volume.extend(rows.log_changes("volume_growth", "", code, Row::is_used));
    // Dollars of the fit: the table's changes where it states them to be fitted.
    let mut dollars = of_panel(PanelEconomy::gdp_change);
    dollars.extend(rows.log_changes("gdp_growth", "gdp", code, Row::is_used));
    let price = dollars.iter().filter_map(|(year, change)| {
        if volume.is_empty() {
            return Some((*year, *change));
        }
        Some((*year, change - volume.get(year)?))
    });
    let price: Vec<(Year, f64)> = price.collect();
    let mut known_gdp: Vec<KnownGdp> = Vec::new();
    let mut before = gdp;
    for year in base_year + 1.. {
        let level = rows.at("gdp", code, year).map(|row| row.value);
        let rate = || Some(before * rows.at("gdp_growth", code, year)?.ratio()?);
        let chained = || Some(before * panel?.gdp(year)? / panel?.gdp(year - 1)?);
        let Some(known) = level.or_else(rate).or_else(chained) else {
            break;
        };
        known_gdp.push(KnownGdp {
            gdp: known,
            volume_growth: volume.get(&year).copied(),
        });
        before = known;
    }
    let mut gdp_changes = of_panel(PanelEconomy::gdp_change);
    gdp_changes.extend(rows.log_changes("gdp_growth", "gdp", code, Row::chains));
    EconomyData {
        economy,
        in_table: false,
        gdp_changes: gdp_changes.into_iter().collect(),
        volume: volume.into_iter().collect(),
        price,
        share_changes: Vec::new(),
        gdp,
        known_gdp,
        share: None,
        known_shares: Vec::new(),
        population: population(rows, panel, code, base_year),
    }
}

/// Changes of the logit share, chained back from the base year while both GDP and the digital economy have a change.
/// `None` without digital changes.
fn chained_share_changes(
    share: f64,
    base_year: Year,
    gdp: &BTreeMap<Year, f64>,
    digital: &BTreeMap<Year, f64>,
) -> Option<Vec<(Year, f64)>> {
    if digital.is_empty() {
        return None;
    }
    let mut changes = Vec::new();
    let mut later = share;
    let mut year = base_year;
    while let (Some(of_gdp), Some(of_digital)) = (gdp.get(&year), digital.get(&year)) {
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

/// Appends the changes of the logit share that rows of status `later` state, in the years after those that are known.
pub(super) fn append_later(data: &mut HistoryData, rows: &[Row]) {
    let base_year = data.base_year;
    for economy in &mut data.economies {
        let Some(share) = &economy.share else { continue };
        let known = economy.known_shares.last().unwrap_or(&share.mode);
        let mut before = (base_year + economy.known_shares.len() as Year, logit(*known));
        for row in Rows(rows).select("digital_share", economy.economy.code(), |row| {
            row.status == Status::Later
        }) {
            let level = (row.year, logit(row.value));
            if level.0 == before.0 + 1 {
                economy.share_changes.push((level.0, level.1 - before.1));
            }
            before = level;
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

/// Persons from the base year on, the table's where it has a year, else the panel's; `None` if nobody knows the base year.
fn population(
    rows: Rows<'_>,
    panel: Option<&PanelEconomy>,
    code: &str,
    base_year: Year,
) -> Option<Population> {
    let levels = rows.of("population", code);
    let at = |year: Year| {
        let row = levels.iter().find(|row| row.year == year).map(|row| row.value);
        row.or_else(|| panel?.value(PanelSeries::Population, year))
    };
    let known: Vec<f64> = (base_year..).map_while(at).collect();
    let last = base_year + known.len() as Year - 1;
    let (end, mut start, mut years) = (*known.last()?, *known.last()?, 0);
    for before in 1..=POPULATION_YEARS as Year {
        let Some(persons) = at(last - before) else { break };
        (start, years) = (persons, before);
    }
    let log_growth = if years > 0 {
        libm::log(end / start) / f64::from(years)
    } else {
        0.0
    };
    Some(Population { known, log_growth })
}

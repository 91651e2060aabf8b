//! The audit: recomputing what the tables imply about each other (docs/data.md).

use super::{
    series::Measure,
    table::{Row, Status},
};
use crate::base::Year;

/// One recomputed statement.
#[derive(Clone, PartialEq, Debug, serde::Serialize)]
pub struct Check {
    /// What is checked.
    pub what: String,
    /// The arithmetic, in words and numbers.
    pub arithmetic: String,
    /// How far apart the two sides are.
    pub difference: f64,
    /// How far apart rounding (and, for customs figures, revision) may leave them.
    pub tolerance: f64,
}

impl Check {
    /// Whether the two sides agree within the tolerance.
    pub fn passed(&self) -> bool {
        self.difference <= self.tolerance
    }
}

/// Rows that a check may use: everything but the years that are kept for scoring.
fn rows_of<'rows>(rows: &'rows [Row], series: &str, place: &str) -> Vec<&'rows Row> {
    let mut found: Vec<&Row> = rows
        .iter()
        .filter(|row| row.status != Status::Later && row.series.key == series && row.place == place)
        .collect();
    found.sort_by_key(|row| row.year);
    found
}

/// Rounding errors add up; the last bits of the arithmetic itself do not matter.
const SLACK: f64 = 1e-9;

/// Recomputes everything the rows imply about each other.
pub fn audit(rows: &[Row]) -> Vec<Check> {
    let mut checks = Vec::new();
    let mut places: Vec<&str> = Vec::new();
    for row in rows {
        if !places.contains(&row.place.as_str()) {
            places.push(&row.place);
        }
    }
    for place in places {
        for series in super::SERIES {
            if let Measure::GrowthOf(level) = series.measure {
                checks.extend(chains(
                    &rows_of(rows, level, place),
                    &rows_of(rows, series.key, place),
                    place,
                ));
            }
        }
        checks.extend(shares(rows, place));
    }
    checks.extend(part_years(rows));
    checks.extend(northeast_share(rows));
    checks
}

/// The checks that fail, as sentences.
pub(super) fn contradictions(rows: &[Row]) -> Vec<String> {
    let failed = audit(rows).into_iter().filter(|check| !check.passed());
    failed
        .map(|check| {
            format!(
                "The history contradicts itself: {}. {}; apart by {:.2} %, rounding allows {:.2} %.",
                check.what,
                check.arithmetic,
                100.0 * check.difference,
                100.0 * check.tolerance
            )
        })
        .collect()
}

/// Published levels against the chained growth between them.
fn chains(levels: &[&Row], growth: &[&Row], place: &str) -> Vec<Check> {
    let mut checks = Vec::new();
    for pair in levels.windows(2) {
        let (first, last) = (pair[0], pair[1]);
        let between: Option<Vec<&&Row>> = (first.year + 1..=last.year)
            .map(|year| growth.iter().find(|row| row.year == year))
            .collect();
        let Some(between) = between.filter(|rows| !rows.is_empty()) else {
            continue;
        };
        let chained: f64 = between.iter().filter_map(|row| row.ratio()).product();
        let published = last.value / first.value;
        // Relative rounding of each factor; a rate's revision allowance counts like its rounding.
        let tolerance = between
            .iter()
            .map(|row| {
                let per_rate = row.ratio().unwrap_or(1.0).max(1.0);
                (row.rounding() + row.series.revision) * per_rate
            })
            .sum::<f64>()
            + first.rounding() / first.value
            + last.rounding() / last.value;
        let rates: Vec<String> = between
            .iter()
            .map(|row| {
                let end_year = row.basis == Some(super::GrowthBasis::EndYear);
                let sign = if end_year == (row.value < 0.0) { "+" } else { "−" };
                let factor = format!("(1 {sign} {})", trimmed(row.value.abs()));
                if end_year { format!("1/{factor}") } else { factor }
            })
            .collect();
        checks.push(Check {
            what: format!(
                "{place}: {} {}–{} against its growth rates",
                last.series.label, first.year, last.year
            ),
            arithmetic: format!(
                "{} = {chained:.4}; {} / {} = {published:.4}",
                rates.join(" × "),
                last.written,
                first.written
            ),
            difference: (chained / published - 1.0).abs(),
            tolerance: tolerance + SLACK,
        });
    }
    checks
}

/// Published shares against published levels of the same year.
fn shares(rows: &[Row], place: &str) -> Vec<Check> {
    rows_of(rows, "digital_share", place)
        .into_iter()
        .filter_map(|share| {
            let digital = at(rows, "digital_economy", place, share.year)?;
            let gdp = at(rows, "gdp", place, share.year)?;
            let computed = digital.value / gdp.value;
            Some(Check {
                what: format!("{place}: digital share of {} against its levels", share.year),
                arithmetic: format!(
                    "{} / {} = {:.2} %; published {} %",
                    digital.written,
                    gdp.written,
                    100.0 * computed,
                    share.written
                ),
                difference: (computed - share.value).abs(),
                tolerance: share.rounding()
                    + computed * (digital.rounding() / digital.value + gdp.rounding() / gdp.value)
                    + SLACK,
            })
        })
        .collect()
}

/// The first seven months of the year before, implied by growth, are less than that whole year.
fn part_years(rows: &[Row]) -> Vec<Check> {
    rows.iter()
        .filter(|row| row.series.key == "trade_with_russia_to_july_growth")
        .filter_map(|growth| {
            let part = at(rows, "trade_with_russia_to_july", &growth.place, growth.year)?;
            let whole = at(rows, "trade_with_russia", &growth.place, growth.year - 1)?;
            let before = part.value / growth.ratio()?;
            Some(Check {
                what: format!(
                    "{}: January to July {} fits in that year",
                    growth.place,
                    growth.year - 1
                ),
                arithmetic: format!(
                    "{} / (1 + {}) = {before:.2} bn yuan; the whole year is {}",
                    part.written,
                    trimmed(growth.value),
                    whole.written
                ),
                difference: (before / whole.value - 1.0).max(0.0),
                tolerance: SLACK,
            })
        })
        .collect()
}

/// The share of the three northeastern provinces against their trade.
fn northeast_share(rows: &[Row]) -> Option<Check> {
    let share = rows
        .iter()
        .find(|row| row.series.key == "northeast_share_to_july")?;
    let part = |place: &str| at(rows, "trade_with_russia_to_july", place, share.year);
    let (china, north, south, middle) = (part("CHN")?, part("CN-HL")?, part("CN-LN")?, part("CN-JL")?);
    let computed = (north.value + south.value + middle.value) / china.value;
    Some(Check {
        what: format!(
            "share of the Northeast in trade with Russia, January to July {}",
            share.year
        ),
        arithmetic: format!(
            "({} + {} + {}) / {} = {:.2} %; stated {} %",
            north.written,
            south.written,
            middle.written,
            china.written,
            100.0 * computed,
            share.written
        ),
        difference: (computed - share.value).abs(),
        tolerance: share.rounding() + SLACK,
    })
}

fn at<'rows>(rows: &'rows [Row], series: &str, place: &str, year: Year) -> Option<&'rows Row> {
    rows_of(rows, series, place)
        .into_iter()
        .find(|row| row.year == year)
}

/// A rate as a part of 1, without the noise of its conversion from percent.
fn trimmed(rate: f64) -> String {
    let text = format!("{rate:.6}");
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

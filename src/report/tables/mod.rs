//! The tables of every study: what a row is, and its columns.

pub mod attribute;
pub mod backtest;
pub mod calibrate;
pub mod compare;
pub mod iamc;
pub mod money;
pub mod portfolio;
pub mod reference;
pub mod run;
pub mod sweep;
pub mod target;
pub mod timing;
pub mod value;

use crate::table::Described;

/// Every kind of table, for the documentation and for tests; design tables of a sweep have further columns, one for every
/// input and outcome.
pub static SCHEMAS: &[&dyn Described] = &[
    &compare::COMPARISON,
    &compare::PAIRS,
    &compare::FRONTIER,
    &compare::ACCEPTABILITY,
    &money::MONEY,
    &attribute::ATTRIBUTION,
    &backtest::BACKTEST,
    &backtest::BACKTEST_SUMMARY,
    &backtest::KNOWN_YEARS,
    &calibrate::CALIBRATION,
    &reference::SHIPPED_SCENARIOS,
    &reference::LEVER_KINDS,
    &reference::LEVER_DEFAULTS,
    &reference::MATRIX,
    &reference::AUDIT,
    &reference::HISTORY,
    &run::SUMMARY,
    &run::GAP,
    &iamc::IAMC,
    &sweep::INDICES,
    &sweep::CONVERGENCE,
    &sweep::DESIGN,
    &sweep::BOXES,
    &sweep::PEELING,
    &value::INFORMATION,
    &value::EXPECTED_LOSS,
    &portfolio::PORTFOLIO,
    &target::CHANGES,
    &target::COURSE,
    &timing::START_YEARS,
    &timing::SIGNPOSTS,
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn names_need_no_quotes_in_sql_and_every_column_says_what_it_is() {
        let mut tables = BTreeSet::new();
        for schema in SCHEMAS {
            let table = schema.empty();
            assert!(tables.insert(table.name), "{} stands twice", table.name);
            let mut names = BTreeSet::new();
            for (about, _) in &table.columns {
                let plain =
                    |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || letter == '_';
                assert!(
                    about.name.starts_with(|letter: char| letter.is_ascii_lowercase()),
                    "{}",
                    about.name
                );
                assert!(about.name.chars().all(plain), "{}", about.name);
                assert!(
                    names.insert(about.name.clone()),
                    "{}.{} stands twice",
                    table.name,
                    about.name
                );
                assert!(!about.meaning.is_empty(), "{}.{}", table.name, about.name);
            }
            assert!(table.meaning.ends_with('.'), "{}", table.name);
        }
    }
}

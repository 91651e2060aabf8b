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

use std::borrow::Cow;

use super::money_years::MoneyYears;
use crate::table::{About, Data, Described, Schema, Table};

/// The columns of the years of money: name and meaning.
const PRICES_OF: (&str, &str) = (
    "prices_of",
    "of money: the year whose prices and exchange rates count",
);
const PRESENT_VALUE_OF: (&str, &str) = (
    "present_value_of",
    "of discounted money: the year to which it is discounted",
);

/// A kind of table whose amounts may be present values: it ends with the years of their money, as `money.csv` does, since a table
/// that is printed alone has nothing else to say them.
struct Dated<R: 'static>(&'static Schema<R>);

impl<R> Described for Dated<R> {
    fn empty(&self) -> Table {
        dated(
            self.0.empty(),
            MoneyYears {
                prices: 0,
                present: 0,
            },
            "",
        )
    }

    fn is_dated(&self) -> bool {
        true
    }
}

/// With the years of money of every row that is money: by its outcome, or by that of all rows where none has its own.
fn dated(mut table: Table, years: MoneyYears, outcome: &str) -> Table {
    let is_money = |outcome: &str| outcome.contains("money.");
    let money: Vec<bool> = match table.column("outcome") {
        Some(Data::Words(outcomes)) => outcomes.iter().map(is_money).collect(),
        _ => vec![is_money(outcome); table.rows()],
    };
    for ((name, meaning), year) in [(PRICES_OF, years.prices), (PRESENT_VALUE_OF, years.present)] {
        let about = About {
            name: Cow::Borrowed(name),
            unit: Cow::Borrowed(""),
            meaning: Cow::Borrowed(meaning),
        };
        let year = |money: &bool| money.then_some(i64::from(year));
        table
            .columns
            .push((about, Data::Whole(money.iter().map(year).collect())));
    }
    table
}

/// The tables of a study of an outcome with the years of their money, as far as their kind has them.
pub fn all_dated(tables: Vec<Table>, years: MoneyYears, outcome: &str) -> Vec<Table> {
    let names: Vec<&str> = SCHEMAS
        .iter()
        .filter(|schema| schema.is_dated())
        .map(|schema| schema.empty().name)
        .collect();
    let with_years = |table: Table| {
        if names.contains(&table.name) {
            dated(table, years, outcome)
        } else {
            table
        }
    };
    tables.into_iter().map(with_years).collect()
}

/// Every kind of table, for the documentation and for tests; design tables of a sweep have further columns, one for every
/// input and outcome.
pub static SCHEMAS: &[&dyn Described] = &[
    &Dated(&compare::COMPARISON),
    &Dated(&compare::PAIRS),
    &Dated(&compare::FRONTIER),
    &Dated(&compare::ACCEPTABILITY),
    &money::MONEY,
    &Dated(&attribute::ATTRIBUTION),
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
    &Dated(&sweep::INDICES),
    &Dated(&sweep::CONVERGENCE),
    &sweep::DESIGN,
    &sweep::BOXES,
    &sweep::PEELING,
    &Dated(&value::INFORMATION),
    &Dated(&value::EXPECTED_LOSS),
    &Dated(&portfolio::PORTFOLIO),
    &target::CHANGES,
    &target::COURSE,
    &Dated(&timing::START_YEARS),
    &Dated(&timing::SIGNPOSTS),
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

//! Tables of given scores of the digitalization matrix (`--matrix FILE.csv`): economy, element, score.

use std::{collections::BTreeMap, ops::Range, sync::Arc};

use super::{
    matrix::SCORE_BOUNDS,
    records::{Records, named, number},
};
use crate::base::{Diagnostics, Economy, Element, SourceText};

/// The columns, of which the first three are required; the others are those that `jointly matrix --format csv` writes beside them.
const COLUMNS: [&str; 12] = [
    "economy",
    "element",
    "score",
    "coverage",
    "assumed",
    "indicator",
    "year",
    "value",
    "status",
    "source",
    "locator",
    "note",
];
const REQUIRED: usize = 3;
const ASSUMED: usize = 4;

/// A score of an economy in an element that a table gives.
#[derive(Clone, Debug)]
pub struct GivenScore {
    /// Economy.
    pub economy: Economy,
    /// Element.
    pub element: Element,
    /// Score, from 0.02 to 0.98.
    pub score: f64,
    /// Where it stands.
    pub location: (Arc<SourceText>, Range<usize>),
}

impl PartialEq for GivenScore {
    fn eq(&self, other: &Self) -> bool {
        (self.economy, self.element, self.score) == (other.economy, other.element, other.score)
    }
}

/// Reads a table of scores. A score may stand in several rows, one for each of its indicators; a score that is assumed, because
/// nothing is known, is none.
///
/// # Errors
/// Every error of the table at once.
pub(super) fn parse(source: &Arc<SourceText>) -> Result<Vec<GivenScore>, Diagnostics> {
    let table = Records::read(source, &COLUMNS, REQUIRED, "a table of scores")?;
    let elements = Element::ALL.map(|element| (element.key(), element));
    let mut errors = Diagnostics::new();
    let mut found: Vec<GivenScore> = Vec::new();
    let mut known = BTreeMap::new();
    for record in table.rows(&mut errors) {
        let of = |column: usize| table.field(record, column).unwrap_or(&record[0]);
        if table
            .field(record, ASSUMED)
            .is_some_and(|field| field.text.trim() == "true")
        {
            continue;
        }
        let economy = Economy::parse(of(0).text.trim());
        if economy.is_none() {
            errors.push(
                of(0)
                    .wrong(
                        source,
                        format!("`{}` is not an economy", of(0).shown()),
                        "expected an ISO 3166-1 alpha-3 code",
                    )
                    .help("three capital letters, for example CHN, JPN, KOR, MNG or RUS"),
            );
        }
        let element = named(source, of(1), "element", &elements, &mut errors);
        let score = number::<f64>(source, of(2), "a number", &mut errors);
        let (low, high) = SCORE_BOUNDS;
        if score.is_some_and(|score| !(low..=high).contains(&score)) {
            errors.push(of(2).wrong(
                source,
                format!("the score {} is out of bounds", of(2).shown()),
                &format!("expected a number from {low} to {high}"),
            ));
        } else if let (Some(economy), Some(element), Some(score)) = (economy, element, score) {
            match known.insert((economy, element.index()), score) {
                None => found.push(GivenScore {
                    economy,
                    element,
                    score,
                    location: (Arc::clone(source), of(2).span.clone()),
                }),
                Some(before) if before != score => errors.push(of(2).wrong(
                    source,
                    format!("{} of {economy} is given twice", element.key()),
                    &format!("before it was {before}"),
                )),
                Some(_) => {}
            }
        }
    }
    errors.into_result(found)
}

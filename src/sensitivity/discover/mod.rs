//! Scenario discovery: under which conditions does a case of interest happen, such as an option that fails?
//!
//! Two searches over the same draws: [`boxes`] (PRIM) looks for ranges of a few inputs in which cases are dense, and [`tree`]
//! (CART) cuts the whole space into parts of different risk. Both are built so as to report nothing when there is nothing: a
//! box must beat every search among shuffled cases, and a tree is pruned by its error on draws that it has not seen.

pub mod boxes;
pub mod tree;

pub use boxes::{Bound, BoxSettings, Limit, Region, Spread, Step};
pub use tree::{Leaf, Node, Split, Tree, TreeSettings};

use super::{Refusal, given_data::check_columns};

/// Settings of both searches.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Settings {
    /// Of the boxes.
    pub boxes: BoxSettings,
    /// Of the tree.
    pub tree: TreeSettings,
}

/// What was discovered.
#[derive(Clone, PartialEq, Debug)]
pub struct Discovery {
    /// Boxes in the order found; each was searched among the draws outside of those before it. Empty if there is none.
    pub boxes: Vec<Region>,
    /// The pruned tree; a root alone if there is none.
    pub tree: Tree,
    /// Number of draws.
    pub rows: usize,
    /// Number of cases among them.
    pub cases: usize,
    /// What to know when reading it.
    pub notes: Vec<String>,
}

/// Searches for the conditions of cases, given one column of values per input and whether each draw is a case.
///
/// # Errors
/// If there are too few draws, columns of another length, a number that is not finite, or a setting outside its range.
pub fn discover(
    columns: &[Vec<f64>],
    cases: &[bool],
    settings: &Settings,
    seed: u64,
) -> Result<Discovery, Refusal> {
    let boxes = boxes::find(columns, cases, &settings.boxes, seed)?;
    let tree = tree::fit(columns, cases, &settings.tree, seed)?;
    let count = cases.iter().filter(|case| **case).count();
    let mut notes = Vec::new();
    if count == 0 || count == cases.len() {
        let word = if count == 0 { "No" } else { "Every" };
        notes.push(format!(
            "{word} draw is a case, so that there is no condition to discover."
        ));
    } else {
        if boxes.is_empty() {
            notes.push(
                "No box holds more cases than searches among shuffled cases find by chance.".to_owned(),
            );
        }
        if tree.nodes.len() == 1 {
            notes.push("No split of the tree predicts draws that it has not seen.".to_owned());
        }
    }
    Ok(Discovery {
        boxes,
        tree,
        rows: cases.len(),
        cases: count,
        notes,
    })
}

/// Refuses draws that cannot be read.
fn check(columns: &[Vec<f64>], cases: &[bool]) -> Result<(), Refusal> {
    if columns.is_empty() {
        return Err(Refusal::Inputs {
            method: "discover",
            possible: 1..=usize::MAX,
            given: 0,
        });
    }
    check_columns(columns, cases.len())
}

/// For each input, rows in the order of its values; rows may repeat.
fn sorted(columns: &[Vec<f64>], rows: &[u32]) -> Vec<Vec<u32>> {
    columns
        .iter()
        .map(|column| {
            let mut list = rows.to_vec();
            list.sort_by(|a, b| column[*a as usize].total_cmp(&column[*b as usize]));
            list
        })
        .collect()
}

/// A number between two neighbors, above the lower one.
fn between(lower: f64, upper: f64) -> f64 {
    let middle = 0.5 * lower + 0.5 * upper;
    if middle > lower { middle } else { upper }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{Generator, Stream};

    /// Columns of uniform numbers, and a further one that decides by chance.
    pub(super) fn draws(inputs: usize, rows: usize, seed: u64) -> (Vec<Vec<f64>>, Vec<f64>) {
        let column = |input: usize| {
            let mut column = vec![0.0; rows];
            Generator::new(seed, Stream::named("test"), input as u64).fill_uniform(&mut column);
            column
        };
        ((0..inputs).map(column).collect(), column(inputs))
    }

    #[test]
    fn nothing_to_discover_says_so() {
        let (columns, chance) = draws(3, 200, 1);
        for value in [false, true] {
            let found = discover(&columns, &[value; 200], &Settings::default(), 0).unwrap();
            assert!(found.boxes.is_empty() && found.tree.nodes.len() == 1 && found.notes.len() == 1);
        }
        let cases: Vec<bool> = chance.iter().map(|u| *u < 0.3).collect();
        let found = discover(&columns, &cases, &Settings::default(), 0).unwrap();
        assert_eq!(found.notes.len(), 2);
        assert_eq!(
            found,
            discover(&columns, &cases, &Settings::default(), 0).unwrap()
        );
        assert!(discover(&[], &cases, &Settings::default(), 0).is_err());
        assert!(discover(&columns, &cases[1..], &Settings::default(), 0).is_err());
        let constant = vec![vec![1.0; 200], vec![0.0; 200]];
        assert!(
            discover(&constant, &cases, &Settings::default(), 0)
                .unwrap()
                .boxes
                .is_empty()
        );
    }

    #[test]
    fn a_number_between_neighbors_is_above_the_lower() {
        assert_eq!(between(1.0, 2.0), 1.5);
        let next = f64::from_bits(1.0_f64.to_bits() + 1);
        assert_eq!(between(1.0, next), next);
        assert_eq!(between(-1e140, 1e140), 0.0);
    }
}

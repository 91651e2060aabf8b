//! The assumptions that hold an option back most, in a sentence.

use super::show::listed;
use crate::{
    analysis::{Brake, Estimate, Explanation},
    report::number::significant,
};

/// A mean smaller than this many of its Monte Carlo standard errors cannot be told from nothing.
pub const TOLD_APART: f64 = 3.0;

/// Most brakes that are named.
const MOST_NAMED: usize = 2;

/// A brake that takes less than this part of what the option adds decides nothing.
const LEAST_PART: f64 = 0.005;

/// The one or two assumptions that decide how much an option adds, and where all of them are ranked; empty if none can be told
/// from chance.
pub fn deciding_assumptions(explanation: &Explanation, ranked: &str) -> String {
    let parts: Vec<String> = strongest_brakes(explanation)
        .into_iter()
        .enumerate()
        .map(|(position, (brake, part))| {
            let what = if position == 0 { "digital economy " } else { "" };
            format!("{} % more {what}{}", significant(100.0 * part), brake.without())
        })
        .collect();
    if parts.is_empty() {
        return String::new();
    }
    format!("What decides it: {}{ranked}.", listed(&parts))
}

/// The brakes that take most, as parts of what the option adds.
fn strongest_brakes(explanation: &Explanation) -> Vec<(Brake, f64)> {
    let added = explanation.added;
    let told = |estimate: &Estimate| estimate.mean.abs() > TOLD_APART * estimate.mcse;
    if !told(&added) {
        return Vec::new();
    }
    let mut brakes: Vec<(Brake, f64)> = explanation
        .without_brake
        .iter()
        .filter(|(_, change)| told(&change.size))
        .map(|(brake, change)| (*brake, change.size.mean / added.mean))
        .filter(|(_, part)| *part >= LEAST_PART)
        .collect();
    brakes.sort_by(|first, second| second.1.total_cmp(&first.1));
    brakes.truncate(MOST_NAMED);
    brakes
}

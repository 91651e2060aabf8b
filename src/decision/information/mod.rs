//! What it is worth to know more before a choice is made: expected values of perfect, of partly perfect and of sample information
//! (Raiffa and Schlaifer 1961), from the net benefits and inputs of the paths of one run.
//!
//! Whoever knows some inputs chooses the option that is best on average given them. The average given them is a regression of
//! net benefits on the inputs (Strong, Oakley and Brennan 2014). Fitted and valued on the same paths it promises too much, fitted on
//! some and valued on others too little; the truth lies between, but for the Monte Carlo error.

mod regression;
mod study;

use serde::Serialize;

use self::regression::{FOLDS, Scores, Term, expected, fold_of};
use super::{Estimate, Undefined, errors_within, series::mean_of_paths};
use crate::stats::Moments;

pub use study::StudyData;

/// Least number of paths that tells anything about averages given an input.
pub const LEAST_PATHS_OF_INFORMATION: usize = 500;
/// How sure the end of a bracket would be if nothing but the sample varied; with what the fit varies it holds the truth in 90 %.
const PROBABILITY: f64 = 0.95;
/// Most inputs of a set that have a term; those with the largest.
const MOST_TERMS: usize = 24;
/// Inputs of a set that have a term for every pair of them; those with the largest terms.
const PAIRED: usize = 6;

/// What some information is worth, in the unit of the net benefits; never below 0.
#[derive(Clone, Copy, PartialEq, Debug, Serialize)]
pub struct Worth {
    /// The middle of the bracket.
    pub value: f64,
    /// Monte Carlo standard error.
    pub standard_error: f64,
    /// The bracket: choices fitted on other paths (too little), and on the same (too much).
    pub bracket: [f64; 2],
    /// The bracket widened by the Monte Carlo error of either end; it holds the truth in at least 90 % of cases (tested).
    pub interval: [f64; 2],
}

impl Worth {
    const NOTHING: Self = Self {
        value: 0.0,
        standard_error: 0.0,
        bracket: [0.0; 2],
        interval: [0.0; 2],
    };

    /// From both ends of the bracket, the error of the mean of the first with it.
    fn new(lower: Moments, upper: f64) -> Self {
        let standard_error = lower.standard_error();
        let reach = errors_within(PROBABILITY, lower.count()) * standard_error;
        let (lower, upper) = (lower.mean(), upper.max(0.0));
        let bracket = [lower.clamp(0.0, upper), upper];
        Self {
            value: 0.5 * (bracket[0] + bracket[1]),
            standard_error,
            bracket,
            interval: [(bracket[0] - reach).max(0.0), upper + reach],
        }
    }

    /// Whoever knows the whole knows the part: at least as much as that.
    #[must_use]
    fn at_least(self, part: Self) -> Self {
        self.bounded(part, f64::max)
    }

    /// At most as much as to know the whole.
    #[must_use]
    fn at_most(self, whole: Self) -> Self {
        self.bounded(whole, f64::min)
    }

    fn bounded(self, other: Self, choose: fn(f64, f64) -> f64) -> Self {
        let ends = |own: [f64; 2], other: [f64; 2]| [0, 1].map(|end| choose(own[end], other[end]));
        let bracket = ends(self.bracket, other.bracket);
        let value = 0.5 * (bracket[0] + bracket[1]);
        // The error goes with the number that decides.
        let closer = (value - other.value).abs() < (value - self.value).abs();
        Self {
            value,
            standard_error: if closer {
                other.standard_error
            } else {
                self.standard_error
            },
            bracket,
            interval: ends(self.interval, other.interval),
        }
    }
}

/// What an option would lose against the best choice of each path, on average.
///
/// # Errors
/// See [`Decision::new`].
pub fn expected_losses(net_benefits: &[Vec<f64>]) -> Result<Vec<Estimate>, Undefined> {
    check(net_benefits)?;
    let best: Vec<f64> = (0..net_benefits[0].len())
        .map(|path| {
            net_benefits
                .iter()
                .fold(f64::NEG_INFINITY, |best, net| best.max(net[path]))
        })
        .collect();
    Ok(net_benefits
        .iter()
        .map(|net| {
            let losses: Vec<f64> = best.iter().zip(net).map(|(best, net)| best - net).collect();
            mean_of_paths(&losses)
        })
        .collect())
}

fn check(net_benefits: &[Vec<f64>]) -> Result<(), Undefined> {
    if net_benefits.first().is_none_or(Vec::is_empty) {
        return Err(Undefined::NoPaths);
    }
    for (position, net) in net_benefits.iter().enumerate() {
        // Squares of what is larger could leave the range of numbers.
        let paths = net
            .iter()
            .filter(|value| value.is_nan() || value.abs() > 1e140)
            .count() as u64;
        if paths > 0 {
            return Err(Undefined::NotFinite { position, paths });
        }
    }
    Ok(())
}

/// A choice between options, and inputs that could be learned before it.
pub struct Decision {
    /// Position of the option that is best on average.
    best: usize,
    /// What every other option brings more than it, by path.
    increments: Vec<Vec<f64>>,
    perfect: Worth,
    inputs: Vec<Known>,
}

/// An input, and what it is worth to know it alone.
struct Known {
    /// `None` for an input with one value.
    scores: Option<Scores>,
    worth: Worth,
    /// How much of the spread of the increments it explains alone; 0 for nothing.
    strength: f64,
}

impl Decision {
    /// A choice between options by their net benefit on each path, with the values of inputs on the same paths.
    ///
    /// # Errors
    /// If there is no path, or a number that is not finite.
    pub fn new(net_benefits: &[Vec<f64>], columns: &[Vec<f64>]) -> Result<Self, Undefined> {
        check(net_benefits)?;
        let mean = |net: &Vec<f64>| Moments::from_slice(net).mean();
        let best = (1..net_benefits.len()).fold(0, |best, option| {
            if mean(&net_benefits[option]) > mean(&net_benefits[best]) {
                option
            } else {
                best
            }
        });
        let increments: Vec<Vec<f64>> = net_benefits
            .iter()
            .enumerate()
            .filter(|(option, _)| *option != best)
            .map(|(_, net)| {
                net.iter()
                    .zip(&net_benefits[best])
                    .map(|(net, best)| net - best)
                    .collect()
            })
            .collect();
        let gains: Vec<f64> = (0..net_benefits[0].len())
            .map(|path| increments.iter().fold(0.0, |best: f64, net| best.max(net[path])))
            .collect();
        let moments = Moments::of_paths(&gains);
        let perfect = Worth::new(moments, moments.mean());
        let mut decision = Self {
            best,
            increments,
            perfect,
            inputs: Vec::new(),
        };
        decision.inputs = columns.iter().map(|column| decision.learn(column)).collect();
        Ok(decision)
    }

    /// The position of the option that is best on average.
    pub fn best(&self) -> usize {
        self.best
    }

    /// What it is worth to know everything, shocks of future years included.
    pub fn perfect(&self) -> Worth {
        self.perfect
    }

    /// What it is worth to know one input.
    pub fn input(&self, input: usize) -> Worth {
        self.inputs[input].worth
    }

    /// What it is worth to know a set of inputs; `parts` are worths of sets within it.
    pub fn set(&self, members: &[usize], parts: &[Worth]) -> Worth {
        let mut known: Vec<&Known> = members.iter().map(|member| &self.inputs[*member]).collect();
        known.retain(|known| known.strength > 0.0);
        known.sort_by(|a, b| b.strength.total_cmp(&a.strength));
        known.truncate(MOST_TERMS);
        let scores: Vec<&Scores> = known.iter().filter_map(|known| known.scores.as_ref()).collect();
        let worth = if scores.len() < 2 {
            Worth::NOTHING
        } else {
            let mut terms: Vec<Term> = scores.iter().map(|scores| Term::of_input(scores)).collect();
            for (position, one) in scores.iter().take(PAIRED).enumerate() {
                let others = scores.iter().take(PAIRED).skip(position + 1);
                terms.extend(others.map(|other| Term::of_pair(one, other)));
            }
            self.worth(&terms).0
        };
        let alone = members.iter().map(|member| self.inputs[*member].worth);
        let worth = alone.chain(parts.iter().copied()).fold(worth, Worth::at_least);
        worth.at_most(self.perfect)
    }

    /// What a study is worth whose result on each path this is, and which tells of one input only.
    pub fn study(&self, input: usize, results: &[f64]) -> Worth {
        self.learn(results).worth.at_most(self.inputs[input].worth)
    }

    fn learn(&self, column: &[f64]) -> Known {
        let scores = Scores::of(column);
        let (worth, strength) = scores.as_ref().map_or((Worth::NOTHING, 0.0), |scores| {
            self.worth(&[Term::of_input(scores)])
        });
        Known {
            scores,
            worth: worth.at_most(self.perfect),
            strength,
        }
    }

    /// What it is worth to know the inputs of some terms, and the largest part of the spread of an increment that they explain.
    fn worth(&self, terms: &[Term]) -> (Worth, f64) {
        let paths = self.increments.first().map_or(0, Vec::len);
        let fits = |left_out| -> Vec<Vec<f64>> {
            let increments = self.increments.iter();
            increments
                .map(|increment| expected(terms, increment, left_out))
                .collect()
        };
        let all = fits(None);
        let strength = all
            .iter()
            .zip(&self.increments)
            .fold(0.0, |most: f64, (fit, increment)| {
                let [explained, total] = [fit, increment].map(|values| Moments::from_slice(values).squares());
                if total > 0.0 {
                    most.max(explained / total)
                } else {
                    most
                }
            });
        let promised: f64 = (0..paths)
            .map(|path| choice(&all, path).map_or(0.0, |(_, gain)| gain))
            .sum();
        let mut gains = vec![0.0; paths];
        for part in 0..FOLDS {
            let fits = fits(Some(part));
            for path in (0..paths).filter(|path| fold_of(*path) == part) {
                if let Some((option, _)) = choice(&fits, path) {
                    gains[path] = self.increments[option][path];
                }
            }
        }
        let worth = Worth::new(Moments::of_paths(&gains), promised / paths as f64);
        (worth, strength)
    }
}

/// The increment that is expected to be largest on a path, if one is above 0, and how large.
fn choice(fits: &[Vec<f64>], path: usize) -> Option<(usize, f64)> {
    let mut best = None;
    let mut most = 0.0;
    for (option, fit) in fits.iter().enumerate() {
        if fit[path] > most {
            most = fit[path];
            best = Some((option, most));
        }
    }
    best
}

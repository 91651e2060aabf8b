//! Sensitivity analysis: which input drives the outcome, and by how much?
//!
//! Pure mathematics on the unit cube. A [`Method`] lays out a [`Design`] of points, each coordinate a probability that the
//! caller turns into a value by the input's quantile function; the caller computes one outcome per point; the method turns
//! the outcomes into an [`Estimate`]. [`given_data`] and [`discover`] need no design: they read draws that exist already.
//!
//! Every number that is an estimate carries a 95 % interval where its method states one, and every estimate that is
//! impossible as a true value (a share below 0, shares that add up to more than 1) is explained by a note.
//! Indices of an outcome that does not vary are 0.
//!
//! | module | method |
//! |---|---|
//! | [`one_at_a_time`] | each input at its own 5 % and 95 % point |
//! | [`grid`] | response curve, heat map |
//! | [`latin_hypercube`], [`sobol_sequence`] | space-filling designs |
//! | [`morris`] | elementary effects |
//! | [`sobol`] | variance-based indices |
//! | [`pawn`] | distribution-based indices |
//! | [`given_data`] | indices from any sample |
//! | [`discover`] | scenario discovery: boxes and a tree |
//! | [`convergence`](mod@convergence) | how many runs are enough |

pub mod convergence;
pub mod discover;
pub mod given_data;
pub mod grid;
pub mod latin_hypercube;
pub mod morris;
pub mod one_at_a_time;
pub mod pawn;
mod resampling;
mod scrambled;
pub mod sobol;
pub mod sobol_sequence;
#[cfg(test)]
mod test_functions;

use std::{borrow::Cow, fmt, ops::RangeInclusive};

pub use scrambled::ScrambledSobol;

/// Every method that has a design, in the order in which they are listed.
pub static METHODS: &[&dyn Method] = &[
    &one_at_a_time::OneAtATime,
    &grid::Grid,
    &latin_hypercube::LatinHypercube,
    &sobol_sequence::SobolSequence,
    &morris::TRAJECTORIES,
    &morris::RADIAL,
    &sobol::WITH_PAIRS,
    &sobol::WITHOUT_PAIRS,
    &pawn::Pawn,
];

/// The method with a key.
pub fn method(key: &str) -> Option<&'static dyn Method> {
    METHODS.iter().copied().find(|method| method.about().key == key)
}

/// Most coordinates of a design, points × inputs: 2 GiB of them.
pub const MOST_COORDINATES: usize = 1 << 28;
/// Largest size of an outcome, so that squares and their sums stay finite.
pub const LARGEST_OUTCOME: f64 = 1e140;
/// The probability that an input's value lies below the ends of its 5–95 % range.
pub const RANGE: [f64; 2] = [0.05, 0.95];

/// What a method is.
#[derive(Debug)]
pub struct About {
    /// Name on the command line.
    pub key: &'static str,
    /// Heading.
    pub title: &'static str,
    /// What it measures, in one sentence.
    pub meaning: &'static str,
    /// Where it is published.
    pub reference: &'static str,
    /// What `size` counts, such as "trajectories".
    pub size_name: &'static str,
    /// The size taken without a wish.
    pub default_size: usize,
    /// Possible sizes.
    pub sizes: RangeInclusive<usize>,
    /// Possible numbers of inputs.
    pub inputs: RangeInclusive<usize>,
    /// Whether a larger design with the same seed begins with the smaller one, so that batches can be added.
    pub extends: bool,
}

/// A method with a design. Adding one takes a file, and a line in [`METHODS`].
pub trait Method: Sync {
    /// What it is.
    fn about(&self) -> &'static About;

    /// Number of design points, known before any work; [`usize::MAX`] if it would overflow.
    fn cost(&self, inputs: usize, size: usize) -> usize;

    /// The points of a design whose sizes are possible. Callers use [`design`](Self::design).
    fn lay_out(&self, inputs: usize, size: usize, seed: u64) -> Design;

    /// The estimate from outcomes that were checked. Callers use [`estimate`](Self::estimate).
    fn evaluate(&self, design: &Design, outcomes: &[f64], seed: u64) -> Estimate;

    /// The design of a size; the same seed gives the same bits.
    ///
    /// # Errors
    /// If the number of inputs or the size is not possible for this method.
    fn design(&self, inputs: usize, size: usize, seed: u64) -> Result<Design, Refusal> {
        let about = self.about();
        if !about.inputs.contains(&inputs) {
            return Err(Refusal::Inputs {
                method: about.key,
                possible: about.inputs.clone(),
                given: inputs,
            });
        }
        if !about.sizes.contains(&size) {
            return Err(Refusal::Size {
                method: about.key,
                name: about.size_name,
                possible: about.sizes.clone(),
                given: size,
            });
        }
        let points = self.cost(inputs, size);
        if points.saturating_mul(inputs) > MOST_COORDINATES {
            return Err(Refusal::TooLarge {
                method: about.key,
                points,
            });
        }
        Ok(self.lay_out(inputs, size, seed))
    }

    /// The estimate from one outcome per design point, in the order of the points. The seed is that of resampling.
    ///
    /// # Errors
    /// If the design is not this method's, or outcomes are missing, not finite or above [`LARGEST_OUTCOME`].
    fn estimate(&self, design: &Design, outcomes: &[f64], seed: u64) -> Result<Estimate, Refusal> {
        let about = self.about();
        if design.method != about.key {
            return Err(Refusal::Foreign {
                method: about.key,
                design: design.method,
            });
        }
        check_outcomes(outcomes, design.len())?;
        let (constant, outcomes) = without_rounding(outcomes);
        let mut estimate = self.evaluate(design, &outcomes, seed);
        estimate.explain(constant);
        Ok(estimate)
    }
}

/// Points in the unit cube.
#[derive(Clone, PartialEq, Debug)]
pub struct Design {
    method: &'static str,
    inputs: usize,
    block: usize,
    points: Vec<f64>,
}

impl Design {
    /// A design of row-major points in blocks of a number of rows.
    fn new(method: &'static str, inputs: usize, block: usize, points: Vec<f64>) -> Self {
        Self {
            method,
            inputs,
            block,
            points,
        }
    }

    /// Key of the method.
    pub fn method(&self) -> &'static str {
        self.method
    }

    /// Number of inputs, the coordinates of a point.
    pub fn inputs(&self) -> usize {
        self.inputs
    }

    /// Number of points.
    pub fn len(&self) -> usize {
        self.points.len() / self.inputs
    }

    /// Whether there is no point.
    pub fn is_empty(&self) -> bool {
        self.points.is_empty()
    }

    /// Consecutive rows that belong together: a trajectory of Morris, a row of all matrices of Sobol'; else 1.
    pub fn block(&self) -> usize {
        self.block
    }

    /// Number of blocks.
    pub fn blocks(&self) -> usize {
        self.len() / self.block
    }

    /// A point; coordinates are probabilities in [0, 1].
    pub fn point(&self, row: usize) -> &[f64] {
        &self.points[row * self.inputs..(row + 1) * self.inputs]
    }

    /// The points in order.
    pub fn points(&self) -> impl Iterator<Item = &[f64]> {
        self.points.chunks_exact(self.inputs)
    }

    /// The values of each input.
    pub fn columns(&self) -> Vec<Vec<f64>> {
        (0..self.inputs)
            .map(|input| self.points().map(|point| point[input]).collect())
            .collect()
    }

    /// The first blocks alone.
    pub fn first(&self, blocks: usize) -> Self {
        let rows = (blocks * self.block).min(self.len());
        Self {
            points: self.points[..rows * self.inputs].to_vec(),
            ..self.clone()
        }
    }
}

/// What an index is of.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Subject {
    /// One input, by position.
    Input(usize),
    /// Two inputs together, the smaller position first.
    Pair(usize, usize),
}

/// One index of one input or pair.
#[derive(Clone, PartialEq, Debug)]
pub struct Index {
    /// What it is of.
    pub subject: Subject,
    /// Its name, one of the constants of its method such as [`sobol::FIRST`].
    pub name: &'static str,
    /// The estimate; always finite.
    pub value: f64,
    /// Lower and upper end of the 95 % interval; `None` where the method states none.
    pub interval: Option<[f64; 2]>,
    /// What to know when reading it: why it is impossible as a true value, or too small to be told from none.
    pub note: Option<String>,
}

impl Index {
    fn new(subject: Subject, name: &'static str, value: f64, interval: Option<[f64; 2]>) -> Self {
        Self {
            subject,
            name,
            value,
            interval,
            note: None,
        }
    }

    /// Width of the interval.
    pub fn width(&self) -> Option<f64> {
        self.interval.map(|[low, high]| high - low)
    }

    fn add_note(&mut self, note: impl Into<String>) {
        let note = note.into();
        self.note = Some(match self.note.take() {
            None => note,
            Some(earlier) => format!("{earlier}; {note}"),
        });
    }
}

/// Indices with their intervals and what to know about them.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Estimate {
    /// The indices, by name and then by subject.
    pub indices: Vec<Index>,
    /// What concerns all of them.
    pub notes: Vec<String>,
    /// How many outcomes they come from.
    pub runs: usize,
}

impl Estimate {
    /// An index by subject and name.
    pub fn get(&self, subject: Subject, name: &str) -> Option<&Index> {
        self.indices
            .iter()
            .find(|index| index.subject == subject && index.name == name)
    }

    /// The values of an index, by input.
    pub fn values(&self, name: &str) -> Vec<f64> {
        self.named(name).map(|index| index.value).collect()
    }

    /// The indices of a name, in order.
    pub fn named<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Index> {
        self.indices.iter().filter(move |index| index.name == name)
    }

    /// Width of the widest 95 % interval; `None` if no index has one. The stop rule compares this.
    pub fn widest(&self) -> Option<f64> {
        self.indices.iter().filter_map(Index::width).reduce(f64::max)
    }

    /// Adds the indices and notes of another estimate from the same outcomes.
    pub fn append(&mut self, mut other: Self) {
        self.indices.append(&mut other.indices);
        self.notes.append(&mut other.notes);
        self.runs = self.runs.max(other.runs);
    }

    /// Explains estimates that are impossible as true values.
    fn explain(&mut self, constant: bool) {
        if constant {
            // Nothing else is worth saying then.
            self.notes = vec![CONSTANT.to_owned()];
            return;
        }
        for index in &mut self.indices {
            if index.value < 0.0 && SHARES.contains(&index.name) {
                let within = index.interval.is_none_or(|[_, high]| high >= 0.0);
                index.add_note(if within {
                    "below 0 by sampling error: a share of variance is never negative, and the interval reaches 0"
                } else {
                    "below 0 by more than the interval allows: a share of variance is never negative; take more runs"
                });
            }
        }
        let first: f64 = self.values(sobol::FIRST).iter().sum();
        let pairs: f64 = self.values(sobol::SECOND).iter().sum();
        let total = self.values(sobol::TOTAL);
        if first > 1.0 {
            self.notes.push(format!(
                "The first-order indices add up to {first:.3}. With independent inputs they cannot exceed 1: the rest is sampling \
                 error. With dependent inputs they can, because inputs share their effects."
            ));
        } else if first + pairs > 1.0 {
            self.notes.push(format!(
                "First- and second-order indices add up to {:.3}; above 1 by sampling error.",
                first + pairs
            ));
        }
        if !total.is_empty() && total.iter().sum::<f64>() < 1.0 {
            self.notes.push(format!(
                "The total indices add up to {:.3}; true ones reach at least 1: the rest is sampling error.",
                total.iter().sum::<f64>()
            ));
        }
        let firsts = self.values(sobol::FIRST);
        for index in self.indices.iter_mut().filter(|index| index.name == sobol::TOTAL) {
            if let Subject::Input(input) = index.subject
                && firsts.get(input).is_some_and(|first| index.value < *first)
            {
                index.add_note("below the first-order index by sampling error: the total index contains the first-order one");
            }
        }
    }
}

/// Indices that are shares of a variance and so never negative as true values.
const SHARES: [&str; 3] = [sobol::FIRST, sobol::TOTAL, sobol::SECOND];

const CONSTANT: &str =
    "The outcome is the same at every point, so that no input has an influence: every index is 0.";

/// Why a request cannot be met.
#[derive(Clone, PartialEq, Debug)]
pub enum Refusal {
    /// A number of inputs that the method cannot take.
    Inputs {
        /// Key of the method.
        method: &'static str,
        /// Possible numbers.
        possible: RangeInclusive<usize>,
        /// The number asked for.
        given: usize,
    },
    /// A size that the method cannot take.
    Size {
        /// Key of the method.
        method: &'static str,
        /// What the size counts.
        name: &'static str,
        /// Possible sizes.
        possible: RangeInclusive<usize>,
        /// The size asked for.
        given: usize,
    },
    /// A design above [`MOST_COORDINATES`].
    TooLarge {
        /// Key of the method.
        method: &'static str,
        /// Its number of points.
        points: usize,
    },
    /// A design of another method.
    Foreign {
        /// Key of the method asked.
        method: &'static str,
        /// Key of the design's method.
        design: &'static str,
    },
    /// Not one outcome per point or draw.
    Length {
        /// What was counted, "outcomes" or "draws of input 3".
        what: String,
        /// The number needed.
        expected: usize,
        /// The number given.
        given: usize,
    },
    /// Too few draws for an estimate.
    TooFew {
        /// The least number.
        least: usize,
        /// The number given.
        given: usize,
    },
    /// A number that is not finite or too large.
    Value {
        /// What it belongs to, "outcome" or "input 3".
        what: String,
        /// Its row, from 0.
        row: usize,
    },
    /// A setting outside its range.
    Setting {
        /// The setting and its rule.
        rule: &'static str,
    },
}

impl fmt::Display for Refusal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let range = |possible: &RangeInclusive<usize>| match (*possible.start(), *possible.end()) {
            (low, usize::MAX) => format!("at least {low}"),
            (low, high) if low == high => format!("exactly {low}"),
            (low, high) => format!("{low} to {high}"),
        };
        match self {
            Self::Inputs {
                method,
                possible,
                given,
            } => {
                write!(out, "`{method}` takes {} inputs, not {given}", range(possible))
            }
            Self::Size {
                method,
                name,
                possible,
                given,
            } => {
                write!(out, "`{method}` takes {} {name}, not {given}", range(possible))
            }
            Self::TooLarge {
                method,
                points: usize::MAX,
            } => {
                write!(
                    out,
                    "this design of `{method}` would have more points than can be counted; take a smaller size"
                )
            }
            Self::TooLarge { method, points } => {
                write!(
                    out,
                    "this design of `{method}` would have {points} points; take a smaller size"
                )
            }
            Self::Foreign { method, design } => {
                write!(out, "`{method}` cannot read a design of `{design}`")
            }
            Self::Length {
                what,
                expected,
                given,
            } => {
                write!(out, "{expected} {what} are needed, {given} were given")
            }
            Self::TooFew { least, given } => {
                write!(out, "at least {least} draws are needed, {given} were given")
            }
            Self::Value { what, row } => {
                write!(
                    out,
                    "{what} in row {row} is not a finite number of usual size (below 1e140)"
                )
            }
            Self::Setting { rule } => write!(out, "{rule}"),
        }
    }
}

impl std::error::Error for Refusal {}

/// Refuses outcomes that are missing, not finite or too large.
fn check_outcomes(outcomes: &[f64], expected: usize) -> Result<(), Refusal> {
    if outcomes.len() != expected {
        return Err(Refusal::Length {
            what: "outcomes".to_owned(),
            expected,
            given: outcomes.len(),
        });
    }
    check_values(outcomes, || "outcome".to_owned())
}

fn check_values(values: &[f64], what: impl Fn() -> String) -> Result<(), Refusal> {
    match values
        .iter()
        .position(|value| !value.is_finite() || value.abs() > LARGEST_OUTCOME)
    {
        None => Ok(()),
        Some(row) => Err(Refusal::Value { what: what(), row }),
    }
}

/// Least, and largest value; 0 of nothing.
fn extremes(values: &[f64]) -> [f64; 2] {
    let low = values.iter().copied().reduce(f64::min).unwrap_or(0.0);
    let high = values.iter().copied().reduce(f64::max).unwrap_or(0.0);
    [low, high]
}

/// Whether numbers differ by no more than rounding, taken as 64 units in the last place of the largest.
fn is_constant(values: &[f64]) -> bool {
    let [low, high] = extremes(values);
    high - low <= 64.0 * f64::EPSILON * low.abs().max(high.abs())
}

/// Whether outcomes are constant, and the outcomes; of a constant, zeros: differences within rounding are no effects.
fn without_rounding(outcomes: &[f64]) -> (bool, Cow<'_, [f64]>) {
    if is_constant(outcomes) {
        (true, Cow::Owned(vec![0.0; outcomes.len()]))
    } else {
        (false, Cow::Borrowed(outcomes))
    }
}

/// Mean, and largest distance from it; a constant has distance exactly 0.
///
/// Indices do not depend on location and scale, and products of numbers so shifted and divided neither overflow nor vanish.
fn location_and_scale(values: &[f64]) -> (f64, f64) {
    let mean = crate::stats::Moments::from_slice(values).mean();
    if is_constant(values) {
        return (mean, 0.0);
    }
    (
        mean,
        values
            .iter()
            .map(|value| (value - mean).abs())
            .fold(0.0, f64::max),
    )
}

/// Numbers shifted by their mean and divided by their largest distance from it, which also is returned.
fn scaled(values: &[f64]) -> (Vec<f64>, f64) {
    let (mean, scale) = location_and_scale(values);
    (
        values.iter().map(|value| ratio(value - mean, scale)).collect(),
        scale,
    )
}

/// a / b, and 0 where nothing is divided by nothing.
fn ratio(a: f64, b: f64) -> f64 {
    if b > 0.0 { a / b } else { 0.0 }
}

#[cfg(test)]
mod tests;

//! Why a request cannot be met.

use std::{fmt, ops::RangeInclusive};

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
    /// A design above `MOST_COORDINATES`.
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

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
mod estimate;
pub mod given_data;
pub mod grid;
pub mod latin_hypercube;
mod many;
mod method;
pub mod morris;
mod numbers;
pub mod one_at_a_time;
pub mod pawn;
mod refusal;
mod replicates;
mod resampling;
mod scrambled;
mod slices;
pub mod sobol;
pub mod sobol_sequence;
#[cfg(test)]
mod test_functions;

pub use estimate::{Estimate, Index, Subject};
pub use method::{About, Design, MOST_COORDINATES, Method, RANGE};
pub use numbers::LARGEST_OUTCOME;
pub use refusal::Refusal;
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

#[cfg(test)]
mod tests;

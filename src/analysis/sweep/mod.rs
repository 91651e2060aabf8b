//! Sensitivity of a scenario: designs whose points are evaluated on the same futures, and studies of the paths of one
//! ordinary run.

mod design;
mod discovery;
mod inputs;
mod paths;
mod study;

pub use design::{BATCH, Cost, Sweep, SweepRequest, Width};
pub use discovery::{DISCOVER, discovery_study};
pub(super) use inputs::{check_gap, check_starts, notes as input_notes, of_options};
pub use inputs::{default_inputs, is_of_file};
pub use paths::{GIVEN_DATA, MOST_PATHS, check_paths, given_data_study};
pub use study::{
    BoxEnd, BoxLimit, Conditions, DiscoveryStudy, IndexNote, OutcomeKind, OutcomeStudy, Part, PeelingStep,
    Study, StudyIndex, StudyInput, ThresholdStudy, find_index,
};

pub use crate::{
    base::Side,
    scenario::{Condition, Threshold},
};
use crate::{
    base::{Diagnostic, Diagnostics},
    engine::Halt,
    sensitivity::{METHODS, Refusal},
};

/// The outcome that is looked at where none is named.
pub const DEFAULT_OUTCOME: &str = "extra:group.digital_economy@horizon";

/// The name of every method: those with a design, and the studies of paths.
pub fn method_names() -> impl Iterator<Item = &'static str> {
    let designs = METHODS.iter().map(|method| method.about().key);
    designs.chain([GIVEN_DATA, DISCOVER])
}

/// Why a sweep has no result.
#[derive(Debug)]
pub enum SweepError {
    /// Stopped, or no threads.
    Halted(Halt),
    /// What is asked for is not possible.
    Refused(Diagnostics),
}

impl From<Halt> for SweepError {
    fn from(halt: Halt) -> Self {
        Self::Halted(halt)
    }
}

impl From<Diagnostics> for SweepError {
    fn from(diagnostics: Diagnostics) -> Self {
        Self::Refused(diagnostics)
    }
}

impl From<Refusal> for SweepError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(Diagnostic::new(refusal.to_string()).into())
    }
}

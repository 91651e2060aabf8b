//! What a reader has moved: everything a link keeps.

use serde::{Deserialize, Serialize};

use crate::{
    base::{Diagnostic, Diagnostics, Measure, Metric, Place, Selector},
    scenario::find_parameter,
};

/// The most `--set` arguments of a state.
const MOST_SET: usize = 400;
/// The longest of them, in bytes.
const LONGEST: usize = 4000;
/// The most packages beside the one that is moved.
pub const MOST_PINS: usize = 4;

/// What a reader has moved, what is looked at, and what is pinned.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct State {
    /// What differs from the file: `PATH=VALUE`, as `--set` takes it.
    pub set: Vec<String>,
    /// The package that is looked at, an option by its name in the file; without it the one that is worth most.
    pub option: Option<String>,
    /// The outcome whose fan is shown: `PLACE.METRIC`; without it the digital economy of the group.
    pub outcome: Option<String>,
    /// Packages to compare with.
    pub pins: Vec<Pin>,
}

/// A package that is kept for comparison.
#[derive(Clone, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Pin {
    /// Its name for people.
    pub name: String,
    /// What differed from the file.
    pub set: Vec<String>,
    /// The option.
    pub option: String,
}

impl State {
    /// What is wrong with its size.
    ///
    /// # Errors
    /// Every bound that it breaks.
    pub(super) fn check(&self) -> Result<(), Diagnostics> {
        let mut errors = Diagnostics::new();
        let mut refuse = |message: String| errors.push(Diagnostic::new(message));
        if self.pins.len() > MOST_PINS {
            refuse(format!("at most {MOST_PINS} packages can be pinned"));
        }
        for set in std::iter::once(&self.set).chain(self.pins.iter().map(|pin| &pin.set)) {
            if set.len() > MOST_SET {
                refuse(format!("at most {MOST_SET} numbers can differ from the file"));
            }
            if set.iter().any(|text| text.len() > LONGEST) {
                refuse(format!("a value is longer than {LONGEST} bytes"));
            }
        }
        let names = self.pins.iter().flat_map(|pin| [&pin.name, &pin.option]);
        if names
            .chain(&self.option)
            .chain(&self.outcome)
            .any(|name| name.len() > LONGEST)
        {
            refuse(format!("a name is longer than {LONGEST} bytes"));
        }
        errors.into_result(())
    }

    /// The outcome whose fan is shown.
    ///
    /// # Errors
    /// If it is no level of a place.
    pub(super) fn outcome(&self) -> Result<(Place, Metric), Diagnostics> {
        let Some(text) = &self.outcome else {
            return Ok((Place::Group, Metric::DigitalEconomy));
        };
        let selector = Selector::parse(text).map_err(Diagnostic::new)?;
        match selector.measure {
            Measure::Metric {
                place,
                metric,
                year: None,
                extra: false,
            } if selector.option.is_none() => Ok((place, metric)),
            _ => Err(Diagnostic::new(format!("`{selector}` has no fan by year"))
                .help("expected a metric of a place, such as CHN.gdp")
                .into()),
        }
    }
}

/// The path of a `--set` argument.
pub(super) fn path_of(argument: &str) -> &str {
    argument.split_once('=').map_or(argument, |(path, _)| path).trim()
}

/// Whether a `--set` argument changes the futures themselves, rather than what is evaluated on them.
pub(super) fn changes_futures(argument: &str) -> bool {
    let path = path_of(argument);
    match find_parameter(path) {
        Some(parameter) => parameter.changes_futures(),
        None => !["levers.", "options.", "gap."]
            .iter()
            .any(|table| path.starts_with(table)),
    }
}

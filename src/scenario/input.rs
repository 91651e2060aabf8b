//! Inputs of a scenario: numbers with their path, who set them and how well they are supported, and the files they came from.

use super::parameters::{self, Parameter};
use crate::stats::Distribution;

/// How well a number is supported.
#[derive(Clone, Copy, PartialEq, Eq, Debug, PartialOrd, Ord, serde::Serialize)]
pub enum Grade {
    /// A figure read in the study or on the issuer's page.
    A,
    /// A figure read in a secondary page.
    B,
    /// Judgment informed by named evidence: an assumption, marked as one in every output.
    J,
    /// Not an empirical quantity (a convention or a switch).
    #[serde(rename = "-")]
    Convention,
}

impl Grade {
    /// The letter in data files and outputs.
    pub const fn key(self) -> &'static str {
        match self {
            Self::A => "A",
            Self::B => "B",
            Self::J => "J",
            Self::Convention => "-",
        }
    }

    /// What the letter says, for people.
    pub const fn meaning(self) -> &'static str {
        match self {
            Self::A => "a figure read in the study itself or on the issuer's page",
            Self::B => "a figure read in a secondary page",
            Self::J => "judgment informed by the named evidence, so an assumption",
            Self::Convention => "a convention or a switch, not an empirical quantity",
        }
    }

    pub(super) fn parse(text: &str) -> Option<Self> {
        Some(match text {
            "A" => Self::A,
            "B" => Self::B,
            "J" => Self::J,
            "-" => Self::Convention,
            _ => return None,
        })
    }
}

/// Who set an input's value.
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// The documented default.
    Default {
        /// How well it is supported.
        grade: Grade,
        /// Where it comes from.
        source: String,
        /// Why this value.
        reason: String,
    },
    /// A scenario file, by the name shown to the user.
    File(String),
    /// `--set` on the command line.
    CommandLine,
}

impl Origin {
    /// Whether outputs must mark the number as an assumption: a judgment default, or the user's own number.
    pub fn is_assumption(&self) -> bool {
        match self {
            Self::Default { grade, .. } => *grade == Grade::J,
            Self::File(_) | Self::CommandLine => true,
        }
    }

    /// Grade, source and reason of a default; of another number who set it, as its source.
    pub fn parts(&self) -> (&str, &str, &str) {
        match self {
            Self::Default {
                grade,
                source,
                reason,
            } => (grade.key(), source, reason),
            Self::File(name) => ("", name, ""),
            Self::CommandLine => ("", "--set", ""),
        }
    }
}

/// An input of the model: a number or a distribution with the dotted path that names it everywhere (files, `--set`,
/// random streams, outputs).
#[derive(Clone, Debug, PartialEq)]
pub struct Input {
    /// For example `model.persistence` or `baseline.CHN.long_run_growth`.
    pub path: String,
    /// The value.
    pub value: Distribution,
    /// Who set it.
    pub origin: Origin,
}

impl Input {
    /// Its parameter; `None` only for a path that is in no table.
    pub fn parameter(&self) -> Option<Parameter> {
        parameters::find(&self.path)
    }

    /// Its unit as the parameter table has it.
    pub fn unit(&self) -> &'static str {
        self.parameter().map_or("", |parameter| parameter.row().unit)
    }
}

/// A file that went into a run.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct InputFile {
    /// The name as the user wrote it, or the embedded name.
    pub name: String,
    /// SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
}

impl InputFile {
    /// The name and hash of a text.
    pub fn of(name: &str, text: &str) -> Self {
        use sha2::{Digest, Sha256};
        let sha256 = Sha256::digest(text.as_bytes())
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        Self {
            name: name.to_owned(),
            sha256,
        }
    }
}

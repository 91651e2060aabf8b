//! A resolved scenario: every default filled in, every number with its path and origin.

use super::parameters::{self, Parameter};
use crate::{
    base::{Economy, Year},
    calibration::{SeriesKind, SeriesView},
    stats::Distribution,
};

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
    /// The row of the parameter table; `None` only for a path that is in no table.
    pub fn parameter(&self) -> Option<&'static Parameter> {
        parameters::find(&self.path)
    }
}

/// A scenario with everything resolved: what the model needs besides the history.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// Title, shown as text everywhere.
    pub title: String,
    /// One or two sentences.
    pub summary: String,
    /// Last projected year T.
    pub horizon: Year,
    /// Economies, in the order of the history table.
    pub economies: Vec<Economy>,
    /// Every number that is set or has a default, in the order of the parameter table and the economies.
    pub inputs: Vec<Input>,
    /// Every file that was read, with the SHA-256 of its bytes.
    pub files: Vec<InputFile>,
}

impl Scenario {
    /// The input of a path, if it is set or has a default.
    pub fn input(&self, path: &str) -> Option<&Input> {
        self.inputs.iter().find(|input| input.path == path)
    }

    /// The value of an input without uncertainty.
    pub fn constant(&self, path: &str) -> Option<f64> {
        self.input(path)?.value.as_constant()
    }

    /// The stated views on series, GDP growth as a log change.
    pub fn views(&self) -> Vec<SeriesView> {
        let mut views = Vec::new();
        for &economy in &self.economies {
            for kind in SeriesKind::ALL {
                let part = |part: &str| self.constant(&format!("baseline.{economy}.{}.{part}", kind.key()));
                if let (Some(mean), Some(years)) = (part("mean"), part("years")) {
                    views.push(SeriesView {
                        economy,
                        kind,
                        location: match kind {
                            SeriesKind::GdpGrowth => libm::log1p(mean),
                            SeriesKind::ShareDrift => mean,
                        },
                        years,
                    });
                }
            }
        }
        views
    }

    /// The scenario as one TOML document with every default written out; read again, it gives the same scenario.
    pub fn resolved(&self) -> String {
        let quoted = |text: &str| toml_edit::Value::from(text).to_string();
        let codes: Vec<String> = self
            .economies
            .iter()
            .map(|economy| quoted(economy.code()))
            .collect();
        let mut text = format!(
            "title = {}\nsummary = {}\nhorizon = {}\neconomies = [{}]\n",
            quoted(&self.title),
            quoted(&self.summary),
            self.horizon,
            codes.join(", ")
        );
        let mut table = "";
        for input in &self.inputs {
            // `baseline.CHN.gdp_growth.mean` is written as `gdp_growth.mean` in the table `baseline.CHN`.
            let depth = if input.path.starts_with("baseline.") { 2 } else { 1 };
            let split = input
                .path
                .match_indices('.')
                .nth(depth - 1)
                .map_or(0, |(position, _)| position);
            if input.path[..split] != *table {
                table = &input.path[..split];
                text.push_str(&format!("\n[{table}]\n"));
            }
            text.push_str(&format!("{} = {}\n", &input.path[split + 1..], input.value));
        }
        text
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

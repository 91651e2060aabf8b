//! A resolved scenario: every default filled in, every number with its path and origin.

use crate::{
    base::{Economy, Year},
    stats::Distribution,
};

/// How well a number is supported (PRIORS): read in the study itself, read second-hand, or judgment.
#[derive(Clone, Copy, PartialEq, Eq, Debug, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
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

/// Who set an input's value.
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    /// The documented default, with its grade.
    Default(Grade),
    /// A scenario file, by the name shown to the user.
    File(String),
    /// `--set` on the command line.
    CommandLine,
}

impl Origin {
    /// Whether outputs must mark the number as an assumption: a judgment default, or the user's own number.
    pub fn is_assumption(&self) -> bool {
        !matches!(self, Self::Default(Grade::A | Grade::B | Grade::Convention))
    }
}

/// An input of the model: a number or a distribution with the dotted path that names it everywhere (files, `--set`,
/// sweeps, random streams, outputs).
#[derive(Clone, Debug, PartialEq)]
pub struct Input {
    /// For example `levers.smart-cities.learning` or `model.share_response`.
    pub path: String,
    /// The value.
    pub value: Distribution,
    /// Who set it.
    pub origin: Origin,
}

/// Model parameters, in the order of the parameter table.
#[derive(Clone, Debug, PartialEq)]
pub struct ModelInputs {
    /// Yearly persistence ρ of deviations of growth from its long-run rate; may be a distribution.
    pub persistence: Input,
    /// Upper bound of κ0, the years of data the group prior is worth; always a constant.
    pub prior_years_max: Input,
    /// Degrees of freedom of the shocks, 0 for normal shocks, otherwise above 2; always a constant.
    pub shock_df: Input,
    /// The quantile at which σ² is truncated, 1 for no truncation; always a constant.
    pub variance_quantile: Input,
}

/// A stated view on a series: `{ mean, years }`; it replaces the group prior (m0, κ0).
#[derive(Clone, Debug, PartialEq)]
pub struct View {
    /// Mean of the view: a yearly rate for GDP, logit points a year for the share. Always a constant.
    pub mean: Input,
    /// How many years of data the view is worth. Always a constant.
    pub years: Input,
}

/// What a scenario says about one economy's baseline. `None`: the data and the group prior speak.
#[derive(Clone, Debug, PartialEq)]
pub struct Baseline {
    /// The economy.
    pub economy: Economy,
    /// View on GDP growth.
    pub gdp_growth: Option<View>,
    /// View on the drift of the logit share.
    pub share_drift: Option<View>,
    /// Long-run GDP growth, a yearly rate g that enters as ln(1 + g).
    pub long_run_growth: Input,
    /// Long-run drift of the logit share, logit points a year.
    pub long_run_share_drift: Input,
    /// Digital share at t0, replacing the history's level.
    pub initial_share: Option<Input>,
}

/// A scenario with everything resolved: what the model needs besides data and calibration.
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
    /// Model parameters.
    pub model: ModelInputs,
    /// One per economy, in the order of [`Scenario::economies`].
    pub baseline: Vec<Baseline>,
    /// The scenario as one TOML document with every default written out, for the run manifest.
    pub resolved: String,
    /// Every file that was read, with the SHA-256 of its bytes.
    pub files: Vec<InputFile>,
}

/// A file that went into a run.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize)]
pub struct InputFile {
    /// The name as the user wrote it, or the embedded name.
    pub name: String,
    /// SHA-256 of its bytes, in hexadecimal.
    pub sha256: String,
}

//! What is asked for: dictionaries whose keys are the fields here (`_jointly.pyi` has their types).

use std::path::PathBuf;

use jointly::{
    base::Year,
    random::Shard,
    session::{
        AttributeRequest, BoxRequest, CompareRequest, HistoryChoice, Inputs, PortfolioRequest, Risk,
        RunRequest, SweepRequest, TargetRequest, TimingRequest, ValueRequest,
    },
};
use pyo3::prelude::*;

/// What a session is opened with.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
pub struct Opening {
    scenarios: Vec<PathBuf>,
    /// Name and text of those scenarios that stand in no file.
    pub texts: Vec<(String, String)>,
    overrides: Vec<String>,
    horizon: Option<Year>,
    history: Option<PathBuf>,
    added: Vec<PathBuf>,
    matrix: Option<PathBuf>,
    corrections: bool,
}

impl Opening {
    pub fn inputs(&self) -> Inputs {
        Inputs {
            scenarios: self.scenarios.clone(),
            text: None,
            overrides: self.overrides.clone(),
            horizon: self.horizon,
            history: HistoryChoice {
                table: self.history.clone(),
                added: self.added.clone(),
                matrix: self.matrix.clone(),
                without_corrections: !self.corrections,
            },
        }
    }
}

/// A run.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
pub struct Run {
    paths: u64,
    seed: u64,
    threads: usize,
    why: bool,
}

impl Run {
    /// The run, or a shard of it; explanations are for whole runs.
    pub fn request(&self, shard: Shard) -> RunRequest {
        RunRequest {
            paths: self.paths,
            seed: self.seed,
            threads: self.threads,
            why: self.why,
            explained: true,
            shard,
        }
    }
}

/// A comparison.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
pub struct Compare {
    paths: u64,
    seed: u64,
    threads: usize,
    baseline: Option<String>,
    outcomes: Vec<String>,
    effect: Option<String>,
    thresholds: Vec<f64>,
    optimism: f64,
    values: Vec<f64>,
}

impl From<Compare> for CompareRequest {
    fn from(asked: Compare) -> Self {
        let default = Self::default();
        Self {
            paths: asked.paths,
            seed: asked.seed,
            threads: asked.threads,
            baseline: asked.baseline.unwrap_or(default.baseline),
            outcomes: given(asked.outcomes).unwrap_or(default.outcomes),
            effect: asked.effect.unwrap_or(default.effect),
            thresholds: asked.thresholds,
            optimism: asked.optimism,
            values: asked.values,
        }
    }
}

/// An attribution.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
pub struct Attribute {
    paths: u64,
    seed: u64,
    threads: usize,
    option: Option<String>,
    outcomes: Vec<String>,
    permutations: Option<usize>,
}

impl From<Attribute> for AttributeRequest {
    fn from(asked: Attribute) -> Self {
        Self {
            paths: asked.paths,
            seed: asked.seed,
            threads: asked.threads,
            option: asked.option,
            outcomes: given(asked.outcomes).unwrap_or(Self::default().outcomes),
            permutations: asked.permutations,
        }
    }
}

/// A sweep.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
pub struct Sweep {
    paths: u64,
    seed: u64,
    threads: usize,
    method: Option<String>,
    size: Option<usize>,
    vary: Vec<String>,
    outcomes: Vec<String>,
    condition: Option<String>,
    mass: Option<f64>,
    density: Option<f64>,
    step: Option<usize>,
    until: Vec<String>,
    keep: Option<PathBuf>,
}

impl From<Sweep> for SweepRequest {
    fn from(asked: Sweep) -> Self {
        Self {
            paths: asked.paths,
            seed: asked.seed,
            threads: asked.threads,
            method: asked.method,
            size: asked.size,
            vary: asked.vary,
            outcomes: asked.outcomes,
            condition: asked.condition,
            boxes: BoxRequest {
                mass: asked.mass,
                density: asked.density,
                step: asked.step,
            },
            until: asked.until,
            keep: asked.keep,
            ..Self::default()
        }
    }
}

/// A value of information.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
pub struct Value {
    paths: u64,
    seed: u64,
    threads: usize,
    effect: Option<String>,
    worth: Option<f64>,
    studies: Vec<String>,
}

impl From<Value> for ValueRequest {
    fn from(asked: Value) -> Self {
        Self {
            paths: asked.paths,
            seed: asked.seed,
            threads: asked.threads,
            effect: asked.effect.unwrap_or(Self::default().effect),
            worth: asked.worth,
            studies: asked.studies,
        }
    }
}

/// Start years and signs.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
pub struct Timing {
    paths: u64,
    seed: u64,
    threads: usize,
    option: Option<String>,
    levers: Vec<String>,
    years: Option<(Year, Year)>,
    maximize: Option<String>,
}

impl From<Timing> for TimingRequest {
    fn from(asked: Timing) -> Self {
        Self {
            paths: asked.paths,
            seed: asked.seed,
            threads: asked.threads,
            option: asked.option,
            levers: asked.levers,
            years: asked.years,
            outcome: asked.maximize.unwrap_or(Self::default().outcome),
        }
    }
}

/// A target.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
pub struct Target {
    paths: u64,
    seed: u64,
    threads: usize,
    wants: Vec<String>,
    share: Option<f64>,
    best: Option<String>,
    by: String,
}

impl From<Target> for TargetRequest {
    fn from(asked: Target) -> Self {
        Self {
            paths: asked.paths,
            seed: asked.seed,
            threads: asked.threads,
            wants: asked.wants,
            share: asked.share,
            best: asked.best,
            input: asked.by,
        }
    }
}

/// A portfolio under a budget.
#[derive(FromPyObject)]
#[pyo3(from_item_all)]
pub struct Plan {
    paths: u64,
    seed: u64,
    threads: usize,
    budget: Option<f64>,
    partner_budgets: Vec<String>,
    yearly_budget: Option<f64>,
    sure: Option<f64>,
    maximize: Option<String>,
    risk: Option<String>,
    threshold: Option<f64>,
    scales: Vec<f64>,
}

impl TryFrom<Plan> for PortfolioRequest {
    type Error = String;

    fn try_from(asked: Plan) -> Result<Self, String> {
        let default = Self::default();
        let risk = match asked.risk {
            None => default.risk,
            Some(name) => Risk::ALL
                .into_iter()
                .find(|risk| risk.key() == name)
                .ok_or_else(|| {
                    let known: Vec<&str> = Risk::ALL.iter().map(|risk| risk.key()).collect();
                    format!("risk: there is no `{name}`; there are {}", known.join(", "))
                })?,
        };
        Ok(Self {
            paths: asked.paths,
            seed: asked.seed,
            threads: asked.threads,
            budget: asked.budget,
            partner_budgets: asked.partner_budgets,
            yearly_budget: asked.yearly_budget,
            sure: asked.sure,
            outcome: asked.maximize.unwrap_or(default.outcome),
            risk,
            threshold: asked.threshold,
            scales: given(asked.scales).unwrap_or(default.scales),
        })
    }
}

/// A list that is not empty.
fn given<T>(list: Vec<T>) -> Option<Vec<T>> {
    Some(list).filter(|list| !list.is_empty())
}

//! A projection of every option.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{Session, Study, StudyError, futures_words, out_of_range, settings};
use crate::{
    analysis::{
        Explanation, ExplanationError, explain,
        sweep::{DEFAULT_OUTCOME, Study as Sensitivity, SweepError, check_paths, given_data_study},
    },
    base::{Diagnostic, Diagnostics, Selector},
    engine::{Accumulator, Progress, Settings, workers},
    history::HistoryData,
    model::Plan,
    outcomes::{Projection, ProjectionError, Summary},
    random::Shard,
    report::{Findings, Record, RunResults, StudyResult, document::Document, run_document, tables},
    table::Table,
};

/// The outcome that `why` looks at where there is no option.
const WITHOUT_OPTIONS: &str = "group.digital_economy@horizon";

/// What to run.
#[derive(Clone, Debug)]
pub struct RunRequest {
    /// Number of futures.
    pub paths: u64,
    /// Seed.
    pub seed: u64,
    /// Number of threads; 0 for one per processor.
    pub threads: usize,
    /// Whether to say what drives each option and what holds it back, on a part of the same futures.
    pub explained: bool,
    /// Whether to ask which assumption drives the outcome: indices of every uncertain input.
    pub why: bool,
    /// Which shard of the futures; [`Shard::WHOLE`] for all of them.
    pub shard: Shard,
}

impl Default for RunRequest {
    fn default() -> Self {
        Self {
            paths: 10_000,
            seed: 1,
            threads: 0,
            explained: true,
            why: false,
            shard: Shard::WHOLE,
        }
    }
}

/// A run that is ready.
#[derive(Debug)]
pub struct RunStudy<'session> {
    session: &'session Session,
    plan: Plan,
    request: RunRequest,
    record: Record,
}

/// What a run gives.
#[derive(Clone, Debug)]
pub struct RunResult {
    /// The numbers.
    pub summary: Summary,
    /// Why each option adds what it adds, if that was asked.
    pub explanations: Vec<Explanation>,
    /// Which assumption drives the outcome, if that was asked.
    pub sensitivity: Option<Sensitivity>,
    /// Scenario, inputs, seed.
    pub record: Record,
    /// The history that the projection continues.
    pub history: Arc<HistoryData>,
}

impl Session {
    /// A run of the scenario and of every option in it.
    ///
    /// # Errors
    /// If the history lacks what a projection needs.
    pub fn run(&self, request: &RunRequest) -> Result<RunStudy<'_>, Diagnostics> {
        if request.why {
            check_paths(&self.data, self.scenario(), &[], &why_outcomes(self.scenario())?)?;
        }
        Ok(self.run_with(self.plan()?, request))
    }

    /// As [`run`](Self::run), with the plan of this session's scenario, compiled elsewhere.
    pub fn run_with(&self, plan: Plan, request: &RunRequest) -> RunStudy<'_> {
        let mut words = futures_words(request.paths, request.seed);
        words.extend(request.why.then(|| "--why".to_owned()));
        let record = self.record(&plan, (request.paths, request.seed), "run", words);
        RunStudy {
            session: self,
            plan,
            request: request.clone(),
            record,
        }
    }
}

impl RunStudy<'_> {
    /// The plan.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// How its futures are drawn.
    pub fn settings(&self) -> Settings {
        Settings {
            shard: self.request.shard,
            ..settings(self.request.paths, self.request.seed, self.request.threads)
        }
    }

    /// What its result is besides its numbers.
    pub fn record(&self) -> &Record {
        &self.record
    }

    /// The session it belongs to.
    pub(super) fn session(&self) -> &Session {
        self.session
    }

    /// Whether it asks which assumption drives the outcome.
    pub(super) fn why(&self) -> bool {
        self.request.why
    }

    /// Simulates and collects, which is all that takes long; other accumulators may look at the same paths beside it.
    ///
    /// # Errors
    /// If it was stopped or could not start.
    pub fn collect<A: Accumulator>(
        &self,
        progress: &Progress,
        beside: impl Fn() -> A + Sync,
    ) -> Result<(Projection, A), StudyError> {
        Ok(Projection::collect(
            &self.plan,
            self.settings(),
            progress,
            beside,
        )?)
    }

    /// The result of what was collected, here or elsewhere. Explanations look at the first paths of the whole run.
    ///
    /// # Errors
    /// If it was stopped, or a path left the range of numbers.
    pub fn result(&self, projection: Projection, progress: &Progress) -> Result<RunResult, StudyError> {
        let scenario = self.session.scenario();
        let summary = projection.summary(&self.plan)?;
        let explanations = if scenario.options.is_empty() || !self.request.explained {
            Vec::new()
        } else {
            explain(
                &self.plan,
                &self.session.data,
                scenario,
                self.settings(),
                progress,
            )?
        };
        let sensitivity = match self.request.why {
            true => Some(self.sensitivity(&why_outcomes(scenario)?, progress)?),
            false => None,
        };
        Ok(RunResult {
            summary,
            explanations,
            sensitivity,
            record: self.record.clone(),
            history: Arc::clone(&self.session.data),
        })
    }

    /// Indices of every uncertain input, at no further run of the model beyond the paths that they look at.
    pub(crate) fn sensitivity(
        &self,
        outcomes: &[Selector],
        progress: &Progress,
    ) -> Result<Sensitivity, StudyError> {
        given_data_study(
            &self.session.data,
            self.session.scenario(),
            &[],
            outcomes,
            self.settings(),
            progress,
        )
        .map_err(|error| match error {
            SweepError::Halted(halt) => StudyError::Halted(halt),
            SweepError::Refused(diagnostics) => StudyError::Refused(diagnostics),
        })
    }
}

/// What `--why` asks about: the outcomes of the file's `[sweep]`, or what the options add.
fn why_outcomes(scenario: &crate::scenario::Scenario) -> Result<Vec<Selector>, Diagnostics> {
    if !scenario.sweep.outcomes.is_empty() {
        return Ok(scenario.sweep.outcomes.clone());
    }
    let default = if scenario.options.is_empty() {
        WITHOUT_OPTIONS
    } else {
        DEFAULT_OUTCOME
    };
    let found = Selector::parse(default).map_err(|error| Diagnostics::from(Diagnostic::new(error)))?;
    Ok(vec![found])
}

impl Study for RunStudy<'_> {
    type Result = RunResult;

    fn paths(&self) -> u64 {
        self.request.paths
    }

    fn memory(&self) -> u64 {
        let settings = self.settings();
        let blocks = settings.shard.blocks(settings.paths);
        let workers = workers(settings.threads, blocks.end - blocks.first);
        Projection::memory(&self.plan, settings.paths, workers)
    }

    fn cost(&self) -> String {
        String::new()
    }

    fn run(&self, progress: &Progress) -> Result<RunResult, StudyError> {
        let (projection, ()) = self.collect(progress, || ())?;
        self.result(projection, progress)
    }
}

impl From<ProjectionError> for StudyError {
    fn from(error: ProjectionError) -> Self {
        match error {
            ProjectionError::Halted(halt) => Self::Halted(halt),
            ProjectionError::NotFinite {
                place,
                what,
                year,
                paths,
            } => {
                let of = place.map_or_else(String::new, |place| format!(" of {place}"));
                Self::Refused(out_of_range(&format!(
                    "{what}{of} leaves the range of numbers in {year}, on {paths} paths"
                )))
            }
        }
    }
}

impl From<ExplanationError> for StudyError {
    fn from(error: ExplanationError) -> Self {
        match error {
            ExplanationError::Halted(halt) => Self::Halted(halt),
            ExplanationError::Refused(diagnostics) => Self::Refused(diagnostics),
        }
    }
}

impl StudyResult for RunResult {
    fn name(&self) -> &'static str {
        "summary"
    }

    fn record(&self) -> &Record {
        &self.record
    }
}

impl Findings for RunResult {
    fn tables(&self) -> Vec<Table> {
        let mut all = vec![
            tables::run::summary(&self.summary),
            tables::run::gap(&self.summary),
            tables::money::table(&self.summary.money),
        ];
        all.extend(self.sensitivity.as_ref().map(tables::sweep::indices));
        all
    }

    fn document(&self) -> Document {
        run_document(RunResults {
            summary: &self.summary,
            explanations: &self.explanations,
            sensitivity: self.sensitivity.as_ref(),
            record: &self.record,
            history: &self.history,
            command: &self.record.command,
        })
    }

    fn iamc(&self) -> Option<Table> {
        Some(tables::iamc::of_run(&self.summary.rows))
    }

    /// How to repeat the run, and why each option adds what it adds; its tables follow.
    fn json(&self) -> Value {
        let record = &self.record;
        let mut all = record.manifest([&record.scenario], self.summary.paths);
        let gap = &self.summary.gap;
        let reference = gap.reference_code();
        all.extend(
            [
                ("quantile_relative_error", json!(self.summary.sketch_error)),
                (
                    "gap_definition",
                    json!({ "metric": gap.metric.key(), "reference": reference, "unit": gap.unit().key() }),
                ),
                ("why", json!(self.explanations)),
            ]
            .map(|(key, value)| (key.to_owned(), value)),
        );
        all.into()
    }

    fn holds_tables(&self) -> bool {
        true
    }
}

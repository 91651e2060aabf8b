//! Options of one or several scenarios on the same futures.

use serde_json::{Map, Value, json};

use super::{Session, Study, StudyError, find_option, futures_words, memory, parse_outcomes, settings};
use crate::{
    analysis::{
        CompareSettings, Explanation, OptionComparison, Outcome, VALUES, compare, compared_effect, explain,
        sweep::DEFAULT_OUTCOME,
    },
    base::{Diagnostic, Diagnostics, Measure, Metric, Selector},
    decision::Criterion,
    engine::{Progress, Settings, workers},
    model::Plan,
    random::Blocks,
    report::{
        CompareResults, Findings, Record, StudyResult, compare_document, count, document::Document, tables,
    },
    scenario::{self, BASELINE, Scenario},
    table::Table,
};

/// What money is to buy unless asked otherwise: extra GDP of the partners, which every comparison has.
pub const DEFAULT_EFFECT: &str = "money.benefit";

/// What to compare.
#[derive(Clone, Debug)]
pub struct CompareRequest {
    /// Number of futures.
    pub paths: u64,
    /// Seed.
    pub seed: u64,
    /// Number of threads; 0 for one per processor.
    pub threads: usize,
    /// The option that the others are compared with.
    pub baseline: String,
    /// Outcomes, as selectors.
    pub outcomes: Vec<String>,
    /// What money is to buy, as a selector; counted from the baseline without levers.
    pub effect: String,
    /// Thresholds of satisficing, the first for the first outcome.
    pub thresholds: Vec<f64>,
    /// Weight of the best case in Hurwicz's criterion, 0 to 1.
    pub optimism: f64,
    /// Values of a unit of effect, USD bn; [`VALUES`] where there is none.
    pub values: Vec<f64>,
}

impl Default for CompareRequest {
    fn default() -> Self {
        Self {
            paths: 10_000,
            seed: 1,
            threads: 0,
            baseline: BASELINE.to_owned(),
            outcomes: vec![DEFAULT_OUTCOME.to_owned()],
            effect: DEFAULT_EFFECT.to_owned(),
            thresholds: Vec::new(),
            optimism: 0.5,
            values: Vec::new(),
        }
    }
}

impl CompareRequest {
    /// The options of a command line that makes the same comparison.
    fn words(&self) -> Vec<String> {
        let mut words = Vec::new();
        // A name may begin with a hyphen.
        if self.baseline != BASELINE {
            words.push(format!("--baseline={}", self.baseline));
        }
        let mut option = |name: &str, value: String| words.extend([name.to_owned(), value]);
        for outcome in &self.outcomes {
            option("--outcome", outcome.clone());
        }
        if self.effect != DEFAULT_EFFECT {
            option("--effect", self.effect.clone());
        }
        for threshold in &self.thresholds {
            option("--threshold", threshold.to_string());
        }
        option("--optimism", self.optimism.to_string());
        if !self.values.is_empty() {
            let values: Vec<String> = self.values.iter().map(f64::to_string).collect();
            option("--values", values.join(","));
        }
        words.extend(futures_words(self.paths, self.seed));
        words
    }
}

/// A comparison that is ready.
#[derive(Debug)]
pub struct CompareStudy<'session> {
    session: &'session Session,
    plan: Plan,
    compared: CompareSettings,
    settings: Settings,
    record: Record,
}

/// What a comparison gives.
#[derive(Debug)]
pub struct CompareResult {
    /// The numbers.
    pub comparison: OptionComparison,
    /// What holds the option back that comes first by the first outcome; none if that is the baseline.
    pub explanation: Option<Explanation>,
    /// Scenario, inputs, seed.
    pub record: Record,
    /// The scenarios that were compared.
    pub scenarios: Vec<Scenario>,
}

impl Session {
    /// A comparison of every option.
    ///
    /// # Errors
    /// Everything that is wrong with the request, or the scenarios cannot be compared.
    pub fn compare(&self, request: &CompareRequest) -> Result<CompareStudy<'_>, Diagnostics> {
        if self.scenarios.iter().all(|scenario| scenario.options.is_empty()) {
            return Err(scenario::nothing_to_compare());
        }
        let plan = self.plan()?;
        let mut errors = Diagnostics::new();
        let names: Vec<&str> = plan.options().collect();
        let reference = find_option(&names, &request.baseline, "--baseline", &mut errors);
        let outcomes = parse_outcomes(&plan, "--outcome", &request.outcomes, &mut errors);
        let effect = Selector::parse(&request.effect)
            .map_err(|message| Diagnostics::from(Diagnostic::new(format!("--effect: {message}"))))
            .and_then(|selector| compared_effect(&plan, &selector));
        let effect = effect.map_err(|found| errors.extend(found)).ok();
        errors.extend(self.same_gap(outcomes.iter().chain(&effect)));
        if request.thresholds.len() > request.outcomes.len() {
            errors.push(
                Diagnostic::new(format!(
                    "{} thresholds for {} outcomes",
                    request.thresholds.len(),
                    request.outcomes.len()
                ))
                .help("give at most one --threshold for each --outcome, in the same order"),
            );
        }
        errors.into_result(())?;
        let (Some(reference), Some(effect)) = (reference, effect) else {
            return Err(Diagnostics::new());
        };
        let compared = CompareSettings {
            reference,
            outcomes,
            effect,
            thresholds: request.thresholds.clone(),
            optimism: request.optimism,
            values: if request.values.is_empty() {
                VALUES.to_vec()
            } else {
                request.values.clone()
            },
        };
        let record = self.record(&plan, (request.paths, request.seed), "compare", request.words());
        let settings = settings(request.paths, request.seed, request.threads);
        Ok(CompareStudy {
            session: self,
            plan,
            compared,
            settings,
            record,
        })
    }
}

impl Session {
    /// What is wrong with comparing these outcomes: a gap, where the files look at different ones.
    fn same_gap<'a>(&self, outcomes: impl Iterator<Item = &'a Outcome>) -> Diagnostics {
        let mut errors = Diagnostics::new();
        let Some((first, others)) = self.scenarios.split_first() else {
            return errors;
        };
        let Some(position) = others.iter().position(|other| other.gap != first.gap) else {
            return errors;
        };
        let gap = |position: usize| {
            let gap = self.scenarios[position].gap;
            format!(
                "`{}` looks at {} against {}",
                self.inputs.scenarios[position].display(),
                gap.metric.label(),
                gap.reference_code()
            )
        };
        for outcome in outcomes {
            if let Measure::Metric {
                metric: Metric::Gap | Metric::Closure | Metric::Dispersion,
                ..
            } = outcome.selector.measure
            {
                errors.push(
                    Diagnostic::new(format!(
                        "`{}` is not the same in all files: {}, {}",
                        outcome.name(),
                        gap(0),
                        gap(position + 1)
                    ))
                    .help("let the files have the same [gap], or compare what depends on no gap"),
                );
            }
        }
        errors
    }
}

impl CompareStudy<'_> {
    /// What holds the option back that comes first by the first outcome, on the futures of its own file.
    fn explanation(
        &self,
        comparison: &OptionComparison,
        progress: &Progress,
    ) -> Result<Option<Explanation>, StudyError> {
        let first = comparison.outcomes.first().and_then(|outcome| {
            let best = outcome.comparison.best(Criterion::Laplace);
            comparison.options.get(*best.first()?)
        });
        let found = self.session.scenarios.iter().find_map(|scenario| {
            let option = scenario
                .options
                .iter()
                .find(|option| Some(&option.name) == first)?;
            Some(Scenario {
                options: vec![option.clone()],
                ..scenario.clone()
            })
        });
        let Some(alone) = found else {
            return Ok(None);
        };
        let plan = self.plan.variant(&self.session.data, &alone)?;
        let explained = explain(&plan, &self.session.data, &alone, self.settings, progress)?;
        Ok(explained.into_iter().next())
    }
}

impl Study for CompareStudy<'_> {
    type Result = CompareResult;

    fn paths(&self) -> u64 {
        self.settings.paths
    }

    /// A histogram for each pair of options, on each thread.
    fn memory(&self) -> u64 {
        /// Numbers of eight bytes that one takes.
        const HISTOGRAM: u64 = 1500;
        let options = self.plan.options().len() as u64;
        let pairs = options * (options + 1) / 2 * self.compared.outcomes.len() as u64;
        let threads = workers(self.settings.threads, Blocks::of(self.settings.paths).end) as u64;
        memory(&self.plan, self.settings, threads * pairs * HISTOGRAM / 2)
    }

    fn cost(&self) -> String {
        let options = self.plan.options().len();
        let paths = count(self.settings.paths);
        format!("Evaluating {options} options on {paths} futures.")
    }

    fn run(&self, progress: &Progress) -> Result<CompareResult, StudyError> {
        let comparison = compare(&self.plan, &self.compared, self.settings, progress)?;
        Ok(CompareResult {
            explanation: self.explanation(&comparison, progress)?,
            comparison,
            record: self.record.clone(),
            scenarios: self.session.scenarios.clone(),
        })
    }
}

impl StudyResult for CompareResult {
    fn name(&self) -> &'static str {
        "comparison"
    }

    fn record(&self) -> &Record {
        &self.record
    }
}

impl Findings for CompareResult {
    fn tables(&self) -> Vec<Table> {
        // What options cost is money, whatever their outcome.
        self.record
            .dated(tables::compare::tables(&self.comparison), "money.cost")
    }

    fn document(&self) -> Document {
        compare_document(CompareResults {
            result: &self.comparison,
            explanation: self.explanation.as_ref(),
            record: &self.record,
            scenarios: &self.scenarios,
            command: &self.record.command,
        })
    }

    fn iamc(&self) -> Option<Table> {
        tables::iamc::of_comparison(&self.comparison, self.record.scenario.horizon)
    }

    /// How to repeat the comparison, everything it found, and the options that each criterion names, by position.
    fn json(&self) -> Value {
        let outcomes = self.comparison.outcomes.iter();
        let best = outcomes.map(|outcome| {
            let by = Criterion::ALL.map(|criterion| {
                let key = tables::compare::criterion_key(criterion).to_owned();
                (key, json!(outcome.comparison.best(criterion)))
            });
            by.into_iter().collect::<Map<_, _>>()
        });
        let mut all = self.record.manifest(&self.scenarios, self.comparison.paths);
        all.insert("best_by_criterion".to_owned(), best.map(Value::Object).collect());
        all.insert("comparison".to_owned(), json!(self.comparison));
        all.insert("why".to_owned(), json!(self.explanation));
        all.into()
    }
}

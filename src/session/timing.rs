//! When levers should start, and which sign they should wait for.

use serde_json::{Value, json};

use super::{Session, Study, StudyError, find_option, futures_words, memory, parse_outcomes, settings};
use crate::{
    analysis::{TimingAnswer, TimingPlan},
    base::{Diagnostic, Diagnostics, Year},
    engine::{Progress, Settings},
    report::{
        Findings, Record, StudyResult, TimingResults, count, document::Document, tables, timing_document,
    },
    scenario::Scenario,
    table::Table,
};

/// The outcome unless asked otherwise.
const NET_PRESENT_VALUE: &str = "money.npv";
/// How many years after its start are looked at unless asked otherwise.
const LATER: Year = 6;

/// What to compare.
#[derive(Clone, Debug)]
pub struct TimingRequest {
    /// Number of futures.
    pub paths: u64,
    /// Seed.
    pub seed: u64,
    /// Number of threads; 0 for one per processor.
    pub threads: usize,
    /// The option; the first of the file if there is none.
    pub option: Option<String>,
    /// Ids of its levers; all if there is none.
    pub levers: Vec<String>,
    /// First and last start year; from the start of each lever to six years later if there are none.
    pub years: Option<(Year, Year)>,
    /// Outcome, as a selector.
    pub outcome: String,
}

impl Default for TimingRequest {
    fn default() -> Self {
        Self {
            paths: 10_000,
            seed: 1,
            threads: 0,
            option: None,
            levers: Vec::new(),
            years: None,
            outcome: NET_PRESENT_VALUE.to_owned(),
        }
    }
}

impl TimingRequest {
    /// The options of a command line that compares the same.
    fn words(&self, option: &str) -> Vec<String> {
        let mut words = Vec::new();
        let mut add = |name: &str, value: String| words.extend([name.to_owned(), value]);
        add("--option", option.to_owned());
        for lever in &self.levers {
            add("--lever", lever.clone());
        }
        if let Some((first, last)) = self.years {
            add("--years", format!("{first}..{last}"));
        }
        add("--maximize", self.outcome.clone());
        words.extend(futures_words(self.paths, self.seed));
        words
    }

    /// The levers of an option with the years in which each may start.
    fn levers(
        &self,
        scenario: &Scenario,
        held: &[String],
        errors: &mut Diagnostics,
    ) -> Vec<(String, Vec<Year>)> {
        let mut levers = Vec::new();
        for id in if self.levers.is_empty() {
            held
        } else {
            &self.levers
        } {
            let Some(lever) = scenario.lever(id).filter(|_| held.contains(id)) else {
                let shown: String = id.chars().take(60).collect();
                let message = format!(
                    "--lever: the option holds no lever `{shown}`; it holds {}",
                    held.join(", ")
                );
                errors.push(Diagnostic::new(message).suggest(id, held.iter().map(String::as_str)));
                continue;
            };
            let (first, last) = self
                .years
                .unwrap_or((lever.start, (lever.start + LATER).min(scenario.horizon)));
            if levers.iter().any(|(known, _)| known == id) {
                errors.push(Diagnostic::new(format!("--lever: `{id}` is given twice")));
            } else if first < last {
                levers.push((id.clone(), (first..=last).collect()));
            } else if self.years.is_some() {
                errors.push(
                    Diagnostic::new(format!("--years: {first}..{last} are not two years or more"))
                        .help("write --years 2026..2032"),
                );
                break;
            }
        }
        levers
    }
}

/// A comparison that is ready.
#[derive(Debug)]
pub struct TimingStudy<'session> {
    session: &'session Session,
    timing: TimingPlan<'session>,
    settings: Settings,
    record: Record,
}

/// What a comparison gives.
#[derive(Debug)]
pub struct TimingResult {
    /// The numbers.
    pub answer: TimingAnswer,
    /// Scenario, inputs, seed.
    pub record: Record,
    /// The scenario.
    pub scenarios: Vec<Scenario>,
}

impl Session {
    /// When the levers of an option should start, and what its rules are worth.
    ///
    /// # Errors
    /// Everything that is wrong with the request.
    pub fn timing(&self, request: &TimingRequest) -> Result<TimingStudy<'_>, Diagnostics> {
        let scenario = self.scenario();
        let plan = self.plan()?;
        let mut errors = Diagnostics::new();
        let names: Vec<&str> = scenario
            .options
            .iter()
            .map(|option| option.name.as_str())
            .collect();
        if names.is_empty() {
            return Err(
                Diagnostic::new("there is nothing to start: the file has no lever")
                    .help("add `[levers.ID]` tables, or give a file that has some")
                    .into(),
            );
        }
        let position = match &request.option {
            None => Some(0),
            Some(wanted) => find_option(&names, wanted, "--option", &mut errors),
        };
        let outcome = parse_outcomes(
            &plan,
            "--maximize",
            std::slice::from_ref(&request.outcome),
            &mut errors,
        )
        .pop();
        let option = position.and_then(|position| scenario.options.get(position));
        let levers = option.map_or_else(Vec::new, |option| {
            request.levers(scenario, &option.levers, &mut errors)
        });
        errors.into_result(())?;
        let (Some(option), Some(outcome)) = (option, outcome) else {
            return Err(Diagnostic::new("there is nothing to start").into());
        };
        let settings = settings(request.paths, request.seed, request.threads);
        let timing = TimingPlan::new(
            &self.data,
            scenario,
            &option.name,
            &outcome.selector,
            levers,
            settings,
        )?;
        let record = self.record(
            &plan,
            (request.paths, request.seed),
            "timing",
            request.words(&option.name),
        );
        Ok(TimingStudy {
            session: self,
            timing,
            settings,
            record,
        })
    }
}

impl Study for TimingStudy<'_> {
    type Result = TimingResult;

    fn paths(&self) -> u64 {
        self.settings.paths * self.timing.draws() as u64
    }

    fn memory(&self) -> u64 {
        memory(self.timing.plan(), self.settings, self.timing.kept())
    }

    fn cost(&self) -> String {
        format!(
            "Evaluating {} start years and signs on {} futures.",
            self.timing.worlds(),
            count(self.settings.paths)
        )
    }

    fn run(&self, progress: &Progress) -> Result<TimingResult, StudyError> {
        Ok(TimingResult {
            answer: self.timing.run(progress)?,
            record: self.record.clone(),
            scenarios: self.session.scenarios.clone(),
        })
    }
}

impl StudyResult for TimingResult {
    fn name(&self) -> &'static str {
        "timing"
    }

    fn record(&self) -> &Record {
        &self.record
    }
}

impl Findings for TimingResult {
    fn tables(&self) -> Vec<Table> {
        self.record
            .dated(tables::timing::all(&self.answer), &self.answer.outcome)
    }

    fn document(&self) -> Document {
        timing_document(TimingResults {
            result: &self.answer,
            record: &self.record,
            command: &self.record.command,
        })
    }

    /// How to repeat the comparison, and everything it found.
    fn json(&self) -> Value {
        let mut all = self.record.manifest(&self.scenarios, self.record.paths);
        all.insert("timing".to_owned(), json!(self.answer));
        all.into()
    }
}

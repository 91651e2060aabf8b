//! The effect of an option, split between its levers.

use serde_json::{Value, json};

use super::{Session, Study, StudyError, find_option, futures_words, memory, parse_outcomes, settings};
use crate::{
    analysis::{AttributionPlan, OptionAttribution, Outcome, default_option, sweep::DEFAULT_OUTCOME},
    base::{Diagnostic, Diagnostics},
    decision::{AttributionError, Method},
    engine::{Progress, Settings},
    model::Plan,
    report::{
        AttributeResults, Findings, Record, StudyResult, attribute_document, count, document::Document,
        tables,
    },
    scenario::{BASELINE, Scenario},
    table::Table,
};

/// What to attribute.
#[derive(Clone, Debug)]
pub struct AttributeRequest {
    /// Number of futures.
    pub paths: u64,
    /// Seed.
    pub seed: u64,
    /// Number of threads; 0 for one per processor.
    pub threads: usize,
    /// The option; the first of the file where there is none.
    pub option: Option<String>,
    /// Outcomes, as selectors.
    pub outcomes: Vec<String>,
    /// Orders of the levers that are sampled for each block of paths, instead of all combinations.
    pub permutations: Option<usize>,
}

impl Default for AttributeRequest {
    fn default() -> Self {
        Self {
            paths: 10_000,
            seed: 1,
            threads: 0,
            option: None,
            outcomes: vec![DEFAULT_OUTCOME.to_owned()],
            permutations: None,
        }
    }
}

impl AttributeRequest {
    /// The options of a command line that makes the same attribution.
    fn words(&self) -> Vec<String> {
        let mut words = Vec::new();
        // A name may begin with a hyphen.
        if let Some(name) = &self.option {
            words.push(format!("--option={name}"));
        }
        let mut option = |name: &str, value: String| words.extend([name.to_owned(), value]);
        for outcome in &self.outcomes {
            option("--outcome", outcome.clone());
        }
        if let Some(orders) = self.permutations {
            option("--permutations", orders.to_string());
        }
        words.extend(futures_words(self.paths, self.seed));
        words
    }
}

/// An attribution that is ready.
#[derive(Debug)]
pub struct AttributeStudy<'session> {
    session: &'session Session,
    plan: Plan,
    option: usize,
    orders: Option<usize>,
    outcomes: Vec<Outcome>,
    settings: Settings,
    record: Record,
}

/// What an attribution gives.
#[derive(Debug)]
pub struct AttributeResult {
    /// The numbers.
    pub attribution: OptionAttribution,
    /// Scenario, inputs, seed.
    pub record: Record,
    /// The scenario.
    pub scenarios: Vec<Scenario>,
}

impl Session {
    /// An attribution of an option to its levers.
    ///
    /// # Errors
    /// Everything that is wrong with the request.
    pub fn attribute(&self, request: &AttributeRequest) -> Result<AttributeStudy<'_>, Diagnostics> {
        let plan = self.plan()?;
        let mut errors = Diagnostics::new();
        let names: Vec<&str> = plan.options().filter(|name| *name != BASELINE).collect();
        let option = match &request.option {
            _ if names.is_empty() => {
                errors.push(
                    Diagnostic::new("there is nothing to attribute: the file has no lever")
                        .help("add `[levers.ID]` tables, or give a file that has some"),
                );
                None
            }
            None => Some(default_option(&plan)),
            // The baseline is the first option of a plan.
            Some(name) => find_option(&names, name, "--option", &mut errors).map(|position| position + 1),
        };
        let outcomes = parse_outcomes(&plan, "--outcome", &request.outcomes, &mut errors);
        errors.into_result(())?;
        let record = self.record(&plan, (request.paths, request.seed), "attribute", request.words());
        let study = AttributeStudy {
            session: self,
            option: option.unwrap_or(0),
            orders: request.permutations,
            outcomes,
            settings: settings(request.paths, request.seed, request.threads),
            record,
            plan,
        };
        study.attribution()?;
        Ok(study)
    }
}

impl AttributeStudy<'_> {
    fn attribution(&self) -> Result<AttributionPlan<'_>, Diagnostics> {
        AttributionPlan::new(&self.plan, self.option, self.orders, self.settings.seed).map_err(|error| {
            Diagnostics::from(match error {
                AttributionError::TooManyPlayers { most } => {
                    Diagnostic::new(format!("the option has more than {most} levers"))
                        .help("name an option with fewer")
                }
                AttributionError::NoPairs => Diagnostic::new("no order of the levers was asked for"),
            })
        })
    }
}

impl Study for AttributeStudy<'_> {
    type Result = AttributeResult;

    fn paths(&self) -> u64 {
        self.settings.paths
    }

    fn memory(&self) -> u64 {
        memory(&self.plan, self.settings, 0)
    }

    fn cost(&self) -> String {
        let Ok(attribution) = self.attribution() else {
            return String::new();
        };
        let (levers, subsets) = (attribution.levers(), attribution.subsets());
        let each = match attribution.method() {
            Method::Exact => format!("all {subsets} combinations of {levers} levers"),
            Method::Permutations { pairs, .. } => format!(
                "{} orders of {levers} levers for each block of paths, up to {subsets} combinations,",
                2 * pairs
            ),
        };
        let paths = self.settings.paths;
        format!(
            "Evaluating {each} on {} futures: {} evaluations of a path.",
            count(paths),
            count(subsets * paths)
        )
    }

    fn run(&self, progress: &Progress) -> Result<AttributeResult, StudyError> {
        Ok(AttributeResult {
            attribution: self.attribution()?.run(&self.outcomes, self.settings, progress)?,
            record: self.record.clone(),
            scenarios: self.session.scenarios.clone(),
        })
    }
}

impl StudyResult for AttributeResult {
    fn name(&self) -> &'static str {
        "attribution"
    }

    fn record(&self) -> &Record {
        &self.record
    }
}

impl Findings for AttributeResult {
    fn tables(&self) -> Vec<Table> {
        self.record
            .dated(vec![tables::attribute::table(&self.attribution)], "")
    }

    fn document(&self) -> Document {
        attribute_document(AttributeResults {
            result: &self.attribution,
            record: &self.record,
            command: &self.record.command,
        })
    }

    /// How to repeat the attribution, and everything it found.
    fn json(&self) -> Value {
        let mut all = self.record.manifest(&self.scenarios, self.record.paths);
        all.insert("attribution".to_owned(), json!(self.attribution));
        all.into()
    }
}

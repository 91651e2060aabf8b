//! Which value of one input reaches a target.

use serde_json::{Value, json};

use super::{Session, Study, StudyError, futures_words, memory, parse_outcomes, settings};
use crate::{
    analysis::{
        TargetAnswer, TargetInput, TargetPlan, Want,
        sweep::{Condition, Side},
    },
    base::{Diagnostic, Diagnostics, Measure, Money, Selector, Statistic},
    engine::{Progress, Settings},
    report::{
        Findings, Record, StudyResult, TargetResults, count, document::Document, tables, target_document,
    },
    scenario::{Scenario, read_range},
    table::Table,
};

/// In which share of the futures a condition must hold unless another is asked for.
pub const DEFAULT_SHARE: f64 = 0.8;

/// What to look for.
#[derive(Clone, Debug)]
pub struct TargetRequest {
    /// Number of futures.
    pub paths: u64,
    /// Seed.
    pub seed: u64,
    /// Number of threads; 0 for one per processor.
    pub threads: usize,
    /// What is wanted: conditions, such as `extra:CHN.gdp@2035 >= 10`, or one equality, such as `money.npv = 0`.
    pub wants: Vec<String>,
    /// In which share of the futures the conditions must hold.
    pub share: Option<f64>,
    /// Instead of a want: the outcome by whose mean the best option is chosen, as a selector.
    pub best: Option<String>,
    /// The input, as `PATH` or `PATH=[LOW, HIGH]`.
    pub input: String,
}

impl Default for TargetRequest {
    fn default() -> Self {
        Self {
            paths: 10_000,
            seed: 1,
            threads: 0,
            wants: Vec::new(),
            share: None,
            best: None,
            input: String::new(),
        }
    }
}

impl TargetRequest {
    /// The options of a command line that asks the same.
    fn words(&self) -> Vec<String> {
        let mut words = Vec::new();
        let mut option = |name: &str, value: String| words.extend([name.to_owned(), value]);
        for text in &self.wants {
            option("--want", text.clone());
        }
        if let Some(share) = self.share {
            option("--with", share.to_string());
        }
        if let Some(outcome) = &self.best {
            option("--best", outcome.clone());
        }
        option("--by", self.input.clone());
        words.extend(futures_words(self.paths, self.seed));
        words
    }

    /// What is wanted; what is wrong with it goes to the errors.
    fn want(&self, session: &Session, errors: &mut Diagnostics) -> Option<Want> {
        let mut refuse = |message: &str, help: &str| errors.push(Diagnostic::new(message).help(help));
        match (&self.best, self.wants.as_slice()) {
            (None, []) => {
                refuse(
                    "there is nothing that is wanted",
                    "give --want, such as --want \"extra:CHN.gdp@2035 >= 10\" or --want \"money.npv = 0\", or --best money.npv",
                );
                None
            }
            (Some(_), [_, ..]) => {
                refuse("--want and --best are two questions", "leave one of them out");
                None
            }
            (Some(outcome), []) => {
                if self.share.is_some() {
                    refuse(
                        "--with belongs to --want",
                        "leave it out: options are compared by their means",
                    );
                }
                self.best_of(session, outcome, errors)
            }
            (None, wants) => self.wanted(session.scenario(), wants, errors),
        }
    }

    /// The question where the best option changes.
    fn best_of(&self, session: &Session, outcome: &str, errors: &mut Diagnostics) -> Option<Want> {
        let plan = session.plan().map_err(|found| errors.extend(found)).ok()?;
        if plan.options().len() < 2 {
            errors.push(
                Diagnostic::new("there is nothing to choose: the file has no lever")
                    .help("add `[levers.ID]` tables, or give a file that has some"),
            );
        }
        let outcome = parse_outcomes(&plan, "--best", &[outcome.to_owned()], errors).pop()?;
        Some(Want::Best {
            outcome: outcome.selector,
        })
    }

    /// Conditions in a share of the futures, or a number to be reached.
    fn wanted(&self, scenario: &Scenario, wants: &[String], errors: &mut Diagnostics) -> Option<Want> {
        let equality = |text: &String| equality(text).is_some();
        if wants.iter().any(equality) {
            if wants.len() > 1 {
                errors.push(
                    Diagnostic::new("--want: an equality cannot be wanted together with others")
                        .help("several conditions are joined; write them with <, <=, > or >="),
                );
            }
            if self.share.is_some() {
                errors.push(
                    Diagnostic::new("--with belongs to conditions, not to an equality")
                        .help("`money.npv = 0` asks for the mean; write `money.npv >= 0` for a share of the futures"),
                );
            }
            return number(scenario, &wants[0], errors);
        }
        let share = self.share.unwrap_or(DEFAULT_SHARE);
        if !(share > 0.0 && share < 1.0) {
            errors.push(
                Diagnostic::new("--with: expected a share of the futures between 0 and 1")
                    .help("0.8 means in eight of ten futures"),
            );
        }
        let mut conditions = Vec::new();
        for text in wants {
            let of_path = |condition: Condition| {
                let selectors = condition.selectors();
                let mut others = selectors
                    .iter()
                    .filter(|selector| selector.statistic != Statistic::Mean);
                let named = others.next().map(Selector::to_string);
                match named {
                    Some(name) => Err(format!(
                        "`{name}` names a statistic, but a condition is asked of each future"
                    )),
                    None => Ok(condition),
                }
            };
            let found = Condition::parse(scenario, text).and_then(of_path);
            match found {
                Ok(condition) => conditions.push(condition),
                Err(message) => errors
                    .push(Diagnostic::new(format!("--want: {message}")).help(
                        "for example --want \"extra:CHN.gdp@2035 >= 10\", or --want \"money.npv = 0\"",
                    )),
            }
        }
        Some(Want::Share { conditions, share })
    }
}

/// The two sides of `SELECTOR = NUMBER`.
fn equality(text: &str) -> Option<(&str, &str)> {
    let (selector, number) = text.split_once('=')?;
    let signs = [Side::Below.sign(), Side::Above.sign()];
    (!signs.iter().any(|sign| selector.contains(sign))).then_some((selector.trim(), number.trim()))
}

/// The number that a statistic is to reach.
fn number(scenario: &Scenario, text: &str, errors: &mut Diagnostics) -> Option<Want> {
    let (selector, number) = equality(text)?;
    let read = |selector: &str, number: &str| -> Result<(Selector, f64), String> {
        let selector = scenario.selector(selector)?;
        if selector.statistic == Statistic::StandardDeviation {
            return Err(
                "a standard deviation has no Monte Carlo error here; ask for a mean or a quantile".to_owned(),
            );
        }
        if matches!(
            selector.measure,
            Measure::Money {
                kind: Money::BenefitCostRatio,
                ..
            }
        ) {
            return Err(
                "a benefit-cost ratio is 1 where the net present value is 0; ask for `money.npv = 0`"
                    .to_owned(),
            );
        }
        let parsed = number.parse::<f64>().ok().filter(|number| number.is_finite());
        let shown: String = number.chars().take(40).collect();
        Ok((
            selector,
            parsed.ok_or_else(|| format!("`{shown}` is not a number"))?,
        ))
    };
    match read(selector, number) {
        Ok((selector, number)) => Some(Want::Number { selector, number }),
        Err(message) => {
            errors.push(
                Diagnostic::new(format!("--want: {message}")).help("for example --want \"money.npv = 0\""),
            );
            None
        }
    }
}

/// A search that is ready.
#[derive(Debug)]
pub struct TargetStudy<'session> {
    session: &'session Session,
    target: TargetPlan<'session>,
    settings: Settings,
    record: Record,
}

/// What a search gives.
#[derive(Debug)]
pub struct TargetResult {
    /// The numbers.
    pub answer: TargetAnswer,
    /// Scenario, inputs, seed.
    pub record: Record,
    /// The scenario.
    pub scenarios: Vec<Scenario>,
}

impl Session {
    /// The values of one input at which a target begins to be reached.
    ///
    /// # Errors
    /// Everything that is wrong with the request.
    pub fn target(&self, request: &TargetRequest) -> Result<TargetStudy<'_>, Diagnostics> {
        let mut errors = Diagnostics::new();
        let want = request.want(self, &mut errors);
        let input = read_range(self.scenario(), &request.input)
            .map_err(|(message, help)| errors.push(Diagnostic::new(format!("--by: {message}")).help(help)))
            .ok();
        errors.into_result(())?;
        let (Some(want), Some((path, range))) = (want, input) else {
            return Err(Diagnostic::new("nothing is wanted").into());
        };
        let settings = settings(request.paths, request.seed, request.threads);
        let input = TargetInput { path, range };
        let target = TargetPlan::new(&self.data, self.scenario(), want, input, settings)?;
        let plan = self.plan()?;
        let record = self.record(&plan, (request.paths, request.seed), "target", request.words());
        Ok(TargetStudy {
            session: self,
            target,
            settings,
            record,
        })
    }
}

impl Study for TargetStudy<'_> {
    type Result = TargetResult;

    /// Of the grid; how many more there will be depends on what is found.
    fn paths(&self) -> u64 {
        self.settings.paths
            * if self.target.changes_futures() {
                self.target.grid().len() as u64
            } else {
                1
            }
    }

    fn memory(&self) -> u64 {
        memory(self.target.plan(), self.settings, self.target.kept())
    }

    fn cost(&self) -> String {
        let values = self.target.grid().len();
        let anew = if self.target.changes_futures() {
            " The input changes the futures themselves, which are drawn anew for each value from the same numbers."
        } else {
            ""
        };
        format!(
            "Evaluating {values} values on {} futures, then up to 84 more around each change.{anew}",
            count(self.settings.paths)
        )
    }

    fn run(&self, progress: &Progress) -> Result<TargetResult, StudyError> {
        Ok(TargetResult {
            answer: self.target.run(progress)?,
            record: self.record.clone(),
            scenarios: self.session.scenarios.clone(),
        })
    }
}

impl StudyResult for TargetResult {
    fn name(&self) -> &'static str {
        "target"
    }

    fn record(&self) -> &Record {
        &self.record
    }
}

impl Findings for TargetResult {
    fn tables(&self) -> Vec<Table> {
        tables::target::all(&self.answer)
    }

    fn document(&self) -> Document {
        target_document(TargetResults {
            result: &self.answer,
            record: &self.record,
            command: &self.record.command,
        })
    }

    /// How to repeat the search, and everything it found.
    fn json(&self) -> Value {
        let mut all = self.record.manifest(&self.scenarios, self.record.paths);
        all.insert("target".to_owned(), json!(self.answer));
        all.into()
    }
}

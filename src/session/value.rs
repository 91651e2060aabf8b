//! What it is worth to know more before an option is chosen.

use serde_json::{Value, json};

use super::{DEFAULT_EFFECT, Session, Study, StudyError, futures_words, memory, settings};
use crate::{
    analysis::{
        InformationValue, Learnable, Outcome, PlannedStudy, ValueSettings, compared_effect, effect_unit,
        information_value,
    },
    base::{Diagnostic, Diagnostics, Selector, Unit},
    decision::{LEAST_PATHS_OF_INFORMATION, StudyData},
    engine::{Progress, Settings},
    model::{DrawKind, Plan},
    report::{
        Findings, Record, StudyResult, ValueResults, count, document::Document, tables, value_document,
    },
    scenario::Scenario,
    table::Table,
};

/// Most paths that are kept, with every input.
const MOST_PATHS: u64 = 50_000;

/// What to value.
#[derive(Clone, Debug)]
pub struct ValueRequest {
    /// Number of futures.
    pub paths: u64,
    /// Seed.
    pub seed: u64,
    /// Number of threads; 0 for one per processor.
    pub threads: usize,
    /// What money is to buy, as a selector; counted from the baseline without levers.
    pub effect: String,
    /// Value of a unit of it, USD bn; may be left out where the effect is money.
    pub worth: Option<f64>,
    /// Studies that could be made: `INPUT=SIZE sd SD [cost USD_BN]` or `INPUT=SIZE yes-no [cost USD_BN]`.
    pub studies: Vec<String>,
}

impl Default for ValueRequest {
    fn default() -> Self {
        Self {
            paths: 10_000,
            seed: 1,
            threads: 0,
            effect: DEFAULT_EFFECT.to_owned(),
            worth: None,
            studies: Vec::new(),
        }
    }
}

impl ValueRequest {
    /// The options of a command line that asks the same.
    fn words(&self) -> Vec<String> {
        let mut words = Vec::new();
        let mut option = |name: &str, value: String| words.extend([name.to_owned(), value]);
        if self.effect != DEFAULT_EFFECT {
            option("--effect", self.effect.clone());
        }
        if let Some(worth) = self.worth {
            option("--worth", worth.to_string());
        }
        for study in &self.studies {
            option("--study", study.clone());
        }
        words.extend(futures_words(self.paths, self.seed));
        words
    }

    /// The value of a unit of effect.
    fn unit_worth(&self, effect: &Outcome, errors: &mut Diagnostics) -> f64 {
        match self.worth {
            Some(worth) if worth.is_finite() && worth > 0.0 => worth,
            None if effect.unit == Unit::UsdBn => 1.0,
            None => {
                let message = format!(
                    "--worth: what is one {} of `{}` worth?",
                    effect_unit(effect),
                    effect.name()
                );
                errors.push(
                    Diagnostic::new(message).help("give the value of a unit in USD bn, such as --worth 0.5"),
                );
                1.0
            }
            Some(worth) => {
                let message = format!("--worth: {worth} is not a number above 0");
                errors
                    .push(Diagnostic::new(message).help("give the value of a unit of the effect in USD bn"));
                1.0
            }
        }
    }

    fn check_paths(&self, errors: &mut Diagnostics) {
        let (least, most) = (LEAST_PATHS_OF_INFORMATION as u64, MOST_PATHS);
        if !(least..=most).contains(&self.paths) {
            errors.push(
                Diagnostic::new(format!(
                    "--paths: {} futures are outside {least} to {most}",
                    self.paths
                ))
                .help(
                    "every path is kept with its inputs; averages given an input need some hundreds of paths",
                ),
            );
        }
    }
}

/// A valuation that is ready.
#[derive(Debug)]
pub struct ValueStudy<'session> {
    session: &'session Session,
    plan: Plan,
    learnable: Learnable,
    asked: ValueSettings,
    settings: Settings,
    record: Record,
}

/// What a valuation gives.
#[derive(Debug)]
pub struct ValueResult {
    /// The numbers.
    pub information: InformationValue,
    /// Scenario, inputs, seed.
    pub record: Record,
    /// The scenario.
    pub scenarios: Vec<Scenario>,
}

impl Session {
    /// What it is worth to know more before an option of the scenario is chosen; to choose none is always possible.
    ///
    /// # Errors
    /// Everything that is wrong with the request.
    pub fn value(&self, request: &ValueRequest) -> Result<ValueStudy<'_>, Diagnostics> {
        let plan = self.plan()?;
        let mut errors = Diagnostics::new();
        if plan.options().len() < 2 {
            errors.push(
                Diagnostic::new("there is nothing to choose: the file has no lever")
                    .help("add `[levers.ID]` tables, or give a file that has some"),
            );
        }
        request.check_paths(&mut errors);
        let effect = Selector::parse(&request.effect)
            .map_err(|message| Diagnostics::from(Diagnostic::new(format!("--effect: {message}"))))
            .and_then(|selector| compared_effect(&plan, &selector));
        let learnable = Learnable::of(&plan, &self.together);
        let studies = request
            .studies
            .iter()
            .filter_map(|text| planned(text, &learnable, request, &mut errors))
            .collect();
        let effect = match effect {
            Ok(effect) => effect,
            Err(found) => {
                errors.extend(found);
                return Err(errors);
            }
        };
        let worth = request.unit_worth(&effect, &mut errors);
        errors.into_result(())?;
        let asked = ValueSettings::new(&plan, effect, worth, studies)?;
        let record = self.record(&plan, (request.paths, request.seed), "value", request.words());
        Ok(ValueStudy {
            session: self,
            learnable,
            asked,
            settings: settings(request.paths, request.seed, request.threads),
            record,
            plan,
        })
    }
}

/// Reads a study; what is wrong goes to the errors.
fn planned(
    text: &str,
    learnable: &Learnable,
    request: &ValueRequest,
    errors: &mut Diagnostics,
) -> Option<PlannedStudy> {
    let wrong = |message: String| {
        let shown: String = text.chars().take(100).collect();
        Diagnostic::new(format!("--study: `{shown}`: {message}")).help(
            "write INPUT=SIZE sd NUMBER, or INPUT=SIZE yes-no, and at the end cost USD_BN if it is known",
        )
    };
    let read = || -> Result<PlannedStudy, Diagnostic> {
        let (name, rest) = text
            .split_once('=')
            .ok_or_else(|| wrong("there is no `=`".to_owned()))?;
        let name = name.trim();
        let input = learnable.names().position(|known| known == name).ok_or_else(|| {
            wrong("no input of that name is uncertain".to_owned()).suggest(name, learnable.names())
        })?;
        let words: Vec<&str> = rest.split_whitespace().collect();
        let number = |word: &str| word.parse::<f64>().ok().filter(|number| number.is_finite());
        let (size, what) = words
            .split_first()
            .ok_or_else(|| wrong("it has no size".to_owned()))?;
        let size = size
            .parse::<u32>()
            .ok()
            .filter(|size| (1..=1_000_000_000).contains(size));
        let size =
            size.ok_or_else(|| wrong("its size is no whole number from 1 to 1,000,000,000".to_owned()))?;
        let (data, rest) = match what {
            ["yes-no", rest @ ..] => (StudyData::YesNo { size }, rest),
            ["sd", sd, rest @ ..] => {
                let sd = number(sd).filter(|sd| *sd > 0.0);
                let sd = sd.ok_or_else(|| wrong("the standard deviation is no number above 0".to_owned()))?;
                (StudyData::Normal { size, sd }, rest)
            }
            _ => return Err(wrong("it does not say what an observation is".to_owned())),
        };
        let cost = match rest {
            [] => None,
            ["cost", cost] => {
                let cost = number(cost).filter(|cost| *cost >= 0.0);
                Some(cost.ok_or_else(|| wrong("its cost is no number from 0 on".to_owned()))?)
            }
            [word, ..] => return Err(wrong(format!("`{word}` is not understood"))),
        };
        Ok(PlannedStudy { input, data, cost })
    };
    let study = read().map_err(|error| errors.push(error)).ok()?;
    let StudyData::YesNo { .. } = study.data else {
        return Some(study);
    };
    if learnable.kind(study.input) == DrawKind::Event {
        let message =
            "it happens or not, so that one yes or no tells all: what it is worth stands among the inputs";
        errors.push(wrong(message.to_owned()));
        return None;
    }
    let values = learnable.values(study.input, request.seed, request.paths.min(MOST_PATHS) as usize);
    if values.iter().any(|value| !(0.0..=1.0).contains(value)) {
        errors.push(wrong(
            "the input is no probability: it goes below 0 or above 1".to_owned(),
        ));
        return None;
    }
    Some(study)
}

impl Study for ValueStudy<'_> {
    type Result = ValueResult;

    fn paths(&self) -> u64 {
        self.settings.paths
    }

    /// Effect, cost and net benefit of every option, and every input, on every path.
    fn memory(&self) -> u64 {
        let numbers = 3 * self.plan.options().len() + self.learnable.names().len();
        memory(
            &self.plan,
            self.settings,
            self.settings.paths.saturating_mul(numbers as u64),
        )
    }

    fn cost(&self) -> String {
        let (options, inputs) = (self.plan.options().len() - 1, self.learnable.names().len());
        let paths = count(self.settings.paths);
        format!("Evaluating {options} options on {paths} futures once; then regressions on {inputs} inputs.")
    }

    fn run(&self, progress: &Progress) -> Result<ValueResult, StudyError> {
        let information =
            information_value(&self.plan, &self.learnable, &self.asked, self.settings, progress)?;
        Ok(ValueResult {
            information,
            record: self.record.clone(),
            scenarios: self.session.scenarios.clone(),
        })
    }
}

impl StudyResult for ValueResult {
    fn name(&self) -> &'static str {
        "value"
    }

    fn record(&self) -> &Record {
        &self.record
    }
}

impl Findings for ValueResult {
    fn tables(&self) -> Vec<Table> {
        // Effects have a value in dollars here, whatever they are.
        self.record
            .dated(tables::value::all(&self.information), "money.npv")
    }

    fn document(&self) -> Document {
        value_document(ValueResults {
            result: &self.information,
            record: &self.record,
            command: &self.record.command,
        })
    }

    /// How to repeat the valuation, and everything it found.
    fn json(&self) -> Value {
        let mut all = self.record.manifest(&self.scenarios, self.record.paths);
        all.insert("value".to_owned(), json!(self.information));
        all.into()
    }
}

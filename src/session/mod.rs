//! One way from a scenario to a result, for commands, bindings and programs: open a [`Session`], ask for a study, run it.
//!
//! ```
//! use jointly::{
//!     engine::Progress,
//!     session::{Inputs, RunRequest, Session, Study},
//! };
//! let inputs = Inputs::of_text("economies = [\"CHN\", \"KOR\"]\nhorizon = 2025\n");
//! let session = Session::open(&inputs)?;
//! let study = session.run(&RunRequest { paths: 1000, seed: 1, ..RunRequest::default() })?;
//! let result = study.run(&Progress::default()).unwrap();
//! assert_eq!(result.summary.paths, 1000);
//! # Ok::<(), jointly::base::Diagnostics>(())
//! ```
//!
//! Every study has the same three steps. The session refuses a request that cannot be answered, with all reasons at once;
//! the study says what it will cost; running it gives a result that owns everything it shows.

mod asked;
mod attribute;
mod check;
mod compare;
mod evidence;
mod explain;
mod import;
mod part;
mod portfolio;
mod reference;
mod run;
mod scenarios;
mod shards;
mod sweep;
mod sweep_store;
mod target;
mod timing;
mod value;
mod words;

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::{Arc, OnceLock},
};

use crate::{
    analysis::{EvaluationError, Outcome, compared_outcome},
    base::{
        Diagnostic, Diagnostics, Disk, Files, Memory, Remembering, Selector, SourceText, Year, read_bytes,
        way,
    },
    engine::{Halt, Progress, Settings, workers},
    history::{History, HistoryData, TABLE_LIMIT},
    import::other_form,
    model::{Kernel, Plan},
    outcomes::evaluation_memory,
    random::Shard,
    report::{MoneyYears, Record},
    scenario::{self, InputFile, Scenario},
};

pub use asked::{Asked, ShardRequest};
pub use attribute::{AttributeRequest, AttributeResult, AttributeStudy};
pub use check::{CheckedFile, check_files};
pub use compare::{CompareRequest, CompareResult, CompareStudy, DEFAULT_EFFECT};
pub use evidence::{
    AuditResult, BacktestRequest, BacktestResult, CalibrateRequest, CalibrateResult, Evidence,
    HistoryRequest, HistoryResult,
};
pub use explain::{topic_json, topics_json};
pub use part::{Label, PART_LIMIT, Part, Sources, check_parts};
pub use portfolio::{PortfolioRequest, PortfolioResult, PortfolioStudy, Risk};
pub use reference::{LeversResult, MatrixResult};
pub use run::{RunRequest, RunResult, RunStudy};
pub use scenarios::ScenariosResult;
pub use shards::{Collected, Shape, ShardStudy};
pub use sweep::{Resumed, SweepRequest, SweepResult, SweepStudy};
pub use sweep_store::BoxRequest;
pub use target::{DEFAULT_SHARE, TargetRequest, TargetResult, TargetStudy};
pub use timing::{TimingRequest, TimingResult, TimingStudy};
pub use value::{ValueRequest, ValueResult, ValueStudy};
pub use words::explain_word;

/// The name of the embedded series of the World Bank.
const WORLD_BANK: &str = "world-bank";

/// The name of a scenario that was given as a text.
const TEXT: &str = "scenario.toml";

/// Which history a session works on.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct HistoryChoice {
    /// This table instead of the embedded one; `world-bank` is the embedded series of the World Bank.
    pub table: Option<PathBuf>,
    /// Tables whose rows are added.
    pub added: Vec<PathBuf>,
    /// A table of scores of the digitalization matrix.
    pub matrix: Option<PathBuf>,
    /// Whether printed values stand without the documented corrections.
    pub without_corrections: bool,
}

impl HistoryChoice {
    /// The words of a command line that make the same choice; `name` is how a table is called there.
    pub fn words(&self, name: impl Fn(&Path) -> String) -> Vec<String> {
        let tables = self.table.iter().map(|table| ("--history", table));
        let added = self.added.iter().map(|table| ("--add-history", table));
        let scores = self.matrix.iter().map(|table| ("--matrix", table));
        let mut words: Vec<String> = tables
            .chain(added)
            .chain(scores)
            .flat_map(|(option, table)| [option.to_owned(), name(table)])
            .collect();
        words.extend(self.without_corrections.then(|| "--no-corrections".to_owned()));
        words
    }
}

/// What a session is opened with.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Inputs {
    /// Scenario files; all but a comparison take one.
    pub scenarios: Vec<PathBuf>,
    /// A scenario without a file, instead of files.
    pub text: Option<String>,
    /// Numbers that are set on top: `PATH=VALUE`.
    pub overrides: Vec<String>,
    /// Last projected year instead of the scenario's.
    pub horizon: Option<Year>,
    /// The history.
    pub history: HistoryChoice,
}

impl Inputs {
    /// A scenario file.
    pub fn of_file(path: impl Into<PathBuf>) -> Self {
        Self {
            scenarios: vec![path.into()],
            ..Self::default()
        }
    }

    /// A scenario as a text.
    pub fn of_text(text: impl Into<String>) -> Self {
        Self {
            text: Some(text.into()),
            ..Self::default()
        }
    }
}

/// Scenarios with the history they continue.
#[derive(Debug)]
pub struct Session {
    inputs: Inputs,
    evidence: Arc<Evidence>,
    data: Arc<HistoryData>,
    scenarios: Vec<Scenario>,
    /// The scenarios as one, for what lists inputs, assumptions and files.
    together: Scenario,
    files: Vec<InputFile>,
    /// Every text that was read, by its path.
    texts: BTreeMap<PathBuf, Arc<SourceText>>,
    /// The name of each of these paths in results.
    names: BTreeMap<PathBuf, String>,
    /// The plan of the scenarios, once it was asked for.
    compiled: OnceLock<Plan>,
}

impl Session {
    /// Reads history and scenarios.
    ///
    /// # Errors
    /// Every error of the tables, files and overrides at once.
    pub fn open(inputs: &Inputs) -> Result<Self, Diagnostics> {
        match &inputs.text {
            None => Self::open_from(&Disk, inputs),
            Some(text) => {
                let inputs = Inputs {
                    scenarios: vec![PathBuf::from(TEXT)],
                    ..inputs.clone()
                };
                Self::open_from(&Memory::default().with(TEXT, text), &inputs)
            }
        }
    }

    /// As [`open`](Self::open), from files that need not lie on the disk.
    ///
    /// # Errors
    /// As [`open`](Self::open).
    pub fn open_from(files: &dyn Files, inputs: &Inputs) -> Result<Self, Diagnostics> {
        let files = &Remembering::new(files);
        let history = open_history(files, &inputs.history)?;
        let data = Arc::new(history.data()?);
        let evidence = Arc::new(Evidence::of(history));
        Self::read(files, inputs, evidence, data, BTreeMap::new())
    }

    /// As [`open`](Self::open), on a history that was read before.
    ///
    /// # Errors
    /// Every error of the files and overrides at once.
    fn open_on(
        inputs: &Inputs,
        evidence: &Arc<Evidence>,
        data: &Arc<HistoryData>,
    ) -> Result<Self, Diagnostics> {
        let (evidence, data) = (Arc::clone(evidence), Arc::clone(data));
        Self::read(&Remembering::new(&Disk), inputs, evidence, data, BTreeMap::new())
    }

    /// The same files and history with other numbers set on top.
    ///
    /// # Errors
    /// Every error of the files and overrides at once.
    pub fn with_overrides(&self, files: &dyn Files, overrides: &[String]) -> Result<Self, Diagnostics> {
        let inputs = Inputs {
            overrides: overrides.to_vec(),
            ..self.inputs.clone()
        };
        let (evidence, data) = (Arc::clone(&self.evidence), Arc::clone(&self.data));
        Self::read(
            &Remembering::new(files),
            &inputs,
            evidence,
            data,
            self.texts.clone(),
        )
    }

    fn read(
        files: &Remembering<'_>,
        inputs: &Inputs,
        evidence: Arc<Evidence>,
        data: Arc<HistoryData>,
        mut texts: BTreeMap<PathBuf, Arc<SourceText>>,
    ) -> Result<Self, Diagnostics> {
        let mut errors = Diagnostics::new();
        let mut read: Vec<(&Path, Scenario)> = Vec::new();
        for path in &inputs.scenarios {
            match scenario::load_from(files, path, &inputs.overrides, inputs.horizon, &data) {
                Ok(scenario) => read.push((path, scenario)),
                Err(found) => errors.extend(found),
            }
        }
        errors.into_result(())?;
        let mut scenarios = match read.len() {
            1 => read.into_iter().map(|(_, scenario)| scenario).collect(),
            _ => scenario::comparable(&read)?,
        };
        let mut together = scenario::as_one(&scenarios)
            .ok_or_else(|| Diagnostics::from(Diagnostic::new("no scenario was given")))?;
        texts.extend(files.read_so_far());
        let names = result_names(files, &inputs.scenarios, texts.keys());
        let shown = |name: &str| {
            let path = texts.iter().find(|(_, source)| source.name == name);
            path.and_then(|(path, _)| names.get(path)).cloned()
        };
        for scenario in scenarios.iter_mut().chain([&mut together]) {
            scenario.rename_files(shown);
        }
        let mut all_files = together.files.clone();
        all_files.extend(input_files(evidence.tables()));
        for file in &mut all_files {
            file.name = shown(&file.name).unwrap_or(std::mem::take(&mut file.name));
        }
        Ok(Self {
            inputs: inputs.clone(),
            evidence,
            data,
            scenarios,
            together,
            files: all_files,
            texts,
            names,
            compiled: OnceLock::new(),
        })
    }

    /// What it was opened with.
    pub fn inputs(&self) -> &Inputs {
        &self.inputs
    }

    /// The history that is continued.
    pub fn history(&self) -> &Arc<HistoryData> {
        &self.data
    }

    /// The scenario; of several, all of them as one.
    pub fn scenario(&self) -> &Scenario {
        &self.together
    }

    /// The scenarios, in the order given.
    pub fn scenarios(&self) -> &[Scenario] {
        &self.scenarios
    }

    /// Every file that was read.
    pub fn read_files(&self) -> Vec<PathBuf> {
        self.texts.keys().cloned().collect()
    }

    /// Every text that was read, as files that need no disk.
    #[cfg(feature = "explore")]
    pub(crate) fn memory(&self) -> Memory {
        let texts = self.texts.iter();
        texts.fold(Memory::default(), |memory, (path, source)| {
            memory.with(path, source.text.as_str())
        })
    }

    /// The name of a file in results: its way from the folder of the scenario, however it was named.
    fn name_of(&self, path: &Path) -> String {
        self.names
            .get(path)
            .cloned()
            .unwrap_or_else(|| path.display().to_string())
    }

    /// The plan of the scenarios; it is compiled once, and copies share its tables.
    ///
    /// # Errors
    /// If the history lacks what a projection needs.
    pub fn plan(&self) -> Result<Plan, Diagnostics> {
        if let Some(plan) = self.compiled.get() {
            return Ok(plan.clone());
        }
        let (first, others) = self
            .scenarios
            .split_first()
            .ok_or_else(|| Diagnostics::from(Diagnostic::new("no scenario was given")))?;
        let plan = Plan::of_all(&self.data, first, others)
            .map_err(|errors| errors.placed(|path| first.place_of(path)))?;
        Ok(self.compiled.get_or_init(|| plan).clone())
    }

    /// The words of a command line that opens the same session.
    fn words(&self) -> Vec<String> {
        let mut words = Vec::new();
        let mut option = |name: &str, value: String| words.extend([name.to_owned(), value]);
        if let Some(horizon) = self.inputs.horizon {
            option("--horizon", horizon.to_string());
        }
        for text in &self.inputs.overrides {
            option("--set", text.clone());
        }
        words.extend(self.inputs.history.words(|table| self.name_of(table)));
        words
    }

    /// What a result is besides its numbers; `words` are the options of the study.
    fn record(&self, plan: &Plan, (paths, seed): (u64, u64), command: &str, words: Vec<String>) -> Record {
        let files = self.inputs.scenarios.iter().map(|path| self.name_of(path));
        let options = words.into_iter().chain(self.words());
        Record {
            scenario: self.together.clone(),
            files: self.files.clone(),
            paths,
            seed,
            data_assumptions: plan.assumptions().to_vec(),
            command: command_line(command, files, options),
            money: MoneyYears::of(plan),
        }
    }
}

/// The names in results of files that were read: the way to each from the folder of the first scenario. They depend neither on
/// the current directory nor on how paths are spelled, and hold nothing of the machine above that folder.
fn result_names<'paths>(
    files: &dyn Files,
    scenarios: &[PathBuf],
    paths: impl Iterator<Item = &'paths PathBuf>,
) -> BTreeMap<PathBuf, String> {
    let folder = |path: &Path| files.canonical(path.parent().unwrap_or(Path::new("")));
    let root = scenarios
        .first()
        .and_then(|path| folder(path))
        .unwrap_or_default();
    paths
        .filter_map(|path| {
            let file = folder(path)?.join(path.file_name()?);
            let name = way(&root, &file).to_string_lossy().replace('\\', "/");
            Some((path.clone(), name))
        })
        .collect()
}

/// The history of a choice.
///
/// # Errors
/// If the table is wrong.
pub fn open_history(files: &dyn Files, choice: &HistoryChoice) -> Result<History, Diagnostics> {
    let corrections = !choice.without_corrections;
    let mut history = match choice.table.as_deref() {
        None => History::embedded(corrections)?,
        Some(name) if name == Path::new(WORLD_BANK) => History::world_bank(corrections)?,
        Some(path) => read_table(files, path, corrections)?,
    };
    for path in &choice.added {
        history.add(read_table(files, path, corrections)?)?;
    }
    if let Some(path) = &choice.matrix {
        history.read_scores(files, path)?;
    }
    Ok(history)
}

/// Reads a history table; one that has the form of a publisher is told apart from one that is wrong.
fn read_table(files: &dyn Files, path: &Path, corrections: bool) -> Result<History, Diagnostics> {
    History::read_from(files, path, corrections).map_err(|wrong| {
        let other = read_bytes(path, TABLE_LIMIT)
            .ok()
            .and_then(|bytes| other_form(path, &bytes));
        other.map_or(wrong, Diagnostics::from)
    })
}

/// The texts that a history came from.
pub fn input_files(history: &History) -> impl Iterator<Item = InputFile> + '_ {
    history
        .sources
        .iter()
        .map(|source| InputFile::of(&source.name, &source.text))
}

/// A study that is ready to run.
pub trait Study: Sync {
    /// What it gives.
    type Result: Send;

    /// How many paths it evaluates, for a progress bar.
    fn paths(&self) -> u64;

    /// About how many bytes of memory it needs.
    fn memory(&self) -> u64;

    /// What it will do, in a sentence that ends in a full stop; empty for what takes no time.
    fn cost(&self) -> String;

    /// Does it.
    ///
    /// # Errors
    /// If it was stopped, or no answer is possible.
    fn run(&self, progress: &Progress) -> Result<Self::Result, StudyError>;
}

/// Why a study has no result.
#[derive(Debug)]
pub enum StudyError {
    /// Stopped, or no threads.
    Halted(Halt),
    /// What is asked for is not possible.
    Refused(Diagnostics),
    /// Stopped with a part of the work kept, and how to go on.
    Paused(String),
    /// Reading or writing failed for a reason outside the request.
    Io(String, std::io::Error),
}

impl From<Halt> for StudyError {
    fn from(halt: Halt) -> Self {
        Self::Halted(halt)
    }
}

impl From<Diagnostics> for StudyError {
    fn from(diagnostics: Diagnostics) -> Self {
        Self::Refused(diagnostics)
    }
}

impl From<EvaluationError> for StudyError {
    fn from(error: EvaluationError) -> Self {
        match error {
            EvaluationError::Halted(halt) => Self::Halted(halt),
            EvaluationError::Undefined { what, error } => Self::Refused(out_of_range(&format!(
                "{what} leaves the range of numbers: {error}"
            ))),
        }
    }
}

/// A number that became too large.
fn out_of_range(message: &str) -> Diagnostics {
    Diagnostic::new(message)
        .help(
            "the history or the scenario makes growth so uncertain that no projection to this year is possible; choose an \
             earlier horizon",
        )
        .into()
}

/// How the futures of a request are drawn.
fn settings(paths: u64, seed: u64, threads: usize) -> Settings {
    Settings {
        paths,
        seed,
        threads,
        kernel: Kernel::detect(),
        shard: Shard::WHOLE,
    }
}

/// About how many bytes it takes to evaluate a plan and keep so many numbers: lists that grow have up to twice the room.
fn memory(plan: &Plan, settings: Settings, kept: u64) -> u64 {
    let blocks = settings.shard.blocks(settings.paths);
    let workers = workers(settings.threads, blocks.end - blocks.first);
    evaluation_memory(plan, workers).saturating_add(kept.saturating_mul(2 * 8))
}

/// The words of the options that every request has.
fn futures_words(paths: u64, seed: u64) -> Vec<String> {
    [
        "--paths".to_owned(),
        paths.to_string(),
        "--seed".to_owned(),
        seed.to_string(),
    ]
    .to_vec()
}

/// The outcomes that an argument of a request selects; what is wrong with them goes to the errors.
fn parse_outcomes(
    plan: &Plan,
    argument: &str,
    selectors: &[String],
    errors: &mut Diagnostics,
) -> Vec<Outcome> {
    let mut outcomes: Vec<Outcome> = Vec::new();
    for text in selectors {
        let found = Selector::parse(text)
            .map_err(|message| Diagnostics::from(Diagnostic::new(format!("{argument}: {message}"))))
            .and_then(|selector| compared_outcome(plan, &selector));
        match found {
            Ok(outcome) if outcomes.iter().any(|other| other.selector == outcome.selector) => {
                errors.push(Diagnostic::new(format!("{argument}: `{text}` is given twice")));
            }
            Ok(outcome) => outcomes.push(outcome),
            Err(found) => errors.extend(found),
        }
    }
    outcomes
}

/// The position of a named option among those of a plan, looked for among `names`; otherwise an error that names `argument`.
fn find_option(names: &[&str], wanted: &str, argument: &str, errors: &mut Diagnostics) -> Option<usize> {
    let found = names.iter().position(|name| *name == wanted);
    if found.is_none() {
        let shown: String = wanted.chars().take(60).collect();
        errors.push(
            Diagnostic::new(format!(
                "{argument}: there is no option `{shown}`; there are {}",
                names.join(", ")
            ))
            .suggest(wanted, names.iter().copied()),
        );
    }
    found
}

/// The command line of a command with its files and options, as a shell reads it.
fn command_line(
    command: &str,
    files: impl IntoIterator<Item = String>,
    options: impl IntoIterator<Item = String>,
) -> String {
    let words = ["jointly".to_owned(), command.to_owned()];
    let quoted: Vec<String> = words
        .into_iter()
        .chain(files)
        .chain(options)
        .map(|word| {
            let plain =
                |character: char| character.is_ascii_alphanumeric() || "-_./=:@%+,".contains(character);
            if !word.is_empty() && word.chars().all(plain) {
                word
            } else {
                format!("'{}'", word.replace('\'', "'\\''"))
            }
        })
        .collect();
    quoted.join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_quoted_for_a_shell() {
        let options = ["it's", "", "x=0.02 to 0.05", "$HOME"].map(str::to_owned);
        assert_eq!(
            command_line("run", ["a b.toml".to_owned()], options),
            r"jointly run 'a b.toml' 'it'\''s' '' 'x=0.02 to 0.05' '$HOME'"
        );
    }

    #[test]
    fn a_scenario_in_memory_may_extend_another_one() {
        let files = Memory::default()
            .with(
                "folder/base.toml",
                "economies = [\"CHN\", \"KOR\"]\nhorizon = 2030",
            )
            .with("folder/top.toml", "extends = \"./base.toml\"\nhorizon = 2028")
            .with("outside.toml", "horizon = 2027")
            .with("folder/wrong.toml", "extends = \"../outside.toml\"");
        let open = |name: &str| Session::open_from(&files, &Inputs::of_file(name));
        let session = open("folder/top.toml").unwrap();
        assert_eq!(session.scenario().horizon, 2028);
        assert_eq!(session.scenario().economies.len(), 2);
        let message = open("folder/wrong.toml").unwrap_err().to_string();
        assert!(message.contains("outside the folder"), "{message}");
    }
}

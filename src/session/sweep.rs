//! Which assumption drives an outcome: designs of many points, and studies of the paths of one run.

use std::{
    ops::Range,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{
    HistoryChoice, Inputs, Session, Study, StudyError, WORLD_BANK, futures_words, settings,
    sweep_store::{BoxRequest, Manifest, Store, read_manifest},
};
use crate::{
    analysis::{
        Value as Number,
        sweep::{
            self, Condition, DEFAULT_OUTCOME, DISCOVER, GIVEN_DATA, MOST_PATHS, OutcomeKind, Sweep,
            SweepError, Width, check_paths, default_inputs, discovery_study, given_data_study, is_of_file,
            method_names,
        },
    },
    base::{Diagnostic, Diagnostics, Selector, nearest, way},
    engine::{Halt, Progress, Settings},
    model::Plan,
    outcomes::evaluation_memory,
    random::Shard,
    report::{
        Findings, Record, StudyResult, SweepResults, count, document::Document, sweep_document, tables,
    },
    scenario::{self, Scenario, SweepInput, read_vary},
    sensitivity::{Method, method},
    table::Table,
};

/// The method where neither request nor file names one.
const DEFAULT_METHOD: &str = "one-at-a-time";

/// What to sweep. What is not said is taken from the `[sweep]` of the scenario, then from the method.
#[derive(Clone, PartialEq, Debug, Serialize, Deserialize)]
pub struct SweepRequest {
    /// Futures of each design point; of a study of paths, paths.
    pub paths: u64,
    /// Seed, also that of the design.
    pub seed: u64,
    /// Number of threads; 0 for one per processor.
    #[serde(skip)]
    pub threads: usize,
    /// Key of the method.
    pub method: Option<String>,
    /// Size of the design, as the method counts.
    pub size: Option<usize>,
    /// What varies: `PATH=RANGE`.
    pub vary: Vec<String>,
    /// Outcomes, as selectors.
    pub outcomes: Vec<String>,
    /// Of discovery: when a path is a case.
    pub condition: Option<String>,
    /// Of discovery: which boxes are looked for.
    pub boxes: BoxRequest,
    /// Stop as soon as every 95 % interval is at most this wide: `WIDTH`, in the unit of the index, or `PERCENT%` of the
    /// outcome's largest index; `SELECTOR=WIDTH` for one outcome.
    pub until: Vec<String>,
    /// Where finished design points are kept.
    #[serde(skip)]
    pub keep: Option<PathBuf>,
    /// Stop after this many batches of design points.
    #[serde(skip)]
    pub most_batches: Option<usize>,
    /// Which shard of the design points is evaluated; `None` for a sweep that is not split.
    #[serde(skip)]
    pub shard: Option<Shard>,
}

impl Default for SweepRequest {
    fn default() -> Self {
        Self {
            paths: 10_000,
            seed: 1,
            threads: 0,
            method: None,
            size: None,
            vary: Vec::new(),
            outcomes: Vec::new(),
            condition: None,
            boxes: BoxRequest::default(),
            until: Vec::new(),
            keep: None,
            most_batches: None,
            shard: None,
        }
    }
}

impl SweepRequest {
    /// The options of a command line that gives the same result; the method is written out.
    pub(super) fn words(&self, method: &str) -> Vec<String> {
        let mut words = vec!["--method".to_owned(), method.to_owned()];
        let mut option = |name: &str, value: &str| words.extend([name.to_owned(), value.to_owned()]);
        self.vary.iter().for_each(|text| option("--vary", text));
        self.outcomes.iter().for_each(|text| option("--outcome", text));
        if let Some(text) = &self.condition {
            option("--condition", text);
        }
        if let Some(mass) = self.boxes.mass {
            option("--mass", &mass.to_string());
        }
        if let Some(density) = self.boxes.density {
            option("--density", &density.to_string());
        }
        if let Some(step) = self.boxes.step {
            option("--step", &step.to_string());
        }
        if let Some(size) = self.size {
            option("--size", &size.to_string());
        }
        self.until.iter().for_each(|text| option("--until", text));
        words.extend(futures_words(self.paths, self.seed));
        words
    }
}

/// An interrupted sweep that is to be continued.
#[derive(Clone, Debug)]
pub struct Resumed {
    /// What its session is opened with.
    pub inputs: Inputs,
    /// What it asks for.
    pub request: SweepRequest,
    manifest: Manifest,
}

impl Resumed {
    /// Reads what a sweep kept in a directory.
    ///
    /// # Errors
    /// If there is none, or it is damaged or of another version.
    pub fn read(directory: &Path) -> Result<Self, StudyError> {
        let manifest = read_manifest(directory)?;
        let found = |name: &String| match name.as_str() {
            WORLD_BANK => PathBuf::from(WORLD_BANK),
            name => directory.join(name),
        };
        Ok(Self {
            inputs: Inputs {
                scenarios: vec![found(&manifest.scenario_file)],
                text: None,
                overrides: manifest.overrides.clone(),
                horizon: manifest.horizon,
                history: HistoryChoice {
                    table: manifest.history.as_ref().map(found),
                    added: manifest.add_history.iter().map(found).collect(),
                    matrix: manifest.matrix.as_ref().map(found),
                    without_corrections: manifest.no_corrections,
                },
            },
            request: SweepRequest {
                paths: manifest.paths,
                seed: manifest.seed,
                threads: 0,
                method: Some(manifest.method.clone()),
                size: manifest.size,
                vary: manifest.vary.clone(),
                outcomes: manifest.outcomes.clone(),
                condition: manifest.condition.clone(),
                boxes: manifest.boxes,
                until: manifest.until.clone(),
                keep: Some(directory.to_owned()),
                most_batches: None,
                shard: None,
            },
            manifest,
        })
    }
}

/// What is done.
enum Task<'session> {
    /// A design.
    Points(Box<Sweep<'session>>),
    /// All parameters from the paths of one run.
    GivenData(Vec<SweepInput>, Vec<Selector>),
    /// Conditions of cases among the paths of one run.
    Discover(Vec<SweepInput>, Box<Condition>),
}

/// A sweep that is ready.
pub struct SweepStudy<'session> {
    session: &'session Session,
    task: Task<'session>,
    settings: Settings,
    request: SweepRequest,
    manifest: Manifest,
    resumed: bool,
    notes: Vec<String>,
    record: Record,
}

/// What a sweep gives.
#[derive(Debug)]
pub struct SweepResult {
    /// The numbers.
    pub study: sweep::Study,
    /// Scenario, inputs, seed.
    pub record: Record,
}

impl Session {
    /// A sweep of the scenario.
    ///
    /// # Errors
    /// Everything that is wrong with the request.
    pub fn sweep(&self, request: &SweepRequest) -> Result<SweepStudy<'_>, Diagnostics> {
        // What the request itself says stands in no file.
        let of_file = |path: &str| match path {
            "sweep.method" => request.method.is_none(),
            "sweep.size" => request.size.is_none(),
            "sweep.outcome" => request.outcomes.is_empty() && request.condition.is_none(),
            _ => !path.starts_with("sweep.vary") || request.vary.is_empty(),
        };
        let place_of = |path: &str| of_file(path).then(|| self.scenario().place_of(path)).flatten();
        self.sweep_study(request)
            .map_err(|errors| errors.placed(place_of))
    }

    fn sweep_study(&self, request: &SweepRequest) -> Result<SweepStudy<'_>, Diagnostics> {
        let scenario = self.scenario();
        let mut errors = Diagnostics::new();
        let key = request
            .method
            .as_deref()
            .or(scenario.sweep.method.as_deref())
            .unwrap_or(DEFAULT_METHOD);
        let method = read_method(key, &mut errors);
        refuse_unused(request, scenario, key, method, &mut errors);
        let condition = read_condition(request, scenario, &mut errors);
        let outcomes = match &condition {
            Some(condition) => condition.selectors(),
            None if key == DISCOVER => Vec::new(),
            None => read_outcomes(request, scenario, &mut errors),
        };
        let inputs = read_inputs(request, scenario, &outcomes, &mut errors);
        let until = read_until(request, scenario, &mut errors);
        refuse_in_shards(request, key, method, &mut errors);
        if request.most_batches.is_some() && request.keep.is_none() {
            errors.push(Diagnostic::new(
                "--most-batches needs --out, where finished points are kept",
            ));
        }
        errors.into_result(())?;
        // The whole scenario, with all its assumptions: a sweep itself looks at some of its options.
        let plan = self.plan()?;
        let settings = settings(request.paths, request.seed, request.threads);
        let mut notes = Vec::new();
        let task = match method {
            Some(method) => {
                let request = sweep::SweepRequest {
                    method,
                    size: request
                        .size
                        .or(file_size(scenario, key))
                        .unwrap_or(method.about().default_size),
                    inputs: inputs.unwrap_or_else(|| default_inputs(scenario, &outcomes)),
                    outcomes,
                    settings,
                    until,
                };
                let sweep = Sweep::new(&self.data, scenario, request)?;
                notes.extend(cost_words(&sweep));
                Task::Points(Box::new(sweep))
            }
            None if key == DISCOVER => {
                let inputs = inputs.unwrap_or_else(|| default_inputs(scenario, &outcomes));
                let condition = condition.ok_or_else(|| {
                    Diagnostics::from(
                        Diagnostic::new("discover needs a --condition")
                            .help("for example --condition \"extra:CHN.gdp@2035 < 0\"")
                            .about("sweep.method"),
                    )
                })?;
                request
                    .boxes
                    .settings()
                    .check()
                    .map_err(|refusal| Diagnostics::from(Diagnostic::new(refusal.to_string())))?;
                let inputs = only_drawn(inputs, request, &mut notes);
                check_paths(&self.data, scenario, &inputs, &outcomes)?;
                Task::Discover(inputs, Box::new(condition))
            }
            None => {
                let inputs = only_drawn(inputs.unwrap_or_default(), request, &mut notes);
                check_paths(&self.data, scenario, &inputs, &outcomes)?;
                Task::GivenData(inputs, outcomes)
            }
        };
        Ok(SweepStudy {
            session: self,
            task,
            settings,
            request: request.clone(),
            manifest: self.manifest(request, key),
            resumed: false,
            notes,
            record: self.sweep_record(&plan, request, key),
        })
    }

    /// The rest of an interrupted sweep; its result is that of an uninterrupted one.
    ///
    /// # Errors
    /// As [`sweep`](Self::sweep), and if the scenario, the history or a setting are not what they were.
    pub fn resume(&self, resumed: &Resumed) -> Result<SweepStudy<'_>, Diagnostics> {
        let study = self.sweep(&resumed.request)?;
        if study.manifest != resumed.manifest {
            let directory = resumed.request.keep.as_deref().unwrap_or(Path::new("")).display();
            return Err(Diagnostic::new(format!(
                "`{directory}` was begun with another scenario, history or setting than there is now"
            ))
            .help("restore the files, or start again with another --out")
            .into());
        }
        Ok(SweepStudy {
            resumed: true,
            ..study
        })
    }

    fn sweep_record(&self, plan: &Plan, request: &SweepRequest, method: &str) -> Record {
        self.record(
            plan,
            (request.paths, request.seed),
            "sweep",
            request.words(method),
        )
    }

    /// What was asked, and of what.
    fn manifest(&self, request: &SweepRequest, method: &str) -> Manifest {
        let directory = request.keep.as_deref().map(whole_path).unwrap_or_default();
        let lossy = |path: &PathBuf| match path.to_str() {
            Some(WORLD_BANK) => WORLD_BANK.to_owned(),
            _ => way(&directory, &whole_path(path)).to_string_lossy().into_owned(),
        };
        Manifest {
            version: env!("CARGO_PKG_VERSION").to_owned(),
            scenario_file: self.inputs.scenarios.first().map_or_else(String::new, lossy),
            overrides: self.inputs.overrides.clone(),
            horizon: self.inputs.horizon,
            history: self.inputs.history.table.as_ref().map(lossy),
            add_history: self.inputs.history.added.iter().map(lossy).collect(),
            matrix: self.inputs.history.matrix.as_ref().map(lossy),
            no_corrections: self.inputs.history.without_corrections,
            method: method.to_owned(),
            size: request.size,
            vary: request.vary.clone(),
            outcomes: request.outcomes.clone(),
            condition: request.condition.clone(),
            boxes: request.boxes,
            until: request.until.clone(),
            paths: request.paths,
            seed: request.seed,
            files: self
                .files
                .iter()
                .map(|file| (file.name.clone(), file.sha256.clone()))
                .collect(),
            resolved: self.scenario().resolved(),
        }
    }
}

/// A path without links, `.` and `..`; what does not exist yet is added as it was written.
fn whole_path(path: &Path) -> PathBuf {
    let folder = path.parent().filter(|folder| *folder != path);
    match (std::fs::canonicalize(path), folder, path.file_name()) {
        (Ok(found), ..) => found,
        (_, Some(folder), Some(name)) if folder.as_os_str().is_empty() => {
            whole_path(Path::new(".")).join(name)
        }
        (_, Some(folder), Some(name)) => whole_path(folder).join(name),
        _ => path.to_owned(),
    }
}

impl SweepStudy<'_> {
    /// Opens the directory in which finished design points are kept, and reads those that are there.
    fn open_store(&self, outcomes: usize) -> Result<(Option<Store>, Vec<Vec<Number>>), StudyError> {
        match &self.request.keep {
            None => Ok((None, Vec::new())),
            Some(directory) if self.resumed => {
                let (store, points) = Store::resume(directory, &self.manifest, outcomes)?;
                Ok((Some(store), points))
            }
            Some(directory) => Ok((Some(Store::create(directory, &self.manifest)?), Vec::new())),
        }
    }

    /// Evaluates what is missing, some batches at a time.
    fn points(&self, sweep: &Sweep<'_>, progress: &Progress) -> Result<sweep::Study, StudyError> {
        let (mut store, mut known) = self.open_store(sweep.outcome_names().len())?;
        let all = sweep.points();
        let paused = |known: usize| match &self.request.keep {
            Some(directory) => StudyError::Paused(format!(
                "stopped; {known} of {all} design points are kept. Continue with: jointly sweep --resume {}",
                directory.display()
            )),
            None => StudyError::Halted(Halt::Interrupted),
        };
        let mut left = self.request.most_batches.unwrap_or(usize::MAX);
        while let Some(points) = sweep.next(&known)? {
            if left == 0 {
                return Err(paused(known.len()));
            }
            let first = points.start;
            let points = first
                ..points
                    .end
                    .min(first.saturating_add(sweep.batch().saturating_mul(left)));
            left -= points.len().div_ceil(sweep.batch());
            let values = match sweep.evaluate(points, progress) {
                Ok(values) => values,
                Err(SweepError::Halted(Halt::Interrupted)) => return Err(paused(known.len())),
                Err(error) => return Err(error.into()),
            };
            if let Some(store) = &mut store {
                let batches = values.chunks(sweep.batch()).enumerate();
                for (number, batch) in batches {
                    store.append(first + number * sweep.batch(), batch)?;
                }
            }
            known.extend(values);
        }
        Ok(sweep.finish(&known)?)
    }
}

impl SweepStudy<'_> {
    /// The session it belongs to.
    pub(super) fn session(&self) -> &Session {
        self.session
    }

    /// What was asked, with the method written out.
    pub(super) fn request(&self) -> SweepRequest {
        SweepRequest {
            method: Some(self.manifest.method.clone()),
            ..self.request.clone()
        }
    }

    /// What its result is besides its numbers.
    pub fn record(&self) -> &Record {
        &self.record
    }

    /// Number of design points and of outcomes; none for a study of paths.
    pub(super) fn size(&self) -> (usize, usize) {
        match &self.task {
            Task::Points(sweep) => (sweep.points(), sweep.outcome_names().len()),
            _ => (0, 0),
        }
    }

    /// The points of its shard.
    fn shard_points(&self, sweep: &Sweep<'_>) -> Range<usize> {
        let shard = self.request.shard.unwrap_or(Shard::WHOLE);
        let Range { start, end } = shard.range(sweep.points() as u64);
        start as usize..end as usize
    }

    /// Evaluates the points of its shard, which is all that takes long: the outcomes of each.
    ///
    /// # Errors
    /// If it was stopped, or a point has no number.
    pub fn collect(&self, progress: &Progress) -> Result<Vec<Vec<Number>>, StudyError> {
        let Task::Points(sweep) = &self.task else {
            return Ok(Vec::new());
        };
        let mut values = Vec::new();
        for batch in sweep.batches(self.shard_points(sweep)) {
            values.extend(sweep.evaluate(batch, progress)?);
        }
        Ok(values)
    }

    /// The result of all points, which were evaluated here or elsewhere.
    ///
    /// # Errors
    /// If points are missing.
    pub fn result(&self, points: &[Vec<Number>]) -> Result<SweepResult, StudyError> {
        let study = match &self.task {
            Task::Points(sweep) if points.len() == sweep.points() => sweep.finish(points)?,
            _ => {
                let few = Diagnostic::new("the result of a sweep needs all of its design points");
                return Err(StudyError::Refused(few.into()));
            }
        };
        Ok(SweepResult {
            study,
            record: self.record.clone(),
        })
    }
}

impl Study for SweepStudy<'_> {
    type Result = SweepResult;

    fn paths(&self) -> u64 {
        match &self.task {
            Task::Points(sweep) => sweep.cost_of(self.shard_points(sweep)).paths,
            _ => self.settings.paths,
        }
    }

    fn memory(&self) -> u64 {
        match &self.task {
            Task::Points(sweep) => evaluation_memory(sweep.plan(), sweep.workers())
                .saturating_add(sweep.kept().saturating_mul(16)),
            // They look at a bounded number of paths.
            Task::GivenData(..) | Task::Discover(..) => 0,
        }
    }

    fn cost(&self) -> String {
        self.notes.join(" ")
    }

    fn run(&self, progress: &Progress) -> Result<SweepResult, StudyError> {
        let (data, scenario) = (&self.session.data, self.session.scenario());
        let of_paths = |study: sweep::Study| self.open_store(1).map(|_| study);
        let study = match &self.task {
            Task::Points(_) if self.request.shard.is_some() => return self.result(&self.collect(progress)?),
            Task::Points(sweep) => self.points(sweep, progress)?,
            Task::GivenData(inputs, outcomes) => of_paths(given_data_study(
                data,
                scenario,
                inputs,
                outcomes,
                self.settings,
                progress,
            )?)?,
            Task::Discover(inputs, condition) => of_paths(discovery_study(
                data,
                scenario,
                inputs,
                condition,
                self.request.boxes.settings(),
                self.settings,
                progress,
            )?)?,
        };
        Ok(SweepResult {
            study,
            record: self.record.clone(),
        })
    }
}

impl From<SweepError> for StudyError {
    fn from(error: SweepError) -> Self {
        match error {
            SweepError::Halted(halt) => Self::Halted(halt),
            SweepError::Refused(diagnostics) => Self::Refused(diagnostics),
        }
    }
}

/// The method of a key; `None` for a study of paths, or with an error.
fn read_method(key: &str, errors: &mut Diagnostics) -> Option<&'static dyn Method> {
    let found = method(key);
    if found.is_none() && ![GIVEN_DATA, DISCOVER].contains(&key) {
        let list: Vec<&str> = method_names().collect();
        let wrong: String = key.chars().take(60).collect();
        let hint = nearest(&wrong, method_names())
            .map_or_else(String::new, |name| format!("did you mean `{name}`? "));
        errors.push(
            Diagnostic::new(format!("unknown method `{wrong}`"))
                .help(format!("{hint}The methods are {}", list.join(", ")))
                .about("sweep.method"),
        );
    }
    found
}

/// The size that the file states, which counts what the file's own method counts.
fn file_size(scenario: &Scenario, method: &str) -> Option<usize> {
    let own = scenario.sweep.method.as_deref().unwrap_or(DEFAULT_METHOD) == method;
    scenario.sweep.size.filter(|_| own)
}

/// Refuses options that the method would not look at.
fn refuse_unused(
    request: &SweepRequest,
    scenario: &Scenario,
    key: &str,
    method: Option<&dyn Method>,
    errors: &mut Diagnostics,
) {
    let of_paths = [GIVEN_DATA, DISCOVER].contains(&key);
    if method.is_none() && !of_paths {
        return;
    }
    let one_size = method.is_some_and(|method| method.about().sizes.clone().count() == 1);
    let without_size = of_paths || one_size;
    let unused = [
        ("--condition", request.condition.is_some() && key != DISCOVER),
        ("--mass", request.boxes.mass.is_some() && key != DISCOVER),
        ("--density", request.boxes.density.is_some() && key != DISCOVER),
        ("--step", request.boxes.step.is_some() && key != DISCOVER),
        ("--outcome", !request.outcomes.is_empty() && key == DISCOVER),
        ("--size", request.size.is_some() && without_size),
        (
            "`sweep.size`",
            request.size.is_none() && file_size(scenario, key).is_some() && without_size,
        ),
        ("--until", !request.until.is_empty() && of_paths),
        ("--most-batches", request.most_batches.is_some() && of_paths),
    ];
    for (option, _) in unused.into_iter().filter(|(_, given)| *given) {
        let help = match option {
            "--condition" | "--mass" | "--density" | "--step" => "it is for --method discover",
            "--outcome" => "the outcome is that of --condition",
            "--size" | "`sweep.size`" if of_paths => {
                "it looks at the paths of one run; their number is --paths"
            }
            "--size" | "`sweep.size`" => "its design has one size",
            _ => "it is one run, which has no parts",
        };
        let wrong = Diagnostic::new(format!("`{key}` does not use {option}")).help(help);
        errors.push(if option.starts_with('`') {
            wrong.about("sweep.size")
        } else {
            wrong
        });
    }
}

/// Refuses in shards what needs all design points at once.
fn refuse_in_shards(
    request: &SweepRequest,
    key: &str,
    method: Option<&dyn Method>,
    errors: &mut Diagnostics,
) {
    if request.shard.is_none() {
        return;
    }
    if method.is_none() && [GIVEN_DATA, DISCOVER].contains(&key) {
        errors.push(
            Diagnostic::new(format!(
                "`{key}` cannot be split into shards: it has no design points"
            ))
            .help(format!("it looks at no more than {MOST_PATHS} paths of one run")),
        );
    }
    if !request.until.is_empty() {
        errors.push(
            Diagnostic::new(
                "--until cannot be used with shards: whether to stop depends on the points of all of them",
            )
            .help("give the --size that is needed; --until on one machine finds it"),
        );
    }
}

/// The inputs that are named in the request or else in the file, if it names them for these outcomes; `None` if none are.
fn read_inputs(
    request: &SweepRequest,
    scenario: &Scenario,
    outcomes: &[Selector],
    errors: &mut Diagnostics,
) -> Option<Vec<SweepInput>> {
    if request.vary.is_empty() {
        let of_file = is_of_file(scenario, outcomes);
        return Some(scenario.sweep.vary.clone()).filter(|inputs| of_file && !inputs.is_empty());
    }
    let mut inputs: Vec<SweepInput> = Vec::new();
    for argument in &request.vary {
        match read_vary(scenario, argument) {
            Ok(found) => {
                for input in found {
                    if inputs.iter().any(|other| other.path == input.path) {
                        let message = format!("--vary: `{}` is named twice", input.path);
                        errors.push(Diagnostic::new(message).help("keep one of its ranges"));
                    } else {
                        inputs.push(input);
                    }
                }
            }
            Err((message, help)) => {
                let diagnostic = Diagnostic::new(format!("--vary: {message}"));
                errors.push(if help.is_empty() {
                    diagnostic
                } else {
                    diagnostic.help(help)
                });
            }
        }
    }
    Some(inputs)
}

fn read_outcomes(request: &SweepRequest, scenario: &Scenario, errors: &mut Diagnostics) -> Vec<Selector> {
    if request.outcomes.is_empty() {
        for text in &scenario.sweep.behind_horizon {
            let message = format!(
                "the file's outcome `{text}` lies behind the horizon {}",
                scenario.horizon
            );
            errors.push(
                Diagnostic::new(message)
                    .help("name an --outcome that has a value, or leave --horizon out")
                    .about("sweep.outcome"),
            );
        }
        if !scenario.sweep.outcomes.is_empty() || !scenario.sweep.behind_horizon.is_empty() {
            return scenario.sweep.outcomes.clone();
        }
    }
    let default = [DEFAULT_OUTCOME.to_owned()];
    let texts = if request.outcomes.is_empty() {
        &default[..]
    } else {
        &request.outcomes
    };
    let mut selectors: Vec<Selector> = Vec::new();
    for text in texts {
        match scenario.selector(text) {
            Ok(selector) if selectors.contains(&selector) => {}
            Ok(selector) => selectors.push(selector),
            Err(message) => errors.push(Diagnostic::new(format!("--outcome: {message}"))),
        }
    }
    selectors
}

fn read_condition(
    request: &SweepRequest,
    scenario: &Scenario,
    errors: &mut Diagnostics,
) -> Option<Condition> {
    let found = Condition::parse(scenario, request.condition.as_deref()?);
    found
        .map_err(|message| {
            errors.push(
                Diagnostic::new(format!("--condition: {message}"))
                    .help("for example --condition \"extra:CHN.gdp@2035 < 0\""),
            );
        })
        .ok()
}

fn read_until(request: &SweepRequest, scenario: &Scenario, errors: &mut Diagnostics) -> Vec<Width> {
    let mut widths: Vec<Width> = Vec::new();
    for text in &request.until {
        match until(scenario, text) {
            Ok(width) if widths.iter().any(|other| other.outcome == width.outcome) => {
                errors.push(Diagnostic::new(format!(
                    "--until: `{text}` is a second width for the same outcomes"
                )));
            }
            Ok(width) => widths.push(width),
            Err(message) => errors.push(
                Diagnostic::new(format!("--until: {message}")).help("for example 0.1, 10%, or money.npv=10%"),
            ),
        }
    }
    widths
}

/// Reads `[SELECTOR=]WIDTH` or `[SELECTOR=]PERCENT%`.
fn until(scenario: &Scenario, text: &str) -> Result<Width, String> {
    let (outcome, width) = match text.rsplit_once('=') {
        Some((outcome, width)) => (Some(scenario.selector(outcome.trim())?), width.trim()),
        None => (None, text.trim()),
    };
    let (number, relative) = match width.strip_suffix('%') {
        Some(percent) => (percent.trim_end(), true),
        None => (width, false),
    };
    let number = number
        .parse()
        .ok()
        .filter(|width: &f64| width.is_finite() && *width > 0.0);
    let number = number.ok_or("expected a width above 0")?;
    Ok(Width {
        outcome,
        width: if relative { number / 100.0 } else { number },
        relative,
    })
}

/// Without inputs that are the same on every path, unless the request names them; a note says which.
fn only_drawn(inputs: Vec<SweepInput>, request: &SweepRequest, notes: &mut Vec<String>) -> Vec<SweepInput> {
    let named = !request.vary.is_empty();
    let (drawn, constant): (Vec<_>, Vec<_>) = inputs.into_iter().partition(|input| {
        named
            || scenario::find_parameter(&input.path)
                .is_some_and(|parameter| parameter.row().may_be_uncertain())
    });
    notes.extend(constant.iter().map(|input| {
        format!(
            "`{}` is the same on every path and stays at its value.",
            input.path
        )
    }));
    drawn
}

/// What a design costs, in sentences.
fn cost_words(sweep: &Sweep<'_>) -> [String; 2] {
    let cost = sweep.cost();
    let paths = count(sweep.request().settings.paths);
    let until = if !sweep.request().until.is_empty() {
        "At most "
    } else {
        ""
    };
    let futures: Vec<&str> = sweep.futures_inputs().collect();
    let points = format!(
        "{until}{} design points of {paths} futures each.",
        count(cost.points)
    );
    let draws = if futures.is_empty() {
        let times = match cost.draws {
            1 => "once".to_owned(),
            draws => format!("{draws} times, once for a batch of points"),
        };
        format!("Futures are drawn {times}; the levers and responses of every point are evaluated on them.")
    } else {
        format!(
            "{} change{} the futures themselves, which must be drawn anew for each of their values: {} times, each at the \
             cost of a full run of {paths} paths.",
            futures.join(", "),
            if futures.len() == 1 { "s" } else { "" },
            cost.draws
        )
    };
    [points, draws]
}

impl StudyResult for SweepResult {
    fn name(&self) -> &'static str {
        "sweep"
    }

    fn record(&self) -> &Record {
        &self.record
    }
}

impl Findings for SweepResult {
    fn tables(&self) -> Vec<Table> {
        self.record.dated(tables::sweep::tables(&self.study), "")
    }

    fn document(&self) -> Document {
        sweep_document(SweepResults {
            study: &self.study,
            record: &self.record,
            command: &self.record.command,
        })
    }

    /// How to repeat the sweep, and the whole study; values of single paths stand in the table `design` only.
    fn json(&self) -> Value {
        let mut study = self.study.clone();
        if study.outcome_kind == OutcomeKind::SinglePath {
            study.inputs.iter_mut().for_each(|input| input.values.clear());
            study
                .outcomes
                .iter_mut()
                .for_each(|outcome| outcome.values.clear());
        }
        let mut all = self.record.manifest([&self.record.scenario], study.paths);
        all.insert("sweep".to_owned(), json!(study));
        all.into()
    }
}

//! What several tests share: the embedded history, scenarios from texts, paths of an ensemble, rows of a summary.

pub mod sample_page;

use std::{
    fs,
    path::{Path, PathBuf},
    sync::OnceLock,
};

use assert_cmd::Command;
use jointly::{
    base::{Diagnostics, Economy, Metric, Place, Year},
    engine::{Progress, Settings},
    history::{History, HistoryData},
    model::{BlockView, Kernel, Needs, Observer, Plan, Simulator, YearView},
    outcomes::{Comparison, Statistics, Summary, SummaryRow, project},
    random::BLOCK,
    scenario::{self, Scenario},
    stats::Distribution,
};
use serde_json::Value;

/// `timing` of a program that waits for a sign, the example of docs/timing.md.
pub const WAITING: [&str; 14] = [
    "timing",
    "scenarios/mongolia-digital-divide.toml",
    "--set",
    "levers.national-networks.start=2030",
    "--set",
    "rules.gap-stays.when=MNG.gap@2029 > 2.8",
    "--set",
    "rules.gap-stays.then=national-networks",
    "--option",
    "national program",
    "--maximize",
    "MNG.gap",
    "--lever",
    "national-networks",
];

pub fn history() -> HistoryData {
    static DATA: OnceLock<HistoryData> = OnceLock::new();
    DATA.get_or_init(|| History::embedded(true).unwrap().data().unwrap())
        .clone()
}

/// The embedded history with shares that move with GDP in dollars, as much as with anything else.
pub fn linked_history() -> HistoryData {
    let mut data = history();
    for own in data.economies.iter_mut().filter(|own| own.in_table) {
        let at = |changes: &[(Year, f64)], year: Year| {
            changes
                .iter()
                .find(|(other, _)| *other == year)
                .map_or(0.0, |(_, change)| *change)
        };
        for (position, (year, change)) in own.share_changes.iter_mut().enumerate() {
            let gdp = at(&own.volume, *year) + at(&own.price, *year);
            let other = [0.03, -0.02, 0.01, -0.03, 0.02][position % 5];
            *change = 0.04 + 0.5 * gdp + other;
        }
    }
    data
}

/// The shipped baseline with `--set` arguments.
pub fn baseline(overrides: &[&str]) -> Scenario {
    load_file(&shipped("baseline.toml"), overrides).unwrap_or_else(|errors| panic!("{errors}"))
}

/// The path of a shipped scenario.
pub fn shipped(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios").join(name)
}

/// Every shipped scenario file, by name.
pub fn shipped_files() -> Vec<PathBuf> {
    let mut files: Vec<PathBuf> = fs::read_dir(shipped(""))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "toml"))
        .collect();
    files.sort();
    files
}

/// Loads a file with `--set` arguments.
pub fn load_file(path: &Path, overrides: &[&str]) -> Result<Scenario, Diagnostics> {
    let overrides: Vec<String> = overrides.iter().map(|text| (*text).to_owned()).collect();
    scenario::load(path, &overrides, None, &history())
}

/// Loads a text as the file `s.toml` in a folder of its own.
pub fn read(text: impl AsRef<[u8]>) -> Result<Scenario, Diagnostics> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("s.toml");
    fs::write(&path, text).unwrap();
    load_file(&path, &[])
}

/// Loads a text that must be right.
pub fn scenario(text: &str) -> Scenario {
    read(text).unwrap_or_else(|errors| panic!("{errors}\n{text}"))
}

/// The errors of a text, each from its line and column on; none if it is right.
pub fn refusals(text: &str) -> Vec<String> {
    let errors = match read(text) {
        Ok(_) => return Vec::new(),
        Err(errors) => errors,
    };
    // The folder's name differs from run to run.
    errors
        .to_string()
        .lines()
        .map(|line| {
            line.rsplit_once("s.toml:")
                .map_or(line, |(_, rest)| rest)
                .to_owned()
        })
        .collect()
}

/// The same scenario with one input set to a number.
pub fn with(scenario: &Scenario, path: &str, value: f64) -> Scenario {
    assert!(scenario.input(path).is_some(), "{path}");
    scenario.with(path, &Distribution::constant(value).unwrap())
}

pub fn plan(overrides: &[&str]) -> Plan {
    plan_of(&baseline(overrides))
}

pub fn plan_of(scenario: &Scenario) -> Plan {
    Plan::new(&history(), scenario).unwrap_or_else(|errors| panic!("{errors}"))
}

/// The program at the root of the project, on a terminal of 100 columns.
pub fn jointly(arguments: &[&str]) -> Command {
    let mut command = Command::cargo_bin("jointly").unwrap();
    command
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env("COLUMNS", "100")
        .args(arguments);
    command
}

/// What the program prints on 80 columns.
pub fn printed_on_80(arguments: &[&str]) -> String {
    let assert = jointly(arguments).env("COLUMNS", "80").assert().success();
    String::from_utf8(assert.get_output().stdout.clone()).unwrap()
}

/// What the program gives as JSON.
pub fn json(arguments: &[&str]) -> Value {
    serde_json::from_str(&printed_on_80(&[arguments, &["--json"]].concat())).unwrap()
}

pub fn settings(paths: u64, seed: u64) -> Settings {
    Settings {
        paths,
        seed,
        threads: 0,
        kernel: Kernel::detect(),
        shard: jointly::random::Shard::WHOLE,
    }
}

pub fn run(plan: &Plan, settings: Settings) -> Summary {
    project(plan, settings, &Progress::default()).unwrap()
}

pub fn economy(code: &str) -> Economy {
    Economy::parse(code).unwrap()
}

/// The row of a number, by the code of its place; `None` if the summary has no such number.
pub fn row<'summary>(
    summary: &'summary Summary,
    option: &str,
    comparison: Comparison,
    place: &str,
    metric: Metric,
    year: Year,
) -> Option<&'summary SummaryRow> {
    summary
        .series(option, comparison, Place::parse(place).unwrap(), metric)
        .find(|row| row.year == year)
}

/// The statistics of a number that must exist.
pub fn statistics(
    summary: &Summary,
    option: &str,
    comparison: Comparison,
    place: &str,
    metric: Metric,
    year: Year,
) -> Statistics {
    row(summary, option, comparison, place, metric, year)
        .unwrap_or_else(|| panic!("no {option} {} {place} {} {year}", comparison.key(), metric.key()))
        .statistics
}

/// Every number of the paths of a block.
#[derive(Clone, PartialEq, Debug)]
pub struct Block {
    /// By option, place, metric, year from t0 and lane; empty where the plan says the metric does not exist.
    pub metrics: Vec<Vec<Vec<Vec<Vec<f64>>>>>,
    /// Present value of the cost by lever and lane.
    pub costs: Vec<Vec<f64>>,
    /// Present values of extra GDP and extra digital economy, by option, economy and lane.
    pub extra_gdp: Vec<Vec<Vec<f64>>>,
    pub extra_digital: Vec<Vec<Vec<f64>>>,
    /// Outlays and extra GDP of all economies by option, year after t0 and lane, not discounted.
    pub outlays: Vec<Vec<Vec<f64>>>,
    pub benefits: Vec<Vec<Vec<f64>>>,
    /// Parts of the extra digital economy at the horizon, by option, economy, part and lane.
    pub parts: Vec<Vec<[Vec<f64>; 3]>>,
    /// First year with half of the gap closed, in years after t0, by option, economy and lane.
    pub half_closed: Vec<Vec<Vec<f64>>>,
}

impl Block {
    /// A metric in lane `lane` of an option and place, `step` years after t0.
    pub fn at(&self, option: usize, place: usize, metric: Metric, step: usize, lane: usize) -> f64 {
        self.metrics[option][place][metric.total().index()][step][lane]
    }

    /// The bits of every number, to compare exactly.
    pub fn bits(&self) -> Vec<u64> {
        let metrics = self.metrics.iter().flatten().flatten().flatten();
        let extras = self.extra_gdp.iter().chain(&self.extra_digital).flatten();
        metrics
            .chain(&self.costs)
            .chain(extras)
            .chain(self.half_closed.iter().flatten())
            .flatten()
            .map(|value| value.to_bits())
            .collect()
    }
}

/// Collects a [`Block`].
pub struct Collector<'plan> {
    plan: &'plan Plan,
    levers: usize,
    pub block: Block,
}

impl<'plan> Collector<'plan> {
    pub fn new(plan: &'plan Plan) -> Self {
        let (options, economies) = (plan.options().len(), plan.economies().len());
        let lanes = vec![vec![Vec::new(); economies]; options];
        Self {
            plan,
            levers: plan.world().lever_ids().len(),
            block: Block {
                metrics: vec![vec![vec![Vec::new(); Metric::COUNT]; economies + 1]; options],
                costs: Vec::new(),
                extra_gdp: lanes.clone(),
                extra_digital: lanes.clone(),
                outlays: Vec::new(),
                benefits: Vec::new(),
                parts: Vec::new(),
                half_closed: lanes,
            },
        }
    }
}

impl Observer for Collector<'_> {
    fn year(&mut self, view: YearView<'_>) {
        for (option, places) in self.block.metrics.iter_mut().enumerate() {
            for (place, metrics) in places.iter_mut().enumerate() {
                for metric in Metric::ALL.into_iter().filter(|metric| metric.total() == *metric) {
                    let exists = self.plan.has(place, metric, view.step);
                    let lanes = view.metric(option, place, metric);
                    metrics[metric.index()].push(if exists { lanes.to_vec() } else { Vec::new() });
                }
            }
        }
    }

    fn block(&mut self, view: BlockView<'_>) {
        self.block.costs = (0..self.levers)
            .map(|lever| view.lever_cost(0, lever).to_vec())
            .collect();
        for option in 0..self.block.metrics.len() {
            let outlays = view.counted().map(|step| {
                let mut paid = vec![0.0; BLOCK];
                for &lever in view.levers_of(option) {
                    let outlay = view.lever_outlay(option, lever, step);
                    paid.iter_mut().zip(outlay).for_each(|(sum, next)| *sum += next);
                }
                paid
            });
            self.block.outlays.push(outlays.collect());
            let benefits = view
                .counted()
                .map(|step| view.yearly_benefit(option, step).to_vec());
            self.block.benefits.push(benefits.collect());
            let economies = 0..self.plan.economies().len();
            let parts =
                economies.map(|economy| view.digital_parts(option, economy).map(|part| part.to_vec()));
            self.block.parts.push(parts.collect());
            for economy in 0..self.plan.economies().len() {
                self.block.extra_gdp[option][economy] = view.extra_gdp(option, economy).to_vec();
                self.block.extra_digital[option][economy] = view.extra_digital(option, economy).to_vec();
                self.block.half_closed[option][economy] = view.half_closed(option, economy).to_vec();
            }
        }
    }
}

/// Every number of a block of a plan, with everything computed.
pub fn block(plan: &Plan, seed: u64, block: u64) -> Block {
    let mut collector = Collector::new(plan);
    Simulator::new(plan, Kernel::detect(), Needs::ALL).run(seed, block, &mut collector);
    collector.block
}

/// Calls a function with every path of some blocks: the block and the lane.
pub fn each_path(plan: &Plan, seed: u64, blocks: u64, mut look: impl FnMut(&Block, usize)) {
    for number in 0..blocks {
        let block = block(plan, seed, number);
        (0..BLOCK).for_each(|lane| look(&block, lane));
    }
}

/// A share of n draws agrees with a probability within four binomial standard errors.
#[track_caller]
pub fn assert_share(count: f64, n: f64, probability: f64) {
    let error = (probability * (1.0 - probability) / n).sqrt();
    let share = count / n;
    assert!(
        (share - probability).abs() <= 4.0 * error + 1e-12,
        "{share} of {n}, expected {probability} ± {error}"
    );
}

/// A text with some lines in the place of those that set the same keys.
pub fn replaced(text: &str, lines: &str) -> String {
    let key = |line: &str| line.split('=').next().unwrap().trim().to_owned();
    let new: Vec<String> = lines.lines().map(key).filter(|key| !key.is_empty()).collect();
    let kept: Vec<&str> = text.lines().filter(|line| !new.contains(&key(line))).collect();
    format!("{}\n{lines}\n", kept.join("\n"))
}

/// The part of a documentation page between the marks of that name is this text; `UPDATE=1` writes it.
#[track_caller]
pub fn assert_generated(page: &str, name: &str, expected: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(page);
    let text = fs::read_to_string(&path).unwrap();
    let begin = format!("<!-- generated: {name} -->\n");
    let start = text.find(&begin).unwrap() + begin.len();
    let end = start + text[start..].find("<!-- end -->").unwrap();
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, format!("{}{expected}{}", &text[..start], &text[end..])).unwrap();
    } else {
        assert_eq!(&text[start..end], expected, "{page}: run the test with UPDATE=1");
    }
}

/// What the program sends to a terminal, started in a folder by a shell with these arguments and redirections.
#[cfg(unix)]
pub fn on_terminal(folder: &Path, arguments: &str) -> String {
    let binary = assert_cmd::cargo::cargo_bin("jointly");
    let output = std::process::Command::new("script")
        .args(["-qec", &format!("{} {arguments}", binary.display()), "/dev/null"])
        .current_dir(folder)
        .env("TERM", "xterm")
        .stdin(std::process::Stdio::null())
        .output()
        .unwrap();
    String::from_utf8(output.stdout).unwrap()
}

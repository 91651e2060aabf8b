use std::path::{Path, PathBuf};

use super::{
    Console, Failure, Format, ReportArgs,
    common::{FuturesArgs, evaluation_failure, load_history, parse_outcomes, with_progress},
    files::{Files, Output},
    report_args::command_line,
};
use crate::{
    analysis::{CompareSettings, VALUES, compare},
    base::{Diagnostic, Diagnostics},
    model::Plan,
    report::{
        CompareResults, RunRecord, acceptability_csv, compare_page, compare_text, comparison_csv,
        comparison_json, document::Document, economies_csv, frontier_csv, money_csv, pairs_csv,
    },
    scenario::{self, Scenario},
};

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Scenario files whose options are compared; they agree in everything but levers and options
    #[arg(value_name = "SCENARIO.toml", required = true)]
    scenarios: Vec<PathBuf>,
    /// The option that the others are compared with
    #[arg(long, value_name = "NAME", default_value = scenario::BASELINE)]
    baseline: String,
    /// Outcome, such as extra:CHN.gdp@2035, MNG.gap@horizon or money.npv; may be given several times
    #[arg(
        long = "outcome",
        value_name = "SELECTOR",
        default_value = "extra:group.digital_economy@horizon"
    )]
    outcomes: Vec<String>,
    /// Threshold of satisficing in the unit of the outcome: how often is it reached? The first belongs to the first outcome
    #[arg(long = "threshold", value_name = "X", allow_negative_numbers = true, value_parser = parse_finite)]
    thresholds: Vec<f64>,
    /// Weight of the best case in Hurwicz's criterion, from 0 to 1
    #[arg(long, value_name = "A", default_value_t = 0.5, value_parser = parse_weight)]
    optimism: f64,
    /// Values of a unit of effect for the acceptability curve, USD bn, separated by commas
    #[arg(long, value_name = "V,V,...", value_delimiter = ',', value_parser = parse_value)]
    values: Vec<f64>,
    #[command(flatten)]
    futures: FuturesArgs,
    /// Write comparison.csv, pairs.csv, frontier.csv, acceptability.csv, economies.csv, money.csv, comparison.json and page.json
    /// into this directory
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    #[command(flatten)]
    report: ReportArgs,
    /// Output format; CSV prints comparison.csv
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Print nothing but errors
    #[arg(long)]
    quiet: bool,
}

impl Args {
    /// The options of a command line that makes the same comparison.
    fn words(&self) -> Vec<String> {
        let mut words = Vec::new();
        // A name may begin with a hyphen.
        if self.baseline != scenario::BASELINE {
            words.push(format!("--baseline={}", self.baseline));
        }
        let mut option = |name: &str, value: String| words.extend([name.to_owned(), value]);
        for outcome in &self.outcomes {
            option("--outcome", outcome.clone());
        }
        for threshold in &self.thresholds {
            option("--threshold", threshold.to_string());
        }
        option("--optimism", self.optimism.to_string());
        if !self.values.is_empty() {
            let values: Vec<String> = self.values.iter().map(f64::to_string).collect();
            option("--values", values.join(","));
        }
        words.extend(self.futures.words());
        words
    }
}

fn parse_finite(text: &str) -> Result<f64, String> {
    text.parse::<f64>()
        .ok()
        .filter(|value| value.is_finite())
        .ok_or_else(|| "expected a number".to_owned())
}

fn parse_weight(text: &str) -> Result<f64, String> {
    parse_finite(text)
        .ok()
        .filter(|weight| (0.0..=1.0).contains(weight))
        .ok_or_else(|| "expected a number from 0 to 1".to_owned())
}

fn parse_value(text: &str) -> Result<f64, String> {
    parse_finite(text)
        .ok()
        .filter(|value| (0.0..=1e9).contains(value))
        .ok_or_else(|| "expected numbers from 0 to 1,000,000,000".to_owned())
}

/// Runs the command.
pub fn run(args: &Args, console: &mut Console) -> Result<(), Failure> {
    let (history, mut files) = load_history(&args.futures.history)?;
    let data = history.data()?;
    let scenarios = load(args, &data)?;
    let (Some((first, others)), Some(together)) = (scenarios.split_first(), scenario::as_one(&scenarios))
    else {
        return Ok(());
    };
    let plan = Plan::of_all(&data, first, others)?;
    let mut errors = Diagnostics::new();
    let names: Vec<&str> = plan.options().collect();
    let reference = names.iter().position(|name| *name == args.baseline);
    if reference.is_none() {
        let shown: String = args.baseline.chars().take(60).collect();
        errors.push(
            Diagnostic::new(format!(
                "--baseline: there is no option `{shown}`; there are {}",
                names.join(", ")
            ))
            .suggest(&args.baseline, names.iter().copied()),
        );
    }
    let outcomes = parse_outcomes(&plan, &args.outcomes, &mut errors);
    if args.thresholds.len() > args.outcomes.len() {
        errors.push(
            Diagnostic::new(format!(
                "{} thresholds for {} outcomes",
                args.thresholds.len(),
                args.outcomes.len()
            ))
            .help("give at most one --threshold for each --outcome, in the same order"),
        );
    }
    errors.into_result(())?;
    let compared = CompareSettings {
        reference: reference.unwrap_or(0),
        outcomes,
        thresholds: args.thresholds.clone(),
        optimism: args.optimism,
        values: if args.values.is_empty() {
            VALUES.to_vec()
        } else {
            args.values.clone()
        },
    };
    let out = args.out.as_deref().map(Output::prepare).transpose()?;
    args.report.prepare()?;
    if !args.quiet {
        if others.iter().any(|other| other.gap != first.gap) {
            console.announce(&format!(
                "The files look at different gaps; that of `{}` holds for all: {}, against {}.",
                args.scenarios[0].display(),
                first.gap.metric.label(),
                first.gap.reference_code()
            ));
        }
        console.announce(&format!(
            "Evaluating {} options on {} futures.",
            names.len(),
            args.futures.paths
        ));
    }
    let settings = args.futures.settings();
    let result = with_progress(settings.paths, !args.quiet, |progress| {
        compare(&plan, &compared, settings, progress)
    })?
    .map_err(evaluation_failure)?;
    let mut all_files = together.files.clone();
    all_files.append(&mut files);
    let record = RunRecord {
        scenario: &together,
        files: &all_files,
        seed: args.futures.seed,
        data_assumptions: plan.assumptions(),
    };
    if out.is_some() || args.report.wanted() {
        let page = Document::from(compare_page(CompareResults {
            result: &result,
            record: &record,
            command: &command_line("compare", &args.scenarios, args.words()),
        }));
        let mut to_write = Files::default();
        if let Some(out) = &out {
            let results = [
                ("comparison.csv", comparison_csv(&result)),
                ("pairs.csv", pairs_csv(&result)),
                ("frontier.csv", frontier_csv(&result)),
                ("acceptability.csv", acceptability_csv(&result)),
                ("economies.csv", economies_csv(&result)),
                ("money.csv", money_csv(&result.accounts)),
                ("comparison.json", comparison_json(&result, &record, &scenarios)),
            ];
            out.add_with_page(&mut to_write, &results, &page)?;
        }
        args.report.add(&mut to_write, &page)?;
        to_write.publish()?;
    }
    if !args.quiet {
        console.print(&match args.format {
            Format::Text => compare_text(&result, &record, console.width()),
            Format::Csv => comparison_csv(&result),
            Format::Json => comparison_json(&result, &record, &scenarios),
        })?;
    }
    Ok(())
}

/// Every scenario, ready to be compared; the errors of all files at once.
fn load(args: &Args, data: &crate::history::HistoryData) -> Result<Vec<Scenario>, Diagnostics> {
    let mut errors = Diagnostics::new();
    let mut files: Vec<(&Path, Scenario)> = Vec::new();
    for path in &args.scenarios {
        match scenario::load(path, &args.futures.overrides, args.futures.horizon, data) {
            Ok(scenario) => files.push((path, scenario)),
            Err(found) => errors.extend(found),
        }
    }
    errors.into_result(())?;
    scenario::comparable(&files)
}

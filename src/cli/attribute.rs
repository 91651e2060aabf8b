use std::path::PathBuf;

use super::{
    Console, Failure, Format, ReportArgs,
    common::{FuturesArgs, evaluation_failure, load_history, parse_outcomes, with_progress},
    files::{Files, Output},
    report_args::command_line,
};
use crate::{
    analysis::{AttributionPlan, default_option},
    base::{Diagnostic, Diagnostics},
    decision::{AttributionError, Method},
    model::Plan,
    report::{
        AttributeResults, RunRecord, attribute_page, attribute_text, attribution_csv, attribution_json,
        document::Document,
    },
    scenario::{self, BASELINE},
};

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Scenario file
    #[arg(value_name = "SCENARIO.toml")]
    scenario: PathBuf,
    /// The option whose levers are looked at; the first of the file unless named
    #[arg(long, value_name = "NAME")]
    option: Option<String>,
    /// Outcome, such as extra:CHN.gdp@2035 or money.npv; may be given several times
    #[arg(
        long = "outcome",
        value_name = "SELECTOR",
        default_value = "extra:group.digital_economy@horizon"
    )]
    outcomes: Vec<String>,
    /// Sample so many orders of the levers for each block of 512 paths, rounded up to an even number, instead of evaluating all
    /// combinations; with more than 12 levers 4 unless given
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1000))]
    permutations: Option<u16>,
    #[command(flatten)]
    futures: FuturesArgs,
    /// Write attribution.csv, attribution.json and page.json into this directory
    #[arg(long, value_name = "DIR")]
    out: Option<PathBuf>,
    #[command(flatten)]
    report: ReportArgs,
    /// Output format
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// Print nothing but errors
    #[arg(long)]
    quiet: bool,
}

impl Args {
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
        words.extend(self.futures.words());
        words
    }
}

/// Runs the command.
pub fn run(args: &Args, console: &mut Console) -> Result<(), Failure> {
    let (history, mut files) = load_history(&args.futures.history)?;
    let data = history.data()?;
    let scenario = scenario::load(
        &args.scenario,
        &args.futures.overrides,
        args.futures.horizon,
        &data,
    )?;
    let plan = Plan::new(&data, &scenario)?;
    let mut errors = Diagnostics::new();
    let names: Vec<&str> = plan.options().filter(|name| *name != BASELINE).collect();
    let option = match &args.option {
        _ if names.is_empty() => {
            errors.push(
                Diagnostic::new("there is nothing to attribute: the file has no lever")
                    .help("add `[levers.ID]` tables, or give a file that has some"),
            );
            None
        }
        None => Some(default_option(&plan)),
        Some(name) => {
            // The baseline is the first option of a plan.
            let found = names
                .iter()
                .position(|other| other == name)
                .map(|position| position + 1);
            if found.is_none() {
                let shown: String = name.chars().take(60).collect();
                errors.push(
                    Diagnostic::new(format!(
                        "--option: there is no option `{shown}`; there are {}",
                        names.join(", ")
                    ))
                    .suggest(name, names.iter().copied()),
                );
            }
            found
        }
    };
    let outcomes = parse_outcomes(&plan, &args.outcomes, &mut errors);
    errors.into_result(())?;
    let orders = args.permutations.map(usize::from);
    let attribution =
        AttributionPlan::new(&plan, option.unwrap_or(0), orders, args.futures.seed).map_err(|error| {
            Diagnostics::from(match error {
                AttributionError::TooManyPlayers { most } => {
                    Diagnostic::new(format!("the option has more than {most} levers"))
                        .help("name an option with fewer")
                }
                AttributionError::NoPairs => Diagnostic::new("no order of the levers was asked for"),
            })
        })?;
    let out = args.out.as_deref().map(Output::prepare).transpose()?;
    args.report.prepare()?;
    if !args.quiet {
        let (levers, subsets) = (attribution.levers(), attribution.subsets());
        let each = match attribution.method() {
            Method::Exact => format!("all {subsets} combinations of {levers} levers"),
            Method::Permutations { pairs, .. } => format!(
                "{} orders of {levers} levers for each block of paths, up to {subsets} combinations,",
                2 * pairs
            ),
        };
        console.announce(&format!(
            "Evaluating {each} on {} futures: {} evaluations of a path.",
            args.futures.paths,
            subsets * args.futures.paths
        ));
    }
    let settings = args.futures.settings();
    let result = with_progress(settings.paths, !args.quiet, |progress| {
        attribution.run(&outcomes, settings, progress)
    })?
    .map_err(evaluation_failure)?;
    let mut all_files = scenario.files.clone();
    all_files.append(&mut files);
    let record = RunRecord {
        scenario: &scenario,
        files: &all_files,
        seed: args.futures.seed,
        data_assumptions: plan.assumptions(),
    };
    let scenarios = std::slice::from_ref(&scenario);
    if out.is_some() || args.report.wanted() {
        let page = Document::from(attribute_page(AttributeResults {
            result: &result,
            record: &record,
            command: &command_line("attribute", [&args.scenario], args.words()),
        }));
        let mut to_write = Files::default();
        if let Some(out) = &out {
            let results = [
                ("attribution.csv", attribution_csv(&result)),
                ("attribution.json", attribution_json(&result, &record, scenarios)),
            ];
            out.add_with_page(&mut to_write, &results, &page)?;
        }
        args.report.add(&mut to_write, &page)?;
        to_write.publish()?;
    }
    if !args.quiet {
        console.print(&match args.format {
            Format::Text => attribute_text(&result, &record, console.width()),
            Format::Csv => attribution_csv(&result),
            Format::Json => attribution_json(&result, &record, scenarios),
        })?;
    }
    Ok(())
}

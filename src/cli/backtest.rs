use serde_json::json;

use super::{Console, Failure, Format, HistoryArgs, common::load_history};
use crate::{
    analysis::{BacktestSettings, COVERAGES, METHODS, SAMPLED_PATHS, backtest},
    calibration::SeriesKind,
    report::{Align, Table, wrap},
    scenario::{Parameter, defaults},
    stats::Distribution,
};

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Seed of the scores that are sampled
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Output format; CSV and JSON hold every single forecast
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    #[command(flatten)]
    history: HistoryArgs,
}

/// Runs the command.
pub fn run(args: &Args, console: &mut Console) -> Result<(), Failure> {
    let (history, _) = load_history(&args.history)?;
    let value = |parameter: Parameter| Ok::<Distribution, Failure>(defaults::value(parameter.row().path)?);
    let constant = |parameter| Ok::<f64, Failure>(value(parameter)?.as_constant().unwrap_or(0.0));
    let settings = BacktestSettings {
        seed: args.seed,
        prior_years_max: constant(Parameter::PriorYearsMax)?,
        persistence: value(Parameter::Persistence)?,
        long_run: [
            constant(Parameter::LongRunGrowth)?,
            constant(Parameter::LongRunShareDrift)?,
        ],
    };
    let result = backtest(&history, &settings)?;
    console.print(&match args.format {
        Format::Text => text(&result, console.width()),
        Format::Csv => csv(&result),
        Format::Json => format!("{:#}\n", json!({ "methods": METHODS, "scores": result.scores })),
    })?;
    Ok(())
}

fn text(result: &crate::analysis::Backtest, width: usize) -> String {
    let mut text = String::new();
    for kind in SeriesKind::ALL {
        let mut table = Table::new(&[
            ("years ahead", Align::Right),
            ("method", Align::Left),
            ("forecasts", Align::Right),
            ("CRPS", Align::Right),
            ("in 50 %", Align::Right),
            ("in 80 %", Align::Right),
            ("in 90 %", Align::Right),
            ("mean PIT", Align::Right),
        ]);
        let mut any = false;
        for (_, ahead) in result.groups().into_iter().filter(|(other, _)| *other == kind) {
            for (method, name) in METHODS.iter().enumerate() {
                let Some(summary) = result.summary(kind, ahead, method) else {
                    continue;
                };
                any = true;
                let mut cells = vec![
                    if method == 0 {
                        ahead.to_string()
                    } else {
                        String::new()
                    },
                    (*name).to_owned(),
                    summary.forecasts.to_string(),
                    format!("{:.4}", summary.crps),
                ];
                cells.extend(
                    summary
                        .coverage
                        .iter()
                        .map(|part| format!("{:.0} %", 100.0 * part)),
                );
                cells.push(format!("{:.2}", summary.pit));
                table.row(cells);
            }
        }
        if any {
            text.push_str(&format!("{}\n{}\n", kind.label(), table.render(width)));
        }
    }
    if text.is_empty() {
        return "No origin year has three years before it and a year after it.\n".to_owned();
    }
    let legend = format!(
        "CRPS: continuous ranked probability score of the change since the origin, in log or logit points; smaller is better. in 50 %: part of \
         the outcomes inside the central 50 % interval of the forecast. PIT: probability the forecast gave to at most the outcome; 0.5 on average \
         without bias. One year ahead the model's score is exact (Student-t), further ahead it is sampled from {SAMPLED_PATHS} paths. Forecasts of \
         neighboring years and economies depend on each other: a few dozen of them are far fewer independent tests."
    );
    text.push_str(&wrap(&legend, width));
    text.push('\n');
    text
}

fn csv(result: &crate::analysis::Backtest) -> String {
    let mut text = String::from(
        "series,economy,origin,years_ahead,method,outcome,crps,pit,in_50,in_80,in_90,closed_form\n",
    );
    for score in &result.scores {
        let covered = COVERAGES
            .map(|probability| u8::from(score.covered(probability)).to_string())
            .join(",");
        text.push_str(&format!(
            "{},{},{},{},{},{},{},{},{covered},{}\n",
            score.kind.key(),
            score.economy,
            score.origin,
            score.ahead,
            METHODS[score.method],
            score.outcome,
            score.crps,
            score.pit,
            u8::from(score.closed_form)
        ));
    }
    text
}

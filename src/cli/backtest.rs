use std::path::Path;

use serde_json::json;

use super::{
    Console, Failure, Format, HistoryArgs,
    calibrate::default_settings,
    common::{csv_text, load_history},
};
use crate::{
    analysis::{Backtest, BacktestSettings, COVERAGES, METHODS, SAMPLED_PATHS, backtest, backtest_panel},
    report::{Align, Table, significant, wrap},
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
    let value = |parameter: Parameter| Ok::<Distribution, Failure>(defaults::value(parameter.row().path)?);
    let settings = BacktestSettings {
        seed: args.seed,
        calibration: default_settings()?,
        persistence: value(Parameter::Persistence)?,
        dollar_drift: value(Parameter::DollarDrift)?,
        long_run_share_drift: value(Parameter::LongRunShareDrift)?.as_constant().unwrap_or(0.0),
    };
    let result = if args.history.history.as_deref() == Some(Path::new("panel")) {
        backtest_panel(&settings)
    } else {
        let (history, _) = load_history(&args.history)?;
        backtest(&history, &settings)?
    };
    console.print(&match args.format {
        Format::Text => text(&result, console.width()),
        Format::Csv => csv(&result)?,
        Format::Json => format!("{:#}\n", json!({ "methods": METHODS, "backtest": result })),
    })?;
    Ok(())
}

fn text(result: &Backtest, width: usize) -> String {
    let mut text = String::new();
    for (part, about) in result.parts.iter().enumerate() {
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
        for (_, ahead) in result.groups().into_iter().filter(|(other, _)| *other == part) {
            for (method, name) in METHODS.iter().enumerate() {
                let Some(summary) = result.summary(part, ahead, method) else {
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
            text.push_str(&format!("{}\n{}\n", about.label, table.render(width)));
        }
    }
    text.push_str(&percentiles_text(result, width));
    if text.is_empty() {
        return "No origin year has three years before it and a year after it.\n".to_owned();
    }
    let legend = format!(
        "CRPS: continuous ranked probability score of the change since the origin, in log or logit points; smaller is better. in 50 %: part of \
         the outcomes inside the central 50 % interval of the forecast. PIT: probability the forecast gave to at most the outcome; 0.5 on average \
         without bias. Scores are sampled from {} paths ({} on the panel), except that of a share one year ahead, which is exact (Student-t). Forecasts of \
         neighboring years and economies depend on each other: a few dozen of them are far fewer independent tests. The persistence of the dollar price, the spread of its common drift, \
         the persistence of growth and the length of the window were chosen with knowledge of some of these years.",
        SAMPLED_PATHS[0], SAMPLED_PATHS[1]
    );
    text.push_str(&wrap(&legend, width));
    text.push('\n');
    text
}

/// Where the known years fell in the forecast from the base year.
fn percentiles_text(result: &Backtest, width: usize) -> String {
    if result.percentiles.is_empty() {
        return String::new();
    }
    let mut table = Table::new(&[
        ("economy", Align::Left),
        ("year", Align::Right),
        ("GDP, USD bn", Align::Right),
        ("forecast from the base year: 5 %", Align::Right),
        ("50 %", Align::Right),
        ("95 %", Align::Right),
        ("percentile", Align::Right),
    ]);
    for row in &result.percentiles {
        let mut cells = vec![
            row.economy.name().to_owned(),
            row.year.to_string(),
            significant(row.gdp),
        ];
        cells.extend(row.forecast.map(significant));
        cells.push(format!("{:.0}", 100.0 * row.pit));
        table.row(cells);
    }
    format!(
        "GDP in dollars of the known years, as percentiles of the forecast\n{}\n",
        table.render(width)
    )
}

fn csv(result: &Backtest) -> Result<String, Failure> {
    const HEADER: [&str; 12] = [
        "series",
        "economy",
        "origin",
        "years_ahead",
        "method",
        "outcome",
        "crps",
        "pit",
        "in_50",
        "in_80",
        "in_90",
        "closed_form",
    ];
    let flag = |value: bool| u8::from(value).to_string();
    let rows = result.scores.iter().map(|score| {
        let mut cells = vec![
            result.parts[score.part].key.clone(),
            score.economy.to_string(),
            score.origin.to_string(),
            score.ahead.to_string(),
            METHODS[score.method].to_owned(),
            score.outcome.to_string(),
            score.crps.to_string(),
            score.pit.to_string(),
        ];
        cells.extend(COVERAGES.map(|probability| flag(score.covered(probability))));
        cells.push(flag(score.closed_form));
        cells
    });
    csv_text(&HEADER, rows)
}

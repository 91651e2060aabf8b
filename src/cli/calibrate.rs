use serde_json::json;

use super::{Console, Failure, Format, HistoryArgs, common::load_history};
use crate::{
    calibration::{Calibration, SeriesCalibration, SeriesKind, calibrate},
    report::{Align, Table, wrap},
};

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Most years of data that the pooled prior may be worth (model.prior_years_max)
    #[arg(long, value_name = "YEARS", default_value_t = 5.0, value_parser = parse_years)]
    prior_years_max: f64,
    /// Output format
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    #[command(flatten)]
    history: HistoryArgs,
}

fn parse_years(text: &str) -> Result<f64, String> {
    match text.parse::<f64>() {
        Ok(years) if (0.01..=1000.0).contains(&years) => Ok(years),
        _ => Err("expected a number of years from 0.01 to 1000".to_owned()),
    }
}

/// Runs the command.
pub fn run(args: &Args, console: &mut Console) -> Result<(), Failure> {
    let (history, _) = load_history(&args.history)?;
    let calibration = calibrate(&history.data()?, &[], args.prior_years_max)?;
    console.print(&match args.format {
        Format::Text => text(&calibration, console.width()),
        Format::Csv => csv(&calibration),
        Format::Json => json(&calibration),
    })?;
    Ok(())
}

fn code(series: &SeriesCalibration) -> String {
    let kind = match series.kind {
        SeriesKind::GdpGrowth => "GDP",
        SeriesKind::ShareDrift => "share",
    };
    format!("{} {kind}", series.economy)
}

fn text(calibration: &Calibration, width: usize) -> String {
    let mut text = String::from("Pooled priors\n");
    let mut priors = Table::new(&[
        ("series", Align::Left),
        ("economies", Align::Right),
        ("s0", Align::Right),
        ("tau", Align::Right),
        ("kappa0", Align::Right),
        ("m0", Align::Right),
    ]);
    for group in &calibration.groups {
        priors.row([
            group.kind.label().to_owned(),
            group.economies.to_string(),
            format!("{:.4}", group.s0_squared.sqrt()),
            format!("{:.4}", group.tau_squared.sqrt()),
            format!("{:.2}", group.kappa0),
            format!("{:+.4}", group.m0),
        ]);
    }
    text.push_str(&priors.render(width));
    text.push_str("\nPosteriors\n");
    let mut posteriors = Table::new(&[
        ("series", Align::Left),
        ("n", Align::Right),
        ("mean", Align::Right),
        ("m", Align::Right),
        ("kappa", Align::Right),
        ("nu", Align::Right),
        ("s", Align::Right),
        ("next year, 90 %", Align::Right),
    ]);
    for series in &calibration.series {
        let (low, high) = series.posterior.predictive_interval(0.9);
        posteriors.row([
            code(series),
            series.n.to_string(),
            series
                .mean
                .map_or_else(|| "–".to_owned(), |mean| format!("{mean:+.4}")),
            format!("{:+.4}", series.posterior.location),
            format!("{:.2}", series.posterior.kappa),
            format!("{:.0}", series.posterior.nu),
            format!("{:.4}", series.posterior.scale_squared.sqrt()),
            format!("{low:+.3} to {high:+.3}"),
        ]);
    }
    text.push_str(&posteriors.render(width));
    let years: Vec<String> = calibration.common_years.iter().map(ToString::to_string).collect();
    text.push_str(&format!(
        "\nCorrelation of shocks over {}, shrunk toward none with intensity {:.3}\n",
        if years.is_empty() {
            "no common year".to_owned()
        } else {
            years.join(", ")
        },
        calibration.correlation.intensity
    ));
    let codes: Vec<String> = calibration.series.iter().map(code).collect();
    let mut headings = vec![("", Align::Left)];
    let numbers: Vec<String> = (1..=codes.len()).map(|number| number.to_string()).collect();
    headings.extend(numbers.iter().map(|number| (number.as_str(), Align::Right)));
    let mut matrix = Table::new(&headings);
    for (position, (code, row)) in codes.iter().zip(&calibration.correlation.matrix).enumerate() {
        let mut cells = vec![format!("{} {code}", position + 1)];
        cells.extend(row.iter().take(position + 1).map(|value| format!("{value:+.2}")));
        cells.resize(codes.len() + 1, String::new());
        matrix.row(cells);
    }
    text.push_str(&matrix.render(width));
    let legend = "All in log changes a year for GDP and logit points a year for the share. n, mean: observations and their mean. s0: pooled \
                  standard deviation; tau: how much economies truly differ; kappa0: years of data the group is worth; m0: mean of the group. m, kappa, nu, s: \
                  posterior location, its strength in years, degrees of freedom, scale. The last column holds next year's change with probability 0.9 \
                  (Student-t). See docs/model.md, section 3.";
    text.push_str(&format!("\n{}\n", wrap(legend, width)));
    text
}

fn csv(calibration: &Calibration) -> String {
    let mut text = String::from(
        "economy,series,n,mean,s0,tau,kappa0,m0,posterior_m,posterior_kappa,posterior_nu,posterior_s,predictive_p05,predictive_p95\n",
    );
    for series in &calibration.series {
        let group = calibration.groups.iter().find(|group| group.kind == series.kind);
        let (s0, tau) = group.map_or((0.0, 0.0), |group| {
            (group.s0_squared.sqrt(), group.tau_squared.sqrt())
        });
        let (low, high) = series.posterior.predictive_interval(0.9);
        text.push_str(&format!(
            "{},{},{},{},{s0},{tau},{},{},{},{},{},{},{low},{high}\n",
            series.economy,
            series.kind.key(),
            series.n,
            series.mean.map_or_else(String::new, |mean| mean.to_string()),
            series.prior.kappa,
            series.prior.location,
            series.posterior.location,
            series.posterior.kappa,
            series.posterior.nu,
            series.posterior.scale_squared.sqrt(),
        ));
    }
    text
}

fn json(calibration: &Calibration) -> String {
    let predictive: Vec<_> = calibration
        .series
        .iter()
        .map(|series| {
            let (low, high) = series.posterior.predictive_interval(0.9);
            json!({ "economy": series.economy, "kind": series.kind, "p05": low, "p95": high })
        })
        .collect();
    format!(
        "{:#}\n",
        json!({ "calibration": calibration, "predictive": predictive })
    )
}

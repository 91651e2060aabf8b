use serde_json::json;

use super::{
    Console, Failure, Format, HistoryArgs,
    common::{csv_text, load_history},
};
use crate::{
    base::{Diagnostic, Diagnostics, Economy},
    calibration::{Calibration, CalibrationSettings, EconomyCalibration, SeriesKind, calibrate},
    report::{Align, Table, escape, wrap},
    scenario::{Parameter, defaults},
};

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Only these economies, by ISO code (may be given several times); those of the history table by default
    #[arg(long, value_name = "CODE")]
    economy: Vec<String>,
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
    let data = history.data()?;
    let mut economies: Vec<Economy> = data.of_table().map(|data| data.economy).collect();
    if !args.economy.is_empty() {
        let mut errors = Diagnostics::new();
        economies.clear();
        for code in &args.economy {
            match Economy::parse(code).filter(|economy| data.economy(*economy).is_some()) {
                Some(economy) => economies.push(economy),
                None => errors.push(
                    Diagnostic::new(format!("the history has no economy `{}`", escape(code)))
                        .suggest(code, data.economies.iter().map(|data| data.economy.code())),
                ),
            }
        }
        errors.into_result(())?;
    }
    let settings = CalibrationSettings {
        prior_years_max: args.prior_years_max,
        ..default_settings()?
    };
    let calibration = calibrate(&data, &economies, &[], settings)?;
    console.print(&match args.format {
        Format::Text => text(&calibration, console.width()),
        Format::Csv => csv(&calibration)?,
        Format::Json => format!("{:#}\n", json!({ "calibration": calibration })),
    })?;
    Ok(())
}

/// Window, persistence of the dollar price and bound of κ0, as a scenario has them by default.
pub(super) fn default_settings() -> Result<CalibrationSettings, Failure> {
    let constant = |parameter: Parameter| {
        let value = defaults::value(parameter.row().path)?;
        Ok::<f64, Failure>(value.as_constant().unwrap_or(0.0))
    };
    Ok(CalibrationSettings {
        window: constant(Parameter::WindowYears)? as usize,
        price_persistence: constant(Parameter::PricePersistence)?,
        prior_years_max: constant(Parameter::PriorYearsMax)?,
    })
}

/// A number that is infinite where all economies share a location.
fn years(kappa: f64) -> String {
    if kappa.is_finite() {
        format!("{kappa:.2}")
    } else {
        "shared".to_owned()
    }
}

fn text(calibration: &Calibration, width: usize) -> String {
    let panel = &calibration.panel;
    let mut text = String::from("Pooled priors\n");
    let mut priors = Table::new(&[
        ("series", Align::Left),
        ("economies", Align::Right),
        ("s0", Align::Right),
        ("tau", Align::Right),
        ("kappa0", Align::Right),
        ("m0", Align::Right),
        ("phi", Align::Right),
    ]);
    for group in [&panel.volume, &panel.price, &calibration.share] {
        priors.row([
            group.kind.label().to_owned(),
            group.economies.to_string(),
            format!("{:.4}", group.s0_squared.sqrt()),
            format!("{:.4}", group.tau_squared.sqrt()),
            format!("{:.2}", group.kappa0),
            format!("{:+.4}", group.m0),
            format!("{:.3}", group.phi),
        ]);
    }
    text.push_str(&priors.render(width));
    text.push_str("\nPosteriors\n");
    let mut posteriors = Table::new(&[
        ("economy", Align::Left),
        ("series", Align::Left),
        ("n", Align::Right),
        ("mean", Align::Right),
        ("m", Align::Right),
        ("kappa", Align::Right),
        ("nu", Align::Right),
        ("s", Align::Right),
        ("loading", Align::Right),
    ]);
    for economy in &calibration.economies {
        for series in economy.series() {
            posteriors.row([
                economy.economy.name().to_owned(),
                series.kind.key().to_owned(),
                series.n.to_string(),
                series.mean.map_or_else(String::new, |mean| format!("{mean:+.4}")),
                format!("{:+.4}", series.posterior.location),
                years(series.posterior.kappa),
                format!("{:.0}", series.posterior.nu),
                format!("{:.4}", series.posterior.scale_squared.sqrt()),
                loading(economy, series.kind).map_or_else(String::new, |loading| format!("{loading:+.2}")),
            ]);
        }
    }
    text.push_str(&posteriors.render(width));
    let legend = format!(
        "Log points a year for volume and dollar price, logit points for the share. s0: pooled standard deviation; tau: how much economies truly differ; \
         kappa0: independent years of data that the group is worth; m0: mean of the group; phi: part of a deviation left a year later. n, mean: observations and their mean. m, kappa, \
         nu, s: posterior location, its strength, degrees of freedom, scale; all dollar prices share the drift {:+.4} of the United States. loading: on the world factor (volume) or the dollar \
         factor (price), whose correlation is {:.2}. Shocks of share and GDP: sample correlation {:+.2}, used {:+.2}. Window: {} years to {}. See docs/model.md, section 3.",
        panel.dollar_drift,
        panel.factor_correlation,
        calibration.link.sample,
        calibration.link.shrunk,
        panel.window,
        panel.last_year
    );
    text.push_str(&format!("\n{}\n", wrap(&legend, width)));
    text
}

/// The loading of the shock of a series on its factor.
fn loading(economy: &EconomyCalibration, kind: SeriesKind) -> Option<f64> {
    match kind {
        SeriesKind::GdpGrowth => Some(economy.volume_loadings[0]),
        SeriesKind::DollarPrice => Some(economy.price_loading),
        SeriesKind::ShareDrift => None,
    }
}

fn csv(calibration: &Calibration) -> Result<String, Failure> {
    const HEADER: [&str; 13] = [
        "economy",
        "series",
        "n",
        "mean",
        "s0",
        "kappa0",
        "m0",
        "phi",
        "posterior_m",
        "posterior_kappa",
        "posterior_nu",
        "posterior_s",
        "loading",
    ];
    let number = |value: f64| {
        if value.is_finite() {
            value.to_string()
        } else {
            String::new()
        }
    };
    let rows = calibration.economies.iter().flat_map(|economy| {
        economy.series().map(|series| {
            vec![
                economy.economy.to_string(),
                series.kind.key().to_owned(),
                series.n.to_string(),
                series.mean.map_or_else(String::new, number),
                number(series.prior.scale_squared.sqrt()),
                number(series.prior.kappa),
                number(series.prior.location),
                number(series.phi),
                number(series.posterior.location),
                number(series.posterior.kappa),
                number(series.posterior.nu),
                number(series.posterior.scale_squared.sqrt()),
                loading(economy, series.kind).map_or_else(String::new, number),
            ]
        })
    });
    csv_text(&HEADER, rows)
}

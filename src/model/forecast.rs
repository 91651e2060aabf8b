//! One series ahead of an origin, by the code that projects economies; for the hindcast.

use super::{Lanes, draw::Draw, futures::SeriesState, futures_plan::SeriesPlan};
use crate::{
    calibration::{SeriesCalibration, SeriesKind},
    random::{BLOCK, Generator, Stream},
    stats::{Distribution, DistributionError, QuantileTables},
};

/// What a forecast of one series needs besides its posterior.
#[derive(Clone, Debug)]
pub struct ForecastSettings {
    /// Persistence ρ.
    pub persistence: Distribution,
    /// Long-run rate: a yearly rate for GDP, logit points for the share.
    pub long_run: f64,
    /// Quantile at which the variance is truncated.
    pub variance_quantile: f64,
    /// Seed.
    pub seed: u64,
    /// Number of blocks of paths.
    pub blocks: u64,
    /// Years ahead.
    pub years: usize,
    /// Distinguishes forecasts of the same series from different origins.
    pub name: String,
}

/// Cumulated change since the origin, `[year ahead − 1][path]`. Forecasts that follow one another share their tables.
///
/// # Errors
/// If the posterior has no variance distribution.
pub fn forecast(
    series: &SeriesCalibration,
    settings: &ForecastSettings,
    tables: &mut QuantileTables,
) -> Result<Vec<Vec<f64>>, DistributionError> {
    let name = &settings.name;
    let long_run = Draw::new(
        &format!("{name}.long_run"),
        Distribution::constant(settings.long_run)?.sampler_in(tables),
    );
    let plan = SeriesPlan::new(0, series, settings.variance_quantile, long_run, tables)?;
    let persistence = Draw::new(
        &format!("{name}.persistence"),
        settings.persistence.sampler_in(tables),
    );
    let shocks: Vec<Stream> = (1..=settings.years)
        .map(|year| Stream::named(&format!("{name}.shock.{year}")))
        .collect();
    let mut paths = vec![Vec::with_capacity(settings.blocks as usize * BLOCK); settings.years];
    let mut state = SeriesState::new();
    let (mut rho, mut shock): (Lanes, Lanes) = ([0.0; BLOCK], [0.0; BLOCK]);
    for block in 0..settings.blocks {
        state.draw(&plan, series.kind, settings.seed, block);
        state.value_mut().fill(0.0);
        persistence.fill(settings.seed, block, &mut rho);
        for (year, stream) in shocks.iter().enumerate() {
            Generator::new(settings.seed, *stream, block).fill_normal(&mut shock);
            state.step(&shock, &rho);
            paths[year].extend_from_slice(state.value_mut());
        }
    }
    Ok(paths)
}

/// The long-run rates of a forecast, by kind, as scenario files write them.
pub fn long_run_path(kind: SeriesKind) -> &'static str {
    match kind {
        SeriesKind::GdpGrowth => "long_run_growth",
        SeriesKind::ShareDrift => "long_run_share_drift",
    }
}

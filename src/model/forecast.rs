//! Series ahead of an origin, by the code that projects economies; for the hindcast.

use super::{
    Lanes,
    draw::Draw,
    futures_plan::{LongRun, SeriesPlan},
    series::{PriceState, ShareState, VolumeState},
};
use crate::{
    calibration::SeriesCalibration,
    random::{self, BLOCK, Stream},
    stats::{Distribution, DistributionError, QuantileTables},
};

/// What a forecast needs besides posteriors.
#[derive(Clone, Debug)]
pub struct ForecastSettings {
    /// Persistence ρ.
    pub persistence: Distribution,
    /// The long-run rate, in log or logit points.
    pub long_run: f64,
    /// The drift common to all dollar prices.
    pub dollar_drift: Distribution,
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

impl ForecastSettings {
    fn draw(&self, what: &str, distribution: &Distribution, tables: &mut QuantileTables) -> Draw {
        Draw::new(&format!("{}.{what}", self.name), distribution.sampler_in(tables))
    }

    fn normals(&self, what: &str, year: usize, block: u64, out: &mut Lanes) {
        let stream = Stream::named(&format!("{}.{what}.{}", self.name, year + 1));
        random::fill_normal(self.seed, stream, block, out);
    }
}

/// Cumulated change of the logit share since the origin, `[year ahead − 1][path]`.
///
/// # Errors
/// If the posterior has no variance distribution.
pub fn forecast_share(
    series: &SeriesCalibration,
    settings: &ForecastSettings,
    tables: &mut QuantileTables,
) -> Result<Vec<Vec<f64>>, DistributionError> {
    let plan = SeriesPlan::new(series, settings.variance_quantile, tables)?;
    let persistence = settings.draw("persistence", &settings.persistence, tables);
    let long_run = LongRun::Known(settings.long_run);
    let mut paths = vec![Vec::with_capacity(settings.blocks as usize * BLOCK); settings.years];
    let mut state = ShareState::new();
    let (mut rho, mut shock): (Lanes, Lanes) = ([0.0; BLOCK], [0.0; BLOCK]);
    for block in 0..settings.blocks {
        state.draw(&plan, &long_run, settings.seed, block);
        state.value.fill(0.0);
        persistence.fill(settings.seed, block, &mut rho);
        for (year, paths) in paths.iter_mut().enumerate() {
            settings.normals("shock", year, block, &mut shock);
            state.step(&shock, &rho);
            paths.extend_from_slice(&state.value);
        }
    }
    Ok(paths)
}

/// Cumulated change of ln Y since the origin, `[year ahead − 1][path]`, of an economy on its own: its common and own shocks together have unit
/// variance, so the factors need not be told apart. `last` is g and q of the origin, `correlation` that of the two shocks.
///
/// # Errors
/// If a posterior has no variance distribution.
pub fn forecast_gdp(
    series: [&SeriesCalibration; 2],
    last: [f64; 2],
    correlation: f64,
    settings: &ForecastSettings,
    tables: &mut QuantileTables,
) -> Result<Vec<Vec<f64>>, DistributionError> {
    let plans = [
        SeriesPlan::new(series[0], settings.variance_quantile, tables)?,
        SeriesPlan::new(series[1], settings.variance_quantile, tables)?,
    ];
    let persistence = settings.draw("persistence", &settings.persistence, tables);
    let dollar_drift = settings.draw("dollar_drift", &settings.dollar_drift, tables);
    let long_run = LongRun::Known(settings.long_run);
    let mut paths = vec![Vec::with_capacity(settings.blocks as usize * BLOCK); settings.years];
    let (mut volume, mut price) = (VolumeState::new(), PriceState::new());
    let mut lanes: [Lanes; 4] = [[0.0; BLOCK]; 4];
    let rest = (1.0 - correlation * correlation).sqrt();
    for block in 0..settings.blocks {
        let [rho, common, shock, sum] = &mut lanes;
        persistence.fill(settings.seed, block, rho);
        dollar_drift.fill(settings.seed, block, common);
        volume.draw(&plans[0], &long_run, Some(last[0]), settings.seed, block);
        price.draw(&plans[1], common, Some(last[1]), settings.seed, block);
        sum.fill(0.0);
        for (year, paths) in paths.iter_mut().enumerate() {
            settings.normals("volume", year, block, shock);
            volume.step(&plans[0], shock, rho, 0.0);
            settings.normals("price", year, block, common);
            for lane in 0..BLOCK {
                common[lane] = correlation * shock[lane] + rest * common[lane];
                sum[lane] += volume.growth[lane];
            }
            price.step(&plans[1], common);
            for lane in 0..BLOCK {
                sum[lane] += price.change[lane];
            }
            paths.extend_from_slice(sum);
        }
    }
    Ok(paths)
}

//! The table of a calibration.

use crate::{
    calibration::{Calibration, EconomyCalibration, SeriesCalibration, SeriesKind},
    table::{Column, Schema, Table},
};

/// A series of an economy, with the loading of its shocks on their common factor.
pub struct SeriesRow {
    series: SeriesCalibration,
    loading: Option<f64>,
}

/// `calibration`; the symbols are those of docs/model.md, section 3.
pub static CALIBRATION: Schema<SeriesRow> = Schema {
    name: "calibration",
    meaning: "One row per economy and series: log points a year for volume and dollar price, logit points for the share.",
    columns: &[
        Column::word("economy", "ISO 3166-1 alpha-3 code", |row| {
            row.series.economy.to_string()
        }),
        Column::word("series", "`gdp_growth`, `dollar_price` or `share_drift`", |row| {
            row.series.kind.key().to_owned()
        }),
        Column::whole("n", "number of yearly observations", |row| {
            Some(row.series.n as i64)
        }),
        Column::number("mean", "", "their mean", |row| row.series.mean),
        Column::number("s0", "", "pooled standard deviation", |row| {
            Some(row.series.prior.scale_squared.sqrt())
        }),
        Column::number(
            "kappa0",
            "years",
            "independent years of data that the prior is worth; empty where all economies share a location",
            |row| Some(row.series.prior.kappa),
        ),
        Column::number("m0", "", "location of the prior", |row| {
            Some(row.series.prior.location)
        }),
        Column::number(
            "phi",
            "",
            "part of a deviation that is left a year later",
            |row| Some(row.series.phi),
        ),
        Column::number("posterior_m", "", "location of the posterior", |row| {
            Some(row.series.posterior.location)
        }),
        Column::number("posterior_kappa", "years", "its strength, as `kappa0`", |row| {
            Some(row.series.posterior.kappa)
        }),
        Column::number("posterior_nu", "", "its degrees of freedom", |row| {
            Some(row.series.posterior.nu)
        }),
        Column::number("posterior_s", "", "its scale", |row| {
            Some(row.series.posterior.scale_squared.sqrt())
        }),
        Column::number(
            "loading",
            "",
            "of the shock: on the world factor (volume) or the dollar factor (price)",
            |row| row.loading,
        ),
    ],
};

/// Every series of every economy.
pub fn table(calibration: &Calibration) -> Table {
    CALIBRATION.table(calibration.economies.iter().flat_map(|economy| {
        economy.series().map(|series| SeriesRow {
            loading: loading(economy, series.kind),
            series: series.clone(),
        })
    }))
}

/// The loading of the shock of a series on its factor.
pub fn loading(economy: &EconomyCalibration, kind: SeriesKind) -> Option<f64> {
    match kind {
        SeriesKind::GdpGrowth => Some(economy.volume_loadings[0]),
        SeriesKind::DollarPrice => Some(economy.price_loading),
        SeriesKind::ShareDrift => None,
    }
}

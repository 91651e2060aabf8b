//! A calibration: what the tables say about growth and volatility.

use crate::{
    calibration::{Calibration, EconomyCalibration, GroupPrior, SeriesCalibration},
    report::{
        document::{Cell, Column, Document, Section, Table, see},
        tables::calibrate::loading,
    },
};

/// Of more economies the first are shown with the answer.
const AT_ONCE: usize = 12;

/// What a calibration found.
pub fn calibrate_document(calibration: &Calibration) -> Document {
    let panel = &calibration.panel;
    let count = calibration.economies.len();
    let rest = match count.saturating_sub(AT_ONCE) {
        0 => String::new(),
        rest => format!("{rest} more: {}.", see(&["posteriors"])),
    };
    Document {
        title: "Calibration".to_owned(),
        question: format!(
            "What do {} years of data to {} say about growth and its volatility?",
            panel.window, panel.last_year
        ),
        sections: vec![
            Section::brief("economies", "Expected yearly change (m) and spread of a year (s), posterior")
                .table(in_short(&calibration.economies[..count.min(AT_ONCE)]))
                .note(rest)
                .note(format!(
                    "Log points a year for the volume of GDP and its dollar price, logit points for the digital share. Each economy borrows from the \
                     others: with few years of its own the group counts more ({}).",
                    see(&["priors", "posteriors"])
                )),
            Section::brief("common", "What moves together").sentences([
                format!("All dollar prices share the drift {:+.4} of the United States.", panel.dollar_drift),
                format!("World factor (volume) and dollar factor (price): correlation {:.2}.", panel.factor_correlation),
                format!(
                    "Shocks of share and GDP: sample correlation {:+.2}, used {:+.2}.",
                    calibration.link.sample, calibration.link.shrunk
                ),
            ]),
            Section::full("priors", "Pooled priors")
                .table(priors([&panel.volume, &panel.price, &calibration.share]))
                .note(
                    "s0: pooled standard deviation; tau: how much economies truly differ; kappa0: independent years of data that the group is worth; \
                     m0: mean of the group; phi: part of a deviation left a year later.",
                ),
            Section::full("posteriors", "Posteriors").table(posteriors(&calibration.economies)).note(
                "n, mean: observations and their mean. m, kappa, nu, s: posterior location, its strength, degrees of freedom, scale. loading: of the shock \
                 on the world factor (volume) or the dollar factor (price). See docs/model.md, section 3.",
            ),
        ],
        ..Document::default()
    }
}

/// A number with so many decimals, and with a sign where that says more.
fn number(value: f64, decimals: usize) -> Cell {
    Cell::told(format!("{value:.decimals$}"), value)
}

fn signed(value: f64, decimals: usize) -> Cell {
    Cell::told(format!("{value:+.decimals$}"), value)
}

fn in_short(economies: &[EconomyCalibration]) -> Table {
    let mut columns = vec![Column::words("Economy")];
    for label in ["Volume", "Price", "Share"] {
        columns.push(Column::numbers(format!("{label}: m"), ""));
        columns.push(Column::numbers("s", ""));
    }
    let row = |economy: &EconomyCalibration| {
        let mut cells = vec![Cell::words(economy.economy.name())];
        for series in economy.series() {
            cells.push(signed(series.posterior.location, 4));
            cells.push(number(series.posterior.scale_squared.sqrt(), 4));
        }
        cells
    };
    Table {
        columns,
        rows: economies.iter().map(row).collect(),
        ..Table::default()
    }
}

fn priors(groups: [&GroupPrior; 3]) -> Table {
    let row = |group: &GroupPrior| {
        vec![
            Cell::words(group.kind.label()),
            Cell::told(group.economies.to_string(), group.economies as f64),
            number(group.s0_squared.sqrt(), 4),
            number(group.tau_squared.sqrt(), 4),
            number(group.kappa0, 2),
            signed(group.m0, 4),
            number(group.phi, 3),
        ]
    };
    let numbers = ["Economies", "s0", "tau", "kappa0", "m0", "phi"];
    Table {
        columns: std::iter::once(Column::words("Series"))
            .chain(numbers.map(|label| Column::numbers(label, "")))
            .collect(),
        rows: groups.into_iter().map(row).collect(),
        ..Table::default()
    }
}

fn posteriors(economies: &[EconomyCalibration]) -> Table {
    let row = |economy: &EconomyCalibration, series: &SeriesCalibration| {
        let missing = || Cell::words("");
        let posterior = &series.posterior;
        vec![
            Cell::words(economy.economy.name()),
            Cell::words(series.kind.key()),
            Cell::told(series.n.to_string(), series.n as f64),
            series.mean.map_or_else(missing, |mean| signed(mean, 4)),
            signed(posterior.location, 4),
            // Infinite where all economies share a location.
            match posterior.kappa.is_finite() {
                true => number(posterior.kappa, 2),
                false => Cell::words("shared"),
            },
            number(posterior.nu, 0),
            number(posterior.scale_squared.sqrt(), 4),
            loading(economy, series.kind).map_or_else(missing, |loading| signed(loading, 2)),
        ]
    };
    let numbers = ["n", "mean", "m", "kappa", "nu", "s", "loading"];
    Table {
        columns: ["Economy", "Series"]
            .into_iter()
            .map(Column::words)
            .chain(numbers.map(|label| Column::numbers(label, "")))
            .collect(),
        rows: economies
            .iter()
            .flat_map(|economy| economy.series().map(|series| row(economy, series)))
            .collect(),
        ..Table::default()
    }
}

//! Posteriors and correlation of the embedded history against an independent computation.
//!
//! The expected numbers were computed with 40 digits (mpmath) from the printed growth rates, Korea's sign restored: y of
//! GDP = −ln(1 − g) of the end-year rates (Mongolia: log ratios of levels), y of the share from levels chained back from
//! 7057.6/17734.1, 0.52, 962.5/1798.5 and 0.189, then the formulas of docs/model.md §3 term by term.

use jointly::{
    base::Economy,
    calibration::{Calibration, SeriesKind, SeriesView, calibrate},
    history::{History, HistoryData},
};
use statrs::distribution::{ContinuousCDF, StudentsT};

fn history() -> HistoryData {
    History::embedded(true).unwrap().data().unwrap()
}

fn calibration() -> Calibration {
    calibrate(&history(), &[], 5.0).unwrap()
}

#[track_caller]
fn near(value: f64, expected: f64) {
    assert!(
        (value - expected).abs() <= 1e-12 * expected.abs().max(1.0),
        "{value} is not {expected}"
    );
}

#[test]
fn pooled_priors_match_the_independent_computation() {
    let [gdp, share] = calibration().groups;
    near(gdp.s0_squared, 0.006_807_200_280_162_040);
    near(gdp.m0, 0.050_691_061_762_172_82);
    assert_eq!((gdp.tau_squared, gdp.kappa0, gdp.economies), (0.0, 5.0, 5));
    near(share.s0_squared, 0.002_224_925_358_901_275);
    near(share.m0, 0.064_473_145_835_523_27);
    near(share.tau_squared, 0.000_860_569_695_925_487_5);
    near(share.kappa0, 2.585_409_838_895_745);
    assert_eq!(share.economies, 4);
}

/// Economy, kind, mean, posterior m, κ, s².
#[rustfmt::skip]
const EXPECTED: [(&str, SeriesKind, f64, f64, f64, f64); 9] = [
    ("CHN", SeriesKind::GdpGrowth, 0.091334212188026137, 0.071012636975099477, 10.0, 0.0055289055375376948),
    ("JPN", SeriesKind::GdpGrowth, -0.0026749143655990896, 0.024008073698286864, 10.0, 0.0039958996110251937),
    ("KOR", SeriesKind::GdpGrowth, 0.0362946471539392, 0.043492854458056009, 10.0, 0.0046422589030448631),
    ("RUS", SeriesKind::GdpGrowth, 0.065957070303405579, 0.058324066032789198, 10.0, 0.011200449184809521),
    ("MNG", SeriesKind::GdpGrowth, 0.062544293531092259, 0.056617677646632538, 10.0, 0.0062979879971721671),
    ("CHN", SeriesKind::ShareDrift, 0.084033300749474903, 0.077366420773452743, 7.585409838895745, 0.0023094168399470794),
    ("JPN", SeriesKind::ShareDrift, 0.049664557466740757, 0.054711914284890079, 7.585409838895745, 0.0028373869227139631),
    ("KOR", SeriesKind::ShareDrift, 0.10273897707975395, 0.089696457467292179, 7.585409838895745, 0.0021556293864008709),
    ("RUS", SeriesKind::ShareDrift, 0.021455748046123455, 0.036117790816458061, 7.585409838895745, 0.0013500543577763783),
];

#[test]
fn posteriors_match_the_independent_computation() {
    let calibration = calibration();
    for (code, kind, mean, location, kappa, scale_squared) in EXPECTED {
        let economy = Economy::parse(code).unwrap();
        let series = calibration
            .series
            .iter()
            .find(|series| series.economy == economy && series.kind == kind)
            .unwrap();
        near(series.mean.unwrap(), mean);
        near(series.posterior.location, location);
        near(series.posterior.kappa, kappa);
        near(series.posterior.scale_squared, scale_squared);
        assert_eq!((series.n, series.posterior.nu), (5, 9.0));
    }
}

#[test]
fn without_observations_the_posterior_is_the_prior() {
    let calibration = calibration();
    let mongolia = calibration.series.last().unwrap();
    assert_eq!(
        (mongolia.economy.code(), mongolia.kind, mongolia.n),
        ("MNG", SeriesKind::ShareDrift, 0)
    );
    assert_eq!(mongolia.posterior, mongolia.prior);
    assert_eq!(mongolia.mean, None);
    assert!(
        calibration.correlation.matrix[9][..9]
            .iter()
            .all(|value| *value == 0.0)
    );
}

#[test]
fn correlation_matches_the_independent_computation() {
    let correlation = calibration().correlation;
    near(correlation.intensity, 0.57602076047449877);
    near(correlation.matrix[0][4], 0.37445045042905884);
    near(correlation.matrix[2][3], -0.32376275001614337);
    near(correlation.matrix[7][8], -0.056588393158128031);
    assert_eq!(correlation.observations, 5);
}

#[test]
fn a_view_replaces_location_and_strength_only() {
    let economy = Economy::parse("CHN").unwrap();
    let view = SeriesView {
        economy,
        kind: SeriesKind::GdpGrowth,
        location: 0.044,
        years: 10.0,
    };
    let seen = calibrate(&history(), &[view], 5.0).unwrap();
    let plain = calibration();
    let china = &seen.series[0];
    assert!(china.view);
    near(
        china.posterior.location,
        (10.0 * 0.044 + 5.0 * plain.series[0].mean.unwrap()) / 15.0,
    );
    assert_eq!(china.prior.scale_squared, plain.series[0].prior.scale_squared);
    assert_eq!(seen.series[1..], plain.series[1..]);
}

#[test]
fn the_bound_of_the_prior_holds() {
    let tight = calibrate(&history(), &[], 0.1).unwrap();
    assert_eq!([tight.groups[0].kappa0, tight.groups[1].kappa0], [0.1, 0.1]);
}

#[test]
fn the_predictive_interval_is_that_of_statrs() {
    let series = &calibration().series[0];
    let (nu, location, scale) = series.posterior.predictive();
    let student = StudentsT::new(location, scale, nu).unwrap();
    let (low, high) = series.posterior.predictive_interval(0.9);
    near(student.cdf(low), 0.05);
    near(student.cdf(high), 0.95);
}

#[test]
fn nothing_to_learn_from_is_refused() {
    let mut data = history();
    for economy in &mut data.economies {
        economy.share_changes.clear();
    }
    let error = calibrate(&data, &[], 5.0).unwrap_err().to_string();
    assert!(error.contains("logit digital share"), "{error}");
}

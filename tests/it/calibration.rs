//! Pooled priors, posteriors, factors and loadings against plain loops over the panel's file (docs/model.md §3); shares against an
//! independent computation with 40 digits (mpmath) from the printed growth rates, Korea's sign restored.

use std::collections::BTreeMap;

use jointly::{
    base::{Economy, Year},
    calibration::{Calibration, CalibrationSettings, EconomyCalibration, SeriesKind, SeriesView, calibrate},
    history::{History, HistoryData},
};
use statrs::distribution::{ContinuousCDF, StudentsT};

use super::common::{economy, linked_history};

const SETTINGS: CalibrationSettings = CalibrationSettings {
    window: 18,
    price_persistence: 0.15,
    prior_years_max: 5.0,
};

fn history() -> HistoryData {
    History::embedded(true).unwrap().data().unwrap()
}

fn codes(list: &[&str]) -> Vec<Economy> {
    list.iter().map(|code| economy(code)).collect()
}

fn calibration() -> Calibration {
    let economies = codes(&["CHN", "JPN", "KOR", "RUS", "MNG", "VNM"]);
    calibrate(&history(), &economies, &[], SETTINGS).unwrap()
}

#[track_caller]
fn near(value: f64, expected: f64) {
    assert!(
        (value - expected).abs() <= 1e-12 * expected.abs().max(1.0),
        "{value} is not {expected}"
    );
}

/// g and q of the window by economy, for economies that have all of both.
struct Loops {
    codes: Vec<String>,
    volume: Vec<Vec<f64>>,
    price: Vec<Vec<f64>>,
}

fn windows(first: Year, last: Year) -> Loops {
    let mut cells: BTreeMap<(String, Year), (Option<f64>, Option<f64>)> = BTreeMap::new();
    let mut reader = csv::Reader::from_reader(include_str!("../../data/history/panel.csv").as_bytes());
    for record in reader.records() {
        let record = record.unwrap();
        let number = |column: usize| record[column].parse::<f64>().ok();
        cells.insert(
            (record[0].to_owned(), record[1].parse().unwrap()),
            (number(2), number(3)),
        );
    }
    let mut loops = Loops {
        codes: Vec::new(),
        volume: Vec::new(),
        price: Vec::new(),
    };
    let mut all: Vec<String> = cells.keys().map(|(code, _)| code.clone()).collect();
    all.dedup();
    for code in all {
        let (mut volume, mut price) = (Vec::new(), Vec::new());
        for year in first..=last {
            let before = cells[&(code.clone(), year - 1)].0;
            let (gdp, growth) = cells[&(code.clone(), year)];
            if let (Some(before), Some(gdp), Some(growth)) = (before, gdp, growth) {
                let g = (1.0 + growth / 100.0).ln();
                volume.push(g);
                price.push(gdp.ln() - before.ln() - g);
            }
        }
        if volume.len() == (last - first + 1) as usize {
            loops.codes.push(code);
            loops.volume.push(volume);
            loops.price.push(price);
        }
    }
    loops
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

fn squares(values: &[f64]) -> f64 {
    let center = mean(values);
    values.iter().map(|value| (value - center).powi(2)).sum()
}

fn variance(values: &[f64]) -> f64 {
    squares(values) / (values.len() as f64 - 1.0)
}

fn median(values: &[f64]) -> f64 {
    let mut sorted = values.to_vec();
    sorted.sort_by(|a, b| a.partial_cmp(b).unwrap());
    (sorted[(sorted.len() - 1) / 2] + sorted[sorted.len() / 2]) / 2.0
}

/// s0², m0, τ², κ0 of windows.
fn pooled(windows: &[Vec<f64>], phi: f64) -> [f64; 4] {
    let s0 = median(&windows.iter().map(|window| variance(window)).collect::<Vec<_>>());
    let means: Vec<f64> = windows.iter().map(|window| mean(window)).collect();
    let years = 18.0 * (1.0 - phi) / (1.0 + phi);
    let tau = (variance(&means) - s0 / years).max(0.0);
    [s0, mean(&means), tau, (s0 / tau).clamp(0.25, 5.0)]
}

fn phi(windows: &[Vec<f64>]) -> f64 {
    let (mut above, mut below) = (0.0, 0.0);
    for window in windows {
        let center = mean(window);
        for t in 1..window.len() {
            above += (window[t] - center) * (window[t - 1] - center);
            below += (window[t - 1] - center).powi(2);
        }
    }
    (above / below + 2.0 / 18.0).clamp(0.0, 0.9)
}

#[test]
fn pooled_priors_of_the_panel_match_plain_loops() {
    let panel = calibration().panel;
    let loops = windows(2008, 2025);
    let phi = phi(&loops.volume);
    for (group, windows, phi) in [
        (panel.volume, &loops.volume, phi),
        (panel.price, &loops.price, 0.15),
    ] {
        let [s0, m0, tau, kappa0] = pooled(windows, phi);
        near(group.s0_squared, s0);
        near(group.m0, m0);
        near(group.tau_squared, tau);
        near(group.kappa0, kappa0);
        near(group.phi, phi);
        assert_eq!((group.economies, group.nu0), (loops.codes.len(), 8.0));
    }
    let states = loops.codes.iter().position(|code| code == "USA").unwrap();
    near(panel.dollar_drift, mean(&loops.price[states]));
    // Of the order that the world has seen: growth of 2 to 4 % in volume, prices of 2 to 3 % in dollars.
    assert!((0.02..0.04).contains(&panel.volume.m0) && (0.015..0.03).contains(&panel.dollar_drift));
    assert!(loops.codes.len() > 170);
}

#[test]
fn factors_and_loadings_match_plain_loops() {
    let panel = calibration().panel;
    let loops = windows(2008, 2025);
    let mut factors = Vec::new();
    for (found, windows) in [(&panel.world, &loops.volume), (&panel.dollar, &loops.price)] {
        let standard: Vec<Vec<f64>> = windows
            .iter()
            .map(|window| {
                let (center, sd) = (mean(window), variance(window).sqrt());
                window.iter().map(|y| (y - center) / sd).collect()
            })
            .collect();
        let years: Vec<f64> = (0..18)
            .map(|t| mean(&standard.iter().map(|x| x[t]).collect::<Vec<_>>()))
            .collect();
        let sd = variance(&years).sqrt();
        let factor: Vec<f64> = years.iter().map(|year| year / sd).collect();
        let loadings: Vec<f64> = standard
            .iter()
            .map(|x| x.iter().zip(&factor).map(|(x, f)| x * f).sum::<f64>() / 17.0)
            .collect();
        let noise = mean(
            &loadings
                .iter()
                .map(|l| (1.0 - l * l).powi(2) / 17.0)
                .collect::<Vec<_>>(),
        );
        let true_variance = (variance(&loadings) - noise).max(0.0);
        let weight = true_variance / (true_variance + noise);
        near(found.mean_loading, mean(&loadings));
        near(found.weight, weight);
        for ((code, loading), expected) in found.loadings.iter().zip(&loadings) {
            near(*loading, mean(&loadings) + weight * (expected - mean(&loadings)));
            assert!(loading.abs() < 1.0, "{code}");
        }
        for (score, expected) in found.scores.iter().zip(&factor) {
            near(*score, *expected);
        }
        factors.push(factor);
    }
    let products: f64 = factors[0].iter().zip(&factors[1]).map(|(a, b)| a * b).sum();
    near(panel.factor_correlation, products / 17.0);
}

#[test]
fn posteriors_of_volume_and_price_match_plain_loops() {
    let calibration = calibration();
    let loops = windows(2008, 2025);
    let phi = phi(&loops.volume);
    let [s0, m0, _, kappa0] = pooled(&loops.volume, phi);
    let [price_s0, ..] = pooled(&loops.price, 0.15);
    for found in &calibration.economies {
        let position = loops
            .codes
            .iter()
            .position(|code| *code == found.economy.code())
            .unwrap();
        let own = &loops.volume[position];
        let years = 18.0 * (1.0 - phi) / (1.0 + phi);
        let posterior = found.volume.posterior;
        near(posterior.kappa, kappa0 + years);
        near(
            posterior.location,
            (kappa0 * m0 + years * mean(own)) / (kappa0 + years),
        );
        let apart = kappa0 * years / (kappa0 + years) * (mean(own) - m0).powi(2);
        near(posterior.scale_squared, (8.0 * s0 + squares(own) + apart) / 26.0);
        assert_eq!((posterior.nu, found.volume.n, found.single), (26.0, 18, false));
        let posterior = found.price.posterior;
        let own = &loops.price[position];
        near(posterior.scale_squared, (8.0 * price_s0 + squares(own)) / 25.0);
        near(posterior.location, calibration.panel.dollar_drift);
        assert_eq!((posterior.nu, posterior.kappa), (25.0, f64::INFINITY));
    }
}

#[test]
fn the_share_prior_of_the_years_to_2021_matches_the_independent_computation() {
    // Without China's later years, which the computation with 40 digits does not hold.
    let mut data = history();
    for economy in &mut data.economies {
        economy.share_changes.retain(|(year, _)| *year <= 2021);
    }
    let calibration = calibrate(&data, &codes(&["CHN", "JPN", "KOR", "RUS", "MNG"]), &[], SETTINGS).unwrap();
    let share = calibration.share;
    near(share.s0_squared, 0.002_224_925_358_901_275);
    near(share.m0, 0.064_473_145_835_523_27);
    near(share.tau_squared, 0.000_860_569_695_925_487_5);
    near(share.kappa0, 2.585_409_838_895_745);
    assert_eq!((share.economies, share.nu0), (4, 4.0));
    // Mean, posterior m and s²; κ is 7.585.
    #[rustfmt::skip]
    let expected = [
        ("CHN", 0.084033300749474903, 0.077366420773452743, 0.0023094168399470794),
        ("JPN", 0.049664557466740757, 0.054711914284890079, 0.0028373869227139631),
        ("KOR", 0.10273897707975395, 0.089696457467292179, 0.0021556293864008709),
        ("RUS", 0.021455748046123455, 0.036117790816458061, 0.0013500543577763783),
    ];
    for ((code, mean, location, scale_squared), found) in expected.into_iter().zip(&calibration.economies) {
        assert_eq!(found.economy.code(), code);
        near(found.share.mean.unwrap(), mean);
        near(found.share.posterior.location, location);
        near(found.share.posterior.scale_squared, scale_squared);
        assert_eq!((found.share.n, found.share.posterior.nu), (5, 9.0));
    }
    // Without observations the posterior is the prior.
    let mongolia = &calibration.economies[4].share;
    assert_eq!((mongolia.n, mongolia.mean), (0, None));
    assert_eq!(mongolia.posterior, mongolia.prior);
}

#[test]
fn the_known_years_of_a_share_are_part_of_the_fit() {
    let china = &calibration().economies[0].share;
    let logit = |share: f64| (share / (1.0 - share)).ln();
    let later = logit(0.428) - logit(7057.6 / 17734.1);
    assert_eq!(china.n, 7);
    near(
        china.mean.unwrap(),
        (5.0 * 0.084_033_300_749_474_903 + later) / 7.0,
    );
}

#[test]
fn shares_and_gdp_are_linked_only_as_far_as_the_sample_says() {
    let link = calibration().link;
    // Four economies with 7, 5, 5 and 5 years; a correlation of −0.22 whose square is below its variance.
    assert_eq!(link.degrees, 18);
    assert!((link.sample + 0.218).abs() < 0.001, "{}", link.sample);
    assert_eq!(link.shrunk.abs(), 0.0);
}

#[test]
fn what_the_defaults_of_the_dollar_price_say_of_the_panel_is_true() {
    // Reasons of model.price_persistence and model.dollar_drift in data/parameters.toml, to the digit printed there.
    let persistence = |first, last| phi(&windows(first, last).price);
    for ((first, last), expected) in [((2008, 2025), 0.09), ((1991, 2008), 0.14), ((1999, 2016), 0.22)] {
        let found = persistence(first, last);
        assert!((found - expected).abs() <= 0.005, "{first} to {last}: {found}");
    }
    // The mean change of the dollar price beyond that of the United States, of the median economy with all years.
    let drift = |first, last| {
        let loops = windows(first, last);
        let at = loops.codes.iter().position(|code| code == "USA").unwrap();
        let states = mean(&loops.price[at]);
        median(
            &loops
                .price
                .iter()
                .map(|window| mean(window) - states)
                .collect::<Vec<_>>(),
        )
    };
    for ((first, last), expected) in [
        ((1996, 2002), -0.023),
        ((2003, 2011), 0.050),
        ((2012, 2025), -0.014),
    ] {
        let found = drift(first, last);
        assert!((found - expected).abs() <= 0.0005, "{first} to {last}: {found}");
    }
    let decades: Vec<f64> = (1992..=2016)
        .map(|first| drift(first, first + 9).powi(2))
        .collect();
    assert!(
        (mean(&decades).sqrt() - 0.022).abs() <= 0.0005,
        "{}",
        mean(&decades).sqrt()
    );
}

#[test]
fn a_link_that_the_sample_supports_is_shrunk_a_little() {
    let data = linked_history();
    let link = calibrate(&data, &codes(&["CHN", "KOR"]), &[], SETTINGS)
        .unwrap()
        .link;
    let (mut sum, mut degrees) = (0.0, 0.0);
    for own in data.economies.iter().filter(|own| own.share_changes.len() >= 3) {
        let panel = |year| {
            let find =
                |changes: &[(Year, f64)]| changes.iter().find(|(other, _)| *other == year).map(|(_, x)| *x);
            Some(find(&own.volume)? + find(&own.price)?)
        };
        let pairs: Vec<(f64, f64)> = own
            .share_changes
            .iter()
            .filter_map(|(year, share)| Some((*share, panel(*year)?)))
            .collect();
        let (share, y): (Vec<f64>, Vec<f64>) = pairs.iter().copied().unzip();
        let n = pairs.len() as f64;
        let standard = |values: &[f64]| -> Vec<f64> {
            values
                .iter()
                .map(|x| (x - mean(values)) / variance(values).sqrt())
                .collect()
        };
        sum += standard(&share)
            .iter()
            .zip(standard(&y))
            .map(|(x, y)| x * y)
            .sum::<f64>();
        degrees += n - 1.0;
    }
    let sample = sum / degrees;
    let shrunk = sample * (1.0 - (1.0 - sample * sample).powi(2) / (degrees * sample * sample)).max(0.0);
    near(link.sample, sample);
    near(link.shrunk, shrunk);
    assert!(shrunk > 0.3 && shrunk < sample, "{shrunk} {sample}");
}

#[test]
fn the_fit_of_an_economy_does_not_depend_on_the_others() {
    let alone = calibrate(&history(), &codes(&["KOR"]), &[], SETTINGS).unwrap();
    assert_eq!(alone.economies[0], calibration().economies[2]);
}

#[test]
fn a_view_replaces_location_and_strength_only() {
    let view = |kind, location| SeriesView {
        economy: economy("CHN"),
        kind,
        location,
        years: 10.0,
    };
    let views = [
        view(SeriesKind::GdpGrowth, 0.044),
        view(SeriesKind::DollarPrice, 0.03),
    ];
    let seen = calibrate(&history(), &codes(&["CHN", "JPN"]), &views, SETTINGS).unwrap();
    let plain = calibration();
    let (china, before): (&EconomyCalibration, _) = (&seen.economies[0], &plain.economies[0]);
    let years = |phi: f64| 18.0 * (1.0 - phi) / (1.0 + phi);
    for (found, before, location) in [
        (&china.volume, &before.volume, 0.044),
        (&china.price, &before.price, 0.03),
    ] {
        let n = years(found.phi);
        assert!(found.view);
        near(
            found.posterior.location,
            (10.0 * location + n * before.mean.unwrap()) / (10.0 + n),
        );
        near(found.posterior.kappa, 10.0 + n);
        assert_eq!(found.prior.scale_squared, before.prior.scale_squared);
    }
    assert_eq!(seen.economies[1], plain.economies[1]);
}

#[test]
fn the_bound_of_the_prior_holds() {
    let settings = CalibrationSettings {
        prior_years_max: 0.1,
        ..SETTINGS
    };
    let tight = calibrate(&history(), &codes(&["CHN"]), &[], settings).unwrap();
    assert_eq!((tight.panel.volume.kappa0, tight.share.kappa0), (0.1, 0.1));
}

#[test]
fn the_predictive_interval_is_that_of_statrs() {
    let series = &calibration().economies[0].share;
    let (nu, location, scale) = series.posterior.predictive();
    let student = StudentsT::new(location, scale, nu).unwrap();
    let (low, high) = series.posterior.predictive_interval(0.9);
    near(student.cdf(low), 0.05);
    near(student.cdf(high), 0.95);
}

#[test]
fn a_table_without_changes_of_shares_takes_the_embedded_prior() {
    let mut data = history();
    for economy in &mut data.economies {
        economy.share_changes.clear();
    }
    let found = calibrate(&data, &codes(&["CHN"]), &[], SETTINGS).unwrap();
    assert_eq!(found.share, calibration().share);
}

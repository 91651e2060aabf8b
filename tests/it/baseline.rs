//! The baseline against the world: hindcast of the panel, dispersion of gaps between economies, where the next ten years lead
//! (docs/model.md §3).

use std::{fmt::Write as _, sync::OnceLock};

use jointly::{
    analysis::{Backtest, BacktestSettings, METHODS, backtest_panel},
    base::{Economy, Metric},
    calibration::CalibrationSettings,
    history::Panel,
    random::BLOCK,
    scenario::{Parameter, defaults},
    stats::Distribution,
};

use super::common::{
    assert_generated, baseline, block, economy, history, plan, plan_of, run, settings, statistics,
};

fn default(parameter: Parameter) -> Distribution {
    defaults::value(parameter.row().path).unwrap()
}

fn hindcast() -> &'static Backtest {
    static RESULT: OnceLock<Backtest> = OnceLock::new();
    RESULT.get_or_init(|| {
        let constant = |parameter| default(parameter).as_constant().unwrap();
        backtest_panel(&BacktestSettings {
            seed: 1,
            calibration: CalibrationSettings {
                window: 18,
                price_persistence: constant(Parameter::PricePersistence),
                prior_years_max: constant(Parameter::PriorYearsMax),
            },
            persistence: default(Parameter::Persistence),
            dollar_drift: default(Parameter::DollarDrift),
            long_run_share_drift: 0.0,
        })
    })
}

/// Mean CRPS and coverage of the 90 % interval of a method.
fn score(part: usize, ahead: usize, method: usize) -> (f64, f64) {
    let summary = hindcast().summary(part, ahead, method).unwrap();
    (summary.crps, summary.coverage[2])
}

const AHEAD: [usize; 6] = [1, 2, 3, 5, 8, 10];

#[test]
fn the_hindcast_reproduces_the_table_of_the_normal_predictive() {
    // Mean CRPS and coverage of normal forecasts of the same equations, computed beforehand in another language, printed to three and
    // two digits. Drawn parameters, heavier tails and the fading of growth move a little.
    #[rustfmt::skip]
    let expected = [
        [(0.058, 0.91), (0.090, 0.92), (0.112, 0.93), (0.147, 0.95), (0.194, 0.96), (0.230, 0.96)],
        [(0.074, 0.88), (0.122, 0.84), (0.158, 0.83), (0.228, 0.82), (0.315, 0.80), (0.337, 0.83)],
    ];
    for (part, era) in expected.iter().enumerate() {
        for (ahead, (crps, coverage)) in AHEAD.into_iter().zip(era) {
            let (found, covered) = score(part, ahead, 0);
            assert!(
                (found / crps - 1.0).abs() <= 0.05,
                "era {part}, {ahead} years: {found} {crps}"
            );
            assert!(
                // Printed to two digits.
                (covered - coverage).abs() <= 0.03 + 0.005,
                "era {part}, {ahead} years: {covered} {coverage}"
            );
        }
    }
}

#[test]
fn from_two_years_on_the_model_is_ahead_of_every_simple_method_in_the_later_era() {
    for ahead in 2..=10 {
        let model = score(0, ahead, 0).0;
        for (method, name) in METHODS.iter().enumerate().skip(1) {
            assert!(model < score(0, ahead, method).0, "{ahead} years ahead: {name}");
        }
    }
}

#[test]
fn the_hindcast_in_the_page_is_the_programs() {
    let mut text = String::from(
        "| origins, window | method | 1 | 2 | 3 | 5 | 8 | 10 years ahead |\n|---|---|---|---|---|---|---|---|\n",
    );
    for (part, era) in ["2009–2023, 18 years", "1999–2008, 9 years"]
        .into_iter()
        .enumerate()
    {
        for (method, name) in METHODS.iter().enumerate() {
            let cells: Vec<String> = AHEAD
                .into_iter()
                .map(|ahead| {
                    let (crps, coverage) = score(part, ahead, method);
                    format!("{crps:.3} / {coverage:.2}")
                })
                .collect();
            writeln!(text, "| {era} | {name} | {} |", cells.join(" | ")).unwrap();
        }
    }
    assert_generated("docs/model.md", "hindcast", &text);
}

#[test]
fn the_scores_of_the_five_economies_stand_beside_published_ones() {
    // Published elsewhere, on dollar GDP of these economies, fitted from 2010 on.
    let published = [
        ("AutoETS", [0.0665, 0.1018, 0.1502]),
        ("AutoARIMA", [0.0653, 0.0944, 0.1595]),
        ("Theta", [0.0595, 0.0985, 0.1573]),
    ];
    let five = ["CHN", "JPN", "KOR", "MNG", "RUS"];
    let own = |method: usize| {
        [1, 3, 5].map(|ahead| {
            let scores: Vec<f64> = hindcast()
                .scores
                .iter()
                .filter(|score| (score.part, score.ahead, score.method) == (0, ahead, method))
                .filter(|score| five.contains(&score.economy.code()))
                .map(|score| score.crps)
                .collect();
            // Fifteen origins; early ones lack full windows of Russia and Mongolia, late ones the years ahead.
            assert!(scores.len() >= 40, "{}", scores.len());
            scores.iter().sum::<f64>() / scores.len() as f64
        })
    };
    let mut text = String::from("| method | 1 | 3 | 5 years ahead |\n|---|---|---|---|\n");
    let lines = [
        ("the model, origins 2009–2023", own(0)),
        ("random walk with drift, the same origins", own(2)),
    ];
    for (name, scores) in lines.into_iter().chain(published) {
        let cells = scores.map(|score| format!("{score:.4}").trim_start_matches('0').to_owned());
        writeln!(text, "| {name} | {} |", cells.join(" | ")).unwrap();
    }
    assert_generated("docs/model.md", "five", &text);
}

/// ln Y of the panel.
fn ln_gdp(code: Economy, year: i32) -> Option<f64> {
    Some(Panel::embedded().economy(code)?.gdp(year)?.ln())
}

fn sd(values: &[f64]) -> f64 {
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    let squares: f64 = values.iter().map(|value| (value - mean).powi(2)).sum();
    (squares / (values.len() as f64 - 1.0)).sqrt()
}

#[test]
fn gaps_between_economies_keep_their_dispersion() {
    let mut largest: Vec<(f64, Economy)> = Panel::embedded()
        .economies
        .iter()
        .filter_map(|entry| Some((entry.gdp(2025)?, entry.economy)))
        .collect();
    largest.sort_by(|a, b| b.partial_cmp(a).unwrap());
    let codes: Vec<Economy> = largest.iter().take(60).map(|(_, code)| *code).collect();
    let list: Vec<String> = codes.iter().map(|code| format!("\"{code}\"")).collect();
    let mut overrides = vec![
        format!("economies=[{}]", list.join(",")),
        "horizon=2030".to_owned(),
    ];
    overrides.extend(
        codes
            .iter()
            .map(|code| format!("baseline.{code}.initial_share=0.3")),
    );
    let overrides: Vec<&str> = overrides.iter().map(String::as_str).collect();
    let plan = plan(&overrides);
    // Five years after the last known one, 2025.
    let paths: Vec<Vec<f64>> = {
        let blocks = [block(&plan, 1, 0), block(&plan, 1, 1)];
        (0..plan.economies().len())
            .map(|place| {
                let lanes = |b: usize| (0..BLOCK).map(move |lane| (b, lane));
                let both = lanes(0).chain(lanes(1));
                both.map(|(b, lane)| blocks[b].at(0, place, Metric::Gdp, 9, lane).ln())
                    .collect()
            })
            .collect()
    };
    let order: Vec<Economy> = plan.economies().collect();
    let mut ratios = Vec::new();
    for i in 0..order.len() {
        for j in 0..i {
            let gap = |year: i32| Some(ln_gdp(order[i], year)? - ln_gdp(order[j], year)?);
            let changes: Vec<f64> = (1996..=2025)
                .filter_map(|year| Some(gap(year)? - gap(year - 5)?))
                .collect();
            let simulated: Vec<f64> = paths[i].iter().zip(&paths[j]).map(|(a, b)| a - b).collect();
            ratios.push(sd(&simulated) / sd(&changes));
        }
    }
    ratios.sort_by(|a, b| a.partial_cmp(b).unwrap());
    let median = ratios[ratios.len() / 2];
    assert!((0.8..=1.25).contains(&median), "{median}");
}

#[test]
fn ten_years_on_nobody_grows_faster_than_in_its_best_decade() {
    let plan = plan_of(&baseline(&[]));
    let summary = run(&plan, settings(20_000, 1));
    let data = history();
    // ln GDP of 2035 path by path, for its variance; ten years of the common drift have the variance (10 sd)².
    let blocks: Vec<_> = (0..8).map(|number| block(&plan, 1, number)).collect();
    let drift = default(Parameter::DollarDrift);
    let drift_sd = (drift.quantile(0.975) - drift.quantile(0.025)) / (2.0 * 1.959_963_984_540_054);
    let of_drift = |code: &str| {
        let place = plan
            .economies()
            .position(|economy| economy.code() == code)
            .unwrap();
        let paths = |block| (0..BLOCK).map(move |lane: usize| (block, lane));
        let values: Vec<f64> = blocks
            .iter()
            .flat_map(paths)
            .map(|(block, lane): (&super::common::Block, usize)| {
                block.at(0, place, Metric::Gdp, 14, lane).ln()
            })
            .collect();
        (10.0 * drift_sd / sd(&values)).powi(2)
    };
    let mut text = String::from(
        "| economy | GDP 2025, USD bn | median 2035 | 90 % interval | growth in dollars a year | its best decade since 2000 | variance from the common dollar drift |\n|---|---|---|---|---|---|---|\n",
    );
    for own in data.of_table() {
        let code = own.economy.code();
        let at = |year| {
            statistics(
                &summary,
                "baseline",
                jointly::outcomes::Comparison::Level,
                code,
                Metric::Gdp,
                year,
            )
        };
        let (now, then) = (at(2025), at(2035));
        assert!(now.sd <= 1e-12 * now.mean);
        let growth = (then.quantiles[2] / now.mean).ln() / 10.0;
        let best = (2010..=2025)
            .map(|year| (ln_gdp(own.economy, year).unwrap() - ln_gdp(own.economy, year - 10).unwrap()) / 10.0)
            .fold(f64::NEG_INFINITY, f64::max);
        assert!(growth < best, "{code}: {growth} {best}");
        // Three digits: the Monte Carlo error of a median is below 0.5 %.
        let round = |value: f64| {
            let unit = 10f64.powi(value.log10().floor() as i32 - 2);
            (value / unit).round() * unit
        };
        writeln!(
            text,
            "| {} | {:.0} | {:.0} | {:.0} to {:.0} | {:.1} % | {:.1} % | {:.0} % |",
            economy(code).name(),
            now.mean,
            round(then.quantiles[2]),
            round(then.quantiles[0]),
            round(then.quantiles[4]),
            100.0 * growth,
            100.0 * best,
            100.0 * of_drift(code)
        )
        .unwrap();
    }
    let group = statistics(
        &summary,
        "baseline",
        jointly::outcomes::Comparison::Level,
        "group",
        Metric::Gdp,
        2025,
    );
    assert!(
        group.sd <= 1e-12 * group.mean && (27_400.0..28_600.0).contains(&group.mean),
        "{}",
        group.mean
    );
    assert_generated("docs/model.md", "baseline", &text);
}

//! Every risk against its closed form. Tolerances are four Monte Carlo standard errors, or a Kolmogorov–Smirnov test at a
//! false-alarm rate of 10⁻⁴; seeds are fixed, so a test that passes keeps passing.

use jointly::{base::Metric, random::BLOCK};
use statrs::distribution::{Beta, ContinuousCDF, LogNormal, Uniform};

use crate::common::{self, Block, assert_share, block, each_path, plan_of, replaced, scenario};

/// China and Korea without any risk.
const CALM: &str = r#"
    economies = ["CHN", "KOR"]
    model.rupture_loss = 0
    model.cyber_hazard = 0
    model.decay = 0
    model.trade_income = 0
    tension.CHN-KOR.hazard = 0
"#;

/// A trade lever that delivers in full from its first year: the extra digital economy shows exactly when, and how much, it works.
const PROBE: &str = r#"
    kind = "digital_free_trade_zone"
    partners = ["CHN", "KOR"]
    start = 2022
    scale = 3
    delay_years = 0
    ramp_years = 0
    success = 1
    effectiveness = 1
    trade_base = 300
    covered_share = 1
    trade_gain = 0.5
    digital_content = 1
"#;

/// What an option adds to the digital economy of a place.
fn extra(block: &Block, option: usize, place: usize, step: usize, lane: usize) -> f64 {
    let at = |option| block.at(option, place, Metric::DigitalEconomy, step, lane);
    at(option) - at(0)
}

/// Whether the probe delivers.
fn delivers(block: &Block, option: usize, place: usize, step: usize, lane: usize) -> bool {
    extra(block, option, place, step, lane) > 0.0
}

/// A text with some lines in the place of those that set the same keys.
fn text(lines: &str, probe: &str) -> String {
    format!(
        "{}[levers.probe]\n{}",
        replaced(CALM, lines),
        replaced(PROBE, probe)
    )
}

/// √n times the Kolmogorov–Smirnov distance; critical at 2.225.
#[track_caller]
fn assert_distributed(mut sample: Vec<f64>, cdf: impl Fn(f64) -> f64) {
    sample.sort_by(f64::total_cmp);
    let n = sample.len() as f64;
    let distance = sample
        .iter()
        .enumerate()
        .map(|(rank, x)| {
            let p = cdf(*x);
            (p - rank as f64 / n).abs().max(((rank + 1) as f64 / n - p).abs())
        })
        .fold(0.0, f64::max);
    assert!(
        n > 1000.0 && distance * n.sqrt() < 2.225,
        "{} of {n}",
        distance * n.sqrt()
    );
}

const PATHS: u64 = 20;
const N: f64 = (PATHS * BLOCK as u64) as f64;

#[test]
fn tension_follows_its_markov_chain_to_the_stationary_share() {
    for (hazard, duration, start) in [
        (0.1, 2.5, 0.0),
        (0.3, 5.0, 1.0),
        (0.0, 10.0, 1.0),
        (0.05, 1.0, 1.0),
    ] {
        // A calm year cannot be followed by a tense one if tense years last one year and ln(duration) is 0.
        let hazard = f64::min(hazard, f64::ln(duration));
        let plan = plan_of(&scenario(&text(
            &format!(
                "model.severity = 1\nhorizon = 2081\ntension.CHN-KOR.hazard = {hazard}\n\
                 tension.CHN-KOR.duration = {duration}\ntension.CHN-KOR.tense_at_start = {start}"
            ),
            "",
        )));
        let mut tense = [0.0; 61];
        each_path(&plan, 1, PATHS, |block, lane| {
            for (step, count) in tense.iter_mut().enumerate().skip(1) {
                let works = delivers(block, 1, 1, step, lane);
                *count += if works { 0.0 } else { 1.0 };
            }
        });
        let turn = 1.0 - f64::exp(-hazard);
        let stay = 1.0 - 1.0 / duration;
        let mut probability = start;
        for count in &tense[1..] {
            probability = probability * stay + (1.0 - probability) * turn;
            assert_share(*count, N, probability);
        }
        let stationary = turn / (turn + 1.0 / duration);
        // The chain forgets its start at the rate of stay − turn a year.
        assert!((probability - stationary).abs() <= (stay - turn).abs().powi(60) + 1e-12);
        if hazard > 0.0 {
            assert_share(tense[60], N, stationary);
        }
    }
}

#[test]
fn stated_years_are_tense_on_every_path_and_the_chain_goes_on_from_there() {
    let plan = plan_of(&scenario(&text(
        "model.severity = 1\nhorizon = 2032\nmodel.rupture_loss = 0.1\n\
         tension.CHN-KOR.duration = 4\ntension.CHN-KOR.tense_years = [2028, 2029]",
        "",
    )));
    let calm = plan_of(&scenario(&text(
        "horizon = 2032\ntension.CHN-KOR.duration = 4",
        "",
    )));
    let mut tense = [0.0; 12];
    for number in 0..8 {
        let (found, without) = (block(&plan, 1, number), block(&calm, 1, number));
        for lane in 0..BLOCK {
            for (step, count) in tense.iter_mut().enumerate().skip(1) {
                *count += if delivers(&found, 1, 1, step, lane) {
                    0.0
                } else {
                    1.0
                };
                // The rupture strikes Korea in the first stated year alone, in the baseline too.
                let gdp = |block: &Block| block.at(0, 1, Metric::Gdp, step, lane);
                let left = gdp(&found) / gdp(&without);
                assert!(
                    (left - if step == 7 { 0.9 } else { 1.0 }).abs() < 1e-12,
                    "{step} {left}"
                );
            }
        }
    }
    for (step, count) in tense.into_iter().enumerate().skip(1) {
        let expected = match step {
            7 | 8 => 1.0,
            // Tense years last on with a chance of 3/4; a calm pair stays calm.
            9.. => 0.75f64.powi(step as i32 - 8),
            _ => 0.0,
        };
        assert_share(count, 8.0 * BLOCK as f64, expected);
    }
}

#[test]
fn a_hazard_too_high_for_the_duration_is_cut_off() {
    // 1 − exp(−h) may not exceed 1 − 1/duration, so that h = 0.9 counts as ln 2 with a duration of two years.
    let plan = plan_of(&scenario(&text(
        "model.severity = 1\nhorizon = 2022\ntension.CHN-KOR.hazard = { uniform = [0.9, 0.95] }\n\
         tension.CHN-KOR.duration = 2",
        "",
    )));
    let mut tense = 0.0;
    each_path(&plan, 2, PATHS, |block, lane| {
        let works = delivers(block, 1, 1, 1, lane);
        tense += if works { 0.0 } else { 1.0 };
    });
    assert_share(tense, N, 0.5);
}

#[test]
fn severity_is_the_part_of_delivery_that_tension_takes() {
    // Tense from the start with a chance of 99 % a year to stay; trade grows by exp(τ I Q).
    let plan = plan_of(&scenario(&text(
        "model.severity = 0.4\nhorizon = 2022\ntension.CHN-KOR.duration = 100\n\
         tension.CHN-KOR.tense_at_start = 1",
        "",
    )));
    let intensity: f64 = 3.0 / (3.0 + 3.0);
    let (mut tense, mut calm) = (0.0, 0.0);
    each_path(&plan, 2, 8, |block, lane| {
        let gdp = |option, place| block.at(option, place, Metric::Gdp, 1, lane);
        let start = |place| block.at(0, place, Metric::Gdp, 0, lane);
        let covered = 300.0 * (gdp(0, 0) / start(0) * gdp(0, 1) / start(1)).sqrt();
        // All of ΔX = X (exp(τ I Q) − 1) is digital.
        let extra = extra(block, 1, 1, 1, lane);
        let quality = (extra / covered).ln_1p() / (0.5 * intensity);
        if (quality - 0.6).abs() < 1e-9 {
            tense += 1.0;
        } else {
            assert!((quality - 1.0).abs() < 1e-9, "{quality}");
            calm += 1.0;
        }
    });
    assert_share(tense, tense + calm, 0.99);
}

#[test]
fn ruptures_come_at_their_rate_and_cost_both_economies_in_their_first_year_only() {
    let hazard = 0.2;
    let lines = format!("tension.CHN-KOR.hazard = {hazard}\ntension.CHN-KOR.duration = 3\nhorizon = 2041");
    let with = plan_of(&scenario(&text(
        &format!("{lines}\nmodel.rupture_loss = 0.08"),
        "",
    )));
    let without = plan_of(&scenario(&text(&lines, "")));
    let mut onsets = [0.0; 21];
    for number in 0..PATHS {
        let (with, without) = (block(&with, 4, number), block(&without, 4, number));
        for lane in 0..BLOCK {
            for (step, count) in onsets.iter_mut().enumerate() {
                let ratio = |place| {
                    with.at(0, place, Metric::Gdp, step, lane) / without.at(0, place, Metric::Gdp, step, lane)
                };
                let (china, korea) = (ratio(0), ratio(1));
                if korea < 1.0 {
                    *count += 1.0;
                    // Korea is the smaller, China bears a tenth.
                    assert!((korea - 0.92).abs() < 1e-14 && (china - 0.992).abs() < 1e-14);
                } else {
                    assert!(korea == 1.0 && china == 1.0);
                }
                // A rupture takes nothing from the share.
                let share = |block: &common::Block| block.at(0, 1, Metric::Share, step, lane);
                assert!((share(&with) / share(&without) - 1.0).abs() < 1e-14);
            }
        }
    }
    assert_eq!(onsets[0], 0.0);
    let turn = 1.0 - f64::exp(-hazard);
    let mut tense = 0.0;
    for (step, count) in onsets.iter().enumerate().skip(1) {
        // GDP through 2025 is known, whatever the relations were.
        let seen = if step <= 4 { 0.0 } else { (1.0 - tense) * turn };
        assert_share(*count, N, seen);
        tense = tense * (1.0 - 1.0 / 3.0) + (1.0 - tense) * turn;
    }
    // In the long run a rupture every 1/h' + d years.
    assert_share(onsets[20], N, 1.0 / (1.0 / turn + 3.0));
}

#[test]
fn incidents_come_at_their_rate_and_better_security_makes_them_rarer() {
    let (hazard, protection) = (0.3, 4.0);
    let lines = format!(
        "model.cyber_protection = {protection}\nmodel.cyber_loss = {{ beta = {{ mean = 0.2, sd = 0.1 }} }}\nhorizon = 2030"
    );
    // An option that raises the security of both by two logit points.
    let security = "creation = 4\nlearning = 0\nweights = { governance-production = 1 }\ntrade_gain = 0";
    let with = plan_of(&scenario(&text(
        &format!("{lines}\nmodel.cyber_hazard = {hazard}"),
        security,
    )));
    let without = plan_of(&scenario(&text(&lines, security)));
    let (mut found, mut expected, mut variance) = ([0.0; 2], [0.0; 2], [0.0; 2]);
    let mut losses = Vec::new();
    for number in 0..PATHS {
        let (with, without) = (block(&with, 4, number), block(&without, 4, number));
        for lane in 0..BLOCK {
            for place in 0..2 {
                assert_eq!(
                    with.at(0, place, Metric::DigitalEconomy, 0, lane),
                    without.at(0, place, Metric::DigitalEconomy, 0, lane),
                    "the base year is data"
                );
                for step in 1..=4 {
                    assert_eq!(
                        with.at(0, place, Metric::Gdp, step, lane),
                        without.at(0, place, Metric::Gdp, step, lane),
                        "a known year is data"
                    );
                }
                for step in 5..=9 {
                    let mut struck = [false; 2];
                    for option in 0..2 {
                        let of = |block: &common::Block, metric| block.at(option, place, metric, step, lane);
                        let score = of(&with, Metric::GovernanceProduction);
                        let p = 1.0 - (-hazard * (-protection * (score - 0.5)).exp()).exp();
                        let ratio = of(&with, Metric::DigitalEconomy) / of(&without, Metric::DigitalEconomy);
                        struck[option] = ratio < 1.0;
                        found[option] += if struck[option] { 1.0 } else { 0.0 };
                        expected[option] += p;
                        variance[option] += p * (1.0 - p);
                        // GDP loses half of what the digital economy loses: 0.5 · loss · s.
                        let share = of(&without, Metric::Share);
                        let gdp = of(&with, Metric::Gdp) / of(&without, Metric::Gdp);
                        assert!((gdp - (1.0 - 0.5 * (1.0 - ratio) * share)).abs() < 1e-13);
                        if struck[0] && option == 0 {
                            losses.push(1.0 - ratio);
                        }
                    }
                    assert!(struck[0] || !struck[1], "security made an incident");
                }
            }
        }
    }
    for option in 0..2 {
        let z = (found[option] - expected[option]) / variance[option].sqrt();
        assert!(
            z.abs() < 4.0,
            "option {option}: {} expected {}",
            found[option],
            expected[option]
        );
    }
    assert!(found[1] < 0.9 * found[0], "{found:?}");
    // Losses are beta, and their mean is 0.2.
    let mean = losses.iter().sum::<f64>() / losses.len() as f64;
    assert!((mean - 0.2).abs() < 4.0 * 0.1 / (losses.len() as f64).sqrt());
    let size = 0.2 * 0.8 / 0.01 - 1.0;
    let beta = Beta::new(0.2 * size, 0.8 * size).unwrap();
    assert_distributed(losses, |x| beta.cdf(x));
}

#[test]
fn relief_lowers_the_hazard_in_proportion_and_levers_multiply() {
    let hazard = 0.6;
    let talks = |id: &str, scale: f64, relief: f64| {
        format!(
            "[levers.{id}]\nkind = \"policy_coordination\"\npartners = [\"CHN\", \"KOR\"]\nstart = 2022\nscale = {scale}\n\
             delay_years = 0\nramp_years = 0\nsuccess = 1\neffectiveness = 1\ntension_relief = {relief}\n"
        )
    };
    let plan = plan_of(&scenario(&format!(
        "{}{}{}[options]\nalone = [\"probe\"]\none = [\"probe\", \"a\"]\ntwo = [\"probe\", \"a\", \"b\"]\n",
        text(
            &format!(
                "model.severity = 1\nhorizon = 2022\ntension.CHN-KOR.hazard = {hazard}\ntension.CHN-KOR.duration = 2"
            ),
            ""
        ),
        talks("a", 3.0, 0.8),
        talks("b", 1.0, 0.4)
    )));
    let mut tense = [0.0; 3];
    each_path(&plan, 1, PATHS, |block, lane| {
        for (option, count) in tense.iter_mut().enumerate() {
            let works = delivers(block, option + 1, 0, 1, lane);
            *count += if works { 0.0 } else { 1.0 };
        }
    });
    // Intensities are 3/4 and 1/2.
    for (count, kept) in tense.into_iter().zip([1.0, 1.0 - 0.6, (1.0 - 0.6) * (1.0 - 0.2)]) {
        assert_share(count, N, 1.0 - f64::exp(-hazard * kept));
    }
}

#[test]
fn success_is_a_share_of_paths() {
    let plan = plan_of(&scenario(&text("horizon = 2022", "success = 0.37")));
    let mut works = 0.0;
    each_path(&plan, 3, PATHS, |block, lane| {
        let both = [0, 1].map(|place| delivers(block, 1, place, 1, lane));
        assert_eq!(both[0], both[1], "a lever fails for everyone");
        works += if both[0] { 1.0 } else { 0.0 };
        assert!(block.costs[0][lane] > 0.0, "a lever that fails is paid");
    });
    assert_share(works, N, 0.37);
}

#[test]
fn delay_moves_the_first_year() {
    let plan = plan_of(&scenario(&text(
        "horizon = 2030",
        "delay_years = { uniform = [0.5, 4.5] }",
    )));
    let delay = Uniform::new(0.5, 4.5).unwrap();
    let mut working = [0.0; 10];
    each_path(&plan, 3, PATHS, |block, lane| {
        for (step, count) in working.iter_mut().enumerate().skip(1) {
            let works = delivers(block, 1, 1, step, lane);
            *count += if works { 1.0 } else { 0.0 };
        }
    });
    // Operation in 2022 means a delay below one year: x = t + 1 − (start + delay) > 0.
    for (step, count) in working.into_iter().enumerate().skip(1) {
        assert_share(count, N, delay.cdf(step as f64));
    }
}

#[test]
fn effectiveness_scales_delivery() {
    let plan = plan_of(&scenario(&text(
        "horizon = 2022",
        "effectiveness = { beta = { mean = 0.64, sd = 0.27 } }",
    )));
    let mut sample = Vec::new();
    each_path(&plan, 3, PATHS, |block, lane| {
        let gdp = |option, place| block.at(option, place, Metric::Gdp, 1, lane);
        let start = |place| block.at(0, place, Metric::Gdp, 0, lane);
        let covered = 300.0 * (gdp(0, 0) / start(0) * gdp(0, 1) / start(1)).sqrt();
        let extra = extra(block, 1, 1, 1, lane);
        // Half intensity times effectiveness, and τ = 0.5.
        sample.push((extra / covered).ln_1p() / 0.25);
    });
    let size = 0.64 * 0.36 / (0.27 * 0.27) - 1.0;
    let beta = Beta::new(0.64 * size, 0.36 * size).unwrap();
    assert_distributed(sample, |x| beta.cdf(x.clamp(0.0, 1.0)));
}

#[test]
fn overruns_multiply_the_capital_cost() {
    let plan = plan_of(&scenario(&text(
        "",
        "capital_cost = 500\nrunning_cost = 0\ncost_overrun = { lognormal = { median = 1.25, p95 = 2.1 } }",
    )));
    let mut sample = Vec::new();
    each_path(&plan, 3, PATHS, |block, lane| {
        // Three units at 500 m, built in the first year, which is not discounted.
        sample.push(block.costs[0][lane] / 1.5);
    });
    let spread = (2.1f64 / 1.25).ln() / 1.644_853_626_951_472_7;
    let mean = sample.iter().sum::<f64>() / N;
    // The mean of a lognormal; its coefficient of variation gives the standard error. Bounds cut off nothing that matters.
    let expected = 1.25 * (0.5 * spread * spread).exp();
    let sd = expected * ((spread * spread).exp_m1()).sqrt();
    assert!((mean - expected).abs() < 4.0 * sd / N.sqrt(), "{mean} {expected}");
    let lognormal = LogNormal::new(1.25f64.ln(), spread).unwrap();
    assert_distributed(sample, |x| lognormal.cdf(x));
}

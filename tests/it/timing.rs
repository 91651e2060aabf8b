//! When to start and what to wait for: against paths that are read from the model directly, and as users meet it.

use jointly::{
    analysis::{TimingAnswer, TimingPlan},
    base::Selector,
    engine::Progress,
    scenario::Scenario,
};

use crate::common::{self, WAITING, each_path, jointly, json, plan_of, printed_on_80, settings};

const SCENARIO: &str = "scenarios/mongolia-digital-divide.toml";
const PATHS: u64 = 512;
const LEVERS: &str = r#"
horizon = 2032
economies = ["CHN", "KOR"]
[levers.early]
kind = "joint_laboratories"
partners = ["CHN", "KOR"]
start = 2025
scale = 50
[levers.late]
kind = "talent_exchange"
partners = ["CHN", "KOR"]
start = 2028
scale = 2
"#;

/// The net present value of the only option, and China's GDP in 2026 under it, on every path.
fn paths(scenario: &Scenario) -> Vec<(f64, f64)> {
    let mut found = Vec::new();
    each_path(&plan_of(scenario), 3, 1, |block, lane| {
        let benefit: f64 = (0..2).map(|economy| block.extra_gdp[1][economy][lane]).sum();
        let cost: f64 = block.outlays[1]
            .iter()
            .enumerate()
            .map(|(year, paid)| discounted(paid[lane], year))
            .sum();
        found.push((
            benefit - cost,
            block.at(1, 0, jointly::base::Metric::Gdp, 2026 - 2021, lane),
        ));
    });
    found
}

/// What is paid so many years after 2022, in 2025.
fn discounted(paid: f64, year: usize) -> f64 {
    paid * 1.05_f64.powi(2025 - 2022 - year as i32)
}

fn timing(text: &str, levers: Vec<(String, Vec<i32>)>) -> TimingAnswer {
    let scenario = common::scenario(text);
    let data = common::history();
    let npv = Selector::parse("money.npv").unwrap();
    let option = scenario.options[0].name.clone();
    let timing = TimingPlan::new(&data, &scenario, &option, &npv, levers, settings(PATHS, 3)).unwrap();
    timing
        .run(&Progress::default())
        .unwrap_or_else(|error| panic!("{error:?}"))
}

fn mean(values: impl Iterator<Item = f64>) -> f64 {
    let values: Vec<f64> = values.collect();
    values.iter().sum::<f64>() / values.len() as f64
}

#[test]
fn start_years_are_those_of_files_that_start_then() {
    let years = [2028, 2030, 2032];
    let found = timing(LEVERS, vec![("late".to_owned(), years.to_vec())]);
    let lever = &found.levers[0];
    // Money stays discounted to 2025, when the other lever starts.
    let values: Vec<Vec<f64>> = years
        .iter()
        .map(|year| {
            let text = LEVERS.replace("start = 2028", &format!("start = {year}"));
            paths(&common::scenario(&text))
                .into_iter()
                .map(|(net, _)| net)
                .collect()
        })
        .collect();
    for (own, year) in values.iter().zip(&lever.years) {
        let expected = mean(own.iter().copied());
        assert!(
            (year.value.value - expected).abs() <= 1e-9 * (1.0 + expected.abs()),
            "{year:?} {expected}"
        );
        let ahead = mean(own.iter().zip(&values[0]).map(|(own, first)| own - first));
        assert!((year.ahead.value - ahead).abs() <= 1e-9);
    }
    let half = |own: &Vec<f64>, odd: usize| {
        mean(
            (0..PATHS as usize)
                .filter(|path| path / 64 % 2 == odd)
                .map(|path| own[path]),
        )
    };
    let best = (0..3)
        .max_by(|one, other| half(&values[*one], 0).total_cmp(&half(&values[*other], 0)))
        .unwrap();
    assert_eq!(lever.best, best);
    assert!((lever.waiting.value - (half(&values[best], 1) - half(&values[0], 1))).abs() <= 1e-9);
    assert!(
        (lever.years.iter().map(|year| year.best).sum::<f64>() - 1.0).abs() < 1e-12
            && lever.perfect.value >= 0.0
    );
}

#[test]
fn a_rule_is_worth_what_the_model_gives_with_and_without_it() {
    let base = "[options]\nboth = [\"early\", \"late\"]\n";
    let rule = |threshold: f64| {
        format!("{LEVERS}{base}[rules.sign]\nwhen = \"CHN.gdp@2026 > {threshold}\"\nthen = \"late\"\n")
    };
    let found = timing(&rule(19_000.0), Vec::new());
    let sign = &found.rules[0];
    let nets = |text: &str| -> Vec<f64> {
        paths(&common::scenario(text))
            .into_iter()
            .map(|(net, _)| net)
            .collect()
    };
    let always = nets(&format!("{LEVERS}{base}"));
    let never = nets(&format!("{LEVERS}[options]\nboth = [\"early\"]\n"));
    // As stated, over all futures, from the model with the rule in it.
    let ruled = nets(&rule(19_000.0));
    let differ = |one: &[f64], other: &[f64]| mean(one.iter().zip(other).map(|(one, other)| one - other));
    assert!((sign.stated.over_never.value - differ(&ruled, &never)).abs() <= 1e-9);
    assert!((sign.stated.over_always.value - differ(&ruled, &always)).abs() <= 1e-9);
    let looked: Vec<f64> = paths(&common::scenario(&format!("{LEVERS}{base}")))
        .into_iter()
        .map(|(_, gdp)| gdp)
        .collect();
    let starts = looked.iter().filter(|gdp| **gdp > 19_000.0).count() as f64 / PATHS as f64;
    assert_eq!(sign.stated.starts, starts);
    // The threshold is that of brute force over every value on the groups of 64 paths of even number.
    let gain = |threshold: f64, odd: usize| {
        mean(
            (0..PATHS as usize)
                .filter(|path| path / 64 % 2 == odd)
                .map(|path| {
                    if looked[path] > threshold {
                        always[path] - never[path]
                    } else {
                        0.0
                    }
                }),
        )
    };
    let candidates = looked.chunks(64).step_by(2).flatten().copied();
    let best = candidates
        .chain([f64::NEG_INFINITY, f64::INFINITY])
        .map(|threshold| gain(threshold, 0))
        .fold(f64::NEG_INFINITY, f64::max);
    match sign.chosen {
        Some(chosen) => {
            let threshold = chosen.threshold.unwrap();
            assert!((gain(threshold, 0) - best).abs() <= 1e-9);
            assert!((chosen.over_never.value - gain(threshold, 1)).abs() <= 1e-9);
        }
        None => assert!((best - gain(f64::NEG_INFINITY, 0).max(0.0)).abs() <= 1e-9),
    }
}

#[test]
fn the_answer_fits_a_screen_and_is_the_same_at_any_number_of_threads() {
    let folder = tempfile::tempdir().unwrap();
    let (page, out) = (folder.path().join("page.html"), folder.path().join("out"));
    let base = [&WAITING[..], &["--paths", "500"]].concat();
    let answer = printed_on_80(&base);
    assert!(answer.lines().count() <= 30, "{answer}");
    assert!(
        answer.lines().all(|line| line.chars().count() <= 80) && !answer.contains("NaN"),
        "{answer}"
    );
    let threads = |count: &str| printed_on_80(&[&base[..], &["--json", "--threads", count]].concat());
    assert_eq!(threads("1"), threads("3"));
    let names = [page.display().to_string(), out.display().to_string()];
    printed_on_80(
        &[
            &base[..],
            &["--out", &names[1], "--parquet", "--report", &names[0]],
        ]
        .concat(),
    );
    assert!(std::fs::read_to_string(&page).unwrap().len() < 900_000);
    for name in [
        "start_years.csv",
        "signposts.csv",
        "signposts.parquet",
        "timing.json",
        "run.json",
        "metadata.json",
    ] {
        assert!(out.join(name).exists(), "{name}");
    }
    let found = json(&base);
    assert_eq!(found["timing"]["rules"].as_array().unwrap().len(), 1);
}

#[test]
fn what_cannot_be_timed_is_refused_with_a_hint() {
    for (arguments, expected) in [
        (
            vec!["timing", "scenarios/baseline.toml"],
            "there is nothing to start",
        ),
        (vec!["timing", SCENARIO, "--option", "national"], "--option"),
        (
            vec!["timing", SCENARIO, "--lever", "network"],
            "did you mean `networks`",
        ),
        (
            vec!["timing", SCENARIO, "--lever", "networks", "--lever", "networks"],
            "is given twice",
        ),
        (vec!["timing", SCENARIO, "--years", "2026"], "expected two years"),
        (
            vec!["timing", SCENARIO, "--years", "2028..2026"],
            "are not two years or more",
        ),
        (vec!["timing", SCENARIO, "--years", "2026..2040"], "cannot start"),
        (vec!["timing", SCENARIO, "--maximize", "MNG.gpd"], "--maximize"),
        (vec!["timing", SCENARIO, "--paths", "1e8"], "too many to keep"),
    ] {
        let assert = jointly(&arguments).assert().code(2);
        let text = String::from_utf8(assert.get_output().stderr.clone()).unwrap();
        assert!(text.contains(expected), "{arguments:?}: {text}");
        assert!(assert.get_output().stdout.is_empty());
    }
}

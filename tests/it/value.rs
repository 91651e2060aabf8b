//! What it is worth to know more: against closed forms, against the regret of a comparison, and as users meet it.

use jointly::{
    decision::{Decision, StudyData, Worth},
    random::{Generator, Stream},
};
use serde_json::Value;
use statrs::{
    distribution::{Continuous, ContinuousCDF, Normal},
    function::beta::ln_beta,
};

use crate::common::{jointly, json, printed_on_80};

const SCENARIO: &str = "scenarios/china-korea-smart-cities.toml";

/// So many standard normal numbers.
fn normal(name: &str, seed: u64, paths: usize) -> Vec<f64> {
    let mut values = vec![0.0; paths];
    Generator::new(seed, Stream::named(name), 0).fill_normal(&mut values);
    values
}

/// E max(0, X) − 1 for a normal X of mean 1: what it is worth to know X before choosing between it and 0.
fn closed_form(sd: f64) -> f64 {
    let standard = Normal::new(0.0, 1.0).unwrap();
    sd * standard.pdf(1.0 / sd) + standard.cdf(1.0 / sd) - 1.0
}

#[test]
fn worths_hold_the_closed_forms_of_a_normal_choice_in_nine_of_ten_seeds() {
    const PATHS: usize = 2000;
    let posterior = (10.0_f64 / 11.0).sqrt();
    let truths = [5.0_f64.sqrt(), 1.0, 2.0, posterior].map(closed_form);
    for (truth, published) in truths.iter().zip([0.4798, 0.0833, 0.3956, 0.0723]) {
        assert!((truth - published).abs() < 5e-5, "{truth} {published}");
    }
    let [everything, first, second, study] = truths;
    // Everything, both inputs with the dummy, p1, p2, the dummy, the study.
    let truths = [everything, everything, first, second, 0.0, study];
    let mut held = [0; 6];
    let mut sums = [0.0; 6];
    for seed in 0..200 {
        let p1: Vec<f64> = normal("p1", seed, PATHS).iter().map(|z| 1.0 + z).collect();
        let p2: Vec<f64> = normal("p2", seed, PATHS).iter().map(|z| 2.0 * z).collect();
        let nothing = vec![0.0; PATHS];
        let net = p1.iter().zip(&p2).map(|(p1, p2)| p1 - p2).collect();
        let ten = StudyData::Normal { size: 10, sd: 1.0 };
        let results = ten.observe(&p1, seed, Stream::named("study of p1")).unwrap();
        let decision = Decision::new(&[nothing, net], &[p1, p2, normal("dummy", seed, PATHS)]).unwrap();
        let inputs = [0, 1, 2].map(|input| decision.input(input));
        let (pair, all) = (decision.set(&[0, 1], &[]), decision.set(&[0, 1, 2], &inputs));
        let study = decision.study(0, &results);
        // Whoever knows more has no less.
        assert!(inputs[0].value.max(inputs[1].value) <= pair.value && all.value <= decision.perfect().value);
        assert!(study.value <= inputs[0].value);
        let found = [decision.perfect(), all, inputs[0], inputs[1], inputs[2], study];
        for (position, (worth, truth)) in found.iter().zip(truths).enumerate() {
            let Worth {
                bracket,
                interval,
                value,
                ..
            } = worth;
            assert!(0.0 <= interval[0] && interval[0] <= bracket[0] && bracket[0] <= *value);
            assert!(*value <= bracket[1] && bracket[1] <= interval[1]);
            held[position] += usize::from(interval[0] <= truth && truth <= interval[1]);
            sums[position] += value / 200.0;
        }
    }
    for (position, (held, truth)) in held.iter().zip(truths).enumerate() {
        assert!(*held >= 180, "{position}: {held} of 200");
        // The spread of a choice's gain is at most 1.5, so that the mean of 200 seeds errs by 4 · 1.5 / √400,000, and the regression by some
        // percent at 2,000 paths.
        assert!(
            (sums[position] - truth).abs() < 0.0095 + 0.02 * truth,
            "{position}: {} {truth}",
            sums[position]
        );
    }
}

#[test]
fn a_product_of_a_yes_or_no_and_a_size_is_learned_as_a_whole() {
    // Net benefit S · exp(z) − 0.9 with S yes in 60 %, noise of standard deviation 2 that cannot be learned on top: knowing both S
    // and z is worth E max(0, S exp(z) − 0.9) − max(0, mean), of a lognormal call option.
    const PATHS: usize = 20_000;
    let standard = Normal::new(0.0, 1.0).unwrap();
    let depth = -0.9_f64.ln();
    let call = 0.5_f64.exp() * standard.cdf(depth + 1.0) - 0.9 * standard.cdf(depth);
    let truth = 0.6 * call - (0.6 * 0.5_f64.exp() - 0.9).max(0.0);
    let limit = standard.inverse_cdf(0.6);
    for seed in 0..3 {
        let size = normal("size", seed, PATHS);
        let works: Vec<f64> = normal("works", seed, PATHS)
            .iter()
            .map(|z| if *z < limit { 1.0 } else { 0.0 })
            .collect();
        let noise = normal("noise", seed, PATHS);
        let net = (0..PATHS)
            .map(|path| works[path] * size[path].exp() - 0.9 + 2.0 * noise[path])
            .collect();
        let decision = Decision::new(&[vec![0.0; PATHS], net], &[size, works]).unwrap();
        let both = decision.set(&[0, 1], &[]);
        assert!(
            both.interval[0] <= truth && truth <= both.interval[1],
            "{both:?} {truth}"
        );
        assert!(both.value > decision.input(0).value.max(decision.input(1).value));
    }
}

#[test]
fn a_study_of_yes_and_no_has_the_worth_of_the_beta_binomial() {
    // p ~ Beta(2, 3), net benefit p − 0.45: after y of 8 times yes it is (2 + y) / 13 − 0.45.
    const PATHS: usize = 20_000;
    let ln_choose = |n: f64, k: f64| -(n + 1.0).ln() - ln_beta(n - k + 1.0, k + 1.0);
    let truth: f64 = (0..=8)
        .map(f64::from)
        .map(|yes| {
            let weight = (ln_choose(8.0, yes) + ln_beta(2.0 + yes, 11.0 - yes) - ln_beta(2.0, 3.0)).exp();
            weight * ((2.0 + yes) / 13.0 - 0.45).max(0.0)
        })
        .sum();
    let prior = statrs::distribution::Beta::new(2.0, 3.0).unwrap();
    let mut uniform = vec![0.0; PATHS];
    Generator::new(5, Stream::named("p"), 0).fill_uniform(&mut uniform);
    let p: Vec<f64> = uniform.iter().map(|u| prior.inverse_cdf(*u)).collect();
    let results = StudyData::YesNo { size: 8 }
        .observe(&p, 5, Stream::named("study"))
        .unwrap();
    let net = p.iter().map(|p| p - 0.45).collect();
    let decision = Decision::new(&[vec![0.0; PATHS], net], &[p]).unwrap();
    let worth = decision.study(0, &results);
    assert!(
        worth.interval[0] <= truth && truth <= worth.interval[1],
        "{worth:?} {truth}"
    );
    // An input that is no probability cannot be observed so.
    assert!(
        StudyData::YesNo { size: 8 }
            .observe(&[1.5], 5, Stream::named("study"))
            .is_none()
    );
}

#[test]
fn everything_is_worth_the_least_mean_regret_of_the_comparison() {
    let futures = ["--paths", "1500", "--seed", "3"];
    let value = json(&[&["value", SCENARIO], &futures[..]].concat());
    let compared = json(&[&["compare", SCENARIO, "--outcome", "money.npv"], &futures[..]].concat());
    let robustness = compared["comparison"]["outcomes"][0]["comparison"]["robustness"]
        .as_array()
        .unwrap();
    let regrets = robustness
        .iter()
        .map(|option| option["regret"]["mean"]["value"].as_f64().unwrap());
    let least = regrets.fold(f64::INFINITY, f64::min);
    let perfect = value["value"]["perfect"]["value"].as_f64().unwrap();
    assert!((perfect - least).abs() <= 1e-9 * least, "{perfect} {least}");
    // Sets are worth no less than their parts, and everything no less than any set.
    let worth = |of: &Value| of["worth"]["value"].as_f64().unwrap();
    let learnable = value["value"]["learnable"]["value"].as_f64().unwrap();
    assert!(learnable <= perfect);
    for group in value["value"]["groups"].as_array().unwrap() {
        assert!(worth(group) <= learnable);
    }
    let input = |name: &str| {
        let inputs = value["value"]["inputs"].as_array().unwrap();
        worth(inputs.iter().find(|input| input["name"] == name).unwrap())
    };
    let group = |name: &str| {
        let groups = value["value"]["groups"].as_array().unwrap();
        worth(groups.iter().find(|group| group["name"] == name).unwrap())
    };
    assert!(input("levers.smart-cities.success") <= group("levers.smart-cities"));
    // The curve at the value of the study is the study.
    let curve = value["value"]["curve"].as_array().unwrap();
    let at = curve.iter().find(|point| point["worth"] == 1.0).unwrap();
    let losses = at["losses"]
        .as_array()
        .unwrap()
        .iter()
        .map(|loss| loss["value"].as_f64().unwrap());
    assert!((losses.fold(f64::INFINITY, f64::min) - perfect).abs() <= 1e-9 * perfect);
}

#[test]
fn the_answer_fits_a_screen_and_every_format_says_the_same_at_any_number_of_threads() {
    let folder = tempfile::tempdir().unwrap();
    let page = folder.path().join("page.html");
    let out = folder.path().join("out");
    let study = "levers.smart-cities.creation=10 sd 0.02 cost 0.1";
    let base = ["value", SCENARIO, "--paths", "1000", "--study", study];
    let answer = printed_on_80(&base);
    assert!(answer.lines().count() <= 30, "{answer}");
    assert!(answer.lines().all(|line| line.chars().count() <= 80), "{answer}");
    assert!(!answer.contains("NaN") && !answer.contains("inf "), "{answer}");
    let threads = |count: &str| printed_on_80(&[&base[..], &["--json", "--threads", count]].concat());
    assert_eq!(threads("1"), threads("3"));
    let (page_name, out_name) = (page.display().to_string(), out.display().to_string());
    printed_on_80(
        &[
            &base[..],
            &["--out", &out_name, "--parquet", "--report", &page_name],
        ]
        .concat(),
    );
    let html = std::fs::read_to_string(&page).unwrap();
    assert!(html.contains("Expected loss of each option") && html.len() < 900_000);
    for name in [
        "information.csv",
        "expected_loss.csv",
        "information.parquet",
        "value.json",
        "run.json",
        "metadata.json",
    ] {
        assert!(out.join(name).exists(), "{name}");
    }
    let information = std::fs::read_to_string(out.join("information.csv")).unwrap();
    assert!(
        information.contains("\nperfect,,") && information.contains("\nstudy,levers.smart-cities.creation,")
    );
    let full = printed_on_80(&[&base[..], &["--full"]].concat());
    assert!(
        full.contains("success of Smart-city") && full.contains("baseline of China"),
        "{full}"
    );
}

#[test]
fn another_effect_has_a_value_of_its_own() {
    let gap = json(&[
        "value",
        "scenarios/mongolia-digital-divide.toml",
        "--paths",
        "600",
        "--effect",
        "MNG.gap",
        "--worth",
        "0.5",
    ]);
    assert_eq!(gap["value"]["worth"], 0.5);
    assert_eq!(gap["value"]["options"][0], "baseline");
    // Where a unit is worth nothing it is best to do nothing, and nothing is worth knowing.
    let nothing = &gap["value"]["curve"][0];
    assert_eq!(
        (&nothing["worth"], &nothing["best"]),
        (&Value::from(0.0), &Value::from(0))
    );
    assert_eq!(nothing["losses"][0]["value"], 0.0);
}

#[test]
fn what_cannot_be_valued_is_refused_with_a_hint() {
    let study = |text: &'static str| vec!["value", SCENARIO, "--study", text];
    for (arguments, expected) in [
        (vec!["value", "scenarios/baseline.toml"], "the file has no lever"),
        (vec!["value", SCENARIO, "--paths", "100"], "outside 500 to 50000"),
        (
            vec!["value", SCENARIO, "--effect", "CHN.gap"],
            "--worth: what is one",
        ),
        (
            vec!["value", SCENARIO, "--effect", "money.cost"],
            "is the cost itself",
        ),
        (vec!["value", SCENARIO, "--worth", "-1"], "--worth"),
        (
            study("levers.smart-cities.creatoin=10 sd 1"),
            "levers.smart-cities.creation",
        ),
        (study("levers.smart-cities.creation"), "there is no `=`"),
        (study("levers.smart-cities.creation=ten sd 1"), "whole number"),
        (study("levers.smart-cities.creation=10"), "what an observation is"),
        (study("levers.smart-cities.creation=10 sd 0"), "no number above 0"),
        (
            study("levers.smart-cities.creation=10 sd 1 price 2"),
            "`price` is not understood",
        ),
        (study("levers.smart-cities.success=10 yes-no"), "happens or not"),
        (
            study("levers.smart-cities.cost_overrun=10 yes-no"),
            "no probability",
        ),
    ] {
        let assert = jointly(&arguments).env("COLUMNS", "80").assert().code(2);
        let text = String::from_utf8(assert.get_output().stderr.clone()).unwrap();
        assert!(text.contains(expected), "{arguments:?}: {text}");
        assert!(assert.get_output().stdout.is_empty());
    }
}

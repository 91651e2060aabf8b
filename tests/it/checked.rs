//! What `check` calls valid, every command accepts.

use std::fs;

use jointly::{
    engine::Progress,
    scenario::LeverKind,
    session::{
        AttributeRequest, CompareRequest, HistoryChoice, Inputs, PortfolioRequest, RunRequest, Session,
        Study, StudyError, SweepRequest, ValueRequest, check_files,
    },
};
use proptest::{prelude::*, sample::select};

use crate::common::shipped;

const PATHS: u64 = 500;

/// Some distribution as a file writes it, in and out of anybody's bounds.
fn distribution() -> impl Strategy<Value = String> {
    let number = select(vec![0.0, 1e-9, 0.01, 0.05, 0.3, 0.9, 1.0, 2.5, 20.0, 1e4]);
    (number.clone(), number, 0..6).prop_map(|(one, two, form)| {
        let (low, high) = (f64::min(one, two), f64::max(one, two) + 1e-9);
        match form {
            0 => one.to_string(),
            1 => format!("\"{low} to {high}\""),
            2 => format!("{{ normal = {{ mean = {one}, sd = {two} }} }}"),
            3 => format!("{{ lognormal = {{ mean = {one}, sd = {two} }} }}"),
            4 => format!("{{ gamma = {{ mean = {one}, sd = {two} }} }}"),
            _ => format!("{{ uniform = {{ low = {low}, high = {high} }} }}"),
        }
    })
}

fn lever(id: &'static str) -> impl Strategy<Value = String> {
    let kinds: Vec<&str> = LeverKind::names().collect();
    let extra = prop::option::of((
        select(vec![
            "success",
            "ramp_years",
            "scale",
            "cost",
            "creation",
            "learning",
        ]),
        distribution(),
    ));
    (select(kinds), 2022..2040, extra, any::<bool>()).prop_map(move |(kind, start, extra, three)| {
        let third = if three { ", \"MNG\"" } else { "" };
        let extra = extra.map_or_else(String::new, |(key, value)| format!("{key} = {value}\n"));
        let scale = if extra.starts_with("scale") { "" } else { "scale = 1\n" };
        format!("[levers.{id}]\nkind = \"{kind}\"\npartners = [\"CHN\", \"KOR\"{third}]\nstart = {start}\n{scale}{extra}")
    })
}

fn sweep() -> impl Strategy<Value = String> {
    let methods = vec![
        "one-at-a-time",
        "grid",
        "latin-hypercube",
        "sobol-sequence",
        "morris",
        "sobol",
        "pawn",
        "given-data",
        "discover",
        "nonsense",
    ];
    let outcomes = vec![
        "extra:group.digital_economy@horizon",
        "money.npv",
        "money.bcr",
        "CHN.share@2030|p05",
        "MNG.gap@horizon",
        "pilots/money.cost",
        "extra:DEU.gdp@2030",
        "CHN.gdp@2021",
    ];
    let inputs = vec![
        "model.persistence",
        "levers.a.success",
        "tension.CHN-KOR.hazard",
        "money.discount_rate",
        "levers.*.delay_years",
        "baseline.CHN.long_run_growth",
        "model.shock_df",
    ];
    let vary = prop::collection::vec(
        (
            select(inputs),
            prop_oneof![Just("\"prior\"".to_owned()), distribution()],
        ),
        0..4,
    );
    (
        prop::option::of(select(methods)),
        prop::option::of(select(outcomes)),
        prop::option::of(select(vec![1, 8, 10, 64])),
        vary,
    )
        .prop_map(|(method, outcome, size, vary)| {
            let mut text = String::from("[sweep]\n");
            text.extend(method.map(|method| format!("method = \"{method}\"\n")));
            text.extend(outcome.map(|outcome| format!("outcome = \"{outcome}\"\n")));
            text.extend(size.map(|size| format!("size = {size}\n")));
            let mut seen = Vec::new();
            text.push_str("[sweep.vary]\n");
            for (path, range) in vary {
                if !seen.contains(&path) {
                    text.push_str(&format!("\"{path}\" = {range}\n"));
                    seen.push(path);
                }
            }
            text
        })
}

fn scenario() -> impl Strategy<Value = String> {
    let numbers = prop::collection::vec(
        (
            select(vec![
                "model.cyber_hazard",
                "tension.CHN-KOR.hazard",
                "tension.CHN-KOR.duration",
                "baseline.MNG.digital_share",
                "model.variance_quantile",
                "money.discount_rate",
                "baseline.CHN.long_run_growth",
            ]),
            distribution(),
        ),
        0..3,
    );
    let levers = (lever("a"), prop::option::of(lever("b")), any::<bool>());
    (2023..2060, numbers, levers, prop::option::of(sweep())).prop_map(
        |(horizon, numbers, (a, b, options), sweep)| {
            let mut text = format!("extends = \"baseline.toml\"\nhorizon = {horizon}\n");
            let mut seen = Vec::new();
            for (path, value) in numbers {
                if !seen.contains(&path) {
                    text.push_str(&format!("{path} = {value}\n"));
                    seen.push(path);
                }
            }
            text.push_str(&a);
            text.extend(b);
            if options {
                text.push_str("[options]\npilots = [\"a\"]\n");
            }
            text.extend(sweep);
            text
        },
    )
}

/// Whether a refusal comes from a study that has no answer for these numbers by chance (too few paths in a tail, nothing varies).
fn fails(error: &StudyError) -> Option<String> {
    match error {
        StudyError::Refused(errors) => Some(errors.to_string()),
        StudyError::Io(what, _) | StudyError::Paused(what) => Some(what.clone()),
        StudyError::Halted(_) => Some("halted".to_owned()),
    }
}

fn accepted<S: Study>(
    name: &str,
    study: Result<S, jointly::base::Diagnostics>,
    run: bool,
) -> Result<(), String> {
    let study = study.map_err(|errors| format!("{name} refuses: {errors}"))?;
    if !run {
        return Ok(());
    }
    match study.run(&Progress::default()) {
        Ok(_) => Ok(()),
        Err(error) => Err(format!("{name} fails: {}", fails(&error).unwrap_or_default())),
    }
}

/// Asks for every study of a file that is valid; runs those that are quick.
fn every_command(session: &Session) -> Result<(), String> {
    let run = RunRequest {
        paths: PATHS,
        why: true,
        ..RunRequest::default()
    };
    accepted("run --why", session.run(&run), true)?;
    let sweep = SweepRequest {
        paths: PATHS,
        ..SweepRequest::default()
    };
    accepted(
        "sweep",
        session.sweep(&sweep),
        session.scenario().sweep.size.is_none_or(|size| size <= 10),
    )?;
    if session.scenario().options.is_empty() {
        return Ok(());
    }
    let compare = CompareRequest {
        paths: PATHS,
        ..CompareRequest::default()
    };
    accepted("compare", session.compare(&compare), true)?;
    let attribute = AttributeRequest {
        paths: PATHS,
        ..AttributeRequest::default()
    };
    accepted("attribute", session.attribute(&attribute), false)?;
    let value = ValueRequest {
        paths: PATHS,
        ..ValueRequest::default()
    };
    accepted("value", session.value(&value), false)?;
    let plan = PortfolioRequest {
        paths: PATHS,
        budget: Some(10.0),
        ..PortfolioRequest::default()
    };
    accepted("plan", session.portfolio(&plan), false)
}

#[test]
fn what_check_calls_valid_every_command_accepts() {
    let folder = tempfile::tempdir().unwrap();
    fs::copy(shipped("baseline.toml"), folder.path().join("baseline.toml")).unwrap();
    let path = folder.path().join("s.toml");
    let mut runner = proptest::test_runner::TestRunner::new_with_rng(
        ProptestConfig {
            cases: std::env::var("CASES")
                .ok()
                .and_then(|text| text.parse().ok())
                .unwrap_or(48),
            failure_persistence: None,
            ..ProptestConfig::default()
        },
        proptest::test_runner::TestRng::deterministic_rng(proptest::test_runner::RngAlgorithm::ChaCha),
    );
    let (valid, all) = (std::cell::Cell::new(0), std::cell::Cell::new(0));
    runner
        .run(&scenario(), |text| {
            fs::write(&path, &text).unwrap();
            let checked =
                check_files(std::slice::from_ref(&path), &[], None, &HistoryChoice::default()).unwrap();
            all.set(all.get() + 1);
            if checked[0].result.is_ok() {
                valid.set(valid.get() + 1);
                let session = Session::open(&Inputs::of_file(&path)).unwrap();
                every_command(&session).map_err(|words| TestCaseError::fail(format!("{words}\n{text}")))?;
            }
            Ok(())
        })
        .unwrap();
    // Most are refused, as they should be; a test of nothing but refusals would say nothing.
    assert!(valid.get() * 16 > all.get(), "{} of {}", valid.get(), all.get());
}

#[test]
fn faults_that_only_a_study_would_find_are_found_by_check() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["baseline.toml", "china-korea-smart-cities.toml"] {
        fs::copy(shipped(name), folder.path().join(name)).unwrap();
    }
    let path = folder.path().join("s.toml");
    let refused = |rest: &str, history: &HistoryChoice| {
        fs::write(
            &path,
            format!("extends = \"china-korea-smart-cities.toml\"\n{rest}"),
        )
        .unwrap();
        match check_files(std::slice::from_ref(&path), &[], None, history) {
            Ok(checked) => checked[0]
                .result
                .as_ref()
                .map_or_else(ToString::to_string, |_| String::new()),
            Err(errors) => errors.to_string(),
        }
    };
    for (rest, words) in [
        ("[sweep]\nmethod = \"nonsense\"", "unknown method `nonsense`"),
        (
            "[sweep]\nmethod = \"grid\"\n[sweep.vary]\n\"model.persistence\" = \"prior\"\n\"money.discount_rate\" = [0.01, 0.05]\n\
             \"levers.smart-cities.success\" = [0.5, 1]",
            "`grid` takes 1 to 2 inputs, not ",
        ),
        ("[sweep]\nmethod = \"discover\"", "discover needs a --condition"),
        (
            "[sweep]\noutcome = \"money.bcr\"",
            "a benefit-cost ratio is a ratio of means",
        ),
        (
            "[tension.CHN-KOR]\nhazard = \"11 to 12\"",
            "of the distribution lies above 10",
        ),
        (
            "[tension.CHN-KOR]\nhazard = { normal = { mean = 50, sd = 0.01 } }",
            "of the distribution lies above 10",
        ),
    ] {
        let found = refused(rest, &HistoryChoice::default());
        assert!(found.contains(words), "{rest}: {found}");
    }
    // Levels in another unit from some year on.
    let mut table = String::from("series,economy,year,value,unit,basis\n");
    for (code, gdp) in [
        ("CHN", 11_000.0),
        ("JPN", 4_900.0),
        ("KOR", 1_400.0),
        ("RUS", 1_300.0),
        ("MNG", 11.0),
    ] {
        for year in 2015..=2021 {
            let factor = if code == "MNG" && year >= 2018 {
                1000.0
            } else {
                1.0
            };
            table.push_str(&format!("gdp,{code},{year},{},usd_bn,level\n", gdp * factor));
        }
        table.push_str(&format!("digital_share,{code},2021,30,percent,level\n"));
    }
    let path = folder.path().join("t.csv");
    fs::write(&path, table).unwrap();
    let history = HistoryChoice {
        table: Some(path),
        ..HistoryChoice::default()
    };
    let found = refused("", &history);
    assert!(
        found.contains("MNG goes from 11 in 2017 to 11000 in 2018"),
        "{found}"
    );
    assert_eq!(found.lines().count(), 1, "{found}");
}

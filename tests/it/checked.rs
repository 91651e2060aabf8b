//! What `check` calls valid, every command accepts.

use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    fs,
};

use jointly::{
    base::{Diagnostics, Element},
    engine::Progress,
    scenario::{Bounds, LeverKind, PARAMETERS, ParameterRow},
    sensitivity::METHODS,
    session::{
        AttributeRequest, CompareRequest, HistoryChoice, Inputs, PortfolioRequest, RunRequest, Session,
        Study, StudyError, SweepRequest, TargetRequest, TimingRequest, ValueRequest, check_files,
    },
};
use proptest::{prelude::*, sample::select};

use crate::common::shipped;

const PATHS: u64 = 500;

/// Some number between bounds, mostly of a size that people mean, as an exact one or a distribution that keeps within them.
fn within(bounds: Bounds, uncertain: bool) -> BoxedStrategy<String> {
    // Ranges are far wider than what is meant: a billion units, a factor of a hundred.
    let (low, high) = (bounds.low.max(-1.0), bounds.high.min(bounds.low.max(0.0) + 20.0));
    let part = select(vec![0.0, 0.001, 0.02, 0.1, 0.35, 0.5, 0.9, 1.0]);
    let number = part.prop_map(move |part| low + part * part * (high - low));
    let forms = if uncertain { 5 } else { 1 };
    (number.clone(), number, 0..forms)
        .prop_map(move |(one, two, form)| {
            let (low, high) = (f64::min(one, two), f64::max(one, two));
            let (low, high) = if low < high {
                (low, high)
            } else {
                (low, low + 1e-3)
            };
            match form {
                0 => one.to_string(),
                1 if high <= bounds.high => format!("{{ uniform = [{low}, {high}] }}"),
                2 if high <= bounds.high => {
                    format!("{{ triangular = [{low}, {}, {high}] }}", (low + high) / 2.0)
                }
                3 if high <= bounds.high => format!("{{ choice = {{ \"{low}\" = 0.3, \"{high}\" = 0.7 }} }}"),
                4 if low > 0.0 && high < 0.1 * bounds.high => format!("\"{low} to {high}\""),
                _ => one.to_string(),
            }
        })
        .boxed()
}

/// Some distribution, in and out of anybody's bounds.
fn wild() -> impl Strategy<Value = String> {
    let number = select(vec![0.0, 1e-9, 0.01, 0.05, 0.3, 0.9, 1.0, 2.5, 20.0, 1e4]);
    (number.clone(), number, 0..5).prop_map(|(one, two, form)| match form {
        0 => one.to_string(),
        1 => format!("\"{one} to {two}\""),
        2 => format!("{{ normal = {{ mean = {one}, sd = {two} }} }}"),
        3 => format!("{{ lognormal = {{ median = {one}, sd_log = {two} }} }}"),
        _ => format!("{{ gamma = {{ shape = {one}, rate = {two} }} }}"),
    })
}

/// What names a parameter in files of this test; the lever is `a`.
fn written(path: &str) -> String {
    [
        ("{economy}", "KOR"),
        ("{pair}", "CHN-KOR"),
        ("{element}", "industry-application"),
        ("{lever}", "a"),
        ("{year}", "2029"),
    ]
    .into_iter()
    .fold(path.to_owned(), |path, (place, name)| path.replace(place, name))
}

/// A number for any parameter of the table: mostly an allowed one.
fn number() -> impl Strategy<Value = (String, String)> {
    // What a lever must have stands in its table; a year must fit to others.
    let free = |row: &&&ParameterRow| row.unit != "year" && !row.path.contains(".scale");
    let rows: Vec<&ParameterRow> = PARAMETERS.iter().collect();
    let rows: Vec<&ParameterRow> = rows.iter().filter(free).copied().collect();
    (select(rows), 0..20).prop_flat_map(|(row, odd)| {
        let value = match odd {
            0 => wild().boxed(),
            _ => within(row.bounds, row.may_be_uncertain()),
        };
        value.prop_map(move |value| (written(row.path), value))
    })
}

/// Assignments, each path once.
fn assigned(numbers: Vec<(String, String)>) -> String {
    let mut seen: Vec<String> = Vec::new();
    let mut text = String::new();
    for (path, value) in numbers {
        let parts: Vec<&str> = path.split('.').collect();
        // A path and one below it cannot both have a value; half of a view is none.
        let clash = |other: &String| {
            *other == path || other.starts_with(&format!("{path}.")) || path.starts_with(&format!("{other}."))
        };
        if seen.iter().any(clash) {
            continue;
        }
        match parts.as_slice() {
            [first, second, view, "mean"] => {
                text.push_str(&format!(
                    "{first}.{second}.{view} = {{ mean = {value}, years = 5 }}\n"
                ));
                seen.push(format!("{first}.{second}.{view}"));
            }
            [_, _, _, "years"] => {}
            [first, second, year] if *first == "shock" => {
                text.push_str(&format!("{first}.{second}.\"{year}\" = {value}\n"));
            }
            _ => text.push_str(&format!("{path} = {value}\n")),
        }
        seen.push(path);
    }
    text
}

fn lever(id: &'static str) -> impl Strategy<Value = String> {
    let kinds: Vec<&str> = LeverKind::names().collect();
    let scales = vec!["1", "0", "{ CHN = 3, KOR = 1 }", "\"1 to 3\"", "{ CHN = 2 }"];
    let shares = vec![
        "",
        "cost_shares = { CHN = 1, KOR = 0 }\n",
        "ramp_years = \"2 to 5\"\n",
        "success = 0.5\n",
    ];
    (select(kinds), 2026..2030, select(scales), select(shares), any::<bool>()).prop_map(
        move |(kind, start, scale, shares, three)| {
            let third = if three { ", \"MNG\"" } else { "" };
            // What sells in third markets must say what it sells there.
            let base = match (kind, three) {
                ("market_gateway", false) => "trade_base = { CHN = 100, KOR = 30 }\n",
                ("market_gateway", true) => "trade_base = { CHN = 100, KOR = 30, MNG = 1 }\n",
                _ => "",
            };
            format!(
                "[levers.{id}]\nkind = \"{kind}\"\npartners = [\"CHN\", \"KOR\"{third}]\nstart = {start}\nscale = {scale}\n{base}{shares}"
            )
        },
    )
}

fn sweep() -> impl Strategy<Value = String> {
    let mut methods: Vec<&str> = METHODS.iter().map(|method| method.about().key).collect();
    methods.extend(["given-data", "discover", "nonsense"]);
    let outcomes = vec![
        "extra:group.digital_economy@horizon",
        "money.npv",
        "money.bcr",
        "CHN.share@2030|p05",
        "KOR.gap@horizon",
        "pilots/money.cost",
        "extra:DEU.gdp@2030",
        "CHN.gdp@2025",
    ];
    let vary = prop::collection::vec((select(INPUTS.to_vec()), 0..4), 0..3);
    (
        prop::option::weighted(0.7, select(methods)),
        prop::option::weighted(0.7, select(outcomes)),
        prop::option::of(select(vec![1, 8, 10])),
        vary,
    )
        .prop_map(|(method, outcome, size, vary)| {
            let mut text = String::from("[sweep]\n");
            text.extend(method.map(|method| format!("method = \"{method}\"\n")));
            text.extend(outcome.map(|outcome| format!("outcome = \"{outcome}\"\n")));
            text.extend(size.map(|size| format!("size = {size}\n")));
            let mut seen = Vec::new();
            text.push_str("[sweep.vary]\n");
            for ((path, range), form) in vary {
                if !seen.contains(&path) {
                    let range = if form == 0 { "\"prior\"" } else { range };
                    text.push_str(&format!("\"{path}\" = {range}\n"));
                    seen.push(path);
                }
            }
            text
        })
}

/// Inputs that any file of this test has, with ranges.
const INPUTS: [(&str, &str); 6] = [
    ("model.persistence", "[0.6, 0.95]"),
    ("model.share_response", "\"0.1 to 0.3\""),
    ("levers.a.effectiveness", "[0.2, 0.9]"),
    ("tension.CHN-KOR.hazard", "[0, 0.3]"),
    ("money.discount_rate", "[0.02, 0.08]"),
    ("baseline.CHN.long_run_growth", "[0.01, 0.05]"),
];

/// What stands before the levers of a file.
fn head() -> impl Strategy<Value = String> {
    let economies = vec![
        "",
        "economies = [\"CHN\", \"KOR\", \"MNG\"]\n",
        "economies = [\"KOR\", \"MNG\", \"CHN\", \"JPN\"]\n",
    ];
    let gaps = vec![
        "",
        "gap.metric = \"per_capita\"\ngap.reference = \"KOR\"\n",
        "gap.metric = \"index\"\n",
        "gap.metric = \"industry-production\"\ngap.reference = \"CHN\"\n",
        "gap.reference = \"frontier\"\n",
    ];
    let stated = vec![
        "",
        "tension.CHN-KOR.tense_years = [2027, 2028]\n",
        "money.through = 2070\n",
        "money.present_year = 2026\n",
    ];
    let horizon = prop_oneof![9 => 2030..2051, 1 => 2021..2030];
    let numbers = prop::collection::vec(number(), 0..4);
    (horizon, select(economies), select(gaps), select(stated), numbers).prop_map(
        |(horizon, economies, gap, stated, numbers)| {
            let mut text =
                format!("extends = \"baseline.toml\"\nhorizon = {horizon}\n{economies}{gap}{stated}");
            // Numbers of a lever stand in its own table below.
            let of_lever = |(path, _): &(String, String)| path.starts_with("levers.");
            text.push_str(&assigned(
                numbers.into_iter().filter(|number| !of_lever(number)).collect(),
            ));
            for element in Element::ALL {
                // Mongolia has no measured scores in some elements.
                text.push_str(&format!("matrix.MNG.{} = 0.3\n", element.key()));
            }
            text
        },
    )
}

fn scenario() -> impl Strategy<Value = String> {
    let own = prop::collection::vec(number(), 0..6).prop_map(|numbers| {
        let own = numbers
            .into_iter()
            .filter(|(path, _)| path.starts_with("levers."));
        assigned(
            own.map(|(path, value)| (path.replacen("levers.a.", "", 1), value))
                .collect(),
        )
    });
    let options = vec![
        "",
        "[options]\npilots = [\"a\"]\n",
        "[options]\npilots = { levers = [\"a\"], title = \"The pilots\" }\nboth = [\"a\", \"b\"]\n",
    ];
    let rules = vec![
        "",
        "",
        "[rules.sign]\nwhen = \"CHN.share@2025 > 0.3\"\nthen = \"a\"\n",
        "[rules.sign]\nwhen = \"KOR.gdp@2024 > 1000 and CHN.gdp@2025 < 1e9\"\nthen = \"b\"\n",
    ];
    let correlations = vec![
        "",
        "[correlation]\n\"model.gdp_response, model.share_response\" = 0.5\n",
        "[correlation]\n\"model.severity, model.decay\" = -0.7\n",
    ];
    let parts = (
        select(options),
        select(rules),
        select(correlations),
        prop::option::of(sweep()),
    );
    (
        head(),
        lever("a"),
        own,
        prop::option::weighted(0.7, lever("b")),
        parts,
    )
        .prop_map(|(mut text, a, own, b, (options, rules, correlation, sweep))| {
            text.push_str(&a);
            // What the lever's table says already is not said twice.
            for line in own.lines() {
                let key = line.split(" =").next().unwrap_or_default();
                if !a
                    .lines()
                    .any(|known| known.starts_with(key.split('.').next().unwrap_or_default()))
                {
                    text.push_str(line);
                    text.push('\n');
                }
            }
            let needs_b = |part: &str| part.contains("\"b\"");
            for part in [options, rules]
                .into_iter()
                .filter(|part| b.is_some() || !needs_b(part))
            {
                text.push_str(part);
            }
            text.extend(b);
            text.push_str(correlation);
            text.extend(sweep);
            text
        })
}

fn accepted<S: Study>(name: &str, study: Result<S, Diagnostics>) -> Result<(), String> {
    let study = study.map_err(|errors| format!("{name} refuses: {errors}"))?;
    let words = match study.run(&Progress::default()) {
        Ok(_) => return Ok(()),
        Err(StudyError::Refused(errors)) => errors.to_string(),
        Err(StudyError::Io(what, _) | StudyError::Paused(what)) => what,
        Err(StudyError::Halted(_)) => "halted".to_owned(),
    };
    Err(format!("{name} fails: {words}"))
}

/// A small size of a method, where it has one.
fn small(method: Option<&str>) -> Option<usize> {
    let method = METHODS.iter().find(|known| Some(known.about().key) == method)?;
    let (least, most) = method.about().sizes.clone().into_inner();
    (least < most).then_some(least.max(8))
}

/// Asks for every study of a file that is valid, and runs it.
fn every_command(session: &Session, turn: usize) -> Result<(), String> {
    let scenario = session.scenario();
    let why = RunRequest {
        paths: PATHS,
        why: true,
        ..RunRequest::default()
    };
    accepted("run --why", session.run(&why))?;
    let of_file = SweepRequest {
        paths: 100,
        size: scenario
            .sweep
            .size
            .or_else(|| small(scenario.sweep.method.as_deref())),
        ..SweepRequest::default()
    };
    // A study of paths needs some hundreds.
    let paths = if of_file.size.is_none() {
        PATHS
    } else {
        of_file.paths
    };
    accepted("sweep", session.sweep(&SweepRequest { paths, ..of_file }))?;
    // A method in its turn: all of them on every file would take long.
    let keys: Vec<&str> = METHODS
        .iter()
        .map(|method| method.about().key)
        .chain(["given-data"])
        .collect();
    let key = keys[turn % keys.len()];
    let of_method = SweepRequest {
        paths: if key == "given-data" { PATHS } else { 100 },
        method: Some(key.to_owned()),
        size: small(Some(key)),
        vary: vec!["model.share_response=0.1 to 0.3".to_owned()],
        outcomes: vec!["group.digital_economy@horizon".to_owned()],
        ..SweepRequest::default()
    };
    accepted(&format!("sweep --method {key}"), session.sweep(&of_method))?;
    let compare = CompareRequest {
        paths: PATHS,
        ..CompareRequest::default()
    };
    accepted("compare", session.compare(&compare))?;
    let attribute = AttributeRequest {
        paths: PATHS,
        ..AttributeRequest::default()
    };
    accepted("attribute", session.attribute(&attribute))?;
    let value = ValueRequest {
        paths: PATHS,
        ..ValueRequest::default()
    };
    accepted("value", session.value(&value))?;
    let timing = TimingRequest {
        paths: 100,
        ..TimingRequest::default()
    };
    accepted("timing", session.timing(&timing))?;
    let target = TargetRequest {
        paths: 100,
        wants: vec!["extra:group.digital_economy@horizon >= 0.1".to_owned()],
        share: Some(0.5),
        input: "model.share_response=[0.05, 0.5]".to_owned(),
        ..TargetRequest::default()
    };
    accepted("target", session.target(&target))?;
    let plan = PortfolioRequest {
        paths: PATHS,
        budget: Some(10.0),
        ..PortfolioRequest::default()
    };
    let planned = accepted("plan", session.portfolio(&plan));
    // A lever that waits for a sign has no part in a portfolio, as docs/scenario.md says.
    if scenario.rules.is_empty() {
        planned
    } else {
        Ok(())
    }
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
                .unwrap_or(40),
            failure_persistence: None,
            ..ProptestConfig::default()
        },
        proptest::test_runner::TestRng::deterministic_rng(proptest::test_runner::RngAlgorithm::ChaCha),
    );
    let (valid, all) = (Cell::new(0), Cell::new(0));
    let refused = RefCell::new(BTreeMap::<String, usize>::new());
    runner
        .run(&scenario(), |text| {
            fs::write(&path, &text).unwrap();
            let checked =
                check_files(std::slice::from_ref(&path), &[], None, &HistoryChoice::default()).unwrap();
            all.set(all.get() + 1);
            match &checked[0].result {
                Ok(_) => {
                    valid.set(valid.get() + 1);
                    let session = Session::open(&Inputs::of_file(&path)).unwrap();
                    every_command(&session, valid.get())
                        .map_err(|words| TestCaseError::fail(format!("{words}\n{text}")))?;
                }
                Err(errors) => {
                    let first = errors
                        .iter()
                        .next()
                        .map_or_else(String::new, |error| error.message.clone());
                    *refused.borrow_mut().entry(first).or_default() += 1;
                }
            }
            Ok(())
        })
        .unwrap();
    // A test of nothing but refusals would say nothing.
    assert!(
        2 * valid.get() >= all.get(),
        "{} of {}: {:#?}",
        valid.get(),
        all.get(),
        refused.borrow()
    );
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

//! `jointly sweep`: designs on shared futures, studies of single paths, interruption and continuation.

use std::{fs, path::Path};

use jointly::{
    analysis::{
        Value,
        sweep::{Condition, Study, Sweep, SweepRequest, discovery_study, given_data_study},
    },
    engine::{Progress, Settings},
    history::{History, HistoryData},
    model::{Kernel, Plan, path_draws},
    random::BLOCK,
    scenario::{self, Scenario, read_vary},
    sensitivity::{Method, grid, latin_hypercube, method, one_at_a_time, sobol},
    stats::Distribution,
};

use crate::common::{jointly, on_terminal};

const SCENARIO: &str = "scenarios/china-korea-smart-cities.toml";

fn data() -> HistoryData {
    History::embedded(true)
        .and_then(|history| history.data())
        .unwrap()
}

fn load(overrides: &[&str], history: &HistoryData) -> Scenario {
    let overrides: Vec<String> = overrides.iter().map(ToString::to_string).collect();
    scenario::load(Path::new(SCENARIO), &overrides, None, history).unwrap()
}

fn settings(paths: u64, threads: usize) -> Settings {
    Settings {
        paths,
        seed: 5,
        threads,
        kernel: Kernel::detect(),
        shard: jointly::random::Shard::WHOLE,
    }
}

fn request(
    scenario: &Scenario,
    method: &'static dyn Method,
    size: usize,
    vary: &[&str],
    outcomes: &[&str],
    settings: Settings,
) -> SweepRequest {
    SweepRequest {
        method,
        size,
        inputs: vary
            .iter()
            .flat_map(|text| read_vary(scenario, text).unwrap())
            .collect(),
        outcomes: outcomes
            .iter()
            .map(|text| scenario.selector(text).unwrap())
            .collect(),
        settings,
        until: Vec::new(),
    }
}

fn complete(sweep: &Sweep<'_>) -> Study {
    let mut known: Vec<Vec<Value>> = Vec::new();
    while let Some(batch) = sweep.next(&known).unwrap() {
        known.extend(sweep.evaluate(batch, &Progress::default()).unwrap());
    }
    sweep.finish(&known).unwrap()
}

/// One input after the other, of the scenario as it is.
fn one_at_a_time(vary: &[&str], outcomes: &[&str], settings: Settings) -> Study {
    let history = data();
    let scenario = load(&[], &history);
    let request = request(&scenario, &one_at_a_time::OneAtATime, 1, vary, outcomes, settings);
    complete(&Sweep::new(&history, &scenario, request).unwrap())
}

/// Without uncertain cost parameters the cost is proportional to the overrun: its change has a closed form, and so has the
/// share of variance.
#[test]
fn an_outcome_linear_in_an_input_has_the_closed_form() {
    let history = data();
    let scenario = load(&[], &history);
    let vary = [
        "levers.smart-cities.cost_overrun=[1, 3]",
        "model.share_response=prior",
    ];
    let outcomes = ["pilots/money.cost"];
    let sweep = Sweep::new(
        &history,
        &scenario,
        request(
            &scenario,
            &one_at_a_time::OneAtATime,
            1,
            &vary,
            &outcomes,
            settings(512, 1),
        ),
    )
    .unwrap();
    assert_eq!(sweep.cost().points, 5);
    assert_eq!(sweep.cost().draws, 1);
    let study = complete(&sweep);
    let values = &study.outcomes[0].values;
    // Points: medians (overrun 2), overrun 1.1, overrun 2.9, and two of the response, which costs nothing.
    let slope = (values[2] - values[1]) / 1.8;
    assert!(slope > 0.0);
    assert!(((values[0] - values[1]) / 0.9 - slope).abs() < 1e-9 * slope);
    assert_eq!((values[3], values[4]), (values[0], values[0]));
    let index = |name: &str, input: usize| {
        study.outcomes[0]
            .indices
            .iter()
            .find(|index| index.index == name && index.inputs == [input])
            .unwrap()
            .value
    };
    assert!((index(one_at_a_time::SWING, 0) - 1.8 * slope).abs() < 1e-9 * slope);
    assert_eq!(index(one_at_a_time::SWING, 1), 0.0);
    // A linear outcome of one input alone: S1 = ST = 1, and 0 for the dummy.
    let study = complete(
        &Sweep::new(
            &history,
            &scenario,
            request(
                &scenario,
                &sobol::WITHOUT_PAIRS,
                64,
                &vary,
                &outcomes,
                settings(512, 1),
            ),
        )
        .unwrap(),
    );
    let indices = &study.outcomes[0].indices;
    let of = |name: &str, input: usize| {
        indices
            .iter()
            .find(|index| index.index == name && index.inputs == [input])
            .unwrap()
    };
    assert!((of(sobol::TOTAL, 0).value - 1.0).abs() < 0.2);
    assert_eq!(of(sobol::TOTAL, 1).value, 0.0);
}

/// A point is what a run of the scenario with these numbers set gives, bit for bit.
#[test]
fn a_point_is_the_run_with_its_numbers() {
    let history = data();
    let scenario = load(&[], &history);
    for (vary, path) in [
        (
            "levers.smart-cities.scale.CHN=[5, 100]",
            "levers.smart-cities.scale.CHN",
        ),
        ("model.persistence=[0.6, 0.9]", "model.persistence"),
        (
            "baseline.CHN.initial_share=[0.3, 0.5]",
            "baseline.CHN.initial_share",
        ),
    ] {
        let outcomes = [
            "pilots/extra:CHN.digital_economy@2035",
            "pilots/CHN.digital_economy@2030|p10",
            "pilots/KOR.gdp@2031|sd",
        ];
        let sweep = Sweep::new(
            &history,
            &scenario,
            request(&scenario, &grid::Grid, 3, &[vary], &outcomes, settings(700, 1)),
        )
        .unwrap();
        let study = complete(&sweep);
        let middle = study.inputs[0].values[1];
        let set = format!("{path}={middle}");
        let fixed = load(&[&set], &history);
        let dummy = ["model.severity=[0.1, 0.9]"];
        let same = Sweep::new(
            &history,
            &fixed,
            request(&fixed, &grid::Grid, 2, &dummy, &outcomes, settings(700, 1)),
        );
        // Ask the plan itself: the summary of an ordinary run.
        let plan = Plan::new(&history, &fixed).unwrap();
        let summary = jointly::outcomes::project(&plan, settings(700, 1), &Progress::default()).unwrap();
        let extra = summary
            .rows
            .iter()
            .find(|row| {
                row.option == "pilots"
                    && row.comparison.key() == "extra"
                    && row.place.to_string() == "CHN"
                    && row.metric == jointly::base::Metric::DigitalEconomy
                    && row.year == 2035
            })
            .unwrap();
        assert_eq!(
            study.outcomes[0].values[1].to_bits(),
            extra.statistics.mean.to_bits(),
            "{path}"
        );
        assert_eq!(study.outcomes[0].errors[1], Some(extra.statistics.mcse));
        assert!(same.is_ok());
    }
}

/// Batches side by side, and points with futures of their own, give the bits of one thread.
#[test]
fn batches_side_by_side_are_those_one_after_the_other() {
    let history = data();
    let scenario = load(&[], &history);
    let study = |vary: &str, points: usize, threads: usize| {
        let sweep = Sweep::new(
            &history,
            &scenario,
            request(
                &scenario,
                &latin_hypercube::LatinHypercube,
                points,
                &[vary, "model.decay=prior"],
                &["extra:CHN.gdp@2035", "extra:CHN.gdp@2035|p05"],
                settings(100, threads),
            ),
        )
        .unwrap();
        let all = sweep.next(&[]).unwrap();
        (complete(&sweep), all, sweep.cost().draws)
    };
    // Sixteen batches are evaluated before anything is kept; points with futures of their own, one.
    for (vary, points, together, draws) in [
        ("levers.smart-cities.scale.CHN=[5, 100]", 1100, 1024, 18),
        ("model.persistence=[0.7, 0.9]", 70, 64, 70),
    ] {
        let one = study(vary, points, 1);
        assert_eq!((&one.1, one.2), (&Some(0..together), draws), "{vary}");
        for threads in [2, 5] {
            assert_eq!(one, study(vary, points, threads), "{vary}");
        }
    }
}

#[test]
fn threads_and_batches_do_not_change_a_bit() {
    let history = data();
    let scenario = load(&[], &history);
    let vary = ["levers.smart-cities.scale.CHN=[5, 100]", "model.decay=prior"];
    let outcomes = [
        "extra:CHN.digital_economy@2035",
        "extra:CHN.gdp@2035|p05",
        "money.npv|positive",
    ];
    let study = |threads: usize| {
        let sweep = Sweep::new(
            &history,
            &scenario,
            request(
                &scenario,
                &latin_hypercube::LatinHypercube,
                70,
                &vary,
                &outcomes,
                settings(1100, threads),
            ),
        )
        .unwrap();
        // Batches of 64 and 6 points.
        assert_eq!(sweep.cost().draws, 2);
        (complete(&sweep), sweep)
    };
    let (one, sweep) = study(1);
    // Three blocks on three threads, and on two, which take points.
    for threads in [2, 3] {
        assert_eq!(one, study(threads).0);
    }
    // Points alone are the points in a batch.
    for row in [0, 37, 69] {
        let alone = sweep.evaluate(row..row + 1, &Progress::default()).unwrap();
        for (outcome, value) in alone[0].iter().enumerate() {
            assert_eq!(value.value.to_bits(), one.outcomes[outcome].values[row].to_bits());
        }
    }
}

/// The parts of the futures on the two sides of the median are halves, of 0 they are one, and both sides together are all.
#[test]
fn shares_on_a_side_of_a_number_are_counted() {
    let values = |outcomes: &[&str]| -> Vec<f64> {
        let study = one_at_a_time(&["model.share_response=prior"], outcomes, settings(1000, 1));
        study.outcomes.iter().map(|outcome| outcome.values[0]).collect()
    };
    let outcome = "pilots/extra:CHN.digital_economy@2035";
    let median = values(&[&format!("{outcome}|median")])[0];
    let found = values(&[
        &format!("{outcome}|above {median}"),
        &format!("{outcome}|at most {median}"),
        &format!("{outcome}|below {median}"),
        &format!("{outcome}|above -1e6"),
        &format!("{outcome}|below -1e6"),
        &format!("{outcome}|at least 0"),
        &format!("{outcome}|positive"),
        &format!("{outcome}|above 0"),
    ]);
    // The median lies between the 500th and the 501st of 1,000 futures.
    assert_eq!(found[..5], [0.5, 0.5, 0.5, 1.0, 0.0]);
    // Where the pilots fail they add exactly 0.
    assert!(found[5] > found[6] && found[6] == found[7], "{found:?}");
}

#[test]
fn noise_cancels_between_points() {
    let vary = ["levers.smart-cities.scale.CHN=[20, 21]"];
    let study = one_at_a_time(&vary, &["pilots/CHN.digital_economy@2035"], settings(2000, 1));
    let outcome = &study.outcomes[0];
    let difference = outcome.values[2] - outcome.values[1];
    // A change far below the error of each level has its sign right, whatever the seed.
    assert!(difference > 0.0 && difference < outcome.errors[0].unwrap());
}

#[test]
fn a_constant_outcome_and_a_dummy_input_give_zeros() {
    let history = data();
    let scenario = load(&[], &history);
    // Without levers nothing is extra.
    for key in ["morris", "sobol-first-total", "pawn", "latin-hypercube"] {
        let method = method(key).unwrap();
        let size = (*method.about().sizes.start()).max(20);
        let vary = ["model.decay=prior", "levers.city-staff.creation=[0, 1]"];
        let outcomes = ["baseline/extra:CHN.gdp@2035", "pilots/extra:CHN.gdp@2035"];
        let sweep = Sweep::new(
            &history,
            &scenario,
            request(&scenario, method, size, &vary, &outcomes, settings(512, 1)),
        )
        .unwrap();
        let study = complete(&sweep);
        assert!(
            study.notes.iter().any(|note| note.contains("no effect here")),
            "{:?}",
            study.notes
        );
        for index in &study.outcomes[0].indices {
            assert!(
                index.index == "pawn_threshold" || index.value == 0.0,
                "{key} {index:?}"
            );
        }
        assert!(study.outcomes[0].notes[0].contains("the same at every point"));
        // The lever of another option is a dummy: exactly without effect where a method changes one input at a time.
        if key == "morris" || key == "sobol-first-total" {
            for index in study.outcomes[1]
                .indices
                .iter()
                .filter(|index| index.inputs == [1] && index.index != sobol::FIRST)
            {
                assert_eq!(index.value, 0.0, "{key} {index:?}");
            }
        }
        for outcome in &study.outcomes {
            assert!(outcome.indices.iter().all(|index| index.value.is_finite()));
        }
    }
}

#[test]
fn draws_beside_a_run_are_those_of_the_run() {
    let history = data();
    let creation = Distribution::constant(0.3).unwrap();
    // A delay behind the year that is looked at would be a success without an effect.
    let delay = Distribution::constant(1.0).unwrap();
    let scenario = load(&[], &history)
        .with("levers.smart-cities.creation", &creation)
        .with("levers.smart-cities.delay_years", &delay);
    let plan = Plan::new(&history, &scenario).unwrap();
    let draws = path_draws(&plan, &scenario);
    let find = |name: &str| draws.iter().find(|draw| draw.name == name).unwrap();
    let mut lanes = [0.0; BLOCK];
    find("tension.CHN-KOR.hazard").fill(1, 0, &mut lanes);
    let duration = scenario.constant("tension.CHN-KOR.duration").unwrap();
    assert!(lanes.iter().all(|hazard| *hazard <= duration.ln() + 1e-12));
    find("levers.smart-cities.success").fill(1, 3, &mut lanes);
    assert!(lanes.iter().all(|event| *event == 0.0 || *event == 1.0));
    // Where nothing is delivered, the option changes nothing: the event and the outcome agree path by path.
    let condition = Condition::parse(&scenario, "pilots/extra:CHN.factor-application@2035 > 0").unwrap();
    let study = discovery_study(
        &history,
        &scenario,
        &[],
        &condition,
        Default::default(),
        settings(2000, 1),
        &Progress::default(),
    )
    .unwrap();
    let success = study
        .inputs
        .iter()
        .find(|input| input.path == "levers.smart-cities.success")
        .unwrap();
    let values = &study.outcomes[0].values;
    for (event, value) in success.values.iter().zip(values) {
        assert_eq!(*event > 0.5, *value > 0.0);
    }
    // So discovery finds it: a tree with no error.
    let discovery = study.discovery.unwrap();
    assert_eq!(discovery.leaves[0].density, 1.0);
    assert_eq!(discovery.leaves[0].coverage, 1.0);
    assert!(
        study.inputs[discovery.leaves[0].limits[0].input]
            .path
            .ends_with("success")
    );
}

/// With every other cost parameter held, the cost of a path is linear in the overrun drawn on that path.
#[test]
fn recomputed_draws_explain_costs_path_by_path() {
    let history = data();
    let lever = "levers.smart-cities";
    let mut scenario = load(&[], &history);
    for (key, value) in [
        ("capital_cost", 100.0),
        ("running_cost", 0.0),
        ("running_share", 0.05),
        ("delay_years", 0.0),
        ("ramp_years", 4.0),
        ("success", 1.0),
    ] {
        let value = Distribution::constant(value).unwrap();
        scenario = scenario.with(&format!("{lever}.{key}"), &value);
    }
    let condition = Condition::parse(&scenario, "pilots/money.cost > 0").unwrap();
    let inputs = read_vary(&scenario, &format!("{lever}.cost_overrun=[1, 3]")).unwrap();
    let study = discovery_study(
        &history,
        &scenario,
        &inputs,
        &condition,
        Default::default(),
        settings(1000, 1),
        &Progress::default(),
    )
    .unwrap();
    let (overrun, cost) = (&study.inputs[0].values, &study.outcomes[0].values);
    assert_eq!((overrun.len(), cost.len()), (1000, 1000));
    let (first, last) = (0, 999);
    let slope = (cost[last] - cost[first]) / (overrun[last] - overrun[first]);
    for (overrun_here, cost_here) in overrun.iter().zip(cost) {
        let expected = cost[first] + slope * (overrun_here - overrun[first]);
        assert!(
            (cost_here - expected).abs() < 1e-9 * expected,
            "{cost_here} {expected}"
        );
    }
    // Every path is a case, so there is nothing to discover.
    assert_eq!(study.discovery.unwrap().notes.len(), 1);
}

#[test]
fn all_parameters_are_ranked_from_one_run() {
    let history = data();
    let scenario = load(&[], &history);
    let selectors = [scenario.selector("CHN.gdp@2035").unwrap()];
    let study = given_data_study(
        &history,
        &scenario,
        &[],
        &selectors,
        settings(4000, 1),
        &Progress::default(),
    )
    .unwrap();
    let first = |path: &str| {
        let input = study.inputs.iter().position(|input| input.path == path).unwrap();
        study.outcomes[0]
            .indices
            .iter()
            .find(|index| index.index == sobol::FIRST && index.inputs == [input])
            .unwrap()
            .value
    };
    // What drives Chinese GDP in dollars is the common drift of the dollar: ten years of it have a standard deviation of 0.2 in
    // logs. Chinese growth itself is known to 2025 and fades after it; parameters of other economies explain nothing but noise.
    assert!(first("model.dollar_drift") > 0.2);
    assert!(first("drift.CHN.gdp_growth") < first("model.dollar_drift"));
    assert!(first("drift.MNG.share_drift").abs() < 0.05);
    assert!(study.inputs.iter().all(|input| input.values.is_empty()));
    assert_eq!(study.outcomes[0].convergence.len(), 4);
}

#[test]
fn what_is_not_possible_is_refused_with_a_way_out() {
    for (arguments, message) in [
        (
            vec!["--vary", "model.shareresponse=[0, 1]"],
            "model.share_response",
        ),
        (vec!["--vary", "model.decay=[0, 2]"], "lies above 1"),
        (vec!["--vary", "model.decay=[1, 0]"], "model.decay"),
        (
            vec!["--vary", "model.shock_df=[0, 10]"],
            "cannot vary from 0 to 10",
        ),
        (vec!["--method", "moris"], "did you mean `morris`"),
        (vec!["--method", "grid"], "takes 1 to 2 inputs"),
        (vec!["--method", "sobol", "--size", "1"], "rows"),
        (
            vec!["--method", "sobol-sequence", "--size", "400000000"],
            "smaller size",
        ),
        (
            vec!["--method", "latin-hypercube", "--until", "0.1"],
            "cannot be extended",
        ),
        (vec!["--method", "pawn", "--until", "0.1"], "no intervals"),
        (vec!["--until=-1"], "width above 0"),
        (vec!["--outcome", "CHN.shar@2035"], "did you mean `share`"),
        (vec!["--outcome", "money.bcr"], "ratio"),
        (vec!["--method", "discover"], "--condition"),
        (
            vec!["--method", "discover", "--condition", "CHN.gdp@2035"],
            "a condition is",
        ),
        (
            vec!["--method", "discover", "--condition", "CHN.gdp@2035 < x"],
            "not a number",
        ),
        (
            vec![
                "--method",
                "discover",
                "--condition",
                "CHN.gdp@2035 < 3 but money.npv > 0",
            ],
            "expected `and` or `or` instead of `but`",
        ),
        (
            vec!["--method", "discover", "--condition", "CHN.gdp@2035 < 3 and"],
            "a condition is",
        ),
        (
            vec!["--method", "pawn", "--mass", "0.1"],
            "`pawn` does not use --mass",
        ),
        (
            vec![
                "--method",
                "discover",
                "--condition",
                "money.npv > 0",
                "--mass",
                "0.9",
            ],
            "least mass must be above 0 and at most 0.5",
        ),
        (
            vec![
                "--method",
                "given-data",
                "--vary",
                "money.discount_rate=[0.01, 0.1]",
            ],
            "same on every path",
        ),
        (vec!["--most-batches", "1"], "--out"),
        // Options that a method would not look at.
        (
            vec!["--condition", "extra:CHN.gdp@2035 < 0"],
            "`one-at-a-time` does not use --condition",
        ),
        (
            vec!["--method", "given-data", "--size", "64"],
            "`given-data` does not use --size",
        ),
        (vec!["--size", "2"], "`one-at-a-time` does not use --size"),
        (
            vec!["--method", "given-data", "--until", "0.1"],
            "`given-data` does not use --until",
        ),
        (
            vec![
                "--method",
                "discover",
                "--condition",
                "extra:CHN.gdp@2035 < 0",
                "--outcome",
                "money.npv",
            ],
            "`discover` does not use --outcome",
        ),
        (
            vec!["--vary", "levers.*.succes=prior"],
            "no uncertain input of the scenario is called `levers.*.succes`",
        ),
        (
            vec!["--vary", "*.decay=prior", "--vary", "model.decay=[0.02, 0.1]"],
            "`model.decay` is named twice",
        ),
        (
            vec!["--vary", "model.decay=[0.02, 0.1]", "--vary", "model.decay=prior"],
            "`model.decay` is named twice",
        ),
        // What the file looks at has no value then; nothing else takes its place.
        (vec!["--horizon", "2030"], "lies behind the horizon 2030"),
        (
            vec!["--method", "morris", "--until", "0.1", "--until", "5%"],
            "a second width",
        ),
        (
            vec!["--method", "morris", "--until", "money.npv=5%"],
            "is not an outcome of this sweep",
        ),
    ] {
        let output = jointly(&["sweep", SCENARIO, "--paths", "100"])
            .args(&arguments)
            .assert()
            .code(2);
        let text = String::from_utf8(output.get_output().stderr.clone()).unwrap();
        let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(text.contains(message), "{arguments:?}: {text}");
        assert!(output.get_output().stdout.is_empty());
    }
}

#[cfg(unix)]
#[test]
fn costs_are_told_before_and_futures_are_drawn_anew_where_they_must_be() {
    let text = on_terminal(
        env!("CARGO_MANIFEST_DIR").as_ref(),
        &format!("sweep {SCENARIO} --paths 100 --vary 'baseline.CHN.initial_share=[0.3, 0.5]' > /dev/null"),
    );
    assert!(text.contains("3 design points of 100 futures"), "{text}");
    assert!(text.contains("drawn anew") && text.contains("3 times"), "{text}");
}

#[test]
fn text_survives_a_narrow_terminal_without_colors() {
    for (columns, arguments) in [
        ("40", vec![]),
        ("60", vec!["--method", "grid", "--vary", "model.decay=prior"]),
        (
            "60",
            vec![
                "--method",
                "grid",
                "--vary",
                "model.decay=prior",
                "--vary",
                "levers.smart-cities.scale.CHN=[5, 100]",
            ],
        ),
        ("60", vec!["--method", "morris", "--size", "8"]),
        ("60", vec!["--method", "given-data"]),
        (
            "60",
            vec!["--method", "discover", "--condition", "extra:CHN.gdp@2035 < 10"],
        ),
    ] {
        let output = jointly(&["sweep", SCENARIO, "--paths", "1000"])
            .args(&arguments)
            .env("COLUMNS", columns)
            .assert()
            .success();
        let text = String::from_utf8(output.get_output().stdout.clone()).unwrap();
        let widest = text.lines().map(|line| line.chars().count()).max().unwrap();
        assert!(
            widest <= columns.parse().unwrap(),
            "{widest} of {columns}: {text}"
        );
        assert!(
            !text.contains('\u{1b}') && !text.contains("NaN") && !text.contains("inf "),
            "{text}"
        );
    }
}

/// Every file of a directory with its bytes.
fn files(directory: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files: Vec<(String, Vec<u8>)> = fs::read_dir(directory)
        .unwrap()
        .map(|entry| {
            let entry = entry.unwrap();
            (
                entry.file_name().into_string().unwrap(),
                fs::read(entry.path()).unwrap(),
            )
        })
        .collect();
    files.sort();
    files
}

const LONG: [&str; 12] = [
    "sweep", SCENARIO, "--method", "morris", "--size", "20", "--paths", "600", "--until", "1e-9", "--quiet",
    "--out",
];

#[test]
fn an_interrupted_sweep_continues_to_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let (whole, parts) = (folder.path().join("whole"), folder.path().join("parts"));
    jointly(&LONG).arg(&whole).assert().success();
    jointly(&LONG)
        .arg(&parts)
        .args(["--most-batches", "1"])
        .assert()
        .code(130);
    assert!(!parts.join("indices.csv").exists());
    let log = fs::read(parts.join("points.log")).unwrap();
    assert!(!log.is_empty());
    // A second interruption, in the middle of writing a line.
    let resume = |arguments: &[&str]| {
        let mut command = jointly(&["sweep", "--resume"]);
        command.arg(&parts).args(arguments);
        command
    };
    resume(&["--most-batches", "1", "--threads", "2", "--quiet"])
        .assert()
        .code(130);
    let longer = fs::read(parts.join("points.log")).unwrap();
    assert!(longer.len() > log.len());
    fs::write(parts.join("points.log"), &longer[..longer.len() - 7]).unwrap();
    resume(&["--quiet"]).assert().success();
    assert_eq!(files(&whole), files(&parts));
    let names: Vec<String> = files(&whole).into_iter().map(|(name, _)| name).collect();
    assert_eq!(
        names,
        [
            "convergence.csv",
            "design.csv",
            "indices.csv",
            "manifest.json",
            "metadata.json",
            "page.json",
            "points.log",
            "run.json",
            "sweep.json"
        ]
    );
    // Once more changes nothing, and a new sweep does not overwrite it.
    resume(&["--quiet"]).assert().success();
    assert_eq!(files(&whole), files(&parts));
    jointly(&LONG).arg(&parts).assert().code(2);

    // A digit changed in the first line, a line from elsewhere, another setting.
    let good = fs::read_to_string(parts.join("points.log")).unwrap();
    let changed = good.replacen("0 ", "1 ", 1);
    for wrong in [changed.as_str(), "0 1 zz\n", "\n"] {
        fs::write(parts.join("points.log"), wrong).unwrap();
        let output = resume(&[]).assert().code(2);
        let text = String::from_utf8(output.get_output().stderr.clone()).unwrap();
        assert!(text.contains("damaged"), "{text}");
    }
    fs::write(parts.join("points.log"), &good).unwrap();
    let manifest = fs::read_to_string(parts.join("manifest.json")).unwrap();
    fs::write(
        parts.join("manifest.json"),
        manifest.replace("\"seed\": 1", "\"seed\": 2"),
    )
    .unwrap();
    resume(&[]).assert().code(2);
    fs::write(parts.join("manifest.json"), "{}").unwrap();
    resume(&[]).assert().code(2);
    jointly(&["sweep", "--resume", "src"]).assert().code(2);
}

#[cfg(unix)]
#[test]
fn control_c_keeps_finished_points() {
    let folder = tempfile::tempdir().unwrap();
    let directory = folder.path().join("sweep");
    let mut child = std::process::Command::new(assert_cmd::cargo::cargo_bin("jointly"))
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args([
            "sweep", SCENARIO, "--method", "sobol", "--size", "4096", "--paths", "2000", "--quiet", "--out",
        ])
        .arg(&directory)
        .stderr(std::process::Stdio::piped())
        .spawn()
        .unwrap();
    // Until a batch is on disk.
    let log = directory.join("points.log");
    while fs::metadata(&log).map_or(0, |file| file.len()) == 0 {
        assert!(child.try_wait().unwrap().is_none(), "it ended by itself");
        std::thread::sleep(std::time::Duration::from_millis(20));
    }
    std::process::Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status()
        .unwrap();
    let output = child.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(130));
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(text.contains("--resume"), "{text}");
    assert!(fs::read_to_string(&log).unwrap().ends_with('\n'));
}

#[test]
fn a_sweep_stops_at_a_boundary_when_intervals_are_narrow() {
    let run = |widths: &[&str]| {
        let mut command = jointly(&[
            "sweep",
            SCENARIO,
            "--method",
            "sobol-first-total",
            "--size",
            "128",
            "--paths",
            "100",
            "--vary",
            "levers.smart-cities.cost_overrun=[1, 3]",
            "--vary",
            "model.share_response=prior",
            "--outcome",
            "pilots/money.cost",
            "--outcome",
            "pilots/money.npv",
            "--format",
            "json",
        ]);
        for width in widths {
            command.args(["--until", width]);
        }
        let output = command.assert().success();
        let json: serde_json::Value = serde_json::from_slice(&output.get_output().stdout).unwrap();
        json["sweep"]["runs"].as_u64().unwrap()
    };
    // Blocks of 4 points: at an eighth of 128 rows, or all of them.
    assert_eq!(run(&["100"]), 4 * 16);
    assert_eq!(run(&["1e-12"]), 4 * 128);
    // Relative to the largest index, which is near 1 here.
    assert_eq!(run(&["1000%"]), 4 * 16);
    assert_eq!(run(&["1e-10%"]), 4 * 128);
    // A width of its own goes before that of all, and an outcome without one holds nothing up.
    assert_eq!(run(&["1e-12", "pilots/money.cost=100", "money.npv=100"]), 4 * 16);
    assert_eq!(run(&["money.npv=100"]), 4 * 16);
    assert_eq!(run(&["100", "money.npv=1e-12"]), 4 * 128);
}

/// What varies where nothing is named: of the file's own outcome what the file says, of another every uncertain input of the
/// option that is asked about; and what does not vary is told.
#[test]
fn a_ranking_varies_what_its_outcome_hangs_on_and_says_what_it_leaves_out() {
    let zone = "scenarios/northeast-far-east-zone.toml";
    let run = |file: &str, arguments: &[&str]| {
        let output = jointly(&["sweep", file, "--paths", "100", "--format", "json"])
            .args(arguments)
            .assert()
            .success();
        let json: serde_json::Value = serde_json::from_slice(&output.get_output().stdout).unwrap();
        let list = |value: &serde_json::Value| -> Vec<String> {
            let texts = value.as_array().unwrap().iter();
            texts
                .map(|text| text.as_str().or(text["path"].as_str()).unwrap().to_owned())
                .collect()
        };
        let study = &json["sweep"];
        let words = study["notes"].to_string();
        (list(&study["inputs"]), list(&study["not_varied"]), words)
    };
    let of_file = |inputs: &[String]| {
        let history = data();
        let scenario = scenario::load(Path::new(zone), &[], None, &history).unwrap();
        let named: Vec<String> = scenario
            .sweep
            .vary
            .iter()
            .map(|input| input.path.clone())
            .collect();
        assert!(!named.is_empty());
        inputs == named
    };
    let (inputs, left_out, words) = run(zone, &[]);
    assert!(of_file(&inputs), "{inputs:?}");
    let capital = left_out
        .iter()
        .find(|path| path.ends_with(".capital_cost"))
        .unwrap();
    assert!(
        words.contains("Not varied") && words.contains(capital.as_str()),
        "{words}"
    );
    // The capital cost decides the net present value: it must stand in the tornado.
    let (inputs, left_out, _) = run(zone, &["--outcome", "one zone/money.npv"]);
    assert!(inputs.contains(capital), "{inputs:?}");
    assert!(!left_out.contains(capital));
    // Another statistic of the file's outcome is the file's still.
    let (inputs, ..) = run(zone, &["--vary", "model.decay=prior"]);
    assert_eq!(inputs, ["model.decay"]);
}

/// The 5 % quantile is 0 at every point of the first eighth, and differs later: a part that has not varied is no reason to stop.
#[test]
fn an_outcome_that_has_not_varied_yet_does_not_stop_a_sweep() {
    let output = jointly(&[
        "sweep",
        SCENARIO,
        "--method",
        "sobol-first-total",
        "--vary",
        "levers.smart-cities.success=[0.5,0.97]",
        "--vary",
        "levers.smart-cities.creation=[0.05,0.3]",
        "--outcome",
        "extra:CHN.digital_economy@2035|p05",
        "--size",
        "64",
        "--paths",
        "500",
        "--seed",
        "4",
        "--until",
        "0.2",
        "--format",
        "json",
    ])
    .assert()
    .success();
    let json: serde_json::Value = serde_json::from_slice(&output.get_output().stdout).unwrap();
    let study = &json["sweep"];
    assert!(study["runs"].as_u64().unwrap() > 8 * 4, "{}", study["runs"]);
    let outcome = &study["outcomes"][0];
    assert!(
        outcome["values"]
            .as_array()
            .unwrap()
            .iter()
            .any(|value| value.as_f64() != Some(0.0))
    );
    let total = outcome["indices"]
        .as_array()
        .unwrap()
        .iter()
        .find(|index| index["index"] == "ST" && index["inputs"][0] == 0)
        .unwrap();
    assert!(total["value"].as_f64().unwrap() > 0.5, "{total}");
}

/// Conditions of several thresholds, counted against the paths of the same run.
#[test]
fn conditions_join_thresholds_as_they_are_written() {
    let history = data();
    let scenario = load(&[], &history);
    let study = |text: &str| {
        let condition = Condition::parse(&scenario, text).unwrap();
        assert_eq!(
            Condition::parse(&scenario, &condition.to_string()).unwrap(),
            condition
        );
        discovery_study(
            &history,
            &scenario,
            &[],
            &condition,
            Default::default(),
            settings(1000, 1),
            &Progress::default(),
        )
        .unwrap()
    };
    let (growth, money) = ("pilots/extra:CHN.digital_economy@2035", "pilots/money.npv");
    let joined = study(&format!(
        "{growth} >= 40 and {money} <= 20 or {growth} < 5 and {money} < 0"
    ));
    assert_eq!(joined.outcomes.len(), 2);
    let [growth_of, money_of] = [0, 1].map(|outcome| &joined.outcomes[outcome].values);
    let count = |holds: &dyn Fn(f64, f64) -> bool| {
        growth_of
            .iter()
            .zip(money_of)
            .filter(|(a, b)| holds(**a, **b))
            .count()
    };
    let expected = count(&|growth, money| (growth >= 40.0 && money <= 20.0) || (growth < 5.0 && money < 0.0));
    let found = joined.discovery.unwrap();
    assert_eq!(found.cases, expected);
    assert!(expected > 0 && expected < 1000);
    // `and` binds more tightly than `or`: read from the left it would be another number.
    let from_the_left =
        count(&|growth, money| ((growth >= 40.0 && money <= 20.0) || growth < 5.0) && money < 0.0);
    assert_ne!(from_the_left, expected);
    // A mass at zero: `<=` holds there and `<` does not.
    let zero = "pilots/extra:CHN.factor-application@2035";
    let at_most = study(&format!("{zero} <= 0")).discovery.unwrap().cases;
    let below = study(&format!("{zero} < 0")).discovery.unwrap().cases;
    assert!(at_most > below, "{at_most} {below}");
    let above = study(&format!("{zero} > 0")).discovery.unwrap().cases;
    assert_eq!(at_most + above, 1000);
}

/// A star stands for one name between dots; with `prior` for what is uncertain.
#[test]
fn a_star_varies_every_input_that_fits() {
    let history = data();
    let file = Path::new("scenarios/all-together.toml");
    let scenario = scenario::load(file, &[], None, &history).unwrap();
    let named = |key: &str, uncertain: bool| -> Vec<String> {
        let fits = |path: &str| path.starts_with("levers.") && path.ends_with(key);
        let inputs = scenario.inputs.iter().filter(|input| fits(&input.path));
        inputs
            .filter(|input| !uncertain || input.value.as_constant().is_none())
            .map(|input| input.path.clone())
            .collect()
    };
    let found = read_vary(&scenario, "levers.*.capital_cost=prior").unwrap();
    let expected = named(".capital_cost", true);
    assert!(expected.len() > 1);
    assert_eq!(
        found.iter().map(|input| input.path.clone()).collect::<Vec<_>>(),
        expected
    );
    assert!(found.iter().all(|input| input.prior));
    let expected = named(".success", false);
    // A range is taken by all of them, certain ones too.
    let all = read_vary(&scenario, "levers.*.success=[0.4, 0.6]").unwrap();
    assert_eq!(all.len(), expected.len());
    assert_eq!(all.len(), scenario.levers.len());
    // In a file, what is written out goes before a star, in whatever order.
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("stars.toml");
    let text = format!(
        "extends = {:?}\n[sweep.vary]\n\"{}\" = [0.1, 0.2]\n\"levers.*.success\" = [0.4, 0.6]\n",
        "all-together.toml", expected[0]
    );
    for name in ["all-together.toml", "baseline.toml"] {
        fs::copy(Path::new("scenarios").join(name), folder.path().join(name)).unwrap();
    }
    fs::write(&copy, text).unwrap();
    let scenario = scenario::load(&copy, &[], None, &history).unwrap();
    let own = scenario
        .sweep
        .vary
        .iter()
        .find(|input| input.path == expected[0])
        .unwrap();
    assert_eq!(own.range.support(), (0.1, 0.2));
    let other = scenario
        .sweep
        .vary
        .iter()
        .find(|input| input.path == expected[1])
        .unwrap();
    assert_eq!(other.range.support(), (0.4, 0.6));
}

/// Whoever has the design and its outcomes finds the same indices: inputs are analysed as the values that stand there.
#[test]
fn the_design_reproduces_every_index() {
    let history = data();
    let scenario = load(&[], &history);
    let study = complete(
        &Sweep::new(
            &history,
            &scenario,
            request(
                &scenario,
                &latin_hypercube::LatinHypercube,
                64,
                // Skewed, so that lines in values and in probabilities differ.
                &[
                    "levers.smart-cities.creation=prior",
                    "model.decay={ lognormal = { median = 0.03, sd_log = 0.8 } }",
                ],
                &["pilots/extra:CHN.digital_economy@2035"],
                settings(256, 1),
            ),
        )
        .unwrap(),
    );
    let columns: Vec<Vec<f64>> = study.inputs.iter().map(|input| input.values.clone()).collect();
    let outcome = &study.outcomes[0];
    let again = jointly::sensitivity::given_data::indices(&columns, &outcome.values, study.seed).unwrap();
    assert_eq!(again.indices.len(), outcome.indices.len());
    for (again, index) in again.indices.iter().zip(&outcome.indices) {
        assert_eq!(
            (again.name, again.value, again.interval),
            (index.index, index.value, index.interval)
        );
    }
}

#[test]
fn a_grid_takes_the_levels_that_are_stated() {
    let vary = [
        "levers.smart-cities.effectiveness={ choice = { 0.5 = 0.2, 0.7 = 0.7, 0.9 = 0.1 } }",
        "levers.smart-cities.scale.CHN={ choice = [10, 40] }",
    ];
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out").display().to_string();
    let arguments = [
        "sweep", SCENARIO, "--method", "grid", "--vary", vary[0], "--vary", vary[1],
    ];
    let rest = [
        "--outcome",
        "money.npv",
        "--paths",
        "200",
        "--quiet",
        "--out",
        &out,
    ];
    jointly(&[&arguments[..], &rest].concat()).assert().success();
    let text = fs::read_to_string(folder.path().join("out/design.csv")).unwrap();
    let points: Vec<(String, String)> = text
        .lines()
        .skip(1)
        .map(|line| {
            let cells: Vec<&str> = line.split(',').collect();
            (cells[1].to_owned(), cells[2].to_owned())
        })
        .collect();
    let expected =
        ["0.5", "0.7", "0.9"].map(|one| ["10", "40"].map(|other| (one.to_owned(), other.to_owned())));
    assert_eq!(points, expected.concat(), "{text}");
    for (wrong, expected) in [
        ("levers.smart-cities.effectiveness=[0.1, 0.2, 0.3]", "choice"),
        (
            "levers.smart-cities.effectiveness={ choice = [0.5, 1.5] }",
            "1.5 is out of bounds",
        ),
        (
            "levers.smart-cities.effectiveness={ choice = { 0.5 = 0.2, 0.6 = 0.2 } }",
            "add up to 1",
        ),
        (
            "levers.smart-cities.effectiveness={ choice = { a = 1 } }",
            "`a` is not a number",
        ),
    ] {
        let assert = jointly(&["sweep", SCENARIO, "--vary", wrong]).assert().code(2);
        let text = String::from_utf8(assert.get_output().stderr.clone()).unwrap();
        assert!(text.contains(expected), "{wrong}: {text}");
    }
}

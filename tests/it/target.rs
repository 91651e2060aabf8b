//! Values of an input that reach a target: against closed forms on paths that are read from the model directly.

use jointly::{
    analysis::{Course, TargetAnswer, TargetInput, TargetPlan, Want, sweep::Condition},
    base::Selector,
    engine::Progress,
};

use crate::common::{self, each_path, json, plan_of, printed_on_80, settings, with};

const SCENARIO: &str = "scenarios/china-korea-smart-cities.toml";
const INPUT: &str = "levers.laboratories.capital_cost";
const RANGE: [f64; 2] = [0.0, 400.0];
const PATHS: u64 = 512;

const LEVERS: &str = r#"
horizon = 2030
economies = ["CHN", "KOR"]
[levers.laboratories]
kind = "joint_laboratories"
partners = ["CHN", "KOR"]
start = 2026
scale = 50
[levers.talent]
kind = "talent_exchange"
partners = ["CHN", "KOR"]
start = 2026
scale = 2
[options]
laboratories = ["laboratories"]
talent = ["talent"]
"#;

/// The net present value of the options on every path.
fn npv(value: f64, seed: u64) -> [Vec<f64>; 2] {
    let scenario = with(&common::scenario(LEVERS), INPUT, value);
    let plan = plan_of(&scenario);
    let mut found = [Vec::new(), Vec::new()];
    each_path(
        &plan,
        seed,
        PATHS.div_ceil(jointly::random::BLOCK as u64),
        |block, lane| {
            for (option, values) in found.iter_mut().enumerate() {
                if values.len() < PATHS as usize {
                    let benefit: f64 = (0..2)
                        .map(|economy| block.extra_gdp[option + 1][economy][lane])
                        .sum();
                    values.push(benefit - block.costs[option][lane]);
                }
            }
        },
    );
    found
}

/// Net present values are straight lines in the capital cost: by path, that at 0 and the slope.
fn lines(seed: u64) -> Vec<(f64, f64)> {
    let [none, all] = [RANGE[0], RANGE[1]].map(|value| npv(value, seed)[0].clone());
    none.iter()
        .zip(&all)
        .map(|(none, all)| (*none, (all - none) / (RANGE[1] - RANGE[0])))
        .collect()
}

fn search(want: Want, seed: u64) -> TargetAnswer {
    let input = TargetInput {
        path: INPUT.to_owned(),
        range: RANGE,
    };
    let data = common::history();
    let target = TargetPlan::new(
        &data,
        &common::scenario(LEVERS),
        want,
        input,
        settings(PATHS, seed),
    )
    .unwrap();
    target
        .run(&Progress::default())
        .unwrap_or_else(|error| panic!("{error:?}"))
}

fn share(condition: &str, share: f64) -> Want {
    Want::Share {
        conditions: vec![Condition::parse(&common::scenario(LEVERS), condition).unwrap()],
        share,
    }
}

/// A sixteenth of the range, divided by 8^4: how close a crossing is found.
const WIDTH: f64 = (RANGE[1] - RANGE[0]) / 65_536.0;

#[test]
fn the_break_even_value_and_its_interval_are_those_of_the_closed_form() {
    let lines = lines(3);
    let count = lines.len() as f64;
    let mean = |of: &dyn Fn(&(f64, f64)) -> f64| lines.iter().map(of).sum::<f64>() / count;
    let (level, slope) = (mean(&|line| line.0), mean(&|line| line.1));
    let found = search(
        Want::Number {
            selector: Selector::parse("money.npv").unwrap(),
            number: 0.0,
        },
        3,
    );
    let [change] = found.changes.as_slice() else {
        panic!("{:?}", found.changes)
    };
    assert_eq!(found.course, Some(Course::Falling));
    assert_eq!((change.change.from, change.change.to), (0, 1));
    let root = -level / slope;
    assert!(
        (change.change.first - root).abs() <= 1.01 * WIDTH,
        "{change:?} {root}"
    );
    // |mean(x)| = t · error(x), with the error from the means of the eight groups and t of seven degrees of freedom, is a quadratic equation
    // in x.
    let t = 2.364_624_251_592_784_f64;
    let groups: Vec<(f64, f64)> = lines
        .chunks(64)
        .map(|group| {
            let of = |of: &dyn Fn(&(f64, f64)) -> f64| group.iter().map(of).sum::<f64>() / 64.0;
            (of(&|line| line.0), of(&|line| line.1))
        })
        .collect();
    let products = |of: &dyn Fn(&(f64, f64)) -> f64| t * t * groups.iter().map(of).sum::<f64>() / 7.0 / 8.0;
    let a = slope * slope - products(&|own| (own.1 - slope) * (own.1 - slope));
    let b = 2.0 * (level * slope - products(&|own| (own.0 - level) * (own.1 - slope)));
    let c = level * level - products(&|own| (own.0 - level) * (own.0 - level));
    let half = (b * b - 4.0 * a * c).sqrt();
    let ends = [(-b - half) / (2.0 * a), (-b + half) / (2.0 * a)];
    for (end, exact) in change.change.interval.iter().zip(ends) {
        match end {
            Some(end) => assert!((end - exact).abs() <= 2.0 * WIDTH, "{end} {exact}"),
            None => assert!(!(RANGE[0]..=RANGE[1]).contains(&exact), "{exact}"),
        }
    }
    assert!(change.change.interval.iter().any(Option::is_some));
}

#[test]
fn the_value_for_a_share_is_the_order_statistic_of_the_paths() {
    let lines = lines(5);
    let mut points: Vec<f64> = lines.iter().map(|(level, slope)| -level / slope).collect();
    points.sort_by(f64::total_cmp);
    let above =
        |cost: f64| points.iter().filter(|point| **point >= cost).count() as f64 / points.len() as f64;
    // Shares that some value inside the range reaches.
    for wanted in [40.0, 150.0, 300.0].map(|cost| above(cost) - 1e-6) {
        let found = search(share("money.npv >= 0", wanted), 5);
        let change = found.changes[0].change;
        // As many paths as are wanted break even at that cost or a higher one.
        let needed = (wanted * points.len() as f64).ceil() as usize;
        let exact = points[points.len() - needed];
        assert!(
            (change.last - exact).abs() <= 1.01 * WIDTH,
            "{wanted}: {change:?} {exact}"
        );
        let reached = points.iter().filter(|point| **point >= change.last).count() as f64;
        let told = found.changes[0].before.value.value;
        assert!((told - reached / points.len() as f64).abs() < 1e-12);
    }
    // More than reach it at no cost at all.
    let best = above(0.0);
    let never = search(share("money.npv >= 0", 0.5 * (best + 1.0)), 5);
    assert!(never.changes.is_empty() && best < 1.0);
    let farthest = never.farthest.unwrap();
    assert_eq!((farthest.at, farthest.value.value), (0.0, best));
}

#[test]
fn the_interval_of_a_share_holds_the_value_of_many_futures_as_often_as_it_says() {
    let truth = 150.0;
    let all: Vec<f64> = (100..124)
        .flat_map(lines)
        .map(|(level, slope)| -level / slope)
        .collect();
    let wanted = all.iter().filter(|point| **point >= truth).count() as f64 / all.len() as f64;
    let error = (wanted * (1.0 - wanted) / PATHS as f64).sqrt();
    let held = (0..24).filter(|seed| {
        let found = search(share("money.npv >= 0", wanted), *seed);
        match found.changes.first() {
            Some(found) => {
                let [low, high] = found.change.interval;
                low.is_none_or(|low| low <= truth) && high.is_none_or(|high| truth <= high)
            }
            // No value reaches it on these futures, but some come within the error.
            None => wanted - found.farthest.unwrap().value.value <= 1.96 * error,
        }
    });
    // Binomial with 24 draws of 0.95: below 20 in fewer than one of a hundred.
    assert!(held.count() >= 20);
}

#[test]
fn the_value_at_which_the_best_option_changes_is_where_the_lines_cross() {
    let lines = lines(7);
    let talent = npv(0.0, 7)[1].clone();
    let mean = |values: Vec<f64>| values.iter().sum::<f64>() / values.len() as f64;
    let level = mean(lines.iter().map(|line| line.0).collect());
    let slope = mean(lines.iter().map(|line| line.1).collect());
    let exact = (mean(talent) - level) / slope;
    let found = search(
        Want::Best {
            outcome: Selector::parse("money.npv").unwrap(),
        },
        7,
    );
    let [change] = found.changes.as_slice() else {
        panic!("{:?}", found.changes)
    };
    assert_eq!((change.change.from, change.change.to), (1, 2));
    assert!(
        (change.change.first - exact).abs() <= 1.01 * WIDTH,
        "{change:?} {exact}"
    );
    let [low, high] = change.change.interval;
    assert!(low.unwrap() < exact && exact < high.unwrap());
}

#[test]
fn several_conditions_hold_together_no_more_often_than_each_alone() {
    let answer = json(&[
        "target",
        SCENARIO,
        "--want",
        "money.npv >= 0",
        "--want",
        "extra:KOR.gdp >= 0.5",
        "--with",
        "0.4",
        "--by",
        "model.gdp_response",
        "--paths",
        "500",
    ]);
    let after = &answer["target"]["changes"][0]["after"];
    let together = after["value"]["value"].as_f64().unwrap();
    let parts: Vec<f64> = after["parts"]
        .as_array()
        .unwrap()
        .iter()
        .map(|part| part.as_f64().unwrap())
        .collect();
    assert!(together >= 0.4 && parts.len() == 2);
    assert!(
        parts.iter().all(|part| together <= *part) && together >= parts[0] + parts[1] - 1.0,
        "{parts:?}"
    );
}

#[test]
fn the_answer_fits_a_screen_and_is_the_same_at_any_number_of_threads() {
    let folder = tempfile::tempdir().unwrap();
    let (page, out) = (folder.path().join("page.html"), folder.path().join("out"));
    // An input that changes the futures themselves, too.
    for input in [
        "levers.smart-cities.capital_cost",
        "model.persistence=[0.7, 0.95]",
    ] {
        let base = [
            "target",
            SCENARIO,
            "--want",
            "extra:CHN.gdp >= 5",
            "--with",
            "0.4",
            "--by",
            input,
            "--paths",
            "300",
        ];
        let answer = printed_on_80(&base);
        assert!(answer.lines().count() <= 30, "{answer}");
        assert!(
            answer.lines().all(|line| line.chars().count() <= 80) && !answer.contains("NaN"),
            "{answer}"
        );
        let threads = |count: &str| printed_on_80(&[&base[..], &["--json", "--threads", count]].concat());
        assert_eq!(threads("1"), threads("3"));
    }
    let names = [page.display().to_string(), out.display().to_string()];
    printed_on_80(&[
        "target",
        SCENARIO,
        "--best",
        "--by",
        "model.gdp_response",
        "--paths",
        "300",
        "--out",
        &names[1],
        "--parquet",
        "--report",
        &names[0],
    ]);
    let html = std::fs::read_to_string(&page).unwrap();
    assert!(html.contains("How it goes with the input") && html.len() < 900_000);
    for name in [
        "changes.csv",
        "course.csv",
        "course.parquet",
        "target.json",
        "run.json",
        "metadata.json",
    ] {
        assert!(out.join(name).exists(), "{name}");
    }
}

#[test]
fn what_cannot_be_looked_for_is_refused_with_a_hint() {
    let input = "levers.smart-cities.success";
    for (arguments, expected) in [
        (vec!["--by", input], "there is nothing that is wanted"),
        (
            vec!["--by", input, "--best", "--want", "money.npv = 0"],
            "are two questions",
        ),
        (
            vec!["--by", input, "--best", "--with", "0.5"],
            "--with belongs to --want",
        ),
        (vec!["--by", input, "--best", "CHN.gpd"], "--best"),
        (
            vec!["--by", input, "--want", "money.npv >= 0", "--with", "1"],
            "--with: expected a share",
        ),
        (
            vec!["--by", input, "--want", "money.npv = 0", "--with", "0.5"],
            "not to an equality",
        ),
        (
            vec!["--by", input, "--want", "money.npv = 0", "--want", "CHN.gdp > 1"],
            "together with others",
        ),
        (
            vec!["--by", input, "--want", "money.npv = zero"],
            "`zero` is not a number",
        ),
        (
            vec!["--by", input, "--want", "money.bcr = 1"],
            "ask for `money.npv = 0`",
        ),
        (
            vec!["--by", input, "--want", "money.npv|sd = 1"],
            "standard deviation",
        ),
        (
            vec!["--by", input, "--want", "money.npv|p05 >= 1"],
            "names a statistic",
        ),
        (
            vec!["--by", input, "--want", "CHN.gdp@2099 >= 1"],
            "behind the horizon",
        ),
        (
            vec!["--by", "levers.smart-cities.succes", "--best"],
            "did you mean",
        ),
        (vec!["--by", "levers.*.success", "--best"], "is not one input"),
        (vec!["--by", "model.gdp_response=prior", "--best"], "is no range"),
        (
            vec!["--by", "levers.smart-cities.success=[0.5, 2]", "--best"],
            "above 1",
        ),
        (
            vec!["--by", "model.shock_df=[0, 5]", "--best"],
            "takes no value above 0",
        ),
        (
            vec!["--by", input, "--best", "--paths", "1e8"],
            "too many to keep",
        ),
    ] {
        let all = [&["target", SCENARIO], arguments.as_slice()].concat();
        let assert = common::jointly(&all).assert().code(2);
        let text = String::from_utf8(assert.get_output().stderr.clone()).unwrap();
        assert!(text.contains(expected), "{arguments:?}: {text}");
        assert!(assert.get_output().stdout.is_empty());
    }
}

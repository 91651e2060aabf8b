//! Comparing options and attributing an effect to levers: against brute force over stored paths, and as users meet it.

use std::{fs, path::Path};

use jointly::{
    analysis::{
        AttributionPlan, CompareSettings, EvaluationError, OptionComparison, Outcome, VALUES, compare,
        compared_effect, compared_outcome,
    },
    base::{Metric, Place, Selector},
    decision::{Criterion, Method, Position, Verdict},
    engine::{Halt, Progress, Settings},
    model::{BlockView, Kernel, Needs, Observer, Plan, Simulator, YearView},
    outcomes::Comparison,
    random::BLOCK,
    scenario::{self, Scenario},
    session::{Inputs, Session},
};

use crate::common::{self, jointly};

const TWO: &str = r#"
title = "Two levers"
[levers.cities]
kind = "smart_city_pilots"
partners = ["CHN", "KOR"]
start = 2026
scale = { CHN = 20, KOR = 2 }
[levers.zone]
kind = "digital_free_trade_zone"
partners = ["CHN", "RUS"]
start = 2027
scale = 1
trade_base = 26.4
[levers.talent]
kind = "talent_exchange"
partners = ["CHN", "JPN", "KOR"]
start = 2026
scale = 2
[options]
"cities" = ["cities"]
"zone" = ["zone"]
"all" = ["cities", "zone", "talent"]
"zone again" = ["zone"]
"#;

/// Neither one block nor a whole number of blocks.
const PATHS: u64 = 1300;

fn scenario(text: &str) -> Scenario {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("two.toml");
    fs::write(&path, text).unwrap();
    scenario::load(&path, &[], Some(2030), &common::history()).unwrap_or_else(|errors| panic!("{errors}"))
}

fn plan(text: &str) -> Plan {
    Plan::new(&common::history(), &scenario(text)).unwrap()
}

fn settings(threads: usize) -> Settings {
    Settings {
        paths: PATHS,
        seed: 3,
        threads,
        kernel: Kernel::detect(),
        shard: jointly::random::Shard::WHOLE,
    }
}

fn outcome(plan: &Plan, text: &str) -> Outcome {
    compared_outcome(plan, &Selector::parse(text).unwrap()).unwrap()
}

const OUTCOMES: [&str; 3] = ["extra:group.digital_economy@horizon", "KOR.gap@2030", "money.npv"];

fn compared(plan: &Plan, reference: usize, threads: usize) -> OptionComparison {
    compared_by(plan, "money.benefit", reference, threads)
}

fn compared_by(plan: &Plan, effect: &str, reference: usize, threads: usize) -> OptionComparison {
    let compared = CompareSettings {
        reference,
        outcomes: OUTCOMES.map(|text| outcome(plan, text)).to_vec(),
        effect: compared_effect(plan, &Selector::parse(effect).unwrap()).unwrap(),
        thresholds: vec![1.0],
        optimism: 0.25,
        values: VALUES.to_vec(),
    };
    compare(plan, &compared, settings(threads), &Progress::default()).unwrap()
}

/// What one option does on one path, read from the model directly.
#[derive(Clone, Default)]
struct PathNumbers {
    group: f64,
    group_baseline: f64,
    korean_gap: f64,
    cost: f64,
    benefit: f64,
    digital: f64,
}

/// By option and path.
struct Store<'a> {
    plan: &'a Plan,
    numbers: Vec<Vec<PathNumbers>>,
    lanes: usize,
}

impl Store<'_> {
    fn all(plan: &Plan) -> Vec<Vec<PathNumbers>> {
        let mut store = Store {
            plan,
            numbers: vec![Vec::new(); plan.options().len()],
            lanes: 0,
        };
        let mut simulator = Simulator::new(plan, Kernel::detect(), Needs::ALL);
        for block in 0..PATHS.div_ceil(BLOCK as u64) {
            store.lanes = (PATHS - block * BLOCK as u64).min(BLOCK as u64) as usize;
            simulator.run(3, block, &mut store);
        }
        store.numbers
    }
}

impl Observer for Store<'_> {
    fn year(&mut self, view: YearView<'_>) {
        if view.step != self.plan.projected_years() {
            return;
        }
        let places: Vec<Place> = self.plan.places().collect();
        let group = places.len() - 1;
        let korea = places
            .iter()
            .position(|place| place.to_string() == "KOR")
            .unwrap();
        for option in 0..self.numbers.len() {
            for lane in 0..self.lanes {
                self.numbers[option].push(PathNumbers {
                    group: view.metric(option, group, Metric::DigitalEconomy)[lane],
                    group_baseline: view.metric(0, group, Metric::DigitalEconomy)[lane],
                    korean_gap: view.metric(option, korea, Metric::Gap)[lane],
                    ..PathNumbers::default()
                });
            }
        }
    }

    fn block(&mut self, view: BlockView<'_>) {
        for (option, numbers) in self.numbers.iter_mut().enumerate() {
            let start = numbers.len() - self.lanes;
            for (lane, numbers) in numbers[start..].iter_mut().enumerate() {
                for economy in 0..self.plan.economies().len() {
                    numbers.benefit += view.extra_gdp(option, economy)[lane];
                    numbers.digital += view.extra_digital(option, economy)[lane];
                }
                for &lever in view.levers_of(option) {
                    numbers.cost += view.lever_cost(option, lever)[lane];
                }
            }
        }
    }
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

fn variance(values: &[f64]) -> f64 {
    let center = mean(values);
    values.iter().map(|value| (value - center).powi(2)).sum::<f64>() / (values.len() - 1) as f64
}

/// The standard error of a mean by the spread of 64 paths at a time (docs/model.md §9).
fn error(values: &[f64]) -> f64 {
    let center = mean(values);
    let groups: Vec<&[f64]> = values.chunks(64).collect();
    let spread = groups
        .iter()
        .map(|group| group.len() as f64 * (mean(group) - center).powi(2));
    (spread.sum::<f64>() / (groups.len() - 1) as f64 / values.len() as f64).sqrt()
}

/// Sums of 1,300 rounded numbers differ by far less than this part of their size.
fn close(actual: f64, expected: f64, what: &str) {
    assert!(
        (actual - expected).abs() <= 1e-9 * expected.abs().max(1e-3),
        "{what}: {actual}, expected {expected}"
    );
}

#[test]
fn numbers_agree_with_brute_force_over_stored_paths() {
    let plan = plan(TWO);
    let stored = Store::all(&plan);
    let result = compared(&plan, 0, 0);
    assert_eq!(result.paths, PATHS);
    assert_eq!(
        result.options,
        ["baseline", "cities", "zone", "all", "zone again"]
    );
    let figures: [&dyn Fn(&PathNumbers) -> f64; 3] = [
        &|path| path.group - path.group_baseline,
        &|path| path.korean_gap,
        &|path| path.benefit - path.cost,
    ];
    for (outcome, figure) in result.outcomes.iter().zip(figures) {
        let values: Vec<Vec<f64>> = stored
            .iter()
            .map(|paths| paths.iter().map(figure).collect())
            .collect();
        let sign = if outcome.outcome.contains("gap") {
            -1.0
        } else {
            1.0
        };
        let paths = PATHS as usize;
        let best: Vec<f64> = (0..paths)
            .map(|path| values.iter().map(|of| sign * of[path]).fold(f64::MIN, f64::max))
            .collect();
        for (option, own) in values.iter().enumerate() {
            let what = format!("{} of option {option}", outcome.outcome);
            let summary = &outcome.comparison.options[option];
            close(summary.mean.value, mean(own), &what);
            close(summary.mean.standard_error.unwrap(), error(own), &what);
            let robustness = &outcome.comparison.robustness[option];
            let regrets: Vec<f64> = (0..paths).map(|path| best[path] - sign * own[path]).collect();
            close(robustness.criteria.mean_regret, mean(&regrets), &what);
            close(
                robustness.criteria.max_regret,
                regrets.iter().copied().fold(0.0, f64::max),
                &what,
            );
            let worst = sign * own.iter().map(|value| sign * value).fold(f64::MAX, f64::min);
            let top = sign * own.iter().map(|value| sign * value).fold(f64::MIN, f64::max);
            close(robustness.criteria.worst, worst, &what);
            close(robustness.criteria.hurwicz, 0.25 * top + 0.75 * worst, &what);
            if outcome.threshold.is_some() {
                let met = own.iter().filter(|value| **value >= 1.0).count() as f64;
                close(
                    robustness.criteria.satisficing.unwrap(),
                    met / PATHS as f64,
                    &what,
                );
            }
            // Without levers the same bits come out wherever an option changes nothing: ties are exact.
            let shares: Vec<f64> = (0..paths)
                .map(|path| {
                    let tie = |of: &Vec<f64>| best[path] - sign * of[path] <= 1e-9;
                    if tie(own) {
                        1.0 / values.iter().filter(|of| tie(of)).count() as f64
                    } else {
                        0.0
                    }
                })
                .collect();
            close(
                outcome.comparison.contest.standings[option].best.value,
                mean(&shares),
                &what,
            );
            for (other, reference) in values.iter().enumerate().filter(|(other, _)| *other != option) {
                let pair = outcome.comparison.contest.pair(option, other).unwrap();
                let differences: Vec<f64> = own.iter().zip(reference).map(|(a, b)| a - b).collect();
                close(pair.difference.mean.value, mean(&differences), &what);
                close(
                    pair.difference.mean.standard_error.unwrap(),
                    error(&differences),
                    &what,
                );
                // Of an extra the levels count: independent runs would have baselines of their own.
                let level = |option: usize| -> Vec<f64> {
                    if outcome.extra {
                        stored[option].iter().map(|path| path.group).collect()
                    } else {
                        values[option].clone()
                    }
                };
                if let Some(ratio) = pair.variance_ratio {
                    let independent = variance(&level(option)) + variance(&level(other));
                    close(ratio, independent / variance(&differences), &what);
                }
            }
        }
    }
}

#[test]
fn money_agrees_with_brute_force_and_with_a_run() {
    let plan = plan(TWO);
    let stored = Store::all(&plan);
    // The gap is better small: the effect is how much less of it there is, in percentage points, against the baseline.
    let less_gap = |option: usize, path: usize| -> f64 {
        100.0 * (stored[0][path].korean_gap - stored[option][path].korean_gap)
    };
    let extra_gdp = |option: usize, path: usize| -> f64 { stored[option][path].benefit };
    let result = compared(&plan, 0, 0);
    assert_eq!(
        (result.effect.unit.as_str(), result.effect.label.as_str()),
        ("USD bn", "extra GDP, present value")
    );
    check_money(&plan, &stored, &result, &extra_gdp);
    let result = compared_by(&plan, "KOR.gap@2030", 0, 0);
    assert_eq!(
        (result.effect.unit.as_str(), result.effect.label.as_str()),
        ("percentage point", "less gap of Korea in 2030")
    );
    assert_eq!(result.effect.outcome, "extra:KOR.gap@2030");
    check_money(&plan, &stored, &result, &less_gap);
}

#[test]
fn what_harms_or_is_dominated_has_no_price() {
    let plan = plan(TWO);
    // The effect that all options have less of than the baseline is one that they harm.
    for effect in [
        "money.benefit",
        "KOR.gap@2030",
        "money.npv",
        "extra:CHN.share@2030",
    ] {
        let result = compared_by(&plan, effect, 0, 0);
        let mut without = 0;
        for (option, money) in result.cost_effectiveness.options.iter().enumerate() {
            let dominated = matches!(money.position, Position::Dominated { .. });
            let harms = money.effect.value <= 0.0;
            if dominated || harms {
                assert_eq!(money.ratio_to_reference, None, "{effect}: {option}");
                assert_eq!(result.increment(option), None, "{effect}: {option}");
                without += usize::from(option > 0);
            }
            if let Some(ratio) = result.increment(option) {
                assert!(ratio.ratio.value > 0.0, "{effect}: {option}");
            }
            if let Some(ratio) = result.ratios[option].cost_per_digital {
                assert!(ratio.ratio.value > 0.0, "{effect}: {option}");
            }
        }
        println!("{effect}: {without} options without a price");
    }
    for (wrong, why) in [
        ("money.cost", "is the cost itself"),
        ("KOR.closure", "ratio to a gap"),
        ("cities/CHN.gdp", "names an option"),
    ] {
        let error = compared_effect(&plan, &Selector::parse(wrong).unwrap()).unwrap_err();
        assert!(error.to_string().contains(why), "{error}");
    }
}

/// Costs, effects, ratios and net benefits of a comparison against stored paths.
fn check_money(
    plan: &Plan,
    stored: &[Vec<PathNumbers>],
    result: &OptionComparison,
    effect: &dyn Fn(usize, usize) -> f64,
) {
    let run = common::run(plan, settings(0));
    for (option, paths) in stored.iter().enumerate() {
        let of = |figure: &dyn Fn(&PathNumbers) -> f64| -> Vec<f64> { paths.iter().map(figure).collect() };
        let (cost, benefit, digital) = (
            of(&|path| path.cost),
            of(&|path| path.benefit),
            of(&|path| path.digital),
        );
        let effects: Vec<f64> = (0..PATHS as usize).map(|path| effect(option, path)).collect();
        let money = &result.cost_effectiveness.options[option];
        close(money.cost.value, mean(&cost), "cost");
        close(money.effect.value, mean(&effects), "effect");
        if option == 0 {
            assert!(result.account(0).is_none() && result.ratios[0].benefit_cost.is_none());
            continue;
        }
        close(
            result.ratios[option].benefit_cost.unwrap().ratio.value,
            mean(&benefit) / mean(&cost),
            "benefit per cost",
        );
        close(
            result.ratios[option].cost_per_digital.unwrap().ratio.value,
            mean(&cost) / mean(&digital),
            "cost per digital",
        );
        // The account is that of `jointly run`, bit for bit.
        assert_eq!(result.account(option), run.money.get(option - 1));
    }
    for point in &result.cost_effectiveness.acceptability {
        let worth =
            |option: usize, path: usize| point.value * effect(option, path) - stored[option][path].cost;
        for option in 0..result.options.len() {
            let benefits: Vec<f64> = (0..PATHS as usize).map(|path| worth(option, path)).collect();
            let found = point.net_benefits[option].value;
            assert!(
                (found - mean(&benefits)).abs() < 1e-9 * (1.0 + point.value),
                "{found}"
            );
        }
        close(point.shares.iter().map(|share| share.value).sum(), 1.0, "shares");
    }
    // The extra of a run is the option of the comparison.
    let row = run
        .last("all", Comparison::Extra, Place::Group, Metric::DigitalEconomy)
        .unwrap();
    close(
        result.outcomes[0].comparison.options[3].mean.value,
        row.statistics.mean,
        "extra",
    );
}

#[test]
fn an_option_and_itself_tie_with_exactly_no_difference() {
    let plan = plan(TWO);
    let result = compared(&plan, 2, 0);
    assert_eq!(
        result.options,
        ["zone", "baseline", "cities", "all", "zone again"]
    );
    for outcome in &result.outcomes {
        let pair = outcome.comparison.contest.pair(4, 0).unwrap();
        assert_eq!((pair.difference.mean.value, pair.difference.sd), (0.0, Some(0.0)));
        assert_eq!(
            (pair.ties, pair.beats.value, pair.variance_ratio),
            (1.0, 0.5, None)
        );
        let standings = &outcome.comparison.contest.standings;
        assert_eq!(standings[0], standings[4]);
        let twins = |dominance: &&jointly::decision::Dominance| {
            (dominance.option, dominance.over) == (0, 4) || (dominance.option, dominance.over) == (4, 0)
        };
        for dominance in outcome.comparison.dominance.iter().filter(twins) {
            assert_eq!(dominance.first_order, Verdict::Equal);
        }
        for criterion in Criterion::ALL {
            let best = outcome.comparison.best(criterion);
            assert_eq!(best.contains(&0), best.contains(&4), "{criterion:?}");
        }
    }
}

#[test]
fn threads_do_not_change_a_digit() {
    let plan = plan(TWO);
    let one = compared(&plan, 0, 1);
    let attribution = AttributionPlan::new(&plan, 3, None, 3).unwrap();
    let sampled = AttributionPlan::new(&plan, 3, Some(2), 3).unwrap();
    let outcomes = [outcome(&plan, OUTCOMES[0]), outcome(&plan, "money.npv")];
    let attributed = |plan: &AttributionPlan<'_>, threads| {
        plan.run(&outcomes, settings(threads), &Progress::default())
            .unwrap()
    };
    let (exact, orders) = (attributed(&attribution, 1), attributed(&sampled, 1));
    for threads in [2, 8] {
        assert!(compared(&plan, 0, threads) == one);
        assert!(attributed(&attribution, threads) == exact);
        assert!(attributed(&sampled, threads) == orders);
    }
}

#[test]
fn parts_add_up_and_agree_with_options_that_hold_the_subsets() {
    // Every subset of two levers, as options of its own.
    let text = format!("{TWO}\n\"pair\" = [\"cities\", \"zone\"]\n");
    let plan = plan(&text);
    let stored = Store::all(&plan);
    let position = |name: &str| plan.options().position(|option| option == name).unwrap();
    let extra = |name: &str| -> Vec<f64> {
        stored[position(name)]
            .iter()
            .map(|path| path.group - path.group_baseline)
            .collect()
    };
    let attribution = AttributionPlan::new(&plan, position("pair"), None, 3).unwrap();
    assert_eq!((attribution.subsets(), attribution.method()), (4, Method::Exact));
    let outcomes = [outcome(&plan, OUTCOMES[0])];
    let result = attribution
        .run(&outcomes, settings(0), &Progress::default())
        .unwrap();
    assert_eq!(result.levers, ["cities", "zone"]);
    let found = &result.outcomes[0].attribution;
    let (cities, zone, both) = (mean(&extra("cities")), mean(&extra("zone")), mean(&extra("pair")));
    // φ of the first of two players: half of what it brings alone and half of what it adds to the other.
    close(
        found.players[0].mean.value,
        0.5 * (cities + both - zone),
        "cities",
    );
    close(found.players[1].mean.value, 0.5 * (zone + both - cities), "zone");
    close(found.total.mean.value, both, "both");
    // Rounding of levels of about 10⁵ USD bn.
    assert!(found.largest_gap < 1e-9, "{}", found.largest_gap);
    // Sampled orders agree within a few errors; with two levers an order and its reverse are all orders.
    let sampled = AttributionPlan::new(&plan, position("pair"), Some(2), 3).unwrap();
    let sampled = sampled.run(&outcomes, settings(0), &Progress::default()).unwrap();
    close(
        sampled.outcomes[0].attribution.players[0].mean.value,
        found.players[0].mean.value,
        "sampled",
    );
}

#[test]
fn a_lever_alone_contributes_what_a_run_reports() {
    let plan = plan(TWO);
    let run = common::run(&plan, settings(0));
    let attribution = AttributionPlan::new(&plan, 1, None, 3).unwrap();
    let result = attribution
        .run(
            &[outcome(&plan, "extra:CHN.gdp@2030")],
            settings(0),
            &Progress::default(),
        )
        .unwrap();
    let china = plan.places().find(|place| place.to_string() == "CHN").unwrap();
    let row = run.last("cities", Comparison::Extra, china, Metric::Gdp).unwrap();
    let found = &result.outcomes[0].attribution.players[0];
    assert_eq!(found.mean.value, row.statistics.mean);
    assert_eq!(found.summary.sd, Some(row.statistics.sd));
}

#[test]
fn more_levers_than_can_be_combined_are_sampled() {
    let mut text = String::new();
    for lever in 0..14 {
        text.push_str(&format!(
            "[levers.l{lever:02}]\nkind = \"think_tank_forum\"\npartners = [\"CHN\", \"KOR\"]\nstart = 2026\nscale = {}\n",
            lever + 1
        ));
    }
    let plan = plan(&text);
    let attribution = AttributionPlan::new(&plan, 1, None, 3).unwrap();
    assert_eq!(attribution.method(), Method::Permutations { pairs: 2, seed: 3 });
    assert_eq!(attribution.subsets(), 2 + 4 * 13);
    let settings = Settings {
        paths: 1024,
        ..settings(0)
    };
    let result = attribution
        .run(&[outcome(&plan, "money.cost")], settings, &Progress::default())
        .unwrap();
    let found = &result.outcomes[0].attribution;
    let parts: f64 = found.players.iter().map(|player| player.mean.value).sum();
    close(parts, found.total.mean.value, "sum");
    // Costs simply add, whatever the order.
    for (lever, player) in found.players.iter().enumerate() {
        assert!(player.mean.value > 0.0, "lever {lever}");
    }
}

#[test]
fn a_stopped_run_gives_nothing() {
    let plan = plan(TWO);
    let progress = Progress::default();
    progress.stop();
    let attribution = AttributionPlan::new(&plan, 3, None, 3).unwrap();
    assert_eq!(
        attribution
            .run(&[outcome(&plan, "money.npv")], settings(2), &progress)
            .unwrap_err(),
        EvaluationError::Halted(Halt::Interrupted)
    );
}

#[test]
fn files_merge_into_the_options_they_would_be_alone() {
    let history = common::history();
    let one = scenario(TWO);
    // The same zone at another start and size: another lever with the same random streams.
    let other = scenario(&TWO.replace("start = 2027\nscale = 1", "start = 2025\nscale = 3"));
    let files = [
        (Path::new("a/one.toml"), one.clone()),
        (Path::new("b/two.toml"), other.clone()),
    ];
    let ready = scenario::comparable(&files).unwrap();
    let merged = Plan::of_all(&history, &ready[0], &ready[1..]).unwrap();
    let names: Vec<&str> = merged.options().collect();
    assert_eq!(names[..3], ["baseline", "one: cities", "one: zone"]);
    assert_eq!(names[5..7], ["two: cities", "two: zone"]);
    // Levers are in the order of their ids; only the zone differs.
    assert_eq!(
        merged.world().lever_ids(),
        ["cities", "talent", "zone", "zone (2)"]
    );
    let digital = |plan: &Plan, name: &str| -> Vec<f64> {
        let option = plan.options().position(|option| option == name).unwrap();
        Store::all(plan)[option].iter().map(|path| path.group).collect()
    };
    let alone = Plan::new(&history, &other).unwrap();
    for option in ["cities", "zone", "all"] {
        assert!(
            digital(&merged, &format!("two: {option}")) == digital(&alone, option),
            "{option}"
        );
    }
    assert!(digital(&merged, "one: zone") != digital(&merged, "two: zone"));
}

fn output(arguments: &[&str]) -> String {
    String::from_utf8(jointly(arguments).assert().success().get_output().stdout.clone()).unwrap()
}

fn refusal(arguments: &[&str]) -> String {
    let assert = jointly(arguments).assert().code(2).stdout("");
    String::from_utf8(assert.get_output().stderr.clone()).unwrap()
}

/// What a command prints at a width.
fn printed(arguments: &[&str], columns: usize) -> String {
    let assert = jointly(arguments)
        .env("COLUMNS", columns.to_string())
        .assert()
        .success();
    String::from_utf8(assert.get_output().stdout.clone()).unwrap()
}

#[test]
fn the_answer_stands_on_one_screen_and_fits_every_width() {
    let compare = [
        "compare",
        "scenarios/service-trade-platform.toml",
        "--threshold",
        "10",
        "--paths",
        "600",
    ];
    let attribute = ["attribute", "scenarios/market-gateway.toml", "--paths", "600"];
    for command in [&compare[..], &attribute] {
        for columns in [40, 60, 100, 140] {
            for more in [&[][..], &["--full"], &["--show", "assumptions"]] {
                let text = printed(&[command, more].concat(), columns);
                assert!(!text.contains('\u{1b}'), "a pipe gets no colors");
                assert!(!text.contains("NaN") && !text.contains("inf "), "{text}");
                let widest = text.lines().map(|line| line.chars().count()).max().unwrap();
                assert!(widest <= columns, "{widest} columns of {columns}:\n{text}");
                assert_eq!(text.contains("Assumptions"), !more.is_empty(), "{more:?}");
            }
        }
    }
    let full = printed(&[&compare[..], &["--full"]].concat(), 100);
    for part in [
        "By extra digital economy",
        "In money,",
        "Under “",
        "criteria of decision",
        "Difference from",
        "Stochastic dominance",
        "Robustness",
        "Hurwicz",
        "Cost and effect",
        "efficient",
        "What is an effect worth?",
        "By economy",
        "Threshold for extra digital economy",
    ] {
        assert!(full.contains(part), "{part} is missing:\n{full}");
    }
}

/// Every shipped scenario that has options.
fn shipped() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    let mut files: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "toml"))
        .filter(|path| !path.ends_with("baseline.toml"))
        .map(|path| path.to_str().unwrap().to_owned())
        .collect();
    files.sort();
    files
}

#[test]
fn every_shipped_scenario_is_answered_within_thirty_lines() {
    for file in shipped() {
        for command in ["compare", "attribute"] {
            let text = printed(&[command, &file, "--paths", "512"], 80);
            let lines = text.lines().count();
            println!("{command} {file}: {lines} lines");
            assert!(lines <= 30, "{lines} lines:\n{text}");
        }
    }
}

#[test]
fn csv_and_json_hold_the_same_numbers_and_no_holes() {
    let folder = tempfile::tempdir().unwrap();
    let arguments = |threads| {
        [
            "compare",
            "scenarios/service-trade-platform.toml",
            "--paths",
            "600",
            "--threads",
            threads,
            "--quiet",
            "--out",
        ]
    };
    for threads in ["1", "2"] {
        jointly(&arguments(threads))
            .arg(folder.path().join(threads))
            .assert()
            .success()
            .stdout("");
    }
    for name in [
        "comparison.csv",
        "pairs.csv",
        "frontier.csv",
        "acceptability.csv",
        "money.csv",
        "metadata.json",
        "run.json",
        "comparison.json",
    ] {
        let text = fs::read_to_string(folder.path().join("1").join(name)).unwrap();
        assert_eq!(
            text,
            fs::read_to_string(folder.path().join("2").join(name)).unwrap(),
            "{name}"
        );
        assert!(!text.contains("NaN"), "{name}");
        if name.ends_with("csv") {
            assert!(!text.contains("inf"), "{name}");
            // Every row has as many fields as the heading.
            let rows = csv::Reader::from_reader(text.as_bytes()).records().count();
            assert!(rows > 0, "{name}");
            for row in csv::Reader::from_reader(text.as_bytes()).records() {
                row.unwrap_or_else(|error| panic!("{name}: {error}"));
            }
        }
    }
    let json: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(folder.path().join("1/comparison.json")).unwrap()).unwrap();
    let text = fs::read_to_string(folder.path().join("1/comparison.csv")).unwrap();
    let options = json["comparison"]["outcomes"][0]["comparison"]["options"]
        .as_array()
        .unwrap();
    let mut reader = csv::Reader::from_reader(text.as_bytes());
    for (record, option) in reader.records().zip(options) {
        let record = record.unwrap();
        assert_eq!(record[3].parse::<f64>().ok(), option["mean"]["value"].as_f64());
        assert_eq!(record[8].parse::<f64>().ok(), option["quantiles"][2].as_f64());
    }
    let csv = output(&[
        "attribute",
        "scenarios/market-gateway.toml",
        "--paths",
        "600",
        "--format",
        "csv",
    ]);
    let rows: Vec<csv::StringRecord> = csv::Reader::from_reader(csv.as_bytes())
        .records()
        .map(Result::unwrap)
        .collect();
    let number = |row: &csv::StringRecord| row[4].parse::<f64>().unwrap();
    let (whole, parts) = rows.split_last().unwrap();
    assert_eq!(&whole[3], "all");
    close(parts.iter().map(number).sum(), number(whole), "parts");
    let json: serde_json::Value = serde_json::from_str(&output(&[
        "attribute",
        "scenarios/market-gateway.toml",
        "--paths",
        "600",
        "--format",
        "json",
    ]))
    .unwrap();
    assert_eq!(
        json["attribution"]["outcomes"][0]["attribution"]["total"]["mean"]["value"].as_f64(),
        Some(number(whole))
    );
}

#[test]
fn files_that_cannot_be_compared_are_refused_with_every_difference() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, head: &str, tail: &str| {
        let path = folder.path().join(name);
        fs::write(&path, format!("{head}\n{TWO}\n{tail}")).unwrap();
        path.display().to_string()
    };
    let one = write("one.toml", "", "");
    let two = write(
        "two.toml",
        "horizon = 2031\neconomies = [\"CHN\", \"KOR\", \"JPN\", \"RUS\"]",
        "[model]\npersistence = 0.9\n[baseline.CHN]\nlong_run_growth = 0.01\n[gap]\nmetric = \"index\"\n[money]\ndiscount_rate = 0.01\n",
    );
    let text = refusal(&["compare", &one, &two]);
    for part in [
        "horizon",
        "economies",
        "model.persistence",
        "baseline.CHN.long_run_growth",
        "money.discount_rate",
    ] {
        assert!(text.contains(part), "{part} is missing:\n{text}");
    }
    let text = refusal(&[
        "compare",
        &one,
        "--baseline",
        "citis",
        "--outcome",
        "CHN.shar",
        "--outcome",
        "cities/CHN.gdp",
        "--outcome",
        "CHN.gdp|p50",
        "--outcome",
        "money.bcr",
    ]);
    for part in [
        "`citis`",
        "did you mean `cities`",
        "did you mean `share`",
        "names an option",
        "names a statistic",
        "ratio of means",
    ] {
        assert!(text.contains(part), "{part} is missing:\n{text}");
    }
    assert!(!text.contains("gap.metric"), "{text}");
    // Another gap is no obstacle while no gap is compared, and that is said in the result itself.
    let three = write("three.toml", "", "[gap]\nmetric = \"index\"\n");
    let text = output(&["compare", &one, &three, "--paths", "600"]);
    assert!(text.contains("different gaps, so no gap is compared"), "{text}");
    let text = refusal(&[
        "compare",
        &one,
        &three,
        "--outcome",
        "KOR.gap",
        "--effect",
        "extra:group.dispersion",
    ]);
    for part in [
        "`KOR.gap@horizon` is not the same",
        "`extra:group.dispersion@horizon` is not",
        "one.toml",
        "three.toml",
        "[gap]",
    ] {
        assert!(text.contains(part), "{part} is missing:\n{text}");
    }
    let wrong = ["--effect", "money.cots", "--outcome", "CHN.gdq"];
    let text = refusal(&[&["compare", &one][..], &wrong].concat());
    assert!(
        text.contains("--effect:") && text.contains("--outcome:"),
        "{text}"
    );
    assert!(refusal(&["compare", "scenarios/baseline.toml"]).contains("no option to compare"));
    assert!(
        refusal(&["compare", &one, "--threshold", "1", "--threshold", "2"])
            .contains("2 thresholds for 1 outcomes")
    );
    assert!(refusal(&["attribute", "scenarios/baseline.toml"]).contains("nothing to attribute"));
    assert!(refusal(&["attribute", &one, "--option", "baseline"]).contains("no option `baseline`"));
    refusal(&["compare", &one, "--optimism", "1.5"]);
    // Nothing is written when refused.
    let out = folder.path().join("results");
    jointly(&["compare", &one, &two, "--out"])
        .arg(&out)
        .assert()
        .code(2);
    assert!(!out.exists());
}

#[test]
fn the_same_file_twice_is_a_tie() {
    let file = "scenarios/market-gateway.toml";
    let text = output(&["compare", file, file, "--paths", "600", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    let options = json["comparison"]["options"].as_array().unwrap();
    let half = (options.len() - 1) / 2;
    for outcome in json["comparison"]["outcomes"].as_array().unwrap() {
        let standings = outcome["comparison"]["contest"]["standings"].as_array().unwrap();
        for option in 1..=half {
            assert_eq!(standings[option], standings[option + half]);
        }
    }
}

/// An option that loses money in more than a few futures does not dominate doing nothing, however much it gains in others.
#[test]
fn recognition_of_standards_does_not_dominate_doing_nothing() {
    let history = common::history();
    let scenario = common::load_file(&common::shipped("standards-recognition.toml"), &[]).unwrap();
    let plan = Plan::new(&history, &scenario).unwrap();
    let compared = CompareSettings {
        reference: 0,
        outcomes: vec![outcome(&plan, "money.npv")],
        effect: compared_effect(&plan, &Selector::parse("money.benefit").unwrap()).unwrap(),
        thresholds: vec![0.0],
        optimism: 0.5,
        values: VALUES.to_vec(),
    };
    let settings = Settings {
        paths: 2000,
        ..settings(0)
    };
    let result = compare(&plan, &compared, settings, &Progress::default()).unwrap();
    let comparison = &result.outcomes[0].comparison;
    let mut seen = 0;
    for dominance in comparison
        .dominance
        .iter()
        .filter(|dominance| dominance.over == 0)
    {
        let gains = comparison.contest.pair(dominance.option, 0).unwrap().beats.value;
        let loses = 1.0 - gains - 0.5 * comparison.contest.pair(dominance.option, 0).unwrap().ties;
        if loses > 0.05 {
            seen += 1;
            let (Verdict::Violated(first), Verdict::Violated(second)) =
                (dominance.first_order, dominance.second_order)
            else {
                panic!("{dominance:?}");
            };
            // Against a constant 0 the largest difference below it is the share that loses, or one beyond.
            assert!(first.size >= loses - 1e-12 && second.size > 0.0, "{dominance:?}");
        }
    }
    assert!(seen > 0);
}

#[test]
fn the_order_of_the_files_changes_no_number_though_they_look_at_different_gaps() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, tail: &str| {
        let path = folder.path().join(name);
        fs::write(&path, format!("{TWO}\n{tail}")).unwrap();
        path.display().to_string()
    };
    let (one, two) = (
        write("one.toml", ""),
        write("two.toml", "[gap]\nmetric = \"index\"\n"),
    );
    let read = |files: [&str; 2]| {
        let at = tempfile::tempdir().unwrap();
        let out = at.path().join("out");
        jointly(&[
            "compare", files[0], files[1], "--paths", "600", "--quiet", "--out",
        ])
        .arg(&out)
        .assert()
        .success();
        let sorted = |name: &str| {
            let text = fs::read_to_string(out.join(name)).unwrap();
            let mut rows: Vec<String> = text.lines().map(str::to_owned).collect();
            rows.sort();
            rows
        };
        ["comparison.csv", "money.csv", "acceptability.csv"].map(sorted)
    };
    let (forth, back) = (read([&one, &two]), read([&two, &one]));
    for (forth, back) in forth.iter().zip(&back) {
        assert_eq!(forth.len(), back.len());
        for (one, two) in forth.iter().zip(back) {
            // Ties of the doubled options go to whoever stands first.
            assert_eq!(one, two);
        }
    }
}

#[test]
fn the_largest_part_is_that_of_the_largest_size() {
    // Networks cost more than they bring: they take more from the net present value than others add.
    let arguments = [
        "attribute",
        "scenarios/mongolia-digital-divide.toml",
        "--option",
        "national program",
        "--outcome",
        "money.npv",
        "--paths",
        "600",
    ];
    let csv = output(&[&arguments[..], &["--format", "csv"]].concat());
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let mut parts: Vec<(String, f64)> = reader
        .records()
        .map(Result::unwrap)
        .map(|row| (row[3].to_owned(), row[4].parse().unwrap()))
        .filter(|(lever, _): &(String, f64)| lever != "all")
        .collect();
    parts.sort_by(|a, b| b.1.abs().total_cmp(&a.1.abs()));
    assert!(parts[0].1 < 0.0, "the case needs a negative part: {parts:?}");
    let text = printed(&arguments, 140);
    let session = Session::open(&Inputs::of_file(arguments[1])).unwrap();
    let name = session.scenario().lever(&parts[0].0).unwrap().shown();
    assert!(
        text.contains(&format!("The largest part comes from “{name}”: USD -")),
        "{text}"
    );
}

/// The comparison names what decides its answer: what a run says about the option that comes first.
#[test]
fn the_assumption_that_decides_is_named() {
    const FILE: &str = "scenarios/china-korea-smart-cities.toml";
    const FUTURES: [&str; 4] = ["--paths", "1000", "--seed", "3"];
    let of = |command: &str, more: &[&str]| {
        let arguments = [&[command, FILE], &FUTURES[..], more].concat();
        output(&arguments)
    };
    let parsed = |text: String| -> serde_json::Value { serde_json::from_str(&text).unwrap() };
    let (compared, run) = (parsed(of("compare", &["--json"])), parsed(of("run", &["--json"])));
    let why = &compared["why"];
    let option = why["option"].as_str().unwrap();
    let of_run = run["why"].as_array().unwrap();
    assert_eq!(
        of_run.iter().find(|explanation| explanation["option"] == option),
        Some(why)
    );
    let sentence = of("compare", &[]);
    assert!(sentence.contains("What decides it: "), "{sentence}");
    // Nothing holds doing nothing back.
    let nothing = of(
        "compare",
        &[
            "--json",
            "--set",
            "levers.smart-cities.creation=-0.2",
            "--set",
            "levers.city-staff.learning=0",
        ],
    );
    assert!(parsed(nothing)["why"].is_null());
}

/// Two files may call different levers alike; each has its own cost and its own name.
#[test]
fn levers_of_two_files_that_are_called_alike_have_names_of_their_own() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, title: &str, scale: u32| {
        let path = folder.path().join(name);
        let text = format!(
            "title = \"{name}\"\n[levers.pilots]\ntitle = \"{title}\"\nkind = \"smart_city_pilots\"\n\
             partners = [\"CHN\", \"KOR\"]\nstart = 2026\nscale = {{ CHN = {scale}, KOR = 1 }}\n"
        );
        fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let costs = |files: &[String]| {
        let mut arguments = vec!["compare", "--paths", "500", "--show", "money"];
        arguments.extend(files.iter().map(String::as_str));
        printed(&arguments, 120)
    };
    let apart = costs(&[
        file("north.toml", "Pilots of the north", 5),
        file("south.toml", "Pilots of the south", 9),
    ]);
    for name in ["Pilots of the north", "Pilots of the south"] {
        assert!(apart.contains(name), "{apart}");
    }
    let alike = costs(&[file("east.toml", "Pilots", 5), file("west.toml", "Pilots", 9)]);
    assert!(alike.contains("Pilots (2)"), "{alike}");
}

//! Choosing levers under a budget: against brute force over stored paths, and as users meet it.

use jointly::{
    analysis::{Limit, LimitOn, PortfolioChoice, PortfolioPlan, PortfolioSettings, compared_outcome},
    base::Selector,
    decision::Aim,
    engine::Progress,
    model::{BlockView, Kernel, Needs, Observer, Plan, Simulator, YearView},
    random::{BLOCK, Generator, Stream},
};
use serde_json::Value;

use crate::common::{self, jointly, json, printed_on_80, settings};

const SCENARIO: &str = "scenarios/mongolia-digital-divide.toml";
const PATHS: u64 = 700;
const SEED: u64 = 9;

const LEVERS: &str = r#"
horizon = 2030
[levers.cities]
kind = "smart_city_pilots"
partners = ["CHN", "KOR"]
start = 2026
scale = { CHN = 2, KOR = 2 }
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
[levers.laboratories]
kind = "joint_laboratories"
partners = ["CHN", "KOR"]
start = 2027
scale = 5
"#;
const IDS: [&str; 4] = ["cities", "laboratories", "talent", "zone"];

/// By option and path, read from the model directly: net present value, cost, Korea's part of the cost, and the largest outlay of a year.
struct Store {
    lanes: usize,
    korea: usize,
    net: Vec<Vec<f64>>,
    cost: Vec<Vec<f64>>,
    korean: Vec<Vec<f64>>,
    /// By option, year and path.
    outlays: Vec<Vec<Vec<f64>>>,
}

impl Store {
    fn of(text: &str) -> Self {
        let scenario = common::scenario(text);
        let plan = Plan::new(&common::history(), &scenario).unwrap();
        let options = plan.options().len();
        let korea = plan
            .economies()
            .position(|economy| economy.code() == "KOR")
            .unwrap();
        let mut store = Self {
            lanes: 0,
            korea,
            net: vec![Vec::new(); options],
            cost: vec![Vec::new(); options],
            korean: vec![Vec::new(); options],
            outlays: vec![Vec::new(); options],
        };
        let mut simulator = Simulator::new(&plan, Kernel::detect(), Needs::ALL);
        for block in 0..PATHS.div_ceil(BLOCK as u64) {
            store.lanes = (PATHS - block * BLOCK as u64).min(BLOCK as u64) as usize;
            simulator.run(SEED, block, &mut store);
        }
        store
    }
}

impl Observer for Store {
    fn year(&mut self, _: YearView<'_>) {}

    fn block(&mut self, view: BlockView<'_>) {
        for option in 0..self.net.len() {
            let years = view.counted().count();
            self.outlays[option].resize(years, Vec::new());
            for lane in 0..self.lanes {
                let held = view.levers_of(option);
                let benefit: f64 = (0..5).map(|economy| view.extra_gdp(option, economy)[lane]).sum();
                let cost: f64 = held
                    .iter()
                    .map(|lever| view.lever_cost(option, *lever)[lane])
                    .sum();
                let korean = held
                    .iter()
                    .map(|lever| view.cost_share(*lever, self.korea) * view.lever_cost(option, *lever)[lane]);
                self.korean[option].push(korean.sum());
                self.net[option].push(benefit - cost);
                self.cost[option].push(cost);
                for (year, step) in view.counted().enumerate() {
                    let outlay = held
                        .iter()
                        .map(|lever| view.lever_outlay(option, *lever, step)[lane])
                        .sum();
                    self.outlays[option][year].push(outlay);
                }
            }
        }
    }
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// The mean over the groups of 64 paths of even (0) or odd (1) number.
fn half(values: &[f64], odd: usize) -> f64 {
    let groups = values.chunks(64).skip(odd).step_by(2);
    mean(&groups.flatten().copied().collect::<Vec<f64>>())
}

/// Levers of the subset of a mask, in alphabetical order.
fn subset(mask: usize) -> Vec<&'static str> {
    (0..4)
        .filter(|lever| mask >> lever & 1 == 1)
        .map(|lever| IDS[lever])
        .collect()
}

#[test]
fn the_choice_is_that_of_brute_force_for_200_random_budgets() {
    let options: String = (1..16)
        .map(|mask| format!("s{mask} = {:?}\n", subset(mask)))
        .collect();
    let store = Store::of(&format!("{LEVERS}[options]\n{options}"));
    let scenario = common::scenario(LEVERS);
    let compiled = PortfolioPlan::new(&common::history(), &scenario, &[1.0], 16).unwrap();
    assert_eq!(compiled.portfolios(), Some(16));
    let outcome = compared_outcome(compiled.plan(), &Selector::parse("money.npv").unwrap()).unwrap();
    let mut asked = PortfolioSettings {
        limits: Vec::new(),
        sure: None,
        outcomes: vec![outcome],
        aim: Aim::Mean,
    };
    let evaluated = compiled
        .evaluate(&asked, settings(PATHS, SEED), &Progress::default())
        .unwrap();
    let everything = [mean(&store.cost[15]), mean(&store.korean[15])];
    let yearly = |mask: usize| {
        store.outlays[mask]
            .iter()
            .map(|year| mean(year))
            .fold(0.0, f64::max)
    };
    let mut generator = Generator::new(1, Stream::named("budgets"), 0);
    let mut chosen = std::collections::BTreeSet::new();
    for round in 0..200 {
        let amounts = [
            everything[0] * generator.uniform(),
            everything[1] * generator.uniform(),
            yearly(15) * generator.uniform(),
        ];
        let korea = jointly::base::Economy::parse("KOR").unwrap();
        let limits = [LimitOn::Total, LimitOn::Partner(korea), LimitOn::Yearly]
            .into_iter()
            .zip(amounts)
            .map(|(on, amount)| Limit { on, amount });
        // One budget alone, then two, then all three.
        let count = 1 + round % 3;
        let sure = (round % 5 == 4).then_some(0.8);
        (asked.limits, asked.sure) = (limits.take(count).collect(), sure);
        let choice = compiled
            .choose(&evaluated, &asked, settings(PATHS, SEED))
            .unwrap();
        let fits = |mask: &usize| {
            let costs = [
                vec![store.cost[*mask].clone()],
                vec![store.korean[*mask].clone()],
                store.outlays[*mask].clone(),
            ];
            costs
                .iter()
                .zip(amounts)
                .take(count)
                .all(|(parts, amount)| match sure {
                    None => parts.iter().all(|part| mean(part) <= amount),
                    Some(sure) => {
                        let kept =
                            (0..PATHS as usize).filter(|path| parts.iter().all(|part| part[*path] <= amount));
                        kept.count() as f64 / PATHS as f64 >= sure
                    }
                })
        };
        let best = (0..16)
            .filter(fits)
            .max_by(|a, b| half(&store.net[*a], 0).total_cmp(&half(&store.net[*b], 0)))
            .unwrap();
        let levers: Vec<&str> = choice
            .best
            .levers
            .iter()
            .map(|pick| pick.lever.as_str())
            .collect();
        assert_eq!(levers, subset(best), "{asked:?}");
        let value = half(&store.net[best], 1);
        // Sums of 350 rounded numbers.
        assert!((choice.best.value.value - value).abs() <= 1e-10 * (1.0 + value.abs()));
        assert!((choice.best.cost.value - mean(&store.cost[best])).abs() <= 1e-10);
        assert_eq!(choice.affordable, (0..16).filter(fits).count());
        chosen.insert(best);
    }
    // Budgets of all sizes lead to several choices.
    assert!(chosen.len() >= 4, "{chosen:?}");
}

#[test]
fn a_search_finds_what_looking_at_every_portfolio_finds() {
    let scenario = common::scenario(LEVERS);
    let scales = [0.5, 1.0];
    let whole = PortfolioPlan::new(&common::history(), &scenario, &scales, 81).unwrap();
    let searched = PortfolioPlan::new(&common::history(), &scenario, &scales, 80).unwrap();
    assert_eq!((whole.portfolios(), searched.portfolios()), (Some(81), None));
    let outcome = compared_outcome(whole.plan(), &Selector::parse("money.npv").unwrap()).unwrap();
    let mut asked = PortfolioSettings {
        limits: Vec::new(),
        sure: None,
        outcomes: vec![outcome],
        aim: Aim::Mean,
    };
    let every = whole
        .evaluate(&asked, settings(PATHS, SEED), &Progress::default())
        .unwrap();
    let full = whole.choose(&every, &asked, settings(PATHS, SEED)).unwrap();
    let dearest = full.frontier.last().unwrap().cost.value;
    let mut checks = 0;
    for part in [0.1, 0.3, 0.6, 1.0] {
        let amount = part * dearest;
        asked.limits = vec![Limit {
            on: LimitOn::Total,
            amount,
        }];
        let full = whole.choose(&every, &asked, settings(PATHS, SEED)).unwrap();
        let some = searched
            .evaluate(&asked, settings(PATHS, SEED), &Progress::default())
            .unwrap();
        let found = searched.choose(&some, &asked, settings(PATHS, SEED)).unwrap();
        let search = found.search.unwrap();
        assert_eq!(found.best.levers, full.best.levers, "{amount} {search:?}");
        assert_eq!(search.gap, 0.0);
        assert!(search.evaluated <= 81);
        checks += search.checks;
    }
    // A small budget is settled by the pairs, a large one is not.
    assert!(checks > 0);
}

#[test]
fn a_lever_at_another_scale_is_that_of_a_file_with_that_scale_on_the_same_draws() {
    let doubled = LEVERS.replace("scale = { CHN = 2, KOR = 2 }", "scale = { CHN = 4, KOR = 4 }");
    let store = Store::of(&format!("{doubled}[options]\ncities = [\"cities\"]\n"));
    let text = LEVERS
        .replace("KOR = 2 }", "KOR = 2 }\nscales = [2]\nexcludes = [\"zone\"]")
        .replace("scale = 5", "scale = 5\nrequires = [\"zone\", \"talent\"]");
    let scenario = common::scenario(&text);
    let compiled = PortfolioPlan::new(&common::history(), &scenario, &[1.0], 16).unwrap();
    // Without cities: none, zone, talent, both, and both with laboratories, which need them; with cities, which exclude the zone: none and
    // talent.
    assert_eq!(compiled.portfolios(), Some(5 + 2));
    let everything = chosen(&compiled);
    for portfolio in everything.frontier.iter().chain([&everything.best]) {
        let held = |id: &str| portfolio.levers.iter().any(|pick| pick.lever == id);
        assert!(!(held("cities") && held("zone")));
        assert!(!held("laboratories") || held("zone") && held("talent"));
    }
    // Cities alone, which are the best or the next best beside nothing.
    let alone = text
        .split("[levers.zone]")
        .next()
        .unwrap()
        .replace("excludes = [\"zone\"]", "");
    let compiled = PortfolioPlan::new(&common::history(), &common::scenario(&alone), &[1.0], 16).unwrap();
    let choice = chosen(&compiled);
    let mut both = [Some(&choice.best), choice.runner_up.as_ref()]
        .into_iter()
        .flatten();
    let cities = both.find(|portfolio| !portfolio.levers.is_empty()).unwrap();
    assert_eq!(cities.levers[0].scale, 2.0);
    let value = half(&store.net[1], 1);
    assert!(
        (cities.value.value - value).abs() <= 1e-10 * (1.0 + value.abs()),
        "{} {value}",
        cities.value.value
    );
    assert!((cities.cost.value - mean(&store.cost[1])).abs() <= 1e-10);
}

/// The choice without a limit that matters.
fn chosen(compiled: &PortfolioPlan) -> PortfolioChoice {
    let outcome = compared_outcome(compiled.plan(), &Selector::parse("money.npv").unwrap()).unwrap();
    let asked = PortfolioSettings {
        limits: vec![Limit {
            on: LimitOn::Total,
            amount: 1e6,
        }],
        sure: None,
        outcomes: vec![outcome],
        aim: Aim::Mean,
    };
    let evaluated = compiled
        .evaluate(&asked, settings(PATHS, SEED), &Progress::default())
        .unwrap();
    compiled
        .choose(&evaluated, &asked, settings(PATHS, SEED))
        .unwrap()
}

#[test]
fn the_answer_fits_a_screen_and_is_the_same_at_any_number_of_threads() {
    let folder = tempfile::tempdir().unwrap();
    let (page, out) = (folder.path().join("page.html"), folder.path().join("out"));
    let base = [
        "plan",
        SCENARIO,
        "--budget",
        "0.5",
        "--paths",
        "600",
        "--maximize",
        "MNG.gap",
    ];
    let answer = printed_on_80(&base);
    assert!(answer.lines().count() <= 30, "{answer}");
    assert!(answer.lines().all(|line| line.chars().count() <= 80), "{answer}");
    assert!(!answer.contains("NaN"), "{answer}");
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
    let html = std::fs::read_to_string(&page).unwrap();
    assert!(html.contains("What more money buys") && html.len() < 900_000);
    for name in [
        "portfolio.csv",
        "portfolio.parquet",
        "plan.json",
        "run.json",
        "metadata.json",
    ] {
        assert!(out.join(name).exists(), "{name}");
    }
    // Money buys more of less gap, and never costs more than there is.
    let choice = json(&base);
    let frontier = choice["plan"]["frontier"].as_array().unwrap();
    let costs: Vec<f64> = frontier
        .iter()
        .map(|step| step["cost"]["value"].as_f64().unwrap())
        .collect();
    assert!(
        costs.is_sorted() && costs[0] == 0.0 && costs.len() > 3,
        "{costs:?}"
    );
    assert!(choice["plan"]["best"]["cost"]["value"].as_f64().unwrap() <= 0.5);
    let value = |portfolio: &Value| portfolio["value"]["value"].as_f64().unwrap();
    assert_eq!(value(&frontier[0]), 0.0);
    assert!(
        value(&choice["plan"]["best"]) > 0.0
            && value(frontier.last().unwrap()) > value(&choice["plan"]["best"])
    );
}

#[test]
fn other_risks_choose_by_their_own_measure() {
    let best =
        |more: &[&str]| json(&[&["plan", SCENARIO, "--budget", "0.5", "--paths", "600"], more].concat());
    let share = best(&["--risk", "share", "--threshold", "0"]);
    let value = share["plan"]["best"]["value"]["value"].as_f64().unwrap();
    // To do nothing reaches 0 everywhere, and nothing does so more often.
    assert_eq!(
        (value, share["plan"]["best"]["levers"].as_array().unwrap().len()),
        (1.0, 0)
    );
    let worst = best(&["--risk", "worst"]);
    assert!(worst["plan"]["winner"]["gap"].is_null());
    assert!(worst["plan"]["best"]["value"]["value"].as_f64().unwrap() >= -1e-9);
    let partners = best(&["--risk", "partners"]);
    assert!(partners["plan"]["best"]["value"]["value"].as_f64().unwrap() > -0.05);
}

#[test]
fn what_cannot_be_chosen_is_refused_with_a_hint() {
    let budget = |more: &[&'static str]| [&["plan", SCENARIO, "--budget", "1"], more].concat();
    for (arguments, expected) in [
        (vec!["plan", SCENARIO], "there is no budget"),
        (
            vec!["plan", "scenarios/baseline.toml", "--budget", "1"],
            "the file has no lever",
        ),
        (vec!["plan", SCENARIO, "--budget", "-1"], "--budget: -1"),
        (budget(&["--budget-of", "KOR"]), "write ECONOMY=USD_BN"),
        (budget(&["--budget-of", "DEU=1"]), "DEU is not among"),
        (budget(&["--budget-sure", "1.5"]), "at most 1"),
        (budget(&["--scales", "1,1"]), "--scales"),
        (budget(&["--risk", "share"]), "--threshold"),
        (budget(&["--maximize", "MNG.closure"]), "is a ratio to a gap"),
        (budget(&["--threshold", "1"]), "belongs to --risk share"),
        (
            budget(&["--risk", "partners", "--maximize", "MNG.gap"]),
            "--risk partners",
        ),
        (budget(&["--maximize", "MNG.gpd"]), "--maximize"),
        (
            budget(&["--scales", "1,2,3,4,5,6,7,8,9,10", "--risk", "worst"]),
            "161051 portfolios are more than",
        ),
        (
            budget(&["--scales", "1,2,3,4,5,6,7,8,9,10", "--paths", "20k"]),
            "there are 1276 pairs",
        ),
    ] {
        let assert = jointly(&arguments).env("COLUMNS", "80").assert().code(2);
        let text = String::from_utf8(assert.get_output().stderr.clone()).unwrap();
        assert!(text.contains(expected), "{arguments:?}: {text}");
        assert!(assert.get_output().stdout.is_empty());
    }
    let lever = "horizon = 2030\n[levers.a]\nkind = \"talent_exchange\"\npartners = [\"CHN\", \"KOR\"]\nstart = 2026\nscale = 1\n";
    for (line, expected) in [
        ("scales = []", "`levers.a.scales` cannot be that"),
        ("scales = [1, 0]", "`levers.a.scales` cannot be that"),
        ("scales = 2", "`levers.a.scales` is not a list"),
        ("requires = [\"b\"]", "there is no lever `b`"),
        ("excludes = [\"a\"]", "the lever `a` names itself"),
        ("excludes = [1]", "holds something that is no text"),
    ] {
        let errors = common::refusals(&format!("{lever}{line}\n"));
        assert!(
            errors.iter().any(|error| error.contains(expected)),
            "{line}: {errors:?}"
        );
    }
    // What is written out reads back.
    let text = lever.replace("scale = 1", "scale = 1\nscales = [0.5, 2]\nexcludes = [\"b\"]")
        + &lever
            .replace("horizon = 2030\n", "")
            .replace("levers.a", "levers.b");
    let scenario = common::scenario(&text);
    let again = common::scenario(&scenario.resolved());
    assert_eq!(again.levers[0].choice, scenario.levers[0].choice);
    assert_eq!(scenario.levers[0].choice.scales, [0.5, 2.0]);
}

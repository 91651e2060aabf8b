//! What must hold exactly, whatever the numbers: levers that do nothing, order, shared futures, threads, instructions.

use jointly::{
    analysis::{Capture, Outcome},
    base::{Metric, Selector},
    engine::Settings,
    model::{BlockView, Kernel, Needs, Observer, SharedFutures, Simulator, World, YearView},
    outcomes::{Comparison, Summary},
    random::Stream,
    report::tables,
    scenario::{Drawn, LeverKind, Parameter, Phase, Scenario},
};

use crate::common::{
    self, Block, Collector, baseline, block, each_path, history, load_file, plan_of, run, scenario, settings,
    shipped, shipped_files, statistics, with,
};

/// Risks that strike often, so that a difference would show.
const RISKY: &str = r#"
    horizon = 2032
    model.shock_df = 5
    model.rupture_loss = 0.05
    model.cyber_hazard = 0.5
    model.cyber_loss = 0.1
    tension.CHN-KOR = { hazard = 0.5, duration = 3 }
    tension.CHN-JPN = { hazard = 0.5, duration = 3 }
    tension.JPN-KOR = { hazard = 0.5, duration = 3, tense_at_start = 1 }
    gap = { metric = "per_capita", reference = "frontier" }
"#;

/// A lever of every kind, with the settings given.
fn every_kind(settings: &str) -> String {
    let levers: String = LeverKind::names()
        .map(|kind| {
            let trade = match kind {
                "market_gateway" => "{ CHN = 200, JPN = 100, KOR = 50 }",
                _ => "300",
            };
            format!(
                "[levers.{kind}]\nkind = \"{kind}\"\npartners = [\"CHN\", \"JPN\", \"KOR\"]\nstart = 2023\ntrade_base = {trade}\n{settings}\n"
            )
        })
        .collect();
    format!("{RISKY}\n{levers}")
}

fn bytes(summary: &Summary) -> [String; 3] {
    [
        tables::run::summary(summary),
        tables::run::gap(summary),
        tables::money::table(&summary.money),
    ]
    .map(|table| table.csv())
}

#[track_caller]
fn assert_same_options(block: &Block, first: usize, second: usize) {
    assert!(block.metrics[first] == block.metrics[second]);
    assert!(block.half_closed[first] == block.half_closed[second]);
}

#[test]
fn levers_that_do_nothing_equal_the_baseline_bit_for_bit() {
    for settings in [
        "scale = 0",
        "scale = 10\nsuccess = 0",
        "scale = 10\neffectiveness = 0",
        "scale = { CHN = 0, KOR = 0 }",
        // What the kind does is nothing.
        "scale = 10\nlearning = 0\ncreation = 0\ntrade_gain = 0\ntension_relief = 0",
        // The lever comes after the horizon.
        "scale = 10\ndelay_years = 20",
    ] {
        let plan = plan_of(&scenario(&every_kind(settings)));
        for seed in [0, 1] {
            let block = block(&plan, seed, 0);
            assert_same_options(&block, 0, 1);
            for lanes in block.extra_gdp[1].iter().chain(&block.extra_digital[1]) {
                assert!(lanes.iter().all(|value| *value == 0.0), "{settings}");
            }
        }
        let summary = run(&plan, common::settings(600, 3));
        for row in &summary.rows {
            if row.comparison == Comparison::Extra {
                let found = row.statistics;
                assert!(
                    found.mean == 0.0
                        && found.sd == 0.0
                        && found.quantiles == [0.0; 5]
                        && found.positive == 0.0,
                    "{settings}: {row:?}"
                );
            }
        }
    }
    // The same levers at work change nearly every number, so the comparison above means something.
    let block = block(&plan_of(&scenario(&every_kind("scale = 10"))), 1, 0);
    assert!(block.metrics[0] != block.metrics[1]);
}

#[test]
fn a_lever_more_leaves_every_other_number_as_it_was() {
    let text = every_kind("scale = 10");
    let options = "[options]\nfirst = [\"smart_city_pilots\", \"policy_coordination\"]\n";
    let few = plan_of(&scenario(&format!(
        "{RISKY}{}{options}",
        text[RISKY.len()..]
            .split("[levers.")
            .filter(|lever| lever.starts_with("smart_city") || lever.starts_with("policy_coor"))
            .map(|lever| format!("[levers.{lever}"))
            .collect::<String>()
    )));
    let all = plan_of(&scenario(&format!(
        "{text}{options}everything = [{}]",
        LeverKind::names()
            .map(|name| format!("\"{name}\""))
            .collect::<Vec<_>>()
            .join(", ")
    )));
    assert_eq!((few.options().len(), all.options().len()), (2, 3));
    for seed in [0, 5] {
        let (few, all) = (block(&few, seed, 1), block(&all, seed, 1));
        assert!(few.metrics[..] == all.metrics[..2]);
        assert!(few.extra_gdp[..] == all.extra_gdp[..2]);
        assert!(few.half_closed[..] == all.half_closed[..2]);
        assert!(all.costs.contains(&few.costs[0]) && all.costs.contains(&few.costs[1]));
    }
}

#[test]
fn the_baseline_of_every_scenario_on_the_same_assumptions_is_the_same() {
    let plain = run(&plan_of(&baseline(&[])), settings(600, 1));
    for name in ["china-korea-smart-cities.toml", "all-together.toml"] {
        let other = run(
            &plan_of(&load_file(&shipped(name), &[]).unwrap()),
            settings(600, 1),
        );
        for row in plain
            .rows
            .iter()
            .filter(|row| !matches!(row.metric, Metric::Gap | Metric::Closure | Metric::Dispersion))
        {
            let same = other
                .series("baseline", Comparison::Level, row.place, row.metric)
                .find(|found| found.year == row.year);
            assert_eq!(same, Some(row), "{name}");
        }
    }
}

#[test]
fn the_order_of_levers_partners_and_lists_changes_nothing() {
    let lever = |id: &str, kind: &str, partners: &str| {
        format!(
            "[levers.{id}]\nkind = \"{kind}\"\npartners = {partners}\nstart = 2024\nscale = 3\ntrade_base = 100\n"
        )
    };
    let [a, b, c] = [
        lever("a", "smart_city_pilots", "[\"CHN\", \"JPN\", \"KOR\"]"),
        lever("b", "standards_recognition", "[\"CHN\", \"KOR\"]"),
        lever("c", "talent_exchange", "[\"JPN\", \"CHN\"]"),
    ];
    let one = scenario(&format!(
        "{RISKY}{a}{b}{c}[options]\nall = [\"a\", \"b\", \"c\"]\nb = [\"b\"]"
    ));
    let swapped = [&a, &b, &c].map(|lever| {
        lever
            .replace("[\"CHN\", \"JPN\", \"KOR\"]", "[\"KOR\", \"CHN\", \"JPN\"]")
            .replace("[\"CHN\", \"KOR\"]", "[\"KOR\", \"CHN\"]")
    });
    let [a, b, c] = swapped;
    let other = scenario(&format!(
        "economies = [\"MNG\", \"RUS\", \"KOR\", \"CHN\", \"JPN\"]\n{RISKY}{c}{a}{b}[options]\nall = [\"c\", \"a\", \"b\"]\nb = [\"b\"]"
    ));
    let summary = |scenario: &Scenario| bytes(&run(&plan_of(scenario), settings(1000, 4)));
    assert!(summary(&one) == summary(&other));
}

#[test]
fn equal_options_give_equal_numbers_and_an_option_less_itself_is_zero() {
    let plan = plan_of(&scenario(&format!(
        "{}[options]\none = [\"joint_rnd\", \"talent_exchange\"]\ntwo = [\"talent_exchange\", \"joint_rnd\"]\n",
        every_kind("scale = 10")
    )));
    assert_same_options(&block(&plan, 2, 0), 1, 2);
    let summary = run(&plan, settings(700, 2));
    let (mut ones, mut twos) = (Vec::new(), Vec::new());
    for row in &summary.rows {
        match row.option.as_str() {
            "one" => ones.push((row.comparison, row.place, row.metric, row.year, row.statistics)),
            "two" => twos.push((row.comparison, row.place, row.metric, row.year, row.statistics)),
            _ => {}
        }
    }
    assert!(ones == twos && !ones.is_empty());
    let [one, two] = &summary.money[..] else { panic!() };
    assert_eq!(
        (&one.lever_costs, one.net_present_value),
        (&two.lever_costs, two.net_present_value)
    );
}

#[test]
fn fewer_economies_leave_the_numbers_of_the_others_as_they_were() {
    let lever = "[levers.l]\nkind = \"smart_city_pilots\"\npartners = [\"CHN\", \"KOR\"]\nstart = 2024\nscale = 20\n\
                 tension_relief = 0.5\n";
    // Ruptures with economies that are left out would leave their mark on GDP; nothing else crosses over.
    let text = format!(
        "{}{lever}",
        RISKY.replace("rupture_loss = 0.05", "rupture_loss = 0")
    );
    let all = run(&plan_of(&scenario(&text)), settings(1000, 6));
    let some = run(
        &plan_of(&scenario(&format!("economies = [\"KOR\", \"CHN\"]\n{text}"))),
        settings(1000, 6),
    );
    let mut compared = 0;
    for row in some
        .rows
        .iter()
        .filter(|row| row.place.code() != "group" && !matches!(row.metric, Metric::Gap | Metric::Closure))
    {
        let same = all
            .series(&row.option, row.comparison, row.place, row.metric)
            .find(|found| found.year == row.year);
        assert_eq!(same, Some(row));
        compared += 1;
    }
    assert!(compared > 500);
}

#[test]
fn a_nearer_horizon_leaves_earlier_years_as_they_were() {
    let text = every_kind("scale = 10");
    let long = run(&plan_of(&scenario(&text)), settings(600, 1));
    let near = run(
        &plan_of(&scenario(&text.replace("horizon = 2032", "horizon = 2026"))),
        settings(600, 1),
    );
    for row in &near.rows {
        let same = long
            .series(&row.option, row.comparison, row.place, row.metric)
            .find(|found| found.year == row.year);
        assert_eq!(same, Some(row));
    }
    assert!(near.rows.len() * 2 < long.rows.len() + 200);
}

#[test]
fn the_mean_difference_is_the_difference_of_means() {
    let summary = run(
        &plan_of(&load_file(&shipped("all-together.toml"), &[]).unwrap()),
        settings(1500, 8),
    );
    let mut compared = 0;
    for row in summary
        .rows
        .iter()
        .filter(|row| row.comparison == Comparison::Extra)
    {
        // The ratio of closure is cut off below, and has no mean.
        if row.metric == Metric::Closure {
            continue;
        }
        let mean = |option: &str| {
            statistics(
                &summary,
                option,
                Comparison::Level,
                row.place.code(),
                row.metric,
                row.year,
            )
            .mean
        };
        let (with, without) = (mean(&row.option), mean("baseline"));
        // Rounding of sums of 1,500 numbers of this size, and of a growth rate, a ratio near 1.
        let tolerance = 1e-12 * with.abs().max(without.abs()).max(1.0);
        assert!(
            (row.statistics.mean - (with - without)).abs() <= tolerance,
            "{row:?}"
        );
        compared += 1;
    }
    assert!(compared > 2000);
}

#[test]
fn a_resolved_scenario_gives_the_same_bits() {
    for path in shipped_files() {
        let scenario = load_file(&path, &[]).unwrap();
        let again = common::scenario(&scenario.resolved());
        let bits = |scenario: &Scenario| block(&plan_of(scenario), 1, 0).bits();
        assert!(bits(&scenario) == bits(&again), "{}", path.display());
    }
}

#[test]
fn accounts_add_up() {
    let summary = run(
        &plan_of(&load_file(&shipped("all-together.toml"), &[]).unwrap()),
        settings(1000, 3),
    );
    assert_eq!(summary.money.len(), 5);
    for account in &summary.money {
        let sum = |values: &[(jointly::base::Economy, jointly::outcomes::Statistics)]| -> f64 {
            values.iter().map(|(_, found)| found.mean).sum()
        };
        let levers: f64 = account.lever_costs.iter().map(|(_, found)| found.mean).sum();
        let close = |a: f64, b: f64| {
            assert!(
                (a - b).abs() <= 1e-12 * (account.cost.mean + account.benefit.mean),
                "{a} {b}"
            )
        };
        close(levers, account.cost.mean);
        close(sum(&account.costs), account.cost.mean);
        close(sum(&account.extra_gdp), account.benefit.mean);
        close(sum(&account.net), account.net_present_value.mean);
        close(
            account.benefit.mean - account.cost.mean,
            account.net_present_value.mean,
        );
        let ratio = account.benefit.mean / account.cost.mean;
        assert_eq!(account.benefit_cost_ratio, Some(ratio));
    }
}

#[test]
fn threads_change_no_byte_of_options_gaps_and_money() {
    let plan = plan_of(&scenario(&every_kind("scale = 10")));
    let run = |threads| {
        bytes(&run(
            &plan,
            Settings {
                threads,
                ..settings(3000, 1)
            },
        ))
    };
    let one = run(1);
    assert!(one == run(2));
    assert!(one == run(8));
}

#[test]
fn all_kernels_give_the_same_bits_with_levers() {
    let plan = plan_of(&scenario(&every_kind("scale = 10\nlifetime = \"2 to 6\"")));
    let bits = |kernel| {
        let mut collector = Collector::new(&plan);
        Simulator::new(&plan, kernel, Needs::ALL).run(9, 2, &mut collector);
        collector.block.bits()
    };
    let portable = bits(Kernel::Portable);
    for kernel in Kernel::ALL.into_iter().filter(|kernel| kernel.is_available()) {
        assert!(bits(kernel) == portable, "{kernel:?}");
    }
}

/// A world on shared futures, whichever world was evaluated before it, gives what a plan of its own gives.
fn assert_shared(world: &World, shared: &mut SharedFutures<'_>, variant: &Scenario) {
    let own = plan_of(variant);
    for (seed, number) in [(3, 0), (3, 1), (0, 0)] {
        shared.draw(seed, number);
        let mut collector = Collector::new(&own);
        shared.evaluate(world, &mut collector);
        assert!(collector.block.bits() == block(&own, seed, number).bits());
    }
}

#[test]
fn worlds_on_shared_futures_equal_runs_of_their_own() {
    let scenario = scenario(&format!(
        "{}[options]\nall = [\"joint_rnd\", \"policy_coordination\", \"market_gateway\"]\nresearch = [\"joint_rnd\"]\n",
        every_kind("scale = 10")
    ));
    let plan = plan_of(&scenario);
    let mut shared = SharedFutures::new(&plan, Kernel::detect(), Needs::ALL);
    assert_shared(plan.world(), &mut shared, &scenario);
    for (path, value) in [
        ("model.gdp_response", 0.5),
        ("model.decay", 0.0),
        ("model.cyber_hazard", 0.0),
        ("tension.CHN-KOR.hazard", 0.0),
        ("tension.CHN-KOR.tense_at_start", 1.0),
        ("levers.joint_rnd.scale", 0.0),
        ("levers.joint_rnd.learning", 0.0),
        ("levers.joint_rnd.delay_years", 7.5),
        // Mechanisms that the plan's own world does without.
        ("levers.joint_rnd.tension_relief", 0.9),
        ("levers.joint_rnd.trade_gain", 0.3),
        ("levers.policy_coordination.creation", 0.5),
        ("levers.policy_coordination.weights.factor-production", 1.0),
        ("levers.policy_coordination.tension_relief", 0.0),
        ("levers.market_gateway.trade_gain", 0.0),
        ("gap.min_gap", 0.0),
    ] {
        let variant = with(&scenario, path, value);
        let compiled = plan.world_of(&history(), &variant).unwrap();
        assert_shared(&compiled, &mut shared, &variant);
        if let Some(changed) = plan.world_with(&[(Stream::named(path), value)]) {
            assert_shared(&changed, &mut shared, &variant);
        }
    }
    let variant = with(
        &with(&scenario, "levers.policy_coordination.creation", 0.5),
        "levers.policy_coordination.weights.factor-production",
        1.0,
    );
    let world = plan.world_of(&history(), &variant).unwrap();
    assert_shared(&world, &mut shared, &variant);
    assert_shared(plan.world(), &mut shared, &scenario);
}

#[test]
fn more_relief_never_makes_a_path_tenser() {
    // Severity 1 lets trade pass exactly in the years without tension, and nothing else differs.
    let text = |relief: f64| {
        format!(
            r#"
            economies = ["CHN", "KOR"]
            horizon = 2050
            model.severity = 1
            model.rupture_loss = 0
            model.trade_income = 0
            tension.CHN-KOR = {{ hazard = {{ uniform = [0, 1] }}, duration = 1.5 }}
            [levers.trade]
            kind = "digital_free_trade_zone"
            partners = ["CHN", "KOR"]
            start = 2022
            scale = 3
            delay_years = 0
            ramp_years = 0
            success = 1
            trade_base = 300
            digital_content = 1
            [levers.talks]
            kind = "policy_coordination"
            partners = ["CHN", "KOR"]
            start = 2025
            scale = 9
            ramp_years = "1 to 9"
            tension_relief = {relief}
            [options]
            trade = ["trade"]
            both = ["trade", "talks"]
            "#
        )
    };
    let (mut tense, mut relieved) = (0, 0);
    for relief in [0.2, 1.0] {
        let plan = plan_of(&scenario(&text(relief)));
        each_path(&plan, 1, 4, |block, lane| {
            for step in 1..=29 {
                let [none, alone, both] =
                    [0, 1, 2].map(|option| block.at(option, 0, Metric::DigitalEconomy, step, lane));
                tense += usize::from(alone == none);
                relieved += usize::from(alone == none && both > none);
                assert!(both >= alone, "relief made lane {lane} tenser {step} years on");
                assert!(step > 3 || both == alone, "relief before its start");
            }
        });
    }
    assert!(tense > 20_000 && relieved > 2000, "{tense} {relieved}");
}

#[test]
fn whatever_is_drawn_once_per_path_is_changed_without_compiling_anew() {
    let scenario = scenario(&every_kind("scale = 10\nlifetime = \"2 to 6\""));
    let plan = plan_of(&scenario);
    let mut changed = 0;
    for input in &scenario.inputs {
        let parameter = input.parameter().unwrap();
        let row = parameter.row();
        let number = [(Stream::named(&input.path), 0.5)];
        if row.phase == Phase::World && row.drawn != Drawn::Fixed && parameter != Parameter::Start {
            assert!(plan.world_with(&number).is_some(), "{}", input.path);
            changed += 1;
        } else if parameter != Parameter::Success {
            assert!(plan.world_with(&number).is_none(), "{}", input.path);
        }
    }
    assert!(changed > 200, "{changed}");
}

#[test]
fn quantile_tables_are_made_when_something_is_drawn_from_them_and_once() {
    let scenario = load_file(&shipped("china-korea-smart-cities.toml"), &[]).unwrap();
    let plan = plan_of(&scenario);
    let compiled = plan.tables_made();
    run(&plan, settings(100, 1));
    let drawn = plan.tables_made();
    assert!(compiled == 0 && drawn > 15, "{compiled} {drawn}");
    // Other numbers on the same futures, and on futures of their own.
    let number = [(Stream::named("model.decay"), 0.1)];
    let mut shared = SharedFutures::new(&plan, Kernel::detect(), Needs::ALL);
    shared.draw(1, 0);
    shared.evaluate(&plan.world_with(&number).unwrap(), &mut Collector::new(&plan));
    let variant = with(&scenario, "model.persistence", 0.8);
    let variant = plan.variant(&history(), &variant).unwrap();
    run(&variant, settings(100, 1));
    assert_eq!(plan.tables_made(), drawn);
    assert_eq!(variant.tables_made(), drawn);
}

#[test]
fn an_outcome_alone_is_computed_as_among_all_others() {
    struct Looking<'a>(Capture<'a>);
    impl Observer for Looking<'_> {
        fn year(&mut self, view: YearView<'_>) {
            self.0.year(&view);
        }
        fn block(&mut self, view: BlockView<'_>) {
            self.0.paths(&view);
        }
    }
    let rule = "[rules.wait]\nwhen = \"CHN.gap@2022 > 0.1\"\nthen = \"joint_rnd\"\n";
    for (gap, rule) in [("index", ""), ("share", rule), ("per_capita", "")] {
        let plan = plan_of(&scenario(&format!(
            "{}\n{rule}[gap]\nmetric = \"{gap}\"",
            every_kind("scale = 10").replace("gap = {", "# gap = {")
        )));
        let mut outcomes = Vec::new();
        for metric in Metric::ALL {
            // Mongolia is a partner of no lever.
            for (place, year) in [("group", 2030), ("CHN", 2030), ("KOR", 2026), ("MNG", 2030)] {
                for prefix in ["", "extra:"] {
                    let selector =
                        Selector::parse(&format!("{prefix}{place}.{}@{year}", metric.key())).unwrap();
                    outcomes.extend(Outcome::new(&plan, &selector));
                }
            }
        }
        let metrics = outcomes.len();
        assert!(metrics > 70, "{metrics}");
        for money in ["cost", "benefit", "npv"] {
            for economy in ["", ".CHN", ".KOR"] {
                let selector = Selector::parse(&format!("money.{money}{economy}")).unwrap();
                outcomes.push(Outcome::new(&plan, &selector).unwrap());
            }
        }
        let values = |outcomes: &[Outcome], needs: Option<Needs>| {
            let capture = Capture::new(&plan, outcomes);
            let needs = needs.unwrap_or(capture.needs());
            let mut looking = Looking(capture);
            Simulator::new(&plan, Kernel::detect(), needs).run(3, 1, &mut looking);
            (0..outcomes.len())
                .map(|outcome| looking.0.values(plan.options().len() - 1, outcome).to_vec())
                .collect::<Vec<_>>()
        };
        let all = values(&outcomes, Some(Needs::ALL));
        for (outcome, expected) in outcomes.iter().zip(&all) {
            let alone = values(std::slice::from_ref(outcome), None);
            assert!(alone[0] == *expected, "{}", outcome.name());
            let idle = outcome.is_extra() && outcome.name().contains("MNG");
            assert!(
                idle || expected.iter().any(|value| *value != 0.0),
                "{}",
                outcome.name()
            );
        }
    }
}

#[test]
fn the_range_of_the_return_is_that_of_the_benefit_where_the_cost_is_known() {
    // Without delay, overrun or choice of scale the cost is the same in every future.
    let scenario = scenario(
        "title = \"t\"\nhorizon = 2035\neconomies = [\"CHN\", \"KOR\"]\n\
         [levers.l]\nkind = \"smart_city_pilots\"\npartners = [\"CHN\", \"KOR\"]\nstart = 2026\nscale = 10\n\
         delay_years = 0\nramp_years = 3\ncapital_cost = 100\nrunning_cost = 0\nrunning_share = 0\ncost_overrun = 1\n\
         [options]\n\"o\" = [\"l\"]\n",
    );
    let account = run(&plan_of(&scenario), settings(2000, 3)).money.remove(0);
    let cost = account.cost.mean;
    let [low, .., high] = account.cost.quantiles;
    assert!(cost > 0.0 && high - low <= 1e-9 * cost, "{low} {high}");
    for (one, other) in account.returns.quantiles.iter().zip(account.benefit.quantiles) {
        // Both lie within a bin of the sketch.
        let within = 2.0 * jointly::stats::QuantileSketch::RELATIVE_ERROR * (other.abs() / cost + 1.0);
        assert!((one - other / cost).abs() <= within, "{one} {}", other / cost);
    }
    assert_eq!(account.returns.positive, account.benefit.positive);
    assert!(
        (account.returns.mean - account.benefit_cost_ratio.unwrap()).abs()
            < 1e-9 * account.returns.mean.abs().max(1.0)
    );
}

//! Stratified futures (docs/model.md §9): errors cover at the rate they state, means are unbiased for any number of paths, and a path does not
//! depend on how many there are.

use jointly::{
    base::Metric,
    decision::{ComparisonCollector, ComparisonPart, ComparisonSettings, Direction, errors_within},
    engine::{self, Accumulator, Progress},
    model::{BlockView, Needs, Plan, YearView},
    outcomes::{Comparison, PresentValue},
    random::{BLOCK, GROUP},
};

use crate::common::{self, run, settings, statistics};

/// Two levers that may fail, be late and cost more, apart and together.
const SCENARIO: &str = r#"
economies = ["CHN", "KOR"]
horizon = 2028
money.through = 2030
[levers.rnd]
kind = "joint_rnd"
partners = ["CHN", "KOR"]
start = 2026
scale = 500
[levers.labs]
kind = "joint_laboratories"
partners = ["CHN", "KOR"]
start = 2026
scale = 5
[options.research]
levers = ["rnd"]
[options.laboratories]
levers = ["labs"]
"#;

/// Seeds of each coverage. A share of 0.95 of so many has a binomial error of 0.0109.
const SEEDS: u64 = 400;

/// A figure of a run and its standard error.
type Figure = (f64, f64);

/// How often the intervals of so many standard errors hold what an endless run would give: the mean of all runs, whose own error is a twentieth of that
/// of one.
fn coverage(runs: &[Vec<Figure>], errors: f64) -> Vec<f64> {
    let n = runs.len() as f64;
    (0..runs[0].len())
        .map(|figure| {
            let truth = runs.iter().map(|run| run[figure].0).sum::<f64>() / n;
            let holds = |run: &&Vec<Figure>| (run[figure].0 - truth).abs() <= errors * run[figure].1;
            runs.iter().filter(holds).count() as f64 / n
        })
        .collect()
}

/// Each within four binomial errors of 0.95, and their mean within 0.93 to 0.97.
#[track_caller]
fn assert_covers(name: &str, found: &[f64]) {
    let error = (0.95 * 0.05 / SEEDS as f64).sqrt();
    let mean = found.iter().sum::<f64>() / found.len() as f64;
    assert!(
        found.iter().all(|share| (share - 0.95).abs() <= 4.0 * error),
        "{name}: {found:?}"
    );
    assert!((0.93..=0.97).contains(&mean), "{name}: {mean} {found:?}");
}

/// Never less than four binomial errors below 0.95, and 0.93 together.
#[track_caller]
fn assert_covers_at_least(name: &str, found: &[f64]) {
    let error = (0.95 * 0.05 / SEEDS as f64).sqrt();
    let mean = found.iter().sum::<f64>() / found.len() as f64;
    assert!(
        found.iter().all(|share| *share >= 0.95 - 4.0 * error),
        "{name}: {found:?}"
    );
    assert!(mean >= 0.93, "{name}: {mean} {found:?}");
}

/// Net present values of every option on the paths of blocks.
struct Values {
    options: usize,
    economies: usize,
    block: Vec<Vec<f64>>,
}

impl Accumulator for Values {
    type Block = Vec<Vec<Vec<f64>>>;

    fn needs(&self) -> Needs {
        Needs::ALL
    }

    fn year(&mut self, _: usize, _: YearView<'_>, _: usize) {}

    fn paths(&mut self, _: usize, view: BlockView<'_>, lanes: usize) {
        self.block = (1..self.options)
            .map(|option| {
                let mut net = [0.0; BLOCK];
                PresentValue::Net.fill(&view, option, None, self.economies, &mut net);
                net[..lanes].to_vec()
            })
            .collect();
    }

    fn end(&mut self) -> Self::Block {
        vec![std::mem::take(&mut self.block)]
    }

    fn fold(before: &mut Self::Block, after: Self::Block) {
        before.extend(after);
    }

    fn merge(&mut self, _: Self) {}
}

/// The comparison of the options of a plan by net present value.
fn compared(plan: &Plan, paths: u64, seed: u64, threshold: f64) -> jointly::decision::Comparison {
    let (_, blocks) = engine::run(plan, settings(paths, seed), &Progress::default(), || Values {
        options: plan.options().len(),
        economies: plan.economies().len(),
        block: Vec::new(),
    })
    .unwrap();
    let mut collector = ComparisonCollector::new(
        plan.options().len() - 1,
        ComparisonSettings {
            direction: Direction::Larger,
            floor: 1e-3,
            tie: 1e-9,
            threshold: Some(threshold),
            optimism: 0.5,
        },
    );
    let mut total: Option<ComparisonPart> = None;
    for block in &blocks {
        let values: Vec<&[f64]> = block.iter().map(Vec::as_slice).collect();
        collector.observe(&values);
        let part = collector.end_block();
        match &mut total {
            None => total = Some(part),
            Some(total) => total.fold(&part),
        }
    }
    collector.finish(&total.unwrap()).unwrap()
}

/// Fifteen whole groups and one of 40 paths.
const PATHS: u64 = 1000;

#[test]
fn errors_of_means_and_ratios_cover_as_often_as_they_say_and_those_of_quantiles_no_less() {
    let plan = common::plan_of(&common::scenario(SCENARIO));
    let (mut means, mut quantiles) = (Vec::new(), Vec::new());
    for seed in 0..SEEDS {
        let summary = run(&plan, settings(PATHS, seed));
        let of =
            |option, comparison, place, metric| statistics(&summary, option, comparison, place, metric, 2028);
        let levels = [
            of("baseline", Comparison::Level, "CHN", Metric::Gdp),
            of("baseline", Comparison::Level, "KOR", Metric::DigitalEconomy),
            of("baseline", Comparison::Level, "KOR", Metric::Share),
            of("laboratories", Comparison::Extra, "KOR", Metric::DigitalEconomy),
            summary.money[0].cost,
            summary.money[1].cost,
            summary.money[1].net_present_value,
        ];
        let account = &summary.money[1];
        let ratio = (
            account.benefit_cost_ratio.unwrap(),
            account.benefit_cost_ratio_mcse.unwrap(),
        );
        means.push(
            levels
                .iter()
                .map(|of| (of.mean, of.mcse))
                .chain([ratio])
                .collect(),
        );
        let of_each = levels
            .iter()
            .flat_map(|of| of.quantiles.into_iter().zip(of.quantile_mcse));
        quantiles.push(of_each.collect());
    }
    assert_covers("means", &coverage(&means, errors_within(0.95, PATHS as f64)));
    assert_covers_at_least("quantiles", &coverage(&quantiles, 1.96));
}

#[test]
fn errors_of_shares_of_paths_cover_as_often_as_they_say() {
    let plan = common::plan_of(&common::scenario(SCENARIO));
    let middle = compared(&plan, 40_000, 1, 0.0).options[1].median();
    let figure = |estimate: jointly::decision::Estimate| (estimate.value, estimate.standard_error.unwrap());
    let (mut shares, mut few, mut tails) = (Vec::new(), Vec::new(), Vec::new());
    for seed in 0..SEEDS {
        let result = compared(&plan, PATHS, seed, middle);
        shares.push(vec![
            figure(result.contest.standings[0].best),
            figure(result.contest.pair(1, 0).unwrap().beats),
            figure(result.robustness[0].satisficing.unwrap()),
            figure(result.robustness[1].satisficing.unwrap()),
        ]);
        tails.push(vec![figure(result.robustness[1].worst_tail.mean)]);
        // Six groups and a quarter: the error of independent paths.
        let result = compared(&plan, 400, seed, middle);
        few.push(vec![
            figure(result.robustness[1].satisficing.unwrap()),
            figure(result.options[0].mean),
        ]);
    }
    assert_covers("shares", &coverage(&shares, errors_within(0.95, PATHS as f64)));
    assert_covers_at_least("few paths", &coverage(&few, errors_within(0.95, 400.0)));
    assert_covers_at_least("worst 5 %", &coverage(&tails, 1.96));
}

/// The mean of 40 paths of a group, a random part of its strata, is that of all: over 400 seeds, within four of its errors.
#[test]
fn a_part_of_a_group_is_unbiased() {
    let plan = common::plan_of(&common::scenario(SCENARIO));
    let means = |paths: u64| -> Vec<f64> {
        let seeds = (0..SEEDS).map(|seed| compared(&plan, paths, 5000 + seed, 0.0).options[1].mean.value);
        seeds.collect()
    };
    let moments = |values: &[f64]| {
        let n = values.len() as f64;
        let mean = values.iter().sum::<f64>() / n;
        let variance = values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / (n - 1.0);
        (mean, (variance / n).sqrt())
    };
    let ((part, error), (whole, other)) = (moments(&means(40)), moments(&means(GROUP as u64)));
    assert!(
        (part - whole).abs() <= 4.0 * error.hypot(other),
        "{part} {whole} {error} {other}"
    );
}

/// Stratified paths are worth many times as many independent ones: the spread of means over seeds against sd / √n.
#[test]
fn means_vary_as_their_errors_say_and_far_less_than_those_of_independent_paths() {
    let plan = common::plan_of(&common::scenario(SCENARIO));
    let paths = 1024;
    let of = |seed| {
        let summary = run(&plan, settings(paths, seed));
        statistics(&summary, "baseline", Comparison::Level, "KOR", Metric::Gdp, 2028)
    };
    let runs: Vec<_> = (0..200).map(of).collect();
    let n = runs.len() as f64;
    let mean = runs.iter().map(|run| run.mean).sum::<f64>() / n;
    let variance = runs.iter().map(|run| (run.mean - mean).powi(2)).sum::<f64>() / (n - 1.0);
    let told = runs.iter().map(|run| run.mcse * run.mcse).sum::<f64>() / n;
    let independent = runs.iter().map(|run| run.sd * run.sd).sum::<f64>() / n / paths as f64;
    // A variance of 200 runs has an error of 10 %, the mean of 200 variances of 16 groups one of 2.6 %.
    assert!((variance / told - 1.0).abs() <= 4.0 * 0.103, "{variance} {told}");
    assert!(independent / told >= 4.0, "{independent} {told}");
}

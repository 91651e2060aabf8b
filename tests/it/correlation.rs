//! Inputs that go together, and starts that are uncertain: in the futures of a run and in designs, against closed forms.

use std::f64::consts::PI;

use jointly::{model::path_draws, scenario::Scenario};

use crate::common::{self, each_path, jointly, plan_of, refusals};

const PATHS: usize = 20_000;
const LEVERS: &str = r#"
horizon = 2030
economies = ["CHN", "KOR"]
[levers.a]
kind = "talent_exchange"
partners = ["CHN", "KOR"]
start = 2026
scale = 1
success = 0.5
[levers.b]
kind = "joint_laboratories"
partners = ["CHN", "KOR"]
start = 2026
scale = 1
success = 0.5
"#;

fn tied(lines: &str) -> Scenario {
    common::scenario(&format!("{LEVERS}[correlation]\n{lines}"))
}

fn values(scenario: &Scenario, name: &str) -> Vec<f64> {
    let plan = plan_of(scenario);
    let draws = path_draws(&plan, scenario);
    let draw = draws.iter().find(|draw| draw.name == name);
    draw.unwrap_or_else(|| panic!("{name}")).values(5, PATHS)
}

fn ranks(values: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..values.len()).collect();
    order.sort_by(|one, other| values[*one].total_cmp(&values[*other]));
    let mut ranks = vec![0.0; values.len()];
    order
        .iter()
        .enumerate()
        .for_each(|(rank, path)| ranks[*path] = rank as f64);
    ranks
}

/// Spearman's rank correlation.
fn rank_correlation(one: &[f64], other: &[f64]) -> f64 {
    let (one, other) = (ranks(one), ranks(other));
    let middle = 0.5 * (one.len() as f64 - 1.0);
    let product: f64 = one
        .iter()
        .zip(&other)
        .map(|(a, b)| (a - middle) * (b - middle))
        .sum();
    let square: f64 = one.iter().map(|a| (a - middle) * (a - middle)).sum();
    product / square
}

#[test]
fn ranks_go_together_as_the_closed_form_says_and_each_input_keeps_its_distribution() {
    let (first, second, third) = ("model.gdp_response", "model.share_response", "model.decay");
    let alone = common::scenario(LEVERS);
    let scenario = tied(&format!(
        "\"{second}, {first}\" = 0.5\n\"{second}, {third}\" = -0.6\n\"levers.a.ramp_years, levers.b.ramp_years\" = 0.9"
    ));
    let own = |name: &str| values(&scenario, name);
    // Kruskal (1958): 6 / π · asin(r / 2). The error of a rank correlation of n pairs is at most about 1.06 / √n; four of them.
    let tolerance = 4.0 * 1.06 / (PATHS as f64).sqrt();
    for (one, other, r) in [
        (first, second, 0.5),
        (second, third, -0.6),
        (first, third, 0.0),
        (first, "model.severity", 0.0),
        ("levers.a.ramp_years", "levers.b.ramp_years", 0.9),
    ] {
        let found = rank_correlation(&own(one), &own(other));
        let exact = 6.0 / PI * (0.5_f64 * r).asin();
        assert!(
            (found - exact).abs() <= tolerance,
            "{one}, {other}: {found}, {exact}"
        );
    }
    // What comes first, and what goes with nothing, is drawn as before, to the bit.
    for name in [first, "model.severity", "levers.b.delay_years"] {
        assert_eq!(own(name), values(&alone, name), "{name}");
    }
    // The distribution function of the draws is uniform: Kolmogorov's critical value at a false-alarm rate of 10⁻⁴.
    for name in [second, third] {
        let distribution = &alone.input(name).unwrap().value;
        let mut uniforms: Vec<f64> = own(name).iter().map(|value| distribution.cdf(*value)).collect();
        uniforms.sort_by(f64::total_cmp);
        let distance = uniforms
            .iter()
            .enumerate()
            .map(|(rank, u)| (u - (rank as f64 + 0.5) / PATHS as f64).abs())
            .fold(0.0, f64::max);
        assert!(distance * (PATHS as f64).sqrt() < 2.225, "{name}: {distance}");
    }
    // Written out and read again, it is the same; a number that is fixed leaves the others as they were.
    assert_eq!(
        common::scenario(&scenario.resolved()).resolved(),
        scenario.resolved()
    );
    let fixed = scenario.with(first, &jointly::stats::Distribution::constant(0.01).unwrap());
    assert_eq!(values(&fixed, second), own(second));
}

#[test]
fn failures_of_two_levers_go_together() {
    let scenario = tied("\"levers.a.success, levers.b.success\" = 0.7");
    let [a, b] = ["levers.a.success", "levers.b.success"].map(|name| values(&scenario, name));
    let both = a.iter().zip(&b).filter(|(a, b)| **a + **b == 2.0).count();
    // The probability that two normal numbers of correlation r lie below 0 (Sheppard 1899).
    common::assert_share(both as f64, PATHS as f64, 0.25 + 0.7_f64.asin() / (2.0 * PI));
    // The run uses the same events: where a lever fails nothing is added.
    let text = format!(
        "{LEVERS}[options]\na = [\"a\"]\n[correlation]\n\"levers.a.success, levers.b.success\" = 0.7\n"
    );
    let plan = plan_of(&common::scenario(&text));
    let mut path = 0;
    each_path(&plan, 5, 2, |block, lane| {
        let added = block.extra_gdp[1][0][lane] != 0.0 || block.extra_gdp[1][1][lane] != 0.0;
        assert_eq!(added, a[path] == 1.0, "{path}");
        path += 1;
    });
}

#[test]
fn a_sample_of_a_sweep_goes_together_and_other_designs_say_that_theirs_does_not() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("tied.toml");
    let text = format!("{LEVERS}[correlation]\n\"model.gdp_response, model.share_response\" = 0.8\n");
    std::fs::write(&file, text).unwrap();
    let out = folder.path().join("out").display().to_string();
    let scenario = file.display().to_string();
    let vary = [
        "--vary",
        "model.share_response=[0.1, 0.3]",
        "--vary",
        "model.gdp_response=prior",
    ];
    let run = |method: &str, size: &str, more: &[&str]| {
        let base = [
            "sweep",
            &scenario,
            "--method",
            method,
            "--size",
            size,
            "--paths",
            "100",
            "--outcome",
            "money.npv",
        ];
        let output = jointly(&[&base[..], &vary, more].concat())
            .assert()
            .success()
            .get_output()
            .stdout
            .clone();
        String::from_utf8(output).unwrap()
    };
    run("latin-hypercube", "400", &["--out", &out]);
    let design = std::fs::read_to_string(folder.path().join("out/design.csv")).unwrap();
    let column = |number: usize| -> Vec<f64> {
        design
            .lines()
            .skip(1)
            .map(|line| line.split(',').nth(number).unwrap().parse().unwrap())
            .collect()
    };
    let found = rank_correlation(&column(1), &column(2));
    let exact = 6.0 / PI * 0.4_f64.asin();
    assert!((found - exact).abs() <= 4.0 * 1.06 / 20.0, "{found} {exact}");
    assert!(
        run("morris", "4", &["--full"])
            .replace('\n', " ")
            .contains("takes inputs as independent")
    );
}

#[test]
fn correlations_that_cannot_be_are_refused() {
    let refused = |lines: &str| refusals(&format!("{LEVERS}[correlation]\n{lines}")).join("\n");
    for (lines, expected) in [
        ("\"model.gdp_response\" = 0.5", "does not name two inputs"),
        (
            "\"model.gdp_response, model.decay\" = 1",
            "is not a number between -1 and 1",
        ),
        (
            "\"model.gdp_response, model.decay\" = \"high\"",
            "is not a number between -1 and 1",
        ),
        (
            "\"model.gdp_response, model.decai\" = 0.5",
            "the scenario has no input `model.decai`",
        ),
        ("\"model.decay, model.decay\" = 0.5", "is correlated with itself"),
        (
            "\"model.decay, model.shock_df\" = 0.5",
            "is the number 0 and goes together with nothing",
        ),
        (
            "\"model.decay, model.cyber_loss\" = 0.5",
            "is drawn anew every year",
        ),
        (
            "\"model.decay, model.severity\" = 0.5\n\"model.severity, model.decay\" = 0.4",
            "is stated twice",
        ),
        (
            "\"model.decay, model.severity\" = 0.9\n\"model.severity, model.gdp_response\" = 0.9",
            "cannot hold together",
        ),
    ] {
        let text = refused(lines);
        assert!(text.contains(expected), "{lines}: {text}");
    }
    assert!(refused("\"model.decay, model.severity\" = 0.5").is_empty());
}

#[test]
fn a_start_may_be_uncertain_and_is_drawn_as_it_says() {
    let with =
        |start: &str| common::scenario(&LEVERS.replacen("start = 2026", &format!("start = {start}"), 1));
    let scenario = with("{ choice = { 2026 = 0.3, 2029 = 0.7 } }");
    assert_eq!(scenario.levers[0].start, 2026);
    let starts = values(&scenario, "levers.a.start");
    common::assert_share(
        starts.iter().filter(|start| **start == 2029.0).count() as f64,
        PATHS as f64,
        0.7,
    );
    // Each path is that of a file with that start, to the bit, discounted to the same year.
    let costs = |scenario: &Scenario| {
        let mut costs = Vec::new();
        let plan = plan_of(&scenario.clone());
        each_path(&plan, 5, 2, |block, lane| costs.push(block.costs[0][lane]));
        costs
    };
    let money = "[money]\npresent_year = 2026\n";
    let fixed = |start: &str| {
        costs(&common::scenario(&format!(
            "{}{money}",
            LEVERS.replacen("start = 2026", &format!("start = {start}"), 1)
        )))
    };
    let (early, late) = (fixed("2026"), fixed("2029"));
    for (path, cost) in costs(&scenario).iter().enumerate() {
        let expected = if starts[path] == 2026.0 {
            early[path]
        } else {
            late[path]
        };
        assert_eq!(*cost, expected, "{path}");
    }
    for (start, expected) in [
        ("2021", "starts in 2021, outside the projection"),
        ("\"2026 to 2029\"", "may start in a year, outside the projection"),
        (
            "{ choice = [2026, 2035] }",
            "may start in a year, outside the projection",
        ),
        ("\"soon\"", "levers.a.start"),
    ] {
        let text = refusals(&LEVERS.replacen("start = 2026", &format!("start = {start}"), 1)).join("\n");
        assert!(text.contains(expected), "{start}: {text}");
    }
}

#[test]
fn starts_are_swept_year_by_year_on_the_same_futures_and_discounted_to_the_same_year() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out").display().to_string();
    let scenario = "scenarios/china-korea-smart-cities.toml";
    let base = ["--paths", "300", "--outcome", "money.cost"];
    jointly(
        &[
            &[
                "sweep",
                scenario,
                "--method",
                "grid",
                "--vary",
                "levers.smart-cities.start=2026..2029",
                "--quiet",
                "--out",
                &out,
            ],
            &base[..],
        ]
        .concat(),
    )
    .assert()
    .success();
    let design = std::fs::read_to_string(folder.path().join("out/design.csv")).unwrap();
    let rows: Vec<Vec<f64>> = design
        .lines()
        .skip(1)
        .map(|line| line.split(',').filter_map(|cell| cell.parse().ok()).collect())
        .collect();
    let years: Vec<f64> = rows.iter().map(|row| row[1]).collect();
    assert_eq!(years, [2026.0, 2027.0, 2028.0, 2029.0]);
    // A file that starts later and discounts to the first year costs the same.
    let file = common::load_file(
        &common::shipped("china-korea-smart-cities.toml"),
        &["levers.smart-cities.start=2028", "money.present_year=2026"],
    )
    .unwrap();
    let plan = plan_of(&file);
    let mut sum = 0.0;
    let mut count = 0.0;
    each_path(
        &plan,
        1,
        300_u64.div_ceil(jointly::random::BLOCK as u64),
        |block, lane| {
            if count < 300.0 {
                // The first option holds the pilots alone, the second lever by name.
                sum += block.costs[1][lane];
                count += 1.0;
            }
        },
    );
    assert!(
        (rows[2][2] - sum / count).abs() <= 1e-12 * rows[2][2].abs(),
        "{} {}",
        rows[2][2],
        sum / count
    );
    let refused = jointly(&[
        "sweep",
        scenario,
        "--vary",
        "levers.smart-cities.start=2019..2022",
    ])
    .assert()
    .code(2);
    let text = String::from_utf8(refused.get_output().stderr.clone()).unwrap();
    assert!(text.contains("cannot start"), "{text}");
}

//! Who pays and when: payers outside the partners, spending profiles, budgets of a file.

use std::{collections::BTreeMap, fs};

use crate::common::{jointly, refusals};

/// A lever whose costs are known: 10 units at USD 200 m, built from 2026 on, nothing to run.
fn scenario(more: &str) -> String {
    let (of_lever, others): (Vec<&str>, Vec<&str>) =
        more.lines().partition(|line| line.starts_with("levers.l."));
    let of_lever = of_lever.join("\n").replace("levers.l.", "");
    format!(
        "horizon = 2032\neconomies = [\"CHN\", \"KOR\"]\n{}\n[levers.l]\nkind = \"joint_rnd\"\npartners = [\"CHN\", \"KOR\"]\n\
         start = 2026\nscale = 10\ndelay_years = 0\nramp_years = 2\ncapital_cost = 200\nrunning_cost = 0\nrunning_share = 0\n\
         cost_overrun = 1\n{of_lever}\n",
        others.join("\n")
    )
}

/// Means of `money.csv` by entry and what they are of.
fn money(text: &str) -> BTreeMap<(String, String), f64> {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    fs::write(at("s.toml"), text).unwrap();
    jointly(&[
        "run",
        &at("s.toml"),
        "--paths",
        "600",
        "--quiet",
        "-o",
        &at("out"),
    ])
    .assert()
    .success();
    let mut reader = csv::Reader::from_path(at("out/money.csv")).unwrap();
    let rows = reader.records().map(Result::unwrap);
    rows.filter_map(|row| Some(((row[1].to_owned(), row[2].to_owned()), row[4].parse().ok()?)))
        .collect()
}

fn of(money: &BTreeMap<(String, String), f64>, entry: &str, of: &str) -> f64 {
    money[&(entry.to_owned(), of.to_owned())]
}

/// Sums of the same numbers in another order differ by their rounding.
fn assert_near(found: f64, expected: f64) {
    assert!(
        (found - expected).abs() <= 1e-12 * expected.abs(),
        "{found} {expected}"
    );
}

#[test]
fn what_others_pay_is_part_of_the_cost_and_of_no_economy() {
    let split = money(&scenario(
        "levers.l.cost_shares = { CHN = 1, ADB = 2, aid-fund = 1 }",
    ));
    let cost = of(&split, "cost", "group");
    assert_near(of(&split, "cost", "CHN"), cost / 4.0);
    assert_eq!(of(&split, "cost", "KOR"), 0.0);
    assert_near(of(&split, "cost_outside", "ADB"), cost / 2.0);
    assert_near(of(&split, "cost_outside", "aid-fund"), cost / 4.0);
    // Who pays changes no other number.
    let alone = money(&scenario("levers.l.cost_shares = { CHN = 1 }"));
    for entry in ["cost", "extra_gdp", "net_present_value", "benefit_cost_ratio"] {
        assert_eq!(of(&split, entry, "group"), of(&alone, entry, "group"), "{entry}");
    }
    assert_near(
        of(&split, "net_present_value", "KOR"),
        of(&split, "extra_gdp", "KOR"),
    );
    assert!(!alone.keys().any(|(entry, _)| entry == "cost_outside"));
}

#[test]
fn a_spending_profile_spreads_the_capital_cost_by_year() {
    // USD 2 bn in parts 1 : 3 : 1, from the start of 2026; evenly, over the two years of the ramp.
    let even = money(&scenario(""));
    let spread = money(&scenario("levers.l.spending = [1, 3, 1]"));
    for (year, evenly, by_profile) in [
        ("2025", 0.0, 0.0),
        ("2026", 1.0, 0.4),
        ("2027", 1.0, 1.2),
        ("2028", 0.0, 0.4),
        ("2029", 0.0, 0.0),
    ] {
        assert_near(of(&even, "outlay_of_year", year), evenly);
        assert_near(of(&spread, "outlay_of_year", year), by_profile);
    }
    // Present values of the start, at 3 % a year unless the scenario says otherwise.
    let rate = 0.03_f64;
    let discounted = |parts: &[f64]| -> f64 {
        let years = parts.iter().enumerate();
        years.map(|(t, part)| part / (1.0 + rate).powi(t as i32)).sum()
    };
    let fixed = money(&scenario(
        "money.discount_rate = 0.03\nlevers.l.spending = [1, 3, 1]",
    ));
    assert_near(of(&fixed, "cost", "group"), discounted(&[0.4, 1.2, 0.4]));
}

#[test]
fn budgets_of_a_file_are_those_of_plan_unless_the_command_line_says_otherwise() {
    let folder = tempfile::tempdir().unwrap();
    let chosen = |text: &str, more: &[&str]| {
        let file = folder.path().join("s.toml");
        fs::write(&file, text).unwrap();
        let plan = ["plan", file.to_str().unwrap(), "--paths", "500", "--json"];
        let output = jointly(&[&plan[..], more].concat()).assert().success();
        let json: serde_json::Value = serde_json::from_slice(&output.get_output().stdout).unwrap();
        json["plan"].clone()
    };
    let asked = chosen(&scenario(""), &["--budget", "1", "--budget-of", "KOR=0.5"]);
    let in_file = scenario("plan = { budget = 1, budget_of = { KOR = 0.5 } }");
    assert_eq!(chosen(&in_file, &[]), asked);
    assert_ne!(
        chosen(&in_file, &["--budget", "50", "--budget-of", "KOR=50"]),
        asked
    );
}

#[test]
fn mistaken_payers_profiles_and_budgets_are_refused_with_a_way_out() {
    for (more, part) in [
        (
            "levers.l.cost_shares = { CHN = 1, JPN = 1 }",
            "JPN is not a partner of the lever",
        ),
        (
            "levers.l.cost_shares = { CHM = 1 }",
            "CHM is not a partner of the lever",
        ),
        (
            "levers.l.cost_shares = { group = 1 }",
            "`group` cannot name a payer",
        ),
        ("levers.l.cost_shares = { \"a b\" = 1 }", "cannot name a payer"),
        ("levers.l.cost_shares = { ADB = 0 }", "nobody pays for the lever"),
        ("levers.l.spending = []", "is no spending profile"),
        ("levers.l.spending = [0, 0]", "is no spending profile"),
        ("levers.l.spending = [1, -1]", "is no spending profile"),
        ("levers.l.spending = 3", "is no spending profile"),
        ("plan.budget = -1", "`plan.budget` cannot be that"),
        ("plan.budget_sure = 1.5", "`plan.budget_sure` cannot be that"),
        ("plan.budget_of = { JPN = 1 }", "JPN is not among the economies"),
        ("plan.budgets = 1", "unknown key `budgets` in `plan`"),
    ] {
        let errors = refusals(&scenario(more));
        assert_eq!(errors.len(), 1, "{more}: {errors:#?}");
        assert!(errors[0].contains(part), "{more}: {errors:#?}");
    }
}

//! Golden results: every shipped scenario, run with few paths, gives the numbers of `tests/golden/NAME.csv`.
//! `UPDATE=1 cargo test --test it golden::` writes them anew; say so in CHANGELOG.md under "Results change".

use std::{fs, path::PathBuf};

use jointly::{
    base::{Metric, Year},
    outcomes::Summary,
    report::tables,
};

use crate::common::{load_file, plan_of, run, settings, shipped_files};

const PATHS: u64 = 2000;
/// The same seed gives the same bytes; nine digits leave room for a change of the order of a sum.
const TOLERANCE: f64 = 1e-9;
/// Numbers below this are rounding, or nothing.
const FLOOR: f64 = 1e-12;

fn golden(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
        .join("tests/golden")
        .join(name)
}

/// Twelve significant digits, as a number that reads back.
fn digits(value: f64) -> String {
    format!("{:?}", format!("{value:.11e}").parse::<f64>().unwrap_or(value))
}

/// A selection of the numbers: two years, the metrics that answer questions; all of money; gaps of the two years.
fn selection(summary: &Summary, horizon: Year) -> String {
    let years = [summary.base_year + (horizon - summary.base_year + 1) / 2, horizon];
    let metrics = [
        Metric::Gdp,
        Metric::DigitalEconomy,
        Metric::Share,
        Metric::Index,
        Metric::Gap,
        Metric::Dispersion,
    ];
    let mut text = String::from("table,option,comparison,of,metric,year,mean,p05,p50,p95,p_positive\n");
    for row in summary
        .rows
        .iter()
        .filter(|row| metrics.contains(&row.metric) && years.contains(&row.year))
    {
        let found = row.statistics;
        // Of what an option leaves as it is, one number suffices: the baseline's.
        let untouched = || {
            summary
                .series("baseline", row.comparison, row.place, row.metric)
                .any(|other| other.year == row.year && other.statistics == found)
        };
        if row.option != "baseline" && untouched() {
            continue;
        }
        if row.comparison.key() == "extra" && found.sd == 0.0 && found.mean == 0.0 {
            continue;
        }
        text.push_str(&format!(
            "summary,\"{}\",{},{},{},{},{},{},{},{},{}\n",
            row.option,
            row.comparison.key(),
            row.place,
            row.metric.key(),
            row.year,
            digits(found.mean),
            digits(found.quantiles[0]),
            digits(found.quantiles[2]),
            digits(found.quantiles[4]),
            found.positive
        ));
    }
    let mut copy = |table: &str, csv: &str, take: &dyn Fn(&csv::StringRecord) -> Option<[String; 9]>| {
        let mut reader = csv::Reader::from_reader(csv.as_bytes());
        for record in reader.records() {
            let record = record.unwrap();
            if let Some(cells) = take(&record) {
                text.push_str(&format!("{table},\"{}\",{}\n", &record[0], cells.join(",")));
            }
        }
    };
    copy("gap", &tables::run::gap(summary).csv(), &|row| {
        let year: Year = row[5].parse().ok()?;
        let cell = |column: usize| row[column].to_owned();
        years.contains(&year).then(|| {
            [
                cell(4),
                cell(1),
                summary.gap.metric.key().to_owned(),
                cell(5),
                cell(6),
                cell(7),
                cell(8),
                String::new(),
                String::new(),
            ]
        })
    });
    copy("money", &tables::money::table(&summary.money).csv(), &|row| {
        let cell = |column: usize| row[column].to_owned();
        let number = |column: usize| cell(column).parse().map_or_else(|_| cell(column), digits);
        // Flows by year add up to the totals, which stand here.
        let yearly = row[1].ends_with("_of_year");
        let nothing = yearly || row[4].parse() == Ok(0.0) && row[5].parse() == Ok(0.0);
        (!nothing).then(|| {
            [
                String::new(),
                cell(2),
                cell(1),
                String::new(),
                number(4),
                number(7),
                number(9),
                number(11),
                cell(12),
            ]
        })
    });
    text
}

/// The first line in which two tables differ by more than the tolerance.
fn difference(expected: &str, found: &str) -> Option<String> {
    let (expected, found): (Vec<&str>, Vec<&str>) = (expected.lines().collect(), found.lines().collect());
    if expected.len() != found.len() {
        return Some(format!("{} lines, expected {}", found.len(), expected.len()));
    }
    let same = |a: &str, b: &str| match (a.parse::<f64>(), b.parse::<f64>()) {
        (Ok(a), Ok(b)) => (a - b).abs() <= TOLERANCE * a.abs().max(b.abs()) + FLOOR,
        _ => a == b,
    };
    expected.iter().zip(&found).find_map(|(a, b)| {
        let cells = a.split(',').count() == b.split(',').count()
            && a.split(',').zip(b.split(',')).all(|(a, b)| same(a, b));
        (!cells).then(|| format!("found    {b}\nexpected {a}"))
    })
}

/// Of fewer futures some ratios have so heavy a tail that what they lack is missing in their errors, too.
const PATHS_OF_RATIOS: u64 = 8_192;

/// Rows of the table of ratios in docs/levers.md: scenario, option, before by the horizon, now by the horizon and by the last year,
/// why.
fn ratio_rows() -> Vec<Vec<String>> {
    let page = include_str!("../../docs/levers.md");
    let table = page.split("## Ratios of the shipped scenarios").nth(1).unwrap();
    let rows = table.lines().filter(|line| line.starts_with("| `"));
    rows.map(|line| {
        let cells = line.trim_matches('|').split('|');
        cells
            .map(|cell| cell.trim().trim_matches('`').to_owned())
            .collect()
    })
    .collect()
}

/// What is wrong with the rows of a scenario, printed from 100,000 futures, beside those of these.
fn wrong_ratios(name: &str, comment: &str, summary: &Summary) -> Vec<String> {
    let rows = ratio_rows();
    let own: Vec<&Vec<String>> = rows.iter().filter(|row| row[0] == name).collect();
    let mut wrong = Vec::new();
    if own.first().is_some_and(|row| !row[5].ends_with('.')) {
        wrong.push(format!("{name}: the first row does not say why"));
    }
    let options: Vec<&str> = own.iter().map(|row| row[1].as_str()).collect();
    let accounts: Vec<&str> = summary
        .money
        .iter()
        .map(|account| account.option.as_str())
        .collect();
    if options != accounts {
        wrong.push(format!("{name}: rows of {options:?}, options {accounts:?}"));
    }
    for (row, account) in own.iter().zip(&summary.money) {
        let ratio = account.benefit_cost_ratio.unwrap();
        let within = |printed: f64, ratio: f64, mcse: Option<f64>| {
            // Four standard errors of these futures, and half a digit of what is printed with two.
            (printed - ratio).abs() <= 4.0 * mcse.unwrap() + 0.05 * ratio
        };
        let printed: f64 = row[4].parse().unwrap();
        if !within(printed, ratio, account.benefit_cost_ratio_mcse) {
            wrong.push(format!("{name}, {}: {printed} printed, {ratio} found", row[1]));
        }
        let by_horizon = account.by_horizon.benefit_cost_ratio.unwrap();
        let early: f64 = row[3].parse().unwrap();
        if !within(early, by_horizon, account.by_horizon.benefit_cost_ratio_mcse) {
            wrong.push(format!(
                "{name}, {}: {early} printed, {by_horizon} found by the horizon",
                row[1]
            ));
        }
        if !(0.05..=20.0).contains(&printed) && !comment.contains("questioned") {
            wrong.push(format!(
                "{name}: a ratio of {printed} is not questioned in the comment of the scenario"
            ));
        }
    }
    wrong
}

#[test]
fn every_shipped_scenario_gives_its_golden_numbers() {
    let update = std::env::var_os("UPDATE").is_some();
    let mut wrong = Vec::new();
    let mut names = Vec::new();
    for path in shipped_files() {
        let scenario = load_file(&path, &[]).unwrap_or_else(|errors| panic!("{errors}"));
        let plan = plan_of(&scenario);
        let summary = run(&plan, settings(PATHS, 1));
        let comment = fs::read_to_string(&path).unwrap();
        wrong.extend(wrong_ratios(
            &path.file_stem().unwrap().to_string_lossy(),
            &comment,
            &run(&plan, settings(PATHS_OF_RATIOS, 1)),
        ));
        let text = selection(&summary, scenario.horizon);
        let name = format!("{}.csv", path.file_stem().unwrap().to_string_lossy());
        assert!(text.len() < 100_000, "{name} has {} bytes", text.len());
        if update {
            fs::create_dir_all(golden("")).unwrap();
            fs::write(golden(&name), &text).unwrap();
        } else {
            match fs::read_to_string(golden(&name)) {
                Err(_) => wrong.push(format!("{name}: there is no such file")),
                Ok(expected) => {
                    wrong.extend(difference(&expected, &text).map(|text| format!("{name}:\n{text}")))
                }
            }
        }
        names.push(name);
    }
    for entry in fs::read_dir(golden("")).unwrap() {
        let name = entry.unwrap().file_name().to_string_lossy().into_owned();
        if !names.contains(&name) {
            if update {
                fs::remove_file(golden(&name)).unwrap();
            } else {
                wrong.push(format!("{name} belongs to no scenario"));
            }
        }
    }
    assert!(
        wrong.is_empty(),
        "{}\nIf the change is meant: `UPDATE=1 cargo test --test it golden::`",
        wrong.join("\n")
    );
}

#[test]
fn a_difference_is_seen() {
    assert_eq!(difference("a,1.0,x", "a,1.00000000001,x"), None);
    assert!(difference("a,1.0,x", "a,1.0001,x").is_some());
    assert!(difference("a,1.0,x", "a,1.0,y").is_some());
    assert!(difference("a,1.0,x", "a,1.0,x\nb").is_some());
}

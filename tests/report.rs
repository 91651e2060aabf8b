//! The page of a run, its charts as files, stored pages, and Parquet: what is shown is what was computed.

mod common;

use std::{collections::BTreeMap, fs, path::Path};

use assert_cmd::Command;
use common::{history, run, settings};
use jointly::{
    analysis::explain,
    engine::Progress,
    model::Plan,
    report::{
        RunRecord, RunResults,
        chart::{Chart, Data},
        gap_csv, money_csv,
        page::Page,
        paths_parquet, read_stored_page, run_page, stored_page, summary_csv, table_parquet,
    },
    scenario::{self, Scenario},
};
use parquet::{
    file::reader::{FileReader, SerializedFileReader},
    record::Field,
};
use serde_json::Value;

/// The largest page a ministry should have to send around.
const LARGEST: usize = 2_000_000;

const PILOTS: &str = "china-korea-smart-cities.toml";
const ALL: &str = "all-together.toml";

fn shipped(name: &str) -> Scenario {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios").join(name);
    scenario::load(&path, &[], None, &history()).unwrap_or_else(|errors| panic!("{errors}"))
}

/// The page of a scenario on a few paths, and its tables.
fn made(scenario: &Scenario) -> (Page, [(&'static str, String); 3]) {
    let data = history();
    let plan = Plan::new(&data, scenario).unwrap();
    let summary = run(&plan, settings(512, 3));
    let explanations = explain(&plan, &data, scenario, settings(512, 3), &Progress::default()).unwrap();
    let page = run_page(RunResults {
        summary: &summary,
        explanations: &explanations,
        record: &RunRecord {
            scenario,
            files: &scenario.files,
            seed: 3,
            data_assumptions: plan.assumptions(),
        },
        history: &data,
        command: "jointly run scenario.toml --paths 512 --seed 3",
    });
    let tables = [
        ("summary.csv", summary_csv(&summary)),
        ("gap.csv", gap_csv(&summary)),
        ("money.csv", money_csv(&summary.money)),
    ];
    (page, tables)
}

/// The numbers that a page shows to its script.
fn script_charts(html: &str) -> Vec<Value> {
    let start = html.find("id=\"data\">").unwrap() + "id=\"data\">".len();
    let length = html[start..].find("</script>").unwrap();
    let data: Value = serde_json::from_str(&html[start..start + length]).unwrap();
    data["charts"].as_array().unwrap().clone()
}

/// The quantiles of `summary.csv` by option, comparison, economy, metric and year, and those of `money.csv`.
fn quantiles(csv: &str, keys: &[&str]) -> BTreeMap<Vec<String>, [f64; 5]> {
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let headings: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
    let column = |name: &str| headings.iter().position(|heading| heading == name).unwrap();
    reader
        .records()
        .map(Result::unwrap)
        .filter(|record| !record[column("p50")].is_empty())
        .map(|record| {
            let key = keys.iter().map(|key| record[column(key)].to_owned()).collect();
            let values =
                ["p05", "p25", "p50", "p75", "p95"].map(|name| record[column(name)].parse().unwrap());
            (key, values)
        })
        .collect()
}

fn numbers(value: &Value) -> Vec<f64> {
    value
        .as_array()
        .unwrap()
        .iter()
        .map(|number| number.as_f64().unwrap())
        .collect()
}

#[test]
fn numbers_of_the_page_are_those_of_the_tables() {
    let (page, [(_, summary), (_, gap), (_, money)]) = made(&shipped(PILOTS));
    let summary = quantiles(&summary, &["option", "comparison", "economy", "metric", "year"]);
    let money = quantiles(&money, &["option", "entry", "of"]);
    let code = |name: &str| {
        match name {
            "all together" => "group",
            "China" => "CHN",
            "Japan" => "JPN",
            "Korea" => "KOR",
            "Mongolia" => "MNG",
            "Russia" => "RUS",
            other => panic!("{other}"),
        }
        .to_owned()
    };
    let key_of = |metric: &str| {
        jointly::base::Metric::ALL
            .into_iter()
            .find(|other| other.label().eq_ignore_ascii_case(metric))
            .map(|metric| metric.key().to_owned())
            .unwrap_or_else(|| panic!("{metric}"))
    };
    let mut compared = 0;
    for chart in script_charts(&page.html()) {
        let title = chart["title"].as_str().unwrap();
        match chart["data"]["kind"].as_str().unwrap() {
            "fan" if !title.starts_with("Dispersion") => {
                let (title, comparison) = match title.split_once(", added by ") {
                    Some((title, _)) => (title, "extra"),
                    None => (title, "level"),
                };
                let (metric, place) = title.rsplit_once(", ").unwrap();
                for series in chart["data"]["series"].as_array().unwrap() {
                    for point in series["projected"].as_array().unwrap() {
                        let key = vec![
                            series["name"].as_str().unwrap().to_owned(),
                            comparison.to_owned(),
                            code(place),
                            key_of(metric),
                            point["x"].as_f64().unwrap().to_string(),
                        ];
                        assert_eq!(numbers(&point["quantiles"]), summary[&key], "{key:?}");
                        compared += 1;
                    }
                }
            }
            "intervals" if title == "Net present value by option" || title == "Cost by option" => {
                let entry = if title.starts_with("Net") {
                    "net_present_value"
                } else {
                    "cost"
                };
                for row in chart["data"]["rows"].as_array().unwrap() {
                    let key = vec![
                        row["label"].as_str().unwrap().to_owned(),
                        entry.to_owned(),
                        "all".to_owned(),
                    ];
                    assert_eq!(numbers(&row["quantiles"]), money[&key], "{key:?}");
                    compared += 1;
                }
            }
            "intervals" if title.contains(", added in 2035") => {
                let (metric, place) = title
                    .trim_end_matches(", added in 2035")
                    .rsplit_once(", ")
                    .unwrap();
                for row in chart["data"]["rows"].as_array().unwrap() {
                    let key = vec![
                        row["label"].as_str().unwrap().to_owned(),
                        "extra".to_owned(),
                        code(place),
                        key_of(metric),
                        "2035".to_owned(),
                    ];
                    assert_eq!(numbers(&row["quantiles"]), summary[&key], "{key:?}");
                    compared += 1;
                }
            }
            "lines" if title.ends_with("is half closed") => {
                let economy = code(
                    title
                        .trim_start_matches("Probability that the gap of ")
                        .trim_end_matches(" is half closed"),
                );
                for series in chart["data"]["series"].as_array().unwrap() {
                    for point in series["points"].as_array().unwrap() {
                        let start = format!("{},{economy},", series["name"].as_str().unwrap());
                        let year = point["x"].as_f64().unwrap().to_string();
                        let row = gap
                            .lines()
                            .find(|line| line.starts_with(&start) && line.split(',').nth(5) == Some(&year))
                            .unwrap();
                        let half: f64 = row.split(',').nth(6).unwrap().parse().unwrap();
                        assert_eq!(point["y"].as_f64().unwrap(), half, "{row}");
                        compared += 1;
                    }
                }
            }
            _ => {}
        }
    }
    // 24 fans of levels alone hold 14 years each.
    assert!(compared > 500, "only {compared} numbers were compared");
}

#[test]
fn observed_levels_are_those_of_the_history() {
    // China's digital economy of 2016 in the published table, 3,400.9 bn dollars, which the changes to 2021 lead back to;
    // the growth rates are printed with two decimals of a percent, so five of them miss it by less than 0.1 %.
    let (page, _) = made(&shipped("baseline.toml"));
    let fan = page.sections[0]
        .charts
        .iter()
        .find(|figure| figure.chart.title == "Digital economy, China")
        .unwrap();
    let Data::Fan(fan) = &fan.chart.data else {
        panic!("a fan")
    };
    let observed = &fan.series[0].observed;
    let at = |year: f64| observed.iter().find(|point| point.x == year).unwrap().y;
    assert!((at(2016.0) / 3400.9 - 1.0).abs() < 1e-3, "{}", at(2016.0));
    assert!((at(2021.0) / 7057.6 - 1.0).abs() < 1e-3, "{}", at(2021.0));
    assert_eq!(fan.series[0].projected[0].x, 2022.0);
}

#[test]
fn sections_stand_in_reading_order_and_every_assumption_is_marked() {
    let scenario = shipped(PILOTS);
    let (page, _) = made(&scenario);
    let ids: Vec<&str> = page.sections.iter().map(|section| section.id.as_str()).collect();
    assert_eq!(
        ids,
        [
            "projections",
            "added",
            "horizon",
            "gap",
            "convergence",
            "matrix",
            "why",
            "money",
            "assumptions",
            "methods"
        ]
    );
    assert_eq!(page.answer.len(), 2);
    assert!(
        page.answer
            .iter()
            .all(|sentence| sentence.contains(" of futures: "))
    );
    let section = page
        .sections
        .iter()
        .find(|section| section.id == "assumptions")
        .unwrap();
    let [assumed, others] = section.tables.as_slice() else {
        panic!("two tables")
    };
    assert!(
        assumed
            .rows
            .iter()
            .all(|row| row[2].text.starts_with("assumption"))
    );
    assert!(others.rows.iter().all(|row| !row[2].text.contains("assumption")));
    // A row stands for one input, or says for how many.
    let stands_for = |table: &jointly::report::page::Table| -> usize {
        table
            .rows
            .iter()
            .map(|row| match row[0].text.rsplit_once(" (") {
                Some((_, count)) => count.trim_end_matches(" of them)").parse::<usize>().unwrap(),
                None => 1,
            })
            .sum()
    };
    let count = scenario
        .inputs
        .iter()
        .filter(|input| input.origin.is_assumption())
        .count();
    assert_eq!(stands_for(assumed), count);
    assert_eq!(stands_for(others), scenario.inputs.len() - count);
}

#[test]
fn every_shipped_scenario_has_a_page_below_two_megabytes() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    let mut count = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "toml") {
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            let (page, _) = made(&shipped(&name));
            let size = page.html().len();
            println!("{name}: {size}");
            assert!(size < LARGEST, "{name}: {size}");
            count += 1;
        }
    }
    assert!(count >= 16);
}

#[test]
fn hostile_names_show_as_text() {
    let long = "x".repeat(10_000);
    for title in [
        "<script>window.broken = 1</script>",
        "\"double\" 'single' </script><img src=x onerror=alert(1)>",
        "שלום עולם، مرحبا بالعالم",
        long.as_str(),
    ] {
        let mut scenario = shipped(PILOTS);
        scenario.title = title.to_owned();
        scenario.summary = title.to_owned();
        for option in &mut scenario.options {
            option.name = format!("{title} {}", option.name);
        }
        let (page, _) = made(&scenario);
        let html = page.html();
        assert!(!html.contains("<script>window"), "{}", &title[..20]);
        assert!(!html.contains("<img"));
        // The page's own scripts: two libraries, its script, its data.
        assert_eq!(html.matches("<script").count(), 4);
        let shown = title
            .replace('&', "&amp;")
            .replace('<', "&lt;")
            .replace('>', "&gt;");
        let shown = shown.replace('"', "&quot;").replace('\'', "&#39;");
        let heading = &html[html.find("<h1").unwrap()..html.find("</h1>").unwrap()];
        let plain = |text: &str| text.replace("&quot;", "\"").replace("&#39;", "'");
        assert!(
            plain(heading).ends_with(&plain(&shown)),
            "{}",
            &heading[..100.min(heading.len())]
        );
    }
}

#[test]
fn stored_pages_read_back_to_the_same_bytes_and_refuse_what_does_not_belong() {
    let (page, tables) = made(&shipped(ALL));
    let stored = stored_page(&page, &tables);
    let read = |name: &str| {
        tables
            .iter()
            .find(|(other, _)| *other == name)
            .map(|(_, text)| text.clone())
            .ok_or_else(|| "missing".to_owned())
    };
    let again = read_stored_page(&stored, read).unwrap();
    assert_eq!(again, page);
    assert_eq!(again.html(), page.html());
    let refused = |text: &str| read_stored_page(text, read).unwrap_err();
    assert!(refused("").contains("damaged"));
    assert!(refused("{}").contains("damaged"));
    assert!(refused(&stored[..stored.len() / 2]).contains("damaged"));
    assert!(refused(&stored.replacen("\"jointly\"", "\"other\"", 1)).contains("not written by jointly"));
    assert!(refused(&stored.replacen("\"format\":1", "\"format\":2", 1)).contains("cannot read"));
    assert!(refused(&stored.replacen("summary.csv", "../summary.csv", 1)).contains("outside the directory"));
    let changed = |name: &str| read(name).map(|text| text.replacen('1', "2", 1));
    assert!(
        read_stored_page(&stored, changed)
            .unwrap_err()
            .contains("is not the file")
    );
    let missing = |_: &str| Err("`summary.csv` cannot be read".to_owned());
    assert!(
        read_stored_page(&stored, missing)
            .unwrap_err()
            .contains("cannot be read")
    );
}

#[test]
fn charts_have_names_of_their_own() {
    let (page, _) = made(&shipped(ALL));
    let named = page.named_charts();
    let charts: Vec<&Chart> = page
        .sections
        .iter()
        .flat_map(|section| section.charts.iter().map(|figure| &figure.chart))
        .collect();
    assert_eq!(named.len(), charts.len());
    let mut names: Vec<&str> = named.iter().map(|(name, _)| name.as_str()).collect();
    assert!(names.contains(&"projections-digital-economy-china"));
    names.sort_unstable();
    names.dedup();
    assert_eq!(names.len(), charts.len());
    for name in names {
        assert!(
            name.len() <= 200
                && name
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
        );
    }
}

/// Rows of a Parquet file as text, numbers in full, null as nothing: the form of the CSV files.
fn parquet_rows(bytes: Vec<u8>) -> (Vec<String>, Vec<Vec<String>>) {
    let reader = SerializedFileReader::new(bytes::Bytes::from(bytes)).unwrap();
    let mut names = Vec::new();
    let mut rows = Vec::new();
    for row in reader.get_row_iter(None).unwrap() {
        let columns = row.unwrap().into_columns();
        names = columns.iter().map(|(name, _)| name.clone()).collect();
        rows.push(
            columns
                .into_iter()
                .map(|(_, field)| match field {
                    Field::Null => String::new(),
                    Field::Double(value) => value.to_string(),
                    Field::Int(value) => value.to_string(),
                    Field::Long(value) => value.to_string(),
                    Field::Str(text) => text,
                    other => panic!("{other:?}"),
                })
                .collect(),
        );
    }
    (names, rows)
}

#[test]
fn parquet_tables_hold_what_the_csv_tables_hold() {
    let (_, tables) = made(&shipped(PILOTS));
    for (name, text) in tables {
        let bytes = table_parquet(&text).unwrap();
        assert_eq!(bytes, table_parquet(&text).unwrap(), "{name}");
        let (names, rows) = parquet_rows(bytes);
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        assert_eq!(
            names,
            reader.headers().unwrap().iter().collect::<Vec<_>>(),
            "{name}"
        );
        let expected: Vec<Vec<String>> = reader
            .records()
            .map(|record| record.unwrap().iter().map(str::to_owned).collect())
            .collect();
        assert_eq!(rows, expected, "{name}");
    }
}

#[test]
fn paths_read_back_to_the_means_of_the_summary() {
    let scenario = shipped(PILOTS);
    let plan = Plan::new(&history(), &scenario).unwrap();
    let summary = run(&plan, settings(1100, 3));
    let written = |threads| {
        let mut settings = settings(1100, 3);
        settings.threads = threads;
        let mut bytes = Vec::new();
        paths_parquet(&plan, &[2030, 2035], settings, &Progress::default(), &mut bytes).unwrap();
        bytes
    };
    let bytes = written(1);
    assert_eq!(bytes, written(3), "bytes do not depend on threads");
    let (names, rows) = parquet_rows(bytes);
    let column = |name: &str| names.iter().position(|other| other == name).unwrap();
    assert_eq!(rows.len(), 1100 * 4 * 6 * 2);
    assert_eq!(rows[0][0], "0");
    assert_eq!(rows.last().unwrap()[0], "1099");
    let mut compared = 0;
    for wanted in summary.rows.iter().filter(|row| {
        row.year == 2035
            && row.comparison == jointly::outcomes::Comparison::Level
            && row.metric != jointly::base::Metric::Closure
    }) {
        let metric = column(wanted.metric.key());
        let values: Vec<f64> = rows
            .iter()
            .filter(|row| row[1] == wanted.option && row[2] == wanted.place.code() && row[3] == "2035")
            .map(|row| row[metric].parse().unwrap())
            .collect();
        assert_eq!(values.len(), 1100);
        let mean = values.iter().sum::<f64>() / 1100.0;
        // Two orders of summation of 1100 terms.
        let error = (mean - wanted.statistics.mean).abs();
        assert!(
            error <= 1e-12 * wanted.statistics.mean.abs().max(wanted.statistics.sd) + 1e-15,
            "{wanted:?} {mean}"
        );
        compared += 1;
    }
    assert!(compared > 200, "{compared}");
}

fn jointly(arguments: &[&str]) -> Command {
    let mut command = Command::cargo_bin("jointly").unwrap();
    command.current_dir(env!("CARGO_MANIFEST_DIR")).args(arguments);
    command
}

#[test]
fn report_of_a_directory_is_the_page_of_the_run() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    jointly(&[
        "run",
        "scenarios/baseline.toml",
        "--paths",
        "512",
        "--quiet",
        "--parquet",
        "--out",
        &at("out"),
    ])
    .args(["--report", &at("page.html"), "--paths-out", &at("paths.parquet")])
    .assert()
    .success();
    jointly(&[
        "report",
        &at("out"),
        "-o",
        &at("again.html"),
        "--plot",
        &at("plots"),
    ])
    .assert()
    .success();
    let page = fs::read_to_string(at("page.html")).unwrap();
    assert_eq!(page, fs::read_to_string(at("again.html")).unwrap());
    assert!(page.contains("jointly run scenarios/baseline.toml --paths 512 --seed 1"));
    for name in ["summary.parquet", "gap.parquet", "money.parquet", "page.json"] {
        assert!(Path::new(&at("out")).join(name).exists(), "{name}");
    }
    assert!(fs::metadata(at("paths.parquet")).unwrap().len() > 1000);
    let mut plots: Vec<String> = fs::read_dir(at("plots"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    plots.sort();
    assert!(plots.contains(&"projections-gdp-korea.png".to_owned()));
    assert_eq!(
        plots.iter().filter(|name| name.ends_with(".svg")).count() * 2,
        plots.len()
    );
    // Changed, foreign and missing directories.
    let summary = Path::new(&at("out")).join("summary.csv");
    fs::write(&summary, fs::read_to_string(&summary).unwrap() + "x\n").unwrap();
    for (directory, words) in [
        (at("out"), "is not the file that was written"),
        (at("plots"), "`page.json` cannot be read"),
        (at("nowhere"), "is no directory"),
    ] {
        let output = jointly(&["report", &directory, "-o", &at("never.html")])
            .assert()
            .code(2);
        let text = String::from_utf8(output.get_output().stderr.clone()).unwrap();
        assert!(text.replace('\n', " ").contains(words), "{text}");
        assert!(!Path::new(&at("never.html")).exists());
    }
    jointly(&[
        "run",
        "scenarios/baseline.toml",
        "--paths",
        "512",
        "--quiet",
        "--paths-out",
        &at("never.parquet"),
    ])
    .args(["--paths-years", "2035,2099"])
    .assert()
    .code(2);
    assert!(!Path::new(&at("never.parquet")).exists());
}

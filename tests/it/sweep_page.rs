//! The page of a sweep: every number in it is the number in the files, whatever the method.

use std::{collections::BTreeMap, fs, path::Path};

use jointly::{
    analysis::{
        Value,
        sweep::{Condition, Study, Sweep, SweepRequest, discovery_study, given_data_study},
    },
    engine::Progress,
    history::HistoryData,
    model::Plan,
    report::{
        Findings, MoneyYears, Record,
        chart::{Chart, Data},
        document::{Document, Rank, Section, Table},
        tables,
    },
    scenario::{self, Scenario, read_vary},
    sensitivity::{METHODS, Method},
    session::SweepResult,
};

use crate::common::{history, jointly, settings};

/// The largest page a ministry should have to send around.
const LARGEST: usize = 900_000;
const SCENARIO: &str = "scenarios/china-korea-smart-cities.toml";
const OUTCOMES: [&str; 2] = ["extra:CHN.digital_economy@2035", "pilots/CHN.share@2035|p95"];
const VARY: [&str; 3] = [
    "levers.smart-cities.scale.CHN=[5, 100]",
    "model.share_response=prior",
    "levers.smart-cities.creation=prior",
];

/// Index and heading of its chart and axis.
const HEADINGS: [(&str, &str); 9] = [
    ("S1", "First-order index (S1)"),
    ("ST", "Total index (ST)"),
    ("S2", "Second-order index (S2)"),
    ("mu_star", "Mean size of the change (μ*)"),
    ("mu", "Mean change (μ)"),
    ("sigma", "Spread of the change (σ)"),
    ("pawn_median", "PAWN, median distance"),
    ("pawn_max", "PAWN, largest distance"),
    ("rank_correlation", "Rank correlation"),
];

fn shipped() -> Scenario {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(SCENARIO);
    scenario::load(&path, &[], None, &history()).unwrap()
}

fn designed(data: &HistoryData, scenario: &Scenario, method: &'static dyn Method, vary: &[&str]) -> Study {
    let size = match method.about().key {
        "one-at-a-time" => 1,
        "grid" => 5,
        "morris" | "morris-radial" => 16,
        // Ten slices of ten points.
        "pawn" => 128,
        _ => 64,
    };
    let request = SweepRequest {
        method,
        size,
        inputs: vary
            .iter()
            .flat_map(|text| read_vary(scenario, text).unwrap())
            .collect(),
        outcomes: OUTCOMES
            .iter()
            .map(|text| scenario.selector(text).unwrap())
            .collect(),
        settings: settings(512, 3),
        until: Vec::new(),
    };
    let sweep = Sweep::new(data, scenario, request).unwrap();
    let mut known: Vec<Vec<Value>> = Vec::new();
    while let Some(batch) = sweep.next(&known).unwrap() {
        known.extend(sweep.evaluate(batch, &Progress::default()).unwrap());
    }
    sweep.finish(&known).unwrap()
}

fn discovered(data: &HistoryData, scenario: &Scenario) -> Study {
    let condition = Condition::parse(scenario, "extra:CHN.digital_economy@2035 > 40").unwrap();
    let inputs: Vec<_> = VARY
        .iter()
        .flat_map(|text| read_vary(scenario, text).unwrap())
        .collect();
    discovery_study(
        data,
        scenario,
        &inputs,
        &condition,
        Default::default(),
        settings(2000, 3),
        &Progress::default(),
    )
    .unwrap()
}

/// A study of every method; a grid of one and of two inputs.
fn studies(data: &HistoryData, scenario: &Scenario) -> Vec<Study> {
    let mut studies = Vec::new();
    for method in METHODS {
        if method.about().key == "grid" {
            studies.push(designed(data, scenario, *method, &VARY[..1]));
            studies.push(designed(data, scenario, *method, &VARY[..2]));
        } else {
            studies.push(designed(data, scenario, *method, &VARY));
        }
    }
    let selectors: Vec<_> = OUTCOMES
        .iter()
        .map(|text| scenario.selector(text).unwrap())
        .collect();
    studies.push(
        given_data_study(
            data,
            scenario,
            &[],
            &selectors,
            settings(2000, 3),
            &Progress::default(),
        )
        .unwrap(),
    );
    studies.push(discovered(data, scenario));
    studies
}

fn result_of(data: &HistoryData, scenario: &Scenario, study: &Study) -> SweepResult {
    let plan = Plan::new(data, scenario).unwrap();
    SweepResult {
        study: study.clone(),
        record: Record {
            scenario: scenario.clone(),
            files: scenario.files.clone(),
            paths: study.paths,
            seed: 3,
            data_assumptions: plan.assumptions().to_vec(),
            command: "jointly sweep scenario.toml".to_owned(),
            money: MoneyYears::of(&plan),
        },
    }
}

/// The CSV of one of the tables of a study.
fn csv_of(study: &Study, name: &str) -> String {
    let tables = tables::sweep::tables(study);
    tables.iter().find(|table| table.name == name).unwrap().csv()
}

/// The sentences of the answer.
fn answer(document: &Document) -> Vec<&str> {
    let brief: Vec<&Section> = document.of_rank(Rank::Brief).collect();
    assert_eq!(brief.len(), 1);
    brief[0].sentences_said().collect()
}

/// The rows of a CSV file, each with its fields by heading.
fn rows(csv: &str) -> Vec<BTreeMap<String, String>> {
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let headings: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
    reader
        .records()
        .map(|record| {
            headings
                .iter()
                .cloned()
                .zip(record.unwrap().iter().map(str::to_owned))
                .collect()
        })
        .collect()
}

fn number(text: &str) -> Option<f64> {
    (!text.is_empty()).then(|| text.parse().unwrap())
}

fn section<'page>(page: &'page Document, id: &str) -> &'page Section {
    page.sections.iter().find(|section| section.id == id).unwrap()
}

fn chart<'page>(section: &'page Section, title: &str) -> &'page Chart {
    section
        .figures()
        .map(|figure| &figure.chart)
        .find(|chart| chart.title == title)
        .unwrap_or_else(|| panic!("no chart {title}"))
}

/// The numbers of a row of a table behind its words.
fn numbers(table: &Table, words: &[&str]) -> Vec<Option<f64>> {
    let row = table
        .rows
        .iter()
        .find(|row| row.iter().zip(words).all(|(cell, word)| cell.text == **word))
        .unwrap_or_else(|| panic!("no row {words:?} in {}", table.title));
    row[words.len()..].iter().map(|cell| cell.value).collect()
}

/// Value, low and high of a row of `indices.csv` or `convergence.csv`.
fn triple(row: &BTreeMap<String, String>) -> [Option<f64>; 3] {
    ["value", "low", "high"].map(|name| number(&row[name]))
}

/// Compares what the page says of indices with `indices.csv` and `convergence.csv`; gives how many numbers were compared.
fn compare_indices(study: &Study, page: &Document) -> usize {
    let drivers = section(page, "drivers");
    let indices = rows(&csv_of(study, "indices"));
    let mut compared = 0;
    for outcome in &study.outcomes {
        let of = |row: &&BTreeMap<String, String>| row["outcome"] == outcome.outcome;
        let table = |title: &str| {
            drivers
                .tables()
                .find(|table| table.title == format!("{title}: {}", outcome.label))
        };
        // Tables hold every index, in the order of the file.
        for input in &study.inputs {
            let mut expected = Vec::new();
            for name in outcome.index_names() {
                let row = indices
                    .iter()
                    .filter(of)
                    .find(|row| {
                        row["index"] == name && row["input"] == input.path && row["second_input"].is_empty()
                    })
                    .unwrap();
                let [value, low, high] = triple(row);
                expected.push(value);
                if indices
                    .iter()
                    .filter(of)
                    .any(|row| row["index"] == name && !row["low"].is_empty())
                {
                    expected.extend([low, high]);
                }
            }
            let table = table("Indices of every input").unwrap();
            assert_eq!(
                numbers(table, &[&input.path]),
                expected,
                "{} {}",
                study.method,
                input.path
            );
            compared += expected.len();
        }
        for row in indices
            .iter()
            .filter(of)
            .filter(|row| !row["second_input"].is_empty())
        {
            let found = numbers(
                table("Indices of two inputs").unwrap(),
                &[&row["input"], &row["second_input"]],
            );
            let expected = triple(row);
            assert_eq!(found, expected[..found.len()], "{} {row:?}", study.method);
            compared += found.len();
        }
        if ["one-at-a-time", "grid"].contains(&study.method) {
            continue;
        }
        // A chart of each index.
        for (name, heading) in HEADINGS {
            let expected: Vec<_> = indices
                .iter()
                .filter(of)
                .filter(|row| row["index"] == name)
                .collect();
            if expected.is_empty() {
                continue;
            }
            let chart = chart(drivers, &format!("{heading}: {}", outcome.label));
            let Data::Bars(bars) = &chart.data else {
                panic!("bars")
            };
            assert_eq!((bars.coverage, bars.axis.label.as_str()), (95, heading));
            assert_eq!(bars.rows.len(), expected.len().min(30));
            assert!(
                bars.rows
                    .windows(2)
                    .all(|pair| pair[0].value.abs() >= pair[1].value.abs())
            );
            for bar in &bars.rows {
                let row = expected
                    .iter()
                    .find(|row| {
                        let label = match row["second_input"].as_str() {
                            "" => row["input"].clone(),
                            second => format!("{} × {second}", row["input"]),
                        };
                        label == bar.label
                    })
                    .unwrap();
                let interval = bar.interval.map_or([None; 2], |ends| ends.map(Some));
                assert_eq!(
                    [Some(bar.value), interval[0], interval[1]],
                    triple(row),
                    "{row:?}"
                );
                compared += 3;
            }
        }
        if outcome.convergence.is_empty() {
            continue;
        }
        let runs = section(page, "runs");
        let leading = outcome.leading();
        let (_, heading) = HEADINGS.into_iter().find(|(name, _)| *name == leading).unwrap();
        let chart = chart(runs, &format!("{heading} by number of runs: {}", outcome.label));
        let Data::Lines(lines) = &chart.data else {
            panic!("lines")
        };
        let table = runs
            .tables()
            .find(|table| table.title == format!("By number of runs: {}", outcome.label))
            .unwrap();
        let file = rows(&csv_of(study, "convergence"));
        for series in &lines.series {
            for (point, part) in series.points.iter().zip(&outcome.convergence) {
                let row = file
                    .iter()
                    .filter(of)
                    .find(|row| {
                        row["index"] == leading
                            && row["input"] == series.name
                            && row["runs"] == part.runs.to_string()
                    })
                    .unwrap();
                assert_eq!(
                    (point.x, Some(point.y)),
                    (part.runs as f64, number(&row["value"]))
                );
                let listed = table
                    .rows
                    .iter()
                    .find(|cells| cells[0].text == series.name && cells[1].value == Some(part.runs as f64))
                    .unwrap();
                let listed: Vec<_> = listed[2..].iter().map(|cell| cell.value).collect();
                assert_eq!(listed, triple(row)[..listed.len()]);
                compared += 2 + listed.len();
            }
        }
        assert_eq!(lines.series.len(), study.inputs.len().min(8));
    }
    compared
}

/// Compares tornado charts, curves and surfaces with `design.csv`.
fn compare_design(study: &Study, page: &Document) -> usize {
    let drivers = section(page, "drivers");
    let design = rows(&csv_of(study, "design"));
    let get = |row: usize, name: &str| number(&design[row][name]);
    let mut compared = 0;
    for (figure, outcome) in drivers.figures().zip(&study.outcomes) {
        assert!(
            figure
                .chart
                .title
                .to_lowercase()
                .contains(&outcome.label.to_lowercase())
        );
        let of = outcome.outcome.as_str();
        match &figure.chart.data {
            Data::Tornado(tornado) => {
                assert_eq!(Some(tornado.base), get(0, of));
                for bar in &tornado.bars {
                    let input = study
                        .inputs
                        .iter()
                        .position(|input| input.path == bar.label)
                        .unwrap();
                    assert_eq!(Some(bar.low), get(1 + 2 * input, of));
                    assert_eq!(Some(bar.high), get(2 + 2 * input, of));
                    compared += 2;
                }
                assert_eq!(tornado.bars.len(), study.inputs.len());
            }
            Data::Lines(lines) => {
                assert_eq!(lines.coverage, 90);
                for (row, point) in lines.series[0].points.iter().enumerate() {
                    let value = get(row, of).unwrap();
                    assert_eq!((Some(point.x), point.y), (get(row, &study.inputs[0].path), value));
                    let errors = jointly::decision::errors_within(0.9, study.paths as f64);
                    let interval = get(row, &format!("mcse:{of}"))
                        .map(|error| [-errors, errors].map(|errors| value + errors * error));
                    assert_eq!(point.interval, interval);
                    compared += 4;
                }
            }
            Data::HeatMap(map) => {
                let cells = map.cells.iter().flatten();
                for (row, cell) in cells.enumerate() {
                    assert_eq!(cell.value, get(row, of));
                    compared += 1;
                }
                assert_eq!((map.rows.len(), map.columns.len()), (5, 5));
                for (row, label) in map.rows.iter().enumerate() {
                    let value = get(row * 5, &study.inputs[0].path).unwrap();
                    assert!(
                        (label.parse::<f64>().unwrap() / value - 1.0).abs() < 1e-2,
                        "{label} {value}"
                    );
                }
            }
            other => panic!("{other:?}"),
        }
    }
    assert_eq!(drivers.figures().count(), study.outcomes.len());
    compared
}

/// Compares boxes and leaves with `boxes.csv`.
fn compare_boxes(study: &Study, page: &Document) -> usize {
    let section = section(page, "conditions");
    let file = rows(&csv_of(study, "boxes"));
    let discovery = study.discovery.as_ref().unwrap();
    assert!(!discovery.boxes.is_empty() && discovery.leaves.len() > 1);
    let mut compared = 0;
    let table = |title: &str| section.tables().find(|table| table.title == title).unwrap();
    for row in &file {
        let get = |name: &str| number(&row[name]);
        // A box that holds cases no more often than all paths do is left out.
        let rate = discovery.cases as f64 / discovery.paths as f64;
        if row["kind"] == "box" && get("density_outside").or(get("density")).unwrap() <= rate {
            continue;
        }
        let (title, one) = match row["kind"].as_str() {
            "box" => ("Boxes", "Box"),
            _ => ("Leaves of the tree", "Leaf"),
        };
        let quality = table(title)
            .rows
            .iter()
            .find(|cells| cells[0].text == format!("{one} {}", row["number"]))
            .unwrap();
        let listed: Vec<_> = quality[2..].iter().map(|cell| cell.value).collect();
        let names: &[&str] = match one {
            "Box" => &[
                "paths",
                "cases",
                "density",
                "density_outside",
                "density_outside_p05",
                "density_outside_p95",
                "coverage",
                "coverage_outside",
                "coverage_outside_p05",
                "coverage_outside_p95",
                "p",
            ],
            _ => &["paths", "cases", "density", "coverage"],
        };
        let expected: Vec<_> = names.iter().map(|name| get(name)).collect();
        assert_eq!(listed, expected, "{row:?}");
        compared += expected.len();
        if one == "Leaf" {
            continue;
        }
        let limits = table(&format!("Ranges of box {}", row["number"]));
        let listed = limits
            .rows
            .iter()
            .find(|cells| cells[0].text == row["input"])
            .unwrap();
        let listed: Vec<_> = listed[2..].iter().map(|cell| cell.value).collect();
        let expected = [
            "low",
            "low_p05",
            "low_p95",
            "high",
            "high_p05",
            "high_p95",
            "quasi_p",
            "reproducibility",
        ]
        .map(get);
        assert_eq!(listed, expected);
        let chart = chart(
            section,
            &format!("Box {}: {}", row["number"], discovery.condition),
        );
        let Data::Boxes(boxes) = &chart.data else {
            panic!("boxes")
        };
        let input = boxes
            .inputs
            .iter()
            .find(|input| input.input.label == row["input"])
            .unwrap();
        let values: Vec<f64> = rows(&csv_of(study, "design"))
            .iter()
            .map(|design| design[&row["input"]].parse().unwrap())
            .collect();
        let range = [
            values.iter().copied().fold(f64::INFINITY, f64::min),
            values.iter().copied().fold(f64::NEG_INFINITY, f64::max),
        ];
        assert_eq!(input.range, range);
        assert_eq!(
            input.limits,
            [get("low").unwrap_or(range[0]), get("high").unwrap_or(range[1])]
        );
        compared += 12;
    }
    compared
}

#[test]
fn numbers_of_the_page_are_those_of_the_files_for_every_method() {
    let data = history();
    let scenario = shipped();
    let studies = studies(&data, &scenario);
    assert_eq!(studies.len(), METHODS.len() + 3);
    for study in &studies {
        let page = result_of(&data, &scenario, study).document();
        let html = page.html();
        let mut compared = 0;
        if study.discovery.is_some() {
            compared += compare_boxes(study, &page);
        } else {
            compared += compare_indices(study, &page);
            if ["one-at-a-time", "grid"].contains(&study.method) {
                compared += compare_design(study, &page);
            }
        }
        println!(
            "{} of {} inputs: {} bytes, {compared} numbers compared",
            study.method,
            study.inputs.len(),
            html.len()
        );
        assert!(compared >= 14, "{}: {compared}", study.method);
        assert!(html.len() < LARGEST, "{}: {}", study.method, html.len());
        for word in ["NaN", "undefined"] {
            let text = serde_json::to_string(&page).unwrap();
            assert!(!text.contains(word), "{} says {word}", study.method);
        }
        // Of conditions density and coverage are said apart: they are parts of different wholes.
        let sentences = if study.method == "discover" { 3 } else { 2 };
        assert_eq!(answer(&page).len(), sentences, "{}", study.method);
        let ids: Vec<&str> = page.sections.iter().map(|section| section.id.as_str()).collect();
        assert_eq!(ids[ids.len() - 3..], ["inputs", "assumptions", "methods"]);
        // What was varied, with its points.
        let tables: Vec<&Table> = section(&page, "inputs").tables().collect();
        let [table] = tables.as_slice() else {
            panic!("a table")
        };
        assert_eq!(table.rows.len(), study.inputs.len());
        for (row, input) in table.rows.iter().zip(&study.inputs) {
            assert_eq!(&row[0].text, &input.path);
            assert_eq!([4, 5, 6].map(|cell| row[cell].value), input.points.map(Some));
        }
    }
}

#[test]
fn an_outcome_that_does_not_vary_and_hostile_names_have_a_page() {
    let data = history();
    let hostile = "<img src=x onerror=alert(1)>\u{202e}";
    let mut scenario = shipped();
    scenario.title = hostile.to_owned();
    scenario.summary = hostile.to_owned();
    for option in &mut scenario.options {
        option.name = format!("{hostile} {}", option.name);
    }
    for key in ["one-at-a-time", "grid", "morris", "sobol", "pawn"] {
        let method = jointly::sensitivity::method(key).unwrap();
        // The lever of no option looked at.
        let vary: &[&str] = &["levers.city-staff.creation=[0, 1]"];
        let request = SweepRequest {
            method,
            size: match key {
                "one-at-a-time" => 1,
                "grid" => 3,
                _ => 32,
            },
            inputs: vary
                .iter()
                .flat_map(|text| read_vary(&scenario, text).unwrap())
                .collect(),
            outcomes: vec![scenario.selector("extra:CHN.digital_economy@2035").unwrap()],
            settings: settings(256, 3),
            until: Vec::new(),
        };
        let sweep = Sweep::new(&data, &scenario, request).unwrap();
        let mut known: Vec<Vec<Value>> = Vec::new();
        while let Some(batch) = sweep.next(&known).unwrap() {
            known.extend(sweep.evaluate(batch, &Progress::default()).unwrap());
        }
        let study = sweep.finish(&known).unwrap();
        let page = result_of(&data, &scenario, &study).document();
        let html = page.html();
        assert!(!html.contains("<img") && !html.contains('\u{202e}'), "{key}");
        assert!(html.contains("&lt;img src=x onerror=alert(1)&gt;"), "{key}");
        assert_eq!(html.matches("<script").count(), 1);
        assert!(!answer(&page).is_empty(), "{key}");
        for sentence in answer(&page) {
            assert!(
                !sentence.contains("NaN") && !sentence.contains("inf "),
                "{key}: {sentence}"
            );
        }
        for chart in page.sections.iter().flat_map(Section::figures) {
            let svg = chart.chart.svg();
            assert!(!svg.contains("NaN") && !svg.contains("inf\""), "{key}");
        }
    }
}

#[test]
fn the_json_marks_assumptions_and_says_how_to_repeat_the_sweep() {
    let data = history();
    let scenario = shipped();
    let study = designed(&data, &scenario, METHODS[0], &VARY);
    let plan = Plan::new(&data, &scenario).unwrap();
    let json = result_of(&data, &scenario, &study).json();
    assert_eq!(json["title"], scenario.title.as_str());
    assert_eq!((&json["seed"], &json["horizon"]), (&3.into(), &2035.into()));
    let assumed = scenario
        .inputs
        .iter()
        .filter(|input| input.origin.is_assumption())
        .count();
    assert_eq!(
        json["assumptions"].as_array().unwrap().len(),
        assumed + plan.assumptions().len()
    );
    assert_eq!(json["scenarios"][0], scenario.resolved().as_str());
    assert_eq!(json["files"].as_array().unwrap().len(), scenario.files.len());
    assert_eq!(json["sweep"]["outcomes"][1]["unit"], "share");
}

#[test]
fn report_of_a_directory_and_of_a_resumed_sweep_is_the_page_of_the_sweep() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let read = |name: &str| fs::read_to_string(at(name)).unwrap();
    let sweep = [
        "sweep",
        SCENARIO,
        "--method",
        "morris",
        "--size",
        "12",
        "--paths",
        "256",
        "--quiet",
        "--set",
        "model.decay=0.02 to 0.05",
        "--out",
    ];
    jointly(&sweep)
        .args([
            &at("whole"),
            "--report",
            &at("whole.html"),
            "--plot",
            &at("plots"),
        ])
        .assert()
        .success();
    jointly(&["report", &at("whole"), "-o", &at("again.html")])
        .assert()
        .success();
    assert_eq!(read("whole.html"), read("again.html"));
    let command = "jointly sweep china-korea-smart-cities.toml --method morris --size 12 --paths 256 --seed 1 --set \
                   &#39;model.decay=0.02 to 0.05&#39;";
    assert!(
        read("whole.html").contains(command) || read("whole.html").contains(&command.replace("&#39;", "'"))
    );
    // Interrupted and continued: the page of the manifest, not of the command that continues.
    jointly(&sweep)
        .args([&at("parts"), "--most-batches", "1"])
        .assert()
        .code(130);
    assert!(!Path::new(&at("parts")).join("page.json").exists());
    jointly(&[
        "sweep",
        "--resume",
        &at("parts"),
        "--quiet",
        "--report",
        &at("parts.html"),
    ])
    .assert()
    .success();
    assert_eq!(read("whole.html"), read("parts.html"));
    assert_eq!(read("whole/page.json"), read("parts/page.json"));
    let plots: Vec<String> = fs::read_dir(at("plots"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    assert!(
        plots
            .iter()
            .any(|name| name.starts_with("drivers-mean-size-of-the-change")),
        "{plots:?}"
    );
    assert_eq!(plots.len() % 2, 0);
    // Nothing is written where the input is refused.
    jointly(&[
        "sweep",
        SCENARIO,
        "--method",
        "moris",
        "--report",
        &at("never.html"),
        "--plot",
        &at("never"),
    ])
    .assert()
    .code(2);
    jointly(&[
        "sweep",
        SCENARIO,
        "--report",
        &at("nowhere/never.html"),
        "--out",
        &at("never"),
    ])
    .assert()
    .code(1);
    assert!(!Path::new(&at("never.html")).exists() && !Path::new(&at("never")).exists());
}

#[test]
fn a_run_that_asks_why_shows_the_indices_of_its_file() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    jointly(&[
        "run",
        SCENARIO,
        "--paths",
        "512",
        "--quiet",
        "--why",
        "--out",
        &at("out"),
    ])
    .args(["--report", &at("page.html")])
    .assert()
    .success();
    jointly(&["report", &at("out"), "-o", &at("again.html")])
        .assert()
        .success();
    let html = fs::read_to_string(at("page.html")).unwrap();
    assert_eq!(html, fs::read_to_string(at("again.html")).unwrap());
    assert!(html.contains("Which assumption drives the answer") && html.contains("--seed 1 --why"));
    println!("run with --why: {} bytes", html.len());
    assert!(html.len() < LARGEST, "{}", html.len());
    let indices = fs::read_to_string(Path::new(&at("out")).join("indices.csv")).unwrap();
    let stored: serde_json::Value =
        serde_json::from_str(&fs::read_to_string(Path::new(&at("out")).join("page.json")).unwrap()).unwrap();
    let list = |value: &serde_json::Value| value.as_array().cloned().unwrap_or_default();
    let figures = list(&stored["page"]["sections"])
        .into_iter()
        .flat_map(|section| list(&section["blocks"]))
        .flat_map(|block| list(&block["charts"]["figures"]));
    let mut compared = 0;
    for chart in figures.map(|figure| figure["chart"].clone()) {
        let title = chart["title"].as_str().unwrap();
        let Some((index, _)) = HEADINGS
            .into_iter()
            .find(|(_, heading)| title.starts_with(&format!("{heading}: ")))
        else {
            continue;
        };
        let bars = chart["data"]["rows"].as_array().unwrap();
        let (rest, told) = bars.split_last().unwrap();
        let sum: f64 = told.iter().map(|bar| bar["value"].as_f64().unwrap()).sum();
        assert!((rest["value"].as_f64().unwrap() - (1.0 - sum).max(0.0)).abs() < 1e-12);
        for bar in told {
            let row = rows(&indices)
                .into_iter()
                .find(|row| row["index"] == index && row["input"] == bar["label"].as_str().unwrap())
                .unwrap();
            assert_eq!(bar["value"].as_f64(), number(&row["value"]));
            assert!(number(&row["low"]).unwrap() > 0.0, "told from nothing");
            assert_eq!(bar["interval"][0].as_f64(), number(&row["low"]));
            assert_eq!(bar["interval"][1].as_f64(), number(&row["high"]));
            compared += 1;
        }
    }
    let told = rows(&indices)
        .iter()
        .filter(|row| row["index"] == "S1" && number(&row["low"]).is_some_and(|low| low > 0.0))
        .count();
    println!("{compared} of {told}");
    assert!(compared > 0 && compared == told.min(30));
    // The largest shipped page stays small enough to send, too.
    jointly(&[
        "run",
        "scenarios/all-together.toml",
        "--paths",
        "512",
        "--quiet",
        "--why",
    ])
    .args(["--report", &at("all.html")])
    .assert()
    .success();
    let size = fs::metadata(at("all.html")).unwrap().len() as usize;
    println!("all-together with --why: {size} bytes");
    assert!(size < LARGEST, "{size}");
}

//! The pages of a comparison and of an attribution: what they show is what the files hold, whatever names options have.

use std::{collections::BTreeMap, fs, path::Path};

use jointly::decision::errors_within;
use serde_json::Value;

use crate::common::{jointly, load_file};

/// The largest page a ministry should have to send around.
const LARGEST: usize = 900_000;

/// A row of a CSV file by its headings.
type Row = BTreeMap<String, String>;

fn rows(path: &Path) -> Vec<Row> {
    let mut reader = csv::Reader::from_path(path).unwrap();
    let headings = reader.headers().unwrap().clone();
    reader
        .records()
        .map(|record| {
            headings
                .iter()
                .zip(&record.unwrap())
                .map(|(heading, cell)| (heading.to_owned(), cell.to_owned()))
                .collect()
        })
        .collect()
}

fn find<'a>(rows: &'a [Row], keys: &[(&str, &str)]) -> &'a Row {
    rows.iter()
        .find(|row| keys.iter().all(|(key, value)| row[*key] == *value))
        .unwrap_or_else(|| panic!("no row {keys:?}"))
}

fn number(row: &Row, column: &str) -> f64 {
    row[column]
        .parse()
        .unwrap_or_else(|_| panic!("{column} of {row:?}"))
}

fn quantiles(row: &Row, prefix: &str) -> Vec<f64> {
    ["p05", "p25", "p50", "p75", "p95"]
        .map(|name| number(row, &format!("{prefix}{name}")))
        .into()
}

fn numbers(value: &Value) -> Vec<f64> {
    let values = value.as_array().unwrap();
    values.iter().map(|number| number.as_f64().unwrap()).collect()
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap()
}

fn list(value: &Value) -> &[Value] {
    value.as_array().unwrap()
}

/// The 90 % interval of a mean of 700 futures, eleven groups: Student's with ten degrees of freedom (tables: 1.812).
fn around(mean: f64, error: f64) -> Vec<f64> {
    let errors = errors_within(0.9, 700.0);
    assert!((errors - 1.812).abs() < 1e-3);
    [-errors, errors].map(|errors| mean + errors * error).to_vec()
}

/// The blocks of a kind of a section.
fn blocks(section: &Value, kind: &str) -> Vec<Value> {
    list(&section["blocks"])
        .iter()
        .filter_map(|block| block.get(kind))
        .cloned()
        .collect()
}

/// A directory of results with its page.
struct Results {
    folder: tempfile::TempDir,
    page: Value,
    compared: usize,
}

impl Results {
    fn of(command: &str, arguments: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
        jointly(&[
            command,
            "--quiet",
            "--out",
            &at("out"),
            "--report",
            &at("page.html"),
        ])
        .args(arguments)
        .assert()
        .success()
        .stdout("")
        .stderr("");
        let stored = fs::read_to_string(folder.path().join("out/page.json")).unwrap();
        let page: Value = serde_json::from_str(&stored).unwrap();
        let results = Self {
            page: page["page"].clone(),
            folder,
            compared: 0,
        };
        // Every chart that is stored stands in the page, drawn and as a table.
        let html = results.html();
        assert_eq!(html.matches("<figure").count(), results.figures().len());
        results
    }

    fn html(&self) -> String {
        fs::read_to_string(self.folder.path().join("page.html")).unwrap()
    }

    fn rows(&self, name: &str) -> Vec<Row> {
        rows(&self.folder.path().join("out").join(name))
    }

    fn section(&self, id: &str) -> Value {
        list(&self.page["sections"])
            .iter()
            .find(|section| section["id"] == id)
            .unwrap_or_else(|| panic!("no section {id}"))
            .clone()
    }

    /// The charts of a section, in the order of the outcomes where there is one for each.
    fn charts(&self, id: &str) -> Vec<Value> {
        let charts = blocks(&self.section(id), "charts");
        charts
            .iter()
            .flat_map(|charts| list(&charts["figures"]))
            .map(|figure| figure["chart"]["data"].clone())
            .collect()
    }

    /// The tables of a section.
    fn tables(&self, id: &str) -> Vec<Value> {
        blocks(&self.section(id), "table")
    }

    /// The sentences of the answer.
    fn answer(&self) -> Vec<String> {
        let sentences = blocks(&self.section("answer"), "sentence");
        sentences
            .iter()
            .map(|sentence| text(sentence).to_owned())
            .collect()
    }

    /// Every chart of the page.
    fn figures(&self) -> Vec<Value> {
        let charts = list(&self.page["sections"])
            .iter()
            .flat_map(|section| blocks(section, "charts"));
        charts
            .flat_map(|charts| list(&charts["figures"]).to_vec())
            .map(|figure| figure["chart"].clone())
            .collect()
    }

    fn equal<T: PartialEq + std::fmt::Debug>(&mut self, shown: T, stored: T, what: &str) {
        assert_eq!(shown, stored, "{what}");
        self.compared += 1;
    }

    /// Every number of a table is that of the column of the row of the file that belongs to its row; words have no column.
    fn check_table<'a>(&mut self, table: &Value, columns: &[&str], row: impl Fn(&[&str]) -> &'a Row) {
        let title = text(&table["title"]).to_owned();
        assert_eq!(list(&table["columns"]).len(), columns.len(), "{title}");
        assert!(!list(&table["rows"]).is_empty(), "{title}");
        for cells in list(&table["rows"]) {
            let words: Vec<&str> = list(cells).iter().map(|cell| text(&cell["text"])).collect();
            let stored = row(&words);
            for (cell, column) in list(cells).iter().zip(columns) {
                let what = format!("{title}, {column}: {words:?}");
                if column.is_empty() {
                    assert!(cell["value"].is_null(), "{what}");
                } else {
                    self.equal(cell["value"].as_f64(), stored[*column].parse().ok(), &what);
                }
            }
        }
    }

    /// Every row of an interval chart.
    fn check_intervals(&mut self, chart: &Value, stored: impl Fn(&str) -> Vec<f64>) {
        assert_eq!(chart["kind"], "intervals");
        for row in list(&chart["rows"]) {
            let label = text(&row["label"]);
            self.equal(numbers(&row["quantiles"]), stored(label), label);
        }
    }
}

const FILES: [&str; 3] = [
    "scenarios/mongolia-digital-divide.toml",
    "scenarios/market-gateway.toml",
    "scenarios/talent-exchange.toml",
];

/// The id of a lever of these files by the name people gave it, and of all levers together.
fn id_of(name: &str) -> String {
    let files = FILES.iter().map(|file| load_file(Path::new(file), &[]).unwrap());
    let levers = files.flat_map(|scenario| scenario.levers);
    let named = levers.into_iter().find(|lever| lever.shown() == name);
    match named {
        Some(lever) => lever.id,
        None => {
            assert_eq!(name, "all together");
            "all".to_owned()
        }
    }
}

fn comparison(extra: &[&str]) -> Results {
    let mut arguments = FILES.to_vec();
    arguments.extend(["--paths", "700", "--seed", "5"]);
    arguments.extend(extra);
    Results::of("compare", &arguments)
}

/// Of costs less is better.
const OUTCOMES: [&str; 3] = [
    "extra:group.digital_economy@horizon",
    "CHN.share@2030",
    "money.cost",
];

fn full_comparison() -> Results {
    let outcomes = OUTCOMES.map(|outcome| ["--outcome", outcome]).concat();
    let more = [
        "--threshold",
        "0.2",
        "--threshold",
        "0.45",
        "--optimism",
        "0.25",
        "--baseline=mongolia-digital-divide: people",
        "--values",
        "5,0,0.2,1",
    ];
    comparison(&[outcomes, more.to_vec()].concat())
}

#[test]
fn numbers_of_outcomes_are_those_of_the_tables() {
    let mut results = full_comparison();
    let stored = results.rows("comparison.csv");
    let of = |outcome: usize, option: &str| {
        let name = list_of_outcomes(&stored)[outcome].clone();
        find(&stored, &[("outcome", &name), ("option", option)])
    };
    let reference = stored[0]["option"].clone();
    assert_eq!(reference, "mongolia-digital-divide: people");
    for outcome in 0..OUTCOMES.len() {
        let (levels, differences, best, robustness) = (
            results.tables("outcomes"),
            results.tables("differences"),
            results.tables("best"),
            results.tables("robustness"),
        );
        let chart = results.charts("outcomes")[outcome].clone();
        results.check_intervals(&chart, |option| quantiles(of(outcome, option), ""));
        results.check_table(
            &levels[outcome],
            &["", "mean", "mcse", "p50", "p50_mcse", "p05", "p95"],
            |words| of(outcome, words[0]),
        );
        let chart = results.charts("differences")[outcome].clone();
        assert_eq!(
            list(&chart["rows"]).len() + 1,
            list(&levels[outcome]["rows"]).len()
        );
        results.check_intervals(&chart, |option| quantiles(of(outcome, option), "difference_"));
        let columns = [
            "",
            "difference",
            "difference_mcse",
            "difference_p50",
            "difference_p05",
            "difference_p95",
            "p_beats_reference",
        ];
        results.check_table(&differences[outcome], &columns, |words| of(outcome, words[0]));

        let chart = results.charts("best")[outcome].clone();
        for bar in list(&chart["rows"]) {
            let label = text(&bar["label"]);
            let row = of(outcome, label);
            let (mean, error) = (number(row, "p_best"), number(row, "p_best_mcse"));
            results.equal(bar["value"].as_f64(), Some(mean), label);
            let ends = around(mean, error)
                .into_iter()
                .map(|end| end.clamp(0.0, 1.0))
                .collect();
            results.equal(numbers(&bar["interval"]), ends, label);
        }
        let columns = ["", "p_best", "p_best_mcse", "p_tied_for_best", "expected_rank"];
        results.check_table(&best[outcome], &columns, |words| of(outcome, words[0]));

        let chart = results.charts("robustness")[outcome].clone();
        results.check_intervals(&chart, |option| quantiles(of(outcome, option), "regret_"));
        let mut columns = vec![
            "",
            "worst_5_percent",
            "mean",
            "worst",
            "hurwicz",
            "mean_regret",
            "regret_p95",
            "max_regret",
        ];
        // Two thresholds for three outcomes.
        columns.extend((outcome < 2).then_some("p_satisfied"));
        columns.push("");
        results.check_table(&robustness[2 * outcome + 1], &columns, |words| {
            of(outcome, words[0])
        });
        // Who is best by each criterion, in words.
        let keys = [
            ("Mean (Laplace)", "laplace", "mean"),
            ("Worst case (maximin)", "maximin", "worst"),
            ("Hurwicz", "hurwicz", "hurwicz"),
            ("Mean regret", "mean_regret", "mean_regret"),
            ("Largest regret (minimax regret)", "minimax_regret", "max_regret"),
            ("Threshold (satisficing)", "satisficing", "p_satisfied"),
        ];
        let name = &list_of_outcomes(&stored)[outcome];
        let chosen = robustness[2 * outcome].clone();
        assert_eq!(list(&chosen["rows"]).len(), if outcome < 2 { 6 } else { 5 });
        for row in list(&chosen["rows"]) {
            let (_, key, column) = keys
                .into_iter()
                .find(|(label, ..)| row[0]["text"] == *label)
                .unwrap();
            let best: Vec<&Row> = stored
                .iter()
                .filter(|row| row["outcome"] == *name && row["best_by"].split(' ').any(|by| by == key))
                .collect();
            let names: Vec<&str> = best.iter().map(|row| row["option"].as_str()).collect();
            let words = match names.split_last().unwrap() {
                (last, []) => (*last).to_owned(),
                _ if names.len() > 3 => format!("{} of 11 options alike", names.len()),
                (last, others) => format!("{} and {last}", others.join(", ")),
            };
            assert_eq!(text(&row[2]["text"]), words, "{key}");
            results.equal(row[3]["value"].as_f64(), Some(number(best[0], column)), key);
        }
    }
    assert!(results.compared > 500, "{}", results.compared);
}

/// The outcomes of `comparison.csv`, in order.
fn list_of_outcomes(stored: &[Row]) -> Vec<String> {
    let mut names: Vec<String> = stored.iter().map(|row| row["outcome"].clone()).collect();
    names.dedup();
    names
}

#[test]
fn numbers_of_pairs_and_money_are_those_of_the_tables() {
    let mut results = full_comparison();
    let pairs = results.rows("pairs.csv");
    let outcomes = list_of_outcomes(&pairs);
    for (outcome, name) in outcomes.iter().enumerate() {
        let of = |option: &str, other: &str| {
            find(&pairs, &[("outcome", name), ("option", option), ("other", other)])
        };
        let map = results.charts("pairs")[outcome].clone();
        // Eleven options are numbered.
        let name_of = |label: &'_ Value| text(label).split_once(' ').unwrap().1.to_owned();
        for (option, cells) in list(&map["rows"]).iter().zip(list(&map["cells"])) {
            for (other, cell) in list(&map["columns"]).iter().zip(list(cells)) {
                let expected =
                    (option != other).then(|| number(of(&name_of(option), &name_of(other)), "p_beats"));
                results.equal(cell["value"].as_f64(), expected, name);
            }
        }
        let table = results.tables("pairs")[outcome].clone();
        let columns = [
            "",
            "",
            "",
            "first_order_violation",
            "first_order_violation_mcse",
            "",
            "second_order_violation",
            "second_order_violation_mcse",
        ];
        results.check_table(&table, &columns, |words| {
            let row = of(words[0], words[1]);
            let verdict = |word: &str| match word {
                "yes" => "dominates",
                "same distribution" => "equal",
                "cannot be told" => "cannot_be_told",
                "no" => "violated",
                other => panic!("{other}"),
            };
            assert_eq!(verdict(words[2]), row["first_order"]);
            assert_eq!(verdict(words[5]), row["second_order"]);
            row
        });
    }

    let frontier = results.rows("frontier.csv");
    let of = |option: &str| find(&frontier, &[("option", option)]);
    let chart = results.charts("frontier")[0].clone();
    assert_eq!(list(&chart["options"]).len(), frontier.len());
    for option in list(&chart["options"]) {
        let label = text(&option["label"]);
        let row = of(label);
        for (key, interval) in [("cost", "cost_interval"), ("effect", "effect_interval")] {
            let (mean, error) = (number(row, key), number(row, &format!("{key}_mcse")));
            results.equal(option[key].as_f64(), Some(mean), label);
            results.equal(numbers(&option[interval]), around(mean, error), label);
        }
        results.equal(
            option["efficient"].as_bool(),
            Some(row["position"] == "efficient"),
            label,
        );
    }
    let tables = results.tables("frontier");
    let columns = [
        "",
        "cost",
        "cost_mcse",
        "effect",
        "effect_mcse",
        "",
        "incremental_ratio",
        "incremental_ratio_mcse",
        "incremental_ratio_low",
        "incremental_ratio_high",
    ];
    results.check_table(&tables[0], &columns, |words| {
        let row = of(words[0]);
        assert!(words[5].contains(&row["other"]), "{words:?}");
        row
    });
    let columns = [
        "",
        "benefit_cost_ratio",
        "benefit_cost_ratio_mcse",
        "benefit_cost_ratio_low",
        "benefit_cost_ratio_high",
        "cost_per_extra_digital",
        "cost_per_extra_digital_mcse",
        "cost_per_extra_digital_low",
        "cost_per_extra_digital_high",
    ];
    results.check_table(&tables[1], &columns, |words| of(words[0]));

    let acceptability = results.rows("acceptability.csv");
    let of = |value: f64, option: &str| {
        find(
            &acceptability,
            &[("value", &value.to_string()), ("option", option)],
        )
    };
    let chart = results.charts("acceptability")[0].clone();
    assert!(chart["x"]["logarithmic"].as_bool().unwrap());
    for series in list(&chart["series"]) {
        let mut last = -1.0;
        for point in list(&series["points"]) {
            let x = point["x"].as_f64().unwrap();
            assert!(x > last);
            last = x;
            let row = of(x, text(&series["name"]));
            let expected = number(row, "p_largest_net_benefit");
            results.equal(point["y"].as_f64(), Some(expected), "acceptability");
        }
    }
    let table = results.tables("acceptability")[0].clone();
    let columns = [
        "value",
        "",
        "net_benefit",
        "net_benefit_mcse",
        "p_largest_net_benefit",
    ];
    results.check_table(&table, &columns, |words| {
        let row = of(words[0].parse().unwrap(), words[1]);
        assert_eq!(row["best_on_average"], "true");
        row
    });

    let money = results.rows("money.csv");
    let entry = |words: &str| match words {
        "Cost" => "cost",
        "Extra GDP" => "extra_gdp",
        "Extra digital economy" => "extra_digital_economy",
        "Net present value" => "net_present_value",
        other => panic!("{other}"),
    };
    let of = |option: &str, entry: &str, of: &str| {
        find(&money, &[("option", option), ("entry", entry), ("of", of)])
    };
    // A chart by year of each option stands first.
    let charts = results.charts("money");
    let first = charts.len() - 2;
    assert_eq!(first, 7);
    for (chart, entry) in charts[first..].iter().zip(["net_present_value", "cost"]) {
        results.check_intervals(chart, |option| quantiles(of(option, entry, "group"), ""));
    }
    let map = results.charts("gains")[0].clone();
    for (option, cells) in list(&map["rows"]).iter().zip(list(&map["cells"])) {
        for (economy, cell) in list(&map["columns"]).iter().zip(list(cells)) {
            let stored = number(of(text(option), "net_present_value", code(text(economy))), "mean");
            results.equal(cell["value"].as_f64().unwrap_or(0.0), stored, "who gains");
        }
    }
    let tables = results.tables("money");
    let statistics = ["mean", "p50", "p05", "p95", "p_positive"];
    let columns = [&["", ""][..], &statistics].concat();
    results.check_table(&tables[0], &columns, |words| {
        of(words[0], entry(words[1]), "group")
    });
    results.check_table(&tables[2], &columns, |words| {
        find(&money, &[("entry", "lever_cost"), ("of", &id_of(words[0]))])
    });
    let columns = [&["", "", ""][..], &statistics].concat();
    results.check_table(&tables[1], &columns, |words| {
        of(words[0], entry(words[2]), code(words[1]))
    });
    assert!(results.compared > 800, "{}", results.compared);
}

fn code(name: &str) -> &'static str {
    match name {
        "China" => "CHN",
        "Japan" => "JPN",
        "Korea" => "KOR",
        "Mongolia" => "MNG",
        "Russia" => "RUS",
        other => panic!("{other}"),
    }
}

#[test]
fn numbers_of_an_attribution_are_those_of_its_table() {
    for method in [&[][..], &["--permutations", "2"]] {
        let arguments = [
            &[
                FILES[0],
                "--option",
                "all at usual size",
                "--outcome",
                "extra:group.digital_economy@horizon",
                "--outcome",
                "money.npv",
                "--paths",
                "1100",
            ],
            method,
        ]
        .concat();
        let mut results = Results::of("attribute", &arguments);
        let stored = results.rows("attribution.csv");
        let outcomes = list_of_outcomes(&stored);
        assert_eq!(outcomes.len(), 2);
        for (outcome, name) in outcomes.iter().enumerate() {
            let of = |lever: &str| {
                let lever = id_of(lever);
                find(&stored, &[("outcome", name), ("lever", &lever)])
            };
            let chart = results.charts("contributions")[outcome].clone();
            let bars = list(&chart["rows"]).to_vec();
            assert_eq!(bars.len(), 5);
            for bar in &bars {
                let label = text(&bar["label"]);
                let (mean, error) = (number(of(label), "mean"), number(of(label), "mcse"));
                results.equal(bar["value"].as_f64(), Some(mean), label);
                // Of sampled orders over three blocks: Student's with two degrees of freedom (tables: 2.920).
                // Otherwise that of the eighteen groups of 1,100 paths, with seventeen (1.740).
                let (errors, table) = if method.is_empty() || label == "all together" {
                    (errors_within(0.9, 1100.0), 1.740)
                } else {
                    let student = statrs::distribution::StudentsT::new(0.0, 1.0, 2.0).unwrap();
                    let errors = statrs::distribution::ContinuousCDF::inverse_cdf(&student, 0.95);
                    (errors, 2.920)
                };
                assert!((errors - table).abs() < 1e-3);
                let around = [-errors, errors].map(|errors| mean + errors * error);
                for (shown, expected) in numbers(&bar["interval"]).into_iter().zip(around) {
                    results.equal(shown, expected, label);
                }
            }
            let values: Vec<f64> = bars.iter().map(|bar| bar["value"].as_f64().unwrap()).collect();
            let (whole, parts) = values.split_last().unwrap();
            assert!(
                parts.windows(2).all(|pair| pair[0].abs() >= pair[1].abs()),
                "the largest first"
            );
            // Rounding of sums over 1,100 futures.
            assert!((parts.iter().sum::<f64>() - whole).abs() < 1e-12 * parts.len() as f64);
            let chart = results.charts("spread")[outcome].clone();
            results.check_intervals(&chart, |lever| quantiles(of(lever), ""));
            let table = results.tables("contributions")[outcome].clone();
            let columns = ["", "", "mean", "mcse", "p50", "p05", "p95", "part"];
            results.check_table(&table, &columns, |words| of(words[0]));
        }
        assert!(results.compared > 80, "{}", results.compared);
        let table = results.tables("answer")[0].clone();
        let of = |lever: &str| {
            let lever = id_of(lever);
            find(&stored, &[("outcome", &outcomes[0]), ("lever", &lever)])
        };
        results.check_table(&table, &["", "mean", "", "part"], |words| of(words[0]));
        let sentences = results.answer();
        assert_eq!(sentences.len(), 3);
        for sentence in &sentences[..2] {
            assert!(sentence.contains("90 % of futures: "), "{sentence}");
        }
        assert!(results.html().len() < LARGEST);
    }
}

#[test]
fn sections_stand_in_reading_order_and_the_answer_names_its_statistics() {
    let mut results = comparison(&["--baseline", "baseline"]);
    let ids: Vec<&str> = list(&results.page["sections"])
        .iter()
        .map(|section| text(&section["id"]))
        .collect();
    assert_eq!(
        ids,
        [
            "answer",
            "money",
            "gains",
            "differences",
            "best",
            "frontier",
            "outcomes",
            "robustness",
            "pairs",
            "acceptability",
            "assumptions",
            "methods"
        ]
    );
    let answer = results.answer();
    for (sentence, parts) in answer.iter().zip([
        &["on average", "90 % of futures: ", "best of"][..],
        &["criteria of decision"],
        &["In money", "on average", "90 % of futures: ", "above zero in"],
        &["Under “"],
        &["What decides it: ", "% more digital economy if"],
    ]) {
        for words in parts {
            assert!(sentence.contains(words), "{sentence}");
        }
        assert!(!sentence.contains("Monte Carlo error 0"), "{sentence}");
    }
    assert_eq!(answer.len(), 5);
    // The table of the answer shows numbers of three tables.
    let (options, frontier) = (results.rows("comparison.csv"), results.rows("frontier.csv"));
    let rows: Vec<Row> = options
        .iter()
        .map(|row| {
            let mut row = row.clone();
            let money = find(&frontier, &[("option", &row["option"])]);
            row.extend(
                money
                    .iter()
                    .map(|(key, value)| (format!("money_{key}"), value.clone())),
            );
            row
        })
        .collect();
    let table = results.tables("answer")[0].clone();
    let columns = [
        "",
        "difference",
        "",
        "p_best",
        "money_cost",
        "money_net_present_value",
        "money_p_net_present_value_positive",
    ];
    results.check_table(&table, &columns, |words| find(&rows, &[("option", words[0])]));
    assert_eq!(list(&table["rows"]).len(), 5);
    let html = results.html();
    for wrong in ["NaN", "inf ", "undefined", "null\""] {
        let main = &html[html.find("<main").unwrap()..html.find("</main>").unwrap()];
        assert!(!main.contains(wrong), "{wrong}");
    }
}

#[test]
fn the_command_of_a_page_gives_the_same_files_and_a_directory_its_page() {
    for (command, results) in [
        ("compare", full_comparison()),
        (
            "attribute",
            Results::of(
                "attribute",
                &[
                    FILES[1],
                    "--permutations",
                    "2",
                    "--paths",
                    "600",
                    "--set",
                    "model.persistence=0.5",
                ],
            ),
        ),
    ] {
        // As a shell reads it: words in single quotes, none with a quote inside.
        let line = text(&results.page["reproduce"]["command"]).to_owned();
        let words: Vec<String> = line
            .split('\'')
            .enumerate()
            .flat_map(|(position, part)| -> Vec<String> {
                if position % 2 == 1 {
                    vec![part.to_owned()]
                } else {
                    part.split_whitespace().map(str::to_owned).collect()
                }
            })
            .collect();
        assert_eq!(words[..2], ["jointly", command]);
        let at = |name: &str| results.folder.path().join(name).to_str().unwrap().to_owned();
        let arguments: Vec<&str> = words[1..].iter().map(String::as_str).collect();
        // Files are named as seen from the folder of the scenario.
        jointly(&arguments)
            .current_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios"))
            .args(["--quiet", "--threads", "2", "--out", &at("again")])
            .assert()
            .success();
        for entry in fs::read_dir(at("out")).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            let read = |folder: &str| fs::read_to_string(Path::new(&at(folder)).join(&name)).unwrap();
            assert!(read("out") == read("again"), "{name}");
        }
        jointly(&[
            "report",
            &at("out"),
            "-o",
            &at("stored.html"),
            "--plot",
            &at("plots"),
            "--plot-all",
        ])
        .assert()
        .success();
        assert!(fs::read_to_string(at("stored.html")).unwrap() == results.html());
        let charts = results.figures().len();
        assert_eq!(fs::read_dir(at("plots")).unwrap().count(), 2 * charts);
        let first = if command == "compare" {
            "pairs.csv"
        } else {
            "attribution.csv"
        };
        let changed = Path::new(&at("out")).join(first);
        fs::write(&changed, fs::read_to_string(&changed).unwrap() + "x\n").unwrap();
        jointly(&["report", &at("out"), "-o", &at("never.html")])
            .assert()
            .code(2);
        assert!(!Path::new(&at("never.html")).exists());
    }
}

#[test]
fn refused_input_leaves_neither_page_nor_pictures() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    for command in [
        &["compare", FILES[0], "--baseline", "nobody"][..],
        &["compare", FILES[0], "--outcome", "CHN.nothing"],
        &["attribute", FILES[0], "--option", "nobody"],
        &["attribute", "scenarios/baseline.toml"],
    ] {
        jointly(command)
            .args([
                "--out",
                &at("out"),
                "--report",
                &at("page.html"),
                "--plot",
                &at("plots"),
            ])
            .assert()
            .code(2);
    }
    // Nothing is computed for a page that has no place.
    for command in ["compare", "attribute"] {
        jointly(&[
            command,
            FILES[0],
            "--paths",
            "1e9",
            "--out",
            &at("out"),
            "--report",
        ])
        .arg(at("nowhere/page.html"))
        .assert()
        .code(1);
        jointly(&[command, FILES[0], "--paths", "1e9", "--report", &at("")])
            .assert()
            .code(1);
    }
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 0);
}

/// A text as running words, without what only a page or only a terminal has.
fn words(text: &str) -> String {
    let plain = text
        .replace("&lt;", "<")
        .replace("&gt;", ">")
        .replace("&quot;", "\"")
        .replace("&#39;", "'")
        .replace("&amp;", "&");
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn each_sentence_of_the_terminal_stands_in_the_page() {
    for command in ["compare", "attribute"] {
        let arguments = [
            FILES[0],
            "--paths",
            "600",
            "--outcome",
            OUTCOMES[0],
            "--outcome",
            "money.npv",
        ];
        let results = Results::of(command, &arguments);
        let page = words(&results.html());
        let output = jointly(&[&[command][..], &arguments].concat())
            .env("COLUMNS", "80")
            .assert()
            .success();
        let terminal = words(&String::from_utf8(output.get_output().stdout.clone()).unwrap());
        let sentences = results.answer();
        assert!(sentences.len() >= 3);
        for sentence in &sentences {
            assert!(page.contains(&words(sentence)), "not in the page: {sentence}");
            // In a list an item begins with a dash; nothing stands between the words of a sentence.
            assert!(
                terminal.contains(&words(sentence)),
                "not on the terminal: {sentence}\n{terminal}"
            );
        }
    }
}

#[test]
fn hostile_names_show_as_text() {
    let folder = tempfile::tempdir().unwrap();
    let hostile = [
        r#"<script>window.broken = 1</script>"#,
        r#"</script><img src=x onerror=\"alert(1)\"> 'a' & b"#,
        "שלום עולם، مرحبا",
    ];
    let mut files = Vec::new();
    for (position, name) in hostile.into_iter().enumerate() {
        let path = folder.path().join(format!("{position} <b>&'\".toml"));
        // No option has a slash in its name.
        let option = name.replace('/', "");
        let lever = "kind = \"think_tank_forum\"\npartners = [\"CHN\", \"KOR\"]\nstart = 2026\n";
        fs::write(
            &path,
            format!(
                "title = \"{name}\"\nsummary = \"{name}\"\n[levers.a]\n{lever}scale = 1\n[levers.b]\n{lever}scale = 2\n\
                 [options]\n\"{option}\" = [\"a\"]\n\"{option} 2\" = [\"a\", \"b\"]\n"
            ),
        )
        .unwrap();
        files.push(path.to_str().unwrap().to_owned());
    }
    let small = ["--paths", "256"];
    let all: Vec<&str> = files.iter().map(String::as_str).chain(small).collect();
    let results = Results::of("compare", &all);
    let mut pages = vec![results.html()];
    for file in &files {
        pages.push(Results::of("attribute", &[file, "--paths", "256"]).html());
    }
    for html in pages {
        assert!(!html.contains("<script>window") && !html.contains("<img") && !html.contains("<b>"));
        // The page's own script, and no other.
        assert_eq!(html.matches("<script").count(), 1);
    }
    let html = results.html();
    assert!(html.contains("&lt;script&gt;window.broken = 1&lt;/script&gt;"));
    assert!(html.contains("שלום עולם، مرحبا"));
}

#[test]
fn every_option_of_every_shipped_scenario_fits_on_a_page_below_nine_hundred_kilobytes() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    let mut files: Vec<String> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.extension().is_some_and(|extension| extension == "toml"))
        // One has no options, one another world.
        .filter(|path| !path.ends_with("baseline.toml") && !path.ends_with("rupture-stress.toml"))
        .map(|path| path.to_str().unwrap().to_owned())
        .collect();
    files.sort();
    assert!(files.len() >= 14);
    let mut arguments: Vec<&str> = files.iter().map(String::as_str).collect();
    arguments.extend([
        "--paths",
        "256",
        "--outcome",
        OUTCOMES[0],
        "--outcome",
        OUTCOMES[2],
    ]);
    let results = Results::of("compare", &arguments);
    let size = results.html().len();
    println!("{size} bytes for {} options", results.rows("frontier.csv").len());
    assert!(size < LARGEST, "{size}");
}

//! The page of a run, its charts as files, stored pages, and Parquet: what is shown is what was computed.

use std::{collections::BTreeMap, fs, path::Path};

use jointly::{
    analysis::{
        explain,
        sweep::{Condition, discovery_study},
    },
    base::Metric,
    engine::{Progress, Settings},
    model::{PathDraw, Plan, path_draws},
    outcomes::{PresentValue, Projection},
    random::{BLOCK, Shard},
    report::{
        MoneyYears, PathColumns, PathWriter, Record, RunResults,
        chart::{Chart, Data},
        document::{Block, Document, Table},
        run_document, tables,
    },
    scenario::{self, Scenario},
};
use parquet::{
    file::reader::{FileReader, SerializedFileReader},
    record::Field,
};
use serde_json::Value;

use crate::common::{history, jointly, run, settings};

/// The largest page a ministry should have to send around.
const LARGEST: usize = 900_000;

const PILOTS: &str = "china-korea-smart-cities.toml";
const ALL: &str = "all-together.toml";

fn shipped(name: &str) -> Scenario {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios").join(name);
    scenario::load(&path, &[], None, &history()).unwrap_or_else(|errors| panic!("{errors}"))
}

/// The page of a scenario on a few paths, its tables, and why its options do what they do.
fn made(scenario: &Scenario) -> (Document, [(&'static str, String); 3], Value) {
    let data = history();
    let plan = Plan::new(&data, scenario).unwrap();
    let summary = run(&plan, settings(512, 3));
    let explanations = explain(&plan, &data, scenario, settings(512, 3), &Progress::default()).unwrap();
    let page = run_document(RunResults {
        summary: &summary,
        explanations: &explanations,
        sensitivity: None,
        record: &Record {
            scenario: scenario.clone(),
            files: scenario.files.clone(),
            paths: 512,
            seed: 3,
            data_assumptions: plan.assumptions().to_vec(),
            command: String::new(),
            money: MoneyYears::of(&plan),
        },
        history: &data,
        command: "jointly run scenario.toml --paths 512 --seed 3",
    });
    let tables = [
        ("summary.csv", tables::run::summary(&summary).csv()),
        ("gap.csv", tables::run::gap(&summary).csv()),
        ("money.csv", tables::money::table(&summary.money).csv()),
    ];
    (page, tables, serde_json::to_value(&explanations).unwrap())
}

/// The tables of a document.
fn tables_of(page: &Document) -> impl Iterator<Item = &Table> {
    let blocks = page.sections.iter().flat_map(|section| &section.blocks);
    blocks.filter_map(|block| match block {
        Block::Table(table) => Some(table),
        _ => None,
    })
}

/// A table of results: its rows by the columns that name them.
struct Rows(BTreeMap<Vec<String>, BTreeMap<String, String>>);

impl Rows {
    fn of(csv: &str, names: &[&str]) -> Self {
        let mut reader = csv::Reader::from_reader(csv.as_bytes());
        let headings: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
        let mut rows = BTreeMap::new();
        for record in reader.records() {
            let record = record.unwrap();
            let row: BTreeMap<String, String> = headings
                .iter()
                .cloned()
                .zip(record.iter().map(str::to_owned))
                .collect();
            let key: Vec<String> = names.iter().map(|name| row[*name].clone()).collect();
            assert!(rows.insert(key, row).is_none(), "two rows of one name");
        }
        Self(rows)
    }

    /// Numbers of the row that has some names.
    fn numbers<const N: usize>(&self, names: &[&str], columns: [&str; N]) -> [f64; N] {
        let key: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
        let row = self.0.get(&key).unwrap_or_else(|| panic!("{names:?}"));
        columns.map(|column| row[column].parse().unwrap())
    }
}

const QUANTILES: [&str; 5] = ["p05", "p25", "p50", "p75", "p95"];

/// The code of an economy by its name.
fn code(name: &str) -> &'static str {
    let names = [
        ("all together", "group"),
        ("All together", "group"),
        ("China", "CHN"),
        ("Japan", "JPN"),
        ("Korea", "KOR"),
        ("Mongolia", "MNG"),
        ("Russia", "RUS"),
    ];
    names
        .into_iter()
        .find(|(other, _)| *other == name)
        .unwrap_or_else(|| panic!("{name}"))
        .1
}

/// The key of a metric by its heading.
fn key_of(heading: &str) -> String {
    jointly::base::Metric::ALL
        .into_iter()
        .find(|metric| {
            metric
                .label()
                .replace(',', "")
                .eq_ignore_ascii_case(&heading.replace(',', ""))
        })
        .unwrap_or_else(|| panic!("{heading}"))
        .column()
}

/// A mean and its standard error.
fn estimate(value: &Value) -> [f64; 2] {
    ["mean", "mcse"].map(|name| value[name].as_f64().unwrap())
}

/// A value and the standard error that its 90 % interval comes from.
fn with_error(value: f64, [low, high]: [f64; 2]) -> [f64; 2] {
    assert!((value - 0.5 * (low + high)).abs() <= 1e-9 * value.abs().max(high - low));
    // 90 % of Student's distribution with one degree of freedom less than the eight groups of 512 paths lie within this many errors.
    let student = statrs::distribution::StudentsT::new(0.0, 1.0, 7.0).unwrap();
    let errors = statrs::distribution::ContinuousCDF::inverse_cdf(&student, 0.95);
    [value, 0.5 * (high - low) / errors]
}

/// The tables of a run, and what its page shows of them.
struct Compared {
    summary: Rows,
    gap: Rows,
    money: Rows,
    why: Value,
    /// Ids of levers by their names.
    ids: BTreeMap<String, String>,
    /// Name, planned start and median delay of each lever.
    levers: Vec<(String, f64, f64)>,
    /// Numbers compared, by kind of chart or title of table.
    count: BTreeMap<String, usize>,
}

impl Compared {
    fn quantiles(&self, option: &str, comparison: &str, place: &str, metric: &str, year: &str) -> [f64; 5] {
        self.summary
            .numbers(&[option, comparison, place, metric, year], QUANTILES)
    }

    fn why_of(&self, option: &str) -> Value {
        let why = self.why.as_array().unwrap();
        why.iter().find(|why| why["option"] == option).unwrap().clone()
    }

    /// Means and their standard errors, the same up to rounding.
    fn estimates(&mut self, kind: &str, shown: &[[f64; 2]], expected: &[[f64; 2]]) {
        assert_eq!(shown.len(), expected.len(), "{kind}");
        for ([value, error], [mean, mcse]) in shown.iter().zip(expected) {
            // Nothing taken is 0, not -0.
            self.same(kind, &[*value + 0.0], &[*mean + 0.0]);
            assert!(
                (error - mcse).abs() <= 1e-9 * (mcse + mean.abs()),
                "{kind}: {error} {mcse}"
            );
        }
    }

    fn same(&mut self, kind: &str, shown: &[f64], expected: &[f64]) {
        assert_eq!(shown, expected, "{kind}");
        *self.count.entry(kind.to_owned()).or_default() += shown.len();
    }

    fn chart(&mut self, chart: &Chart, horizon: &str) {
        let title = chart.title.as_str();
        match &chart.data {
            Data::Fan(fan) => {
                let (subject, comparison) = match title.split_once(", added by ") {
                    Some((subject, _)) => (subject, "extra"),
                    None => (title, "level"),
                };
                let gap = title.contains(": ");
                let (metric, place) = if title.starts_with("Dispersion of") {
                    ("dispersion".to_owned(), "group")
                } else if let Some((metric, _)) = title.split_once(": ") {
                    (key_of(metric), "")
                } else {
                    let (metric, place) = subject.rsplit_once(", ").unwrap();
                    (key_of(metric), code(place))
                };
                for series in &fan.series {
                    // The gap shows a follower, with and without cooperation, and a leader.
                    let (place, option) = match (gap, series.name.split_once(" with “")) {
                        (false, _) => (place, series.name.as_str()),
                        (true, None) => (code(&series.name), "baseline"),
                        (true, Some((place, option))) => (code(place), option.trim_end_matches('”')),
                    };
                    for point in &series.projected {
                        let expected =
                            self.quantiles(option, comparison, place, &metric, &point.x.to_string());
                        self.same("fan", &point.quantiles, &expected);
                    }
                }
            }
            Data::Intervals(intervals) => {
                for row in &intervals.rows {
                    let mut money = |option: &str, entry: &str, of: &str| {
                        let expected = self.money.numbers(&[option, entry, of], QUANTILES);
                        self.same("intervals of money", &row.quantiles, &expected);
                        let mean = self.money.numbers(&[option, entry, of], ["mean"]);
                        self.same("means of money", &[row.mean.unwrap()], &mean);
                    };
                    match title {
                        "Net present value by option" => money(&row.label, "net_present_value", "group"),
                        "Cost by option" => money(&row.label, "cost", "group"),
                        title if title.starts_with("Net present value by economy, ") => {
                            let option = title.split_once(", ").unwrap().1;
                            money(option, "net_present_value", code(&row.label));
                        }
                        title => {
                            let (metric, place) = if title.starts_with("Change of the dispersion in ") {
                                ("dispersion".to_owned(), "group")
                            } else {
                                let subject = title.split_once(", added in ").unwrap().0;
                                let (metric, place) = subject.rsplit_once(", ").unwrap();
                                (key_of(metric), code(place))
                            };
                            let expected = self.quantiles(&row.label, "extra", place, &metric, horizon);
                            self.same("intervals", &row.quantiles, &expected);
                            let names = [row.label.as_str(), "extra", place, &metric, horizon];
                            let mean = self.summary.numbers(&names, ["mean"]);
                            self.same("means", &[row.mean.unwrap()], &mean);
                        }
                    }
                }
            }
            Data::Lines(lines) if title == "GDP added by year" => {
                for (series, point) in lines
                    .series
                    .iter()
                    .flat_map(|series| series.points.iter().map(move |point| (series, point)))
                {
                    let year = point.x.to_string();
                    let names = [series.name.as_str(), "extra", "group", "gdp", &year];
                    let [mean, low, high] = self.summary.numbers(&names, ["mean", "p05", "p95"]);
                    self.same("effect", &[point.y], &[mean]);
                    self.same("effect", &point.interval.unwrap_or([low, high]), &[low, high]);
                }
            }
            Data::Lines(lines) if title.starts_with("Cost and extra GDP by year, ") => {
                let option = title.split_once(", ").unwrap().1;
                for (series, entry) in lines.series.iter().zip(["extra_gdp_of_year", "outlay_of_year"]) {
                    for point in &series.points {
                        let year = point.x.to_string();
                        let names = [option, entry, &year];
                        let [mean, low, high] = self.money.numbers(&names, ["mean", "p05", "p95"]);
                        self.same("money by year", &[point.y], &[mean]);
                        self.same("money by year", &point.interval.unwrap(), &[low, high]);
                    }
                }
            }
            Data::Lines(lines) => {
                let subject = title.strip_prefix("Probability that the gap of ").unwrap();
                let (economy, question) = subject.split_once(" is ").unwrap();
                for series in &lines.series {
                    let mut first = 0.0;
                    for point in &series.points {
                        let year = point.x.to_string();
                        let columns = ["p_half_closed", "p_all_closed", "p_first_half_closed"];
                        let [half, all, step] =
                            self.gap.numbers(&[&series.name, code(economy), &year], columns);
                        first += step;
                        let expected = match question {
                            "half closed" => half,
                            "all closed" => all,
                            "half closed at least once" => first.min(1.0),
                            other => panic!("{other}"),
                        };
                        self.same("lines", &[point.y], &[expected]);
                    }
                }
            }
            Data::HeatMap(map) if title.starts_with("Who gains, who pays") => {
                for (option, cells) in map.rows.iter().zip(&map.cells) {
                    for (economy, cell) in map.columns.iter().zip(cells) {
                        let mean = self
                            .money
                            .numbers(&[option, "net_present_value", code(economy)], ["mean"]);
                        self.same("gains", &[cell.value.unwrap_or(0.0)], &mean);
                    }
                }
            }
            Data::HeatMap(map) => {
                let (option, comparison, year) = match title.strip_prefix("Digitalization matrix, ") {
                    Some(year) => ("baseline", "level", year.split(',').next().unwrap()),
                    None => {
                        let added = title.strip_prefix("Scores added by ").unwrap();
                        (added.rsplit_once(" in ").unwrap().0, "extra", horizon)
                    }
                };
                for (economy, cells) in map.rows.iter().zip(&map.cells) {
                    for (element, cell) in map.columns.iter().zip(cells) {
                        let [.., median, _, _] =
                            self.quantiles(option, comparison, code(economy), &key_of(element), year);
                        self.same("heat map", &[cell.value.unwrap()], &[median]);
                    }
                }
            }
            Data::Bars(bars) => {
                let why = self.why_of(title.strip_prefix("Without one lever, ").unwrap());
                let mut expected: Vec<[f64; 2]> = why["without_lever"]
                    .as_array()
                    .unwrap()
                    .iter()
                    .map(|pair| estimate(&pair[1]))
                    .collect();
                let mut shown: Vec<[f64; 2]> = bars
                    .rows
                    .iter()
                    .map(|bar| with_error(bar.value, bar.interval.unwrap()))
                    .collect();
                let order = |one: &[f64; 2], other: &[f64; 2]| one[0].total_cmp(&other[0]);
                expected.sort_by(order);
                shown.sort_by(order);
                self.estimates("bars", &shown, &expected);
            }
            Data::Waterfall(waterfall) => {
                let why = self.why_of(title.strip_prefix("From plan to effect, ").unwrap());
                let mut expected = vec![estimate(&why["as_planned"])];
                expected.extend(why["taken"].as_array().unwrap().iter().map(|pair| {
                    let [mean, error] = estimate(&pair[1]);
                    [-mean, error]
                }));
                let left: f64 = expected.iter().map(|[mean, _]| mean).sum();
                expected.push(estimate(&why["added"]));
                // Planned less what every brake takes is what is left.
                let [added, _] = expected[expected.len() - 1];
                assert!(
                    (left - added).abs() <= 1e-9 * expected[0][0].abs(),
                    "{title}: {left} {added}"
                );
                let rows = waterfall.rows.iter();
                let shown: Vec<[f64; 2]> = rows
                    .map(|row| with_error(row.value, row.interval.unwrap()))
                    .collect();
                self.estimates("waterfall", &shown, &expected);
            }
            Data::Timeline(timeline) => {
                for row in &timeline.rows {
                    let [early, median, late] = row.begins;
                    assert!(row.planned <= early && early <= median && median <= late && median <= row.full);
                    let (_, start, delay) = self
                        .levers
                        .iter()
                        .find(|(name, ..)| *name == row.label)
                        .unwrap()
                        .clone();
                    self.same("timeline", &[row.planned, median], &[start, start + delay]);
                }
            }
            _ => panic!("{title} is compared with nothing"),
        }
    }

    /// The tables that are read with the answer, and what is added at the horizon.
    fn brief(
        &mut self,
        title: &str,
        row: &[jointly::report::document::Cell],
        base_year: &str,
        horizon: &str,
    ) -> bool {
        let shown: Vec<f64> = row.iter().filter_map(|cell| cell.value).collect();
        let name = row[0].text.as_str();
        let mut expected = Vec::new();
        if title.starts_with("What the options add for ") {
            for metric in ["gdp", "digital_economy"] {
                expected.extend(
                    self.summary
                        .numbers(&[name, "extra", "group", metric, horizon], ["mean"]),
                );
            }
            expected.extend(self.money.numbers(&[name, "cost", "group"], ["mean"]));
            expected.extend(
                self.money
                    .numbers(&[name, "net_present_value_by_horizon", "group"], ["mean"]),
            );
            let [net, pays] = self
                .money
                .numbers(&[name, "net_present_value", "group"], ["mean", "p_positive"]);
            expected.push(net);
            // What costs nothing cannot pay.
            expected.extend((shown.len() == 6).then_some(pays));
        } else if title.starts_with("Added in ") {
            let place = code(&row[1].text);
            for metric in ["gdp", "digital_economy", "share"] {
                expected.extend(
                    self.summary
                        .numbers(&[name, "extra", place, metric, horizon], ["mean"]),
                );
            }
        } else if title.starts_with("The economies in ") {
            for (metric, year) in [
                ("digital_economy", base_year),
                ("digital_economy", horizon),
                ("gdp", horizon),
                ("share", horizon),
            ] {
                let names = ["baseline", "level", code(name), metric, year];
                expected.extend(self.summary.numbers(&names, ["p50"]));
            }
        } else {
            return false;
        }
        self.same(
            title.split_once(" in ").map_or(title, |(start, _)| start),
            &shown,
            &expected,
        );
        true
    }

    /// Levels without levers by year.
    fn levels(&mut self, table: &Table, row: &[jointly::report::document::Cell]) -> bool {
        if table.title != "Levels without levers" {
            return false;
        }
        let metric = key_of(row[1].text.rsplit_once(", ").unwrap().0);
        for (cell, column) in row.iter().zip(&table.columns).skip(2) {
            if let Some(value) = cell.value {
                let names = ["baseline", "level", code(&row[0].text), &metric, &column.label];
                let expected = self.summary.numbers(&names, ["p50"]);
                self.same("levels", &[value], &expected);
            }
        }
        true
    }

    fn table(&mut self, table: &Table, base_year: &str, horizon: &str) {
        let title = table.title.as_str();
        for row in &table.rows {
            let text = |column: usize| row[column].text.as_str();
            let shown: Vec<f64> = row.iter().filter_map(|cell| cell.value).collect();
            if title.starts_with("Gap in ") {
                let (economy, option) = (code(text(0)), text(1));
                let [.., first, _, _] = self.quantiles(option, "level", economy, "gap", base_year);
                let [low, _, median, _, high] = self.quantiles(option, "level", economy, "gap", horizon);
                let [half, all] = self
                    .gap
                    .numbers(&[option, economy, horizon], ["p_half_closed", "p_all_closed"]);
                let mut expected = vec![first, median, low, high, half, all];
                // The first year in which the gap has been halved at least once in half of the futures.
                let mut reached = 0.0;
                let years = base_year.parse::<i32>().unwrap()..=horizon.parse().unwrap();
                for year in years {
                    let names = [option, economy, &year.to_string()];
                    let [step] = self.gap.numbers(&names, ["p_first_half_closed"]);
                    reached += step;
                    if reached >= 0.5 {
                        expected.push(f64::from(year));
                        break;
                    }
                }
                self.same(title, &shown, &expected);
                continue;
            }
            if self.brief(title, row, base_year, horizon) || self.levels(table, row) {
                continue;
            }
            let entry = |name: &str| match name {
                "Cost" => "cost",
                "Extra GDP" => "extra_gdp",
                "Extra digital economy" => "extra_digital_economy",
                "Net present value" => "net_present_value",
                other => panic!("{other}"),
            };
            let lever = self.ids.get(text(0)).cloned().unwrap_or_default();
            let (option, entry, of) = match title {
                "Money account of each option" => (Some(text(0)), entry(text(1)), "group"),
                "By economy" => (Some(text(0)), entry(text(2)), code(text(1))),
                "Cost of each lever" => (None, "lever_cost", lever.as_str()),
                _ if title.starts_with("Assumptions (") || title.starts_with("Figures and conventions (") => {
                    assert!(shown.is_empty());
                    continue;
                }
                _ => panic!("{title} is compared with nothing"),
            };
            let columns = ["mean", "p50", "p05", "p95", "p_positive"];
            // A lever costs the same in every option that holds it.
            let options: Vec<&str> = self
                .money
                .0
                .keys()
                .filter(|key| key[1] == entry && key[2] == of)
                .map(|key| key[0].as_str())
                .filter(|name| option.is_none_or(|option| option == *name))
                .collect();
            assert!(!options.is_empty(), "{title}: {of}");
            let expected: Vec<[f64; 5]> = options
                .iter()
                .map(|option| self.money.numbers(&[option, entry, of], columns))
                .collect();
            for expected in expected {
                self.same(title, &shown, &expected);
            }
        }
    }
}

#[test]
fn every_number_of_the_page_is_that_of_the_tables() {
    for name in [PILOTS, ALL] {
        let scenario = shipped(name);
        let (page, [(_, summary), (_, gap), (_, money)], why) = made(&scenario);
        let mut compared = Compared {
            summary: Rows::of(&summary, &["option", "comparison", "economy", "metric", "year"]),
            gap: Rows::of(&gap, &["option", "economy", "year"]),
            money: Rows::of(&money, &["option", "entry", "of"]),
            why,
            ids: scenario
                .levers
                .iter()
                .map(|lever| (lever.shown(), lever.id.clone()))
                .collect(),
            levers: scenario
                .levers
                .iter()
                .map(|lever| {
                    let delay = scenario
                        .input(&format!("levers.{}.delay_years", lever.id))
                        .unwrap();
                    (lever.shown(), f64::from(lever.start), delay.value.quantile(0.5))
                })
                .collect(),
            count: BTreeMap::new(),
        };
        let horizon = scenario.horizon.to_string();
        // What the script draws is what the page holds.
        let charts: Vec<&Chart> = page
            .sections
            .iter()
            .flat_map(|section| section.figures().map(|figure| &figure.chart))
            .collect();
        assert_eq!(page.html().matches("<figure").count(), charts.len());
        for chart in charts {
            compared.chart(chart, &horizon);
        }
        for table in tables_of(&page) {
            compared.table(table, "2021", &horizon);
        }
        println!("{name}: {:?}", compared.count);
        for kind in [
            "fan",
            "intervals",
            "intervals of money",
            "means",
            "means of money",
            "effect",
            "money by year",
            "lines",
            "heat map",
            "waterfall",
            "Money account of each option",
            "By economy",
            "Cost of each lever",
            "levels",
            "Added",
        ] {
            assert!(
                compared.count.get(kind).is_some_and(|count| *count >= 10),
                "{name}: {kind}"
            );
        }
    }
}

#[test]
fn observed_levels_are_those_of_the_history() {
    // China's digital economy of 2016 in the published table, 3,400.9 bn dollars, which the changes to 2021 lead back to;
    // the growth rates are printed with two decimals of a percent, so five of them miss it by less than 0.1 %.
    let (page, ..) = made(&shipped("baseline.toml"));
    let fan = page
        .sections
        .iter()
        .flat_map(|section| section.figures())
        .find(|figure| figure.chart.title == "Digital economy, China")
        .unwrap();
    let Data::Fan(fan) = &fan.chart.data else {
        panic!("a fan")
    };
    let observed = &fan.series[0].observed;
    let at = |year: f64| observed.iter().find(|point| point.x == year).unwrap().y;
    assert!((at(2016.0) / 3400.9 - 1.0).abs() < 1e-3, "{}", at(2016.0));
    assert!((at(2021.0) / 7057.6 - 1.0).abs() < 1e-3, "{}", at(2021.0));
    // Its share is known through 2023.
    assert_eq!(fan.series[0].projected[0].x, 2024.0);
}

#[test]
fn sections_stand_in_reading_order_and_every_assumption_is_marked() {
    let scenario = shipped(PILOTS);
    let (page, ..) = made(&scenario);
    let ids: Vec<&str> = page.sections.iter().map(|section| section.id.as_str()).collect();
    assert_eq!(
        ids,
        [
            "answer",
            "options",
            "money",
            "gains",
            "when",
            "why",
            "gap",
            "economies",
            "added",
            "horizon",
            "convergence",
            "matrix",
            "assumptions",
            "methods"
        ]
    );
    let section = page
        .sections
        .iter()
        .find(|section| section.id == "assumptions")
        .unwrap();
    let tables: Vec<&Table> = section
        .blocks
        .iter()
        .filter_map(|block| match block {
            Block::Table(table) => Some(table),
            _ => None,
        })
        .collect();
    let [assumed, others] = tables[..] else {
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
    let stands_for = |table: &jointly::report::document::Table| -> usize {
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
fn every_shipped_scenario_has_a_page_below_nine_hundred_kilobytes() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios");
    let mut count = 0;
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.extension().is_some_and(|extension| extension == "toml") {
            let name = path.file_name().unwrap().to_str().unwrap().to_owned();
            let (page, ..) = made(&shipped(&name));
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
        let (page, ..) = made(&scenario);
        let html = page.html();
        assert!(!html.contains("<script>window"), "{}", &title[..20]);
        assert!(!html.contains("<img"));
        // The page's own script.
        assert_eq!(html.matches("<script").count(), 1);
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
fn charts_have_names_of_their_own() {
    let (page, ..) = made(&shipped(ALL));
    let document = page.clone();
    let named = document.pictures();
    let charts: Vec<&Chart> = page
        .sections
        .iter()
        .flat_map(|section| section.figures().map(|figure| &figure.chart))
        .collect();
    assert_eq!(named.len(), charts.len());
    let mut names: Vec<&str> = named.iter().map(|picture| picture.name.as_str()).collect();
    assert!(names.contains(&"economies-digital-economy-china"));
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
    let scenario = shipped(PILOTS);
    let plan = Plan::new(&history(), &scenario).unwrap();
    let summary = run(&plan, settings(512, 3));
    for table in [
        tables::run::summary(&summary),
        tables::run::gap(&summary),
        tables::money::table(&summary.money),
    ] {
        let (name, text) = (table.name, table.csv());
        let bytes = table.parquet(&[]).unwrap();
        assert_eq!(bytes, table.parquet(&[]).unwrap(), "{name}");
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

/// The file of paths of a run.
fn path_file(plan: &Plan, years: &[i32], inputs: Vec<PathDraw>, settings: Settings) -> Vec<u8> {
    let progress = Progress::default();
    let columns = PathColumns::new(plan, years, inputs);
    let writer = PathWriter::new(plan, columns, settings, &progress, &[], Vec::new()).unwrap();
    Projection::collect(plan, settings, &progress, || Some(writer.recorder())).unwrap();
    writer.finish().unwrap()
}

#[test]
fn what_was_drawn_stands_beside_the_outcomes_of_a_path() {
    let scenario = shipped(PILOTS);
    let plan = Plan::new(&history(), &scenario).unwrap();
    let draws = path_draws(&plan, &scenario);
    let written = |threads: usize, shard: Shard| {
        let settings = Settings {
            threads,
            shard,
            ..settings(1100, 3)
        };
        path_file(&plan, &[2035], draws.clone(), settings)
    };
    let bytes = written(1, Shard::WHOLE);
    for threads in [2, 5] {
        assert!(bytes == written(threads, Shard::WHOLE), "{threads} threads");
    }
    let (names, rows) = parquet_rows(bytes);
    // Given-data studies look at the same paths; scenario discovery is the one that shows its draws.
    let condition = Condition::parse(&scenario, "pilots/extra:group.digital_economy@2035 > 20").unwrap();
    let settings = settings(1100, 3);
    let study = discovery_study(
        &history(),
        &scenario,
        &[],
        &condition,
        Default::default(),
        settings,
        &Progress::default(),
    )
    .unwrap();
    let column = |name: &str| names.iter().position(|other| other == name).unwrap();
    // One row of a path: any option, any place.
    let of_path = |position: usize, option: &str| -> Vec<f64> {
        rows.iter()
            .filter(|row| row[1] == option && row[2] == "group")
            .map(|row| row[position].parse().unwrap())
            .collect()
    };
    for draw in &draws {
        let name = draw.name.replace(['.', '-', '@'], "_");
        let plain = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
        assert!(name.chars().all(plain), "{name}");
        let mut values = Vec::new();
        for block in 0..3 {
            let mut lanes = [0.0; BLOCK];
            draw.fill(3, block, &mut lanes);
            values.extend(lanes);
        }
        values.truncate(1100);
        let found = of_path(column(&name), "baseline");
        assert_eq!(found, values, "{name}");
        // The study keeps those that tell its condition.
        for input in study.inputs.iter().filter(|input| input.path == draw.name) {
            assert_eq!(found, input.values, "{name}");
        }
    }
    assert!(draws.len() > 50 && !study.inputs.is_empty(), "{}", draws.len());
    assert_eq!(
        names.len(),
        4 + Metric::COUNT + PresentValue::ALL.len() + draws.len()
    );
    let digital = column(Metric::DigitalEconomy.key());
    let extra: Vec<f64> = of_path(digital, "pilots")
        .iter()
        .zip(of_path(digital, "baseline"))
        .map(|(option, baseline)| option - baseline)
        .collect();
    assert_eq!(study.outcomes[0].values, extra);
    // Shards hold the same rows.
    let mut parts = Vec::new();
    for number in 1..=2 {
        parts.extend(parquet_rows(written(2, Shard::new(number, 2).unwrap())).1);
    }
    assert_eq!(parts, rows);
}

#[test]
fn paths_read_back_to_the_means_of_the_summary() {
    let scenario = shipped(PILOTS);
    let plan = Plan::new(&history(), &scenario).unwrap();
    let summary = run(&plan, settings(1100, 3));
    let written = |threads| {
        let mut settings = settings(1100, 3);
        settings.threads = threads;
        path_file(&plan, &[2030, 2035], Vec::new(), settings)
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
        let metric = column(&wanted.metric.column());
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
    // Present values are those of the money account, and the same in every year of a path.
    let money = Rows::of(
        &tables::money::table(&summary.money).csv(),
        &["option", "entry", "of"],
    );
    let mut compared = 0;
    for (names, row) in &money.0 {
        let [option, entry, of] = [0, 1, 2].map(|position| names[position].as_str());
        if !PresentValue::ALL.iter().any(|value| value.key() == entry) {
            continue;
        }
        let place = of;
        let values = |year: &str| -> Vec<f64> {
            rows.iter()
                .filter(|row| row[1] == option && row[2] == place && row[3] == year)
                .map(|row| row[column(entry)].parse().unwrap())
                .collect()
        };
        assert_eq!(values("2030"), values("2035"));
        let mean = values("2035").iter().sum::<f64>() / 1100.0;
        let [expected, sd] = ["mean", "sd"].map(|name| row[name].parse::<f64>().unwrap());
        assert!(
            (mean - expected).abs() <= 1e-12 * expected.abs().max(sd) + 1e-15,
            "{names:?} {mean}"
        );
        compared += 1;
    }
    assert!(compared > 50, "{compared}");
    let baseline = rows.iter().find(|row| row[1] == "baseline").unwrap();
    assert!(
        PresentValue::ALL
            .iter()
            .all(|value| baseline[column(value.key())].is_empty())
    );
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
        "--plot-all",
    ])
    .assert()
    .success();
    jointly(&[
        "report",
        &at("out"),
        "-o",
        &at("again.html"),
        "--plot",
        &at("dozen"),
    ])
    .assert()
    .success()
    .stderr("");
    let dozen = fs::read_dir(at("dozen")).unwrap().count();
    assert!((2..=24).contains(&dozen), "{dozen}");
    let page = fs::read_to_string(at("page.html")).unwrap();
    assert_eq!(page, fs::read_to_string(at("again.html")).unwrap());
    assert!(page.contains("jointly run baseline.toml --paths 512 --seed 1"));
    for name in ["summary.parquet", "gap.parquet", "money.parquet", "page.json"] {
        assert!(Path::new(&at("out")).join(name).exists(), "{name}");
    }
    assert!(fs::metadata(at("paths.parquet")).unwrap().len() > 1000);
    let mut plots: Vec<String> = fs::read_dir(at("plots"))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    plots.sort();
    assert!(plots.contains(&"economies-gdp-korea.png".to_owned()));
    assert_eq!(
        plots.iter().filter(|name| name.ends_with(".svg")).count() * 2,
        plots.len()
    );
    // Changed, foreign and missing directories.
    let summary = Path::new(&at("out")).join("summary.csv");
    fs::write(&summary, fs::read_to_string(&summary).unwrap() + "x\n").unwrap();
    for (directory, words) in [
        (at("out"), "is not the file that was written"),
        (at("plots"), "`run.json` cannot be read"),
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

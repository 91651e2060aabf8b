//! The embedded tables against published figures, and refusals of wrong tables.

use jointly::{
    base::SourceText,
    history::{Check, History, audit},
};
use proptest::prelude::*;

const GROWTH: &str = include_str!("../../data/history/growth.csv");
const HEADER: &str = "series,economy,year,value,unit,basis";

fn errors(text: &str) -> Vec<String> {
    match History::parse(SourceText::new("t.csv", text), true).and_then(|history| history.data().map(|_| ()))
    {
        Ok(()) => Vec::new(),
        Err(errors) => errors.to_string().lines().map(str::to_owned).collect(),
    }
}

/// A table that is right, with one more row.
fn with_row(row: &str) -> String {
    format!(
        "{HEADER}\ngdp,AAA,2019,100,usd_bn,level\ngdp,AAA,2020,110,usd_bn,level\ngdp,AAA,2021,120,usd_bn,level\n\
         digital_share,AAA,2021,40,percent,level\n{row}\n"
    )
}

#[test]
fn growth_is_converted_by_its_stated_basis() {
    // Usual rates of the audited table, g/(1 − g), to two decimals.
    let history = History::embedded(true).unwrap();
    let usual = |series: &str, economy: &str, year: i32| {
        let row = history
            .rows
            .iter()
            .find(|r| r.series.key == series && r.place == economy && r.year == year)
            .unwrap();
        100.0 * row.start_year_growth().unwrap()
    };
    for (series, economy, year, percent) in [
        ("gdp_growth", "CHN", 2017, 9.59),
        ("digital_growth", "CHN", 2017, 18.20),
        ("gdp_growth", "CHN", 2018, 12.87),
        ("digital_growth", "CHN", 2021, 31.75),
        ("gdp_growth", "KOR", 2020, -0.81),
        ("gdp_growth", "RUS", 2020, -12.10),
        ("digital_growth", "RUS", 2020, -10.40),
    ] {
        // Rounding to two decimals.
        assert!(
            (usual(series, economy, year) - percent).abs() <= 0.005 + 1e-9,
            "{series} {economy} {year}"
        );
    }
}

#[test]
fn chained_shares_match_the_published_levels() {
    let data = History::embedded(true).unwrap().data().unwrap();
    let china = &data.economies[0];
    let logit = |share: f64| (share / (1.0 - share)).ln();
    let to_2021 = china.share_changes.iter().filter(|(year, _)| *year <= 2021);
    let change: f64 = to_2021.map(|(_, y)| y).sum();
    // 3400.9 / 11233.3 and 7057.6 / 17734.1; five rates rounded to 0.005 points, times 1/(1 − s).
    let published = logit(7057.6 / 17734.1) - logit(3400.9 / 11233.3);
    assert!(
        (change - published).abs() < 10.0 * 0.00006 * 1.7,
        "{change} {published}"
    );
    assert_eq!(data.base_year, 2021);
    let codes: Vec<&str> = data.of_table().map(|economy| economy.economy.code()).collect();
    assert_eq!(codes, ["CHN", "JPN", "KOR", "RUS", "MNG"]);
    assert!(data.economies[4].share_changes.is_empty());
    // Korea: triangular 930.3, 962.5, 994.7 bn of 1798.5 bn.
    let korea = data.economies[2].share.as_ref().unwrap();
    assert!((korea.distribution.support().0 - 930.3 / 1798.5).abs() < 1e-12);
    assert!((korea.mode - 962.5 / 1798.5).abs() < 1e-12 && korea.assumption.is_some());
}

#[test]
fn the_audit_passes_with_corrections_and_names_the_misprints_without() {
    let failed = |corrections| -> Vec<String> {
        let checks = audit(&History::embedded(corrections).unwrap().rows);
        assert!(checks.len() >= 30);
        checks
            .into_iter()
            .filter(|check| !check.passed())
            .map(|check| check.what)
            .collect()
    };
    assert_eq!(failed(true), Vec::<String>::new());
    let without = failed(false);
    assert_eq!(without.len(), 3, "{without:?}");
    assert!(without[0].starts_with("KOR: GDP 2019–2020"));
    assert!(without[1].starts_with("CN-JL: trade with Russia 2021–2022"));
    assert!(without[2].starts_with("CN-JL: January to July"));
}

#[test]
fn read_as_start_year_growth_the_audit_fails_loudly() {
    let wrong = GROWTH.replace("end_year", "start_year");
    let checks = audit(
        &History::parse(SourceText::new("wrong.csv", wrong), true)
            .unwrap()
            .rows,
    );
    let china: Vec<&Check> = checks
        .iter()
        .filter(|check| check.what.starts_with("CHN: digital economy 2016"))
        .collect();
    assert_eq!(china.len(), 1);
    assert!(
        !china[0].passed() && china[0].arithmetic.contains("1.8487"),
        "{}",
        china[0].arithmetic
    );
    assert!(checks.iter().filter(|check| !check.passed()).count() > 15);
}

#[test]
fn a_right_table_is_read_with_levels_or_growth() {
    assert_eq!(
        errors(&with_row("population,AAA,2021,1000000,persons,level")),
        Vec::<String>::new()
    );
    let data = History::parse(SourceText::new("t.csv", with_row("")), true)
        .unwrap()
        .data()
        .unwrap();
    // Nobody knows the volume of AAA, so its GDP is one series.
    assert!(data.economies[0].volume.is_empty() && data.economies[0].price == data.economies[0].gdp_changes);
    let expected = [(2020, (110.0f64 / 100.0).ln()), (2021, (120.0f64 / 110.0).ln())];
    for ((year, change), (expected_year, expected)) in data.economies[0].gdp_changes.iter().zip(expected) {
        assert_eq!(*year, expected_year);
        assert!((change - expected).abs() < 1e-15);
    }
}

#[test]
fn what_is_known_is_the_tables_level_chained_with_the_panel() {
    let data = History::embedded(true).unwrap().data().unwrap();
    let china = data.economy(super::common::economy("CHN")).unwrap();
    // 17,734.1 of the table, then the panel's ratios: 18316.765 / 18201.6987 and so on.
    let known: Vec<f64> = china.known_gdp.iter().map(|known| known.gdp).collect();
    assert_eq!(known.len(), 4);
    for (found, panel) in known.iter().zip([18316.765, 18270.3567, 18729.6684, 19498.0394]) {
        let expected = 17734.1 * panel / 18201.6987;
        assert!((found - expected).abs() < 1e-11 * expected, "{found} {expected}");
    }
    assert!((china.known_gdp[1].volume_growth.unwrap() - 0.05416f64.ln_1p()).abs() < 1e-15);
    for (found, expected) in china.known_shares.iter().zip([0.415, 0.428]) {
        assert!((found - expected).abs() < 1e-15);
    }
    let last = china.population.as_ref().unwrap();
    assert_eq!((last.known[0], last.known[4]), (1_412_360_000.0, 1_406_585_000.0));
    let rate = (1_406_585_000.0f64 / 1_411_100_000.0).ln() / 5.0;
    assert!((last.log_growth - rate).abs() < 1e-15);
    assert!((last.persons(6) / (1_406_585_000.0 * (2.0 * rate).exp()) - 1.0).abs() < 1e-15);
    // The group's dollar GDP of 2025 has no spread.
    let group: f64 = data.of_table().map(|economy| economy.known_gdp[3].gdp).sum();
    assert!((27_400.0..28_600.0).contains(&group), "{group}");
}

#[test]
fn gdp_of_a_users_table_replaces_the_panels_dollars() {
    let text = format!(
        "{HEADER}\ngdp,DEU,2019,3890,usd_bn,level\ngdp,DEU,2020,3890,usd_bn,level\ngdp,DEU,2021,4260,usd_bn,level\n\
         gdp,DEU,2022,4300,usd_bn,level\ndigital_share,DEU,2021,68.0,percent,level\n"
    );
    let data = History::parse(SourceText::new("t.csv", text), true)
        .unwrap()
        .data()
        .unwrap();
    let germany = data.of_table().next().unwrap();
    let at = |changes: &[(i32, f64)], year: i32| changes.iter().find(|(other, _)| *other == year).unwrap().1;
    for (year, change) in [
        (2020, 0.0),
        (2021, (4260.0f64 / 3890.0).ln()),
        (2022, (4300.0f64 / 4260.0).ln()),
    ] {
        let sum = at(&germany.volume, year) + at(&germany.price, year);
        assert!((sum - change).abs() < 1e-15, "{year}");
    }
    assert_eq!(germany.known_gdp[0].gdp, 4300.0);
    // After the table, the panel's ratios go on.
    assert!(germany.known_gdp.len() == 4 && germany.known_gdp[1].gdp > 4300.0);
}

#[test]
fn every_wrong_row_is_refused_with_its_line_and_column() {
    for (row, place, what) in [
        ("gdp,BBB,2021,-5,usd_bn,level", "t.csv:6:14:", "above 0"),
        ("gdp,BBB,2021,0,usd_bn,level", "t.csv:6:14:", "above 0"),
        (
            "gdp,BBB,2021,17734100000000,usd_bn,level",
            "t.csv:6:14:",
            "beyond belief",
        ),
        (
            "gdp,BBB,2021,NaN,usd_bn,level",
            "t.csv:6:14:",
            "not a finite number",
        ),
        (
            "gdp,BBB,2021,inf,usd_bn,level",
            "t.csv:6:14:",
            "not a finite number",
        ),
        (
            "gdp,BBB,2021,1e999,usd_bn,level",
            "t.csv:6:14:",
            "not a finite number",
        ),
        ("gdp,BBB,2021,many,usd_bn,level", "t.csv:6:14:", "not a number"),
        ("gdp,BBB,2021.5,5,usd_bn,level", "t.csv:6:9:", "not a year"),
        ("gdp,BBB,20210,5,usd_bn,level", "t.csv:6:9:", "out of range"),
        ("gdp,AAA,2021,5,usd_bn,level", "t.csv:6:9:", "stands twice"),
        ("gdp,Korea,2021,5,usd_bn,level", "t.csv:6:5:", "not an economy"),
        (
            "gpd,BBB,2021,5,usd_bn,level",
            "t.csv:6:1:",
            "unknown series `gpd`",
        ),
        ("gdp,BBB,2021,5,usd,level", "t.csv:6:16:", "unknown unit `usd`"),
        (
            "gdp,BBB,2021,5,usd_bn,end_year",
            "t.csv:6:23:",
            "unknown basis `end_year`",
        ),
        (
            "gdp_growth,BBB,2021,100,percent,end_year",
            "t.csv:6:21:",
            "100 % or more",
        ),
        (
            "gdp_growth,BBB,2021,-100,percent,start_year",
            "t.csv:6:21:",
            "−100 % or less",
        ),
        (
            "digital_share,BBB,2021,39.8,share,level",
            "t.csv:6:24:",
            "between 0 and 1",
        ),
        ("gdp,BBB,2021,5", "t.csv:6:1:", "4 fields where the header has 6"),
        (
            "digital_share,BBB,2021,40,percent,level",
            "t.csv:6:24:",
            "no GDP for 2021",
        ),
    ] {
        let found = errors(&with_row(row));
        assert_eq!(found.len(), 1, "{row}: {found:?}");
        assert!(
            found[0].starts_with(place) && found[0].contains(what),
            "{row}: {}",
            found[0]
        );
    }
}

#[test]
fn all_errors_come_at_once_and_wrong_files_say_what_is_wrong() {
    let text =
        with_row("gdp,BBB,2021,-5,usd_bn,level\ngdp,CCC,x,5,usd_bn,level\ngpd,DDD,2021,5,usd_bn,level");
    assert_eq!(errors(&text).len(), 3);
    for (text, what) in [
        ("", "is empty"),
        (HEADER, "has no rows"),
        ("series,economy\ngdp,AAA\n", "column `year` is missing"),
        ("series,series,economy,year,value,unit,basis\n", "stands twice"),
        ("serie,economy,year,value,unit,basis\n", "unknown column `serie`"),
    ] {
        let found = errors(text);
        assert!(
            found.iter().any(|error| error.contains(what)),
            "{text}: {found:?}"
        );
    }
}

#[test]
fn quotes_line_breaks_and_carriage_returns_are_read() {
    let text = with_row("").replace('\n', "\r\n").replace("AAA", "\"AAA\"");
    assert_eq!(errors(&text), Vec::<String>::new());
    let text = format!(
        "{HEADER},note\n\"gdp\",AAA,2021,\"-5\",usd_bn,level,\"two\nlines, \"\"quoted\"\"\"\ngdp,AAA,2020,-6,usd_bn,level,\n"
    );
    let found = errors(&text);
    assert!(
        found[0].starts_with("t.csv:2:16:") && found[1].starts_with("t.csv:4:14:"),
        "{found:?}"
    );
}

/// `jointly history --format csv` of some rows, as the program writes it.
fn jointly(args: &[&str]) -> String {
    let output = assert_cmd::Command::cargo_bin("jointly")
        .unwrap()
        .args(args)
        .output()
        .unwrap();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn a_copy_of_the_embedded_table_is_that_table() {
    let folder = tempfile::tempdir().unwrap();
    let copy = folder.path().join("copy.csv");
    let written = jointly(&["history", "--format", "csv"]);
    std::fs::write(&copy, &written).unwrap();
    let copy = copy.to_str().unwrap();
    // Corrections belong to the cell, so the copy keeps them, and the second copy is the first.
    assert_eq!(
        jointly(&["history", "--format", "csv", "--history", copy]),
        written
    );
    assert!(written.contains("the minus sign is lost"));
    let mine = History::read(std::path::Path::new(copy), true)
        .unwrap()
        .data()
        .unwrap();
    assert_eq!(mine, History::embedded(true).unwrap().data().unwrap());
    let printed = History::read(std::path::Path::new(copy), false)
        .unwrap()
        .data()
        .unwrap();
    assert_eq!(printed, History::embedded(false).unwrap().data().unwrap());
}

#[test]
fn every_correction_has_its_cell_in_the_embedded_table() {
    let corrected = |history: &History| history.rows.iter().filter(|row| row.correction.is_some()).count();
    let corrections = include_str!("../../data/history/corrections.csv").lines().count() - 1;
    assert_eq!(corrected(&History::embedded(true).unwrap()), corrections);
    assert_eq!(corrected(&History::embedded(false).unwrap()), 0);
}

#[test]
fn added_rows_join_the_table_and_a_cell_that_stands_twice_is_refused() {
    let table = |text: &str| History::parse(SourceText::new("more.csv", text), true).unwrap();
    let mut history = History::embedded(true).unwrap();
    let before = history.rows.len();
    history
        .add(table(&format!("{HEADER}\ngdp,VNM,2021,370,usd_bn,level\n")))
        .unwrap();
    assert_eq!(history.rows.len(), before + 1);
    let twice = format!("{HEADER}\ngdp,DEU,2021,4200,usd_bn,level\ngdp,CHN,2021,18000,usd_bn,level\n");
    let error = history.add(table(&twice)).unwrap_err().to_string();
    assert!(
        error.contains("more.csv:3:14") && error.contains("stands in `data/history/growth.csv` already"),
        "{error}"
    );
    assert_eq!(history.rows.len(), before + 1);
}

#[test]
fn everything_known_of_any_economy_of_the_panel_is_shown() {
    let vietnam = jointly(&["history", "--economy", "VNM", "--format", "csv"]);
    assert!(
        vietnam.contains("gdp,VNM,2025,") && vietnam.contains("volume_growth,VNM,1990,"),
        "{vietnam}"
    );
    assert!(vietnam.contains("internet_users,VNM,") && vietnam.contains("CC BY 4.0"));
    assert!(jointly(&["history", "--economy", "VNM"]).contains("Vietnam (VNM)"));
    // Where the table has a cell, the panel's is not shown beside it.
    let china = jointly(&[
        "history",
        "--economy",
        "CHN",
        "--series",
        "gdp",
        "--format",
        "csv",
    ]);
    assert_eq!(
        china
            .lines()
            .filter(|line| line.starts_with("gdp,CHN,2021,"))
            .count(),
        1
    );
    assert!(china.contains("gdp,CHN,2021,17734.1,") && china.contains("gdp,CHN,2025,19498.0394,"));
}

proptest! {
    #[test]
    fn no_text_makes_the_reader_panic(text in "(series|economy|year|value|unit|basis|gdp|AAA|20[0-9]{2}|[-0-9.e]{0,9}|percent|level|end_year|[,\n\"]|\\PC){0,80}") {
        let with_header = format!("{HEADER}\n{text}");
        for text in [text, with_header] {
            let _ = History::parse(SourceText::new("t.csv", text), true).map(|history| (history.data().is_ok(), audit(&history.rows)));
        }
    }
}

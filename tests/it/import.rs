//! Tables of publishers are read to the numbers they hold, and nothing is guessed.

use std::{collections::BTreeMap, fs, path::Path};

use jointly::{
    base::Economy,
    history::{History, Panel, Row, Status},
    import::{Choices, Decimal, Imported, Why, import},
};

use predicates::prelude::*;

use crate::common::{assert_generated, jointly};

const YEARS: [i32; 3] = [2019, 2020, 2021];

fn sample(name: &str) -> (String, Vec<u8>) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/samples")
        .join(name);
    (name.to_owned(), fs::read(path).unwrap())
}

fn read(name: &str, choices: &Choices) -> Imported {
    import(&[sample(name)], choices).unwrap_or_else(|errors| panic!("{name}: {errors}"))
}

/// The errors of a text, each with its help.
fn refused(text: &[u8], choices: &Choices) -> Vec<String> {
    let wrong = import(&[("t.csv".to_owned(), text.to_vec())], choices)
        .map(|found| found.csv)
        .unwrap_err();
    wrong
        .iter()
        .map(|one| format!("{} | {}", one.message, one.help.clone().unwrap_or_default()))
        .collect()
}

fn pairs<T: Clone>(list: &[(&str, T)]) -> Vec<(String, T)> {
    list.iter()
        .map(|(name, value)| ((*name).to_owned(), value.clone()))
        .collect()
}

fn all<T: Clone>(value: T) -> Vec<(Option<String>, T)> {
    vec![(None, value)]
}

/// Figures of a series, by economy and year.
fn figures(imported: &Imported, series: &str) -> BTreeMap<(String, i32), f64> {
    let rows = imported.rows.iter().filter(|row| row.series.key == series);
    rows.map(|row| ((row.place.clone(), row.year), row.value))
        .collect()
}

/// GDP, USD bn, and persons of three economies as the samples hold them, before each rounds them its way.
fn levels(series: &str) -> BTreeMap<(String, i32), f64> {
    let gdp = [
        ("CHN", [14279.9685063236, 14687.744162801, 17820.4595088525]),
        ("KOR", [1651.4229324478, 1644.3128319062, 1818.43210688]),
        ("MNG", [14.2063590068, 13.3129815948, 15.2864418183]),
    ];
    let persons = [
        ("CHN", [1407745000.0, 1411100000.0, 1412360000.0]),
        ("KOR", [51764822.0, 51836239.0, 51769539.0]),
        ("MNG", [3232430.0, 3294335.0, 3347782.0]),
    ];
    let chosen = if series == "gdp" { gdp } else { persons };
    let cells = chosen.into_iter().flat_map(|(code, values)| {
        YEARS
            .into_iter()
            .zip(values)
            .map(move |(year, value)| ((code.to_owned(), year), value))
    });
    cells.collect()
}

/// A sample has these levels, to half a unit of its last digit.
fn assert_levels(imported: &Imported, series: &str, rounding: f64, economies: &[&str]) {
    let found = figures(imported, series);
    let mut expected = levels(series);
    expected.retain(|(code, _), _| economies.contains(&code.as_str()));
    assert_eq!(
        found.keys().collect::<Vec<_>>(),
        expected.keys().collect::<Vec<_>>()
    );
    for (cell, value) in expected {
        assert!(
            (found[&cell] - value).abs() <= rounding * (1.0 + 1e-9),
            "{cell:?}: {} {value}",
            found[&cell]
        );
    }
}

const ALL: [&str; 3] = ["CHN", "KOR", "MNG"];

#[test]
fn the_world_bank_is_read_in_both_forms() {
    for (name, file) in [
        ("world-bank-wdi.csv", "WDI"),
        ("world-bank-databank.csv", "DataBank"),
    ] {
        let imported = read(name, &Choices::default());
        assert!(imported.files[0].form.contains(file));
        // USD to the last digit, shown to ten decimals above.
        assert_levels(&imported, "gdp", 5e-11, &ALL);
        assert_levels(&imported, "population", 0.0, &ALL);
        assert!(
            imported
                .csv
                .contains("gdp,CHN,2019,14279.9685063236,usd_bn,level,used")
        );
    }
    let wdi = read("world-bank-wdi.csv", &Choices::default());
    let growth: Vec<&Row> = wdi
        .rows
        .iter()
        .filter(|row| row.series.key == "volume_growth")
        .collect();
    assert_eq!(growth.len(), 9);
    assert!((growth[0].start_year_growth().unwrap() - 0.0595).abs() < 1e-15);
    let groups = wdi.left_out.of(Why::Economy);
    assert_eq!(groups, [("East Asia & Pacific", 3), ("World", 3)]);
    assert_eq!(
        wdi.left_out.of(Why::Series),
        [("NY.GDP.MKTP.KD GDP (constant 2015 US$)", 1)]
    );
    assert!(wdi.rows[0].source.contains("last updated 2024-10-24"));
    let databank = read("world-bank-databank.csv", &Choices::default());
    assert!(
        databank.rows[0]
            .source
            .contains("World Development Indicators, last updated 10/24/2024")
    );
}

#[test]
fn the_world_economic_outlook_is_read_from_utf_16_without_its_projections() {
    let imported = read("imf-weo.tsv", &Choices::default());
    let file = &imported.files[0];
    assert_eq!((file.encoding.as_str(), file.separator), ("UTF-16LE", "tab"));
    assert!(file.vintage.contains("October 2024"));
    // Billions and millions with three decimals.
    assert_levels(&imported, "gdp", 0.0005, &ALL);
    assert_levels(&imported, "population", 500.0, &ALL);
    assert_eq!(
        imported
            .left_out
            .of(Why::Estimate)
            .iter()
            .map(|(_, count)| count)
            .sum::<usize>(),
        9
    );
    let choices = Choices {
        estimates: true,
        ..Choices::default()
    };
    let with = read("imf-weo.tsv", &choices);
    let later: Vec<&Row> = with.rows.iter().filter(|row| row.year == 2025).collect();
    assert_eq!(later.len(), 9);
    assert!(
        later
            .iter()
            .all(|row| row.status == Status::Assumption && row.note.contains("projection"))
    );
}

#[test]
fn the_oecd_is_read_and_purchasing_power_left_out() {
    for (name, rounding) in [("oecd-data-explorer.csv", 5e-7), ("oecd-stat.csv", 5e-8)] {
        let imported = read(name, &Choices::default());
        assert_levels(&imported, "gdp", rounding, &["CHN", "KOR"]);
        let unfit = imported.left_out.of(Why::Unit);
        assert!(
            unfit
                .iter()
                .any(|(what, count)| what.contains("purchasing power") && *count == 6),
            "{unfit:?}"
        );
    }
    let marked = read("oecd-data-explorer.csv", &Choices::default());
    assert_eq!(marked.files[0].marked, 2);
    assert!(
        marked
            .rows
            .iter()
            .any(|row| row.year == 2021 && row.note == "marked E")
    );
}

#[test]
fn what_a_file_does_not_say_is_asked_for() {
    // UNCTAD's column names no indicator.
    let (name, bytes) = sample("unctad.csv");
    let nothing = refused(&bytes, &Choices::default());
    assert_eq!(nothing.len(), 1);
    assert!(
        nothing[0].contains("--series \"NAME=gdp\"")
            && nothing[0].contains("US dollars at current prices in millions")
    );
    let series = pairs(&[
        ("US dollars at current prices in millions", "gdp".to_owned()),
        ("Annual average growth rate", "volume_growth".to_owned()),
    ]);
    let open = refused(
        &bytes,
        &Choices {
            series: series.clone(),
            ..Choices::default()
        },
    );
    assert!(
        open.iter()
            .any(|error| error.contains("basis of `Annual average growth rate`")),
        "{open:?}"
    );
    assert!(
        open.iter()
            .any(|error| error.contains("unit of `Annual average growth rate`")),
        "{open:?}"
    );
    assert_eq!(open.len(), 2);
    let choices = Choices {
        series,
        units: all("percent".to_owned()),
        bases: all("start_year".to_owned()),
        ..Choices::default()
    };
    let imported = import(&[(name, bytes)], &choices).unwrap_or_else(|errors| panic!("{errors}"));
    assert_levels(&imported, "gdp", 5e-8, &ALL);
    assert!((figures(&imported, "volume_growth")[&("KOR".to_owned(), 2020)] + 0.0071).abs() < 1e-15);
}

#[test]
fn our_world_in_data_and_iamc_are_read_long_and_wide() {
    assert_levels(
        &read("our-world-in-data.csv", &Choices::default()),
        "gdp",
        5e-11,
        &ALL,
    );
    for name in ["iamc-long.csv", "iamc-wide.csv"] {
        // Dollars that are not said to be current ones, and two scenarios.
        let open = refused(&sample(name).1, &Choices::default());
        assert!(
            open.iter()
                .any(|error| error.contains("whether these dollars are current ones")),
            "{open:?}"
        );
        let units = vec![(Some("GDP|MER".to_owned()), "usd_bn".to_owned())];
        let twice = refused(
            &sample(name).1,
            &Choices {
                units: units.clone(),
                ..Choices::default()
            },
        );
        assert_eq!(twice.len(), 2, "{twice:?}");
        assert!(twice[0].contains("so do 8 more figures | they differ in the column `Scenario`: choose --only \"Scenario=Historical\""));
        let choices = Choices {
            units,
            only: pairs(&[("scenario", "Historical".to_owned())]),
            ..Choices::default()
        };
        let imported = read(name, &choices);
        assert_levels(&imported, "gdp", 5e-7, &ALL);
        assert_levels(&imported, "population", 0.5, &ALL);
        assert_eq!(
            imported
                .left_out
                .of(Why::Estimate)
                .iter()
                .map(|(_, count)| count)
                .sum::<usize>(),
            6
        );
    }
}

#[test]
fn the_documented_format_is_read_as_a_spreadsheet_of_another_country_saves_it() {
    let (_, bytes) = sample("own-german.csv");
    let refused = refused(&bytes, &Choices::default());
    assert!(refused[0].contains("is not UTF-8 text") && refused[0].contains("--encoding windows-1252"));
    let choices = Choices {
        encoding: Some("windows-1252".to_owned()),
        ..Choices::default()
    };
    let imported = read("own-german.csv", &choices);
    assert_eq!(
        (imported.files[0].separator, imported.files[0].decimal),
        ("semicolon", Decimal::Comma)
    );
    assert_levels(&imported, "gdp", 0.05, &ALL);
    let row = |series: &str| imported.rows.iter().find(|row| row.series.key == series).unwrap();
    assert_eq!(
        (
            row("digital_share").printed.as_str(),
            row("digital_share").note.as_str()
        ),
        ("39.8", "Weißbuch")
    );
    assert_eq!(
        row("digital_economy").uncertainty_written,
        "triangular 930.3 962.5 994.7"
    );
    assert_eq!(row("gdp_growth").status, Status::Check);
    assert!((row("gdp_growth").ratio().unwrap() - 1.0 / (1.0 - 0.1758)).abs() < 1e-15);
}

#[test]
fn a_decimal_mark_that_no_figure_tells_is_asked_for() {
    let table = |values: [&str; 2]| {
        format!(
            "Entity;Code;Year;GDP (current US$)\nChina;CHN;2020;{}\nChina;CHN;2021;{}\n",
            values[0], values[1]
        )
    };
    let open = refused(table(["14,687", "17,820"]).as_bytes(), &Choices::default());
    assert!(
        open[0].contains("`14,687` in line 2 may be 14687 or 14.687") && open[0].contains("--decimal"),
        "{open:?}"
    );
    let both = refused(table(["14.687,5", "17,820.5"]).as_bytes(), &Choices::default());
    assert!(both[0].contains("two ways"), "{both:?}");
    let words = refused(table(["12 bn", "about 13"]).as_bytes(), &Choices::default());
    assert_eq!(words.len(), 2);
    assert!(words[0].contains("line 2: `12 bn` is no number") && words[0].contains("--missing"));
}

#[test]
fn choices_that_fit_nothing_are_refused_together() {
    let choices = Choices {
        series: pairs(&[
            ("GDP (curent US$)", "gdp".to_owned()),
            ("World", "gpd".to_owned()),
        ]),
        units: vec![(Some("gdp".to_owned()), "usd_million".to_owned())],
        only: pairs(&[("Entitty", "China".to_owned())]),
        ..Choices::default()
    };
    let errors = refused(&sample("our-world-in-data.csv").1, &choices);
    for part in [
        "the files have no series `GDP (curent US$)` | did you mean `GDP (current US$)`?",
        "there is no series `gpd` | did you mean `gdp`?",
        "--unit: there is no `usd_million`",
        "the files have no column `Entitty` | did you mean `Entity`?",
    ] {
        assert!(
            errors.iter().any(|error| error.contains(part)),
            "{part}: {errors:#?}"
        );
    }
}

/// Ten years of five economies of the panel, as text.
fn exported(series: usize) -> Vec<(Economy, i32, String)> {
    let codes = ["CHN", "JPN", "KOR", "MNG", "RUS"];
    let entries = codes
        .iter()
        .filter_map(|code| Panel::embedded().economy(Economy::parse(code)?));
    let rows = entries.flat_map(|entry| entry.rows());
    let key = ["gdp", "population", "volume_growth"][series];
    rows.filter(|row| row.series.key == key && (2010..2020).contains(&row.year))
        .map(|row| (Economy::parse(&row.place).unwrap(), row.year, row.written))
        .collect()
}

/// With thousands apart and another decimal mark.
fn grouped(number: &str, thousands: &str, decimal: &str) -> String {
    let (sign, number) = number.strip_prefix('-').map_or(("", number), |rest| ("-", rest));
    let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
    let mut text = String::new();
    for (position, digit) in whole.chars().enumerate() {
        if position > 0 && (whole.len() - position).is_multiple_of(3) {
            text.push_str(thousands);
        }
        text.push(digit);
    }
    if fraction.is_empty() {
        format!("{sign}{text}")
    } else {
        format!("{sign}{text}{decimal}{fraction}")
    }
}

#[test]
fn a_table_written_in_each_form_is_read_back_to_the_same_digits() {
    let names = ["GDP (current US$)", "Population, total", "GDP growth (annual %)"];
    let codes = ["NY.GDP.MKTP.CD", "SP.POP.TOTL", "NY.GDP.MKTP.KD.ZG"];
    let subjects = [
        ("NGDPD", "U.S. dollars; current", "Billions"),
        ("LP", "Persons", "Units"),
        ("NGDP_RPCH", "Percent change", ""),
    ];
    let mut wide = String::from("Country Name,Country Code,Indicator Name,Indicator Code,");
    let mut weo =
        String::from("WEO Country Code\tISO\tWEO Subject Code\tCountry\tSubject Descriptor\tUnits\tScale\t");
    let mut iamc = String::from("Model;Scenario;Region;Variable;Unit;Year;Value\n");
    let mut own = String::from("series\teconomy\tyear\tvalue\tunit\tbasis\n");
    let years: Vec<String> = (2010..2020).map(|year| year.to_string()).collect();
    wide.push_str(&years.join(","));
    weo.push_str(&years.join("\t"));
    for series in 0..3 {
        let cells = exported(series);
        for of_economy in cells.chunk_by(|one, other| one.0 == other.0) {
            let economy = of_economy[0].0;
            // The World Bank counts dollars; the panel billions.
            let dollars = |value: &str| {
                if series == 0 {
                    format!("{value}E9")
                } else {
                    value.to_owned()
                }
            };
            let values: Vec<String> = of_economy.iter().map(|(_, _, value)| dollars(value)).collect();
            wide.push_str(&format!(
                "\n\"{}\",{economy},\"{}\",{},{}",
                economy.name(),
                names[series],
                codes[series],
                values.join(",")
            ));
            let (code, unit, scale) = subjects[series];
            let values: Vec<String> = of_economy
                .iter()
                .map(|(_, _, value)| grouped(value, ",", "."))
                .collect();
            weo.push_str(&format!(
                "\n1\t{economy}\t{code}\t{}\tx\t{unit}\t{scale}\t{}",
                economy.name(),
                values.join("\t")
            ));
            for (_, year, value) in of_economy {
                let (key, unit, basis) = [
                    ("gdp", "usd_bn", "level"),
                    ("population", "persons", "level"),
                    ("volume_growth", "percent", "start_year"),
                ][series];
                own.push_str(&format!(
                    "{key}\t{}\t{year}\t{}\t{unit}\t{basis}\n",
                    economy.name(),
                    grouped(value, "\u{202f}", ",")
                ));
                let variable = ["GDP|MER", "Population", "Growth"][series];
                let unit = ["billion current USD/yr", "persons", "%/yr"][series];
                iamc.push_str(&format!(
                    "m;s;{};{variable};{unit};{year};{}\n",
                    economy.name(),
                    grouped(value, ".", ",")
                ));
            }
        }
    }
    let utf16: Vec<u8> = weo.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let choices = Choices {
        series: pairs(&[("Growth", "volume_growth".to_owned())]),
        bases: all("start_year".to_owned()),
        ..Choices::default()
    };
    for (form, bytes, choices) in [
        ("wide", wide.into_bytes(), &Choices::default()),
        ("weo", utf16, &Choices::default()),
        ("own", own.into_bytes(), &Choices::default()),
        ("iamc", iamc.into_bytes(), &choices),
    ] {
        let imported =
            import(&[(form.to_owned(), bytes)], choices).unwrap_or_else(|errors| panic!("{form}: {errors}"));
        for (series, key) in ["gdp", "population", "volume_growth"].iter().enumerate() {
            let rows = imported.rows.iter().filter(|row| row.series.key == *key);
            let found: Vec<(Economy, i32, String)> = rows
                .map(|row| (Economy::parse(&row.place).unwrap(), row.year, row.printed.clone()))
                .collect();
            // Zeros at the end say nothing and are dropped where the point moves.
            let expected: Vec<(Economy, i32, String)> = exported(series);
            assert_eq!(found, expected, "{form} {key}");
        }
    }
}

#[test]
fn a_history_of_another_form_names_the_command_that_reads_it() {
    let folder = tempfile::tempdir().unwrap();
    for name in [
        "world-bank-wdi.csv",
        "imf-weo.tsv",
        "our-world-in-data.csv",
        "iamc-wide.csv",
    ] {
        let path = folder.path().join(name);
        fs::write(&path, sample(name).1).unwrap();
        let shown = path.display().to_string();
        let output = jointly(&["history", "--history", &shown]).assert().code(2);
        let text = String::from_utf8(output.get_output().stderr.clone()).unwrap();
        let words = text.split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(words.contains("is a table of another form"), "{text}");
        assert!(
            words.contains("jointly import") && words.contains("-history.csv"),
            "{text}"
        );
        assert!(
            text.lines().count() < 12,
            "one error, not one for each column: {text}"
        );
    }
}

#[test]
fn a_workbook_is_refused_with_the_way_out_by_every_reader() {
    let folder = tempfile::tempdir().unwrap();
    let book = folder.path().join("gdp.xlsx");
    fs::write(&book, b"PK\x03\x04\x14\0\x06\0\x08\0xl/workbook.xml").unwrap();
    let path = book.to_str().unwrap();
    for arguments in [
        vec!["import", path],
        vec!["check", "scenarios/baseline.toml", "--history", path],
        vec!["check", path],
    ] {
        jointly(&arguments).assert().code(2).stdout("").stderr(
            predicates::str::contains("is a workbook (.xlsx), not a table in text")
                .and(predicates::str::contains("save the sheet with the table as CSV")),
        );
    }
}

#[test]
fn the_command_writes_a_table_that_history_reads_and_reports() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("gdp.csv");
    let out = out.to_str().unwrap();
    let file = "tests/samples/world-bank-wdi.csv";
    let report = jointly(&["import", file, "-o", out]).assert().success();
    let report = String::from_utf8(report.get_output().stdout.clone()).unwrap();
    assert!(
        report.contains("NY.GDP.MKTP.CD") && report.contains("Known from") && report.contains("East Asia"),
        "{report}"
    );
    let history = History::read(Path::new(out), true).unwrap();
    assert_eq!(history.rows.len(), 27);
    jointly(&["import", file, "-o", out]).assert().code(2);
    jointly(&["import", file, "-o", out, "--force", "--quiet"])
        .assert()
        .success()
        .stdout("");
    // Without -o the table is printed, and the report stands beside it; `-` is the standard input.
    let bytes = sample("world-bank-wdi.csv").1;
    let printed = jointly(&["import", "-", "--quiet"])
        .write_stdin(bytes)
        .assert()
        .success();
    assert_eq!(printed.get_output().stdout, fs::read(out).unwrap());
    let json = jointly(&["import", file, "-o", out, "--force", "--json"])
        .assert()
        .success();
    let json: serde_json::Value = serde_json::from_slice(&json.get_output().stdout).unwrap();
    assert_eq!(json["series"][0]["unit_by"], "publisher");
}

#[test]
fn the_example_of_the_documentation_is_what_the_command_prints() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("history.csv");
    let mut arguments = vec!["import", "tests/samples/iamc-long.csv"];
    let asked = jointly(&arguments).assert().code(2);
    let asked = String::from_utf8(asked.get_output().stderr.clone()).unwrap();
    arguments.extend([
        "--unit",
        "GDP|MER=usd_bn",
        "--only",
        "Scenario=Historical",
        "-o",
        out.to_str().unwrap(),
    ]);
    let report = jointly(&arguments).assert().success();
    let report = String::from_utf8(report.get_output().stdout.clone()).unwrap();
    let table: Vec<String> = fs::read_to_string(&out)
        .unwrap()
        .lines()
        .take(4)
        .map(str::to_owned)
        .collect();
    for (name, text) in [
        ("asked", asked),
        ("report", report),
        ("table", format!("{}\n", table.join("\n"))),
    ] {
        assert_generated("docs/import.md", name, &format!("```text\n{text}```\n"));
    }
}

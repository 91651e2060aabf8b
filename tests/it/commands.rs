//! The commands that check, explain and write scenarios, and the schema of scenario files.
//! `UPDATE=1 cargo test --test it commands::` writes the schema and the generated tables of the pages.

use std::{fs, path::Path, path::PathBuf};

use jointly::{
    base::{Economy, Metric, Money},
    scenario::{
        LeverKind, PARAMETERS, Scenario, Template, catalogue, equations, load, schema, template, topics,
    },
};
use predicates::prelude::*;
use serde_json::Value;

use crate::common::{assert_generated, history, jointly};

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

fn output(arguments: &[&str]) -> String {
    let output = jointly(arguments).assert().success().get_output().stdout.clone();
    String::from_utf8(output).unwrap()
}

fn shipped() -> Vec<PathBuf> {
    let entries = fs::read_dir(Path::new(ROOT).join("scenarios")).unwrap();
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    files.retain(|path| path.extension().is_some_and(|extension| extension == "toml"));
    files.sort();
    assert!(files.len() >= 12);
    files
}

/// Loads a text as a scenario file.
fn read(text: &str) -> Result<Scenario, jointly::base::Diagnostics> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("s.toml");
    fs::write(&path, text).unwrap();
    load(&path, &[], None, &history())
}

// Widths

/// Text of at most that many columns, without colors.
fn fits(arguments: &[&str], columns: usize) {
    let assert = jointly(arguments)
        .env("COLUMNS", columns.to_string())
        .assert()
        .success();
    let text = String::from_utf8(assert.get_output().stdout.clone()).unwrap();
    assert!(!text.contains('\u{1b}') && !text.contains("NaN"), "{arguments:?}");
    for line in text.lines() {
        let width = line.chars().count();
        assert!(width <= columns, "{arguments:?}, {width} of {columns}: {line}");
        assert_eq!(line.trim_end(), line, "{arguments:?}");
    }
}

#[test]
fn text_fits_narrow_and_wide_terminals() {
    for columns in [40, 80, 140] {
        for arguments in [
            &["explain"][..],
            &["explain", "levers.*.weights.*"],
            &["explain", "tension.*.hazard"],
            &[
                "explain",
                "levers.regional-e-government-of-the-five.effectiveness",
            ],
            &["explain", "industrial_digitalization"],
            &["explain", "extra:CHN.gdp@2035|p95"],
            &["levers"],
            &["levers", "digital_free_trade_zone"],
            &["levers", "smart_city_pilots", "--full"],
            &["history"],
            &["history", "--economy", "KOR", "--full"],
            &["history", "--audit", "--full"],
            &["calibrate", "--full"],
            &["backtest", "--full"],
            &["matrix"],
            &["matrix", "CHN", "KOR", "--full"],
            &["check", "scenarios/all-together.toml"],
            &["check", "scenarios/mongolia-digital-divide.toml"],
        ] {
            fits(arguments, columns);
        }
    }
}

// check

#[test]
fn every_shipped_scenario_is_valid_and_summarized() {
    let mut arguments = vec!["check"];
    let files: Vec<String> = shipped()
        .iter()
        .map(|path| format!("scenarios/{}", path.file_name().unwrap().to_string_lossy()))
        .collect();
    arguments.extend(files.iter().map(String::as_str));
    let text = output(&arguments);
    assert_eq!(text.matches(": valid\n").count(), files.len());
    for part in [
        "smart-cities: smart_city_pilots, CHN KOR, from 2026, scale CHN 20, KOR 2 (pilot cities",
        "pilots and visits: city-staff, smart-cities",
        "levers.smart-cities.creation over prior",
        "levers.smart-cities.scale.CHN over { uniform = [5.0, 100.0] }",
    ] {
        assert!(text.contains(part), "{part} is missing:\n{text}");
    }
    arguments.push("--quiet");
    assert_eq!(output(&arguments), "");
    arguments.extend(["--format", "json"]);
    assert_eq!(output(&arguments), "");
}

#[test]
fn every_error_of_every_file_is_shown() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        path.display().to_string()
    };
    let many: String = (0..50).map(|n| format!("wrong{n} = 1\n")).collect();
    let (first, second) = (
        file("a.toml", &many),
        file("b.toml", "[model]\npersistance = 0.9\ndecay = 7\n"),
    );
    let good = file("good.toml", "title = \"Good\"\n");
    let missing = folder.path().join("none.toml").display().to_string();
    let assert = jointly(&["check", &first, &good, &second, &missing])
        .assert()
        .code(2);
    let out = assert.get_output().clone();
    let (text, errors) = (
        String::from_utf8(out.stdout).unwrap(),
        String::from_utf8(out.stderr).unwrap(),
    );
    assert!(text.contains("good.toml: valid") && !text.contains("a.toml"));
    for part in [
        "and 10 more errors",
        "did you mean `persistence`?",
        "b.toml:3:9",
        "there is no file",
        "3 of 4 files are wrong",
    ] {
        assert!(errors.contains(part), "{part} is missing:\n{errors}");
    }
    // The machine form leaves nothing out.
    let assert = jointly(&["check", &first, &good, &second, "--format", "json"])
        .assert()
        .code(2)
        .stderr("");
    let json: Value = serde_json::from_slice(&assert.get_output().stdout).unwrap();
    assert_eq!(json[0]["errors"].as_array().unwrap().len(), 50);
    assert_eq!(
        (&json[1]["valid"], &json[1]["title"]),
        (&true.into(), &"Good".into())
    );
    assert_eq!(json[2]["errors"][0]["line"], 2);
    assert_eq!(json[2]["errors"][0]["help"], "did you mean `persistence`?");
    let quiet = jointly(&["check", &good, &second, "--quiet", "--format", "json"])
        .assert()
        .code(2);
    let json: Value = serde_json::from_slice(&quiet.get_output().stdout).unwrap();
    assert_eq!(json.as_array().unwrap().len(), 1);
}

#[test]
fn check_takes_overrides_and_notes_what_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("s.toml");
    let lever = |id: &str, scale: &str| {
        format!(
            "[levers.{id}]\nkind = \"joint_rnd\"\npartners = [\"CHN\", \"KOR\"]\nstart = 2026\nscale = {scale}\n"
        )
    };
    let options = "[options]\none = [\"a\"]\ntwo = [\"a\"]\n";
    fs::write(&path, lever("a", "{ CHN = 0 }") + &lever("b", "2") + options).unwrap();
    let name = path.display().to_string();
    let text = output(&["check", &name]);
    for part in [
        "no option holds the lever `b`",
        "the lever `a` has scale 0",
        "the options `one` and `two` hold the same levers",
    ] {
        assert!(
            text.replace("\n  ", " ").contains(part),
            "{part} is missing:\n{text}"
        );
    }
    assert!(output(&["check", &name, "--set", "levers.a.scale=3", "--horizon", "2040"]).contains("2040"));
    jointly(&["check", &name, "--set", "levers.a.scael=3"])
        .assert()
        .code(2)
        .stderr(predicate::str::contains("did you mean `scale`?"));
    jointly(&["check", &name, "--horizon", "2025"])
        .assert()
        .code(2)
        .stderr(predicate::str::contains("starts in 2026, outside the projection"));
    jointly(&["check", &name, "--set", "economies=[\"CHN\",\"KOR\",\"VNM\"]"])
        .assert()
        .code(2)
        .stderr(predicate::str::contains("digital share"));
    jointly(&["check"]).assert().code(2);
}

// explain

#[test]
fn everything_is_explained_with_unit_default_and_equation() {
    let text = output(&["explain", "model.share_response"]);
    for part in [
        "logit points",
        "median (90 % interval): 0.18 (0.079 to 0.41)",
        "0 to 5; may be uncertain",
        "J: judgment",
        "CAICT",
        "z = z⁰ + β_z E^z/0.1",
        "docs/model.md, section 7",
    ] {
        assert!(text.contains(part), "{part} is missing:\n{text}");
    }
    let text = output(&["explain", "levers.*.learning"]);
    assert_eq!(
        text.matches("learning  ").count(),
        LeverKind::all().unwrap().len(),
        "{text}"
    );
    // A pair in either order has the default of its own.
    assert!(output(&["explain", "tension.KOR-CHN.hazard"]).contains("shape = 1.5"));
    assert!(output(&["explain", "tension.KOR-MNG.hazard"]).contains("shape = 0.5"));
    assert!(output(&["explain", "levers.joint_rnd.scale"]).contains("USD m a year of joint funding"));
    assert!(output(&["explain", "levers.joint_rnd.half_scale"]).contains("per USD bn of GDP"));
    assert!(output(&["explain", "levers.any.ramp_years"]).contains("levers.smart_city_pilots.ramp_years"));
    for (name, part) in [
        ("smart_city_pilots", "L03"),
        ("L03", "smart_city_pilots"),
        ("closure", "1 − gap_t / gap_t0"),
        ("both/money.npv.CHN", "option `both`"),
        ("money.bcr|p50", "50 % quantile"),
        ("p95", "95 % of the futures"),
        ("zero_or", "p_zero"),
        ("gap.metric", "per_capita"),
        ("options", "baseline on the same futures"),
        ("tension.CHN-KOR", "tension.CHN-KOR.hazard"),
        ("levers", "levers.*.half_scale"),
        ("sweep.vary", "prior"),
    ] {
        let text = output(&["explain", name]);
        assert!(
            text.replace('\n', " ").contains(part),
            "{name}: {part} is missing:\n{text}"
        );
    }
    let json: Value = serde_json::from_str(&output(&["explain", "model.decay", "--format", "json"])).unwrap();
    assert_eq!(
        (&json["unit"], &json["bounds"][1]),
        (&"share a year".into(), &1.0.into())
    );
    assert!(json["defaults"][0]["median"].as_f64().unwrap() > 0.0);
    let json: Value = serde_json::from_str(&output(&["explain", "--format", "json"])).unwrap();
    let names: usize = json
        .as_array()
        .unwrap()
        .iter()
        .map(|group| group["names"].as_array().unwrap().len())
        .sum();
    assert_eq!(
        names,
        topics()
            .unwrap()
            .iter()
            .map(|group| group.names.len())
            .sum::<usize>()
    );
    assert!(names > PARAMETERS.len() + Metric::COUNT + Money::ALL.len());
    for wrong in ["group.closure@2035", "CHN.dispersion", "CHN.shar"] {
        jointly(&["explain", wrong]).assert().code(2).stdout("");
    }
    jointly(&["explain", "model.share_respnse"])
        .assert()
        .code(2)
        .stdout("")
        .stderr(predicate::str::contains("did you mean `model.share_response`?"));
}

#[test]
fn every_section_that_an_equation_names_is_one_of_the_page() {
    let page = fs::read_to_string(Path::new(ROOT).join("docs/model.md")).unwrap();
    for (subject, equation) in equations() {
        let heading = page.contains(&format!("\n## {}. ", equation.section));
        assert!(
            heading || page.contains("Sections 4 to 7 are\nkept free") && (4..=7).contains(&equation.section),
            "{}: there is no section {}",
            subject,
            equation.section
        );
        assert!(
            !equation.text.contains('\n') && equation.text.chars().count() <= 120,
            "{}",
            subject
        );
    }
}

// levers

#[test]
fn the_catalog_shows_every_kind_default_and_lever_of_the_sources() {
    let list = output(&["levers"]);
    let covered = catalogue().unwrap();
    let mut rows = 0;
    for kind in LeverKind::all().unwrap() {
        assert!(list.contains(&format!(" {} ", kind.name)), "{}", kind.name);
        let text = output(&["levers", kind.name, "--full"]).replace('\n', " ");
        for input in &kind.defaults {
            let name = input.path.split('.').next().unwrap();
            assert!(text.contains(name), "{} {name}", kind.name);
        }
        for entry in covered.iter().filter(|entry| entry.kind == kind.name) {
            assert!(text.contains(&entry.id), "{} {}", kind.name, entry.id);
        }
        let csv = output(&["levers", kind.name, "--format", "csv"]);
        let mut reader = csv::Reader::from_reader(csv.as_bytes());
        for record in reader.records() {
            let record = record.unwrap();
            let number = |column: usize| record[column].parse::<f64>().unwrap();
            assert!(number(5) <= number(4) && number(4) <= number(6), "{record:?}");
            assert!(!record[7].is_empty() && !record[8].is_empty() && !record[9].is_empty());
            rows += 1;
        }
        let json: Value = serde_json::from_str(&output(&["levers", kind.name, "--format", "json"])).unwrap();
        assert_eq!(json["defaults"].as_array().unwrap().len(), kind.defaults.len());
    }
    let defaults = LeverKind::all().unwrap().iter().map(|kind| kind.defaults.len());
    assert_eq!(rows, defaults.sum::<usize>());
    let csv = output(&["levers", "--format", "csv"]);
    assert_eq!(csv.lines().count(), 17);
    let json: Value = serde_json::from_str(&output(&["levers", "--format", "json"])).unwrap();
    let covers: usize = json
        .as_array()
        .unwrap()
        .iter()
        .map(|kind| kind["covers"].as_array().unwrap().len())
        .sum();
    assert_eq!(covers, covered.len());
    // 5 %, 50 % and 95 % points of a lognormal with median 0.02 and sd_log 0.6, by hand: 0.02 exp(±1.6449 · 0.6).
    assert!(output(&["levers", "smart_city_pilots"]).contains("0.02 (0.0075 to 0.054)"));
    jointly(&["levers", "smart_city_pilot"])
        .assert()
        .code(2)
        .stderr(predicate::str::contains("did you mean `smart_city_pilots`?"));
}

// new

/// The scenario that `new` writes for kinds and partners.
/// A new scenario whose author has written what it left open.
fn written(kinds: &[&'static LeverKind], partners: &[&str]) -> String {
    as_new(kinds, partners).replace("\"REPLACE\"", "1")
}

fn as_new(kinds: &[&'static LeverKind], partners: &[&str]) -> String {
    let partners: Vec<Economy> = partners
        .iter()
        .map(|code| Economy::parse(code).unwrap())
        .collect();
    let levers: Vec<_> = kinds.iter().map(|kind| (*kind, partners.clone())).collect();
    let about = Template {
        levers: &levers,
        options: &[],
        history: "",
        start: 2026,
        title: "A \"new\"\nscenario",
    };
    template(&about, &history()).unwrap()
}

#[test]
fn a_new_scenario_is_valid_for_every_kind_and_every_pair_of_kinds_and_for_all_at_once() {
    let kinds = LeverKind::all().unwrap();
    let check = |kinds: &[&'static LeverKind], partners: &[&str]| {
        let text = as_new(kinds, partners);
        // What nobody has published is left to the author, and asked for until it stands there.
        let left = text.matches("\"REPLACE\"").count();
        if left > 0 {
            let errors = read(&text).unwrap_err();
            assert_eq!(errors.len(), left, "{errors}");
            assert!(
                errors
                    .iter()
                    .all(|error| error.message.contains("still says REPLACE")),
                "{errors}"
            );
        }
        let text = written(kinds, partners);
        let scenario = read(&text).unwrap_or_else(|errors| panic!("{errors}\n{text}"));
        assert_eq!(scenario.levers.len(), kinds.len());
        assert_eq!(scenario.unused_levers().count(), 0);
        for kind in kinds {
            assert_eq!(
                text.contains(&format!("kind     = \"{}\"", kind.name)),
                scenario.levers.iter().any(|lever| lever.kind.name == kind.name)
            );
        }
        assert_eq!(
            text.contains("trade_base: the"),
            kinds.iter().any(|kind| kind.works_through_trade())
        );
        text
    };
    for kind in kinds {
        for partners in [
            &["CHN", "KOR"][..],
            &["MNG", "RUS"],
            &["RUS", "MNG", "KOR", "JPN", "CHN"],
        ] {
            check(&[kind], partners);
        }
        for other in kinds {
            if other.name != kind.name {
                check(&[kind, other], &["CHN", "KOR", "MNG"]);
            }
        }
    }
    check(&kinds.iter().collect::<Vec<_>>(), &["CHN", "KOR"]);
}

#[test]
fn the_commented_defaults_of_a_new_scenario_are_the_defaults() {
    for kind in LeverKind::all().unwrap() {
        let text = written(&[kind], &["CHN", "KOR"]);
        let bare = read(&text).unwrap();
        let mut uncommented = 0;
        let all: Vec<String> = text
            .lines()
            .map(|line| {
                let key = line.strip_prefix("# ").and_then(|rest| rest.split_once(" = "));
                match key.filter(|(key, _)| !key.contains(' ')) {
                    Some(_) => {
                        uncommented += 1;
                        line[2..].to_owned()
                    }
                    None => line.to_owned(),
                }
            })
            .collect();
        // The numbers of the kind, lifetime, cost shares, economies, gap, money, tension (3).
        assert_eq!(uncommented, kind.defaults.len() + 8, "{text}");
        let full = read(&all.join("\n")).unwrap_or_else(|errors| panic!("{errors}\n{}", all.join("\n")));
        for input in &bare.inputs {
            let other = full.input(&input.path).unwrap();
            for p in [0.05, 0.5, 0.95] {
                let (expected, found) = (input.value.quantile(p), other.value.quantile(p));
                assert!(
                    (found - expected).abs() <= 1e-9 * expected.abs(),
                    "{}: {found} {expected}",
                    input.path
                );
            }
        }
    }
}

#[test]
fn new_writes_a_file_that_runs_and_never_overwrites_one() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mine.toml").display().to_string();
    let arguments = [
        "new",
        "--kind",
        "joint_rnd",
        "--kind",
        "standards_recognition",
        "--partners",
        "CHN,KOR",
        "-o",
        &path,
    ];
    assert!(output(&arguments).contains("jointly check"));
    let before = fs::read_to_string(&path).unwrap();
    assert_eq!(before, output(&arguments[..7]));
    output(&["check", &path]);
    output(&["run", &path, "--paths", "100"]);
    jointly(&[&arguments[..], &["--title", "Other"]].concat())
        .assert()
        .code(2)
        .stderr(predicate::str::contains("exists already").and(predicate::str::contains("--force")));
    assert_eq!(fs::read_to_string(&path).unwrap(), before);
    output(&[&arguments[..], &["--title", "Other", "--force"]].concat());
    assert!(fs::read_to_string(&path).unwrap().contains("title   = \"Other\""));
    assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    let nowhere = folder.path().join("none/x.toml").display().to_string();
    jointly(&[
        "new",
        "--kind",
        "joint_rnd",
        "--partners",
        "CHN,KOR",
        "-o",
        &nowhere,
    ])
    .assert()
    .code(1);
}

#[test]
fn new_refuses_what_makes_no_scenario_all_at_once() {
    let wrong = [
        "new",
        "--kind",
        "joint_rd",
        "--kind",
        "joint_rnd",
        "--kind",
        "joint_rnd",
        "--partners",
        "CHN,CHM,CHN",
        "--start",
        "2050",
    ];
    let assert = jointly(&wrong).assert().code(2).stdout("");
    let errors = String::from_utf8(assert.get_output().stderr.clone()).unwrap();
    for part in [
        "did you mean `joint_rnd`?",
        "the kind `joint_rnd` stands twice",
        "no economy `CHM`",
        "CHN stands twice",
        "expected 2022 to 2035",
    ] {
        assert!(errors.contains(part), "{part} is missing:\n{errors}");
    }
    jointly(&["new", "--kind", "joint_rnd", "--partners", "CHN"])
        .assert()
        .success()
        .stdout(predicate::str::contains("add for China by 2035"));
    jointly(&["new", "--partners", "CHN,KOR"]).assert().code(2);
}

#[test]
fn new_takes_partners_of_a_kind_options_and_a_history_of_ones_own() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).display().to_string();
    let arguments = [
        "new",
        "--kind",
        "joint_rnd=CHN,JPN",
        "--kind",
        "talent_exchange",
        "--kind",
        "think_tank_forum=MNG",
        "--partners",
        "CHN,KOR",
        "--option",
        "research=joint_rnd",
        "--option",
        "people = talent_exchange, think_tank_forum",
        "--start",
        "2028",
    ];
    let scenario = read(&output(&arguments)).unwrap();
    let partners = |kind: &str| -> Vec<&str> {
        let lever = scenario.levers.iter().find(|lever| lever.kind.name == kind);
        lever.unwrap().partners.iter().map(Economy::code).collect()
    };
    assert_eq!(partners("joint_rnd"), ["CHN", "JPN"]);
    assert_eq!(partners("talent_exchange"), ["CHN", "KOR"]);
    assert_eq!(partners("think_tank_forum"), ["MNG"]);
    assert!(scenario.levers.iter().all(|lever| lever.start == 2028));
    let kinds = |option: &str| -> Vec<&str> {
        let option = scenario.options.iter().find(|one| one.name == option).unwrap();
        let levers = option.levers.iter().map(|id| scenario.lever(id).unwrap());
        levers.map(|lever| lever.kind.name).collect()
    };
    assert_eq!(scenario.options.len(), 2);
    assert_eq!(kinds("research"), ["joint_rnd"]);
    assert_eq!(kinds("people"), ["talent_exchange", "think_tank_forum"]);
    // A history of one's own: its economies are the partners, and the commands that follow are told with it.
    let mut table = String::from("series,economy,year,value,unit,basis\n");
    for (economy, gdp) in [("NOR", 400), ("SWE", 500)] {
        for year in 2015..=2023 {
            table.push_str(&format!(
                "gdp,{economy},{year},{},usd_bn,level\ndigital_share,{economy},{year},{},percent,level\n",
                gdp + 9 * (year - 2015),
                30 + (year - 2015) / 2
            ));
        }
    }
    fs::write(at("nordic.csv"), table).unwrap();
    let history = at("nordic.csv");
    let own = ["new", "--kind", "talent_exchange", "--partners"];
    let told = output(
        &[
            &own[..],
            &["NOR,SWE", "--history", &history, "-o", &at("nordic.toml")],
        ]
        .concat(),
    );
    let file = at("nordic.toml");
    assert!(
        told.contains(&format!("jointly run {file} --history {history}")),
        "{told}"
    );
    // Scores that no table has of them.
    let scores = ["NOR", "SWE"].map(|code| format!("matrix.{code}.industry-production=0.5"));
    output(&[
        "check",
        &file,
        "--history",
        &history,
        "--set",
        &scores[0],
        "--set",
        &scores[1],
    ]);
}

#[test]
fn new_refuses_partners_and_options_that_fit_nothing_all_at_once() {
    for (arguments, parts) in [
        (
            &["--kind", "joint_rnd=CHN,KRO", "--partners", "CHN,KOR"][..],
            &["no economy `KRO`", "--partners is not used"][..],
        ),
        (&["--kind", "joint_rnd"], &["a lever has no partners"]),
        (
            &[
                "--kind",
                "joint_rnd",
                "--partners",
                "CHN,KOR",
                "--option",
                "a=joint_rn",
                "--option",
                "b",
                "--option",
                "c=joint_rnd,joint_rnd",
                "--option",
                "C =joint_rnd",
            ],
            &[
                "no --kind is `joint_rn`",
                "did you mean `joint_rnd`?",
                "`b` is not understood",
                "`joint_rnd` stands twice",
                "`C` stands twice",
            ],
        ),
    ] {
        let refused = jointly(&[&["new"], arguments].concat())
            .assert()
            .code(2)
            .stdout("");
        let errors = String::from_utf8(refused.get_output().stderr.clone()).unwrap();
        for part in parts {
            assert!(errors.contains(part), "{part} is missing:\n{errors}");
        }
    }
    // A name that no scenario could have is refused before it is written into one.
    jointly(&[
        "new",
        "--kind",
        "joint_rnd",
        "--partners",
        "CHN,KOR",
        "--option",
        "NA=joint_rnd",
    ])
    .assert()
    .code(2)
    .stderr(predicate::str::contains("missing value"));
}

// schema

/// A TOML text as JSON; `None` for what JSON cannot hold.
fn json(text: &str) -> Value {
    fn item(one: &toml_edit::Item) -> Value {
        match one {
            toml_edit::Item::Value(one) => value(one),
            toml_edit::Item::Table(table) => table
                .iter()
                .map(|(key, one)| (key.to_owned(), item(one)))
                .collect(),
            toml_edit::Item::ArrayOfTables(list) => list
                .iter()
                .map(|table| item(&toml_edit::Item::Table(table.clone())))
                .collect(),
            toml_edit::Item::None => Value::Null,
        }
    }
    fn value(one: &toml_edit::Value) -> Value {
        match one {
            toml_edit::Value::String(text) => text.value().as_str().into(),
            toml_edit::Value::Integer(number) => (*number.value()).into(),
            toml_edit::Value::Float(number) => (*number.value()).into(),
            toml_edit::Value::Boolean(flag) => (*flag.value()).into(),
            toml_edit::Value::Datetime(time) => time.to_string().into(),
            toml_edit::Value::Array(array) => array.iter().map(value).collect(),
            toml_edit::Value::InlineTable(table) => table
                .iter()
                .map(|(key, one)| (key.to_owned(), value(one)))
                .collect(),
        }
    }
    item(toml_edit::Document::parse(text).unwrap().as_item())
}

fn validator() -> jsonschema::Validator {
    let schema = schema().unwrap();
    assert!(jsonschema::meta::is_valid(&schema));
    jsonschema::validator_for(&schema).unwrap()
}

#[test]
fn the_shipped_schema_is_that_of_the_code() {
    let expected = output(&["schema"]);
    let path = Path::new(ROOT).join("scenarios/scenario.schema.json");
    if std::env::var_os("UPDATE").is_some() {
        fs::write(&path, &expected).unwrap();
    }
    let shipped = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        shipped == expected,
        "run `UPDATE=1 cargo test --test it commands::`"
    );
    // Meaning and unit of every parameter are there for editors to show.
    for parameter in PARAMETERS {
        let meaning =
            serde_json::to_string(&format!("{}. Unit: {}", parameter.meaning, parameter.unit)).unwrap();
        assert!(shipped.contains(meaning.trim_matches('"')), "{}", parameter.path);
    }
}

#[test]
fn the_schema_accepts_every_scenario_that_is_shipped_written_or_documented() {
    let validator = validator();
    let accept = |name: &str, text: &str| {
        let errors: Vec<String> = validator
            .iter_errors(&json(text))
            .map(|error| format!("{}: {error}", error.instance_path()))
            .collect();
        assert!(errors.is_empty(), "{name}: {errors:?}");
    };
    for path in shipped() {
        let text = fs::read_to_string(&path).unwrap();
        let name = path.display().to_string();
        assert_eq!(
            text.lines().next(),
            Some("#:schema ./scenario.schema.json"),
            "{name}"
        );
        accept(&name, &text);
    }
    for kind in LeverKind::all().unwrap() {
        accept(kind.name, &written(&[kind], &["CHN", "JPN"]));
    }
    let page = fs::read_to_string(Path::new(ROOT).join("docs/scenario.md")).unwrap();
    for block in page.split("```toml\n").skip(1) {
        accept("docs/scenario.md", block.split_once("```").unwrap().0);
    }
    // What a run writes as its scenario, with every default, is one.
    for path in shipped() {
        let scenario = load(&path, &[], None, &history()).unwrap();
        accept("resolved", &scenario.resolved());
    }
    for text in [
        "",
        "model.decay = \"0.01 to 0.1\"",
        "model.decay = { zero_or = { p_zero = 0.2, else = { uniform = [0, 0.1] } } }",
        "model.shock_df = 5",
        "economies = [\"DEU\", \"FRA\"]",
        "tension.KOR-CHN.hazard = 0.1",
        "sweep.outcome = [\"both sides/extra:group.gdp@horizon|p05\", \"money.npv.CHN\", \"CHN.factor-production\"]",
    ] {
        accept(text, text);
    }
}

#[test]
fn the_schema_refuses_typical_mistakes() {
    let validator = validator();
    let lever = "[levers.a]\nkind = \"joint_rnd\"\npartners = [\"CHN\", \"KOR\"]\nstart = 2026\nscale = 5\n";
    assert!(validator.is_valid(&json(lever)));
    for (right, wrong) in [
        ("joint_rnd", "joint_rd"),
        ("joint_rnd", "market_gateway"),
        ("\"CHN\", \"KOR\"", ""),
        ("\"CHN\", \"KOR\"", "\"CHN\", \"CHN\""),
        ("\"CHN\", \"KOR\"", "\"China\", \"Korea\""),
        ("start = 2026", "start = \"2026\""),
        ("start = 2026\n", ""),
        ("scale = 5\n", ""),
        ("scale = 5", "pilot = 5"),
        ("scale = 5", "scale = -5"),
        ("scale = 5", "scale = { CHN = 5, Korea = 1 }"),
        ("scale = 5", "scale = 5\nsuccess = 78"),
        ("scale = 5", "scale = 5\nsuccess = \"0.5 to 0.9\""),
        ("scale = 5", "scale = 5\nweights = { production = 1 }"),
        ("levers.a", "levers.\"a lever\""),
    ] {
        let text = lever.replace(right, wrong);
        assert_ne!(text, lever);
        assert!(!validator.is_valid(&json(&text)), "{text}");
        assert!(read(&text).is_err(), "{text}");
    }
    for text in [
        "titel = \"x\"",
        "title = 5",
        "horizon = \"2035\"",
        "horizon = 35",
        "economies = []",
        "economies = [\"chn\"]",
        "model.persistance = 0.9",
        "model.persistence = 1.5",
        "model.persistence = \"0.8 - 0.9\"",
        "model.persistence = { beta = { mean = 0.9 } }",
        "model.persistence = { betta = { mean = 0.9, sd = 0.1 } }",
        "model.persistence = { uniform = [0, 1], beta = { mean = 0.9, sd = 0.1 } }",
        "model.shock_df = 1",
        "model.shock_df = \"3 to 9\"",
        "baseline.CHN.gdp_growth = { mean = 0.05 }",
        "baseline.China.long_run_growth = 0.05",
        "tension.CHNKOR.hazard = 0.1",
        "tension.CHN-KOR.tense_at_start = 0.5",
        "matrix.weights.factor = 1",
        "gap.metric = \"gdp\"",
        "gap.reference = \"best\"",
        "money.discount = 0.05",
        "options.none = []",
        "options.baseline = [\"a\"]",
        "sweep.outcome = \"CHN.shar@2035\"",
        "sweep.vary.\"model.decay\" = [0, 0.1, 0.2]",
        "sweep.vary.\"model.deacy\" = [0, 0.1]",
    ] {
        assert!(!validator.is_valid(&json(text)), "{text}");
        assert!(read(text).is_err(), "{text}");
    }
}

#[test]
fn the_schema_refuses_every_renamed_key_of_every_scenario() {
    /// Every text in which one key is another, but for names of the author's own.
    fn renamed(value: &Value, path: &mut Vec<String>, root: &Value, found: &mut Vec<(String, Value)>) {
        let Some(table) = value.as_object() else {
            return;
        };
        for (key, one) in table {
            // Names of the user's own; a payer outside the partners has any name.
            let own = match path.as_slice() {
                [table] => ["levers", "options", "rules", "correlation"].contains(&table.as_str()),
                [.., table] => table == "cost_shares",
                [] => false,
            };
            if !own {
                let mut changed = root.clone();
                let parent = path.iter().fold(&mut changed, |table, key| &mut table[key]);
                let parent = parent.as_object_mut().unwrap();
                let moved = parent.remove(key).unwrap();
                parent.insert(format!("{key}x"), moved);
                found.push((format!("{}.{key}", path.join(".")), changed));
            }
            path.push(key.clone());
            renamed(one, path, root, found);
            path.pop();
        }
    }
    let validator = validator();
    let mut tried = 0;
    for path in shipped() {
        let root = json(&fs::read_to_string(&path).unwrap());
        let mut found = Vec::new();
        renamed(&root, &mut Vec::new(), &root, &mut found);
        for (key, changed) in found {
            assert!(!validator.is_valid(&changed), "{}: {key}", path.display());
            tried += 1;
        }
    }
    assert!(tried > 300, "{tried}");
}

// Pages

#[test]
fn the_table_of_lever_kinds_is_that_of_the_code() {
    let entries = catalogue().unwrap();
    let mut table = String::from(
        "| kind | unit of scale | half-scale | learning, a year | creation | trade gain | tension relief | capital cost, USD m | running, USD m a year | levers of the sources |\n\
         |---|---|---|---|---|---|---|---|---|---|\n",
    );
    for kind in LeverKind::all().unwrap() {
        let cell = |key: &str| match &kind.default(key).unwrap().value {
            value if value.as_constant() == Some(0.0) => "–".to_owned(),
            value => jointly::report::median_and_range(value),
        };
        let basis = match kind.scale_basis.key() {
            "per_million_people" => " per million people",
            "per_gdp_bn" => " per USD bn of GDP",
            _ => "",
        };
        let creation = match (cell("creation").as_str(), kind.creation_mode.key()) {
            ("–", _) => "–".to_owned(),
            (size, "flow") => format!("{size} a year"),
            (size, _) => size.to_owned(),
        };
        let share = kind
            .default("running_share")
            .unwrap()
            .value
            .as_constant()
            .unwrap();
        let running = match (cell("running_cost"), share) {
            (cost, 0.0) => cost,
            (_, share) => format!("{} % of capital", 100.0 * share),
        };
        let ids: Vec<&str> = entries
            .iter()
            .filter(|entry| entry.kind == kind.name)
            .map(|entry| entry.id.as_str())
            .collect();
        table.push_str(&format!(
            "| `{}` | {} | {}{basis} | {} | {creation} | {} | {} | {} | {running} | {} |\n",
            kind.name,
            kind.unit,
            cell("half_scale"),
            cell("learning"),
            cell("trade_gain"),
            cell("tension_relief"),
            cell("capital_cost"),
            ids.join(", ")
        ));
    }
    assert_generated("docs/levers.md", "levers", &table);
}

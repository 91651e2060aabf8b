//! The program as its users meet it.

use std::{fs, path::Path};

use jointly::session::{Inputs, Session};
use predicates::prelude::*;

use crate::common::jointly;

const BASELINE: &str = "scenarios/baseline.toml";

fn output(arguments: &[&str]) -> String {
    let output = jointly(arguments).assert().success().get_output().stdout.clone();
    String::from_utf8(output).unwrap()
}

#[test]
fn a_run_reports_every_economy_and_marks_assumptions() {
    let text = output(&["run", BASELINE, "--paths", "1000", "--full"]);
    for part in [
        "China",
        "Mongolia",
        "2035",
        "1,000 futures",
        "Seed: 1",
        "Assumptions",
        "baseline.MNG",
        "█",
    ] {
        assert!(text.contains(part), "{part} is missing:\n{text}");
    }
    assert!(!text.contains('\u{1b}'), "a pipe gets no colors");
    // Wrapping may break the line anywhere between words.
    let words: Vec<&str> = text.split_whitespace().collect();
    assert!(words.join(" ").contains("[0.0478 to 0.178]"), "{text}");
    assert!(!text.contains("NaN") && !text.contains("inf "));
}

#[test]
fn a_narrow_terminal_is_not_overrun() {
    for columns in ["40", "60", "80", "100"] {
        let output = jointly(&["run", BASELINE, "--paths", "100"])
            .env("COLUMNS", columns)
            .assert()
            .success();
        let text = String::from_utf8(output.get_output().stdout.clone()).unwrap();
        let width: usize = columns.parse().unwrap();
        for line in text.lines() {
            // The path of a parameter is one word, whatever its length.
            let word = line.split_whitespace().map(|word| word.chars().count()).max();
            assert!(
                line.chars().count() <= width || word > Some(width - 4),
                "{line} in {columns} columns:\n{text}"
            );
        }
    }
}

#[test]
fn out_writes_three_files_with_the_stated_columns_and_the_same_bytes_each_time() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, threads: &str| {
        let directory = folder.path().join(name);
        jointly(&[
            "run",
            BASELINE,
            "--paths",
            "2k",
            "--threads",
            threads,
            "--quiet",
            "--out",
        ])
        .arg(&directory)
        .assert()
        .success()
        .stdout("");
        let mut names: Vec<String> = fs::read_dir(&directory)
            .unwrap()
            .map(|entry| entry.unwrap().file_name().into_string().unwrap())
            .collect();
        names.sort();
        let files = [
            "gap.csv",
            "metadata.json",
            "money.csv",
            "page.json",
            "run.json",
            "summary.csv",
            "summary.json",
        ];
        assert_eq!(names, files);
        files.map(|name| fs::read_to_string(directory.join(name)).unwrap())
    };
    let written = write("a", "1");
    assert_eq!(written, write("b", "2"));
    let [gap, metadata, money, _, run, csv, json] = written;
    assert_eq!(
        csv.lines().next(),
        Some(
            "option,comparison,economy,metric,unit,year,mean,sd,mcse,p05,p25,p50,p75,p95,p_positive,mcse_p05,mcse_p25,mcse_p50,mcse_p75,\
             mcse_p95"
        )
    );
    // Fifteen years of sixteen metrics for five economies and the group, without growth in the base year; the gap of each
    // economy, the closure of those that are well behind the leader, dispersion of the group.
    let behind = 3;
    assert_eq!(csv.lines().count(), 1 + 6 * (15 * 16 - 2) + 15 * (5 + behind + 1));
    assert_eq!(
        gap.lines().next(),
        Some("option,economy,metric,reference,status,year,p_half_closed,p_all_closed,p_first_half_closed")
    );
    assert_eq!(gap.lines().count(), 1 + 15 * behind);
    // The baseline costs nothing.
    assert_eq!(money.lines().count(), 1);
    let metadata: serde_json::Value = serde_json::from_str(&metadata).unwrap();
    assert_eq!(metadata["run"]["paths"], 2000);
    assert_eq!(metadata["tables"][0]["columns"][1]["name"], "comparison");
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    let json: serde_json::Value = serde_json::from_str(&json).unwrap();
    for (record, row) in reader.records().zip(json["summary"].as_array().unwrap()) {
        let record = record.unwrap();
        assert_eq!(record[2], row["economy"]);
        for (column, value) in [
            (6, &row["mean"]),
            (8, &row["mcse"]),
            (11, &row["p50"]),
            (14, &row["p_positive"]),
        ] {
            if value.is_null() {
                // The ratio of closure has no mean.
                assert!(row["metric"] == "closure" && record[column].is_empty());
                continue;
            }
            let number: f64 = record[column].parse().unwrap();
            assert!(number.is_finite());
            assert_eq!(Some(number), value.as_f64());
        }
    }
    let run: serde_json::Value = serde_json::from_str(&run).unwrap();
    assert_eq!(
        (run["seed"].as_u64(), run["paths"].as_u64()),
        (Some(1), Some(2000))
    );
    // The resolved scenario is a scenario, and gives the same numbers.
    let resolved = folder.path().join("resolved.toml");
    fs::write(&resolved, run["scenario"].as_str().unwrap()).unwrap();
    let again = folder.path().join("c");
    jointly(&["run", "--paths", "2k", "--quiet", "--out"])
        .arg(&again)
        .arg(&resolved)
        .assert()
        .success();
    assert_eq!(fs::read_to_string(again.join("summary.csv")).unwrap(), csv);
    let files: Vec<&str> = run["files"]
        .as_array()
        .unwrap()
        .iter()
        .map(|file| file["name"].as_str().unwrap())
        .collect();
    assert_eq!(
        files,
        [
            "baseline.toml",
            "data/parameters.toml",
            "data/history/growth.csv",
            "data/history/corrections.csv"
        ]
    );
    assert!(
        run["files"]
            .as_array()
            .unwrap()
            .iter()
            .all(|file| file["sha256"].as_str().unwrap().len() == 64)
    );
}

#[test]
fn refusals_have_status_two_and_write_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let wrong = folder.path().join("wrong.toml");
    fs::write(&wrong, "titel = 1\n[model]\npersistence = 7\n").unwrap();
    let out = folder.path().join("out");
    let history = folder.path().join("wrong.csv");
    fs::write(
        &history,
        "series,economy,year,value,unit,basis\ngdp,AAA,2021,-5,usd_bn,level\ngdp,AAA,2021,NaN,usd_bn,level\n",
    )
    .unwrap();
    let wrong = wrong.to_str().unwrap();
    let history = history.to_str().unwrap();
    let directory = folder.path().to_str().unwrap();
    for (arguments, expected) in [
        (
            vec!["run", wrong],
            vec![
                "wrong.toml:1:1",
                "titel",
                "did you mean `title`?",
                "wrong.toml:3:15",
                "out of bounds",
            ],
        ),
        (vec!["run", "none.toml"], vec!["there is no file `none.toml`"]),
        (
            vec!["run", "scenarios/basline.toml"],
            vec![
                "there is no file `scenarios/basline.toml`",
                "did you mean `scenarios/baseline.toml`?",
            ],
        ),
        (vec!["run", directory], vec!["is a directory"]),
        (
            vec!["run", BASELINE, "--history", history],
            vec!["wrong.csv:2:14", "wrong.csv:3:14"],
        ),
        (
            vec!["run", BASELINE, "--set", "economies=[\"CHN\",\"VNM\"]"],
            vec!["no digital share of GDP for Vietnam (VNM)", "[baseline.VNM]"],
        ),
        (
            vec!["run", BASELINE, "--set", "model.persistnce=0.9"],
            vec!["--set:1:1", "did you mean `persistence`?"],
        ),
        (
            vec!["run", BASELINE, "--horizon", "1999"],
            vec!["--horizon:1:1", "out of range"],
        ),
        (
            vec!["run", BASELINE, "--paths", "0"],
            vec!["100 to 1,000,000,000,000"],
        ),
        (vec!["run", BASELINE, "--paths", "many"], vec!["such as 10000"]),
        (vec!["history", "--economy", "KRO"], vec!["unknown", "KRO"]),
        (vec!["history", "--series", "gpd"], vec!["did you mean `gdp`?"]),
        (
            vec!["calibrate", "--history", "none.csv"],
            vec!["there is no file"],
        ),
        (vec!["backtest", "--history", history], vec!["wrong.csv:2:14"]),
    ] {
        let mut command = jointly(&arguments);
        if arguments[0] == "run" {
            command.arg("--out").arg(&out);
        }
        let assert = command.assert().code(2).stdout("");
        let stderr = String::from_utf8(assert.get_output().stderr.clone()).unwrap();
        for part in expected {
            assert!(
                stderr.contains(part) || part == "unknown" && stderr.contains("no economy"),
                "{arguments:?}: {part} is missing in\n{stderr}"
            );
        }
        assert!(!out.exists(), "{arguments:?} wrote something");
    }
}

#[test]
fn levels_that_no_economy_reaches_are_refused_before_any_path_is_drawn() {
    let folder = tempfile::tempdir().unwrap();
    let history = folder.path().join("wild.csv");
    let rows: String = (0..6)
        .map(|year| {
            format!(
                "gdp,AAA,{},{},usd_bn,level\n",
                2016 + year,
                if year % 2 == 0 { "0.002" } else { "900000" }
            )
        })
        .collect();
    let text = format!(
        "series,economy,year,value,unit,basis\n{rows}digital_share,AAA,2020,10,percent,level\ndigital_share,AAA,2021,40,percent,level\ndigital_share,AAA,2019,30,percent,level\n"
    );
    fs::write(&history, text).unwrap();
    jointly(&["run", BASELINE, "--horizon", "2121", "--history"])
        .arg(&history)
        .assert()
        .code(2)
        .stdout("")
        .stderr(
            predicate::str::contains("goes from 0.002 in 2016 to 900000 in 2017")
                .and(predicate::str::contains("in another unit")),
        );
}

#[test]
fn a_table_of_ones_own_gives_a_projection_of_other_economies() {
    let folder = tempfile::tempdir().unwrap();
    let history = folder.path().join("own.csv");
    let rows: String = (0..6)
        .map(|year| {
            format!(
                "gdp,DEU,{},{},usd_bn,level\ngdp,FRA,{0},{},usd_bn,level\n",
                2016 + year,
                3500 + 40 * year * year,
                2500 + 30 * year
            )
        })
        .collect();
    let shares: String = (0..6)
        .map(|year| {
            format!(
                "digital_share,DEU,{},{},percent,level\n",
                2016 + year,
                50 + year * year / 4
            )
        })
        .collect();
    fs::write(
        &history,
        format!("series,economy,year,value,unit,basis\n{rows}{shares}"),
    )
    .unwrap();
    let path = history.to_str().unwrap();
    let text = output(&[
        "run",
        BASELINE,
        "--history",
        path,
        "--set",
        "baseline.FRA.initial_share=0.3 to 0.5",
        "--paths",
        "500",
        "--full",
    ]);
    assert!(text.contains("Germany") && text.contains("France"));
    assert!(
        text.contains("baseline.FRA"),
        "the user's number is an assumption"
    );
    assert!(
        output(&["history", "--history", path, "--audit"]).contains("Nothing in this table can be checked")
    );
}

#[test]
fn a_table_that_contradicts_itself_runs_with_a_warning_and_its_arithmetic() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("own.csv");
    // Growth of 10 % against levels that grow by 4260/4000.
    fs::write(
        &path,
        "series,economy,year,value,unit,basis\ngdp,DEU,2020,4000,usd_bn,level\ngdp,DEU,2021,4260,usd_bn,level\n\
         gdp_growth,DEU,2021,10,percent,start_year\ndigital_share,DEU,2021,68,percent,level\n",
    )
    .unwrap();
    let path = path.to_str().unwrap();
    for command in [
        ["check", BASELINE, "--history", path].as_slice(),
        &[
            "run",
            BASELINE,
            "--history",
            path,
            "--paths",
            "100",
            "--show",
            "assumptions",
        ],
    ] {
        let text = output(command).split_whitespace().collect::<Vec<_>>().join(" ");
        assert!(
            text.contains("contradicts itself") && text.contains("4260 / 4000 = 1.0650"),
            "{text}"
        );
    }
    assert!(!output(&["check", BASELINE]).contains("contradicts"));
    let printed = [
        "run",
        BASELINE,
        "--no-corrections",
        "--paths",
        "100",
        "--show",
        "assumptions",
    ];
    assert!(output(&printed).contains("contradicts"));
}

#[test]
fn the_world_bank_table_runs() {
    let text = output(&["run", BASELINE, "--history", "world-bank", "--paths", "200"]);
    assert!(text.contains("Mongolia"));
}

#[test]
fn any_economy_of_the_panel_joins_by_its_code_and_what_is_missing_is_said_with_the_lines_to_add() {
    let joined = "economies=[\"CHN\",\"KOR\",\"VNM\",\"DEU\"]";
    let text = output(&[
        "run",
        BASELINE,
        "--set",
        joined,
        "--set",
        "baseline.VNM.initial_share=0.08 to 0.15",
        "--set",
        "baseline.DEU.initial_share=0.65",
        "--paths",
        "200",
    ]);
    assert!(text.contains("Vietnam") && text.contains("Germany"));
    jointly(&["run", BASELINE, "--set", joined])
        .assert()
        .code(2)
        .stderr(
            predicate::str::contains("[baseline.VNM]")
                .and(predicate::str::contains("initial_share = \"0.08 to 0.15\"")),
        );
}

#[test]
fn json_and_csv_outputs_can_be_read() {
    let json =
        |arguments: &[&str]| -> serde_json::Value { serde_json::from_str(&output(arguments)).unwrap() };
    assert_eq!(json(&["run", BASELINE, "--paths", "100", "--json"])["paths"], 100);
    assert_eq!(
        json(&["calibrate", "--format", "json"])["calibration"]["economies"]
            .as_array()
            .unwrap()
            .len(),
        5
    );
    assert!(json(&["history", "--format", "json"]).as_array().unwrap().len() > 100);
    assert!(
        json(&["history", "--audit", "--format", "json"])
            .as_array()
            .unwrap()
            .len()
            >= 30
    );
    assert!(
        !json(&["backtest", "--format", "json"])["backtest"]["scores"]
            .as_array()
            .unwrap()
            .is_empty()
    );
    for arguments in [
        ["history", "--format", "csv"].as_slice(),
        &["history", "--audit", "--format", "csv"],
        &["calibrate", "--format", "csv"],
        &["backtest", "--format", "csv"],
    ] {
        let text = output(arguments);
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        assert!(
            reader
                .records()
                .inspect(|record| assert!(record.is_ok(), "{arguments:?}"))
                .count()
                > 9
        );
    }
}

#[test]
fn history_shows_corrections_and_the_audit_fails_without_them() {
    let text = output(&["history", "--economy", "KOR", "--full"]);
    assert!(
        text.contains("-0.81 % *") && text.contains("the minus sign is lost"),
        "{text}"
    );
    jointly(&["history", "--audit"])
        .assert()
        .success()
        .stdout(predicate::str::contains("All 30 checks passed"));
    jointly(&["history", "--audit", "--no-corrections"])
        .assert()
        .code(1)
        .stdout(predicate::str::contains("FAIL"));
}

#[test]
fn help_completions_and_manual_pages_are_there() {
    jointly(&[])
        .assert()
        .code(2)
        .stderr(predicate::str::contains("Usage"));
    assert!(output(&["--version"]).starts_with("jointly "));
    for command in ["run", "history", "calibrate", "backtest", "completions", "man"] {
        assert!(output(&["--help"]).contains(command));
        assert!(output(&[command, "--help"]).contains("Usage"));
    }
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        assert!(output(&["completions", shell]).contains("backtest"));
    }
    let folder = tempfile::tempdir().unwrap();
    jointly(&["man", "--out"]).arg(folder.path()).assert().success();
    assert!(folder.path().join("jointly-run.1").exists());
    assert!(output(&["man"]).contains(".TH"));
}

#[cfg(unix)]
#[test]
fn a_closed_pipe_is_no_error() {
    let program = env!("CARGO_BIN_EXE_jointly");
    let script = format!("'{program}' history --format csv | head -n 1; exit ${{PIPESTATUS[0]}}");
    let output = std::process::Command::new("bash")
        .args(["-c", &script])
        .output()
        .unwrap();
    assert_eq!(
        (output.status.code(), output.stderr.len()),
        (Some(0), 0),
        "{output:?}"
    );
}

#[cfg(unix)]
#[test]
fn an_interrupt_stops_with_status_130_and_leaves_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    let mut child = std::process::Command::new(env!("CARGO_BIN_EXE_jointly"))
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args(["run", BASELINE, "--paths", "1e9", "--out"])
        .arg(&out)
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .spawn()
        .unwrap();
    // The output directory appears once the input has been accepted, shortly before the handler is in place.
    while !out.exists() {
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    std::thread::sleep(std::time::Duration::from_millis(300));
    let killed = std::process::Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status()
        .unwrap();
    assert!(killed.success());
    assert_eq!(child.wait().unwrap().code(), Some(130));
    assert!(!out.exists());
}

#[test]
fn a_file_of_another_kind_or_size_is_refused_quickly() {
    let folder = tempfile::tempdir().unwrap();
    let large = folder.path().join("line.csv");
    // A sparse file: one line of a gigabyte.
    fs::File::create(&large).unwrap().set_len(1 << 30).unwrap();
    let latin = folder.path().join("latin.csv");
    fs::write(&latin, b"series,economy\nR\xe9publique").unwrap();
    let refused = |path: &Path, expected: &str| {
        jointly(&["history", "--history"])
            .arg(path)
            .assert()
            .code(2)
            .stderr(predicate::str::contains(expected));
    };
    refused(&large, "is larger than");
    refused(&latin, "latin.csv:2:2");
    refused(&latin, "not UTF-8");
    refused(folder.path(), "is a directory");
}

#[test]
fn a_table_of_scores_stands_in_for_those_of_the_scenario() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let lever = "economies = [\"CHN\", \"DEU\"]\nbaseline.DEU.initial_share = 0.65\n[levers.l]\nkind = \"joint_rnd\"\n\
                 partners = [\"CHN\", \"DEU\"]\nstart = 2027\nscale = 500\n";
    let scenario = write("s.toml", lever);
    let own = write(
        "own.toml",
        &format!("{lever}[matrix.DEU]\nindustry-production = 0.5\nindustry-application = 0.55\n"),
    );
    let table = write(
        "m.csv",
        "element,economy,score,note\nindustry-production,DEU,0.71,x\nindustry-application,DEU,0.55,\nfactor-production,VNM,0.3,\n",
    );
    // Germany has no score of its own in what the lever moves.
    jointly(&["check", &scenario]).assert().code(2);
    let resolved = |file: &str| {
        let mut inputs = Inputs::of_file(file);
        inputs.history.matrix = Some(table.clone().into());
        Session::open(&inputs).unwrap().scenario().resolved()
    };
    let with = resolved(&scenario);
    assert!(
        with.contains("industry-production = 0.71") && !with.contains("VNM"),
        "{with}"
    );
    // What the scenario says itself counts more.
    let both = resolved(&own);
    assert!(
        both.contains("industry-production = 0.5\n") && both.contains("industry-application = 0.55"),
        "{both}"
    );
    // A run names the table among its inputs, and the score among its assumptions.
    let out = folder.path().join("out");
    let text = output(&[
        "run",
        &scenario,
        "--matrix",
        &table,
        "--paths",
        "200",
        "--show",
        "assumptions",
        "--out",
        out.to_str().unwrap(),
    ]);
    assert!(text.contains("0.71"), "{text}");
    let manifest = fs::read_to_string(out.join("run.json")).unwrap();
    assert!(manifest.contains("m.csv"), "{manifest}");
    // What the program writes of its own matrix can be given back.
    let copy = write("copy.csv", &output(&["matrix", "--format", "csv"]));
    output(&["check", BASELINE, "--matrix", &copy]);
}

#[test]
fn wrong_tables_of_scores_are_refused_with_every_cell() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("m.csv");
    let text = "economy,element,score\nDEU,industry,0.5\nGermany,factor-production,0.5\nDEU,factor-production,71\n\
                DEU,factor-application,0.4\nDEU,factor-application,0.5\nDEU,governance-production,x\nDEU,0.3\n";
    fs::write(&path, text).unwrap();
    let refused = |table: &str| {
        let errors = jointly(&["run", BASELINE, "--matrix", table]).assert().code(2);
        String::from_utf8(errors.get_output().stderr.clone()).unwrap()
    };
    let errors = refused(path.to_str().unwrap());
    for expected in [
        "m.csv:2:5",
        "unknown element `industry`",
        "m.csv:3:1",
        "`Germany` is not an economy",
        "m.csv:4:23",
        "the score 71 is out of bounds",
        "m.csv:6:24",
        "factor-application of DEU is given twice",
        "m.csv:7:27",
        "`x` is not a number",
        "m.csv:8:1",
        "a row has 2 fields",
    ] {
        assert!(errors.contains(expected), "{expected}: {errors}");
    }
    fs::write(&path, "economy,element,skore\n").unwrap();
    let errors = refused(path.to_str().unwrap());
    assert!(
        errors.contains("did you mean `score`?") && errors.contains("column `score` is missing"),
        "{errors}"
    );
    assert!(refused("nowhere.csv").contains("nowhere.csv"));
}

//! One command line: the same words everywhere, help on a screen, examples that parse, words that are explained.

use std::{collections::BTreeSet, fs};

use jointly::{report::tables::SCHEMAS, scenario::SHIPPED, scenario::terms, session::explain_word};

use crate::common::{jointly, shipped_files};

fn output(arguments: &[&str]) -> String {
    let output = jointly(arguments).assert().success().get_output().stdout.clone();
    String::from_utf8(output).unwrap()
}

/// Every command, as the help lists them.
fn commands() -> Vec<String> {
    let help = output(&["--help"]);
    let list = help
        .split("Commands:")
        .nth(1)
        .unwrap()
        .split("Options:")
        .next()
        .unwrap();
    let names = list
        .lines()
        .filter_map(|line| line.strip_prefix("  "))
        .filter(|line| !line.starts_with(' '));
    let names: Vec<String> = names
        .filter_map(|line| Some(line.split_whitespace().next()?.to_owned()))
        .collect();
    assert!(names.len() > 20, "{names:?}");
    names.into_iter().filter(|name| name != "help").collect()
}

#[test]
fn short_help_fits_a_screen_and_long_help_has_examples_and_exit_statuses() {
    for command in commands() {
        let short = jointly(&[&command, "-h"]).env("COLUMNS", "80").assert().success();
        let short = String::from_utf8(short.get_output().stdout.clone()).unwrap();
        assert!(
            short.lines().count() <= 28,
            "{command}: {} lines\n{short}",
            short.lines().count()
        );
        let long = output(&[&command, "--help"]);
        for text in [&short, &long] {
            let examples = text
                .split("Examples:\n")
                .nth(1)
                .unwrap_or_else(|| panic!("{command} has no examples\n{text}"));
            assert_eq!(
                examples
                    .lines()
                    .take_while(|line| line.starts_with("  jointly "))
                    .count(),
                3,
                "{command}"
            );
        }
        for part in ["Exit status:", "  2    ", "  130  "] {
            assert!(long.contains(part), "{command}: {part}");
        }
    }
}

#[test]
fn manual_pages_carry_examples_and_exit_statuses() {
    let folder = tempfile::tempdir().unwrap();
    jointly(&["man", "--out"]).arg(folder.path()).assert().success();
    for command in commands() {
        let page = fs::read_to_string(folder.path().join(format!("jointly-{command}.1"))).unwrap();
        assert!(
            page.contains("Exit status") && page.contains("Examples"),
            "{command}"
        );
    }
}

#[test]
fn completions_offer_methods_kinds_and_paths() {
    let script = output(&["completions", "bash"]);
    for word in [
        "morris",
        "discover",
        "smart_city_pilots",
        "joint_rnd",
        "model.share_response",
    ] {
        assert!(script.contains(word), "{word}");
    }
}

#[test]
fn completions_offer_what_is_there_in_every_shell() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = output(&["completions", shell]);
        // Options and commands; methods, kinds and paths stand where the shell takes words of arguments from the script.
        for word in ["budget-of", "shard", "scenarios", "timing"] {
            assert!(script.contains(word), "{shell}: {word}");
        }
    }
    let zsh = output(&["completions", "zsh"]);
    // Scenario files, folders, kinds of levers and shipped scenarios where they are meant.
    let of = |command: &str| {
        let start = zsh.find(&format!("({command})\n")).unwrap();
        zsh[start..].split(";;").next().unwrap().to_owned()
    };
    for (command, word) in [
        ("run", ":_files"),
        ("check", ":_files"),
        ("import", ":_files"),
        ("sweep", "PATH=RANGE:(model"),
        ("target", "INPUT:(model"),
        ("new", "industrial_digitalization"),
        ("levers", "industrial_digitalization"),
        ("explain", "money.discount_rate"),
        ("sweep", "sobol-first-total"),
    ] {
        let found = of(command);
        assert!(found.contains(word), "{command}: {word}\n{found}");
    }
}

#[test]
fn shipped_scenarios_are_those_of_the_folder_and_run_from_the_binary_alone() {
    let files: Vec<String> = shipped_files()
        .iter()
        .map(|path| path.file_stem().unwrap().to_string_lossy().into_owned())
        .collect();
    let names: Vec<&str> = SHIPPED.iter().map(|one| one.name).collect();
    assert_eq!(names, files);
    let list = output(&["scenarios"]);
    for one in SHIPPED {
        assert!(
            list.contains(one.name) && !one.says("title").is_empty(),
            "{}",
            one.name
        );
    }
    assert_eq!(
        output(&["scenarios", "show", "baseline"]),
        SHIPPED.iter().find(|one| one.name == "baseline").unwrap().text
    );
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("s.toml");
    let path = file.to_str().unwrap();
    jointly(&["scenarios", "show", "joint-research", "-o", path])
        .assert()
        .success();
    jointly(&["check", path, "--quiet"]).assert().success();
    jointly(&["scenarios", "show", "joint-research", "-o", path])
        .assert()
        .code(2);
    jointly(&["scenarios", "show", "nowhere"]).assert().code(2);
    // A scenario comes through a pipe as well.
    let text = fs::read(&file).unwrap();
    let piped = jointly(&["check", "-"])
        .current_dir(folder.path())
        .write_stdin(text)
        .assert()
        .success();
    assert!(!piped.get_output().stdout.is_empty());
}

#[test]
fn every_word_of_the_glossary_of_columns_and_of_the_help_is_explained() {
    for (term, _) in terms() {
        let topic = explain_word(term).unwrap_or_else(|errors| panic!("{term}: {errors}"));
        assert!(!topic.meaning.is_empty(), "{term}");
    }
    let mut columns = BTreeSet::new();
    for table in SCHEMAS.iter().map(|schema| schema.empty()) {
        columns.extend(table.columns.iter().map(|(about, _)| about.name.to_string()));
    }
    for column in &columns {
        explain_word(column).unwrap_or_else(|errors| panic!("{column}: {errors}"));
    }
    for word in [
        "mcse",
        "regret",
        "half-scale",
        "Half scale",
        "MCSE",
        "EVPI",
        "morris",
        "run",
        "--paths",
        "permutations",
        "estimates",
    ] {
        assert!(output(&["explain", word]).lines().count() > 1, "{word}");
    }
    let mut options = BTreeSet::new();
    for command in commands() {
        assert!(!output(&["explain", &command]).is_empty());
        let help = output(&[&command, "--help"]);
        let words = help.split_whitespace().filter_map(|word| word.strip_prefix("--"));
        let names = words.map(|word| {
            word.trim_matches(|letter: char| !letter.is_ascii_alphanumeric())
                .to_owned()
        });
        options.extend(
            names.filter(|name| {
                !name.contains(['=', '[']) && !["help", "version", ""].contains(&name.as_str())
            }),
        );
    }
    for option in options {
        jointly(&["explain", &option]).assert().success();
    }
    jointly(&["explain", "mcsee"])
        .assert()
        .code(2)
        .stderr(predicates::str::contains("did you mean `mcse`?"));
}

#[test]
fn the_form_of_the_iamc_holds_the_numbers_of_the_summary() {
    let arguments = [
        "run",
        "scenarios/china-korea-smart-cities.toml",
        "--paths",
        "1000",
        "--format",
    ];
    let iamc = output(&[&arguments[..], &["iamc"]].concat());
    let csv = output(&[&arguments[..], &["csv"]].concat());
    let mut summary = csv::Reader::from_reader(csv.as_bytes());
    let header = summary.headers().unwrap().clone();
    let column = |name: &str| header.iter().position(|other| other == name).unwrap();
    let row = summary
        .records()
        .flatten()
        .find(|row| {
            let is = |name: &str, value: &str| &row[column(name)] == value;
            is("option", "pilots")
                && is("comparison", "extra")
                && is("economy", "CHN")
                && is("metric", "gdp")
                && is("year", "2035")
        })
        .unwrap();
    for (variable, name) in [("Extra GDP|Mean", "mean"), ("Extra GDP|95th Percentile", "p95")] {
        let line = format!("pilots,CHN,{variable},usd_bn,2035,{}", &row[column(name)]);
        assert!(iamc.lines().any(|other| other.ends_with(&line)), "{line}");
    }
    assert!(iamc.starts_with("model,scenario,region,variable,unit,year,value\n"));
    let compared = output(&[
        "compare",
        "scenarios/china-korea-smart-cities.toml",
        "--paths",
        "1000",
        "--format",
        "iamc",
    ]);
    assert!(
        compared.contains(",pilots,group,Extra Digital Economy|Median,usd_bn,2035,"),
        "{compared}"
    );
    jointly(&["levers", "--format", "iamc"]).assert().code(2);
}

#[test]
fn every_printed_table_of_money_has_the_years_of_its_money() {
    let file = "scenarios/china-korea-smart-cities.toml";
    let rows = |arguments: &[&str]| {
        let text = output(&[arguments, &["--paths", "500", "--format", "csv"]].concat());
        let mut reader = csv::Reader::from_reader(text.as_bytes());
        let names: Vec<String> = reader.headers().unwrap().iter().map(str::to_owned).collect();
        let last = &names[names.len() - 2..];
        assert_eq!(last, ["prices_of", "present_value_of"], "{arguments:?}");
        let years = |row: csv::StringRecord| {
            let cell = |name: &str| {
                let place = names.iter().position(|other| other == name);
                place.map_or("", |place| &row[place]).to_owned()
            };
            (cell("outcome"), cell("prices_of"), cell("present_value_of"))
        };
        let found: Vec<_> = reader.records().map(Result::unwrap).map(years).collect();
        assert!(!found.is_empty());
        found
    };
    for arguments in [
        vec!["compare", file, "--effect", "money.npv"],
        vec!["attribute", file, "--outcome", "money.npv"],
        vec![
            "sweep",
            file,
            "--method",
            "one-at-a-time",
            "--outcome",
            "money.npv",
        ],
        vec!["value", file],
        vec!["plan", file, "--budget", "5"],
        vec!["timing", file],
    ] {
        for (outcome, prices, present) in rows(&arguments) {
            let is_money = outcome.is_empty() || outcome.contains("money.");
            let expected = if is_money { ("2021", "2026") } else { ("", "") };
            assert_eq!((&*prices, &*present), expected, "{arguments:?} {outcome}");
        }
    }
    let other = rows(&["timing", file, "--maximize", "extra:CHN.gdp@2035"]);
    assert!(other.iter().all(|(_, prices, _)| prices.is_empty()));
}

#[test]
fn parquet_on_standard_output_is_the_file_of_a_result_with_what_the_numbers_belong_to() {
    let folder = tempfile::tempdir().unwrap();
    let out = folder.path().join("out");
    for (command, table) in [
        (vec!["run", "scenarios/china-korea-smart-cities.toml"], "summary"),
        (
            vec![
                "compare",
                "scenarios/china-korea-smart-cities.toml",
                "--effect",
                "money.npv",
            ],
            "comparison",
        ),
    ] {
        let command = [&command[..], &["--paths", "600"]].concat();
        jointly(&[&command[..], &["--parquet", "--quiet", "-o"]].concat())
            .arg(&out)
            .arg("--force")
            .assert()
            .success();
        let printed = jointly(&[&command[..], &["--format", "parquet"]].concat())
            .assert()
            .success();
        let file = fs::read(out.join(format!("{table}.parquet"))).unwrap();
        assert!(printed.get_output().stdout == file, "{table}");
        // The metadata stand as they are in the footer.
        for key in ["present_value_of", "prices_of", "scenario_sha256", "seed"] {
            let found = file.windows(key.len()).any(|part| part == key.as_bytes());
            assert!(found, "{table}: {key}");
        }
    }
    // Tables of no scenario belong to none.
    let levers = jointly(&["levers", "--format", "parquet"]).assert().success();
    assert!(levers.get_output().stdout.starts_with(b"PAR1"));
}

/// The words of a command of the help, as a shell would part them; what it does with the output is left out.
fn words(example: &str) -> Vec<String> {
    let command = example.split(['>', '|']).next().unwrap();
    let (mut words, mut quoted) = (vec![String::new()], false);
    // A comparison in quotes holds the sign of a redirection.
    let whole = if example.contains('"') { example } else { command };
    for letter in whole.trim().chars() {
        match letter {
            '"' => quoted = !quoted,
            ' ' if !quoted => words.push(String::new()),
            letter => words.last_mut().unwrap().push(letter),
        }
    }
    words
}

#[test]
fn every_example_of_the_help_is_understood() {
    for command in commands() {
        let help = output(&[&command, "--help"]);
        let examples = help.split("Examples:\n").nth(1).unwrap();
        for example in examples.lines().take_while(|line| line.starts_with("  jointly ")) {
            // Empty: a scenario there would be explored until somebody ends it.
            let folder = tempfile::tempdir().unwrap();
            let words = words(example.trim_start_matches("  jointly "));
            let arguments: Vec<&str> = words.iter().map(String::as_str).collect();
            let run = jointly(&arguments).current_dir(folder.path()).assert();
            let told = String::from_utf8_lossy(&run.get_output().stderr).into_owned();
            assert!(!told.contains("Usage:"), "{example}\n{told}");
        }
    }
}

#[test]
fn options_that_a_command_does_not_use_are_refused() {
    let file = "scenarios/china-korea-smart-cities.toml";
    for (arguments, part) in [
        (vec!["run", file, "--force"], "--out"),
        (vec!["compare", file, "--parquet"], "--out"),
        (
            vec!["run", file, "--full", "--format", "csv"],
            "chooses parts of the text",
        ),
        (
            vec!["levers", "--show", "levers", "--json"],
            "chooses parts of the text",
        ),
        (vec!["sweep", file, "--format", "iamc"], "invalid value 'iamc'"),
        (vec!["levers", "--format", "iamc"], "invalid value 'iamc'"),
        (vec!["history", "--quiet"], "--audit"),
        (vec!["history", "--matrix", "m.csv"], "unexpected argument"),
        (vec!["calibrate", "--matrix", "m.csv"], "unexpected argument"),
        (vec!["backtest", "--matrix", "m.csv"], "unexpected argument"),
        (
            vec!["sweep", "--resume", "x", "--matrix", "m.csv"],
            "cannot be used with",
        ),
        (vec!["run", file, "--shard", "1/2"], "--out"),
        (
            vec!["run", file, "--shard", "1/2", "-o", "x", "--report", "y"],
            "cannot be used with",
        ),
        (vec!["sweep", file, "--mass", "0.1"], "does not use --mass"),
        (
            vec!["plan", file, "--budget", "5", "--threshold", "1"],
            "belongs to --risk share",
        ),
        (
            vec!["target", file, "--best", "--with", "0.5", "--by", "model.decay"],
            "--with",
        ),
        (
            vec!["new", "--kind", "joint_rnd", "--partners", "CHN,KOR", "--quiet"],
            "--out",
        ),
        (
            vec!["run", file, "--out", "-"],
            "cannot go to the standard output",
        ),
        (
            vec!["run", file, "--report", "-", "--json"],
            "both write to the standard output",
        ),
        (
            vec!["run", file, "--report", "-", "--paths-out", "-"],
            "both write to the standard output",
        ),
    ] {
        jointly(&arguments)
            .assert()
            .code(2)
            .stdout("")
            .stderr(predicates::str::contains(part));
    }
}

#[test]
fn a_dash_is_the_standard_output_wherever_one_file_is_meant() {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    let run = [
        "run",
        "scenarios/baseline.toml",
        "--paths",
        "600",
        "--horizon",
        "2024",
    ];
    let same = |more: &[&str], option: &str, name: &str| {
        let file = at(name);
        jointly(&[&run[..], more, &[option, &file]].concat())
            .assert()
            .success();
        let printed = jointly(&[&run[..], more, &[option, "-"]].concat())
            .assert()
            .success();
        assert!(
            printed.get_output().stdout == fs::read(&file).unwrap(),
            "{option}"
        );
    };
    same(&[], "--report", "page.html");
    same(&["--quiet"], "--paths-out", "paths.parquet");
    same(&["--shard", "1/2"], "-o", "1.bin");
    let results = at("results");
    jointly(&[&run[..], &["-o", &results, "--quiet"]].concat())
        .assert()
        .success();
    let page = at("again.html");
    jointly(&["report", &results, "-o", &page]).assert().success();
    let printed = jointly(&["report", &results, "-o", "-"]).assert().success();
    assert!(printed.get_output().stdout == fs::read(&page).unwrap());
    let new = ["new", "--kind", "joint_rnd", "--partners", "CHN,KOR"];
    assert_eq!(output(&new), output(&[&new[..], &["-o", "-"]].concat()));
    assert!(!folder.path().join("-").exists() && !std::path::Path::new("-").exists());
}

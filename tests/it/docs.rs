//! The documentation agrees with the code. `UPDATE=1 cargo test --test it docs::` writes the generated parts.

use std::{fs, path::Path};

use jointly::{
    base::Element,
    report::tables::SCHEMAS,
    scenario::{PARAMETERS, defaults},
};

use crate::common::{self, WAITING, assert_generated};

fn read(name: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(name)).unwrap()
}

#[test]
fn the_parameter_table_is_that_of_the_code() {
    let mut table = String::from(
        "| path | meaning | unit | from | to | uncertain | default |\n|---|---|---|---|---|---|---|\n",
    );
    for parameter in PARAMETERS {
        // The six weights one after the other where a row stands for six.
        let elements = if parameter.path.contains("{element}") {
            &Element::ALL[..]
        } else {
            &Element::ALL[..1]
        };
        let values: Option<Vec<String>> = elements
            .iter()
            .map(|element| defaults::value(&parameter.path.replace("{element}", element.key())).ok())
            .map(|value| value.map(|value| format!("`{value}`")))
            .collect();
        let default = values.map_or_else(|| parameter.otherwise().to_owned(), |values| values.join(", "));
        table.push_str(&format!(
            "| `{}` | {} | {} | {} | {} | {} | {default} |\n",
            parameter.path,
            parameter.meaning,
            parameter.unit,
            parameter.bounds.low,
            parameter.bounds.high,
            if parameter.may_be_uncertain() { "yes" } else { "no" },
        ));
    }
    assert_generated("docs/scenario.md", "parameters", &table);
}

#[test]
fn the_columns_of_outputs_are_those_of_the_tables() {
    let known: Vec<_> = SCHEMAS.iter().map(|schema| schema.empty()).collect();
    for name in [
        "summary",
        "gap",
        "money",
        "history",
        "audit",
        "calibration",
        "backtest",
        "backtest_summary",
        "known_years",
        "matrix",
        "lever_kinds",
        "lever_defaults",
    ] {
        let table = known.iter().find(|table| table.name == name).unwrap();
        assert_generated("docs/outputs.md", name, &table.documentation());
    }
}

#[test]
fn the_example_of_the_readme_is_what_the_command_prints() {
    let printed = printed(&["run", "scenarios/china-korea-smart-cities.toml"]);
    assert_generated("README.md", "run", &format!("```text\n{printed}```\n"));
}

/// What a command prints on 100 columns.
fn printed(arguments: &[&str]) -> String {
    let output = assert_cmd::Command::cargo_bin("jointly")
        .unwrap()
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env("COLUMNS", "100")
        .args(arguments)
        .assert()
        .success();
    String::from_utf8(output.get_output().stdout.clone()).unwrap()
}

/// The lines of a text from one that starts with these words to before one that starts with those.
fn excerpt(text: &str, from: &str, to: &str) -> String {
    let lines: Vec<&str> = text.lines().skip_while(|line| !line.starts_with(from)).collect();
    let length = lines.iter().skip(1).position(|line| line.starts_with(to));
    let length = length.unwrap_or_else(|| panic!("no `{to}` after `{from}` in\n{text}")) + 1;
    format!("```text\n{}\n```\n", lines[..length].join("\n").trim_end())
}

#[test]
fn the_examples_of_comparing_are_what_the_commands_print() {
    let scenario = "scenarios/mongolia-digital-divide.toml";
    let show = |part: &str, more: &[&str]| printed(&[&["compare", scenario, "--show", part], more].concat());
    let whole = |text: &str| format!("```text\n{}\n```\n", text.trim_end());
    let effect = ["--effect", "MNG.gap"];
    for (name, text) in [
        ("the answer", whole(&printed(&["compare", scenario]))),
        (
            "differences",
            excerpt(
                &show("differences", &[]),
                "Extra digital economy of the group at the horizon, difference from “baseline”, with errors",
                "More:",
            ),
        ),
        (
            "cost-effectiveness",
            excerpt(
                &show("frontier", &effect),
                "Cost, effect and place",
                "What a dollar brings",
            ),
        ),
        (
            "acceptability",
            excerpt(
                &show("acceptability", &effect),
                "Largest mean net benefit",
                "More:",
            ),
        ),
        (
            "attribution",
            whole(&printed(&[
                "attribute",
                scenario,
                "--option",
                "all at usual size",
            ])),
        ),
    ] {
        assert_generated("docs/compare.md", name, &text);
    }
}

#[test]
fn the_example_of_choosing_under_a_budget_is_what_the_command_prints() {
    let command = [
        "plan",
        "scenarios/mongolia-digital-divide.toml",
        "--budget",
        "0.5",
        "--maximize",
        "MNG.gap",
    ];
    let text = printed(&command);
    assert_generated("docs/plan.md", "the answer", &format!("```text\n{text}```\n"));
    let frontier = printed(&[&command[..], &["--show", "frontier"]].concat());
    let table = excerpt(&frontier, "The best portfolio for every cost", "More:");
    assert_generated("docs/plan.md", "frontier", &table);
}

#[test]
fn the_example_of_valuing_information_is_what_the_command_prints() {
    let study = "levers.smart-cities.creation=10 sd 0.02 cost 0.1";
    let command = [
        "value",
        "scenarios/china-korea-smart-cities.toml",
        "--study",
        study,
    ];
    let printed = printed(&command);
    assert_generated("docs/value.md", "the answer", &format!("```text\n{printed}```\n"));
}

#[test]
fn the_examples_of_targets_are_what_the_command_prints() {
    let scenario = "scenarios/china-korea-smart-cities.toml";
    for (name, arguments) in [
        (
            "the answer",
            &[
                "--want",
                "extra:CHN.gdp@2035 >= 10",
                "--with",
                "0.5",
                "--by",
                "levers.smart-cities.scale.CHN",
            ][..],
        ),
        (
            "break even",
            &[
                "--want",
                "money.npv = 0",
                "--by",
                "levers.smart-cities.capital_cost",
                "--paths",
                "2k",
            ],
        ),
        (
            "another option",
            &[
                "--best",
                "money.npv",
                "--by",
                "model.gdp_response=[0, 0.02]",
                "--paths",
                "2k",
            ],
        ),
    ] {
        let text = printed(&[&["target", scenario], arguments].concat());
        assert_generated("docs/target.md", name, &format!("```text\n{text}```\n"));
    }
}

#[test]
fn the_example_of_timing_is_what_the_command_prints() {
    let text = printed(&WAITING);
    assert_generated("docs/timing.md", "the answer", &format!("```text\n{text}```\n"));
    let years = printed(&[&WAITING[..], &["--show", "years"]].concat());
    let table = excerpt(&years, "Every start year against the first", "More:");
    assert_generated("docs/timing.md", "years", &table);
}

#[test]
fn the_columns_of_tables_are_those_of_the_code() {
    for schema in jointly::report::tables::SCHEMAS {
        let table = schema.empty();
        let page = match table.name {
            "information" | "expected_loss" => "docs/value.md",
            "portfolio" => "docs/plan.md",
            "changes" | "course" => "docs/target.md",
            "start_years" | "signposts" => "docs/timing.md",
            "comparison" | "pairs" | "frontier" | "acceptability" | "money" | "attribution" => {
                "docs/compare.md"
            }
            _ => continue,
        };
        assert_generated(
            page,
            &format!("columns of {}", table.name),
            &table.documentation(),
        );
    }
}

/// The code blocks of a language in a page.
fn blocks(page: &str, language: &str) -> Vec<String> {
    let text = read(page);
    let fence = format!("```{language}\n");
    text.split(&fence)
        .skip(1)
        .filter_map(|rest| rest.split_once("```").map(|(block, _)| block.to_owned()))
        .collect()
}

#[test]
fn the_examples_of_the_pages_are_valid() {
    let folder = tempfile::tempdir().unwrap();
    fs::copy(
        Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/baseline.toml"),
        folder.path().join("baseline.toml"),
    )
    .unwrap();
    let examples = blocks("docs/scenario.md", "toml");
    assert!(!examples.is_empty());
    for example in examples {
        let path = folder.path().join("example.toml");
        fs::write(&path, example).unwrap();
        jointly::scenario::load(&path, &[], None, &common::history())
            .unwrap_or_else(|errors| panic!("{errors}"));
    }
    let tables = blocks("docs/data.md", "csv");
    assert!(!tables.is_empty());
    let (scores, tables): (Vec<String>, Vec<String>) = tables
        .into_iter()
        .partition(|table| table.starts_with("economy,element"));
    for table in scores {
        let files = jointly::base::Memory::default().with("scores.csv", table);
        let mut history = jointly::history::History::embedded(true).unwrap();
        history
            .read_scores(&files, Path::new("scores.csv"))
            .unwrap_or_else(|errors| panic!("{errors}"));
        assert_eq!(history.data().unwrap().scores.len(), 3);
    }
    for table in tables {
        let source = jointly::base::SourceText::new("example.csv", table);
        let data = jointly::history::History::parse(source, true)
            .unwrap()
            .data()
            .unwrap();
        assert_eq!(data.of_table().count(), 1);
        // The documented minimum is enough: it runs, with or without the rest of the embedded tables.
        let scenario =
            jointly::scenario::load(&folder.path().join("baseline.toml"), &[], None, &data).unwrap();
        assert_eq!(scenario.economies.len(), 1);
        let plan = jointly::model::Plan::new(&data, &scenario).unwrap();
        let summary = common::run(&plan, common::settings(100, 1));
        assert!(summary.rows.iter().all(|row| row.statistics.mean.is_finite()));
    }
}

#[test]
fn the_forms_of_uncertain_numbers_in_the_page_are_read() {
    let page = read("docs/scenario.md");
    let table = &page[page.find("## Uncertain numbers").unwrap()..page.find("## Parameters").unwrap()];
    let forms: Vec<&str> = table
        .lines()
        .filter(|line| line.starts_with("| `"))
        .filter_map(|line| line.split(" | ").next())
        .flat_map(|cell| cell.split('`').skip(1).step_by(2))
        .collect();
    assert_eq!(forms.len(), 13, "{forms:?}");
    for form in forms {
        // Only the form is read here, so a refusal may name what lies beyond the bounds but not the form.
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("form.toml");
        fs::write(&path, format!("model.persistence = {form}")).unwrap();
        if let Err(errors) = jointly::scenario::load(&path, &[], None, &common::history()) {
            let errors = errors.to_string();
            let beyond = ["out of bounds", "of the distribution lies"];
            assert!(
                beyond.iter().any(|words| errors.contains(words)),
                "{form}: {errors}"
            );
        }
    }
}

#[test]
fn the_pictures_of_the_readme_are_those_of_its_command() {
    let folder = tempfile::tempdir().unwrap();
    let command = ["run", "scenarios/china-korea-smart-cities.toml", "--plot"];
    assert!(read("README.md").contains(&format!("jointly {} charts --plot-all", command.join(" "))));
    assert_cmd::Command::cargo_bin("jointly")
        .unwrap()
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .args(command)
        .arg(folder.path())
        .args(["--plot-all", "--quiet"])
        .assert()
        .success();
    let mut shown = 0;
    for entry in fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/pictures")).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        let made = fs::read_to_string(folder.path().join(name)).unwrap();
        if std::env::var_os("UPDATE").is_some() {
            fs::write(&path, &made).unwrap();
        }
        assert!(
            fs::read_to_string(&path).unwrap() == made,
            "docs/pictures/{name}: run `UPDATE=1 cargo test --test it docs::`"
        );
        assert!(
            read("README.md").contains(&format!("](docs/pictures/{name})")),
            "{name} is not shown"
        );
        shown += 1;
    }
    assert_eq!(shown, 2);
}

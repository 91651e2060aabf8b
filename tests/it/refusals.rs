//! Refusals of scenario files: every key renamed, every number out of bounds, typical mistakes, hostile texts.

use std::{fs, ops::Range};

use jointly::{
    base::{Diagnostics, Economy, Element, Metric},
    history::HistoryData,
    model::{Kernel, Needs, Plan, SharedFutures},
    scenario::{LEVER_LIMIT, LeverKind, PARAMETERS, Scenario, TradeBasis, load},
};
use proptest::prelude::*;
use toml_edit::{Document, Item, TableLike, Value};

use crate::common::{self, history, plan_of, read, refusals, shipped_files};

/// A folder with copies of the shipped scenarios, in which one file can be replaced.
struct Folder(tempfile::TempDir);

impl Folder {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        for path in shipped_files() {
            fs::copy(&path, folder.path().join(path.file_name().unwrap())).unwrap();
        }
        Self(folder)
    }

    fn read(&self, text: &str) -> Result<Scenario, Diagnostics> {
        let path = self.0.path().join("s.toml");
        fs::write(&path, text).unwrap();
        load(&path, &[], None, &history())
    }
}

/// A key of a document: its path, and where it stands.
struct Key {
    path: Vec<String>,
    span: Range<usize>,
}

/// A number of a document: the path of its key, and where it stands.
type Number = (Vec<String>, Range<usize>);

/// Every key and every number of a table and of what it holds.
fn collect(table: &dyn TableLike, path: &mut Vec<String>, keys: &mut Vec<Key>, numbers: &mut Vec<Number>) {
    for (name, item) in table.iter() {
        path.push(name.to_owned());
        if let Some(span) = table.key(name).and_then(toml_edit::Key::span) {
            keys.push(Key {
                path: path.clone(),
                span,
            });
        }
        if let Some(table) = item.as_table_like() {
            collect(table, path, keys, numbers);
        }
        let values: Vec<&Value> = match item {
            Item::Value(Value::Array(array)) => array.iter().collect(),
            Item::Value(value) => vec![value],
            _ => Vec::new(),
        };
        for value in values
            .into_iter()
            .filter(|value| value.is_integer() || value.is_float())
        {
            numbers.push((path.clone(), value.span().unwrap()));
        }
        path.pop();
    }
}

fn parts(text: &str) -> (Vec<Key>, Vec<Number>) {
    let document = Document::parse(text).unwrap();
    let (mut keys, mut numbers) = (Vec::new(), Vec::new());
    collect(document.as_table(), &mut Vec::new(), &mut keys, &mut numbers);
    (keys, numbers)
}

/// The shipped files as written, and some with every default spelled out.
fn texts() -> Vec<(String, String)> {
    let mut texts = Vec::new();
    for path in shipped_files() {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        texts.push((name.clone(), fs::read_to_string(&path).unwrap()));
        if name == "joint-research.toml" {
            texts.push((
                format!("{name}, resolved"),
                common::load_file(&path, &[]).unwrap().resolved(),
            ));
        }
    }
    texts
}

#[test]
fn every_renamed_key_of_every_shipped_scenario_is_refused() {
    let folder = Folder::new();
    let mut renamed = 0;
    for (name, text) in texts() {
        let scenario = folder
            .read(&text)
            .unwrap_or_else(|errors| panic!("{name}: {errors}"));
        for Key { path, span } in parts(&text).0 {
            let quoted = text[..span.end].ends_with(['"', '\'']);
            let at = if quoted { span.end - 1 } else { span.end };
            let wrong = format!("{}x{}", &text[..at], &text[at..]);
            let old = path.last().unwrap().as_str();
            let found = folder.read(&wrong);
            // A name of the user's own may be any; it is missed only where something refers to it.
            let segments: Vec<&str> = path.iter().map(String::as_str).collect();
            match segments[..] {
                ["options", option] => {
                    let referred = scenario
                        .sweep
                        .outcomes
                        .iter()
                        .any(|outcome| outcome.option.as_deref() == Some(option));
                    // In a file that extends another, a renamed option is one more.
                    assert_eq!(found.is_err(), referred, "{name}: {old}");
                    continue;
                }
                // The name of a rule is referred to by nothing.
                ["rules", _] => continue,
                // Neither is that of a payer outside the partners.
                ["levers", _, "cost_shares", payer] if Economy::parse(payer).is_none() => continue,
                ["levers", id] if found.is_ok() => {
                    assert!(
                        !text.contains("[options]") && !text.contains("extends = \"all"),
                        "{name}: {id}"
                    );
                    continue;
                }
                _ => {}
            }
            renamed += 1;
            let Err(errors) = found else {
                panic!("{name}: {} was accepted as {old}x", path.join("."))
            };
            let errors = errors.to_string();
            let distribution = [
                "mean", "sd", "median", "sd_log", "p95", "shape", "rate", "p_zero", "else",
            ];
            let named = errors.contains(&format!("{old}x"))
                // Of a distribution the form is shown, of a lever the name that is missed.
                || distribution.contains(&old) && errors.contains("write `{")
                || segments[0] == "levers" && errors.contains(old);
            assert!(named, "{name}: {}: {errors}", path.join("."));
        }
    }
    assert!(renamed > 400, "{renamed}");
}

#[test]
fn every_number_of_every_shipped_scenario_is_refused_far_out_of_bounds() {
    let folder = Folder::new();
    let mut changed = 0;
    for (name, text) in texts() {
        for (path, span) in parts(&text).1 {
            for wrong in ["1e300", "-1e300", "nan", "inf"] {
                // A gamma distribution may be as narrow as one likes.
                if wrong == "1e300" && path.ends_with(&["gamma".to_owned(), "rate".to_owned()]) {
                    continue;
                }
                let wrong = format!("{}{wrong}{}", &text[..span.start], &text[span.end..]);
                let found = folder.read(&wrong);
                assert!(
                    found.is_err(),
                    "{name}: {} = {}",
                    path.join("."),
                    &wrong[span.start..][..8]
                );
                changed += 1;
            }
        }
    }
    assert!(changed > 1000, "{changed}");
}

/// A scenario with a lever of a kind that sets everything.
const LEVER: &str =
    "[levers.l]\nkind = \"smart_city_pilots\"\npartners = [\"CHN\", \"KOR\"]\nstart = 2026\nscale = 3\n";

/// A concrete path of a row of the parameter table.
fn concrete(path: &str) -> String {
    path.replace("{payer}", "CHN")
        .replace("{economy}", "CHN")
        .replace("{pair}", "CHN-KOR")
        .replace("{element}", "factor-production")
        .replace("{year}", "2028")
        .replace("{lever}", "l")
}

fn set(argument: &str) -> Result<Scenario, Diagnostics> {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("s.toml");
    // Exports of one economy belong to a kind of their own.
    let exports = argument.starts_with("levers.l.trade_base.CHN=");
    let text = if exports {
        LEVER.replace("smart_city_pilots", "market_gateway")
    } else {
        format!("{LEVER}trade_base = 10\n")
    };
    fs::write(&path, text).unwrap();
    load(&path, &[argument.to_owned()], None, &history())
}

#[test]
fn every_parameter_is_refused_just_outside_its_bounds_and_admitted_on_them() {
    for parameter in PARAMETERS {
        let path = concrete(parameter.path);
        let (low, high) = (parameter.bounds.low, parameter.bounds.high);
        for value in [low, high] {
            // A view has two halves, a hazard goes with a duration, and somebody must pay.
            let found = set(&format!("{path}={value:?}"));
            let alone = found.err().map(|errors| errors.to_string()).unwrap_or_default();
            assert!(!alone.contains("out of bounds"), "{path}={value}: {alone}");
        }
        let step = |x: f64| f64::max(x.abs() * 1e-9, 1e-12);
        for value in [low - step(low), high + step(high), -1e308, 1e308] {
            let errors = set(&format!("{path}={value:?}"))
                .map(|_| ())
                .unwrap_err()
                .to_string();
            assert!(
                errors.contains("out of bounds") && errors.contains(&path),
                "{path}={value}: {errors}"
            );
        }
        if let Some((above, to)) = parameter.bounds.gap {
            for value in [to, 0.5 * (above + to)] {
                assert!(set(&format!("{path}={value:?}")).is_err(), "{path}={value}");
            }
        }
        // What may be drawn of a start is bounded by the projection.
        if path.ends_with(".start") {
            continue;
        }
        if !parameter.may_be_uncertain() {
            let errors = refused_text(set(&format!("{path}=1 to 2")));
            assert!(errors.contains("may not be uncertain"), "{path}: {errors}");
            continue;
        }
        // What lies outside the bounds is cut off up to a hundredth, and refused beyond.
        let width = high - low;
        for (value, side) in [
            (
                format!("{{ uniform = [{:?}, {high:?}] }}", low - 0.02 * width),
                "below",
            ),
            (
                format!("{{ uniform = [{low:?}, {:?}] }}", high + 0.02 * width),
                "above",
            ),
            (
                format!(
                    "{{ normal = {{ mean = {:?}, sd = {:?} }} }}",
                    low + 0.5 * width,
                    width / 4.0
                ),
                "below",
            ),
            (
                format!("{{ pert = [{:?}, {low:?}, {:?}] }}", low - width, high),
                "below",
            ),
        ] {
            let errors = refused_text(set(&format!("{path}={value}")));
            assert!(
                errors.contains("% of the distribution lies") && errors.contains(side),
                "{path}={value}: {errors}"
            );
        }
        for value in [
            format!("{{ uniform = [{:?}, {high:?}] }}", low - 0.008 * width),
            format!(
                "{{ normal = {{ mean = {:?}, sd = {:?} }} }}",
                low + 0.5 * width,
                width / 6.0
            ),
        ] {
            let scenario =
                set(&format!("{path}={value}")).unwrap_or_else(|errors| panic!("{path}: {errors}"));
            let found = &scenario.input(&path).unwrap().value;
            assert!(
                found.support().0 >= low && found.support().1 <= high,
                "{path}: {found}"
            );
            let note = scenario
                .notes
                .iter()
                .find(|note| note.contains(&format!("`{path}`")));
            assert!(
                note.is_some_and(|note| note.contains("is cut off")),
                "{path}: {:?}",
                scenario.notes
            );
        }
    }
}

#[test]
fn what_is_cut_off_is_told_with_the_range_that_is_left() {
    // A normal distribution with mean 1 and deviation 0.4 has Φ(−2.5) = 0.62 % below 0, where the scale ends.
    let scenario = set("levers.l.scale={ normal = { mean = 1, sd = 0.4 } }").unwrap();
    let note = scenario
        .notes
        .iter()
        .find(|note| note.contains("levers.l.scale"))
        .unwrap();
    // Its 5 % point given that it is above 0: Φ⁻¹(0.0062 + 0.05 · 0.9938) = −1.5902, and its 95 % point Φ⁻¹(0.9503) = 1.6479.
    assert!(
        note.contains("0.62 % of the distribution lies beyond 0") && note.contains("0.3639 and 1.6591"),
        "{note}"
    );
    let plan = jointly::model::Plan::new(&history(), &scenario).unwrap();
    assert!(plan.assumptions().contains(note));
    // Nothing to tell where no figure would show it: 40 deviations.
    assert!(
        set("levers.l.scale={ normal = { mean = 1, sd = 0.025 } }")
            .unwrap()
            .notes
            .iter()
            .all(|note| !note.contains("levers.l.scale"))
    );
    // The gain of −0.3, give or take 0.15, is a loss and stays one.
    let harm = set("levers.l.creation={ normal = { mean = -0.3, sd = 0.15 } }").unwrap();
    assert!(harm.input("levers.l.creation").unwrap().value.quantile(0.95) < 0.0);
    let errors = refused_text(set("levers.l.learning={ normal = { mean = -0.3, sd = 0.15 } }"));
    assert!(
        errors.contains("98 % of the distribution lies below 0"),
        "{errors}"
    );
    // A range to sweep over is cut by the same rule.
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("s.toml");
    fs::write(
        &path,
        format!("{LEVER}[sweep.vary]\n\"levers.l.scale\" = {{ normal = {{ mean = 1, sd = 0.4 }} }}\n"),
    )
    .unwrap();
    let swept = load(&path, &[], None, &history()).unwrap();
    assert!(swept.notes.iter().any(|note| note.contains("levers.l.scale")));
}

#[test]
fn what_is_hardly_meant_is_told_and_admitted() {
    let notes = |text: &str| common::scenario(text).notes;
    let one = |text: &str, words: &[&str]| {
        let found = notes(text);
        let right = |note: &&String| words.iter().all(|word| note.contains(word));
        assert!(found.iter().any(|note| right(&note)), "{words:?} in {found:?}");
    };
    assert!(notes("").is_empty(), "{:?}", notes(""));
    // A scale in dollars for a lever in USD m: 300 million dollars of research written 300000000.
    let research = "[levers.l]\nkind = \"joint_rnd\"\npartners = [\"CHN\", \"KOR\"]\nstart = 2026\n";
    one(
        &format!("{research}scale = 300000000"),
        &["`levers.l`: Korea pays", "% of its GDP", "USD m a year"],
    );
    assert!(notes(&format!("{research}scale = 500")).is_empty());
    let rules = "[levers.l]\nkind = \"standards_recognition\"\npartners = [\"CHN\", \"KOR\"]\nstart = 2026\nscale = 1\n";
    one(
        &format!("{rules}trade_base = {{ CHN-KOR = 900 }}"),
        &["`levers.l.trade_base.CHN-KOR`: 900 bn", "362"],
    );
    one(
        &format!("{rules}trade_base = 900"),
        &["`levers.l.trade_base`: 900 bn", "362"],
    );
    assert!(notes(rules).is_empty());
    one(
        "[baseline.MNG]\ninitial_share = 0.0068",
        &["`baseline.MNG.initial_share`", "0.68 %"],
    );
    let three = rules.replace("\"KOR\"]", "\"KOR\", \"MNG\"]");
    one(
        &three,
        &["`levers.l.scale` counts in full for every partner", "Mongolia"],
    );
}

fn refused_text(found: Result<Scenario, Diagnostics>) -> String {
    found.map(|_| ()).unwrap_err().to_string()
}

#[test]
fn mistakes_in_levers_options_tension_gap_money_and_sweeps_are_named_with_their_place() {
    let lever = |lines: &str| format!("{LEVER}{lines}");
    let mut wrong = Vec::new();
    // The lever has five lines.
    for (text, expected) in [
        (
            lever("ramp_yaers = 3"),
            "6:1: unknown key `ramp_yaers` in `levers.l`",
        ),
        (
            lever("learning = -0.1"),
            "6:12: `levers.l.learning`: -0.1 is out of bounds",
        ),
        (
            lever("success = \"0.5 to 0.9\""),
            "6:11: `levers.l.success`: this number may not be uncertain",
        ),
        (
            lever("cost_shares = { CHN = 1, JPN = 1 }"),
            "6:32: `levers.l.cost_shares.JPN`: JPN is not a partner",
        ),
        (
            lever("cost_shares = { CHN = 0, KOR = 0 }"),
            "6:23: nobody pays for the lever `l`",
        ),
        (
            lever("scale_basis = \"per_gdp\""),
            "6:15: `levers.l.scale_basis` cannot be `per_gdp`",
        ),
        (
            lever("creation_mode = \"flows\""),
            "6:17: `levers.l.creation_mode` cannot be `flows`",
        ),
        (
            "[tension.CHN-KOR]\ntense_years = 2028".to_owned(),
            "2:15: `tension.CHN-KOR.tense_years` is not a list of years",
        ),
        (
            "[tension.CHN-KOR]\ntense_years = [2020]".to_owned(),
            "2:16: `tension.CHN-KOR.tense_years`: 2020 lies outside the projection",
        ),
        (
            "[tension.CHN-KOR]\ntense_years = [2026, 2025]".to_owned(),
            "2:22: `tension.CHN-KOR.tense_years`: 2025 is a year that the history tells",
        ),
        (
            "[tension.CHN-KOR]\ntense_years = [2028, 2028]".to_owned(),
            "2:22: 2028 stands twice",
        ),
        (
            "[money]\nthrough = 2030".to_owned(),
            "2:11: `money.through`: 2030 is not a year that money can be counted in",
        ),
        (
            "[money]\npresent_year = 2026.5".to_owned(),
            "2:16: `money.present_year`: 2026.5 is not a year that money can be counted in",
        ),
        (
            lever("trade_base = { CHN-RUS = 3 }"),
            "6:26: `levers.l.trade_base.CHN-RUS`: CHN-RUS is not a pair of partners of the lever",
        ),
        (
            lever("trade_base = { CHN = 3 }"),
            "6:22: `levers.l.trade_base.CHN`: CHN is not a pair of partners of the lever",
        ),
        (
            LEVER.replace("smart_city_pilots", "market_gateway"),
            "2:8: the lever `l` sells in third markets and has no `trade_base`",
        ),
        (
            format!(
                "{}trade_base = 3\n",
                LEVER.replace("smart_city_pilots", "market_gateway")
            ),
            "6:14: `levers.l.trade_base` is one number, and this kind needs one for each partner",
        ),
        (
            lever("weights = { factor = 1 }"),
            "6:13: unknown key `factor` in `levers.l.weights`",
        ),
        (lever("[levers.\"l m\"]"), "6:9: `l m` cannot name a lever"),
        (lever("[levers.ü]\n"), "6:"),
        (
            LEVER.replace("\"smart_city_pilots\"", "\"smart_city_pilot\""),
            "2:8: there is no lever kind `smart_city_pilot`",
        ),
        (
            LEVER.replace("[\"CHN\", \"KOR\"]", "[]"),
            "3:12: `levers.l.partners` is not a list of economies",
        ),
        (
            LEVER.replace("\"KOR\"", "\"KRO\""),
            "3:20: the history has no economy \"KRO\"",
        ),
        (LEVER.replace("\"KOR\"", "\"CHN\""), "3:20: CHN stands twice"),
        (
            LEVER.replace("2026", "2021"),
            "4:9: the lever `l` starts in 2021, outside the projection",
        ),
        (
            LEVER.replace("2026", "2036"),
            "4:9: the lever `l` starts in 2036, outside the projection",
        ),
        (
            LEVER.replace("2026", "\"soon\""),
            "4:9: `levers.l.start`: `soon` is not an interval",
        ),
        (
            LEVER.replace("scale = 3\n", ""),
            "1:9: the lever `l` has no `scale`",
        ),
        (
            LEVER.replace("scale = 3", "scale = {}"),
            "1:9: the lever `l` has no `scale`",
        ),
        (
            LEVER.replace("[\"CHN\", \"KOR\"]", "3"),
            "3:12: `levers.l.partners` is not a list of economies",
        ),
        (
            LEVER.replace("\"smart_city_pilots\"", "3"),
            "2:8: `levers.l.kind` is not a text",
        ),
        (
            format!(
                "{}[sweep.vary]\n\"levers.l.scale\" = [1, 2]",
                LEVER.replace("2026", "\"soon\"")
            ),
            "4:9: `levers.l.start`: `soon` is not an interval",
        ),
        (
            LEVER.replace("start = 2026\n", ""),
            "1:9: the lever `l` has no `start`",
        ),
        (
            LEVER.replace("kind = \"smart_city_pilots\"\n", ""),
            "1:9: the lever `l` has no `kind`",
        ),
        (
            LEVER.replace("scale = 3", "scale = { CHN = 3, JPN = 1 }"),
            "5:26: `levers.l.scale.JPN`: JPN is not a partner",
        ),
        (
            LEVER.replace("scale = 3", "scale = -3"),
            "5:9: `levers.l.scale`: -3 is out of bounds",
        ),
        (
            format!("economies = [\"CHN\", \"JPN\"]\n{LEVER}"),
            "4:12: KOR is a partner of `l` but not among the economies",
        ),
        ("levers = 3".to_owned(), "1:10: `levers` is not a table"),
        ("levers.l = 3".to_owned(), "1:12: `levers.l` is not a table"),
        (lever("[options]\nall = [\"ll\"]"), "7:8: there is no lever `ll`"),
        (lever("[options]\nall = [\"l\", \"l\"]"), "7:13: `l` stands twice"),
        (
            lever("[options]\nall = []"),
            "7:7: the option `all` is not a list of levers",
        ),
        (
            lever("[options]\nall = \"l\""),
            "7:7: the option `all` is not a list of levers",
        ),
        (
            lever("[options]\nbaseline = [\"l\"]"),
            "7:1: `baseline` cannot name an option",
        ),
        (
            lever("[options]\n\"a/b\" = [\"l\"]"),
            "7:1: `a/b` cannot name an option",
        ),
        (
            lever("[options]\n\"\" = [\"l\"]"),
            "7:1: `` cannot name an option",
        ),
        ("options = 1".to_owned(), "1:11: `options` is not a table"),
        ("[options]\nx = [\"l\"]".to_owned(), "2:6: there is no lever `l`"),
        (
            "[tension.CHN-KRO]\nhazard = 0.1".to_owned(),
            "1:10: unknown key `CHN-KRO` in `tension`",
        ),
        (
            "[tension.CHN-CHN]\nhazard = 0.1".to_owned(),
            "1:10: unknown key `CHN-CHN` in `tension`",
        ),
        (
            "[tension.KOR-CHN]\nhazrd = 0.1".to_owned(),
            "2:1: unknown key `hazrd` in `tension.KOR-CHN`",
        ),
        (
            "[tension.KOR-CHN]\nhazard = 3".to_owned(),
            "2:10: `tension.CHN-KOR.hazard` is too high for tense periods of 2.5",
        ),
        (
            "[tension.CHN-KOR]\nduration = 0.5".to_owned(),
            "2:12: `tension.CHN-KOR.duration`: 0.5 is out of bounds",
        ),
        (
            "[tension.CHN-KOR]\ntense_at_start = 0.5".to_owned(),
            "2:18: `tension.CHN-KOR.tense_at_start`: 0.5 is out of bounds",
        ),
        (
            "tension.CHN-KOR.hazard = 0.1\ntension.KOR-CHN.hazard = 0.2".to_owned(),
            "2:26: `tension.CHN-KOR.hazard` is set twice",
        ),
        (
            "gap.metric = \"shares\"".to_owned(),
            "1:14: gaps of `shares` are not measured",
        ),
        (
            "gap.metric = \"gdp\"".to_owned(),
            "1:14: gaps of `gdp` are not measured",
        ),
        (
            "gap.reference = \"fronteer\"".to_owned(),
            "1:17: `fronteer` is no reference",
        ),
        (
            "economies = [\"CHN\", \"KOR\"]\ngap.reference = \"JPN\"".to_owned(),
            "2:17: JPN is not among the economies",
        ),
        (
            "[gap]\nmetrc = \"share\"".to_owned(),
            "2:1: unknown key `metrc` in `gap`",
        ),
        (
            "money.discount_rate = 5".to_owned(),
            "1:23: `money.discount_rate`: 5 is out of bounds",
        ),
        (
            "money.discount = 0.05".to_owned(),
            "1:7: unknown key `discount` in `money`",
        ),
        ("sweep.outcome = \"CHN.shar@2035\"".to_owned(), "1:17: "),
        (
            "sweep.outcome = \"CHN.share@2036\"".to_owned(),
            "1:17: 2036 lies behind the horizon 2035",
        ),
        ("sweep.outcome = [\"CHN.share\", \"money.npvs\"]".to_owned(), "1:"),
        (
            "sweep.outcome = 3".to_owned(),
            "1:17: `sweep.outcome` is not an outcome",
        ),
        (
            "sweep.outcome = \"both/CHN.share\"".to_owned(),
            "1:17: there is no option `both`",
        ),
        (
            "sweep.size = 0".to_owned(),
            "1:14: `sweep.size` is not a number of runs",
        ),
        (
            "[sweep]\noutcomes = \"CHN.share\"".to_owned(),
            "2:1: unknown key `outcomes` in `sweep`",
        ),
        (
            "[sweep.vary]\n\"model.decya\" = \"prior\"".to_owned(),
            "2:17: the scenario has no input `model.decya`",
        ),
        (
            "[sweep.vary]\n\"model.decay\" = [0, 2]".to_owned(),
            "2:17: `model.decay`: 50 % of the distribution lies above 1",
        ),
        (
            "[sweep.vary]\n\"model.decay\" = [0.2, 0.1]".to_owned(),
            "2:17: `model.decay`: ",
        ),
        (
            "[sweep.vary]\n\"tension.CHN-KOR.duration\" = \"prior\"".to_owned(),
            "2:30: `tension.CHN-KOR.duration` is the number 2.5",
        ),
        (
            "[sweep.vary]\n\"levers.l.scale\" = [1, 2]".to_owned(),
            "2:20: the scenario has no lever `l`",
        ),
    ] {
        let found = refusals(&text);
        if found.len() != 1 || !found[0].starts_with(expected) {
            wrong.push(format!("{text}\nexpected {expected}\nfound {found:?}\n"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn nearest_names_stand_in_the_help() {
    let help = |text: &str| {
        let errors = read(text).unwrap_err();
        errors
            .iter()
            .filter_map(|error| error.help.clone())
            .collect::<Vec<_>>()
            .join("; ")
    };
    for (text, name) in [
        (format!("{LEVER}ramp_yaers = 3"), "ramp_years"),
        (
            LEVER.replace("smart_city_pilots", "smart_city_pilot"),
            "smart_city_pilots",
        ),
        (format!("{LEVER}scale_basis = \"per_gdp\""), "per_gdp_bn"),
        (
            format!("{LEVER}weights = {{ factor-productoin = 1 }}"),
            "factor-production",
        ),
        (format!("{LEVER}[options]\nall = [\"ll\"]"), "l"),
        ("[tension.CHN-KRO]\nhazard = 0.1".to_owned(), "CHN-KOR"),
        ("gap.metric = \"shares\"".to_owned(), "share"),
        ("gap.reference = \"fronteer\"".to_owned(), "frontier"),
        (
            "[sweep.vary]\n\"model.decya\" = \"prior\"".to_owned(),
            "model.decay",
        ),
        ("money.discount = 0.05".to_owned(), "discount_rate"),
    ] {
        assert!(
            help(&text).contains(&format!("did you mean `{name}`?")),
            "{text}: {}",
            help(&text)
        );
    }
}

/// Ends within a time that no reader of the message would call a hang, in the unoptimized profile.
fn quickly<T>(what: &str, work: impl FnOnce() -> T) -> T {
    let start = std::time::Instant::now();
    let result = work();
    let seconds = start.elapsed().as_secs_f64();
    assert!(seconds < 10.0, "{what} took {seconds} s");
    result
}

#[test]
fn hostile_texts_end_in_a_refusal_or_a_scenario_never_in_a_panic_or_a_hang() {
    let many = |count: usize, line: &dyn Fn(usize) -> String| (0..count).map(line).collect::<String>();
    let levers = |count: usize| {
        many(count, &|i| {
            format!(
                "[levers.l{i}]\nkind = \"ai_platform\"\npartners = [\"CHN\", \"KOR\"]\nstart = 2026\nscale = 1\n"
            )
        })
    };
    let deep_table = format!("[{}]\nx = 1", vec!["levers"; 20_000].join("."));
    let deep_inline = format!("model = {}1{}", "{ a = ".repeat(5000), " }".repeat(5000));
    let deep_keys = format!("{} = 1", vec!["model"; 50_000].join("."));
    for (what, text) in [
        ("10 MB", " ".repeat(10 << 20)),
        (
            "10 MB in a value",
            format!("title = \"{}\"", "x".repeat(10 << 20)),
        ),
        ("brackets", format!("model = {}", "[".repeat(500_000))),
        ("nested tables", deep_table),
        ("nested inline tables", deep_inline),
        ("dotted keys", deep_keys),
        ("unknown keys", many(60_000, &|i| format!("k{i} = 1\n"))),
        (
            "unknown parameters",
            many(40_000, &|i| format!("model.k{i} = 1\n")),
        ),
        (
            "unknown economies",
            format!("economies = [{}]", many(80_000, &|i| format!("\"X{i}\", "))),
        ),
        ("empty levers", many(10_000, &|i| format!("[levers.l{i}]\n"))),
        ("10,000 levers", levers(8000)),
        (
            "10,000 options",
            format!(
                "{LEVER}[options]\n{}",
                many(10_000, &|i| format!("o{i} = [\"l\"]\n"))
            ),
        ),
        (
            "lever ids of an option",
            format!(
                "{LEVER}[options]\nall = [{}]",
                many(20_000, &|i| format!("\"k{i}\", "))
            ),
        ),
        (
            "outcomes",
            format!(
                "sweep.outcome = [{}]",
                many(20_000, &|i| format!("\"CHN.x{i}\", "))
            ),
        ),
        (
            "varied inputs",
            format!(
                "[sweep.vary]\n{}",
                many(20_000, &|i| format!("\"model.k{i}\" = [0, 1]\n"))
            ),
        ),
        ("a key twice", "title = \"a\"\ntitle = \"b\"".to_owned()),
        ("a table twice", format!("{LEVER}{LEVER}")),
        ("a list of tables", "[[levers]]\nid = 1\n[[levers]]".to_owned()),
        (
            "a list of tables for a lever",
            "[[levers.l]]\nkind = \"x\"".to_owned(),
        ),
        (
            "unicode ids",
            "[levers.\"\u{202e}\u{0000}\"]\n".replace('\0', "\\u0000"),
        ),
        ("emoji", "[levers.\"🚀🚀\"]\nkind = \"🚀\"".to_owned()),
        (
            "a bidirectional option",
            format!("{LEVER}[options]\n\"a\\nb\" = [\"l\"]"),
        ),
        ("a path in an id", "[levers.\"../../x\"]\n".to_owned()),
        (
            "the placeholder as a key",
            "[baseline.\"{economy}\"]\nlong_run_growth = 0.01".to_owned(),
        ),
        (
            "the placeholder as a lever",
            "[levers.\"{lever}\"]\nscale = 1".to_owned(),
        ),
        ("control characters", "title = \"\u{7}\"".to_owned()),
        ("huge integers", "horizon = 9223372036854775807".to_owned()),
        (
            "too many digits",
            format!("model.persistence = 0.{}", "9".repeat(500_000) + "e999999999"),
        ),
    ] {
        let found = quickly(what, || read(&text));
        let errors = found.map(|_| ()).expect_err(what);
        assert!(!errors.is_empty(), "{what}");
        let shown = quickly(what, || jointly::report::render_diagnostics(&errors, false, 100));
        assert!(
            !shown.is_empty() && shown.len() < 100_000,
            "{what}: {} bytes",
            shown.len()
        );
        assert!(!shown.contains('\u{202e}') && !shown.contains('\u{7}'), "{what}");
    }
    // The most that is allowed runs.
    let text = format!("horizon = 2023\n{}", levers(LEVER_LIMIT).replace("2026", "2022"));
    let scenario = quickly("200 levers", || read(&text)).unwrap();
    let plan = plan_of(&scenario);
    quickly("a block of 200 levers", || common::block(&plan, 1, 0));
}

#[test]
fn files_extend_neither_themselves_nor_anything_outside_their_folder() {
    let folder = tempfile::tempdir().unwrap();
    let inner = folder.path().join("inner");
    fs::create_dir(&inner).unwrap();
    fs::write(folder.path().join("outside.toml"), "title = \"secret\"").unwrap();
    let refused = |text: &str, expected: &str| {
        let path = inner.join("s.toml");
        fs::write(&path, text).unwrap();
        let errors = load(&path, &[], None, &history())
            .map(|_| ())
            .unwrap_err()
            .to_string();
        assert!(
            errors.contains(expected) && !errors.contains("secret"),
            "{text}: {errors}"
        );
    };
    refused("extends = \"s.toml\"", "in a circle");
    refused("extends = \"./../inner/s.toml\"", "in a circle");
    refused("extends = \"../outside.toml\"", "outside the folder");
    refused("extends = \"\"", "");
    refused("extends = \".\"", "");
    refused("extends = \"/etc/passwd\"", "outside the folder");
    refused("extends = \"a\\u0000b\"", "");
    refused(&format!("extends = \"{}\"", "a/".repeat(5000)), "");
    #[cfg(unix)]
    {
        std::os::unix::fs::symlink(folder.path().join("outside.toml"), inner.join("link.toml")).unwrap();
        refused("extends = \"link.toml\"", "outside the folder");
        std::os::unix::fs::symlink("loop.toml", inner.join("loop.toml")).unwrap();
        refused("extends = \"loop.toml\"", "");
    }
}

/// Loads, and runs a block of what is accepted: nothing may panic. Whatever is refused says why.
fn survives(text: &str) {
    match read(text) {
        Err(errors) => assert!(!errors.is_empty()),
        Ok(scenario) => {
            let again = read(scenario.resolved())
                .unwrap_or_else(|errors| panic!("{errors}\n{}", scenario.resolved()));
            assert_eq!(again.resolved(), scenario.resolved());
            if scenario.levers.len() > 4 || scenario.horizon > 2040 {
                return;
            }
            if let Ok(plan) = Plan::new(&history(), &scenario) {
                let mut collector = common::Collector::new(&plan);
                let mut futures = SharedFutures::new(&plan, Kernel::detect(), Needs::ALL);
                futures.draw(1, 0);
                futures.evaluate(plan.world(), &mut collector);
            }
        }
    }
}

/// Texts from which mutations start: short scenarios with a lever of some kind.
fn seeds() -> Vec<String> {
    let mut texts: Vec<String> = shipped_files()
        .iter()
        .map(|path| fs::read_to_string(path).unwrap())
        .filter(|text| text.len() < 4000)
        // The file it extends is not there; every default is the same without it.
        .map(|text| text.replace("extends = \"baseline.toml\"", ""))
        .collect();
    texts.push(
        "economies = [\"CHN\", \"MNG\"]\nhorizon = 2024\n[levers.l]\nkind = \"joint_rnd\"\npartners = [\"CHN\", \"MNG\"]\n\
         start = 2022\nscale = 3\nlifetime = 1\nramp_years = 0\ntrade_base = 1\ntrade_gain = 1e-9\n[tension.CHN-MNG]\nhazard = 0.1\n"
            .to_owned(),
    );
    texts
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, failure_persistence: None, ..ProptestConfig::default() })]
    #[test]
    fn mutated_scenarios_never_panic(
        seed in 0..100usize,
        edits in prop::collection::vec(
            (0.0..1.0f64, 0..12usize, "(0|1|-1|1e308|-1e-308|nan|1e9|2022|0.5|\"1 to 2\"|\\{ beta = \\{ mean = 0.5, sd = 0.1 \\} \\}|\\PC|[a-zA-Z_.\\[\\]{}=\",0-9-]{1,4})"),
            1..4,
        ),
    ) {
        let seeds = seeds();
        let mut text = seeds[seed % seeds.len()].clone();
        for (place, cut, insert) in edits {
            // Half of the edits replace a whole value, so that more than the parser is tried.
            let lines: Vec<usize> = text.match_indices("= ").map(|(at, _)| at + 2).collect();
            if cut % 2 == 0 && !lines.is_empty() {
                let at = lines[(place * lines.len() as f64) as usize];
                let end = text[at..].find('\n').map_or(text.len(), |length| at + length);
                text.replace_range(at..end, &insert);
            } else {
                let mut at = (place * text.len() as f64) as usize;
                while !text.is_char_boundary(at) { at -= 1; }
                let mut end = (at + cut).min(text.len());
                while !text.is_char_boundary(end) { end += 1; }
                text.replace_range(at..end, &insert);
            }
        }
        survives(&text);
    }
}

#[test]
fn extreme_but_admitted_numbers_run_or_are_refused_with_finite_results() {
    for parameter in PARAMETERS {
        let path = concrete(parameter.path);
        for value in [parameter.bounds.low, parameter.bounds.high] {
            let Ok(scenario) = set(&format!("{path}={value:?}")) else {
                continue;
            };
            let plan = plan_of(&scenario);
            match jointly::outcomes::project(&plan, common::settings(100, 1), &Default::default()) {
                Err(_) => {}
                Ok(summary) => {
                    for row in &summary.rows {
                        let found = row.statistics;
                        assert!(
                            found.mean.is_finite() && found.quantiles.iter().all(|x| x.is_finite()),
                            "{path}={value}: {row:?}"
                        );
                    }
                }
            }
        }
    }
}

#[test]
fn every_kind_is_read_with_only_what_it_needs() {
    for kind in LeverKind::all().unwrap() {
        let text = format!(
            "[levers.l]\nkind = \"{}\"\npartners = [\"CHN\", \"MNG\"]\nstart = 2024\nscale = {}\n",
            kind.name, kind.example_scale
        );
        let exports = kind.trade_basis == TradeBasis::ThirdMarkets;
        assert_eq!(read(&text).is_err(), exports, "{}", kind.name);
        let trade = if exports { "trade_base = { CHN = 10 }" } else { "" };
        let scenario = common::scenario(&format!("{text}{trade}\n"));
        let paths = scenario.inputs.iter().map(|input| input.path.as_str());
        let based: Vec<&str> = paths.filter(|path| path.contains("trade_base")).collect();
        match (kind.works_through_trade(), exports) {
            (true, false) => assert_eq!(based, ["levers.l.trade_base.CHN-MNG"], "{}", kind.name),
            (_, true) => assert_eq!(based, ["levers.l.trade_base.CHN"]),
            _ => assert!(based.is_empty(), "{}", kind.name),
        }
        assert_eq!(
            scenario.levers[0].partners,
            [Economy::parse("CHN").unwrap(), Economy::parse("MNG").unwrap()]
        );
        for element in Element::ALL {
            assert!(
                scenario
                    .constant(&format!("levers.l.weights.{}", element.key()))
                    .is_some()
            );
        }
    }
}

/// Scores of four elements that no table holds of economies outside the matrix.
const GIVEN: &str = "industry-production = 0.6\nindustry-application = 0.5\ngovernance-production = 0.9\n\
                     governance-application = 0.8\n";

#[test]
fn a_lever_that_moves_an_element_without_a_score_is_refused_with_the_lines_to_add() {
    let own = two_economies("DEU", "FRA");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("s.toml");
    let read = |text: &str| {
        fs::write(&path, text).unwrap();
        load(&path, &[], None, &own)
    };
    let lever =
        "[levers.l]\nkind = \"joint_rnd\"\npartners = [\"DEU\", \"FRA\"]\nstart = 2026\nscale = 500\n";
    let refused = read(lever).map(|_| ()).unwrap_err();
    let help: Vec<&str> = refused.iter().filter_map(|error| error.help.as_deref()).collect();
    let errors = format!("{refused}{}", help.join("\n"));
    for words in [
        "the lever `l` moves elements of Germany that have no score: industry-production, industry-application",
        "of France that have no score",
        "add `[matrix.DEU]` with industry-production = ..., industry-application = ...",
    ] {
        assert!(errors.contains(words), "{words} in {errors}");
    }
    // Factor elements come from the panel, and what moves nothing needs no score.
    assert!(!errors.contains("factor-production"), "{errors}");
    assert!(read(&format!("{lever}weights = {{ industry-production = 0, industry-application = 0, governance-production = 0 }}\n")).is_ok());
    let scenario = read(&format!("{lever}[matrix.DEU]\n{GIVEN}[matrix.FRA]\n{GIVEN}")).unwrap();
    let plan = Plan::new(&own, &scenario).unwrap();
    let found = common::block(&plan, 1, 0);
    for place in 0..2 {
        let score = found.at(0, place, Metric::IndustryProduction, 0, 7);
        assert!((score - 0.6).abs() < 1e-15, "{score}");
        // Wherever the lever does not fail.
        let raised = (0..64).filter(|lane| {
            let at = |option| found.at(option, place, Metric::IndustryProduction, 14, *lane);
            at(1) > at(0)
        });
        assert!(raised.count() > 0);
    }
    assert!(
        plan.assumptions()
            .iter()
            .all(|sentence| !sentence.contains("no figures for"))
    );
    // A resolved scenario gives the same scores.
    let again = read(&scenario.resolved()).unwrap();
    let given = |scenario: &Scenario| scenario.constant("matrix.DEU.industry-production");
    assert_eq!((given(&again), given(&scenario)), (Some(0.6), Some(0.6)));
}

#[test]
fn what_needs_population_is_refused_without_it() {
    let own = two_economies("AAA", "BBB");
    let factor = "factor-production = 0.5\nfactor-application = 0.6\n";
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("s.toml");
    let read = |lines: &str| {
        let lever = LEVER.replace("\"CHN\", \"KOR\"", "\"AAA\", \"BBB\"");
        fs::write(
            &path,
            format!("{lever}{lines}[matrix.AAA]\n{GIVEN}{factor}[matrix.BBB]\n{GIVEN}{factor}"),
        )
        .unwrap();
        load(&path, &[], None, &own)
    };
    // Per million people, which is how this kind is measured.
    let errors = read("").map(|_| ()).unwrap_err().to_string();
    assert!(
        errors.contains("no population of AAA") && errors.contains("no population of BBB"),
        "{errors}"
    );
    let scenario = read("scale_basis = \"per_gdp_bn\"\n").unwrap();
    let plan = Plan::new(&own, &scenario).unwrap();
    let summary = common::run(&plan, common::settings(100, 1));
    assert!(summary.rows.iter().all(|row| !row.metric.is_per_head()));
    for metric in ["per_capita", "gdp_per_capita"] {
        fs::write(&path, format!("gap.metric = \"{metric}\"")).unwrap();
        let errors = load(&path, &[], None, &own).map(|_| ()).unwrap_err().to_string();
        assert!(errors.contains("need the population of AAA"), "{errors}");
    }
}

/// A history of two economies without population, unless the panel has it.
fn two_economies(first: &str, second: &str) -> HistoryData {
    let rows: String = (2016..=2021)
        .map(|year| {
            format!(
                "gdp,{first},{year},{},usd_bn,level\ngdp,{second},{year},{},usd_bn,level\ndigital_share,{first},{year},{},percent,level\n\
                 digital_share,{second},{year},{},percent,level\n",
                3500 + 40 * (year - 2016),
                2500 + 30 * (year - 2016),
                50 + (year - 2016),
                40 + (year - 2016)
            )
        })
        .collect();
    let table = format!("series,economy,year,value,unit,basis\n{rows}");
    let source = jointly::base::SourceText::new("own.csv", table);
    jointly::history::History::parse(source, true)
        .unwrap()
        .data()
        .unwrap()
}

//! Scenario files: what is read, and refusals.

use std::{fs, path::Path};

use jointly::{
    base::Element,
    report::render_diagnostics,
    scenario::{self, PARAMETERS, load},
};
use proptest::prelude::*;

use crate::common::{baseline, history, load_file, read, refusals};

#[test]
fn the_shipped_baseline_uses_every_default() {
    let scenario = baseline(&[]);
    assert_eq!((scenario.horizon, scenario.economies.len()), (2035, 5));
    assert!(
        scenario
            .inputs
            .iter()
            .all(|input| matches!(input.origin, scenario::Origin::Default { .. }))
    );
    // The long-run rate of volume is the panel's own, so no scenario holds it.
    assert!(scenario.input("baseline.KOR.long_run_growth").is_none());
    assert_eq!(scenario.constant("model.prior_years_max"), Some(5.0));
}

#[test]
fn every_parameter_has_a_default_with_source_or_says_what_happens_otherwise() {
    for parameter in PARAMETERS {
        for element in Element::ALL {
            let path = parameter.path.replace("{element}", element.key());
            assert_eq!(
                scenario::defaults::value(&path).is_ok(),
                parameter.otherwise().is_empty(),
                "{path}"
            );
        }
        assert!(!parameter.meaning.is_empty() && !parameter.unit.is_empty());
    }
    for input in &baseline(&[]).inputs {
        let scenario::Origin::Default { source, reason, .. } = &input.origin else {
            unreachable!()
        };
        assert!(!source.is_empty() && reason.ends_with('.'), "{}", input.path);
    }
}

#[test]
fn every_form_of_an_uncertain_number_is_read() {
    for (text, value) in [
        ("0.9", "0.9"),
        ("1", "1.0"),
        (
            "{ beta = { mean = 0.8, sd = 0.1 } }",
            "{ beta = { mean = 0.8, sd = 0.1 } }",
        ),
        ("{ uniform = [0.5, 1] }", "{ uniform = [0.5, 1.0] }"),
        (
            "{ triangular = [0.5, 0.6, 0.7] }",
            "{ triangular = [0.5, 0.6, 0.7] }",
        ),
        ("{ pert = [0.5, 0.6, 0.7] }", "{ pert = [0.5, 0.6, 0.7] }"),
        (
            "{ normal = { mean = 0.7, sd = 0.1 } }",
            "{ normal = { mean = 0.7, sd = 0.1 } }",
        ),
        (
            "{ lognormal = { median = 0.5, sd_log = 0.1 } }",
            "{ lognormal = { median = 0.5, sd_log = 0.1 } }",
        ),
        (
            "{ gamma = { shape = 2, rate = 8 } }",
            "{ gamma = { shape = 2.0, rate = 8.0 } }",
        ),
        (
            "{ zero_or = { p_zero = 0.2, else = { uniform = [0.5, 1] } } }",
            "{ zero_or = { p_zero = 0.2, else = { uniform = [0.5, 1.0] } } }",
        ),
        (
            "{ choice = { 0.7 = 0.7, 0.65 = 0.3 } }",
            "{ choice = { \"0.65\" = 0.3, \"0.7\" = 0.7 } }",
        ),
        ("{ choice = [1, 0.5] }", "{ choice = [0.5, 1.0] }"),
    ] {
        let scenario = read(format!("model.persistence = {text}").as_bytes()).unwrap();
        assert_eq!(
            scenario.input("model.persistence").unwrap().value.to_string(),
            value
        );
        // What is written out reads back as the same scenario.
        let again = read(scenario.resolved().as_bytes()).unwrap();
        assert_eq!(again.resolved(), scenario.resolved());
        assert_eq!(
            again.input("model.persistence").unwrap().value,
            scenario.input("model.persistence").unwrap().value
        );
    }
    let interval = read(b"baseline.CHN.long_run_growth = \"0.02 to 0.05\"").unwrap();
    let value = &interval.input("baseline.CHN.long_run_growth").unwrap().value;
    // The cut at the bounds takes less than 10⁻⁹ from the tails.
    assert!((value.quantile(0.05) - 0.02).abs() < 1e-9 && (value.quantile(0.95) - 0.05).abs() < 1e-9);
}

#[test]
fn views_enter_as_logarithmic_rates() {
    let scenario = baseline(&[
        "baseline.CHN.gdp_growth={ mean = 0.045, years = 10 }",
        "baseline.KOR.share_drift.mean=0.05",
        "baseline.KOR.share_drift.years=3",
    ]);
    let views = scenario.views();
    assert_eq!(views.len(), 2);
    assert!((views[0].location - 1.045f64.ln()).abs() < 1e-15 && views[0].years == 10.0);
    assert_eq!((views[1].location, views[1].years), (0.05, 3.0));
}

#[test]
fn typical_mistakes_are_named_with_line_column_and_the_nearest_name() {
    for (text, expected) in [
        ("titel = \"x\"", "1:1: unknown key `titel`"),
        ("\n\nhorizon = \"2035\"", "3:11: `horizon` is not a year"),
        ("horizon = 2021", "1:11: the horizon 2021 is out of range"),
        ("horizon = 99999999999", "1:11: `horizon` is not a year"),
        ("title = 3", "1:9: `title` is not a text"),
        (
            "economies = [\"CHN\", \"KRO\"]",
            "1:21: the history has no economy \"KRO\"",
        ),
        ("economies = [\"CHN\", \"CHN\"]", "1:21: CHN stands twice"),
        ("economies = []", "1:13: `economies` is not a list"),
        (
            "[model]\npersistance = 0.9",
            "2:1: unknown key `persistance` in `model`",
        ),
        (
            "[model]\npersistence = 1.5",
            "2:15: `model.persistence`: 1.5 is out of bounds",
        ),
        (
            "[model]\npersistence = nan",
            "2:15: `model.persistence`: NaN is not a finite number",
        ),
        (
            "[model]\npersistence = -inf",
            "2:15: `model.persistence`: -inf is not a finite number",
        ),
        (
            "[model]\npersistence = { uniform = [0.5, 1.5] }",
            "2:15: `model.persistence`: 50 % of the distribution lies above 1",
        ),
        (
            "[model]\npersistence = { unifrom = [0.5, 0.6] }",
            "2:15: `model.persistence`: unknown distribution `unifrom`, did you mean `uniform`?",
        ),
        (
            "[model]\npersistence = \"a lot\"",
            "2:15: `model.persistence`: `a lot` is not an interval",
        ),
        (
            "[model]\npersistence = 1979-05-27",
            "2:15: `model.persistence`: a datetime is not a number",
        ),
        (
            "[model]\nshock_df = 1.5",
            "2:12: `model.shock_df`: 1.5 is out of bounds",
        ),
        (
            "[model]\nprior_years_max = \"1 to 5\"",
            "2:19: `model.prior_years_max`: this number may not be uncertain",
        ),
        ("model = 3", "1:9: `model` is not a table"),
        (
            "[baseline.CHI]\nlong_run_growth = 0.03",
            "1:11: unknown key `CHI` in `baseline`",
        ),
        (
            "[baseline.CHN]\nlong_run_growth = 5",
            "2:19: `baseline.CHN.long_run_growth`: 5 is out of bounds",
        ),
        (
            "[baseline.CHN]\ngdp_growth.mean = 0.05",
            "2:19: `baseline.CHN.gdp_growth.mean` needs `baseline.CHN.gdp_growth.years` beside it",
        ),
        ("extends = \"../../etc/passwd\"", "1:11: "),
        ("extends = \"none.toml\"", "1:11: there is no file"),
        ("extends = 3", "1:11: `extends` is not a file name"),
        ("title = \"x", "1:11: "),
    ] {
        let found = refusals(text);
        assert_eq!(found.len(), 1, "{text}: {found:?}");
        assert!(found[0].starts_with(expected), "{text}: {}", found[0]);
    }
    assert_eq!(
        refusals("titel = 1\nhorizont = 2\n[model]\npersistence = 7\n").len(),
        3
    );
}

#[test]
fn overrides_are_marked_in_the_argument() {
    let refused = |argument: &str| {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("scenarios/baseline.toml");
        load(&path, &[argument.to_owned()], None, &history())
            .unwrap_err()
            .to_string()
    };
    assert!(refused("model.persistence").starts_with("--set:1:1: `model.persistence` has no `=`"));
    assert!(refused("model.persistnce=0.9").starts_with("--set:1:1: unknown key `persistnce` in `model`"));
    assert!(
        refused("model.persistence=9").starts_with("--set:1:19: `model.persistence`: 9 is out of bounds")
    );
    assert!(refused("model.persistence.x=9").contains("has no part `x`"));
    assert!(refused("extends=\"x\"").contains("cannot be set on the command line"));
    let scenario = baseline(&[
        "baseline.RUS.long_run_growth=0.01 to 0.05",
        "title=Stress",
        "model.persistence=0.5",
        "model.persistence=0.7",
    ]);
    assert_eq!(
        (scenario.title.as_str(), scenario.constant("model.persistence")),
        ("Stress", Some(0.7))
    );
    assert_eq!(
        scenario.input("model.persistence").unwrap().origin,
        scenario::Origin::CommandLine
    );
}

#[test]
fn files_extend_one_another_inside_their_folder() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| fs::write(folder.path().join(name), text).unwrap();
    let load_file = |name: &str| load(&folder.path().join(name), &[], None, &history());
    write(
        "base.toml",
        "title = \"base\"\nsummary = \"kept\"\nmodel.persistence = 0.5\n",
    );
    write("child.toml", "extends = \"base.toml\"\ntitle = \"child\"\n");
    let child = load_file("child.toml").unwrap();
    assert_eq!(
        (
            child.title.as_str(),
            child.summary.as_str(),
            child.constant("model.persistence")
        ),
        ("child", "kept", Some(0.5))
    );
    assert_eq!(child.files.len(), 3);
    write("a.toml", "extends = \"b.toml\"");
    write("b.toml", "extends = \"a.toml\"");
    assert!(
        load_file("a.toml")
            .unwrap_err()
            .to_string()
            .contains("in a circle: a.toml → b.toml → a.toml")
    );
    for depth in 0..30 {
        write(
            &format!("d{depth}.toml"),
            &format!("extends = \"d{}.toml\"", depth + 1),
        );
    }
    assert!(
        load_file("d0.toml")
            .unwrap_err()
            .to_string()
            .contains("more than 16 files")
    );
    fs::create_dir(folder.path().join("inner")).unwrap();
    write("inner/up.toml", "extends = \"../base.toml\"");
    assert!(
        load_file("inner/up.toml")
            .unwrap_err()
            .to_string()
            .contains("outside the folder")
    );
    write("broken.toml", "modle = 1");
    write("uses.toml", "extends = \"broken.toml\"");
    assert!(
        load_file("uses.toml")
            .unwrap_err()
            .to_string()
            .contains("broken.toml:1:1: unknown key `modle`")
    );
}

#[test]
fn hostile_files_end_in_a_refusal() {
    let deep = format!("model = {}", "[".repeat(100_000));
    let nested = format!(
        "model.persistence = {}1{}",
        "{ zero_or = { p_zero = 0.1, else = ".repeat(60),
        "} }".repeat(60)
    );
    let long_key = format!("{} = 1", "k".repeat(10_000));
    let large = vec![b' '; 2 << 20];
    for text in [
        deep.as_bytes(),
        nested.as_bytes(),
        long_key.as_bytes(),
        &large,
        b"title = \"\xff\"",
        b"\0\0\0",
    ] {
        assert!(read(text).is_err());
    }
    // An empty file is a scenario with every default; a byte order mark is no error.
    assert!(read(b"").is_ok() && read(b"\xef\xbb\xbftitle = \"x\"").is_ok());
    let folder = tempfile::tempdir().unwrap();
    assert!(
        load(folder.path(), &[], None, &history())
            .unwrap_err()
            .to_string()
            .contains("is a directory")
    );
}

proptest! {
    #[test]
    fn no_text_makes_the_reader_panic(text in "(title|model|baseline|CHN|persistence|gdp_growth|mean|beta|extends|economies|[.={}\\[\\]\"\n ]|[-0-9.e]{1,5}|\\PC){0,40}") {
        let _ = read(text.as_bytes());
    }
}

/// Two levers and two options, one of each with a title.
const TITLED: &str = r#"
[levers.joint-study]
kind = "joint_rnd"
partners = ["CHN", "KOR"]
start = 2026
scale = 500
[levers.cities]
title = "Smart-city pilots"
kind = "smart_city_pilots"
partners = ["CHN", "KOR"]
start = 2026
scale = { CHN = 20 }
[options]
study-alone = ["joint-study"]
both = { levers = ["joint-study", "cities"], title = "Study and cities" }
"Cities (CHN-KOR)" = ["cities"]
"#;

#[test]
fn levers_and_options_are_shown_under_the_names_people_gave() {
    let scenario = read(TITLED.as_bytes()).unwrap();
    let levers: Vec<String> = (0..2).map(|lever| scenario.lever_name(lever)).collect();
    let options: Vec<String> = (0..3).map(|option| scenario.option_name(option)).collect();
    // In the order of the ids, and in the order of the file.
    assert_eq!(levers, ["Smart-city pilots", "joint study"]);
    assert_eq!(options, ["study alone", "Study and cities", "Cities (CHN-KOR)"]);
    assert_eq!(
        (scenario.lever_name(2), scenario.option_name(3)),
        Default::default()
    );
    // Paths and selectors go by the names of the file; the resolved scenario keeps the titles.
    assert_eq!(scenario.options[1].name, "both");
    let again = read(scenario.resolved().as_bytes()).unwrap();
    assert_eq!(again.resolved(), scenario.resolved());
    assert_eq!(
        (again.lever_name(0), again.option_name(1)),
        (levers[0].clone(), options[1].clone())
    );
}

#[test]
fn a_title_may_be_given_later_and_keeps_the_levers() {
    let set = ["options.both.title=Both", "levers.joint-study.title=\"Study\""];
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("s.toml");
    fs::write(&path, TITLED).unwrap();
    let scenario = load_file(&path, &set).unwrap();
    assert_eq!(
        (scenario.option_name(1), scenario.lever_name(1)),
        ("Both".into(), "Study".into())
    );
    assert_eq!(scenario.options[1].levers, ["cities", "joint-study"]);
}

#[test]
fn titles_that_could_not_be_read_or_told_apart_are_refused() {
    for (old, new, expected) in [
        (
            "title = \"Study and cities\"",
            "title = \"\"",
            "15:54: `options.both.title` is no name",
        ),
        (
            "title = \"Study and cities\"",
            "title = \" x\"",
            "15:54: `options.both.title` is no name",
        ),
        (
            "title = \"Study and cities\"",
            "title = 3",
            "15:54: `options.both.title` is not a text",
        ),
        (
            "title = \"Study and cities\"",
            "title = \"a\\nb\"",
            "15:54: `options.both.title` cannot be shown",
        ),
        (
            "title = \"Study and cities\"",
            "titel = \"x\"",
            "15:46: unknown key `titel` in `options.both`",
        ),
        (
            "title = \"Study and cities\"",
            "title = \"study alone\"",
            "are both shown as “study alone”",
        ),
        (
            "levers = [\"joint-study\", \"cities\"], ",
            "",
            "15:1: the option `both` has no `levers`",
        ),
        (
            "kind = \"joint_rnd\"",
            "kind = \"joint_rnd\"\ntitle = \"Smart-city pilots\"",
            "the levers `cities` and `joint-study` have one title",
        ),
        (
            "title = \"Smart-city pilots\"",
            "title = \"\\u001b[31m\"",
            "8:9: `levers.cities.title` cannot be shown",
        ),
    ] {
        let text = TITLED.replace(old, new);
        assert_ne!(text, TITLED);
        let errors = refusals(&text).join("\n");
        assert!(errors.contains(expected), "{new}: {errors}");
        assert_eq!(read(&text).unwrap_err().iter().count(), 1, "{errors}");
    }
    let long = TITLED.replace("Study and cities", &"x".repeat(101));
    assert!(refusals(&long).join("\n").contains("cannot be shown"));
    let long = format!("title = \"{}\"", "x".repeat(201));
    assert!(refusals(&long).join("\n").contains("cannot be shown"));
}

/// The errors of a text as a person reads them, their number before.
fn told(text: &str) -> (usize, String) {
    let errors = read(text).unwrap_err();
    (errors.len(), render_diagnostics(&errors, false, 200))
}

#[test]
fn names_that_readers_of_tables_lose_are_refused_with_a_way_out() {
    let levers = TITLED.split("[options]").next().unwrap();
    let refused = |options: &str, expected: &[&str]| {
        let (count, shown) = told(&format!("{levers}[options]\n{options}\n"));
        assert_eq!(count, 1, "{shown}");
        for part in expected {
            assert!(shown.contains(part), "{part}: {shown}");
        }
    };
    for name in [
        "NA", "None", "null", "nan", "n/a", "NULL", "N/A", "<NA>", "missing", "nil",
    ] {
        if name.contains('/') {
            // The dash of selectors is refused for itself.
            continue;
        }
        let way_out = format!("write more, such as \"option {name}\"");
        refused(
            &format!("\"{name}\" = [\"cities\"]"),
            &[
                &format!("`{name}` cannot name an option"),
                "readers of tables take it for a missing value",
                &way_out,
            ],
        );
        // The way out is one.
        let text = format!("{levers}[options]\n\"option {name}\" = [\"cities\"]\n");
        assert!(read(&text).is_ok(), "{name}");
    }
    for (first, second) in [
        ("Both  of them", "both of them"),
        ("Both", "BOTH"),
        ("both ", "both"),
        (" both", "both"),
        ("both of\u{a0}them", "both of them"),
    ] {
        refused(
            &format!("\"{first}\" = [\"cities\"]\n\"{second}\" = [\"joint-study\"]"),
            &[
                "are both shown as",
                "expected a name that differs in more than blanks and case, or a `title` of its own",
                // The second one is marked.
                &format!("s.toml:{}:1", levers.lines().count() + 3),
            ],
        );
    }
    // Titles of their own tell them apart.
    let titled = "Both = { levers = [\"cities\"], title = \"One\" }\nboth = { levers = [\"joint-study\"], title = \"Two\" }";
    assert!(read(format!("{levers}[options]\n{titled}\n")).is_ok());
}

#[test]
fn a_bad_interval_says_what_an_interval_is_and_what_was_read() {
    for (written, words) in [
        ("0.9 to 0.5", "from a smaller to a larger finite number"),
        ("0.5 to 0.5", "from a smaller to a larger finite number"),
        ("0.5 to inf", "from a smaller to a larger finite number"),
        ("nan to 0.5", "its 5 % and 95 % points: `nan to 0.5`"),
        ("0.5 - 0.9", "`0.5 - 0.9` is not an interval like \"5 to 15\""),
        ("0.5 to", "`0.5 to` is not an interval like \"5 to 15\""),
        ("0.5 to 0.7 to 0.9", "is not an interval like \"5 to 15\""),
        ("0,5 to 0,9", "`0,5 to 0,9` is not an interval like \"5 to 15\""),
        ("half", "`half` is not an interval like \"5 to 15\""),
        (
            "50 % to 90 %",
            "`50 % to 90 %` is not an interval like \"5 to 15\"",
        ),
    ] {
        let (count, shown) = told(&format!("model.persistence = \"{written}\""));
        assert_eq!(count, 1, "{written}: {shown}");
        for part in [words, written, "\"LOW to HIGH\" (a 90 % interval)", "s.toml:1:21"] {
            assert!(shown.contains(part), "{written}: {part} in {shown}");
        }
    }
}

#[test]
fn a_zero_or_is_judged_where_it_is_not_0() {
    // One path in a hundred draws the other distribution, of which a sixth lies above 1: 0.17 % of all, and refused.
    let text = "model.persistence = { zero_or = { p_zero = 0.99, else = { uniform = [0.5, 1.1] } } }";
    let errors = refusals(text).join("\n");
    assert!(
        errors.contains("17 % of the distribution lies above 1"),
        "{errors}"
    );
}

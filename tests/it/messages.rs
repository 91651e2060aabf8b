//! Messages name the cause, once; every mistake is told at once.

use jointly::base::{Diagnostics, SourceText, nearest};
use jointly::history::History;

use crate::common::{jointly, refusals};

const HEADER: &str = "series,economy,year,value,unit,basis";

/// The errors of a history table, each with its remedy.
fn history(rows: &str) -> Vec<String> {
    let text = format!("{HEADER}\n{rows}");
    let told = |errors: Diagnostics| {
        let one = errors
            .iter()
            .map(|one| format!("{} | {}", one.message, one.help.clone().unwrap_or_default()));
        one.collect()
    };
    History::parse(SourceText::new("t.csv", text), true).map_or_else(told, |_| Vec::new())
}

fn years(value: impl Fn(i32) -> String) -> String {
    (1990..2020).map(value).collect()
}

#[test]
fn one_cause_is_told_once() {
    for (rows, part) in [
        (
            years(|year| format!("gdp,CHN,{year},\"1,{year}.5\",usd_bn,level\n")),
            "nothing between thousands",
        ),
        (
            years(|year| format!("gdp,CHN,{year},\"{year},5\",usd_bn,level\n")),
            "decimal point",
        ),
        (
            years(|year| format!("digital_share,CHN,{year},40.1 %,percent,level\n")),
            "write the number alone",
        ),
        (
            years(|year| format!("gdp,CHN,{year},..,usd_bn,level\n")),
            "rows without a figure are left out",
        ),
        (
            years(|year| format!("gdp,CHN,{year},{year},usd_m,level\n")),
            "`usd_m` is not `usd_bn`: write the figures divided by 1,000",
        ),
        (
            years(|year| format!("gdp,CHN,{year},1,234.5,usd_bn,level\n")),
            "a comma inside a number or a text parts it",
        ),
        (
            years(|year| format!("digital_share,CHN,{year},0.68,percent,level\n")),
            "write the unit `share`",
        ),
    ] {
        let errors = history(&rows);
        assert_eq!(errors.len(), 1, "{part}: {errors:#?}");
        assert!(errors[0].contains(part), "{part}: {errors:#?}");
    }
    // Different causes are all told.
    let two = history("gdp,CHN,2020,12 %,usd_bn,level\ngdp,CHN,2021,1,usd_m,level\n");
    assert_eq!(two.len(), 2, "{two:#?}");
}

#[test]
fn words_of_the_field_lead_to_the_names_used_here() {
    let known = ["one-at-a-time", "latin-hypercube", "half_scale", "mcse"];
    for (word, name) in [
        ("tornado", "one-at-a-time"),
        ("LHS", "latin-hypercube"),
        ("half-scale", "half_scale"),
        ("half scale", "half_scale"),
    ] {
        assert_eq!(nearest(word, known), Some(name), "{word}");
    }
}

const LEVER: &str =
    "[levers.l]\nkind = \"joint_rnd\"\npartners = [\"CHN\", \"KOR\"]\nstart = 2026\nscale = 1\n";

#[test]
fn every_mistake_of_a_lever_is_told_at_once() {
    let text = "[levers.l]\nkind = \"market_gateway\"\npartners = [\"CHN\", \"KOR\"]\n";
    let errors = refusals(text);
    for part in [
        "has no `start`",
        "has no `scale`",
        "sells in third markets and has no `trade_base`",
    ] {
        assert!(
            errors.iter().any(|error| error.contains(part)),
            "{part}: {errors:#?}"
        );
    }
    assert_eq!(errors.len(), 3, "{errors:#?}");
}

fn told(arguments: &[&str]) -> String {
    let output = jointly(arguments).assert().code(2).get_output().stderr.clone();
    String::from_utf8(output).unwrap()
}

#[test]
fn an_unknown_lever_of_set_is_one_mistake() {
    let text = told(&[
        "check",
        "scenarios/china-korea-smart-cities.toml",
        "--set",
        "levers.smart-city.scale=3",
    ]);
    assert_eq!(text.matches("error:").count(), 1, "{text}");
    assert!(
        text.contains("there is no lever `smart-city`") && text.contains("did you mean `smart-cities`?"),
        "{text}"
    );
}

#[test]
fn what_cannot_vary_and_what_is_not_there_say_so() {
    let sweep = |vary: &str| told(&["sweep", "scenarios/china-korea-smart-cities.toml", "--vary", vary]);
    let partners = sweep("levers.smart-cities.partners=[1, 2]");
    assert!(
        partners.contains("`levers.smart-cities.partners` cannot vary")
            && partners.contains("compare levers"),
        "{partners}"
    );
    assert!(sweep("levers.smart-citys.success=prior").contains("did you mean `smart-cities`?"));
    assert!(sweep("baseline.DEU.long_run_growth=[0, 0.1]").contains("DEU is not among the economies"));
    let tornado = told(&[
        "sweep",
        "scenarios/china-korea-smart-cities.toml",
        "--method",
        "tornado",
    ]);
    assert!(tornado.contains("did you mean `one-at-a-time`?"), "{tornado}");
}

#[test]
fn what_jointly_new_left_open_is_refused_wherever_it_stands() {
    for (text, count) in [
        (
            format!("summary = \"REPLACE: the question\"\n{LEVER}capital_cost = \"REPLACE\"\n"),
            2,
        ),
        (format!("title = \" REPLACE\"\n{LEVER}"), 1),
        (LEVER.replace("start = 2026", "start = \"REPLACE\""), 1),
        (
            LEVER.replace("scale = 1", "scale = { CHN = \"REPLACE\", KOR = 1 }"),
            1,
        ),
        (LEVER.replace("\"joint_rnd\"", "\"REPLACE\""), 1),
        (
            format!(
                "{}trade_base = {{ CHN = \"REPLACE\", KOR = \"REPLACE\" }}\n",
                LEVER.replace("joint_rnd", "market_gateway")
            ),
            2,
        ),
    ] {
        let errors = refusals(&text);
        assert_eq!(errors.len(), count, "{text}: {errors:#?}");
        assert!(
            errors.iter().all(|error| error.contains("still says REPLACE")),
            "{text}: {errors:#?}"
        );
    }
}

/// What is found only when the whole file is known points at the line that says it.
#[test]
fn what_is_found_after_reading_keeps_its_place() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("s.toml");
    let base = format!("economies = [\"CHN\", \"KOR\"]\n{LEVER}");
    for (text, message, place) in [
        (
            "economies = [\"CHN\", \"DEU\"]\n".to_owned(),
            "no digital share of GDP for Germany",
            ":1:13",
        ),
        (
            format!("{base}[plan]\nbudget_of = {{ KOR = 1, JPN = 2 }}\n"),
            "JPN is not among the economies",
            ":8:30",
        ),
        (
            format!("{base}[sweep]\nmethod = \"nonsense\"\n"),
            "unknown method `nonsense`",
            ":8:10",
        ),
        (
            format!("{base}[sweep]\nmethod = \"discover\"\n"),
            "needs a --condition",
            ":8:10",
        ),
        (
            format!("{base}[sweep]\noutcome = \"money.bcr\"\n"),
            "is a ratio of means",
            ":8:11",
        ),
        (
            format!("{base}[sweep]\noutcome = [\"CHN.gdp@2030\", \"CHN.gdp@2010\"]\n"),
            "2010 is not a year of the projection",
            ":8:11",
        ),
        (
            format!("{base}[sweep]\nsize = 3\nmethod = \"sobol-sequence\"\n"),
            "size",
            ":8:8",
        ),
        (
            format!(
                "{base}[sweep]\nmethod = \"grid\"\n[sweep.vary]\n\"model.decay\" = [0, 0.1]\n\
                 \"model.share_response\" = [0, 0.1]\n\"model.gdp_response\" = [0, 0.1]\n"
            ),
            "`grid` takes 1 to 2 inputs",
            ":9:1",
        ),
        (
            format!("{base}[sweep.vary]\n\"levers.l.start\" = [2026, 2040]\n"),
            "",
            ":8:",
        ),
        (
            {
                let weights = ["factor", "industry", "governance"].map(|kind| {
                    format!(
                        "response_weights.{kind}-production = 0\nresponse_weights.{kind}-application = 0\n"
                    )
                });
                format!("[model]\n{}", weights.join(""))
            },
            "are all 0",
            ":",
        ),
    ] {
        std::fs::write(&file, &text).unwrap();
        let shown = told(&["check", file.to_str().unwrap()]);
        assert!(
            shown.contains(message) && shown.contains(&format!("s.toml{place}")),
            "{text}\n{shown}"
        );
    }
    // What the command line says stands in no file.
    std::fs::write(&file, &base).unwrap();
    let swept = told(&[
        "sweep",
        file.to_str().unwrap(),
        "--outcome",
        "CHN.gdp@2010",
        "--paths",
        "500",
    ]);
    assert!(
        swept.contains("2010 is not a year") && !swept.contains("s.toml:"),
        "{swept}"
    );
    // Lines to copy stand on lines.
    std::fs::write(&file, "economies = [\"CHN\", \"DEU\"]\n").unwrap();
    let shown = told(&["check", file.to_str().unwrap()]);
    assert!(
        shown.lines().any(|line| line.trim() == "[baseline.DEU]") && !shown.contains('␊'),
        "{shown}"
    );
}

#[test]
fn check_refuses_the_sweeps_that_sweep_refuses() {
    let folder = tempfile::tempdir().unwrap();
    for (sweep, part) in [
        ("method = \"nonsense\"", "unknown method `nonsense`"),
        ("method = \"discover\"", "needs a --condition"),
        (
            "method = \"grid\"\n[sweep.vary]\n\"model.decay\" = [0, 0.1]\n\"model.share_response\" = [0, 0.1]\n\"model.gdp_response\" = [0, 0.1]",
            "grid",
        ),
    ] {
        let file = folder.path().join("s.toml");
        std::fs::write(
            &file,
            format!("economies = [\"CHN\", \"KOR\"]\n{LEVER}[sweep]\n{sweep}\n"),
        )
        .unwrap();
        let path = file.to_str().unwrap();
        let (check, swept) = (told(&["check", path]), told(&["sweep", path, "--paths", "1000"]));
        assert!(check.contains(part), "{check}");
        assert_eq!(check, swept);
    }
}

#[test]
fn a_program_of_one_country_creates_and_opens_no_trade() {
    assert_eq!(refusals(&LEVER.replace("\"CHN\", ", "")), Vec::<String>::new());
    let zone = LEVER
        .replace("joint_rnd", "digital_free_trade_zone")
        .replace("\"CHN\", ", "");
    let errors = refusals(&zone);
    assert_eq!(errors.len(), 1, "{errors:#?}");
    assert!(errors[0].contains("works through the trade of its partners and has one"));
}

#[test]
fn the_horizon_can_be_set_as_anything_else() {
    let set = jointly(&[
        "check",
        "scenarios/baseline.toml",
        "--set",
        "horizon=2030",
        "--json",
    ])
    .assert()
    .success();
    let json: serde_json::Value = serde_json::from_slice(&set.get_output().stdout).unwrap();
    assert_eq!(json[0]["horizon"], 2030);
}

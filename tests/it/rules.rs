//! Levers that wait for a sign: every path is that of a file without the lever, or of one without the rule.

use crate::common::{self, Block, jointly, plan_of, refusals};

const LEVERS: &str = r#"
horizon = 2032
economies = ["CHN", "KOR", "MNG"]
gap.reference = "frontier"
[baseline.MNG]
initial_share = "0.08 to 0.15"
[levers.early]
kind = "joint_laboratories"
partners = ["CHN", "KOR"]
start = 2025
scale = 50
[levers.late]
kind = "digital_free_trade_zone"
partners = ["KOR", "MNG"]
start = 2029
scale = 1
tension_relief = 0.4
"#;
const BOTH: &str = "[options]\nboth = [\"early\", \"late\"]\nlate = [\"late\"]\n";

/// What a path is under an option: everything that the block holds of it.
fn path(block: &Block, option: usize, lane: usize) -> Vec<u64> {
    let metrics = block.metrics[option]
        .iter()
        .flatten()
        .flatten()
        .filter(|lanes| !lanes.is_empty());
    let money = block.extra_gdp[option]
        .iter()
        .chain(&block.extra_digital[option])
        .chain(&block.outlays[option]);
    metrics.chain(money).map(|lanes| lanes[lane].to_bits()).collect()
}

#[test]
fn a_lever_starts_where_its_condition_holds_and_leaves_no_trace_where_it_does_not() {
    let always = plan_of(&common::scenario(&format!("{LEVERS}{BOTH}")));
    let never = plan_of(&common::scenario(&format!(
        "{LEVERS}[options]\nboth = [\"early\"]\n"
    )));
    for (rule, holds) in [
        (
            "MNG.gap@2027 > 0.2 and group.gdp@2026 < 26000",
            (&|block: &Block, option: usize, lane: usize| {
                let (gap, gdp) = (
                    block.at(option, 2, jointly::base::Metric::Gap, 2027 - 2021, lane),
                    block.at(option, 3, jointly::base::Metric::Gdp, 2026 - 2021, lane),
                );
                gap > 0.2 && gdp < 26_000.0
            }) as &dyn Fn(&Block, usize, usize) -> bool,
        ),
        (
            "extra:KOR.gdp@2028 >= 0.5 or MNG.share@2024 <= 0.1",
            &|block: &Block, option: usize, lane: usize| {
                let at = |option: usize| block.at(option, 1, jointly::base::Metric::Gdp, 2028 - 2021, lane);
                at(option) - at(0) >= 0.5
                    || block.at(option, 2, jointly::base::Metric::Share, 2024 - 2021, lane) <= 0.1
            },
        ),
    ] {
        let scenario = common::scenario(&format!(
            "{LEVERS}{BOTH}[rules.sign]\nwhen = \"{rule}\"\nthen = \"late\"\n"
        ));
        assert_eq!(
            common::scenario(&scenario.resolved()).resolved(),
            scenario.resolved()
        );
        let ruled = plan_of(&scenario);
        for number in 0..3 {
            let [ruled, always, never] = [&ruled, &always, &never].map(|plan| common::block(plan, 4, number));
            let mut started = 0;
            for lane in 0..jointly::random::BLOCK {
                let starts = holds(&always, 1, lane);
                started += usize::from(starts);
                let expected = if starts { &always } else { &never };
                assert!(
                    path(&ruled, 1, lane) == path(expected, 1, lane),
                    "{rule}: {number}, {lane}"
                );
                // The other option holds the lever alone, and sees what happens there.
                let starts = holds(&always, 2, lane);
                if starts {
                    assert!(
                        path(&ruled, 2, lane) == path(&always, 2, lane),
                        "{rule}: {number}, {lane}"
                    );
                } else {
                    let money = ruled.extra_gdp[2].iter().chain(&ruled.outlays[2]);
                    assert!(money.map(|lanes| lanes[lane]).all(|value| value == 0.0));
                }
            }
            assert!(started > 5 && started < 512, "{rule}: {started}");
        }
    }
}

#[test]
fn results_with_a_rule_are_the_same_bytes_at_any_number_of_threads() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ruled.toml");
    std::fs::write(
        &file,
        format!("{LEVERS}{BOTH}[rules.sign]\nwhen = \"MNG.gap@2027 > 0.2\"\nthen = \"late\"\n"),
    )
    .unwrap();
    let file = file.display().to_string();
    for command in [
        &["run", &file][..],
        &["compare", &file],
        &["attribute", &file, "--option", "both"],
    ] {
        let print = |threads: &str| {
            let arguments = [command, &["--paths", "1500", "--json", "--threads", threads]].concat();
            let output = jointly(&arguments).assert().success().get_output().stdout.clone();
            String::from_utf8(output).unwrap()
        };
        assert_eq!(print("1"), print("3"));
    }
    let refused = jointly(&["plan", &file, "--budget", "1"]).assert().code(2);
    let text = String::from_utf8(refused.get_output().stderr.clone()).unwrap();
    assert!(
        text.contains("the rule `sign` decides whether `late` starts"),
        "{text}"
    );
}

#[test]
fn rules_that_cannot_be_followed_are_refused() {
    let refused = |rule: &str| refusals(&format!("{LEVERS}{BOTH}[rules.sign]\n{rule}")).join("\n");
    let when = |when: &str| refused(&format!("when = \"{when}\"\nthen = \"late\""));
    assert_eq!(when("MNG.gap@2028 > 0.2"), "");
    for (condition, expected) in [
        (
            "MNG.gap@2029 > 0.2",
            "`MNG.gap@2029` is not known when `late` starts, in 2029",
        ),
        ("MNG.gap > 0.2", "is at the horizon; state a year"),
        ("money.npv > 0", "counts years to come"),
        ("both/MNG.gap@2028 > 0.2", "names an option"),
        ("MNG.gap@2028|p05 > 0.2", "names a statistic"),
        ("MNG.gap@2028", "a condition is an outcome"),
        ("MNG.gpa@2028 > 1", "gpa"),
    ] {
        let text = when(condition);
        assert!(text.contains(expected), "{condition}: {text}");
    }
    for (rule, expected) in [
        ("when = \"MNG.gap@2028 > 0.2\"", "has no `then`"),
        ("then = \"late\"", "has no `when`"),
        (
            "when = \"MNG.gap@2028 > 0.2\"\nthen = \"lat\"",
            "there is no lever `lat`",
        ),
        (
            "when = \"MNG.gap@2028 > 0.2\"\nthen = \"late\"\nelse = 1",
            "unknown key `else`",
        ),
        (
            "when = \"MNG.gap@2028 > 0.2\"\nthen = \"late\"\n[rules.other]\nwhen = \"MNG.gap@2027 > 0.2\"\nthen = \"late\"",
            "has a rule already, `sign`",
        ),
    ] {
        let text = refused(rule);
        assert!(text.contains(expected), "{rule}: {text}");
    }
}

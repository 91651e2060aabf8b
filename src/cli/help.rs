//! What help says beside the options: three examples of every command, what short help leaves to long help, exit statuses. One table.

use clap::{
    ArgGroup, Command, ValueEnum,
    builder::{PossibleValuesParser, TypedValueParser},
};

use super::deliver::{StudyFormat, WRITTEN};

/// The help of a command.
struct Help {
    command: &'static str,
    /// Options of the short help, by their long names; the others stand in `--help`.
    first: &'static [&'static str],
    examples: [&'static str; 3],
}

const fn help(command: &'static str, first: &'static [&'static str], examples: [&'static str; 3]) -> Help {
    Help {
        command,
        first,
        examples,
    }
}

#[rustfmt::skip]
const HELP: &[Help] = &[
    help("run", &["paths", "set", "out", "report", "show", "why"], ["run s.toml", "run s.toml --set levers.pilots.scale.CHN=30 --paths 100k", "run s.toml --out results --report page.html"]),
    help("merge", &["out", "report"], ["run s.toml --shard 1/2 -o 1.bin", "merge 1.bin 2.bin --out results", "merge *.bin --report page.html"]),
    help("check", &["set", "history", "quiet"], ["check s.toml", "check scenarios/*.toml --quiet", "check s.toml --format json"]),
    help("new", &["kind", "partners", "title", "out"], ["new --kind joint_rnd --partners CHN,KOR -o s.toml", "new --kind joint_rnd --kind talent_exchange --partners CHN,KOR,JPN", "levers"]),
    help("scenarios", &["format"], ["scenarios", "scenarios show china-korea-smart-cities", "scenarios show baseline -o baseline.toml"]),
    help("explain", &["format"], ["explain model.share_response", "explain levers.*.learning", "explain regret"]),
    help("levers", &["format", "full"], ["levers", "levers joint_rnd", "levers --format csv"]),
    help("schema", &[], ["schema > scenario.schema.json", "check s.toml", "explain options"]),
    help("compare", &["outcome", "effect", "paths", "out", "report", "show"], ["compare s.toml", "compare a.toml b.toml --outcome extra:MNG.gdp@2035", "compare s.toml --effect MNG.gap --report page.html"]),
    help("attribute", &["option", "outcome", "paths", "out", "report"], ["attribute s.toml", "attribute s.toml --option both --outcome money.npv", "attribute s.toml --report page.html"]),
    help("sweep", &["method", "vary", "outcome", "size", "out", "resume"], ["sweep s.toml --method morris", "sweep s.toml --vary \"levers.*.success=prior\" --out sweep", "sweep --resume sweep"]),
    help("value", &["effect", "worth", "study", "paths", "report"], ["value s.toml", "value s.toml --effect MNG.gap --worth 2", "value s.toml --study \"levers.pilots.creation=20 sd 0.1\""]),
    help("plan", &["budget", "maximize", "risk", "scales", "report"], ["plan s.toml --budget 5", "plan s.toml --budget 5 --budget-of MNG=0.5", "plan s.toml --budget 5 --maximize extra:MNG.gdp@2035"]),
    help("target", &["want", "with", "best", "by", "paths", "report"], ["target s.toml --want \"KOR.gdp@2035 >= 3000\" --by levers.pilots.scale", "target s.toml --want \"money.npv = 0\" --by levers.pilots.capital_cost", "target s.toml --best --by \"levers.pilots.success=[0.5, 1]\""]),
    help("timing", &["option", "lever", "years", "maximize", "paths", "report"], ["timing s.toml", "timing s.toml --lever pilots --years 2026..2032", "timing s.toml --maximize extra:MNG.gdp@2035"]),
    help("explore", &["set", "horizon", "history"], ["explore s.toml", "explore s.toml --set horizon=2040", "explore s.toml --history mine.csv"]),
    help("history", &["economy", "series", "audit", "history", "full", "format"], ["history", "history --economy VNM --full", "history --audit --history mine.csv"]),
    help("import", &["out", "series", "unit", "only", "economy", "years"], ["import WDI.csv -o history.csv", "import iamc.csv --unit \"GDP|MER=usd_bn\"", "import shares.csv --series \"Digital share=digital_share\""]),
    help("calibrate", &["economy", "history", "full", "format"], ["calibrate", "calibrate --economy VNM --full", "calibrate --history mine.csv"]),
    help("backtest", &["seed", "history", "full", "format"], ["backtest", "backtest --history panel", "backtest --full"]),
    help("matrix", &["year", "full", "format"], ["matrix", "matrix CHN KOR", "matrix --format csv"]),
    help("report", &["out", "plot"], ["run s.toml --out results", "report results -o page.html", "report results --plot charts"]),
    help("completions", &[], ["completions bash > ~/.local/share/bash-completion/completions/jointly", "completions zsh > _jointly", "completions fish > ~/.config/fish/completions/jointly.fish"]),
    help("man", &["out"], ["man | man -l -", "man --out man1", "explain horizon"]),
];

/// What an exit status means.
const STATUSES: &str = "\
Exit status:
  0    done
  1    a check that was asked for did not pass, a file could not be read or written, or too much memory or time is needed
  2    the arguments or an input are wrong; every error is shown, nothing is written
  130  stopped by Ctrl-C, SIGTERM or SIGHUP; nothing is written, but `sweep --out` keeps its finished points";

fn examples(help: &Help) -> String {
    let lines = help.examples.map(|example| format!("  jointly {example}"));
    format!("Examples:\n{}", lines.join("\n"))
}

/// The first part of what an option does, for the short help.
fn brief(full: &str) -> &str {
    const LEAST: usize = 20;
    let rest = full.get(LEAST..).unwrap_or("");
    let ends = [", ", "; ", " (", ": "].iter().filter_map(|mark| rest.find(mark));
    ends.min().map_or(full, |end| &full[..LEAST + end])
}

/// Options that write files.
const WRITING: [&str; 5] = ["out", "report", "plot", "paths_out", "resume"];
/// Commands whose results belong to places and years.
const OF_YEARS: [&str; 3] = ["run", "merge", "compare"];

/// What follows from which options a command has: `--force` needs a file to replace, `--format iamc` places and years.
fn consistent(command: Command) -> Command {
    let has = |id: &str| command.get_arguments().any(|argument| argument.get_id() == id);
    let writing = WRITING.into_iter().filter(|id| has(id)).collect::<Vec<_>>();
    let group = has("force").then(|| ArgGroup::new(WRITTEN).args(writing).multiple(true));
    let is_study = has("show");
    let command = match group {
        Some(group) => command.group(group),
        None => command,
    };
    if !is_study || OF_YEARS.contains(&command.get_name()) {
        return command;
    }
    let formats = StudyFormat::value_variants()
        .iter()
        .filter(|format| **format != StudyFormat::Iamc);
    let names = PossibleValuesParser::new(formats.filter_map(ValueEnum::to_possible_value));
    command.mut_arg("format", |argument| {
        argument.value_parser(names.try_map(|name| StudyFormat::from_str(&name, false)))
    })
}

/// Adds what derives from the table to every command.
pub(super) fn dressed(command: Command) -> Command {
    let known: Vec<String> = command
        .get_subcommands()
        .map(|one| one.get_name().to_owned())
        .collect();
    let here = |help: &&Help| known.iter().any(|name| name == help.command);
    HELP.iter()
        .filter(here)
        .fold(command.after_long_help(STATUSES), |command, help| {
            command.mut_subcommand(help.command, |one| {
                let one = consistent(one);
                let name = one.get_name().to_owned();
                let mut hidden = false;
                let one = one.mut_args(|argument| {
                    let first = argument.get_long().is_none_or(|long| help.first.contains(&long));
                    hidden |= !first;
                    let full = argument.get_help().map(ToString::to_string).unwrap_or_default();
                    let short = brief(&full).to_owned();
                    argument.help(short).long_help(full).hide_short_help(!first)
                });
                let more = if hidden {
                    format!("\n\nAll options: jointly {name} --help")
                } else {
                    String::new()
                };
                one.after_help(format!("{}{more}", examples(help)))
                    .after_long_help(format!("{}\n\n{STATUSES}", examples(help)))
            })
        })
}

use std::path::PathBuf;

use super::{Console, Failure, outputs::write_text};
use crate::{
    base::{DEFAULT_HORIZON, Diagnostic, Diagnostics, Economy, Year},
    history::History,
    report::escape,
    scenario::{LeverKind, Template, template},
};

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Lever kind, as `jointly levers` lists them (may be given several times)
    #[arg(long = "kind", value_name = "KIND", required = true)]
    kinds: Vec<String>,
    /// Partners of every lever, by code, separated by commas; one alone is a program of one country
    #[arg(long, value_name = "CODE,CODE", value_delimiter = ',', required = true)]
    partners: Vec<String>,
    /// Planned first year of operation
    #[arg(long, value_name = "YEAR", default_value_t = 2026)]
    start: Year,
    /// Title of the scenario
    #[arg(long, value_name = "TEXT")]
    title: Option<String>,
    /// Write to this file instead of the standard output
    #[arg(short, long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Replace the file if it exists
    #[arg(long, requires = "out")]
    force: bool,
}

/// Runs the command.
pub fn run(args: &Args, console: &mut Console) -> Result<(), Failure> {
    let history = History::embedded(true)?.data()?;
    let mut errors = Diagnostics::new();
    let mut kinds: Vec<&'static LeverKind> = Vec::new();
    for name in &args.kinds {
        match LeverKind::named(name)? {
            Some(kind) if kinds.iter().any(|other| other.name == kind.name) => errors
                .push(Diagnostic::new(format!("the kind `{name}` stands twice")).help(
                    "name it once; a second lever of the kind is a copy of its table under another id",
                )),
            Some(kind) => kinds.push(kind),
            None => {
                let diagnostic = Diagnostic::new(format!("there is no lever kind `{}`", escape(name)));
                errors.push(
                    diagnostic
                        .help("`jointly levers` lists every kind")
                        .suggest(name, LeverKind::names()),
                );
            }
        }
    }
    let codes = || history.economies.iter().map(|data| data.economy.code());
    let mut partners: Vec<Economy> = Vec::new();
    for code in args.partners.iter().map(|code| code.trim()) {
        match Economy::parse(code).filter(|economy| history.economy(*economy).is_some()) {
            Some(economy) if partners.contains(&economy) => {
                errors.push(Diagnostic::new(format!("{code} stands twice")).help("name each partner once"));
            }
            Some(economy) => partners.push(economy),
            None => errors.push(
                Diagnostic::new(format!("the history has no economy `{}`", escape(code)))
                    .help(format!("expected {}", codes().collect::<Vec<_>>().join(", ")))
                    .suggest(code, codes()),
            ),
        }
    }
    let first = history.base_year + 1;
    if !(first..=DEFAULT_HORIZON).contains(&args.start) {
        errors.push(
            Diagnostic::new(format!("the start {} lies outside the projection", args.start))
                .help(format!("expected {first} to {DEFAULT_HORIZON}")),
        );
    }
    if !errors.is_empty() {
        return Err(errors.into());
    }
    let title = args.title.clone().unwrap_or_else(|| {
        let kinds: Vec<&str> = kinds.iter().map(|kind| kind.title.as_str()).collect();
        let partners: Vec<&str> = partners.iter().map(Economy::name).collect();
        format!("{} ({})", kinds.join(", "), partners.join(", "))
    });
    let text = template(
        &Template {
            kinds: &kinds,
            partners: &partners,
            start: args.start,
            title: &title,
        },
        &history,
    )?;
    match &args.out {
        None => console.print(&text)?,
        Some(path) => {
            write_text("--out", path, &text, [], args.force)?;
            let name = escape(&path.display().to_string());
            let left = match text.matches("\"REPLACE\"").count() {
                0 => String::new(),
                left => format!(" {left} numbers say REPLACE: only you know them."),
            };
            console.print(&format!(
                "Wrote {name}.{left} Then:\n  jointly check {name}\n  jointly run {name}\n"
            ))?;
        }
    }
    Ok(())
}

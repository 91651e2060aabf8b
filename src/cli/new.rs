use std::path::PathBuf;

use super::{
    Console, Failure, TableArgs,
    outputs::{named, write_text},
};
use crate::{
    base::{DEFAULT_HORIZON, Diagnostic, Diagnostics, Economy, Year},
    history::HistoryData,
    report::escape,
    scenario::{LeverKind, Template, folded, name_fault, template},
    session::Evidence,
};

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Lever kind, as `jointly levers` lists them, with partners of its own where it has some (may be given several times)
    #[arg(long = "kind", value_name = "KIND[=CODE,CODE]", required = true)]
    kinds: Vec<String>,
    /// Partners of every lever that names none, by code, separated by commas; one alone is a program of one country
    #[arg(long, value_name = "CODE,CODE", value_delimiter = ',')]
    partners: Vec<String>,
    /// Policy option: a name and the kinds of its levers (may be given several times); all levers, and each alone, unless given
    #[arg(long = "option", value_name = "NAME=KIND,KIND")]
    options: Vec<String>,
    /// Planned first year of operation
    #[arg(long, value_name = "YEAR", default_value_t = 2026)]
    start: Year,
    /// Title of the scenario
    #[arg(long, value_name = "TEXT")]
    title: Option<String>,
    /// Write to this file; without it, or as `-`, the scenario is printed
    #[arg(short, long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// Replace the file if it exists
    #[arg(long, requires = "out")]
    force: bool,
    /// Print nothing but errors
    #[arg(long, requires = "out")]
    quiet: bool,
    #[command(flatten)]
    history: TableArgs,
}

/// A lever that is asked for.
type NewLever = (&'static LeverKind, Vec<Economy>);

impl Args {
    /// The economies of a list, each once and known to the history.
    fn economies(codes: &[&str], history: &HistoryData, errors: &mut Diagnostics) -> Vec<Economy> {
        let known = || history.economies.iter().map(|data| data.economy.code());
        let mut economies: Vec<Economy> = Vec::new();
        for code in codes.iter().map(|code| code.trim()) {
            match Economy::parse(code).filter(|economy| history.economy(*economy).is_some()) {
                Some(economy) if economies.contains(&economy) => errors
                    .push(Diagnostic::new(format!("{code} stands twice")).help("name each partner once")),
                Some(economy) => economies.push(economy),
                None => errors.push(
                    Diagnostic::new(format!("the history has no economy `{}`", escape(code)))
                        .help(format!("expected {}", known().collect::<Vec<_>>().join(", ")))
                        .suggest(code, known()),
                ),
            }
        }
        economies
    }

    /// The levers: a kind each, with its own partners or those of all.
    fn levers(&self, history: &HistoryData, errors: &mut Diagnostics) -> Result<Vec<NewLever>, Diagnostics> {
        let of_all: Vec<&str> = self.partners.iter().map(String::as_str).collect();
        let of_all = Self::economies(&of_all, history, errors);
        let (mut levers, mut all_used): (Vec<NewLever>, bool) = (Vec::new(), false);
        for text in &self.kinds {
            let (name, own) = text.split_once('=').unzip();
            let name = name.unwrap_or(text).trim();
            let partners = match own {
                Some(codes) => Self::economies(&codes.split(',').collect::<Vec<_>>(), history, errors),
                None => {
                    all_used = true;
                    of_all.clone()
                }
            };
            match LeverKind::named(name)? {
                Some(kind) if levers.iter().any(|(other, _)| other.name == kind.name) => {
                    errors.push(Diagnostic::new(format!("the kind `{name}` stands twice")).help(
                        "name it once; a second lever of the kind is a copy of its table under another id",
                    ))
                }
                Some(kind) => levers.push((kind, partners)),
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
        match (all_used, self.partners.is_empty()) {
            (true, true) => {
                errors.push(Diagnostic::new("a lever has no partners").help(
                    "give --partners CHN,KOR for every lever, or partners of one as --kind KIND=CHN,KOR",
                ))
            }
            (false, false) => errors.push(
                Diagnostic::new("--partners is not used: every kind names its own").help("leave it out"),
            ),
            _ => {}
        }
        Ok(levers)
    }

    /// The options: a name each, and positions of levers.
    fn options(&self, levers: &[NewLever], errors: &mut Diagnostics) -> Vec<(String, Vec<usize>)> {
        let known = || levers.iter().map(|(kind, _)| kind.name);
        let mut options: Vec<(String, Vec<usize>)> = Vec::new();
        for text in &self.options {
            let Some((name, kinds)) = text.split_once('=').filter(|(name, _)| !name.trim().is_empty()) else {
                let message = format!("--option: `{}` is not understood", escape(text));
                errors.push(
                    Diagnostic::new(message)
                        .help("write NAME=KIND,KIND, such as \"both=joint_rnd,talent_exchange\""),
                );
                continue;
            };
            let mut found = Vec::new();
            for kind in kinds.split(',').map(str::trim) {
                match known().position(|name| name == kind) {
                    Some(one) if !found.contains(&one) => found.push(one),
                    Some(_) => errors.push(
                        Diagnostic::new(format!("--option {name}: `{kind}` stands twice"))
                            .help("name it once"),
                    ),
                    None => errors.push(
                        Diagnostic::new(format!("--option {name}: no --kind is `{}`", escape(kind)))
                            .suggest(kind, known()),
                    ),
                }
            }
            let name = name.trim();
            if let Some((label, help)) = name_fault(name) {
                let message = format!("--option: `{}` cannot name an option: {label}", escape(name));
                let wrong = Diagnostic::new(message);
                errors.push(match help {
                    Some(help) => wrong.help(help),
                    None => wrong,
                });
            }
            if options.iter().any(|(other, _)| folded(other) == folded(name)) {
                errors.push(
                    Diagnostic::new(format!("--option: `{}` stands twice", escape(name))).help(
                        "give each option a name of its own, which differs in more than blanks and case",
                    ),
                );
            }
            options.push((name.to_owned(), found));
        }
        options
    }
}

/// Runs the command.
pub fn run(args: &Args, console: &mut Console) -> Result<(), Failure> {
    let choice = args.history.choice();
    let history = Evidence::open(&choice)?.tables().data()?;
    let mut errors = Diagnostics::new();
    let levers = args.levers(&history, &mut errors)?;
    let options = args.options(&levers, &mut errors);
    let first = history.base_year + 1;
    if !(first..=DEFAULT_HORIZON).contains(&args.start) {
        errors.push(
            Diagnostic::new(format!("the start {} lies outside the projection", args.start))
                .help(format!("expected {first} to {DEFAULT_HORIZON}")),
        );
    }
    errors.into_result(())?;
    // What gives the same history to other commands.
    let more = choice.words(|table| table.display().to_string()).join(" ");
    let mut about = Template {
        levers: &levers,
        options: &options,
        history: &more,
        start: args.start,
        title: "",
    };
    let title = args.title.clone().unwrap_or_else(|| {
        let kinds: Vec<&str> = levers.iter().map(|(kind, _)| kind.title.as_str()).collect();
        let economies = about.partners();
        let partners: Vec<&str> = economies.iter().map(Economy::name).collect();
        format!("{} ({})", kinds.join(", "), partners.join(", "))
    });
    about.title = &title;
    let text = template(&about, &history)?;
    let Some(path) = named(args.out.as_ref()) else {
        return Ok(console.print(&text)?);
    };
    let read = choice.table.into_iter().chain(choice.added);
    write_text("--out", path, &text, read, args.force)?;
    if args.quiet {
        return Ok(());
    }
    let name = escape(&path.display().to_string());
    let left = match text.matches("\"REPLACE\"").count() {
        0 => String::new(),
        left => format!(" {left} numbers say REPLACE: only you know them."),
    };
    let more = if more.is_empty() { more } else { format!(" {more}") };
    Ok(console.print(&format!(
        "Wrote {name}.{left} Then:\n  jointly check {name}{more}\n  jointly run {name}{more}\n"
    ))?)
}

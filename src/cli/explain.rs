use super::{Console, Failure, FormatArgs, TextOrJson, command};
use crate::{
    base::Diagnostics,
    report::{
        terminal::{self, Shown},
        topic_document, topics_document,
    },
    scenario::{Topic, topics},
    session::{explain_word, topic_json, topics_json},
};

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// What to explain, such as model.share_response, levers.*.learning, smart_city_pilots, closure, extra:CHN.gdp@2035; without
    /// it, the list of everything
    #[arg(value_name = "PATH", allow_hyphen_values = true)]
    path: Option<String>,
    #[command(flatten)]
    format: FormatArgs,
}

/// Runs the command.
pub fn run(args: &Args, console: &mut Console) -> Result<(), Failure> {
    let (document, json) = match &args.path {
        None => {
            let groups = topics()?;
            (topics_document(&groups), topics_json(&groups))
        }
        Some(path) => {
            let topic = explained(path)?;
            (topic_document(&topic), topic_json(&topic))
        }
    };
    Ok(console.print(&match args.format.wanted() {
        TextOrJson::Text => terminal::render(&document, &Shown::Full, console.width()),
        TextOrJson::Json => format!("{json:#}\n"),
    })?)
}

/// What a name means; commands and options are names too.
fn explained(name: &str) -> Result<Topic, Diagnostics> {
    explain_word(name).or_else(|unknown| of_help(name).ok_or(unknown))
}

/// A command, or an option as its first command has it.
fn of_help(name: &str) -> Option<Topic> {
    let all = command();
    let wanted = name.trim().trim_start_matches('-').replace('_', "-");
    let text = |words: Option<&clap::builder::StyledStr>| words.map_or_else(String::new, ToString::to_string);
    if let Some(found) = all.get_subcommands().find(|one| one.get_name() == wanted) {
        return Some(Topic {
            name: format!("jointly {wanted}"),
            sort: "command",
            meaning: text(found.get_about()),
            ..Topic::default()
        });
    }
    let options = all
        .get_subcommands()
        .flat_map(|one| one.get_arguments().map(move |argument| (one, argument)));
    let takes: Vec<(&str, &clap::Arg)> = options
        .filter(|(_, argument)| argument.get_long() == Some(wanted.as_str()))
        .map(|(one, argument)| (one.get_name(), argument))
        .collect();
    let (_, first) = takes.first()?;
    let commands: Vec<&str> = takes.iter().map(|(command, _)| *command).collect();
    Some(Topic {
        name: format!("--{wanted}"),
        sort: "option",
        meaning: text(first.get_help()),
        otherwise: String::new(),
        form: format!("with jointly {}", commands.join(", ")),
        ..Topic::default()
    })
}

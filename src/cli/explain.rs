use super::{Console, Failure, TextOrJson};
use crate::{
    report::{
        terminal::{self, Shown},
        topic_document, topics_document,
    },
    scenario::{explain, topics},
    session::{topic_json, topics_json},
};

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// What to explain, such as model.share_response, levers.*.learning, smart_city_pilots, closure, extra:CHN.gdp@2035; without
    /// it, the list of everything
    #[arg(value_name = "PATH")]
    path: Option<String>,
    /// Output format
    #[arg(long, value_enum, default_value_t)]
    format: TextOrJson,
}

/// Runs the command.
pub fn run(args: &Args, console: &mut Console) -> Result<(), Failure> {
    let (document, json) = match &args.path {
        None => {
            let groups = topics()?;
            (topics_document(&groups), topics_json(&groups))
        }
        Some(path) => {
            let topic = explain(path)?;
            (topic_document(&topic), topic_json(&topic))
        }
    };
    Ok(console.print(&match args.format {
        TextOrJson::Text => terminal::render(&document, &Shown::Full, console.width()),
        TextOrJson::Json => format!("{json:#}\n"),
    })?)
}

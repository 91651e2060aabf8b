use serde_json::{Value, json};

use super::{
    Console, Failure, TextOrJson,
    common::{HEADING, default_json},
};
use crate::{
    report::{default_text, fields, grouped, indented},
    scenario::{Bounds, Grade, Input, Origin, Topic, TopicGroup, explain, topics, written},
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
    let width = console.width();
    let text = match &args.path {
        None => {
            let groups = topics()?;
            match args.format {
                TextOrJson::Text => list_text(&groups, width),
                TextOrJson::Json => format!("{:#}\n", list_json(&groups)),
            }
        }
        Some(path) => {
            let topic = explain(path)?;
            match args.format {
                TextOrJson::Text => topic_text(&topic, width),
                TextOrJson::Json => format!("{:#}\n", topic_json(&topic)),
            }
        }
    };
    Ok(console.print(&text)?)
}

fn list_text(groups: &[TopicGroup], width: usize) -> String {
    let mut text = String::new();
    for group in groups {
        text.push_str(&format!("{HEADING}{}{HEADING:#}\n", group.title));
        text.push_str(&names_text(&group.names, width));
        text.push('\n');
    }
    text.push_str(&indented(
        "* stands for any name, such as levers.smart-cities.scale. `jointly explain NAME` says more.",
        0,
        width,
    ));
    text
}

/// Names with their meaning, beside each other where there is room.
fn names_text(names: &[(String, String)], width: usize) -> String {
    let longest = names
        .iter()
        .map(|(name, _)| name.chars().count())
        .max()
        .unwrap_or(0);
    if longest + 40 <= width {
        let names: Vec<(String, &String)> = names
            .iter()
            .map(|(name, meaning)| (format!("  {name}"), meaning))
            .collect();
        let rows: Vec<(&str, String)> = names
            .iter()
            .map(|(name, meaning)| (name.as_str(), (*meaning).clone()))
            .collect();
        fields(&rows, width)
    } else {
        let entry =
            |(name, meaning): &(String, String)| indented(name, 2, width) + &indented(meaning, 6, width);
        names.iter().map(entry).collect()
    }
}

fn topic_text(topic: &Topic, width: usize) -> String {
    let mut text = format!(
        "{HEADING}{}{HEADING:#}\n",
        indented(&topic.name, 0, width).trim_end()
    );
    text.push_str(&indented(
        &format!("{}.", topic.meaning.trim_end_matches('.')),
        0,
        width,
    ));
    let bounds = topic.parameter.map_or_else(String::new, |parameter| {
        let Bounds { low, high, gap } = parameter.bounds;
        let gap = gap.map_or_else(String::new, |(above, to)| format!(", not above {above} to {to}"));
        let uncertain = if parameter.may_be_uncertain() {
            "may be uncertain"
        } else {
            "may not be uncertain"
        };
        let large = if high >= 1000.0 {
            grouped(high)
        } else {
            high.to_string()
        };
        format!("{low} to {large}{gap}; {uncertain}")
    });
    let equation = topic
        .equation
        .map_or_else(String::new, |equation| equation.text.to_owned());
    let section = topic.equation.map_or_else(String::new, |equation| {
        format!("docs/model.md, section {}", equation.section)
    });
    let mut rows = vec![("what", topic.sort.to_owned()), ("unit", topic.unit.clone())];
    // The forms of an uncertain number are explained once, not with every parameter.
    if topic.parameter.is_none() {
        rows.push(("written", topic.form.clone()));
    }
    let one = if let [only] = topic.defaults.as_slice() {
        Some(only)
    } else {
        None
    };
    match one {
        Some(input) => rows.extend(default_rows(input)),
        None => rows.push(("if absent", topic.otherwise.clone())),
    }
    rows.extend([("bounds", bounds), ("equation", equation), ("section", section)]);
    text.push('\n');
    text.push_str(&fields(&rows, width));
    if one.is_none() && !topic.defaults.is_empty() {
        text.push_str(&format!("\n{HEADING}Defaults{HEADING:#}\n"));
        text.push_str(&indented(
            "median (90 % interval), grade; --format json adds source and reason",
            0,
            width,
        ));
        let defaults: Vec<(String, String)> = topic
            .defaults
            .iter()
            .map(|input| (input.path.clone(), short_default(input)))
            .collect();
        text.push_str(&names_text(&defaults, width));
    }
    if !topic.covers.is_empty() {
        text.push_str(&format!("\n{HEADING}Levers of the source documents{HEADING:#}\n"));
        for entry in &topic.covers {
            let line = format!(
                "{} ({}; {}, {})",
                entry.name, entry.economies, entry.source, entry.locator
            );
            text.push_str(&fields(&[(&format!("  {}", entry.id), line)], width));
        }
    }
    if !topic.parts.is_empty() {
        text.push_str(&format!("\n{HEADING}Belongs to it{HEADING:#}\n"));
        text.push_str(&names_text(&topic.parts, width));
    }
    text
}

/// The only default of a topic in full.
fn default_rows(input: &Input) -> Vec<(&'static str, String)> {
    let mut rows = vec![("default", written(&input.value))];
    if input.value.as_constant().is_none() {
        rows.push((
            "",
            format!("median (90 % interval): {}", default_text(&input.value)),
        ));
    }
    if let Origin::Default {
        grade,
        source,
        reason,
    } = &input.origin
    {
        rows.push(("grade", format!("{}: {}", grade.key(), grade.meaning())));
        rows.push(("source", source.clone()));
        rows.push(("reason", reason.clone()));
    }
    rows
}

fn short_default(input: &Input) -> String {
    let grade = match &input.origin {
        Origin::Default { grade, .. } if *grade != Grade::Convention => format!(", {}", grade.key()),
        _ => String::new(),
    };
    format!("{}{grade}", default_text(&input.value))
}

fn names_json(names: &[(String, String)]) -> Vec<Value> {
    names
        .iter()
        .map(|(name, meaning)| json!({ "name": name, "meaning": meaning }))
        .collect()
}

fn list_json(groups: &[TopicGroup]) -> Value {
    groups
        .iter()
        .map(|group| json!({ "group": group.title, "names": names_json(&group.names) }))
        .collect()
}

fn topic_json(topic: &Topic) -> Value {
    let covers: Vec<Value> = topic
        .covers
        .iter()
        .map(|entry| json!({ "id": entry.id, "name": entry.name, "source": entry.source, "locator": entry.locator }))
        .collect();
    json!({
        "name": topic.name,
        "what": topic.sort,
        "meaning": topic.meaning,
        "unit": topic.unit,
        "written": topic.form,
        "bounds": topic.parameter.map(|parameter| [parameter.bounds.low, parameter.bounds.high]),
        "not_allowed": topic.parameter.and_then(|parameter| parameter.bounds.gap).map(|(above, to)| json!({ "above": above, "to": to })),
        "drawn": topic.parameter.map(|parameter| parameter.drawn),
        "phase": topic.parameter.map(|parameter| parameter.phase),
        "uncertain": topic.parameter.map(|parameter| parameter.may_be_uncertain()),
        "otherwise": topic.otherwise,
        "defaults": topic.defaults.iter().map(default_json).collect::<Vec<_>>(),
        "equation": topic.equation.map(|equation| equation.text),
        "section": topic.equation.map(|equation| format!("docs/model.md, section {}", equation.section)),
        "covers": covers,
        "parts": names_json(&topic.parts),
    })
}

//! What any name means: the list of all, and one with unit, default, bounds and equation.

use crate::{
    report::{
        document::{Document, Section, Table},
        number::grouped,
        words::median_and_range,
    },
    scenario::{Bounds, Grade, Input, Origin, ParameterRow, Topic, TopicGroup, written},
};

/// Names behind what they mean.
fn names(names: &[(String, String)]) -> Table {
    Table::labeled(
        names
            .iter()
            .map(|(name, meaning)| (name.as_str(), meaning.clone())),
    )
}

/// Everything that can be explained.
pub fn topics_document(groups: &[TopicGroup]) -> Document {
    let section = |group: &TopicGroup| Section::brief("", group.title).table(names(&group.names));
    Document {
        title: "What can be explained".to_owned(),
        question:
            "* stands for any name, such as levers.smart-cities.scale. `jointly explain NAME` says more."
                .to_owned(),
        sections: groups.iter().map(section).collect(),
        ..Document::default()
    }
}

/// One name.
pub fn topic_document(topic: &Topic) -> Document {
    let one = match topic.defaults.as_slice() {
        [only] => Some(only),
        _ => None,
    };
    let mut rows = vec![("what", topic.sort.to_owned()), ("unit", topic.unit.clone())];
    // The forms of an uncertain number are explained once, not with every parameter.
    if topic.parameter.is_none() {
        rows.push(("written", topic.form.clone()));
    }
    match one {
        Some(input) => rows.extend(default_rows(input)),
        None => rows.push(("if absent", topic.otherwise.clone())),
    }
    rows.push(("bounds", topic.parameter.map_or_else(String::new, bounds)));
    if let Some(equation) = topic.equation {
        rows.push(("equation", equation.text.to_owned()));
        rows.push(("section", format!("docs/model.md, section {}", equation.section)));
    }
    let mut sections = vec![Section::brief("", "").table(Table::labeled(rows))];
    if one.is_none() {
        let defaults = topic
            .defaults
            .iter()
            .map(|input| (input.path.as_str(), short_default(input)));
        sections.push(
            Section::brief("", "Defaults: median (90 % interval), grade")
                .table(Table::labeled(defaults))
                .note("--format json adds source and reason."),
        );
    }
    let covers = topic.covers.iter().map(|entry| {
        let line = format!(
            "{} ({}; {}, {})",
            entry.name, entry.economies, entry.source, entry.locator
        );
        (entry.id.as_str(), line)
    });
    sections.push(Section::brief("", "Levers of the source documents").table(Table::labeled(covers)));
    sections.push(Section::brief("", "Belongs to it").table(names(&topic.parts)));
    sections.retain(|section| section.tables().next().is_some());
    Document {
        title: topic.name.clone(),
        question: format!("{}.", topic.meaning.trim_end_matches('.')),
        sections,
        ..Document::default()
    }
}

/// What values a parameter may have.
fn bounds(parameter: &ParameterRow) -> String {
    let Bounds { low, high, gap } = parameter.bounds;
    let gap = gap.map_or_else(String::new, |(above, to)| format!(", not above {above} to {to}"));
    let uncertain = match parameter.may_be_uncertain() {
        true => "may be uncertain",
        false => "may not be uncertain",
    };
    let large = match high >= 1000.0 {
        true => grouped(high),
        false => high.to_string(),
    };
    format!("{low} to {large}{gap}; {uncertain}")
}

/// The only default of a topic in full.
fn default_rows(input: &Input) -> Vec<(&'static str, String)> {
    let mut rows = vec![("default", written(&input.value))];
    if input.value.as_constant().is_none() {
        rows.push((
            "",
            format!("median (90 % interval): {}", median_and_range(&input.value)),
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
    format!("{}{grade}", median_and_range(&input.value))
}

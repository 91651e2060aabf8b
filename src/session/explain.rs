//! What names mean, as JSON.

use serde_json::{Value, json};

use crate::scenario::{Input, Topic, TopicGroup, written};

fn names_json(names: &[(String, String)]) -> Vec<Value> {
    names
        .iter()
        .map(|(name, meaning)| json!({ "name": name, "meaning": meaning }))
        .collect()
}

/// Everything that can be explained, as JSON.
pub fn topics_json(groups: &[TopicGroup]) -> Value {
    groups
        .iter()
        .map(|group| json!({ "group": group.title, "names": names_json(&group.names) }))
        .collect()
}

/// One name with everything about it, as JSON.
pub fn topic_json(topic: &Topic) -> Value {
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

/// A default as JSON, with its median and 90 % interval.
fn default_json(input: &Input) -> Value {
    let (grade, source, reason) = input.origin.parts();
    let [low, median, high] = input.value.quantiles([0.05, 0.5, 0.95]);
    json!({
        "path": input.path,
        "value": written(&input.value),
        "unit": input.parameter().map(|parameter| parameter.row().unit),
        "median": median,
        "p05": low,
        "p95": high,
        "grade": grade,
        "source": source,
        "reason": reason,
    })
}

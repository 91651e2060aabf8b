//! A scenario file that is valid: what it holds, and what its author may not have meant.

use crate::{
    base::Economy,
    report::document::{Document, Section, Table},
    scenario::{Lever, Parameter, Scenario, SweepInput, written},
};

/// The file of a name.
pub fn check_document(name: &str, scenario: &Scenario, notes: &[String]) -> Document {
    let codes: Vec<&str> = scenario.economies.iter().map(Economy::code).collect();
    let gap = &scenario.gap;
    let levers = scenario.levers.iter().map(|lever| {
        let partners: Vec<&str> = lever.partners.iter().map(Economy::code).collect();
        format!(
            "{}: {}, {}, from {}, scale {} ({})",
            lever.id,
            lever.kind.name,
            partners.join(" "),
            lever.start,
            lever_scale(scenario, lever),
            lever.kind.unit
        )
    });
    let options = scenario.options.iter();
    let options = options.map(|option| format!("{}: {}", option.name, option.levers.join(", ")));
    let sweep = &scenario.sweep;
    let vary = sweep.vary.iter();
    let outcomes = sweep.outcomes.iter().map(|outcome| format!("outcome {outcome}"));
    let mut sections = vec![
        Section::brief("", "").table(Table::labeled([
            ("title", scenario.title.clone()),
            ("economies", codes.join(", ")),
            ("horizon", scenario.horizon.to_string()),
            ("gap", format!("{} to {}", gap.metric.key(), gap.reference_code())),
        ])),
        Section::brief("", "levers").sentences(levers),
        Section::brief("", "options").sentences(options),
        Section::brief("", "sweep").sentences(
            outcomes.chain(vary.map(|input| format!("{} over {}", input.path, swept_range(input)))),
        ),
        Section::brief("", "notes").sentences(notes.iter().cloned()),
    ];
    sections.retain(|section| !section.blocks.is_empty());
    Document {
        title: format!("{name}: valid"),
        sections,
        ..Document::default()
    }
}

/// Scale in the unit of the kind: one shared program, or what each partner hosts.
pub fn lever_scale(scenario: &Scenario, lever: &Lever) -> String {
    if let Some(shared) = scenario.get(Parameter::SharedScale, lever) {
        return written(&shared.value);
    }
    let hosted = lever.partners.iter().filter_map(|partner| {
        let hosted = scenario.get(Parameter::HostedScale, (lever, *partner))?;
        Some(format!("{partner} {}", written(&hosted.value)))
    });
    hosted.collect::<Vec<_>>().join(", ")
}

/// Over what a sweep varies an input.
pub fn swept_range(input: &SweepInput) -> String {
    match input.prior {
        true => "prior".to_owned(),
        false => written(&input.range),
    }
}

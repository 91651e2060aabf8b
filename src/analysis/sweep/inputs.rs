//! What varies: inputs, what their ranges may contain, and what to know about them.

use super::study::StudyInput;
use crate::{
    base::{Diagnostic, Diagnostics, Selector},
    scenario::{BASELINE, Parameter, Scenario, SweepInput, find_parameter},
};

/// Whether an input changes the futures themselves, so that each of its values needs futures of its own.
pub(super) fn changes_futures(path: &str) -> bool {
    find_parameter(path).is_some_and(Parameter::changes_futures)
}

/// Inputs that vary where none is named: every uncertain lever and response parameter, with its own distribution.
pub fn default_inputs(scenario: &Scenario) -> Vec<SweepInput> {
    scenario
        .inputs
        .iter()
        .filter(|input| input.value.as_constant().is_none() && !changes_futures(&input.path))
        .map(|input| SweepInput {
            path: input.path.clone(),
            range: input.value.clone(),
            prior: true,
        })
        .collect()
}

pub(super) fn nothing_varies() -> Diagnostics {
    Diagnostic::new("nothing varies: the scenario has no uncertain lever or response parameter")
        .help("name an input and its range, for example --vary \"model.decay=[0.02, 0.2]\"")
        .into()
}

/// Refuses a range with values inside a parameter's forbidden interval.
pub(super) fn check_gap(input: &SweepInput) -> Result<(), Diagnostics> {
    let gap = find_parameter(&input.path).and_then(|parameter| parameter.row().bounds.gap);
    let (from, to) = input.range.support();
    match gap {
        Some((above, upto)) if from <= upto && to > above => Err(Diagnostic::new(format!(
            "`{}` cannot vary from {from} to {to}: it takes no value above {above} and up to {upto}",
            input.path
        ))
        .help("choose a range on one side of it, or compare two runs with --set")
        .into()),
        _ => Ok(()),
    }
}

/// The scenario with the options that selectors look at and no others, and the selectors with their options written out.
pub(super) fn of_options(scenario: &Scenario, selectors: &[Selector]) -> (Scenario, Vec<Selector>) {
    let default = scenario
        .options
        .first()
        .map_or(BASELINE, |option| option.name.as_str());
    let selectors: Vec<Selector> = selectors
        .iter()
        .map(|selector| match &selector.option {
            Some(_) => selector.clone(),
            None => selector.of_option(default),
        })
        .collect();
    let mut reduced = scenario.clone();
    reduced.options.retain(|option| {
        selectors
            .iter()
            .any(|selector| selector.option.as_deref() == Some(option.name.as_str()))
    });
    (reduced, selectors)
}

/// What to know about inputs before looking at results.
pub(super) fn notes(scenario: &Scenario, inputs: &[SweepInput]) -> Vec<String> {
    let mut notes = Vec::new();
    let support = |path: &str| {
        let varied = inputs.iter().find(|input| input.path == path);
        let own = || scenario.input(path).map(|input| input.value.support());
        varied.map(|input| input.range.support()).or_else(own)
    };
    for input in inputs {
        let parameter = find_parameter(&input.path);
        let hazard_path = Parameter::TensionHazard.beside(&input.path);
        if let Some(Parameter::TensionHazard | Parameter::TensionDuration) = parameter
            && let (Some((_, hazard)), Some((duration, _))) = (
                support(&hazard_path),
                support(&Parameter::TensionDuration.beside(&input.path)),
            )
        {
            let largest = libm::log(duration);
            if hazard > largest {
                let note = format!(
                    "`{hazard_path}` counts up to ln(duration), {largest:.3} at the shortest duration: higher values act like \
                     that one, so that more relief never makes a path tenser."
                );
                if !notes.contains(&note) {
                    notes.push(note);
                }
            }
        }
        if let Some(id) = parameter.and_then(|parameter| parameter.lever_in(&input.path))
            && !scenario
                .options
                .iter()
                .any(|option| option.levers.iter().any(|lever| lever == id))
        {
            notes.push(format!(
                "`{}` has no effect here: its lever is in none of the options looked at.",
                input.path
            ));
        }
    }
    notes
}

pub(super) fn study_input(scenario: &Scenario, input: &SweepInput) -> StudyInput {
    StudyInput {
        path: input.path.clone(),
        unit: scenario.unit_of(&input.path),
        range: input.range.to_string(),
        points: input.range.quantiles([0.05, 0.5, 0.95]),
        changes_futures: changes_futures(&input.path),
        values: Vec::new(),
    }
}

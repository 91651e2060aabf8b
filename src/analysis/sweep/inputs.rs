//! What varies: inputs, what their ranges may contain, and what to know about them.

use super::{DEFAULT_OUTCOME, study::StudyInput};
use crate::{
    base::{Diagnostic, Diagnostics, Selector},
    history::HistoryData,
    model::Plan,
    scenario::{BASELINE, Input, Parameter, Scenario, SweepInput, find_parameter},
    stats::Distribution,
};

/// Whether an input changes the futures themselves, so that each of its values needs futures of its own.
pub(super) fn changes_futures(path: &str) -> bool {
    find_parameter(path).is_some_and(Parameter::changes_futures)
}

/// Inputs that vary where none is named: every uncertain input of the options that outcomes look at, with its own
/// distribution, but for those that need futures of their own.
pub fn default_inputs(scenario: &Scenario, outcomes: &[Selector]) -> Vec<SweepInput> {
    let (scenario, _) = of_options(scenario, outcomes);
    uncertain(&scenario)
        .filter(|input| !changes_futures(&input.path))
        .map(|input| SweepInput {
            path: input.path.clone(),
            range: input.value.clone(),
            prior: true,
        })
        .collect()
}

/// The uncertain inputs of a scenario but those of levers that are in none of its options.
fn uncertain(scenario: &Scenario) -> impl Iterator<Item = &Input> {
    let plays_a_part = |input: &&Input| {
        let lever = find_parameter(&input.path).and_then(|parameter| parameter.lever_in(&input.path));
        lever.is_none_or(|id| in_an_option(scenario, id))
    };
    let inputs = scenario.inputs.iter();
    inputs
        .filter(|input| input.value.as_constant().is_none())
        .filter(plays_a_part)
}

pub(super) fn in_an_option(scenario: &Scenario, lever: &str) -> bool {
    let mut levers = scenario.options.iter().flat_map(|option| &option.levers);
    levers.any(|id| id == lever)
}

/// Paths of the uncertain inputs of a scenario that are not among those that vary: those of levers, then of responses, then
/// those that change the futures.
pub(super) fn not_varied(scenario: &Scenario, inputs: &[SweepInput]) -> Vec<String> {
    let mut paths: Vec<String> = uncertain(scenario)
        .map(|input| input.path.clone())
        .filter(|path| inputs.iter().all(|input| input.path != *path))
        .collect();
    paths.sort_by_key(|path| {
        let lever = find_parameter(path).and_then(|parameter| parameter.lever_in(path));
        (lever.is_none(), changes_futures(path))
    });
    paths
}

/// Most inputs that a sentence names.
const MOST_NAMED: usize = 12;

/// What a ranking leaves out, in a sentence; `None` if nothing.
pub(super) fn not_varied_words(paths: &[String]) -> Option<String> {
    let named: Vec<String> = paths
        .iter()
        .take(MOST_NAMED)
        .map(|path| format!("`{path}`"))
        .collect();
    let more = match paths.len().saturating_sub(MOST_NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    (!paths.is_empty()).then(|| {
        format!(
            "Not varied, and so not ranked, though uncertain (each is drawn on every path as the file says): {}{more}.",
            named.join(", ")
        )
    })
}

/// Whether outcomes are among those for which a file names what varies, whatever the statistic.
pub fn is_of_file(scenario: &Scenario, outcomes: &[Selector]) -> bool {
    let file = if scenario.sweep.outcomes.is_empty() {
        scenario.selector(DEFAULT_OUTCOME).ok().into_iter().collect()
    } else {
        scenario.sweep.outcomes.clone()
    };
    let (_, file) = of_options(scenario, &file);
    let (_, outcomes) = of_options(scenario, outcomes);
    outcomes.iter().all(|outcome| {
        let same = |other: &Selector| other.option == outcome.option && other.measure == outcome.measure;
        file.iter().any(same)
    })
}

pub(super) fn nothing_varies() -> Diagnostics {
    Diagnostic::new("nothing varies: the scenario has no uncertain lever or response parameter")
        .help("name an input and its range, for example --vary \"model.decay=[0.02, 0.2]\"")
        .into()
}

/// Refuses a range with values inside a parameter's forbidden interval.
pub(in crate::analysis) fn check_gap(input: &SweepInput) -> Result<(), Diagnostics> {
    let gap = find_parameter(&input.path).and_then(|parameter| parameter.row().bounds.gap);
    let (from, to) = input.range.support();
    match gap {
        Some((above, upto)) if from <= upto && to > above => Err(Diagnostic::new(format!(
            "`{}` cannot vary from {from} to {to}: it takes no value above {above} and up to {upto}",
            input.path
        ))
        .help("choose a range on one side of it, or compare two runs with --set")
        .about(format!("sweep.vary.{}", input.path))
        .into()),
        _ => Ok(()),
    }
}

/// Refuses starts of levers outside the projection.
pub(in crate::analysis) fn check_starts(
    plan: &Plan,
    history: &HistoryData,
    scenario: &Scenario,
    input: &SweepInput,
) -> Result<(), Diagnostics> {
    if find_parameter(&input.path) != Some(Parameter::Start) {
        return Ok(());
    }
    let (first, last) = input.range.support();
    for year in [first, last] {
        if let Ok(constant) = Distribution::constant(year) {
            let of_input = |errors: Diagnostics| errors.about(&format!("sweep.vary.{}", input.path));
            plan.world_of(history, &scenario.with(&input.path, &constant))
                .map_err(of_input)?;
        }
    }
    Ok(())
}

/// The scenario with the options that selectors look at and no others, and the selectors with their options written out.
pub(in crate::analysis) fn of_options(
    scenario: &Scenario,
    selectors: &[Selector],
) -> (Scenario, Vec<Selector>) {
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
pub(in crate::analysis) fn notes(scenario: &Scenario, inputs: &[SweepInput]) -> Vec<String> {
    let (mut bounded, mut idle) = (Vec::new(), Vec::new());
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
                let upper = format!("`{hazard_path}` up to {largest:.3}");
                if !bounded.contains(&upper) {
                    bounded.push(upper);
                }
            }
        }
        if let Some(id) = parameter.and_then(|parameter| parameter.lever_in(&input.path))
            && !in_an_option(scenario, id)
        {
            idle.push(format!("`{}`", input.path));
        }
    }
    let mut notes = Vec::new();
    if !bounded.is_empty() {
        notes.push(format!(
            "Hazards count up to ln(duration) at the shortest duration, higher values act like that one, so that more relief never \
             makes a path tenser: {}.",
            bounded.join(", ")
        ));
    }
    if !idle.is_empty() {
        notes.push(format!(
            "Of no effect here, since their levers are in none of the options looked at: {}.",
            idle.join(", ")
        ));
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

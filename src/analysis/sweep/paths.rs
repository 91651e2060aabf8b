//! The paths of one ordinary run: what each uncertain parameter explains of them.

use super::{
    SweepError,
    inputs::{changes_futures, check_gap, in_an_option, notes, nothing_varies, of_options},
    study::{OutcomeKind, Study, StudyInput, outcome_study, single_path_label},
};
use crate::{
    analysis::{Outcome, collect::collect, default_option},
    base::{Diagnostic, Diagnostics, Selector, Statistic},
    engine::{Progress, Settings},
    history::HistoryData,
    model::{DrawKind, Plan, path_draws},
    random::Shard,
    scenario::{Scenario, SweepInput, find_parameter},
    sensitivity::{convergence, given_data},
};

/// Most paths that a study of paths holds.
pub const MOST_PATHS: u64 = 10_000;
/// Key of the study of all uncertain parameters.
pub const GIVEN_DATA: &str = "given-data";

/// The paths of one ordinary run: inputs and outcomes side by side.
pub(super) struct Paths {
    pub inputs: Vec<StudyInput>,
    pub kinds: Vec<DrawKind>,
    pub outcomes: Vec<(Outcome, Vec<f64>)>,
    pub notes: Vec<String>,
}

/// A scenario with inputs drawn from their ranges, its plan, and outcomes as numbers of single paths.
struct Prepared {
    varied: Scenario,
    plan: Plan,
    outcomes: Vec<Outcome>,
    /// Whether a selector asks for a statistic over futures, which plays no part.
    statistics: bool,
}

impl Prepared {
    fn new(
        history: &HistoryData,
        scenario: &Scenario,
        inputs: &[SweepInput],
        selectors: &[Selector],
    ) -> Result<Self, Diagnostics> {
        let mut varied = scenario.clone();
        for input in inputs {
            check_gap(input)?;
            let parameter = find_parameter(&input.path);
            if !parameter.is_some_and(|parameter| parameter.row().may_be_uncertain()) {
                return Err(Diagnostic::new(format!(
                    "`{}` is the same on every path and cannot be drawn",
                    input.path
                ))
                .help("vary it in a design, for example with --method latin-hypercube")
                .about(format!("sweep.vary.{}", input.path))
                .into());
            }
            varied = varied.with(&input.path, &input.range);
        }
        let (varied, selectors) = of_options(&varied, selectors);
        let plan = Plan::new(history, &varied)?;
        let outcomes = selectors.iter().map(|selector| {
            let single = Selector {
                statistic: Statistic::Mean,
                ..selector.clone()
            };
            Outcome::new(&plan, &single)
        });
        Ok(Self {
            outcomes: outcomes.collect::<Result<Vec<_>, _>>()?,
            statistics: selectors
                .iter()
                .any(|selector| selector.statistic != Statistic::Mean),
            varied,
            plan,
        })
    }
}

/// Whether a study of paths can look at these outcomes, without running it.
///
/// # Errors
/// If an outcome does not exist or is no number of a path, or an input cannot be drawn.
pub fn check_paths(
    history: &HistoryData,
    scenario: &Scenario,
    inputs: &[SweepInput],
    selectors: &[Selector],
) -> Result<(), Diagnostics> {
    Prepared::new(history, scenario, inputs, selectors).map(|_| ())
}

/// Runs a scenario once with `inputs` drawn from their ranges and keeps every path.
pub(super) fn run_paths(
    history: &HistoryData,
    scenario: &Scenario,
    inputs: &[SweepInput],
    selectors: &[Selector],
    settings: Settings,
    progress: &Progress,
) -> Result<Paths, SweepError> {
    let Prepared {
        varied,
        plan,
        outcomes,
        statistics,
    } = Prepared::new(history, scenario, inputs, selectors)?;
    let mut notes = notes(&varied, inputs);
    if settings.paths > MOST_PATHS {
        notes.push(format!(
            "The first {MOST_PATHS} of {} paths are looked at.",
            settings.paths
        ));
    }
    let settings = Settings {
        paths: settings.paths.min(MOST_PATHS),
        shard: Shard::WHOLE,
        ..settings
    };
    if statistics {
        notes.push(
            "Statistics over futures in selectors play no part: the outcome is that of each path.".to_owned(),
        );
    }
    let worlds = [plan.world().clone()];
    let option = default_option(&plan);
    let collected = collect(&plan, &worlds, &outcomes, option, true, settings, progress)?;
    let mut named = Vec::new();
    for (outcome, collected) in outcomes.into_iter().zip(collected) {
        if collected.statistic(Statistic::Mean).is_none() {
            return Err(Diagnostics::from(Diagnostic::new(format!(
                "`{}` leaves the range of numbers on some path",
                outcome.name()
            )))
            .into());
        }
        named.push((outcome, collected.values));
    }
    let looked_at = |name: &str| {
        let lever = find_parameter(name).and_then(|parameter| parameter.lever_in(name));
        lever.is_none_or(|id| in_an_option(&varied, id))
    };
    let mut columns = Vec::new();
    let mut kinds = Vec::new();
    for draw in path_draws(&plan, &varied) {
        // Levers of other options play no part.
        if !looked_at(&draw.name) {
            continue;
        }
        let values = draw.values(settings.seed, settings.paths as usize);
        let mut sorted = values.clone();
        sorted.sort_by(f64::total_cmp);
        let range = match draw.kind {
            DrawKind::Parameter => varied
                .input(&draw.name)
                .map_or_else(String::new, |input| input.value.to_string()),
            DrawKind::Event | DrawKind::Estimate => String::new(),
        };
        columns.push(StudyInput {
            changes_futures: draw.kind == DrawKind::Estimate || changes_futures(&draw.name),
            path: draw.name,
            unit: draw.unit,
            range,
            points: [0.05, 0.5, 0.95].map(|part| sorted[((sorted.len() - 1) as f64 * part) as usize]),
            values,
        });
        kinds.push(draw.kind);
    }
    Ok(Paths {
        inputs: columns,
        kinds,
        outcomes: named,
        notes,
    })
}

/// First-order, PAWN and rank-correlation indices of every uncertain parameter from the paths of one ordinary run (at most
/// [`MOST_PATHS`] of them), at no further run of the model. `inputs` replace distributions of the scenario; none need to.
///
/// # Errors
/// If it was stopped, an outcome does not exist, or there are fewer than [`given_data::LEAST`] paths.
pub fn given_data_study(
    history: &HistoryData,
    scenario: &Scenario,
    inputs: &[SweepInput],
    selectors: &[Selector],
    settings: Settings,
    progress: &Progress,
) -> Result<Study, SweepError> {
    let mut paths = run_paths(history, scenario, inputs, selectors, settings, progress)?;
    let columns: Vec<Vec<f64>> = paths
        .inputs
        .iter_mut()
        .map(|input| std::mem::take(&mut input.values))
        .collect();
    if columns.is_empty() {
        return Err(nothing_varies().into());
    }
    let mut outcomes = Vec::new();
    for (outcome, values) in &paths.outcomes {
        let estimates = convergence::of_draws(&columns, values, |columns, values| {
            given_data::indices(columns, values, settings.seed)
        })?;
        let mut study = outcome_study(outcome, estimates);
        study.label = single_path_label(outcome);
        outcomes.push(study);
    }
    let explained = outcomes.iter().map(|outcome| {
        let share: f64 = outcome
            .indices
            .iter()
            .filter(|index| index.index == crate::sensitivity::sobol::FIRST)
            .map(|index| index.value)
            .sum();
        (outcome.outcome.clone(), share)
    });
    for (outcome, share) in explained {
        paths.notes.push(format!(
            "`{outcome}`: parameters one by one explain {:.0} % of the variance of single paths; the rest is shocks, events of \
             single years, and interactions.",
            (100.0 * share).clamp(0.0, 100.0)
        ));
    }
    Ok(Study {
        method: GIVEN_DATA,
        title: "Given data",
        meaning: "What each uncertain parameter explains of the outcome of single paths, from one ordinary run at no further run \
                  of the model.",
        reference: "Strong, M., Oakley, J. E. and Brennan, A. (2014). Estimating multiparameter partial expected value of perfect \
                    information from a probabilistic sensitivity analysis sample. Medical Decision Making 34(3), 311–326; \
                    Pianosi, F. and Wagener, T. (2018). Environmental Modelling & Software 108, 197–207.",
        outcome_kind: OutcomeKind::SinglePath,
        seed: settings.seed,
        paths: settings.paths.min(MOST_PATHS),
        runs: 1,
        inputs: paths.inputs,
        not_varied: Vec::new(),
        outcomes,
        discovery: None,
        notes: paths.notes,
    })
}

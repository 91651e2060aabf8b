//! Scenario discovery: under which values of the inputs does a condition hold?

use super::{
    Condition, MOST_PATHS, SweepError,
    inputs::{not_varied, not_varied_words, nothing_varies, of_options},
    paths::run_paths,
    study::{
        BoxEnd, BoxLimit, Conditions, DiscoveryStudy, OutcomeKind, OutcomeStudy, PeelingStep, Study,
        ThresholdStudy, outcome_study, single_path_label,
    },
};
use crate::{
    base::Selector,
    engine::{Progress, Settings},
    history::HistoryData,
    model::DrawKind,
    scenario::{Scenario, SweepInput},
    sensitivity::discover::{self, Bound, BoxSettings, Region},
};

/// Key of scenario discovery.
pub const DISCOVER: &str = "discover";

/// Scenario discovery on the paths of one run (at most [`MOST_PATHS`] of them): under which values of the inputs does the
/// condition hold? Looks at `inputs`, drawn from their ranges, and at whether each lever delivers. `boxes` are the settings of the
/// search for boxes.
///
/// # Errors
/// If it was stopped, the outcome does not exist, or there are too few paths.
pub fn discovery_study(
    history: &HistoryData,
    scenario: &Scenario,
    inputs: &[SweepInput],
    condition: &Condition,
    boxes: BoxSettings,
    settings: Settings,
    progress: &Progress,
) -> Result<Study, SweepError> {
    let selectors = condition.selectors();
    let mut paths = run_paths(history, scenario, inputs, &selectors, settings, progress)?;
    let mut kept = Vec::new();
    for (input, kind) in std::mem::take(&mut paths.inputs).into_iter().zip(&paths.kinds) {
        let named = inputs.iter().any(|other| other.path == input.path);
        if named || *kind == DrawKind::Event {
            kept.push(input);
        }
    }
    let (looked_at, _) = of_options(scenario, &selectors);
    let not_varied = not_varied(&looked_at, inputs);
    paths.notes.extend(not_varied_words(&not_varied));
    let columns: Vec<Vec<f64>> = kept.iter().map(|input| input.values.clone()).collect();
    let outcomes = std::mem::take(&mut paths.outcomes);
    if outcomes.is_empty() {
        return Err(nothing_varies().into());
    }
    let position = |selector: &Selector| selectors.iter().position(|other| other == selector).unwrap_or(0);
    let cases: Vec<bool> = (0..outcomes[0].1.len())
        .map(|path| condition.holds(|selector| outcomes[position(selector)].1[path]))
        .collect();
    let searches = discover::Settings {
        boxes,
        ..discover::Settings::default()
    };
    let found = discover::discover(&columns, &cases, &searches, settings.seed)?;
    let ends = |bound: Option<f64>| bound.map(|value| BoxEnd { value, range: None });
    let discovery = DiscoveryStudy {
        condition: condition
            .map(|selector| outcomes[position(selector)].0.selector.clone())
            .to_string(),
        thresholds: condition
            .thresholds()
            .map(|threshold| ThresholdStudy {
                outcome: position(&threshold.selector),
                side: threshold.side,
                number: threshold.number,
            })
            .collect(),
        paths: found.rows,
        cases: found.cases,
        boxes: found.boxes.iter().map(of_region).collect(),
        peeling: (1..)
            .zip(&found.boxes)
            .flat_map(|(number, region)| peeling(number, region))
            .collect(),
        leaves: found
            .tree
            .leaves()
            .into_iter()
            .map(|leaf| Conditions {
                limits: leaf
                    .limits
                    .iter()
                    .map(|(input, low, high)| BoxLimit {
                        input: *input,
                        low: ends(*low),
                        high: ends(*high),
                        quasi_p: None,
                        reproducibility: None,
                    })
                    .collect(),
                paths: leaf.rows,
                cases: leaf.cases,
                coverage: leaf.coverage,
                density: leaf.density,
                mass: leaf.rows as f64 / found.rows.max(1) as f64,
                coverage_outside: None,
                density_outside: None,
                p: None,
            })
            .collect(),
        tree_relative_error: found.tree.relative_error,
        notes: found.notes,
    };
    Ok(Study {
        method: DISCOVER,
        title: "Scenario discovery",
        meaning: "Ranges of inputs within which a condition holds on many more paths than elsewhere.",
        reference: "Friedman, J. H. and Fisher, N. I. (1999). Bump hunting in high-dimensional data. Statistics and Computing 9(2), \
                    123–143; Bryant, B. P. and Lempert, R. J. (2010). Thinking inside the box. Technological Forecasting and Social \
                    Change 77(1), 34–49; Breiman, L. et al. (1984). Classification and Regression Trees. Wadsworth.",
        outcome_kind: OutcomeKind::SinglePath,
        seed: settings.seed,
        paths: settings.paths.min(MOST_PATHS),
        runs: 1,
        inputs: kept,
        not_varied,
        outcomes: outcomes
            .into_iter()
            .map(|(outcome, values)| OutcomeStudy {
                label: single_path_label(&outcome),
                values,
                ..outcome_study(&outcome, Vec::new())
            })
            .collect(),
        discovery: Some(discovery),
        notes: paths.notes,
    })
}

fn peeling(number: usize, region: &Region) -> impl Iterator<Item = PeelingStep> {
    region
        .trade_off
        .iter()
        .enumerate()
        .map(move |(step, found)| PeelingStep {
            number,
            step,
            chosen: found.chosen,
            limits: found.limits.clone(),
            coverage: found.coverage,
            density: found.density,
            mass: found.mass,
        })
}

fn of_region(region: &Region) -> Conditions {
    let end = |bound: &Option<Bound>| {
        bound.map(|bound| BoxEnd {
            value: bound.value,
            range: bound.range,
        })
    };
    let spread = |spread: Option<discover::Spread>| {
        spread.map(|spread| [spread.mean, spread.range[0], spread.range[1]])
    };
    Conditions {
        limits: region
            .limits
            .iter()
            .map(|limit| BoxLimit {
                input: limit.input,
                low: end(&limit.low),
                high: end(&limit.high),
                quasi_p: Some(limit.quasi_p),
                reproducibility: Some(limit.reproducibility),
            })
            .collect(),
        paths: region.rows,
        cases: region.cases,
        coverage: region.coverage,
        density: region.density,
        mass: region.mass,
        coverage_outside: spread(region.coverage_outside),
        density_outside: spread(region.density_outside),
        p: Some(region.p),
    }
}

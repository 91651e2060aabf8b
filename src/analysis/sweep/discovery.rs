//! Scenario discovery: under which values of the inputs does a condition hold?

use super::{
    MOST_PATHS, SweepError,
    inputs::nothing_varies,
    paths::run_paths,
    study::{
        BoxEnd, BoxLimit, Conditions, DiscoveryStudy, OutcomeKind, OutcomeStudy, Study, outcome_study,
        single_path_label,
    },
};
use crate::{
    base::Selector,
    engine::{Progress, Settings},
    history::HistoryData,
    model::DrawKind,
    scenario::{Scenario, SweepInput},
    sensitivity::discover::{self, Bound, Region},
};

/// Key of scenario discovery.
pub const DISCOVER: &str = "discover";

/// A threshold on an outcome: `SELECTOR < NUMBER` or `SELECTOR > NUMBER`.
#[derive(Clone, PartialEq, Debug)]
pub struct Condition {
    /// The outcome.
    pub selector: Selector,
    /// Whether the outcome must lie below; otherwise above.
    pub below: bool,
    /// The number.
    pub threshold: f64,
}

impl Condition {
    /// Reads a condition of a scenario.
    ///
    /// # Errors
    /// What is wrong, in one sentence.
    pub fn parse(scenario: &Scenario, text: &str) -> Result<Self, String> {
        let position = text
            .find(['<', '>'])
            .ok_or_else(|| "a condition is an outcome, < or >, and a number".to_owned())?;
        let (selector, rest) = text.split_at(position);
        let below = rest.starts_with('<');
        let threshold = rest[1..]
            .trim()
            .parse::<f64>()
            .ok()
            .filter(|number| number.is_finite())
            .ok_or_else(|| format!("`{}` is not a number", rest[1..].trim()))?;
        Ok(Self {
            selector: scenario.selector(selector.trim())?,
            below,
            threshold,
        })
    }

    fn holds(&self, value: f64) -> bool {
        if self.below {
            value < self.threshold
        } else {
            value > self.threshold
        }
    }
}

impl std::fmt::Display for Condition {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let sign = if self.below { '<' } else { '>' };
        write!(out, "{} {sign} {}", self.selector, self.threshold)
    }
}

/// Scenario discovery on the paths of one run (at most [`MOST_PATHS`] of them): under which values of the inputs does the
/// condition hold? Looks at `inputs`, drawn from their ranges, and at whether each lever delivers.
///
/// # Errors
/// If it was stopped, the outcome does not exist, or there are too few paths.
pub fn discovery_study(
    history: &HistoryData,
    scenario: &Scenario,
    inputs: &[SweepInput],
    condition: &Condition,
    settings: Settings,
    progress: &Progress,
) -> Result<Study, SweepError> {
    let selectors = [condition.selector.clone()];
    let mut paths = run_paths(history, scenario, inputs, &selectors, settings, progress)?;
    let mut kept = Vec::new();
    for (input, kind) in std::mem::take(&mut paths.inputs).into_iter().zip(&paths.kinds) {
        let named = inputs.iter().any(|other| other.path == input.path);
        if named || *kind == DrawKind::Event {
            kept.push(input);
        }
    }
    let columns: Vec<Vec<f64>> = kept.iter().map(|input| input.values.clone()).collect();
    let Some((outcome, values)) = paths.outcomes.pop() else {
        return Err(nothing_varies().into());
    };
    let cases: Vec<bool> = values.iter().map(|value| condition.holds(*value)).collect();
    let found = discover::discover(&columns, &cases, &discover::Settings::default(), settings.seed)?;
    let ends = |bound: Option<f64>| bound.map(|value| BoxEnd { value, range: None });
    let discovery = DiscoveryStudy {
        condition: Condition {
            selector: outcome.selector.clone(),
            ..condition.clone()
        }
        .to_string(),
        below: condition.below,
        threshold: condition.threshold,
        paths: found.rows,
        cases: found.cases,
        boxes: found.boxes.iter().map(of_region).collect(),
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
        outcomes: vec![OutcomeStudy {
            label: single_path_label(&outcome),
            values,
            ..outcome_study(&outcome, Vec::new())
        }],
        discovery: Some(discovery),
        notes: paths.notes,
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
        coverage_outside: spread(region.coverage_outside),
        density_outside: spread(region.density_outside),
        p: Some(region.p),
    }
}

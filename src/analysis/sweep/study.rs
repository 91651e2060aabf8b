//! The result of a sweep or of a study of paths.

use super::Side;
use crate::{
    analysis::{Outcome, compare::unit_key},
    base::{Measure, Statistic, Unit},
    scenario::BASELINE,
    sensitivity::{Estimate, Index, Subject, given_data, grid, morris, pawn, sobol},
};

/// What an outcome is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum OutcomeKind {
    /// A statistic over all futures at a design point.
    StatisticOverFutures,
    /// The value on a single path, with inputs drawn anew on every path.
    SinglePath,
}

/// An input of a study.
#[derive(Clone, PartialEq, Debug, serde::Serialize)]
pub struct StudyInput {
    /// Parameter path, or the name of what is estimated from the history.
    pub path: String,
    /// Unit.
    pub unit: &'static str,
    /// Over what it varies, as a scenario file writes it; empty for an estimate or event.
    pub range: String,
    /// Its 5 %, 50 % and 95 % points; on paths, those of the draws.
    pub points: [f64; 3],
    /// Whether it changes the futures, which then are drawn again for each of its values.
    pub changes_futures: bool,
    /// Its value at every design point or path.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<f64>,
}

/// An index by names.
#[derive(Clone, PartialEq, Debug, serde::Serialize)]
pub struct StudyIndex {
    /// Positions of the one or two inputs.
    pub inputs: Vec<usize>,
    /// Name of the index.
    pub index: &'static str,
    /// Estimate.
    pub value: f64,
    /// 95 % interval.
    pub interval: Option<[f64; 2]>,
    /// What to know when reading it.
    pub note: Option<String>,
}

/// The estimate from a part of the runs.
#[derive(Clone, PartialEq, Debug, serde::Serialize)]
pub struct Part {
    /// How many runs.
    pub runs: usize,
    /// Its indices.
    pub indices: Vec<StudyIndex>,
}

/// One outcome of a study.
#[derive(Clone, PartialEq, Debug, serde::Serialize)]
pub struct OutcomeStudy {
    /// Selector, with its option.
    pub outcome: String,
    /// Heading for people.
    pub label: String,
    /// Unit.
    #[serde(serialize_with = "unit_key")]
    pub unit: Unit,
    /// Whether it is a difference or a spread, which of a share reads in percentage points.
    #[serde(skip)]
    pub difference: bool,
    /// Its value at every design point or path.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub values: Vec<f64>,
    /// Monte Carlo standard error of each value, where it has one.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub errors: Vec<Option<f64>>,
    /// Indices from all runs.
    pub indices: Vec<StudyIndex>,
    /// What concerns all of them.
    pub notes: Vec<String>,
    /// The same from n/8, n/4, n/2 and n runs, where that is possible.
    pub convergence: Vec<Part>,
}

/// A note on an index, with every subject that it concerns.
#[derive(Clone, PartialEq, Debug)]
pub struct IndexNote<'study> {
    /// Name of the index.
    pub index: &'static str,
    /// The note.
    pub note: &'study str,
    /// Positions of the one or two inputs of each index that has it.
    pub subjects: Vec<&'study [usize]>,
}

/// The index of a name and of one or two inputs.
pub fn find_index<'list>(
    indices: &'list [StudyIndex],
    name: &str,
    inputs: &[usize],
) -> Option<&'list StudyIndex> {
    indices
        .iter()
        .find(|index| index.index == name && index.inputs == inputs)
}

impl OutcomeStudy {
    /// The index of a name and of one or two inputs, from all runs.
    pub fn index(&self, name: &str, inputs: &[usize]) -> Option<&StudyIndex> {
        find_index(&self.indices, name, inputs)
    }

    /// The index by which inputs are ordered: the first of these that a method has. Empty if it has none.
    pub fn leading(&self) -> &'static str {
        [
            sobol::TOTAL,
            morris::MU_STAR,
            sobol::FIRST,
            pawn::MEDIAN,
            given_data::RANK_CORRELATION,
            grid::SWING,
        ]
        .into_iter()
        .find(|name| self.indices.iter().any(|index| index.index == *name))
        .unwrap_or("")
    }

    /// Names of the indices of single inputs, in order.
    pub fn index_names(&self) -> Vec<&'static str> {
        let mut names = Vec::new();
        for index in self.indices.iter().filter(|index| index.inputs.len() == 1) {
            if !names.contains(&index.index) {
                names.push(index.index);
            }
        }
        names
    }

    /// Positions of inputs, from the largest size of an index to the smallest.
    pub fn by_size(&self, inputs: usize, name: &str) -> Vec<usize> {
        let size = |input: usize| self.index(name, &[input]).map_or(0.0, |index| index.value.abs());
        let sizes: Vec<f64> = (0..inputs).map(size).collect();
        let mut order: Vec<usize> = (0..inputs).collect();
        order.sort_by(|a, b| sizes[*b].total_cmp(&sizes[*a]).then(a.cmp(b)));
        order
    }

    /// Indices of pairs of inputs, from the largest size to the smallest.
    pub fn pairs(&self) -> Vec<&StudyIndex> {
        let mut pairs: Vec<&StudyIndex> = self
            .indices
            .iter()
            .filter(|index| index.inputs.len() == 2)
            .collect();
        pairs.sort_by(|a, b| {
            b.value
                .abs()
                .total_cmp(&a.value.abs())
                .then(a.inputs.cmp(&b.inputs))
        });
        pairs
    }

    /// The notes of indices, each once.
    pub fn index_notes(&self) -> Vec<IndexNote<'_>> {
        let mut notes: Vec<IndexNote<'_>> = Vec::new();
        for index in &self.indices {
            let Some(note) = index.note.as_deref() else {
                continue;
            };
            match notes
                .iter_mut()
                .find(|other| other.index == index.index && other.note == note)
            {
                Some(known) => known.subjects.push(&index.inputs),
                None => notes.push(IndexNote {
                    index: index.index,
                    note,
                    subjects: vec![&index.inputs],
                }),
            }
        }
        notes
    }
}

/// One end of a range of a box.
#[derive(Clone, Copy, PartialEq, Debug, serde::Serialize)]
pub struct BoxEnd {
    /// The end.
    pub value: f64,
    /// From its 5 % to its 95 % point over resamples.
    pub range: Option<[f64; 2]>,
}

/// The range of an input in a box or leaf.
#[derive(Clone, PartialEq, Debug, serde::Serialize)]
pub struct BoxLimit {
    /// Position of the input.
    pub input: usize,
    /// Lower end.
    pub low: Option<BoxEnd>,
    /// Upper end.
    pub high: Option<BoxEnd>,
    /// Probability of as many cases if this range did not matter; `None` for a leaf.
    pub quasi_p: Option<f64>,
    /// Part of the resamples that restrict this input; `None` for a leaf.
    pub reproducibility: Option<f64>,
}

/// A box, or a leaf of the tree.
#[derive(Clone, PartialEq, Debug, serde::Serialize)]
pub struct Conditions {
    /// The ranges.
    pub limits: Vec<BoxLimit>,
    /// Paths in it.
    pub paths: usize,
    /// Cases among them.
    pub cases: usize,
    /// Part of all cases that lie in it.
    pub coverage: f64,
    /// Part of its paths that are cases.
    pub density: f64,
    /// Part of all paths that lie in it.
    pub mass: f64,
    /// Mean, 5 % and 95 % point of the coverage on paths that resampled searches have not seen.
    pub coverage_outside: Option<[f64; 3]>,
    /// The same of the density.
    pub density_outside: Option<[f64; 3]>,
    /// Probability of so good a box among shuffled cases; `None` for a leaf.
    pub p: Option<f64>,
}

/// A threshold of a condition.
#[derive(Clone, Copy, PartialEq, Debug, serde::Serialize)]
pub struct ThresholdStudy {
    /// Position of the outcome.
    pub outcome: usize,
    /// On which side of the number it must lie.
    pub side: Side,
    /// The number.
    pub number: f64,
}

/// A box on the way of the search: the trade-off between coverage and density.
#[derive(Clone, PartialEq, Debug, serde::Serialize)]
pub struct PeelingStep {
    /// Number of the box that it led to, from 1.
    pub number: usize,
    /// Step of the peeling; 0 is all paths that were left.
    pub step: usize,
    /// Whether it is where that box began.
    pub chosen: bool,
    /// Positions of the restricted inputs with their lower and upper end.
    pub limits: Vec<(usize, Option<f64>, Option<f64>)>,
    /// Part of all cases that lie in it.
    pub coverage: f64,
    /// Part of its paths that are cases.
    pub density: f64,
    /// Part of all paths that lie in it.
    pub mass: f64,
}

/// What scenario discovery found.
#[derive(Clone, PartialEq, Debug, serde::Serialize)]
pub struct DiscoveryStudy {
    /// The condition.
    pub condition: String,
    /// Its thresholds, in order.
    pub thresholds: Vec<ThresholdStudy>,
    /// Paths.
    pub paths: usize,
    /// Paths on which the condition holds.
    pub cases: usize,
    /// Boxes (PRIM).
    pub boxes: Vec<Conditions>,
    /// Every step of the peeling that led to them.
    pub peeling: Vec<PeelingStep>,
    /// Leaves of the tree (CART), densest first; one if the tree has no split.
    pub leaves: Vec<Conditions>,
    /// Error of the tree on paths it has not seen, over that of the overall rate.
    pub tree_relative_error: f64,
    /// What to know when reading it.
    pub notes: Vec<String>,
}

/// The result of a sweep or a study of paths.
#[derive(Clone, PartialEq, Debug, serde::Serialize)]
pub struct Study {
    /// Key of the method.
    pub method: &'static str,
    /// Heading.
    pub title: &'static str,
    /// What it measures.
    pub meaning: &'static str,
    /// Where it is published.
    pub reference: &'static str,
    /// What its outcomes are.
    pub outcome_kind: OutcomeKind,
    /// Seed.
    pub seed: u64,
    /// Futures of each design point, or paths of the run.
    pub paths: u64,
    /// Design points; of a study of paths, 1.
    pub runs: usize,
    /// Inputs.
    pub inputs: Vec<StudyInput>,
    /// Paths of the uncertain inputs that do not vary here and so have no index.
    pub not_varied: Vec<String>,
    /// Outcomes.
    pub outcomes: Vec<OutcomeStudy>,
    /// What scenario discovery found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub discovery: Option<DiscoveryStudy>,
    /// What to know about all of it.
    pub notes: Vec<String>,
}

fn study_index(index: Index) -> StudyIndex {
    StudyIndex {
        inputs: match index.subject {
            Subject::Input(input) => vec![input],
            Subject::Pair(first, second) => vec![first, second],
        },
        index: index.name,
        value: index.value,
        interval: index.interval,
        note: index.note,
    }
}

/// The last of the estimates, and all of them as parts if there are several.
pub(super) fn outcome_study(outcome: &Outcome, mut estimates: Vec<Estimate>) -> OutcomeStudy {
    let named = |estimate: &Estimate| estimate.indices.iter().cloned().map(study_index).collect();
    let convergence = if estimates.len() > 1 {
        estimates
            .iter()
            .map(|estimate| Part {
                runs: estimate.runs,
                indices: named(estimate),
            })
            .collect()
    } else {
        Vec::new()
    };
    let last = estimates.pop().unwrap_or_default();
    let statistic = outcome.selector.statistic;
    let extra = matches!(outcome.selector.measure, Measure::Metric { extra: true, .. });
    OutcomeStudy {
        outcome: outcome.name(),
        label: label(outcome),
        unit: match statistic {
            Statistic::Share(..) => Unit::Share,
            _ => outcome.unit,
        },
        difference: match statistic {
            Statistic::Share(..) => false,
            Statistic::StandardDeviation => true,
            Statistic::Mean | Statistic::Percentile(_) => extra,
        },
        values: Vec::new(),
        errors: Vec::new(),
        indices: named(&last),
        notes: last.notes,
        convergence,
    }
}

fn label(outcome: &Outcome) -> String {
    let statistic = match outcome.selector.statistic {
        Statistic::Mean => "mean of ".to_owned(),
        Statistic::StandardDeviation => "standard deviation of ".to_owned(),
        Statistic::Percentile(50) => "median of ".to_owned(),
        Statistic::Percentile(percent) => format!("{percent} % quantile of "),
        Statistic::POSITIVE => "probability of more than zero of ".to_owned(),
        Statistic::Share(side, bound) => format!("probability of {} {} of ", side.words(), bound.value()),
    };
    let option = outcome.selector.option.as_deref().unwrap_or(BASELINE);
    format!("{statistic}{}, option “{option}”", outcome.label())
}

pub(super) fn single_path_label(outcome: &Outcome) -> String {
    let option = outcome.selector.option.as_deref().unwrap_or(BASELINE);
    format!("{} on each path, option “{option}”", outcome.label())
}

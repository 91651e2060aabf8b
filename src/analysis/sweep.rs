//! Sensitivity of a scenario: designs whose points are evaluated on the same futures, and studies of the paths of one
//! ordinary run.

use std::ops::Range;

use super::{Outcome, Value, collect::collect, compare::unit_key, default_option};
use crate::{
    base::{Diagnostic, Diagnostics, Measure, Selector, Statistic, Unit},
    engine::{Halt, Progress, Settings},
    history::HistoryData,
    model::{DrawKind, Plan, World, path_draws},
    random::Shard,
    scenario::{BASELINE, Parameter, Scenario, SweepInput, find_parameter},
    sensitivity::{
        Design, Estimate, Index, Method, Refusal, Subject, convergence,
        discover::{self, Bound, Region},
        given_data, grid, morris, pawn, sobol,
    },
    stats::{Distribution, QuantileTables, Sampler},
};

/// Most design points that are evaluated together on a block of futures.
pub const BATCH: usize = 64;
/// Most paths that a study of paths holds.
pub const MOST_PATHS: u64 = 10_000;
/// Most numbers of single paths that a batch holds for percentiles.
const MOST_KEPT: usize = 1 << 22;
/// The outcome that is looked at where none is named.
pub const DEFAULT_OUTCOME: &str = "extra:group.digital_economy@horizon";
/// Key of the study of all uncertain parameters.
pub const GIVEN_DATA: &str = "given-data";
/// Key of scenario discovery.
pub const DISCOVER: &str = "discover";
/// Probabilities are kept this far from 0 and 1, where an unbounded quantity has no value.
const LEAST_PROBABILITY: f64 = 1e-9;

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
    /// Mean, 5 % and 95 % point of the coverage on paths that resampled searches have not seen.
    pub coverage_outside: Option<[f64; 3]>,
    /// The same of the density.
    pub density_outside: Option<[f64; 3]>,
    /// Probability of so good a box among shuffled cases; `None` for a leaf.
    pub p: Option<f64>,
}

/// What scenario discovery found.
#[derive(Clone, PartialEq, Debug, serde::Serialize)]
pub struct DiscoveryStudy {
    /// The condition.
    pub condition: String,
    /// Whether the outcome must lie below the threshold; otherwise above.
    pub below: bool,
    /// The threshold of the condition.
    pub threshold: f64,
    /// Paths.
    pub paths: usize,
    /// Paths on which the condition holds.
    pub cases: usize,
    /// Boxes (PRIM).
    pub boxes: Vec<Conditions>,
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
    /// Outcomes.
    pub outcomes: Vec<OutcomeStudy>,
    /// What scenario discovery found.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub discovery: Option<DiscoveryStudy>,
    /// What to know about all of it.
    pub notes: Vec<String>,
}

/// Why a sweep has no result.
#[derive(Debug)]
pub enum SweepError {
    /// Stopped, or no threads.
    Halted(Halt),
    /// What is asked for is not possible.
    Refused(Diagnostics),
}

impl From<Halt> for SweepError {
    fn from(halt: Halt) -> Self {
        Self::Halted(halt)
    }
}

impl From<Diagnostics> for SweepError {
    fn from(diagnostics: Diagnostics) -> Self {
        Self::Refused(diagnostics)
    }
}

impl From<Refusal> for SweepError {
    fn from(refusal: Refusal) -> Self {
        Self::Refused(Diagnostic::new(refusal.to_string()).into())
    }
}

/// What to sweep.
#[derive(Clone)]
pub struct SweepRequest {
    /// Method.
    pub method: &'static dyn Method,
    /// Size of the design.
    pub size: usize,
    /// What varies.
    pub inputs: Vec<SweepInput>,
    /// Outcomes.
    pub outcomes: Vec<Selector>,
    /// Futures, seed and threads. The seed is that of the design, too.
    pub settings: Settings,
    /// Stop as soon as every 95 % interval is at most this wide.
    pub until: Option<f64>,
}

/// What a sweep costs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Cost {
    /// Design points.
    pub points: usize,
    /// How often futures are drawn: once per batch, and once per set of values of inputs that change the futures.
    pub draws: usize,
    /// Path positions that a progress bar counts: draws times paths.
    pub paths: u64,
}

/// Whether an input changes the futures themselves, so that each of its values needs futures of its own.
fn changes_futures(path: &str) -> bool {
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

/// A sweep, ready to be evaluated batch by batch.
pub struct Sweep<'a> {
    history: &'a HistoryData,
    request: SweepRequest,
    /// With the options that are looked at, and no others.
    scenario: Scenario,
    plan: Plan,
    outcomes: Vec<Outcome>,
    design: Design,
    /// Quantile function of each swept input.
    samplers: Vec<Sampler>,
    /// Position of each swept input among those of the scenario.
    positions: Vec<usize>,
    /// Numbers of points at which `until` is asked.
    boundaries: Vec<usize>,
    batch: usize,
    notes: Vec<String>,
}

impl<'a> Sweep<'a> {
    /// Lays a sweep out; nothing runs yet.
    ///
    /// # Errors
    /// If the method cannot take the inputs or the size, an outcome does not exist, a range contains values that are not
    /// allowed, or the stop rule does not fit the method.
    pub fn new(
        history: &'a HistoryData,
        scenario: &Scenario,
        request: SweepRequest,
    ) -> Result<Self, Diagnostics> {
        let about = request.method.about();
        if request.inputs.is_empty() {
            return Err(nothing_varies());
        }
        let mut positions = Vec::new();
        for input in &request.inputs {
            let Some(position) = scenario.inputs.iter().position(|other| other.path == input.path) else {
                return Err(Diagnostic::new(format!("the scenario has no input `{}`", input.path)).into());
            };
            check_gap(input)?;
            positions.push(position);
        }
        let (scenario, selectors) = of_options(scenario, &request.outcomes);
        let plan = Plan::new(history, &scenario)?;
        let outcomes = selectors
            .iter()
            .map(|selector| Outcome::new(&plan, selector))
            .collect::<Result<Vec<_>, _>>()?;
        let design = request
            .method
            .design(request.inputs.len(), request.size, request.settings.seed)
            .map_err(|refusal| refused(&refusal))?;
        let kept = outcomes
            .iter()
            .filter(|outcome| matches!(outcome.selector.statistic, Statistic::Percentile(_)))
            .count();
        let kept = kept.saturating_mul(usize::try_from(request.settings.paths).unwrap_or(usize::MAX));
        let batch = (MOST_KEPT / kept.max(1)).clamp(1, BATCH);
        let mut tables = QuantileTables::default();
        let mut sweep = Self {
            samplers: request
                .inputs
                .iter()
                .map(|input| input.range.sampler_in(&mut tables))
                .collect(),
            notes: notes(&scenario, &request.inputs),
            history,
            scenario,
            plan,
            outcomes,
            positions,
            boundaries: vec![design.len()],
            design,
            batch,
            request,
        };
        if let Some(width) = sweep.request.until {
            if !(width.is_finite() && width > 0.0) {
                return Err(Diagnostic::new("the width of `--until` must be a number above 0").into());
            }
            if !about.extends || !sweep.has_intervals() {
                return Err(Diagnostic::new(format!(
                    "`{}` cannot stop at a width: {}",
                    about.key,
                    if about.extends {
                        "its indices have no intervals"
                    } else {
                        "its design cannot be extended"
                    }
                ))
                .help("morris, morris-radial, sobol, sobol-first-total and sobol-sequence can")
                .into());
            }
            let least = (*about.sizes.start()).max(8);
            let block = sweep.design.block();
            let blocks = sweep.design.blocks();
            sweep.boundaries = convergence::PARTS
                .iter()
                .map(|part| blocks / part)
                .filter(|part| *part >= least || *part == blocks)
                .map(|part| part * block)
                .collect();
            sweep.boundaries.dedup();
        }
        Ok(sweep)
    }

    /// Whether the method states intervals, as found out with a made-up outcome on a small design.
    fn has_intervals(&self) -> bool {
        let small = (*self.request.method.about().sizes.start()).max(16);
        let inputs = self.request.inputs.len();
        let Ok(design) = self.request.method.design(inputs, small, 0) else {
            return false;
        };
        let outcomes: Vec<f64> = design.points().map(|point| point.iter().sum()).collect();
        let estimate = self.request.method.estimate(&design, &outcomes, 0);
        estimate.is_ok_and(|estimate| estimate.widest().is_some())
    }

    /// What it costs in all, if no rule stops it.
    pub fn cost(&self) -> Cost {
        let mut draws = 0;
        let mut done = 0;
        while let Some(batch) = self.batch_after(done) {
            done = batch.end;
            draws += self.groups(batch).len();
        }
        Cost {
            points: self.design.len(),
            draws,
            paths: draws as u64 * self.request.settings.paths,
        }
    }

    /// Paths of the inputs that change the futures.
    pub fn futures_inputs(&self) -> impl Iterator<Item = &str> {
        self.request
            .inputs
            .iter()
            .map(|input| input.path.as_str())
            .filter(|path| changes_futures(path))
    }

    /// Names of the outcomes with their options.
    pub fn outcome_names(&self) -> Vec<String> {
        self.outcomes.iter().map(Outcome::name).collect()
    }

    /// The request.
    pub fn request(&self) -> &SweepRequest {
        &self.request
    }

    /// The batch that follows a number of finished points; batches end at every boundary.
    fn batch_after(&self, done: usize) -> Option<Range<usize>> {
        let boundary = self.boundaries.iter().find(|boundary| **boundary > done)?;
        Some(done..(done + self.batch).min(*boundary))
    }

    /// The next batch of points, given those that are finished, in the order of the design; `None` if all are, or if the rule
    /// says that they are enough. It depends on nothing but the finished points.
    ///
    /// # Errors
    /// If the finished points are not those of this sweep.
    pub fn next(&self, known: &[Vec<Value>]) -> Result<Option<Range<usize>>, Diagnostics> {
        let next = self.batch_after(known.len());
        if let Some(width) = self.request.until
            && next.is_some()
            && self.boundaries.contains(&known.len())
        {
            let mut widest: f64 = 0.0;
            for outcome in 0..self.outcomes.len() {
                let estimate = self.estimate(known, outcome)?;
                widest = widest.max(estimate.widest().unwrap_or(f64::INFINITY));
            }
            if widest <= width {
                return Ok(None);
            }
        }
        Ok(next)
    }

    /// The values of a point in units of the inputs.
    pub fn inputs_at(&self, row: usize) -> Vec<f64> {
        self.design
            .point(row)
            .iter()
            .zip(&self.samplers)
            .map(|(probability, sampler)| {
                sampler.value(probability.clamp(LEAST_PROBABILITY, 1.0 - LEAST_PROBABILITY))
            })
            .collect()
    }

    /// The scenario of a point.
    fn variant(&self, row: usize) -> Result<Scenario, Diagnostics> {
        let mut scenario = self.scenario.clone();
        for (position, value) in self.positions.iter().zip(self.inputs_at(row)) {
            scenario.inputs[*position].value = Distribution::constant(value).map_err(|error| {
                Diagnostic::new(format!("`{}`: {error}", scenario.inputs[*position].path))
            })?;
        }
        Ok(scenario)
    }

    /// Consecutive points with the same futures.
    fn groups(&self, batch: Range<usize>) -> Vec<Range<usize>> {
        let futures: Vec<usize> = (0..self.request.inputs.len())
            .filter(|input| changes_futures(&self.request.inputs[*input].path))
            .collect();
        let same = |a: usize, b: usize| {
            futures
                .iter()
                .all(|input| self.design.point(a)[*input].to_bits() == self.design.point(b)[*input].to_bits())
        };
        let mut groups: Vec<Range<usize>> = Vec::new();
        for row in batch {
            match groups.last_mut() {
                Some(group) if same(group.start, row) => group.end = row + 1,
                _ => groups.push(row..row + 1),
            }
        }
        groups
    }

    /// Evaluates a batch: the outcomes of each of its points.
    ///
    /// # Errors
    /// If it was stopped, or if a point has no number.
    pub fn evaluate(&self, batch: Range<usize>, progress: &Progress) -> Result<Vec<Vec<Value>>, SweepError> {
        let mut values = Vec::with_capacity(batch.len());
        let own_futures = self.futures_inputs().next().is_some();
        for group in self.groups(batch) {
            let variants = group
                .clone()
                .map(|row| self.variant(row))
                .collect::<Result<Vec<_>, _>>()?;
            if own_futures {
                let plan = self.plan.variant(self.history, &variants[0])?;
                let outcomes = self
                    .outcomes
                    .iter()
                    .map(|outcome| Outcome::new(&plan, &outcome.selector))
                    .collect::<Result<Vec<_>, _>>()?;
                values.extend(self.evaluate_on(&plan, &outcomes, &variants, group.start, progress)?);
            } else {
                values.extend(self.evaluate_on(
                    &self.plan,
                    &self.outcomes,
                    &variants,
                    group.start,
                    progress,
                )?);
            }
        }
        Ok(values)
    }

    fn evaluate_on(
        &self,
        plan: &Plan,
        outcomes: &[Outcome],
        variants: &[Scenario],
        first: usize,
        progress: &Progress,
    ) -> Result<Vec<Vec<Value>>, SweepError> {
        let worlds = variants
            .iter()
            .map(|variant| plan.world_of(self.history, variant))
            .collect::<Result<Vec<World>, _>>()?;
        let option = default_option(plan);
        let collected = collect(
            plan,
            &worlds,
            outcomes,
            option,
            false,
            self.request.settings,
            progress,
        )?;
        let mut values = Vec::with_capacity(worlds.len());
        for (position, world) in collected.chunks(outcomes.len().max(1)).enumerate() {
            let point = world
                .iter()
                .zip(outcomes)
                .map(|(collected, outcome)| {
                    collected.statistic(outcome.selector.statistic).ok_or_else(|| {
                        Diagnostics::from(
                            Diagnostic::new(format!(
                                "`{}` leaves the range of numbers at design point {}",
                                outcome.name(),
                                first + position + 1
                            ))
                            .help("narrow the ranges of the inputs, or choose an earlier year"),
                        )
                    })
                })
                .collect::<Result<Vec<_>, _>>()?;
            values.push(point);
        }
        Ok(values)
    }

    /// The design of the first points.
    fn part(&self, points: usize) -> Design {
        self.design.first(points / self.design.block())
    }

    fn estimate(&self, known: &[Vec<Value>], outcome: usize) -> Result<Estimate, Diagnostics> {
        let values: Vec<f64> = known.iter().map(|point| point[outcome].value).collect();
        self.request
            .method
            .estimate(&self.part(known.len()), &values, self.request.settings.seed)
            .map_err(|refusal| refused(&refusal))
    }

    /// What the stop rule came to, given the width of the widest interval of each outcome.
    fn stopped(&self, width: f64, points: usize, widths: &[Option<f64>]) -> String {
        if let Some(constant) = widths.iter().position(Option::is_none) {
            return format!(
                "`{}` is the same at every point, which tells nothing about how narrow its intervals are: a larger size or other \
                 ranges are needed.",
                self.outcomes[constant].name()
            );
        }
        let widest = widths.iter().flatten().copied().fold(0.0, f64::max);
        if widest <= width {
            format!(
                "Stopped after {points} of {} points: every 95 % interval is at most {width} wide.",
                self.design.len()
            )
        } else {
            format!("The widest 95 % interval is {widest:.4}, above {width}: a larger size is needed.")
        }
    }

    /// The result, when [`next`](Self::next) has no further batch.
    ///
    /// # Errors
    /// If points are missing.
    pub fn finish(&self, known: &[Vec<Value>]) -> Result<Study, Diagnostics> {
        let about = self.request.method.about();
        let design = self.part(known.len());
        let rows: Vec<Vec<f64>> = (0..design.len()).map(|row| self.inputs_at(row)).collect();
        let inputs = self
            .request
            .inputs
            .iter()
            .enumerate()
            .map(|(position, input)| StudyInput {
                values: rows.iter().map(|row| row[position]).collect(),
                ..study_input(&self.scenario, input)
            })
            .collect();
        let mut notes = self.notes.clone();
        let mut outcomes = Vec::new();
        let mut widths = Vec::new();
        for (position, outcome) in self.outcomes.iter().enumerate() {
            let values: Vec<f64> = known.iter().map(|point| point[position].value).collect();
            let estimates =
                convergence::of_design(self.request.method, &design, &values, self.request.settings.seed)
                    .map_err(|refusal| refused(&refusal))?;
            widths.push(estimates.last().and_then(Estimate::widest));
            let mut study = outcome_study(outcome, estimates);
            study.values = values;
            study.errors = known.iter().map(|point| point[position].error).collect();
            outcomes.push(study);
        }
        if let Some(width) = self.request.until {
            notes.push(self.stopped(width, known.len(), &widths));
        }
        Ok(Study {
            method: about.key,
            title: about.title,
            meaning: about.meaning,
            reference: about.reference,
            outcome_kind: OutcomeKind::StatisticOverFutures,
            seed: self.request.settings.seed,
            paths: self.request.settings.paths,
            runs: known.len(),
            inputs,
            outcomes,
            discovery: None,
            notes,
        })
    }
}

fn refused(refusal: &Refusal) -> Diagnostics {
    Diagnostic::new(refusal.to_string()).into()
}

fn nothing_varies() -> Diagnostics {
    Diagnostic::new("nothing varies: the scenario has no uncertain lever or response parameter")
        .help("name an input and its range, for example --vary \"model.decay=[0.02, 0.2]\"")
        .into()
}

/// Refuses a range with values inside a parameter's forbidden interval.
fn check_gap(input: &SweepInput) -> Result<(), Diagnostics> {
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
fn of_options(scenario: &Scenario, selectors: &[Selector]) -> (Scenario, Vec<Selector>) {
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
fn notes(scenario: &Scenario, inputs: &[SweepInput]) -> Vec<String> {
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

fn study_input(scenario: &Scenario, input: &SweepInput) -> StudyInput {
    StudyInput {
        path: input.path.clone(),
        unit: scenario.unit_of(&input.path),
        range: input.range.to_string(),
        points: input.range.quantiles([0.05, 0.5, 0.95]),
        changes_futures: changes_futures(&input.path),
        values: Vec::new(),
    }
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
fn outcome_study(outcome: &Outcome, mut estimates: Vec<Estimate>) -> OutcomeStudy {
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
            Statistic::Positive => Unit::Share,
            _ => outcome.unit,
        },
        difference: match statistic {
            Statistic::Positive => false,
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
        Statistic::Positive => "probability of more than zero of ".to_owned(),
    };
    let option = outcome.selector.option.as_deref().unwrap_or(BASELINE);
    format!("{statistic}{}, option \"{option}\"", outcome.label())
}

/// The paths of one ordinary run: inputs and outcomes side by side.
struct Paths {
    inputs: Vec<StudyInput>,
    kinds: Vec<DrawKind>,
    outcomes: Vec<(Outcome, Vec<f64>)>,
    notes: Vec<String>,
}

/// Runs a scenario once with `inputs` drawn from their ranges and keeps every path.
fn run_paths(
    history: &HistoryData,
    scenario: &Scenario,
    inputs: &[SweepInput],
    selectors: &[Selector],
    settings: Settings,
    progress: &Progress,
) -> Result<Paths, SweepError> {
    let mut varied = scenario.clone();
    for input in inputs {
        check_gap(input)?;
        let parameter = find_parameter(&input.path);
        if !parameter.is_some_and(|parameter| parameter.row().may_be_uncertain()) {
            return Err(Diagnostics::from(
                Diagnostic::new(format!(
                    "`{}` is the same on every path and cannot be drawn",
                    input.path
                ))
                .help("vary it in a design, for example with --method latin-hypercube"),
            )
            .into());
        }
        varied = varied.with(&input.path, &input.range);
    }
    let (varied, selectors) = of_options(&varied, selectors);
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
    if selectors
        .iter()
        .any(|selector| selector.statistic != Statistic::Mean)
    {
        notes.push(
            "Statistics over futures in selectors play no part: the outcome is that of each path.".to_owned(),
        );
    }
    let plan = Plan::new(history, &varied)?;
    let outcomes = selectors
        .iter()
        .map(|selector| {
            let single = Selector {
                statistic: Statistic::Mean,
                ..selector.clone()
            };
            Outcome::new(&plan, &single)
        })
        .collect::<Result<Vec<_>, _>>()?;
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
        lever.is_none_or(|id| {
            varied
                .options
                .iter()
                .any(|option| option.levers.iter().any(|lever| lever == id))
        })
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
        outcomes,
        discovery: None,
        notes: paths.notes,
    })
}

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

fn single_path_label(outcome: &Outcome) -> String {
    let option = outcome.selector.option.as_deref().unwrap_or(BASELINE);
    format!("{} on each path, option \"{option}\"", outcome.label())
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

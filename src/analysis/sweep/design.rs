//! Designs whose points are evaluated on the same futures.

use std::ops::Range;

use super::{
    SweepError,
    inputs::{
        changes_futures, check_gap, check_starts, not_varied, not_varied_words, notes, nothing_varies,
        of_options, study_input,
    },
    study::{OutcomeKind, Study, StudyInput, outcome_study},
};
use crate::{
    analysis::{Outcome, Value, collect::collect, default_option},
    base::{Diagnostic, Diagnostics, Selector, Statistic},
    engine::{Progress, Settings, each, side_by_side, workers},
    history::HistoryData,
    model::{Plan, World},
    random::Stream,
    scenario::{Scenario, SweepInput},
    sensitivity::{Design, Estimate, Method, Refusal, convergence, grid},
    stats::{Distribution, QuantileTables, Sampler, normal_quantile, uniform_of},
};

/// Most design points that are evaluated together on a block of futures.
pub const BATCH: usize = 64;
/// Most batches that are evaluated before anything is kept, and about how many futures of points: a second or two of work. With few futures a batch has too
/// few blocks to keep threads busy, and batches are evaluated side by side.
const MOST_BATCHES: u64 = 16;
const FUTURES_TOGETHER: u64 = 1 << 20;
/// Most numbers of single paths that a batch holds for percentiles.
const MOST_KEPT: usize = 1 << 22;
/// Probabilities are kept this far from 0 and 1, where an unbounded quantity has no value.
const LEAST_PROBABILITY: f64 = 1e-9;

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
    /// Stop as soon as every 95 % interval is narrow enough; never where there is no width.
    pub until: Vec<Width>,
}

/// How wide the 95 % intervals of indices may be.
#[derive(Clone, PartialEq, Debug)]
pub struct Width {
    /// The outcome it is for; `None` for every outcome that has no width of its own.
    pub outcome: Option<Selector>,
    /// The width, in the unit of the index; of a relative one the part of the outcome's largest index.
    pub width: f64,
    /// Whether it is relative.
    pub relative: bool,
}

impl Width {
    /// Whether the intervals of an estimate are narrow enough; `None` if they tell nothing, since the outcome has not varied.
    fn is_met(&self, estimate: &Estimate) -> Option<bool> {
        let unit = if self.relative { estimate.largest() } else { 1.0 };
        estimate.widest().map(|widest| widest <= self.width * unit)
    }
}

impl std::fmt::Display for Width {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        if self.relative {
            write!(out, "{} % of the largest index", 100.0 * self.width)
        } else {
            write!(out, "{}", self.width)
        }
    }
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
    /// Of each swept input that goes together with one before it: the inputs whose normal scores add up to its own, with weights.
    ties: Vec<Vec<(usize, f64)>>,
    /// Position of each swept input among those of the scenario.
    positions: Vec<usize>,
    /// Stream of each swept input, unless it changes the futures.
    streams: Vec<Option<Stream>>,
    /// Numbers of points at which `until` is asked.
    boundaries: Vec<usize>,
    batch: usize,
    /// Points that are evaluated before anything is kept: one batch or more.
    together: usize,
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
        mut request: SweepRequest,
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
        for width in &mut request.until {
            let own = width.outcome.as_slice();
            width.outcome = of_options(scenario, own).1.pop();
        }
        let (scenario, selectors) = of_options(scenario, &request.outcomes);
        if let Some(other) = request
            .until
            .iter()
            .filter_map(|width| width.outcome.as_ref())
            .find(|own| !selectors.contains(own))
        {
            return Err(
                Diagnostic::new(format!("--until: `{other}` is not an outcome of this sweep"))
                    .help("name it with --outcome, too")
                    .into(),
            );
        }
        let plan = Plan::new(history, &scenario)?;
        for input in &request.inputs {
            check_starts(&plan, history, &scenario, input)?;
        }
        let outcomes = selectors
            .iter()
            .map(|selector| Outcome::new(&plan, selector))
            .collect::<Result<Vec<_>, _>>()?;
        let design = request
            .method
            .design(request.inputs.len(), request.size, request.settings.seed)
            .map_err(|refusal| refused(&refusal))?;
        let design = stated_levels(&request).unwrap_or(design);
        let kept = outcomes
            .iter()
            .filter(|outcome| matches!(outcome.selector.statistic, Statistic::Percentile(_)))
            .count();
        let kept = kept.saturating_mul(usize::try_from(request.settings.paths).unwrap_or(usize::MAX));
        let batch = (MOST_KEPT / kept.max(1)).clamp(1, BATCH);
        let own_futures = request.inputs.iter().any(|input| changes_futures(&input.path));
        let futures = request.settings.paths.saturating_mul(batch as u64);
        let batches = match own_futures {
            true => 1,
            false => (FUTURES_TOGETHER / futures.max(1)).clamp(1, MOST_BATCHES),
        };
        let (ties, tie_note) = ties(&scenario, &request);
        let mut tables = QuantileTables::default();
        let mut sweep = Self {
            samplers: request
                .inputs
                .iter()
                .map(|input| input.range.sampler_in(&mut tables))
                .collect(),
            notes: notes(&scenario, &request.inputs)
                .into_iter()
                .chain(tie_note)
                .collect(),
            ties,
            history,
            scenario,
            plan,
            outcomes,
            positions,
            streams: request
                .inputs
                .iter()
                .map(|input| (!changes_futures(&input.path)).then(|| Stream::named(&input.path)))
                .collect(),
            boundaries: vec![design.len()],
            design,
            batch,
            together: batch * batches as usize,
            request,
        };
        if !sweep.request.until.is_empty() {
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

    /// Number of design points, if no rule stops it.
    pub fn points(&self) -> usize {
        self.design.len()
    }

    /// What it costs in all, if no rule stops it.
    pub fn cost(&self) -> Cost {
        self.cost_of(0..self.points())
    }

    /// The plan of its scenario.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// How many numbers of paths are kept at a time: those that percentiles are found in.
    pub fn kept(&self) -> u64 {
        let percentile = |outcome: &&Outcome| matches!(outcome.selector.statistic, Statistic::Percentile(_));
        let outcomes = self.outcomes.iter().filter(percentile).count() * self.batch.min(self.points());
        let paths = self.request.settings.paths.saturating_mul(outcomes as u64);
        if side_by_side(self.request.settings) {
            paths.saturating_mul(self.workers() as u64)
        } else {
            paths
        }
    }

    /// How many threads work on it.
    pub fn workers(&self) -> usize {
        workers(self.request.settings.threads, u64::MAX)
    }

    /// What some of its points cost.
    pub fn cost_of(&self, points: Range<usize>) -> Cost {
        let draws = self
            .batches(points.clone())
            .map(|points| self.groups(points).len())
            .sum();
        Cost {
            points: points.len(),
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

    /// The points that are evaluated after a number of finished ones; they end at every boundary.
    fn batch_after(&self, done: usize) -> Option<Range<usize>> {
        let boundary = self.boundaries.iter().find(|boundary| **boundary > done)?;
        Some(done..(done + self.together).min(*boundary))
    }

    /// Points of a batch: those that are evaluated on a block of futures, and kept, together.
    pub fn batch(&self) -> usize {
        self.batch
    }

    /// Consecutive points as they are evaluated together. The values of a point do not depend on those it is evaluated with.
    pub fn batches(&self, points: Range<usize>) -> impl Iterator<Item = Range<usize>> {
        let mut next = points.start;
        std::iter::from_fn(move || {
            let batch = self.batch_after(next)?;
            let batch = batch.start..batch.end.min(points.end);
            next = batch.end;
            (!batch.is_empty()).then_some(batch)
        })
    }

    /// The next batch of points, given those that are finished, in the order of the design; `None` if all are, or if the rule
    /// says that they are enough. It depends on nothing but the finished points.
    ///
    /// # Errors
    /// If the finished points are not those of this sweep.
    pub fn next(&self, known: &[Vec<Value>]) -> Result<Option<Range<usize>>, Diagnostics> {
        let next = self.batch_after(known.len());
        if !self.request.until.is_empty() && next.is_some() && self.boundaries.contains(&known.len()) {
            let mut narrow = true;
            for outcome in 0..self.outcomes.len() {
                if let Some(width) = self.width_of(outcome) {
                    narrow &= width.is_met(&self.estimate(known, outcome)?) == Some(true);
                }
            }
            if narrow {
                return Ok(None);
            }
        }
        Ok(next)
    }

    /// The width that the intervals of an outcome may have: its own, or else that of all.
    fn width_of(&self, outcome: usize) -> Option<&Width> {
        let own = &self.outcomes[outcome].selector;
        let mut widths = self.request.until.iter().rev();
        let of_all = widths.clone().find(|width| width.outcome.is_none());
        widths
            .find(|width| width.outcome.as_ref() == Some(own))
            .or(of_all)
    }

    /// The values of a point in units of the inputs.
    pub fn inputs_at(&self, row: usize) -> Vec<f64> {
        let inside = |probability: f64| probability.clamp(LEAST_PROBABILITY, 1.0 - LEAST_PROBABILITY);
        let point = self.design.point(row);
        let together = |terms: &[(usize, f64)]| {
            let terms = terms
                .iter()
                .map(|(input, weight)| weight * normal_quantile::value(inside(point[*input])));
            uniform_of(terms.sum())
        };
        (self.samplers.iter().zip(&self.ties).zip(point))
            .map(|((sampler, terms), own)| {
                sampler.value(inside(if terms.is_empty() { *own } else { together(terms) }))
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

    /// The world of a point: that of the plan with what varies changed, or where that does not do compiled from its scenario.
    fn world(&self, plan: &Plan, row: usize) -> Result<World, Diagnostics> {
        let values = self.inputs_at(row);
        let numbers: Vec<(Stream, f64)> = (self.streams.iter().zip(&values))
            .filter_map(|(stream, value)| Some(((*stream)?, *value)))
            .collect();
        let finite = values.iter().all(|value| value.is_finite());
        match plan.world_with(&numbers).filter(|_| finite) {
            Some(world) => Ok(world),
            None => plan.world_of(self.history, &self.variant(row)?),
        }
    }

    /// Consecutive points of a batch with the same futures.
    fn groups(&self, points: Range<usize>) -> Vec<Range<usize>> {
        let futures: Vec<usize> = (0..self.request.inputs.len())
            .filter(|input| changes_futures(&self.request.inputs[*input].path))
            .collect();
        let same = |a: usize, b: usize| {
            futures
                .iter()
                .all(|input| self.design.point(a)[*input].to_bits() == self.design.point(b)[*input].to_bits())
        };
        let first = points.start;
        let mut groups: Vec<Range<usize>> = Vec::new();
        for row in points {
            let batch_begins = (row - first).is_multiple_of(self.batch);
            match groups.last_mut() {
                Some(group) if !batch_begins && same(group.start, row) => group.end = row + 1,
                _ => groups.push(row..row + 1),
            }
        }
        groups
    }

    /// Evaluates points: the outcomes of each. With few futures each thread does batches of its own, else all do the blocks of one after the other.
    ///
    /// # Errors
    /// If it was stopped, or if a point has no number.
    pub fn evaluate(&self, points: Range<usize>, progress: &Progress) -> Result<Vec<Vec<Value>>, SweepError> {
        let own_futures = self.futures_inputs().next().is_some();
        let evaluate = |group: &Range<usize>, settings: Settings| {
            if !own_futures {
                return self.evaluate_on(&self.plan, &self.outcomes, group.clone(), settings, progress);
            }
            let plan = self.plan.variant(self.history, &self.variant(group.start)?)?;
            let outcomes = self
                .outcomes
                .iter()
                .map(|outcome| Outcome::new(&plan, &outcome.selector))
                .collect::<Result<Vec<_>, _>>()?;
            self.evaluate_on(&plan, &outcomes, group.clone(), settings, progress)
        };
        let settings = self.request.settings;
        let groups = self.groups(points);
        let values = if side_by_side(settings) && groups.len() >= self.workers() {
            let alone = Settings {
                threads: 1,
                ..settings
            };
            each(&groups, settings.threads, |group| evaluate(group, alone))?
        } else {
            let one_after_the_other = groups.iter().map(|group| evaluate(group, settings));
            one_after_the_other.collect::<Result<_, SweepError>>()?
        };
        Ok(values.concat())
    }

    fn evaluate_on(
        &self,
        plan: &Plan,
        outcomes: &[Outcome],
        points: Range<usize>,
        settings: Settings,
        progress: &Progress,
    ) -> Result<Vec<Vec<Value>>, SweepError> {
        let first = points.start;
        let worlds = points
            .map(|row| self.world(plan, row))
            .collect::<Result<Vec<World>, _>>()?;
        let option = default_option(plan);
        let collected = collect(plan, &worlds, outcomes, option, false, settings, progress)?;
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

    /// The design of the first points, with the values of the inputs there.
    fn part(&self, points: usize) -> Design {
        let part = self.design.first(points / self.design.block());
        let mut values = vec![Vec::with_capacity(part.len()); part.inputs()];
        for row in 0..part.len() {
            for (column, value) in values.iter_mut().zip(self.inputs_at(row)) {
                column.push(value);
            }
        }
        part.with_values(values)
    }

    fn estimate(&self, known: &[Vec<Value>], outcome: usize) -> Result<Estimate, Diagnostics> {
        let values: Vec<f64> = known.iter().map(|point| point[outcome].value).collect();
        self.request
            .method
            .estimate(&self.part(known.len()), &values, self.request.settings.seed)
            .map_err(|refusal| refused(&refusal))
    }

    /// What the stop rule came to, given the last estimate of each outcome.
    fn stopped(&self, points: usize, estimates: &[Estimate]) -> Vec<String> {
        let mut notes = Vec::new();
        let mut met = Vec::new();
        for (position, estimate) in estimates.iter().enumerate() {
            let (Some(width), name) = (self.width_of(position), self.outcomes[position].name()) else {
                continue;
            };
            match (width.is_met(estimate), estimate.widest()) {
                (Some(true), _) => met.push(format!("of `{name}` at most {width} wide")),
                (_, Some(widest)) => notes.push(format!(
                    "`{name}`: the widest 95 % interval is {widest:.4}, above {width}: a larger size is needed."
                )),
                (_, None) => notes.push(format!(
                    "`{name}` is the same at every point, which tells nothing about how narrow its intervals are: a larger size \
                     or other ranges are needed."
                )),
            }
        }
        if notes.is_empty() && !met.is_empty() {
            notes.push(format!(
                "Stopped after {points} of {} points: every 95 % interval {}.",
                self.design.len(),
                met.join(", ")
            ));
        }
        notes
    }

    /// The result, when [`next`](Self::next) has no further batch.
    ///
    /// # Errors
    /// If points are missing.
    pub fn finish(&self, known: &[Vec<Value>]) -> Result<Study, Diagnostics> {
        let about = self.request.method.about();
        let design = self.part(known.len());
        let columns = design.columns();
        let inputs = self
            .request
            .inputs
            .iter()
            .enumerate()
            .map(|(position, input)| StudyInput {
                values: columns[position].clone(),
                ..study_input(&self.scenario, input)
            })
            .collect();
        let mut notes = self.notes.clone();
        let mut outcomes = Vec::new();
        let mut last = Vec::new();
        for (position, outcome) in self.outcomes.iter().enumerate() {
            let values: Vec<f64> = known.iter().map(|point| point[position].value).collect();
            let estimates =
                convergence::of_design(self.request.method, &design, &values, self.request.settings.seed)
                    .map_err(|refusal| refused(&refusal))?;
            last.extend(estimates.last().cloned());
            let mut study = outcome_study(outcome, estimates);
            study.values = values;
            study.errors = known.iter().map(|point| point[position].error).collect();
            outcomes.push(study);
        }
        notes.extend(self.stopped(known.len(), &last));
        let not_varied = not_varied(&self.scenario, &self.request.inputs);
        notes.extend(not_varied_words(&not_varied));
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
            not_varied,
            outcomes,
            discovery: None,
            notes,
        })
    }
}

/// What goes together with what among the inputs of a design, and what to say where it plays no part.
fn ties(scenario: &Scenario, request: &SweepRequest) -> (Vec<Vec<(usize, f64)>>, Option<String>) {
    let about = request.method.about();
    let paths: Vec<&str> = request.inputs.iter().map(|input| input.path.as_str()).collect();
    let mut found = scenario.ties_of(&paths);
    let note = (!about.samples && !found.is_empty()).then(|| {
        format!(
            "`{}` takes inputs as independent: that {} go together with others, as `[correlation]` says, plays no part in the design.",
            about.key,
            found.keys().map(|path| format!("`{path}`")).collect::<Vec<_>>().join(", ")
        )
    });
    if !about.samples {
        found.clear();
    }
    let position = |name: &str| paths.iter().position(|path| *path == name).unwrap_or(0);
    let own = |path: &&str| {
        let terms = found.get(*path).into_iter().flatten();
        terms.map(|(name, weight)| (position(name), *weight)).collect()
    };
    (paths.iter().map(own).collect(), note)
}

/// The grid of inputs of which one at least has values of its own to choose from: it takes each of them, the others `size` levels.
fn stated_levels(request: &SweepRequest) -> Option<Design> {
    let of_grid = request.method.about().key == grid::KEY;
    let chosen = |input: &SweepInput| matches!(input.range, Distribution::Choice { .. });
    if !of_grid || !request.inputs.iter().any(chosen) {
        return None;
    }
    let levels = |input: &SweepInput| match &input.range {
        Distribution::Choice { values } => {
            // The middle of the probabilities at which it is drawn.
            let mut below = 0.0;
            let middle = |(_, probability): &(f64, f64)| {
                below += probability;
                below - 0.5 * probability
            };
            values.iter().map(middle).collect()
        }
        _ => (0..request.size)
            .map(|level| grid::probability(level, request.size))
            .collect(),
    };
    Some(grid::over(&request.inputs.iter().map(levels).collect::<Vec<_>>()))
}

fn refused(refusal: &Refusal) -> Diagnostics {
    let about = match refusal {
        Refusal::Inputs { .. } => "sweep.vary",
        Refusal::Size { .. } | Refusal::TooLarge { .. } => "sweep.size",
        _ => "sweep.method",
    };
    Diagnostic::new(refusal.to_string()).about(about).into()
}

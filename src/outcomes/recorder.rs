//! Collecting the numbers of an ensemble while it runs: moments in block order, quantile sketches in any order.

use super::{
    Comparison, Statistics, Summary, SummaryRow,
    gap::GapCounter,
    money::{MoneyBlock, MoneyRecorder},
    number::{Counter, finish},
};
use crate::{
    base::{Metric, Place, Year},
    engine::{Accumulator, Halt, Progress, Settings, run},
    model::{BlockView, Lanes, Needs, Plan, YearView},
    random::BLOCK,
    stats::{Moments, QuantileSketch},
};

/// A number of the projection.
#[derive(Clone, Copy, Debug)]
struct Target {
    option: usize,
    comparison: Comparison,
    place: usize,
    metric: Metric,
    step: usize,
    source: Source,
}

/// Where the statistics of a number come from: nothing is counted twice.
#[derive(Clone, Copy, Debug)]
enum Source {
    /// Its own counter, by position.
    Counted(usize),
    /// A multiple of another number's counter: metrics per head, and levels that an option leaves as they are.
    Multiple(usize, f64),
    /// Zero on every path: a difference where the option changes nothing.
    Zero,
}

/// What is counted in a year.
#[derive(Clone, Copy, Debug)]
struct Count {
    option: usize,
    comparison: Comparison,
    place: usize,
    metric: Metric,
    position: usize,
}

/// Every number of a plan, ordered by option, comparison, place, metric and year, and what is counted by year.
#[derive(Debug)]
struct Targets {
    all: Vec<Target>,
    by_step: Vec<Vec<Count>>,
    floors: Vec<f64>,
}

impl Targets {
    fn new(plan: &Plan) -> Self {
        let years = plan.projected_years() + 1;
        let mut targets = Self {
            all: Vec::new(),
            by_step: vec![Vec::new(); years],
            floors: Vec::new(),
        };
        let places = plan.places().count();
        // Position of the counter of a level, by option, place, metric and step.
        let index = |place: usize, metric: Metric, step: usize| {
            (place * Metric::COUNT + metric.index()) * years + step
        };
        let mut baseline = vec![usize::MAX; places * Metric::COUNT * years];
        for option in 0..plan.options().len() {
            for comparison in [Comparison::Level, Comparison::Extra] {
                if option == 0 && comparison == Comparison::Extra {
                    continue;
                }
                let mut own = vec![usize::MAX; places * Metric::COUNT * years];
                for place in 0..places {
                    for metric in Metric::ALL {
                        for step in (0..years).filter(|step| plan.has(place, metric, *step)) {
                            let total = metric.total();
                            let touched = plan.world().touches(option, place, total, step);
                            let factor = match plan.population(place, step) {
                                Some(persons) if metric.is_per_head() => 1.0 / persons,
                                _ => 1.0,
                            };
                            let known = if comparison == Comparison::Extra || touched || option == 0 {
                                own[index(place, total, step)]
                            } else {
                                baseline[index(place, total, step)]
                            };
                            let source = if comparison == Comparison::Extra && !touched {
                                Source::Zero
                            } else if known == usize::MAX {
                                let position = targets.count(option, comparison, place, metric, step);
                                own[index(place, total, step)] = position;
                                Source::Counted(position)
                            } else {
                                Source::Multiple(known, factor)
                            };
                            targets.all.push(Target {
                                option,
                                comparison,
                                place,
                                metric,
                                step,
                                source,
                            });
                        }
                    }
                }
                if option == 0 {
                    baseline = own;
                }
            }
        }
        targets
    }

    fn count(
        &mut self,
        option: usize,
        comparison: Comparison,
        place: usize,
        metric: Metric,
        step: usize,
    ) -> usize {
        let position = self.floors.len();
        self.floors.push(match comparison {
            Comparison::Level => metric.sketch_floor(),
            Comparison::Extra => metric.difference_sketch_floor(),
        });
        self.by_step[step].push(Count {
            option,
            comparison,
            place,
            metric,
            position,
        });
        position
    }
}

/// The collector of one worker.
#[derive(Debug)]
struct Recorder<'targets> {
    targets: &'targets Targets,
    counters: Vec<Counter>,
    /// Moments of the block under way.
    moments: Vec<Moments>,
    gap: GapCounter,
    money: MoneyRecorder,
}

impl<'targets> Recorder<'targets> {
    fn new(plan: &Plan, targets: &'targets Targets) -> Self {
        Self {
            targets,
            counters: targets.floors.iter().map(|floor| Counter::new(*floor)).collect(),
            moments: vec![Moments::default(); targets.floors.len()],
            gap: GapCounter::new(plan),
            money: MoneyRecorder::new(plan),
        }
    }
}

/// What a block contributes in order.
struct Folded {
    moments: Vec<Moments>,
    money: MoneyBlock,
}

impl Accumulator for Recorder<'_> {
    type Block = Folded;

    fn needs(&self) -> Needs {
        Needs::ALL
    }

    fn year(&mut self, _: usize, view: YearView<'_>, lanes: usize) {
        let mut difference: Lanes = [0.0; BLOCK];
        for count in &self.targets.by_step[view.step] {
            let level = view.metric(count.option, count.place, count.metric);
            let values = match count.comparison {
                Comparison::Level => level,
                Comparison::Extra => {
                    let baseline = view.metric(0, count.place, count.metric);
                    for lane in 0..BLOCK {
                        difference[lane] = level[lane] - baseline[lane];
                    }
                    &difference
                }
            };
            self.moments[count.position] = self.counters[count.position].observe(&values[..lanes]);
        }
        self.gap.year(&view, lanes);
    }

    fn paths(&mut self, _: usize, view: BlockView<'_>, lanes: usize) {
        self.gap.paths(&view, lanes);
        self.money.paths(&view, lanes);
    }

    fn end(&mut self) -> Folded {
        Folded {
            moments: self.moments.clone(),
            money: self.money.end(),
        }
    }

    fn fold(total: &mut Option<Folded>, block: Folded) {
        match total {
            None => *total = Some(block),
            Some(total) => {
                total
                    .moments
                    .iter_mut()
                    .zip(&block.moments)
                    .for_each(|(sum, next)| sum.merge(next));
                MoneyRecorder::fold(&mut total.money, &block.money);
            }
        }
    }

    fn merge(&mut self, other: Self) {
        self.counters
            .iter_mut()
            .zip(&other.counters)
            .for_each(|(sum, next)| sum.merge(next));
        self.gap.merge(&other.gap);
        self.money.merge(&other.money);
    }
}

/// Why an ensemble has no summary.
#[derive(Clone, PartialEq, Debug)]
pub enum ProjectionError {
    /// The run was stopped or could not start.
    Halted(Halt),
    /// Some paths left the range of floating-point numbers.
    NotFinite {
        /// The economy or group; `None` for present values.
        place: Option<Place>,
        /// What left the range.
        what: &'static str,
        /// The first year in which it happened.
        year: Year,
        /// On how many paths.
        paths: u64,
    },
}

/// Runs a plan and summarizes every metric of every option, place and year.
///
/// # Errors
/// If the run was stopped, or if a path left the range of floating-point numbers: the summary of the other paths would
/// be a biased answer, so there is none.
pub fn project(plan: &Plan, settings: Settings, progress: &Progress) -> Result<Summary, ProjectionError> {
    let gap = plan.world().gap_definition();
    let targets = Targets::new(plan);
    let (recorder, folded) =
        run(plan, settings, progress, || Recorder::new(plan, &targets)).map_err(ProjectionError::Halted)?;
    let places: Vec<Place> = plan.places().collect();
    let options: Vec<&str> = plan.options().collect();
    let year = |step: usize| plan.base_year() + step as Year;
    let mut statistics: Vec<Option<Statistics>> = vec![None; targets.floors.len()];
    for (step, counts) in targets.by_step.iter().enumerate() {
        for count in counts {
            let position = count.position;
            let found = finish(&recorder.counters[position], &folded.moments[position]);
            statistics[position] = Some(found.map_err(|paths| ProjectionError::NotFinite {
                place: Some(places[count.place]),
                what: count.metric.label(),
                year: year(step),
                paths,
            })?);
        }
    }
    let money = recorder
        .money
        .finish(plan, &folded.money)
        .ok_or(ProjectionError::NotFinite {
            place: None,
            what: "a present value",
            year: year(plan.projected_years()),
            paths: 0,
        })?;
    let rows = targets
        .all
        .iter()
        .map(|target| SummaryRow {
            option: options[target.option].to_owned(),
            comparison: target.comparison,
            place: places[target.place],
            metric: target.metric,
            unit: gap.unit_of(target.metric),
            year: year(target.step),
            statistics: match target.source {
                Source::Counted(position) => statistics[position].unwrap_or(Statistics::ZERO),
                Source::Multiple(position, 1.0) => statistics[position].unwrap_or(Statistics::ZERO),
                Source::Multiple(position, factor) => {
                    statistics[position].unwrap_or(Statistics::ZERO).scaled(factor)
                }
                Source::Zero => Statistics::ZERO,
            },
        })
        .collect();
    Ok(Summary {
        paths: settings.paths,
        base_year: plan.base_year(),
        sketch_error: QuantileSketch::RELATIVE_ERROR,
        gap,
        rows,
        closures: recorder.gap.finish(plan, settings.paths),
        money,
    })
}

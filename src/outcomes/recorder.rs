//! Collecting the numbers of an ensemble while it runs: moments by block, quantile sketches in any order.

use super::{
    Comparison,
    gap::GapCounter,
    money::{MoneyBlock, MoneyRecorder},
    number::Counter,
};
use crate::{
    base::Metric,
    engine::Accumulator,
    model::{BlockView, Lanes, Needs, Plan, YearView},
    random::BLOCK,
    stats::Moments,
};

/// A number of the projection.
#[derive(Clone, Copy, Debug)]
pub(super) struct Target {
    pub(super) option: usize,
    pub(super) comparison: Comparison,
    pub(super) place: usize,
    pub(super) metric: Metric,
    pub(super) step: usize,
    pub(super) source: Source,
}

/// Where the statistics of a number come from: nothing is counted twice.
#[derive(Clone, Copy, Debug)]
pub(super) enum Source {
    /// Its own counter, by position.
    Counted(usize),
    /// A multiple of another number's counter: metrics per head, and levels that an option leaves as they are.
    Multiple(usize, f64),
    /// Zero on every path: a difference where the option changes nothing.
    Zero,
}

/// What is counted in a year.
#[derive(Clone, Copy, Debug)]
pub(super) struct Count {
    option: usize,
    comparison: Comparison,
    pub(super) place: usize,
    pub(super) metric: Metric,
    pub(super) position: usize,
}

/// Every number of a plan, ordered by option, comparison, place, metric and year, and what is counted by year.
#[derive(Debug)]
pub(super) struct Targets {
    pub(super) all: Vec<Target>,
    pub(super) by_step: Vec<Vec<Count>>,
    pub(super) floors: Vec<f64>,
}

impl Targets {
    pub(super) fn new(plan: &Plan) -> Self {
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
pub(super) struct Recorder<'targets> {
    targets: &'targets Targets,
    pub(super) counters: Vec<Counter>,
    /// Moments of the block under way.
    moments: Vec<Moments>,
    pub(super) gap: GapCounter,
    pub(super) money: MoneyRecorder,
}

impl<'targets> Recorder<'targets> {
    pub(super) fn new(plan: &Plan, targets: &'targets Targets) -> Self {
        Self {
            targets,
            counters: targets.floors.iter().map(|floor| Counter::new(*floor)).collect(),
            moments: vec![Moments::default(); targets.floors.len()],
            gap: GapCounter::new(plan),
            money: MoneyRecorder::new(plan),
        }
    }
}

/// What a block contributes: moments of every counted number.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Folded {
    pub(super) moments: Vec<Moments>,
    pub(super) money: MoneyBlock,
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

    fn fold(before: &mut Folded, after: Folded) {
        before
            .moments
            .iter_mut()
            .zip(&after.moments)
            .for_each(|(sum, next)| sum.merge(next));
        MoneyRecorder::fold(&mut before.money, &after.money);
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

//! Collecting the numbers of an ensemble while it runs: moments by block, quantile sketches in any order.

use std::sync::{Mutex, PoisonError};

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

/// How many numbers [`Targets`] counts and shows, without the memory for them.
pub(super) fn counted_numbers(plan: &Plan) -> (u64, u64) {
    let (places, years) = (plan.places().count(), plan.projected_years() + 1);
    let own = Metric::ALL.into_iter().filter(|metric| metric.total() == *metric);
    let of_option = |option: usize| {
        let touches = |place, metric| {
            let steps = (0..years).filter(move |step| plan.world().touches(option, place, metric, *step));
            2 * steps.count() as u64
        };
        let places = (0..places).flat_map(|place| own.clone().map(move |metric| (place, metric)));
        places.map(|(place, metric)| touches(place, metric)).sum::<u64>()
    };
    let options = plan.options().len();
    let baseline = (places * own.clone().count() * years) as u64;
    let shown = ((2 * options - 1) * places * Metric::COUNT * years) as u64;
    (baseline + (1..options).map(of_option).sum::<u64>(), shown)
}

/// The histograms of a run, into which all workers count: they are most of its memory, which therefore hardly grows with the number of
/// threads. A worker holds those of a year while it counts a block into them.
#[derive(Debug)]
pub(super) struct Shared {
    /// By step, in the order of [`Targets::by_step`].
    years: Vec<Mutex<Vec<Counter>>>,
    money: Mutex<Vec<Counter>>,
}

impl Shared {
    pub(super) fn new(plan: &Plan, targets: &Targets) -> Self {
        let of_year = |counts: &Vec<Count>| {
            let counters = counts
                .iter()
                .map(|count| Counter::new(targets.floors[count.position]));
            Mutex::new(counters.collect())
        };
        Self {
            years: targets.by_step.iter().map(of_year).collect(),
            money: Mutex::new(MoneyRecorder::new(plan).counters),
        }
    }

    /// The counters by position, and those of money.
    pub(super) fn into_counters(self, targets: &Targets) -> (Vec<Counter>, Vec<Counter>) {
        let mut counters: Vec<Counter> = targets.floors.iter().map(|floor| Counter::new(*floor)).collect();
        for (year, counts) in self.years.into_iter().zip(&targets.by_step) {
            for (counter, count) in into_inner(year).into_iter().zip(counts) {
                counters[count.position] = counter;
            }
        }
        (counters, into_inner(self.money))
    }
}

fn into_inner<T>(shared: Mutex<T>) -> T {
    shared.into_inner().unwrap_or_else(PoisonError::into_inner)
}

/// The collector of one worker.
#[derive(Debug)]
pub(super) struct Recorder<'run> {
    targets: &'run Targets,
    shared: &'run Shared,
    /// Moments of the block under way.
    moments: Vec<Moments>,
    pub(super) gap: GapCounter,
    /// Without counters of its own.
    pub(super) money: MoneyRecorder,
}

impl<'run> Recorder<'run> {
    pub(super) fn new(plan: &Plan, targets: &'run Targets, shared: &'run Shared) -> Self {
        let mut money = MoneyRecorder::new(plan);
        money.counters = Vec::new();
        Self {
            targets,
            shared,
            moments: vec![Moments::default(); targets.floors.len()],
            gap: GapCounter::new(plan),
            money,
        }
    }
}

impl Recorder<'_> {
    /// What a worker does not share with others.
    pub(super) fn own(self) -> (GapCounter, MoneyRecorder) {
        (self.gap, self.money)
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
        let mut differences: Lanes = [0.0; BLOCK];
        let counters = &self.shared.years[view.step];
        let mut counters = counters.lock().unwrap_or_else(PoisonError::into_inner);
        for (count, counter) in self.targets.by_step[view.step].iter().zip(counters.iter_mut()) {
            let level = view.metric(count.option, count.place, count.metric);
            self.moments[count.position] = match count.comparison {
                Comparison::Level => counter.observe(&level[..lanes]),
                Comparison::Extra => {
                    let baseline = view.metric(0, count.place, count.metric);
                    counter.observe_differences(
                        &level[..lanes],
                        &baseline[..lanes],
                        &mut differences[..lanes],
                    )
                }
            };
        }
        drop(counters);
        self.gap.year(&view, lanes);
    }

    fn paths(&mut self, _: usize, view: BlockView<'_>, lanes: usize) {
        self.gap.paths(&view, lanes);
        let mut counters = self.shared.money.lock().unwrap_or_else(PoisonError::into_inner);
        self.money.count(&mut counters, &view, lanes);
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
        self.gap.merge(&other.gap);
    }
}

//! Collecting selected outcomes over the futures of one or many worlds.

use super::{Capture, Outcome};
use crate::{
    base::{Side, Statistic},
    engine::{Accumulator, Halt, Progress, Settings, apart, parts, run_worlds},
    model::{BlockView, Needs, Plan, World, YearView},
    stats::Moments,
};

/// What is known of an outcome over the futures of a world.
#[derive(Clone, Debug, Default)]
pub(super) struct Collected {
    moments: Moments,
    /// Of 1 where it lies on the side of the number that its statistic names, if that is its statistic.
    cases: Moments,
    /// Every value in the order of the paths, where they are kept.
    pub(super) values: Vec<f64>,
}

/// A statistic over futures with its Monte Carlo standard error.
#[derive(Clone, Copy, PartialEq, Debug, serde::Serialize, serde::Deserialize)]
pub struct Value {
    /// The statistic.
    pub value: f64,
    /// Its Monte Carlo standard error over futures; `None` for a standard deviation. Differences between design points are
    /// far more exact than this, because all points share the futures.
    pub error: Option<f64>,
}

impl Collected {
    /// The statistic; `None` if it is not a number of usual size.
    pub(super) fn statistic(&self, statistic: Statistic) -> Option<Value> {
        let count = self.moments.count();
        let (value, error) = match statistic {
            Statistic::Mean => (self.moments.mean(), Some(self.moments.standard_error())),
            Statistic::StandardDeviation => (self.moments.sd(), None),
            Statistic::Share(..) => (self.cases.mean(), Some(self.cases.standard_error())),
            Statistic::Percentile(percent) => {
                let mut sorted = self.values.clone();
                sorted.sort_by(f64::total_cmp);
                let probability = f64::from(percent) / 100.0;
                let step = (probability * (1.0 - probability) / count).sqrt();
                // Half the distance between the quantiles one standard error of the rank of independent paths away.
                let error = 0.5
                    * (order_statistic(&sorted, probability + step)
                        - order_statistic(&sorted, probability - step));
                (order_statistic(&sorted, probability), Some(error))
            }
        };
        let usual = |number: f64| number.abs() <= crate::sensitivity::LARGEST_OUTCOME;
        (usual(value) && usual(self.moments.sd()) && error.is_none_or(usual))
            .then_some(Value { value, error })
    }
}

/// The quantile of sorted numbers (type 7 of Hyndman and Fan 1996); 0 of none.
fn order_statistic(sorted: &[f64], probability: f64) -> f64 {
    let Some(last) = sorted.len().checked_sub(1) else {
        return 0.0;
    };
    let rank = probability.clamp(0.0, 1.0) * last as f64;
    let below = rank as usize;
    let part = rank - below as f64;
    let (low, high) = (sorted[below], sorted[(below + 1).min(last)]);
    if part > 0.0 {
        low + part * (high - low)
    } else {
        low
    }
}

/// The collector of one worker.
struct Collector<'a> {
    capture: Capture<'a>,
    /// By outcome.
    asked: &'a [Asked],
    /// By world and outcome, of the block under way.
    block: Vec<Collected>,
}

/// What is collected of an outcome.
struct Asked {
    option: usize,
    /// Every value.
    keep: bool,
    /// The share of paths on which it lies on this side of this number.
    share: Option<(Side, f64)>,
}

impl Accumulator for Collector<'_> {
    type Block = Vec<Collected>;

    fn needs(&self) -> Needs {
        self.capture.needs()
    }

    fn year(&mut self, _: usize, view: YearView<'_>, _: usize) {
        self.capture.year(&view);
    }

    fn paths(&mut self, world: usize, view: BlockView<'_>, lanes: usize) {
        self.capture.paths(&view);
        for (outcome, asked) in self.asked.iter().enumerate() {
            let values = &self.capture.values(asked.option, outcome)[..lanes];
            let cases = asked.share.map_or_else(Moments::default, |(side, number)| {
                Moments::of_cases(values.iter().map(|value| side.holds(*value, number)))
            });
            self.block[world * self.asked.len() + outcome] = Collected {
                moments: Moments::of_paths(values),
                cases,
                values: if asked.keep { values.to_vec() } else { Vec::new() },
            };
        }
    }

    fn end(&mut self) -> Vec<Collected> {
        let empty = vec![Collected::default(); self.block.len()];
        std::mem::replace(&mut self.block, empty)
    }

    fn fold(before: &mut Vec<Collected>, after: Vec<Collected>) {
        for (sum, mut next) in before.iter_mut().zip(after) {
            sum.moments.merge(&next.moments);
            sum.cases.merge(&next.cases);
            sum.values.append(&mut next.values);
        }
    }

    fn merge(&mut self, _: Self) {}
}

/// Evaluates worlds on a plan's futures: what is known of each outcome, by world and outcome. `keep` keeps every value, which
/// a percentile needs anyway.
pub(super) fn collect(
    plan: &Plan,
    worlds: &[World],
    outcomes: &[Outcome],
    default_option: usize,
    keep: bool,
    settings: Settings,
    progress: &Progress,
) -> Result<Vec<Collected>, Halt> {
    let asked: Vec<Asked> = outcomes
        .iter()
        .map(|outcome| Asked {
            option: outcome.option.unwrap_or(default_option),
            keep: keep || matches!(outcome.selector.statistic, Statistic::Percentile(_)),
            share: match outcome.selector.statistic {
                Statistic::Share(side, bound) => Some((side, bound.value())),
                _ => None,
            },
        })
        .collect();
    let of_worlds = |worlds: &[World], settings: Settings, progress: &Progress| {
        let (_, total) = run_worlds(plan, worlds, settings, progress, || Collector {
            capture: Capture::new(plan, outcomes),
            asked: &asked,
            block: vec![Collected::default(); worlds.len() * outcomes.len()],
        })?;
        Ok(total)
    };
    let parts = parts(settings, worlds.len());
    if parts == 1 {
        return of_worlds(worlds, settings, progress);
    }
    // Each part draws the futures for itself.
    let alone = Settings {
        threads: 1,
        ..settings
    };
    let shares: Vec<&[World]> = worlds.chunks(worlds.len().div_ceil(parts)).collect();
    let found = apart(&shares, progress, |worlds, progress| {
        of_worlds(worlds, alone, progress)
    })?;
    Ok(found.into_iter().flatten().collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quantiles_interpolate_between_order_statistics() {
        let sorted = [1.0, 2.0, 4.0];
        for (probability, value) in [
            (0.0, 1.0),
            (0.25, 1.5),
            (0.5, 2.0),
            (0.75, 3.0),
            (1.0, 4.0),
            (1.5, 4.0),
            (-1.0, 1.0),
        ] {
            assert_eq!(order_statistic(&sorted, probability), value);
        }
        assert_eq!(order_statistic(&[], 0.5), 0.0);
    }

    #[test]
    fn statistics_of_four_numbers_are_those_computed_by_hand() {
        let values = vec![-1.0, 1.0, 2.0, 6.0];
        let collected = Collected {
            moments: Moments::of_paths(&values),
            cases: Moments::of_paths(&[0.0, 1.0, 1.0, 1.0]),
            values,
        };
        let value = |statistic| collected.statistic(statistic).unwrap().value;
        assert_eq!(value(Statistic::Mean), 2.0);
        // Squares of deviations 9 + 1 + 0 + 16 = 26, over 3.
        assert!((value(Statistic::StandardDeviation) - (26.0_f64 / 3.0).sqrt()).abs() < 1e-15);
        assert_eq!(value(Statistic::POSITIVE), 0.75);
        assert_eq!(value(Statistic::Percentile(50)), 1.5);
        let wrong = Collected {
            moments: Moments::of_paths(&[f64::NAN, 1.0]),
            ..collected
        };
        assert!(wrong.statistic(Statistic::Mean).is_none());
    }
}

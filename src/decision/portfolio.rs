//! Which of many candidates is best, told honestly: chosen on one half of the paths, valued on the other.
//!
//! The best of many sample means is better than its own mean (the optimizer's curse; Smith and Winkler 2006). So the winner is chosen on
//! the groups of paths of even number and valued on those of odd number; how much better another candidate may be is the gap of Mak, Morton and
//! Wood (1999) on those.

use serde::Serialize;

use super::{
    Estimate, TAIL, half_of,
    series::{mean_of_paths, share_of_paths, student},
    unit_of,
};
use crate::{
    random::{GROUP, Generator, Stream},
    stats::Moments,
};

/// How often groups of paths are drawn again, with replacement, to see who wins and how values spread.
const RESAMPLES: u64 = 200;
/// Candidates that take part in it: those that do best on all paths.
const CONTENDERS: usize = 50;
/// Parts of the held-out half for the gap.
const BATCHES: usize = 8;

/// What a candidate is judged by. Of all, more is better.
#[derive(Clone, Copy, PartialEq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Aim {
    /// The mean of the first outcome.
    Mean,
    /// The mean of its worst 5 %.
    WorstTail,
    /// The share of paths on which it reaches a threshold.
    Reaching {
        /// The threshold.
        threshold: f64,
    },
    /// The smallest of the means of all outcomes.
    Least,
}

/// Outcomes of candidates on the same paths; more is better.
#[derive(Clone, PartialEq, Debug)]
pub struct Candidates {
    outcomes: usize,
    paths: usize,
    /// By candidate, outcome and path.
    values: Vec<f64>,
}

/// A candidate of the frontier: the best that costs no more.
#[derive(Clone, Copy, PartialEq, Debug, Serialize)]
pub struct Step {
    /// Position of the candidate.
    pub candidate: usize,
    /// Its cost.
    pub cost: f64,
    /// Its value on the held-out paths.
    pub value: Estimate,
}

/// The best candidate, and how sure that is.
#[derive(Clone, Copy, PartialEq, Debug, Serialize)]
pub struct Winner {
    /// Its position.
    pub candidate: usize,
    /// Its value on the paths that did not choose it.
    pub value: Estimate,
    /// Its value on those that did, which promises too much.
    pub promised: f64,
    /// The next best, and how far behind it is on the held-out paths.
    pub runner_up: Option<(usize, Estimate)>,
    /// How often it wins where paths are drawn again.
    pub wins: Estimate,
    /// How much better the best candidate may be, with 95 % confidence; for means and shares.
    pub gap: Option<f64>,
}

impl Candidates {
    /// From values by candidate, outcome and path.
    pub fn new(outcomes: usize, paths: usize, values: Vec<f64>) -> Self {
        Self {
            outcomes,
            paths,
            values,
        }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.values.len() / (self.outcomes * self.paths)
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// The values of an outcome on every path.
    pub fn values(&self, candidate: usize, outcome: usize) -> &[f64] {
        let start = (candidate * self.outcomes + outcome) * self.paths;
        &self.values[start..start + self.paths]
    }

    /// What a candidate is worth on some paths.
    pub fn score(&self, aim: Aim, candidate: usize, paths: &[usize]) -> f64 {
        let count = paths.len() as f64;
        let mean = |outcome| {
            let values = self.values(candidate, outcome);
            paths.iter().map(|path| values[*path]).sum::<f64>() / count
        };
        match aim {
            Aim::Mean => mean(0),
            Aim::Least => (0..self.outcomes).map(mean).fold(f64::INFINITY, f64::min),
            Aim::Reaching { threshold } => {
                let values = self.values(candidate, 0);
                paths.iter().filter(|path| values[**path] >= threshold).count() as f64 / count
            }
            Aim::WorstTail => {
                let values = self.values(candidate, 0);
                let mut sorted: Vec<f64> = paths.iter().map(|path| values[*path]).collect();
                sorted.sort_unstable_by(f64::total_cmp);
                let (mut left, mut sum) = (TAIL * count, 0.0);
                for value in sorted {
                    sum += left.min(1.0) * value;
                    left -= 1.0;
                    if left <= 0.0 {
                        break;
                    }
                }
                sum / (TAIL * count)
            }
        }
    }

    /// The candidates by their score on some paths, best first; equal ones keep their order.
    fn ranked(&self, aim: Aim, allowed: &[usize], paths: &[usize]) -> Vec<(usize, f64)> {
        let mut ranked: Vec<(usize, f64)> = allowed
            .iter()
            .map(|candidate| (*candidate, self.score(aim, *candidate, paths)))
            .collect();
        ranked.sort_by(|a, b| b.1.total_cmp(&a.1));
        ranked
    }

    /// The half that chooses and the one that values; one path does both.
    fn halves(&self) -> [Vec<usize>; 2] {
        let of =
            |half| (0..self.paths).filter(move |path| self.paths == 1 || half_of(*path, self.paths) == half);
        [0, 1].map(|half| of(half).collect())
    }

    /// The best of the allowed candidates; `None` if none is allowed or there is no path.
    pub fn winner(&self, aim: Aim, allowed: &[usize], seed: u64) -> Option<Winner> {
        if self.paths == 0 {
            return None;
        }
        let [choosing, held] = self.halves();
        let ranked = self.ranked(aim, allowed, &choosing);
        let (candidate, promised) = *ranked.first()?;
        let behind = |other: usize| match aim {
            Aim::Mean => {
                let pairs = self.values(candidate, 0).iter().zip(self.values(other, 0));
                let differences: Vec<f64> = pairs.map(|(best, other)| best - other).collect();
                mean_of(&differences, &held)
            }
            _ => self.resampled(&held, seed, |paths| {
                self.score(aim, candidate, paths) - self.score(aim, other, paths)
            }),
        };
        Some(Winner {
            candidate,
            value: self.value(aim, candidate, &held, seed),
            promised,
            runner_up: ranked.get(1).map(|(other, _)| (*other, behind(*other))),
            wins: self.wins(aim, allowed, candidate, seed),
            gap: matches!(aim, Aim::Mean | Aim::Reaching { .. })
                .then(|| self.gap(aim, allowed, candidate, &held)),
        })
    }

    /// The value of a candidate on some paths, with its Monte Carlo error.
    fn value(&self, aim: Aim, candidate: usize, paths: &[usize], seed: u64) -> Estimate {
        let values = self.values(candidate, 0);
        match aim {
            Aim::Mean => mean_of(values, paths),
            Aim::Reaching { threshold } => {
                share_of_paths(paths.iter().map(|path| values[*path] >= threshold))
            }
            Aim::WorstTail | Aim::Least => {
                self.resampled(paths, seed, |paths| self.score(aim, candidate, paths))
            }
        }
    }

    /// A figure of some paths, and its standard deviation over groups of them drawn again.
    fn resampled(&self, paths: &[usize], seed: u64, figure: impl Fn(&[usize]) -> f64) -> Estimate {
        let spread: Vec<f64> = (0..RESAMPLES)
            .map(|number| figure(&drawn(paths, seed, number)))
            .collect();
        Estimate {
            value: figure(paths),
            standard_error: Some(Moments::from_slice(&spread).sd()),
        }
    }

    /// How often a candidate wins where groups of all paths are drawn again.
    fn wins(&self, aim: Aim, allowed: &[usize], candidate: usize, seed: u64) -> Estimate {
        let all: Vec<usize> = (0..self.paths).collect();
        let mut contenders: Vec<usize> = self
            .ranked(aim, allowed, &all)
            .into_iter()
            .map(|(other, _)| other)
            .collect();
        contenders.truncate(CONTENDERS);
        if !contenders.contains(&candidate) {
            contenders.push(candidate);
        }
        let won = (0..RESAMPLES).filter(|number| {
            let paths = drawn(&all, seed, *number);
            let own = self.score(aim, candidate, &paths);
            let mut others = contenders.iter().filter(|other| **other != candidate);
            others.all(|other| self.score(aim, *other, &paths) <= own)
        });
        let share = won.count() as f64 / RESAMPLES as f64;
        Estimate {
            value: share,
            standard_error: Some((share * (1.0 - share) / RESAMPLES as f64).sqrt()),
        }
    }

    /// The upper end of the gap's interval: the best of each batch against the candidate, mean and t quantile.
    fn gap(&self, aim: Aim, allowed: &[usize], candidate: usize, held: &[usize]) -> f64 {
        // Whole groups where each batch has one.
        let unit = if held.len() >= BATCHES * GROUP { GROUP } else { 1 };
        let gaps: Vec<f64> = (0..BATCHES.min(held.len()))
            .map(|batch| {
                let groups = held.chunks(unit).skip(batch).step_by(BATCHES);
                let paths: Vec<usize> = groups.flatten().copied().collect();
                let own = self.score(aim, candidate, &paths);
                let scores = allowed.iter().map(|other| self.score(aim, *other, &paths) - own);
                scores.fold(0.0, f64::max)
            })
            .collect();
        let moments = Moments::from_slice(&gaps);
        if gaps.len() < 2 {
            moments.mean()
        } else {
            // One-sided: 5 % above.
            moments.mean() + student(0.9, (gaps.len() - 1) as f64) * moments.standard_error()
        }
    }

    /// The best candidate for every cost: chosen and valued as [`winner`](Self::winner). `costs` belong to the allowed candidates.
    pub fn frontier(&self, aim: Aim, allowed: &[usize], costs: &[f64], seed: u64) -> Vec<Step> {
        if self.paths == 0 {
            return Vec::new();
        }
        let [choosing, held] = self.halves();
        let mut order: Vec<(usize, f64)> = allowed.iter().copied().zip(costs.iter().copied()).collect();
        order.sort_by(|a, b| a.1.total_cmp(&b.1));
        let mut most = f64::NEG_INFINITY;
        let mut steps: Vec<Step> = Vec::new();
        for (candidate, cost) in order {
            let score = self.score(aim, candidate, &choosing);
            if score > most {
                most = score;
                // Of equal cost the best stays.
                if steps.last().is_some_and(|last| last.cost == cost) {
                    steps.pop();
                }
                let value = Estimate {
                    value: score,
                    standard_error: None,
                };
                steps.push(Step {
                    candidate,
                    cost,
                    value,
                });
            }
        }
        for step in &mut steps {
            step.value = self.value(aim, step.candidate, &held, seed);
        }
        steps
    }
}

/// The mean of some of the numbers.
fn mean_of(values: &[f64], paths: &[usize]) -> Estimate {
    let chosen: Vec<f64> = paths.iter().map(|path| values[*path]).collect();
    mean_of_paths(&chosen)
}

/// As many groups of the paths, or paths where groups are too few, drawn with replacement; the same for every candidate.
fn drawn(paths: &[usize], seed: u64, number: u64) -> Vec<usize> {
    let mut generator = Generator::new(seed, Stream::named("portfolios drawn again"), number);
    let groups: Vec<&[usize]> = paths.chunks(unit_of(paths.len())).collect();
    let chosen = groups.iter().flat_map(|_| {
        let chosen = (generator.uniform() * groups.len() as f64) as usize;
        groups[chosen.min(groups.len() - 1)]
    });
    chosen.copied().collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decision::testing::{close, normals};

    #[test]
    fn scores_are_those_computed_by_hand() {
        let first: Vec<f64> = (0..40).map(f64::from).collect();
        let values = [first.clone(), first.iter().map(|value| 30.0 - value).collect()].concat();
        let candidates = Candidates::new(2, 40, values);
        let all: Vec<usize> = (0..40).collect();
        close(candidates.score(Aim::Mean, 0, &all), 19.5, 1e-12);
        close(candidates.score(Aim::Least, 0, &all), 10.5, 1e-12);
        close(
            candidates.score(Aim::Reaching { threshold: 30.0 }, 0, &all),
            0.25,
            1e-12,
        );
        // 5 % of 40 paths are two: 0 and 1; of 30 paths one and a half: 0 and half of 1.
        close(candidates.score(Aim::WorstTail, 0, &all), 0.5, 1e-12);
        close(candidates.score(Aim::WorstTail, 0, &all[..30]), 0.5 / 1.5, 1e-12);
    }

    #[test]
    fn among_equals_the_promise_is_too_high_and_the_held_out_value_is_not() {
        // Fifty candidates without any difference: the best mean of 200 standard normal numbers is about 2.25 / √200 = 0.16.
        let (mut promised, mut valued) = (0.0, 0.0);
        for seed in 0..60 {
            let candidates = Candidates::new(1, 400, normals(50, 400, seed).concat());
            let allowed: Vec<usize> = (0..50).collect();
            let winner = candidates.winner(Aim::Mean, &allowed, seed).unwrap();
            promised += winner.promised / 60.0;
            // Candidates share half of their variance, whose sample mean is no bias: it is taken off.
            let all: Vec<usize> = (0..400).filter(|path| path % 2 == 1).collect();
            let common: f64 = allowed
                .iter()
                .map(|candidate| candidates.score(Aim::Mean, *candidate, &all))
                .sum::<f64>()
                / 50.0;
            valued += (winner.value.value - common) / 60.0;
        }
        assert!(promised > 0.06, "{promised}");
        // Four standard errors of a mean of 60 differences of spread √(1/2 / 200).
        close(valued, 0.0, 4.0 * (0.5_f64 / 200.0 / 60.0).sqrt());
    }

    #[test]
    fn the_gap_holds_how_much_better_the_best_is() {
        // Thirty candidates, each a tiny step better than the one before.
        let held = (0..60).filter(|seed| {
            let series = normals(30, 400, *seed).into_iter().enumerate();
            let values = series.flat_map(|(candidate, series)| {
                series
                    .into_iter()
                    .map(move |value| value + 0.01 * candidate as f64)
            });
            let candidates = Candidates::new(1, 400, values.collect());
            let allowed: Vec<usize> = (0..30).collect();
            let winner = candidates.winner(Aim::Mean, &allowed, *seed).unwrap();
            winner.gap.unwrap() >= 0.01 * (29 - winner.candidate) as f64
        });
        assert!(held.count() >= 54);
    }

    #[test]
    fn the_frontier_rises_and_a_clear_winner_always_wins() {
        let noise = normals(3, 1000, 4);
        let values: Vec<f64> = noise
            .iter()
            .zip([0.0, 5.0, 1.0])
            .flat_map(|(series, mean)| series.iter().map(move |value| mean + 0.1 * value))
            .collect();
        let candidates = Candidates::new(1, 1000, values);
        let winner = candidates.winner(Aim::Mean, &[0, 1, 2], 1).unwrap();
        assert_eq!(
            (winner.candidate, winner.wins.value, winner.gap),
            (1, 1.0, Some(0.0))
        );
        let (second, behind) = winner.runner_up.unwrap();
        assert_eq!(second, 2);
        close(behind.value, 4.0, 0.05);
        let costs: Vec<usize> = candidates
            .frontier(Aim::Mean, &[0, 1, 2], &[0.0, 3.0, 1.0], 1)
            .iter()
            .map(|step| step.candidate)
            .collect();
        assert_eq!(costs, [0, 2, 1]);
        assert!(candidates.winner(Aim::Mean, &[], 1).is_none());
    }
}

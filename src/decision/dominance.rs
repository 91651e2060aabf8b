//! First- and second-order stochastic dominance between the distributions of options.
//!
//! With larger better, A dominates B in the first order if F_A ≤ F_B everywhere: everyone who prefers more prefers A.
//! It dominates in the second order if ∫ F_A ≤ ∫ F_B up to every point: everyone who prefers more and avoids risk prefers A
//! (Hadar and Russell 1969). Where smaller is better, the same holds for the outcomes with the opposite sign.
//!
//! Paths are a sample, so that there are three answers. A violation stands if it is larger than two of its standard errors.
//! Dominance stands if the sample has it and no stage of the way there may be chance: the worst path is no worse, and the mean
//! of the worst 1, 5, 10, 25, 50, 75 and 100 % of the paths is higher by more than the one-sided 95 % point of its error, or
//! the same on every path. Wrongly stated dominance needs every one of these to err, which bounds its probability by 5 %
//! (an intersection-union test, Berger 1982). Between the two it cannot be told. An option that is never worse on any path
//! dominates in the first order.
//!
//! Standard errors are those of common futures: options that do well on the same paths differ by less chance.

use super::Direction;

/// The most paths that are held for dominance, in the order of blocks; the worst is that of all paths.
pub const MOST_PATHS: usize = 1 << 14;
/// Parts of the worst paths whose means are compared.
const TAILS: [f64; 7] = [0.01, 0.05, 0.1, 0.25, 0.5, 0.75, 1.0];
/// Fewer paths than this say too little about the error of their mean.
const LEAST_TAIL: f64 = 20.0;
/// The 95 % point of the normal distribution.
const NORMAL_95: f64 = 1.644_853_626_951_472_7;
/// A violation of up to so many standard errors may be chance: it is the largest of many.
const CLEAR: f64 = 2.0;
/// Differences below this part of the outcome's size are rounding.
const ROUNDING: f64 = 1e-12;
/// Sums of squares of numbers up to this stay finite.
const LARGEST: f64 = 1e150;

/// Where dominance fails most.
#[derive(Clone, Copy, PartialEq, Debug, serde::Serialize)]
pub struct Violation {
    /// The outcome at which it is largest.
    pub at: f64,
    /// By how much: in the first order a probability, in the second the unit of the outcome.
    pub size: f64,
    /// Its Monte Carlo standard error under common futures. The largest of many differences is biased upwards.
    pub standard_error: f64,
}

/// Whether one option dominates another.
#[derive(Clone, Copy, PartialEq, Debug, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Verdict {
    /// It dominates.
    Dominates,
    /// The two distributions are the same.
    Equal,
    /// It does not.
    Violated(Violation),
    /// So many paths do not tell.
    CannotBeTold,
}

impl Verdict {
    /// Whether it dominates, and not merely equals.
    pub fn dominates(&self) -> bool {
        matches!(self, Self::Dominates)
    }
}

/// Dominance of an option over another.
#[derive(Clone, Copy, PartialEq, Debug, serde::Serialize)]
pub struct Dominance {
    /// Position of the option.
    pub option: usize,
    /// Position of the option that it may dominate.
    pub over: usize,
    /// First order.
    pub first_order: Verdict,
    /// Second order. Follows from the first.
    pub second_order: Verdict,
}

/// Dominance of every ordered pair of options, by option, then by the other, from scores (of which more is better) on common
/// paths and the worst score of each option on all paths. Pairs without paths, or with numbers beyond 10¹⁵⁰, are left out.
pub(super) fn dominance(scores: &[Vec<f64>], worst: &[f64], direction: Direction) -> Vec<Dominance> {
    let curves: Vec<Curve<'_>> = scores
        .iter()
        .zip(worst)
        .map(|(scores, worst)| Curve::new(scores, *worst))
        .collect();
    let mut found = Vec::new();
    for (option, curve) in curves.iter().enumerate() {
        for (over, other) in curves.iter().enumerate() {
            if option != over && curve.is_usable() && other.is_usable() {
                let (first_order, second_order) = curve.over(other, direction);
                found.push(Dominance {
                    option,
                    over,
                    first_order,
                    second_order,
                });
            }
        }
    }
    found
}

/// The distribution of an option.
struct Curve<'scores> {
    /// In the order of paths.
    scores: &'scores [f64],
    sorted: Vec<f64>,
    worst: f64,
    tails: Vec<Tail>,
}

/// The worst paths.
struct Tail {
    count: f64,
    mean: f64,
    /// The best of them.
    quantile: f64,
}

impl<'scores> Curve<'scores> {
    fn new(scores: &'scores [f64], worst: f64) -> Self {
        let mut sorted = scores.to_vec();
        sorted.sort_by(f64::total_cmp);
        let paths = sorted.len() as f64;
        let tails = TAILS
            .iter()
            .map(|part| (*part, (part * paths).floor()))
            .filter(|(part, count)| *count >= LEAST_TAIL || *part == 1.0)
            .filter_map(|(_, count)| {
                let tail = &sorted[..count as usize];
                Some(Tail {
                    count,
                    mean: tail.iter().sum::<f64>() / count,
                    quantile: *tail.last()?,
                })
            })
            .collect();
        Self {
            scores,
            sorted,
            worst,
            tails,
        }
    }

    fn is_usable(&self) -> bool {
        let within = |value: Option<&f64>| value.is_some_and(|value| value.abs() <= LARGEST);
        within(self.sorted.first()) && within(self.sorted.last())
    }

    /// The verdicts of both orders.
    fn over(&self, other: &Self, direction: Direction) -> (Verdict, Verdict) {
        if self.sorted == other.sorted {
            return (Verdict::Equal, Verdict::Equal);
        }
        let [share, integral] = self.largest_violations(other);
        let pairs = || self.scores.iter().zip(other.scores);
        let at_or_below = |value: f64, x: f64| f64::from(u8::from(value <= x));
        let share = Violation {
            standard_error: paired_error(
                pairs().map(|(a, b)| at_or_below(*a, share.at) - at_or_below(*b, share.at)),
            ),
            ..share
        };
        let integral = Violation {
            standard_error: paired_error(
                pairs().map(|(a, b)| (integral.at - a).max(0.0) - (integral.at - b).max(0.0)),
            ),
            ..integral
        };
        let is_clear = |violation: &Violation| violation.size > CLEAR * violation.standard_error;
        let shown = |violation: Violation| {
            Verdict::Violated(Violation {
                at: direction.score(violation.at),
                ..violation
            })
        };
        let never_worse = pairs().all(|(a, b)| a >= b);
        let no_worse_end = self.worst >= other.worst;
        let tails_are_clear = self.has_clear_tails(other);
        let first_order = if share.size > 0.0 && is_clear(&share) {
            shown(share)
        } else if share.size <= 0.0 && no_worse_end && (never_worse || tails_are_clear) {
            Verdict::Dominates
        } else {
            Verdict::CannotBeTold
        };
        let second_order = if first_order.dominates() {
            Verdict::Dominates
        } else if integral.size > 0.0 && is_clear(&integral) {
            shown(integral)
        } else if integral.size <= integral.standard_error && no_worse_end && tails_are_clear {
            Verdict::Dominates
        } else {
            Verdict::CannotBeTold
        };
        (first_order, second_order)
    }

    /// The largest differences of the distribution functions and of their integrals, without their errors. The integrals turn
    /// at numbers of the paths only, so that both are exact.
    fn largest_violations(&self, other: &Self) -> [Violation; 2] {
        let none = Violation {
            at: self.sorted[0],
            size: 0.0,
            standard_error: 0.0,
        };
        let (mut share, mut integral) = (none, none);
        let paths = [self, other].map(|curve| curve.sorted.len() as f64);
        let ends = [self, other].map(|curve| {
            let last = curve.sorted.len() - 1;
            curve.sorted[0].abs().max(curve.sorted[last].abs())
        });
        let rounding = ROUNDING * ends[0].max(ends[1]);
        let (mut own, mut others) = (self.sorted.as_slice(), other.sorted.as_slice());
        let (mut last, mut gap, mut total) = (f64::NEG_INFINITY, 0.0, 0.0);
        let (mut below, mut other_below) = (0.0, 0.0);
        while let Some(x) = [own.first(), others.first()]
            .into_iter()
            .flatten()
            .copied()
            .reduce(f64::min)
        {
            if gap != 0.0 {
                total += gap * (x - last);
            }
            if total > integral.size + rounding {
                (integral.at, integral.size) = (x, total);
            }
            for (rest, count) in [(&mut own, &mut below), (&mut others, &mut other_below)] {
                let until = rest.partition_point(|value| *value <= x);
                *count += until as f64;
                *rest = &rest[until..];
            }
            gap = below / paths[0] - other_below / paths[1];
            if gap > share.size + ROUNDING {
                (share.at, share.size) = (x, gap);
            }
            last = x;
        }
        [share, integral]
    }

    /// Whether the mean of the worst paths is higher beyond chance, or the same on every path, at every part of them, and
    /// higher at one.
    fn has_clear_tails(&self, other: &Self) -> bool {
        let paths = self.scores.len() as f64;
        let mut is_higher = false;
        for (tail, other_tail) in self.tails.iter().zip(&other.tails) {
            // The influence of a path on the mean of a tail: its shortfall below the best of the tail.
            let influence = |tail: &Tail, score: f64| -(tail.quantile - score).max(0.0) * paths / tail.count;
            let pairs = self.scores.iter().zip(other.scores);
            let error = paired_error(pairs.map(|(a, b)| influence(tail, *a) - influence(other_tail, *b)));
            let lead = tail.mean - other_tail.mean;
            let rounding = ROUNDING * tail.mean.abs().max(other_tail.mean.abs());
            let is_same = lead.abs() <= rounding && error <= rounding;
            if !is_same && (lead <= NORMAL_95 * error || lead <= 0.0) {
                return false;
            }
            is_higher |= !is_same;
        }
        is_higher
    }
}

/// The standard error of the mean of differences.
fn paired_error(differences: impl Iterator<Item = f64> + Clone) -> f64 {
    let (count, sum) = differences.clone().fold((0.0, 0.0), |(count, sum), difference| {
        (count + 1.0, sum + difference)
    });
    let mean = sum / count;
    let squares: f64 = differences
        .map(|difference| (difference - mean) * (difference - mean))
        .sum();
    (squares / f64::max(count - 1.0, 1.0) / count).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        decision::testing::{close, normals},
        random::{Generator, Stream},
        stats::normal_quantile,
    };

    /// Dominance of the first sample over the second and back.
    fn both(first: &[f64], second: &[f64], direction: Direction) -> (Dominance, Dominance) {
        let scores = [first, second]
            .map(|values| -> Vec<f64> { values.iter().map(|value| direction.score(*value)).collect() });
        let worst = [0, 1].map(|option| scores[option].iter().copied().fold(f64::INFINITY, f64::min));
        let found = dominance(&scores, &worst, direction);
        assert_eq!(found.len(), 2);
        (found[0], found[1])
    }

    /// Evenly spaced quantiles of a normal distribution: a sample without chance.
    fn normal(mean: f64, sd: f64) -> Vec<f64> {
        (0..4000)
            .map(|k| mean + sd * normal_quantile::value((f64::from(k) + 0.5) / 4000.0))
            .collect()
    }

    /// Independent standard normal numbers.
    fn independent(paths: usize, seed: u64, name: &str) -> Vec<f64> {
        let mut numbers = vec![0.0; paths];
        Generator::new(seed, Stream::named(name), 0).fill_normal(&mut numbers);
        numbers
    }

    fn violation(verdict: Verdict) -> Violation {
        match verdict {
            Verdict::Violated(violation) => violation,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_shift_of_a_normal_dominates_in_the_first_order() {
        let (up, down) = both(&normal(0.5, 1.0), &normal(0.0, 1.0), Direction::Larger);
        assert!(up.first_order.dominates() && up.second_order.dominates());
        // The largest gap of two distribution functions is at the middle: Φ(¼) − Φ(−¼); that of the integrals, at the far
        // end, is the difference of means.
        let share = violation(down.first_order);
        close(share.size, 0.197_412_651_3, 1e-3);
        // The gap is flat at its top: a loss of 10⁻³ is reached at a distance of about 0.2.
        close(share.at, 0.25, 0.2);
        close(violation(down.second_order).size, 0.5, 1e-12);
        // As costs the verdicts change places.
        let (up, down) = both(&normal(0.5, 1.0), &normal(0.0, 1.0), Direction::Smaller);
        assert!(down.first_order.dominates() && down.second_order.dominates());
        close(violation(up.first_order).at, 0.25, 0.2);
    }

    #[test]
    fn less_spread_and_a_higher_mean_dominate_in_the_second_order_only() {
        for direction in [Direction::Larger, Direction::Smaller] {
            let lead = if direction == Direction::Larger { 0.2 } else { -0.2 };
            let (first, second) = (independent(2000, 1, "narrow"), independent(2000, 1, "wide"));
            let narrow: Vec<f64> = first.iter().map(|value| lead + value).collect();
            let wide: Vec<f64> = second.iter().map(|value| 2.0 * value).collect();
            let (narrow, wide) = both(&narrow, &wide, direction);
            assert!(narrow.second_order.dominates(), "{narrow:?}");
            assert!(!narrow.first_order.dominates() && !wide.first_order.dominates());
            assert!(matches!(wide.second_order, Verdict::Violated(_)));
        }
        // ∫ (Φ(x/2) − Φ(x)) up to 0 is the difference of E max(−X, 0): (2 − 1)/√(2π).
        let (_, wide) = both(&normal(0.0, 1.0), &normal(0.0, 2.0), Direction::Larger);
        let violation = violation(wide.second_order);
        close(violation.size, 0.398_942_280_4, 1e-3);
        close(violation.at, 0.0, 0.01);
    }

    #[test]
    fn violations_agree_with_brute_force_on_samples() {
        for (seed, shift, spread) in [
            (1, 0.0, 1.0),
            (2, 0.3, 1.0),
            (3, 0.1, 0.7),
            (4, 3.0, 0.5),
            (5, -0.1, 1.3),
        ] {
            let mut series = normals(2, 300, seed);
            series[0]
                .iter_mut()
                .for_each(|value| *value = shift + spread * *value);
            let (first, second) = (&series[0], &series[1]);
            let n = first.len() as f64;
            let mean = |of: &dyn Fn(f64) -> f64, values: &[f64]| {
                values.iter().map(|value| of(*value)).sum::<f64>() / n
            };
            let points: Vec<f64> = first.iter().chain(second).copied().collect();
            let largest = |of: &dyn Fn(f64, f64) -> f64| {
                let gap = |x: f64| mean(&|value| of(x, value), first) - mean(&|value| of(x, value), second);
                points.iter().map(|x| gap(*x)).fold(0.0, f64::max)
            };
            let [worst, other] =
                [0, 1].map(|option| series[option].iter().copied().fold(f64::INFINITY, f64::min));
            let [share, integral] = Curve::new(first, worst).largest_violations(&Curve::new(second, other));
            close(
                share.size,
                largest(&|x, value| f64::from(u8::from(value <= x))),
                1e-12,
            );
            close(integral.size, largest(&|x, value| (x - value).max(0.0)), 1e-11);
        }
    }

    #[test]
    fn a_mass_at_zero_is_counted_exactly() {
        // 4,410 of 20,000 paths gain nothing, the others a little: doing nothing violates by the share of those that gain.
        let gains: Vec<f64> = (0..2000)
            .map(|path| if path < 441 { 0.0 } else { 1e-6 * f64::from(path) })
            .collect();
        let (nothing, gain) = both(&vec![0.0; 2000], &gains, Direction::Larger);
        assert!(gain.first_order.dominates());
        let violation = violation(nothing.first_order);
        close(violation.size, 0.7795, 1e-12);
        close(
            violation.standard_error,
            (0.7795 * 0.2205 / 1999.0_f64).sqrt(),
            1e-12,
        );
    }

    #[test]
    fn what_loses_in_some_futures_does_not_dominate_doing_nothing() {
        // Gains of 10 on average that swamp losses of a tenth: 22.6 % of the futures lose.
        let outcome: Vec<f64> = (0..2000)
            .map(|path| {
                if path < 452 {
                    -0.1 * f64::from(path) / 452.0
                } else {
                    13.0 * f64::from(path) / 2000.0
                }
            })
            .collect();
        let (option, _) = both(&outcome, &vec![0.0; 2000], Direction::Larger);
        close(violation(option.first_order).size, 0.2255, 1e-3);
        // E max(−X, 0) = 0.05 in 22.6 % of the futures.
        close(violation(option.second_order).size, 0.226 * 0.05, 1e-4);
    }

    #[test]
    fn chance_is_seldom_taken_for_dominance() {
        // A hundred pairs of each sort, none of which has dominance in either direction, on 1,000 paths; correlated by a
        // half in every other sort. Stated per ordered pair: at most 5 %.
        type Change = fn(f64) -> f64;
        let sorts: [(Change, Change); 5] = [
            (|a| a, |b| b),
            (|a| 0.1 + 1.05 * a, |b| b),
            (|a| 0.3 + 1.3 * a, |b| b),
            (|a| libm::exp(0.1 + 1.1 * a), |b| libm::exp(b)),
            (
                |a| if a > 0.5 { 2.0 } else { 0.0 },
                |b| if b > 0.5 { 2.0 } else { 0.0 },
            ),
        ];
        let mut wrong = [[0; 2]; 10];
        for (sort, wrong) in wrong.iter_mut().enumerate() {
            let (change, change_other) = sorts[sort / 2];
            for seed in 0..100 {
                let series = if sort % 2 == 0 {
                    vec![independent(1000, seed, "one"), independent(1000, seed, "other")]
                } else {
                    normals(2, 1000, seed)
                };
                let first: Vec<f64> = series[0].iter().map(|value| change(*value)).collect();
                let second: Vec<f64> = series[1].iter().map(|value| change_other(*value)).collect();
                let (one, two) = both(&first, &second, Direction::Larger);
                for (count, found) in wrong.iter_mut().zip([one, two]) {
                    *count += u32::from(found.first_order.dominates() || found.second_order.dominates());
                }
            }
        }
        let most = wrong.iter().flatten().sum::<u32>();
        assert!(most <= 50, "{wrong:?}");
        // No sort may hide behind the others: 12 of 100 is three standard deviations above 5.
        assert!(wrong.iter().flatten().all(|count| *count <= 12), "{wrong:?}");
    }

    #[test]
    fn the_error_of_a_violation_is_the_spread_over_repetitions_on_common_paths() {
        let (mut gaps, mut stated) = (Vec::new(), Vec::new());
        for seed in 0..300 {
            let series = normals(2, 500, seed);
            // Shifted far enough for the largest violation of the second order to lie at the far end.
            let second: Vec<f64> = series[1].iter().map(|value| value + 3.0).collect();
            let (down, _) = both(&series[0], &second, Direction::Larger);
            let violation = violation(down.second_order);
            gaps.push(violation.size);
            stated.push(violation.standard_error);
        }
        let n = gaps.len() as f64;
        let mean = gaps.iter().sum::<f64>() / n;
        let spread = (gaps.iter().map(|gap| (gap - mean).powi(2)).sum::<f64>() / (n - 1.0)).sqrt();
        // A standard deviation of 300 numbers has a relative error of 4 %.
        close(stated.iter().sum::<f64>() / n / spread, 1.0, 0.16);
    }

    #[test]
    fn constants_and_equal_distributions() {
        let (up, down) = both(&[3.0002; 5], &[3.0001; 5], Direction::Larger);
        assert!(up.first_order.dominates() && up.second_order.dominates());
        let gap = violation(down.first_order);
        assert_eq!((gap.at, gap.size), (3.0001, 1.0));
        close(violation(down.second_order).size, 1e-4, 1e-12);
        // Never worse on any path, however few there are.
        let (up, _) = both(&[0.0, 1.0001, 2.0], &[0.0, 1.0, 2.0], Direction::Larger);
        assert!(up.first_order.dominates());
        let values = normal(2.0, 1.0);
        let mut reversed = values.clone();
        reversed.reverse();
        let (same, _) = both(&values, &reversed, Direction::Smaller);
        assert_eq!(
            (same.first_order, same.second_order),
            (Verdict::Equal, Verdict::Equal)
        );
        // A point between two others does better only in the second order, which two paths do not tell.
        let (point, spread) = both(&[1.0, 1.0], &[0.5, 1.5], Direction::Larger);
        assert_eq!(point.second_order, Verdict::CannotBeTold);
        assert!(!spread.second_order.dominates());
        assert!(dominance(&[Vec::new(), values], &[0.0, 1.0], Direction::Larger).is_empty());
    }
}

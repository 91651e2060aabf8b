//! How an option does when things go badly.

use super::{
    ComparisonSettings, Criteria, Direction, Estimate, Summary, Undefined,
    series::{Series, share},
};
use crate::stats::{Moments, QuantileSketch};

/// The part of the paths whose mean is reported as the mean of the worst.
pub const TAIL: f64 = 0.05;

/// Further parts of the paths whose mean is reported.
pub const OTHER_TAILS: [f64; 3] = [0.01, 0.1, 0.25];
/// Probability of the regret that is reported besides the quantiles of every summary.
pub const REGRET_PROBABILITY: f64 = 0.9;

/// The mean of the worst part of an outcome (expected shortfall).
#[derive(Clone, Copy, PartialEq, Debug, serde::Serialize)]
pub struct TailMean {
    /// The mean.
    pub mean: Estimate,
    /// Largest error from binning: the mean over the same paths lies within it.
    pub binning_error: f64,
}

impl TailMean {
    /// The mean as a reader sees it: what is no more than the width of a bin is nothing.
    pub fn figure(&self) -> f64 {
        if self.mean.value.abs() <= self.binning_error {
            0.0
        } else {
            self.mean.value
        }
    }
}

/// Criteria of robustness of one option.
#[derive(Clone, Copy, PartialEq, Debug, serde::Serialize)]
pub struct Robustness {
    /// The criteria, every path equally likely.
    pub criteria: Criteria,
    /// Mean of the worst 5 % of the paths.
    pub worst_tail: TailMean,
    /// Means of the worst parts of [`OTHER_TAILS`].
    pub other_tails: [TailMean; OTHER_TAILS.len()],
    /// Regret against the best option of each path (type 2 of Herman et al. 2015): mean, quantiles (the last is that at 95 %) and their errors. The
    /// mean regret of the option with the least of it is also the expected value of perfect information.
    pub regret: Summary,
    /// The regret that is not exceeded with probability [`REGRET_PROBABILITY`].
    pub regret_p90: f64,
    /// Share of paths that meet the threshold, with its standard error; `None` without a threshold.
    pub satisficing: Option<Estimate>,
}

/// The mean of the worst `part` of the numbers of a sketch: the mean of the ⌊part · n⌋ worst ones and of a fraction of the
/// next (Acerbi and Tasche 2002), numbers of a bin spread evenly over it. The standard error is the asymptotic one:
/// sqrt((Var(tail) + (1 − part)(q − mean)²) / (part · n)) with the quantile q (Manistre and Hancock 2005).
///
/// `None` for an empty sketch, one with numbers beyond 10¹⁵⁰, or a part outside (0, 1].
pub fn tail_mean(sketch: &QuantileSketch, direction: Direction, part: f64) -> Option<TailMean> {
    let wanted = part * sketch.count() as f64;
    if !(part > 0.0 && part <= 1.0 && wanted > 0.0) {
        return None;
    }
    let curve = Curve::new(sketch, direction);
    let (mut left, mut sum, mut squares, mut widths, mut quantile) = (wanted, 0.0, 0.0, 0.0, 0.0);
    // Distances from the worst number keep the digits of an outcome far from zero.
    let origin = curve.segments.first()?.low;
    for segment in &curve.segments {
        let taken = left.min(segment.count);
        let width = segment.high - segment.low;
        let share_of_width = taken / segment.count * width;
        let middle = segment.low - origin + 0.5 * share_of_width;
        sum += taken * middle;
        squares += taken * (middle * middle + share_of_width * share_of_width / 12.0);
        // The worst numbers of a bin may lie anywhere in it.
        widths += taken * (width - 0.5 * share_of_width);
        quantile = segment.low - origin + share_of_width;
        left -= taken;
        if left <= 0.0 {
            break;
        }
    }
    let mean = sum / wanted;
    let variance = (squares / wanted - mean * mean).max(0.0);
    let error = ((variance + (1.0 - part) * (quantile - mean) * (quantile - mean)) / wanted).sqrt();
    Some(TailMean {
        mean: Estimate {
            value: direction.score(origin + mean),
            standard_error: (sketch.count() > 1).then_some(error),
        },
        binning_error: widths / wanted,
    })
}

/// Sums of squares of numbers up to this stay finite.
const LARGEST: f64 = 1e150;

/// Numbers spread evenly between two ends; all at one point if the ends are equal.
#[derive(Clone, Copy, PartialEq, Debug)]
struct Segment {
    low: f64,
    high: f64,
    count: f64,
}

/// A distribution as the bins of a sketch, with the sign that makes larger better, cut at its exact extremes.
#[derive(Clone, PartialEq, Debug)]
struct Curve {
    segments: Vec<Segment>,
}

impl Curve {
    /// Empty if the sketch is, or has numbers beyond [`LARGEST`].
    fn new(sketch: &QuantileSketch, direction: Direction) -> Self {
        let empty = Self { segments: Vec::new() };
        let (Some(min), Some(max)) = (sketch.min(), sketch.max()) else {
            return empty;
        };
        if min < -LARGEST || max > LARGEST {
            return empty;
        }
        let mut segments: Vec<Segment> = sketch
            .bins()
            .map(|(low, high, count)| {
                // Edges are rounded: an extreme may lie a last digit outside its bin.
                let (low, high) = (low.clamp(min, max), high.clamp(min, max));
                Segment {
                    low: low.min(high),
                    high,
                    count: count as f64,
                }
            })
            .collect();
        // So that the first bin starts and the last one ends at an extreme even then.
        if let Some(first) = segments.first_mut() {
            first.low = min;
        }
        if let Some(last) = segments.last_mut() {
            last.high = max;
        }
        if direction == Direction::Smaller {
            segments.reverse();
            for segment in &mut segments {
                (segment.low, segment.high) = (direction.score(segment.high), direction.score(segment.low));
            }
        }
        Self { segments }
    }
}

/// Counts and sketches of robustness.
#[derive(Clone, Debug)]
pub(super) struct RobustnessCounts {
    regrets: Vec<Series>,
    /// By option, on how many paths the threshold was met, and the moments of 1 where it was in the block under way.
    met: Vec<(u64, Moments)>,
}

impl RobustnessCounts {
    pub(super) fn new(options: usize, floor: f64) -> Self {
        Self {
            regrets: vec![Series::new(floor); options],
            met: vec![(0, Moments::default()); options],
        }
    }

    /// Looks at a block: scores of which more is better, the best score of each path, the threshold as a score.
    pub(super) fn observe(&mut self, scores: &[Vec<f64>], best: &[f64], threshold: Option<f64>) {
        let mut regret = vec![0.0; best.len()];
        for ((series, met), scores) in self.regrets.iter_mut().zip(&mut self.met).zip(scores) {
            for ((regret, best), score) in regret.iter_mut().zip(best).zip(scores) {
                *regret = best - score;
            }
            series.observe(&regret);
            if let Some(threshold) = threshold {
                let meets = scores.iter().map(|score| *score >= threshold);
                met.0 += meets.clone().filter(|meets| *meets).count() as u64;
                met.1.merge(&Moments::of_cases(meets));
            }
        }
    }

    pub(super) fn end_block(&mut self, part: &mut Vec<Moments>) {
        part.extend(self.regrets.iter_mut().map(Series::end_block));
        part.extend(self.met.iter_mut().map(|met| std::mem::take(&mut met.1)));
    }

    pub(super) fn merge(&mut self, other: &Self) {
        for (series, next) in self.regrets.iter_mut().zip(&other.regrets) {
            series.merge(next);
        }
        for (sum, next) in self.met.iter_mut().zip(&other.met) {
            sum.0 += next.0;
        }
    }

    pub(super) fn finish(
        &self,
        settings: &ComparisonSettings,
        options: &[Summary],
        sketches: &[&QuantileSketch],
        moments: &[Moments],
    ) -> Result<Vec<Robustness>, Undefined> {
        let (regrets, met) = moments.split_at(options.len());
        let mut found = Vec::with_capacity(options.len());
        for (position, (option, sketch)) in options.iter().zip(sketches).enumerate() {
            let series = &self.regrets[position];
            let regret = series.summary(&regrets[position], position)?;
            let satisficing = settings
                .threshold
                .map(|_| share(self.met[position].0 as f64, sketch.count(), &met[position]));
            let tail = |part: f64| tail_mean(sketch, settings.direction, part);
            let [first, second, third] = OTHER_TAILS.map(tail);
            let (
                Some(low),
                Some(high),
                Some(max_regret),
                Some(worst_tail),
                Some(first),
                Some(second),
                Some(third),
            ) = (
                sketch.min(),
                sketch.max(),
                series.sketch.max(),
                tail(TAIL),
                first,
                second,
                third,
            )
            else {
                return Err(Undefined::NotFinite { position, paths: 0 });
            };
            let (worst, best) = match settings.direction {
                Direction::Larger => (low, high),
                Direction::Smaller => (high, low),
            };
            found.push(Robustness {
                criteria: Criteria {
                    mean: option.mean.value,
                    worst,
                    hurwicz: settings.optimism * best + (1.0 - settings.optimism) * worst,
                    mean_regret: regret.mean.value,
                    max_regret,
                    satisficing: satisficing.map(|share| share.value),
                },
                worst_tail,
                other_tails: [first, second, third],
                regret,
                regret_p90: series.sketch.quantiles().at(REGRET_PROBABILITY),
                satisficing,
            });
        }
        Ok(found)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decision::testing::{close, mean, normals};

    fn sketch(values: &[f64]) -> QuantileSketch {
        let mut sketch = QuantileSketch::new(1e-3);
        sketch.extend_from_slice(values);
        sketch
    }

    #[test]
    fn regret_and_tails_of_a_hundred_paths_by_hand() {
        // Scores 1 to 100, of which the best is 101 on each path: the regret is 100 to 1.
        let scores: Vec<f64> = (1..=100).map(f64::from).collect();
        let mut counts = RobustnessCounts::new(1, 1e-3);
        counts.observe(std::slice::from_ref(&scores), &[101.0; 100], None);
        let mut regrets = Vec::new();
        counts.end_block(&mut regrets);
        let mut series = Series::new(1e-3);
        series.observe(&scores);
        let summary = series.summary(&series.clone().end_block(), 0).unwrap();
        let settings = ComparisonSettings {
            direction: Direction::Larger,
            floor: 1e-3,
            tie: 0.0,
            threshold: None,
            optimism: 0.5,
        };
        let found = counts
            .finish(&settings, &[summary], &[&series.sketch], &regrets)
            .unwrap();
        // Bins are 1/128 wide.
        close(found[0].regret_p90, 90.5, 1.0 + 90.0 / 128.0);
        // The worst one, ten and twenty-five of 100: 1, 5.5 and 13.
        for (tail, expected) in found[0].other_tails.iter().zip([1.0, 5.5, 13.0]) {
            close(tail.mean.value, expected, tail.binning_error + 1e-12);
        }
    }

    #[test]
    fn the_tail_mean_is_within_its_binning_error_of_the_sorted_sample() {
        for (seed, paths, shift) in [(1, 2000, 0.0), (2, 2000, 100.0), (3, 30, -5.0), (4, 7, 1.0)] {
            let mut values = normals(1, paths, seed).remove(0);
            values.iter_mut().for_each(|value| *value += shift);
            values.sort_by(f64::total_cmp);
            for direction in [Direction::Larger, Direction::Smaller] {
                for part in [0.01, 0.05, 0.333, 1.0] {
                    // By hand: whole paths from the worst, then a fraction of the next.
                    let wanted = part * paths as f64;
                    let worst = |position: usize| match direction {
                        Direction::Larger => values[position],
                        Direction::Smaller => values[paths - 1 - position],
                    };
                    let expected = (0..paths)
                        .map(|position| worst(position) * (wanted - position as f64).clamp(0.0, 1.0))
                        .sum::<f64>()
                        / wanted;
                    let tail = tail_mean(&sketch(&values), direction, part).unwrap();
                    close(tail.mean.value, expected, tail.binning_error + 1e-12);
                    let size = expected.abs() + 3.0;
                    assert!(
                        tail.binning_error <= QuantileSketch::RELATIVE_ERROR * size,
                        "{tail:?}"
                    );
                }
            }
        }
    }

    #[test]
    fn the_tail_of_a_normal_has_its_closed_form_and_error() {
        // The mean of the worst 5 % of a standard normal is −φ(z)/0.05 = −2.062713.
        let closed = -2.062_712_807_507_27;
        let (samples, paths) = (200, 5000);
        let all = normals(1, samples * paths, 5).remove(0);
        let tails: Vec<TailMean> = all
            .chunks(paths)
            .map(|values| tail_mean(&sketch(values), Direction::Larger, TAIL).unwrap())
            .collect();
        let center = mean(tails.iter().map(|tail| tail.mean.value));
        let spread = mean(tails.iter().map(|tail| (tail.mean.value - center).powi(2))).sqrt();
        close(center, closed, 4.0 * spread / (samples as f64).sqrt() + 1e-3);
        let stated = mean(tails.iter().map(|tail| tail.mean.standard_error.unwrap()));
        // A standard deviation of 200 numbers has a relative error of 5 %.
        close(stated / spread, 1.0, 0.2);
    }

    #[test]
    fn numbers_of_one_bin_count_as_spread_evenly() {
        let values: Vec<f64> = (0..100).map(|step| f64::from(step) / 100.0).collect();
        // A floor so large that all fall into one bin.
        let mut sketch = QuantileSketch::new(1000.0);
        sketch.extend_from_slice(&values);
        assert_eq!(sketch.bins().count(), 1);
        let tail = tail_mean(&sketch, Direction::Larger, 1.0).unwrap();
        close(tail.mean.value, 0.495, 1e-15);
        close(
            tail.mean.standard_error.unwrap(),
            0.99 / 12f64.sqrt() / 10.0,
            1e-15,
        );
        close(tail.binning_error, 0.495, 1e-15);
        let tail = tail_mean(&sketch, Direction::Smaller, 0.1).unwrap();
        close(tail.mean.value, 0.99 * 0.95, 1e-15);
        // The worst tenth lies anywhere in the bin.
        close(tail.binning_error, 0.99 * 0.95, 1e-15);
    }

    #[test]
    fn a_constant_has_itself_as_tail_and_nothing_has_none() {
        let tail = tail_mean(&sketch(&[7.3; 10]), Direction::Smaller, TAIL).unwrap();
        assert_eq!(
            (tail.mean.value, tail.mean.standard_error, tail.binning_error),
            (7.3, Some(0.0), 0.0)
        );
        assert_eq!(tail_mean(&sketch(&[]), Direction::Larger, TAIL), None);
        assert_eq!(
            tail_mean(&sketch(&[-1e308, 1e308]), Direction::Larger, TAIL),
            None
        );
        assert_eq!(tail_mean(&sketch(&[1.0]), Direction::Larger, 0.0), None);
        assert_eq!(tail_mean(&sketch(&[1.0]), Direction::Larger, f64::NAN), None);
    }
}

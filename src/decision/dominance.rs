//! First- and second-order stochastic dominance between the distributions of options.
//!
//! With larger better, A dominates B in the first order if F_A ≤ F_B everywhere: everyone who prefers more prefers A.
//! It dominates in the second order if ∫ F_A ≤ ∫ F_B up to every point: everyone who prefers more and avoids risk prefers A
//! (Hadar and Russell 1969). Where smaller is better, the same holds for the outcomes with the opposite sign.
//!
//! Distributions come from quantile sketches on a common grid. The distribution function is exact at the edges of bins
//! and at both extremes; in between, the numbers of a bin count as spread evenly. So a violation in the first order is
//! always one of the paths themselves, and dominance is stated up to the width of a bin. The integrals of the second
//! order are exact within [`Dominance::resolution`], up to which they are ignored; the last one, the difference of the
//! means, is known exactly.

use super::Direction;
use crate::stats::QuantileSketch;

/// Differences of shares below this, or of integrals below this part of the outcome's size, are rounding.
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
    /// Its Monte Carlo standard error, as of independent samples: an upper bound for options that do well on the same
    /// paths. The largest of many differences is biased upwards, so a size of up to about two errors may be chance.
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
    /// Second order. Follows from the first. With nearly equal means chance decides: compare the violation with its error.
    pub second_order: Verdict,
    /// Largest error of an integral of the second order from binning, in the unit of the outcome.
    pub resolution: f64,
}

/// Dominance of every ordered pair of options, by option, then by the other, from the sketch and the mean of each. Sketches
/// have the same floor; a pair with an empty sketch, or one with numbers beyond 10¹⁵⁰, is left out.
pub fn dominance(sketches: &[&QuantileSketch], means: &[f64], direction: Direction) -> Vec<Dominance> {
    let curves: Vec<Curve> = sketches
        .iter()
        .map(|sketch| Curve::new(sketch, direction))
        .collect();
    let mut found = Vec::new();
    for (option, (curve, mean)) in curves.iter().zip(means).enumerate() {
        for (over, (other, other_mean)) in curves.iter().zip(means).enumerate() {
            if option != over && curve.count > 0.0 && other.count > 0.0 {
                let deficit = direction.score(*other_mean) - direction.score(*mean);
                let (first_order, second_order, resolution) = compare(curve, other, deficit, direction);
                found.push(Dominance {
                    option,
                    over,
                    first_order,
                    second_order,
                    resolution,
                });
            }
        }
    }
    found
}

/// Numbers spread evenly between two ends; all at one point if the ends are equal.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(super) struct Segment {
    pub(super) low: f64,
    pub(super) high: f64,
    pub(super) count: f64,
}

/// A distribution as the bins of a sketch, with the sign that makes larger better, cut at its exact extremes.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Curve {
    pub(super) segments: Vec<Segment>,
    count: f64,
}

impl Curve {
    /// Empty if the sketch is, or has numbers beyond [`LARGEST`].
    pub(super) fn new(sketch: &QuantileSketch, direction: Direction) -> Self {
        let empty = Self {
            segments: Vec::new(),
            count: 0.0,
        };
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
        Self {
            segments,
            count: sketch.count() as f64,
        }
    }

    /// Mean of half the widths of the bins: no integral of the distribution function is further from that of the paths.
    fn half_width(&self) -> f64 {
        self.segments
            .iter()
            .map(|segment| segment.count / self.count * 0.5 * (segment.high - segment.low))
            .sum()
    }

    /// Variance of max(x − X, 0), the shortfall below x, over one path; numbers of a bin at its middle.
    fn shortfall_variance(&self, x: f64) -> f64 {
        let (mut sum, mut squares) = (0.0, 0.0);
        for segment in &self.segments {
            let shortfall = (x - 0.5 * (segment.low + segment.high)).max(0.0);
            let weight = segment.count / self.count;
            sum += weight * shortfall;
            squares += weight * shortfall * shortfall;
        }
        (squares - sum * sum).max(0.0)
    }
}

/// Reads a distribution function at ascending points.
struct Cursor<'curve> {
    segments: &'curve [Segment],
    below: f64,
    count: f64,
}

impl<'curve> Cursor<'curve> {
    fn new(curve: &'curve Curve) -> Self {
        Self {
            segments: &curve.segments,
            below: 0.0,
            count: curve.count,
        }
    }

    /// The share below x, and the share at or below x.
    fn at(&mut self, x: f64) -> (f64, f64) {
        while let [segment, rest @ ..] = self.segments
            && segment.high <= x
            && segment.low < x
        {
            self.below += segment.count;
            self.segments = rest;
        }
        let mut part = 0.0;
        if let [segment, ..] = self.segments
            && segment.low < x
        {
            part = segment.count * (x - segment.low) / (segment.high - segment.low);
        }
        let left = self.below + part;
        while let [segment, rest @ ..] = self.segments
            && segment.high <= x
        {
            self.below += segment.count;
            self.segments = rest;
        }
        (left / self.count, (self.below + part) / self.count)
    }
}

/// The largest value of a function and where it lies.
#[derive(Clone, Copy)]
struct Largest {
    at: f64,
    size: f64,
    /// The largest of the function with the opposite sign.
    opposite: f64,
}

impl Largest {
    fn see(&mut self, at: f64, size: f64) {
        if size > self.size {
            (self.at, self.size) = (at, size);
        }
        self.opposite = self.opposite.max(-size);
    }

    /// Forgets what is no larger than an error.
    fn beyond(self, error: f64) -> Self {
        let keep = |size: f64| if size > error { size } else { 0.0 };
        Self {
            size: keep(self.size),
            opposite: keep(self.opposite),
            ..self
        }
    }

    /// The verdict, given what counts as rounding and the standard error at a point.
    fn verdict(self, rounding: f64, direction: Direction, standard_error: impl Fn(f64) -> f64) -> Verdict {
        if self.size > rounding {
            Verdict::Violated(Violation {
                at: direction.score(self.at),
                size: self.size,
                standard_error: standard_error(self.at),
            })
        } else if self.opposite > rounding {
            Verdict::Dominates
        } else {
            Verdict::Equal
        }
    }
}

/// The verdicts of both orders and the resolution of the second, given by how much the mean score of the first option is
/// lower.
fn compare(first: &Curve, second: &Curve, deficit: f64, direction: Direction) -> (Verdict, Verdict, f64) {
    let mut points: Vec<f64> = first
        .segments
        .iter()
        .chain(&second.segments)
        .flat_map(|segment| [segment.low, segment.high])
        .collect();
    points.sort_by(f64::total_cmp);
    points.dedup();
    let (mut one, mut two) = (Cursor::new(first), Cursor::new(second));
    let none = Largest {
        at: 0.0,
        size: 0.0,
        opposite: 0.0,
    };
    let (mut share, mut integral) = (none, none);
    // Variance of the difference of the two shares at its largest.
    let mut share_variance = 0.0;
    let (mut last, mut gap_after, mut total) = (points[0], 0.0, 0.0);
    for &x in &points {
        let ((below, at), (other_below, other_at)) = (one.at(x), two.at(x));
        let gap_before = below - other_below;
        let width = x - last;
        // Between two points the gap is a straight line; its integral turns where the line crosses zero.
        if gap_after * gap_before < 0.0 {
            let part = gap_after / (gap_after - gap_before);
            integral.see(last + part * width, total + 0.5 * gap_after * part * width);
        }
        total += 0.5 * (gap_after + gap_before) * width;
        integral.see(x, total);
        for (own, other) in [(below, other_below), (at, other_at)] {
            if own - other > share.size {
                share_variance = own * (1.0 - own) / first.count + other * (1.0 - other) / second.count;
            }
            share.see(x, own - other);
        }
        gap_after = at - other_at;
        last = x;
    }
    let size = points[0].abs().max(last.abs());
    let shortfall_error = |x: f64| {
        (first.shortfall_variance(x) / first.count + second.shortfall_variance(x) / second.count).sqrt()
    };
    let first_order = share.verdict(ROUNDING, direction, |_| share_variance.sqrt());
    let resolution = first.half_width() + second.half_width();
    let second_order = if first_order.dominates() {
        Verdict::Dominates
    } else {
        let mut integral = integral.beyond(resolution);
        integral.see(last, deficit);
        integral.verdict(ROUNDING * size, direction, shortfall_error)
    };
    (first_order, second_order, resolution)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        decision::testing::{close, mean, normals},
        stats::normal_quantile,
    };

    fn sketch(values: &[f64]) -> QuantileSketch {
        let mut sketch = QuantileSketch::new(1e-3);
        sketch.extend_from_slice(values);
        sketch
    }

    /// Dominance of the first sample over the second and back.
    fn both(first: &[f64], second: &[f64], direction: Direction) -> (Dominance, Dominance) {
        let means = [mean(first.to_vec()), mean(second.to_vec())];
        let found = dominance(&[&sketch(first), &sketch(second)], &means, direction);
        assert_eq!(found.len(), 2);
        (found[0], found[1])
    }

    /// Evenly spaced quantiles of a normal distribution: a sample without chance.
    fn normal(mean: f64, sd: f64) -> Vec<f64> {
        (0..4000)
            .map(|k| mean + sd * normal_quantile::value((f64::from(k) + 0.5) / 4000.0))
            .collect()
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
        close(share.size, 0.197_412_651_3, 2e-3);
        // The gap is flat at its top: a loss of 2·10⁻³ is reached at a distance of about 0.3.
        close(share.at, 0.25, 0.3);
        close(violation(down.second_order).size, 0.5, down.resolution + 1e-12);
        // As costs the verdicts change places.
        let (up, down) = both(&normal(0.5, 1.0), &normal(0.0, 1.0), Direction::Smaller);
        assert!(down.first_order.dominates() && down.second_order.dominates());
        close(violation(up.first_order).at, 0.25, 0.3);
    }

    #[test]
    fn less_spread_with_the_same_mean_dominates_in_the_second_order_only() {
        for direction in [Direction::Larger, Direction::Smaller] {
            let (narrow, wide) = both(&normal(0.0, 1.0), &normal(0.0, 2.0), direction);
            assert!(narrow.second_order.dominates(), "{narrow:?}");
            assert!(!narrow.first_order.dominates() && !wide.first_order.dominates());
            // ∫ (Φ(x/2) − Φ(x)) up to 0 is the difference of E max(−X, 0): (2 − 1)/√(2π).
            let violation = violation(wide.second_order);
            close(violation.size, 0.398_942_280_4, wide.resolution + 1e-3);
            close(violation.at, 0.0, 0.05);
        }
    }

    #[test]
    fn agrees_with_brute_force_on_samples() {
        for (seed, shift, spread) in [
            (1, 0.0, 1.0),
            (2, 0.3, 1.0),
            (3, 0.1, 0.7),
            (4, 3.0, 0.5),
            (5, -0.1, 1.3),
        ] {
            let mut series = normals(2, 700, seed);
            series[0]
                .iter_mut()
                .for_each(|value| *value = shift + spread * *value);
            let (first, second) = (&series[0], &series[1]);
            let n = first.len() as f64;
            let share =
                |values: &[f64], x: f64| values.iter().filter(|value| **value <= x).count() as f64 / n;
            let shortfall =
                |values: &[f64], x: f64| values.iter().map(|value| (x - value).max(0.0)).sum::<f64>() / n;
            let points: Vec<f64> = first.iter().chain(second).copied().collect();
            let largest = |gap: &dyn Fn(f64) -> f64| points.iter().map(|x| gap(*x)).fold(0.0, f64::max);
            let (found, _) = both(first, second, Direction::Larger);
            let size = |verdict| match verdict {
                Verdict::Violated(violation) => violation.size,
                _ => 0.0,
            };
            let gap = largest(&|x| share(first, x) - share(second, x));
            // A bin at size 1 holds about 700 · 0.4 times its width numbers of each; twice that and a few by chance.
            close(
                size(found.first_order),
                gap,
                0.8 * QuantileSketch::RELATIVE_ERROR + 5.0 / 700.0,
            );
            if let Verdict::Violated(violation) = found.first_order {
                assert!(gap > 0.0 && violation.standard_error < 1.0 / n.sqrt());
            }
            // At the last point the integrals differ by the difference of means, which the points cover.
            let gap = largest(&|x| shortfall(first, x) - shortfall(second, x));
            // Off by the resolution, and ignored if no larger.
            close(size(found.second_order), gap, 2.0 * found.resolution);
            assert!(size(found.second_order) == 0.0 || gap > 0.0);
            assert!(
                found.resolution < 2.0 * QuantileSketch::RELATIVE_ERROR,
                "{}",
                found.resolution
            );
        }
    }

    #[test]
    fn a_first_order_violation_is_never_an_artifact_of_bins() {
        for seed in 0..40 {
            let mut values = normals(1, 300, seed).remove(0);
            let lower: Vec<f64> = values
                .iter()
                .map(|value| value - 1e-7 * (1.0 + value.abs()))
                .collect();
            values.reverse();
            let (up, down) = both(&values, &lower, Direction::Larger);
            assert!(!matches!(up.first_order, Verdict::Violated(_)), "{up:?}");
            assert!(!down.first_order.dominates());
        }
    }

    #[test]
    fn the_error_of_a_violation_is_the_spread_over_repetitions() {
        // Two samples of the same normal: the gap at a fixed point spreads as stated.
        let all = normals(1, 2 * 300 * 500, 9).remove(0);
        let (mut gaps, mut stated) = (Vec::new(), Vec::new());
        for sample in all.chunks(1000) {
            // Shifted far enough for the largest violation of the second order to lie at the far end.
            let second: Vec<f64> = sample[500..].iter().map(|value| value + 3.0).collect();
            let (down, _) = both(&sample[..500], &second, Direction::Larger);
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
    fn the_integral_is_largest_where_the_curves_cross_inside_bins() {
        let curve = |segments: [(f64, f64); 2]| Curve {
            segments: segments
                .map(|(low, high)| Segment {
                    low,
                    high,
                    count: 1.0,
                })
                .to_vec(),
            count: 2.0,
        };
        // By hand: half of the first lies 9 below half of the second; the other halves are uniform on (0, 2) and (0.5, 1.5)
        // and cross at 1, after an area of ½ · 1 · ⅛.
        let (first, second) = (
            curve([(-10.0, -10.0), (0.0, 2.0)]),
            curve([(-1.0, -1.0), (0.5, 1.5)]),
        );
        let (_, verdict, resolution) = compare(&first, &second, 4.5, Direction::Larger);
        let violation = violation(verdict);
        assert_eq!((violation.at, violation.size), (1.0, 4.5625));
        // Half the widths of 2 and 1, each for half of the paths.
        assert_eq!(resolution, 0.75);
    }

    #[test]
    fn means_decide_what_bins_cannot_tell() {
        let (up, down) = both(&[0.0, 1.0001, 2.0], &[0.0, 1.0, 2.0], Direction::Larger);
        assert_eq!(
            (up.first_order, down.first_order),
            (Verdict::Equal, Verdict::Equal)
        );
        assert!(up.second_order.dominates());
        close(violation(down.second_order).size, 1e-4 / 3.0, 1e-15);
    }

    #[test]
    fn constants_and_equal_distributions() {
        let (up, down) = both(&[3.0002; 5], &[3.0001; 5], Direction::Larger);
        assert!(up.first_order.dominates() && up.second_order.dominates());
        let gap = violation(down.first_order);
        assert_eq!((gap.at, gap.size), (3.0001, 1.0));
        close(violation(down.second_order).size, 1e-4, 1e-12);
        assert_eq!(up.resolution, 0.0);
        let values = normal(2.0, 1.0);
        let mut reversed = values.clone();
        reversed.reverse();
        let (same, _) = both(&values, &reversed, Direction::Smaller);
        assert_eq!(
            (same.first_order, same.second_order),
            (Verdict::Equal, Verdict::Equal)
        );
        // A point between two others: neither dominates in the first order, the point does in the second.
        let (point, spread) = both(&[1.0, 1.0], &[0.5, 1.5], Direction::Larger);
        assert!(matches!(point.first_order, Verdict::Violated(_)) && point.second_order.dominates());
        assert!(matches!(spread.first_order, Verdict::Violated(_)));
        assert!(matches!(spread.second_order, Verdict::Violated(_)));
        let empty = sketch(&[]);
        assert!(dominance(&[&empty, &sketch(&values)], &[0.0, 1.0], Direction::Larger).is_empty());
    }
}

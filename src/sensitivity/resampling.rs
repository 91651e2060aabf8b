//! Bootstrap intervals.

use crate::random::{Generator, Stream};

/// Number of resamples: an end of a 95 % interval stands at the 25th number, whose own probability error is 0.5 points.
const RESAMPLES: usize = 1000;

/// Standard normal quantile at 97.5 %.
pub const Z: f64 = 1.959_963_984_540_054;

/// 95 % bootstrap percentile intervals of statistics that are functions of means over units.
///
/// `terms` holds, for each mean, one number per unit; `statistics` turns means into statistics. Units are drawn with
/// replacement (Efron 1979). The percentiles are widened for few units so that the interval of a mean agrees with
/// Student's (Hesterberg 2015, "expanded percentile"). `None` below two units.
pub fn intervals(
    terms: &[Vec<f64>],
    seed: u64,
    statistics: impl Fn(&[f64]) -> Vec<f64>,
) -> Option<Vec<[f64; 2]>> {
    let units = terms.first().map_or(0, Vec::len);
    if units < 2 {
        return None;
    }
    let stream = Stream::named("bootstrap of sensitivity indices");
    let mut samples: Vec<Vec<f64>> = Vec::new();
    let mut counts = vec![0.0; units];
    let mut means = vec![0.0; terms.len()];
    for resample in 0..RESAMPLES {
        let mut generator = Generator::new(seed, stream, resample as u64);
        counts.fill(0.0);
        for _ in 0..units {
            counts[below(&mut generator, units)] += 1.0;
        }
        for (mean, term) in means.iter_mut().zip(terms) {
            *mean = term
                .iter()
                .zip(&counts)
                .map(|(value, count)| value * count)
                .sum::<f64>()
                / units as f64;
        }
        let values = statistics(&means);
        samples.resize_with(values.len(), Vec::new);
        for (sample, value) in samples.iter_mut().zip(values) {
            sample.push(value);
        }
    }
    let tail = expanded_tail(units);
    Some(
        samples
            .iter_mut()
            .map(|sample| {
                sample.sort_unstable_by(f64::total_cmp);
                [quantile(sample, tail), quantile(sample, 1.0 - tail)]
            })
            .collect(),
    )
}

/// A whole number below `end`, each equally likely to within end · 2⁻⁵².
pub fn below(generator: &mut Generator, end: usize) -> usize {
    ((generator.uniform() * end as f64) as usize).min(end - 1)
}

/// A random order of the numbers below `end` (Fisher and Yates).
pub fn permutation(generator: &mut Generator, end: usize) -> Vec<u32> {
    let mut order: Vec<u32> = (0..end as u32).collect();
    for last in (1..end).rev() {
        order.swap(last, below(generator, last + 1));
    }
    order
}

/// The probability below the lower end: Φ(−√(n / (n − 1)) t), t the 97.5 % quantile of Student's distribution with n − 1
/// degrees of freedom by its expansion around the normal one (Abramowitz and Stegun 26.7.5).
fn expanded_tail(units: usize) -> f64 {
    let freedom = (units - 1) as f64;
    let z = Z;
    let (z3, z5) = (z * z * z, z * z * z * z * z);
    let t = z + (z3 + z) / (4.0 * freedom) + (5.0 * z5 + 16.0 * z3 + 3.0 * z) / (96.0 * freedom * freedom);
    let w = (units as f64 / freedom).sqrt() * t;
    0.5 * libm::erfc(w * std::f64::consts::FRAC_1_SQRT_2)
}

/// The quantile of sorted numbers, linear between them.
pub fn quantile(sorted: &[f64], probability: f64) -> f64 {
    let Some(last) = sorted.len().checked_sub(1) else {
        return 0.0;
    };
    let position = probability * last as f64;
    let below = (position as usize).min(last);
    let above = (below + 1).min(last);
    sorted[below] + (position - below as f64) * (sorted[above] - sorted[below])
}

#[cfg(test)]
mod tests {
    use statrs::distribution::{ContinuousCDF, Normal, StudentsT};

    use super::*;

    #[test]
    fn the_expanded_tail_agrees_with_statrs() {
        for (units, tolerance) in [(5, 1e-3), (10, 2e-4), (50, 2e-6), (1000, 1e-9)] {
            let t = StudentsT::new(0.0, 1.0, units as f64 - 1.0)
                .unwrap()
                .inverse_cdf(0.975);
            let scale = (units as f64 / (units as f64 - 1.0)).sqrt();
            let expected = Normal::standard().cdf(-scale * t);
            let difference = (expanded_tail(units) - expected).abs();
            assert!(difference < tolerance, "{units}: {difference}");
        }
    }

    #[test]
    fn the_interval_of_a_mean_covers_it() {
        // 400 repetitions: standard deviation of the coverage √(0.95 · 0.05 / 400) = 1.1 %.
        for units in [10, 60] {
            let covered = (0..400)
                .filter(|repetition| {
                    let mut generator = Generator::new(1, Stream::named("test"), *repetition);
                    let mut values = vec![0.0; units];
                    generator.fill_normal(&mut values);
                    let interval = intervals(&[values], *repetition, <[f64]>::to_vec).unwrap()[0];
                    interval[0] <= 0.0 && 0.0 <= interval[1]
                })
                .count();
            assert!(
                (360..=396).contains(&covered),
                "{covered} of 400 with {units} units"
            );
        }
    }

    #[test]
    fn quantiles_and_permutations() {
        assert_eq!(quantile(&[1.0, 2.0, 4.0], 0.75), 3.0);
        assert_eq!(quantile(&[1.0], 0.3), 1.0);
        let mut order = permutation(&mut Generator::new(0, Stream::named("test"), 0), 100);
        assert_ne!(order, (0..100).collect::<Vec<u32>>());
        order.sort_unstable();
        assert_eq!(order, (0..100).collect::<Vec<u32>>());
        assert!(intervals(&[vec![1.0]], 0, <[f64]>::to_vec).is_none());
    }
}

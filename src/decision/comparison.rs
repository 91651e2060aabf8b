//! Everything about one outcome of several options on the same paths.

use super::{
    ComparisonSettings, Contest, Criterion, Direction, Dominance, Pair, Robustness, Summary, Undefined,
    contest::ContestCounts,
    dominance::{self, dominance},
    robustness::RobustnessCounts,
    series::{self, Series},
};
use crate::stats::Moments;

/// The comparison of options by one outcome. Positions are those of the options as they were observed.
#[derive(Clone, PartialEq, Debug, serde::Serialize)]
pub struct Comparison {
    /// Number of paths.
    pub paths: u64,
    /// Whether more is better.
    pub direction: Direction,
    /// Summary of each option.
    pub options: Vec<Summary>,
    /// How they stand against each other.
    pub contest: Contest,
    /// Criteria of robustness of each option.
    pub robustness: Vec<Robustness>,
    /// Stochastic dominance of every ordered pair.
    pub dominance: Vec<Dominance>,
}

impl Comparison {
    /// Positions of the options that are best by a criterion, see [`Criterion::best`].
    pub fn best(&self, criterion: Criterion) -> Vec<usize> {
        let criteria: Vec<_> = self.robustness.iter().map(|option| option.criteria).collect();
        criterion.best(&criteria, self.direction)
    }

    /// An option against the one whose mean lies nearest; `None` if there is no other.
    pub fn rival(&self, option: usize) -> Option<Pair> {
        let distance = |pair: &Pair| pair.difference.mean.value.abs();
        (0..self.options.len())
            .filter_map(|other| self.contest.pair(option, other))
            .min_by(|a, b| distance(a).total_cmp(&distance(b)))
    }
}

/// Collects a [`Comparison`].
#[derive(Clone, Debug)]
pub struct ComparisonCollector {
    settings: ComparisonSettings,
    options: Vec<Series>,
    contest: ContestCounts,
    robustness: RobustnessCounts,
    /// Of the block under way, by option.
    scores: Vec<Vec<f64>>,
}

/// What a block contributes.
#[derive(Clone, PartialEq, Debug)]
pub struct ComparisonPart {
    moments: Vec<Moments>,
    /// By option, the scores of the first paths: at most [`dominance::MOST_PATHS`].
    scores: Vec<Vec<f64>>,
}

impl ComparisonPart {
    /// Folds the contribution of the blocks that follow.
    pub fn fold(&mut self, next: &Self) {
        series::fold(&mut self.moments, &next.moments);
        for (scores, next) in self.scores.iter_mut().zip(&next.scores) {
            let room = dominance::MOST_PATHS.saturating_sub(scores.len());
            scores.extend_from_slice(&next[..next.len().min(room)]);
        }
    }
}

impl ComparisonCollector {
    /// A collector for a number of options.
    pub fn new(options: usize, settings: ComparisonSettings) -> Self {
        Self {
            settings,
            options: vec![Series::new(settings.floor); options],
            contest: ContestCounts::new(options, settings.floor),
            robustness: RobustnessCounts::new(options, settings.floor),
            scores: vec![Vec::new(); options],
        }
    }

    /// Looks at a block: one slice for each option, all on the same paths.
    pub fn observe(&mut self, values: &[&[f64]]) {
        debug_assert_eq!(values.len(), self.options.len());
        let direction = self.settings.direction;
        for (option, values) in self.options.iter_mut().zip(values) {
            option.observe(values);
        }
        let scores: Vec<Vec<f64>> = values
            .iter()
            .map(|values| values.iter().map(|value| direction.score(*value)).collect())
            .collect();
        let best = self.contest.observe(&scores, direction, self.settings.tie);
        let threshold = self
            .settings
            .threshold
            .map(|threshold| direction.score(threshold));
        self.robustness.observe(&scores, &best, threshold);
        self.scores = scores;
    }

    /// Ends a block: what it contributes.
    pub fn end_block(&mut self) -> ComparisonPart {
        let mut part = Vec::with_capacity(2 * self.options.len() + self.contest.moments());
        part.extend(self.options.iter_mut().map(Series::end_block));
        self.contest.end_block(&mut part);
        self.robustness.end_block(&mut part);
        let none = vec![Vec::new(); self.options.len()];
        ComparisonPart {
            moments: part,
            scores: std::mem::replace(&mut self.scores, none),
        }
    }

    /// Merges the collector of another worker, made with the same settings.
    pub fn merge(&mut self, other: &Self) {
        for (option, next) in self.options.iter_mut().zip(&other.options) {
            option.merge(next);
        }
        self.contest.merge(&other.contest);
        self.robustness.merge(&other.robustness);
    }

    /// The comparison, from the folded parts of all blocks.
    ///
    /// # Errors
    /// If there was no path, or a number was not finite.
    pub fn finish(&self, total: &ComparisonPart) -> Result<Comparison, Undefined> {
        let count = self.options.len();
        let (moments, rest) = total.moments.split_at(count);
        let (contest, regrets) = rest.split_at(self.contest.moments());
        let mut options = Vec::with_capacity(count);
        for (position, (option, moments)) in self.options.iter().zip(moments).enumerate() {
            options.push(option.summary(moments, position)?);
        }
        let paths = self.options.first().ok_or(Undefined::NoPaths)?.sketch.count();
        let sketches: Vec<_> = self.options.iter().map(|option| &option.sketch).collect();
        let direction = self.settings.direction;
        let worst: Vec<f64> = sketches
            .iter()
            .filter_map(|sketch| match direction {
                Direction::Larger => sketch.min(),
                Direction::Smaller => sketch.max().map(|largest| direction.score(largest)),
            })
            .collect();
        Ok(Comparison {
            paths,
            direction,
            contest: self.contest.finish(&options, contest, paths, self.settings.tie)?,
            robustness: self
                .robustness
                .finish(&self.settings, &options, &sketches, regrets)?,
            dominance: dominance(&total.scores, &worst, direction),
            options,
        })
    }
}

#[cfg(test)]
mod tests {
    use statrs::statistics::Statistics;

    use super::*;
    use crate::{
        decision::testing::{blocks, close, error_of_groups, mean, normals},
        stats::QuantileSketch,
    };

    const SETTINGS: ComparisonSettings = ComparisonSettings {
        direction: Direction::Larger,
        floor: 1e-3,
        tie: 0.0,
        threshold: Some(0.25),
        optimism: 0.5,
    };

    fn compare(series: &[Vec<f64>], settings: ComparisonSettings) -> Comparison {
        let mut collector = ComparisonCollector::new(series.len(), settings);
        let mut total: Option<ComparisonPart> = None;
        for block in blocks(series, 512) {
            collector.observe(&block);
            let part = collector.end_block();
            match &mut total {
                None => total = Some(part),
                Some(total) => total.fold(&part),
            }
        }
        collector.finish(&total.unwrap()).unwrap()
    }

    /// Four options on 1,300 paths, rounded to quarters so that many paths tie.
    fn rounded() -> Vec<Vec<f64>> {
        let mut series = normals(4, 1300, 7);
        for (position, values) in series.iter_mut().enumerate() {
            for value in values {
                *value = ((*value + 0.2 * position as f64) * 4.0).round() / 4.0;
            }
        }
        series
    }

    #[test]
    fn agrees_with_brute_force_over_stored_paths() {
        let series = rounded();
        let paths = series[0].len();
        for direction in [Direction::Larger, Direction::Smaller] {
            let settings = ComparisonSettings {
                direction,
                ..SETTINGS
            };
            let result = compare(&series, settings);
            assert_eq!(result.paths, paths as u64);
            // Sums of 1,300 numbers of size 1, each rounded.
            let rounding = 1e-12;
            let better = |a: f64, b: f64| {
                if direction == Direction::Larger {
                    a > b
                } else {
                    a < b
                }
            };
            let best = |path: usize| {
                series
                    .iter()
                    .map(|values| values[path])
                    .reduce(|a, b| if better(b, a) { b } else { a })
                    .unwrap()
            };
            let first = |option: usize, path: usize| {
                let ties = series.iter().filter(|values| values[path] == best(path)).count();
                if series[option][path] == best(path) {
                    1.0 / ties as f64
                } else {
                    0.0
                }
            };
            let rank = |option: usize, path: usize| {
                let own = series[option][path];
                let ahead = series.iter().filter(|values| better(values[path], own)).count();
                let equal = series.iter().filter(|values| values[path] == own).count();
                ahead as f64 + (equal as f64 + 1.0) / 2.0
            };
            for option in 0..4 {
                let values = &series[option];
                let summary = &result.options[option];
                close(summary.mean.value, values.iter().mean(), rounding);
                close(summary.sd.unwrap(), values.iter().std_dev(), rounding);
                let error = error_of_groups(values);
                close(summary.mean.standard_error.unwrap(), error, rounding);

                let standing = &result.contest.standings[option];
                let firsts: Vec<f64> = (0..paths).map(|path| first(option, path)).collect();
                close(standing.best.value, firsts.iter().mean(), rounding);
                let error = error_of_groups(&firsts);
                close(standing.best.standard_error.unwrap(), error, rounding);
                let tied = mean(firsts.iter().map(|first| f64::from(*first > 0.0 && *first < 1.0)));
                close(standing.tied_for_best, tied, rounding);
                let ranks: Vec<f64> = (0..paths).map(|path| rank(option, path)).collect();
                close(standing.rank.value, ranks.iter().mean(), rounding);
                let error = error_of_groups(&ranks);
                close(standing.rank.standard_error.unwrap(), error, rounding);

                let robust = &result.robustness[option];
                let satisficing = mean(values.iter().map(|value| f64::from(!better(0.25, *value))));
                close(robust.criteria.satisficing.unwrap(), satisficing, 0.0);
                let met: Vec<f64> = values
                    .iter()
                    .map(|value| f64::from(!better(0.25, *value)))
                    .collect();
                let error = robust.satisficing.unwrap().standard_error.unwrap();
                close(error, error_of_groups(&met), rounding);
                let mut regrets: Vec<f64> =
                    (0..paths).map(|path| (best(path) - values[path]).abs()).collect();
                close(robust.criteria.mean_regret, regrets.iter().mean(), rounding);
                regrets.sort_by(f64::total_cmp);
                assert_eq!(robust.criteria.max_regret, regrets[paths - 1]);
                let quantile = regrets[(0.95 * (paths - 1) as f64).round() as usize];
                close(
                    robust.regret.quantiles[4],
                    quantile,
                    QuantileSketch::RELATIVE_ERROR * (quantile + 1e-3),
                );

                for reference in (0..4).filter(|reference| *reference != option) {
                    let pair = result.contest.pair(option, reference).unwrap();
                    let other = &series[reference];
                    let differences: Vec<f64> = values.iter().zip(other).map(|(a, b)| a - b).collect();
                    close(pair.difference.mean.value, differences.iter().mean(), rounding);
                    close(
                        pair.difference.sd.unwrap(),
                        differences.iter().std_dev(),
                        rounding,
                    );
                    let scores: Vec<f64> = values
                        .iter()
                        .zip(other)
                        .map(|(a, b)| f64::from(better(*a, *b)) + 0.5 * f64::from(a == b))
                        .collect();
                    close(pair.beats.value, scores.iter().mean(), rounding);
                    let error = error_of_groups(&scores);
                    close(pair.beats.standard_error.unwrap(), error, rounding);
                    close(
                        pair.ties,
                        mean(scores.iter().map(|score| f64::from(*score == 0.5))),
                        rounding,
                    );
                    let ratio =
                        (values.iter().variance() + other.iter().variance()) / differences.iter().variance();
                    close(pair.variance_ratio.unwrap(), ratio, 1e-11);
                    let mut sorted = differences.clone();
                    sorted.sort_by(f64::total_cmp);
                    let median = sorted[paths / 2];
                    close(
                        pair.difference.median(),
                        median,
                        QuantileSketch::RELATIVE_ERROR * (median.abs() + 1e-3),
                    );
                }
            }
            let ties = mean((0..paths).map(|path| {
                f64::from(series.iter().filter(|values| values[path] == best(path)).count() > 1)
            }));
            close(result.contest.tie_for_best, ties, rounding);
            let sum = |figure: &dyn Fn(usize) -> f64| (0..4).map(figure).sum::<f64>();
            close(
                sum(&|option| result.contest.standings[option].best.value),
                1.0,
                rounding,
            );
            close(
                sum(&|option| result.contest.standings[option].rank.value),
                10.0,
                rounding,
            );
        }
    }

    #[test]
    fn normals_give_their_closed_forms() {
        // Correlation ½, means 0 and 0.5: the difference is normal(0.5, 1), P(second beats first) = Φ(0.5), and pairing
        // halves the variance of the difference.
        let mut series = normals(2, 100_000, 3);
        series[1].iter_mut().for_each(|value| *value += 0.5);
        let result = compare(&series, SETTINGS);
        let pair = result.contest.pair(1, 0).unwrap();
        let beats = 0.691_462_461_274_013_1;
        close(pair.beats.value, beats, 4.0 * pair.beats.standard_error.unwrap());
        // The spread of 1,563 groups of independent paths is known to 1.8 %.
        let binomial = (beats * (1.0 - beats) / 1e5f64).sqrt();
        close(
            pair.beats.standard_error.unwrap(),
            binomial,
            4.0 * 0.018 * binomial,
        );
        close(
            pair.difference.mean.value,
            0.5,
            4.0 * pair.difference.mean.standard_error.unwrap(),
        );
        // A ratio of variances of n normals has a relative error of about 2/√n.
        close(pair.variance_ratio.unwrap(), 2.0, 4.0 * 2.0 * 2.0 / 1e5f64.sqrt());
        for (quantile, z) in pair.difference.quantiles.iter().zip([
            -1.644_853_627,
            -0.674_489_750,
            0.0,
            0.674_489_750,
            1.644_853_627,
        ]) {
            // The error of a quantile is sqrt(p (1 − p) / n) over the density, at most 0.0067 here; bins add 2⁻⁹ |x|.
            close(
                *quantile,
                0.5 + z,
                4.0 * 0.0067 + QuantileSketch::RELATIVE_ERROR * 2.5,
            );
        }
        // Two ranks: 1 + P(the other is better).
        close(
            result.contest.standings[1].rank.value,
            2.0 - pair.beats.value,
            1e-12,
        );
    }

    #[test]
    fn the_split_between_workers_changes_no_bit() {
        let series = rounded();
        let blocks = blocks(&series, 512);
        let whole = compare(&series, SETTINGS);
        let mut workers = vec![ComparisonCollector::new(4, SETTINGS); 2];
        let parts: Vec<ComparisonPart> = blocks
            .iter()
            .enumerate()
            .map(|(number, block)| {
                let worker = &mut workers[(number + 1) % 2];
                worker.observe(block);
                worker.end_block()
            })
            .collect();
        let mut total = parts[0].clone();
        parts[1..].iter().for_each(|part| total.fold(part));
        let (first, second) = workers.split_at_mut(1);
        first[0].merge(&second[0]);
        assert_eq!(first[0].finish(&total).unwrap(), whole);
    }

    #[test]
    fn equal_options_tie_everywhere_and_their_difference_is_exact() {
        let values = normals(1, 600, 1).remove(0);
        let shifted: Vec<f64> = values.iter().map(|value| value - 1e-9).collect();
        let result = compare(
            &[values.clone(), values, shifted],
            ComparisonSettings {
                tie: 1e-8,
                ..SETTINGS
            },
        );
        for standing in &result.contest.standings {
            close(standing.best.value, 1.0 / 3.0, 1e-15);
            // 1/3 is rounded before it is squared.
            close(standing.best.standard_error.unwrap(), 0.0, 1e-9);
            assert_eq!((standing.tied_for_best, standing.rank.value), (1.0, 2.0));
        }
        assert_eq!(result.contest.tie_for_best, 1.0);
        for pair in &result.contest.pairs {
            assert_eq!(
                (pair.beats.value, pair.ties, pair.variance_ratio),
                (0.5, 1.0, None)
            );
        }
        assert_eq!(
            result.contest.pair(1, 0).unwrap().difference.mean.standard_error,
            Some(0.0)
        );
        assert!(result.contest.pair(1, 1).is_none());
    }

    #[test]
    fn what_is_undefined_is_said_and_never_a_number() {
        let collector = ComparisonCollector::new(0, SETTINGS);
        assert_eq!(
            collector.finish(&ComparisonCollector::new(0, SETTINGS).end_block()),
            Err(Undefined::NoPaths)
        );
        let mut collector = ComparisonCollector::new(2, SETTINGS);
        let part = collector.end_block();
        assert_eq!(collector.finish(&part), Err(Undefined::NoPaths));
        collector.observe(&[&[1.0, 2.0], &[f64::NAN, f64::INFINITY]]);
        let part = collector.end_block();
        assert_eq!(
            collector.finish(&part),
            Err(Undefined::NotFinite {
                position: 1,
                paths: 2
            })
        );
        let one = compare(&[vec![1.0], vec![2.0]], SETTINGS);
        assert_eq!(
            (one.options[0].sd, one.contest.pairs[0].variance_ratio),
            (None, None)
        );
        assert_eq!(one.contest.standings[0].rank.standard_error, None);
        let mut collector = ComparisonCollector::new(2, SETTINGS);
        collector.observe(&[&[1e200, -1e200], &[1e308, -1e308]]);
        let part = collector.end_block();
        assert!(matches!(
            collector.finish(&part),
            Err(Undefined::NotFinite { .. })
        ));
        // Without spread, yet too large to be compared.
        let mut collector = ComparisonCollector::new(1, SETTINGS);
        collector.observe(&[&[1e200, 1e200]]);
        let part = collector.end_block();
        assert_eq!(
            collector.finish(&part),
            Err(Undefined::NotFinite {
                position: 0,
                paths: 0
            })
        );
    }
}

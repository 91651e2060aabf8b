//! The mathematics of comparing policy options and of attributing an effect to its parts.
//!
//! Every option is evaluated on the same futures, which come in blocks of paths. A collector belongs to a worker and looks at
//! one block at a time. What depends on the order of addition leaves it as a *part* at the end of the block and is folded
//! over the tree of blocks; what stays in the collector (integer counts, quantile sketches, extremes) is merged in any order. The
//! results are then the same bytes for any number of threads, and memory does not grow with the number of paths.
//!
//! | collector | looks at | gives |
//! |---|---|---|
//! | [`ComparisonCollector`] | one slice of an outcome per option | [`Comparison`]: [`Contest`], [`Robustness`], [`Dominance`] |
//! | [`CostEffectivenessCollector`] | one slice of effect and one of cost per option | [`CostEffectiveness`]: frontier, ratios, acceptability |
//! | [`RatioCollector`] | slices of numerators and denominators | [`Ratio`] of means |
//! | [`AttributionCollector`] | one slice per subset of players | [`Attribution`]: Shapley values |
//!
//! What looks at all paths at once stands beside them: [`Decision`], what it is worth to know more before a choice,
//! and [`Candidates`], which of many is best, chosen on one half of the paths and valued on the other;
//! [`branch_and_bound`] finds it where there are too many to look at each;
//! [`ThresholdSearch`], at which value of an input the best of several sides changes.
//!
//! All collectors have the same shape: `new`, `observe`, `end_block` to a part, `fold` of parts over the tree of blocks, `merge` of
//! collectors in any order, `finish` with the folded part. `observe` is called once for each block.
//!
//! Standard errors are Monte Carlo errors: how far the figure may lie from that of infinitely many paths. Those of means, shares and
//! ratios come from the spread of groups of paths; those of quantiles, tails and dominance are of independent paths, rather too
//! large than too small (docs/model.md §9). They vanish for a share of 0 or 1; the true share is then within 3/n of it with 95 % confidence ("rule of
//! three", Hanley and Lippman-Hand 1983).

mod branch;
mod comparison;
mod contest;
mod cost_effectiveness;
mod cross_moments;
mod dominance;
mod firsts;
mod frontier;
mod information;
mod portfolio;
mod ratio;
mod robustness;
mod series;
mod settings;
mod shapley;
mod table;
mod threshold;

pub use branch::{Branching, Search, branch_and_bound};
pub use comparison::{Comparison, ComparisonCollector, ComparisonPart};
pub use contest::{Contest, Pair, Standing};
pub use cost_effectiveness::{
    Acceptability, CostEffectiveness, CostEffectivenessCollector, CostEffectivenessPart, Increment,
    OptionMoney,
};
pub use cross_moments::CrossMoments;
pub use dominance::{Dominance, MOST_PATHS as MOST_PATHS_OF_DOMINANCE, Verdict, Violation};
pub use frontier::{FrontierPoint, Position, frontier};
pub use information::{Decision, LEAST_PATHS_OF_INFORMATION, StudyData, Worth, expected_losses};
pub use portfolio::{Aim, Candidates, Step, Winner};
pub use ratio::{Interval, Ratio, RatioCollector};
pub use robustness::{OTHER_TAILS, REGRET_PROBABILITY, Robustness, TAIL, TailMean, tail_mean};
pub use series::{Estimate, Summary, errors_within};
pub(crate) use series::{mean_of_paths, share_of_paths};
pub use settings::ComparisonSettings;
pub use shapley::{
    Attribution, AttributionCollector, AttributionError, AttributionPart, Contribution, LEAST_BLOCKS,
    MOST_PLAYERS_EXACT, Method, permutations, shapley_values,
};
pub use table::{Criteria, Criterion, TableError, decision_table};
pub use threshold::{Change, Search as ThresholdSearch, Sides};

use crate::stats::{GROUP, LEAST_GROUPS, groups_of};

/// Whether more of an outcome is better.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Direction {
    /// Larger is better.
    #[default]
    Larger,
    /// Smaller is better.
    Smaller,
}

impl Direction {
    /// The score of a value, of which more is better; also the value of a score.
    fn score(self, value: f64) -> f64 {
        match self {
            Self::Larger => value,
            // Not −value: zero stays without a sign.
            Self::Smaller => 0.0 - value,
        }
    }
}

/// Why there is no result.
#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Serialize)]
pub enum Undefined {
    /// No path was seen.
    NoPaths,
    /// Numbers left the range of floating-point numbers; a result of the other paths would be biased.
    NotFinite {
        /// Position of the option (or numerator, player) it was first seen for.
        position: usize,
        /// On how many paths, where that was counted; else 0.
        paths: u64,
    },
}

impl std::fmt::Display for Undefined {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::NoPaths => write!(formatter, "no path was evaluated"),
            Self::NotFinite { position, paths: 0 } => {
                write!(
                    formatter,
                    "number {position} is not finite, or too large to be summed"
                )
            }
            Self::NotFinite { position, paths } => {
                write!(formatter, "number {position} is not finite on {paths} paths")
            }
        }
    }
}

impl std::error::Error for Undefined {}

/// The half of so many paths that a path belongs to: 0 chooses, 1 values what was chosen. Groups of even and odd number, which do not know of each
/// other; where groups are too few for an error of their own, paths of even and odd number.
pub fn half_of(path: usize, paths: usize) -> usize {
    path / unit_of(paths) % 2
}

/// Paths that belong together where so many paths are split or drawn again: those of a group, or each alone where groups are too few.
fn unit_of(paths: usize) -> usize {
    if groups_of(paths as f64) >= LEAST_GROUPS {
        GROUP
    } else {
        1
    }
}

/// Figures that differ by at most this part of the largest of them count as equal when results (not paths) are
/// ranked: rounding must not decide between options.
pub const TIE: f64 = 1e-12;

/// Positions of the figures that are largest within [`TIE`]; more than one is a tie.
fn leaders(scores: &[f64]) -> Vec<usize> {
    let best = scores.iter().copied().fold(f64::NEG_INFINITY, f64::max);
    let size = scores.iter().fold(0.0, |size: f64, score| size.max(score.abs()));
    (0..scores.len())
        .filter(|position| best - scores[*position] <= TIE * size)
        .collect()
}

/// Helpers of the tests beside the code.
#[cfg(test)]
mod testing {
    use crate::random::{Generator, Stream};

    /// Correlated standard normal numbers: `series` slices of `paths`, correlation ½ between any two.
    pub(super) fn normals(series: usize, paths: usize, seed: u64) -> Vec<Vec<f64>> {
        let mut generator = Generator::new(seed, Stream::named("decision tests"), 0);
        let mut common = vec![0.0; paths];
        generator.fill_normal(&mut common);
        (0..series)
            .map(|_| {
                let mut own = vec![0.0; paths];
                generator.fill_normal(&mut own);
                own.iter()
                    .zip(&common)
                    .map(|(own, common)| (own + common) * 0.5f64.sqrt())
                    .collect()
            })
            .collect()
    }

    /// The blocks of some series: each block has a slice for every series.
    pub(super) fn blocks(series: &[Vec<f64>], size: usize) -> Vec<Vec<&[f64]>> {
        let paths = series[0].len();
        (0..paths)
            .step_by(size)
            .map(|start| {
                series
                    .iter()
                    .map(|values| &values[start..(start + size).min(paths)])
                    .collect()
            })
            .collect()
    }

    pub(super) fn mean(values: impl IntoIterator<Item = f64>) -> f64 {
        let values: Vec<f64> = values.into_iter().collect();
        values.iter().sum::<f64>() / values.len() as f64
    }

    /// The standard error of a mean by the spread of 64 paths at a time, by its definition.
    pub(super) fn error_of_groups(values: &[f64]) -> f64 {
        let all = mean(values.iter().copied());
        let groups: Vec<(f64, f64)> = values
            .chunks(64)
            .map(|group| (group.len() as f64, mean(group.iter().copied())))
            .collect();
        let spread: f64 = groups
            .iter()
            .map(|(size, own)| size * (own - all) * (own - all))
            .sum();
        (spread / (groups.len() - 1) as f64 / values.len() as f64).sqrt()
    }

    pub(super) fn close(actual: f64, expected: f64, tolerance: f64) {
        assert!(
            (actual - expected).abs() <= tolerance,
            "{actual} is not within {tolerance} of {expected}"
        );
    }
}

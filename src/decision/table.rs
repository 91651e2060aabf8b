//! Criteria of decision under uncertainty, and the same on an explicit table of equally likely states.

use super::{Direction, leaders};

/// The criteria of one option.
#[derive(Clone, Copy, PartialEq, Debug, serde::Serialize)]
pub struct Criteria {
    /// Mean outcome: Laplace's criterion, every state (path) equally likely.
    pub mean: f64,
    /// Worst outcome: Wald's criterion (maximin). Of sampled paths it falls further the more paths there are.
    pub worst: f64,
    /// Hurwicz's criterion: optimism · best outcome + (1 − optimism) · worst outcome. It shares the weakness of
    /// its two extremes.
    pub hurwicz: f64,
    /// Mean regret. Regret is how much worse than the best option of the same state the option does; never below 0.
    pub mean_regret: f64,
    /// Largest regret: Savage's criterion (minimax regret).
    pub max_regret: f64,
    /// Share of states with at least (for [`Direction::Smaller`], at most) the threshold; `None` without a threshold.
    pub satisficing: Option<f64>,
}

/// A criterion by which options are ranked.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Criterion {
    /// Best mean.
    Laplace,
    /// Best worst case.
    Maximin,
    /// Best weighted mean of best and worst case.
    Hurwicz,
    /// Least mean regret; ranks options as [`Laplace`](Self::Laplace) does.
    MeanRegret,
    /// Least largest regret.
    MinimaxRegret,
    /// Largest share of states that meet the threshold.
    Satisficing,
}

impl Criterion {
    /// Every criterion.
    pub const ALL: [Self; 6] = [
        Self::Laplace,
        Self::Maximin,
        Self::Hurwicz,
        Self::MeanRegret,
        Self::MinimaxRegret,
        Self::Satisficing,
    ];

    /// The figure of an option, and the same as a score of which more is better.
    fn figure(self, criteria: &Criteria, direction: Direction) -> Option<(f64, f64)> {
        let outcome = |figure: f64| Some((figure, direction.score(figure)));
        match self {
            Self::Laplace => outcome(criteria.mean),
            Self::Maximin => outcome(criteria.worst),
            Self::Hurwicz => outcome(criteria.hurwicz),
            Self::MeanRegret => Some((criteria.mean_regret, -criteria.mean_regret)),
            Self::MinimaxRegret => Some((criteria.max_regret, -criteria.max_regret)),
            Self::Satisficing => criteria.satisficing.map(|share| (share, share)),
        }
    }

    /// The figure of an option; `None` for satisficing without a threshold.
    pub fn value(self, criteria: &Criteria) -> Option<f64> {
        self.figure(criteria, Direction::Larger).map(|(figure, _)| figure)
    }

    /// Positions of the best options; several are tied, their figures equal within [`TIE`](super::TIE). Empty for
    /// satisficing without a threshold.
    pub fn best(self, options: &[Criteria], direction: Direction) -> Vec<usize> {
        let scores: Option<Vec<f64>> = options
            .iter()
            .map(|criteria| self.figure(criteria, direction).map(|(_, score)| score))
            .collect();
        scores.map_or_else(Vec::new, |scores| leaders(&scores))
    }
}

/// Why a decision table has no criteria.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TableError {
    /// No option or no state.
    Empty,
    /// Options with different numbers of states.
    Ragged,
    /// A number that is not finite, or numbers whose sums or differences are not.
    NotFinite,
}

/// The criteria of each row (option) of a table with one column for each state, all states equally likely.
///
/// # Errors
/// [`TableError`] if the table is empty or ragged or has numbers that are not finite.
///
/// ```
/// use jointly::decision::{Criterion, Direction, decision_table};
/// let table = [vec![10.0, 6.0, 2.0], vec![7.0, 7.0, 5.0], vec![4.0, 8.0, 6.0]];
/// let criteria = decision_table(&table, Direction::Larger, 0.5, None)?;
/// assert_eq!(Criterion::MinimaxRegret.best(&criteria, Direction::Larger), [1]);
/// assert_eq!(Criterion::Hurwicz.best(&criteria, Direction::Larger), [0, 1, 2]);
/// # Ok::<(), jointly::decision::TableError>(())
/// ```
pub fn decision_table(
    rows: &[Vec<f64>],
    direction: Direction,
    optimism: f64,
    threshold: Option<f64>,
) -> Result<Vec<Criteria>, TableError> {
    let states = rows.first().map_or(0, Vec::len);
    if states == 0 {
        return Err(TableError::Empty);
    }
    if rows.iter().any(|row| row.len() != states) {
        return Err(TableError::Ragged);
    }
    let better = |a: f64, b: f64| match direction {
        Direction::Larger => a.max(b),
        Direction::Smaller => a.min(b),
    };
    let worse = |a: f64, b: f64| match direction {
        Direction::Larger => a.min(b),
        Direction::Smaller => a.max(b),
    };
    let best: Vec<f64> = (0..states)
        .map(|state| rows.iter().map(|row| row[state]).fold(rows[0][state], better))
        .collect();
    let mean = |values: &[f64]| values.iter().sum::<f64>() / states as f64;
    rows.iter()
        .map(|row| {
            let regret: Vec<f64> = row
                .iter()
                .zip(&best)
                .map(|(value, best)| (best - value).abs())
                .collect();
            let extreme = |choose: &dyn Fn(f64, f64) -> f64| row.iter().copied().fold(row[0], choose);
            let worst = extreme(&worse);
            let share = |threshold: f64| {
                row.iter()
                    .filter(|value| better(**value, threshold) == **value)
                    .count() as f64
                    / states as f64
            };
            let criteria = Criteria {
                mean: mean(row),
                worst,
                hurwicz: optimism * extreme(&better) + (1.0 - optimism) * worst,
                mean_regret: mean(&regret),
                max_regret: regret.iter().copied().fold(0.0, f64::max),
                satisficing: threshold.map(share),
            };
            let finite = row.iter().all(|value| value.is_finite())
                && Criterion::ALL
                    .iter()
                    .filter_map(|criterion| criterion.value(&criteria))
                    .all(f64::is_finite);
            finite.then_some(criteria).ok_or(TableError::NotFinite)
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decision::{
        ComparisonCollector, ComparisonSettings,
        testing::{close, normals},
    };

    fn reference() -> [Vec<f64>; 3] {
        [vec![10.0, 6.0, 2.0], vec![7.0, 7.0, 5.0], vec![4.0, 8.0, 6.0]]
    }

    #[test]
    fn the_reference_table_by_hand() {
        let criteria = decision_table(&reference(), Direction::Larger, 0.5, Some(6.0)).unwrap();
        let figures = |criterion: Criterion| -> Vec<f64> {
            criteria
                .iter()
                .map(|option| criterion.value(option).unwrap())
                .collect()
        };
        let expected = [
            (Criterion::Laplace, [6.0, 19.0 / 3.0, 6.0], vec![1]),
            (Criterion::Maximin, [2.0, 5.0, 4.0], vec![1]),
            (Criterion::Hurwicz, [6.0, 6.0, 6.0], vec![0, 1, 2]),
            (Criterion::MeanRegret, [2.0, 5.0 / 3.0, 2.0], vec![1]),
            (Criterion::MinimaxRegret, [4.0, 3.0, 6.0], vec![1]),
            (
                Criterion::Satisficing,
                [2.0 / 3.0, 2.0 / 3.0, 2.0 / 3.0],
                vec![0, 1, 2],
            ),
        ];
        for (criterion, values, best) in expected {
            for (figure, value) in figures(criterion).into_iter().zip(values) {
                close(figure, value, 1e-15 * 10.0);
            }
            assert_eq!(
                criterion.best(&criteria, Direction::Larger),
                best,
                "{criterion:?}"
            );
        }
        // As costs: the worst are the largest; regret is measured from the smallest of each state (4, 6, 2).
        let costs = decision_table(&reference(), Direction::Smaller, 0.25, Some(6.0)).unwrap();
        assert_eq!(costs[0].worst, 10.0);
        assert_eq!(costs[0].hurwicz, 0.25 * 2.0 + 0.75 * 10.0);
        for (option, (regret, share)) in costs.iter().zip([(6.0, 2.0), (3.0, 1.0), (4.0, 2.0)]) {
            assert_eq!(
                (option.max_regret, option.satisficing),
                (regret, Some(share / 3.0))
            );
        }
        assert_eq!(Criterion::Maximin.best(&costs, Direction::Smaller), [1]);
    }

    #[test]
    fn rounding_does_not_break_a_tie() {
        let table = [vec![0.1 + 0.2, 0.0], vec![0.3, 0.0], vec![0.3 - 1e-9, 0.0]];
        let criteria = decision_table(&table, Direction::Larger, 0.5, None).unwrap();
        assert_eq!(Criterion::Laplace.best(&criteria, Direction::Larger), [0, 1]);
        assert_eq!(
            Criterion::Satisficing.best(&criteria, Direction::Larger),
            [0usize; 0]
        );
        assert_eq!(Criterion::Satisficing.value(&criteria[0]), None);
    }

    #[test]
    fn a_table_that_cannot_be_judged_is_refused() {
        let refused = |rows: &[Vec<f64>]| decision_table(rows, Direction::Larger, 0.5, None).unwrap_err();
        assert_eq!(refused(&[]), TableError::Empty);
        assert_eq!(refused(&[vec![], vec![]]), TableError::Empty);
        assert_eq!(refused(&[vec![1.0], vec![1.0, 2.0]]), TableError::Ragged);
        assert_eq!(refused(&[vec![1.0, f64::NAN]]), TableError::NotFinite);
        assert_eq!(refused(&[vec![1e308, 1e308]]), TableError::NotFinite);
    }

    #[test]
    fn paths_as_states_give_the_criteria_of_the_comparison() {
        let random = normals(5, 400, 11);
        for (table, direction) in [
            (reference().to_vec(), Direction::Larger),
            (reference().to_vec(), Direction::Smaller),
            (random.clone(), Direction::Larger),
            (random, Direction::Smaller),
        ] {
            let settings = ComparisonSettings {
                direction,
                floor: 1e-3,
                tie: 0.0,
                threshold: Some(0.5),
                optimism: 0.3,
            };
            let mut collector = ComparisonCollector::new(table.len(), settings);
            collector.observe(&table.iter().map(Vec::as_slice).collect::<Vec<_>>());
            let part = collector.end_block();
            let comparison = collector.finish(&part).unwrap();
            let criteria = decision_table(&table, direction, 0.3, Some(0.5)).unwrap();
            for (streamed, exact) in comparison.robustness.iter().zip(&criteria) {
                for criterion in Criterion::ALL {
                    let value = |criteria| criterion.value(criteria).unwrap();
                    // Sums of 400 numbers of size 1 to 10.
                    close(value(&streamed.criteria), value(exact), 1e-13);
                }
            }
        }
    }
}

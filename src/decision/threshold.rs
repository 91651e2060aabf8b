//! Where, along one input, the best of several sides changes: a target that begins to be reached, a mean that crosses a number, an
//! option that overtakes another. All values are looked at on the same futures.

use super::{Estimate, errors_within};

/// Values that are looked at together inside an interval, which each round makes eight times as narrow.
const INSIDE: usize = 7;
/// Rounds: an interval of the grid ends 4,096 times as narrow.
const ROUNDS: usize = 4;

/// What is known at one value of the input.
#[derive(Clone, PartialEq, Debug)]
pub struct Sides {
    /// The value of the input.
    pub at: f64,
    /// Of each pair of sides, in the order (0, 1), (0, 2), …, (1, 2), …: by how much the first is ahead, with the error of that difference.
    pub leads: Vec<Estimate>,
}

impl Sides {
    /// By how much a side is ahead of another, and the standard error.
    fn lead(&self, one: usize, other: usize) -> (f64, f64) {
        if one == other {
            return (0.0, 0.0);
        }
        let (first, second) = (one.min(other), one.max(other));
        let count = self.count();
        let before = first * (2 * count - first - 1) / 2;
        let Estimate {
            value,
            standard_error,
        } = self.leads[before + second - first - 1];
        let sign = if one < other { 1.0 } else { -1.0 };
        (sign * value, standard_error.unwrap_or(0.0))
    }

    /// Number of sides.
    fn count(&self) -> usize {
        // pairs = n (n − 1) / 2.
        (1..)
            .find(|count| count * (count - 1) / 2 >= self.leads.len())
            .unwrap_or(1)
    }

    /// The side that is ahead of all others; the first of equals.
    pub fn best(&self) -> usize {
        let count = self.count();
        let ahead = |side: &usize| (0..count).all(|other| self.lead(*side, other).0 >= 0.0);
        (0..count).find(ahead).unwrap_or(0)
    }

    /// Whether a side is ahead of another by more than so many standard errors.
    fn is_clear(&self, one: usize, other: usize, errors: f64) -> bool {
        let (lead, error) = self.lead(one, other);
        lead > errors * error
    }
}

/// A change of the best side.
#[derive(Clone, Copy, PartialEq, Debug, serde::Serialize)]
pub struct Change {
    /// The best side at smaller values.
    pub from: usize,
    /// The best side at larger values.
    pub to: usize,
    /// The largest value found at which the former is best.
    pub last: f64,
    /// The smallest value found at which the latter is best.
    pub first: f64,
    /// 95 % Monte Carlo interval of the value at which they change; an end that lies outside the range is `None`.
    pub interval: [Option<f64>; 2],
}

/// Looks for changes; everything that has been evaluated stays known.
#[derive(Debug)]
pub struct Search<F> {
    evaluate: F,
    /// In the order of the values.
    known: Vec<Sides>,
    /// Whether the input takes whole values, all of which are on the grid.
    whole: bool,
    /// Half the width of a 95 % interval, in standard errors.
    errors: f64,
}

impl<E, F: FnMut(&[f64]) -> Result<Vec<Sides>, E>> Search<F> {
    /// Evaluates a grid of two or more values in increasing order, on so many paths.
    ///
    /// # Errors
    /// If an evaluation fails.
    pub fn new(grid: &[f64], whole: bool, paths: u64, mut evaluate: F) -> Result<Self, E> {
        let known = evaluate(grid)?;
        Ok(Self {
            evaluate,
            known,
            whole,
            errors: errors_within(0.95, paths as f64),
        })
    }

    /// Everything that has been evaluated, in the order of the values.
    pub fn known(&self) -> &[Sides] {
        &self.known
    }

    /// Every change between values of the grid, in the order of the values.
    ///
    /// # Errors
    /// If an evaluation fails.
    pub fn changes(&mut self) -> Result<Vec<Change>, E> {
        let grid: Vec<(f64, usize)> = self.known.iter().map(|sides| (sides.at, sides.best())).collect();
        let mut changes = Vec::new();
        for pair in grid.windows(2) {
            let ((mut left, mut from), (right, to)) = (pair[0], pair[1]);
            // Another side may be best for a while in between.
            while from != to {
                let (last, first) = self.locate(left, right, |sides| sides.best() == from)?;
                let next = self.at(first).best();
                let interval = self.interval(last, first, from, next)?;
                changes.push(Change {
                    from,
                    to: next,
                    last,
                    first,
                    interval,
                });
                (left, from) = (first, next);
            }
        }
        Ok(changes)
    }

    /// The value with the largest lead of a side over another, looked for once more beside the best of the grid.
    ///
    /// # Errors
    /// If an evaluation fails.
    pub fn largest_lead(&mut self, one: usize, other: usize) -> Result<f64, E> {
        for _ in 0..if self.whole { 0 } else { 2 } {
            let best = self.leader(one, other);
            let last = self.known.len() - 1;
            let (low, high) = (
                self.known[best.saturating_sub(1)].at,
                self.known[(best + 1).min(last)].at,
            );
            self.look(&inside(low, high))?;
        }
        Ok(self.known[self.leader(one, other)].at)
    }

    /// Position of the value with the largest lead; of equals the first.
    fn leader(&self, one: usize, other: usize) -> usize {
        let lead = |position: usize| self.known[position].lead(one, other).0;
        (0..self.known.len()).fold(0, |best, position| {
            if lead(position) > lead(best) {
                position
            } else {
                best
            }
        })
    }

    /// Where a test that holds at the left and not at the right ceases to hold: the last value with it and the next one without.
    fn locate(
        &mut self,
        mut left: f64,
        mut right: f64,
        test: impl Fn(&Sides) -> bool,
    ) -> Result<(f64, f64), E> {
        for _ in 0..if self.whole { 0 } else { ROUNDS } {
            self.look(&inside(left, right))?;
            let between = self
                .known
                .iter()
                .filter(|sides| sides.at > left && sides.at <= right);
            let mut before = left;
            for sides in between {
                if !test(sides) {
                    right = sides.at;
                    break;
                }
                before = sides.at;
            }
            left = before;
        }
        Ok((left, right))
    }

    /// The 95 % interval of a change: the values at which neither side is clearly ahead.
    fn interval(&mut self, last: f64, first: f64, from: usize, to: usize) -> Result<[Option<f64>; 2], E> {
        let errors = self.errors;
        let clear = |sides: &Sides| sides.is_clear(from, to, errors);
        let below = self
            .known
            .iter()
            .rev()
            .find(|sides| sides.at <= last && clear(sides));
        let low = match below.map(|sides| sides.at) {
            None => None,
            Some(left) => {
                let end = self
                    .known
                    .iter()
                    .find(|sides| sides.at > left)
                    .map_or(first, |sides| sides.at);
                Some(self.locate(left, end, clear)?.0)
            }
        };
        let clear = |sides: &Sides| sides.is_clear(to, from, errors);
        let above = self.known.iter().find(|sides| sides.at >= first && clear(sides));
        let high = match above.map(|sides| sides.at) {
            None => None,
            Some(right) => {
                let end = self
                    .known
                    .iter()
                    .rev()
                    .find(|sides| sides.at < right)
                    .map_or(last, |sides| sides.at);
                Some(self.locate(end, right, |sides| !clear(sides))?.1)
            }
        };
        Ok([low, high])
    }

    /// What is known at a value that has been looked at.
    fn at(&self, value: f64) -> &Sides {
        let position = self.known.partition_point(|sides| sides.at < value);
        &self.known[position.min(self.known.len() - 1)]
    }

    /// Evaluates what is not known yet.
    fn look(&mut self, values: &[f64]) -> Result<(), E> {
        let is_new = |value: &f64| self.known.iter().all(|sides| sides.at != *value);
        let new: Vec<f64> = values.iter().copied().filter(is_new).collect();
        if new.is_empty() {
            return Ok(());
        }
        let found = (self.evaluate)(&new)?;
        self.known.extend(found);
        self.known.sort_by(|one, other| one.at.total_cmp(&other.at));
        Ok(())
    }
}

/// Values inside an interval, evenly spaced.
fn inside(low: f64, high: f64) -> Vec<f64> {
    let step = (high - low) / (INSIDE + 1) as f64;
    (1..=INSIDE)
        .map(|number| low + step * number as f64)
        .filter(|value| *value > low && *value < high)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    type Never = std::convert::Infallible;

    /// The normal quantile at 97.5 %: few paths have no error of groups.
    const INTERVAL: f64 = 1.959_963_984_540_054;

    /// Two sides, of which the first is ahead by a function with a constant error.
    fn two(lead: impl Fn(f64) -> f64, error: f64) -> impl FnMut(&[f64]) -> Result<Vec<Sides>, Never> {
        move |values| {
            let sides = |at: &f64| Sides {
                at: *at,
                leads: vec![Estimate {
                    value: lead(*at),
                    standard_error: Some(error),
                }],
            };
            Ok(values.iter().map(sides).collect())
        }
    }

    fn grid(low: f64, high: f64) -> Vec<f64> {
        (0..=16)
            .map(|step| low + (high - low) * f64::from(step) / 16.0)
            .collect()
    }

    #[test]
    fn a_crossing_and_its_interval_are_those_of_the_closed_form() {
        // ln x − 1 crosses 0 at e; with an error of 0.1 it is within 1.96 errors of 0 from e^0.804 to e^1.196.
        let mut search = Search::new(&grid(0.5, 8.5), false, 100, two(|x| libm::log(x) - 1.0, 0.1)).unwrap();
        let changes = search.changes().unwrap();
        let [change] = changes.as_slice() else {
            panic!("{changes:?}")
        };
        // Half a unit between values of the grid, divided by 8^4.
        let width = 0.5 / 4096.0;
        assert!(
            (change.first - std::f64::consts::E).abs() <= width
                && change.first - change.last <= 1.0001 * width
        );
        assert_eq!((change.from, change.to), (1, 0));
        for (end, exponent) in change
            .interval
            .iter()
            .zip([1.0 - 0.1 * INTERVAL, 1.0 + 0.1 * INTERVAL])
        {
            assert!((end.unwrap() - exponent.exp()).abs() <= 2.0 * width, "{end:?}");
        }
    }

    #[test]
    fn every_crossing_is_found_and_an_interval_may_be_open() {
        // (x − 2)(x − 5): the first side leads below 2 and above 5.
        let mut search =
            Search::new(&grid(0.0, 6.1), false, 100, two(|x| (x - 2.0) * (x - 5.0), 2.0)).unwrap();
        let changes = search.changes().unwrap();
        assert_eq!(changes.len(), 2);
        assert!((changes[0].first - 2.0).abs() < 1e-3 && (changes[1].first - 5.0).abs() < 1e-3);
        // It is ahead by at most 4.51 at 6.1, which is above 1.96 · 2; it is never behind by as much.
        assert!(changes[0].interval[0].is_some() && changes[0].interval[1].is_none());
        assert!(changes[1].interval[0].is_none() && changes[1].interval[1].is_some());
    }

    #[test]
    fn a_side_that_is_best_between_two_values_of_the_grid_is_found() {
        // Three lines: 2 − x, 1.1 − 0.1 x (between 1 and 1.05), and x − 0.05 from there; the grid has a step of 2.
        let sides = |x: f64| [2.0 - x, 1.1 - 0.1 * x, x - 0.05];
        let evaluate = |values: &[f64]| {
            let at = |x: &f64| {
                let s = sides(*x);
                let lead = |a: usize, b: usize| Estimate {
                    value: s[a] - s[b],
                    standard_error: Some(0.0),
                };
                Sides {
                    at: *x,
                    leads: vec![lead(0, 1), lead(0, 2), lead(1, 2)],
                }
            };
            Ok::<_, Never>(values.iter().map(at).collect())
        };
        let mut search = Search::new(&[0.0, 2.0, 4.0], false, 100, evaluate).unwrap();
        let changes = search.changes().unwrap();
        assert_eq!(
            changes
                .iter()
                .map(|change| (change.from, change.to))
                .collect::<Vec<_>>(),
            [(0, 1), (1, 2)]
        );
        assert!((changes[0].first - 1.0).abs() < 1e-3);
        assert!((changes[1].first - 1.15 / 1.1).abs() < 1e-3, "{changes:?}");
    }

    #[test]
    fn whole_values_are_not_divided_and_the_largest_lead_is_looked_for() {
        let years: Vec<f64> = (2026..=2032).map(f64::from).collect();
        let mut search = Search::new(&years, true, 100, two(|x| 2029.5 - x, 0.2)).unwrap();
        let change = search.changes().unwrap()[0];
        assert_eq!((change.last, change.first), (2029.0, 2030.0));
        assert_eq!(change.interval, [Some(2029.0), Some(2030.0)]);
        let mut search = Search::new(
            &grid(0.0, 16.0),
            false,
            100,
            two(|x| 0.0 - (x - 6.3) * (x - 6.3), 0.0),
        )
        .unwrap();
        // Two rounds make 2 / 8 / 4 = 0.0625 of it, of which half may be missed.
        assert!((search.largest_lead(0, 1).unwrap() - 6.3).abs() <= 0.04);
    }
}

//! How options stand against each other on the same paths.

use super::{
    Direction, Estimate, Summary, Undefined,
    firsts::Firsts,
    series::{Series, errors_within, share},
};
use crate::stats::Moments;

/// One option against another on the same paths.
#[derive(Clone, Copy, PartialEq, Debug, serde::Serialize)]
pub struct Pair {
    /// Position of the option.
    pub option: usize,
    /// Position of the option it is compared with.
    pub reference: usize,
    /// Outcome of the option minus outcome of the reference, path by path.
    pub difference: Summary,
    /// Probability that the option is better than the reference, ties split evenly.
    pub beats: Estimate,
    /// Share of paths on which the two are equal.
    pub ties: f64,
    /// How many times more paths independent runs would need for the same error of the mean difference:
    /// (Var a + Var b) / Var(a − b). `None` if the difference is the same on every path (its mean is then exact), or
    /// for one path.
    pub variance_ratio: Option<f64>,
}

impl Pair {
    /// The same pair seen from the reference.
    pub fn reversed(&self) -> Self {
        Self {
            option: self.reference,
            reference: self.option,
            difference: self.difference.negated(),
            beats: Estimate {
                value: 1.0 - self.beats.value,
                ..self.beats
            },
            ..*self
        }
    }
}

/// How an option stands among all.
#[derive(Clone, Copy, PartialEq, Debug, serde::Serialize)]
pub struct Standing {
    /// Probability of being best; a tie of k counts 1/k for each.
    pub best: Estimate,
    /// Share of paths on which it shares the first place with others.
    pub tied_for_best: f64,
    /// Expected rank, 1 for the best; equal options share the mean of their ranks.
    pub rank: Estimate,
}

/// The contest of all options.
#[derive(Clone, PartialEq, Debug, serde::Serialize)]
pub struct Contest {
    /// Number of paths.
    #[serde(skip)]
    paths: u64,
    /// Every option against every option before it, ordered by reference, then option.
    pub pairs: Vec<Pair>,
    /// Standing of each option.
    pub standings: Vec<Standing>,
    /// Share of paths on which several options are best.
    pub tie_for_best: f64,
}

impl Contest {
    /// Whether the mean difference of a pair is beyond Monte Carlo error, with a probability of 5 % that any of all pairs seems so
    /// by chance (Bonferroni): with one pair 1.96 standard errors, with ten 2.81, with few paths more.
    pub fn is_clear(&self, pair: &Pair) -> bool {
        let mean = pair.difference.mean;
        let errors = errors_within(1.0 - 0.05 / self.pairs.len().max(1) as f64, self.paths as f64);
        mean.standard_error
            .is_some_and(|error| mean.value != 0.0 && mean.value.abs() >= errors * error)
    }

    /// One option against another, in either order; `None` for an option against itself or a position too large.
    pub fn pair(&self, option: usize, reference: usize) -> Option<Pair> {
        let find = |option, reference| {
            self.pairs
                .iter()
                .find(|pair| pair.option == option && pair.reference == reference)
        };
        find(option, reference)
            .copied()
            .or_else(|| find(reference, option).map(Pair::reversed))
    }
}

/// What a worker knows of a pair.
#[derive(Clone, Debug)]
struct PairCounts {
    difference: Series,
    wins: u64,
    ties: u64,
    /// Of the block under way: 1 where the option wins, a half where the two are equal.
    scores: Moments,
}

/// Counts and sketches of a contest.
#[derive(Clone, Debug)]
pub(super) struct ContestCounts {
    options: usize,
    pairs: Vec<PairCounts>,
    firsts: Firsts,
    /// Moments of the ranks in the block under way.
    ranks: Vec<Moments>,
}

/// Every pair: reference, option.
fn pairs(options: usize) -> impl Iterator<Item = (usize, usize)> {
    (0..options).flat_map(move |reference| (reference + 1..options).map(move |option| (reference, option)))
}

impl ContestCounts {
    pub(super) fn new(options: usize, floor: f64) -> Self {
        let pair = PairCounts {
            difference: Series::new(floor),
            wins: 0,
            ties: 0,
            scores: Moments::default(),
        };
        Self {
            options,
            pairs: vec![pair; pairs(options).count()],
            firsts: Firsts::new(options),
            ranks: vec![Moments::default(); options],
        }
    }

    /// How many moments a block contributes.
    pub(super) fn moments(&self) -> usize {
        2 * self.pairs.len() + 2 * self.options
    }

    /// Looks at a block; `scores` are the values with the sign that makes larger better. Gives the best score by path.
    pub(super) fn observe(&mut self, scores: &[Vec<f64>], direction: Direction, tie: f64) -> Vec<f64> {
        let paths = scores.first().map_or(0, Vec::len);
        let mut ranks = vec![vec![1.0; paths]; self.options];
        let (mut difference, mut won) = (vec![0.0; paths], vec![0.0; paths]);
        for ((reference, option), pair) in pairs(self.options).zip(&mut self.pairs) {
            let (ahead, behind) = match direction {
                Direction::Larger => (option, reference),
                Direction::Smaller => (reference, option),
            };
            // In the sign of the outcome: option minus reference.
            for ((difference, first), second) in
                difference.iter_mut().zip(&scores[ahead]).zip(&scores[behind])
            {
                *difference = first - second;
            }
            // The rank is one more than how many are better, with half of those that are equal.
            let (before, from_option) = ranks.split_at_mut(option);
            for (((difference, rank), other), won) in difference
                .iter()
                .zip(&mut from_option[0])
                .zip(&mut before[reference])
                .zip(&mut won)
            {
                let lead = direction.score(*difference);
                let (win, loss) = (lead > tie, lead < -tie);
                let equal = !(win | loss);
                pair.wins += u64::from(win);
                pair.ties += u64::from(equal);
                let half = 0.5 * f64::from(u8::from(equal));
                *rank += half + f64::from(u8::from(loss));
                *other += half + f64::from(u8::from(win));
                *won = half + f64::from(u8::from(win));
            }
            pair.scores.merge(&Moments::of_paths(&won));
            pair.difference.observe(&difference);
        }
        for (moments, ranks) in self.ranks.iter_mut().zip(&ranks) {
            moments.merge(&Moments::of_paths(ranks));
        }
        self.firsts.observe(scores, tie)
    }

    pub(super) fn end_block(&mut self, part: &mut Vec<Moments>) {
        part.extend(self.pairs.iter_mut().map(|pair| pair.difference.end_block()));
        part.extend(self.pairs.iter_mut().map(|pair| std::mem::take(&mut pair.scores)));
        part.extend(self.ranks.iter_mut().map(std::mem::take));
        part.extend(self.firsts.end_block());
    }

    pub(super) fn merge(&mut self, other: &Self) {
        for (pair, next) in self.pairs.iter_mut().zip(&other.pairs) {
            pair.difference.merge(&next.difference);
            pair.wins += next.wins;
            pair.ties += next.ties;
        }
        self.firsts.merge(&other.firsts);
    }

    /// The contest; `options` are the summaries of the options and `moments` what [`end_block`](Self::end_block) gave.
    pub(super) fn finish(
        &self,
        options: &[Summary],
        moments: &[Moments],
        paths: u64,
        tie: f64,
    ) -> Result<Contest, Undefined> {
        let (differences, rest) = moments.split_at(self.pairs.len());
        let (scores, rest) = rest.split_at(self.pairs.len());
        let (ranks, firsts) = rest.split_at(self.options);
        let mut found = Vec::with_capacity(self.pairs.len());
        for ((((reference, option), pair), moments), scores) in
            pairs(self.options).zip(&self.pairs).zip(differences).zip(scores)
        {
            let difference = pair.difference.summary(moments, option)?;
            let (wins, ties) = (pair.wins as f64, pair.ties as f64);
            found.push(Pair {
                option,
                reference,
                difference,
                beats: share(wins + 0.5 * ties, paths, scores),
                ties: ties / paths as f64,
                variance_ratio: variance_ratio(&options[option], &options[reference], &difference, tie),
            });
        }
        let standings = ranks
            .iter()
            .zip(firsts)
            .enumerate()
            .map(|(option, (rank, first))| Standing {
                best: self.firsts.probability(option, paths, first),
                tied_for_best: self.firsts.tied(option, paths),
                rank: Estimate {
                    value: rank.mean(),
                    standard_error: (paths > 1).then(|| rank.standard_error()),
                },
            })
            .collect();
        Ok(Contest {
            paths,
            pairs: found,
            standings,
            tie_for_best: self.firsts.any_tie(paths),
        })
    }
}

/// (Var a + Var b) / Var(a − b); a difference that varies by no more than a tie is exact.
fn variance_ratio(first: &Summary, second: &Summary, difference: &Summary, tie: f64) -> Option<f64> {
    let (first, second, difference) = (first.sd?, second.sd?, difference.sd?);
    let ratio = (first / difference) * (first / difference) + (second / difference) * (second / difference);
    (difference > tie && ratio.is_finite()).then_some(ratio)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        decision::testing::close,
        random::{Generator, Stream},
    };

    /// Five options with the same distribution, ten pairs: at two standard errors each, some pair of a quarter of the samples
    /// would seem clear. 300 samples: standard deviation at most 1.3 %.
    #[test]
    fn options_that_do_not_differ_are_seldom_told_apart() {
        let samples = 300;
        let (mut told, mut told_alone) = (0, 0);
        for seed in 0..samples {
            let scores: Vec<Vec<f64>> = (0..5)
                .map(|option| {
                    let mut values = vec![0.0; 200];
                    Generator::new(seed, Stream::named("options"), option).fill_normal(&mut values);
                    values
                })
                .collect();
            let mut counts = ContestCounts::new(5, 1e-3);
            counts.observe(&scores, Direction::Larger, 0.0);
            let mut moments = Vec::new();
            counts.end_block(&mut moments);
            let options: Vec<Summary> = scores
                .iter()
                .map(|values| {
                    let mut series = Series::new(1e-3);
                    series.observe(values);
                    let moments = series.end_block();
                    series.summary(&moments, 0).unwrap()
                })
                .collect();
            let contest = counts.finish(&options, &moments, 200, 0.0).unwrap();
            assert_eq!(contest.pairs.len(), 10);
            told += usize::from(contest.pairs.iter().any(|pair| contest.is_clear(pair)));
            told_alone += usize::from(contest.pairs.iter().any(|pair| {
                let mean = pair.difference.mean;
                mean.value.abs() >= 2.0 * mean.standard_error.unwrap()
            }));
            // Anything real is told.
            let shifted = Pair {
                difference: Summary {
                    mean: Estimate {
                        value: 1.0,
                        ..contest.pairs[0].difference.mean
                    },
                    ..contest.pairs[0].difference
                },
                ..contest.pairs[0]
            };
            assert!(contest.is_clear(&shifted));
        }
        assert!(told <= 27 && told_alone > 2 * told, "{told} {told_alone}");
        close(errors_within(1.0 - 0.05 / 10.0, 200.0), 2.807_033_77, 1e-6);
    }
}

//! Branch and bound over sets of levers, each at one of its scales or not at all, where there are too many to look at each.
//!
//! The bound assumes that levers help each other in pairs at most: what a lever adds to a set is no more than what it adds alone and
//! what it adds beyond that to each single member. Both are measured first, for every lever and pair. Levers that
//! share what they achieve add less, and the bound then is above it. Whether it holds is checked at every step of the search;
//! where a step adds more, the assumption is raised by that and the search begins anew, until all steps hold or no more may be evaluated.

use std::{
    cmp::Ordering,
    collections::{BTreeMap, BinaryHeap},
};

use serde::Serialize;

/// Sets that are looked at together.
const TOGETHER: usize = 64;
/// Differences below this part of the largest score are rounding.
const ROUNDING: f64 = 1e-12;

/// What is searched. A set says for every lever which of its scales it has, from 1 on, or 0 for none.
pub struct Branching<'a> {
    /// By lever and scale, what it costs.
    pub costs: Vec<Vec<f64>>,
    /// How much all may cost; infinite without a limit.
    pub budget: f64,
    /// Whether a set may be part of a choice; false then also of every larger one.
    pub admissible: &'a dyn Fn(&[u8]) -> bool,
    /// Whether an admissible set may be the choice.
    pub complete: &'a dyn Fn(&[u8]) -> bool,
    /// About how many sets may be evaluated.
    pub most: usize,
}

/// What a search found.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Search {
    /// How many sets were evaluated.
    pub evaluated: usize,
    /// By how much a set that was not evaluated may be better than the best, if the bound holds; 0 where none can be.
    pub gap: f64,
    /// How often the bound was checked.
    pub checks: usize,
    /// How often it did not hold.
    pub broken: usize,
}

/// A set with the levers that are not yet decided.
struct Node {
    bound: f64,
    score: f64,
    set: Vec<u8>,
    /// How many levers are decided.
    depth: usize,
}

impl Ord for Node {
    fn cmp(&self, other: &Self) -> Ordering {
        self.bound
            .total_cmp(&other.bound)
            .then_with(|| other.set.cmp(&self.set))
            .then(other.depth.cmp(&self.depth))
    }
}

impl PartialOrd for Node {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Node {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Node {}

/// What is known while a search goes on.
struct State<'a> {
    problem: &'a Branching<'a>,
    scores: BTreeMap<Vec<u8>, f64>,
    /// By lever, the most it adds alone.
    gains: Vec<f64>,
    /// By pair of levers, the most they add together beyond what each adds alone.
    synergies: Vec<Vec<f64>>,
    /// Levers in the order in which they are decided.
    order: Vec<usize>,
    best: f64,
}

/// Searches for the set of the largest score; `evaluate` gives the scores of sets, each of which it is asked for once.
///
/// # Errors
/// Those of `evaluate`.
pub fn branch_and_bound<E>(
    problem: &Branching<'_>,
    mut evaluate: impl FnMut(&[Vec<u8>]) -> Result<Vec<f64>, E>,
) -> Result<Search, E> {
    let mut state = State::new(problem);
    let first = state.small_sets();
    let scores = evaluate(&first)?;
    state.learn(first, scores);
    state.measure();
    // Where a step adds more than was assumed, the assumption is raised and the search begins anew; what is known stays known.
    loop {
        let search = state.pass(&mut evaluate)?;
        if search.broken == 0 || state.scores.len() >= problem.most {
            return Ok(search);
        }
    }
}

impl<'a> State<'a> {
    fn new(problem: &'a Branching<'a>) -> Self {
        let levers = problem.costs.len();
        Self {
            problem,
            scores: BTreeMap::new(),
            gains: vec![0.0; levers],
            synergies: vec![vec![0.0; levers]; levers],
            order: (0..levers).collect(),
            best: f64::NEG_INFINITY,
        }
    }

    /// One search with what is assumed now.
    fn pass<E>(&mut self, evaluate: &mut impl FnMut(&[Vec<u8>]) -> Result<Vec<f64>, E>) -> Result<Search, E> {
        let (mut checks, mut broken) = (0, 0);
        let mut heap = BinaryHeap::new();
        heap.extend(self.node(vec![0; self.problem.costs.len()], 0));
        // What is known already costs nothing to look at again, so that the limit is looked at where something new is evaluated.
        while self.scores.len() < self.problem.most {
            let mut nodes: Vec<Node> = Vec::new();
            while nodes.len() < TOGETHER && heap.peek().is_some_and(|node| self.may_be_better(node.bound)) {
                nodes.extend(heap.pop());
            }
            if nodes.is_empty() {
                break;
            }
            let parents = nodes.iter().enumerate();
            let children: Vec<(usize, Vec<u8>)> = parents
                .flat_map(|(node, parent)| self.children(node, parent))
                .collect();
            self.explore(&children, evaluate)?;
            for (parent, set) in children {
                let (parent, lever) = (&nodes[parent], self.order[nodes[parent].depth]);
                if set != parent.set {
                    checks += 1;
                    let added = self.scores.get(&set).map_or(0.0, |score| score - parent.score);
                    let excess = added - self.most_added(lever, &parent.set);
                    if excess > self.tolerance() {
                        broken += 1;
                        self.gains[lever] += excess;
                    }
                }
                let node = self.node(set, parent.depth + 1);
                heap.extend(node.filter(|node| self.may_be_better(node.bound)));
            }
        }
        Ok(Search {
            evaluated: self.scores.len(),
            gap: heap.peek().map_or(0.0, |node| (node.bound - self.best).max(0.0)),
            checks,
            broken,
        })
    }

    /// Evaluates those of some sets that are not yet known.
    fn explore<E>(
        &mut self,
        sets: &[(usize, Vec<u8>)],
        evaluate: &mut impl FnMut(&[Vec<u8>]) -> Result<Vec<f64>, E>,
    ) -> Result<(), E> {
        let mut unknown: Vec<Vec<u8>> = sets.iter().map(|(_, set)| set.clone()).collect();
        unknown.retain(|set| !self.scores.contains_key(set));
        unknown.sort();
        unknown.dedup();
        if !unknown.is_empty() {
            let scores = evaluate(&unknown)?;
            self.learn(unknown, scores);
        }
        Ok(())
    }

    /// Every lever at every scale alone.
    fn singles(&self) -> Vec<(usize, u8)> {
        let costs = self.problem.costs.iter().enumerate();
        costs
            .flat_map(|(lever, scales)| (1..=scales.len() as u8).map(move |scale| (lever, scale)))
            .collect()
    }

    fn set(&self, members: &[(usize, u8)]) -> Vec<u8> {
        let mut set = vec![0; self.problem.costs.len()];
        members.iter().for_each(|(lever, scale)| set[*lever] = *scale);
        set
    }

    /// No lever, each alone, each pair, as far as they are admissible.
    fn small_sets(&self) -> Vec<Vec<u8>> {
        let mut sets = vec![self.set(&[])];
        let singles = self.singles();
        for (position, one) in singles.iter().enumerate() {
            sets.push(self.set(&[*one]));
            let others = singles[position + 1..].iter().filter(|other| other.0 != one.0);
            sets.extend(others.map(|other| self.set(&[*one, *other])));
        }
        sets.retain(|set| (self.problem.admissible)(set));
        sets
    }

    fn learn(&mut self, sets: Vec<Vec<u8>>, scores: Vec<f64>) {
        for (set, score) in sets.into_iter().zip(scores) {
            if (self.problem.complete)(&set) {
                self.best = self.best.max(score);
            }
            self.scores.insert(set, score);
        }
    }

    /// What levers add alone and in pairs, and in which order they are decided: the largest first.
    fn measure(&mut self) {
        let score = |members: &[(usize, u8)]| self.scores.get(&self.set(members)).copied();
        let Some(nothing) = score(&[]) else { return };
        let singles = self.singles();
        let (mut gains, mut synergies) = (self.gains.clone(), self.synergies.clone());
        for one in &singles {
            let Some(alone) = score(&[*one]) else { continue };
            gains[one.0] = gains[one.0].max(alone - nothing);
            for other in singles.iter().filter(|other| other.0 > one.0) {
                let (Some(second), Some(both)) = (score(&[*other]), score(&[*one, *other])) else {
                    continue;
                };
                let synergy = synergies[one.0][other.0].max(both - alone - second + nothing);
                synergies[one.0][other.0] = synergy;
                synergies[other.0][one.0] = synergy;
            }
        }
        (self.gains, self.synergies) = (gains, synergies);
        self.order
            .sort_by(|a, b| self.gains[*b].total_cmp(&self.gains[*a]));
    }

    /// The most that a lever may add to a set, by assumption.
    fn most_added(&self, lever: usize, set: &[u8]) -> f64 {
        let held = set.iter().enumerate().filter(|(_, scale)| **scale > 0);
        self.gains[lever] + held.map(|(other, _)| self.synergies[lever][other]).sum::<f64>()
    }

    fn tolerance(&self) -> f64 {
        ROUNDING
            * self
                .scores
                .values()
                .fold(0.0, |size: f64, score| size.max(score.abs()))
    }

    fn may_be_better(&self, bound: f64) -> bool {
        bound > self.best + self.tolerance()
    }

    /// The sets that decide the next lever of a node.
    fn children(&self, node: usize, parent: &Node) -> Vec<(usize, Vec<u8>)> {
        let Some(&lever) = self.order.get(parent.depth) else {
            return Vec::new();
        };
        let with = |scale| {
            let mut set = parent.set.clone();
            set[lever] = scale;
            set
        };
        let sets = (0..=self.problem.costs[lever].len() as u8).map(with);
        sets.filter(|set| (self.problem.admissible)(set))
            .map(|set| (node, set))
            .collect()
    }

    /// A node with its bound: what the undecided levers may add for the money that is left, each once, in parts, at its least cost.
    fn node(&self, set: Vec<u8>, depth: usize) -> Option<Node> {
        let score = *self.scores.get(&set)?;
        let spent = set
            .iter()
            .zip(&self.problem.costs)
            .filter_map(|(scale, costs)| costs.get(usize::from(*scale).checked_sub(1)?));
        let mut left = self.problem.budget - spent.sum::<f64>();
        let open = &self.order[depth..];
        let mut items: Vec<(f64, f64)> = open
            .iter()
            .map(|lever| {
                // What two undecided levers add together counts half for each.
                let shared: f64 = open
                    .iter()
                    .map(|other| 0.5 * self.synergies[*lever][*other])
                    .sum();
                let cost = self.problem.costs[*lever]
                    .iter()
                    .copied()
                    .fold(f64::INFINITY, f64::min);
                (self.most_added(*lever, &set) + shared, cost)
            })
            .filter(|(gain, _)| *gain > 0.0)
            .collect();
        items.sort_by(|a, b| (b.0 * a.1).total_cmp(&(a.0 * b.1)));
        let mut bound = score;
        for (gain, cost) in items {
            let part = if cost <= left { 1.0 } else { (left / cost).max(0.0) };
            bound += part * gain;
            left -= part * cost;
        }
        Some(Node {
            bound,
            score,
            set,
            depth,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{Generator, Stream};

    /// Levers that share what they achieve: the score is a growing, bending function of the sum of gains, less cost, with help for one pair.
    fn score(set: &[u8], gains: &[f64]) -> f64 {
        let sum: f64 = set
            .iter()
            .zip(gains)
            .map(|(scale, gain)| f64::from(*scale) * gain)
            .sum();
        let pair = if set[0] > 0 && set[1] > 0 { 0.3 } else { 0.0 };
        4.0 * sum / (4.0 + sum) + pair - 0.05 * f64::from(set.iter().sum::<u8>())
    }

    fn sets(levers: usize) -> Vec<Vec<u8>> {
        (0..3_usize.pow(levers as u32))
            .map(|number| {
                (0..levers)
                    .map(|lever| (number / 3_usize.pow(lever as u32) % 3) as u8)
                    .collect()
            })
            .collect()
    }

    #[test]
    fn the_best_set_is_that_of_brute_force_and_the_gap_is_closed() {
        const LEVERS: usize = 7;
        let mut saved = 0;
        for seed in 0..40 {
            let mut generator = Generator::new(seed, Stream::named("branch and bound"), 0);
            let gains: Vec<f64> = (0..LEVERS).map(|_| generator.uniform()).collect();
            let costs: Vec<Vec<f64>> = (0..LEVERS)
                .map(|_| generator.uniform())
                .map(|cost| vec![cost, 1.8 * cost])
                .collect();
            let budget = 4.0 * generator.uniform();
            let cost = |set: &[u8]| -> f64 {
                let pairs = set.iter().zip(&costs);
                pairs
                    .filter_map(|(scale, costs)| costs.get(usize::from(*scale).checked_sub(1)?))
                    .sum()
            };
            // The third lever needs the fourth; the fifth excludes the sixth.
            let admissible = |set: &[u8]| cost(set) <= budget && !(set[4] > 0 && set[5] > 0);
            let complete = |set: &[u8]| set[2] == 0 || set[3] > 0;
            let truth = sets(LEVERS)
                .iter()
                .filter(|set| admissible(set) && complete(set))
                .map(|set| score(set, &gains))
                .fold(f64::NEG_INFINITY, f64::max);
            let mut found = f64::NEG_INFINITY;
            let search = branch_and_bound(
                &Branching {
                    costs: costs.clone(),
                    budget,
                    admissible: &admissible,
                    complete: &complete,
                    most: usize::MAX,
                },
                |sets| {
                    let scores: Vec<f64> = sets.iter().map(|set| score(set, &gains)).collect();
                    let whole = sets.iter().zip(&scores).filter(|(set, _)| complete(set));
                    found = whole.map(|(_, score)| *score).fold(found, f64::max);
                    Ok::<_, ()>(scores)
                },
            )
            .unwrap();
            assert_eq!(found, truth, "seed {seed}");
            assert_eq!((search.gap, search.broken), (0.0, 0), "seed {seed}");
            saved += sets(LEVERS).iter().filter(|set| admissible(set)).count() - search.evaluated;
        }
        assert!(saved > 0);
    }

    #[test]
    fn a_search_cut_short_tells_a_gap_that_holds_the_truth_and_a_bound_that_fails_is_raised() {
        let costs = vec![vec![1.0]; 12];
        let gains: Vec<f64> = (0..12).map(|lever| 1.0 + 0.05 * f64::from(lever)).collect();
        let value = |set: &[u8]| -> f64 {
            let sum: f64 = set
                .iter()
                .zip(&gains)
                .map(|(scale, gain)| f64::from(*scale) * gain)
                .sum();
            6.0 * sum / (6.0 + sum)
        };
        let cost = |set: &[u8]| f64::from(set.iter().sum::<u8>());
        let admissible = |set: &[u8]| cost(set) <= 6.0;
        let problem = |most| Branching {
            costs: costs.clone(),
            budget: 6.0,
            admissible: &admissible,
            complete: &|_| true,
            most,
        };
        let mut found = 0.0_f64;
        let search = branch_and_bound(&problem(100), |sets| {
            let scores: Vec<f64> = sets.iter().map(|set| value(set)).collect();
            found = scores.iter().copied().fold(found, f64::max);
            Ok::<_, ()>(scores)
        })
        .unwrap();
        let truth = value(&[0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1, 1]);
        assert!(found + search.gap >= truth, "{found} {} {truth}", search.gap);
        // Three levers that do something only together: the bound of pairs cannot know, fails on the way, and the search begins anew.
        let all = |set: &[u8]| {
            if set[..3] == [1, 1, 1] {
                10.0
            } else {
                0.3 * cost(set) / (2.0 + cost(set))
            }
        };
        let mut best = 0.0_f64;
        let search = branch_and_bound(&problem(usize::MAX), |sets| {
            let scores: Vec<f64> = sets.iter().map(|set| all(set)).collect();
            best = scores.iter().copied().fold(best, f64::max);
            Ok::<_, ()>(scores)
        })
        .unwrap();
        assert_eq!((search.broken, search.gap), (0, 0.0));
        assert!(search.checks > 0 && best > 0.0);
    }
}

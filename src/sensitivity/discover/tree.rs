//! CART: a classification tree, grown by Gini impurity and pruned by cost-complexity.
//!
//! Breiman, L., Friedman, J. H., Olshen, R. A. and Stone, C. J. (1984). Classification and Regression Trees. Wadsworth.
//!
//! A node is split where the mean Gini impurity 2 p (1 − p) of its parts falls most. Weakest links are then cut in turn: the
//! node whose split lowers the impurity least per leaf. Of the nested trees on the way, the smallest one is kept whose squared
//! error on draws not used to grow it (ten-fold cross-validation) is within one standard error of the least.

use super::{Refusal, between, check, sorted};
use crate::{
    random::{Generator, Stream},
    sensitivity::resampling::permutation,
    stats::Moments,
};

/// Settings of the tree.
#[derive(Clone, PartialEq, Debug)]
pub struct TreeSettings {
    /// Most splits from the root to a leaf.
    pub depth: usize,
    /// Least number of draws in a leaf.
    pub least_in_leaf: usize,
    /// Parts of the cross-validation.
    pub folds: usize,
}

impl Default for TreeSettings {
    fn default() -> Self {
        Self {
            depth: 4,
            least_in_leaf: 20,
            folds: 10,
        }
    }
}

impl TreeSettings {
    fn check(&self) -> Result<(), Refusal> {
        let rules = [
            (
                (1..=12).contains(&self.depth),
                "the depth of the tree must be from 1 to 12",
            ),
            (self.least_in_leaf >= 1, "a leaf must hold at least 1 draw"),
            ((2..=20).contains(&self.folds), "folds must be from 2 to 20"),
        ];
        match rules.into_iter().find(|(kept, _)| !kept) {
            Some((_, rule)) => Err(Refusal::Setting { rule }),
            None => Ok(()),
        }
    }
}

/// A split of a node.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Split {
    /// Position of the input.
    pub input: usize,
    /// Values below it go to the node `below`, all others to `above`.
    pub threshold: f64,
    /// Position of the node of lower values.
    pub below: usize,
    /// Position of the node of values from the threshold on.
    pub above: usize,
}

/// A part of the space.
#[derive(Clone, PartialEq, Debug)]
pub struct Node {
    /// Draws in it.
    pub rows: usize,
    /// Cases among them.
    pub cases: usize,
    /// How it is split; `None` for a leaf.
    pub split: Option<Split>,
}

impl Node {
    /// Part of the draws that are cases.
    pub fn density(&self) -> f64 {
        self.cases as f64 / self.rows.max(1) as f64
    }

    /// Rows times Gini impurity.
    fn impurity(&self) -> f64 {
        2.0 * self.cases as f64 * (1.0 - self.density())
    }
}

/// A tree.
#[derive(Clone, PartialEq, Debug)]
pub struct Tree {
    /// Nodes; the root first, parents before their children.
    pub nodes: Vec<Node>,
    /// Mean squared error on draws not used to grow the tree, over the one of the rate of all draws; 1 or more explains nothing.
    pub relative_error: f64,
}

/// A leaf with the ranges that lead to it.
#[derive(Clone, PartialEq, Debug)]
pub struct Leaf {
    /// Restricted inputs with the lower end, inside, and the upper end, outside.
    pub limits: Vec<(usize, Option<f64>, Option<f64>)>,
    /// Draws in it.
    pub rows: usize,
    /// Cases among them.
    pub cases: usize,
    /// Part of its draws that are cases; optimistic, since the leaf was chosen on the same draws.
    pub density: f64,
    /// Part of all cases that lie in it.
    pub coverage: f64,
}

impl Tree {
    /// The leaves, from the highest density to the lowest.
    pub fn leaves(&self) -> Vec<Leaf> {
        let all = self.nodes.first().map_or(0, |root| root.cases);
        let mut leaves = Vec::new();
        let mut open = vec![(0, Vec::new())];
        while let Some((position, limits)) = open.pop() {
            let Some(node) = self.nodes.get(position) else {
                continue;
            };
            match node.split {
                None => leaves.push(Leaf {
                    limits,
                    rows: node.rows,
                    cases: node.cases,
                    density: node.density(),
                    coverage: node.cases as f64 / all.max(1) as f64,
                }),
                Some(split) => {
                    open.push((
                        split.above,
                        narrowed(&limits, split.input, Some(split.threshold), None),
                    ));
                    open.push((
                        split.below,
                        narrowed(&limits, split.input, None, Some(split.threshold)),
                    ));
                }
            }
        }
        leaves.sort_by(|a, b| b.density.total_cmp(&a.density));
        leaves
    }
}

type Limits = Vec<(usize, Option<f64>, Option<f64>)>;

/// Ranges with a further end of an input.
fn narrowed(limits: &Limits, input: usize, low: Option<f64>, high: Option<f64>) -> Limits {
    let mut limits = limits.clone();
    match limits.iter_mut().find(|limit| limit.0 == input) {
        // A later split lies inside of an earlier one.
        Some(limit) => *limit = (input, low.or(limit.1), high.or(limit.2)),
        None => {
            limits.push((input, low, high));
            limits.sort_by_key(|limit| limit.0);
        }
    }
    limits
}

/// Fits a pruned tree.
///
/// # Errors
/// See [`discover`](super::discover).
pub fn fit(
    columns: &[Vec<f64>],
    cases: &[bool],
    settings: &TreeSettings,
    seed: u64,
) -> Result<Tree, Refusal> {
    settings.check()?;
    check(columns, cases)?;
    let all: Vec<u32> = (0..cases.len() as u32).collect();
    let full = Grown::grow(columns, cases, &all, settings);
    // The nested trees: each of the complexities at which a node collapses, from the full tree to the root.
    let mut complexities: Vec<f64> = full
        .collapse
        .iter()
        .copied()
        .filter(|collapse| *collapse > 0.0)
        .collect();
    complexities.push(0.0);
    complexities.retain(|complexity| complexity.is_finite());
    complexities.sort_unstable_by(f64::total_cmp);
    complexities.dedup();
    // A tree is judged at the geometric mean of the complexities between which it is the best one.
    let judged: Vec<f64> = (0..complexities.len())
        .map(|position| match complexities.get(position + 1) {
            Some(next) => (complexities[position] * next).sqrt(),
            None => f64::INFINITY,
        })
        .collect();
    let mut errors = vec![vec![0.0; cases.len()]; judged.len()];
    let mut base = vec![0.0; cases.len()];
    let mut generator = Generator::new(seed, Stream::named("scenario discovery: folds"), 0);
    let order = permutation(&mut generator, cases.len());
    for fold in 0..settings.folds {
        let (mut inside, mut outside) = (Vec::new(), Vec::new());
        for (place, row) in order.iter().enumerate() {
            if place % settings.folds == fold {
                &mut outside
            } else {
                &mut inside
            }
            .push(*row);
        }
        inside.sort_unstable();
        let grown = Grown::grow(columns, cases, &inside, settings);
        for row in outside {
            let row = row as usize;
            let case = f64::from(u8::from(cases[row]));
            let squared = |density: f64| (case - density) * (case - density);
            base[row] = squared(grown.nodes[0].density());
            for (errors, complexity) in errors.iter_mut().zip(&judged) {
                errors[row] = squared(grown.predict(columns, row, *complexity));
            }
        }
    }
    let summaries: Vec<Moments> = errors.iter().map(|errors| Moments::from_slice(errors)).collect();
    let least = summaries
        .iter()
        .copied()
        .reduce(|a, b| if b.mean() < a.mean() { b } else { a })
        .unwrap_or_default();
    let bound = least.mean() + least.standard_error();
    let chosen = summaries
        .iter()
        .rposition(|summary| summary.mean() <= bound)
        .unwrap_or(summaries.len() - 1);
    let base = Moments::from_slice(&base).mean();
    let relative_error = if base > 0.0 {
        summaries[chosen].mean() / base
    } else {
        1.0
    };
    Ok(Tree {
        nodes: full.pruned(complexities[chosen]),
        relative_error,
    })
}

/// A tree with the complexity from which on each node is a leaf.
struct Grown {
    nodes: Vec<Node>,
    collapse: Vec<f64>,
}

impl Grown {
    fn grow(columns: &[Vec<f64>], cases: &[bool], rows: &[u32], settings: &TreeSettings) -> Self {
        let mut tree = Self {
            nodes: Vec::new(),
            collapse: Vec::new(),
        };
        tree.add(columns, cases, sorted(columns, rows), settings, 0);
        tree.find_weakest_links(rows.len());
        tree
    }

    /// Adds a node and all below it; returns its position.
    fn add(
        &mut self,
        columns: &[Vec<f64>],
        cases: &[bool],
        lists: Vec<Vec<u32>>,
        settings: &TreeSettings,
        depth: usize,
    ) -> usize {
        let rows = lists[0].len();
        let count = lists[0].iter().filter(|row| cases[**row as usize]).count();
        let position = self.nodes.len();
        self.nodes.push(Node {
            rows,
            cases: count,
            split: None,
        });
        if depth == settings.depth || count == 0 || count == rows {
            return position;
        }
        let Some((input, threshold)) = best_split(columns, cases, &lists, count, settings.least_in_leaf)
        else {
            return position;
        };
        let is_below = |row: &u32| columns[input][*row as usize] < threshold;
        let (lower, upper): (Vec<_>, Vec<_>) = lists
            .into_iter()
            .map(|list| list.into_iter().partition::<Vec<u32>, _>(is_below))
            .unzip();
        let below = self.add(columns, cases, lower, settings, depth + 1);
        let above = self.add(columns, cases, upper, settings, depth + 1);
        self.nodes[position].split = Some(Split {
            input,
            threshold,
            below,
            above,
        });
        position
    }

    /// Cuts the weakest link in turn and writes down at which complexity: the fall of impurity per further leaf, over all rows.
    fn find_weakest_links(&mut self, rows: usize) {
        self.collapse = self
            .nodes
            .iter()
            .map(|node| if node.split.is_some() { f64::INFINITY } else { 0.0 })
            .collect();
        let mut complexity: f64 = 0.0;
        loop {
            // Impurity and leaves of each node's subtree as it now is; children stand behind their parents.
            let mut subtree = vec![(0.0, 0.0); self.nodes.len()];
            let mut weakest: Option<(f64, usize)> = None;
            for position in (0..self.nodes.len()).rev() {
                let node = &self.nodes[position];
                subtree[position] = match node.split {
                    Some(split) if self.collapse[position].is_infinite() => {
                        let (below, above) = (subtree[split.below], subtree[split.above]);
                        let (impurity, leaves): (f64, f64) = (below.0 + above.0, below.1 + above.1);
                        let fall =
                            (node.impurity() - impurity).max(0.0) / (leaves - 1.0) / rows.max(1) as f64;
                        if weakest.is_none_or(|weakest| fall <= weakest.0) {
                            weakest = Some((fall, position));
                        }
                        (impurity, leaves)
                    }
                    _ => (node.impurity(), 1.0),
                };
            }
            let Some((fall, position)) = weakest else {
                return;
            };
            complexity = complexity.max(fall);
            self.cut(position, complexity);
        }
    }

    /// Makes a node a leaf from a complexity on, with all below it that are not yet.
    fn cut(&mut self, position: usize, complexity: f64) {
        if self.collapse[position].is_infinite() {
            self.collapse[position] = complexity;
            if let Some(split) = self.nodes[position].split {
                self.cut(split.below, complexity);
                self.cut(split.above, complexity);
            }
        }
    }

    /// The split of a node in the tree pruned at a complexity.
    fn split(&self, position: usize, complexity: f64) -> Option<Split> {
        self.nodes[position]
            .split
            .filter(|_| self.collapse[position] > complexity)
    }

    /// The density of the leaf of a row.
    fn predict(&self, columns: &[Vec<f64>], row: usize, complexity: f64) -> f64 {
        let mut position = 0;
        while let Some(split) = self.split(position, complexity) {
            position = if columns[split.input][row] < split.threshold {
                split.below
            } else {
                split.above
            };
        }
        self.nodes[position].density()
    }

    /// The nodes that are left at a complexity.
    fn pruned(&self, complexity: f64) -> Vec<Node> {
        let mut nodes = Vec::new();
        self.copy(0, complexity, &mut nodes);
        nodes
    }

    fn copy(&self, position: usize, complexity: f64, nodes: &mut Vec<Node>) -> usize {
        let new = nodes.len();
        nodes.push(Node {
            split: None,
            ..self.nodes[position].clone()
        });
        if let Some(split) = self.split(position, complexity) {
            let below = self.copy(split.below, complexity, nodes);
            let above = self.copy(split.above, complexity, nodes);
            nodes[new].split = Some(Split {
                below,
                above,
                ..split
            });
        }
        new
    }
}

/// Input and threshold of the split that lowers the impurity most; the first of equals.
fn best_split(
    columns: &[Vec<f64>],
    cases: &[bool],
    lists: &[Vec<u32>],
    count: usize,
    least: usize,
) -> Option<(usize, f64)> {
    let rows = lists[0].len();
    let impurity = |cases: usize, rows: usize| 2.0 * cases as f64 * (1.0 - cases as f64 / rows as f64);
    let whole = impurity(count, rows);
    let mut best: Option<(f64, usize, f64)> = None;
    for (input, list) in lists.iter().enumerate() {
        let value = |place: usize| columns[input][list[place] as usize];
        let mut below = 0;
        for place in 1..rows {
            below += usize::from(cases[list[place - 1] as usize]);
            if place < least || rows - place < least || value(place - 1) == value(place) {
                continue;
            }
            let fall = whole - impurity(below, place) - impurity(count - below, rows - place);
            // Above what rounding leaves of equal densities.
            if fall > best.map_or(1e-9 * whole, |best| best.0) {
                best = Some((fall, input, between(value(place - 1), value(place))));
            }
        }
    }
    best.map(|(_, input, threshold)| (input, threshold))
}

#[cfg(test)]
mod tests {
    use super::{super::tests::draws, *};

    #[test]
    fn four_quarters_are_split_by_hand() {
        // Cases exactly where both inputs are at least 0.5: two splits, at 0.5 in the middle between neighbors.
        let columns: Vec<Vec<f64>> = vec![
            (0..400).map(|row| f64::from(row % 20) / 20.0).collect(),
            (0..400).map(|row| f64::from(row / 20) / 20.0).collect(),
        ];
        let cases: Vec<bool> = (0..400)
            .map(|row| columns[0][row] >= 0.5 && columns[1][row] >= 0.5)
            .collect();
        let tree = fit(&columns, &cases, &TreeSettings::default(), 0).unwrap();
        let leaves = tree.leaves();
        assert_eq!(leaves.len(), 3);
        assert_eq!(
            (
                leaves[0].rows,
                leaves[0].cases,
                leaves[0].density,
                leaves[0].coverage
            ),
            (100, 100, 1.0, 1.0)
        );
        let ends: Vec<f64> = leaves[0].limits.iter().map(|limit| limit.1.unwrap()).collect();
        assert!(ends.iter().all(|end| (end - 0.475).abs() < 1e-12), "{ends:?}");
        assert!(tree.relative_error < 1e-12);
        assert_eq!(leaves.iter().map(|leaf| leaf.rows).sum::<usize>(), 400);
    }

    #[test]
    fn weakest_links_are_cut_in_the_order_computed_by_hand() {
        // One input with values 0 to 3, 40 rows each, with 0, 10, 30 and 40 cases. Root impurity 2 · 80 · ½ = 80. Split in the
        // middle: 2 · (10 · 70/80) = 17.5 each; each part is split once more: 2 · 10 · ¾ = 15.
        // Complexities over 160 rows: parts (17.5 − 15) / 160, root (80 − 35) / 160.
        let columns = vec![(0..160).map(|row| f64::from(row / 40)).collect::<Vec<f64>>()];
        let cases: Vec<bool> = (0..160).map(|row| row % 40 < [0, 10, 30, 40][row / 40]).collect();
        let all: Vec<u32> = (0..160).collect();
        let grown = Grown::grow(
            &columns,
            &cases,
            &all,
            &TreeSettings {
                depth: 2,
                least_in_leaf: 10,
                folds: 10,
            },
        );
        assert_eq!(grown.nodes.len(), 7);
        let expected = [45.0 / 160.0, 2.5 / 160.0, 0.0, 0.0, 2.5 / 160.0, 0.0, 0.0];
        for (collapse, expected) in grown.collapse.iter().zip(expected) {
            assert!((collapse - expected).abs() < 1e-12, "{:?}", grown.collapse);
        }
        assert_eq!(grown.pruned(0.1).len(), 3);
        assert_eq!(grown.pruned(1.0).len(), 1);
    }

    #[test]
    fn a_planted_box_is_a_leaf() {
        for seed in 0..6 {
            let (columns, chance) = draws(6, 1000, seed);
            let cases: Vec<bool> = (0..1000)
                .map(|row| {
                    let inside = columns[1][row] < 0.4 && columns[3][row] > 0.5;
                    chance[row] < if inside { 0.9 } else { 0.05 }
                })
                .collect();
            let tree = fit(&columns, &cases, &TreeSettings::default(), seed).unwrap();
            let leaves = tree.leaves();
            let leaf = &leaves[0];
            let inputs: Vec<usize> = leaf.limits.iter().map(|limit| limit.0).collect();
            assert_eq!(inputs, [1, 3], "seed {seed}: {leaves:?}");
            // 500 draws per unit near an end: 0.03 is 15 of them.
            assert!(
                (leaf.limits[0].2.unwrap() - 0.4).abs() < 0.03
                    && (leaf.limits[1].1.unwrap() - 0.5).abs() < 0.03
            );
            // Unexplained: 0.2 · 0.09 + 0.8 · 0.0475 = 0.056 of 0.22 · 0.78 = 0.172, a third.
            assert!(
                (tree.relative_error - 0.33).abs() < 0.12,
                "{}",
                tree.relative_error
            );
        }
    }

    #[test]
    fn noise_grows_no_tree() {
        let mut grown = 0;
        for seed in 0..40 {
            let (columns, chance) = draws(5, 300, 200 + seed);
            let rate = if seed % 2 == 0 { 0.2 } else { 0.6 };
            let cases: Vec<bool> = chance.iter().map(|u| *u < rate).collect();
            grown += usize::from(
                fit(&columns, &cases, &TreeSettings::default(), seed)
                    .unwrap()
                    .nodes
                    .len()
                    > 1,
            );
        }
        assert!(grown <= 1, "{grown}");
    }

    #[test]
    fn settings_outside_their_range_are_refused() {
        let (columns, _) = draws(2, 100, 0);
        for settings in [
            TreeSettings {
                depth: 0,
                ..TreeSettings::default()
            },
            TreeSettings {
                least_in_leaf: 0,
                ..TreeSettings::default()
            },
            TreeSettings {
                folds: 1,
                ..TreeSettings::default()
            },
        ] {
            assert!(matches!(
                fit(&columns, &[true; 100], &settings, 0),
                Err(Refusal::Setting { .. })
            ));
        }
    }
}

//! Folding what blocks contribute over a fixed binary tree of block numbers.
//!
//! Sums of floating-point numbers depend on how they are put in brackets. Here the brackets are fixed by the numbers of
//! the blocks alone: node (l, i) of the tree holds the blocks i·2^l to (i + 1)·2^l − 1 and is its left half folded with its right
//! half; where the run ends inside a node, the missing half is left out. Whatever order blocks come in, and however their
//! numbers are split into ranges, the same pairs are folded: any range consists of at most 2 log₂ n whole nodes, and
//! ranges that are put together fold only nodes that are siblings (docs/model.md §10).

use std::collections::BTreeMap;

/// Nodes of the tree that are known and whose siblings are not: disjoint, as large as they can be.
#[derive(Clone, PartialEq, Debug)]
pub struct Tree<T> {
    /// Level and value, by the first block.
    nodes: BTreeMap<u64, (u32, T)>,
}

impl<T> Default for Tree<T> {
    fn default() -> Self {
        Self {
            nodes: BTreeMap::new(),
        }
    }
}

impl<T> Tree<T> {
    /// Adds a node of 2^`level` blocks from `first` on, a multiple of 2^`level`, of which no block is there yet. `fold` folds the
    /// node to the right into the one to the left.
    pub fn insert(&mut self, first: u64, level: u32, value: T, mut fold: impl FnMut(&mut T, T)) {
        let (mut first, mut level, mut value) = (first, level, value);
        debug_assert_eq!(first & ((1 << level) - 1), 0);
        loop {
            let sibling = first ^ (1 << level);
            if self.nodes.get(&sibling).is_none_or(|(other, _)| *other != level) {
                self.nodes.insert(first, (level, value));
                return;
            }
            if let Some((_, other)) = self.nodes.remove(&sibling) {
                let (mut left, right) = if sibling < first {
                    (other, value)
                } else {
                    (value, other)
                };
                fold(&mut left, right);
                (first, level, value) = (first.min(sibling), level + 1, left);
            }
        }
    }

    /// Adds the nodes of another part of the tree, of which no block is there yet.
    pub fn merge(&mut self, other: Self, mut fold: impl FnMut(&mut T, T)) {
        for (first, (level, value)) in other.nodes {
            self.insert(first, level, value, &mut fold);
        }
    }

    /// Everything folded; `None` of nothing. Of a run whose blocks are all there it is the root of the tree.
    pub fn total(self, mut fold: impl FnMut(&mut T, T)) -> Option<T> {
        // The nodes of a whole run grow smaller from left to right, and each is the left sibling of all that follows.
        self.nodes
            .into_values()
            .rev()
            .map(|(_, value)| value)
            .reduce(|right, mut left| {
                fold(&mut left, right);
                left
            })
    }

    /// The same nodes with other values.
    pub fn map<U>(self, mut change: impl FnMut(T) -> U) -> Tree<U> {
        let nodes = self.nodes.into_iter();
        Tree {
            nodes: nodes
                .map(|(first, (level, value))| (first, (level, change(value))))
                .collect(),
        }
    }

    /// The nodes by their first blocks, taken out: first block, level, value.
    pub fn into_nodes(self) -> impl Iterator<Item = (u64, u32, T)> {
        let nodes = self.nodes.into_iter();
        nodes.map(|(first, (level, value))| (first, level, value))
    }

    /// The nodes by their first blocks: first block, level, value.
    pub fn nodes(&self) -> impl Iterator<Item = (u64, u32, &T)> {
        self.nodes
            .iter()
            .map(|(first, (level, value))| (*first, *level, value))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::random::Blocks;

    fn bracket(left: &mut String, right: String) {
        *left = format!("({left}{right})");
    }

    /// The node of `size` blocks from `first` on of a run of `end` blocks, by its definition.
    fn defined(first: u64, size: u64, end: u64) -> Option<String> {
        if first >= end {
            return None;
        }
        if size == 1 {
            return Some(format!("[{first}]"));
        }
        let left = defined(first, size / 2, end)?;
        Some(match defined(first + size / 2, size / 2, end) {
            None => left,
            Some(right) => format!("({left}{right})"),
        })
    }

    #[test]
    fn seven_blocks_by_hand() {
        let mut tree = Tree::default();
        for block in [6, 1, 0, 5, 2, 3, 4] {
            tree.insert(block, 0, block.to_string(), bracket);
        }
        let nodes: Vec<_> = tree
            .nodes()
            .map(|(first, level, text)| (first, level, text.as_str()))
            .collect();
        assert_eq!(nodes, [(0, 2, "((01)(23))"), (4, 1, "(45)"), (6, 0, "6")]);
        assert_eq!(tree.total(bracket).as_deref(), Some("(((01)(23))((45)6))"));
        assert_eq!(Tree::<String>::default().total(bracket), None);
    }

    proptest! {
        #[test]
        fn any_split_in_any_order_folds_the_same_pairs(
            owners in prop::collection::vec(0usize..5, 1..200),
            order in prop::collection::vec(any::<u32>(), 200),
        ) {
            let end = owners.len() as u64;
            let mut parts = vec![Tree::default(); 5];
            let mut blocks: Vec<usize> = (0..owners.len()).collect();
            blocks.sort_by_key(|block| order[*block]);
            for block in blocks {
                parts[owners[block]].insert(block as u64, 0, format!("[{block}]"), bracket);
            }
            let mut whole = Tree::default();
            for part in parts {
                whole.merge(part, bracket);
            }
            // As many nodes are left as there are ones in the binary number of blocks.
            prop_assert_eq!(whole.nodes().count() as u32, end.count_ones());
            prop_assert_eq!(whole.total(bracket), defined(0, end.next_power_of_two(), end));
        }

        #[test]
        fn a_range_is_a_few_nodes(first in 0u64..1000, length in 1u64..1000) {
            let mut tree = Tree::default();
            for block in first..first + length {
                tree.insert(block, 0, 1, |left, right| *left += right);
                prop_assert!(tree.nodes().count() <= 2 * 10);
            }
            for (_, level, blocks) in tree.nodes() {
                prop_assert_eq!(*blocks, 1 << level);
            }
            let found: Vec<_> = tree.nodes().map(|(first, level, _)| (first, level)).collect();
            prop_assert_eq!(found, Blocks { first, end: first + length }.nodes());
        }
    }
}

//! Folding results in block order.

use std::collections::BTreeMap;

/// Folds numbered items in the order of their numbers, whatever order they come in.
pub(super) struct OrderedFold<T, F> {
    next: u64,
    waiting: BTreeMap<u64, T>,
    fold: F,
}

impl<T, F: FnMut(T)> OrderedFold<T, F> {
    /// A fold that starts at item 0.
    pub(super) fn new(fold: F) -> Self {
        Self {
            next: 0,
            waiting: BTreeMap::new(),
            fold,
        }
    }

    /// Adds an item; it and those that waited for it are folded as soon as no number is missing before them.
    pub(super) fn push(&mut self, number: u64, item: T) {
        self.waiting.insert(number, item);
        while let Some(item) = self.waiting.remove(&self.next) {
            (self.fold)(item);
            self.next += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folds_in_order_of_numbers() {
        let mut seen = Vec::new();
        let mut fold = OrderedFold::new(|item| seen.push(item));
        for number in [2, 0, 3, 1, 5, 4] {
            fold.push(number, number);
        }
        assert_eq!(seen, [0, 1, 2, 3, 4, 5]);
    }
}

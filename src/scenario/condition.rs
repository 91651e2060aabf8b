//! When a path is a case: thresholds on outcomes, joined by `and` and `or`.

use crate::base::{Selector, Side};

/// A threshold on an outcome.
#[derive(Clone, PartialEq, Debug)]
pub struct Threshold {
    /// The outcome.
    pub selector: Selector,
    /// On which side it must lie.
    pub side: Side,
    /// Of this number.
    pub number: f64,
}

/// `SELECTOR < NUMBER`, with one of `<`, `<=`, `>` and `>=`; several are joined by `and`, which binds more tightly, and `or`.
#[derive(Clone, PartialEq, Debug)]
pub struct Condition {
    /// It holds if every threshold of any of these holds; none is empty.
    alternatives: Vec<Vec<Threshold>>,
}

impl Condition {
    /// Reads a condition; `selector` reads an outcome.
    ///
    /// # Errors
    /// What is wrong, in one sentence.
    pub(super) fn read(selector: &Read<'_>, text: &str) -> Result<Self, String> {
        let mut alternatives = vec![Vec::new()];
        let mut rest = text;
        loop {
            let (threshold, after) = threshold(selector, rest)?;
            if let Some(all) = alternatives.last_mut() {
                all.push(threshold);
            }
            let Some((word, next)) = after.trim().split_once(char::is_whitespace) else {
                return match after.trim() {
                    "" => Ok(Self { alternatives }),
                    "and" | "or" => Err(FORM.to_owned()),
                    word => Err(format!("expected `and` or `or` instead of `{word}`")),
                };
            };
            match word {
                "and" => {}
                "or" => alternatives.push(Vec::new()),
                _ => return Err(format!("expected `and` or `or` instead of `{word}`")),
            }
            rest = next;
        }
    }

    /// It holds if every threshold of any of these holds; none is empty.
    pub fn alternatives(&self) -> &[Vec<Threshold>] {
        &self.alternatives
    }

    /// Every threshold.
    pub fn thresholds(&self) -> impl Iterator<Item = &Threshold> {
        self.alternatives.iter().flatten()
    }

    /// The outcomes, each once, in the order in which they are first named.
    pub fn selectors(&self) -> Vec<Selector> {
        let mut selectors = Vec::new();
        for threshold in self.thresholds() {
            if !selectors.contains(&threshold.selector) {
                selectors.push(threshold.selector.clone());
            }
        }
        selectors
    }

    /// The same condition on other selectors.
    pub(crate) fn map(&self, selector: impl Fn(&Selector) -> Selector) -> Self {
        let mut other = self.clone();
        for threshold in other.alternatives.iter_mut().flatten() {
            threshold.selector = selector(&threshold.selector);
        }
        other
    }

    /// Whether it holds, given the value of each outcome.
    pub(crate) fn holds(&self, value: impl Fn(&Selector) -> f64) -> bool {
        let met = |threshold: &Threshold| threshold.side.holds(value(&threshold.selector), threshold.number);
        self.alternatives.iter().any(|all| all.iter().all(met))
    }
}

/// Reads an outcome.
type Read<'a> = dyn Fn(&str) -> Result<Selector, String> + 'a;

const FORM: &str = "a condition is an outcome, <, <=, > or >=, and a number";

/// The threshold at the beginning of a text, and the rest of it. Names of options may hold any word, so that only what stands
/// behind a number can join two thresholds.
fn threshold<'text>(read: &Read<'_>, text: &'text str) -> Result<(Threshold, &'text str), String> {
    let position = text.find(['<', '>']).ok_or_else(|| FORM.to_owned())?;
    let (selector, rest) = text.split_at(position);
    let side = match (rest.starts_with('<'), rest[1..].starts_with('=')) {
        (true, false) => Side::Below,
        (true, true) => Side::AtMost,
        (false, false) => Side::Above,
        (false, true) => Side::AtLeast,
    };
    let rest = rest[side.sign().len()..].trim_start();
    let (number, rest) = rest.split_at(rest.find(char::is_whitespace).unwrap_or(rest.len()));
    let number_read = number.parse::<f64>().ok().filter(|number| number.is_finite());
    Ok((
        Threshold {
            selector: read(selector.trim())?,
            side,
            number: number_read.ok_or_else(|| format!("`{number}` is not a number"))?,
        },
        rest,
    ))
}

impl std::fmt::Display for Condition {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        for (position, all) in self.alternatives.iter().enumerate() {
            out.write_str(if position > 0 { " or " } else { "" })?;
            for (position, threshold) in all.iter().enumerate() {
                let Threshold {
                    selector,
                    side,
                    number,
                } = threshold;
                let and = if position > 0 { " and " } else { "" };
                write!(out, "{and}{selector} {} {number}", side.sign())?;
            }
        }
        Ok(())
    }
}

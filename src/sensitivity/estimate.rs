//! Indices with their intervals and what to know about them.

/// First-order index: the share of the variance that would vanish on average if the input were known.
pub const FIRST: &str = "S1";
/// Total index: the share of the variance that would remain on average if all other inputs were known.
pub const TOTAL: &str = "ST";
/// Second-order index: the share that the two inputs have only together.
pub const SECOND: &str = "S2";

/// What an index is of.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Subject {
    /// One input, by position.
    Input(usize),
    /// Two inputs together, the smaller position first.
    Pair(usize, usize),
}

/// One index of one input or pair.
#[derive(Clone, PartialEq, Debug)]
pub struct Index {
    /// What it is of.
    pub subject: Subject,
    /// Its name, one of the constants of its method such as [`FIRST`](super::sobol::FIRST).
    pub name: &'static str,
    /// The estimate; always finite.
    pub value: f64,
    /// Lower and upper end of the 95 % interval; `None` where the method states none.
    pub interval: Option<[f64; 2]>,
    /// What to know when reading it: why it is impossible as a true value, or too small to be told from none.
    pub note: Option<String>,
}

impl Index {
    pub(super) fn new(subject: Subject, name: &'static str, value: f64, interval: Option<[f64; 2]>) -> Self {
        Self {
            subject,
            name,
            value,
            interval,
            note: None,
        }
    }

    /// Width of the interval.
    pub fn width(&self) -> Option<f64> {
        self.interval.map(|[low, high]| high - low)
    }

    pub(super) fn add_note(&mut self, note: impl Into<String>) {
        let note = note.into();
        self.note = Some(match self.note.take() {
            None => note,
            Some(earlier) => format!("{earlier}; {note}"),
        });
    }
}

/// Indices with their intervals and what to know about them.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Estimate {
    /// The indices, by name and then by subject.
    pub indices: Vec<Index>,
    /// What concerns all of them.
    pub notes: Vec<String>,
    /// How many outcomes they come from.
    pub runs: usize,
}

impl Estimate {
    /// An index by subject and name.
    pub fn get(&self, subject: Subject, name: &str) -> Option<&Index> {
        self.indices
            .iter()
            .find(|index| index.subject == subject && index.name == name)
    }

    /// The values of an index, by input.
    pub fn values(&self, name: &str) -> Vec<f64> {
        self.named(name).map(|index| index.value).collect()
    }

    /// The indices of a name, in order.
    pub fn named<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Index> {
        self.indices.iter().filter(move |index| index.name == name)
    }

    /// Width of the widest 95 % interval; `None` if no index has one, or if the outcome has not varied: intervals around
    /// nothing are no knowledge. The stop rule compares this.
    pub fn widest(&self) -> Option<f64> {
        if self.indices.iter().all(|index| index.value == 0.0) {
            return None;
        }
        self.indices.iter().filter_map(Index::width).reduce(f64::max)
    }

    /// The largest size of an index that has an interval, to which a relative width is.
    pub fn largest(&self) -> f64 {
        let measured = self.indices.iter().filter(|index| index.interval.is_some());
        measured.map(|index| index.value.abs()).fold(0.0, f64::max)
    }

    /// Adds the indices and notes of another estimate from the same outcomes.
    pub fn append(&mut self, mut other: Self) {
        self.indices.append(&mut other.indices);
        self.notes.append(&mut other.notes);
        self.runs = self.runs.max(other.runs);
    }

    /// Explains estimates that are impossible as true values.
    pub(super) fn explain(&mut self, constant: bool) {
        if constant {
            // Nothing else is worth saying then.
            self.notes = vec![CONSTANT.to_owned()];
            return;
        }
        for index in &mut self.indices {
            if index.value < 0.0 && SHARES.contains(&index.name) {
                let within = index.interval.is_none_or(|[_, high]| high >= 0.0);
                index.add_note(if within {
                    "below 0 by sampling error: a share of variance is never negative, and the interval reaches 0"
                } else {
                    "below 0 by more than the interval allows: a share of variance is never negative; take more runs"
                });
            }
        }
        let first: f64 = self.values(FIRST).iter().sum();
        let pairs: f64 = self.values(SECOND).iter().sum();
        let total = self.values(TOTAL);
        if first > 1.0 {
            self.notes.push(format!(
                "The first-order indices add up to {first:.3}. With independent inputs they cannot exceed 1: the rest is sampling \
                 error. With dependent inputs they can, because inputs share their effects."
            ));
        } else if first + pairs > 1.0 {
            self.notes.push(format!(
                "First- and second-order indices add up to {:.3}; above 1 by sampling error.",
                first + pairs
            ));
        }
        if !total.is_empty() && total.iter().sum::<f64>() < 1.0 {
            self.notes.push(format!(
                "The total indices add up to {:.3}; true ones reach at least 1: the rest is sampling error.",
                total.iter().sum::<f64>()
            ));
        }
        for index in self
            .indices
            .iter_mut()
            .filter(|index| index.name == TOTAL && index.value > 1.0)
        {
            index.add_note("above 1 by sampling error: an input cannot have more than the whole variance");
        }
        let firsts = self.values(FIRST);
        for index in self.indices.iter_mut().filter(|index| index.name == TOTAL) {
            if let Subject::Input(input) = index.subject
                && firsts.get(input).is_some_and(|first| index.value < *first)
            {
                index.add_note("below the first-order index by sampling error: the total index contains the first-order one");
            }
        }
    }
}

/// Indices that are shares of a variance and so never negative as true values.
const SHARES: [&str; 3] = [FIRST, TOTAL, SECOND];

/// What is said of an outcome that does not vary.
pub(super) const CONSTANT: &str =
    "The outcome is the same at every point: no input shows an influence, and every index is 0.";

//! PRIM, the patient rule induction method: peeling, pasting, and what makes a box believable.
//!
//! Friedman, J. H. and Fisher, N. I. (1999). Bump hunting in high-dimensional data. Statistics and Computing 9(2), 123–143;
//! Bryant, B. P. and Lempert, R. J. (2010). Thinking inside the box. Technological Forecasting and Social Change 77(1), 34–49.
//!
//! 1. *Peeling.* From all draws, the 5 % at one end of one input are removed, those whose removal raises the density of cases
//!    most per draw removed (inputs with few values remove more at once); and so on while it rises and 5 % of all draws remain.
//!    The boxes on the way are the trade-off between coverage and density.
//! 2. *Choice.* The box of the largest excess: the cases in it, less those that as many draws hold at the overall rate. For
//!    cases that are more frequent inside a planted box than outside, its expectation is largest at that box, whatever the
//!    two rates; adding or removing draws lowers it.
//! 3. *Pasting.* An end of the box is moved outwards by 5 % of its draws, or opened, while the excess grows.
//! 4. *Narrowing.* The input that gains most takes the range of the largest excess, the others held, until none gains (one not
//!    restricted before only with a quasi-p of at most 5 %): peeling
//!    from the ends alone cannot leave a middle part that holds no cases.
//! 5. *Pruning.* Inputs with quasi-p above 5 %, and inputs restricted in fewer than half of the resamples, are dropped, and the
//!    ends that are left are moved once more as in 4.
//! 6. *Test.* The excess must be above the one that peeling finds among each of 99 shuffles of the cases (p = 1 %).
//!
//! The search then repeats among the draws outside of the box. Coverage, density and mass of every box, step and resample are
//! over all draws and all cases, also those of earlier boxes; the search ends at a box that is no denser than all draws.

use super::{Refusal, between, check, sorted};
use crate::{
    random::{Generator, Stream},
    sensitivity::resampling::{below, permutation, quantile},
};

/// Settings of the search.
#[derive(Clone, PartialEq, Debug)]
pub struct BoxSettings {
    /// Part of the draws in the box that one step removes or adds.
    pub peel: f64,
    /// Least part of all draws in a box.
    pub least_mass: f64,
    /// Least part of the draws in a box that are cases; the rule of choice looks at boxes that have it.
    pub least_density: f64,
    /// The step of the peeling that is the first box, as it is, instead of the one that the rule chooses.
    pub step: Option<usize>,
    /// Largest quasi-p of an input that stays.
    pub largest_quasi_p: f64,
    /// Least part of the resamples in which an input that stays is restricted.
    pub least_reproducibility: f64,
    /// Bootstrap resamples.
    pub resamples: usize,
    /// Shuffles of the cases; a box must beat all of them.
    pub shuffles: usize,
    /// Most boxes.
    pub most_boxes: usize,
}

impl Default for BoxSettings {
    fn default() -> Self {
        Self {
            peel: 0.05,
            least_mass: 0.05,
            least_density: 0.0,
            step: None,
            largest_quasi_p: 0.05,
            least_reproducibility: 0.5,
            resamples: 50,
            shuffles: 99,
            most_boxes: 4,
        }
    }
}

impl BoxSettings {
    /// Refuses settings outside their ranges.
    ///
    /// # Errors
    /// The first rule that is not kept.
    pub fn check(&self) -> Result<(), Refusal> {
        let rules = [
            (
                self.peel > 0.0 && self.peel <= 0.5,
                "the part peeled must be above 0 and at most 0.5",
            ),
            (
                self.least_mass > 0.0 && self.least_mass <= 0.5,
                "the least mass must be above 0 and at most 0.5",
            ),
            (
                (0.0..=1.0).contains(&self.least_density),
                "the least density must be from 0 to 1",
            ),
            (
                (0.0..=1.0).contains(&self.largest_quasi_p),
                "the largest quasi-p must be from 0 to 1",
            ),
            (
                (0.0..=1.0).contains(&self.least_reproducibility),
                "the least reproducibility must be from 0 to 1",
            ),
            (
                (1..=10_000).contains(&self.resamples),
                "resamples must be from 1 to 10000",
            ),
            (
                (19..=100_000).contains(&self.shuffles),
                "shuffles must be from 19 to 100000",
            ),
            (
                (1..=100).contains(&self.most_boxes),
                "the most boxes must be from 1 to 100",
            ),
        ];
        match rules.into_iter().find(|(kept, _)| !kept) {
            Some((_, rule)) => Err(Refusal::Setting { rule }),
            None => Ok(()),
        }
    }
}

/// One end of a range.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Bound {
    /// The end; values equal to it are inside.
    pub value: f64,
    /// From the 5 % to the 95 % point of this end over the resamples that have it; `None` if none has.
    pub range: Option<[f64; 2]>,
}

/// The range of one input.
#[derive(Clone, PartialEq, Debug)]
pub struct Limit {
    /// Position of the input.
    pub input: usize,
    /// Its lower end, if it has one.
    pub low: Option<Bound>,
    /// Its upper end, if it has one.
    pub high: Option<Bound>,
    /// Probability of as many cases if this range did not matter: with n draws and h cases in the box, and rate q of cases in
    /// the box without this range, P(Binomial(n, q) ≥ h). Optimistic, since the range was chosen on the same draws.
    pub quasi_p: f64,
    /// Part of the resamples whose box restricts this input.
    pub reproducibility: f64,
}

/// A number over resamples.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Spread {
    /// Mean.
    pub mean: f64,
    /// From the 5 % to the 95 % point.
    pub range: [f64; 2],
}

/// A box on the way of peeling.
#[derive(Clone, PartialEq, Debug)]
pub struct Step {
    /// Restricted inputs with their lower and upper end.
    pub limits: Vec<(usize, Option<f64>, Option<f64>)>,
    /// Part of all cases that lie in the box.
    pub coverage: f64,
    /// Part of the draws in the box that are cases.
    pub density: f64,
    /// Part of all draws that lie in the box.
    pub mass: f64,
    /// Whether the rule chose it, as the start of pasting.
    pub chosen: bool,
}

/// A box in which cases are dense.
#[derive(Clone, PartialEq, Debug)]
pub struct Region {
    /// The ranges, by input.
    pub limits: Vec<Limit>,
    /// Draws in the box.
    pub rows: usize,
    /// Cases in the box.
    pub cases: usize,
    /// Part of all cases that lie in the box; optimistic, since the box was chosen on the same draws.
    pub coverage: f64,
    /// Part of the draws in the box that are cases; optimistic likewise.
    pub density: f64,
    /// Part of all draws that lie in the box.
    pub mass: f64,
    /// Part of the searches, this and those among shuffled cases, whose excess is at least this one's.
    pub p: f64,
    /// Coverage of boxes found in resamples, among the draws not in the resample.
    pub coverage_outside: Option<Spread>,
    /// Density of boxes found in resamples, among the draws not in the resample.
    pub density_outside: Option<Spread>,
    /// The trade-off: every box of the peeling.
    pub trade_off: Vec<Step>,
}

/// Lower and upper end of every input; infinite where open. Inside only, never given out.
type Ends = Vec<[f64; 2]>;

/// A box with its counts.
#[derive(Clone, Debug)]
struct Candidate {
    ends: Ends,
    rows: usize,
    cases: usize,
}

/// Rows at one end of an input.
struct Edge {
    rows: usize,
    cases: usize,
    /// Value of the innermost of them.
    last: f64,
    /// Value of the next one inwards.
    next: f64,
}

/// Draws among which a box is searched.
struct Search<'a> {
    columns: &'a [Vec<f64>],
    cases: &'a [bool],
    /// Rows, possibly repeated.
    rows: Vec<u32>,
    /// Part of the rows that are cases.
    rate: f64,
    /// Least number of rows in a box.
    least: usize,
    settings: &'a BoxSettings,
}

/// Finds boxes.
///
/// # Errors
/// See [`discover`](super::discover).
pub fn find(
    columns: &[Vec<f64>],
    cases: &[bool],
    settings: &BoxSettings,
    seed: u64,
) -> Result<Vec<Region>, Refusal> {
    settings.check()?;
    check(columns, cases)?;
    let all_cases = cases.iter().filter(|case| **case).count();
    // At least ten draws: fewer cannot tell rates apart.
    let least = ((settings.least_mass * cases.len() as f64).ceil() as usize).max(10);
    let mut rows: Vec<u32> = (0..cases.len() as u32).collect();
    let mut regions = Vec::new();
    for number in 0..settings.most_boxes {
        let search = Search::new(columns, cases, rows.clone(), least, settings);
        let Some((region, ends)) = search.region(all_cases, cases.len(), seed, number)? else {
            break;
        };
        if region.cases * cases.len() <= all_cases * region.rows || region.density < settings.least_density {
            break;
        }
        rows.retain(|row| !search.inside(&ends, *row));
        regions.push(region);
    }
    Ok(regions)
}

impl<'a> Search<'a> {
    fn new(
        columns: &'a [Vec<f64>],
        cases: &'a [bool],
        rows: Vec<u32>,
        least: usize,
        settings: &'a BoxSettings,
    ) -> Self {
        let count = rows.iter().filter(|row| cases[**row as usize]).count();
        let rate = count as f64 / rows.len().max(1) as f64;
        Self {
            columns,
            cases,
            rows,
            rate,
            least,
            settings,
        }
    }

    fn value(&self, input: usize, row: u32) -> f64 {
        self.columns[input][row as usize]
    }

    fn is_case(&self, row: u32) -> bool {
        self.cases[row as usize]
    }

    fn inside(&self, ends: &Ends, row: u32) -> bool {
        ends.iter()
            .enumerate()
            .all(|(input, [low, high])| (*low..=*high).contains(&self.value(input, row)))
    }

    /// Cases above those that as many draws hold at the overall rate.
    fn excess(&self, rows: usize, cases: usize) -> f64 {
        cases as f64 - self.rate * rows as f64
    }

    fn count(&self, ends: Ends) -> Candidate {
        let (mut rows, mut cases) = (0, 0);
        let restricted = Self::restricted(&ends);
        let inside = |row: u32| {
            restricted
                .iter()
                .all(|input| (ends[*input][0]..=ends[*input][1]).contains(&self.value(*input, row)))
        };
        for row in self.rows.iter().filter(|row| inside(**row)) {
            rows += 1;
            cases += usize::from(self.is_case(*row));
        }
        Candidate { ends, rows, cases }
    }

    /// Every box of the peeling, from all draws on. `is_case` stands apart, because it may be shuffled.
    fn peel(&self, mut lists: Vec<Vec<u32>>, is_case: &[bool]) -> Vec<Candidate> {
        let mut ends = vec![[f64::NEG_INFINITY, f64::INFINITY]; self.columns.len()];
        let mut rows = self.rows.len();
        let mut cases = self.rows.iter().filter(|row| is_case[**row as usize]).count();
        let mut steps = vec![Candidate {
            ends: ends.clone(),
            rows,
            cases,
        }];
        let mut removed = vec![false; self.cases.len()];
        let mut listed = rows;
        loop {
            let density = cases as f64 / rows as f64;
            let step = ((self.settings.peel * rows as f64) as usize).max(1);
            // Gain per row removed, input, side.
            let mut best: Option<(f64, usize, usize, Edge)> = None;
            for (input, list) in lists.iter().enumerate() {
                let left = list.iter().copied().filter(|row| !removed[*row as usize]);
                let edges = [
                    self.edge(left.clone(), input, step, is_case),
                    self.edge(left.rev(), input, step, is_case),
                ];
                for (side, edge) in edges.into_iter().enumerate() {
                    if edge.rows + self.least > rows {
                        continue;
                    }
                    let rest = (cases - edge.cases) as f64 / (rows - edge.rows) as f64;
                    let gain = (rest - density) / edge.rows as f64;
                    if gain > best.as_ref().map_or(0.0, |best| best.0) {
                        best = Some((gain, input, side, edge));
                    }
                }
            }
            let Some((_, input, side, edge)) = best else {
                return steps;
            };
            ends[input][side] = if side == 0 {
                between(edge.last, edge.next)
            } else {
                below_middle(edge.next, edge.last)
            };
            let [low, high] = ends[input];
            for row in &lists[input] {
                if !(low..=high).contains(&self.value(input, *row)) {
                    removed[*row as usize] = true;
                }
            }
            rows -= edge.rows;
            cases -= edge.cases;
            // Lists are cleared of removed rows now and then, not each time: that would be most of the work.
            if 4 * rows < 3 * listed {
                listed = rows;
                for list in &mut lists {
                    list.retain(|row| !removed[*row as usize]);
                }
            }
            steps.push(Candidate {
                ends: ends.clone(),
                rows,
                cases,
            });
        }
    }

    /// The first rows of an order, a number of them and all with the value of the last of them: equal values leave together.
    fn edge(&self, order: impl Iterator<Item = u32>, input: usize, step: usize, is_case: &[bool]) -> Edge {
        let mut edge = Edge {
            rows: 0,
            cases: 0,
            last: 0.0,
            next: 0.0,
        };
        for row in order {
            edge.next = self.value(input, row);
            if edge.rows >= step && edge.next != edge.last {
                break;
            }
            edge.rows += 1;
            edge.cases += usize::from(is_case[row as usize]);
            edge.last = edge.next;
        }
        edge
    }

    /// Whether a box is as dense as boxes must be.
    fn is_dense(&self, candidate: &Candidate) -> bool {
        candidate.cases as f64 >= self.settings.least_density * candidate.rows as f64
    }

    /// Position of the dense enough box with the largest excess, the first of equals; 0 is all draws.
    fn choose(&self, steps: &[Candidate]) -> usize {
        let excess = |position: usize| self.excess(steps[position].rows, steps[position].cases);
        let mut best = 0;
        for (position, step) in steps.iter().enumerate().skip(1) {
            if self.is_dense(step) && excess(position) > excess(best) {
                best = position;
            }
        }
        best
    }

    /// Moves ends outwards while the excess grows.
    fn paste(&self, mut candidate: Candidate) -> Candidate {
        loop {
            let step = ((self.settings.peel * candidate.rows as f64) as usize).max(1);
            let mut best = candidate.clone();
            for input in 0..candidate.ends.len() {
                for side in [0, 1] {
                    let end = candidate.ends[input][side];
                    if end.is_infinite() {
                        continue;
                    }
                    let mut open = candidate.ends.clone();
                    open[input][side] = if side == 0 {
                        f64::NEG_INFINITY
                    } else {
                        f64::INFINITY
                    };
                    let mut beyond: Vec<f64> = self
                        .rows
                        .iter()
                        .filter(|row| self.inside(&open, **row))
                        .map(|row| self.value(input, *row))
                        .filter(|value| if side == 0 { *value < end } else { *value > end })
                        .collect();
                    beyond.sort_unstable_by(f64::total_cmp);
                    if side == 0 {
                        beyond.reverse();
                    }
                    let mut trials = vec![open.clone()];
                    if let Some(value) = beyond.get(step - 1) {
                        open[input][side] = *value;
                        trials.push(open);
                    }
                    for trial in trials {
                        let trial = self.count(trial);
                        if self.is_dense(&trial)
                            && self.excess(trial.rows, trial.cases) > self.excess(best.rows, best.cases)
                        {
                            best = trial;
                        }
                    }
                }
            }
            if best.ends == candidate.ends {
                return candidate;
            }
            candidate = best;
        }
    }

    /// Inputs that are restricted.
    fn restricted(ends: &Ends) -> Vec<usize> {
        (0..ends.len())
            .filter(|input| is_restricted(&ends[*input]))
            .collect()
    }

    /// The box without the range of an input.
    fn without(&self, candidate: &Candidate, input: usize) -> Candidate {
        let mut ends = candidate.ends.clone();
        ends[input] = [f64::NEG_INFINITY, f64::INFINITY];
        self.count(ends)
    }

    fn quasi_p(&self, candidate: &Candidate, input: usize) -> f64 {
        let wider = self.without(candidate, input);
        binomial_tail(
            candidate.rows,
            wider.cases as f64 / wider.rows.max(1) as f64,
            candidate.cases,
        )
    }

    /// Drops the input with the largest quasi-p while it is above the bound.
    fn prune(&self, mut candidate: Candidate) -> Candidate {
        loop {
            let worst = Self::restricted(&candidate.ends)
                .into_iter()
                .map(|input| (self.quasi_p(&candidate, input), input))
                .reduce(|a, b| if b.0 > a.0 { b } else { a });
            match worst {
                Some((quasi_p, input)) if quasi_p > self.settings.largest_quasi_p => {
                    candidate = self.without(&candidate, input);
                }
                _ => return candidate,
            }
        }
    }

    /// Moves the ends of the input that gains most to where the excess is largest, the others held, until none gains.
    ///
    /// Of inputs that are restricted, the sides that are; of the others, if asked for, both.
    fn sharpen(&self, mut candidate: Candidate, lists: &[Vec<u32>], others: bool) -> Candidate {
        const ROUNDS: usize = 100;
        for _ in 0..ROUNDS {
            let restricted = Self::restricted(&candidate.ends);
            let outside = |input: usize, row: u32| {
                let [low, high] = candidate.ends[input];
                !(low..=high).contains(&self.value(input, row))
            };
            // How many ranges each row violates.
            let mut violated = vec![0_u32; self.cases.len()];
            for (row, violated) in (0..).zip(&mut violated) {
                *violated = restricted
                    .iter()
                    .map(|input| u32::from(outside(*input, row)))
                    .sum();
            }
            let mut best = candidate.clone();
            for (input, list) in lists.iter().enumerate() {
                let own = is_restricted(&candidate.ends[input]);
                if !own && !others {
                    continue;
                }
                let values: Vec<(f64, f64)> = list
                    .iter()
                    .filter(|row| violated[**row as usize] == u32::from(own && outside(input, **row)))
                    .map(|row| {
                        (
                            self.value(input, *row),
                            f64::from(u8::from(self.is_case(*row))) - self.rate,
                        )
                    })
                    .collect();
                let sides = if own {
                    candidate.ends[input].map(f64::is_finite)
                } else {
                    [true; 2]
                };
                if let Some(range) = best_range(&values, sides) {
                    let mut ends = candidate.ends.clone();
                    ends[input] = range;
                    let moved = self.count(ends);
                    let gains =
                        self.excess(moved.rows, moved.cases) > self.excess(best.rows, best.cases) + 1e-9;
                    // A further range must also survive the pruning that follows.
                    if gains
                        && moved.rows >= self.least
                        && self.is_dense(&moved)
                        && (own || self.quasi_p(&moved, input) <= self.settings.largest_quasi_p)
                    {
                        best = moved;
                    }
                }
            }
            if best.ends == candidate.ends {
                break;
            }
            candidate = best;
        }
        candidate
    }

    /// Peels, chooses, pastes, narrows and prunes; with all boxes of the peeling.
    fn search(&self, lists: &[Vec<u32>]) -> (Vec<Candidate>, usize, Candidate) {
        let steps = self.peel(lists.to_vec(), self.cases);
        let chosen = self.choose(&steps);
        let pasted = self.paste(steps[chosen].clone());
        let found = self.prune(self.sharpen(pasted, lists, true));
        let found = self.dense(found, lists);
        (steps, chosen, found)
    }

    /// A box that pruning has left too thin is searched once more, by the inputs that stayed.
    fn dense(&self, candidate: Candidate, lists: &[Vec<u32>]) -> Candidate {
        let kept = Self::restricted(&candidate.ends);
        if self.is_dense(&candidate) || kept.is_empty() {
            return candidate;
        }
        let own = |(input, list): (usize, &Vec<u32>)| {
            if kept.contains(&input) {
                list.clone()
            } else {
                Vec::new()
            }
        };
        let steps = self.peel(lists.iter().enumerate().map(own).collect(), self.cases);
        self.paste(steps[self.choose(&steps)].clone())
    }

    /// The box among the draws, if there is one.
    fn region(
        &self,
        all_cases: usize,
        all_rows: usize,
        seed: u64,
        number: usize,
    ) -> Result<Option<(Region, Ends)>, Refusal> {
        if self.rows.len() < 2 * self.least || self.rate == 0.0 || self.rate == 1.0 {
            return Ok(None);
        }
        let lists = sorted(self.columns, &self.rows);
        let (steps, mut chosen, mut found) = self.search(&lists);
        let asked = self.settings.step.filter(|_| number == 0);
        if let Some(step) = asked {
            chosen = step;
            found = steps.get(step).cloned().ok_or(Refusal::Setting {
                rule: "the peeling has fewer steps than the one asked for",
            })?;
        }
        let p = self.p(&steps[chosen], &lists, seed, number);
        // Above 1 / (1 + shuffles): a search among shuffled cases found as much.
        if p * (1.0 + self.settings.shuffles as f64) > 1.5 && asked.is_none() {
            return Ok(None);
        }
        let resamples = self.resamples(&lists, seed, number);
        if asked.is_none() {
            for input in Self::restricted(&found.ends) {
                if part_restricting(&resamples, input) < self.settings.least_reproducibility {
                    found = self.without(&found, input);
                }
            }
            found = self.sharpen(self.dense(found, &lists), &lists, false);
        }
        let region = self.judged((&steps, chosen), &found, &resamples, (all_cases, all_rows));
        Ok(region.map(|region| (Region { p, ..region }, found.ends)))
    }

    /// What is known of a box; `None` if it has no range.
    fn judged(
        &self,
        (steps, chosen): (&[Candidate], usize),
        found: &Candidate,
        resamples: &[Resample],
        (all_cases, all_rows): (usize, usize),
    ) -> Option<Region> {
        let restricted = Self::restricted(&found.ends);
        if restricted.is_empty() {
            return None;
        }
        let limits = restricted
            .iter()
            .map(|input| {
                let bound = |side: usize| {
                    let value = found.ends[*input][side];
                    let mut ends: Vec<f64> = resamples
                        .iter()
                        .map(|resample| resample.ends[*input][side])
                        .filter(|end| end.is_finite())
                        .collect();
                    value.is_finite().then(|| Bound {
                        value,
                        range: range(&mut ends),
                    })
                };
                Limit {
                    input: *input,
                    low: bound(0),
                    high: bound(1),
                    quasi_p: self.quasi_p(found, *input),
                    reproducibility: part_restricting(resamples, *input),
                }
            })
            .collect();
        let share = |part: usize, whole: usize| part as f64 / whole.max(1) as f64;
        let finite = |end: f64| end.is_finite().then_some(end);
        let trade_off = steps
            .iter()
            .enumerate()
            .map(|(position, step)| Step {
                limits: Self::restricted(&step.ends)
                    .into_iter()
                    .map(|input| (input, finite(step.ends[input][0]), finite(step.ends[input][1])))
                    .collect(),
                coverage: share(step.cases, all_cases),
                density: share(step.cases, step.rows),
                mass: share(step.rows, all_rows),
                chosen: position == chosen,
            })
            .collect();
        let spread = |value: &dyn Fn(&Resample) -> Option<f64>| {
            let mut values: Vec<f64> = resamples.iter().filter_map(value).collect();
            let mean = values.iter().sum::<f64>() / values.len().max(1) as f64;
            range(&mut values).map(|range| Spread { mean, range })
        };
        // Resamples know the draws that are left; their part of all cases is that of these draws.
        let left = share(
            self.rows.iter().filter(|row| self.is_case(**row)).count(),
            all_cases,
        );
        Some(Region {
            limits,
            rows: found.rows,
            cases: found.cases,
            coverage: share(found.cases, all_cases),
            density: share(found.cases, found.rows),
            mass: share(found.rows, all_rows),
            p: 1.0,
            coverage_outside: spread(&|resample| resample.coverage.map(|coverage| coverage * left)),
            density_outside: spread(&|resample| resample.density),
            trade_off,
        })
    }

    /// Part of the searches, this one and those among shuffled cases, with at least the excess of this one.
    fn p(&self, chosen: &Candidate, lists: &[Vec<u32>], seed: u64, number: usize) -> f64 {
        let excess = self.excess(chosen.rows, chosen.cases);
        let stream = Stream::named("scenario discovery: shuffles");
        let mut at_least = 1;
        for shuffle in 0..self.settings.shuffles {
            let mut generator = Generator::new(seed, stream, (number << 32 | shuffle) as u64);
            let mut shuffled = self.cases.to_vec();
            for (place, from) in permutation(&mut generator, self.rows.len())
                .into_iter()
                .enumerate()
            {
                shuffled[self.rows[place] as usize] = self.is_case(self.rows[from as usize]);
            }
            let steps = self.peel(lists.to_vec(), &shuffled);
            let best = &steps[self.choose(&steps)];
            at_least += usize::from(self.excess(best.rows, best.cases) >= excess);
            // No later shuffle can undo that a box is refused.
            if at_least > 1 && self.settings.step.is_none() {
                break;
            }
        }
        at_least as f64 / (1.0 + self.settings.shuffles as f64)
    }

    /// The same search in bootstrap resamples, each judged on the draws outside of it.
    fn resamples(&self, lists: &[Vec<u32>], seed: u64, number: usize) -> Vec<Resample> {
        let stream = Stream::named("scenario discovery: resamples");
        (0..self.settings.resamples)
            .map(|resample| {
                let mut generator = Generator::new(seed, stream, (number << 32 | resample) as u64);
                let mut times = vec![0_usize; self.cases.len()];
                for _ in 0..self.rows.len() {
                    times[self.rows[below(&mut generator, self.rows.len())] as usize] += 1;
                }
                let repeated = |list: &Vec<u32>| -> Vec<u32> {
                    list.iter()
                        .flat_map(|row| std::iter::repeat_n(*row, times[*row as usize]))
                        .collect()
                };
                let rows = repeated(&self.rows);
                let lists: Vec<Vec<u32>> = lists.iter().map(repeated).collect();
                let search = Search::new(self.columns, self.cases, rows, self.least, self.settings);
                let (_, _, found) = search.search(&lists);
                let outside = self
                    .rows
                    .iter()
                    .copied()
                    .filter(|row| times[*row as usize] == 0)
                    .collect();
                let outside = Search::new(self.columns, self.cases, outside, self.least, self.settings);
                let all = outside.rows.iter().filter(|row| outside.is_case(**row)).count();
                let there = outside.count(found.ends);
                let share = |part: usize, whole: usize| (whole > 0).then(|| part as f64 / whole as f64);
                Resample {
                    coverage: share(there.cases, all),
                    density: share(there.cases, there.rows),
                    ends: there.ends,
                }
            })
            .collect()
    }
}

/// Part of the resamples whose box restricts an input.
fn part_restricting(resamples: &[Resample], input: usize) -> f64 {
    let restricting = resamples
        .iter()
        .filter(|resample| is_restricted(&resample.ends[input]))
        .count();
    restricting as f64 / resamples.len().max(1) as f64
}

/// The box of a resample, and how it does outside of it.
struct Resample {
    ends: Ends,
    coverage: Option<f64>,
    density: Option<f64>,
}

fn is_restricted(ends: &[f64; 2]) -> bool {
    ends.iter().any(|end| end.is_finite())
}

/// From the 5 % to the 95 % point.
fn range(values: &mut [f64]) -> Option<[f64; 2]> {
    values.sort_unstable_by(f64::total_cmp);
    (!values.is_empty()).then(|| [quantile(values, 0.05), quantile(values, 0.95)])
}

/// A number between two neighbors, below the upper one.
fn below_middle(lower: f64, upper: f64) -> f64 {
    let middle = between(lower, upper);
    if middle < upper { middle } else { lower }
}

/// The range of sorted values with the largest sum of weights, open at the sides that are not asked for; ends stand in the
/// middle between the last value inside and the next one (Kadane's maximum subarray over groups of equal values).
fn best_range(values: &[(f64, f64)], sides: [bool; 2]) -> Option<[f64; 2]> {
    let mut groups: Vec<(f64, f64)> = Vec::new();
    for (value, weight) in values {
        match groups.last_mut() {
            Some((last, sum)) if last == value => *sum += weight,
            _ => groups.push((*value, *weight)),
        }
    }
    let mut best: Option<(f64, usize, usize)> = None;
    let mut sum = 0.0;
    let mut start = 0;
    for (position, (_, weight)) in groups.iter().enumerate() {
        if sides[0] && sum < 0.0 {
            sum = 0.0;
            start = position;
        }
        sum += weight;
        if (!sides[1] && position + 1 < groups.len()) || best.is_some_and(|best| sum <= best.0) {
            continue;
        }
        best = Some((sum, start, position));
    }
    best.map(|(_, first, last)| {
        let low = match first.checked_sub(1) {
            Some(outside) => between(groups[outside].0, groups[first].0),
            None => f64::NEG_INFINITY,
        };
        let high = match groups.get(last + 1) {
            Some(outside) => {
                let middle = between(groups[last].0, outside.0);
                if middle < outside.0 {
                    middle
                } else {
                    groups[last].0
                }
            }
            None => f64::INFINITY,
        };
        [low, high]
    })
}

/// P(Binomial(n, q) ≥ h), each term from logarithms of factorials.
fn binomial_tail(n: usize, q: f64, h: usize) -> f64 {
    if h == 0 || q >= 1.0 {
        return 1.0;
    }
    if q <= 0.0 {
        return 0.0;
    }
    let factorial = |k: usize| libm::lgamma(k as f64 + 1.0);
    let tail: f64 = (h..=n)
        .map(|k| {
            let ways = factorial(n) - factorial(k) - factorial(n - k);
            libm::exp(ways + k as f64 * libm::log(q) + (n - k) as f64 * libm::log1p(-q))
        })
        .sum();
    tail.min(1.0)
}

#[cfg(test)]
mod tests;

//! The money account of every option.

use super::{
    MoneyAccount, Statistics,
    number::{Counter, finish},
};
use crate::{
    base::Economy,
    model::{BlockView, Lanes, Plan},
    random::BLOCK,
    stats::Moments,
};

/// Present values smaller than this, in USD bn, are resolved absolutely.
const FLOOR: f64 = 1e-3;

/// Which present value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Entry {
    LeverCost(usize),
    Cost(usize),
    ExtraGdp(usize),
    ExtraDigital(usize),
    Net(usize),
    TotalCost,
    TotalBenefit,
    TotalDigital,
    TotalNet,
}

/// What [`present_values`] holds, by the entries of `money.csv`.
pub const PRESENT_VALUES: [&str; 4] = ["cost", "extra_gdp", "extra_digital_economy", "net_present_value"];

/// The present values of an option on the paths of a block, USD bn, of an economy or, for `None`, of all `economies`.
pub fn present_values(
    view: &BlockView<'_>,
    option: usize,
    economy: Option<usize>,
    economies: usize,
) -> [Box<Lanes>; PRESENT_VALUES.len()] {
    let value = |entry| {
        let mut out = Box::new([0.0; BLOCK]);
        present_value(view, option, entry, economies, &mut out);
        out
    };
    match economy {
        Some(economy) => [
            Entry::Cost(economy),
            Entry::ExtraGdp(economy),
            Entry::ExtraDigital(economy),
            Entry::Net(economy),
        ]
        .map(value),
        None => [
            Entry::TotalCost,
            Entry::TotalBenefit,
            Entry::TotalDigital,
            Entry::TotalNet,
        ]
        .map(value),
    }
}

/// Collects the [`MoneyAccount`] of every option.
#[derive(Clone, PartialEq, Debug)]
pub struct MoneyRecorder {
    economies: usize,
    /// Option and entry.
    keys: Vec<(usize, Entry)>,
    pub(super) counters: Vec<Counter>,
    /// Moments of the block under way.
    moments: Vec<Moments>,
    /// Moments of benefit + cost, from which their covariance follows.
    pub(super) sums: Vec<Moments>,
}

/// What a block contributes: moments of every entry, and of benefit + cost by option.
pub type MoneyBlock = (Vec<Moments>, Vec<Moments>);

impl MoneyRecorder {
    /// A recorder for the options of a plan.
    pub fn new(plan: &Plan) -> Self {
        let economies = plan.economies().len();
        let mut keys = Vec::new();
        for option in 1..plan.options().len() {
            let levers = plan
                .world()
                .levers_of(option)
                .iter()
                .map(|lever| Entry::LeverCost(*lever));
            keys.extend(levers.map(|entry| (option, entry)));
            for entry in [Entry::Cost, Entry::ExtraGdp, Entry::ExtraDigital, Entry::Net] {
                keys.extend((0..economies).map(|economy| (option, entry(economy))));
            }
            keys.extend(
                [Entry::TotalCost, Entry::TotalBenefit, Entry::TotalNet].map(|entry| (option, entry)),
            );
        }
        Self {
            economies,
            counters: vec![Counter::new(FLOOR); keys.len()],
            moments: vec![Moments::default(); keys.len()],
            sums: vec![Moments::default(); plan.options().len() - 1],
            keys,
        }
    }

    /// Looks at the whole paths of a block.
    pub fn paths(&mut self, view: &BlockView<'_>, lanes: usize) {
        let mut out: Lanes = [0.0; BLOCK];
        for (position, (option, entry)) in self.keys.iter().enumerate() {
            present_value(view, *option, *entry, self.economies, &mut out);
            self.moments[position] = self.counters[position].observe(&out[..lanes]);
        }
        let mut cost: Lanes = [0.0; BLOCK];
        for (option, sum) in self.sums.iter_mut().enumerate() {
            present_value(view, option + 1, Entry::TotalBenefit, self.economies, &mut out);
            present_value(view, option + 1, Entry::TotalCost, self.economies, &mut cost);
            for lane in 0..BLOCK {
                out[lane] += cost[lane];
            }
            *sum = Moments::from_slice(&out[..lanes]);
        }
    }

    /// What the block contributes.
    pub fn end(&self) -> MoneyBlock {
        (self.moments.clone(), self.sums.clone())
    }

    /// Folds the contribution of the blocks that follow.
    pub fn fold(total: &mut MoneyBlock, block: &MoneyBlock) {
        for (total, block) in [(&mut total.0, &block.0), (&mut total.1, &block.1)] {
            total
                .iter_mut()
                .zip(block)
                .for_each(|(sum, next)| sum.merge(next));
        }
    }

    /// Merges the recorder of another worker.
    pub fn merge(&mut self, other: &Self) {
        self.counters
            .iter_mut()
            .zip(&other.counters)
            .for_each(|(sum, next)| sum.merge(next));
    }

    /// The accounts; `None` if a present value left the range of numbers.
    pub fn finish(&self, plan: &Plan, (moments, sums): &MoneyBlock) -> Option<Vec<MoneyAccount>> {
        let economies: Vec<Economy> = plan.economies().collect();
        let ids = plan.world().lever_ids();
        let mut accounts = Vec::new();
        for (option, name) in plan.options().enumerate().skip(1) {
            let entries: Vec<(Entry, Statistics)> = self
                .keys
                .iter()
                .zip(self.counters.iter().zip(moments))
                .filter(|((other, _), _)| *other == option)
                .map(|((_, entry), (counter, moments))| Some((*entry, finish(counter, moments).ok()?)))
                .collect::<Option<_>>()?;
            let one = |wanted: Entry| {
                entries
                    .iter()
                    .find(|(entry, _)| *entry == wanted)
                    .map(|(_, s)| *s)
            };
            let by_economy = |wanted: fn(usize) -> Entry| {
                economies
                    .iter()
                    .enumerate()
                    .map(|(position, economy)| Some((*economy, one(wanted(position))?)))
                    .collect::<Option<Vec<_>>>()
            };
            let (cost, benefit) = (one(Entry::TotalCost)?, one(Entry::TotalBenefit)?);
            let ratio = (cost.mean > 0.0).then(|| benefit.mean / cost.mean);
            accounts.push(MoneyAccount {
                option: name.to_owned(),
                lever_costs: plan
                    .world()
                    .levers_of(option)
                    .iter()
                    .map(|lever| Some((ids[*lever].clone(), one(Entry::LeverCost(*lever))?)))
                    .collect::<Option<_>>()?,
                costs: by_economy(Entry::Cost)?,
                extra_gdp: by_economy(Entry::ExtraGdp)?,
                extra_digital: by_economy(Entry::ExtraDigital)?,
                net: by_economy(Entry::Net)?,
                net_present_value: one(Entry::TotalNet)?,
                benefit_cost_ratio: ratio,
                benefit_cost_ratio_mcse: ratio.map(|ratio| {
                    // Var(b/c) ≈ (Var b − 2 r Cov + r² Var c) / c², Cov from Var(b + c).
                    let (b, c) = (benefit.sd * benefit.sd, cost.sd * cost.sd);
                    let covariance = 0.5 * (sums[option - 1].variance() - b - c);
                    let variance = (b - 2.0 * ratio * covariance + ratio * ratio * c).max(0.0);
                    (variance / sums[option - 1].count()).sqrt() / cost.mean
                }),
                cost,
                benefit,
            });
        }
        Some(accounts)
    }
}

/// A present value of an option on the paths of a block.
fn present_value(view: &BlockView<'_>, option: usize, entry: Entry, economies: usize, out: &mut Lanes) {
    out.fill(0.0);
    let mut add = |lanes: &Lanes, factor: f64| {
        for lane in 0..BLOCK {
            out[lane] += factor * lanes[lane];
        }
    };
    let mut cost_of = |economy: usize, sign: f64| {
        for &lever in view.levers_of(option) {
            let share = view.cost_share(lever, economy);
            if share > 0.0 {
                add(view.lever_cost(lever), sign * share);
            }
        }
    };
    match entry {
        Entry::LeverCost(lever) => add(view.lever_cost(lever), 1.0),
        Entry::Cost(economy) => cost_of(economy, 1.0),
        Entry::ExtraGdp(economy) => add(view.extra_gdp(option, economy), 1.0),
        Entry::ExtraDigital(economy) => add(view.extra_digital(option, economy), 1.0),
        Entry::Net(economy) => {
            cost_of(economy, -1.0);
            add(view.extra_gdp(option, economy), 1.0);
        }
        Entry::TotalDigital => {
            for economy in 0..economies {
                add(view.extra_digital(option, economy), 1.0);
            }
        }
        Entry::TotalCost | Entry::TotalBenefit | Entry::TotalNet => {
            if entry != Entry::TotalBenefit {
                let sign = if entry == Entry::TotalNet { -1.0 } else { 1.0 };
                for &lever in view.levers_of(option) {
                    add(view.lever_cost(lever), sign);
                }
            }
            if entry != Entry::TotalCost {
                for economy in 0..economies {
                    add(view.extra_gdp(option, economy), 1.0);
                }
            }
        }
    }
}

//! The money account of every option.

use super::{
    DigitalSplit, MoneyAccount, MoneyTotal, MoneyYear, Payback, Statistics,
    number::{Counter, finish},
};
use crate::{
    base::{Economy, Metric, Place, Year},
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
    /// What somebody outside the partners pays.
    Payer(usize),
    TotalCost,
    TotalBenefit,
    TotalDigital,
    TotalNet,
    /// Extra GDP over cost in each future, 0 without cost.
    Return,
    /// The same counted to the horizon.
    HorizonCost,
    HorizonBenefit,
    HorizonNet,
    /// Flows of a year, not discounted.
    Outlay(usize),
    Benefit(usize),
    /// A part of the extra digital economy of a place (the group as the last) at the horizon.
    Part(usize, usize),
    /// The payback year in years after t0, or the year after the last counted; and 1 if it never pays, otherwise 0.
    Payback,
    Never,
}

/// Parts of the extra digital economy.
const PARTS: usize = 3;

/// A present value of each path.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum PresentValue {
    /// What is paid.
    Cost,
    /// Extra GDP.
    ExtraGdp,
    /// Extra digital economy; stands beside extra GDP and is never added to it.
    ExtraDigitalEconomy,
    /// Extra GDP less cost.
    Net,
}

impl PresentValue {
    /// Every one, in the order of outputs.
    pub const ALL: [Self; 4] = [Self::Cost, Self::ExtraGdp, Self::ExtraDigitalEconomy, Self::Net];

    /// The name in `money.csv`.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Cost => "cost",
            Self::ExtraGdp => "extra_gdp",
            Self::ExtraDigitalEconomy => "extra_digital_economy",
            Self::Net => "net_present_value",
        }
    }

    /// That of an option on the paths of a block, USD bn, of an economy or, for `None`, of all `economies`.
    pub fn fill(
        self,
        view: &BlockView<'_>,
        option: usize,
        economy: Option<usize>,
        economies: usize,
        out: &mut Lanes,
    ) {
        let entry = match (self, economy) {
            (Self::Cost, None) => Entry::TotalCost,
            (Self::ExtraGdp, None) => Entry::TotalBenefit,
            (Self::ExtraDigitalEconomy, None) => Entry::TotalDigital,
            (Self::Net, None) => Entry::TotalNet,
            (Self::Cost, Some(economy)) => Entry::Cost(economy),
            (Self::ExtraGdp, Some(economy)) => Entry::ExtraGdp(economy),
            (Self::ExtraDigitalEconomy, Some(economy)) => Entry::ExtraDigital(economy),
            (Self::Net, Some(economy)) => Entry::Net(economy),
        };
        let scope = Scope {
            economies,
            horizon: 0,
        };
        scope.fill(view, option, entry, out);
    }
}

/// Collects the [`MoneyAccount`] of every option.
#[derive(Clone, PartialEq, Debug)]
pub struct MoneyRecorder {
    economies: usize,
    /// Years from t0 to the horizon.
    horizon: usize,
    /// Option and entry.
    keys: Vec<(usize, Entry)>,
    pub(super) counters: Vec<Counter>,
    /// Moments of the block under way.
    moments: Vec<Moments>,
    /// Moments of benefit + cost, from which their covariance follows: by option, counted through the last year and to the horizon.
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
            keys.extend(payers_of(plan, option).map(|payer| (option, Entry::Payer(payer))));
            let totals = [
                Entry::TotalCost,
                Entry::TotalBenefit,
                Entry::TotalNet,
                Entry::Return,
                Entry::HorizonCost,
                Entry::HorizonBenefit,
                Entry::HorizonNet,
                Entry::Payback,
                Entry::Never,
            ];
            keys.extend(totals.map(|entry| (option, entry)));
            for year in 1..=counted_years(plan) {
                keys.extend([Entry::Outlay(year), Entry::Benefit(year)].map(|entry| (option, entry)));
            }
            for place in split_places(plan, option) {
                keys.extend((0..PARTS).map(|part| (option, Entry::Part(place, part))));
            }
        }
        Self {
            economies,
            horizon: plan.projected_years(),
            counters: vec![Counter::new(FLOOR); keys.len()],
            moments: vec![Moments::default(); keys.len()],
            sums: vec![Moments::default(); 2 * (plan.options().len() - 1)],
            keys,
        }
    }

    /// Looks at the whole paths of a block.
    pub fn paths(&mut self, view: &BlockView<'_>, lanes: usize) {
        let mut counters = std::mem::take(&mut self.counters);
        self.count(&mut counters, view, lanes);
        self.counters = counters;
    }

    /// The same, into counters that workers share.
    pub(super) fn count(&mut self, counters: &mut [Counter], view: &BlockView<'_>, lanes: usize) {
        let mut out: Lanes = [0.0; BLOCK];
        let scope = Scope {
            economies: self.economies,
            horizon: self.horizon,
        };
        for (position, ((option, entry), counter)) in self.keys.iter().zip(counters).enumerate() {
            scope.fill(view, *option, *entry, &mut out);
            self.moments[position] = counter.observe(&out[..lanes]);
        }
        let mut cost: Lanes = [0.0; BLOCK];
        let totals = [
            (Entry::TotalBenefit, Entry::TotalCost),
            (Entry::HorizonBenefit, Entry::HorizonCost),
        ];
        for (position, sum) in self.sums.iter_mut().enumerate() {
            let (option, (gain, paid)) = (1 + position / 2, totals[position % 2]);
            scope.fill(view, option, gain, &mut out);
            scope.fill(view, option, paid, &mut cost);
            for lane in 0..BLOCK {
                out[lane] += cost[lane];
            }
            *sum = Moments::of_paths(&out[..lanes]);
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
            let total = |wanted: [Entry; 3], sum: &Moments| {
                let [cost, benefit, net] = wanted.map(one);
                Some(money_total(cost?, benefit?, net?, sum))
            };
            let sums = &sums[2 * (option - 1)..];
            let whole = total([Entry::TotalCost, Entry::TotalBenefit, Entry::TotalNet], &sums[0])?;
            let at_horizon = [Entry::HorizonCost, Entry::HorizonBenefit, Entry::HorizonNet];
            let counted = counted_years(plan);
            let place = |place: usize| {
                economies
                    .get(place)
                    .map_or(Place::Group, |code| Place::Economy(*code))
            };
            accounts.push(MoneyAccount {
                option: name.to_owned(),
                prices: plan.base_year(),
                present_year: plan.world().present_year(),
                horizon: plan.base_year() + plan.projected_years() as Year,
                through: plan.money_through(),
                lever_costs: plan
                    .world()
                    .levers_of(option)
                    .iter()
                    .map(|lever| Some((ids[*lever].clone(), one(Entry::LeverCost(*lever))?)))
                    .collect::<Option<_>>()?,
                costs: by_economy(Entry::Cost)?,
                outside: payers_of(plan, option)
                    .map(|payer| Some((plan.world().payers()[payer].clone(), one(Entry::Payer(payer))?)))
                    .collect::<Option<_>>()?,
                extra_gdp: by_economy(Entry::ExtraGdp)?,
                extra_digital: by_economy(Entry::ExtraDigital)?,
                net: by_economy(Entry::Net)?,
                net_present_value: whole.net_present_value,
                benefit_cost_ratio: whole.benefit_cost_ratio,
                returns: one(Entry::Return)?,
                benefit_cost_ratio_mcse: whole.benefit_cost_ratio_mcse,
                cost: whole.cost,
                benefit: whole.benefit,
                by_horizon: total(at_horizon, &sums[1])?,
                years: (1..=counted)
                    .map(|step| {
                        Some(MoneyYear {
                            year: plan.base_year() + step as Year,
                            outlay: one(Entry::Outlay(step))?,
                            benefit: one(Entry::Benefit(step))?,
                        })
                    })
                    .collect::<Option<_>>()?,
                payback: Payback {
                    // Whole numbers below 128 are told apart by the sketch, which gives one nearby.
                    median: Some(libm::round(one(Entry::Payback)?.median()) as usize)
                        .filter(|step| *step <= counted)
                        .map(|step| plan.base_year() + step as Year),
                    never: one(Entry::Never)?.mean,
                },
                digital: split_places(plan, option)
                    .map(|position| {
                        Some(DigitalSplit {
                            place: place(position),
                            new_output: one(Entry::Part(position, 0))?,
                            counted_anew: one(Entry::Part(position, 1))?,
                            digital_trade: one(Entry::Part(position, 2))?,
                        })
                    })
                    .collect::<Option<_>>()?,
            });
        }
        Some(accounts)
    }
}

/// Years after t0 in which money is counted.
fn counted_years(plan: &Plan) -> usize {
    (plan.money_through() - plan.base_year()) as usize
}

/// Payers outside the partners of the levers of an option.
fn payers_of(plan: &Plan, option: usize) -> impl Iterator<Item = usize> {
    let world = plan.world();
    (0..world.payers().len()).filter(move |payer| world.pays(option, *payer))
}

/// Places whose extra digital economy an option can change, the group last.
fn split_places(plan: &Plan, option: usize) -> impl Iterator<Item = usize> {
    let economies = plan.economies().len();
    let horizon = plan.projected_years();
    (0..economies)
        .filter(move |place| plan.world().touches(option, *place, Metric::Gdp, horizon))
        .chain([economies])
}

/// Totals with their ratio; `sum` holds the moments of benefit + cost.
fn money_total(
    cost: Statistics,
    benefit: Statistics,
    net_present_value: Statistics,
    sum: &Moments,
) -> MoneyTotal {
    let ratio = (cost.mean > 0.0).then(|| benefit.mean / cost.mean);
    MoneyTotal {
        net_present_value,
        benefit_cost_ratio: ratio,
        benefit_cost_ratio_mcse: ratio.map(|ratio| {
            // Var(b/c) ≈ (Var b − 2 r Cov + r² Var c) / c² of the means, Cov from Var(b + c).
            let [b, c, sum] = [benefit.mcse, cost.mcse, sum.standard_error()].map(|error| error * error);
            let covariance = 0.5 * (sum - b - c);
            let variance = b - 2.0 * ratio * covariance + ratio * ratio * c;
            variance.max(0.0).sqrt() / cost.mean
        }),
        cost,
        benefit,
    }
}

/// What an entry is summed over.
#[derive(Clone, Copy)]
struct Scope {
    economies: usize,
    /// Years from t0 to the horizon.
    horizon: usize,
}

impl Scope {
    /// An entry of an option on the paths of a block.
    fn fill(self, view: &BlockView<'_>, option: usize, entry: Entry, out: &mut Lanes) {
        out.fill(0.0);
        let mut add = |lanes: &Lanes, factor: f64| {
            for lane in 0..BLOCK {
                out[lane] += factor * lanes[lane];
            }
        };
        let levers = || view.levers_of(option).iter().copied();
        let mut cost_of = |economy: usize, sign: f64| {
            for lever in levers() {
                let share = view.cost_share(lever, economy);
                if share > 0.0 {
                    add(view.lever_cost(option, lever), sign * share);
                }
            }
        };
        match entry {
            Entry::LeverCost(lever) => add(view.lever_cost(option, lever), 1.0),
            Entry::Cost(economy) => cost_of(economy, 1.0),
            Entry::Payer(payer) => {
                for lever in levers() {
                    let share = view.payer_share(lever, payer);
                    if share > 0.0 {
                        add(view.lever_cost(option, lever), share);
                    }
                }
            }
            Entry::ExtraGdp(economy) => add(view.extra_gdp(option, economy), 1.0),
            Entry::ExtraDigital(economy) => add(view.extra_digital(option, economy), 1.0),
            Entry::Net(economy) => {
                cost_of(economy, -1.0);
                add(view.extra_gdp(option, economy), 1.0);
            }
            Entry::TotalDigital => {
                for economy in 0..self.economies {
                    add(view.extra_digital(option, economy), 1.0);
                }
            }
            Entry::TotalCost => levers().for_each(|lever| add(view.lever_cost(option, lever), 1.0)),
            Entry::TotalBenefit => {
                (0..self.economies).for_each(|economy| add(view.extra_gdp(option, economy), 1.0));
            }
            Entry::TotalNet => {
                levers().for_each(|lever| add(view.lever_cost(option, lever), -1.0));
                (0..self.economies).for_each(|economy| add(view.extra_gdp(option, economy), 1.0));
            }
            Entry::Return => {
                let mut cost: Lanes = [0.0; BLOCK];
                self.fill(view, option, Entry::TotalCost, &mut cost);
                (0..self.economies).for_each(|economy| add(view.extra_gdp(option, economy), 1.0));
                for lane in 0..BLOCK {
                    let paid = cost[lane] > 0.0;
                    out[lane] = if paid { out[lane] / cost[lane] } else { 0.0 };
                }
            }
            Entry::HorizonCost | Entry::HorizonBenefit | Entry::HorizonNet => {
                let paid = match entry {
                    Entry::HorizonCost => 1.0,
                    Entry::HorizonBenefit => 0.0,
                    _ => -1.0,
                };
                for step in 1..=self.horizon {
                    let discount = view.discount(step);
                    if paid != 0.0 {
                        levers()
                            .for_each(|lever| add(view.lever_outlay(option, lever, step), paid * discount));
                    }
                    if entry != Entry::HorizonCost {
                        add(view.yearly_benefit(option, step), discount);
                    }
                }
            }
            Entry::Outlay(step) => {
                levers().for_each(|lever| add(view.lever_outlay(option, lever, step), 1.0))
            }
            Entry::Benefit(step) => add(view.yearly_benefit(option, step), 1.0),
            Entry::Part(place, part) => {
                let one = place..place + 1;
                let places = if place < self.economies {
                    one
                } else {
                    0..self.economies
                };
                places.for_each(|economy| add(view.digital_parts(option, economy)[part], 1.0));
            }
            Entry::Payback => payback(view, option, out),
            Entry::Never => {
                payback(view, option, out);
                let last = *view.counted().end() as f64;
                for value in out.iter_mut() {
                    *value = f64::from(u8::from(*value > last));
                }
            }
        }
    }
}

/// The payback year in years after t0; the year after the last counted where the account ends below 0.
fn payback(view: &BlockView<'_>, option: usize, out: &mut Lanes) {
    let mut account: Lanes = [0.0; BLOCK];
    let mut below = [true; BLOCK];
    for step in view.counted() {
        let discount = view.discount(step);
        let benefit = view.yearly_benefit(option, step);
        for lane in 0..BLOCK {
            account[lane] += discount * benefit[lane];
        }
        for &lever in view.levers_of(option) {
            let outlay = view.lever_outlay(option, lever, step);
            for lane in 0..BLOCK {
                account[lane] -= discount * outlay[lane];
            }
        }
        for lane in 0..BLOCK {
            // Until something is paid or gained, nothing is paid back.
            let open = account[lane] < 0.0 || (below[lane] && account[lane] == 0.0);
            if open {
                out[lane] = step as f64 + 1.0;
            } else if below[lane] {
                out[lane] = step as f64;
            }
            below[lane] = open;
        }
    }
}

//! Cooperation levers: intensity, costs and trade (docs/model.md §5, §7).

use super::{Lanes, draw::Draw, futures_plan::FuturesPlan, inputs::Inputs, rules::RulePlan};
use crate::{
    base::{Diagnostic, Diagnostics, Element, Year},
    history::HistoryData,
    random::BLOCK,
    scenario::{CreationMode, Lever, Parameter, Rule, ScaleBasis, Scenario, TradeBasis, trade_of},
    stats::{Distribution, elementary},
};

/// ln 9, half the span of a logistic from 10 % to 90 %.
const LN_9: f64 = 2.197_224_577_336_219_6;

/// The size of a lever.
#[derive(Clone, Debug)]
enum Scale {
    /// One shared program; its cost counts once.
    Shared(Draw),
    /// What each partner hosts; the cost counts the sum.
    Hosted(Vec<Option<Draw>>),
}

/// Trade that a lever touches, compiled: that of a pair of partners, or the exports of one to others.
#[derive(Clone, Debug)]
pub(super) struct TradeLink {
    /// Positions of one or two partners among the partners of the lever; the same position twice for exports.
    pub(super) ends: [usize; 2],
    /// USD bn in the base year.
    base: Draw,
    /// The part of it that belongs to this pair.
    part: f64,
}

impl TradeLink {
    /// Whether it is the exports of one partner.
    pub(super) fn is_export(&self) -> bool {
        self.ends[0] == self.ends[1]
    }

    /// Every link of a lever for which the scenario holds trade.
    fn all(inputs: &Inputs<'_>, lever: &Lever) -> Result<Vec<Self>, Diagnostics> {
        let count = lever.partners.len();
        let ends: Vec<[usize; 2]> = match lever.kind.trade_basis {
            TradeBasis::ThirdMarkets => (0..count).map(|partner| [partner; 2]).collect(),
            TradeBasis::Pairs => (0..count)
                .flat_map(|first| (first + 1..count).map(move |second| [first, second]))
                .collect(),
        };
        let known: Vec<f64> = ends
            .iter()
            .map(|[first, second]| {
                let trade = trade_of(lever.partners[*first], lever.partners[*second])?;
                Ok(trade.map_or(0.0, |trade| trade.usd_bn))
            })
            .collect::<Result<_, Diagnostics>>()?;
        let all: f64 = known.iter().sum();
        let total = inputs.optional(Parameter::TradeTotal, lever);
        let mut links = Vec::new();
        for (ends, known) in ends.into_iter().zip(known) {
            let [first, second] = ends.map(|end| lever.partners[end]);
            // One number is divided as the trade that is known; one pair has all of it.
            let (base, part) = match &total {
                Some(total) if count > 2 => (Some(total.clone()), known / all),
                Some(total) => (Some(total.clone()), 1.0),
                None if first == second => (inputs.optional(Parameter::Exports, (lever, first)), 1.0),
                None => (
                    inputs.optional(Parameter::TradeOfPair, (lever, (first, second))),
                    1.0,
                ),
            };
            links.extend(base.map(|base| Self { ends, base, part }));
        }
        Ok(links)
    }
}

/// A lever, compiled.
#[derive(Clone, Debug)]
pub(super) struct LeverPlan {
    /// Positions of the partners among the economies of the plan.
    pub(super) partners: Vec<usize>,
    /// Position of the pair of two partners, by their positions among the partners.
    pub(super) pairs: Vec<Vec<usize>>,
    /// The earliest planned start in whole years after t0.
    pub(super) start: f64,
    /// The planned start, a calendar year, and the year t0.
    planned: (Draw, f64),
    pub(super) creation_mode: CreationMode,
    pub(super) weights: [f64; Element::COUNT],
    /// Whether it can change element scores, trade, or tension at all.
    pub(super) changes_scores: bool,
    pub(super) changes_trade: bool,
    pub(super) relieves_tension: bool,
    scale: Scale,
    half_scale: Draw,
    /// Millions of people or USD bn of GDP of each partner, or 1.
    basis: Vec<f64>,
    ramp_years: Draw,
    delay_years: Draw,
    success: Draw,
    effectiveness: Draw,
    lifetime: Option<Draw>,
    learning: Draw,
    creation: Draw,
    pub(super) trade: Vec<TradeLink>,
    covered_share: Draw,
    trade_gain: Draw,
    digital_content: Draw,
    tension_relief: Draw,
    capital_cost: Draw,
    running_cost: Draw,
    running_share: Draw,
    cost_overrun: Draw,
    /// Parts of the cost by partner, which add up to 1 with those of payers outside.
    pub(super) cost_shares: Vec<f64>,
    /// Payers outside the partners with their parts.
    pub(super) payers: Vec<(String, f64)>,
    /// Parts of the capital cost by year from the delayed start, which add up to 1; empty where it is spread over the ramp.
    spending: Vec<f64>,
    /// The condition on which it starts.
    pub(super) rule: Option<RulePlan>,
}

impl LeverPlan {
    pub(super) fn new(
        futures: &FuturesPlan,
        history: &HistoryData,
        inputs: &Inputs<'_>,
        lever: &Lever,
        rule: Option<&Rule>,
    ) -> Result<Self, Diagnostics> {
        let draw = |parameter: Parameter| inputs.draw(parameter, lever);
        let number = |value: Option<&Distribution>| value.and_then(Distribution::as_constant);
        let trade = TradeLink::all(inputs, lever)?;
        let base_year = f64::from(futures.base_year);
        let (first, last) = inputs
            .value(Parameter::Start, lever)
            .map_or((base_year + 1.0, base_year + 1.0), Distribution::support);
        let horizon = base_year + futures.projected_years() as f64;
        if first < base_year + 1.0 || last > horizon {
            let message = format!("the lever `{}` cannot start from {first} to {last}", lever.id);
            let help = format!("the projection goes from {} to {horizon}", base_year + 1.0);
            return Err(Diagnostic::new(message).help(help).into());
        }
        let position = |code| futures.economies.iter().position(|plan| plan.economy == code);
        let partners: Vec<usize> = lever.partners.iter().filter_map(|code| position(*code)).collect();
        let pair = |first: usize, second: usize| {
            let found = futures
                .pairs
                .iter()
                .position(|pair| *pair == (first, second) || *pair == (second, first));
            // A partner with itself has no pair; the entry is never read.
            found.unwrap_or(usize::MAX)
        };
        let scale = match inputs.optional(Parameter::SharedScale, lever) {
            Some(shared) => Scale::Shared(shared),
            None => Scale::Hosted(
                lever
                    .partners
                    .iter()
                    .map(|partner| inputs.optional(Parameter::HostedScale, (lever, *partner)))
                    .collect(),
            ),
        };
        let mut weights = [0.0; Element::COUNT];
        for element in Element::ALL {
            let weight = inputs.value(Parameter::LeverWeight, (lever, element));
            weights[element.index()] = number(weight).unwrap_or(0.0);
        }
        let paid = |payer: &str| number(inputs.value(Parameter::CostShare, (lever, payer))).unwrap_or(0.0);
        let mut cost_shares: Vec<f64> = lever
            .partners
            .iter()
            .map(|partner| paid(partner.code()))
            .collect();
        let outside = lever.payers.iter().map(|payer| (payer.clone(), paid(payer)));
        let mut payers: Vec<(String, f64)> = outside.filter(|(_, share)| *share > 0.0).collect();
        let total: f64 = cost_shares.iter().sum::<f64>() + payers.iter().map(|(_, share)| share).sum::<f64>();
        let equal = 1.0 / lever.partners.len() as f64;
        for share in &mut cost_shares {
            *share = if total > 0.0 { *share / total } else { equal };
        }
        payers.iter_mut().for_each(|(_, share)| *share /= total);
        let spent: f64 = lever.spending.iter().sum();
        let mut plan = Self {
            pairs: partners
                .iter()
                .map(|first| partners.iter().map(|second| pair(*first, *second)).collect())
                .collect(),
            start: libm::floor(first) - base_year,
            planned: (draw(Parameter::Start)?, base_year),
            creation_mode: lever.creation_mode,
            changes_scores: false,
            changes_trade: false,
            relieves_tension: false,
            weights,
            scale,
            half_scale: draw(Parameter::HalfScale)?,
            basis: lever
                .partners
                .iter()
                .map(|partner| {
                    let data = history.economy(*partner);
                    match lever.scale_basis {
                        ScaleBasis::None => 1.0,
                        ScaleBasis::PerGdpBn => data.map_or(1.0, |data| data.gdp),
                        ScaleBasis::PerMillionPeople => data
                            .and_then(|data| data.population.as_ref())
                            .map_or(1.0, |population| population.persons(0) * 1e-6),
                    }
                })
                .collect(),
            ramp_years: draw(Parameter::RampYears)?,
            delay_years: draw(Parameter::DelayYears)?,
            success: draw(Parameter::Success)?,
            effectiveness: draw(Parameter::Effectiveness)?,
            lifetime: inputs.optional(Parameter::Lifetime, lever),
            learning: draw(Parameter::Learning)?,
            creation: draw(Parameter::Creation)?,
            trade,
            covered_share: draw(Parameter::CoveredShare)?,
            trade_gain: draw(Parameter::TradeGain)?,
            digital_content: draw(Parameter::DigitalContent)?,
            tension_relief: draw(Parameter::TensionRelief)?,
            capital_cost: draw(Parameter::CapitalCost)?,
            running_cost: draw(Parameter::RunningCost)?,
            running_share: draw(Parameter::RunningShare)?,
            cost_overrun: draw(Parameter::CostOverrun)?,
            cost_shares,
            payers,
            spending: lever.spending.iter().map(|part| part / spent).collect(),
            rule: rule.map(|rule| RulePlan::new(futures, rule)).transpose()?,
            partners,
        };
        plan.find_effects();
        Ok(plan)
    }

    /// Finds out what it can change at all, from its numbers.
    fn find_effects(&mut self) {
        let works = |draw: &Draw| draw.constant() != Some(0.0);
        self.changes_scores = self.weights.iter().any(|weight| *weight > 0.0)
            && (works(&self.learning) || works(&self.creation));
        self.changes_trade = works(&self.trade_gain) && !self.trade.is_empty();
        self.relieves_tension = works(&self.tension_relief);
    }

    /// What it can change at all.
    fn effects(&self) -> [bool; 3] {
        [self.changes_scores, self.changes_trade, self.relieves_tension]
    }

    /// Lets a change make other draws. Whether it can now change something that it could not, or the other way round.
    pub(super) fn change(&mut self, mut change: impl FnMut(&mut Draw)) -> bool {
        let before = self.effects();
        match &mut self.scale {
            Scale::Shared(scale) => change(scale),
            Scale::Hosted(scales) => scales.iter_mut().flatten().for_each(&mut change),
        }
        self.trade.iter_mut().for_each(|link| change(&mut link.base));
        self.lifetime.iter_mut().for_each(&mut change);
        for draw in [
            &mut self.half_scale,
            &mut self.ramp_years,
            &mut self.delay_years,
            &mut self.success,
            &mut self.effectiveness,
            &mut self.learning,
            &mut self.creation,
            &mut self.covered_share,
            &mut self.trade_gain,
            &mut self.digital_content,
            &mut self.tension_relief,
            &mut self.capital_cost,
            &mut self.running_cost,
            &mut self.running_share,
            &mut self.cost_overrun,
        ] {
            change(draw);
        }
        self.find_effects();
        self.effects() != before
    }
}

/// A lever along the paths of a block.
#[derive(Clone, Debug)]
pub(super) struct LeverState {
    /// H · effectiveness · [success], by partner.
    amplitude: Vec<Lanes>,
    /// Delayed start in years after t0.
    begin: Lanes,
    /// 2 ln 9 / ramp_years; infinite for at once.
    slope: Lanes,
    lifetime: Lanes,
    pub(super) learning: Lanes,
    pub(super) creation: Lanes,
    /// Covered trade of each link in the base year, USD bn.
    trade: Vec<Lanes>,
    trade_gain: Lanes,
    pub(super) digital_content: Lanes,
    pub(super) tension_relief: Lanes,
    /// Present value of the cost, USD bn of the base year.
    pub(super) cost: Lanes,
    /// What is paid by year from t0, not discounted.
    pub(super) outlays: Vec<Lanes>,
    /// I, by partner.
    pub(super) intensity: Vec<Lanes>,
    /// What creation works on: the rise of I since the year before, or I itself for a flow.
    pub(super) new: Vec<Lanes>,
    /// Covered trade X of each link in the year, USD bn.
    covered: Vec<Lanes>,
}

impl LeverState {
    /// Arrays for `counted` years after t0 in which money is counted.
    pub(super) fn new(plan: &LeverPlan, counted: usize) -> Self {
        let zero = [0.0; BLOCK];
        let partners = vec![zero; plan.partners.len()];
        Self {
            amplitude: partners.clone(),
            begin: zero,
            slope: zero,
            lifetime: zero,
            learning: zero,
            creation: zero,
            trade: vec![zero; plan.trade.len()],
            trade_gain: zero,
            digital_content: zero,
            tension_relief: zero,
            cost: zero,
            outlays: vec![zero; counted + 1],
            intensity: partners.clone(),
            new: partners,
            covered: vec![zero; plan.trade.len()],
        }
    }

    /// Takes what was drawn for the same lever.
    #[inline(always)]
    pub(super) fn copy_from(&mut self, drawn: &Self) {
        self.amplitude.clone_from(&drawn.amplitude);
        self.trade.clone_from(&drawn.trade);
        self.outlays.clone_from(&drawn.outlays);
        self.intensity.clone_from(&drawn.intensity);
        self.new.clone_from(&drawn.new);
        self.covered.clone_from(&drawn.covered);
        for (own, drawn) in [
            (&mut self.begin, &drawn.begin),
            (&mut self.slope, &drawn.slope),
            (&mut self.lifetime, &drawn.lifetime),
            (&mut self.learning, &drawn.learning),
            (&mut self.creation, &drawn.creation),
            (&mut self.trade_gain, &drawn.trade_gain),
            (&mut self.digital_content, &drawn.digital_content),
            (&mut self.tension_relief, &drawn.tension_relief),
            (&mut self.cost, &drawn.cost),
        ] {
            own.copy_from_slice(drawn);
        }
    }

    /// Takes delivery and cost away where `holds` is 0.
    #[inline(always)]
    pub(super) fn keep_where(&mut self, holds: &Lanes) {
        let taken = self
            .amplitude
            .iter_mut()
            .chain(&mut self.outlays)
            .chain([&mut self.cost]);
        for lanes in taken {
            for lane in 0..BLOCK {
                lanes[lane] = if holds[lane] > 0.0 { lanes[lane] } else { 0.0 };
            }
        }
    }

    /// Draws delivery and effects of a block, and `costs` if asked for. `discount[step]` is the discount factor of a flow in that year.
    #[inline(always)]
    pub(super) fn draw(&mut self, plan: &LeverPlan, discount: &[f64], costs: bool, seed: u64, block: u64) {
        let (mut half_scale, mut total): (Lanes, Lanes) = ([0.0; BLOCK], [0.0; BLOCK]);
        plan.half_scale.fill(seed, block, &mut half_scale);
        match &plan.scale {
            Scale::Shared(scale) => {
                scale.fill(seed, block, &mut total);
                for (amplitude, basis) in self.amplitude.iter_mut().zip(&plan.basis) {
                    saturate(&total, &half_scale, *basis, amplitude);
                }
            }
            Scale::Hosted(scales) => {
                let mut hosted: Lanes = [0.0; BLOCK];
                for ((scale, amplitude), basis) in scales.iter().zip(&mut self.amplitude).zip(&plan.basis) {
                    match scale {
                        None => amplitude.fill(0.0),
                        Some(scale) => {
                            scale.fill(seed, block, &mut hosted);
                            saturate(&hosted, &half_scale, *basis, amplitude);
                            add(&mut total, &hosted);
                        }
                    }
                }
            }
        }
        // Effectiveness · [success].
        let (mut delivered, mut uniforms): (Lanes, Lanes) = ([0.0; BLOCK], [0.0; BLOCK]);
        plan.effectiveness.fill(seed, block, &mut delivered);
        plan.success.fill_uniforms(seed, block, &mut uniforms);
        let success = plan.success.constant().unwrap_or(1.0);
        for lane in 0..BLOCK {
            delivered[lane] = if uniforms[lane] < success {
                delivered[lane]
            } else {
                0.0
            };
        }
        for amplitude in &mut self.amplitude {
            for lane in 0..BLOCK {
                amplitude[lane] *= delivered[lane];
            }
        }
        plan.delay_years.fill(seed, block, &mut self.begin);
        let (planned, base_year) = &plan.planned;
        planned.fill(seed, block, &mut uniforms);
        for (begin, year) in self.begin.iter_mut().zip(&uniforms) {
            *begin += year - base_year;
        }
        match &plan.lifetime {
            Some(lifetime) => lifetime.fill(seed, block, &mut self.lifetime),
            None => self.lifetime.fill(f64::INFINITY),
        }
        let mut ramp_years: Lanes = [0.0; BLOCK];
        plan.ramp_years.fill(seed, block, &mut ramp_years);
        for (slope, years) in self.slope.iter_mut().zip(&ramp_years) {
            *slope = 2.0 * LN_9 / years;
        }
        if costs {
            self.draw_cost(plan, &total, &ramp_years, discount, seed, block);
        }
        plan.learning.fill(seed, block, &mut self.learning);
        plan.creation.fill(seed, block, &mut self.creation);
        plan.tension_relief.fill(seed, block, &mut self.tension_relief);
        let mut covered_share: Lanes = [0.0; BLOCK];
        plan.covered_share.fill(seed, block, &mut covered_share);
        for (link, trade) in plan.trade.iter().zip(&mut self.trade) {
            link.base.fill(seed, block, trade);
            for lane in 0..BLOCK {
                trade[lane] *= link.part * covered_share[lane];
            }
        }
        plan.trade_gain.fill(seed, block, &mut self.trade_gain);
        plan.digital_content.fill(seed, block, &mut self.digital_content);
        for lanes in self.intensity.iter_mut().chain(&mut self.new) {
            lanes.fill(0.0);
        }
    }

    /// The present value of the cost, given the scale in total and the years of the ramp, in which is built.
    #[inline(always)]
    fn draw_cost(
        &mut self,
        plan: &LeverPlan,
        total: &Lanes,
        ramp_years: &Lanes,
        discount: &[f64],
        seed: u64,
        block: u64,
    ) {
        let (mut capital, mut running, mut share, mut overrun): (Lanes, Lanes, Lanes, Lanes) =
            ([0.0; BLOCK], [0.0; BLOCK], [0.0; BLOCK], [0.0; BLOCK]);
        plan.capital_cost.fill(seed, block, &mut capital);
        plan.running_cost.fill(seed, block, &mut running);
        plan.running_share.fill(seed, block, &mut share);
        plan.cost_overrun.fill(seed, block, &mut overrun);
        self.cost.fill(0.0);
        for lane in 0..BLOCK {
            running[lane] = 1e-3 * total[lane] * (running[lane] + share[lane] * capital[lane]);
            capital[lane] *= 1e-3 * total[lane] * overrun[lane];
        }
        let first = plan.start as usize;
        for (step, (outlay, factor)) in self.outlays.iter_mut().zip(discount).enumerate().skip(first) {
            let year = step as f64;
            for lane in 0..BLOCK {
                let begin = self.begin[lane];
                let building = if plan.spending.is_empty() {
                    let building_years = ramp_years[lane].max(1.0);
                    overlap(year, begin, building_years) / building_years
                } else {
                    spent_in(year, begin, &plan.spending)
                };
                let operating = overlap(year, begin, self.lifetime[lane]);
                outlay[lane] = capital[lane] * building + running[lane] * operating;
                self.cost[lane] += factor * outlay[lane];
            }
        }
    }

    /// Goes to the end of a year: intensities and covered trade.
    #[inline(always)]
    pub(super) fn advance(&mut self, plan: &LeverPlan, futures: &FuturesPlan, ln_gdp: &[Lanes], step: usize) {
        let mut ramp: Lanes = [0.0; BLOCK];
        let end = step as f64 + 1.0;
        for lane in 0..BLOCK {
            let years = end - self.begin[lane];
            let part = elementary::logistic(self.slope[lane] * years - LN_9);
            ramp[lane] = if years > 0.0 && years <= self.lifetime[lane] {
                part
            } else {
                0.0
            };
        }
        for ((intensity, new), amplitude) in self.intensity.iter_mut().zip(&mut self.new).zip(&self.amplitude)
        {
            for lane in 0..BLOCK {
                let before = intensity[lane];
                intensity[lane] = amplitude[lane] * ramp[lane];
                let rise = intensity[lane] - before;
                new[lane] = if rise > 0.0 { rise } else { 0.0 };
            }
            if plan.creation_mode == CreationMode::Flow {
                new.copy_from_slice(intensity);
            }
        }
        if plan.changes_trade {
            for ((link, covered), trade) in plan.trade.iter().zip(&mut self.covered).zip(&self.trade) {
                // The geometric mean of the growth of both GDPs.
                covered.fill(0.0);
                for end in link.ends {
                    let partner = plan.partners[end];
                    let start = libm::log(futures.economies[partner].initial_gdp);
                    for lane in 0..BLOCK {
                        covered[lane] += 0.5 * (ln_gdp[partner][lane] - start);
                    }
                }
                for lane in 0..BLOCK {
                    covered[lane] = trade[lane] * elementary::exp(covered[lane]);
                }
            }
        }
    }

    /// Extra trade ΔX of a link, USD bn, given how much of the delivery tension leaves.
    #[inline(always)]
    pub(super) fn extra_trade(&self, link: &TradeLink, position: usize, quality: &Lanes, out: &mut Lanes) {
        let [first, second] = link.ends.map(|end| &self.intensity[end]);
        let covered = &self.covered[position];
        for lane in 0..BLOCK {
            let intensity = 0.5 * (first[lane] + second[lane]);
            let gain = self.trade_gain[lane] * intensity * quality[lane];
            out[lane] = covered[lane] * (elementary::exp(gain) - 1.0);
        }
    }
}

/// H = scale / (scale + half_scale · basis).
#[inline(always)]
fn saturate(scale: &Lanes, half_scale: &Lanes, basis: f64, out: &mut Lanes) {
    for lane in 0..BLOCK {
        out[lane] = scale[lane] / (scale[lane] + half_scale[lane] * basis);
    }
}

#[inline(always)]
fn add(sum: &mut Lanes, term: &Lanes) {
    for lane in 0..BLOCK {
        sum[lane] += term[lane];
    }
}

/// How much of the year from `year` to `year + 1` lies in the period of that length from `begin`.
#[inline(always)]
fn overlap(year: f64, begin: f64, length: f64) -> f64 {
    let from = if begin > year { begin } else { year };
    let end = begin + length;
    let to = if end < year + 1.0 { end } else { year + 1.0 };
    let part = to - from;
    if part > 0.0 { part } else { 0.0 }
}

/// The part of the capital cost that a spending profile, a part for each year from the start on, puts into a calendar year.
#[inline(always)]
fn spent_in(year: f64, begin: f64, spending: &[f64]) -> f64 {
    let mut spent = 0.0;
    for (position, part) in spending.iter().enumerate() {
        spent += part * overlap(year, begin + position as f64, 1.0);
    }
    spent
}

/// The first year in which a lever that starts then can work, in years after t0.
pub(super) fn first_step(plan: &LeverPlan) -> usize {
    plan.start as usize
}

/// The calendar year of the earliest planned start; `None` without levers.
pub(super) fn earliest_start(scenario: &Scenario) -> Option<Year> {
    let used = |lever: &&Lever| {
        scenario
            .options
            .iter()
            .any(|option| option.levers.contains(&lever.id))
    };
    let first = |lever: &Lever| {
        let start = scenario.get(Parameter::Start, lever);
        start.map_or(lever.start, |start| libm::floor(start.value.support().0) as Year)
    };
    scenario.levers.iter().filter(used).map(first).min()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn overlaps_by_hand() {
        assert_eq!(overlap(5.0, 4.0, 10.0), 1.0);
        assert_eq!(overlap(5.0, 5.25, 10.0), 0.75);
        assert_eq!(overlap(5.0, 4.0, 1.5), 0.5);
        assert_eq!(overlap(5.0, 6.5, 1.0), 0.0);
        assert_eq!(overlap(5.0, 5.0, f64::INFINITY), 1.0);
    }

    #[test]
    fn a_spending_profile_by_hand() {
        // From the middle of year 5: half of each part in the year it begins, half in the next.
        let parts = [0.5, 0.25, 0.25];
        let spent = [4.0, 5.0, 6.0, 7.0, 8.0, 9.0].map(|year| spent_in(year, 5.5, &parts));
        assert_eq!(spent, [0.0, 0.25, 0.375, 0.25, 0.125, 0.0]);
    }
}

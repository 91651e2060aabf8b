//! An option along the paths of a block, year by year (docs/model.md §5 to §8).

use super::{
    Lanes,
    futures::{Futures, YearFutures},
    futures_plan::FuturesPlan,
    gap::GapState,
    levers::{LeverState, TradeLink},
    metrics::{
        Before, CLOSURE, DIGITAL, DISPERSION, ELEMENTS, GAP, GDP, Metrics, SECURITY, SHARE, VOLUME,
        aggregate, close_year, count_volume, pair_mut, weigh,
    },
    needs::Needs,
    risks::Tension,
    ruled::RuledState,
    state::{Baseline, Response, Scratch},
    world::{OptionPlan, World},
};
use crate::{
    base::{Element, Metric},
    random::BLOCK,
    stats::elementary,
};

/// The response parameters are stated for this change of the index.
const INDEX_STEP: f64 = 0.1;
/// What remains of two levels within this part of them is rounding.
const ROUNDING: f64 = 8.0 * f64::EPSILON;

/// An option along the paths of a block.
#[derive(Clone, Debug)]
pub(super) struct OptionState {
    /// δ by economy and element, and a = a⁰ + δ of the year.
    pub(super) displacement: Vec<[Lanes; Element::COUNT]>,
    pub(super) logit: Vec<[Lanes; Element::COUNT]>,
    /// E^Y, E^z and Δ by economy.
    pub(super) gdp_effect: Vec<Lanes>,
    pub(super) share_effect: Vec<Lanes>,
    pub(super) deviation: Vec<Lanes>,
    /// F and x by economy: extra trade as a part of GDP, as it has arrived in income and as it is.
    pub(super) trade_effect: Vec<Lanes>,
    pub(super) trade_ratio: Vec<Lanes>,
    /// Tension of the pairs that it relieves, in the order of `OptionPlan::relief`.
    pub(super) tension: Vec<Tension>,
    pub(super) metrics: Vec<Metrics>,
    pub(super) before: Vec<Before>,
    pub(super) gap: GapState,
    /// Present values by economy, USD bn of base-year prices.
    pub(super) benefit: Vec<Lanes>,
    pub(super) digital: Vec<Lanes>,
    /// Extra GDP of all economies by year from t0, volume, not discounted.
    pub(super) benefits: Vec<Lanes>,
    /// New output, output counted anew and digital trade at the horizon, by economy, USD bn.
    pub(super) split: [Vec<Lanes>; 3],
}

/// What an option needs to know in a year.
pub(super) struct Environment<'a> {
    pub(super) plan: &'a FuturesPlan,
    pub(super) world: &'a World,
    pub(super) option: &'a OptionPlan,
    pub(super) needs: Needs,
    pub(super) response: &'a Response,
    pub(super) levers: &'a [LeverState],
    /// Of its levers that wait for a sign, in the order of `OptionPlan::ruled`.
    pub(super) ruled: &'a [RuledState],
    pub(super) baseline: &'a Baseline,
    pub(super) futures: &'a Futures,
    pub(super) year: &'a YearFutures,
    pub(super) step: usize,
}

impl Environment<'_> {
    /// The tension of a pair under an option.
    #[inline(always)]
    fn tension<'a>(&'a self, own: &'a [Tension], pair: usize) -> &'a Tension {
        match self
            .option
            .relief
            .iter()
            .position(|(relieved, _)| *relieved == pair)
        {
            Some(position) => &own[position],
            None => &self.baseline.tension[pair],
        }
    }

    /// A lever under an option.
    #[inline(always)]
    fn lever(&self, position: usize) -> &LeverState {
        match self.option.ruled.iter().position(|ruled| *ruled == position) {
            Some(ruled) => &self.ruled[ruled].lever,
            None => &self.levers[position],
        }
    }

    /// The score of an element that the option cannot change; `None` where it can, and computes its own.
    #[inline(always)]
    fn untouched_score(&self, economy: usize, element: usize) -> Option<&Lanes> {
        (!self.option.elements[economy][element]).then(|| &self.year.scores[economy][element])
    }

    /// A metric of an economy, gaps aside, by its position: the option's own, or the baseline's where it changes nothing and has none.
    fn own<'b>(&'b self, metrics: &'b [Metrics], economy: usize, metric: usize) -> &'b Lanes {
        let changed = self.option.changes(economy, Metric::ALL[metric]);
        &(if changed { metrics } else { &self.baseline.metrics })[economy][metric]
    }

    fn touched(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.option.economies.len()).filter(|economy| self.option.economies[*economy])
    }
}

impl OptionState {
    /// Arrays for so many economies and years after t0 in which money is counted.
    pub(super) fn new(economies: usize, counted: usize) -> Self {
        let zero = [0.0; BLOCK];
        Self {
            displacement: vec![[zero; Element::COUNT]; economies],
            logit: vec![[zero; Element::COUNT]; economies],
            gdp_effect: vec![zero; economies],
            share_effect: vec![zero; economies],
            deviation: vec![zero; economies],
            trade_effect: vec![zero; economies],
            trade_ratio: vec![zero; economies],
            tension: Vec::new(),
            metrics: vec![[zero; Metric::COUNT]; economies + 1],
            before: vec![Before::NONE; economies + 1],
            gap: GapState::new(economies),
            benefit: vec![zero; economies],
            digital: vec![zero; economies],
            benefits: vec![zero; counted + 1],
            split: std::array::from_fn(|_| vec![zero; economies]),
        }
    }

    #[inline(always)]
    pub(super) fn start(&mut self, plan: &OptionPlan) {
        for elements in &mut self.displacement {
            for lanes in elements {
                lanes.fill(0.0);
            }
        }
        for lanes in self
            .gdp_effect
            .iter_mut()
            .chain(&mut self.share_effect)
            .chain(&mut self.deviation)
            .chain(&mut self.trade_effect)
            .chain(&mut self.trade_ratio)
            .chain(&mut self.benefit)
            .chain(&mut self.digital)
            .chain(&mut self.benefits)
            .chain(self.split.iter_mut().flatten())
        {
            lanes.fill(0.0);
        }
        self.gap.start();
        // A variant may relieve tension where the plan's own world does not.
        self.tension.resize(plan.relief.len(), Tension::new());
    }

    #[inline(always)]
    pub(super) fn advance(&mut self, env: &Environment<'_>, scratch: &mut Scratch) {
        if env.step == env.option.first_step {
            self.join(env);
        }
        self.advance_tension(env, &mut scratch.lanes[0]);
        self.respond(env);
        self.score(env);
        self.trade(env, scratch);
        for economy in env.touched() {
            self.close(env, economy, scratch);
        }
        self.summarize(env, &mut scratch.lanes[0]);
        self.learn(env, scratch);
    }

    /// Takes over from the baseline, which the option equals until its first year.
    #[inline(always)]
    fn join(&mut self, env: &Environment<'_>) {
        for (tension, (pair, _)) in self.tension.iter_mut().zip(&env.option.relief) {
            // The state before this year's transition.
            let baseline = &env.baseline.tension[*pair];
            tension.tense = baseline.before;
        }
        self.gap.join(&env.baseline.gap, env.step);
        for (own, before) in self.metrics.iter_mut().zip(&env.baseline.before) {
            own[DIGITAL] = before.digital;
            own[VOLUME] = before.volume;
        }
    }

    /// Tension of the pairs that the option relieves, by the baseline's uniform numbers.
    #[inline(always)]
    fn advance_tension(&mut self, env: &Environment<'_>, turn: &mut Lanes) {
        for (tension, (pair, levers)) in self.tension.iter_mut().zip(&env.option.relief) {
            turn.fill(1.0);
            for &position in levers {
                let (lever, state) = (&env.world.levers[position], env.lever(position));
                let part = 1.0 / lever.partners.len() as f64;
                for lane in 0..BLOCK {
                    let mut sum = 0.0;
                    for intensity in &state.intensity {
                        sum += intensity[lane];
                    }
                    turn[lane] *= 1.0 - state.tension_relief[lane] * part * sum;
                }
            }
            let hazard = &env.response.hazard[*pair];
            for lane in 0..BLOCK {
                turn[lane] = 1.0 - elementary::exp(-(hazard[lane] * turn[lane]));
            }
            tension.advance(&env.world.pairs[*pair], &env.year.tension[*pair], turn, env.step);
        }
    }

    /// E^Y, E^z and F from Δ and x of the year before.
    #[inline(always)]
    fn respond(&mut self, env: &Environment<'_>) {
        let (gdp, share) = (&env.response.gdp_adjustment, &env.response.share_adjustment);
        for economy in env.touched() {
            let (deviation, trade) = (&self.deviation[economy], &self.trade_ratio[economy]);
            for (effect, adjustment, target) in [
                (&mut self.gdp_effect[economy], gdp, deviation),
                (&mut self.share_effect[economy], share, deviation),
                (&mut self.trade_effect[economy], gdp, trade),
            ] {
                for lane in 0..BLOCK {
                    effect[lane] += adjustment[lane] * (target[lane] - effect[lane]);
                }
            }
        }
    }

    /// Scores from δ, and Δ of this year for the next.
    #[inline(always)]
    fn score(&mut self, env: &Environment<'_>) {
        for economy in env.touched() {
            let deviation = &mut self.deviation[economy];
            deviation.fill(0.0);
            for element in 0..Element::COUNT {
                if !env.option.elements[economy][element] {
                    continue;
                }
                let scores = &env.year.scores[economy][element];
                let own = &mut self.metrics[economy][ELEMENTS + element];
                let start = env.plan.economies[economy].scores[element];
                let rates = &env.futures.diffusion[economy][element];
                let displacement = &self.displacement[economy][element];
                let logit = &mut self.logit[economy][element];
                let weight = env.world.response.weights[element];
                for lane in 0..BLOCK {
                    logit[lane] = start + rates[lane] * env.year.diffused[lane] + displacement[lane];
                    own[lane] = elementary::logistic(logit[lane]);
                    deviation[lane] += weight * (own[lane] - scores[lane]);
                }
            }
        }
    }

    /// Q of each partner of a lever: the mean over the others of what tension leaves; 1 for a program of one country.
    #[inline(always)]
    fn quality(&self, env: &Environment<'_>, position: usize, out: &mut [Lanes]) {
        let lever = &env.world.levers[position];
        if lever.partners.len() == 1 {
            // Nobody to be tense with.
            return out[0].fill(1.0);
        }
        let part = 1.0 / (lever.partners.len() - 1) as f64;
        for (first, quality) in out.iter_mut().enumerate().take(lever.partners.len()) {
            quality.fill(0.0);
            for (second, &pair) in lever.pairs[first].iter().enumerate() {
                if second == first {
                    continue;
                }
                let tense = &env.tension(&self.tension, pair).tense;
                for lane in 0..BLOCK {
                    quality[lane] += part * (1.0 - env.response.severity[lane] * tense[lane]);
                }
            }
        }
    }

    /// Extra trade of the year, by economy.
    #[inline(always)]
    fn trade(&mut self, env: &Environment<'_>, scratch: &mut Scratch) {
        for economy in env.touched() {
            scratch.trade[economy].fill(0.0);
            scratch.digital_trade[economy].fill(0.0);
        }
        for &position in &env.option.levers {
            let (lever, state) = (&env.world.levers[position], env.lever(position));
            if !lever.changes_trade || (env.step as f64) < lever.start {
                continue;
            }
            let [extra, between] = &mut scratch.lanes;
            if lever.trade.iter().any(TradeLink::is_export) {
                self.quality(env, position, &mut scratch.quality);
            }
            for (number, link) in lever.trade.iter().enumerate() {
                let [first, second] = link.ends;
                let quality = if link.is_export() {
                    &scratch.quality[first]
                } else {
                    let tense = &env.tension(&self.tension, lever.pairs[first][second]).tense;
                    for lane in 0..BLOCK {
                        between[lane] = 1.0 - env.response.severity[lane] * tense[lane];
                    }
                    &*between
                };
                state.extra_trade(link, number, quality, extra);
                let ends = if link.is_export() {
                    &link.ends[..1]
                } else {
                    &link.ends[..]
                };
                for &end in ends {
                    let economy = lever.partners[end];
                    for lane in 0..BLOCK {
                        scratch.trade[economy][lane] += extra[lane];
                        scratch.digital_trade[economy][lane] += state.digital_content[lane] * extra[lane];
                    }
                }
            }
        }
        for economy in env.touched() {
            let (trade, alone) = (&scratch.trade[economy], &env.year.gdp[economy]);
            let ratio = &mut self.trade_ratio[economy];
            for lane in 0..BLOCK {
                ratio[lane] = trade[lane] / alone[lane];
            }
        }
    }

    /// GDP, share and digital economy of an economy.
    #[inline(always)]
    fn close(&mut self, env: &Environment<'_>, economy: usize, scratch: &mut Scratch) {
        let [logit, gdp] = &mut scratch.lanes;
        gdp.copy_from_slice(&env.baseline.gdp[economy]);
        let relieved = env
            .option
            .relief
            .iter()
            .any(|(pair, _)| env.plan.pairs[*pair].0 == economy || env.plan.pairs[*pair].1 == economy);
        if relieved {
            // The product over pairs in their order, as in the baseline, so that nothing relieved changes no bit.
            gdp.copy_from_slice(&env.year.gdp[economy]);
            let known = env.plan.economies[economy].knows_gdp(env.step);
            for (pair, plan) in env.world.pairs.iter().enumerate().filter(|_| !known) {
                env.tension(&self.tension, pair)
                    .rupture(plan, &env.response.rupture_loss, economy, gdp);
            }
        }
        if env.needs.growth {
            self.before[economy].keep(&self.metrics[economy]);
        }
        let metrics = &mut self.metrics[economy];
        let (gdp_effect, share_effect) = (&self.gdp_effect[economy], &self.share_effect[economy]);
        let trade_effect = &self.trade_effect[economy];
        for lane in 0..BLOCK {
            let effect = env.response.gdp_response[lane] * (gdp_effect[lane] / INDEX_STEP)
                + env.response.trade_income[lane] * trade_effect[lane];
            metrics[GDP][lane] = gdp[lane] * elementary::exp(effect);
            logit[lane] = env.year.logit_share[economy][lane]
                + env.response.share_response[lane] * (share_effect[lane] / INDEX_STEP);
        }
        close_year(
            metrics,
            logit,
            &scratch.digital_trade[economy],
            env.needs.growth.then_some(&self.before[economy]),
            env.untouched_score(economy, SECURITY - ELEMENTS),
            (&env.baseline.incidents[economy], &env.response.incidents),
        );
        if env.needs.volume {
            let path = (&env.year.volume[economy], &env.year.gdp[economy]);
            count_volume(metrics, path, &self.before[economy].volume);
        }
        if env.needs.index && env.option.changes(economy, Metric::Index) {
            weigh(metrics, &env.world.index_weights, |element| {
                env.untouched_score(economy, element)
            });
        }
        if env.needs.benefits {
            self.count_money(env, economy, &scratch.digital_trade[economy]);
        }
    }

    /// Adds what an economy gains in the year to its present values and to the flows of all.
    #[inline(always)]
    fn count_money(&mut self, env: &Environment<'_>, economy: usize, digital_trade: &Lanes) {
        let money = &env.world.money;
        let discount = money.discount[env.step];
        let (path_volume, path_gdp) = (&env.year.volume[economy], &env.year.gdp[economy]);
        let (own, baseline) = (&self.metrics[economy], &env.baseline.metrics[economy]);
        let benefits = &mut self.benefits[env.step];
        for lane in 0..BLOCK {
            // (Y / Y⁰ − 1) V⁰: on each path a dollar of GDP is V/Y of volume at the prices and exchange rates of t0.
            let volume = path_volume[lane] / path_gdp[lane];
            let extra = volume * (own[GDP][lane] - baseline[GDP][lane]);
            benefits[lane] += extra;
            self.benefit[economy][lane] += discount * extra;
            let digital = volume * (own[DIGITAL][lane] - baseline[DIGITAL][lane]);
            self.digital[economy][lane] += discount * digital;
        }
        if env.step == env.plan.projected_years() {
            let [new_output, anew, trade] = &mut self.split;
            for lane in 0..BLOCK {
                let new = baseline[SHARE][lane] * (own[GDP][lane] - baseline[GDP][lane]);
                let extra = own[DIGITAL][lane] - baseline[DIGITAL][lane];
                new_output[economy][lane] = new;
                trade[economy][lane] = digital_trade[lane];
                let left = extra - new - digital_trade[lane];
                let rounding = ROUNDING * (own[DIGITAL][lane] + baseline[DIGITAL][lane]);
                anew[economy][lane] = if left.abs() <= rounding { 0.0 } else { left };
            }
        }
    }

    /// The group and the gaps.
    #[inline(always)]
    fn summarize(&mut self, env: &Environment<'_>, target: &mut Lanes) {
        let economies = env.option.economies.len();
        if env.needs.group {
            self.before[economies].keep(&self.metrics[economies]);
            let (members, group) = self.metrics.split_at_mut(economies);
            let before = &self.before[economies];
            aggregate(&mut group[0], before, economies, env.needs, |economy, metric| {
                env.own(members, economy, metric)
            });
        }
        if env.needs.gap {
            let gap = &env.world.gap;
            let metric = gap.definition.metric.total().index();
            for economy in 0..economies {
                let level = env.own(&self.metrics, economy, metric);
                self.gap.set(gap, economy, env.step, level);
            }
            self.gap.frontier(gap, target);
            for economy in 0..economies {
                let [distance, closure] = pair_mut(&mut self.metrics[economy], GAP, CLOSURE);
                let initial = &env.baseline.initial_gap[economy];
                self.gap
                    .measure(economy, env.step, target, initial, distance, closure);
            }
            self.gap.dispersion(&mut self.metrics[economies][DISPERSION]);
        }
    }

    /// Gains of the year, which give δ of the next.
    #[inline(always)]
    fn learn(&mut self, env: &Environment<'_>, scratch: &mut Scratch) {
        for economy in env.touched() {
            for (gain, touched) in scratch.gain[economy].iter_mut().zip(env.option.elements[economy]) {
                if touched {
                    gain.fill(0.0);
                }
            }
        }
        let least_absorption = env.world.response.least_absorption;
        for &position in &env.option.levers {
            let (lever, state) = (&env.world.levers[position], env.lever(position));
            if !lever.changes_scores || (env.step as f64) < lever.start {
                continue;
            }
            self.quality(env, position, &mut scratch.quality);
            // What does not depend on the element: how fast a partner learns, and what is created there.
            for (partner, &economy) in lever.partners.iter().enumerate() {
                let metrics = &self.metrics[economy];
                let score = |element: Element| {
                    let untouched = env.untouched_score(economy, element.index());
                    untouched.unwrap_or(&metrics[ELEMENTS + element.index()])
                };
                let (people, users) = (
                    score(Element::FactorProduction),
                    score(Element::FactorApplication),
                );
                let (intensity, new) = (&state.intensity[partner], &state.new[partner]);
                let (learning, creation) = (&mut scratch.learning[partner], &mut scratch.creation[partner]);
                for lane in 0..BLOCK {
                    let absorptive = (0.5 * (people[lane] + users[lane])).max(least_absorption);
                    learning[lane] = state.learning[lane] * absorptive * intensity[lane];
                    creation[lane] = state.creation[lane] * new[lane];
                }
            }
            let [leader, ..] = &mut scratch.lanes;
            for (element, &weight) in lever
                .weights
                .iter()
                .enumerate()
                .filter(|(_, weight)| **weight > 0.0)
            {
                leader.copy_from_slice(&self.logit[lever.partners[0]][element]);
                for &partner in &lever.partners[1..] {
                    let logit = &self.logit[partner][element];
                    for lane in 0..BLOCK {
                        leader[lane] = if logit[lane] > leader[lane] {
                            logit[lane]
                        } else {
                            leader[lane]
                        };
                    }
                }
                for (partner, &economy) in lever.partners.iter().enumerate() {
                    let (quality, learning, creation) = (
                        &scratch.quality[partner],
                        &scratch.learning[partner],
                        &scratch.creation[partner],
                    );
                    let logit = &self.logit[economy][element];
                    let gain = &mut scratch.gain[economy][element];
                    for lane in 0..BLOCK {
                        let learned = learning[lane] * (leader[lane] - logit[lane]);
                        gain[lane] += weight * quality[lane] * (learned + creation[lane]);
                    }
                }
            }
        }
        for economy in env.touched() {
            for element in 0..Element::COUNT {
                if !env.option.elements[economy][element] {
                    continue;
                }
                let displacement = &mut self.displacement[economy][element];
                let gain = &scratch.gain[economy][element];
                for lane in 0..BLOCK {
                    displacement[lane] = (1.0 - env.response.decay[lane]) * displacement[lane] + gain[lane];
                }
            }
        }
    }
}

//! Evaluating levers, options and response parameters on futures, year by year (docs/model.md §5 to §8, §10).

use super::{
    Lanes,
    futures::{Futures, YearFutures},
    futures_plan::FuturesPlan,
    gap::GapState,
    levers::LeverState,
    metrics::{
        Before, CLOSURE, DISPERSION, ELEMENTS, GAP, GDP, SECURITY, aggregate, close_year, count_volume,
        pair_mut, weigh,
    },
    needs::Needs,
    option_state::{Environment, OptionState},
    risks::{IncidentRates, Incidents, Tension},
    ruled::RuledState,
    state::{Baseline, Response, Scratch},
    world::World,
};
use crate::{
    base::{Element, Metric},
    random::BLOCK,
};

/// A world along the paths of a block.
#[derive(Clone, Debug)]
pub(super) struct WorldState {
    needs: Needs,
    response: Box<Response>,
    levers: Vec<LeverState>,
    baseline: Baseline,
    options: Vec<OptionState>,
    /// By option, its levers that wait for a sign.
    ruled: Vec<Vec<RuledState>>,
    scratch: Box<Scratch>,
    zero: Box<Lanes>,
    /// Economies that are computed.
    economies: Vec<bool>,
    /// Pairs whose tension matters to one of them.
    pairs: Vec<bool>,
}

impl WorldState {
    /// Arrays for a world.
    pub(super) fn new(futures: &FuturesPlan, world: &World, needs: Needs) -> Self {
        let zero = [0.0; BLOCK];
        let economies = futures.economies.len();
        let lanes = |count: usize| vec![zero; count];
        let elements = || vec![[zero; Element::COUNT]; economies];
        let metrics = || vec![[zero; Metric::COUNT]; economies + 1];
        let pairs = futures.pairs.len();
        let counted = futures.counted_years();
        let most_partners = world.levers.iter().map(|lever| lever.partners.len()).max();
        let computed = |economy: usize| needs.others || world.is_partner(economy);
        Self {
            economies: (0..economies).map(computed).collect(),
            pairs: (futures.pairs.iter())
                .map(|(first, second)| computed(*first) || computed(*second))
                .collect(),
            needs,
            response: Box::new(Response {
                gdp_response: zero,
                share_response: zero,
                gdp_adjustment: zero,
                share_adjustment: zero,
                trade_income: zero,
                decay: zero,
                rupture_loss: zero,
                severity: zero,
                incidents: IncidentRates::new(),
                hazard: lanes(pairs),
                turn: lanes(pairs),
            }),
            levers: world
                .levers
                .iter()
                .map(|lever| LeverState::new(lever, counted))
                .collect(),
            baseline: Baseline {
                tension: vec![Tension::new(); pairs],
                gdp: lanes(economies),
                incidents: vec![Incidents::new(); economies],
                metrics: metrics(),
                before: vec![Before::NONE; economies + 1],
                gap: GapState::new(economies),
                initial_gap: lanes(economies),
            },
            options: vec![OptionState::new(economies, counted); world.options.len() - 1],
            ruled: Vec::new(),
            scratch: Box::new(Scratch {
                quality: lanes(most_partners.unwrap_or(0)),
                learning: lanes(most_partners.unwrap_or(0)),
                creation: lanes(most_partners.unwrap_or(0)),
                trade: lanes(economies),
                digital_trade: lanes(economies),
                gain: elements(),
                lanes: [zero; 2],
            }),
            zero: Box::new(zero),
        }
    }

    /// Draws what belongs to the world and goes to the base year.
    #[inline(always)]
    pub(super) fn start(
        &mut self,
        plan: &FuturesPlan,
        world: &World,
        futures: &Futures,
        seed: u64,
        block: u64,
    ) {
        self.response.draw(world, seed, block);
        for (state, lever) in self.levers.iter_mut().zip(&world.levers) {
            state.draw(lever, &world.money.discount, self.needs.costs, seed, block);
        }
        for (tension, pair) in self.baseline.tension.iter_mut().zip(&world.pairs) {
            tension.start(pair);
        }
        self.baseline.gap.start();
        for incidents in &mut self.baseline.incidents {
            incidents.clear();
        }
        // A world may have more options than the one that the arrays were made for.
        while self.options.len() + 1 < world.options.len() {
            let option = OptionState::new(plan.economies.len(), plan.counted_years());
            self.options.push(option);
        }
        for (option, state) in world.options[1..].iter().zip(&mut self.options) {
            state.start(option);
        }
        self.start_rules(plan, world);
        self.advance_baseline(plan, world, futures.year(0), 0, self.needs);
        self.apply_rules(world, 0);
        debug_assert_eq!(plan.economies.len(), self.baseline.gdp.len());
    }

    /// Goes to the next year; `step` counts years from t0, from 1.
    #[inline(always)]
    pub(super) fn advance(&mut self, plan: &FuturesPlan, world: &World, futures: &Futures, step: usize) {
        let year = futures.year(step);
        for (position, tension) in self.baseline.tension.iter_mut().enumerate() {
            if self.pairs[position] {
                let (pair, turn) = (&world.pairs[position], &self.response.turn[position]);
                tension.advance(pair, &year.tension[position], turn, step);
            }
        }
        for (economy, incidents) in self.baseline.incidents.iter_mut().enumerate() {
            // Whatever happened in a known year is in its figures.
            if !self.economies[economy] || plan.economies[economy].knows_gdp(step) {
                incidents.clear();
                continue;
            }
            let (uniforms, losses) = &year.incidents[economy];
            let loss = world.response.cyber_loss.sampler();
            incidents.list(uniforms, losses, &self.response.incidents, loss);
        }
        let needs = self.needs.in_year(plan, step);
        self.advance_baseline(plan, world, year, step, needs);
        for (state, lever) in self.levers.iter_mut().zip(&world.levers) {
            if step as f64 >= lever.start {
                state.advance(lever, plan, &year.ln_gdp, step);
            }
        }
        for (option, ruled) in world.options[1..].iter().zip(&mut self.ruled) {
            for (position, state) in option.ruled.iter().zip(ruled) {
                let lever = &world.levers[*position];
                if step as f64 >= lever.start {
                    state.lever.advance(lever, plan, &year.ln_gdp, step);
                }
            }
        }
        for ((option, state), ruled) in world.options[1..].iter().zip(&mut self.options).zip(&self.ruled) {
            if step >= option.first_step && option.economies.contains(&true) {
                state.advance(
                    &Environment {
                        plan,
                        world,
                        option,
                        needs,
                        response: &self.response,
                        levers: &self.levers,
                        ruled,
                        baseline: &self.baseline,
                        futures,
                        year,
                        step,
                    },
                    &mut self.scratch,
                );
            }
        }
        self.apply_rules(world, step);
    }

    /// Takes what was drawn for the levers of each option that wait for a sign.
    #[inline(always)]
    fn start_rules(&mut self, plan: &FuturesPlan, world: &World) {
        if self.ruled.len() < self.options.len() {
            self.ruled.resize_with(self.options.len(), Vec::new);
        }
        for (option, ruled) in world.options[1..].iter().zip(&mut self.ruled) {
            for (number, position) in option.ruled.iter().enumerate() {
                let lever = &world.levers[*position];
                let Some(rule) = &lever.rule else {
                    continue;
                };
                if ruled.len() == number {
                    ruled.push(RuledState::new(lever, plan.counted_years()));
                }
                ruled[number].start(&self.levers[*position], rule);
            }
        }
    }

    /// Looks at what the rules look at in a year, under each option; at the last of these years a lever stays or goes.
    #[inline(always)]
    fn apply_rules(&mut self, world: &World, step: usize) {
        let mut all = std::mem::take(&mut self.ruled);
        for (number, (option, ruled)) in world.options[1..].iter().zip(&mut all).enumerate() {
            for (position, state) in option.ruled.iter().zip(ruled) {
                let Some(rule) = world.levers[*position]
                    .rule
                    .as_ref()
                    .filter(|rule| step <= rule.last)
                else {
                    continue;
                };
                for (threshold, met) in rule.thresholds().zip(&mut state.met) {
                    if threshold.step == step {
                        let level = self.metric(world, number + 1, threshold.place, threshold.metric, step);
                        let baseline = self.metric(world, 0, threshold.place, threshold.metric, step);
                        threshold.look(level, baseline, met);
                    }
                }
                if step == rule.last {
                    state.decide(rule);
                }
            }
        }
        self.ruled = all;
    }

    /// A lever under an option.
    #[inline(always)]
    fn lever(&self, world: &World, option: usize, position: usize) -> &LeverState {
        let ruled = world.options[option]
            .ruled
            .iter()
            .position(|ruled| *ruled == position);
        match (ruled, option.checked_sub(1)) {
            (Some(ruled), Some(option)) => &self.ruled[option][ruled].lever,
            _ => &self.levers[position],
        }
    }

    #[inline(always)]
    fn advance_baseline(
        &mut self,
        plan: &FuturesPlan,
        world: &World,
        year: &YearFutures,
        step: usize,
        needs: Needs,
    ) {
        let economies = year.gdp.len();
        let baseline = &mut self.baseline;
        for economy in (0..economies).filter(|economy| self.economies[*economy]) {
            if needs.growth {
                baseline.before[economy].keep(&baseline.metrics[economy]);
            }
            baseline.gdp[economy] = year.gdp[economy];
            let known = plan.economies[economy].knows_gdp(step);
            for (tension, pair) in baseline.tension.iter().zip(&world.pairs).filter(|_| !known) {
                tension.rupture(
                    pair,
                    &self.response.rupture_loss,
                    economy,
                    &mut baseline.gdp[economy],
                );
            }
            let metrics = &mut baseline.metrics[economy];
            if needs.scores {
                for (element, scores) in year.scores[economy].iter().enumerate() {
                    metrics[ELEMENTS + element] = *scores;
                }
            }
            metrics[GDP] = baseline.gdp[economy];
            close_year(
                metrics,
                &year.logit_share[economy],
                &self.zero,
                needs.growth.then_some(&baseline.before[economy]),
                Some(&year.scores[economy][SECURITY - ELEMENTS]),
                (&baseline.incidents[economy], &self.response.incidents),
            );
            if needs.volume {
                let path = (&year.volume[economy], &year.gdp[economy]);
                count_volume(metrics, path, &baseline.before[economy].volume);
            }
            if needs.index {
                weigh(metrics, &world.index_weights, |_| None);
            }
        }
        if needs.group {
            baseline.before[economies].keep(&baseline.metrics[economies]);
            let (members, group) = baseline.metrics.split_at_mut(economies);
            let before = &baseline.before[economies];
            aggregate(&mut group[0], before, economies, needs, |economy, metric| {
                &members[economy][metric]
            });
        }
        if needs.gap {
            let [target, ..] = &mut self.scratch.lanes;
            for economy in 0..economies {
                let metric = &baseline.metrics[economy][world.gap.definition.metric.total().index()];
                baseline.gap.set(&world.gap, economy, step, metric);
            }
            baseline.gap.frontier(&world.gap, target);
            for economy in 0..economies {
                let [gap, closure] = pair_mut(&mut baseline.metrics[economy], GAP, CLOSURE);
                let initial = &mut baseline.initial_gap[economy];
                if step == 0 {
                    initial.fill(1.0);
                    baseline.gap.measure(economy, step, target, initial, gap, closure);
                    initial.copy_from_slice(gap);
                }
                baseline.gap.measure(economy, step, target, initial, gap, closure);
            }
            baseline
                .gap
                .dispersion(&mut baseline.metrics[economies][DISPERSION]);
        }
    }

    /// A metric of a place under an option.
    #[inline(always)]
    pub(super) fn metric(
        &self,
        world: &World,
        option: usize,
        place: usize,
        metric: Metric,
        step: usize,
    ) -> &Lanes {
        let metric = metric.total();
        if option > 0 && world.touches(option, place, metric, step) {
            &self.options[option - 1].metrics[place][metric.index()]
        } else {
            &self.baseline.metrics[place][metric.index()]
        }
    }

    pub(super) fn lever_cost(&self, world: &World, option: usize, lever: usize) -> &Lanes {
        &self.lever(world, option, lever).cost
    }

    pub(super) fn lever_outlay(&self, world: &World, option: usize, lever: usize, step: usize) -> &Lanes {
        &self.lever(world, option, lever).outlays[step]
    }

    /// Extra GDP of all economies in a year.
    pub(super) fn yearly_benefit(&self, option: usize, step: usize) -> &Lanes {
        match option.checked_sub(1) {
            None => &self.zero,
            Some(option) => &self.options[option].benefits[step],
        }
    }

    /// New output, output counted anew and digital trade of an economy at the horizon.
    pub(super) fn split(&self, option: usize, economy: usize) -> [&Lanes; 3] {
        match option.checked_sub(1) {
            None => [&self.zero; 3],
            Some(option) => self.options[option].split.each_ref().map(|part| &part[economy]),
        }
    }

    pub(super) fn benefit(&self, option: usize, economy: usize) -> &Lanes {
        match option.checked_sub(1) {
            None => &self.zero,
            Some(option) => &self.options[option].benefit[economy],
        }
    }

    pub(super) fn extra_digital(&self, option: usize, economy: usize) -> &Lanes {
        match option.checked_sub(1) {
            None => &self.zero,
            Some(option) => &self.options[option].digital[economy],
        }
    }

    pub(super) fn half_closed(&self, world: &World, option: usize, economy: usize) -> &Lanes {
        match option.checked_sub(1) {
            Some(position) if world.options[option].economies.contains(&true) => {
                &self.options[position].gap.half_closed[economy]
            }
            _ => &self.baseline.gap.half_closed[economy],
        }
    }
}

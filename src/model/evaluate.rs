//! Evaluating levers, options and response parameters on futures, year by year (docs/model.md §5 to §8, §10).

use super::{
    Lanes,
    futures::{Futures, YearFutures},
    futures_plan::FuturesPlan,
    gap::GapState,
    levers::{LeverState, TradeLink},
    risks::{IncidentRates, Incidents, Tension},
    world::{OptionPlan, World},
};
use crate::{
    base::{Element, Metric},
    random::BLOCK,
    stats::elementary,
};

/// The digital economy is at least and at most these parts of GDP.
const SMALLEST_SHARE: f64 = 1e-6;
const LARGEST_SHARE: f64 = 0.999;

/// The response parameters are stated for this change of the index.
const INDEX_STEP: f64 = 0.1;

const GDP: usize = Metric::Gdp.index();
const DIGITAL: usize = Metric::DigitalEconomy.index();
const SHARE: usize = Metric::Share.index();
const GROWTH: usize = Metric::DigitalGrowth.index();
const INDEX: usize = Metric::Index.index();
const ELEMENTS: usize = Metric::FactorProduction.index();
const SECURITY: usize = Metric::GovernanceProduction.index();
const GAP: usize = Metric::Gap.index();
const CLOSURE: usize = Metric::Closure.index();
const DISPERSION: usize = Metric::Dispersion.index();

/// The metrics of a place and year. Metrics per head are fixed multiples of others and stay empty.
type Metrics = [Lanes; Metric::COUNT];

/// What an evaluation computes besides the digital economy, GDP and share of every economy, which it always does.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Needs {
    /// The index of every economy.
    pub index: bool,
    /// The group.
    pub group: bool,
    /// Gaps, closure and dispersion.
    pub gap: bool,
    /// Present values.
    pub money: bool,
}

impl Needs {
    /// What is computed of it in a year: money alone beyond the horizon.
    fn in_year(self, plan: &FuturesPlan, step: usize) -> Self {
        if step <= plan.projected_years() {
            return self;
        }
        Self {
            money: self.money,
            ..Self::default()
        }
    }

    /// The last year to compute, in years after t0.
    pub(super) fn last_step(self, plan: &FuturesPlan) -> usize {
        if self.money {
            plan.counted_years()
        } else {
            plan.projected_years()
        }
    }

    /// Everything.
    pub const ALL: Self = Self {
        index: true,
        group: true,
        gap: true,
        money: true,
    };

    /// What two need together.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            index: self.index || other.index,
            group: self.group || other.group,
            gap: self.gap || other.gap,
            money: self.money || other.money,
        }
    }
}

/// Response parameters along the paths of a block.
#[derive(Clone, Debug)]
struct Response {
    gdp_response: Lanes,
    share_response: Lanes,
    gdp_adjustment: Lanes,
    share_adjustment: Lanes,
    trade_income: Lanes,
    decay: Lanes,
    rupture_loss: Lanes,
    severity: Lanes,
    incidents: IncidentRates,
    /// Hazard of each pair, and the probability of a calm pair to turn tense without relief.
    hazard: Vec<Lanes>,
    turn: Vec<Lanes>,
}

/// The baseline along the paths of a block.
#[derive(Clone, Debug)]
struct Baseline {
    tension: Vec<Tension>,
    /// GDP after ruptures, before incidents.
    gdp: Vec<Lanes>,
    incidents: Vec<Incidents>,
    /// By place: economies, then the group.
    metrics: Vec<Metrics>,
    /// D of the year before, by place.
    before: Vec<Lanes>,
    gap: GapState,
    /// Gap at t0 by economy.
    initial_gap: Vec<Lanes>,
}

/// An option along the paths of a block.
#[derive(Clone, Debug)]
struct OptionState {
    /// δ by economy and element, and a = a⁰ + δ of the year.
    displacement: Vec<[Lanes; Element::COUNT]>,
    logit: Vec<[Lanes; Element::COUNT]>,
    /// E^Y, E^z and Δ by economy.
    gdp_effect: Vec<Lanes>,
    share_effect: Vec<Lanes>,
    deviation: Vec<Lanes>,
    /// F and x by economy: extra trade as a part of GDP, as it has arrived in income and as it is.
    trade_effect: Vec<Lanes>,
    trade_ratio: Vec<Lanes>,
    /// Tension of the pairs that it relieves, in the order of `OptionPlan::relief`.
    tension: Vec<Tension>,
    metrics: Vec<Metrics>,
    before: Vec<Lanes>,
    gap: GapState,
    /// Present values by economy, USD bn of base-year prices.
    benefit: Vec<Lanes>,
    digital: Vec<Lanes>,
    /// Extra GDP of all economies by year from t0, volume, not discounted.
    benefits: Vec<Lanes>,
    /// New output, output counted anew and digital trade at the horizon, by economy, USD bn.
    split: [Vec<Lanes>; 3],
}

/// Arrays that hold nothing from one use to the next.
#[derive(Clone, Debug)]
struct Scratch {
    /// Q by partner.
    quality: Vec<Lanes>,
    /// Σ ΔX and Σ χ ΔX by economy.
    trade: Vec<Lanes>,
    digital_trade: Vec<Lanes>,
    /// Σ G by economy and element.
    gain: Vec<[Lanes; Element::COUNT]>,
    lanes: [Lanes; 4],
}

/// A world along the paths of a block.
#[derive(Clone, Debug)]
pub(super) struct WorldState {
    needs: Needs,
    response: Box<Response>,
    levers: Vec<LeverState>,
    baseline: Baseline,
    options: Vec<OptionState>,
    scratch: Box<Scratch>,
    zero: Box<Lanes>,
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
        Self {
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
                before: lanes(economies + 1),
                gap: GapState::new(economies),
                initial_gap: lanes(economies),
            },
            options: vec![OptionState::new(economies, counted); world.options.len() - 1],
            scratch: Box::new(Scratch {
                quality: lanes(most_partners.unwrap_or(0)),
                trade: lanes(economies),
                digital_trade: lanes(economies),
                gain: elements(),
                lanes: [zero; 4],
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
            state.draw(lever, &world.money.discount, seed, block);
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
        self.advance_baseline(plan, world, futures.year(0), 0, self.needs);
        debug_assert_eq!(plan.economies.len(), self.baseline.gdp.len());
    }

    /// Goes to the next year; `step` counts years from t0, from 1.
    #[inline(always)]
    pub(super) fn advance(&mut self, plan: &FuturesPlan, world: &World, futures: &Futures, step: usize) {
        let year = futures.year(step);
        for (tension, ((pair, uniforms), turn)) in self
            .baseline
            .tension
            .iter_mut()
            .zip(world.pairs.iter().zip(&year.tension).zip(&self.response.turn))
        {
            tension.advance(pair, uniforms, turn, step);
        }
        for ((incidents, (uniforms, losses)), economy) in self
            .baseline
            .incidents
            .iter_mut()
            .zip(&year.incidents)
            .zip(&plan.economies)
        {
            // Whatever happened in a known year is in its figures.
            if economy.knows_gdp(step) {
                incidents.clear();
                continue;
            }
            let loss = &world.response.cyber_loss;
            incidents.list(uniforms, losses, &self.response.incidents, loss);
        }
        let needs = self.needs.in_year(plan, step);
        self.advance_baseline(plan, world, year, step, needs);
        for (state, lever) in self.levers.iter_mut().zip(&world.levers) {
            if step as f64 >= lever.start {
                state.advance(lever, plan, &year.ln_gdp, step);
            }
        }
        for (option, state) in world.options[1..].iter().zip(&mut self.options) {
            if step >= option.first_step && option.economies.contains(&true) {
                state.advance(
                    &Environment {
                        plan,
                        world,
                        option,
                        needs,
                        response: &self.response,
                        levers: &self.levers,
                        baseline: &self.baseline,
                        futures,
                        year,
                        step,
                    },
                    &mut self.scratch,
                );
            }
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
        for economy in 0..economies {
            baseline.before[economy] = baseline.metrics[economy][DIGITAL];
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
            for (element, scores) in year.scores[economy].iter().enumerate() {
                metrics[ELEMENTS + element] = *scores;
            }
            metrics[GDP] = baseline.gdp[economy];
            close_year(
                metrics,
                &year.logit_share[economy],
                &self.zero,
                &baseline.before[economy],
                (&baseline.incidents[economy], &self.response.incidents),
            );
            if needs.index {
                weigh(metrics, &world.index_weights);
            }
        }
        if needs.group {
            baseline.before[economies] = baseline.metrics[economies][DIGITAL];
            let (members, group) = baseline.metrics.split_at_mut(economies);
            aggregate(&mut group[0], &baseline.before[economies], economies, |economy| {
                &members[economy]
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

    pub(super) fn lever_cost(&self, lever: usize) -> &Lanes {
        &self.levers[lever].cost
    }

    pub(super) fn lever_outlay(&self, lever: usize, step: usize) -> &Lanes {
        &self.levers[lever].outlays[step]
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

impl Response {
    #[inline(always)]
    fn draw(&mut self, world: &World, seed: u64, block: u64) {
        let plan = &world.response;
        for (draw, out) in [
            (&plan.gdp_response, &mut self.gdp_response),
            (&plan.share_response, &mut self.share_response),
            (&plan.gdp_adjustment, &mut self.gdp_adjustment),
            (&plan.share_adjustment, &mut self.share_adjustment),
            (&plan.trade_income, &mut self.trade_income),
            (&plan.decay, &mut self.decay),
            (&plan.rupture_loss, &mut self.rupture_loss),
            (&plan.severity, &mut self.severity),
        ] {
            draw.fill(seed, block, out);
        }
        self.incidents
            .draw(&plan.cyber_hazard, &plan.cyber_protection, seed, block);
        for (pair, (hazard, turn)) in world.pairs.iter().zip(self.hazard.iter_mut().zip(&mut self.turn)) {
            pair.draw_hazard(seed, block, hazard);
            for (turn, hazard) in turn.iter_mut().zip(hazard) {
                *turn = 1.0 - elementary::exp(-*hazard);
            }
        }
    }
}

/// What an option needs to know in a year.
struct Environment<'a> {
    plan: &'a FuturesPlan,
    world: &'a World,
    option: &'a OptionPlan,
    needs: Needs,
    response: &'a Response,
    levers: &'a [LeverState],
    baseline: &'a Baseline,
    futures: &'a Futures,
    year: &'a YearFutures,
    step: usize,
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

    fn touched(&self) -> impl Iterator<Item = usize> + '_ {
        (0..self.option.economies.len()).filter(|economy| self.option.economies[*economy])
    }
}

impl OptionState {
    /// Arrays for so many economies and years after t0 in which money is counted.
    fn new(economies: usize, counted: usize) -> Self {
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
            before: vec![zero; economies + 1],
            gap: GapState::new(economies),
            benefit: vec![zero; economies],
            digital: vec![zero; economies],
            benefits: vec![zero; counted + 1],
            split: std::array::from_fn(|_| vec![zero; economies]),
        }
    }

    #[inline(always)]
    fn start(&mut self, plan: &OptionPlan) {
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
    fn advance(&mut self, env: &Environment<'_>, scratch: &mut Scratch) {
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
            own[DIGITAL] = *before;
        }
    }

    /// Tension of the pairs that the option relieves, by the baseline's uniform numbers.
    #[inline(always)]
    fn advance_tension(&mut self, env: &Environment<'_>, turn: &mut Lanes) {
        for (tension, (pair, levers)) in self.tension.iter_mut().zip(&env.option.relief) {
            turn.fill(1.0);
            for &position in levers {
                let (lever, state) = (&env.world.levers[position], &env.levers[position]);
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
                let scores = &env.year.scores[economy][element];
                let own = &mut self.metrics[economy][ELEMENTS + element];
                if !env.option.elements[economy][element] {
                    own.copy_from_slice(scores);
                    continue;
                }
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

    /// Q of each partner of a lever: the mean over the others of what tension leaves.
    #[inline(always)]
    fn quality(&self, env: &Environment<'_>, position: usize, out: &mut [Lanes]) {
        let lever = &env.world.levers[position];
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
            let (lever, state) = (&env.world.levers[position], &env.levers[position]);
            if !lever.changes_trade || (env.step as f64) < lever.start {
                continue;
            }
            let [extra, between, ..] = &mut scratch.lanes;
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
        let [logit, gdp, ..] = &mut scratch.lanes;
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
        self.before[economy] = self.metrics[economy][DIGITAL];
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
            &self.before[economy],
            (&env.baseline.incidents[economy], &env.response.incidents),
        );
        if env.needs.index {
            weigh(metrics, &env.world.index_weights);
        }
        if env.needs.money {
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
                anew[economy][lane] = extra - new - digital_trade[lane];
            }
        }
    }

    /// The group and the gaps.
    #[inline(always)]
    fn summarize(&mut self, env: &Environment<'_>, target: &mut Lanes) {
        let economies = env.option.economies.len();
        if env.needs.group {
            self.before[economies] = self.metrics[economies][DIGITAL];
            let (members, group) = self.metrics.split_at_mut(economies);
            aggregate(&mut group[0], &self.before[economies], economies, |economy| {
                if env.option.economies[economy] {
                    &members[economy]
                } else {
                    &env.baseline.metrics[economy]
                }
            });
        }
        if env.needs.gap {
            let gap = &env.world.gap;
            let metric = gap.definition.metric.total().index();
            for economy in 0..economies {
                let source = if env.option.economies[economy] {
                    &self.metrics[economy]
                } else {
                    &env.baseline.metrics[economy]
                };
                self.gap.set(gap, economy, env.step, &source[metric]);
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
            let (lever, state) = (&env.world.levers[position], &env.levers[position]);
            if !lever.changes_scores || (env.step as f64) < lever.start {
                continue;
            }
            self.quality(env, position, &mut scratch.quality);
            let [leader, learning, creation, _] = &mut scratch.lanes;
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
                    let metrics = &self.metrics[economy];
                    let (quality, intensity, new) = (
                        &scratch.quality[partner],
                        &state.intensity[partner],
                        &state.new[partner],
                    );
                    let (people, users) = (
                        &metrics[Metric::FactorProduction.index()],
                        &metrics[Metric::FactorApplication.index()],
                    );
                    let logit = &self.logit[economy][element];
                    let gain = &mut scratch.gain[economy][element];
                    for lane in 0..BLOCK {
                        let absorptive = (0.5 * (people[lane] + users[lane])).max(least_absorption);
                        learning[lane] = state.learning[lane]
                            * absorptive
                            * intensity[lane]
                            * (leader[lane] - logit[lane]);
                        creation[lane] = state.creation[lane] * new[lane];
                        gain[lane] += weight * quality[lane] * (learning[lane] + creation[lane]);
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

/// Share, digital economy and its growth, when the metrics hold GDP before incidents and the element scores.
#[inline(always)]
fn close_year(
    metrics: &mut Metrics,
    logit: &Lanes,
    digital_trade: &Lanes,
    before: &Lanes,
    (incidents, rates): (&Incidents, &IncidentRates),
) {
    let security = metrics[SECURITY];
    let [gdp, digital] = pair_mut(metrics, GDP, DIGITAL);
    let mut share: Lanes = [0.0; BLOCK];
    for lane in 0..BLOCK {
        share[lane] = elementary::logistic(logit[lane]).min(LARGEST_SHARE);
        digital[lane] = share[lane] * gdp[lane] + digital_trade[lane];
    }
    incidents.strike(rates, &security, &share, gdp, digital);
    for lane in 0..BLOCK {
        let (least, most) = (SMALLEST_SHARE * gdp[lane], LARGEST_SHARE * gdp[lane]);
        let within = if digital[lane] < most { digital[lane] } else { most };
        digital[lane] = if within > least { within } else { least };
        share[lane] = digital[lane] / gdp[lane];
    }
    let [growth, digital] = pair_mut(metrics, GROWTH, DIGITAL);
    for lane in 0..BLOCK {
        growth[lane] = digital[lane] / before[lane] - 1.0;
    }
    metrics[SHARE] = share;
}

/// The index from the scores.
#[inline(always)]
fn weigh(metrics: &mut Metrics, weights: &[f64; Element::COUNT]) {
    let mut index: Lanes = [0.0; BLOCK];
    for (element, weight) in weights.iter().enumerate() {
        let scores = &metrics[ELEMENTS + element];
        for lane in 0..BLOCK {
            index[lane] += weight * scores[lane];
        }
    }
    metrics[INDEX] = index;
}

/// The group: sums of levels, their ratio, and means weighted with GDP.
#[inline(always)]
fn aggregate<'a>(
    group: &mut Metrics,
    before: &Lanes,
    economies: usize,
    member: impl Fn(usize) -> &'a Metrics,
) {
    for metric in [GDP, DIGITAL] {
        group[metric].fill(0.0);
        for economy in 0..economies {
            let values = &member(economy)[metric];
            for lane in 0..BLOCK {
                group[metric][lane] += values[lane];
            }
        }
    }
    for lane in 0..BLOCK {
        group[SHARE][lane] = group[DIGITAL][lane] / group[GDP][lane];
        group[GROWTH][lane] = group[DIGITAL][lane] / before[lane] - 1.0;
    }
    for metric in INDEX..=INDEX + Element::COUNT {
        group[metric].fill(0.0);
        for economy in 0..economies {
            let member = member(economy);
            let (values, gdp) = (&member[metric], &member[GDP]);
            for lane in 0..BLOCK {
                group[metric][lane] += values[lane] * gdp[lane];
            }
        }
        for lane in 0..BLOCK {
            group[metric][lane] /= group[GDP][lane];
        }
    }
}

/// Two metrics of a place at once.
#[inline(always)]
fn pair_mut(metrics: &mut Metrics, first: usize, second: usize) -> [&mut Lanes; 2] {
    match metrics.get_disjoint_mut([first, second]) {
        Ok(pair) => pair,
        Err(_) => unreachable!("the positions are different constants"),
    }
}

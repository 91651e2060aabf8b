//! One block of futures, and worlds evaluated on it.

use super::{
    Kernel, Lanes, evaluate::WorldState, futures::Futures, futures_plan::FuturesPlan, needs::Needs,
    plan::Plan, world::World,
};
use crate::{base::Metric, stats::Work};

/// What looks at a block while it is evaluated.
pub trait Observer {
    /// The end of a year, from t0.
    fn year(&mut self, view: YearView<'_>);
    /// The end of the block.
    fn block(&mut self, view: BlockView<'_>);
}

/// What an observer sees of a block at the end of a year.
#[derive(Clone, Copy, Debug)]
pub struct YearView<'block> {
    /// Years since t0.
    pub step: usize,
    world: &'block World,
    state: &'block WorldState,
}

impl<'block> YearView<'block> {
    /// Number of options of the world, the baseline included.
    pub fn options(&self) -> usize {
        self.world.options.len()
    }

    /// A metric under an option at a place (an economy by position, or the group as the last), one number per lane in the
    /// metric's unit. A metric per head is given as the total it is a fixed multiple of ([`Metric::total`]). Metrics for
    /// which [`Plan::has`] is false, or which the [`Needs`] left out, hold no meaningful number.
    pub fn metric(&self, option: usize, place: usize, metric: Metric) -> &'block Lanes {
        self.state.metric(self.world, option, place, metric, self.step)
    }
}

/// What an observer sees of a block at its end: numbers of the whole path.
#[derive(Clone, Copy, Debug)]
pub struct BlockView<'block> {
    world: &'block World,
    state: &'block WorldState,
}

impl<'block> BlockView<'block> {
    /// Number of options of the world, the baseline included.
    pub fn options(&self) -> usize {
        self.world.options.len()
    }

    /// Present value of the cost of a lever under an option, USD bn of base-year prices; under the baseline what it would cost as planned.
    pub fn lever_cost(&self, option: usize, lever: usize) -> &'block Lanes {
        self.state.lever_cost(self.world, option, lever)
    }

    /// The years in which money is counted, in years after t0.
    pub fn counted(&self) -> std::ops::RangeInclusive<usize> {
        1..=self.world.money.discount.len() - 1
    }

    /// The discount factor of a year.
    pub fn discount(&self, step: usize) -> f64 {
        self.world.money.discount[step]
    }

    /// What is paid for a lever in a year under an option, USD bn of base-year prices, not discounted.
    pub fn lever_outlay(&self, option: usize, lever: usize, step: usize) -> &'block Lanes {
        self.state.lever_outlay(self.world, option, lever, step)
    }

    /// Extra GDP of all economies under an option in a year, USD bn of base-year prices, not discounted.
    pub fn yearly_benefit(&self, option: usize, step: usize) -> &'block Lanes {
        self.state.yearly_benefit(option, step)
    }

    /// The parts of the extra digital economy of an economy at the horizon, USD bn: new output (the baseline's share of extra
    /// GDP), output counted anew, and digital trade.
    pub fn digital_parts(&self, option: usize, economy: usize) -> [&'block Lanes; 3] {
        self.state.split(option, economy)
    }

    /// The part of the cost of a lever that an economy pays, between 0 and 1.
    pub fn cost_share(&self, lever: usize, economy: usize) -> f64 {
        let plan = &self.world.levers[lever];
        let partner = plan.partners.iter().position(|partner| *partner == economy);
        partner.map_or(0.0, |partner| plan.cost_shares[partner])
    }

    /// The part of the cost of a lever that a payer outside its partners pays, by position in [`World::payers`].
    pub fn payer_share(&self, lever: usize, payer: usize) -> f64 {
        let name = &self.world.payers()[payer];
        let mut payers = self.world.levers[lever].payers.iter();
        payers
            .find(|(other, _)| other == name)
            .map_or(0.0, |(_, share)| *share)
    }

    /// The levers of an option.
    pub fn levers_of(&self, option: usize) -> &'block [usize] {
        self.world.levers_of(option)
    }

    /// Present value of the extra GDP of an economy under an option, USD bn of base-year prices.
    pub fn extra_gdp(&self, option: usize, economy: usize) -> &'block Lanes {
        self.state.benefit(option, economy)
    }

    /// Present value of the extra digital economy.
    pub fn extra_digital(&self, option: usize, economy: usize) -> &'block Lanes {
        self.state.extra_digital(option, economy)
    }

    /// The first year in which at least half of the gap of an economy is closed, in years after t0; 0 for never.
    pub fn half_closed(&self, option: usize, economy: usize) -> &'block Lanes {
        self.state.half_closed(self.world, option, economy)
    }
}

/// Evaluates a plan's own world block by block, on futures of which one year is held at a time.
#[derive(Clone, Debug)]
pub struct Simulator<'plan> {
    evaluator: Evaluator<'plan>,
    futures: Futures,
}

impl<'plan> Simulator<'plan> {
    /// Arrays for a plan.
    ///
    /// # Panics
    /// If this machine cannot run the kernel ([`Kernel::is_available`]).
    pub fn new(plan: &'plan Plan, kernel: Kernel, needs: Needs) -> Self {
        Self {
            evaluator: Evaluator::new(plan, kernel, needs),
            futures: Futures::new(&plan.futures, 1),
        }
    }

    /// Computes the paths `block * BLOCK ..` and shows them to the observer.
    pub fn run(&mut self, seed: u64, block: u64, observer: &mut dyn Observer) {
        let Evaluator { plan, kernel, .. } = self.evaluator;
        for step in 0..=self.evaluator.last_step() {
            kernel.run(Draw {
                plan: &plan.futures,
                futures: &mut self.futures,
                seed,
                block,
                step,
            });
            let paths = (&self.futures, seed, block);
            self.evaluator.year(paths, plan.world(), step, observer);
        }
        self.evaluator.end(plan.world(), observer);
    }
}

/// A year of the futures of a block; the first draws what holds for all.
struct Draw<'a> {
    plan: &'a FuturesPlan,
    futures: &'a mut Futures,
    seed: u64,
    block: u64,
    step: usize,
}

impl Work for Draw<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Self {
            plan,
            futures,
            seed,
            block,
            step,
        } = self;
        if step == 0 {
            futures.start(plan, seed, block);
        } else {
            futures.advance(plan, seed, block, step);
        }
    }
}

/// A year of a world on the futures of a block; the first draws what holds for all.
struct Evaluate<'a> {
    plan: &'a FuturesPlan,
    world: &'a World,
    futures: &'a Futures,
    state: &'a mut WorldState,
    seed: u64,
    block: u64,
    step: usize,
}

impl Work for Evaluate<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Self {
            plan,
            world,
            futures,
            state,
            seed,
            block,
            step,
        } = self;
        if step == 0 {
            state.start(plan, world, futures, seed, block);
        } else {
            state.advance(plan, world, futures, step);
        }
    }
}

/// The futures of a block, drawn.
#[derive(Clone, Debug)]
pub struct DrawnFutures {
    futures: Futures,
    /// Seed and block; `None` before the first draw.
    of: Option<(u64, u64)>,
}

impl DrawnFutures {
    /// Arrays for a plan.
    fn new(plan: &Plan, needs: Needs) -> Self {
        Self {
            futures: Futures::new(&plan.futures, needs.last_step(&plan.futures) + 1),
            of: None,
        }
    }

    /// Draws a block of a plan's futures, with all years that any evaluation may need.
    ///
    /// # Panics
    /// If this machine cannot run the kernel ([`Kernel::is_available`]).
    pub fn of(plan: &Plan, kernel: Kernel, seed: u64, block: u64) -> Self {
        kernel.assert_available();
        let mut drawn = Self::new(plan, Needs::ALL);
        drawn.draw(plan, kernel, seed, block);
        drawn
    }

    fn draw(&mut self, plan: &Plan, kernel: Kernel, seed: u64, block: u64) {
        if self.of != Some((seed, block)) {
            for step in 0..self.futures.stored() {
                kernel.run(Draw {
                    plan: &plan.futures,
                    futures: &mut self.futures,
                    seed,
                    block,
                    step,
                });
            }
            self.of = Some((seed, block));
        }
    }

    /// How many bytes a block of a plan's futures takes.
    pub fn bytes(plan: &Plan) -> usize {
        Futures::bytes(&plan.futures, Needs::ALL.last_step(&plan.futures) + 1)
    }
}

/// Evaluates worlds on drawn futures.
#[derive(Clone, Debug)]
pub struct Evaluator<'plan> {
    plan: &'plan Plan,
    kernel: Kernel,
    needs: Needs,
    state: WorldState,
}

impl<'plan> Evaluator<'plan> {
    /// Arrays for worlds with a plan's levers and their partners, with any options.
    ///
    /// # Panics
    /// If this machine cannot run the kernel ([`Kernel::is_available`]).
    pub fn new(plan: &'plan Plan, kernel: Kernel, needs: Needs) -> Self {
        kernel.assert_available();
        let needs = needs.with_rules(plan);
        Self {
            plan,
            kernel,
            needs,
            state: WorldState::new(&plan.futures, plan.world(), needs),
        }
    }

    /// Evaluates a world on futures that were drawn for this plan, or for one that [draws as](Plan::draws_as) it does, and shows
    /// it to the observer; nothing happens before the first draw.
    pub fn evaluate(&mut self, drawn: &DrawnFutures, world: &World, observer: &mut dyn Observer) {
        let Some((seed, block)) = drawn.of else {
            return;
        };
        for step in 0..=self.last_step() {
            self.year((&drawn.futures, seed, block), world, step, observer);
        }
        self.end(world, observer);
    }

    /// The last year to compute, in years after t0.
    fn last_step(&self) -> usize {
        self.needs.last_step(&self.plan.futures)
    }

    /// Evaluates a year on futures of a seed and block, and shows it; beyond the horizon only money is counted.
    fn year(
        &mut self,
        (futures, seed, block): (&Futures, u64, u64),
        world: &World,
        step: usize,
        observer: &mut dyn Observer,
    ) {
        let plan = &self.plan.futures;
        self.kernel.run(Evaluate {
            plan,
            world,
            futures,
            state: &mut self.state,
            seed,
            block,
            step,
        });
        if step <= plan.projected_years() {
            observer.year(YearView {
                step,
                world,
                state: &self.state,
            });
        }
    }

    /// Shows the whole paths.
    fn end(&self, world: &World, observer: &mut dyn Observer) {
        observer.block(BlockView {
            world,
            state: &self.state,
        });
    }
}

/// Evaluates many worlds on the same futures: draw once, evaluate many.
#[derive(Clone, Debug)]
pub struct SharedFutures<'plan> {
    evaluator: Evaluator<'plan>,
    drawn: DrawnFutures,
}

impl<'plan> SharedFutures<'plan> {
    /// Arrays for a plan and for worlds with its levers and their partners, with any options.
    ///
    /// # Panics
    /// If this machine cannot run the kernel ([`Kernel::is_available`]).
    pub fn new(plan: &'plan Plan, kernel: Kernel, needs: Needs) -> Self {
        let needs = needs.with_rules(plan);
        Self {
            evaluator: Evaluator::new(plan, kernel, needs),
            drawn: DrawnFutures::new(plan, needs),
        }
    }

    /// Draws the futures of a block, unless they are there already.
    pub fn draw(&mut self, seed: u64, block: u64) {
        let Evaluator { plan, kernel, .. } = self.evaluator;
        self.drawn.draw(plan, kernel, seed, block);
    }

    /// Evaluates a world on the drawn futures and shows it to the observer; nothing happens before the first draw.
    pub fn evaluate(&mut self, world: &World, observer: &mut dyn Observer) {
        self.evaluator.evaluate(&self.drawn, world, observer);
    }
}

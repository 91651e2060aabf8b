//! What each lever of an option contributes: Shapley values over subsets of its levers on the same futures.

use serde::Serialize;

use super::{Capture, EvaluationError, Outcome, compare::unit_key};
use crate::{
    base::Unit,
    decision::{
        Attribution, AttributionCollector, AttributionError, AttributionPart, MOST_PLAYERS_EXACT, Method,
    },
    engine::{Accumulator, Progress, Settings, run_chosen_worlds},
    model::{BlockView, Lanes, Needs, Plan, World, YearView},
    random::BLOCK,
};

/// How many subsets are evaluated together: enough to share what does not depend on the option, few enough for the caches.
const TOGETHER: usize = 16;

/// Pairs of an order and its reverse that are drawn for each block unless asked otherwise.
const DEFAULT_PAIRS: usize = 2;

/// What each lever of an option contributes to some outcomes.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct OptionAttribution {
    /// The option.
    pub option: String,
    /// Ids of its levers, the players, in the order of the attributions.
    pub levers: Vec<String>,
    /// Each outcome.
    pub outcomes: Vec<OutcomeAttribution>,
}

/// What each lever contributes to an outcome.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct OutcomeAttribution {
    /// Selector.
    pub outcome: String,
    /// Heading for people.
    pub label: String,
    /// What the levers change: the label of an outcome that is a difference without the word.
    pub quantity: String,
    /// Unit.
    #[serde(serialize_with = "unit_key")]
    pub unit: Unit,
    /// The whole and the parts.
    pub attribution: Attribution,
}

/// An attribution that can be made: an option, its levers and the method.
#[derive(Clone, Debug)]
pub struct AttributionPlan<'plan> {
    plan: &'plan Plan,
    option: usize,
    levers: Vec<usize>,
    method: Method,
}

impl<'plan> AttributionPlan<'plan> {
    /// Over all subsets of up to [`MOST_PLAYERS_EXACT`] levers unless a number of orders is asked for; otherwise over sampled
    /// orders, so many for each block of paths (rounded up to pairs).
    ///
    /// # Errors
    /// For more levers than can be attributed, or 0 orders.
    pub fn new(
        plan: &'plan Plan,
        option: usize,
        orders: Option<usize>,
        seed: u64,
    ) -> Result<Self, AttributionError> {
        let levers = plan.world().levers_of(option).to_vec();
        let method = match orders {
            None if levers.len() <= MOST_PLAYERS_EXACT => Method::Exact,
            _ => Method::Permutations {
                pairs: orders.map_or(DEFAULT_PAIRS, |orders| orders.div_ceil(2)),
                seed,
            },
        };
        // The collector knows what is possible.
        AttributionCollector::new(levers.len(), method, 1.0)?;
        Ok(Self {
            plan,
            option,
            levers,
            method,
        })
    }

    /// How the values are computed.
    pub fn method(&self) -> Method {
        self.method
    }

    /// Number of levers.
    pub fn levers(&self) -> usize {
        self.levers.len()
    }

    /// Subsets evaluated on each block of paths, at most.
    pub fn subsets(&self) -> u64 {
        let players = self.levers.len() as u64;
        match self.method {
            Method::Exact => 1 << players,
            Method::Permutations { pairs, .. } => 2 + 2 * pairs as u64 * players.saturating_sub(1),
        }
    }

    /// The world in which options are the subsets of some masks.
    fn world(&self, masks: &[u64]) -> World {
        let options: Vec<(String, Vec<usize>)> = masks
            .iter()
            .map(|mask| {
                let held = self
                    .levers
                    .iter()
                    .enumerate()
                    .filter(|(player, _)| mask >> player & 1 == 1)
                    .map(|(_, lever)| *lever)
                    .collect();
                (format!("subset {mask:b}"), held)
            })
            .collect();
        self.plan.world_with_options(&options)
    }

    /// Evaluates the subsets and attributes the outcomes.
    ///
    /// # Errors
    /// If the run was stopped, or an outcome left the range of numbers.
    pub fn run(
        &self,
        outcomes: &[Outcome],
        settings: Settings,
        progress: &Progress,
    ) -> Result<OptionAttribution, EvaluationError> {
        let players = self.levers.len();
        let collectors: Vec<AttributionCollector> = outcomes
            .iter()
            .map_while(|outcome| AttributionCollector::new(players, self.method, outcome.floor).ok())
            .collect();
        let masks = |block: u64| {
            // Without outcomes there is nothing to evaluate.
            let mut masks = collectors
                .first()
                .map_or_else(Vec::new, |first| first.masks(block));
            masks.retain(|mask| *mask > 0);
            masks
        };
        let worlds = |block: u64| {
            let chunks: Vec<Vec<u64>> = masks(block).chunks(TOGETHER).map(<[u64]>::to_vec).collect();
            chunks.into_iter().map(|chunk| self.world(&chunk))
        };
        let (recorder, parts) = run_chosen_worlds(self.plan, worlds, settings, progress, || Recorder {
            capture: Capture::with_options(self.plan, TOGETHER + 1, outcomes),
            collectors: collectors.clone(),
            choose: &masks,
            block: 0,
            lanes: 0,
            masks: Vec::new(),
            values: Vec::new(),
        })
        .map_err(EvaluationError::Halted)?;
        let ids = self.plan.world().lever_ids();
        let mut found = Vec::new();
        for ((outcome, collector), part) in outcomes.iter().zip(&recorder.collectors).zip(&parts) {
            let label = outcome.label();
            found.push(OutcomeAttribution {
                outcome: outcome.name(),
                quantity: outcome.quantity(),
                unit: outcome.unit,
                attribution: collector.finish(part).map_err(EvaluationError::of(&label))?,
                label,
            });
        }
        Ok(OptionAttribution {
            option: self
                .plan
                .options()
                .nth(self.option)
                .unwrap_or_default()
                .to_owned(),
            levers: self.levers.iter().map(|lever| ids[*lever].clone()).collect(),
            outcomes: found,
        })
    }
}

/// The collector of one worker: gathers the outcomes under every subset of a block before it attributes them.
struct Recorder<'a, C> {
    capture: Capture<'a>,
    collectors: Vec<AttributionCollector>,
    /// The masks of a block, ascending, without that of no lever.
    choose: &'a C,
    block: u64,
    lanes: usize,
    masks: Vec<u64>,
    /// By outcome, of no lever and then of each mask.
    values: Vec<Vec<Lanes>>,
}

impl<C: Fn(u64) -> Vec<u64> + Sync> Accumulator for Recorder<'_, C> {
    type Block = Vec<AttributionPart>;

    fn needs(&self) -> Needs {
        self.capture.needs()
    }

    fn begin(&mut self, block: u64) {
        self.block = block;
        self.masks = (self.choose)(block);
        let subsets = self.masks.len() + 1;
        self.values.resize_with(self.collectors.len(), Vec::new);
        for values in &mut self.values {
            values.resize(subsets, [0.0; BLOCK]);
        }
    }

    fn year(&mut self, _: usize, view: YearView<'_>, _: usize) {
        self.capture.year(&view);
    }

    fn paths(&mut self, world: usize, view: BlockView<'_>, lanes: usize) {
        self.lanes = lanes;
        self.capture.paths(&view);
        for (outcome, values) in self.values.iter_mut().enumerate() {
            for option in 0..view.options() {
                let place = if option == 0 { 0 } else { world * TOGETHER + option };
                values[place] = *self.capture.values(option, outcome);
            }
        }
    }

    fn end(&mut self) -> Vec<AttributionPart> {
        let mut parts = Vec::with_capacity(self.collectors.len());
        for (collector, values) in self.collectors.iter_mut().zip(&self.values) {
            collector.observe(self.block, self.lanes, |mask, out| {
                let place = match mask {
                    0 => 0,
                    // Every mask that is asked for was chosen.
                    _ => 1 + self.masks.partition_point(|other| *other < mask),
                };
                out.copy_from_slice(&values[place][..out.len()]);
            });
            parts.push(collector.end_block());
        }
        parts
    }

    fn fold(before: &mut Vec<AttributionPart>, after: Vec<AttributionPart>) {
        before
            .iter_mut()
            .zip(&after)
            .for_each(|(sum, next)| sum.fold(next));
    }

    fn merge(&mut self, other: Self) {
        for (sum, next) in self.collectors.iter_mut().zip(&other.collectors) {
            sum.merge(next);
        }
    }
}

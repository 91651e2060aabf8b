//! Packages that are pinned: evaluated on the futures of the state that is moved, and compared path by path.

use super::state::State;
use crate::{
    analysis::{Capture, Outcome},
    base::{Diagnostic, Diagnostics, Selector},
    engine::{Accumulator, Halt, KeptFutures, Progress, Settings, Tree, run_kept},
    model::{BlockView, Needs, Plan, YearView},
    outcomes::{Counter, Statistics, finish},
    random::Blocks,
    report::{PinnedPackage, document::Section, pins_section},
    stats::Moments,
};

pub use super::state::MOST_PINS;

/// What packages are compared on: extra GDP and digital economy of all at the horizon, public cost, net present value.
const COMPARED: [&str; 4] = [
    "extra:group.gdp@horizon",
    "extra:group.digital_economy@horizon",
    "money.cost",
    "money.npv",
];

/// The values of every path, in their order, and their moments folded as in a run, by outcome.
pub(super) type Values = Vec<(Moments, Vec<f64>)>;

/// Folds the values of the blocks that follow into those before.
pub(super) fn fold(before: &mut Option<Values>, after: Option<Values>) {
    if let (Some(before), Some(after)) = (before, after) {
        Recorder::fold(before, after);
    }
}

/// The outcomes of one option of a plan.
#[derive(Debug)]
pub(super) struct Compared {
    outcomes: Vec<Outcome>,
    option: usize,
}

/// Keeps the outcomes of one option, path by path.
pub(super) struct Recorder<'a> {
    capture: Capture<'a>,
    option: usize,
    block: Values,
}

impl Accumulator for Recorder<'_> {
    type Block = Values;

    fn needs(&self) -> Needs {
        self.capture.needs()
    }

    fn year(&mut self, _: usize, view: YearView<'_>, _: usize) {
        self.capture.year(&view);
    }

    fn paths(&mut self, _: usize, view: BlockView<'_>, lanes: usize) {
        self.capture.paths(&view);
        self.block = (0..COMPARED.len())
            .map(|outcome| {
                let values = &self.capture.values(self.option, outcome)[..lanes];
                (Moments::of_paths(values), values.to_vec())
            })
            .collect();
    }

    fn end(&mut self) -> Values {
        std::mem::take(&mut self.block)
    }

    fn fold(before: &mut Values, after: Values) {
        for (sum, mut next) in before.iter_mut().zip(after) {
            sum.0.merge(&next.0);
            sum.1.append(&mut next.1);
        }
    }

    fn merge(&mut self, _: Self) {}
}

impl Compared {
    fn new(plan: &Plan, option: &str) -> Result<Self, Diagnostics> {
        let position = plan.options().position(|name| name == option);
        let position =
            position.ok_or_else(|| Diagnostic::new("a pinned package names no option of the scenario"))?;
        let outcomes = COMPARED
            .iter()
            .map(|text| Outcome::new(plan, &Selector::parse(text).map_err(Diagnostic::new)?))
            .collect::<Result<_, Diagnostics>>()?;
        Ok(Self {
            outcomes,
            option: position,
        })
    }

    pub(super) fn recorder<'a>(&'a self, plan: &'a Plan) -> Recorder<'a> {
        Recorder {
            capture: Capture::new(plan, &self.outcomes),
            option: self.option,
            block: Vec::new(),
        }
    }

    /// What stands on the page of the current package and those that are pinned.
    pub(super) fn section(&self, pins: &[Pinned], own: Tree<Option<Values>>) -> Option<Section> {
        let own = own.total(fold)??;
        let current = statistics(&self.outcomes, &own)?;
        let others = pins.iter().filter_map(|pin| {
            let values = pin.values.clone().total(Recorder::fold)?;
            let difference = |outcome: usize| -> Vec<f64> {
                let pairs = own[outcome].1.iter().zip(&values[outcome].1);
                pairs.map(|(now, then)| now - then).collect()
            };
            let net = difference(COMPARED.len() - 1);
            let moments = Moments::of_paths(&net);
            let better = net.iter().filter(|value| **value > 0.0).count();
            Some(PinnedPackage {
                name: pin.name.clone(),
                statistics: statistics(&pin.compared.outcomes, &values)?,
                ahead: Some((
                    moments.mean(),
                    moments.standard_error(),
                    better as f64 / net.len().max(1) as f64,
                )),
            })
        });
        let now = PinnedPackage {
            name: String::new(),
            statistics: current,
            ahead: None,
        };
        Some(pins_section(
            &std::iter::once(now).chain(others).collect::<Vec<_>>(),
        ))
    }
}

/// The statistics of each outcome, to the digits that a run gives.
fn statistics(outcomes: &[Outcome], values: &Values) -> Option<Vec<Statistics>> {
    outcomes
        .iter()
        .zip(values)
        .map(|(outcome, (moments, values))| {
            let mut counter = Counter::new(outcome.floor);
            counter.observe(values);
            finish(&counter, moments).ok()
        })
        .collect()
}

/// A package that is pinned, with what is known of it so far.
#[derive(Debug)]
pub(super) struct Pinned {
    name: String,
    plan: Plan,
    compared: Compared,
    values: Tree<Values>,
}

impl Pinned {
    /// An option of a plan.
    pub(super) fn new(name: &str, plan: Plan, option: &str) -> Result<Self, Diagnostics> {
        Ok(Self {
            name: name.to_owned(),
            compared: Compared::new(&plan, option)?,
            plan,
            values: Tree::default(),
        })
    }

    /// The package that is moved; `None` if none is chosen.
    pub(super) fn current(plan: &Plan, state: &State) -> Option<Compared> {
        Compared::new(plan, state.option.as_deref()?).ok()
    }

    /// Evaluates it on more futures.
    pub(super) fn collect(
        &mut self,
        kept: &KeptFutures,
        blocks: Blocks,
        settings: Settings,
        progress: &Progress,
    ) -> Result<(), Halt> {
        let (_, more) = run_kept(&self.plan, kept, blocks, settings, progress, || {
            self.compared.recorder(&self.plan)
        })?;
        self.values.merge(more, Recorder::fold);
        Ok(())
    }
}

//! Levers with a rule along the paths of a block (docs/model.md §5).

use super::{
    Lanes,
    levers::{LeverPlan, LeverState},
    rules::RulePlan,
};
use crate::random::BLOCK;

/// A lever with a rule, along the paths of a block under one option: what happens there decides whether it starts.
#[derive(Clone, Debug)]
pub(super) struct RuledState {
    pub(super) lever: LeverState,
    /// By threshold.
    pub(super) met: Vec<Lanes>,
}

impl RuledState {
    pub(super) fn new(plan: &LeverPlan, counted: usize) -> Self {
        Self {
            lever: LeverState::new(plan, counted),
            met: Vec::new(),
        }
    }

    /// Takes what was drawn for the lever.
    #[inline(always)]
    pub(super) fn start(&mut self, drawn: &LeverState, rule: &RulePlan) {
        self.lever.copy_from(drawn);
        self.met.resize(rule.thresholds().count(), [0.0; BLOCK]);
    }

    /// Takes delivery and cost away where the condition does not hold.
    #[inline(always)]
    pub(super) fn decide(&mut self, rule: &RulePlan) {
        let mut holds: Lanes = [0.0; BLOCK];
        let mut position = 0;
        for all in &rule.alternatives {
            for lane in 0..BLOCK {
                let mut every = 1.0;
                for met in &self.met[position..position + all.len()] {
                    every *= met[lane];
                }
                holds[lane] = if every > holds[lane] { every } else { holds[lane] };
            }
            position += all.len();
        }
        self.lever.keep_where(&holds);
    }
}

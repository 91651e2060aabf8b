//! What is asked of an evaluation: it computes nothing that nobody looks at.

use super::{futures_plan::FuturesPlan, plan::Plan, rules::RulePlan};
use crate::base::Metric;

/// What an evaluation computes besides the digital economy, GDP and share of the partners of levers, which it always does.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Needs {
    /// The first and the last year looked at, in years after t0. What lies beside them is computed as far as these years follow from it.
    pub years: (usize, usize),
    /// Economies that are partners of no lever.
    pub others: bool,
    /// Element scores.
    pub scores: bool,
    /// The index of every economy, which is made of the scores.
    pub index: bool,
    /// The group.
    pub group: bool,
    /// Volumes of GDP and of the digital economy.
    pub volume: bool,
    /// Growth of the digital economy and, with volumes, of that of GDP.
    pub growth: bool,
    /// Gaps, closure and dispersion; with the first year that at least half is closed, if every year is looked at.
    pub gap: bool,
    /// Present values of what is gained.
    pub benefits: bool,
    /// What levers cost.
    pub costs: bool,
}

/// Nothing, in no year.
impl Default for Needs {
    fn default() -> Self {
        Self {
            years: (usize::MAX, 0),
            others: false,
            scores: false,
            index: false,
            group: false,
            volume: false,
            growth: false,
            gap: false,
            benefits: false,
            costs: false,
        }
    }
}

impl Needs {
    /// What a metric of a place (an economy by position, or the group as the last) in a year after t0 needs.
    pub fn of(plan: &Plan, place: usize, metric: Metric, step: usize) -> Self {
        let (futures, world) = (&plan.futures, plan.world());
        let gap = matches!(metric, Metric::Gap | Metric::Closure | Metric::Dispersion);
        let group = place == futures.economies.len();
        // What the number is computed from.
        let source = if gap { world.gap.definition.metric } else { metric };
        let index = source == Metric::Index;
        Self {
            years: (step, step),
            others: gap || group || !world.is_partner(place),
            scores: index || source.element().is_some(),
            index,
            group,
            volume: matches!(
                metric,
                Metric::GdpVolume | Metric::DigitalVolume | Metric::VolumeGrowth
            ),
            growth: matches!(metric, Metric::DigitalGrowth | Metric::VolumeGrowth),
            gap,
            ..Self::default()
        }
    }

    /// With what the rules of a plan's levers look at, which decides whether they are paid for.
    pub(super) fn with_rules(self, plan: &Plan) -> Self {
        let rules = plan.world().levers.iter().filter_map(|lever| lever.rule.as_ref());
        rules
            .flat_map(RulePlan::thresholds)
            .fold(self, |needs, threshold| {
                let (place, metric) = (threshold.place, threshold.metric);
                needs.and(Self::of(plan, place, metric, threshold.step))
            })
    }

    /// What is computed of it in a year.
    pub(super) fn in_year(self, plan: &FuturesPlan, step: usize) -> Self {
        let (first, last) = self.years;
        // Growth is measured against the year before, closure against the base year.
        let looked_at = step == 0 || (step + 1 >= first && step <= last);
        if looked_at && step <= plan.projected_years() {
            return self;
        }
        Self {
            others: self.others,
            benefits: self.benefits,
            ..Self::default()
        }
    }

    /// The last year to compute, in years after t0.
    pub(super) fn last_step(self, plan: &FuturesPlan) -> usize {
        if self.benefits {
            plan.counted_years()
        } else {
            self.years.1.min(plan.projected_years())
        }
    }

    /// Everything.
    pub const ALL: Self = Self {
        years: (0, usize::MAX),
        others: true,
        scores: true,
        index: true,
        group: true,
        volume: true,
        growth: true,
        gap: true,
        benefits: true,
        costs: true,
    };

    /// What two need together.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        Self {
            years: (self.years.0.min(other.years.0), self.years.1.max(other.years.1)),
            others: self.others || other.others,
            scores: self.scores || other.scores,
            index: self.index || other.index,
            group: self.group || other.group,
            volume: self.volume || other.volume,
            growth: self.growth || other.growth,
            gap: self.gap || other.gap,
            benefits: self.benefits || other.benefits,
            costs: self.costs || other.costs,
        }
    }
}

//! Counting how often gaps close.

use super::GapClosure;
use crate::{
    base::{Economy, Metric},
    model::{BlockView, Plan, YearView},
};

/// Counts of one option and economy, by year from t0.
#[derive(Clone, PartialEq, Debug, Default, serde::Serialize, serde::Deserialize)]
pub(super) struct Counts {
    half: Vec<u64>,
    all: Vec<u64>,
    first_half: Vec<u64>,
}

/// Counts of every option and every economy with a gap worth closing.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct GapCounter {
    /// Option and position of the economy.
    keys: Vec<(usize, usize)>,
    pub(super) counts: Vec<Counts>,
}

impl GapCounter {
    pub(super) fn new(plan: &Plan) -> Self {
        let years = plan.projected_years() + 1;
        let economies = plan.economies().len();
        let keys: Vec<(usize, usize)> = (0..plan.options().len())
            .flat_map(|option| (0..economies).map(move |economy| (option, economy)))
            .filter(|(_, economy)| plan.has(*economy, Metric::Closure, 0))
            .collect();
        let empty = Counts {
            half: vec![0; years],
            all: vec![0; years],
            first_half: vec![0; years],
        };
        Self {
            counts: vec![empty; keys.len()],
            keys,
        }
    }

    pub(super) fn year(&mut self, view: &YearView<'_>, lanes: usize) {
        for ((option, economy), counts) in self.keys.iter().zip(&mut self.counts) {
            let closures = &view.metric(*option, *economy, Metric::Closure)[..lanes];
            let (mut half, mut all) = (0.0, 0.0);
            for closure in closures {
                half += if *closure >= 0.5 { 1.0 } else { 0.0 };
                all += if *closure >= 1.0 { 1.0 } else { 0.0 };
            }
            counts.half[view.step] += half as u64;
            counts.all[view.step] += all as u64;
        }
    }

    pub(super) fn paths(&mut self, view: &BlockView<'_>, lanes: usize) {
        for ((option, economy), counts) in self.keys.iter().zip(&mut self.counts) {
            for year in &view.half_closed(*option, *economy)[..lanes] {
                if *year > 0.0 {
                    counts.first_half[*year as usize] += 1;
                }
            }
        }
    }

    /// With these counts in place of its own; `None` if they are not those of the plan, or of more than so many paths.
    pub(super) fn with(self, counts: Vec<Counts>, paths: u64) -> Option<Self> {
        let fits = |(own, other): (&Counts, &Counts)| {
            [
                (&own.half, &other.half),
                (&own.all, &other.all),
                (&own.first_half, &other.first_half),
            ]
            .into_iter()
            .all(|(own, other)| own.len() == other.len() && other.iter().all(|count| *count <= paths))
        };
        let all = counts.len() == self.counts.len() && self.counts.iter().zip(&counts).all(fits);
        all.then_some(Self { counts, ..self })
    }

    pub(super) fn merge(&mut self, other: &Self) {
        for (own, other) in self.counts.iter_mut().zip(&other.counts) {
            for (own, other) in [
                (&mut own.half, &other.half),
                (&mut own.all, &other.all),
                (&mut own.first_half, &other.first_half),
            ] {
                own.iter_mut().zip(other).for_each(|(sum, next)| *sum += next);
            }
        }
    }

    /// One entry per option and economy, those without a gap worth closing included.
    pub(super) fn finish(&self, plan: &Plan, paths: u64) -> Vec<GapClosure> {
        let share = |counts: &[u64]| counts.iter().map(|count| *count as f64 / paths as f64).collect();
        let economies: Vec<Economy> = plan.economies().collect();
        let mut closures = Vec::new();
        for (option, name) in plan.options().enumerate() {
            for (economy, code) in economies.iter().enumerate() {
                let found = self.keys.iter().position(|key| *key == (option, economy));
                let counts = found.map(|position| &self.counts[position]);
                closures.push(GapClosure {
                    option: name.to_owned(),
                    economy: *code,
                    status: plan.world().gap_status()[economy],
                    probability_half: counts.map_or_else(Vec::new, |counts| share(&counts.half)),
                    probability_all: counts.map_or_else(Vec::new, |counts| share(&counts.all)),
                    first_half: counts.map_or_else(Vec::new, |counts| share(&counts.first_half)),
                });
            }
        }
        closures
    }
}

//! What is collected of a run, or of a shard of it, and the summary that it becomes.

use super::{
    Statistics, Summary, SummaryRow,
    gap::GapCounter,
    money::MoneyRecorder,
    number::{Counter, finish},
    recorder::{Folded, Recorder, Shared, Source, Targets, counted_numbers},
};
use crate::{
    base::{Place, Year},
    engine::{Accumulator, Halt, KeptFutures, Progress, Settings, Tree, run_kept, run_shard},
    model::Plan,
    random::{BLOCK, Blocks},
    stats::{Moments, QuantileSketch},
};

/// Why an ensemble has no summary.
#[derive(Clone, PartialEq, Debug)]
pub enum ProjectionError {
    /// The run was stopped or could not start.
    Halted(Halt),
    /// Some paths left the range of floating-point numbers.
    NotFinite {
        /// The economy or group; `None` for present values.
        place: Option<Place>,
        /// What left the range.
        what: &'static str,
        /// The first year in which it happened.
        year: Year,
        /// On how many paths.
        paths: u64,
    },
}

/// Everything that is collected of a run for its summary, or of a shard of the run: counts, histograms, and moments folded as far
/// as the blocks of the shard allow. Shards of the same run merge, in any order, to the same bits as the whole run.
#[derive(Clone, PartialEq, Debug)]
pub struct Projection {
    /// Number of paths.
    pub(super) paths: u64,
    pub(super) counters: Vec<Counter>,
    pub(super) gap: GapCounter,
    pub(super) money: MoneyRecorder,
    pub(super) tree: Tree<Folded>,
}

impl Projection {
    /// Runs a plan, or the shard of it that the settings name, and collects. Other accumulators may look at the same paths beside it.
    ///
    /// # Errors
    /// If the run was stopped or could not start.
    pub fn collect<A: Accumulator>(
        plan: &Plan,
        settings: Settings,
        progress: &Progress,
        beside: impl Fn() -> A + Sync,
    ) -> Result<(Self, A), Halt> {
        let targets = Targets::new(plan);
        let shared = Shared::new(plan, &targets);
        let ((recorder, beside), tree) = run_shard(plan, settings, progress, || {
            (Recorder::new(plan, &targets, &shared), beside())
        })?;
        let tree = tree.map(|(folded, _)| folded);
        Ok((
            Self::of(
                settings.shard_paths(),
                recorder.own(),
                shared.into_counters(&targets),
                tree,
            ),
            beside,
        ))
    }

    /// As [`collect`](Self::collect), of these blocks of futures that are kept; `beside` looks at the same paths.
    ///
    /// # Errors
    /// If the run was stopped or could not start.
    pub fn collect_kept<A: Accumulator>(
        plan: &Plan,
        kept: &KeptFutures,
        blocks: Blocks,
        settings: Settings,
        progress: &Progress,
        beside: impl Fn() -> A + Sync,
    ) -> Result<(Self, Tree<A::Block>), Halt> {
        let targets = Targets::new(plan);
        let shared = Shared::new(plan, &targets);
        let ((recorder, _), tree) = run_kept(plan, kept, blocks, settings, progress, || {
            (Recorder::new(plan, &targets, &shared), beside())
        })?;
        let (mut folded, mut others) = (Tree::default(), Tree::default());
        for (first, level, (recorded, other)) in tree.into_nodes() {
            folded.insert(first, level, recorded, Recorder::fold);
            others.insert(first, level, other, A::fold);
        }
        Ok((
            Self::of(
                blocks.paths(settings.paths),
                recorder.own(),
                shared.into_counters(&targets),
                folded,
            ),
            others,
        ))
    }

    /// Of what workers have of their own, and of what they shared.
    fn of(
        paths: u64,
        (gap, mut money): (GapCounter, MoneyRecorder),
        (counters, of_money): (Vec<Counter>, Vec<Counter>),
        tree: Tree<Folded>,
    ) -> Self {
        money.counters = of_money;
        Self {
            paths,
            counters,
            gap,
            money,
            tree,
        }
    }

    /// About how many bytes the summary of so many paths needs on so many workers: one histogram for each counted number, and for each
    /// worker the paths of a block under every option.
    pub fn memory(plan: &Plan, paths: u64, workers: usize) -> u64 {
        /// Bins of a usual histogram, with room to grow.
        const BINS: u64 = 1200;
        let (counted, rows) = counted_numbers(plan);
        let width = if paths > u64::from(u16::MAX) { 4 } else { 2 };
        let counters = counted * (BINS * width + 200);
        let rows = rows * std::mem::size_of::<SummaryRow>() as u64;
        let moments = 3 * counted * std::mem::size_of::<Moments>() as u64;
        let evaluated = evaluation_memory(plan, workers);
        counters + rows + workers as u64 * moments + evaluated
    }

    /// Number of paths that it has seen.
    pub fn paths(&self) -> u64 {
        self.paths
    }

    /// Merges another shard of the same run, of which no path is there yet.
    pub fn merge(&mut self, other: Self) {
        self.paths += other.paths;
        self.counters
            .iter_mut()
            .zip(&other.counters)
            .for_each(|(sum, next)| sum.merge(next));
        self.gap.merge(&other.gap);
        self.money.merge(&other.money);
        self.tree.merge(other.tree, Recorder::fold);
    }

    /// Makes sure that every number of every path is finite, at no cost to speak of.
    ///
    /// # Errors
    /// [`ProjectionError::NotFinite`], as the summary would.
    pub fn check(&self, plan: &Plan) -> Result<(), ProjectionError> {
        let targets = Targets::new(plan);
        let places: Vec<Place> = plan.places().collect();
        for (step, counts) in targets.by_step.iter().enumerate() {
            for count in counts {
                let paths = self.counters[count.position].sketch.rejected();
                if paths > 0 {
                    return Err(ProjectionError::NotFinite {
                        place: Some(places[count.place]),
                        what: count.metric.label(),
                        year: plan.base_year() + step as Year,
                        paths,
                    });
                }
            }
        }
        let of_money = |counter: &Counter| counter.sketch.rejected() > 0;
        if self.money.counters.iter().any(of_money) {
            return Err(money_not_finite(plan));
        }
        Ok(())
    }

    /// The summary of what was collected; the plan is the one it was collected with.
    ///
    /// # Errors
    /// If there is no path, or if a path left the range of floating-point numbers: the summary of the other paths would be a
    /// biased answer, so there is none.
    pub fn summary(mut self, plan: &Plan) -> Result<Summary, ProjectionError> {
        let targets = Targets::new(plan);
        let folded = self
            .tree
            .total(Recorder::fold)
            .ok_or(ProjectionError::Halted(Halt::NoPaths))?;
        let places: Vec<Place> = plan.places().collect();
        let options: Vec<&str> = plan.options().collect();
        let year = |step: usize| plan.base_year() + step as Year;
        let mut statistics: Vec<Option<Statistics>> = vec![None; targets.floors.len()];
        for (step, counts) in targets.by_step.iter().enumerate() {
            for count in counts {
                let position = count.position;
                // Histograms are most of the memory; each goes as soon as its quantiles are known.
                let counter = std::mem::replace(&mut self.counters[position], Counter::new(1.0));
                let found = finish(&counter, &folded.moments[position]);
                statistics[position] = Some(found.map_err(|paths| ProjectionError::NotFinite {
                    place: Some(places[count.place]),
                    what: count.metric.label(),
                    year: year(step),
                    paths,
                })?);
            }
        }
        let money = self
            .money
            .finish(plan, &folded.money)
            .ok_or_else(|| money_not_finite(plan))?;
        let gap = plan.world().gap_definition();
        let known = |position: usize| statistics[position].unwrap_or(Statistics::ZERO);
        let rows = targets
            .all
            .iter()
            .map(|target| SummaryRow {
                option: options[target.option].to_owned(),
                comparison: target.comparison,
                place: places[target.place],
                metric: target.metric,
                unit: gap.unit_of(target.metric),
                year: year(target.step),
                statistics: match target.source {
                    Source::Counted(position) | Source::Multiple(position, 1.0) => known(position),
                    Source::Multiple(position, factor) => known(position).scaled(factor),
                    Source::Zero => Statistics::ZERO,
                },
            })
            .collect();
        Ok(Summary {
            paths: self.paths,
            base_year: plan.base_year(),
            sketch_error: QuantileSketch::RELATIVE_ERROR,
            gap,
            rows,
            closures: self.gap.finish(plan, self.paths),
            money,
        })
    }
}

/// About how many bytes so many workers need to evaluate the options of a plan on a block of paths each.
pub fn evaluation_memory(plan: &Plan, workers: usize) -> u64 {
    /// Numbers of a block that an option has for a place, beside those of each year.
    const OF_A_PLACE: u64 = 50;
    let years = plan.projected_years() as u64 + 1;
    let of_option = (plan.places().count() as u64 * OF_A_PLACE + years) * (BLOCK * 8) as u64;
    workers as u64 * plan.options().len() as u64 * of_option
}

/// A present value that left the range of numbers.
fn money_not_finite(plan: &Plan) -> ProjectionError {
    ProjectionError::NotFinite {
        place: None,
        what: "a present value",
        year: plan.base_year() + plan.projected_years() as Year,
        paths: 0,
    }
}

/// Runs a plan and summarizes every metric of every option, place and year.
///
/// # Errors
/// If the run was stopped, or a path left the range of floating-point numbers ([`Projection::summary`]).
pub fn project(plan: &Plan, settings: Settings, progress: &Progress) -> Result<Summary, ProjectionError> {
    let (projection, ()) =
        Projection::collect(plan, settings, progress, || ()).map_err(ProjectionError::Halted)?;
    projection.summary(plan)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        base::Memory,
        history::History,
        model::Kernel,
        random::{BLOCK, Blocks, GROUP, Shard},
        scenario,
    };

    fn plan() -> Plan {
        let files = Memory::default().with("a.toml", "economies = [\"CHN\", \"KOR\"]\nhorizon = 2023\n");
        let history = History::embedded(true).unwrap().data().unwrap();
        let scenario = scenario::load_from(&files, "a.toml".as_ref(), &[], None, &history).unwrap();
        Plan::new(&history, &scenario).unwrap()
    }

    fn collect(plan: &Plan, paths: u64, shard: Shard) -> Projection {
        let settings = Settings {
            paths,
            seed: 1,
            threads: 1,
            kernel: Kernel::detect(),
            shard,
        };
        Projection::collect(plan, settings, &Progress::default(), || ())
            .unwrap()
            .0
    }

    /// The projection of a block as if every block of a node of that level held the same paths.
    fn repeated(block: &Projection, first: u64, level: u32) -> Projection {
        let mut many = block.clone();
        let mut folded = block.tree.clone().total(Recorder::fold).unwrap();
        for _ in 0..level {
            let half = many.clone();
            // The trees are left as they are: all of the node is set below.
            many.paths += half.paths;
            many.counters
                .iter_mut()
                .zip(&half.counters)
                .for_each(|(sum, next)| sum.merge(next));
            many.gap.merge(&half.gap);
            many.money.merge(&half.money);
            let other_half = folded.clone();
            Recorder::fold(&mut folded, other_half);
        }
        many.tree = Tree::default();
        many.tree.insert(first, level, folded, Recorder::fold);
        many
    }

    #[test]
    fn more_paths_than_32_bits_hold_are_counted_right() {
        let plan = plan();
        let block = collect(&plan, BLOCK as u64, Shard::WHOLE);
        let paths = (BLOCK as u64) << 25;
        assert!(paths > 4 * u64::from(u32::MAX));
        let mut whole: Option<Projection> = None;
        for number in [2, 1] {
            let blocks = Shard::new(number, 2).unwrap().blocks(paths);
            let part = repeated(&block, blocks.first, 24);
            let bytes = part.to_bytes().unwrap();
            let back = Projection::from_bytes(&bytes, &plan, paths, blocks).unwrap();
            assert_eq!(back, part);
            match &mut whole {
                None => whole = Some(back),
                Some(whole) => whole.merge(back),
            }
        }
        let (one, many) = (
            block.summary(&plan).unwrap(),
            whole.unwrap().summary(&plan).unwrap(),
        );
        assert_eq!(many.paths, paths);
        for (one, many) in one.rows.iter().zip(&many.rows) {
            let (one, many) = (one.statistics, many.statistics);
            // Folding a mean with itself changes nothing; squares and counts are multiplied by a power of two.
            assert_eq!(many.mean, one.mean);
            assert_eq!(many.positive, one.positive);
            let (n, few) = (paths as f64, BLOCK as f64);
            let sd = one.sd * ((few - 1.0) / few * n / (n - 1.0)).sqrt();
            assert!((many.sd - sd).abs() <= 1e-12 * sd, "{} {sd}", many.sd);
            // Groups of equal spread: the squares over one less than their number.
            let groups = few / GROUP as f64;
            let spread = (groups - 1.0) / (groups - few / n);
            let mcse = one.mcse * (spread * few / n).sqrt();
            assert!((many.mcse - mcse).abs() <= 1e-12 * many.mcse);
            // Ranks lie as far apart as the paths of one block let them: the median is between its neighbors.
            let width = 0.02 * (one.quantiles[4] - one.quantiles[0]).abs();
            assert!((many.quantiles[2] - one.quantiles[2]).abs() <= width + 1e-12);
        }
        for (one, many) in one.closures.iter().zip(&many.closures) {
            assert_eq!(one.probability_half, many.probability_half);
        }
    }

    #[test]
    fn bytes_of_other_blocks_or_another_plan_are_refused() {
        let plan = plan();
        let shard = Shard::new(2, 3).unwrap();
        let bytes = collect(&plan, 3000, shard).to_bytes().unwrap();
        let read = |paths, blocks| Projection::from_bytes(&bytes, &plan, paths, blocks);
        assert!(read(3000, shard.blocks(3000)).is_some());
        assert!(read(3000, Shard::new(3, 3).unwrap().blocks(3000)).is_none());
        assert!(read(3000, Blocks { first: 2, end: 5 }).is_none());
        let mut longer = bytes.clone();
        longer.push(0);
        assert!(Projection::from_bytes(&longer, &plan, 3000, shard.blocks(3000)).is_none());
        assert!(Projection::from_bytes(&[], &plan, 3000, shard.blocks(3000)).is_none());
    }
}

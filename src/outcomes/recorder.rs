//! Collecting the numbers of an ensemble while it runs: moments in block order, quantile sketches in any order.

use super::{PROBABILITIES, Statistics, Summary, SummaryRow};
use crate::{
    base::{Economy, Metric, Year},
    engine::{Accumulator, Halt, Progress, Settings, run},
    model::{Plan, YearView},
    stats::{Moments, QuantileSketch},
};

/// A number of the projection that is summarized over paths.
#[derive(Clone, Copy, Debug)]
struct Target {
    option: usize,
    economy: usize,
    metric: Metric,
    step: usize,
}

/// Every number of a plan, ordered by option, economy, metric and year, and for each year its positions in that order.
#[derive(Debug)]
struct Targets {
    all: Vec<Target>,
    by_step: Vec<Vec<usize>>,
}

impl Targets {
    fn new(plan: &Plan) -> Self {
        let mut targets = Self {
            all: Vec::new(),
            by_step: vec![Vec::new(); plan.projected_years() + 1],
        };
        for option in 0..plan.options().len() {
            for economy in 0..plan.economies().len() {
                for metric in Metric::ALL {
                    for step in (0..=plan.projected_years()).filter(|step| plan.has(economy, metric, *step)) {
                        targets.by_step[step].push(targets.all.len());
                        targets.all.push(Target {
                            option,
                            economy,
                            metric,
                            step,
                        });
                    }
                }
            }
        }
        targets
    }
}

/// The collector of one worker.
#[derive(Debug)]
struct Recorder<'targets> {
    targets: &'targets Targets,
    /// One sketch per target.
    sketches: Vec<QuantileSketch>,
    /// Moments of the block under way, one per target.
    moments: Vec<Moments>,
}

impl<'targets> Recorder<'targets> {
    fn new(targets: &'targets Targets) -> Self {
        Self {
            targets,
            sketches: targets
                .all
                .iter()
                .map(|target| QuantileSketch::new(target.metric.sketch_floor()))
                .collect(),
            moments: vec![Moments::default(); targets.all.len()],
        }
    }
}

impl Accumulator for Recorder<'_> {
    type Block = Vec<Moments>;

    fn observe(&mut self, year: YearView<'_>, lanes: usize) {
        for &position in &self.targets.by_step[year.step] {
            let target = self.targets.all[position];
            let values = &year.metric(target.option, target.economy, target.metric)[..lanes];
            self.sketches[position].extend_from_slice(values);
            self.moments[position] = Moments::from_slice(values);
        }
    }

    fn end(&mut self) -> Vec<Moments> {
        self.moments.clone()
    }

    fn fold(total: &mut Option<Vec<Moments>>, block: Vec<Moments>) {
        match total {
            None => *total = Some(block),
            Some(total) => total
                .iter_mut()
                .zip(block)
                .for_each(|(sum, next)| sum.merge(&next)),
        }
    }

    fn merge(&mut self, other: Self) {
        self.sketches
            .iter_mut()
            .zip(&other.sketches)
            .for_each(|(sum, next)| sum.merge(next));
    }
}

/// Why an ensemble has no summary.
#[derive(Clone, PartialEq, Debug)]
pub enum ProjectionError {
    /// The run was stopped or could not start.
    Halted(Halt),
    /// Some paths left the range of floating-point numbers.
    NotFinite {
        /// The economy.
        economy: Economy,
        /// The metric.
        metric: Metric,
        /// The first year in which it happened.
        year: Year,
        /// On how many paths.
        paths: u64,
    },
}

/// Runs a plan and summarizes every metric of every option, economy and year.
///
/// # Errors
/// If the run was stopped, or if a path left the range of floating-point numbers: the summary of the other paths would
/// be a biased answer, so there is none.
pub fn project(plan: &Plan, settings: Settings, progress: &Progress) -> Result<Summary, ProjectionError> {
    let targets = Targets::new(plan);
    let (recorder, moments) =
        run(plan, settings, progress, || Recorder::new(&targets)).map_err(ProjectionError::Halted)?;
    let economies: Vec<Economy> = plan.economies().collect();
    let mut rows = Vec::with_capacity(targets.all.len());
    for ((target, sketch), moments) in targets.all.iter().zip(&recorder.sketches).zip(&moments) {
        let (economy, metric) = (economies[target.economy], target.metric);
        let year = plan.base_year() + target.step as Year;
        if sketch.rejected() > 0 || !moments.sd().is_finite() {
            return Err(ProjectionError::NotFinite {
                economy,
                metric,
                year,
                paths: sketch.rejected(),
            });
        }
        let quantiles = sketch.quantiles();
        rows.push(SummaryRow {
            option: plan.options()[target.option].clone(),
            economy,
            metric,
            year,
            statistics: Statistics {
                mean: moments.mean(),
                sd: moments.sd(),
                mcse: moments.standard_error(),
                quantiles: PROBABILITIES.map(|probability| quantiles.at(probability)),
                quantile_mcse: PROBABILITIES.map(|probability| quantiles.standard_error(probability)),
            },
        });
    }
    Ok(Summary {
        paths: settings.paths,
        sketch_error: QuantileSketch::RELATIVE_ERROR,
        rows,
    })
}

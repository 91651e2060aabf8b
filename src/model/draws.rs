//! What is drawn once per path, by name: the numbers behind each path, for analyses that ask which of them drives an
//! outcome. A draw depends on the seed, its name and the block alone, so it can be computed again beside a run.

use super::{
    Lanes,
    draw::{Draw, Uniforms, ties_of},
    futures_plan::SeriesPlan,
    plan::Plan,
};
use crate::{
    base::Element,
    calibration::SeriesKind,
    random::BLOCK,
    scenario::{Drawn, Parameter, Scenario},
};

/// What kind of quantity is drawn.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum DrawKind {
    /// An uncertain input of the scenario, named by its path.
    Parameter,
    /// Whether a lever delivers anything, 1 or 0, named by the path of its probability.
    Event,
    /// A parameter that is estimated from the history: `drift.ECONOMY.SERIES`, `volatility.ECONOMY.SERIES` and
    /// `diffusion.ECONOMY.ELEMENT`.
    Estimate,
}

/// How a quantity is computed.
#[derive(Clone, Debug)]
enum Source {
    Input(Draw),
    /// Cut off above: the hazard of a pair (docs/model.md §6).
    Capped(Draw, f64),
    Success(Uniforms, f64),
    Volatility(SeriesPlan),
    Drift(SeriesPlan),
}

/// One quantity that is drawn once per path.
#[derive(Clone, Debug)]
pub struct PathDraw {
    /// Its name.
    pub name: String,
    /// Its kind.
    pub kind: DrawKind,
    /// Its unit.
    pub unit: &'static str,
    source: Source,
}

impl PathDraw {
    /// Its values on the first so many paths.
    pub fn values(&self, seed: u64, paths: usize) -> Vec<f64> {
        let mut values = Vec::with_capacity(paths);
        let mut lanes = [0.0; BLOCK];
        for block in 0..paths.div_ceil(BLOCK) {
            self.fill(seed, block as u64, &mut lanes);
            values.extend_from_slice(&lanes[..(paths - values.len()).min(BLOCK)]);
        }
        values
    }

    /// Its values on the paths of a block: those the simulator uses.
    pub fn fill(&self, seed: u64, block: u64, out: &mut Lanes) {
        match &self.source {
            Source::Input(draw) => draw.fill(seed, block, out),
            Source::Capped(draw, largest) => {
                draw.fill(seed, block, out);
                for value in out.iter_mut() {
                    *value = value.min(*largest);
                }
            }
            Source::Success(uniforms, probability) => {
                uniforms.fill(seed, block, out);
                for value in out.iter_mut() {
                    *value = if *value < *probability { 1.0 } else { 0.0 };
                }
            }
            Source::Volatility(series) => series.draw_volatility(seed, block, out),
            Source::Drift(series) => {
                let mut sigma: Lanes = [0.0; BLOCK];
                series.draw_volatility(seed, block, &mut sigma);
                series.draw_location(&sigma, seed, block, out);
            }
        }
    }
}

/// Every quantity that is drawn once per path and differs between paths: uncertain inputs in the order of the scenario, events,
/// then what is estimated from the history. What is drawn anew every year (shocks, losses of incidents) is not among them.
/// The scenario is that of the plan.
pub fn path_draws(plan: &Plan, scenario: &Scenario) -> Vec<PathDraw> {
    let mut draws = Vec::new();
    let mut tables = plan.tables.clone();
    let ties = ties_of(scenario);
    for input in &scenario.inputs {
        let Some(parameter) = input.parameter() else {
            continue;
        };
        if input.value.as_constant().is_some() || parameter.row().drawn != Drawn::PerPath {
            continue;
        }
        let draw = Draw::tied(&input.path, input.value.sampler_in(&mut tables), &ties);
        let duration = (parameter == Parameter::TensionHazard)
            .then(|| scenario.input(&Parameter::TensionDuration.beside(&input.path)))
            .flatten()
            .and_then(|duration| duration.value.as_constant());
        let source = match duration {
            Some(duration) => Source::Capped(draw, libm::log(duration)),
            None => Source::Input(draw),
        };
        draws.push(PathDraw {
            name: input.path.clone(),
            kind: DrawKind::Parameter,
            unit: scenario.unit_of(&input.path),
            source,
        });
    }
    for lever in &scenario.levers {
        let name = Parameter::Success.path(lever);
        if let Some(probability) = scenario.number(Parameter::Success, lever)
            && probability > 0.0
            && probability < 1.0
        {
            draws.push(PathDraw {
                source: Source::Success(Uniforms::new(&name, &ties), probability),
                name,
                kind: DrawKind::Event,
                unit: "0 or 1",
            });
        }
    }
    for economy in &plan.futures.economies {
        let code = economy.economy;
        for (kind, series) in [
            (SeriesKind::GdpGrowth, &economy.volume),
            (SeriesKind::DollarPrice, &economy.price),
            (SeriesKind::ShareDrift, &economy.share),
        ] {
            let unit = match kind {
                SeriesKind::GdpGrowth | SeriesKind::DollarPrice => "log points a year",
                SeriesKind::ShareDrift => "logit points a year",
            };
            for (part, source) in [
                ("drift", Source::Drift(series.clone())),
                ("volatility", Source::Volatility(series.clone())),
            ] {
                // All dollar prices share their mean, and the price of an economy without volume has no shock of its own.
                let same = part == "drift" && series.drift.is_none();
                if same || (economy.single && kind == SeriesKind::DollarPrice && part == "volatility") {
                    continue;
                }
                draws.push(PathDraw {
                    name: format!("{part}.{code}.{}", kind.key()),
                    kind: DrawKind::Estimate,
                    unit,
                    source,
                });
            }
        }
        for (element, draw) in Element::ALL.iter().zip(&economy.diffusion) {
            if draw.constant().is_none() {
                draws.push(PathDraw {
                    name: format!("diffusion.{code}.{}", element.key()),
                    kind: DrawKind::Estimate,
                    unit: "logit points a year",
                    source: Source::Input(draw.clone()),
                });
            }
        }
    }
    draws
}

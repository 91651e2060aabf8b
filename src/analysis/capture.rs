//! Selected outcomes of every option, path by path: what comparisons, attributions and sweeps look at.

use crate::{
    base::{Diagnostic, Diagnostics, Measure, Metric, Money, Place, Selector, Unit},
    model::{BlockView, Lanes, Needs, Plan, YearView},
    outcomes::PresentValue,
    random::BLOCK,
    scenario::BASELINE,
};

/// Where an outcome is found in a block.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Source {
    /// A metric of a place in a year, times a factor.
    Year {
        place: usize,
        metric: Metric,
        step: usize,
        factor: f64,
        extra: bool,
    },
    /// A present value; `None` for all economies together.
    Path {
        value: PresentValue,
        economy: Option<usize>,
    },
}

impl Source {
    /// What an evaluation must compute for it.
    fn needs(&self, plan: &Plan) -> Needs {
        match *self {
            Self::Year {
                place, metric, step, ..
            } => Needs::of(plan, place, metric, step),
            Self::Path { value, .. } => Needs {
                benefits: value != PresentValue::Cost,
                costs: value != PresentValue::ExtraGdp,
                ..Needs::default()
            },
        }
    }
}

/// An outcome of a plan: one number on every path under every option.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The selector it was read from.
    pub selector: Selector,
    /// Its unit.
    pub unit: Unit,
    /// Below this magnitude a quantile sketch resolves it absolutely.
    pub floor: f64,
    /// The option it names; `None` if it names none.
    pub option: Option<usize>,
    source: Source,
    needs: Needs,
}

impl Outcome {
    /// Finds an outcome in a plan.
    ///
    /// # Errors
    /// If the plan has no such number: an unknown option, a year before the base year or behind the horizon, a metric
    /// that does not exist there, or a statistic over futures where a number of each path is needed.
    pub fn new(plan: &Plan, selector: &Selector) -> Result<Self, Diagnostics> {
        let wrong = |message: String| {
            let refused = Diagnostic::new(format!("`{selector}`: {message}"));
            Diagnostics::from(refused.about("sweep.outcome"))
        };
        let position = |wanted: Place| plan.places().position(|place| place == wanted);
        let option = match &selector.option {
            None => None,
            Some(name) => Some(
                plan.options()
                    .position(|option| option == name)
                    .ok_or_else(|| wrong(format!("there is no option `{name}`")))?,
            ),
        };
        let (source, unit, floor) = match selector.measure {
            Measure::Metric {
                place,
                metric,
                year,
                extra,
            } => {
                let last = plan.projected_years();
                let step = match year {
                    None => last,
                    Some(year) => usize::try_from(year - plan.base_year())
                        .ok()
                        .filter(|step| *step <= last)
                        .ok_or_else(|| wrong(format!("{year} is not a year of the projection")))?,
                };
                let place = position(place)
                    .filter(|place| plan.has(*place, metric, step))
                    .ok_or_else(|| wrong(format!("{place} has no {} in that year", metric.label())))?;
                let factor = match plan.population(place, step) {
                    Some(persons) if metric.is_per_head() => 1.0 / persons,
                    _ => 1.0,
                };
                let unit = plan.world().gap_definition().unit_of(metric);
                let floor = if extra {
                    metric.difference_sketch_floor()
                } else {
                    metric.sketch_floor()
                };
                let source = Source::Year {
                    place,
                    metric,
                    step,
                    factor,
                    extra,
                };
                (source, unit, floor)
            }
            Measure::Money { kind, economy } => {
                let value = match kind {
                    Money::Cost => PresentValue::Cost,
                    Money::Benefit => PresentValue::ExtraGdp,
                    Money::NetPresentValue => PresentValue::Net,
                    Money::BenefitCostRatio => {
                        return Err(Diagnostic::new(format!(
                            "`{selector}`: a benefit-cost ratio is a ratio of means, not a number of each path"
                        ))
                        .help("use money.npv, money.benefit or money.cost")
                        .about("sweep.outcome")
                        .into());
                    }
                };
                let economy = economy
                    .map(|economy| {
                        position(Place::Economy(economy))
                            .ok_or_else(|| wrong(format!("{economy} is not among the economies")))
                    })
                    .transpose()?;
                (Source::Path { value, economy }, Unit::UsdBn, 1e-3)
            }
        };
        Ok(Self {
            selector: selector.clone(),
            unit,
            floor,
            option,
            source,
            needs: source.needs(plan),
        })
    }

    /// The same outcome under an option, by position.
    #[must_use]
    pub fn of_option(mut self, option: usize) -> Self {
        self.option = Some(option);
        self
    }

    /// The name in outputs.
    pub fn name(&self) -> String {
        self.selector.to_string()
    }

    /// Whether it is a difference from the baseline without levers.
    pub fn is_extra(&self) -> bool {
        matches!(self.selector.measure, Measure::Metric { extra: true, .. })
    }

    /// The heading for people, without the option: "extra GDP of the group in 2035".
    pub fn label(&self) -> String {
        let extra = if self.is_extra() { "extra " } else { "" };
        format!("{extra}{}", self.quantity())
    }

    /// What is measured, level or difference alike: "GDP of the group in 2035".
    pub fn quantity(&self) -> String {
        match self.selector.measure {
            Measure::Metric {
                place, metric, year, ..
            } => {
                let whose = if place == Place::Group {
                    "the group"
                } else {
                    place.name()
                };
                let when = year.map_or_else(|| "at the horizon".to_owned(), |year| format!("in {year}"));
                format!("{} of {whose} {when}", metric.label())
            }
            Measure::Money { kind, economy } => match economy {
                None => kind.label().to_owned(),
                Some(economy) => format!("{} of {}", kind.label(), economy.name()),
            },
        }
    }

    /// Whether less is better: costs, gaps and dispersion.
    pub fn smaller_is_better(&self) -> bool {
        matches!(
            self.source,
            Source::Path {
                value: PresentValue::Cost,
                ..
            } | Source::Year {
                metric: Metric::Gap | Metric::Dispersion,
                ..
            }
        )
    }
}

/// The values of outcomes on the paths of the block under way.
#[derive(Clone, Debug)]
pub struct Capture<'a> {
    outcomes: &'a [Outcome],
    economies: usize,
    /// By option and outcome.
    values: Vec<Lanes>,
    options: usize,
}

impl<'a> Capture<'a> {
    /// Room for outcomes of every option of a plan.
    pub fn new(plan: &Plan, outcomes: &'a [Outcome]) -> Self {
        Self::with_options(plan, plan.options().len(), outcomes)
    }

    /// Room for outcomes of worlds of a plan with up to so many options, the baseline included.
    pub fn with_options(plan: &Plan, options: usize, outcomes: &'a [Outcome]) -> Self {
        Self {
            outcomes,
            economies: plan.economies().len(),
            values: vec![[0.0; BLOCK]; options * outcomes.len()],
            options,
        }
    }

    /// What evaluations must compute for the outcomes.
    pub fn needs(&self) -> Needs {
        self.outcomes
            .iter()
            .fold(Needs::default(), |needs, outcome| needs.and(outcome.needs))
    }

    /// Takes what belongs to a year.
    pub fn year(&mut self, view: &YearView<'_>) {
        for (position, outcome) in self.outcomes.iter().enumerate() {
            let Source::Year {
                place,
                metric,
                step,
                factor,
                extra,
            } = outcome.source
            else {
                continue;
            };
            if step != view.step {
                continue;
            }
            let baseline = view.metric(0, place, metric);
            for option in 0..self.options.min(view.options()) {
                let level = view.metric(option, place, metric);
                let out = &mut self.values[option * self.outcomes.len() + position];
                if extra {
                    for lane in 0..BLOCK {
                        out[lane] = factor * (level[lane] - baseline[lane]);
                    }
                } else {
                    for lane in 0..BLOCK {
                        out[lane] = factor * level[lane];
                    }
                }
            }
        }
    }

    /// Takes what belongs to whole paths.
    pub fn paths(&mut self, view: &BlockView<'_>) {
        for (position, outcome) in self.outcomes.iter().enumerate() {
            let Source::Path { value, economy } = outcome.source else {
                continue;
            };
            for option in 0..self.options.min(view.options()) {
                let out = &mut self.values[option * self.outcomes.len() + position];
                value.fill(view, option, economy, self.economies, out);
            }
        }
    }

    /// The values of an outcome under an option.
    pub fn values(&self, option: usize, outcome: usize) -> &Lanes {
        &self.values[option * self.outcomes.len() + outcome]
    }
}

/// The position of the option that a command looks at where none is named: the first with levers, otherwise the baseline.
pub fn default_option(plan: &Plan) -> usize {
    plan.options().position(|option| option != BASELINE).unwrap_or(0)
}

//! Which levers, and how large, under a budget: every combination on the same futures.

use serde::Serialize;

use super::{Capture, Effect, EvaluationError, Outcome, compare::unit_key};
use crate::{
    base::{Diagnostic, Diagnostics, Economy, Unit},
    decision::{
        Aim, Branching, Candidates, Estimate, Search, Step, Undefined, Winner, branch_and_bound, half_of,
        mean_of_paths,
    },
    engine::{Accumulator, Progress, Settings, run_worlds},
    history::HistoryData,
    model::{BlockView, Needs, Plan, World, YearView},
    scenario::{Choice, Parameter, Scenario},
    stats::Moments,
};

/// How many portfolios are evaluated together.
const TOGETHER: usize = 16;
/// Most evaluations of a path for which every portfolio is looked at; each keeps a number for each outcome.
pub const MOST_EVALUATIONS: u64 = 1 << 24;
/// A cost above a limit by this part of it is rounding.
const ROUNDING: f64 = 1e-9;

/// What is limited.
#[derive(Clone, Copy, PartialEq, Debug, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum LimitOn {
    /// The present value of all costs.
    Total,
    /// That part of it that an economy pays.
    Partner(Economy),
    /// What is paid in any one year, not discounted.
    Yearly,
}

/// A budget.
#[derive(Clone, Copy, PartialEq, Debug, Serialize)]
pub struct Limit {
    /// What is limited.
    pub on: LimitOn,
    /// To how much, USD bn.
    pub amount: f64,
}

/// What is asked.
#[derive(Clone, Debug)]
pub struct PortfolioSettings {
    /// The budgets, all of which hold.
    pub limits: Vec<Limit>,
    /// On which part of the futures a budget must hold; `None` where its mean must.
    pub sure: Option<f64>,
    /// The outcome; of the smallest gain, one of each partner.
    pub outcomes: Vec<Outcome>,
    /// What a portfolio is judged by.
    pub aim: Aim,
}

/// A lever of a portfolio.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Pick {
    /// Its id.
    pub lever: String,
    /// Multiple of its scale.
    pub scale: f64,
}

/// A portfolio with what it costs.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Portfolio {
    /// Its levers.
    pub levers: Vec<Pick>,
    /// Present value of its cost, USD bn.
    pub cost: Estimate,
    /// By limit: what it takes of it on average (of a limit on every year, the largest mean of a year), USD bn.
    pub uses: Vec<f64>,
    /// By limit: on which part of the futures it holds.
    pub holds: Vec<f64>,
    /// Its value on the held-out half of the futures.
    pub value: Estimate,
}

/// The best portfolio, and what is beside it.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct PortfolioChoice {
    /// Number of paths.
    pub paths: u64,
    /// Levers that may be chosen.
    pub levers: Vec<String>,
    /// Portfolios that may be chosen but for the budget.
    pub portfolios: usize,
    /// How the search went, where there were too many portfolios to look at each; then only those it came to are told of.
    pub search: Option<Search>,
    /// How many of them the budget allows.
    pub affordable: usize,
    /// The budgets.
    pub limits: Vec<Limit>,
    /// On which part of the futures they must hold; `None` where their means must.
    pub sure: Option<f64>,
    /// Selector of the outcome.
    pub outcome: String,
    /// Heading of the outcome.
    pub label: String,
    /// Unit of the outcome.
    #[serde(serialize_with = "unit_key")]
    pub unit: Unit,
    /// Whether less of the outcome is better; values then have the opposite sign.
    pub smaller_is_better: bool,
    /// What portfolios are judged by.
    pub aim: Aim,
    /// How the winner was found and how sure it is.
    pub winner: Winner,
    /// The winner.
    pub best: Portfolio,
    /// The next best.
    pub runner_up: Option<Portfolio>,
    /// All levers at their own scale, whatever they cost, if they may be chosen together.
    pub everything: Option<Portfolio>,
    /// The best portfolio for every cost, cheapest first.
    pub frontier: Vec<Portfolio>,
}

/// A lever at a scale.
#[derive(Clone, Copy, Debug)]
struct Version {
    scale: f64,
    /// Its position among the levers of the plan.
    position: usize,
}

/// A choice that can be made: the levers at every scale, compiled, and every portfolio of them.
#[derive(Debug)]
pub struct PortfolioPlan {
    plan: Plan,
    ids: Vec<String>,
    choices: Vec<Choice>,
    /// By lever.
    versions: Vec<Vec<Version>>,
    /// By portfolio and lever, which version: 0 for none. The first is to do nothing. Empty where there are too many to look at each.
    portfolios: Vec<Vec<u8>>,
    /// How many sets of levers there are, each at one of its scales.
    combinations: f64,
    /// How many portfolios may be evaluated.
    most: usize,
}

impl PortfolioPlan {
    /// Compiles every lever of a scenario at every scale; `most` is how many portfolios may be evaluated; where there are more, some are
    /// searched by branch and bound.
    ///
    /// # Errors
    /// If there is no lever, not even every pair of them may be evaluated, or a scale leaves the range of its parameter.
    pub fn new(
        history: &HistoryData,
        scenario: &Scenario,
        scales: &[f64],
        most: u64,
    ) -> Result<Self, Diagnostics> {
        if scenario.levers.is_empty() {
            return Err(
                Diagnostic::new("there is nothing to choose: the file has no lever")
                    .help("add `[levers.ID]` tables, or give a file that has some")
                    .into(),
            );
        }
        if let Some(rule) = scenario.rules.first() {
            let message = format!(
                "the rule `{}` decides whether `{}` starts, so that its cost depends on the rest of a portfolio",
                rule.name, rule.lever
            );
            return Err(Diagnostic::new(message)
                .help("leave `[rules]` out, or compare options")
                .into());
        }
        let of = |choice: &Choice| match choice.scales.as_slice() {
            [] => scales.to_vec(),
            own => own.to_vec(),
        };
        let wanted: Vec<Vec<f64>> = scenario.levers.iter().map(|lever| of(&lever.choice)).collect();
        let combinations: f64 = wanted.iter().map(|scales| 1.0 + scales.len() as f64).product();
        let singles: u64 = wanted.iter().map(|scales| scales.len() as u64).sum();
        let pairs = singles * (singles + 1) / 2 + 1;
        if combinations > most as f64 && pairs > most {
            return Err(too_many(pairs, most));
        }
        let mut factors: Vec<f64> = wanted
            .iter()
            .flatten()
            .copied()
            .filter(|scale| *scale != 1.0)
            .collect();
        factors.sort_by(f64::total_cmp);
        factors.dedup();
        let variants = factors
            .iter()
            .map(|factor| scaled(scenario, &wanted, *factor))
            .collect::<Result<Vec<_>, _>>()?;
        let plan = Plan::of_all(history, scenario, &variants)?;
        let known = plan.world().lever_ids().to_vec();
        let versions = scenario.levers.iter().zip(&wanted).map(|(lever, scales)| {
            let version = |scale: &f64| {
                let number = factors.iter().position(|factor| factor == scale);
                let name = number.map_or_else(
                    || lever.id.clone(),
                    |number| format!("{} ({})", lever.id, number + 2),
                );
                let position = known.iter().position(|known| *known == name)?;
                Some(Version {
                    scale: *scale,
                    position,
                })
            };
            scales.iter().filter_map(version).collect()
        });
        let mut compiled = Self {
            versions: versions.collect(),
            ids: scenario.levers.iter().map(|lever| lever.id.clone()).collect(),
            choices: scenario.levers.iter().map(|lever| lever.choice.clone()).collect(),
            plan,
            portfolios: Vec::new(),
            combinations,
            most: most as usize,
        };
        if combinations <= most as f64 {
            compiled.portfolios = compiled.every_portfolio();
        }
        Ok(compiled)
    }

    /// The plan of the futures.
    pub fn plan(&self) -> &Plan {
        &self.plan
    }

    /// How many portfolios may be chosen but for a budget, to do nothing included; `None` where there are too many to look at each.
    pub fn portfolios(&self) -> Option<usize> {
        (!self.portfolios.is_empty()).then_some(self.portfolios.len())
    }

    /// How many sets of levers there are, each at one of its scales.
    pub fn combinations(&self) -> f64 {
        self.combinations
    }

    /// How many numbers of each path are kept: the outcomes of every portfolio, and what each lever costs in each year.
    pub fn kept(&self, asked: &PortfolioSettings) -> u64 {
        let versions = self.versions.iter().flatten().count();
        let years = (self.plan.money_through() - self.plan.base_year()) as usize;
        let portfolios = self.portfolios().unwrap_or(self.most);
        (portfolios * asked.outcomes.len() + versions * (years + 1)) as u64
    }

    /// How many portfolios may be evaluated.
    pub fn most(&self) -> usize {
        self.most
    }

    /// Every portfolio that `requires` and `excludes` allow; those of fewer levers first.
    fn every_portfolio(&self) -> Vec<Vec<u8>> {
        let mut all = vec![Vec::new()];
        for versions in &self.versions {
            let extend = |portfolio: &Vec<u8>| -> Vec<Vec<u8>> {
                let with = |version| [portfolio.as_slice(), &[version]].concat();
                (0..=versions.len() as u8).map(with).collect()
            };
            all = all.iter().flat_map(extend).collect();
        }
        all.retain(|portfolio| self.is_allowed(portfolio));
        all.sort_by_key(|portfolio| portfolio.iter().filter(|version| **version > 0).count());
        all
    }

    /// Whether `requires` and `excludes` allow a portfolio.
    fn is_allowed(&self, portfolio: &[u8]) -> bool {
        let mut chosen = self.chosen(portfolio);
        !self.is_excluded(portfolio)
            && chosen.all(|choice| choice.requires.iter().all(|id| self.holds(portfolio, id)))
    }

    /// Whether a portfolio holds levers that exclude each other.
    fn is_excluded(&self, portfolio: &[u8]) -> bool {
        let mut chosen = self.chosen(portfolio);
        chosen.any(|choice| choice.excludes.iter().any(|id| self.holds(portfolio, id)))
    }

    fn holds(&self, portfolio: &[u8], id: &str) -> bool {
        let lever = self.ids.iter().position(|known| known == id);
        lever.is_some_and(|lever| portfolio[lever] > 0)
    }

    /// What the file says of the levers of a portfolio.
    fn chosen<'a>(&'a self, portfolio: &'a [u8]) -> impl Iterator<Item = &'a Choice> {
        let pairs = portfolio.iter().zip(&self.choices);
        pairs
            .filter(|(version, _)| **version > 0)
            .map(|(_, choice)| choice)
    }

    /// The levers of a portfolio, as versions of the plan.
    fn held(&self, portfolio: &[u8]) -> impl Iterator<Item = (usize, Version)> + '_ {
        let portfolio = portfolio.to_vec();
        self.versions
            .iter()
            .enumerate()
            .filter_map(move |(lever, versions)| {
                let version = usize::from(portfolio[lever]).checked_sub(1)?;
                Some((lever, versions[version]))
            })
    }

    /// Worlds whose options are sets of lever versions.
    fn worlds(&self, sets: &[Vec<usize>]) -> Vec<World> {
        let chunks = sets.chunks(TOGETHER).map(|chunk| {
            let options: Vec<(String, Vec<usize>)> = chunk
                .iter()
                .enumerate()
                .map(|(number, set)| (format!("portfolio {number}"), set.clone()))
                .collect();
            self.plan.world_with_options(&options)
        });
        chunks.collect()
    }

    /// Evaluates every portfolio, or those that branch and bound comes to.
    ///
    /// # Errors
    /// If the run was stopped, or a number left the range of numbers.
    pub fn evaluate(
        &self,
        asked: &PortfolioSettings,
        settings: Settings,
        progress: &Progress,
    ) -> Result<Evaluated, EvaluationError> {
        let costs = self.costs(settings, progress)?;
        let mut portfolios = self.portfolios.clone();
        let mut values = Vec::new();
        let mut search = None;
        if portfolios.is_empty() {
            search = Some(self.search(asked, &costs, |sets| {
                let next = self.values(sets, &asked.outcomes, settings, progress)?;
                let paths = settings.paths as usize;
                let choosing: Vec<usize> = (0..paths).filter(|path| half_of(*path, paths) == 0).collect();
                let score = |values: &[f64]| {
                    choosing.iter().map(|path| values[*path]).sum::<f64>() / choosing.len() as f64
                };
                let scores = next.chunks_exact(paths).map(score).collect();
                portfolios.extend_from_slice(sets);
                values.extend(next);
                Ok(scores)
            })?);
        } else {
            values = self.values(&portfolios, &asked.outcomes, settings, progress)?;
        }
        Ok(Evaluated {
            costs,
            candidates: Candidates::new(asked.outcomes.len(), settings.paths as usize, values),
            portfolios,
            search,
        })
    }

    /// Branch and bound on the mean of the first outcome.
    fn search(
        &self,
        asked: &PortfolioSettings,
        costs: &Costs,
        evaluate: impl FnMut(&[Vec<u8>]) -> Result<Vec<f64>, EvaluationError>,
    ) -> Result<Search, EvaluationError> {
        let total = asked.limits.iter().find(|limit| limit.on == LimitOn::Total);
        // A budget that must hold with a probability says nothing of means.
        let budget = total
            .filter(|_| asked.sure.is_none())
            .map_or(f64::INFINITY, |limit| limit.amount);
        let means = costs.present.iter().map(|cost| Moments::from_slice(cost).mean());
        let mut means = means.collect::<Vec<f64>>().into_iter();
        let problem = Branching {
            costs: self
                .versions
                .iter()
                .map(|versions| means.by_ref().take(versions.len()).collect())
                .collect(),
            budget,
            admissible: &|set| !self.is_excluded(set) && self.uses(set, costs, asked).fits,
            complete: &|set| self.is_allowed(set),
            most: self.most,
        };
        branch_and_bound(&problem, evaluate)
    }

    /// Chooses among evaluated portfolios; to do nothing is within every budget.
    ///
    /// # Errors
    /// If there is no path.
    pub fn choose(
        &self,
        evaluated: &Evaluated,
        asked: &PortfolioSettings,
        settings: Settings,
    ) -> Result<PortfolioChoice, EvaluationError> {
        let Evaluated {
            portfolios,
            costs,
            candidates,
            search,
        } = evaluated;
        let mut all: Vec<usize> = (0..portfolios.len()).collect();
        all.retain(|portfolio| self.is_allowed(&portfolios[*portfolio]));
        let used: Vec<Uses> = portfolios
            .iter()
            .map(|portfolio| self.uses(portfolio, costs, asked))
            .collect();
        let affordable: Vec<usize> = all
            .iter()
            .copied()
            .filter(|portfolio| used[*portfolio].fits)
            .collect();
        let winner = candidates
            .winner(asked.aim, &affordable, settings.seed)
            .ok_or_else(|| EvaluationError::Undefined {
                what: "the budget".to_owned(),
                error: Undefined::NoPaths,
            })?;
        let portfolio = |step: &Step| {
            let uses = &used[step.candidate];
            Portfolio {
                levers: self
                    .held(&portfolios[step.candidate])
                    .map(|(lever, version)| Pick {
                        lever: self.ids[lever].clone(),
                        scale: version.scale,
                    })
                    .collect(),
                cost: uses.cost,
                uses: uses.means.clone(),
                holds: uses.holds.clone(),
                value: step.value,
            }
        };
        let one = |candidate: usize| {
            let mut steps = candidates.frontier(
                asked.aim,
                &[candidate],
                &[used[candidate].cost.value],
                settings.seed,
            );
            steps.pop().map(|step| portfolio(&step))
        };
        let others = |portfolio: &usize| used[*portfolio].fits_but_total;
        let free: Vec<usize> = all.iter().copied().filter(others).collect();
        let prices: Vec<f64> = free.iter().map(|portfolio| used[*portfolio].cost.value).collect();
        let steps = candidates.frontier(asked.aim, &free, &prices, settings.seed);
        let outcome = &asked.outcomes[0];
        let whole = |portfolio: &Vec<u8>| {
            let full = self.held(portfolio).filter(|(_, version)| version.scale == 1.0);
            full.count() == self.ids.len()
        };
        let everything = portfolios.iter().position(whole);
        Ok(PortfolioChoice {
            paths: settings.paths,
            levers: self.ids.clone(),
            portfolios: all.len(),
            search: search.clone(),
            affordable: affordable.len(),
            limits: asked.limits.clone(),
            sure: asked.sure,
            outcome: outcome.name(),
            label: Effect::of(outcome).0.label,
            unit: outcome.unit,
            smaller_is_better: outcome.smaller_is_better(),
            aim: asked.aim,
            best: portfolio(&Step {
                candidate: winner.candidate,
                cost: used[winner.candidate].cost.value,
                value: winner.value,
            }),
            runner_up: winner.runner_up.and_then(|(other, _)| one(other)),
            everything: everything.and_then(one),
            winner,
            frontier: steps.iter().map(portfolio).collect(),
        })
    }

    /// What each lever version costs on every path.
    fn costs(&self, settings: Settings, progress: &Progress) -> Result<Costs, EvaluationError> {
        let versions = self.versions.iter().flatten();
        let positions: Vec<usize> = versions.map(|version| version.position).collect();
        let sets: Vec<Vec<usize>> = positions.iter().map(|position| vec![*position]).collect();
        let worlds = self.worlds(&sets);
        let (_, blocks) = run_worlds(&self.plan, &worlds, settings, progress, || CostRecorder {
            versions: sets.len(),
            economies: self.plan.economies().len(),
            block: Costs::default(),
        })
        .map_err(EvaluationError::Halted)?;
        Ok(blocks)
    }

    /// The outcomes of portfolios on every path, by portfolio, outcome and path.
    fn values(
        &self,
        portfolios: &[Vec<u8>],
        outcomes: &[Outcome],
        settings: Settings,
        progress: &Progress,
    ) -> Result<Vec<f64>, EvaluationError> {
        let sets: Vec<Vec<usize>> = portfolios
            .iter()
            .map(|portfolio| {
                self.held(portfolio)
                    .map(|(_, version)| version.position)
                    .collect()
            })
            .collect();
        let worlds = self.worlds(&sets);
        let (_, values) = run_worlds(&self.plan, &worlds, settings, progress, || ValueRecorder {
            capture: Capture::with_options(&self.plan, TOGETHER + 1, outcomes),
            signs: outcomes
                .iter()
                .map(|outcome| if outcome.smaller_is_better() { -1.0 } else { 1.0 })
                .collect(),
            block: vec![Vec::new(); sets.len() * outcomes.len()],
        })
        .map_err(EvaluationError::Halted)?;
        if let Some(position) = values
            .iter()
            .flatten()
            .position(|value| value.is_nan() || value.abs() > 1e140)
        {
            let error = Undefined::NotFinite { position, paths: 0 };
            return Err(EvaluationError::Undefined {
                what: outcomes[0].label(),
                error,
            });
        }
        Ok(values.concat())
    }

    /// What a portfolio takes of each limit.
    fn uses(&self, portfolio: &[u8], costs: &Costs, asked: &PortfolioSettings) -> Uses {
        let held: Vec<usize> = self
            .held(portfolio)
            .map(|(lever, version)| self.number(lever, version))
            .collect();
        let count = costs.paths();
        let total = |weight: &dyn Fn(usize) -> f64| -> Vec<f64> {
            let mut sums = vec![0.0; count];
            for version in &held {
                let weight = weight(*version);
                sums.iter_mut()
                    .zip(&costs.present[*version])
                    .for_each(|(sum, cost)| *sum += weight * cost);
            }
            sums
        };
        let mean = |values: &[f64]| Moments::from_slice(values).mean();
        let present = total(&|_| 1.0);
        let mut uses = Uses {
            cost: mean_of_paths(&present),
            means: Vec::new(),
            holds: Vec::new(),
            fits: true,
            fits_but_total: true,
        };
        for limit in &asked.limits {
            let within = limit.amount * (1.0 + ROUNDING);
            // By part that is limited, its cost on every path.
            let parts: Vec<Vec<f64>> = match limit.on {
                LimitOn::Total => vec![present.clone()],
                LimitOn::Partner(economy) => {
                    let position = self.plan.economies().position(|other| other == economy);
                    vec![total(&|version| {
                        position.map_or(0.0, |economy| costs.shares[version][economy])
                    })]
                }
                LimitOn::Yearly => costs.years(&held),
            };
            let largest = parts.iter().map(|part| mean(part)).fold(0.0, f64::max);
            let kept = (0..count)
                .filter(|path| parts.iter().all(|part| part[*path] <= within))
                .count();
            let holds = kept as f64 / count as f64;
            let fits = asked.sure.map_or(largest <= within, |sure| holds >= sure);
            uses.means.push(largest);
            uses.holds.push(holds);
            uses.fits &= fits;
            uses.fits_but_total &= fits || limit.on == LimitOn::Total;
        }
        uses
    }

    /// The number of a lever version among all.
    fn number(&self, lever: usize, version: Version) -> usize {
        let before: usize = self.versions[..lever].iter().map(Vec::len).sum();
        let own = self.versions[lever]
            .iter()
            .position(|other| other.position == version.position);
        before + own.unwrap_or(0)
    }
}

fn too_many(pairs: u64, most: u64) -> Diagnostics {
    Diagnostic::new(format!(
        "there are {pairs} pairs of levers and scales, more than the {most} portfolios that can be evaluated on so many futures"
    ))
    .help("take fewer levers or scales, or fewer --paths")
    .into()
}

/// The scenario with the scales of those levers that may have this multiple.
fn scaled(scenario: &Scenario, wanted: &[Vec<f64>], factor: f64) -> Result<Scenario, Diagnostics> {
    let mut variant = scenario.clone();
    for (lever, scales) in scenario.levers.iter().zip(wanted) {
        if !scales.contains(&factor) {
            continue;
        }
        for input in &mut variant.inputs {
            let parameter = input.parameter();
            let is_scale = matches!(parameter, Some(Parameter::SharedScale | Parameter::HostedScale));
            if !is_scale
                || parameter.and_then(|parameter| parameter.lever_in(&input.path)) != Some(lever.id.as_str())
            {
                continue;
            }
            let value = input
                .value
                .scaled(factor)
                .filter(|value| value.support().1 <= 1e9 || value.as_constant().is_none());
            input.value = value.ok_or_else(|| {
                Diagnostic::new(format!("`{}` cannot be {factor} times as large", input.path))
                    .help("leave this multiple out of the scales")
            })?;
        }
    }
    Ok(variant)
}

/// Portfolios on every path.
#[derive(Debug)]
pub struct Evaluated {
    portfolios: Vec<Vec<u8>>,
    costs: Costs,
    candidates: Candidates,
    search: Option<Search>,
}

/// What a portfolio takes of the limits.
struct Uses {
    cost: Estimate,
    means: Vec<f64>,
    holds: Vec<f64>,
    fits: bool,
    fits_but_total: bool,
}

/// What each lever version costs, on every path.
#[derive(Clone, Debug, Default)]
struct Costs {
    /// By version and path, present value.
    present: Vec<Vec<f64>>,
    /// By version and year, on every path.
    outlays: Vec<Vec<Vec<f64>>>,
    /// By version and economy, the part it pays.
    shares: Vec<Vec<f64>>,
}

impl Costs {
    fn paths(&self) -> usize {
        self.present.first().map_or(0, Vec::len)
    }

    /// The outlays of some versions together, by year and path.
    fn years(&self, held: &[usize]) -> Vec<Vec<f64>> {
        let count = self.outlays.first().map_or(0, Vec::len);
        let mut years = vec![vec![0.0; self.paths()]; count];
        for version in held {
            for (sum, outlays) in years.iter_mut().zip(&self.outlays[*version]) {
                sum.iter_mut()
                    .zip(outlays)
                    .for_each(|(sum, outlay)| *sum += outlay);
            }
        }
        years
    }
}

/// Gathers what each lever version costs; every option holds one.
struct CostRecorder {
    versions: usize,
    economies: usize,
    block: Costs,
}

impl Accumulator for CostRecorder {
    type Block = Costs;

    fn needs(&self) -> Needs {
        Needs {
            costs: true,
            ..Needs::default()
        }
    }

    fn begin(&mut self, _: u64) {
        self.block = Costs {
            present: vec![Vec::new(); self.versions],
            outlays: vec![Vec::new(); self.versions],
            shares: vec![Vec::new(); self.versions],
        };
    }

    fn year(&mut self, _: usize, _: YearView<'_>, _: usize) {}

    fn paths(&mut self, world: usize, view: BlockView<'_>, lanes: usize) {
        for option in 1..view.options() {
            let version = world * TOGETHER + option - 1;
            let Some(&lever) = view.levers_of(option).first() else {
                continue;
            };
            self.block.present[version] = view.lever_cost(option, lever)[..lanes].to_vec();
            let outlays = view
                .counted()
                .map(|step| view.lever_outlay(option, lever, step)[..lanes].to_vec());
            self.block.outlays[version] = outlays.collect();
            self.block.shares[version] = (0..self.economies)
                .map(|economy| view.cost_share(lever, economy))
                .collect();
        }
    }

    fn end(&mut self) -> Costs {
        std::mem::take(&mut self.block)
    }

    fn fold(before: &mut Costs, after: Costs) {
        for (sum, mut next) in before.present.iter_mut().zip(after.present) {
            sum.append(&mut next);
        }
        for (sum, next) in before.outlays.iter_mut().zip(after.outlays) {
            for (sum, mut next) in sum.iter_mut().zip(next) {
                sum.append(&mut next);
            }
        }
    }

    fn merge(&mut self, _: Self) {}
}

/// Gathers the outcomes of every portfolio.
struct ValueRecorder<'a> {
    capture: Capture<'a>,
    /// By outcome; −1 where less is better.
    signs: Vec<f64>,
    /// By portfolio and outcome, of the block under way.
    block: Vec<Vec<f64>>,
}

impl Accumulator for ValueRecorder<'_> {
    type Block = Vec<Vec<f64>>;

    fn needs(&self) -> Needs {
        self.capture.needs()
    }

    fn year(&mut self, _: usize, view: YearView<'_>, _: usize) {
        self.capture.year(&view);
    }

    fn paths(&mut self, world: usize, view: BlockView<'_>, lanes: usize) {
        self.capture.paths(&view);
        for option in 1..view.options() {
            for (outcome, sign) in self.signs.iter().enumerate() {
                let portfolio = world * TOGETHER + option - 1;
                let values = &self.capture.values(option, outcome)[..lanes];
                self.block[portfolio * self.signs.len() + outcome] =
                    values.iter().map(|value| sign * value).collect();
            }
        }
    }

    fn end(&mut self) -> Vec<Vec<f64>> {
        let empty = vec![Vec::new(); self.block.len()];
        std::mem::replace(&mut self.block, empty)
    }

    fn fold(before: &mut Vec<Vec<f64>>, after: Vec<Vec<f64>>) {
        for (sum, mut next) in before.iter_mut().zip(after) {
            sum.append(&mut next);
        }
    }

    fn merge(&mut self, _: Self) {}
}

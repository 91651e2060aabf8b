//! Which levers, and how large, under a budget.

use serde_json::{Value, json};

use super::{Session, Study, StudyError, futures_words, memory, parse_outcomes, settings};
use crate::{
    analysis::{
        Limit, LimitOn, MOST_EVALUATIONS, Outcome, PortfolioChoice, PortfolioPlan, PortfolioSettings,
    },
    base::{Diagnostic, Diagnostics, Economy, Measure, Metric},
    decision::Aim,
    engine::{Progress, Settings},
    model::Plan,
    report::{
        Findings, PortfolioResults, Record, StudyResult, count, document::Document, grouped,
        portfolio_document, tables,
    },
    scenario::{Scenario, are_scales},
    table::Table,
};

/// The outcome unless asked otherwise.
const NET_PRESENT_VALUE: &str = "money.npv";

/// How uncertainty counts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[cfg_attr(feature = "cli", derive(clap::ValueEnum))]
pub enum Risk {
    /// The mean over the futures
    #[default]
    Mean,
    /// The mean of the worst 5 % of the futures
    Worst,
    /// The share of futures in which the outcome reaches --threshold
    Share,
    /// The smallest mean net gain of any partner
    Partners,
}

impl Risk {
    /// Every one.
    pub const ALL: [Self; 4] = [Self::Mean, Self::Worst, Self::Share, Self::Partners];

    /// The word of the command line.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Mean => "mean",
            Self::Worst => "worst",
            Self::Share => "share",
            Self::Partners => "partners",
        }
    }
}

/// What to choose.
#[derive(Clone, Debug)]
pub struct PortfolioRequest {
    /// Number of futures.
    pub paths: u64,
    /// Seed.
    pub seed: u64,
    /// Number of threads; 0 for one per processor.
    pub threads: usize,
    /// Budget for the present value of all costs, USD bn.
    pub budget: Option<f64>,
    /// Budgets of economies, `CODE=USD_BN`.
    pub partner_budgets: Vec<String>,
    /// Budget for what is paid in any one year, USD bn.
    pub yearly_budget: Option<f64>,
    /// On which part of the futures budgets must hold; their means must where there is none.
    pub sure: Option<f64>,
    /// Outcome, as a selector.
    pub outcome: String,
    /// How uncertainty counts.
    pub risk: Risk,
    /// Threshold of [`Risk::Share`], in the unit of the outcome.
    pub threshold: Option<f64>,
    /// Multiples of the scale of levers that state none.
    pub scales: Vec<f64>,
}

impl Default for PortfolioRequest {
    fn default() -> Self {
        Self {
            paths: 2_000,
            seed: 1,
            threads: 0,
            budget: None,
            partner_budgets: Vec::new(),
            yearly_budget: None,
            sure: None,
            outcome: NET_PRESENT_VALUE.to_owned(),
            risk: Risk::Mean,
            threshold: None,
            scales: vec![1.0],
        }
    }
}

impl PortfolioRequest {
    /// The options of a command line that chooses the same.
    fn words(&self) -> Vec<String> {
        let mut words = Vec::new();
        let mut option = |name: &str, value: String| words.extend([name.to_owned(), value]);
        let numbers = [
            ("--budget", self.budget),
            ("--budget-yearly", self.yearly_budget),
            ("--budget-sure", self.sure),
            ("--threshold", self.threshold),
        ];
        for (name, number) in numbers {
            if let Some(number) = number {
                option(name, number.to_string());
            }
        }
        for text in &self.partner_budgets {
            option("--budget-of", text.clone());
        }
        option("--maximize", self.outcome.clone());
        option("--risk", self.risk.key().to_owned());
        let scales: Vec<String> = self.scales.iter().map(f64::to_string).collect();
        option("--scales", scales.join(","));
        words.extend(futures_words(self.paths, self.seed));
        words
    }

    /// The same with the budgets of the scenario where it names none of the kind.
    fn with_budgets_of(&self, scenario: &Scenario) -> Self {
        let file = &scenario.plan;
        let of = file.of.iter();
        let partner_budgets = match self.partner_budgets.as_slice() {
            [] => of
                .map(|(economy, amount)| format!("{economy}={amount}"))
                .collect(),
            asked => asked.to_vec(),
        };
        Self {
            budget: self.budget.or(file.budget),
            yearly_budget: self.yearly_budget.or(file.yearly),
            sure: self.sure.or(file.sure),
            partner_budgets,
            ..self.clone()
        }
    }

    /// The budgets.
    fn limits(&self, scenario: &Scenario, errors: &mut Diagnostics) -> Vec<Limit> {
        let mut limits = Vec::new();
        let mut add = |what: &str, on: LimitOn, amount: f64, errors: &mut Diagnostics| {
            if amount.is_finite() && amount >= 0.0 {
                limits.push(Limit { on, amount });
            } else {
                errors.push(Diagnostic::new(format!(
                    "{what}: {amount} is not a number from 0 on"
                )));
            }
        };
        if let Some(amount) = self.budget {
            add("--budget", LimitOn::Total, amount, errors);
        }
        if let Some(amount) = self.yearly_budget {
            add("--budget-yearly", LimitOn::Yearly, amount, errors);
        }
        for text in &self.partner_budgets {
            let shown: String = text.chars().take(60).collect();
            let parts = text.split_once('=').and_then(|(code, amount)| {
                Some((Economy::parse(code.trim())?, amount.trim().parse::<f64>().ok()?))
            });
            match parts {
                Some((economy, amount)) if scenario.economies.contains(&economy) => {
                    add("--budget-of", LimitOn::Partner(economy), amount, errors);
                }
                Some((economy, _)) => {
                    let codes: Vec<&str> = scenario.economies.iter().map(Economy::code).collect();
                    let message = format!(
                        "--budget-of: {economy} is not among the economies {}",
                        codes.join(", ")
                    );
                    errors.push(Diagnostic::new(message));
                }
                None => errors.push(
                    Diagnostic::new(format!("--budget-of: `{shown}` is not understood"))
                        .help("write ECONOMY=USD_BN, such as KOR=2"),
                ),
            }
        }
        let nothing =
            self.budget.is_none() && self.yearly_budget.is_none() && self.partner_budgets.is_empty();
        if nothing {
            errors.push(
                Diagnostic::new("there is no budget")
                    .help("give --budget USD_BN, --budget-yearly USD_BN or --budget-of ECONOMY=USD_BN, or [plan] budget in the file"),
            );
        }
        limits
    }

    /// What portfolios are judged by.
    fn aim(&self, errors: &mut Diagnostics) -> Aim {
        let mut refuse = |message: &str, help: &str| errors.push(Diagnostic::new(message).help(help));
        match (self.risk, self.threshold) {
            (Risk::Share, Some(threshold)) => return Aim::Reaching { threshold },
            (Risk::Share, None) => refuse(
                "--risk share: which value is to be reached?",
                "give --threshold in the unit of the outcome; 0 for a gain at all",
            ),
            (_, Some(_)) => refuse(
                "--threshold belongs to --risk share",
                "leave it out, or add --risk share",
            ),
            (..) => {}
        }
        match self.risk {
            Risk::Mean | Risk::Share => Aim::Mean,
            Risk::Worst => Aim::WorstTail,
            Risk::Partners => Aim::Least,
        }
    }

    /// The outcomes as selectors: of the smallest gain, one of each partner of any lever.
    fn selectors(&self, scenario: &Scenario, errors: &mut Diagnostics) -> Vec<String> {
        if self.risk != Risk::Partners {
            return vec![self.outcome.clone()];
        }
        if self.outcome != NET_PRESENT_VALUE {
            let message = "--risk partners looks at the net gain of each partner; another outcome cannot be maximized with it";
            errors.push(Diagnostic::new(message).help("leave --maximize out"));
        }
        let is_partner = |economy: &&Economy| {
            scenario
                .levers
                .iter()
                .any(|lever| lever.partners.contains(economy))
        };
        let partners = scenario.economies.iter().filter(is_partner);
        partners
            .map(|economy| format!("{NET_PRESENT_VALUE}.{}", economy.code()))
            .collect()
    }

    fn check_numbers(&self, errors: &mut Diagnostics) {
        if self.sure.is_some_and(|sure| !(sure > 0.0 && sure <= 1.0)) {
            errors.push(
                Diagnostic::new("--budget-sure: expected a part of the futures above 0, at most 1")
                    .help("0.9 means that the budget holds in nine of ten futures"),
            );
        }
        if self.threshold.is_some_and(|threshold| !threshold.is_finite()) {
            errors.push(Diagnostic::new("--threshold: expected a number"));
        }
        if !are_scales(&self.scales) {
            errors.push(
                Diagnostic::new("--scales: expected one to ten different multiples above 0 and up to 1000")
                    .help("such as --scales 0.5,1,2"),
            );
        }
    }
}

/// The outcome counted from the baseline without levers, so that to do nothing is worth 0; a closure is a ratio without a useful mean.
fn counted(plan: &Plan, outcome: Outcome, errors: &mut Diagnostics) -> Option<Outcome> {
    let mut selector = outcome.selector.clone();
    match &mut selector.measure {
        Measure::Metric {
            metric: Metric::Closure,
            ..
        } => {
            let message =
                format!("--maximize: `{selector}` is a ratio to a gap that is nearly nothing on some paths");
            errors.push(Diagnostic::new(message).help("use the gap, such as MNG.gap@horizon"));
            None
        }
        Measure::Metric { extra, .. } => {
            *extra = true;
            Outcome::new(plan, &selector)
                .map_err(|found| errors.extend(found))
                .ok()
        }
        Measure::Money { .. } => Some(outcome),
    }
}

/// A choice that is ready.
#[derive(Debug)]
pub struct PortfolioStudy<'session> {
    session: &'session Session,
    portfolios: PortfolioPlan,
    asked: PortfolioSettings,
    settings: Settings,
    record: Record,
}

/// What a choice gives.
#[derive(Debug)]
pub struct PortfolioResult {
    /// The numbers.
    pub choice: PortfolioChoice,
    /// Scenario, inputs, seed.
    pub record: Record,
    /// The scenario.
    pub scenarios: Vec<Scenario>,
}

impl Session {
    /// A choice of levers, each at a scale or not at all, that does most under a budget.
    ///
    /// # Errors
    /// Everything that is wrong with the request.
    pub fn portfolio(&self, request: &PortfolioRequest) -> Result<PortfolioStudy<'_>, Diagnostics> {
        let request = &request.with_budgets_of(&self.together);
        let mut errors = Diagnostics::new();
        let limits = request.limits(&self.together, &mut errors);
        let aim = request.aim(&mut errors);
        let selectors = request.selectors(&self.together, &mut errors);
        request.check_numbers(&mut errors);
        let plan = self.plan()?;
        let outcomes = parse_outcomes(&plan, "--maximize", &selectors, &mut errors);
        let outcomes: Vec<Outcome> = outcomes
            .into_iter()
            .filter_map(|outcome| counted(&plan, outcome, &mut errors))
            .collect();
        errors.into_result(())?;
        let numbers = request.paths.saturating_mul(outcomes.len().max(1) as u64);
        let most = MOST_EVALUATIONS / numbers.max(1);
        let portfolios = PortfolioPlan::new(&self.data, &self.together, &request.scales, most)?;
        if portfolios.portfolios().is_none() && aim != Aim::Mean {
            let message = format!(
                "--risk {}: {:.0} portfolios are more than the {most} that can be looked at one by one",
                request.risk.key(),
                portfolios.combinations()
            );
            let help =
                "only means can be searched; take fewer levers or scales, fewer --paths, or --risk mean";
            return Err(Diagnostic::new(message).help(help).into());
        }
        let record = self.record(&plan, (request.paths, request.seed), "plan", request.words());
        Ok(PortfolioStudy {
            session: self,
            portfolios,
            asked: PortfolioSettings {
                limits,
                sure: request.sure,
                outcomes,
                aim,
            },
            settings: settings(request.paths, request.seed, request.threads),
            record,
        })
    }
}

impl Study for PortfolioStudy<'_> {
    type Result = PortfolioResult;

    fn paths(&self) -> u64 {
        2 * self.settings.paths
    }

    /// Every portfolio's outcomes and every lever's outlays are kept.
    fn memory(&self) -> u64 {
        let kept = self
            .portfolios
            .kept(&self.asked)
            .saturating_mul(self.settings.paths);
        memory(self.portfolios.plan(), self.settings, kept)
    }

    fn cost(&self) -> String {
        let paths = self.settings.paths;
        let futures = count(paths);
        match self.portfolios.portfolios() {
            Some(portfolios) => format!(
                "Evaluating all {} portfolios on {futures} futures: {} evaluations of a path.",
                count(portfolios),
                count(portfolios as u64 * paths)
            ),
            None => format!(
                "Searching {} portfolios on {futures} futures by branch and bound: about {} evaluations of a path at most.",
                grouped(self.portfolios.combinations()),
                count(self.portfolios.most() as u64 * paths)
            ),
        }
    }

    fn run(&self, progress: &Progress) -> Result<PortfolioResult, StudyError> {
        let evaluated = self.portfolios.evaluate(&self.asked, self.settings, progress)?;
        Ok(PortfolioResult {
            choice: self.portfolios.choose(&evaluated, &self.asked, self.settings)?,
            record: self.record.clone(),
            scenarios: self.session.scenarios.clone(),
        })
    }
}

impl StudyResult for PortfolioResult {
    fn name(&self) -> &'static str {
        "plan"
    }

    fn record(&self) -> &Record {
        &self.record
    }
}

impl Findings for PortfolioResult {
    fn tables(&self) -> Vec<Table> {
        // Its costs are money, whatever is maximized.
        self.record
            .dated(vec![tables::portfolio::table(&self.choice)], "money.cost")
    }

    fn document(&self) -> Document {
        portfolio_document(PortfolioResults {
            result: &self.choice,
            record: &self.record,
            command: &self.record.command,
        })
    }

    /// How to repeat the choice, and everything it found.
    fn json(&self) -> Value {
        let mut all = self.record.manifest(&self.scenarios, self.record.paths);
        all.insert("plan".to_owned(), json!(self.choice));
        all.into()
    }
}

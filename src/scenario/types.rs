//! A resolved scenario: every default filled in, every number with its path and origin.

use std::{collections::BTreeMap, sync::Arc};

use super::{
    condition::Condition,
    input::{Input, InputFile, Origin},
    kinds::{CreationMode, LeverKind, ScaleBasis},
    parameters::{self, Names, Parameter},
};
use crate::{
    base::{Economy, Element, Metric, Selector, TextPlace, Unit, Year},
    calibration::{SeriesKind, SeriesView},
    stats::Distribution,
};

/// A cooperation lever: its kind sets defaults, its numbers are inputs `levers.ID.*` of the scenario.
#[derive(Clone, Debug)]
pub struct Lever {
    /// The name in output, sweeps and random streams.
    pub id: String,
    /// Kind.
    pub kind: &'static LeverKind,
    /// Partners, in the order of the history table.
    pub partners: Vec<Economy>,
    /// Planned first year of operation; of an uncertain one the earliest.
    pub start: Year,
    /// What its scale is measured against.
    pub scale_basis: ScaleBasis,
    /// How it creates capability.
    pub creation_mode: CreationMode,
    /// Parts of the capital cost by year from the delayed start; empty where it is spread over the ramp.
    pub spending: Vec<f64>,
    /// Who pays besides partners, by name.
    pub payers: Vec<String>,
    /// The name that a person gave it.
    pub title: Option<String>,
    /// What may be chosen of it under a budget.
    pub choice: Choice,
}

impl Lever {
    /// Its name for people: its title; without one the id, hyphens as spaces.
    pub fn shown(&self) -> String {
        self.title.clone().unwrap_or_else(|| spaced(&self.id))
    }
}

/// An identifier as words.
fn spaced(id: &str) -> String {
    id.replace(['-', '_'], " ")
}

/// What may be chosen of a lever.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Choice {
    /// Multiples of its scale; none for its own scale alone.
    pub scales: Vec<f64>,
    /// Levers without which it cannot be chosen.
    pub requires: Vec<String>,
    /// Levers with which it cannot be chosen.
    pub excludes: Vec<String>,
}

impl Choice {
    /// As a scenario file says it.
    fn resolved(&self) -> String {
        let ids = |ids: &[String]| -> String {
            let quoted: Vec<String> = ids.iter().map(|id| quoted(id)).collect();
            quoted.join(", ")
        };
        let mut text = String::new();
        if !self.scales.is_empty() {
            text.push_str(&format!("scales = {:?}\n", self.scales));
        }
        if !self.requires.is_empty() {
            text.push_str(&format!("requires = [{}]\n", ids(&self.requires)));
        }
        if !self.excludes.is_empty() {
            text.push_str(&format!("excludes = [{}]\n", ids(&self.excludes)));
        }
        text
    }
}

impl<'a> From<&'a Lever> for Names<'a> {
    fn from(lever: &'a Lever) -> Self {
        Self {
            lever: Some(&lever.id),
            ..Self::default()
        }
    }
}

impl<'a> From<(&'a Lever, Economy)> for Names<'a> {
    fn from((lever, partner): (&'a Lever, Economy)) -> Self {
        Self {
            economy: Some(partner),
            ..lever.into()
        }
    }
}

/// Who pays for the lever: a partner by its code, or somebody else.
impl<'a> From<(&'a Lever, &'a str)> for Names<'a> {
    fn from((lever, payer): (&'a Lever, &'a str)) -> Self {
        Self {
            payer: Some(payer),
            ..lever.into()
        }
    }
}

/// In any order.
impl<'a> From<(&'a Lever, (Economy, Economy))> for Names<'a> {
    fn from((lever, (one, other)): (&'a Lever, (Economy, Economy))) -> Self {
        Self {
            pair: Some((one.min(other), one.max(other))),
            ..lever.into()
        }
    }
}

impl<'a> From<(&'a Lever, Element)> for Names<'a> {
    fn from((lever, element): (&'a Lever, Element)) -> Self {
        Self {
            element: Some(element),
            ..lever.into()
        }
    }
}

/// Pairs of economies, codes in alphabetical order, in the order of the first and then the second economy.
pub(crate) fn pairs(economies: &[Economy]) -> Vec<(Economy, Economy)> {
    let mut pairs = Vec::new();
    for (position, first) in economies.iter().enumerate() {
        for second in &economies[position + 1..] {
            pairs.push((*first.min(second), *first.max(second)));
        }
    }
    pairs
}

/// Years in which a pair is tense on every path, in the baseline and under every option.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct TenseYears {
    /// The pair, codes in alphabetical order.
    pub pair: (Economy, Economy),
    /// The years, in order.
    pub years: Vec<Year>,
}

/// A policy option: a set of levers.
#[derive(Clone, PartialEq, Eq, Debug, serde::Serialize)]
pub struct PolicyOption {
    /// The name in outputs and selectors.
    pub name: String,
    /// Lever ids, in alphabetical order.
    pub levers: Vec<String>,
    /// The name that a person gave it beside that of the file.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
}

impl PolicyOption {
    /// Its name for people: its title; without one its name in the file, which is spaced where it is written like an identifier.
    pub fn shown(&self) -> String {
        let identifier =
            |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-_".contains(&byte);
        match &self.title {
            Some(title) => title.clone(),
            None if self.name.bytes().all(identifier) => spaced(&self.name),
            None => self.name.clone(),
        }
    }
}

/// Whether the list of ruptures behind the default hazards (`data/parameters.toml`) covers both economies.
pub(super) fn watched((first, second): (Economy, Economy)) -> bool {
    const COVERED: [&str; 5] = ["CHN", "JPN", "KOR", "MNG", "RUS"];
    [first, second]
        .iter()
        .all(|economy| COVERED.contains(&economy.code()))
}
/// For how many years beyond the horizon costs and benefits are counted unless a scenario says otherwise.
pub(super) const YEARS_BEYOND: Year = 10;

/// The name of the reference without levers.
pub const BASELINE: &str = "baseline";

/// What a gap is measured against.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reference {
    /// The group's highest on that path in that year.
    Frontier,
    /// An economy.
    Economy(Economy),
}

/// The gap that a scenario looks at (docs/model.md §8).
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct GapDefinition {
    /// Metric: share, per_capita, gdp_per_capita (both in logs), index or an element.
    pub metric: Metric,
    /// Reference.
    pub reference: Reference,
}

impl GapDefinition {
    /// The unit of the gap.
    pub fn unit(self) -> Unit {
        self.metric.gap_unit().unwrap_or(Unit::Ratio)
    }

    /// The unit of a metric, that of gap and dispersion included.
    pub fn unit_of(self, metric: Metric) -> Unit {
        match metric {
            Metric::Gap | Metric::Dispersion => self.unit(),
            other => other.unit(),
        }
    }

    /// The reference for people and files: a code or `frontier`.
    pub fn reference_code(&self) -> &str {
        match &self.reference {
            Reference::Frontier => "frontier",
            Reference::Economy(economy) => economy.code(),
        }
    }
}

/// Budgets that `jointly plan` keeps to unless the command line says otherwise, USD bn.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct PlanDefaults {
    /// For the present value of all costs.
    pub budget: Option<f64>,
    /// For what is paid in any one year.
    pub yearly: Option<f64>,
    /// For what economies pay.
    pub of: Vec<(Economy, f64)>,
    /// On which part of the futures budgets must hold; their means must where there is none.
    pub sure: Option<f64>,
}

/// Over what an input varies in a sweep.
#[derive(Clone, PartialEq, Debug)]
pub struct SweepInput {
    /// Parameter path.
    pub path: String,
    /// Its values: a uniform range, or the parameter's own distribution.
    pub range: Distribution,
    /// Whether the range is the parameter's own distribution.
    pub prior: bool,
}

/// What `jointly sweep` does with a scenario unless the command line says otherwise.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct SweepDefaults {
    /// Outcomes.
    pub outcomes: Vec<Selector>,
    /// Outcomes of the file that a nearer horizon on the command line leaves without a value.
    pub behind_horizon: Vec<String>,
    /// Method.
    pub method: Option<String>,
    /// Size of the design.
    pub size: Option<usize>,
    /// Inputs.
    pub vary: Vec<SweepInput>,
}

/// A lever that starts only on the futures where a condition on the years before its start holds.
#[derive(Clone, PartialEq, Debug)]
pub struct Rule {
    /// Its name.
    pub name: String,
    /// The condition.
    pub when: Condition,
    /// Id of the lever.
    pub lever: String,
}

/// How closely two inputs go together: the correlation of their normal scores.
#[derive(Clone, PartialEq, Debug)]
pub struct Correlation {
    /// Paths of the inputs.
    pub paths: [String; 2],
    /// The correlation, strictly between −1 and 1.
    pub value: f64,
}

/// A scenario with everything resolved: what the model needs besides the history.
#[derive(Clone, Debug)]
pub struct Scenario {
    /// Title, shown as text everywhere.
    pub title: String,
    /// One or two sentences.
    pub summary: String,
    /// Last projected year T.
    pub horizon: Year,
    /// Economies, in the order of the history table.
    pub economies: Vec<Economy>,
    /// Levers, in the order of their ids.
    pub levers: Vec<Lever>,
    /// Policy options, in the order of the file.
    pub options: Vec<PolicyOption>,
    /// Stated crises.
    pub tense_years: Vec<TenseYears>,
    /// Pairs whose tension is drawn, codes in alphabetical order.
    pub pairs: Vec<(Economy, Economy)>,
    /// Inputs that go together.
    pub correlations: Vec<Correlation>,
    /// Levers that wait for a sign.
    pub rules: Vec<Rule>,
    /// The gap that is reported.
    pub gap: GapDefinition,
    /// Defaults of sweeps.
    pub sweep: SweepDefaults,
    /// Budgets of `jointly plan`.
    pub plan: PlanDefaults,
    /// Every number that is set or has a default, in the order of the parameter table and the names in it.
    pub inputs: Vec<Input>,
    /// Every file that was read, with the SHA-256 of its bytes.
    pub files: Vec<InputFile>,
    /// Sentences on what the numbers themselves do not say: what bounds have cut off, what is hardly plausible.
    pub notes: Vec<String>,
    /// Where the value of each key stands that a text gives.
    pub(crate) places: Arc<BTreeMap<String, TextPlace>>,
}

impl Scenario {
    /// Where a text says what a path names, or else the table around it; `None` for what no text gives.
    pub fn place_of(&self, path: &str) -> Option<TextPlace> {
        let mut path = path;
        loop {
            match (self.places.get(path), path.rsplit_once('.')) {
                (Some(place), _) => return Some(place.clone()),
                (None, Some((table, _))) => path = table,
                (None, None) => return None,
            }
        }
    }

    /// The input of a path, if it is set or has a default.
    pub fn input(&self, path: &str) -> Option<&Input> {
        self.inputs.iter().find(|input| input.path == path)
    }

    /// The input of a parameter, if it is set or has a default.
    pub fn get<'a>(&self, parameter: Parameter, names: impl Into<Names<'a>>) -> Option<&Input> {
        self.input(&parameter.path(names))
    }

    /// The value of a parameter without uncertainty.
    pub fn number<'a>(&self, parameter: Parameter, names: impl Into<Names<'a>>) -> Option<f64> {
        self.get(parameter, names)?.value.as_constant()
    }

    /// The value of an input without uncertainty, by its path.
    pub fn constant(&self, path: &str) -> Option<f64> {
        self.input(path)?.value.as_constant()
    }

    /// The last year in which costs and benefits are counted.
    pub fn money_through(&self) -> Year {
        let set = self.constant(&Parameter::MoneyThrough.path(()));
        set.map_or(self.horizon + YEARS_BEYOND, |year| {
            (libm::round(year) as Year).max(self.horizon)
        })
    }

    /// The lever of an id.
    pub fn lever(&self, id: &str) -> Option<&Lever> {
        self.levers.iter().find(|lever| lever.id == id)
    }

    /// The name for people of a lever, by its position in `levers`; the empty text where there is none.
    pub fn lever_name(&self, lever: usize) -> String {
        self.levers.get(lever).map(Lever::shown).unwrap_or_default()
    }

    /// The name for people of an option, by its position in `options`; the empty text where there is none.
    pub fn option_name(&self, option: usize) -> String {
        self.options
            .get(option)
            .map(PolicyOption::shown)
            .unwrap_or_default()
    }

    /// Whether another scenario defines a lever of this id alike.
    pub fn same_lever(&self, other: &Self, id: &str) -> bool {
        let prefix = format!("levers.{id}.");
        let numbers = |scenario: &Self| -> Vec<(String, Distribution)> {
            scenario
                .inputs
                .iter()
                .filter(|input| input.path.starts_with(&prefix))
                .map(|input| (input.path.clone(), input.value.clone()))
                .collect()
        };
        match (self.lever(id), other.lever(id)) {
            (Some(one), Some(two)) => {
                one.kind.name == two.kind.name
                    && one.partners == two.partners
                    && one.scale_basis == two.scale_basis
                    && one.creation_mode == two.creation_mode
                    && one.spending == two.spending
                    && numbers(self) == numbers(other)
                    && self.rule_of(id).map(|rule| &rule.when) == other.rule_of(id).map(|rule| &rule.when)
            }
            _ => false,
        }
    }

    /// The unit of a parameter path; of a lever's size, the unit of its kind.
    pub fn unit_of(&self, path: &str) -> &'static str {
        let Some(parameter) = parameters::find(path) else {
            return "";
        };
        let lever = parameter
            .lever_in(path)
            .filter(|_| parameter.is_in_unit_of_kind())
            .and_then(|id| self.lever(id));
        lever.map_or(parameter.row().unit, |lever| &lever.kind.unit)
    }

    /// Levers that no option holds, which change nothing.
    pub fn unused_levers(&self) -> impl Iterator<Item = &Lever> {
        self.levers.iter().filter(|lever| {
            !self
                .options
                .iter()
                .any(|option| option.levers.contains(&lever.id))
        })
    }

    /// The same scenario with the input of a path replaced; unchanged if it has no such input.
    pub fn with(&self, path: &str, value: &Distribution) -> Self {
        let mut scenario = self.clone();
        if let Some(input) = scenario.inputs.iter_mut().find(|input| input.path == path) {
            input.value = value.clone();
        }
        scenario
    }

    /// Whether an outbreak of tension costs a pair GDP: between the economies of the list of ruptures, or where the scenario states
    /// the pair's tension. What only a lever brings in changes no baseline.
    pub fn has_ruptures(&self, pair: (Economy, Economy)) -> bool {
        let stated = |parameter: Parameter| {
            self.get(parameter, pair)
                .is_some_and(|input| !matches!(input.origin, Origin::Default { .. }))
        };
        watched(pair)
            || self.tense_years.iter().any(|years| years.pair == pair)
            || [
                Parameter::TensionHazard,
                Parameter::TensionDuration,
                Parameter::TenseAtStart,
            ]
            .into_iter()
            .any(stated)
    }

    /// The stated views on series, rates as log changes.
    pub fn views(&self) -> Vec<SeriesView> {
        let mut views = Vec::new();
        for &economy in &self.economies {
            for kind in SeriesKind::ALL {
                let [mean, years] = match kind {
                    SeriesKind::GdpGrowth => [Parameter::GrowthViewMean, Parameter::GrowthViewYears],
                    SeriesKind::DollarPrice => [Parameter::PriceViewMean, Parameter::PriceViewYears],
                    SeriesKind::ShareDrift => [Parameter::ShareViewMean, Parameter::ShareViewYears],
                }
                .map(|parameter| self.number(parameter, economy));
                if let (Some(mean), Some(years)) = (mean, years) {
                    views.push(SeriesView {
                        economy,
                        kind,
                        location: match kind {
                            SeriesKind::GdpGrowth | SeriesKind::DollarPrice => libm::log1p(mean),
                            SeriesKind::ShareDrift => mean,
                        },
                        years,
                    });
                }
            }
        }
        views
    }

    /// Gives files other names, in the list of files and where a number came from one.
    pub(crate) fn rename_files(&mut self, named: impl Fn(&str) -> Option<String>) {
        let origins = self
            .inputs
            .iter_mut()
            .filter_map(|input| match &mut input.origin {
                Origin::File(name) => Some(name),
                _ => None,
            });
        for name in self.files.iter_mut().map(|file| &mut file.name).chain(origins) {
            if let Some(other) = named(name) {
                *name = other;
            }
        }
    }

    /// The scenario as one TOML document with every default written out; read again, it gives the same scenario.
    pub fn resolved(&self) -> String {
        let list = |names: &[&str]| {
            let names: Vec<String> = names.iter().map(|name| quoted(name)).collect();
            format!("[{}]", names.join(", "))
        };
        let codes: Vec<&str> = self.economies.iter().map(Economy::code).collect();
        let mut text = format!(
            "title = {}\nsummary = {}\nhorizon = {}\neconomies = {}\n",
            quoted(&self.title),
            quoted(&self.summary),
            self.horizon,
            list(&codes)
        );
        let mut table = String::new();
        for input in &self.inputs {
            // `baseline.CHN.gdp_growth.mean` is written as `gdp_growth.mean` in the table `baseline.CHN`.
            let deep = ["baseline.", "shock.", "tension.", "levers."]
                .iter()
                .any(|prefix| input.path.starts_with(prefix));
            let split = input
                .path
                .match_indices('.')
                .nth(usize::from(deep))
                .map_or(0, |(position, _)| position);
            if input.path[..split] != *table {
                input.path[..split].clone_into(&mut table);
                text.push_str(&format!("\n[{table}]\n"));
                if let Some(lever) = table.strip_prefix("levers.").and_then(|id| self.lever(id)) {
                    let partners: Vec<&str> = lever.partners.iter().map(Economy::code).collect();
                    text.push_str(&format!(
                        "kind = {}\npartners = {}\nscale_basis = {}\ncreation_mode = {}\n",
                        quoted(lever.kind.name),
                        list(&partners),
                        quoted(lever.scale_basis.key()),
                        quoted(lever.creation_mode.key())
                    ));
                    if !lever.spending.is_empty() {
                        text.push_str(&format!("spending = {:?}\n", lever.spending));
                    }
                    if let Some(title) = &lever.title {
                        text.push_str(&format!("title = {}\n", quoted(title)));
                    }
                    text.push_str(&lever.choice.resolved());
                } else if table == "gap" {
                    text.push_str(&format!(
                        "metric = {}\nreference = {}\n",
                        quoted(self.gap.metric.key()),
                        quoted(self.gap.reference_code())
                    ));
                }
            }
            // A year is written without a decimal point.
            let year = input
                .value
                .as_constant()
                .filter(|year| input.unit() == "year" && year.fract() == 0.0);
            let value = year.map_or_else(|| input.value.to_string(), |year| format!("{year:.0}"));
            text.push_str(&format!("{} = {value}\n", &input.path[split + 1..]));
            // The last number of a pair, after which its years follow.
            if let Some(pair) = Parameter::TenseAtStart.pair_in(&input.path) {
                for stated in self.tense_years.iter().filter(|stated| {
                    let (first, second) = stated.pair;
                    pair == format!("{first}-{second}")
                }) {
                    text.push_str(&format!("tense_years = {:?}\n", stated.years));
                }
            }
        }
        if !self.levers.is_empty() {
            text.push_str("\n[options]\n");
            for option in &self.options {
                let levers: Vec<&str> = option.levers.iter().map(String::as_str).collect();
                let levers = list(&levers);
                let value = match &option.title {
                    None => levers,
                    Some(title) => format!("{{ levers = {levers}, title = {} }}", quoted(title)),
                };
                text.push_str(&format!("{} = {value}\n", quoted(&option.name)));
            }
        }
        text.push_str(&self.resolved_correlations());
        text.push_str(&self.resolved_rules());
        text.push_str(&self.sweep.resolved());
        text.push_str(&self.plan.resolved());
        text
    }
}

/// A text as TOML writes it.
pub(super) fn quoted(text: &str) -> String {
    toml_edit::Value::from(text).to_string()
}

impl SweepDefaults {
    fn resolved(&self) -> String {
        if *self == Self::default() {
            return String::new();
        }
        let mut text = String::from("\n[sweep]\n");
        if !self.outcomes.is_empty() {
            let outcomes: Vec<String> = self
                .outcomes
                .iter()
                .map(|outcome| quoted(&outcome.to_string()))
                .collect();
            text.push_str(&format!("outcome = [{}]\n", outcomes.join(", ")));
        }
        if let Some(method) = &self.method {
            text.push_str(&format!("method = {}\n", quoted(method)));
        }
        if let Some(size) = self.size {
            text.push_str(&format!("size = {size}\n"));
        }
        if !self.vary.is_empty() {
            text.push_str("\n[sweep.vary]\n");
            for input in &self.vary {
                let range = if input.prior {
                    quoted("prior")
                } else {
                    input.range.to_string()
                };
                text.push_str(&format!("{} = {range}\n", quoted(&input.path)));
            }
        }
        text
    }
}

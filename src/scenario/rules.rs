//! Levers that wait for a sign: `[rules.NAME]`.

use toml_edit::Item;

use super::{
    admit::short,
    condition::Condition,
    reader::{Mark, Reader, RuleSettings},
    types::{Rule, Scenario, quoted},
};
use crate::base::{Measure, Statistic};

/// Keys of a rule.
pub(super) const KEYS: [&str; 2] = ["when", "then"];
/// The most rules of a scenario.
const MOST: usize = 100;

impl Reader<'_> {
    /// Reads `when` or `then` of a rule.
    pub(super) fn read_rule(&mut self, name: &str, part: &str, item: &Item, key: &Mark, value: &Mark) {
        let Some(text) = self.read_text(item, &format!("rules.{name}.{part}"), value) else {
            return;
        };
        let rules = &mut self.settings.rules;
        let position = rules
            .iter()
            .position(|rule| rule.name == name)
            .unwrap_or_else(|| {
                rules.push(RuleSettings {
                    name: name.to_owned(),
                    at: key.clone(),
                    when: None,
                    then: None,
                });
                rules.len() - 1
            });
        let stated = Some((text, value.clone()));
        match part {
            "when" => rules[position].when = stated,
            _ => rules[position].then = stated,
        }
    }

    /// Checks that each rule names a lever and looks at years before it starts.
    pub(super) fn finish_rules(&mut self, scenario: &Scenario) -> Vec<Rule> {
        let settings = std::mem::take(&mut self.settings.rules);
        let mut rules: Vec<Rule> = Vec::new();
        if let Some(rule) = settings.get(MOST) {
            self.errors
                .push(rule.at.wrong(format!("more than {MOST} rules"), "one too many"));
        }
        for rule in &settings {
            let (Some((when, when_at)), Some((then, then_at))) = (&rule.when, &rule.then) else {
                let missing = if rule.when.is_none() { "when" } else { "then" };
                self.errors.push(rule.at.wrong(
                    format!("the rule `{}` has no `{missing}`", short(&rule.name)),
                    "expected when = \"KOR.gap@2030 > 0.3\" and then = \"LEVER\"",
                ));
                continue;
            };
            if scenario.lever(then).is_none() {
                // A lever that is refused has been reported.
                if !self.settings.levers.contains_key(then) {
                    let known = scenario.levers.iter().map(|lever| lever.id.as_str());
                    self.errors.push(
                        then_at
                            .wrong(
                                format!("there is no lever `{}`", short(then)),
                                "expected the id of a lever",
                            )
                            .suggest(then, known),
                    );
                }
                continue;
            }
            if let Some(other) = rules.iter().find(|other| other.lever == *then) {
                self.errors.push(then_at.wrong(
                    format!("`{}` has a rule already, `{}`", short(then), short(&other.name)),
                    "expected one rule for a lever; join conditions with `and` and `or`",
                ));
                continue;
            }
            match condition(scenario, when, then) {
                Ok(when) => rules.push(Rule {
                    name: rule.name.clone(),
                    when,
                    lever: then.clone(),
                }),
                Err(message) => self.errors.push(
                    when_at
                        .wrong(
                            message,
                            "expected a condition on years before the start of the lever",
                        )
                        .help("for example when = \"KOR.gap@2030 > 0.3\""),
                ),
            }
        }
        rules
    }
}

/// A condition on the years before a lever starts.
fn condition(scenario: &Scenario, text: &str, lever: &str) -> Result<Condition, String> {
    let condition = Condition::parse(scenario, text)?;
    let start = scenario
        .lever(lever)
        .map_or(scenario.horizon, |lever| lever.start);
    for threshold in condition.thresholds() {
        let selector = &threshold.selector;
        if selector.option.is_some() {
            return Err(format!(
                "`{selector}` names an option, but a rule looks at the option that holds its lever"
            ));
        }
        if selector.statistic != Statistic::Mean {
            return Err(format!(
                "`{selector}` names a statistic, but a rule looks at each future"
            ));
        }
        match selector.measure {
            Measure::Money { .. } => {
                return Err(format!(
                    "`{selector}` counts years to come; a rule looks at the past"
                ));
            }
            Measure::Metric { year: None, .. } => {
                return Err(format!(
                    "`{selector}` is at the horizon; state a year, as in KOR.gap@2030"
                ));
            }
            Measure::Metric { year: Some(year), .. } if year >= start => {
                return Err(format!(
                    "`{selector}` is not known when `{lever}` starts, in {start}"
                ));
            }
            Measure::Metric { .. } => {}
        }
    }
    Ok(condition)
}

impl Condition {
    /// Reads a condition of a scenario.
    ///
    /// # Errors
    /// What is wrong, in one sentence.
    pub fn parse(scenario: &Scenario, text: &str) -> Result<Self, String> {
        Self::read(&|selector| scenario.selector(selector), text)
    }
}

impl Scenario {
    /// The rule of a lever.
    pub fn rule_of(&self, lever: &str) -> Option<&Rule> {
        self.rules.iter().find(|rule| rule.lever == lever)
    }

    /// `[rules]` as a scenario file says it.
    pub(super) fn resolved_rules(&self) -> String {
        let one = |rule: &Rule| {
            format!(
                "\n[rules.{}]\nwhen = {}\nthen = {}\n",
                quoted(&rule.name),
                quoted(&rule.when.to_string()),
                quoted(&rule.lever)
            )
        };
        self.rules.iter().map(one).collect()
    }
}

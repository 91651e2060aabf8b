//! Budgets in scenario files: `[plan]`, which `jointly plan` keeps to.

use toml_edit::Item;

use super::{
    admit::short,
    number,
    reader::{Mark, Reader, Text},
    types::{PlanDefaults, Scenario},
};
use crate::base::{Diagnostic, Economy};

/// Keys of `[plan]`.
pub(super) const KEYS: [&str; 4] = ["budget", "budget_of", "budget_yearly", "budget_sure"];

/// An amount of money from 0 on.
fn amount(item: &Item) -> Option<f64> {
    let amount = number::plain(item.as_value()?).ok()?;
    (0.0..=1e9).contains(&amount).then_some(amount)
}

impl Reader<'_> {
    /// Reads one of [`KEYS`].
    pub(super) fn read_budget(&mut self, name: &str, item: &Item, place: &Mark, text: &Text) {
        if name == "budget_of" {
            return self.read_budgets_of(item, place, text);
        }
        let sure = name == "budget_sure";
        let found = amount(item).filter(|part| !sure || (*part > 0.0 && *part <= 1.0));
        let Some(found) = found else {
            let expected = if sure {
                "expected a part of the futures above 0, at most 1, such as 0.9"
            } else {
                "expected USD bn, a number from 0 on such as 5"
            };
            self.errors
                .push(place.wrong(format!("`plan.{name}` cannot be that"), expected));
            return;
        };
        let plan = &mut self.settings.plan;
        match name {
            "budget" => plan.budget = Some(found),
            "budget_yearly" => plan.yearly = Some(found),
            _ => plan.sure = Some(found),
        }
    }

    fn read_budgets_of(&mut self, item: &Item, place: &Mark, text: &Text) {
        let expected = "expected a table of USD bn by economy, such as { KOR = 2 }";
        let Some(table) = item.as_table_like() else {
            self.errors
                .push(place.wrong("`plan.budget_of` is not a table", expected));
            return;
        };
        for (code, item) in table.iter() {
            let place = text.place(item.span());
            match (Economy::parse(code), amount(item)) {
                (Some(economy), Some(amount)) => {
                    let path = format!("plan.budget_of.{economy}");
                    self.settings.places.insert(path, place.place());
                    self.settings.plan.of.retain(|(other, _)| *other != economy);
                    self.settings.plan.of.push((economy, amount));
                }
                _ => self.errors.push(place.wrong(
                    format!("`plan.budget_of.{}` is no budget of an economy", short(code)),
                    expected,
                )),
            }
        }
    }

    /// Refuses budgets of economies that the scenario does not have.
    pub(super) fn check_budgets(&mut self, scenario: &Scenario) {
        for (economy, _) in &scenario.plan.of {
            if !scenario.economies.contains(economy) {
                let codes: Vec<&str> = scenario.economies.iter().map(Economy::code).collect();
                self.errors.push(
                    Diagnostic::new(format!(
                        "`plan.budget_of.{economy}`: {economy} is not among the economies of the scenario"
                    ))
                    .help(format!("there are {}", codes.join(", ")))
                    .about(format!("plan.budget_of.{economy}")),
                );
            }
        }
    }
}

impl PlanDefaults {
    /// As a file says it.
    pub(super) fn resolved(&self) -> String {
        if *self == Self::default() {
            return String::new();
        }
        let mut text = String::from("\n[plan]\n");
        let numbers = [
            ("budget", self.budget),
            ("budget_yearly", self.yearly),
            ("budget_sure", self.sure),
        ];
        for (key, number) in numbers {
            if let Some(number) = number {
                text.push_str(&format!("{key} = {number:?}\n"));
            }
        }
        if !self.of.is_empty() {
            let parts: Vec<String> = self
                .of
                .iter()
                .map(|(economy, amount)| format!("{economy} = {amount:?}"))
                .collect();
            text.push_str(&format!("budget_of = {{ {} }}\n", parts.join(", ")));
        }
        text
    }
}

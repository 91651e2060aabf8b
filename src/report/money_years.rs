//! Which years the money of a result belongs to.

use serde_json::{Value, json};

use crate::{base::Year, model::Plan};

/// What present values are: the years of their prices and of their discounting.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct MoneyYears {
    /// The year whose prices and exchange rates count.
    pub prices: Year,
    /// The year to which they are discounted.
    pub present: Year,
}

impl MoneyYears {
    /// Those of a plan.
    pub fn of(plan: &Plan) -> Self {
        Self {
            prices: plan.base_year(),
            present: plan.world().present_year(),
        }
    }

    /// The years by their names in every output.
    pub(super) fn named(self) -> [(&'static str, Year); 2] {
        [("prices_of", self.prices), ("present_value_of", self.present)]
    }

    /// As JSON.
    pub(super) fn entries(self) -> [(&'static str, Value); 2] {
        self.named().map(|(key, year)| (key, json!(year)))
    }

    /// As the end of a sentence: "present values of 2026, prices of 2021".
    pub fn words(self) -> String {
        format!("present values of {}, prices of {}", self.present, self.prices)
    }

    /// As a sentence behind others, where a text names an outcome of money.
    pub fn told(self, outcomes: &str) -> String {
        if outcomes.contains("money.") {
            format!(" Money: {}.", self.words())
        } else {
            String::new()
        }
    }
}

//! Numbers that are allowed but hardly meant, held against the size of the economies (docs/scenario.md).

use super::{
    kinds::TradeBasis,
    parameters::Parameter,
    trade::trade_of,
    types::{Lever, Scenario},
};
use crate::{
    base::{Diagnostics, Economy},
    history::HistoryData,
};

/// A yearly outlay above this part of a partner's GDP is worth a word.
const LARGE_OUTLAY: f64 = 0.005;
/// So is a digital share below this: 0.68 percent is more often 68.
const SMALL_SHARE: f64 = 0.02;
/// And one number for partners whose GDPs differ by more than this factor.
const UNEQUAL_PARTNERS: f64 = 10.0;

/// Sentences on numbers that are hardly plausible.
///
/// # Errors
/// If the embedded data are broken, which the tests exclude.
pub(super) fn warnings(scenario: &Scenario, history: &HistoryData) -> Result<Vec<String>, Diagnostics> {
    let check = Check { scenario, history };
    let mut found: Vec<String> = scenario
        .economies
        .iter()
        .filter_map(|economy| check.share(*economy))
        .collect();
    for lever in &scenario.levers {
        found.extend(check.shared_scale(lever));
        found.extend(check.outlay(lever));
        found.extend(check.trade(lever)?);
    }
    Ok(found)
}

struct Check<'a> {
    scenario: &'a Scenario,
    history: &'a HistoryData,
}

impl Check<'_> {
    /// The median of an input.
    fn median(&self, path: &str) -> Option<f64> {
        self.scenario.input(path).map(|input| input.value.quantile(0.5))
    }

    /// GDP in the base year, USD bn.
    fn gdp(&self, economy: Economy) -> Option<f64> {
        self.history.economy(economy).map(|data| data.gdp)
    }

    fn share(&self, economy: Economy) -> Option<String> {
        let path = Parameter::InitialShare.path(economy);
        let share = self.median(&path).filter(|share| *share < SMALL_SHARE)?;
        Some(format!(
            "`{path}`: the digital economy of {} is {:.2} % of its GDP; a share of 68 % is written 0.68, or 68 with the unit percent",
            economy.name(),
            100.0 * share
        ))
    }

    fn shared_scale(&self, lever: &Lever) -> Option<String> {
        let path = Parameter::SharedScale.path(lever);
        self.scenario.input(&path).filter(|_| lever.partners.len() > 2)?;
        let mut sizes: Vec<(f64, Economy)> = lever
            .partners
            .iter()
            .filter_map(|partner| Some((self.gdp(*partner)?, *partner)))
            .collect();
        sizes.sort_by(|one, other| one.0.total_cmp(&other.0));
        let ((small, least), (large, most)) = (*sizes.first()?, *sizes.last()?);
        (large > UNEQUAL_PARTNERS * small).then(|| {
            format!(
                "`{path}` counts in full for every partner, and the GDP of {} is {:.0} times that of {}; a table says what each hosts",
                most.name(),
                large / small,
                least.name()
            )
        })
    }

    /// What a year of building and operation costs a partner, against its GDP.
    fn outlay(&self, lever: &Lever) -> Vec<String> {
        let of = |parameter: Parameter| self.median(&parameter.path(lever)).unwrap_or(0.0);
        let hosted = |partner: &Economy| self.median(&Parameter::HostedScale.path((lever, *partner)));
        let scale = self
            .median(&Parameter::SharedScale.path(lever))
            .unwrap_or_else(|| lever.partners.iter().filter_map(hosted).sum());
        let capital = of(Parameter::CapitalCost);
        let building = capital * of(Parameter::CostOverrun) / of(Parameter::RampYears).max(1.0);
        let running = of(Parameter::RunningCost) + of(Parameter::RunningShare) * capital;
        let yearly = 1e-3 * scale * (building + running);
        let of_payer = |payer: &str| self.median(&Parameter::CostShare.path((lever, payer)));
        let weight = |partner: Economy| of_payer(partner.code());
        let outside = lever
            .payers
            .iter()
            .filter_map(|payer| of_payer(payer))
            .sum::<f64>();
        let total: f64 = lever
            .partners
            .iter()
            .filter_map(|partner| weight(*partner))
            .sum::<f64>()
            + outside;
        let part = |partner: Economy| {
            if total > 0.0 {
                weight(partner).unwrap_or(0.0) / total
            } else {
                1.0 / lever.partners.len() as f64
            }
        };
        let mut found = Vec::new();
        for &partner in &lever.partners {
            let Some(gdp) = self.gdp(partner) else { continue };
            let paid = yearly * part(partner);
            if paid > LARGE_OUTLAY * gdp {
                found.push(format!(
                    "`levers.{}`: {} pays some {} bn dollars in a year of building and operation, {} % of its GDP; `scale` counts {}",
                    lever.id,
                    partner.name(),
                    rounded(paid),
                    rounded(100.0 * paid / gdp),
                    lever.kind.unit
                ));
            }
        }
        found
    }

    /// The trade base against all trade that is known, or the GDP of the smaller side.
    fn trade(&self, lever: &Lever) -> Result<Vec<String>, Diagnostics> {
        let mut found = Vec::new();
        let mut compare = |path: String, most: f64, what: String| {
            if let Some(base) = self.median(&path).filter(|base| *base > most) {
                found.push(format!(
                    "`{path}`: {} bn dollars a year are more than {what}, {} bn",
                    rounded(base),
                    rounded(most)
                ));
            }
        };
        if lever.kind.trade_basis == TradeBasis::ThirdMarkets {
            for &partner in &lever.partners {
                if let Some(gdp) = self.gdp(partner) {
                    let what = format!("the GDP of {}", partner.name());
                    compare(Parameter::Exports.path((lever, partner)), gdp, what);
                }
            }
            return Ok(found);
        }
        let (mut all, mut complete) = (0.0, true);
        for (first, second) in super::pairs(&lever.partners) {
            let path = Parameter::TradeOfPair.path((lever, (first, second)));
            let names = format!("{} and {}", first.name(), second.name());
            match trade_of(first, second)? {
                Some(trade) => {
                    all += trade.usd_bn;
                    compare(path, trade.usd_bn, format!("all trade of {names} in 2021"));
                }
                None => {
                    complete = false;
                    let smaller = [first, second]
                        .into_iter()
                        .filter_map(|economy| self.gdp(economy))
                        .fold(f64::INFINITY, f64::min);
                    compare(path, smaller, format!("the GDP of the smaller of {names}"));
                }
            }
        }
        if complete {
            let what = "all trade of its pairs in 2021".to_owned();
            compare(Parameter::TradeTotal.path(lever), all, what);
        }
        Ok(found)
    }
}

/// Three significant digits.
fn rounded(value: f64) -> String {
    let digits = format!("{value:.2e}").parse::<f64>().unwrap_or(value);
    digits.to_string()
}

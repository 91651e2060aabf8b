//! Trade between economies in 2021, the default of every lever that works through trade: `data/levers/trade.csv`.

use std::{collections::BTreeMap, sync::OnceLock};

use super::{
    input::{Grade, Input, InputFile, Origin},
    kinds::{LeverKind, TradeBasis},
    reader::{Mark, Reader},
    types::{Lever, pairs},
};
use crate::{
    base::{Diagnostic, Diagnostics, Economy},
    stats::Distribution,
};

const TEXT: &str = include_str!("../../data/levers/trade.csv");
const NAME: &str = "data/levers/trade.csv";

/// Trade of a pair.
#[derive(Clone, Debug, serde::Deserialize)]
pub struct Trade {
    /// The economies, codes in alphabetical order.
    first: String,
    second: String,
    /// USD bn in 2021, both directions.
    pub usd_bn: f64,
    grade: String,
    /// Source.
    pub source: String,
}

impl Trade {
    /// The name of the pair, codes in alphabetical order.
    pub fn pair(&self) -> String {
        let (first, second) = (&self.first, &self.second);
        format!("{}-{}", first.min(second), first.max(second))
    }

    /// As an input of a lever.
    fn input(&self, lever: &Lever) -> Input {
        Input {
            path: format!("levers.{}.trade_base.{}", lever.id, self.pair()),
            value: Distribution::Constant(self.usd_bn),
            origin: self.origin(),
        }
    }

    /// Where the figure comes from.
    fn origin(&self) -> Origin {
        Origin::Default {
            grade: Grade::parse(&self.grade).unwrap_or(Grade::J),
            source: self.source.clone(),
            reason: "Two-way trade of the pair in 2021.".to_owned(),
        }
    }
}

/// The embedded file, for the run manifest.
pub(super) fn file() -> InputFile {
    InputFile::of(NAME, TEXT)
}

/// Every pair whose trade is known.
///
/// # Errors
/// If the embedded data are broken, which the tests exclude.
pub fn known_trade() -> Result<&'static [Trade], Diagnostics> {
    static TRADE: OnceLock<Result<Vec<Trade>, Diagnostics>> = OnceLock::new();
    let read = || {
        csv::Reader::from_reader(TEXT.as_bytes())
            .deserialize()
            .collect::<Result<_, _>>()
            .map_err(|error| Diagnostic::new(format!("{NAME}: {error}")).into())
    };
    TRADE.get_or_init(read).as_deref().map_err(Clone::clone)
}

/// The trade of two economies, if it is known.
///
/// # Errors
/// As [`known_trade`].
pub fn trade_of(one: Economy, other: Economy) -> Result<Option<&'static Trade>, Diagnostics> {
    let found = known_trade()?.iter().find(|trade| {
        let codes = [trade.first.as_str(), trade.second.as_str()];
        codes.contains(&one.code()) && codes.contains(&other.code()) && one != other
    });
    Ok(found)
}

/// What files and arguments have set, by path.
type Numbers = BTreeMap<String, (Distribution, Origin, Mark)>;

/// The trade of every pair of a lever that works through the trade of pairs and says nothing of it.
pub(super) fn defaults(lever: &Lever, numbers: &Numbers) -> Result<Vec<Input>, Diagnostics> {
    let base = format!("levers.{}.trade_base", lever.id);
    let gain = numbers
        .get(&format!("levers.{}.trade_gain", lever.id))
        .map(|(value, _, _)| value)
        .or_else(|| lever.kind.default("trade_gain").map(|input| &input.value));
    let idle = gain.is_none_or(|gain| gain.support() == (0.0, 0.0));
    let set = numbers.keys().any(|path| path.starts_with(&base));
    if idle || set || lever.kind.trade_basis == TradeBasis::ThirdMarkets {
        return Ok(Vec::new());
    }
    let mut found = Vec::new();
    for (first, second) in pairs(&lever.partners) {
        if let Some(trade) = trade_of(first, second)? {
            found.push(trade.input(lever));
        }
    }
    Ok(found)
}

/// The known trade of a pair of a lever, if its trade is that of pairs.
pub(super) fn default_of(lever: &Lever, pair: &str) -> Result<Option<Input>, Diagnostics> {
    let known = known_trade()?.iter().find(|trade| trade.pair() == pair);
    let of_pairs = lever.kind.trade_basis != TradeBasis::ThirdMarkets;
    Ok(known.filter(|_| of_pairs).map(|trade| trade.input(lever)))
}

impl Reader<'_> {
    /// What is set of the trade of a lever, by path.
    fn trade_set(&self, id: &str) -> Vec<(&str, &Mark)> {
        let base = format!("levers.{id}.trade_base");
        let numbers = self.settings.numbers.iter();
        numbers
            .filter(|(path, _)| {
                path.strip_prefix(&base)
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('.'))
            })
            .map(|(path, (_, _, place))| (path.as_str(), place))
            .collect()
    }

    /// What is wrong with the trade of a lever, or missing. `needed`: it works through trade, and nothing that is wrong
    /// stands in the file already.
    pub(super) fn trade_errors(
        &self,
        id: &str,
        kind: &LeverKind,
        partners: &[Economy],
        kind_place: &Mark,
        needed: bool,
    ) -> Result<Diagnostics, Diagnostics> {
        let base = format!("levers.{id}.trade_base");
        let set = self.trade_set(id);
        let (expected, what): (Vec<String>, &str) = match kind.trade_basis {
            TradeBasis::Pairs => (
                pairs(partners)
                    .iter()
                    .map(|(first, second)| format!("{first}-{second}"))
                    .collect(),
                "a pair of partners",
            ),
            TradeBasis::ThirdMarkets => (
                partners.iter().map(|partner| partner.code().to_owned()).collect(),
                "a partner",
            ),
        };
        let mut errors = Diagnostics::new();
        for (path, place) in &set {
            let Some(name) = path[base.len()..].strip_prefix('.') else {
                continue;
            };
            if !expected.iter().any(|known| known == name) {
                errors.push(place.wrong(
                    format!("`{path}`: {name} is not {what} of the lever"),
                    format!("expected {}", expected.join(", ")),
                ));
            }
        }
        let total = set
            .iter()
            .find(|(path, _)| *path == base)
            .map(|(_, place)| *place);
        if total.is_none() && (!needed || !set.is_empty()) {
            return Ok(errors);
        }
        let mut unknown: Vec<&String> = Vec::new();
        for name in &expected {
            let known = known_trade()?.iter().any(|trade| trade.pair() == *name);
            if !known {
                unknown.push(name);
            }
        }
        // One number needs no division where there is one pair.
        let divided = kind.trade_basis == TradeBasis::Pairs && expected.len() == 1 && total.is_some();
        if unknown.is_empty() || divided {
            return Ok(errors);
        }
        let lines: Vec<String> = expected.iter().map(|name| format!("{name} = ...")).collect();
        let missing: Vec<&str> = unknown.iter().map(|name| name.as_str()).collect();
        let about = match kind.trade_basis {
            TradeBasis::Pairs => "the trade of each pair in USD bn of the base year, both directions",
            TradeBasis::ThirdMarkets => {
                "the exports of each partner to economies outside the lever, in USD bn of the base year"
            }
        };
        let error = match (total, kind.trade_basis) {
            (Some(place), TradeBasis::Pairs) => place.wrong(
                format!(
                    "`{base}` cannot be divided between the pairs: no trade of {} is known",
                    missing.join(", ")
                ),
                "one number for all pairs",
            ),
            (Some(place), TradeBasis::ThirdMarkets) => place.wrong(
                format!("`{base}` is one number, and this kind needs one for each partner"),
                "expected a table by economy",
            ),
            (None, TradeBasis::Pairs) => kind_place.wrong(
                format!(
                    "the lever `{id}` works through trade, and no trade of {} is known",
                    missing.join(", ")
                ),
                "this kind needs it",
            ),
            (None, TradeBasis::ThirdMarkets) => kind_place.wrong(
                format!("the lever `{id}` sells in third markets and has no `trade_base`"),
                "this kind needs it",
            ),
        };
        errors.push(error.help(format!(
            "write `trade_base = {{ {} }}`: {about}",
            lines.join(", ")
        )));
        Ok(errors)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::history::History;

    #[test]
    fn every_pair_of_the_embedded_economies_is_known_once() {
        // Those whose digital share the growth table holds; the panel knows 189.
        let data = History::embedded(true).unwrap().data().unwrap();
        let told = data.economies.iter().filter(|data| data.share.is_some());
        let economies: Vec<Economy> = told.map(|data| data.economy).collect();
        assert_eq!(economies.len(), 5);
        let pairs = super::super::pairs(&economies);
        for (first, second) in &pairs {
            let trade = trade_of(*second, *first).unwrap().unwrap();
            assert_eq!(trade.pair(), format!("{first}-{second}"));
            assert!(trade.usd_bn > 0.0 && Grade::parse(&trade.grade).is_some() && !trade.source.is_empty());
        }
        assert_eq!(known_trade().unwrap().len(), pairs.len());
    }
}

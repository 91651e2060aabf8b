//! Units: what a file says, and what the documented format writes.

use super::economies::plain;
use crate::history::TableUnit;

/// A unit as a file has it: the unit of the documented format, times a power of ten.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Scaled {
    /// The unit that is written.
    pub(super) unit: TableUnit,
    /// What the figures are multiplied by: so many tens.
    pub(super) power: i32,
}

const fn scaled(unit: TableUnit, power: i32) -> Scaled {
    Scaled { unit, power }
}

pub(super) const USD: Scaled = scaled(TableUnit::UsdBn, -9);
pub(super) const PERCENT: Scaled = scaled(TableUnit::Percent, 0);
pub(super) const PERSONS: Scaled = scaled(TableUnit::Persons, 0);
pub(super) const PER_100: Scaled = scaled(TableUnit::Per100, 0);

/// Units that `--unit` takes.
pub(super) const NAMES: &[(&str, Scaled)] = &[
    ("usd", USD),
    ("usd_thousand", scaled(TableUnit::UsdBn, -6)),
    ("usd_m", scaled(TableUnit::UsdBn, -3)),
    ("usd_bn", scaled(TableUnit::UsdBn, 0)),
    ("usd_tn", scaled(TableUnit::UsdBn, 3)),
    ("cny_bn", scaled(TableUnit::CnyBn, 0)),
    ("percent", PERCENT),
    ("share", scaled(TableUnit::Share, 0)),
    ("persons", PERSONS),
    ("persons_thousand", scaled(TableUnit::Persons, 3)),
    ("persons_m", scaled(TableUnit::Persons, 6)),
    ("per_100", PER_100),
];

impl Scaled {
    /// Its name among those of `--unit`; that of the unit written where no name fits.
    pub(super) fn name(self) -> &'static str {
        let found = NAMES.iter().find(|(_, scaled)| *scaled == self);
        found.map_or(self.unit.key(), |(name, _)| *name)
    }
}

/// What the words of a file say of a unit.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum Stated {
    /// This unit.
    Known(Scaled),
    /// A unit that the series cannot be in, and why.
    Unfit(&'static str),
    /// Not enough; what is open.
    Open(&'static str),
}

/// The power of ten that a word such as `Billions` stands for.
fn magnitude(words: &[&str]) -> i32 {
    let has = |names: &[&str]| words.iter().any(|word| names.contains(word));
    if has(&["trillion", "trillions", "tn"]) {
        12
    } else if has(&["billion", "billions", "bn", "bln", "milliard", "milliards"]) {
        9
    } else if has(&["million", "millions", "mn", "mio", "mln", "mill"]) {
        6
    } else if has(&["thousand", "thousands", "000s"]) {
        3
    } else {
        0
    }
}

/// What a file says of a unit: in its unit columns and the name of the series (`words`), and in a column of powers of ten or words
/// such as `Billions` (`scale`).
pub(super) fn stated(words: &str, scale: &str, series: &str) -> Stated {
    // `US$` and `U.S.` lose their marks; a base year joined to a currency (`USD2010`, `USD_2010`) is set apart from it.
    let text = words
        .replace("US$", " USD ")
        .replace("U.S.", "US")
        .replace("C$", "CAD");
    let text = plain(&text).replace("usd", "usd ");
    let list: Vec<&str> = text.split_whitespace().collect();
    let has = |name: &str| list.contains(&name);
    let joined = format!(" {} ", list.join(" "));
    let says = |phrase: &str| joined.contains(&format!(" {phrase} "));
    let scale = scale.trim();
    let power = magnitude(&list)
        + match scale.parse::<i32>() {
            Ok(power) if (0..=15).contains(&power) => power,
            _ => magnitude(&plain(scale).split_whitespace().collect::<Vec<_>>()),
        };
    let dollars = has("usd") || says("us dollar") || says("us dollars") || says("dollars");
    let dated = list
        .iter()
        .any(|word| word.len() == 4 && word.parse::<u16>().is_ok_and(|year| (1900..2100).contains(&year)));
    let per_person = says("per capita") || says("per person") || says("per head");
    let share = says("of gdp") || says("share of gdp");
    match series {
        "gdp" | "digital_economy" => {
            if per_person {
                Stated::Unfit("it is per person")
            } else if has("ppp") || has("ppps") || has("international") || says("purchasing power") {
                Stated::Unfit("it is at purchasing power parities, not at exchange rates")
            } else if has("constant") || has("real") || has("chained") || has("volume") || (dollars && dated)
            {
                Stated::Unfit("it is at constant prices, not in current dollars")
            } else if has("national")
                || has("lcu")
                || says("domestic currency")
                || has("euro")
                || has("euros")
                || has("eur")
            {
                Stated::Unfit("it is not in US dollars")
            } else if share || has("percent") {
                Stated::Unfit("it is a percentage, not a level")
            } else if dollars && (has("current") || has("nominal")) {
                Stated::Known(scaled(TableUnit::UsdBn, power - 9))
            } else if dollars {
                Stated::Open("the file does not say whether these dollars are current ones")
            } else {
                Stated::Open("the file does not say its unit")
            }
        }
        "population" => {
            if has("persons") || has("people") || has("person") || says("absolute value") || power > 0 {
                Stated::Known(scaled(TableUnit::Persons, power))
            } else {
                Stated::Open("the file does not say whether it counts persons, thousands or millions")
            }
        }
        "broadband" | "mobile" if says("per 100") => Stated::Known(PER_100),
        _ if has("percent") || words.contains('%') || has("percentage") => Stated::Known(PERCENT),
        _ => Stated::Open("the file does not say its unit"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn units_are_read_from_the_words_of_the_offices() {
        let power = |power| Stated::Known(scaled(TableUnit::UsdBn, power));
        for (words, scale, expected) in [
            ("GDP (current US$)", "", power(-9)),
            (
                "U.S. dollars; Gross domestic product, current prices",
                "Billions",
                power(0),
            ),
            ("US$ at current prices in millions", "", power(-3)),
            ("US dollars at current prices in millions", "", power(-3)),
            (
                "US Dollar; Current prices, current exchange rates",
                "6",
                power(-3),
            ),
            (
                "US dollars, exchange rate converted; Current prices",
                "6",
                power(-3),
            ),
            ("billion current USD/yr", "", power(0)),
        ] {
            assert_eq!(stated(words, scale, "gdp"), expected, "{words}");
        }
        for unfit in [
            "GDP (constant 2015 US$)",
            "billion USD_2010/yr",
            "billion US$2010/yr",
            "GDP, PPP (current international $)",
            "GDP per capita (current US$)",
            "GDP (current LCU)",
            "National currency; Gross domestic product, current prices",
            "US dollars, PPP converted; Current prices",
        ] {
            assert!(
                matches!(stated(unfit, "", "gdp"), Stated::Unfit(_)),
                "{unfit}: {:?}",
                stated(unfit, "", "gdp")
            );
        }
        for open in ["billion USD/yr", "GDP", "US dollars"] {
            assert!(matches!(stated(open, "", "gdp"), Stated::Open(_)), "{open}");
        }
        assert_eq!(
            stated("Persons", "Millions", "population"),
            Stated::Known(scaled(TableUnit::Persons, 6))
        );
        assert_eq!(
            stated("Absolute value in thousands", "", "population"),
            Stated::Known(scaled(TableUnit::Persons, 3))
        );
        assert_eq!(
            stated("Percent change", "", "volume_growth"),
            Stated::Known(PERCENT)
        );
        assert!(matches!(stated("index", "", "digital_share"), Stated::Open(_)));
    }
}

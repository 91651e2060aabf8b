//! Economies by code or name, in the spellings of the offices that publish tables.

use std::{collections::BTreeMap, sync::LazyLock};

use crate::base::Economy;

/// Spellings that neither ISO 3166-1 nor the usual short name has, and codes that were used before: name, code, who uses it.
const SPELLINGS: &str = include_str!("../../data/history/spellings.csv");

/// A name without what spellings differ in: case, accents, punctuation, `the`, `&`.
pub(super) fn plain(name: &str) -> String {
    let ascii = any_ascii::any_ascii(name).to_lowercase().replace('&', " and ");
    // An apostrophe joins (`Cote d'Ivoire`), every other mark parts words.
    let letters = ascii.chars().filter(|letter| *letter != '\'');
    let spaced: String = letters
        .map(|letter| {
            if letter.is_ascii_alphanumeric() {
                letter
            } else {
                ' '
            }
        })
        .collect();
    let words: Vec<&str> = spaced.split_whitespace().filter(|word| *word != "the").collect();
    words.join(" ")
}

/// Every known spelling, made plain.
static NAMES: LazyLock<BTreeMap<String, Economy>> = LazyLock::new(|| {
    let mut names = BTreeMap::new();
    for code in rust_iso3166::ALL_ALPHA3.iter().copied().chain(["XKX"]) {
        let Some(economy) = Economy::parse(code) else {
            continue;
        };
        names.insert(plain(economy.name()), economy);
        if let Some(entry) = rust_iso3166::from_alpha3(code) {
            names.insert(plain(entry.name), economy);
        }
    }
    let mut reader = csv::Reader::from_reader(SPELLINGS.as_bytes());
    for record in reader.records().flatten() {
        if let (Some(name), Some(economy)) = (record.get(0), record.get(1).and_then(Economy::parse)) {
            names.insert(plain(name), economy);
        }
    }
    names
});

/// The economy of a cell: an ISO 3166-1 code of three or two letters, its number, or a name; `None` for groups and the unknown.
///
/// ```
/// # use jointly::import::economy;
/// for written in ["KOR", "KR", "410", "Korea, Rep.", "Republic of Korea", "korea, republic of"] {
///     assert_eq!(economy(written).unwrap().code(), "KOR");
/// }
/// assert!(economy("East Asia & Pacific").is_none());
/// ```
pub fn economy(written: &str) -> Option<Economy> {
    let written = written.trim();
    let digits = written.bytes().all(|byte| byte.is_ascii_digit());
    let by_code = match written.len() {
        // Numbers of spreadsheets lose the zeros in front.
        1..=3 if digits => rust_iso3166::from_numeric(written.parse().ok()?),
        3 => rust_iso3166::from_alpha3(written),
        2 => rust_iso3166::from_alpha2(written),
        _ => None,
    };
    by_code
        .and_then(|entry| Economy::parse(entry.alpha3))
        .or_else(|| (written == "XKX").then(|| Economy::parse("XKX")).flatten())
        .or_else(|| NAMES.get(&plain(written)).copied())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::history::Panel;

    #[test]
    fn every_spelling_leads_to_an_economy_of_the_standard_and_says_who_uses_it() {
        let mut reader = csv::Reader::from_reader(SPELLINGS.as_bytes());
        let mut count = 0;
        for record in reader.records().map(Result::unwrap) {
            let (name, code) = (record.get(0).unwrap(), record.get(1).unwrap());
            assert!(
                code == "XKX" || rust_iso3166::from_alpha3(code).is_some(),
                "{code}"
            );
            assert!(!record.get(2).unwrap().is_empty(), "{name}");
            assert_eq!(economy(name).unwrap().code(), code, "{name}");
            count += 1;
        }
        assert!(count > 100);
    }

    #[test]
    fn names_of_the_same_economy_agree_and_groups_are_none() {
        for (code, names) in [
            (
                "TUR",
                &["Türkiye", "Turkiye", "Turkey", "TÜRKİYE", "TR", "792"][..],
            ),
            ("RUS", &["Russia", "Russian Federation", "RU", "643"]),
            ("CIV", &["Côte d'Ivoire", "Cote d’Ivoire", "Ivory Coast"]),
            ("VNM", &["Viet Nam", "Vietnam"]),
            ("PRK", &["North Korea", "Korea, Dem. People's Rep."]),
            (
                "COD",
                &["Congo, Dem. Rep.", "DR Congo", "Democratic Republic of the Congo"],
            ),
            ("AFG", &["4", "004", "AF"]),
            ("BHS", &["Bahamas, The", "The Bahamas", "Bahamas"]),
        ] {
            for name in names {
                assert_eq!(
                    economy(name).map(|found| found.code().to_owned()).as_deref(),
                    Some(code),
                    "{name}"
                );
            }
        }
        for group in [
            "World",
            "EAS",
            "Euro area",
            "OWID_WRL",
            "Asia",
            "",
            "High income",
            "WLD",
            "Switzerland, Liechtenstein",
        ] {
            assert_eq!(economy(group), None, "{group}");
        }
    }

    #[test]
    fn the_panel_is_known_by_code_and_by_name() {
        for entry in &Panel::embedded().economies {
            assert_eq!(economy(entry.economy.code()), Some(entry.economy));
            assert_eq!(
                economy(entry.economy.name()),
                Some(entry.economy),
                "{}",
                entry.economy.name()
            );
        }
    }
}

//! Economies.

use std::fmt;

/// An economy, named by its ISO 3166-1 alpha-3 code (`CHN`, `KOR`, ...), or by any three capital letters that a
/// user's own history table uses.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Economy([u8; 3]);

/// Names where the one of ISO 3166-1 is not the usual English short name, or there is none.
const NAMES: &[(&str, &str)] = &[
    ("COD", "DR Congo"),
    ("GBR", "United Kingdom"),
    ("LAO", "Laos"),
    ("PRK", "North Korea"),
    ("RUS", "Russia"),
    ("SYR", "Syria"),
    ("USA", "United States"),
    ("VGB", "British Virgin Islands"),
    ("VIR", "US Virgin Islands"),
    ("VNM", "Vietnam"),
    ("WLD", "World"),
    ("XKX", "Kosovo"),
];

impl Economy {
    /// Reads a code of exactly three ASCII capital letters; `None` for anything else.
    ///
    /// ```
    /// use jointly::base::Economy;
    /// assert_eq!(Economy::parse("KOR").unwrap().name(), "Korea");
    /// assert!(Economy::parse("Korea").is_none());
    /// ```
    pub fn parse(code: &str) -> Option<Self> {
        let bytes: [u8; 3] = code.as_bytes().try_into().ok()?;
        bytes.iter().all(u8::is_ascii_uppercase).then_some(Self(bytes))
    }

    /// The three-letter code.
    pub fn code(&self) -> &str {
        // The constructor admits ASCII capitals only.
        std::str::from_utf8(&self.0).unwrap_or("???")
    }

    /// The usual English short name, `Korea` for `KOR`; the code where ISO 3166-1 does not know it.
    pub fn name(&self) -> &str {
        let own = NAMES
            .iter()
            .find(|(code, _)| *code == self.code())
            .map(|(_, name)| *name);
        own.or_else(|| {
            let formal = rust_iso3166::from_alpha3(self.code())?.name;
            // `Korea (Republic of)`: the form of state is no part of the short name.
            Some(formal.split_once(" (").map_or(formal, |(short, _)| short))
        })
        .unwrap_or(self.code())
    }
}

impl fmt::Display for Economy {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.code())
    }
}

impl fmt::Debug for Economy {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.code())
    }
}

impl serde::Serialize for Economy {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn codes_are_three_capitals() {
        for wrong in ["", "CH", "chn", "CHINA", "C1N", "ÄÖ"] {
            assert_eq!(Economy::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn names_are_the_usual_short_ones() {
        for (code, name) in [
            ("CHN", "China"),
            ("KOR", "Korea"),
            ("PRK", "North Korea"),
            ("VNM", "Vietnam"),
            ("IRN", "Iran"),
            ("CIV", "Côte d\'Ivoire"),
            ("GBR", "United Kingdom"),
            ("AAA", "AAA"),
        ] {
            assert_eq!(Economy::parse(code).unwrap().name(), name);
        }
    }
}

//! Economies.

use std::fmt;

/// An economy, named by its ISO 3166-1 alpha-3 code (`CHN`, `KOR`, ...), or by any three capital letters that a
/// user's own history table uses.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Economy([u8; 3]);

/// English short names of the economies that the embedded data mention.
const NAMES: &[(&str, &str)] = &[
    ("CHN", "China"),
    ("JPN", "Japan"),
    ("KOR", "Korea"),
    ("MNG", "Mongolia"),
    ("RUS", "Russia"),
    ("USA", "United States"),
    ("WLD", "World"),
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

    /// The English short name where one is known, otherwise the code.
    pub fn name(&self) -> &str {
        NAMES
            .iter()
            .find(|(code, _)| *code == self.code())
            .map_or(self.code(), |(_, name)| name)
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
}

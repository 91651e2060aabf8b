//! Where a number belongs: an economy, or the group of all economies of a scenario.

use std::fmt;

use super::Economy;

/// An economy or the group.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Place {
    /// One economy.
    Economy(Economy),
    /// All economies of the scenario together.
    Group,
}

impl Place {
    /// The name of the group in selectors and columns.
    pub const GROUP: &'static str = "group";

    /// The code in selectors and columns.
    pub fn code(&self) -> &str {
        match self {
            Self::Economy(economy) => economy.code(),
            Self::Group => Self::GROUP,
        }
    }

    /// The name for people.
    pub fn name(&self) -> &str {
        match self {
            Self::Economy(economy) => economy.name(),
            Self::Group => "All together",
        }
    }

    /// Reads a [`code`](Self::code).
    pub fn parse(text: &str) -> Option<Self> {
        if text == Self::GROUP {
            Some(Self::Group)
        } else {
            Economy::parse(text).map(Self::Economy)
        }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.pad(self.code())
    }
}

impl From<Economy> for Place {
    fn from(economy: Economy) -> Self {
        Self::Economy(economy)
    }
}

impl serde::Serialize for Place {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.code())
    }
}

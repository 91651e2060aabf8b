//! The six elements of the digitalization matrix.

/// An element: one of three dimensions on one of two sides (docs/model.md §4).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Element {
    /// Factors (people, infrastructure), production side.
    FactorProduction,
    /// Factors, application side.
    FactorApplication,
    /// Industry, production side.
    IndustryProduction,
    /// Industry, application side.
    IndustryApplication,
    /// Governance, production side (rules, security).
    GovernanceProduction,
    /// Governance, application side (online government).
    GovernanceApplication,
}

impl Element {
    /// How many elements there are.
    pub const COUNT: usize = 6;

    /// Every element, in the order of weights and outputs.
    pub const ALL: [Self; Self::COUNT] = [
        Self::FactorProduction,
        Self::FactorApplication,
        Self::IndustryProduction,
        Self::IndustryApplication,
        Self::GovernanceProduction,
        Self::GovernanceApplication,
    ];

    /// Position in [`Element::ALL`].
    pub const fn index(self) -> usize {
        self as usize
    }

    /// The name in data files, selectors and columns.
    pub const fn key(self) -> &'static str {
        match self {
            Self::FactorProduction => "factor-production",
            Self::FactorApplication => "factor-application",
            Self::IndustryProduction => "industry-production",
            Self::IndustryApplication => "industry-application",
            Self::GovernanceProduction => "governance-production",
            Self::GovernanceApplication => "governance-application",
        }
    }

    /// Reads an element by its [`key`](Self::key).
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|element| element.key() == text)
    }
}

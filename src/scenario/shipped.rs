//! The scenarios that come with the program, so that the binary alone is enough.

/// A shipped scenario file.
#[derive(Debug)]
pub struct Shipped {
    /// Its name, without `.toml`.
    pub name: &'static str,
    /// The file, whole.
    pub text: &'static str,
}

macro_rules! shipped {
    ($($name:literal),+ $(,)?) => {
        &[$(Shipped { name: $name, text: include_str!(concat!("../../scenarios/", $name, ".toml")) }),+]
    };
}

/// Every shipped scenario, by name.
pub const SHIPPED: &[Shipped] = shipped![
    "all-together",
    "baseline",
    "china-korea-smart-cities",
    "egovernment-exchange",
    "healthcare-and-ai",
    "industrial-digitalization",
    "joint-research",
    "market-gateway",
    "mongolia-credit",
    "mongolia-digital-divide",
    "northeast-far-east-zone",
    "policy-coordination",
    "rupture-stress",
    "security-cooperation",
    "service-trade-platform",
    "standards-recognition",
    "talent-exchange",
];

impl Shipped {
    /// A text of its first level: `title`, `summary`, `extends`; empty if it has none.
    pub fn says(&self, key: &str) -> String {
        let document = toml_edit::Document::parse(self.text).ok();
        let found = document.as_ref().and_then(|document| document.get(key)?.as_str());
        found.map_or_else(String::new, |text| {
            text.split_whitespace().collect::<Vec<_>>().join(" ")
        })
    }
}

//! The series a history table may hold: one row each.

/// How a number is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum TableUnit {
    /// Billions of current US dollars.
    UsdBn,
    /// Billions of current yuan.
    CnyBn,
    /// Percent.
    Percent,
    /// A share between 0 and 1.
    Share,
    /// Persons.
    Persons,
    /// Per 100 persons.
    Per100,
}

impl TableUnit {
    /// Every unit.
    pub const ALL: [Self; 6] = [
        Self::UsdBn,
        Self::CnyBn,
        Self::Percent,
        Self::Share,
        Self::Persons,
        Self::Per100,
    ];

    /// The name in the `unit` column.
    pub const fn key(self) -> &'static str {
        match self {
            Self::UsdBn => "usd_bn",
            Self::CnyBn => "cny_bn",
            Self::Percent => "percent",
            Self::Share => "share",
            Self::Persons => "persons",
            Self::Per100 => "per_100",
        }
    }

    /// What a written number is multiplied by: percents become shares and rates.
    pub const fn factor(self) -> f64 {
        match self {
            Self::Percent => 0.01,
            _ => 1.0,
        }
    }
}

/// What a series measures.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Measure {
    /// A level above 0.
    Level,
    /// A share, strictly between 0 and 1.
    Share,
    /// Growth of the level series of this name.
    GrowthOf(&'static str),
}

/// A series.
#[derive(Debug)]
pub struct Series {
    /// The name in the `series` column.
    pub key: &'static str,
    /// The heading for people.
    pub label: &'static str,
    /// What it measures.
    pub measure: Measure,
    /// The units it may be written in.
    pub units: &'static [TableUnit],
    /// Levels beyond this are more likely a slip in the unit than a fact.
    pub plausible: (f64, f64),
    /// Whether the model uses it; other series are shown and audited.
    pub in_model: bool,
    /// How far a printed growth rate may be from its levels because the levels were revised, as a rate.
    pub revision: f64,
}

const fn series(
    key: &'static str,
    label: &'static str,
    measure: Measure,
    units: &'static [TableUnit],
    plausible: (f64, f64),
    in_model: bool,
    revision: f64,
) -> Series {
    Series {
        key,
        label,
        measure,
        units,
        plausible,
        in_model,
        revision,
    }
}

const USD: &[TableUnit] = &[TableUnit::UsdBn];
const CNY: &[TableUnit] = &[TableUnit::CnyBn];
const RATE: &[TableUnit] = &[TableUnit::Percent, TableUnit::Share];
const GROWTH: (f64, f64) = (-1.0, 10.0);

/// Every series, in the order of outputs.
#[rustfmt::skip]
pub const SERIES: &[Series] = &[
    series("gdp", "GDP", Measure::Level, USD, (1e-3, 1e6), true, 0.0),
    series("gdp_growth", "growth of GDP", Measure::GrowthOf("gdp"), RATE, GROWTH, true, 0.0),
    series("volume_growth", "growth of the volume of GDP", Measure::GrowthOf("volume"), RATE, GROWTH, true, 0.0),
    series("digital_economy", "digital economy", Measure::Level, USD, (1e-4, 1e6), true, 0.0),
    series("digital_growth", "growth of the digital economy", Measure::GrowthOf("digital_economy"), RATE, GROWTH, true, 0.0),
    series("digital_share", "digital share of GDP", Measure::Share, RATE, (0.0, 1.0), true, 0.0),
    series("population", "population", Measure::Level, &[TableUnit::Persons], (1e3, 2e10), true, 0.0),
    series("internet_users", "internet users", Measure::Level, &[TableUnit::Percent], (0.0, 1.0), false, 0.0),
    series("broadband", "fixed-broadband subscriptions", Measure::Level, &[TableUnit::Per100], (0.0, 100.0), false, 0.0),
    series("mobile", "mobile-cellular subscriptions", Measure::Level, &[TableUnit::Per100], (0.0, 1000.0), false, 0.0),
    // Customs statistics are revised: the printed rates of two provinces differ from their levels by a tenth of a point.
    series("trade_with_russia", "trade with Russia", Measure::Level, CNY, (1e-3, 1e5), false, 0.0),
    series("trade_with_russia_growth", "growth of trade with Russia", Measure::GrowthOf("trade_with_russia"), RATE, GROWTH, false, 0.01),
    series("trade_with_russia_to_july", "trade with Russia, January to July", Measure::Level, CNY, (1e-3, 1e5), false, 0.0),
    series("trade_with_russia_to_july_growth", "growth of trade with Russia, January to July", Measure::GrowthOf("trade_with_russia_to_july"), RATE, GROWTH, false, 0.01),
    series("northeast_share_to_july", "share of the Northeast in trade with Russia, January to July", Measure::Share, RATE, (0.0, 1.0), false, 0.0),
];

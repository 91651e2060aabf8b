//! The metrics a projection reports per economy and year: one row each; columns, selectors, units and headings
//! everywhere come from here.

use super::Element;

/// What a number measures, for headings and machine-readable outputs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unit {
    /// Billions of current US dollars.
    UsdBn,
    /// Current US dollars per person.
    UsdPerPerson,
    /// A share between 0 and 1.
    Share,
    /// A yearly rate on the start-year basis; 0.05 is 5 % a year.
    YearlyRate,
    /// A score between 0 and 1.
    Score,
    /// A difference of natural logarithms; 0.05 is about 5 %.
    LogPoints,
    /// A ratio without a unit; 1 is the whole.
    Ratio,
}

impl Unit {
    /// The unit as written in the `unit` column of outputs.
    pub const fn key(self) -> &'static str {
        match self {
            Self::UsdBn => "usd_bn",
            Self::UsdPerPerson => "usd_per_person",
            Self::Share => "share",
            Self::YearlyRate => "yearly_rate",
            Self::Score => "score",
            Self::LogPoints => "log_points",
            Self::Ratio => "ratio",
        }
    }
}

/// A metric reported per economy and year, and for the group (docs/model.md §8).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Metric {
    /// Gross domestic product Y.
    Gdp,
    /// Size of the digital economy D.
    DigitalEconomy,
    /// Digital share D / Y.
    Share,
    /// Growth of the digital economy, D_t / D_(t-1) - 1.
    DigitalGrowth,
    /// GDP per head.
    GdpPerCapita,
    /// Digital economy per head.
    PerCapita,
    /// Volume of GDP.
    GdpVolume,
    /// Volume of the digital economy.
    DigitalVolume,
    /// Growth of the volume of GDP, V_t / V_(t-1) - 1.
    VolumeGrowth,
    /// Digitalization index, the weighted mean of the element scores.
    Index,
    /// Score of an element of the digitalization matrix.
    FactorProduction,
    /// Score of an element of the digitalization matrix.
    FactorApplication,
    /// Score of an element of the digitalization matrix.
    IndustryProduction,
    /// Score of an element of the digitalization matrix.
    IndustryApplication,
    /// Score of an element of the digitalization matrix.
    GovernanceProduction,
    /// Score of an element of the digitalization matrix.
    GovernanceApplication,
    /// Gap to the reference in the scenario's gap metric.
    Gap,
    /// Part of the gap of the base year that is closed.
    Closure,
    /// Standard deviation of the gap metric over the group (sigma convergence).
    Dispersion,
}

/// One row of the metric table.
struct Row {
    #[cfg_attr(
        not(test),
        expect(
            dead_code,
            reason = "says which row it is; a test compares it with the position"
        )
    )]
    metric: Metric,
    key: &'static str,
    label: &'static str,
    meaning: &'static str,
    unit: Unit,
    /// The quantile sketch resolves values relative to |x| + floor; see `stats::QuantileSketch`.
    sketch_floor: f64,
}

const fn row(
    metric: Metric,
    key: &'static str,
    label: &'static str,
    meaning: &'static str,
    unit: Unit,
    sketch_floor: f64,
) -> Row {
    Row {
        metric,
        key,
        label,
        meaning,
        unit,
        sketch_floor,
    }
}

/// The metric table, in the order of outputs. A metric's formula stands in `model`.
#[rustfmt::skip]
const ROWS: [Row; Metric::COUNT] = [
    row(Metric::Gdp, "gdp", "GDP", "Gross domestic product in current dollars", Unit::UsdBn, 1e-3),
    row(Metric::DigitalEconomy, "digital_economy", "digital economy", "Size of the digital economy, broadly measured, in current dollars", Unit::UsdBn, 1e-3),
    row(Metric::Share, "share", "digital share of GDP", "Digital economy as a part of GDP", Unit::Share, 1e-4),
    row(Metric::DigitalGrowth, "digital_growth", "digital growth", "Growth of the digital economy over the year before", Unit::YearlyRate, 1e-2),
    row(Metric::GdpPerCapita, "gdp_per_capita", "GDP per head", "GDP divided by population", Unit::UsdPerPerson, 1.0),
    row(Metric::PerCapita, "per_capita", "digital per head", "Digital economy divided by population", Unit::UsdPerPerson, 1.0),
    row(Metric::GdpVolume, "gdp_volume", "GDP in volume", "Gross domestic product at the prices and exchange rates of the base year", Unit::UsdBn, 1e-3),
    row(Metric::DigitalVolume, "digital_volume", "digital economy in volume", "Digital share times the volume of GDP, at the prices and exchange rates of the base year", Unit::UsdBn, 1e-3),
    row(Metric::VolumeGrowth, "volume_growth", "real growth", "Growth of the volume of GDP over the year before", Unit::YearlyRate, 1e-2),
    row(Metric::Index, "index", "digitalization index", "Weighted mean of the six element scores", Unit::Score, 1e-3),
    row(Metric::FactorProduction, "factor-production", "factor, production", "People, networks and bandwidth that digital production needs", Unit::Score, 1e-3),
    row(Metric::FactorApplication, "factor-application", "factor, application", "People and subscriptions that use digital networks", Unit::Score, 1e-3),
    row(Metric::IndustryProduction, "industry-production", "industry, production", "Digital technology in the making of goods: research, robots, internet of things", Unit::Score, 1e-3),
    row(Metric::IndustryApplication, "industry-application", "industry, application", "Digital technology in trade and services: online sales, cloud", Unit::Score, 1e-3),
    row(Metric::GovernanceProduction, "governance-production", "governance, production", "Security and rules that digital business rests on", Unit::Score, 1e-3),
    row(Metric::GovernanceApplication, "governance-application", "governance, application", "Government online and taking part online", Unit::Score, 1e-3),
    row(Metric::Gap, "gap", "gap", "Distance to the reference in the scenario's gap metric", Unit::Ratio, 1e-4),
    row(Metric::Closure, "closure", "gap closed", "Part of the gap of the base year that is closed; below 0 where it has widened", Unit::Ratio, 1e-2),
    row(Metric::Dispersion, "dispersion", "dispersion", "Standard deviation of the gap metric over the group; falling means convergence", Unit::Ratio, 1e-4),
];

impl Metric {
    /// How many metrics there are.
    pub const COUNT: usize = 19;

    /// Every metric, in the order of outputs.
    pub const ALL: [Self; Self::COUNT] = [
        Self::Gdp,
        Self::DigitalEconomy,
        Self::Share,
        Self::DigitalGrowth,
        Self::GdpPerCapita,
        Self::PerCapita,
        Self::GdpVolume,
        Self::DigitalVolume,
        Self::VolumeGrowth,
        Self::Index,
        Self::FactorProduction,
        Self::FactorApplication,
        Self::IndustryProduction,
        Self::IndustryApplication,
        Self::GovernanceProduction,
        Self::GovernanceApplication,
        Self::Gap,
        Self::Closure,
        Self::Dispersion,
    ];

    /// Position in [`Metric::ALL`].
    pub const fn index(self) -> usize {
        self as usize
    }

    /// The score of an element.
    pub const fn of_element(element: Element) -> Self {
        match element {
            Element::FactorProduction => Self::FactorProduction,
            Element::FactorApplication => Self::FactorApplication,
            Element::IndustryProduction => Self::IndustryProduction,
            Element::IndustryApplication => Self::IndustryApplication,
            Element::GovernanceProduction => Self::GovernanceProduction,
            Element::GovernanceApplication => Self::GovernanceApplication,
        }
    }

    /// The element whose score this is.
    pub fn element(self) -> Option<Element> {
        Element::ALL
            .into_iter()
            .find(|element| Self::of_element(*element) == self)
    }

    /// The name in selectors, columns and files.
    pub const fn key(self) -> &'static str {
        ROWS[self.index()].key
    }

    /// The name as a column and as a value of tables, fit for SQL without quotes: letters and underscores.
    pub fn column(self) -> String {
        self.key().replace('-', "_")
    }

    /// The heading for people.
    pub const fn label(self) -> &'static str {
        ROWS[self.index()].label
    }

    /// What it means, in one sentence without a full stop.
    pub const fn meaning(self) -> &'static str {
        ROWS[self.index()].meaning
    }

    /// The unit; that of gap and dispersion is the unit of the gap metric, see [`gap_unit`](Self::gap_unit).
    pub const fn unit(self) -> Unit {
        ROWS[self.index()].unit
    }

    /// The unit in which gaps of this metric are measured; `None` if gaps of it make no sense.
    pub fn gap_unit(self) -> Option<Unit> {
        match self {
            Self::Share => Some(Unit::Share),
            Self::PerCapita | Self::GdpPerCapita => Some(Unit::LogPoints),
            Self::Index => Some(Unit::Score),
            _ => self.element().map(|_| Unit::Score),
        }
    }

    /// Below this magnitude the quantile sketch resolves absolutely instead of relatively.
    pub const fn sketch_floor(self) -> f64 {
        ROWS[self.index()].sketch_floor
    }

    /// The same for differences between two options, which are small beside levels.
    pub const fn difference_sketch_floor(self) -> f64 {
        1e-2 * self.sketch_floor()
    }

    /// Whether the metric needs population data.
    pub const fn is_per_head(self) -> bool {
        matches!(self.unit(), Unit::UsdPerPerson)
    }

    /// The metric of which a metric per head is a fixed multiple in each year.
    pub const fn total(self) -> Self {
        match self {
            Self::GdpPerCapita => Self::Gdp,
            Self::PerCapita => Self::DigitalEconomy,
            other => other,
        }
    }

    /// Reads a metric by its [`key`](Self::key) or its [`column`](Self::column).
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL
            .into_iter()
            .find(|metric| metric.key() == text || metric.column() == text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_stand_in_the_order_of_the_metrics_and_keys_read_back() {
        for (position, metric) in Metric::ALL.into_iter().enumerate() {
            assert_eq!(metric.index(), position);
            assert_eq!(ROWS[position].metric, metric);
            assert_eq!(Metric::parse(metric.key()), Some(metric));
            assert_eq!(Metric::parse(&metric.column()), Some(metric));
            assert!(!metric.column().contains('-'));
        }
        for element in Element::ALL {
            assert_eq!(Metric::of_element(element).key(), element.key());
            assert_eq!(Metric::of_element(element).element(), Some(element));
        }
    }
}

//! The metrics a projection reports per economy and year: one row each; columns, selectors, units and headings
//! everywhere come from here.

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
}

impl Unit {
    /// The unit as written in the `unit` column of outputs.
    pub const fn key(self) -> &'static str {
        match self {
            Self::UsdBn => "usd_bn",
            Self::UsdPerPerson => "usd_per_person",
            Self::Share => "share",
            Self::YearlyRate => "yearly_rate",
        }
    }
}

/// A metric reported per economy and year.
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
    /// Digital economy per head.
    PerCapita,
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
    unit: Unit,
    /// The quantile sketch resolves values relative to |x| + floor; see `stats::QuantileSketch`.
    sketch_floor: f64,
}

/// The metric table, in the order of outputs. A metric's formula stands in `model`.
const ROWS: [Row; Metric::COUNT] = [
    Row {
        metric: Metric::Gdp,
        key: "gdp",
        label: "GDP",
        unit: Unit::UsdBn,
        sketch_floor: 1e-3,
    },
    Row {
        metric: Metric::DigitalEconomy,
        key: "digital_economy",
        label: "digital economy",
        unit: Unit::UsdBn,
        sketch_floor: 1e-3,
    },
    Row {
        metric: Metric::Share,
        key: "share",
        label: "digital share of GDP",
        unit: Unit::Share,
        sketch_floor: 1e-4,
    },
    Row {
        metric: Metric::DigitalGrowth,
        key: "digital_growth",
        label: "digital growth",
        unit: Unit::YearlyRate,
        sketch_floor: 1e-2,
    },
    Row {
        metric: Metric::PerCapita,
        key: "per_capita",
        label: "digital per head",
        unit: Unit::UsdPerPerson,
        sketch_floor: 1.0,
    },
];

impl Metric {
    /// How many metrics there are.
    pub const COUNT: usize = 5;

    /// Every metric, in the order of outputs.
    pub const ALL: [Self; Self::COUNT] = [
        Self::Gdp,
        Self::DigitalEconomy,
        Self::Share,
        Self::DigitalGrowth,
        Self::PerCapita,
    ];

    /// Position in [`Metric::ALL`].
    pub const fn index(self) -> usize {
        self as usize
    }

    /// The name in selectors, columns and files.
    pub const fn key(self) -> &'static str {
        ROWS[self.index()].key
    }

    /// The heading for people.
    pub const fn label(self) -> &'static str {
        ROWS[self.index()].label
    }

    /// The unit.
    pub const fn unit(self) -> Unit {
        ROWS[self.index()].unit
    }

    /// Below this magnitude the quantile sketch resolves absolutely instead of relatively.
    pub const fn sketch_floor(self) -> f64 {
        ROWS[self.index()].sketch_floor
    }

    /// Whether the metric needs population data.
    pub const fn is_per_head(self) -> bool {
        matches!(self.unit(), Unit::UsdPerPerson)
    }

    /// Reads a metric by its [`key`](Self::key).
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|metric| metric.key() == text)
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
        }
    }
}

//! Outcome selectors: one notation for any single outcome, `[OPTION/][extra:]PLACE.METRIC@YEAR[|STATISTIC]` or
//! `[OPTION/]money.KIND[.ECONOMY]` (docs/scenario.md).

use std::fmt;

use super::{Economy, Metric, Place, Year, nearest};

/// A number of the money account of an option.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Money {
    /// Present value of costs.
    Cost,
    /// Present value of extra GDP.
    Benefit,
    /// Benefit less cost.
    NetPresentValue,
    /// Mean benefit over mean cost; a statistic over futures, not a number of each.
    BenefitCostRatio,
}

impl Money {
    /// Every kind, in the order of outputs.
    pub const ALL: [Self; 4] = [
        Self::Cost,
        Self::Benefit,
        Self::NetPresentValue,
        Self::BenefitCostRatio,
    ];

    /// The name in selectors.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Cost => "cost",
            Self::Benefit => "benefit",
            Self::NetPresentValue => "npv",
            Self::BenefitCostRatio => "bcr",
        }
    }

    /// The name for people.
    pub const fn label(self) -> &'static str {
        match self {
            Self::Cost => "cost, present value",
            Self::Benefit => "extra GDP, present value",
            Self::NetPresentValue => "net present value",
            Self::BenefitCostRatio => "benefit-cost ratio",
        }
    }
}

/// On which side of a number an outcome must lie.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, serde::Serialize)]
pub enum Side {
    /// Below it.
    #[serde(rename = "<")]
    Below,
    /// At it or below.
    #[serde(rename = "<=")]
    AtMost,
    /// Above it.
    #[serde(rename = ">")]
    Above,
    /// At it or above.
    #[serde(rename = ">=")]
    AtLeast,
}

impl Side {
    /// The sign, as it is written.
    pub const fn sign(self) -> &'static str {
        match self {
            Self::Below => "<",
            Self::AtMost => "<=",
            Self::Above => ">",
            Self::AtLeast => ">=",
        }
    }

    /// The words before a number.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Below => "below",
            Self::AtMost => "at most",
            Self::Above => "above",
            Self::AtLeast => "at least",
        }
    }

    /// Every side, in the order of the declaration.
    const ALL: [Self; 4] = [Self::Below, Self::AtMost, Self::Above, Self::AtLeast];

    /// Whether a value lies on this side of a number.
    pub(crate) fn holds(self, value: f64, number: f64) -> bool {
        match self {
            Self::Below => value < number,
            Self::AtMost => value <= number,
            Self::Above => value > number,
            Self::AtLeast => value >= number,
        }
    }
}

/// A finite number in a selector. Its order is that of its bits, which is some order, not that of the numbers.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Bound(u64);

impl Bound {
    /// 0.
    pub const ZERO: Self = Self(0);

    /// A number; `None` if it is not finite.
    pub fn new(number: f64) -> Option<Self> {
        // Both zeros are one.
        number.is_finite().then(|| Self((number + 0.0).to_bits()))
    }

    /// The number.
    pub fn value(self) -> f64 {
        f64::from_bits(self.0)
    }
}

/// A statistic over futures.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub enum Statistic {
    /// Mean.
    #[default]
    Mean,
    /// Standard deviation.
    StandardDeviation,
    /// A quantile, in percent from 1 to 99.
    Percentile(u8),
    /// The part of the futures in which the outcome lies on a side of a number.
    Share(Side, Bound),
}

impl Statistic {
    /// The part of the futures above 0.
    pub const POSITIVE: Self = Self::Share(Side::Above, Bound::ZERO);

    fn parse(text: &str) -> Option<Self> {
        match text {
            "mean" => Some(Self::Mean),
            "sd" => Some(Self::StandardDeviation),
            "median" => Some(Self::Percentile(50)),
            "positive" => Some(Self::POSITIVE),
            _ if text.contains(' ') => {
                let (side, number) = Side::ALL
                    .into_iter()
                    .find_map(|side| Some((side, text.strip_prefix(side.words())?)))?;
                Bound::new(number.trim().parse().ok()?).map(|bound| Self::Share(side, bound))
            }
            _ => {
                let percent: u8 = text.strip_prefix('p')?.parse().ok()?;
                (1..=99).contains(&percent).then_some(Self::Percentile(percent))
            }
        }
    }
}

impl fmt::Display for Statistic {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Mean => formatter.write_str("mean"),
            Self::StandardDeviation => formatter.write_str("sd"),
            Self::Percentile(percent) => write!(formatter, "p{percent:02}"),
            positive if *positive == Self::POSITIVE => formatter.write_str("positive"),
            Self::Share(side, bound) => write!(formatter, "{} {}", side.words(), bound.value()),
        }
    }
}

/// What is measured.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Measure {
    /// A metric of a place in a year.
    Metric {
        /// Where.
        place: Place,
        /// Which metric.
        metric: Metric,
        /// Which year; `None` for the horizon.
        year: Option<Year>,
        /// Whether the difference from the baseline on the same path is meant.
        extra: bool,
    },
    /// A number of the money account.
    Money {
        /// Which number.
        kind: Money,
        /// Whose; `None` for all partners together.
        economy: Option<Economy>,
    },
}

/// A selected outcome.
///
/// ```
/// use jointly::base::Selector;
/// let selector = Selector::parse("both/extra:CHN.digital_economy@2035|p95").unwrap();
/// assert_eq!(selector.option.as_deref(), Some("both"));
/// assert_eq!(selector.to_string(), "both/extra:CHN.digital_economy@2035|p95");
/// assert!(Selector::parse("CHN.shar@2035").unwrap_err().contains("did you mean `share`"));
/// ```
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Selector {
    /// Policy option by name; `None` for the default of the command.
    pub option: Option<String>,
    /// What is measured.
    pub measure: Measure,
    /// The statistic over futures.
    pub statistic: Statistic,
}

impl Selector {
    /// Reads a selector.
    ///
    /// # Errors
    /// What is wrong, with the nearest known name, in one sentence.
    pub fn parse(text: &str) -> Result<Self, String> {
        let (body, statistic) = match text.rsplit_once('|') {
            None => (text, Statistic::default()),
            Some((body, statistic)) => (
                body,
                Statistic::parse(statistic.trim()).ok_or_else(|| {
                    format!(
                        "unknown statistic `{}`; expected mean, sd, median, p01 to p99, positive, or a share such as above 10 or at most -2.5",
                        short(statistic)
                    )
                })?,
            ),
        };
        let (option, body) = match body.rsplit_once('/') {
            None => (None, body),
            Some((option, body)) => (Some(option.trim().to_owned()), body),
        };
        let measure = parse_measure(body.trim())?;
        Ok(Self {
            option: option.filter(|name| !name.is_empty()),
            measure,
            statistic,
        })
    }

    /// The same outcome of a named option.
    pub fn of_option(&self, name: &str) -> Self {
        Self {
            option: Some(name.to_owned()),
            ..self.clone()
        }
    }
}

fn short(text: &str) -> String {
    text.chars().take(60).collect()
}

fn suggestion<'a>(wrong: &str, known: impl IntoIterator<Item = &'a str>) -> String {
    nearest(wrong, known).map_or_else(String::new, |name| format!(", did you mean `{name}`?"))
}

fn parse_measure(text: &str) -> Result<Measure, String> {
    if let Some(rest) = text.strip_prefix("money.") {
        let (kind, economy) = match rest.split_once('.') {
            None => (rest, None),
            Some((kind, code)) => (
                kind,
                Some(
                    Economy::parse(code)
                        .ok_or_else(|| format!("`{}` is not the code of an economy", short(code)))?,
                ),
            ),
        };
        let known = Money::ALL.map(Money::key);
        let kind = Money::ALL
            .into_iter()
            .find(|candidate| candidate.key() == kind)
            .ok_or_else(|| {
                format!(
                    "unknown money outcome `{}`, expected {}{}",
                    short(kind),
                    known.join(", "),
                    suggestion(kind, known)
                )
            })?;
        return Ok(Measure::Money { kind, economy });
    }
    let (extra, body) = text
        .strip_prefix("extra:")
        .map_or((false, text), |body| (true, body));
    let (place, rest) = body.split_once('.').ok_or_else(|| {
        format!(
            "`{}` is not an outcome such as CHN.share@2035, extra:group.gdp@horizon or money.npv",
            short(text)
        )
    })?;
    let place = Place::parse(place)
        .ok_or_else(|| format!("`{}` is neither the code of an economy nor `group`", short(place)))?;
    let (metric, year) = rest
        .split_once('@')
        .map_or((rest, None), |(metric, year)| (metric, Some(year)));
    let metric = Metric::parse(metric).ok_or_else(|| {
        let known = Metric::ALL.map(Metric::key);
        format!("unknown metric `{}`{}", short(metric), suggestion(metric, known))
    })?;
    let year = match year {
        None | Some("horizon") => None,
        Some(year) => Some(
            year.parse()
                .map_err(|_| format!("`{}` is neither a year nor `horizon`", short(year)))?,
        ),
    };
    Ok(Measure::Metric {
        place,
        metric,
        year,
        extra,
    })
}

impl fmt::Display for Selector {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(option) = &self.option {
            write!(formatter, "{option}/")?;
        }
        match self.measure {
            Measure::Metric {
                place,
                metric,
                year,
                extra,
            } => {
                let prefix = if extra { "extra:" } else { "" };
                write!(formatter, "{prefix}{place}.{}@", metric.key())?;
                match year {
                    Some(year) => write!(formatter, "{year}")?,
                    None => formatter.write_str("horizon")?,
                }
            }
            Measure::Money { kind, economy } => {
                write!(formatter, "money.{}", kind.key())?;
                if let Some(economy) = economy {
                    write!(formatter, ".{economy}")?;
                }
            }
        }
        if self.statistic == Statistic::Mean {
            Ok(())
        } else {
            write!(formatter, "|{}", self.statistic)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn selectors_read_back_as_written() {
        for text in [
            "CHN.share@2035",
            "extra:group.gdp@horizon",
            "money.npv",
            "cities only/money.cost.KOR",
            "both/MNG.closure@2030|p50",
            "KOR.factor-production@2031|sd",
            "money.npv|positive",
            "extra:CHN.gdp@2035|above 10",
            "CHN.share@2035|at most 0.25",
            "money.npv|below -1.5",
            "money.npv.KOR|at least 0",
        ] {
            assert_eq!(Selector::parse(text).unwrap().to_string(), text);
        }
        assert_eq!(Selector::parse("CHN.gdp").unwrap().to_string(), "CHN.gdp@horizon");
        let zero = Selector::parse("money.npv|above -0").unwrap();
        assert_eq!(zero.to_string(), "money.npv|positive");
    }

    #[test]
    fn what_is_no_selector_is_refused() {
        for wrong in [
            "",
            "CHN",
            "chn.gdp@2035",
            "CHN.gdp@soon",
            "money.nvp",
            "money.npv.china",
            "CHN.gdp|p00",
            "CHN.gdp|p100",
            "CHN.gdp|above",
            "CHN.gdp|above ten",
            "CHN.gdp|at most inf",
            "CHN.gdp|over 10",
            "extra:",
            "/",
        ] {
            assert!(Selector::parse(wrong).is_err(), "{wrong}");
        }
    }
}

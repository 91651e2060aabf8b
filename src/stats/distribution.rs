//! Distributions of uncertain numbers: a closed set, checked on construction.

use std::fmt;

use super::{
    sampler::{QuantileTables, Sampler},
    special,
};

/// The 95 % point of the standard normal distribution.
const NORMAL_95: f64 = 1.644_853_626_951_472_7;

/// An uncertain number, as a scenario file, a data file or a default states it.
///
/// The constructors check their arguments, so a value of this type is always valid. `Constant` is a number without
/// uncertainty, so that every input of the model has the same type.
#[derive(Clone, Debug, PartialEq)]
#[allow(missing_docs)] // the fields are the standard parameters that each variant names
pub enum Distribution {
    /// Exactly this number.
    Constant(f64),
    /// Normal.
    Normal { mean: f64, sd: f64 },
    /// Lognormal by its median and the standard deviation of its logarithm.
    Lognormal { median: f64, sd_log: f64 },
    /// Gamma with shape and rate; its mean is shape / rate.
    Gamma { shape: f64, rate: f64 },
    /// Uniform.
    Uniform { low: f64, high: f64 },
    /// Triangular.
    Triangular { low: f64, mode: f64, high: f64 },
    /// PERT: a beta on [low, high] with mean (low + 4 mode + high) / 6.
    Pert { low: f64, mode: f64, high: f64 },
    /// Beta on [0, 1] by mean and standard deviation.
    Beta { mean: f64, sd: f64 },
    /// Zero with probability `p_zero`, otherwise a draw of another distribution of positive numbers.
    ZeroOr {
        p_zero: f64,
        otherwise: Box<Distribution>,
    },
    /// One of some values, in increasing order, each with its probability.
    Choice { values: Vec<(f64, f64)> },
    /// Another distribution, conditional on lying in [low, high].
    Truncated {
        inner: Box<Distribution>,
        low: f64,
        high: f64,
    },
}

/// Why arguments make no distribution.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DistributionError(&'static str);

impl fmt::Display for DistributionError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.0)
    }
}

impl std::error::Error for DistributionError {}

/// The value if the rule holds (which is written so that NaN breaks it).
fn checked(holds: bool, rule: &'static str, value: Distribution) -> Result<Distribution, DistributionError> {
    if holds {
        Ok(value)
    } else {
        Err(DistributionError(rule))
    }
}

impl Distribution {
    /// Exactly this number.
    ///
    /// # Errors
    /// If it is not finite.
    pub fn constant(value: f64) -> Result<Self, DistributionError> {
        checked(
            value.is_finite(),
            "a number must be finite",
            Self::Constant(value),
        )
    }

    /// Normal with mean and standard deviation.
    ///
    /// # Errors
    /// If they are not finite or the standard deviation is not above 0.
    pub fn normal(mean: f64, sd: f64) -> Result<Self, DistributionError> {
        checked(
            mean.is_finite() && sd > 0.0 && sd.is_finite(),
            "a normal distribution needs a finite mean and a standard deviation above 0",
            Self::Normal { mean, sd },
        )
    }

    /// Lognormal with median and standard deviation of the logarithm.
    ///
    /// # Errors
    /// If they are not finite or not above 0.
    pub fn lognormal(median: f64, sd_log: f64) -> Result<Self, DistributionError> {
        checked(
            median > 0.0 && median.is_finite() && sd_log > 0.0 && sd_log < 100.0,
            "a lognormal distribution needs a median above 0 and a standard deviation of the logarithm between 0 and 100",
            Self::Lognormal { median, sd_log },
        )
    }

    /// Lognormal with median and 95 % point.
    ///
    /// # Errors
    /// If the median is not above 0 or the 95 % point not above the median.
    pub fn lognormal_from_p95(median: f64, p95: f64) -> Result<Self, DistributionError> {
        if !(median > 0.0 && p95 > median) {
            return Err(DistributionError(
                "a lognormal distribution needs a median above 0 and a 95 % point above the median",
            ));
        }
        Self::lognormal(median, libm::log(p95 / median) / NORMAL_95)
    }

    /// The 90 % interval from 5 % to 95 %: lognormal when both ends are above 0, otherwise normal.
    ///
    /// # Errors
    /// If the ends are not finite or not in order.
    pub fn interval(low: f64, high: f64) -> Result<Self, DistributionError> {
        if !(low < high && low.is_finite() && high.is_finite()) {
            return Err(DistributionError(
                "an interval runs from a smaller to a larger finite number",
            ));
        }
        if low > 0.0 {
            Self::lognormal(low.sqrt() * high.sqrt(), 0.5 * libm::log(high / low) / NORMAL_95)
        } else {
            Self::normal(0.5 * (low + high), 0.5 * (high - low) / NORMAL_95)
        }
    }

    /// Gamma with shape and rate.
    ///
    /// # Errors
    /// If the shape is not between 0.05 and 10⁶ or the rate is not above 0.
    pub fn gamma(shape: f64, rate: f64) -> Result<Self, DistributionError> {
        checked(
            (0.05..=1e6).contains(&shape) && rate > 0.0 && rate.is_finite(),
            "a gamma distribution needs a shape between 0.05 and 1,000,000 and a rate above 0",
            Self::Gamma { shape, rate },
        )
    }

    /// χ² with `degrees` of freedom.
    ///
    /// # Errors
    /// If the degrees of freedom are not between 0.1 and 2 · 10⁶.
    pub fn chi_squared(degrees: f64) -> Result<Self, DistributionError> {
        Self::gamma(0.5 * degrees, 0.5)
    }

    /// Uniform between two numbers.
    ///
    /// # Errors
    /// If they are not finite or not in order.
    pub fn uniform(low: f64, high: f64) -> Result<Self, DistributionError> {
        checked(
            low < high && low.is_finite() && high.is_finite(),
            "a uniform distribution runs from a smaller to a larger finite number",
            Self::Uniform { low, high },
        )
    }

    /// Triangular with lowest, most likely and highest value.
    ///
    /// # Errors
    /// If they are not finite or not in order.
    pub fn triangular(low: f64, mode: f64, high: f64) -> Result<Self, DistributionError> {
        checked(
            low <= mode && mode <= high && low < high && low.is_finite() && high.is_finite(),
            "a triangular distribution needs lowest ≤ most likely ≤ highest, and lowest below highest",
            Self::Triangular { low, mode, high },
        )
    }

    /// PERT with lowest, most likely and highest value.
    ///
    /// # Errors
    /// If they are not finite or not in order.
    pub fn pert(low: f64, mode: f64, high: f64) -> Result<Self, DistributionError> {
        checked(
            low <= mode && mode <= high && low < high && low.is_finite() && high.is_finite(),
            "a PERT distribution needs lowest ≤ most likely ≤ highest, and lowest below highest",
            Self::Pert { low, mode, high },
        )
    }

    /// Beta with mean and standard deviation.
    ///
    /// # Errors
    /// If the mean is not strictly between 0 and 1 or the standard deviation does not fit it.
    pub fn beta(mean: f64, sd: f64) -> Result<Self, DistributionError> {
        let value = Self::Beta { mean, sd };
        let fits = mean > 0.0 && mean < 1.0 && sd > 0.0 && {
            let (a, b) = beta_shapes(mean, sd);
            a.min(b) >= 0.05 && a.max(b) <= 1e6
        };
        checked(
            fits,
            "a beta distribution needs a mean strictly between 0 and 1 and a standard deviation above 0 and well below sqrt(mean (1 - mean))",
            value,
        )
    }

    /// Zero with a probability, otherwise another distribution.
    ///
    /// # Errors
    /// If the probability is not strictly between 0 and 1, or the other distribution can fall below 0 or is itself mixed.
    pub fn zero_or(p_zero: f64, otherwise: Self) -> Result<Self, DistributionError> {
        let fits = p_zero > 0.0
            && p_zero < 1.0
            && otherwise.support().0 >= 0.0
            && !matches!(otherwise, Self::ZeroOr { .. });
        checked(
            fits,
            "`zero_or` needs a probability strictly between 0 and 1 and a distribution of numbers above 0 without a `zero_or` of its own",
            Self::ZeroOr {
                p_zero,
                otherwise: Box::new(otherwise),
            },
        )
    }

    /// One of some values, each with its probability.
    ///
    /// # Errors
    /// If there are not 2 to 100 different finite values, or their probabilities are not above 0 or do not add up to 1.
    pub fn choice(mut values: Vec<(f64, f64)>) -> Result<Self, DistributionError> {
        values.sort_by(|one, other| one.0.total_cmp(&other.0));
        let differ = values.windows(2).all(|pair| pair[0].0 < pair[1].0);
        let fits = (2..=100).contains(&values.len())
            && differ
            && values
                .iter()
                .all(|(value, probability)| value.is_finite() && *probability > 0.0)
            && (values.iter().map(|(_, probability)| probability).sum::<f64>() - 1.0).abs() < 1e-9;
        checked(
            fits,
            "a choice is between 2 to 100 different finite numbers, with probabilities above 0 that add up to 1",
            Self::Choice { values },
        )
    }

    /// One of some values, all equally likely.
    ///
    /// # Errors
    /// As [`choice`](Self::choice).
    pub fn one_of(values: impl ExactSizeIterator<Item = f64>) -> Result<Self, DistributionError> {
        let probability = 1.0 / values.len() as f64;
        Self::choice(values.map(|value| (value, probability)).collect())
    }

    /// The distribution conditional on lying between two bounds, either of which may be infinite. Unchanged if it always does.
    ///
    /// # Errors
    /// If less than one in a million of the distribution lies between the bounds, or it is itself mixed.
    pub fn truncated(self, low: f64, high: f64) -> Result<Self, DistributionError> {
        let (from, to) = self.support();
        if low <= from && to <= high {
            return Ok(self);
        }
        let fits = low < high
            && !matches!(
                self,
                Self::ZeroOr { .. } | Self::Truncated { .. } | Self::Constant(_) | Self::Choice { .. }
            )
            && self.cdf(high) - self.cdf(low) > 1e-6;
        checked(
            fits,
            "hardly any of the distribution lies between the bounds",
            Self::Truncated {
                inner: Box::new(self),
                low,
                high,
            },
        )
    }

    /// The distribution of a multiple; `None` for families that multiplication leaves.
    pub fn scaled(&self, factor: f64) -> Option<Self> {
        Some(match *self {
            Self::Constant(value) => Self::Constant(value * factor),
            Self::Normal { mean, sd } => Self::Normal {
                mean: mean * factor,
                sd: sd * factor,
            },
            Self::Lognormal { median, sd_log } => Self::Lognormal {
                median: median * factor,
                sd_log,
            },
            Self::Uniform { low, high } => Self::Uniform {
                low: low * factor,
                high: high * factor,
            },
            Self::Triangular { low, mode, high } => Self::Triangular {
                low: low * factor,
                mode: mode * factor,
                high: high * factor,
            },
            Self::Choice { ref values } if factor > 0.0 => Self::Choice {
                values: values
                    .iter()
                    .map(|(value, probability)| (value * factor, *probability))
                    .collect(),
            },
            _ => return None,
        })
    }

    /// The number, if there is no uncertainty.
    pub fn as_constant(&self) -> Option<f64> {
        match self {
            Self::Constant(value) => Some(*value),
            _ => None,
        }
    }

    /// Smallest and largest possible value; may be infinite.
    pub fn support(&self) -> (f64, f64) {
        match self {
            Self::Constant(value) => (*value, *value),
            Self::Normal { .. } => (f64::NEG_INFINITY, f64::INFINITY),
            Self::Lognormal { .. } | Self::Gamma { .. } => (0.0, f64::INFINITY),
            Self::Uniform { low, high }
            | Self::Triangular { low, high, .. }
            | Self::Pert { low, high, .. } => (*low, *high),
            Self::Beta { .. } => (0.0, 1.0),
            Self::Choice { values } => {
                let ends = [values.first(), values.last()].map(|end| end.map_or(0.0, |(value, _)| *value));
                (ends[0], ends[1])
            }
            Self::ZeroOr { otherwise, .. } => (0.0, otherwise.support().1),
            Self::Truncated { inner, low, high } => {
                let (from, to) = inner.support();
                (low.max(from), high.min(to))
            }
        }
    }

    /// The probability of at most x.
    pub fn cdf(&self, x: f64) -> f64 {
        let (from, to) = self.support();
        if x < from {
            return 0.0;
        }
        if x >= to {
            return 1.0;
        }
        match self {
            Self::Constant(_) => 1.0,
            Self::Normal { mean, sd } => special::normal_cdf((x - mean) / sd),
            Self::Lognormal { median, sd_log } => special::normal_cdf(libm::log(x / median) / sd_log),
            Self::Gamma { shape, rate } => special::gamma(*shape, rate * x).0,
            Self::Uniform { low, high } => (x - low) / (high - low),
            Self::Triangular { low, mode, high } => {
                if x < *mode {
                    (x - low) * (x - low) / ((high - low) * (mode - low))
                } else {
                    1.0 - (high - x) * (high - x) / ((high - low) * (high - mode))
                }
            }
            Self::Pert { low, mode, high } => {
                let (a, b) = pert_shapes(*low, *mode, *high);
                special::beta(a, b, (x - low) / (high - low), (high - x) / (high - low)).0
            }
            Self::Beta { mean, sd } => {
                let (a, b) = beta_shapes(*mean, *sd);
                special::beta(a, b, x, 1.0 - x).0
            }
            Self::Choice { values } => {
                let below = values.iter().filter(|(value, _)| *value <= x);
                below.map(|(_, probability)| probability).sum()
            }
            Self::ZeroOr { p_zero, otherwise } => p_zero + (1.0 - p_zero) * otherwise.cdf(x),
            Self::Truncated { inner, low, high } => {
                let (below, above) = (inner.cdf(*low), inner.cdf(*high));
                ((inner.cdf(x) - below) / (above - below)).clamp(0.0, 1.0)
            }
        }
    }

    /// The quantile function, compiled for drawing.
    pub fn sampler(&self) -> Sampler {
        self.sampler_in(&mut QuantileTables::default())
    }

    /// The same with a table that other distributions may have made already.
    pub fn sampler_in(&self, tables: &mut QuantileTables) -> Sampler {
        match self {
            Self::Constant(value) => Sampler::constant(*value),
            Self::Normal { mean, sd } => Sampler::normal(*mean, *sd),
            Self::Lognormal { median, sd_log } => Sampler::lognormal(*median, *sd_log),
            Self::Gamma { shape, rate } => Sampler::gamma(*shape, *rate, tables),
            Self::Uniform { low, high } => Sampler::uniform(*low, *high),
            Self::Triangular { low, mode, high } => Sampler::triangular(*low, *mode, *high),
            Self::Pert { low, mode, high } => {
                let (a, b) = pert_shapes(*low, *mode, *high);
                Sampler::beta(a, b, *low, *high, tables)
            }
            Self::Beta { mean, sd } => {
                let (a, b) = beta_shapes(*mean, *sd);
                Sampler::beta(a, b, 0.0, 1.0, tables)
            }
            Self::Choice { values } => Sampler::choice(values),
            Self::ZeroOr { p_zero, otherwise } => otherwise.sampler_in(tables).zero_below(*p_zero),
            Self::Truncated { inner, low, high } => {
                let (from, to) = self.support();
                inner
                    .sampler_in(tables)
                    .between(inner.cdf(*low), inner.cdf(*high), from, to)
            }
        }
    }

    /// The value below which the part p of the distribution lies, p strictly between 0 and 1.
    pub fn quantile(&self, p: f64) -> f64 {
        self.sampler().value(p)
    }

    /// [`quantile`](Self::quantile) at several probabilities.
    pub fn quantiles<const N: usize>(&self, probabilities: [f64; N]) -> [f64; N] {
        let sampler = self.sampler();
        probabilities.map(|p| sampler.value(p))
    }
}

/// Shapes of a beta distribution by mean and standard deviation.
fn beta_shapes(mean: f64, sd: f64) -> (f64, f64) {
    let size = mean * (1.0 - mean) / (sd * sd) - 1.0;
    (mean * size, (1.0 - mean) * size)
}

/// Shapes of the beta distribution behind a PERT.
fn pert_shapes(low: f64, mode: f64, high: f64) -> (f64, f64) {
    (
        1.0 + 4.0 * (mode - low) / (high - low),
        1.0 + 4.0 * (high - mode) / (high - low),
    )
}

/// The syntax of scenario files (docs/scenario.md); a truncation is written behind it, as it is not the user's own words.
impl fmt::Display for Distribution {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Constant(value) => write!(f, "{value:?}"),
            Self::Normal { mean, sd } => write!(f, "{{ normal = {{ mean = {mean:?}, sd = {sd:?} }} }}"),
            Self::Lognormal { median, sd_log } => {
                write!(
                    f,
                    "{{ lognormal = {{ median = {median:?}, sd_log = {sd_log:?} }} }}"
                )
            }
            Self::Gamma { shape, rate } => {
                write!(f, "{{ gamma = {{ shape = {shape:?}, rate = {rate:?} }} }}")
            }
            Self::Uniform { low, high } => write!(f, "{{ uniform = [{low:?}, {high:?}] }}"),
            Self::Triangular { low, mode, high } => {
                write!(f, "{{ triangular = [{low:?}, {mode:?}, {high:?}] }}")
            }
            Self::Pert { low, mode, high } => write!(f, "{{ pert = [{low:?}, {mode:?}, {high:?}] }}"),
            Self::Beta { mean, sd } => write!(f, "{{ beta = {{ mean = {mean:?}, sd = {sd:?} }} }}"),
            Self::Choice { values } => {
                let first = values.first().map_or(0.0, |(_, probability)| *probability);
                let equal = values.iter().all(|(_, probability)| *probability == first);
                let written: Vec<String> = values
                    .iter()
                    .map(|(value, probability)| match equal {
                        true => format!("{value:?}"),
                        false => format!("\"{value:?}\" = {probability:?}"),
                    })
                    .collect();
                let written = written.join(", ");
                match equal {
                    true => write!(f, "{{ choice = [{written}] }}"),
                    false => write!(f, "{{ choice = {{ {written} }} }}"),
                }
            }
            Self::ZeroOr { p_zero, otherwise } => {
                write!(f, "{{ zero_or = {{ p_zero = {p_zero:?}, else = {otherwise} }} }}")
            }
            Self::Truncated { inner, .. } => inner.fmt(f),
        }
    }
}

/// σ² ~ Scaled-Inv-χ²(ν, s²), truncated above at one of its own quantiles (docs/model.md §3).
///
/// σ² = ν s² / χ²_ν, so that truncating σ² above at its quantile q means truncating χ² below at its quantile 1 − q.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct ScaledInverseChiSquared {
    nu: f64,
    scale_squared: f64,
    quantile: f64,
}

impl ScaledInverseChiSquared {
    /// With `nu` degrees of freedom, scale s² and truncation quantile in (0, 1], 1 for none.
    ///
    /// # Errors
    /// If the degrees of freedom or the scale are not positive numbers, or the quantile leaves (0, 1].
    pub fn new(nu: f64, scale_squared: f64, quantile: f64) -> Result<Self, DistributionError> {
        if (0.1..=2e6).contains(&nu)
            && scale_squared > 0.0
            && scale_squared.is_finite()
            && quantile > 0.0
            && quantile <= 1.0
        {
            Ok(Self {
                nu,
                scale_squared,
                quantile,
            })
        } else {
            Err(DistributionError(
                "a scaled inverse chi-squared distribution needs positive degrees of freedom and scale, and a quantile in (0, 1]",
            ))
        }
    }

    /// The probability of at most x.
    pub fn cdf(&self, x: f64) -> f64 {
        if x <= 0.0 {
            return 0.0;
        }
        let untruncated = special::gamma(0.5 * self.nu, 0.5 * self.nu * self.scale_squared / x).1;
        (untruncated / self.quantile).min(1.0)
    }

    /// The quantile function of χ²_ν above its truncation: σ² is [`numerator`](Self::numerator) over its draw.
    pub fn denominator(&self) -> Sampler {
        self.denominator_in(&mut QuantileTables::default())
    }

    /// The same with a table that other distributions may have made already.
    pub fn denominator_in(&self, tables: &mut QuantileTables) -> Sampler {
        Sampler::gamma(0.5 * self.nu, 0.5, tables).between(1.0 - self.quantile, 1.0, 0.0, f64::INFINITY)
    }

    /// ν s².
    pub fn numerator(&self) -> f64 {
        self.nu * self.scale_squared
    }
}

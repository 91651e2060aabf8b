//! Distributions of uncertain numbers: a closed set, checked on construction.

/// An uncertain number, as a scenario file, a data file or a default states it.
///
/// A value of this type is always valid: the constructors check their arguments. `Constant` is a number without
/// uncertainty, so that every input of the model has the same type.
#[derive(Clone, Debug, PartialEq)]
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
    /// Zero with probability `p_zero`, otherwise a draw of another distribution.
    ZeroOr {
        p_zero: f64,
        otherwise: Box<Distribution>,
    },
    /// Another distribution, conditional on lying in [low, high].
    Truncated {
        inner: Box<Distribution>,
        low: f64,
        high: f64,
    },
}

//! Quantile functions compiled for drawing: one uniform number in, one draw out (decision 0002).

use std::{
    collections::BTreeMap,
    sync::{Arc, OnceLock},
};

use rand_distr::{Distribution, Open01};

use super::{
    elementary,
    kernel::{Kernel, Work},
    normal_quantile, special,
};

/// The quantile function of a [`Distribution`](super::Distribution).
#[derive(Clone, PartialEq, Debug)]
pub struct Sampler {
    shape: Shape,
    /// Truncation: the probabilities of the bounds, and the bounds.
    between: Option<Between>,
    /// The draw is 0 for uniform numbers below this probability.
    p_zero: f64,
}

#[derive(Clone, Copy, PartialEq, Debug)]
struct Between {
    below: f64,
    width: f64,
    low: f64,
    high: f64,
}

#[derive(Clone, PartialEq, Debug)]
enum Shape {
    Constant(f64),
    Normal {
        mean: f64,
        sd: f64,
    },
    Lognormal {
        ln_median: f64,
        sd_log: f64,
    },
    Uniform {
        low: f64,
        width: f64,
    },
    Triangular {
        low: f64,
        mode: f64,
        high: f64,
    },
    /// Values in increasing order, each with the probability of it and all below; above 1 for the last.
    Choice {
        steps: Arc<[(f64, f64)]>,
    },
    /// A table of a standard form, and the scale that its values are put on.
    Table {
        scale: Scale,
        table: Arc<Table>,
    },
}

/// A standard form that is tabulated: gamma of rate 1, or beta on 0 to 1. Rate, bounds, truncation and a mass at zero come on
/// top, so that distributions which differ in them share a table.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
enum Form {
    /// Bits of the shape.
    Gamma(u64),
    /// Bits of both shapes.
    Beta(u64, u64),
}

/// Quantile tables by what they tabulate. A table costs thousands of evaluations of an incomplete gamma or beta function:
/// whoever compiles many distributions keeps these beside them, and each distinct one is tabulated once, when something is drawn
/// from it for the first time. Copies share what they hold.
#[derive(Clone, Debug, Default)]
pub struct QuantileTables {
    tables: BTreeMap<Form, Arc<Table>>,
}

impl QuantileTables {
    /// How many there are.
    pub fn len(&self) -> usize {
        self.tables.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.tables.is_empty()
    }

    /// How many of them have been tabulated, since something was drawn from them.
    pub fn tabulated(&self) -> usize {
        let made = |table: &&Arc<Table>| table.nodes.get().is_some();
        self.tables.values().filter(made).count()
    }

    fn get(&mut self, form: Form) -> Arc<Table> {
        let new = || Table {
            form,
            nodes: OnceLock::new(),
        };
        Arc::clone(self.tables.entry(form).or_insert_with(|| Arc::new(new())))
    }
}

impl Form {
    /// The logarithm of its gamma or beta function.
    fn normalization(self) -> f64 {
        match self {
            Self::Gamma(shape) => libm::lgamma(f64::from_bits(shape)),
            Self::Beta(a, b) => special::ln_beta(f64::from_bits(a), f64::from_bits(b)),
        }
    }

    /// Any g near the middle.
    fn start(self) -> f64 {
        match self {
            Self::Gamma(shape) => libm::log(f64::from_bits(shape)),
            Self::Beta(a, b) => libm::log(f64::from_bits(a) / f64::from_bits(b)),
        }
    }

    /// (lower, upper, d lower / dg) of its distribution function at g.
    fn at(self, normalization: f64, g: f64) -> (f64, f64, f64) {
        match self {
            Self::Gamma(shape) => {
                let (shape, x) = (f64::from_bits(shape), libm::exp(g));
                let (lower, upper) = special::gamma(shape, x);
                (lower, upper, libm::exp(shape * g - x - normalization))
            }
            Self::Beta(a, b) => {
                let (a, b) = (f64::from_bits(a), f64::from_bits(b));
                // x = logistic(g) and y = 1 − x, both without cancellation.
                let (x, y) = (1.0 / (1.0 + libm::exp(-g)), 1.0 / (1.0 + libm::exp(g)));
                let (lower, upper) = special::beta(a, b, x, y);
                let density = libm::exp(a * libm::log(x) + b * libm::log(y) - normalization);
                (lower, upper, density)
            }
        }
    }

    /// Tabulates its quantile function.
    fn nodes(self) -> Vec<[f64; 2]> {
        let normalization = self.normalization();
        tabulated(self.start(), |g| self.at(normalization, g))
    }

    /// g at the median: the node in the middle of the table.
    fn median(self) -> f64 {
        let normalization = self.normalization();
        solve(0.0, self.start(), &|g| self.at(normalization, g))[0]
    }
}

impl Sampler {
    fn new(shape: Shape) -> Self {
        Self {
            shape,
            between: None,
            p_zero: 0.0,
        }
    }

    /// A number without uncertainty.
    pub fn constant(value: f64) -> Self {
        Self::new(Shape::Constant(value))
    }

    pub(super) fn normal(mean: f64, sd: f64) -> Self {
        Self::new(Shape::Normal { mean, sd })
    }

    pub(super) fn lognormal(median: f64, sd_log: f64) -> Self {
        Self::new(Shape::Lognormal {
            ln_median: libm::log(median),
            sd_log,
        })
    }

    pub(super) fn uniform(low: f64, high: f64) -> Self {
        Self::new(Shape::Uniform {
            low,
            width: high - low,
        })
    }

    pub(super) fn triangular(low: f64, mode: f64, high: f64) -> Self {
        Self::new(Shape::Triangular { low, mode, high })
    }

    pub(super) fn choice(values: &[(f64, f64)]) -> Self {
        let mut below = 0.0;
        let last = values.len().saturating_sub(1);
        let steps = values.iter().enumerate().map(|(position, (value, probability))| {
            below += probability;
            (*value, if position == last { f64::INFINITY } else { below })
        });
        Self::new(Shape::Choice {
            steps: steps.collect(),
        })
    }

    pub(super) fn gamma(shape: f64, rate: f64, tables: &mut QuantileTables) -> Self {
        Self::new(Shape::Table {
            scale: Scale::Log { unit: 1.0 / rate },
            table: tables.get(Form::Gamma(shape.to_bits())),
        })
    }

    pub(super) fn beta(a: f64, b: f64, low: f64, high: f64, tables: &mut QuantileTables) -> Self {
        let width = high - low;
        Self::new(Shape::Table {
            scale: Scale::Logit { low, width },
            table: tables.get(Form::Beta(a.to_bits(), b.to_bits())),
        })
    }

    /// Restricted to the part of the distribution between two probabilities, with the bounds at them.
    pub(super) fn between(mut self, below: f64, above: f64, low: f64, high: f64) -> Self {
        if below > 0.0 || above < 1.0 {
            self.between = Some(Between {
                below,
                width: above - below,
                low,
                high,
            });
        }
        self
    }

    /// Mixed with a mass at zero.
    pub(super) fn zero_below(mut self, p_zero: f64) -> Self {
        self.p_zero = p_zero;
        self
    }

    /// The number, if there is no uncertainty.
    #[inline(always)]
    pub fn as_constant(&self) -> Option<f64> {
        match self.shape {
            Shape::Constant(value) if self.p_zero == 0.0 || value == 0.0 => Some(value),
            _ => None,
        }
    }

    /// The draw that belongs to a uniform number in (0, 1).
    pub fn value(&self, uniform: f64) -> f64 {
        let mut out = [0.0];
        self.fill(&[uniform], &mut out);
        out[0]
    }

    /// The median, to the bit the draw of 0.5. Nothing is tabulated for it alone.
    pub fn median(&self) -> f64 {
        match &self.shape {
            Shape::Table { scale, table } if self.between.is_none() && self.p_zero == 0.0 => {
                let mut value = [table.form.median()];
                scale.apply(&mut value);
                value[0]
            }
            _ => self.value(0.5),
        }
    }

    /// The draws that belong to uniform numbers in (0, 1); both slices have the same length.
    ///
    /// Uses the widest instructions that the machine has; every operation is rounded on its own, so the result does not depend on it.
    /// Not inlined: the model draws in dozens of places, and each copy would be compiled for each instruction set.
    #[inline(never)]
    pub fn fill(&self, uniforms: &[f64], out: &mut [f64]) {
        let sampler = self;
        Kernel::detect().run(Fill {
            sampler,
            uniforms,
            out,
        });
    }
}

/// One draw from any generator: one number of it, one quantile function. The draws of a slice ([`fill`](Sampler::fill)) are the
/// same ones.
impl Distribution<f64> for Sampler {
    fn sample<R: rand::Rng + ?Sized>(&self, generator: &mut R) -> f64 {
        self.value(Open01.sample(generator))
    }
}

/// Draws under way.
struct Fill<'a> {
    sampler: &'a Sampler,
    uniforms: &'a [f64],
    out: &'a mut [f64],
}

impl Work for Fill<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Self {
            sampler,
            uniforms,
            out,
        } = self;
        out.copy_from_slice(uniforms);
        if sampler.p_zero > 0.0 {
            let rest = 1.0 - sampler.p_zero;
            for value in out.iter_mut() {
                *value = ((*value - sampler.p_zero) / rest).clamp(SMALLEST, 1.0 - f64::EPSILON / 2.0);
            }
        }
        if let Some(between) = sampler.between {
            for value in out.iter_mut() {
                *value = (between.below + between.width * *value).clamp(SMALLEST, 1.0 - f64::EPSILON / 2.0);
            }
        }
        match &sampler.shape {
            Shape::Constant(value) => out.fill(*value),
            Shape::Normal { mean, sd } => {
                normal_quantile::apply(out);
                for value in out.iter_mut() {
                    *value = mean + sd * *value;
                }
            }
            Shape::Lognormal { ln_median, sd_log } => {
                normal_quantile::apply(out);
                for value in out.iter_mut() {
                    *value = elementary::exp(ln_median + sd_log * *value);
                }
            }
            Shape::Uniform { low, width } => {
                for value in out.iter_mut() {
                    *value = low + width * *value;
                }
            }
            Shape::Triangular { low, mode, high } => {
                let (width, left, right) = (high - low, mode - low, high - mode);
                for value in out.iter_mut() {
                    let u = *value;
                    *value = if u * width < left {
                        low + (u * width * left).sqrt()
                    } else {
                        high - ((1.0 - u) * width * right).sqrt()
                    };
                }
            }
            Shape::Choice { steps } => {
                for value in out.iter_mut() {
                    let step = steps.iter().find(|(_, below)| *value < *below);
                    *value = step.map_or(*value, |(chosen, _)| *chosen);
                }
            }
            Shape::Table { scale, table } => {
                normal_quantile::apply(out);
                table.apply(out);
                scale.apply(out);
            }
        }
        if let Some(between) = sampler.between {
            for value in out.iter_mut() {
                *value = value.clamp(between.low, between.high);
            }
        }
        if sampler.p_zero > 0.0 {
            for (value, uniform) in out.iter_mut().zip(uniforms) {
                *value = if *uniform < sampler.p_zero { 0.0 } else { *value };
            }
        }
    }
}

/// The smallest probability a quantile function is asked for.
const SMALLEST: f64 = f64::EPSILON / 4.0;

/// Nodes of a table, and the normal score at its ends: no probability that a draw can have lies outside.
const NODES: usize = 321;
const END: f64 = 8.5;
const STEP: f64 = 2.0 * END / (NODES - 1) as f64;

/// From the smooth scale of a table to values.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Scale {
    /// x = unit · e^g.
    Log { unit: f64 },
    /// x = low + width · logistic(g).
    Logit { low: f64, width: f64 },
}

/// A quantile function as g(w): the quantile on its smooth scale against the normal score of its probability, by cubic
/// Hermite interpolation with exact derivatives. The error in probability stays below 10⁻⁸ (tested).
#[derive(Debug)]
struct Table {
    form: Form,
    /// g and the derivative of g times the step, at each node; made for the first draw.
    nodes: OnceLock<Vec<[f64; 2]>>,
}

/// What is tabulated says everything.
impl PartialEq for Table {
    fn eq(&self, other: &Self) -> bool {
        self.form == other.form
    }
}

/// Tabulates the inverse of a distribution function, which gives (lower, upper, d lower / dg) at g. `start` is any g near
/// the middle.
fn tabulated(start: f64, distribution: impl Fn(f64) -> (f64, f64, f64)) -> Vec<[f64; 2]> {
    let middle = NODES / 2;
    let mut nodes = vec![[0.0; 2]; NODES];
    let center = solve(0.0, start, &distribution);
    nodes[middle] = center;
    for direction in [1.0, -1.0] {
        let mut node = center;
        for distance in 1..=middle {
            let w = direction * distance as f64 * STEP;
            // From one node to the next along the tangent, then Newton's method.
            node = solve(w, node[0] + direction * node[1], &distribution);
            nodes[(middle as f64 + direction * distance as f64) as usize] = node;
        }
    }
    nodes
}

/// g at a normal score and its derivative times the step, by Newton's method on the logarithm of the smaller tail, inside a
/// bracket that is widened first and bisected where Newton leaves it.
fn solve(w: f64, start: f64, distribution: &impl Fn(f64) -> (f64, f64, f64)) -> [f64; 2] {
    let target = libm::log(special::normal_cdf(-w.abs()));
    let sign = if w < 0.0 { 1.0 } else { -1.0 };
    // Increasing in g for the lower tail, decreasing for the upper one.
    let excess = |g: f64| {
        let (lower, upper, density) = distribution(g);
        let tail = if w < 0.0 { lower } else { upper }.max(f64::MIN_POSITIVE);
        (sign * (libm::log(tail) - target), density / tail)
    };
    let (mut low, mut high) = (f64::NEG_INFINITY, f64::INFINITY);
    let mut g = start;
    let mut width = 1.0;
    for _ in 0..200 {
        let (error, slope) = excess(g);
        if error > 0.0 {
            high = g;
        } else {
            low = g;
        }
        let newton = g - error / slope;
        let next = if newton > low && newton < high && newton.is_finite() && (newton - g).abs() < 20.0 {
            newton
        } else if low.is_finite() && high.is_finite() {
            0.5 * (low + high)
        } else {
            width *= 2.0;
            if error > 0.0 { g - width } else { g + width }
        };
        let moved = (next - g).abs();
        g = next;
        if moved <= 1e-14 * (1.0 + g.abs()) {
            break;
        }
    }
    let density = distribution(g).2.max(f64::MIN_POSITIVE);
    const NORMAL_DENSITY: f64 = 0.398_942_280_401_432_7;
    [g, STEP * NORMAL_DENSITY * libm::exp(-0.5 * w * w) / density]
}

impl Table {
    /// Turns normal scores into quantiles on the smooth scale.
    #[inline(always)]
    fn apply(&self, values: &mut [f64]) {
        let nodes = self.nodes.get_or_init(|| self.form.nodes());
        for value in values.iter_mut() {
            let position = (*value + END) / STEP;
            let node = (position as usize).min(NODES - 2);
            let t = position - node as f64;
            let [from, from_slope] = nodes[node];
            let [to, to_slope] = nodes[node + 1];
            let rise = to - from;
            let a = from_slope - rise;
            let b = rise - to_slope;
            *value = from + t * (rise + (1.0 - t) * (a + t * (b - a)));
        }
    }
}

impl Scale {
    #[inline(always)]
    fn apply(self, values: &mut [f64]) {
        match self {
            Self::Log { unit } => {
                for value in values.iter_mut() {
                    *value = unit * elementary::exp(*value);
                }
            }
            Self::Logit { low, width } => {
                for value in values.iter_mut() {
                    *value = low + width * elementary::logistic(*value);
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use statrs::distribution::{Beta, ContinuousCDF, Gamma, Triangular};

    use super::{super::Distribution, Fill, Kernel, QuantileTables};

    /// Probabilities from the far lower to the far upper tail.
    fn probabilities() -> impl Iterator<Item = f64> {
        let tails = (1..16).map(|exponent| 10f64.powi(-exponent));
        let middle = (1..1000).map(|step| f64::from(step) / 1000.0 + 0.000_37);
        tails.clone().chain(middle).chain(tails.map(|tail| 1.0 - tail))
    }

    fn worst(distribution: &Distribution, cdf: impl Fn(f64) -> f64) -> f64 {
        let sampler = distribution.sampler();
        probabilities()
            .filter(|p| *p < 1.0)
            .map(|p| (cdf(sampler.value(p)) - p).abs())
            .fold(0.0, f64::max)
    }

    #[test]
    fn tables_invert_the_distribution_functions_of_statrs() {
        for shape in [0.25, 0.5, 1.0, 3.5, 6.5, 40.0, 2000.0] {
            let gamma = Gamma::new(shape, 2.0).unwrap();
            let error = worst(&Distribution::gamma(shape, 2.0).unwrap(), |x| gamma.cdf(x));
            assert!(error < 1e-8, "gamma {shape}: {error}");
        }
        for (mean, sd) in [
            (0.89, 0.04),
            (0.105, 0.04),
            (0.6, 0.2),
            (0.009, 0.012),
            (0.05, 0.05),
            (0.64, 0.27),
        ] {
            let size = mean * (1.0 - mean) / (sd * sd) - 1.0;
            let beta = Beta::new(mean * size, (1.0 - mean) * size).unwrap();
            let error = worst(&Distribution::beta(mean, sd).unwrap(), |x| beta.cdf(x));
            assert!(error < 1e-8, "beta {mean} {sd}: {error}");
        }
        let beta = Beta::new(1.0 + 4.0 * 0.4, 1.0 + 4.0 * 0.6).unwrap();
        let error = worst(&Distribution::pert(0.0, 0.002, 0.005).unwrap(), |x| {
            beta.cdf(x / 0.005)
        });
        assert!(error < 1e-8, "pert: {error}");
    }

    #[test]
    fn a_form_is_tabulated_once_and_draws_the_same_bits() {
        let distributions = [
            Distribution::gamma(3.5, 20.0).unwrap(),
            Distribution::gamma(3.5, 0.1)
                .unwrap()
                .truncated(0.0, 40.0)
                .unwrap(),
            Distribution::gamma(1.5, 20.0).unwrap(),
            // Both have the shapes 3 and 3.
            Distribution::pert(0.0, 1.0, 2.0).unwrap(),
            Distribution::pert(5.0, 7.0, 9.0).unwrap(),
            Distribution::zero_or(0.2, Distribution::pert(0.0, 3.0, 6.0).unwrap()).unwrap(),
            Distribution::beta(0.6, 0.2).unwrap(),
            Distribution::normal(0.0, 1.0).unwrap(),
        ];
        let mut tables = QuantileTables::default();
        for distribution in distributions.iter().chain(&distributions) {
            let (shared, own) = (distribution.sampler_in(&mut tables), distribution.sampler());
            for p in probabilities().filter(|p| *p < 1.0) {
                assert_eq!(
                    shared.value(p).to_bits(),
                    own.value(p).to_bits(),
                    "{distribution:?} at {p}"
                );
            }
            assert_eq!(
                own.median().to_bits(),
                own.value(0.5).to_bits(),
                "{distribution:?}"
            );
        }
        assert_eq!(tables.len(), 4);
    }

    #[test]
    fn closed_forms_invert_their_distribution_functions() {
        let triangular = Triangular::new(930.3, 994.7, 962.5).unwrap();
        let distribution = Distribution::triangular(930.3, 962.5, 994.7).unwrap();
        assert!(worst(&distribution, |x| triangular.cdf(x)) < 1e-12);
        for distribution in [
            Distribution::normal(3.0, 2.0).unwrap(),
            Distribution::lognormal(0.2, 0.6).unwrap(),
            Distribution::uniform(-1.0, 4.0).unwrap(),
            Distribution::interval(-3.0, 3.0).unwrap(),
            Distribution::normal(0.0, 1.0)
                .unwrap()
                .truncated(-0.5, 2.0)
                .unwrap(),
            Distribution::gamma(3.5, 20.0)
                .unwrap()
                .truncated(0.0, 0.4)
                .unwrap(),
        ] {
            assert!(
                worst(&distribution, |x| distribution.cdf(x)) < 2e-8,
                "{distribution:?}"
            );
        }
    }

    #[test]
    fn both_instruction_sets_give_the_same_bits() {
        let uniforms: Vec<f64> = probabilities().map(|p| p.min(1.0 - f64::EPSILON / 2.0)).collect();
        for distribution in [
            Distribution::normal(3.0, 2.0).unwrap(),
            Distribution::lognormal(0.2, 0.6).unwrap(),
            Distribution::uniform(-1.0, 4.0).unwrap(),
            Distribution::triangular(930.3, 962.5, 994.7).unwrap(),
            Distribution::beta(0.64, 0.27).unwrap(),
            Distribution::gamma(3.5, 20.0)
                .unwrap()
                .truncated(0.0, 0.4)
                .unwrap(),
            Distribution::zero_or(0.25, Distribution::lognormal(0.2, 0.6).unwrap()).unwrap(),
        ] {
            let sampler = distribution.sampler();
            let (mut plain, mut fastest) = (vec![0.0; uniforms.len()], vec![0.0; uniforms.len()]);
            Kernel::Portable.run(Fill {
                sampler: &sampler,
                uniforms: &uniforms,
                out: &mut plain,
            });
            sampler.fill(&uniforms, &mut fastest);
            let bits = |values: &[f64]| values.iter().map(|value| value.to_bits()).collect::<Vec<_>>();
            assert_eq!(bits(&plain), bits(&fastest), "{distribution:?}");
        }
    }

    #[test]
    fn an_interval_has_its_ends_at_five_and_ninety_five_percent() {
        for (low, high) in [(5.0, 15.0), (-2.0, 3.0), (0.3, 2.5)] {
            let distribution = Distribution::interval(low, high).unwrap();
            assert!((distribution.quantile(0.05) - low).abs() < 1e-12);
            assert!((distribution.quantile(0.95) - high).abs() < 1e-12);
        }
        let distribution = Distribution::lognormal_from_p95(1.25, 2.1).unwrap();
        assert!((distribution.quantile(0.95) - 2.1).abs() < 1e-12);
    }

    #[test]
    fn a_mass_at_zero_and_bounds_are_kept() {
        let mixed = Distribution::zero_or(0.25, Distribution::lognormal(0.2, 0.6).unwrap()).unwrap();
        assert_eq!(mixed.quantile(0.2499), 0.0);
        assert!((mixed.quantile(0.25 + 0.75 / 2.0) - 0.2).abs() < 1e-12);
        let bounded = Distribution::normal(0.0, 1.0)
            .unwrap()
            .truncated(-0.5, 2.0)
            .unwrap();
        for p in probabilities() {
            assert!((-0.5..=2.0).contains(&bounded.quantile(p.min(1.0 - 1e-16))));
        }
    }

    #[test]
    fn arguments_that_make_no_distribution_are_refused() {
        let nan = f64::NAN;
        for wrong in [
            Distribution::constant(nan),
            Distribution::normal(0.0, 0.0),
            Distribution::normal(nan, 1.0),
            Distribution::lognormal(-1.0, 1.0),
            Distribution::lognormal_from_p95(2.0, 1.0),
            Distribution::gamma(0.0, 1.0),
            Distribution::gamma(1.0, nan),
            Distribution::uniform(2.0, 1.0),
            Distribution::triangular(0.0, 3.0, 2.0),
            Distribution::pert(nan, 1.0, 2.0),
            Distribution::beta(0.5, 0.5),
            Distribution::beta(1.0, 0.1),
            Distribution::interval(f64::NEG_INFINITY, 1.0),
            Distribution::normal(0.0, 1.0).unwrap().truncated(9.0, 10.0),
        ] {
            assert!(wrong.is_err(), "{wrong:?}");
        }
    }
}

//! PAWN: how far the distribution of the outcome moves when an input is held in a part of its range.

use super::{
    About, Design, Estimate, Index, Method, Subject,
    many::{self, NOT_TOLD},
    resampling::{permutation, quantile},
    scrambled::{MOST_DIMENSIONS, column, points},
    slices::{LEAST, ONE_VALUE, Order},
};
use statrs::distribution::{ContinuousCDF, Gamma};

use crate::random::{Generator, Stream};

/// Median over the slices of an input of the Kolmogorov–Smirnov distance between the outcomes in the slice and all outcomes.
pub const MEDIAN: &str = "pawn_median";
/// The largest of these distances.
pub const MAXIMUM: &str = "pawn_max";
/// The median that an input must exceed to be told from one without an influence, from dummy inputs of the same design; of
/// the inputs that do, 5 % are expected to have none.
pub const THRESHOLD: &str = "pawn_threshold";

/// Slices of PAWN.
pub(super) const SLICES: usize = 10;
/// Least number of draws in a slice of PAWN: the distance of so few draws is mostly noise.
pub(super) const LEAST_IN_SLICE: usize = 10;
/// Dummy inputs from which the threshold of PAWN comes: their mean and spread are known to 5 %.
const DUMMIES: usize = 200;

/// The order of the draws by the values of a further input, by number, that plays no part.
pub(super) type Dummies<'a> = dyn Fn(usize) -> Vec<u32> + 'a;

/// Dummy inputs of independent draws: random orders. The same serve all inputs.
pub(super) fn shuffled(draws: usize, seed: u64) -> impl Fn(usize) -> Vec<u32> {
    let stream = Stream::named("orders of given-data distances");
    move |dummy| permutation(&mut Generator::new(seed, stream, dummy as u64), draws)
}

/// Dummy inputs of a scrambled Sobol' sequence: its dimensions behind those of the inputs, each scrambled anew.
pub(super) fn further_dimensions(
    inputs: usize,
    seed: u64,
    column: impl Fn(usize, u64) -> Vec<f64>,
) -> impl Fn(usize) -> Vec<u32> {
    move |dummy| {
        let dimension = inputs + dummy % (MOST_DIMENSIONS - inputs);
        Order::of(&column(dimension, seed ^ (dummy as u64 + 1) << 32)).draws
    }
}

/// The method, from one sample and slices of each input; the cost does not grow with the number of inputs.
#[derive(Debug)]
pub struct Pawn;

static ABOUT: About = About {
    key: "pawn",
    title: "PAWN",
    meaning: "How far the whole distribution of the outcome moves, not only its variance, when an input is known to lie in a tenth \
              of its range; suits skewed outcomes.",
    reference: "Pianosi, F. and Wagener, T. (2018). Distribution-based sensitivity analysis from a generic input–output sample. \
                Environmental Modelling & Software 108, 197–207.",
    size_name: "points",
    default_size: 2048,
    sizes: LEAST..=u32::MAX as usize,
    inputs: 1..=MOST_DIMENSIONS - 1,
    extends: true,
    samples: true,
};

impl Method for Pawn {
    fn about(&self) -> &'static About {
        &ABOUT
    }

    fn cost(&self, _: usize, size: usize) -> usize {
        size
    }

    fn lay_out(&self, inputs: usize, size: usize, seed: u64) -> Design {
        Design::new(ABOUT.key, inputs, 1, points(inputs, size, seed))
    }

    fn evaluate(&self, design: &Design, outcomes: &[f64], seed: u64) -> Estimate {
        let rows = outcomes.len();
        let dummies = further_dimensions(design.inputs(), seed, |dimension, seed| {
            column(dimension, rows, seed)
        });
        of_draws(&design.columns(), outcomes, &dummies)
    }
}

/// The indices of checked draws.
pub(super) fn of_draws(columns: &[Vec<f64>], outcomes: &[f64], dummies: &Dummies) -> Estimate {
    let orders: Vec<Order> = columns.iter().map(|column| Order::of(column)).collect();
    let indices = distances(&orders, &Order::of(outcomes), dummies);
    Estimate {
        indices,
        notes: slices_note(outcomes.len()),
        runs: outcomes.len(),
    }
}

/// Slices of PAWN: fewer where there are too few draws for all.
fn slices_of(draws: usize) -> usize {
    SLICES.min(draws / LEAST_IN_SLICE)
}

/// What to know about PAWN from so many draws.
pub(super) fn slices_note(draws: usize) -> Vec<String> {
    let slices = slices_of(draws);
    if slices < SLICES {
        vec![format!(
            "PAWN: {draws} are too few for {SLICES} slices of each input; there are {slices}, and distances are mostly noise"
        )]
    } else {
        Vec::new()
    }
}

/// PAWN indices of every input, by name and then by input.
pub(super) fn distances(orders: &[Order], outcomes: &Order, dummies: &Dummies) -> Vec<Index> {
    let draws = outcomes.draws.len();
    let sliced: Vec<Vec<usize>> = orders
        .iter()
        .map(|order| order.slices(slices_of(draws), LEAST_IN_SLICE))
        .collect();
    let mut kinds = sliced.clone();
    kinds.sort_unstable();
    kinds.dedup();
    // What inputs without an influence give, for each way in which inputs are cut.
    let mut medians = vec![Vec::with_capacity(DUMMIES); kinds.len()];
    for dummy in 0..DUMMIES {
        let order = dummies(dummy);
        for (kind, medians) in kinds.iter().zip(&mut medians) {
            medians.push(median_and_maximum(&mut slice_distances(&order, kind, outcomes))[0]);
        }
    }
    // Where dummies do not vary there is one slice, and no distance.
    let without: Vec<Option<Gamma>> = medians.iter().map(|medians| many::gamma(medians)).collect();
    let of_input = |slices: &Vec<usize>| kinds.binary_search(slices).ok().and_then(|kind| without[kind]);
    let found: Vec<[f64; 2]> = orders
        .iter()
        .zip(&sliced)
        .map(|(order, slices)| median_and_maximum(&mut slice_distances(&order.draws, slices, outcomes)))
        .collect();
    let probabilities: Vec<f64> = found
        .iter()
        .zip(&sliced)
        .filter(|(_, slices)| slices.len() > 1)
        .map(|([median, _], slices)| of_input(slices).map_or(1.0, |gamma| gamma.sf(*median)))
        .collect();
    let cut = many::cut(&probabilities);
    let mut rows = [Vec::new(), Vec::new(), Vec::new()];
    for (input, ([median, maximum], slices)) in found.into_iter().zip(&sliced).enumerate() {
        let threshold = of_input(slices).map_or(0.0, |gamma| gamma.inverse_cdf(1.0 - cut));
        let row = |name, value| Index::new(Subject::Input(input), name, value, None);
        let mut index = row(MEDIAN, median);
        if slices.len() < 2 {
            index.add_note(ONE_VALUE);
        } else if median <= threshold {
            index.add_note(NOT_TOLD);
        }
        rows[0].push(index);
        rows[1].push(row(MAXIMUM, maximum));
        rows[2].push(row(THRESHOLD, threshold));
    }
    rows.into_iter().flatten().collect()
}

/// The Kolmogorov–Smirnov distance of each slice from all draws; 0 if there is one slice.
pub(super) fn slice_distances(order: &[u32], slices: &[usize], outcomes: &Order) -> Vec<f64> {
    let n = order.len() as f64;
    let mut slice_of = vec![0_u8; order.len()];
    let mut sizes = Vec::with_capacity(slices.len());
    let mut start = 0;
    for (slice, end) in slices.iter().enumerate() {
        for draw in &order[start..*end] {
            slice_of[*draw as usize] = slice as u8;
        }
        sizes.push((end - start) as f64);
        start = *end;
    }
    let mut seen = vec![0.0_f64; slices.len()];
    let mut distances = vec![0.0_f64; slices.len()];
    // Between its own outcomes the distribution function of a slice is flat, so that the distance is largest directly before
    // or after one of them.
    for (start, end) in outcomes.groups() {
        let (before, after) = (start as f64 / n, end as f64 / n);
        let group = &outcomes.draws[start..end];
        for draw in group {
            let slice = usize::from(slice_of[*draw as usize]);
            distances[slice] = distances[slice].max((seen[slice] / sizes[slice] - before).abs());
            if end - start == 1 {
                seen[slice] += 1.0;
                distances[slice] = distances[slice].max((seen[slice] / sizes[slice] - after).abs());
            }
        }
        if end - start > 1 {
            for draw in group {
                seen[usize::from(slice_of[*draw as usize])] += 1.0;
            }
            for slice in 0..slices.len() {
                distances[slice] = distances[slice].max((seen[slice] / sizes[slice] - after).abs());
            }
        }
    }
    distances
}

pub(super) fn median_and_maximum(values: &mut [f64]) -> [f64; 2] {
    values.sort_unstable_by(f64::total_cmp);
    [quantile(values, 0.5), values.last().copied().unwrap_or(0.0)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        sensitivity::{
            Subject,
            test_functions::{ishigami, outcomes},
        },
        stats::normal_quantile,
    };
    use statrs::distribution::{ContinuousCDF, Normal};

    /// The median over deciles of X of the largest |P(Y ≤ y | X in the decile) − P(Y ≤ y)|, Y = a X + b Z, by integration.
    fn reference(a: f64, b: f64) -> [f64; 2] {
        let normal = Normal::standard();
        let total = (a * a + b * b).sqrt();
        let steps = 200;
        let mut distances: Vec<f64> = (0..10)
            .map(|slice| {
                let inputs: Vec<f64> = (0..steps)
                    .map(|step| {
                        normal.inverse_cdf(
                            (f64::from(slice) + (f64::from(step) + 0.5) / f64::from(steps)) / 10.0,
                        )
                    })
                    .collect();
                (-400..=400)
                    .map(|y| {
                        let y = f64::from(y) * 0.01 * total;
                        let inside = inputs.iter().map(|x| normal.cdf((y - a * x) / b)).sum::<f64>()
                            / f64::from(steps);
                        (inside - normal.cdf(y / total)).abs()
                    })
                    .fold(0.0, f64::max)
            })
            .collect();
        distances.sort_by(f64::total_cmp);
        [(distances[4] + distances[5]) / 2.0, distances[9]]
    }

    #[test]
    fn a_normal_sum_has_the_distances_found_by_integration() {
        let design = Pawn.design(3, 16_384, 2).unwrap();
        let outcomes = outcomes(&design, |x| {
            2.0 * normal_quantile::value(x[0]) + normal_quantile::value(x[1])
        });
        let estimate = Pawn.estimate(&design, &outcomes, 2).unwrap();
        for (input, (a, b)) in [(2.0, 1.0), (1.0, 2.0)].into_iter().enumerate() {
            let [median, maximum] = reference(a, b);
            let get = |name| estimate.get(Subject::Input(input), name).unwrap().value;
            // A slice of 1,638 outcomes: standard deviation of its distribution function at most ½ / √1638 = 0.0124, and
            // the largest deviation over its range is biased upwards by less than that.
            assert!((get(MEDIAN) - median).abs() < 0.02, "{} {median}", get(MEDIAN));
            assert!(
                (get(MAXIMUM) - maximum).abs() < 0.03,
                "{} {maximum}",
                get(MAXIMUM)
            );
            assert!(get(MEDIAN) > get(THRESHOLD));
        }
        let dummy = estimate.get(Subject::Input(2), MEDIAN).unwrap();
        assert!(dummy.value < 0.03, "{dummy:?}");
    }

    #[test]
    fn ishigami_ranks_its_inputs_as_published_and_a_dummy_last() {
        // Pianosi and Wagener (2015, figure 3): the second input moves the distribution most.
        let design = Pawn.design(4, 4096, 5).unwrap();
        let estimate = Pawn.estimate(&design, &outcomes(&design, ishigami), 5).unwrap();
        let median = estimate.values(MEDIAN);
        assert!(
            median[1] > median[0] && median[0] > median[2] && median[2] > median[3],
            "{median:?}"
        );
        let dummy = estimate.get(Subject::Input(3), MEDIAN).unwrap();
        assert!(
            dummy.value <= estimate.get(Subject::Input(3), THRESHOLD).unwrap().value && dummy.note.is_some()
        );
    }
}

//! The Sobol' sequence, scrambled after Owen.

use crate::random::{Generator, Stream};

/// Initial direction numbers of Joe and Kuo (2008), file new-joe-kuo-6, dimensions 2 to 256.
const DIRECTIONS: &str = include_str!("../../data/sobol/new-joe-kuo-6.256.txt");

/// Binary digits of the sequence before scrambling; it has 2³² points.
const DIGITS: u32 = 32;
/// Digits whose coins come from one draw: 31 coins of the 52 bits of a uniform number.
const DIGITS_PER_DRAW: u32 = 5;

/// Most dimensions.
pub const MOST_DIMENSIONS: usize = 256;

/// A low-discrepancy sequence in the unit cube: any 2^m consecutive points from a multiple of 2^m stand one in each dyadic
/// interval of length 2^−m of every coordinate, and the first coordinates are evenly spread also in pairs (a (t, s)-sequence).
///
/// Nested uniform scrambling (Owen 1995) flips each binary digit of a coordinate by a coin that belongs to the digits
/// before it. It keeps the even spread, makes every point uniform on the cube, so that means are unbiased, and fills the 52
/// bits of a coordinate. The coins of a digit are drawn from the generator of its dimension and of the digits before it, so
/// that a coordinate depends on the seed, its dimension and its index alone, and dimensions can be added.
#[derive(Clone, Debug)]
pub struct ScrambledSobol {
    directions: Vec<[u32; DIGITS as usize]>,
    seed: u64,
    stream: Stream,
}

impl ScrambledSobol {
    /// The sequence in a number of dimensions; `None` above 256.
    pub fn new(dimensions: usize, seed: u64) -> Option<Self> {
        let mut directions = vec![std::array::from_fn(|digit| 1 << (DIGITS - 1 - digit as u32))];
        directions.extend(DIRECTIONS.lines().filter_map(direction_numbers));
        (dimensions <= directions.len()).then(|| {
            directions.truncate(dimensions);
            Self {
                directions,
                seed,
                stream: Stream::named("scrambled Sobol' sequence"),
            }
        })
    }

    /// The digits of a coordinate before scrambling: the sum modulo 2 of the direction numbers of the digits of the index.
    fn plain(&self, index: u32, dimension: usize) -> u32 {
        self.directions[dimension]
            .iter()
            .enumerate()
            .filter(|(digit, _)| index >> digit & 1 == 1)
            .fold(0, |sum, (_, direction)| sum ^ direction)
    }

    /// A coordinate of a point, an odd multiple of 2⁻⁵³ in (0, 1). The dimension must be below the number of dimensions.
    pub fn coordinate(&self, index: u32, dimension: usize) -> f64 {
        let plain = u64::from(self.plain(index, dimension));
        let mut scrambled: u64 = 0;
        let mut depth = 0;
        while depth < DIGITS {
            let prefix = plain >> (DIGITS - depth);
            let coins = self.coins(dimension, depth, prefix);
            // The node of a binary tree below the prefix, numbered like a heap from 1.
            let mut node = 1;
            for place in depth..(depth + DIGITS_PER_DRAW).min(DIGITS) {
                let digit = plain >> (DIGITS - 1 - place) & 1;
                scrambled = scrambled << 1 | (digit ^ (coins >> node & 1));
                node = node << 1 | digit;
            }
            depth += DIGITS_PER_DRAW;
        }
        // Points of the sequence differ in their first 32 digits; all later digits are independent coins.
        let digits = scrambled << 20 | self.coins(dimension, DIGITS, plain) >> DIGITS;
        (digits as f64 + 0.5) * (f64::EPSILON)
    }

    /// 52 coins that belong to a dimension and the first digits of a coordinate.
    fn coins(&self, dimension: usize, depth: u32, prefix: u64) -> u64 {
        let node = (dimension as u64) << 40 | u64::from(depth) << 32 | prefix;
        (Generator::new(self.seed, self.stream, node).uniform() / f64::EPSILON) as u64
    }
}

/// The first points of the sequence, row-major; the caller keeps `dimensions` and `size` in range.
pub(super) fn points(dimensions: usize, size: usize, seed: u64) -> Vec<f64> {
    let Some(sequence) = ScrambledSobol::new(dimensions, seed) else {
        return Vec::new();
    };
    (0..size as u32)
        .flat_map(|index| (0..dimensions).map(move |dimension| (index, dimension)))
        .map(|(index, dimension)| sequence.coordinate(index, dimension))
        .collect()
}

/// One coordinate of the first points of the sequence; the caller keeps the dimension below [`MOST_DIMENSIONS`].
pub(super) fn column(dimension: usize, size: usize, seed: u64) -> Vec<f64> {
    let Some(sequence) = ScrambledSobol::new(dimension + 1, seed) else {
        return Vec::new();
    };
    (0..size as u32)
        .map(|index| sequence.coordinate(index, dimension))
        .collect()
}

/// The direction numbers of a line `d s a m_1 … m_s`; `None` for the heading.
///
/// With the primitive polynomial x^s + a_1 x^(s−1) + … + a_(s−1) x + 1 over the field of two elements, whose inner
/// coefficients are the digits of a, v_i = a_1 v_(i−1) ⊕ … ⊕ a_(s−1) v_(i−s+1) ⊕ v_(i−s) ⊕ (v_(i−s) >> s).
fn direction_numbers(line: &str) -> Option<[u32; DIGITS as usize]> {
    let numbers: Vec<u32> = line
        .split_whitespace()
        .map_while(|number| number.parse().ok())
        .collect();
    let [_, degree, inner, initial @ ..] = numbers.as_slice() else {
        return None;
    };
    let degree = *degree as usize;
    let mut directions = [0; DIGITS as usize];
    for i in 0..DIGITS as usize {
        directions[i] = if i < degree {
            initial.get(i)? << (DIGITS - 1 - i as u32)
        } else {
            let last = directions[i - degree];
            (1..degree)
                .filter(|k| inner >> (degree - 1 - k) & 1 == 1)
                .fold(last ^ (last >> degree), |sum, k| sum ^ directions[i - k])
        };
    }
    Some(directions)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_points_are_the_published_ones() {
        let sequence = ScrambledSobol::new(10, 0).unwrap();
        // The first points of the unscrambled sequence as Joe and Kuo list them (their order differs by a Gray code, which
        // the index here undoes).
        let expected = [
            [0.0, 0.0, 0.0, 0.0, 0.0],
            [0.5, 0.5, 0.5, 0.5, 0.5],
            [0.75, 0.25, 0.25, 0.25, 0.75],
            [0.25, 0.75, 0.75, 0.75, 0.25],
            [0.375, 0.375, 0.625, 0.875, 0.375],
            [0.875, 0.875, 0.125, 0.375, 0.875],
            [0.625, 0.125, 0.875, 0.625, 0.625],
            [0.125, 0.625, 0.375, 0.125, 0.125],
        ];
        for (position, point) in expected.iter().enumerate() {
            let index = (position ^ (position >> 1)) as u32;
            for (dimension, value) in point.iter().enumerate() {
                let plain = f64::from(sequence.plain(index, dimension)) / 4_294_967_296.0;
                assert_eq!(plain, *value, "{position} {dimension}");
            }
        }
        assert!(ScrambledSobol::new(MOST_DIMENSIONS, 0).is_some());
        assert!(ScrambledSobol::new(MOST_DIMENSIONS + 1, 0).is_none());
    }

    /// Whether each of the 2^(i+j) dyadic boxes of 2^−i by 2^−j holds one of 2^(i+j) points.
    fn is_net(points: &[[f64; 2]], i: u32, j: u32) -> bool {
        let mut counts = vec![0; points.len()];
        for [x, y] in points {
            let column = (x * f64::from(1 << i)) as usize;
            let row = (y * f64::from(1 << j)) as usize;
            counts[column << j | row] += 1;
        }
        counts.iter().all(|count| *count == 1)
    }

    #[test]
    fn scrambling_keeps_one_point_in_each_interval_and_box() {
        let (m, seed) = (8, 5);
        let sequence = ScrambledSobol::new(MOST_DIMENSIONS, seed).unwrap();
        for start in [0, 1 << m, 3 << m] {
            for dimension in 0..MOST_DIMENSIONS {
                let line: Vec<[f64; 2]> = (start..start + (1 << m))
                    .map(|index| [sequence.coordinate(index, dimension), 0.0])
                    .collect();
                assert!(is_net(&line, m, 0), "dimension {dimension}");
            }
            // The first two dimensions together are a (0, m, 2)-net: one point in each box of every shape.
            let plane: Vec<[f64; 2]> = (start..start + (1 << m))
                .map(|index| [sequence.coordinate(index, 0), sequence.coordinate(index, 1)])
                .collect();
            for i in 0..=m {
                assert!(is_net(&plane, i, m - i));
            }
        }
    }

    #[test]
    fn scrambling_keeps_the_net_of_the_plain_sequence_in_every_pair() {
        // A dyadic partition is spread evenly after scrambling exactly if it was before.
        let (m, dimensions) = (6, 12);
        let sequence = ScrambledSobol::new(dimensions, 9).unwrap();
        let mut nets = 0;
        for a in 0..dimensions {
            for b in 0..a {
                let pair = |value: &dyn Fn(u32, usize) -> f64| -> Vec<[f64; 2]> {
                    (0..1 << m)
                        .map(|index| [value(index, a), value(index, b)])
                        .collect()
                };
                let plain = pair(&|index, d| f64::from(sequence.plain(index, d)) / 4_294_967_296.0);
                let scrambled = pair(&|index, d| sequence.coordinate(index, d));
                for i in 0..=m {
                    assert_eq!(is_net(&plain, i, m - i), is_net(&scrambled, i, m - i));
                    nets += usize::from(is_net(&plain, i, m - i));
                }
            }
        }
        assert!(nets > 2 * dimensions * (dimensions - 1) / 2, "{nets}");
    }

    #[test]
    fn a_smooth_mean_is_far_closer_than_a_random_one_and_unbiased() {
        // Product of 1 + (x − ½), whose mean is 1 and whose variance is (13/12)^4 − 1 in four dimensions.
        let n = 1024;
        let mean = |seed| {
            let sequence = ScrambledSobol::new(4, seed).unwrap();
            (0..n)
                .map(|index| {
                    (0..4)
                        .map(|d| 0.5 + sequence.coordinate(index, d))
                        .product::<f64>()
                })
                .sum::<f64>()
                / f64::from(n)
        };
        let seeds = 64;
        let errors: Vec<f64> = (0..seeds).map(|seed| mean(seed) - 1.0).collect();
        let rms = (errors.iter().map(|error| error * error).sum::<f64>() / seeds as f64).sqrt();
        let random = ((libm::pow(13.0 / 12.0, 4.0) - 1.0) / f64::from(n)).sqrt();
        assert!(rms < random / 20.0, "{rms} {random}");
        let bias = errors.iter().sum::<f64>() / seeds as f64;
        assert!(bias.abs() < 4.0 * rms / (seeds as f64).sqrt(), "{bias} {rms}");
    }

    #[test]
    fn digits_of_one_coordinate_are_fair_coins_over_seeds() {
        let seeds = 4000;
        let mut ones = [0_u32; 52];
        for seed in 0..seeds {
            let value = ScrambledSobol::new(3, seed).unwrap().coordinate(77, 2);
            let digits = (value / f64::EPSILON) as u64;
            for (place, count) in ones.iter_mut().enumerate() {
                *count += (digits >> place & 1) as u32;
            }
        }
        // Binomial with 4,000 trials: standard deviation 31.6; 4.5 of them for 52 comparisons.
        assert!(ones.iter().all(|count| count.abs_diff(2000) < 143), "{ones:?}");
    }
}

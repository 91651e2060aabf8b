//! Intervals from designs that are repeated independently.

use super::scrambled::{column, points};

/// How often a randomized design is repeated.
pub const REPLICATES: usize = 8;

/// The 97.5 % point of Student's distribution with 7 degrees of freedom.
const STUDENT_7: f64 = 2.364_624_251_592_785;

/// The first rows of [`REPLICATES`] sequences that are scrambled independently, in turn, row-major.
pub fn interleaved(dimensions: usize, rows: usize, seed: u64) -> Vec<f64> {
    in_turn(dimensions, rows, seed, points)
}

/// One coordinate of the same.
pub fn interleaved_column(dimension: usize, rows: usize, seed: u64) -> Vec<f64> {
    in_turn(1, rows, seed, |_, rows, seed| column(dimension, rows, seed))
}

fn in_turn(width: usize, rows: usize, seed: u64, points: impl Fn(usize, usize, u64) -> Vec<f64>) -> Vec<f64> {
    let sequences: Vec<Vec<f64>> = (0..REPLICATES)
        .map(|replicate| {
            let own = seed
                .wrapping_mul(REPLICATES as u64)
                .wrapping_add(replicate as u64);
            points(width, (rows + REPLICATES - 1 - replicate) / REPLICATES, own)
        })
        .collect();
    let row = |row: usize| {
        let start = row / REPLICATES * width;
        &sequences[row % REPLICATES][start..start + width]
    };
    (0..rows).flat_map(row).copied().collect()
}

/// The 95 % interval around an estimate, by the spread of its [`REPLICATES`] independent parts; `None` without them.
pub fn t_interval(value: f64, replicates: &[f64]) -> Option<[f64; 2]> {
    if replicates.len() != REPLICATES {
        return None;
    }
    let count = REPLICATES as f64;
    let mean = replicates.iter().sum::<f64>() / count;
    let squares: f64 = replicates
        .iter()
        .map(|replicate| (replicate - mean) * (replicate - mean))
        .sum();
    let reach = STUDENT_7 * (squares / (count - 1.0) / count).sqrt();
    Some([value - reach, value + reach])
}

#[cfg(test)]
mod tests {
    use statrs::distribution::{ContinuousCDF, StudentsT};

    use super::*;

    #[test]
    fn the_point_is_that_of_student_and_the_error_that_of_a_mean() {
        let student = StudentsT::new(0.0, 1.0, 7.0).unwrap();
        assert!((student.inverse_cdf(0.975) - STUDENT_7).abs() < 1e-9);
        // 1 to 8 have variance 6, of whose mean 6 / 8.
        let [low, high] = t_interval(4.5, &[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0]).unwrap();
        assert!((high - 4.5 - STUDENT_7 * 0.75_f64.sqrt()).abs() < 1e-12 && (low + high - 9.0).abs() < 1e-12);
        assert_eq!(t_interval(1.0, &[]), None);
    }
}

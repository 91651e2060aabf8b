//! How many runs are enough? The same estimate from an eighth, a quarter, a half and all of the runs.

use super::{Design, Estimate, Method, Refusal};

/// The parts of all runs.
pub const PARTS: [usize; 4] = [8, 4, 2, 1];

/// Estimates from the first n/8, n/4, n/2 and n of the units; a part with too few of them is left out.
///
/// A unit is what an estimate can be made of: a block of a design, or a draw. The estimate of all of them is last.
///
/// # Errors
/// What `estimate` refuses for all units.
pub fn of_parts(
    units: usize,
    estimate: impl Fn(usize) -> Result<Estimate, Refusal>,
) -> Result<Vec<Estimate>, Refusal> {
    let mut estimates = Vec::new();
    for part in PARTS {
        match estimate(units / part) {
            Ok(estimate) => estimates.push(estimate),
            Err(refusal) if part == 1 => return Err(refusal),
            Err(_) => {}
        }
    }
    Ok(estimates)
}

/// The estimates of a method from the first parts of a design. A design that is one block, such as a grid, has the last only.
///
/// # Errors
/// See [`Method::estimate`].
pub fn of_design(
    method: &dyn Method,
    design: &Design,
    outcomes: &[f64],
    seed: u64,
) -> Result<Vec<Estimate>, Refusal> {
    let least = *method.about().sizes.start();
    of_parts(design.blocks(), |blocks| {
        if blocks < design.blocks() && blocks < least {
            return Err(Refusal::TooFew { least, given: blocks });
        }
        let part = design.first(blocks);
        let known = if blocks == design.blocks() {
            outcomes
        } else {
            &outcomes[..part.len().min(outcomes.len())]
        };
        method.estimate(&part, known, seed)
    })
}

/// The estimates from the first parts of given draws, by one of the functions of [`given_data`](super::given_data).
///
/// # Errors
/// What the function refuses.
pub fn of_draws(
    columns: &[Vec<f64>],
    outcomes: &[f64],
    estimate: impl Fn(&[Vec<f64>], &[f64]) -> Result<Estimate, Refusal>,
) -> Result<Vec<Estimate>, Refusal> {
    of_parts(outcomes.len(), |draws| {
        if draws == outcomes.len() {
            return estimate(columns, outcomes);
        }
        let part: Vec<Vec<f64>> = columns
            .iter()
            .map(|column| column[..draws.min(column.len())].to_vec())
            .collect();
        estimate(&part, &outcomes[..draws])
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sensitivity::{
        given_data, grid, morris, sobol,
        test_functions::{ishigami, outcomes},
    };

    #[test]
    fn intervals_narrow_with_the_runs() {
        let design = sobol::WITHOUT_PAIRS.design(3, 2048, 4).unwrap();
        let estimates = of_design(&sobol::WITHOUT_PAIRS, &design, &outcomes(&design, ishigami), 4).unwrap();
        assert_eq!(
            estimates.iter().map(|estimate| estimate.runs).collect::<Vec<_>>(),
            [1280, 2560, 5120, 10_240]
        );
        let widths: Vec<f64> = estimates.iter().filter_map(Estimate::widest).collect();
        // √8 at least, as scrambled rows are more even than independent ones, within the noise of a spread of eight.
        assert!(widths[0] / widths[3] > 1.4, "{widths:?}");
    }

    #[test]
    fn a_part_is_what_the_smaller_design_would_have_given() {
        let large = morris::TRAJECTORIES.design(3, 40, 4).unwrap();
        let small = morris::TRAJECTORIES.design(3, 20, 4).unwrap();
        let estimates = of_design(&morris::TRAJECTORIES, &large, &outcomes(&large, ishigami), 4).unwrap();
        let alone = morris::TRAJECTORIES
            .estimate(&small, &outcomes(&small, ishigami), 4)
            .unwrap();
        assert_eq!(estimates[2], alone);
    }

    #[test]
    fn parts_without_an_estimate_are_left_out() {
        let design = grid::Grid.design(1, 5, 0).unwrap();
        let estimates = of_design(&grid::Grid, &design, &outcomes(&design, |x| x[0]), 0).unwrap();
        assert_eq!(estimates.len(), 1);
        assert_eq!(estimates[0].widest(), None);
        assert!(of_design(&grid::Grid, &design, &[1.0], 0).is_err());
        let columns = vec![(0..50).map(f64::from).collect::<Vec<f64>>()];
        let estimates = of_draws(&columns, &columns[0], given_data::rank_correlation).unwrap();
        assert_eq!(
            estimates.iter().map(|estimate| estimate.runs).collect::<Vec<_>>(),
            [25, 50]
        );
    }
}

//! Conditional means by penalized regression: what is expected of a number where some inputs are known.
//!
//! The mean is a sum of terms, one of each input and one of each pair of inputs, fitted one after the other to what the others
//! leave (backfitting; Buja, Hastie and Tibshirani 1989). The term of an input is a penalized cubic spline (P-spline; Eilers and
//! Marx 1996) of the normal score of its rank, or the mean of each of its values where it has few of them. The term of a pair is a sum
//! of products of polynomials of both scores. How smooth a term is, and whether it is there at all, is decided by generalized
//! cross-validation with a degree of freedom counted 1.4-fold (Wood 2017).

use crate::stats::{GROUP, normal_quantile};

/// Parts that are left out in turn for values of paths that had no part in the fit.
pub(super) const FOLDS: usize = 5;

/// The part that a path belongs to: that of its whole group, since paths of a group know of each other.
pub(super) fn fold_of(path: usize) -> usize {
    path / GROUP % FOLDS
}
/// Up to so many distinct values of an input have a mean each.
const LEVELS: usize = 10;
/// Pieces of a spline.
const SEGMENTS: usize = 10;
/// An input that has one value on at least this part of the paths has a step there, besides the spline.
const MASS: f64 = 0.02;
/// How a degree of freedom counts in the criterion of smoothness.
const CAUTION: f64 = 1.4;
/// Penalties that are tried, in powers of ten of the natural scale of a term.
const POWERS: std::ops::RangeInclusive<i32> = -5..=5;
/// How often every term is fitted; the inputs are independent, so that a term hardly depends on the others.
const SWEEPS: usize = 2;
/// Keeps equations solvable where columns depend on each other, as a part of the size of a column.
const RIDGE: f64 = 1e-9;

/// An input as a regression sees it: unchanged by any growing function of it.
pub(super) struct Scores {
    /// By path, the normal score of its rank; equal values share their mean rank.
    scores: Vec<f64>,
    /// By path, which of the distinct values it has, if they are few.
    levels: Option<(Vec<u8>, usize)>,
    /// The score that many paths share, if there is one.
    mass: Option<f64>,
}

impl Scores {
    /// The scores of a column; `None` if it has one value only.
    pub(super) fn of(column: &[f64]) -> Option<Self> {
        let paths = column.len();
        let mut order: Vec<usize> = (0..paths).collect();
        order.sort_by(|a, b| column[*a].total_cmp(&column[*b]));
        let mut scores = vec![0.0; paths];
        let mut level = vec![0_u8; paths];
        let (mut distinct, mut largest, mut start) = (0_usize, (0, 0.0), 0);
        while start < paths {
            let same = |path: &&usize| column[**path] == column[order[start]];
            let end = start + order[start..].iter().take_while(same).count();
            let score = normal_quantile::value(0.5 * (start + end) as f64 / paths as f64);
            for path in &order[start..end] {
                scores[*path] = score;
                level[*path] = distinct.min(LEVELS) as u8;
            }
            if end - start > largest.0 {
                largest = (end - start, score);
            }
            distinct += 1;
            start = end;
        }
        (distinct > 1).then(|| Self {
            scores,
            levels: (distinct <= LEVELS).then_some((level, distinct)),
            mass: (largest.0 as f64 >= MASS * paths as f64).then_some(largest.1),
        })
    }

    /// The polynomials of a pair's term, centered: the score, and its square where it has more than two values.
    fn polynomials(&self) -> Vec<Vec<f64>> {
        let binary = matches!(self.levels, Some((_, 2)));
        let mut columns = vec![self.scores.clone()];
        if !binary {
            columns.push(self.scores.iter().map(|score| score * score).collect());
        }
        columns.iter_mut().for_each(|column| center(column, 1));
        columns
    }
}

/// A term of a regression: its columns on every path, centered, and what it costs to bend.
pub(super) struct Term {
    width: usize,
    /// By path and column.
    rows: Vec<f64>,
    /// By column and column.
    penalty: Vec<f64>,
    /// Sums of products of columns, by part of the paths; the last is of all.
    products: Vec<Vec<f64>>,
}

impl Term {
    /// The term of an input.
    pub(super) fn of_input(input: &Scores) -> Self {
        match &input.levels {
            Some((level, distinct)) => {
                let width = distinct - 1;
                let mut rows = vec![0.0; level.len() * width];
                for (row, level) in rows.chunks_exact_mut(width).zip(level) {
                    if let Some(column) = usize::from(*level).checked_sub(1) {
                        row[column] = 1.0;
                    }
                }
                Self::new(width, rows, vec![0.0; width * width])
            }
            None => Self::spline(input),
        }
    }

    fn spline(input: &Scores) -> Self {
        let splines = SEGMENTS + 3;
        let width = splines + usize::from(input.mass.is_some());
        let ends = input
            .scores
            .iter()
            .fold([f64::MAX, f64::MIN], |[low, high], score| {
                [low.min(*score), high.max(*score)]
            });
        let scale = SEGMENTS as f64 / (ends[1] - ends[0]);
        let mut rows = vec![0.0; input.scores.len() * width];
        for (row, score) in rows.chunks_exact_mut(width).zip(&input.scores) {
            let position = (score - ends[0]) * scale;
            let segment = (position as usize).min(SEGMENTS - 1);
            row[segment..segment + 4].copy_from_slice(&cubic(position - segment as f64));
            if input.mass == Some(*score) {
                row[splines] = 1.0;
            }
        }
        // Squares of second differences of the coefficients.
        let mut penalty = vec![0.0; width * width];
        for start in 0..splines - 2 {
            for (i, a) in [1.0, -2.0, 1.0].into_iter().enumerate() {
                for (j, b) in [1.0, -2.0, 1.0].into_iter().enumerate() {
                    penalty[(start + i) * width + start + j] += a * b;
                }
            }
        }
        Self::new(width, rows, penalty)
    }

    /// The term of a pair of inputs: what they do together and neither does alone.
    pub(super) fn of_pair(one: &Scores, other: &Scores) -> Self {
        let (ones, others) = (one.polynomials(), other.polynomials());
        let width = ones.len() * others.len();
        let mut rows = Vec::with_capacity(one.scores.len() * width);
        for path in 0..one.scores.len() {
            for a in &ones {
                rows.extend(others.iter().map(|b| a[path] * b[path]));
            }
        }
        let mut penalty = vec![0.0; width * width];
        for column in 0..width {
            penalty[column * (width + 1)] = 1.0;
        }
        Self::new(width, rows, penalty)
    }

    fn new(width: usize, mut rows: Vec<f64>, penalty: Vec<f64>) -> Self {
        center(&mut rows, width);
        let mut products = vec![vec![0.0; width * width]; FOLDS + 1];
        for (path, row) in rows.chunks_exact(width).enumerate() {
            let part = &mut products[fold_of(path)];
            for (i, a) in row.iter().enumerate().filter(|(_, a)| **a != 0.0) {
                for (sum, b) in part[i * width..].iter_mut().zip(row) {
                    *sum += a * b;
                }
            }
        }
        for part in 0..FOLDS {
            let (parts, all) = products.split_at_mut(FOLDS);
            all[0]
                .iter_mut()
                .zip(&parts[part])
                .for_each(|(sum, next)| *sum += next);
        }
        Self {
            width,
            rows,
            penalty,
            products,
        }
    }

    /// The sums of products over the paths of a fit.
    fn products(&self, left_out: Option<usize>) -> Vec<f64> {
        let mut products = self.products[FOLDS].clone();
        if let Some(part) = left_out {
            products
                .iter_mut()
                .zip(&self.products[part])
                .for_each(|(sum, out)| *sum -= out);
        }
        products
    }
}

/// The four cubic B-splines that are not zero, at a position between two knots.
fn cubic(t: f64) -> [f64; 4] {
    let u = 1.0 - t;
    [
        u * u * u,
        3.0 * t * t * t - 6.0 * t * t + 4.0,
        3.0 * u * u * u - 6.0 * u * u + 4.0,
        t * t * t,
    ]
    .map(|value| value / 6.0)
}

/// Takes the mean off every column of rows.
fn center(rows: &mut [f64], width: usize) {
    let count = (rows.len() / width) as f64;
    let mut means = vec![0.0; width];
    for row in rows.chunks_exact(width) {
        means.iter_mut().zip(row).for_each(|(sum, value)| *sum += value);
    }
    for row in rows.chunks_exact_mut(width) {
        row.iter_mut()
            .zip(&means)
            .for_each(|(value, sum)| *value -= sum / count);
    }
}

/// What is expected of `values` on every path, from a fit to all paths, or to those outside a part of them.
pub(super) fn expected(terms: &[Term], values: &[f64], left_out: Option<usize>) -> Vec<f64> {
    let within = |path: usize| left_out.is_none_or(|part| fold_of(path) != part);
    let paths = (0..values.len()).filter(|path| within(*path)).count() as f64;
    let mean = |values: &[f64]| {
        let kept = values.iter().enumerate().filter(|(path, _)| within(*path));
        kept.map(|(_, value)| value).sum::<f64>() / paths
    };
    let level = mean(values);
    let mut rest: Vec<f64> = values.iter().map(|value| value - level).collect();
    let products: Vec<Vec<f64>> = terms.iter().map(|term| term.products(left_out)).collect();
    let mut coefficients: Vec<Vec<f64>> = terms.iter().map(|term| vec![0.0; term.width]).collect();
    let sweeps = if terms.len() > 1 { SWEEPS } else { 1 };
    for sweep in 0..sweeps {
        for ((term, products), coefficients) in terms.iter().zip(&products).zip(&mut coefficients) {
            let rows = || term.rows.chunks_exact(term.width);
            if sweep > 0 {
                for (rest, row) in rest.iter_mut().zip(rows()) {
                    *rest += dot(row, coefficients);
                }
            }
            let (mut with, mut squares) = (vec![0.0; term.width], 0.0);
            for (path, (rest, row)) in rest.iter().zip(rows()).enumerate() {
                if within(path) {
                    squares += rest * rest;
                    with.iter_mut()
                        .zip(row)
                        .for_each(|(sum, value)| *sum += rest * value);
                }
            }
            *coefficients = smoothest(term, products, &with, squares, paths);
            for (rest, row) in rest.iter_mut().zip(rows()) {
                *rest -= dot(row, coefficients);
            }
        }
        // Columns are centered over all paths, so that those of a part may have a mean.
        let level = mean(&rest);
        rest.iter_mut().for_each(|rest| *rest -= level);
    }
    values
        .iter()
        .zip(&rest)
        .map(|(value, rest)| value - rest)
        .collect()
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

/// The coefficients of a term with the penalty, none at all included, that has the least error by generalized cross-validation.
fn smoothest(term: &Term, products: &[f64], with: &[f64], squares: f64, paths: f64) -> Vec<f64> {
    let width = term.width;
    let trace = |matrix: &[f64]| (0..width).map(|i| matrix[i * (width + 1)]).sum::<f64>();
    let (size, bend) = (trace(products), trace(&term.penalty));
    let mut best = (squares / (paths * paths), vec![0.0; width]);
    for power in if bend > 0.0 { POWERS } else { 0..=0 } {
        let factor = if bend > 0.0 {
            size / bend * libm::pow(10.0, f64::from(power))
        } else {
            0.0
        };
        let mut matrix: Vec<f64> = products
            .iter()
            .zip(&term.penalty)
            .map(|(product, penalty)| product + factor * penalty)
            .collect();
        for i in 0..width {
            matrix[i * (width + 1)] += RIDGE * size / width as f64;
        }
        let Some(root) = Root::of(matrix, width) else {
            continue;
        };
        let coefficients = root.solve(with);
        let fitted: f64 = (0..width)
            .map(|i| coefficients[i] * dot(&products[i * width..(i + 1) * width], &coefficients))
            .sum();
        let error = (squares - 2.0 * dot(&coefficients, with) + fitted).max(0.0);
        let freedom: f64 = (0..width)
            .map(|i| root.solve(&products[i * width..(i + 1) * width])[i])
            .sum();
        let left = paths - CAUTION * freedom;
        if left > 0.0 && error / (left * left) < best.0 {
            best = (error / (left * left), coefficients);
        }
    }
    best.1
}

/// The lower triangle L of a positive definite matrix L Lᵀ.
struct Root {
    lower: Vec<f64>,
    width: usize,
}

impl Root {
    fn of(mut matrix: Vec<f64>, width: usize) -> Option<Self> {
        for j in 0..width {
            for i in j..width {
                let before = dot(
                    &matrix[i * width..i * width + j],
                    &matrix[j * width..j * width + j],
                );
                let value = matrix[i * width + j] - before;
                if i > j {
                    matrix[i * width + j] = value / matrix[j * (width + 1)];
                } else if value > 0.0 {
                    matrix[i * width + j] = value.sqrt();
                } else {
                    return None;
                }
            }
        }
        Some(Self { lower: matrix, width })
    }

    /// The solution of the equations with this right side.
    fn solve(&self, right: &[f64]) -> Vec<f64> {
        let (lower, width) = (&self.lower, self.width);
        let mut solution = right.to_vec();
        for i in 0..width {
            let before = dot(&lower[i * width..i * width + i], &solution[..i]);
            solution[i] = (solution[i] - before) / lower[i * (width + 1)];
        }
        for i in (0..width).rev() {
            let after: f64 = (i + 1..width).map(|j| lower[j * width + i] * solution[j]).sum();
            solution[i] = (solution[i] - after) / lower[i * (width + 1)];
        }
        solution
    }
}

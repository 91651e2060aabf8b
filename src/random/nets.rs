//! Strata of numbers that stand in a net together: what leading draws do in pairs is stratified, too (docs/model.md §9, decision 0007).

use super::{BLOCK, GROUP, Stream, generators::Generators, strata};

/// Levels of the leading digit of a stratum; a net has SIDE² points, one for each path of a group.
const SIDE: usize = 8;
const _: () = assert!(SIDE * SIDE == GROUP);

/// A list of 0 … [`SIDE`] − 1 in some order.
type Permutation = [u8; SIDE];

/// One for each group of a block.
type Permutations = [Permutation; BLOCK / GROUP];

/// Where a stream stands in the nets. Every path of a group has a cell (a, b) of a square of its own; all nets share it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Axis {
    /// The row a.
    Row,
    /// The column b.
    Column,
    /// The line of a slope, 1 to 7, in the net of a family: the paths of a digit stand on s σ(a) + τ(b) for the σ and τ of the family.
    Line {
        /// The number of the stream that σ and τ are drawn from.
        family: u64,
        /// s.
        slope: u8,
    },
}

/// The number of the stream that cells are drawn from: `net`.
const CELLS: Stream = Stream::of(0xA08A_0FCB_DEAF_D3C1);

/// As [`fill_uniform`](super::fill_uniform), of a stream that stands in nets.
///
/// With ρ a random permutation of digits, and one λ_d for each digit d, the stratum is 8 ρ(d) + λ_d(c): d the digit of the cell on the axis, c the row of the
/// cell, but the column for rows, so that every stratum is taken once. A net is a (0, 2, 9)-net in base 8 after Owen's scrambling.
#[inline(never)]
pub(super) fn fill(seed: u64, stream: Stream, axis: Axis, block: u64, out: &mut [f64; BLOCK]) {
    let mut generators = Generators::new(seed, stream, block);
    let outer = generators.words().map(permutation);
    let inner = [(); SIDE].map(|()| generators.words().map(permutation));
    let strata = strata(seed, axis, block, &outer, &inner);
    strata::numbers(&strata, &mut generators, out);
}

/// The strata of the paths of a block, by place and in each word by group: ρ (outer) and λ (inner) stand by group, too.
fn strata(
    seed: u64,
    axis: Axis,
    block: u64,
    outer: &Permutations,
    inner: &[Permutations; SIDE],
) -> [u64; GROUP] {
    let cells = strata::orders(&strata::order_words(&mut Generators::new(seed, CELLS, block)));
    let [rows, columns] = match axis {
        Axis::Line { family, .. } => {
            let mut family = Generators::new(seed, Stream::of(family), block);
            [(); 2].map(|()| family.words().map(permutation))
        }
        Axis::Row | Axis::Column => [[IDENTITY; BLOCK / GROUP]; 2],
    };
    let mut strata = [0; GROUP];
    for group in 0..BLOCK / GROUP {
        let mut of_cell = [0; GROUP];
        for (cell, stratum) in of_cell.iter_mut().enumerate() {
            let (row, column) = (cell / SIDE, cell % SIDE);
            let (digit, other) = match axis {
                Axis::Row => (row, column),
                Axis::Column => (column, row),
                Axis::Line { slope, .. } => {
                    let product = PRODUCTS[usize::from(slope)][usize::from(rows[group][row])];
                    (usize::from(product ^ columns[group][column]), row)
                }
            };
            *stratum = SIDE as u8 * outer[group][digit] + inner[digit][group][other];
        }
        for (stratum, cell) in strata.iter_mut().zip(&cells) {
            let cell = (cell >> (8 * group)) as usize % GROUP;
            *stratum |= u64::from(of_cell[cell]) << (8 * group);
        }
    }
    strata
}

const IDENTITY: Permutation = [0, 1, 2, 3, 4, 5, 6, 7];

/// A random permutation of a random word: 8! times it as a number in [0, 1) has a whole part whose remainders, after division by 8, 7, … 2 in turn, say which of
/// the first so many changes places with the last of them.
#[inline(always)]
fn permutation(word: u64) -> Permutation {
    let mut rest = ((u128::from(word) * 40_320) >> 64) as usize;
    let mut permutation = IDENTITY;
    for many in (2..=SIDE).rev() {
        permutation.swap(many - 1, rest % many);
        rest /= many;
    }
    permutation
}

/// Products in the field of eight elements: polynomials over the field of two modulo x³ + x + 1, the bits of a number being the coefficients.
const PRODUCTS: [Permutation; SIDE] = {
    let mut products = [[0; SIDE]; SIDE];
    let mut one = 0;
    while one < SIDE {
        let mut other = 0;
        while other < SIDE {
            let (mut power, mut bit, mut product) = (one, 0, 0);
            while bit < 3 {
                if other >> bit & 1 == 1 {
                    product ^= power;
                }
                power = (power << 1) ^ ((power >> 2 & 1) * 0b1011);
                bit += 1;
            }
            products[one][other] = product as u8;
            other += 1;
        }
        one += 1;
    }
    products
};

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::strata::tests::drawn;

    /// Streams on all axes of the net of a family: row, column, and lines of slopes 1 to 7.
    fn net(family: &str) -> Vec<Stream> {
        let stream = |axis: &str| Stream::named(&format!("{family}.{axis}"));
        let line = |slope: u8| stream(&slope.to_string()).line(Stream::named(family), slope);
        [stream("row").row(), stream("column").column()]
            .into_iter()
            .chain((1..=7).map(line))
            .collect()
    }

    fn digit(u: f64) -> usize {
        (u * SIDE as f64) as usize
    }

    #[test]
    fn cells_are_drawn_from_their_name() {
        assert_eq!(CELLS, Stream::named("net"));
    }

    /// What makes a (0, 2, 9)-net: any two leading digits stand together once in every group (that any stratum does is shown for all streams).
    #[test]
    fn any_two_axes_of_a_net_are_stratified_together() {
        for block in 0..20 {
            let numbers: Vec<_> = net("levers.a")
                .into_iter()
                .map(|stream| drawn(17, stream, block))
                .collect();
            for (place, one) in numbers.iter().enumerate() {
                for other in &numbers[..place] {
                    for (one, other) in one.chunks(GROUP).zip(other.chunks(GROUP)) {
                        let mut cells: Vec<usize> = (one.iter().zip(other))
                            .map(|(one, other)| SIDE * digit(*one) + digit(*other))
                            .collect();
                        cells.sort_unstable();
                        assert_eq!(cells, (0..GROUP).collect::<Vec<_>>());
                    }
                }
            }
        }
    }

    /// A permutation of a word is that of its rank, and every rank has its own.
    #[test]
    fn every_permutation_has_its_part_of_the_words() {
        let mut all: Vec<Permutation> = (0..40_320_u128)
            .map(|rank| permutation((((rank << 64) + (1 << 63)) / 40_320) as u64))
            .collect();
        all.sort_unstable();
        all.dedup();
        assert_eq!(all.len(), 40_320);
        assert!(all.iter().all(|list| (0..8).all(|item| list.contains(&item))));
        // By hand: 5,040, 630, 90 and 15 are divided by 8, 7, 6 and 5, so that the first changes places with the last, the last but one, and so on; 3 mod 4
        // leaves the fourth where it is, and twice nothing is left.
        assert_eq!(permutation(1 << 61), [1, 2, 4, 3, 5, 6, 7, 0]);
    }

    /// What paths of a group do together in two streams of different nets, or in three of one, has mean 0 and 64/49 of the variance of independent paths; with a row, less:
    /// in leading digits alone, and their signs, the worst that can be. Two streams of a net have none.
    #[test]
    fn what_leading_digits_do_together_is_unbiased_and_varies_as_the_text_says() {
        let (one, other) = (net("levers.a"), net("levers.b"));
        let groups = 8.0 * 2000.0;
        let independent = GROUP as f64;
        let worst = 64.0 / 49.0;
        for (streams, factor) in [
            (vec![one[0], one[2]], 0.0),
            (vec![one[3], one[8]], 0.0),
            (vec![one[2], other[2]], worst),
            (vec![one[2], other[7]], worst),
            (vec![one[2], one[4], one[7]], worst),
            (vec![one[0], one[1], one[5]], worst),
            (vec![one[0], one[2], other[2]], 384.0 / 343.0),
        ] {
            let mut sums = Vec::new();
            for block in 0..2000 {
                let numbers: Vec<_> = streams.iter().map(|stream| drawn(23, *stream, block)).collect();
                sums.extend((0..BLOCK).step_by(GROUP).map(|first| {
                    let paths = first..first + GROUP;
                    let product = |path: usize| {
                        numbers
                            .iter()
                            .map(|numbers| (2.0 * numbers[path]).floor() * 2.0 - 1.0)
                            .product::<f64>()
                    };
                    paths.map(product).sum::<f64>()
                }));
            }
            let mean = sums.iter().sum::<f64>() / groups;
            let squares: Vec<f64> = sums.iter().map(|sum| sum * sum).collect();
            let variance = squares.iter().sum::<f64>() / groups;
            let spread = squares
                .iter()
                .map(|square| (square - variance).powi(2))
                .sum::<f64>()
                / groups;
            assert!(
                mean.abs() <= 4.0 * (variance / groups).sqrt(),
                "{streams:?}: {mean}"
            );
            assert!(
                (variance - factor * independent).abs() <= 4.0 * (spread / groups).sqrt(),
                "{streams:?}: {variance}, {factor}"
            );
        }
    }
}

//! Strata of numbers that stand in a net together: what leading draws do in pairs is stratified, too (docs/model.md §9, decision 0007).

use super::{BLOCK, GROUP, Stream, generators::Generators, strata};

/// Levels of the leading digit of a stratum; a net has SIDE² points, one for each path of a group.
const SIDE: usize = 8;
const _: () = assert!(SIDE * SIDE == GROUP);

/// A list of 0 … [`SIDE`] − 1 in some order.
type Permutation = [u8; SIDE];

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

/// The strata of the paths of a block, by place and in each word by group, of a stream that stands in nets; `own` are its generators.
///
/// With ρ a random permutation of digits, and one λ_d for each digit d, the stratum is 8 ρ(d) + λ_d(c): d the digit of the cell on the axis, c the row of the
/// cell, but the column for rows, so that every stratum is taken once. A net is a (0, 2, 9)-net in base 8 after Owen's scrambling.
#[inline(never)]
pub(super) fn strata(seed: u64, axis: Axis, block: u64, own: &mut Generators) -> [u64; GROUP] {
    let cells = strata::orders(&strata::order_words(&mut Generators::new(seed, CELLS, block)));
    let [rows, columns] = match axis {
        Axis::Line { family, .. } => {
            let mut family = Generators::new(seed, Stream::of(family), block);
            [(); 2].map(|()| family.words().map(permutation))
        }
        Axis::Row | Axis::Column => [[IDENTITY; BLOCK / GROUP]; 2],
    };
    let outer = own.words().map(permutation);
    let inner: [_; SIDE] = std::array::from_fn(|_| own.words().map(permutation));
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
                power = power << 1 ^ (power >> 2 & 1) * 0b1011;
                bit += 1;
            }
            products[one][other] = product as u8;
            other += 1;
        }
        one += 1;
    }
    products
};

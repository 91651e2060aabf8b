//! What each part of a whole contributes: Shapley values of players (levers) on every path.
//!
//! The Shapley value of a player is its contribution v(S + player) − v(S), averaged over all orders in which the players may
//! come (Shapley 1953). It is the only split that adds up to v(all) − v(none), treats equal players alike, gives nothing to
//! a player that changes nothing, and is additive in v. A subset is a mask: bit p is set if player p belongs to it.

use super::{
    Estimate, Summary, Undefined,
    series::{self, Series},
};
use crate::{
    random::{Generator, Stream},
    stats::Moments,
};

/// Players up to which all subsets are evaluated (at most 4,096).
pub const MOST_PLAYERS_EXACT: usize = 12;
/// Quantiles of contributions below this part of the whole's interval are 0.
const ROUNDING: f64 = 1e-12;
/// Players that a mask has room for.
const MOST_PLAYERS: usize = 64;

/// How Shapley values are computed.
#[derive(Clone, Copy, PartialEq, Eq, Debug, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Method {
    /// Over all subsets; nothing but rounding between the result and the definition.
    Exact,
    /// Over sampled orders of the players, new ones in each block.
    Permutations {
        /// Pairs of an order and its reverse in each block (antithetic, as in Mitchell et al. 2022), at least 1.
        pairs: usize,
        /// Seed of the orders.
        seed: u64,
    },
}

/// Why an attribution cannot be made as asked.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum AttributionError {
    /// More players than [`MOST_PLAYERS_EXACT`] for all subsets, or more than 64.
    TooManyPlayers {
        /// The most there may be.
        most: usize,
    },
    /// No pair of orders.
    NoPairs,
}

/// What one player contributes.
#[derive(Clone, Copy, PartialEq, Debug, serde::Serialize)]
pub struct Contribution {
    /// Over all paths. With sampled orders the mean is unbiased, but the standard deviation and the quantiles
    /// include the noise of the orders and are too wide.
    pub summary: Summary,
    /// Mean contribution with an error that covers paths and, if sampled, orders: then it comes from the spread of
    /// block means, and is at least the error of the paths alone, which few blocks may miss.
    pub mean: Estimate,
    /// 95 % interval of the mean: Student's with one degree of freedom less than groups of paths, or if sampled than blocks.
    pub interval: Option<[f64; 2]>,
}

/// An attribution to players.
#[derive(Clone, PartialEq, Debug, serde::Serialize)]
pub struct Attribution {
    /// Number of paths.
    pub paths: u64,
    /// Number of blocks of paths.
    pub blocks: u64,
    /// How it was computed.
    pub method: Method,
    /// The whole: v(all) − v(none).
    pub total: Summary,
    /// Each player.
    pub players: Vec<Contribution>,
    /// Largest |sum of the players − whole| on any path: rounding only, with either method.
    pub largest_gap: f64,
}

/// Blocks from which the error of sampled orders can be trusted.
pub const LEAST_BLOCKS: u64 = 20;

impl Attribution {
    /// How many standard errors around the mean of a player hold it with a probability.
    pub fn errors_within(&self, probability: f64) -> f64 {
        errors_within(self.method, self.blocks, self.paths, probability)
    }

    /// Whether the errors of sampled orders come from so few blocks that they are uncertain themselves.
    pub fn has_few_blocks(&self) -> bool {
        self.method != Method::Exact && self.blocks < LEAST_BLOCKS
    }
}

fn errors_within(method: Method, blocks: u64, paths: u64, probability: f64) -> f64 {
    match method {
        Method::Permutations { .. } if blocks > 1 => series::student(probability, (blocks - 1) as f64),
        _ => series::errors_within(probability, paths as f64),
    }
}

/// Shapley values on each path of a block, from the value of every subset: `value` fills a slice of `paths` numbers for a
/// mask and is called once for each mask from 0 to 2^players − 1, in order. One slice per player comes back.
///
/// With S taken over all subsets and n players, φ_p = Σ_{S ∋ p} (s − 1)! (n − s)! / n! · v(S) − Σ_{S ∌ p} s! (n − s − 1)! / n! · v(S),
/// summed as it comes, so that memory is n + 2 slices. v(none) is subtracted from each value first, which changes nothing but
/// keeps the digits of a small effect on a large outcome. The values of a path add up to v(all) − v(none) within n 2ⁿ ε
/// max |v(S) − v(none)| at worst, ε = 2⁻⁵³; rounding errors mostly cancel.
///
/// # Errors
/// For more than [`MOST_PLAYERS_EXACT`] players.
///
/// ```
/// use jointly::decision::shapley_values;
/// // Players 0 and 1 have a left glove each, player 2 a right one; a pair is worth 1.
/// let gloves = |mask: u64, out: &mut [f64]| out.fill(f64::from(u8::from(mask & 4 != 0 && mask & 3 != 0)));
/// let values = shapley_values(3, 1, gloves).unwrap();
/// assert!((values[2][0] - 2.0 / 3.0).abs() < 1e-15);
/// ```
pub fn shapley_values(
    players: usize,
    paths: usize,
    value: impl FnMut(u64, &mut [f64]),
) -> Result<Vec<Vec<f64>>, AttributionError> {
    if players > MOST_PLAYERS_EXACT {
        return Err(AttributionError::TooManyPlayers {
            most: MOST_PLAYERS_EXACT,
        });
    }
    Ok(over_subsets(players, paths, value).players)
}

/// Orders of the players for a block: `pairs` orders, each followed by its reverse, by Fisher–Yates shuffles.
pub fn permutations(players: usize, pairs: usize, seed: u64, block: u64) -> Vec<Vec<usize>> {
    let mut generator = Generator::new(seed, Stream::named("shapley permutations"), block);
    let mut orders = Vec::with_capacity(2 * pairs);
    for _ in 0..pairs {
        let mut order: Vec<usize> = (0..players).collect();
        for last in (1..players).rev() {
            let chosen = (generator.uniform() * (last + 1) as f64) as usize;
            order.swap(last, chosen);
        }
        let mut reverse = order.clone();
        reverse.reverse();
        orders.extend([order, reverse]);
    }
    orders
}

/// The whole and the parts on each path.
struct Split {
    total: Vec<f64>,
    players: Vec<Vec<f64>>,
}

fn over_subsets(players: usize, paths: usize, mut value: impl FnMut(u64, &mut [f64])) -> Split {
    let mut parts = vec![vec![0.0; paths]; players];
    let (mut none, mut values) = (vec![0.0; paths], vec![0.0; paths]);
    value(0, &mut none);
    // weights[s] = s! (n − 1 − s)! / n!, the share of orders in which a given set of s comes just before a given player.
    let mut weights = vec![1.0 / players.max(1) as f64; players];
    for s in 1..players {
        weights[s] = weights[s - 1] * s as f64 / (players - s) as f64;
    }
    for mask in 1..1u64 << players {
        value(mask, &mut values);
        for (value, none) in values.iter_mut().zip(&none) {
            *value -= none;
        }
        let size = mask.count_ones() as usize;
        for (player, part) in parts.iter_mut().enumerate() {
            let weight = if mask >> player & 1 == 1 {
                weights[size - 1]
            } else {
                -weights[size]
            };
            for (part, value) in part.iter_mut().zip(&values) {
                *part += weight * value;
            }
        }
    }
    // The last mask was that of all players; without any there is no whole.
    Split {
        total: values,
        players: parts,
    }
}

fn over_orders(
    players: usize,
    paths: usize,
    orders: &[Vec<usize>],
    mut value: impl FnMut(u64, &mut [f64]),
) -> Split {
    let mut parts = vec![vec![0.0; paths]; players];
    let (mut none, mut all) = (vec![0.0; paths], vec![0.0; paths]);
    value(0, &mut none);
    value(mask_of(players), &mut all);
    let (mut before, mut after) = (none.clone(), vec![0.0; paths]);
    for order in orders {
        let mut mask = 0;
        before.copy_from_slice(&none);
        for (place, &player) in order.iter().enumerate() {
            mask |= 1 << player;
            if place + 1 == players {
                after.copy_from_slice(&all);
            } else {
                value(mask, &mut after);
            }
            for ((part, before), after) in parts[player].iter_mut().zip(&before).zip(&after) {
                *part += after - before;
            }
            std::mem::swap(&mut before, &mut after);
        }
    }
    let weight = 1.0 / orders.len().max(1) as f64;
    parts.iter_mut().flatten().for_each(|part| *part *= weight);
    for (all, none) in all.iter_mut().zip(&none) {
        *all -= none;
    }
    Split {
        total: all,
        players: parts,
    }
}

/// The mask of all players.
fn mask_of(players: usize) -> u64 {
    if players == 0 {
        0
    } else {
        u64::MAX >> (MOST_PLAYERS - players)
    }
}

/// Collects an [`Attribution`].
#[derive(Clone, Debug)]
pub struct AttributionCollector {
    method: Method,
    /// The whole, then the players.
    series: Vec<Series>,
    largest_gap: f64,
}

/// What a block contributes.
#[derive(Clone, PartialEq, Debug)]
pub struct AttributionPart {
    /// Of the paths: the whole, then the players.
    paths: Vec<Moments>,
    /// Of the block means of the same.
    blocks: Vec<Moments>,
    /// Sum of squared numbers of paths of the blocks.
    squares: f64,
}

impl AttributionPart {
    /// Folds the contribution of the blocks that follow.
    pub fn fold(&mut self, next: &Self) {
        series::fold(&mut self.paths, &next.paths);
        series::fold(&mut self.blocks, &next.blocks);
        self.squares += next.squares;
    }
}

impl AttributionCollector {
    /// A collector for a number of players; `floor` is that of the quantile sketches.
    ///
    /// # Errors
    /// If there are too many players for the method, or no pairs of orders.
    pub fn new(players: usize, method: Method, floor: f64) -> Result<Self, AttributionError> {
        let most = match method {
            Method::Exact => MOST_PLAYERS_EXACT,
            Method::Permutations { pairs: 0, .. } => return Err(AttributionError::NoPairs),
            Method::Permutations { .. } => MOST_PLAYERS,
        };
        if players > most {
            return Err(AttributionError::TooManyPlayers { most });
        }
        Ok(Self {
            method,
            series: vec![Series::new(floor); players + 1],
            largest_gap: 0.0,
        })
    }

    fn players(&self) -> usize {
        self.series.len() - 1
    }

    /// How many subsets [`observe`](Self::observe) asks for in each block; some may come more than once when sampled.
    pub fn evaluations(&self) -> u64 {
        let players = self.players() as u64;
        match self.method {
            Method::Exact => 1 << players,
            Method::Permutations { pairs, .. } => 2 + 2 * pairs as u64 * players.saturating_sub(1),
        }
    }

    /// The masks that [`observe`](Self::observe) asks for in a block, ascending and each once, for an engine that evaluates
    /// them together.
    pub fn masks(&self, block: u64) -> Vec<u64> {
        match self.method {
            Method::Exact => (0..1 << self.players()).collect(),
            Method::Permutations { pairs, seed } => {
                let mut masks = vec![0, mask_of(self.players())];
                for order in permutations(self.players(), pairs, seed, block) {
                    masks.extend(order.iter().scan(0, |mask, player| {
                        *mask |= 1 << player;
                        Some(*mask)
                    }));
                }
                masks.sort_unstable();
                masks.dedup();
                masks
            }
        }
    }

    /// Looks at a block, given its number (which chooses the orders) and how many paths it has: `value` fills a
    /// slice with the outcome under the subset of a mask.
    pub fn observe(&mut self, block: u64, paths: usize, value: impl FnMut(u64, &mut [f64])) {
        let players = self.players();
        let split = match self.method {
            Method::Exact => over_subsets(players, paths, value),
            Method::Permutations { pairs, seed } => {
                over_orders(players, paths, &permutations(players, pairs, seed, block), value)
            }
        };
        let mut gap = split.total.clone();
        for part in &split.players {
            for (gap, part) in gap.iter_mut().zip(part) {
                *gap -= part;
            }
        }
        self.largest_gap = gap
            .iter()
            .fold(self.largest_gap, |largest, gap| largest.max(gap.abs()));
        for (series, values) in self
            .series
            .iter_mut()
            .zip(std::iter::once(&split.total).chain(&split.players))
        {
            series.observe(values);
        }
    }

    /// Ends a block: what it contributes.
    pub fn end_block(&mut self) -> AttributionPart {
        let paths: Vec<Moments> = self.series.iter_mut().map(Series::end_block).collect();
        let count = paths[0].count();
        let block = |moments: &Moments| {
            if count > 0.0 {
                Moments::from_slice(&[moments.mean()])
            } else {
                Moments::default()
            }
        };
        AttributionPart {
            blocks: paths.iter().map(block).collect(),
            paths,
            squares: count * count,
        }
    }

    /// Merges the collector of another worker, made with the same settings.
    pub fn merge(&mut self, other: &Self) {
        for (series, next) in self.series.iter_mut().zip(&other.series) {
            series.merge(next);
        }
        self.largest_gap = self.largest_gap.max(other.largest_gap);
    }

    /// The attribution, from the folded parts of all blocks.
    ///
    /// # Errors
    /// If there was no path, or a number was not finite (position 0 for the whole, p + 1 for player p).
    pub fn finish(&self, total: &AttributionPart) -> Result<Attribution, Undefined> {
        let mut summaries = Vec::with_capacity(self.series.len());
        for (position, (series, moments)) in self.series.iter().zip(&total.paths).enumerate() {
            summaries.push(series.summary(moments, position)?);
        }
        // Sums of differences leave rounding where there is nothing.
        let rounding = ROUNDING
            * summaries[0]
                .interval()
                .map(f64::abs)
                .into_iter()
                .fold(0.0, f64::max);
        for quantile in summaries.iter_mut().flat_map(|summary| &mut summary.quantiles) {
            if quantile.abs() <= rounding {
                *quantile = 0.0;
            }
        }
        let paths = total.paths[0].count();
        let blocks = total.blocks[0].count() as u64;
        let errors = errors_within(self.method, blocks, paths as u64, 0.95);
        let players = summaries[1..]
            .iter()
            .zip(&total.blocks[1..])
            .map(|(summary, blocks)| {
                let of_paths = summary.mean.standard_error;
                let standard_error = match self.method {
                    Method::Exact => of_paths,
                    // Blocks are independent in paths and orders; a short last block counts by its paths.
                    Method::Permutations { .. } => (blocks.count() > 1.0).then(|| {
                        let of_blocks = blocks.sd() * total.squares.sqrt() / paths;
                        of_blocks.max(of_paths.unwrap_or(0.0))
                    }),
                };
                let value = summary.mean.value;
                Contribution {
                    summary: *summary,
                    mean: Estimate {
                        value,
                        standard_error,
                    },
                    interval: standard_error.map(|error| [value - errors * error, value + errors * error]),
                }
            })
            .collect();
        Ok(Attribution {
            paths: paths as u64,
            blocks,
            method: self.method,
            total: summaries[0],
            players,
            largest_gap: self.largest_gap,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decision::testing::{close, error_of_groups, mean};

    /// A game with random values for every subset, one number per mask and path.
    fn random_game(players: usize, paths: usize, seed: u64) -> Vec<Vec<f64>> {
        let mut generator = Generator::new(seed, Stream::named("random game"), 0);
        (0..1 << players)
            .map(|_| {
                let mut values = vec![0.0; paths];
                generator.fill_normal(&mut values);
                values.iter_mut().for_each(|value| *value += 100.0);
                values
            })
            .collect()
    }

    fn table(game: &[Vec<f64>]) -> impl FnMut(u64, &mut [f64]) {
        |mask, out| out.copy_from_slice(&game[mask as usize])
    }

    /// Every order of the players.
    fn orders(players: usize) -> Vec<Vec<usize>> {
        if players == 0 {
            return vec![Vec::new()];
        }
        orders(players - 1)
            .into_iter()
            .flat_map(|order| {
                (0..players).map(move |place| {
                    let mut longer = order.clone();
                    longer.insert(place, players - 1);
                    longer
                })
            })
            .collect()
    }

    #[test]
    fn agrees_with_the_definition_over_all_orders() {
        for players in 1..=5 {
            let game = random_game(players, 3, players as u64);
            let values = shapley_values(players, 3, table(&game)).unwrap();
            let all = orders(players);
            for path in 0..3 {
                let mut sums = vec![0.0; players];
                for order in &all {
                    let mut mask = 0;
                    for &player in order {
                        sums[player] += game[mask | 1 << player][path] - game[mask][path];
                        mask |= 1 << player;
                    }
                }
                for (value, sum) in values.iter().zip(sums) {
                    // 120 sums of numbers near 100.
                    close(value[path], sum / all.len() as f64, 1e-12);
                }
                let whole = game[(1 << players) - 1][path] - game[0][path];
                close(values.iter().map(|value| value[path]).sum(), whole, 1e-13 * 10.0);
            }
        }
    }

    #[test]
    fn the_glove_game_by_hand() {
        // Left gloves: 0 and 1; right glove: 2. Of six orders, 2 completes a pair in four, 0 and 1 in one each.
        let values = shapley_values(3, 1, |mask, out| {
            out[0] = f64::from(u8::from(mask & 4 != 0 && mask & 3 != 0))
        })
        .unwrap();
        for (value, expected) in values.iter().zip([1.0 / 6.0, 1.0 / 6.0, 2.0 / 3.0]) {
            close(value[0], expected, 1e-15);
        }
    }

    #[test]
    fn additive_symmetric_and_nothing_for_a_dummy() {
        let (first, second) = (random_game(5, 2, 1), random_game(5, 2, 2));
        let sum: Vec<Vec<f64>> = first
            .iter()
            .zip(&second)
            .map(|(a, b)| a.iter().zip(b).map(|(a, b)| a + 2.0 * b).collect())
            .collect();
        let values = |game: &[Vec<f64>]| shapley_values(5, 2, table(game)).unwrap();
        let (one, two, both) = (values(&first), values(&second), values(&sum));
        for player in 0..5 {
            for path in 0..2 {
                close(
                    both[player][path],
                    one[player][path] + 2.0 * two[player][path],
                    1e-12,
                );
            }
        }
        // Players 0 and 1 matter only by how many of them there are; player 2 not at all.
        let game = |mask: u64, out: &mut [f64]| {
            out[0] = f64::from((mask & 3).count_ones() * (mask & 3).count_ones())
                * (1.0 + f64::from((mask >> 3) as u8));
        };
        let values = shapley_values(5, 1, game).unwrap();
        close(values[0][0], values[1][0], 1e-15 * 10.0);
        close(values[2][0], 0.0, 1e-15 * 10.0);
    }

    #[test]
    fn twelve_players_add_up_on_every_path() {
        let players = MOST_PLAYERS_EXACT;
        // A large outcome with small effects that work together.
        let game = |mask: u64, out: &mut [f64]| {
            let size = f64::from(mask.count_ones());
            for (path, out) in out.iter_mut().enumerate() {
                *out = 5e4 + (1.0 + path as f64) * size * size.sqrt() + f64::from((mask % 37) as u8);
            }
        };
        let mut collector = AttributionCollector::new(players, Method::Exact, 1e-3).unwrap();
        assert_eq!(collector.evaluations(), 4096);
        collector.observe(0, 16, game);
        let part = collector.end_block();
        let result = collector.finish(&part).unwrap();
        let largest = 16.0 * 12.0 * 12f64.sqrt() + 37.0;
        assert!(result.largest_gap <= 12.0 * 4096.0 * 0.5 * f64::EPSILON * largest);
        // In fact far below: errors of rounding cancel.
        assert!(
            result.largest_gap <= 20.0 * f64::EPSILON * largest,
            "{}",
            result.largest_gap
        );
        let sum: f64 = result.players.iter().map(|player| player.mean.value).sum();
        close(sum, result.total.mean.value, 1e-11);
    }

    #[test]
    fn streamed_statistics_are_those_of_the_stored_paths_whoever_collects_them() {
        let game = random_game(4, 1100, 8);
        let exact = shapley_values(4, 1100, table(&game)).unwrap();
        for method in [Method::Exact, Method::Permutations { pairs: 2, seed: 4 }] {
            let collect = |workers: usize| {
                let mut collectors = vec![AttributionCollector::new(4, method, 1e-3).unwrap(); workers];
                let mut total: Option<AttributionPart> = None;
                for block in 0..3 {
                    let start = 512 * block;
                    let end = (start + 512).min(1100);
                    let worker = &mut collectors[(block + 1) % workers];
                    worker.observe(block as u64, end - start, |mask, out| {
                        out.copy_from_slice(&game[mask as usize][start..end]);
                    });
                    let part = worker.end_block();
                    match &mut total {
                        None => total = Some(part),
                        Some(total) => total.fold(&part),
                    }
                }
                let mut first = collectors.remove(0);
                collectors.iter().for_each(|other| first.merge(other));
                first.finish(&total.unwrap()).unwrap()
            };
            let result = collect(1);
            assert_eq!(result, collect(2));
            assert!(result.largest_gap < 1e-12, "{}", result.largest_gap);
            assert_eq!(result.paths, 1100);
            if method == Method::Exact {
                for (player, values) in result.players.iter().zip(&exact) {
                    let center = mean(values.clone());
                    close(player.mean.value, center, 1e-13);
                    let variance = values.iter().map(|value| (value - center).powi(2)).sum::<f64>() / 1099.0;
                    close(player.summary.sd.unwrap(), variance.sqrt(), 1e-12);
                    close(
                        player.mean.standard_error.unwrap(),
                        error_of_groups(values),
                        1e-12,
                    );
                    let mut sorted = values.clone();
                    sorted.sort_by(f64::total_cmp);
                    close(player.summary.quantiles[0], sorted[55], 0.05);
                }
            }
        }
    }

    #[test]
    fn sampled_orders_agree_with_the_closed_form_within_their_error() {
        // v = (Σ of the members' weights)²: φ_p = w_p · Σ of all weights (each cross term splits evenly).
        let players = 13;
        let weight = |player: usize| 1.0 + (player % 4) as f64;
        let sum: f64 = (0..players).map(weight).sum();
        // The same paths in every block, all alike: all of the error comes from the orders.
        let size = |_: usize| 1.35;
        let (mut squares, mut checked) = (0.0, 0.0);
        for seed in 0..100 {
            let method = Method::Permutations { pairs: 1, seed };
            // A product of three makes pairs of orders differ (with squares alone they would be exact).
            let mut collector = AttributionCollector::new(players, method, 1e-3).unwrap();
            assert_eq!(collector.evaluations(), 2 + 2 * 12);
            let mut total: Option<AttributionPart> = None;
            let triple = |mask: u64| if mask & 7 == 7 { 60.0 } else { 0.0 };
            for block in 0..60 {
                let asked = collector.masks(block);
                collector.observe(block, 8, |mask, out| {
                    assert!(asked.binary_search(&mask).is_ok());
                    let inside: f64 = (0..players)
                        .filter(|player| mask >> player & 1 == 1)
                        .map(weight)
                        .sum();
                    for (path, out) in out.iter_mut().enumerate() {
                        *out = 1e3 + size(path) * (inside * inside + triple(mask));
                    }
                });
                let part = collector.end_block();
                match &mut total {
                    None => total = Some(part),
                    Some(total) => total.fold(&part),
                }
            }
            let result = collector.finish(&total.unwrap()).unwrap();
            assert!(result.largest_gap < 1e-9);
            let scale = mean((0..8).map(size));
            for (player, contribution) in result.players.iter().enumerate() {
                let triple = if player < 3 { 20.0 } else { 0.0 };
                let expected = scale * (weight(player) * sum + triple);
                if player < 3 {
                    let error = contribution.mean.standard_error.unwrap();
                    squares += ((contribution.mean.value - expected) / error).powi(2);
                    checked += 1.0;
                } else {
                    // Antithetic pairs are exact where members work together in twos only.
                    close(contribution.mean.value, expected, 1e-9);
                }
            }
        }
        // Squares of Student-t with 59 degrees of freedom have mean 59/57 and variance 2.2; of the three players' errors, which
        // sum to zero, two are free in each of 100 runs.
        close(squares / checked, 59.0 / 57.0, 4.0 * (2.2f64 / 200.0).sqrt());
    }

    #[test]
    fn few_blocks_have_wider_intervals_and_no_less_error_than_their_paths() {
        // Three blocks whose means happen to agree, of paths that differ: the block means alone would claim no error.
        let method = Method::Permutations { pairs: 1, seed: 3 };
        let mut collector = AttributionCollector::new(2, method, 1e-3).unwrap();
        let mut total: Option<AttributionPart> = None;
        for block in 0..3 {
            collector.observe(block, 4, |mask, out| {
                for (path, out) in out.iter_mut().enumerate() {
                    *out = mask.count_ones() as f64 * (1.0 + path as f64);
                }
            });
            let part = collector.end_block();
            match &mut total {
                None => total = Some(part),
                Some(total) => total.fold(&part),
            }
        }
        let result = collector.finish(&total.unwrap()).unwrap();
        assert!(result.has_few_blocks() && result.blocks == 3);
        let player = result.players[0];
        // 1 to 4 three times: variance 15 / 11 over 12 paths.
        let error = (15.0_f64 / 11.0 / 12.0).sqrt();
        close(player.mean.standard_error.unwrap(), error, 1e-12);
        // The 97.5 % point of Student's distribution with two degrees of freedom (tables: 4.303).
        close(player.interval.unwrap()[1], 2.5 + 4.302_652_73 * error, 1e-6);
        close(result.errors_within(0.95), 4.302_652_73, 1e-6);
    }

    #[test]
    fn permutations_are_uniform_and_come_with_their_reverse() {
        let mut counts = [0.0; 24];
        let all = orders(4);
        for block in 0..2400 {
            let drawn = permutations(4, 1, 5, block);
            assert_eq!(drawn[0].iter().rev().copied().collect::<Vec<_>>(), drawn[1]);
            counts[all.iter().position(|order| *order == drawn[0]).unwrap()] += 1.0;
        }
        // Chi-squared with 23 degrees of freedom: 23 ± 4 · 6.8.
        let statistic: f64 = counts
            .iter()
            .map(|count| (count - 100.0f64).powi(2) / 100.0)
            .sum();
        assert!(statistic < 50.0, "{statistic}");
        assert_eq!(permutations(6, 2, 1, 3), permutations(6, 2, 1, 3));
        assert_ne!(permutations(6, 2, 1, 3), permutations(6, 2, 1, 4));
    }

    #[test]
    fn limits_are_refused_and_few_players_allowed() {
        let refused = |players, method| AttributionCollector::new(players, method, 1.0).unwrap_err();
        assert_eq!(
            refused(13, Method::Exact),
            AttributionError::TooManyPlayers { most: 12 }
        );
        let sampled = |pairs| Method::Permutations { pairs, seed: 0 };
        assert_eq!(
            refused(65, sampled(1)),
            AttributionError::TooManyPlayers { most: 64 }
        );
        assert_eq!(refused(3, sampled(0)), AttributionError::NoPairs);
        assert!(shapley_values(13, 1, |_, _| {}).is_err());
        for (players, method) in [
            (0, Method::Exact),
            (0, sampled(2)),
            (1, Method::Exact),
            (1, sampled(1)),
            (64, sampled(1)),
        ] {
            let mut collector = AttributionCollector::new(players, method, 1.0).unwrap();
            let part = collector.end_block();
            assert_eq!(collector.finish(&part), Err(Undefined::NoPaths));
            collector.observe(0, 2, |mask, out| out.fill(f64::from(mask.count_ones()) + 3.0));
            let part = collector.end_block();
            let result = collector.finish(&part).unwrap();
            assert_eq!(result.total.mean.value, players as f64);
            assert_eq!(result.players.len(), players);
            for player in &result.players {
                close(player.mean.value, 1.0, 1e-12);
                assert_eq!(player.mean.standard_error.is_none(), method != Method::Exact);
            }
        }
        let mut collector = AttributionCollector::new(1, Method::Exact, 1.0).unwrap();
        collector.observe(0, 2, |mask, out| out.fill(if mask == 0 { 0.0 } else { f64::NAN }));
        let part = collector.end_block();
        assert_eq!(
            collector.finish(&part),
            Err(Undefined::NotFinite {
                position: 0,
                paths: 2
            })
        );
    }
}

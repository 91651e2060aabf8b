//! The efficient frontier of options by cost and effect.

use super::TIE;

/// Where an option lies. Positions are those of the options given.
#[derive(Clone, Copy, PartialEq, Debug, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Position {
    /// On the frontier.
    Efficient {
        /// The next cheaper option of the frontier; `None` for the cheapest.
        previous: Option<usize>,
        /// Incremental cost-effectiveness ratio: extra cost per extra unit of effect over it.
        ratio: Option<f64>,
    },
    /// The same cost and effect, within rounding, as an option of the frontier that stands before it.
    Tied {
        /// That option.
        with: usize,
    },
    /// Another option has at least the effect for at most the cost.
    Dominated {
        /// The cheapest such option.
        by: usize,
    },
    /// A mixture of two options of the frontier has more effect for the same cost.
    ExtendedlyDominated {
        /// The next cheaper option of the frontier.
        cheaper: usize,
        /// The next dearer option of the frontier.
        dearer: usize,
    },
}

/// An option with its place.
#[derive(Clone, Copy, PartialEq, Debug, serde::Serialize)]
pub struct FrontierPoint {
    /// Cost; may be zero or negative (a saving).
    pub cost: f64,
    /// Effect, more of which is better.
    pub effect: f64,
    /// Where it lies.
    pub position: Position,
}

/// Places options by (cost, effect) against the efficient frontier, in the order given.
///
/// The frontier runs from the cheapest option (among equally cheap ones that with most effect) to that with most effect;
/// its ratios of extra cost to extra effect do not fall (Karlsson and Johannesson 1996). Options on the line between
/// two others are on it. Costs, effects and slopes within [`TIE`] of each other, relative to the largest, are equal.
/// `None` if a number is not finite.
///
/// ```
/// use jointly::decision::{Position, frontier};
/// let points = frontier(&[(0.0, 0.0), (10.0, 1.0), (12.0, 4.0), (14.0, 3.0)]).unwrap();
/// assert_eq!(points[1].position, Position::ExtendedlyDominated { cheaper: 0, dearer: 2 });
/// assert_eq!(points[2].position, Position::Efficient { previous: Some(0), ratio: Some(3.0) });
/// assert_eq!(points[3].position, Position::Dominated { by: 2 });
/// ```
pub fn frontier(options: &[(f64, f64)]) -> Option<Vec<FrontierPoint>> {
    let size = |figure: &dyn Fn(&(f64, f64)) -> f64| {
        options
            .iter()
            .map(|option| figure(option).abs())
            .fold(0.0, f64::max)
    };
    let (cost_size, effect_size) = (size(&|option| option.0), size(&|option| option.1));
    // Spreads of costs and effects are multiplied below.
    let finite = |(cost, effect): &(f64, f64)| cost.is_finite() && effect.is_finite();
    if !options.iter().all(finite) || !(4.0 * cost_size * effect_size).is_finite() {
        return None;
    }
    let same_cost = |a: usize, b: usize| (options[a].0 - options[b].0).abs() <= TIE * cost_size;
    let same_effect = |a: usize, b: usize| (options[a].1 - options[b].1).abs() <= TIE * effect_size;

    let mut order: Vec<usize> = (0..options.len()).collect();
    order.sort_by(|&a, &b| {
        options[a]
            .0
            .total_cmp(&options[b].0)
            .then(options[b].1.total_cmp(&options[a].1))
            .then(a.cmp(&b))
    });
    // Costs that are equal but for rounding are ordered by effect.
    let mut start = 0;
    while start < order.len() {
        let end = (start..order.len())
            .find(|&place| !same_cost(order[start], order[place]))
            .unwrap_or(order.len());
        order[start..end].sort_by(|&a, &b| options[b].1.total_cmp(&options[a].1).then(a.cmp(&b)));
        start = end;
    }

    let mut positions: Vec<Option<Position>> = vec![None; options.len()];
    // Options that none dominates, by cost and so by effect.
    let mut undominated: Vec<usize> = Vec::new();
    for &option in &order {
        match undominated.last() {
            Some(&best) if same_cost(best, option) && same_effect(best, option) => {
                positions[option] = Some(Position::Tied { with: best });
            }
            Some(&best) if options[option].1 <= options[best].1 || same_effect(best, option) => {
                let by = undominated
                    .iter()
                    .copied()
                    .find(|&other| options[other].1 >= options[option].1 || same_effect(other, option))
                    .unwrap_or(best);
                positions[option] = Some(Position::Dominated { by });
            }
            _ => undominated.push(option),
        }
    }
    // The lower hull of cost over effect.
    let mut hull: Vec<usize> = Vec::new();
    for &option in &undominated {
        while let [.., before, last] = hull[..] {
            let ((c0, e0), (c1, e1), (c2, e2)) = (options[before], options[last], options[option]);
            let (first, second) = ((c1 - c0) * (e2 - e1), (c2 - c1) * (e1 - e0));
            // Rounded cost differences times effect differences.
            let rounding = TIE * (cost_size * (e2 - e0) + effect_size * (c2 - c0));
            if first - second <= rounding {
                break;
            }
            hull.pop();
        }
        hull.push(option);
    }
    for (place, &option) in hull.iter().enumerate() {
        let previous = place.checked_sub(1).map(|place| hull[place]);
        let ratio = previous
            .map(|previous| {
                (options[option].0 - options[previous].0) / (options[option].1 - options[previous].1)
            })
            .filter(|ratio| ratio.is_finite());
        positions[option] = Some(Position::Efficient { previous, ratio });
    }
    for &option in &undominated {
        let after = hull.partition_point(|&other| options[other].1 < options[option].1);
        if positions[option].is_none()
            && let (Some(&cheaper), Some(&dearer)) = (hull.get(after.wrapping_sub(1)), hull.get(after))
        {
            positions[option] = Some(Position::ExtendedlyDominated { cheaper, dearer });
        }
    }
    // A twin of an option that is not on the frontier shares its place.
    let places = positions.clone();
    for position in positions.iter_mut().flatten() {
        if let Position::Tied { with } = *position
            && let Some(Some(other @ Position::ExtendedlyDominated { .. })) = places.get(with)
        {
            *position = *other;
        }
    }
    options
        .iter()
        .zip(positions)
        .map(|(&(cost, effect), position)| {
            Some(FrontierPoint {
                cost,
                effect,
                position: position?,
            })
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::random::{Generator, Stream};

    fn positions(options: &[(f64, f64)]) -> Vec<Position> {
        frontier(options)
            .unwrap()
            .iter()
            .map(|point| point.position)
            .collect()
    }

    #[test]
    fn a_textbook_case_by_hand() {
        // From nothing: B costs 20 per unit, C 10, D 30 more per unit than C; E is dominated by C, F by D.
        let options = [
            (0.0, 0.0),
            (100.0, 5.0),
            (200.0, 20.0),
            (500.0, 30.0),
            (250.0, 20.0),
            (600.0, 25.0),
        ];
        let efficient = |previous, ratio| Position::Efficient {
            previous: Some(previous),
            ratio: Some(ratio),
        };
        assert_eq!(
            positions(&options),
            [
                Position::Efficient {
                    previous: None,
                    ratio: None
                },
                Position::ExtendedlyDominated {
                    cheaper: 0,
                    dearer: 2
                },
                efficient(0, 10.0),
                efficient(2, 30.0),
                Position::Dominated { by: 2 },
                Position::Dominated { by: 3 },
            ]
        );
    }

    #[test]
    fn ties_lines_and_savings() {
        let first = Position::Efficient {
            previous: None,
            ratio: None,
        };
        assert_eq!(
            positions(&[(1.0, 1.0), (1.0, 1.0), (1.0, 2.0), (1.0, 2.0 + 1e-13)]),
            [
                Position::Dominated { by: 3 },
                Position::Dominated { by: 3 },
                Position::Tied { with: 3 },
                first
            ]
        );
        // On the line between two others: efficient with an equal ratio.
        let line = positions(&[(0.1, 0.1), (0.2, 0.2), (0.3, 0.3)]);
        assert!(
            matches!(
                line[1],
                Position::Efficient {
                    previous: Some(0),
                    ..
                }
            ),
            "{line:?}"
        );
        // The cheapest is a saving; doing nothing costs more and does less.
        assert_eq!(
            positions(&[(0.0, 0.0), (-5.0, 2.0), (0.0, 3.0)]),
            [
                Position::Dominated { by: 1 },
                first,
                Position::Efficient {
                    previous: Some(1),
                    ratio: Some(5.0)
                }
            ]
        );
        // A saving with less effect stays on the frontier; the ratio is the saving given up per unit.
        assert_eq!(
            positions(&[(0.0, 0.0), (-5.0, -1.0)]),
            [
                Position::Efficient {
                    previous: Some(1),
                    ratio: Some(5.0)
                },
                first
            ]
        );
        // Twins off the frontier share their place.
        let twins = positions(&[(0.0, 0.0), (9.0, 1.0), (9.0, 1.0), (10.0, 5.0)]);
        assert_eq!(
            twins[1],
            Position::ExtendedlyDominated {
                cheaper: 0,
                dearer: 3
            }
        );
        assert_eq!(twins[1], twins[2]);
        assert_eq!(frontier(&[]), Some(Vec::new()));
        assert_eq!(frontier(&[(f64::NAN, 1.0)]), None);
        assert_eq!(frontier(&[(1e200, 1e200), (0.0, 0.0)]), None);
    }

    #[test]
    fn agrees_with_the_best_net_benefit_over_all_values_of_effect() {
        // An option is on the frontier exactly if it has the most net benefit at some value of a unit of effect ≥ 0, or is the
        // cheapest (value 0).
        let mut generator = Generator::new(1, Stream::named("frontier test"), 0);
        for _ in 0..300 {
            let options: Vec<(f64, f64)> = (0..9)
                .map(|_| (generator.uniform() * 10.0 - 3.0, generator.uniform() * 10.0 - 3.0))
                .collect();
            let points = frontier(&options).unwrap();
            // Ratios of all pairs are where the best option may change; look between them and beyond.
            let mut values = vec![0.0];
            for a in &options {
                for b in &options {
                    let ratio = (a.0 - b.0) / (a.1 - b.1);
                    if ratio > 0.0 {
                        values.push(ratio);
                    }
                }
            }
            values.sort_by(f64::total_cmp);
            let mut looked: Vec<f64> = values.windows(2).map(|pair| 0.5 * (pair[0] + pair[1])).collect();
            looked.push(values[values.len() - 1] + 1.0);
            let mut best: Vec<usize> = looked
                .iter()
                .map(|value| {
                    let benefit = |option: usize| value * options[option].1 - options[option].0;
                    (0..9).max_by(|&a, &b| benefit(a).total_cmp(&benefit(b))).unwrap()
                })
                .collect();
            best.sort_unstable();
            best.dedup();
            let efficient: Vec<usize> = (0..9)
                .filter(|&option| matches!(points[option].position, Position::Efficient { .. }))
                .collect();
            assert_eq!(efficient, best);
            for point in &points {
                match point.position {
                    Position::Dominated { by } => {
                        assert!(options[by].0 <= point.cost && options[by].1 >= point.effect);
                    }
                    Position::ExtendedlyDominated { cheaper, dearer } => {
                        let (low, high) = (options[cheaper], options[dearer]);
                        let part = (point.effect - low.1) / (high.1 - low.1);
                        assert!((0.0..=1.0).contains(&part));
                        assert!(low.0 + part * (high.0 - low.0) < point.cost);
                    }
                    _ => {}
                }
            }
        }
    }
}

//! Cost-effectiveness of options on the same paths: the frontier of means, ratios with errors, and acceptability curves.

use super::{
    CrossMoments, Estimate, FrontierPoint, Position, Ratio, Undefined, firsts::Firsts, frontier::frontier,
    leaders, series,
};
use crate::stats::Moments;

/// Cost and effect of an option and its place against the frontier.
#[derive(Clone, Copy, PartialEq, Debug, serde::Serialize)]
pub struct OptionMoney {
    /// Mean cost.
    pub cost: Estimate,
    /// Mean effect.
    pub effect: Estimate,
    /// Place of the means against the efficient frontier.
    pub position: Position,
    /// Extra cost per extra unit of effect over the first option, the reference. `None` for itself, for an option without more
    /// effect, and for one that is dominated: what harms, or is worse than something cheaper, has no price.
    pub ratio_to_reference: Option<Ratio>,
}

/// A step of the frontier.
#[derive(Clone, Copy, PartialEq, Debug, serde::Serialize)]
pub struct Increment {
    /// The dearer option.
    pub option: usize,
    /// The next cheaper option of the frontier.
    pub previous: usize,
    /// Extra cost per extra unit of effect, with its error; `None` where it is not finite.
    pub ratio: Option<Ratio>,
}

/// Which option is worth most at one value of a unit of effect.
#[derive(Clone, PartialEq, Debug, serde::Serialize)]
pub struct Acceptability {
    /// Money that a unit of effect is held to be worth, λ.
    pub value: f64,
    /// By option, the share of paths on which it has the largest net benefit λ · effect − cost; ties split evenly.
    pub shares: Vec<Estimate>,
    /// Share of paths on which several options have the largest net benefit.
    pub ties: f64,
    /// By option, the mean net benefit.
    pub net_benefits: Vec<Estimate>,
    /// Positions of the options with the largest mean net benefit, the acceptability frontier; several if tied within
    /// [`TIE`](super::TIE). Not always the option with the largest share (Fenwick, Claxton and Sculpher 2001).
    pub best: Vec<usize>,
}

/// Cost-effectiveness of all options; the first is the reference.
#[derive(Clone, PartialEq, Debug, serde::Serialize)]
pub struct CostEffectiveness {
    /// Number of paths.
    pub paths: u64,
    /// Each option.
    pub options: Vec<OptionMoney>,
    /// The steps of the frontier, from the cheapest on.
    pub increments: Vec<Increment>,
    /// The acceptability curve, in the order of the values given.
    pub acceptability: Vec<Acceptability>,
}

/// What a block contributes.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct CostEffectivenessPart {
    /// Of costs, then effects.
    moments: CrossMoments,
    /// By value of a unit of effect and option, of first places.
    firsts: Vec<Moments>,
}

impl CostEffectivenessPart {
    /// Folds the contribution of the blocks that follow.
    pub fn fold(&mut self, next: &Self) {
        self.moments.fold(&next.moments);
        if self.firsts.is_empty() {
            self.firsts.clone_from(&next.firsts);
        } else {
            series::fold(&mut self.firsts, &next.firsts);
        }
    }
}

/// Collects [`CostEffectiveness`].
#[derive(Clone, Debug)]
pub struct CostEffectivenessCollector {
    options: usize,
    values: Vec<f64>,
    tie: f64,
    /// By value of a unit of effect.
    firsts: Vec<Firsts>,
    /// Moments of the block under way: costs, then effects.
    moments: CrossMoments,
}

impl CostEffectivenessCollector {
    /// A collector for a number of options, values λ placed on a unit of effect, and the difference of net benefits up to which
    /// options tie on a path (0 for exactly equal ones).
    pub fn new(options: usize, values: &[f64], tie: f64) -> Self {
        Self {
            options,
            values: values.to_vec(),
            tie,
            firsts: vec![Firsts::new(options); values.len()],
            moments: CrossMoments::default(),
        }
    }

    /// Looks at a block: a slice of cost and one of effect (more is better) for each option, all on the same paths.
    pub fn observe(&mut self, costs: &[&[f64]], effects: &[&[f64]]) {
        debug_assert_eq!((costs.len(), effects.len()), (self.options, self.options));
        let mut benefits: Vec<Vec<f64>> = costs.iter().map(|cost| vec![0.0; cost.len()]).collect();
        for (value, firsts) in self.values.iter().zip(&mut self.firsts) {
            for ((benefits, costs), effects) in benefits.iter_mut().zip(costs).zip(effects) {
                for ((benefit, cost), effect) in benefits.iter_mut().zip(*costs).zip(*effects) {
                    *benefit = value * effect - cost;
                }
            }
            firsts.observe(&benefits, self.tie);
        }
        self.moments = CrossMoments::from_slices(&[costs, effects].concat());
    }

    /// Ends a block: what it contributes.
    pub fn end_block(&mut self) -> CostEffectivenessPart {
        CostEffectivenessPart {
            moments: std::mem::take(&mut self.moments),
            firsts: self.firsts.iter_mut().flat_map(Firsts::end_block).collect(),
        }
    }

    /// Merges the collector of another worker, made with the same settings.
    pub fn merge(&mut self, other: &Self) {
        for (firsts, next) in self.firsts.iter_mut().zip(&other.firsts) {
            firsts.merge(next);
        }
    }

    /// The result, from the folded parts of all blocks.
    ///
    /// # Errors
    /// If there was no path, or a number or net benefit was not finite.
    pub fn finish(&self, part: &CostEffectivenessPart) -> Result<CostEffectiveness, Undefined> {
        let total = &part.moments;
        let n = total.count();
        if n == 0.0 || self.options == 0 {
            return Err(Undefined::NoPaths);
        }
        let not_finite = |position| Undefined::NotFinite { position, paths: 0 };
        if let Some(position) = total.first_not_finite() {
            return Err(not_finite(position % self.options));
        }
        let paths = n as u64;
        let estimate = |combination: &[(usize, f64)]| Estimate {
            value: total.mean(combination),
            standard_error: total.standard_error(combination),
        };
        let effect_of = |option: usize| self.options + option;
        let means: Vec<(f64, f64)> = (0..self.options)
            .map(|option| {
                (
                    total.mean(&[(option, 1.0)]),
                    total.mean(&[(effect_of(option), 1.0)]),
                )
            })
            .collect();
        let points: Vec<FrontierPoint> = frontier(&means).ok_or(not_finite(0))?;
        let ratio = |option: usize, reference: usize| {
            let extra = |option, reference| [(option, 1.0), (reference, -1.0)];
            Ratio::of(
                total,
                &extra(option, reference),
                &extra(effect_of(option), effect_of(reference)),
            )
        };
        let options = points
            .iter()
            .enumerate()
            .map(|(option, point)| OptionMoney {
                cost: estimate(&[(option, 1.0)]),
                effect: estimate(&[(effect_of(option), 1.0)]),
                position: point.position,
                ratio_to_reference: ratio(option, 0).filter(|_| {
                    !matches!(point.position, Position::Dominated { .. }) && point.effect > means[0].1
                }),
            })
            .collect();
        let mut increments: Vec<Increment> = points
            .iter()
            .enumerate()
            .filter_map(|(option, point)| match point.position {
                Position::Efficient {
                    previous: Some(previous),
                    ..
                } => Some(Increment {
                    option,
                    previous,
                    ratio: ratio(option, previous),
                }),
                _ => None,
            })
            .collect();
        increments.sort_by(|a, b| means[a.option].1.total_cmp(&means[b.option].1));
        let mut acceptability = Vec::with_capacity(self.values.len());
        let of_firsts = part.firsts.chunks(self.options);
        for ((&value, firsts), moments) in self.values.iter().zip(&self.firsts).zip(of_firsts) {
            let net_benefits: Vec<Estimate> = (0..self.options)
                .map(|option| estimate(&[(effect_of(option), value), (option, -1.0)]))
                .collect();
            let finite = |estimate: &Estimate| {
                estimate.value.is_finite() && estimate.standard_error.is_none_or(f64::is_finite)
            };
            if let Some(position) = net_benefits.iter().position(|benefit| !finite(benefit)) {
                return Err(not_finite(position));
            }
            let scores: Vec<f64> = net_benefits.iter().map(|benefit| benefit.value).collect();
            acceptability.push(Acceptability {
                value,
                shares: (0..self.options)
                    .map(|option| firsts.probability(option, paths, &moments[option]))
                    .collect(),
                ties: firsts.any_tie(paths),
                net_benefits,
                best: leaders(&scores),
            });
        }
        Ok(CostEffectiveness {
            paths,
            options,
            increments,
            acceptability,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::decision::testing::{blocks, close, error_of_groups, mean, normals};

    const VALUES: [f64; 4] = [0.0, 0.5, 2.0, 50.0];

    /// Costs of four options, then their effects; the first is a reference without cost or effect.
    fn money(paths: usize) -> Vec<Vec<f64>> {
        let random = normals(6, paths, 21);
        let line = |position: usize, mean: f64, sd: f64| -> Vec<f64> {
            // Rounded to tenths so that some net benefits tie.
            random[position]
                .iter()
                .map(|z| ((mean + sd * z) * 10.0).round() / 10.0)
                .collect()
        };
        vec![
            vec![0.0; paths],
            line(0, 1.0, 0.2),
            line(1, 2.0, 0.2),
            line(2, 1.8, 0.4),
            vec![0.0; paths],
            line(3, 1.0, 0.5),
            line(4, 1.5, 0.5),
            line(5, 0.9, 0.5),
        ]
    }

    fn run(series: &[Vec<f64>]) -> CostEffectiveness {
        let mut workers = vec![CostEffectivenessCollector::new(4, &VALUES, 1e-9); 2];
        let mut total = CostEffectivenessPart::default();
        for (number, block) in blocks(series, 512).iter().enumerate() {
            let worker = &mut workers[number % 2];
            worker.observe(&block[..4], &block[4..]);
            total.fold(&worker.end_block());
        }
        let (first, second) = workers.split_at_mut(1);
        first[0].merge(&second[0]);
        first[0].finish(&total).unwrap()
    }

    #[test]
    fn agrees_with_brute_force_over_stored_paths() {
        let series = money(1300);
        let result = run(&series);
        assert_eq!(result.paths, 1300);
        for (point, &value) in result.acceptability.iter().zip(&VALUES) {
            let benefit =
                |option: usize, path: usize| value * series[4 + option][path] - series[option][path];
            let (mut shares, mut ties) = ([0.0; 4], 0.0);
            let mut parts = Vec::new();
            for path in 0..1300 {
                let best = (0..4)
                    .map(|option| benefit(option, path))
                    .fold(f64::MIN, f64::max);
                let first: Vec<usize> = (0..4)
                    .filter(|option| best - benefit(*option, path) <= 1e-9)
                    .collect();
                let mut part = [0.0; 4];
                for option in &first {
                    shares[*option] += 1.0 / first.len() as f64 / 1300.0;
                    part[*option] = 1.0 / first.len() as f64;
                }
                parts.push(part);
                ties += f64::from(first.len() > 1) / 1300.0;
            }
            close(point.ties, ties, 1e-12);
            for (option, share) in shares.into_iter().enumerate() {
                close(point.shares[option].value, share, 1e-12);
                let error = point.shares[option].standard_error.unwrap();
                let parts: Vec<f64> = parts.iter().map(|part| part[option]).collect();
                close(error, error_of_groups(&parts), 1e-12);
                let benefits: Vec<f64> = (0..1300).map(|path| benefit(option, path)).collect();
                close(point.net_benefits[option].value, mean(benefits.clone()), 1e-11);
                close(
                    point.net_benefits[option].standard_error.unwrap(),
                    error_of_groups(&benefits),
                    1e-11,
                );
            }
            let best = (0..4)
                .max_by(|a, b| {
                    point.net_benefits[*a]
                        .value
                        .total_cmp(&point.net_benefits[*b].value)
                })
                .unwrap();
            assert_eq!(point.best, [best]);
        }
        assert!(result.acceptability.iter().any(|point| point.ties > 0.0));
        // At value 0 the cheapest option is best on every path.
        assert_eq!(result.acceptability[0].shares[0].value, 1.0);
    }

    #[test]
    fn the_frontier_and_its_ratios() {
        let series = money(1300);
        let result = run(&series);
        let center = |position: usize| mean(series[position].clone());
        assert_eq!(
            result.options[0].position,
            Position::Efficient {
                previous: None,
                ratio: None
            }
        );
        assert!(matches!(
            result.options[3].position,
            Position::Dominated { by: 1 }
        ));
        let steps: Vec<(usize, usize)> = result
            .increments
            .iter()
            .map(|step| (step.option, step.previous))
            .collect();
        assert_eq!(steps, [(1, 0), (2, 1)]);
        let step = result.increments[1].ratio.unwrap();
        let expected = (center(2) - center(1)) / (center(6) - center(5));
        close(step.ratio.value, expected, 1e-11);
        let Position::Efficient {
            ratio: Some(ratio), ..
        } = result.options[2].position
        else {
            panic!("not efficient");
        };
        close(ratio, expected, 1e-11);
        // The delta method by hand on the differences of each path.
        let residuals: Vec<f64> = (0..1300)
            .map(|path| (series[2][path] - series[1][path]) - expected * (series[6][path] - series[5][path]))
            .collect();
        close(
            step.ratio.standard_error.unwrap(),
            error_of_groups(&residuals) / (center(6) - center(5)),
            1e-10,
        );
        close(
            result.options[2].ratio_to_reference.unwrap().ratio.value,
            center(2) / center(6),
            1e-11,
        );
        assert_eq!(result.options[0].ratio_to_reference, None);
    }

    #[test]
    fn steps_go_from_cheap_to_dear_whatever_the_order_of_options() {
        let mut series = money(600);
        series.swap(1, 2);
        series.swap(5, 6);
        let steps: Vec<(usize, usize)> = run(&series)
            .increments
            .iter()
            .map(|step| (step.option, step.previous))
            .collect();
        assert_eq!(steps, [(2, 0), (1, 2)]);
    }

    #[test]
    fn what_is_not_finite_or_missing_is_refused() {
        let mut collector = CostEffectivenessCollector::new(2, &[1.0], 0.0);
        let part = collector.end_block();
        assert_eq!(collector.finish(&part), Err(Undefined::NoPaths));
        collector.observe(&[&[0.0, 0.0], &[f64::NAN, 1.0]], &[&[0.0, 0.0], &[1.0, 1.0]]);
        let part = collector.end_block();
        assert_eq!(
            collector.finish(&part),
            Err(Undefined::NotFinite {
                position: 1,
                paths: 0
            })
        );
        let mut collector = CostEffectivenessCollector::new(1, &[f64::INFINITY], 0.0);
        collector.observe(&[&[1.0]], &[&[1.0]]);
        let part = collector.end_block();
        assert_eq!(
            collector.finish(&part),
            Err(Undefined::NotFinite {
                position: 0,
                paths: 0
            })
        );
    }
}

//! What options cost and what that buys: the efficient frontier, ratios, what an effect is worth; and the methods.

use super::{Figures, LEAST_SEEN, MOST_CURVES, View, error_column, numbers, optional};
use crate::{
    base::Unit,
    decision::{Acceptability, Estimate, Interval, Position, Ratio},
    report::{
        chart::{Axis, Chart, Data, Format, Frontier, FrontierOption, LinePoint, LineSeries, Lines},
        document::{Cell, Column, Section, Table},
        documents::shared::{
            provenance::{DIFFERENCES, FUTURES, INTERVALS, LEVERS, MONEY, errors},
            show::{ERROR_COVERAGE, error_interval, level_axis, listed, probability_axis},
        },
        number::significant,
    },
    stats::QuantileSketch,
};

impl View<'_> {
    pub(super) fn frontier(&self) -> Section {
        let result = self.result();
        let options = &result.cost_effectiveness.options;
        let efficient = |option: usize| matches!(options[option].position, Position::Efficient { .. });
        let (cost, effect) = (
            level_axis("Cost, present value", Unit::UsdBn),
            Axis::new("Effect", &result.effect.unit, Format::Number),
        );
        let interval = |estimate: Estimate| {
            estimate
                .standard_error
                .map(|error| error_interval(estimate.value, error, result.paths))
        };
        let on_frontier: Vec<String> = self
            .options()
            .filter(|option| efficient(*option))
            .map(|option| self.name(option))
            .collect();
        let chart = Chart {
            title: "What is achieved for what cost".to_owned(),
            description: format!(
                "Efficient: {}. Marks are means; the intervals hold their Monte Carlo error, not the range of the futures.",
                listed(&on_frontier)
            ),
            data: Data::Frontier(Frontier {
                cost: cost.clone(),
                effect: effect.clone(),
                options: self
                    .options()
                    .map(|option| FrontierOption {
                        label: result.options[option].clone(),
                        cost: options[option].cost.value,
                        effect: options[option].effect.value,
                        cost_interval: interval(options[option].cost),
                        effect_interval: interval(options[option].effect),
                        efficient: efficient(option),
                    })
                    .collect(),
            }),
        };
        let units = Axis::new("", "units", Format::Number);
        let per_unit = Axis::new("", "USD bn", Format::Number);
        let mut columns = vec![
            numbers("Cost", &cost, |option| options[option].cost.value),
            error_column("± of cost", &cost, |option| options[option].cost),
            numbers("Effect", &units, |option| options[option].effect.value),
            error_column("± of effect", &units, |option| options[option].effect),
            (
                Column::words("Place"),
                Box::new(|option| Cell::words(self.place(option))) as Box<Figures<'_>>,
            ),
        ];
        columns.extend(ratio_columns("Price of a further unit", &per_unit, |option| {
            result.increment(option)
        }));
        Section::full("frontier", "Cost and effect")
            .sentence(format!(
                "Effect: {}, against the baseline without levers; its unit is {}.",
                result.effect.label, result.effect.unit
            ))
            .note(
                "An option is dominated if another has at least its effect for at most its cost, and extendedly dominated if a mixture of \
                 two others has more effect for its cost. What remains is the efficient frontier; its incremental ratio is the price of \
                 one more unit of effect over the next cheaper option of it. A dominated option has no such price.",
            )
            .chart(chart)
            .table(self.table("Cost, effect and place against the frontier".to_owned(), columns))
            .table(self.bargains())
    }

    /// Where an option stands against the efficient frontier, in a few words.
    fn place(&self, option: usize) -> String {
        let name = |option: usize| self.name(option);
        match self.result().cost_effectiveness.options[option].position {
            Position::Efficient { previous: None, .. } => "efficient, the cheapest".to_owned(),
            Position::Efficient {
                previous: Some(previous),
                ..
            } => format!("efficient, next after {}", name(previous)),
            Position::Tied { with } => format!("as {}", name(with)),
            Position::Dominated { by } => format!("dominated by {}", name(by)),
            Position::ExtendedlyDominated { cheaper, dearer } => {
                format!("extendedly dominated by {} and {}", name(cheaper), name(dearer))
            }
        }
    }

    /// What a dollar brings.
    fn bargains(&self) -> Table {
        let ratios = &self.result().ratios;
        let dollars = Axis::new("", "USD", Format::Number);
        let mut columns = ratio_columns("Extra GDP per dollar of public cost", &dollars, |option| {
            ratios[option].benefit_cost
        });
        columns.extend(ratio_columns(
            "Cost per dollar of extra digital economy",
            &dollars,
            |option| ratios[option].cost_per_digital,
        ));
        Table {
            note: "Ratios of means; confidence intervals at 95 % (Fieller) cover Monte Carlo error only, not the doubt about the model."
                .to_owned(),
            ..self.table("What a dollar brings".to_owned(), columns)
        }
    }

    pub(super) fn acceptability(&self) -> Section {
        let result = self.result();
        let mut points: Vec<&Acceptability> = result.cost_effectiveness.acceptability.iter().collect();
        points.sort_by(|a, b| a.value.total_cmp(&b.value));
        let peak = |option: &usize| {
            points
                .iter()
                .map(|point| point.shares[*option].value)
                .fold(0.0, f64::max)
        };
        let mut shown: Vec<usize> = self.options().collect();
        shown.sort_by(|a, b| peak(b).total_cmp(&peak(a)));
        // A curve along the axis shows nothing. Some curve always rises to an equal part of the whole.
        let least = LEAST_SEEN.min(1.0 / shown.len().max(1) as f64);
        shown.retain(|option| peak(option) >= least);
        shown.truncate(MOST_CURVES);
        shown.sort_unstable();
        let worth = Axis::new("Value of a unit of effect", "USD bn", Format::Number);
        let largest_error = points
            .iter()
            .flat_map(|point| &point.shares)
            .filter_map(|share| share.standard_error)
            .fold(0.0, f64::max);
        let mut description = format!(
            "Share of the futures in which an option has the largest net benefit, value × effect less cost; Monte Carlo errors are at most \
             {} percentage points.",
            significant(100.0 * largest_error)
        );
        if shown.len() < self.options().len() {
            description.push_str(&format!(
                " The {} options that are worth most somewhere; acceptability.csv holds all.",
                shown.len()
            ));
        }
        let chart = Chart {
            title: "Which option is worth most".to_owned(),
            description,
            data: Data::Lines(Lines {
                x: worth.logarithmic(),
                y: probability_axis("Probability of the largest net benefit"),
                series: shown
                    .iter()
                    .map(|option| LineSeries {
                        name: result.options[*option].clone(),
                        points: points
                            .iter()
                            .map(|point| LinePoint {
                                x: point.value,
                                y: point.shares[*option].value,
                                interval: None,
                            })
                            .collect(),
                    })
                    .collect(),
                references: Vec::new(),
                coverage: ERROR_COVERAGE,
                places: Vec::new(),
            }),
        };
        let rows = points
            .iter()
            .filter_map(|point| {
                let first = *point.best.first()?;
                let benefit = point.net_benefits[first];
                Some(vec![
                    Cell::number(point.value, Format::Number),
                    Cell::words(self.plain_names(&point.best)),
                    Cell::number(benefit.value, Format::Number),
                    Cell::optional(benefit.standard_error, Format::Number),
                    Cell::number(point.shares[first].value, Format::Percent),
                ])
            })
            .collect();
        let best = Table {
            title: "Largest mean net benefit by value of a unit of effect".to_owned(),
            columns: vec![
                Column::numbers("Value", "USD bn"),
                Column::words("Option"),
                Column::numbers("Net benefit", "USD bn"),
                Column::numbers("±", "USD bn"),
                Column::numbers("Worth most in", "of futures"),
            ],
            rows,
            note: "The option to choose if only the mean counts; it need not be the one that is worth most in most futures.".to_owned(),
        };
        Section::folded("acceptability", "What is an effect worth?")
            .note(format!(
                "Whether an effect is worth its price no model can say. If a unit of it, {} of {}, is held to be worth so many billion \
                 dollars, in what share of the futures is each option worth most?",
                result.effect.unit, result.effect.label
            ))
            .chart(chart)
            .table(best)
    }

    pub(super) fn methods(&self) -> Vec<String> {
        let optimism = self
            .result()
            .outcomes
            .first()
            .map_or(0.5, |outcome| outcome.optimism);
        let mut paragraphs: Vec<String> = [FUTURES, LEVERS, DIFFERENCES].map(str::to_owned).into();
        paragraphs.push(
            "Who is best. Shares of the futures; k options that tie count 1/k each. Outcomes that differ by less than a millionth of what \
             can be told apart are equal (docs/compare.md)."
                .to_owned(),
        );
        paragraphs.push(format!(
            "Criteria. Mean: every future equally likely (Laplace). Maximin: the worst future (Wald). Hurwicz: {optimism} × best + {} × \
             worst. Regret: best option of the same future less the option, its mean and its largest (Savage 1951). Mean of the worst \
             5 %: expected shortfall (Acerbi and Tasche 2002).{} References stand in docs/compare.md, Methods.",
            1.0 - optimism,
            if self.result().outcomes.iter().any(|outcome| outcome.threshold.is_some()) {
                " Satisficing: share of the futures that reach the threshold (Simon 1956)."
            } else {
                ""
            }
        ));
        paragraphs.push(
            "Dominance. First order: the distribution function of one option lies nowhere above that of the other. Second order: the \
             same for its integral up to every point (Hadar and Russell 1969)."
                .to_owned(),
        );
        paragraphs.push(
            "Cost-effectiveness. Incremental ratios along the lower hull of mean cost over mean effect (Karlsson and Johannesson 1996). \
             Acceptability: share of the futures with the largest value × effect less cost (Fenwick, Claxton and Sculpher 2001). Errors \
             of ratios by the delta method, intervals by Fieller (1954)."
                .to_owned(),
        );
        paragraphs.extend([MONEY, INTERVALS].map(str::to_owned));
        paragraphs.push(errors(
            self.result().paths,
            QuantileSketch::RELATIVE_ERROR,
            "comparison.csv holds the Monte Carlo standard error of each mean and median",
        ));
        paragraphs
    }
}

/// The columns of a ratio of means: the ratio, its error, both ends of its confidence interval. An interval that is
/// unbounded is said in words.
fn ratio_columns<'a>(
    label: &str,
    axis: &Axis,
    ratio: impl Fn(usize) -> Option<Ratio> + Copy + 'a,
) -> Vec<(Column, Box<Figures<'a>>)> {
    let format = axis.format;
    let ends = move |option: usize| -> [Cell; 2] {
        match ratio(option).and_then(|ratio| ratio.interval) {
            Some(Interval::Between { low, high }) => [low, high].map(|end| Cell::number(end, format)),
            Some(Interval::Outside { below, above }) => [
                Cell::words(format!("below {}", format.text(below))),
                Cell::words(format!("or above {}", format.text(above))),
            ],
            Some(Interval::Anything) => ["any", "any"].map(Cell::words),
            None => ["", ""].map(Cell::words),
        }
    };
    vec![
        optional(label, axis, move |option| Some(ratio(option)?.ratio.value)),
        optional("±", axis, move |option| ratio(option)?.ratio.standard_error),
        (
            Column::numbers("from", &axis.unit),
            Box::new(move |option| {
                let [low, _] = ends(option);
                low
            }),
        ),
        (
            Column::numbers("to", &axis.unit),
            Box::new(move |option| {
                let [_, high] = ends(option);
                high
            }),
        ),
    ]
}

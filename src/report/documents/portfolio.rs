//! What a choice under a budget says.

use super::shared::{
    provenance::{DIFFERENCES, FUTURES, LEVERS, MONEY, assumptions, methods, reproduce},
    show::{
        ERROR_COVERAGE, after_summary, difference_axis, economies, error_interval, in_words, lever_name,
        listed,
    },
};
use crate::{
    analysis::{LimitOn, Pick, Portfolio, PortfolioChoice},
    decision::{Aim, Estimate},
    report::{
        Record,
        chart::{Axis, Chart, Data, Format, LinePoint, LineSeries, Lines},
        count,
        document::{Cell, Column, Document, Fact, Section, Table},
        grouped,
        number::{difference_in_unit, error_in_unit, probability, usd_bn},
    },
    scenario::Scenario,
};

/// What a document of a choice shows.
#[derive(Clone, Copy, Debug)]
pub struct PortfolioResults<'run> {
    /// The numbers.
    pub result: &'run PortfolioChoice,
    /// Scenario, inputs, seed.
    pub record: &'run Record,
    /// The command line that gives the same numbers.
    pub command: &'run str,
}

/// What a choice says, in the order a reader asks: what to buy, how sure that is, what more money would buy, assumptions, methods, how
/// to repeat it.
pub fn portfolio_document(results: PortfolioResults<'_>) -> Document {
    let view = View(results);
    let scenario = &results.record.scenario;
    Document {
        title: scenario.title.clone(),
        question: after_summary(
            scenario,
            &format!("Which of its levers do most with {}?", view.budget()),
        ),
        facts: vec![
            economies(scenario),
            Fact::new("Horizon", scenario.horizon.to_string()),
            Fact::new("Futures", count(results.result.paths)),
            Fact::new("Levers", results.result.levers.len().to_string()),
            Fact::new("Portfolios", results.result.portfolios.to_string()),
        ],
        sections: vec![
            view.answer(),
            view.frontier(),
            assumptions(results.record),
            methods(view.methods()),
        ],
        reproduce: reproduce(results.record, results.command, results.result.paths),
    }
}

/// A choice, looked at.
struct View<'run>(PortfolioResults<'run>);

/// A lever with its multiple.
fn pick_name(scenario: &Scenario, pick: &Pick) -> String {
    let name = lever_name(scenario, &pick.lever);
    if pick.scale == 1.0 {
        name
    } else {
        format!("{name} ×{}", pick.scale)
    }
}

/// Levers in a sentence.
fn names(scenario: &Scenario, picks: &[Pick]) -> String {
    if picks.is_empty() {
        return "nothing".to_owned();
    }
    listed(
        &picks
            .iter()
            .map(|pick| pick_name(scenario, pick))
            .collect::<Vec<_>>(),
    )
}

/// The levers of one that another lacks.
fn lacking<'a>(one: &'a Portfolio, other: &Portfolio) -> Vec<&'a Pick> {
    one.levers
        .iter()
        .filter(|pick| !other.levers.contains(pick))
        .collect()
}

impl<'run> View<'run> {
    fn result(&self) -> &'run PortfolioChoice {
        self.0.result
    }

    /// The budgets in a sentence.
    fn budget(&self) -> String {
        let result = self.result();
        let limits = result.limits.iter().map(|limit| {
            let amount = usd_bn(limit.amount);
            match limit.on {
                LimitOn::Total => amount,
                LimitOn::Partner(economy) => format!("{amount} of {}", economy.name()),
                LimitOn::Yearly => format!("{amount} in any one year"),
            }
        });
        let how = match result.sure {
            None => String::new(),
            Some(sure) => format!(", kept in {} of futures", probability(sure)),
        };
        format!("{}{how}", listed(&limits.collect::<Vec<_>>()))
    }

    /// What portfolios are judged by, as a subject.
    fn measure(&self) -> String {
        let result = self.result();
        let label = &result.label;
        match result.aim {
            Aim::Mean => format!("mean {label}"),
            Aim::WorstTail => format!("mean of the worst 5 % of {label}"),
            Aim::Reaching { threshold } => {
                format!("share of futures with {label} of at least {}", grouped(threshold))
            }
            Aim::Least => "smallest mean net gain of a partner".to_owned(),
        }
    }

    /// A value in words.
    fn value(&self, value: f64) -> String {
        match self.result().aim {
            Aim::Reaching { .. } => probability(value),
            _ => in_words(&difference_in_unit(value, self.result().unit), self.result().unit),
        }
    }

    /// An error or a gap in words.
    fn size(&self, size: f64) -> String {
        match self.result().aim {
            Aim::Reaching { .. } => format!("{:.1} pp", 100.0 * size),
            _ => in_words(&error_in_unit(size, self.result().unit), self.result().unit),
        }
    }

    fn axis(&self) -> Axis {
        match self.result().aim {
            Aim::Reaching { .. } => Axis::new("Share of futures", "", Format::Percent),
            _ => difference_axis("Value", self.result().unit),
        }
    }

    fn answer(&self) -> Section {
        let result = self.result();
        Section::brief("answer", "")
            .sentence(self.best())
            .sentence(self.sure())
            .sentence(self.next())
            .sentence(self.search())
            .table(self.beside())
            .note(format!(
                "{} of {} portfolios are within the budget. Chosen on {} of {} futures, valued on the others, seed {}; ± is one Monte Carlo \
                 standard error; costs are means of {}.",
                result.affordable,
                result.portfolios,
                count(result.paths.div_ceil(2)),
                count(result.paths),
                self.0.record.seed,
                self.0.record.money.words()
            ))
    }

    /// What to buy.
    fn best(&self) -> String {
        let best = &self.result().best;
        if best.levers.is_empty() {
            return format!(
                "With {} it is best to do nothing: no portfolio within it has a better {}.",
                self.budget(),
                self.measure()
            );
        }
        format!(
            "With {} choose {}. It costs {}; {}: {} (± {}).",
            self.budget(),
            names(&self.0.record.scenario, &best.levers),
            usd_bn(best.cost.value),
            self.measure(),
            self.value(best.value.value),
            self.size(best.value.standard_error.unwrap_or(0.0))
        )
    }

    /// How sure the choice is.
    fn sure(&self) -> String {
        let winner = &self.result().winner;
        let gap = winner.gap.map_or_else(String::new, |gap| {
            format!(
                " No other within the budget is better by more than {} (95 % confidence).",
                self.size(gap)
            )
        });
        format!(
            "Drawn from these futures again and again, it wins in {}.{gap}",
            probability(winner.wins.value)
        )
    }

    /// How far a search came.
    fn search(&self) -> String {
        let Some(search) = &self.result().search else {
            return String::new();
        };
        let gap = if search.gap > 0.0 {
            format!("no other can be better by more than {}", self.size(search.gap))
        } else {
            "no other can be better".to_owned()
        };
        let held = if search.broken == 0 {
            format!("in all {} checks the bound held", search.checks)
        } else {
            format!(
                "but the bound failed in {} of {} checks, so that this is not proven",
                search.broken, search.checks
            )
        };
        format!(
            "Branch and bound evaluated {} portfolios; on the futures that choose {gap}, if levers help each other in pairs at most ({held}).",
            search.evaluated
        )
    }

    /// The next best and what it lacks.
    fn next(&self) -> String {
        let result = self.result();
        let (Some(next), Some((_, behind))) = (&result.runner_up, result.winner.runner_up) else {
            return "Nothing else is within the budget.".to_owned();
        };
        let shown = |picks: Vec<&Pick>| {
            names(
                &self.0.record.scenario,
                &picks.into_iter().cloned().collect::<Vec<_>>(),
            )
        };
        let (lacks, has) = (lacking(&result.best, next), lacking(next, &result.best));
        let differs = match (lacks.is_empty(), has.is_empty()) {
            (false, false) => format!("has {} instead of {}", shown(has), shown(lacks)),
            (false, true) => format!("lacks {}", shown(lacks)),
            _ => format!("also has {}", shown(has)),
        };
        let error = self.size(behind.standard_error.unwrap_or(0.0));
        let place = if behind.value < 0.0 { "ahead" } else { "behind" };
        format!(
            "The next best {differs}; on the other half of the futures it is {place} by {} (± {error}).",
            self.size(behind.value.abs())
        )
    }

    fn cells(&self, name: String, portfolio: &Portfolio) -> Vec<Cell> {
        let format = self.axis().format;
        vec![
            Cell::words(name),
            Cell::number(portfolio.cost.value, Format::Number),
            Cell::number(portfolio.value.value, format),
            Cell::optional(portfolio.value.standard_error, format),
        ]
    }

    fn columns(&self) -> Vec<Column> {
        let unit = self.axis().unit;
        vec![
            Column::words("Levers"),
            Column::numbers("Cost", "USD bn"),
            Column::numbers("Value", &unit),
            Column::numbers("±", &unit),
        ]
    }

    /// The winner and what is beside it.
    fn beside(&self) -> Table {
        let result = self.result();
        let mut rows = vec![self.cells(names(&self.0.record.scenario, &result.best.levers), &result.best)];
        rows.extend(result.runner_up.iter().map(|next| {
            self.cells(
                format!("next: {}", names(&self.0.record.scenario, &next.levers)),
                next,
            )
        }));
        rows.extend(
            result
                .everything
                .iter()
                .map(|all| self.cells("everything, whatever it costs".to_owned(), all)),
        );
        Table {
            title: format!("Cost and {}", self.measure()),
            columns: self.columns(),
            rows,
            note: String::new(),
        }
    }

    fn frontier(&self) -> Section {
        let result = self.result();
        let point = |portfolio: &Portfolio| {
            let Estimate {
                value,
                standard_error,
            } = portfolio.value;
            LinePoint {
                x: portfolio.cost.value,
                y: value,
                interval: Some(error_interval(
                    value,
                    standard_error.unwrap_or(0.0),
                    result.paths.div_ceil(2),
                )),
            }
        };
        let chart = Chart {
            title: format!("What more money buys: {}", self.measure()),
            description: "The best portfolio that costs no more, by its mean cost; the value on futures that did not choose it.".to_owned(),
            data: Data::Lines(Lines {
                x: Axis::new("Cost, present value", "USD bn", Format::Number),
                y: self.axis(),
                series: vec![LineSeries {
                    name: "best portfolio".to_owned(),
                    points: result.frontier.iter().map(point).collect(),
                }],
                references: Vec::new(),
                coverage: ERROR_COVERAGE,
                places: Vec::new(),
            }),
        };
        let rows = result
            .frontier
            .iter()
            .map(|portfolio| self.cells(names(&self.0.record.scenario, &portfolio.levers), portfolio));
        Section::full("frontier", "What more money buys")
            .note("Each row is the best portfolio that costs no more than it; other budgets hold as stated. Between two rows more money buys nothing.")
            .chart(chart)
            .table(Table {
                title: "The best portfolio for every cost".to_owned(),
                columns: self.columns(),
                rows: rows.collect(),
                note: String::new(),
            })
    }

    fn methods(&self) -> Vec<String> {
        let mut paragraphs: Vec<String> = [FUTURES, LEVERS, DIFFERENCES, MONEY].map(str::to_owned).into();
        paragraphs.push(
            "Choice. Every portfolio of levers, each at one of its scales or not at all, is evaluated on the same futures with all that \
             its levers do to each other, so that no portfolio is missed. A lever at another scale keeps its draws: it fails, is late or costs more in the same \
             futures. The winner is the best on the groups of 64 futures of even number and valued on those of odd number, because the best of \
             many estimates promises too much (Smith and Winkler 2006). It wins where groups of futures are drawn again with replacement as often as told; the gap to \
             the best is that of Mak, Morton and Wood (1999) with eight batches (docs/plan.md)."
                .to_owned(),
        );
        paragraphs
    }
}

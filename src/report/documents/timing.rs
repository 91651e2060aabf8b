//! What a comparison of start years and signs says.

use super::shared::{
    provenance::{DIFFERENCES, FUTURES, LEVERS, MONEY, assumptions, methods, reproduce},
    show::{
        ERROR_COVERAGE, after_summary, difference_axis, economies, error_interval, in_words, lever_name,
        option_names, quoted,
    },
};
use crate::{
    analysis::{LeverTiming, RuleTiming, RuleValue, TimingAnswer},
    decision::Estimate,
    report::{
        Record,
        chart::{Axis, Chart, Data, Format, LinePoint, LineSeries, Lines},
        count,
        document::{Cell, Column, Document, Fact, Section, Table},
        escape,
        number::{difference_in_unit, error_in_unit, in_unit, probability},
    },
};

/// What a document of timing shows.
#[derive(Clone, Copy, Debug)]
pub struct TimingResults<'run> {
    /// The numbers.
    pub result: &'run TimingAnswer,
    /// Scenario, inputs, seed.
    pub record: &'run Record,
    /// The command line that gives the same numbers.
    pub command: &'run str,
}

/// What a comparison of start years and signs says: when to start and what it is worth to wait, every year, assumptions, methods, how to
/// repeat it.
pub fn timing_document(results: TimingResults<'_>) -> Document {
    let view = View(results);
    let scenario = &results.record.scenario;
    Document {
        title: scenario.title.clone(),
        question: after_summary(
            scenario,
            &format!("When should the levers of {} start?", view.option()),
        ),
        facts: vec![
            economies(scenario),
            Fact::new("Horizon", scenario.horizon.to_string()),
            Fact::new("Futures", count(results.result.paths)),
            Fact::new("Levers", results.result.levers.len().to_string()),
            Fact::new("Rules", results.result.rules.len().to_string()),
        ],
        sections: vec![
            view.answer(),
            view.years(),
            assumptions(results.record),
            methods(view.methods()),
        ],
        reproduce: reproduce(results.record, results.command, results.result.paths),
    }
}

/// A comparison, looked at.
struct View<'run>(TimingResults<'run>);

impl<'run> View<'run> {
    fn result(&self) -> &'run TimingAnswer {
        self.0.result
    }

    fn option(&self) -> String {
        let shown = option_names(&self.0.record.scenario);
        let name = self.result().option.as_str();
        quoted(shown.get(name).map_or(name, String::as_str))
    }

    fn lever(&self, id: &str) -> String {
        lever_name(&self.0.record.scenario, id)
    }

    /// A difference with its error.
    fn difference(&self, estimate: Estimate) -> String {
        let unit = self.result().unit;
        let error = error_in_unit(estimate.standard_error.unwrap_or(0.0), unit);
        format!(
            "{} (± {})",
            in_words(&difference_in_unit(estimate.value, unit), unit),
            in_words(&error, unit)
        )
    }

    fn answer(&self) -> Section {
        let result = self.result();
        let section = Section::brief("answer", "")
            .sentences(result.levers.iter().map(|lever| self.start(lever)))
            .sentences(
                result
                    .rules
                    .iter()
                    .flat_map(|rule| [self.stated(rule), self.chosen(rule)]),
            );
        section.table(self.best()).table(self.signs()).note(format!(
            "Judged by mean {}. Years and thresholds are chosen on {} of {} futures and what they are worth is told on the others, seed {}; ± is one Monte Carlo \
             standard error. Each lever is looked at alone, the others as the file has them.{}",
            escape(&result.label),
            count(result.paths.div_ceil(2)),
            count(result.paths),
            self.0.record.seed,
            self.0.record.money.told(&result.outcome)
        ))
    }

    /// When a lever should start.
    fn start(&self, lever: &LeverTiming) -> String {
        let name = self.lever(&lever.lever);
        let (best, first) = (&lever.years[lever.best], &lever.years[0]);
        let known = if lever.perfect.value > 0.0 {
            format!(
                " To know the best year of every future would be worth another {}.",
                self.difference(lever.perfect)
            )
        } else {
            String::new()
        };
        if lever.best == 0 {
            return format!(
                "{name} should start in {}, the first of the years: waiting is worth nothing.{known}",
                first.year
            );
        }
        format!(
            "{name} should start in {}: to wait from {} on is worth {}.{known}",
            best.year,
            first.year,
            self.difference(lever.waiting)
        )
    }

    /// What a rule is worth as stated.
    fn stated(&self, rule: &RuleTiming) -> String {
        format!(
            "With the rule {}, {} starts in {} of futures, where {}: {} against never, {} against always.",
            quoted(&rule.rule),
            self.lever(&rule.lever),
            probability(rule.stated.starts),
            quoted(&rule.when),
            self.difference(rule.stated.over_never),
            self.difference(rule.stated.over_always)
        )
    }

    /// What its best threshold is worth.
    fn chosen(&self, rule: &RuleTiming) -> String {
        let Some(chosen) = rule.chosen else {
            return if rule.stated.threshold.is_some() {
                format!(
                    "No threshold of {} is better than both, to start always and never.",
                    quoted(&rule.rule)
                )
            } else {
                String::new()
            };
        };
        let threshold = in_unit(chosen.threshold.unwrap_or(0.0), rule.unit);
        format!(
            "The best threshold of {} is {} {} {}: {} of futures, {} against never, {} against always.",
            quoted(&rule.rule),
            escape(&rule.label),
            rule.side.words(),
            in_words(&threshold, rule.unit),
            probability(chosen.starts),
            self.difference(chosen.over_never),
            self.difference(chosen.over_always)
        )
    }

    fn axis(&self) -> Axis {
        difference_axis("Against the first year", self.result().unit)
    }

    /// The best year of each lever.
    fn best(&self) -> Table {
        let axis = self.axis();
        let row = |lever: &LeverTiming| {
            let best = &lever.years[lever.best];
            vec![
                Cell::words(self.lever(&lever.lever)),
                Cell::words(
                    lever
                        .stated
                        .map_or_else(|| "uncertain".to_owned(), |year| year.to_string()),
                ),
                Cell::told(best.year.to_string(), f64::from(best.year)),
                Cell::number(lever.waiting.value, axis.format),
                Cell::optional(lever.waiting.standard_error, axis.format),
                Cell::number(best.best, Format::Percent),
            ]
        };
        Table {
            title: "When to start".to_owned(),
            columns: vec![
                Column::words("Lever"),
                Column::words("File"),
                Column::numbers("Best", ""),
                Column::numbers("Worth of waiting", &axis.unit),
                Column::numbers("±", &axis.unit),
                Column::numbers("Best in", "futures"),
            ],
            rows: self.result().levers.iter().map(row).collect(),
            note: String::new(),
        }
    }

    /// The rules as stated and at their best.
    fn signs(&self) -> Table {
        let axis = self.axis();
        let row = |name: String, value: &RuleValue| {
            vec![
                Cell::words(name),
                value.threshold.map_or_else(
                    || Cell::words("as stated"),
                    |threshold| Cell::number(threshold, Format::Number),
                ),
                Cell::number(value.starts, Format::Percent),
                Cell::number(value.over_never.value, axis.format),
                Cell::optional(value.over_never.standard_error, axis.format),
                Cell::number(value.over_always.value, axis.format),
                Cell::optional(value.over_always.standard_error, axis.format),
            ]
        };
        let rows = self.result().rules.iter().flat_map(|rule| {
            let name = escape(&rule.rule);
            let chosen = rule
                .chosen
                .as_ref()
                .map(|chosen| row(format!("best: {name}"), chosen));
            [Some(row(name, &rule.stated)), chosen].into_iter().flatten()
        });
        Table {
            title: "What to wait for".to_owned(),
            columns: vec![
                Column::words("Rule"),
                Column::numbers("Threshold", ""),
                Column::numbers("Starts in", "futures"),
                Column::numbers("Over never", &axis.unit),
                Column::numbers("±", &axis.unit),
                Column::numbers("Over always", &axis.unit),
                Column::numbers("±", &axis.unit),
            ],
            rows: rows.collect(),
            note: String::new(),
        }
    }

    /// Every year of every lever.
    fn years(&self) -> Section {
        let result = self.result();
        let axis = self.axis();
        let series = result.levers.iter().map(|lever| LineSeries {
            name: self.lever(&lever.lever),
            points: lever
                .years
                .iter()
                .map(|year| LinePoint {
                    x: f64::from(year.year),
                    y: year.ahead.value,
                    interval: Some(error_interval(
                        year.ahead.value,
                        year.ahead.standard_error.unwrap_or(0.0),
                        result.paths,
                    )),
                })
                .collect(),
        });
        let chart = Chart {
            title: format!(
                "Mean {} by start year, against the first year",
                escape(&result.label)
            ),
            description: "Paired differences on the same futures.".to_owned(),
            data: Data::Lines(Lines {
                x: Axis::new("Start", "", Format::Year),
                y: axis.clone(),
                series: series.collect(),
                references: Vec::new(),
                coverage: ERROR_COVERAGE,
                places: Vec::new(),
            }),
        };
        let rows = result.levers.iter().flat_map(|lever| {
            lever.years.iter().map(|year| {
                vec![
                    Cell::words(self.lever(&lever.lever)),
                    Cell::told(year.year.to_string(), f64::from(year.year)),
                    Cell::number(year.ahead.value, axis.format),
                    Cell::optional(year.ahead.standard_error, axis.format),
                    Cell::number(year.best, Format::Percent),
                ]
            })
        });
        let section = Section::full("years", "Every start year")
            .note("Over all futures. A later start saves interest on the cost, and loses years of operation before money ceases to be counted.");
        let section = if result.levers.is_empty() {
            section
        } else {
            section.chart(chart)
        };
        section.table(Table {
            title: "Every start year against the first".to_owned(),
            columns: vec![
                Column::words("Lever"),
                Column::numbers("Start", ""),
                Column::numbers("Difference", &axis.unit),
                Column::numbers("±", &axis.unit),
                Column::numbers("Best in", "futures"),
            ],
            rows: rows.collect(),
            note: String::new(),
        })
    }

    fn methods(&self) -> Vec<String> {
        let mut paragraphs: Vec<String> = [FUTURES, LEVERS, DIFFERENCES, MONEY].map(str::to_owned).into();
        paragraphs.push(
            "Timing. Every start year of a lever is evaluated on the same futures. The year is chosen on the groups of 64 futures of even number and valued on those of odd number, because the \
             best of many estimates promises too much (Smith and Winkler 2006). A path on which a rule holds is one on which the lever starts, any other one on which it never does, so that two \
             evaluations tell the value of every threshold; it is chosen and valued in the same way. Waiting has an option value where a sign tells in time whether to start (Dixit and Pindyck 1994; \
             docs/timing.md)."
                .to_owned(),
        );
        paragraphs
    }
}

//! What a target says.

use super::shared::{
    provenance::{DIFFERENCES, FUTURES, LEVERS, assumptions, methods, reproduce},
    show::{
        ERROR_COVERAGE, after_summary, difference_axis, economies, error_interval, heading, in_words,
        input_title, level_axis, listed, option_names, probability_axis, quoted,
    },
};
use crate::{
    analysis::{Course, TargetAnswer, TargetChange, TargetPoint, Wanted, WantedCondition, WantedThreshold},
    report::{
        Record,
        chart::{Axis, Chart, Data, Format, LinePoint, LineSeries, Lines, Reference},
        count,
        document::{Cell, Column, Document, Fact, Section, Table},
        escape, grouped,
        number::{difference_in_unit, error_in_unit, in_unit, probability},
    },
    scenario::BASELINE,
};

/// What a document of a target shows.
#[derive(Clone, Copy, Debug)]
pub struct TargetResults<'run> {
    /// The numbers.
    pub result: &'run TargetAnswer,
    /// Scenario, inputs, seed.
    pub record: &'run Record,
    /// The command line that gives the same numbers.
    pub command: &'run str,
}

/// What a target says, in the order a reader asks: which value reaches it and how sure that is, how it goes with the input,
/// assumptions, methods, how to repeat it.
pub fn target_document(results: TargetResults<'_>) -> Document {
    let view = View(results);
    let scenario = &results.record.scenario;
    Document {
        title: scenario.title.clone(),
        question: after_summary(scenario, &view.question()),
        facts: vec![
            economies(scenario),
            Fact::new("Horizon", scenario.horizon.to_string()),
            Fact::new("Option", view.options()),
            Fact::new("Futures", count(results.result.paths)),
            Fact::new("Values", results.result.evaluated.to_string()),
        ],
        sections: vec![
            view.answer(),
            view.course(),
            assumptions(results.record),
            methods(view.methods()),
        ],
        reproduce: reproduce(results.record, results.command, results.result.paths),
    }
}

/// A search, looked at.
struct View<'run>(TargetResults<'run>);

/// A condition in words: "extra GDP of China in 2035 of at least USD 10 bn".
fn condition_words(condition: &WantedCondition) -> String {
    let one = |threshold: &WantedThreshold| {
        let number = if threshold.difference {
            difference_in_unit(threshold.number, threshold.unit)
        } else {
            in_unit(threshold.number, threshold.unit)
        };
        format!(
            "{} {} {}",
            escape(&threshold.label),
            threshold.side.words(),
            in_words(&number, threshold.unit)
        )
    };
    let all = |thresholds: &Vec<WantedThreshold>| listed(&thresholds.iter().map(one).collect::<Vec<_>>());
    condition
        .alternatives
        .iter()
        .map(all)
        .collect::<Vec<_>>()
        .join(" or ")
}

impl<'run> View<'run> {
    fn result(&self) -> &'run TargetAnswer {
        self.0.result
    }

    fn input(&self) -> String {
        input_title(&self.0.record.scenario, &self.result().input)
    }

    fn is_year(&self) -> bool {
        self.result().input_unit == "year"
    }

    /// A value of the input without its unit.
    fn number(&self, value: f64) -> String {
        if self.is_year() {
            format!("{value:.0}")
        } else {
            grouped(value)
        }
    }

    /// A value of the input in a sentence.
    fn at(&self, value: f64) -> String {
        let number = self.number(value);
        match self.result().input_unit.as_str() {
            "" | "year" | "number" => number,
            "share" | "probability" => probability(value),
            unit => format!("{number} ({})", escape(unit)),
        }
    }

    /// The interval of a change.
    fn interval(&self, change: &TargetChange) -> String {
        let end = |end: Option<f64>, open: f64, beyond: &str| {
            end.map_or_else(
                || format!("{beyond} {}", self.number(open)),
                |end| self.number(end),
            )
        };
        let [low, high] = change.change.interval;
        let [from, to] = self.result().range;
        format!(
            "95 % interval {} to {}",
            end(low, from, "below"),
            end(high, to, "above")
        )
    }

    fn range(&self) -> String {
        let [low, high] = self.result().range;
        format!("{} to {}", self.number(low), self.number(high))
    }

    /// An option in a sentence.
    fn option(&self, side: usize) -> String {
        let Wanted::Best { options, .. } = &self.result().wanted else {
            return String::new();
        };
        match options.get(side).map(String::as_str) {
            None | Some(BASELINE) => "to do nothing".to_owned(),
            Some(name) => {
                let shown = option_names(&self.0.record.scenario);
                quoted(shown.get(name).map_or(name, String::as_str))
            }
        }
    }

    /// The options that are looked at.
    fn options(&self) -> String {
        let result = self.result();
        let shown = option_names(&self.0.record.scenario);
        let name = |name: &str| escape(shown.get(name).map_or(name, String::as_str));
        let mut names: Vec<String> = Vec::new();
        match &result.wanted {
            Wanted::Share { conditions, .. } => {
                let thresholds = conditions
                    .iter()
                    .flat_map(|condition| condition.alternatives.iter().flatten());
                names.extend(thresholds.map(|threshold| name(&threshold.option)));
            }
            Wanted::Number { option, .. } => names.push(name(option)),
            Wanted::Best { options, .. } => names.extend(options.iter().map(|option| name(option))),
        }
        names.dedup();
        names.join(", ")
    }

    /// Under which option, where one is looked at.
    fn under(&self) -> String {
        match &self.result().wanted {
            Wanted::Best { .. } => String::new(),
            _ => format!(" Option: {}.", self.options()),
        }
    }

    /// What is asked for, as a clause: "extra GDP …≥ 10 in 80 % of futures".
    fn wanted(&self) -> String {
        match &self.result().wanted {
            Wanted::Share { conditions, share } => {
                let all: Vec<String> = conditions.iter().map(condition_words).collect();
                format!("{} in {} of futures", listed(&all), probability(*share))
            }
            Wanted::Number {
                label, number, unit, ..
            } => {
                format!(
                    "a {} of at least {}",
                    escape(label),
                    in_words(&in_unit(*number, *unit), *unit)
                )
            }
            Wanted::Best { label, .. } => format!("the best mean {}", escape(label)),
        }
    }

    fn question(&self) -> String {
        match &self.result().wanted {
            Wanted::Best { label, .. } => {
                format!(
                    "At which value of {} does the option with the best mean {} change?",
                    self.input(),
                    escape(label)
                )
            }
            Wanted::Number { .. } => format!("Which value of {} gives {}?", self.input(), self.wanted()),
            Wanted::Share { .. } => format!("Which value of {} reaches {}?", self.input(), self.wanted()),
        }
    }

    /// A share, a statistic or a mean in words.
    fn value(&self, value: f64) -> String {
        match &self.result().wanted {
            Wanted::Share { .. } => probability(value),
            Wanted::Number { unit, difference, .. } | Wanted::Best { unit, difference, .. } => {
                let number = if *difference {
                    difference_in_unit(value, *unit)
                } else {
                    in_unit(value, *unit)
                };
                in_words(&number, *unit)
            }
        }
    }

    fn size(&self, size: f64) -> String {
        match &self.result().wanted {
            Wanted::Share { .. } => format!("{:.1} pp", 100.0 * size),
            Wanted::Number { unit, .. } | Wanted::Best { unit, .. } => {
                in_words(&error_in_unit(size, *unit), *unit)
            }
        }
    }

    fn answer(&self) -> Section {
        let result = self.result();
        Section::brief("answer", "")
            .sentences(self.found())
            .sentence(self.own())
            .sentence(self.binding())
            .sentence(self.monotony())
            .table(self.beside())
            .note(format!(
                "{} values from {} on the same {} futures, seed {}; ± is one Monte Carlo standard error. The input is the same on every future; all others stay as uncertain \
                 as the file has them.{}{}{}",
                result.evaluated,
                self.range(),
                count(result.paths),
                self.0.record.seed,
                self.under(),
                self.0.record.money.told(&self.0.record.command),
                result.notes.iter().map(|note| format!(" {}", escape(note))).collect::<String>()
            ))
    }

    /// What was found.
    fn found(&self) -> Vec<String> {
        let result = self.result();
        match &result.wanted {
            Wanted::Best { .. } => self.best(),
            _ if result.changes.is_empty() => vec![self.never_or_always()],
            Wanted::Number {
                number, label, unit, ..
            } => {
                let number = in_words(&in_unit(*number, *unit), *unit);
                let one = |change: &TargetChange| {
                    let beyond = if change.change.to == 0 {
                        "larger"
                    } else {
                        "smaller"
                    };
                    format!(
                        "The {} is {number} where {} is {} ({}); it is higher at {beyond} values.",
                        escape(label),
                        self.input(),
                        self.at(change.change.first),
                        self.interval(change)
                    )
                };
                result.changes.iter().map(one).collect()
            }
            Wanted::Share { .. } => {
                let one = |change: &TargetChange| {
                    let (bound, value) = if change.change.to == 0 {
                        ("at least", change.change.first)
                    } else {
                        ("at most", change.change.last)
                    };
                    format!(
                        "With {} of {bound} {} ({}) there is {}.",
                        self.input(),
                        self.at(value),
                        self.interval(change),
                        self.wanted()
                    )
                };
                result.changes.iter().map(one).collect()
            }
        }
    }

    /// No value changes it.
    fn never_or_always(&self) -> String {
        let result = self.result();
        let Some(farthest) = &result.farthest else {
            return String::new();
        };
        let (reached, fails) = match &result.wanted {
            Wanted::Share { share, .. } => (
                farthest.value.value >= *share,
                format!(
                    "it fails in {} of futures",
                    probability(1.0 - farthest.value.value)
                ),
            ),
            Wanted::Number { number, .. } => (
                farthest.value.value >= *number,
                format!("it is {}", self.value(farthest.value.value)),
            ),
            Wanted::Best { .. } => (true, String::new()),
        };
        if reached {
            format!(
                "Always: every value of {} from {} has {}.",
                self.input(),
                self.range(),
                self.wanted()
            )
        } else {
            format!(
                "Never: {fails} (± {}) at {}, the best value of {} from {}; wanted is {}.",
                self.size(farthest.value.standard_error.unwrap_or(0.0)),
                self.at(farthest.at),
                self.input(),
                self.range(),
                self.wanted()
            )
        }
    }

    /// Which option is best where.
    fn best(&self) -> Vec<String> {
        let result = self.result();
        let Some(first) = result.grid.first().and_then(|point| point.best) else {
            return Vec::new();
        };
        if result.changes.is_empty() {
            return vec![format!(
                "No value of {} from {} changes the choice: {} has {} at each of them.",
                self.input(),
                self.range(),
                self.option(first),
                self.wanted()
            )];
        }
        let one = |change: &TargetChange| {
            format!(
                "Where {} is below {} ({}), {} has {}; above it {}.",
                self.input(),
                self.at(change.change.first),
                self.interval(change),
                self.option(change.change.from),
                self.wanted(),
                self.option(change.change.to)
            )
        };
        result.changes.iter().map(one).collect()
    }

    /// The scenario as it is.
    fn own(&self) -> String {
        let result = self.result();
        let stated = match result.stated {
            Some(number) => self.at(number),
            None => format!("uncertain, median {}", self.at(result.own.at)),
        };
        let error = self.size(result.own.value.standard_error.unwrap_or(0.0));
        let value = format!("{} (± {error})", self.value(result.own.value.value));
        match &result.wanted {
            Wanted::Share { .. } => {
                format!("As the file has it ({stated}), that is so in {value} of futures.")
            }
            Wanted::Number { label, .. } => {
                format!("As the file has it ({stated}), the {} is {value}.", escape(label))
            }
            Wanted::Best { .. } => format!(
                "As the file has it ({stated}), {} is best with {value}.",
                self.option(result.own.best.unwrap_or(0))
            ),
        }
    }

    /// Of several conditions, how often each holds alone.
    fn binding(&self) -> String {
        let result = self.result();
        let Wanted::Share { conditions, .. } = &result.wanted else {
            return String::new();
        };
        let found = result.changes.first().map(|change| {
            if change.change.to == 0 {
                &change.after
            } else {
                &change.before
            }
        });
        let Some(point) = found
            .or(result.farthest.as_ref())
            .filter(|_| conditions.len() > 1)
        else {
            return String::new();
        };
        let each: Vec<String> = conditions
            .iter()
            .zip(&point.parts)
            .map(|(condition, part)| format!("{} in {}", condition_words(condition), probability(*part)))
            .collect();
        format!("Each alone at {}: {}.", self.at(point.at), listed(&each))
    }

    /// Whether there is one answer.
    fn monotony(&self) -> String {
        let result = self.result();
        let many = result.grid.len();
        match result.course {
            None => String::new(),
            Some(Course::Rising) => format!(
                "It rises with the input wherever it clearly changes between the {many} values looked at first."
            ),
            Some(Course::Falling) => format!(
                "It falls with the input wherever it clearly changes between the {many} values looked at first."
            ),
            Some(Course::Mixed) => {
                format!(
                    "It rises in one part of the range and falls in another, so that every crossing between the {many} values looked at first is told."
                )
            }
            Some(Course::Flat) => {
                "It does not clearly depend on the input: what is told may be chance.".to_owned()
            }
        }
    }

    fn axis(&self) -> Axis {
        match &self.result().wanted {
            Wanted::Share { .. } => probability_axis("Share of futures"),
            Wanted::Number {
                label,
                unit,
                difference,
                ..
            } if *difference => difference_axis(heading(&escape(label)), *unit),
            Wanted::Number { label, unit, .. } => level_axis(heading(&escape(label)), *unit),
            Wanted::Best {
                label,
                unit,
                difference,
                ..
            } => {
                let label = format!("Mean {}", escape(label));
                if *difference {
                    difference_axis(label, *unit)
                } else {
                    level_axis(label, *unit)
                }
            }
        }
    }

    /// The axis of the input.
    fn input_axis(&self) -> Axis {
        let format = if self.is_year() {
            Format::Year
        } else {
            Format::Number
        };
        Axis::new(heading(&self.input()), escape(&self.result().input_unit), format)
    }

    fn columns(&self) -> Vec<Column> {
        let unit = self.axis().unit;
        let mut columns = vec![
            Column::words(""),
            Column::numbers("Input", escape(&self.result().input_unit)),
        ];
        columns.extend([Column::numbers("Value", &unit), Column::numbers("±", &unit)]);
        if matches!(self.result().wanted, Wanted::Best { .. }) {
            columns.push(Column::words("Best"));
        }
        columns
    }

    fn cells(&self, name: &str, point: &TargetPoint) -> Vec<Cell> {
        let format = self.axis().format;
        let mut cells = vec![
            Cell::words(name),
            Cell::told(self.number(point.at), point.at),
            Cell::number(point.value.value, format),
            Cell::optional(point.value.standard_error, format),
        ];
        cells.extend(point.best.map(|best| Cell::words(self.option(best))));
        cells
    }

    /// The ends of the range, the changes and the scenario.
    fn beside(&self) -> Table {
        let result = self.result();
        let own = if result.stated.is_some() {
            "the file"
        } else {
            "the file (uncertain)"
        };
        let mut rows = vec![self.cells(own, &result.own)];
        rows.extend(result.grid.first().map(|point| self.cells("smallest", point)));
        rows.extend(
            result
                .changes
                .iter()
                .map(|change| self.cells("change", &change.after)),
        );
        rows.extend(result.grid.last().map(|point| self.cells("largest", point)));
        Table {
            title: heading(&self.axis().label),
            columns: self.columns(),
            rows,
            note: String::new(),
        }
    }

    /// How it goes with the input.
    fn course(&self) -> Section {
        let result = self.result();
        let point = |at: f64, value: f64, error: Option<f64>| LinePoint {
            x: at,
            y: value,
            interval: error.map(|error| error_interval(value, error, result.paths)),
        };
        let series = match &result.wanted {
            Wanted::Best { options, .. } => (0..options.len())
                .map(|option| LineSeries {
                    name: self.option(option),
                    points: result
                        .grid
                        .iter()
                        .map(|at| point(at.at, at.parts[option], None))
                        .collect(),
                })
                .collect(),
            _ => vec![LineSeries {
                name: self.axis().label,
                points: result
                    .grid
                    .iter()
                    .map(|at| point(at.at, at.value.value, at.value.standard_error))
                    .collect(),
            }],
        };
        let wanted = match &result.wanted {
            Wanted::Share { share, .. } => Some(*share),
            Wanted::Number { number, .. } => Some(*number),
            Wanted::Best { .. } => None,
        };
        let reference = |value: f64, label: &str| Reference {
            value,
            label: label.to_owned(),
        };
        let chart = Chart {
            title: format!("{} by {}", self.axis().label, self.input()),
            description:
                "At every value of the input, on the same futures; a vertical line stands at each change."
                    .to_owned(),
            data: Data::Lines(Lines {
                x: self.input_axis(),
                y: self.axis(),
                series,
                references: wanted
                    .map(|value| reference(value, "wanted"))
                    .into_iter()
                    .collect(),
                coverage: ERROR_COVERAGE,
                places: result
                    .changes
                    .iter()
                    .map(|change| reference(change.change.first, &self.number(change.change.first)))
                    .collect(),
            }),
        };
        Section::full("course", "How it goes with the input")
            .note("Values are the same on every future; differences between two of them are far more exact than each.")
            .chart(chart)
            .table(Table {
                title: format!("{} by {}", self.axis().label, self.input()),
                columns: self.columns(),
                rows: result.grid.iter().map(|point| self.cells("", point)).collect(),
                note: String::new(),
            })
    }

    fn methods(&self) -> Vec<String> {
        let mut paragraphs: Vec<String> = [FUTURES, LEVERS, DIFFERENCES].map(str::to_owned).into();
        paragraphs.push(
            "Target. The input takes the values of a grid, each on the same futures. Where the target is met at one of two neighbors and not at the other, the interval between them is \
             divided by eight, four times. A 95 % interval holds the values at which the difference from what is wanted is within the Monte Carlo error of zero: for a share that of as \
             many independent futures if the share were the one wanted (the score test, Wilson 1927), for options that of their paired difference. Whether it rises or falls is told from paired \
             differences of neighbors on the grid, adjusted for their number (docs/target.md)."
                .to_owned(),
        );
        paragraphs
    }
}

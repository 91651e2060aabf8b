//! What a valuation of information says.

use super::shared::{
    provenance::{DIFFERENCES, FUTURES, LEVERS, MONEY, assumptions, methods, reproduce},
    show::{after_summary, economies, input_title, listed, option_names, quoted},
};
use crate::{
    analysis::{InformationValue, StudyWorth},
    decision::{StudyData, Worth},
    model::DrawKind,
    report::{
        Record,
        chart::{Axis, Bar, Bars, Chart, Data, Format, LinePoint, LineSeries, Lines, Reference},
        count,
        document::{Cell, Column, Document, Fact, Section, Table},
        escape, grouped,
        number::{probability, signed, usd_bn},
    },
    scenario::Scenario,
};

/// What a document of a valuation shows.
#[derive(Clone, Copy, Debug)]
pub struct ValueResults<'run> {
    /// The numbers.
    pub result: &'run InformationValue,
    /// Scenario, inputs, seed.
    pub record: &'run Record,
    /// The command line that gives the same numbers.
    pub command: &'run str,
}

/// What intervals hold, in percent.
const COVERAGE: u8 = 90;
/// Most groups and inputs in the table of the answer.
const MOST_ANSWERED: usize = 4;
/// Most studies in the answer; all of them stand in a part of their own.
const MOST_STUDIES: usize = 2;
/// Most bars of a chart.
const MOST_BARS: usize = 15;
/// Less than this part of everything is nothing to a reader.
const NOTHING: f64 = 0.001;

/// What a valuation says, in the order a reader asks: what to choose now and what it is worth to know more, of which input, what
/// is lost without, assumptions, methods, how to repeat it.
pub fn value_document(results: ValueResults<'_>) -> Document {
    let view = View(results);
    let scenario = &results.record.scenario;
    Document {
        title: scenario.title.clone(),
        question: after_summary(
            scenario,
            "What should be known better before choosing, and what is it worth to know it?",
        ),
        facts: vec![
            economies(scenario),
            Fact::new("Horizon", scenario.horizon.to_string()),
            Fact::new("Futures", count(results.result.paths)),
            Fact::new("Options", (results.result.options.len() - 1).to_string()),
            Fact::new("Inputs", results.result.inputs.len().to_string()),
        ],
        sections: [view.answer(), view.inputs(), view.groups()]
            .into_iter()
            .chain(view.studies())
            .chain([
                view.losses(),
                assumptions(results.record),
                methods(view.methods()),
            ])
            .collect(),
        reproduce: reproduce(results.record, results.command, results.result.paths),
    }
}

/// A valuation, looked at.
struct View<'run>(ValueResults<'run>);

/// What something is worth, with its interval.
fn worth(worth: &Worth) -> String {
    let [low, high] = worth.interval.map(grouped);
    format!("{} ({low} to {high})", usd_bn(worth.value))
}

/// The cells of a worth.
fn cells(worth: &Worth, whole: f64) -> Vec<Cell> {
    let [low, high] = worth.interval.map(|end| Format::Number.text(end));
    vec![
        Cell::number(worth.value, Format::Number),
        Cell::words(format!("{low} to {high}")),
        Cell::optional(
            Some(worth.value / whole).filter(|part| part.is_finite()),
            Format::Percent,
        ),
    ]
}

/// The columns of a worth, after that of the name.
fn columns(name: &str) -> Vec<Column> {
    vec![
        Column::words(name),
        Column::numbers("Worth", "USD bn"),
        Column::numbers("90 % interval", "USD bn"),
        Column::numbers("Part", "of everything"),
    ]
}

/// What a study observes: "20 observations of X, each ± 0.1".
fn study_name(scenario: &Scenario, study: &StudyWorth) -> String {
    let input = input_title(scenario, &study.input);
    match study.data {
        StudyData::Normal { size, sd } => {
            format!("{size} observations of {input} (each ± {})", grouped(sd))
        }
        StudyData::YesNo { size } => format!("{size} times yes or no (with probability {input})"),
    }
}

impl<'run> View<'run> {
    fn result(&self) -> &'run InformationValue {
        self.0.result
    }

    fn scenario(&self) -> &'run Scenario {
        &self.0.record.scenario
    }

    /// An input for people.
    fn input(&self, name: &str, kind: DrawKind) -> String {
        let title = input_title(self.scenario(), name);
        match kind {
            DrawKind::Event => format!("whether there is {title}"),
            DrawKind::Parameter | DrawKind::Estimate => title,
        }
    }

    /// The name of an option for people.
    fn option_name(&self, option: usize) -> String {
        let names = option_names(self.scenario());
        let name = self.result().options[option].as_str();
        escape(names.get(name).map_or(name, String::as_str))
    }

    /// An option in a sentence.
    fn option(&self, option: usize) -> String {
        if option == 0 {
            "to do nothing".to_owned()
        } else {
            quoted(&self.option_name(option))
        }
    }

    /// Whether a worth is something beside that of everything.
    fn counts(&self, worth: &Worth) -> bool {
        worth.value > NOTHING * self.result().perfect.value
    }

    fn answer(&self) -> Section {
        let result = self.result();
        Section::brief("answer", "")
            .sentence(self.now())
            .sentence(self.perfect())
            .sentence(self.leading())
            .sentences(result.studies.iter().take(MOST_STUDIES).map(|study| self.study(study)))
            .table(self.answer_table())
            .note(format!(
                "Means over {} futures, seed {}; net is {}; money: {}. Intervals hold errors of fit and simulation.",
                count(result.paths),
                self.0.record.seed,
                self.net_benefit(),
                self.0.record.money.words()
            ))
    }

    /// What the net benefit is.
    fn net_benefit(&self) -> String {
        let result = self.result();
        if result.worth == 1.0 && result.effect.outcome == "money.benefit" {
            return "extra GDP less cost".to_owned();
        }
        format!(
            "{}, each {} worth {}, less cost",
            result.effect.label,
            result.effect.unit,
            usd_bn(result.worth)
        )
    }

    /// What is best on what is known now.
    fn now(&self) -> String {
        let result = self.result();
        format!(
            "On what is known now it is best {}: {} net on average. In {} of futures another choice would be better.",
            if result.best == 0 {
                self.option(0)
            } else {
                format!("to choose {}", self.option(result.best))
            },
            usd_bn(result.net_benefits[result.best].value),
            probability(result.wrong.value)
        )
    }

    /// What everything is worth, and what of it can be learned.
    fn perfect(&self) -> String {
        let result = self.result();
        if result.perfect.value <= 0.0 {
            return "Nothing that could become known would change the choice: no information is worth anything here.".to_owned();
        }
        format!(
            "To know the future before choosing would be worth {}. Of that, {} could be had by learning what the inputs are; shocks of \
             future years cannot be learned.",
            worth(&result.perfect),
            worth(&result.learnable)
        )
    }

    /// What is worth most.
    fn leading(&self) -> String {
        let result = self.result();
        if result.perfect.value <= 0.0 {
            return String::new();
        }
        let mut names = result
            .inputs
            .iter()
            .filter(|input| self.counts(&input.worth))
            .take(3)
            .map(|input| format!("{}, {}", self.input(&input.name, input.kind), worth(&input.worth)));
        let Some(first) = names.next() else {
            return "No input alone is worth learning: none of them changes the choice.".to_owned();
        };
        let others: Vec<String> = names.collect();
        let next = if others.is_empty() {
            String::new()
        } else {
            format!("; next, {}", listed(&others))
        };
        format!("Of single inputs it is worth most to know {first}{next}. No study of one is worth more.")
    }

    fn study(&self, study: &StudyWorth) -> String {
        let verdict = study.cost.map_or_else(String::new, |cost| {
            let net = study.worth.value - cost;
            let [low, high] = study.worth.interval;
            let verdict = if low > cost {
                "it pays"
            } else if high < cost {
                "it does not pay"
            } else {
                "whether it pays cannot be told"
            };
            format!(" It costs {}; net {} bn: {verdict}.", usd_bn(cost), signed(net))
        });
        format!(
            "A study of {} is worth {}.{verdict}",
            study_name(self.scenario(), study),
            worth(&study.worth)
        )
    }

    /// Everything, what can be learned, and the groups and inputs that are worth most.
    fn answer_table(&self) -> Table {
        let result = self.result();
        let whole = result.perfect.value;
        // The answer stays on one screen beside what studies are worth.
        let most = if result.studies.is_empty() {
            MOST_ANSWERED
        } else {
            MOST_ANSWERED / 2
        };
        let row = |name: String, worth: &Worth| {
            let mut row = vec![Cell::words(name)];
            row.extend(cells(worth, whole));
            row
        };
        let mut rows = Vec::new();
        if whole > 0.0 {
            rows.push(row("everything".to_owned(), &result.perfect));
            rows.push(row("all inputs".to_owned(), &result.learnable));
            let groups = result.groups.iter().filter(|group| self.counts(&group.worth));
            rows.extend(groups.take(most).map(|group| {
                row(
                    format!("all of {}", input_title(self.scenario(), &group.name)),
                    &group.worth,
                )
            }));
            let inputs = result.inputs.iter().filter(|input| self.counts(&input.worth));
            rows.extend(
                inputs
                    .take(most)
                    .map(|input| row(self.input(&input.name, input.kind), &input.worth)),
            );
        }
        Table {
            title: "What it is worth to know before choosing".to_owned(),
            columns: columns("Known"),
            rows,
            note: String::new(),
        }
    }

    /// A table and a chart of named worths.
    fn list(&self, title: &str, named: Vec<(String, Worth)>) -> (Table, Chart) {
        let whole = self.result().perfect.value;
        let bars = named.iter().take(MOST_BARS).map(|(name, worth)| Bar {
            group: String::new(),
            label: name.clone(),
            value: worth.value,
            interval: Some(worth.interval),
        });
        let chart = Chart {
            title: title.to_owned(),
            description: "The middle of the bracket and the 90 % interval.".to_owned(),
            data: Data::Bars(Bars {
                axis: Axis::new("Worth", "USD bn", Format::Number),
                rows: bars.collect(),
                coverage: COVERAGE,
            }),
        };
        let rows = named.into_iter().map(|(name, worth)| {
            let mut row = vec![Cell::words(name)];
            row.extend(cells(&worth, whole));
            row
        });
        let table = Table {
            title: title.to_owned(),
            columns: columns("Known"),
            rows: rows.collect(),
            note: String::new(),
        };
        (table, chart)
    }

    fn inputs(&self) -> Section {
        let inputs = self.result().inputs.iter();
        let named = inputs
            .map(|input| (self.input(&input.name, input.kind), input.worth))
            .collect();
        let (table, chart) = self.list("What it is worth to know one input", named);
        Section::full("inputs", "Single inputs")
            .note(
                "What the choice would gain on average if the input alone were known before it. An input that hardly moves the outcome, or \
                 moves it without changing which option is best, is worth nothing.",
            )
            .chart(chart)
            .table(table)
    }

    fn groups(&self) -> Section {
        let groups = self.result().groups.iter();
        let named = groups
            .map(|group| {
                let inputs = if group.inputs == 1 { "input" } else { "inputs" };
                (
                    format!(
                        "{} ({} {inputs})",
                        input_title(self.scenario(), &group.name),
                        group.inputs
                    ),
                    group.worth,
                )
            })
            .collect();
        let (table, chart) = self.list("What it is worth to know all inputs of a group", named);
        Section::full("groups", "Groups of inputs")
            .note("Groups add up to more or less than their members: what is learned from one may make another matter.")
            .chart(chart)
            .table(table)
    }

    /// Every study, where the answer does not hold them all.
    fn studies(&self) -> Option<Section> {
        let studies = &self.result().studies;
        let section =
            Section::full("studies", "Studies").sentences(studies.iter().map(|study| self.study(study)));
        (studies.len() > MOST_STUDIES).then_some(section)
    }

    fn losses(&self) -> Section {
        let result = self.result();
        let point = |x: f64, estimate: &crate::decision::Estimate| LinePoint {
            x,
            y: estimate.value,
            interval: None,
        };
        let series = result.options.iter().enumerate().map(|(option, _)| LineSeries {
            name: self.option_name(option),
            points: result
                .curve
                .iter()
                .map(|at| point(at.worth, &at.losses[option]))
                .collect(),
        });
        let chart = Chart {
            title: "What is lost on average against the best choice of each future".to_owned(),
            description: "The lowest curve is the best choice on average, and what it loses is what perfect information is worth."
                .to_owned(),
            data: Data::Lines(Lines {
                x: Axis::new(format!("Value of one {} of {}", result.effect.unit, result.effect.label), "USD bn", Format::Number),
                y: Axis::new("Expected loss", "USD bn", Format::Number),
                series: series.collect(),
                references: Vec::<Reference>::new(),
                coverage: COVERAGE,
                places: Vec::new(),
            }),
        };
        Section::full("losses", "Expected loss of each option")
            .note("The option with the least expected loss is the one with the largest mean net benefit.")
            .chart(chart)
            .table(self.loss_table())
    }

    fn loss_table(&self) -> Table {
        let result = self.result();
        let row = |at: &crate::analysis::LossPoint| {
            let losses = at
                .losses
                .iter()
                .map(|loss| Cell::number(loss.value, Format::Number));
            let best = Cell::words(self.option_name(at.best));
            [Cell::number(at.worth, Format::Number), best]
                .into_iter()
                .chain(losses)
                .collect()
        };
        let names =
            (0..result.options.len()).map(|option| Column::numbers(self.option_name(option), "USD bn"));
        Table {
            title: "Expected loss by value of a unit of effect".to_owned(),
            columns: [Column::numbers("Value", "USD bn"), Column::words("Best")]
                .into_iter()
                .chain(names)
                .collect(),
            rows: result.curve.iter().map(row).collect(),
            note: String::new(),
        }
    }

    fn methods(&self) -> Vec<String> {
        let mut paragraphs: Vec<String> = [FUTURES, LEVERS, DIFFERENCES, MONEY].map(str::to_owned).into();
        paragraphs.extend(
            [
                "Perfect information. The mean over futures of the largest net benefit of an option (to do nothing is one), less the largest \
                 mean (Raiffa and Schlaifer 1961).",
                "Single inputs and groups. The net benefit that is expected where an input is known is a penalized spline of its rank, chosen by \
                 generalized cross-validation, and a mean for each value of what is yes or no; of a group a sum of such terms and of \
                 products for every pair of the six strongest (Strong, Oakley and Brennan 2014; docs/value.md). Choices that are fitted and valued \
                 on the same futures promise too much, choices fitted on four fifths and valued on the last too little; the value is the middle. \
                 A set is worth at least what each part of it is, and at most what everything is.",
                "Studies. A result is drawn for every future from what the input is on it; the value is that of knowing the result (Strong and \
                 others 2015). It is what the study is worth for this one choice, if the choice can wait for it.",
            ]
            .map(str::to_owned),
        );
        paragraphs
    }
}

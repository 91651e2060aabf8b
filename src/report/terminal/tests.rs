use proptest::prelude::*;

use super::*;
use crate::report::{
    chart::{
        Axis, Bar, Bars, BoxInput, Boxes, Cell as HeatCell, Chart, Colors, Data, Fan, FanPoint, FanSeries,
        Format, Frontier, FrontierOption, HeatMap, IntervalRow, Intervals, LinePoint, LineSeries, Lines,
        Reference, Tornado, TornadoBar,
    },
    document::{Cell, Column, Fact, Figure, Selector, Table},
};

/// A chart of every kind, with these words and numbers in every place that takes some.
fn charts(word: &str, numbers: [f64; 5]) -> Vec<Chart> {
    let name = || word.to_owned();
    let axis = || Axis::new(word, word, Format::Number);
    let [a, b, ..] = numbers;
    let kinds = [
        Data::Fan(Fan {
            x: Axis::years(),
            y: axis(),
            series: vec![FanSeries {
                name: name(),
                observed: Vec::new(),
                projected: (2021..2050)
                    .map(|year| FanPoint {
                        x: f64::from(year),
                        quantiles: numbers,
                    })
                    .collect(),
            }],
            references: Vec::new(),
        }),
        Data::Lines(Lines {
            x: Axis::years(),
            y: axis(),
            series: vec![LineSeries {
                name: name(),
                points: (2021..2036)
                    .map(|year| LinePoint {
                        x: f64::from(year),
                        y: a,
                        interval: None,
                    })
                    .collect(),
            }],
            references: Vec::new(),
            coverage: 90,
            places: Vec::new(),
        }),
        Data::Intervals(Intervals {
            axis: axis(),
            rows: vec![
                IntervalRow {
                    group: name(),
                    label: name(),
                    mean: None,
                    quantiles: numbers,
                };
                2
            ],
            reference: Some(Reference {
                value: 0.0,
                label: name(),
            }),
        }),
        Data::Bars(Bars {
            axis: axis(),
            rows: vec![
                Bar {
                    group: name(),
                    label: name(),
                    value: a,
                    interval: Some([a, b]),
                };
                2
            ],
            coverage: 90,
        }),
        Data::Tornado(Tornado {
            axis: axis(),
            base: a,
            bars: vec![TornadoBar {
                label: name(),
                low: a,
                high: b,
                low_input: name(),
                high_input: name(),
            }],
        }),
        heat_map(word, a),
        Data::Frontier(Frontier {
            cost: axis(),
            effect: axis(),
            options: vec![FrontierOption {
                label: name(),
                cost: a,
                effect: b,
                cost_interval: None,
                effect_interval: None,
                efficient: true,
            }],
        }),
        Data::Boxes(Boxes {
            inputs: vec![BoxInput {
                input: axis(),
                range: [a, b],
                limits: [a, b],
                two_states: false,
            }],
        }),
    ];
    kinds
        .into_iter()
        .map(|data| Chart {
            title: name(),
            description: name(),
            data,
        })
        .collect()
}

fn heat_map(word: &str, value: f64) -> Data {
    Data::HeatMap(HeatMap {
        columns_label: word.to_owned(),
        columns: vec![word.to_owned(); 6],
        rows_label: word.to_owned(),
        rows: vec![word.to_owned(); 2],
        value: Axis::new(word, word, Format::Number),
        colors: Colors::Sequential { low: 0.0, high: 1.0 },
        cells: vec![
            vec![
                HeatCell {
                    value: Some(value),
                    note: word.to_owned(),
                };
                6
            ];
            2
        ],
    })
}

/// A document with these words and numbers in every place that takes some.
fn document(word: &str, numbers: [f64; 5]) -> Document {
    let table = |columns: usize, numeric: bool| Table {
        title: word.to_owned(),
        columns: (0..columns)
            .map(|position| match numeric && position > 0 {
                true => Column::numbers(word, word),
                false => Column::words(word),
            })
            .collect(),
        rows: vec![vec![Cell::words(word); columns]; 2],
        note: word.to_owned(),
    };
    let charts = charts(word, numbers);
    let figures: Vec<Figure> = charts
        .iter()
        .enumerate()
        .map(|(position, chart)| Figure {
            chart: chart.clone(),
            choices: vec![position],
        })
        .collect();
    let selector = Selector::new(word, charts.iter().map(|chart| chart.title.clone()));
    let section = Section::brief("answer", word)
        .sentences([word.to_owned(), word.to_owned()])
        .table(table(9, true))
        .table(table(3, false))
        .table(table(8, false))
        .note(word)
        .charts((vec![selector], figures));
    Document {
        title: word.to_owned(),
        question: word.to_owned(),
        facts: vec![Fact::new(word, word)],
        sections: vec![charts.into_iter().fold(section, Section::chart)],
        reproduce: crate::report::document::Reproduce {
            command: word.to_owned(),
            facts: vec![Fact::new(word, word)],
        },
    }
}

/// Text without styles, checked to be fit for a terminal of this width.
fn checked(document: &Document, shown: &Shown, width: usize) -> String {
    let text = render(document, shown, width);
    let text = anstream::adapter::strip_str(&text).to_string();
    for line in text.lines() {
        assert!(columns(line) <= width, "{width}: {} {line:?}", columns(line));
    }
    let harmful = |character: char| {
        (character.is_control() && character != '\n')
            || ('\u{202a}'..='\u{202e}').contains(&character)
            || ('\u{2066}'..='\u{2069}').contains(&character)
    };
    assert!(!text.contains(harmful), "{text:?}");
    text
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn no_text_is_wider_than_the_terminal_or_does_harm(
        word in "\\PC{0,60}|[a-z ]{0,90}|[中文字 a]{0,70}|(\\x1b\\[3[0-9]m|\\x07|\\u{202e}|\n|\t|[a-z]){0,40}",
        numbers in prop::array::uniform5(prop_oneof![-1e15..1e15, -1.0..1.0, Just(0.0)]),
        width in 40_usize..=140,
    ) {
        let mut numbers = numbers;
        numbers.sort_by(f64::total_cmp);
        checked(&document(&word, numbers), &Shown::Full, width);
    }
}

#[test]
fn the_brief_answer_stands_whole_and_the_rest_on_request() {
    let options = Table {
        title: "Options".to_owned(),
        columns: vec![
            Column::words("Option"),
            Column::numbers("Extra GDP in 2035", "USD bn"),
            Column::numbers("Pays in", "of futures"),
        ],
        rows: vec![vec![
            Cell::words("pilots and visits"),
            Cell {
                text: "3.23\n0 to 20.1".to_owned(),
                value: Some(3.23),
            },
            Cell::number(0.4, Format::Percent),
        ]],
        note: "Means.".to_owned(),
    };
    let document = Document {
        title: "Pilots".to_owned(),
        question: "What would pilots add?".to_owned(),
        sections: vec![
            Section::brief("answer", "").sentence("They pay in 40 % of futures."),
            Section::brief("options", "Options").table(options),
            Section::full("why", "Why").sentences(["One.".to_owned(), "Two.".to_owned()]),
            Section::full("money", "Money").note("Discounted."),
        ],
        ..Document::default()
    };
    for width in [40, 80, 100] {
        insta::assert_snapshot!(format!("brief_{width}"), checked(&document, &Shown::Brief, width));
    }
    let some = checked(&document, &Shown::Sections(vec!["why".to_owned()]), 80);
    assert_eq!(
        some,
        "Pilots\nWhat would pilots add?\n\nWhy\n- One.\n- Two.\n\nMore: --show answer, options, money; --full\n"
    );
    let full = checked(&document, &Shown::Full, 80);
    assert!(full.contains("Discounted.") && !full.contains("More:"), "{full}");
}

#[test]
fn charts_are_drawn_with_their_numbers() {
    let drawn = charts("word", [-1.0, 0.0, 1.0, 2.0, 5.0])
        .into_iter()
        .map(|chart| {
            let document = Document {
                sections: vec![Section::full("x", "").chart(chart)],
                ..Document::default()
            };
            checked(&document, &Shown::Full, 80)
        });
    insta::assert_snapshot!(drawn.collect::<Vec<_>>().join("———"));
}

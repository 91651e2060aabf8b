//! A page with every kind of chart, plausible made-up numbers, and texts that try to break it.

use jointly::report::{
    chart::{
        Axis, Bar, Bars, BoxInput, Boxes, Cell as HeatCell, Chart, Colors, Data, Fan, FanPoint, FanSeries,
        Format, Frontier, FrontierOption, HeatMap, IntervalRow, Intervals, LinePoint, LineSeries, Lines,
        Point, Reference, Timeline, TimelineRow, Tornado, TornadoBar, Waterfall, WaterfallRow,
    },
    document::{Cell, Column, Document, Fact, Figure, Reproduce, Section, Selector, Table},
};

/// Texts that must show as text.
pub fn hostile() -> Vec<String> {
    vec![
        "<script>window.broken = 1</script>".to_owned(),
        "</script><img src=x onerror=\"window.broken = 2\">".to_owned(),
        "\"double\" 'single' `back` & <b>bold</b> ]]> --> */".to_owned(),
        "שלום עולם، مرحبا بالعالم 2035".to_owned(),
        "line\u{2028}and paragraph\u{2029}separators, \u{202e}reversed\u{202c}, \u{0}\u{1b}[31m".to_owned(),
        "=HYPERLINK(\"x\")".to_owned(),
        "数字经济合作 디지털 경제 デジタル経済 цифровая экономика тоо".to_owned(),
        "long ".repeat(2000),
        "x".repeat(10_000),
    ]
}

pub const ECONOMIES: [&str; 5] = ["China", "Japan", "Korea", "Russia", "Mongolia"];

fn chart(title: impl Into<String>, description: &str, data: Data) -> Chart {
    Chart {
        title: title.into(),
        description: description.to_owned(),
        data,
    }
}

fn quantiles(median: f64, spread: f64) -> [f64; 5] {
    [-1.645, -0.6745, 0.0, 0.6745, 1.645].map(|score: f64| median * (score * spread).exp())
}

fn difference(median: f64, spread: f64) -> [f64; 5] {
    [-1.645, -0.6745, 0.0, 0.6745, 1.645].map(|score| median + score * spread)
}

/// A fan chart of levels, history joined to the projections of the baseline and of options.
pub fn fan(
    economy: &str,
    metric: &str,
    start: f64,
    growth: f64,
    format: Format,
    unit: &str,
    options: usize,
) -> Chart {
    let series = (0..=options)
        .map(|option| FanSeries {
            name: [
                "baseline",
                "smart cities",
                "smart cities and trade zone",
                "all levers",
            ][option]
                .to_owned(),
            observed: if option == 0 {
                (0..6)
                    .map(|year| Point {
                        x: 2016.0 + f64::from(year),
                        y: start * (growth * f64::from(year) + 0.02 * f64::from(year * 7 % 3)).exp(),
                    })
                    .collect()
            } else {
                Vec::new()
            },
            projected: (0..14)
                .map(|year| {
                    let elapsed = f64::from(year) + 1.0;
                    let level = start * ((growth + 0.012 * option as f64) * (elapsed + 5.0) + 0.02).exp();
                    FanPoint {
                        x: 2021.0 + elapsed,
                        quantiles: quantiles(level, 0.035 * elapsed.sqrt()),
                    }
                })
                .collect(),
        })
        .collect();
    chart(
        format!("{metric}, {economy}"),
        "The quantity rises through 2035 in the baseline and faster with the levers; the bands widen with the years.",
        Data::Fan(Fan {
            x: Axis::years(),
            y: Axis::new(metric, unit, format),
            series,
            references: Vec::new(),
        }),
    )
}

fn paired(economy: &str) -> Chart {
    chart(
        format!("Gain in digital share of GDP, {economy}"),
        "The difference from the baseline on the same futures grows from 2026 and stays above zero in most futures.",
        Data::Fan(Fan {
            x: Axis::years(),
            y: Axis::new("Option minus baseline", "percentage points", Format::Points),
            series: vec![FanSeries {
                name: "smart cities".to_owned(),
                observed: Vec::new(),
                projected: (2022..=2035)
                    .map(|year| {
                        let elapsed = f64::from((year - 2025).max(0));
                        FanPoint {
                            x: f64::from(year),
                            quantiles: difference(0.0013 * elapsed, 0.0011 * elapsed),
                        }
                    })
                    .collect(),
            }],
            references: vec![Reference {
                value: 0.0,
                label: "no effect".to_owned(),
            }],
        }),
    )
}

fn lines(title: &str, x: Axis, y: Axis, names: &[&str], interval: bool) -> Chart {
    let (years, logarithmic) = (x.format == Format::Year, x.logarithmic);
    let points = |slope: f64| {
        (0..=14)
            .map(|step| {
                let position = f64::from(step);
                let y = 1.0 / (1.0 + (3.0 - slope * position).exp());
                LinePoint {
                    x: if years {
                        2021.0 + position
                    } else if logarithmic {
                        if step == 0 { 0.0 } else { 0.05 * 2f64.powi(step) }
                    } else {
                        5.0 + 6.8 * position
                    },
                    y,
                    interval: interval.then_some([0.8 * y, 1.0 - 0.8 * (1.0 - y)]),
                }
            })
            .collect()
    };
    chart(
        title,
        "The curves rise steadily and flatten towards the end.",
        Data::Lines(Lines {
            x,
            y,
            series: names
                .iter()
                .enumerate()
                .map(|(position, name)| LineSeries {
                    name: (*name).to_owned(),
                    points: points(0.25 + 0.12 * position as f64),
                })
                .collect(),
            references: if interval {
                Vec::new()
            } else {
                vec![Reference {
                    value: 0.5,
                    label: "as likely as not".to_owned(),
                }]
            },
            coverage: 90,
            places: Vec::new(),
        }),
    )
}

/// One chart of every kind, each with the name of its kind.
pub fn every_kind() -> Vec<(&'static str, Chart)> {
    let share = || Axis::new("Probability", "", Format::Percent);
    vec![
        (
            "fan",
            fan(
                "Japan",
                "Digital economy",
                2200.0,
                0.03,
                Format::Number,
                "USD bn",
                2,
            ),
        ),
        ("paired differences", paired("Japan")),
        (
            "lines",
            lines(
                "Probability that half the gap is closed",
                Axis::years(),
                share(),
                &["smart cities", "trade zone", "both"],
                false,
            ),
        ),
        (
            "response",
            lines(
                "Digital share in 2035 against pilot cities in China",
                Axis::new("Pilot cities in China", "cities", Format::Number),
                Axis::new("Digital share of GDP", "", Format::Percent),
                &["both"],
                true,
            ),
        ),
        (
            "logarithmic",
            lines(
                "Probability of the largest net benefit",
                Axis::new("Value of a percentage point", "USD bn", Format::Number).logarithmic(),
                share(),
                &["no levers", "cities only", "both"],
                false,
            ),
        ),
        ("intervals", intervals()),
        ("bars", bars()),
        ("tornado", tornado()),
        ("heat map", matrix()),
        ("diverging heat map", grid()),
        ("frontier", frontier()),
        ("boxes", boxes()),
        ("waterfall", waterfall()),
        ("timeline", timeline()),
    ]
}

/// Charts of every kind without data, and with numbers that are not finite: nothing to see, but nothing to break.
pub fn edge_cases() -> Document {
    let mut charts: Vec<Chart> = Vec::new();
    for (name, chart) in every_kind() {
        for case in ["empty", "not finite"] {
            let mut chart = chart.clone();
            chart.title = format!("{name}, {case}");
            let empty = case == "empty";
            let nan = f64::NAN;
            match &mut chart.data {
                Data::Fan(fan) if empty => fan.series.clear(),
                Data::Fan(fan) => fan.series.iter_mut().for_each(|series| {
                    series
                        .observed
                        .iter_mut()
                        .for_each(|point| point.y = f64::INFINITY);
                    series
                        .projected
                        .iter_mut()
                        .for_each(|point| point.quantiles[2] = nan);
                }),
                Data::Lines(lines) if empty => lines.series.clear(),
                Data::Lines(lines) => lines
                    .series
                    .iter_mut()
                    .flat_map(|series| &mut series.points)
                    .for_each(|point| (point.y, point.interval) = (nan, Some([nan, 1.0]))),
                Data::Intervals(intervals) if empty => intervals.rows.clear(),
                Data::Intervals(intervals) => {
                    intervals.rows.iter_mut().for_each(|row| row.quantiles = [nan; 5])
                }
                Data::Bars(bars) if empty => bars.rows.clear(),
                Data::Bars(bars) => bars
                    .rows
                    .iter_mut()
                    .for_each(|bar| (bar.value, bar.interval) = (nan, Some([nan, f64::INFINITY]))),
                Data::Tornado(tornado) if empty => tornado.bars.clear(),
                Data::Tornado(tornado) => {
                    tornado.base = nan;
                    tornado
                        .bars
                        .iter_mut()
                        .for_each(|bar| (bar.low, bar.high) = (f64::NEG_INFINITY, nan));
                }
                Data::HeatMap(map) if empty => {
                    map.rows.clear();
                    map.columns.clear();
                    map.cells.clear();
                }
                Data::HeatMap(map) => map
                    .cells
                    .iter_mut()
                    .flatten()
                    .for_each(|cell| cell.value = Some(nan)),
                Data::Frontier(frontier) if empty => frontier.options.clear(),
                Data::Frontier(frontier) => frontier
                    .options
                    .iter_mut()
                    .for_each(|option| (option.cost, option.effect_interval) = (nan, Some([nan, nan]))),
                Data::Boxes(boxes) if empty => boxes.inputs.clear(),
                Data::Boxes(boxes) => boxes
                    .inputs
                    .iter_mut()
                    .for_each(|input| (input.range, input.limits) = ([1.0, 1.0], [nan, nan])),
                Data::Waterfall(waterfall) if empty => waterfall.rows.clear(),
                Data::Waterfall(waterfall) => waterfall
                    .rows
                    .iter_mut()
                    .for_each(|row| (row.value, row.interval) = (nan, Some([nan, f64::INFINITY]))),
                Data::Timeline(timeline) if empty => timeline.rows.clear(),
                Data::Timeline(timeline) => timeline
                    .rows
                    .iter_mut()
                    .for_each(|row| (row.planned, row.begins, row.full) = (nan, [nan; 3], f64::INFINITY)),
            }
            charts.push(chart);
        }
    }
    let figures = charts.into_iter().map(Figure::from).collect();
    Document {
        title: "Charts without data".to_owned(),
        sections: vec![Section::full("edge", "Edge cases").charts((Vec::new(), figures))],
        ..Document::default()
    }
}

fn intervals() -> Chart {
    chart(
        "Net present value by option",
        "Both options together gain most; the trade zone alone may lose money.",
        Data::Intervals(Intervals {
            axis: Axis::new("Net present value", "USD bn of 2021", Format::Number),
            rows: ["China", "Korea"]
                .into_iter()
                .flat_map(|group| {
                    [
                        ("cities only", 41.0, 19.0),
                        ("zone only", 12.5, 14.0),
                        ("both", 55.2, 24.5),
                    ]
                    .map(|(label, median, spread)| IntervalRow {
                        group: group.to_owned(),
                        label: label.to_owned(),
                        mean: (group == "Korea").then_some(0.31 * median),
                        quantiles: difference(if group == "Korea" { 0.3 * median } else { median }, spread),
                    })
                })
                .collect(),
            reference: Some(Reference {
                value: 0.0,
                label: "breaks even".to_owned(),
            }),
        }),
    )
}

fn bars() -> Chart {
    chart(
        "Digitalization index, 2021",
        "Japan, Korea and China lead; Mongolia has half their score.",
        Data::Bars(Bars {
            axis: Axis::new("Index", "0 to 1", Format::Number),
            rows: ECONOMIES
                .iter()
                .zip([0.61, 0.72, 0.69, 0.48, 0.33])
                .map(|(economy, value)| Bar {
                    group: String::new(),
                    label: (*economy).to_owned(),
                    value,
                    interval: Some([value - 0.06, value + 0.05]),
                })
                .collect(),
            coverage: 95,
        }),
    )
}

fn tornado() -> Chart {
    let bar = |label: &str, low: f64, high: f64, low_input: &str, high_input: &str| TornadoBar {
        label: label.to_owned(),
        low,
        high,
        low_input: low_input.to_owned(),
        high_input: high_input.to_owned(),
    };
    chart(
        "What moves the digital share of Japan in 2035",
        "The response of the share to capability matters most, then persistence and the scale of the pilots.",
        Data::Tornado(Tornado {
            axis: Axis::new("Gain in digital share", "percentage points", Format::Points),
            base: 0.0135,
            bars: vec![
                bar(
                    "Pilot cities in China (levers.smart-cities.scale.CHN)",
                    0.0112,
                    0.0151,
                    "5",
                    "40",
                ),
                bar(
                    "Response of the share (model.share_response)",
                    0.0050,
                    0.0231,
                    "0.02",
                    "0.19",
                ),
                bar("Persistence", 0.0098, 0.0165, "0.82", "0.95"),
                bar(
                    "Tension between China and Japan, yearly hazard",
                    0.0142,
                    0.0119,
                    "0.02",
                    "0.15",
                ),
                bar("Ramp, years", 0.0139, 0.0128, "3", "6"),
                bar("Decay of capability", 0.0149, 0.0141, "0.01", "0.05"),
            ],
        }),
    )
}

fn matrix() -> Chart {
    let elements = ["Factor", "Industry", "Governance"]
        .into_iter()
        .flat_map(|row| ["production", "application"].map(|column| format!("{row} {column}")));
    chart(
        "Digitalization matrix, 2021",
        "Scores of five economies on six elements; Mongolia trails everywhere, Korea leads in governance.",
        Data::HeatMap(HeatMap {
            columns_label: "Element".to_owned(),
            columns: elements.collect(),
            rows_label: "Economy".to_owned(),
            rows: ECONOMIES.map(str::to_owned).to_vec(),
            value: Axis::new("Score", "0 to 1", Format::Number),
            colors: Colors::Sequential { low: 0.0, high: 1.0 },
            cells: (0..5)
                .map(|row| {
                    (0..6)
                        .map(|column| HeatCell {
                            value: (row != 4 || column != 5).then_some(
                                0.95 - 0.15 * f64::from(row) - 0.04 * f64::from(column * (row + 2) % 5),
                            ),
                            note: if row == 4 && column >= 4 {
                                "assumption: no indicator has data, so the lowest score of the others stands"
                                    .to_owned()
                            } else {
                                String::new()
                            },
                        })
                        .collect()
                })
                .collect(),
        }),
    )
}

fn grid() -> Chart {
    let scale = (1..=12).map(|step| (5 * step).to_string()).collect();
    let ramp = (1..=8).map(|years| format!("{years} years")).collect();
    chart(
        "Net present value by scale and ramp",
        "Value is positive for large and fast pilots, negative for small and slow ones.",
        Data::HeatMap(HeatMap {
            columns_label: "Pilot cities in China".to_owned(),
            columns: scale,
            rows_label: "Ramp".to_owned(),
            rows: ramp,
            value: Axis::new("Net present value", "USD bn", Format::Number),
            colors: Colors::Diverging {
                middle: 0.0,
                reach: 40.0,
            },
            cells: (0..8)
                .map(|row| {
                    (0..12)
                        .map(|column| HeatCell {
                            value: Some(-22.0 + 5.3 * f64::from(column) - 4.1 * f64::from(row)),
                            note: String::new(),
                        })
                        .collect()
                })
                .collect(),
        }),
    )
}

fn frontier() -> Chart {
    let option = |label: &str, cost: f64, effect: f64, efficient: bool| FrontierOption {
        label: label.to_owned(),
        cost,
        effect,
        cost_interval: Some([0.8 * cost, 1.3 * cost]),
        effect_interval: Some([0.5 * effect, 1.5 * effect]),
        efficient,
    };
    chart(
        "Cost and effect of the options",
        "Cities only, then both, then everything are efficient; the zone alone costs more than it gives.",
        Data::Frontier(Frontier {
            cost: Axis::new("Cost", "USD bn of 2021", Format::Number),
            effect: Axis::new(
                "Gain in digital share, group",
                "percentage points",
                Format::Points,
            ),
            options: vec![
                option("no levers", 0.0, 0.0, true),
                option("cities only", 1.2, 0.006, true),
                option("zone only", 2.1, 0.003, false),
                option("both", 3.1, 0.0082, true),
                option("joint laboratories", 3.3, 0.0078, false),
                option("everything", 7.4, 0.0104, true),
            ],
        }),
    )
}

fn boxes() -> Chart {
    let input = |label: &str, unit: &str, format: Format, range: [f64; 2], limits: [f64; 2]| BoxInput {
        input: Axis::new(label, unit, format),
        range,
        limits,
        two_states: range == [0.0, 1.0],
    };
    chart(
        "Where the option loses money",
        "The option loses mainly where the response is weak and tension frequent: coverage 72 %, density 81 %.",
        Data::Boxes(Boxes {
            inputs: vec![
                input(
                    "Response of the share",
                    "logit points",
                    Format::Number,
                    [0.0, 0.3],
                    [0.0, 0.08],
                ),
                input(
                    "Tension hazard, China and Japan",
                    "a year",
                    Format::Percent,
                    [0.01, 0.25],
                    [0.09, 0.25],
                ),
                input("Delay", "years", Format::Number, [0.0, 4.0], [1.2, 4.0]),
                input("Delivered", "", Format::Number, [0.0, 1.0], [0.0, 0.5]),
            ],
        }),
    )
}

fn waterfall() -> Chart {
    let row = |label: &str, value: f64, total: bool| WaterfallRow {
        label: label.to_owned(),
        value,
        interval: Some([value - 1.5, value + 1.25]),
        total,
    };
    chart(
        "From plan to effect",
        "Of the 80 bn planned 47 bn are left; failure takes most.",
        Data::Waterfall(Waterfall {
            axis: Axis::new("Added to the digital economy", "USD bn", Format::Number),
            rows: vec![
                row("as planned", 80.5, true),
                row("political tension", -8.75, false),
                row("late starts", -4.5, false),
                row("a part that adds", 2.25, false),
                row("programs that fail", -22.5, false),
                row("as it is", 47.0, true),
            ],
            coverage: 90,
        }),
    )
}

fn timeline() -> Chart {
    let row = |label: &str, planned: f64, years: f64, ends: Option<f64>| TimelineRow {
        label: label.to_owned(),
        planned,
        begins: [planned + 0.25, planned + 1.5, planned + 4.75],
        full: planned + 1.5 + years,
        ends,
    };
    chart(
        "When the levers work",
        "The pilots start in 2027 and reach their full effect in 2032.",
        Data::Timeline(Timeline {
            x: Axis::years(),
            rows: vec![
                row("smart-city pilots", 2026.0, 5.0, None),
                row("free trade zone", 2028.0, 3.5, Some(2042.5)),
                row("talent exchange", 2026.0, 1.0, Some(2031.5)),
            ],
            places: vec![
                Reference {
                    value: 2035.0,
                    label: "horizon, 2035".to_owned(),
                },
                Reference {
                    value: 2045.0,
                    label: "last year counted, 2045".to_owned(),
                },
            ],
        }),
    )
}

/// The whole page.
pub fn page() -> Document {
    let kinds = every_kind();
    let named = |name: &str| -> Figure {
        let (_, chart) = kinds
            .iter()
            .find(|(kind, _)| *kind == name)
            .expect("a kind of chart");
        chart.clone().into()
    };
    let metrics = [
        ("Digital share of GDP", 0.2, 0.012, Format::Percent, ""),
        ("Digital economy", 900.0, 0.05, Format::Number, "USD bn"),
        ("Digital economy per head", 2100.0, 0.04, Format::Number, "USD"),
    ];
    let mut levels = Vec::new();
    for (economy, name) in ECONOMIES.iter().enumerate() {
        for (metric, (heading, start, growth, format, unit)) in metrics.iter().enumerate() {
            let start = start * (1.0 + 0.2 * economy as f64);
            levels.push(Figure {
                chart: fan(name, heading, start, *growth, *format, unit, 1),
                choices: vec![economy, metric],
            });
        }
    }
    let some = |names: &[&str]| (Vec::new(), names.iter().map(|name| named(name)).collect());
    Document {
        title: "China–Korea smart-city pilots in the Northeast".to_owned(),
        question: "Would jointly launched smart-city pilots narrow the digital gap between the partners by 2035, and at \
                   what cost?"
            .to_owned(),
        facts: vec![
            Fact::new("Economies", "China, Japan, Korea, Russia, Mongolia"),
            Fact::new("Horizon", "2035"),
            Fact::new("Futures", "10,000"),
            Fact::new("Base year", "2021"),
        ],
        sections: vec![
            Section::brief("answer", "In short").sentences([
            "The pilots raise Korea's digital share of GDP in 2035 by 1.3 percentage points (median; 90 % interval 0.2 \
             to 2.9) and close half of the gap with a probability of 38 %."
                .to_owned(),
            "They cost USD 3.1 bn of 2021 (2.4 to 4.2) and pay for themselves with a probability of 81 %; the response \
             of the economy to capability drives the answer."
                .to_owned(),
            ]),
            Section::full("projections", "Projections by economy")
                .sentence(
                    "Dots are observed values. The line is the median of the futures, the dark band holds half of them, \
                     the light band nine in ten.",
                )
                .charts((
                    vec![
                        Selector::new("Economy", ECONOMIES),
                        Selector::new("Metric", metrics.map(|(heading, ..)| heading)),
                    ],
                    levels,
                )),
            Section::full("effects", "What the levers add")
                .sentence("Differences are taken on the same futures, so that chance common to both cancels.")
                .charts(some(&["paired differences", "lines"])),
            Section::full("matrix", "Digitalization matrix").charts(some(&["heat map", "bars"])),
            Section::full("options", "Options compared")
                .charts(some(&["intervals", "frontier", "logarithmic"])),
            Section::full("drivers", "What drives the answer").charts(some(&[
                "tornado",
                "response",
                "diverging heat map",
                "boxes",
                "waterfall",
                "timeline",
            ])),
            assumptions(),
            hostile_section(),
            Section::full("methods", "Methods").sentence(
                "Each economy's GDP and digital share follow a random walk whose drift and volatility are estimated \
                 with their uncertainty from the published growth tables.",
            ),
        ],
        reproduce: Reproduce {
            command: "jointly run scenarios/smart-cities.toml --paths 10000 --seed 1 --report report.html".to_owned(),
            facts: vec![
                Fact::new("Version", "0.1.0"),
                Fact::new("Seed", "1"),
                Fact::new(
                    "Scenario, SHA-256",
                    "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
                ),
            ],
        },
    }
}

fn assumptions() -> Section {
    let row = |name: &str, value: f64, interval: &str, grade: &str, source: &str| {
        vec![
            Cell::words(name),
            Cell::number(value, Format::Number),
            Cell::words(interval),
            Cell::words(grade),
            Cell::words(source),
        ]
    };
    Section::full("assumptions", "Assumptions")
        .sentence("Every number that went in, with its grade and source; judgment is marked.")
        .table(Table {
            title: "Inputs".to_owned(),
            columns: vec![
                Column::words("Input"),
                Column::numbers("Value", ""),
                Column::words("90 % interval"),
                Column::words("Grade"),
                Column::words("Source"),
            ],
            rows: vec![
                row(
                    "model.share_response",
                    0.09,
                    "0.02 to 0.19",
                    "B",
                    "panel estimate, 38 economies, 2005 to 2019",
                ),
                row(
                    "model.persistence",
                    0.89,
                    "0.82 to 0.95",
                    "assumption",
                    "judgment, after the literature on growth",
                ),
                row(
                    "levers.smart-cities.capital_cost",
                    152.345678901,
                    "110 to 230",
                    "C",
                    "announced budgets of eleven pilot cities",
                ),
            ],
            note: "Grades: A measured here, B published estimate, C announced figure.".to_owned(),
        })
}

fn hostile_section() -> Section {
    let texts = hostile();
    let charts = texts
        .iter()
        .enumerate()
        .map(|(position, text)| Figure {
            chart: Chart {
                title: text.clone(),
                description: text.clone(),
                data: Data::Bars(Bars {
                    axis: Axis::new(text, text, Format::Number),
                    rows: vec![Bar {
                        group: text.clone(),
                        label: text.clone(),
                        value: 1.0 + position as f64,
                        interval: None,
                    }],
                    coverage: 90,
                }),
            },
            choices: vec![position],
        })
        .collect();
    let choices = texts
        .iter()
        .map(|text| text.chars().take(300).collect::<String>());
    Section::full("\"><script>", texts[0].clone())
        .sentences(texts.clone())
        .charts((vec![Selector::new(texts[2].clone(), choices)], charts))
        .table(Table {
            title: texts[1].clone(),
            columns: vec![
                Column::words(texts[0].clone()),
                Column::numbers(texts[2].clone(), texts[3].clone()),
            ],
            rows: texts
                .iter()
                .map(|text| vec![Cell::words(text.clone()), Cell::number(1.5, Format::Number)])
                .collect(),
            note: texts[4].clone(),
        })
}

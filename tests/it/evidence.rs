//! What needs no run: figures, audit, calibration, hindcast, matrix, levers; each answered within a screen, with every number
//! on request.

use std::collections::BTreeMap;

use jointly::{
    report::{
        Findings,
        terminal::{Shown, render},
    },
    scenario::LeverKind,
    session::{
        BacktestRequest, CalibrateRequest, Evidence, HistoryChoice, HistoryRequest, Inputs, LeversResult,
        MatrixResult, Session,
    },
    table::{Data, Table},
};

fn evidence() -> Evidence {
    Evidence::open(&HistoryChoice::default()).unwrap()
}

/// Text of the terminal without styles.
fn text(findings: &dyn Findings, shown: &Shown, width: usize) -> String {
    anstream::adapter::strip_str(&render(&findings.document(), shown, width)).to_string()
}

fn words(table: &Table, column: &str) -> Vec<String> {
    let data = table.column(column).unwrap();
    (0..data.len()).map(|row| data.text(row)).collect()
}

fn numbers(table: &Table, column: &str) -> Vec<f64> {
    match table.column(column).unwrap() {
        Data::Numbers(values) => values.iter().map(|value| value.unwrap_or(f64::NAN)).collect(),
        Data::Truths(values) => values
            .iter()
            .map(|value| f64::from(u8::from(value.unwrap())))
            .collect(),
        other => panic!("{column} holds {}", other.kind()),
    }
}

#[test]
fn every_answer_fits_a_screen() {
    let evidence = evidence();
    let history = |economies: &[&str]| {
        let economies = economies.iter().map(|code| (*code).to_owned()).collect();
        evidence
            .history(&HistoryRequest {
                economies,
                series: Vec::new(),
            })
            .unwrap()
    };
    let backtest = |panel| evidence.backtest(&BacktestRequest { seed: 1, panel }).unwrap();
    let every_economy = CalibrateRequest {
        economies: [
            "CHN", "JPN", "KOR", "RUS", "MNG", "VNM", "DEU", "FRA", "USA", "IND", "BRA", "IDN", "THA", "MYS",
            "PHL", "AUS", "CAN",
        ]
        .map(str::to_owned)
        .to_vec(),
        prior_years_max: None,
    };
    let pair = ["CHN", "KOR"].map(str::to_owned);
    let mut answers: Vec<(String, Box<dyn Findings>)> = vec![
        ("history".to_owned(), Box::new(history(&[]))),
        ("history of Korea".to_owned(), Box::new(history(&["KOR"]))),
        (
            "audit".to_owned(),
            Box::new(evidence.audit(&HistoryRequest::default()).unwrap()),
        ),
        (
            "calibration".to_owned(),
            Box::new(evidence.calibrate(&CalibrateRequest::default()).unwrap()),
        ),
        (
            "calibration of 17".to_owned(),
            Box::new(evidence.calibrate(&every_economy).unwrap()),
        ),
        ("hindcast".to_owned(), Box::new(backtest(false))),
        ("hindcast of the panel".to_owned(), Box::new(backtest(true))),
        (
            "matrix".to_owned(),
            Box::new(MatrixResult::of(2021, &[]).unwrap()),
        ),
        (
            "pair".to_owned(),
            Box::new(MatrixResult::of(2021, &pair).unwrap()),
        ),
        ("levers".to_owned(), Box::new(LeversResult::of(None).unwrap())),
    ];
    for kind in LeverKind::all().unwrap() {
        answers.push((
            kind.name.to_owned(),
            Box::new(LeversResult::of(Some(kind.name)).unwrap()),
        ));
    }
    for (name, findings) in answers {
        let text = text(findings.as_ref(), &Shown::Brief, 80);
        let lines = text.lines().count();
        assert!(lines <= 30, "{name} takes {lines} lines\n{text}");
        assert!(text.contains("More: --show "), "{name}\n{text}");
    }
}

/// The means of the scores are computed again from the table of single forecasts.
#[test]
fn a_hindcast_tells_the_means_of_its_scores_and_every_known_year() {
    let result = evidence().backtest(&BacktestRequest::default()).unwrap();
    let tables = result.tables();
    let names: Vec<&str> = tables.iter().map(|table| table.name).collect();
    assert_eq!(names, ["backtest", "backtest_summary", "known_years"]);
    let [scores, summary, known] = &tables[..] else {
        panic!("{names:?}")
    };
    let keys = |table: &Table| -> Vec<(String, String, String)> {
        let [series, ahead, method] = ["series", "years_ahead", "method"].map(|column| words(table, column));
        series
            .into_iter()
            .zip(ahead)
            .zip(method)
            .map(|((series, ahead), method)| (series, ahead, method))
            .collect()
    };
    let full = text(&result, &Shown::Full, 140);
    for (single, mean) in [
        ("crps", "crps"),
        ("pit", "pit"),
        ("in_50", "coverage_50"),
        ("in_80", "coverage_80"),
        ("in_90", "coverage_90"),
    ] {
        let mut groups: BTreeMap<_, Vec<f64>> = BTreeMap::new();
        for (key, value) in keys(scores).into_iter().zip(numbers(scores, single)) {
            groups.entry(key).or_default().push(value);
        }
        assert_eq!(groups.len(), summary.rows());
        for (key, told) in keys(summary).into_iter().zip(numbers(summary, mean)) {
            let values = &groups[&key];
            let expected = values.iter().sum::<f64>() / values.len() as f64;
            assert!(
                (told - expected).abs() < 1e-12,
                "{key:?} {mean}: {told}, {expected}"
            );
            if mean == "crps" {
                assert!(full.contains(&format!("{told:.4}")), "{key:?}\n{full}");
            }
        }
    }
    assert_eq!(known.rows(), 20);
    for gdp in numbers(known, "gdp") {
        assert!(full.contains(&format!(" {gdp:.0} ")), "{gdp}\n{full}");
    }
}

#[test]
fn a_session_hindcasts_with_the_parameters_of_its_scenario() {
    let text = "economies = [\"CHN\", \"KOR\"]\n";
    let known_years = |text: &str| {
        let session = Session::open(&Inputs::of_text(text)).unwrap();
        let result = session.backtest(&BacktestRequest::default()).unwrap();
        result.tables()[2].clone()
    };
    let by_default = evidence().backtest(&BacktestRequest::default()).unwrap();
    assert_eq!(known_years(text), by_default.tables()[2]);
    // Without memory a drift of 0.02 moves the logarithm of every path, and so its median, by 0.02 a year.
    let drifting = |drift: f64| {
        known_years(&format!(
            "{text}[model]\nprice_persistence = 0\ndollar_drift = {drift}\n"
        ))
    };
    let (still, moved) = (drifting(0.0), drifting(0.02));
    let medians = numbers(&still, "p50").into_iter().zip(numbers(&moved, "p50"));
    for (year, (still, moved)) in words(&still, "year").iter().zip(medians) {
        let years = year.parse::<f64>().unwrap() - 2021.0;
        let shift = (moved / still).ln();
        assert!((shift - 0.02 * years).abs() < 1e-9, "{year}: {shift}");
    }
}

#[test]
fn every_figure_is_shown_on_request() {
    let result = evidence().history(&HistoryRequest::default()).unwrap();
    let full = text(&result, &Shown::Full, 140);
    for row in &result.rows {
        let printed = format!("{} {}", row.printed, row.unit.key());
        assert!(full.contains(&printed), "{} {} {printed}", row.place, row.year);
    }
    let corrected = result.rows.iter().filter_map(|row| row.correction.as_ref());
    let told = full.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        corrected.clone().count() == 5 && corrected.clone().all(|correction| told.contains(&correction.why))
    );
    let result = evidence().calibrate(&CalibrateRequest::default()).unwrap();
    let (full, table) = (text(&result, &Shown::Full, 140), &result.tables()[0]);
    assert_eq!(table.rows(), 15);
    for (column, decimals) in [("posterior_m", 4), ("posterior_s", 4), ("posterior_nu", 0)] {
        for value in numbers(table, column) {
            assert!(
                full.contains(&format!("{value:.decimals$}")),
                "{column} {value}\n{full}"
            );
        }
    }
}

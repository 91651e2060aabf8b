//! What `jointly run` prints: the answer within a screen, the same words as on the page.

use jointly::{
    base::{Metric, Place},
    engine::Progress,
    outcomes::{Comparison, Statistics},
    report::{
        Findings,
        document::{Block, Document, Rank},
        markdown,
        terminal::{Shown, render},
    },
    session::{Inputs, RunRequest, RunResult, Session, Study},
};

use crate::common::shipped_files;

fn results() -> Vec<(String, RunResult)> {
    let request = RunRequest {
        paths: 1000,
        ..RunRequest::default()
    };
    let ran = |path: std::path::PathBuf| {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let session = Session::open(&Inputs::of_file(path)).unwrap_or_else(|errors| panic!("{errors}"));
        let study = session.run(&request).unwrap_or_else(|errors| panic!("{errors}"));
        (name, study.run(&Progress::default()).unwrap())
    };
    shipped_files().into_iter().map(ran).collect()
}

/// Text of the terminal without styles.
fn plain(document: &Document, shown: &Shown, width: usize) -> String {
    anstream::adapter::strip_str(&render(document, shown, width)).to_string()
}

/// The words of a text, however it is broken into lines.
fn words(text: &str) -> String {
    text.replace('\u{a0}', " ")
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}

/// The numbers in a text.
fn numbers(text: &str) -> Vec<f64> {
    let parts = text.split(|letter: char| !letter.is_ascii_digit() && letter != '.');
    parts.filter_map(|part| part.parse().ok()).collect()
}

#[test]
fn the_answer_says_how_exact_the_means_of_all_options_are() {
    let mut named = 0;
    for (name, result) in results() {
        let summary = &result.summary;
        let error = |statistics: Statistics| {
            let part = statistics.mcse / statistics.mean.abs();
            if part < 1.0 / 3.0 { part } else { 0.0 }
        };
        let errors: Vec<f64> = summary
            .money
            .iter()
            .map(|account| {
                let extras = [Metric::Gdp, Metric::DigitalEconomy].map(|metric| {
                    let row = summary.last(&account.option, Comparison::Extra, Place::Group, metric);
                    error(row.unwrap().statistics)
                });
                let money = [account.cost, account.net_present_value].map(error);
                extras.into_iter().chain(money).fold(0.0, f64::max)
            })
            .collect();
        let worst = errors.iter().copied().fold(0.0, f64::max);
        let text = words(&plain(&result.document(), &Shown::Brief, 100));
        let Some((_, told)) = text.split_once("good to about ") else {
            assert!(errors.is_empty() || errors.contains(&0.0), "{name}: {errors:?}");
            continue;
        };
        let (leading, rest) = told.split_once(" %").unwrap();
        let (leading, rest) = (numbers(leading)[0] / 100.0, rest.trim_start());
        let close = |one: f64, other: f64| (one - other).abs() <= 0.06 * other;
        assert!(
            errors.iter().any(|error| close(leading, *error)),
            "{name}: {leading} {errors:?}"
        );
        if let Some(least) = rest.strip_prefix('(') {
            named += 1;
            assert!(close(numbers(least)[0] / 100.0, worst), "{name}: {least} {worst}");
        } else {
            assert!(worst <= 2.2 * leading, "{name}: {leading} {worst}");
        }
    }
    assert!(named >= 2, "{named}");
}

#[test]
fn the_answer_of_every_shipped_scenario_fits_a_screen_and_stands_on_its_page() {
    for (name, result) in results() {
        let document = result.document();
        let options = result.summary.money.len();
        let text = plain(&document, &Shown::Brief, 80);
        println!(
            "{name}: {} options, {} lines\n{text}",
            options,
            text.lines().count()
        );
        // An option takes two lines of the table.
        let most = 30 + 2 * options.saturating_sub(5);
        assert!(
            text.lines().count() <= most,
            "{name}: {}\n{text}",
            text.lines().count()
        );
        let narrow = plain(&document, &Shown::Brief, 40);
        assert!(narrow.lines().count() <= 3 * most, "{name}\n{narrow}");
        for (width, text) in [
            (80, &text),
            (40, &narrow),
            (80, &plain(&document, &Shown::Full, 80)),
        ] {
            for line in text.lines() {
                assert!(line.chars().count() <= width, "{name}, {width}: {line}");
                assert!(!line.contains("NaN") && !line.contains("inf "), "{name}: {line}");
            }
        }
        let html = document.html();
        let page = words(
            &html
                .replace("&quot;", "\"")
                .replace("&#39;", "'")
                .replace("&lt;", "<")
                .replace("&gt;", ">")
                .replace("&amp;", "&"),
        );
        let printed = words(&plain(&document, &Shown::Full, 80).replace("\n  ", "\n"));
        let mut sentences = 0;
        for section in &document.sections {
            for block in &section.blocks {
                let (Block::Sentence(sentence) | Block::Note(sentence)) = block else {
                    continue;
                };
                let sentence = words(sentence);
                assert!(page.contains(&sentence), "{name}, page: {sentence}");
                assert!(printed.contains(&sentence), "{name}, terminal: {sentence}");
                sentences += 1;
            }
        }
        assert!(sentences > 5, "{name}");
        assert!(document.of_rank(Rank::Brief).count() >= 1);
        assert!(markdown::render(&document, &Shown::Brief).starts_with("# "));
    }
}

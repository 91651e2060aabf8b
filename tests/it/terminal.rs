//! What `jointly run` prints: the answer within a screen, the same words as on the page.

use jointly::{
    engine::Progress,
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

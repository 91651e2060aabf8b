//! A page as HTML.

use serde::Serialize;
use sha2::{Digest, Sha256};

use super::{Fact, Figure, Table};
use crate::report::chart::{Chart, DIVERGING, Data, Ink, SEQUENTIAL, SERIES_DARK, SERIES_LIGHT, markup};
use crate::report::document::{Block, Charts, Document, Rank, Section};

const STYLE: &str = include_str!("style.css");
const SCRIPT: &str = include_str!("page.js");
/// Name, license and text of the libraries in the page.
const LIBRARIES: [(&str, &str, &str); 2] = [
    (
        "d3 7.9.2",
        include_str!("vendor/LICENSE-d3.txt"),
        include_str!("vendor/d3.min.js"),
    ),
    (
        "Observable Plot 0.6.17",
        include_str!("vendor/LICENSE-plot.txt"),
        include_str!("vendor/plot.min.js"),
    ),
];

/// Columns further right align at the left even if they hold numbers.
const MOST_NUMERIC_COLUMNS: usize = 16;

/// Colors of the page: name, light, dark.
const COLORS: [(&str, &str, &str); 9] = [
    ("text", "#1b2530", "#e8edf2"),
    ("muted", "#54616e", "#a9b5c1"),
    ("line", "#6b7885", "#8794a1"),
    ("grid", "#e3e7eb", "#2c3641"),
    ("track", "#dde3e9", "#36424e"),
    ("surface", "#ffffff", "#161c23"),
    ("page", "#f6f7f8", "#0f1419"),
    ("rule", "#cfd6dc", "#3a4652"),
    ("accent", "#174f8c", "#8fc0f7"),
];

/// What the script reads.
#[derive(Serialize)]
struct ScriptData<'page> {
    charts: Vec<&'page Chart>,
    sequential: [[u8; 3]; 5],
    diverging: [[u8; 3]; 5],
}

pub(in crate::report) fn page(page: &Document) -> String {
    let mut html = Html::default();
    let scripts: Vec<String> = LIBRARIES
        .iter()
        .map(|(name, license, code)| format!("/*! {name}\n\n{license}*/\n{code}"))
        .chain([SCRIPT.to_owned()])
        .collect();
    let hashes: Vec<String> = scripts
        .iter()
        .map(|script| format!("'sha256-{}'", base64(&Sha256::digest(script.as_bytes()))))
        .collect();
    html.raw("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    // Plot and the toggles set styles at run time, which only unsafe-inline allows; styles cannot run code.
    html.raw(&format!(
        "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; script-src {}; \
         style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'\">\n",
        hashes.join(" ")
    ));
    html.raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    html.raw("<meta name=\"color-scheme\" content=\"light dark\">\n");
    html.raw(&format!(
        "<meta name=\"generator\" content=\"jointly {}\">\n",
        env!("CARGO_PKG_VERSION")
    ));
    html.element("title", "", &start(&page.title));
    html.raw(&format!("<style>\n{}</style>\n</head>\n<body>\n", style()));
    html.raw("<a class=\"skip\" href=\"#main\">Skip to the answer</a>\n");

    let (brief, full): (Vec<&Section>, Vec<&Section>) = page
        .sections
        .iter()
        .partition(|section| section.rank == Rank::Brief);
    let names = names(&full);
    html.raw("<header class=\"top\">\n<div class=\"column\">\n<p class=\"kicker\">Scenario report</p>\n");
    html.element("h1", " dir=\"auto\"", &page.title);
    html.raw(
        "<button id=\"theme\" class=\"script\" type=\"button\" aria-pressed=\"false\" hidden>Dark colors</button>\n\
         </div>\n</header>\n",
    );
    html.raw("<div class=\"column body\">\n<nav aria-label=\"Contents\">\n<h2>Contents</h2>\n<ul>\n");
    html.raw("<li><a href=\"#answer\">Question and answer</a></li>\n");
    for (section, name) in full.iter().zip(&names) {
        html.raw(&format!("<li><a href=\"#{name}\" dir=\"auto\">"));
        html.text(&section.heading);
        html.raw("</a></li>\n");
    }
    html.raw("<li><a href=\"#reproduce\">How to reproduce</a></li>\n</ul>\n</nav>\n<main id=\"main\">\n");

    html.raw("<section id=\"answer\" aria-labelledby=\"answer-heading\">\n<h2 id=\"answer-heading\">Question and answer</h2>\n");
    html.prose(" class=\"question\" dir=\"auto\"", &page.question);
    let mut charts = Vec::new();
    html.raw("<div class=\"answer\">\n");
    for (position, section) in brief.iter().enumerate() {
        if position > 0 {
            html.element("h3", " dir=\"auto\"", &section.heading);
        }
        html.blocks(&section.blocks, "answer", &mut charts);
    }
    html.raw("</div>\n");
    html.facts(&page.facts);
    html.raw("</section>\n");

    for (section, name) in full.iter().zip(&names) {
        html.section(section, name, &mut charts);
    }

    html.raw("<section id=\"reproduce\" aria-labelledby=\"reproduce-heading\">\n");
    html.raw("<h2 id=\"reproduce-heading\">How to reproduce</h2>\n");
    html.raw("<p>This command, with this version and these inputs, gives the same numbers to the last digit.</p>\n");
    html.raw("<pre tabindex=\"0\" role=\"group\" aria-label=\"Command\"><code dir=\"ltr\">");
    html.text(&page.reproduce.command);
    html.raw("</code></pre>\n");
    html.facts(&page.reproduce.facts);
    html.raw("</section>\n</main>\n</div>\n");
    html.raw(&format!(
        "<footer class=\"column\">\n<p>Made with jointly {}. Charts in the page by {} (license texts in the source of \
         this page).</p>\n</footer>\n<div id=\"spoken\" class=\"unseen\" aria-live=\"polite\"></div>\n",
        env!("CARGO_PKG_VERSION"),
        LIBRARIES.map(|(name, ..)| name).join(" and ")
    ));
    let data = ScriptData {
        charts,
        sequential: SEQUENTIAL,
        diverging: DIVERGING,
    };
    html.raw(&format!(
        "<script type=\"application/json\" id=\"data\">{}</script>\n",
        json(&data)
    ));
    for script in &scripts {
        html.raw(&format!("<script>{script}</script>\n"));
    }
    html.raw("</body>\n</html>\n");
    html.0
}

/// HTML under construction. Only `text` takes words that may come from a user.
#[derive(Default)]
struct Html(String);

impl Html {
    fn raw(&mut self, markup: &str) {
        self.0.push_str(markup);
    }

    fn text(&mut self, text: &str) {
        self.0.push_str(&markup(text));
    }

    /// Running text, in which a number stays with its percent sign.
    fn prose(&mut self, attributes: &str, text: &str) {
        let bytes = text.as_bytes();
        let mut joined = String::with_capacity(text.len());
        for (position, character) in text.char_indices() {
            let between = character == ' '
                && position > 0
                && bytes[position - 1].is_ascii_digit()
                && bytes.get(position + 1) == Some(&b'%');
            joined.push(if between { '\u{a0}' } else { character });
        }
        self.element("p", attributes, &joined);
    }

    fn element(&mut self, name: &str, attributes: &str, text: &str) {
        self.raw(&format!("<{name}{attributes}>"));
        self.text(text);
        self.raw(&format!("</{name}>\n"));
    }

    fn facts(&mut self, facts: &[Fact]) {
        if facts.is_empty() {
            return;
        }
        self.raw("<dl>\n");
        for fact in facts {
            self.raw("<div>");
            self.element("dt", " dir=\"auto\"", &fact.label);
            self.element("dd", " dir=\"auto\"", &fact.value);
            self.raw("</div>\n");
        }
        self.raw("</dl>\n");
    }

    fn section<'page>(&mut self, section: &'page Section, name: &str, charts: &mut Vec<&'page Chart>) {
        self.raw(&format!(
            "<section id=\"{name}\" aria-labelledby=\"{name}-heading\">\n"
        ));
        self.element(
            "h2",
            &format!(" id=\"{name}-heading\" dir=\"auto\""),
            &section.heading,
        );
        self.blocks(&section.blocks, name, charts);
        self.raw("</section>\n");
    }

    /// What a section says, under the heading that the name points at.
    fn blocks<'page>(&mut self, blocks: &'page [Block], name: &str, charts: &mut Vec<&'page Chart>) {
        for block in blocks {
            match block {
                Block::Sentence(text) => self.prose(" dir=\"auto\"", text),
                Block::Note(text) => self.prose(" class=\"note\" dir=\"auto\"", text),
                Block::Table(table) => {
                    self.raw("<div class=\"table\">\n");
                    self.element("h3", " dir=\"auto\"", &table.title);
                    self.table(table);
                    self.raw("<div class=\"tools script\" hidden></div>\n</div>\n");
                }
                Block::Charts(found) => self.charts(found, name, charts),
            }
        }
    }

    /// Charts, and above them what a reader chooses between.
    fn charts<'page>(&mut self, found: &'page Charts, name: &str, charts: &mut Vec<&'page Chart>) {
        let used: Vec<_> = found
            .selectors
            .iter()
            .filter(|selector| !selector.choices.is_empty())
            .collect();
        if !used.is_empty() {
            self.raw(&format!(
                "<div class=\"selectors script\" role=\"group\" aria-labelledby=\"{name}-heading\" hidden>\n"
            ));
            for selector in &used {
                self.raw("<label><span dir=\"auto\">");
                self.text(&selector.label);
                self.raw("</span> <select>\n");
                for (position, choice) in selector.choices.iter().enumerate() {
                    self.element("option", &format!(" value=\"{position}\""), choice);
                }
                if selector.choices.len() > 1 {
                    self.raw("<option value=\"all\">All</option>\n");
                }
                self.raw("</select></label>\n");
            }
            self.raw("</div>\n<p class=\"none\" role=\"status\" hidden>No chart for this choice.</p>\n");
        }
        self.raw("<div class=\"charts\">\n");
        for figure in &found.figures {
            self.figure(figure, charts.len());
            charts.push(&figure.chart);
        }
        self.raw("</div>\n");
    }

    fn figure(&mut self, figure: &Figure, position: usize) {
        // Cells of a heat map need the room.
        let wide = match figure.chart.data {
            Data::HeatMap(_) => " class=\"wide\"",
            _ => "",
        };
        let choices: Vec<String> = figure.choices.iter().map(usize::to_string).collect();
        self.raw(&format!(
            "<figure{wide} data-chart=\"{position}\" data-choices=\"{}\">\n<figcaption>\n",
            choices.join(" ")
        ));
        self.element("h3", " dir=\"auto\"", &figure.chart.title);
        self.prose(" dir=\"auto\"", &figure.chart.description);
        // Scrolls on a narrow screen without script, so that its words stay readable.
        self.raw("</figcaption>\n<div class=\"static\" tabindex=\"0\" role=\"group\" aria-label=\"Picture: ");
        self.text(&start(&figure.chart.title));
        self.raw("\">");
        self.raw(&figure.chart.svg_element());
        self.raw("</div>\n<details>\n<summary>Show as table</summary>\n");
        self.table(&Table::of_chart(&figure.chart));
        self.raw("</details>\n<div class=\"tools script\" hidden></div>\n</figure>\n");
    }

    fn table(&mut self, table: &Table) {
        self.raw("<div class=\"scroll\" role=\"group\" tabindex=\"0\" aria-label=\"Table: ");
        self.text(&start(&table.title));
        // Which columns hold numbers is said once, not in every cell: half of a page is tables.
        let numeric: Vec<String> = (1..)
            .zip(&table.columns)
            .filter(|(_, column)| column.numeric)
            .map(|(position, _)| format!("n{position}"))
            .collect();
        self.raw(&format!(
            "\">\n<table class=\"{}\">\n<thead><tr>",
            numeric.join(" ")
        ));
        for column in &table.columns {
            self.raw("<th scope=\"col\">");
            self.text(&column.label);
            if !column.unit.is_empty() {
                self.raw(" <span class=\"unit\">");
                self.text(&column.unit);
                self.raw("</span>");
            }
            self.raw("</th>");
        }
        self.raw("</tr></thead>\n<tbody>\n");
        for row in &table.rows {
            self.raw("<tr>");
            for (position, (cell, column)) in row.iter().zip(&table.columns).enumerate() {
                let (open, close) = if position == 0 {
                    ("<th scope=\"row\"", "</th>")
                } else {
                    ("<td", "</td>")
                };
                self.raw(open);
                if !column.numeric {
                    self.raw(" dir=\"auto\"");
                }
                if let Some(value) = cell.value.filter(|value| value.is_finite()) {
                    let full = value.to_string();
                    if full != cell.text {
                        self.raw(&format!(" data-v=\"{full}\""));
                    }
                }
                self.raw(">");
                for (line, words) in cell.text.split('\n').enumerate() {
                    self.raw(if line > 0 { "<br>" } else { "" });
                    self.text(words);
                }
                self.raw(close);
            }
            self.raw("</tr>\n");
        }
        self.raw("</tbody>\n</table>\n</div>\n");
        if !table.note.is_empty() {
            self.element("p", " class=\"note\" dir=\"auto\"", &table.note);
        }
    }
}

/// The start of a text, where the whole stands elsewhere.
fn start(text: &str) -> String {
    text.chars().take(200).collect()
}

/// JSON that no HTML parser reads as markup, without the characters that reorder a line, as everywhere in the page.
fn json(data: &impl Serialize) -> String {
    let text = serde_json::to_string(data).unwrap_or_else(|_| "null".to_owned());
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                safe.push_str(&format!("\\u{:04x}", character as u32));
            }
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => safe.push('\u{fffd}'),
            other => safe.push(other),
        }
    }
    safe
}

/// Names of sections in the address: unique, of letters, digits and hyphens.
fn names(sections: &[&Section]) -> Vec<String> {
    let mut taken = vec!["answer".to_owned(), "reproduce".to_owned(), "main".to_owned()];
    let reserved = taken.len();
    for section in sections {
        let name: String = section
            .id
            .chars()
            .take(60)
            .map(|character| {
                if character.is_ascii_alphanumeric() {
                    character.to_ascii_lowercase()
                } else {
                    '-'
                }
            })
            .collect();
        let name = format!("s-{}", name.trim_matches('-'));
        let mut unique = name.clone();
        let mut number = 2;
        while taken.contains(&unique) {
            unique = format!("{name}-{number}");
            number += 1;
        }
        taken.push(unique);
    }
    taken.split_off(reserved)
}

fn style() -> String {
    let variables = |dark: bool| -> String {
        let colors = COLORS.iter().map(|(name, light_color, dark_color)| {
            format!("--{name}:{};", if dark { dark_color } else { light_color })
        });
        let palette = if dark { SERIES_DARK } else { SERIES_LIGHT };
        let series = palette
            .iter()
            .enumerate()
            .map(|(position, color)| format!("--s{position}:{color};"));
        colors.chain(series).collect()
    };
    let (light, dark) = (variables(false), variables(true));
    let inks = [
        Ink::Text,
        Ink::Muted,
        Ink::Line,
        Ink::Grid,
        Ink::Track,
        Ink::Surface,
    ];
    let classes: String = inks
        .into_iter()
        .chain((0..SERIES_LIGHT.len()).map(Ink::Series))
        .map(|ink| {
            let name = ink.class();
            format!(".static .f-{name}{{fill:var(--{name})}}.static .k-{name}{{stroke:var(--{name})}}\n")
        })
        .collect();
    let numeric = |cells: &str| -> String {
        let columns: Vec<String> = (1..=MOST_NUMERIC_COLUMNS)
            .map(|column| format!(".n{column} {cells}:nth-child({column})"))
            .collect();
        columns.join(",")
    };
    let (numbers, bodies) = (numeric(":is(th,td)"), numeric("td"));
    format!(
        ":root{{color-scheme:light;{light}}}\n\
         @media (prefers-color-scheme:dark){{:root:not([data-theme=light]){{color-scheme:dark;{dark}}}}}\n\
         :root[data-theme=dark]{{color-scheme:dark;{dark}}}\n\
         {classes}{STYLE}\n\
         {numbers}{{text-align:right;font-variant-numeric:tabular-nums}}{bodies}{{white-space:nowrap}}\n\
         @media print{{:root:root:root{{color-scheme:light;{light}}}}}\n"
    )
}

/// Base64 with padding (RFC 4648), for the hashes of the content security policy.
fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for group in bytes.chunks(3) {
        let number = group
            .iter()
            .fold(0u32, |number, byte| number << 8 | u32::from(*byte))
            << (8 * (3 - group.len()));
        for position in 0..4 {
            if position <= group.len() {
                text.push(char::from(DIGITS[(number >> (18 - 6 * position) & 63) as usize]));
            } else {
                text.push('=');
            }
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_agrees_with_the_examples_of_the_standard() {
        for (bytes, text) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foob", "Zm9vYg=="),
            ("fooba", "Zm9vYmE="),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(base64(bytes.as_bytes()), text);
        }
    }

    #[test]
    fn json_holds_nothing_that_ends_a_script() {
        let text = "</script><!--<script>&\u{2028}\u{2029}\"'\\";
        let safe = json(&text);
        for mark in ["<", ">", "&", "\u{2028}", "\u{2029}"] {
            assert!(!safe.contains(mark));
        }
        assert_eq!(serde_json::from_str::<String>(&safe).unwrap(), text);
    }

    #[test]
    fn section_names_are_unique_and_harmless() {
        let section = |id: &str| Section {
            id: id.to_owned(),
            ..Section::default()
        };
        let sections: Vec<Section> = ["Gap closure", "gap-closure", "\"><b", "", "answer"]
            .map(section)
            .into();
        assert_eq!(
            names(&sections.iter().collect::<Vec<_>>()),
            ["s-gap-closure", "s-gap-closure-2", "s-b", "s-", "s-answer"]
        );
    }

    #[test]
    fn libraries_and_script_do_not_end_their_element() {
        for text in LIBRARIES
            .iter()
            .flat_map(|(_, license, code)| [*license, *code])
            .chain([SCRIPT])
        {
            assert!(!text.contains("</script") && !text.contains("<!--"));
        }
        for (_, license, _) in LIBRARIES {
            assert!(!license.contains("*/"));
        }
    }
}

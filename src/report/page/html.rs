//! A document as HTML.

use sha2::{Digest, Sha256};

use super::Fragment;
use crate::report::{
    chart::{self, Data, Ink, markup},
    document::{Block, Charts, Document, Fact, Figure, Rank, Section, Table},
};

const STYLE: &str = include_str!("style.css");
pub(super) const SCRIPT: &str = include_str!("page.js");

/// Columns further right align at the left even if they hold numbers, unless all columns do.
const MOST_NUMERIC_COLUMNS: usize = 16;
/// A longer table below the answer is folded, a chart of more rows stands alone in its line.
const MOST_ROWS: usize = 12;

/// Colors of the page beside those of charts: name, light, dark.
const COLORS: [(&str, &str, &str); 3] = [
    ("page", "#f6f7f8", "#0f1419"),
    ("rule", "#cfd6dc", "#3a4652"),
    ("accent", "#174f8c", "#8fc0f7"),
];

pub(super) fn page(page: &Document) -> String {
    let mut html = Html::default();
    let styles = [chart::style(), style()];
    html.head(page, &styles);
    let (brief, full): (Vec<&Section>, Vec<&Section>) = page
        .sections
        .iter()
        .partition(|section| section.rank == Rank::Brief);
    let names = names(&full);
    // Names of the figures, in the order in which they are written.
    html.names = page.pictures().into_iter().map(|picture| picture.name).collect();
    html.raw("<a class=\"skip\" href=\"#main\">Skip to the answer</a>\n");
    html.raw("<header class=\"top\">\n<div class=\"column\">\n");
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

    html.answer(page, &brief);
    for (section, name) in full.iter().zip(&names) {
        html.section(section, name);
    }

    html.raw("<section id=\"reproduce\" aria-labelledby=\"reproduce-heading\">\n");
    html.fold("reproduce", "How to reproduce");
    html.raw("<p>This command, with this version and these inputs, gives the same numbers to the last digit.</p>\n");
    html.raw("<pre tabindex=\"0\" role=\"group\" aria-label=\"Command\"><code dir=\"ltr\">");
    html.text(&page.reproduce.command);
    html.raw("</code></pre>\n");
    html.facts(&page.reproduce.facts);
    html.raw("</details>\n</section>\n</main>\n</div>\n");
    html.raw(&format!(
        "<footer class=\"column\">\n<p>Made with jointly {}.</p>\n</footer>\n\
         <div id=\"spoken\" class=\"unseen\" aria-live=\"polite\"></div>\n<div id=\"credit\" hidden>{}</div>\n\
         <script>{SCRIPT}</script>\n</body>\n</html>\n",
        env!("CARGO_PKG_VERSION"),
        chart::credit_elements(&page.credit())
    ));
    html.text
}

pub(super) fn fragments(page: &Document) -> Vec<Fragment> {
    let (brief, full): (Vec<&Section>, Vec<&Section>) = page
        .sections
        .iter()
        .partition(|section| section.rank == Rank::Brief);
    let mut html = Html {
        names: page.pictures().into_iter().map(|picture| picture.name).collect(),
        ..Html::default()
    };
    html.answer(page, &brief);
    let mut all = vec![Fragment {
        id: "answer".to_owned(),
        heading: String::new(),
        html: std::mem::take(&mut html.text),
    }];
    for (section, name) in full.iter().zip(names(&full)) {
        html.section(section, &name);
        all.push(Fragment {
            id: name,
            heading: section.heading.clone(),
            html: std::mem::take(&mut html.text),
        });
    }
    all
}

/// HTML under construction. Only `text` takes words that may come from a user.
#[derive(Default)]
struct Html {
    text: String,
    /// Names of the figures.
    names: Vec<String>,
    /// How many figures are written.
    figures: usize,
}

impl Html {
    /// The head of the page. The styles and the script are allowed by their hashes, and nothing else is.
    fn head(&mut self, page: &Document, styles: &[String; 2]) {
        let [pictures, whole] = styles;
        self.raw(&format!(
            "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
             <meta http-equiv=\"Content-Security-Policy\" content=\"{}\">\n\
             <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
             <meta name=\"color-scheme\" content=\"light dark\">\n<meta name=\"generator\" content=\"jointly {}\">\n",
            policy(&[SCRIPT], styles),
            env!("CARGO_PKG_VERSION")
        ));
        self.element("title", "", &start(&page.title));
        self.raw(&format!(
            "<style id=\"picture-style\">{pictures}</style>\n<style>{whole}</style>\n</head>\n<body>\n"
        ));
    }

    fn raw(&mut self, markup: &str) {
        self.text.push_str(markup);
    }

    fn text(&mut self, text: &str) {
        self.text.push_str(&markup(text));
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

    /// The question, and what is read with it: words across the page, beside the first picture the tables before it.
    fn answer(&mut self, page: &Document, brief: &[&Section]) {
        self.raw(
            "<section id=\"answer\" aria-labelledby=\"answer-heading\">\n\
             <h2 id=\"answer-heading\" class=\"unseen\">Question and answer</h2>\n",
        );
        self.prose(" class=\"question\" dir=\"auto\"", &page.question);
        self.raw("<div class=\"answer\">\n");
        for (position, section) in brief.iter().enumerate() {
            if position > 0 && !section.heading.is_empty() {
                self.element("h3", " dir=\"auto\"", &section.heading);
            }
            self.blocks(section, "answer");
        }
        self.raw("</div>\n");
        self.facts(&page.facts);
        self.raw("</section>\n");
    }

    /// Opens what a reader unfolds, under its heading.
    fn fold(&mut self, name: &str, heading: &str) {
        self.raw("<details class=\"fold\"><summary>");
        self.element("h2", &format!(" id=\"{name}-heading\" dir=\"auto\""), heading);
        self.raw("</summary>\n");
    }

    fn section(&mut self, section: &Section, name: &str) {
        self.raw(&format!(
            "<section id=\"{name}\" aria-labelledby=\"{name}-heading\">\n"
        ));
        if section.rank == Rank::Folded {
            self.fold(name, &section.heading);
            self.blocks(section, name);
            self.raw("</details>\n");
        } else {
            let id = format!(" id=\"{name}-heading\" dir=\"auto\"");
            self.element("h2", &id, &section.heading);
            self.blocks(section, name);
        }
        self.raw("</section>\n");
    }

    /// What a section says, under the heading that the name points at.
    fn blocks(&mut self, section: &Section, name: &str) {
        for block in &section.blocks {
            match block {
                Block::Sentence(text) => self.prose(" dir=\"auto\"", text),
                Block::Note(text) => self.prose(" class=\"note\" dir=\"auto\"", text),
                Block::Table(table) => {
                    self.raw("<div class=\"table\">\n");
                    // Beside a chart a table is looked up; so is a long one below the answer.
                    let charted = section.figures().next().is_some();
                    if section.rank != Rank::Brief && (charted || table.rows.len() > MOST_ROWS) {
                        let rows = if table.rows.len() == 1 { "row" } else { "rows" };
                        self.raw("<details><summary>");
                        self.element("h3", " dir=\"auto\"", &table.title);
                        self.raw(&format!(" ({} {rows})</summary>\n", table.rows.len()));
                        self.table(table);
                        self.raw("</details>\n");
                    } else {
                        self.element("h3", " dir=\"auto\"", &table.title);
                        self.table(table);
                    }
                    self.raw("</div>\n");
                }
                Block::Charts(found) => self.charts(found, name),
            }
        }
    }

    /// Charts, and above them what a reader chooses between. Those of other choices than the first are folded: the script
    /// takes them out and hides them.
    fn charts(&mut self, found: &Charts, name: &str) {
        let first = found
            .figures
            .first()
            .map_or(&[][..], |figure| figure.choices.as_slice());
        let used: Vec<_> = found
            .selectors
            .iter()
            .filter(|selector| !selector.choices.is_empty())
            .collect();
        self.raw("<div class=\"group\">\n");
        if !used.is_empty() {
            self.raw(&format!(
                "<div class=\"selectors script\" role=\"group\" aria-labelledby=\"{name}-heading\" hidden>\n"
            ));
            for (selector, chosen) in used.iter().zip(first.iter().copied().chain(std::iter::repeat(0))) {
                self.raw("<label><span dir=\"auto\">");
                self.text(&selector.label);
                self.raw("</span> <select>\n");
                for (position, choice) in selector.choices.iter().enumerate() {
                    let selected = if position == chosen { " selected" } else { "" };
                    self.element("option", &format!(" value=\"{position}\"{selected}"), choice);
                }
                if selector.choices.len() > 1 {
                    self.raw("<option value=\"all\">All</option>\n");
                }
                self.raw("</select></label>\n");
            }
            self.raw("</div>\n<p class=\"none\" role=\"status\" hidden>No chart for this choice.</p>\n");
        }
        let (shown, others): (Vec<&Figure>, Vec<&Figure>) =
            found.figures.iter().partition(|figure| found.is_first(figure));
        let one = if shown.len() == 1 { " one" } else { "" };
        self.raw(&format!("<div class=\"charts{one}\">\n"));
        for figure in shown {
            self.figure(figure);
        }
        self.raw("</div>\n");
        if !others.is_empty() {
            self.raw(&format!(
                "<details class=\"others\"><summary>Show {} more charts</summary>\n<div class=\"charts\">\n",
                others.len()
            ));
            for figure in others {
                self.figure(figure);
            }
            self.raw("</div>\n</details>\n");
        }
        self.raw("</div>\n");
    }

    fn figure(&mut self, figure: &Figure) {
        let position = self.figures;
        self.figures += 1;
        // Cells of a heat map and many rows need the room.
        let rows = match &figure.chart.data {
            Data::HeatMap(_) => usize::MAX,
            Data::Intervals(intervals) => intervals.rows.len(),
            Data::Bars(bars) => bars.rows.len(),
            Data::Tornado(tornado) => tornado.bars.len(),
            _ => 0,
        };
        let wide = if rows > MOST_ROWS { " class=\"broad\"" } else { "" };
        let choices: Vec<String> = figure.choices.iter().map(usize::to_string).collect();
        let name = self.names.get(position).cloned().unwrap_or_default();
        self.raw(&format!(
            "<figure{wide} id=\"{name}\" data-choices=\"{}\">\n<figcaption>\n",
            choices.join(" ")
        ));
        self.element(
            "h3",
            &format!(" id=\"t{position}\" dir=\"auto\""),
            &figure.chart.title,
        );
        self.prose(
            &format!(" id=\"d{position}\" dir=\"auto\""),
            &figure.chart.description,
        );
        self.raw("</figcaption>\n<div class=\"picture\">");
        let labels = format!(" aria-labelledby=\"t{position}\" aria-describedby=\"d{position}\"");
        self.raw(&figure.chart.svg_elements(&labels));
        self.raw("</div>\n");
        self.folded_table(&Table::of_chart(&figure.chart), "Show as table");
        self.raw("</figure>\n");
    }

    fn folded_table(&mut self, table: &Table, summary: &str) {
        self.raw(&format!("<details><summary>{summary}</summary>\n"));
        self.table(table);
        self.raw("</details>\n");
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
        let numeric = if numeric.len() == table.columns.len() {
            "numbers".to_owned()
        } else {
            numeric.join(" ")
        };
        self.raw(&format!("\">\n<table class=\"{numeric}\">\n<thead><tr>"));
        for column in &table.columns {
            self.raw("<th scope=\"col\">");
            self.text(&column.label);
            if !column.unit.is_empty() {
                self.raw(" <span class=\"unit\">");
                self.text(&column.unit);
                self.raw("</span>");
            }
        }
        self.raw("</thead>\n<tbody>\n");
        for row in &table.rows {
            self.raw("<tr>");
            for (position, cell) in row.iter().enumerate() {
                // HTML needs no end tags of cells and rows.
                self.raw(if position == 0 { "<th scope=row" } else { "<td" });
                if !cell.text.is_ascii() {
                    self.raw(" dir=auto");
                }
                if let Some(value) = cell.value.filter(|value| value.is_finite()) {
                    let value = six_digits(value);
                    if value != cell.text {
                        self.raw(&format!(" data-v={value}"));
                    }
                }
                self.raw(">");
                for (line, words) in cell.text.split('\n').enumerate() {
                    self.raw(if line > 0 { "<br>" } else { "" });
                    self.text(words);
                }
            }
            self.raw("\n");
        }
        self.raw("</tbody>\n</table>\n</div>\n");
        if !table.note.is_empty() {
            self.element("p", " class=\"note\" dir=\"auto\"", &table.note);
        }
    }
}

/// The content security policy of a page: its own scripts and styles, by their hashes, and nothing else.
pub(super) fn policy(scripts: &[&str], styles: &[String; 2]) -> String {
    let hash = |text: &str| format!("'sha256-{}'", base64(&Sha256::digest(text.as_bytes())));
    let scripts: Vec<String> = scripts.iter().map(|script| hash(script)).collect();
    let styles = styles.each_ref().map(|style| hash(style));
    format!(
        "default-src 'none'; script-src {}; style-src {}; img-src data:; base-uri 'none'; form-action 'none'",
        scripts.join(" "),
        styles.join(" ")
    )
}

/// A number in the six digits that a page keeps: more than its Monte Carlo error lets one know.
pub(super) fn six_digits(value: f64) -> String {
    let rounded: f64 = format!("{value:.5e}").parse().unwrap_or(value);
    let plain = rounded.to_string();
    let short = format!("{rounded:e}");
    if plain.len() <= short.len() + 2 {
        plain
    } else {
        short
    }
}

/// The start of a text, where the whole stands elsewhere.
fn start(text: &str) -> String {
    text.chars().take(200).collect()
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

/// The style of the page: variables of colors, the inks of charts by these variables, and the style sheet.
pub(super) fn style() -> String {
    let variables = |dark: bool| -> String {
        let own = COLORS.map(|(name, light, dark)| (name.to_owned(), [light, dark]));
        let inks = Ink::all().map(|ink| (ink.name(), ink.colors()));
        own.into_iter()
            .chain(inks)
            .map(|(name, colors)| format!("--{name}:{};", colors[usize::from(dark)]))
            .collect()
    };
    let (light, dark) = (variables(false), variables(true));
    let classes: String = Ink::all()
        .map(|ink| {
            let name = ink.name();
            format!(".picture .f{name}{{fill:var(--{name})}}.picture .k{name}{{stroke:var(--{name})}}")
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
         .picture text{{fill:var(--m)}}.picture .h{{stroke:var(--s)}}{classes}\n{STYLE}\n\
         {numbers},.numbers :is(th,td){{text-align:right;font-variant-numeric:tabular-nums}}{bodies},.numbers td{{white-space:nowrap}}\n\
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
    fn the_script_does_not_end_its_element_and_is_small() {
        assert!(!SCRIPT.contains("</script") && !SCRIPT.contains("<!--"));
        assert!(SCRIPT.len() < 15_000, "{}", SCRIPT.len());
    }

    #[test]
    fn numbers_of_tables_keep_six_digits() {
        for (value, text) in [
            (17734.123456, "17734.1"),
            (0.3980049, "0.398005"),
            (-1.0, "-1"),
            (1.23456789e-7, "1.23457e-7"),
            (0.0, "0"),
            (123456789.0, "123457000"),
        ] {
            assert_eq!(six_digits(value), text);
        }
    }
}

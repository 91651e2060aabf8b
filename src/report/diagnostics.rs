//! Refusals as text: every error with its place, the line marked, what was expected.

use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};

use super::escape;
use crate::base::{Diagnostic, Diagnostics};

/// Errors shown; a hostile file may hold thousands.
const SHOWN: usize = 40;
/// Characters of the line shown on each side of the mark, and of the marked text itself.
const MARGIN: usize = 70;

/// Every error as text, each ending in an empty line; with ANSI styles if `color`.
pub fn render(diagnostics: &Diagnostics, color: bool, width: usize) -> String {
    let renderer = if color {
        Renderer::styled()
    } else {
        Renderer::plain()
    }
    .term_width(width.max(40));
    let mut text = String::new();
    for diagnostic in diagnostics.iter().take(SHOWN) {
        text.push_str(&one(diagnostic, &renderer));
        text.push_str("\n\n");
    }
    if diagnostics.len() > SHOWN {
        text.push_str(&format!("… and {} more errors\n", diagnostics.len() - SHOWN));
    }
    text
}

fn one(diagnostic: &Diagnostic, renderer: &Renderer) -> String {
    let message = escape(&diagnostic.message);
    let label = escape(&diagnostic.label);
    // Lines of a remedy are the program's own.
    let help = diagnostic.help.as_deref().map(|help| {
        let lines: Vec<String> = help.lines().map(escape).collect();
        lines.join("\n")
    });
    let title = Level::ERROR.primary_title(message);
    let Some((source, span)) = &diagnostic.location else {
        let mut group = annotate_snippets::Group::with_title(title);
        if let Some(help) = help {
            group = group.element(Level::HELP.message(help));
        }
        return renderer.render(&[group]);
    };
    let (line, column) = source.line_column(span.start);
    let start = floor(&source.text, span.start);
    let line_start = source.text[..start]
        .rfind('\n')
        .map_or(0, |position| position + 1);
    let line_end = source.text[start..]
        .find('\n')
        .map_or(source.text.len(), |position| start + position);
    let end = floor(&source.text, span.end.clamp(start, line_end));
    let before: Vec<char> = source.text[line_start..start].chars().collect();
    let cut = before.len() > MARGIN;
    let shown_before: String = before[before.len().saturating_sub(MARGIN)..].iter().collect();
    let marked: String = source.text[start..end].chars().take(MARGIN).collect();
    let after: String = source.text[end..line_end]
        .trim_end_matches('\r')
        .chars()
        .take(MARGIN)
        .collect();
    let before = if cut {
        format!("…{}", escape(&shown_before))
    } else {
        escape(&shown_before)
    };
    let marked = escape(&marked);
    let shown = format!("{before}{marked}{}", escape(&after));
    // A shortened line would show a wrong column beside the file name, so the right one is named.
    let path = if cut {
        format!("{}, column {column} of a long line", source.name)
    } else {
        source.name.clone()
    };
    // An empty mark is drawn under the next character, if there is one.
    let next = shown[before.len()..].chars().next().map_or(0, char::len_utf8);
    let mark = before.len()..before.len() + marked.len().max(next);
    let annotation = AnnotationKind::Primary.span(mark).label(label);
    let mut group = title.element(
        Snippet::source(shown)
            .line_start(line)
            .path(escape(&path))
            .annotation(annotation),
    );
    if let Some(help) = help {
        group = group.element(Level::HELP.message(help));
    }
    renderer.render(&[group])
}

fn floor(text: &str, offset: usize) -> usize {
    let mut offset = offset.min(text.len());
    while !text.is_char_boundary(offset) {
        offset -= 1;
    }
    offset
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::SourceText;

    fn rendered(text: &str, span: std::ops::Range<usize>) -> String {
        let source = SourceText::new("a.toml", text);
        let diagnostic = Diagnostic::new("unknown key `pilot`")
            .at(&source, span, "expected title")
            .help("did you mean `title`?");
        render(&diagnostic.into(), false, 80)
    }

    #[test]
    fn shows_file_line_column_mark_and_help() {
        insta::assert_snapshot!(rendered("x = 1\npilot = 2\n", 6..11), @r"
        error: unknown key `pilot`
         --> a.toml:2:1
          |
        2 | pilot = 2
          | ^^^^^ expected title
          |
          = help: did you mean `title`?
        ");
    }

    #[test]
    fn hostile_lines_are_cut_and_escaped() {
        let long = format!("{}\u{1b}[31mbad{}", "x".repeat(1_000_000), "y".repeat(1_000_000));
        let text = rendered(&long, 1_000_005..1_000_008);
        assert!(text.len() < 2_000, "{}", text.len());
        assert!(text.contains("column 1000006"));
        assert!(!text.contains('\u{1b}'));
        for span in [0..0, 3..9_000_000, 9_000_000..9_000_001] {
            rendered("äöü\r\n", span);
        }
    }
}

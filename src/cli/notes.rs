//! Notes beside results, for somebody who watches.

use std::io::{self, IsTerminal, Write};

use crate::report::escape;

/// Tells a user who watches what a long run is about to do, or what could be done otherwise. Where the standard error is no terminal
/// nobody watches: a script gets what is wrong, and nothing else.
pub(super) fn note(message: &str) {
    if io::stderr().is_terminal() {
        // Nothing can be done if even the standard error is closed.
        let _ = writeln!(anstream::stderr(), "{}", escape_lines(message));
    }
}

/// A text of several lines in which nothing acts on a terminal.
pub(super) fn escape_lines(text: &str) -> String {
    text.split('\n').map(escape).collect::<Vec<_>>().join("\n")
}

//! The page of the explorer: what can be moved beside the parts of a document, which its script asks the server for.

use super::html::{SCRIPT, policy, style};
use crate::report::chart::{self, markup};

const STYLE: &str = include_str!("explorer.css");
const EXPLORER: &str = include_str!("explorer.js");
const BODY: &str = include_str!("explorer.html");

/// The page of the explorer for a scenario, and its content security policy. Whoever serves it answers `controls`, `answer` and
/// `scenario` beside it.
pub fn explorer_page(title: &str) -> (String, String) {
    let styles = [chart::style(), format!("{}\n{STYLE}", style())];
    let policy = format!("{}; connect-src 'self'", policy(&[SCRIPT, EXPLORER], &styles));
    let [pictures, whole] = &styles;
    let title = markup(title);
    let page = format!(
        "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n\
         <meta name=\"color-scheme\" content=\"light dark\">\n<link rel=\"icon\" href=\"data:,\">\n<title>{title}</title>\n\
         <style id=\"picture-style\">{pictures}</style>\n<style>{whole}</style>\n</head>\n<body class=\"explorer\">\n{}\n\
         <div id=\"credit\" hidden>{}</div>\n<script>{SCRIPT}</script>\n<script>{EXPLORER}</script>\n</body>\n</html>\n",
        BODY.replace("{title}", &title),
        chart::credit_elements(&[])
    );
    (page, policy)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_page_holds_its_own_scripts_and_escapes_the_title() {
        assert!(!EXPLORER.contains("</script") && !EXPLORER.contains("<!--"));
        let (page, policy) = explorer_page("<b>&");
        assert!(page.contains("<title>&lt;b&gt;&amp;</title>") && !page.contains("<b>&"));
        assert!(policy.contains("connect-src 'self'") && !policy.contains("unsafe"));
    }
}

//! Pages and charts: what readers see is what was given, whatever the texts and numbers are.

use jointly::report::{
    chart::{Chart, Data},
    document::{Block, Document, Section, Table},
};

use crate::common::sample_page::{edge_cases, every_kind, hostile, page};

/// A page must stay below this, with room for a scenario of every economy and metric.
const LARGEST: usize = 900_000;

fn charts(page: &Document) -> impl Iterator<Item = &Chart> {
    let figures = page.sections.iter().flat_map(Section::figures);
    figures.map(|figure| &figure.chart)
}

#[test]
fn every_kind_of_chart_is_well_formed_and_has_marks() {
    for (name, chart) in every_kind() {
        let svg = chart.svg();
        assert_eq!(svg, chart.svg(), "{name}");
        let document = roxmltree::Document::parse(&svg).unwrap_or_else(|error| panic!("{name}: {error}"));
        let marks = document
            .descendants()
            .filter(|node| node.attribute("class") == Some("marks"))
            .flat_map(|group| group.children())
            .filter(roxmltree::Node::is_element)
            .count();
        assert!(marks >= 2, "{name} has {marks} marks");
        let mut texts = document
            .descendants()
            .filter(|node| node.tag_name().name() == "text")
            .filter_map(|node| node.text());
        assert_eq!(texts.next(), Some(chart.title.as_str()), "{name}");
        assert!(texts.count() >= 5, "{name}");
        for element in ["title", "desc"] {
            let said = document
                .descendants()
                .find(|node| node.has_tag_name(("http://www.w3.org/2000/svg", element)));
            assert!(said.is_some_and(|node| node.text().is_some_and(|text| text.len() > 5)));
        }
        // Nothing is drawn outside the picture.
        let size = |name| {
            document
                .root_element()
                .attribute(name)
                .unwrap()
                .parse::<f64>()
                .unwrap()
        };
        let (width, height) = (size("width"), size("height"));
        for node in document.descendants() {
            for (attribute, most) in [("x", width), ("cx", width), ("y", height), ("cy", height)] {
                if let Some(value) = node.attribute(attribute) {
                    let value: f64 = value.parse().unwrap();
                    assert!((0.0..=most).contains(&value), "{name}: {attribute}={value}");
                }
            }
        }
    }
}

#[test]
fn marks_stand_where_the_numbers_say() {
    // The fan of the sample: year 2016 and year 2035 are the ends of the plane, so that any other year lies in
    // proportion; the same for values between two ticks.
    let (_, chart) = every_kind().swap_remove(0);
    let Data::Fan(fan) = &chart.data else {
        panic!("a fan")
    };
    let svg = chart.svg();
    let document = roxmltree::Document::parse(&svg).unwrap();
    let number =
        |node: roxmltree::Node<'_, '_>, name: &str| node.attribute(name).unwrap().parse::<f64>().unwrap();
    let ticks: Vec<(f64, f64, f64)> = document
        .descendants()
        .filter(|node| node.tag_name().name() == "text" && matches!(node.attribute("class"), Some("a" | "e")))
        .filter_map(|node| {
            let value = node.text()?.replace(',', "").parse::<f64>().ok()?;
            Some((value, number(node, "x"), number(node, "y")))
        })
        .collect();
    let year = |value: f64| ticks.iter().find(|tick| tick.0 == value).unwrap().1;
    let level = |value: f64| ticks.iter().find(|tick| tick.0 == value).unwrap().2 - 4.0;
    // Dots are lines of almost no length: "M12.3 45.6h.1M...".
    let path = document
        .descendants()
        .find(|node| node.attribute("class") == Some("k0 p"))
        .and_then(|node| node.attribute("d"))
        .unwrap();
    let dots: Vec<(f64, f64)> = path
        .split("h.1")
        .filter_map(|dot| dot.strip_prefix('M')?.split_once(' '))
        .map(|(x, y)| (x.parse().unwrap(), y.parse().unwrap()))
        .collect();
    assert_eq!(dots.len(), fan.series[0].observed.len());
    for (point, (x, y)) in fan.series[0].observed.iter().zip(dots) {
        let expected_x = year(2018.0) + (point.x - 2018.0) / 16.0 * (year(2034.0) - year(2018.0));
        let expected_y = level(3000.0) + (point.y - 3000.0) / 3000.0 * (level(6000.0) - level(3000.0));
        // Coordinates are rounded to 0.1; grid lines, from which the labels hang, to half a point.
        assert!((x - expected_x).abs() < 0.2, "{x} {expected_x}");
        assert!((y - expected_y).abs() < 1.2, "{y} {expected_y}");
    }
}

#[test]
fn png_of_every_kind_decodes_and_is_not_blank() {
    for (name, chart) in every_kind() {
        let png = chart.png(&["Source: test".to_owned()], 1.0).unwrap();
        let picture = resvg::tiny_skia::Pixmap::decode_png(&png.bytes).unwrap();
        assert_eq!(picture.width(), 760, "{name}");
        let inked = picture
            .pixels()
            .iter()
            .filter(|pixel| (pixel.red(), pixel.green(), pixel.blue()) != (255, 255, 255))
            .count();
        assert!(inked > 3000, "{name} has {inked} pixels of ink");
    }
}

#[test]
fn charts_without_data_or_with_numbers_that_are_not_finite_are_drawn() {
    let page = edge_cases();
    for chart in charts(&page) {
        let svg = chart.svg();
        roxmltree::Document::parse(&svg).unwrap_or_else(|error| panic!("{}: {error}", chart.title));
        for word in ["NaN", "inf\"", "Infinity"] {
            assert!(!svg.contains(word), "{} says {word}", chart.title);
        }
    }
    let html = page.html();
    assert!(!html.contains("data-v=NaN") && !html.contains("data-v=inf") && !html.contains("NaN "));
}

#[test]
fn numbers_of_the_page_are_those_given() {
    let page = page();
    let html = page.html();
    // What the tables list, in six digits and as shown.
    let mut numbers = 0;
    for table in charts(&page)
        .map(Table::of_chart)
        .chain(page.sections.iter().flat_map(Section::tables).cloned())
    {
        for row in &table.rows {
            assert_eq!(row.len(), table.columns.len());
            for cell in row {
                if let Some(value) = cell.value {
                    let start = format!(">{}", cell.text);
                    let found = html.match_indices(&start).any(|(position, _)| {
                        let opening = &html[html[..position].rfind('<').unwrap()..position];
                        let kept = opening.split("data-v=").nth(1).unwrap_or(&cell.text);
                        kept.parse::<f64>()
                            .is_ok_and(|kept| (kept - value).abs() <= 5.1e-6 * value.abs())
                    });
                    assert!(found, "{value} as {}", cell.text);
                    numbers += 1;
                }
            }
        }
    }
    assert!(numbers > 2000);
}

#[test]
fn tables_hold_every_number_of_their_chart() {
    fn numbers(value: &serde_json::Value, found: &mut Vec<f64>) {
        match value {
            serde_json::Value::Number(number) => found.extend(number.as_f64()),
            serde_json::Value::Array(values) => values.iter().for_each(|value| numbers(value, found)),
            serde_json::Value::Object(entries) => entries
                .iter()
                .filter(|(key, _)| {
                    !["reference", "references", "places", "colors", "coverage"].contains(&key.as_str())
                })
                .for_each(|(_, value)| numbers(value, found)),
            _ => {}
        }
    }
    for (name, chart) in every_kind() {
        let mut given = Vec::new();
        numbers(&serde_json::to_value(&chart.data).unwrap(), &mut given);
        let listed: Vec<f64> = Table::of_chart(&chart)
            .rows
            .iter()
            .flatten()
            .filter_map(|cell| cell.value)
            .collect();
        for value in given {
            assert!(listed.contains(&value), "{name}: {value}");
        }
    }
}

#[test]
fn a_page_is_one_small_file_that_asks_nothing_of_the_network() {
    let html = page().html();
    assert!(html.len() < LARGEST, "{} bytes", html.len());
    assert_eq!(html, page().html());
    // In the head; the browser test sees that nothing is asked for at all.
    let head = html.split("<body>").next().unwrap();
    for asking in ["src=", "href=", "@import", "url("] {
        assert!(!head.contains(asking), "{asking}");
    }
    assert!(head.contains("default-src 'none'; script-src 'sha256-"));
    assert!(head.contains("style-src 'sha256-") && !head.contains("unsafe"));
    assert!(!html.contains(" style=\""));
    assert_eq!(html.matches("<h1").count(), 1);
    assert!(html.contains("<html lang=\"en\">"));
}

#[test]
fn hostile_texts_stand_as_text_and_only_as_text() {
    let html = page().html();
    for text in hostile() {
        let raw = text.trim();
        if raw.contains(['<', '&', '"', '\'']) {
            assert!(!html.contains(raw), "{}", &raw[..40.min(raw.len())]);
        }
    }
    assert!(html.contains("&lt;script&gt;window.broken = 1&lt;/script&gt;"));
    assert!(html.contains(&"x".repeat(10_000)));
    for forbidden in ['\u{202e}', '\u{2028}', '\u{2029}', '\u{0}', '\u{1b}'] {
        assert!(!html.contains(forbidden), "{}", forbidden.escape_unicode());
    }
    // Nothing but the page's own script opens or closes a script element.
    assert_eq!(html.matches("<script").count(), 1);
    assert_eq!(html.matches("</script").count(), 1);
}

#[test]
fn files_of_charts_keep_names_of_every_script() {
    let mut page = page();
    let projections = page.sections.remove(1);
    page.sections = vec![projections];
    let Some(Block::Charts(charts)) = page.sections[0].blocks.get_mut(1) else {
        panic!("charts after a sentence")
    };
    charts.selectors.clear();
    charts.figures.truncate(4);
    let titles = ["스마트 도시", "数字经济合作", "цифровая экономика", "Тоон гүүр"];
    for (figure, title) in charts.figures.iter_mut().zip(titles) {
        figure.chart.title = title.to_owned();
    }
    let names: Vec<String> = page.pictures().into_iter().map(|picture| picture.name).collect();
    assert_eq!(
        names,
        [
            "projections-seumateu-dosi",
            "projections-shuzijingjihezuo",
            "projections-tsifrovaya-ekonomika",
            "projections-toon-guur"
        ]
    );
}

#[test]
fn pictures_that_leave_the_page_say_where_they_come_from() {
    let document = page();
    let credit = document.credit();
    assert_eq!(
        credit,
        [
            "China–Korea smart-city pilots in the Northeast",
            "Futures: 10,000. Source: 0.1.0, seed 1"
        ]
    );
    let svg = document.pictures()[0].chart.svg_with(&credit);
    assert!(svg.contains("10,000") && svg.contains("smart-city pilots in the Northeast"));
}

#[test]
fn only_the_charts_of_the_first_choice_stand_open() {
    let document = page();
    let html = document.html();
    let first = document.pictures().iter().filter(|picture| picture.first).count();
    let folded: usize = html
        .split("<details class=\"others\">")
        .skip(1)
        .map(|rest| {
            rest.split("</div>\n</details>\n</div>")
                .next()
                .unwrap()
                .matches("<figure")
                .count()
        })
        .sum();
    assert_eq!(first + folded, document.pictures().len());
    assert!(folded > 20, "{folded}");
}

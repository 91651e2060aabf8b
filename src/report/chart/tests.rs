use super::*;

fn fan() -> Chart {
    Chart {
        title: "Share".to_owned(),
        description: "The share rises.".to_owned(),
        data: Data::Fan(Fan {
            x: Axis::years(),
            y: Axis::new("Share", "", Format::Percent),
            series: vec![FanSeries {
                name: "baseline".to_owned(),
                observed: vec![Point { x: 2020.0, y: 0.3 }, Point { x: 2021.0, y: 0.32 }],
                projected: vec![
                    FanPoint {
                        x: 2022.0,
                        quantiles: [0.31, 0.325, 0.33, 0.335, 0.35],
                    },
                    FanPoint {
                        x: 2023.0,
                        quantiles: [0.30, 0.33, 0.34, 0.35, 0.38],
                    },
                ],
            }],
            references: vec![],
        }),
    }
}

#[test]
fn numbers_read_in_their_format() {
    for (format, value, text) in [
        (Format::Number, 17734.1, "17,734"),
        (Format::Percent, 0.398, "39.8 %"),
        (Format::Percent, 0.0045, "0.45 %"),
        (Format::Percent, 0.0, "0.0 %"),
        (Format::Points, -0.0123, "-1.2"),
        (Format::Year, 2035.0, "2035"),
        (Format::Number, f64::NAN, "n/a"),
    ] {
        assert_eq!(format.text(value), text);
    }
}

#[test]
fn bands_open_at_the_last_observation() {
    let Data::Fan(mut fan) = fan().data else {
        unreachable!()
    };
    let joined = fan.joined(&fan.series[0]);
    assert_eq!(joined.len(), 3);
    assert_eq!((joined[0].x, joined[0].quantiles), (2021.0, [0.32; 5]));
    // An option continues the same history.
    let mut option = fan.series[0].clone();
    option.observed.clear();
    fan.series.push(option);
    assert_eq!(fan.joined(&fan.series[1])[0], joined[0]);
    // A projection that holds the year itself, because its level is uncertain, is left alone.
    let mut series = fan.series[0].clone();
    series.projected[0].x = 2021.0;
    assert_eq!(fan.joined(&series).len(), 2);
}

#[test]
fn the_same_chart_gives_the_same_bytes_and_a_picture_with_both_bands() {
    let svg = fan().svg();
    assert_eq!(svg, fan().svg());
    let document = roxmltree::Document::parse(&svg).unwrap();
    let bands: Vec<_> = document
        .descendants()
        .filter(|node| {
            node.has_tag_name(("http://www.w3.org/2000/svg", "path"))
                && node
                    .attribute("class")
                    .is_some_and(|class| class.starts_with("f0 o"))
        })
        .collect();
    // Two in the plot and two in the legend.
    assert_eq!(bands.len(), 4);
}

#[test]
fn hostile_text_stays_text_in_the_picture() {
    for title in [
        "<script>alert(1)</script>",
        "\"quotes\" & 'more' ]]> -->",
        "\u{0}\u{b}\u{1b}\u{fffe}\u{ffff}\u{202e}",
        "line\u{2028}separator\nbreak",
        "שלום עולם مرحبا",
        &"x".repeat(10_000),
    ] {
        let mut chart = fan();
        chart.title = title.to_owned();
        let svg = chart.svg();
        let document = roxmltree::Document::parse(&svg).unwrap();
        assert!(
            document
                .descendants()
                .all(|node| node.tag_name().name() != "script")
        );
        assert!(!svg.contains('\u{202e}'));
    }
}

/// Texts of a picture with their places.
fn texts(chart: &Chart, width: f64) -> Vec<(String, f64, f64)> {
    let svg = draw::picture(chart, width).document("", "", draw::credit(&[], width));
    let document = roxmltree::Document::parse(&svg).unwrap();
    let number = |node: roxmltree::Node<'_, '_>, name| node.attribute(name).unwrap().parse::<f64>().unwrap();
    document
        .descendants()
        .filter(|node| node.has_tag_name(("http://www.w3.org/2000/svg", "text")))
        .map(|node| {
            let text = node.text().unwrap_or_default().to_owned();
            (text, number(node, "x"), number(node, "y"))
        })
        .collect()
}

#[test]
fn history_ends_at_a_mark_and_the_first_and_last_year_have_labels() {
    let mut chart = fan();
    let Data::Fan(data) = &mut chart.data else {
        unreachable!()
    };
    data.series[0].projected.push(FanPoint {
        x: 2037.0,
        quantiles: [0.3, 0.35, 0.4, 0.45, 0.5],
    });
    for width in [draw::WIDE, draw::NARROW] {
        let words: Vec<String> = texts(&chart, width).into_iter().map(|(text, ..)| text).collect();
        for word in ["2020", "2037", "projected"] {
            assert!(words.iter().any(|text| text == word), "{word} in {words:?}");
        }
        // The scale holds no 0, and says so.
        assert!(
            words.iter().any(|text| text == "Share; scale starts at 30 %"),
            "{words:?}"
        );
    }
}

#[test]
fn lines_that_coincide_are_one_with_all_their_names() {
    let point = |x: f64, y: f64| LinePoint { x, y, interval: None };
    let curve = |name: &str, top: f64| LineSeries {
        name: name.to_owned(),
        points: vec![point(2025.0, 0.0), point(2030.0, top)],
    };
    let mut chart = fan();
    chart.data = Data::Lines(Lines {
        x: Axis::years(),
        y: Axis::new("Probability", "", Format::Percent),
        series: vec![curve("none", 0.2), curve("one", 0.9), curve("two", 0.2)],
        references: Vec::new(),
        coverage: 90,
        places: Vec::new(),
    });
    let words: Vec<String> = texts(&chart, draw::WIDE)
        .into_iter()
        .map(|(text, ..)| text)
        .collect();
    assert!(
        words.contains(&"“none” and “two” (one line)".to_owned()) && words.contains(&"one".to_owned()),
        "{words:?}"
    );
    // A series' line and dots: two curves of the color of the first, as legend and plot, none of the third.
    let svg = chart.svg();
    let classes = |class: &str| svg.matches(&format!("class=\"{class}")).count();
    assert_eq!(
        (classes("k0 w20"), classes("k1 w20"), classes("k2 w20")),
        (2, 2, 0)
    );
}

#[test]
fn every_number_of_a_heat_map_stands_in_the_narrow_picture_too() {
    let cell = |value: f64| Cell {
        value: Some(value),
        note: String::new(),
    };
    let mut chart = fan();
    chart.data = Data::HeatMap(HeatMap {
        columns_label: "Cities".to_owned(),
        columns: (1..=14).map(|number| number.to_string()).collect(),
        rows_label: "Ramp".to_owned(),
        rows: vec!["short".to_owned(), "long".to_owned()],
        value: Axis::new("Value", "USD bn", Format::Number),
        colors: Colors::Sequential { low: 0.0, high: 3e4 },
        cells: [1000.0, 2000.0]
            .map(|start| (0..14).map(|step| cell(start + f64::from(step))).collect())
            .into(),
    });
    for width in [draw::WIDE, draw::NARROW] {
        let words = texts(&chart, width);
        let mut places = Vec::new();
        for value in [1000, 2000]
            .into_iter()
            .flat_map(|start| (0..14).map(move |step| start + step))
        {
            let text = Format::Number.text(f64::from(value));
            let found: Vec<_> = words.iter().filter(|(word, ..)| *word == text).collect();
            assert_eq!(found.len(), 1, "{text}");
            let half = scale::text_width(&text, svg::Type::LABEL) / 2.0;
            places.push((found[0].1 - half, found[0].1 + half, found[0].2));
        }
        for (position, one) in places.iter().enumerate() {
            assert!(one.0 >= 0.0 && one.1 <= width);
            let apart = |other: &(f64, f64, f64)| {
                one.1 < other.0 || one.0 > other.1 || (one.2 - other.2).abs() > 12.0
            };
            assert!(places.iter().skip(position + 1).all(apart), "{one:?}");
        }
        // Hover and keys find each number where it stands: its row of the table is the stop of the same position.
        let stops = draw::picture(&chart, width).stops;
        for (place, (x, y)) in places.iter().zip(stops[0].iter().zip(&stops[1])) {
            assert!((place.0 + place.1 - 2.0 * x).abs() < 0.2 && (place.2 - 4.0 - y).abs() < 0.2);
        }
    }
}

#[test]
fn the_picture_of_a_page_differs_from_the_document_in_quotation_marks_alone() {
    let mut chart = fan();
    chart.title = "a=\"b\" <c d='e'>".to_owned();
    let element = draw::picture(&chart, draw::WIDE).element("wide", "");
    let svg = chart.svg();
    let body = &svg[svg.find("<text").unwrap()..svg.find("<g transform").unwrap()];
    let strip = |text: &str| text.replace('"', "");
    assert!(strip(&element).contains(strip(body).trim_end()));
    assert!(element.contains("a=&quot;b&quot; &lt;c d=&#39;e&#39;&gt;</text>"));
    assert!(element.len() < body.len() + 600);
}

#[test]
fn an_input_of_two_states_is_one_or_both_of_them() {
    let input = |limits| BoxInput {
        input: Axis::new("Delivered", "", Format::Number),
        range: [0.0, 1.0],
        limits,
        two_states: true,
    };
    for (limits, words) in [([0.0, 0.5], "no"), ([0.5, 1.0], "yes"), ([0.0, 1.0], "yes or no")] {
        let mut chart = fan();
        chart.data = Data::Boxes(Boxes {
            inputs: vec![input(limits)],
        });
        assert!(
            texts(&chart, draw::WIDE).iter().any(|(text, ..)| text == words),
            "{words}"
        );
    }
}

#[cfg(feature = "png")]
#[test]
fn png_has_the_size_of_the_scale_is_not_blank_and_shows_text() {
    let png = fan().png(&[], 2.0).unwrap();
    assert_eq!(png, fan().png(&[], 2.0).unwrap());
    assert_eq!(png.missing, "");
    let picture = resvg::tiny_skia::Pixmap::decode_png(&png.bytes).unwrap();
    assert_eq!(picture.width(), 1520);
    let dark_in = |top: u32, bottom: u32| {
        (top..bottom)
            .flat_map(|y| (0..picture.width()).map(move |x| (x, y)))
            .filter(|(x, y)| picture.pixel(*x, *y).is_some_and(|pixel| pixel.red() < 100))
            .count()
    };
    // Ink of the title's five letters, near 16 points high at twice the size.
    let title = dark_in(24, 68);
    assert!((200..4000).contains(&title), "{title} dark pixels in the title");
    assert!(dark_in(68, picture.height()) > 1000);
    for scale in [0.0, -1.0, 9.0, f64::NAN, f64::INFINITY] {
        assert!(matches!(fan().png(&[], scale), Err(PngError::Scale(_))));
    }
}

#[cfg(feature = "png")]
#[test]
fn a_character_is_drawn_or_named_as_missing() {
    // No font has a character for private use.
    let mut chart = fan();
    chart.title = "\u{f8fd1} and text".to_owned();
    assert_eq!(chart.png(&[], 1.0).unwrap().missing, "\u{f8fd1}");
    // Korean, Chinese, Japanese, Russian and Mongolian names: with the fonts of the machine, or named.
    for (title, own) in [
        ("스마트 도시", false),
        ("数字经济合作", false),
        ("デジタル", false),
        ("цифровая тоо хэмжээ", true),
    ] {
        chart.title = title.to_owned();
        let png = chart.png(&[], 1.0).unwrap();
        let letters: Vec<char> = title.chars().filter(|letter| !letter.is_whitespace()).collect();
        assert!(
            png.missing.is_empty() || letters.iter().any(|letter| png.missing.contains(*letter)),
            "{title}: {}",
            png.missing
        );
        // Cyrillic is in the program's own fonts.
        assert!(!own || png.missing.is_empty(), "{title}: {}", png.missing);
    }
}

#[test]
fn series_colors_stand_out_from_their_background() {
    let luminance = |color: &str| {
        let channel = |position: usize| {
            let value = u8::from_str_radix(&color[position..position + 2], 16).unwrap();
            let share = f64::from(value) / 255.0;
            if share <= 0.04045 {
                share / 12.92
            } else {
                libm::pow((share + 0.055) / 1.055, 2.4)
            }
        };
        0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
    };
    let contrast = |one: &str, other: &str| {
        let (one, other) = (luminance(one) + 0.05, luminance(other) + 0.05);
        one.max(other) / one.min(other)
    };
    let surface = Ink::Surface.colors();
    for ink in [Ink::Text, Ink::Muted].into_iter().chain((0..8).map(Ink::Series)) {
        for (color, background) in ink.colors().into_iter().zip(surface) {
            assert!(contrast(color, background) >= 4.5, "{color}");
        }
    }
    for scale in [&palette::SEQUENTIAL, &palette::DIVERGING] {
        for step in 0..=100 {
            let (fill, ink) = palette::color(scale, f64::from(step) / 100.0);
            assert!(
                contrast(&fill, ink) >= 4.5,
                "{fill} {ink} {}",
                contrast(&fill, ink)
            );
        }
    }
}

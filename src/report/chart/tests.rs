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
                    .is_some_and(|class| class.contains("f-s0"))
        })
        .collect();
    assert_eq!(bands.len(), 2);
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

#[cfg(feature = "png")]
#[test]
fn png_has_the_size_of_the_scale_is_not_blank_and_shows_text() {
    let png = fan().png(2.0).unwrap();
    assert_eq!(png, fan().png(2.0).unwrap());
    let picture = resvg::tiny_skia::Pixmap::decode_png(&png).unwrap();
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
        assert!(matches!(fan().png(scale), Err(PngError::Scale(_))));
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
    for (light, dark) in SERIES_LIGHT.iter().zip(SERIES_DARK) {
        assert!(contrast(light, "#ffffff") >= 4.5, "{light}");
        assert!(contrast(dark, "#161c23") >= 4.5, "{dark}");
    }
    for scale in [&SEQUENTIAL, &DIVERGING] {
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

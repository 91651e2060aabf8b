//! From charts to pictures. The kinds stand in `plane.rs`, `rows.rs` and `heat_map.rs`, what they share in `frame.rs`.

use super::{
    Chart, Data,
    frame::SIDE,
    heat_map::draw_heat_map,
    plane::{draw_fan, draw_frontier, draw_lines},
    rows::{draw_bars, draw_boxes, draw_intervals, draw_timeline, draw_tornado, draw_waterfall},
    scale::wrap,
    svg::{Anchor, Picture, Type},
};

/// Width of a picture in points: 20 cm on paper at 96 points an inch.
pub(super) const WIDE: f64 = 760.0;
/// Width of the picture of the same chart for a telephone, or a column of a printed page.
pub(super) const NARROW: f64 = 340.0;

/// Draws a chart.
pub(super) fn picture(chart: &Chart, width: f64) -> Picture {
    let mut picture = Picture::new(width);
    let mut top = SIDE;
    for line in wrap(&chart.title, width - 2.0 * SIDE, Type::TITLE, 3) {
        picture.text((SIDE, top + 16.0), Anchor::Start, Type::TITLE, &line);
        top += 22.0;
    }
    picture.head = top;
    let top = top + 6.0;
    let bottom = match &chart.data {
        Data::Fan(fan) => draw_fan(&mut picture, top, fan),
        Data::Lines(lines) => draw_lines(&mut picture, top, lines),
        Data::Intervals(intervals) => draw_intervals(&mut picture, top, intervals),
        Data::Bars(bars) => draw_bars(&mut picture, top, bars),
        Data::Tornado(tornado) => draw_tornado(&mut picture, top, tornado),
        Data::HeatMap(map) => draw_heat_map(&mut picture, top, map),
        Data::Frontier(frontier) => draw_frontier(&mut picture, top, frontier),
        Data::Boxes(boxes) => draw_boxes(&mut picture, top, boxes),
        Data::Waterfall(waterfall) => draw_waterfall(&mut picture, top, waterfall),
        Data::Timeline(timeline) => draw_timeline(&mut picture, top, timeline),
    };
    picture.height = bottom + SIDE;
    picture
}

/// What a picture that leaves its page says below: a line, or a few, of where it comes from.
pub(super) fn credit(lines: &[String], width: f64) -> Picture {
    let mut picture = Picture::new(width);
    for line in lines
        .iter()
        .flat_map(|line| wrap(line, width - 2.0 * SIDE, Type::TICK, 2))
    {
        picture.text((SIDE, picture.height + 10.0), Anchor::Start, Type::TICK, &line);
        picture.height += 17.0;
    }
    picture
}

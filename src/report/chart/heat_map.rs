//! A value per row and column. Every number can be read: where the columns do not fit side by side they stand in blocks
//! below each other.

use std::{collections::BTreeMap, ops::Range};

use super::{
    Cell, Colors, HeatMap,
    frame::{SIDE, one_line},
    palette::{DIVERGING, Ink, SEQUENTIAL, color},
    scale::{text_width, wrap},
    svg::{Anchor, Picture, Type},
};

const LINE: f64 = 14.0;

/// What a cell says.
fn cell_text(map: &HeatMap, cell: &Cell) -> String {
    let mark = if cell.note.is_empty() { "" } else { "*" };
    match cell.value.filter(|value| value.is_finite()) {
        Some(value) => format!("{}{mark}", map.value.format.text(value)),
        None => format!("–{mark}"),
    }
}

/// Where cells stand.
struct Layout {
    label_width: f64,
    /// Left edge of the cells.
    left: f64,
    cell_width: f64,
    side_by_side: usize,
}

fn layout(picture: &Picture, map: &HeatMap) -> Layout {
    let most = if picture.is_narrow() { 96.0 } else { 200.0 };
    let label_width = map
        .rows
        .iter()
        .map(|row| text_width(row, Type::LABEL))
        .fold(text_width(&map.rows_label, Type::GROUP), f64::max)
        .clamp(30.0, most);
    let widest_number = map
        .cells
        .iter()
        .flatten()
        .map(|cell| text_width(&cell_text(map, cell), Type::LABEL))
        .fold(20.0, f64::max);
    let widest_word = map
        .columns
        .iter()
        .flat_map(|column| column.split_whitespace())
        .map(|word| text_width(word, Type::TICK))
        .fold(0.0, f64::max)
        .min(90.0);
    let room = picture.width - 2.0 * SIDE - label_width - 12.0;
    let fitting = ((room / (widest_number.max(widest_word) + 6.0)) as usize).max(1);
    let columns = map.columns.len().max(1);
    let side_by_side = columns.div_ceil(columns.div_ceil(fitting));
    Layout {
        label_width,
        left: SIDE + label_width + 12.0,
        cell_width: room / side_by_side as f64,
        side_by_side,
    }
}

pub(super) fn draw_heat_map(picture: &mut Picture, top: f64, map: &HeatMap) -> f64 {
    let layout = layout(picture, map);
    let heading = one_line(&map.columns_label, picture.width - layout.left - SIDE);
    picture.text((layout.left, top + 12.0), Anchor::Start, Type::GROUP, &heading);
    let mut y = top + 22.0;
    // The centers of the cells in the order of the table, row by row.
    let mut stops = BTreeMap::new();
    for first in (0..map.columns.len()).step_by(layout.side_by_side) {
        let columns = first..(first + layout.side_by_side).min(map.columns.len());
        y = draw_block(picture, y, &layout, map, columns, &mut stops);
    }
    picture.stops = [
        stops.values().map(|(x, _)| *x).collect(),
        stops.values().map(|(_, y)| *y).collect(),
    ];
    y = color_scale(picture, y + 10.0, map);
    if map.cells.iter().flatten().any(|cell| !cell.note.is_empty()) {
        let words = "* with a remark, see the table";
        picture.text((SIDE, y + 12.0), Anchor::Start, Type::TICK, words);
        y += 18.0;
    }
    y
}

/// Draws some columns with their headings and the labels of the rows; returns where they end.
fn draw_block(
    picture: &mut Picture,
    top: f64,
    layout: &Layout,
    map: &HeatMap,
    columns: Range<usize>,
    stops: &mut BTreeMap<(usize, usize), (f64, f64)>,
) -> f64 {
    let Layout {
        label_width,
        left,
        cell_width,
        ..
    } = *layout;
    let headings: Vec<Vec<String>> = map.columns[columns.clone()]
        .iter()
        .map(|column| wrap(column, cell_width - 4.0, Type::TICK, 3))
        .collect();
    let lines = headings.iter().map(Vec::len).max().unwrap_or(0);
    let cells_top = top + lines as f64 * LINE + 6.0;
    for (column, heading) in headings.iter().enumerate() {
        let x = left + (column as f64 + 0.5) * cell_width;
        let first = cells_top - 6.0 - (heading.len() as f64 - 1.0) * LINE;
        for (position, line) in heading.iter().enumerate() {
            let at = (x, first + position as f64 * LINE);
            picture.text(at, Anchor::Middle, Type::TICK, line);
        }
    }
    let heading = one_line(&map.rows_label, label_width);
    picture.text((SIDE, cells_top - 6.0), Anchor::Start, Type::GROUP, &heading);
    let cell_height = if map.rows.len() > 12 { 22.0 } else { 34.0 };
    for (row, label) in map.rows.iter().enumerate() {
        let y = cells_top + row as f64 * cell_height;
        let middle = y + cell_height / 2.0 + 4.0;
        let lines = wrap(
            label,
            label_width,
            Type::LABEL,
            if cell_height > 30.0 { 2 } else { 1 },
        );
        for (position, line) in lines.iter().enumerate() {
            let shift = LINE * (position as f64 - (lines.len() as f64 - 1.0) / 2.0);
            picture.text((left - 12.0, middle + shift), Anchor::End, Type::LABEL, line);
        }
        let cells = map.cells.get(row).into_iter().flatten();
        for (column, cell) in cells.enumerate().take(columns.end).skip(columns.start) {
            let x = left + (column - columns.start) as f64 * cell_width;
            let center = (x + cell_width / 2.0, y + cell_height / 2.0);
            let size = (cell_width - 2.0, cell_height - 2.0);
            let text = cell_text(map, cell);
            match cell.value.filter(|value| value.is_finite()) {
                None => {
                    picture.rectangle((x, y), size, Ink::Track, 46);
                    picture.text((center.0, middle), Anchor::Middle, Type::TICK, &text);
                }
                Some(value) => {
                    let (fill, dark) = cell_color(map.colors, value);
                    picture.tile((x, y), size, &fill);
                    picture.tile_text((center.0, middle), dark, &text);
                }
            }
            stops.insert((row, column), center);
        }
    }
    cells_top + map.rows.len() as f64 * cell_height + 8.0
}

/// Draws what the colors stand for; returns where it ends.
fn color_scale(picture: &mut Picture, mut y: f64, map: &HeatMap) -> f64 {
    const STEP: f64 = 14.0;
    let [low, high] = color_ends(map.colors);
    let texts = [low, high].map(|value| map.value.format.text(value));
    let heading = one_line(&map.value.heading(), picture.width - 2.0 * SIDE);
    picture.text((SIDE, y + 12.0), Anchor::Start, Type::AXIS, &heading);
    let mut x = SIDE + text_width(&heading, Type::AXIS) + 14.0;
    let widths = texts.clone().map(|text| text_width(&text, Type::TICK));
    if x + widths[0] + 11.0 * STEP + widths[1] + 24.0 > picture.width - SIDE {
        (x, y) = (SIDE, y + 18.0);
    }
    picture.text((x, y + 12.0), Anchor::Start, Type::TICK, &texts[0]);
    x += widths[0] + 8.0;
    for step in 0..11 {
        let value = low + (high - low) * f64::from(step) / 10.0;
        let (fill, _) = cell_color(map.colors, value);
        picture.tile((x + STEP * f64::from(step), y + 2.0), (STEP, 12.0), &fill);
    }
    let end = (x + 11.0 * STEP + 8.0, y + 12.0);
    picture.text(end, Anchor::Start, Type::TICK, &texts[1]);
    y + 20.0
}

fn color_ends(colors: Colors) -> [f64; 2] {
    match colors {
        Colors::Sequential { low, high } => [low, high],
        Colors::Diverging { middle, reach } => [middle - reach, middle + reach],
    }
}

/// The color of a cell, and whether text on it is dark.
fn cell_color(colors: Colors, value: f64) -> (String, bool) {
    let [low, high] = color_ends(colors);
    let scale = match colors {
        Colors::Sequential { .. } => &SEQUENTIAL,
        Colors::Diverging { .. } => &DIVERGING,
    };
    let (fill, text) = color(scale, (value - low) / (high - low));
    (fill, text == "#000000")
}

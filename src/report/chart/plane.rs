//! Charts on two numeric axes: bands by year, curves, effect against cost.

use super::{
    Axis, Fan, FanPoint, Format, Frontier, FrontierOption, Lines, Point, Reference,
    frame::{BANDS, SIDE, Sample, axis_heading, legend, one_line},
    palette::Ink,
    scale::{Scale, text_width, wrap},
    svg::{Anchor, Picture, Stroke, Type},
};

/// Series that lie closer everywhere, in points, are one line.
const COINCIDENT: f64 = 0.5;
/// Curves of fewer points show them.
const FEW_POINTS: usize = 12;
/// Height for words above a plane.
const STRIP: f64 = 16.0;

/// Two axes with their places.
struct Plane {
    x: Scale,
    y: Scale,
    left: f64,
    top: f64,
    /// The horizontal axis.
    floor: f64,
    /// The end of everything, the words below the axis included.
    bottom: f64,
}

/// What a plane shows.
struct Contents<'chart> {
    x: &'chart Axis,
    y: &'chart Axis,
    xs: Vec<f64>,
    ys: Vec<f64>,
    references: &'chart [Reference],
    /// Free space above the marks.
    strip: f64,
}

fn plane_height(picture: &Picture) -> f64 {
    if picture.is_narrow() { 180.0 } else { 300.0 }
}

impl Contents<'_> {
    /// The vertical scale of a plane of some height; the values with the reference lines lie in it.
    fn vertical(&self, floor: f64, top: f64) -> (Scale, super::scale::Ticks) {
        let references = self.references.iter().map(|reference| reference.value);
        Scale::nice(self.ys.iter().copied().chain(references), [floor, top], 5)
    }

    /// Draws axes, grid and reference lines.
    fn plane(self, picture: &mut Picture, top: f64) -> Plane {
        let (scale, ticks) = self.vertical(plane_height(picture), 0.0);
        let heading = axis_heading(self.y, &scale, &ticks);
        let mut top = top;
        for line in wrap(&heading, picture.width - 2.0 * SIDE, Type::AXIS, 2) {
            picture.text((SIDE, top + 11.0), Anchor::Start, Type::AXIS, &line);
            top += 15.0;
        }
        let top = top + 5.0 + self.strip;
        let floor = top + plane_height(picture);
        let (y, ticks) = self.vertical(floor, top);
        let labels = ticks.labels(self.y.format);
        let widest = labels
            .iter()
            .map(|(_, label)| text_width(label, Type::TICK))
            .fold(0.0, f64::max);
        let (left, right) = (SIDE + widest + 8.0, picture.width - SIDE);
        let level = |value: f64| libm::round(y.place(value)) + 0.5;
        let across = |at: f64| ((left, at), (right, at));
        let grid: Vec<_> = labels.iter().map(|(value, _)| across(level(*value))).collect();
        picture.lines(&grid, Stroke::solid(Ink::Grid, 10));
        for (value, label) in &labels {
            picture.text((left - 8.0, level(*value) + 4.0), Anchor::End, Type::TICK, label);
        }
        let x = horizontal_axis(picture, self.x, self.xs, [left, right], floor);
        for reference in self.references.iter().filter(|line| line.value.is_finite()) {
            let (from, to) = across(level(reference.value));
            picture.line(from, to, REFERENCE);
        }
        Plane {
            x,
            y,
            left,
            top,
            floor,
            bottom: floor + if self.x.format == Format::Year { 26.0 } else { 44.0 },
        }
    }
}

/// The look of a reference line.
const REFERENCE: Stroke = Stroke::solid(Ink::Line, 15);

/// Draws the axis below a plane. Its first and last label always stand if they are years, the others where there is room.
fn horizontal_axis(
    picture: &mut Picture,
    axis: &Axis,
    values: Vec<f64>,
    ends: [f64; 2],
    floor: f64,
) -> Scale {
    let [left, right] = ends;
    let count = if picture.is_narrow() { 5 } else { 8 };
    let range = [left + 10.0, right - 10.0];
    let (scale, mut labels) = if axis.logarithmic {
        Scale::logarithmic(values, range, count, axis.format)
    } else {
        let (scale, ticks) = Scale::tight(values.iter().copied(), range, count);
        let mut labels = ticks.labels(axis.format);
        if axis.format == Format::Year {
            let known = || values.iter().copied().filter(|value| value.is_finite());
            for end in [
                known().fold(f64::NEG_INFINITY, f64::max),
                known().fold(f64::INFINITY, f64::min),
            ] {
                if end.is_finite() {
                    labels.retain(|(value, _)| *value != end);
                    labels.insert(0, (end, axis.format.text(end)));
                }
            }
        }
        (scale, labels)
    };
    let mut taken: Vec<[f64; 2]> = Vec::new();
    labels.retain(|(value, label)| {
        let half = text_width(label, Type::TICK) / 2.0 + 3.0;
        let area = [scale.place(*value) - half, scale.place(*value) + half];
        let free = taken.iter().all(|other| area[1] < other[0] || area[0] > other[1]);
        if free {
            taken.push(area);
        }
        free
    });
    let mut lines = vec![((left, floor + 0.5), (right, floor + 0.5))];
    for (value, label) in &labels {
        let at = scale.place(*value);
        lines.push(((at, floor), (at, floor + 5.0)));
        // The label of an end may reach beyond the axis, but not beyond the picture.
        let half = text_width(label, Type::TICK) / 2.0;
        let at = at.clamp(half, (picture.width - half).max(half));
        picture.text((at, floor + 19.0), Anchor::Middle, Type::TICK, label);
    }
    picture.lines(&lines, Stroke::solid(Ink::Line, 10));
    // Years need no name.
    if axis.format != Format::Year {
        picture.text(
            ((left + right) / 2.0, floor + 38.0),
            Anchor::Middle,
            Type::AXIS,
            &one_line(&axis.heading(), right - left),
        );
    }
    scale
}

impl Plane {
    fn place(&self, point: Point) -> Option<(f64, f64)> {
        (point.x.is_finite() && point.y.is_finite()).then(|| (self.x.place(point.x), self.y.place(point.y)))
    }

    fn places(&self, points: impl IntoIterator<Item = Point>) -> Vec<(f64, f64)> {
        points.into_iter().filter_map(|point| self.place(point)).collect()
    }

    /// A line where history ends, with words on both sides where there is room.
    fn divide(&self, picture: &mut Picture, year: f64) {
        let at = self.x.place(year);
        picture.line(
            (at, self.top - STRIP + 2.0),
            (at, self.floor),
            Stroke::dashed(Ink::Line),
        );
        let y = self.top - 5.0;
        if at - 6.0 - text_width("observed", Type::TICK) > self.left {
            picture.text((at - 6.0, y), Anchor::End, Type::TICK, "observed");
        }
        if at + 6.0 + text_width("projected", Type::TICK) < picture.width {
            picture.text((at + 6.0, y), Anchor::Start, Type::TICK, "projected");
        }
    }
}

/// The sorted distinct values of x: the rows of the chart's table.
pub(crate) fn distinct(values: impl Iterator<Item = f64>) -> Vec<f64> {
    let mut values: Vec<f64> = values.collect();
    values.sort_by(f64::total_cmp);
    values.dedup();
    values
}

/// Series in groups that are drawn at the same places, by their y at each x in points of the picture.
fn coincident(heights: &[Vec<(f64, f64)>]) -> Vec<Vec<usize>> {
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for (position, mine) in heights.iter().enumerate() {
        let same = |other: &Vec<(f64, f64)>| {
            mine.len() == other.len()
                && !mine.is_empty()
                && mine
                    .iter()
                    .zip(other)
                    .all(|(one, two)| one.0 == two.0 && (one.1 - two.1).abs() < COINCIDENT)
        };
        match groups.iter_mut().find(|group| same(&heights[group[0]])) {
            Some(group) => group.push(position),
            None => groups.push(vec![position]),
        }
    }
    groups
}

/// The names of a group of series.
fn names<'a>(group: &[usize], name: impl Fn(usize) -> &'a str) -> String {
    if let [one] = group {
        return name(*one).to_owned();
    }
    let names: Vec<String> = group
        .iter()
        .map(|position| format!("“{}”", name(*position)))
        .collect();
    format!("{} (one line)", names.join(" and "))
}

/// A legend entry for each reference line.
fn reference_entries(references: &[Reference]) -> impl Iterator<Item = (Sample, String)> + '_ {
    references
        .iter()
        .filter(|line| line.value.is_finite() && !line.label.is_empty())
        .map(|line| (Sample::Line(REFERENCE), line.label.clone()))
}

pub(super) fn draw_fan(picture: &mut Picture, top: f64, fan: &Fan) -> f64 {
    let joined: Vec<Vec<FanPoint>> = fan
        .series
        .iter()
        .map(|series| {
            let mut points = fan.joined(series);
            points.retain(|point| point.quantiles.iter().all(|value| value.is_finite()));
            points
        })
        .collect();
    let observed = || fan.series.iter().flat_map(|series| &series.observed);
    let projected = || fan.series.iter().flat_map(|series| &series.projected);
    let last_known = observed().map(|point| point.x).fold(f64::NEG_INFINITY, f64::max);
    let divided = last_known.is_finite() && projected().any(|point| point.x > last_known);
    let contents = Contents {
        x: &fan.x,
        y: &fan.y,
        xs: observed()
            .map(|point| point.x)
            .chain(projected().map(|point| point.x))
            .collect(),
        ys: observed()
            .map(|point| point.y)
            .chain(projected().flat_map(|point| point.quantiles))
            .collect(),
        references: &fan.references,
        strip: if divided { STRIP } else { 6.0 },
    };
    let xs = contents.xs.clone();
    let (height, _) = contents.vertical(plane_height(picture), 0.0);
    let heights: Vec<Vec<(f64, f64)>> = joined
        .iter()
        .map(|points| {
            let places = points
                .iter()
                .flat_map(|point| point.quantiles.map(|value| (point.x, height.place(value))));
            places.collect()
        })
        .collect();
    let groups = coincident(&heights);
    let mut entries: Vec<(Sample, String)> = groups
        .iter()
        .map(|group| {
            let name = names(group, |position| &fan.series[position].name);
            (Sample::Fan(group[0]), name)
        })
        .collect();
    entries.extend(reference_entries(&fan.references));
    entries.push((
        Sample::Remark,
        "Line: median. Dark band: 50 % of futures. Light band: 90 %.".to_owned(),
    ));
    let top = legend(picture, top, &entries);
    let plane = contents.plane(picture, top);
    picture.stops[0] = distinct(xs.into_iter())
        .iter()
        .map(|x| plane.x.place(*x))
        .collect();
    if divided {
        plane.divide(picture, last_known);
    }
    let quantile = |position: usize, index: usize| {
        plane.places(joined[position].iter().map(|point| Point {
            x: point.x,
            y: point.quantiles[index],
        }))
    };
    for group in &groups {
        for (outer, opacity) in BANDS.into_iter().enumerate() {
            let [lower, upper] = [outer, 4 - outer].map(|index| quantile(group[0], index));
            picture.band(&lower, &upper, Ink::Series(group[0]), opacity);
        }
    }
    for group in &groups {
        picture.curve(&quantile(group[0], 2), Stroke::series(group[0]));
    }
    for (position, series) in fan.series.iter().enumerate() {
        let observed = plane.places(series.observed.iter().copied());
        picture.curve(&observed, Stroke::solid(Ink::Series(position), 12));
        picture.dots(&observed, Ink::Series(position));
    }
    plane.bottom
}

pub(super) fn draw_lines(picture: &mut Picture, top: f64, lines: &Lines) -> f64 {
    let points = || lines.series.iter().flat_map(|series| &series.points);
    let contents = Contents {
        x: &lines.x,
        y: &lines.y,
        xs: points().map(|point| point.x).collect(),
        ys: points()
            .flat_map(|point| [point.y].into_iter().chain(point.interval.into_iter().flatten()))
            .collect(),
        references: &lines.references,
        strip: 6.0,
    };
    let xs = contents.xs.clone();
    let (height, _) = contents.vertical(plane_height(picture), 0.0);
    let heights: Vec<Vec<(f64, f64)>> = lines
        .series
        .iter()
        .map(|series| {
            let points = series.points.iter();
            points.map(|point| (point.x, height.place(point.y))).collect()
        })
        .collect();
    let groups = coincident(&heights);
    let mut entries: Vec<(Sample, String)> = groups
        .iter()
        .map(|group| {
            let name = names(group, |position| &lines.series[position].name);
            (Sample::Line(Stroke::series(group[0])), name)
        })
        .collect();
    if points().any(|point| point.interval.is_some()) {
        entries.push((Sample::Remark, format!("Band: {} % interval.", lines.coverage)));
    } else if lines.series.len() == 1 {
        // One curve is named by the title and the axis.
        entries.clear();
    }
    entries.extend(reference_entries(&lines.references));
    let place_stroke = |position| match position {
        0 => Stroke::dashed(Ink::Line),
        _ => REFERENCE,
    };
    let places = || {
        (0..)
            .zip(&lines.places)
            .filter(|(_, place)| place.value.is_finite())
    };
    entries.extend(
        places().map(|(position, place)| (Sample::Line(place_stroke(position)), place.label.clone())),
    );
    let top = legend(picture, top, &entries);
    let plane = contents.plane(picture, top);
    picture.stops[0] = distinct(xs.into_iter())
        .iter()
        .map(|x| plane.x.place(*x))
        .collect();
    for (position, place) in places() {
        let at = plane.x.place(place.value);
        picture.line((at, plane.top), (at, plane.floor), place_stroke(position));
    }
    let members = groups
        .iter()
        .flat_map(|group| group.iter().map(|position| (group[0], *position)));
    for (first, position) in members {
        let sound = |interval: &[f64; 2]| interval.iter().all(|end| end.is_finite());
        let end = |index: usize| {
            let points = lines.series[position].points.iter();
            plane.places(points.filter_map(|point| {
                let y = point.interval.filter(sound)?[index];
                Some(Point { x: point.x, y })
            }))
        };
        picture.band(&end(0), &end(1), Ink::Series(first), BANDS[0]);
    }
    for position in groups.iter().map(|group| group[0]) {
        let points = lines.series[position].points.iter();
        let places = plane.places(points.map(|point| Point {
            x: point.x,
            y: point.y,
        }));
        picture.curve(&places, Stroke::series(position));
        if places.len() <= FEW_POINTS {
            picture.dots(&places, Ink::Series(position));
        }
    }
    plane.bottom
}

fn option_ink(option: &FrontierOption) -> Ink {
    Ink::Series(if option.efficient { 0 } else { 6 })
}

pub(super) fn draw_frontier(picture: &mut Picture, top: f64, frontier: &Frontier) -> f64 {
    let entries = [
        (Sample::Dot(Ink::Series(0), false), "efficient"),
        (Sample::Dot(Ink::Series(6), true), "dominated"),
        (Sample::Remark, "Thin lines: 90 % intervals."),
    ];
    let top = legend(
        picture,
        top,
        &entries.map(|(sample, name)| (sample, name.to_owned())),
    );
    let with =
        |value: f64, interval: Option<[f64; 2]>| [value].into_iter().chain(interval.into_iter().flatten());
    let options = &frontier.options;
    let contents = Contents {
        x: &frontier.cost,
        y: &frontier.effect,
        xs: options
            .iter()
            .flat_map(|option| with(option.cost, option.cost_interval))
            .collect(),
        ys: options
            .iter()
            .flat_map(|option| with(option.effect, option.effect_interval))
            .collect(),
        references: &[],
        strip: 6.0,
    };
    let plane = contents.plane(picture, top);
    for option in options {
        let across = option
            .cost_interval
            .map(|ends| ends.map(|x| Point { x, y: option.effect }));
        let upward = option
            .effect_interval
            .map(|ends| ends.map(|y| Point { x: option.cost, y }));
        for ends in across.into_iter().chain(upward) {
            picture.curve(&plane.places(ends), Stroke::solid(option_ink(option), 10));
        }
    }
    let point = |option: &FrontierOption| Point {
        x: option.cost,
        y: option.effect,
    };
    let efficient = plane.places(frontier.efficient().into_iter().map(point));
    picture.curve(&efficient, Stroke::series(0));
    for option in options {
        let place = plane.place(point(option));
        picture.stops[0].push(place.map_or(f64::NAN, |(x, _)| x));
        picture.stops[1].push(place.map_or(f64::NAN, |(_, y)| y));
        if let Some(place) = place {
            picture.dot(place, 5.0, option_ink(option), !option.efficient);
        }
    }
    // Along the line that joins the efficient options no name stands either.
    let steps = efficient.windows(2).flat_map(|ends| {
        let along = move |step: u32| {
            let part = f64::from(step) / 20.0;
            let between = |from: f64, to: f64| from + part * (to - from);
            (between(ends[0].0, ends[1].0), between(ends[0].1, ends[1].1))
        };
        (0..=20).map(along)
    });
    let taken = steps.map(|(x, y)| [x - 1.0, y - 1.0, x + 1.0, y + 1.0]).collect();
    frontier_labels(picture, &plane, options, taken);
    plane.bottom
}

/// Names of options, each at the first place of a few that overlaps no earlier name, no dot, no axis and nothing else that is taken; the table names those
/// for which there is none. Efficient options choose first.
fn frontier_labels(
    picture: &mut Picture,
    plane: &Plane,
    options: &[FrontierOption],
    mut taken: Vec<[f64; 4]>,
) {
    let place = |option: &FrontierOption| {
        plane.place(Point {
            x: option.cost,
            y: option.effect,
        })
    };
    let dots = options.iter().filter_map(place);
    taken.extend(dots.map(|(x, y)| [x - 6.0, y - 6.0, x + 6.0, y + 6.0]));
    let (first, second): (Vec<_>, Vec<_>) = options.iter().partition(|option| option.efficient);
    for option in first.into_iter().chain(second) {
        let Some((x, y)) = place(option) else { continue };
        let room = if picture.is_narrow() { 130.0 } else { 200.0 };
        let label = one_line(&option.label, room);
        let width = text_width(&label, Type::LABEL);
        let inside = |x: f64| {
            let left = plane.left + 3.0;
            x.clamp(left, (picture.width - SIDE - width).max(left))
        };
        let sides = [x + 9.0, x - 9.0 - width, x - width / 2.0];
        let free = [-8.0, 18.0, 4.0, -22.0, 32.0]
            .into_iter()
            .flat_map(|shift| sides.map(|side| (inside(side), y + shift)))
            .map(|(left, base)| [left, base - 10.0, left + width, base + 3.0])
            .filter(|area| area[1] > plane.top - STRIP && area[3] < plane.floor - 1.0)
            .find(|[left, top, right, bottom]| {
                let apart = |other: &[f64; 4]| {
                    *right < other[0] || *left > other[2] || *bottom < other[1] || *top > other[3]
                };
                taken.iter().all(apart)
            });
        if let Some(area) = free {
            taken.push(area);
            picture.text(
                (area[0], area[1] + 10.0),
                Anchor::Start,
                Type::LABEL.on_marks(),
                &label,
            );
        }
    }
}

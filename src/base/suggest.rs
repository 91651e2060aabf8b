//! Nearest known names for error messages.

/// Words of the field for what has another name here.
const ALIASES: &[(&str, &str)] = &[
    ("tornado", "one-at-a-time"),
    ("oat", "one-at-a-time"),
    ("oaat", "one-at-a-time"),
    ("lhs", "latin-hypercube"),
    ("monte_carlo", "latin-hypercube"),
    ("saltelli", "sobol"),
    ("elementary_effects", "morris"),
    ("prim", "discover"),
    ("scenario_discovery", "discover"),
    ("net_present_value", "npv"),
    ("median", "p50"),
    ("std", "sd"),
    ("standard_error", "mcse"),
];

/// The known name nearest to a misspelt one, if one is near enough to be a likely slip.
///
/// Nearness is the Damerau–Levenshtein distance; a candidate is offered when at most a third of the longer word,
/// and at least one character, would have to change, or when one of the two begins with the other.
///
/// ```
/// use jointly::base::nearest;
/// assert_eq!(nearest("hazrad", ["hazard", "duration"]), Some("hazard"));
/// assert_eq!(nearest("zebra", ["hazard", "duration"]), None);
/// assert_eq!(nearest("tornado", ["one-at-a-time", "morris"]), Some("one-at-a-time"));
/// ```
pub fn nearest<'a>(wrong: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // Text from a hostile file can be megabytes long, and the distance is quadratic.
    if wrong.len() > 100 {
        return None;
    }
    let lower = wrong.to_lowercase();
    let known: Vec<&str> = known.into_iter().collect();
    let plain = |name: &str| name.to_lowercase().replace(['-', ' '], "_");
    let meant = ALIASES
        .iter()
        .find(|(alias, _)| *alias == plain(wrong))
        .map(|(_, meant)| *meant);
    let same = |name: &&&str| plain(name) == plain(wrong) || meant == Some(**name);
    if let Some(name) = known.iter().find(same) {
        return Some(name);
    }
    known
        .into_iter()
        .filter_map(|name| {
            let candidate = name.to_lowercase();
            let distance = strsim::damerau_levenshtein(&lower, &candidate);
            let longer = lower.chars().count().max(candidate.chars().count());
            let prefix = lower.len() >= 3 && (candidate.starts_with(&lower) || lower.starts_with(&candidate));
            (distance <= (longer / 3).max(1) || prefix).then_some((distance, name))
        })
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, name)| name)
}

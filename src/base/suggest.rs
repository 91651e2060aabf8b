//! Nearest known names for error messages.

/// The known name nearest to a misspelt one, if one is near enough to be a likely slip.
///
/// Nearness is the Damerau–Levenshtein distance; a candidate is offered when at most a third of the longer word,
/// and at least one character, would have to change, or when one of the two begins with the other.
///
/// ```
/// use jointly::base::nearest;
/// assert_eq!(nearest("hazrad", ["hazard", "duration"]), Some("hazard"));
/// assert_eq!(nearest("zebra", ["hazard", "duration"]), None);
/// ```
pub fn nearest<'a>(wrong: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // Text from a hostile file can be megabytes long, and the distance is quadratic.
    if wrong.len() > 100 {
        return None;
    }
    let lower = wrong.to_lowercase();
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

//! What this machine has, and what is asked of it: told before work that is long, refused where it cannot end well.

use std::{fs, io, time::Duration};

use super::{Failure, notes::note};
use crate::{engine::workers, random::Blocks, report::count};

/// From how many bytes on the need for memory is told before the work.
const TOLD: u64 = 1 << 30;

/// How long work goes on before it is known how long all of it takes.
pub(super) const WATCHED: Duration = Duration::from_secs(3);
/// From how long on the time is told.
const LONG: Duration = Duration::from_secs(60);
/// What takes longer is refused.
const TOO_LONG: Duration = Duration::from_secs(24 * 60 * 60);

/// Bytes of memory that a process may have here: those of the machine, or of its group if that has fewer. `None` where that is not known.
fn memory() -> Option<u64> {
    let machine = fs::read_to_string("/proc/meminfo").ok()?;
    let total = machine.lines().find_map(|line| line.strip_prefix("MemTotal:"))?;
    let total = total.trim().strip_suffix(" kB")?.parse::<u64>().ok()? * 1024;
    let group = fs::read_to_string("/sys/fs/cgroup/memory.max").ok();
    let group = group.and_then(|text| text.trim().parse().ok());
    Some(group.map_or(total, |group: u64| group.min(total)))
}

fn gigabytes(bytes: u64) -> String {
    format!("{:.1} GB", bytes as f64 / 1e9)
}

/// What to tell of work that needs much memory; work that needs more than there is is refused, unless the user goes on regardless.
pub(super) fn check_memory(need: u64, go_on: bool) -> Result<Option<String>, Failure> {
    let there = memory();
    if let Some(there) = there.filter(|there| need > *there && !go_on) {
        return Err(Failure::Io(
            format!("this run needs about {} of memory", gigabytes(need)),
            io::Error::other(format!(
                "there are {}; fewer options, economies, years or --paths need less, --yes goes on regardless",
                gigabytes(there)
            )),
        ));
    }
    Ok((need > TOLD).then(|| format!("This run needs about {} of memory.", gigabytes(need))))
}

/// What to tell of work of which so many paths took so long; what would take more than a day is refused, unless the user goes on regardless.
pub(super) fn check_time(
    elapsed: Duration,
    done: u64,
    paths: u64,
    go_on: bool,
) -> Result<Option<String>, Failure> {
    let all = elapsed.as_secs_f64() * paths as f64 / done.max(1) as f64;
    let words = about(all);
    if all > TOO_LONG.as_secs_f64() && !go_on {
        return Err(Failure::Io(
            format!("this takes about {words}"),
            io::Error::other(
                "more than a day is hardly meant; fewer --paths, options or years take less, --yes goes on regardless",
            ),
        ));
    }
    Ok((all > LONG.as_secs_f64()).then(|| format!("This takes about {words}.")))
}

/// A time in words: in the largest unit of which there are two.
fn about(seconds: f64) -> String {
    const UNITS: [(f64, &str); 4] = [
        (365.25 * 86_400.0, "years"),
        (86_400.0, "days"),
        (3_600.0, "hours"),
        (60.0, "minutes"),
    ];
    let unit = UNITS.into_iter().find(|(length, _)| seconds >= 2.0 * length);
    let (length, name) = unit.unwrap_or((1.0, "seconds"));
    format!("{} {name}", count((seconds / length).round() as u64))
}

/// How many threads so many paths have use for; of others a note tells, unless it is unwanted.
pub(super) fn threads(asked: u16, paths: u64, quiet: bool) -> usize {
    let asked = usize::from(asked);
    let useful = workers(asked, Blocks::of(paths).end);
    if asked > useful && !quiet {
        note(&format!(
            "--threads {asked} is cut to {useful}: paths and processors have no use for more."
        ));
    }
    useful
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn more_than_a_day_is_refused_unless_the_user_goes_on() {
        let second = Duration::from_secs(1);
        assert!(matches!(check_time(second, 100, 5_000, false), Ok(None)));
        let told = |paths, go_on| check_time(second, 100, paths, go_on).unwrap().unwrap();
        assert_eq!(told(10_000, false), "This takes about 100 seconds.");
        assert_eq!(told(720_000, false), "This takes about 2 hours.");
        assert_eq!(told(1 << 40, true), "This takes about 348 years.");
        match check_time(second, 100, 20_000_000, false) {
            Err(Failure::Io(what, error)) => {
                assert_eq!(what, "this takes about 2 days");
                assert!(error.to_string().contains("--yes goes on regardless"), "{error}");
            }
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn more_memory_than_there_is_is_refused_unless_the_user_goes_on() {
        assert!(matches!(check_memory(1 << 20, false), Ok(None)));
        assert!(matches!(check_memory(1 << 60, true), Ok(Some(_))));
        // Where the memory of the machine is not known nothing is refused.
        match check_memory(1 << 60, false) {
            Err(Failure::Io(what, error)) => {
                assert!(what.contains("needs about 1152921504.6 GB"), "{what}");
                assert!(error.to_string().contains("--yes goes on regardless"), "{error}");
            }
            other => assert!(other.is_ok() && memory().is_none()),
        }
    }
}

//! What this machine has, and what is asked of it: told before work that is long, refused where it cannot end well.

use std::{fs, io};

use super::Failure;
use crate::{engine::workers, random::Blocks};

/// From how many bytes on the need for memory is told before the work.
const TOLD: u64 = 1 << 30;

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
                "there are {}; fewer options, economies or years need less, --yes goes on regardless",
                gigabytes(there)
            )),
        ));
    }
    Ok((need > TOLD).then(|| format!("This run needs about {} of memory.", gigabytes(need))))
}

/// How many threads so many paths have use for; of others a note tells, unless it is unwanted.
pub(super) fn threads(asked: u16, paths: u64, quiet: bool) -> usize {
    let asked = usize::from(asked);
    let useful = workers(asked, Blocks::of(paths).end);
    if asked > useful && !quiet {
        let mut console = anstream::stderr();
        // Nothing can be done if even the standard error is closed.
        let _ = io::Write::write_fmt(
            &mut console,
            format_args!(
                "--threads {asked} is cut to {useful}: paths and processors have no use for more.\n"
            ),
        );
    }
    useful
}

#[cfg(test)]
mod tests {
    use super::*;

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

//! Cost of a run by its size: economies to 189, options to 64, levers to 200 (the most that a scenario may have), years to 100. Time and the memory of a run grow at most in
//! proportion: their slopes against the size, both in logarithms, stay at most 1.1 (no matrix of all series, no tension of all pairs, no
//! lever that looks at all others).
//!
//! `cargo bench --bench scaling` measures and prints the slopes of one run; with `-- --test` the smallest sizes run once.

use std::{
    fmt::Write as _,
    fs,
    process::Command,
    time::{Duration, Instant},
};

use jointly::{
    engine::{Progress, Settings},
    history::{History, HistoryData, Panel},
    model::{Kernel, Plan},
    outcomes::project,
    random::Shard,
    scenario,
};

/// What grows: its name, the sizes, the futures of a run, and the scenario of a size.
struct Growth {
    what: &'static str,
    sizes: [usize; 4],
    paths: u64,
    text: fn(&HistoryData, usize) -> String,
}

const GROWTHS: [Growth; 4] = [
    Growth {
        what: "economies",
        sizes: [5, 20, 80, 189],
        paths: 2_000,
        text: |history, count| with_economies(history, count) + &with_levers(1) + &with_options(1, 1),
    },
    Growth {
        what: "options",
        sizes: [4, 16, 32, 64],
        paths: 1_000,
        text: |_, count| format!("{FEW}{}{}", with_levers(3), with_options(count, 3)),
    },
    Growth {
        what: "levers",
        sizes: [5, 20, 80, 200],
        paths: 1_000,
        text: |_, count| format!("{FEW}{}{}", with_levers(count), with_options(1, count)),
    },
    Growth {
        what: "years",
        sizes: [10, 25, 50, 100],
        paths: 2_000,
        text: |_, count| {
            let horizon = format!("horizon = {}\n", 2021 + count);
            horizon + FEW + &with_levers(3) + &with_options(1, 3)
        },
    },
];

const FEW: &str = "economies = [\"CHN\", \"JPN\", \"KOR\"]\n";

/// The largest economies of the panel, the two partners among them.
fn with_economies(history: &HistoryData, count: usize) -> String {
    let mut economies: Vec<_> = Panel::embedded()
        .economies
        .iter()
        .filter(|entry| history.economy(entry.economy).is_some())
        .map(|entry| (entry.gdp(2021).unwrap_or(0.0), entry.economy))
        .collect();
    economies.sort_by(|a, b| b.0.total_cmp(&a.0));
    let first = ["CHN", "KOR"];
    let others = economies.iter().map(|(_, economy)| economy.code());
    let others = others.filter(|code| !first.contains(code));
    let codes: Vec<&str> = first.into_iter().chain(others).take(count).collect();
    let mut text = format!("economies = {codes:?}\ngap.metric = \"index\"\n");
    for code in &codes {
        let _ = writeln!(text, "baseline.{code}.initial_share = 0.3");
    }
    text
}

fn with_levers(count: usize) -> String {
    let lever = |number| {
        format!(
            "[levers.l{number}]\nkind = \"joint_rnd\"\npartners = [\"CHN\", \"KOR\"]\nstart = 2027\nscale = 500\n"
        )
    };
    (0..count).map(lever).collect()
}

/// So many options that hold the same levers.
fn with_options(count: usize, levers: usize) -> String {
    let ids: Vec<String> = (0..levers).map(|number| format!("l{number}")).collect();
    let option = |number| format!("o{number} = {ids:?}\n");
    "[options]\n".to_owned() + &(0..count).map(option).collect::<String>()
}

/// A line of what the system tells about this process, in KiB.
fn memory(name: &str) -> Option<f64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with(name))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

/// The argument that asks a process of this program for one size of one growth.
const ONE: &str = "--one";

/// What a process of its own tells: seconds, and the memory that a run adds, in KiB. In one process what the allocator keeps of a run would hide the memory of
/// the next.
fn measured_apart(growth: &Growth, size: usize) -> (f64, Option<f64>) {
    let program = std::env::current_exe().expect("the path of this program");
    let output = Command::new(program)
        .args([ONE, growth.what, &size.to_string()])
        .output()
        .expect("this program runs once more");
    let numbers: Vec<f64> = String::from_utf8_lossy(&output.stdout)
        .split_whitespace()
        .map_while(|number| number.parse().ok())
        .collect();
    assert!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    (numbers[0], numbers.get(1).copied())
}

/// Time and additional memory of a run, its scenario compiled before; the faster of two.
fn measure(growth: &Growth, size: usize) -> (Duration, Option<f64>) {
    let history = History::embedded(true)
        .and_then(|history| history.data())
        .expect("the embedded data are valid");
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("s.toml");
    fs::write(&path, (growth.text)(&history, size)).expect("a temporary file");
    let scenario = scenario::load(&path, &[], None, &history).expect("the scenario is valid");
    let settings = Settings {
        paths: growth.paths,
        seed: 1,
        threads: 1,
        kernel: Kernel::detect(),
        shard: Shard::WHOLE,
    };
    let run = || {
        let start = Instant::now();
        let plan = Plan::new(&history, &scenario).expect("the embedded data can be calibrated");
        project(&plan, settings, &Progress::default()).expect("a run that nobody stops");
        start.elapsed()
    };
    let before = memory("VmRSS:");
    let first = run();
    let memory = memory("VmHWM:").zip(before).map(|(most, before)| most - before);
    (first.min(run()), memory)
}

fn main() {
    let arguments: Vec<String> = std::env::args().collect();
    if let Some(place) = arguments.iter().position(|argument| argument == ONE)
        && let [what, size] = &arguments[place + 1..]
    {
        let growth = GROWTHS.iter().find(|growth| growth.what == what);
        let size = size.parse().expect("a size");
        let (time, memory) = measure(growth.expect("what grows"), size);
        let memory = memory.map_or_else(String::new, |memory| memory.to_string());
        return println!("{} {memory}", time.as_secs_f64());
    }
    let brief = arguments.iter().any(|argument| argument == "--test");
    println!(
        "{:<10}{:>30}{:>16}{:>18}",
        "what grows", "seconds by size", "slope of time", "slope of memory"
    );
    for growth in &GROWTHS {
        let sizes = &growth.sizes[..if brief { 2 } else { growth.sizes.len() }];
        let measured: Vec<_> = sizes.iter().map(|size| measured_apart(growth, *size)).collect();
        for (size, (time, memory)) in sizes.iter().zip(&measured) {
            let memory = memory.map_or_else(String::new, |memory| format!("{:.0} MiB", memory / 1024.0));
            println!("{:<10}{size:>14}: {time:>12.3} s{memory:>34}", growth.what);
        }
        let last = sizes.len() - 1;
        let slope = |few: f64, many: f64| (many / few).ln() / (sizes[last] as f64 / sizes[0] as f64).ln();
        let (few, many) = (measured[0], measured[last]);
        let time = slope(few.0, many.0);
        let memory = few.1.zip(many.1).map(|(few, many)| slope(few, many));
        let memory = memory.map_or_else(String::new, |memory| format!("{memory:.2}"));
        println!("{:<10}{time:>46.2}{memory:>18}", growth.what);
    }
}

//! Cost of a run by the number of economies: 5, 20, 80 and 189 of the panel, one lever between two of them, 2,000 paths. The slope of
//! time and of the arrays' memory against economies, both in logarithms, stays at most 1.1: no matrix of all series, no tension of all
//! pairs.
//!
//! `cargo bench --bench economies` measures and prints the slopes of one run.

use std::time::Instant;

use jointly::{
    engine::{Progress, Settings},
    history::{History, HistoryData, Panel},
    model::{Kernel, Plan},
    outcomes::project,
    random::Shard,
    scenario,
};

const PATHS: u64 = 2_000;
const SIZES: [usize; 4] = [5, 20, 80, 189];

/// The largest economies of the panel, the two partners among them.
fn plan(history: &HistoryData, count: usize) -> Plan {
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
        text.push_str(&format!("baseline.{code}.initial_share = 0.3\n"));
    }
    text.push_str(
        "[levers.l]\nkind = \"joint_rnd\"\npartners = [\"CHN\", \"KOR\"]\nstart = 2027\nscale = 500\n",
    );
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("s.toml");
    std::fs::write(&path, text).expect("a temporary file");
    let scenario = scenario::load(&path, &[], None, history).expect("the scenario is valid");
    Plan::new(history, &scenario).expect("the embedded data can be calibrated")
}

/// Peak resident memory so far, in KiB, where the system tells.
fn peak_memory() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find(|line| line.starts_with("VmHWM:"))?;
    line.split_whitespace().nth(1)?.parse().ok()
}

fn main() {
    let history = History::embedded(true)
        .and_then(|history| history.data())
        .expect("the embedded data are valid");
    let settings = Settings {
        paths: PATHS,
        seed: 1,
        threads: 1,
        kernel: Kernel::detect(),
        shard: Shard::WHOLE,
    };
    let before = peak_memory();
    let mut measured: Vec<(usize, f64, Option<f64>)> = Vec::new();
    for count in SIZES {
        // The faster of two, compilation of the scenario included; sizes ascend, so the peak is that of the largest so far.
        let seconds = (0..2)
            .map(|_| {
                let start = Instant::now();
                let plan = plan(&history, count);
                project(&plan, settings, &Progress::default()).expect("a run that nobody stops");
                start.elapsed().as_secs_f64()
            })
            .fold(f64::INFINITY, f64::min);
        let memory = peak_memory().zip(before).map(|(now, before)| now - before);
        println!(
            "{count:>4} economies: {seconds:.3} s, {:.0} MiB",
            memory.unwrap_or(0.0) / 1024.0
        );
        measured.push((count, seconds, memory));
    }
    let (few, many) = (measured[0], measured[measured.len() - 1]);
    let sizes = (many.0 as f64 / few.0 as f64).ln();
    let slope = |few: f64, many: f64| (many / few).ln() / sizes;
    println!("log-log slope of time: {:.2} (at most 1.1)", slope(few.1, many.1));
    if let (Some(few), Some(many)) = (few.2, many.2) {
        println!("log-log slope of memory: {:.2} (at most 1.1)", slope(few, many));
    }
}

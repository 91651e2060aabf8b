//! What options cost: comparing twenty options against comparing one, on the same futures.
//!
//! `cargo bench --bench comparison` measures; compare the lines of one run with each other.

use divan::Bencher;
use jointly::{
    analysis::{CompareSettings, VALUES, compare, compared_effect, compared_outcome},
    base::Selector,
    engine::{Progress, Settings},
    history::History,
    model::{Kernel, Plan},
    random::BLOCK,
    scenario,
};

fn main() {
    divan::main();
}

/// A scenario of as many options, each with two of six levers.
fn plan(options: usize) -> Plan {
    let history = History::embedded(true)
        .and_then(|history| history.data())
        .expect("the embedded data are valid");
    let mut text = String::new();
    let kinds = [
        "smart_city_pilots",
        "joint_rnd",
        "talent_exchange",
        "think_tank_forum",
        "joint_laboratories",
        "ai_platform",
    ];
    for (lever, kind) in kinds.iter().enumerate() {
        let partners = ["\"CHN\", \"KOR\"", "\"CHN\", \"JPN\", \"KOR\""][lever % 2];
        text.push_str(&format!(
            "[levers.l{lever}]\nkind = \"{kind}\"\npartners = [{partners}]\nstart = 2026\nscale = {}\n",
            lever + 1
        ));
    }
    text.push_str("[options]\n");
    let levers = kinds.len();
    for option in 0..options {
        let first = option % levers;
        let second = (first + 1 + option / levers) % levers;
        text.push_str(&format!("o{option} = [\"l{first}\", \"l{second}\"]\n"));
    }
    let folder = tempfile::tempdir().expect("a temporary folder");
    let path = folder.path().join("options.toml");
    std::fs::write(&path, text).expect("a temporary file");
    let scenario = scenario::load(&path, &[], None, &history).expect("the scenario is valid");
    Plan::new(&history, &scenario).expect("the embedded data can be calibrated")
}

/// The whole comparison on one thread, by number of options besides the baseline.
#[divan::bench(args = [1, 20], sample_count = 10, sample_size = 1)]
fn comparison(bencher: Bencher<'_, '_>, options: usize) {
    let plan = plan(options);
    let selector = Selector::parse("extra:group.digital_economy@horizon").expect("a selector");
    let compared = CompareSettings {
        reference: 0,
        outcomes: vec![compared_outcome(&plan, &selector).expect("an outcome")],
        effect: compared_effect(&plan, &Selector::parse("money.benefit").expect("a selector"))
            .expect("an outcome"),
        thresholds: Vec::new(),
        optimism: 0.5,
        values: VALUES.to_vec(),
    };
    let settings = Settings {
        paths: 16 * BLOCK as u64,
        seed: 1,
        threads: 1,
        kernel: Kernel::detect(),
        shard: jointly::random::Shard::WHOLE,
    };
    bencher.bench_local(|| compare(&plan, &compared, settings, &Progress::default()));
}

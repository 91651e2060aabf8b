//! From a scenario to its numbers in a few lines: what would twenty smart-city pilots add, and what drives it?
//!
//! `cargo run --example session`

use jointly::{
    base::{Metric, Place},
    engine::Progress,
    outcomes::Comparison,
    report::{Findings, terminal},
    session::{Inputs, RunRequest, Session, Study, SweepRequest},
};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let inputs = Inputs {
        overrides: vec!["levers.smart-cities.scale.CHN=30".to_owned()],
        ..Inputs::of_file("scenarios/china-korea-smart-cities.toml")
    };
    let session = Session::open(&inputs).map_err(|errors| errors.to_string())?;

    // The numbers, typed.
    let study = session
        .run(&RunRequest {
            paths: 2000,
            ..RunRequest::default()
        })
        .map_err(|errors| errors.to_string())?;
    let result = study
        .run(&Progress::default())
        .map_err(|error| format!("{error:?}"))?;
    for option in result.summary.options().into_iter().skip(1) {
        if let Some(row) = result
            .summary
            .last(option, Comparison::Extra, Place::Group, Metric::Gdp)
        {
            let [low, .., high] = row.statistics.quantiles;
            println!(
                "{option}: {:.2} USD bn in {} (90 % of futures: {low:.2} to {high:.2})",
                row.statistics.mean, row.year
            );
        }
    }

    // The answer in words, and the tables behind it.
    let sweep = SweepRequest {
        paths: 512,
        method: Some("one-at-a-time".to_owned()),
        ..SweepRequest::default()
    };
    let study = session.sweep(&sweep).map_err(|errors| errors.to_string())?;
    let result = study
        .run(&Progress::default())
        .map_err(|error| format!("{error:?}"))?;
    print!(
        "{}",
        terminal::render(&result.document(), &terminal::Shown::Brief, 80)
    );
    for table in result.tables() {
        println!(
            "{}: {} rows of {} columns",
            table.name,
            table.rows(),
            table.columns.len()
        );
    }
    Ok(())
}

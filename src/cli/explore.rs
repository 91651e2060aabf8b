use std::{io, path::PathBuf, sync::Arc, time::Duration};

use super::{
    Console, Failure,
    common::{HistoryArgs, until_interrupted},
    notes::note,
};
use crate::{
    base::{Diagnostic, Diagnostics, Year},
    explore::{Explorer, Running, ServerOptions, serve},
    session::Inputs,
};

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Scenario file to explore
    #[arg(value_name = "SCENARIO.toml")]
    scenario: PathBuf,
    /// Port of the page on this machine, from 1024 on; one that is free unless given
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1024..))]
    port: Option<u16>,
    /// Print the address without opening it in a browser
    #[arg(long)]
    no_open: bool,
    /// Seed of the random numbers; the same seed gives the same numbers
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// Last projected year, instead of the scenario's
    #[arg(long, value_name = "YEAR")]
    horizon: Option<Year>,
    /// Begin with this number changed, as if it had been moved on the page
    #[arg(long = "set", value_name = "PATH=VALUE")]
    overrides: Vec<String>,
    #[command(flatten)]
    history: HistoryArgs,
}

/// Runs the command.
pub fn run(args: &Args, console: &mut Console) -> Result<(), Failure> {
    let inputs = Inputs {
        scenarios: vec![args.scenario.clone()],
        text: None,
        overrides: args.overrides.clone(),
        horizon: args.horizon,
        history: args.history.choice(),
    };
    let explorer = Arc::new(Explorer::open(&inputs, args.seed)?);
    let options = ServerOptions {
        port: args.port.unwrap_or(0),
        framed: false,
    };
    let mut running = serve(explorer, options).map_err(|error| failed(args.port, error))?;
    console.print(&format!(
        "Exploring `{}` at\n{}\nThe address is for this machine and holds a secret: who knows it sees the scenario. Ctrl-C ends.\n",
        args.scenario.display(),
        running.address()
    ))?;
    if !args.no_open {
        open(&running);
    }
    until_interrupted(Duration::from_millis(100))?;
    running.stop();
    Ok(())
}

fn failed(port: Option<u16>, error: io::Error) -> Failure {
    match (port, error.kind()) {
        (Some(port), io::ErrorKind::AddrInUse) => Failure::Refused(Diagnostics::from(
            Diagnostic::new(format!("port {port} is taken"))
                .help("choose another one, or leave --port out for one that is free"),
        )),
        _ => Failure::Io("cannot serve the page".to_owned(), error),
    }
}

/// Opens the page in the browser of the user; if that is not possible, the address has been printed.
fn open(running: &Running) {
    let (program, before): (&str, &[&str]) = if cfg!(target_os = "macos") {
        ("open", &[])
    } else if cfg!(windows) {
        ("rundll32", &["url.dll,FileProtocolHandler"])
    } else {
        ("xdg-open", &[])
    };
    let opened = running.address_once().and_then(|address| {
        std::process::Command::new(program)
            .args(before)
            .arg(address)
            .stdin(std::process::Stdio::null())
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null())
            .spawn()
    });
    if opened.is_err() {
        note("No browser could be opened; open the address above in one.");
    }
}

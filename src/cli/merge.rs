use std::{
    io::Read,
    path::{Path, PathBuf},
};

use super::{
    Console, Failure,
    common::with_progress,
    deliver::{OutputArgs, deliver},
};
use crate::{
    base::{Diagnostic, Diagnostics, open_file},
    engine::Progress,
    random::Shard,
    session::{Collected, Label, PART_LIMIT, Part, ShardStudy, check_parts},
};

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Every shard of one run or sweep, in any order: the files that `--shard NUMBER/COUNT -o PART.bin` wrote
    #[arg(value_name = "PART.bin", required = true)]
    parts: Vec<PathBuf>,
    /// Number of threads; 0 for one per processor. The result does not depend on it
    #[arg(long, default_value_t = 0, value_parser = clap::value_parser!(u16).range(0..=1024))]
    threads: u16,
    #[command(flatten)]
    output: OutputArgs,
}

/// Reads a part.
fn read(path: &Path) -> Result<Part, Diagnostics> {
    let name = path.display();
    let refuse = |what: String| Diagnostics::from(Diagnostic::new(format!("`{name}` {what}")));
    let mut bytes = Vec::new();
    open_file(path)
        .and_then(|file| file.take(PART_LIMIT as u64 + 1).read_to_end(&mut bytes))
        .map_err(|error| refuse(format!("cannot be read: {error}")))?;
    if bytes.len() > PART_LIMIT {
        return Err(refuse(format!("is larger than {} MB", PART_LIMIT / 1_000_000)));
    }
    Part::from_bytes(&bytes).map_err(refuse)
}

/// Reads what parts are, and checks that they are every shard of one run; in the order of shards, each with its file.
fn labels(paths: &[PathBuf]) -> Result<Vec<(Label, &Path)>, Diagnostics> {
    let mut errors = Diagnostics::new();
    let mut found: Vec<(Label, &Path)> = Vec::new();
    for path in paths {
        match read(path) {
            Ok(part) => found.push((part.label, path)),
            Err(wrong) => errors.extend(wrong),
        }
    }
    if !found.is_empty() {
        let named: Vec<(String, Label)> = found
            .iter()
            .map(|(label, path)| (path.display().to_string(), label.clone()))
            .collect();
        if let Err(wrong) = check_parts(&named) {
            errors.extend(wrong);
        }
    }
    found.sort_by_key(|(label, _)| label.shard);
    errors.into_result(found)
}

/// Reads what parts hold and puts it together.
fn merged(
    labels: &[(Label, &Path)],
    study: &ShardStudy<'_>,
    progress: &Progress,
) -> Result<Collected, Failure> {
    let shape = study.shape();
    let mut whole: Option<Collected> = None;
    for (label, path) in labels {
        if progress.is_stopped() {
            return Err(Failure::Interrupted);
        }
        let refuse = |what: &str| Diagnostics::from(Diagnostic::new(format!("`{}` {what}", path.display())));
        let part = read(path)?;
        if part.label != *label {
            return Err(refuse("has changed while it was read").into());
        }
        let found = shape.collected(&part).map_err(|what| refuse(&what))?;
        match &mut whole {
            None => whole = Some(found),
            Some(whole) => whole.merge(found),
        }
    }
    whole.ok_or_else(|| Diagnostics::from(Diagnostic::new("no part was given")).into())
}

/// Runs the command. Parts are read twice, first for what they are and then for what they hold, so that one is held at a time.
pub fn run(args: &Args, console: &mut Console) -> Result<(), Failure> {
    let labels = labels(&args.parts)?;
    let Some((_, first)) = labels.first() else {
        return Ok(());
    };
    let part = read(first)?;
    let session = part.open()?;
    let request = part.request().of(Shard::WHOLE);
    let study = session.shards(&request.on(usize::from(args.threads), args.output.says_anything()))?;
    args.output.check_memory(study.memory())?;
    let outputs = args.output.plan(args.parts.clone())?;
    let result = with_progress(study.paths(), args.output.work(), |progress| {
        let whole = merged(&labels, &study, progress)?;
        study.result(whole, progress).map_err(Failure::from)
    })??;
    deliver(&*result, &args.output, outputs, console)
}

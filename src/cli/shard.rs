//! One shard of a study: its arguments, and its way into a part.

use std::{
    io,
    path::{Path, PathBuf},
};

use super::{Console, Failure, deliver::OutputArgs, outputs::Outputs};
use crate::{
    random::Shard,
    report::count,
    session::{Collected, ShardStudy},
};

/// The option that names the file of a shard.
pub(super) const PART: &str = "--out";

/// Which shard of a study is done.
#[derive(Clone, Debug, clap::Args)]
pub struct ShardArgs {
    /// Do one of so many parts of the work, for example 3/8, and write it into the file of -o; `jointly merge` makes the results of the
    /// whole from all parts (docs/cluster.md)
    #[arg(
        long,
        value_name = "NUMBER/COUNT",
        requires = "out",
        conflicts_with_all = ["parquet", "report", "plot", "show", "full", "format", "json"]
    )]
    pub shard: Option<Shard>,
}

impl ShardArgs {
    /// The file of the shard, which `--out` names where there is one, and where everything else goes.
    pub(super) fn part(&self, output: &OutputArgs) -> (Option<PathBuf>, OutputArgs) {
        let mut others = output.clone();
        let part = self.shard.and_then(|_| others.out.take());
        (part, others)
    }
}

/// Writes what the shard of a study of `scenario` has collected into a part, with outputs that are written with it, and says so.
pub(super) fn deliver_part(
    study: &ShardStudy<'_>,
    collected: &Collected,
    (scenario, part): (&Path, &Path),
    mut outputs: Outputs,
    console: Option<&mut Console>,
) -> Result<(), Failure> {
    let answers = !outputs.takes_standard();
    let bytes = study.part(collected)?.to_bytes().map_err(|error| {
        Failure::Io(
            format!("cannot write `{}`", part.display()),
            io::Error::other(error.to_string()),
        )
    })?;
    outputs.write(PART, &bytes)?;
    outputs.publish(|_| String::new())?;
    let Some(console) = console.filter(|_| answers) else {
        return Ok(());
    };
    let (label, shape) = (study.label(), study.shape());
    let range = label.shard.range(shape.pieces());
    let count = |number: u64| count(number as usize);
    let what = match collected {
        Collected::Run(_) => format!(
            "{} of {} futures",
            count(shape.paths(label.shard)),
            count(label.paths)
        ),
        Collected::Sweep(_) => format!(
            "{} of {} design points, {} futures each",
            count(range.end - range.start),
            count(shape.pieces()),
            count(label.paths)
        ),
    };
    console.print(&format!(
        "Shard {} of `{}`: {what}, in `{}` ({} kB).\n",
        label.shard,
        scenario.display(),
        part.display(),
        count(bytes.len().div_ceil(1000) as u64),
    ))?;
    Ok(())
}

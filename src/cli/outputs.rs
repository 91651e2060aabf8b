//! The one planner of outputs: what a command reads and writes is compared before any work, and everything is written at the
//! end, whole or not at all.

use std::{
    fs::{self, File},
    io::{self, Read, Seek, Write},
    path::{Path, PathBuf},
};

use super::{
    Failure,
    common::{interrupted, print_bytes},
};
use crate::{
    base::{Diagnostic, Identity, WholeFile, is_stream, place},
    report::{Before, MANIFEST, OutputError, ResultFile, ResultFolder, escape},
};

/// The name of the standard output where one file is meant.
const STANDARD: &str = "-";

/// Everything a command writes, under hidden names until [`publish`](Self::publish).
pub(super) struct Outputs {
    force: bool,
    /// What is read, with its name.
    read: Vec<(Identity, PathBuf)>,
    folder: Option<ResultFolder>,
    files: Vec<Planned>,
    /// Folders made for files that are still to come.
    made: Vec<PathBuf>,
}

/// A file that is going to be written.
struct Planned {
    option: &'static str,
    asked: PathBuf,
    identity: Identity,
    way: Way,
}

enum Way {
    /// In the result folder, under a name.
    Inside(String, File),
    Alone(WholeFile),
    /// The standard output, once everything is there.
    Standard(File),
}

fn failure(path: &Path, error: io::Error) -> Failure {
    if interrupted() {
        return Failure::Interrupted;
    }
    Failure::Io(format!("cannot write `{}`", path.display()), error)
}

fn refuse(message: String, help: &str) -> Failure {
    Failure::Refused(Diagnostic::new(message).help(help).into())
}

impl Outputs {
    /// Plans for a command that reads these files; those that exist are replaced only if this program wrote them, or with `force`.
    pub(super) fn new(read: impl IntoIterator<Item = PathBuf>, force: bool) -> Self {
        let read = read
            .into_iter()
            .filter_map(|path| Some((Identity::of(&path).ok()?, path)))
            .collect();
        Self {
            force,
            read,
            folder: None,
            files: Vec::new(),
            made: Vec::new(),
        }
    }

    /// Takes a folder for the result. Files named `kept` are those of the work itself, which goes on if it was `begun`.
    pub(super) fn folder(
        &mut self,
        directory: &Path,
        kept: &'static [&'static str],
        begun: bool,
    ) -> Result<(), Failure> {
        if directory == Path::new(STANDARD) {
            return Err(refuse(
                "--out: a result has several files and cannot go to the standard output".to_owned(),
                "name a folder, or print one table with --format csv",
            ));
        }
        let before = match (begun, self.force) {
            (true, _) => Before::Begun,
            (_, true) => Before::Result,
            _ => Before::Nothing,
        };
        let mut folder = ResultFolder::open(directory, before, kept)?;
        for (_, path) in &self.read {
            let lost = place(path)
                .ok()
                .and_then(|place| folder.name_of(&place))
                .is_some_and(|name| folder.loses(&name));
            if lost && !begun {
                return Err(refuse(
                    format!("`{}` is read and would go with the old result", path.display()),
                    "copy it elsewhere, or choose another folder",
                ));
            }
        }
        if !kept.is_empty() && !begun {
            folder.clear()?;
        }
        self.folder = Some(folder);
        Ok(())
    }

    /// Plans a file that an option names.
    pub(super) fn file(&mut self, option: &'static str, path: &Path) -> Result<(), Failure> {
        if path == Path::new(STANDARD) {
            return self.standard(option);
        }
        let shown = escape(&path.display().to_string());
        let identity = Identity::of(path).map_err(|error| failure(path, error))?;
        if !is_stream(path) {
            if let Some((_, read)) = self.read.iter().find(|(read, _)| *read == identity) {
                return Err(refuse(
                    format!(
                        "{option} `{shown}` would replace what is read: `{}`",
                        escape(&read.display().to_string())
                    ),
                    "choose another file",
                ));
            }
            if let Some(other) = self.files.iter().find(|other| other.identity == identity) {
                return Err(refuse(
                    format!("{} and {option} name one file: `{shown}`", other.option),
                    "choose another file for one of them",
                ));
            }
            if !self.force && !may_be_replaced(path) {
                return Err(refuse(
                    format!("{option}: `{shown}` exists already and was not written by this command"),
                    "choose another file, or replace it with --force",
                ));
            }
        }
        let inside = self.folder.as_ref().and_then(|folder| {
            let name = folder.name_of(&place(path).ok()?)?;
            Some((folder, name))
        });
        let way = match inside {
            Some((_, name)) if is_result_name(&name) => {
                return Err(refuse(
                    format!("{option} `{shown}` has a name of the files of --out"),
                    "choose another name, or another folder",
                ));
            }
            Some((folder, name)) => {
                let file = folder.create(&name)?;
                Way::Inside(name, file)
            }
            None => Way::Alone(WholeFile::create(path).map_err(|error| failure(path, error))?),
        };
        self.files.push(Planned {
            option,
            asked: path.to_owned(),
            identity,
            way,
        });
        Ok(())
    }

    /// Plans what goes to the standard output.
    fn standard(&mut self, option: &'static str) -> Result<(), Failure> {
        if let Some(other) = self.to_standard() {
            return Err(refuse(
                format!("{} and {option} both write to the standard output", other.option),
                "choose a file for one of them",
            ));
        }
        let path = PathBuf::from(STANDARD);
        let file = tempfile::tempfile().map_err(|error| failure(&path, error))?;
        self.files.push(Planned {
            option,
            identity: Identity::Place(path.clone()),
            asked: path,
            way: Way::Standard(file),
        });
        Ok(())
    }

    fn to_standard(&self) -> Option<&Planned> {
        let standard = |file: &&Planned| matches!(file.way, Way::Standard(_));
        self.files.iter().find(standard)
    }

    /// Whether a file takes the standard output, where the answer would stand.
    pub(super) fn takes_standard(&self) -> bool {
        self.to_standard().is_some()
    }

    /// Makes sure that files can be written into a folder, which need not exist.
    pub(super) fn can_write_into(&self, directory: &Path) -> Result<(), Failure> {
        let nearest = directory
            .ancestors()
            .find(|ancestor| ancestor.exists())
            .filter(|nearest| !nearest.as_os_str().is_empty())
            .unwrap_or(Path::new("."));
        tempfile::tempfile_in(nearest)
            .map_err(|error| Failure::Io(format!("cannot write into `{}`", directory.display()), error))?;
        Ok(())
    }

    /// Plans and writes a file in a folder that is made if need be.
    pub(super) fn add_into(
        &mut self,
        option: &'static str,
        directory: &Path,
        name: &str,
        bytes: &[u8],
    ) -> Result<(), Failure> {
        if !directory.exists() {
            fs::create_dir_all(directory).map_err(|error| {
                Failure::Io(format!("cannot write into `{}`", directory.display()), error)
            })?;
            self.made.push(directory.to_owned());
        }
        self.file(option, &directory.join(name))?;
        self.files.last_mut().map_or(Ok(()), |file| file.write(bytes))
    }

    /// What is written into for an option.
    pub(super) fn open(&self, option: &str) -> Option<&File> {
        let planned = self.files.iter().find(|planned| planned.option == option)?;
        Some(match &planned.way {
            Way::Inside(_, file) | Way::Standard(file) => file,
            Way::Alone(file) => file.file(),
        })
    }

    /// Writes the file of an option.
    pub(super) fn write(&mut self, option: &str, bytes: &[u8]) -> Result<(), Failure> {
        let planned = self.files.iter_mut().find(|planned| planned.option == option);
        planned.map_or(Ok(()), |planned| planned.write(bytes))
    }

    /// The result folder, if there is one.
    pub(super) fn result(&mut self) -> Option<&mut ResultFolder> {
        self.folder.as_mut()
    }

    /// Gives every file its name; `manifest` makes that of the result folder from all its files.
    pub(super) fn publish(mut self, manifest: impl FnOnce(&[ResultFile]) -> String) -> Result<(), Failure> {
        for planned in &mut self.files {
            planned.complete(self.folder.as_mut())?;
        }
        if let Some(folder) = &mut self.folder {
            let text = manifest(&folder.files()?);
            folder.add(MANIFEST, text.as_bytes())?;
        }
        if interrupted() {
            return Err(Failure::Interrupted);
        }
        if let Some(folder) = self.folder.take() {
            folder.publish()?;
        }
        self.made.clear();
        for planned in std::mem::take(&mut self.files) {
            if let Way::Standard(mut file) = planned.way {
                let mut bytes = Vec::new();
                let read = file.rewind().and_then(|()| file.read_to_end(&mut bytes));
                read.map_err(|error| failure(&planned.asked, error))?;
                print_bytes(planned.option, &bytes)?;
            } else if let Way::Alone(file) = planned.way {
                // Whether it may be replaced was asked before; what has come since stays.
                let replace = self.force || is_stream(&planned.asked) || may_be_replaced(&planned.asked);
                file.publish(replace, &interrupted).map_err(|error| {
                    if interrupted() {
                        // Others may have their names by now.
                        let path = planned.asked.display();
                        return Failure::Paused(format!("interrupted; `{path}` was not written"));
                    }
                    failure(&planned.asked, error)
                })?;
            }
        }
        Ok(())
    }
}

impl Planned {
    fn write(&mut self, bytes: &[u8]) -> Result<(), Failure> {
        let written = match &mut self.way {
            Way::Inside(_, file) | Way::Standard(file) => file.write_all(bytes),
            Way::Alone(file) => file.write_all(bytes),
        };
        written.map_err(|error| failure(&self.asked, error))
    }

    /// Makes sure that everything is on the disk.
    fn complete(&mut self, folder: Option<&mut ResultFolder>) -> Result<(), Failure> {
        match (&mut self.way, folder) {
            (Way::Inside(name, file), Some(folder)) => Ok(folder.finish(name, file)?),
            (Way::Alone(file), _) => file.complete().map_err(|error| failure(&self.asked, error)),
            _ => Ok(()),
        }
    }
}

impl Drop for Outputs {
    /// Takes back what was made for files that never came.
    fn drop(&mut self) {
        self.files.clear();
        for made in &self.made {
            let _ = fs::remove_dir(made);
        }
    }
}

impl From<OutputError> for Failure {
    fn from(error: OutputError) -> Self {
        match error {
            OutputError::Refused(diagnostics) => Self::Refused(diagnostics),
            OutputError::Io(what, error) => Self::Io(what, error),
        }
    }
}

/// Writes one text into a file that an option of a command names, which reads these files.
pub(super) fn write_text(
    option: &'static str,
    path: &Path,
    text: &str,
    read: impl IntoIterator<Item = PathBuf>,
    force: bool,
) -> Result<(), Failure> {
    let mut outputs = Outputs::new(read, force);
    outputs.file(option, path)?;
    outputs.write(option, text.as_bytes())?;
    outputs.publish(|_| String::new())
}

/// The file that `-o` names; none where that is the standard output, or is not given.
pub(super) fn named(out: Option<&PathBuf>) -> Option<&Path> {
    out.map(PathBuf::as_path)
        .filter(|path| *path != Path::new(STANDARD))
}

/// Whether a name in a result folder may be that of one of its tables or descriptions.
fn is_result_name(name: &str) -> bool {
    let ending = Path::new(name).extension().unwrap_or_default();
    !name.contains('/') && (ending == "csv" || ending == "json" || name.starts_with('.'))
}

/// Whether there is nothing that would be lost, or what this program made and can make again: a page, a picture, a shard, paths,
/// a manual page.
fn may_be_replaced(path: &Path) -> bool {
    const HEAD: u64 = 1 << 13;
    const TAIL: u64 = 1 << 16;
    let Ok(mut file) = File::open(path) else {
        return true;
    };
    let part = |file: &mut File, length| {
        let mut bytes = Vec::new();
        let _ = file.take(length).read_to_end(&mut bytes);
        bytes
    };
    let names_this = |bytes: &[u8]| bytes.windows(7).any(|word| word.eq_ignore_ascii_case(b"jointly"));
    let head = part(&mut file, HEAD);
    match head.as_slice() {
        [] => true,
        [b'j', b'o', b'i', b'n', b't', b'l', b'y', 0, ..] => true,
        [b'P', b'A', b'R', b'1', ..] | [b'<', b's', ..] => {
            let length = file.metadata().map_or(0, |found| found.len());
            let _ = file.seek(io::SeekFrom::Start(length.saturating_sub(TAIL)));
            names_this(&part(&mut file, TAIL))
        }
        [b'<', b'!', ..] | [0x89, b'P', b'N', b'G', ..] | [b'.', b'i', ..] => names_this(&head),
        _ => false,
    }
}

//! Files that are written whole or not at all.

use std::{
    io::{self, Write},
    path::{Path, PathBuf},
};

use tempfile::NamedTempFile;

use super::Failure;
use crate::report::{STORED_PAGE, document::Document, stored_page};

/// Files that are complete under temporary names and get their own names together.
#[derive(Default)]
pub(super) struct Files {
    ready: Vec<(PathBuf, NamedTempFile)>,
}

/// The directory of a file, `.` for a bare name.
fn directory_of(path: &Path) -> &Path {
    path.parent()
        .filter(|parent| !parent.as_os_str().is_empty())
        .unwrap_or(Path::new("."))
}

fn failure(path: &Path, error: io::Error) -> Failure {
    Failure::Io(format!("cannot write `{}`", path.display()), error)
}

/// Makes sure, before any work, that a file can be written.
pub(super) fn can_write(path: &Path) -> Result<(), Failure> {
    if path.is_dir() {
        return Err(failure(
            path,
            io::Error::new(io::ErrorKind::IsADirectory, "it is a directory"),
        ));
    }
    tempfile::tempfile_in(directory_of(path)).map_err(|error| failure(path, error))?;
    Ok(())
}

impl Files {
    /// A file to write into, which stays hidden until [`publish`](Self::publish).
    pub(super) fn create(path: &Path) -> Result<NamedTempFile, Failure> {
        NamedTempFile::new_in(directory_of(path)).map_err(|error| failure(path, error))
    }

    /// Takes a file that has been written into.
    pub(super) fn add_written(&mut self, path: &Path, file: NamedTempFile) -> Result<(), Failure> {
        file.as_file().sync_all().map_err(|error| failure(path, error))?;
        self.ready.push((path.to_owned(), file));
        Ok(())
    }

    /// Writes a file under a temporary name.
    pub(super) fn add(&mut self, path: &Path, bytes: &[u8]) -> Result<(), Failure> {
        let mut file = Self::create(path)?;
        file.write_all(bytes).map_err(|error| failure(path, error))?;
        self.add_written(path, file)
    }

    /// Gives every file its name.
    pub(super) fn publish(self) -> Result<(), Failure> {
        for (path, file) in self.ready {
            #[cfg(unix)]
            {
                use std::os::unix::fs::PermissionsExt;
                // Temporary files are private; results are as readable as other files.
                file.as_file()
                    .set_permissions(std::fs::Permissions::from_mode(0o644))
                    .map_err(|error| failure(&path, error))?;
            }
            file.persist(&path).map_err(|error| failure(&path, error.error))?;
        }
        Ok(())
    }
}

/// A directory that results are written into.
pub(super) struct Output {
    directory: PathBuf,
    created: bool,
}

impl Drop for Output {
    /// Takes back a directory that was made for results that never came; one with files in it stays.
    fn drop(&mut self) {
        if self.created {
            let _ = std::fs::remove_dir(&self.directory);
        }
    }
}

impl Output {
    /// Makes sure, before any work, that files can be written.
    pub(super) fn prepare(directory: &Path) -> Result<Self, Failure> {
        let fail = |error| Failure::Io(format!("cannot write into `{}`", directory.display()), error);
        let created = !directory.exists();
        std::fs::create_dir_all(directory).map_err(fail)?;
        tempfile::tempfile_in(directory).map_err(fail)?;
        Ok(Self {
            directory: directory.to_owned(),
            created,
        })
    }

    /// Where a file of the directory stands.
    pub(super) fn path(&self, name: &str) -> PathBuf {
        self.directory.join(name)
    }

    /// Adds files, each a name and its text.
    pub(super) fn add(
        &self,
        files: &mut Files,
        results: &[(impl AsRef<str>, String)],
    ) -> Result<(), Failure> {
        for (name, text) in results {
            files.add(&self.path(name.as_ref()), text.as_bytes())?;
        }
        Ok(())
    }

    /// Adds the files of results and the page that shows their numbers, so that it can be made again.
    pub(super) fn add_with_page(
        &self,
        files: &mut Files,
        results: &[(impl AsRef<str>, String)],
        page: &Document,
    ) -> Result<(), Failure> {
        self.add(files, results)?;
        files.add(&self.path(STORED_PAGE), stored_page(page, results).as_bytes())
    }
}

//! Files that are written whole or not at all.

use std::{
    io::{self, Write},
    path::{Path, PathBuf},
};

use tempfile::NamedTempFile;

use super::Failure;

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

//! Where texts come from: the disk, or memory.

use std::{
    collections::BTreeMap,
    path::{Component, Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use super::{Diagnostic, Diagnostics, SourceText, near_file, nearest, read_text};

/// A place that texts are read from.
pub trait Files: Sync {
    /// A whole UTF-8 text of at most `limit` bytes.
    ///
    /// # Errors
    /// If there is none, or it is larger or no text.
    fn read(&self, path: &Path, limit: usize) -> Result<Arc<SourceText>, Diagnostics>;

    /// The one path of a file or folder that does not depend on how it is written; `None` if there is none.
    fn canonical(&self, path: &Path) -> Option<PathBuf>;

    /// The file that is named nearest to one that is not there.
    fn near(&self, path: &Path) -> Option<PathBuf>;
}

/// Files of the operating system.
#[derive(Clone, Copy, Debug, Default)]
pub struct Disk;

impl Files for Disk {
    fn read(&self, path: &Path, limit: usize) -> Result<Arc<SourceText>, Diagnostics> {
        read_text(path, limit)
    }

    fn canonical(&self, path: &Path) -> Option<PathBuf> {
        let path = if path.as_os_str().is_empty() {
            Path::new(".")
        } else {
            path
        };
        std::fs::canonicalize(path).ok()
    }

    fn near(&self, path: &Path) -> Option<PathBuf> {
        near_file(path)
    }
}

/// Texts by path, for scenarios that stand in no file.
///
/// ```
/// use jointly::base::{Files, Memory};
/// let files = Memory::default().with("a/base.toml", "title = \"x\"");
/// assert!(files.read("a/base.toml".as_ref(), 100).is_ok());
/// assert!(files.read("a/other.toml".as_ref(), 100).is_err());
/// ```
#[derive(Clone, Debug, Default)]
pub struct Memory(BTreeMap<PathBuf, String>);

impl Memory {
    /// With one more text.
    #[must_use]
    pub fn with(mut self, path: impl AsRef<Path>, text: impl Into<String>) -> Self {
        self.0.insert(plain(path.as_ref()), text.into());
        self
    }
}

/// A path without `.` and `..`, as far as its own words allow.
fn plain(path: &Path) -> PathBuf {
    let mut parts = PathBuf::new();
    for part in path.components() {
        match part {
            Component::CurDir => {}
            Component::ParentDir if matches!(parts.components().next_back(), Some(Component::Normal(_))) => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts
}

impl Files for Memory {
    fn read(&self, path: &Path, limit: usize) -> Result<Arc<SourceText>, Diagnostics> {
        let name = path.display().to_string();
        let refuse = |message: String| Diagnostics::from(Diagnostic::new(message));
        let text = self
            .0
            .get(&plain(path))
            .ok_or_else(|| refuse(format!("there is no file `{name}`")))?;
        if text.len() > limit {
            return Err(refuse(format!(
                "`{name}` is larger than {} KiB, the most this kind of file may hold",
                limit / 1024
            )));
        }
        Ok(SourceText::new(name, text.as_str()))
    }

    fn canonical(&self, path: &Path) -> Option<PathBuf> {
        let path = plain(path);
        let known = |other: &PathBuf| other == &path || other.starts_with(&path);
        (path.as_os_str().is_empty() || self.0.keys().any(known)).then_some(path)
    }

    fn near(&self, path: &Path) -> Option<PathBuf> {
        let names = self.0.keys().filter_map(|known| known.to_str());
        nearest(plain(path).to_str()?, names).map(PathBuf::from)
    }
}

/// Files that remember what was read from them.
pub struct Remembering<'files> {
    files: &'files dyn Files,
    read: Mutex<BTreeMap<PathBuf, Arc<SourceText>>>,
}

impl<'files> Remembering<'files> {
    /// Remembers what is read from some files.
    pub fn new(files: &'files dyn Files) -> Self {
        Self {
            files,
            read: Mutex::default(),
        }
    }

    /// Everything that was read, by its path as it was asked for.
    pub fn read_so_far(&self) -> BTreeMap<PathBuf, Arc<SourceText>> {
        self.read.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Files for Remembering<'_> {
    fn read(&self, path: &Path, limit: usize) -> Result<Arc<SourceText>, Diagnostics> {
        let source = self.files.read(path, limit)?;
        let mut read = self.read.lock().unwrap_or_else(PoisonError::into_inner);
        read.insert(path.to_owned(), Arc::clone(&source));
        Ok(source)
    }

    fn canonical(&self, path: &Path) -> Option<PathBuf> {
        self.files.canonical(path)
    }

    fn near(&self, path: &Path) -> Option<PathBuf> {
        self.files.near(path)
    }
}

/// The way from a folder to a file, both without `.`, `..` and links: `../tables/gdp.csv`.
///
/// ```
/// use jointly::base::way;
/// assert_eq!(way("/a/b".as_ref(), "/a/b/c/x.toml".as_ref()), std::path::Path::new("c/x.toml"));
/// assert_eq!(way("/a/b".as_ref(), "/a/c/x.csv".as_ref()), std::path::Path::new("../c/x.csv"));
/// ```
pub fn way(folder: &Path, file: &Path) -> PathBuf {
    let shared = folder
        .components()
        .zip(file.components())
        .take_while(|(one, other)| one == other)
        .count();
    let up = folder.components().skip(shared).map(|_| Component::ParentDir);
    up.chain(file.components().skip(shared)).collect()
}

//! A folder that holds one result, and is written whole or not at all.
//!
//! New files are made in a hidden folder. Once all are on the disk, the two folders are exchanged in one step of the operating
//! system, and the old one goes: whoever looks sees the old result or the new one. Where folders cannot be exchanged (the
//! folder in which the program works, one that holds other files as well or is a file system of its own, a system that cannot),
//! the old files go first and the new ones come after, `run.json` the last: what is half there has no `run.json` and is no result.

use std::{
    collections::BTreeSet,
    fs::{self, File, TryLockError},
    io::{self, BufWriter, Read, Write},
    path::{Component, Path, PathBuf},
};

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::base::{Diagnostic, Diagnostics, folder_of, hidden, is_at, open_file, sync};

/// The file that says what a folder holds.
pub const MANIFEST: &str = "run.json";
/// Longer ones are none of this program's.
const MANIFEST_LIMIT: u64 = 1 << 28;
/// Where new files are made if nothing can be made beside the folder.
const INSIDE: &str = ".result.jointly";

/// Why results were not written.
#[derive(Debug)]
pub enum OutputError {
    /// What is asked for would destroy something.
    Refused(Diagnostics),
    /// Writing failed: what was to be written, and why.
    Io(String, io::Error),
}

impl From<Diagnostic> for OutputError {
    fn from(diagnostic: Diagnostic) -> Self {
        Self::Refused(diagnostic.into())
    }
}

/// A file of a result.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct ResultFile {
    /// Its name in the folder.
    pub name: String,
    /// SHA-256 of its bytes, in hexadecimal digits.
    pub sha256: String,
}

/// The files in which a sweep keeps its work.
pub const SWEEP: [&str; 2] = ["manifest.json", "points.log"];

/// What may stand in a folder before.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Before {
    /// Nothing.
    Nothing,
    /// A result of this program, which goes.
    Result,
    /// Work that is continued.
    Begun,
}

/// A folder that a result is written into.
#[derive(Debug)]
pub struct ResultFolder {
    /// As it was named.
    asked: PathBuf,
    place: PathBuf,
    created: bool,
    /// Held while others must not look.
    lock: File,
    /// The hidden folder.
    staging: PathBuf,
    /// The files of the result that was there.
    old: BTreeSet<String>,
    /// Files that stay, because the work itself keeps them.
    kept: &'static [&'static str],
    files: Vec<ResultFile>,
    published: bool,
}

impl ResultFolder {
    /// Takes a folder for a result: nobody else writes there until this is dropped. Files named `kept` are not touched.
    ///
    /// # Errors
    /// If it cannot be written, another program is writing there, or it holds what must not be lost.
    pub fn open(
        directory: &Path,
        before: Before,
        kept: &'static [&'static str],
    ) -> Result<Self, OutputError> {
        let fail = |error| OutputError::Io(format!("cannot write into `{}`", directory.display()), error);
        let created = !directory.exists();
        fs::create_dir_all(directory).map_err(fail)?;
        let place = fs::canonicalize(directory).map_err(fail)?;
        if fs::metadata(&place).is_ok_and(|found| found.permissions().readonly()) {
            return Err(fail(io::Error::new(
                io::ErrorKind::PermissionDenied,
                "it is read-only",
            )));
        }
        let Some(lock) = lock(&place).map_err(fail)? else {
            return Err(
                Diagnostic::new(format!("`{}` is in use by another run", directory.display()))
                    .help("wait for it, stop it, or choose another folder")
                    .into(),
            );
        };
        let mut folder = Self {
            asked: directory.to_owned(),
            lock,
            staging: PathBuf::new(),
            place,
            created,
            old: BTreeSet::new(),
            kept,
            files: Vec::new(),
            published: false,
        };
        folder.look(before)?;
        folder.stage().map_err(fail)?;
        Ok(folder)
    }

    /// Finds out what the folder holds, and refuses what must not be lost.
    fn look(&mut self, before: Before) -> Result<(), OutputError> {
        let fail = |error| OutputError::Io(format!("cannot read `{}`", self.asked.display()), error);
        let there = names(&self.place).map_err(fail)?;
        let mut old = listed(&self.place);
        for left in self.left() {
            // A killed program had not yet moved all of them.
            old.extend(listed(&left));
        }
        let begun = holds_sweep(&self.place);
        if begun {
            old.extend(SWEEP.map(str::to_owned));
        }
        let shown = self.asked.display();
        let stranger = there.iter().find(|name| !old.contains(*name));
        let refuse = |what: String, help: &str| Err(Diagnostic::new(what).help(help).into());
        match before {
            Before::Nothing if there.is_empty() => {}
            Before::Nothing if old.contains(MANIFEST) && there.contains(MANIFEST) => {
                return refuse(
                    format!("`{shown}` already holds a result"),
                    "choose another folder, or replace that result with --force",
                );
            }
            Before::Nothing if begun => {
                return refuse(
                    format!("`{shown}` already holds a sweep that is not finished"),
                    "continue it with --resume, choose another folder, or start again with --force",
                );
            }
            Before::Nothing if !old.is_empty() => {
                return refuse(
                    format!("`{shown}` holds what an interrupted run left"),
                    "choose another folder, or replace it with --force",
                );
            }
            Before::Nothing | Before::Result if !there.is_empty() && old.is_empty() => {
                return refuse(
                    format!(
                        "`{shown}` is not empty and holds no result of this program: there is `{}`",
                        stranger.map_or("", String::as_str)
                    ),
                    "choose a new or empty folder",
                );
            }
            Before::Begun if there.contains(MANIFEST) => {
                let read = |name: &str| {
                    fs::read(self.place.join(name))
                        .map_err(|error| format!("`{name}` cannot be read: {error}"))
                };
                if let Err(what) = check_result(read) {
                    return refuse(format!("`{shown}`: {what}"), "start again with another --out");
                }
            }
            _ => {}
        }
        self.old = old;
        Ok(())
    }

    /// Hidden folders that a killed program may have left.
    fn left(&self) -> [PathBuf; 2] {
        [hidden(&self.place), self.place.join(INSIDE)]
    }

    /// Makes the hidden folder; what a killed program left goes.
    fn stage(&mut self) -> io::Result<()> {
        for left in self.left() {
            match fs::remove_dir_all(&left) {
                // One beside the folder may be somebody else's to remove.
                Err(error) if error.kind() != io::ErrorKind::NotFound && left.starts_with(&self.place) => {
                    return Err(error);
                }
                _ => {}
            }
        }
        let [beside, inside] = self.left();
        if self.kept.is_empty() && !works_in(&self.place) && fs::create_dir(&beside).is_ok() {
            self.staging = beside;
            if same_place(&self.staging, &self.place) {
                return Ok(());
            }
            fs::remove_dir(&self.staging)?;
        }
        fs::create_dir(&inside)?;
        self.staging = inside;
        Ok(())
    }

    /// The name that a place has in the folder; none outside of it.
    pub fn name_of(&self, place: &Path) -> Option<String> {
        let rest = place.strip_prefix(&self.place).ok()?;
        rest.to_str().map(|name| name.replace('\\', "/"))
    }

    /// Whether a file of this name goes when the new result comes.
    pub fn loses(&self, name: &str) -> bool {
        self.old.contains(name) && !self.kept.contains(&name)
    }

    /// What failed, in words that name the file that was asked for.
    fn failed(&self, name: &str) -> impl FnOnce(io::Error) -> OutputError {
        let path = self.asked.join(name);
        move |error| OutputError::Io(format!("cannot write `{}`", path.display()), error)
    }

    /// Begins a file that is written piece by piece; [`finish`](Self::finish) ends it.
    ///
    /// # Errors
    /// If it cannot be written, or there is one of this name already.
    pub fn create(&self, name: &str) -> Result<File, OutputError> {
        let path = self.staging.join(name);
        fs::create_dir_all(folder_of(&path)).map_err(self.failed(name))?;
        let mut options = fs::OpenOptions::new();
        let made = options.read(true).write(true).create_new(true).open(path);
        match made {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Err(Diagnostic::new(format!(
                "two outputs share the file `{}`",
                self.asked.join(name).display()
            ))
            .help("choose another name for one of them")
            .into()),
            made => made.map_err(self.failed(name)),
        }
    }

    /// Ends a file that was written piece by piece.
    ///
    /// # Errors
    /// If it is not on the disk.
    pub fn finish(&mut self, name: &str, file: &File) -> Result<(), OutputError> {
        let sha256 = file
            .sync_all()
            .and_then(|()| File::open(self.staging.join(name)))
            .and_then(digest)
            .map_err(self.failed(name))?;
        self.files.push(ResultFile {
            name: name.to_owned(),
            sha256,
        });
        Ok(())
    }

    /// Adds a file.
    ///
    /// # Errors
    /// If it cannot be written, or there is one of this name already.
    pub fn add(&mut self, name: &str, bytes: &[u8]) -> Result<(), OutputError> {
        self.write(name, |out| out.write_all(bytes))
    }

    /// Adds a file that `write` writes piece by piece.
    ///
    /// # Errors
    /// As [`add`](Self::add).
    pub fn write(
        &mut self,
        name: &str,
        write: impl FnOnce(&mut dyn Write) -> io::Result<()>,
    ) -> Result<(), OutputError> {
        let file = self.create(name)?;
        let mut out = BufWriter::new(&file);
        write(&mut out)
            .and_then(|()| out.flush())
            .map_err(self.failed(name))?;
        drop(out);
        self.finish(name, &file)
    }

    /// Every file of the result so far, in the order of their names, those that the work keeps included.
    ///
    /// # Errors
    /// If one that is kept cannot be read.
    pub fn files(&self) -> Result<Vec<ResultFile>, OutputError> {
        let mut files = self.files.clone();
        for name in self.kept {
            let sha256 = File::open(self.place.join(name))
                .and_then(digest)
                .map_err(self.failed(name))?;
            files.push(ResultFile {
                name: (*name).to_owned(),
                sha256,
            });
        }
        files.sort_by(|one, other| one.name.cmp(&other.name));
        Ok(files)
    }

    /// Takes the old result away before the new one is there, for work that keeps files in the folder from its beginning.
    ///
    /// # Errors
    /// If it cannot.
    pub fn clear(&mut self) -> Result<(), OutputError> {
        if self.old.is_empty() {
            return Ok(());
        }
        let fail = |error| OutputError::Io(format!("cannot write into `{}`", self.asked.display()), error);
        remove(&self.place, &self.old).map_err(fail)?;
        sync(&self.place);
        self.old.clear();
        Ok(())
    }

    /// Puts the files into the folder, in the place of the old ones.
    ///
    /// # Errors
    /// If it cannot.
    pub fn publish(mut self) -> Result<(), OutputError> {
        let shown = self.asked.display().to_string();
        let fail = |error| OutputError::Io(format!("cannot write into `{shown}`"), error);
        let there = names(&self.place).map_err(fail)?;
        let strangers: Vec<&String> = there
            .iter()
            .filter(|name| !self.old.contains(*name) && !self.kept.contains(&name.as_str()))
            .collect();
        for file in &self.files {
            if strangers.contains(&&file.name) {
                return Err(Diagnostic::new(format!(
                    "`{}` is no file of a result and is not overwritten",
                    self.asked.join(&file.name).display()
                ))
                .into());
            }
        }
        let may_exchange =
            strangers.is_empty() && self.kept.is_empty() && !self.staging.starts_with(&self.place);
        sync(&self.staging);
        if !(may_exchange && self.exchange().is_ok()) {
            self.move_in().map_err(fail)?;
        }
        self.published = true;
        // What goes now are the old files, or a folder that is empty.
        let _ = fs::remove_dir_all(&self.staging);
        Ok(())
    }

    /// Lets the hidden folder and the folder change places.
    fn exchange(&self) -> io::Result<()> {
        if !is_at(&self.lock, &self.place) {
            return Err(io::Error::other("it is another folder now"));
        }
        // Nobody begins to write in the new one before the old one is gone.
        let _new = lock(&self.staging)?;
        fs::set_permissions(&self.staging, fs::metadata(&self.place)?.permissions())?;
        swap(&self.staging, &self.place)?;
        sync(folder_of(&self.place));
        Ok(())
    }

    /// Removes the old files and moves the new ones in, `run.json` the last.
    fn move_in(&self) -> io::Result<()> {
        let kept = |name: &String| self.kept.contains(&name.as_str());
        if self.old.contains(MANIFEST) && self.place.join(MANIFEST).exists() {
            // It stays readable until all is done: it tells what was there.
            let aside = self.staging.join("old");
            fs::create_dir_all(&aside)?;
            fs::rename(self.place.join(MANIFEST), aside.join(MANIFEST))?;
        }
        remove(
            &self.place,
            &self.old.iter().filter(|name| !kept(name)).cloned().collect(),
        )?;
        let (last, first): (Vec<_>, Vec<_>) = self.files.iter().partition(|file| file.name == MANIFEST);
        for file in first.into_iter().chain(last) {
            let to = self.place.join(&file.name);
            fs::create_dir_all(folder_of(&to))?;
            sync(&self.place);
            fs::rename(self.staging.join(&file.name), to)?;
        }
        sync(&self.place);
        Ok(())
    }
}

impl Drop for ResultFolder {
    /// Takes back what was made for results that never came; a folder with files in it stays.
    fn drop(&mut self) {
        if self.published {
            return;
        }
        if !self.staging.as_os_str().is_empty() {
            let _ = fs::remove_dir_all(&self.staging);
        }
        if self.created {
            let _ = fs::remove_dir(&self.place);
        }
    }
}

/// Locks a folder against other programs; nothing if one of them has it.
fn lock(place: &Path) -> io::Result<Option<File>> {
    const TRIES: usize = 100;
    for _ in 0..TRIES {
        let folder = File::open(place)?;
        if matches!(folder.try_lock(), Err(TryLockError::WouldBlock)) {
            return Ok(None);
        }
        // It may have changed places with another one in between.
        if is_at(&folder, place) {
            return Ok(Some(folder));
        }
    }
    Ok(None)
}

/// Whether a folder holds the work of a sweep.
fn holds_sweep(folder: &Path) -> bool {
    let mut text = String::new();
    let read = open_file(&folder.join(SWEEP[0]))
        .and_then(|file| file.take(MANIFEST_LIMIT).read_to_string(&mut text));
    let manifest: serde_json::Value = serde_json::from_str(&text).unwrap_or_default();
    read.is_ok() && manifest.get("resolved").is_some() && manifest.get("method").is_some()
}

#[cfg(any(target_os = "linux", target_os = "macos"))]
fn swap(one: &Path, other: &Path) -> io::Result<()> {
    use rustix::fs::{CWD, RenameFlags, renameat_with};
    Ok(renameat_with(CWD, one, CWD, other, RenameFlags::EXCHANGE)?)
}

#[cfg(not(any(target_os = "linux", target_os = "macos")))]
fn swap(_: &Path, _: &Path) -> io::Result<()> {
    Err(io::ErrorKind::Unsupported.into())
}

/// Whether the program works in a folder or below; its folder must not be pulled away under it.
fn works_in(place: &Path) -> bool {
    std::env::current_dir()
        .and_then(fs::canonicalize)
        .is_ok_and(|current| current.starts_with(place))
}

/// Whether two folders lie on one file system and belong to the same people.
fn same_place(one: &Path, other: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        let of = |path| fs::metadata(path).map(|found| (found.dev(), found.uid(), found.gid()));
        matches!((of(one), of(other)), (Ok(one), Ok(other)) if one == other)
    }
    #[cfg(not(unix))]
    {
        let _ = (one, other);
        true
    }
}

/// Whether this program gives such a name to what is not finished.
fn is_hidden(name: &str) -> bool {
    name.rsplit('/')
        .next()
        .is_some_and(|name| name.starts_with('.') && name.ends_with(".jointly"))
}

/// The names of all files below a folder, with `/` between folders; hidden folders of this program are left out.
fn names(folder: &Path) -> io::Result<BTreeSet<String>> {
    fn collect(folder: &Path, prefix: &str, found: &mut BTreeSet<String>) -> io::Result<()> {
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
            if is_hidden(&name) {
                continue;
            }
            // An empty folder is somebody's too.
            let before = found.len();
            if entry.file_type()?.is_dir() {
                collect(&entry.path(), &format!("{name}/"), found)?;
            }
            if found.len() == before {
                found.insert(name);
            }
        }
        Ok(())
    }
    let mut found = BTreeSet::new();
    collect(folder, "", &mut found)?;
    Ok(found)
}

/// Removes files, and the folders below that they leave empty; the manifest first.
fn remove(folder: &Path, files: &BTreeSet<String>) -> io::Result<()> {
    let manifest = files.iter().filter(|name| *name == MANIFEST);
    for name in manifest.chain(files.iter().filter(|name| *name != MANIFEST)) {
        match fs::remove_file(folder.join(name)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let mut above = Path::new(name).parent();
        while let Some(inner) = above.filter(|inner| !inner.as_os_str().is_empty()) {
            let _ = fs::remove_dir(folder.join(inner));
            above = inner.parent();
        }
    }
    Ok(())
}

/// The part of a manifest that lists files.
#[derive(Deserialize)]
struct Listing {
    program: String,
    version: String,
    results: Vec<ResultFile>,
    sha256: String,
}

impl Listing {
    /// Reads a manifest; in words why it is none.
    fn read(text: &str) -> Result<Self, String> {
        let listing: Self = serde_json::from_str(text).map_err(|error| {
            format!("`{MANIFEST}` was not written by this version of jointly, or is damaged: {error}")
        })?;
        if listing.program != "jointly" {
            return Err(format!("`{MANIFEST}` was not written by jointly"));
        }
        let inside = |name: &str| {
            let plain = |part: Component<'_>| matches!(part, Component::Normal(_));
            !name.is_empty() && Path::new(name).components().all(plain)
        };
        if let Some(file) = listing.results.iter().find(|file| !inside(&file.name)) {
            let name: String = file.name.chars().take(60).collect();
            return Err(format!(
                "`{MANIFEST}` is damaged: it names `{name}`, outside the folder"
            ));
        }
        Ok(listing)
    }
}

/// The files that a folder's manifest lists, itself included; none without a manifest.
fn listed(folder: &Path) -> BTreeSet<String> {
    let mut text = String::new();
    let mut found = BTreeSet::new();
    for manifest in [folder.join(MANIFEST), folder.join("old").join(MANIFEST)] {
        text.clear();
        let read = open_file(&manifest).and_then(|file| file.take(MANIFEST_LIMIT).read_to_string(&mut text));
        if let (Ok(_), Ok(listing)) = (read, Listing::read(&text)) {
            found.extend(listing.results.into_iter().map(|file| file.name));
            found.insert(MANIFEST.to_owned());
        }
    }
    found
}

/// Ends a manifest, a JSON object, with the files of the result and the SHA-256 of everything before.
pub fn sealed(mut manifest: serde_json::Map<String, serde_json::Value>, files: &[ResultFile]) -> String {
    manifest.insert("results".to_owned(), serde_json::json!(files));
    let pretty = |manifest: &_| serde_json::to_string_pretty(manifest).unwrap_or_default();
    let sha256 = hexadecimal(Sha256::digest(pretty(&manifest).as_bytes()));
    manifest.insert("sha256".to_owned(), sha256.into());
    pretty(&manifest) + "\n"
}

/// Makes sure that a result is as it was written by this version; `file` gives the bytes of a file, or why it cannot be read.
///
/// # Errors
/// In words, if it is not.
pub fn check_result(file: impl Fn(&str) -> Result<Vec<u8>, String>) -> Result<(), String> {
    let text =
        String::from_utf8(file(MANIFEST)?).map_err(|_| format!("`{MANIFEST}` is damaged: it is not text"))?;
    let listing = Listing::read(&text)?;
    if listing.version != env!("CARGO_PKG_VERSION") {
        let version: String = listing.version.chars().take(20).collect();
        return Err(format!(
            "it was written by jointly {version}, this is {}: run it again",
            env!("CARGO_PKG_VERSION")
        ));
    }
    let mut manifest: serde_json::Map<String, serde_json::Value> =
        serde_json::from_str(&text).map_err(|error| format!("`{MANIFEST}` is damaged: {error}"))?;
    manifest.remove("sha256");
    manifest.remove("results");
    if sealed(manifest, &listing.results) != text || listing.sha256.len() != 64 {
        return Err(format!("`{MANIFEST}` is not as it was written"));
    }
    for expected in &listing.results {
        if hexadecimal(Sha256::digest(file(&expected.name)?)) != expected.sha256 {
            return Err(format!(
                "`{}` is not the file that was written with `{MANIFEST}`: it is damaged or was edited",
                expected.name
            ));
        }
    }
    Ok(())
}

fn digest(mut file: File) -> io::Result<String> {
    let mut hash = Sha256::new();
    let mut bytes = vec![0; 1 << 16];
    loop {
        match file.read(&mut bytes)? {
            0 => return Ok(hexadecimal(hash.finalize())),
            count => hash.update(&bytes[..count]),
        }
    }
}

fn hexadecimal(digest: impl AsRef<[u8]>) -> String {
    digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}

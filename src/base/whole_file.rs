//! Files that are written whole or not at all, and what a path stands for.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    io::{self, Seek, Write},
    path::{Path, PathBuf},
    time::Duration,
};

/// What a path stands for: two ways to write one file are equal, and so are links to it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Identity {
    /// Device and number of something that exists.
    #[cfg(unix)]
    Node(u64, u64),
    /// The place of something that may not exist yet.
    Place(PathBuf),
}

impl Identity {
    /// What a path stands for; a link for what it leads to.
    ///
    /// # Errors
    /// If links lead in a circle, or a folder on the way cannot be read.
    pub fn of(path: &Path) -> io::Result<Self> {
        #[cfg(unix)]
        if let Ok(found) = fs::metadata(path) {
            use std::os::unix::fs::MetadataExt;
            return Ok(Self::Node(found.dev(), found.ino()));
        }
        place(path).map(Self::Place)
    }
}

/// The folder of a file, `.` for a bare name.
pub fn folder_of(path: &Path) -> &Path {
    path.parent()
        .filter(|parent| !parent.as_os_str().is_empty())
        .unwrap_or(Path::new("."))
}

/// Where a file stands or will stand: links followed, no `.` and `..`.
///
/// # Errors
/// If links lead in a circle, or its folder does not exist.
pub fn place(path: &Path) -> io::Result<PathBuf> {
    /// As many as the operating system follows.
    const LINKS: usize = 40;
    let mut path = path.to_owned();
    for _ in 0..LINKS {
        match fs::read_link(&path) {
            Ok(target) => path = folder_of(&path).join(target),
            Err(_) => {
                if let Ok(found) = fs::canonicalize(&path) {
                    return Ok(found);
                }
                let name = path
                    .file_name()
                    .ok_or_else(|| io::Error::new(io::ErrorKind::InvalidInput, "it names no file"))?;
                return Ok(fs::canonicalize(folder_of(&path))?.join(name));
            }
        }
    }
    Err(io::Error::other("links lead in a circle"))
}

/// Whether a path is written to and never replaced: a pipe, a device, what the system shows as files.
pub fn is_stream(path: &Path) -> bool {
    ["/dev/stdout", "/dev/stderr", "/dev/fd", "/proc"]
        .iter()
        .any(|shown| path.starts_with(shown))
        || fs::metadata(path).is_ok_and(|found| !found.is_file() && !found.is_dir())
}

/// The hidden name beside a file or folder under which what is not finished stands: always the same, so that what a killed
/// program left is found by the next one that writes there.
pub fn hidden(place: &Path) -> PathBuf {
    use sha2::{Digest, Sha256};
    /// Names may have 255 bytes.
    const LONG: usize = 200;
    let name = place.file_name().unwrap_or_default().to_string_lossy();
    let name = if name.len() > LONG {
        let digest = Sha256::digest(name.as_bytes());
        digest.iter().take(16).map(|byte| format!("{byte:02x}")).collect()
    } else {
        name.into_owned()
    };
    folder_of(place).join(format!(".{name}.jointly"))
}

/// A file that gets its name once it is complete. Links are followed; what stood there before keeps its permissions, a new file
/// gets those of the process. A pipe or device is written to instead, also once everything is there.
#[derive(Debug)]
pub struct WholeFile {
    place: PathBuf,
    /// Its name until then; a stream has none.
    hidden: Option<PathBuf>,
    file: File,
}

impl WholeFile {
    /// Begins a file; a program that is writing the same one is not disturbed.
    ///
    /// # Errors
    /// If it cannot be written, is being written by another program, or is read-only or a directory.
    pub fn create(path: &Path) -> io::Result<Self> {
        if is_stream(path) {
            return Ok(Self {
                place: path.to_owned(),
                hidden: None,
                file: tempfile::tempfile()?,
            });
        }
        let place = place(path)?;
        let before = fs::metadata(&place).ok();
        if before.as_ref().is_some_and(fs::Metadata::is_dir) {
            return Err(io::Error::new(io::ErrorKind::IsADirectory, "it is a directory"));
        }
        if before
            .as_ref()
            .is_some_and(|before| before.permissions().readonly())
        {
            return Err(io::Error::new(io::ErrorKind::PermissionDenied, "it is read-only"));
        }
        let hidden = hidden(&place);
        let file = own(&hidden)?;
        if let Some(before) = before {
            file.set_permissions(before.permissions())?;
        }
        Ok(Self {
            place,
            hidden: Some(hidden),
            file,
        })
    }

    /// What is written into.
    pub fn file(&self) -> &File {
        &self.file
    }

    /// Makes sure that everything is on the disk.
    ///
    /// # Errors
    /// If it is not, for example because the disk is full.
    pub fn complete(&mut self) -> io::Result<()> {
        match self.hidden {
            Some(_) => self.file.sync_all(),
            None => self.file.flush(),
        }
    }

    /// Gives the file its name. One that exists is replaced only if `replace`. A stream that nobody reads is waited for until
    /// `stopped`.
    ///
    /// # Errors
    /// If it cannot; what stood there before still does.
    pub fn publish(mut self, replace: bool, stopped: &dyn Fn() -> bool) -> io::Result<()> {
        self.complete()?;
        match self.hidden.as_deref() {
            None => pour(&mut self.file, &self.place, stopped),
            Some(hidden) if replace => {
                fs::rename(hidden, &self.place)?;
                self.hidden = None;
                sync(folder_of(&self.place));
                Ok(())
            }
            // The hidden name goes when this is dropped.
            Some(hidden) => fs::hard_link(hidden, &self.place),
        }
    }
}

impl Write for WholeFile {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Drop for WholeFile {
    fn drop(&mut self) {
        if let Some(hidden) = &self.hidden {
            let _ = fs::remove_file(hidden);
        }
    }
}

/// Makes sure that names in a folder are on the disk; not every system can.
pub fn sync(folder: &Path) {
    if let Ok(folder) = File::open(folder) {
        let _ = folder.sync_all();
    }
}

/// A new file under a hidden name, locked; what a killed program left there goes first.
fn own(hidden: &Path) -> io::Result<File> {
    let busy = || io::Error::new(io::ErrorKind::ResourceBusy, "another run is writing it");
    loop {
        let made = OpenOptions::new()
            .read(true)
            .write(true)
            .create_new(true)
            .open(hidden);
        match made {
            Ok(file) => {
                if matches!(file.try_lock(), Err(TryLockError::WouldBlock)) {
                    return Err(busy());
                }
                // Another program may have taken it for a left-over before it was locked.
                if is_at(&file, hidden) {
                    return Ok(file);
                }
            }
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                // A link is not followed: it would lead to somebody else's file.
                if fs::symlink_metadata(hidden).is_ok_and(|found| found.is_file())
                    && let Ok(left) = OpenOptions::new().read(true).open(hidden)
                    && matches!(left.try_lock(), Err(TryLockError::WouldBlock))
                {
                    return Err(busy());
                }
                match fs::remove_file(hidden) {
                    Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
                    _ => {}
                }
            }
            Err(error) => return Err(error),
        }
    }
}

/// Whether an open file or folder is what stands at a path.
pub fn is_at(open: &File, path: &Path) -> bool {
    #[cfg(unix)]
    {
        use std::os::unix::fs::MetadataExt;
        match (open.metadata(), fs::metadata(path)) {
            (Ok(open), Ok(found)) => (open.dev(), open.ino()) == (found.dev(), found.ino()),
            _ => false,
        }
    }
    #[cfg(not(unix))]
    {
        let _ = open;
        path.exists()
    }
}

/// Writes everything into a pipe or device. Waiting, for a reader or for room, ends when `stopped`.
fn pour(from: &mut File, to: &Path, stopped: &dyn Fn() -> bool) -> io::Result<()> {
    const PAUSE: Duration = Duration::from_millis(5);
    let mut options = OpenOptions::new();
    options.write(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::custom_flags(
        &mut options,
        rustix::fs::OFlags::NONBLOCK.bits().cast_signed(),
    );
    let wait = || {
        if stopped() {
            return Err(io::Error::new(io::ErrorKind::Interrupted, "interrupted"));
        }
        std::thread::sleep(PAUSE);
        Ok(())
    };
    let mut out = loop {
        match options.open(to) {
            Ok(out) => break out,
            // Nobody has opened the pipe to read.
            #[cfg(unix)]
            Err(error) if error.raw_os_error() == Some(rustix::io::Errno::NXIO.raw_os_error()) => wait()?,
            Err(error) => return Err(error),
        }
    };
    from.rewind()?;
    let mut bytes = vec![0; 1 << 16];
    loop {
        let count = io::Read::read(from, &mut bytes)?;
        if count == 0 {
            return Ok(());
        }
        let mut rest = &bytes[..count];
        while !rest.is_empty() {
            match out.write(rest) {
                Ok(written) => rest = &rest[written..],
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => wait()?,
                Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                    return Err(io::Error::other("its reader has gone"));
                }
                Err(error) => return Err(error),
            }
        }
    }
}

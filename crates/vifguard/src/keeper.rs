//! Who keeps this host as a policy says: one `enforce --watch` at a time. It would undo what others do beside
//! it, and two would undo each other's work for ever; so whoever comes beside it is told.
//!
//! A driver of somebody else's has guards of its own, and a keeper of its own.

use std::fs::{self, File, TryLockError};
use std::hash::{DefaultHasher, Hash, Hasher};
use std::io::{self, ErrorKind};
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::process;
use std::thread;
use std::time::{Duration, Instant};

use crate::drivers::{DriverArgs, Territory};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::locks::{self, is_at};
use crate::policy_file;

/// Whoever enforces once is done by then.
const PATIENCE: Duration = Duration::from_secs(30);
const PAUSE: Duration = Duration::from_millis(20);

/// This process keeps the host, as long as it has this.
#[derive(Debug)]
pub(crate) struct Keeper {
    file: File,
    path: PathBuf,
    policy: String,
}

/// Nobody begins to keep the host, as long as somebody has this.
#[derive(Debug)]
pub(crate) struct Visit {
    _file: File,
}

/// What a keeper says of itself in its file.
#[derive(Debug, Default, PartialEq, Eq)]
struct Note {
    /// Its process, in its own words.
    process: String,
    /// What it keeps, as a digest.
    keeps: String,
    /// The policy's file.
    policy: String,
}

impl Keeper {
    /// Becomes the one, once all who are at work are done. The null driver keeps nothing.
    pub(crate) fn begin(
        args: &DriverArgs,
        file: &Path,
        text: &[u8],
    ) -> Result<Option<Keeper>, Failure> {
        let failed = |error: io::Error| locks::failed("what this host is kept by", &error);
        let Some(path) = path(args).map_err(failed)? else {
            return Ok(None);
        };
        let until = Instant::now() + PATIENCE;
        let file = {
            let policy = policy_file::name(file);
            loop {
                let open = locks::open(&path).map_err(failed)?;
                match open.try_lock() {
                    Ok(()) if is_at(&open, &path) => break (open, policy),
                    // It was removed by whoever had it.
                    Ok(()) => continue,
                    Err(TryLockError::WouldBlock) if !is_visited(&open) => {
                        return Err(Note::read(&open).second());
                    }
                    // What is in the file is of somebody who has ended.
                    Err(TryLockError::WouldBlock) if Instant::now() > until => {
                        return Err(still_changing());
                    }
                    Err(TryLockError::WouldBlock) => thread::sleep(PAUSE),
                    Err(TryLockError::Error(error)) => return Err(failed(error)),
                }
            }
        };
        let (file, policy) = file;
        let keeper = Keeper { file, path, policy };
        keeper.keeps(args, text).map_err(failed)?;
        Ok(Some(keeper))
    }

    /// Says what it keeps from now on.
    pub(crate) fn keeps(&self, args: &DriverArgs, text: &[u8]) -> io::Result<()> {
        let note = Note {
            process: process::id().to_string(),
            keeps: digest(args, text),
            policy: self.policy.clone(),
        };
        let Note {
            process,
            keeps,
            policy,
        } = note;
        let line = format!("{process}\n{keeps}\n{policy}\n");
        // Of one length but for the process, which stays: nobody reads a half.
        self.file.write_all_at(line.as_bytes(), 0)?;
        self.file.set_len(line.len() as u64)
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        // One that stays is nobody's.
        let _ = fs::remove_file(&self.path);
    }
}

/// For whoever changes what is in force: `text` is what it is to be, nothing if guards are taken away. An error
/// if a keeper would undo it.
pub(crate) fn visit(args: &DriverArgs, text: Option<&[u8]>) -> Result<Option<Visit>, Failure> {
    let failed = |error: io::Error| locks::failed("what this host is kept by", &error);
    let path = match path(args) {
        Ok(Some(path)) => path,
        // Where there are no namespaces to be told apart, or no /proc, nobody keeps anything.
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Ok(None) => return Ok(None),
        Err(error) => return Err(failed(error)),
    };
    let file = match File::open(&path) {
        Ok(file) => file,
        // Nobody ever kept it. And who may not look there is not root, and may hardly change anything.
        Err(error)
            if matches!(
                error.kind(),
                ErrorKind::NotFound | ErrorKind::PermissionDenied
            ) =>
        {
            return Ok(None);
        }
        Err(error) => return Err(failed(error)),
    };
    match file.try_lock_shared() {
        Ok(()) => Ok(Some(Visit { _file: file })),
        Err(TryLockError::Error(error)) => Err(failed(error)),
        Err(TryLockError::WouldBlock) => {
            let note = Note::read(&file);
            match text {
                Some(text) if note.keeps == digest(args, text) => Ok(None),
                Some(_) => Err(note.other()),
                None => Err(note.kept()),
            }
        }
    }
}

fn still_changing() -> Failure {
    let what = "somebody has been changing guards on this host for half a minute, and is not done";
    let advice = "see whether an enforce or a release hangs, and try again; nothing was changed";
    Failure::new(Exit::Again, what, advice)
}

/// Do others only look in?
fn is_visited(file: &File) -> bool {
    file.try_lock_shared().is_ok_and(|()| {
        // Another description of the file takes it whole.
        file.unlock().is_ok()
    })
}

fn path(args: &DriverArgs) -> io::Result<Option<PathBuf>> {
    let whose = match args.territory() {
        Territory::Nothing => return Ok(None),
        Territory::Host => String::new(),
        Territory::Own(program) => hashed(&program),
    };
    locks::path("watch", &whose).map(Some)
}

/// The same policy by the same drivers.
fn digest(args: &DriverArgs, text: &[u8]) -> String {
    hashed(&(format!("{args:?}"), text))
}

/// The same for every process of this program; another release only says no more often.
fn hashed(what: &impl Hash) -> String {
    let mut hasher = DefaultHasher::new();
    what.hash(&mut hasher);
    format!("{:016x}", hasher.finish())
}

impl Note {
    fn read(file: &File) -> Note {
        let mut bytes = vec![0; 8192];
        let length = file.read_at(&mut bytes, 0).unwrap_or(0);
        bytes.truncate(length);
        let text = String::from_utf8_lossy(&bytes).into_owned();
        let mut lines = text.splitn(3, '\n').map(|line| line.trim_end().to_owned());
        let mut next = || lines.next().unwrap_or_default();
        Note {
            process: next(),
            keeps: next(),
            policy: next(),
        }
    }

    fn who(&self) -> String {
        match self.process.as_str() {
            "" => "an enforce --watch that is just starting".to_owned(),
            process => format!("an enforce --watch (process {process}, {})", self.policy),
        }
    }

    fn second(&self) -> Failure {
        let what = format!("{} keeps this host already", self.who());
        let advice = format!(
            "one at a time: {}, or stop that one first; nothing was changed",
            self.again()
        );
        Failure::new(Exit::No, what, advice)
    }

    fn other(&self) -> Failure {
        let what = format!(
            "{} keeps this host by another policy or other drivers, and would undo this",
            self.who()
        );
        let advice = format!("{}, or stop it first; nothing was changed", self.again());
        Failure::new(Exit::No, what, advice)
    }

    fn kept(&self) -> Failure {
        let what = format!("{} keeps this host, and would undo this", self.who());
        let advice = match self.process.as_str() {
            "" => "stop it first; nothing was changed".to_owned(),
            process => format!("stop it first (kill {process}); nothing was changed"),
        };
        Failure::new(Exit::No, what, advice)
    }

    fn again(&self) -> String {
        match self.process.as_str() {
            "" => "wait".to_owned(),
            process => format!(
                "let it read its file again (systemctl reload of its service, or kill -HUP {process})"
            ),
        }
    }
}

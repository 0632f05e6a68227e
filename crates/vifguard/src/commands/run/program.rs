//! The command that takes this process's place.

use std::env;
use std::ffi::{OsStr, OsString};
use std::fs;
use std::io;
use std::os::fd::AsRawFd;
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use vifguard_policy::MacAddr;

use super::tap::Tap;
use crate::cli::Handover;
use crate::exit::Exit;
use crate::failure::Failure;

const FD: &str = "{fd}";
const FDS: &str = "{fds}";
const FDS_COMMAS: &str = "{fds,}";
const TAP: &str = "{tap}";
const MAC: &str = "{mac}";

/// A command, as it was given.
#[derive(Debug)]
pub(super) struct Program {
    words: Vec<OsString>,
    /// How it gets at the tap.
    pub(super) by: Handover,
}

impl Program {
    /// Looks whether there is such a command, before anything is changed for it.
    pub(super) fn of(words: &[OsString], by: Option<Handover>) -> Result<Program, Failure> {
        let name = words.first().map(OsString::as_os_str).unwrap_or_default();
        find(name)?;
        let says = |mark: &str| words.iter().any(|word| holds(word, mark));
        let wants_files = [FD, FDS, FDS_COMMAS].into_iter().any(says);
        if wants_files && by == Some(Handover::Name) {
            let what = "the command's words ask for open files, and --by name hands over none";
            let advice = "leave --by out, or use {tap}; nothing was changed";
            return Err(Failure::new(Exit::Usage, what, advice));
        }
        let by = by.unwrap_or(match wants_files {
            true => Handover::Fd,
            false => Handover::Name,
        });
        Ok(Program {
            words: words.to_vec(),
            by,
        })
    }

    /// Returns only if that fails.
    pub(super) fn become_it(&self, tap: &Tap, mac: Option<MacAddr>) -> Failure {
        let numbers = tap.files.iter().map(|file| file.as_raw_fd().to_string());
        let numbers: Vec<String> = numbers.collect();
        let first = numbers.first().cloned().unwrap_or_default();
        let (all, commas) = (numbers.join(":"), numbers.join(","));
        let mac = mac.map(|mac| mac.to_string()).unwrap_or_default();
        let device = tap.device.as_str();
        let said = [
            (FDS_COMMAS, commas.as_str()),
            (FDS, &all),
            (FD, &first),
            (TAP, device),
            (MAC, &mac),
        ];
        let mut words = self.words.iter().map(|word| replaced(word, &said));
        let mut command = Command::new(words.next().unwrap_or_default());
        command.args(words);
        command.env("VIFGUARD_TAP", device);
        command.env("VIFGUARD_TAP_MAC", &mac);
        for name in ["VIFGUARD_TAP_FD", "VIFGUARD_TAP_FDS"] {
            command.env_remove(name);
        }
        if self.by == Handover::Fd {
            command.env("VIFGUARD_TAP_FD", &first);
            command.env("VIFGUARD_TAP_FDS", &all);
        }
        let error = command.exec();
        let name = self.words.first().map(OsString::as_os_str);
        not_run(name.unwrap_or_default(), &error)
    }
}

/// Is it a program?
fn find(name: &OsStr) -> Result<(), Failure> {
    let path = Path::new(name);
    let candidates: Vec<PathBuf> = match path.components().count() {
        1 if !name.as_bytes().contains(&b'/') => {
            let path = env::var_os("PATH").unwrap_or_default();
            env::split_paths(&path).map(|dir| dir.join(name)).collect()
        }
        _ => vec![path.to_owned()],
    };
    let mut there = candidates.iter().filter_map(|file| fs::metadata(file).ok());
    let Some(first) = there.next() else {
        return Err(not_run(name, &io::ErrorKind::NotFound.into()));
    };
    let runs = |meta: fs::Metadata| meta.is_file() && meta.permissions().mode() & 0o111 != 0;
    match runs(first) || there.any(runs) {
        true => Ok(()),
        false => Err(not_run(name, &io::ErrorKind::PermissionDenied.into())),
    }
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the kinds of I/O errors are many, and the kernel has words for the others"
)]
fn not_run(name: &OsStr, error: &io::Error) -> Failure {
    let exit = if error.kind() == io::ErrorKind::NotFound {
        Exit::NoCommand
    } else {
        Exit::NotExecutable
    };
    let why = match error.kind() {
        io::ErrorKind::NotFound => "there is no such command".to_owned(),
        io::ErrorKind::PermissionDenied => "it may not be executed".to_owned(),
        _ => error.to_string(),
    };
    Failure::new(
        exit,
        format!("cannot run {}: {why}", Path::new(name).display()),
        "give the hypervisor and its arguments after --; nothing was changed",
    )
}

fn holds(word: &OsStr, mark: &str) -> bool {
    position(word.as_bytes(), mark.as_bytes()).is_some()
}

fn position(bytes: &[u8], mark: &[u8]) -> Option<usize> {
    bytes.windows(mark.len()).position(|window| window == mark)
}

/// What is put in is not looked through again.
fn replaced(word: &OsStr, said: &[(&str, &str)]) -> OsString {
    let mut rest = word.as_bytes();
    let mut text = Vec::with_capacity(rest.len());
    loop {
        let next = said
            .iter()
            .filter_map(|(mark, value)| Some((position(rest, mark.as_bytes())?, mark, value)))
            .min_by_key(|(at, ..)| *at);
        let Some((at, mark, value)) = next else {
            text.extend_from_slice(rest);
            return OsString::from_vec(text);
        };
        text.extend_from_slice(rest.get(..at).unwrap_or_default());
        text.extend_from_slice(value.as_bytes());
        rest = rest.get(at + mark.len()..).unwrap_or_default();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_replaced_once_wherever_they_stand() {
        let said = [
            (FDS, "3:4"),
            (FD, "3"),
            (TAP, "{fd}"),
            (MAC, "02:00:00:00:00:01"),
        ];
        for (word, wanted) in [
            ("tap,id=n0,fd={fd}", "tap,id=n0,fd=3"),
            ("fds={fds},x={fd}{fd}", "fds=3:4,x=33"),
            ("{tap}", "{fd}"),
            ("mac={mac}", "mac=02:00:00:00:00:01"),
            ("{}{f}{fdx}", "{}{f}{fdx}"),
            ("", ""),
        ] {
            assert_eq!(replaced(OsStr::new(word), &said), wanted, "{word}");
        }
    }

    #[test]
    fn a_command_is_looked_for_as_a_shell_does() {
        find(OsStr::new("sh")).unwrap();
        find(OsStr::new("/bin/sh")).unwrap();
        let exit = |name: &str| find(OsStr::new(name)).unwrap_err().exit;
        assert_eq!(exit("no-such-hypervisor"), Exit::NoCommand);
        assert_eq!(exit("/no/such/hypervisor"), Exit::NoCommand);
        assert_eq!(exit(""), Exit::NoCommand);
        assert_eq!(exit("/etc/passwd"), Exit::NotExecutable);
        assert_eq!(exit("/etc"), Exit::NotExecutable);
    }

    #[test]
    fn files_are_handed_over_to_whoever_asks_for_them() {
        let by = |word: &str, by| Program::of(&["sh".into(), word.into()], by).map(|p| p.by);
        assert_eq!(by("fd={fd}", None).unwrap(), Handover::Fd);
        assert_eq!(by("fds={fds}", None).unwrap(), Handover::Fd);
        assert_eq!(by("ifname={tap}", None).unwrap(), Handover::Name);
        assert_eq!(by("x", Some(Handover::Fd)).unwrap(), Handover::Fd);
        assert_eq!(
            by("{fd}", Some(Handover::Name)).unwrap_err().exit,
            Exit::Usage
        );
    }
}

use std::process::ExitCode;

use nix::sys::signal::Signal;

/// How the program ends. The numbers from 65 on are those of `sysexits.h`.
///
/// `cli::EXIT_CODES` says the same to users; a test compares the two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Exit {
    /// All is as asked.
    Ok,
    /// The program did its work, and the answer is no.
    No,
    /// Wrong usage, as the reader of the arguments has it.
    Usage,
    /// The last good policy was put in force, since the one asked for is wrong.
    LastGood,
    /// The policy, a capture or a frame cannot be read (`EX_DATAERR`).
    Data,
    /// A file is missing, or is none (`EX_NOINPUT`).
    NoInput,
    /// This host cannot do what was asked (`EX_UNAVAILABLE`).
    Unavailable,
    /// Something that must not happen did (`EX_SOFTWARE`).
    Software,
    /// The kernel refused a step (`EX_OSERR`).
    Os,
    /// A file cannot be read or written (`EX_IOERR`).
    Io,
    /// It may work the next time (`EX_TEMPFAIL`).
    Again,
    /// Not allowed (`EX_NOPERM`).
    Privilege,
    /// A command that was to be run cannot be, as a shell counts it.
    NotExecutable,
    /// There is no such command, as a shell counts it.
    NoCommand,
    /// Asked to stop by a signal, as a shell counts it.
    Signal(Signal),
}

impl Exit {
    /// The number that the caller sees.
    pub(crate) fn code(self) -> u8 {
        match self {
            Exit::Ok => 0,
            Exit::No => 1,
            Exit::Usage => 2,
            Exit::LastGood => 3,
            Exit::Data => 65,
            Exit::NoInput => 66,
            Exit::Unavailable => 69,
            Exit::Software => 70,
            Exit::Os => 71,
            Exit::Io => 74,
            Exit::Again => 75,
            Exit::Privilege => 77,
            Exit::NotExecutable => 126,
            Exit::NoCommand => 127,
            Exit::Signal(signal) => 128 + u8::try_from(signal as i32).unwrap_or(0),
        }
    }

    /// Ok if it is so, no if not.
    pub(crate) fn ok_if(good: bool) -> Exit {
        if good { Exit::Ok } else { Exit::No }
    }
}

impl From<Exit> for ExitCode {
    fn from(exit: Exit) -> ExitCode {
        ExitCode::from(exit.code())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::EXIT_CODES;

    #[test]
    fn the_help_says_what_they_mean() {
        let all = [
            Exit::Ok,
            Exit::No,
            Exit::Usage,
            Exit::LastGood,
            Exit::Data,
            Exit::NoInput,
            Exit::Unavailable,
            Exit::Software,
            Exit::Os,
            Exit::Io,
            Exit::Again,
            Exit::Privilege,
            Exit::NotExecutable,
            Exit::NoCommand,
        ];
        for exit in all {
            let line = format!("\n{:>5}  ", exit.code());
            assert!(EXIT_CODES.contains(&line), "{exit:?}");
        }
        assert_eq!(Exit::Signal(Signal::SIGTERM).code(), 143);
        // Longer lines would be broken once more.
        let longest = EXIT_CODES.lines().map(|line| line.chars().count()).max();
        assert!(longest <= Some(100), "{longest:?}");
    }
}

use std::fmt;
use std::fs::File;
use std::io::Read;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use crate::OptionError;

/// A file with a name and a password is not longer.
const LONGEST: u64 = 4096;

/// Who logs in.
#[derive(Clone)]
pub(crate) struct Credentials {
    pub(crate) user: String,
    pub(crate) password: String,
}

impl Credentials {
    /// Over the host's own socket XAPI takes root at its word.
    pub(crate) fn local() -> Credentials {
        Credentials {
            user: "root".to_owned(),
            password: String::new(),
        }
    }

    /// From a file that only its owner may read: the user in the first line, the password in the second.
    pub(crate) fn read(path: &Path) -> Result<Credentials, OptionError> {
        let wrong = |what: &str| OptionError::Credentials {
            path: path.to_owned(),
            what: what.to_owned(),
        };
        let unreadable = |error: std::io::Error| wrong(&error.to_string());
        let file = File::open(path).map_err(unreadable)?;
        // Of the file that was opened, not of what may have taken its name since.
        let about = file.metadata().map_err(unreadable)?;
        if !about.is_file() {
            return Err(wrong("it is not a file"));
        }
        if about.mode() & 0o077 != 0 {
            return Err(wrong("others may read or write it; chmod 600"));
        }
        let mut text = String::new();
        let read = file.take(LONGEST).read_to_string(&mut text);
        read.map_err(unreadable)?;
        let mut lines = text.lines();
        let (Some(user), Some(password), None) = (lines.next(), lines.next(), lines.next()) else {
            return Err(wrong(
                "it must have two lines: the user's name, and the password",
            ));
        };
        if user.is_empty() {
            return Err(wrong("its first line, the user's name, is empty"));
        }
        Ok(Credentials {
            user: user.to_owned(),
            password: password.to_owned(),
        })
    }
}

impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Credentials of {}", self.user)
    }
}

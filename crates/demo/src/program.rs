use std::env;
use std::path::PathBuf;

use crate::error::{Error, Result};

/// Daemons live here, which is not in everybody's PATH.
const ALSO: [&str; 3] = ["/usr/local/sbin", "/usr/sbin", "/sbin"];

/// A real program that plays a part in the demo.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Program {
    /// The DHCP server, honest and rogue.
    Dnsmasq,
    /// The DHCP client and ping.
    Busybox,
}

impl Program {
    pub(crate) const ALL: [Program; 2] = [Program::Dnsmasq, Program::Busybox];

    fn names(self) -> (&'static str, &'static str) {
        match self {
            Program::Dnsmasq => ("dnsmasq", "dnsmasq-base"),
            Program::Busybox => ("busybox", "busybox"),
        }
    }

    /// Where it is, or which package brings it.
    pub(crate) fn path(self) -> Result<PathBuf> {
        let (program, package) = self.names();
        let path = env::var_os("PATH").unwrap_or_default();
        let directories = env::split_paths(&path).chain(ALSO.map(PathBuf::from));
        directories
            .map(|directory| directory.join(program))
            .find(|file| file.is_file())
            .ok_or(Error::MissingProgram { program, package })
    }
}

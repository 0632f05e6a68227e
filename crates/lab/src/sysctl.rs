use std::fs;
use std::io;
use std::path::PathBuf;

use crate::error::{Error, Result};
use crate::netns::Netns;

/// What every namespace starts with, whatever the machine's own namespace hands down.
const BASELINE: [(&str, &str); 12] = [
    // With these at 1 (the kernel's default in each new namespace) a bridged frame also runs through
    // the hooks of routed ones, and a test cannot tell which of the two refused it.
    ("net.bridge.bridge-nf-call-iptables", "0"),
    ("net.bridge.bridge-nf-call-ip6tables", "0"),
    ("net.bridge.bridge-nf-call-arptables", "0"),
    ("net.ipv6.conf.all.disable_ipv6", "0"),
    ("net.ipv6.conf.default.disable_ipv6", "0"),
    // IPv4 settings are inherited from the machine (net.core.devconf_inherit_init_net): a host that
    // runs containers forwards, and many distributions filter reverse paths.
    ("net.ipv4.ip_forward", "0"),
    ("net.ipv6.conf.all.forwarding", "0"),
    ("net.ipv4.conf.all.rp_filter", "0"),
    ("net.ipv4.conf.default.rp_filter", "0"),
    ("net.ipv4.conf.all.arp_ignore", "0"),
    ("net.ipv4.conf.all.arp_announce", "0"),
    ("net.ipv4.conf.all.arp_filter", "0"),
];

impl Netns {
    /// Writes a sysctl inside, such as `net.ipv4.conf.all.arp_ignore`.
    ///
    /// A key with slashes is taken as it is, for devices with a dot in their name
    /// (`net/ipv4/conf/eth0.5/forwarding`). Keys outside `net` are refused: they are the whole machine's.
    pub fn sysctl(&self, key: &str, value: &str) -> Result<()> {
        let path = path(key)?;
        // /proc/sys/net follows the namespace of the thread that opens the file.
        self.run(|| fs::write(path, value))?
            .map_err(|e| self.fail(format!("set {key} to {value}"), e))
    }

    /// Reads a sysctl inside, without its newline.
    pub fn read_sysctl(&self, key: &str) -> Result<String> {
        let path = path(key)?;
        let text = self
            .run(|| fs::read_to_string(path))?
            .map_err(|e| self.fail(format!("read {key}"), e))?;
        Ok(text.trim_end().to_owned())
    }
}

/// To be called on a thread inside.
pub(crate) fn write_baseline() -> io::Result<()> {
    for (key, value) in BASELINE {
        match fs::write(plain_path(key), value) {
            // A kernel without bridge netfilter, or without IPv6, has no such key to get wrong.
            Err(e) if e.kind() == io::ErrorKind::NotFound => {}
            Err(e) => {
                return Err(io::Error::new(
                    e.kind(),
                    format!("set {key} to {value}: {e}"),
                ));
            }
            Ok(()) => {}
        }
    }
    Ok(())
}

fn path(key: &str) -> Result<PathBuf> {
    let path = plain_path(key);
    let foreign = !path.starts_with("/proc/sys/net") || key.contains("..");
    if foreign {
        Err(Error::ForeignSysctl {
            key: key.to_owned(),
        })
    } else {
        Ok(path)
    }
}

fn plain_path(key: &str) -> PathBuf {
    let below = if key.contains('/') {
        key.to_owned()
    } else {
        key.replace('.', "/")
    };
    PathBuf::from(format!("/proc/sys/{below}"))
}

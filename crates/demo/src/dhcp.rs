//! A real DHCP server (dnsmasq) and a real client (udhcpc).

use std::fs::OpenOptions;
use std::io::Write;
use std::net::Ipv4Addr;
use std::os::unix::fs::OpenOptionsExt;
use std::process::{Command, Stdio};

use vifguard_lab::{Daemon, Guest};

use crate::error::{Error, Result};
use crate::person::{Person, VICTIM};
use crate::program::Program;
use crate::scratch::Scratch;
use crate::wait::{PATIENCE, eventually};

const LOG: &str = "log";
const LEASE: &str = "lease";
/// What dnsmasq logs when it serves.
const SERVING: &str = "IP range";
const OFFER: &str = "DHCPOFFER";

/// A server that has one address to give: the victim's.
#[derive(Debug)]
pub(crate) struct Server {
    scratch: Scratch,
    _daemon: Daemon,
}

impl Server {
    /// Starts it on a guest; it calls itself the router and the name server.
    pub(crate) fn start(guest: &Guest, person: Person) -> Result<Server> {
        let scratch = Scratch::new()?;
        let command = dnsmasq(&scratch, person)?;
        let server = Server {
            _daemon: guest.netns().daemon(command)?,
            scratch,
        };
        if eventually(PATIENCE, || server.has_logged(SERVING))? {
            Ok(server)
        } else {
            Err(Error::Baseline("no DHCP server"))
        }
    }

    /// Has a client asked, and been made an offer?
    pub(crate) fn has_offered(&self) -> Result<bool> {
        self.has_logged(OFFER)
    }

    fn has_logged(&self, text: &str) -> Result<bool> {
        Ok(self.scratch.read(LOG)?.contains(text))
    }
}

fn dnsmasq(scratch: &Scratch, person: Person) -> Result<Command> {
    let (given, own) = (VICTIM.v4(), person.v4());
    let file = |name: &str| scratch.path().join(name).display().to_string();
    let mut command = Command::new(Program::Dnsmasq.path()?);
    command
        .args([
            "--keep-in-foreground",
            "--user=root",
            "--conf-file=/dev/null",
        ])
        // No name service, and nothing of the machine's.
        .args(["--port=0", "--no-resolv", "--no-hosts"])
        .args([
            "--interface=eth0",
            "--bind-interfaces",
            "--dhcp-authoritative",
        ])
        // It would wait three seconds for an answer to its ping before it offers.
        .arg("--no-ping")
        .arg(format!("--dhcp-range={given},{given},255.255.255.0,2m"))
        .arg(format!("--dhcp-option=option:router,{own}"))
        .arg(format!("--dhcp-option=option:dns-server,{own}"))
        .arg(format!("--dhcp-leasefile={}", file("leases")))
        .arg(format!("--pid-file={}", file("pid")))
        .arg(format!("--log-facility={}", file(LOG)))
        .stdin(Stdio::null())
        .stdout(Stdio::null())
        .stderr(Stdio::null());
    Ok(command)
}

/// What a client accepted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Lease {
    pub(crate) address: Ipv4Addr,
    pub(crate) router: Ipv4Addr,
}

/// A client that asks until it has a lease.
#[derive(Debug)]
pub(crate) struct Client {
    scratch: Scratch,
    _daemon: Daemon,
}

impl Client {
    /// Starts it on a guest.
    pub(crate) fn start(guest: &Guest) -> Result<Client> {
        let scratch = Scratch::new()?;
        let script = scratch.path().join("script");
        write_script(&scratch).map_err(Error::step("write a script for udhcpc"))?;
        let mut command = Command::new(Program::Busybox.path()?);
        command
            .args([
                "udhcpc", "-f", "-q", "-i", "eth0", "-t", "10", "-T", "1", "-s",
            ])
            .arg(script)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null());
        Ok(Client {
            _daemon: guest.netns().daemon(command)?,
            scratch,
        })
    }

    /// The lease, once it has accepted one.
    pub(crate) fn lease(&self) -> Result<Option<Lease>> {
        let text = self.scratch.read(LEASE)?;
        // Without its end the line is still being written.
        Ok(text.strip_suffix('\n').and_then(lease))
    }

    /// The lease, as soon as it has accepted one; none if that takes too long.
    pub(crate) fn await_lease(&self) -> Result<Option<Lease>> {
        eventually(PATIENCE, || Ok(self.lease()?.is_some()))?;
        self.lease()
    }
}

/// udhcpc leaves it to a script what to do with a lease; this one only writes it down.
fn write_script(scratch: &Scratch) -> std::io::Result<()> {
    let lease = scratch.path().join(LEASE);
    let text = format!(
        "#!/bin/sh\n[ \"$1\" = bound ] && echo \"$ip $router\" > '{}'\nexit 0\n",
        lease.display()
    );
    let script = scratch.path().join("script");
    let mut file = OpenOptions::new()
        .write(true)
        .create_new(true)
        .mode(0o700)
        .open(&script)?;
    file.write_all(text.as_bytes())
}

fn lease(line: &str) -> Option<Lease> {
    let mut words = line.split(' ');
    let address = words.next()?.parse().ok()?;
    Some(Lease {
        address,
        router: words.next()?.parse().ok()?,
    })
}

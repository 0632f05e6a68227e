//! What happens to this host's interfaces and VIFs, as it happens. Nothing is asked over and over.
//!
//! An event says only who spoke. What is so now is read anew by whoever hears it: one answer for many
//! events, and none that was overtaken.

use std::io::{self, BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::Sender;
use std::thread;
use std::time::Duration;

use netlink_sys::protocols::{NETLINK_NETFILTER, NETLINK_ROUTE};
use netlink_sys::{Socket, SocketAddr};

/// `RTNLGRP_LINK`.
const LINKS: u32 = 1;
/// `NFNLGRP_NFTABLES`.
const RULES: u32 = 7;
/// Before a program that ended is started again.
const PAUSE: Duration = Duration::from_secs(1);

/// Who knows that something changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Source {
    /// The kernel: interfaces came, went, or were renamed, brought up or moved.
    Links,
    /// The kernel: somebody changed nf_tables.
    Rules,
    /// libvirt: a domain was started, stopped, or changed.
    Libvirt,
    /// Open vSwitch's database: an interface came, went, or was noted otherwise.
    Ovs,
    /// Xen: a domain's VIF came or went.
    Xen,
}

/// Speaks to `tell` of everything that the source says from now on, in the network namespace of the calling
/// thread, for as long as somebody listens.
///
/// # Errors
///
/// The kernel's, or that the source's program cannot be started.
pub fn watch<E: From<Source> + Send + 'static>(source: Source, tell: Sender<E>) -> io::Result<()> {
    match source {
        Source::Links => kernel(source, NETLINK_ROUTE, LINKS, tell),
        Source::Rules => kernel(source, NETLINK_NETFILTER, RULES, tell),
        Source::Libvirt => program(
            source,
            &["virsh", "--readonly", "event", "--all", "--loop"],
            tell,
        ),
        Source::Ovs => program(
            source,
            &[
                "ovsdb-client",
                "--format=json",
                "monitor",
                "Open_vSwitch",
                "Interface",
                "name,external_ids,ofport",
            ],
            tell,
        ),
        Source::Xen => program(
            source,
            &["xenstore-watch", "/local/domain/0/backend/vif"],
            tell,
        ),
    }
}

fn kernel<E: From<Source> + Send + 'static>(
    source: Source,
    protocol: isize,
    group: u32,
    tell: Sender<E>,
) -> io::Result<()> {
    let mut socket = Socket::new(protocol)?;
    socket.bind(&SocketAddr::new(0, 0))?;
    socket.add_membership(group)?;
    thread::spawn(move || {
        // ENOBUFS means that some were lost: something changed all the same.
        while match socket.recv_from_full() {
            Ok(_) => true,
            Err(error) => error.raw_os_error() == Some(NO_ROOM),
        } {
            if tell.send(source.into()).is_err() {
                return;
            }
        }
    });
    Ok(())
}

/// `ENOBUFS`.
const NO_ROOM: i32 = 105;

fn program<E: From<Source> + Send + 'static>(
    source: Source,
    line: &'static [&'static str],
    tell: Sender<E>,
) -> io::Result<()> {
    let mut child = start(line)?;
    thread::spawn(move || {
        loop {
            let heard = hear(&mut child, source, &tell);
            // Whoever ended, its words are over; what comes next is asked of a new one.
            let _ = child.kill();
            let _ = child.wait();
            if !heard {
                return;
            }
            loop {
                thread::sleep(PAUSE);
                if let Ok(again) = start(line) {
                    child = again;
                    break;
                }
            }
            // What happened in between was said to nobody.
            if tell.send(source.into()).is_err() {
                let _ = child.kill();
                let _ = child.wait();
                return;
            }
        }
    });
    Ok(())
}

fn start(line: &[&str]) -> io::Result<Child> {
    let (program, arguments) = line.split_first().unwrap_or((&"", &[]));
    Command::new(program)
        .args(arguments)
        .env("LC_ALL", "C")
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
}

/// Passes on that lines came, until there are no more; false when nobody listens.
fn hear<E: From<Source>>(child: &mut Child, source: Source, tell: &Sender<E>) -> bool {
    let Some(pipe) = child.stdout.take() else {
        return true;
    };
    let mut lines = BufReader::new(pipe).lines();
    while let Some(Ok(_)) = lines.next() {
        if tell.send(source.into()).is_err() {
            return false;
        }
    }
    true
}

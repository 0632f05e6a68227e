//! What happens to this host's interfaces and VIFs, as it happens. Nothing is asked over and over.
//!
//! An event says only who spoke. What is so now is read anew by whoever hears it: one answer for many
//! events, and none that was overtaken.

use std::io;
use std::sync::mpsc::Sender;
use std::thread;

use netlink_sys::protocols::NETLINK_ROUTE;
use netlink_sys::{Socket, SocketAddr};
use vifguard_programs::Program;

/// `RTNLGRP_LINK`.
const LINKS: u32 = 1;
/// `ENOBUFS`.
const NO_ROOM: i32 = 105;
/// What is heard of Open vSwitch: where interfaces are and whose, and what the switch does before any flow.
/// Columns with statistics would speak every few seconds.
const TABLES: [(&str, &str); 6] = [
    ("Interface", "name,external_ids,ofport,bfd,cfm_mpid,lldp"),
    ("Port", "name,interfaces,lacp"),
    (
        "Bridge",
        "name,ports,fail_mode,datapath_type,other_config,stp_enable,rstp_enable,mirrors,controller",
    ),
    ("Controller", "target,connection_mode"),
    ("Manager", "target,connection_mode"),
    ("Open_vSwitch", "other_config"),
];
/// Who knows that something changed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Source {
    /// The kernel: interfaces came, went, or were renamed, brought up or moved.
    Links,
    /// libvirt: a domain was started, stopped, or changed.
    Libvirt,
    /// Open vSwitch's database: an interface came, went, or was noted otherwise, or something changed that frames
    /// meet before any flow.
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
///
/// Open vSwitch's database may be named; otherwise its own programs find it.
pub fn watch<E: From<Source> + Send + 'static>(
    source: Source,
    ovsdb: Option<&str>,
    tell: Sender<E>,
) -> io::Result<()> {
    let heard = move || tell.send(source.into()).is_ok();
    let program = match source {
        Source::Links => return links(heard),
        Source::Libvirt => Program::new("virsh").args(["--readonly", "event", "--all", "--loop"]),
        Source::Ovs => return database(ovsdb, heard),
        Source::Xen => Program::new("xenstore-watch").arg("/local/domain/0/backend/vif"),
    };
    program.follow(heard).map_err(io::Error::other)
}

/// One program listens to one table.
fn database(
    ovsdb: Option<&str>,
    heard: impl Fn() -> bool + Clone + Send + 'static,
) -> io::Result<()> {
    let monitor = |(table, columns)| {
        Program::new("ovsdb-client")
            .args(["--format=json", "monitor"])
            .args(ovsdb)
            .args(["Open_vSwitch", table, columns])
    };
    // Side by side: each is on trial for a moment.
    thread::scope(|scope| {
        let follow = |table| {
            let (program, heard) = (monitor(table), heard.clone());
            scope.spawn(move || program.follow(heard))
        };
        let started: Vec<_> = TABLES.into_iter().map(follow).collect();
        started.into_iter().try_for_each(|started| {
            let died = || Err(Program::new("ovsdb-client").unclear("nothing"));
            let followed = started.join().unwrap_or_else(|_| died());
            followed.map_err(io::Error::other)
        })
    })
}

fn links(heard: impl Fn() -> bool + Send + 'static) -> io::Result<()> {
    let mut socket = Socket::new(NETLINK_ROUTE)?;
    socket.bind(&SocketAddr::new(0, 0))?;
    socket.add_membership(LINKS)?;
    thread::spawn(move || {
        // ENOBUFS means that some were lost: something changed all the same.
        while match socket.recv_from_full() {
            Ok(_) => true,
            Err(error) => error.raw_os_error() == Some(NO_ROOM),
        } {
            if !heard() {
                return;
            }
        }
    });
    Ok(())
}

//! The tap of a port.

use std::fs::File;
use std::io;

use nix::unistd::geteuid;
use vifguard_inventory::note_of;
use vifguard_netlink::link::{self, Change};
use vifguard_netlink::tap::{self, Options};
use vifguard_policy::{DeviceName, Port};

use super::{change, failed, host_mac};
use crate::cli::{Handover, RunArgs};
use crate::commands::prospect::links;
use crate::exit::Exit;
use crate::failure::Failure;

const BRIDGE: &str = "bridge";
const TUN_KIND: &str = "tun";

/// A tap that was made for a port.
#[derive(Debug)]
pub(super) struct Tap {
    pub(super) device: DeviceName,
    pub(super) index: u32,
    pub(super) files: Vec<File>,
}

/// What the tap of a port is to be called.
pub(super) fn name(port: &Port, asked: Option<&DeviceName>) -> Result<DeviceName, Failure> {
    let usage = |what, advice: &str| Failure::new(Exit::Usage, what, advice);
    match (port.binding.device(), asked) {
        (Some(device), Some(asked)) if device != asked => Err(usage(
            format!(
                "port {} has the device {device} in the policy, not {asked}",
                port.name
            ),
            "leave --tap out, or change the policy; nothing was changed",
        )),
        (Some(device), _) | (None, Some(device)) => Ok(device.clone()),
        (None, None) => format!("tap-{}", port.name).parse().map_err(|error| {
            usage(
                format!("no tap can be called tap-{}: {error}", port.name),
                "say what it is to be called with --tap; nothing was changed",
            )
        }),
    }
}

/// The bridge of this name, by index.
pub(super) fn bridge(name: &DeviceName) -> Result<u32, Failure> {
    let host = links()?;
    let link = host.links.iter().find(|link| link.name == name.as_str());
    match link {
        Some(link) if link.kind == BRIDGE => Ok(link.index),
        Some(_) => Err(Failure::new(
            Exit::No,
            format!("{name} is no Linux bridge"),
            "give one, or leave --bridge out and attach the tap yourself; nothing was changed",
        )),
        None => Err(Failure::new(
            Exit::No,
            format!("there is no bridge {name}"),
            "create it first (ip link add NAME type bridge); nothing was changed",
        )),
    }
}

/// Sees to it that the name is free. Whoever calls this holds the lock, so no guardian looks after what an
/// earlier run left.
pub(super) fn clear(device: &DeviceName, port: &str) -> Result<(), Failure> {
    let host = links()?;
    let has_name = |name: &String| name == device.as_str();
    let taken = host
        .links
        .iter()
        .find(|link| has_name(&link.name) || link.other_names.iter().any(has_name));
    let Some(link) = taken else {
        return Ok(());
    };
    let left_over = link.kind == TUN_KIND && link.made_for() == Some(port) && !link.attached;
    if left_over {
        return link::delete(link.index)
            .map_err(|error| failed(device, "remove what an earlier run left", &error));
    }
    let what = match link.made_for() {
        Some(other) if link.attached => {
            format!("{device} is in use: vifguard run made it for port {other}, whose guest runs")
        }
        _ => format!("there is an interface {device} already"),
    };
    Err(Failure::new(
        Exit::No,
        what,
        "vifguard run makes the tap itself, so that nothing passes before its guards: remove the \
         interface, or stop whoever has it; nothing was changed",
    ))
}

impl Tap {
    /// Makes it, down, with the note whose it is.
    pub(super) fn make(
        device: &DeviceName,
        port: &Port,
        by: Handover,
        args: &RunArgs,
    ) -> Result<Tap, Failure> {
        let options = Options {
            // By name, the command attaches all of them itself.
            queues: match by {
                Handover::Fd => usize::from(args.queues),
                Handover::Name => 1,
            },
            multi_queue: args.queues > 1,
            vnet_header: !args.no_vnet_hdr,
            owner: args.tap_owner.unwrap_or_else(|| geteuid().as_raw()),
        };
        let files = tap::make(device.as_str(), options).map_err(|error| unmade(device, &error))?;
        let host = links()?;
        let link = host.links.iter().find(|link| link.name == device.as_str());
        let gone = || failed(device, "find it again", &io::Error::other("it is gone"));
        let tap = Tap {
            device: device.clone(),
            index: link.ok_or_else(gone)?.index,
            files,
        };
        let note = note_of(&port.name);
        change(device, "note whose it is", tap.index, Change::Alias(&note))?;
        if let Some(mac) = port.macs.first() {
            let mac = host_mac(mac.value);
            change(device, "set its address", tap.index, Change::Mac(mac))?;
        }
        Ok(tap)
    }

    /// Lets the command have the files.
    pub(super) fn inherit(&self) -> Result<(), Failure> {
        let inherited = self.files.iter().try_for_each(tap::inherit);
        inherited.map_err(|error| failed(&self.device, "hand it over", &error))
    }

    /// Lets the command attach by the name. The files are closed when it takes this process's place.
    pub(super) fn leave(&self) -> Result<(), Failure> {
        let kept = self.files.iter().take(1).try_for_each(tap::persist);
        kept.map_err(|error| failed(&self.device, "make it stay", &error))
    }

    /// Takes it away again.
    pub(super) fn remove(self) {
        // If this fails it goes with its files, or the guardian sees to it.
        let _ = link::delete(self.index);
    }
}

#[expect(
    clippy::wildcard_enum_match_arm,
    reason = "the kinds of I/O errors are many, and all others mean the same here"
)]
fn unmade(device: &DeviceName, error: &io::Error) -> Failure {
    let (exit, advice) = match error.kind() {
        io::ErrorKind::PermissionDenied => {
            (Exit::Privilege, "run it again as root; nothing was changed")
        }
        io::ErrorKind::NotFound => (
            Exit::Unavailable,
            "the kernel's tun module is needed (modprobe tun), and its device; nothing was changed",
        ),
        io::ErrorKind::ResourceBusy => (
            Exit::No,
            "somebody else made it at the same moment; nothing was changed",
        ),
        _ => (Exit::Os, "nothing was changed"),
    };
    let what = format!("cannot make tap {device} from {}: {error}", tap::TUN);
    Failure::new(exit, what, advice)
}

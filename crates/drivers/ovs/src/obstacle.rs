//! What frames meet before any flow, or instead of all: where it is so, flows guard nothing.
//!
//! It bars a bridge that nobody guards yet. Where ports are guarded, their flows stay and are put back, and what
//! is in the way is said: without them still less would be guarded.

use std::fmt;

use vifguard_driver::Error;

use crate::Options;
use crate::driver::NAME;
use crate::intruder::Intruder;
use crate::ovsdb::Bridge;
use crate::probe;

/// Something in the way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Obstacle {
    cause: String,
    remedy: String,
}

/// Finds all of it, as far as it is on the bridge or on interfaces that are guarded.
pub(crate) fn find(
    bridge: &Bridge,
    options: &Options,
    is_guarded: impl Fn(&str) -> bool,
) -> Vec<Obstacle> {
    let name = &options.bridge;
    let on_bridge = |cause: String, remedy: String| Obstacle {
        cause: format!("bridge {name}: {cause}"),
        remedy,
    };
    let fails_open = probe::fails_open(bridge).filter(|_| !options.may_fail_open);
    let fails_open =
        fails_open.map(|cause| on_bridge(cause, format!("ovs-vsctl set-fail-mode {name} secure")));
    let in_band = bridge.in_band.first().map(|target| {
        on_bridge(
            format!(
                "it makes way for ARP that claims the address of its controller or manager {target}, before any \
                 flow"
            ),
            format!("ovs-vsctl set bridge {name} other_config:disable-in-band=true"),
        )
    });
    let spanning_tree = (!bridge.spanning_tree.is_empty()).then(|| {
        on_bridge(
            format!(
                "it speaks {} itself with whoever is plugged in, before any flow: a guest can become the root of \
                 its tree",
                bridge.spanning_tree.join(" and ")
            ),
            format!("ovs-vsctl set bridge {name} stp_enable=false rstp_enable=false"),
        )
    });
    let taken = bridge.taken.iter();
    let taken = taken.filter(|(device, _)| is_guarded(device));
    let taken = taken.map(|(device, protocol)| {
        on_bridge(
            format!("it speaks {protocol} itself with what is on {device}, before any flow"),
            quiet(device, protocol),
        )
    });
    fails_open
        .into_iter()
        .chain(in_band)
        .chain(spanning_tree)
        .chain(taken)
        .collect()
}

/// How the switch is told not to speak it.
fn quiet(device: &str, protocol: &str) -> String {
    match protocol {
        "BFD" => format!("ovs-vsctl set interface {device} bfd:enable=false"),
        "CFM" => format!("ovs-vsctl clear interface {device} cfm_mpid"),
        "LLDP" => format!("ovs-vsctl set interface {device} lldp:enable=false"),
        _ => format!("ovs-vsctl set port {device} lacp=off"),
    }
}

impl Obstacle {
    /// The same of flows of others.
    pub(crate) fn of(intruder: Intruder, bridge: &str) -> Obstacle {
        Obstacle {
            cause: format!("bridge {bridge}: {intruder}"),
            remedy: intruder.remedy().to_owned(),
        }
    }

    /// Where nothing is guarded yet, nothing is.
    pub(crate) fn error(&self) -> Error {
        Error::Unsupported {
            driver: NAME,
            cause: self.cause.clone(),
            remedy: self.remedy.clone(),
        }
    }
}

impl fmt::Display for Obstacle {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}; {}", self.cause, self.remedy)
    }
}

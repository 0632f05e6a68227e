//! What the pool holds: this host's VIFs, and whose they are.

use std::collections::{BTreeMap, BTreeSet};

use vifguard_driver::{Error, Result};

use crate::mark::{BEFORE, Before, Note, PORT};
use crate::record::{DefaultMode, Host, LockingMode, Network, Records, Vif, Vm};
use crate::trouble::NAME;

/// Everything that was read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Held {
    /// The UUID of this host.
    pub host: String,
    /// What carries the VIFs' frames: `openvswitch` or `bridge`, if the host says so.
    pub backend: Option<String>,
    /// VIFs of guests that run here, by the name of their interface.
    pub here: BTreeMap<String, Seat>,
    /// VIFs marked from this host whose guests run nowhere.
    pub asleep: Vec<Seat>,
}

/// A VIF and what is known around it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seat {
    /// The VIF's reference.
    pub reference: String,
    /// The VIF.
    pub vif: Vif,
    /// The name of its VM.
    pub vm: String,
    /// What its network says, for VIFs that follow it.
    pub default: Option<DefaultMode>,
    /// Whose it is.
    pub claim: Claim,
}

/// Whose a VIF is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Claim {
    /// Nobody's: it follows its network.
    Free,
    /// Somebody set its mode who is not us.
    Foreign,
    /// Ours.
    Ours(Note, Before),
    /// Ours, and a change was cut short between two notes.
    CutShort(Before),
    /// It was ours; somebody set another mode since.
    Taken(Option<Note>),
    /// Marked by a vifguard whose marks cannot be read.
    Unreadable,
}

/// What the calls gave.
pub(crate) struct Pool {
    pub(crate) hosts: Records<Host>,
    pub(crate) vms: Records<Vm>,
    pub(crate) vifs: Records<Vif>,
    pub(crate) networks: Records<Network>,
}

impl Pool {
    /// Puts it together for the host with this reference.
    pub(crate) fn held(self, here: &str) -> Result<Held> {
        let Some(host) = self.hosts.get(here) else {
            return Err(no_host(here, &self.hosts));
        };
        let mut held = Held {
            host: host.uuid.clone(),
            backend: host.software_version.get("network_backend").cloned(),
            ..Held::default()
        };
        for (reference, vif) in self.vifs {
            let Some(vm) = self.vms.get(&vif.vm) else {
                continue;
            };
            let network = self.networks.get(&vif.network);
            let seat = Seat {
                reference,
                vm: vm.name_label.clone(),
                default: network.map(|network| network.default_locking_mode),
                claim: Claim::of(&vif),
                vif,
            };
            if vm.resident_on == here && vm.domid >= 0 {
                let device = format!("vif{}.{}", vm.domid, seat.vif.device);
                held.here.insert(device, seat);
            } else if !self.hosts.contains_key(&vm.resident_on) && seat.is_from(&held.host) {
                held.asleep.push(seat);
            }
        }
        Ok(held)
    }
}

fn no_host(wanted: &str, hosts: &Records<Host>) -> Error {
    let there: BTreeSet<&str> = hosts.values().map(|host| host.uuid.as_str()).collect();
    let there: Vec<&str> = there.into_iter().collect();
    Error::Unsupported {
        driver: NAME,
        cause: format!("the pool has no host {wanted}"),
        remedy: format!("set VIFGUARD_XAPI_HOST to one of: {}", there.join(" ")),
    }
}

impl Seat {
    /// The note, whether it still holds or not.
    pub fn note(&self) -> Option<&Note> {
        match &self.claim {
            Claim::Ours(note, _) | Claim::Taken(Some(note)) => Some(note),
            Claim::Free
            | Claim::Foreign
            | Claim::CutShort(_)
            | Claim::Taken(None)
            | Claim::Unreadable => None,
        }
    }

    /// Is there anything of ours beside it?
    pub fn is_marked(&self) -> bool {
        !matches!(self.claim, Claim::Free | Claim::Foreign)
    }

    fn is_from(&self, host: &str) -> bool {
        match &self.claim {
            // Whose it was is not known; it runs nowhere, so nobody else will put it right.
            Claim::CutShort(_) => true,
            Claim::Free
            | Claim::Foreign
            | Claim::Ours(..)
            | Claim::Taken(_)
            | Claim::Unreadable => self.note().is_some_and(|note| note.host == host),
        }
    }

    /// The VIF in words.
    pub fn describe(&self) -> String {
        let Seat { vif, vm, .. } = self;
        format!("VIF {} (number {} of {vm:?})", vif.uuid, vif.device)
    }
}

impl Claim {
    pub(crate) fn of(vif: &Vif) -> Claim {
        let text = |key: &str| vif.other_config.get(key).map(String::as_str);
        let follows = vif.locking_mode == LockingMode::NetworkDefault;
        let (before, note) = match (text(BEFORE), text(PORT)) {
            (None, None) if follows => return Claim::Free,
            (None, None) => return Claim::Foreign,
            (before, note) => (before.map(Before::read), note.map(Note::read)),
        };
        match (before, note) {
            (Some(None), _) | (_, Some(None)) => Claim::Unreadable,
            (before, Some(Some(note))) => {
                if follows || note.owns(&vif.locking_mode) {
                    // Without it nothing is known to have been listed.
                    Claim::Ours(note, before.flatten().unwrap_or_else(Before::nothing))
                } else {
                    Claim::Taken(Some(note))
                }
            }
            (Some(Some(before)), None) => match vif.locking_mode {
                LockingMode::NetworkDefault | LockingMode::Locked | LockingMode::Unlocked => {
                    Claim::CutShort(before)
                }
                LockingMode::Disabled | LockingMode::Other(_) => Claim::Taken(None),
            },
            // Both absent was said above.
            (None, None) => Claim::Free,
        }
    }
}

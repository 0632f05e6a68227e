//! A policy that is being put together: what both sources are turned into, and what makes it whole.

mod address;
mod claims;
mod devices;
mod finish;
mod names;
mod relax;
mod share;
mod sweep;
mod unreserve;
mod written;

use ipnet::IpNet;
use vifguard_policy::{DeviceName, Guard, LinkLocal, MacAddr, NetworkKind, Profile};

use crate::note::Note;
use crate::source::Place;

pub(crate) use address::{own_address, own_mac};
pub(crate) use finish::Remarks;
pub(crate) use written::Written;

/// A policy to be.
#[derive(Debug, Default)]
pub(crate) struct Draft {
    pub(crate) networks: Vec<NetworkDraft>,
    pub(crate) ports: Vec<PortDraft>,
    pub(crate) unguarded: Vec<Unguarded>,
    /// What is said about the policy as a whole.
    pub(crate) notes: Vec<Note>,
    /// What `guarded_interfaces` could say.
    pub(crate) patterns: Vec<String>,
}

/// A network to be.
#[derive(Debug)]
pub(crate) struct NetworkDraft {
    pub(crate) name: String,
    pub(crate) kind: NetworkKind,
    /// Whether its ports may switch identity guards off, although it is flat.
    pub(crate) relaxed: bool,
    pub(crate) addresses: Vec<Entry<IpNet>>,
    pub(crate) macs: Vec<Entry<MacAddr>>,
    pub(crate) notes: Vec<Note>,
}

/// A port to be.
#[derive(Debug)]
pub(crate) struct PortDraft {
    pub(crate) name: String,
    /// An index into [`Draft::networks`].
    pub(crate) network: usize,
    /// Missing if it is not known; then the port is left out.
    pub(crate) device: Option<DeviceName>,
    /// The primary one first; missing if it is not known, and then the port is left out.
    pub(crate) macs: Vec<Entry<MacAddr>>,
    pub(crate) addresses: Vec<Entry<IpNet>>,
    pub(crate) profile: Profile,
    /// Guards that are off although the profile has them on.
    pub(crate) off: Vec<Guard>,
    pub(crate) link_local: LinkLocal,
    pub(crate) notes: Vec<Note>,
    /// Only a comment of the policy: its notes say why.
    pub(crate) left_out: bool,
    /// Where it stands in the source.
    pub(crate) place: Place,
}

/// An interface of a guest that cannot be a port: there is nothing on the host to guard.
#[derive(Debug)]
pub(crate) struct Unguarded {
    pub(crate) name: String,
    /// Why not.
    pub(crate) notes: Vec<Note>,
}

/// A value that a port holds or a network reserves.
#[derive(Clone, Debug)]
pub(crate) struct Entry<T> {
    pub(crate) value: T,
    pub(crate) shared: bool,
    /// Of a port: its very own, and not merely allowed to it. Of a network: reserved whoever holds it.
    pub(crate) firm: bool,
    pub(crate) place: Place,
}

impl<T: PartialEq> Entry<T> {
    pub(crate) fn new(value: T, place: &Place) -> Entry<T> {
        Entry {
            value,
            shared: false,
            firm: true,
            place: place.clone(),
        }
    }

    /// Adds a value, unless it is there already: an entry written twice is an error of a policy.
    pub(crate) fn add(self, entries: &mut Vec<Entry<T>>) {
        match entries.iter_mut().find(|entry| entry.value == self.value) {
            Some(there) => there.firm |= self.firm,
            None => entries.push(self),
        }
    }

    /// The same, but not firm.
    pub(crate) fn loose(self) -> Entry<T> {
        Entry {
            firm: false,
            ..self
        }
    }
}

impl NetworkDraft {
    pub(crate) fn new(name: impl Into<String>, kind: NetworkKind) -> NetworkDraft {
        NetworkDraft {
            name: name.into(),
            kind,
            relaxed: false,
            addresses: Vec::new(),
            macs: Vec::new(),
            notes: Vec::new(),
        }
    }
}

impl PortDraft {
    /// A strict port that owns nothing yet.
    pub(crate) fn new(name: impl Into<String>, network: usize, place: &Place) -> PortDraft {
        PortDraft {
            name: name.into(),
            network,
            device: None,
            macs: Vec::new(),
            addresses: Vec::new(),
            profile: Profile::Strict,
            off: Vec::new(),
            link_local: LinkLocal::Eui64,
            notes: Vec::new(),
            left_out: false,
            place: place.clone(),
        }
    }

    /// Makes it a comment of the policy, for this reason.
    pub(crate) fn leave_out(&mut self, why: Note) {
        self.left_out = true;
        self.notes.push(why);
    }

    /// Is this guard on?
    pub(crate) fn has(&self, guard: Guard) -> bool {
        self.profile.guards().has(guard) && !self.off.contains(&guard)
    }
}

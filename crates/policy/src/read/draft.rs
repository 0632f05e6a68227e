use ipnet::IpNet;

use crate::object::Object;
use crate::yaml::{Node, View};
use crate::{
    Binding, Enforcement, Guard, GuardSet, Host, LinkLocal, MacAddr, Mode, Network, NetworkKind,
    Policy, Port, Profile, Reserved, Shareable,
};

/// A value and where it stands.
pub(crate) struct At<'t, T> {
    pub(crate) value: T,
    pub(crate) node: Node<'t>,
}

/// What could be read of a file. A value that was wrong is missing, and has been reported.
pub(crate) struct Draft<'t> {
    pub(crate) host: Host,
    pub(crate) networks: Vec<NetworkDraft<'t>>,
    pub(crate) ports: Vec<PortDraft<'t>>,
}

/// What could be read of a network.
pub(crate) struct NetworkDraft<'t> {
    pub(crate) object: Object<'t>,
    pub(crate) name: Option<At<'t, &'t str>>,
    pub(crate) kind: Option<NetworkKind>,
    pub(crate) addresses: Vec<At<'t, Shareable<IpNet>>>,
    pub(crate) macs: Vec<At<'t, Shareable<MacAddr>>>,
    pub(crate) relaxed_ports: bool,
}

/// What could be read of a port.
pub(crate) struct PortDraft<'t> {
    pub(crate) object: Object<'t>,
    pub(crate) name: Option<At<'t, &'t str>>,
    pub(crate) network: Option<usize>,
    pub(crate) binding: Option<At<'t, Binding>>,
    /// The primary one first, if it could be read.
    pub(crate) has_primary: bool,
    pub(crate) macs: Vec<At<'t, Shareable<MacAddr>>>,
    pub(crate) addresses: Vec<At<'t, Shareable<IpNet>>>,
    pub(crate) guards: GuardsDraft<'t>,
    /// Missing if it is wrong; where it stands, if it is written.
    pub(crate) link_local: Option<LinkLocal>,
    pub(crate) link_local_node: Option<Node<'t>>,
    pub(crate) ethertypes: Vec<At<'t, u16>>,
    pub(crate) mode: Mode,
    pub(crate) enforcement: Enforcement,
}

/// The guards of a port and how they came to be on or off.
pub(crate) struct GuardsDraft<'t> {
    pub(crate) profile: Profile,
    pub(crate) profile_node: Option<Node<'t>>,
    /// Missing if the profile or one of the switches is wrong.
    pub(crate) set: Option<GuardSet>,
    /// What is written under `guards`. Which switch stands where is looked up for errors alone: room
    /// for the places of all would be a third of a port.
    pub(crate) switches: Option<Node<'t>>,
}

impl<'t> GuardsDraft<'t> {
    /// Where this guard is switched singly.
    pub(crate) fn switched(&self, guard: Guard) -> Option<Node<'t>> {
        let View::Map(mut switches) = self.switches?.view() else {
            return None;
        };
        let (_, value) = switches.find(|(key, _)| key.text() == Some(guard.name()))?;
        Some(value)
    }

    /// Is this guard known to be on?
    pub(crate) fn has(&self, guard: Guard) -> bool {
        self.set.is_some_and(|set| set.has(guard))
    }

    /// Is this guard known to be off?
    pub(crate) fn lacks(&self, guard: Guard) -> bool {
        self.set.is_some_and(|set| !set.has(guard))
    }
}

impl Draft<'_> {
    /// The policy, if nothing is missing.
    pub(crate) fn finish(self) -> Option<Policy> {
        Some(Policy {
            host: self.host,
            networks: self
                .networks
                .into_iter()
                .map(NetworkDraft::finish)
                .collect::<Option<_>>()?,
            ports: self
                .ports
                .into_iter()
                .map(PortDraft::finish)
                .collect::<Option<_>>()?,
        })
    }
}

impl NetworkDraft<'_> {
    fn finish(self) -> Option<Network> {
        Some(Network {
            name: self.name?.value.to_owned(),
            kind: self.kind?,
            reserved: Reserved {
                addresses: values(self.addresses),
                macs: values(self.macs),
            },
            relaxed_ports: self.relaxed_ports,
        })
    }
}

impl PortDraft<'_> {
    fn finish(self) -> Option<Port> {
        Some(Port {
            name: self.name?.value.to_owned(),
            network: self.network?,
            binding: self.binding?.value,
            macs: values(self.macs),
            addresses: values(self.addresses),
            profile: self.guards.profile,
            guards: self.guards.set?,
            link_local: self.link_local?,
            ethertypes: values(self.ethertypes),
            mode: self.mode,
            enforcement: self.enforcement,
        })
    }
}

fn values<T>(items: Vec<At<'_, T>>) -> Vec<T> {
    items.into_iter().map(|item| item.value).collect()
}

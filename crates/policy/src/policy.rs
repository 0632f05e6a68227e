use std::sync::Arc;

use crate::{Host, Identity, Network, NetworkLinkLocals, Port};

/// A whole policy, checked: names are unique, no two ports claim what only one may hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Policy {
    pub(crate) host: Host,
    pub(crate) networks: Vec<Network>,
    pub(crate) ports: Vec<Port>,
}

impl Policy {
    /// What holds for the whole host.
    pub fn host(&self) -> &Host {
        &self.host
    }

    /// The networks, in the order of the file.
    pub fn networks(&self) -> &[Network] {
        &self.networks
    }

    /// The ports, in the order of the file.
    pub fn ports(&self) -> &[Port] {
        &self.ports
    }

    /// What each port may claim, in the order of the file. Cost: O(n log n) in ports and addresses.
    pub fn identities(&self) -> Vec<Identity> {
        let link_locals: Vec<Arc<NetworkLinkLocals>> = NetworkLinkLocals::of_each(self)
            .into_iter()
            .map(Arc::new)
            .collect();
        self.ports
            .iter()
            .map(|port| Identity::of(port, &link_locals[port.network]))
            .collect()
    }
}

use vifguard_policy::{DeviceName, Host, Identity, Policy};

/// The whole state that a host is to have.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Desired {
    /// What holds for the whole host.
    pub host: Host,
    /// Names of the networks, by [`Identity::network`].
    pub networks: Vec<String>,
    /// The ports that are on this host, each with the interface that it has now.
    pub ports: Vec<BoundPort>,
}

/// A port on its interface.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BoundPort {
    /// The interface that carries its frames.
    pub device: DeviceName,
    /// What it may claim.
    pub identity: Identity,
}

impl Desired {
    /// The state that a policy asks for whose ports name their interfaces. Others are left out.
    pub fn of(policy: &Policy) -> Desired {
        let ports = policy.ports().iter();
        Desired::at(policy, ports.map(|port| port.binding.device().cloned()))
    }

    /// The state that a policy asks for, with the interfaces of each port, in their order. A port that has
    /// none now is left out; one with several is guarded on each.
    pub fn at<D>(policy: &Policy, devices: impl IntoIterator<Item = D>) -> Desired
    where
        D: IntoIterator<Item = DeviceName>,
    {
        let ports = policy.identities().into_iter().zip(devices);
        let ports = ports.flat_map(|(identity, devices)| {
            let bound = devices.into_iter().map(move |device| BoundPort {
                device,
                identity: identity.clone(),
            });
            bound.collect::<Vec<_>>()
        });
        Desired {
            host: policy.host().clone(),
            networks: policy
                .networks()
                .iter()
                .map(|network| network.name.clone())
                .collect(),
            ports: ports.collect(),
        }
    }
}

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
    /// The number of that interface, if no other one of the same name is to be taken for it: 0 as long as
    /// there is none. Without a number, whatever is called so is the port's.
    pub index: Option<u32>,
    /// What it may claim.
    pub identity: Identity,
}

/// An interface that somebody said is a port's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    /// What it is called.
    pub device: DeviceName,
    /// As [`BoundPort::index`].
    pub index: Option<u32>,
}

impl From<DeviceName> for Attachment {
    fn from(device: DeviceName) -> Attachment {
        Attachment {
            device,
            index: None,
        }
    }
}

impl BoundPort {
    /// It has one interface and no other, and that is not there.
    pub fn is_awaited(&self) -> bool {
        self.index == Some(0)
    }
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
        D: IntoIterator<Item: Into<Attachment>>,
    {
        let ports = policy.identities().into_iter().zip(devices);
        let ports = ports.flat_map(|(identity, devices)| {
            let bound = devices.into_iter().map(move |spot| {
                let Attachment { device, index } = spot.into();
                BoundPort {
                    device,
                    index,
                    identity: identity.clone(),
                }
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

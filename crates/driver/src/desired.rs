use vifguard_policy::{Host, Identity, Policy};

/// The whole state that a host is to have.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Desired {
    /// What holds for the whole host.
    pub host: Host,
    /// Names of the networks, by [`Identity::network`].
    pub networks: Vec<String>,
    /// What each port may claim.
    pub ports: Vec<Identity>,
}

impl Desired {
    /// The state that a policy asks for.
    pub fn of(policy: &Policy) -> Desired {
        Desired {
            host: policy.host().clone(),
            networks: policy
                .networks()
                .iter()
                .map(|network| network.name.clone())
                .collect(),
            ports: policy.identities(),
        }
    }
}

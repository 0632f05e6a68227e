use std::fmt;
use std::str::FromStr;

use crate::{Guard, GuardSet};

/// A named choice of guards: the use cases that the contract was written for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Profile {
    /// An ordinary guest: every guard on.
    #[default]
    Strict,
    /// A firewall, router or NAT: many source addresses, but one MAC and one ARP and ND identity.
    Forwarder,
    /// A tenant who numbers a private network alone.
    SelfAddressed,
    /// A transparent bridge or an IDS: nothing is checked.
    Open,
}

impl Profile {
    /// Every profile.
    pub const ALL: [Profile; 4] = [
        Profile::Strict,
        Profile::Forwarder,
        Profile::SelfAddressed,
        Profile::Open,
    ];

    /// The name as written in a policy file.
    pub const fn name(self) -> &'static str {
        match self {
            Profile::Strict => "strict",
            Profile::Forwarder => "forwarder",
            Profile::SelfAddressed => "self-addressed",
            Profile::Open => "open",
        }
    }

    /// The guards that this profile switches on.
    pub const fn guards(self) -> GuardSet {
        match self {
            Profile::Strict => GuardSet::of(&Guard::ALL),
            Profile::Forwarder => GuardSet::of(&Guard::ALL)
                .with(Guard::Ipv4, false)
                .with(Guard::Ipv6, false),
            Profile::SelfAddressed => {
                GuardSet::of(&[Guard::Mac, Guard::Router, Guard::DhcpServer, Guard::L2])
            }
            Profile::Open => GuardSet::NONE,
        }
    }
}

impl fmt::Display for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Profile {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        Profile::ALL
            .into_iter()
            .find(|profile| profile.name() == text)
            .ok_or(())
    }
}

use std::collections::BTreeMap;
use std::fmt;

use serde::Deserialize;
use thiserror::Error;
use vifguard_policy::{Guard, GuardSet, Profile};

/// Which guards a case is judged with: a profile, and single guards switched over it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Choice {
    /// The profile that the policy names.
    pub profile: Profile,
    /// Guards that the policy switches over it, in the order of the contract.
    pub switched: Vec<(Guard, bool)>,
}

/// Why a choice of guards in a case file means nothing.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum ChoiceError {
    /// Not one of the four profiles.
    #[error("{0:?} is no profile; write strict, forwarder, self-addressed or open")]
    Profile(String),
    /// Not one of the eight guards.
    #[error("{0:?} is no guard; write one of mac arp ipv4 nd ipv6 router dhcp-server l2")]
    Guard(String),
    /// The profile has the guard in this position already, so that the line would prove nothing.
    #[error("guard {guard} is already so in profile {profile}; leave it away")]
    Idle {
        /// The guard.
        guard: Guard,
        /// The profile.
        profile: Profile,
    },
}

impl Choice {
    /// A profile as it is.
    pub const fn of(profile: Profile) -> Choice {
        Choice {
            profile,
            switched: Vec::new(),
        }
    }

    /// The guards that are on.
    pub fn guards(&self) -> GuardSet {
        self.switched
            .iter()
            .fold(self.profile.guards(), |guards, (guard, on)| {
                guards.with(*guard, *on)
            })
    }
}

/// A label for reports: `strict`, `strict-mac`, `open+arp+l2`.
impl fmt::Display for Choice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.profile.fmt(f)?;
        self.switched
            .iter()
            .try_for_each(|(guard, on)| write!(f, "{}{guard}", if *on { '+' } else { '-' }))
    }
}

/// The position of a guard as a policy file spells it.
#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Switch {
    On,
    Off,
}

pub(crate) fn profile(name: &str) -> Result<Profile, ChoiceError> {
    name.parse()
        .map_err(|()| ChoiceError::Profile(name.to_owned()))
}

pub(crate) fn choice(
    profile: Profile,
    switches: &BTreeMap<String, Switch>,
) -> Result<Choice, ChoiceError> {
    let mut switched = Vec::new();
    for (name, switch) in switches {
        let guard: Guard = name
            .parse()
            .map_err(|()| ChoiceError::Guard(name.clone()))?;
        let on = *switch == Switch::On;
        if profile.guards().has(guard) == on {
            return Err(ChoiceError::Idle { guard, profile });
        }
        switched.push((guard, on));
    }
    switched.sort_unstable();
    Ok(Choice { profile, switched })
}

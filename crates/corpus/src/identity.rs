use thiserror::Error;
use vifguard_policy::{Identity, Policy, PolicyErrors};

use crate::{Case, Choice, Setting};

/// Why a case has no identity to judge by.
#[derive(Debug, Error)]
pub enum IdentityError {
    /// The policy of the case is no policy.
    #[error("case {case} with {choice}: its policy is refused")]
    Policy {
        /// The case.
        case: String,
        /// The guards.
        choice: String,
        /// What is wrong with the policy.
        source: PolicyErrors,
    },
    /// The policy has lost the port on the way.
    #[error("case {case}: its policy has no port named {}", Setting::PORT)]
    NoPort {
        /// The case.
        case: String,
    },
}

impl Case {
    /// What the sending port may claim with these guards, by way of the policy file, so that the
    /// whole way from file to verdict is walked.
    pub fn identity(&self, choice: &Choice) -> Result<Identity, IdentityError> {
        let policy = Policy::parse(&self.policy_text(choice), &self.name).map_err(|source| {
            IdentityError::Policy {
                case: self.name.clone(),
                choice: choice.to_string(),
                source,
            }
        })?;
        policy
            .identities()
            .into_iter()
            .find(|identity| identity.port == Setting::PORT)
            .ok_or_else(|| IdentityError::NoPort {
                case: self.name.clone(),
            })
    }
}

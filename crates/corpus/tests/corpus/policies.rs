use std::error::Error;

use crate::senders;

/// A case whose policy is refused would prove nothing.
#[test]
fn every_variant_has_a_policy_that_is_accepted() {
    for (case, variant, identity) in senders() {
        match identity {
            Ok(identity) => assert_eq!(identity.guards, variant.guards(), "{}", case.name),
            Err(error) => panic!("{error}: {}", error.source().unwrap()),
        }
    }
}

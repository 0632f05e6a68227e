//! What holds for the corpus as a whole, and for each case of it.

#![expect(
    clippy::unwrap_used,
    reason = "a test says 'this cannot happen' in the shortest way"
)]

mod bytes;
mod coverage;
mod form;
mod judge;
mod mutants;
mod outside;
mod policies;

use std::sync::OnceLock;

use vifguard_corpus::{Case, Corpus, IdentityError, Variant};
use vifguard_policy::Identity;

fn corpus() -> &'static Corpus {
    Corpus::embedded().unwrap()
}

/// A variant of a case, and what its policy makes of the port.
type Sender = (
    &'static Case,
    &'static Variant,
    Result<Identity, IdentityError>,
);

/// Every variant of every case. Reading thousands of policies takes a while: once is enough.
fn senders() -> &'static [Sender] {
    static SENDERS: OnceLock<Vec<Sender>> = OnceLock::new();
    SENDERS.get_or_init(|| {
        let variants = |case: &'static Case| case.variants().iter().map(move |v| (case, v));
        let all = corpus().cases.iter().flat_map(variants);
        all.map(|(case, variant)| (case, variant, case.identity(&variant.choice)))
            .collect()
    })
}

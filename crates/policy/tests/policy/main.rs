//! The policy file from outside: what is accepted, what is refused and in which words, and who owns
//! what in the end.

#![expect(
    clippy::panic,
    clippy::unwrap_used,
    reason = "the helpers of tests may say that something cannot happen in the shortest way"
)]

mod common;
mod conflicts;
mod damaged;
mod example;
mod flat;
mod identity;
mod link_local;
mod oracle;
mod reserved;
mod rules;
mod scale;
mod shape;
mod total;
mod values;

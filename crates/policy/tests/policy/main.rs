//! The policy file from outside: what is accepted, what is refused and in which words, and who owns
//! what in the end.

#![expect(
    clippy::panic,
    clippy::unwrap_used,
    clippy::wildcard_enum_match_arm,
    reason = "the helpers of tests may say that something cannot happen in the shortest way"
)]

mod binding;
mod common;
mod conflicts;
mod core_schema;
mod damaged;
mod example;
mod flat;
mod identity;
mod link_local;
mod oracle;
mod reserved;
mod rules;
mod scale;
mod schema;
mod shape;
mod total;
mod values;

//! The policy file from outside: what is accepted, what is refused and in which words, and who owns
//! what in the end.

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

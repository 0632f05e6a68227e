//! The judge's insides: which rule settles a frame and which bytes it names, and what holds for
//! every frame. What becomes of particular frames is in the corpus.

#![expect(
    clippy::unwrap_used,
    reason = "a test says 'this cannot happen' in the shortest way"
)]

mod arp;
mod frame;
mod generate;
mod ipv4;
mod ipv6;
mod layer2;
mod nd;
mod outside;
mod ownership;
mod port;
mod promises;
mod reach;
mod row;
mod rule;

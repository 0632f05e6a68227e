//! The result, for whoever asked.

use vifguard_netlink::nft::Family;
use vifguard_verdict::Judgement;

use crate::frame::Picture;
use crate::nft::{Kind, Taken};
use crate::outcome::Outcome;

/// What was proved, and what was not.
#[derive(Clone, Debug, Default)]
pub struct Proof {
    /// Ports of which every frame is judged as the policy says.
    pub ports: usize,
    /// Interfaces without a port of which the same is true; some stand for all whose names begin alike.
    pub interfaces: usize,
    /// Ports whose interface is not there, so that nothing can come from it.
    pub awaited: Vec<String>,
    /// Where the kernel differs from the policy, the worst of each port.
    pub differences: Vec<Difference>,
    /// What could not be read.
    pub unread: Vec<Unread>,
    /// Ports and interfaces that were not looked at, because enough had been found.
    pub skipped: usize,
    /// Proofs that were made: one serves all ports that differ only in what they own.
    pub proofs: usize,
}

impl Proof {
    /// Is the kernel's state the policy's?
    pub fn is_equal(&self) -> bool {
        self.differences.is_empty() && self.unread.is_empty()
    }

    /// Ports and interfaces of which nothing is known.
    pub fn unexamined(&self) -> usize {
        let differing = self.differences.iter().map(|difference| difference.alike);
        let unread = self.unread.iter().map(|unread| unread.alike);
        differing.chain(unread).sum::<usize>() + self.skipped
    }
}

/// Whose frames.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Whose {
    /// The port; none if the policy has none on the interface.
    pub port: Option<String>,
    /// The interface.
    pub device: String,
}

/// A frame on which the kernel and the policy differ.
#[derive(Clone, Debug)]
pub struct Difference {
    /// Who sends it.
    pub whose: Whose,
    /// How bad it is.
    pub kind: Kind,
    /// The frame.
    pub picture: Picture,
    /// What the kernel makes of it.
    pub kernel: Outcome,
    /// The rules of the kernel that matched, in order.
    pub taken: Vec<Taken>,
    /// A hook behind netdev ingress that it comes to, if that matters.
    pub hook: Option<Family>,
    /// It does so when the kernel leads it there past netdev ingress.
    pub unjudged: bool,
    /// It does so when the interface is in no bridge.
    pub unbridged: bool,
    /// What should become of it.
    pub policy: Outcome,
    /// Why, if a port sends it.
    pub judgement: Option<Judgement>,
    /// Others that are judged by the same rules and were not looked at.
    pub alike: usize,
}

/// Rules that could not be read, so that nothing is known of the port's frames.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Unread {
    /// Whose frames come there.
    pub whose: Whose,
    /// Where, and why.
    pub places: Vec<String>,
    /// Others that are judged by the same rules and were not looked at.
    pub alike: usize,
}

//! What the nft driver's rules do with a frame: nf_tables at netdev ingress, carried out over any
//! logic, from the kernel's own account of its chains, sets and elements.

mod abstracted;
mod alone;
mod ask;
mod byte;
mod chain;
mod compare;
mod header;
mod ingress;
mod interface;
mod lookup;
mod machine;
mod prove;
mod show;
mod standing;
mod step;
mod subject;
mod subjects;
mod table;
mod trace;

pub use alone::Rulebook;
pub use compare::Kind;
pub use prove::{Error, prove};
pub use trace::Taken;

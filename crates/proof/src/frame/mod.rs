//! Frames, known or not.

mod any;
mod case;
mod checksum;
mod given;
mod picture;
mod sight;

pub use any::Any;
pub use case::{
    ARP, Carries, Case, ETHERTYPE, EXTENSIONS, IPV4, IPV6, IPV6_HEADER, Next, RARP, TAGS,
};
pub use given::Given;
pub use picture::Picture;
pub(crate) use picture::picture;
pub use sight::{BitOf, LENGTH_BITS, OctetOf, Sight};

use super::{Builder, Elsewhere, Table, arp, ether, ipv4, ipv6, nd};
use crate::flow::Flow;

/// What the shared flows depend on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Shape {
    /// Number of the first table.
    pub first_table: u8,
    /// What the switch shows of a frame.
    pub sight: Sight,
}

/// What one switch shows of a frame and another does not.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sight {
    /// The ports of a first fragment (`ovs-ofctl set-frags BRIDGE nx-match`).
    pub first_fragments: bool,
    /// Which link-layer option of neighbor discovery came first (`ovs-appctl dpif/show-dp-features`).
    pub option_types: bool,
}

/// The flows that are the same for all ports.
pub fn shared(shape: Shape, elsewhere: &Elsewhere, cookie: u64) -> Vec<Flow> {
    let mut build = Builder::new(shape.first_table, cookie);
    ether::source(&mut build);
    ether::types(&mut build);
    arp::form(&mut build);
    arp::hardware(&mut build);
    arp::protocol(&mut build);
    ipv4::form(&mut build, shape);
    ipv4::source(&mut build);
    ipv4::dhcp(&mut build);
    ipv6::form(&mut build, shape);
    nd::form(&mut build);
    ipv6::specified(&mut build);
    ipv6::unspecified(&mut build, shape);
    ipv6::source(&mut build);
    nd::options(&mut build, shape);
    nd::claims(&mut build);
    ipv6::dhcp(&mut build);
    elsewhere.flows(&mut build);
    build.finish()
}

impl Shape {
    /// Number of the last table.
    pub fn last_table(self) -> u8 {
        Table::Pass.number(self.first_table)
    }
}

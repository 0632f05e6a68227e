use crate::mac::Mac;

/// What the kernel says about a device.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LinkInfo {
    /// Its index.
    pub index: u32,
    /// Its name now.
    pub name: String,
    /// `bridge`, `veth`, `tun` (taps too); empty for `lo`.
    pub kind: String,
    /// Its Ethernet address.
    pub mac: Mac,
    /// The longest packet it carries.
    pub mtu: u32,
    /// Somebody wants it up.
    pub up: bool,
    /// Somebody is at the other end.
    pub carrier: bool,
    /// It sends and, on a bridge, forwards. The kernel notices a new carrier in the background, and for a
    /// few milliseconds drops what is sent over a device that is up and has one.
    pub ready: bool,
    /// The bridge that it is a port of.
    pub master: Option<u32>,
    /// What it has counted.
    pub stats: LinkStats,
}

/// The counters of a device.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(
    missing_docs,
    reason = "the kernel's own names (struct rtnl_link_stats64)"
)]
pub struct LinkStats {
    pub rx_packets: u64,
    pub tx_packets: u64,
    pub rx_bytes: u64,
    pub tx_bytes: u64,
    pub rx_dropped: u64,
    pub tx_dropped: u64,
    pub rx_errors: u64,
    pub tx_errors: u64,
}

/// The devices of a namespace at one moment.
pub(crate) struct Names(pub(crate) Vec<LinkInfo>);

impl Names {
    /// A device that has gone meanwhile is named by its index.
    pub(crate) fn of(&self, index: u32) -> String {
        let known = self.0.iter().find(|link| link.index == index);
        known.map_or_else(|| format!("#{index}"), |link| link.name.clone())
    }
}

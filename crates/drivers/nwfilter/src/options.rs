/// How to find libvirt, and what to do where its filters see too little.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// The connection; where `virsh` goes by itself if none is given (`LIBVIRT_DEFAULT_URI`).
    pub uri: Option<String>,
    /// What becomes of neighbor discovery, whose targets and options no filter of libvirt's sees.
    pub neighbor_discovery: NeighborDiscovery,
}

/// What becomes of solicitations and advertisements of ports with `mac` or `nd`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum NeighborDiscovery {
    /// It is refused: no false claim passes, and the guest has no IPv6 but by static neighbor entries.
    #[default]
    Refuse,
    /// It passes if its source is own; what it claims of addresses and MACs is not looked at.
    Trust,
}

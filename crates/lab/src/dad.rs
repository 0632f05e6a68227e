/// How a stack makes sure that nobody else has its IPv6 addresses (RFC 4862).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Dad {
    /// As the kernel does it: one to two seconds.
    #[default]
    Kernel,
    /// The same frames, without the random delay and with 20 ms for an answer.
    Quick,
    /// Addresses are used while detection is under way (RFC 4429).
    Optimistic,
    /// None. The link-local, which the kernel makes by itself, is ready a moment after the carrier.
    Off,
}

impl Dad {
    /// What to write below net.ipv6 before the device comes up.
    pub(crate) fn settings(self) -> &'static [(&'static str, &'static str, &'static str)] {
        match self {
            Dad::Kernel => &[],
            Dad::Quick => &[
                ("ipv6/conf", "router_solicitation_delay", "0"),
                ("ipv6/neigh", "retrans_time_ms", "20"),
            ],
            Dad::Optimistic => &[
                ("ipv6/conf", "optimistic_dad", "1"),
                ("ipv6/conf", "use_optimistic", "1"),
            ],
            Dad::Off => &[
                ("ipv6/conf", "accept_dad", "0"),
                ("ipv6/conf", "dad_transmits", "0"),
            ],
        }
    }
}

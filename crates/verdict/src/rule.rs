use crate::{Reason, Verdict};

macro_rules! rules {
    ($($(#[doc = $doc:literal])+ $name:ident = $number:literal, $verdict:expr;)+) => {
        /// A sentence of the contract that can settle a frame's fate (`docs/verdicts.md`).
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Rule {
            $($(#[doc = $doc])+ $name,)+
        }

        impl Rule {
            /// Every rule, in the order in which they are asked.
            pub const ALL: &[Rule] = &[$(Rule::$name),+];

            /// Its number in `docs/verdicts.md`.
            pub const fn number(self) -> &'static str {
                match self { $(Rule::$name => $number,)+ }
            }

            /// What becomes of a frame that this rule settles.
            pub const fn verdict(self) -> Verdict {
                match self { $(Rule::$name => $verdict,)+ }
            }

            /// The rule in one sentence.
            pub const fn sentence(self) -> &'static str {
                match self { $(Rule::$name => concat!($($doc),+).trim_ascii_start(),)+ }
            }
        }
    };
}

const PASS: Verdict = Verdict::Pass;

const fn refuse(reason: Reason) -> Verdict {
    Verdict::Refuse(reason)
}

rules! {
    /// A frame is at least 14 bytes long.
    Runt = "3.1", refuse(Reason::Runt);
    /// The Ethernet source is own.
    EthernetSource = "3.2", refuse(Reason::Mac);
    /// No VLAN tag, in the frame or beside it.
    Tag = "3.3", refuse(Reason::Vlan);
    /// A tagged frame passes unopened where l2 is off.
    TagOpen = "3.3", PASS;
    /// No 802.3 length field, so no LLC and no SNAP.
    Length = "3.4", refuse(Reason::L2);
    /// A listed EtherType passes.
    EtherTypeListed = "3.5", PASS;
    /// No EtherType but IPv4, IPv6, ARP, RARP and those listed.
    EtherType = "3.5", refuse(Reason::L2);
    /// Every other EtherType passes where l2 is off.
    EtherTypeOpen = "3.5", PASS;
    /// ARP is not looked into where mac and arp are off.
    ArpUnguarded = "4.1", PASS;
    /// ARP is Ethernet and IPv4, request or reply, and 28 bytes long.
    ArpForm = "4.1", refuse(Reason::ArpMalformed);
    /// The sender hardware address is own.
    ArpSenderMac = "4.2", refuse(Reason::ArpMac);
    /// The sender protocol address is own, or 0.0.0.0 in a probe for an own address.
    ArpSenderIp = "4.3", refuse(Reason::ArpIp);
    /// A probe for an own address passes.
    ArpProbe = "4.3", PASS;
    /// ARP that claims only what is own passes.
    ArpOwn = "4.3", PASS;
    /// RARP is not looked into where mac and arp are off.
    RarpUnguarded = "4.4", PASS;
    /// RARP only announces an own MAC.
    Rarp = "4.4", refuse(Reason::Rarp);
    /// RARP that announces an own MAC passes.
    RarpOwn = "4.4", PASS;
    /// IPv4 is not looked into where ipv4, router and dhcp-server are off.
    Ipv4Unguarded = "5.1", PASS;
    /// The IPv4 header and its lengths agree with the frame.
    Ipv4Form = "5.1", refuse(Reason::Ipv4Malformed);
    /// No redirect, no router advertisement, no multicast query, no PIM.
    Ipv4Router = "5.2", refuse(Reason::Router);
    /// The IPv4 source is own.
    Ipv4Source = "5.3", refuse(Reason::Ipv4);
    /// A DHCP client that has no address yet passes.
    Ipv4DhcpClient = "5.3a", PASS;
    /// A multicast report of a host that has no address yet passes.
    Ipv4Report = "5.3b", PASS;
    /// No DHCP server's port.
    Ipv4DhcpServer = "5.4", refuse(Reason::DhcpServer);
    /// IPv4 that claims only what is own passes.
    Ipv4Own = "5.4", PASS;
    /// IPv6 is not looked into where ipv6, nd, mac, router and dhcp-server are off.
    Ipv6Unguarded = "6.1", PASS;
    /// The IPv6 headers can be walked to their end inside the packet.
    Ipv6Form = "6.1", refuse(Reason::Ipv6Malformed);
    /// No router advertisement, no redirect, no multicast query, no PIM.
    Ipv6Router = "6.2", refuse(Reason::Router);
    /// Neighbor discovery is unfragmented, from the link, whole, with at most four options of 8 bytes.
    NdForm = "6.3", refuse(Reason::NdMalformed);
    /// The IPv6 source is own, or :: where a host without an address may speak.
    Ipv6Source = "6.4", refuse(Reason::Ipv6);
    /// Every link-layer address option is own.
    NdOption = "6.5", refuse(Reason::NdMac);
    /// The source of neighbor discovery is own.
    NdSource = "6.6", refuse(Reason::NdSource);
    /// The target that neighbor discovery claims is own.
    NdTarget = "6.6", refuse(Reason::NdTarget);
    /// No inverse neighbor discovery.
    InverseNd = "6.6", refuse(Reason::NdTarget);
    /// No DHCP server's port.
    Ipv6DhcpServer = "6.7", refuse(Reason::DhcpServer);
    /// IPv6 that claims only what is own passes.
    Ipv6Own = "6.7", PASS;
}

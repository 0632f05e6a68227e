use std::collections::BTreeMap;
use std::fmt::{self, Display};
use std::net::Ipv6Addr;

use vifguard_policy::{Ipv4Net, Ipv6Net, MacAddr};

use super::Field;

/// The switch's own port on the bridge.
pub const LOCAL: u32 = 65_534;
/// What a controller sends.
pub const CONTROLLER: u32 = 65_533;

/// Which frames a flow is about; an empty one is about all.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Match(BTreeMap<Field, String>);

impl Match {
    /// Every frame.
    pub fn all() -> Match {
        Match::default()
    }

    /// Frames of a protocol, by its word.
    pub fn protocol(word: &str) -> Match {
        Match::all().with(Field::Protocol, word)
    }

    /// Frames that came in by a port.
    #[must_use]
    pub fn from(self, port: u32) -> Match {
        match port {
            LOCAL => self.with(Field::InPort, "LOCAL"),
            CONTROLLER => self.with(Field::InPort, "CONTROLLER"),
            _ => self.with(Field::InPort, port),
        }
    }

    /// Of these, those with this value.
    #[must_use]
    pub fn with(mut self, field: Field, value: impl Display) -> Match {
        self.0.insert(field, value.to_string());
        self
    }

    /// Of these, those whose register has these bits.
    #[must_use]
    pub fn reg(self, number: u8, value: u32, mask: u32) -> Match {
        if mask == u32::MAX {
            return self.with(Field::Reg(number), format_args!("{value:#x}"));
        }
        // The switch writes a zero without a prefix, and so must we.
        let value = if value == 0 {
            "0".to_owned()
        } else {
            format!("{value:#x}")
        };
        self.with(Field::Reg(number), format_args!("{value}/{mask:#x}"))
    }

    /// Of these, those from a prefix; every one if it has no length.
    #[must_use]
    pub fn v4(self, field: Field, net: Ipv4Net) -> Match {
        match net.prefix_len() {
            0 => self,
            32 => self.with(field, net.network()),
            _ => self.with(field, net),
        }
    }

    /// Of these, those from a prefix; every one if it has no length.
    #[must_use]
    pub fn v6(self, field: Field, net: Ipv6Net) -> Match {
        let address = spelled(net.network());
        match net.prefix_len() {
            0 => self,
            128 => self.with(field, address),
            length => self.with(field, format_args!("{address}/{length}")),
        }
    }

    /// Of these, those whose hardware address has these bits.
    #[must_use]
    pub fn mac_bits(self, field: Field, value: u64, mask: u64) -> Match {
        self.with(field, format_args!("{}/{}", mac(value), mac(mask)))
    }

    /// Of these, those whose address has this bit, one of the last 64, set or not.
    ///
    /// `ovs-ofctl` takes a mask that it would print with a digit first for a prefix length, and so cannot
    /// read back what it printed: among single bits, all of the first 64.
    #[must_use]
    pub fn v6_bit(self, field: Field, bit: u64, set: bool) -> Match {
        let [value, mask] = [if set { bit } else { 0 }, bit]
            .map(|bits| spelled(Ipv6Addr::from_bits(u128::from(bits))));
        self.with(field, format_args!("{value}/{mask}"))
    }
}

fn mac(bits: u64) -> MacAddr {
    let [_, _, mac @ ..] = bits.to_be_bytes();
    MacAddr(mac)
}

/// As `inet_ntop` writes it: it ends what begins with six zero groups in dotted form.
fn spelled(address: Ipv6Addr) -> String {
    match address.segments() {
        [0, 0, 0, 0, 0, 0, high, low] if high != 0 => {
            let [a, b] = high.to_be_bytes();
            let [c, d] = low.to_be_bytes();
            format!("::{a}.{b}.{c}.{d}")
        }
        _ => address.to_string(),
    }
}

impl Display for Match {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, (field, value)) in self.0.iter().enumerate() {
            if i > 0 {
                f.write_str(",")?;
            }
            if *field == Field::Protocol {
                f.write_str(value)?;
            } else {
                write!(f, "{field}={value}")?;
            }
        }
        Ok(())
    }
}

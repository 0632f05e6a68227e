use thiserror::Error;

use super::Layer;
use super::checksum::Pseudo;

/// Why a list of layers is no frame.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum BuildError {
    /// What follows announces itself by no number.
    #[error("layer {0}: nothing says what follows; give its type, protocol or next")]
    NoNext(&'static str),
    /// A computed length does not fit its field.
    #[error("layer {0}: {1} bytes do not fit its length field; give the length or shorten it")]
    TooLong(&'static str, usize),
    /// An option or a header whose size is no multiple of what its length field counts.
    #[error("layer {0}: {1} bytes, but its length field counts in units of {2}")]
    Uneven(&'static str, usize, usize),
    /// `pad` or `cut` anywhere but at the end.
    #[error("pad and cut stand at the end of a frame, in this order")]
    TailInside,
}

/// What surrounds a layer that is being encoded.
pub(super) struct Around<'a> {
    /// The addresses of the nearest IP header outside it.
    pub(super) pseudo: Option<Pseudo>,
    /// The layer inside it.
    pub(super) next: Option<&'a Layer>,
    /// All bytes inside it.
    pub(super) payload: &'a [u8],
}

impl Around<'_> {
    pub(super) fn ether_type(&self, name: &'static str) -> Result<u16, BuildError> {
        self.next
            .and_then(Layer::ether_type)
            .ok_or(BuildError::NoNext(name))
    }

    pub(super) fn protocol(&self, name: &'static str) -> Result<u8, BuildError> {
        self.next
            .and_then(Layer::protocol)
            .ok_or(BuildError::NoNext(name))
    }

    /// As [`Around::protocol`], but nothing is "no next header" (RFC 8200, section 4.7).
    pub(super) fn next_header(&self, name: &'static str) -> Result<u8, BuildError> {
        if self.next.is_none() {
            Ok(59)
        } else {
            self.protocol(name)
        }
    }

    /// The length of a header of `own` bytes and all inside it, for a 16-bit field.
    pub(super) fn length(&self, name: &'static str, own: usize) -> Result<u16, BuildError> {
        let length = own + self.payload.len();
        u16::try_from(length).map_err(|_| BuildError::TooLong(name, length))
    }
}

/// The bytes of a frame.
pub fn build(layers: &[Layer]) -> Result<Vec<u8>, BuildError> {
    let is_tail = |layer: &Layer| matches!(layer, Layer::Pad(_) | Layer::Cut(_));
    let end = layers.iter().position(is_tail).unwrap_or(layers.len());
    let (body, tail) = layers.split_at(end);

    let mut frame = Vec::new();
    for (i, layer) in body.iter().enumerate().rev() {
        let pseudo = body[..i].iter().rev().find_map(Pseudo::of);
        let around = Around {
            pseudo,
            next: body.get(i + 1),
            payload: &frame,
        };
        let mut bytes = encode(layer, &around)?;
        bytes.append(&mut frame);
        frame = bytes;
    }
    for layer in tail {
        if let Layer::Pad(pad) = layer {
            frame.resize(frame.len() + pad.count, pad.fill.map_or(0, |byte| byte.0));
        } else if let Layer::Cut(cut) = layer {
            frame.truncate(cut.to);
        } else {
            return Err(BuildError::TailInside);
        }
    }
    Ok(frame)
}

/// The bytes of a layer without what is inside it.
fn encode(layer: &Layer, around: &Around<'_>) -> Result<Vec<u8>, BuildError> {
    match layer {
        Layer::Eth(eth) => eth.encode(around),
        Layer::Vlan(vlan) => vlan.encode(around),
        Layer::Llc(llc) => Ok(llc.encode()),
        Layer::Snap(snap) => snap.encode(around),
        Layer::Arp(arp) => Ok(arp.encode(1)),
        Layer::Rarp(rarp) => Ok(rarp.encode(3)),
        Layer::Ipv4(ipv4) => ipv4.encode(around),
        Layer::Ipv6(ipv6) => ipv6.encode(around),
        Layer::HopByHop(options) => options.encode("hop_by_hop", around),
        Layer::Destination(options) => options.encode("destination", around),
        Layer::Routing(routing) => routing.encode(around),
        Layer::Fragment(fragment) => fragment.encode(around),
        Layer::Ah(ah) => ah.encode(around),
        Layer::Esp(esp) => Ok(esp.encode()),
        Layer::Udp(udp) => udp.encode(around),
        Layer::Tcp(tcp) => Ok(tcp.encode(around)),
        Layer::Icmp(icmp) => Ok(icmp.encode_v4(around)),
        Layer::Icmpv6(icmp) => Ok(icmp.encode_v6(around)),
        Layer::Rs(rs) => rs.encode(around),
        Layer::Ra(ra) => ra.encode(around),
        Layer::Ns(ns) => ns.encode(around),
        Layer::Na(na) => na.encode(around),
        Layer::Redirect(redirect) => redirect.encode(around),
        Layer::Igmp(igmp) => Ok(igmp.encode(around)),
        Layer::Igmpv3(report) => report.encode(around),
        Layer::Mld(mld) => Ok(mld.encode(around)),
        Layer::Mldv2(report) => report.encode(around),
        Layer::Dhcp(dhcp) => Ok(dhcp.encode()),
        Layer::Dhcpv6(dhcpv6) => Ok(dhcpv6.encode()),
        Layer::Raw(raw) => Ok(raw.encode()),
        Layer::Pad(_) | Layer::Cut(_) => Err(BuildError::TailInside),
    }
}

use std::net::Ipv4Addr;
use std::time::Duration;

use vifguard_lab::{Bridged, Dad, Guest, GuestSpec, IpNet, Mac};

/// Long enough for a machine with other things to do; nothing waits this long when all is well.
pub(crate) const PATIENCE: Duration = Duration::from_secs(5);
/// Long enough to be sure that nothing comes.
pub(crate) const MOMENT: Duration = Duration::from_millis(50);

pub(crate) const BROADCAST: Mac = [0xff; 6];

pub(crate) fn mac(number: u8) -> Mac {
    [0x02, 0, 0, 0, 0, number]
}

pub(crate) fn net(text: &str) -> IpNet {
    text.parse().unwrap()
}

/// Guest number n: 02:00:00:00:00:n, 192.0.2.n, 2001:db8::n, without duplicate address detection.
pub(crate) fn spec(number: u8) -> GuestSpec {
    GuestSpec::new(&format!("tap-{number}"), mac(number))
        .address(net(&format!("192.0.2.{number}/24")))
        .address(net(&format!("2001:db8::{number}/64")))
        .dad(Dad::Off)
}

/// Guest number n with IPv4 alone: it sends nothing that it was not asked for.
pub(crate) fn silent(number: u8) -> GuestSpec {
    let address = net(&format!("192.0.2.{number}/24"));
    GuestSpec::new(&format!("tap-{number}"), mac(number))
        .address(address)
        .silent()
}

pub(crate) fn two_guests() -> (Bridged, Guest, Guest) {
    let lab = Bridged::new().unwrap();
    let (one, two) = (lab.guest(&spec(1)).unwrap(), lab.guest(&spec(2)).unwrap());
    (lab, one, two)
}

pub(crate) fn ethernet(to: Mac, from: Mac, ethertype: u16, payload: &[u8]) -> Vec<u8> {
    let mut frame = Vec::new();
    frame.extend_from_slice(&to);
    frame.extend_from_slice(&from);
    frame.extend_from_slice(&ethertype.to_be_bytes());
    frame.extend_from_slice(payload);
    frame
}

/// A broadcast request, padded as on a wire.
pub(crate) fn arp_request(from: Mac, ip: Ipv4Addr, target: Ipv4Addr) -> Vec<u8> {
    let mut arp = vec![0, 1, 8, 0, 6, 4, 0, 1];
    arp.extend_from_slice(&from);
    arp.extend_from_slice(&ip.octets());
    arp.extend_from_slice(&[0; 6]);
    arp.extend_from_slice(&target.octets());
    arp.resize(46, 0);
    ethernet(BROADCAST, from, 0x0806, &arp)
}

/// A frame of an EtherType for experiments (IEEE 802, local experimental 1), which no stack answers.
pub(crate) fn marker(from: Mac, text: &[u8]) -> Vec<u8> {
    let mut payload = text.to_vec();
    payload.resize(text.len().max(46), 0);
    ethernet(BROADCAST, from, 0x88b5, &payload)
}

/// IPv4 and TCP with this much payload; the TCP checksum is left to the device.
pub(crate) fn tcp_segment(to: Mac, from: Mac, payload: usize) -> Vec<u8> {
    let total = u16::try_from(20 + 20 + payload).unwrap();
    let [high, low] = total.to_be_bytes();
    let mut ip = vec![
        0x45, 0, high, low, 0, 1, 0x40, 0, 64, 6, 0, 0, 192, 0, 2, 1, 192, 0, 2, 2,
    ];
    let sum: u32 = ip
        .chunks(2)
        .map(|pair| u32::from(pair[0]) << 8 | u32::from(pair[1]))
        .sum();
    let folded = !u16::try_from((sum & 0xffff) + (sum >> 16)).unwrap();
    ip[10..12].copy_from_slice(&folded.to_be_bytes());
    let tcp = [
        0x30, 0x39, 0, 80, 0, 0, 0, 1, 0, 0, 0, 0, 0x50, 0x10, 0xff, 0xff, 0, 0, 0, 0,
    ];
    ip.extend_from_slice(&tcp);
    ip.resize(usize::from(total), 0x61);
    ethernet(to, from, 0x0800, &ip)
}

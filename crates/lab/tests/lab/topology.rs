//! The routed and the host topology carry a real exchange.

use std::net::{SocketAddr, UdpSocket};

use vifguard_lab::{HostOnly, Netns, Routed, available};

use crate::support::{PATIENCE, net, spec};

fn reaches(from: &Netns, to: &Netns, address: SocketAddr) -> bool {
    let server = to.run(|| UdpSocket::bind(address)).unwrap().unwrap();
    server.set_read_timeout(Some(PATIENCE)).unwrap();
    let any = if address.is_ipv4() {
        "0.0.0.0:0"
    } else {
        "[::]:0"
    };
    let client = from.run(|| UdpSocket::bind(any)).unwrap().unwrap();
    client.send_to(b"hello", address).unwrap();
    server.recv(&mut [0; 8]).is_ok()
}

#[test]
fn a_routed_guest_reaches_the_far_network() {
    if !available() {
        return;
    }
    let lab = Routed::new().unwrap();
    let host_side = [net("192.0.2.254/24"), net("2001:db8::fe/64")];
    let gateways = host_side.map(|net| net.addr());
    let spec = gateways
        .iter()
        .fold(spec(1), |spec, via| spec.gateway(*via));
    let guest = lab.guest(&spec, &host_side).unwrap();
    for address in Routed::far_addresses() {
        assert!(
            reaches(guest.netns(), &lab.far, SocketAddr::new(address, 7)),
            "{address}"
        );
    }
}

#[test]
fn a_guest_reaches_the_host_itself() {
    if !available() {
        return;
    }
    let lab = HostOnly::new().unwrap();
    let host_side = [net("192.0.2.254/24"), net("2001:db8::fe/64")];
    let guest = lab.guest(&spec(1), &host_side).unwrap();
    for net in host_side {
        assert!(
            reaches(guest.netns(), &lab.host, SocketAddr::new(net.addr(), 7)),
            "{net}"
        );
    }
}

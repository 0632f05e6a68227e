//! A guest is a real stack: its duplicate address detection works, and can be made quick.

use std::net::IpAddr;

use vifguard_lab::{Address, Bridged, Dad, Guest, available};

use crate::support::{PATIENCE, mac, net, spec};

fn address(guest: &Guest, ip: &str) -> Address {
    let ip: IpAddr = ip.parse().unwrap();
    let all = guest.netns().addresses().unwrap();
    all.into_iter()
        .find(|address| address.net.addr() == ip)
        .unwrap()
}

#[test]
fn a_guest_has_what_it_was_given() {
    if !available() {
        return;
    }
    let lab = Bridged::new().unwrap();
    let gateways = ["192.0.2.254", "fe80::1"].map(|ip| ip.parse::<IpAddr>().unwrap());
    let spec = gateways
        .iter()
        .fold(spec(1), |spec, via| spec.gateway(*via));
    let guest = lab.guest(&spec).unwrap();
    assert_eq!(guest.nic().mac().unwrap(), mac(1));
    assert_eq!(guest.port().mac().unwrap()[0], 0xfe);
    assert!(!address(&guest, "2001:db8::1").tentative);
    assert!(!address(&guest, "fe80::ff:fe00:1").tentative);
    let routes = guest.netns().routes().unwrap();
    for via in gateways {
        let route = routes.iter().find(|route| route.via == Some(via)).unwrap();
        assert_eq!((route.to.prefix_len(), route.device.as_str()), (0, "eth0"));
    }
    let name = guest.port().name().to_owned();
    guest.unplug().unwrap();
    assert!(!lab.host.has_link(&name).unwrap());
}

#[test]
fn addresses_begin_tentative_and_settle_quickly_if_asked() {
    if !available() {
        return;
    }
    let lab = Bridged::new().unwrap();
    // Without a carrier detection does not even begin.
    let slow = spec(1).dad(Dad::Kernel).build(&lab.host).unwrap();
    assert!(address(&slow, "2001:db8::1").tentative);
    let hasty = spec(2).dad(Dad::Optimistic).build(&lab.host).unwrap();
    assert!(address(&hasty, "2001:db8::2").optimistic);
    let quick = lab.guest(&spec(3).dad(Dad::Quick)).unwrap();
    assert!(quick.settled(PATIENCE), "{:?}", quick.netns().addresses());
    // Asked of the kernel and not of a clock: other tests may have the processors.
    let retransmit = quick
        .netns()
        .read_sysctl("net.ipv6.neigh.eth0.retrans_time_ms")
        .unwrap();
    assert_eq!(retransmit, "20");
}

#[test]
fn a_second_claim_to_an_address_fails_its_detection() {
    if !available() {
        return;
    }
    let lab = Bridged::new().unwrap();
    let first = lab.guest(&spec(1).dad(Dad::Quick)).unwrap();
    assert!(first.settled(PATIENCE));
    let second = lab
        .guest(&spec(2).dad(Dad::Quick).address(net("2001:db8::1/64")))
        .unwrap();
    assert!(!second.settled(PATIENCE));
    assert!(address(&second, "2001:db8::1").dad_failed);
    assert!(!address(&second, "2001:db8::2").dad_failed);
}

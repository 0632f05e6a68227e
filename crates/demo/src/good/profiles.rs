//! What the profiles are for: guests that do more than speak for themselves.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use vifguard_lab::{AddressOptions, BridgeOptions, Dad, GuestSpec, IpNet, Link, Mac, Netns};

use super::Good;
use crate::error::Result;
use crate::person::{GATEWAY, VICTIM, v4_net, v6_net};
use crate::scene::Scene;
use crate::stage::Stage;
use crate::talk::reaches;
use crate::wait::PATIENCE;

/// A firewall or NAT guest: behind it is a network whose sources the policy does not know.
pub(super) const FORWARDER: Good = Good {
    name: "forwarding guest",
    what: "routes foreign sources (forwarder)",
    scene: || Scene::private("forwarder", &["192.0.2.2", "2001:db8::2"]),
    run: forwarder,
};

fn forwarder(stage: &Stage) -> Result<bool> {
    let guest = stage.victim.netns();
    guest.sysctl("net.ipv4.ip_forward", "1")?;
    guest.sysctl("net.ipv6.conf.all.forwarding", "1")?;
    let inner = Netns::new("inner")?;
    let cable = guest.veth("inner", &inner, "eth0")?;
    bring_up(&cable.here, &inner_networks(1))?;
    bring_up(&cable.there, &inner_networks(7))?;
    for (net, router) in inner_networks(1).into_iter().zip(VICTIM.addresses()) {
        cable.there.add_default_route(net.addr())?;
        stage.gateway.nic().add_route(net.trunc(), Some(router))?;
    }
    reaches_gateway(&inner, stage, GATEWAY.addresses())
}

fn inner_networks(host: u8) -> [IpNet; 2] {
    let v6 = Ipv6Addr::new(0x2001, 0xdb8, 7, 0, 0, 0, 0, host.into());
    [v4_net(Ipv4Addr::new(198, 51, 100, host)), v6_net(v6)]
}

/// A tenant who numbers a private network alone: the policy knows the MAC and no address.
pub(super) const SELF_ADDRESSED: Good = Good {
    name: "self-addressed guest",
    what: "takes any address (self-addressed)",
    scene: || {
        let [guest, gateway] = own_networks();
        let numbered = |spec, nets: [IpNet; 2]| nets.into_iter().fold(spec, GuestSpec::address);
        Scene {
            victim: numbered(VICTIM.bare(), guest),
            gateway: numbered(GATEWAY.bare(), gateway),
            ..Scene::private("self-addressed", &[])
        }
    },
    run: |stage| {
        let [_, gateway] = own_networks();
        reaches_gateway(stage.victim.netns(), stage, gateway.map(|net| net.addr()))
    },
};

fn own_networks() -> [[IpNet; 2]; 2] {
    [5, 1].map(|host: u8| {
        let v6 = Ipv6Addr::new(0xfd07, 0, 0, 0, 0, 0, 0, host.into());
        [v4_net(Ipv4Addr::new(10, 7, 0, host)), v6_net(v6)]
    })
}

/// An intrusion detection guest or the like: it bridges, so foreign MACs come out of its port.
pub(super) const BRIDGE: Good = Good {
    name: "transparent bridge",
    what: "passes on foreign MACs (open)",
    scene: || Scene {
        victim: VICTIM.bare(),
        ..Scene::private("open", &[])
    },
    run: bridge,
};

const BEHIND: Mac = [0x02, 0, 0, 0, 0, 0x99];

fn bridge(stage: &Stage) -> Result<bool> {
    let guest = stage.victim.netns();
    let inside = guest.bridge_with("br0", &BridgeOptions::default())?;
    let inner = Netns::new("inner")?;
    let cable = guest.veth_with("inner", None, &inner, "eth0", Some(BEHIND))?;
    for port in [stage.victim.nic(), &cable.here] {
        port.set_master(&inside)?;
        port.up()?;
    }
    let v6 = Ipv6Addr::new(0x2001, 0xdb8, 0, 0, 0, 0, 0, 0x99);
    bring_up(
        &cable.there,
        &[v4_net(Ipv4Addr::new(192, 0, 2, 99)), v6_net(v6)],
    )?;
    // Until then the bridge drops what comes, and a lost solicitation is repeated only after a second.
    for port in [stage.victim.nic(), &cable.here] {
        port.await_ready(PATIENCE)?;
    }
    reaches_gateway(&inner, stage, GATEWAY.addresses())
}

fn bring_up(link: &Link, addresses: &[IpNet]) -> Result<()> {
    link.set_dad(Dad::Off)?;
    let at_once = AddressOptions {
        nodad: true,
        ..AddressOptions::default()
    };
    for net in addresses {
        link.add_address_with(*net, at_once)?;
    }
    Ok(link.up()?)
}

fn reaches_gateway(from: &Netns, stage: &Stage, addresses: [IpAddr; 2]) -> Result<bool> {
    for address in addresses {
        if !reaches(from, stage.gateway.netns(), address)? {
            return Ok(false);
        }
    }
    Ok(true)
}

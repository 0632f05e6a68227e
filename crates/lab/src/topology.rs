use std::io;
use std::net::IpAddr;
use std::time::Duration;

use ipnet::IpNet;

use crate::address::AddressOptions;
use crate::bridge::BridgeOptions;
use crate::dad::Dad;
use crate::error::Result;
use crate::guest::Guest;
use crate::guest_spec::GuestSpec;
use crate::link::Link;
use crate::mac::Mac;
use crate::netns::Netns;
use crate::tap::{Tap, TapOptions};
use crate::veth::Veth;

/// Fixed, so that the bridge's own address does not change with its ports.
const BRIDGE_MAC: Mac = [0x02, 0x00, 0x00, 0x00, 0xbb, 0x01];

/// How long the kernel may take to notice a carrier; it takes milliseconds.
const PATIENCE: Duration = Duration::from_secs(5);

/// A hypervisor that bridges its guests.
///
/// Bridge and ports have no IPv6 of their own, so that every frame on them is a guest's.
#[derive(Clone, Debug)]
pub struct Bridged {
    /// The hypervisor.
    pub host: Netns,
    /// Its bridge, `br0`.
    pub bridge: Link,
}

impl Bridged {
    /// A host with an empty bridge.
    pub fn new() -> Result<Self> {
        let host = Netns::new("host")?;
        let options = BridgeOptions {
            mac: Some(BRIDGE_MAC),
            ..BridgeOptions::default()
        };
        let bridge = host.bridge_with("br0", &options)?;
        bridge.silence()?;
        Ok(Self { host, bridge })
    }

    /// A guest on the bridge.
    pub fn guest(&self, spec: &GuestSpec) -> Result<Guest> {
        let guest = spec.build(&self.host)?;
        self.attach(guest.port())?;
        guest.plug()?;
        Ok(guest)
    }

    /// A tap on the bridge, up.
    pub fn tap(&self, name: &str) -> Result<Tap> {
        self.tap_with(name, TapOptions::default())
    }

    /// A tap on the bridge, up.
    pub fn tap_with(&self, name: &str, options: TapOptions) -> Result<Tap> {
        let tap = self.host.tap_with(name, options)?;
        self.attach(tap.link())?;
        tap.link().await_ready(PATIENCE)?;
        Ok(tap)
    }

    /// Puts a device of the host on the bridge and brings it up, in the order that loses no frame.
    ///
    /// It forwards once the kernel has noticed its carrier: see [`Link::await_ready`].
    pub fn attach(&self, port: &Link) -> Result<()> {
        port.silence()?;
        port.set_master(&self.bridge)?;
        port.up()
    }
}

/// A host that is itself the receiver: each port has addresses, and there is no bridge.
#[derive(Clone, Debug)]
pub struct HostOnly {
    /// The host.
    pub host: Netns,
}

impl HostOnly {
    /// A host without ports.
    pub fn new() -> Result<Self> {
        Ok(Self {
            host: Netns::new("host")?,
        })
    }

    /// A guest whose port has these addresses on the host's side.
    pub fn guest(&self, spec: &GuestSpec, host_side: &[IpNet]) -> Result<Guest> {
        routed_guest(&self.host, spec, host_side)
    }

    /// A tap with these addresses, up.
    pub fn tap(&self, name: &str, host_side: &[IpNet]) -> Result<Tap> {
        self.tap_with(name, host_side, TapOptions::default())
    }

    /// A tap with these addresses, up.
    pub fn tap_with(&self, name: &str, host_side: &[IpNet], options: TapOptions) -> Result<Tap> {
        routed_tap(&self.host, name, host_side, options)
    }
}

/// A host that routes: between its ports, and to a further network behind it.
#[derive(Clone, Debug)]
pub struct Routed {
    /// The router.
    pub host: Netns,
    /// A stack on the further network, with `eth0`; its default routes lead back.
    pub far: Netns,
}

impl Routed {
    /// The router's device on the further network.
    pub const UPLINK: &str = "uplink";

    /// A router without ports.
    pub fn new() -> Result<Self> {
        let host = Netns::new("router")?;
        for key in ["net.ipv4.ip_forward", "net.ipv6.conf.all.forwarding"] {
            host.sysctl(key, "1")?;
        }
        let far = Netns::new("far")?;
        let Veth { here, there } = host.veth(Self::UPLINK, &far, "eth0")?;
        bring_up(&here, &Self::networks(1))?;
        bring_up(&there, &Self::networks(2))?;
        await_host_side(&here)?;
        await_host_side(&there)?;
        for net in Self::networks(1) {
            there.add_default_route(net.addr())?;
        }
        Ok(Self { host, far })
    }

    /// A guest whose port has these addresses on the host's side.
    pub fn guest(&self, spec: &GuestSpec, host_side: &[IpNet]) -> Result<Guest> {
        routed_guest(&self.host, spec, host_side)
    }

    /// A tap with these addresses, up.
    pub fn tap(&self, name: &str, host_side: &[IpNet]) -> Result<Tap> {
        self.tap_with(name, host_side, TapOptions::default())
    }

    /// A tap with these addresses, up.
    pub fn tap_with(&self, name: &str, host_side: &[IpNet], options: TapOptions) -> Result<Tap> {
        routed_tap(&self.host, name, host_side, options)
    }

    /// The addresses of the stack on the further network: 198.51.100.2 and 2001:db8:ffff::2.
    pub fn far_addresses() -> [IpAddr; 2] {
        Self::networks(2).map(|net| net.addr())
    }

    fn networks(host: u8) -> [IpNet; 2] {
        let v4 = IpAddr::from([198, 51, 100, host]);
        let v6 = IpAddr::from([0x2001, 0xdb8, 0xffff, 0, 0, 0, 0, u16::from(host)]);
        [IpNet::new_assert(v4, 24), IpNet::new_assert(v6, 64)]
    }
}

fn routed_guest(host: &Netns, spec: &GuestSpec, host_side: &[IpNet]) -> Result<Guest> {
    let guest = spec.build(host)?;
    bring_up(guest.port(), host_side)?;
    guest.plug()?;
    await_host_side(guest.port())?;
    Ok(guest)
}

fn routed_tap(host: &Netns, name: &str, host_side: &[IpNet], options: TapOptions) -> Result<Tap> {
    let tap = host.tap_with(name, options)?;
    bring_up(tap.link(), host_side)?;
    await_host_side(tap.link())?;
    Ok(tap)
}

/// The host's own addresses, its link-locals too, are usable at once: a router without them cannot resolve.
fn bring_up(link: &Link, addresses: &[IpNet]) -> Result<()> {
    link.set_dad(Dad::Off)?;
    for net in addresses {
        link.add_address_with(
            *net,
            AddressOptions {
                nodad: true,
                ..AddressOptions::default()
            },
        )?;
    }
    link.up()
}

fn await_host_side(link: &Link) -> Result<()> {
    link.await_ready(PATIENCE)?;
    if link.settled(PATIENCE) {
        return Ok(());
    }
    let source = io::Error::from(io::ErrorKind::TimedOut);
    Err(link
        .netns()
        .fail(format!("settle the addresses of {}", link.name()), source))
}

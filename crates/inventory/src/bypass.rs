//! Interfaces whose guests' frames never come to netdev ingress, or not as a guest's.

use std::path::Path;

use crate::Link;

/// Why, if it is one of them.
pub(crate) fn of(link: &Link) -> Option<String> {
    let by_itself = match link.kind.as_str() {
        _ if !link.ethernet && !link.loopback => {
            "its frames have no Ethernet headers, so nothing in them can be compared with a MAC"
                .to_owned()
        }
        // Their guest's frames are sent straight through the interface below (macvlan_start_xmit,
        // ipvlan_start_xmit); what they receive is what others send to the guest.
        "macvlan" | "macvtap" | "ipvlan" | "ipvtap" => format!(
            "a {} hands its guest's frames to the interface below it",
            link.kind
        ),
        // With metadata (`external`) their frames already have a route at ingress, as only the host's own
        // copies of its multicast have otherwise.
        "vxlan" | "geneve" | "gretap" | "ip6gretap" | "erspan" | "ip6erspan" => format!(
            "a {} is a tunnel, and may hand frames on with a route of its own",
            link.kind
        ),
        _ if is_representor(&link.port_name) => format!(
            "it stands for the port {} of a card, which forwards most frames by itself",
            link.port_name
        ),
        _ if is_virtual_function(link) => {
            "it is a virtual function of a card: a guest that gets it sends past the host"
                .to_owned()
        }
        _ => return None,
    };
    Some(by_itself)
}

/// `pf0vf3`, `c1pf0sf88`: what drivers call the representors of functions (devlink_port.c).
fn is_representor(port_name: &str) -> bool {
    let function = |mark: &str| {
        let behind = port_name.rsplit_once(mark).map(|(_, number)| number);
        behind.is_some_and(|number| {
            !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit())
        })
    };
    port_name.contains("pf") && (function("vf") || function("sf"))
}

/// The bus knows no network namespaces, so this holds in all of them.
fn is_virtual_function(link: &Link) -> bool {
    let plain = !link.parent.is_empty() && !link.parent.contains('/');
    plain
        && link.bus == "pci"
        && Path::new("/sys/bus/pci/devices")
            .join(&link.parent)
            .join("physfn")
            .exists()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_goes_past_netdev_ingress_is_known_by_kind_or_port() {
        let kind = |kind: &str| Link {
            kind: kind.to_owned(),
            ethernet: true,
            ..Link::default()
        };
        for bypass in ["macvtap", "macvlan", "ipvlan", "ipvtap", "vxlan", "geneve"] {
            assert!(of(&kind(bypass)).is_some(), "{bypass}");
        }
        for seen in ["tun", "veth", "bridge", "vlan", ""] {
            assert_eq!(of(&kind(seen)), None, "{seen}");
        }
        let port = |name: &str| Link {
            port_name: name.to_owned(),
            ethernet: true,
            ..Link::default()
        };
        for representor in ["pf0vf3", "c1pf0sf88", "pf1vf127"] {
            assert!(of(&port(representor)).is_some(), "{representor}");
        }
        for other in ["p0", "pf0", "", "vf", "pf0vf"] {
            assert_eq!(of(&port(other)), None, "{other}");
        }
        let tunnel = Link {
            ethernet: false,
            ..kind("tun")
        };
        assert!(of(&tunnel).is_some(), "a tun in mode tun");
    }
}

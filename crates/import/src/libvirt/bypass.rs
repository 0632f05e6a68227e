use super::interface::Interface;
use super::network::Network;
use crate::note::Note;
use crate::quote::shown;

/// Why an interface has nothing that vifguard could guard, if so.
pub(super) fn find(interface: &Interface, networks: &[Network]) -> Option<Note> {
    let (reason, harmless) = reason(interface, networks)?;
    let note = Note::dropped(
        &interface.place,
        reason,
        "left out: vifguard cannot guard it",
    );
    if harmless {
        return Some(note);
    }
    Some(note.decide(
        "guard it where its frames are seen (the NIC, the other switch), or attach it to a bridge with \
         type='bridge'",
    ))
}

/// The reason, and whether the guest reaches no segment that way.
fn reason(interface: &Interface, networks: &[Network]) -> Option<(String, bool)> {
    let kind = shown(&interface.kind);
    let text = match interface.kind.as_str() {
        "network" | "bridge" | "ethernet" => return hidden(interface, networks),
        "direct" => "macvtap hands frames on past netdev ingress".to_owned(),
        "hostdev" => "a device passed through: its frames bypass the host".to_owned(),
        "vhostuser" => "vhost-user: frames go to a switch in user space".to_owned(),
        "vdpa" => "vDPA: frames go to the NIC".to_owned(),
        "user" => {
            let text =
                "user networking: no interface of the host, only sockets of its own".to_owned();
            return Some((text, true));
        }
        "server" | "client" | "mcast" | "udp" => {
            format!("type='{kind}': frames go through a socket of the emulator")
        }
        _ => format!("type='{kind}': no interface of the host is known for it"),
    };
    Some((text, false))
}

/// A network without a bridge hands out macvtaps or devices.
fn hidden(interface: &Interface, networks: &[Network]) -> Option<(String, bool)> {
    let target = interface.target.as_ref();
    let macvtap = target.is_some_and(|target| {
        target.value.starts_with("macvtap") || target.value.starts_with("macvlan")
    });
    if macvtap {
        return Some((
            "macvtap hands frames on past netdev ingress".to_owned(),
            false,
        ));
    }
    let name = interface.source.network.as_ref()?;
    let network = networks.iter().find(|network| network.name == *name)?;
    let mode = shown(network.bypass.as_ref()?);
    let text = format!(
        "network {} has no bridge (forward mode='{mode}')",
        shown(name)
    );
    Some((text, false))
}

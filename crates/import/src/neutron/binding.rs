use vifguard_policy::DeviceName;

use super::answer::Found;
use super::body::PortBody;
use crate::note::Note;
use crate::quote::shown;

/// The first characters of a port's id in the name of its tap: Nova's names have 14 in all.
const OF_ID: usize = 11;

/// Why a port has no interface on any host that vifguard could guard, if so.
pub(super) fn find(port: &Found<PortBody>) -> Option<Note> {
    let body = &port.body;
    let left_out = |was: String, becomes: &str| Some(Note::dropped(&port.place, was, becomes));
    if body.owner() == "trunk:subport" {
        let was = "a trunk's subport: its frames come tagged through the parent's interface";
        let note = left_out(was.to_owned(), "left out: no driver guards trunks yet")?;
        return Some(note.decide("give the guest a port of its own for this network"));
    }
    if body.owner().starts_with("baremetal:") {
        return left_out(
            "a physical machine's".to_owned(),
            "left out: no interface here",
        );
    }
    let vif_type = body.vif_type.as_deref().unwrap_or_default();
    if vif_type == "unbound" || (vif_type.is_empty() && body.owner().is_empty()) {
        return left_out("bound to no host".to_owned(), "left out: no interface");
    }
    if vif_type == "binding_failed" {
        let note = left_out("its binding failed".to_owned(), "left out: no interface")?;
        return Some(note.decide("bind it again in Neutron, then import again"));
    }
    let how = bypass(vif_type, body.vnic_type.as_deref().unwrap_or("normal"))?;
    let note = left_out(how, "left out: vifguard cannot guard it")?;
    Some(note.decide("guard it where its frames are seen: the NIC, the switch in user space"))
}

/// How frames get past the host's network stack.
fn bypass(vif_type: &str, vnic_type: &str) -> Option<String> {
    let (vif, vnic) = (shown(vif_type), shown(vnic_type));
    if vnic_type != "normal" {
        return Some(format!(
            "vnic_type {vnic}: frames bypass the host's network stack"
        ));
    }
    match vif_type {
        "vhostuser" => Some("vif_type vhostuser: frames go to a switch in user space".to_owned()),
        "macvtap" => Some("vif_type macvtap: frames are handed on past netdev ingress".to_owned()),
        "hw_veb" | "hostdev" | "hostdev_physical" | "ib_hostdev" | "mlnx_direct" | "802.1qbg"
        | "802.1qbh" | "ovs_acceleration" | "accelerator" => {
            Some(format!("vif_type {vif}: frames go to the NIC"))
        }
        "hyperv" | "dvs" => Some(format!("vif_type {vif}: the host is no Linux host")),
        _ => None,
    }
}

/// The tap of a port.
pub(super) fn device(body: &PortBody) -> Option<DeviceName> {
    let id: String = body.id.chars().take(OF_ID).collect();
    let whole = id.chars().count() == OF_ID;
    format!("tap{id}").parse().ok().filter(|_| whole)
}

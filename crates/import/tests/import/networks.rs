//! Which interfaces of libvirt's guests meet.

use vifguard_import::{Change, Imported};
use vifguard_policy::NetworkKind;

use crate::common::{addresses, policy, remark, xml};

/// Guests with these sources, numbered.
fn guests(sources: &[&str], more: &str) -> Imported {
    let interfaces = sources.iter().enumerate().map(|(i, source)| {
        format!(
            "<interface type='bridge'><mac address='52:54:00:00:00:{i:02x}'/>{source}
             <target dev='tap-{i}'/><ip address='192.0.2.{}'/></interface>\n",
            i + 10
        )
    });
    xml(&format!("{more}{}", interfaces.collect::<String>()))
}

fn networks_of(imported: &Imported) -> Vec<String> {
    let policy = policy(imported);
    let ports = policy.ports().iter();
    ports
        .map(|port| policy.networks()[port.network].name.clone())
        .collect()
}

#[test]
fn a_network_and_its_bridge_are_one() {
    let running = guests(
        &[
            "<source network='default' bridge='virbr0'/>",
            "<source bridge='virbr0'/>",
            "<source network='default'/>",
        ],
        "",
    );
    assert_eq!(networks_of(&running), ["default"; 3]);
    let known = guests(
        &[
            "<source network='a'/>",
            "<source network='b'/>",
            "<source bridge='br0'/>",
        ],
        "<network><name>a</name><bridge name='br0'/></network>
         <network><name>b</name><bridge name='br0'/></network>",
    );
    assert_eq!(networks_of(&known), ["a"; 3]);
    let unknown = guests(&["<source network='br0'/>", "<source bridge='br0'/>"], "");
    assert_eq!(networks_of(&unknown), ["br0", "br0-2"]);
    for network in policy(&unknown).networks() {
        assert_eq!(network.kind, NetworkKind::Flat);
    }
}

#[test]
fn a_vlan_is_a_network_of_its_own() {
    let imported = guests(
        &[
            "<source bridge='br0'/><vlan><tag id='4'/></vlan>",
            "<source bridge='br0'/>",
            "<source bridge='br0'/><vlan><tag id='4'/></vlan>",
            "<source bridge='br0'/><vlan><tag id='5'/></vlan>",
        ],
        "",
    );
    assert_eq!(
        networks_of(&imported),
        ["br0-vlan4", "br0", "br0-vlan4", "br0-vlan5"]
    );
}

#[test]
fn what_the_host_has_is_reserved() {
    let imported = guests(
        &[
            "<source bridge='virbr0'/>",
            "<source bridge='virbr0'/><vlan><tag id='4'/></vlan>",
        ],
        "<network><name>default</name><bridge name='virbr0'/><mac address='52:54:00:aa:bb:cc'/>
         <ip address='192.0.2.1' netmask='255.255.255.0'/></network>",
    );
    let policy = policy(&imported);
    let [default, vlan] = policy.networks() else {
        panic!("{}", imported.policy);
    };
    assert_eq!(
        default.reserved.addresses[0].value.to_string(),
        "192.0.2.1/32"
    );
    assert_eq!(
        default.reserved.macs[0].value.to_string(),
        "52:54:00:aa:bb:cc"
    );
    assert_eq!(vlan.reserved, vifguard_policy::Reserved::default());
    remark(
        &imported,
        Change::Stricter,
        "network default: stricter: a.xml:2 <ip address",
    );
}

#[test]
fn what_two_guests_hold_is_shared() {
    let imported = xml(
        "<interface type='bridge'><mac address='52:54:00:00:00:01'/><source bridge='br0'/>
           <target dev='tap-1'/><ip address='192.0.2.1'/><ip address='192.0.2.9'/></interface>
         <interface type='bridge'><mac address='52:54:00:00:00:01'/><source bridge='br0'/>
           <target dev='tap-2'/><ip address='192.0.2.1'/></interface>
         <interface type='bridge'><mac address='52:54:00:00:00:01'/><source bridge='br1'/>
           <target dev='tap-3'/><ip address='192.0.2.1'/></interface>",
    );
    let policy = policy(&imported);
    assert_eq!(
        addresses(&policy.ports()[0]),
        ["192.0.2.1/32+", "192.0.2.9/32"]
    );
    assert_eq!(addresses(&policy.ports()[1]), ["192.0.2.1/32+"]);
    assert_eq!(addresses(&policy.ports()[2]), ["192.0.2.1/32"]);
    let shared: Vec<bool> = policy
        .ports()
        .iter()
        .map(|port| port.macs[0].shared)
        .collect();
    assert_eq!(shared, [true, true, false]);
    // Two guests with one MAC cannot both be there, whatever their filters say.
    let mac = remark(
        &imported,
        Change::Same,
        "52:54:00:00:00:01 is held by port interface-net1 too",
    );
    assert!(mac.decide.is_some());
}

#[test]
fn the_hosts_own_address_on_a_guest_is_to_be_decided() {
    let imported = guests(
        &["<source bridge='virbr0'/>"],
        "<network><name>default</name><bridge name='virbr0'/><ip address='192.0.2.10'/></network>",
    );
    let policy = policy(&imported);
    assert_eq!(addresses(&policy.ports()[0]), ["192.0.2.10/32+"]);
    assert!(policy.networks()[0].reserved.addresses[0].shared);
    let said = remark(
        &imported,
        Change::Same,
        "192.0.2.10 is held by network default too",
    );
    assert!(said.decide.is_some());
}

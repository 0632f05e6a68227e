//! Ten thousand ports, and one address on all of them.

use std::fmt::Write;

use crate::common::{policy, ports, xml};

/// Doubling the ports must not do much more than double the remarks: each names one other, not all.
#[test]
fn an_address_on_every_port_is_said_once_for_each() {
    let mut objects = String::new();
    for i in 0..2_000 {
        let comma = if i == 0 { "" } else { "," };
        write!(
            objects,
            "{comma}{{ \"id\": \"{i:08x}-{i:04x}-0\", \"network_id\": \"n\", \"mac_address\":
             \"fa:16:3e:00:{:02x}:{:02x}\", \"device_owner\": \"compute:nova\", \"fixed_ips\":
             [{{ \"ip_address\": \"10.0.{}.{}\" }}], \"allowed_address_pairs\":
             [{{ \"ip_address\": \"10.9.9.9\" }}, {{ \"ip_address\": \"10.9.0.0/16\" }}] }}",
            i / 256,
            i % 256,
            i / 250,
            i % 250 + 1
        )
        .unwrap();
    }
    let imported = ports(&objects);
    assert_eq!(imported.ports, 2_000);
    assert!(imported.remarks.len() < 2_000 * 10);
    let policy = policy(&imported);
    let shared = |i: usize| {
        policy.ports()[i]
            .addresses
            .iter()
            .filter(|e| e.shared)
            .count()
    };
    assert_eq!((shared(0), shared(1_999)), (2, 2));
}

#[test]
fn many_domains_are_read_as_one_text() {
    let mut text = String::new();
    for i in 0..2_000 {
        write!(
            text,
            "<domain><name>d{i}</name><devices><interface type='bridge'>
             <mac address='52:54:00:00:{:02x}:{:02x}'/><source bridge='br0'/><target dev='t{i}'/>
             <filterref filter='clean-traffic'><parameter name='IP' value='10.0.{}.{}'/></filterref>
             </interface></devices></domain>\n",
            i / 256,
            i % 256,
            i / 250,
            i % 250 + 1
        )
        .unwrap();
    }
    let imported = xml(&text);
    assert_eq!((imported.ports, imported.networks), (2_000, 1));
    assert_eq!(imported.remarks.last().unwrap().line, Some(2_000 * 4 - 1));
}

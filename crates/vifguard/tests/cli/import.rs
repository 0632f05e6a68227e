use serde_json::Value;

use crate::support::{Ran, TempFile, vifguard, vifguard_reading};

/// A guest of libvirt's with this address.
fn domain(address: &str) -> String {
    format!(
        "<domain><name>web</name><devices><interface type='bridge'>
           <mac address='52:54:00:00:00:01'/><source bridge='br0'/><target dev='tap-web'/>
           <filterref filter='clean-traffic'>{address}</filterref>
         </interface></devices></domain>"
    )
}

const ADDRESS: &str = "<parameter name='IP' value='192.0.2.10'/>";

/// A port of Neutron's on this host.
fn port(number: u8, host: &str) -> String {
    format!(
        "{{ \"id\": \"aaaa{number:04x}-0000-4000-8000-000000000000\", \"network_id\": \"net-1\",
            \"mac_address\": \"fa:16:3e:00:00:{number:02x}\", \"device_owner\": \"compute:nova\",
            \"fixed_ips\": [{{ \"ip_address\": \"10.0.0.{number}\" }}],
            \"binding:host_id\": \"{host}\" }}"
    )
}

fn check(policy: &str) -> Ran {
    let file = TempFile::new(policy);
    vifguard(&["check", "-f", file.path()])
}

#[test]
fn what_comes_out_is_a_policy() {
    let file = TempFile::new(domain(ADDRESS));
    let ran = vifguard(&["import", "libvirt", file.path()]).ends(0);
    check(&ran.out).ends(0).says("ok: 1 port on 1 network");
    assert!(ran.err.contains("port web-net0: same: "), "{}", ran.err);
    assert!(ran.err.contains("port web-net0: stricter: "), "{}", ran.err);
    assert!(ran.err.contains("port web-net0: looser: "), "{}", ran.err);
    let last = ran.err.lines().last().unwrap();
    assert!(last.starts_with("1 port on 1 network: "), "{last}");
}

#[test]
fn what_is_left_to_decide_ends_with_1() {
    let ran = vifguard_reading(&domain(""), &["import", "libvirt", "-"]).ends(1);
    check(&ran.out).ends(0);
    ran.says("DECIDE: which addresses the guest uses")
        .says("standard input:")
        .says("; 1 to decide, see DECIDE");
}

#[test]
fn several_files_and_several_documents_are_one_policy() {
    let one = TempFile::new(domain(ADDRESS));
    let two = domain(ADDRESS).replace("web", "db").replace(":01", ":02");
    let both = two.clone()
        + &two
            .replace("db", "dc")
            .replace(":02", ":03")
            .replace(".10", ".11");
    let two = TempFile::new(both.replacen(".10", ".12", 1));
    let ran = vifguard(&["import", "libvirt", one.path(), two.path()]).ends(0);
    check(&ran.out).ends(0).says("ok: 3 ports on 1 network");
}

#[test]
fn json_holds_policy_and_remarks() {
    let ran = vifguard_reading(&domain(""), &["import", "libvirt", "--json", "-"]).ends(1);
    assert_eq!(ran.err, "");
    let json = ran.json();
    assert_eq!(json["command"], "import");
    let result = &json["result"];
    assert_eq!(result["from"], "libvirt");
    assert_eq!(
        (&result["ports"], &result["networks"]),
        (&1.into(), &1.into())
    );
    assert_eq!(
        (&result["left_out"], &result["to_decide"]),
        (&0.into(), &1.into())
    );
    check(result["policy"].as_str().unwrap()).ends(0);
    let remarks = result["remarks"].as_array().unwrap();
    let decide = remarks
        .iter()
        .find(|remark| !remark["decide"].is_null())
        .unwrap();
    assert_eq!(decide["object"], "port web-net0");
    assert_eq!(decide["file"], "standard input");
    assert_eq!(decide["line"], 3);
    assert_eq!(decide["element"], "<filterref filter='clean-traffic'>");
    assert_eq!(decide["change"], "stricter");
    for key in ["was", "becomes"] {
        assert!(decide[key].is_string(), "{key}");
    }
    let changes: Vec<&Value> = remarks.iter().map(|remark| &remark["change"]).collect();
    assert!(
        changes.contains(&&Value::from("not carried over")),
        "{changes:?}"
    );
}

#[test]
fn ports_of_neutrons_come_with_networks_subnets_and_a_host() {
    let ports = TempFile::new(format!(
        "{{ \"ports\": [{}, {}] }}",
        port(11, "compute-1"),
        port(12, "compute-2")
    ));
    let networks = TempFile::new("{ \"networks\": [{ \"id\": \"net-1\", \"name\": \"blue\" }] }");
    let subnets = TempFile::new(
        "{ \"subnets\": [{ \"id\": \"s\", \"network_id\": \"net-1\", \"gateway_ip\": \"10.0.0.1\" }] }",
    );
    let args = [
        "import",
        "neutron",
        "--host",
        "compute-1",
        "--networks",
        networks.path(),
        "--subnets",
        subnets.path(),
        ports.path(),
    ];
    let ran = vifguard(&args).ends(0);
    check(&ran.out).ends(0).says("ok: 1 port on 1 network");
    ran.says("name: blue")
        .says("kind: private")
        .says("reserved: [10.0.0.1]")
        .says("1 of 2 ports not bound to compute-1");
    // A policy is for one host.
    vifguard(&["import", "neutron", ports.path()])
        .ends(1)
        .says("ports of 2 hosts");
}

#[test]
fn what_cannot_be_read_is_65_or_66() {
    for (source, text) in [
        ("libvirt", "<domain>"),
        ("libvirt", "<pool/>"),
        ("neutron", "{"),
        ("neutron", "{ \"servers\": [] }"),
    ] {
        let ran = vifguard_reading(text, &["import", source, "-"]).ends(65);
        assert_eq!(ran.out, "");
        ran.says("standard input");
    }
    let binary = TempFile::new([0x3c, 0xff]);
    vifguard(&["import", "libvirt", binary.path()])
        .ends(65)
        .says("is not UTF-8 from byte 1 on");
    vifguard(&["import", "libvirt", "/nowhere.xml"])
        .ends(66)
        .says("/nowhere.xml");
    let ran = vifguard(&["import", "neutron", "--json", "/nowhere.json"]).ends(66);
    assert!(ran.json()["error"]["message"].is_string());
}

//! What filters and their parameters become. That nothing is left unsaid about a filter is shown in
//! [`crate::claims`].

use vifguard_import::{Change, Imported, Source, libvirt};
use vifguard_policy::{Guard, LinkLocal, Profile};

use crate::common::{addresses, all, data, decisions, no_remark, only_port, policy, remark, xml};

/// An interface on br0 with this inside.
fn interface(inside: &str) -> Imported {
    xml(&format!(
        "<interface type='bridge'>
           <mac address='52:54:00:00:00:01'/><source bridge='br0'/><target dev='tap-1'/>{inside}
         </interface>"
    ))
}

/// One behind this filter, with these parameters.
fn behind(filter: &str, parameters: &[(&str, &str)]) -> Imported {
    let parameters: String = parameters
        .iter()
        .map(|(name, value)| format!("<parameter name='{name}' value='{value}'/>"))
        .collect();
    interface(&format!(
        "<filterref filter='{filter}'>{parameters}</filterref>"
    ))
}

#[test]
fn no_filter_means_every_guard_is_new() {
    let imported = interface("");
    let port = only_port(&imported);
    assert_eq!(port.profile, Profile::Strict);
    assert_eq!(port.guards, Profile::Strict.guards());
    assert_eq!(port.link_local, LinkLocal::Eui64);
    remark(&imported, Change::Stricter, "no filter: any MAC");
    assert_eq!(decisions(&imported).len(), 1);
}

#[test]
fn an_address_given_is_an_address_owned() {
    let imported = behind(
        "clean-traffic",
        &[("IP", "192.0.2.10"), ("IP", "192.0.2.11")],
    );
    let port = only_port(&imported);
    assert_eq!(addresses(&port), ["192.0.2.10/32", "192.0.2.11/32"]);
    assert_eq!(decisions(&imported), Vec::<String>::new());
    let said = remark(&imported, Change::Same, "value='192.0.2.11'");
    assert_eq!((said.file.as_str(), said.line), ("a.xml", Some(2)));
    assert_eq!(said.object, "port interface-net0");
    // Written twice, it is one address still.
    let imported = behind(
        "clean-traffic",
        &[("IP", "192.0.2.10"), ("IP", "192.0.2.10")],
    );
    assert_eq!(addresses(&only_port(&imported)), ["192.0.2.10/32"]);
}

#[test]
fn an_address_learned_is_to_be_decided() {
    for (parameters, was) in [
        (&[][..], "from the guest's first packet"),
        (
            &[("CTRL_IP_LEARNING", "any")],
            "from the guest's first packet",
        ),
        (&[("CTRL_IP_LEARNING", "dhcp")], "from DHCP"),
        (
            &[("CTRL_IP_LEARNING", "none")],
            "does not start such a guest",
        ),
    ] {
        let imported = behind("clean-traffic", parameters);
        assert_eq!(addresses(&only_port(&imported)), Vec::<String>::new());
        remark(&imported, Change::Stricter, was);
        assert_eq!(decisions(&imported).len(), 1, "{}", all(&imported));
        assert!(imported.policy.contains("# DECIDE: which addresses"));
    }
    let given = behind(
        "clean-traffic",
        &[("CTRL_IP_LEARNING", "dhcp"), ("IP", "192.0.2.1")],
    );
    no_remark(&given, "learns");
    remark(&given, Change::Same, "nothing is learned");
}

#[test]
fn what_dhcp_or_the_domain_gives_is_taken_for_what_is_not_said() {
    let network = "<network><name>n</name><bridge name='br0'/><ip address='192.0.2.1'><dhcp>
        <host mac='52:54:00:00:00:01' ip='192.0.2.20'/>
        <host mac='52:54:00:00:00:02' ip='192.0.2.21'/></dhcp></ip></network>";
    let guest = |inside: &str| {
        xml(&format!(
            "{network}<interface type='bridge'><mac address='52:54:00:00:00:01'/>
             <source bridge='br0'/><target dev='tap-1'/>{inside}</interface>"
        ))
    };
    let learned = guest("<filterref filter='clean-traffic'/>");
    assert_eq!(addresses(&only_port(&learned)), ["192.0.2.20/32"]);
    remark(
        &learned,
        Change::Stricter,
        "first packet; this is what it is given",
    );
    let from_dhcp = "<filterref filter='clean-traffic'>
        <parameter name='CTRL_IP_LEARNING' value='dhcp'/></filterref>";
    remark(
        &guest(from_dhcp),
        Change::Same,
        "from DHCP; this is what it is given",
    );
    let given = guest(
        "<filterref filter='clean-traffic'><parameter name='IP' value='192.0.2.30'/></filterref>",
    );
    assert_eq!(addresses(&only_port(&given)), ["192.0.2.30/32"]);
    let told = interface("<ip address='192.0.2.40' prefix='24'/><ip address='2001:db8::40'/>");
    assert_eq!(
        addresses(&only_port(&told)),
        ["192.0.2.40/32", "2001:db8::40/128"]
    );
    assert_eq!(decisions(&told), Vec::<String>::new());
    let without_ipv6 = interface(
        "<ip address='192.0.2.40'/><ip address='2001:db8::40'/><filterref filter='clean-traffic'/>",
    );
    assert_eq!(addresses(&only_port(&without_ipv6)), ["192.0.2.40/32"]);
}

#[test]
fn a_filter_that_drops_ipv6_leaves_no_link_local() {
    let clean = behind(
        "clean-traffic",
        &[("IP", "192.0.2.10"), ("IPV6", "2001:db8::1")],
    );
    let port = only_port(&clean);
    assert_eq!(port.link_local, LinkLocal::None);
    assert_eq!(addresses(&port), ["192.0.2.10/32"]);
    remark(&clean, Change::NotCarriedOver, "it drops all IPv6");
    for filter in [
        "no-ipv6-spoofing",
        "no-mac-spoofing",
        "clean-traffic-gateway",
    ] {
        let imported = behind(filter, &[("IP", "192.0.2.10"), ("IPV6", "2001:db8::1")]);
        let port = only_port(&imported);
        assert_eq!(port.link_local, LinkLocal::Eui64, "{filter}");
        assert_eq!(
            addresses(&port),
            ["192.0.2.10/32", "2001:db8::1/128"],
            "{filter}"
        );
    }
}

#[test]
fn values_that_a_policy_cannot_hold_are_named() {
    let imported = behind(
        "clean-traffic",
        &[
            ("IP", "not-an-address"),
            ("IP", "127.0.0.1"),
            ("IP", "192.0.2.17/28"),
            ("COLOUR", "blue"),
            ("MAC", "52:54:00:00:00:02"),
            ("GATEWAY_MAC", "ff:ff:ff:ff:ff:ff"),
        ],
    );
    assert_eq!(addresses(&only_port(&imported)), ["192.0.2.16/28"]);
    remark(
        &imported,
        Change::NotCarriedOver,
        "not-an-address is not an address",
    );
    remark(
        &imported,
        Change::Stricter,
        "no guest can own anything of 127.0.0.0/8",
    );
    remark(
        &imported,
        Change::Same,
        "192.0.2.17/28: the whole prefix -> 192.0.2.16/28",
    );
    remark(
        &imported,
        Change::NotCarriedOver,
        "a parameter of your own filters",
    );
    remark(
        &imported,
        Change::NotCarriedOver,
        "another MAC than the interface's",
    );
    remark(
        &imported,
        Change::NotCarriedOver,
        "ff:ff:ff:ff:ff:ff is no MAC",
    );
    assert_eq!(decisions(&imported).len(), 3, "{}", all(&imported));
    let own = behind(
        "clean-traffic",
        &[("IP", "192.0.2.1"), ("MAC", "52:54:00:00:00:01")],
    );
    no_remark(&own, "another MAC");
}

#[test]
fn gateways_and_servers_are_reserved() {
    let imported = behind(
        "clean-traffic-gateway",
        &[
            ("IP", "192.0.2.10"),
            ("GATEWAY_MAC", "02:00:00:00:00:fe"),
            ("DHCPSERVER", "192.0.2.2"),
        ],
    );
    let policy = policy(&imported);
    let reserved = &policy.networks()[0].reserved;
    assert_eq!(reserved.addresses[0].value.to_string(), "192.0.2.2/32");
    assert_eq!(reserved.macs[0].value.to_string(), "02:00:00:00:00:fe");
    remark(&imported, Change::Stricter, "name='GATEWAY_MAC'");
    remark(&imported, Change::Stricter, "name='DHCPSERVER'");
    remark(&imported, Change::Looser, "only to GATEWAY_MAC");
}

#[test]
fn a_guest_that_is_the_dhcp_server_may_serve() {
    let imported = xml(
        "<interface type='bridge'><mac address='52:54:00:00:00:01'/><source bridge='br0'/>
           <target dev='tap-1'/><filterref filter='clean-traffic'>
           <parameter name='IP' value='192.0.2.2'/></filterref></interface>
         <interface type='bridge'><mac address='52:54:00:00:00:02'/><source bridge='br0'/>
           <target dev='tap-2'/><filterref filter='clean-traffic'>
           <parameter name='IP' value='192.0.2.3'/><parameter name='DHCPSERVER' value='192.0.2.2'/>
           </filterref></interface>",
    );
    let policy = policy(&imported);
    let serves = |i: usize| !policy.ports()[i].guards.has(Guard::DhcpServer);
    assert!(serves(0) && !serves(1));
    assert_eq!(policy.networks()[0].reserved.addresses, []);
    remark(
        &imported,
        Change::Same,
        "192.0.2.2 is held by port interface-net0 -> not reserved",
    );
}

#[test]
fn filters_of_ones_own_are_followed() {
    let imported = libvirt(&[data!("own-filter.xml"), data!("snapshot.xml")]).unwrap();
    let mail = policy(&imported).ports()[0].clone();
    assert_eq!(addresses(&mail), ["203.0.113.25/32", "2001:db8:25::25/128"]);
    let rule = remark(
        &imported,
        Change::NotCarriedOver,
        "<rule action='drop' direction='out'",
    );
    assert_eq!(
        (rule.file.as_str(), rule.line),
        ("own-filter.xml", Some(11))
    );
    remark(&imported, Change::Looser, "no IPv4 to multicast groups");
    // A rule may do what the shipped filters do not, so nothing is said to be new.
    no_remark(
        &imported,
        "port mail-net0: stricter: snapshot.xml:12 <filterref filter='tenant'>: other",
    );
    assert_eq!(decisions(&imported), Vec::<String>::new());
}

#[test]
fn filters_that_nobody_gave_are_to_be_decided() {
    let imported = libvirt(&[data!("snapshot.xml")]).unwrap();
    let decided = decisions(&imported);
    assert!(
        decided[0].contains("virsh nwfilter-dumpxml tenant"),
        "{decided:?}"
    );
    assert_eq!(only_unknown(&imported), 1);
    let port = policy(&imported).ports()[0].clone();
    assert_eq!(port.guards, Profile::Strict.guards());
    assert_eq!(addresses(&port), ["203.0.113.25/32", "2001:db8:25::25/128"]);
}

fn only_unknown(imported: &Imported) -> usize {
    let remarks = imported.remarks.iter();
    remarks
        .filter(|r| r.was.contains("is not one that libvirt ships"))
        .count()
}

#[test]
fn filters_that_go_round_in_circles_end() {
    let text = "<filter name='a'><filterref filter='b'/></filter>
        <filter name='b'><filterref filter='a'/><filterref filter='clean-traffic'/></filter>
        <interface type='bridge'><mac address='52:54:00:00:00:01'/><source bridge='br0'/>
        <target dev='tap-1'/><filterref filter='a'><parameter name='IP' value='192.0.2.1'/></filterref>
        </interface>";
    let imported = libvirt(&[Source {
        name: "a.xml",
        text,
    }])
    .unwrap();
    assert_eq!(only_port(&imported).link_local, LinkLocal::None);
}

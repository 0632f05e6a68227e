//! The remarks against frames: whatever passes the filters and is refused by the policy, or the reverse,
//! must have been said. The frames are those of the corpus, the filters are modelled in [`crate::model`],
//! and the policy's verdict is the judge's.

use std::collections::BTreeSet;

use proptest::prelude::*;
use vifguard_corpus::Corpus;
use vifguard_import::{Change, Imported};
use vifguard_verdict::{CompiledPort, Reason, Verdict, judge};

use crate::common::{all, policy, xml};
use crate::model::{self, SHIPPED};

/// The guest of the model behind these filters.
fn guest(filters: &[&str]) -> Imported {
    let refs: String = filters
        .iter()
        .map(|name| format!("<filterref filter='{name}'/>\n"))
        .collect();
    xml(&format!(
        "<filter name='mix'>{refs}</filter>
         <interface type='bridge'>
           <mac address='02:00:00:00:00:0a'/><source bridge='br0'/><target dev='tap-own'/>
           <filterref filter='mix'>
             <parameter name='IP' value='192.0.2.10'/>
             <parameter name='IP' value='192.0.2.100'/>
             <parameter name='IPV6' value='2001:db8::a'/>
             <parameter name='GATEWAY_MAC' value='02:00:00:00:00:fe'/>
           </filterref>
         </interface>"
    ))
}

/// What a remark must hold to speak of this reason.
fn words(reason: Reason) -> &'static [&'static str] {
    match reason {
        Reason::Runt | Reason::UnknownPort => &[],
        Reason::Mac | Reason::ArpMac | Reason::NdMac => &["guard mac"],
        Reason::Vlan | Reason::L2 => &["guard l2"],
        Reason::ArpMalformed
        | Reason::Ipv4Malformed
        | Reason::Ipv6Malformed
        | Reason::NdMalformed => &["malformed"],
        Reason::ArpIp => &["guard arp"],
        Reason::Rarp => &["announces an own MAC", "malformed ARP, RARP"],
        Reason::Ipv4 => &["guard ipv4", "a DHCP client's broadcast"],
        Reason::Ipv6 | Reason::NdSource | Reason::NdTarget => &["ipv6", "EUI-64"],
        Reason::Router => &["router"],
        Reason::DhcpServer => &["dhcp-server"],
    }
}

/// What a remark must hold to speak of frames of this EtherType.
fn family(frame: &[u8]) -> &'static [&'static str] {
    match frame[12..14] {
        [0x08, 0x00] => &["IPv4", "IGMP"],
        [0x86, 0xdd] => &["IPv6", "neighbor discovery", "::"],
        [0x08, 0x06] => &["ARP"],
        [0x80, 0x35] => &["RARP"],
        _ => &[],
    }
}

fn said(imported: &Imported, change: Change, words: &[&str]) -> bool {
    let remarks = imported.remarks.iter().filter(|r| r.change == change);
    let mut texts = remarks.map(|remark| format!("{} -> {}", remark.was, remark.becomes));
    texts.any(|text| words.iter().any(|word| text.contains(word)))
}

/// How many frames met another fate than before, by the direction.
#[derive(Default)]
struct Differences {
    stricter: usize,
    looser: usize,
}

fn compare(filters: &[&'static str]) -> Differences {
    let imported = guest(filters);
    let port = CompiledPort::new(&policy(&imported).identities()[0]);
    let modelled = model::with_references(filters);
    let mut differences = Differences::default();
    for case in &Corpus::embedded().unwrap().cases {
        let before = model::passes(&modelled, &case.frame);
        let what = || format!("{filters:?}, frame {}:\n{}", case.name, all(&imported));
        match judge(&port, &case.frame, None).verdict() {
            Verdict::Refuse(Reason::Runt) => {}
            Verdict::Refuse(reason) if before => {
                differences.stricter += 1;
                let told = said(&imported, Change::Stricter, words(reason));
                assert!(told, "{reason} is not said: {}", what());
            }
            Verdict::Pass if !before => {
                differences.looser += 1;
                let told = said(&imported, Change::Looser, family(&case.frame));
                assert!(told, "that it passes is not said: {}", what());
            }
            Verdict::Refuse(_) | Verdict::Pass => {}
        }
    }
    differences
}

#[test]
fn every_shipped_filter_is_told_whole() {
    for filter in SHIPPED {
        let differences = compare(&[filter]);
        // The one that drops everything leaves nothing to be stricter about.
        let some = differences.stricter + differences.looser;
        assert!(some > 0, "{filter}");
    }
}

#[test]
fn without_a_filter_nothing_becomes_looser() {
    assert_eq!(compare(&[]).looser, 0);
}

/// The one that most people use is close to the strict profile, and this says how close.
#[test]
fn clean_traffic_becomes_little_looser() {
    let frames = Corpus::embedded().unwrap().cases.len();
    let differences = compare(&["clean-traffic"]);
    assert!(differences.looser > 0);
    assert!(differences.looser * 20 < frames);
    assert!(differences.stricter > differences.looser);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(60))]

    #[test]
    fn any_mixture_is_told_whole(chosen in proptest::collection::btree_set(0..SHIPPED.len(), 0..8)) {
        let filters: Vec<&'static str> = chosen.iter().map(|i| SHIPPED[*i]).collect();
        compare(&filters);
    }
}

#[test]
fn the_document_names_every_shipped_filter() {
    let document = include_str!("../../../../docs/import.md");
    for filter in SHIPPED {
        assert!(document.contains(&format!("`{filter}`")), "{filter}");
    }
}

/// The tests above would prove nothing if the frames did not reach every reason that a filter can evade.
#[test]
fn the_frames_reach_every_reason() {
    let imported = guest(&[]);
    let port = CompiledPort::new(&policy(&imported).identities()[0]);
    let cases = Corpus::embedded().unwrap().cases.iter();
    let reached: BTreeSet<Reason> = cases
        .filter_map(|case| match judge(&port, &case.frame, None).verdict() {
            Verdict::Refuse(reason) => Some(reason),
            Verdict::Pass => None,
        })
        .collect();
    let missing: Vec<Reason> = Reason::ALL
        .into_iter()
        .filter(|reason| !reached.contains(reason))
        // Where everything is guarded, the source of neighbor discovery is refused as an IPv6 source.
        .filter(|reason| !matches!(reason, Reason::UnknownPort | Reason::NdSource))
        .collect();
    assert_eq!(missing, []);
}

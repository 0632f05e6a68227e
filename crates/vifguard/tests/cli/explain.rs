use std::time::Duration;

use pcap_file::pcap::{PcapHeader, PcapPacket, PcapWriter};
use pcap_file::pcapng::PcapNgWriter;
use pcap_file::pcapng::blocks::enhanced_packet::EnhancedPacketBlock;
use pcap_file::pcapng::blocks::interface_description::InterfaceDescriptionBlock;
use pcap_file::{DataLink, Endianness};

use crate::support::{Ran, TempFile, policy, vifguard};

const FOREIGN_MAC: &str = "ff:ff:ff:ff:ff:ff 02:00:00:00:00:0b 08:06";
const FOREIGN_ARP: &str = "0xffffffffffff 020000000001 0806\n0001 0800 06 04 0001 \
                           020000000001 c0000263 000000000000 c0000201";
const OWN_ARP: &str =
    "ffffffffffff020000000001080600010800060400010200000000010a000001000000000000c0000201";

fn explain(args: &[&str]) -> Ran {
    let file = TempFile::new(policy(&["tap1"]));
    let mut all = vec!["explain", "-f", file.path(), "--port", "port-1"];
    all.extend(args);
    vifguard(&all)
}

fn bytes(hex: &str) -> Vec<u8> {
    let digits: Vec<u8> = hex
        .replace("0x", "")
        .chars()
        .filter_map(|c| c.to_digit(16))
        .map(|d| u8::try_from(d).unwrap())
        .collect();
    digits
        .chunks(2)
        .map(|pair| pair[0] << 4 | pair[1])
        .collect()
}

#[test]
fn a_refused_frame_is_explained_by_its_bytes() {
    explain(&["--hex", FOREIGN_MAC])
        .ends(1)
        .says("refused, mac")
        .says("rule 3.2: The Ethernet source is own.")
        .says("bytes 6 to 11 [02 00 00 00 00 0b]")
        .says("Ethernet source 02:00:00:00:00:0b is not own; own: 02:00:00:00:00:01")
        .says("1 frame of port port-1: 0 pass, 1 refused (mac 1)");
    explain(&["--hex", FOREIGN_ARP])
        .ends(1)
        .says("refused, arp-ip")
        .says("ARP sender address 192.0.2.99 is not own; own: 10.0.0.1");
}

#[test]
fn a_passing_frame_ends_with_0() {
    explain(&["--hex", OWN_ARP])
        .ends(0)
        .says("passes")
        .says("rule 4.3")
        .says("1 pass, 0 refused");
}

#[test]
fn json_names_rule_field_and_finding() {
    let json = explain(&["--json", "--hex", FOREIGN_MAC, "--hex", OWN_ARP])
        .ends(1)
        .json();
    let result = &json["result"];
    assert_eq!(result["passed"], 1);
    assert_eq!(result["refused"]["mac"], 1);
    let [refused, passed] = [&result["frames"][0], &result["frames"][1]];
    assert_eq!(refused["verdict"], "refuse");
    assert_eq!(refused["reason"], "mac");
    assert_eq!(refused["rule"], "3.2");
    assert_eq!(
        (refused["offset"].as_u64(), refused["bytes"].as_u64()),
        (Some(6), Some(6))
    );
    assert_eq!(refused["hex"], "02 00 00 00 00 0b");
    assert_eq!(passed["number"], 2);
    assert_eq!(passed["verdict"], "pass");
    assert!(passed["reason"].is_null());
}

#[test]
fn captures_of_both_forms_are_read() {
    let mut pcap = Vec::new();
    let mut writer = PcapWriter::new(&mut pcap).unwrap();
    for frame in [FOREIGN_MAC, OWN_ARP] {
        let data = bytes(frame);
        let length = u32::try_from(data.len()).unwrap();
        writer
            .write_packet(&PcapPacket::new(Duration::ZERO, length, &data))
            .unwrap();
    }
    let mut pcapng = PcapNgWriter::new(Vec::new()).unwrap();
    pcapng
        .write_pcapng_block(InterfaceDescriptionBlock::new(DataLink::ETHERNET, 0))
        .unwrap();
    for frame in [FOREIGN_MAC, OWN_ARP] {
        let data = bytes(frame);
        let block = EnhancedPacketBlock {
            original_len: u32::try_from(data.len()).unwrap(),
            data: data.into(),
            interface_id: 0,
            timestamp: Duration::ZERO,
            options: Vec::new(),
        };
        pcapng.write_pcapng_block(block).unwrap();
    }
    for capture in [pcap, pcapng.into_inner()] {
        let file = TempFile::new(capture);
        explain(&["--pcap", file.path()])
            .ends(1)
            .says("1 pass, 1 refused (mac 1)");
    }
}

#[test]
fn a_cut_frame_is_not_judged() {
    let mut pcap = Vec::new();
    let mut writer = PcapWriter::new(&mut pcap).unwrap();
    let data = bytes(OWN_ARP);
    writer
        .write_packet(&PcapPacket::new(Duration::ZERO, 1514, &data))
        .unwrap();
    let file = TempFile::new(pcap);
    explain(&["--pcap", file.path()])
        .ends(1)
        .says("not judged: the capture holds 42 of its 1514 bytes")
        .says("0 pass, 0 refused, 1 not judged");
}

#[test]
fn what_is_no_capture_is_an_error() {
    let header = PcapHeader {
        datalink: DataLink::LINUX_SLL,
        endianness: Endianness::Little,
        ..PcapHeader::default()
    };
    let mut cooked = Vec::new();
    PcapWriter::with_header(&mut cooked, header).unwrap();
    let cooked = TempFile::new(cooked);
    explain(&["--pcap", cooked.path()])
        .ends(65)
        .says("not Ethernet");
    let text = TempFile::new("this is no capture, it is a text of some length");
    explain(&["--pcap", text.path()])
        .ends(65)
        .says("not a whole pcap");
    let empty = TempFile::new("");
    explain(&["--pcap", empty.path()]).ends(65);
    explain(&["--pcap", "/nowhere.pcap"]).ends(66);
    explain(&["--hex", "0g"])
        .ends(65)
        .says("'g' is not a hexadecimal digit");
}

/// 1 would say that a frame is refused, to whoever asks in a script.
#[test]
fn an_unknown_port_is_65_and_named_with_those_there_are() {
    let file = TempFile::new(policy(&["tap1", "tap2"]));
    let explain = |port: &str, more: &[&str]| {
        let mut args = vec!["explain", "-f", file.path(), "--port", port, "--hex", "00"];
        args.extend(more);
        vifguard(&args).ends(65)
    };
    explain("web", &[])
        .says("the policy has no port \"web\"\n")
        .says("its ports: port-1, port-2");
    explain("prot-2", &[])
        .says("no port \"prot-2\"; did you mean port-2?")
        .says("its ports: port-2, port-1");
    let json = explain("web", &["--json"]).json();
    assert_eq!(json["command"], "explain");
    assert_eq!(json["error"]["advice"], "its ports: port-1, port-2");
    let none = TempFile::new(policy(&[]));
    vifguard(&["explain", "-f", none.path(), "--port", "a", "--hex", "00"])
        .ends(65)
        .says("its ports: none");
}

/// Whatever the bytes, there is an explanation and no panic.
#[test]
fn every_beginning_of_a_frame_is_explained() {
    let ethertypes = ["0800", "86dd", "0806", "8035", "8100", "0005", "1234"];
    let body = "45000054000140003a06000060000000001c3aff20010db8000000000000000000000001ff02000000\
                000000000000000000000187000000000000000000000000000000000000000000000001010200000000\
                0b";
    let mut args: Vec<String> = Vec::new();
    for ethertype in ethertypes {
        for first in ["4", "6", "0"] {
            let frame = format!("ffffffffffff020000000001{ethertype}{first}{}", &body[1..]);
            for length in (0..frame.len() / 2).step_by(3) {
                args.extend(["--hex".to_owned(), frame[..length * 2].to_owned()]);
            }
        }
    }
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    explain(&args).ends(1).says("runt");
}

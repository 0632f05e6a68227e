//! Sources that are not what they should be, or that somebody made to do harm.

use vifguard_import::{ImportError, Neutron};

use crate::common::{all, policy, ports, source, xml, xml_error};
use crate::neutron::guest;

fn json_error(text: &str) -> ImportError {
    let ports = vec![source("p.json", text)];
    let neutron = Neutron {
        ports,
        ..Neutron::default()
    };
    neutron.import().unwrap_err()
}

#[test]
fn broken_xml_is_told_with_its_place() {
    let error = xml_error("<domain>\n  <name>a</nam>\n</domain>");
    let ImportError::Xml { line: 2, .. } = error else {
        panic!("{error}");
    };
    // Columns of the first line count from the source's own beginning.
    let error = xml_error("<a b>").to_string();
    assert!(error.starts_with("a.xml:1:5: "), "{error}");
    assert!(!error.contains("1:8"), "{error}");
}

#[test]
fn what_is_no_domain_is_refused() {
    for (text, word) in [
        ("", "no XML element"),
        ("<!-- nothing -->", "no XML element"),
        ("<pool/>", "<pool> is not read"),
        ("<domain/><volume/>", "<volume> is not read"),
        (
            "<domainsnapshot><name>s</name></domainsnapshot>",
            "holds no <domain>",
        ),
    ] {
        let error = xml_error(text).to_string();
        assert!(error.contains(word), "{error}");
    }
}

#[test]
fn nothing_expands() {
    let bomb =
        "<!DOCTYPE d [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;'>]><domain><name>&b;</name></domain>";
    assert!(matches!(xml_error(bomb), ImportError::Xml { .. }));
}

#[test]
fn depth_is_no_danger() {
    for depth in [1_000, 200_000] {
        let deep = format!("{}{}", "<a>".repeat(depth), "</a>".repeat(depth));
        assert!(matches!(xml_error(&deep), ImportError::Shape { .. }));
        let deep = format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        assert!(matches!(json_error(&deep), ImportError::Json { .. }));
    }
}

#[test]
fn no_source_closes_what_was_put_around_it() {
    for text in ["</v><v>", "</v>", "<v>", "</v><domain/><v>"] {
        assert!(matches!(xml_error(text), ImportError::Xml { .. }), "{text}");
    }
}

#[test]
fn declarations_may_stand_before_each_document() {
    let imported = xml(
        "<?xml version='1.0' encoding='UTF-8'?>\n<domain/>\n<?xml\nversion='1.0'?><domain/><?xmlx y?>",
    );
    assert_eq!((imported.ports, imported.remarks.len()), (0, 0));
    assert!(matches!(
        xml_error("<domain/><?xml version='1.0'"),
        ImportError::Xml { .. }
    ));
}

#[test]
fn broken_json_is_told_with_its_place() {
    let error = json_error("{\n  \"ports\": [,]\n}").to_string();
    assert!(error.starts_with("p.json:2:"), "{error}");
}

#[test]
fn what_is_no_answer_is_refused() {
    let listed = "[{ \"ID\": \"x\", \"Name\": \"\", \"MAC Address\": \"fa:16:3e:00:00:01\" }]";
    for text in [
        "7",
        "\"ports\"",
        "null",
        "{}",
        "{ \"networks\": [] }",
        "{ \"ports\": {} }",
        listed,
        "{ \"ports\": [{ \"id\": \"x\", \"network_id\": \"n\" }] }",
        "{ \"ports\": [7] }",
    ] {
        let error = json_error(text).to_string();
        assert!(error.contains("GET /v2.0/ports"), "{text}: {error}");
    }
    let wrong = guest(1, ", \"fixed_ips\": \"ip_address='192.0.2.1'\"");
    let error = json_error(&format!("{{ \"ports\": [{wrong}] }}")).to_string();
    assert!(error.contains("ports[0]"), "{error}");
}

/// A tenant names his guest; the operator reads the policy and the terminal.
#[test]
fn no_name_writes_into_the_policy() {
    let evil = "x\\nports: []\\n# \\u001b[2J\\u2028 'a\\\\\\\"";
    let port = guest(1, ", \"fixed_ips\": [{ \"ip_address\": \"192.0.2.1\" }]")
        .replace("\"g1\"", &format!("\"{evil}\""))
        .replace("\"net\"", &format!("\"{evil}\""))
        .replace("compute:nova", evil);
    let imported = ports(&format!("{port}, {}", port.replace("aaaa0001", "bbbb0001")));
    assert_eq!(policy(&imported).ports().len(), 2);
    let said = all(&imported) + &imported.policy;
    let forbidden = |c: char| (c.is_control() && c != '\n') || c == '\u{2028}';
    assert!(!said.contains(forbidden), "{said:?}");
    assert_eq!(imported.policy.matches("\nports:").count(), 1);
    let imported = xml(
        "<domain><name>a&#10;b: [ # '&quot;</name><devices><interface type='bridge&#10;x: y'>
         <mac address='52:54:00:00:00:01'/><source bridge='br&#10;0'/><target dev='tap-1'/>
         </interface><interface type='bridge'><mac address='52:54:00:00:00:01'/>
         <source bridge='br&#10;: 0'/><target dev='tap-1'/></interface></devices></domain>",
    );
    assert_eq!((imported.ports, imported.left_out), (1, 1));
}

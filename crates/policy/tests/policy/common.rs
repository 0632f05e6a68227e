use vifguard_policy::{Identity, Policy};

/// The errors of a file as `line:column: …`.
pub(crate) fn errors(text: &str) -> Vec<String> {
    match Policy::parse(text, "p") {
        Ok(_) => Vec::new(),
        Err(errors) => errors
            .as_slice()
            .iter()
            .map(|error| error.to_string().trim_start_matches("p:").to_owned())
            .collect(),
    }
}

/// The file gives exactly these errors.
#[track_caller]
pub(crate) fn refused(text: &str, expected: &[&str]) {
    assert_eq!(errors(text), expected, "\n{text}");
    assert!(!expected.is_empty());
}

/// The file gives a policy.
#[track_caller]
pub(crate) fn accepted(text: &str) -> Policy {
    match Policy::parse(text, "p") {
        Ok(policy) => policy,
        Err(errors) => panic!("{errors}\n{text}"),
    }
}

/// A port `a` alone on a private network; `more` are further keys of it, from line 9 on.
pub(crate) fn port(more: &str) -> String {
    format!(
        "version: 1
networks:
- {{ name: lab, kind: private }}
ports:
- name: a
  network: lab
  device: tap-a
  mac: 02:00:00:00:00:01
  {more}
"
    )
}

/// A port `a` alone on a flat network; `more` are further keys of it, from line 9 on.
pub(crate) fn flat(network: &str, more: &str) -> String {
    port(more).replace("kind: private", &format!("kind: flat{network}"))
}

/// Ports `a`, `b`, … on one private network, from line 6 on, one a line: their MACs end in 1, 2, ….
pub(crate) fn ports(network: &str, ports: &[&str]) -> String {
    let mut text = format!("version: 1\nnetworks:\n- {{ name: n, kind: private{network} }}\n");
    text.push_str("- { name: other, kind: private }\nports:\n");
    for (i, more) in ports.iter().enumerate() {
        let name = char::from(b'a' + u8::try_from(i).unwrap());
        let mac = format!("\"02:00:00:00:00:{:02x}\"", i + 1);
        let mac = if more.starts_with(", mac: ") {
            String::new()
        } else {
            format!(", mac: {mac}")
        };
        let net = if more.contains(" network: ") {
            ""
        } else {
            ", network: n"
        };
        text.push_str(&format!(
            "- {{ name: {name}{net}, device: tap-{name}{mac}{more} }}\n"
        ));
    }
    text
}

/// What the first port of a file may claim.
#[track_caller]
pub(crate) fn identity(text: &str) -> Identity {
    accepted(text).identities().swap_remove(0)
}

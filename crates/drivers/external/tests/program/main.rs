//! Programs that do what is asked, and such as do not: each of `tests/programs` does one thing, and what
//! comes of it is an answer or an error that says who, when, what, and what to do.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test says what went wrong by failing"
)]

mod good;
mod misbehaving;
mod schema;
mod transcript;

use std::fs;
use std::path::{Path, PathBuf};
use std::time::Duration;

use vifguard_driver::Desired;
use vifguard_external::{External, Options};
use vifguard_policy::Policy;

/// A driver by one of the scripts, of which little is put up with.
fn driver(script: &str) -> External {
    External::new(options(script))
}

fn options(script: &str) -> Options {
    Options {
        farewell: Duration::from_millis(200),
        longest_line: 1 << 20,
        ..Options::of(path(script))
    }
}

fn path(script: &str) -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.join("tests/programs").join(format!("{script}.sh"))
}

/// One port with everything that a port can have.
fn desired() -> Desired {
    let policy = "version: 1
host: { guarded_interfaces: [\"tap*\", vnet7], unknown: audit }
networks: [{ name: lan, kind: private, reserved: [\"fe80::1\"] }]
ports:
  - name: web
    network: lan
    device: tap-web
    mac: \"02:00:00:00:00:0a\"
    addresses: [192.0.2.10, 198.51.100.0/28, \"2001:db8::a\"]
    link_local: any
    ethertypes: [0x88cc]
    guards: { router: off }
    mode: audit
";
    Desired::of(&Policy::parse(policy, "test").unwrap_or_else(|errors| panic!("{errors}")))
}

/// Ports of these names.
fn ports(names: &[&str]) -> Desired {
    let port = |(number, name): (u8, &&str)| {
        format!(
            "  - {{ name: {name}, network: lan, device: tap-{name}, mac: \"02:00:00:00:00:{number:02x}\", \
             addresses: [192.0.2.{number}] }}\n"
        )
    };
    let ports: String = (1..).zip(names).map(port).collect();
    let policy = format!("version: 1\nnetworks: [{{ name: lan, kind: private }}]\nports:\n{ports}");
    Desired::of(&Policy::parse(&policy, "test").unwrap_or_else(|errors| panic!("{errors}")))
}

/// Does this process run, or wait? One that ended is no more than a name until it is asked for.
fn runs(process: &str) -> bool {
    let stat = fs::read_to_string(format!("/proc/{process}/stat"));
    stat.is_ok_and(|stat| !stat.rsplit(')').next().unwrap().starts_with(" Z"))
}

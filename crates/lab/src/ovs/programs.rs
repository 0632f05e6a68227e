use std::env;
use std::path::PathBuf;

use crate::privilege;

const PROGRAMS: [&str; 6] = [
    "ovsdb-tool",
    "ovsdb-server",
    "ovs-vswitchd",
    "ovs-vsctl",
    "ovs-ofctl",
    "ovs-appctl",
];

/// Where packages put the schema of the switch's database.
pub(super) fn schema() -> PathBuf {
    let places = ["/usr/share/openvswitch", "/usr/local/share/openvswitch"];
    let files = places.map(|place| PathBuf::from(place).join("vswitch.ovsschema"));
    let [first, ..] = &files;
    files
        .iter()
        .find(|file| file.exists())
        .unwrap_or(first)
        .clone()
}

/// For the first line of a test: true if a lab with an Open vSwitch can be made; otherwise says why the test
/// is skipped.
///
/// # Panics
/// If there is none and the environment says `VIFGUARD_REQUIRE_LAB=1`: there a skipped test is a failed one.
#[must_use = "a test that goes on without a switch fails for the wrong reason"]
pub fn available() -> bool {
    if !privilege::available() {
        return false;
    }
    match missing() {
        None => true,
        Some(missing) => {
            privilege::skip(&missing);
            false
        }
    }
}

/// What a lab with an Open vSwitch lacks here, and what to install; none if all is there.
pub fn missing() -> Option<String> {
    let missing: Vec<&str> = PROGRAMS
        .into_iter()
        .filter(|program| !is_there(program))
        .collect();
    let said = format!(
        "there is no {}; install Open vSwitch (Debian: apt-get install openvswitch-switch)",
        missing.join(", ")
    );
    (!missing.is_empty()).then_some(said)
}

fn is_there(program: &str) -> bool {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path).any(|directory| directory.join(program).is_file())
}

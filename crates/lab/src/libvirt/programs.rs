use std::env;

use crate::privilege;

const PROGRAMS: [&str; 4] = ["libvirtd", "virsh", "ebtables", "unshare"];
/// Daemons live here, which is not in everybody's PATH.
const ALSO: [&str; 2] = ["/usr/sbin", "/sbin"];

/// For the first line of a test: true if a lab with a libvirtd can be made; otherwise says why the test is
/// skipped.
///
/// # Panics
/// If there is none and the environment says `VIFGUARD_REQUIRE_LAB=1`: there a skipped test is a failed one.
#[must_use = "a test that goes on without a libvirtd fails for the wrong reason"]
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

/// What a lab with a libvirtd lacks here, and what to install; none if all is there.
pub fn missing() -> Option<String> {
    let missing: Vec<&str> = PROGRAMS
        .into_iter()
        .filter(|program| !is_there(program))
        .collect();
    let said = format!(
        "there is no {}; install libvirt (Debian: apt-get install libvirt-daemon-driver-qemu \
         libvirt-daemon-config-nwfilter libvirt-clients ebtables)",
        missing.join(", ")
    );
    (!missing.is_empty()).then_some(said)
}

fn is_there(program: &str) -> bool {
    let path = env::var_os("PATH").unwrap_or_default();
    let directories = env::split_paths(&path).chain(ALSO.map(Into::into));
    directories
        .into_iter()
        .any(|directory| directory.join(program).is_file())
}

use crate::program;

/// For the first line of a test: true if machines can be emulated; otherwise says why the test is skipped.
///
/// # Panics
/// If there is no QEMU and the environment says `VIFGUARD_REQUIRE_LAB=1`: there a skipped test is a failed one.
#[must_use = "a test that goes on without a machine fails for the wrong reason"]
pub fn available() -> bool {
    if !vifguard_lab::available() {
        return false;
    }
    if program::is_there(crate::machine::QEMU) {
        return true;
    }
    vifguard_lab::skip(&format!(
        "there is no {} (Debian: apt-get install qemu-system-x86)",
        crate::machine::QEMU
    ));
    false
}

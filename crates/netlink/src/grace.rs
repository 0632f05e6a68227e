//! Waiting until no frame is under way that saw an earlier state.

use std::thread::sleep;
use std::time::Duration;

/// `MEMBARRIER_CMD_GLOBAL` of linux/membarrier.h: returns after an RCU grace period, and every frame
/// is judged inside one.
const GLOBAL: libc::c_int = 1;

/// Where the kernel has no `membarrier`: far longer than any frame is judged.
const LONG: Duration = Duration::from_millis(200);

/// Returns when every frame that was being judged at the time of the call has its verdict.
pub fn wait_for_readers() {
    #[expect(unsafe_code, reason = "no library wraps membarrier(2)")]
    // SAFETY: the call takes three numbers and touches no memory of this process.
    let result = unsafe { libc::syscall(libc::SYS_membarrier, GLOBAL, 0, 0) };
    if result != 0 {
        sleep(LONG);
    }
}

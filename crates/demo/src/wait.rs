use std::time::Duration;

use vifguard_lab::wait_until;

use crate::error::Result;

/// Longer than anything takes that happens at all, on a machine with other things to do.
pub(crate) const PATIENCE: Duration = Duration::from_secs(5);

/// [`wait_until`] for a question that can fail.
pub(crate) fn eventually(
    timeout: Duration,
    mut question: impl FnMut() -> Result<bool>,
) -> Result<bool> {
    let mut answer = Ok(false);
    wait_until(timeout, || {
        answer = question();
        !matches!(answer, Ok(false))
    });
    answer
}

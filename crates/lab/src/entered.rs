use std::fs::File;
use std::io::Write;
use std::marker::PhantomData;

use nix::sched::{CloneFlags, setns};

/// The time that a thread spends in a namespace: it is back where it was when this is dropped.
///
/// Guards nest; drop them in the reverse order. Threads started meanwhile begin in this namespace too.
#[must_use = "the thread leaves the namespace as soon as this is dropped"]
#[derive(Debug)]
pub struct Entered {
    before: File,
    /// A namespace is a property of one thread: dropped on another, the guard would restore the wrong one.
    of_this_thread: PhantomData<*const ()>,
}

impl Entered {
    pub(crate) fn returning_to(before: File) -> Self {
        Self {
            before,
            of_this_thread: PhantomData,
        }
    }
}

impl Drop for Entered {
    fn drop(&mut self) {
        let Err(error) = setns(&self.before, CloneFlags::CLONE_NEWNET) else {
            return;
        };
        let message =
            format!("cannot leave a lab's namespace: {error}; this thread must not go on");
        // A panic while panicking would take the whole test run down and hide the first reason.
        if std::thread::panicking() {
            let _ = writeln!(std::io::stderr(), "{message}");
        } else {
            #[expect(
                clippy::panic,
                reason = "a thread in a namespace it does not expect must end"
            )]
            {
                panic!("{message}");
            }
        }
    }
}

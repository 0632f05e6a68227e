//! What holds between the frames: the contract's properties (section 7), as floods that any driver is
//! put under.

mod atomic;
mod detour;
mod drift;
mod fdb;
mod first_frame;
mod frames;
mod policies;
mod resident;
mod reused;

pub use atomic::{Flips, atomic, atomic_of};
pub use detour::{Detoured, detour};
pub use drift::{Meddled, drift};
pub use fdb::{Taught, fdb};
pub use first_frame::{FirstFrames, first_frame};
pub use resident::{Kills, resident, resident_of};
pub use reused::{Reused, reused};

use super::byte::Byte;
use super::interface::Interface;
use crate::Logic;

/// May a look-up be answered without a look at the elements?
pub(crate) trait Ask<L: Logic> {
    /// Whether something is found, if the answer stands for the elements.
    fn found(&self, set: &str, key: &[Byte<L>], interface: &Interface<'_>) -> Option<L::Bit>;

    /// Other frames come.
    fn begin(&self) {}

    /// What is known of the answers that were given since then.
    fn known(&self) -> Option<L::Bit> {
        None
    }
}

/// Every look-up looks at the elements.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Spelled;

impl<L: Logic> Ask<L> for Spelled {
    fn found(&self, _: &str, _: &[Byte<L>], _: &Interface<'_>) -> Option<L::Bit> {
        None
    }
}

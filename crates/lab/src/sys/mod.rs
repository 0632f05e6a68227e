//! The calls that `nix` has no safe form of, each behind a function that is safe to call.
//!
//! The only unsafe code of this crate.
#![expect(
    unsafe_code,
    reason = "packet sockets, taps and pre_exec have no safe form in nix 0.31"
)]

pub(crate) mod child;
pub(crate) mod packet;
pub(crate) mod tun;

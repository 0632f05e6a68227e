//! What a fuzzer's bytes mean: a port, the guards that are on, a tag beside the frame, the frame.

#![forbid(unsafe_code)]

mod input;
mod port;
mod promise;

pub use input::Input;
pub use port::identity;
pub use promise::check;

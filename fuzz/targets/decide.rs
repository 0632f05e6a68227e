//! The judge against arbitrary guards, tags and frames.

#![no_main]

use libfuzzer_sys::fuzz_target;
use vifguard_fuzz::{Input, check};

fuzz_target!(|bytes: &[u8]| {
    if let Some(input) = Input::read(bytes) {
        check(&input);
    }
});

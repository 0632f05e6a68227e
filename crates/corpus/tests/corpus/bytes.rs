use vifguard_corpus::{Hex, build};

use crate::corpus;

/// The two forms of a frame agree, so that a harness may read whichever it likes. If a case was
/// changed on purpose: `cargo run -p vifguard-corpus --example bless`.
#[test]
fn fields_and_bytes_are_the_same_frame() {
    for case in &corpus().cases {
        let built = build(&case.layers).unwrap_or_else(|error| panic!("{}: {error}", case.name));
        let (built, written) = (Hex(built).to_string(), Hex(case.frame.clone()).to_string());
        assert_eq!(built, written, "{}: run the example `bless`", case.name);
    }
}

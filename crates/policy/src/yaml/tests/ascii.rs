//! The parser reads the same from our input as from its own.

use proptest::prelude::*;
use saphyr_parser::{Event, Input, Parser, ScanError, Span};

use super::soup::{list, soup};
use crate::yaml::ascii::Ascii;

type Events<'a> = Vec<Result<(Event<'a>, Span), ScanError>>;

/// Up to the first error: a parser that is asked again after one gives it for ever.
fn events<'a, T: Input>(parser: Parser<'a, T>) -> Events<'a> {
    let mut failed = false;
    parser
        .take_while(|event| !std::mem::replace(&mut failed, event.is_err()))
        .collect()
}

fn check(text: &str) {
    let expected = events(Parser::new_from_str(text));
    assert_eq!(
        events(Parser::new(Ascii::new(text).unwrap())),
        expected,
        "{text:?}"
    );
}

#[test]
fn long_texts_and_deep_indentation() {
    for length in 0..100 {
        let (long, deep) = ("x".repeat(length), " ".repeat(length));
        check(&format!(
            "a: {long}\nb: '{long}'\nc: [{long}, \"{long}\"]\n{long}: d"
        ));
        check(&format!(
            "a: |\n {deep}x\n\n {deep} x\n{deep}\nb: >\n {deep}x\n {deep}x"
        ));
        check(&format!(
            "# {long}\na:{deep}\n- |9\n{deep}x\n- >2+\n{deep}x"
        ));
    }
}

#[test]
fn only_ascii() {
    assert!(Ascii::new("a: é").is_none());
    assert!(Ascii::new("").is_some());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(2_000))]

    #[test]
    fn texts(text in "[ -~\n\r\t]{0,60}") {
        check(&text);
    }

    #[test]
    fn soups(text in soup()) {
        check(&text);
    }

    #[test]
    fn lists(text in list()) {
        check(&text);
    }
}

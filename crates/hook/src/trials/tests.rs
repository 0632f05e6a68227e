use vifguard_corpus::Corpus;

use super::*;

fn trials<'a>(corpus: &'a Corpus, cases: &[usize]) -> Vec<Trial<'a>> {
    let trial = |number: &usize| {
        let case = &corpus.cases[*number];
        Trial {
            case,
            choice: case.variants()[0].label(),
            expected: case.variants()[0].expected,
        }
    };
    cases.iter().map(trial).collect()
}

fn came(observed: &[Observed]) -> Vec<bool> {
    observed.iter().map(|it| it.came_through).collect()
}

#[test]
fn what_is_seen_counts_for_the_frame_that_was_sent() {
    let corpus = Corpus::embedded().unwrap();
    let trials = trials(corpus, &[0, 1, 2]);
    let frame = |number: usize| trials[number].case.frame.clone();
    let taught = [false, true, false];
    let log = [(0, frame(0)), (2, frame(2)), (2, vec![1, 2, 3])];
    let seen = observed(&trials, &log, &taught);
    assert_eq!(came(&seen), [true, false, true]);
    assert!(seen[1].taught && !seen[0].taught);
    // It came out late, when others had been sent already.
    let late = [(2, frame(0))];
    assert_eq!(
        came(&observed(&trials, &late, &taught)),
        [true, false, false]
    );
    // Before it was sent it was somebody else's.
    let early = [(0, frame(2))];
    assert_eq!(came(&observed(&trials, &early, &taught)), [false; 3]);
}

/// Two cases may have the same bytes.
#[test]
fn the_same_bytes_count_for_the_last_that_had_them() {
    let corpus = Corpus::embedded().unwrap();
    let trials = trials(corpus, &[0, 1, 0]);
    let frame = trials[0].case.frame.clone();
    let taught = [false; 3];
    let first = [(1, frame.clone())];
    assert_eq!(
        came(&observed(&trials, &first, &taught)),
        [true, false, false]
    );
    let last = [(2, frame)];
    assert_eq!(
        came(&observed(&trials, &last, &taught)),
        [false, false, true]
    );
    // What was never sent, since the port fell silent, was not observed.
    assert_eq!(observed(&trials, &last, &[false]).len(), 1);
}

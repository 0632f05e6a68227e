use std::collections::BTreeSet;

use vifguard_corpus::mutant::{Mutants, driver_may, saved};
use vifguard_corpus::{Corpus, Hex};

#[test]
fn one_seed_gives_the_same_frames_everywhere() {
    let corpus = Corpus::embedded().unwrap();
    let frames = |seed| Mutants::of(corpus, seed).take(200).collect::<Vec<_>>();
    assert_eq!(frames(1), frames(1));
    assert_ne!(frames(1), frames(2));
}

#[test]
fn mutants_can_be_sent_and_are_mutants() {
    let corpus = Corpus::embedded().unwrap();
    let parents: BTreeSet<&[u8]> = corpus.cases.iter().map(|c| c.frame.as_slice()).collect();
    let mut strangers = 0;
    for mutant in Mutants::of(corpus, 3).take(2_000) {
        assert!((14..=1518).contains(&mutant.frame.len()), "{mutant:?}");
        assert!(corpus.case(&mutant.origin).is_some() && !mutant.changes.is_empty());
        strangers += usize::from(!parents.contains(mutant.frame.as_slice()));
    }
    assert!(strangers > 1_500, "{strangers} of 2,000 are new");
}

#[test]
fn every_kind_of_change_is_made() {
    let corpus = Corpus::embedded().unwrap();
    let mutants = Mutants::of(corpus, 5).take(2_000);
    let made: BTreeSet<&str> = mutants.flat_map(|mutant| mutant.changes).collect();
    assert_eq!(made.len(), 14, "{made:?}");
}

#[test]
fn saved_ones_are_all_read() {
    let lines = include_str!("../../mutants.txt").lines().count();
    assert!(lines > 100);
    assert_eq!(saved().count(), lines);
}

/// What the corpus calls `either` by hand, the mutants' judge of it finds, and nothing else.
#[test]
fn drivers_may_differ_where_the_corpus_says_so() {
    let corpus = Corpus::embedded().unwrap();
    let strict = |case: &&vifguard_corpus::Case| {
        case.expect(vifguard_policy::Profile::Strict)
            .driver_may
            .is_some()
    };
    let marked: Vec<_> = corpus.cases.iter().filter(strict).collect();
    assert!(!marked.is_empty());
    for case in marked {
        assert!(
            driver_may(&case.frame).is_some(),
            "{} {}",
            case.name,
            Hex(case.frame.clone())
        );
    }
}

//! `decide` runs for every frame: it may not wait for an allocator, which a guest could exhaust.

use std::alloc::{GlobalAlloc, Layout, System};
use std::cell::Cell;

use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use vifguard_corpus::Corpus;
use vifguard_policy::Identity;
use vifguard_verdict::{CompiledPort, VlanTag, decide};

thread_local! {
    /// Of this thread alone: the test harness allocates in others.
    static ALLOCATIONS: Cell<usize> = const { Cell::new(0) };
}

struct Counting;

#[expect(unsafe_code, reason = "an allocator is unsafe by its trait")]
// SAFETY: every call goes to `System` as it came. Counting touches a thread-local without a
// destructor and with a constant start, which needs no allocation itself.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        ALLOCATIONS.set(ALLOCATIONS.get() + 1);
        // SAFETY: the caller's promise is passed on.
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, memory: *mut u8, layout: Layout) {
        // SAFETY: the caller's promise is passed on.
        unsafe { System.dealloc(memory, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

fn assert_none(port: &CompiledPort, frame: &[u8], tag: Option<VlanTag>) {
    let before = ALLOCATIONS.get();
    let verdict = decide(port, frame, tag);
    let after = ALLOCATIONS.get();
    assert_eq!(after, before, "{verdict} for {frame:02x?}");
}

#[test]
fn the_allocator_counts() {
    let before = ALLOCATIONS.get();
    drop(std::hint::black_box(Box::new(1)));
    assert_eq!(ALLOCATIONS.get(), before + 1);
}

#[test]
fn no_frame_of_the_corpus_allocates() {
    for case in &Corpus::embedded().unwrap().cases {
        let standard = case.identity(&case.variants()[0].choice).unwrap();
        for variant in case.variants() {
            let identity = Identity {
                guards: variant.guards(),
                ..standard.clone()
            };
            assert_none(&CompiledPort::new(&identity), &case.frame, None);
        }
    }
}

#[test]
fn no_other_bytes_allocate() {
    let cases = &Corpus::embedded().unwrap().cases;
    let identity = cases[0].identity(&cases[0].variants()[0].choice).unwrap();
    let port = CompiledPort::new(&identity);
    let bytes = proptest::collection::vec(any::<u8>(), 0..200);
    let tag = proptest::option::of((any::<u16>(), any::<u16>()));
    let mut runner = TestRunner::deterministic();
    for round in 0..20_000 {
        let (mut frame, tag) = (&bytes, &tag).new_tree(&mut runner).unwrap().current();
        // An own source and an EtherType that is opened: other bytes do not come far.
        let head = cases[round % cases.len()].frame.get(..14);
        if let (Some(head), Some(start)) = (head, frame.first_chunk_mut::<14>()) {
            start.copy_from_slice(head);
        }
        assert_none(&port, &frame, tag.map(|(tpid, tci)| VlanTag { tpid, tci }));
    }
}

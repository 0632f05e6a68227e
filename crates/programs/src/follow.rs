use std::io::{BufRead, BufReader, PipeReader};
use std::process::Child;
use std::thread;
use std::time::Duration;

use crate::Program;

/// Before a program that ended is started again.
const PAUSE: Duration = Duration::from_secs(1);

/// Listens to a program, and to its successors.
pub(crate) fn follow(
    program: &Program,
    mut speaker: (Child, PipeReader),
    heard: impl Fn() -> bool,
) {
    loop {
        let (mut child, words) = speaker;
        let listening = hear(words, &heard);
        // Whoever ended, its words are over; what comes next is asked of a new one.
        let _ = child.kill();
        let _ = child.wait();
        if !listening || !heard() {
            return;
        }
        speaker = loop {
            thread::sleep(PAUSE);
            match program.start() {
                Ok(again) => break again,
                // What it speaks of may be gone for a while: whoever listens looks for itself.
                Err(_) if heard() => {}
                Err(_) => return,
            }
        };
        // What happened in between was said to nobody.
        if !heard() {
            let _ = speaker.0.kill();
            let _ = speaker.0.wait();
            return;
        }
    }
}

/// Passes on that lines came, until there are no more; false when nobody listens.
fn hear(words: PipeReader, heard: &impl Fn() -> bool) -> bool {
    let mut lines = BufReader::new(words).split(b'\n');
    while let Some(Ok(_)) = lines.next() {
        if !heard() {
            return false;
        }
    }
    true
}

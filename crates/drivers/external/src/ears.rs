//! Listening to a program's pipes, beside everything else: a program that is not read waits for ever.

use std::io::{BufRead, BufReader, Read};
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread::{self, JoinHandle};

/// So many lines wait to be read; a program that says more must wait itself.
const UNREAD: usize = 16;
/// So much is kept of what it complains of.
const LAST_WORDS: usize = 4096;

/// What comes out of a program.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Heard {
    /// A whole line, without its end.
    Line(Vec<u8>),
    /// A line that had no end when the program's output had one.
    Torn(Vec<u8>),
    /// A line that is too long, so far.
    TooLong(Vec<u8>),
    /// No more.
    End,
}

/// The lines that it writes. After one that is not whole there are no more.
pub(crate) fn lines(
    pipe: impl Read + Send + 'static,
    longest: usize,
) -> (Receiver<Heard>, JoinHandle<()>) {
    let (tell, heard) = sync_channel(UNREAD);
    let thread = thread::spawn(move || read_lines(pipe, longest, &tell));
    (heard, thread)
}

fn read_lines(pipe: impl Read, longest: usize, tell: &SyncSender<Heard>) {
    let mut pipe = BufReader::new(pipe);
    let most = u64::try_from(longest).unwrap_or(u64::MAX).saturating_add(1);
    loop {
        let mut line = Vec::new();
        let read = (&mut pipe).take(most).read_until(b'\n', &mut line);
        let heard = match (read, line.pop()) {
            (Err(_), _) | (_, None) => Heard::End,
            (Ok(_), Some(b'\n')) => Heard::Line(line),
            (Ok(_), Some(last)) => {
                line.push(last);
                match line.len() > longest {
                    true => Heard::TooLong(line),
                    false => Heard::Torn(line),
                }
            }
        };
        let is_last = !matches!(heard, Heard::Line(_));
        if tell.send(heard).is_err() || is_last {
            return;
        }
    }
}

/// The end of what a program complained of.
#[derive(Clone, Debug, Default)]
pub(crate) struct Complaints(Arc<Mutex<Vec<u8>>>);

impl Complaints {
    /// Listens, however much it is.
    pub(crate) fn of(pipe: impl Read + Send + 'static) -> (Complaints, JoinHandle<()>) {
        let complaints = Complaints::default();
        let kept = complaints.clone();
        let thread = thread::spawn(move || kept.keep(pipe));
        (complaints, thread)
    }

    fn keep(&self, mut pipe: impl Read) {
        let mut piece = [0; LAST_WORDS];
        while let Ok(read @ 1..) = pipe.read(&mut piece) {
            let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            kept.extend_from_slice(&piece[..read]);
            let too_much = kept.len().saturating_sub(LAST_WORDS);
            kept.drain(..too_much);
        }
    }

    /// The last line of it that says anything.
    pub(crate) fn last(&self) -> Option<String> {
        let kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let text = String::from_utf8_lossy(&kept);
        let mut lines = text.lines().map(str::trim);
        lines.rfind(|line| !line.is_empty()).map(printable)
    }
}

/// As much of a text as an error may show.
pub(crate) fn printable(text: &str) -> String {
    const SHOWN: usize = 200;
    let mut shown: String = text
        .chars()
        .take(SHOWN)
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    if text.chars().nth(SHOWN).is_some() {
        shown.push('…');
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    fn heard(text: &[u8], longest: usize) -> Vec<Heard> {
        let (heard, thread) = lines(std::io::Cursor::new(text.to_vec()), longest);
        let heard = heard.iter().collect();
        thread.join().unwrap();
        heard
    }

    #[test]
    fn lines_have_ends() {
        let line = |text: &str| Heard::Line(text.as_bytes().to_vec());
        assert_eq!(
            heard(b"a\n\nb\n", 1),
            [line("a"), line(""), line("b"), Heard::End]
        );
        assert_eq!(heard(b"a\nb", 1), [line("a"), Heard::Torn(b"b".to_vec())]);
        assert_eq!(heard(b"ab\n", 1), [Heard::TooLong(b"ab".to_vec())]);
        assert_eq!(heard(b"", 1), [Heard::End]);
    }

    #[test]
    fn the_last_words_are_kept_of_a_flood() {
        let flood = [&[b'x'; 1 << 20][..], b"\nno luck\n \n"].concat();
        let (complaints, thread) = Complaints::of(std::io::Cursor::new(flood));
        thread.join().unwrap();
        assert_eq!(complaints.last().as_deref(), Some("no luck"));
        assert!(complaints.0.lock().unwrap().len() <= LAST_WORDS);
    }
}

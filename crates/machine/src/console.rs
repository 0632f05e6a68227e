use std::io::Read;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::{Duration, Instant};

use crate::error::{Error, Result};

/// What a machine says, as it says it.
///
/// Each marker is looked for behind the one that was found before it, so that the same word can be waited
/// for again.
#[derive(Clone, Debug)]
pub struct Console(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    said: Mutex<Said>,
    news: Condvar,
}

#[derive(Debug, Default)]
struct Said {
    text: String,
    /// Up to here it was read.
    read: usize,
    ended: bool,
}

impl Console {
    /// Follows what comes from here to its end, on a thread of its own.
    pub fn follow(source: impl Read + Send + 'static) -> Console {
        Console::follow_and(source, |_| {})
    }

    /// The same, and does this with each piece as it comes.
    pub(crate) fn follow_and(
        mut source: impl Read + Send + 'static,
        tell: impl Fn(&str) + Send + 'static,
    ) -> Console {
        let console = Console(Arc::default());
        let shared = Arc::clone(&console.0);
        thread::spawn(move || {
            let mut room = [0; 4096];
            // A pipe that cannot be read has ended, whatever the reason.
            while let Ok(length @ 1..) = source.read(&mut room) {
                let said = String::from_utf8_lossy(&room[..length]).replace('\r', "");
                tell(&said);
                lock(&shared).text.push_str(&said);
                shared.news.notify_all();
            }
            lock(&shared).ended = true;
            shared.news.notify_all();
        });
        console
    }

    /// Waits for a line with this in it, and returns the whole line. What came before it is passed over:
    /// [`Console::take_lines`] returns that too.
    pub fn wait_for(&self, marker: &str, patience: Duration) -> Result<String> {
        let deadline = Instant::now() + patience;
        let mut said = lock(&self.0);
        loop {
            if let Some(line) = said.line_with(marker) {
                return Ok(line);
            }
            if said.ended {
                return Err(Error::silent(marker, None, &said.text));
            }
            let left = deadline.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(Error::silent(marker, Some(patience), &said.text));
            }
            let waited = self.0.news.wait_timeout(said, left);
            said = waited.unwrap_or_else(PoisonError::into_inner).0;
        }
    }

    /// The whole lines up to and with the one that has this in it, from where the last wait ended.
    pub fn take_lines(&self, marker: &str, patience: Duration) -> Result<Vec<String>> {
        let from = lock(&self.0).read;
        self.wait_for(marker, patience)?;
        let said = lock(&self.0);
        Ok(said.text[from..said.read]
            .lines()
            .map(ToOwned::to_owned)
            .collect())
    }

    /// All that was said.
    pub fn log(&self) -> String {
        lock(&self.0).text.clone()
    }
}

impl Said {
    fn line_with(&mut self, marker: &str) -> Option<String> {
        let found = self.read + self.text[self.read..].find(marker)?;
        let end = found + self.text[found..].find('\n')?;
        let start = self.text[..found].rfind('\n').map_or(0, |at| at + 1);
        self.read = end + 1;
        Some(self.text[start..end].to_owned())
    }
}

fn lock(shared: &Shared) -> MutexGuard<'_, Said> {
    shared.said.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write};

    use super::*;

    #[test]
    fn markers_are_found_one_behind_the_other() {
        let console = Console::follow(Cursor::new("one up\r\ntwo\none up again\nhalf a"));
        let patience = Duration::from_secs(5);
        assert_eq!(console.wait_for("up", patience).unwrap(), "one up");
        let lines = console.take_lines("up", patience).unwrap();
        assert_eq!(lines, ["two", "one up again"]);
        let error = console.wait_for("half", patience).unwrap_err().to_string();
        assert!(
            error.contains("before it ended") && error.contains("half a"),
            "{error}"
        );
    }

    #[test]
    fn a_line_is_waited_for_until_it_is_whole() {
        let (reader, mut writer) = std::io::pipe().unwrap();
        let console = Console::follow(reader);
        writer.write_all(b"mark").unwrap();
        assert!(console.wait_for("mark", Duration::from_millis(20)).is_err());
        writer.write_all(b"er\n").unwrap();
        assert_eq!(
            console.wait_for("mark", Duration::from_secs(5)).unwrap(),
            "marker"
        );
    }
}

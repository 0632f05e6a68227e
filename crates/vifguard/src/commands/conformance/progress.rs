//! How far a run has got: a bar where somebody looks, else a line for each part.

use std::io::{IsTerminal, Write, stderr};

use indicatif::{ProgressBar, ProgressStyle};
use vifguard_kit::Progress;

/// Shows it on standard error.
pub(super) struct Shown {
    bar: Option<ProgressBar>,
    what: String,
    is_terminal: bool,
}

impl Shown {
    pub(super) fn new() -> Shown {
        Shown {
            bar: None,
            what: String::new(),
            is_terminal: stderr().is_terminal(),
        }
    }
}

impl Progress for Shown {
    fn begin(&mut self, what: &str, steps: u64) {
        self.what = what.to_owned();
        if !self.is_terminal {
            return;
        }
        let bar = ProgressBar::new(steps);
        let template = match steps {
            1 => "{msg} {spinner} {elapsed}",
            _ => "{msg} {wide_bar} {pos}/{len} {elapsed}",
        };
        if let Ok(style) = ProgressStyle::with_template(template) {
            bar.set_style(style);
        }
        bar.set_message(what.to_owned());
        bar.enable_steady_tick(std::time::Duration::from_millis(200));
        self.bar = Some(bar);
    }

    fn step(&mut self) {
        if let Some(bar) = &self.bar {
            bar.inc(1);
        }
    }

    fn end(&mut self, seconds: f64) {
        if let Some(bar) = self.bar.take() {
            bar.finish_and_clear();
        }
        // Who does not see it need not be told.
        let _ = writeln!(stderr(), "{}: {seconds:.1} s", self.what);
    }
}

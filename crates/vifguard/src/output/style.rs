use std::env;

/// Whether to use a terminal's bold and red. Never for pipes and files, nor where `NO_COLOR` is set
/// (<https://no-color.org>) or the terminal is dumb.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Style {
    coloured: bool,
}

impl Style {
    /// Text without any.
    #[cfg(test)]
    pub(crate) const PLAIN: Style = Style { coloured: false };

    /// What suits a stream.
    pub(crate) fn of(is_terminal: bool) -> Style {
        let refused = env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let dumb = env::var_os("TERM").is_some_and(|term| term == "dumb");
        Style {
            coloured: is_terminal && !refused && !dumb,
        }
    }

    /// A heading.
    pub(crate) fn head(self, text: &str) -> String {
        self.wrap("1", text)
    }

    /// Something that must not be overlooked.
    pub(crate) fn alarm(self, text: &str) -> String {
        self.wrap("1;31", text)
    }

    fn wrap(self, code: &str, text: &str) -> String {
        if self.coloured {
            format!("\x1b[{code}m{text}\x1b[0m")
        } else {
            text.to_owned()
        }
    }
}

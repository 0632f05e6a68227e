use std::fmt;

/// What a hook is asked to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verb {
    /// Make the switch, and start what serves it.
    Start,
    /// Connect a port that nobody guards.
    Plug,
    /// Connect a port, and guard it.
    Guard,
    /// Take a guarded port away.
    Release,
    /// Take everything away.
    Stop,
}

impl Verb {
    /// The word that the hook gets.
    pub const fn name(self) -> &'static str {
        match self {
            Verb::Start => "start",
            Verb::Plug => "plug",
            Verb::Guard => "guard",
            Verb::Release => "release",
            Verb::Stop => "stop",
        }
    }
}

impl fmt::Display for Verb {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

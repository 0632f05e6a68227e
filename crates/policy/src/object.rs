use std::fmt;

use crate::quote::shown;

/// What an error is about.
#[derive(Clone, Copy)]
pub(crate) enum Object<'t> {
    /// The file itself.
    File,
    /// The host's part.
    Host,
    /// A network.
    Network(Label<'t>),
    /// A port.
    Port(Label<'t>),
}

/// What a network or a port is called in an error.
#[derive(Clone, Copy)]
pub(crate) enum Label<'t> {
    /// By its name.
    Name(&'t str),
    /// By its place in the list, counted from 1, as long as it has no name.
    Number(usize),
}

impl Object<'_> {
    /// The words for it; the file itself needs none.
    pub(crate) fn name(self) -> Option<String> {
        match self {
            Object::File => None,
            Object::Host | Object::Network(_) | Object::Port(_) => Some(self.to_string()),
        }
    }
}

impl fmt::Display for Object<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Object::File => f.write_str("the file"),
            Object::Host => f.write_str("host"),
            Object::Network(label) => write!(f, "network {label}"),
            Object::Port(label) => write!(f, "port {label}"),
        }
    }
}

impl fmt::Display for Label<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Label::Name(name) => f.write_str(&shown(name)),
            Label::Number(number) => write!(f, "number {number}"),
        }
    }
}

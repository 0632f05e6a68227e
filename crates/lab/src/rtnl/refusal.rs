use std::io;

use netlink_packet_core::{DecodeError, ErrorMessage, NlasIterator};

/// Length of the request's own header, which comes back before the text.
const REQUEST_HEADER: usize = 16;
/// Attribute type of the text in an extended acknowledgement (`NLMSGERR_ATTR_MSG`).
const TEXT: u16 = 1;

/// The kernel's no, with its reason in words where it gave one.
#[derive(Debug)]
pub(crate) struct Refusal {
    pub(crate) source: io::Error,
    pub(crate) said: Option<String>,
}

impl Refusal {
    /// What an error message says; `None` if it is an acknowledgement.
    pub(super) fn of(answer: &ErrorMessage) -> Option<Self> {
        answer.code?;
        let attributes = answer.header.get(REQUEST_HEADER..).unwrap_or_default();
        let text = NlasIterator::new(attributes)
            .flatten()
            .find(|nla| nla.kind() == TEXT);
        let said = text.map(|nla| {
            String::from_utf8_lossy(nla.value())
                .trim_end_matches('\0')
                .to_owned()
        });
        Some(Self {
            source: answer.to_io(),
            said,
        })
    }
}

impl From<io::Error> for Refusal {
    fn from(source: io::Error) -> Self {
        Self { source, said: None }
    }
}

impl From<DecodeError> for Refusal {
    fn from(source: DecodeError) -> Self {
        Self {
            source: io::Error::other(source),
            said: None,
        }
    }
}

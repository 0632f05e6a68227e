use serde_json::Value;

use super::{Object, list, text, word};
use crate::Unknown;

/// What holds for the whole host.
pub(super) fn schema() -> Value {
    let mut guarded = list(
        "On these interfaces nothing passes without a port's policy, from their first frame on.",
        text::pattern("A name, or a prefix followed by one *, such as tap*; not covering lo."),
    );
    guarded["uniqueItems"] = true.into();
    Object::new("What holds for the whole host.")
        .optional("guarded_interfaces", guarded)
        .optional(
            "unknown",
            word(
                "Frames from a guarded interface without a port: refuse, or audit (pass and count) \
                 while a host is being brought in.",
                &Unknown::ALL,
                Unknown::name,
                Some(Unknown::default()),
            ),
        )
        .close()
}

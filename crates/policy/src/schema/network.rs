use serde_json::Value;

use super::{Object, boolean, list, of, text, word};
use crate::NetworkKind;

/// One network.
pub(super) fn schema() -> Value {
    Object::new("A layer 2 segment on which ports meet.")
        .required("name", text::name("Its name, unique in the file."))
        .required(
            "kind",
            word(
                "flat: many tenants side by side. private: one tenant alone.",
                &NetworkKind::ALL,
                NetworkKind::name,
                None,
            ),
        )
        .optional(
            "reserved",
            list(
                "Addresses, prefixes and MACs that no port may hold: gateway, name server, DHCP \
                 server.",
                of("reserved-entry"),
            ),
        )
        .optional(
            "relaxed_ports",
            boolean(
                "true: on a flat network, ports may switch identity guards off and hold very short \
                 prefixes.",
            ),
        )
        .close()
}

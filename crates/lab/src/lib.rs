//! Network namespaces as values: guests, bridges, senders and observers for tests.

//! The one place that speaks raw netlink.

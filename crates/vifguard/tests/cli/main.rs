//! The built program, run as a user runs it. What touches an interface runs in a lab's namespace.
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "clippy.toml allows them in test functions, not in their helpers"
)]

mod blast;
mod boot;
mod bypass;
mod check;
mod conformance;
mod contract;
mod demo;
mod derived;
mod doctor;
mod enforce;
mod explain;
mod external;
mod help;
mod hooks;
mod import;
mod input;
mod libvirt;
mod lxd;
mod ovs;
mod pages;
mod plan;
mod readme;
mod release;
mod resident;
mod rights;
mod run;
mod signals;
mod status;
mod support;
mod trouble;
mod verify;
mod watch;
mod xen;

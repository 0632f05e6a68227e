//! VIFs as the hypervisors know them: which guest's interface is which device of this host.
//!
//! Each is asked by its own program, which finds it as the operator's commands do (`LIBVIRT_DEFAULT_URI`,
//! `OVS_RUNDIR`), and only if somebody wants to know.

pub mod libvirt;
pub mod ovs;
pub mod xen;

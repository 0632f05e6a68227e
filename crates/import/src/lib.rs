//! Policies for those who come from elsewhere.
//!
//! [`libvirt()`] reads what `virsh dumpxml` writes, [`Neutron`] what the Networking API answers. Both give
//! an [`Imported`]: the text of a policy, and for each line of the source that says something about who
//! may send what, a [`Remark`]: what it was, what it becomes, and whether that is stricter or looser.
//!
//! ```
//! use vifguard_import::{Source, libvirt};
//!
//! let text = "
//! <interface type='bridge'>
//!   <mac address='52:54:00:00:00:01'/>
//!   <source bridge='br0'/>
//!   <target dev='tap-web'/>
//!   <filterref filter='clean-traffic'><parameter name='IP' value='192.0.2.10'/></filterref>
//! </interface>";
//! let imported = libvirt(&[Source { name: "web.xml", text }])?;
//! assert!(imported.policy.contains("addresses: [192.0.2.10]"));
//! assert_eq!(imported.decisions().count(), 0);
//! # Ok::<(), vifguard_import::ImportError>(())
//! ```
//!
//! Where the source says too little or contradicts itself, the port stands in the policy as a comment, or
//! with less than the guest needs, under a line that begins with `DECIDE`: a guess that is too wide would
//! be a hole that nobody asked for.
//!
//! This crate does no IO and knows nothing of drivers or of the kernel. It runs what it wrote through
//! [`vifguard_policy::Policy::parse`] before it hands it out.

#![forbid(unsafe_code)]

mod change;
mod draft;
mod error;
mod imported;
mod libvirt;
mod neutron;
mod note;
mod quote;
mod remark;
mod source;
mod yaml;

pub use change::Change;
pub use error::ImportError;
pub use imported::Imported;
pub use libvirt::libvirt;
pub use neutron::Neutron;
pub use remark::Remark;
pub use source::Source;

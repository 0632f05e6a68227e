//! Emulated machines as values: kernels, initial file systems, and QEMU processes that end on drop.
//!
//! What other kernels and hypervisors do is tried on real ones, of Debian's packages, which QEMU carries
//! out instruction by instruction (TCG: neither KVM nor rights on the processor are needed, and an
//! instruction costs ten to thirty times as much).
//!
//! The parts, from the disk up:
//! - [`Package`]: what Debian ships, unpacked beside what cargo builds, and fetched once;
//! - [`Kernel`]: an image and its modules, in the order in which they can be loaded;
//! - [`Initramfs`]: files, programs with the libraries that they need, and what runs first;
//! - [`Spec`], [`Machine`]: a machine in a namespace of the lab, its console and its monitor;
//! - [`guest`]: a program that sends and watches frames from inside;
//! - [`domain`]: guests of a libvirt.
//!
//! A kernel's image and an [`Initramfs`] that was written are plain files: other hypervisors (libvirt, Xen)
//! start from the same.
//!
//! Tests begin with `if !vifguard_machine::available() { return; }`. This crate knows nothing of policies or
//! drivers.

mod available;
mod cache;
mod console;
mod cpio;
pub mod domain;
mod elf;
mod error;
pub mod guest;
mod initramfs;
mod kernel;
mod libraries;
mod machine;
mod modules;
mod monitor;
mod package;
mod program;
mod spec;

pub use available::available;
pub use console::Console;
pub use error::{Error, Result};
pub use initramfs::Initramfs;
pub use kernel::{Flavour, Kernel};
pub use libraries::Libraries;
pub use machine::Machine;
pub use monitor::Monitor;
pub use package::Package;
pub use spec::Spec;

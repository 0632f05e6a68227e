//! The guest: a kernel, a card, and what sends.

use std::path::{Path, PathBuf};

use vifguard_machine::{Flavour, Initramfs, Kernel, guest};

use crate::frames::{Frames, ROUNDS};

pub(crate) struct Guest {
    pub(crate) kernel: PathBuf,
    pub(crate) initrd: PathBuf,
    pub(crate) mac: String,
}

impl Guest {
    pub(crate) fn write(frames: &Frames, scratch: &Path) -> Guest {
        let kernel = Kernel::debian(Flavour::Cloud).unwrap();
        let mut files = Initramfs::new().unwrap();
        files.load(&kernel, &["xen_netfront"]).unwrap();
        guest::add_to(&mut files).unwrap();
        let all: Vec<_> = frames.all.iter().map(|case| &case.frame).collect();
        files.text("frames", &guest::frames(&all));
        // The card has a carrier once the other side serves it.
        files.boot(&format!(
            "ip link set eth0 up\n\
             until [ \"$(cat /sys/class/net/eth0/carrier)\" = 1 ]; do sleep 0.1; done\n\
             for round in $(seq {ROUNDS}); do sleep 2; vifguard-guest send eth0 /frames; done\n\
             sleep 100000\n"
        ));
        let initrd = scratch.join("domu");
        files.write(&initrd).unwrap();
        Guest {
            kernel: kernel.image,
            initrd,
            mac: frames.mac().to_owned(),
        }
    }

    /// As `xl create` takes it.
    pub(crate) fn configuration(&self) -> String {
        let mac = &self.mac;
        format!(
            "name=\"g1\"\ntype=\"pv\"\nkernel=\"/domu/vmlinuz\"\nramdisk=\"/domu/initrd\"\n\
             extra=\"console=hvc0 quiet panic=-1 ipv6.disable=1\"\nmemory=192\nvcpus=1\n\
             on_poweroff=\"destroy\"\non_crash=\"destroy\"\n\
             vif=[\"mac={mac},bridge=br0,script=vif-vifguard\"]\n"
        )
    }
}

use std::path::{Path, PathBuf};
use std::process::Command;

use vifguard_lab::Mac;

/// What a machine is made of.
#[derive(Clone, Debug)]
pub struct Spec {
    kernel: PathBuf,
    initrd: String,
    arguments: String,
    processor: Option<&'static str>,
    processors: u32,
    megabytes: u32,
    nics: Vec<(String, Mac)>,
    pub(crate) shown: bool,
}

impl Spec {
    /// A machine that starts this kernel with this first file system, and one processor.
    pub fn booting(kernel: &Path, initrd: &Path) -> Spec {
        Spec {
            kernel: kernel.to_owned(),
            initrd: path(initrd),
            // A kernel that panics starts again, which ends the machine: see `-no-reboot` below.
            arguments: "console=ttyS0 panic=-1 quiet".to_owned(),
            processor: None,
            processors: 1,
            megabytes: 256,
            nics: Vec::new(),
            shown: false,
        }
    }

    /// A machine that starts a program of the multiboot kind (a hypervisor), which is given these files, each
    /// with arguments of its own.
    pub fn multiboot(program: &Path, arguments: &str, files: &[(&Path, &str)]) -> Spec {
        let files = files.iter();
        let files = files.map(|(file, arguments)| format!("{} {arguments}", path(file)));
        let files: Vec<String> = files
            .map(|file| file.trim_end().replace(',', ",,"))
            .collect();
        Spec {
            initrd: files.join(","),
            arguments: arguments.to_owned(),
            ..Spec::booting(program, Path::new(""))
        }
    }

    /// Further arguments of the kernel.
    #[must_use]
    pub fn arguments(mut self, more: &str) -> Spec {
        self.arguments = format!("{} {more}", self.arguments);
        self
    }

    /// The model of its processor, as QEMU calls it.
    #[must_use]
    pub fn processor(mut self, model: &'static str) -> Spec {
        self.processor = Some(model);
        self
    }

    /// How many processors it has.
    #[must_use]
    pub fn processors(mut self, count: u32) -> Spec {
        self.processors = count;
        self
    }

    /// How much memory it has.
    #[must_use]
    pub fn megabytes(mut self, megabytes: u32) -> Spec {
        self.megabytes = megabytes;
        self
    }

    /// A card (virtio) on a tap of this name, which the machine makes when it is built, down.
    #[must_use]
    pub fn nic(mut self, tap: &str, mac: Mac) -> Spec {
        self.nics.push((tap.to_owned(), mac));
        self
    }

    /// What it says is shown on standard error as it comes: one can watch it, as nothing hides it.
    #[must_use]
    pub fn shown(mut self) -> Spec {
        self.shown = true;
        self
    }

    /// The arguments that make QEMU such a machine, halted before its first instruction.
    pub(crate) fn give(&self, qemu: &mut Command) {
        qemu.args([
            "-accel",
            "tcg",
            "-nodefaults",
            "-no-user-config",
            "-no-reboot",
            "-S",
        ]);
        qemu.args(["-display", "none", "-serial", "stdio"]);
        qemu.arg("-smp").arg(self.processors.to_string());
        qemu.arg("-m").arg(self.megabytes.to_string());
        if let Some(model) = self.processor {
            qemu.args(["-cpu", model]);
        }
        qemu.arg("-kernel").arg(&self.kernel);
        qemu.arg("-initrd").arg(&self.initrd);
        qemu.arg("-append").arg(&self.arguments);
        for (number, (tap, mac)) in self.nics.iter().enumerate() {
            let mac = mac.map(|byte| format!("{byte:02x}")).join(":");
            qemu.arg("-netdev");
            qemu.arg(format!(
                "tap,id=n{number},ifname={tap},script=no,downscript=no"
            ));
            qemu.arg("-device");
            qemu.arg(format!(
                "virtio-net-pci,netdev=n{number},mac={mac},romfile="
            ));
        }
    }
}

fn path(file: &Path) -> String {
    file.to_string_lossy().into_owned()
}

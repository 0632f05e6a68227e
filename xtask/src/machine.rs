//! What the machine must have besides Rust.

use std::env;
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

use crate::step::{Failure, Outcome, Step};

/// A program from a Debian package, and what needs it.
pub(crate) struct Tool {
    pub(crate) program: &'static str,
    /// The package, and such as it is of no use without.
    pub(crate) package: &'static str,
    pub(crate) needed_for: &'static str,
}

/// The DHCP server of demo and tests.
pub(crate) const DNSMASQ: Tool = Tool {
    program: "dnsmasq",
    package: "dnsmasq-base",
    needed_for: "an honest and a rogue DHCP server",
};
/// Its client, and ping.
pub(crate) const BUSYBOX: Tool = Tool {
    program: "busybox",
    package: "busybox",
    needed_for: "a DHCP client and ping",
};
/// A second opinion about what the kernel holds, and the one who meddles.
pub(crate) const NFT: Tool = Tool {
    program: "nft",
    package: "nftables",
    needed_for: "tests in which somebody else changes the rules (vifguard itself never runs it)",
};

/// What a container's administrator has at hand.
pub(crate) const TC: Tool = Tool {
    program: "tc",
    package: "iproute2",
    needed_for: "a container that leads its frames past netdev ingress",
};

/// A real switch for the driver of that name.
pub(crate) const OVS: Tool = Tool {
    program: "ovs-vswitchd",
    package: "openvswitch-switch",
    needed_for: "tests of the Open vSwitch driver, in namespaces of their own",
};

/// Other kernels and hypervisors, without another machine.
pub(crate) const QEMU: Tool = Tool {
    program: "qemu-system-x86_64",
    package: "qemu-system-x86",
    needed_for: "guests and hosts with other kernels, emulated",
};

/// Real containers.
pub(crate) const LXD: Tool = Tool {
    program: "lxd",
    package: "lxd",
    needed_for: "tests with its containers, in namespaces of their own",
};

/// Another network's own guards, for the hook of that name.
pub(crate) const OVN: Tool = Tool {
    program: "ovn-northd",
    package: "ovn-central ovn-host",
    needed_for: "a hook that sets up OVN, in a namespace of its own",
};
/// Looks for a hook's processes.
pub(crate) const PGREP: Tool = Tool {
    program: "pgrep",
    package: "procps",
    needed_for: "a hook that sets up LXD",
};

/// What their modules need.
pub(crate) const DEPMOD: Tool = Tool {
    program: "depmod",
    package: "kmod",
    needed_for: "the order in which an emulated machine loads its modules",
};

/// A real hypervisor's daemon, with its filters.
pub(crate) const LIBVIRTD: Tool = Tool {
    program: "libvirtd",
    package: "libvirt-daemon-system libvirt-daemon-driver-qemu libvirt-daemon-config-nwfilter",
    needed_for: "tests of guests of libvirt and of its filters, in namespaces of their own",
};
/// How it is spoken to.
pub(crate) const VIRSH: Tool = Tool {
    program: "virsh",
    package: "libvirt-clients",
    needed_for: "tests of guests of libvirt and of its filters",
};
/// What it writes its filters with.
pub(crate) const EBTABLES: Tool = Tool {
    program: "ebtables",
    package: "iptables",
    needed_for: "the filters of libvirt, and the driver in examples/ebtables",
};
/// What that driver is written in.
pub(crate) const PYTHON: Tool = Tool {
    program: "python3",
    package: "python3",
    needed_for: "the driver in examples/ebtables",
};

/// Programs go into such a machine without what debuggers read.
pub(crate) const STRIP: Tool = Tool {
    program: "strip",
    package: "binutils",
    needed_for: "programs for an emulated machine, a tenth of their size",
};

/// A program that cargo builds, and what needs it.
pub(crate) struct CrateTool {
    pub(crate) program: &'static str,
    pub(crate) version: &'static str,
    /// Of its features those that are needed.
    pub(crate) features: &'static str,
    pub(crate) needed_for: &'static str,
}

/// What makes a site of `docs`.
pub(crate) const MDBOOK: CrateTool = CrateTool {
    program: "mdbook",
    version: "0.5.4",
    features: "search",
    needed_for: "the documentation as a site",
};

/// Daemons live here, which is not in everybody's PATH.
const ALSO: [&str; 3] = ["/usr/local/sbin", "/usr/sbin", "/sbin"];

/// Installs the tools that are missing, and says so; without root it says what to install.
pub(crate) fn provide(tools: &[Tool]) -> Outcome {
    let missing: Vec<&Tool> = tools
        .iter()
        .filter(|tool| find(tool.program).is_none())
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    for tool in &missing {
        eprintln!(
            "missing: {} (package {}), {}",
            tool.program, tool.package, tool.needed_for
        );
    }
    let packages = missing.iter().flat_map(|tool| tool.package.split(' '));
    let packages: Vec<&str> = packages.collect();
    let by_hand = format!("install them: apt-get install {}", packages.join(" "));
    if !is_root() || find("apt-get").is_none() {
        return Err(Failure::Machine(by_hand));
    }
    eprintln!("installing {}", packages.join(", "));
    let install = || {
        let step = Step::new("apt-get").set("DEBIAN_FRONTEND", "noninteractive");
        step.args(["install", "--yes", "--no-install-recommends"])
            .args(&packages)
            .run()
    };
    // A fresh image has no package lists; one that has them need not fetch them again.
    install().or_else(|_| {
        Step::new("apt-get").args(["update"]).run()?;
        install()
    })
}

/// Installs such a program if no version of it is there.
pub(crate) fn provide_crate(tool: &CrateTool) -> Outcome {
    if find(tool.program).is_some() {
        return Ok(());
    }
    eprintln!(
        "missing: {}, {}; installing it",
        tool.program, tool.needed_for
    );
    Step::cargo("install")
        .args(["--locked", tool.program, "--version", tool.version])
        .args(["--no-default-features", "--features", tool.features])
        .run()
}

/// Where a program is.
pub(crate) fn find(program: &str) -> Option<PathBuf> {
    let path = env::var_os("PATH").unwrap_or_default();
    let directories = env::split_paths(&path).chain(ALSO.map(PathBuf::from));
    directories
        .map(|directory| directory.join(program))
        .find(|file| is_executable(file))
}

fn is_executable(file: &Path) -> bool {
    fs::metadata(file).is_ok_and(|meta| meta.is_file() && meta.mode() & 0o111 != 0)
}

/// May this process make network namespaces and install packages? Asks by the owner of its own files
/// under /proc, which needs neither unsafe code nor another program.
pub(crate) fn is_root() -> bool {
    fs::metadata("/proc/self").is_ok_and(|meta| meta.uid() == 0)
}

//! What a libvirtd finds around itself: `/etc/libvirt`, `/run`, `/var/lib/libvirt` and `/var/cache/libvirt`
//! of its own, in a mount namespace of its own. Its socket is seen from outside.

use std::fs;
use std::io;
use std::path::Path;
use std::process::{self, Command};
use std::sync::atomic::{AtomicU16, Ordering};

/// Everything of the guests' is root's, as there is nobody else; nothing asks for cgroups or systemd.
const QEMU: &str = "user = \"root\"
group = \"root\"
security_driver = \"none\"
cgroup_controllers = []
namespaces = []
stdio_handler = \"file\"
remember_owner = 0
dynamic_ownership = 0
";

/// The shell moves into the place and then becomes the daemon.
const ENTER: &str = "set -e
mount --make-rprivate /
mount --bind \"$0/etc\" /etc/libvirt
mount --bind \"$0/run\" /run
mount --bind \"$0/lib\" /var/lib/libvirt
mount --bind \"$0/cache\" /var/cache/libvirt
exec libvirtd -f /etc/libvirt/libvirtd.conf -p \"$0/libvirtd.pid\"
";

/// Makes the directories and the daemon's configuration. The filters are those that libvirt ships.
pub(super) fn furnish(place: &Path) -> io::Result<()> {
    let directories = [
        "etc/nwfilter",
        "etc/qemu/networks/autostart",
        "run/libvirt",
        "run/lock",
        "lib",
        "log",
        "cache",
    ];
    for directory in directories {
        fs::create_dir_all(place.join(directory))?;
    }
    for filter in fs::read_dir("/etc/libvirt/nwfilter")? {
        let filter = filter?;
        let name = filter.file_name();
        // Not what somebody added to this machine's.
        if !name.as_encoded_bytes().starts_with(b"vifguard") {
            fs::copy(filter.path(), place.join("etc/nwfilter").join(name))?;
        }
    }
    fs::write(place.join("etc/qemu.conf"), QEMU)?;
    let log = place.join("log/libvirtd.log");
    let daemon = format!(
        "log_outputs = \"3:file:{}\"\nauth_unix_rw = \"none\"\nhost_uuid = \"{}\"\n",
        log.display(),
        uuid()
    );
    fs::write(place.join("etc/libvirtd.conf"), daemon)
}

/// Guests migrate only between hosts that are not the same.
fn uuid() -> String {
    static NEXT: AtomicU16 = AtomicU16::new(1);
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    format!("5d0c5e6e-1ab0-4a11-8a11-{number:04x}{:08x}", process::id())
}

/// The daemon, in the foreground.
pub(super) fn command(place: &Path) -> Command {
    let mut command = Command::new("unshare");
    command
        .args(["--mount", "sh", "-c", ENTER])
        .arg(place)
        .env("LC_ALL", "C")
        .current_dir("/");
    command
}

/// Does a guest's command line speak of the guest whose number this file holds?
pub(super) fn names(line: &[u8], file: &Path) -> bool {
    let Some(guest) = file.file_stem() else {
        return false;
    };
    let wanted = [b"guest=", guest.as_encoded_bytes()].concat();
    line.split(|byte| *byte == 0)
        .any(|word| word.starts_with(&wanted))
}

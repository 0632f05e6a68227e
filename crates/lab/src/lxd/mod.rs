//! A real LXD with real containers, in namespaces of its own.
//!
//! Its containers are made of the machine's own busybox, so nothing is fetched. Daemon and containers live in
//! a PID and a mount namespace as well: what is killed takes all of it along, and no mount stays behind.

mod image;

use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use crate::bridge::BridgeOptions;
use crate::daemon::Daemon;
use crate::error::{Error, Result};
use crate::link::Link;
use crate::netns::Netns;
use crate::place::Place;
use crate::privilege;
use crate::tap::Tap;

/// The storage of containers, and what each of them has.
const PRESEED: &str = "storage_pools: [{ name: default, driver: dir }]
profiles: [{ name: default, devices: { root: { path: /, pool: default, type: disk } } }]
";
const IMAGE: &str = "busybox";
/// LXD looks for its bridge under /sys, which shows the interfaces of the namespace that it was mounted in. It
/// hides the machine's cgroups, and nothing is left behind there.
const START: &str = "mount -t sysfs sysfs /sys && exec lxd --logfile \"$LXD_DIR/log\"";
const READY: Duration = Duration::from_secs(10);

/// For the first line of a test: true if a lab with an LXD can be made; otherwise says why the test is skipped.
///
/// # Panics
/// If there is none and the environment says `VIFGUARD_REQUIRE_LAB=1`: there a skipped test is a failed one.
#[must_use = "a test that goes on without LXD fails for the wrong reason"]
pub fn available() -> bool {
    if !privilege::available() {
        return false;
    }
    let is_there = |program: &str| {
        let path = std::env::var_os("PATH").unwrap_or_default();
        std::env::split_paths(&path).any(|directory| directory.join(program).is_file())
    };
    let needed = ["lxd", "lxc", "unshare", "busybox", "tar"];
    let missing: Vec<&str> = needed
        .into_iter()
        .filter(|program| !is_there(program))
        .collect();
    if missing.is_empty() {
        return true;
    }
    privilege::skip(&format!(
        "there is no {}; install LXD (Debian: apt-get install lxd busybox)",
        missing.join(", ")
    ));
    false
}

/// A host whose guests are containers of LXD, on a Linux bridge.
#[derive(Debug)]
pub struct Lxd {
    host: Netns,
    bridge: Link,
    _daemon: Daemon,
    place: Place,
}

impl Lxd {
    /// The bridge.
    pub const BRIDGE: &str = "br0";

    /// An LXD without containers.
    pub fn new() -> Result<Lxd> {
        let host = Netns::new("lxd")?;
        let bridge = host.bridge_with(Self::BRIDGE, &BridgeOptions::default())?;
        bridge.silence()?;
        let place = Place::new()?;
        let mut command = Command::new("unshare");
        command.args(["--pid", "--fork", "--kill-child", "--mount-proc"]);
        command.args(["sh", "-c", START]);
        command.env("LXD_DIR", place.path());
        command.stdout(Stdio::null()).stderr(Stdio::null());
        let daemon = host.daemon(command)?;
        let lxd = Lxd {
            host,
            bridge,
            _daemon: daemon,
            place,
        };
        run(lxd.program("lxd").args(["waitready", "--timeout=30"]))?;
        let preseed = lxd.dir().join("preseed.yaml");
        let file = image::write(&preseed, PRESEED)?;
        run(lxd.program("lxd").args(["init", "--preseed"]).stdin(file))?;
        let image = image::busybox(lxd.dir())?;
        let image = image.to_string_lossy().into_owned();
        lxd.lxc(&["image", "import", &image, "--alias", IMAGE])?;
        Ok(lxd)
    }

    /// The namespace of its bridge, and of the host's ends of its containers' NICs.
    pub fn host(&self) -> &Netns {
        &self.host
    }

    /// A tap of somebody else's on the bridge, up.
    pub fn tap(&self, name: &str) -> Result<Tap> {
        let tap = self.host.tap(name)?;
        tap.link().silence()?;
        tap.link().set_master(&self.bridge)?;
        tap.link().up()?;
        tap.link().await_ready(READY)?;
        Ok(tap)
    }

    /// A container without a NIC, not started.
    pub fn container(&self, name: &str) -> Result<()> {
        self.lxc(&["init", "--quiet", IMAGE, name]).map(drop)
    }

    /// Gives a container a NIC on the bridge, with this name inside and that name on the host.
    pub fn nic(&self, container: &str, nic: &str, on_host: &str, mac: &str) -> Result<()> {
        let words = [
            format!("name={nic}"),
            format!("host_name={on_host}"),
            format!("hwaddr={mac}"),
            format!("parent={}", Self::BRIDGE),
        ];
        let mut arguments = vec!["config", "device", "add", container, nic, "nic"];
        arguments.push("nictype=bridged");
        arguments.extend(words.iter().map(String::as_str));
        self.lxc(&arguments).map(drop)
    }

    /// Runs a line of shell inside a container, and returns what it prints. That it fails is an error.
    pub fn shell(&self, container: &str, line: &str) -> Result<String> {
        self.lxc(&["exec", container, "--", "sh", "-c", line])
    }

    /// Runs `lxc` and returns what it prints.
    pub fn lxc(&self, arguments: &[&str]) -> Result<String> {
        run(self.program("lxc").args(arguments))
    }

    fn program(&self, name: &str) -> Command {
        let mut command = self.host.command(name);
        command.env("LXD_DIR", self.dir()).env("LC_ALL", "C");
        // The client keeps its own notes there.
        command.env("LXD_CONF", self.dir().join("client"));
        command.stdin(Stdio::null());
        command
    }

    fn dir(&self) -> &Path {
        self.place.path()
    }
}

impl Drop for Lxd {
    fn drop(&mut self) {
        // An orderly end is the kinder one; the daemon's takes them along in any case.
        let _ = self.lxc(&["stop", "--all", "--force"]);
    }
}

fn run(command: &mut Command) -> Result<String> {
    let program = command.get_program().to_string_lossy().into_owned();
    let failed = |source| Error::Program {
        program: program.clone(),
        step: "run",
        source,
    };
    let output = command.output().map_err(failed)?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into_owned());
    }
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let words = command.get_args().map(|word| word.to_string_lossy());
    let words = words.collect::<Vec<_>>().join(" ");
    Err(failed(std::io::Error::other(format!("{words}: {said}"))))
}

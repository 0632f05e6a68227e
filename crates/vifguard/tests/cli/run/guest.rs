use std::fs::File;
use std::path::Path;
use std::process::{Child, Stdio};
use std::time::Duration;

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use vifguard_lab::{Bridged, Capture, Tap, wait_until};

use crate::support::{PROGRAM, Ran, TempFile, inside};

pub(crate) const PATIENCE: Duration = Duration::from_secs(30);

/// Two strict ports.
pub(super) const POLICY: &str = "version: 1
networks: [{ name: net, kind: private }]
ports:
  - { name: web-1, network: net, device: tap-web1, mac: \"02:00:00:00:00:01\", addresses: [10.0.0.1] }
  - { name: web-2, network: net, device: tap-web2, mac: \"02:00:00:00:00:02\", addresses: [10.0.0.2] }
";

/// A host with a bridge, a witness on it, and a policy file.
pub(super) struct Host {
    pub(super) lab: Bridged,
    pub(super) file: TempFile,
    witness: Tap,
}

/// A `vifguard run` that runs; killed with the test.
pub(super) struct Guest<'h> {
    host: &'h Host,
    pub(super) child: Child,
}

/// An ARP request for its own address, of this MAC and address, by their last bytes.
fn arp(mac: u8, ip: u8) -> Vec<u8> {
    let mac = [2, 0, 0, 0, 0, mac];
    let ip = [10, 0, 0, ip];
    let head = [8, 6, 0, 1, 8, 0, 6, 4, 0, 1];
    [&[0xff; 6][..], &mac, &head, &mac, &ip, &[0; 6], &ip].concat()
}

pub(super) fn good() -> Vec<u8> {
    arp(1, 1)
}

/// A claim of somebody else's address.
pub(super) fn bad() -> Vec<u8> {
    arp(1, 66)
}

/// In the words of printf, behind an empty virtio header.
pub(super) fn octal(frame: &[u8]) -> String {
    let bytes = [0; 10].iter().chain(frame);
    bytes.map(|byte| format!("\\{byte:03o}")).collect()
}

/// The first frames that come to the witness.
pub(super) fn senders(watch: &mut Capture, count: usize) -> Vec<Vec<u8>> {
    let mut seen = Vec::new();
    while seen.len() < count {
        let frame = watch.recv(PATIENCE).unwrap().expect("no frame came");
        // What the kernel itself sends is no guest's.
        if frame.frame.get(6..11) == Some(&[2, 0, 0, 0, 0]) {
            seen.push(frame.frame.iter().copied().take(42).collect());
        }
    }
    seen
}

impl Host {
    pub(super) fn new() -> Option<Host> {
        if !vifguard_lab::available() {
            return None;
        }
        let lab = Bridged::new().unwrap();
        Some(Host {
            witness: lab.tap("witness").unwrap(),
            lab,
            file: TempFile::new(POLICY),
        })
    }

    /// What the bridge sends to the witness.
    pub(super) fn watch(&self) -> Capture {
        Capture::on(&self.lab.host, self.witness.link().name()).unwrap()
    }

    pub(super) fn run(&self, args: &[&str]) -> Ran {
        inside(&self.lab.host, args)
    }

    /// Runs a command as this port's hypervisor to its end.
    pub(super) fn guest(&self, port: &str, command: &[&str]) -> Ran {
        self.guest_with(port, &[&["--"], command].concat())
    }

    pub(super) fn guest_with(&self, port: &str, args: &[&str]) -> Ran {
        self.run(&[&self.words(port)[..], args].concat())
    }

    fn words<'a>(&'a self, port: &'a str) -> [&'a str; 7] {
        let file = self.file.path();
        ["run", "-f", file, "--port", port, "--bridge", "br0"]
    }

    /// Waits until neither a tap nor a port is left: a guardian takes its moment.
    #[track_caller]
    pub(super) fn has_no_port(&self) {
        self.settles();
        let status = self.run(&["status"]);
        assert!(status.out.contains("0 ports in force"), "{status:?}");
        assert!(!status.out.contains("guarded:"), "{status:?}");
    }

    /// The same, and no lock either.
    #[track_caller]
    pub(super) fn is_bare(&self) {
        self.has_no_port();
        // The kernel gives numbers of namespaces that are gone again, and with them what lies there.
        let lock = format!("run-{}-", self.lab.host.id().inode());
        let is_held = |path: &Path| File::open(path).is_ok_and(|file| file.try_lock().is_err());
        let locks = || {
            let files = std::fs::read_dir("/run/vifguard").unwrap();
            let files = files.filter_map(Result::ok);
            let ours = files.filter(|file| file.file_name().to_string_lossy().starts_with(&lock));
            ours.filter(|file| is_held(&file.path())).count()
        };
        assert!(wait_until(PATIENCE, || locks() == 0), "a lock is held");
    }

    #[track_caller]
    pub(super) fn settles(&self) {
        let gone = |name: &str| !self.lab.host.has_link(name).unwrap();
        let bare = || {
            let none = self.run(&["status"]).out.contains("0 ports in force");
            none && gone("tap-web1") && gone("tap-web2") && gone("tap-web-1")
        };
        assert!(wait_until(PATIENCE, bare), "{:?}", self.run(&["status"]));
    }
}

impl<'h> Guest<'h> {
    /// Starts it, with the frames that it may send and may not send in `GOOD` and `BAD`.
    pub(super) fn start(host: &'h Host, port: &str, command: &[&str]) -> Guest<'h> {
        Guest::start_with(host, port, &[&["--"], command].concat())
    }

    pub(super) fn start_with(host: &'h Host, port: &str, args: &[&str]) -> Guest<'h> {
        let mut program = host.lab.host.command(PROGRAM);
        program.args(host.words(port)).args(args);
        program.env("GOOD", octal(&good()));
        program.env("BAD", octal(&bad()));
        let program = program.stdin(Stdio::null()).stdout(Stdio::null());
        Guest {
            host,
            child: program.spawn().unwrap(),
        }
    }

    #[track_caller]
    pub(super) fn is_up(&self) {
        self.is_up_on("tap-web1");
    }

    /// Waits until the command runs and its tap is up.
    #[track_caller]
    pub(super) fn is_up_on(&self, device: &str) {
        let host = &self.host.lab.host;
        let exe = format!("/proc/{}/exe", self.child.id());
        let is_up = || {
            let became = std::fs::read_link(&exe).is_ok_and(|exe| !exe.ends_with("vifguard"));
            became
                && host
                    .link(device)
                    .is_ok_and(|link| link.info().is_ok_and(|info| info.up))
        };
        assert!(wait_until(PATIENCE, is_up), "{device} did not come up");
    }

    pub(super) fn send(&self, signal: Signal) {
        let id = Pid::from_raw(self.child.id().cast_signed());
        kill(id, signal).unwrap();
    }

    /// Its guardian's process.
    pub(super) fn guardian(&self) -> Pid {
        let process = format!("--process\0{}\0", self.child.id());
        let is_it = |line: &[u8]| {
            let line = String::from_utf8_lossy(line).into_owned();
            line.contains(&process) && line.contains("--settled")
        };
        let processes = std::fs::read_dir("/proc").unwrap().filter_map(Result::ok);
        let mut ids = processes.filter_map(|entry| {
            let id: i32 = entry.file_name().to_str()?.parse().ok()?;
            let line = std::fs::read(format!("/proc/{id}/cmdline")).ok()?;
            is_it(&line).then_some(Pid::from_raw(id))
        });
        ids.next().expect("no guardian runs")
    }

    /// Ends it as an administrator does.
    pub(super) fn ends(mut self) {
        self.send(Signal::SIGTERM);
        self.child.wait().unwrap();
    }
}

impl Drop for Guest<'_> {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

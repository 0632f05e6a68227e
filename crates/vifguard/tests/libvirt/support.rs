use std::collections::{HashMap, HashSet};
use std::fs::{self, File};
use std::process::{Child, Command, Output, Stdio};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use vifguard_lab::libvirt::Libvirtd;
use vifguard_lab::{Capture, CaptureOptions, Place, wait_until};
use vifguard_machine::domain::{DomainSpec, interface};
use vifguard_machine::{Flavour, Initramfs, Kernel, guest};

pub(crate) const PATIENCE: Duration = Duration::from_secs(120);
pub(crate) const MAC: &str = "02:00:00:00:00:0a";

/// Emulated guests have the processors of this machine to share: one test at a time.
pub(crate) fn alone() -> Option<MutexGuard<'static, ()>> {
    static ONE: Mutex<()> = Mutex::new(());
    let available = vifguard_lab::libvirt::available() && vifguard_machine::available();
    available.then(|| ONE.lock().unwrap_or_else(PoisonError::into_inner))
}

/// Sends all frames once.
pub(crate) const ONCE: &str = "
sysctl -w net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1
ip link set eth0 up
vifguard-guest send eth0 /frames
echo 'all is sent'
while :; do sleep 60; done
";

/// Sends all frames over and over, on whatever card there is.
pub(crate) const TALKER: &str = "
sysctl -w net.ipv6.conf.all.disable_ipv6=1 net.ipv6.conf.default.disable_ipv6=1
n=0
while :; do
  for card in $(ls /sys/class/net | grep -v -x lo); do
    ip link set $card up 2>/dev/null
    vifguard-guest send $card /frames >/dev/null 2>&1
  done
  n=$((n+1)); echo \"round $n\"
done
";

/// A directory with what a guest boots from.
pub(crate) struct Image {
    pub(crate) place: Place,
    kernel: Kernel,
}

impl Image {
    pub(crate) fn new(script: &str, frames: &[Vec<u8>]) -> Image {
        let kernel = Kernel::debian(Flavour::Cloud).unwrap();
        let mut files = Initramfs::new().unwrap();
        files.load(&kernel, &["virtio_pci", "virtio_net"]).unwrap();
        guest::add_to(&mut files).unwrap();
        files.text("frames", &guest::frames(frames));
        files.boot(script);
        let place = Place::new().unwrap();
        files.write(&place.path().join("initrd")).unwrap();
        Image { place, kernel }
    }

    pub(crate) fn domain(&self, name: &str, besides: &str) -> DomainSpec {
        DomainSpec {
            name: name.to_owned(),
            kernel: self.kernel.image.clone(),
            initrd: self.place.path().join("initrd"),
            serial: self.place.path().join(format!("{name}.log")),
            interfaces: vec![interface("br0", MAC, besides)],
        }
    }
}

/// The built program on a host, with what it is told and what it has said.
pub(crate) struct Program<'a> {
    host: &'a Libvirtd,
    place: &'a Place,
}

/// A running `enforce --watch`, ended with the test.
pub(crate) struct Watcher {
    child: Child,
    log: std::path::PathBuf,
}

impl<'a> Program<'a> {
    pub(crate) fn on(host: &'a Libvirtd, place: &'a Place) -> Program<'a> {
        Program { host, place }
    }

    fn command(&self) -> Command {
        let mut command = self.host.host().command(env!("CARGO_BIN_EXE_vifguard"));
        command.env("LIBVIRT_DEFAULT_URI", self.host.uri());
        command
    }

    pub(crate) fn policy(&self, text: &str) -> String {
        let file = self.place.path().join("policy.yaml");
        fs::write(&file, text).unwrap();
        file.display().to_string()
    }

    #[track_caller]
    pub(crate) fn does(&self, arguments: &[&str]) -> String {
        let Output {
            status,
            stdout,
            stderr,
        } = self.command().args(arguments).output().unwrap();
        let (said, complained) = (
            String::from_utf8(stdout).unwrap(),
            String::from_utf8(stderr).unwrap(),
        );
        assert!(status.success(), "{arguments:?}: {said}{complained}");
        said
    }

    /// All that it says, and it ends so.
    #[track_caller]
    pub(crate) fn ends(&self, code: i32, arguments: &[&str]) -> String {
        let output = self.command().args(arguments).output().unwrap();
        let said = [output.stdout, output.stderr].concat();
        let said = String::from_utf8(said).unwrap();
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {said}");
        said
    }

    /// What it answers, however it ends.
    pub(crate) fn says(&self, arguments: &[&str]) -> String {
        let output = self.command().args(arguments).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    }

    pub(crate) fn watch(&self, name: &str, file: &str) -> Watcher {
        self.watch_by("auto", name, file)
    }

    pub(crate) fn watch_by(&self, driver: &str, name: &str, file: &str) -> Watcher {
        let log = self.place.path().join(name);
        let out = File::create(&log).unwrap();
        let err = out.try_clone().unwrap();
        let mut command = self.command();
        command.args([
            "enforce", "--watch", "--yes", "-f", file, "--driver", driver,
        ]);
        let child = command
            .stdout(Stdio::from(out))
            .stderr(Stdio::from(err))
            .spawn()
            .unwrap();
        let watcher = Watcher { child, log };
        watcher.says("watching");
        watcher
    }
}

impl Watcher {
    /// Does it come to rest, with nothing to do? One that keeps looking starts programs all the time.
    pub(crate) fn rests(&self) -> bool {
        let stat = format!("/proc/{}/stat", self.child.id());
        // What it and those that it has started and waited for have used, in ticks of the kernel.
        let used = || -> u64 {
            let stat = fs::read_to_string(&stat).unwrap();
            let fields = stat.rsplit(") ").next().unwrap().split(' ').skip(11);
            fields
                .take(4)
                .map(|ticks| ticks.parse::<u64>().unwrap())
                .sum()
        };
        let mut rounds = 0..20;
        rounds.any(|_| {
            let before = used();
            std::thread::sleep(Duration::from_secs(2));
            used() == before
        })
    }

    pub(crate) fn said(&self) -> String {
        fs::read_to_string(&self.log).unwrap()
    }

    #[track_caller]
    pub(crate) fn says(&self, words: &str) {
        let is_said = || self.said().contains(words);
        assert!(wait_until(PATIENCE, is_said), "{}", self.said());
    }
}

impl Drop for Watcher {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Sees all that the bridge takes from its ports, whoever it is for.
pub(crate) fn on_the_bridge(host: &Libvirtd) -> Capture {
    let options = CaptureOptions {
        promiscuous: true,
        ..CaptureOptions::default()
    };
    Capture::with(host.host(), "br0", options).unwrap()
}

const TIMES: usize = 100;

/// What a flood is made of.
pub(crate) struct Frames {
    pub(crate) good: Vec<Vec<u8>>,
    pub(crate) forged: Vec<Vec<u8>>,
}

impl Frames {
    /// All of them, over and over: to start a program takes an emulated guest longer than to send.
    pub(crate) fn all(&self) -> Vec<Vec<u8>> {
        let one = [self.good.clone(), self.forged.clone()].concat();
        vec![one; TIMES].concat()
    }
}

/// Sees what comes out on a bridge, for as long as it lives.
pub(crate) struct Observer<'f> {
    capture: Capture,
    good: HashSet<&'f [u8]>,
    forged: HashSet<&'f [u8]>,
    pub(crate) passed: u64,
    /// When good frames came, first and last.
    pub(crate) first: Option<Instant>,
    pub(crate) last: Option<Instant>,
    pub(crate) leaked: HashMap<Vec<u8>, u64>,
}

impl<'f> Observer<'f> {
    /// Frames that claim what is own pass, all others do not.
    pub(crate) fn on(host: &Libvirtd, frames: &'f Frames) -> Observer<'f> {
        Observer {
            capture: on_the_bridge(host),
            good: frames.good.iter().map(Vec::as_slice).collect(),
            forged: frames.forged.iter().map(Vec::as_slice).collect(),
            passed: 0,
            first: None,
            last: None,
            leaked: HashMap::new(),
        }
    }

    /// Looks until so many more good frames have passed, and says how long that took.
    #[track_caller]
    pub(crate) fn await_good(&mut self, more: u64) -> Duration {
        let start = Instant::now();
        let end = self.passed + more;
        while self.passed < end {
            assert!(start.elapsed() < PATIENCE, "no good frames any more");
            self.look();
        }
        start.elapsed()
    }

    /// Notes what has come.
    pub(crate) fn look(&mut self) {
        let first = self.capture.recv(Duration::from_millis(5)).unwrap();
        let rest = self.capture.drain().unwrap();
        for seen in first.into_iter().chain(rest) {
            if self.good.contains(seen.frame.as_slice()) {
                self.passed += 1;
                self.last = Some(Instant::now());
                self.first = self.first.or(self.last);
            } else if self.forged.contains(seen.frame.as_slice()) {
                *self.leaked.entry(seen.frame).or_default() += 1;
            }
        }
        assert_eq!(self.capture.lost().unwrap(), 0, "the observer lost frames");
    }

    #[track_caller]
    pub(crate) fn nothing_leaked(&mut self) {
        self.look();
        assert!(self.leaked.is_empty(), "{:02x?}", self.leaked);
    }
}

//! The host: Xen's tools of Debian, a bridge, vifguard and its hotplug script.

use std::collections::BTreeMap;
use std::path::Path;

use vifguard_emulated::stripped;
use vifguard_machine::{Initramfs, Kernel, Libraries, Package, guest};

use crate::domu::Guest;

/// Programs and libraries of Xen.
const PACKAGES: [&str; 14] = [
    "xen-utils-4.17",
    "xen-utils-common",
    "xenstore-utils",
    "libxenmisc4.17",
    "libxenstore4",
    "libxencall1",
    "libxenevtchn1",
    "libxenforeignmemory1",
    "libxengnttab1",
    "libxentoollog1",
    "libxentoolcore1",
    "libxendevicemodel1",
    "libxenhypfs1",
    "libyajl2",
];
/// Xen's own, below /usr/lib/xen-4.17/bin.
const DAEMONS: [&str; 4] = ["xl", "xenstored", "xenconsoled", "xen-init-dom0"];
const STORE: [&str; 4] = [
    "xenstore-read",
    "xenstore-write",
    "xenstore-ls",
    "xenstore-exists",
];
/// What Xen's usual scripts need of a host.
const OF_HOST: [(&str, &str); 2] = [("bin/bash", "/bin/bash"), ("usr/bin/ip", "/sbin/ip")];
const LOADED: [&str; 7] = [
    "crc32c_generic",
    "xen_evtchn",
    "xen_gntdev",
    "xen_privcmd",
    "xenfs",
    "bridge",
    // For udev to load, which is not there.
    "xen_netback",
];
const OFFERED: [&str; 3] = ["nf_tables", "nft_meta_bridge", "nft_objref"];
const XEN: &str = "usr/lib/xen-4.17/bin";

/// What dom0 does. The first guest comes with a policy that is wrong, the second with one that knows it.
const SCRIPT: &str = r#"
export PATH=/usr/lib/xen-4.17/bin:$PATH
mkdir -p /run/xenstored /run/xen /var/lib/xenstored /var/lib/xen /var/log/xen/console
mount -t xenfs xenfs /proc/xen
xenstored --pid-file=/run/xenstored.pid --internal-db
until xenstore-exists /; do sleep 0.2; done
xen-init-dom0
xenconsoled --log=guest --pid-file=/run/xenconsoled.pid
ip link add br0 type bridge
ip link set br0 up promisc on
uname -r
vifguard doctor
echo "dom0 is up at $(cut -d' ' -f1 /proc/uptime)"

sed 's/enforcement: best-effort/enforcement: required/' /policy.yaml > /etc/vifguard/policy.yaml
vifguard enforce --yes --file /etc/vifguard/policy.yaml; echo "a policy that this kernel cannot keep whole: $?"

sed 's/domain: g1/domain: nobody/' /policy.yaml > /etc/vifguard/policy.yaml
xl create /domu/g1.cfg; echo "a guest without a port: $?"
xl list | sed 's/^/list: /'
ls /sys/class/net/br0/brif | sed 's/^/on the bridge: /'
echo "that took until $(cut -d' ' -f1 /proc/uptime)"

cp /policy.yaml /etc/vifguard/policy.yaml
vifguard-guest watch br0 > /tmp/seen &
xl create /domu/g1.cfg; echo "a guest with a port: $?"
xl list | sed 's/^/list: /'
ls /sys/class/net/br0/brif | sed 's/^/on the bridge: /'
echo "the guest is there at $(cut -d' ' -f1 /proc/uptime)"
for second in $(seq 600); do
    grep -c 'vifguard-guest sent' /var/log/xen/console/guest-g1.log > /tmp/rounds
    [ "$(cat /tmp/rounds)" = ROUNDS ] && break
    sleep 0.5
done
tr -cd '\n -~' < /var/log/xen/console/guest-g1.log | sed 's/^/guest: /'
sleep 1
vifguard status
echo "status $(vifguard status --json | tr -d '\n')"
grep '^frame' /tmp/seen | sort -u
cat /var/log/xen/xen-hotplug.log | sed 's/^/hotplug: /'
echo "modules: $(lsmod | cut -d' ' -f1 | tail -n +2 | tr '\n' ' ')"
xl destroy g1; echo "the guest is gone: $?"
echo "dom0 is done"
"#;

pub(crate) fn files(kernel: &Kernel, guest: &Guest, policy: &str, scratch: &Path) -> Initramfs {
    let packages: Vec<_> = PACKAGES
        .iter()
        .map(|name| Package::fetch(name).unwrap())
        .collect();
    let roots: Vec<_> = packages.iter().map(Package::root).collect();
    let libraries = Libraries::among(&roots);
    let mut files = Initramfs::new().unwrap();
    files.load(kernel, &LOADED).unwrap();
    files.offer(kernel, &OFFERED).unwrap();
    let (utils, common, store) = (&packages[0], &packages[1], &packages[2]);
    for name in DAEMONS {
        let path = format!("{XEN}/{name}");
        files
            .program(&path, &utils.file(&path).unwrap(), &libraries)
            .unwrap();
    }
    for name in STORE {
        let path = format!("usr/bin/{name}");
        files
            .program(&path, &store.file(&path).unwrap(), &libraries)
            .unwrap();
    }
    for (path, file) in OF_HOST {
        files.program(path, Path::new(file), &libraries).unwrap();
    }
    // Opened when a thread ends, which xl's do.
    files.library("libgcc_s.so.1", &libraries).unwrap();
    scripts(&mut files, utils, common);

    guest::add_to(&mut files).unwrap();
    let vifguard = guest::built("vifguard", "vifguard").unwrap();
    let vifguard = stripped(&vifguard, scratch).unwrap();
    files
        .program("usr/bin/vifguard", &vifguard, &libraries)
        .unwrap();
    files.directory("etc/vifguard");
    files.text("policy.yaml", policy);
    files.copy("domu/vmlinuz", &guest.kernel).unwrap();
    files.copy("domu/initrd", &guest.initrd).unwrap();
    files.text("domu/g1.cfg", &guest.configuration());
    files.boot(&SCRIPT.replace("ROUNDS", &crate::ROUNDS.to_string()));
    files
}

/// Xen's own, and ours.
fn scripts(files: &mut Initramfs, utils: &Package, common: &Package) {
    let directory = common.file("etc/xen/scripts").unwrap();
    let entries = std::fs::read_dir(&directory).unwrap();
    let own = entries.map(|entry| entry.unwrap().path());
    let further = utils.root().join("etc/xen/scripts");
    let further = std::fs::read_dir(further).into_iter().flatten();
    for file in own.chain(further.map(|entry| entry.unwrap().path())) {
        let name = file.file_name().unwrap().to_string_lossy().into_owned();
        files
            .copy(&format!("etc/xen/scripts/{name}"), &file)
            .unwrap();
    }
    let ours = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../contrib/xen/vif-vifguard");
    files.copy("etc/xen/scripts/vif-vifguard", &ours).unwrap();
    files.text("etc/xen/xl.conf", "");
    files.link("var/run", "../run");
    files.link("var/lock", "../run");
}

/// What must have happened before the guest came.
pub(crate) fn assert_fail_closed(said: &str) {
    let answer = |question: &str| {
        let found = said
            .lines()
            .find_map(|line| line.split_once(&format!("{question}: ")));
        let found = found.unwrap_or_else(|| panic!("dom0 did not say {question:?}"));
        found.1.trim().to_owned()
    };
    assert_eq!(answer("a policy that this kernel cannot keep whole"), "69");
    assert_ne!(answer("a guest without a port"), "0");
    // It was our script that refused, and nothing else that went wrong.
    let refused = "vif1.0 stays down: no port of /etc/vifguard/policy.yaml is on it";
    assert!(said.contains(refused), "xl's log does not have {refused:?}");
    assert_eq!(answer("a guest with a port"), "0");
    let bridged: Vec<&str> = said
        .lines()
        .filter(|line| line.contains("on the bridge: "))
        .collect();
    assert!(
        matches!(bridged.as_slice(), [one] if one.contains("vif2.0")),
        "only the guest with a port may come on the bridge: {bridged:?}"
    );
}

/// What the kernel counted for the guest's port, by reason.
pub(crate) fn counts(said: &str) -> BTreeMap<String, u64> {
    let line = said.lines().find_map(|line| line.strip_prefix("status "));
    let text = line.unwrap_or_else(|| panic!("dom0 did not show a status"));
    let status: serde_json::Value = serde_json::from_str(text).unwrap();
    let ports = status["result"]["ports"].as_array().unwrap();
    let port = ports.iter().find(|port| port["port"] == "own").unwrap();
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    counts.insert("pass".to_owned(), port["passed"].as_u64().unwrap());
    for (reason, count) in port["refused"].as_object().unwrap() {
        counts.insert(reason.clone(), count.as_u64().unwrap());
    }
    counts
}

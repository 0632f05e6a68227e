//! What can be told without libvirt, which may be away while its rules stay in the kernel.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::path::Path;
use std::{env, fs};

use vifguard_netlink::Error as KernelError;
use vifguard_netlink::nft::{Connection, Family, TableId, listen};

use crate::names::OURS;
use crate::program;
use crate::tool::VIRSH;
use crate::{Options, held};

/// Where libvirt keeps filters, a file each.
const FILTERS: &str = "/etc/libvirt/nwfilter";
/// Where it listens.
const SOCKETS: [&str; 2] = [
    "/run/libvirt/libvirt-sock",
    "/run/libvirt/virtnwfilterd-sock",
];
/// What names another libvirt.
const NAMED: &str = "LIBVIRT_DEFAULT_URI";
/// The table of ebtables in which libvirt keeps its rules.
const TABLE: &str = "nat";
/// Where ebtables has tables of its own, nf_tables does not know them.
const LEGACY: &str = "/sys/module/ebtable_nat";
/// Chains that filters which come with libvirt have, too. No port has only these.
const SHIPPED: [&str; 3] = ["arp-ip", "arp-mac", "rarp"];

/// Interfaces with chains of ours in the kernel, in the namespace of this thread; nothing where nf_tables does
/// not tell.
pub(crate) fn devices() -> Option<Vec<String>> {
    if Path::new(LEGACY).exists() {
        return None;
    }
    let (mut kernel, table) = (Connection::open().ok()?, table());
    if !kernel.tables(table.family).ok()?.contains(&table.name) {
        return Some(Vec::new());
    }
    let chains = kernel.chains(&table).ok()?;
    Some(of_chains(chains.iter().map(|chain| chain.name.as_str())))
}

fn table() -> TableId {
    TableId {
        family: Family::Bridge,
        name: TABLE.to_owned(),
    }
}

/// Calls `heard` whenever the rules have become others, in the namespace of the calling thread. What says the same
/// as before is no change: `ebtables -L` itself takes rules out and puts them in again.
pub(crate) fn watch(heard: impl Fn() -> bool + Send + 'static) -> Result<(), KernelError> {
    let last = Cell::new(digest());
    listen(move || {
        let now = digest();
        // What cannot be read may be anything.
        let same = now.is_some() && last.get() == now;
        last.set(now);
        same || heard()
    })
}

/// What the rules say, without what they have counted.
fn digest() -> Option<u64> {
    let (mut kernel, table) = (Connection::open().ok()?, table());
    let mut hasher = DefaultHasher::new();
    if kernel.tables(table.family).ok()?.contains(&table.name) {
        let chains = kernel.chains(&table).ok()?;
        chains.iter().for_each(|chain| chain.name.hash(&mut hasher));
        kernel.rules(&table).ok()?.hash(&mut hasher);
    }
    Some(hasher.finish())
}

/// `I-tap0-mac-src` is one of `tap0`'s. Somebody else's filters may have chains that are called so too: libvirt
/// itself knows.
pub(crate) fn of_chains<'c>(chains: impl Iterator<Item = &'c str>) -> Vec<String> {
    let device = |chain: &'c str| {
        let chain = chain.strip_prefix("I-")?;
        let mut dashes = chain.match_indices('-');
        let is_ours = |name: &str| program::reason(name).is_some() && !SHIPPED.contains(&name);
        let (at, _) = dashes.find(|(at, _)| is_ours(&chain[at + 1..]))?;
        Some(chain[..at].to_owned())
    };
    let devices: BTreeSet<String> = chains.filter_map(device).collect();
    devices.into_iter().collect()
}

/// Could libvirt hold anything of ours?
pub(crate) fn may_hold(options: &Options, rules: impl FnOnce() -> Option<String>) -> bool {
    let in_kernel = devices().or_else(|| {
        let kernel = held::Kernel::read(&rules()?);
        Some(of_chains(kernel.chains()))
    });
    match in_kernel {
        Some(devices) if devices.is_empty() => {}
        Some(_) => return true,
        // Nobody can tell.
        None => return is_installed(),
    }
    let named = options.uri.is_some() || env::var_os(NAMED).is_some_and(|uri| !uri.is_empty());
    let listens = || SOCKETS.iter().any(|path| Path::new(path).exists());
    is_installed() && (named || listens() || is_defined())
}

fn is_installed() -> bool {
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path).any(|directory| directory.join(VIRSH).is_file())
}

/// Is a filter of ours kept for when libvirt starts?
fn is_defined() -> bool {
    let files = fs::read_dir(FILTERS);
    let mut files = files.into_iter().flatten().flatten();
    files.any(|file| file.file_name().to_string_lossy().starts_with(OURS))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chains_tell_whose_they_are() {
        let devices = |chains: &[&str]| of_chains(chains.iter().copied());
        let ours = ["PREROUTING", "libvirt-I-tap-web", "I-tap-web-arp-form"];
        assert_eq!(devices(&ours), ["tap-web"]);
        assert_eq!(
            devices(&["I-b-mac-src", "I-b-ipv6-up", "I-a-mac-ipv4-src"]),
            ["a-mac", "b"]
        );
        // Those of libvirt's own filters.
        let others = [
            "libvirt-I-vnet0",
            "I-vnet0-mac",
            "I-vnet0-arp-mac",
            "I-vnet0-ipv4-ip",
        ];
        assert!(devices(&others).is_empty());
    }
}

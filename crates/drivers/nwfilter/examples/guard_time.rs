//! How long it takes until a port is guarded, on a host with a libvirt: by nftables, by libvirt's own filter
//! binding with the filter that it ships, and by this driver. One after the other, in the same run.
//!
//! The host of the first two figures guards a pattern of names, as hosts with guests should; the third is of
//! one that guards ports by name alone, where each new port moves gates, too, and waits for frames under way.
//!
//! `cargo run --release -p vifguard-nwfilter --example guard_time [ROUNDS]`, as root.

use std::error::Error;
use std::time::{Duration, Instant};

use vifguard_driver::{Desired, Driver, Scope};
use vifguard_lab::libvirt::Libvirtd;
use vifguard_nft::Nft;
use vifguard_nwfilter::{Nwfilter, Options};
use vifguard_policy::Policy;

/// What is in force before; nothing but the table itself is new on a host that guards its first port.
const BEFORE: &str = "version: 1
networks: [{ name: lan, kind: private }]
ports:
  - { name: db, network: lan, device: tap-db, mac: \"02:00:00:00:00:0b\", addresses: [192.0.2.11] }
";
const PATTERN: &str = "host: { guarded_interfaces: [\"tap-*\"] }\n";
const PORT: &str = "  - { name: web, network: lan, device: tap-web, mac: \"02:00:00:00:00:0a\", addresses: [192.0.2.10] }\n";
const BINDING: &str = "<filterbinding><owner><name>web</name>\
    <uuid>5d0c5e6e-1ab0-4a11-8a11-000000000001</uuid></owner><portdev name='tap-web'/>\
    <mac address='02:00:00:00:00:0a'/><filterref filter='clean-traffic'>\
    <parameter name='IP' value='192.0.2.10'/></filterref></filterbinding>";

fn main() -> Result<(), Box<dyn Error>> {
    let rounds = std::env::args().nth(1).map_or(Ok(5), |text| text.parse())?;
    let libvirtd = Libvirtd::new()?;
    let _taps = [
        libvirtd.bridged().tap("tap-web")?,
        libvirtd.bridged().tap("tap-db")?,
    ];
    let before = Desired::of(&Policy::parse(BEFORE, "policy")?);
    let desired = Desired::of(&Policy::parse(&format!("{BEFORE}{PORT}"), "policy")?);
    let guarded = Desired::of(&Policy::parse(&format!("{BEFORE}{PATTERN}"), "policy")?);
    let guarded_more = Desired::of(&Policy::parse(
        &format!("{BEFORE}{PORT}{PATTERN}"),
        "policy",
    )?);
    let host = libvirtd.host();
    let (mut first, mut nft, mut named) = (Vec::new(), Vec::new(), Vec::new());
    let (mut shipped, mut own) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        let mut driver = Nft::new();
        first.push(host.run(|| timed(|| driver.apply(&guarded)))??);
        nft.push(host.run(|| timed(|| driver.apply(&guarded_more)))??);
        host.run(|| driver.remove(&Scope::All))??;
        host.run(|| driver.apply(&before))??;
        named.push(host.run(|| timed(|| driver.apply(&desired)))??);
        host.run(|| driver.remove(&Scope::All))??;

        shipped.push(timed(|| {
            libvirtd.virsh_with(&["nwfilter-binding-create"], BINDING)
        })?);
        libvirtd.virsh(&["nwfilter-binding-delete", "tap-web"])?;

        let mut driver = Nwfilter::new(Options {
            uri: Some(libvirtd.uri()),
            ..Options::default()
        });
        host.run(|| driver.apply(&before))??;
        own.push(host.run(|| timed(|| driver.apply(&desired)))??);
        host.run(|| driver.remove(&Scope::All))??;
    }
    let [first, nft, named, shipped, own] = [first, nft, named, shipped, own].map(middle);
    println!("{rounds} rounds, the middle of each:");
    println!("  nftables, the first port of a host         {first:?}");
    println!("  nftables, one port more                    {nft:?}");
    println!("  nftables, one port more, without a pattern {named:?}");
    println!("  libvirt's binding to clean-traffic         {shipped:?}");
    println!("  this driver, filters defined and bound     {own:?}");
    println!(
        "  nftables is {:.0} times as fast as libvirt's own binding",
        shipped.as_secs_f64() / nft.as_secs_f64()
    );
    Ok(())
}

fn timed<T, E>(work: impl FnOnce() -> Result<T, E>) -> Result<Duration, E> {
    let start = Instant::now();
    work()?;
    Ok(start.elapsed())
}

fn middle(mut times: Vec<Duration>) -> Duration {
    times.sort_unstable();
    times.get(times.len() / 2).copied().unwrap_or_default()
}

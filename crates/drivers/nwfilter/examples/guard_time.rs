//! How long it takes until a port is guarded, on a host with a libvirt: by nftables, by libvirt's own filter
//! binding with the filter that it ships, and by this driver. One after the other, in the same run.
//!
//! `cargo run --release -p vifguard-nwfilter --example guard_time [ROUNDS]`, as root.

use std::error::Error;
use std::time::{Duration, Instant};

use vifguard_driver::{Desired, Driver, Scope};
use vifguard_lab::libvirt::Libvirtd;
use vifguard_nft::Nft;
use vifguard_nwfilter::{Nwfilter, Options};
use vifguard_policy::Policy;

const PORT: &str = "version: 1
networks: [{ name: lan, kind: private }]
ports:
  - { name: web, network: lan, device: tap-web, mac: \"02:00:00:00:00:0a\", addresses: [192.0.2.10] }
";
const BINDING: &str = "<filterbinding><owner><name>web</name>\
    <uuid>5d0c5e6e-1ab0-4a11-8a11-000000000001</uuid></owner><portdev name='tap-web'/>\
    <mac address='02:00:00:00:00:0a'/><filterref filter='clean-traffic'>\
    <parameter name='IP' value='192.0.2.10'/></filterref></filterbinding>";

fn main() -> Result<(), Box<dyn Error>> {
    let rounds = std::env::args().nth(1).map_or(Ok(5), |text| text.parse())?;
    let libvirtd = Libvirtd::new()?;
    let _tap = libvirtd.bridged().tap("tap-web")?;
    let desired = Desired::of(&Policy::parse(PORT, "policy")?);
    let host = libvirtd.host();
    let (mut nft, mut shipped, mut own) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..rounds {
        let mut driver = Nft::new();
        nft.push(host.run(|| timed(|| driver.apply(&desired)))??);
        host.run(|| driver.remove(&Scope::All))??;

        shipped.push(timed(|| {
            libvirtd.virsh_with(&["nwfilter-binding-create"], BINDING)
        })?);
        libvirtd.virsh(&["nwfilter-binding-delete", "tap-web"])?;

        let mut driver = Nwfilter::new(Options {
            uri: Some(libvirtd.uri()),
            ..Options::default()
        });
        own.push(host.run(|| timed(|| driver.apply(&desired)))??);
        host.run(|| driver.remove(&Scope::All))??;
    }
    let [nft, shipped, own] = [nft, shipped, own].map(middle);
    println!("{rounds} rounds, the middle of each:");
    println!("  nftables, one port into an empty host      {nft:?}");
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

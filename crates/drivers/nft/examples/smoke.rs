use std::time::Instant;
use vifguard_driver::{Desired, Driver, Scope};
use vifguard_policy::Policy;
fn main() {
    let path = std::env::args().nth(1).unwrap();
    let mut nft = vifguard_nft::Nft::new();
    println!("{:?}", nft.probe().map(|c| c.notes));
    for path in [path.clone(), path.clone()]
        .into_iter()
        .chain(std::env::args().skip(2))
    {
        let t = Instant::now();
        let text = std::fs::read_to_string(&path).unwrap();
        let policy = match Policy::parse(&text, &path) {
            Ok(p) => p,
            Err(e) => panic!("{e}"),
        };
        println!("parse {:?}", t.elapsed());
        let t = Instant::now();
        let desired = Desired::of(&policy);
        println!("identities {:?}", t.elapsed());
        let t = Instant::now();
        match nft.apply(&desired) {
            Ok(a) => println!("{a} repaired {:?} {:?}", a.repaired, t.elapsed()),
            Err(e) => println!("ERR {e}"),
        }
        let t = Instant::now();
        let s = nft.observe().unwrap();
        println!(
            "ports {} drift {:?} {:?}",
            s.ports.len(),
            &s.drift[..s.drift.len().min(5)],
            t.elapsed()
        );
    }
    println!("{:?}", nft.counters().map(|c| c.by_device.len()));
    if std::env::var("KEEP").is_err() {
        println!("{:?}", nft.remove(&Scope::All).map(|v| v.len()));
    }
}

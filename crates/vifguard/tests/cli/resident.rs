//! Guards stay in force whatever becomes of the program that puts them there.

use std::process::Command;

use vifguard_conformance::Place;
use vifguard_conformance::properties::resident;
use vifguard_nft::Nft;

use crate::support::TempFile;

/// How many programs are killed; `VIFGUARD_KILLS` says otherwise.
const KILLS: usize = 24;

#[test]
fn a_killed_enforce_leaves_no_gap() {
    if !vifguard_lab::available() {
        return;
    }
    let kills = std::env::var("VIFGUARD_KILLS").map_or(KILLS, |text| text.parse().unwrap());
    let mut files = Vec::new();
    let all = resident(&mut Nft::new(), Place::Bridge, kills, |policy| {
        let file = TempFile::new(policy);
        let mut enforce = Command::new(env!("CARGO_BIN_EXE_vifguard"));
        enforce.args(["enforce", "--yes", "-f", file.path()]);
        files.push(file);
        Ok(enforce)
    })
    .unwrap();
    for kills in &all {
        println!("{kills}");
        assert!(kills.ok(), "{kills}");
    }
}

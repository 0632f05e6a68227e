//! The demo shows what it claims, and can fail.

use vifguard_demo::{Kind, Options, Report, run};
use vifguard_driver::{Driver, Null};
use vifguard_lab::available;
use vifguard_nft::Nft;

fn shown(driver: &mut dyn Driver) -> Report {
    run(&Options::default(), driver, &mut |row| println!("{row} {:?}", row.took)).unwrap()
}

#[test]
fn every_row_is_ok_with_guards() {
    if !available() {
        return;
    }
    let report = shown(&mut Nft::new());
    println!("\n{report}");
    assert!(report.ok(), "\n{report}");
}

#[test]
fn no_attack_is_ok_without_guards() {
    if !available() {
        return;
    }
    let report = shown(&mut Null);
    println!("\n{report}");
    let of = |kind| report.rows.iter().filter(move |row| row.kind == kind);
    assert!(of(Kind::Attack).all(|row| !row.ok), "\n{report}");
    assert!(of(Kind::Good).all(|row| row.ok), "\n{report}");
    assert!(!report.ok());
}

#[test]
fn the_table_fits_a_terminal() {
    if !available() {
        return;
    }
    let report = shown(&mut Null).to_string();
    let longest = report.lines().map(|line| line.chars().count()).max();
    assert!(longest.is_some_and(|longest| longest <= 100), "\n{report}");
}

//! The demo shows what it claims, and can fail.

use vifguard_demo::{Error, Kind, Options, Report, Result, run};
use vifguard_driver::{Driver, Null};
use vifguard_lab::available;
use vifguard_nft::Nft;

fn demo(driver: &mut dyn Driver) -> Result<Report> {
    let mut shown = 0;
    let report = run(&Options::default(), driver, &mut |_| shown += 1)?;
    assert_eq!(shown, report.rows.len());
    Ok(report)
}

#[test]
fn every_row_is_ok_with_guards() {
    if !available() {
        return;
    }
    let report = demo(&mut Nft::new()).unwrap();
    println!("{report}");
    assert!(report.ok(), "\n{report}");
}

#[test]
fn no_attack_is_ok_without_guards() {
    if !available() {
        return;
    }
    let report = demo(&mut Null).unwrap();
    println!("{report}");
    let of = |kind| report.rows.iter().filter(move |row| row.kind == kind);
    assert!(
        of(Kind::Attack).all(|row| !row.ok && row.with == "NOT refused"),
        "\n{report}"
    );
    assert!(of(Kind::Good).all(|row| row.ok), "\n{report}");
    assert!(!report.ok());

    let table = report.to_string();
    assert!(
        table.lines().all(|line| line.chars().count() <= 100),
        "\n{table}"
    );
}

#[test]
fn an_unknown_row_is_an_error() {
    let options = Options {
        only: Some("teapot".to_owned()),
    };
    let refused = run(&options, &mut Null, &mut |_| ()).unwrap_err();
    assert!(matches!(refused, Error::NoSuchRow(name) if name == "teapot"));
}

//! The demo shows what it claims, and can fail.

use vifguard_demo::{Error, Kind, Options, Report, Result, run};
use vifguard_driver::{
    Applied, Capabilities, Counters, Desired, Driver, Null, Preview, Scope, State, Tell,
};
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

/// Guards every interface and knows no port: nothing passes at all.
struct Mute(Nft);

impl Driver for Mute {
    fn name(&self) -> &'static str {
        "mute"
    }

    fn apply(&mut self, desired: &Desired) -> vifguard_driver::Result<Applied> {
        self.0.apply(&Desired {
            ports: Vec::new(),
            ..desired.clone()
        })
    }

    fn probe(&mut self) -> vifguard_driver::Result<Capabilities> {
        self.0.probe()
    }

    fn preview(&mut self, desired: &Desired) -> vifguard_driver::Result<Preview> {
        self.0.preview(desired)
    }

    fn observe(&mut self) -> vifguard_driver::Result<State> {
        self.0.observe()
    }

    fn counters(&mut self) -> vifguard_driver::Result<Counters> {
        self.0.counters()
    }

    fn remove(&mut self, scope: &Scope) -> vifguard_driver::Result<Vec<String>> {
        self.0.remove(scope)
    }

    fn watch(&mut self, tell: Tell) -> vifguard_driver::Result<()> {
        self.0.watch(tell)
    }
}

#[test]
fn a_guard_that_refuses_everything_is_not_ok() {
    if !available() {
        return;
    }
    for (row, with) in [("IPv4 source forgery", "silenced"), ("ping", "BROKEN")] {
        let options = Options {
            only: Some(row.to_owned()),
        };
        let report = run(&options, &mut Mute(Nft::new()), &mut |_| ()).unwrap();
        let shown: Vec<_> = report
            .rows
            .iter()
            .map(|row| (row.with.as_str(), row.ok))
            .collect();
        assert_eq!(shown, [(with, false)], "\n{report}");
    }
}

#[test]
fn an_unknown_row_is_an_error() {
    let options = Options {
        only: Some("teapot".to_owned()),
    };
    let refused = run(&options, &mut Null, &mut |_| ()).unwrap_err();
    assert!(matches!(refused, Error::NoSuchRow(name) if name == "teapot"));
}

//! `vifguard run`: a tap for one port, guarded before it is up, and a hypervisor on it.
//!
//! **What holds.** Nothing passes before the guards: the tap is made down, and brought up when the rules
//! were read back. Nothing passes after them: they are taken away when the tap is gone. The command takes
//! this process's place, so there is nobody between it and whoever started it. What is left to do at the
//! end is done by a guardian (`guardian.rs`), a process of its own that is no child of the command.
//!
//! **If the guardian is killed too**, a tap of which only files were handed over still goes with its last
//! file. Its port stays in the rules, admitted, without an interface: the next `run` or `enforce` cuts it. A
//! tap that was handed over by name stays as well, guarded; the next `run` of the port removes it first.

mod guardian;
mod lock;
mod program;
mod tap;

use std::io;

use anyhow::Result;
use vifguard_driver::{Desired, Driver};
use vifguard_netlink::link::{self, Change};
use vifguard_policy::{DeviceName, MacAddr, Policy, Port};

use crate::cli::{Handover, RunArgs};
use crate::drivers;
use crate::exit::Exit;
use crate::failure::Failure;
use crate::fit::fit_alone;
use crate::output::Output;
use crate::policy_file;
use crate::words::{Near, bullets, near};
use program::Program;
use tap::Tap;

pub(super) use guardian::run as guardian;

pub(super) fn run(args: &RunArgs, output: &Output) -> Result<Exit> {
    let policy = policy_file::load(&args.policy.file)?;
    let port = port(&policy, &args.port)?;
    let device = tap::name(port, args.tap.as_ref())?;
    let program = Program::of(&args.command, args.by)?;
    let bridge = args.bridge.as_ref().map(tap::bridge).transpose()?;
    let mut driver = drivers::by_name(args.driver.driver, args.driver.program.as_deref());
    check(port, driver.as_mut(), output)?;
    let lock = lock::take(&device, &port.name)?;
    tap::clear(&device, &port.name)?;
    let tap = Tap::make(&device, port, program.by, args)?;
    let started = start(
        &tap,
        bridge,
        port,
        &policy,
        &program,
        args,
        driver.as_mut(),
        lock,
    );
    // It came back, so the command did not begin. The tap first, then its guards; the guardian does the
    // same, and who comes second finds nothing to do.
    tap.remove();
    let dismissed = driver.dismiss(&port.name);
    started?;
    dismissed?;
    Ok(Exit::Software)
}

/// Returns only if the command cannot be started.
#[expect(clippy::too_many_arguments, reason = "all that was found out before")]
fn start(
    tap: &Tap,
    bridge: Option<u32>,
    port: &Port,
    policy: &Policy,
    program: &Program,
    args: &RunArgs,
    driver: &mut dyn Driver,
    lock: lock::Lock,
) -> Result<()> {
    guardian::start(tap, &port.name, program.by, &args.driver, lock)?;
    guard(tap, port, policy, driver)?;
    let index = tap.index;
    if let Some(bridge) = bridge {
        change(
            &tap.device,
            "put it in the bridge",
            index,
            Change::Master(bridge),
        )?;
    }
    change(&tap.device, "bring it up", index, Change::Up)?;
    let mac = port.macs.first().map(|mac| mac.value);
    match program.by {
        Handover::Fd => tap.inherit()?,
        Handover::Name => tap.leave()?,
    }
    Err(program.become_it(tap, mac).into())
}

fn port<'p>(policy: &'p Policy, name: &str) -> Result<&'p Port, Failure> {
    let ports = policy.ports();
    ports.iter().find(|port| port.name == name).ok_or_else(|| {
        let names = ports.iter().map(|port| port.name.as_str());
        let Near { question, list } = near(name, names);
        let what = format!("the policy has no port {name:?}{question}");
        Failure::new(
            Exit::Data,
            what,
            format!("its ports: {list}; nothing was changed"),
        )
    })
}

/// Can the driver guard this port?
fn check(port: &Port, driver: &mut dyn Driver, output: &Output) -> Result<()> {
    let can = driver.probe()?;
    let fit = fit_alone(port, driver.name(), &can);
    if !fit.lacking.is_empty() {
        let list = bullets(fit.lacking.iter().map(ToString::to_string));
        let what = format!(
            "the driver {} lacks what the port needs:\n{}",
            driver.name(),
            list.trim_end()
        );
        let advice = "use another driver, or let the port say enforcement: best-effort; nothing \
                      was changed";
        return Err(Failure::new(Exit::Unavailable, what, advice).into());
    }
    for less in fit.degraded {
        let (port, feature, cause) = (less.port, less.feature, less.cause);
        output.note(&format!("degraded: port {port} without {feature}: {cause}"));
    }
    Ok(())
}

/// Puts the port in force, beside all that is.
fn guard(tap: &Tap, port: &Port, policy: &Policy, driver: &mut dyn Driver) -> Result<()> {
    let devices = policy.ports().iter();
    let devices = devices.map(|other| (other.name == port.name).then(|| tap.device.clone()));
    driver.admit(&Desired::at(policy, devices))?;
    let state = driver.observe()?;
    let is_it = |name: &str, device: &str| name == port.name && device == tap.device.as_str();
    let there = state
        .ports
        .iter()
        .any(|state| is_it(&state.port, &state.device));
    let drift = state.drift.iter();
    let mut drift = drift.filter(|drift| drift.port.as_ref().is_none_or(|it| *it == port.name));
    let wrong = match drift.next() {
        Some(drift) => drift.to_string(),
        None if there => return Ok(()),
        None => "it is not in force".to_owned(),
    };
    let what = format!("port {}: guards cannot be relied on: {wrong}", port.name);
    let advice = "see vifguard status; put it right with vifguard enforce, and try again; the command \
                  was not started";
    Err(Failure::new(Exit::No, what, advice).into())
}

fn change(device: &DeviceName, step: &str, index: u32, change: Change<'_>) -> Result<(), Failure> {
    link::change(index, change).map_err(|error| failed(device, step, &error))
}

fn failed(device: &DeviceName, step: &str, error: &io::Error) -> Failure {
    let exit = if error.kind() == io::ErrorKind::PermissionDenied {
        Exit::Privilege
    } else {
        Exit::Os
    };
    Failure::new(
        exit,
        format!("tap {device}: cannot {step}: {error}"),
        "the command was not started, and nothing is left behind",
    )
}

/// The host's own address on a guest's tap. A bridge without one of its own takes the least of its ports':
/// with this, guests that come and go do not change it (libvirt does the same).
fn host_mac(guest: MacAddr) -> [u8; 6] {
    let mut mac = guest.0;
    mac[0] = if mac[0] == 0xfe { 0xfa } else { 0xfe };
    mac
}

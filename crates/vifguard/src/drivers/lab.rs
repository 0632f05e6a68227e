//! The lab of each driver, for the conformance kit: where it works, what puts a policy in force by it, and who
//! could take its guards away.

use std::fs;
use std::io;
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

use vifguard_conformance::{Error as RunError, Place};
use vifguard_driver::Null;
use vifguard_kit::{Effort, Ground, Vandal};
use vifguard_lab::libvirt::{self, Libvirtd};
use vifguard_lab::ovs::{self, Switch};
use vifguard_netlink::nft::{Batch, Connection, Family, TableId};
use vifguard_nft::{Nft, names};
use vifguard_nwfilter::Nwfilter;
use vifguard_ovs::Ovs;

use super::DriverName;
use crate::exit::Exit;
use crate::failure::Failure;

const FAMILIES: [Family; 4] = [Family::Netdev, Family::Bridge, Family::Inet, Family::Arp];

/// The lab of a driver.
pub(crate) fn ground(driver: DriverName) -> Result<Ground, Failure> {
    if let Err(missing) = vifguard_lab::privileged() {
        let advice = "run it as root; nothing was changed";
        return Err(Failure::new(Exit::Privilege, missing.to_string(), advice));
    }
    match driver {
        DriverName::Nft => Ok(nft()),
        DriverName::Ovs => open_vswitch(),
        DriverName::Nwfilter => nwfilter(),
        DriverName::Null => Ok(null()),
        // Its lab is made of its program.
        DriverName::External => Err(Failure::new(
            Exit::Usage,
            "which driver of somebody else's is meant is said by its program",
            "give --program",
        )),
        DriverName::Auto => Err(Failure::new(
            Exit::Usage,
            "a run of the kit is about one driver, and auto is none",
            "give --driver nft, ovs, nwfilter, external or null",
        )),
        DriverName::Xapi => Err(Failure::new(
            Exit::Unavailable,
            "the driver xapi needs a pool of XenServer or XCP-ng, and no lab has one",
            "its tests use a stand-in, which proves nothing of a pool; docs/xapi.md says what is known",
        )),
    }
}

fn nft() -> Ground {
    Ground {
        driver: Box::new(Nft::new()),
        name: DriverName::Nft.name().to_owned(),
        chosen: chosen(DriverName::Nft),
        foreign: None,
        places: vec![Place::Bridge, Place::Routed, Place::Host],
        effort: Effort::USUAL,
        program: Some(enforce(&["--driver", "nft"], Vec::new())),
        vandals: vec![
            vandal("deleted every table of nf_tables", |_| {
                flush().map(drop).map_err(kit)
            }),
            vandal("emptied the chain that refuses foreign MACs", |_| {
                let refusal = |_: &mut Connection, batch: &mut Batch| {
                    batch.flush_chain(&guards(), "refuse.mac");
                    Ok(())
                };
                commit(refusal).map_err(kit)
            }),
            vandal("gave a port another MAC beside its own", |_| {
                let another = |kernel: &mut Connection, batch: &mut Batch| {
                    let mut keys = kernel.elements(&guards(), names::MACS)?;
                    keys.truncate(1);
                    for element in &mut keys {
                        // The last byte of the MAC, behind the number of the port's identity.
                        element.key[9] ^= 0x80;
                    }
                    batch.add_elements(&guards(), names::MACS, &keys);
                    Ok(())
                };
                commit(another).map_err(kit)
            }),
        ],
        facts: Vec::new(),
    }
}

fn open_vswitch() -> Result<Ground, Failure> {
    let switch = match ovs::missing() {
        Some(missing) => return Err(lacking(missing)),
        None => Switch::new().map_err(broken)?,
    };
    let version = switch.appctl(&["version"]).map_err(broken)?;
    let options = vifguard_ovs::Options {
        rundir: Some(switch.rundir().to_owned()),
        bridge: Switch::BRIDGE.to_owned(),
        ..vifguard_ovs::Options::default()
    };
    let database = format!("unix:{}", switch.rundir().join("db.sock").display());
    let rundir = switch.rundir().display().to_string();
    let program = enforce(
        &["--driver", "ovs", "--ovsdb", &database],
        vec![("OVS_RUNDIR", rundir)],
    );
    let (vandalized, emptied) = (switch.clone(), switch.clone());
    // Those that all ports share, by their cookie, in the table behind the gate.
    let shared = format!(
        "cookie=0x7669666700000000/-1,table={}",
        options.first_table.saturating_add(1)
    );
    Ok(Ground {
        driver: Box::new(Ovs::new(options)),
        name: DriverName::Ovs.name().to_owned(),
        chosen: chosen(DriverName::Ovs),
        foreign: None,
        places: vec![Place::Switch(switch)],
        effort: Effort::USERSPACE,
        program: Some(program),
        vandals: vec![
            vandal("deleted every flow of the bridge", move |_| {
                vandalized.ofctl("del-flows", &[])?;
                // Its own pipeline is the operator's affair, and he has it back.
                vandalized.ofctl("add-flow", &["table=0,priority=0,actions=NORMAL"])?;
                Ok(())
            }),
            vandal("deleted the shared flows that compare MACs", move |_| {
                emptied.ofctl("del-flows", &[&shared])?;
                Ok(())
            }),
        ],
        facts: vec![("Open vSwitch".to_owned(), first_line(&version))],
    })
}

fn nwfilter() -> Result<Ground, Failure> {
    let libvirtd = match libvirt::missing() {
        Some(missing) => return Err(lacking(missing)),
        None => Libvirtd::new().map_err(broken)?,
    };
    let options = vifguard_nwfilter::Options {
        uri: Some(libvirtd.uri()),
        ..vifguard_nwfilter::Options::default()
    };
    let mut whole = enforce(
        &["--driver", "nwfilter"],
        vec![("LIBVIRT_DEFAULT_URI", libvirtd.uri())],
    );
    // A policy with patterns needs first-frame, which the driver declares not to have: enforce refuses it.
    let program: vifguard_kit::ProgramFor = Box::new(move |policy| {
        let lines = policy.lines().filter(|line| !line.starts_with("host:"));
        let bare: Vec<&str> = lines.collect();
        whole(&(bare.join("\n") + "\n"))
    });
    let vandalized = libvirtd.clone();
    Ok(Ground {
        driver: Box::new(Nwfilter::new(options)),
        name: DriverName::Nwfilter.name().to_owned(),
        chosen: chosen(DriverName::Nwfilter),
        foreign: None,
        places: vec![Place::Libvirt(libvirtd)],
        effort: Effort::SLOW,
        program: Some(program),
        vandals: vec![vandal(
            "deleted the binding of the interface",
            move |device| {
                vandalized.virsh(&["nwfilter-binding-delete", device])?;
                Ok(())
            },
        )],
        facts: Vec::new(),
    })
}

fn null() -> Ground {
    Ground {
        driver: Box::new(Null),
        name: DriverName::Null.name().to_owned(),
        chosen: chosen(DriverName::Null),
        foreign: None,
        places: vec![Place::Bridge],
        effort: Effort::USUAL,
        program: None,
        vandals: Vec::new(),
        facts: Vec::new(),
    }
}

/// How one of ours is chosen on the command line.
fn chosen(driver: DriverName) -> String {
    format!("--driver {}", driver.name())
}

/// This program, putting a policy in force in the namespace that it is run in.
pub(crate) fn enforce(
    arguments: &[&str],
    environment: Vec<(&'static str, String)>,
) -> vifguard_kit::ProgramFor {
    let arguments: Vec<String> = arguments.iter().map(|it| (*it).to_owned()).collect();
    let next = AtomicU32::new(0);
    let place = vifguard_lab::Place::new();
    Box::new(move |policy| {
        let place = place.as_ref().map_err(|error| kit(error.to_string()))?;
        let number = next.fetch_add(1, Ordering::Relaxed);
        let file = place.path().join(format!("policy-{number}.yaml"));
        fs::write(&file, policy).map_err(failed)?;
        // What runs, and not what lies under its name now: an installation may be under way.
        let mut command = Command::new("/proc/self/exe");
        command.args(["enforce", "--yes", "-f"]).arg(&file);
        command.args(&arguments).envs(environment.clone());
        Ok(command)
    })
}

pub(crate) fn vandal(
    what: &str,
    meddle: impl FnMut(&str) -> vifguard_conformance::Result<()> + 'static,
) -> Vandal {
    Vandal {
        what: what.to_owned(),
        meddle: Box::new(meddle),
    }
}

/// The table in which frames are judged.
fn guards() -> TableId {
    TableId {
        family: Family::Netdev,
        name: names::TABLE.to_owned(),
    }
}

/// Somebody else's change of nf_tables.
fn commit(
    change: impl FnOnce(&mut Connection, &mut Batch) -> Result<(), vifguard_netlink::Error>,
) -> Result<(), String> {
    let said = |error: vifguard_netlink::Error| error.to_string();
    let mut kernel = Connection::open().map_err(said)?;
    let mut batch = Batch::new();
    change(&mut kernel, &mut batch).map_err(said)?;
    kernel.commit(batch.close()).map_err(said)
}

/// What an operator does who takes vifguard's tables for his own. How many there were.
pub(crate) fn flush() -> Result<usize, String> {
    let mut tables = 0;
    commit(|kernel, batch| {
        for family in FAMILIES {
            for name in kernel.tables(family)? {
                batch.delete_table(&TableId { family, name });
                tables += 1;
            }
        }
        Ok(())
    })?;
    Ok(tables)
}

pub(crate) fn kit(what: String) -> RunError {
    RunError::Kit(what)
}

fn failed(source: io::Error) -> RunError {
    RunError::Program {
        program: "vifguard enforce".to_owned(),
        source,
    }
}

fn lacking(missing: String) -> Failure {
    let advice = "nothing was changed";
    Failure::new(Exit::Unavailable, missing, advice)
}

fn broken(error: vifguard_lab::Error) -> Failure {
    let advice = "nothing outside the kit's own namespaces was touched; please report it";
    Failure::new(Exit::Software, error.to_string(), advice)
}

fn first_line(text: &str) -> String {
    text.lines().next().unwrap_or_default().to_owned()
}

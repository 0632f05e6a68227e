//! Which driver guards which port. The only place that chooses.
//!
//! **By itself** (`auto`): nft guards every port with an interface of this host's that netdev ingress sees:
//! it fulfils the whole contract. A switch whose datapath is in userspace takes frames by a packet socket,
//! which the kernel serves before netdev ingress; there the driver of that switch has to judge them, and
//! nft still judges what the host's own stack takes from the same interface. So it is where a switch hands its
//! flows to tc, which comes before netdev ingress. An interface that the host has
//! not (vhost-user) is guarded by the switch that has it, and so is everything on a switch where there is
//! no nf_tables.

use std::collections::HashSet;

use nix::unistd::geteuid;
use vifguard_driver::{BoundPort, Desired, Error};
use vifguard_inventory::Links;
use vifguard_inventory::vifs::ovs::{Bridge, Switch};
use vifguard_ovs::Ovs;
use vifguard_ovs::program::Table;
use vifguard_policy::Host;

use super::{Crew, DriverArgs, DriverName, Member, Others, Title, first, first_of};
use crate::devices::{Kind, Unfit, unfit};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::hypervisors::Hypervisors;

/// What is known of the host before drivers are chosen.
pub(crate) struct Ground<'a> {
    pub(crate) host: &'a Links,
    pub(crate) hypervisors: &'a Hypervisors,
    pub(crate) args: &'a DriverArgs,
}

/// The drivers for a state, by the name that the operator gave.
pub(crate) fn choose(
    name: DriverName,
    desired: &Desired,
    ground: &Ground<'_>,
) -> Result<Crew, Failure> {
    match name {
        DriverName::Auto => auto(desired, ground),
        DriverName::Nft => Ok(Crew::of(vec![nft_alone(desired, ground)?])),
        DriverName::Ovs => ovs_alone(desired, ground),
        DriverName::Nwfilter => {
            let mut member = whole(name, desired);
            member.unfit = unfit(desired, ground.host, &member.title);
            Ok(Crew::of(vec![member]))
        }
        // VIFs are known to XAPI, by which its driver finds them; the null driver guards nothing, wherever.
        DriverName::Xapi | DriverName::Null => Ok(Crew::of(vec![whole(name, desired)])),
        // It knows itself what it cannot guard.
        DriverName::External => {
            super::check(name, ground.args.program.as_deref())?;
            let mut member = first_of(ground.args);
            member.take(desired.clone());
            Ok(Crew::of(vec![member]))
        }
    }
}

impl Ground<'_> {
    /// Takes the bridge what an interface of this name sends, or will it in a moment?
    fn takes_from(&self, bridge: &Bridge, device: &str) -> bool {
        let is_here = self.host.links.iter().any(|link| link.name == device);
        bridge.takes_from(device, is_here)
    }

    /// The drivers that may have something in force here.
    pub(crate) fn in_charge(&self) -> Result<Crew, Failure> {
        let name = self.args.driver;
        let mut crew = Crew::default();
        if name != DriverName::Ovs {
            crew.members.push(first_of(self.args));
        }
        if matches!(name, DriverName::Auto | DriverName::Ovs) {
            let bridges = self.bridges(name)?;
            crew.members
                .extend(bridges.iter().map(|bridge| self.bridge(bridge)));
        }
        // Without rights nothing is learned from them, and virsh would start a libvirtd of the user's own.
        if name == DriverName::Auto && geteuid().is_root() {
            for name in [DriverName::Nwfilter, DriverName::Xapi] {
                crew.add_if_holding(first(name));
            }
        }
        Ok(crew)
    }

    /// What drivers of ours hold that have no part in this crew.
    pub(crate) fn others(&self, crew: &Crew, desired: &Desired) -> Others {
        let name = self.args.driver;
        let mut others = Vec::new();
        if name == DriverName::Null {
            return Others::default();
        }
        others.push(first(DriverName::Nft));
        // A crew that is about bridges has all that hold something.
        if !matches!(name, DriverName::Auto | DriverName::Ovs) {
            let bridges = self.bridges(name).unwrap_or_default().iter();
            others.extend(bridges.map(|bridge| self.bridge(bridge)));
        }
        // As where it is asked who is in charge.
        if geteuid().is_root() {
            others.extend([DriverName::Nwfilter, DriverName::Xapi].map(first));
        }
        let mut found = Others::default();
        let has_part = |other: &Member| crew.members.iter().any(|own| own.title == other.title);
        for other in others.into_iter().filter(|other| !has_part(other)) {
            found.ask(other, desired, self.host);
        }
        found
    }

    /// The switch that may take frames before the drivers of this crew see them; nobody asks for it where a
    /// driver was chosen by name.
    pub(crate) fn before_all(&self) -> Result<Option<&Switch>, Failure> {
        if self.args.driver != DriverName::Auto {
            return Ok(None);
        }
        self.hypervisors.switch()
    }

    /// All drivers, wherever they could work.
    pub(crate) fn all(&self) -> Vec<Member> {
        let mut all = vec![first(DriverName::Nft)];
        let bridges = self.bridges(DriverName::Ovs);
        all.extend(
            bridges
                .unwrap_or_default()
                .iter()
                .map(|bridge| self.bridge(bridge)),
        );
        // Those that are chosen by name only are asked by name, too.
        if matches!(
            self.args.driver,
            DriverName::External | DriverName::Nwfilter | DriverName::Xapi
        ) {
            all.push(first_of(self.args));
        }
        all.push(first(DriverName::Null));
        all
    }

    /// The bridges of Open vSwitch. To ask for its driver where it does not run is an error.
    fn bridges(&self, name: DriverName) -> Result<&[Bridge], Failure> {
        let begin = self.args.ovs_first_table;
        let tables = begin..=begin.saturating_add(Table::COUNT - 1);
        if tables.contains(&self.args.ovs_next_table) {
            let what = format!(
                "--ovs-next-table {} is one of the guards' own ({} to {})",
                self.args.ovs_next_table,
                tables.start(),
                tables.end()
            );
            let advice = "name the table in which your own pipeline begins; nothing was changed";
            return Err(Failure::new(Exit::Usage, what, advice));
        }
        let switch = self.hypervisors.switch()?;
        match switch {
            Some(Switch { bridges, .. }) => Ok(bridges),
            None if name == DriverName::Ovs => Err(Failure::new(
                Exit::Unavailable,
                "Open vSwitch does not run here",
                "start it, or say where its database is (--ovsdb, OVS_RUNDIR); nothing was changed",
            )),
            None => Ok(&[]),
        }
    }

    fn bridge(&self, bridge: &Bridge) -> Member {
        let driver = Ovs::new(self.args.bridge(&bridge.name));
        Member::new(Ground::title(bridge), Box::new(driver))
    }

    /// What the driver of a bridge is called.
    pub(crate) fn title(bridge: &Bridge) -> Title {
        Title::on(DriverName::Ovs, &bridge.name)
    }
}

impl Crew {
    /// Takes out the driver of which the kernel's own rules can be proved: the others keep theirs where nobody
    /// can read them back as rules.
    pub(crate) fn take_provable(&mut self) -> Option<Member> {
        let nft = Title::of(DriverName::Nft);
        let provable = self.members.iter().position(|member| member.title == nft)?;
        Some(self.members.remove(provable))
    }
}

/// A driver that is asked for everything.
fn whole(name: DriverName, desired: &Desired) -> Member {
    let mut member = first(name);
    member.take(desired.clone());
    member
}

fn nft_alone(desired: &Desired, ground: &Ground<'_>) -> Result<Member, Failure> {
    let mut member = whole(DriverName::Nft, desired);
    member.unfit = unfit(desired, ground.host, &member.title);
    let bridges = ground.bridges(DriverName::Nft)?.iter();
    let bridges = bridges.filter(|bridge| bridge.is_before_ingress());
    let bridges: Vec<&Bridge> = bridges.collect();
    for port in &desired.ports {
        let device = port.device.as_str();
        let Some(bridge) = bridges
            .iter()
            .find(|bridge| bridge.interfaces.contains(device))
        else {
            continue;
        };
        let name = &bridge.name;
        let how = match bridge.userspace {
            true => "has its datapath in userspace",
            false => "hands its flows to tc (other_config:hw-offload)",
        };
        let why = format!(
            "the bridge {name} {how}, which takes frames of {device} before netdev ingress"
        );
        member.unfit.retain(|other| other.device != device);
        let unfit = Unfit::of(port, &member.title, Kind::Switch, why);
        member.unfit.push(unfit);
    }
    Ok(member)
}

fn ovs_alone(desired: &Desired, ground: &Ground<'_>) -> Result<Crew, Failure> {
    let bridges = ground.bridges(DriverName::Ovs)?;
    let mut crew = Crew::default();
    for bridge in bridges {
        let has = |port: &BoundPort| ground.takes_from(bridge, port.device.as_str());
        crew.members
            .extend(of_bridge(bridge, desired, true, has, ground));
    }
    let homeless = desired.ports.iter().filter(|port| {
        let device = port.device.as_str();
        let mut bridges = bridges.iter();
        let is_there = ground.host.links.iter().any(|link| link.name == device);
        let awaited = desired.host.guards(device) && !is_there;
        !awaited && !bridges.any(|bridge| ground.takes_from(bridge, device))
    });
    let title = Title::of(DriverName::Ovs);
    let unfit = homeless.map(|port| {
        let why = format!("no bridge of Open vSwitch has an interface {}", port.device);
        Unfit::of(port, &title, Kind::NoBridge, why)
    });
    let unfit: Vec<Unfit> = unfit.collect();
    if !unfit.is_empty() {
        let member = whole(DriverName::Ovs, &Desired::default());
        crew.members.push(member.nowhere(unfit));
    }
    Ok(crew)
}

fn auto(desired: &Desired, ground: &Ground<'_>) -> Result<Crew, Failure> {
    let mut nft = whole(DriverName::Nft, desired);
    let bridges = ground.bridges(DriverName::Auto)?;
    let there = ground.host.links.iter().map(|link| link.name.as_str());
    let there: HashSet<&str> = there.collect();
    // Where it cannot be asked for want of rights, nothing will be enforced anyway.
    let usable = !matches!(nft.probe(), Err(Error::Unsupported { .. }));
    let mut members = Vec::new();
    for bridge in bridges {
        let needs = |port: &BoundPort| {
            let device = port.device.as_str();
            let here = bridge.takes_from(device, there.contains(device));
            here && (bridge.is_before_ingress() || !usable || !there.contains(device))
        };
        let patterns = bridge.is_before_ingress() || !usable;
        members.extend(of_bridge(bridge, desired, patterns, needs, ground));
    }
    let elsewhere: HashSet<&str> = members
        .iter()
        .flat_map(|member: &Member| &member.desired.ports)
        .map(|port| port.device.as_str())
        .collect();
    // Beside the switch, nft judges what it can, and need not judge the rest.
    nft.unfit = unfit(desired, ground.host, &nft.title);
    let (beside, unfit) = nft
        .unfit
        .into_iter()
        .partition(|unfit| elsewhere.contains(unfit.device.as_str()));
    nft.unfit = unfit;
    let beside: Vec<Unfit> = beside;
    let is_beside = |port: &BoundPort| {
        let device = port.device.as_str();
        let absent = elsewhere.contains(device) && !there.contains(device);
        absent || beside.iter().any(|unfit| unfit.device == device)
    };
    nft.desired.ports.retain(|port| !is_beside(port));
    let own = desired.ports.iter();
    let own = own.filter(|port| !elsewhere.contains(port.device.as_str()));
    nft.answers_for = own.map(|port| port.identity.port.clone()).collect();
    if usable || members.is_empty() || !nft.answers_for.is_empty() {
        members.insert(0, nft);
    }
    Ok(Crew::of(members))
}

/// The driver of a bridge, if it has anything to do there: for those ports that need it, for the host's
/// patterns, or because of what it did before.
fn of_bridge(
    bridge: &Bridge,
    desired: &Desired,
    patterns: bool,
    needs: impl Fn(&BoundPort) -> bool,
    ground: &Ground<'_>,
) -> Option<Member> {
    let mut member = ground.bridge(bridge);
    let ports = desired.ports.iter().filter(|port| needs(port));
    let ports: Vec<BoundPort> = ports.cloned().collect();
    // An interface that a pattern covers may come to it at any time.
    let is_asked = patterns && !desired.host.guarded_interfaces.is_empty();
    if ports.is_empty() && !is_asked {
        let left = member.driver.observe().is_ok_and(|state| state.present);
        return left.then_some(member);
    }
    member.take(Desired {
        host: match patterns {
            true => desired.host.clone(),
            false => Host::default(),
        },
        networks: desired.networks.clone(),
        ports,
    });
    Some(member)
}

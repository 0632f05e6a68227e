//! `vifguard verify`

use anyhow::Result;
use serde::Serialize;
use vifguard_driver::Desired;
use vifguard_netlink::nft::Family;
use vifguard_nft::Snapshot;
use vifguard_policy::Identity;
use vifguard_proof::nft::{Kind, Taken, prove};
use vifguard_proof::{Count, Difference, Fate, Outcome, Proof, Unread, Whose};

use super::ground::Ground;
use super::prospect::{Scene, links};
use crate::cli::VerifyArgs;
use crate::drivers::{Elsewhere, Member, Title};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::hypervisors::Hypervisors;
use crate::output::{Output, Report, Style};
use crate::policy_file;
use crate::words::{bullets, count};

/// What was proved.
#[derive(Debug, Serialize)]
struct Verified {
    driver: &'static str,
    /// There is a table of ours in the kernel.
    present: bool,
    /// The kernel judges every frame as the policy says.
    equal: bool,
    /// Ports of which that was proved.
    ports: usize,
    /// Interfaces without a port of which it was.
    interfaces: usize,
    /// Ports whose interface is not there.
    awaited: Vec<String>,
    differences: Vec<Differing>,
    unread: Vec<Unreadable>,
    /// Ports and interfaces of which nothing is known, since enough was found.
    unexamined: usize,
    /// Ports that differ only in what they own share a proof.
    proofs: usize,
    /// What is in force by drivers of which nothing can be proved.
    compared: Vec<Compared>,
    /// What drivers hold that have no part in the policy: what they refuse is not known to the proof.
    elsewhere: Vec<Elsewhere>,
}

/// A frame on which the kernel and the policy differ.
#[derive(Debug, Serialize)]
struct Differing {
    /// None if the policy has no port on the interface.
    port: Option<String>,
    device: String,
    /// `passes`, `lost` or `counted`.
    kind: &'static str,
    /// From the destination address on, in hexadecimal digits.
    frame: String,
    /// It must be sent as a chain of TCP segments.
    segments: bool,
    /// A further hook where that becomes of it.
    hook: Option<&'static str>,
    /// It becomes of it when the kernel leads it there past netdev ingress.
    unjudged: bool,
    /// It becomes of it when the interface is in no bridge.
    unbridged: bool,
    kernel: Fated,
    /// The rules that matched, in order.
    rules: Vec<Matched>,
    policy: Fated,
    ground: Option<Ground>,
    /// Others that are judged by the same rules and were not looked at.
    alike: usize,
}

/// What becomes of a frame.
#[derive(Debug, Serialize)]
struct Fated {
    /// `pass` or `drop`.
    fate: &'static str,
    /// The reasons under which it is counted; those of audit mode end with `(audit)`.
    counted: Vec<String>,
    #[serde(skip)]
    text: String,
}

#[derive(Debug, Serialize)]
struct Matched {
    chain: String,
    /// Counted from 1.
    rule: usize,
    text: String,
}

#[derive(Debug, Serialize)]
struct Unreadable {
    port: Option<String>,
    device: String,
    places: Vec<String>,
    alike: usize,
}

pub(super) fn run(args: &VerifyArgs, output: &Output) -> Result<Exit> {
    let policy = policy_file::load(&args.policy.file)?;
    let hypervisors = Hypervisors::new(args.driver.ovsdb.as_deref());
    let scene = Scene::of(&policy, links()?, hypervisors)?;
    let mut crew = scene.crew(&args.driver, None)?;
    let others = scene.ground(&args.driver).others(&crew, &scene.desired);
    let Some(proved) = crew.take_provable() else {
        let what = match crew.is_empty() {
            true => "no driver has anything to do here".to_owned(),
            false => format!("{} keeps nothing that could be proved", crew.names()),
        };
        let advice = "vifguard status compares what is in force with what was put in force; use \
                      --driver nft or auto for a proof";
        return Err(Failure::new(Exit::Unavailable, what, advice).into());
    };
    let desired = proved.desired;
    let snapshot = Snapshot::read()?;
    let proof = prove(&snapshot, &desired).map_err(|error| {
        let advice = "nothing was changed; please report it, with the policy";
        Failure::new(Exit::Software, error.to_string(), advice)
    })?;
    let mut verified = Verified::of(&snapshot, &desired, proof);
    for member in &mut crew.members {
        verified.compared.push(Compared::of(member)?);
    }
    verified.equal &= verified
        .compared
        .iter()
        .all(|member| member.difference.is_empty());
    verified.equal &= others.holding.is_empty();
    verified.elsewhere = others.holding;
    for why in others.unheard {
        output.note(&format!("not known whether others hold something: {why}"));
    }
    Ok(output.show(&verified))
}

/// What another driver holds, compared with its plan: not proved.
#[derive(Debug, Serialize)]
struct Compared {
    #[serde(flatten)]
    title: Title,
    ports: usize,
    /// What is not as planned.
    difference: Vec<String>,
}

impl Compared {
    fn of(member: &mut Member) -> Result<Compared> {
        let preview = member.driver.preview(&member.desired)?;
        Ok(Compared {
            title: member.title.clone(),
            ports: member.desired.ports.len(),
            difference: preview.difference,
        })
    }

    fn text(&self, style: Style) -> String {
        let (title, ports) = (&self.title, count(self.ports, "port"));
        if self.difference.is_empty() {
            return format!("{title}: what is there for {ports} is what was planned; not proved\n");
        }
        let head = style.alarm(&format!("{title}: not as planned:"));
        format!("{head}\n{}", bullets(self.difference.iter().cloned()))
    }
}

impl Verified {
    fn of(snapshot: &Snapshot, desired: &Desired, proof: Proof) -> Verified {
        let identity = |whose: &Whose| {
            let port = whose.port.as_deref()?;
            let mut ports = desired.ports.iter().map(|port| &port.identity);
            ports.find(|identity| identity.port == port)
        };
        let differences = proof.differences.iter();
        Verified {
            driver: "nft",
            present: snapshot.main.present,
            equal: proof.is_equal(),
            ports: proof.ports,
            interfaces: proof.interfaces,
            differences: differences
                .map(|found| Differing::of(found, identity(&found.whose)))
                .collect(),
            unread: proof.unread.iter().map(Unreadable::of).collect(),
            unexamined: proof.unexamined(),
            proofs: proof.proofs,
            compared: Vec::new(),
            elsewhere: Vec::new(),
            awaited: proof.awaited,
        }
    }
}

impl Differing {
    fn of(found: &Difference, identity: Option<&Identity>) -> Differing {
        let ground = found.judgement.as_ref().zip(identity);
        Differing {
            port: found.whose.port.clone(),
            device: found.whose.device.clone(),
            kind: match found.kind {
                Kind::Passes => "passes",
                Kind::Lost => "lost",
                Kind::Counted => "counted",
            },
            frame: found.picture.hex(),
            segments: found.picture.segments,
            hook: found.hook.map(Family::name),
            unjudged: found.unjudged,
            unbridged: found.unbridged,
            kernel: Fated::of(&found.kernel),
            rules: found.taken.iter().map(Matched::of).collect(),
            policy: Fated::of(&found.policy),
            ground: ground.map(|(judgement, own)| Ground::of(judgement, &found.picture.bytes, own)),
            alike: found.alike,
        }
    }

    fn text(&self, style: Style) -> String {
        let what = match self.kind {
            "passes" => "the kernel lets through what it must not",
            "lost" => "the kernel drops what it must let through",
            _ => "the kernel counts a frame as something else",
        };
        let head = style.alarm(&format!(
            "{}: {what}",
            whose(self.port.as_ref(), &self.device)
        ));
        let bytes = self.frame.len() / 2;
        let segments = if self.segments {
            ", sent as TCP segments to be cut"
        } else {
            ""
        };
        let mut text = format!(
            "{head}\n  frame ({bytes} bytes{segments}): {}\n",
            self.frame
        );
        let hook = match (self.hook, self.unjudged, self.unbridged) {
            (Some(hook), false, _) => format!(" (where the {hook} family receives it)"),
            (Some(hook), true, _) => {
                format!(" (where the {hook} family receives it and netdev ingress did not)")
            }
            (None, _, true) => " (where the interface is in no bridge)".to_owned(),
            (None, _, false) => String::new(),
        };
        text += &format!("  kernel: {}{}\n", self.kernel.text, hook);
        for Matched {
            chain,
            rule,
            text: what,
        } in &self.rules
        {
            text += &format!("    {chain} rule {rule}: {what}\n");
        }
        if self.rules.is_empty() {
            text += "    no base chain of ours sees it\n";
        }
        text += &format!("  policy: {}\n", self.policy.text);
        match (&self.ground, &self.port) {
            (Some(ground), _) => text += &ground.text("    "),
            (None, Some(_)) if self.unjudged => text += "    the judge must have every frame\n",
            (None, Some(_)) => text += "    its interface is not bound yet\n",
            (None, None) => text += "    no port is on this interface\n",
        }
        text + &alike(self.alike)
    }
}

impl Fated {
    fn of(outcome: &Outcome) -> Fated {
        let counted = outcome.counted.iter().map(|count| match count {
            Count::Refused(reason) => reason.to_string(),
            Count::Audited(reason) => format!("{reason} (audit)"),
            Count::Elsewhere => "elsewhere".to_owned(),
            // Of no interest to an operator, and taken out before.
            Count::Witnessed => "witnessed".to_owned(),
            Count::Unwitnessed => "unwitnessed".to_owned(),
            Count::Asked => "asked".to_owned(),
            Count::Flattened => "flattened".to_owned(),
        });
        Fated {
            fate: match outcome.fate {
                Fate::Pass => "pass",
                Fate::Drop => "drop",
            },
            counted: counted.collect(),
            text: outcome.to_string(),
        }
    }
}

impl Matched {
    fn of(taken: &Taken) -> Matched {
        Matched {
            chain: taken.chain.clone(),
            rule: taken.rule,
            text: taken.text.clone(),
        }
    }
}

impl Unreadable {
    fn of(unread: &Unread) -> Unreadable {
        Unreadable {
            port: unread.whose.port.clone(),
            device: unread.whose.device.clone(),
            places: unread.places.clone(),
            alike: unread.alike,
        }
    }

    fn text(&self, style: Style) -> String {
        let whose = whose(self.port.as_ref(), &self.device);
        let head = style.alarm(&format!(
            "{whose}: nothing is known, since this cannot be read:"
        ));
        let places = bullets(self.places.iter().cloned());
        format!("{head}\n{places}{}", alike(self.alike))
    }
}

fn whose(port: Option<&String>, device: &str) -> String {
    match port {
        Some(port) => format!("port {port} on {device}"),
        None => format!("interface {device} without a port"),
    }
}

fn alike(others: usize) -> String {
    match others {
        0 => String::new(),
        1 => "  one more is judged by the same rules, and was not looked at\n".to_owned(),
        more => format!("  {more} more are judged by the same rules, and were not looked at\n"),
    }
}

impl Report for Verified {
    fn text(&self, style: Style) -> String {
        let mut text = String::new();
        if !self.present {
            text += &format!("nothing is in force by {}\n", self.driver);
        }
        text.extend(self.differences.iter().map(|found| found.text(style)));
        text.extend(self.unread.iter().map(|unread| unread.text(style)));
        let ports = count(self.ports, "port");
        let interfaces = count(self.interfaces, "interface");
        let proved = format!(
            "the kernel judges every frame as the policy says, from {ports} and {interfaces} without \
             a port"
        );
        text.extend(self.compared.iter().map(|member| member.text(style)));
        for other in &self.elsewhere {
            let head = style.alarm("not compared:");
            text += &format!("{head} {other}; a frame has to pass that, too\n");
        }
        if self.equal {
            text += &format!("equal: {proved}\n");
        } else {
            let found = count(self.differences.len(), "difference");
            text += &format!("not equal: {found}; {proved}");
            if self.unexamined > 0 {
                text += &format!("; {} not looked at", self.unexamined);
            }
            text.push('\n');
        }
        if !self.awaited.is_empty() {
            let ports = count(self.awaited.len(), "port");
            text += &format!("{ports} have no interface yet\n");
        }
        text
    }

    fn exit(&self) -> Exit {
        Exit::ok_if(self.equal)
    }
}

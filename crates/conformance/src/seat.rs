use std::collections::HashMap;

use vifguard_corpus::{Case, Choice, Corpus, Expected};
use vifguard_driver::{BoundPort, Desired};
use vifguard_policy::{DeviceName, Host, Identity, Mode, Policy, Profile};
use vifguard_verdict::{CompiledPort, Verdict, decide};

use crate::{Error, Result};

/// Interfaces of seats begin so.
const PREFIX: &str = "seat";
/// A policy that has more to send has several seats: they send side by side.
const MOST_TRIALS: usize = 128;

/// One port of a run: a policy that some variants of some cases share.
#[derive(Debug)]
pub struct Seat<'a> {
    /// Its interface.
    pub device: String,
    /// The ports of its policy, its own first.
    identities: Vec<Identity>,
    /// What it has to send.
    pub trials: Vec<Trial<'a>>,
}

/// One frame from one port.
#[derive(Clone, Debug)]
pub struct Trial<'a> {
    /// The case.
    pub case: &'a Case,
    /// The guards that are on, as the case names them.
    pub choice: String,
    /// What must become of the frame.
    pub expected: Expected,
}

impl Seat<'_> {
    /// The port that sends.
    pub(crate) fn identity(&self) -> &Identity {
        &self.identities[0]
    }

    /// The guards that are on, as the first case names them.
    pub(crate) fn label(&self) -> String {
        self.trials
            .first()
            .map(|trial| trial.choice.clone())
            .unwrap_or_default()
    }

    /// The policy file that the first case comes with.
    pub(crate) fn policy_text(&self) -> String {
        let trial = self.trials.first();
        let variant = trial.and_then(|trial| {
            let mut variants = trial.case.variants().iter();
            variants.find(|variant| variant.label() == trial.choice)
        });
        match (trial, variant) {
            (Some(trial), Some(variant)) => trial.case.policy_text(&variant.choice),
            _ => String::new(),
        }
    }

    /// What the judge says of a frame in this setting under each profile.
    pub(crate) fn verdicts(&self, frame: &[u8]) -> Result<Vec<(&'static str, Verdict)>> {
        let Some(trial) = self.trials.first() else {
            return Ok(Vec::new());
        };
        let verdict = |profile: Profile| {
            let text = trial.case.policy_text(&Choice::of(profile));
            let own = identities(&text, &self.device, &trial.case.name, profile.name())?;
            let port = CompiledPort::new(&own[0]);
            Ok((profile.name(), decide(&port, frame, None)))
        };
        Profile::ALL.into_iter().map(verdict).collect()
    }
}

/// Every policy of the corpus, with all that it has to send.
pub fn seats(corpus: &Corpus) -> Result<Vec<Seat<'_>>> {
    seats_of(corpus, MOST_TRIALS)
}

/// The same, with so many frames from each port at most: where a policy costs more than a frame, or less.
pub fn seats_of(corpus: &Corpus, most: usize) -> Result<Vec<Seat<'_>>> {
    let mut by_policy: HashMap<String, usize> = HashMap::new();
    let mut seats: Vec<Seat<'_>> = Vec::new();
    for case in corpus.cases.iter().filter(|case| !case.judge_only) {
        for variant in case.variants() {
            let text = case.policy_text(&variant.choice);
            let choice = variant.label();
            let has_room = |index: &&usize| seats[**index].trials.len() < most;
            let index = match by_policy.get(&text).filter(has_room) {
                Some(index) => *index,
                None => {
                    let device = format!("{PREFIX}{}", seats.len());
                    let identities = identities(&text, &device, &case.name, &choice)?;
                    seats.push(Seat {
                        device,
                        identities,
                        trials: Vec::new(),
                    });
                    by_policy.insert(text, seats.len() - 1);
                    seats.len() - 1
                }
            };
            seats[index].trials.push(Trial {
                case,
                choice,
                expected: variant.expected,
            });
        }
    }
    Ok(seats)
}

fn identities(text: &str, device: &str, case: &str, choice: &str) -> Result<Vec<Identity>> {
    let wrong = |errors: String| Error::Policy {
        case: case.to_owned(),
        choice: choice.to_owned(),
        errors,
    };
    let policy = Policy::parse(text, "case").map_err(|errors| wrong(errors.to_string()))?;
    let mut identities = policy.identities();
    for (i, identity) in identities.iter_mut().enumerate() {
        identity.port = format!("{device}/{i}");
    }
    Ok(identities)
}

/// One state of a host that has all these seats, each on a network of its own.
pub(crate) fn desired(seats: &[Seat<'_>], mode: Mode) -> Result<Desired> {
    let guarded = format!("{PREFIX}*").parse().into_iter().collect();
    let host = Host {
        guarded_interfaces: guarded,
        ..Host::default()
    };
    let mut ports = Vec::new();
    for (network, seat) in seats.iter().enumerate() {
        for (i, identity) in seat.identities.iter().enumerate() {
            ports.push(BoundPort {
                device: device(seat, i)?,
                index: None,
                identity: Identity {
                    network,
                    mode,
                    ..identity.clone()
                },
            });
        }
    }
    Ok(Desired {
        host,
        networks: seats.iter().map(|seat| seat.device.clone()).collect(),
        ports,
    })
}

/// The neighbours' interfaces never exist: only what they own matters.
fn device(seat: &Seat<'_>, number: usize) -> Result<DeviceName> {
    let name = match number {
        0 => seat.device.clone(),
        _ => format!("{}n{number}", seat.device),
    };
    name.parse()
        .map_err(|error| Error::Kit(format!("{name}: {error}")))
}

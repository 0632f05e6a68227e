use std::collections::BTreeSet;

use vifguard_netlink::nft::{Policy, Rule, Value};
use vifguard_nft::class::Class;
use vifguard_nft::contents::Tenant;
use vifguard_nft::program::ChainBody;
use vifguard_policy::{GuardSet, Identity, Mode, Unknown};
use vifguard_verdict::{Reason, Verdict};

use super::interface::Interface;
use super::standing::Standing;
use super::table::Table;
use crate::outcome::Outcome;

/// An interface whose frames are looked at, and who it should be.
#[derive(Clone, Debug)]
pub(super) struct Subject<'a> {
    pub(super) interface: Interface<'a>,
    pub(super) role: Role<'a>,
    /// Base chains that see it.
    pub(super) bases: Vec<&'a str>,
    pub(super) standing: Standing,
}

/// Who an interface is, by the policy.
#[derive(Clone, Copy, Debug)]
pub(super) enum Role<'a> {
    /// A port's.
    Port(&'a Tenant<'a>),
    /// Guarded, and no port's.
    Unknown(Unknown),
    /// Not spoken of.
    Free,
}

/// What subjects must have in common so that one proof may hold for all.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct ClassKey<'a> {
    bases: Vec<Door<'a>>,
    /// The words of the map of ports that are no numbers of the port's own.
    entry: Option<Vec<u8>>,
    role: Result<Class, Option<&'static str>>,
    present: BTreeSet<String>,
    is_counted: bool,
}

/// What a base chain does, whatever it is called: where the kernel binds to devices, each has its own.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Door<'a> {
    accepts: bool,
    rules: &'a [Rule],
}

/// The court and the word before it.
const COMMON: usize = 8;

impl<'a> Subject<'a> {
    /// Who it may share a proof with; nobody, if its elements are not what the policy says.
    pub(super) fn class(&self, table: &Table<'a>) -> Option<ClassKey<'a>> {
        let entry = self
            .interface
            .entry
            .map(|entry| match &entry.element.value {
                Value::Bytes(bytes) => bytes.iter().take(COMMON).copied().collect(),
                Value::None | Value::Verdict(_) | Value::Counter(_) => Vec::new(),
            });
        self.standing.is_regular.then(|| ClassKey {
            bases: self
                .bases
                .iter()
                .filter_map(|name| table.chain(name))
                .map(Door::of)
                .collect(),
            entry,
            role: match self.role {
                Role::Port(tenant) => Ok(tenant.class),
                Role::Unknown(unknown) => Err(Some(unknown.name())),
                Role::Free => Err(None),
            },
            present: self.standing.present.clone(),
            is_counted: self.standing.is_counted,
        })
    }

    /// The questions that the policy asks.
    pub(super) fn guards(&self) -> Class {
        match self.role {
            Role::Port(tenant) => tenant.class,
            Role::Unknown(_) | Role::Free => Class {
                guards: GuardSet::NONE,
                any_link_local: false,
                audit: false,
                by: self.interface.by(),
            },
        }
    }

    pub(super) fn identity(&self) -> Option<&'a Identity> {
        match self.role {
            Role::Port(tenant) => Some(tenant.identity),
            Role::Unknown(_) | Role::Free => None,
        }
    }

    pub(super) fn mode(&self) -> Mode {
        self.identity()
            .map_or(Mode::Enforce, |identity| identity.mode)
    }
}

impl<'a> Door<'a> {
    pub(super) fn of(body: &'a ChainBody) -> Door<'a> {
        let policy = body.base.as_ref().map(|base| base.policy);
        Door {
            accepts: policy == Some(Policy::Accept),
            rules: &body.rules,
        }
    }
}

impl Role<'_> {
    /// What should become of every frame, where that does not depend on the frame.
    pub(super) fn always(self) -> Option<Outcome> {
        let refused = Verdict::Refuse(Reason::UnknownPort);
        match self {
            Role::Port(_) => None,
            Role::Unknown(Unknown::Refuse) => Some(Outcome::of(refused, Mode::Enforce)),
            Role::Unknown(Unknown::Audit) => Some(Outcome::of(refused, Mode::Audit)),
            Role::Free => Some(Outcome::pass()),
        }
    }
}

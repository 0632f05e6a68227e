use std::sync::OnceLock;

use crate::{Driver, Faults, Feature, Profile, Release, read};

/// What drivers have to be able to do, and who they are. Exists only if it is whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contract {
    /// The release in the making; those before it are out.
    pub next: Release,
    /// All releases, in order.
    pub releases: Vec<Release>,
    /// All features, in the order of the file.
    pub features: Vec<Feature>,
    /// All profiles, in the order of their names.
    pub profiles: Vec<Profile>,
    /// All drivers, in the order of the file.
    pub drivers: Vec<Driver>,
}

impl Contract {
    /// The name of the contract's own file in the repository.
    pub const FILE: &str = "contract/contract.toml";

    /// The text of that file when this crate was built.
    pub const TEXT: &str = include_str!("../../../contract/contract.toml");

    /// The contract that was built in, read once.
    pub fn embedded() -> Result<&'static Contract, &'static Faults> {
        static CONTRACT: OnceLock<Result<Contract, Faults>> = OnceLock::new();
        CONTRACT
            .get_or_init(|| Contract::parse(Contract::TEXT, Contract::FILE))
            .as_ref()
    }

    /// Reads a contract, or says everything that is wrong with it. `file` is its name in what is said.
    pub fn parse(text: &str, file: &str) -> Result<Contract, Faults> {
        read::contract(text, file)
    }

    /// The feature of this id.
    pub fn feature(&self, id: &str) -> Option<&Feature> {
        self.features.iter().find(|feature| feature.id == id)
    }

    /// The driver of this name.
    pub fn driver(&self, name: &str) -> Option<&Driver> {
        self.drivers.iter().find(|driver| driver.name == name)
    }

    /// The profile of this name.
    pub fn profile(&self, id: &str) -> Option<&Profile> {
        self.profiles.iter().find(|profile| profile.id == id)
    }

    /// The feature that a refused variant of the corpus shows: a case, its choice of guards as
    /// `Variant::label` has it, and the reason. If none or several claim it, there is none.
    pub fn shown_by(&self, case: &str, choice: &str, reason: &str) -> Option<&Feature> {
        match self.claimants(case, choice, reason)[..] {
            [only] => Some(only),
            _ => None,
        }
    }

    /// Every feature that claims to be shown by it. Those that name the variant go before those that
    /// have the reason.
    pub fn claimants(&self, case: &str, choice: &str, reason: &str) -> Vec<&Feature> {
        let of = |claims: &dyn Fn(&crate::Selection) -> bool| -> Vec<&Feature> {
            let claim = |feature: &&Feature| feature.selection().is_some_and(claims);
            self.features.iter().filter(claim).collect()
        };
        let named = of(&|selection| selection.names(case, choice));
        if named.is_empty() {
            return of(&|selection| selection.has_reason(case, choice, reason));
        }
        named
    }
}

use std::sync::OnceLock;

use sha2::{Digest, Sha256};

use crate::{Driver, Faults, Feature, Profile, Release, Shown, read};

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

    /// Sixteen hexadecimal digits that stand for what features promise and what shows them. A report that
    /// was made for others says nothing of these. Levels, profiles and drivers are not in it: they change
    /// nothing of what was proven.
    pub fn digest(&self) -> String {
        let mut hasher = Sha256::new();
        let mut add = |text: &str| {
            hasher.update(u64::try_from(text.len()).unwrap_or(u64::MAX).to_be_bytes());
            hasher.update(text.as_bytes());
        };
        let mut features: Vec<&Feature> = self.features.iter().collect();
        features.sort_by(|a, b| a.id.cmp(&b.id));
        for feature in features {
            add("feature");
            add(&feature.id);
            add(&feature.promise);
            match &feature.shown {
                Shown::Frames(selection) => {
                    let lists = [
                        ("reasons", &selection.reasons),
                        ("cases", &selection.cases),
                        ("except", &selection.except),
                    ];
                    for (name, list) in lists {
                        add(name);
                        let mut sorted: Vec<&String> = list.iter().collect();
                        sorted.sort();
                        sorted.into_iter().for_each(|text| add(text));
                    }
                }
                Shown::Check(check) => {
                    add("check");
                    add(check);
                }
                Shown::Nothing => add("nothing"),
            }
        }
        let digest = hasher.finalize();
        digest[..8]
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect()
    }
}

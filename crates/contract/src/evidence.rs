use serde::Serialize;

use crate::{Contract, Driver, Grade, Release, Report, Verdict};

/// What was shown of drivers, and who asks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Evidence {
    /// Reports, each with the name of its file.
    pub reports: Vec<(String, Report)>,
    /// The version of the program that asks.
    pub program: String,
}

impl Default for Evidence {
    fn default() -> Evidence {
        Evidence::of(Vec::new())
    }
}

/// Whether a claim of a driver is true today.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "is", rename_all = "lowercase")]
pub enum Proof {
    /// A report shows it.
    Proven,
    /// A report shows that it is not so.
    Contradicted {
        /// Which, and what was found.
        why: String,
    },
    /// Nobody knows.
    Unproven {
        /// What there is instead.
        why: String,
    },
}

impl Evidence {
    /// These reports, as this program weighs them.
    pub fn of(reports: Vec<(String, Report)>) -> Evidence {
        Evidence {
            reports,
            program: env!("CARGO_PKG_VERSION").to_owned(),
        }
    }

    /// The reports that prove nothing at a release, and why not.
    pub fn stale(&self, contract: &Contract, release: Release) -> Vec<(&str, String)> {
        let digest = contract.digest();
        let old = self.reports.iter().filter_map(|(file, report)| {
            let why = self.staleness(report, &digest, release)?;
            Some((file.as_str(), why))
        });
        old.collect()
    }

    /// Whether what a driver says of a feature is so, at a release. One report that contradicts it weighs more than any
    /// number that do not: a driver may be tried in several places.
    pub fn proof(
        &self,
        contract: &Contract,
        release: Release,
        driver: &Driver,
        feature: &str,
    ) -> Proof {
        let claimed = Grade::from(&driver.declared(feature));
        let digest = contract.digest();
        let mut proof = Proof::Unproven {
            why: format!("there is no report of {}", driver.name),
        };
        let reports = self
            .reports
            .iter()
            .filter(|(_, report)| report.driver == driver.name);
        for (file, report) in reports {
            let one = match self.staleness(report, &digest, release) {
                Some(why) => Proof::Unproven {
                    why: format!("{file} {why}: it is stale"),
                },
                None => judge(report, claimed, feature, file),
            };
            match (&proof, &one) {
                (_, Proof::Contradicted { .. }) => return one,
                (Proof::Proven, _) => {}
                _ => proof = one,
            }
        }
        proof
    }

    fn staleness(&self, report: &Report, digest: &str, release: Release) -> Option<String> {
        if report.contract != digest {
            return Some("was made for other promises or cases".to_owned());
        }
        (!self.is_of(&report.vifguard, release)).then(|| {
            let made = &report.vifguard;
            format!("was made by vifguard {made}, which says nothing of {release}")
        })
    }

    /// A release is shown by itself, or, until it is out, by what is on the way to it.
    fn is_of(&self, version: &str, release: Release) -> bool {
        let number = self.program.split(['-', '+']).next();
        let asks: Option<Release> = number.and_then(|number| number.parse().ok());
        let is_coming = asks.is_some_and(|asks| asks <= release);
        version == release.to_string() || is_coming && version == self.program
    }
}

fn judge(report: &Report, claimed: Grade, feature: &str, file: &str) -> Proof {
    let unproven = |why: String| Proof::Unproven { why };
    let said = || report.features.iter().filter(|found| found.id == feature);
    let worst = said().find(|found| found.verdict == Verdict::Contradicted);
    let Some(found) = worst.or_else(|| said().min_by_key(|found| found.found)) else {
        return unproven(format!("{file} does not speak of it"));
    };
    match found.verdict {
        Verdict::Contradicted => Proof::Contradicted {
            why: format!(
                "{file} has it as {} where {} was declared",
                found.found.map_or("unknown", Grade::name),
                found.declared.name()
            ),
        },
        Verdict::Unproven => unproven(format!("{file} could not try it")),
        // A host may have less than the driver can use, and its probe says so there.
        Verdict::Proven if found.found < Some(claimed) => {
            let found = found.found.map_or("unknown", Grade::name);
            unproven(format!("{file} shows it as {found} only"))
        }
        Verdict::Proven => Proof::Proven,
    }
}

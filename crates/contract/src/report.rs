use serde::{Deserialize, Serialize};

use crate::{Contract, Declared, Driver};

/// What the conformance kit found of a driver, as it writes it down. Other keys are left alone.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Report {
    /// The driver's name.
    pub driver: String,
    /// The digest of the contract that it was tried by.
    pub contract: String,
    /// What was found of each feature.
    pub features: Vec<Finding>,
}

/// What was found of a feature.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize)]
pub struct Finding {
    /// The feature.
    pub id: String,
    /// What the driver said of itself there: `full`, `partial` or `none`.
    pub declared: Grade,
    /// What it turned out to be, if anything showed it.
    pub found: Option<Grade>,
    /// Whether that proves what was said.
    pub verdict: Verdict,
}

/// How far a feature is there.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Grade {
    /// Not, or not safely.
    None,
    /// More is refused than the contract refuses.
    Partial,
    /// As the contract says.
    Full,
}

/// What a report says of a claim.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Verdict {
    /// It is so.
    Proven,
    /// It is not so.
    Contradicted,
    /// It was not tried.
    Unproven,
}

/// Reports, each with the name of its file.
#[derive(Clone, Debug, PartialEq, Eq, Default)]
pub struct Evidence(pub Vec<(String, Report)>);

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

impl Report {
    /// Reads what the kit wrote.
    pub fn parse(text: &str) -> Result<Report, serde_json::Error> {
        serde_json::from_str(text)
    }
}

impl Grade {
    /// Its public name.
    pub const fn name(self) -> &'static str {
        match self {
            Grade::None => "none",
            Grade::Partial => "partial",
            Grade::Full => "full",
        }
    }
}

impl From<&Declared> for Grade {
    fn from(declared: &Declared) -> Grade {
        match declared {
            Declared::Full => Grade::Full,
            Declared::Partial(_) => Grade::Partial,
            Declared::None(_) => Grade::None,
        }
    }
}

impl Evidence {
    /// Whether what a driver says of a feature is so. One report that contradicts it weighs more than any
    /// number that do not: a driver may be tried in several places.
    pub fn of(&self, contract: &Contract, driver: &Driver, feature: &str) -> Proof {
        let claimed = Grade::from(&driver.declared(feature));
        let digest = contract.digest();
        let mut proof = Proof::Unproven {
            why: format!("there is no report of {}", driver.name),
        };
        let reports = self
            .0
            .iter()
            .filter(|(_, report)| report.driver == driver.name);
        for (file, report) in reports {
            let one = judge(report, &digest, claimed, feature, file);
            match (&proof, &one) {
                (_, Proof::Contradicted { .. }) => return one,
                (Proof::Proven, _) => {}
                _ => proof = one,
            }
        }
        proof
    }
}

fn judge(report: &Report, digest: &str, claimed: Grade, feature: &str, file: &str) -> Proof {
    let unproven = |why: String| Proof::Unproven { why };
    if report.contract != digest {
        return unproven(format!(
            "{file} was made for other promises or cases: it is stale"
        ));
    }
    let Some(found) = report.features.iter().find(|found| found.id == feature) else {
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

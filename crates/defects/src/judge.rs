use std::collections::BTreeSet;
use std::fmt;

use serde_json::Value;

use crate::Ran;

/// Cases of the corpus that met another fate than the contract's, and that the driver does not declare, as the report
/// names them: kind, feature, case.
pub type Cases = BTreeSet<String>;

/// What a run of the kit says of the features that were asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Finding {
    /// A feature is contradicted: why, and by which cases.
    Contradicted(String, Cases),
    /// None is, and each was judged.
    Clean,
    /// The kit did not come to a judgement, and why. Nothing follows from it.
    Nothing(String),
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Finding::Contradicted(why, _) => write!(f, "CONTRADICTED, {why}"),
            Finding::Clean => f.write_str("holds"),
            Finding::Nothing(why) => write!(f, "NOT JUDGED, {why}"),
        }
    }
}

/// A driver that failed in the middle of a check has not shown that it breaks the promise.
const FAILED: &str = "the driver failed while it was tried";

/// Only a whole report of a kit that ended as it ends when a driver is contradicted is taken for a find: labs break,
/// too.
pub fn judge(ran: &Ran, driver: &str, features: &[String]) -> Finding {
    let nothing = |why: String| Finding::Nothing(why);
    if ran.hung {
        return nothing("the kit hung".to_owned());
    }
    let Some(report) = ran.report.as_ref().filter(|it| it["driver"] == driver) else {
        let code = ran
            .code
            .map_or("a signal".to_owned(), |code| code.to_string());
        return nothing(format!(
            "the kit ended with {code} and no report: {}",
            ran.said
        ));
    };
    let contradicted: Vec<String> = of(report, features, "contradicted");
    match (ran.code, report["outcome"].as_str()) {
        (Some(1), Some("contradicted")) if !contradicted.is_empty() => {
            let found = contradicted.iter().find(|why| !why.contains(FAILED));
            match found {
                Some(why) => Finding::Contradicted(why.clone(), cases(report, features)),
                None => nothing(contradicted.join("; ")),
            }
        }
        (Some(1), Some("contradicted")) => {
            nothing("the kit contradicts a feature that was not asked for".to_owned())
        }
        (Some(0), Some("holds")) => match of(report, features, "unproven").into_iter().next() {
            Some(why) => nothing(why),
            None => Finding::Clean,
        },
        (code, outcome) => nothing(format!(
            "the kit ended with {code:?} and says {outcome:?}: {}",
            ran.said
        )),
    }
}

/// Features among these of which the report says this, each with what showed it.
fn of(report: &Value, features: &[String], verdict: &str) -> Vec<String> {
    let judged = report["features"].as_array().into_iter().flatten();
    let is_meant = |it: &&Value| {
        let id = it["id"].as_str().unwrap_or_default();
        it["verdict"] == verdict && features.iter().any(|feature| feature == id)
    };
    let told = judged.filter(is_meant).map(|it| {
        let text = |key: &str| it[key].as_str().unwrap_or_default().to_owned();
        format!("{}: {}", text("id"), text("why"))
    });
    told.collect()
}

fn cases(report: &Value, features: &[String]) -> Cases {
    let told = report["differences"].as_array().into_iter().flatten();
    let told = told.filter(|it| it["declared"] != true);
    let told = told.map(|it| ["kind", "feature", "case"].map(|key| it[key].as_str().unwrap_or("")));
    let of_these = told.filter(|[_, feature, _]| features.iter().any(|it| it == feature));
    of_these.map(|it| it.join(" ")).collect()
}

use vifguard_corpus::Corpus;
use vifguard_hook::{Attempt, Policy, Scope, Session, plan};

use crate::fate::Fate;
use crate::single::{self, Case};
use crate::{Error, Result};

/// Sends one case from a port of somebody else's switch, by default under the usual guards. Where the product
/// cannot express its policy, the port has one MAC and single addresses, if the contract says the same then.
///
/// # Errors
///
/// A case or choice that there is not, a hook that fails, and a policy that the product cannot express.
pub fn external_single(
    session: &mut Session,
    corpus: &Corpus,
    name: &str,
    choice: Option<&str>,
) -> Result<Case> {
    let (case, variant) = single::variant(corpus, name, choice)?;
    let choice = variant.label();
    let plan = plan(corpus, Scope::Whole, &|case, variant| {
        case.name == name && variant.label() == choice
    })?;
    let mut attempts = plan.policies.clone();
    let mut said = String::new();
    while let Some(policy) = attempts.pop() {
        match attempt(session, &policy)? {
            (Attempt::Declined(why), _) if policy.plain => said = why,
            (Attempt::Declined(why), _) => {
                said = why;
                attempts = plan.plain(&plan.policies)?.0;
            }
            (Attempt::Dead(kinds), _) => {
                let why = format!("none of the frames that tell came through ({kinds})");
                return Err(Error::NotTried {
                    case: name.to_owned(),
                    why,
                });
            }
            (Attempt::Sent | Attempt::Silent(..), observed) => {
                let Some(observed) = observed else {
                    break;
                };
                return Ok(Case {
                    choice,
                    expected: variant.expected,
                    observed: Fate::of(&observed, false).to_string(),
                    good: single::is_good(variant.expected, &observed, false),
                    frame: case.frame.clone(),
                    came_through: session.seen().to_vec(),
                });
            }
        }
    }
    Err(Error::NotTried {
        case: name.to_owned(),
        why: match said.as_str() {
            "" => "nothing came through any more before it was sent".to_owned(),
            why => format!("the product cannot express its policy: {why}"),
        },
    })
}

fn attempt(
    session: &mut Session,
    policy: &Policy<'_>,
) -> Result<(Attempt, Option<vifguard_conformance::Observed>)> {
    let mut observed = None;
    let attempt = session.attempt(policy, &mut || {}, &mut |_, seen| observed = Some(seen))?;
    Ok((attempt, observed))
}

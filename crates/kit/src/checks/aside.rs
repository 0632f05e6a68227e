use vifguard_conformance::{Error as RunError, Result, Stage};
use vifguard_corpus::Corpus;
use vifguard_driver::{Desired, Error, Feature};
use vifguard_policy::Policy;

use crate::ground::Ground;
use crate::{Finding, Level};

/// An interface of the host's that is on no bridge.
const DEVICE: &str = "aside0";

const POLICY: &str = "version: 1
networks: [{ name: lan, kind: private }]
ports:
  - { name: aside, network: lan, device: aside0, mac: \"02:00:00:00:00:0a\", addresses: [192.0.2.10] }
";

/// A driver whose ports are all of one kind: does it refuse others, as one must that cannot guard them?
pub(super) fn host(ground: &mut Ground) -> Result<Vec<Finding>> {
    let (Some(place), 1) = (ground.places.first().cloned(), ground.places.len()) else {
        return Ok(Vec::new());
    };
    let policy =
        Policy::parse(POLICY, "aside").map_err(|error| RunError::Kit(error.to_string()))?;
    let desired = Desired::of(&policy);
    let stage = Stage::new(place, &Corpus { cases: Vec::new() })?;
    let tap = stage.host.tap(DEVICE)?;
    let applied = stage.host.run(|| ground.driver.apply(&desired))?;
    drop(tap);
    match applied {
        Err(error @ Error::Port { .. }) => {
            let why = format!("a port on an interface of no bridge is refused: {error}");
            Ok(vec![Finding::new(Feature::Host, Level::Partial, why)])
        }
        Err(error) => Err(error.into()),
        Ok(_) => {
            stage
                .host
                .run(|| ground.driver.remove(&vifguard_driver::Scope::All))??;
            let why = "a port on an interface of no bridge was taken, and nothing shows whether it is guarded";
            Ok(vec![Finding::nothing(Feature::Host, why)])
        }
    }
}

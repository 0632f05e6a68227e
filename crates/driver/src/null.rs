use crate::{
    Applied, Capabilities, Counters, Desired, Driver, Error, Feature, Preview, Result, Scope,
    State, Support, Tell,
};

/// A driver that guards nothing and says so. It is what the tests of the kit are tested with.
#[derive(Debug, Default, Clone, Copy)]
pub struct Null;

const NAME: &str = "null";

impl Driver for Null {
    fn name(&self) -> &'static str {
        NAME
    }

    fn probe(&mut self) -> Result<Capabilities> {
        let none = || Support::None("this driver guards nothing".to_owned());
        Ok(Capabilities {
            features: Feature::all().map(|feature| (feature, none())).collect(),
            notes: Vec::new(),
        })
    }

    fn preview(&mut self, _: &Desired) -> Result<Preview> {
        Ok(Preview {
            plan: "nothing\n".to_owned(),
            difference: Vec::new(),
        })
    }

    fn apply(&mut self, desired: &Desired) -> Result<Applied> {
        Ok(Applied {
            unchanged: desired.ports.len(),
            ..Applied::default()
        })
    }

    fn observe(&mut self) -> Result<State> {
        Ok(State::default())
    }

    fn counters(&mut self) -> Result<Counters> {
        Ok(Counters::default())
    }

    fn remove(&mut self, scope: &Scope) -> Result<Vec<String>> {
        match scope {
            Scope::All => Ok(Vec::new()),
            Scope::Port(port) => Err(Error::NoSuchPort(port.clone())),
        }
    }

    /// Nothing is in force, so nobody can change it.
    fn watch(&mut self, _: Tell) -> Result<()> {
        Ok(())
    }
}

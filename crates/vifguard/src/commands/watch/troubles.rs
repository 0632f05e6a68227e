use std::collections::HashSet;

use anyhow::Error;
use vifguard_driver::Error as DriverError;

use super::super::prospect::Prospect;
use crate::output::Output;

/// What is in the way of keeping the host so, and was said.
#[derive(Default)]
pub(super) struct Troubles(HashSet<String>);

impl Troubles {
    pub(super) fn any(&self) -> bool {
        !self.0.is_empty()
    }

    /// Says each once, not every time that it is tried again.
    pub(super) fn tell(&mut self, errors: Vec<Error>, prospect: &mut Prospect, output: &Output) {
        if errors.is_empty() {
            self.0.clear();
            return;
        }
        let is_open = |error: &Error| {
            let driver = error.downcast_ref::<DriverError>();
            driver.is_some_and(|error| matches!(error, DriverError::Uncertain { .. }))
        };
        let is_known = !errors.iter().any(is_open);
        let advice = match is_known && prospect.crew.stands() {
            true => "what was in force stays in force; it is tried again",
            false if !is_known => "it is tried again (vifguard status shows what is in force)",
            false => "not all of it is in force (vifguard status shows what is); it is tried again",
        };
        let key = |error: &Error| format!("{error}\n{advice}");
        for error in &errors {
            if !self.0.contains(&key(error)) {
                output.complain(error, advice);
            }
        }
        self.0 = errors.iter().map(key).collect();
    }
}

//! `vifguard schema`

use serde::Serialize;
use serde_json::Value;

use crate::exit::Exit;
use crate::output::{Output, Report, Style};

/// The schema itself.
#[derive(Debug, Serialize)]
#[serde(transparent)]
struct Schema(Value);

pub(super) fn run(output: &Output) -> Exit {
    output.show(&Schema(vifguard_policy::schema()))
}

impl Report for Schema {
    fn text(&self, _: Style) -> String {
        format!("{:#}\n", self.0)
    }

    fn exit(&self) -> Exit {
        Exit::Ok
    }
}

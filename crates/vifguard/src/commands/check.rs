//! `vifguard check`

use anyhow::Result;
use serde::Serialize;

use crate::cli::PolicyArgs;
use crate::exit::Exit;
use crate::output::{Output, Report, Style};
use crate::policy_file;
use crate::words::count;

/// A policy without errors.
#[derive(Debug, Serialize)]
struct Checked {
    ports: usize,
    networks: usize,
}

pub(super) fn run(args: &PolicyArgs, output: &Output) -> Result<Exit> {
    let policy = policy_file::load(&args.file)?;
    let checked = Checked {
        ports: policy.ports().len(),
        networks: policy.networks().len(),
    };
    Ok(output.show(&checked))
}

impl Report for Checked {
    fn text(&self, _: Style) -> String {
        let (ports, networks) = (count(self.ports, "port"), count(self.networks, "network"));
        format!("ok: {ports} on {networks}\n")
    }

    fn exit(&self) -> Exit {
        Exit::Ok
    }
}

//! `vifguard import`

use std::path::{Path, PathBuf};

use anyhow::Result;
use serde::Serialize;
use vifguard_import::{Change, ImportError, Imported, Neutron, Remark, Source, libvirt};

use crate::cli::{ImportArgs, ImportFrom, NeutronArgs};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Output, Report, Style};
use crate::policy_file;
use crate::words::count;

/// A policy that was something else.
#[derive(Debug, Serialize)]
struct Answer {
    /// `libvirt` or `neutron`.
    from: &'static str,
    policy: String,
    ports: usize,
    networks: usize,
    /// Ports of the source that stand in the policy as comments only.
    left_out: usize,
    /// Remarks that leave something to decide.
    to_decide: usize,
    remarks: Vec<Remark>,
}

pub(super) fn run(args: &ImportArgs, output: &Output) -> Result<Exit> {
    let (from, imported) = match &args.from {
        ImportFrom::Libvirt(args) => ("libvirt", libvirt(&sources(&read_all(&args.files)?))),
        ImportFrom::Neutron(args) => ("neutron", neutron(args)?),
    };
    let imported = imported.map_err(|error| failure(&error))?;
    for remark in &imported.remarks {
        output.beside(&format!("{remark}\n"));
    }
    let exit = output.show(&Answer::of(from, &imported));
    output.beside(&summary(&imported));
    Ok(exit)
}

fn neutron(args: &NeutronArgs) -> Result<Result<Imported, ImportError>> {
    let (ports, networks) = (read_all(&args.files)?, read_all(&args.networks)?);
    let subnets = read_all(&args.subnets)?;
    let neutron = Neutron {
        ports: sources(&ports),
        networks: sources(&networks),
        subnets: sources(&subnets),
        host: args.host.as_deref(),
    };
    Ok(neutron.import())
}

/// A file of the caller's: what to call it, and what it says.
type File = (String, String);

fn read_all(paths: &[PathBuf]) -> Result<Vec<File>, Failure> {
    paths.iter().map(|path| read(path)).collect()
}

fn read(path: &Path) -> Result<File, Failure> {
    let (bytes, name) = policy_file::read(path)?;
    match String::from_utf8(bytes) {
        Ok(text) => Ok((name, text)),
        Err(error) => Err(Failure::new(
            Exit::Data,
            format!(
                "{name} is not UTF-8 from byte {} on",
                error.utf8_error().valid_up_to()
            ),
            "save it as UTF-8 and try again",
        )),
    }
}

fn sources(files: &[File]) -> Vec<Source<'_>> {
    let files = files.iter();
    files.map(|(name, text)| Source { name, text }).collect()
}

fn failure(error: &ImportError) -> Failure {
    let (exit, advice) = match error {
        ImportError::Xml { .. } => (Exit::Data, "give what virsh dumpxml writes, unchanged"),
        ImportError::Json { .. } => (Exit::Data, "give what the API answers, unchanged"),
        ImportError::Shape { .. } => (
            Exit::Data,
            "see vifguard import --help; nothing was written",
        ),
        ImportError::Defect(_) => (
            Exit::Software,
            "please report it with the file, as far as you may show it",
        ),
    };
    Failure::new(exit, error.to_string(), advice)
}

/// The last line for people.
fn summary(imported: &Imported) -> String {
    let changes = Change::ALL.map(|change| format!("{} {change}", imported.count(change)));
    let mut text = format!(
        "{} on {}: {}",
        count(imported.ports, "port"),
        count(imported.networks, "network"),
        changes.join(", ")
    );
    if imported.left_out > 0 {
        text += &format!("; {} left out", count(imported.left_out, "port"));
    }
    match imported.decisions().count() {
        0 => text += "\n",
        decisions => text += &format!("; {decisions} to decide, see DECIDE\n"),
    }
    text
}

impl Answer {
    fn of(from: &'static str, imported: &Imported) -> Answer {
        Answer {
            from,
            policy: imported.policy.clone(),
            ports: imported.ports,
            networks: imported.networks,
            left_out: imported.left_out,
            to_decide: imported.decisions().count(),
            remarks: imported.remarks.clone(),
        }
    }
}

impl Report for Answer {
    fn text(&self, _: Style) -> String {
        self.policy.clone()
    }

    fn exit(&self) -> Exit {
        Exit::ok_if(self.to_decide == 0)
    }
}

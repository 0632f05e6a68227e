//! `vifguard libvirt`

use std::fmt::Write as _;

use anyhow::Result;
use serde::Serialize;
use vifguard_driver::Applied;
use vifguard_nwfilter::plan::Plan;
use vifguard_nwfilter::{NeighborDiscovery, Nwfilter, of_port};
use vifguard_policy::{Identity, Policy};

use crate::cli::{LibvirtFilterArgs, LibvirtPortArgs, LibvirtWhat, PolicyArgs};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::output::{Output, Report, Style};
use crate::policy_file;

/// What a domain's interface says.
#[derive(Debug, Serialize)]
struct Snippet {
    port: String,
    filter: String,
    xml: String,
}

/// Filters of a port.
#[derive(Debug, Serialize)]
struct Filters {
    port: String,
    filter: String,
    /// In the order in which they are defined.
    filters: Vec<String>,
}

/// What was defined.
#[derive(Debug, Serialize)]
struct Defined {
    added: Vec<String>,
    changed: Vec<String>,
    repaired: Vec<String>,
    unchanged: usize,
}

pub(super) fn run(args: &LibvirtFilterArgs, output: &Output) -> Result<Exit> {
    match &args.what {
        LibvirtWhat::Snippet(args) => snippet(args, output),
        LibvirtWhat::Filters(args) => filters(args, output),
        LibvirtWhat::Define(args) => define(args, output),
    }
}

fn snippet(args: &LibvirtPortArgs, output: &Output) -> Result<Exit> {
    let identity = identity(args)?;
    let filter = of_port(&identity.port);
    // What libvirt's filters cannot do for the port is said now, not when the domain starts.
    plan(&identity)?;
    let snippet = Snippet {
        xml: format!("<filterref filter='{filter}'/>\n"),
        port: identity.port,
        filter,
    };
    Ok(output.show(&snippet))
}

fn filters(args: &LibvirtPortArgs, output: &Output) -> Result<Exit> {
    let identity = identity(args)?;
    let plan = plan(&identity)?;
    let wrappers = plan.wrappers.iter().map(|wrapper| &wrapper.filter);
    let all = plan.parts.values().chain(wrappers);
    let filters = Filters {
        filter: of_port(&identity.port),
        filters: all.map(ToString::to_string).collect(),
        port: identity.port,
    };
    Ok(output.show(&filters))
}

fn define(args: &PolicyArgs, output: &Output) -> Result<Exit> {
    let policy = policy_file::load(&args.file)?;
    let Applied {
        added,
        changed,
        repaired,
        unchanged,
        ..
    } = Nwfilter::default().define(&policy.identities())?;
    let defined = Defined {
        added,
        changed,
        repaired,
        unchanged,
    };
    Ok(output.show(&defined))
}

fn plan(identity: &Identity) -> Result<Plan> {
    Ok(Plan::of_domains([identity], NeighborDiscovery::default())?)
}

fn identity(args: &LibvirtPortArgs) -> Result<Identity> {
    let policy: Policy = policy_file::load(&args.policy.file)?;
    let mut identities = policy.identities().into_iter();
    let found = identities.find(|identity| identity.port == args.port);
    let absent = || {
        Failure::new(
            Exit::Data,
            format!("the policy has no port {:?}", args.port),
            "name one of its ports",
        )
    };
    Ok(found.ok_or_else(absent)?)
}

impl Report for Snippet {
    fn text(&self, _: Style) -> String {
        self.xml.clone()
    }

    fn exit(&self) -> Exit {
        Exit::Ok
    }
}

impl Report for Filters {
    fn text(&self, _: Style) -> String {
        self.filters.concat()
    }

    fn exit(&self) -> Exit {
        Exit::Ok
    }
}

impl Report for Defined {
    fn text(&self, _: Style) -> String {
        let Defined {
            added,
            changed,
            repaired,
            unchanged,
        } = self;
        let mut text = format!(
            "filters defined: {} new, {} changed, {unchanged} as they were\n",
            added.len(),
            changed.len()
        );
        for line in repaired {
            let _ = writeln!(text, "put right: {line}");
        }
        text
    }

    fn exit(&self) -> Exit {
        Exit::Ok
    }
}

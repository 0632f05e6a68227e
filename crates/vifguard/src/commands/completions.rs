//! `vifguard completions`

use clap::CommandFactory;
use serde::Serialize;

use crate::cli::{Cli, CompletionsArgs};
use crate::exit::Exit;
use crate::output::{Output, Report, Style};

/// A shell's script.
#[derive(Debug, Serialize)]
struct Completions {
    shell: String,
    script: String,
}

pub(super) fn run(args: &CompletionsArgs, output: &Output) -> Exit {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "vifguard", &mut script);
    output.show(&Completions {
        shell: args.shell.to_string(),
        script: String::from_utf8_lossy(&script).into_owned(),
    })
}

impl Report for Completions {
    fn text(&self, _: Style) -> String {
        self.script.clone()
    }

    fn exit(&self) -> Exit {
        Exit::Ok
    }
}

//! The manual pages, made from the definitions of the commands.
//!
//! They are committed under `docs/man`, where packages take them from, so the program itself need not
//! carry what makes them: this module exists in tests alone.

mod sections;
mod tests;

use clap::{Command, CommandFactory};
use clap_mangen::Man;

use crate::cli::Cli;

/// A page: the name of its file, and its text.
pub(crate) struct Page {
    pub(crate) file: String,
    pub(crate) text: String,
}

/// All of them: the program's own, then one for each command.
pub(crate) fn pages() -> Vec<Page> {
    let alike = |command: Command| {
        command
            .disable_help_subcommand(true)
            .subcommand_help_heading("COMMANDS")
    };
    let mut program = alike(Cli::command()).mut_subcommands(alike);
    program.build();
    let mut pages = Vec::new();
    write(&program, None, &mut pages);
    pages
}

/// The page of a command, then those of the commands below it.
fn write(command: &Command, above: Option<&str>, pages: &mut Vec<Page>) {
    let below = command
        .get_subcommands()
        .filter(|command| !command.is_hide_set())
        .map(page_name);
    let related: Vec<String> = above.map(str::to_owned).into_iter().chain(below).collect();
    pages.push(page(command, &related));
    let name = page_name(command);
    for command in command
        .get_subcommands()
        .filter(|command| !command.is_hide_set())
    {
        write(command, Some(&name), pages);
    }
}

fn page_name(command: &Command) -> String {
    command
        .get_display_name()
        .unwrap_or(command.get_name())
        .to_owned()
}

fn page(command: &Command, related: &[String]) -> Page {
    let name = page_name(command);
    let source = format!("vifguard {}", env!("CARGO_PKG_VERSION"));
    // A date would make every page differ from itself; an empty one would be no argument to .TH.
    let man = Man::new(command.clone())
        .title(&name)
        .source(source)
        .manual("vifguard")
        .date(" ");
    let mut text = Vec::new();
    man.render_title(&mut text).unwrap();
    man.render_name_section(&mut text).unwrap();
    sections::synopsis(command, &mut text);
    man.render_description_section(&mut text).unwrap();
    man.render_options_section(&mut text).unwrap();
    if command.has_subcommands() {
        man.render_subcommands_section(&mut text).unwrap();
    }
    sections::write(command, related, &mut text);
    Page {
        file: format!("{name}.1"),
        text: ascii(&String::from_utf8(text).unwrap()),
    }
}

/// Not every formatter is told that a page is in UTF-8.
fn ascii(text: &str) -> String {
    let spelled = |c: char| match c {
        c if c.is_ascii() => c.to_string(),
        c => format!("\\[u{:04X}]", u32::from(c)),
    };
    text.chars().map(spelled).collect()
}

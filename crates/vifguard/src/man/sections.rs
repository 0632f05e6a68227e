//! What a manual page says besides the options.

use clap::Command;
use clap_mangen::roff::{Inline, Roff, bold, italic, roman};

use crate::cli::EXIT_CODES;

/// Where things are, by the option that names them.
const FILES: [(&str, &str, &str); 3] = [
    (
        "file",
        "/etc/vifguard/policy.yaml",
        "The policy, where vifguard.service looks for it.",
    ),
    (
        "last_good",
        "/var/lib/vifguard/policy.yaml",
        "The policy that vifguard.service put in force last.",
    ),
    (
        "last_good",
        "/usr/lib/systemd/system/vifguard.service",
        "Puts the policy in force at boot, before anything that starts guests.",
    ),
];

pub(super) fn write(command: &Command, related: &[String], text: &mut Vec<u8>) {
    let mut roff = Roff::new();
    examples(command, &mut roff);
    exit_status(&mut roff);
    files(command, &mut roff);
    see_also(command, related, &mut roff);
    roff.to_writer(text).unwrap();
}

/// In the words of the help: clap_mangen's own leaves out what an option takes.
pub(super) fn synopsis(command: &Command, text: &mut Vec<u8>) {
    let name = command.get_bin_name().unwrap_or(command.get_name());
    let usage = command.clone().render_usage().to_string();
    let rest = usage.split_once(name).map_or("", |(_, rest)| rest);
    let mut roff = Roff::new();
    roff.control("SH", ["SYNOPSIS"]);
    roff.text([bold(name), roman(rest.trim_end())]);
    roff.to_writer(text).unwrap();
}

fn examples(command: &Command, roff: &mut Roff) {
    let Some(help) = command.get_after_help() else {
        return;
    };
    roff.control("SH", ["EXAMPLES"]).control("nf", []);
    for line in help.to_string().lines().skip(1) {
        roff.text([roman(line.trim_start())]);
    }
    roff.control("fi", []);
}

/// The words of the program's own help: a number, its meaning, which may go on in the next lines.
fn exit_status(roff: &mut Roff) {
    roff.control("SH", ["EXIT STATUS"]);
    for line in EXIT_CODES.lines().skip(1) {
        let (code, meaning) = line.split_at(7);
        if code.trim().is_empty() {
            roff.text([roman(meaning.trim())]);
        } else {
            entry(roff, bold(code.trim()), meaning.trim());
        }
    }
}

fn files(command: &Command, roff: &mut Roff) {
    let has = |id: &str| command.get_arguments().any(|arg| arg.get_id() == id);
    let files = FILES
        .iter()
        .filter(|(id, ..)| is_program(command) || has(id));
    let mut files = files.peekable();
    if files.peek().is_some() {
        roff.control("SH", ["FILES"]);
    }
    for (_, path, about) in files {
        entry(roff, italic(*path), about);
    }
}

fn see_also(command: &Command, related: &[String], roff: &mut Roff) {
    let mut pages: Vec<(&str, &str)> = related.iter().map(|name| (name.as_str(), "(1)")).collect();
    if is_program(command) || command.get_name() == "enforce" {
        pages.push(("systemd.service", "(5)"));
    }
    let mut line = Vec::new();
    for (i, (name, section)) in pages.into_iter().enumerate() {
        if i > 0 {
            line.push(roman(", "));
        }
        line.extend([bold(name), roman(section)]);
    }
    roff.control("SH", ["SEE ALSO"]).text(line);
}

/// Is it the program itself, and not one of its commands?
fn is_program(command: &Command) -> bool {
    command.get_name() == "vifguard"
}

fn entry(roff: &mut Roff, head: Inline, text: &str) {
    roff.control("TP", []).text([head]).text([roman(text)]);
}

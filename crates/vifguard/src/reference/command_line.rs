use std::fmt::Write;

use clap::{Arg, Command, CommandFactory};

use crate::cli::{Cli, EXIT_CODES};

/// The commands as `--help` has them, one after the other, and the exit codes.
pub(super) fn page() -> String {
    let mut program = Cli::command().disable_help_subcommand(true);
    program.build();
    let mut page = "# Command line\n\n\
        What `vifguard COMMAND --help` says, on one page. It is written by the program's tests \
        from the definitions of the commands, as the [manual pages](../man/vifguard.1) are. \
        `--json` and `--help` go with every command.\n"
        .to_owned();
    command(&program, &mut page);
    page += "\n## Exit codes\n\n\
        On an error, what was in force stays in force, and the last line says what to do.\n\n";
    exit_codes(&mut page);
    page
}

fn command(command: &Command, page: &mut String) {
    let name = command.get_bin_name().unwrap_or(command.get_name());
    writeln!(page, "\n## {name}\n").unwrap();
    let about = command.get_long_about().or(command.get_about());
    writeln!(page, "{}", sentence(prose(&about.unwrap().to_string()))).unwrap();
    let usage = command.clone().render_usage().to_string();
    let usage = usage.trim_start_matches("Usage:").trim();
    writeln!(page, "\n```text\n{usage}\n```\n").unwrap();
    let everywhere = ["json", "help", "version"];
    let is_program = command.get_name() == "vifguard";
    let shown = |arg: &&Arg| is_program || !everywhere.contains(&arg.get_id().as_str());
    for arg in command.get_arguments().filter(shown) {
        if !arg.is_hide_set() {
            option(arg, page);
        }
    }
    if let Some(examples) = command.get_after_help() {
        let examples = examples.to_string();
        let lines = examples.lines().skip(1);
        let lines = lines.map(|line| line.strip_prefix("  ").unwrap_or(line));
        let lines: Vec<&str> = lines.collect();
        writeln!(page, "\n```console\n{}\n```", lines.join("\n")).unwrap();
    }
    let below = command.get_subcommands();
    below
        .filter(|below| !below.is_hide_set())
        .for_each(|below| self::command(below, page));
}

fn option(arg: &Arg, page: &mut String) {
    let help = arg.get_long_help().or(arg.get_help());
    let help = help
        .map(|help| prose(&help.to_string()))
        .unwrap_or_default();
    write!(
        page,
        "- `{}`: {}",
        spelled(arg),
        sentence(help.replace("\n\n", " "))
    )
    .unwrap();
    let values = arg.get_possible_values();
    let takes_value = arg.get_action().takes_values();
    if takes_value && !values.is_empty() {
        let values = values.iter().filter(|value| !value.is_hide_set());
        let values: Vec<String> = values
            .map(|value| match value.get_help() {
                Some(help) => format!("`{}` ({})", value.get_name(), prose(&help.to_string())),
                None => format!("`{}`", value.get_name()),
            })
            .collect();
        write!(page, " One of {}.", values.join(", ")).unwrap();
    }
    let defaults = arg.get_default_values();
    if takes_value && let [default] = defaults {
        write!(page, " Default: `{}`.", default.to_string_lossy()).unwrap();
    }
    page.push('\n');
}

/// As one writes it: `-f, --file <FILE>`.
fn spelled(arg: &Arg) -> String {
    let text = arg.to_string();
    match (arg.get_short(), arg.get_long()) {
        (Some(short), Some(_)) => format!("-{short}, {text}"),
        _ => text,
    }
}

fn exit_codes(page: &mut String) {
    let mut rows: Vec<(String, String)> = Vec::new();
    for line in EXIT_CODES.lines().skip(1) {
        let (code, meaning) = line.split_at(7);
        match (code.trim(), rows.last_mut()) {
            ("", Some((_, before))) => *before = format!("{before} {}", meaning.trim()),
            (code, _) => rows.push((code.to_owned(), meaning.trim().to_owned())),
        }
    }
    page.push_str("| | |\n|---|---|\n");
    for (code, meaning) in rows {
        writeln!(page, "| {code} | {} |", prose(&meaning)).unwrap();
    }
}

/// With the full stop that short help leaves out.
fn sentence(text: String) -> String {
    let stop = if text.ends_with('.') { "" } else { "." };
    format!("{text}{stop}")
}

/// Help as Markdown: what would be taken for markup is not, and documents are links.
fn prose(text: &str) -> String {
    let word = |word: &str| {
        let (core, behind) = word.split_at(word.trim_end_matches(['.', ',', ')', ';']).len());
        let (before, core) = core.split_at(core.len() - core.trim_start_matches('(').len());
        match core.strip_prefix("docs/") {
            Some(file) if file.ends_with(".md") => {
                format!("{before}[{file}](../{file}){behind}")
            }
            _ => word
                .replace('<', "\\<")
                .replace('*', "\\*")
                .replace('|', "\\|"),
        }
    };
    let line = |line: &str| line.split(' ').map(word).collect::<Vec<_>>().join(" ");
    text.lines().map(line).collect::<Vec<_>>().join("\n")
}

//! How answers reach people and programs.

mod style;
mod table;
mod usage;

use std::io::{self, IsTerminal, Write};

use serde::Serialize;
use serde_json::{Value, json};
use vifguard_policy::{PolicyError, PolicyErrors};

use crate::exit::Exit;
use crate::failure::{Failure, advice_of, exit_of};

pub(crate) use style::Style;
pub(crate) use table::Table;
pub(crate) use usage::misused;

/// The answer to a command. Its JSON form is stable: fields are added, never renamed.
pub(crate) trait Report: Serialize {
    /// The answer for people, lines that end with a newline.
    fn text(&self, style: Style) -> String;

    /// How the program ends after it.
    fn exit(&self) -> Exit;
}

/// Where answers go.
#[derive(Debug)]
pub(crate) struct Output {
    json: bool,
    command: &'static str,
}

impl Output {
    pub(crate) fn new(json: bool, command: &'static str) -> Output {
        Output { json, command }
    }

    /// Shows an answer.
    pub(crate) fn show(&self, report: &impl Report) -> Exit {
        self.show_with(report, report.exit())
    }

    /// Shows an answer after which the program ends otherwise than the answer alone would have it.
    pub(crate) fn show_with(&self, report: &impl Report, exit: Exit) -> Exit {
        if self.json {
            let result = serde_json::to_value(report).unwrap_or(Value::Null);
            self.object(exit, "result", result)
        } else {
            print(&report.text(Style::of(io::stdout().is_terminal()))).unwrap_or(exit)
        }
    }

    /// A part of the answer for people that is ready before the rest; programs get all at once.
    pub(crate) fn progress(&self, text: &str) {
        if !self.json {
            // The rest of the answer will meet the same.
            let _ = print(text);
        }
    }

    /// Says beside the answer what programs find in the answer itself.
    pub(crate) fn beside(&self, text: &str) {
        if !self.json {
            tell(text);
        }
    }

    /// Says something beside the answer; programs find it in the answer itself.
    pub(crate) fn note(&self, line: &str) {
        tell(&format!("vifguard: {line}\n"));
    }

    /// Shows why there is no answer; the last line says what to do.
    pub(crate) fn fail(&self, error: &anyhow::Error) -> Exit {
        let exit = exit_of(error);
        let advice = advice_of(error);
        if self.json {
            // How it ends is said already.
            let _ = self.object(exit, "error", in_json(error, &advice));
        }
        self.complain(error, &advice);
        exit
    }

    /// Shows what is wrong although there is an answer; programs find it there.
    pub(crate) fn complain(&self, error: &anyhow::Error, advice: &str) {
        let style = Style::of(io::stderr().is_terminal());
        let what = match error.downcast_ref::<PolicyErrors>() {
            Some(errors) => each(errors).map(|error| error.snippet() + "\n").collect(),
            // Every error of ours repeats its cause in its own words.
            None => format!("{error}\n"),
        };
        tell(&format!("{} {what}{advice}\n", style.alarm("vifguard:")));
    }

    fn object(&self, exit: Exit, key: &str, value: Value) -> Exit {
        print_object(Some(self.command), exit, key, &value)
    }
}

/// Every answer to `--json` is one of these.
fn print_object(command: Option<&str>, exit: Exit, key: &str, value: &Value) -> Exit {
    let object = json!({ "command": command, "exit": exit.code(), key: value });
    print(&format!("{object:#}\n")).unwrap_or(exit)
}

/// An error for programs.
pub(crate) fn in_json(error: &anyhow::Error, advice: &str) -> Value {
    let policy = error.downcast_ref::<PolicyErrors>();
    let places: Option<Vec<Value>> = policy.map(|errors| each(errors).map(place).collect());
    let host = error
        .downcast_ref::<Failure>()
        .and_then(|failure| failure.host.as_ref());
    json!({ "message": error.to_string(), "advice": advice, "policy": places, "host": host })
}

fn each(errors: &PolicyErrors) -> impl Iterator<Item = &PolicyError> {
    errors.as_slice().iter()
}

fn place(error: &PolicyError) -> Value {
    json!({
        "file": error.file,
        "line": error.line,
        "column": error.column,
        "object": error.object,
        "field": error.field,
        "text": error.text,
        "message": error.message,
        "other": error.other.as_ref().map(|other| json!({
            "object": other.object,
            "line": other.line,
            "column": other.column,
        })),
    })
}

/// Returns how the program ends if the answer cannot be written. A reader who has seen enough
/// (`| head`) closes the pipe; that changes nothing about the work done.
fn print(text: &str) -> Option<Exit> {
    let mut stdout = io::stdout().lock();
    let written = stdout
        .write_all(text.as_bytes())
        .and_then(|()| stdout.flush());
    match written {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => {
            tell(&format!(
                "vifguard: the answer cannot be written: {error}\nwhat the command had to do is done\n"
            ));
            Some(Exit::Io)
        }
        _ => None,
    }
}

fn tell(text: &str) {
    let _ = io::stderr().lock().write_all(text.as_bytes());
}

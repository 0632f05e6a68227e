use std::fmt::Write as _;
use std::fs;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::sync::atomic::{AtomicU32, Ordering};
use std::thread;

use vifguard_lab::Netns;

use super::page::{Commands, Page, Step};
use super::shown::matches;
use crate::support::PROGRAM;

/// Ends what a block says. No program says this.
const MARK: &str = "\u{1}end of block ";
/// Ends a file that the reader writes.
const END: &str = "END_OF_FILE_OF_PAGE";

/// Carries a page's steps out, in one shell and a directory of its own; the error says which block
/// of the page is not as it is written.
pub(super) fn run(page: &Page, netns: Option<&Netns>) -> Result<(), String> {
    let directory = Directory::new();
    let mut shell = match netns {
        Some(netns) => netns.command("bash"),
        None => Command::new("bash"),
    };
    shell.current_dir(&directory.0).env("LC_ALL", "C");
    let program = Path::new(PROGRAM).parent().unwrap();
    let path = std::env::var("PATH").unwrap_or_default();
    shell.env("PATH", format!("{}:{path}", program.display()));
    let output = fed(shell, &written(page));
    let said = String::from_utf8_lossy(&output.stdout);
    let complaints = String::from_utf8_lossy(&output.stderr);
    let mut rest = &*said;
    for block in blocks(page) {
        let at = format!("line {}", block.line);
        let Some((said, behind)) = rest.split_once(MARK) else {
            return Err(format!(
                "{at}: the shell ended there, having said:\n{rest}{complaints}"
            ));
        };
        let (code, behind) = behind.split_once('\n').unwrap_or((behind, ""));
        if code != block.ends.to_string() {
            return Err(format!("{at}: it ends with {code}, having said:\n{said}"));
        }
        let shown = block.shown.as_deref().unwrap_or_default();
        if !matches(shown, said) {
            let shown = match shown {
                "" => "says nothing".to_owned(),
                shown => format!("says:\n{shown}\n"),
            };
            return Err(format!(
                "{at}: by the page it {shown}\nand it said:\n{said}"
            ));
        }
        rest = behind;
    }
    match rest {
        "" => Ok(()),
        rest => Err(format!("behind the last block:\n{rest}")),
    }
}

/// Runs a shell that reads its commands from a pipe, byte by byte, as from a keyboard: a shell that
/// one of them starts takes over at the next.
fn fed(mut shell: Command, script: &str) -> Output {
    shell.stdin(Stdio::piped());
    shell.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = shell.spawn().unwrap();
    let mut keyboard = child.stdin.take().unwrap();
    thread::scope(|scope| {
        // A shell that has ended reads no more; what it said tells why.
        scope.spawn(move || drop(keyboard.write_all(script.as_bytes())));
        child.wait_with_output().unwrap()
    })
}

fn blocks(page: &Page) -> impl Iterator<Item = &Commands> {
    page.steps.iter().filter_map(|step| match step {
        Step::Commands(commands) => Some(commands).filter(|commands| !commands.by_hand),
        Step::File { .. } => None,
    })
}

/// The whole page as a script.
fn written(page: &Page) -> String {
    let mut script = "exec 2>&1\n".to_owned();
    for step in &page.steps {
        match step {
            Step::File { name, text } => {
                writeln!(script, "cat > {name} <<'{END}'\n{text}\n{END}").unwrap();
            }
            Step::Commands(commands) if commands.by_hand => {}
            Step::Commands(commands) => {
                // The first command that fails ends the shell, unless the page says that one does.
                let strictly = if commands.ends == 0 { "-e" } else { "+e" };
                let text = &commands.text;
                writeln!(script, "set {strictly}\n{text}\nprintf '{MARK}%d\\n' $?").unwrap();
            }
        }
    }
    script
}

/// Goes with the run.
struct Directory(PathBuf);

impl Directory {
    fn new() -> Directory {
        static NUMBER: AtomicU32 = AtomicU32::new(0);
        let number = NUMBER.fetch_add(1, Ordering::Relaxed);
        let name = format!("page-{}-{number}", std::process::id());
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        fs::create_dir_all(&path).unwrap();
        Directory(path)
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

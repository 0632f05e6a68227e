//! What is read: files, pipes, standard input, and what is none of them.

use std::fs::{self, OpenOptions};
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;

use vifguard_lab::Netns;

use crate::support::{PROGRAM, Ran, TempFile, policy, vifguard, vifguard_reading};

/// Every command that takes -f, with what else it needs.
const COMMANDS: [&[&str]; 5] = [
    &["check"],
    &["plan"],
    &["enforce"],
    &["verify"],
    &[
        "explain",
        "--port",
        "port-1",
        "--hex",
        "ffffffffffff0200000000011234",
    ],
];

/// Runs it in the namespace, with a text as its standard input.
fn inside_reading(netns: &Netns, text: &str, args: &[&str]) -> Ran {
    let mut command = netns.command(PROGRAM);
    command.args(args).stdin(Stdio::piped());
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut input = child.stdin.take().unwrap();
    input.write_all(text.as_bytes()).unwrap();
    drop(input);
    Ran::of(child.wait_with_output().unwrap())
}

#[test]
fn every_command_reads_standard_input() {
    if !vifguard_lab::available() {
        return;
    }
    let netns = Netns::new("host").unwrap();
    let (good, wrong) = (policy(&["tap1"]), "version: 9\n");
    for command in COMMANDS {
        let args = [command, &["-f", "-"]].concat();
        // The frame is refused, and all else is as asked: enforce comes before verify.
        let code = i32::from(command[0] == "explain");
        inside_reading(&netns, &good, &args).ends(code);
        inside_reading(&netns, wrong, &args)
            .ends(65)
            .says("standard input:1:");
    }
}

#[test]
fn a_directory_is_said_to_be_one() {
    for command in COMMANDS {
        let args = [command, &["-f", "/"]].concat();
        vifguard(&args)
            .ends(66)
            .says("cannot read /: Is a directory")
            .says("give the file, not its directory");
    }
    let file = TempFile::new(policy(&["tap1"]));
    let explain = ["explain", "-f", file.path(), "--port", "port-1"];
    vifguard(&[&explain[..], &["--pcap", "/"]].concat())
        .ends(66)
        .says("Is a directory");
    vifguard(&["import", "libvirt", "/"])
        .ends(66)
        .says("Is a directory");
}

/// A FIFO that is written by somebody else, and goes with this.
struct Fifo(String);

impl Fifo {
    fn new(name: &str, content: Vec<u8>) -> Fifo {
        let name = format!("{name}-{}", std::process::id());
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        let _ = fs::remove_file(&path);
        let made = Command::new("mkfifo").arg(&path).status().unwrap();
        assert!(made.success());
        let writer = path.clone();
        thread::spawn(move || {
            let mut fifo = OpenOptions::new().write(true).open(writer).unwrap();
            fifo.write_all(&content).unwrap();
        });
        Fifo(path.to_str().unwrap().to_owned())
    }
}

impl Drop for Fifo {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.0);
    }
}

#[test]
fn a_pipe_is_a_file_too() {
    let fifo = Fifo::new("policy", policy(&["tap1"]).into());
    vifguard(&["check", "-f", &fifo.0])
        .ends(0)
        .says("ok: 1 port");
}

/// As in `tcpdump -w - | vifguard explain --pcap -`.
#[test]
fn a_capture_may_come_through_a_pipe() {
    // A header, and one frame of 14 bytes.
    let mut capture: Vec<u8> = [0xa1b2_c3d4_u32, 0x0004_0002, 0, 0, 65535, 1, 0, 0, 14, 14]
        .into_iter()
        .flat_map(u32::to_ne_bytes)
        .collect();
    capture.extend([255, 255, 255, 255, 255, 255, 2, 0, 0, 0, 0, 1, 0x12, 0x34]);
    let file = TempFile::new(policy(&["tap1"]));
    let explain = ["explain", "-f", file.path(), "--port", "port-1", "--pcap"];
    let fifo = Fifo::new("capture", capture.clone());
    vifguard(&[&explain[..], &[&fifo.0]].concat())
        .ends(1)
        .says("1 frame of port port-1: 0 pass, 1 refused (l2 1)");
    let stored = TempFile::new(capture);
    let mut command = Command::new(PROGRAM);
    command.args([&explain[..], &["-"]].concat());
    command.stdin(fs::File::open(stored.path()).unwrap());
    Ran::of(command.output().unwrap())
        .ends(1)
        .says("1 frame of port port-1: 0 pass, 1 refused (l2 1)");
}

/// The second would find it empty.
#[test]
fn standard_input_is_read_once() {
    let args = ["explain", "-f", "-", "--port", "port-1", "--pcap", "-"];
    vifguard_reading(&policy(&["tap1"]), &args)
        .ends(2)
        .says("- (standard input) is given twice");
    vifguard_reading("<domain/>", &["import", "libvirt", "-", "-"]).ends(2);
    vifguard(&["enforce", "-f", "x", "--last-good", "-"])
        .ends(2)
        .says("a file is needed");
}

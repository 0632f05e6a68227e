//! Runs inside an emulated machine: sends frames on a card as they are, and tells those that it sees.
//!
//! `vifguard-guest send DEVICE FILE` sends what the file has, one frame a line in hexadecimal, and says how many
//! the kernel took. `vifguard-guest watch DEVICE` prints `frame HEX` for each frame that comes in, until it is
//! killed.

#![forbid(unsafe_code)]

use std::env;
use std::fs;
use std::io::{self, Write};
use std::os::fd::{AsRawFd, OwnedFd};
use std::process::ExitCode;

use nix::errno::Errno;
use nix::ifaddrs::getifaddrs;
use nix::sys::socket::sockopt::RcvBufForce;
use nix::sys::socket::{
    AddressFamily, LinkAddr, MsgFlags, SockFlag, SockProtocol, SockType, recvfrom, sendto,
    setsockopt, socket,
};
use vifguard_machine::guest::hex;

/// The longest frame that a card without segmentation hands over, and more.
const LONGEST: usize = 65536;
/// For frames that come faster than they are written down.
const ROOM: usize = 64 << 20;
/// What the host's own stack sent (`PACKET_OUTGOING`).
const OUTGOING: u8 = 4;

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match arguments.as_slice() {
        ["send", device, file] => send(device, file),
        ["watch", device] => watch(device),
        _ => Err("vifguard-guest send DEVICE FILE | watch DEVICE".into()),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("vifguard-guest: {error}");
            ExitCode::FAILURE
        }
    }
}

type Outcome<T = ()> = Result<T, Box<dyn std::error::Error>>;

fn send(device: &str, file: &str) -> Outcome {
    let address = address(device)?;
    let socket = packet_socket(None)?;
    let text = fs::read_to_string(file)?;
    let (mut taken, mut all) = (0, 0);
    for line in text.lines().filter(|line| !line.is_empty()) {
        all += 1;
        let frame = bytes(line).ok_or_else(|| format!("{file}: line {all} is not hexadecimal"))?;
        let to = (socket.as_raw_fd(), frame.as_slice(), &address);
        match retried(|| sendto(to.0, to.1, to.2, MsgFlags::empty())) {
            Ok(_) => taken += 1,
            Err(error) => println!("frame {all} was not taken: {error}"),
        }
    }
    println!("vifguard-guest sent {taken} of {all} frames");
    Ok(())
}

fn watch(device: &str) -> Outcome {
    let index = address(device)?.ifindex();
    let socket = packet_socket(Some(SockProtocol::EthAll))?;
    setsockopt(&socket, RcvBufForce, &ROOM)?;
    println!("vifguard-guest watches {device}");
    let mut room = vec![0; LONGEST];
    loop {
        let (length, from) = retried(|| recvfrom::<LinkAddr>(socket.as_raw_fd(), &mut room))?;
        let came_in =
            from.is_some_and(|from| from.ifindex() == index && from.pkttype() != OUTGOING);
        if came_in {
            println!("frame {}", hex(&room[..length]));
            io::stdout().flush()?;
        }
    }
}

/// The link-layer address of a device, which names it to the kernel.
fn address(device: &str) -> Outcome<LinkAddr> {
    let mut all = getifaddrs()?.filter(|one| one.interface_name == device);
    let address = all.find_map(|one| one.address?.as_link_addr().copied());
    address.ok_or_else(|| format!("there is no {device}").into())
}

fn packet_socket(protocol: Option<SockProtocol>) -> nix::Result<OwnedFd> {
    let (family, kind) = (AddressFamily::Packet, SockType::Raw);
    socket(family, kind, SockFlag::SOCK_CLOEXEC, protocol)
}

/// A full queue empties itself.
fn retried<T>(mut call: impl FnMut() -> nix::Result<T>) -> nix::Result<T> {
    loop {
        match call() {
            Err(Errno::EINTR | Errno::ENOBUFS) => std::thread::yield_now(),
            done => return done,
        }
    }
}

fn bytes(line: &str) -> Option<Vec<u8>> {
    let pairs = line.as_bytes().chunks(2);
    let byte = |pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok();
    pairs.map(byte).collect()
}

//! Guests hand over TCP in segments of up to 64 KiB and leave the cutting to the host (or to nobody, if
//! the receiver is next door). A guard that sent such frames the slow way, or had them cut, would cost most
//! of the throughput.

use std::io::{self, Read, Write};
use std::net::{IpAddr, SocketAddr, TcpListener, TcpStream};
use std::thread;
use std::time::{Duration, Instant};

use vifguard_driver::Driver;
use vifguard_lab::{Capture, CaptureOptions};

use crate::error::{Error, Result};
use crate::person::GATEWAY;
use crate::row::{Kind, Row};
use crate::scene::Scene;
use crate::stage::Stage;
use crate::wait::PATIENCE;

/// The row's name.
pub(crate) const NAME: &str = "bulk TCP";

/// Measured in turn, with and without guards, so that both meet the same moments of a busy machine.
const PAIRS: usize = 12;
const BULK: usize = 64 << 20;
const SAMPLE: usize = 4 << 20;
const BLOCK: usize = 256 << 10;
/// An Ethernet header and a packet of the usual MTU.
const LONGEST_ON_A_WIRE: usize = 14 + 1500;

/// Sends much from the guest to the gateway. The row is good if every byte arrives and frames longer than
/// the MTU come through; how fast is shown and not judged.
pub(crate) fn row(driver: &mut dyn Driver) -> Result<Row> {
    let start = Instant::now();
    let scene = Scene::street();
    let open = Stage::open(&scene)?;
    let guarded = Stage::guarded(&scene, driver, PATIENCE)?;
    let whole = [keeps_segments(&open)?, keeps_segments(&guarded)?];
    let pairs = pairs(&open, &guarded)?;
    let with = match (&pairs, whole[1]) {
        (None, _) => "BROKEN".to_owned(),
        (_, false) => "CUT to MTU".to_owned(),
        (Some(pairs), true) => format!("works ×{:.2}", pairs.ratio),
    };
    Ok(Row {
        kind: Kind::Good,
        name: NAME.to_owned(),
        what: format!("{} MiB, frames above MTU, best of {PAIRS}", BULK >> 20),
        without: pairs.as_ref().map_or("does not work".to_owned(), |pairs| {
            format!("works, {:.1} Gbit/s", pairs.gigabits)
        }),
        with,
        ok: pairs.is_some() && whole == [true; 2],
        took: start.elapsed(),
    })
}

/// The best of several measurements: what else the machine does only ever makes one slower.
struct Pairs {
    /// Throughput without guards.
    gigabits: f64,
    /// Throughput with guards, as a part of that without.
    ratio: f64,
}

fn pairs(open: &Stage, guarded: &Stage) -> Result<Option<Pairs>> {
    let (mut without, mut with) = (Duration::MAX, Duration::MAX);
    for pair in 0..PAIRS {
        // Each goes first in turn: the first of two meets the colder caches.
        let first_open = pair % 2 == 0;
        let (first, second) = if first_open {
            (open, guarded)
        } else {
            (guarded, open)
        };
        let (Some(first), Some(second)) = (transfer(first, BULK)?, transfer(second, BULK)?) else {
            return Ok(None);
        };
        let (open, guarded) = if first_open {
            (first, second)
        } else {
            (second, first)
        };
        (without, with) = (without.min(open), with.min(guarded));
    }
    #[expect(clippy::cast_precision_loss, reason = "far below 2^53 bits")]
    let gigabits = BULK as f64 * 8.0 / 1e9 / without.as_secs_f64();
    Ok(Some(Pairs {
        gigabits,
        ratio: without.as_secs_f64() / with.as_secs_f64(),
    }))
}

/// Do frames arrive longer than a wire could carry? Looked at beside the measurement: watching costs time.
fn keeps_segments(stage: &Stage) -> Result<bool> {
    let heads = CaptureOptions {
        snaplen: 64,
        incoming_only: true,
        ..CaptureOptions::default()
    };
    let mut capture = Capture::with(stage.gateway.netns(), "eth0", heads)?;
    transfer(stage, SAMPLE)?;
    Ok(capture
        .drain()?
        .iter()
        .any(|seen| seen.length > LONGEST_ON_A_WIRE))
}

/// How long so many bytes took; none if not all arrived.
fn transfer(stage: &Stage, bytes: usize) -> Result<Option<Duration>> {
    let (from, to) = (stage.victim.netns(), stage.gateway.netns());
    let any_port = SocketAddr::new(IpAddr::V4(GATEWAY.v4()), 0);
    let listener = to
        .run(|| TcpListener::bind(any_port))?
        .map_err(Error::step("listen"))?;
    let address = listener.local_addr().map_err(Error::step("listen"))?;
    let connected = from.run(|| TcpStream::connect_timeout(&address, PATIENCE))?;
    let moved = connected.and_then(|stream| move_through(stream, &listener, bytes));
    Ok(moved.ok())
}

/// The sockets belong to their stacks; the threads may be anywhere.
fn move_through(
    mut sender: TcpStream,
    listener: &TcpListener,
    bytes: usize,
) -> io::Result<Duration> {
    let (mut receiver, _) = listener.accept()?;
    sender.set_write_timeout(Some(PATIENCE))?;
    receiver.set_read_timeout(Some(PATIENCE))?;
    let start = Instant::now();
    thread::scope(|scope| {
        scope.spawn(move || {
            let block = vec![0x61; BLOCK];
            // What does not go out does not arrive: the receiver notices.
            (0..bytes / BLOCK).try_for_each(|_| sender.write_all(&block))
        });
        let arrived = receive(&mut receiver)?;
        if arrived == bytes {
            Ok(start.elapsed())
        } else {
            Err(io::ErrorKind::UnexpectedEof.into())
        }
    })
}

fn receive(stream: &mut TcpStream) -> io::Result<usize> {
    let mut room = vec![0; BLOCK];
    let mut total = 0;
    loop {
        match stream.read(&mut room)? {
            0 => return Ok(total),
            some => total += some,
        }
    }
}

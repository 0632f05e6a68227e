use std::collections::{BTreeSet, HashSet};
use std::time::Duration;

use vifguard_corpus::Corpus;
use vifguard_lab::libvirt::Libvirtd;
use vifguard_lab::ovs::Switch;
use vifguard_lab::{
    Bridged, Capture, CaptureOptions, Delivered, HostOnly, Netns, Routed, Tap, TapOptions,
    VnetHeader,
};

use crate::flood::{Flow, Outcome, Pace, Stream, flood};
use crate::switched::Switched;
use crate::{Error, Result};

/// Where guarded interfaces are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Place {
    /// Ports of a bridge.
    Bridge,
    /// Interfaces of a router.
    Routed,
    /// Interfaces of a host that is itself the receiver.
    Host,
    /// Ports of an Open vSwitch bridge.
    Switch(Switch),
    /// Ports of a Linux bridge on a host that has a libvirt.
    Libvirt(Libvirtd),
}

/// A lab with interfaces to send from, and somebody who sees what came through.
#[derive(Debug)]
pub struct Stage {
    /// The namespace in which the driver works.
    pub host: Netns,
    taps: Vec<Tap>,
    watch: Watch,
    lab: Lab,
    place: Place,
    options: TapOptions,
}

#[derive(Debug)]
enum Lab {
    Bridged(Bridged, Tap),
    Routed(Routed),
    Host(HostOnly),
    Switched(Switched),
}

#[derive(Debug)]
pub(crate) enum Watch {
    /// What the bridge sends out of any port.
    Sent(Capture),
    /// What got to the host's stack, behind netdev ingress.
    Delivered(Delivered),
}

/// What floods are made of.
const FLOODED: [u16; 3] = [0x0800, 0x0806, 0x86dd];

impl Place {
    /// Is there a bridge, which by its own standard (802.1D) keeps some frames to itself?
    pub(crate) fn is_bridge(&self) -> bool {
        matches!(self, Place::Bridge | Place::Switch(_) | Place::Libvirt(_))
    }
}

impl Stage {
    /// A lab without guarded interfaces.
    pub fn new(place: Place, corpus: &Corpus) -> Result<Stage> {
        let (host, lab) = match &place {
            Place::Bridge => on_a_bridge(Bridged::new()?)?,
            Place::Libvirt(libvirtd) => on_a_bridge(libvirtd.bridged().clone())?,
            Place::Routed => {
                let routed = Routed::new()?;
                (routed.host.clone(), Lab::Routed(routed))
            }
            Place::Host => {
                let host = HostOnly::new()?;
                (host.host.clone(), Lab::Host(host))
            }
            Place::Switch(switch) => {
                let switched = Switched::new(switch)?;
                (switch.host().clone(), Lab::Switched(switched))
            }
        };
        let watch = match &place {
            Place::Switch(_) => Watch::Sent(Capture::on(&host, Switched::WITNESS)?),
            Place::Bridge | Place::Libvirt(_) => {
                Watch::Sent(Capture::anywhere(&host, CaptureOptions::default())?)
            }
            Place::Routed | Place::Host => {
                Watch::Delivered(Delivered::anywhere(&host, &ethertypes(corpus))?)
            }
        };
        Ok(Stage {
            host,
            taps: Vec::new(),
            watch,
            lab,
            place,
            options: TapOptions::default(),
        })
    }

    /// The same, whose interfaces take frames with virtio headers.
    pub fn with_virtio(place: Place) -> Result<Stage> {
        let nothing = Corpus { cases: Vec::new() };
        let mut stage = Stage::new(place, &nothing)?;
        stage.options.vnet_header = true;
        Ok(stage)
    }

    /// A lab in which every frame that passes is seen once.
    pub fn for_floods(place: Place) -> Result<Stage> {
        let nothing = Corpus { cases: Vec::new() };
        let mut stage = Stage::new(place, &nothing)?;
        if let Lab::Switched(lab) = &mut stage.lab {
            lab.learn()?;
        }
        stage.watch = match &stage.lab {
            // Where nobody guards: a frame comes out of every port.
            Lab::Bridged(_, witness) => {
                Watch::Sent(Capture::on(&stage.host, witness.link().name())?)
            }
            Lab::Switched(_) => Watch::Sent(Capture::on(&stage.host, Switched::WITNESS)?),
            Lab::Routed(_) | Lab::Host(_) => {
                Watch::Delivered(Delivered::anywhere(&stage.host, &FLOODED)?)
            }
        };
        Ok(stage)
    }

    /// Where its guarded interfaces are.
    pub fn place(&self) -> Place {
        self.place.clone()
    }

    /// Adds an interface of this name, after the driver has been told of it.
    pub fn plug(&mut self, device: &str) -> Result<()> {
        let tap = match &self.lab {
            Lab::Bridged(lab, _) => lab.tap_with(device, self.options)?,
            Lab::Routed(lab) => lab.tap_with(device, &[], self.options)?,
            Lab::Host(lab) => lab.tap_with(device, &[], self.options)?,
            Lab::Switched(lab) => lab.plug(device, self.options)?,
        };
        self.taps.push(tap);
        Ok(())
    }

    /// The interface that was plugged in as number `port` goes, and the next ones move up.
    pub fn unplug(&mut self, port: usize) {
        drop(self.taps.remove(port));
    }

    /// Sends a frame from the interface that was plugged in as number `port`. When this returns, the
    /// switch has done with it: the kernel receives a tap's frames in the call that writes them.
    /// Behind an interface that somebody has set down a frame ends where it begins.
    pub fn send(&self, port: usize, frame: &[u8]) -> Result<()> {
        match self.taps[port].write(frame) {
            Err(error) if !error.is_down() => return Err(error.into()),
            _ => {}
        }
        self.await_judged()
    }

    /// The same, with a virtio header.
    pub fn send_with(&self, port: usize, header: VnetHeader, frame: &[u8]) -> Result<()> {
        self.taps[port].write_with(header, frame)?;
        self.await_judged()
    }

    /// A switch in userspace takes frames from the kernel when it comes to it.
    fn await_judged(&self) -> Result<()> {
        match &self.lab {
            Lab::Switched(lab) => lab.await_judged(),
            Lab::Bridged(..) | Lab::Routed(_) | Lab::Host(_) => Ok(()),
        }
    }

    /// Sends numbered frames from the interface that was plugged in as number `port`, as long as
    /// `during` takes, and tells what became of each.
    ///
    /// # Errors
    ///
    /// Those of `during`, of the lab, and an observer that lost frames.
    pub fn flood<T>(
        &mut self,
        port: usize,
        streams: &[Stream],
        during: impl FnOnce(&Flow) -> Result<T>,
    ) -> Result<(T, Outcome)> {
        self.came_through()?;
        let pace = match self.lab {
            Lab::Switched(_) => Pace::USERSPACE,
            Lab::Bridged(..) | Lab::Routed(_) | Lab::Host(_) => Pace::KERNEL,
        };
        flood(&self.taps[port], &mut self.watch, pace, streams, during)
    }

    /// What came through since the last call, oldest first, without what the host itself sends.
    pub fn came_through(&mut self) -> Result<Vec<Vec<u8>>> {
        let (frames, lost) = match &mut self.watch {
            Watch::Sent(capture) => {
                let frames = capture
                    .drain()?
                    .into_iter()
                    .filter(|frame| frame.outgoing)
                    .collect();
                (frames, capture.lost()?)
            }
            Watch::Delivered(delivered) => (delivered.drain()?, delivered.lost()?),
        };
        if lost > 0 {
            return Err(Error::Lost(lost));
        }
        let frames: Vec<vifguard_lab::Captured> = frames;
        Ok(frames.into_iter().map(|captured| captured.frame).collect())
    }

    /// The addresses of interfaces whose stacks speak by themselves.
    pub(crate) fn speakers(&self) -> Result<HashSet<[u8; 6]>> {
        let mut links = self.host.links()?;
        if let Lab::Routed(lab) = &self.lab {
            links.extend(lab.far.links()?);
        }
        Ok(links.into_iter().map(|link| link.mac).collect())
    }

    /// What the bridge has learned, if there is one.
    pub fn learned(&self) -> Result<Vec<String>> {
        match &self.lab {
            Lab::Bridged(..) => {
                let entries = self.host.fdb("br0")?;
                let learned = entries.into_iter().filter(|entry| entry.learned);
                Ok(learned.map(|entry| format!("{entry:?}")).collect())
            }
            // A switch in userspace also learns from what it remembers of frames, some time later; the
            // property of its own tells whether it learns from refused ones.
            Lab::Switched(_) | Lab::Routed(_) | Lab::Host(_) => Ok(Vec::new()),
        }
    }

    /// The same when there is time to wait: a switch in userspace is asked, too, after it has added up what it
    /// remembers of frames.
    pub(crate) fn known(&self) -> Result<Vec<String>> {
        match &self.lab {
            Lab::Switched(lab) => lab.known(),
            Lab::Bridged(..) | Lab::Routed(_) | Lab::Host(_) => self.learned(),
        }
    }

    /// Has an unguarded port of the bridge speak with this source, so that the bridge knows the address
    /// to be there.
    pub fn teach(&self, mac: [u8; 6]) -> Result<()> {
        let witness = match &self.lab {
            Lab::Bridged(_, witness) => witness,
            Lab::Switched(lab) => return lab.teach(mac),
            Lab::Routed(_) | Lab::Host(_) => return Ok(()),
        };
        let mut frame = [0; 60];
        frame[..6].copy_from_slice(&[0xff; 6]);
        frame[6..12].copy_from_slice(&mac);
        frame[12..14].copy_from_slice(&[0x88, 0xb6]);
        Ok(witness.write(&frame)?)
    }

    /// Takes away what was flooded to interfaces that nobody reads.
    pub fn empty_queues(&self) -> Result<()> {
        if matches!(&self.lab, Lab::Switched(lab) if !lab.learns()) {
            return Ok(());
        }
        self.taps.iter().try_for_each(|tap| Ok(tap.discard()?))
    }
}

fn on_a_bridge(bridged: Bridged) -> Result<(Netns, Lab)> {
    // Somebody must be there to be sent to.
    let witness = bridged.tap("witness")?;
    Ok((bridged.host.clone(), Lab::Bridged(bridged, witness)))
}

impl Watch {
    /// The next frame that came through, if there is one in time.
    pub(crate) fn next(&mut self, patience: Duration) -> Result<Option<Vec<u8>>> {
        loop {
            let frame = match self {
                Watch::Sent(capture) => capture.recv(patience)?,
                Watch::Delivered(delivered) => delivered.recv(patience)?,
            };
            match frame {
                None => return Ok(None),
                Some(frame) if frame.outgoing || matches!(self, Watch::Delivered(_)) => {
                    return Ok(Some(frame.frame));
                }
                Some(_) => {}
            }
        }
    }

    /// Frames that it had no room for since the last call.
    pub(crate) fn lost(&self) -> Result<u32> {
        Ok(match self {
            Watch::Sent(capture) => capture.lost()?,
            Watch::Delivered(delivered) => delivered.lost()?,
        })
    }
}

/// Every EtherType that a frame of the corpus may be delivered under, behind its tags.
fn ethertypes(corpus: &Corpus) -> Vec<u16> {
    // 802.3 frames are delivered as one of these two (linux/if_ether.h).
    let mut found = BTreeSet::from([0x0001, 0x0004]);
    for case in &corpus.cases {
        for at in [12, 16, 20, 24, 28] {
            if let Some(bytes) = case.frame.get(at..at + 2) {
                let number = u16::from_be_bytes([bytes[0], bytes[1]]);
                if number >= 0x0600 {
                    found.insert(number);
                }
                if !matches!(number, 0x8100 | 0x88a8) {
                    break;
                }
            }
        }
    }
    found.into_iter().collect()
}

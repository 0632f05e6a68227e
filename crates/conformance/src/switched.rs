use std::time::Duration;

use vifguard_lab::ovs::Switch;
use vifguard_lab::{Tap, TapOptions};

use crate::{Error, Result};

/// A bridge of Open vSwitch, with somebody who listens, and somebody else to send to.
///
/// The switch's own pipeline is one flow. Where single frames are judged it sends everything to the listener: a
/// bridge that learns would keep some of them to itself, by what it remembers of others and adds up some time
/// later. Under floods it is that of any bridge, which forwards and learns.
#[derive(Debug)]
pub(crate) struct Switched {
    pub(crate) switch: Switch,
    witness: Tap,
    learns: bool,
    /// What is written to it comes out at the witness.
    clock: Tap,
}

/// What the clock sends goes to the witness, under addresses that no case has.
const TICK: [[u8; 6]; 2] = [
    [0x02, 0xc1, 0x0c, 0xc1, 0x0c, 1],
    [0x02, 0xc1, 0x0c, 0xc1, 0x0c, 2],
];
const PATIENCE: Duration = Duration::from_secs(5);

impl Switched {
    pub(crate) const WITNESS: &str = "witness";
    const CLOCK: &str = "clock";

    pub(crate) fn new(switch: &Switch) -> Result<Switched> {
        let [witness, clock] =
            [Self::WITNESS, Self::CLOCK].map(|name| switch.tap(name, TapOptions::default()));
        let (witness, clock) = (witness?, clock?);
        let switched = Switched {
            switch: switch.clone(),
            witness,
            clock,
            learns: false,
        };
        switched.forward("output:witness")?;
        Ok(switched)
    }

    /// Makes it a bridge that forwards and learns.
    pub(crate) fn learn(&mut self) -> Result<()> {
        self.learns = true;
        self.forward("NORMAL")
    }

    /// Is it one that forwards and learns, and not one that sends everything to the listener alone?
    pub(crate) fn learns(&self) -> bool {
        self.learns
    }

    fn forward(&self, action: &str) -> Result<()> {
        let flow = format!("table=0,priority=0,actions={action}");
        self.switch.ofctl("add-flow", &[&flow])?;
        self.switch.appctl(&["fdb/flush", Switch::BRIDGE])?;
        self.witness.write(&ethernet([0xff; 6], TICK[0]))?;
        self.await_judged()
    }

    /// What the bridge has learned, once it has added up what it remembers of frames that were sent before:
    /// it does so in rounds, and tells when the next one is over.
    pub(crate) fn known(&self) -> Result<Vec<String>> {
        self.await_judged()?;
        self.switch.appctl(&["revalidator/wait"])?;
        Ok(self.switch.learned()?)
    }

    pub(crate) fn plug(&self, device: &str, options: TapOptions) -> Result<Tap> {
        Ok(self.switch.tap(device, options)?)
    }

    /// Has the witness speak with this source.
    pub(crate) fn teach(&self, mac: [u8; 6]) -> Result<()> {
        if !self.learns {
            return Ok(());
        }
        self.witness.write(&ethernet([0xff; 6], mac))?;
        self.await_judged()
    }

    /// Waits until every frame that was written before has been judged: the switch takes from its ports
    /// in turn, so what is written after a first tick has come out comes out only after a whole turn.
    pub(crate) fn await_judged(&self) -> Result<()> {
        for _ in 0..2 {
            self.clock.write(&ethernet(TICK[0], TICK[1]))?;
            loop {
                match self.witness.read(PATIENCE)? {
                    Some(frame) if frame.starts_with(&TICK[0]) => break,
                    Some(_) => {}
                    None => return Err(Error::Kit("the switch has stopped forwarding".to_owned())),
                }
            }
        }
        Ok(())
    }
}

fn ethernet(destination: [u8; 6], source: [u8; 6]) -> Vec<u8> {
    let mut frame = [destination, source].concat();
    frame.extend([0x88, 0xb6]);
    frame.resize(60, 0);
    frame
}

impl Drop for Switched {
    /// The switch is used again: its ports go with their taps, and the database must not keep them.
    fn drop(&mut self) {
        let Ok(ports) = self.switch.vsctl(&["list-ports", Switch::BRIDGE]) else {
            return;
        };
        let mut arguments = Vec::new();
        for port in ports.lines() {
            if !arguments.is_empty() {
                arguments.push("--");
            }
            arguments.extend(["del-port", Switch::BRIDGE, port]);
        }
        if !arguments.is_empty() {
            let _ = self.switch.vsctl(&arguments);
        }
    }
}

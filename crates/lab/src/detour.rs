use std::io;

use crate::error::{Error, Result};
use crate::guest::{Guest, NIC};
use crate::sender::RawSender;

/// Where frames are put in that are to go out by a detour.
const ENTRY: &str = "entry0";

/// What the guest's administrator types; `eth0` is the guest's own.
const STEPS: [&str; 8] = [
    "ip link add entry0 type veth peer name entry1",
    "ip link set entry0 up",
    "ip link set entry1 up",
    "ip link add ifb0 type ifb",
    "ip link set ifb0 up",
    "tc qdisc add dev entry1 clsact",
    "tc filter add dev entry1 ingress protocol all u32 match u32 0 0 action mirred egress redirect dev eth0",
    "tc qdisc add dev eth0 clsact",
];
/// Only what came in there: the guest's own frames go as before.
const REDIRECT: &str = "tc filter add dev eth0 egress protocol all u32 match u32 0 0 indev entry1 \
                        action mirred egress redirect dev ifb0";

impl Guest {
    /// A sender whose frames leave `eth0` by way of `ifb`.
    ///
    /// `ifb` marks frames as classified, and the kernel that receives such a frame at the other end of a
    /// veth leads it past classifiers and netdev ingress. Needs the programs `ip` and `tc` (iproute2).
    pub fn detour(&self) -> Result<RawSender> {
        debug_assert!(
            REDIRECT.contains(NIC),
            "the guest's device has another name"
        );
        for step in STEPS.into_iter().chain([REDIRECT]) {
            self.type_in(step)?;
        }
        RawSender::on(self.netns(), ENTRY)
    }

    fn type_in(&self, line: &str) -> Result<()> {
        let mut words = line.split_whitespace();
        let program = words.next().unwrap_or_default();
        let failed = |source| Error::Program {
            program: program.to_owned(),
            step: "run",
            source,
        };
        let output = self.netns().command(program).args(words).output();
        let output = output.map_err(failed)?;
        if output.status.success() {
            return Ok(());
        }
        let said = String::from_utf8_lossy(&output.stderr);
        let said = format!("{line}: {}", said.trim());
        Err(failed(io::Error::other(said)))
    }
}

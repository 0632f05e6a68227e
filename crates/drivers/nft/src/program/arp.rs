//! Section 4: ARP and RARP.

use vifguard_netlink::nft::Rule;
use vifguard_policy::Guard;
use vifguard_verdict::Reason;

use super::own::{self, Claim};
use super::steps::{Field, Steps, nh};
use super::{Fate, Program, Shape, numbers};
use crate::class::{Class, Court};
use crate::names::MACS;

const OPERATION: Field = nh(6, 2);
const SENDER_MAC: Field = nh(8, 6);
const SENDER_IP: Field = nh(14, 4);
const TARGET_MAC: Field = nh(18, 6);
const TARGET_IP: Field = nh(24, 4);
/// The last byte of the message: one that is shorter has none.
const LAST: Field = nh(27, 1);

const FORM: &str = "arp.form";
const REVERSE_FORM: &str = "rarp.form";

pub(crate) fn looked_into(class: Class) -> bool {
    class.any(&[Guard::Mac, Guard::Arp])
}

/// What does not depend on the port.
pub(crate) fn shared(program: &mut Program, fate: Fate) {
    let good = Steps::new()
        .reaches(LAST)
        .eq(nh(0, 6), &[0, 1, 8, 0, 6, 4])
        .among(OPERATION, numbers::ARP_OPERATIONS);
    program.chain(
        fate.name(FORM),
        vec![
            good.back(""),
            Steps::new().refuse(fate, Reason::ArpMalformed, "4.1 form of ARP"),
        ],
    );
    let good = Steps::new()
        .reaches(LAST)
        .eq(nh(0, 8), &[0, 1, 8, 0, 6, 4, 0, 3])
        .eq(SENDER_IP, &[0; 4])
        .eq(TARGET_IP, &[0; 4]);
    program.chain(
        fate.name(REVERSE_FORM),
        vec![
            good.back(""),
            Steps::new().refuse(fate, Reason::Rarp, "4.4 form of RARP"),
        ],
    );
}

pub(crate) fn chains(program: &mut Program, court: Court, shape: &Shape) {
    let fate = court.fate();
    let mac = court.class.has(Guard::Mac);
    let pass = || Steps::new().goto(court.chain("pass"), "");
    let foreign = |field: Field, reason: Reason, comment: &str| -> Rule {
        Steps::new()
            .disowns(court, field, MACS)
            .refuse(fate, reason, comment)
    };

    let mut arp = vec![Steps::new().jump(fate.name(FORM), "")];
    if mac {
        arp.push(foreign(
            SENDER_MAC,
            Reason::ArpMac,
            "4.2 sender hardware address",
        ));
    }
    if court.class.has(Guard::Arp) {
        let comment = "4.3 sender protocol address";
        let claim = |field| Claim {
            field,
            reason: Reason::ArpIp,
            comment,
        };
        let (probe, sender, target) = (
            court.chain("arp.probe"),
            court.chain("arp.sender"),
            court.chain("arp.target"),
        );
        own::v4(program, sender.clone(), court, shape, claim(SENDER_IP));
        own::v4(program, target.clone(), court, shape, claim(TARGET_IP));
        let not_asking = Steps::new().ne(OPERATION, &[0, 1]);
        program.chain(
            probe.clone(),
            vec![
                not_asking.refuse(fate, Reason::ArpIp, comment),
                Steps::new().jump(target, ""),
                pass(),
            ],
        );
        arp.push(Steps::new().eq(SENDER_IP, &[0; 4]).goto(probe, "4.3 probe"));
        arp.push(Steps::new().jump(sender, ""));
    }
    arp.push(pass());
    program.chain(court.chain("arp"), arp);

    let mut rarp = vec![Steps::new().jump(fate.name(REVERSE_FORM), "")];
    if mac {
        rarp.push(foreign(
            SENDER_MAC,
            Reason::Rarp,
            "4.4 sender hardware address",
        ));
        rarp.push(foreign(
            TARGET_MAC,
            Reason::Rarp,
            "4.4 target hardware address",
        ));
    }
    rarp.push(pass());
    program.chain(court.chain("rarp"), rarp);
}

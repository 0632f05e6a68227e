//! Section 6, rules 3 to 6: neighbor discovery.
//!
//! nf_tables has no loops; rule 3 leaves at most four options of 8 bytes, so four fixed places hold
//! all there can be.

use vifguard_policy::Guard;
use vifguard_verdict::Reason;

use super::ipv6::{DESTINATION, SOURCE, TYPE};
use super::own::{self, Claim};
use super::steps::{Field, Steps, nh, th};
use super::{Fate, Program, Shape, numbers, shared};
use crate::class::Court;
use crate::names::MACS;

const HOP_LIMIT: Field = nh(7, 1);
const CODE: Field = th(1, 1);
const TARGET: Field = th(8, 16);
/// The low byte of the payload length.
const LENGTH_LOW: Field = nh(5, 1);

const SOLICIT_ROUTER: [u8; 1] = [133];
const SOLICIT: [u8; 1] = [135];
const ADVERTISE: [u8; 1] = [136];

const OPTION: u32 = 8;
const MOST_OPTIONS: u32 = 4;

const FORM: &str = "nd.form";
const UNSPECIFIED: &str = "nd.unspecified";

/// The two kinds of messages, by where their options begin.
struct Kind {
    suffix: &'static str,
    options: u32,
}

const ROUTER: Kind = Kind {
    suffix: "rs",
    options: 8,
};
const NEIGHBOR: Kind = Kind {
    suffix: "ns-na",
    options: 24,
};

impl Kind {
    fn options(&self) -> impl Iterator<Item = u32> + use<> {
        let first = self.options;
        (0..MOST_OPTIONS).map(move |i| first + i * OPTION)
    }

    fn chain(&self, chain: &str) -> String {
        format!("{chain}.{}", self.suffix)
    }
}

/// What does not depend on the port: rule 3, and who may speak from `::`.
pub(crate) fn shared(program: &mut Program, fate: Fate) {
    let (form, unspecified) = (fate.name(FORM), fate.name(UNSPECIFIED));
    let refuse = |steps: Steps, comment| steps.refuse(fate, Reason::NdMalformed, comment);
    let last_fixed = th(23, 1);
    program.chain(
        form.clone(),
        vec![
            refuse(Steps::new().fragmented(true), "6.3 fragment"),
            refuse(Steps::new().ne(HOP_LIMIT, &[255]), "6.3 hop limit"),
            refuse(Steps::new().ne(CODE, &[0]), "6.3 code"),
            // The packet fills its frame and all headers are multiples of 8: so must the rest be.
            refuse(
                Steps::new().ne_masked(LENGTH_LOW, &[7], &[0]),
                "6.3 half an option",
            ),
            Steps::new()
                .eq(TYPE, &SOLICIT_ROUTER)
                .goto(ROUTER.chain(&form), ""),
            Steps::new()
                .reaches(last_fixed)
                .goto(NEIGHBOR.chain(&form), ""),
            refuse(Steps::new(), "6.3 fixed part"),
        ],
    );
    program.chain(
        unspecified.clone(),
        vec![
            Steps::new()
                .eq(TYPE, &SOLICIT_ROUTER)
                .goto(ROUTER.chain(&unspecified), ""),
            Steps::new()
                .eq(TYPE, &SOLICIT)
                .eq(
                    DESTINATION.first(13),
                    &[0xff, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0xff],
                )
                .goto(NEIGHBOR.chain(&unspecified), ""),
            Steps::new().refuse(fate, Reason::Ipv6, "6.4a to a solicited-node group"),
        ],
    );
    for kind in [ROUTER, NEIGHBOR] {
        let mut places: Vec<_> = kind
            .options()
            .map(|at| {
                refuse(
                    Steps::new().ne(th(at + 1, 1), &[1]),
                    "6.3 option of 8 bytes",
                )
            })
            .collect();
        let fifth = th(kind.options + MOST_OPTIONS * OPTION, 1);
        places.push(refuse(
            Steps::new().reaches(fifth),
            "6.3 at most four options",
        ));
        program.chain(kind.chain(&form), places);
        let no_source = kind
            .options()
            .map(|at| Steps::new().eq(th(at, 1), &[1]))
            .map(|steps| steps.refuse(fate, Reason::Ipv6, "6.4 source option from ::"));
        let no_source = no_source.collect();
        program.chain(kind.chain(&unspecified), no_source);
    }
}

pub(crate) fn chains(program: &mut Program, court: Court, shape: &Shape) {
    let class = court.class;
    let guarded = class.any(&[Guard::Ipv6, Guard::Nd, Guard::Mac]);
    let mut rules = vec![Steps::new().jump(court.fate().name(shared::FILLED), "")];
    if guarded {
        rules.push(Steps::new().jump(court.fate().name(FORM), ""));
    }
    if class.has(Guard::Ipv6) {
        let unspecified = [0; 16];
        rules.push(
            Steps::new()
                .eq(SOURCE, &unspecified)
                .jump(court.fate().name(UNSPECIFIED), ""),
        );
        let source = court.chain("ip6.source");
        rules.push(Steps::new().ne(SOURCE, &unspecified).jump(source, ""));
    }
    if class.has(Guard::Mac) {
        for (kind, steps) in [
            (ROUTER, Steps::new().eq(TYPE, &SOLICIT_ROUTER)),
            (NEIGHBOR, Steps::new().ne(TYPE, &SOLICIT_ROUTER)),
        ] {
            let chain = kind.chain(&court.chain("nd.options"));
            program.chain(chain.clone(), link_layer(&kind, court));
            rules.push(steps.jump(chain, ""));
        }
    }
    if class.has(Guard::Nd) {
        addresses(program, court, shape);
        rules.push(Steps::new().jump(court.chain("nd.addresses"), ""));
    }
    rules.push(Steps::new().goto(court.chain("pass"), ""));
    program.chain(court.chain("nd"), rules);
}

/// Rule 5.
fn link_layer(kind: &Kind, court: Court) -> Vec<vifguard_netlink::nft::Rule> {
    let option = |at| {
        Steps::new()
            .among(th(at, 1), numbers::LINK_LAYER_OPTIONS)
            .disowns(court, th(at + 2, 6), MACS)
            .refuse(court.fate(), Reason::NdMac, "6.5 link-layer option")
    };
    kind.options().map(option).collect()
}

/// Rule 6.
fn addresses(program: &mut Program, court: Court, shape: &Shape) {
    let (source, target) = (court.chain("nd.source"), court.chain("nd.target"));
    let claims = [
        (&source, SOURCE, Reason::NdSource, "6.6 source"),
        (&target, TARGET, Reason::NdTarget, "6.6 target"),
    ];
    for (chain, field, reason, comment) in claims {
        own::v6(
            program,
            chain.clone(),
            court,
            shape,
            Claim {
                field,
                reason,
                comment,
            },
        );
    }
    program.chain(
        court.chain("nd.addresses"),
        vec![
            Steps::new().eq(TYPE, &ADVERTISE).jump(source.clone(), ""),
            Steps::new()
                .ne(TYPE, &ADVERTISE)
                .ne(SOURCE, &[0; 16])
                .jump(source, ""),
            Steps::new().eq(TYPE, &ADVERTISE).jump(target.clone(), ""),
            Steps::new()
                .eq(TYPE, &SOLICIT)
                .eq(SOURCE, &[0; 16])
                .jump(target, ""),
        ],
    );
}

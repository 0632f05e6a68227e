use super::claims::{self, Claim, Owner, Slot};
use super::sweep;
use super::{Draft, Entry, Written};
use crate::note::Note;
use crate::source::Place;

/// Marks as shared what two hold: whoever is asked now lets both have it, and a policy wants that said.
pub(super) fn settle(draft: &mut Draft) {
    let claims = claims::all(draft);
    let partners = sweep::meet(&claims);
    for (claim, partner) in claims.iter().zip(partners) {
        if let Some(partner) = partner {
            mark(draft, claim, &claims[partner]);
        }
    }
}

/// Says `shared`, and once for each entry with whom.
fn mark(draft: &mut Draft, claim: &Claim, partner: &Claim) {
    let (other, text) = (owner_name(draft, partner.owner), value(draft, partner));
    let whole = (claim.start, claim.end) == (partner.start, partner.end);
    let mine = value(draft, claim);
    let (place, newly) = share(draft, claim);
    let was = if whole && !claim.derived && !partner.derived {
        format!("{mine} is held by {other} too")
    } else {
        format!("{mine} and {text} of {other} overlap")
    };
    let note = Note::same(&place, was, "shared: true in both places");
    let note = match (claim.owner, partner.owner, claim.slot) {
        (Owner::Port(_), Owner::Network(_), _) => note.decide(format!(
            "this port may claim {text}, which is reserved for somebody else, as before; take it away \
             from the port if that is not meant"
        )),
        (Owner::Port(_), Owner::Port(_), Slot::Mac(0)) if whole && !claim.derived => note.decide(
            "a switch knows a MAC on one port only; unless just one of the two runs at a time, \
             correct the source",
        ),
        _ => note,
    };
    // What a network reserves is shared because a port says so. A MAC can be met twice, by itself and by
    // its link-local.
    if let Owner::Port(index) = claim.owner
        && (newly || note.decide.is_some())
    {
        draft.ports[index].notes.push(note);
    }
}

fn owner_name(draft: &Draft, owner: Owner) -> String {
    match owner {
        Owner::Network(index) => format!("network {}", draft.networks[index].name),
        Owner::Port(index) => format!("port {}", draft.ports[index].name),
    }
}

fn value(draft: &Draft, claim: &Claim) -> String {
    let (addresses, macs) = match claim.owner {
        Owner::Network(index) => {
            let network = &draft.networks[index];
            (&network.addresses, &network.macs)
        }
        Owner::Port(index) => {
            let port = &draft.ports[index];
            (&port.addresses, &port.macs)
        }
    };
    match claim.slot {
        Slot::Address(index) => addresses[index].value.written(),
        Slot::Mac(index) if claim.derived => {
            format!("the link-local of {}", macs[index].value)
        }
        Slot::Mac(index) => macs[index].value.written(),
    }
}

/// Where it stands, and whether it was not shared before.
fn share(draft: &mut Draft, claim: &Claim) -> (Place, bool) {
    let (addresses, macs) = match claim.owner {
        Owner::Network(index) => {
            let network = &mut draft.networks[index];
            (&mut network.addresses, &mut network.macs)
        }
        Owner::Port(index) => {
            let port = &mut draft.ports[index];
            (&mut port.addresses, &mut port.macs)
        }
    };
    match claim.slot {
        Slot::Address(index) => newly_shared(&mut addresses[index]),
        Slot::Mac(index) => newly_shared(&mut macs[index]),
    }
}

fn newly_shared<T>(entry: &mut Entry<T>) -> (Place, bool) {
    let newly = !std::mem::replace(&mut entry.shared, true);
    (entry.place.clone(), newly)
}

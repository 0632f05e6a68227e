use super::claims::{Claim, Owner};

/// For each claim one of another owner that overlaps it, if there is one; what a network reserves comes
/// before what a port holds.
///
/// Prefixes nest or are disjoint, so that one pass meets each claim with all around it on a stack, and
/// once more with all inside it when it leaves the stack.
pub(super) fn meet(claims: &[Claim]) -> Vec<Option<usize>> {
    let mut partners = vec![None; claims.len()];
    let mut levels: Vec<Level> = Vec::new();
    for (index, claim) in claims.iter().enumerate() {
        while let Some(level) = levels.pop_if(|level| !level.contains(claims, claim)) {
            close(level, levels.last_mut(), claims, &mut partners);
        }
        partners[index] = levels
            .last()
            .and_then(|level| level.around.other_than(claim));
        match levels.last_mut() {
            Some(level) if level.is_range_of(claims, claim) => level.add(index, claim),
            _ => levels.push(Level::new(index, claim, levels.last())),
        }
    }
    while let Some(level) = levels.pop() {
        close(level, levels.last_mut(), claims, &mut partners);
    }
    let index = |partner: Option<Partner>| partner.map(|partner| partner.index);
    partners.into_iter().map(index).collect()
}

/// The other side of an overlap.
#[derive(Clone, Copy)]
struct Partner {
    index: usize,
    reserves: bool,
}

/// The claims of one range.
struct Level {
    first: usize,
    members: Vec<usize>,
    /// Those of this range and of all around it.
    around: Seen,
    /// Those of this range and of all inside it.
    inside: Seen,
}

impl Level {
    fn new(index: usize, claim: &Claim, outer: Option<&Level>) -> Level {
        let mut level = Level {
            first: index,
            members: Vec::new(),
            around: outer.map_or(Seen::default(), |outer| outer.around),
            inside: Seen::default(),
        };
        level.add(index, claim);
        level
    }

    fn add(&mut self, index: usize, claim: &Claim) {
        self.members.push(index);
        self.around.add(index, claim);
        self.inside.add(index, claim);
    }

    fn contains(&self, claims: &[Claim], claim: &Claim) -> bool {
        let first = &claims[self.first];
        first.space == claim.space && claim.start <= first.end
    }

    fn is_range_of(&self, claims: &[Claim], claim: &Claim) -> bool {
        let first = &claims[self.first];
        (first.start, first.end) == (claim.start, claim.end)
    }
}

/// A range that is complete: its claims meet what lies inside, and what is around learns of it.
fn close(
    level: Level,
    outer: Option<&mut Level>,
    claims: &[Claim],
    partners: &mut [Option<Partner>],
) {
    for index in &level.members {
        let partner = &mut partners[*index];
        if !partner.is_some_and(|partner| partner.reserves) {
            *partner = level.inside.other_than(&claims[*index]).or(*partner);
        }
    }
    if let Some(outer) = outer {
        outer.inside.merge(&level.inside);
    }
}

/// Enough of the claims seen to find one that is not of a given owner.
#[derive(Clone, Copy, Default)]
struct Seen {
    listed: Kept,
    /// Two derived link-locals are no matter: their MACs meet.
    derived: Kept,
}

/// Of each kind the first claim of the network (a space has but one), and those of two ports.
#[derive(Clone, Copy, Default)]
struct Kept {
    network: Option<(Owner, usize)>,
    ports: [Option<(Owner, usize)>; 2],
}

impl Seen {
    fn add(&mut self, index: usize, claim: &Claim) {
        let kept = if claim.derived {
            &mut self.derived
        } else {
            &mut self.listed
        };
        kept.remember((claim.owner, index));
    }

    fn merge(&mut self, other: &Seen) {
        self.listed.merge(&other.listed);
        self.derived.merge(&other.derived);
    }

    fn other_than(&self, claim: &Claim) -> Option<Partner> {
        let derived = if claim.derived {
            Kept::default()
        } else {
            self.derived
        };
        let networks = self.listed.network.into_iter().chain(derived.network);
        let ports = self.listed.ports.into_iter().chain(derived.ports).flatten();
        let mut all = networks.chain(ports);
        let (owner, index) = all.find(|(owner, _)| *owner != claim.owner)?;
        Some(Partner {
            index,
            reserves: matches!(owner, Owner::Network(_)),
        })
    }
}

impl Kept {
    fn remember(&mut self, seen: (Owner, usize)) {
        if let Owner::Network(_) = seen.0 {
            self.network.get_or_insert(seen);
            return;
        }
        match &mut self.ports {
            [first @ None, _] => *first = Some(seen),
            [Some((first, _)), second @ None] if *first != seen.0 => *second = Some(seen),
            _ => {}
        }
    }

    fn merge(&mut self, other: &Kept) {
        let seen = other.network.into_iter();
        for seen in seen.chain(other.ports.into_iter().flatten()) {
            self.remember(seen);
        }
    }
}

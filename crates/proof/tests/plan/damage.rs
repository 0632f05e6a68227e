use vifguard_netlink::nft::{CmpOp, Expr, Reg, Verdict};
use vifguard_nft::held::Held;
use vifguard_nft::names::WAYS;

use crate::mutator::Mutator;

/// Changes one thing of what a kernel holds; says what.
pub(crate) fn damage(held: &mut Held, at: &mut Mutator) -> String {
    match at.one_of(4) {
        0 => element(held, at),
        1 => order(held, at),
        _ => rule(held, at),
    }
}

fn element(held: &mut Held, at: &mut Mutator) -> String {
    let contents = held.contents.iter_mut().flatten();
    let sets = held.fixed.iter_mut().chain(contents);
    let mut sets: Vec<_> = sets
        .filter(|(name, elements)| !elements.is_empty() && !WAYS.contains(&name.as_str()))
        .collect();
    let count = sets.len();
    let (name, elements) = &mut sets[at.one_of(count)];
    let place = at.one_of(elements.len());
    if at.one_of(2) == 0 {
        let gone = elements.remove(place);
        return format!("{name} without {:02x?}", gone.key);
    }
    let key = &mut elements[place].key;
    let byte = at.one_of(key.len());
    key[byte] ^= 1 << at.one_of(8);
    format!("{name} with {key:02x?}")
}

/// The name of a chain that judges the port, and its rules.
fn chain<'h>(
    held: &'h mut Held,
    at: &mut Mutator,
) -> (&'h String, &'h mut Vec<vifguard_netlink::nft::Rule>) {
    let chains = held.chains.iter_mut();
    let mut chains: Vec<_> = chains
        .filter(|(name, body)| !name.contains(".b") && !body.rules.is_empty())
        .collect();
    let (name, body) = chains.swap_remove(at.one_of(chains.len()));
    (name, &mut body.rules)
}

fn order(held: &mut Held, at: &mut Mutator) -> String {
    let (name, rules) = chain(held, at);
    let place = at.one_of(rules.len());
    let moved = rules.remove(place);
    if at.one_of(2) == 0 {
        return format!("{name} without rule {place}: {moved}");
    }
    let to = at.one_of(rules.len() + 1);
    let text = format!("{name}, rule {place} moved to {to}: {moved}");
    rules.insert(to, moved);
    text
}

fn rule(held: &mut Held, at: &mut Mutator) -> String {
    let sets: Vec<String> = held.sets.keys().cloned().collect();
    let chains: Vec<String> = held.chains.keys().cloned().collect();
    let (name, rules) = chain(held, at);
    let place = at.one_of(rules.len());
    let exprs = &mut rules[place].exprs;
    let step = at.one_of(exprs.len());
    let bit = |bytes: &mut Vec<u8>, at: &mut Mutator| {
        let byte = at.one_of(bytes.len());
        bytes[byte] ^= 1 << at.one_of(8);
    };
    match &mut exprs[step] {
        Expr::Cmp { data, op, .. } => match at.one_of(3) {
            0 => {
                *op = [CmpOp::Eq, CmpOp::Ne, CmpOp::Lt, CmpOp::Ge][at.one_of(4)];
            }
            _ => bit(data, at),
        },
        Expr::Bits { mask, .. } => bit(mask, at),
        Expr::Load { data, .. } => bit(data, at),
        Expr::Payload { offset, .. } => *offset = u32::try_from(at.one_of(48)).unwrap(),
        Expr::Lookup {
            inverted, set, to, ..
        } => {
            if to.is_none() && at.one_of(2) == 0 {
                *inverted = !*inverted;
            } else {
                set.clone_from(&sets[at.one_of(sets.len())]);
            }
        }
        Expr::Verdict(verdict) => {
            *verdict = match at.one_of(4) {
                0 => Verdict::Accept,
                1 => Verdict::Drop,
                2 => Verdict::Return,
                _ => Verdict::Goto(chains[at.one_of(chains.len())].clone()),
            };
        }
        Expr::Meta(_, to) => *to = Reg((to.0 + 4) % 16),
        Expr::Exthdr { .. }
        | Expr::ExthdrExists { .. }
        | Expr::HostToNet { .. }
        | Expr::VerdictMap { .. }
        | Expr::Count { .. }
        | Expr::CountBy { .. }
        | Expr::Store { .. }
        | Expr::SetMeta(..)
        | Expr::Foreign(_) => {
            exprs.remove(step);
        }
    }
    format!("{name}, rule {place} changed to: {}", rules[place])
}

//! Rules: one expression after the other, until one does not go on.

use vifguard_netlink::nft::{Base, CmpOp, Expr, MetaKey, Reg, Rule, Verdict};
use vifguard_nft::names::REFUSED;
use vifguard_nft::program::{AUDITED, witness};
use vifguard_verdict::Reason;

use super::ask::Ask;
use super::byte::{Byte, Key, Origin};
use super::header::{has_extension, protocol};
use super::lookup::Found;
use super::machine::{Machine, State, Station, Test};
use crate::frame::{BitOf, Carries, EXTENSIONS, Sight};
use crate::logic::Logic;
use crate::outcome::Count;
use crate::word::{Words, bits_of};

/// Bytes of all registers.
const FILE: usize = 64;
const REGISTER: usize = 4;

/// What a rule does with all frames.
pub(super) struct Effect<L: Logic> {
    pub(super) counts: Vec<(Count, L::Bit)>,
    /// Where frames go that it matches; no frame twice.
    pub(super) ends: Vec<(Verdict, L::Bit)>,
    /// Why it cannot be read, and for which frames that matters.
    pub(super) unread: Option<(String, L::Bit)>,
}

/// A rule on its way.
struct Going<L: Logic> {
    registers: Vec<Option<Byte<L>>>,
    /// Frames that have come so far.
    go: L::Bit,
    effect: Effect<L>,
}

/// Why a rule cannot be read.
type Unread = String;

impl<L: Logic> Going<L> {
    fn load(&mut self, to: Reg, bytes: Vec<Byte<L>>, logic: &L) -> Result<(), Unread> {
        let first = usize::from(to.0) * REGISTER;
        let mut bytes = bytes;
        while !bytes.len().is_multiple_of(REGISTER) {
            bytes.push(Byte::known(logic, 0));
        }
        for (i, byte) in bytes.into_iter().enumerate() {
            let place = self.registers.get_mut(first + i);
            *place.ok_or("it loads past the last register")? = Some(byte);
        }
        Ok(())
    }

    /// What is there now is not known.
    fn forget(&mut self, to: Reg) {
        let first = usize::from(to.0) * REGISTER;
        let register = self.registers.iter_mut().skip(first).take(REGISTER);
        register.for_each(|byte| *byte = None);
    }

    fn bytes(&self, from: Reg, len: usize) -> Result<Vec<Byte<L>>, Unread> {
        let first = usize::from(from.0) * REGISTER;
        let bytes = (first..first + len).map(|at| self.registers.get(at).cloned().flatten());
        let bytes: Option<Vec<_>> = bytes.collect();
        bytes.ok_or_else(|| format!("register {from} is used and was not loaded"))
    }
}

/// Does the second write what the first has just loaded from there?
fn is_put_back(load: &Expr, store: &Expr) -> bool {
    match (load, store) {
        (
            Expr::Payload {
                base,
                offset,
                len,
                to,
            },
            Expr::Store {
                from,
                base: into,
                offset: at,
                len: count,
            },
        ) => (to, base, offset, len) == (from, into, at, count),
        _ => false,
    }
}

/// Whoever writes the byte gets all before it, and itself, into one piece.
fn reaches_next_header(store: &Expr) -> bool {
    const NEXT_HEADER: u32 = 6;
    matches!(
        store,
        Expr::Store { base: Base::Network, offset, len, .. } if offset + len > NEXT_HEADER
    )
}

impl<S: Sight, A: Ask<S::Logic>> Machine<'_, S, A> {
    pub(super) fn effect(&self, rule: &Rule) -> Effect<S::Logic> {
        let logic = self.logic();
        let mut going = Going {
            registers: vec![None; FILE],
            go: logic.constant(true),
            effect: Effect {
                counts: Vec::new(),
                ends: Vec::new(),
                unread: None,
            },
        };
        let mut read = 0;
        for (i, expr) in rule.exprs.iter().enumerate() {
            if logic.is_never(&going.go) {
                break;
            }
            if i < read {
                continue;
            }
            if let Some(count) = self.witness(&mut going, &rule.exprs[i..]) {
                read = i + count;
                continue;
            }
            // The frame stays as it is; only where the kernel keeps it may change.
            if i > 0 && is_put_back(&rule.exprs[i - 1], expr) {
                if reaches_next_header(expr) {
                    let count = (Count::Flattened, going.go.clone());
                    going.effect.counts.push(count);
                }
                continue;
            }
            if let Err(what) = self.step(&mut going, expr) {
                going.effect.unread = Some((what, going.go));
                break;
            }
        }
        going.effect
    }

    /// What the steps of a rule do with the witness, and how many they are; none if they do nothing.
    ///
    /// A frame's mark is followed no further than that: whoever reads or writes it otherwise, or has it
    /// read after it was written, makes a rule that cannot be read.
    fn witness(&self, going: &mut Going<S::Logic>, exprs: &[Expr]) -> Option<usize> {
        let (set, had, take) = (witness::set(), witness::had(), witness::take());
        let pass = [Expr::Verdict(Verdict::Accept)];
        let never = || self.logic().constant(false);
        match self.station {
            Station::Ingress(_) if exprs.starts_with(&set) => {
                let count = (Count::Witnessed, going.go.clone());
                going.effect.counts.push(count);
                Some(set.len())
            }
            Station::Ingress(state) if exprs.starts_with(&had) => {
                let asked = (Count::Asked, going.go.clone());
                going.effect.counts.push(asked);
                if !state.had {
                    going.go = never();
                }
                if !exprs.starts_with(&take) {
                    return Some(had.len());
                }
                let count = (Count::Unwitnessed, going.go.clone());
                going.effect.counts.push(count);
                Some(take.len())
            }
            Station::Gate { had } if exprs.strip_prefix(take.as_slice()) == Some(&pass) => {
                if !had {
                    going.go = never();
                }
                Some(take.len())
            }
            Station::Ingress(_) | Station::Gate { .. } => None,
        }
    }

    /// Where the IPv6 header may lie in pieces, the kernel says whether its lengths are right, and may look
    /// for the upper layer by a next header that the frame does not have.
    fn guesses(&self) -> Option<State> {
        let is_ipv6 = matches!(self.sight.case().carries, Carries::Ipv6(_));
        match self.station {
            Station::Ingress(state) if is_ipv6 && !state.flat => Some(state),
            Station::Ingress(_) | Station::Gate { .. } => None,
        }
    }

    fn step(&self, going: &mut Going<S::Logic>, expr: &Expr) -> Result<(), Unread> {
        let logic = self.logic();
        let by_upper = matches!(
            expr,
            Expr::Payload {
                base: Base::Transport,
                ..
            } | Expr::Exthdr { .. }
                | Expr::ExthdrExists { .. }
        );
        if by_upper && self.guesses().is_some() {
            // Where lengths or the version are wrong, the kernel does not look for it.
            if matches!(expr, Expr::Payload { .. }) {
                going.go = logic.and(&going.go, &self.upper.readable);
            }
            return Err("the IPv6 header may lie in pieces".to_owned());
        }
        match expr {
            Expr::Meta(key, to) => self.meta(going, *key, *to),
            Expr::Payload {
                base,
                offset,
                len,
                to,
            } => {
                let bytes = self.payload(&mut going.go, *base, *offset, *len);
                going.load(*to, bytes, logic)
            }
            Expr::Store { .. } => Err("it writes into the frame".to_owned()),
            Expr::SetMeta(key, _) => Err(format!("it changes the frame's {key}")),
            Expr::Exthdr { header, .. } => {
                let there = self.extension(*header)?;
                going.go = logic.and(&going.go, &there);
                if logic.is_never(&going.go) {
                    return Ok(());
                }
                Err("it reads a header behind an IPv6 authentication header".to_owned())
            }
            Expr::ExthdrExists { header, to } => {
                let there = self.extension(*header)?;
                let mut bits = logic.octet(0);
                bits[7] = there;
                going.load(*to, vec![Byte::of(bits)], logic)
            }
            Expr::Bits { xor, .. } if xor.iter().any(|byte| *byte != 0) => {
                Err("it turns bits over".to_owned())
            }
            Expr::Bits { from, to, mask, .. } => {
                let bytes = going.bytes(*from, mask.len())?;
                let bytes = bytes
                    .iter()
                    .zip(mask)
                    .map(|(byte, mask)| self.masked(byte, *mask));
                going.load(*to, bytes.collect(), logic)
            }
            Expr::HostToNet { from, to } => {
                let mut bytes = going.bytes(*from, REGISTER)?;
                if cfg!(target_endian = "little") {
                    bytes.reverse();
                }
                going.load(*to, bytes, logic)
            }
            Expr::Cmp { reg, op, data } => {
                let bytes = going.bytes(*reg, data.len())?;
                going.go = logic.and(&going.go, &self.compared(&bytes, *op, data));
                Ok(())
            }
            Expr::Lookup {
                set,
                key,
                inverted,
                to,
            } => {
                let bytes = going.bytes(*key, self.key_len(set)?)?;
                let found = self.look_up(set, &bytes)?;
                self.found(going, found, *inverted, *to)
            }
            Expr::VerdictMap { set, key } => {
                let bytes = going.bytes(*key, self.key_len(set)?)?;
                let go = going.go.clone();
                for (verdict, which) in self.look_up(set, &bytes)?.verdicts()? {
                    going.effect.ends.push((verdict, logic.and(&go, &which)));
                }
                going.go = logic.constant(false);
                Ok(())
            }
            Expr::Load { to, data } => {
                let bytes = data.iter().map(|byte| Byte::known(logic, *byte));
                going.load(*to, bytes.collect(), logic)
            }
            Expr::Count { set, key } => self.count_refused(going, set, *key),
            Expr::CountBy { set, key } => {
                let bytes = going.bytes(*key, self.key_len(set)?)?;
                let found = self.look_up(set, &bytes)?.hit;
                going.go = logic.and(&going.go, &found);
                Ok(())
            }
            Expr::Verdict(verdict) => {
                going.effect.ends.push((verdict.clone(), going.go.clone()));
                going.go = logic.constant(false);
                Ok(())
            }
            // It counts, and goes on.
            Expr::Foreign(name) if name == "counter" => Ok(()),
            Expr::Foreign(name) => Err(format!("it has an expression {name:?}")),
        }
    }

    fn meta(&self, going: &mut Going<S::Logic>, key: MetaKey, to: Reg) -> Result<(), Unread> {
        let logic = self.logic();
        let own = |origin: fn(u8) -> Origin, bytes: &[u8]| -> Vec<Byte<S::Logic>> {
            let numbered = (0u8..).zip(bytes);
            numbered
                .map(|(i, byte)| Byte {
                    from: Some(origin(i)),
                    ..Byte::known(logic, *byte)
                })
                .collect()
        };
        let bytes = match key {
            MetaKey::Length => {
                let mut bits = vec![logic.constant(false); 32 - self.sight.length().len()];
                bits.extend(self.sight.length());
                let bytes = bits
                    .chunks_exact(8)
                    .map(|bits| Byte::of(std::array::from_fn(|i| bits[i].clone())));
                let mut bytes: Vec<_> = bytes.collect();
                if cfg!(target_endian = "little") {
                    bytes.reverse();
                }
                bytes
            }
            // Only the witness is read and written, and only as the driver does.
            MetaKey::Mark => return Err("it reads the frame's mark".to_owned()),
            MetaKey::Protocol => protocol(self.sight).map(Byte::of).to_vec(),
            MetaKey::Iif => own(Origin::Index, &self.interface.index.to_ne_bytes()),
            MetaKey::IifName => own(Origin::Name, &self.interface.name),
            // What a guest sends has no route yet.
            MetaKey::RouteClass => {
                going.go = logic.constant(false);
                return Ok(());
            }
            MetaKey::L4Proto => {
                going.go = logic.and(&going.go, &self.upper.there);
                if let Some(state) = self.guesses() {
                    if state.lost {
                        going.go = logic.constant(false);
                    }
                    going.forget(to);
                    return Ok(());
                }
                vec![Byte::of(self.upper.protocol.clone())]
            }
        };
        going.load(to, bytes, logic)
    }

    /// `nft_payload_eval`: a frame that ends before the last byte goes no further.
    fn payload(&self, go: &mut BitOf<S>, base: Base, offset: u32, len: u32) -> Vec<Byte<S::Logic>> {
        let (logic, sight) = (self.logic(), self.sight);
        let header = sight.case().header();
        let (offset, len) = (offset as usize, len as usize);
        let first = match base {
            Base::Link => offset,
            Base::Network => header + offset,
            Base::Transport => {
                let reaches = sight.upper_reaches(offset + len);
                *go = logic.all(&[go.clone(), self.upper.readable.clone(), reaches]);
                if logic.is_never(go) {
                    return Vec::new();
                }
                let bytes = offset..offset + len;
                return bytes.map(|at| Byte::of(sight.upper(at))).collect();
            }
        };
        let behind = (first + len).saturating_sub(header);
        *go = logic.and(go, &sight.carries(behind));
        if logic.is_never(go) {
            return Vec::new();
        }
        let bytes = first..first + len;
        bytes.map(|at| Byte::of(sight.octet(at))).collect()
    }

    fn extension(&self, header: u8) -> Result<BitOf<S>, Unread> {
        if !EXTENSIONS.contains(&header) {
            return Err(format!("it looks for the IPv6 header {header}"));
        }
        Ok(has_extension(self.sight, header))
    }

    fn masked(&self, byte: &Byte<S::Logic>, mask: u8) -> Byte<S::Logic> {
        let logic = self.logic();
        match mask {
            0xff => byte.clone(),
            0 => Byte::known(logic, 0),
            _ => {
                // What becomes of part of a byte is not followed any further.
                self.notes.borrow_mut().opaque |= byte.from.is_some();
                let mask = logic.octet(mask);
                Byte::of(std::array::from_fn(|i| logic.and(&byte.bits[i], &mask[i])))
            }
        }
    }

    /// `nft_cmp_eval`: bytes compare as they stand, whatever number they make.
    fn compared(&self, bytes: &[Byte<S::Logic>], op: CmpOp, data: &[u8]) -> BitOf<S> {
        let logic = self.logic();
        let bits: Vec<_> = bytes.iter().flat_map(|byte| byte.bits.clone()).collect();
        let order = logic.compare(&bits, bits_of(data));
        let held = match op {
            CmpOp::Eq => order.equal,
            CmpOp::Ne => logic.not(&order.equal),
            CmpOp::Lt => order.less,
            CmpOp::Le => logic.or(&order.less, &order.equal),
            CmpOp::Gt => logic.not(&logic.or(&order.less, &order.equal)),
            CmpOp::Ge => logic.not(&order.less),
        };
        if bytes.iter().any(|byte| byte.from.is_some()) {
            let mut notes = self.notes.borrow_mut();
            match (Key::of(logic, bytes), logic.known(&held)) {
                (Some(key), Some(held)) => notes.note(Test::Compared {
                    key,
                    op,
                    with: data.to_vec(),
                    held,
                }),
                _ => notes.opaque = true,
            }
        }
        held
    }

    fn found(
        &self,
        going: &mut Going<S::Logic>,
        found: Found<'_, S::Logic>,
        inverted: bool,
        to: Option<Reg>,
    ) -> Result<(), Unread> {
        let logic = self.logic();
        let hit = if inverted {
            logic.not(&found.hit)
        } else {
            found.hit.clone()
        };
        going.go = logic.and(&going.go, &hit);
        match to {
            Some(to) if !logic.is_never(&going.go) => {
                let data = found.data(logic)?;
                going.load(to, data, logic)
            }
            _ => Ok(()),
        }
    }

    /// A dynamic set takes the key in, and goes on. (It has room: a frame that finds it full is dealt with
    /// by the next rule, uncounted.)
    fn count_refused(
        &self,
        going: &mut Going<S::Logic>,
        set: &str,
        key: Reg,
    ) -> Result<(), Unread> {
        let bytes = going.bytes(key, self.key_len(set)?)?;
        if set != REFUSED {
            return Ok(());
        }
        let known: Option<Vec<u8>> = bytes.iter().map(|byte| byte.value(self.logic())).collect();
        let code = known
            .as_deref()
            .and_then(|key| key.strip_prefix(self.interface.name.as_slice()))
            .and_then(|code| code.try_into().ok())
            .map(u32::from_ne_bytes);
        let name = (0u8..).zip(bytes.iter().take(self.interface.name.len()));
        let is_own = name.map(|(i, byte)| byte.from == Some(Origin::Name(i)));
        // Whose counter a constant means depends on who asks.
        self.notes.borrow_mut().opaque |= is_own.into_iter().any(|own| !own);
        let count = code.map_or(Count::Elsewhere, count_of);
        going.effect.counts.push((count, going.go.clone()));
        Ok(())
    }
}

fn count_of(code: u32) -> Count {
    match Reason::from_code(code & !AUDITED) {
        Some(reason) if code & AUDITED != 0 => Count::Audited(reason),
        Some(reason) => Count::Refused(reason),
        None => Count::Elsewhere,
    }
}

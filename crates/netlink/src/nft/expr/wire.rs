//! Expressions as the kernel's attributes (nf_tables.h).

use super::{Base, CmpOp, Expr, MetaKey, Reg, Verdict};
use crate::attr::Attrs;
use crate::message::Messages;
use crate::nft::numbers::expr as number;

impl Reg {
    fn number(self) -> u32 {
        8 + u32::from(self.0)
    }

    /// The kernel calls every fourth register by its old, 128 bits wide name.
    fn from_number(number: u32) -> Option<Reg> {
        match number {
            1..=4 => u8::try_from((number - 1) * 4).ok().map(Reg),
            8..=23 => u8::try_from(number - 8).ok().map(Reg),
            _ => None,
        }
    }
}

impl Verdict {
    pub(crate) fn write(&self, to: &mut Messages) {
        let (code, chain) = match self {
            Verdict::Accept => (1, None),
            Verdict::Drop => (0, None),
            Verdict::Jump(chain) => (-3i32, Some(chain)),
            Verdict::Goto(chain) => (-4, Some(chain)),
            Verdict::Return => (-5, None),
        };
        let verdict = to.nest(number::VERDICT);
        to.attr(number::VERDICT_CODE, &code.to_be_bytes());
        if let Some(chain) = chain {
            to.attr_str(number::VERDICT_CHAIN, chain);
        }
        to.close(verdict);
    }

    pub(crate) fn read(attrs: Attrs<'_>) -> Option<Verdict> {
        let chain = || attrs.text(number::VERDICT_CHAIN);
        match attrs.u32(number::VERDICT_CODE)?.cast_signed() {
            0 => Some(Verdict::Drop),
            1 => Some(Verdict::Accept),
            -3 => chain().map(Verdict::Jump),
            -4 => chain().map(Verdict::Goto),
            -5 => Some(Verdict::Return),
            _ => None,
        }
    }
}

fn data(to: &mut Messages, kind: u16, bytes: &[u8]) {
    let nest = to.nest(kind);
    to.attr(number::VALUE, bytes);
    to.close(nest);
}

impl Expr {
    /// Writes the expression as one list element.
    pub(crate) fn write(&self, to: &mut Messages) {
        let element = to.nest(number::LIST_ELEM);
        to.attr_str(number::NAME, self.kernel_name());
        let body = to.nest(number::DATA);
        self.write_body(to);
        to.close(body);
        to.close(element);
    }

    fn kernel_name(&self) -> &str {
        match self {
            Expr::Meta(..) | Expr::SetMeta(..) => "meta",
            Expr::Payload { .. } | Expr::Store { .. } => "payload",
            Expr::Exthdr { .. } | Expr::ExthdrExists { .. } => "exthdr",
            Expr::Bits { .. } => "bitwise",
            Expr::HostToNet { .. } => "byteorder",
            Expr::Cmp { .. } => "cmp",
            Expr::Lookup { .. } | Expr::VerdictMap { .. } => "lookup",
            Expr::Load { .. } | Expr::Verdict(_) => "immediate",
            Expr::Count { .. } => "dynset",
            Expr::CountBy { .. } => "objref",
            Expr::Foreign(name) => name,
        }
    }

    fn write_body(&self, to: &mut Messages) {
        match self {
            Expr::Meta(key, reg) => {
                to.attr_u32(1, reg.number());
                to.attr_u32(2, *key as u32);
            }
            Expr::SetMeta(key, reg) => {
                to.attr_u32(2, *key as u32);
                to.attr_u32(3, reg.number());
            }
            Expr::Payload {
                base,
                offset,
                len,
                to: reg,
            } => {
                to.attr_u32(1, reg.number());
                to.attr_u32(2, *base as u32);
                to.attr_u32(3, *offset);
                to.attr_u32(4, *len);
            }
            Expr::Store {
                from,
                base,
                offset,
                len,
            } => {
                to.attr_u32(5, from.number());
                to.attr_u32(2, *base as u32);
                to.attr_u32(3, *offset);
                to.attr_u32(4, *len);
            }
            Expr::Exthdr {
                header,
                offset,
                len,
                to: reg,
            } => {
                to.attr_u32(1, reg.number());
                to.attr(2, &[*header]);
                to.attr_u32(3, *offset);
                to.attr_u32(4, *len);
            }
            Expr::ExthdrExists { header, to: reg } => {
                to.attr_u32(1, reg.number());
                to.attr(2, &[*header]);
                to.attr_u32(3, 0);
                to.attr_u32(4, 1);
                to.attr_u32(5, 1);
            }
            Expr::Bits {
                from,
                to: reg,
                mask,
                xor,
            } => {
                to.attr_u32(1, from.number());
                to.attr_u32(2, reg.number());
                to.attr_u32(3, u32::try_from(mask.len()).unwrap_or(0));
                data(to, 4, mask);
                data(to, 5, xor);
            }
            Expr::HostToNet { from, to: reg } => {
                to.attr_u32(1, from.number());
                to.attr_u32(2, reg.number());
                to.attr_u32(3, 1);
                to.attr_u32(4, 4);
                to.attr_u32(5, 4);
            }
            Expr::Cmp {
                reg,
                op,
                data: bytes,
            } => {
                to.attr_u32(1, reg.number());
                to.attr_u32(2, *op as u32);
                data(to, 3, bytes);
            }
            Expr::Lookup {
                set,
                key,
                inverted,
                to: reg,
            } => {
                to.attr_str(1, set);
                to.attr_u32(2, key.number());
                if let Some(reg) = reg {
                    to.attr_u32(3, reg.number());
                }
                if *inverted {
                    to.attr_u32(5, 1);
                }
            }
            Expr::VerdictMap { set, key } => {
                to.attr_str(1, set);
                to.attr_u32(2, key.number());
                to.attr_u32(3, 0);
            }
            Expr::Load {
                to: reg,
                data: bytes,
            } => {
                to.attr_u32(1, reg.number());
                data(to, 2, bytes);
            }
            Expr::Verdict(verdict) => {
                to.attr_u32(1, 0);
                let nest = to.nest(2);
                verdict.write(to);
                to.close(nest);
            }
            Expr::Count { set, key } => {
                to.attr_str(1, set);
                to.attr_u32(3, 1);
                to.attr_u32(4, key.number());
                let counter = to.nest(7);
                write_counter(to);
                to.close(counter);
            }
            Expr::CountBy { set, key } => {
                to.attr_u32(3, key.number());
                to.attr_str(4, set);
            }
            Expr::Foreign(_) => {}
        }
    }

    /// Reads one list element.
    pub(crate) fn read(element: Attrs<'_>) -> Expr {
        let name = element.text(number::NAME).unwrap_or_default();
        read_body(&name, element.nested(number::DATA)).unwrap_or(Expr::Foreign(name))
    }
}

/// The name of the expression that counts.
pub(crate) const COUNTER: &str = "counter";

/// A counter that starts at zero, as the body of an expression.
pub(crate) fn write_counter(to: &mut Messages) {
    to.attr_str(number::NAME, COUNTER);
    let body = to.nest(number::DATA);
    to.close(body);
}

fn read_body(name: &str, body: Attrs<'_>) -> Option<Expr> {
    let reg = |kind| body.u32(kind).and_then(Reg::from_number);
    let value = |kind| body.nested(kind).find(number::VALUE).map(<[u8]>::to_vec);
    match name {
        "meta" if body.u32(3).is_some() => Some(Expr::SetMeta(meta_key(body.u32(2)?)?, reg(3)?)),
        "meta" => Some(Expr::Meta(meta_key(body.u32(2)?)?, reg(1)?)),
        "payload" if body.u32(5).is_some() => {
            let plain = [6, 7, 8]
                .iter()
                .all(|kind| body.u32(*kind).unwrap_or(0) == 0);
            plain.then_some(Expr::Store {
                from: reg(5)?,
                base: base(body.u32(2)?)?,
                offset: body.u32(3)?,
                len: body.u32(4)?,
            })
        }
        "payload" => Some(Expr::Payload {
            base: base(body.u32(2)?)?,
            offset: body.u32(3)?,
            len: body.u32(4)?,
            to: reg(1)?,
        }),
        "exthdr" if body.u32(6).unwrap_or(0) != 0 => None,
        "exthdr" => {
            let header = *body.find(2)?.first()?;
            Some(match body.u32(5) {
                Some(1) => Expr::ExthdrExists {
                    header,
                    to: reg(1)?,
                },
                _ => Expr::Exthdr {
                    header,
                    offset: body.u32(3)?,
                    len: body.u32(4)?,
                    to: reg(1)?,
                },
            })
        }
        "bitwise" => {
            let plain = body.u32(6).unwrap_or(0) == 0;
            plain.then_some(Expr::Bits {
                from: reg(1)?,
                to: reg(2)?,
                mask: value(4)?,
                xor: value(5)?,
            })
        }
        "byteorder" => {
            let known = (body.u32(3)?, body.u32(4)?, body.u32(5)?) == (1, 4, 4);
            known.then_some(Expr::HostToNet {
                from: reg(1)?,
                to: reg(2)?,
            })
        }
        "cmp" => Some(Expr::Cmp {
            reg: reg(1)?,
            op: cmp_op(body.u32(2)?)?,
            data: value(3)?,
        }),
        "lookup" => {
            let (set, key) = (body.text(1)?, reg(2)?);
            let inverted = body.u32(5).unwrap_or(0) & 1 != 0;
            Some(match body.u32(3) {
                Some(0) => Expr::VerdictMap { set, key },
                Some(to) => Expr::Lookup {
                    set,
                    key,
                    inverted,
                    to: Some(Reg::from_number(to)?),
                },
                None => Expr::Lookup {
                    set,
                    key,
                    inverted,
                    to: None,
                },
            })
        }
        "immediate" if body.u32(1)? == 0 => {
            Verdict::read(body.nested(2).nested(number::VERDICT)).map(Expr::Verdict)
        }
        "immediate" => Some(Expr::Load {
            to: reg(1)?,
            data: value(2)?,
        }),
        "dynset" => {
            // Neither "go on only if there was no room" nor a limit, which would end the rule.
            const EXPRESSIONS: u32 = 2;
            let counts = body.nested(7).text(number::NAME).as_deref() == Some(COUNTER);
            let plain = body.u32(9).unwrap_or(0) & !EXPRESSIONS == 0;
            (body.u32(3)? == 1 && counts && plain).then_some(Expr::Count {
                set: body.text(1)?,
                key: reg(4)?,
            })
        }
        "objref" => Some(Expr::CountBy {
            set: body.text(4)?,
            key: reg(3)?,
        }),
        _ => None,
    }
}

fn meta_key(number: u32) -> Option<MetaKey> {
    [
        MetaKey::Length,
        MetaKey::Protocol,
        MetaKey::Mark,
        MetaKey::Iif,
        MetaKey::IifName,
        MetaKey::RouteClass,
        MetaKey::L4Proto,
    ]
    .into_iter()
    .find(|key| *key as u32 == number)
}

fn base(number: u32) -> Option<Base> {
    [Base::Link, Base::Network, Base::Transport]
        .into_iter()
        .find(|base| *base as u32 == number)
}

fn cmp_op(number: u32) -> Option<CmpOp> {
    [
        CmpOp::Eq,
        CmpOp::Ne,
        CmpOp::Lt,
        CmpOp::Le,
        CmpOp::Gt,
        CmpOp::Ge,
    ]
    .into_iter()
    .find(|op| *op as u32 == number)
}

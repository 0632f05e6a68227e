//! Expressions, for people.

use std::fmt;

use super::{Base, CmpOp, Expr, MetaKey, Reg, Verdict};

impl fmt::Debug for Reg {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for Reg {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "r{}", self.0)
    }
}

impl fmt::Display for MetaKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            MetaKey::Length => "length",
            MetaKey::Protocol => "protocol",
            MetaKey::Mark => "mark",
            MetaKey::Iif => "iif",
            MetaKey::IifName => "iifname",
            MetaKey::RouteClass => "rtclassid",
            MetaKey::L4Proto => "l4proto",
        })
    }
}

impl fmt::Display for Base {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Base::Link => "ll",
            Base::Network => "nh",
            Base::Transport => "th",
        })
    }
}

impl fmt::Display for Verdict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Verdict::Accept => f.write_str("accept"),
            Verdict::Drop => f.write_str("drop"),
            Verdict::Return => f.write_str("return"),
            Verdict::Jump(chain) => write!(f, "jump {chain}"),
            Verdict::Goto(chain) => write!(f, "goto {chain}"),
        }
    }
}

impl fmt::Display for Expr {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Expr::Meta(key, to) => write!(f, "{to} = {key}"),
            Expr::SetMeta(key, from) => write!(f, "{key} = {from}"),
            Expr::Payload {
                base,
                offset,
                len,
                to,
            } => {
                write!(f, "{to} = @{base}[{offset}+{len}]")
            }
            Expr::Store {
                from,
                base,
                offset,
                len,
            } => {
                write!(f, "@{base}[{offset}+{len}] = {from}")
            }
            Expr::Exthdr {
                header,
                offset,
                len,
                to,
            } => {
                write!(f, "{to} = exthdr {header}[{offset}+{len}]")
            }
            Expr::ExthdrExists { header, to } => write!(f, "{to} = exists exthdr {header}"),
            Expr::Bits {
                from,
                to,
                mask,
                xor,
            } => {
                write!(f, "{to} = {from} & {}", Hex(mask))?;
                match xor.iter().all(|byte| *byte == 0) {
                    true => Ok(()),
                    false => write!(f, " ^ {}", Hex(xor)),
                }
            }
            Expr::HostToNet { from, to } => write!(f, "{to} = hton {from}"),
            Expr::Cmp { reg, op, data } => {
                let op = match op {
                    CmpOp::Eq => "==",
                    CmpOp::Ne => "!=",
                    CmpOp::Lt => "<",
                    CmpOp::Le => "<=",
                    CmpOp::Gt => ">",
                    CmpOp::Ge => ">=",
                };
                write!(f, "{reg} {op} {}", Hex(data))
            }
            Expr::Lookup {
                set,
                key,
                inverted: false,
                to: None,
            } => write!(f, "{key} in @{set}"),
            Expr::Lookup {
                set,
                key,
                inverted: true,
                ..
            } => write!(f, "{key} not in @{set}"),
            Expr::Lookup {
                set,
                key,
                to: Some(to),
                ..
            } => write!(f, "{to} = @{set}[{key}]"),
            Expr::VerdictMap { set, key } => write!(f, "@{set}[{key}]"),
            Expr::Load { to, data } => write!(f, "{to} = {}", Hex(data)),
            Expr::Count { set, key } => write!(f, "count @{set}[{key}]"),
            Expr::CountBy { set, key } => write!(f, "count by @{set}[{key}]"),
            Expr::Verdict(verdict) => verdict.fmt(f),
            Expr::Foreign(name) => write!(f, "foreign {name}"),
        }
    }
}

struct Hex<'a>(&'a [u8]);

impl fmt::Display for Hex<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("0x")?;
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

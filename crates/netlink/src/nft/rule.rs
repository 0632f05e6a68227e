use std::fmt;

use super::Expr;
use super::numbers::{expr as number, rule as attr};
use crate::attr::Attrs;
use crate::message::Messages;

/// Steps that are taken until one ends the rule, with a word for whoever lists them.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Rule {
    /// The steps.
    pub exprs: Vec<Expr>,
    /// What the rule is for; shown by the `nft` program as a comment. At most 120 bytes.
    pub comment: String,
}

impl Rule {
    pub(crate) fn write(&self, to: &mut Messages) {
        let list = to.nest(attr::EXPRESSIONS);
        for expr in &self.exprs {
            expr.write(to);
        }
        to.close(list);
        if !self.comment.is_empty() {
            // Type, length and text with its NUL, as libnftnl lays it out.
            let mut data = vec![attr::USERDATA_COMMENT, 0];
            data.extend(self.comment.bytes().take(120));
            data.push(0);
            data[1] = u8::try_from(data.len() - 2).unwrap_or(0);
            to.attr(attr::USERDATA, &data);
        }
    }

    /// The chain and the rule of a kernel message.
    pub(crate) fn read(attrs: Attrs<'_>) -> Option<(String, Rule)> {
        let exprs = attrs
            .nested(attr::EXPRESSIONS)
            .filter(|(kind, _)| *kind == number::LIST_ELEM)
            .map(|(_, element)| Expr::read(Attrs(element)))
            .collect();
        let comment = match attrs.find(attr::USERDATA) {
            Some([attr::USERDATA_COMMENT, _, comment @ ..]) => crate::attr::text(comment),
            _ => String::new(),
        };
        Some((attrs.text(attr::CHAIN)?, Rule { exprs, comment }))
    }
}

impl fmt::Display for Rule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (i, expr) in self.exprs.iter().enumerate() {
            write!(f, "{}{expr}", if i > 0 { "; " } else { "" })?;
        }
        if !self.comment.is_empty() {
            write!(f, "  # {}", self.comment)?;
        }
        Ok(())
    }
}

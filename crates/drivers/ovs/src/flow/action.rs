use std::fmt;

/// One thing that is done with a frame.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Action {
    /// Nothing; the bytes are a note to whoever reads the flow.
    Note(Vec<u8>),
    /// Writes a register (`reg14`, `xreg4`, `xxreg0`).
    Set(&'static str, u128),
    /// Sets one bit of a register.
    SetBit(u8, u8),
    /// Goes on in a table.
    Resubmit(u8),
}

/// What is done with a frame, in order; nothing means that it dies.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Actions(pub Vec<Action>);

impl Actions {
    /// The frame dies.
    pub fn drop() -> Actions {
        Actions::default()
    }
}

impl fmt::Display for Action {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Action::Note(bytes) => {
                f.write_str("note:")?;
                // A note of 6 bytes fills its action, and each 8 more; the rest is filled with zeros.
                let length = bytes.len().saturating_sub(6).next_multiple_of(8) + 6;
                let filled = bytes
                    .iter()
                    .copied()
                    .chain(std::iter::repeat(0))
                    .take(length);
                for (i, byte) in filled.enumerate() {
                    let dot = if i > 0 { "." } else { "" };
                    write!(f, "{dot}{byte:02x}")?;
                }
                Ok(())
            }
            Action::Set(register, 0) => write!(f, "set_field:0->{register}"),
            Action::Set(register, value) => write!(f, "set_field:{value:#x}->{register}"),
            Action::SetBit(register, bit) => write!(f, "load:0x1->NXM_NX_REG{register}[{bit}]"),
            Action::Resubmit(table) => write!(f, "resubmit(,{table})"),
        }
    }
}

impl fmt::Display for Actions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.0.is_empty() {
            return f.write_str("drop");
        }
        for (i, action) in self.0.iter().enumerate() {
            let comma = if i > 0 { "," } else { "" };
            write!(f, "{comma}{action}")?;
        }
        Ok(())
    }
}

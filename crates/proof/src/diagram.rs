//! Functions of a frame's bits, as decision diagrams: two that are the same function are the same
//! diagram.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;

use oxidd::bcdd::{BCDDFunction, BCDDManagerRef, new_manager};
use oxidd::util::{AllocResult, OptBool};
use oxidd::{BooleanFunction, Manager, ManagerRef};

use crate::Logic;

/// Sixteen bytes each: no policy has been seen to need a tenth of it.
const MOST_NODES: usize = 1 << 23;
const CACHE: usize = 1 << 18;

/// What a diagram depends on.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Variable {
    /// A bit of a byte of the frame, the most significant as 0.
    Frame(u32, u8),
    /// A bit of the length of what the Ethernet header carries, the least significant as 0.
    Length(u8),
    /// The frame is a chain of TCP segments that the sender's card is to cut (GSO).
    Segments,
    /// Behind an IPv6 authentication header stands this one.
    Behind(u8),
    /// A bit of a byte of the upper layer, where that is bytes of its own.
    Upper(u32, u8),
    /// A look-up finds something: by a field that ends with this byte, one of several.
    Found(u32, u32),
}

impl Variable {
    /// The byte of the frame that it is a bit of.
    pub fn byte(&self) -> Option<u32> {
        if let Variable::Frame(at, _) = self {
            Some(*at)
        } else {
            None
        }
    }
}

/// A value for each variable that matters.
pub type Assignment = HashMap<Variable, bool>;

/// A workshop for diagrams.
///
/// Memory may run out, in any operation. Then the operation gives "never", and
/// [`Diagrams::is_exhausted`] says that nothing that was worked out is worth anything.
pub struct Diagrams {
    manager: BCDDManagerRef,
    yes: BCDDFunction,
    no: BCDDFunction,
    variables: RefCell<HashMap<Variable, BCDDFunction>>,
    names: RefCell<Vec<Variable>>,
    numbers: RefCell<HashMap<BCDDFunction, usize>>,
    exhausted: Cell<bool>,
}

impl Diagrams {
    /// Diagrams whose variables stand in this order; others come behind.
    pub fn new(order: impl IntoIterator<Item = Variable>) -> Diagrams {
        let manager = new_manager(MOST_NODES, CACHE, 1);
        let (yes, no) = manager
            .with_manager_shared(|manager| (BCDDFunction::t(manager), BCDDFunction::f(manager)));
        let diagrams = Diagrams {
            manager,
            yes,
            no,
            variables: RefCell::default(),
            names: RefCell::default(),
            numbers: RefCell::default(),
            exhausted: Cell::new(false),
        };
        for variable in order {
            diagrams.variable(variable);
        }
        diagrams
    }

    /// The function that is this variable.
    pub fn variable(&self, name: Variable) -> BCDDFunction {
        if let Some(there) = self.variables.borrow().get(&name) {
            return there.clone();
        }
        let made = self.manager.with_manager_exclusive(|manager| {
            let number = manager.add_vars(1).start;
            BCDDFunction::var(manager, number)
        });
        let made = self.or_never(made);
        let mut names = self.names.borrow_mut();
        self.numbers.borrow_mut().insert(made.clone(), names.len());
        names.push(name.clone());
        self.variables.borrow_mut().insert(name, made.clone());
        made
    }

    /// The variable that this function is, if it is one.
    pub fn name_of(&self, bit: &BCDDFunction) -> Option<Variable> {
        let number = self.numbers.borrow().get(bit).copied()?;
        self.names.borrow().get(number).cloned()
    }

    /// Values that make it true: false wherever there is a choice.
    pub fn example(&self, bit: &BCDDFunction) -> Option<Assignment> {
        let cube = bit.pick_cube(|_, _, _| false)?;
        let names = self.names.borrow();
        let set = names
            .iter()
            .zip(cube)
            .filter_map(|(name, value)| match value {
                OptBool::None => None,
                OptBool::False => Some((name.clone(), false)),
                OptBool::True => Some((name.clone(), true)),
            });
        Some(set.collect())
    }

    /// Is it true for these values?
    pub fn holds(&self, bit: &BCDDFunction, value: impl Fn(&Variable) -> bool) -> bool {
        let names = self.names.borrow();
        bit.eval((0..).zip(names.iter().map(value)))
    }

    /// Did memory run out?
    pub fn is_exhausted(&self) -> bool {
        self.exhausted.get()
    }

    /// Nodes in use, for whoever wants to know what a proof costs.
    pub fn nodes(&self) -> usize {
        self.manager
            .with_manager_shared(|manager| manager.num_inner_nodes())
    }

    fn or_never(&self, made: AllocResult<BCDDFunction>) -> BCDDFunction {
        made.unwrap_or_else(|_| {
            self.exhausted.set(true);
            self.no.clone()
        })
    }
}

impl Logic for Diagrams {
    type Bit = BCDDFunction;

    fn constant(&self, value: bool) -> BCDDFunction {
        if value { &self.yes } else { &self.no }.clone()
    }

    fn known(&self, bit: &BCDDFunction) -> Option<bool> {
        if *bit == self.yes {
            Some(true)
        } else if *bit == self.no {
            Some(false)
        } else {
            None
        }
    }

    fn not(&self, bit: &BCDDFunction) -> BCDDFunction {
        self.or_never(bit.not())
    }

    fn and(&self, one: &BCDDFunction, other: &BCDDFunction) -> BCDDFunction {
        match (self.known(one), self.known(other)) {
            (Some(false), _) | (_, Some(false)) => self.no.clone(),
            (Some(true), _) => other.clone(),
            (_, Some(true)) => one.clone(),
            (None, None) => self.or_never(one.and(other)),
        }
    }

    fn or(&self, one: &BCDDFunction, other: &BCDDFunction) -> BCDDFunction {
        match (self.known(one), self.known(other)) {
            (Some(true), _) | (_, Some(true)) => self.yes.clone(),
            (Some(false), _) => other.clone(),
            (_, Some(false)) => one.clone(),
            (None, None) => self.or_never(one.or(other)),
        }
    }
}

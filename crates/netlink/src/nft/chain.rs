use super::numbers::chain as attr;
use crate::attr::{Attrs, text};
use crate::message::Messages;

/// A chain, without its rules.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chain {
    /// Its name, unique in the table.
    pub name: String,
    /// How frames get into it, unless other chains send them.
    pub base: Option<BaseChain>,
}

/// How frames get into a chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BaseChain {
    /// Where.
    pub hook: Hook,
    /// Lower numbers come first.
    pub priority: i32,
    /// What becomes of a frame that no rule settled.
    pub policy: Policy,
    /// On which devices, for the netdev family; sorted.
    pub devices: Vec<DeviceSpec>,
}

/// A place in a frame's way through the kernel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Hook {
    /// netdev: as soon as a device has received it.
    Ingress,
    /// bridge, inet: before it is forwarded or delivered. In the arp family: before it is read.
    Prerouting,
    /// One that this crate never writes, or a chain there that is no filter.
    Other,
}

/// The kind of a base chain that sees every frame; a `nat` one sees the first of a flow.
const FILTER: &str = "filter";

impl Hook {
    /// `NF_NETDEV_INGRESS`, `NF_BR_PRE_ROUTING`, `NF_INET_PRE_ROUTING`, `NF_ARP_IN` are all 0.
    const NUMBER: u32 = 0;
}

/// What becomes of a frame that no rule of a base chain settled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Policy {
    /// It dies.
    Drop,
    /// It goes on.
    Accept,
}

/// A device, or all whose names begin alike.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DeviceSpec {
    /// The device of this name.
    Name(String),
    /// All whose names begin so, those to come included (since Linux 6.18).
    Prefix(String),
}

impl BaseChain {
    pub(crate) fn write(&self, to: &mut Messages, devices: &[DeviceSpec]) {
        write_hook(to, Some(self.priority), devices);
        to.attr_u32(attr::POLICY, u32::from(self.policy == Policy::Accept));
        to.attr_str(attr::KIND, FILTER);
    }

    fn read(hook: Attrs<'_>, policy: Option<u32>, is_filter: bool) -> Option<BaseChain> {
        let mut devices: Vec<DeviceSpec> = hook
            .nested(attr::HOOK_DEVICES)
            .filter_map(|(kind, name)| match kind {
                attr::DEVICE_NAME => Some(DeviceSpec::Name(text(name))),
                attr::DEVICE_PREFIX => Some(DeviceSpec::Prefix(text(name))),
                _ => None,
            })
            .collect();
        devices.sort_unstable();
        Some(BaseChain {
            hook: match hook.u32(attr::HOOK_NUMBER)? {
                Hook::NUMBER if !is_filter => Hook::Other,
                Hook::NUMBER if devices.is_empty() => Hook::Prerouting,
                Hook::NUMBER => Hook::Ingress,
                _ => Hook::Other,
            },
            priority: hook.u32(attr::HOOK_PRIORITY)?.cast_signed(),
            policy: if policy? == 0 {
                Policy::Drop
            } else {
                Policy::Accept
            },
            devices,
        })
    }
}

/// The hook attribute; without a priority it names devices of a chain that exists.
pub(crate) fn write_hook(to: &mut Messages, priority: Option<i32>, devices: &[DeviceSpec]) {
    let hook = to.nest(attr::HOOK);
    to.attr_u32(attr::HOOK_NUMBER, Hook::NUMBER);
    to.attr(attr::HOOK_PRIORITY, &priority.unwrap_or(0).to_be_bytes());
    if !devices.is_empty() {
        let list = to.nest(attr::HOOK_DEVICES);
        for device in devices {
            match device {
                DeviceSpec::Name(name) => to.attr_str(attr::DEVICE_NAME, name),
                DeviceSpec::Prefix(prefix) => to.attr_str(attr::DEVICE_PREFIX, prefix),
            }
        }
        to.close(list);
    }
    to.close(hook);
}

impl Chain {
    pub(crate) fn read(attrs: Attrs<'_>) -> Option<Chain> {
        let base = match attrs.find(attr::HOOK) {
            None => None,
            Some(hook) => {
                let is_filter = attrs.text(attr::KIND).as_deref() == Some(FILTER);
                let policy = attrs.u32(attr::POLICY);
                Some(BaseChain::read(Attrs(hook), policy, is_filter)?)
            }
        };
        Some(Chain {
            name: attrs.text(attr::NAME)?,
            base,
        })
    }
}

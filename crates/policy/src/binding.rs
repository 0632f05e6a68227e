use std::collections::BTreeMap;
use std::fmt;

use crate::{DeviceName, MacAddr};

/// How the VIF of a port is found on a host: what carries the guest's frames there, whatever it is called
/// this time.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Binding {
    /// The Linux interface of this name.
    Device(DeviceName),
    /// The interface of a libvirt domain that has the port's first MAC.
    Libvirt {
        /// The domain's name or UUID.
        domain: String,
        /// The port's first MAC.
        mac: MacAddr,
    },
    /// The Open vSwitch interface whose `external_ids` say all of this.
    Ovs(BTreeMap<OvsId, String>),
    /// A VIF of a Xen domain.
    Xen {
        /// The domain's name or UUID.
        domain: String,
        /// The VIF's number, from 0.
        device: u16,
    },
}

/// What `external_ids` of an Open vSwitch interface tell of its guest (Open vSwitch's
/// integration guide, IntegrationGuide.rst).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum OvsId {
    /// `attached-mac`: the guest's MAC.
    AttachedMac,
    /// `iface-id`: the virtual interface, as whoever manages the cloud calls it.
    IfaceId,
    /// `vm-uuid`: the guest.
    VmUuid,
    /// `xs-vif-uuid`: the VIF in XAPI.
    XsVifUuid,
}

impl OvsId {
    /// Every value.
    pub const ALL: [OvsId; 4] = [
        OvsId::AttachedMac,
        OvsId::IfaceId,
        OvsId::VmUuid,
        OvsId::XsVifUuid,
    ];

    /// The key in `external_ids`.
    pub const fn name(self) -> &'static str {
        match self {
            OvsId::AttachedMac => "attached-mac",
            OvsId::IfaceId => "iface-id",
            OvsId::VmUuid => "vm-uuid",
            OvsId::XsVifUuid => "xs-vif-uuid",
        }
    }
}

impl Binding {
    /// The key of a port under which it is written.
    pub const fn key(&self) -> &'static str {
        match self {
            Binding::Device(_) => "device",
            Binding::Libvirt { .. } => "libvirt",
            Binding::Ovs(_) => "ovs",
            Binding::Xen { .. } => "xen",
        }
    }

    /// The interface, if the policy names it.
    pub fn device(&self) -> Option<&DeviceName> {
        match self {
            Binding::Device(device) => Some(device),
            Binding::Libvirt { .. } | Binding::Ovs(_) | Binding::Xen { .. } => None,
        }
    }
}

impl fmt::Display for Binding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Binding::Device(device) => device.fmt(f),
            Binding::Libvirt { domain, mac } => write!(f, "libvirt domain {domain}, {mac}"),
            Binding::Ovs(ids) => {
                f.write_str("Open vSwitch")?;
                ids.iter()
                    .try_for_each(|(id, value)| write!(f, " {}={value}", id.name()))
            }
            Binding::Xen { domain, device } => write!(f, "Xen domain {domain}, VIF {device}"),
        }
    }
}

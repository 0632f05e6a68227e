use std::path::PathBuf;

/// How to find an Open vSwitch, and where in it the guards go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// Where the switch's sockets are; `OVS_RUNDIR` and then the built-in place if none is given, as
    /// its own programs do.
    pub rundir: Option<PathBuf>,
    /// The database (`unix:…/db.sock`, `tcp:…`); the socket in `rundir` if none is given.
    pub ovsdb: Option<String>,
    /// The bridge.
    pub bridge: String,
    /// How a port finds its interface.
    pub binding: Binding,
    /// The first of the tables that hold the guards. They must be empty of others' flows.
    pub first_table: u8,
    /// The table in which the operator's own pipeline begins: what passes goes on there.
    pub operator_table: u8,
    /// Accept a bridge that forwards everything by itself whenever its flows are gone.
    pub may_fail_open: bool,
    /// Switch the bridge's handling of fragments to `nx-match`, so that the ports of a first fragment
    /// are seen. It is a setting of the whole bridge, seen by the operator's flows too.
    pub set_fragments: bool,
}

impl Default for Options {
    fn default() -> Options {
        Options {
            rundir: None,
            ovsdb: None,
            bridge: "br0".to_owned(),
            binding: Binding::Name,
            first_table: 200,
            operator_table: 0,
            may_fail_open: false,
            set_fragments: false,
        }
    }
}

/// How a port finds its interface on the bridge.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Binding {
    /// The interface has the name that the policy gives.
    #[default]
    Name,
    /// `external_ids:iface-id` is the port's name: Neutron, OVN, Nova, libvirt.
    IfaceId,
    /// `external_ids:attached-mac` is one of the port's MACs.
    AttachedMac,
    /// `external_ids:vm-uuid` is the port's name: guests with a single port.
    VmUuid,
    /// `external_ids:xs-vif-uuid` is the port's name: XenServer, XCP-ng.
    XsVifUuid,
}

impl Binding {
    /// The key of `external_ids`, unless it goes by name.
    pub fn key(self) -> Option<&'static str> {
        match self {
            Binding::Name => None,
            Binding::IfaceId => Some("iface-id"),
            Binding::AttachedMac => Some("attached-mac"),
            Binding::VmUuid => Some("vm-uuid"),
            Binding::XsVifUuid => Some("xs-vif-uuid"),
        }
    }
}

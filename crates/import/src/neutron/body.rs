use serde::Deserialize;
use serde_json::Value;

use super::answer::Kind;

/// A port. Names with `binding_` are those of the openstack client.
#[derive(Debug, Default, Deserialize)]
pub(super) struct PortBody {
    pub(super) id: String,
    pub(super) network_id: String,
    pub(super) mac_address: String,
    name: Option<String>,
    pub(super) fixed_ips: Option<Vec<FixedIp>>,
    pub(super) allowed_address_pairs: Option<Vec<Pair>>,
    #[serde(alias = "is_port_security_enabled")]
    pub(super) port_security_enabled: Option<bool>,
    pub(super) device_owner: Option<String>,
    project_id: Option<String>,
    tenant_id: Option<String>,
    #[serde(alias = "is_admin_state_up")]
    pub(super) admin_state_up: Option<bool>,
    #[serde(alias = "security_group_ids")]
    pub(super) security_groups: Option<Vec<Value>>,
    pub(super) trunk_details: Option<Value>,
    #[serde(rename = "binding:vif_type", alias = "binding_vif_type")]
    pub(super) vif_type: Option<String>,
    #[serde(rename = "binding:vnic_type", alias = "binding_vnic_type")]
    pub(super) vnic_type: Option<String>,
    #[serde(rename = "binding:host_id", alias = "binding_host_id")]
    host_id: Option<String>,
}

/// An address that Neutron gave.
#[derive(Debug, Deserialize)]
pub(super) struct FixedIp {
    pub(super) ip_address: String,
}

/// An address that is allowed besides.
#[derive(Debug, Deserialize)]
pub(super) struct Pair {
    pub(super) ip_address: String,
    pub(super) mac_address: Option<String>,
}

/// A network.
#[derive(Debug, Deserialize)]
pub(super) struct NetworkBody {
    pub(super) id: String,
    pub(super) name: Option<String>,
    #[serde(alias = "is_shared")]
    pub(super) shared: Option<bool>,
    #[serde(rename = "router:external", alias = "is_router_external")]
    pub(super) external: Option<bool>,
}

/// A subnet.
#[derive(Debug, Deserialize)]
pub(super) struct SubnetBody {
    pub(super) network_id: String,
    pub(super) gateway_ip: Option<String>,
}

impl Kind for PortBody {
    const MANY: &'static str = "ports";
    const ONE: &'static str = "port";
    const MARK: &'static str = "mac_address";
}

impl Kind for NetworkBody {
    const MANY: &'static str = "networks";
    const ONE: &'static str = "network";
    const MARK: &'static str = "admin_state_up";
}

impl Kind for SubnetBody {
    const MANY: &'static str = "subnets";
    const ONE: &'static str = "subnet";
    const MARK: &'static str = "gateway_ip";
}

impl PortBody {
    /// Does it belong to Neutron itself: a router, a DHCP server, a floating address?
    pub(super) fn is_infrastructure(&self) -> bool {
        self.owner().starts_with("network:")
    }

    /// Its name, or its id where nobody gave it one.
    pub(super) fn name(&self) -> &str {
        let name = self.name.as_deref().filter(|name| !name.is_empty());
        name.unwrap_or(&self.id)
    }

    pub(super) fn owner(&self) -> &str {
        self.device_owner.as_deref().unwrap_or_default()
    }

    pub(super) fn project(&self) -> Option<&str> {
        let project = self.project_id.as_deref().or(self.tenant_id.as_deref());
        project.filter(|project| !project.is_empty())
    }

    /// The host that it is bound to, if the caller of the API may know.
    pub(super) fn host(&self) -> Option<&str> {
        self.host_id.as_deref().filter(|host| !host.is_empty())
    }
}

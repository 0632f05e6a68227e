//! The driver, and a stand-in for the XAPI that it talks to.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a test says what went wrong by failing"
)]

mod data_model;
mod lifecycle;
mod options;
mod standin;
mod trouble;
mod watch;
mod wire;

use serde_json::{Value, json};
use vifguard_driver::Desired;
use vifguard_policy::Policy;
use vifguard_xapi::Xapi;

use crate::standin::StandIn;
use crate::standin::pool::Pool;

const WEB: &str = "{ name: web, network: lan, device: vif7.0, mac: \"02:00:00:00:00:0a\", \
                   addresses: [192.0.2.10, \"2001:db8::a\"] }";

/// The fields of its VIF.
const GUARDED: &str = r#"["locked",["192.0.2.10"],["2001:db8::a","fe80::ff:fe00:a"]]"#;

fn desired(ports: &str) -> Desired {
    let text =
        format!("version: 1\nnetworks: [{{ name: lan, kind: private }}]\nports: [{ports}]\n");
    Desired::of(&Policy::parse(&text, "test").unwrap())
}

fn start() -> (StandIn, Xapi) {
    let server = StandIn::start(Pool::new());
    let driver = Xapi::new(server.options());
    (server, driver)
}

fn fields(server: &StandIn, vif: &str) -> Value {
    let pool = server.pool();
    let field = |name| pool.get(vif, name).clone();
    json!([
        field("locking_mode"),
        field("ipv4_allowed"),
        field("ipv6_allowed")
    ])
}

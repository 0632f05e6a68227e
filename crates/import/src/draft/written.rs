use ipnet::IpNet;
use vifguard_policy::MacAddr;

/// How a value is written in a policy.
pub(crate) trait Written {
    /// Its text, without quotes.
    fn written(&self) -> String;
}

impl Written for IpNet {
    /// A single address has no length.
    fn written(&self) -> String {
        if self.prefix_len() == self.max_prefix_len() {
            self.addr().to_string()
        } else {
            self.to_string()
        }
    }
}

impl Written for MacAddr {
    fn written(&self) -> String {
        self.to_string()
    }
}

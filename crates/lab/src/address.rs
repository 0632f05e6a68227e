use std::time::Duration;

use ipnet::IpNet;

use crate::dad::Dad;
use crate::error::Result;
use crate::link::Link;
use crate::netns::Netns;
use crate::wait::wait_until;

/// How an address is added.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct AddressOptions {
    /// IPv6: no duplicate address detection for this one; it is usable at once.
    pub nodad: bool,
    /// IPv6: in use while detection is under way, where the device has `optimistic_dad` (RFC 4429).
    pub optimistic: bool,
}

/// An address of a device, and how far its duplicate address detection has come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Address {
    /// The device.
    pub device: String,
    /// The address with the length of its prefix.
    pub net: IpNet,
    /// Detection is under way; the stack does not use the address yet.
    pub tentative: bool,
    /// Somebody else claimed it: the stack will not use it.
    pub dad_failed: bool,
    /// In use while detection is under way (RFC 4429).
    pub optimistic: bool,
    /// Added without detection.
    pub nodad: bool,
}

impl Netns {
    /// The addresses of all its devices, both families.
    pub fn addresses(&self) -> Result<Vec<Address>> {
        let found = self.rtnl(|| "list addresses".to_owned(), |rtnl| rtnl.addresses())?;
        let names = self.names()?;
        let named = |(index, address)| Address {
            device: names.of(index),
            ..address
        };
        Ok(found.into_iter().map(named).collect())
    }
}

impl Link {
    /// Adds an address; an IPv6 one begins tentative.
    pub fn add_address(&self, net: IpNet) -> Result<()> {
        self.add_address_with(net, AddressOptions::default())
    }

    /// Adds an address.
    pub fn add_address_with(&self, net: IpNet, options: AddressOptions) -> Result<()> {
        let step = || format!("add address {net} to {}", self.name());
        self.netns()
            .rtnl(step, |rtnl| rtnl.add_address(self.index(), net, options))
    }

    /// Removes an address.
    pub fn delete_address(&self, net: IpNet) -> Result<()> {
        let step = || format!("remove address {net} from {}", self.name());
        self.netns()
            .rtnl(step, |rtnl| rtnl.delete_address(self.index(), net))
    }

    /// Its addresses, both families.
    pub fn addresses(&self) -> Result<Vec<Address>> {
        let found = self
            .netns()
            .rtnl(|| "list addresses".to_owned(), |rtnl| rtnl.addresses())?;
        let own = found
            .into_iter()
            .filter(|(index, _)| *index == self.index());
        Ok(own
            .map(|(_, address)| Address {
                device: self.name().to_owned(),
                ..address
            })
            .collect())
    }

    /// Says how it is to detect duplicates; to be called before it comes up.
    pub fn set_dad(&self, dad: Dad) -> Result<()> {
        let mut settings = dad.settings().iter();
        settings.try_for_each(|(family, key, value)| self.sysctl(family, key, value))
    }

    /// Waits until none of its addresses is tentative, and says whether that came to pass and none had failed.
    pub fn settled(&self, patience: Duration) -> bool {
        let all =
            |fine: fn(&Address) -> bool| self.addresses().is_ok_and(|found| found.iter().all(fine));
        wait_until(patience, || {
            all(|address| !address.tentative || address.dad_failed)
        }) && all(|address| !address.dad_failed)
    }
}

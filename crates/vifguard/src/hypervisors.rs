//! Who knows the guests of this host: hypervisors and switches, asked once each and not before somebody
//! wants to know.

use std::cell::OnceCell;

use vifguard_inventory::ProgramError;
use vifguard_inventory::vifs::{libvirt, ovs, xen};
use vifguard_ovs::rundir;

use crate::exit::Exit;
use crate::failure::Failure;

/// What helps if libvirt does not answer.
pub(crate) const LIBVIRT: &str =
    "install its command line (Debian, Ubuntu: libvirt-clients) and start libvirtd";
/// The same of Open vSwitch.
pub(crate) const OVS: &str = "install it (Debian, Ubuntu: openvswitch-switch) and start it, or say where its \
                              database is (--ovsdb, OVS_RUNDIR)";
/// The same of Xen.
pub(crate) const XEN: &str = "only dom0 of a Xen host can; install its command line (Debian, Ubuntu: \
                              xenstore-utils) there";

/// Who knows guests' interfaces.
pub(crate) trait Guests {
    /// libvirt's, by domain and MAC.
    fn libvirt(&self) -> Result<&[libvirt::Vif], Failure>;
    /// Open vSwitch's, by what others noted.
    fn ovs(&self) -> Result<&[ovs::Vif], Failure>;
    /// Xen's, by domain and number.
    fn xen(&self) -> Result<&[xen::Vif], Failure>;
}

/// The hypervisors and switches of this host.
#[derive(Debug, Default)]
pub(crate) struct Hypervisors {
    /// One that does not answer has no guests: at boot guards come before hypervisors do.
    pub(crate) at_boot: bool,
    /// Where Open vSwitch's database is; none if its own programs find it.
    ovsdb: Option<String>,
    libvirt: OnceCell<Vec<libvirt::Vif>>,
    switch: OnceCell<ovs::Switch>,
    xen: OnceCell<Vec<xen::Vif>>,
}

impl Hypervisors {
    /// Those of this host.
    pub(crate) fn new(ovsdb: Option<&str>) -> Hypervisors {
        Hypervisors {
            ovsdb: ovsdb.map(ToOwned::to_owned),
            ..Hypervisors::default()
        }
    }

    /// Open vSwitch, if it runs here. One that is there and does not answer is an error, unless it was not
    /// named and nobody runs it.
    pub(crate) fn switch(&self) -> Result<Option<&ovs::Switch>, Failure> {
        if self.switch.get().is_none() {
            match ovs::Switch::read(self.ovsdb.as_deref()) {
                Ok(switch) => {
                    let _ = self.switch.set(switch);
                }
                Err(error)
                    if self.at_boot
                        || (self.ovsdb.is_none() && is_absent(&error) && !is_running()) =>
                {
                    return Ok(None);
                }
                Err(error) => {
                    let what = format!("Open vSwitch does not answer: {error}");
                    let advice = "guests on it may need guards there: start its database, say where that is \
                                  (--ovsdb), or name another driver by --driver; nothing was changed";
                    return Err(Failure::new(Exit::Unavailable, what, advice));
                }
            }
        }
        Ok(self.switch.get())
    }

    fn once<'h, V>(
        &self,
        known: &'h OnceCell<V>,
        (who, remedy): (&str, &str),
        ask: impl Fn() -> Result<V, ProgramError>,
    ) -> Result<&'h V, Failure>
    where
        V: Default,
    {
        if known.get().is_none() {
            let vifs = ask().or_else(|error| match self.at_boot {
                true => Ok(V::default()),
                false => Err(error),
            });
            let vifs = vifs.map_err(|error| {
                let what = format!("ports are bound by {who}, which does not answer: {error}");
                let advice = format!("{remedy}; nothing was changed");
                Failure::new(Exit::Unavailable, what, advice)
            })?;
            // Nobody was faster: there is one thread.
            let _ = known.set(vifs);
        }
        let missing = || Failure::new(Exit::Software, format!("{who} was forgotten"), "report it");
        known.get().ok_or_else(missing)
    }
}

impl Guests for Hypervisors {
    fn libvirt(&self) -> Result<&[libvirt::Vif], Failure> {
        let vifs = self.once(&self.libvirt, ("libvirt", LIBVIRT), libvirt::vifs)?;
        Ok(vifs)
    }

    fn ovs(&self) -> Result<&[ovs::Vif], Failure> {
        let read = || ovs::Switch::read(self.ovsdb.as_deref());
        Ok(&self.once(&self.switch, ("Open vSwitch", OVS), read)?.vifs)
    }

    fn xen(&self) -> Result<&[xen::Vif], Failure> {
        Ok(self.once(&self.xen, ("Xen", XEN), xen::vifs)?)
    }
}

/// Does its daemon run, whatever became of its database? Its flows outlive that.
fn is_running() -> bool {
    let pid = std::fs::read_to_string(rundir().join("ovs-vswitchd.pid"));
    pid.is_ok_and(|pid| std::path::Path::new("/proc").join(pid.trim()).exists())
}

/// Is it not installed, does it not run, or may we not ask (and then enforce nothing either)?
fn is_absent(error: &ProgramError) -> bool {
    let nobody = [
        "No such file or directory",
        "Connection refused",
        "Permission denied",
    ];
    match error {
        ProgramError::Absent { .. } => error.is_not_installed(),
        ProgramError::Failed { said, .. } => nobody.iter().any(|why| said.contains(why)),
        ProgramError::Stuck { .. } | ProgramError::Unclear { .. } => false,
    }
}

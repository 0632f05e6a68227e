use clap::ValueEnum as _;

use crate::drivers::DriverName;

/// The command by which a driver is tried, or why there is none. Drivers of the contract need not be among
/// those that this program has.
pub(super) fn of(driver: &str) -> Result<String, String> {
    let run = |options: &str| {
        Ok(format!(
            "vifguard conformance run {options} --report reports/{driver}"
        ))
    };
    match DriverName::from_str(driver, false) {
        Ok(DriverName::Nft | DriverName::Ovs | DriverName::Nwfilter | DriverName::Null) => {
            run(&format!("--driver {driver}"))
        }
        Ok(DriverName::Xapi) => {
            let why = "it needs a pool of XenServer or XCP-ng, and no lab has one; docs/xapi.md";
            Err(why.to_owned())
        }
        // These are no drivers of their own; whoever is called so is somebody else's.
        Ok(DriverName::Auto | DriverName::External) | Err(_) => {
            run("--driver external --program PATH")
        }
    }
}

/// Whether a driver of this name is in this program.
pub(super) fn is_own(driver: &str) -> bool {
    let known = DriverName::from_str(driver, false);
    known.is_ok_and(|name| !matches!(name, DriverName::Auto | DriverName::External))
}

#[cfg(test)]
mod tests {
    use super::{is_own, of};

    #[test]
    fn each_driver_has_a_way() {
        let run = "vifguard conformance run";
        assert_eq!(
            of("nft"),
            Ok(format!("{run} --driver nft --report reports/nft"))
        );
        for theirs in ["ebtables", "external", "auto", "NFT"] {
            assert_eq!(
                of(theirs),
                Ok(format!(
                    "{run} --driver external --program PATH --report reports/{theirs}"
                ))
            );
        }
        assert!(of("xapi").is_err());
    }

    #[test]
    fn own_drivers_are_told_from_others() {
        for own in ["nft", "ovs", "nwfilter", "xapi", "null"] {
            assert!(is_own(own), "{own}");
        }
        for theirs in ["ebtables", "external", "auto"] {
            assert!(!is_own(theirs), "{theirs}");
        }
    }
}

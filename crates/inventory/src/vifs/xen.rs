//! Xen, by `xenstore-ls`.

use std::collections::BTreeMap;

use vifguard_programs::{Program, ProgramError};

/// A VIF of a domain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vif {
    /// The domain's name.
    pub domain: String,
    /// The domain's UUID.
    pub uuid: String,
    /// The VIF's number.
    pub number: u16,
    /// The device in this domain, which serves it.
    pub device: String,
    /// What the device of an emulated card is called, if the guest has one for the same VIF: by xl
    /// (xl-network-configuration(5)) and by XAPI.
    pub emulated: [String; 2],
}

/// All that this domain serves.
pub fn vifs() -> Result<Vec<Vif>, ProgramError> {
    let store = Program::new("xenstore-ls").args(["-f", "/local/domain"]);
    Ok(read(&store.ask()?))
}

/// `/local/domain/1/name = "web"`, one key a line.
fn read(text: &str) -> Vec<Vif> {
    let lines = text.lines().filter_map(|line| {
        let (key, value) = line.split_once(" = \"")?;
        Some((key.trim(), value.strip_suffix('"')?))
    });
    let store: BTreeMap<&str, &str> = lines.collect();
    let vif = |key: &&str| {
        // /local/domain/0/backend/vif/1/0/frontend: of domain 1, served by domain 0.
        let path = key.strip_suffix("/frontend")?;
        let parts: Vec<&str> = path.strip_prefix("/local/domain/")?.split('/').collect();
        let [_, "backend", "vif", domain, number] = parts.as_slice() else {
            return None;
        };
        let of = |what: &str| {
            store
                .get(format!("/local/domain/{domain}/{what}").as_str())
                .copied()
        };
        let named = store.get(format!("{path}/vifname").as_str()).copied();
        let usual = format!("vif{domain}.{number}");
        Some(Vif {
            domain: of("name")?.to_owned(),
            uuid: of("vm")?.strip_prefix("/vm/")?.to_owned(),
            number: number.parse().ok()?,
            emulated: [
                format!("{}-emu", named.unwrap_or(&usual)),
                format!("tap{domain}.{number}"),
            ],
            device: named.map_or(usual, ToOwned::to_owned),
        })
    };
    store.keys().filter_map(vif).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn back_ends_and_their_guests() {
        let text = "/local/domain/0/name = \"Domain-0\"\n\
                    /local/domain/0/backend/vif/1/0/frontend = \"/local/domain/1/device/vif/0\"\n\
                    /local/domain/0/backend/vif/1/0/mac = \"00:16:3e:00:00:01\"\n\
                    /local/domain/0/backend/vif/1/1/frontend = \"/local/domain/1/device/vif/1\"\n\
                    /local/domain/0/backend/vif/1/1/vifname = \"web-in\"\n\
                    /local/domain/1/name = \"web\"\n\
                    /local/domain/1/vm = \"/vm/0b0a3ff3-4a2e-4c6c-8a5c-52fd0aa1ad2e\"\n";
        let vifs = read(text);
        let devices: Vec<_> = vifs
            .iter()
            .map(|vif| (vif.number, vif.device.as_str()))
            .collect();
        assert_eq!(devices, [(0, "vif1.0"), (1, "web-in")]);
        assert_eq!(vifs[0].domain, "web");
        assert!(vifs[0].uuid.starts_with("0b0a3ff3"));
    }
}

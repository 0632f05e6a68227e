//! libvirt, by `virsh`.

use vifguard_programs::{Program, ProgramError};

const VIRSH: &str = "virsh";
const TRIES: usize = 3;

/// An interface of a running domain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Vif {
    /// The domain's name.
    pub domain: String,
    /// The domain's UUID.
    pub uuid: String,
    /// The guest's MAC, in lower case with colons.
    pub mac: String,
    /// The device on this host.
    pub device: String,
}

/// All of them.
pub fn vifs() -> Result<Vec<Vif>, ProgramError> {
    // A domain that stops between the two questions has no table, or makes virsh fail: asked again.
    let mut tries = 0;
    loop {
        match vifs_once() {
            Err(ProgramError::Failed { .. } | ProgramError::Unclear { .. }) if tries < TRIES => {
                tries += 1;
            }
            answer => return answer,
        }
    }
}

fn vifs_once() -> Result<Vec<Vif>, ProgramError> {
    let virsh = || Program::new(VIRSH).arg("--readonly");
    let running = domains(&virsh().args(["list", "--uuid", "--name"]).ask()?);
    if running.is_empty() {
        return Ok(Vec::new());
    }
    let commands: Vec<String> = running
        .iter()
        .map(|(uuid, _)| format!("domiflist {uuid}"))
        .collect();
    let tables = virsh().arg(commands.join("; ")).ask()?;
    interfaces(&running, &tables)
}

/// UUID and name, one domain a line.
fn domains(list: &str) -> Vec<(String, String)> {
    let lines = list.lines().filter_map(|line| line.trim().split_once(' '));
    lines
        .map(|(uuid, name)| (uuid.to_owned(), name.trim().to_owned()))
        .collect()
}

/// A table for each domain, in their order: interface, type, source, model, MAC.
fn interfaces(running: &[(String, String)], tables: &str) -> Result<Vec<Vif>, ProgramError> {
    let mut domains = running.iter();
    let mut domain = None;
    let mut vifs = Vec::new();
    for line in tables.lines() {
        let words: Vec<&str> = line.split_whitespace().collect();
        match words.as_slice() {
            ["Interface", .., "MAC"] => domain = domains.next(),
            [device, .., mac] if mac.matches(':').count() == 5 => {
                let unclear = || ProgramError::Unclear {
                    program: VIRSH.to_owned(),
                    what: line.to_owned(),
                };
                let (uuid, name) = domain.ok_or_else(unclear)?;
                // A dash stands where the host has no device: SR-IOV, vhost-user.
                if *device != "-" {
                    vifs.push(Vif {
                        domain: name.clone(),
                        uuid: uuid.clone(),
                        mac: mac.to_ascii_lowercase(),
                        device: (*device).to_owned(),
                    });
                }
            }
            _ => {}
        }
    }
    if domains.next().is_some() {
        // Which of them has no table, nobody says: none of the tables can be told whose it is.
        return Err(ProgramError::Unclear {
            program: VIRSH.to_owned(),
            what: "fewer tables than there are domains".to_owned(),
        });
    }
    Ok(vifs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tables_of_two_domains() {
        let list = "0b0a3ff3-4a2e-4c6c-8a5c-52fd0aa1ad2e db 1\n\
                    6f3b9a0e-9a9c-4b4e-8d9f-6f1f6f1f6f1f web\n\n";
        let running = domains(list);
        assert_eq!(running[0].1, "db 1");
        let tables = " Interface   Type     Source   Model    MAC\n\
                      -----------------------------------------------\n \
                      vnet0       bridge   br0      virtio   52:54:00:AA:00:11\n \
                      -           hostdev  -        -        52:54:00:00:00:12\n\n \
                      Interface   Type   Source   Model   MAC\n\
                      --------------------------------------------\n\n";
        let vifs = interfaces(&running, tables).unwrap();
        assert_eq!(vifs.len(), 1);
        assert_eq!(
            (
                vifs[0].domain.as_str(),
                vifs[0].device.as_str(),
                vifs[0].mac.as_str()
            ),
            ("db 1", "vnet0", "52:54:00:aa:00:11")
        );
        let (first, _) = tables.split_once("\n\n").unwrap();
        assert!(interfaces(&running, first).is_err());
    }
}

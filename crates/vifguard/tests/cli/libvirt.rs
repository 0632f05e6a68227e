//! `libvirt snippet` and `libvirt filters`: they need neither rights nor a libvirt.

use crate::support::{TempFile, policy, vifguard};

#[test]
fn a_domain_names_a_filter_that_stays() {
    let file = TempFile::new(policy(&["tap-a"]));
    let snippet = ["libvirt", "snippet", "-f", file.path(), "--port", "port-1"];
    let said = vifguard(&snippet).ends(0).out;
    assert_eq!(said, "<filterref filter='vifguard-port-port-1'/>\n");
    file.write(&policy(&["tap-a"]).replace("10.0.0.1]", "10.0.0.2]"));
    assert_eq!(vifguard(&snippet).ends(0).out, said);
    let filters = ["libvirt", "filters", "-f", file.path(), "--port", "port-1"];
    vifguard(&filters)
        .ends(0)
        .says("<filter name='vifguard-port-port-1' chain='root'>")
        .says("srcipaddr='10.0.0.2'");
}

#[test]
fn what_libvirt_cannot_do_is_said() {
    let audit = policy(&["tap-a"]).replace("name: port-1,", "name: port-1, mode: audit,");
    let file = TempFile::new(audit);
    let snippet = ["libvirt", "snippet", "-f", file.path(), "--port", "port-1"];
    vifguard(&snippet).ends(1).says("port port-1").says("count");
    let unknown = ["libvirt", "snippet", "-f", file.path(), "--port", "nobody"];
    vifguard(&unknown).ends(65).says("nobody");
}

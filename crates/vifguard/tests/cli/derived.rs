//! Files of the repository that the program writes.

use crate::support::{derived, vifguard};

#[test]
fn the_committed_schema_is_the_programs_own() {
    let ran = vifguard(&["schema"]).ends(0);
    derived("docs/policy.schema.json", &ran.out);
}

#[test]
fn the_committed_schema_of_reports_is_the_kits_own() {
    let schema = format!("{:#}\n", vifguard_kit::schema());
    derived("docs/conformance.schema.json", &schema);
}

use std::fs;
use std::path::Path;

use vifguard_external::schema;

#[test]
fn the_committed_schema_is_the_types_own() {
    let file =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../docs/external-driver.schema.json");
    let text = serde_json::to_string_pretty(&schema()).unwrap() + "\n";
    if std::env::var_os("VIFGUARD_BLESS").is_some() {
        fs::write(&file, &text).unwrap();
    }
    let committed = fs::read_to_string(&file).unwrap_or_default();
    assert!(
        committed == text,
        "docs/external-driver.schema.json is not what the types say: cargo xtask bless, and look at the \
         difference"
    );
}

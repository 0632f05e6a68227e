//! `vifguard contract`, run as a maintainer and as a CI runs it.

mod change;
mod idle;
mod probes;
mod release;
mod revision;
mod shown;

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::{Value, json};
use vifguard_contract::Contract;

pub(super) fn own() -> &'static Contract {
    Contract::embedded().unwrap()
}

/// The contract as if the libvirt driver were held to it from a later release on.
pub(super) fn held_later() -> String {
    let driver = "name = \"nwfilter\"\n";
    assert!(Contract::TEXT.contains(driver));
    Contract::TEXT.replacen(driver, &format!("{driver}held = \"0.3.0\"\n"), 1)
}

/// A directory that goes with the test.
pub(super) struct Directory(PathBuf);

impl Directory {
    pub(super) fn new(name: &str) -> Directory {
        let name = format!("contract-{}-{name}", std::process::id());
        let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join(name);
        fs::create_dir_all(&path).unwrap();
        Directory(path)
    }

    pub(super) fn path(&self) -> &str {
        self.0.to_str().unwrap()
    }

    pub(super) fn write(&self, file: &str, text: &str) -> String {
        let path = self.0.join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    }
}

impl Drop for Directory {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A report in which all that a driver claims is proven, as the kit writes it.
pub(super) fn proven(driver: &str) -> Value {
    let declared = own().driver(driver).unwrap();
    let claims = own().features.iter().map(|feature| {
        let grade = declared.declared(&feature.id).name().to_owned();
        json!({ "id": feature.id, "declared": grade, "found": grade, "verdict": "proven", "cases": 3 })
    });
    let claims: Vec<Value> = claims.collect();
    json!({
        "version": 1, "vifguard": env!("CARGO_PKG_VERSION"), "driver": driver, "hook": null,
        "contract": own().digest(), "features": claims, "host": "a lab",
    })
}

//! Writes the bytes of every case anew from its fields: `cargo run -p vifguard-corpus --example bless`.
//!
//! Only the texts of `hex` change; the rest of each file stays as somebody laid it out.

use std::error::Error;
use std::fs;

use vifguard_corpus::{Corpus, Hex, build, case_files, directory};

const KEY: &str = "\"hex\": \"";

fn main() -> Result<(), Box<dyn Error>> {
    let root = directory();
    let corpus = Corpus::read(&root)?;
    for path in case_files(&root)? {
        let name = path.strip_prefix(&root)?.display().to_string();
        let text = fs::read_to_string(&path)?;
        let mut parts = text.split(KEY);
        let mut blessed = parts.next().unwrap_or_default().to_owned();
        let mut cases = corpus.cases.iter().filter(|case| case.file == name);
        for part in parts {
            let case = cases.next().ok_or("more hex than cases")?;
            let frame = build(&case.layers).map_err(|error| format!("{}: {error}", case.name))?;
            let (_, rest) = part.split_once('"').ok_or("a hex without an end")?;
            blessed.push_str(&format!("{KEY}{}\"{rest}", Hex(frame)));
        }
        if cases.next().is_some() {
            return Err(
                format!("{name}: a case without hex, or spelled otherwise than {KEY}").into(),
            );
        }
        if blessed != text {
            println!("{name}");
            fs::write(&path, blessed)?;
        }
    }
    Ok(())
}

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;

use super::pages;

fn directory() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../docs/man")
}

/// `cargo xtask bless` writes them anew.
#[test]
fn the_committed_pages_are_those_of_the_commands() {
    let pages = pages();
    let bless = std::env::var_os("VIFGUARD_BLESS").is_some();
    if bless {
        let _ = fs::remove_dir_all(directory());
        fs::create_dir_all(directory()).unwrap();
    }
    for page in &pages {
        let file = directory().join(&page.file);
        if bless {
            fs::write(&file, &page.text).unwrap();
        }
        let committed = fs::read_to_string(&file).unwrap_or_default();
        let advice = "is not what the commands say: cargo xtask bless, and look at the difference";
        assert!(committed == page.text, "docs/man/{} {advice}", page.file);
    }
    let committed: BTreeSet<String> = fs::read_dir(directory())
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    let made: BTreeSet<String> = pages.into_iter().map(|page| page.file).collect();
    assert_eq!(committed, made);
}

#[test]
fn a_page_has_what_a_reader_looks_for() {
    for page in pages() {
        let sections = [
            "NAME",
            "SYNOPSIS",
            "DESCRIPTION",
            "EXAMPLES",
            "\"EXIT STATUS\"",
            "\"SEE ALSO\"",
        ];
        for section in sections {
            let line = format!("\n.SH {section}\n");
            assert!(page.text.contains(&line), "{} has no {section}", page.file);
        }
    }
    let pages = pages();
    let enforce = pages.iter().find(|page| page.file == "vifguard-enforce.1");
    assert!(enforce.unwrap().text.contains("\n.SH FILES\n"));
}

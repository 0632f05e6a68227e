//! What the documents show is what happens.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::support::{PROGRAM, Ran, TempFile, vifguard};

fn document(name: &str) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    fs::read_to_string(root.join(name)).unwrap()
}

/// The blocks of a document that are marked as being in this language.
fn blocks(text: &str, language: &str) -> Vec<String> {
    let open = format!("```{language}\n");
    let block = |rest: &str| rest.split("\n```").next().unwrap_or_default().to_owned();
    text.split(open.as_str()).skip(1).map(block).collect()
}

fn check(policy: &str) -> Ran {
    let file = TempFile::new(policy);
    vifguard(&["check", "-f", file.path()])
}

#[test]
fn the_policies_of_the_documents_are_accepted() {
    let mut count = 0;
    let docs = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs");
    let mut names = vec!["README.md".to_owned()];
    for entry in fs::read_dir(docs).unwrap() {
        let name = entry.unwrap().file_name().into_string().unwrap();
        names.extend(name.ends_with(".md").then(|| format!("docs/{name}")));
    }
    for name in names {
        for policy in blocks(&document(&name), "yaml") {
            // A piece of a policy explains a key; a whole one says its version.
            if policy.starts_with("version:") {
                check(&policy).ends(0);
                count += 1;
            }
        }
    }
    assert!(count >= 3, "only {count} policies");
}

#[test]
fn the_explanation_in_the_readme_is_the_programs_own() {
    let readme = document("README.md");
    let policy = TempFile::new(blocks(&readme, "yaml").remove(0));
    let shown = blocks(&readme, "text")
        .into_iter()
        .find(|text| text.contains("explain -f"));
    let shown = shown.unwrap();
    let hex = shown.split('\'').nth(1).unwrap();
    let said = shown.split("'\n").nth(1).unwrap();
    let ran = vifguard(&[
        "explain",
        "-f",
        policy.path(),
        "--port",
        "web-1",
        "--hex",
        hex,
    ]);
    assert_eq!(ran.out.trim_end(), said.trim_end());
}

#[test]
fn the_import_in_the_readme_is_the_programs_own() {
    let readme = document("README.md");
    let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("readme-import");
    fs::create_dir_all(&directory).unwrap();
    let domain = blocks(&readme, "xml").remove(0);
    fs::write(directory.join("web.xml"), domain).unwrap();
    let mut texts = blocks(&readme, "text").into_iter();
    let shown = texts
        .find(|text| text.contains("$ vifguard import"))
        .unwrap();
    let (command, said) = shown.split_once('\n').unwrap();
    let arguments: Vec<&str> = command.split_whitespace().skip(2).collect();
    let mut program = Command::new(PROGRAM);
    program.args(arguments).current_dir(&directory);
    let ran = Ran::of(program.output().unwrap()).ends(0);
    assert_eq!(ran.out.trim_end(), said.trim_end());
}

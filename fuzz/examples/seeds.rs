//! Writes every frame of the corpus as a seed, with each choice of guards that its case names.
//!
//! `seeds DIRECTORY`

use std::error::Error;
use std::path::PathBuf;
use std::{env, fs};

use vifguard_corpus::Corpus;
use vifguard_fuzz::Input;

fn main() -> Result<(), Box<dyn Error>> {
    let directory = PathBuf::from(env::args_os().nth(1).ok_or("name a directory")?);
    fs::create_dir_all(&directory)?;
    for case in &Corpus::embedded()?.cases {
        for variant in case.variants() {
            let guards = variant.guards();
            let file = format!("{}-{:02x}", case.name, guards.bits());
            fs::write(directory.join(file), Input::write(guards, &case.frame))?;
        }
    }
    Ok(())
}

//! The documentation as a site: the same pages that the repository shows, with mdBook.
//!
//! Links between pages are written for the repository. mdBook wants all pages under one directory, so
//! they are laid out under `target`, at the places that they have here; what a page links besides, such
//! as the schema, is laid beside them.

mod check;
mod markdown;
mod place;
mod site;
#[cfg(test)]
mod tests;

use crate::machine::{self, MDBOOK};
use crate::step::{Failure, Outcome, Step, root};

/// Checks the links, lays the pages out, and has mdBook build `target/book`.
pub(crate) fn build(target: &std::path::Path) -> Outcome {
    let broken = check::broken(root());
    if !broken.is_empty() {
        return Err(Failure::Book(broken.join("\n")));
    }
    let source = target.join("book-source");
    site::lay_out(root(), &source).map_err(Failure::Book)?;
    machine::provide_crate(&MDBOOK)?;
    let book = target.join("book");
    Step::new(MDBOOK.program)
        .args(["build", &source.to_string_lossy()])
        .args(["--dest-dir", &book.to_string_lossy()])
        .run()?;
    eprintln!("{}", book.join("index.html").display());
    Ok(())
}

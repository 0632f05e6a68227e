use std::path::{Path, PathBuf};
use std::sync::OnceLock;
use std::{fs, io};

use thiserror::Error;

use crate::case::Written;
use crate::{Case, ChoiceError, Setting};

#[cfg(test)]
mod tests;

/// Every case, in the order of the files.
#[derive(Clone, Debug)]
pub struct Corpus {
    /// The cases.
    pub cases: Vec<Case>,
}

/// Why case files are no corpus.
#[derive(Debug, Error)]
pub enum CorpusError {
    /// A file or directory that cannot be read.
    #[error("{}: cannot be read; run this inside the repository", path.display())]
    Read {
        /// The file or directory.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// A file that is not a list of cases.
    #[error("{file}: not a list of cases; the format is in crates/corpus/README.md")]
    Syntax {
        /// The file, relative to `cases/`.
        file: String,
        /// What is wrong, with line and column.
        source: serde_json::Error,
    },
    /// A case that speaks of guards that there are not.
    #[error("{file}: case {case}: its guards mean nothing")]
    Choice {
        /// The file, relative to `cases/`.
        file: String,
        /// The case.
        case: String,
        /// What is wrong with it.
        source: ChoiceError,
    },
}

/// The case files, by name relative to `cases/`, as they were when this crate was built.
const FILES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/files.rs"));

/// The directory of the case files, in the source tree that this crate was built from.
pub fn directory() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("cases")
}

impl Corpus {
    /// The corpus that was built in, read once.
    pub fn embedded() -> Result<&'static Corpus, &'static CorpusError> {
        static CORPUS: OnceLock<Result<Corpus, CorpusError>> = OnceLock::new();
        CORPUS.get_or_init(|| Corpus::of(FILES)).as_ref()
    }

    /// The corpus in a directory of case files.
    pub fn read(directory: &Path) -> Result<Corpus, CorpusError> {
        let mut files = Vec::new();
        for path in case_files(directory)? {
            let text = fs::read_to_string(&path).map_err(|source| CorpusError::Read {
                path: path.clone(),
                source,
            })?;
            let name = path
                .strip_prefix(directory)
                .unwrap_or(&path)
                .display()
                .to_string();
            files.push((name, text));
        }
        Corpus::of(&files)
    }

    /// The case of this name.
    pub fn case(&self, name: &str) -> Option<&Case> {
        self.cases.iter().find(|case| case.name == name)
    }

    fn of<S: AsRef<str>>(files: &[(S, S)]) -> Result<Corpus, CorpusError> {
        let standard: Setting =
            serde_json::from_str(Setting::STANDARD).map_err(|source| CorpusError::Syntax {
                file: "../standard.json".to_owned(),
                source,
            })?;
        let mut cases = Vec::new();
        for (file, text) in files {
            cases.extend(cases_of(file.as_ref(), text.as_ref(), &standard)?);
        }
        Ok(Corpus { cases })
    }
}

fn cases_of(file: &str, text: &str, standard: &Setting) -> Result<Vec<Case>, CorpusError> {
    let written: Vec<Written> =
        serde_json::from_str(text).map_err(|source| CorpusError::Syntax {
            file: file.to_owned(),
            source,
        })?;
    let case = |written: Written| {
        let name = written.name().to_owned();
        written
            .into_case(file, standard)
            .map_err(|source| CorpusError::Choice {
                file: file.to_owned(),
                case: name,
                source,
            })
    };
    written.into_iter().map(case).collect()
}

/// The case files below a directory, sorted.
pub fn case_files(directory: &Path) -> Result<Vec<PathBuf>, CorpusError> {
    let failed = |source| CorpusError::Read {
        path: directory.to_owned(),
        source,
    };
    let mut files = Vec::new();
    for entry in fs::read_dir(directory).map_err(failed)? {
        let path = entry.map_err(failed)?.path();
        if path.is_dir() {
            files.extend(case_files(&path)?);
        } else if path
            .extension()
            .is_some_and(|extension| extension == "json")
        {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

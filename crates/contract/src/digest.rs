use std::sync::OnceLock;

use sha2::{Digest, Sha256};
use vifguard_corpus::{Case, Corpus};

use crate::{Contract, Feature, Shown};

impl Contract {
    /// Sixteen hexadecimal digits that stand for what features promise, what shows them, and the corpus that
    /// was built in. A report that was made for others says nothing of these. Levels, profiles and drivers are
    /// not in it: they change nothing of what was proven.
    pub fn digest(&self) -> String {
        self.hashed(embedded())
    }

    /// The same, were these the cases of the corpus.
    pub fn digest_with(&self, cases: &[Case]) -> String {
        self.hashed(&corpus(cases))
    }

    fn hashed(&self, corpus: &[u8]) -> String {
        let mut words = Words::default();
        let mut features: Vec<&Feature> = self.features.iter().collect();
        features.sort_by(|a, b| a.id.cmp(&b.id));
        for feature in features {
            words.add("feature");
            words.add(&feature.id);
            words.add(&feature.promise);
            match &feature.shown {
                Shown::Frames(selection) => {
                    words.list("reasons", &selection.reasons);
                    words.list("cases", &selection.cases);
                    words.list("except", &selection.except);
                }
                Shown::Check(check) => {
                    words.add("check");
                    words.add(check);
                }
                Shown::Nothing => words.add("nothing"),
            }
        }
        words.add("corpus");
        words.add(corpus);
        let digest = words.end();
        digest[..8]
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect()
    }
}

/// Of the corpus that was built in, hashed once: it is asked for with every claim.
fn embedded() -> &'static [u8] {
    static DIGEST: OnceLock<Vec<u8>> = OnceLock::new();
    DIGEST.get_or_init(|| match Corpus::embedded() {
        Ok(built_in) => corpus(&built_in.cases),
        // Nobody can have been tried by it.
        Err(error) => error.to_string().into_bytes(),
    })
}

/// What a driver is tried by: each frame, where it is sent, and what has to become of it. Stories and sources
/// are for people.
fn corpus(cases: &[Case]) -> Vec<u8> {
    let mut words = Words::default();
    let mut cases: Vec<&Case> = cases.iter().collect();
    cases.sort_by(|a, b| a.name.cmp(&b.name));
    for case in cases {
        words.add("case");
        words.add(&case.name);
        words.add(&case.frame);
        words.add(case.after.as_deref().unwrap_or_default());
        words.add([u8::from(case.judge_only), u8::from(case.bridge_drops)]);
        let variants = case.variants();
        // The network around the frame, in the words of a policy.
        if let Some(first) = variants.first() {
            words.add(case.setting.policy_text(&first.choice, "own", "neighbour"));
        }
        for variant in variants {
            words.add("variant");
            words.add(variant.label());
            words.add(variant.expected.to_string());
        }
    }
    words.end()
}

/// Texts, each with its length, so that none runs into the next.
#[derive(Default)]
struct Words(Sha256);

impl Words {
    fn add(&mut self, word: impl AsRef<[u8]>) {
        let word = word.as_ref();
        let length = u64::try_from(word.len()).unwrap_or(u64::MAX);
        self.0.update(length.to_be_bytes());
        self.0.update(word);
    }

    fn list(&mut self, name: &str, list: &[String]) {
        self.add(name);
        let mut sorted: Vec<&String> = list.iter().collect();
        sorted.sort();
        sorted.into_iter().for_each(|text| self.add(text));
    }

    fn end(self) -> Vec<u8> {
        self.0.finalize().to_vec()
    }
}

use vifguard_corpus::Corpus;

use super::build::Subject;
use super::document::Report;
use crate::{Asked, Run, Terms, Verdict};

/// Who was judged without having declared anything.
#[derive(Clone, Debug)]
pub struct External {
    /// What the hook says that it is.
    pub name: String,
    /// The hook, as it was named.
    pub hook: String,
    /// What else is known of it.
    pub facts: Vec<(String, String)>,
}

impl Report {
    /// What a run showed of something that is no driver.
    pub fn of_external(
        run: &Run,
        external: &External,
        corpus: &Corpus,
        terms: &dyn Terms,
        asked: &Asked,
        vifguard: &str,
    ) -> Report {
        let subject = Subject {
            name: &external.name,
            chosen: &external.hook,
            facts: &external.facts,
        };
        let mut report = Report::about(run, &subject, corpus, terms, asked, vifguard);
        report.hook = Some(external.hook.clone());
        for feature in &mut report.features {
            feature.declared = None;
            feature.verdict = match feature.found {
                None => Verdict::NotShown,
                Some(crate::Level::None) => Verdict::DoesNotHold,
                Some(crate::Level::Partial | crate::Level::Full) => Verdict::Holds,
            };
        }
        for difference in &mut report.differences {
            difference.declared = false;
            let choice = difference.variants.first().map(|it| it.choice.as_str());
            difference.again = format!(
                "vifguard conformance case {case} --external {} --choice {} --pcap {case}.pcapng",
                external.hook,
                choice.unwrap_or("strict"),
                case = difference.case,
            );
        }
        report
    }
}

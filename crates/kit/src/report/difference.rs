use std::collections::BTreeMap;

use vifguard_corpus::Corpus;
use vifguard_driver::{Capabilities, Feature};
use vifguard_policy::Policy;
use vifguard_verdict::{CompiledPort, found, judge};

use super::document::{self, Ground, Variant};
use crate::evidence::{Difference, Kind};
use crate::{Level, fields};

/// All differences, by how, by feature and by case.
pub(super) fn differences(
    all: &[Difference],
    corpus: &Corpus,
    can: &Capabilities,
    chosen: &str,
) -> Vec<document::Difference> {
    let mut by_case: BTreeMap<(Kind, Feature, &str), Vec<&Difference>> = BTreeMap::new();
    for it in all {
        by_case
            .entry((it.kind, it.feature, &it.case))
            .or_default()
            .push(it);
    }
    let shown = by_case
        .into_iter()
        .filter_map(|((kind, feature, case), all)| {
            let case = corpus.case(case)?;
            let first = *all.first()?;
            let declared = Level::declared(&can.of(feature)).0;
            let level = all.iter().map(|it| level(it)).min().unwrap_or(Level::None);
            Some(document::Difference {
                kind,
                feature: feature.name(),
                declared: declared <= level,
                case: case.name.clone(),
                story: case.story.clone(),
                source: case.source.clone(),
                frame: hex(&case.frame),
                fields: fields(&case.frame),
                ground: ground(case, &first.choice),
                variants: all.iter().map(|it| variant(it)).collect(),
                again: again(first, chosen),
            })
        });
    shown.collect()
}

/// How far a feature goes of which this can be said.
fn level(difference: &Difference) -> Level {
    match difference.kind {
        Kind::Leaked | Kind::Taught | Kind::Miscounted | Kind::Unaudited => Level::None,
        Kind::Broken | Kind::OtherReason => Level::Partial,
        Kind::Elsewhere if difference.fate.came_through => Level::None,
        Kind::Elsewhere => Level::Partial,
    }
}

fn variant(difference: &Difference) -> Variant {
    Variant {
        choice: difference.choice.clone(),
        place: difference.place,
        audit: difference.audit,
        expected: difference.expected.to_string(),
        observed: difference.fate.to_string(),
    }
}

fn again(difference: &Difference, chosen: &str) -> String {
    let Difference {
        case,
        choice,
        place,
        ..
    } = difference;
    let audit = if difference.audit { " --audit" } else { "" };
    format!(
        "vifguard conformance case {case} {chosen} --choice {choice} --place {place}{audit} --pcap \
         {case}.pcapng"
    )
}

/// Why the contract judges the case so, by the judge.
fn ground(case: &vifguard_corpus::Case, choice: &str) -> Ground {
    let variant = case.variants().iter().find(|it| it.label() == choice);
    let policy = variant.map(|it| Policy::parse(&case.policy_text(&it.choice), "case"));
    let Some(Ok(policy)) = policy else {
        return Ground::default();
    };
    let Some(own) = policy.identities().into_iter().next() else {
        return Ground::default();
    };
    let judgement = judge(&CompiledPort::new(&own), &case.frame, None);
    Ground {
        rule: judgement.rule.number().to_owned(),
        sentence: judgement.rule.sentence().to_owned(),
        offset: judgement.field.start,
        length: judgement.field.len(),
        found: found(&judgement, &case.frame, &own),
    }
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

use std::collections::BTreeMap;
use std::io;

use quick_xml::Writer;
use quick_xml::events::{BytesDecl, BytesText, Event};

use super::document::{Difference, Report};
use crate::evidence::Kind;
use crate::{Error, Result, Verdict};

/// The suite of frames that must pass.
const GOOD: &str = "good-traffic";

/// One test.
struct Test<'a> {
    name: &'a str,
    /// Why it failed, or why it does not count.
    said: Option<Said>,
}

enum Said {
    Failed(String, String),
    Skipped(String),
}

type Suites<'a> = BTreeMap<&'a str, Vec<Test<'a>>>;

/// The report for programs that show test results: a suite for each feature, in it each case that shows it; one
/// for what must pass; one for the features themselves; one for the run. What a driver declares is skipped,
/// what it does not declare has failed, and so has what it declares and nothing shows.
///
/// # Errors
///
/// Text that cannot be written as XML.
pub fn junit(report: &Report) -> Result<String> {
    let suites = suites(report);
    write(report, &suites).map_err(|error| Error::Render {
        what: "junit.xml",
        why: error.to_string(),
    })
}

fn suites(report: &Report) -> Suites<'_> {
    let mut suites: Suites<'_> = BTreeMap::new();
    for case in &report.cases {
        let kind = if case.feature.is_some() {
            Kind::Leaked
        } else {
            Kind::Broken
        };
        let fits = |it: &&Difference| {
            let same = case.feature.is_none_or(|feature| feature == it.feature);
            it.case == case.name && it.kind == kind && same
        };
        let differences: Vec<&Difference> = report.differences.iter().filter(fits).collect();
        suites
            .entry(case.feature.unwrap_or(GOOD))
            .or_default()
            .push(Test {
                name: &case.name,
                said: said(&differences),
            });
    }
    let features = report.features.iter().map(|feature| Test {
        name: feature.id,
        said: match feature.verdict {
            Verdict::Proven | Verdict::Holds => None,
            Verdict::DoesNotHold => Some(Said::Failed(
                "does not hold".to_owned(),
                feature.why.clone(),
            )),
            Verdict::Unproven if feature.declared > Some(crate::Level::None) => Some(Said::Failed(
                "declared, and nothing shows it".to_owned(),
                feature.why.clone(),
            )),
            Verdict::Unproven | Verdict::NotShown => Some(Said::Skipped(feature.why.clone())),
            Verdict::Contradicted => Some(Said::Failed(
                format!(
                    "declared {}, found {}",
                    feature.declared.map_or("nothing", crate::Level::name),
                    feature.found.map_or("nothing", crate::Level::name)
                ),
                feature.why.clone(),
            )),
        },
    });
    suites.insert("features", features.collect());
    suites.insert("outcome", vec![outcome(report)]);
    suites
}

/// The run itself: it fails where the program ends with 1, so that nobody who reads tests alone takes it for
/// good.
fn outcome(report: &Report) -> Test<'_> {
    let failed = !matches!(report.outcome, "holds" | "shown");
    let why = format!("for the profile {}", report.profile.name);
    Test {
        name: "outcome",
        said: failed.then(|| Said::Failed(report.outcome.to_owned(), why)),
    }
}

fn said(differences: &[&Difference]) -> Option<Said> {
    let first = differences.first()?;
    let lines = |it: &&Difference| -> Vec<String> {
        let line = |v: &super::document::Variant| {
            format!(
                "{} at {}: expected {}, {}",
                v.choice, v.place, v.expected, v.observed
            )
        };
        it.variants.iter().map(line).collect()
    };
    let undeclared = differences.iter().find(|it| !it.declared);
    let Some(undeclared) = undeclared else {
        return Some(Said::Skipped(format!(
            "the driver declares {} so",
            first.feature
        )));
    };
    let message = match undeclared.kind {
        Kind::Broken => "it was refused, and must pass",
        Kind::Leaked
        | Kind::Taught
        | Kind::OtherReason
        | Kind::Miscounted
        | Kind::Elsewhere
        | Kind::Unaudited => "it passed, and must be refused",
    };
    let mut text: Vec<String> = differences.iter().flat_map(lines).collect();
    text.push(format!("frame {}", undeclared.frame));
    text.push(undeclared.again.clone());
    Some(Said::Failed(message.to_owned(), text.join("\n")))
}

fn write(report: &Report, suites: &Suites<'_>) -> io::Result<String> {
    let mut writer = Writer::new_with_indent(Vec::new(), b' ', 2);
    writer.write_event(Event::Decl(BytesDecl::new("1.0", Some("UTF-8"), None)))?;
    let all = suites.values().flatten();
    let [tests, failures, skipped] = counts(all).map(|count| count.to_string());
    let kind = if report.hook.is_some() {
        "switch"
    } else {
        "driver"
    };
    let name = clean(&format!("vifguard conformance, {kind} {}", report.driver));
    let time = report.seconds.to_string();
    writer
        .create_element("testsuites")
        .with_attributes([
            ("name", name.as_str()),
            ("tests", &tests),
            ("failures", &failures),
            ("errors", "0"),
            ("skipped", &skipped),
            ("time", &time),
        ])
        .write_inner_content(|writer| {
            suites
                .iter()
                .try_for_each(|(name, tests)| suite(writer, report, name, tests))
        })?;
    let text = String::from_utf8(writer.into_inner()).map_err(io::Error::other)?;
    Ok(text + "\n")
}

fn counts<'a>(tests: impl Iterator<Item = &'a Test<'a>>) -> [usize; 3] {
    tests.fold([0; 3], |[all, failed, skipped], test| match test.said {
        None => [all + 1, failed, skipped],
        Some(Said::Failed(..)) => [all + 1, failed + 1, skipped],
        Some(Said::Skipped(_)) => [all + 1, failed, skipped + 1],
    })
}

fn suite(
    writer: &mut Writer<Vec<u8>>,
    report: &Report,
    name: &str,
    tests: &[Test<'_>],
) -> io::Result<()> {
    let [all, failures, skipped] = counts(tests.iter()).map(|count| count.to_string());
    let class = clean(&format!("vifguard.{}.{name}", report.driver));
    let began = report.began.trim_end_matches('Z');
    writer
        .create_element("testsuite")
        .with_attributes([
            ("name", name),
            ("tests", &all),
            ("failures", &failures),
            ("errors", "0"),
            ("skipped", &skipped),
            ("timestamp", began),
        ])
        .write_inner_content(|writer| tests.iter().try_for_each(|it| test(writer, &class, it)))?;
    Ok(())
}

fn test(writer: &mut Writer<Vec<u8>>, class: &str, test: &Test<'_>) -> io::Result<()> {
    let element = writer
        .create_element("testcase")
        .with_attributes([("name", test.name), ("classname", class)]);
    match &test.said {
        None => element.write_empty()?,
        Some(Said::Failed(message, text)) => element.write_inner_content(|writer| {
            let message = clean(message);
            let failure = writer.create_element("failure");
            let failure = failure.with_attributes([("message", message.as_str())]);
            failure.write_text_content(BytesText::new(&clean(text)))?;
            Ok(())
        })?,
        Some(Said::Skipped(message)) => element.write_inner_content(|writer| {
            let message = clean(message);
            let skipped = writer.create_element("skipped");
            skipped
                .with_attributes([("message", message.as_str())])
                .write_empty()?;
            Ok(())
        })?,
    };
    Ok(())
}

/// XML knows no control characters; a driver's own words may have any.
fn clean(text: &str) -> String {
    let allowed = |c: char| matches!(c, '\n' | '\t') || !c.is_control() && c < '\u{fffe}';
    text.chars().filter(|c| allowed(*c)).collect()
}

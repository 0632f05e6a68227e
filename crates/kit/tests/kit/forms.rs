//! The report's forms.

use std::fs;

use boon::{Compiler, Schemas};
use serde_json::Value;
use vifguard_driver::{Feature, Null};
use vifguard_kit::{junit, make_room, page, schema};
use vifguard_policy::Guard;

use crate::support::{Boasting, Tried, tried};

fn leaky() -> Option<Tried> {
    let arp = Feature::Guard(Guard::Arp);
    vifguard_lab::available().then(|| tried(Boasting::of(Null), &[arp]))
}

#[track_caller]
fn assert_valid(document: &Value) {
    let mut compiler = Compiler::new();
    let mut schemas = Schemas::new();
    compiler.add_resource("report.json", schema()).unwrap();
    let index = compiler.compile("report.json", &mut schemas).unwrap();
    if let Err(error) = schemas.validate(document, index) {
        panic!("{error:#}");
    }
}

#[test]
fn the_document_is_as_its_schema_says() {
    let Some(tried) = leaky() else {
        return;
    };
    let document = serde_json::to_value(&tried.report).unwrap();
    assert_valid(&document);
    assert_eq!(document["features"][0]["id"], "arp");
    assert_eq!(document["features"][0]["verdict"], "contradicted");
    let leaked = &document["differences"][0];
    assert_eq!(leaked["kind"], "leaked");
    assert!(!leaked["fields"].as_array().unwrap().is_empty());
    assert!(leaked["again"].as_str().unwrap().contains("--pcap"));
}

#[test]
fn junit_counts_what_it_holds() {
    let Some(tried) = leaky() else {
        return;
    };
    let text = junit(&tried.report).unwrap();
    let document = roxmltree::Document::parse(&text).unwrap();
    let root = document.root_element();
    assert_eq!(root.tag_name().name(), "testsuites");
    let count = |name: &str| {
        document
            .descendants()
            .filter(|it| it.has_tag_name(name))
            .count()
    };
    let said = |name: &str| root.attribute(name).unwrap().parse::<usize>().unwrap();
    assert_eq!(said("tests"), count("testcase"));
    assert_eq!(said("failures"), count("failure"));
    assert_eq!(said("skipped"), count("skipped"));
    assert!(count("failure") > 1);
    for suite in root.children().filter(|it| it.has_tag_name("testsuite")) {
        let own = suite.children().filter(|it| it.has_tag_name("testcase"));
        assert_eq!(suite.attribute("tests").unwrap(), own.count().to_string());
    }
}

/// What a driver says of itself is text, not markup; and nothing is fetched from elsewhere.
#[test]
fn the_page_is_whole_and_by_itself() {
    let Some(tried) = leaky() else {
        return;
    };
    let text = page(&tried.report).unwrap();
    assert!(
        text.contains("a &#60;part&#62;") || text.contains("a &lt;part&gt;"),
        "{text}"
    );
    for foreign in ["<script", "src=", "href=\"http", "@import", "url("] {
        assert!(!text.contains(foreign), "{foreign}");
    }
    let opened = text.matches("<details").count();
    assert_eq!(opened, tried.report.differences.len());
    assert_eq!(opened, text.matches("</details>").count());
    for difference in &tried.report.differences {
        assert!(text.contains(&difference.again), "{}", difference.case);
    }
}

#[test]
fn the_files_are_written() {
    let Some(tried) = leaky() else {
        return;
    };
    let place = vifguard_lab::Place::new().unwrap();
    let directory = place.path().join("new/report");
    tried.report.write(&directory).unwrap();
    let json = fs::read_to_string(directory.join("report.json")).unwrap();
    assert_valid(&serde_json::from_str(&json).unwrap());
    for name in ["junit.xml", "index.html"] {
        assert!(!fs::read_to_string(directory.join(name)).unwrap().is_empty());
    }
}

/// A run that does not come to an end must not leave another's report in its place.
#[test]
fn an_older_report_goes_before_the_run() {
    let place = vifguard_lab::Place::new().unwrap();
    let directory = place.path().join("report");
    make_room(&directory).unwrap();
    let (report, other) = (directory.join("report.json"), directory.join("notes"));
    for file in [&report, &other] {
        fs::write(file, "old").unwrap();
    }
    make_room(&directory).unwrap();
    assert!(!report.exists());
    assert!(other.exists());
    let error = make_room(&other).unwrap_err();
    assert!(error.to_string().contains("notes"), "{error}");
}

//! Which reports count, and what the digest that they name stands for.

use std::fs;
use std::path::Path;

use vifguard_contract::{Lacking, Reading, release_gate};
use vifguard_corpus::Corpus;

use crate::support::{SMALL, evidence, mac_proven, parse, releases, report, small};

/// What another vifguard was like says nothing of this one.
#[test]
fn a_report_of_another_version_proves_nothing() {
    let contract = parse(SMALL);
    let proves = |made: &str, program: &str, at: &str| {
        let mut proven = mac_proven(&contract);
        made.clone_into(&mut proven.reports[0].1.vifguard);
        program.clone_into(&mut proven.program);
        let [at] = releases([at]);
        let lacks = release_gate(&contract, at, &proven);
        assert_eq!(lacks.len(), proven.stale(&contract, at).len());
        if let [lack] = &lacks[..] {
            assert_eq!(lack.lack, Lacking::Unproven);
            let why =
                format!("0/report.json was made by vifguard {made}, which says nothing of {at}");
            assert!(lack.why.starts_with(&why), "{lack:?}");
        }
        lacks.is_empty()
    };
    // Of the release itself, whoever asks.
    assert!(proves("0.2.0", "0.2.0", "0.2.0"));
    assert!(proves("0.2.0", "0.3.0", "0.2.0"));
    assert!(proves("0.2.0", "0.3.0-dev", "0.2.0"));
    // On the way to it, of the program that asks.
    assert!(proves("0.2.0", "0.2.0", "0.3.0"));
    assert!(proves("0.2.0-dev", "0.2.0-dev", "0.2.0"));
    for (made, program) in [
        ("0.0.1-evil", "0.2.0"),
        ("0.1.0", "0.2.0"),
        ("0.2.0-dev", "0.2.0"),
        ("0.3.0", "0.2.0"),
        // It is out, and the program that asks is another one.
        ("0.3.0", "0.3.0"),
        ("", ""),
    ] {
        assert!(!proves(made, program, "0.2.0"), "{made} {program}");
    }
}

/// One that contradicts says nothing either, if it is of another version.
#[test]
fn a_stale_report_contradicts_nothing() {
    let contract = parse(SMALL);
    let mut old = report(
        "nft",
        &contract.digest(),
        &[("mac", "full", "none", "contradicted")],
    );
    old.vifguard = "0.1.0".to_owned();
    let proven = mac_proven(&contract).reports[0].1.clone();
    let [now] = releases(["0.2.0"]);
    let both = evidence(&[old, proven]);
    assert_eq!(release_gate(&contract, now, &both), []);
    assert_eq!(both.stale(&contract, now).len(), 1);
}

#[test]
fn what_is_no_drivers_report_is_told_from_what_is_none() {
    let other = |text: &str| match Reading::of(text).unwrap() {
        Reading::Driver(report) => panic!("{report:?}"),
        Reading::Other(why) => why,
    };
    let hook = "{ \"version\": 1, \"driver\": \"bare bridge\", \"hook\": \"/x\", \"contract\": \"0\", \
                \"vifguard\": \"0.2.0\", \"features\": [{ \"id\": \"mac\", \"declared\": null, \
                \"found\": \"none\", \"verdict\": \"does-not-hold\" }] }";
    assert!(other(hook).contains("declares nothing"));
    assert!(other("{ \"version\": 77 }").contains("form 77"));
    // A driver says something of itself.
    assert!(Reading::of(&hook.replace("\"/x\"", "null")).is_err());
    for none in ["{}", "[]", "{ \"version\": \"1\" }", "{ \"version\": 1 }"] {
        assert!(Reading::of(none).is_err(), "{none}");
    }
}

/// Whoever was tried by other frames was tried by another contract.
#[test]
fn the_corpus_is_in_the_digest() {
    let contract = parse(SMALL);
    let cases = &Corpus::embedded().unwrap().cases;
    assert_eq!(contract.digest_with(cases), contract.digest());
    let mut turned = cases.clone();
    turned.reverse();
    assert_eq!(contract.digest_with(&turned), contract.digest());
    let with = |change: &dyn Fn(&mut vifguard_corpus::Case)| {
        let mut cases = cases.clone();
        change(&mut cases[0]);
        contract.digest_with(&cases)
    };
    let story = with(&|case| case.story = "Told otherwise.".to_owned());
    assert_eq!(story, contract.digest());
    let changed = [
        with(&|case| case.name += "-too"),
        with(&|case| case.frame[0] ^= 1),
        with(&|case| case.setting.port.mac = "02:00:00:00:00:77".to_owned()),
        with(&|case| case.after = Some("another".to_owned())),
        contract.digest_with(&cases[1..]),
    ];
    for digest in changed {
        assert_ne!(digest, contract.digest());
    }
}

/// The same frame with another verdict.
#[test]
fn expectations_are_in_the_digest() {
    let file = "4-arp/form.json";
    let text = fs::read_to_string(vifguard_corpus::directory().join(file)).unwrap();
    let digest = |text: &str| {
        let directory =
            Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("cases-{}", std::process::id()));
        fs::create_dir_all(&directory).unwrap();
        fs::write(directory.join("one.json"), text).unwrap();
        let corpus = Corpus::read(&directory);
        fs::remove_dir_all(&directory).unwrap();
        parse(SMALL).digest_with(&corpus.unwrap().cases)
    };
    let pass = "\"strict\": \"pass\"";
    assert!(text.contains(pass), "{file} has no case that passes");
    let refused = text.replacen(pass, "\"strict\": \"arp-ip\"", 1);
    assert_ne!(digest(&refused), digest(&text));
}

/// What was proven stays so while levels and drivers change, and not when promises and cases do.
#[test]
fn the_digest_is_of_what_was_proven() {
    let digest = parse(SMALL).digest();
    assert_eq!(digest.len(), 16);
    for (from, to) in [
        ("\"required\" }\nreasons", "\"advisory\" }\nreasons"),
        ("held = \"0.4.0\"\n", ""),
        ("mac = \"full\"", "mac = { none = \"x\" }"),
        ("baseline = [\"mac\", \"fdb\"]", "baseline = [\"mac\"]"),
        ("[\"mac\", \"arp-mac\"]", "[\"arp-mac\", \"mac\"]"),
    ] {
        assert_eq!(small(from, to).digest(), digest, "{to}");
    }
    for (from, to) in [
        ("The sender's MAC.", "The sender's MAC, too."),
        ("\"arp-mac\"", "\"nd-mac\""),
        ("cases = [\"forged-*\"]", "cases = [\"forged-*\", \"a\"]"),
        ("except = [\"forged-*@open\"]\n", ""),
        ("check = \"fdb\"", "check = \"fbd\""),
        ("id = \"trunk\"", "id = \"trunks\""),
    ] {
        assert_ne!(small(from, to).digest(), digest, "{to}");
    }
}

/// Whoever writes something twice has said the worse of the two.
#[test]
fn a_report_that_says_two_things_of_a_feature() {
    let contract = parse(SMALL);
    let (good, bad) = (
        ("mac", "full", "full", "proven"),
        ("mac", "full", "none", "contradicted"),
    );
    let less = ("mac", "partial", "partial", "proven");
    let [now] = releases(["0.2.0"]);
    let lacks = |features: &[_]| {
        let both = evidence(&[report("nft", &contract.digest(), features)]);
        let lacks = release_gate(&contract, now, &both);
        lacks.iter().map(|lack| lack.lack).collect::<Vec<_>>()
    };
    assert_eq!(lacks(&[good, good]), []);
    for both in [[good, bad], [bad, good]] {
        assert_eq!(lacks(&both), [Lacking::Contradicted]);
    }
    for both in [[good, less], [less, good]] {
        assert_eq!(lacks(&both), [Lacking::Unproven]);
    }
}

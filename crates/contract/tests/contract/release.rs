//! The release gate, on both sides of each of its rules.

use vifguard_contract::{Contract, Evidence, Lacking, Proof, Reading, asked, release_gate};

use crate::support::{SMALL, evidence, mac_proven, parse, read, releases, report, small};

type Said<'a> = (&'a str, &'a str, Lacking);

#[track_caller]
fn waits(contract: &Contract, at: &str, evidence: &Evidence, for_: &[Said]) {
    let [at] = releases([at]);
    let lacks = release_gate(contract, at, evidence);
    let said: Vec<Said> = lacks
        .iter()
        .map(|lack| (lack.driver.as_str(), lack.feature.as_str(), lack.lack))
        .collect();
    assert_eq!(said, for_, "{lacks:?}");
    for lack in &lacks {
        // Whoever reads it knows whom to ask.
        assert!(
            !lack.maintainers.is_empty() && !lack.why.is_empty(),
            "{lack:?}"
        );
    }
}

#[test]
fn what_is_required_must_be_there() {
    let contract = parse(SMALL);
    let proven = mac_proven(&contract);
    // fdb is advisory until 0.4.0.
    waits(&contract, "0.3.0", &proven, &[]);
    let [nft, ovs_fdb, ovs_mac] = [
        ("nft", "fdb", Lacking::Missing),
        ("ovs", "fdb", Lacking::Unproven),
        ("ovs", "mac", Lacking::Missing),
    ];
    // ovs is held from then on: what it lacks counts, too.
    waits(&contract, "0.4.0", &proven, &[nft, ovs_mac, ovs_fdb]);
}

#[test]
fn a_driver_is_held_from_its_release_until_it_leaves() {
    let contract = small("held = \"0.1.0\"", "held = \"0.1.0\"\nleaves = \"0.3.0\"");
    let mac = [("nft", "mac", Lacking::Unproven)];
    waits(&contract, "0.2.0", &Evidence::default(), &mac);
    waits(&contract, "0.3.0", &Evidence::default(), &[]);
    // One without a release is held to nothing.
    let contract = small("held = \"0.1.0\"\n", "");
    waits(&contract, "0.3.0", &Evidence::default(), &[]);
    // That nothing was asked can be told from that all was answered.
    let [now, later] = releases(["0.3.0", "0.4.0"]);
    assert_eq!((asked(&contract, now), asked(&contract, later)), (0, 2));
    assert_eq!(asked(&parse(SMALL), now), 1);
}

#[test]
fn what_is_claimed_must_be_proven() {
    let contract = parse(SMALL);
    let digest = contract.digest();
    let of = |digest: &str, found, verdict| {
        evidence(&[report("nft", digest, &[("mac", "full", found, verdict)])])
    };
    let unproven = [("nft", "mac", Lacking::Unproven)];
    waits(&contract, "0.2.0", &of(&digest, "full", "proven"), &[]);
    waits(&contract, "0.2.0", &Evidence::default(), &unproven);
    waits(
        &contract,
        "0.2.0",
        &of(&digest, "full", "unproven"),
        &unproven,
    );
    let contradicted = [("nft", "mac", Lacking::Contradicted)];
    waits(
        &contract,
        "0.2.0",
        &of(&digest, "none", "contradicted"),
        &contradicted,
    );
    // Made for other promises: it says nothing of these.
    waits(
        &contract,
        "0.2.0",
        &of("0123456789abcdef", "full", "proven"),
        &unproven,
    );
    waits(
        &contract,
        "0.2.0",
        &of("0123456789abcdef", "none", "contradicted"),
        &unproven,
    );
    // Tried on a host where the driver has less than it claims.
    waits(
        &contract,
        "0.2.0",
        &of(&digest, "partial", "proven"),
        &unproven,
    );
    // Of another driver, or of another feature.
    let others = [
        report("ovs", &digest, &[("mac", "full", "full", "proven")]),
        report("nft", &digest, &[("fdb", "full", "full", "proven")]),
    ];
    waits(&contract, "0.2.0", &evidence(&others), &unproven);
}

/// As the kit writes what it could not try.
#[test]
fn what_nothing_showed_is_unproven() {
    let contract = parse(SMALL);
    let text = format!(
        "{{ \"version\": 1, \"vifguard\": \"0.2.0\", \"driver\": \"nft\", \"contract\": {:?}, \"features\": [{{ \"id\": \"mac\", \
         \"declared\": \"full\", \"found\": null, \"verdict\": \"unproven\" }}] }}",
        contract.digest()
    );
    let report = read(&text);
    let unproven = [("nft", "mac", Lacking::Unproven)];
    waits(&contract, "0.2.0", &evidence(&[report]), &unproven);
    assert!(Reading::of(&text.replace("unproven", "likely")).is_err());
}

/// A driver may be tried in several places: one that contradicts weighs most, one that does not try nothing.
#[test]
fn several_reports_of_a_driver() {
    let contract = parse(SMALL);
    let digest = contract.digest();
    let of = |verdict, found| report("nft", &digest, &[("mac", "full", found, verdict)]);
    let [yes, no, unknown] = [
        of("proven", "full"),
        of("contradicted", "none"),
        of("unproven", "none"),
    ];
    let mac = |lack| [("nft", "mac", lack)];
    for both in [
        [yes.clone(), unknown.clone()],
        [unknown.clone(), yes.clone()],
    ] {
        waits(&contract, "0.2.0", &evidence(&both), &[]);
    }
    for both in [[yes.clone(), no.clone()], [no.clone(), yes], [no, unknown]] {
        waits(
            &contract,
            "0.2.0",
            &evidence(&both),
            &mac(Lacking::Contradicted),
        );
    }
}

/// What a driver refuses beyond the contract protects as well: partial is enough for what is required.
#[test]
fn partial_is_enough_and_must_be_proven() {
    let contract = small("mac = \"full\"", "mac = { partial = \"more\" }");
    let digest = contract.digest();
    let found = |found| {
        evidence(&[report(
            "nft",
            &digest,
            &[("mac", "partial", found, "proven")],
        )])
    };
    waits(&contract, "0.2.0", &found("partial"), &[]);
    waits(&contract, "0.2.0", &found("full"), &[]);
    waits(
        &contract,
        "0.2.0",
        &found("none"),
        &[("nft", "mac", Lacking::Unproven)],
    );
}

/// A claim counts at every level, and what is not claimed only where it is required.
#[test]
fn what_is_optional_may_be_lacking_but_not_untrue() {
    let contract = small(
        "mac = \"full\", fdb",
        "mac = \"full\", trunk = \"full\", fdb",
    );
    let proven = mac_proven(&contract);
    waits(
        &contract,
        "0.2.0",
        &proven,
        &[("nft", "trunk", Lacking::Unproven)],
    );
    let contract = parse(SMALL);
    waits(&contract, "0.2.0", &mac_proven(&contract), &[]);
}

#[test]
fn what_was_removed_is_not_asked_for() {
    let old = "levels = { \"0.1.0\" = \"required\" }";
    let new = "levels = { \"0.1.0\" = \"required\", \"0.2.0\" = \"deprecated\", \"0.3.0\" = \"removed\" }";
    let contract = small(old, new);
    let unproven = [("nft", "mac", Lacking::Unproven)];
    waits(&contract, "0.2.0", &Evidence::default(), &unproven);
    waits(&contract, "0.3.0", &Evidence::default(), &[]);
}

#[test]
fn why_a_claim_is_not_proven() {
    let contract = parse(SMALL);
    let driver = contract.driver("nft").unwrap();
    let [now] = releases(["0.2.0"]);
    let why = |evidence: &Evidence| match evidence.proof(&contract, now, driver, "mac") {
        Proof::Proven => "proven".to_owned(),
        Proof::Contradicted { why } | Proof::Unproven { why } => why,
    };
    assert_eq!(why(&Evidence::default()), "there is no report of nft");
    let stale = report("nft", "0", &[]);
    assert_eq!(
        why(&evidence(&[stale])),
        "0/report.json was made for other promises or cases: it is stale"
    );
    let untrue = report(
        "nft",
        &contract.digest(),
        &[("mac", "full", "none", "contradicted")],
    );
    assert_eq!(
        why(&evidence(&[untrue])),
        "0/report.json has it as none where full was declared"
    );
}

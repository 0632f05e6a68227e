use super::*;

#[test]
fn every_frame_is_planned_or_left_out() {
    let corpus = Corpus::embedded().unwrap();
    let whole = plan(corpus, Scope::Whole, &|_, _| true).unwrap();
    let frames =
        |plan: &Plan<'_>| -> usize { plan.policies.iter().map(|policy| policy.trials.len()).sum() };
    let sent = corpus.cases.iter().filter(|case| !case.judge_only);
    let variants: usize = sent.map(|case| case.variants().len()).sum();
    assert_eq!(frames(&whole), variants);
    assert_eq!(whole.left_out, (0, 0));
    let usual = plan(corpus, Scope::Usual, &|_, _| true).unwrap();
    assert_eq!(frames(&usual) + usual.left_out.1, variants);
    assert_eq!(
        usual.policies.len() + usual.left_out.0,
        whole.policies.len()
    );
    assert!(usual.policies.len() < whole.policies.len());
    // The strict ones come first, and that with most to send before all.
    assert_eq!(usual.policies[0].label, "strict");
    let most = usual
        .policies
        .iter()
        .map(|policy| policy.trials.len())
        .max();
    assert_eq!(Some(usual.policies[0].trials.len()), most);
}

/// A product that takes one MAC and single addresses gets most of the frames all the same, and each of them must
/// meet the fate there that the corpus gives it.
#[test]
fn a_plain_port_sends_what_the_contract_judges_alike() {
    let corpus = Corpus::embedded().unwrap();
    let whole = plan(corpus, Scope::Whole, &|_, _| true).unwrap();
    let strict: Vec<Policy<'_>> = whole
        .policies
        .iter()
        .filter(|policy| policy.label == "strict")
        .cloned()
        .collect();
    let (plain, others) = whole.plain(&strict).unwrap();
    let [plain] = plain.as_slice() else {
        panic!("{} policies", plain.len());
    };
    assert!(plain.plain);
    assert_eq!(plain.port.macs.len(), 1);
    assert_eq!(plain.port.ipv4, ["192.0.2.10"]);
    assert_eq!(plain.port.ipv6, ["2001:db8::a"]);
    assert!(plain.trials.len() > others && others > 0, "{others}");
    let sent = |case: &str| plain.trials.iter().any(|trial| trial.case.name == case);
    assert!(sent("forged-mac-arp") && sent("arp-request"));
    // It speaks from an address that this port does not have.
    assert!(!sent("ipv4-source-shared-address"));
}

#[test]
fn a_hook_is_told_what_the_policy_says() {
    let corpus = Corpus::embedded().unwrap();
    let whole = plan(corpus, Scope::Usual, &|_, _| true).unwrap();
    let told = whole.policies[0].port.environment();
    let of = |name: &str| {
        let (_, value) = told.iter().find(|(known, _)| *known == name).unwrap();
        value.as_str()
    };
    assert_eq!(of("VIFGUARD_MAC"), "02:00:00:00:00:0a");
    assert_eq!(of("VIFGUARD_MACS"), "02:00:00:00:00:0a 00:00:5e:00:01:07");
    assert_eq!(
        of("VIFGUARD_IPV4"),
        "192.0.2.10 192.0.2.100 198.51.100.0/28"
    );
    assert_eq!(of("VIFGUARD_IPV6"), "2001:db8::a 2001:db8:5::/64");
    assert_eq!(
        of("VIFGUARD_GUARDS"),
        "mac arp ipv4 nd ipv6 router dhcp-server l2"
    );
    assert_eq!(of("VIFGUARD_PROFILE"), "strict");
    assert_eq!(of("VIFGUARD_LINK_LOCAL"), "eui64");
    assert_eq!(of("VIFGUARD_ETHERTYPES"), "");
}

//! The frames, and what must become of them.

use std::collections::{BTreeMap, BTreeSet};

use vifguard_corpus::{Case, Choice, Corpus};
use vifguard_machine::guest::hex;
use vifguard_policy::Profile;
use vifguard_verdict::Verdict;

/// How often the guest sends all of them: a bridge may not forward at once when a card has come up.
pub(crate) const ROUNDS: usize = 3;
/// A card of this kind takes no less than an Ethernet header.
const SHORTEST: usize = 14;

/// Frames of one policy.
pub(crate) struct Frames {
    pub(crate) all: Vec<&'static Case>,
    text: String,
}

impl Frames {
    /// Those of the corpus whose port is the standard one, with every guard on. What a driver may judge in two
    /// ways is left out, as it could not be told from a mistake.
    pub(crate) fn of_corpus() -> Frames {
        let corpus = Corpus::embedded().unwrap();
        let strict = Choice::of(Profile::Strict);
        let text = |case: &Case| case.policy_text(&strict);
        let mut by_text: BTreeMap<String, usize> = BTreeMap::new();
        for case in &corpus.cases {
            *by_text.entry(text(case)).or_default() += 1;
        }
        let most = by_text.into_iter().max_by_key(|(_, count)| *count);
        let (standard, _) = most.unwrap();
        let is_one = |case: &&'static Case| {
            let plain = case.expect(Profile::Strict).driver_may.is_none();
            plain && !case.judge_only && case.frame.len() >= SHORTEST && text(case) == standard
        };
        let all: Vec<_> = corpus.cases.iter().filter(is_one).collect();
        assert!(
            all.len() > 100,
            "{} frames suppose this policy:\n{standard}",
            all.len()
        );
        Frames {
            all,
            text: standard,
        }
    }

    /// Their policy, bound as on a Xen host: the neighbour is a guest that does not run.
    pub(crate) fn policy(&self) -> String {
        let guarded = "version: 1\nhost: { guarded_interfaces: [\"vif*\"] }\n";
        let consent = "\n    enforcement: best-effort";
        self.text
            .replacen("version: 1\n", guarded, 1)
            .replace(
                "device: tap-own",
                &format!("xen: {{ domain: g1, device: 0 }}{consent}"),
            )
            .replace(
                "device: tap-neighbour",
                &format!("xen: {{ domain: g2 }}{consent}"),
            )
    }

    /// The guest's own address.
    pub(crate) fn mac(&self) -> &str {
        &self.all[0].setting.port.mac
    }

    /// How many must pass.
    pub(crate) fn passing(&self) -> usize {
        self.all
            .iter()
            .filter(|case| verdict(case) == Verdict::Pass)
            .count()
    }

    /// What came out on the bridge: every good frame and no other.
    pub(crate) fn assert_fates(&self, seen: &BTreeSet<String>) {
        let good: BTreeSet<String> = self
            .with(Verdict::Pass)
            .map(|case| hex(&case.frame))
            .collect();
        for case in &self.all {
            let frame = hex(&case.frame);
            let came = seen.contains(&frame);
            match verdict(case) {
                // A frame may be good in one case and stand for another's forgery only if they are the same.
                Verdict::Refuse(_) => assert!(
                    !came || good.contains(&frame),
                    "{} came through: {frame}",
                    case.name
                ),
                // To its own port a bridge sends nothing back, and by its standard it keeps some groups to itself.
                Verdict::Pass if case.bridge_drops || self.is_to_itself(case) => {}
                Verdict::Pass => assert!(came, "{} did not come: {frame}", case.name),
            }
        }
        let ours: BTreeSet<String> = self.all.iter().map(|case| hex(&case.frame)).collect();
        let strange: Vec<_> = seen.difference(&ours).collect();
        assert!(
            strange.is_empty(),
            "the bridge saw what nobody sent: {strange:?}"
        );
    }

    /// What the kernel counted, by reason; `pass` for what passed.
    pub(crate) fn assert_counts(&self, counts: &BTreeMap<String, u64>) {
        let mut expected: BTreeMap<String, u64> = BTreeMap::new();
        for case in &self.all {
            *expected.entry(verdict(case).to_string()).or_default() += ROUNDS as u64;
        }
        assert_eq!(counts, &expected);
    }

    fn with(&self, wanted: Verdict) -> impl Iterator<Item = &&'static Case> {
        self.all.iter().filter(move |case| verdict(case) == wanted)
    }

    fn is_to_itself(&self, case: &Case) -> bool {
        let mut macs = self
            .with(Verdict::Pass)
            .filter_map(|case| case.frame.get(6..12));
        macs.any(|mac| case.frame.get(..6) == Some(mac))
    }
}

fn verdict(case: &Case) -> Verdict {
    case.expect(Profile::Strict).verdict
}

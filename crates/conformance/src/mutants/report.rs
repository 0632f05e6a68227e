use std::fmt;

use vifguard_verdict::Verdict;

/// What came of mutants.
#[derive(Clone, Debug)]
pub struct MutantReport {
    /// Where they came from.
    pub seed: u64,
    /// Frames sent.
    pub frames: usize,
    /// Frames that had to be refused.
    pub refused: usize,
    /// Frames that met another fate than the judge's.
    pub differ: usize,
    /// The first of them, made small.
    pub outlaws: Vec<Outlaw>,
}

/// A mutant about which driver and judge differ.
#[derive(Clone, Debug)]
pub struct Outlaw {
    /// The case that it was made from.
    pub origin: String,
    /// What was done to it.
    pub changes: Vec<&'static str>,
    /// The guards that were on.
    pub guards: String,
    /// The judge's verdict.
    pub expected: Verdict,
    /// The driver's, if all signs of it agree.
    pub seen: Option<Verdict>,
    /// The policy of the case that it was made from.
    pub policy: String,
    /// The judge's verdict for each profile.
    pub expected_by_profile: Vec<(&'static str, Verdict)>,
    /// Bytes in the linear part of the kernel's buffer; 0 for all.
    pub linear: u16,
    /// The smallest frame that was found.
    pub frame: Vec<u8>,
}

impl MutantReport {
    pub(super) fn new(seed: u64) -> MutantReport {
        MutantReport {
            seed,
            frames: 0,
            refused: 0,
            differ: 0,
            outlaws: Vec::new(),
        }
    }

    /// Did driver and judge agree about every frame, of both kinds?
    pub fn ok(&self) -> bool {
        self.differ == 0 && self.refused > 0 && self.refused < self.frames
    }
}

impl fmt::Display for MutantReport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for outlaw in &self.outlaws {
            writeln!(f, "{outlaw}\n")?;
        }
        write!(
            f,
            "{} mutants of seed {}, {} to be refused, {} differ",
            self.frames, self.seed, self.refused, self.differ
        )
    }
}

/// As a case of the corpus, once it has a name and a story.
impl fmt::Display for Outlaw {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let seen = self
            .seen
            .map_or("signs that do not agree".to_owned(), |v| v.to_string());
        writeln!(
            f,
            "// guards {}: expected {}, the driver gave {seen}; linear part {}; its policy:",
            self.guards, self.expected, self.linear
        )?;
        for line in self.policy.lines() {
            writeln!(f, "//   {line}")?;
        }
        let (bytes, zeros) = without_zeros(&self.frame);
        let hex: String = bytes.iter().map(|b| format!("{b:02x}")).collect();
        let expect: Vec<String> = self
            .expected_by_profile
            .iter()
            .map(|(profile, verdict)| format!("\"{profile}\": \"{verdict}\""))
            .collect();
        writeln!(f, "{{")?;
        writeln!(f, "  \"name\": \"mutant-of-{}\",", self.origin)?;
        writeln!(f, "  \"story\": \"{}\",", self.changes.join(", "))?;
        writeln!(f, "  \"source\": [],")?;
        writeln!(f, "  \"frame\": [")?;
        writeln!(f, "    {{ \"raw\": {{ \"bytes\": \"{hex}\" }} }},")?;
        writeln!(f, "    {{ \"raw\": {{ \"zeros\": {zeros} }} }}")?;
        writeln!(f, "  ],")?;
        writeln!(f, "  \"expect\": {{ {} }}", expect.join(", "))?;
        f.write_str("}")
    }
}

/// The zeros at the end, of which a long frame has many.
fn without_zeros(frame: &[u8]) -> (&[u8], usize) {
    let end = frame
        .iter()
        .rposition(|byte| *byte != 0)
        .map_or(0, |at| at + 1);
    (&frame[..end], frame.len() - end)
}

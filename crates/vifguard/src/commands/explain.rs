//! `vifguard explain`

use std::collections::BTreeMap;

use anyhow::Result;
use serde::Serialize;
use vifguard_policy::{Identity, Mode, Policy};
use vifguard_verdict::{CompiledPort, Verdict, judge};

use super::ground::Ground;
use crate::cli::{ExplainArgs, FrameArgs};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::frames::{self, Frame};
use crate::output::{Output, Report, Style};
use crate::policy_file;
use crate::words::{Near, count, near};

/// Frames, judged.
#[derive(Debug, Serialize)]
struct Explained {
    port: String,
    mode: &'static str,
    frames: Vec<Judged>,
    passed: usize,
    refused: BTreeMap<&'static str, usize>,
    /// Frames of which the capture holds only the beginning.
    unjudged: usize,
}

/// One frame.
#[derive(Debug, Serialize)]
struct Judged {
    /// Its place, counted from 1.
    number: usize,
    /// Its length on the wire.
    length: usize,
    /// `pass`, `refuse` or, if the capture cut it, `unjudged`.
    verdict: &'static str,
    #[serde(flatten)]
    ground: Option<Ground>,
    #[serde(skip)]
    captured: usize,
}

pub(super) fn run(args: &ExplainArgs, output: &Output) -> Result<Exit> {
    let policy = policy_file::load(&args.policy.file)?;
    let identity = identity(&policy, &args.port)?;
    let frames = read(&args.frames)?;
    Ok(output.show(&Explained::of(&identity, &frames)))
}

fn read(args: &FrameArgs) -> Result<Vec<Frame>, Failure> {
    match &args.pcap {
        Some(path) => frames::from_capture(path),
        None => args.hex.iter().map(|text| frames::from_hex(text)).collect(),
    }
}

fn identity(policy: &Policy, name: &str) -> Result<Identity, Failure> {
    let found = policy
        .identities()
        .into_iter()
        .find(|identity| identity.port == name);
    found.ok_or_else(|| {
        let ports = policy.ports().iter().map(|port| port.name.as_str());
        let Near { question, list } = near(name, ports);
        let what = format!("the policy has no port {name:?}{question}");
        Failure::new(Exit::Data, what, format!("its ports: {list}"))
    })
}

impl Explained {
    fn of(identity: &Identity, frames: &[Frame]) -> Explained {
        let port = CompiledPort::new(identity);
        let judged = frames.iter().enumerate().map(|(i, frame)| Judged {
            number: i + 1,
            ..Judged::of(&port, identity, frame)
        });
        let frames: Vec<Judged> = judged.collect();
        let mut refused = BTreeMap::new();
        for reason in frames
            .iter()
            .filter_map(|frame| frame.ground.as_ref()?.reason)
        {
            *refused.entry(reason).or_default() += 1;
        }
        let with = |verdict| {
            frames
                .iter()
                .filter(|frame| frame.verdict == verdict)
                .count()
        };
        Explained {
            port: identity.port.clone(),
            mode: identity.mode.name(),
            passed: with("pass"),
            unjudged: with("unjudged"),
            refused,
            frames,
        }
    }
}

impl Judged {
    fn of(port: &CompiledPort, identity: &Identity, frame: &Frame) -> Judged {
        let mut judged = Judged {
            number: 0,
            length: frame.length,
            verdict: "unjudged",
            ground: None,
            captured: frame.bytes.len(),
        };
        if !frame.is_cut() {
            let judgement = judge(port, &frame.bytes, None);
            judged.verdict = match judgement.verdict() {
                Verdict::Pass => "pass",
                Verdict::Refuse(_) => "refuse",
            };
            judged.ground = Some(Ground::of(&judgement, &frame.bytes, identity));
        }
        judged
    }

    fn text(&self, style: Style) -> String {
        let (number, length) = (self.number, self.length);
        let Some(ground) = &self.ground else {
            let captured = self.captured;
            return format!(
                "frame {number}: not judged: the capture holds {captured} of its {length} bytes\n"
            );
        };
        let verdict = match ground.reason {
            Some(reason) => style.alarm(&format!("refused, {reason}")),
            None => "passes".to_owned(),
        };
        format!(
            "frame {number} ({length} bytes): {verdict}\n{}",
            ground.text("  ")
        )
    }
}

impl Report for Explained {
    fn text(&self, style: Style) -> String {
        let mut text: String = self.frames.iter().map(|frame| frame.text(style)).collect();
        let refused: usize = self.refused.values().sum();
        let frames = count(self.frames.len(), "frame");
        text += &format!(
            "{frames} of port {}: {} pass, {refused} refused",
            self.port, self.passed
        );
        if refused > 0 {
            let by: Vec<String> = self
                .refused
                .iter()
                .map(|(reason, number)| format!("{reason} {number}"))
                .collect();
            text += &format!(" ({})", by.join(", "));
        }
        if self.unjudged > 0 {
            text += &format!(", {} not judged", self.unjudged);
        }
        text.push('\n');
        if refused > 0 && self.mode == Mode::Audit.name() {
            text += "the port is in audit mode: refused frames are counted, and pass\n";
        }
        text
    }

    fn exit(&self) -> Exit {
        Exit::ok_if(self.refused.is_empty() && self.unjudged == 0)
    }
}

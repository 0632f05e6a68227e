//! `vifguard conformance case`

use anyhow::Result;
use serde::Serialize;
use vifguard_kit::{Field, How, fields, single};
use vifguard_policy::Mode;

use super::args::CaseArgs;
use super::{corpus, explained, external};
use crate::drivers::{DriverName, lab_of};
use crate::exit::Exit;
use crate::output::{Output, Report, Style, Table};
use crate::words::count;

/// What became of one case.
#[derive(Debug, Serialize)]
struct Tried {
    case: String,
    story: String,
    choice: String,
    driver: String,
    expected: String,
    observed: String,
    /// As the contract says?
    good: bool,
    /// From the destination address on, in hexadecimal digits.
    frame: String,
    fields: Vec<Field>,
    /// All frames that came through meanwhile.
    came_through: usize,
    /// Where the capture is.
    capture: Option<String>,
}

pub(super) fn run(args: &CaseArgs, output: &Output) -> Result<Exit> {
    let corpus = corpus()?;
    if corpus.case(&args.name).is_none() {
        return Err(no_such_case(&args.name, corpus));
    }
    let choice = args.choice.as_deref();
    let (case, driver) = match &args.subject.external {
        Some(hook) => external::case(hook, args, corpus)?,
        None => {
            let driver = args.subject.driver.unwrap_or(DriverName::Auto);
            let mut ground = lab_of(driver, args.subject.program.as_deref())?;
            let how = How {
                choice,
                place: args.place.as_deref(),
                mode: if args.audit {
                    Mode::Audit
                } else {
                    Mode::Enforce
                },
            };
            let case = single(&mut ground, corpus, &args.name, &how).map_err(explained)?;
            (case, ground.name)
        }
    };
    if let Some(path) = &args.pcap {
        case.capture(path).map_err(explained)?;
    }
    let story = corpus.case(&args.name).map(|case| case.story.clone());
    Ok(output.show(&Tried {
        case: args.name.clone(),
        story: story.unwrap_or_default(),
        driver,
        expected: case.expected.to_string(),
        frame: case
            .frame
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect(),
        fields: fields(&case.frame),
        came_through: case.came_through.len(),
        capture: args.pcap.as_ref().map(|path| path.display().to_string()),
        choice: case.choice,
        observed: case.observed,
        good: case.good,
    }))
}

fn no_such_case(name: &str, corpus: &vifguard_corpus::Corpus) -> anyhow::Error {
    use crate::failure::Failure;
    use crate::words::{Near, near};
    let Near { question, list } = near(name, corpus.cases.iter().map(|case| case.name.as_str()));
    let what = format!("the corpus has no case {name:?}{question}");
    let advice = format!("vifguard conformance list shows them; near: {list}");
    Failure::new(Exit::Data, what, advice).into()
}

impl Report for Tried {
    fn text(&self, style: Style) -> String {
        let mut table = Table::new(&["HEADER", "FIELD", ">AT", "VALUE"]);
        for field in &self.fields {
            table.row(vec![
                field.layer.to_owned(),
                field.name.to_owned(),
                field.offset.to_string(),
                field.value.clone(),
            ]);
        }
        let good = match self.good {
            true => "as the contract says".to_owned(),
            false => style.alarm("not as the contract says"),
        };
        let mut text = format!(
            "{}: {}\n\n{}\n{} by {}: expected {}, {}: {good}\n{} came through in all\n",
            self.case,
            self.story,
            table.text(style),
            self.choice,
            self.driver,
            self.expected,
            self.observed,
            count(self.came_through, "frame"),
        );
        if let Some(capture) = &self.capture {
            text += &format!("capture: {capture}\n");
        }
        text
    }

    fn exit(&self) -> Exit {
        Exit::ok_if(self.good)
    }
}

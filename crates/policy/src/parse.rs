use crate::faults::Faults;
use crate::spot::Spot;
use crate::yaml::Tree;
use crate::{Policy, PolicyErrors, check, read};

const UTF8: &str = "save it as UTF-8";

impl Policy {
    /// Reads a policy file, YAML 1.2 or JSON, and checks it.
    ///
    /// `source_name` is what the errors call the file.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with the file; if it is neither YAML nor JSON, the first place where
    /// it is not.
    pub fn parse(text: &str, source_name: &str) -> Result<Policy, PolicyErrors> {
        // Editors on Windows begin a file with a mark that is no part of it.
        let text = text.strip_prefix('\u{feff}').unwrap_or(text);
        let mut faults = Faults::default();
        match parse(text, &mut faults) {
            Some(policy) if faults.is_empty() => Ok(policy),
            _ => Err(faults.finish(text, source_name)),
        }
    }

    /// The same for the bytes of a file, which need not be text.
    ///
    /// # Errors
    ///
    /// As [`Policy::parse`], and one that names the first byte that is not UTF-8.
    pub fn parse_bytes(bytes: &[u8], source_name: &str) -> Result<Policy, PolicyErrors> {
        let error = match str::from_utf8(bytes) {
            Ok(text) => return Policy::parse(text, source_name),
            Err(error) => error,
        };
        let text = String::from_utf8_lossy(bytes);
        let at = error.valid_up_to();
        let what = match bytes {
            [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => "the file is UTF-16".to_owned(),
            _ => format!(
                "the byte 0x{:02x} is not UTF-8",
                bytes.get(at).copied().unwrap_or(0)
            ),
        };
        let mut faults = Faults::default();
        faults.file(Spot::at_byte(&text, at), format!("{what}; {UTF8}"));
        Err(faults.finish(&text, source_name))
    }
}

fn parse(text: &str, faults: &mut Faults) -> Option<Policy> {
    if let Some(byte) = control_character(text) {
        // A crash while a file is written leaves zeros, which YAML readers take for its end.
        let code = text.as_bytes()[byte];
        let message = format!("the file holds a control character (0x{code:02x}); is it damaged?");
        faults.file(Spot::at_byte(text, byte), message);
        return None;
    }
    let tree = Tree::build(text, faults)?;
    let draft = read::draft(&tree, faults)?;
    check::all(&draft, faults);
    if faults.is_empty() {
        draft.finish()
    } else {
        None
    }
}

/// Where the first control character stands that no text file holds.
fn control_character(text: &str) -> Option<usize> {
    let is_control =
        |byte: u8| (byte < 0x20 && !matches!(byte, b'\t' | b'\n' | b'\r')) || byte == 0x7f;
    // A look at every byte, without a branch for each, is many times as fast as a search.
    let any = text.bytes().fold(false, |any, byte| any | is_control(byte));
    any.then(|| text.bytes().position(is_control))?
}

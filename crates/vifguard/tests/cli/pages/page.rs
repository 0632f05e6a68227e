/// A document, as the steps that it asks for.
#[derive(Debug)]
pub(super) struct Page {
    pub(super) name: String,
    pub(super) steps: Vec<Step>,
}

#[derive(Debug)]
pub(super) enum Step {
    /// A block that names a file (```` ```yaml policy.yaml ````): the reader writes it.
    File { name: String, text: String },
    /// A block of commands (```` ```sh ````).
    Commands(Commands),
}

#[derive(Debug)]
pub(super) struct Commands {
    /// The line of the page where it begins.
    pub(super) line: usize,
    pub(super) text: String,
    /// How its last command ends (```` ```sh ends=1 ````). All others must succeed where this is 0.
    pub(super) ends: i32,
    /// Shown, and not run (```` ```sh by-hand ````).
    pub(super) by_hand: bool,
    /// The block of text behind it: what it says.
    pub(super) shown: Option<String>,
}

impl Page {
    pub(super) fn parse(name: &str, text: &str) -> Result<Page, String> {
        let mut steps = Vec::new();
        // Only the block right behind the commands shows what they say.
        let mut before_is_commands = false;
        let mut lines = text.lines().zip(1..);
        while let Some((line, number)) = lines.next() {
            let Some(info) = line.strip_prefix("```") else {
                continue;
            };
            let mut block = Vec::new();
            loop {
                let (line, _) = lines
                    .next()
                    .ok_or(format!("line {number}: no end of the block"))?;
                if line == "```" {
                    break;
                }
                block.push(line);
            }
            let text = block.join("\n");
            let mut words = info.split(' ');
            let language = words.next().unwrap_or_default();
            let more: Vec<&str> = words.collect();
            let follows = std::mem::replace(&mut before_is_commands, language == "sh");
            match (language, more.as_slice()) {
                ("sh", more) => steps.push(Step::Commands(commands(number, text, more)?)),
                ("text", []) => match steps.last_mut() {
                    Some(Step::Commands(commands)) if follows => commands.shown = Some(text),
                    _ => return Err(format!("line {number}: text that no command says")),
                },
                (_, []) => {}
                (_, [name]) => steps.push(Step::File {
                    name: (*name).to_owned(),
                    text,
                }),
                _ => return Err(format!("line {number}: {info:?} is no kind of block")),
            }
        }
        let name = name.to_owned();
        Ok(Page { name, steps })
    }

    /// Does it make interfaces, or guard some?
    pub(super) fn needs_root(&self) -> bool {
        self.steps.iter().any(
            |step| matches!(step, Step::Commands(commands) if commands.text.contains("unshare")),
        )
    }

    /// The first lines of what is not run.
    pub(super) fn by_hand(&self) -> impl Iterator<Item = &str> {
        self.steps.iter().filter_map(|step| match step {
            Step::Commands(commands) if commands.by_hand => commands.text.lines().next(),
            Step::Commands(_) | Step::File { .. } => None,
        })
    }
}

fn commands(line: usize, text: String, more: &[&str]) -> Result<Commands, String> {
    let mut commands = Commands {
        line,
        text,
        ends: 0,
        by_hand: false,
        shown: None,
    };
    for word in more {
        let code = word
            .strip_prefix("ends=")
            .and_then(|code| code.parse().ok());
        match (*word, code) {
            (_, Some(code)) => commands.ends = code,
            ("by-hand", _) => commands.by_hand = true,
            _ => return Err(format!("line {line}: {word:?} is no word for commands")),
        }
    }
    Ok(commands)
}

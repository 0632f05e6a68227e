use serde::de::DeserializeOwned;
use vifguard_driver::{
    Applied, Capabilities, Counters, Desired, Driver, Preview, Result, Scope, State, Tell,
};

use crate::Options;
use crate::conversation::Conversation;
use crate::trouble::What;
use crate::wire::{self, Asked, Call};
use crate::{follow, reading};

/// The driver's name, as an operator chooses it.
pub(crate) const NAME: &str = "external";

/// A driver that somebody else wrote.
#[derive(Debug)]
pub struct External {
    options: Options,
    /// The program is started when it is first asked, and stays until it is asked from another namespace.
    conversation: Option<Conversation>,
    /// It said that it can watch.
    watches: Option<bool>,
}

impl External {
    /// A driver by its program.
    pub fn new(options: Options) -> External {
        External {
            options,
            conversation: None,
            watches: None,
        }
    }

    fn conversation(&mut self) -> Result<&mut Conversation> {
        // One that ended while nobody asked is started anew; nothing was left to answer.
        if !self
            .conversation
            .as_mut()
            .is_some_and(Conversation::goes_on)
        {
            self.conversation = None;
        }
        let conversation = match self.conversation.take() {
            Some(conversation) => conversation,
            None => Conversation::begin(&self.options)?,
        };
        Ok(self.conversation.insert(conversation))
    }

    /// What the program says of itself.
    ///
    /// # Errors
    ///
    /// A program that cannot be started, or does not greet.
    pub fn greet(&mut self) -> Result<wire::Greeting> {
        Ok(self.conversation()?.greeting().clone())
    }

    fn watches(&mut self) -> Result<bool> {
        if self.watches.is_none() {
            self.probe()?;
        }
        Ok(self.watches.unwrap_or(false))
    }

    fn ask<T: DeserializeOwned>(&mut self, call: Call) -> Result<T> {
        self.conversation()?.ask(call)
    }

    /// The same, of an answer whose words are still to be checked.
    fn ask_for<T: DeserializeOwned, U>(
        &mut self,
        call: Call,
        read: impl FnOnce(T) -> reading::Read<U>,
    ) -> Result<U> {
        let name = call.name();
        let conversation = self.conversation()?;
        let answer = conversation.ask(call)?;
        read(answer).map_err(|why| conversation.misread(why, name))
    }
}

impl Driver for External {
    fn name(&self) -> &'static str {
        NAME
    }

    fn probe(&mut self) -> Result<Capabilities> {
        let mut watches = false;
        let can = self.ask_for(Call::Probe, |probed: wire::Probed| {
            watches = probed.watch;
            reading::capabilities(probed)
        })?;
        self.watches = Some(watches);
        Ok(can)
    }

    fn preview(&mut self, desired: &Desired) -> Result<Preview> {
        let desired = Asked::from(desired);
        let preview: wire::Previewed = self.ask(Call::Preview { desired })?;
        Ok(Preview {
            plan: preview.plan,
            difference: preview.difference,
        })
    }

    fn apply(&mut self, desired: &Desired) -> Result<Applied> {
        let asked = Asked::from(desired);
        self.ask_for(Call::Apply { desired: asked }, |applied| {
            reading::applied(applied, desired)
        })
    }

    fn observe(&mut self) -> Result<State> {
        self.ask_for(Call::Observe, reading::state)
    }

    fn counters(&mut self) -> Result<Counters> {
        self.ask_for(Call::Counters, reading::counters)
    }

    fn remove(&mut self, scope: &Scope) -> Result<Vec<String>> {
        let scope = match scope {
            Scope::All => wire::Scope::All,
            Scope::Port(port) => wire::Scope::Port(port.clone()),
        };
        let released: wire::Released = self.ask(Call::Remove { scope })?;
        Ok(released.released)
    }

    /// Where the program cannot watch, nobody is told anything, and [`Driver::unheard`] says so.
    fn watch(&mut self, tell: Tell) -> Result<()> {
        match self.watches()? {
            true => follow::follow(&self.options, tell),
            false => Ok(()),
        }
    }

    fn unheard(&mut self) -> Result<Option<String>> {
        let program = self.options.program.display().to_string();
        Ok((!self.watches()?).then(|| {
            format!("what others change of its guards, since {program} cannot watch; enforce and status find it")
        }))
    }
}

impl Conversation {
    /// An answer has words that are not the contract's.
    fn misread(&mut self, why: String, call: &str) -> vifguard_driver::Error {
        let line = Vec::new();
        self.broken(What::Unclear { why, line }, call)
    }
}

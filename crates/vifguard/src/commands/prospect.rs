//! What `plan` and `enforce` need to know before anything is changed.

use std::io;
use std::path::Path;
use std::thread;

use anyhow::Result;
use vifguard_driver::Desired;
use vifguard_inventory::Links;
use vifguard_policy::Policy;

use crate::blast::Silent;
use crate::drivers::{Crew, DriverArgs, Ground, Member, Others, choose, first_of};
use crate::exit::Exit;
use crate::failure::Failure;
use crate::fit::Degraded;
use crate::hypervisors::Hypervisors;
use crate::obstacles::Obstacles;
use crate::policy_file::{self, Loaded};
use crate::whereabouts::{Absent, Whereabouts};

/// A policy, the host that it is for, and the drivers that shall put it in force.
pub(super) struct Prospect {
    pub(super) policy: Policy,
    /// What stands in its file.
    pub(super) text: Vec<u8>,
    pub(super) args: DriverArgs,
    pub(super) scene: Scene,
    pub(super) crew: Crew,
    /// What ports do without, with their consent; once that was looked into.
    pub(super) degraded: Vec<Degraded>,
    /// Interfaces that fall silent; the same.
    pub(super) silenced: Vec<Silent>,
    /// What drivers hold that have no part in this may stay beside it.
    pub(super) beside: bool,
    /// Why it is not known what others hold, who may hold something; once that was looked into.
    pub(super) unheard: Vec<String>,
    /// What others did that makes guards hold less than they promise, as it was said last.
    pub(super) in_the_way: Vec<String>,
}

/// What is so on the host at one moment.
pub(super) struct Scene {
    pub(super) host: Links,
    pub(super) hypervisors: Hypervisors,
    /// The policy's ports where they are on this host.
    pub(super) desired: Desired,
    /// Those that are not.
    pub(super) absent: Vec<Absent>,
}

impl Prospect {
    /// Reads all of it; at boot, hypervisors that do not answer yet have no guests. The policy takes its while
    /// with ten thousand ports, and a probe waits for the kernel, so that the two go side by side.
    pub(super) fn read(file: &Path, args: &DriverArgs, at_boot: bool) -> Result<Prospect> {
        let (loaded, beside) = thread::scope(|scope| {
            let beside = scope.spawn(|| {
                let mut first = first_of(args);
                // Kept for whoever asks again.
                let _ = first.probe();
                (links(), first)
            });
            (policy_file::load_with_text(file), beside.join())
        });
        let Loaded { policy, text } = loaded?;
        let beside = beside.map_err(|_| unreadable(&io::Error::other("its thread panicked")))?;
        let (host, mut first) = beside;
        let mut hypervisors = Hypervisors::new(args.ovsdb.as_deref());
        // While something is in force, a hypervisor that does not answer is no reason to take it away.
        hypervisors.at_boot = at_boot && first.is_bare();
        let scene = Scene::of(&policy, host?, hypervisors)?;
        let crew = scene.crew(args, Some(first))?;
        Ok(Prospect::of(Loaded { policy, text }, args, scene, crew))
    }

    /// One of which all of that is known.
    pub(super) fn of(loaded: Loaded, args: &DriverArgs, scene: Scene, crew: Crew) -> Prospect {
        let Loaded { policy, text } = loaded;
        Prospect {
            policy,
            text,
            args: args.clone(),
            scene,
            crew,
            degraded: Vec::new(),
            silenced: Vec::new(),
            beside: false,
            unheard: Vec::new(),
            in_the_way: Vec::new(),
        }
    }

    /// What is in the way.
    pub(super) fn obstacles(&mut self) -> Result<Obstacles> {
        let Prospect {
            policy,
            args,
            scene,
            crew,
            ..
        } = self;
        let ground = scene.ground(args);
        let mut obstacles = Obstacles::find(policy, &scene.desired, crew, &ground)?;
        if !self.beside {
            let Others { holding, unheard } = ground.others(crew, &scene.desired);
            obstacles.elsewhere = holding;
            self.unheard = unheard;
        }
        Ok(obstacles)
    }
}

impl Scene {
    /// Looks the ports up.
    pub(super) fn of(
        policy: &Policy,
        host: Links,
        hypervisors: Hypervisors,
    ) -> Result<Scene, Failure> {
        let Whereabouts { desired, absent } = Whereabouts::of(policy, &hypervisors, &host)?;
        Ok(Scene {
            host,
            hypervisors,
            desired,
            absent,
        })
    }

    /// Looks them up again: one that cannot be found now stays where it was. Also says why.
    pub(super) fn again(
        policy: &Policy,
        host: Links,
        hypervisors: Hypervisors,
        before: &Desired,
    ) -> Result<(Scene, Vec<Failure>), Failure> {
        let (found, failures) = Whereabouts::again(policy, &hypervisors, &host, before)?;
        let Whereabouts { desired, absent } = found;
        let scene = Scene {
            host,
            hypervisors,
            desired,
            absent,
        };
        Ok((scene, failures))
    }

    /// The drivers for it.
    pub(super) fn crew(&self, args: &DriverArgs, first: Option<Member>) -> Result<Crew, Failure> {
        let mut crew = choose(args.driver, &self.desired, &self.ground(args))?;
        crew.succeed(Crew::of(first.into_iter().collect()));
        Ok(crew)
    }

    pub(super) fn ground<'a>(&'a self, args: &'a DriverArgs) -> Ground<'a> {
        Ground {
            host: &self.host,
            hypervisors: &self.hypervisors,
            args,
        }
    }
}

/// This host's interfaces and routes.
pub(super) fn links() -> Result<Links, Failure> {
    Links::read().map_err(|error| unreadable(&error))
}

fn unreadable(error: &io::Error) -> Failure {
    Failure::new(
        Exit::Os,
        format!("cannot read this host's interfaces and routes: {error}"),
        "nothing was changed; try again",
    )
}

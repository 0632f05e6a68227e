//! What is said, as it stands on the lines.

mod answer;
mod desired;
mod refusal;
mod request;
mod words;

pub use answer::{
    Answer, Applied, Counted, Event, Events, Frames, Greeting, Level, Observed, Port, Previewed,
    Probed, Released, Strayed, Support,
};
pub use desired::{Asked, AskedPort, Host, LinkLocal};
pub use refusal::{Failure, Refusal};
pub use request::{Call, Request, Scope};

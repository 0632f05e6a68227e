//! `vifguard schema`

use crate::exit::Exit;
use crate::output::Output;

pub(super) fn run(output: &Output) -> Exit {
    output.raw(&format!("{:#}\n", vifguard_policy::schema()))
}

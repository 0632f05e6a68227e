/// Who wants to know how far a run has got.
pub trait Progress {
    /// A part of the run begins, of so many steps.
    fn begin(&mut self, what: &str, steps: u64);

    /// One step of it is done.
    fn step(&mut self);

    /// It is done, in so many seconds.
    fn end(&mut self, seconds: f64);
}

/// Nobody does.
#[derive(Clone, Copy, Debug)]
pub struct Silent;

impl Progress for Silent {
    fn begin(&mut self, _: &str, _: u64) {}

    fn step(&mut self) {}

    fn end(&mut self, _: f64) {}
}

//! Two short ways of reading against the long one.

mod ascii;
mod soup;
mod split;

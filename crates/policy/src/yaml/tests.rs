//! A short way of reading against the long one.

mod ascii;
mod soup;

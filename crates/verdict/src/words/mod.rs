//! What a judge found, in words for people. The judge itself never comes here.

mod field;
mod form;

pub use field::found;

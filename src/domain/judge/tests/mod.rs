//! Judgement, word by word.

mod changes;
mod gates;
mod quantifiers;
mod words;
pub(crate) mod world;

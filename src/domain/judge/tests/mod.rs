//! Judgement, word by word.

mod changes;
mod gates;
mod quantifiers;
mod words;
pub(in crate::domain::judge) mod world;

//! Judgement, word by word.

mod changes;
mod fields;
mod gates;
mod quantifiers;
mod spoken;
mod waivers;
mod words;
pub(crate) mod world;

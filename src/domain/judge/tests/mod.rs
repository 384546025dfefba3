//! Judgement, word by word.

mod changes;
mod fields;
mod gates;
mod quantifiers;
mod views;
mod waivers;
mod words;
pub(crate) mod world;

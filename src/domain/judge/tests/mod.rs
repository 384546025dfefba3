//! Judgement, word by word.

mod anchors;
mod changes;
mod commits;
mod fields;
mod gates;
mod language;
mod quantifiers;
mod spoken;
mod views;
mod waivers;
mod words;
pub(crate) mod world;

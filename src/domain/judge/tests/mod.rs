//! Judgement, word by word.

mod anchors;
mod changes;
mod commits;
mod compare;
mod fields;
mod gates;
mod language;
mod lines;
mod quantifiers;
pub(crate) mod scale;
mod spoken;
mod views;
pub(crate) mod waivers;
mod words;
pub(crate) mod world;

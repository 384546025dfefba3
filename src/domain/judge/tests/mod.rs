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
mod scale;
mod spoken;
mod views;
mod waivers;
mod words;
pub(crate) mod world;

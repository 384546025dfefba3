//! Text for people and JSON for programs. Nothing is decided here, and nothing printed.
//!
//! | module | what it shows |
//! |---|---|
//! | [`look`] | lines, tables and pages: what a terminal is safe with, how wide, how coloured |
//! | [`shown`] | texts, paths and arguments of other people |
//! | [`charter`] | what is wrong with a charter |
//! | [`codes`] | what a code means |
//! | [`refusal`] | a refused commit or push |
//! | [`status`] | the first screen: what is blocked, what waits, what comes next, every item |
//! | [`item`], [`event`] | one item, one event, a line of the log |
//! | [`explain`] | why an action is refused, and what goes on from there |
//! | [`inbox`] | what waits for somebody |
//! | [`ready`] | what can go on, first things first |
//! | [`graph`] | items and links, also in the languages of programs that draw |
//! | [`gate`] | a gate as a tree, its documents as a matrix, what is not met |
//! | [`outlook`] | what a change of the rules would do |
//! | [`suppose`] | a gate before and after supposed events |
//! | [`why`] | what stands against an item or a path |
//! | [`waivers`] | what is set aside |
//! | [`picture`] | governance as facts by subject, and the difference of two such pictures as sentences |
//! | [`difference`] | such differences with the events and commits that brought them about |
//! | [`spoken`] | what an event decided, in sentences |

mod alike;
pub mod charter;
pub mod codes;
pub mod difference;
pub mod event;
pub mod explain;
pub mod gate;
pub mod graph;
pub mod inbox;
pub mod item;
pub mod look;
pub mod outlook;
pub mod picture;
pub mod ready;
pub mod refusal;
pub mod shown;
pub mod spoken;
pub mod status;
pub mod suppose;
pub mod taint;
pub mod waivers;
pub mod why;
mod words;

#[cfg(test)]
mod tests;

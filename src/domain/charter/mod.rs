//! The charter language: from the text that people adopt to the typed rules that judgement reads.
//!
//! | step | module | what it does |
//! |---|---|---|
//! | read | `source` | TOML 1.0 into nodes that know their place, escapes accounted for |
//! | split, parse | `lexer`, `parser` | sentences into `syntax`: what is written, every word with its place |
//! | gather | `tables` | every table into what it declares; unknown keys are refused |
//! | name | `names` | the vocabulary: which names there are, and that no two can be mistaken for one another |
//! | resolve | `resolve` | every word to what it names, typed against the kinds it is said of |
//! | check | `guards`, `cycles` | what only the whole shows: gates that demand what they guard, cycles |
//! | go over | `migrate` | how what lives under the charter that is replaced goes over to this one |
//! | compare | `differ` | what two charters say otherwise, rule by rule |
//!
//! Nothing is guessed: a word that does not resolve refuses the whole charter, with its place and a suggestion.

mod ast;
mod cycles;
mod differ;
mod field_rule;
pub mod glob;
mod guards;
mod ids;
mod lexer;
mod load;
mod migrate;
mod named;
mod names;
mod parser;
pub mod pattern;
mod problem;
mod resolve;
mod source;
mod syntax;
mod tables;
#[cfg(test)]
mod tests;
mod twice;
mod views;
mod waivers;

pub use ast::*;
pub use differ::{RuleChange, rule_changes};
pub use load::load;
pub use migrate::Migration;
pub use named::NamedRule;
pub use pattern::LinePattern;
pub use problem::Problem;
pub(in crate::domain) use problem::distance;
pub use problem::nearest;
pub use views::{Board, Message, Piece, Section, ViewRule};
pub use waivers::{Lasts, WaiverRule};

/// Returns every word that means something in a sentence, by the lists that the parser and the resolver go by.
#[cfg(test)]
pub(in crate::domain) fn words_of_sentences() -> std::collections::BTreeSet<&'static str> {
    let signs = parser::OPERATORS.iter().map(|(sign, _)| *sign);
    let lists = [&parser::GRAMMAR[..], &names::ADJECTIVES, &names::NOUNS, &resolve::PLACED, &resolve::GRANTED];
    lists.into_iter().flatten().copied().chain(signs).collect()
}

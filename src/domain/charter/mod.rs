//! The charter language: from the text that people adopt to the typed rules that judgement reads.

mod ast;
pub mod glob;
pub mod pattern;

pub use ast::*;

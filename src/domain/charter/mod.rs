//! The charter language: from the text that people adopt to the typed rules that judgement reads.

mod ast;
pub mod glob;
pub mod pattern;

pub use ast::*;

/// STUB
#[derive(Debug, Clone)]
pub struct Problem { /// c
 pub code: crate::domain::code::Code, /// s
 pub span: std::ops::Range<usize>, /// m
 pub message: String, /// h
 pub help: Option<String> }
/// STUB
pub fn load(_: &str) -> Result<Charter, Vec<Problem>> { Err(vec![]) }

//! Text for people and JSON for programs. Nothing is decided here.

pub mod refusal;
pub mod shown;

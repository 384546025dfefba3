//! Text for people and JSON for programs. Nothing is decided here, and nothing printed.

pub mod charter;
pub mod refusal;
pub mod shown;

//! Human text and JSON: what the other rooms return, made readable. Nothing is decided here.

pub mod charter;
pub mod explain;
pub mod refusal;
pub mod shown;

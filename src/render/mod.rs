//! Human text and JSON: what the other rooms return, made readable.

pub mod charter;

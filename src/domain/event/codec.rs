//! The payload: encoder and decoder, side by side.

use super::Body;
use crate::domain::value::Value;

impl Body {
    /// Returns the body as the payload holds it.
    pub fn to_value(&self) -> Value {
        Value::Null
    }
}

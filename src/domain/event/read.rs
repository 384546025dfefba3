//! Takes typed parts out of a JSON object, key by key, so that nothing missing and nothing extra goes unseen.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::str::FromStr;

use crate::domain::code::Code;
use crate::domain::error::FormatError;
use crate::domain::text::{self, MAX_TEXT};
use crate::domain::value::Value;

/// An object of which the keys are taken one by one.
pub(super) struct Object {
    place: String,
    map: BTreeMap<String, Value>,
}

/// Where a value stands; only an error needs it as a text.
struct At<'a>(&'a str, &'a str);

impl fmt::Display for At<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.0, self.1)
    }
}

impl Object {
    /// Returns the object that `value` is; `place` says where it stands, for messages.
    pub(super) fn new(place: &str, value: Value) -> Result<Object, FormatError> {
        match value {
            Value::Map(map) => Ok(Object { place: place.to_owned(), map }),
            other => Err(wrong_type(place, "an object", &other)),
        }
    }

    /// Takes the value under a key that is always there.
    pub(super) fn take(&mut self, key: &str) -> Result<Value, FormatError> {
        self.map.remove(key).ok_or_else(|| {
            FormatError::new(Code::FormatMissingKey, format!("the key {key:?} of {} is missing", self.place))
        })
    }

    /// Takes the value under a key that may be absent.
    pub(super) fn take_optional(&mut self, key: &str) -> Option<Value> {
        self.map.remove(key)
    }

    /// Takes a text.
    pub(super) fn text(&mut self, key: &str) -> Result<String, FormatError> {
        let value = self.take(key)?;
        text_of(self.at(key), value)
    }

    /// Takes a text that is not empty.
    pub(super) fn said(&mut self, key: &str) -> Result<String, FormatError> {
        let text = self.text(key)?;
        if text.trim().is_empty() {
            return Err(FormatError::new(Code::FormatText, format!("{} is empty", self.at(key))));
        }
        Ok(text)
    }

    /// Takes a text or `null`.
    pub(super) fn text_or_null(&mut self, key: &str) -> Result<Option<String>, FormatError> {
        match self.take(key)? {
            Value::Null => Ok(None),
            value => text_of(self.at(key), value).map(Some),
        }
    }

    /// Takes a name of some form.
    pub(super) fn name<T: FromStr<Err = FormatError>>(&mut self, key: &str) -> Result<T, FormatError> {
        let text = self.text(key)?;
        text.parse().map_err(|e| self.within(key, &e))
    }

    /// Takes a name of some form, or `null`.
    pub(super) fn name_or_null<T: FromStr<Err = FormatError>>(&mut self, key: &str) -> Result<Option<T>, FormatError> {
        match self.text_or_null(key)? {
            None => Ok(None),
            Some(text) => text.parse().map(Some).map_err(|e| self.within(key, &e)),
        }
    }

    /// Takes a number that counts something.
    pub(super) fn count(&mut self, key: &str) -> Result<u64, FormatError> {
        let value = self.take(key)?;
        count_of(self.at(key), &value)
    }

    /// Takes a list.
    pub(super) fn list(&mut self, key: &str) -> Result<Vec<Value>, FormatError> {
        match self.take(key)? {
            Value::List(list) => Ok(list),
            other => Err(wrong_type(self.at(key), "a list", &other)),
        }
    }

    /// Takes a set: a list whose elements are sorted by their canonical form and distinct.
    pub(super) fn set<T: Ord>(
        &mut self,
        key: &str,
        read: impl Fn(&str, Value) -> Result<T, FormatError>,
    ) -> Result<BTreeSet<T>, FormatError> {
        let list = self.list(key)?;
        set_of(&self.at(key).to_string(), list, read)
    }

    /// Takes an object whose keys are names of some form.
    pub(super) fn map<K: Ord + FromStr<Err = FormatError>, V>(
        &mut self,
        key: &str,
        read: impl Fn(&str, Value) -> Result<V, FormatError>,
    ) -> Result<BTreeMap<K, V>, FormatError> {
        let place = self.at(key).to_string();
        let Value::Map(map) = self.take(key)? else {
            return Err(FormatError::new(Code::FormatType, format!("{place} is not an object")));
        };
        map.into_iter()
            .map(|(k, v)| {
                let name = k.parse().map_err(|e| self.within(key, &e))?;
                Ok((name, read(&format!("{place}.{k}"), v)?))
            })
            .collect()
    }

    /// Says that no key is left.
    pub(super) fn finish(self) -> Result<(), FormatError> {
        match self.map.into_iter().next() {
            None => Ok(()),
            Some((key, _)) => Err(FormatError::new(
                Code::FormatUnknownKey,
                format!("{} has the key {key:?}, which format version 1 does not know", self.place),
            )),
        }
    }

    fn at<'a>(&'a self, key: &'a str) -> At<'a> {
        At(&self.place, key)
    }

    fn within(&self, key: &str, error: &FormatError) -> FormatError {
        FormatError::new(error.code, format!("{}: {}", self.at(key), error.detail))
    }
}

/// Reads a number that counts something.
pub(super) fn count_of(place: impl fmt::Display, value: &Value) -> Result<u64, FormatError> {
    match value {
        Value::Int(n) if *n >= 0 => Ok(n.unsigned_abs()),
        Value::Int(_) => Err(FormatError::new(Code::FormatNumber, format!("{place} is negative"))),
        other => Err(wrong_type(place, "an integer", other)),
    }
}

/// Returns the text that a value is, checked against the rules for texts.
pub(super) fn text_of(place: impl fmt::Display, value: Value) -> Result<String, FormatError> {
    match value {
        Value::Text(text) => {
            text::check(&text, MAX_TEXT).map_err(|e| FormatError::new(e.code, format!("{place}: {}", e.detail)))?;
            Ok(text)
        }
        other => Err(wrong_type(place, "a text", &other)),
    }
}

/// Returns the name that a value is.
pub(super) fn name_of<T: FromStr<Err = FormatError>>(place: &str, value: Value) -> Result<T, FormatError> {
    text_of(place, value)?.parse().map_err(|e: FormatError| FormatError::new(e.code, format!("{place}: {}", e.detail)))
}

/// Returns the names under names that a value is.
pub(super) fn names_of<T: Ord + FromStr<Err = FormatError>>(
    place: &str,
    value: Value,
) -> Result<BTreeMap<T, T>, FormatError> {
    let Value::Map(map) = value else { return Err(wrong_type(place, "an object", &value)) };
    map.into_iter().map(|(old, new)| Ok((name_of(place, Value::Text(old))?, name_of(place, new)?))).collect()
}

/// Returns the set that a list is; the elements must stand in the order of their canonical forms, each once.
pub(super) fn set_of<T: Ord>(
    place: &str,
    list: Vec<Value>,
    read: impl Fn(&str, Value) -> Result<T, FormatError>,
) -> Result<BTreeSet<T>, FormatError> {
    let forms: Vec<String> = list.iter().map(Value::to_canonical).collect();
    let set = list.into_iter().map(|value| read(place, value)).collect::<Result<_, _>>()?;
    // What the elements are comes first (chapter 1.3 of the format), so that one fault has one code everywhere.
    if !forms.is_sorted_by(|a, b| a < b) {
        return Err(FormatError::new(Code::FormatSet, format!("{place} is not sorted, or holds an element twice")));
    }
    Ok(set)
}

/// Returns the error for a value of another JSON type.
pub(super) fn wrong_type(place: impl fmt::Display, needed: &str, found: &Value) -> FormatError {
    FormatError::new(Code::FormatType, format!("{place} is {}; the format says {needed}", found.type_name()))
}

//! A good event that is changed in one place, so that it is none.

use govledger::domain::code::Code;
use govledger::domain::commit::{self, ObjectFormat};
use govledger::domain::event::Event;
use govledger::domain::sshsig::Signature;
use serde_json::Value as Json;

use crate::bad::{Bads, Base};
use crate::keys::{Key, key};

/// A good event, as the text that is signed and as a commit.
pub(crate) struct Good {
    pub(crate) base: Base,
    pub(crate) unsigned: String,
    pub(crate) signed: String,
    pub(crate) key: Key,
}

impl Good {
    pub(crate) fn of(base: &Base, signer: &str, event: &Event) -> Good {
        let unsigned = commit::unsigned(base.format, base.parent(), event);
        let whole = String::from_utf8(base.sign(signer, event)).unwrap();
        assert!(commit::decode(base.format, whole.as_bytes()).is_ok(), "the event that the others are made of");
        Good { base: base.clone(), unsigned, signed: whole, key: key(signer) }
    }

    /// Returns the commit of a changed text, signed as it then is.
    pub(crate) fn resigned(&self, from: &str, to: &str) -> Vec<u8> {
        self.sign(replaced(&self.unsigned, from, to).as_bytes())
    }

    pub(crate) fn sign(&self, text: &[u8]) -> Vec<u8> {
        // A signature is over bytes; where they are no text, any signature does.
        self.with_signature(text, &self.key.sign(std::str::from_utf8(text).unwrap_or_default()))
    }

    /// Returns the commit of a text with a signature.
    pub(crate) fn with_signature(&self, text: &[u8], signature: &Signature) -> Vec<u8> {
        let at = text.windows(2).position(|pair| pair == b"\n\n").unwrap() + 1;
        let name = if self.base.format == ObjectFormat::Sha1 { "gpgsig" } else { "gpgsig-sha256" };
        let header = format!("{name} {}\n", signature.to_armor().replace('\n', "\n "));
        [&text[..at], header.as_bytes(), &text[at..]].concat()
    }

    /// Returns the commit with a change that nobody signed.
    pub(crate) fn tampered(&self, from: &str, to: &str) -> Vec<u8> {
        replaced(&self.signed, from, to).into_bytes()
    }

    pub(crate) fn payload(&self) -> Json {
        serde_json::from_str(self.unsigned.lines().last().unwrap()).unwrap()
    }

    /// Puts the commit whose payload is changed, canonical and signed.
    pub(crate) fn put(&self, bads: &mut Bads, what: &str, code: Code, change: impl FnOnce(&mut Json)) {
        let mut payload = self.payload();
        change(&mut payload);
        let line = self.unsigned.lines().last().unwrap();
        let text = replaced(&self.unsigned, line, &canonical(&payload));
        bads.put(what, code, &self.base, self.sign(text.as_bytes()));
    }

    /// Puts the commit whose payload has another value at a place, which is there.
    pub(crate) fn set(&self, bads: &mut Bads, what: &str, code: Code, place: &str, value: Json) {
        self.put(bads, what, code, |payload| *at(payload, place) = value);
    }
}

/// Returns the value at a place of a payload.
pub(crate) fn at<'p>(payload: &'p mut Json, place: &str) -> &'p mut Json {
    payload.pointer_mut(place).unwrap_or_else(|| panic!("no {place}"))
}

pub(crate) fn replaced(text: &str, from: &str, to: &str) -> String {
    assert!(text.contains(from), "{from:?} is not in {text}");
    text.replacen(from, to, 1)
}

/// Writes JSON with sorted keys and no white space, whatever stands in it.
fn canonical(value: &Json) -> String {
    let joined = |parts: Vec<String>| parts.join(",");
    match value {
        Json::Array(list) => format!("[{}]", joined(list.iter().map(canonical).collect())),
        Json::Object(map) => {
            let mut keys: Vec<&String> = map.keys().collect();
            keys.sort();
            let entry = |key: &String| format!("{}:{}", Json::from(key.as_str()), canonical(&map[key]));
            format!("{{{}}}", joined(keys.into_iter().map(entry).collect()))
        }
        scalar => scalar.to_string(),
    }
}

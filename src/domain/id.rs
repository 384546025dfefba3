//! Names of things, each a type of its own: once inside, a name has the form that the format says.

use std::fmt;

use sha2::{Digest as _, Sha256};

use super::code::Code;
use super::error::FormatError;

macro_rules! name_type {
    ($(#[$doc:meta])* $type:ident, $form:literal, $check:path) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $type(String);

        impl $type {
            #[doc = concat!("Reads a name of the form ", $form, ".")]
            ///
            /// # Errors
            /// `format.id` where the text has another form.
            pub fn parse(text: &str) -> Result<$type, FormatError> {
                if $check(text) {
                    Ok($type(text.to_owned()))
                } else {
                    Err(FormatError::new(Code::FormatId, format!("{text:?} is not {}", $form)))
                }
            }

            /// Returns the name as text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(&self.0)
            }
        }

        impl std::str::FromStr for $type {
            type Err = FormatError;
            fn from_str(text: &str) -> Result<$type, FormatError> {
                $type::parse(text)
            }
        }

        impl std::borrow::Borrow<str> for $type {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        impl From<&$type> for super::value::Value {
            fn from(name: &$type) -> super::value::Value {
                super::value::Value::Text(name.0.clone())
            }
        }
    };
}

fn is_actor(text: &str) -> bool {
    let mut bytes = text.bytes();
    text.len() <= 39
        && matches!(bytes.next(), Some(b'a'..=b'z' | b'0'..=b'9'))
        && bytes.all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'-'))
}

fn is_item(text: &str) -> bool {
    let mut bytes = text.bytes();
    text.len() <= 100
        && bytes.next().is_some_and(|b| b.is_ascii_alphanumeric())
        && bytes.all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b'@' | b'+' | b'-'))
        && !text.contains("..")
}

fn is_word(text: &str) -> bool {
    let mut bytes = text.bytes();
    text.len() <= 64
        && bytes.next().is_some_and(|b| b.is_ascii_alphanumeric())
        && bytes.all(|b| b.is_ascii_alphanumeric() || matches!(b, b'_' | b'-'))
}

fn is_correlation(text: &str) -> bool {
    (1..=64).contains(&text.len())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'.' | b'_' | b':' | b'-'))
}

fn is_rid(text: &str) -> bool {
    text.len() == 32 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}

fn is_oid(text: &str) -> bool {
    let (length, hex) = match text.split_once(':') {
        Some(("sha1", hex)) => (40, hex),
        Some(("sha256", hex)) => (64, hex),
        _ => return false,
    };
    hex.len() == length && hex.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
}

name_type!(
    /// The name of an actor.
    ActorId, "an actor's name: 1 to 39 of a-z, 0-9 and `-`, not beginning with `-`", is_actor
);
name_type!(
    /// The name of a role.
    RoleId, "a role's name: 1 to 39 of a-z, 0-9 and `-`, not beginning with `-`", is_actor
);
name_type!(
    /// The id of an item. Two ids that differ only in case are the same id.
    ItemId, "an item's id: 1 to 100 of A-Z, a-z, 0-9 and `. _ @ + -`, beginning with a letter or digit, without `..`", is_item
);
name_type!(
    /// A word that a charter defines: a kind, status, link, claim, gate, criterion, block, field, answer, value, scope or set.
    Word, "a word: 1 to 64 of A-Z, a-z, 0-9, `_` and `-`, beginning with a letter or digit", is_word
);
name_type!(
    /// What ties an event to something outside of the ledger, such as a ticket or a build.
    Correlation, "a correlation: 1 to 64 of A-Z, a-z, 0-9 and `. _ : -`", is_correlation
);
name_type!(
    /// The random id of an event: 128 bits, which other events cite.
    Rid, "an event's id: 32 lower-case hexadecimal digits", is_rid
);
name_type!(
    /// A git object id with its hash function, such as `sha1:2fd4…`. A hint: nothing is proven by it.
    TaggedOid, "a tagged object id: `sha1:` and 40, or `sha256:` and 64 lower-case hexadecimal digits", is_oid
);

impl TaggedOid {
    /// Returns the name of the hash function.
    pub fn format(&self) -> &str {
        self.0.split_once(':').map_or("", |(format, _)| format)
    }

    /// Returns the first 12 hexadecimal digits, as git takes them.
    pub fn short(&self) -> &str {
        self.digits().get(..12).unwrap_or(self.digits())
    }

    /// Returns the hexadecimal digits.
    pub fn digits(&self) -> &str {
        self.0.split_once(':').map_or("", |(_, digits)| digits)
    }
}

impl Rid {
    /// Returns the 128 bits as a number.
    pub fn number(&self) -> u128 {
        u128::from_str_radix(&self.0, 16).expect("32 hexadecimal digits are 128 bits")
    }
}

impl ItemId {
    /// Returns the id in the case that makes ids equal which differ only in case.
    pub fn folded(&self) -> String {
        self.0.to_ascii_lowercase()
    }
}

/// A SHA-256.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest([u8; 32]);

impl Digest {
    /// Returns the digest of some bytes.
    pub fn of(bytes: &[u8]) -> Digest {
        Digest(Sha256::digest(bytes).into())
    }

    /// Returns the digest of the canonical form of a value.
    pub fn of_value(value: &super::value::Value) -> Digest {
        Digest::of(value.to_canonical().as_bytes())
    }

    /// Returns the digest that these bytes are.
    pub const fn from_bytes(bytes: [u8; 32]) -> Digest {
        Digest(bytes)
    }

    /// Returns the 32 bytes.
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// Reads 64 lower-case hexadecimal digits.
    ///
    /// # Errors
    /// `format.id` where the text has another form.
    pub fn parse(text: &str) -> Result<Digest, FormatError> {
        let wrong =
            || FormatError::new(Code::FormatId, format!("{text:?} is not a SHA-256: 64 lower-case hexadecimal digits"));
        let (pairs, []) = text.as_bytes().as_chunks::<2>() else { return Err(wrong()) };
        let pairs: &[[u8; 2]; 32] = pairs.try_into().map_err(|_| wrong())?;
        let mut out = [0; 32];
        for (byte, [high, low]) in out.iter_mut().zip(pairs) {
            *byte = nibble(*high).ok_or_else(wrong)? << 4 | nibble(*low).ok_or_else(wrong)?;
        }
        Ok(Digest(out))
    }

    /// Returns the first 12 hexadecimal digits, for people.
    pub fn short(&self) -> String {
        self.to_string()[..12].to_owned()
    }
}

const fn nibble(digit: u8) -> Option<u8> {
    match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let digit = |nibble: u8| if nibble < 10 { b'0' + nibble } else { b'a' + nibble - 10 };
        let mut text = [0; 64];
        for (pair, byte) in text.as_chunks_mut::<2>().0.iter_mut().zip(self.0) {
            *pair = [digit(byte >> 4), digit(byte & 15)];
        }
        f.write_str(std::str::from_utf8(&text).map_err(|_| fmt::Error)?)
    }
}

impl fmt::Debug for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Digest({self})")
    }
}

impl std::str::FromStr for Digest {
    type Err = FormatError;
    fn from_str(text: &str) -> Result<Digest, FormatError> {
        Digest::parse(text)
    }
}

impl From<Digest> for super::value::Value {
    fn from(digest: Digest) -> super::value::Value {
        super::value::Value::Text(digest.to_string())
    }
}

/// What an event speaks of: an item, a block or waiver placed by an event, or the repository.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Noun {
    /// The repository as a whole; `null` in the payload.
    Repo,
    /// An item.
    Item(ItemId),
    /// A placed block or a waiver, named `ITEM/RULE/SEQ` after the event that placed it (`repo/RULE/SEQ` on the repository).
    Placed {
        /// The item that it is on, if it is not on the repository.
        item: Option<ItemId>,
        /// The block, the criterion (`GATE.CRITERION`) or the commit rule.
        rule: String,
        /// The position of the event.
        seq: u64,
    },
}

impl Noun {
    /// Reads the form of the payload; `None` stands for `null`.
    ///
    /// # Errors
    /// `format.id` where the text is neither an item's id nor `ITEM/RULE/SEQ`.
    pub fn parse(text: Option<&str>) -> Result<Noun, FormatError> {
        let Some(text) = text else { return Ok(Noun::Repo) };
        let parts: Vec<&str> = text.split('/').collect();
        match parts.as_slice() {
            [id] => Ok(Noun::Item(ItemId::parse(id)?)),
            [item, rule, seq] => {
                let is_position = |n: &u64| n.to_string() == *seq && *n <= super::value::MAX_INTEGER.unsigned_abs();
                let number: u64 = seq.parse().ok().filter(is_position).ok_or_else(|| {
                    FormatError::new(Code::FormatId, format!("{text:?} does not end in the position of an event"))
                })?;
                if rule.split('.').count() > 2 {
                    return Err(FormatError::new(
                        Code::FormatId,
                        format!("{rule:?} is neither a name nor GATE.CRITERION"),
                    ));
                }
                rule.split('.').try_for_each(|word| Word::parse(word).map(|_| ()))?;
                let item = if *item == "repo" { None } else { Some(ItemId::parse(item)?) };
                Ok(Noun::Placed { item, rule: (*rule).to_owned(), seq: number })
            }
            _ => Err(FormatError::new(Code::FormatId, format!("{text:?} is neither an item's id nor ITEM/RULE/SEQ"))),
        }
    }

    /// Returns the item that is spoken of or that the block or waiver is on.
    pub fn item(&self) -> Option<&ItemId> {
        match self {
            Noun::Repo => None,
            Noun::Item(id) => Some(id),
            Noun::Placed { item, .. } => item.as_ref(),
        }
    }

    /// Returns the form of the payload; `None` for the repository.
    pub fn to_key(&self) -> Option<String> {
        match self {
            Noun::Repo => None,
            noun => Some(noun.to_string()),
        }
    }
}

impl fmt::Display for Noun {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Noun::Repo => f.write_str("repo"),
            Noun::Item(id) => id.fmt(f),
            Noun::Placed { item, rule, seq } => {
                write!(f, "{}/{rule}/{seq}", item.as_ref().map_or("repo", ItemId::as_str))
            }
        }
    }
}

/// Names that nobody and nothing may be given.
pub const RESERVED: [&str; 4] = ["repo", "self", "recovery", "new"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_have_one_form() {
        assert!(ItemId::parse("WP-7@1.0+x_y").is_ok());
        for bad in ["", "-a", "a..b", "a/b", "ä", &"x".repeat(101)] {
            assert_eq!(ItemId::parse(bad).unwrap_err().code, Code::FormatId, "{bad}");
        }
        assert!(ActorId::parse("omar-2").is_ok());
        for bad in ["Omar", "-o", "o_o", &"x".repeat(40)] {
            assert!(ActorId::parse(bad).is_err(), "{bad}");
        }
        assert!(TaggedOid::parse("sha1:da39a3ee5e6b4b0d3255bfef95601890afd80709").is_ok());
        assert!(TaggedOid::parse("da39a3ee5e6b4b0d3255bfef95601890afd80709").is_err());
    }

    #[test]
    fn a_noun_is_an_item_a_placed_thing_or_the_repository() {
        assert_eq!(Noun::parse(None).unwrap(), Noun::Repo);
        let placed = Noun::parse(Some("MIG-06/DESIGN-BLOCKED/12")).unwrap();
        assert_eq!(placed.to_string(), "MIG-06/DESIGN-BLOCKED/12");
        assert_eq!(Noun::parse(Some("repo/exit.cargo/3")).unwrap().to_string(), "repo/exit.cargo/3");
        for bad in ["a/b", "a/b/03", "a/b c/3", "a/b/c/d", "", "a/b.c.d/3", "a/b/9007199254740992"] {
            assert!(Noun::parse(Some(bad)).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_digest_is_printed_as_it_is_read() {
        let text = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
        assert_eq!(Digest::of(b"").to_string(), text);
        assert_eq!(Digest::parse(text).unwrap(), Digest::of(b""));
        assert!(Digest::parse(&text.to_uppercase()).is_err());
    }
}

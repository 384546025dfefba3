//! Public keys: what an actor is known by.

use std::fmt;

use base64ct::{Base64, Base64Unpadded, Encoding};

use super::code::Code;
use super::error::FormatError;
use super::id::Digest;

/// The type word of a plain key.
pub const ED25519: &str = "ssh-ed25519";

/// The type word of a key that lives in a security token.
pub const SK_ED25519: &str = "sk-ssh-ed25519@openssh.com";

/// A public key of one of the two types that can sign events.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PublicKey {
    /// `ssh-ed25519`.
    Ed25519([u8; 32]),
    /// `sk-ssh-ed25519@openssh.com`, with the application that it is bound to.
    SkEd25519([u8; 32], String),
}

impl PublicKey {
    /// Reads the form `TYPE BASE64`, without a comment.
    ///
    /// # Errors
    /// `format.id` where the text has another form, `trust.weak-key` where the point is of small order or not canonical.
    pub fn parse(text: &str) -> Result<PublicKey, FormatError> {
        let wrong =
            || FormatError::new(Code::FormatId, format!("{text:?} is not a key `ssh-ed25519 BASE64` without comment"));
        let (_, base64) = text.split_once(' ').ok_or_else(wrong)?;
        let blob = Base64::decode_vec(base64).map_err(|_| wrong())?;
        let key = PublicKey::from_blob(&blob)?;
        if key.to_string() == text { Ok(key) } else { Err(wrong()) }
    }

    /// Reads the wire form of RFC 4253, section 6.6, and refuses weak points.
    ///
    /// # Errors
    /// `format.id` where the bytes are no key of the two types, `trust.weak-key` as in [`PublicKey::parse`].
    pub fn from_blob(blob: &[u8]) -> Result<PublicKey, FormatError> {
        let wrong =
            || FormatError::new(Code::FormatId, "the key is neither ssh-ed25519 nor sk-ssh-ed25519@openssh.com");
        let mut wire = Wire(blob);
        let kind = wire.string().ok_or_else(wrong)?;
        let point: [u8; 32] = wire.string().and_then(|p| p.try_into().ok()).ok_or_else(wrong)?;
        let key = if kind == ED25519.as_bytes() {
            PublicKey::Ed25519(point)
        } else if kind == SK_ED25519.as_bytes() {
            let application = wire.string().and_then(|a| std::str::from_utf8(a).ok()).ok_or_else(wrong)?;
            PublicKey::SkEd25519(point, application.to_owned())
        } else {
            return Err(wrong());
        };
        if !wire.0.is_empty() {
            return Err(wrong());
        }
        key.check_strength()?;
        Ok(key)
    }

    /// Returns the wire form.
    pub fn to_blob(&self) -> Vec<u8> {
        let mut blob = Vec::new();
        match self {
            PublicKey::Ed25519(point) => {
                put_string(&mut blob, ED25519.as_bytes());
                put_string(&mut blob, point);
            }
            PublicKey::SkEd25519(point, application) => {
                put_string(&mut blob, SK_ED25519.as_bytes());
                put_string(&mut blob, point);
                put_string(&mut blob, application.as_bytes());
            }
        }
        blob
    }

    /// Returns the 32 bytes of the point.
    pub const fn point(&self) -> &[u8; 32] {
        match self {
            PublicKey::Ed25519(point) | PublicKey::SkEd25519(point, _) => point,
        }
    }

    /// Returns the fingerprint as `ssh-keygen -l` prints it.
    pub fn fingerprint(&self) -> Fingerprint {
        Fingerprint(format!("SHA256:{}", Base64Unpadded::encode_string(Digest::of(&self.to_blob()).as_bytes())))
    }

    fn check_strength(&self) -> Result<(), FormatError> {
        let weak = || FormatError::new(Code::TrustWeakKey, "the key's point is of small order or not canonical");
        let key = ed25519_dalek::VerifyingKey::from_bytes(self.point()).map_err(|_| weak())?;
        let canonical = key.to_edwards().compress().to_bytes() == *self.point();
        if key.is_weak() || !canonical { Err(weak()) } else { Ok(()) }
    }
}

impl std::str::FromStr for PublicKey {
    type Err = FormatError;
    fn from_str(text: &str) -> Result<PublicKey, FormatError> {
        PublicKey::parse(text)
    }
}

impl fmt::Display for PublicKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self {
            PublicKey::Ed25519(_) => ED25519,
            PublicKey::SkEd25519(..) => SK_ED25519,
        };
        write!(f, "{kind} {}", Base64::encode_string(&self.to_blob()))
    }
}

/// The fingerprint of a key: `SHA256:` and 43 characters of base64.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Fingerprint(String);

impl Fingerprint {
    /// Reads a fingerprint.
    ///
    /// # Errors
    /// `format.id` where the text has another form.
    pub fn parse(text: &str) -> Result<Fingerprint, FormatError> {
        let wrong = || FormatError::new(Code::FormatId, format!("{text:?} is not a fingerprint `SHA256:…`"));
        let base64 = text.strip_prefix("SHA256:").ok_or_else(wrong)?;
        let bytes = Base64Unpadded::decode_vec(base64).map_err(|_| wrong())?;
        if bytes.len() == 32 && base64.len() == 43 { Ok(Fingerprint(text.to_owned())) } else { Err(wrong()) }
    }

    /// Returns the fingerprint as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl std::str::FromStr for Fingerprint {
    type Err = FormatError;
    fn from_str(text: &str) -> Result<Fingerprint, FormatError> {
        Fingerprint::parse(text)
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// Reads the strings of RFC 4251, section 5: four bytes of length, then the bytes.
pub(super) struct Wire<'a>(pub(super) &'a [u8]);

impl<'a> Wire<'a> {
    /// Takes the next string, if a whole one is there.
    pub(super) fn string(&mut self) -> Option<&'a [u8]> {
        let (length, rest) = self.0.split_first_chunk::<4>()?;
        let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
        let (string, rest) = rest.split_at_checked(length)?;
        self.0 = rest;
        Some(string)
    }
}

/// Writes a string of RFC 4251, section 5. Strings of more than 4 GiB do not occur in keys and signatures.
pub(super) fn put_string(out: &mut Vec<u8>, string: &[u8]) {
    out.extend(u32::try_from(string.len()).unwrap_or(u32::MAX).to_be_bytes());
    out.extend(string);
}

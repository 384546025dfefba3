//! Signatures as `ssh-keygen -Y sign -n git` makes them (SSHSIG), in the one form that an event may carry.
//!
//! The armor, character for character: `-----BEGIN SSH SIGNATURE-----`, LF; the padded base64 of the blob in lines of
//! 70 columns, of which the last may be shorter but is not empty, each with an LF; `-----END SSH SIGNATURE-----`, *without*
//! a line feed. That is the value of git's `gpgsig` header: git writes what `ssh-keygen` printed, each line after the first indented
//! by a space, and `ssh-keygen`'s last line feed ends the header.
//!
//! The blob (`PROTOCOL.sshsig` of OpenSSH): the six bytes `SSHSIG`; the version 1 in four bytes; and as strings of RFC 4251
//! the key, the namespace `git`, nothing (reserved), `sha512`, and the signature. The signature is a string with the type of the
//! key and a string of 64 bytes; a security token adds a byte of flags and a counter of four bytes.

use std::collections::BTreeMap;

use base64ct::{Base64, Encoding};
use ed25519_dalek::VerifyingKey;
use sha2::{Digest as _, Sha256, Sha512};

use super::code::Code;
use super::error::FormatError;
use super::key::{ED25519, PublicKey, SK_ED25519, Wire, put_string};

/// What separates signatures of commits from signatures of anything else.
pub const NAMESPACE: &str = "git";

const BEGIN: &str = "-----BEGIN SSH SIGNATURE-----\n";
const END: &str = "-----END SSH SIGNATURE-----";
const COLUMNS: usize = 70;
const MAGIC: &[u8; 6] = b"SSHSIG";
const VERSION: u32 = 1;
const HASH: &str = "sha512";
const USER_PRESENT: u8 = 1;

/// A signature with the key that is said to have made it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signature {
    key: PublicKey,
    bytes: [u8; 64],
    /// What a security token signs beside the message; absent from the signature of a plain key.
    token: Token,
}

/// What a security token says about the moment of signing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Token {
    flags: u8,
    counter: u32,
}

impl Signature {
    /// Returns the signature that a plain key made: R and S, 64 bytes.
    ///
    /// Given the key of a security token it is one that nobody was present for, which no verification accepts.
    pub const fn new(key: PublicKey, signature: [u8; 64]) -> Signature {
        Signature { key, bytes: signature, token: Token { flags: 0, counter: 0 } }
    }

    /// Reads what an SSH agent answers: the type of the key, the 64 bytes, and what a security token adds.
    ///
    /// # Errors
    /// `format.signature` where the bytes are no signature of that key's type.
    pub fn from_ssh(key: PublicKey, ssh: &[u8]) -> Result<Signature, FormatError> {
        let mut wire = Wire(ssh);
        let kind = wire.string().ok_or_else(|| wrong("the signature has no type"))?;
        if kind != kind_of(&key).as_bytes() {
            return Err(wrong("the signature is of another type than its key"));
        }
        let bytes = wire.string().and_then(|b| b.try_into().ok()).ok_or_else(|| wrong("it does not have 64 bytes"))?;
        let token = match (&key, wire.0) {
            (PublicKey::Ed25519(_), []) => Token::default(),
            (PublicKey::SkEd25519(..), [flags, a, b, c, d]) => {
                Token { flags: *flags, counter: u32::from_be_bytes([*a, *b, *c, *d]) }
            }
            (PublicKey::Ed25519(_), _) => return Err(wrong("bytes follow after the signature")),
            (PublicKey::SkEd25519(..), _) => return Err(wrong("flags and counter do not have 5 bytes")),
        };
        Ok(Signature { key, bytes, token })
    }

    /// Reads the armor and accepts one text for each signature: whatever [`Signature::to_armor`] would not print is refused.
    ///
    /// Whether the key is a point of the curve stays open until the signature is verified.
    ///
    /// # Errors
    /// `format.signature` where the text has another form, `trust.weak-key` where the key is of small order or not canonical.
    pub fn parse_armor(armor: &str) -> Result<Signature, FormatError> {
        let base64: String = armor
            .strip_prefix(BEGIN)
            .and_then(|rest| rest.strip_suffix(END)?.strip_suffix('\n'))
            .ok_or_else(|| wrong("it does not begin and end with the two lines that enclose an SSH signature"))?
            .split('\n')
            .collect();
        let blob = Base64::decode_vec(&base64).map_err(|_| wrong("its lines are not canonical base64"))?;
        let signature = Signature::from_blob(&blob)?;
        if signature.to_armor() == armor {
            Ok(signature)
        } else {
            Err(wrong("its lines are not of 70 columns, the last one shorter but not empty, each ended by one LF"))
        }
    }

    fn from_blob(blob: &[u8]) -> Result<Signature, FormatError> {
        let head = blob.strip_prefix(MAGIC).and_then(|rest| rest.split_first_chunk::<4>());
        let (version, rest) = head.ok_or_else(|| wrong("the blob does not begin with `SSHSIG` and a version"))?;
        if u32::from_be_bytes(*version) != VERSION {
            return Err(wrong("the blob's version is not 1"));
        }
        let mut wire = Wire(rest);
        let mut next = |what: &str| wire.string().ok_or_else(|| wrong(&format!("the blob ends before its {what}")));
        let key = next("key")?;
        for (what, needed) in [("namespace", NAMESPACE), ("reserved field", ""), ("hash", HASH)] {
            let found = next(what)?;
            if found != needed.as_bytes() {
                let found = String::from_utf8_lossy(found.get(..64).unwrap_or(found));
                return Err(wrong(&format!("its {what} is {found:?}, not {needed:?}")));
            }
        }
        let ssh = next("signature")?;
        if !wire.0.is_empty() {
            return Err(wrong("bytes follow after the blob"));
        }
        let key = PublicKey::from_blob_off_curve(key).map_err(|e| match e.code {
            Code::TrustWeakKey => e,
            _ => wrong(&e.detail),
        })?;
        Signature::from_ssh(key, ssh)
    }

    /// Returns the armor, without a line feed at its end.
    pub fn to_armor(&self) -> String {
        let base64 = Base64::encode_string(&self.to_blob());
        let mut armor = String::with_capacity(BEGIN.len() + base64.len() + base64.len() / COLUMNS + 1 + END.len());
        armor.push_str(BEGIN);
        let mut rest = base64.as_str();
        while !rest.is_empty() {
            let (line, after) = rest.split_at_checked(COLUMNS).unwrap_or((rest, ""));
            armor.push_str(line);
            armor.push('\n');
            rest = after;
        }
        armor.push_str(END);
        armor
    }

    fn to_blob(&self) -> Vec<u8> {
        let mut ssh = Vec::new();
        put_string(&mut ssh, kind_of(&self.key).as_bytes());
        put_string(&mut ssh, &self.bytes);
        if matches!(self.key, PublicKey::SkEd25519(..)) {
            ssh.push(self.token.flags);
            ssh.extend(self.token.counter.to_be_bytes());
        }
        let mut blob = MAGIC.to_vec();
        blob.extend(VERSION.to_be_bytes());
        put_string(&mut blob, &self.key.to_blob());
        put_string(&mut blob, NAMESPACE.as_bytes());
        put_string(&mut blob, b"");
        put_string(&mut blob, HASH.as_bytes());
        put_string(&mut blob, &ssh);
        blob
    }

    /// Returns the key that is said to have signed. It is nobody's until the signature is verified.
    pub const fn key(&self) -> &PublicKey {
        &self.key
    }

    /// Checks that the key signed the message. A security token must say that somebody was present.
    ///
    /// The check is the strict one: S below the order of the group, R canonical and not of small order, no cofactor.
    ///
    /// # Errors
    /// `trust.signature` where it did not, `trust.weak-key` where the key is not a point of the curve.
    pub fn verify(&self, message: &[u8]) -> Result<(), FormatError> {
        self.verify_by(&self.key.verifying_key()?, message)
    }

    fn verify_by(&self, point: &VerifyingKey, message: &[u8]) -> Result<(), FormatError> {
        let refused = |what: &str| FormatError::new(Code::TrustSignature, what);
        let mut data = signed_data(message);
        if let PublicKey::SkEd25519(_, application) = &self.key {
            if self.token.flags & USER_PRESENT == 0 {
                return Err(refused("the security token does not say that somebody was present"));
            }
            data = token_data(application, self.token, &data);
        }
        point
            .verify_strict(&data, &ed25519_dalek::Signature::from_bytes(&self.bytes))
            .map_err(|_| refused("the signature does not belong to these bytes and this key"))
    }
}

/// Verifies many signatures of few keys, and decompresses each key once.
#[derive(Debug, Default)]
pub struct Verifier(BTreeMap<[u8; 32], VerifyingKey>);

impl Verifier {
    /// How many keys are kept, so that a chain of foreign keys does not fill the memory.
    const KEYS: usize = 1024;

    /// Checks what [`Signature::verify`] checks, with the same answer.
    ///
    /// # Errors
    /// As [`Signature::verify`].
    pub fn verify(&mut self, signature: &Signature, message: &[u8]) -> Result<(), FormatError> {
        if let Some(point) = self.0.get(signature.key.point()) {
            return signature.verify_by(point, message);
        }
        let point = signature.key.verifying_key()?;
        if self.0.len() == Verifier::KEYS {
            self.0.clear();
        }
        self.0.insert(*signature.key.point(), point);
        signature.verify_by(&point, message)
    }
}

/// Returns the bytes that a key signs for a message: the preamble of SSHSIG over the message's SHA-512.
pub fn signed_data(message: &[u8]) -> Vec<u8> {
    let mut data = Vec::with_capacity(128);
    data.extend_from_slice(MAGIC);
    put_string(&mut data, NAMESPACE.as_bytes());
    put_string(&mut data, b"");
    put_string(&mut data, HASH.as_bytes());
    put_string(&mut data, &Sha512::digest(message));
    data
}

/// Returns the bytes that a security token signs (`PROTOCOL.u2f` of OpenSSH).
fn token_data(application: &str, token: Token, data: &[u8]) -> Vec<u8> {
    let mut out = Sha256::digest(application.as_bytes()).to_vec();
    out.push(token.flags);
    out.extend(token.counter.to_be_bytes());
    out.extend_from_slice(&Sha256::digest(data));
    out
}

const fn kind_of(key: &PublicKey) -> &'static str {
    match key {
        PublicKey::Ed25519(_) => ED25519,
        PublicKey::SkEd25519(..) => SK_ED25519,
    }
}

fn wrong(what: &str) -> FormatError {
    FormatError::new(Code::FormatSignature, format!("the signature is not in its one form: {what}"))
}

#[cfg(test)]
mod tests;

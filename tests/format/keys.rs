//! The keys of the vectors. Their seeds are public: they sign nothing but tests.

use base64ct::{Base64, Encoding};
use curve25519_dalek::{EdwardsPoint, Scalar};
use ed25519_dalek::{Signer as _, SigningKey, hazmat};
use govledger::domain::commit::{self, ObjectFormat};
use govledger::domain::event::Event;
use govledger::domain::id::{Digest, TaggedOid};
use govledger::domain::key::PublicKey;
use govledger::domain::sshsig::{Signature, signed_data};
use govledger::domain::value::Value;
use sha2::{Digest as _, Sha512};

/// Who has a key in the vectors. A name beginning with `token-` stands for a security token.
pub(crate) const NAMES: [&str; 14] = [
    "lena",
    "lena-2",
    "kim",
    "omar",
    "omar-2",
    "raj",
    "ines",
    "scribe",
    "builder",
    "token-mira",
    "recovery-1",
    "recovery-2",
    "recovery-3",
    "stranger",
];

/// The flag by which a token says that its user was present.
pub(crate) const PRESENT: u8 = 1;

/// A key that can sign.
pub(crate) struct Key {
    name: String,
    seed: [u8; 32],
}

/// Returns the key of a name: its seed is the SHA-256 of `govledger test key NAME`.
pub(crate) fn key(name: &str) -> Key {
    assert!(NAMES.contains(&name), "{name} is no key of the list");
    seeded(name, &format!("govledger test key {name}"))
}

/// Returns the key whose seed is the SHA-256 of a text.
pub(crate) fn seeded(name: &str, text: &str) -> Key {
    Key { name: name.to_owned(), seed: *Digest::of(text.as_bytes()).as_bytes() }
}

impl Key {
    fn secret(&self) -> SigningKey {
        SigningKey::from_bytes(&self.seed)
    }

    pub(crate) fn public(&self) -> PublicKey {
        let point = self.secret().verifying_key().to_bytes();
        if self.is_token() { PublicKey::SkEd25519(point, "ssh:".to_owned()) } else { PublicKey::Ed25519(point) }
    }

    fn is_token(&self) -> bool {
        self.name.starts_with("token-")
    }

    /// Signs the bytes of an event, as a file or as a token that says that somebody was present.
    pub(crate) fn sign(&self, message: &str) -> Signature {
        let data = signed_data(message.as_bytes());
        if !self.is_token() {
            return Signature::new(self.public(), self.secret().sign(&data).to_bytes());
        }
        self.touch(&data, PRESENT, "ssh:")
    }

    /// Signs data as a token with these flags and for this application.
    pub(crate) fn touch(&self, data: &[u8], flags: u8, application: &str) -> Signature {
        let touch = [flags, 0, 0, 0, 7];
        let signed = [Digest::of(application.as_bytes()).as_bytes(), &touch[..], Digest::of(data).as_bytes()].concat();
        let bytes = self.secret().sign(&signed).to_bytes();
        let wire = [string(b"sk-ssh-ed25519@openssh.com"), string(&bytes), touch.to_vec()].concat();
        Signature::from_ssh(self.public(), &wire).unwrap()
    }

    /// Signs data with an R that is moved by a point, and the S that a check with cofactor takes.
    pub(crate) fn sign_moved(&self, data: &[u8], nonce: Scalar, by: EdwardsPoint) -> [u8; 64] {
        let r = (EdwardsPoint::mul_base(&nonce) + by).compress().to_bytes();
        let secret = hazmat::ExpandedSecretKey::from(&self.seed);
        let point = self.secret().verifying_key().to_bytes();
        let challenge = Sha512::digest([&r[..], &point, data].concat());
        let s = nonce + Scalar::from_bytes_mod_order_wide(&challenge.into()) * secret.scalar;
        let mut bytes = [0; 64];
        bytes[..32].copy_from_slice(&r);
        bytes[32..].copy_from_slice(s.as_bytes());
        bytes
    }

    /// Returns the commit of an event, signed.
    pub(crate) fn commit(&self, format: ObjectFormat, parent: Option<&TaggedOid>, event: &Event) -> Vec<u8> {
        let signature = self.sign(&commit::unsigned(format, parent, event));
        commit::encode(format, parent, event, &signature)
    }

    pub(crate) fn to_value(&self) -> Value {
        let seed = Digest::from_bytes(self.seed).to_string();
        Value::map([
            ("name", Value::from(self.name.as_str())),
            ("seed", seed.into()),
            ("public", Value::text(self.public())),
            ("fingerprint", Value::text(self.public().fingerprint())),
        ])
    }
}

/// Returns a string of RFC 4251.
pub(crate) fn string(bytes: &[u8]) -> Vec<u8> {
    [&u32::try_from(bytes.len()).unwrap().to_be_bytes(), bytes].concat()
}

pub(crate) fn base64(bytes: &[u8]) -> Value {
    Base64::encode_string(bytes).into()
}

/// Returns the object id that git gives a commit.
pub(crate) fn oid(format: ObjectFormat, commit: &[u8]) -> TaggedOid {
    let text = match format {
        ObjectFormat::Sha1 => format!("sha1:{}", git2::Oid::hash_object(git2::ObjectType::Commit, commit).unwrap()),
        ObjectFormat::Sha256 => {
            let whole = [format!("commit {}\0", commit.len()).as_bytes(), commit].concat();
            format!("sha256:{}", Digest::of(&whole))
        }
    };
    TaggedOid::parse(&text).unwrap()
}

//! Public keys: what an actor is known by.

use std::fmt;

use base64ct::{Base64, Base64Unpadded, Encoding};

use super::code::Code;
use super::error::FormatError;
use super::id::{ActorId, Digest};

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
    /// `format.id` where the text has another form, `trust.weak-key` where the point is of small order, not canonical or not
    /// on the curve.
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
        let key = PublicKey::from_blob_off_curve(blob)?;
        key.verifying_key()?;
        Ok(key)
    }

    /// Reads the wire form and refuses weak points, but leaves open whether the point is on the curve at all.
    ///
    /// For signatures: to verify one answers the question anyway, and to answer it twice would cost a tenth of that.
    pub(super) fn from_blob_off_curve(blob: &[u8]) -> Result<PublicKey, FormatError> {
        let wrong = |what: String| FormatError::new(Code::FormatId, what);
        let short = || wrong("the key is cut short".to_owned());
        let mut wire = Wire(blob);
        let kind = wire.string().ok_or_else(short)?;
        if kind != ED25519.as_bytes() && kind != SK_ED25519.as_bytes() {
            let found: String = String::from_utf8_lossy(kind).chars().take(64).collect();
            return Err(wrong(format!("the key is of type {found:?}; {ED25519} or {SK_ED25519} is needed")));
        }
        let point: [u8; 32] =
            wire.string().ok_or_else(short)?.try_into().map_err(|p: std::array::TryFromSliceError| {
                wrong(format!("the key's point does not have 32 bytes: {p}"))
            })?;
        let key = if kind == ED25519.as_bytes() {
            PublicKey::Ed25519(point)
        } else {
            let application = std::str::from_utf8(wire.string().ok_or_else(short)?)
                .map_err(|_| wrong("the key's application is not UTF-8".to_owned()))?;
            PublicKey::SkEd25519(point, application.to_owned())
        };
        if !wire.0.is_empty() {
            return Err(wrong(format!("{} bytes follow after the key", wire.0.len())));
        }
        if is_weak(&point) {
            return Err(FormatError::new(Code::TrustWeakKey, "the key's point is of small order or not canonical"));
        }
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

    /// Returns the point, decompressed.
    pub(super) fn verifying_key(&self) -> Result<ed25519_dalek::VerifyingKey, FormatError> {
        ed25519_dalek::VerifyingKey::from_bytes(self.point())
            .map_err(|_| FormatError::new(Code::TrustWeakKey, "the key's point is not on the curve"))
    }
}

impl std::str::FromStr for PublicKey {
    type Err = FormatError;
    fn from_str(text: &str) -> Result<PublicKey, FormatError> {
        PublicKey::parse(text)
    }
}

/// The y of the points of order 1, 2, 4 and 8, little-endian, without the sign of x.
const SMALL_ORDER: [[u8; 32]; 5] = [
    {
        let mut one = [0; 32];
        one[0] = 1;
        one
    },
    {
        let mut minus_one = [0xff; 32];
        minus_one[0] = 0xec;
        minus_one[31] = 0x7f;
        minus_one
    },
    [0; 32],
    [
        0x26, 0xe8, 0x95, 0x8f, 0xc2, 0xb2, 0x27, 0xb0, 0x45, 0xc3, 0xf4, 0x89, 0xf2, 0xef, 0x98, 0xf0, 0xd5, 0xdf,
        0xac, 0x05, 0xd3, 0xc6, 0x33, 0x39, 0xb1, 0x38, 0x02, 0x88, 0x6d, 0x53, 0xfc, 0x05,
    ],
    [
        0xc7, 0x17, 0x6a, 0x70, 0x3d, 0x4d, 0xd8, 0x4f, 0xba, 0x3c, 0x0b, 0x76, 0x0d, 0x10, 0x67, 0x0f, 0x2a, 0x20,
        0x53, 0xfa, 0x2c, 0x39, 0xcc, 0xc6, 0x4e, 0xc7, 0xfd, 0x77, 0x92, 0xac, 0x03, 0x7a,
    ],
];

/// Returns whether a point is of small order, or is written with a y of 2^255 - 19 or more.
///
/// The two points whose x is 0 have small order, so the sign of x needs no question of its own.
fn is_weak(point: &[u8; 32]) -> bool {
    let mut y = *point;
    y[31] &= 0x7f;
    let canonical = y[31] != 0x7f || y[1..31].iter().any(|b| *b != 0xff) || y[0] < 0xed;
    !canonical || SMALL_ORDER.contains(&y)
}

/// Returns the line of an allowed-signers file by which `ssh-keygen -Y verify` and `git verify-commit` accept
/// the key's signatures as the actor's, in the namespace `git` only; without the line feed.
///
/// The name of an actor holds nothing that the file's patterns or its separators could take for their own.
pub fn allowed_signers_line(principal: &ActorId, key: &PublicKey) -> String {
    format!("{principal} namespaces=\"git\" {key}")
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
pub(crate) struct Wire<'a>(pub(crate) &'a [u8]);

impl<'a> Wire<'a> {
    /// Takes the next string, if a whole one is there.
    pub(crate) fn string(&mut self) -> Option<&'a [u8]> {
        let (length, rest) = self.0.split_first_chunk::<4>()?;
        let length = usize::try_from(u32::from_be_bytes(*length)).ok()?;
        let (string, rest) = rest.split_at_checked(length)?;
        self.0 = rest;
        Some(string)
    }
}

/// Writes a string of RFC 4251, section 5. Strings of more than 4 GiB do not occur in keys and signatures.
pub(crate) fn put_string(out: &mut Vec<u8>, string: &[u8]) {
    out.extend(u32::try_from(string.len()).unwrap_or(u32::MAX).to_be_bytes());
    out.extend(string);
}

#[cfg(test)]
mod tests {
    use curve25519_dalek::constants::EIGHT_TORSION;

    use super::*;

    const TEXT: &str = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOpKbGPinFIKvvVQexMuxfmVR3auvr57kkIe6mkURtIs";

    #[test]
    fn a_key_has_one_text() {
        let key = PublicKey::parse(TEXT).unwrap();
        assert_eq!(key.to_string(), TEXT);
        assert_eq!(PublicKey::from_blob(&key.to_blob()), Ok(key));
        for bad in [
            format!("{TEXT} omar@example.org"),
            format!("{TEXT}\n"),
            format!(" {TEXT}"),
            TEXT.replace(' ', "  "),
            TEXT.replace("ssh-ed25519", "ssh-rsa"),
            TEXT.replace("ssh-ed25519 ", ""),
            format!("{TEXT}="),
            TEXT[..TEXT.len() - 4].to_owned(),
        ] {
            assert_eq!(PublicKey::parse(&bad).unwrap_err().code, Code::FormatId, "{bad}");
        }
    }

    #[test]
    fn a_key_of_another_type_is_refused_by_name() {
        let mut rsa = Vec::new();
        put_string(&mut rsa, b"ssh-rsa");
        put_string(&mut rsa, &[1, 0, 1]);
        let error = PublicKey::from_blob(&rsa).unwrap_err();
        assert_eq!(error.detail, "the key is of type \"ssh-rsa\"; ssh-ed25519 or sk-ssh-ed25519@openssh.com is needed");
    }

    #[test]
    fn weak_points_are_those_of_small_order_and_those_written_beyond_the_field() {
        for point in EIGHT_TORSION {
            assert!(is_weak(&point.compress().to_bytes()));
        }
        for first in 0xed..=0xff {
            for last in [0x7f, 0xff] {
                let mut point = [0xff; 32];
                point[0] = first;
                point[31] = last;
                assert!(is_weak(&point), "{point:02x?}");
                assert_eq!(
                    PublicKey::from_blob(&PublicKey::Ed25519(point).to_blob()).unwrap_err().code,
                    Code::TrustWeakKey
                );
            }
        }
        // 0xebff…7f is the y of a point, and below 2^255 - 19.
        let mut greatest = [0xff; 32];
        greatest[0] = 0xeb;
        greatest[31] = 0x7f;
        assert!(!is_weak(&greatest));
    }

    #[test]
    fn the_quick_test_for_weak_points_agrees_with_the_arithmetic() {
        let mut point = [0; 32];
        for n in 0..20_000_u32 {
            point[..4].copy_from_slice(&n.to_le_bytes());
            if let Ok(key) = ed25519_dalek::VerifyingKey::from_bytes(&point) {
                let arithmetic = key.is_weak() || key.to_edwards().compress().to_bytes() != point;
                assert_eq!(is_weak(&point), arithmetic, "y = {n}");
            }
        }
    }

    #[test]
    fn a_point_off_the_curve_is_no_key() {
        let mut point = [0; 32];
        point[0] = 2;
        let error = PublicKey::from_blob(&PublicKey::Ed25519(point).to_blob()).unwrap_err();
        assert_eq!(error.code, Code::TrustWeakKey);
    }

    #[test]
    fn an_allowed_signers_line_confines_the_key_to_commits() {
        let line = allowed_signers_line(&ActorId::parse("omar").unwrap(), &PublicKey::parse(TEXT).unwrap());
        assert_eq!(line, format!("omar namespaces=\"git\" {TEXT}"));
    }
}

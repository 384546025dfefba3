//! Key files of OpenSSH: public ones (`TYPE BASE64 COMMENT`) and private ones (`openssh-key-v1`).

use std::fs::File;
use std::io::Read;
use std::path::{Path, PathBuf};

use base64ct::{Base64, Encoding};
use ed25519_dalek::SigningKey;
use zeroize::Zeroizing;

use super::error::{Problem, SigningError, quoted};
use super::{Search, passphrase};
use crate::domain::code::Code;
use crate::domain::key::{ED25519, PublicKey, SK_ED25519, Wire};

/// The greatest length of a key file that is read, in bytes. An RSA key of 16,384 bits takes 13 KB.
const MAX_FILE: u64 = 64 * 1024;

const BEGIN: &str = "-----BEGIN OPENSSH PRIVATE KEY-----";
const END: &str = "-----END OPENSSH PRIVATE KEY-----";
const MAGIC: &[u8] = b"openssh-key-v1\0";

/// How often a passphrase is asked for, as ssh-keygen(1) does.
const ATTEMPTS: usize = 3;

/// Reads a public key file: one line `TYPE BASE64`, with or without a comment.
///
/// # Errors
/// Where the file cannot be read, holds no public key or more than one, or a key that cannot sign events.
pub fn read_public_key_file(path: &Path) -> Result<PublicKey, SigningError> {
    let text = read(path)?;
    if is_private(&text) {
        let reason = "it is a private key; its public key is needed".to_owned();
        let problem = Problem::NotAKey { place: path.display().to_string(), reason };
        return Err(SigningError::new(problem, Vec::new(), vec![format!("ssh-keygen -y -f {}", quoted(path))]));
    }
    Ok(public_line(&text, &path.display().to_string())?)
}

/// Reads the public key of a private or a public key file; an encrypted private key tells its public part, too.
///
/// # Errors
/// As [`read_public_key_file`].
pub fn public_key_of(path: &Path) -> Result<PublicKey, SigningError> {
    Ok(read_either(path)?.0)
}

/// Reads the public key of a private (`true`) or a public (`false`) key file.
pub(super) fn read_either(path: &Path) -> Result<(PublicKey, bool), Problem> {
    let text = read(path)?;
    let place = path.display().to_string();
    if is_private(&text) { Ok((public_part(&text, &place)?, true)) } else { Ok((public_line(&text, &place)?, false)) }
}

fn read(path: &Path) -> Result<Zeroizing<String>, Problem> {
    let unreadable = |e: std::io::Error| Problem::Unreadable { path: path.to_owned(), reason: e.to_string() };
    let mut bytes = Zeroizing::new(Vec::new());
    File::open(path).and_then(|f| f.take(MAX_FILE + 1).read_to_end(&mut bytes)).map_err(unreadable)?;
    let not = |reason: &str| Problem::NotAKey { place: path.display().to_string(), reason: reason.to_owned() };
    if bytes.len() as u64 > MAX_FILE {
        return Err(not("it is too large to be a key"));
    }
    let text = std::str::from_utf8(&bytes).map_err(|_| not("it holds no key: it is not text"))?;
    Ok(Zeroizing::new(text.to_owned()))
}

fn is_private(text: &str) -> bool {
    text.trim_start().starts_with("-----BEGIN ") && text.lines().any(|l| l.contains("PRIVATE KEY-----"))
}

/// Reads the text of a public key; comments of its own line and lines that begin with `#` are skipped.
fn public_line(text: &str, place: &str) -> Result<PublicKey, Problem> {
    let mut lines = text.lines().map(str::trim).filter(|l| !l.is_empty() && !l.starts_with('#'));
    let not = |reason: String| Problem::NotAKey { place: place.to_owned(), reason };
    let line = lines.next().ok_or_else(|| not("it is empty".to_owned()))?;
    if lines.next().is_some() {
        return Err(not("it holds more than the one line of a public key".to_owned()));
    }
    literal(line, place)
}

/// Reads `TYPE BASE64`, with or without a comment.
pub(super) fn literal(line: &str, place: &str) -> Result<PublicKey, Problem> {
    let mut words = line.split_ascii_whitespace();
    let (kind, base64) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
    let not =
        || Problem::NotAKey { place: place.to_owned(), reason: "it holds no public key `TYPE BASE64`".to_owned() };
    let blob = Base64::decode_vec(base64).map_err(|_| not())?;
    let key = from_blob(&blob, place)?;
    if key.to_string() == format!("{kind} {base64}") { Ok(key) } else { Err(not()) }
}

fn from_blob(blob: &[u8], place: &str) -> Result<PublicKey, Problem> {
    let place = place.to_owned();
    let kind = Wire(blob).string().and_then(|k| std::str::from_utf8(k).ok());
    if let Some(found) =
        kind.filter(|k| ![ED25519, SK_ED25519, ""].contains(k) && k.chars().all(|c| c.is_ascii_graphic()))
    {
        return Err(Problem::WrongType { place, found: found.to_owned() });
    }
    PublicKey::from_blob(blob).map_err(|e| match e.code {
        Code::TrustWeakKey => Problem::WeakKey { place, reason: e.detail },
        _ => Problem::NotAKey { place, reason: e.detail },
    })
}

/// Reads the part of a private key file that is never encrypted.
fn public_part(text: &str, place: &str) -> Result<PublicKey, Problem> {
    let not = |reason: &str| Problem::NotAKey { place: place.to_owned(), reason: reason.to_owned() };
    let text = text.trim();
    let Some(body) = text.strip_prefix(BEGIN) else {
        let label = text.lines().next().unwrap_or_default().trim_matches('-').trim_start_matches("BEGIN ");
        return match label.strip_suffix(" PRIVATE KEY") {
            Some(kind @ ("RSA" | "DSA" | "EC")) => {
                Err(Problem::WrongType { place: place.to_owned(), found: kind.to_owned() })
            }
            _ => Err(not(&format!("it is a {label:?}, not an OPENSSH PRIVATE KEY as ssh-keygen writes it"))),
        };
    };
    let body = body.strip_suffix(END).ok_or_else(|| not("the private key is cut short: its last line is missing"))?;
    let base64: Zeroizing<String> = Zeroizing::new(body.split_ascii_whitespace().collect());
    let blob = Zeroizing::new(Base64::decode_vec(&base64).map_err(|_| not("the private key is damaged: not base64"))?);
    let rest = blob.strip_prefix(MAGIC).ok_or_else(|| not("the private key is damaged: not `openssh-key-v1`"))?;
    let mut wire = Wire(rest);
    let mut skip = || wire.string().ok_or_else(|| not("the private key is damaged: its head is cut short"));
    let (_cipher, _kdf, _options) = (skip()?, skip()?, skip()?);
    let key = wire.0.strip_prefix(&1_u32.to_be_bytes()).and_then(|rest| Wire(rest).string());
    from_blob(key.ok_or_else(|| not("the private key is damaged, or the file holds several"))?, place)
}

/// A private key file of a plain key, read whole but not unlocked.
pub(super) struct PrivateFile {
    path: PathBuf,
    key: ssh_key::PrivateKey,
}

impl PrivateFile {
    /// Reads the file and checks that it holds the private part of that key.
    pub(super) fn open(path: &Path, public: &PublicKey) -> Result<PrivateFile, Problem> {
        let text = read(path)?;
        let place = path.display().to_string();
        let not = |reason: String| Problem::NotAKey { place: place.clone(), reason };
        if !is_private(&text) {
            return Err(not("it is not a private key".to_owned()));
        }
        if public_part(&text, &place)? != *public {
            return Err(not("it is the private part of another key than the public key file says".to_owned()));
        }
        let key = ssh_key::PrivateKey::from_openssh(text.trim().as_bytes())
            .map_err(|e| not(format!("the private key is damaged: {e}")))?;
        Ok(PrivateFile { path: path.to_owned(), key })
    }

    /// Returns what signs, asking for the passphrase where the file is encrypted.
    pub(super) fn unlock(&self, search: &Search, public: &PublicKey) -> Result<SigningKey, Problem> {
        if !self.key.is_encrypted() {
            return self.secret(&self.key, public);
        }
        let locked = |reason: String| Problem::Locked { path: self.path.clone(), reason };
        let mut last = None;
        for _ in 0..ATTEMPTS {
            let answer = passphrase::ask(search, &self.path).map_err(locked)?;
            // A script answers the same thing each time, and each check costs a fifth of a second by design.
            if last.as_ref() == Some(&answer) {
                break;
            }
            match self.key.decrypt(&answer) {
                Ok(key) => return self.secret(&key, public),
                Err(ssh_key::Error::Crypto) => last = Some(answer),
                Err(e) => return Err(locked(format!("its passphrase is wrong, or the file is damaged ({e})"))),
            }
        }
        Err(locked("the passphrase is wrong".to_owned()))
    }

    fn secret(&self, key: &ssh_key::PrivateKey, public: &PublicKey) -> Result<SigningKey, Problem> {
        let place = self.path.display().to_string();
        let pair = key
            .key_data()
            .ed25519()
            .ok_or_else(|| Problem::WrongType { place: place.clone(), found: key.algorithm().as_str().to_owned() })?;
        let secret = SigningKey::from(&pair.private);
        if secret.verifying_key().as_bytes() == public.point() {
            Ok(secret)
        } else {
            let reason = "the private key is damaged: it does not belong to the public key in the same file".to_owned();
            Err(Problem::NotAKey { place, reason })
        }
    }
}

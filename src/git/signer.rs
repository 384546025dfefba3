//! Who made a code commit: the enrolled key of its own signature, and the names that it claims.
//!
//! A code commit may carry any SSH signature that git makes, in whatever width its armor is; only an event's has one form.

use std::collections::{BTreeMap, BTreeSet};

use base64ct::{Base64, Encoding};
use git2::{ObjectType, Oid};
use ssh_key::encoding::{Decode, Encode};
use ssh_key::{Algorithm, SshSig};

use super::objects::Objects;
use super::raw::{self, ObjectError};
use crate::domain::id::{ActorId, Digest};
use crate::domain::key::PublicKey;
use crate::domain::text;

/// Whom keys and addresses belong to, at the position of the ledger that is asked about.
#[derive(Debug, Clone, Default)]
pub struct People {
    /// The live keys.
    pub keys: BTreeMap<PublicKey, ActorId>,
    /// The git emails that actors enrolled with.
    pub emails: BTreeMap<ActorId, BTreeSet<String>>,
    /// Emails of committers that stand for nobody (the web interface of a forge).
    pub forges: BTreeSet<String>,
}

/// Who committed a code commit.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Committer {
    /// The owner of the live key that signed it.
    Signed(ActorId),
    /// Nobody that is known: unsigned, or signed by a key that is nobody's here.
    Unsigned {
        /// The committer's email, a claim: lower-cased, and made a text.
        email: String,
    },
}

/// Returns who committed a commit.
pub fn committer_of(objects: &Objects<'_>, commit: Oid, people: &People) -> Result<Committer, ObjectError> {
    let object = raw::read(objects, commit, ObjectType::Commit)?;
    if let Some(actor) = actor_of(object.data(), people) {
        return Ok(Committer::Signed(actor));
    }
    let (headers, _) = raw::headers(object.data());
    let identity = headers.iter().find(|header| header.name == b"committer");
    Ok(Committer::Unsigned { email: identity.map(|header| email(&header.value)).unwrap_or_default() })
}

impl super::Repo {
    /// Returns the key whose signature a commit carries; `None` where there is no such signature.
    ///
    /// # Errors
    /// `trust.history` where the commit cannot be read.
    pub fn signing_key_of(&self, commit: Oid) -> Result<Option<PublicKey>, super::GitError> {
        Ok(signing_key(&self.read(commit)?))
    }
}

/// Returns everybody whom a commit names as having made it: the signer by name, and as `?EMAIL` its author, committer and
/// co-authors, except the signer's own emails and a forge's committer. An unsigned commit names at least its author.
pub fn makers_of(objects: &Objects<'_>, commit: Oid, people: &People) -> Result<BTreeSet<String>, ObjectError> {
    let object = raw::read(objects, commit, ObjectType::Commit)?;
    let signer = actor_of(object.data(), people);
    let none = BTreeSet::new();
    let own = signer.as_ref().and_then(|actor| people.emails.get(actor)).unwrap_or(&none);
    let own: BTreeSet<String> = own.iter().map(|email| email.to_ascii_lowercase()).collect();
    let forges: BTreeSet<String> = people.forges.iter().map(|email| email.to_ascii_lowercase()).collect();

    let (headers, message) = raw::headers(object.data());
    let named = |name: &'static [u8]| headers.iter().filter(move |h| h.name == name).map(|h| email(&h.value));
    let claims = named(b"author").chain(named(b"committer").filter(|email| !forges.contains(email)));
    let mut makers: BTreeSet<String> = claims
        .chain(co_authors(message))
        .filter(|email| !own.contains(email))
        .map(|email| format!("?{email}"))
        .collect();
    match signer {
        Some(actor) => makers.insert(actor.to_string()),
        None if makers.is_empty() => makers.insert("?".to_owned()),
        None => false,
    };
    Ok(makers)
}

fn actor_of(commit: &[u8], people: &People) -> Option<ActorId> {
    people.keys.get(&signing_key(commit)?).cloned()
}

/// Returns the key whose signature the commit carries, after checking it strictly; `None` where there is no such signature.
pub fn signing_key(commit: &[u8]) -> Option<PublicKey> {
    let (headers, _) = raw::headers(commit);
    let mut signatures = headers.iter().filter(|header| header.name == b"gpgsig");
    let armor = &signatures.next()?.value;
    if signatures.next().is_some() {
        return None;
    }
    // Git signs the commit as it is without its signatures, of which a repository in transition carries one for each hash.
    let mut signed = Vec::with_capacity(commit.len());
    let mut from = 0;
    for header in headers.iter().filter(|header| matches!(header.name, b"gpgsig" | b"gpgsig-sha256")) {
        signed.extend(commit.get(from..header.at.start)?);
        from = header.at.end;
    }
    signed.extend(commit.get(from..)?);
    verified(armor, &signed)
}

/// The flag by which a security token says that somebody was present.
const USER_PRESENT: u8 = 1;

fn verified(armor: &[u8], message: &[u8]) -> Option<PublicKey> {
    let blob = dearmor(std::str::from_utf8(armor).ok()?)?;
    let mut rest = blob.as_slice();
    let signature = SshSig::decode(&mut rest).ok()?;
    if !rest.is_empty() || signature.version() != SshSig::VERSION || signature.namespace() != "git" {
        return None;
    }
    let mut key = Vec::new();
    signature.public_key().encode(&mut key).ok()?;
    let key = PublicKey::from_blob(&key).ok()?;
    let data = SshSig::signed_data("git", signature.hash_alg(), message).ok()?;
    let bytes = signature.signature_bytes();
    let (bytes, data) = match (&key, signature.algorithm()) {
        (PublicKey::Ed25519(_), Algorithm::Ed25519) => (bytes, data),
        (PublicKey::SkEd25519(_, application), Algorithm::SkEd25519) => {
            let (bytes, touch) = bytes.split_at_checked(64)?;
            if touch.first()? & USER_PRESENT == 0 {
                return None;
            }
            let parts = [Digest::of(application.as_bytes()), Digest::of(&data)];
            (bytes, [&parts[0].as_bytes()[..], touch, &parts[1].as_bytes()[..]].concat())
        }
        _ => return None,
    };
    let signature = ed25519_dalek::Signature::from_slice(bytes).ok()?;
    let strict = ed25519_dalek::VerifyingKey::from_bytes(key.point()).ok()?;
    strict.verify_strict(&data, &signature).ok()?;
    Some(key)
}

fn dearmor(armor: &str) -> Option<Vec<u8>> {
    let body =
        armor.trim().strip_prefix("-----BEGIN SSH SIGNATURE-----")?.strip_suffix("-----END SSH SIGNATURE-----")?;
    Base64::decode_vec(&body.split_ascii_whitespace().collect::<String>()).ok()
}

/// Returns the emails of all `Co-authored-by:` lines, wherever in the message they stand.
pub fn co_authors(message: &[u8]) -> impl Iterator<Item = String> + '_ {
    const WORD: &[u8] = b"co-authored-by:";
    message.split(|b| *b == b'\n').filter_map(|line| {
        let (word, identity) = line.trim_ascii().split_at_checked(WORD.len())?;
        word.eq_ignore_ascii_case(WORD).then(|| email(identity.trim_ascii()))
    })
}

/// The most of an email that is kept, in bytes.
const MAX_EMAIL: usize = 320;

/// Returns the email of `NAME <EMAIL> …`, the whole where it has another form: lower-cased in ASCII, at most 320 bytes, with
/// U+FFFD for what is not UTF-8 or may not stand in a text.
pub(super) fn email(identity: &[u8]) -> String {
    let begin = identity.iter().position(|b| *b == b'<').map(|at| at + 1);
    let after = begin.and_then(|at| identity.get(at..));
    let inside = after.and_then(|rest| rest.get(..rest.iter().position(|b| *b == b'>')?));
    let mut email = String::new();
    for c in String::from_utf8_lossy(inside.unwrap_or(identity)).trim().chars() {
        let c = if text::is_forbidden(c) || c == '\n' { char::REPLACEMENT_CHARACTER } else { c.to_ascii_lowercase() };
        if email.len() + c.len_utf8() > MAX_EMAIL {
            break;
        }
        email.push(c);
    }
    email
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_email_is_always_a_text() {
        assert_eq!(email(b"Raj P <Raj@Example.ORG> 1 +0000"), "raj@example.org");
        assert_eq!(email(b"Raj <a <b>> 1"), "a <b");
        assert_eq!(email(b"no brackets"), "no brackets");
        assert_eq!(email(b"<>"), "");
        assert_eq!(email(b"<\xff\t\x7f\xe2\x80\xaex>"), "\u{fffd}\u{fffd}\u{fffd}\u{fffd}x");
        assert_eq!(email(&[b"<", "é".repeat(400).as_bytes(), b">"].concat()).len(), 320);
    }

    fn string(bytes: &[u8]) -> Vec<u8> {
        [&u32::try_from(bytes.len()).unwrap().to_be_bytes(), bytes].concat()
    }

    /// Returns a commit that a security token signed, made here byte by byte, and the token's key.
    fn commit_of_token(flags: u8, namespace: &str, application: &str) -> (Vec<u8>, PublicKey) {
        use ed25519_dalek::Signer as _;
        let secret = ed25519_dalek::SigningKey::from_bytes(&[9; 32]);
        let key = PublicKey::SkEd25519(secret.verifying_key().to_bytes(), "ssh:".to_owned());
        let (before, after) = ("tree x\nauthor a <a@x>\n", "\nmessage\n");
        let hash = ssh_key::HashAlg::Sha512;
        let data = SshSig::signed_data(namespace, hash, format!("{before}{after}").as_bytes()).unwrap();
        let touch = [flags, 0, 0, 0, 7];
        let (app, data) = (Digest::of(application.as_bytes()), Digest::of(&data));
        let signature = secret.sign(&[app.as_bytes(), &touch[..], data.as_bytes()].concat()).to_bytes();
        let signature =
            [string(crate::domain::key::SK_ED25519.as_bytes()), string(&signature), touch.to_vec()].concat();
        let blob = [b"SSHSIG".to_vec(), vec![0, 0, 0, 1], string(&key.to_blob()), string(namespace.as_bytes())];
        let blob = [blob.concat(), string(b""), string(b"sha512"), string(&signature)].concat();
        let armor = Base64::encode_string(&blob);
        let armor = format!("-----BEGIN SSH SIGNATURE-----\n {armor}\n -----END SSH SIGNATURE-----");
        (format!("{before}gpgsig {armor}\n{after}").into_bytes(), key)
    }

    #[test]
    fn a_security_token_signs_if_somebody_was_present() {
        let (commit, key) = commit_of_token(1, "git", "ssh:");
        assert_eq!(signing_key(&commit), Some(key));
        let mut other = commit.clone();
        *other.last_mut().unwrap() = b'!';
        for commit in [
            other,
            commit_of_token(0, "git", "ssh:").0,
            commit_of_token(1, "file", "ssh:").0,
            commit_of_token(1, "git", "x").0,
        ] {
            assert_eq!(signing_key(&commit), None);
        }
    }

    #[test]
    fn signatures_for_both_hashes_are_taken_off_before_one_is_checked() {
        let (commit, key) = commit_of_token(1, "git", "ssh:");
        let commit = String::from_utf8(commit).unwrap().replace("gpgsig ", "gpgsig-sha256 x\n y\ngpgsig ");
        assert_eq!(signing_key(commit.as_bytes()), Some(key));
        let junk = commit.replace("gpgsig-sha256", "gpgsigs");
        assert_eq!(signing_key(junk.as_bytes()), None, "a header that only begins so is part of what is signed");
    }

    #[test]
    fn co_authors_are_found_in_any_case_and_place() {
        let message = b"Co-authored-by: A <a@x>\n\nsubject\n  CO-AUTHORED-BY:B <B@x>\r\nco-authored-by\nnot co-authored-by: c <c@x>";
        assert_eq!(co_authors(message).collect::<Vec<_>>(), ["a@x", "b@x"]);
    }
}

//! The bytes of an event: its commit, the payload in it, the signature on it.

use govledger::domain::commit::{self, ObjectFormat};
use govledger::domain::event::Event;
use govledger::domain::id::{Digest, TaggedOid};
use govledger::domain::json;
use govledger::domain::key::PublicKey;
use govledger::domain::sshsig::{Signature, Verifier};
use govledger::domain::value::Value;
use govledger::git::signer;

const FORMATS: [ObjectFormat; 2] = [ObjectFormat::Sha1, ObjectFormat::Sha256];

/// A commit that is taken is what its content encodes to, in one object format only.
pub fn commit(data: &[u8]) {
    let read: Vec<_> =
        FORMATS.iter().filter_map(|format| Some((*format, commit::decode(*format, data).ok()?))).collect();
    assert!(read.len() < 2, "one commit is an event of two object formats");
    for (format, read) in read {
        let parent = read.parent.as_ref();
        assert_eq!(commit::encode(format, parent, &read.event, &read.signature), data);
        assert_eq!(read.sha256, Digest::of(data));
        let armor = read.signature.to_armor();
        assert_eq!(Signature::parse_armor(&armor).as_ref(), Ok(&read.signature));
        let unsigned = commit::unsigned(format, parent, &read.event);
        let verified = read.verify_with(&mut Verifier::default());
        assert_eq!(
            verified,
            read.signature.verify(unsigned.as_bytes()),
            "what was signed is the commit without its signature"
        );
        payload(read.event.encode().as_bytes());
    }
}

/// A payload that is taken is what its content encodes to, and so is its commit; both readers of JSON read the same value.
pub fn payload(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Ok(value) = Value::parse(text) {
        assert_eq!(value.to_canonical(), text);
        assert_eq!(json::read(text).as_ref(), Ok(&value), "canonical JSON is JSON");
    }
    if let Ok(value) = json::read(text) {
        // Keys beyond ASCII are JSON, and not of the ledger.
        if let Ok(again) = Value::parse(&value.to_canonical()) {
            assert_eq!(again, value);
        }
        assert_eq!(json::read(&value.to_canonical()), Ok(value));
    }
    let Ok(event) = Event::decode(text) else { return };
    assert_eq!(event.encode(), text);
    assert!(!event.summary().contains('\n'), "a summary is one line");
    assert_eq!(Value::parse(&event.body.to_value().to_canonical()), Ok(event.body.to_value()));
    let signature = Signature::new(PublicKey::Ed25519([9; 32]), [7; 64]);
    for format in FORMATS {
        let parent = event.prev.map(|prev| parent_of(format, &prev));
        let bytes = commit::encode(format, parent.as_ref(), &event, &signature);
        let read = commit::decode(format, &bytes).unwrap_or_else(|e| panic!("its commit is refused: {e}"));
        assert_eq!((&read.event, &read.parent, &read.signature), (&event, &parent, &signature));
    }
}

fn parent_of(format: ObjectFormat, prev: &Digest) -> TaggedOid {
    let hex = prev.to_string();
    let hex = if format == ObjectFormat::Sha1 { &hex[..40] } else { &hex };
    TaggedOid::parse(&format!("{}:{hex}", format.as_str())).expect("an object id")
}

/// An armor that is taken is the one that its signature prints. What is no armor is tried as the bytes within one.
pub fn armor(data: &[u8]) {
    let text = String::from_utf8_lossy(data);
    if text.starts_with("-----") {
        one_armor(&text);
        // The reader of commits on code takes more; it must get to the end of whatever it is given.
        let folded = text.replace('\n', "\n ");
        signer::signing_key(format!("tree x\nauthor a <a@x> 1 +0000\ngpgsig {folded}\n\nm\n").as_bytes());
    } else {
        one_armor(&armored(data));
    }
}

fn one_armor(text: &str) {
    let Ok(signature) = Signature::parse_armor(text) else { return };
    assert_eq!(signature.to_armor(), text);
    let key = signature.key();
    assert_eq!(PublicKey::parse(&key.to_string()).ok(), PublicKey::from_blob(&key.to_blob()).ok());
    let verified = signature.verify(b"message");
    let mut remembering = Verifier::default();
    assert_eq!(remembering.verify(&signature, b"message"), verified);
    assert_eq!(remembering.verify(&signature, b"message"), verified, "a key that is known changes no verdict");
}

/// Base64 in lines of 70 columns, written here a second time.
fn armored(blob: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::from("-----BEGIN SSH SIGNATURE-----\n");
    let mut column = 0;
    for three in blob.chunks(3) {
        let bits = (0..3).fold(0_usize, |bits, at| bits << 8 | usize::from(three.get(at).copied().unwrap_or(0)));
        for digit in 0..4 {
            let shown = if digit <= three.len() { char::from(DIGITS[bits >> (18 - 6 * digit) & 63]) } else { '=' };
            text.push(shown);
            column += 1;
            if column % 70 == 0 {
                text.push('\n');
            }
        }
    }
    if column % 70 != 0 {
        text.push('\n');
    }
    text + "-----END SSH SIGNATURE-----"
}

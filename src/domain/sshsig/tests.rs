use curve25519_dalek::constants::EIGHT_TORSION;
use curve25519_dalek::{EdwardsPoint, Scalar};
use ed25519_dalek::{Signer as _, SigningKey, hazmat};
use proptest::prelude::*;

use super::*;

/// What `ssh-keygen -Y sign -n git` (OpenSSH 9.2) printed for two messages and the key whose seed is 32 times 7.
const REAL: [(&[u8], &str); 2] = [
    (
        b"",
        "-----BEGIN SSH SIGNATURE-----
U1NIU0lHAAAAAQAAADMAAAALc3NoLWVkMjU1MTkAAAAg6kpsY+KcUgq+9VB7Ey7F+ZVHdq
6+vnuSQh7qaRRG0iwAAAADZ2l0AAAAAAAAAAZzaGE1MTIAAABTAAAAC3NzaC1lZDI1NTE5
AAAAQH5BLJkojLw5GEOFxnWeIwBRiH50SNGHrcMK/BV5rI9jO3YSe4sWLGAyRuhg4y7L5D
OnHN0sFblVJqR9+sBZfA0=
-----END SSH SIGNATURE-----",
    ),
    (
        b"a message\n",
        "-----BEGIN SSH SIGNATURE-----
U1NIU0lHAAAAAQAAADMAAAALc3NoLWVkMjU1MTkAAAAg6kpsY+KcUgq+9VB7Ey7F+ZVHdq
6+vnuSQh7qaRRG0iwAAAADZ2l0AAAAAAAAAAZzaGE1MTIAAABTAAAAC3NzaC1lZDI1NTE5
AAAAQGBDNUF7ZZAhwchep6+7155I9ACaWHsPWnIIGrJGjMCvM0Bf1UzZx12PMe5Fd4IP8Q
RWLizF8NwhI2HQxQ9bnwo=
-----END SSH SIGNATURE-----",
    ),
];

/// The order of the group, little-endian.
const ORDER: [u8; 32] = [
    0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
];

fn seven() -> SigningKey {
    SigningKey::from_bytes(&[7; 32])
}

fn plain(key: &SigningKey) -> PublicKey {
    PublicKey::Ed25519(key.verifying_key().to_bytes())
}

fn sign(key: &SigningKey, message: &[u8]) -> Signature {
    Signature::new(plain(key), key.sign(&signed_data(message)).to_bytes())
}

fn sign_by_token(key: &SigningKey, application: &str, flags: u8, counter: u32, message: &[u8]) -> Signature {
    let token = Token { flags, counter };
    let bytes = key.sign(&token_data(application, token, &signed_data(message))).to_bytes();
    let key = PublicKey::SkEd25519(key.verifying_key().to_bytes(), application.to_owned());
    Signature { key, bytes, token }
}

fn armor(blob: &[u8], columns: usize, end_of_line: &str) -> String {
    let base64 = Base64::encode_string(blob);
    let lines: Vec<&str> = base64.as_bytes().chunks(columns).map(|l| std::str::from_utf8(l).unwrap()).collect();
    let lines = lines.join(end_of_line);
    format!("-----BEGIN SSH SIGNATURE-----{end_of_line}{lines}{end_of_line}-----END SSH SIGNATURE-----")
}

/// A blob put together from parts, so that a test can put in a wrong one.
fn blob(key: &[u8], namespace: &str, reserved: &str, hash: &str, kind: &str, signature: &[u8], tail: &[u8]) -> Vec<u8> {
    let mut ssh = Vec::new();
    put_string(&mut ssh, kind.as_bytes());
    put_string(&mut ssh, signature);
    ssh.extend(tail);
    let mut out = b"SSHSIG\0\0\0\x01".to_vec();
    for part in [key, namespace.as_bytes(), reserved.as_bytes(), hash.as_bytes(), &ssh] {
        put_string(&mut out, part);
    }
    out
}

fn refused(armor: &str, code: Code, word: &str) {
    let error = Signature::parse_armor(armor).expect_err(word);
    assert_eq!(error.code, code, "{error}\n{armor}");
    assert!(error.detail.contains(word), "{error} should say {word:?}");
}

#[test]
fn what_ssh_keygen_printed_is_read_verified_rebuilt_and_signed_again_to_the_same_bytes() {
    for (message, armor) in REAL {
        let signature = Signature::parse_armor(armor).unwrap();
        assert_eq!(signature.key(), &plain(&seven()));
        assert_eq!(signature.verify(message), Ok(()));
        assert_eq!(signature.to_armor(), armor);
        assert_eq!(sign(&seven(), message).to_armor(), armor);
    }
}

#[test]
fn a_signature_holds_for_its_message_and_its_key_only() {
    let signature = Signature::parse_armor(REAL[0].1).unwrap();
    assert_eq!(signature.verify(b"\n").unwrap_err().code, Code::TrustSignature);
    let other = Signature { key: plain(&SigningKey::from_bytes(&[8; 32])), ..signature };
    assert_eq!(other.verify(b"").unwrap_err().code, Code::TrustSignature);
}

#[test]
fn the_text_around_the_blob_has_one_form() {
    let good = REAL[0].1;
    let lines: Vec<&str> = good.lines().collect();
    let blob = sign(&seven(), b"").to_blob();
    let broken = "two lines that enclose";
    let base64 = "canonical base64";
    let columns = "70 columns";
    for (bad, word) in [
        (format!("{good}\n"), broken),
        (format!("\n{good}"), broken),
        (format!(" {good}"), broken),
        (String::new(), broken),
        ("-----BEGIN SSH SIGNATURE-----\n-----END SSH SIGNATURE-----".to_owned(), broken),
        ("-----BEGIN SSH SIGNATURE-----\n\n-----END SSH SIGNATURE-----".to_owned(), "begin with `SSHSIG`"),
        (good.replace("SSH SIGNATURE", "PGP SIGNATURE"), broken),
        (good.replace("-----END", "----END"), broken),
        (armor(&blob, 70, "\r\n"), broken),
        (good.replace("=\n", "=\r\n"), base64),
        (good.replace("dq\n", "dq\r\n"), base64),
        (armor(&blob, 64, "\n"), columns),
        (armor(&blob, 71, "\n"), columns),
        (armor(&blob, 1000, "\n"), columns),
        (good.replace("dq\n", "dq\n\n"), columns),
        (good.replace("=\n-", "=\n\n-"), columns),
        (format!("{}\n\n{}", lines[0], lines[1..].join("\n")), columns),
        (good.replace("dq\n6+", "dq6\n+"), columns),
        (good.replace("dq\n", "dq \n"), base64),
        (good.replace("dq\n", "dq\t\n"), base64),
        (good.replace("A0=\n", "A0\n"), base64),
        (good.replace("A0=\n", "A0==\n"), base64),
        (good.replace("A0=\n", "A0====\n"), base64),
        // The last two bits before the padding carry nothing: 0 = 110100, 1 = 110101.
        (good.replace("A0=\n", "A1=\n"), base64),
        (good.replace('+', "-"), base64),
        (good.replace("U1NI", "U1NÏ"), base64),
    ] {
        assert_ne!(bad, good, "{word}");
        refused(&bad, Code::FormatSignature, word);
    }
}

#[test]
fn the_blob_has_one_form() {
    let signature = sign(&seven(), b"");
    let key = signature.key.to_blob();
    let ok = |namespace, reserved, hash, kind| blob(&key, namespace, reserved, hash, kind, &signature.bytes, b"");
    let good = ok("git", "", "sha512", ED25519);
    assert_eq!(good, signature.to_blob());
    let mut rsa = Vec::new();
    put_string(&mut rsa, b"ssh-rsa");
    put_string(&mut rsa, &[1, 0, 1]);
    let mut version = good.clone();
    version[9] = 2;
    let mut magic = good.clone();
    magic[0] = b's';
    let with = |bytes: &[u8], tail: &[u8]| blob(&key, "git", "", "sha512", ED25519, bytes, tail);
    let keyed = |key: &[u8]| blob(key, "git", "", "sha512", ED25519, &signature.bytes, b"");
    for (bad, word) in [
        (magic, "`SSHSIG`"),
        (version, "version is not 1"),
        (ok("file", "", "sha512", ED25519), "namespace is \"file\""),
        (ok("", "", "sha512", ED25519), "namespace is \"\""),
        (ok("git", "x", "sha512", ED25519), "reserved"),
        (ok("git", "", "sha256", ED25519), "hash is \"sha256\""),
        (ok("git", "", "sha512", SK_ED25519), "another type"),
        (ok("git", "", "sha512", "ssh-rsa"), "another type"),
        (keyed(&rsa), "type \"ssh-rsa\""),
        (keyed(&[&key[..], b"x"].concat()), "1 bytes follow"),
        (keyed(&key[..key.len() - 1]), "cut short"),
        (keyed(b""), "cut short"),
        (with(&signature.bytes[..63], b""), "64 bytes"),
        (with(&[&signature.bytes[..], b"\0"].concat(), b""), "64 bytes"),
        (with(&signature.bytes, b"\0"), "follow after the signature"),
        (with(&signature.bytes, &[1, 0, 0, 0, 9]), "follow after the signature"),
        ([&good[..], b"\0"].concat(), "follow after the blob"),
        (Vec::new(), "`SSHSIG`"),
    ] {
        refused(&armor(&bad, 70, "\n"), Code::FormatSignature, word);
    }
    for length in 0..good.len() {
        refused(&armor(&good[..length], 70, "\n"), Code::FormatSignature, "");
    }
}

#[test]
fn a_weak_key_is_refused_by_its_own_code() {
    for point in EIGHT_TORSION.iter().map(|p| p.compress().to_bytes()) {
        let bad = Signature::new(PublicKey::Ed25519(point), [0; 64]).to_armor();
        refused(&bad, Code::TrustWeakKey, "small order");
    }
    // y = 2 is no point of the curve; reading leaves that to the verification.
    let mut off_curve = [0; 32];
    off_curve[0] = 2;
    let signature = Signature::parse_armor(&Signature::new(PublicKey::Ed25519(off_curve), [0; 64]).to_armor()).unwrap();
    assert_eq!(signature.verify(b"").unwrap_err().code, Code::TrustWeakKey);
    assert_eq!(Verifier::default().verify(&signature, b"").unwrap_err().code, Code::TrustWeakKey);
}

#[test]
fn a_second_s_for_the_same_signature_is_refused() {
    let mut signature = sign(&seven(), b"message");
    let mut carry = 0;
    for (byte, order) in signature.bytes[32..].iter_mut().zip(ORDER) {
        let sum = u16::from(*byte) + u16::from(order) + carry;
        *byte = sum.to_le_bytes()[0];
        carry = sum >> 8;
    }
    assert_eq!(carry, 0, "S + L fits in 32 bytes");
    let read = Signature::parse_armor(&signature.to_armor()).unwrap();
    assert_eq!(read.verify(b"message").unwrap_err().code, Code::TrustSignature);
}

/// Returns a signature whose R is moved by a point of small order, with the S that a check with cofactor accepts.
fn moved(torsion: EdwardsPoint, message: &[u8]) -> (Signature, bool) {
    let key = seven();
    let data = signed_data(message);
    let secret = hazmat::ExpandedSecretKey::from(key.as_bytes());
    let nonce = Scalar::from_bytes_mod_order([9; 32]);
    let point = (EdwardsPoint::mul_base(&nonce) + torsion).compress().to_bytes();
    let challenge = Sha512::new().chain_update(point).chain_update(key.verifying_key()).chain_update(&data).finalize();
    let challenge = Scalar::from_bytes_mod_order_wide(&challenge.into());
    let s = nonce + challenge * secret.scalar;
    let mut bytes = [0; 64];
    bytes[..32].copy_from_slice(&point);
    bytes[32..].copy_from_slice(s.as_bytes());
    let difference = EdwardsPoint::mul_base(&s) - key.verifying_key().to_edwards() * challenge;
    let cofactored =
        (difference - (EdwardsPoint::mul_base(&nonce) + torsion)).mul_by_cofactor() == EdwardsPoint::default();
    (Signature::new(plain(&key), bytes), cofactored)
}

#[test]
fn a_point_of_small_order_added_to_r_is_refused() {
    for (at, torsion) in EIGHT_TORSION.into_iter().enumerate() {
        let (signature, cofactored) = moved(torsion, b"message");
        assert!(cofactored, "a check with cofactor accepts all eight");
        assert_eq!(signature.verify(b"message").is_ok(), at == 0, "torsion point {at}");
    }
}

#[test]
fn an_r_of_small_order_or_not_canonical_is_refused() {
    let key = seven();
    let secret = hazmat::ExpandedSecretKey::from(key.as_bytes());
    let data = signed_data(b"message");
    let mut points: Vec<[u8; 32]> = EIGHT_TORSION.iter().map(|p| p.compress().to_bytes()).collect();
    // The identity once more, with y = p + 1, and with the sign of an x that is 0.
    let mut beyond = [0xff; 32];
    beyond[0] = 0xee;
    beyond[31] = 0x7f;
    let mut signed = [0; 32];
    signed[0] = 1;
    signed[31] = 0x80;
    points.extend([beyond, signed]);
    for point in points {
        // R = nothing and S = k a: the equation S B = R + k A holds where R is the identity, however it is written.
        let challenge =
            Sha512::new().chain_update(point).chain_update(key.verifying_key()).chain_update(&data).finalize();
        let s = Scalar::from_bytes_mod_order_wide(&challenge.into()) * secret.scalar;
        let mut bytes = [0; 64];
        bytes[..32].copy_from_slice(&point);
        bytes[32..].copy_from_slice(s.as_bytes());
        let error = Signature::new(plain(&key), bytes).verify(b"message").unwrap_err();
        assert_eq!(error.code, Code::TrustSignature, "{point:02x?}");
    }
}

#[test]
fn a_security_token_signs_with_presence_application_and_counter() {
    let signature = sign_by_token(&seven(), "ssh:", 1, 77, b"message");
    let read = Signature::parse_armor(&signature.to_armor()).unwrap();
    assert_eq!(read, signature);
    assert_eq!(read.verify(b"message"), Ok(()));
    let verified = sign_by_token(&seven(), "ssh:", 5, 78, b"message");
    assert_eq!(verified.verify(b"message"), Ok(()), "user presence and user verification");
    for bad in [
        sign_by_token(&seven(), "ssh:", 0, 77, b"message"),
        sign_by_token(&seven(), "ssh:", 4, 77, b"message"),
        Signature { token: Token { flags: 1, counter: 78 }, ..signature.clone() },
        Signature { token: Token { flags: 3, counter: 77 }, ..signature.clone() },
        Signature { key: PublicKey::SkEd25519(*signature.key.point(), "ssh:x".to_owned()), ..signature.clone() },
        Signature::new(signature.key.clone(), signature.bytes),
    ] {
        assert_eq!(bad.verify(b"message").unwrap_err().code, Code::TrustSignature, "{bad:?}");
    }
    let key = signature.key.to_blob();
    for tail in [&b""[..], &[1, 0, 0, 0], &[1, 0, 0, 0, 77, 0]] {
        let bad = blob(&key, "git", "", "sha512", SK_ED25519, &signature.bytes, tail);
        refused(&armor(&bad, 70, "\n"), Code::FormatSignature, "5 bytes");
    }
}

#[test]
fn armor_whose_last_line_is_full_has_no_empty_line() {
    // 210 more bytes of application fill whole lines of base64 at one of the lengths.
    let full = (0..210).map(|n| sign_by_token(&seven(), &"a".repeat(n), 1, 0, b""));
    let mut seen = 0;
    for signature in full {
        let armor = signature.to_armor();
        assert_eq!(Signature::parse_armor(&armor).unwrap(), signature);
        let lines: Vec<&str> = armor.lines().collect();
        seen += usize::from(lines[lines.len() - 2].len() == COLUMNS);
        assert!(lines.iter().all(|l| !l.is_empty()));
    }
    assert!(seen > 0);
}

#[test]
fn the_verifier_that_remembers_keys_answers_alike() {
    let mut verifier = Verifier::default();
    let good = sign(&seven(), b"m");
    for _ in 0..2 {
        assert_eq!(verifier.verify(&good, b"m"), Ok(()));
        assert_eq!(verifier.verify(&good, b"n"), good.verify(b"n"));
        let token = sign_by_token(&seven(), "ssh:", 1, 0, b"m");
        assert_eq!(verifier.verify(&token, b"m"), Ok(()));
        let foreign = Signature { key: plain(&SigningKey::from_bytes(&[8; 32])), ..good.clone() };
        assert_eq!(verifier.verify(&foreign, b"m"), foreign.verify(b"m"));
    }
    let many = (0..=u16::try_from(Verifier::KEYS).unwrap()).map(|n| {
        let mut seed = [1; 32];
        seed[..2].copy_from_slice(&n.to_le_bytes());
        sign(&SigningKey::from_bytes(&seed), b"m")
    });
    for signature in many {
        assert_eq!(verifier.verify(&signature, b"m"), Ok(()));
    }
    assert!(verifier.0.len() <= Verifier::KEYS);
}

proptest! {
    #[test]
    fn one_changed_byte_is_never_accepted(at in 0usize..1000, with: u8) {
        let (message, good) = REAL[1];
        let mut bytes = good.as_bytes().to_vec();
        let at = at % bytes.len();
        prop_assume!(bytes[at] != with);
        bytes[at] = with;
        if let Ok(text) = std::str::from_utf8(&bytes) {
            let accepted = Signature::parse_armor(text).is_ok_and(|s| s.verify(message).is_ok());
            prop_assert!(!accepted, "{}", text);
        }
    }

    #[test]
    fn what_is_read_is_rebuilt(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        let text = armor(&[b"SSHSIG\0\0\0\x01", &bytes[..]].concat(), 70, "\n");
        if let Ok(signature) = Signature::parse_armor(&text) {
            prop_assert_eq!(signature.to_armor(), text);
        }
    }
}

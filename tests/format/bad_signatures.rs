//! Signatures that some verifiers take, and that no event has: points of small order, and tokens that nobody touched.

use curve25519_dalek::constants::EIGHT_TORSION;
use curve25519_dalek::{EdwardsPoint, Scalar};
use govledger::domain::code::Code;
use govledger::domain::commit;
use govledger::domain::event::Amendment;
use govledger::domain::sshsig::{Signature, Verifier, signed_data};

use crate::bad::{Bads, Base};
use crate::bad_bytes::{Armored, declaration};
use crate::good::Good;
use crate::keys::PRESENT;
use crate::rules::{DEVELOPER, declared};
use crate::samples::noun;
use crate::story::Story;

/// Puts commits with such signatures.
pub(crate) fn all(phase: &Story, rules: &Story, bads: &mut Bads) {
    points(phase, bads);
    tokens(rules, bads);
}

fn assert_verifies(base: &Base, commit: &[u8]) {
    let signed = commit::decode(base.format, commit).unwrap();
    signed.verify_with(&mut Verifier::default()).unwrap();
}

fn points(phase: &Story, bads: &mut Bads) {
    let base = Base::after(phase, "moved E-05 complete");
    let good = Good::of(&base, "ines", &declaration(&base));
    let data = signed_data(good.unsigned.as_bytes());
    let commit =
        |bytes: [u8; 64]| good.with_signature(good.unsigned.as_bytes(), &Signature::new(good.key.public(), bytes));
    let nonce = Scalar::from(9_u8);
    let sound = commit(good.key.sign_moved(&data, nonce, EdwardsPoint::default()));
    assert_verifies(&base, &sound);
    let mut put = |what: &str, bytes| bads.put(what, Code::TrustSignature, &base, commit(bytes));
    // A check with cofactor takes it, and so does a check of many signatures at once.
    put("r-of-mixed-order", good.key.sign_moved(&data, nonce, EIGHT_TORSION[1]));
    put("r-of-mixed-order-2", good.key.sign_moved(&data, nonce, EIGHT_TORSION[4]));
    // The equation holds; whoever knows the key can make it for every message without a nonce.
    put("r-of-nothing", good.key.sign_moved(&data, Scalar::ZERO, EdwardsPoint::default()));
    put("r-of-small-order", good.key.sign_moved(&data, Scalar::ZERO, EIGHT_TORSION[1]));
    let mut beyond = good.key.sign_moved(&data, nonce, EdwardsPoint::default());
    beyond[63] |= 0x80;
    put("s-with-top-bit", beyond);
}

fn tokens(rules: &Story, bads: &mut Bads) {
    let base = Base::end(rules);
    let event = base.event("mira", DEVELOPER, noun("WP-9"), declared("packet", "planned", Amendment::default()));
    let good = Good::of(&base, "token-mira", &event);
    let data = signed_data(good.unsigned.as_bytes());
    let commit = |flags, application| {
        let signature = good.key.touch(&data, flags, application);
        good.with_signature(good.unsigned.as_bytes(), &signature)
    };
    // Other flags are the token's own matter.
    for flags in [PRESENT, PRESENT | 4] {
        assert_verifies(&base, &commit(flags, "ssh:"));
    }
    let mut put = |what: &str, code, commit| bads.put(what, code, &base, commit);
    put("token-untouched", Code::TrustSignature, commit(0, "ssh:"));
    put("token-verified-but-untouched", Code::TrustSignature, commit(4, "ssh:"));
    put("token-of-other-application", Code::TrustSignature, commit(PRESENT, "ssh:other"));
    let plain =
        Signature::new(good.key.public(), good.key.sign_moved(&data, Scalar::from(9_u8), EdwardsPoint::default()));
    put("token-signs-as-a-file", Code::TrustSignature, good.with_signature(good.unsigned.as_bytes(), &plain));
    let armored = Armored::of(&good);
    let blob = &armored.blob;
    let mut flipped = blob.clone();
    flipped[blob.len() - 5] = 0;
    put("token-flags-taken-away", Code::TrustSignature, armored.with_blob(&flipped));
    let mut counted = blob.clone();
    counted[blob.len() - 1] += 1;
    put("token-counter", Code::TrustSignature, armored.with_blob(&counted));
    // Without flags and counter: the lengths of the signature are put right.
    let kind = blob.windows(26).rposition(|some| some == b"sk-ssh-ed25519@openssh.com").unwrap();
    let mut short = blob[..blob.len() - 5].to_vec();
    short[kind - 5] -= 5;
    put("token-without-flags", Code::FormatSignature, armored.with_blob(&short));
}

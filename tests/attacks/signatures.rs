//! Signatures that do not belong to their bytes, or that belong to more bytes and keys than one, and the keys that make such.
//! The arithmetic is that of RFC 8032: S·B = R + k·A.

use curve25519_dalek::constants::EIGHT_TORSION;
use curve25519_dalek::{EdwardsPoint, Scalar};
use ed25519_dalek::SigningKey;

use crate::site::{
    Site, TAIL, blob, blob_of, challenge, key_text, preamble, replaced, sign_as, with_signature, written,
};

/// The identity, in the bytes of y = 1.
const IDENTITY: [u8; 32] = {
    let mut bytes = [0; 32];
    bytes[0] = 1;
    bytes
};

/// The identity, in the bytes of y = 2^255 - 18, which is 1 once more.
const IDENTITY_AGAIN: [u8; 32] = {
    let mut bytes = [0xff; 32];
    bytes[0] = 0xee;
    bytes[31] = 0x7f;
    bytes
};

/// The order of the group, little-endian.
const ORDER: [u8; 32] = [
    0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
];

fn place(site: &Site, blob: &[u8]) {
    site.place(&with_signature(site.unsigned(TAIL).as_bytes(), blob));
}

/// Returns dora's key, her public point, and what she signs.
fn dora(site: &Site) -> (SigningKey, [u8; 32], String) {
    let key = site.key_of("dora");
    let point = key.verifying_key().to_bytes();
    (key, point, site.unsigned(TAIL))
}

/// Returns the enrolment of somebody whose one key is this point, signed by lena, in place of the enrolment of dora.
fn enrol(site: &Site, point: &[u8; 32]) -> Vec<u8> {
    let text = site.unsigned("enrolled dora");
    let key = std::fs::read_to_string(site.public_key("dora")).unwrap();
    let key: Vec<&str> = key.split(' ').take(2).collect();
    site.signed("lena", replaced(&text, &key.join(" "), &key_text(point)))
}

fn y(first: u8, middle: u8, last: u8) -> [u8; 32] {
    let mut bytes = [middle; 32];
    (bytes[0], bytes[31]) = (first, last);
    bytes
}

attacks! {
    "no signature at all"
    an_event_without_a_signature: "format.unsigned" 3 "the commit carries no signature"; |told| {
        let site = Site::new();
        site.place(site.unsigned(TAIL).as_bytes());
        told.stops_everything(&site);
    }

    "a payload that was changed after it was signed"
    a_payload_that_was_changed_after_it_was_signed: "trust.signature" 3 "the signature does not belong to these bytes"; |told| {
        let site = Site::new();
        site.tamper(TAIL, "Retry twice", "Retry never");
        told.stops(&site);
    }

    "a forged signature: another's key made it, and it names the actor's"
    a_forged_signature: "trust.signature" 3 "the signature does not belong to these bytes"; |told| {
        let site = Site::new();
        let (_, point, text) = dora(&site);
        let own = blob(&site.key_of("stranger"), text.as_bytes());
        place(&site, &blob_of(&point, own[own.len() - 64..].try_into().unwrap()));
        told.stops(&site);
    }

    "a swapped signature: the same key made it over another event"
    a_signature_of_another_event: "trust.signature" 3 "the signature does not belong to these bytes"; |told| {
        let site = Site::new();
        place(&site, &blob(&site.key_of("dora"), site.unsigned("declared DOC-8").as_bytes()));
        told.stops(&site);
    }

    "a signature with a flipped bit"
    a_signature_with_a_flipped_bit: "trust.signature" 3 "the signature does not belong to these bytes"; |told| {
        let site = Site::new();
        let (key, _, text) = dora(&site);
        let mut own = blob(&key, text.as_bytes());
        let at = own.len() - 64;
        own[at] ^= 1;
        place(&site, &own);
        told.stops(&site);
    }

    "a malleated signature: S + L in the place of S"
    a_malleated_signature: "trust.signature" 3 "the signature does not belong to these bytes"; |told| {
        let site = Site::new();
        let (key, _, text) = dora(&site);
        let mut own = blob(&key, text.as_bytes());
        let at = own.len() - 32;
        let mut carry = 0;
        for (byte, order) in own[at..].iter_mut().zip(ORDER) {
            let sum = u16::from(*byte) + u16::from(order) + carry;
            *byte = sum.to_le_bytes()[0];
            carry = sum >> 8;
        }
        place(&site, &own);
        told.stops(&site);
    }

    "the key is the identity, for which every message has a signature"
    a_signature_by_the_identity: "trust.weak-key" 3 "of small order or not canonical"; |told| {
        let site = Site::new();
        let mut signature = [0; 64];
        signature[..32].copy_from_slice(&IDENTITY);
        place(&site, &blob_of(&IDENTITY, &signature));
        told.stops(&site);
    }

    "the key is another point of small order"
    a_signature_by_a_point_of_small_order: "trust.weak-key" 3 "of small order or not canonical"; |told| {
        let site = Site::new();
        for torsion in EIGHT_TORSION {
            let mut signature = [0; 64];
            signature[..32].copy_from_slice(&IDENTITY);
            place(&site, &blob_of(&written(torsion), &signature));
            told.of(&site.ledger("verify").run());
        }
        told.stops(&site);
    }

    "the key is written with a y beyond the field"
    a_signature_by_a_key_that_is_not_canonical: "trust.weak-key" 3 "of small order or not canonical"; |told| {
        let site = Site::new();
        let mut signature = [0; 64];
        signature[..32].copy_from_slice(&IDENTITY);
        place(&site, &blob_of(&IDENTITY_AGAIN, &signature));
        told.stops(&site);
    }

    "the key is no point of the curve"
    a_signature_by_no_point_of_the_curve: "trust.weak-key" 3 "the key's point is not on the curve"; |told| {
        let site = Site::new();
        place(&site, &blob_of(&y(2, 0, 0), &[0; 64]));
        told.stops(&site);
    }

    "R is the identity and S = k·secret, by the right key"
    an_r_that_is_the_identity: "trust.signature" 3 "the signature does not belong to these bytes"; |told| {
        let site = Site::new();
        let (key, point, text) = dora(&site);
        place(&site, &sign_as(&key, &point, &IDENTITY, Scalar::ZERO, text.as_bytes()));
        told.stops(&site);
    }

    "R is another point of small order"
    an_r_of_small_order: "trust.signature" 3 "the signature does not belong to these bytes"; |told| {
        let site = Site::new();
        let (key, point, text) = dora(&site);
        for torsion in EIGHT_TORSION {
            place(&site, &sign_as(&key, &point, &written(torsion), Scalar::ZERO, text.as_bytes()));
            told.of(&site.ledger("verify").run());
        }
        told.stops(&site);
    }

    "R is written with a y beyond the field"
    an_r_that_is_not_canonical: "trust.signature" 3 "the signature does not belong to these bytes"; |told| {
        let site = Site::new();
        let (key, point, text) = dora(&site);
        place(&site, &sign_as(&key, &point, &IDENTITY_AGAIN, Scalar::ZERO, text.as_bytes()));
        told.stops(&site);
    }

    "a point of small order added to R, which a check with cofactor takes"
    an_r_with_torsion_added: "trust.signature" 3 "the signature does not belong to these bytes"; |told| {
        let site = Site::new();
        let (key, point, text) = dora(&site);
        let nonce = Scalar::from_bytes_mod_order([9; 32]);
        // By the same way without torsion the signature is good.
        for (torsion, exit) in [(0, 0), (1, 3), (4, 3)] {
            let r = written(EdwardsPoint::mul_base(&nonce) + EIGHT_TORSION[torsion]);
            place(&site, &sign_as(&key, &point, &r, nonce, text.as_bytes()));
            let verified = site.ledger("verify").exits(exit);
            if exit == 3 {
                told.of(&verified);
            }
        }
        told.stops(&site);
    }

    "a point of small order added to the key: its signatures verify, and the key is nobody's"
    a_key_with_torsion_added: "trust.key-unknown" 3 "belongs to nobody at this position"; |told| {
        let site = Site::new();
        let (key, _, text) = dora(&site);
        let moved = written(key.verifying_key().to_edwards() + EIGHT_TORSION[1]);
        let data = preamble("git", text.as_bytes());
        // Of eight nonces one makes k a multiple of eight, so that the strict equation holds, too.
        let fits = |nonce: &Scalar| {
            let r = written(EdwardsPoint::mul_base(nonce));
            challenge(&moved, &r, &data).as_bytes()[0].is_multiple_of(8)
        };
        let nonce = (1..=255_u8).map(|n| Scalar::from_bytes_mod_order([n; 32])).find(fits).unwrap();
        let r = written(EdwardsPoint::mul_base(&nonce));
        place(&site, &sign_as(&key, &moved, &r, nonce, text.as_bytes()));
        told.stops(&site);
    }

    "a point of small order added to the key, and nothing done to hide it"
    a_key_with_torsion_added_by_which_nothing_verifies: "trust.signature" 3 "the signature does not belong to these bytes"; |told| {
        let site = Site::new();
        let (key, _, text) = dora(&site);
        let moved = written(key.verifying_key().to_edwards() + EIGHT_TORSION[1]);
        let data = preamble("git", text.as_bytes());
        let fits = |nonce: &Scalar| {
            let r = written(EdwardsPoint::mul_base(nonce));
            challenge(&moved, &r, &data).as_bytes()[0] % 8 == 3
        };
        let nonce = (1..=255_u8).map(|n| Scalar::from_bytes_mod_order([n; 32])).find(fits).unwrap();
        let r = written(EdwardsPoint::mul_base(&nonce));
        place(&site, &sign_as(&key, &moved, &r, nonce, text.as_bytes()));
        told.stops(&site);
    }

    "an enrolment of the identity as a key"
    an_enrolment_of_the_identity: "trust.weak-key" 3 "of small order or not canonical"; |told| {
        let site = Site::new();
        site.place(&enrol(&site, &IDENTITY));
        told.stops(&site);
    }

    "an enrolment of a key of small order"
    an_enrolment_of_a_key_of_small_order: "trust.weak-key" 3 "of small order or not canonical"; |told| {
        let site = Site::new();
        for torsion in &EIGHT_TORSION[1..] {
            let enrolled = enrol(&site, &written(*torsion));
            let tip = site.tip();
            site.place(&enrolled);
            told.of(&site.ledger("verify").run());
            site.point(&format!("{tip}\n"));
        }
        site.place(&enrol(&site, &written(EIGHT_TORSION[1])));
        told.stops(&site);
    }

    "an enrolment of a key with a y beyond the field"
    an_enrolment_of_a_key_that_is_not_canonical: "trust.weak-key" 3 "of small order or not canonical"; |told| {
        let site = Site::new();
        site.place(&enrol(&site, &IDENTITY_AGAIN));
        told.stops(&site);
    }

    "an enrolment of a key with the sign of an x that is nothing"
    an_enrolment_of_a_key_with_the_sign_of_nothing: "trust.weak-key" 3 "of small order or not canonical"; |told| {
        let site = Site::new();
        site.place(&enrol(&site, &y(1, 0, 0x80)));
        told.stops(&site);
    }

    "an enrolment of a key that is no point of the curve"
    an_enrolment_of_no_point_of_the_curve: "trust.weak-key" 3 "the key's point is not on the curve"; |told| {
        let site = Site::new();
        site.place(&enrol(&site, &y(2, 0, 0)));
        told.stops(&site);
    }

    "the program is asked to enrol a key of small order"
    a_wish_to_enrol_a_key_of_small_order: "trust.weak-key" 1 "of small order or not canonical"; |told| {
        let site = Site::new();
        let file = site.write_beside("weak.pub", &format!("{} weak\n", key_text(&IDENTITY)));
        let (file, before) = (file.display().to_string(), site.refs());
        told.of(&site.ledger(["actor", "enroll", "weak", "--kind", "human", "--role", "drafter", "--public-key", &file]).run());
        assert_eq!(site.refs(), before);
    }
}

//! Payloads that are no event, each made of the good one of its type.

use govledger::domain::code::Code;
use serde_json::{Value as Json, json};

use crate::bad::{Bads, Base};
use crate::bad_values;
use crate::good::{Good, at};
use crate::samples::{self, Sample};
use crate::story::Story;

/// The sample that bad payloads of its type are made of, and how they are called.
pub(crate) const TYPES: [(&str, &str); 21] = [
    ("edge-sixteen-and-one", "founded"),
    ("chartered-migrate", "chartered"),
    ("enrolled", "enrolled"),
    ("granted", "granted"),
    ("ungranted", "ungranted"),
    ("key-added", "key-added"),
    ("key-revoked", "key-revoked"),
    ("declared", "declared"),
    ("amended", "amended"),
    ("moved-because", "moved"),
    ("attested", "attested"),
    ("retracted", "retracted"),
    ("sealed", "sealed"),
    ("unsealed", "unsealed"),
    ("blocked", "blocked"),
    ("unblocked", "unblocked"),
    ("waived", "waived"),
    ("unwaived", "unwaived"),
    ("erased", "erased"),
    ("confirmed", "confirmed"),
    ("correlation", "correlated"),
];

/// The good events that the others are made of.
pub(crate) struct Goods {
    base: Base,
    nowhere: Base,
    samples: Vec<Sample>,
}

impl Goods {
    pub(crate) fn new(phase: &Story) -> Goods {
        let base = Base::after(phase, "moved E-05 complete");
        Goods { base, nowhere: Base::nowhere(phase), samples: samples::all() }
    }

    /// Returns the sample of a name, in its place.
    pub(crate) fn of(&self, name: &str) -> Good {
        let sample = self.samples.iter().find(|sample| sample.name == name).unwrap_or_else(|| panic!("no {name}"));
        let base = if sample.parent.is_none() { &self.nowhere } else { &self.base };
        Good::of(base, sample.signer, &base.place(&sample.event))
    }
}

/// Puts bad payloads.
pub(crate) fn all(phase: &Story, bads: &mut Bads) {
    let goods = Goods::new(phase);
    keys_of_maps(&goods, bads);
    types(&goods, bads);
    nouns(&goods, bads);
    ids(&goods, bads);
    envelope(&goods, bads);
    two_at_once(&goods, bads);
    bad_values::all(&goods, bads);
}

/// Two things are wrong at once: the order of 2.6 says which of them names the code.
fn two_at_once(goods: &Goods, bads: &mut Bads) {
    let declared = goods.of("declared");
    declared.put(bads, "type-and-id", Code::FormatId, |payload| {
        payload["type"] = json!([]);
        payload["id"] = json!("x");
    });
    declared.put(bads, "type-and-at", Code::FormatTime, |payload| {
        payload["type"] = json!([]);
        payload["at"] = json!("noon");
    });
    goods.of("seen").put(bads, "fact-and-commit", Code::FormatMissingKey, |payload| {
        payload["seen"]["commit"] = json!("x");
        payload["seen"]["facts"][0].as_object_mut().unwrap().remove("a");
    });
    goods.of("seen").put(bads, "commit-and-ref", Code::FormatId, |payload| {
        payload["seen"]["commit"] = json!("x");
        payload["seen"]["ref"] = json!(1);
    });
}

fn map_keys(payload: &Json, place: &str) -> Vec<String> {
    payload.pointer(place).and_then(Json::as_object).map(|map| map.keys().cloned().collect()).unwrap_or_default()
}

/// Returns where maps with fixed keys are, in a body of the type. Of a set it is the last element: a change leaves it the last.
fn maps(name: &str) -> Vec<&'static str> {
    match name {
        "founded" => vec!["/body", "/body/charter", "/body/actors/16", "/body/recovery"],
        "chartered" => vec!["/body", "/body/migrate"],
        "attested" => vec!["/body", "/body/evidence/1"],
        "sealed" => vec!["/body", "/body/evidence/0"],
        _ => vec!["/body"],
    }
}

fn shown(name: &str, place: &str, key: &str) -> String {
    let parts = place["/body".len()..].split('/').filter(|part| part.parse::<u8>().is_err() && !part.is_empty());
    [&[name][..], &parts.collect::<Vec<_>>(), &[key]].concat().join("-")
}

/// Each key of each map with fixed keys is taken away once, and one is added.
fn keys_of_maps(goods: &Goods, bads: &mut Bads) {
    for (sample, name) in TYPES {
        let good = goods.of(sample);
        for place in maps(name) {
            let keys = map_keys(&good.payload(), place);
            let shown = |key: &str| shown(name, place, key);
            for key in &keys {
                good.put(bads, &shown(key), Code::FormatMissingKey, |payload| {
                    at(payload, place).as_object_mut().unwrap().remove(key);
                });
            }
            if !keys.is_empty() {
                good.put(bads, &shown("urgent"), Code::FormatUnknownKey, |payload| {
                    at(payload, place)["urgent"] = json!(1);
                });
            }
        }
    }
    for (sample, place) in [("moved", ""), ("judged", "/judged"), ("seen", "/seen")] {
        let good = goods.of(sample);
        let shown = |key: &str| format!("envelope{}-{key}", place.replace('/', "-"));
        for key in map_keys(&good.payload(), place).iter().filter(|key| *key != "seen" && *key != "judged") {
            good.put(bads, &shown(key), Code::FormatMissingKey, |payload| {
                at(payload, place).as_object_mut().unwrap().remove(key);
            });
        }
        good.put(bads, &shown("urgent"), Code::FormatUnknownKey, |payload| at(payload, place)["urgent"] = json!(1));
    }
}

/// A value of another JSON type in the place of each.
fn types(goods: &Goods, bads: &mut Bads) {
    let other = |value: &Json| if value.is_number() { json!("7") } else { json!(7) };
    for (sample, name) in TYPES {
        let good = goods.of(sample);
        for place in maps(name) {
            for key in map_keys(&good.payload(), place).into_iter().filter(|key| key != "continues") {
                let what = shown(name, place, &key);
                good.put(bads, &what, Code::FormatType, |payload| {
                    let value = at(payload, &format!("{place}/{key}"));
                    *value = other(value);
                });
            }
        }
    }
    let moved = goods.of("moved");
    for key in map_keys(&moved.payload(), "").into_iter().filter(|key| key != "v") {
        moved.put(bads, &format!("envelope-{key}"), Code::FormatType, |payload| payload[&key] = other(&payload[&key]));
    }
    for key in ["seen", "judged", "pending", "correlation"] {
        for (value, name) in [(Json::Null, "null"), (json!(7), "number")] {
            moved.put(bads, &format!("envelope-{key}-{name}"), Code::FormatType, |payload| payload[key] = value);
        }
    }
    moved.put(bads, "pending-false", Code::FormatType, |payload| payload["pending"] = json!(false));
    goods.of("key-revoked").set(bads, "compromised-negative", Code::FormatType, "/body/compromised_since", json!(-1));
    goods.of("retracted").set(bads, "reason-null", Code::FormatType, "/body/reason", Json::Null);
}

/// Nouns that a type cannot be about.
fn nouns(goods: &Goods, bads: &mut Bads) {
    let placed = json!("E-05/HOLD/3");
    for (sample, name) in TYPES.into_iter().filter(|(_, name)| !["correlated", "attested", "retracted"].contains(name))
    {
        let good = goods.of(sample);
        let waiver = name.ends_with("waived");
        let others = if good.payload()["item"].is_null() && !waiver {
            [json!("E-05"), placed.clone()]
        } else {
            [Json::Null, placed.clone()]
        };
        for noun in others.into_iter().filter(|noun| !(waiver && noun.is_null())) {
            let about = match noun.as_str() {
                None => "repo",
                Some(text) if text.contains('/') => "block",
                Some(_) => "item",
            };
            good.set(bads, &format!("{name}-of-{about}"), Code::FormatType, "/item", noun);
        }
    }
    let attested = goods.of("attested");
    for (noun, what) in [
        (json!("a..b"), "dots"),
        (json!(""), "empty"),
        (json!("-a"), "hyphen-first"),
        (json!("E 05"), "space"),
        (json!("E-05/HOLD"), "two-parts"),
        (json!("E-05/HOLD/3/4"), "four-parts"),
        (json!("E-05/HOLD/03"), "position-zeros"),
        (json!("E-05/HOLD/-1"), "position-negative"),
        (json!("E-05/HOLD/9007199254740992"), "position-too-great"),
        (json!("E-05/a.b.c/3"), "rule-of-three-words"),
        (json!("E-05//3"), "rule-empty"),
        (json!("/HOLD/3"), "item-empty"),
    ] {
        attested.set(bads, &format!("noun-{what}"), Code::FormatId, "/item", noun);
    }
}

/// Where ids and names stand in bodies.
const PLACES: [(&str, &[&str]); 21] = [
    (
        "edge-sixteen-and-one",
        &[
            "nonce",
            "object_format",
            "charter/id",
            "actors/0/actor",
            "actors/0/type",
            "actors/0/operator",
            "actors/0/emails/0",
            "actors/0/keys/0",
            "actors/0/roles/0",
            "baseline/0",
            "recovery/keys/0",
        ],
    ),
    (
        "chartered-migrate",
        &[
            "id",
            "migrate/kinds/memo",
            "migrate/states/memo/drafted",
            "migrate/roles/keeper",
            "migrate/dissolved/0",
            "migrate/claims/vouched",
            "migrate/blocks/HOLD",
            "migrate/seals/0",
        ],
    ),
    ("enrolled", &["actor", "type", "operator", "emails/0", "keys/0", "roles/0"]),
    ("granted", &["actor", "role"]),
    ("ungranted", &["actor", "role"]),
    ("key-added", &["actor", "key"]),
    ("key-revoked", &["actor", "key"]),
    ("declared", &["kind", "status", "links/cites/0"]),
    ("amended", &["links/cites/0"]),
    ("moved-because", &["from", "to", "because"]),
    ("attested", &["claim", "result", "content", "over", "evidence/0/sha256", "evidence/0/type"]),
    ("retracted", &["event", "claim"]),
    ("sealed", &["content", "evidence/0/sha256", "evidence/0/type"]),
    ("unsealed", &["seal"]),
    ("blocked", &["name", "because"]),
    ("unblocked", &["name", "block", "record"]),
    ("waived", &["class", "rule"]),
    ("unwaived", &["waiver", "rule"]),
    ("erased", &["sha256"]),
    ("confirmed", &["event"]),
    ("correlation", &[]),
];

/// What has a form of its own, in another form.
fn ids(goods: &Goods, bads: &mut Bads) {
    for (sample, keys) in PLACES {
        let good = goods.of(sample);
        let name = TYPES.iter().find(|(other, _)| *other == sample).map_or(sample, |(_, name)| name);
        for key in keys {
            let what = format!("{name}-{}", key.replace('/', "-"));
            good.set(bads, &what, Code::FormatId, &format!("/body/{key}"), json!(" b"));
        }
    }
    let hex = "0123456789abcdef".repeat(4);
    let forms = [
        ("sealed", "/body/content", json!(hex.to_uppercase()), "digest-upper-case"),
        ("sealed", "/body/content", json!(hex[1..]), "digest-63-digits"),
        ("sealed", "/body/content", json!(format!("{hex}0")), "digest-65-digits"),
        ("unsealed", "/body/seal", json!(hex[..32].to_uppercase()), "rid-upper-case"),
        ("unsealed", "/body/seal", json!(hex[..31]), "rid-31-digits"),
        ("key-revoked", "/body/key", json!("SHA256:abc"), "fingerprint-short"),
        ("key-revoked", "/body/key", json!(format!("SHA256:{}B", "A".repeat(42))), "fingerprint-unused-bits"),
        ("key-revoked", "/body/key", json!(format!("MD5:{}", "A".repeat(43))), "fingerprint-of-md5"),
        ("waived", "/body/rule", json!("a.b.c"), "rule-of-three-words"),
        ("waived", "/body/rule", json!("a."), "rule-half"),
        ("sealed", "/body/evidence/0/type", json!("text"), "media-type-of-one-part"),
        ("sealed", "/body/evidence/0/type", json!("text/a/b"), "media-type-of-three-parts"),
        ("sealed", "/body/evidence/0/type", json!("text/"), "media-type-half"),
        ("enrolled", "/body/emails/0", json!("omar"), "email-without-at"),
        ("enrolled", "/body/emails/0", json!("Omar@example.org"), "email-upper-case"),
        ("enrolled", "/body/emails/0", json!("<omar@example.org"), "email-angle"),
        ("enrolled", "/body/emails/0", json!("omar@example.org>"), "email-angle-closing"),
        ("enrolled", "/body/emails/0", json!("a,omar@example.org"), "email-comma"),
        ("enrolled", "/body/emails/0", json!("omar\u{a0}@example.org"), "email-no-break-space"),
        ("enrolled", "/body/emails/0", json!("omar\n@example.org"), "email-line-feed"),
        ("enrolled", "/body/actor", json!("Omar"), "actor-upper-case"),
        ("enrolled", "/body/actor", json!("omar_b"), "actor-underscore"),
        ("enrolled", "/body/actor", json!("-omar"), "actor-hyphen-first"),
        ("enrolled", "/body/actor", json!(""), "actor-empty"),
        ("enrolled", "/body/roles/0", json!("Approver"), "role-upper-case"),
        ("moved", "/body/to", json!("_a"), "word-underscore-first"),
        ("moved", "/body/to", json!("a.b"), "word-dot"),
        ("moved", "/body/to", json!("\u{e9}t\u{e9}"), "word-not-ascii"),
        ("chartered-migrate", "/body/migrate/kinds", json!({" b": "b"}), "migrate-kinds-name"),
        ("chartered-migrate", "/body/migrate/states", json!({" b": {"a": "b"}}), "migrate-states-kind"),
        ("chartered-migrate", "/body/migrate/states", json!({"a": {" b": "b"}}), "migrate-states-name"),
        ("chartered-migrate", "/body/migrate/claims", json!({" b": "b"}), "migrate-claims-name"),
        ("chartered-migrate", "/body/migrate/blocks", json!({" b": "b"}), "migrate-blocks-name"),
        ("chartered-migrate", "/body/migrate/roles", json!({"Keeper": "b"}), "migrate-roles-name-upper-case"),
        ("chartered-migrate", "/body/migrate/roles", json!({"keeper": "B"}), "migrate-roles-upper-case"),
        ("chartered-migrate", "/body/migrate/dissolved/0", json!("Scribe"), "migrate-dissolved-upper-case"),
        ("edge-sixteen-and-one", "/body/baseline/0", json!(hex[..40]), "oid-untagged"),
        ("edge-sixteen-and-one", "/body/baseline/0", json!(format!("sha1:{hex}")), "oid-of-other-length"),
        ("edge-sixteen-and-one", "/body/baseline/0", json!(format!("SHA1:{}", &hex[..40])), "oid-tag-upper-case"),
    ];
    for (sample, place, value, what) in forms {
        goods.of(sample).set(bads, what, Code::FormatId, place, value);
    }
}

fn envelope(goods: &Goods, bads: &mut Bads) {
    let moved = goods.of("moved");
    for (key, value) in [("id", " b"), ("prev", " b"), ("actor", " b"), ("as", " b"), ("item", " b")] {
        moved.set(bads, &format!("envelope-{key}"), Code::FormatId, &format!("/{key}"), json!(value));
    }
    moved.set(bads, "seq-negative", Code::FormatNumber, "/seq", json!(-1));
    for (value, what) in
        [(json!(2), "version"), (json!("1"), "version-text"), (json!(0), "version-0"), (Json::Null, "version-null")]
    {
        moved.set(bads, what, Code::FormatUnknownVersion, "/v", value);
    }
    let founded = goods.of("founded");
    founded.set(bads, "continues", Code::FormatUnknownVersion, "/body/continues", json!("0".repeat(64)));
    for (value, what) in [("approved", "unknown-type"), ("Moved", "type-upper-case"), ("", "type-empty")] {
        moved.set(bads, what, Code::FormatUnknownType, "/type", json!(value));
    }
    let correlated = goods.of("correlation");
    for (value, what) in [("", "empty"), ("a/b", "slash"), ("a b", "space"), ("\u{e9}", "not-ascii")] {
        correlated.set(bads, &format!("correlation-{what}"), Code::FormatId, "/correlation", json!(value));
    }
    let judged = goods.of("judged");
    for (key, value) in [("outcome", "MAYBE"), ("outcome", "pass"), ("gate", " b"), ("digest", " b")] {
        judged.set(
            bads,
            &format!("judged-{key}-{}", value.trim()),
            Code::FormatId,
            &format!("/judged/{key}"),
            json!(value),
        );
    }
    for key in ["outcome", "gate", "digest"] {
        judged.set(bads, &format!("judged-{key}"), Code::FormatType, &format!("/judged/{key}"), json!(7));
    }
}

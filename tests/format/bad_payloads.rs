//! Payloads that are no event, each made of the good one of its type.

use govledger::domain::code::Code;
use govledger::domain::id::Digest;
use govledger::domain::key::PublicKey;
use serde_json::{Value as Json, json};

use crate::bad::{Bads, Base};
use crate::good::{Good, at};
use crate::keys::key;
use crate::samples::{self, Sample};
use crate::story::Story;

/// The sample that bad payloads of its type are made of, and how they are called.
const TYPES: [(&str, &str); 20] = [
    ("edge-sixteen-and-one", "founded"),
    ("chartered", "chartered"),
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
    texts(&goods, bads);
    sets(&goods, bads);
    numbers(&goods, bads);
    fields(&goods, bads);
    facts(&goods, bads);
    keys(&goods, bads);
    times(&goods, bads);
}

fn map_keys(payload: &Json, place: &str) -> Vec<String> {
    payload.pointer(place).and_then(Json::as_object).map(|map| map.keys().cloned().collect()).unwrap_or_default()
}

/// Returns where maps with fixed keys are, in a body of the type. Of a set it is the last element: a change leaves it the last.
fn maps(name: &str) -> Vec<&'static str> {
    match name {
        "founded" => vec!["/body", "/body/charter", "/body/actors/16", "/body/recovery"],
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

/// What has a form of its own, in another form.
fn ids(goods: &Goods, bads: &mut Bads) {
    let places: [(&str, &[&str]); 20] = [
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
        ("chartered", &["id"]),
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
        ("correlation", &[]),
    ];
    for (sample, keys) in places {
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

fn texts(goods: &Goods, bads: &mut Bads) {
    let declared = goods.of("declared");
    let forbidden = [
        '\u{0}', '\u{1}', '\t', '\r', '\u{1f}', '\u{7f}', '\u{80}', '\u{85}', '\u{9f}', '\u{61c}', '\u{200e}',
        '\u{200f}', '\u{2028}', '\u{2029}', '\u{202a}', '\u{202e}', '\u{2066}', '\u{2069}',
    ];
    for c in forbidden {
        let what = format!("u-{:04x}", u32::from(c));
        declared.set(bads, &what, Code::FormatText, "/body/title", json!(format!("a{c}b")));
    }
    for (place, what) in [
        ("/body/fields/group", "field"),
        ("/body/fields/keywords/0", "field-list"),
        ("/body/fields/contacts/deputy", "field-map"),
    ] {
        declared.set(bads, &format!("{what}-tab"), Code::FormatText, place, json!("a\tb"));
    }
    goods.of("attested").set(bads, "value-tab", Code::FormatText, "/body/values/tool", json!("a\tb"));
    goods.of("chartered").set(bads, "charter-carriage-return", Code::FormatText, "/body/text", json!("a\r\nb"));
    goods.of("chartered").set(bads, "charter-bidi", Code::FormatText, "/body/text", json!("# \u{202e}"));
    goods.of("chartered").set(bads, "authority-tab", Code::FormatText, "/body/authority", json!("2\tgovernance"));
    goods.of("seen").set(bads, "ref-tab", Code::FormatText, "/seen/ref", json!("a\tb"));
    for (sample, name) in TYPES {
        let good = goods.of(sample);
        for key in ["reason", "controls"] {
            if good.payload()["body"][key].is_string() {
                let place = format!("/body/{key}");
                good.set(bads, &format!("{name}-{key}-empty"), Code::FormatText, &place, json!(""));
                good.set(bads, &format!("{name}-{key}-blank"), Code::FormatText, &place, json!(" \n\u{a0}\u{3000}"));
            }
        }
    }
    for (path, what) in [
        ("", "empty"),
        ("/docs/a", "absolute"),
        ("docs/", "slash-at-end"),
        ("docs//a", "segment-empty"),
        ("./docs", "dot"),
        ("docs/../src", "up"),
        (".git/config", "git"),
        ("a/.GIT", "git-upper-case"),
        ("docs\\a", "backslash"),
        ("docs/a\nb.md", "line-feed"),
        ("docs/e\u{301}.md", "decomposed"),
        ("docs/\u{1100}\u{1161}", "hangul-decomposed"),
        ("docs/\u{212b}", "angstrom"),
        ("docs/\u{378}.md", "unassigned"),
        ("docs/\u{fffe}", "noncharacter"),
    ] {
        declared.set(bads, &format!("path-{what}"), Code::FormatPath, "/body/path", json!(path));
    }
    declared.set(bads, "path-bidi", Code::FormatText, "/body/path", json!("docs/\u{202e}"));
}

fn sets(goods: &Goods, bads: &mut Bads) {
    let places = [
        ("edge-sixteen-and-one", "actors"),
        ("edge-sixteen-and-one", "baseline"),
        ("edge-sixteen-and-one", "recovery/keys"),
        ("enrolled", "emails"),
        ("enrolled", "keys"),
        ("enrolled", "roles"),
        ("declared", "links/cites"),
        ("attested", "evidence"),
        ("sealed", "evidence"),
    ];
    for (sample, place) in places {
        let good = goods.of(sample);
        let name = TYPES.iter().find(|(other, _)| *other == sample).map_or(sample, |(_, name)| name);
        let what = format!("{name}-{}", place.replace('/', "-"));
        let place = format!("/body/{place}");
        let list = |payload: &Json| payload.pointer(&place).and_then(Json::as_array).cloned().unwrap();
        let whole = list(&good.payload());
        let twice: Vec<Json> = whole.iter().flat_map(|entry| [entry.clone(), entry.clone()]).collect();
        good.set(bads, &format!("{what}-twice"), Code::FormatSet, &place, json!(twice));
        if whole.len() > 1 {
            let reversed: Vec<Json> = whole.into_iter().rev().collect();
            good.set(bads, &format!("{what}-unsorted"), Code::FormatSet, &place, json!(reversed));
        }
    }
    let founded = goods.of("founded");
    founded.set(bads, "founders-none", Code::FormatSet, "/body/actors", json!([]));
    founded.set(bads, "founder-without-key", Code::FormatSet, "/body/actors/0/keys", json!([]));
    founded.put(bads, "founder-twice", Code::FormatSet, |payload| {
        let mut again = payload["body"]["actors"][0].clone();
        again["emails"] = json!([]);
        payload["body"]["actors"] = json!([again, payload["body"]["actors"][0]]);
    });
    goods.of("enrolled").set(bads, "enrolled-without-key", Code::FormatSet, "/body/keys", json!([]));
    let seen = goods.of("seen");
    seen.put(bads, "facts-unsorted", Code::FormatSet, |payload| {
        payload["seen"]["facts"].as_array_mut().unwrap().reverse();
    });
    seen.put(bads, "facts-twice", Code::FormatSet, |payload| {
        let fact = payload["seen"]["facts"][0].clone();
        payload["seen"]["facts"].as_array_mut().unwrap().insert(0, fact);
    });
    seen.put(bads, "facts-two-answers", Code::FormatSet, |payload| {
        let mut fact = payload["seen"]["facts"][0].clone();
        fact["a"] = json!(true);
        payload["seen"]["facts"].as_array_mut().unwrap().insert(0, fact);
    });
    let authors = |names: &[&str]| json!([{"a": names, "path": "docs/a.md", "q": "authors", "since": null}]);
    seen.set(bads, "authors-unsorted", Code::FormatSet, "/seen/facts", authors(&["raj", "ines"]));
    seen.set(bads, "authors-twice", Code::FormatSet, "/seen/facts", authors(&["raj", "raj"]));
    // A space sorts before the quote that ends a text: sorted as plain texts, these stand the wrong way round.
    let order = goods.of("edge-order");
    order.put(bads, "facts-sorted-as-texts", Code::FormatSet, |payload| {
        payload["seen"]["facts"].as_array_mut().unwrap().swap(5, 6);
    });
}

fn numbers(goods: &Goods, bads: &mut Bads) {
    let recovery = goods.of("edge-sixteen-and-one");
    recovery.set(bads, "recovery-quorum-0", Code::FormatNumber, "/body/recovery/quorum", json!(0));
    recovery.set(bads, "recovery-quorum-4-of-3", Code::FormatNumber, "/body/recovery/quorum", json!(4));
    recovery.set(bads, "recovery-quorum-negative", Code::FormatNumber, "/body/recovery/quorum", json!(-1));
    recovery.set(bads, "recovery-no-keys", Code::FormatNumber, "/body/recovery/keys", json!([]));
    goods.of("chartered").set(bads, "semantics-negative", Code::FormatNumber, "/body/semantics", json!(-1));
    goods.of("sealed").set(bads, "size-negative", Code::FormatNumber, "/body/evidence/0/size", json!(-1));
    let seen = goods.of("seen");
    let file = |size: Json| json!([{"a": {"mode": "100644", "sha256": "0".repeat(64), "size": size}, "path": "a", "q": "path"}]);
    seen.set(bads, "fact-size-negative", Code::FormatNumber, "/seen/facts", file(json!(-1)));
    let scope = json!([{"a": {"count": -1, "sha256": "0".repeat(64)}, "q": "scope", "scope": null}]);
    seen.set(bads, "fact-count-negative", Code::FormatNumber, "/seen/facts", scope);
    let attested = goods.of("attested");
    attested.set(bads, "value-fraction", Code::FormatNumber, "/body/values/findings", json!(1.5));
    attested.set(
        bads,
        "value-too-great",
        Code::FormatNumber,
        "/body/values/findings",
        json!(9_007_199_254_740_992_i64),
    );
    attested.set(
        bads,
        "value-too-small",
        Code::FormatNumber,
        "/body/values/findings",
        json!(-9_007_199_254_740_992_i64),
    );
}

fn fields(goods: &Goods, bads: &mut Bads) {
    for sample in ["declared", "blocked"] {
        let good = goods.of(sample);
        let mut field = |what: &str, code, value: Json| {
            good.set(bads, &format!("{sample}-field-{what}"), code, "/body/fields", json!({"f": value}));
        };
        field("null", Code::FormatType, Json::Null);
        field("list-of-numbers", Code::FormatType, json!([1]));
        field("list-of-lists", Code::FormatType, json!([["a"]]));
        field("map-of-numbers", Code::FormatType, json!({"a": 1}));
        field("map-of-maps", Code::FormatType, json!({"a": {"b": "c"}}));
        field("map-key", Code::FormatId, json!({"a b": "c"}));
        good.set(bads, &format!("{sample}-field-name"), Code::FormatId, "/body/fields", json!({"a b": 1}));
    }
    let declared = goods.of("declared");
    declared.set(bads, "link-name", Code::FormatId, "/body/links", json!({"a b": []}));
    declared.set(bads, "link-text", Code::FormatType, "/body/links", json!({"cites": "E-00"}));
    declared.set(bads, "link-to-number", Code::FormatType, "/body/links", json!({"cites": [5]}));
    let attested = goods.of("attested");
    attested.set(bads, "answer-text", Code::FormatType, "/body/answers", json!({"complete": "yes"}));
    attested.set(bads, "answer-name", Code::FormatId, "/body/answers", json!({"a b": true}));
    attested.set(bads, "value-boolean", Code::FormatType, "/body/values", json!({"tool": true}));
    attested.set(bads, "value-list", Code::FormatType, "/body/values", json!({"tool": ["a"]}));
    attested.set(bads, "value-name", Code::FormatId, "/body/values", json!({"a b": 1}));
}

fn facts(goods: &Goods, bads: &mut Bads) {
    let seen = goods.of("seen");
    let zero = "0".repeat(64);
    let questions = [
        json!({"a": null, "path": "a", "q": "path"}),
        json!({"a": {"count": 0, "sha256": zero}, "q": "scope", "scope": null}),
        json!({"a": [], "path": "a", "q": "authors", "since": null}),
        json!({"a": null, "column": "ID", "id": "E-05", "path": "a", "q": "row"}),
        json!({"a": true, "before": null, "heading": "H", "path": "a", "q": "heading"}),
        json!({"a": true, "path": "a", "q": "text", "text": "t"}),
        json!({"a": {"sha256": zero}, "name": "board", "q": "view"}),
        json!({"a": true, "branch": "main", "q": "on"}),
    ];
    for fact in &questions {
        let name = fact["q"].as_str().unwrap().to_owned();
        let mut put = |what: &str, code, fact: Json| {
            seen.set(bads, &format!("fact-{name}-{what}"), code, "/seen/facts", json!([fact]));
        };
        for key in fact.as_object().unwrap().keys() {
            let mut less = fact.clone();
            less.as_object_mut().unwrap().remove(key);
            put(key, Code::FormatMissingKey, less);
            let mut other = fact.clone();
            other[key] = json!(7);
            put(key, Code::FormatType, other);
        }
        let mut more = fact.clone();
        more["urgent"] = json!(1);
        put("urgent", Code::FormatUnknownKey, more);
        let mut other = fact.clone();
        other["a"] = if name == "path" || name == "row" { json!(true) } else { Json::Null };
        put("answer-of-other-sort", Code::FormatType, other);
    }
    let mut put = |what: &str, code, fact: Json| seen.set(bads, what, code, "/seen/facts", json!([fact]));
    put("fact-question", Code::FormatUnknownKey, json!({"a": true, "q": "weather"}));
    put(
        "fact-mode-of-link",
        Code::FormatId,
        json!({"a": {"mode": "120000", "sha256": zero, "size": 0}, "path": "a", "q": "path"}),
    );
    put(
        "fact-digest",
        Code::FormatId,
        json!({"a": {"mode": "100644", "sha256": "0", "size": 0}, "path": "a", "q": "path"}),
    );
    put(
        "fact-file-key",
        Code::FormatUnknownKey,
        json!({"a": {"link": "b", "mode": "100644", "sha256": zero, "size": 0}, "path": "a", "q": "path"}),
    );
    put(
        "fact-file-size",
        Code::FormatMissingKey,
        json!({"a": {"mode": "100644", "sha256": zero}, "path": "a", "q": "path"}),
    );
    put("fact-path", Code::FormatPath, json!({"a": null, "path": "../a", "q": "path"}));
    put("fact-scope", Code::FormatId, json!({"a": {"count": 0, "sha256": zero}, "q": "scope", "scope": "a b"}));
    put("fact-since", Code::FormatId, json!({"a": [], "path": "a", "q": "authors", "since": "0"}));
    put("fact-author", Code::FormatId, json!({"a": ["Ines"], "path": "a", "q": "authors", "since": null}));
    put("fact-author-tab", Code::FormatText, json!({"a": ["?a\tb"], "path": "a", "q": "authors", "since": null}));
    put("fact-row-id", Code::FormatId, json!({"a": null, "column": "ID", "id": "a b", "path": "a", "q": "row"}));
    put(
        "fact-row-cell",
        Code::FormatType,
        json!({"a": {"ID": 5}, "column": "ID", "id": "E-05", "path": "a", "q": "row"}),
    );
    put(
        "fact-row-cell-tab",
        Code::FormatText,
        json!({"a": {"ID": "a\tb"}, "column": "ID", "id": "E-05", "path": "a", "q": "row"}),
    );
    put(
        "fact-row-heading-not-ascii",
        Code::FormatText,
        json!({"a": {"T\u{ef}tle": "x"}, "column": "ID", "id": "E-05", "path": "a", "q": "row"}),
    );
    put("fact-view-name", Code::FormatId, json!({"a": {"sha256": zero}, "name": "a b", "q": "view"}));
    put("fact-branch-space", Code::FormatId, json!({"a": true, "branch": "a b", "q": "on"}));
    put("fact-branch-empty", Code::FormatId, json!({"a": true, "branch": "", "q": "on"}));
    put("fact-branch-not-ascii", Code::FormatId, json!({"a": true, "branch": "\u{e9}", "q": "on"}));
    seen.set(bads, "seen-commit", Code::FormatId, "/seen/commit", json!("HEAD"));
}

fn keys(goods: &Goods, bads: &mut Bads) {
    let good = key("omar-2").public().to_string();
    let token = key("token-mira").public().to_string();
    let added = goods.of("key-added");
    for (text, what) in [
        (format!("{good} omar"), "comment"),
        (good.replace(' ', "  "), "two-spaces"),
        (good.replace("ssh-ed25519 ", "ssh-rsa "), "rsa"),
        (good.replace("ssh-ed25519 ", "sk-ssh-ed25519@openssh.com "), "token-of-other-blob"),
        (token.replace("sk-ssh-ed25519@openssh.com ", "ssh-ed25519 "), "blob-of-token"),
        (format!("{good}AAAA"), "longer"),
        (good[..good.len() - 4].to_owned(), "shorter"),
        (good.trim_start_matches("ssh-ed25519 ").to_owned(), "untyped"),
    ] {
        added.set(bads, &format!("key-{what}"), Code::FormatId, "/body/key", json!(text));
    }
    for (first, rest, last, what) in [
        (0, 0, 0, "zero"),
        (1, 0, 0, "identity"),
        (0xec, 0xff, 0x7f, "minus-one"),
        (0xed, 0xff, 0x7f, "not-canonical"),
        (2, 0, 0, "off-curve"),
    ] {
        let mut point = [rest; 32];
        (point[0], point[31]) = (first, last);
        let weak = PublicKey::Ed25519(point).to_string();
        added.set(bads, &format!("key-{what}"), Code::TrustWeakKey, "/body/key", json!(weak));
    }
    for (digits, what) in [
        ("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05", "of-order-8"),
        ("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a", "of-order-8-other"),
        ("ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff", "minus-one-signed"),
    ] {
        let weak = PublicKey::Ed25519(*Digest::parse(digits).unwrap().as_bytes()).to_string();
        added.set(bads, &format!("key-{what}"), Code::TrustWeakKey, "/body/key", json!(weak));
    }
}

fn times(goods: &Goods, bads: &mut Bads) {
    let moved = goods.of("moved");
    for (time, what) in [
        ("2026-01-10T09:30:00+00:00", "offset"),
        ("2026-01-10T09:30:00", "no-zone"),
        ("2026-01-10T09:30:00.0Z", "fraction"),
        ("2026-01-10t09:30:00z", "lower-case"),
        ("2026-01-10 09:30:00Z", "space"),
        ("2026-12-31T23:59:60Z", "leap-second"),
        ("2026-01-10T24:00:00Z", "hour-24"),
        ("2026-02-29T09:30:00Z", "no-such-day"),
        ("1969-12-31T23:59:59Z", "before-1970"),
        ("10000-01-01T00:00:00Z", "after-9999"),
    ] {
        moved.set(bads, &format!("at-{what}"), Code::FormatTime, "/at", json!(time));
    }
    goods.of("attested").set(bads, "made", Code::FormatTime, "/body/made", json!("2026-01-09"));
    for (until, what) in
        [("2026-02-29", "no-such-day"), ("Phase-end", "upper-case"), ("2026-03-01T00:00:00Z", "moment"), ("", "empty")]
    {
        goods.of("waived").set(bads, &format!("until-{what}"), Code::FormatTime, "/body/until", json!(until));
    }
}

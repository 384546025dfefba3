//! Values of payloads that are of the right type and all the same not what the format says: texts, sets, numbers, facts, keys, times.

use base64ct::{Base64, Encoding};
use govledger::domain::code::Code;
use govledger::domain::id::Digest;
use govledger::domain::key::PublicKey;
use serde_json::{Value as Json, json};

use crate::bad::Bads;
use crate::bad_payloads::{Goods, TYPES};
use crate::keys::{key, string};

/// Puts bad values.
pub(crate) fn all(goods: &Goods, bads: &mut Bads) {
    texts(goods, bads);
    sets(goods, bads);
    numbers(goods, bads);
    fields(goods, bads);
    facts(goods, bads);
    keys(goods, bads);
    times(goods, bads);
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
        ("docs/\u{105d2}\u{307}", "unicode-16-decomposed"),
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
        ("chartered-migrate", "migrate/dissolved"),
        ("chartered-migrate", "migrate/seals"),
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
    attested.set(bads, "value-null", Code::FormatType, "/body/values", json!({"tool": null}));
    attested.set(bads, "value-list-of-numbers", Code::FormatType, "/body/values", json!({"tool": [1]}));
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
        json!({"a": null, "column": "ID", "path": "a", "q": "column"}),
        json!({"a": true, "before": null, "heading": "H", "path": "a", "q": "heading"}),
        json!({"a": true, "path": "a", "q": "text", "text": "t"}),
        json!({"a": null, "path": "a", "q": "lines"}),
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
            other[key] = if key == "a" && name == "lines" { json!("7") } else { json!(7) };
            put(key, Code::FormatType, other);
        }
        let mut more = fact.clone();
        more["urgent"] = json!(1);
        put("urgent", Code::FormatUnknownKey, more);
        let mut other = fact.clone();
        other["a"] = if ["path", "row", "column", "lines"].contains(&name.as_str()) { json!(true) } else { Json::Null };
        put("answer-of-other-sort", Code::FormatType, other);
    }
    let mut put = |what: &str, code, fact: Json| seen.set(bads, what, code, "/seen/facts", json!([fact]));
    let column = |a: Json| json!({"a": a, "column": "ID", "path": "a", "q": "column"});
    let listed = |line: i64, text: &str| json!({"line": line, "text": text});
    put("fact-lines-negative", Code::FormatNumber, json!({"a": -1, "path": "a", "q": "lines"}));
    put("fact-column-unsorted", Code::FormatSet, column(json!([listed(2, "a"), listed(1, "b")])));
    put("fact-column-twice", Code::FormatSet, column(json!([listed(1, "a"), listed(1, "b")])));
    put("fact-column-number", Code::FormatType, column(json!([listed(1, "a"), {"line": 2, "text": 7}])));
    put("fact-column-text", Code::FormatType, column(json!(["a"])));
    put("fact-column-tab", Code::FormatText, column(json!([listed(1, "a\tb")])));
    put("fact-column-line", Code::FormatNumber, column(json!([listed(-1, "a")])));
    put("fact-column-lineless", Code::FormatMissingKey, column(json!([{"text": "a"}])));
    put("fact-column-more", Code::FormatUnknownKey, column(json!([{"line": 1, "more": 1, "text": "a"}])));
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
    put("fact-view", Code::FormatUnknownKey, json!({"a": {"sha256": zero}, "name": "board", "q": "view"}));
    put("fact-branch-space", Code::FormatId, json!({"a": true, "branch": "a b", "q": "on"}));
    put("fact-branch-empty", Code::FormatId, json!({"a": true, "branch": "", "q": "on"}));
    put("fact-branch-not-ascii", Code::FormatId, json!({"a": true, "branch": "\u{e9}", "q": "on"}));
    seen.set(bads, "seen-commit", Code::FormatId, "/seen/commit", json!("HEAD"));
}

fn keys(goods: &Goods, bads: &mut Bads) {
    let good = key("omar-2").public().to_string();
    let token = key("token-mira").public().to_string();
    let added = goods.of("key-added");
    let kind = "sk-ssh-ed25519@openssh.com";
    let blob = [string(kind.as_bytes()), string(key("token-mira").public().point()), string(b"ssh:\xe9")].concat();
    let latin = format!("{kind} {}", Base64::encode_string(&blob));
    for (text, what) in [
        (format!("{good} omar"), "comment"),
        (good.replace(' ', "  "), "two-spaces"),
        (good.replace("ssh-ed25519 ", "ssh-rsa "), "rsa"),
        (good.replace("ssh-ed25519 ", "sk-ssh-ed25519@openssh.com "), "token-of-other-blob"),
        (token.replace("sk-ssh-ed25519@openssh.com ", "ssh-ed25519 "), "blob-of-token"),
        (format!("{good}AAAA"), "longer"),
        (good[..good.len() - 4].to_owned(), "shorter"),
        (good.trim_start_matches("ssh-ed25519 ").to_owned(), "untyped"),
        (token.replace("o=", "p="), "unused-bits"),
        (token.trim_end_matches('=').to_owned(), "not-padded"),
        (latin, "application-not-utf-8"),
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

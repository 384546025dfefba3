//! One more than each limit. What just fits is among the events.

use govledger::domain::code::Code;
use govledger::domain::commit::MAX_COMMIT;
use govledger::domain::event::{Amendment, Body, MAX_PAYLOAD};
use govledger::domain::text::{MAX_CHARTER, MAX_TEXT};
use serde_json::{Value as Json, json};

use crate::bad::Bads;
use crate::bad_payloads::Goods;
use crate::edges;
use crate::samples::noun;
use crate::story::Story;

/// Puts commits, payloads, texts and names that are one too long.
pub(crate) fn all(phase: &Story, bads: &mut Bads) {
    let goods = Goods::new(phase);
    texts(&goods, bads);
    names(&goods, bads);
    whole(&goods, bads);
}

fn longer() -> Json {
    json!("x".repeat(MAX_TEXT + 1))
}

fn texts(goods: &Goods, bads: &mut Bads) {
    let places = [
        ("declared", "/body/title", "title"),
        ("declared", "/body/path", "path"),
        ("declared", "/body/fields/group", "field"),
        ("declared", "/body/fields/keywords/0", "field-list"),
        ("declared", "/body/fields/contacts/deputy", "field-map"),
        ("attested", "/body/values/tool", "value"),
        ("chartered", "/body/authority", "authority"),
        ("ungranted", "/body/reason", "reason"),
        ("waived", "/body/controls", "controls"),
        ("moved", "/actor", "actor"),
        ("seen", "/seen/ref", "ref"),
    ];
    for (sample, place, what) in places {
        goods.of(sample).set(bads, what, Code::FormatSize, place, longer());
    }
    // 16384 bytes are less characters than that where not all are ASCII.
    let wide = json!(format!("\u{e9}{}", "x".repeat(MAX_TEXT - 1)));
    goods.of("declared").set(bads, "title-not-ascii", Code::FormatSize, "/body/title", wide);
    // The length is looked at before the characters are.
    let tabs = json!("\t".repeat(MAX_TEXT + 1));
    goods.of("declared").set(bads, "title-of-tabs", Code::FormatSize, "/body/title", tabs);
    let charter = json!("#".repeat(MAX_CHARTER + 1));
    goods.of("chartered").set(bads, "charter", Code::FormatSize, "/body/text", charter);
    let facts = [
        (json!({"a": true, "path": "a", "q": "text", "text": longer()}), "fact-text"),
        (json!({"a": true, "before": null, "heading": longer(), "path": "a", "q": "heading"}), "fact-heading"),
        (json!({"a": true, "before": longer(), "heading": "H", "path": "a", "q": "heading"}), "fact-before"),
        (json!({"a": null, "column": longer(), "id": "E-05", "path": "a", "q": "row"}), "fact-column"),
        (json!({"a": {"ID": longer()}, "column": "ID", "id": "E-05", "path": "a", "q": "row"}), "fact-cell"),
        (
            json!({"a": [format!("?{}", "x".repeat(MAX_TEXT))], "path": "a", "q": "authors", "since": null}),
            "fact-author",
        ),
    ];
    for (fact, what) in facts {
        goods.of("seen").set(bads, what, Code::FormatSize, "/seen/facts", json!([fact]));
    }
}

fn names(goods: &Goods, bads: &mut Bads) {
    let long = |length: usize| json!("a".repeat(length));
    let email = json!(format!("{}@example.org", "a".repeat(255 - 12)));
    let names = [
        ("moved", "/actor", "actor-40", long(40)),
        ("moved", "/as", "role-40", long(40)),
        ("moved", "/body/to", "word-65", long(65)),
        ("moved", "/item", "item-101", long(101)),
        ("moved", "/item", "placed-item-101", json!(format!("{}/HOLD/3", "a".repeat(101)))),
        ("correlation", "/correlation", "correlation-65", long(65)),
        ("enrolled", "/body/emails/0", "email-255", email),
        ("sealed", "/body/evidence/0/type", "media-type-101", json!(format!("text/{}", "a".repeat(96)))),
    ];
    for (sample, place, what, value) in names {
        goods.of(sample).set(bads, what, Code::FormatId, place, value);
    }
    let branch = json!([{"a": true, "branch": "a".repeat(256), "q": "on"}]);
    goods.of("seen").set(bads, "branch-256", Code::FormatId, "/seen/facts", branch);
    let path = json!(format!("{}b", edges::longest_path()));
    goods.of("declared").set(bads, "path-4097", Code::FormatPath, "/body/path", path);
    for depth in [17, 100] {
        let deep = (0..depth - 3).fold(json!("x"), |inner, _| json!([inner]));
        goods.of("declared").set(bads, &format!("depth-{depth}"), Code::FormatDepth, "/body/fields/group", deep);
    }
    // As deep as a payload may be, and still no field.
    let deep = (0..13).fold(json!("x"), |inner, _| json!([inner]));
    goods.of("declared").set(bads, "depth-16", Code::FormatType, "/body/fields/group", deep);
}

fn whole(goods: &Goods, bads: &mut Bads) {
    let good = goods.of("amended");
    let base = &good.base;
    let event = base.event("ines", Some("drafter"), noun("E-05"), Body::Amended(Amendment::default()));
    bads.put("payload", Code::FormatSize, base, base.sign("ines", &edges::grown(&event, MAX_PAYLOAD + 1)));
    let end = "-----END SSH SIGNATURE-----\n";
    let header = |size: usize| {
        let more = size - good.signed.len() - "encoding \n".len();
        good.tampered(end, &format!("{end}encoding {}\n", "x".repeat(more)))
    };
    let (fits, longer) = (header(MAX_COMMIT), header(MAX_COMMIT + 1));
    assert_eq!((fits.len(), longer.len()), (MAX_COMMIT, MAX_COMMIT + 1));
    bads.put("commit", Code::FormatSize, base, longer);
    // A commit of just the greatest size is looked at; no event is that long, because no payload is.
    bads.put("commit-of-greatest-size", Code::FormatHeader, base, fits);
}

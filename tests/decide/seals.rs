//! Seals, blocks and waivers.

use std::collections::{BTreeMap, BTreeSet};

use govledger::domain::code::Code;
use govledger::domain::decide::draft::Change;
use govledger::domain::event::{Body, Evidence};
use govledger::domain::id::Digest;
use govledger::domain::judge::View;
use govledger::domain::value::Value;
use snapbox::str;

use crate::people::{KEEP, SMALL, keepers, packet, small, staff};
use crate::world::*;

fn memo() -> World {
    let mut w = small();
    w.write("memos/a.md", "a memo", "lena");
    w.given("lena", declare("M-1", "memo", stated().path("memos/a.md")));
    w
}

// --- sealed

#[test]
fn sealed_freezes_the_content_and_keeps_the_bytes() {
    // M0-008
    let mut w = memo();
    let draft = w.effective("sam", seal("M-1"));
    assert_eq!(draft.event.summary(), "sealed M-1");
    let seal = w.item("M-1").seal.clone().unwrap();
    assert_eq!(seal.sha256, Some(Digest::of(b"a memo")));
    assert_eq!(seal.by, BTreeSet::from([who("sam")]));
    let kept = &w.state().evidence[&Digest::of(b"a memo")];
    assert_eq!((kept.size, kept.media.as_str(), kept.erased), (6, "text/markdown", None));
    let view = View { state: w.state(), facts: &w.tree, as_of: w.now };
    assert!(view.sealed(&id("M-1")).passes());
}

#[test]
fn a_seal_is_of_the_bytes_as_they_are() {
    let mut w = packet();
    w.pending("dmitri", seal("WP-1"));
    w.write("docs/packets/WP-1.md", "changed in between", "dana");
    // The next one signs something else; the votes do not add up.
    let draft = w.pending("dora", seal("WP-1"));
    assert!(draft.joins.is_none());
    assert_eq!(w.proposals(), 2);
    w.pending("dmitri", seal("WP-1"));
    w.effective("sam", seal("WP-1"));
    assert_eq!(w.proposals(), 0, "the other proposal is over: the item is sealed");
}

/// Whoever fetches evidence by its name holds it against the size, too.
#[test]
fn the_evidence_of_a_seal_has_the_size_of_the_file() {
    let mut w = memo();
    let view = View { state: w.state(), facts: &w.tree, as_of: w.now };
    let content = view.content(&id("M-1")).unwrap();
    let kept = evidence("a memo");
    for (size, admitted) in [(kept.size, true), (kept.size + 1, false), (0, false)] {
        let body = Body::Sealed { content, evidence: BTreeSet::from([Evidence { size, ..kept.clone() }]) };
        let event = w.forge("sam", "sam", Some("security"), "M-1", body);
        let replayed = w.replayed(&event, "sam").map_err(|invalid| invalid.refusal.code());
        assert_eq!(replayed, if admitted { Ok(()) } else { Err(Code::ClaimEvidence) }, "{size} bytes");
    }
}

#[test]
fn sealed_is_refused() {
    let mut w = memo();
    w.refused(
        "lena",
        seal("M-1"),
        str![[r#"
authority.role: lena acts as lead
  needed: 1 security (max, sam)
  rule: kinds.memo.seal
  item: M-1
  who: 1 security: max, sam
  next: ledger seal M-1
"#]],
    );
    w.given("dana", declare("M-2", "memo", stated().path("memos/b.md")));
    w.refused(
        "sam",
        seal("M-2"),
        str![[r#"
item.file: no regular file at memos/b.md in the commit that is judged
  needed: the file, committed
  item: M-2
  path: memos/b.md
  who: 1 whoever asked: 
  next: ${EDITOR:-vi} memos/b.md
  next: git add memos/b.md && git commit
"#]],
    );
    w.given("dana", declare("REL-1", "release", stated()));
    let body = Body::Sealed { content: Digest::of(b""), evidence: BTreeSet::new() };
    w.refused(
        "sam",
        doing("REL-1", body),
        str![[r#"
item.not-sealable: REL-1 is of kind release
  needed: a kind that the charter lets be sealed
  rule: kinds.release
  item: REL-1
  who: 1 lead: lena
  who: 1 security: max, sam
  next: ledger charter show
"#]],
    );
    let mut good = w.forge(
        "sam",
        "sam",
        Some("security"),
        "M-1",
        Body::Sealed { content: Digest::of(b"x"), evidence: BTreeSet::from([evidence("a memo")]) },
    );
    w.refused(
        "sam",
        doing("M-1", good.body.clone()),
        str![[r#"
item.content: the seal binds 2d711642b726
  needed: the present content, 4b571bb7c838
  item: M-1
  who: 1 whoever asked: 
  next: ledger show M-1
"#]],
    );
    good.body = Body::Sealed { content: Digest::of(b"x"), evidence: BTreeSet::new() };
    w.refused(
        "sam",
        doing("M-1", good.body.clone()),
        str![[r#"
claim.evidence: the seal does not keep the bytes it freezes
  needed: the sealed bytes of memos/a.md among the evidence
  item: M-1
  path: memos/a.md
  who: 1 whoever asked: 
  next: ledger show M-1
"#]],
    );
    w.given("sam", attest("M-1", "vouched", &[]));
    w.refused(
        "sam",
        seal("M-1"),
        str![[r#"
authority.excluded: sam made the statement vouched on M-1
  needed: 1 security (max)
  rule: kinds.memo.seal
  item: M-1
  who: 1 security: max
  next: ledger seal M-1
"#]],
    );
    w.hide("memos/a.md");
    w.refused(
        "sam",
        doing("M-1", good.body),
        str![[r#"
item.file: what is at memos/a.md cannot be read
  needed: a commit that holds the file
  outcome: UNKNOWN
  item: M-1
  path: memos/a.md
  who: 1 whoever asked: 
  next: ledger show M-1
"#]],
    );
    w.refused(
        "sam",
        seal("M-1"),
        str![[r#"
item.file: what is at memos/a.md cannot be read
  needed: a commit that holds the file
  outcome: UNKNOWN
  item: M-1
  path: memos/a.md
  who: 1 whoever asked: 
  next: ledger show M-1
"#]],
    );
}

#[test]
fn bytes_that_were_given_up_are_not_sealed_again() {
    let mut w = memo();
    w.given("sam", seal("M-1"))
        .given("lena", erase("a memo"))
        .given("sam", erase("a memo"))
        .given("sam", unseal("M-1"));
    w.refused(
        "sam",
        seal("M-1"),
        str![[r#"
store.evidence-erased: the evidence aeff800a2cae was erased by event 4
  needed: other bytes: those that were erased are never taken again
  item: M-1
  who: 1 whoever asked: 
  next: ledger show 4
"#]],
    );
}

// --- unsealed

#[test]
fn unsealed_names_the_seal_and_starts_the_count_of_authors_anew() {
    let mut w = memo();
    w.given("sam", seal("M-1"));
    let first = w.last_id();
    let draft = w.effective("sam", unseal("M-1"));
    assert_eq!(draft.event.body, Body::Unsealed { seal: first.clone(), reason: "it has to change".to_owned() });
    assert_eq!(w.item("M-1").baseline, Some(Digest::of(b"a memo")));
    // lena wrote before the seal, max after it: since then only max wrote.
    w.write("memos/a.md", "a better memo", "max");
    assert_eq!(code(w.when("max", seal("M-1"))), Code::AuthorityAuthor);
    w.effective("sam", seal("M-1"));
    let old = Body::Unsealed { seal: first, reason: "the old one".to_owned() };
    w.refused(
        "sam",
        doing("M-1", old),
        str![[r#"
item.not-sealed: the seal 00000000000000000000000000000003 does not stand
  needed: the seal that stands, 00000000000000000000000000000006
  item: M-1
  who: 1 security: max, sam
  next: ledger show M-1
"#]],
    );
}

#[test]
fn unsealed_is_refused() {
    let mut w = memo();
    w.refused(
        "sam",
        unseal("M-1"),
        str![[r#"
item.not-sealed: M-1 is not sealed
  needed: a seal that stands
  item: M-1
  who: 1 whoever asked: 
  next: ledger show M-1
"#]],
    );
    let never = Body::Unsealed { seal: w.last_id(), reason: "x".to_owned() };
    w.refused(
        "sam",
        doing("M-1", never),
        str![[r#"
item.not-sealed: M-1 is not sealed
  needed: a seal that stands
  item: M-1
  who: 1 security: max, sam
  next: ledger show M-1
"#]],
    );
    w.given("sam", seal("M-1"));
    w.refused(
        "lena",
        unseal("M-1"),
        str![[r#"
authority.role: lena acts as lead
  needed: 1 security (max, sam)
  rule: kinds.memo.unseal
  item: M-1
  who: 1 security: max, sam
  next: ledger unseal M-1
"#]],
    );
    w.refused(
        "sam",
        unseal("M-7"),
        str![[r#"
item.unknown: nobody declared M-7
  needed: a declared item
  item: M-7
  who: 1 developer|lead: bot, dana, dmitri, dora, lena, max
  next: ledger status
"#]],
    );
}

#[test]
fn a_seal_keeps_the_rule_of_its_placement() {
    let mut w = memo();
    w.given("sam", seal("M-1"));
    let looser = SMALL.replace(r#"unseal = "security""#, r#"unseal = "developer""#);
    w.given("lena", adopt(&looser)).given("sam", adopt(&looser));
    w.refused(
        "dana",
        unseal("M-1"),
        str![[r#"
authority.role: dana acts as developer
  needed: 1 security (max, sam)
  rule: kinds.memo.unseal
  item: M-1
  who: 1 security: max, sam
  next: ledger unseal M-1
"#]],
    );
    let mut kept = w.clone();
    kept.effective("sam", unseal("M-1"));
    // A seal of today is under the rule of today.
    kept.given("sam", seal("M-1")).effective("dana", unseal("M-1"));
}

#[test]
fn a_superseded_item_stays_sealed_until_it_is_unsealed() {
    let mut w = packet();
    for name in ["dmitri", "dora", "sam"] {
        w.given(name, seal("WP-1"));
    }
    w.given("dana", declare("WP-2", "packet", stated().link("supersedes", &["WP-1"])));
    assert!(w.item("WP-1").seal.is_some());
    w.given("lena", unseal("WP-1")).effective("sam", unseal("WP-1"));
}

/// Who asks for the seal anew is told that it cannot be known whether there is need.
#[test]
fn whether_a_seal_holds_cannot_be_known_without_its_file() {
    let mut w = memo();
    w.given("sam", seal("M-1"));
    w.hide("memos/a.md");
    let (content, evidence) = {
        let seal = w.item("M-1").seal.clone().unwrap();
        (seal.content, seal.evidence)
    };
    w.refused(
        "max",
        doing("M-1", Body::Sealed { content, evidence }),
        str![[r#"
item.sealed: M-1 was sealed on 2026-01-10 by sam; whether the seal holds cannot be known
  needed: an item that is not sealed
  item: M-1
  who: 1 security: max, sam
  next: ledger show M-1
"#]],
    );
}

#[test]
fn where_nothing_breaks_a_seal_a_successor_takes_the_place_or_another_charter() {
    // Packets supersede packets, memos nothing.
    let text = SMALL.replace("unseal = \"1 lead + 1 security\"\n", "").replace("unseal = \"security\"\n", "");
    let mut w = World::founded(&text, "lena", &crate::people::staff());
    w.write("memos/a.md", "a memo", "lena");
    w.write("docs/packets/WP-1.md", "do it", "dana");
    w.given("lena", declare("M-1", "memo", stated().path("memos/a.md"))).given("sam", seal("M-1"));
    w.given("dana", declare("WP-1", "packet", stated().path("docs/packets/WP-1.md")));
    for name in ["dmitri", "dora", "sam"] {
        w.given(name, seal("WP-1"));
    }
    w.refused(
        "lena",
        unseal("WP-1"),
        str![[r#"
item.not-sealable: WP-1 is of kind packet, whose seals nothing breaks
  needed: a new packet that takes its place, since nothing breaks this seal
  rule: kinds.packet
  item: WP-1
  who: 1 developer|lead: bot, dana, dmitri, dora, lena, max
  next: ledger supersede WP-1
"#]],
    );
    w.refused(
        "lena",
        unseal("M-1"),
        str![[r#"
item.not-sealable: M-1 is of kind memo, whose seals nothing breaks
  needed: another charter: nothing breaks this seal, and nothing can take the place of the item
  rule: kinds.memo
  item: M-1
  who: 1 lead: lena
  who: 1 security: max, sam
  next: ledger show M-1
"#]],
    );
}

// --- blocked

fn hold() -> World {
    let mut w = packet();
    w.given("lena", block_because("WP-1", "HOLD", Some("INCIDENT")));
    w
}

#[test]
fn blocked_places_a_named_block_with_its_reason() {
    // S0-019, S0-020
    let w = hold();
    let placed = w.item("WP-1").standing(&word("HOLD")).unwrap();
    assert_eq!(placed.event, w.last_id());
    assert_eq!(placed.reason, "something is wrong");
    assert_eq!(placed.because, Some(word("INCIDENT")));
    assert_eq!(w.last().event.summary(), "blocked WP-1 HOLD");
    let view = View { state: w.state(), facts: &w.tree, as_of: w.now };
    assert_eq!(view.blocks_on(&id("WP-1")).len(), 1);
}

#[test]
fn no_time_lifts_a_block() {
    // S0-092
    let mut w = hold();
    w.days(3_000);
    assert_eq!(code(w.when("lena", to_because("WP-1", "active", "KICKOFF"))), Code::BlockMove);
}

/// Who states the field could lift the block without its rule.
#[test]
fn what_a_placed_block_stops_by_a_field_is_not_restated_from_under_it() {
    let text = SMALL.replace(r#"stops   = ["moves"]"#, r#"stops   = ["moves", "touches"]"#);
    let mut w = World::founded(&text, "lena", &staff());
    let touches = |paths: &[&str]| Value::List(paths.iter().map(|path| (*path).into()).collect());
    w.given("dana", declare("WP-1", "packet", stated().field("touches", touches(&["src/engine"]))));
    w.given("lena", block_because("WP-1", "HOLD", Some("FREEZE")));
    let restate = |value: Option<Value>| {
        amend("WP-1", Change { fields: BTreeMap::from([(word("touches"), value)]), ..Change::default() })
    };
    for value in [None, Some(touches(&[])), Some(touches(&["docs"])), Some(touches(&["src/engine", "docs"]))] {
        assert_eq!(code(w.when("dana", restate(value.clone()))), Code::BlockPath, "{value:?}");
        let mut stated = w.item("WP-1").stated.clone();
        match value {
            Some(value) => stated.fields.insert(word("touches"), value),
            None => stated.fields.remove("touches"),
        };
        let by_hand = w.forge("dana", "dana", Some("developer"), "WP-1", Body::Amended(stated));
        assert_eq!(w.replayed(&by_hand, "dana").unwrap_err().refusal.code(), Code::BlockPath);
    }
    w.effective("dana", retitle("WP-1", "What is not stopped may change"));
    w.given("lena", unblock("WP-1", "HOLD", None)).given("sam", unblock("WP-1", "HOLD", None));
    w.effective("dana", restate(None));
}

#[test]
fn blocked_is_refused() {
    let mut w = hold();
    w.refused(
        "lena",
        block("WP-1", "STOP"),
        str![[r#"
block.unknown: the charter has no block STOP
  needed: one of HOLD, QUIET, UNSHIPPED
  who: 1 whoever asked: 
  next: ledger charter show
"#]],
    );
    w.refused(
        "lena",
        block("WP-1", "UNSHIPPED"),
        str![[r#"
block.unknown: UNSHIPPED stands by itself, until its condition is met
  needed: a block that is placed by hand
  rule: blocks.UNSHIPPED
  who: 1 whoever asked: 
  next: ledger charter show
"#]],
    );
    w.refused(
        "lena",
        block_because("WP-1", "HOLD", Some("INCIDENT")),
        str![[r#"
block.stands: HOLD stands on WP-1 since 2026-01-10
  needed: no such block
  item: WP-1
  who: 1 lead: lena
  who: 1 security: max, sam
  next: ledger why WP-1
"#]],
    );
    w.given("dana", declare("M-1", "memo", stated())).given("dana", declare("WP-2", "packet", stated()));
    w.refused(
        "lena",
        block_because("M-1", "HOLD", Some("INCIDENT")),
        str![[r#"
block.unknown: M-1 is of kind memo
  needed: HOLD is for packet
  item: M-1
  who: 1 whoever asked: 
  next: ledger charter show
"#]],
    );
    w.refused(
        "lena",
        block("WP-2", "HOLD"),
        str![[r#"
item.reason: no code as a reason
  needed: --because with one of INCIDENT, FREEZE
  rule: blocks.HOLD.because
  item: WP-2
  who: 1 whoever asked: 
  next: ledger block WP-2 HOLD --because INCIDENT
  next: ledger block WP-2 HOLD --because FREEZE
"#]],
    );
    w.refused(
        "lena",
        block_because("WP-2", "HOLD", Some("MOOD")),
        str![[r#"
item.reason: the code MOOD
  needed: --because with one of INCIDENT, FREEZE
  rule: blocks.HOLD.because
  item: WP-2
  who: 1 whoever asked: 
  next: ledger block WP-2 HOLD --because INCIDENT
  next: ledger block WP-2 HOLD --because FREEZE
"#]],
    );
    w.refused(
        "dana",
        block_because("M-1", "QUIET", Some("FREEZE")),
        str![[r#"
item.reason: the code FREEZE
  needed: no code
  rule: blocks.QUIET.because
  item: M-1
  who: 1 whoever asked: 
  next: ledger block M-1 QUIET
"#]],
    );
    w.refused(
        "dana",
        block_because("WP-2", "HOLD", Some("FREEZE")),
        str![[r#"
authority.role: dana acts as developer
  needed: 1 lead (lena)
  rule: blocks.HOLD.by
  item: WP-2
  who: 1 lead: lena
  next: ledger block WP-2 HOLD --because FREEZE
"#]],
    );
    w.refused(
        "lena",
        block("WP-9", "HOLD"),
        str![[r#"
item.unknown: nobody declared WP-9
  needed: a declared item
  item: WP-9
  who: 1 developer|lead: bot, dana, dmitri, dora, lena, max
  next: ledger declare WP-9 --kind packet --path docs/packets/WP-9.md
"#]],
    );
    let with = |fields: &[(&str, Value)]| {
        let fields: BTreeMap<_, _> = fields.iter().map(|(name, value)| (word(name), value.clone())).collect();
        doing(
            "WP-2",
            Body::Blocked { name: word("HOLD"), reason: "r".to_owned(), because: Some(word("FREEZE")), fields },
        )
    };
    w.refused(
        "lena",
        with(&[("level", "high".into())]),
        str![[r#"
block.field: level is "high"
  needed: an integer
  rule: blocks.HOLD.fields.level
  who: 1 whoever asked: 
  next: ledger charter show
"#]],
    );
    w.refused(
        "lena",
        with(&[("mood", "bad".into())]),
        str![[r#"
block.field: the field mood
  needed: one of level, ticket
  rule: blocks.HOLD.fields
  who: 1 whoever asked: 
  next: ledger charter show
"#]],
    );
    w.refused(
        "lena",
        with(&[("level", 4_u64.into())]),
        str![[r#"
block.field: level has 4 and may have at most 3
  needed: integer? 1..3
  rule: blocks.HOLD.fields.level
  who: 1 whoever asked: 
  next: ledger charter show
"#]],
    );
    w.effective("lena", with(&[("level", 2_u64.into()), ("ticket", "T-7".into())]));
}

#[test]
fn a_block_may_take_a_quorum_to_place() {
    let mut w = small();
    w.given("dana", declare("M-1", "memo", stated()));
    let draft = w.pending("dana", block("M-1", "QUIET"));
    assert_eq!(draft.event.summary(), "proposed blocked M-1 QUIET");
    assert!(w.item("M-1").blocks.is_empty());
    // The words of the reason are the proposer's; whoever joins signs those.
    let other =
        Body::Blocked { name: word("QUIET"), reason: "other words".to_owned(), because: None, fields: BTreeMap::new() };
    let draft = w.effective("dmitri", doing("M-1", other));
    assert!(draft.joins.is_some());
    assert_eq!(w.item("M-1").blocks[0].reason, "something is wrong");
    assert_eq!(w.item("M-1").blocks[0].by.len(), 2);
}

// --- unblocked

#[test]
fn unblocked_lifts_the_block_that_it_names() {
    let mut w = hold();
    w.pending("lena", unblock("WP-1", "HOLD", None));
    let draft = w.effective("sam", unblock("WP-1", "HOLD", None));
    assert_eq!(draft.event.summary(), "unblocked WP-1 HOLD");
    assert!(w.item("WP-1").standing(&word("HOLD")).is_none());
    w.effective("lena", to_because("WP-1", "active", "KICKOFF"));
}

#[test]
fn an_old_vote_does_not_lift_a_later_block_of_the_same_name() {
    let mut w = hold();
    let first = w.last_id();
    w.given("lena", unblock("WP-1", "HOLD", None)).given("sam", unblock("WP-1", "HOLD", None));
    w.given("lena", block_because("WP-1", "HOLD", Some("FREEZE")));
    let old =
        Body::Unblocked { name: word("HOLD"), block: first, record: None, reason: "its condition is met".to_owned() };
    w.refused(
        "sam",
        doing("WP-1", old.clone()),
        str![[r#"
block.absent: HOLD on WP-1 was lifted on 2026-01-10
  needed: a block that stands
  item: WP-1
  who: 1 whoever asked: 
  next: ledger show WP-1
"#]],
    );
    assert!(w.item("WP-1").standing(&word("HOLD")).is_some());
    // Nor does a vote that was still open when the block was lifted by others.
    let mut w = hold();
    let reworded =
        Body::Unblocked { name: word("HOLD"), block: w.last_id(), record: None, reason: "my own words".to_owned() };
    let event = w.forge("max", "max", Some("security"), "WP-1", reworded.clone());
    w.push(&event, "max").unwrap();
    let plain = Body::Unblocked {
        name: word("HOLD"),
        block: w.item("WP-1").blocks[0].event.clone(),
        record: None,
        reason: "over".to_owned(),
    };
    for (name, acting) in [("lena", "lead"), ("sam", "security")] {
        let event = w.forge(name, name, Some(acting), "WP-1", plain.clone());
        w.push(&event, name).unwrap();
    }
    assert_eq!(w.proposals(), 0);
    w.given("lena", block_because("WP-1", "HOLD", Some("FREEZE")));
    w.refused(
        "lena",
        doing("WP-1", reworded),
        str![[r#"
block.absent: HOLD on WP-1 was lifted on 2026-01-10
  needed: a block that stands
  item: WP-1
  who: 1 whoever asked: 
  next: ledger show WP-1
"#]],
    );
}

#[test]
fn unblocked_is_refused() {
    let mut w = hold();
    w.refused(
        "lena",
        unblock("WP-1", "STOP", None),
        str![[r#"
block.absent: no block STOP stands on WP-1
  needed: a block that stands
  item: WP-1
  who: 1 whoever asked: 
  next: ledger show WP-1
"#]],
    );
    w.refused(
        "lena",
        unblock("WP-1", "HOLD", Some("WP-1")),
        str![[r#"
block.record: the record WP-1
  needed: no record: the charter asks for none
  rule: blocks.HOLD.record
  item: WP-1
  who: 1 lead: lena
  who: 1 security: max, sam
  next: ledger unblock WP-1 HOLD
"#]],
    );
    w.refused(
        "dana",
        unblock("WP-1", "HOLD", None),
        str![[r#"
authority.role: dana acts as developer
  needed: 1 lead (lena) + 1 security (max, sam)
  rule: blocks.HOLD.lift
  item: WP-1
  who: 1 lead: lena
  who: 1 security: max, sam
  next: ledger unblock WP-1 HOLD
"#]],
    );
    let other = Body::Unblocked {
        name: word("HOLD"),
        block: govledger::domain::id::Rid::parse(&"f".repeat(32)).unwrap(),
        record: None,
        reason: "r".to_owned(),
    };
    w.refused(
        "lena",
        doing("WP-1", other),
        str![[r#"
block.absent: no block HOLD on WP-1 by event ffffffffffffffffffffffffffffffff
  needed: a block that stands
  item: WP-1
  who: 1 whoever asked: 
  next: ledger show WP-1
"#]],
    );
}

#[test]
fn a_block_is_lifted_by_the_record_that_its_rule_names() {
    let mut w = World::founded(KEEP, "lena", &keepers());
    let mira = |w: &mut World, wish| w.when_as("mira", "token-mira", None, wish).map(|_| ()).unwrap();
    mira(&mut w, declare("T-1", "thing", stated()));
    mira(&mut w, attest("T-1", "tried", &[]));
    w.given("lena", block("T-1", "STOP"));
    // Not declared, whether it is named or not.
    for record in [None, Some("P-1")] {
        w.refused(
            "lena",
            unblock("T-1", "STOP", record),
            str![[r#"
block.record: nobody declared the record P-1
  needed: the record P-1, declared
  rule: blocks.STOP.record
  item: T-1
  who: 1 lead|deputy: lena
  who: 1 judge: jack, juno, mira
  next: ledger declare P-1 --kind paper
"#]],
        );
    }
    for paper in ["P-1", "P-2"] {
        w.given("juno", declare(paper, "paper", stated()));
    }
    w.refused(
        "lena",
        unblock("T-1", "STOP", None),
        str![[r#"
block.record: the record P-1 is not named
  needed: the record P-1
  rule: blocks.STOP.record
  item: T-1
  who: 1 lead|deputy: lena
  who: 1 judge: jack, juno, mira
  next: ledger unblock T-1 STOP --record P-1
"#]],
    );
    w.refused(
        "lena",
        unblock("T-1", "STOP", Some("P-2")),
        str![[r#"
block.record: P-2 is not the record
  needed: the record P-1
  rule: blocks.STOP.record
  item: T-1
  who: 1 lead|deputy: lena
  who: 1 judge: jack, juno, mira
  next: ledger unblock T-1 STOP --record P-1
"#]],
    );
    w.pending("lena", unblock("T-1", "STOP", Some("P-1")));
    w.effective("juno", unblock("T-1", "STOP", Some("P-1")));
}

#[test]
fn a_block_keeps_the_lift_rule_of_its_placement() {
    let mut w = hold();
    let looser = SMALL.replace("lift    = \"1 lead + 1 security\"", "lift    = \"developer\"");
    w.given("lena", adopt(&looser)).given("sam", adopt(&looser));
    w.refused(
        "dana",
        unblock("WP-1", "HOLD", None),
        str![[r#"
authority.role: dana acts as developer
  needed: 1 lead (lena) + 1 security (max, sam)
  rule: blocks.HOLD.lift
  item: WP-1
  who: 1 lead: lena
  who: 1 security: max, sam
  next: ledger unblock WP-1 HOLD
"#]],
    );
    w.pending("lena", unblock("WP-1", "HOLD", None));
    w.effective("sam", unblock("WP-1", "HOLD", None));
    w.given("lena", block_because("WP-1", "HOLD", Some("FREEZE")));
    w.effective("dana", unblock("WP-1", "HOLD", None));
}

#[test]
fn a_guard_of_an_older_charter_is_judged_by_that_charter() {
    let guarded = SMALL.replace("lift    = \"1 lead + 1 security\"", "lift    = \"lead if closing\"");
    let mut w = World::founded(&guarded, "lena", &staff());
    w.given("dana", declare("WP-1", "packet", stated())).given("lena", block_because("WP-1", "HOLD", Some("FREEZE")));
    // The next charter asks for less before it closes.
    let less = guarded.replace("scanned = \"repo has scanned\"\n", "");
    w.given("lena", adopt(&less)).given("sam", adopt(&less)).given("dana", attest("WP-1", "vouched", &[]));
    w.refused(
        "lena",
        unblock("WP-1", "HOLD", None),
        str![[r#"
guard.unmet: gate closing is HOLD by the charter of event 0: 1 met, 1 unmet, 0 unknown
  needed: gate closing is PASS
  rule: blocks.HOLD.lift
  item: WP-1
  next: ledger gate closing WP-1
gate.unmet: repo has no scanned
  needed: scanned of the present content
  rule: gates.closing.scanned
  item: repo
  who: 1 builder: build
  next: ledger attest repo scanned
"#]],
    );
    w.given("build", attest("repo", "scanned", &[]));
    let draft = w.effective("lena", unblock("WP-1", "HOLD", None));
    assert_eq!(draft.event.judged.unwrap().gate.as_str(), "closing");
}

// --- waived, unwaived

#[test]
fn nothing_is_waived_where_the_charter_has_no_waivers() {
    // S0-030
    let mut w = hold();
    let waived = Body::Waived {
        class: word("exception"),
        rule: "closing.vouched".to_owned(),
        reason: "in a hurry".to_owned(),
        controls: "none".to_owned(),
        until: "2026-02-01".to_owned(),
    };
    w.refused(
        "lena",
        doing("WP-1", waived),
        str![[r#"
waiver.not-possible: a waiver of closing.vouched in the class exception
  needed: a class of waivers in the charter that covers it; there is none
  rule: waivers
  item: WP-1
  who: 1 lead: lena
  who: 1 security: max, sam
  next: ledger charter show
"#]],
    );
    let unwaived =
        Body::Unwaived { waiver: w.last_id(), rule: "closing.vouched".to_owned(), reason: "over".to_owned() };
    w.refused(
        "lena",
        doing("WP-1", unwaived),
        str![[r#"
waiver.unknown: no waiver of closing.vouched on WP-1
  needed: a waiver that stands
  item: WP-1
  who: 1 whoever asked: 
  next: ledger show WP-1
"#]],
    );
}

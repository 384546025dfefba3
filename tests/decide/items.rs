//! Declaring, amending, superseding and moving items.

use std::collections::BTreeMap;

use govledger::domain::code::Code;
use govledger::domain::decide::draft::{Change, Wish};
use govledger::domain::event::Body;
use govledger::domain::value::Value;
use snapbox::str;

use crate::people::{packet, phase_e, small};
use crate::world::*;

// --- declared

#[test]
fn declared_takes_the_move_from_new() {
    // S0-001, S0-003
    let mut w = phase_e();
    // S0-004: only the platform's governance opens a phase.
    w.refused(
        "dora",
        declare("PHASE-E", "phase", stated()),
        str![[r#"
authority.role: dora acts as drafter
  needed: 1 platform-governance (kim, lena)
  rule: kinds.phase.moves[0]
  item: PHASE-E
  who: 1 platform-governance: kim, lena
  next: ledger declare PHASE-E --kind phase
"#]],
    );
    let draft = w.effective("lena", declare("PHASE-E", "phase", stated().title("Phase E")));
    assert_eq!(draft.event.summary(), "declared PHASE-E");
    assert_eq!(w.item("PHASE-E").status.as_str(), "open");
    assert_eq!(w.item("PHASE-E").declared, 1);
    // There is one phase: a second could be what a document numbers instead.
    assert_eq!(code(w.when("lena", declare("PHASE-F", "phase", stated()))), Code::ItemId);
}

#[test]
fn a_pending_declaration_reserves_no_id() {
    let mut w = small();
    let draft = w.pending("dana", declare("N-1", "note", stated().title("one")));
    assert_eq!(draft.event.summary(), "proposed declared N-1");
    assert!(w.state().items.is_empty() && w.state().folded.is_empty());
    w.pending("dmitri", declare("N-1", "note", stated().title("another")));
    assert_eq!(w.proposals(), 2);
    w.effective("dora", declare("N-1", "note", stated().title("another")));
    assert_eq!(w.item("N-1").stated.title.as_deref(), Some("another"));
    assert_eq!(w.proposals(), 0, "the id is taken, so the other proposal is over");
}

#[test]
fn declared_is_refused() {
    let mut w = packet();
    w.refused(
        "dana",
        declare("wp-1", "packet", stated()),
        str![[r#"
item.exists: WP-1 is declared
  needed: an id never used before
  item: WP-1
  who: 1 whoever asked: 
  next: ledger show WP-1
"#]],
    );
    w.refused(
        "dana",
        declare("WP-1", "packet", stated()),
        str![[r#"
item.exists: WP-1 is declared
  needed: an id never used before
  item: WP-1
  who: 1 whoever asked: 
  next: ledger show WP-1
"#]],
    );
    w.refused(
        "dana",
        declare("X-1", "packet", stated()),
        str![[r#"
item.id: X-1 is no id of the kind packet
  needed: an id that matches WP-[0-9]+
  who: 1 whoever asked: 
  next: ledger charter show
"#]],
    );
    w.refused(
        "dana",
        declare("X-1", "bundle", stated()),
        str![[r#"
item.kind: there is no kind bundle
  needed: one of memo, note, packet, release
  rule: kinds
  who: 1 whoever asked: 
  next: ledger charter show
"#]],
    );
    w.refused(
        "dana",
        declare("Recovery", "packet", stated()),
        str![[r#"
item.id: the id Recovery is reserved
  needed: another id
  who: 1 whoever asked: 
  next: ledger charter show
"#]],
    );
    w.refused(
        "ada",
        declare("WP-2", "packet", stated()),
        str![[r#"
authority.role: ada acts as auditor
  needed: 1 developer|lead (bot, dana, dmitri, dora, lena, max)
  rule: kinds.packet.moves[0]
  item: WP-2
  who: 1 developer|lead: bot, dana, dmitri, dora, lena, max
  next: ledger declare WP-2 --kind packet
"#]],
    );
    let started =
        Wish::Declare { id: id("WP-2"), kind: word("packet"), status: Some(word("active")), stated: stated().0 };
    w.refused(
        "dana",
        started,
        str![[r#"
item.status: WP-2 as active
  needed: a new packet is planned
  who: 1 whoever asked: 
  next: ledger declare WP-2 --kind packet
"#]],
    );
    let place =
        govledger::domain::event::Declaration { kind: word("packet"), status: word("planned"), stated: stated().0 };
    assert_eq!(
        code(
            w.when("dana", Wish::Do { item: noun("WP-2"), body: Body::Declared(place) })
                .and_then(|_| w.when("dana", declare("WP-2", "packet", stated())))
        ),
        Code::ItemExists
    );
}

#[test]
fn ids_are_never_used_again_not_even_in_another_case_or_after_supersession() {
    let mut w = packet();
    w.given("dana", declare("WP-2", "packet", stated().link("supersedes", &["WP-1"])));
    assert_eq!(code(w.when("dana", declare("WP-1", "packet", stated()))), Code::ItemExists);
    assert_eq!(code(w.when("dana", declare("wp-2", "packet", stated()))), Code::ItemExists);
}

#[test]
fn a_field_of_another_type_is_refused_when_it_is_stated() {
    let mut w = packet();
    w.effective(
        "dana",
        declare(
            "WP-2",
            "packet",
            stated()
                .field("priority", "low")
                .field("effort", 3_u64)
                .field("due", "2026-02-28")
                .field("owner", "dana")
                .field("urgent", true)
                .field("summary", "short")
                .field("steps", Value::list(["one", "two"]))
                .field("labels", Value::map([("area", Value::from("build"))]))
                .field("touches", Value::list(["src/a.rs"]))
                .field("watches", Value::list(["src/**"])),
        ),
    );
    let wrong: [(&str, Value, snapbox::data::Inline); 11] = [
        (
            "colour",
            "red".into(),
            str![[r#"
item.field: the field colour
  needed: one of due, effort, labels, owner, priority, steps, summary, touches, urgent, watches
  rule: kinds.packet.fields
  who: 1 whoever asked: 
  next: ledger charter show
"#]],
        ),
        (
            "priority",
            "urgent".into(),
            str![[r#"
item.field: priority is "urgent"
  needed: one of low, high
  rule: kinds.packet.fields.priority
  who: 1 whoever asked: 
  next: ledger charter show
"#]],
        ),
        (
            "effort",
            "much".into(),
            str![[r#"
item.field: effort is "much"
  needed: an integer
  rule: kinds.packet.fields.effort
  who: 1 whoever asked: 
  next: ledger charter show
"#]],
        ),
        (
            "due",
            "2026-02-29".into(),
            str![[r#"
item.field: due is "2026-02-29"
  needed: a day YYYY-MM-DD
  rule: kinds.packet.fields.due
  who: 1 whoever asked: 
  next: ledger charter show
"#]],
        ),
        (
            "owner",
            "kim".into(),
            str![[r#"
item.field: owner is "kim"
  needed: an enrolled actor
  rule: kinds.packet.fields.owner
  who: 1 whoever asked: 
  next: ledger charter show
"#]],
        ),
        (
            "urgent",
            "yes".into(),
            str![[r#"
item.field: urgent is "yes"
  needed: true or false
  rule: kinds.packet.fields.urgent
  who: 1 whoever asked: 
  next: ledger charter show
"#]],
        ),
        (
            "summary",
            7_u64.into(),
            str![[r#"
item.field: summary is 7
  needed: a text
  rule: kinds.packet.fields.summary
  who: 1 whoever asked: 
  next: ledger charter show
"#]],
        ),
        (
            "steps",
            "one".into(),
            str![[r#"
item.field: steps is "one"
  needed: a list of texts
  rule: kinds.packet.fields.steps
  who: 1 whoever asked: 
  next: ledger charter show
"#]],
        ),
        (
            "labels",
            Value::list(["a"]),
            str![[r#"
item.field: labels is ["a"]
  needed: texts under names
  rule: kinds.packet.fields.labels
  who: 1 whoever asked: 
  next: ledger charter show
"#]],
        ),
        (
            "touches",
            Value::list(["../a"]),
            str![[r#"
item.field: touches is ["../a"]
  needed: a list of paths
  rule: kinds.packet.fields.touches
  who: 1 whoever asked: 
  next: ledger charter show
"#]],
        ),
        (
            "watches",
            "src".into(),
            str![[r#"
item.field: watches is "src"
  needed: a list of patterns
  rule: kinds.packet.fields.watches
  who: 1 whoever asked: 
  next: ledger charter show
"#]],
        ),
    ];
    for (field, value, told) in wrong {
        w.refused("dana", declare("WP-3", "packet", stated().field(field, value)), told);
    }
    // How much it is, and what is missing, is for `is valid`.
    w.effective("dana", declare("WP-3", "packet", stated().field("effort", 1000_u64)));
}

#[test]
fn a_path_is_of_the_kind_and_of_one_live_item() {
    let mut w = small();
    w.given("dana", declare("M-1", "memo", stated().path("memos/one.md")));
    w.refused(
        "dana",
        declare("M-2", "memo", stated().path("docs/one.md")),
        str![[r#"
item.path: the path docs/one.md
  needed: a path that matches memos/**
  rule: kinds.memo.path
  who: 1 whoever asked: 
  next: ledger charter show
"#]],
    );
    w.refused(
        "dana",
        declare("M-2", "memo", stated().path("memos/ONE.md")),
        str![[r#"
item.path: memos/ONE.md is the path of M-1
  needed: a path of no other live item
  item: M-1
  path: memos/ONE.md
  who: 1 whoever asked: 
  next: ledger why :/memos/ONE.md
"#]],
    );
    w.refused(
        "dana",
        declare("REL-1", "release", stated().path("memos/two.md")),
        str![[r#"
item.path: the path memos/two.md
  needed: an item of kind release has no path
  who: 1 whoever asked: 
  next: ledger charter show
"#]],
    );
    w.refused(
        "dana",
        declare("WP-1", "packet", stated().path("docs/packets/WP-2.md")),
        str![[r#"
item.path: the path docs/packets/WP-2.md
  needed: a path that matches docs/packets/{id}.md
  rule: kinds.packet.path
  who: 1 whoever asked: 
  next: ledger charter show
"#]],
    );
    w.effective("dana", declare("WP-1", "packet", stated().path("docs/packets/WP-1.md")));
}

#[test]
fn a_link_leads_where_the_charter_says_and_never_back() {
    let mut w = packet();
    w.given("dana", declare("REL-1", "release", stated().link("delivers", &["WP-1"])));
    w.refused(
        "dana",
        declare("WP-2", "packet", stated().link("follows", &["WP-1"])),
        str![[r#"
item.link: the charter has no link follows
  needed: one of delivers, depends_on, part_of, supersedes
  rule: links.follows
  item: WP-2
  who: 1 whoever asked: 
  next: ledger charter show
"#]],
    );
    w.refused(
        "dana",
        declare("WP-2", "packet", stated().link("delivers", &["WP-1"])),
        str![[r#"
item.link: delivers from WP-2, which is of kind packet
  needed: a link that leaves this kind
  rule: links.delivers
  item: WP-2
  who: 1 whoever asked: 
  next: ledger charter show
"#]],
    );
    w.refused(
        "dana",
        declare("WP-2", "packet", stated().link("depends_on", &["REL-1"])),
        str![[r#"
item.link: depends_on to REL-1, which is of kind release
  needed: a link to a kind that it leads to
  rule: links.depends_on
  item: WP-2
  who: 1 whoever asked: 
  next: ledger charter show
"#]],
    );
    w.refused(
        "dana",
        declare("WP-2", "packet", stated().link("depends_on", &["WP-2"])),
        str![[r#"
item.link: depends_on from WP-2 to WP-2 closes a cycle
  needed: a link that leads back nowhere
  rule: links.depends_on
  item: WP-2
  who: 1 whoever asked: 
  next: ledger charter show
"#]],
    );
    w.refused(
        "dana",
        declare("REL-2", "release", stated().link("delivers", &["WP-1"])),
        str![[r#"
item.link: REL-1 links to WP-1 by delivers already
  needed: a target of its own
  rule: links.delivers
  item: REL-2
  who: 1 whoever asked: 
  next: ledger charter show
"#]],
    );
    // An id that nobody declared yet may be named; the cycle is found when it is closed.
    w.given("dana", declare("WP-2", "packet", stated().link("depends_on", &["WP-3"])));
    w.refused(
        "dana",
        declare("WP-3", "packet", stated().link("depends_on", &["WP-1", "WP-2"])),
        str![[r#"
item.link: depends_on from WP-3 to WP-2 closes a cycle
  needed: a link that leads back nowhere
  rule: links.depends_on
  item: WP-3
  who: 1 whoever asked: 
  next: ledger charter show
"#]],
    );
    w.given("dana", declare("WP-3", "packet", stated().link("part_of", &["WP-2"])));
    w.refused(
        "dana",
        relink("WP-2", "part_of", &["WP-3"]),
        str![[r#"
item.link: part_of from WP-2 to WP-3 closes a cycle
  needed: a link that leads back nowhere
  rule: links.part_of
  item: WP-2
  who: 1 whoever asked: 
  next: ledger charter show
"#]],
    );
}

// --- superseding

#[test]
fn a_successor_takes_the_place_and_the_path() {
    let mut w = packet();
    w.given("dana", declare("WP-2", "packet", stated()));
    w.effective("dana", relink("WP-2", "supersedes", &["WP-1"]));
    let state = w.state();
    assert_eq!(state.successor(&id("WP-1")), Some(&id("WP-2")));
    assert!(!state.is_live(&id("WP-1")) && state.is_live(&id("WP-2")));
    let next = declare("WP-3", "packet", stated().link("supersedes", &["WP-2"]));
    w.effective("dana", next);
    assert_eq!(w.state().successor(&id("WP-1")), Some(&id("WP-3")), "an id means its newest successor");
    w.given("dana", declare("M-1", "memo", stated().path("memos/a.md")));
}

#[test]
fn supersede_declares_the_successor_or_links_it() {
    let mut w = packet();
    let wish =
        |old: &str, new: &str| Wish::Supersede { old: id(old), new: id(new), status: None, change: Change::default() };
    w.refused(
        "dana",
        wish("WP-7", "WP-8"),
        str![[r#"
item.unknown: nobody declared WP-7
  needed: a declared item
  item: WP-7
  who: 1 developer|lead: bot, dana, dmitri, dora, lena, max
  next: ledger status
"#]],
    );
    w.refused(
        "ada",
        wish("WP-1", "WP-2"),
        str![[r#"
authority.role: ada acts as auditor
  needed: 1 developer|lead (bot, dana, dmitri, dora, lena, max)
  rule: kinds.packet.moves[0]
  item: WP-2
  who: 1 developer|lead: bot, dana, dmitri, dora, lena, max
  next: ledger declare WP-2 --kind packet
"#]],
    );
    let draft = w.effective("dana", wish("WP-1", "WP-2"));
    assert_eq!(draft.event.summary(), "declared WP-2");
    w.given("dana", declare("WP-3", "packet", stated()));
    let draft = w.effective("dana", wish("WP-2", "WP-3"));
    assert_eq!(draft.event.summary(), "amended WP-3");
    assert_eq!(w.state().successor(&id("WP-1")), Some(&id("WP-3")));
    w.refused(
        "dana",
        wish("WP-1", "WP-4"),
        str![[r#"
item.superseded: WP-1 was superseded by WP-2
  needed: an item without a successor
  item: WP-1
  who: 1 whoever asked: 
  next: ledger show WP-3
"#]],
    );
}

#[test]
fn what_was_superseded_is_not_acted_upon() {
    let mut w = packet();
    w.given("dana", declare("WP-2", "packet", stated().link("supersedes", &["WP-1"])));
    w.refused(
        "dana",
        retitle("WP-1", "again"),
        str![[r#"
item.superseded: WP-1 was superseded by WP-2
  needed: an item without a successor
  item: WP-1
  who: 1 whoever asked: 
  next: ledger show WP-2
"#]],
    );
    for wish in [
        to_because("WP-1", "active", "KICKOFF"),
        block_because("WP-1", "HOLD", Some("FREEZE")),
        attest("WP-1", "vouched", &[]),
        seal("WP-1"),
    ] {
        assert_eq!(code(w.when("lena", wish)), Code::ItemSuperseded);
    }
}

#[test]
fn superseding_is_refused() {
    let mut w = packet();
    w.refused(
        "dana",
        declare("WP-2", "packet", stated().link("supersedes", &["WP-9"])),
        str![[r#"
item.unknown: nobody declared WP-9, which WP-2 supersedes
  needed: a declared item
  who: 1 developer|lead: bot, dana, dmitri, dora, lena, max
  next: ledger status
"#]],
    );
    w.given("dana", declare("WP-2", "packet", stated().link("supersedes", &["WP-1"])));
    w.refused(
        "dana",
        declare("WP-3", "packet", stated().link("supersedes", &["WP-1"])),
        str![[r#"
item.superseded: WP-1 was superseded by WP-2
  needed: an item without a successor
  item: WP-1
  who: 1 whoever asked: 
  next: ledger show WP-2
"#]],
    );
    w.refused(
        "dana",
        declare("WP-3", "packet", stated().link("supersedes", &["WP-3"])),
        str![[r#"
item.unknown: nobody declared WP-3, which WP-3 supersedes
  needed: a declared item
  who: 1 developer|lead: bot, dana, dmitri, dora, lena, max
  next: ledger status
"#]],
    );
    w.given("dana", declare("WP-3", "packet", stated()));
    w.refused(
        "dana",
        declare("REL-1", "release", stated().link("supersedes", &["WP-3"])),
        str![[r#"
item.link: supersedes from REL-1, which is of kind release
  needed: a link that leaves this kind
  rule: links.supersedes
  item: REL-1
  who: 1 whoever asked: 
  next: ledger charter show
"#]],
    );
}

#[test]
fn who_took_a_place_keeps_it() {
    let mut w = packet();
    w.given("dana", declare("WP-2", "packet", stated().link("supersedes", &["WP-1"])));
    w.refused(
        "dana",
        relink("WP-2", "supersedes", &[]),
        str![[r#"
item.link: WP-2 would no longer supersede WP-1
  needed: the link to WP-1, whose place it took for ever
  rule: links.supersedes
  item: WP-2
  who: 1 whoever asked: 
  next: ledger charter show
"#]],
    );
    let links = BTreeMap::from([(word("supersedes"), None)]);
    let dropped = amend("WP-2", Change { links, ..Change::default() });
    assert_eq!(code(w.when("dana", dropped)), Code::ItemLink);
}

// --- amended

#[test]
fn amended_states_the_whole_anew_and_makes_its_signer_an_author() {
    let mut w = packet();
    w.effective("dmitri", retitle("WP-1", "Do it well"));
    let item = w.item("WP-1");
    assert_eq!(item.stated.title.as_deref(), Some("Do it well"));
    assert_eq!(item.stated.path, Some(path("docs/packets/WP-1.md")));
    assert!(item.authors.contains("dana") && item.authors.contains("dmitri"));
    let fields = BTreeMap::from([(word("effort"), Some(Value::Int(3)))]);
    w.effective("dana", amend("WP-1", Change { fields, ..Change::default() }));
    let fields = BTreeMap::from([(word("effort"), None)]);
    w.effective("dana", amend("WP-1", Change { fields, title: Some(None), ..Change::default() }));
    assert!(w.item("WP-1").stated.fields.is_empty() && w.item("WP-1").stated.title.is_none());
}

#[test]
fn amended_is_refused() {
    let mut w = packet();
    w.refused(
        "dana",
        retitle("WP-7", "x"),
        str![[r#"
item.unknown: nobody declared WP-7
  needed: a declared item
  item: WP-7
  who: 1 developer|lead: bot, dana, dmitri, dora, lena, max
  next: ledger status
"#]],
    );
    w.refused(
        "dana",
        retitle("wp-1", "x"),
        str![[r#"
item.unknown: nobody declared wp-1
  needed: a declared item; did you mean WP-1?
  item: wp-1
  who: 1 whoever asked: 
  next: ledger show WP-1
"#]],
    );
    w.refused(
        "dana",
        amend("WP-1", Change::default()),
        str![[r#"
item.unchanged: WP-1 says so already
  needed: a change of title, path, fields or links
  who: 1 whoever asked: 
  next: ledger show WP-1
"#]],
    );
    w.refused(
        "ada",
        retitle("WP-1", "x"),
        str![[r#"
authority.role: ada acts as auditor
  needed: 1 developer|lead (bot, dana, dmitri, dora, lena, max)
  rule: kinds.packet.moves[0]
  item: WP-1
  who: 1 developer|lead: bot, dana, dmitri, dora, lena, max
  next: ledger amend WP-1
"#]],
    );
    assert_eq!(code(w.when("dana", relink("WP-1", "follows", &[]))), Code::ItemLink);
    let fields = BTreeMap::from([(word("due"), Some("soon".into()))]);
    assert_eq!(code(w.when("dana", amend("WP-1", Change { fields, ..Change::default() }))), Code::ItemField);
}

#[test]
fn a_sealed_item_is_not_amended() {
    // S0-031
    let mut w = small();
    w.write("memos/a.md", "a memo", "lena");
    w.given("lena", declare("M-1", "memo", stated().path("memos/a.md"))).given("sam", seal("M-1"));
    w.refused(
        "lena",
        retitle("M-1", "A memo"),
        str![[r#"
item.sealed: M-1 was sealed on 2026-01-10
  needed: an item that is not sealed
  item: M-1
  who: 1 security: max, sam
  next: ledger unseal M-1
"#]],
    );
    w.refused(
        "sam",
        seal("M-1"),
        str![[r#"
item.sealed: M-1 was sealed on 2026-01-10 by sam, and the seal holds
  needed: nothing: it is what a seal would make it
  item: M-1
  who: 1 security: max, sam
  next: ledger show M-1
"#]],
    );
    w.write("memos/a.md", "another memo", "lena");
    w.refused(
        "sam",
        seal("M-1"),
        str![[r#"
item.sealed: M-1 was sealed on 2026-01-10 by sam, on other content than its present one
  needed: an item that is not sealed: the seal on the other content is broken first
  item: M-1
  who: 1 security: max, sam
  next: ledger unseal M-1
"#]],
    );
    w.given("sam", unseal("M-1")).effective("lena", retitle("M-1", "A memo"));
}

// --- moved

#[test]
fn moved_changes_the_status_by_a_rule_of_the_charter() {
    let mut w = packet();
    let draft = w.effective("lena", to_because("WP-1", "active", "KICKOFF"));
    assert_eq!(draft.event.summary(), "moved WP-1 active");
    w.effective("lena", to("WP-1", "paused"));
    w.effective("lena", to_because("WP-1", "active", "KICKOFF"));
    assert_eq!(w.item("WP-1").status.as_str(), "active");
}

#[test]
fn moved_is_refused() {
    let mut w = packet();
    w.refused(
        "lena",
        to("WP-1", "finished"),
        str![[r#"
item.status: WP-1 is planned; no move leads to finished
  needed: from planned it can move to active
  item: WP-1
  who: 1 lead: lena
  next: ledger move WP-1 active
"#]],
    );
    w.refused(
        "lena",
        to("WP-1", "done"),
        str![[r#"
item.status: done is no status of the kind packet
  needed: one of planned, active, paused, finished
  item: WP-1
  who: 1 whoever asked: 
  next: ledger why WP-1
"#]],
    );
    w.refused(
        "lena",
        to("WP-1", "active"),
        str![[r#"
item.reason: no code as a reason
  needed: --because with one of KICKOFF, RESTART
  item: WP-1
  who: 1 whoever asked: 
  next: ledger move WP-1 active --because KICKOFF
  next: ledger move WP-1 active --because RESTART
"#]],
    );
    w.refused(
        "lena",
        to_because("WP-1", "active", "LATER"),
        str![[r#"
item.reason: the code LATER
  needed: --because with one of KICKOFF, RESTART
  item: WP-1
  who: 1 whoever asked: 
  next: ledger move WP-1 active --because KICKOFF
  next: ledger move WP-1 active --because RESTART
"#]],
    );
    w.refused(
        "dana",
        to_because("WP-1", "active", "KICKOFF"),
        str![[r#"
authority.role: dana acts as developer
  needed: 1 lead (lena)
  rule: kinds.packet.moves[1]
  item: WP-1
  who: 1 lead: lena
  next: ledger move WP-1 active --because KICKOFF
"#]],
    );
    w.given("lena", to_because("WP-1", "active", "KICKOFF"));
    w.refused(
        "lena",
        to_because("WP-1", "paused", "KICKOFF"),
        str![[r#"
item.reason: the code KICKOFF
  needed: --because with one of KICKOFF, RESTART
  item: WP-1
  who: 1 whoever asked: 
  next: ledger move WP-1 paused
"#]],
    );
    let late = Body::Moved { from: word("planned"), to: word("active"), because: Some(word("KICKOFF")) };
    w.refused(
        "lena",
        doing("WP-1", late),
        str![[r#"
item.status: WP-1 is active
  needed: the status planned, from which it was to move
  who: 1 whoever asked: 
  next: ledger show WP-1
"#]],
    );
}

#[test]
fn a_move_under_a_gate_records_how_the_gate_came_out() {
    // S0-018: a step that has a gate is not taken without it.
    let mut w = packet();
    w.given("lena", to_because("WP-1", "active", "KICKOFF"));
    w.refused(
        "lena",
        to("WP-1", "finished"),
        str![[r#"
guard.unmet: gate closing is HOLD: 0 met, 2 unmet, 0 unknown
  needed: gate closing is PASS
  rule: kinds.packet.moves[4]
  item: WP-1
  next: ledger gate closing WP-1
gate.unmet: WP-1 has no vouched
  needed: vouched of the present content
  rule: gates.closing.vouched
  item: WP-1
  path: docs/packets/WP-1.md
  who: 1 developer|security: bot, dana, dmitri, dora, max, sam
  next: ledger attest WP-1 vouched
gate.unmet: repo has no scanned
  needed: scanned of the present content
  rule: gates.closing.scanned
  item: repo
  who: 1 builder: build
  next: ledger attest repo scanned
"#]],
    );
    w.given("sam", attest("WP-1", "vouched", &[])).given("build", attest("repo", "scanned", &[]));
    let draft = w.effective("lena", to("WP-1", "finished"));
    let judged = draft.event.judged.expect("a gate guards this move");
    assert_eq!(judged.gate.as_str(), "closing");
    assert_eq!(w.item("WP-1").status.as_str(), "finished");
}

#[test]
fn a_block_that_stops_moves_stops_every_move_but_the_declaration() {
    let mut w = packet();
    w.given("lena", block_because("WP-1", "HOLD", Some("INCIDENT")));
    w.refused(
        "lena",
        to_because("WP-1", "active", "KICKOFF"),
        str![[r#"
block.move: HOLD stands on WP-1 since 2026-01-10: something is wrong
  needed: no block that stops its moves
  rule: blocks.HOLD
  item: WP-1
  why: an incident stops the line
  cite: handbook 4
  who: 1 lead: lena
  who: 1 security: max, sam
  next: ledger unblock WP-1 HOLD
"#]],
    );
    // A derived one stands by itself: nothing is delivered yet.
    w.given("dana", declare("REL-1", "release", stated()));
    w.refused(
        "dmitri",
        to("REL-1", "shipped"),
        str![[r#"
block.move: UNSHIPPED stands on REL-1 by itself
  needed: no block that stops its moves
  rule: blocks.UNSHIPPED
  item: REL-1
  why: a release delivers something
  next: ledger why REL-1
guard.unmet: REL-1 has no delivers
  needed: delivers
  rule: blocks.UNSHIPPED.until
  item: REL-1
  who: 1 builder|developer: bot, build, dana, dmitri, dora, max
  next: ledger amend REL-1 --add-link delivers=WP-1
"#]],
    );
    w.given("dana", relink("REL-1", "delivers", &["WP-1"]));
    w.pending("dmitri", to("REL-1", "shipped"));
    // The rest of the item's life goes on.
    w.effective("dana", retitle("WP-1", "under a hold"));
}

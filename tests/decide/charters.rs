//! Charter change: who adopts, what must not be stranded, and what the old charter goes on to rule.

use govledger::domain::code::Code;
use govledger::domain::event::Body;
use snapbox::str;

use crate::people::{SMALL, packet, small};
use crate::world::*;

fn next() -> String {
    SMALL.replace("handbook 4", "handbook 5")
}

#[test]
fn chartered_takes_the_old_quorum() {
    let mut w = small();
    let text = next();
    let draft = w.pending("sam", adopt(&text));
    assert!(draft.event.summary().starts_with("proposed chartered SMALL "));
    assert_eq!(w.state().charter.seq, 0);
    w.effective("lena", adopt(&text));
    assert_eq!(w.state().charter.seq, 2);
    assert_eq!(&*w.state().charter.text, text.as_str());
    assert_eq!(w.state().charters.len(), 2);
}

#[test]
fn a_change_of_the_authority_needs_the_old_authority() {
    let text = SMALL.replace(r#"authority    = "1 lead + 1 security""#, r#"authority    = "2 developer""#);
    let mut w = small();
    w.refused(
        "dana",
        adopt(&text),
        str![[r#"
authority.role: dana acts as developer
  needed: 1 lead (lena) + 1 security (max, sam)
  rule: charter.authority
  item: repo
  who: 1 lead: lena
  who: 1 security: max, sam
  next: ledger actor list
"#]],
    );
    w.given("lena", adopt(&text)).given("sam", adopt(&text));
    // From the next event on it is the new one.
    w.given("dana", grant("lena", "developer")).effective("dora", grant("lena", "developer"));
    assert_eq!(code(w.when("sam", grant("ada", "developer"))), Code::AuthorityRole);
}

#[test]
fn chartered_is_refused() {
    let mut w = small();
    w.refused(
        "lena",
        adopt(SMALL),
        str![[r#"
charter.in-force: the same text is in force
  needed: another charter
  who: 1 whoever asked: 
  next: ledger charter show
"#]],
    );
    let lies = |change: &dyn Fn(&mut govledger::domain::event::CharterText)| {
        let mut told = adoption(&next());
        change(&mut told.charter);
        doing("repo", Body::Chartered(Box::new(told)))
    };
    w.refused(
        "lena",
        lies(&|told| told.id = id("OTHER")),
        str![[r#"
charter.meaning: the event says OTHER, authority "1 lead + 1 security"
  needed: what the text says: SMALL, authority "1 lead + 1 security"
  who: 1 whoever asked: 
  next: ledger explain charter.meaning
"#]],
    );
    w.refused(
        "lena",
        lies(&|told| told.semantics = 2),
        str![[r#"
charter.semantics: the event says semantics 2
  needed: semantics 1, as the text says
  who: 1 whoever asked: 
  next: ledger explain charter.semantics
"#]],
    );
    w.refused(
        "lena",
        lies(&|told| told.authority = "1 lead".to_owned()),
        str![[r#"
charter.meaning: the event says SMALL, authority "1 lead"
  needed: what the text says: SMALL, authority "1 lead + 1 security"
  who: 1 whoever asked: 
  next: ledger explain charter.meaning
"#]],
    );
    w.refused(
        "lena",
        lies(&|told| told.text = told.text.replace("self has vouched", "self has vuoched")),
        str![[r#"
charter.unknown-word: there is no claim, and no field or link of `packet`, `vuoched`
  needed: did you mean `vouched`?
  rule: line 77 of the charter
  who: 1 whoever asked: 
  next: ledger explain charter.unknown-word
"#]],
    );
    w.refused(
        "dana",
        adopt(&next()),
        str![[r#"
authority.role: dana acts as developer
  needed: 1 lead (lena) + 1 security (max, sam)
  rule: charter.authority
  item: repo
  who: 1 lead: lena
  who: 1 security: max, sam
  next: ledger actor list
"#]],
    );
}

#[test]
fn a_charter_that_strands_what_lives_is_refused() {
    let mut w = packet();
    w.write("memos/a.md", "a memo", "lena");
    w.given("lena", declare("M-1", "memo", stated().path("memos/a.md"))).given("sam", seal("M-1"));
    w.given("lena", block_because("WP-1", "HOLD", Some("FREEZE")));
    let without = |from: &str, to: &str| {
        assert!(SMALL.contains(from), "{from}");
        adopt(&SMALL.replace(from, to))
    };
    // A kind with a live item.
    let renamed = SMALL.replace("[kinds.memo]", "[kinds.paper]").replace("on    = \"memo\"", "on    = \"paper\"");
    w.refused(
        "lena",
        adopt(&renamed),
        str![[r#"
charter.strands: M-1 is of kind memo
  needed: the kind, or in [migrate]: kinds = { memo = "paper" }
  rule: kinds.memo
  item: M-1
  who: 1 lead: lena
  who: 1 security: max, sam
  next: ledger charter show
"#]],
    );
    // A status that an item has.
    let renamed = SMALL
        .replace(r#"states = ["planned", "active""#, r#"states = ["drafted", "active""#)
        .replace("new -> planned by", "new -> drafted by")
        .replace("planned -> active by", "drafted -> active by");
    w.refused(
        "lena",
        adopt(&renamed),
        str![[r#"
charter.strands: WP-1 is planned
  needed: the status for packet, or in [migrate]: states = { packet = { planned = "drafted" } }
  rule: kinds.packet.states
  item: WP-1
  who: 1 lead: lena
  who: 1 security: max, sam
  next: ledger charter show
"#]],
    );
    // A role that somebody holds, and the type of actor that holds it.
    w.refused(
        "lena",
        without(r#"builder   = "ci""#, r#"builder   = "human""#),
        str![[r#"
charter.strands: build (ci) holds the role builder
  needed: the role for that type of actor, or the role to be taken away first
  rule: roles.builder
  who: 1 lead: lena
  who: 1 security: max, sam
  next: ledger charter show
"#]],
    );
    // How a sealed thing is sealed.
    w.refused(
        "lena",
        without("seal   = \"security, not author, not vouched\"\nunseal = \"security\"\n", ""),
        str![[r#"
charter.strands: M-1 is sealed
  needed: a rule `seal` for memo, or the seal to be broken first
  rule: kinds.memo.seal
  item: M-1
  who: 1 lead: lena
  who: 1 security: max, sam
  next: ledger charter show
"#]],
    );
    // A block that stands.
    w.refused(
        "lena",
        without("[blocks.HOLD]", "[blocks.STOPPED]"),
        str![[r#"
charter.strands: the block HOLD stands on WP-1
  needed: the block for packet, or in [migrate]: blocks = { HOLD = "STOPPED" }, or the block to be lifted first
  rule: blocks.HOLD
  item: WP-1
  who: 1 lead: lena
  who: 1 security: max, sam
  next: ledger charter show
"#]],
    );
    // An authority that nobody can fill.
    w.refused(
        "lena",
        without(r#"authority    = "1 lead + 1 security""#, r#"authority    = "2 lead""#),
        str![[r#"
charter.strands: the new authority is 2 lead
  needed: an authority that the live holders of roles can fill
  rule: charter.authority
  who: 1 lead: lena
  who: 1 security: max, sam
  next: ledger charter show
"#]],
    );
    // Unheld roles, empty kinds and blocks that do not stand may go.
    w.given("lena", unblock("WP-1", "HOLD", None)).given("sam", unblock("WP-1", "HOLD", None));
    w.pending("lena", without("[blocks.HOLD]", "[blocks.STOPPED]"));
}

#[test]
fn a_role_that_a_seal_or_block_waits_for_is_kept() {
    let text = SMALL
        .replace("builder   = \"ci\"", "builder   = \"ci\"\nkeeper    = \"human\"")
        .replace("unseal = \"security\"", "unseal = \"keeper\"")
        .replace("lift    = \"1 lead + 1 security\"", "lift    = \"1 lead + 1 keeper|security\"");
    let mut w = World::founded(&text, "lena", &crate::people::staff());
    w.write("memos/a.md", "a memo", "lena");
    w.given("lena", declare("M-1", "memo", stated().path("memos/a.md"))).given("sam", seal("M-1"));
    w.given("lena", declare("WP-1", "packet", stated())).given("lena", block_because("WP-1", "HOLD", Some("FREEZE")));
    // The block can do without the keeper, the seal cannot, whatever the new charter says of other seals.
    w.refused(
        "lena",
        adopt(SMALL),
        str![[r#"
charter.strands: the seal on M-1 is broken by keeper
  needed: the role, or in [migrate]: seals = ["memo"] for the new rule, or the seal to be broken first
  rule: kinds.memo.unseal
  item: M-1
  who: 1 lead: lena
  who: 1 security: max, sam
  next: ledger charter show
"#]],
    );
}

#[test]
fn what_was_superseded_strands_nothing_but_a_seal_or_block_on_it_does() {
    let mut w = packet();
    w.given("lena", declare("WP-2", "packet", stated()));
    w.given("lena", block_because("WP-2", "HOLD", Some("FREEZE")));
    w.given("dana", declare("WP-3", "packet", stated().link("supersedes", &["WP-1", "WP-2"])));
    w.refused(
        "lena",
        adopt(&SMALL.replace("[blocks.HOLD]", "[blocks.STOPPED]")),
        str![[r#"
charter.strands: the block HOLD stands on WP-2
  needed: the block for packet, or in [migrate]: blocks = { HOLD = "STOPPED" }, or the block to be lifted first
  rule: blocks.HOLD
  item: WP-2
  who: 1 lead: lena
  who: 1 security: max, sam
  next: ledger charter show
"#]],
    );
    w.given("lena", unblock("WP-2", "HOLD", None)).given("sam", unblock("WP-2", "HOLD", None));
    w.pending("lena", adopt(&SMALL.replace("[blocks.HOLD]", "[blocks.STOPPED]")));
}

#[test]
fn each_event_is_judged_under_the_charter_of_its_position() {
    let mut w = packet();
    w.given("lena", to_because("WP-1", "active", "KICKOFF"));
    // From now on only security may pause; what lead did before stays done.
    let text = SMALL.replace(r#""active -> paused by lead""#, r#""active -> paused by security""#);
    w.given("lena", adopt(&text)).given("sam", adopt(&text));
    assert_eq!(code(w.when("lena", to("WP-1", "paused"))), Code::AuthorityRole);
    w.effective("sam", to("WP-1", "paused"));
    assert_eq!(replayed_digest(&w.chain), w.digest());
}

/// Replays commits from the beginning.
pub(crate) fn replayed_digest(chain: &[Vec<u8>]) -> govledger::domain::id::Digest {
    let mut replay = govledger::domain::replay::Replay::new(FORMAT);
    for bytes in chain {
        replay.push(&govledger::domain::commit::decode(FORMAT, bytes).unwrap()).unwrap();
    }
    replay.state().unwrap().digest()
}

//! `[migrate]`: what lives goes over to the next charter as it says, and nothing gains or loses by it in silence.

use std::collections::BTreeSet;

use govledger::domain::charter;
use govledger::domain::code::Code;
use govledger::domain::decide::trust::takeover;
use govledger::domain::event::Body;
use govledger::domain::explain::Outcome;
use govledger::domain::judge::View;
use snapbox::str;

use crate::charters::replayed_digest;
use crate::people::{SMALL, packet, small, staff};
use crate::world::*;

/// The small charter with changes, each of which must change something, and a table `migrate`.
fn next(changes: &[(&str, &str)], migrate: &str) -> String {
    let text = changes.iter().fold(SMALL.to_owned(), |text, (from, to)| {
        assert!(text.contains(from), "{from}");
        text.replace(from, to)
    });
    format!("{text}\n[migrate]\n{migrate}\n")
}

/// `memo` becomes `paper`, in every place.
const PAPER: [(&str, &str); 3] = [
    ("[kinds.memo]", "[kinds.paper]"),
    ("on    = \"memo\"", "on    = \"paper\""),
    ("states = [\"written\"]\npath   = \"memos/**\"", "states = [\"written\"]\npath   = \"memos/**\" "),
];

fn with_memo() -> World {
    let mut w = packet();
    w.write("memos/a.md", "a memo", "lena");
    w.given("lena", declare("M-1", "memo", stated().path("memos/a.md")));
    w
}

fn adopted(w: &mut World, text: &str) {
    w.given("lena", adopt(text)).effective("sam", adopt(text));
}

/// How the loader refuses a text.
fn problems(text: &str) -> String {
    let problems = charter::load(text).expect_err("the charter is wrong");
    let told: Vec<String> = problems
        .iter()
        .map(|p| format!("problem {}: {}; {}", p.code, p.message, p.help.as_deref().unwrap_or("-")))
        .collect();
    told.join("\n")
}

#[test]
fn a_kind_that_is_renamed_takes_its_items_their_seals_and_what_was_said_along() {
    let mut w = with_memo();
    w.given("max", attest("M-1", "vouched", &[]));
    w.given("sam", seal("M-1"));
    let content = w.item("M-1").seal.as_ref().unwrap().content;
    adopted(&mut w, &next(&PAPER, "kinds = { memo = \"paper\" }"));
    let item = w.item("M-1");
    assert_eq!((item.kind.as_str(), item.declared_as.as_str()), ("paper", "memo"));
    let view = View { state: w.state(), facts: &w.tree, as_of: w.now };
    assert_eq!(view.content(&id("M-1")), Some(content), "what was sealed is what it is");
    assert_eq!(view.sealed(&id("M-1")), Outcome::Met);
    assert_eq!(view.basis(&word("vouched"), &noun("M-1")).unwrap().content, content);
    // The seal is broken by the rule under which it was placed, which is found under the new name.
    w.effective("sam", unseal("M-1"));
    // A new item is of the new kind, and its content says so.
    w.write("memos/b.md", "another", "lena");
    w.given("lena", declare("M-2", "paper", stated().path("memos/b.md")));
    assert_eq!(code(w.when("lena", declare("M-3", "memo", stated()))), Code::ItemKind);
    assert_eq!(replayed_digest(&w.chain), w.digest());
}

#[test]
fn a_status_goes_over_within_its_kind() {
    let mut w = packet();
    let text = next(
        &[
            (r#"states = ["planned", "active""#, r#"states = ["drafted", "active""#),
            ("new -> planned by", "new -> drafted by"),
            ("planned -> active by", "drafted -> active by"),
        ],
        "states = { packet = { planned = \"drafted\" } }",
    );
    adopted(&mut w, &text);
    assert_eq!(w.item("WP-1").status.as_str(), "drafted");
    w.effective("lena", to_because("WP-1", "active", "KICKOFF"));
}

#[test]
fn a_role_goes_over_with_its_holders_the_rules_of_what_stands_and_the_words_said_in_it() {
    let mut w = with_memo();
    w.given("sam", attest("M-1", "vouched", &[]));
    w.given("max", seal("M-1"));
    let text = next(
        &[
            ("security  = \"human\"", "guardian  = \"human\""),
            ("1 lead + 1 security", "1 lead + 1 guardian"),
            ("2 developer + 1 security", "2 developer + 1 guardian"),
            ("seal   = \"security", "seal   = \"guardian"),
            ("unseal = \"security\"", "unseal = \"guardian\""),
            ("developer | security", "developer | guardian"),
            ("lift  = \"security\"", "lift  = \"guardian\""),
        ],
        "roles = { security = \"guardian\" }",
    );
    adopted(&mut w, &text);
    let roles = |name: &str| w.state().actors[&who(name)].roles.iter().map(ToString::to_string).collect::<Vec<_>>();
    assert_eq!(roles("sam"), ["guardian"]);
    assert_eq!(roles("max"), ["developer", "guardian"]);
    let words = &w.item("M-1").claims[&word("vouched")][&who("sam")];
    assert_eq!(words.values().next().unwrap().role, Some(role("guardian")));
    w.effective("sam", unseal("M-1"));
    // The authority goes on under the new name.
    w.given("lena", grant("ada", "guardian")).effective("sam", grant("ada", "guardian"));
    assert_eq!(replayed_digest(&w.chain), w.digest());
}

#[test]
fn a_role_that_is_dissolved_is_held_by_nobody_and_nobody_gains_by_it() {
    let mut w = small();
    let without = [("auditor   = \"human\"\n", ""), ("by = \"auditor, not vouched\"", "by = \"lead, not vouched\"")];
    let looked = ("looked-at = { by = \"auditor\" }", "looked-at = { by = \"lead\" }");
    let changes = [without[0], without[1], looked];
    // Without a word, the holder keeps it from being adopted, and is told both ways out.
    let silent = changes.iter().fold(SMALL.to_owned(), |text, (from, to)| text.replace(from, to));
    w.refused(
        "lena",
        adopt(&silent),
        str![[r#"
charter.strands: ada (human) holds the role auditor
  needed: the role, or in [migrate]: roles = { auditor = "new-role" } or dissolved = ["auditor"]
  rule: roles.auditor
  who: 1 lead: lena
  who: 1 security: max, sam
  next: ledger charter show
"#]],
    );
    // To let the holder gain another role by the way is no renaming.
    w.refused(
        "lena",
        adopt(&next(&changes, "roles = { auditor = \"security\" }")),
        str![[r#"
charter.migrate: security was the name of a role under the charter of event 0
  needed: a name that means nothing yet in this ledger, so that nothing gains what another had
  rule: migrate.roles
  who: 1 whoever asked: 
  next: ledger charter show
"#]],
    );
    adopted(&mut w, &next(&changes, "dissolved = [\"auditor\"]"));
    assert_eq!(w.state().actors[&who("ada")].roles, BTreeSet::new());
}

#[test]
fn dissolving_may_not_lock_the_authority_out() {
    let mut w = small();
    let changes = [
        ("lead      = \"human\"", "leader    = \"human\""),
        ("1 lead + 1 security", "1 leader + 1 security"),
        ("by lead", "by leader"),
        ("by      = \"lead\"", "by      = \"leader\""),
        ("developer | lead", "developer | leader"),
    ];
    w.refused(
        "lena",
        adopt(&next(&changes, "dissolved = [\"lead\"]")),
        str![[r#"
charter.strands: the new authority is 1 leader + 1 security
  needed: an authority that the live holders of roles can fill
  rule: charter.authority
  who: 1 lead: lena
  who: 1 security: max, sam
  next: ledger charter show
"#]],
    );
    adopted(&mut w, &next(&changes, "roles = { lead = \"leader\" }"));
    w.given("lena", grant("ada", "leader")).effective("sam", grant("ada", "leader"));
}

#[test]
fn a_claim_goes_over_with_every_word_and_every_exclusion() {
    let mut w = with_memo();
    w.given("max", attest("M-1", "vouched", &[]));
    let text = next(
        &[
            ("vouched   = {", "endorsed  = {"),
            ("not vouched", "not endorsed"),
            ("self has vouched", "self has endorsed"),
        ],
        "claims = { vouched = \"endorsed\" }",
    );
    adopted(&mut w, &text);
    assert!(w.item("M-1").claims.contains_key(&word("endorsed")));
    assert!(!w.item("M-1").claims.contains_key(&word("vouched")));
    // Whoever vouched may not seal, by whatever name.
    assert_eq!(code(w.when_as("max", "max", Some("security"), seal("M-1"))), Code::AuthorityExcluded);
    w.effective("sam", seal("M-1"));
}

/// S0-088
#[test]
fn a_block_keeps_the_rule_of_its_placement_unless_it_goes_over_by_name() {
    let mut w = packet();
    w.given("lena", block_because("WP-1", "HOLD", Some("FREEZE")));
    let easier = [("lift    = \"1 lead + 1 security\"", "lift    = \"lead\"")];
    let text = SMALL.replace(easier[0].0, easier[0].1);
    adopted(&mut w, &text);
    w.pending("lena", unblock("WP-1", "HOLD", None));
    // By name: from now on the new rule counts, which the old authority has signed for.
    let mut w = packet();
    w.given("lena", block_because("WP-1", "HOLD", Some("FREEZE")));
    adopted(&mut w, &next(&easier, "blocks = { HOLD = \"HOLD\" }"));
    assert_eq!(w.item("WP-1").blocks[0].charter, w.state().charter.seq);
    w.effective("lena", unblock("WP-1", "HOLD", None));
}

#[test]
fn a_block_that_is_renamed_stands_under_its_new_name_and_rule() {
    let mut w = packet();
    w.given("lena", block_because("WP-1", "HOLD", Some("FREEZE")));
    let placed = w.state().tip.seq;
    let changes = [("[blocks.HOLD]", "[blocks.STOPPED]"), ("lift    = \"1 lead + 1 security\"", "lift    = \"lead\"")];
    let text = next(&changes, "blocks = { HOLD = \"STOPPED\" }");
    w.given("ada", attest(&format!("WP-1/HOLD/{placed}"), "audited", &[]));
    adopted(&mut w, &text);
    assert_eq!(code(w.when("lena", to_because("WP-1", "active", "KICKOFF"))), Code::BlockMove);
    assert!(w.state().placed.contains_key(&noun(&format!("WP-1/STOPPED/{placed}"))));
    assert_eq!(code(w.when("lena", unblock("WP-1", "HOLD", None))), Code::BlockAbsent);
    w.effective("lena", unblock("WP-1", "STOPPED", None));
    assert_eq!(replayed_digest(&w.chain), w.digest());
}

#[test]
fn no_migration_drops_or_weakens_what_a_block_stops() {
    let mut w = packet();
    w.given("lena", block_because("WP-1", "HOLD", Some("FREEZE")));
    // To a mark.
    let changes = [
        ("[blocks.HOLD]", "[blocks.STOPPED]"),
        ("on      = \"packet\"\nstops   = [\"moves\"]\n", "on      = \"packet\"\n"),
    ];
    w.refused(
        "lena",
        adopt(&next(&changes, "blocks = { HOLD = \"STOPPED\" }")),
        str![[r#"
charter.migrate: the block HOLD on WP-1 stops moves, and STOPPED does not
  needed: a block that stops at least as much, or the block lifted first
  rule: migrate.blocks
  who: 1 whoever asked: 
  next: ledger charter show
"#]],
    );
    // To a block of another kind.
    w.refused(
        "lena",
        adopt(&next(
            &[("[blocks.HOLD]\non      = \"packet\"", "[blocks.STOPPED]\non      = \"note\"")],
            "blocks = { HOLD = \"STOPPED\" }",
        )),
        str![[r#"
charter.migrate: the block HOLD stands on WP-1, and STOPPED is not for packet
  needed: a block for that kind, or the block lifted first
  rule: migrate.blocks
  who: 1 whoever asked: 
  next: ledger charter show
"#]],
    );
    // To one that stands by itself, or to nothing.
    let derived = next(&[("[blocks.HOLD]", "[blocks.STOPPED]")], "blocks = { HOLD = \"UNSHIPPED\" }");
    then(
        &problems(&derived),
        str!["problem charter.migrate: there is no block `UNSHIPPED`; what fits here: QUIET, STOPPED"],
    );
    let nothing = next(&[("[blocks.HOLD]", "[blocks.STOPPED]")], "blocks = { HOLD = \"\" }");
    then(
        &problems(&nothing),
        str![[r#"
problem charter.migrate: there is no block ``; what fits here: QUIET, STOPPED
problem charter.name: format.id: "" is not a word: 1 to 64 of A-Z, a-z, 0-9, `_` and `-`, beginning with a letter or digit; -
"#]],
    );
}

#[test]
fn seals_take_the_new_rule_only_by_name() {
    let stricter = [("unseal = \"security\"", "unseal = \"1 lead + 1 security\"")];
    let mut w = with_memo();
    w.given("sam", seal("M-1"));
    adopted(&mut w, &next(&stricter, "seals = [\"memo\"]"));
    w.pending("sam", unseal("M-1"));
    let mut w = with_memo();
    w.given("sam", seal("M-1"));
    adopted(&mut w, &SMALL.replace(stricter[0].0, stricter[0].1));
    w.effective("sam", unseal("M-1"));
}

#[test]
fn what_stands_on_a_condition_about_a_status_goes_over_by_name_when_the_status_is_renamed() {
    let text = SMALL.replace("lift    = \"1 lead + 1 security\"", "lift    = \"lead if no packet is active\"");
    let mut w = World::founded(&text, "lena", &staff());
    w.given("dana", declare("WP-1", "packet", stated()));
    w.given("lena", block_because("WP-1", "HOLD", Some("FREEZE")));
    let renamed = |migrate: &str| {
        let text = text
            .replace("states = [\"planned\", \"active\"", "states = [\"planned\", \"running\"")
            .replace("-> active by", "-> running by")
            .replace("active ->", "running ->")
            .replace("no packet is active", "no packet is running");
        format!("{text}\n[migrate]\n{migrate}\n")
    };
    // Else `no packet is active` would come true because no status has that name any more.
    w.refused(
        "lena",
        adopt(&renamed("states = { packet = { active = \"running\" } }")),
        str![[r#"
charter.migrate: the rule by which the block HOLD on WP-1 is lifted speaks of the status active
  needed: `blocks = { HOLD = "HOLD" }`, so that it takes the new rule
  rule: migrate.states
  who: 1 whoever asked: 
  next: ledger charter show
"#]],
    );
    adopted(&mut w, &renamed("states = { packet = { active = \"running\" } }\nblocks = { HOLD = \"HOLD\" }"));
}

#[test]
fn a_name_that_meant_something_once_is_nobodys_new_name() {
    let mut w = with_memo();
    // `note` is a kind of today, and was one yesterday.
    let notes = [("[kinds.memo]", "[kinds.paper]"), ("on    = \"memo\"", "on    = \"paper\"")];
    w.refused(
        "lena",
        adopt(&next(&notes, "kinds = { memo = \"note\" }")),
        str![[r#"
charter.migrate: note was the name of a kind under the charter of event 0
  needed: a name that means nothing yet in this ledger, so that nothing gains what another had
  rule: migrate.kinds
  who: 1 whoever asked: 
  next: ledger charter show
"#]],
    );
    let gone = SMALL
        .replace("[kinds.note]\nid     = 'N-[0-9]+'\nstates = [\"written\"]\nmoves  = [\"new -> written by 2 developer\"]\n\n", "")
        .replace(", note -> note", "");
    adopted(&mut w, &gone);
    let again = format!(
        "{}\n[migrate]\nkinds = {{ memo = \"note\" }}\n",
        gone.replace("[kinds.memo]", "[kinds.note]").replace("on    = \"memo\"", "on    = \"note\"")
    );
    w.refused(
        "lena",
        adopt(&again),
        str![[r#"
charter.migrate: note was the name of a kind under the charter of event 0
  needed: a name that means nothing yet in this ledger, so that nothing gains what another had
  rule: migrate.kinds
  who: 1 whoever asked: 
  next: ledger charter show
"#]],
    );
    // There and back again is a renaming each time.
    let paper = format!(
        "{}\n[migrate]\nkinds = {{ memo = \"paper\" }}\n",
        gone.replace("[kinds.memo]", "[kinds.paper]").replace("on    = \"memo\"", "on    = \"paper\"")
    );
    adopted(&mut w, &paper);
    adopted(&mut w, &format!("{gone}\n[migrate]\nkinds = {{ paper = \"memo\" }}\n"));
    assert_eq!(w.item("M-1").kind.as_str(), "memo");
}

#[test]
fn a_migration_that_names_what_does_not_exist_is_refused() {
    let mut w = with_memo();
    let text = next(
        &PAPER,
        "kinds = { memoir = \"paper\" }\nroles = { chief = \"lead\" }\nclaims = { spoken = \"vouched\" }\nblocks = { PAUSE = \"HOLD\" }\ndissolved = [\"scribe\"]\nstates = { packet = { begun = \"planned\" } }\nseals = [\"packet\"]",
    );
    w.refused(
        "lena",
        adopt(&text),
        str![[r#"
charter.migrate: the charter in force has no kind memoir
  needed: a kind of the charter in force; what went over once is left out
  rule: migrate.kinds
  who: 1 whoever asked: 
  next: ledger charter show
charter.migrate: the charter in force has no role chief
  needed: a role of the charter in force; what went over once is left out
  rule: migrate.roles
  who: 1 whoever asked: 
  next: ledger charter show
charter.migrate: lead was the name of a role under the charter of event 0
  needed: a name that means nothing yet in this ledger, so that nothing gains what another had
  rule: migrate.roles
  who: 1 whoever asked: 
  next: ledger charter show
charter.migrate: the charter in force has no claim spoken
  needed: a claim of the charter in force; what went over once is left out
  rule: migrate.claims
  who: 1 whoever asked: 
  next: ledger charter show
charter.migrate: vouched was the name of a claim under the charter of event 0
  needed: a name that means nothing yet in this ledger, so that nothing gains what another had
  rule: migrate.claims
  who: 1 whoever asked: 
  next: ledger charter show
charter.migrate: the charter in force has no block PAUSE
  needed: a block of the charter in force; what went over once is left out
  rule: migrate.blocks
  who: 1 whoever asked: 
  next: ledger charter show
charter.migrate: HOLD was the name of a block under the charter of event 0
  needed: a name that means nothing yet in this ledger, so that nothing gains what another had
  rule: migrate.blocks
  who: 1 whoever asked: 
  next: ledger charter show
charter.migrate: the charter in force has no role scribe
  needed: a role of the charter in force; what went over once is left out
  rule: migrate.dissolved
  who: 1 whoever asked: 
  next: ledger charter show
charter.migrate: the charter in force has no status of packet begun
  needed: a status of packet of the charter in force; what went over once is left out
  rule: migrate.states.packet
  who: 1 whoever asked: 
  next: ledger charter show
charter.migrate: planned was the name of a status of packet under the charter of event 0
  needed: a name that means nothing yet in this ledger, so that nothing gains what another had
  rule: migrate.states.packet
  who: 1 whoever asked: 
  next: ledger charter show
"#]],
    );
}

#[test]
fn a_table_that_cannot_be_meant_is_refused_where_it_stands() {
    for (migrate, told) in [
        (
            "kinds = { memo = \"paper\" }",
            str![[r#"
problem charter.migrate: this charter has the kind `memo` itself, so that it need not go over; leave it out, or take the old name out of the charter
problem charter.migrate: there is no kind `paper`; what fits here: memo, note, packet, release
"#]],
        ),
        (
            "kinds = { memoir = \"papr\" }",
            str!["problem charter.migrate: there is no kind `papr`; what fits here: memo, note, packet, release"],
        ),
        (
            "kinds = { a = \"memo\", b = \"memo\" }",
            str![
                "problem charter.migrate: two things would become the kind `memo`, and nobody could tell them apart; give each a name of its own"
            ],
        ),
        ("kinds = {}", str!["problem charter.type: `migrate.kinds` is empty; leave it out, or say what goes over"]),
        ("", str!["problem charter.migrate: the table `migrate` is empty; leave it out"]),
        (
            "kind = { memoir = \"memo\" }",
            str!["problem charter.unknown-key: there is no key of `migrate` `kind`; did you mean `kinds`?"],
        ),
        (
            "dissolved = [\"lead\"]",
            str![
                "problem charter.migrate: the role `lead` ends, and this charter has it; take it out of one of the two places"
            ],
        ),
        (
            "dissolved = [\"chief\"]\nroles = { chief = \"lead\" }",
            str![
                "problem charter.migrate: the role `chief` ends, and goes over as another; take it out of one of the two places"
            ],
        ),
        (
            "states = { memos = { a = \"b\" } }",
            str!["problem charter.migrate: there is no kind that goes over `memos`; did you mean `memo`?"],
        ),
        (
            "states = { memo = { written = \"written\" } }",
            str![
                "problem charter.migrate: this charter has the state of `memo` `written` itself, so that it need not go over; leave it out, or take the old name out of the charter"
            ],
        ),
        (
            "states = { memo = { drafted = \"wrote\" } }",
            str!["problem charter.migrate: there is no state of `memo` `wrote`; what fits here: written"],
        ),
        (
            "seals = [\"note\"]",
            str![
                "problem charter.migrate: seals of `note` would go over to a kind that has no `unseal`; say who breaks a seal, or leave it out"
            ],
        ),
        (
            "roles = { \"No Role\" = \"lead\" }",
            str![[
                r#"problem charter.name: format.id: "No Role" is not a role's name: 1 to 39 of a-z, 0-9 and `-`, not beginning with `-`; -"#
            ]],
        ),
        (
            "blocks = { QUIET = \"QUIET\", UNSHIPPED = \"UNSHIPPED\" }",
            str!["problem charter.migrate: there is no placed block `UNSHIPPED`; what fits here: HOLD, QUIET"],
        ),
    ] {
        then(&problems(&next(&[], migrate)), told);
    }
}

#[test]
fn the_event_says_what_the_text_says_of_what_goes_over() {
    let mut w = with_memo();
    let text = next(&PAPER, "kinds = { memo = \"paper\" }");
    let mut told = adoption(&text);
    told.migrate = None;
    w.refused(
        "lena",
        doing("repo", Body::Chartered(Box::new(told))),
        str![[r#"
charter.meaning: the event says that these go over: nothing
  needed: what the text says: kinds: memo -> paper
  who: 1 whoever asked: 
  next: ledger explain charter.meaning
"#]],
    );
    // Nothing goes over to a first charter.
    let Err(invalid) =
        World::try_found("lena", founding(&next(&[], "claims = { spoken = \"vouched\" }"), &staff(), None))
    else {
        panic!("it is founded");
    };
    assert_eq!(invalid.refusal.code(), Code::CharterMigrate);
}

/// What is offered to whoever writes the charter is enough for it to be adopted, and takes in what stands there already.
#[test]
fn the_lines_that_are_offered_take_over_what_would_be_stranded() {
    let mut w = with_memo();
    let offered = |w: &World, text: &str| takeover(w.state(), &adoption(text)).join("\n");
    assert_eq!(offered(&w, &SMALL.replace("handbook 4", "handbook 5")), "", "nothing is stranded");
    let paper = PAPER.iter().fold(SMALL.to_owned(), |text, (from, to)| text.replace(from, to));
    assert_eq!(offered(&w, &paper), "[migrate]\nkinds = { memo = \"paper\" }");
    // A status alone, in a kind that keeps its name.
    let drafted = SMALL
        .replace(r#"states = ["planned", "active""#, r#"states = ["drafted", "active""#)
        .replace("new -> planned by", "new -> drafted by")
        .replace("planned -> active by", "drafted -> active by");
    let states = "[migrate]\nstates = { packet = { planned = \"drafted\" } }";
    assert_eq!(offered(&w, &drafted), states);
    // Beside what the author of the charter wrote.
    let paper = PAPER.iter().fold(drafted, |text, (from, to)| text.replace(from, to)).replace("vouched", "endorsed");
    let paper = paper.replace("auditor   = \"human\"\n", "").replace("by = \"auditor", "by = \"lead");
    let begun = format!("{paper}\n[migrate]\nclaims = {{ vouched = \"endorsed\" }}\ndissolved = [\"auditor\"]\n");
    let lines = offered(&w, &begun);
    then(
        &lines,
        str![[r#"
[migrate]
claims = { vouched = "endorsed" }
kinds = { memo = "paper" }
states = { packet = { planned = "drafted" } }
dissolved = ["auditor"]
"#]],
    );
    adopted(&mut w, &format!("{paper}\n{lines}\n"));
    // A seal alone, whose rule of placement takes a role that goes.
    let mut w = with_memo();
    w.given("sam", seal("M-1"));
    let text = SMALL.replace("unseal = \"security\"", "unseal = \"auditor\"");
    adopted(&mut w, &format!("{text}\n[migrate]\nseals = [\"memo\"]\n"));
    assert_eq!(w.item("M-1").seal.as_ref().unwrap().charter, w.state().tip.seq);
    let without = SMALL.replace("auditor   = \"human\"\n", "").replace("by = \"auditor", "by = \"lead");
    let without = format!("{without}\n[migrate]\ndissolved = [\"auditor\"]\n");
    let lines = "[migrate]\ndissolved = [\"auditor\"]\nseals = [\"memo\"]";
    // The charter that is adopted next takes the place of none before it: not of the newest either.
    for declared in [None, Some("WP-2"), Some("WP-3")] {
        if let Some(id) = declared {
            w.given("dana", declare(id, "packet", stated()));
        }
        assert_eq!(offered(&w, &without), lines, "{declared:?}");
        w.refused(
            "lena",
            adopt(&without),
            str![[r#"
charter.strands: the seal on M-1 is broken by auditor
  needed: the role, or in [migrate]: seals = ["memo"] for the new rule, or the seal to be broken first
  rule: kinds.memo.unseal
  item: M-1
  who: 1 lead: lena
  who: 1 security: max, sam
  next: ledger charter show
"#]],
        );
    }
    let with = without.replace("dissolved = [\"auditor\"]\n", "dissolved = [\"auditor\"]\nseals = [\"memo\"]\n");
    adopted(&mut w, &with);
    w.effective("sam", unseal("M-1"));
}

#[test]
fn a_minority_weakens_no_gate() {
    let mut w = packet();
    w.given("lena", to_because("WP-1", "active", "KICKOFF"));
    let text = SMALL.replace("active -> finished by lead if closing", "active -> finished by lead");
    w.pending("lena", adopt(&text));
    assert_eq!(code(w.when("lena", adopt(&text))), Code::AuthorityVotedTwice);
    assert_eq!(code(w.when("dana", adopt(&text))), Code::AuthorityRole);
    assert_eq!(code(w.when("lena", to("WP-1", "finished"))), Code::GuardUnmet);
    w.effective("sam", adopt(&text));
    w.effective("lena", to("WP-1", "finished"));
}

#[test]
fn what_is_stranded_is_named_up_to_a_number() {
    let mut w = small();
    for n in 1..=30 {
        w.given("lena", declare(&format!("M-{n}"), "memo", stated()));
    }
    let renamed = SMALL.replace("[kinds.memo]", "[kinds.paper]").replace("on    = \"memo\"", "on    = \"paper\"");
    let refusal = w.when("lena", adopt(&renamed)).unwrap_err();
    assert_eq!(refusal.explanations.len(), 4, "how many, and the first of each sort");
    then(&refusal.explanations[0].found, str!["30 things would be left without their rule"]);
    then(&refusal.explanations[3].found, str!["M-11 is of kind memo, and 27 more like it"]);
    // The line that is named is the one that mends it.
    adopted(&mut w, &format!("{renamed}\n[migrate]\nkinds = {{ memo = \"paper\" }}\n"));
}

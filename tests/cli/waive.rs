//! `ledger waive` and `ledger unwaive`, as people type them: what they say, what they refuse, and where a waiver is seen.

use crate::sandbox::story::{Outcome, Story};
use govledger::domain::value::Value;

const CHARTER: &str = include_str!("../decide/packets.toml");

/// What is waived and why, as everybody types it.
const CARGO: &str = "waive phase-closure.cargo PHASE-1 --reason 'no fix yet' --controls 'not reachable'";
const PACKET: &str = "waive finished.validated WP-A --reason 'nobody is there' --controls 'tried by hand'";

/// PHASE-1 with WP-A and WP-B. lena, ines and raj use; orla orchestrates, and so do bot, which ines operates, and helper, which
/// orla operates.
fn phase() -> Story {
    phase_under(CHARTER)
}

fn phase_under(charter: &str) -> Story {
    let people = [
        ("ines", "human", "user", ""),
        ("raj", "human", "user", ""),
        ("orla", "human", "orchestrator", ""),
        ("bot", "agent", "orchestrator", "ines"),
        ("helper", "agent", "orchestrator", "orla"),
    ];
    let story = Story::founded(charter, &people);
    story.ledger("declare PHASE-1 --kind phase").as_("orla").ok();
    for packet in ["WP-A", "WP-B"] {
        story.ledger(&format!("declare {packet} --kind packet --link part_of=PHASE-1")).as_("orla").ok();
    }
    story
}

/// PHASE-1 with its waiver of phase-closure.cargo.
fn waived() -> Story {
    let story = phase();
    story.ledger(CARGO).as_("orla").ok();
    story.ledger(CARGO).as_("ines").ok();
    story
}

fn code_of(outcome: &Outcome) -> String {
    outcome.text("error.explanations.0.code")
}

/// M0-004, S4-084, S4-085: asked for by one, approved by another, with controls and an end; told to people and to programs.
#[test]
fn one_asks_another_approves_and_each_is_told() {
    let story = phase();
    let told = story.ledger(CARGO).as_("orla").ok();
    told.says("proposed waived PHASE-1 phase-closure.cargo").says("1 of 2 signatures").says("ledger cosign");
    story.ledger("inbox").as_("ines").ok().says("waived PHASE-1 phase-closure.cargo").says("ledger cosign");
    story.ledger("gate phase-closure PHASE-1").exits(1).never_says("WAIVED");
    let told = story.ledger(CARGO).as_("ines").json().ok();
    assert_eq!(told.text("event.summary"), "waived PHASE-1 phase-closure.cargo");
    assert_eq!((told.text("event.type"), told.get("event.effective")), ("waived".to_owned(), Value::Bool(true)));

    let gate = story.ledger("gate phase-closure PHASE-1").exits(1);
    gate.says("WAIVED").says("waived by orla and ines until phase-end: no fix yet; instead: not reachable");
    let gate = story.ledger("gate phase-closure PHASE-1").json().exits(1);
    assert_eq!((gate.text("criteria.0.outcome"), gate.get("counts.waived")), ("WAIVED".to_owned(), Value::Int(1)));
    let show = story.ledger("show PHASE-1").ok();
    show.says("phase-closure.cargo since 2026-01-10, until phase-end, by orla and ines")
        .says("PHASE-1/phase-closure.cargo/");
    let show = story.ledger("show PHASE-1").json().ok();
    assert_eq!(show.text("waivers.0.state"), "active");
    assert_eq!(
        (show.text("waivers.0.controls"), show.get("waivers.0.unused")),
        ("not reachable".to_owned(), Value::Bool(false))
    );
    story.ledger("log").ok().says("waived PHASE-1 phase-closure.cargo");
    story.ledger("status").ok().says("Waived (1)").says("phase-closure.cargo for PHASE-1 since");
    assert_eq!(story.ledger("status").json().ok().text("waivers.0.rule"), "phase-closure.cargo");
    story.ledger(&format!("why {}", told.get("event.seq").as_int().unwrap())).ok().says("waivers.phase.by");
}

/// A document says of a waived criterion who set it aside and until when; programs get the same.
#[test]
fn a_document_tells_of_a_waiver_to_people_and_to_programs() {
    let board = "[views.board]\npath = \"BOARD.md\"\n[views.board.sections]\n\"Closing\" = \"phase-closure\"\n";
    let story = phase_under(&format!("{CHARTER}\n{board}"));
    for who in ["orla", "ines"] {
        story.ledger(CARGO).as_(who).ok();
    }
    story.ledger("render board").ok().says("; waived by orla and ines until phase-end");
    let json = story.ledger("render board").json().ok();
    assert_eq!(json.text("sections.0.gates.0.item.id"), "PHASE-1");
    let at = "sections.0.gates.0.criteria.0";
    assert_eq!(json.text(&format!("{at}.criterion")), "cargo");
    assert_eq!(
        (json.text(&format!("{at}.level")), json.text(&format!("{at}.outcome"))),
        ("must".into(), "WAIVED".into())
    );
    let by = (json.text(&format!("{at}.waived.by.0")), json.text(&format!("{at}.waived.by.1")));
    assert_eq!(by, ("orla".to_owned(), "ines".to_owned()));
    assert_eq!(json.text(&format!("{at}.waived.until")), "phase-end");
}

#[test]
fn a_dry_run_of_a_waiver_writes_nothing() {
    let story = phase();
    let tip = story.tip();
    story.ledger(&format!("{CARGO} --dry-run")).as_("orla").ok().says("would be written: proposed waived PHASE-1");
    let told = story.ledger(&format!("{CARGO} --dry-run")).as_("orla").json().ok();
    assert_eq!((told.get("dry_run"), told.get("event.commit")), (Value::Bool(true), Value::Null));
    story.ledger("waive phase-closure.open PHASE-1 --reason r --controls c --dry-run").as_("orla").exits(1);
    assert_eq!(story.tip(), tip);
    let story = waived();
    let tip = story.tip();
    let told = story.ledger("unwaive phase-closure.cargo PHASE-1 --reason 'the fix is out' --dry-run").as_("raj").ok();
    told.says("would be written: unwaived PHASE-1 phase-closure.cargo");
    assert_eq!(story.tip(), tip);
}

/// S4-086: nobody approves what he asked for, nor does what he operates.
#[test]
fn who_asks_does_not_approve_nor_does_their_agent() {
    let story = phase();
    story.ledger(CARGO).as_("orla").ok();
    story.ledger(CARGO).as_("orla").exits(1).says("[authority.voted-twice]");
    assert_eq!(code_of(&story.ledger(CARGO).as_("helper").json().exits(1)), "authority.voted-twice");
    story.ledger(CARGO).as_("raj").ok();
    let story = phase();
    story.ledger(CARGO).as_("ines").ok();
    story.ledger(CARGO).as_("bot").exits(1).says("ines signed this proposal already and counts as one with bot");
}

#[test]
fn what_is_not_covered_is_refused_with_what_is() {
    let story = phase();
    let tip = story.tip();
    let refused = story.ledger("waive phase-closure.open PHASE-1 --reason r --controls c").as_("orla").exits(1);
    refused.says("[waiver.not-possible]").says("phase-closure.cargo, finished.validated").says("ledger charter show");
    let other = format!("{CARGO} --class short");
    story.ledger(&*other).as_("orla").exits(1).says("one of what it covers: finished.validated");
    story.ledger(&format!("{CARGO} --class none")).as_("orla").exits(1).says("[waiver.not-possible]");
    story.ledger("waive phase-closure.cargo PHASE-9 --reason r --controls c").as_("orla").exits(1).says("PHASE-9");
    story.ledger("waive phase-closure.cargo PHASE-1 --reason ' ' --controls c").as_("orla").exits(2);
    story.ledger("waive phase-closure.cargo PHASE-1 --reason r --controls ' '").as_("orla").exits(2);
    story.ledger("waive phase-closure.cargo PHASE-1 --reason r").as_("orla").exits(2).says("--controls");
    assert_eq!(story.tip(), tip);
}

#[test]
fn a_waiver_is_granted_once_in_time_and_as_often_as_its_class_allows() {
    let story = phase();
    let until = |day: &str| format!("{PACKET} --until {day}");
    story.ledger(&*until("2025-12-31")).as_("orla").exits(1).says("2025-12-31 is over").says("[waiver.until]");
    story.ledger(&*until("2027-01-01")).as_("orla").exits(1).says("2026-01-24 or earlier (2w from now)");
    story.ledger(&*until("phase-end")).as_("orla").exits(1).says("no day with which it ends");
    story.ledger(&*until("soon")).as_("orla").exits(1).says("YYYY-MM-DD");
    story.ledger(PACKET).as_("orla").ok();
    story.ledger(PACKET).as_("raj").ok().says("2026-01-24");
    let again = story.ledger(PACKET).as_("orla").exits(1);
    again.says("finished.validated is waived for WP-A until 2026-01-24").says("[waiver.stands]");
    again.says("ledger unwaive finished.validated WP-A");
    let other = PACKET.replace("WP-A", "WP-B");
    story.ledger(&*other).as_("orla").exits(1).says("1 of the class short are active").says("[waiver.most]");
    // A week before its end it is told to be expiring, then expired, to those who granted it too.
    story.on("2026-01-18");
    story.ledger("status").ok().says("expiring: until 2026-01-24");
    assert_eq!(story.ledger("show WP-A").json().ok().get("waivers.0.expiring"), Value::Bool(true));
    story.on("2026-01-25");
    story.ledger("show WP-A").ok().says("expired: it was until 2026-01-24");
    story.ledger("inbox").as_("raj").ok().says("its day is over");
    story.ledger(&*other).as_("orla").ok();
}

/// S1-029, S1-180: taken back by one of those who could grant it; a waiver is audited by its name.
#[test]
fn a_waiver_is_taken_back_by_one_and_audited_by_its_name() {
    let story = waived();
    let name = story.ledger("show PHASE-1").json().ok().text("waivers.0.id");
    story.ledger(&format!("attest {name} audited")).as_("raj").ok();
    story.ledger("gate phase-closure PHASE-1").ok().says("WAIVED");
    story.ledger("unwaive phase-closure.open PHASE-1 --reason r").as_("raj").exits(1).says("[waiver.unknown]");
    let told = story.ledger("unwaive phase-closure.cargo PHASE-1 --reason 'the fix is out'").as_("raj").ok();
    told.says("unwaived PHASE-1 phase-closure.cargo");
    story.ledger("show PHASE-1").ok().says("revoked on 2026-01-10");
    story.ledger("status").ok().never_says("Waived (");
    story.ledger("gate phase-closure PHASE-1").exits(1).never_says("WAIVED");
    let again = story.ledger("unwaive phase-closure.cargo PHASE-1 --reason r").as_("orla").exits(1);
    again.says("[waiver.unknown]");
    story.ledger("log").ok().says("unwaived PHASE-1 phase-closure.cargo");
}

/// M0-004: the same outcome with `--if`, in every view, for people and for programs; nothing is written.
#[test]
fn a_supposed_waiver_takes_both_and_is_refused_as_a_real_one() {
    let story = phase();
    let tip = story.tip();
    let both = ["gate", "phase-closure", "PHASE-1", "--if", "waive phase-closure.cargo PHASE-1 by orla and ines"];
    let told = story.ledger(both).exits(1);
    told.says("waived PHASE-1 phase-closure.cargo   by ines as user   takes effect");
    told.says("UNMET  -> WAIVED  phase-closure.cargo (PHASE-1)       self has cargo-deny\n");
    told.says("UNMET  the same   phase-closure.veto.cargo (PHASE-1)  self has cargo-deny = fail\n");
    let told = story.ledger(both).json().exits(1);
    assert_eq!(told.text("supposed.1.summary"), "waived PHASE-1 phase-closure.cargo");
    let criteria = told.get("criteria");
    let changed = criteria.as_list().unwrap().iter().filter(|one| one.get("changed") == Some(&Value::Bool(true)));
    assert_eq!(changed.count(), 2, "the waiver has yet to be audited");
    let done = "waive finished.validated WP-A until 2026-01-20 class short by orla and raj";
    story.ledger(["why", "WP-A", "--if", done]).ok().says("Supposed").says("takes effect");
    story.ledger(["status", "--if", done]).ok().says("until 2026-01-20, by orla and raj");
    story.ledger(["status", "--if", "waive finished.validated WP-A by orla and raj"]).ok().says("Waived (1)");
    for (phrase, says) in [
        ("waive phase-closure.cargo PHASE-1 by orla and helper", "authority.voted-twice"),
        ("waive phase-closure.open PHASE-1 by orla and ines", "waiver.not-possible"),
        ("waive finished.validated WP-A until 2027-01-01 by orla and raj", "waiver.until"),
        ("unwaive phase-closure.cargo PHASE-1 by raj", "waiver.unknown"),
    ] {
        story.ledger(["gate", "phase-closure", "PHASE-1", "--if", phrase]).exits(1).says(says);
    }
    story.ledger(["gate", "phase-closure", "PHASE-1", "--if", "waive PHASE-1 by orla"]).exits(2);
    assert_eq!(story.tip(), tip);
    let story = waived();
    let back = ["gate", "phase-closure", "PHASE-1", "--if", "unwaive phase-closure.cargo PHASE-1 by raj"];
    story.ledger(back).exits(1).says("WAIVED  -> UNMET  phase-closure.cargo (PHASE-1)");
}

/// Who joins a proposal signs its reason, and is told so where they gave another.
#[test]
fn a_reason_that_is_not_signed_is_told() {
    let story = phase();
    story.ledger(CARGO).as_("orla").ok().never_says("not recorded");
    let other = CARGO.replace("no fix yet", "the registry is down");
    let told = story.ledger(&*other).as_("ines").ok();
    told.says("reason: no fix yet").says("your own is not recorded: the registry is down");
}

/// The rules about commits of a repository with PHASE-1 and its packets.
const COMMITS: &str = r#"
[commits]
CX-585  = { touching = "code", needs = "no phase is open", why = "code rests while a phase runs", cite = "§5" }
CX-580  = { touching = "code", serves = "packet that is ready" }
CX-600B = { touching = "code", except = "docs", adding = ['\bTODO\b'], why = "no placeholders" }
SIGNED  = { signed = true }
"#;

fn ruled() -> Story {
    let rules = CHARTER
        .replace("[links]\n", "[scopes]\ncode = [\"src/**\"]\ndocs = [\"docs/**\"]\n\n[links]\n")
        .replace("id     = 'WP-[A-Z]+'\n", "id     = 'WP-[A-Z]+'\nscope  = { inside = \"paths\", trailer = \"Packet\" }\nfields = { paths = \"paths?\" }\n")
        .replace("covers = [\"finished.validated\"]", "covers = [\"finished.validated\", \"CX-600B\"]");
    let people = [("ines", "human", "user", ""), ("orla", "human", "orchestrator", "")];
    let story = Story::founded(&format!("{rules}{COMMITS}"), &people);
    story.ledger("declare PHASE-1 --kind phase").as_("orla").ok();
    let packet = "declare WP-A --kind packet --link part_of=PHASE-1 --field paths=src/a.rs";
    story.ledger(packet).as_("orla").ok();
    story
}

/// `why` knows each rule by the name that a refusal prints: what it says, who can waive it, and what it waits for now.
#[test]
fn why_knows_a_rule_about_commits_by_its_name() {
    let story = ruled();
    for name in ["CX-600B", "commits.CX-600B"] {
        let told = story.ledger(["why", name]).ok();
        told.says("commits.CX-600B\n").says("refuses a change of code and not of docs adding `\\bTODO\\b`");
        told.says("no placeholders").says("possible, of the class short: orchestrator + user, until 2w");
        told.says("orchestrator: orla").says("user: ines").says("judged of each commit that it speaks of");
    }
    let told = story.ledger("why CX-585").exits(1);
    told.says("a change of code needs that no phase is open").says("repo: UNMET").says("PHASE-1");
    told.says("not possible for this rule").says("code rests while a phase runs").says("§5");
    let told = story.ledger("why CX-585").json().exits(1);
    assert_eq!(
        (told.text("rules.0.rule"), told.text("rules.0.against.0.outcome")),
        ("commits.CX-585".into(), "UNMET".into())
    );
    story.ledger("why CX-580").ok().says("needs that the commit serves a packet that is ready").says("serves   WP-A");
    assert_eq!(story.ledger("why CX-580").json().ok().get("rules.0.serves").to_canonical(), r#"["WP-A"]"#);
    // A rule that speaks of every commit is told of every path, and makes no word a path.
    story.ledger("why README.md").ok().says("SIGNED   a change needs a signature");
    story.ledger("why CX-600").exits(2).says("did you mean CX-600B?").says("ledger why CX-600B");
    story.ledger("why commits.CX-600C").exits(2).says("did you mean commits.CX-600B?");
    story.ledger("why CX-600B WP-A").ok();
    story.ledger("why CX-600B WP-Q").exits(2).says("nobody declared WP-Q");

    let waive = "waive CX-600B WP-A --reason 'a stub' --controls 'reviewed'";
    story.ledger(waive).as_("orla").ok();
    story.ledger(waive).as_("ines").ok();
    let told = story.ledger("why CX-600B").ok();
    told.says("CX-600B for WP-A since 2026-01-10, until 2026-01-24, by orla and ines")
        .says("a stub; instead: reviewed");
}

/// A criterion too, for one thing or for all, and by the id of its waiver; what names one is no path.
#[test]
fn why_knows_a_criterion_and_what_waived_it() {
    let story = ruled();
    for name in ["phase-closure.cargo", "gates.phase-closure.cargo", "PHASE-1/phase-closure.cargo"] {
        let told = story.ledger(["why", name]).exits(1);
        told.says("gates.phase-closure.cargo\n").says("self has cargo-deny").says("PHASE-1: UNMET");
        told.says("possible, of the class phase: orchestrator + user, until phase-end");
        told.says("ledger attest PHASE-1 cargo-deny");
    }
    story.ledger("why phase-closure.open").ok().says("holds    PHASE-1: MET").says("not possible for this rule");
    story.ledger("why phase-closure.open PHASE-1").ok();
    // One name of several rules: each is told.
    let told = story.ledger("why cargo").json().exits(1);
    let names = told.get("rules");
    let names: Vec<&str> = names.as_list().unwrap().iter().filter_map(|one| one.get("name")?.as_text()).collect();
    assert_eq!(names, ["phase-closure.cargo", "phase-closure.veto.cargo"]);

    story.ledger(CARGO).as_("orla").ok();
    story.ledger(CARGO).as_("ines").ok();
    let id = story.ledger("show PHASE-1").json().ok().text("waivers.0.id");
    let told = story.ledger(["why", &id]).ok();
    told.says("gates.phase-closure.cargo").says("PHASE-1: WAIVED").says("by orla and ines").never_says("of no item");
    assert_eq!(story.ledger(["why", &id]).json().ok().text("rules.0.waived.0.id"), id);
    let none = story.ledger("why PHASE-1/phase-closure.cargo/9999").exits(2);
    none.says("no waiver PHASE-1/phase-closure.cargo/9999 was granted").says("ledger show PHASE-1");
    story.ledger("why phase-closure.carg").exits(2).says("did you mean phase-closure.cargo?");
}

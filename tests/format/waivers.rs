//! A ledger of waivers: asked for and approved, used, taken back, over with their day and with their phase; and what none may be.

use std::collections::BTreeSet;

use govledger::domain::charter::ActorType;
use govledger::domain::code::Code;
use govledger::domain::commit::ObjectFormat;
use govledger::domain::event::{Amendment, Body, Event, Founding};
use govledger::domain::id::{Noun, Rid};

use crate::bad::{Bads, Base};
use crate::rules::{DEVELOPER, LEAD, SECURITY, declared, stated};
use crate::samples::{human, n, n_time, noun, person, rid};
use crate::stories::{attest, charter};
use crate::story::Story;

const DAY: i64 = 86_400;
const VOUCHED: &str = "finished.vouched";
const CLOSURE: &str = "closure.vouched";
const TODO: &str = "NO-TODO";

fn waived(class: &str, rule: &str, until: &str) -> Body {
    Body::Waived {
        class: n(class),
        rule: rule.into(),
        reason: "the demo is on Friday".into(),
        controls: "tried by hand".into(),
        until: until.into(),
    }
}

fn unwaived(waiver: &Rid, rule: &str) -> Body {
    Body::Unwaived { waiver: waiver.clone(), rule: rule.into(), reason: "it is over".into() }
}

/// Has ines ask for it and omar approve it; returns the event that completes it.
fn granted(s: &mut Story, item: &str, body: &Body) -> Rid {
    s.tell("ines", DEVELOPER, noun(item), body.clone());
    assert!(s.told.last().unwrap().event.pending);
    s.tell("omar", SECURITY, noun(item), body.clone());
    assert!(!s.told.last().unwrap().event.pending);
    s.told.last().unwrap().event.id.clone()
}

/// Returns the story.
pub(crate) fn told() -> Story {
    let note =
        "waivers of criteria and of a rule about commits: used, taken back, over with their day and with their phase";
    let mut s = Story::new("waivers", note, ObjectFormat::Sha1, n_time("2026-03-01T08:00:00Z"));
    let people = vec![
        human("ines", &["developer"]),
        human("lena", &["lead"]),
        human("omar", &["security"]),
        human("raj", &["developer"]),
    ];
    let founding = Founding {
        nonce: rid("waivers"),
        object_format: "sha1".to_owned(),
        charter: charter("waivers", "WAIVERS", "1 lead"),
        actors: people,
        baseline: BTreeSet::new(),
        recovery: None,
    };
    s.tell("lena", LEAD, Noun::Repo, Body::Founded(Box::new(founding)));
    let scribe = person("scribe", ActorType::Agent, Some("ines"), &["scribe"], &["developer"]);
    s.tell("lena", LEAD, Noun::Repo, Body::Enrolled(scribe));
    s.tell("lena", LEAD, noun("PHASE-1"), declared("phase", "open", Amendment::default()));
    for packet in ["WP-1", "WP-2", "WP-3"] {
        let part = stated(&[], &[("part_of", &["PHASE-1"])]);
        s.tell("ines", DEVELOPER, noun(packet), declared("packet", "ready", part));
    }
    // A gate that passes because of a waiver says so in what is judged.
    granted(&mut s, "WP-1", &waived("short", VOUCHED, "2026-03-15"));
    let done = Body::Moved { from: n("ready"), to: n("done"), because: None };
    s.tell("ines", DEVELOPER, noun("WP-1"), done);
    assert!(s.told.last().unwrap().event.judged.is_some());
    // One of those who could grant it takes it back alone.
    let todo = granted(&mut s, "WP-2", &waived("short", TODO, "2026-03-10"));
    s.tell("raj", DEVELOPER, noun("WP-2"), unwaived(&todo, TODO));
    granted(&mut s, "WP-2", &waived("short", VOUCHED, "2026-03-02"));
    // Its day is over: another may be granted, of the same rule too.
    s.wait(3 * DAY);
    granted(&mut s, "WP-2", &waived("short", VOUCHED, "2026-03-18"));
    s.wait(12 * DAY);
    granted(&mut s, "WP-3", &waived("short", TODO, "2026-03-30"));
    granted(&mut s, "PHASE-1", &waived("phase", CLOSURE, "phase-end"));
    let waivers: Vec<Noun> = ["WP-1", "WP-2", "WP-3", "PHASE-1"]
        .into_iter()
        .flat_map(|id| {
            let item = &s.state().items[id];
            item.waivers.iter().map(move |waiver| waiver.noun(&n(id))).collect::<Vec<_>>()
        })
        .collect();
    for waiver in waivers {
        let audited = attest(&s, &waiver, "audited", "pass", &[]);
        s.tell("omar", SECURITY, waiver, Body::Attested(Box::new(audited)));
    }
    // The phase closes under a waiver, and ends with it every other one.
    s.tell("lena", LEAD, noun("PHASE-1"), Body::Moved { from: n("open"), to: n("closed"), because: None });
    assert!(s.told.last().unwrap().event.judged.is_some());
    let next = stated(&[], &[("supersedes", &["WP-3"])]);
    s.tell("ines", DEVELOPER, noun("WP-4"), declared("packet", "ready", next));
    s
}

/// Puts what nobody may waive or take back.
pub(crate) fn all(s: &Story, bads: &mut Bads) {
    let two = Base::after(s, "waived WP-2 finished.vouched");
    let mut refuse = |what: &str, code: Code, base: &Base, signer: &str, item: Noun, body: Body| {
        let role = if signer == "omar" { SECURITY } else { DEVELOPER };
        let pending = matches!(body, Body::Waived { .. }) && signer != "omar";
        let event = Event { pending, ..base.event(signer, role, item, body) };
        bads.put(what, code, base, base.sign(signer, &event));
    };
    let short = |rule: &str, until: &str| waived("short", rule, until);
    let mut ask = |what: &str, code: Code, item: &str, body: Body| refuse(what, code, &two, "raj", noun(item), body);
    ask("two-are-active", Code::WaiverMost, "WP-3", short(VOUCHED, "2026-03-10"));
    ask("of-another-rule-of-the-class", Code::WaiverMost, "WP-3", short(TODO, "2026-03-10"));
    ask("waived-already", Code::WaiverStands, "WP-2", short(VOUCHED, "2026-03-10"));
    ask("later-than-the-class-allows", Code::WaiverUntil, "WP-3", short(VOUCHED, "2026-03-16"));
    ask("over-before-it-begins", Code::WaiverUntil, "WP-3", short(VOUCHED, "2026-02-28"));
    ask("no-day-where-one-is-needed", Code::WaiverUntil, "WP-3", short(VOUCHED, "phase-end"));
    ask("waived-class", Code::WaiverNotPossible, "WP-3", waived("long", VOUCHED, "2026-03-10"));
    ask("waived-in-another-class", Code::WaiverNotPossible, "WP-3", waived("phase", VOUCHED, "phase-end"));
    ask("waived-what-nobody-covers", Code::WaiverNotPossible, "WP-3", short("finished.phase", "2026-03-10"));
    ask("waived-for-what-no-commit-serves", Code::WaiverNotPossible, "PHASE-1", short(TODO, "2026-03-10"));
    ask("waived-undeclared", Code::ItemUnknown, "WP-9", short(VOUCHED, "2026-03-10"));
    refuse("waived-for-the-repository", Code::WaiverNotPossible, &two, "raj", Noun::Repo, short(VOUCHED, "2026-03-10"));

    // Whoever asked does not approve, nor what he operates.
    let asked = Base::after(s, "proposed waived WP-2 finished.vouched");
    for (what, signer) in [("waived-by-who-asked", "ines"), ("waived-by-the-agent-of-who-asked", "scribe")] {
        refuse(what, Code::AuthorityVotedTwice, &asked, signer, noun("WP-2"), short(VOUCHED, "2026-03-02"));
    }

    let todo = s.event("waived WP-2 NO-TODO").event.id.clone();
    let vouched = s.event("waived WP-1 finished.vouched").event.id.clone();
    let mut back = |what: &str, code: Code, base: &Base, item: &str, waiver: &Rid, rule: &str| {
        refuse(what, code, base, "raj", noun(item), unwaived(waiver, rule));
    };
    back("unwaived-twice", Code::WaiverUnknown, &two, "WP-2", &todo, TODO);
    back("unwaived-another-rule", Code::WaiverUnknown, &two, "WP-1", &vouched, TODO);
    back("unwaived-on-another-item", Code::WaiverUnknown, &two, "WP-2", &vouched, VOUCHED);
    back("unwaived-undeclared", Code::ItemUnknown, &two, "WP-9", &vouched, VOUCHED);
    let end = Base::end(s);
    let phase = s.event("waived PHASE-1 closure.vouched").event.id.clone();
    let day = s.told.iter().find(|told| told.event.summary() == "waived WP-2 finished.vouched").unwrap();
    back("unwaived-when-its-day-is-over", Code::WaiverUnknown, &end, "WP-2", &day.event.id.clone(), VOUCHED);
    back("unwaived-when-its-phase-is-over", Code::WaiverUnknown, &end, "PHASE-1", &phase, CLOSURE);
    refuse("phase-is-over", Code::WaiverUntil, &end, "raj", noun("WP-2"), short(VOUCHED, "2026-03-20"));
    refuse("waived-superseded", Code::ItemSuperseded, &end, "raj", noun("WP-3"), short(VOUCHED, "2026-03-20"));

    // What was waived once is not let through any more.
    let done = Body::Moved { from: n("ready"), to: n("done"), because: None };
    refuse("moved-under-a-waiver-that-is-over", Code::GuardUnmet, &end, "ines", noun("WP-2"), done);
    let lead = Event { ..two.event("lena", LEAD, noun("WP-1"), unwaived(&vouched, VOUCHED)) };
    bads.put("unwaived-in-another-role", Code::AuthorityRole, &two, two.sign("lena", &lead));
}

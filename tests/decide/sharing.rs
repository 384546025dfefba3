//! What becomes of an event that nobody else has, when others have appended first.

use std::collections::BTreeMap;

use govledger::domain::code::Code;
use govledger::domain::commit;
use govledger::domain::decide::draft::{Attestation, Author, Wish};
use govledger::domain::event::Body;
use govledger::domain::share::{Again, Change, Seats, Unshared, again};
use govledger::domain::state::State;

use crate::world::*;

const SMALL: &str = include_str!("small.toml");

/// A ledger of lena (lead), sara (security), dora and dan (developers), with WP-1 declared, and its file.
fn begun() -> World {
    let people = [
        human("lena", &["lead"]),
        human("sara", &["security"]),
        human("dora", &["developer"]),
        human("dan", &["developer"]),
    ];
    let mut world = World::founded(SMALL, "lena", &people);
    world.write("docs/packets/WP-1.md", "One.", "lena");
    let declaration = stated().title("One").path("docs/packets/WP-1.md").field("priority", "low");
    world.given("lena", declare("WP-1", "packet", declaration));
    world
}

/// What somebody signed while others appended.
struct Apart {
    before: State,
    mine: World,
    theirs: World,
}

fn apart(world: &World, who: &str, wish: Wish, others: &[(&str, Wish)]) -> Apart {
    let (mut mine, mut theirs) = (world.clone(), world.clone());
    // Ids are random in life.
    for _ in 0..100 {
        theirs.rid();
    }
    mine.given(who, wish);
    for (other, wish) in others {
        theirs.given(other, wish.clone());
    }
    Apart { before: world.state().clone(), mine, theirs }
}

impl Apart {
    fn again(&self, who_: &str, agreed: bool, before: &State, seats: &Seats) -> Again {
        let event = self.mine.last().event;
        let author = Author {
            actor: who(who_),
            key: print(who_),
            role: event.role.clone(),
            at: self.theirs.now,
            id: event.id.clone(),
            stand: Some((commit_hint(FORMAT), None)),
            correlation: None,
        };
        let chain = self.theirs.chain.iter().map(|bytes| commit::decode(self.theirs.format, bytes).unwrap().event);
        let news: Vec<_> = chain.filter(|other| other.seq > before.tip.seq).collect();
        let unshared = Unshared { event: &event, before, agreed, news: &news };
        again(&unshared, self.theirs.state(), seats, &author, (&self.theirs.tree, &self.theirs.tree))
    }

    fn judged(&self, who: &str) -> Again {
        self.again(who, false, &self.before, &seats(self.before.tip.seq + 1, &[]))
    }

    /// Demands that the event is signed again unasked, and that replay takes it.
    #[track_caller]
    fn same(mut self, who: &str) -> World {
        let event = self.mine.last().event;
        match self.judged(who) {
            Again::Same(draft) => {
                assert_eq!((&draft.event.id, &draft.event.actor), (&event.id, &event.actor));
                assert_eq!(draft.event.action(), event.action(), "the same action");
                self.theirs.push(&draft.event, who).unwrap();
                self.theirs
            }
            other => panic!("{other:?}"),
        }
    }

    #[track_caller]
    fn asks(&self, who: &str) -> Vec<Change> {
        match self.judged(who) {
            Again::Asks(draft, changes) => {
                self.theirs.clone().push(&draft.event, who).unwrap();
                changes
            }
            other => panic!("{other:?}"),
        }
    }

    #[track_caller]
    fn refused(&self, who: &str) -> Code {
        match self.judged(who) {
            Again::Refused(refusal) => refusal.code(),
            other => panic!("{other:?}"),
        }
    }
}

fn seats(first: u64, moved: &[(u64, u64)]) -> Seats {
    Seats { first, moved: moved.iter().copied().collect::<BTreeMap<_, _>>() }
}

fn packet(id: &str) -> Wish {
    let declaration = stated().title("Another").path(&format!("docs/packets/{id}.md")).field("priority", "low");
    declare(id, "packet", declaration)
}

/// M0-011
#[test]
fn an_event_beside_which_nothing_changed_is_signed_again_unasked() {
    let world = begun();
    let after = apart(&world, "dora", packet("WP-2"), &[("lena", packet("WP-3"))]).same("dora");
    assert!(after.state().items.contains_key(&id("WP-2")) && after.state().items.contains_key(&id("WP-3")));
}

/// M0-011
#[test]
fn under_another_charter_its_author_is_asked() {
    let world = begun();
    let next = SMALL.replacen("\"low\", \"high\"", "\"low\", \"high\", \"middle\"", 1);
    assert_ne!(next, SMALL);
    let others = [("lena", adopt(&next)), ("sara", adopt(&next))];
    assert_eq!(apart(&world, "dora", packet("WP-2"), &others).asks("dora"), [Change::Charter]);
}

/// M0-011
#[test]
fn of_an_item_that_was_amended_its_author_is_asked() {
    let world = begun();
    let lost = apart(&world, "lena", retitle("WP-1", "Mine"), &[("lena", retitle("WP-1", "Theirs"))]);
    assert_eq!(lost.asks("lena"), [Change::Content(id("WP-1"))]);
    let other = apart(&world, "lena", retitle("WP-1", "Mine"), &[("lena", packet("WP-2"))]);
    other.same("lena");
}

/// M0-011
#[test]
fn what_the_rules_refuse_by_now_is_refused() {
    let world = begun();
    assert_eq!(apart(&world, "dora", packet("WP-2"), &[("dan", packet("WP-2"))]).refused("dora"), Code::ItemExists);
    let gone = [("lena", ungrant("dora", "developer")), ("sara", ungrant("dora", "developer"))];
    assert_eq!(apart(&world, "dora", packet("WP-2"), &gone).refused("dora"), Code::TrustRoleNotHeld);
    let lost = [("lena", revoke("dora", "dora", None)), ("sara", revoke("dora", "dora", None))];
    assert_eq!(apart(&world, "dora", packet("WP-2"), &lost).refused("dora"), Code::TrustKeyRevoked);
}

/// Two first signatures that did not know of each other are two votes for one proposal.
#[test]
fn a_first_signature_becomes_the_second_where_another_gave_one_meanwhile() {
    let world = begun();
    let wish = grant("dan", "security");
    let two = apart(&world, "lena", wish.clone(), &[("sara", wish)]);
    assert!(two.mine.last().event.pending);
    let after = two.same("lena");
    assert!(!after.last().event.pending);
    assert!(after.state().actors[&who("dan")].roles.contains(&role("security")));
}

/// The other's words would be signed.
#[test]
fn of_a_proposal_in_other_words_its_author_is_asked() {
    let world = begun();
    let reason = |text: &str| {
        doing("repo", Body::Ungranted { actor: who("dan"), role: role("developer"), reason: text.to_owned() })
    };
    let two = apart(&world, "lena", reason("left"), &[("sara", reason("moved on"))]);
    assert_eq!(two.asks("lena"), [Change::Words]);
}

/// Who goes on after something was kept aside has seen what changed until then, and nothing after it.
#[test]
fn whoever_goes_on_agrees_to_what_is_here_and_to_nothing_else() {
    let world = begun();
    let lost = apart(&world, "lena", retitle("WP-1", "Mine"), &[("lena", retitle("WP-1", "Theirs"))]);
    let none = seats(world.state().tip.seq + 1, &[]);
    assert!(matches!(lost.again("lena", true, lost.theirs.state(), &none), Again::Same(_)));
    assert!(matches!(lost.again("lena", true, &lost.before, &none), Again::Asks(_, _)));
}

/// A revocation that counts from one's own event on, which has another position now.
#[test]
fn a_position_moves_with_the_event_at_it_or_is_asked_about() {
    let mut world = begun();
    world.given("dan", packet("WP-2"));
    let own = world.state().tip.seq;
    let others = [("lena", packet("WP-3"))];
    let revoked = apart(&world, "dora", revoke("dora", "dora", Some(own)), &others);
    let since = |again: &Again| match again {
        Again::Same(draft) | Again::Asks(draft, _) => match draft.event.body {
            Body::KeyRevoked { compromised_since, .. } => compromised_since,
            _ => None,
        },
        Again::Refused(refusal) => panic!("{refusal}"),
    };
    let moved = revoked.again("dora", false, &revoked.before, &seats(own, &[(own, own + 1)]));
    assert!(matches!(moved, Again::Same(_)) && since(&moved) == Some(own + 1), "{moved:?}");
    let unknown = revoked.again("dora", false, &revoked.before, &seats(own, &[]));
    assert!(matches!(&unknown, Again::Asks(_, changes) if *changes == [Change::Position(own)]), "{unknown:?}");
}

/// A later word of one's own, or one that takes back what the event does, is not outdone unasked.
#[test]
fn of_a_later_word_on_the_same_its_author_is_asked() {
    let mut world = begun();
    let block = || block_because("WP-1", "HOLD", Some("FREEZE"));
    let lift = [("lena", block()), ("lena", unblock("WP-1", "HOLD", None)), ("sara", unblock("WP-1", "HOLD", None))];
    let later =
        |seq: u64, summary: &str, actor: &str| Change::Later { seq, summary: summary.to_owned(), actor: who(actor) };
    let next = world.state().tip.seq + 1;
    let lifted = apart(&world, "lena", block(), &lift);
    assert_eq!(lifted.asks("lena"), [later(next + 2, "unblocked WP-1 HOLD", "sara")]);
    // One signature of two lifts nothing; then the block stands, and cannot be placed twice.
    apart(&world, "lena", block(), &lift[..2]).refused("lena");
    let told = |result: &str| {
        let answers = [(word("sound"), true), (word("tested"), true)];
        Wish::Attest(Box::new(Attestation {
            result: Some(word(result)),
            answers: answers.into_iter().collect(),
            ..attestation("WP-1", "reviewed")
        }))
    };
    let twice = apart(&world, "dan", told("approve"), &[("dan", told("reject"))]);
    assert_eq!(twice.asks("dan"), [later(next, "attested WP-1 reviewed=reject", "dan")]);
    apart(&world, "dan", told("approve"), &[("dan", told("approve"))]).same("dan");
    apart(&world, "dan", told("approve"), &[("dan", told("reject")), ("dan", told("approve"))]).same("dan");
    // Who took a statement back stated something by it, too, whoever did.
    let back = [("dan", told("reject")), ("dan", retract("WP-1", "reviewed", None))];
    assert_eq!(apart(&world, "dan", told("approve"), &back).asks("dan").len(), 1);
    world.given("dan", told("reject"));
    let others =
        [("lena", retract("WP-1", "reviewed", Some("dan"))), ("sara", retract("WP-1", "reviewed", Some("dan")))];
    assert_eq!(apart(&world, "dan", told("approve"), &others).asks("dan").len(), 1);
    apart(&world, "dan", told("approve"), &others[..1]).same("dan");
}

/// A seal, a step, a waiver or a role that came and went meanwhile went for a reason.
#[test]
fn of_what_was_done_and_undone_meanwhile_its_author_is_asked() {
    let mut world = begun();
    let later = |world: &World, seq: u64, summary: &str, who_: &str| -> Vec<Change> {
        let seq = world.state().tip.seq + seq;
        vec![Change::Later { seq, summary: summary.to_owned(), actor: who(who_) }]
    };
    // A step.
    world.given("lena", to_because("WP-1", "active", "KICKOFF"));
    let back = [("lena", to("WP-1", "paused")), ("lena", to_because("WP-1", "active", "KICKOFF"))];
    let asked = apart(&world, "lena", to("WP-1", "paused"), &back).asks("lena");
    assert_eq!(asked, later(&world, 2, "moved WP-1 active", "lena"));
    // A seal.
    world.write("memos/M-1.md", "a memo", "lena");
    world.given("lena", declare("M-1", "memo", stated().path("memos/M-1.md")));
    apart(&world, "sara", seal("M-1"), &[("lena", packet("WP-2"))]).same("sara");
    let asked = apart(&world, "sara", seal("M-1"), &[("sara", seal("M-1")), ("sara", unseal("M-1"))]).asks("sara");
    assert_eq!(asked, later(&world, 2, "unsealed M-1", "sara"));
    // A role.
    let grants = |role: &str| [("lena", grant("dan", role)), ("sara", grant("dan", role))];
    let takes = |role: &str| [("lena", ungrant("dan", role)), ("sara", ungrant("dan", role))];
    let there_and_back = |role: &str| [grants(role), takes(role)].concat();
    let asked = apart(&world, "lena", grant("dan", "auditor"), &there_and_back("auditor")).asks("lena");
    assert_eq!(asked, later(&world, 4, "ungranted dan auditor", "sara"));
    apart(&world, "lena", grant("dan", "auditor"), &there_and_back("security")).same("lena");
    let back_and_there = [takes("developer"), grants("developer")].concat();
    let asked = apart(&world, "lena", ungrant("dan", "developer"), &back_and_there).asks("lena");
    assert_eq!(asked, later(&world, 4, "granted dan developer", "sara"));
}

#[test]
fn of_a_waiver_that_was_taken_back_meanwhile_its_author_is_asked() {
    let packets = include_str!("packets.toml");
    let covers = "covers = [\"phase-closure.cargo\"]";
    let text = packets.replace(covers, "covers = [\"phase-closure.cargo\", \"phase-closure.open\"]");
    assert_ne!(text, packets);
    let people = [human("ines", &["user"]), human("orla", &["orchestrator"])];
    let mut world = World::founded(&text, "ines", &people);
    world.given("orla", declare("PHASE-1", "phase", stated()));
    let waive = |rule: &str| Wish::Waive {
        id: id("PHASE-1"),
        rule: format!("phase-closure.{rule}"),
        class: None,
        reason: "there is no fix yet".to_owned(),
        controls: "it is not reachable".to_owned(),
        until: None,
    };
    let unwaive = |rule: &str| Wish::Unwaive {
        id: id("PHASE-1"),
        rule: format!("phase-closure.{rule}"),
        reason: "the fix is out".to_owned(),
    };
    let undone = |rule: &str| [("orla", waive(rule)), ("ines", waive(rule)), ("ines", unwaive(rule))];
    let asked = apart(&world, "orla", waive("cargo"), &undone("cargo")).asks("orla");
    let [Change::Later { summary, .. }] = asked.as_slice() else { panic!("{asked:?}") };
    assert_eq!(summary, "unwaived PHASE-1 phase-closure.cargo");
    apart(&world, "orla", waive("cargo"), &undone("open")).same("orla");
}

/// What is signed again binds what is there, and whoever saw another thing is asked.
#[test]
fn what_binds_other_content_by_now_is_made_anew_and_its_author_is_asked() {
    let mut world = begun();
    world.write("memos/M-1.md", "a memo", "lena");
    world.given("lena", declare("M-1", "memo", stated().path("memos/M-1.md")));
    let sealed = apart(&world, "sara", seal("M-1"), &[("lena", retitle("M-1", "Another"))]);
    assert_eq!(sealed.asks("sara"), [Change::Content(id("M-1"))]);
    // The ledger says the same, and the file is another.
    for wish in [seal("M-1"), attest("M-1", "vouched", &[])] {
        let mut changed = apart(&world, "sara", wish, &[("lena", packet("WP-2"))]);
        changed.theirs.write("memos/M-1.md", "another memo", "lena");
        assert_eq!(changed.asks("sara"), [Change::Basis]);
        let none = seats(world.state().tip.seq + 1, &[]);
        assert!(matches!(changed.again("sara", true, changed.theirs.state(), &none), Again::Same(_)));
    }
}

//! A packet that is signed stands still; what changes is another packet.

use govledger::domain::code::Code;
use govledger::domain::decide::draft::Wish;
use govledger::domain::explain::Outcome;
use govledger::domain::id::Digest;
use govledger::domain::judge::{PathChange, Side, View, check_changes};

use crate::protocol::*;
use crate::world::*;

const VARIANT: &str = "WP-1-Storage-Abstraction-Layer-v2";

/// S1-020, S1-154, S1-207, S1-137: after the signature nothing that the packet states can be changed, neither in the ledger nor in
/// its file.
#[test]
fn a_signed_packet_stands_still() {
    let mut w = at(Stage::Sealed);
    for wish in [retitle(STORE, "More"), refield(STORE, "effort", Some(3_i64.into())), relink(STORE, "depends_on", &[])]
    {
        let code = w.when("orla", wish).unwrap_err().code();
        assert!(matches!(code, Code::ItemSealed | Code::ItemUnchanged), "{code}");
    }
    // What is left is another packet, and the refusals say so.
    let told = w.when("orla", retitle(STORE, "More")).unwrap_err().explanations[0].clone();
    assert!(told.needed.starts_with("a new packet that takes its place"), "{told:?}");
    assert_eq!(told.next, [format!("ledger supersede {STORE}")]);
    assert_eq!(told.who[0].role, "orchestrator");
    let unseal = Wish::Unseal { id: id(STORE), reason: "to change it".to_owned() };
    assert_eq!(w.when("ilja", unseal).unwrap_err().explanations[0].next, [format!("ledger supersede {STORE}")]);
    let side = |bytes: &str| Some(Side { mode: 0o100_644, sha256: Some(Digest::of(bytes.as_bytes())) });
    let at_ = format!("docs/task_packets/{STORE}.md");
    let change = PathChange { path: at_.clone().into_bytes(), old: side("# Task Packet\n"), new: side("# More\n") };
    let view = View { state: w.state(), facts: &w.tree, as_of: w.now };
    let verdicts = check_changes(&view, &[change], b".ledger", false);
    assert_eq!(verdicts[0].refusals[0].explanation.code, Code::SealPath);
    // And whoever finds a way round: what the seal says is no longer so.
    w.write(&at_, "# More\n", "orla");
    assert_eq!(outcome(&w, "pre-delegation", "signature", STORE), Outcome::Unmet);
    assert!(
        w.when("ilja", Wish::Unseal { id: id(STORE), reason: "to change it".to_owned() }).is_err(),
        "nobody unlocks it"
    );
}

/// S1-143, S1-195, S1-205, S1-145: nothing is signed for good that could never be delegated: the whole of one section, which the
/// specification has, and nothing that nobody declared.
#[test]
fn what_can_never_be_delegated_is_not_signed() {
    let wrong: [(&str, &str, Wish); 5] = [
        ("CX-602", "part of a section", relink(STORE, "implements", &["SEC-2.3.12.3-R1"])),
        ("one", "two sections", relink(STORE, "anchor", &["SEC-2.3.12.3", "SEC-2.3.12.4"])),
        ("anchor", "a roadmap", relink(STORE, "anchor", &["SEC-Roadmap"])),
        ("links", "nobody declared it", relink(STORE, "depends_on", &["WP-1-Unknown-v1"])),
        ("CX-581", "a pattern", refield(STORE, "in_scope_paths", Some(list(&["src/**/*.rs"])))),
    ];
    for (criterion, what, wish) in wrong {
        let mut w = at(Stage::Declared);
        w.given("orla", wish);
        judged(&mut w, STORE);
        assert_eq!(outcome(&w, "packet-complete", criterion, STORE), Outcome::Unmet, "{what}");
        assert_eq!(refusal(&mut w, "ilja", seal(STORE)).0, Code::GuardUnmet, "{what}");
    }
}

/// S1-153: the signature is a key of the user's, at a time: no text that anybody could type.
#[test]
fn the_signature_is_a_key_of_the_user() {
    let mut w = at(Stage::Declared);
    judged(&mut w, STORE);
    for actor in ["orla", "otto", "vera", "cody"] {
        assert_eq!(refusal(&mut w, actor, seal(STORE)).0, Code::AuthorityRole, "{actor}");
    }
    w.given("ilja", seal(STORE));
    let by = w.item(STORE).seal.as_ref().unwrap().by.clone();
    assert_eq!(by, [who("ilja")].into());
    let last = w.last();
    assert_eq!((last.event.actor.as_str(), last.event.at), ("ilja", w.now));
    let forged = w.forge("ilja", "orla", Some("user"), STORE, last.event.body);
    assert!(w.replayed(&forged, "orla").is_err(), "another key is another person");
}

/// S1-055, S1-012, S1-155, S1-156: a change is a new packet that takes the place of the old one, which stays as it was signed; a changed
/// specification too.
#[test]
fn a_change_is_a_new_packet() {
    let mut w = at(Stage::Sealed);
    let before = w.item(STORE).stated.clone();
    write_packet(&mut w, VARIANT);
    let new = whole(VARIANT, "A trait, and a pool behind it", "SEC-2.3.12.3").link("supersedes", &[STORE]);
    w.given("orla", declare(VARIANT, "packet", new));
    assert_eq!(w.item(STORE).stated, before);
    assert!(w.item(STORE).seal.is_some() && w.item(VARIANT).seal.is_none(), "a signature is not inherited");
    assert_eq!(problems(&w, VARIANT), "", "the section is the successor's");
    assert_eq!(refusal(&mut w, "orla", attest(STORE, "complete", &[])).0, Code::ItemSuperseded);
    let update = "WP-1-Storage-SpecUpdate-20260115";
    w.given("orla", declare(update, "packet", stated().title("Follow the new text").link("supersedes", &[VARIANT])));
    assert_eq!(w.state().successor(&id(STORE)), Some(&id(update)), "one walks from version to version");
}

/// S1-010: no version of the specification is adopted while a phase is under way.
#[test]
fn the_specification_stands_still_while_a_phase_is_under_way() {
    let mut w = at(Stage::Done);
    w.write("docs/master_spec/v2.md", "# Master Spec 2\n", "ilja");
    let next = || {
        declare("SPEC-v2", "spec", stated().title("v2").path("docs/master_spec/v2.md").link("supersedes", &["SPEC-v1"]))
    };
    assert_eq!(refusal(&mut w, "ilja", next()).0, Code::GuardUnmet);
    w.given("ilja", to("PHASE-1", "closed"));
    w.effective("ilja", next());
}

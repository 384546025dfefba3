//! What would be: what a phrase leaves open takes what lets it go through.

use std::collections::BTreeMap;

use govledger::domain::code::Code;
use govledger::domain::decide::draft::media_type;
use govledger::domain::decide::suppose::{Inadmissible, Supposed, Supposition, suppose};
use govledger::domain::event::Body;
use govledger::domain::judge::View;
use govledger::domain::state::State;
use govledger::domain::value::Value;

use crate::people::{KEEP, SMALL, keepers, packet, staff};
use crate::world::*;

fn supposed(w: &World, phrases: &[&str]) -> Result<(State, Vec<Supposed>), Box<Inadmissible>> {
    let list: Vec<Supposition> = phrases.iter().map(|phrase| Supposition::parse(phrase).unwrap()).collect();
    let view = View { state: w.state(), facts: &w.tree, as_of: w.now };
    suppose(&view, Some(&(commit_hint(FORMAT), None)), &list)
}

#[track_caller]
fn refused(w: &World, phrases: &[&str]) -> Code {
    supposed(w, phrases).map(|_| ()).unwrap_err().refusal.code()
}

#[test]
fn what_is_not_answered_is_answered_yes_with_the_good_result_alone() {
    let w = packet();
    let answers = |phrase: &str| -> BTreeMap<String, bool> {
        let (_, done) = supposed(&w, &[phrase]).unwrap();
        let Body::Attested(said) = &done[0].draft.event.body else { panic!("another event") };
        said.statement.answers.iter().map(|(question, yes)| (question.to_string(), *yes)).collect()
    };
    let both = |sound: bool| BTreeMap::from([("sound".to_owned(), sound), ("tested".to_owned(), true)]);
    assert_eq!(answers("attest WP-1 reviewed by dora"), both(true));
    assert_eq!(answers("attest WP-1 reviewed=approve by dora"), both(true));
    assert_eq!(answers("attest WP-1 reviewed=approve with sound=no by dora"), both(false));
    assert_eq!(answers("attest WP-1 reviewed=reject by dora"), BTreeMap::new());
    assert_eq!(answers("attest WP-1 reviewed=reject with tested=yes by dora"), [("tested".to_owned(), true)].into());
    let (_, done) = supposed(&w, &["attest repo measured with latency=5ms and grade=B by build"]).unwrap();
    let Body::Attested(said) = &done[0].draft.event.body else { panic!("another event") };
    assert_eq!(said.statement.values.get("grade"), Some(&Value::text("B")));
    assert_eq!(refused(&w, &["attest repo measured with latency=5ms and mark=B by build"]), Code::ClaimValue);
}

#[test]
fn a_supposed_block_says_of_itself_what_its_rule_needs() {
    let fields =
        "fields  = { ticket = \"text\", level = [\"a\", \"b\"], sure = \"bool\", parts = \"list\", due = \"date?\" }";
    let text = SMALL.replace("fields  = { ticket = \"text?\", level = \"integer? 1..3\" }", fields);
    assert_ne!(text, SMALL);
    let mut w = World::founded(&text, "lena", &staff());
    w.given("dana", declare("WP-1", "packet", stated()));
    let (state, _) = supposed(&w, &["block WP-1 HOLD because FREEZE by lena"]).unwrap();
    let block = &state.items["WP-1"].blocks[0];
    let told: Vec<String> =
        block.fields.iter().map(|(name, value)| format!("{name}={}", value.to_canonical())).collect();
    assert_eq!(told, ["level=\"a\"", "parts=[\"supposed\"]", "sure=true", "ticket=\"supposed\""]);
    assert!(w.item("WP-1").blocks.is_empty(), "it is supposed and not done");
}

#[test]
fn a_supposed_lift_names_the_record_that_it_takes() {
    let mut w = World::founded(KEEP, "lena", &keepers());
    w.given("lena", declare("T-1", "thing", stated())).given("lena", block("T-1", "STOP"));
    let lift = "unblock T-1 STOP by lena and juno";
    assert_eq!(refused(&w, &[lift]), Code::BlockRecord);
    let (state, done) = supposed(&w, &["declare P-1 paper by juno", "attest T-1 tried by mira", lift]).unwrap();
    assert_eq!(done.len(), 4);
    let lifted = state.items["T-1"].blocks[0].lifted.as_ref().unwrap();
    assert_eq!(lifted.record, Some(id("P-1")));
    assert_eq!(
        refused(
            &w,
            &[
                "declare P-1 paper by juno",
                "declare P-2 paper by juno",
                "attest T-1 tried by mira",
                "unblock T-1 STOP record P-2 by lena"
            ]
        ),
        Code::BlockRecord
    );
}

#[test]
fn sealed_bytes_are_kept_as_what_the_ending_of_their_path_says() {
    for (path, media) in [
        ("docs/a.md", "text/markdown"),
        ("a.txt", "text/plain"),
        ("a.json", "application/json"),
        ("a.toml", "application/toml"),
        ("a.html", "text/html"),
        ("a.pdf", "application/pdf"),
        ("a.png", "image/png"),
        ("a.tar.gz", "application/octet-stream"),
    ] {
        assert_eq!(media_type(path), media, "{path}");
    }
}

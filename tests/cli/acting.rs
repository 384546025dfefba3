//! The commands that act, driven as people drive them: the built program, real repositories, real keys.
//!
//! The main line of the Phase E example has a file of its own.

use std::path::Path;
use std::process::Command;
use std::time::Duration;

use crate::sandbox::story::{Outcome, Story};
use govledger::domain::id::Digest;
use govledger::domain::value::Value;

const CHARTER: &str = include_str!("../sandbox/small.toml");

const ONE: &str = "docs/one.md";

const ANSWERS: &str = "--answer complete=yes --answer consistent=yes";

/// Lena leads, mira is an agent that dario operates; dario also reviews and approves.
fn people() -> Story {
    let people = [
        ("dario", "human", "approver,drafter,reviewer", ""),
        ("raj", "human", "reviewer", ""),
        ("omar", "human", "approver", ""),
        ("ines", "human", "approver", ""),
        ("mira", "agent", "drafter,reviewer", "dario"),
    ];
    Story::founded(CHARTER, &people)
}

/// D-1 was drafted by mira in `docs/one.md`.
fn drafted() -> Story {
    let story = people();
    story.ledger(&format!("declare D-1 --kind document --title 'The first' --path {ONE}")).as_("mira").ok();
    story.commit_file("mira", ONE, "# One\n");
    story
}

/// D-1 is final and reviewed by raj: two approvers may seal it.
fn ready() -> Story {
    let story = drafted();
    story.ledger("move D-1 final").as_("mira").ok();
    story.ledger(&format!("attest D-1 review {ANSWERS}")).as_("raj").ok();
    story
}

fn code_of(outcome: &Outcome) -> String {
    outcome.text("error.explanations.0.code")
}

#[test]
fn an_event_is_told_to_people_and_to_programs() {
    let story = people();
    let told = story.ledger("declare D-1 --kind document --title 'The first' --path docs/one.md").as_("dario").ok();
    assert_eq!(
        told.stdout,
        "declared D-1   (event 6, dario as drafter, 2026-01-10)
  kind     document, draft
  title    The first
  path     docs/one.md
"
    );
    let object = story.ledger("declare D-2 --kind document").as_("dario").json().ok();
    let event = object.get("event");
    let keys = |value: &Value| match value {
        Value::Map(map) => map.keys().cloned().collect::<Vec<_>>(),
        _ => Vec::new(),
    };
    assert_eq!(keys(&object.value()), ["dry_run", "event", "look", "quorum", "says"]);
    assert_eq!(keys(&event), ["commit", "effective", "id", "item", "pending", "seq", "sha256", "summary", "type"]);
    assert_eq!(object.text("event.commit"), story.tip());
    assert_eq!(object.text("event.summary"), "declared D-2");
    assert_eq!(object.get("event.effective"), Value::Bool(true));
    let commit =
        Command::new("git").current_dir(story.repo.path()).args(["cat-file", "commit", &story.tip()]).output().unwrap();
    assert_eq!(object.text("event.sha256"), Digest::of(&commit.stdout).to_string());
    assert_eq!(story.newest().get("id").and_then(Value::as_text), Some(object.text("event.id").as_str()));
}

#[test]
fn m0_001_every_event_is_an_ordinary_signed_commit() {
    let story = ready();
    let file = story.write_beside("allowed", &story.ledger("key list --allowed-signers").ok().stdout);
    for commit in story.repo.git(["rev-list", "refs/ledger/main"]).lines() {
        let setting = format!("gpg.ssh.allowedSignersFile={}", file.display());
        story.git(["-c", &setting, "verify-commit", commit]).ok().says("Good \"git\" signature");
    }
}

#[test]
fn a_refusal_names_code_rule_found_needed_who_and_next() {
    let story = drafted();
    let told = story.ledger("seal D-1").as_("raj").exits(1);
    assert_eq!(
        told.stderr,
        "ledger: seal D-1 refused: raj acts as reviewer  [authority.role]
  needed   2 approver (ines, omar)
  rule     kinds.document.seal
  next     ledger seal D-1
"
    );
    let object = story.ledger("seal D-1").as_("raj").json().exits(1);
    assert_eq!(object.stderr, "");
    assert_eq!(object.get("error.exit"), Value::Int(1));
    let Value::Map(explanation) = object.get("error.explanations.0") else { panic!("{object}") };
    let keys: Vec<&str> = explanation.keys().map(String::as_str).collect();
    assert_eq!(
        keys,
        ["cite", "code", "found", "item", "needed", "next", "outcome", "path", "rule", "waivable", "who", "why"]
    );
}

#[test]
fn fields_get_the_types_that_the_charter_gives_them() {
    let story = people();
    let words = "declare D-1 --kind document --field tags=a --field tags=b --field notes.x=1 --field notes.y= \
                 --field hot=yes --field took=120ms --field due=2026-02-01 --field owner=omar --field group=core --field about=";
    story.ledger(words).as_("dario").ok();
    let fields = story.newest().get("body").and_then(|body| body.get("fields")).map(Value::to_canonical);
    let expected = r#"{"about":"","due":"2026-02-01","group":"core","hot":true,"notes":{"x":"1","y":""},"owner":"omar","tags":["a","b"],"took":120}"#;
    assert_eq!(fields.as_deref(), Some(expected));

    story.ledger("declare D-2 --kind document --field tags= --field notes= --link cites=").as_("dario").ok();
    let body = story.newest().get("body").cloned().unwrap();
    assert_eq!(body.get("fields").map(Value::to_canonical).as_deref(), Some(r#"{"notes":{},"tags":[]}"#));
    assert_eq!(body.get("links").map(Value::to_canonical).as_deref(), Some(r#"{"cites":[]}"#));

    let file = story.write_beside("fields.json", "{ \"tags\": [\"a\"],\n  \"hot\": false }");
    story
        .ledger([
            "declare".as_ref(),
            "D-3".as_ref(),
            "--kind".as_ref(),
            "document".as_ref(),
            "--fields".as_ref(),
            file.as_os_str(),
        ])
        .as_("dario")
        .ok();
    let fields = story.newest().get("body").and_then(|body| body.get("fields")).map(Value::to_canonical);
    assert_eq!(fields.as_deref(), Some(r#"{"hot":false,"tags":["a"]}"#));
}

#[test]
fn words_that_the_charter_does_not_have_are_refused_with_a_suggestion() {
    let story = people();
    let before = story.tip();
    for (words, exit, told) in [
        ("declare D-1 --kind docment", 1, "did you mean document?"),
        ("declare D-1 --kind document --field gruop=core", 1, "did you mean group?"),
        ("declare D-1 --kind document --field group=other", 1, "one of core, rest"),
        ("declare D-1 --kind document --field took=12s", 1, "an integer in ms"),
        ("declare D-1 --kind document --field due=soon", 1, "a day"),
        ("declare D-1 --kind document --field owner=nobody", 1, "an enrolled actor"),
        ("declare D-1 --kind document --link sites=D-2", 1, "one of cites, supersedes"),
        ("declare X-1 --kind document", 1, "an id that matches"),
        ("declare D-1 --kind document --path src/one.rs", 1, "a path that matches docs/**"),
        ("declare D-1 --kind document --path ../one.md", 2, "path"),
        ("declare D-1 --kind document --field about", 2, "--field about=VALUE is missing"),
        ("declare D-1 --kind document --fields /nowhere.json", 2, "there is no file"),
        ("declare D/1 --kind document", 2, "an item's id"),
        ("declare D-1", 2, "--kind"),
        ("move D-1", 2, "STATUS"),
        ("move D-1 final", 1, "nobody declared D-1"),
        ("seal", 2, "ID"),
        ("attest D-1 reviw", 1, "did you mean review?"),
        ("block D-1 HODL --reason x", 1, "did you mean HOLD?"),
    ] {
        story.ledger(words).as_("dario").exits(exit).says(told);
    }
    assert_eq!(story.tip(), before);
}

#[test]
fn amending_keeps_what_is_not_named() {
    let story = people();
    story
        .ledger("declare D-1 --kind document --title One --path docs/one.md --field group=core --link cites=D-8,D-9")
        .as_("dario")
        .ok();
    let links =
        |story: &Story| story.newest().get("body").and_then(|body| body.get("links")).map(Value::to_canonical).unwrap();
    story.ledger("amend D-1 --add-link cites=D-7 --remove-link cites=D-9").as_("dario").ok();
    assert_eq!(links(&story), r#"{"cites":["D-7","D-8"]}"#);
    let body = story.newest().get("body").cloned().unwrap();
    assert_eq!(body.get("title").and_then(Value::as_text), Some("One"));
    assert_eq!(body.get("fields").map(Value::to_canonical).as_deref(), Some(r#"{"group":"core"}"#));
    story.ledger("amend D-1 --link cites=D-5 --no-title --no-field group --no-path").as_("dario").ok();
    let body = story.newest().get("body").cloned().unwrap();
    assert_eq!(links(&story), r#"{"cites":["D-5"]}"#);
    assert_eq!((body.get("title"), body.get("path")), (Some(&Value::Null), Some(&Value::Null)));
    story.ledger("amend D-1 --no-link cites --title One").as_("dario").ok();
    assert_eq!(links(&story), "{}");
    story.ledger("amend D-1 --title One").as_("dario").exits(1).says("item.unchanged");
    story.ledger("amend D-1").as_("dario").exits(2).says("--field about=VALUE").says("--add-link cites=ID");
    story.ledger("amend D-1 --title x --no-title").as_("dario").exits(2);
}

#[test]
fn a_successor_is_declared_or_amended() {
    let story = drafted();
    story.ledger("declare D-3 --kind document").as_("dario").ok();
    story.ledger("amend D-1 --field group=core").as_("mira").ok();
    story.ledger("supersede D-1 D-2 --path docs/two.md").as_("dario").ok().says("declared D-2");
    let body = story.newest().get("body").cloned().unwrap();
    assert_eq!(body.get("kind").and_then(Value::as_text), Some("document"));
    assert_eq!(body.get("title").and_then(Value::as_text), Some("The first"));
    assert_eq!(body.get("links").map(Value::to_canonical).as_deref(), Some(r#"{"supersedes":["D-1"]}"#));
    story.ledger("move D-1 final").as_("dario").exits(1).says("D-1 was superseded by D-2");
    story.ledger("supersede D-2 D-3").as_("dario").ok().says("amended D-3");
    story.ledger("supersede D-2 D-4").as_("dario").exits(1).says("D-2 was superseded by D-3");
    story.ledger("supersede D-9 D-4").as_("dario").exits(1).says("nobody declared D-9");
}

#[test]
fn s0_049_a_review_answers_each_question() {
    let story = drafted();
    let before = story.tip();
    let lacking = story.ledger("attest D-1 review --answer complete=yes").as_("raj").exits(2);
    lacking.says("lacks --answer consistent=yes|no");
    let next = lacking.next();
    // What to answer is for the reviewer to say: who types it as it stands is asked, or told the same again.
    assert_eq!(next, ["ledger attest D-1 review --answer complete=yes --answer 'consistent=yes|no'"]);
    let again = story.ledger(next[0].strip_prefix("ledger ").unwrap()).as_("raj").exits(2);
    assert_eq!(again.next(), next);
    assert_eq!(story.tip(), before);
    let told = story.ledger(next[0].strip_prefix("ledger ").unwrap().replace("yes|no", "yes").as_str()).as_("raj").ok();
    told.says("on       D-1 \"The first\"  docs/one.md  (content ").says("answers  complete=yes consistent=yes");
    // What is not good need not answer everything.
    story.ledger("attest D-1 review --result reject --answer consistent=no").as_("raj").ok();
    story
        .ledger("attest D-1 review --answer complete=yes --answer consistent=no")
        .as_("raj")
        .ok()
        .says("does not count as approve");
    story.ledger(&format!("attest D-1 review --answer brave=yes {ANSWERS}")).as_("raj").exits(1).says("claim.answer");
    story.ledger("attest D-1 review --answer complete=perhaps").as_("raj").exits(1).says("yes or no");
    story
        .ledger(&format!("attest D-1 review --result fine {ANSWERS}"))
        .as_("raj")
        .exits(1)
        .says("one of approve, reject");
}

#[test]
fn a_check_carries_values_and_its_evidence_is_kept() {
    let story = drafted();
    let lacking = story.ledger("attest repo check --value violations=0").as_("dario").exits(2);
    lacking.says("lacks --value tool=deny|audit");
    assert_eq!(lacking.next(), ["ledger attest repo check --value violations=0 --value 'tool=deny|audit'"]);
    story
        .ledger("attest repo check --value violations=none --value tool=deny")
        .as_("dario")
        .exits(1)
        .says("claim.value");
    story
        .ledger("attest repo check --value violations=0 --value tool=cargo")
        .as_("dario")
        .exits(1)
        .says("one of deny, audit");
    let report = story.write_beside("deny.json", "{\"violations\":0}\n");
    let mut words: Vec<std::ffi::OsString> = [
        "attest",
        "repo",
        "check",
        "--value",
        "violations=0",
        "--value",
        "tool=deny",
        "--value",
        "took=90ms",
        "--evidence",
    ]
    .map(Into::into)
    .into();
    words.push(report.clone().into());
    story
        .ledger(words)
        .as_("dario")
        .ok()
        .says("values   took=90 tool=deny violations=0")
        .says("application/json, 17 bytes");
    let digest = Digest::of(b"{\"violations\":0}\n").to_string();
    let place = format!("refs/ledger-evidence/main:{}/{}", &digest[..2], &digest[2..]);
    assert_eq!(story.repo.git(["cat-file", "blob", &place]), "{\"violations\":0}");
    story
        .ledger("attest repo check --value violations=0 --value tool=deny --evidence /nowhere")
        .as_("dario")
        .exits(2)
        .says("there is no file");
    let huge = story.beside.path().join("huge");
    std::fs::File::create(&huge).unwrap().set_len(50 * 1024 * 1024 + 1).unwrap();
    story
        .ledger(&format!("attest repo check --value violations=0 --value tool=deny --evidence {}", huge.display()))
        .as_("dario")
        .exits(2)
        .says("50 MiB");
}

#[test]
fn s0_076_a_review_is_about_the_bytes_as_they_were() {
    let story = ready();
    story.commit_file("mira", ONE, "# One\n\nMore.\n");
    let refused = story.ledger("seal D-1").as_("omar").exits(1);
    refused
        .says("gate ready is HOLD: 1 met, 1 unmet, 0 unknown")
        .says("review of D-1 by raj on 2026-01-10, before the file changed");
    refused.says("next     ledger gate ready D-1").says("ledger attest D-1 review");
    story.ledger(&format!("attest D-1 review {ANSWERS}")).as_("raj").ok();
    story.ledger("seal D-1").as_("omar").ok();
}

#[test]
fn whoever_wrote_it_does_not_review_it_nor_does_who_operates_the_writer() {
    let story = drafted();
    // Mira wrote it, and dario answers for mira.
    let own = story.ledger(&format!("attest D-1 review {ANSWERS}")).as_("mira").json().exits(1);
    assert_eq!(code_of(&own), "authority.author");
    let operator = story.ledger(&format!("attest D-1 review {ANSWERS}")).as_("dario").exits(1);
    operator.says("D-1 was written by mira, who counts as one with dario").says("1 reviewer (raj)");
    story.ledger(&format!("attest D-1 review {ANSWERS}")).as_("raj").ok();
    // Raj mends a word: from then on he is an author too.
    story.commit_file("raj", ONE, "# The one\n");
    let last = story.ledger(&format!("attest D-1 review {ANSWERS}")).as_("raj").exits(1);
    last.says("D-1 was written by raj").says("nobody");
    // Nor may dario seal what his agent wrote.
    let seal = story.ledger("seal D-1").as_("dario").json().exits(1);
    assert_eq!(code_of(&seal), "authority.author");
}

#[test]
fn m0_008_a_quorum_takes_different_people() {
    let story = ready();
    let proposed = story.ledger("seal D-1").as_("omar").json().ok();
    assert_eq!(proposed.get("event.pending"), Value::Bool(true));
    assert_eq!(proposed.get("quorum").to_canonical(), r#"{"filled":1,"places":2}"#);
    assert_eq!(story.diary().last().map(String::as_str), Some("proposed sealed D-1"));
    story.ledger("seal D-1").as_("omar").exits(1).says("omar signed this proposal already").says("ines");
    story.ledger("amend D-1 --title Other").as_("mira").ok();
    let id = proposed.text("event.id");
    // The content changed, so that the proposal is gone.
    story.ledger(["cosign", &id[..8]]).as_("ines").exits(1).says("authority.no-proposal");
    story.ledger(&format!("attest D-1 review {ANSWERS}")).as_("raj").ok();

    let told = story.ledger("seal D-1").as_("omar").ok();
    told.says("1 of 2 signatures; nothing changes before it is complete").says("ends     on 2026-02-09");
    let next = told.next();
    assert!(next[0].starts_with("ledger cosign ") && told.stdout.contains("approver: ines"), "{told}");
    story
        .ledger(next[0].strip_prefix("ledger ").unwrap())
        .as_("ines")
        .ok()
        .says("sealed D-1")
        .says("completes the proposal");
    assert_eq!(story.diary().last().map(String::as_str), Some("sealed D-1"));
    story.ledger("cosign 00000000").as_("ines").exits(1).says("authority.no-proposal");
}

#[test]
fn the_same_command_of_another_person_joins_the_proposal() {
    let story = ready();
    story.ledger("seal D-1").as_("omar").ok();
    story.ledger("seal D-1").as_("ines").ok().says("sealed D-1   (");
}

#[test]
fn s0_047_sealed_bytes_are_kept_and_the_seal_holds() {
    let story = ready();
    story.ledger("seal D-1").as_("omar").ok();
    story.ledger("seal D-1").as_("ines").ok();
    let digest = Digest::of(b"# One\n").to_string();
    let place = format!("refs/ledger-evidence/main:{}/{}", &digest[..2], &digest[2..]);
    assert_eq!(story.repo.git(["cat-file", "blob", &place]), "# One");
    story.ledger("amend D-1 --title Other").as_("mira").exits(1).says("item.sealed").says("next     ledger unseal D-1");
    let again = story.ledger("seal D-1").as_("omar").exits(1);
    assert_eq!(again.says("item.sealed").says("the seal holds").next(), ["ledger show D-1"]);
    // Without a reason nothing happens, and the whole command is shown.
    let missing = story.ledger("unseal D-1").as_("omar").exits(2);
    assert_eq!(missing.next(), ["ledger unseal D-1 --reason TEXT"]);
    story.ledger("unseal D-1 --reason ''").as_("omar").exits(2).says("the reason is empty");
    story.ledger("unseal D-1 --reason 'one limit is wrong'").as_("omar").ok().says("reason   one limit is wrong");
    story.ledger("unseal D-1 --reason again").as_("omar").exits(1).says("item.not-sealed");
    story.ledger("amend D-1 --title Other").as_("mira").ok();
}

#[test]
fn several_seals_stop_at_the_first_that_is_refused() {
    let story = ready();
    story.ledger("declare D-2 --kind document --title Two").as_("mira").ok();
    story.ledger("declare D-3 --kind document --title Three").as_("mira").ok();
    let told = story.ledger("seal D-1 D-2 D-3").as_("omar").exits(1);
    assert!(told.stdout.starts_with("proposed sealed D-1 "), "{told}");
    told.says("seal D-2 refused").says("the 1 before it are written, the 1 after it are not");
    let lines = story.ledger("seal D-1 D-2").as_("ines").json().exits(1).stdout;
    let values: Vec<Value> = lines.lines().map(|line| Value::parse(line).unwrap()).collect();
    assert!(values.len() == 2 && values[0].get("event").is_some() && values[1].get("error").is_some(), "{lines}");
}

#[test]
fn s0_019_a_block_is_placed_with_its_reason_and_stops_until_it_is_lifted() {
    let story = drafted();
    let place = "block D-1 HOLD --because unclear --field 'questions=Which store?' --field 'questions=Whose data?'";
    let missing = story.ledger(place).exits(2);
    let whole = "ledger block D-1 HOLD --because unclear --field 'questions=Which store?' --field 'questions=Whose data?' --reason TEXT";
    assert_eq!(missing.next(), [whole]);
    story
        .ledger("block D-1 HOLD --reason 'two answers are missing'")
        .exits(1)
        .says("--because with one of unclear, risky");
    story.ledger(&format!("{place} --reason 'two answers are missing'")).as_("dario").exits(1).says("1 lead (lena)");
    story.ledger(&format!("{place} --reason 'two answers are missing'")).ok();
    story.ledger("block D-1 HOLD --because risky --reason x --field questions=").exits(1).says("block.stands");
    let stopped = story.ledger("move D-1 final").as_("mira").exits(1);
    stopped
        .says("HOLD stands on D-1 since 2026-01-10: two answers are missing")
        .says("a question that nobody answered comes back");
    assert_eq!(stopped.next(), ["ledger unblock D-1 HOLD"]);
    let seq = story.newest().get("seq").and_then(Value::as_int).unwrap();
    story.ledger(&format!("attest D-1/HOLD/{seq} seen")).ok().says("noted");
    story.ledger("attest D-1/HOLD/2 seen").exits(1).says("block.absent");
    story.ledger("unblock D-1 HOLD --record D-1").exits(1).says("the charter asks for none");
    story.ledger("unblock D-1 HOLD").as_("mira").exits(1).says("1 lead (lena)");
    story.ledger("unblock D-1 HOLD").ok().says("unblocked D-1 HOLD");
    story.ledger("unblock D-1 HOLD").exits(1).says("block.absent");
    story.ledger("move D-1 final").as_("mira").ok();
}

#[test]
fn a_move_may_take_a_code_as_its_reason() {
    let story = drafted();
    story.ledger("move D-1 finished").as_("mira").exits(1).says("one of draft, final");
    story.ledger("move D-1 final --because rework").as_("mira").exits(1).says("item.reason");
    story.ledger("move D-1 final").as_("mira").ok();
    story.ledger("move D-1 draft").as_("mira").exits(1).says("--because with one of mistake, rework");
    story.ledger("move D-1 draft --because mistake").as_("mira").ok().says("from     final, because mistake");
}

#[test]
fn statements_are_taken_back_by_their_signer_or_the_authority() {
    let story = ready();
    story.ledger("retract D-1 review").as_("raj").exits(2).says("--reason TEXT");
    story.ledger("retract D-1 review --reason x").as_("mira").exits(1).says("mira made no statement review on D-1");
    story.ledger("retract D-1 review --of raj --reason x").as_("mira").exits(1).says("authority.own-statement");
    story.ledger("retract D-1 review --reason 'read the draft before last'").as_("raj").ok();
    story.ledger("seal D-1").as_("omar").exits(1).says("gate ready is HOLD");
    story.ledger(&format!("attest D-1 review {ANSWERS}")).as_("raj").ok();
    story.ledger("retract D-1 review --of raj --reason 'signed with a lost key'").ok();
    story.ledger("retract --reason x").exits(2);
}

#[test]
fn the_authority_disputes_the_facts_of_an_event() {
    let story = ready();
    let log = story.repo.git(["log", "--format=%H %s", "refs/ledger/main"]);
    let commit_of = |summary: &str| {
        let line = log.lines().find(|line| line.ends_with(summary)).unwrap();
        line.split(' ').next().unwrap().to_owned()
    };
    let review = commit_of("attested D-1 review=approve");
    story.ledger(&format!("retract --facts-of {}", &review[..10])).exits(2).says("--reason TEXT");
    story.ledger(&format!("retract --facts-of {} --reason x", &review[..10])).as_("raj").exits(1).says("1 lead (lena)");
    story.ledger(&format!("retract --facts-of {} --reason 'that commit is on no branch'", &review[..10])).ok();
    let body = story.newest().get("body").cloned().unwrap();
    assert_eq!(body.get("claim"), Some(&Value::Null));
    story.ledger("retract --facts-of ffffffffffff --reason x").exits(2).says("no event's id, commit or SHA-256 begins");
    let plain = commit_of("enrolled raj");
    story.ledger(&format!("retract --facts-of {plain} --reason x")).exits(2).says("claims no facts");
}

#[test]
fn what_is_not_committed_is_not_judged_and_that_is_said() {
    let story = ready();
    story.write(ONE, "# One, changed\n");
    let note = "ledger: note: docs/one.md has changes that are not committed; HEAD is judged";
    story.ledger("seal D-1 --dry-run").as_("omar").ok().says(note);
    let other = "ledger: note: docs/one.md is otherwise in the work tree; the commit is judged";
    story.ledger("seal D-1 --dry-run --commit HEAD").as_("omar").ok().says(other);
    story.git("add -A").as_("mira").ok();
    story.ledger("seal D-1 --dry-run").as_("omar").ok().says(note);
    story.git("reset -q --hard").as_("mira").ok();
    story.ledger("seal D-1 --dry-run").as_("omar").ok().never_says("note:");
    story.ledger("declare D-2 --kind document --path docs/two.md").as_("mira").ok().never_says("note:");
    story.write("docs/two.md", "Two\n");
    let refused = story.ledger("move D-2 final").as_("mira").exits(1);
    refused.says("docs/two.md has changes that are not committed").says("next     git add docs/two.md");
    // Another commit can be named.
    let before = story.head();
    story.commit_file("mira", ONE, "# One, later\n");
    story.ledger(&format!("seal D-1 --dry-run --commit {before}")).as_("omar").ok().says("the commit is judged");
    story.ledger("seal D-1 --dry-run --commit nowhere").as_("omar").exits(2);
}

#[test]
fn a_dry_run_judges_and_writes_nothing() {
    let story = ready();
    let refs = story.repo.git(["for-each-ref"]);
    let objects = story.repo.git(["count-objects", "-v"]);
    let told = story.ledger("seal D-1 --dry-run").as_("omar").ok();
    told.says("would be written: proposed sealed D-1").says("1 of 2 signatures");
    told.never_says("ledger cosign");
    let object = story.ledger("seal D-1 --dry-run").as_("omar").json().ok();
    assert_eq!((object.get("dry_run"), object.get("event.commit")), (Value::Bool(true), Value::Null));
    story.ledger("seal D-1 --dry-run").as_("raj").exits(1);
    assert_eq!(story.repo.git(["for-each-ref"]), refs);
    assert_eq!(story.repo.git(["count-objects", "-v"]), objects);
}

#[test]
fn without_a_usable_key_the_exit_code_is_4() {
    let story = drafted();
    std::fs::create_dir_all(story.home("nobody")).unwrap();
    let before = story.tip();
    story.ledger("move D-1 final").as_("nobody").exits(4).says("trust.no-key");
    // A key that is there and belongs to nobody is told apart.
    story.person("stranger");
    story
        .ledger(&format!("move D-1 final --key {}", story.key("stranger").display()))
        .as_("stranger")
        .exits(4)
        .says("belongs to nobody");
    story.ledger("move D-1 final --as lead").as_("mira").exits(1).says("trust.role-not-held");
    assert_eq!(story.tip(), before);
}

#[test]
fn an_event_cannot_be_dated_ahead_of_the_clock() {
    let story = drafted();
    story.ledger("move D-1 final").as_("mira").at("2199-01-01T00:00:00Z").exits(5).says("store.clock");
    story.ledger("move D-1 final").as_("mira").at("2020-01-01T00:00:00Z").exits(5).says("store.clock");
}

#[test]
fn those_who_act_at_once_all_land() {
    let story = people();
    let before = story.diary().len();
    let calls: Vec<_> = (1..=6)
        .map(|n| {
            story
                .ledger(&format!("declare D-{n} --kind document"))
                .as_(if n % 2 == 0 { "dario" } else { "mira" })
                .at("2026-01-10T12:00:00Z")
        })
        .collect();
    let running: Vec<_> = calls.iter().map(crate::sandbox::story::Call::start).collect();
    for child in running {
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    }
    assert_eq!(story.diary().len(), before + 6);
    story.ledger("declare D-7 --kind document").as_("mira").at("2026-01-10T12:01:00Z").ok();
    story.ledger("verify").ok();
}

#[test]
fn a_command_that_is_killed_leaves_the_ledger_usable() {
    let story = drafted();
    for (n, wait) in [1, 5, 15, 30, 50, 80, 120].into_iter().enumerate() {
        let mut child = story.ledger(&format!("declare D-{} --kind document", n + 10)).as_("mira").start();
        std::thread::sleep(Duration::from_millis(wait));
        child.kill().unwrap();
        child.wait().unwrap();
    }
    // Git's own lock file may be left over by a kill between two system calls; nothing else can stand in the way.
    let lock = story.repo.path().join(".git/refs/ledger/main.lock");
    if lock.exists() {
        std::fs::remove_file(&lock).unwrap();
    }
    story.ledger("declare D-99 --kind document").as_("mira").ok();
    story.ledger("verify").ok();
    let ids: Vec<String> = story.diary();
    let distinct: std::collections::BTreeSet<&String> = ids.iter().collect();
    assert_eq!(ids.len(), distinct.len(), "{ids:?}");
    story.git("fsck --strict --no-dangling").ok();
}

#[test]
fn nothing_is_asked_where_nobody_sits() {
    let story = drafted();
    // Text that waits on standard input is no answer of a person.
    story.ledger("attest D-1 review").as_("raj").typing("yes\nyes\n").exits(2);
    story.ledger("attest D-1 review --no-input").as_("raj").exits(2).says("--answer complete=yes|no");
    story.ledger("unseal D-1 --no-input").as_("omar").exits(2).says("--reason TEXT");
    story.ledger("amend D-1 --field about").as_("mira").exits(2).says("--field about=VALUE");
    story.ledger("amend D-1 --add-link cites").as_("mira").exits(2).says("--add-link cites=ID");
    story.ledger("amend D-1 --path").as_("mira").exits(2).says("--path");
}

#[test]
fn on_a_terminal_what_is_missing_is_asked_for() {
    let story = drafted();
    let script = Path::new("/usr/bin/script");
    assert!(script.exists(), "this test needs script(1) of util-linux, which gives a command a terminal");
    let on_terminal = |words: &str, name: &str, typed: &str| {
        let line = format!("{} {words}", env!("CARGO_BIN_EXE_ledger"));
        let call = story.ledger(words).as_(name);
        let mut command = Command::new(script);
        for (key, value) in call.command().get_envs() {
            match value {
                Some(value) => command.env(key, value),
                None => command.env_remove(key),
            };
        }
        command.current_dir(story.repo.path()).args(["-qec", &line, "/dev/null"]);
        let mut child =
            command.stdin(std::process::Stdio::piped()).stdout(std::process::Stdio::piped()).spawn().unwrap();
        std::io::Write::write_all(child.stdin.as_mut().unwrap(), typed.as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        let shown = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(output.status.success(), "{shown}");
        shown
    };
    let shown = on_terminal("attest D-1 review", "raj", "yes\nmaybe\nno\n");
    assert!(shown.contains("complete? yes or no") && shown.contains("please type yes or no"), "{shown}");
    let answers = story.newest().get("body").and_then(|body| body.get("answers")).map(Value::to_canonical);
    assert_eq!(answers.as_deref(), Some(r#"{"complete":true,"consistent":false}"#));
    let shown = on_terminal("attest D-1 review --answer complete=yes --answer 'consistent=yes|no'", "raj", "yes\n");
    assert!(shown.contains("consistent? yes or no") && !shown.contains("complete? yes or no"), "{shown}");
    let shown = on_terminal("attest D-1 check --value violations=0 --value 'tool=deny|audit'", "mira", "audit\n");
    assert!(shown.contains("tool (deny|audit)"), "{shown}");
    on_terminal("amend D-1 --field about --add-link cites", "mira", "what it is\nD-7,D-8\n");
    let body = story.newest().get("body").cloned().unwrap();
    assert_eq!(body.get("fields").map(Value::to_canonical).as_deref(), Some(r#"{"about":"what it is"}"#));
    assert_eq!(body.get("links").map(Value::to_canonical).as_deref(), Some(r#"{"cites":["D-7","D-8"]}"#));
    on_terminal("block D-1 HOLD --because risky --field questions=", "lena", "too early\n");
    assert_eq!(
        story.newest().get("body").and_then(|body| body.get("reason")).and_then(Value::as_text),
        Some("too early")
    );
}

#[test]
fn every_acting_command_has_help_with_examples() {
    let story = Story::new();
    story.person("lena");
    for name in
        ["declare", "amend", "supersede", "move", "attest", "retract", "seal", "unseal", "block", "unblock", "cosign"]
    {
        let help = story.ledger([name, "--help"]).ok();
        help.says("Examples:").says(&format!("ledger {name} ")).says("--dry-run").says("--format");
    }
    story.ledger("seal E-05").exits(2).says("ledger init");
}

//! A commit that is being made.

use super::Place;

/// S1-051, S1-052: who holds the role may not write code, and may write packets. The committer is predicted from the key at hand.
#[test]
fn a_role_that_writes_no_code_is_refused_code_and_nothing_else() {
    let place = Place::new();
    let refused = place.script("put src/new.rs; git commit -q -m m -m \"$packet\"").as_("omar").exits(1);
    refused.says("omar is orchestrator and changes src/new.rs").says("[commit.role]").says("commits.CX-100");
    refused.says("NO CODING: orchestrators write task packets only").says("raj").says("ledger why :/src/new.rs");
    place.script("git reset -q --hard; put docs/task_packets/WP-3.md; git commit -q -m packet").as_("omar").ok();
    place.do_("put src/new.rs; git commit -q -m m -m \"$packet\"");
}

/// S1-018, S0-028: code comes with the packet that it serves; the message is judged once it is written.
#[test]
fn code_names_the_packet_that_it_serves() {
    let place = Place::new();
    for (message, says) in [
        ("-m m -m 'Work-Packet: WP-9'", "the commit names WP-9, which was never declared"),
        ("-m m -m 'Work-Packet: WP-2'", "the commit names WP-2, which is ready and no packet that is in-progress"),
        ("-m m -m 'Work-Packet: ../x'", "which is no id"),
        ("-m m -m \"$packet\nwork-packet: WP-2\"", "the commit names WP-2, which is ready"),
    ] {
        let refused = place.refuses(&format!("put src/new.rs; git commit -q {message}"));
        refused
            .says(says)
            .says("[commit.serves]")
            .says("commits.CX-580")
            .says("git commit --trailer 'Work-Packet: WP-1'");
    }
    place.do_("put src/new.rs; git commit -q -m m -m \"$packet\"");
    // Where only one packet fits, the hook names it.
    place.do_("put src/new.rs again; git commit -q -m m; git log -1 --format=%B | grep -qx \"$packet\"");
    // Nothing is added where no code is changed.
    place.do_("put notes/a.md; git commit -q -m m; ! git log -1 --format=%B | grep -q Work-Packet");
    // `--no-verify` leaves out commit-msg alone: what was not asked then is asked at the push.
    place.do_("put app/new.rs; git commit -q --no-verify -m m");
}

/// S1-076, S1-077: what is changed lies within what the packet names, and not within what it leaves out.
#[test]
fn a_commit_stays_within_the_scope_of_its_packet() {
    let place = Place::new();
    let refused = place.refuses("put app/new.rs; git commit -q -m m -m \"$packet\"");
    refused.says("app/new.rs is outside of in_scope_paths of WP-1").says("[commit.scope]").says("ledger show WP-1");
    let refused = place.refuses("git reset -q; put src/secret/key.rs; put src/a.rs; git commit -q -m m -m \"$packet\"");
    refused.says("src/secret/key.rs is in out_of_scope_paths of WP-1").never_says("src/a.rs is");
    place.refuses("git reset -q; put src/SECRET/key.rs; git commit -q -m m -m \"$packet\"").says("out_of_scope_paths");
    // A rename is a deletion and an addition.
    place.do_("git reset -q --hard; put src/a.rs; git commit -q -m m");
    let refused = place.refuses("mkdir -p app; git mv src/a.rs app/a.rs; git commit -q -m m -m \"$packet\"");
    refused.says("app/a.rs is outside of in_scope_paths of WP-1");
}

/// S1-028: a manifest changes with the register.
#[test]
fn a_file_changes_with_the_one_that_goes_with_it() {
    let place = Place::new();
    let refused = place.refuses("put Cargo.toml '[dependencies]'; git commit -q -m m");
    refused.says("the commit changes Cargo.toml and not docs/OSS_REGISTER.md").says("[commit.with]");
    refused.says("git add docs/OSS_REGISTER.md").says("Supply Chain Safety");
    place.refuses("git rm -q docs/OSS_REGISTER.md; git commit -q -m m").says("[commit.with]");
    place.do_("git reset -q docs; put docs/OSS_REGISTER.md serde; git commit -q -m m");
}

/// S1-010: the specification stands still while a phase is under way: no new one is declared, and its text is not changed.
#[test]
fn the_specification_is_locked_during_a_phase() {
    let place = Place::new();
    place.do_("put docs/master_spec/v1.md more; git commit -q -m m");
    place.ledger("declare PHASE-1 --kind phase").as_("omar").ok();
    place.ledger("declare SPEC-v2 --kind spec --path docs/master_spec/v1.md").exits(1).says("PHASE-1 is active");
    let refused = place.refuses("put docs/master_spec/v2.md; git commit -q -m m");
    refused.says("commits.CX-585A").says("PHASE-1").says("the specification stands still while a phase is under way");
    place.ledger("move PHASE-1 closed").ok();
    place.do_("put docs/master_spec/v2.md; git commit -q -m m");
    place.ledger("declare SPEC-v2 --kind spec --path docs/master_spec/v1.md").ok();
}

/// S1-208: a rule about a branch holds for every commit to it, an empty one too, and for no other branch.
#[test]
fn what_a_branch_needs_holds_for_every_commit_to_it() {
    let place = Place::new();
    place.ledger("move WP-1 done").as_("omar").ok();
    let refused = place.refuses("git commit -q --allow-empty -m m");
    refused.says("commits.CX-585").says("WP-1").says("ledger attest WP-1 confirmed").says("omar");
    place.do_("git checkout -q -b topic; git commit -q --allow-empty -m m");
    place.do_("git checkout -q --detach; git commit -q --allow-empty -m m");
    place.ledger("attest WP-1 confirmed").as_("omar").ok();
    place.do_("git checkout -q main; git commit -q --allow-empty -m m");
}

/// A merge answers for what it brings itself, not for what it takes over.
#[test]
fn a_merge_answers_for_what_no_parent_has() {
    let place = Place::new();
    place.do_("git checkout -q -b topic; put src/a.rs a; git commit -q -m a -m \"$packet\"; git checkout -q main");
    place.do_("put notes/b.md; git commit -q -m b; git merge -q --no-edit topic");
    place.do_(
        "git checkout -q -b other; put src/a.rs 'fn a() {}'; git commit -q -m a -m \"$packet\"; git checkout -q main",
    );
    place.do_("put src/a.rs 'fn b() {}'; git commit -q -m b -m \"$packet\"; git merge -q other || true");
    let refused = place.refuses("put src/a.rs 'fn a() { TODO }'; git commit -q --no-edit");
    refused.says("src/a.rs:1 adds `\\bTODO\\b`");
    place.do_("put src/a.rs 'fn a() {}\\nfn b() {}'; git commit -q --no-edit");
}

/// Each refusal is told by `why` too, for programs as for people; a path says which rules speak of it.
#[test]
fn why_tells_the_rules_that_speak_of_a_change() {
    let place = Place::new();
    place.do_("put src/a.rs '// TODO'");
    let why = place.script("ledger why --staged").exits(1);
    why.says("src/a.rs:1 adds `\\bTODO\\b`").says("commits.CX-600B").says("Anti-Vibe Guard").never_says("CX-580");
    let told = place.script("ledger check --staged --format json").exits(1);
    told.says("\"code\":\"commit.line\"").says("\"path\":\"src/a.rs\"").says("\"rule\":\"commits.CX-600B\"");
    let why = place.script("ledger why ./src/a.rs").ok();
    why.says("CX-100   refuses a change by orchestrator");
    why.says("CX-580   a change needs that the commit serves a packet that is in-progress");
    why.says("CX-DBP-001   refuses a change adding `\\bSqlitePool\\b`");
    place.script("ledger why ./src/storage/a.rs").ok().never_says("CX-DBP-001");
    // Rules that speak of every commit speak of each file.
    let why = place.script("ledger why ./README.md").ok();
    why.says("CX-585   a change on main needs").says("CX-700   a change on release needs a signature");
    why.never_says("CX-100").never_says("CX-580").never_says("CX-600").never_says("CX-DBP");
}

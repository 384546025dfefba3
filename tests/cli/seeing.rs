//! The commands that show what is so, on real repositories with real keys.

use crate::beginnings::{self, review};
use crate::sandbox::story::{Outcome, Story};
use govledger::domain::value::Value;

/// Both documents, E-01 declared under another title than the index gives it.
fn drafted() -> Story {
    beginnings::drafted("Architecture")
}

fn lines(outcome: &Outcome) -> Vec<Value> {
    outcome.stdout.lines().map(|line| Value::parse(line).unwrap()).collect()
}

fn texts(value: &Value, key: &str) -> Vec<String> {
    let list = value.get(key).and_then(Value::as_list).unwrap();
    list.iter().map(|text| text.as_text().unwrap().to_owned()).collect()
}

fn item_of(status: &Outcome, id: &str) -> Value {
    let items = status.get("items");
    items.as_list().unwrap().iter().find(|item| item.get("id").unwrap().as_text() == Some(id)).unwrap().clone()
}

// S0-093, S0-045, S0-094
#[test]
fn the_whole_status_shows_each_block_mark_and_item() {
    let story = drafted();
    let status = story.ledger("status --all").ok();
    status.says("PHASE-E-KICKOFF  Phase E: orchestration design");
    status.says("MIG-06  DESIGN-BLOCKED (active) since 2026-01-10 by lena (platform-governance)");
    status.says("PHASE-E  INDEX-CONFLICT (derived)");
    status.says("index row says title `Architecture`, the declaration says `Overview`");
    status.says("NON-AUTHORITATIVE on E-00, E-01");
    status.says("  CP-21    planned  must be sealed");
    status.says("  PHASE-E  open     INDEX-CONFLICT (derived)");
    status.says("ledger move CP-21 done");
    status.says("T-risk           must be consistent and have covered_by");
    // The mark stands before the list of what is missing, so that a narrow terminal cuts off the end of the list.
    status.says(
        "  E-01     draft    NON-AUTHORITATIVE (mark); must be complete, consistent, sealed, valid and have coherent, ",
    );

    let status = story.ledger("status").json().ok();
    let names: Vec<String> = status
        .get("blocks")
        .as_list()
        .unwrap()
        .iter()
        .map(|b| b.get("name").unwrap().as_text().unwrap().to_owned())
        .collect();
    assert_eq!(names, ["DESIGN-BLOCKED", "INDEX-CONFLICT"]);
    assert!(status.text("blocks.0.since").starts_with("2026-01-10T"), "{status}");
    assert_eq!(status.text("blocks.0.lifts.command"), "ledger gate unblock MIG-06");
    assert_eq!(texts(&item_of(&status, "E-01"), "marks"), ["NON-AUTHORITATIVE"]);
    assert_eq!(texts(&item_of(&status, "CP-21"), "qualifiers"), ["must be sealed"]);
    let next = status.get("next");
    let commands: Vec<&str> =
        next.as_list().unwrap().iter().map(|step| step.get("command").unwrap().as_text().unwrap()).collect();
    assert!(commands.contains(&"ledger move CP-21 done"), "{commands:?}");
}

#[test]
fn status_says_that_the_founding_lasts() {
    let charter = crate::sandbox::story::example("phase-e/charter.toml");
    let story = Story::founded(&charter, &[]);
    let status = story.ledger("status").ok();
    status.says("nothing else is admitted until the authority is complete: 2 platform-governance");
    status.says("ledger actor enroll --kind human --role platform-governance");
    assert_eq!(story.ledger("status").json().ok().get("founding"), Value::Bool(true));
}

#[test]
fn status_names_who_can_cosign_what_waits() {
    let story = Story::phase_e();
    story.person("nora");
    let key = story.public_key("nora");
    let words = ["actor", "enroll", "nora", "--kind", "human", "--role", "reviewer", "--public-key"];
    let mut words: Vec<std::ffi::OsString> = words.map(Into::into).into();
    words.push(key.into());
    let proposed = story.ledger(words).json().as_("lena").ok();
    let id = proposed.text("event.id");
    let status = story.ledger("status").ok();
    status.says("enrolled nora   1 of 2 signatures: lena; ends 2026-02-09");
    status.says(&format!("ledger cosign {}  platform-governance: kim", &id[..8]));
    // What it prints runs as it stands.
    story.ledger(["cosign", &id[..8]]).as_("kim").ok();
    story.ledger("status").ok().never_says("Waiting for signatures");
}

// S0-080, S0-010
#[test]
fn a_gate_is_shown_as_tree_matrix_and_reasons_and_its_exit_code_is_the_answer() {
    let story = drafted();
    // MIG-06 is the only item that the gate guards.
    let gate = story.ledger("gate unblock").exits(1);
    gate.says("gate unblock for MIG-06: HOLD");
    gate.says("    gate exit for PHASE-E: HOLD");
    gate.says("readiness  present  complete  deterministic  consistent  reviewed  sealed");
    gate.says("  E-00     MET      UNMET     UNMET          UNMET       UNMET     UNMET");
    gate.says("  E-02     UNMET    UNMET     UNMET          UNMET       UNMET     UNMET");
    gate.says("  E-09     UNMET    UNMET     UNMET          UNMET       UNMET     -");
    gate.says("  E-12     UNMET    UNMET     UNMET          UNMET       UNMET     UNMET");
    gate.says("  13 x 6, 2 of 76 met; - is not asked");
    gate.says("index row says title `Architecture`, the declaration says `Overview`");
    gate.says("ledger amend E-01 --title Architecture");
    let ids: Vec<String> = (0..12).map(|n| format!("  E-{n:02}")).collect();
    assert!(ids.iter().all(|id| gate.stdout.lines().any(|line| line.starts_with(id.as_str()))), "{gate}");

    let gate = story.ledger("gate readiness").json().exits(1);
    assert_eq!(gate.text("gate"), "readiness");
    assert_eq!(gate.text("outcome"), "HOLD");
    assert_eq!(gate.text("criteria.0.name"), "cp21");
    assert_eq!(gate.text("criteria.0.outcome"), "UNMET");
    assert_eq!(gate.text("criteria.0.leaves.0.code"), "gate.unmet");
    assert_eq!(gate.text("criteria.0.leaves.0.next.0"), "ledger move CP-21 done");
    assert_eq!(gate.get("counts.met").as_int(), Some(1));

    let which = story.ledger("gate sealable").exits(2);
    which.says("ledger gate sealable E-00").says("ledger gate sealable E-01");
    // A gate that asks what cannot be said of a thing is not for it, and nothing is offered that could not help.
    let other = story.ledger("gate sealable MIG-06").exits(2);
    other.says("gate sealable is for artifact, and MIG-06 is of kind migration").never_says("ledger attest");
    story.ledger(other.next()[0].strip_prefix("ledger ").unwrap()).exits(1);
    story.ledger("why sealable MIG-06").exits(2).says("is for artifact");
    story.ledger("gate no-such").exits(2).says("the charter has exit, readiness, recordable, sealable, unblock");
    story.ledger("move E-00 complete").as_("dario").ok();
    review(&story, "E-00", "petra");
    story.ledger("gate sealable E-00").ok().says("gate sealable for E-00: PASS");
}

#[test]
fn why_answers_for_items_paths_gates_and_what_is_staged() {
    let story = drafted();
    let item = story.ledger("why MIG-06").exits(1);
    item.says("DESIGN-BLOCKED (active) on MIG-06 since 2026-01-10 by lena (platform-governance)");
    item.says("stops    changes to implementation, moves");
    item.says("readiness.cp21   CP-21 is sealed   (§4)");
    item.says("waiver   not possible for this block");
    // An id in other case is the same id.
    story.ledger("why mig-06").exits(1).says("MIG-06  migration, planned");
    let never = story.ledger("why E-07").exits(1);
    never.says("E-07 was never declared").says("ledger declare E-07 --kind artifact");

    let path = story.ledger("why src/plan.rs").json().exits(1);
    assert_eq!(path.text("scopes.0"), "implementation");
    assert_eq!(path.text("refused.0.ground.name"), "DESIGN-BLOCKED");
    assert_eq!(path.text("refused.0.paths.0"), "src/plan.rs");
    let free = story.ledger("why docs/16-phase-e/e-01.md").ok();
    free.says("E-01   artifact, draft").says("no block and no seal stands against a change");
    story.ledger("why docs/16-phase-e/new.md").ok().says("of no item");

    let gate = story.ledger("why readiness").exits(1);
    gate.says("UNMET").never_says("decisions").never_says("readiness  present");

    story.ledger("why --staged").ok().says("nothing stands against what is staged (0 files)");
    story.write("src/plan.rs", "fn plan() { let _ = 1; }\n");
    story.write("docs/16-phase-e/notes.md", "A note.\n");
    story.write("src/\u{1b}[31mred.rs", "// red\n");
    story.git("add -A").ok();
    let staged = story.ledger("why --staged").exits(1);
    staged.says("src/plan.rs").says("DESIGN-BLOCKED (active) on MIG-06").says("readiness.cp21").never_says("notes.md");
    // The name of a file cannot reach the terminal as it is.
    staged.says("\\u{1b}[31mred.rs").never_says("\u{1b}");
    story.ledger("why --staged MIG-06").exits(1).says("src/plan.rs");
    story.ledger("why --staged CP-21").ok();
    let staged = story.ledger("why --staged").json().exits(1);
    assert_eq!(staged.get("paths").as_int(), Some(3));
    assert_eq!(staged.get("free"), Value::Bool(false));
}

#[test]
fn show_tells_an_item_whole_and_an_event_with_all_that_it_says() {
    let story = drafted();
    story.ledger("move E-01 complete").as_("dario").ok();
    review(&story, "E-01", "petra");
    let item = story.ledger("show E-01").ok();
    item.says("E-01  Overview").says("kind     artifact").says("group    core").says("NON-AUTHORITATIVE, a mark");
    item.says("review  approve  current  petra (reviewer)  2026-01-12");
    item.says("declared E-01").says("moved E-01 complete").says("attested E-01 review=approve");
    story.commit_file("dario", "docs/16-phase-e/e-01.md", "# Architecture, again\n");
    let item = story.ledger("show e-01").json().ok();
    assert_eq!(item.text("claims.0.counts"), "stale");
    assert_eq!(item.text("history.0.type"), "declared");
    assert_eq!(item.text("authors.signed.0"), "dario");

    let newest = story.newest();
    let seq = newest.get("seq").unwrap().as_int().unwrap();
    let event = story.ledger(["show", &seq.to_string()]).ok();
    event.says("attested E-01 review=approve").says("the signature is good").says("as       reviewer");
    event.says("review of E-01: approve").says("answer complete: yes").says("seen at sha1:");
    let by_commit = story.ledger(["show", &story.tip()[..10]]).json().ok();
    assert_eq!(by_commit.get("seq"), Value::Int(seq));
    assert_eq!(by_commit.get("signature.good"), Value::Bool(true));
    let id = newest.get("id").unwrap().as_text().unwrap().to_owned();
    assert_eq!(story.ledger(["show", &id[..9]]).json().ok().get("seq"), Value::Int(seq));
    story.ledger("show E-07").exits(2).says("no declared item and no event");
    story.ledger("show 0").ok().says("none: this is genesis").says("founded PHASE-E-KICKOFF");
}

#[test]
fn the_log_reads_backwards_for_people_and_forwards_for_programs() {
    let story = drafted();
    let diary = story.diary();
    let log = story.ledger("log").ok();
    let shown: Vec<&str> = log.stdout.lines().collect();
    assert_eq!(shown.len(), diary.len());
    assert!(shown[0].contains(diary.last().unwrap()) && shown[0].starts_with(&story.tip()[..8]), "{log}");
    let all = lines(&story.ledger("log").json().ok());
    assert_eq!(all.len(), diary.len());
    for (position, event) in all.iter().enumerate() {
        assert_eq!(event.get("seq"), Some(&Value::Int(i64::try_from(position).unwrap())));
        for key in ["commit", "sha256", "v", "id", "prev", "at", "actor", "as", "type", "item", "body"] {
            assert!(event.get(key).is_some(), "{key}");
        }
    }
    // What is printed for the chain is the chain.
    for pair in all.windows(2) {
        assert_eq!(pair[1].get("prev"), pair[0].get("sha256"));
    }
    assert_eq!(story.ledger("log -n 2").ok().stdout.lines().count(), 2);
    let two = lines(&story.ledger("log -n 2").json().ok());
    assert_eq!(two, all[all.len() - 2..]);
    story.ledger("log --item MIG-06").ok().says("blocked MIG-06").never_says("E-01");
    story.ledger("log --actor dario").ok().says("declared E-01").never_says("lena");
    story.ledger("log --type blocked").ok().says("blocked MIG-06").never_says("declared");
    story.ledger("log --since 2026-01-12").ok().says("declared E-01").never_says("MIG-06");
    story.ledger("log --at 0").ok().says("founded").never_says("enrolled");
    story.ledger("log --type sealled").exits(2).says("sealed");
}

// M0-007
#[test]
fn the_state_of_any_moment_is_computed_again() {
    let story = drafted();
    let now = story.ledger("replay --digest").ok().stdout;
    let then = story.ledger("replay --digest --at 2026-01-10").ok().stdout;
    assert_ne!(now, then);
    assert_eq!(story.ledger("replay --digest").ok().stdout, now);
    let state = story.ledger("replay").json().ok();
    assert_eq!(govledger::domain::id::Digest::of(state.stdout.trim_end().as_bytes()).to_string(), now.trim_end());
    assert!(state.get("items").get("E-01").is_some());
    let early = story.ledger("replay --at 2026-01-10").json().ok();
    assert!(early.get("items").get("E-01").is_none() && early.get("items").get("MIG-06").is_some());
    assert_eq!(story.ledger("replay --digest --at ~2").ok().stdout, then);
    story.ledger("replay").ok().says("PHASE-E-KICKOFF").says(now.trim_end());
    story.ledger("replay --at 2025-12-31").exits(2).says("no event is at that point");
    story.ledger("replay --at 999").exits(2).says("the ledger has no event 999");
    // Reading at an earlier point says that files are not of that time.
    let status = story.ledger("status --at 2026-01-10").ok();
    status.says("files are those of commit").never_says("NON-AUTHORITATIVE");
}

// M0-009
#[test]
fn governance_is_compared_between_branches_and_between_points() {
    let story = drafted();
    story.ledger("amend E-01 --title Architecture").as_("dario").ok();
    story.ledger("move E-01 complete").as_("dario").ok();
    review(&story, "E-01", "petra");
    story.ledger("seal E-01").as_("omar").ok();
    story.ledger("diff main main").ok().says("governance is the same");
    story.git("switch -q -c feature").as_("dario").ok();
    story.commit_file("dario", "docs/16-phase-e/e-01.md", "# Architecture, another one\n");
    story.git("switch -q main").as_("dario").ok();
    let diff = story.ledger("diff main feature").exits(1);
    diff.says("E-01 sealed -> drifted on feature");
    diff.says("E-01 review by petra: approve, current -> approve, stale on feature");
    diff.says("gate sealable for E-01: PASS -> HOLD");
    diff.never_says("E-00");

    let diff = story.ledger("diff @2026-01-10 @tip").json().exits(1);
    let list = diff.get("differences");
    let sentences: Vec<&str> =
        list.as_list().unwrap().iter().map(|d| d.get("sentence").unwrap().as_text().unwrap()).collect();
    assert!(sentences.contains(&"E-01: nothing -> declared as artifact, complete, sealed"), "{sentences:?}");
    story.ledger("diff main@2026-01-10 feature@2026-01-10").ok();
    story.ledger("diff main nowhere").exits(2).says("no branch, no commit");
}

/// Returns what a comparison names as the cause of one difference.
fn cause(diff: &Outcome, subject: &str, aspect: &str) -> Value {
    let list = diff.get("differences");
    let of = |found: &&Value| {
        let text = |key: &str| found.get(key).and_then(Value::as_text).unwrap_or_default().to_owned();
        text("subject") == subject && text("aspect") == aspect
    };
    let found = list.as_list().unwrap().iter().find(of);
    found
        .unwrap_or_else(|| panic!("{subject} {aspect} does not differ\n{diff}"))
        .get("causes")
        .unwrap()
        .as_list()
        .unwrap()[0]
        .clone()
}

fn seq(story: &Story) -> i64 {
    story.newest().get("seq").unwrap().as_int().unwrap()
}

/// What nobody touched has a cause as well: the event, or the commit, after which it came out otherwise. M0-009.
#[test]
fn marks_gates_and_words_of_stolen_keys_differ_by_the_event_that_turned_them() {
    let story = drafted();
    let before = seq(&story).to_string();
    story.ledger("move CP-21 done").ok();
    story.ledger("amend E-01 --title Architecture").as_("dario").ok();
    story.ledger("move E-01 complete").as_("dario").ok();
    review(&story, "E-01", "petra");
    let reviewed = seq(&story);
    story.ledger("seal CP-21").as_("ines").ok();
    let sealed = seq(&story);
    story.ledger("seal E-01").as_("omar").ok();
    let diff = story.ledger(["diff", &format!("@{before}"), "@tip"]).json().exits(1);
    let event = |subject: &str, aspect: &str| cause(&diff, subject, aspect).get("event").and_then(Value::as_int);
    assert_eq!(event("E-01", "NON-AUTHORITATIVE"), Some(sealed), "a mark goes with the seal that it waited for");
    assert_eq!(event("gate sealable for E-01", ""), Some(reviewed));
    assert_eq!(event("gate readiness", "cp21"), Some(sealed));
    assert_eq!(event("E-01", "seal"), Some(sealed + 1));
    // The other way round it is the same events.
    let back = story.ledger(["diff", "@tip", &format!("@{before}")]).json().exits(1);
    assert_eq!(cause(&back, "E-01", "NON-AUTHORITATIVE").get("event").and_then(Value::as_int), Some(sealed));

    // A key was in other hands: what it said counts otherwise by the revocation, and so do the gates that asked for it.
    let key = story.public_key("petra").display().to_string();
    let words = ["key", "revoke", "petra", &key, "--reason", "stolen", "--compromised-since", &reviewed.to_string()];
    let proposed = story.ledger(words).json().ok();
    story.ledger(["cosign", &proposed.text("event.id")]).as_("kim").ok();
    let revoked = seq(&story);
    story.ledger("show E-01").ok().says("in doubt").says("signed by a key that was in other hands");
    let diff = story.ledger("diff @~4 @tip").json().exits(1);
    for (subject, aspect) in [("E-01", "review by petra"), ("gate sealable for E-01", "reviewed")] {
        assert_eq!(cause(&diff, subject, aspect).get("event").and_then(Value::as_int), Some(revoked), "{subject}");
    }
}

/// The same of files: whatever a commit turned names it, and of what a merge brought in the commit within. M0-009.
#[test]
fn what_files_turned_differs_by_the_commit_even_behind_a_merge() {
    let story = drafted();
    story.ledger("amend E-01 --title Architecture").as_("dario").ok();
    story.ledger("move E-01 complete").as_("dario").ok();
    review(&story, "E-01", "petra");
    story.git("switch -q -c feature").as_("dario").ok();
    story.git("switch -q -c deeper").as_("dario").ok();
    let edited = story.commit_file("dario", "docs/16-phase-e/e-01.md", "# Architecture, another one\n");
    story.commit_file("dario", "docs/notes.md", "A note.\n");
    story.git("switch -q feature").as_("dario").ok();
    story.commit_file("dario", "docs/more.md", "More.\n");
    story.git("merge -q --no-ff -m Merge deeper").as_("dario").ok();
    story.git("switch -q main").as_("dario").ok();
    let diff = story.ledger("diff main feature").json().exits(1);
    for (subject, aspect) in [("E-01", "content"), ("E-01", "review by petra"), ("gate sealable for E-01", "")] {
        let cause = cause(&diff, subject, aspect);
        assert_eq!(cause.get("commit").and_then(Value::as_text), Some(edited.as_str()), "{subject} {aspect}");
        assert_eq!(cause.get("side").and_then(Value::as_text), Some("b"));
    }
    let text = story.ledger("diff main feature").exits(1);
    text.says(" on feature").says(&format!("by commit {} of dario", &edited[..8]));
    // Nothing but time: a proposal that nobody else signed has ended.
    story.ledger("move CP-21 done").ok();
    let key = story.public_key("raj").display().to_string();
    story.ledger(["key", "revoke", "raj", &key, "--reason", "lost"]).ok();
    let seq = seq(&story);
    story.on("2026-04-01");
    let diff = story.ledger(["diff", &format!("@{seq}"), "@tip"]).json().exits(1);
    let list = diff.get("differences");
    let only = list.as_list().unwrap();
    assert_eq!(only.len(), 1, "{diff}");
    assert!(only[0].get("causes").unwrap().as_list().unwrap()[0].get("as_of").is_some(), "{diff}");
}

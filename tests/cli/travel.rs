//! Other moments of the ledger, what differs between them, the log and single events: on real repositories.

use crate::sandbox::story::{Outcome, Story};
use govledger::domain::value::Value;
use govledger::ledger::Ledger;
use govledger::ledger::point::Point;

const PATH: &str = "docs/16-phase-e/e-01.md";

/// The Phase E story; on 2026-01-12 dario declares and completes E-01, petra reviews it, omar seals it.
fn sealed() -> Story {
    let story = Story::phase_e();
    story.on("2026-01-12");
    story.write("docs/control-plane/cp-21.md", "# Control plane\n");
    story.write(PATH, "# Architecture\n");
    story.write(
        "docs/16-phase-e/phase-e-artifact-index.md",
        "# Index\n\n| ID | Title | Path |\n|---|---|---|\n| E-00 | The index | docs/16-phase-e/phase-e-artifact-index.md |\n| E-01 | Architecture | docs/16-phase-e/e-01.md |\n",
    );
    story.commit("dario", "Draft");
    let declare = |id: &str, title: &str, path: &str| {
        let words = ["declare", id, "--kind", "artifact", "--title", title, "--path", path, "--field", "group=core"];
        story.ledger(words).as_("dario").ok();
    };
    declare("E-00", "The index", "docs/16-phase-e/phase-e-artifact-index.md");
    declare("E-01", "Architecture", PATH);
    story.ledger("move E-01 complete").as_("dario").ok();
    let review =
        "attest E-01 review --result approve --answer complete=yes --answer deterministic=yes --answer consistent=yes";
    story.ledger(review).as_("petra").ok();
    story.ledger("seal E-01").as_("omar").ok();
    story
}

/// Returns the event of a type on an item.
fn event(story: &Story, kind: &str, item: &str) -> Value {
    let log = story.ledger(["log", "--type", kind, "--item", item]).json().ok();
    Value::parse(log.stdout.lines().last().unwrap()).unwrap()
}

fn text(value: &Value, key: &str) -> String {
    value.get(key).unwrap().as_text().unwrap().to_owned()
}

fn seq(value: &Value) -> i64 {
    value.get("seq").unwrap().as_int().unwrap()
}

fn seqs(log: &Outcome) -> Vec<i64> {
    log.stdout.lines().map(|line| seq(&Value::parse(line).unwrap())).collect()
}

fn difference(diff: &Outcome, subject: &str, aspect: &str) -> Value {
    let list = diff.get("differences");
    let is = |found: &&Value| text(found, "subject") == subject && text(found, "aspect") == aspect;
    list.as_list().unwrap().iter().find(is).unwrap_or_else(|| panic!("{subject} {aspect}\n{diff}")).clone()
}

/// M0-007
#[test]
fn a_point_is_a_number_a_way_back_a_day_a_moment_or_the_beginning_of_an_id_commit_or_digest() {
    let story = sealed();
    let sealing = event(&story, "sealed", "E-01");
    let own = seq(&sealing);
    let digest = |point: &str| story.ledger(["replay", "--digest", "--at", point]).ok().stdout;
    let before = digest(&(own - 1).to_string());
    assert_ne!(before, digest(&own.to_string()));
    assert_eq!(digest("~1"), before);
    for key in ["id", "commit", "sha256"] {
        assert_eq!(digest(&text(&sealing, key)[..12]), digest(&own.to_string()), "{key}");
        assert_eq!(digest(&text(&sealing, key)), digest("tip"), "{key}");
    }
    assert_eq!(digest("2026-01-12"), digest("tip"));
    assert_eq!(digest(&text(&sealing, "at")), digest("tip"));
    let said = story.ledger(["show", "E-01", "--at", &(own - 1).to_string()]).ok();
    said.says(&format!("ledger: as of event {}", own - 1)).says("seal     none");
    // A day is judged at its end, also where nothing happened on it.
    let early = story.ledger("status --at 2026-01-11").at("2026-02-01T00:00:00Z").ok();
    early.says("as of event 12 ").says("judged for 2026-01-11T23:59:59Z");
    // What has not come yet is not judged.
    let future = story.ledger("status --at 2026-06-01").at("2026-02-01T00:00:00Z").ok();
    future.says("judged for 2026-02-01T00:00:00Z");
    for (point, needed) in [
        ("2026-01-09", "the ledger begins later"),
        ("999", "the ledger has no event 999"),
        ("~999", "not 999"),
        ("abcdabcdabcd", "no event's id, commit or SHA-256 begins with abcdabcdabcd"),
        ("yesterday", "is no point of the ledger"),
    ] {
        for command in
            ["status", "replay", "log", "gate readiness", "show E-01", "actor list", "key list", "charter show"]
        {
            story.ledger(&format!("{command} --at {point}")[..]).exits(2).says(needed);
        }
    }
}

#[test]
fn a_beginning_that_several_events_share_names_them_all() {
    let story = sealed();
    let log = story.ledger("log").json().ok();
    let ids: Vec<(i64, String)> = log
        .stdout
        .lines()
        .map(|line| Value::parse(line).unwrap())
        .map(|event| (seq(&event), text(&event, "id")))
        .collect();
    // There are more events than digits, so the ids of two begin alike.
    assert!(ids.len() > 16);
    let alike = |id: &str| ids.iter().filter(|(_, other)| other[..1] == id[..1]).count();
    let (_, id) = ids.iter().find(|(_, id)| alike(id) > 1).unwrap();
    let repo = govledger::git::Repo::open(story.repo.path()).unwrap();
    let refused = Ledger::load_at(&repo, &Point::Prefix(id[..1].to_owned())).unwrap_err().to_string();
    assert!(refused.contains(&format!("events begin with {}", &id[..1])), "{refused}");
    for (seq, _) in ids.iter().filter(|(_, other)| other[..1] == id[..1]) {
        assert!(refused.contains(&format!("event {seq} (")), "{seq}: {refused}");
    }
}

/// M0-009
#[test]
fn each_difference_names_the_event_or_the_commit_that_brought_it_about() {
    let story = sealed();
    let sealing = seq(&event(&story, "sealed", "E-01"));
    let moving = seq(&event(&story, "moved", "E-01"));
    let from = format!("@{}", moving - 1);
    let diff = story.ledger(["diff", &from, "@tip"]).exits(1);
    diff.says(&format!("E-01 status: draft -> complete   by dario on 2026-01-12, event {moving}"));
    diff.says(&format!("E-01 not sealed -> sealed   by omar on 2026-01-12, event {sealing}\n"));
    diff.says("gate sealable for E-01 ").says(" differ: 1 item,");
    // The other way round it is what the later side has and the earlier one lacks.
    let diff = story.ledger(["diff", "@tip", &from]).exits(1);
    diff.says(&format!("E-01 status: complete -> draft   without event {moving} of @tip, by dario on 2026-01-12"));
    diff.says(&format!("E-01 sealed -> not sealed   without event {sealing} of @tip, by omar on 2026-01-12\n"));

    story.git("switch -q -c feature").as_("dario").ok();
    let commit = story.commit_file("dario", PATH, "# Architecture, another one\n");
    story.git("switch -q main").as_("dario").ok();
    let diff = story.ledger("diff main feature").exits(1);
    // What is so stands in the sentence; who made it so, and when, behind it.
    diff.says(&format!(
        "\nE-01 sealed -> drifted on feature   by commit {} of dario; sealed by omar on 2026-01-12\n",
        &commit[..8]
    ));
    diff.says("E-01 review by petra: approve, current -> approve, stale on feature\n")
        .says("; said by petra on 2026-01-12\n");
    let back = story.ledger("diff feature main").exits(1);
    back.says(&format!(
        "E-01 drifted on feature -> sealed   without commit {} of dario; sealed by omar on 2026-01-12\n",
        &commit[..8]
    ));
    let object = story.ledger("diff main feature").json().exits(1);
    let seal = difference(&object, "E-01", "seal");
    assert_eq!(text(&seal, "sentence"), "E-01 sealed -> drifted on feature");
    assert_eq!((text(&seal, "a"), text(&seal, "b")), ("sealed".to_owned(), "drifted".to_owned()));
    assert_eq!(text(&seal, "a_told"), "sealed by omar on 2026-01-12");
    let causes = difference(&object, "E-01", "seal").get("causes").unwrap().as_list().unwrap().to_vec();
    assert_eq!(causes.len(), 1, "{causes:?}");
    assert_eq!(causes[0].get("commit"), Some(&commit.as_str().into()));
    assert_eq!(object.get("equal"), Value::Bool(false));
    assert_eq!(object.get("counts.items"), Value::Int(1));
    assert_eq!(object.get("b.seq").as_int(), Some(sealing));

    // Branches and moments at once: under the ledger before the seal, nothing could drift.
    let early = format!("{}", sealing - 1);
    let both = story.ledger(["diff", &format!("main@{early}"), &format!("feature@{early}")]).exits(1);
    both.says("review by petra").never_says("drifted");
    let mixed = story.ledger(["diff", &format!("main@{early}"), "feature"]).json().exits(1);
    let seal = difference(&mixed, "E-01", "seal");
    assert_eq!((text(&seal, "a"), text(&seal, "b")), ("not sealed".to_owned(), "drifted".to_owned()));

    story.ledger("diff main main").ok().says("governance is the same");
    assert_eq!(story.ledger("diff main feature --quiet").exits(1).stdout, "");
    assert_eq!(story.ledger("diff main main -q").ok().stdout, "");
    let stat = story.ledger("diff main feature --stat").exits(1);
    stat.says(" differ: 1 item,").never_says("drifted");
    // Of several events on the same fact the last one counts.
    story.ledger("amend E-00 --title One").as_("dario").ok();
    story.ledger("amend E-00 --title Two").as_("dario").ok();
    let last = seq(&story.newest());
    let diff = story.ledger("diff @~2 @tip").exits(1);
    diff.says(&format!("E-00 title: The index -> Two   by dario on 2026-01-12, event {last}"));
    story.ledger("diff main nowhere@3").exits(2).says("is no branch");
    story.ledger("diff main @999").exits(2).says("the ledger has no event 999");
}

/// M0-009
#[test]
fn two_ledgers_that_went_apart_are_compared_and_the_side_of_each_event_is_told() {
    let story = sealed();
    let tip = story.tip();
    story.ledger("unseal E-01 --reason 'One figure is wrong'").as_("lena").run();
    story.ledger("attest E-01 review --result reject --answer complete=yes --answer deterministic=yes --answer consistent=no").as_("raj").ok();
    story.repo.git(["update-ref", "refs/ledger-remote/origin/main", &story.tip()]);
    story.repo.git(["update-ref", "refs/ledger/main", &tip]);
    story.ledger("move CP-21 done").as_("lena").run();
    story
        .ledger("declare E-02 --kind artifact --title Two --path docs/16-phase-e/e-02.md --field group=core")
        .as_("dario")
        .ok();
    let diff = story.ledger("diff refs/ledger/main refs/ledger-remote/origin/main").exits(1);
    let declared = seq(&event(&story, "declared", "E-02"));
    diff.says(&format!(
        "E-02: declared as artifact, draft -> nothing\n    without event {declared} of refs/ledger/main, by dario on 2026-01-12"
    ));
    diff.says("E-01 review by raj: nothing -> reject, current").says(" of refs/ledger-remote/origin/main");
    let same = story.ledger("diff refs/ledger-remote/origin/main@0 refs/ledger/main@0").ok();
    same.says("governance is the same");
}

#[test]
fn where_both_sides_went_their_own_way_the_cause_on_each_is_told() {
    let story = sealed();
    let titled = |title: &str| {
        story.ledger(["amend", "E-00", "--title", title]).as_("dario").ok();
        seq(&story.newest())
    };
    let tip = story.tip();
    let theirs = titled("Theirs");
    story.repo.git(["update-ref", "refs/ledger-remote/origin/main", &story.tip()]);
    story.repo.git(["update-ref", "refs/ledger/main", &tip]);
    let ours = titled("Ours");
    let diff = story.ledger("diff refs/ledger/main refs/ledger-remote/origin/main").exits(1);
    diff.says("E-00 title: Ours -> Theirs");
    diff.says(&format!(
        "by dario on 2026-01-12, event {theirs} of refs/ledger-remote/origin/main, and without event {ours} of"
    ));
    // The same of files: each branch has its own bytes, and neither those of the commit where they parted.
    story.git("switch -q -c feature").as_("dario").ok();
    let there = story.commit_file("dario", PATH, "# Architecture, as it is there\n");
    story.git("switch -q main").as_("dario").ok();
    let here = story.commit_file("dario", PATH, "# Architecture, as it is here\n");
    let object = story.ledger("diff main feature").json().exits(1);
    let causes = difference(&object, "E-01", "content").get("causes").unwrap().as_list().unwrap().to_vec();
    let commits: Vec<String> = causes.iter().map(|cause| text(cause, "commit")).collect();
    assert_eq!(commits, [there, here]);
}

#[test]
fn the_filters_of_the_log_all_have_to_take_an_event() {
    let story = sealed();
    let all = seqs(&story.ledger("log").json().ok());
    let of = |words: &str| seqs(&story.ledger(words).json().ok());
    let review = seq(&event(&story, "attested", "E-01"));
    let sealing = seq(&event(&story, "sealed", "E-01"));
    assert_eq!(of("log --claim review"), [review]);
    assert_eq!(of("log --role approver"), [sealing]);
    assert_eq!(of("log --type attested --type sealed"), [review, sealing]);
    assert_eq!(of("log --type attested --type sealed --actor omar"), [sealing]);
    assert_eq!(of("log --item e-01 --role drafter --type moved"), [review - 1]);
    assert_eq!(of(&format!("log --since {review}")), [review, sealing]);
    assert_eq!(of("log --since ~1 --until ~1"), [review]);
    assert_eq!(of("log --until 2"), [0, 1, 2]);
    let id = text(&event(&story, "attested", "E-01"), "id");
    assert_eq!(of(&format!("log --since {}", &id[..10])), [review, sealing]);
    let day = of("log --since 2026-01-12");
    assert_eq!(day.iter().chain(&of("log --until 2026-01-11")).count(), all.len());
    assert!(!day.is_empty() && day.len() < all.len());
    assert_eq!(of("log --pending"), of("log --pending --type enrolled"));
    assert!(!of("log --pending").is_empty(), "mira's enrolment was proposed");
    let mut back = of("log --reverse");
    back.reverse();
    assert_eq!(back, all);
    assert_eq!(of("log -n 2 --reverse"), [sealing, review]);
    let first = story.ledger("log --reverse").ok();
    assert!(first.stdout.lines().next().unwrap().contains("founded"), "{first}");
    let full = story.ledger("log --type attested --full").ok();
    full.says("review of E-01: approve").says("answer complete: yes");
    let none = story.ledger("log --actor raj --type sealed").ok();
    assert_eq!(none.stdout, "");
    none.says(&format!("none of the {} events is like that", all.len()));
    story.ledger("log --since soon").exits(2).says("--since \"soon\" is no point");
    story.ledger("log --until 999").exits(2).says("no event 999");
    story.ledger("log --full --oneline").exits(2);
}

#[test]
fn an_event_is_shown_with_what_it_says_changed_cites_and_what_came_of_it() {
    let story = sealed();
    let moving = event(&story, "moved", "E-01");
    let shown = story.ledger(["show", &seq(&moving).to_string()]).ok();
    shown.says("E-01 goes from draft to complete").says("E-01 status: draft -> complete");
    shown.says("the signature is good").never_says("What came of it");
    let sealing = event(&story, "sealed", "E-01");
    let shown = story.ledger(["show", &text(&sealing, "sha256")[..12]]).ok();
    shown.says("E-01 is sealed with the content").says("E-01 not sealed -> sealed\n").says("evidence ");
    // `tip`, a way back and the name of a placed block mean an event too.
    assert_eq!(story.ledger("show tip").json().ok().text("id"), text(&sealing, "id"));
    story.ledger("show ~1").ok().says("attested E-01 review=approve");
    let placing = seq(&event(&story, "blocked", "MIG-06"));
    story
        .ledger(["show", &format!("MIG-06/DESIGN-BLOCKED/{placing}")])
        .ok()
        .says("the block DESIGN-BLOCKED is placed on");
    story.ledger(["show", &format!("E-01/DESIGN-BLOCKED/{placing}")]).exits(2);

    story.ledger("retract E-01 review --reason 'Read the wrong draft'").as_("petra").ok();
    let review = event(&story, "attested", "E-01");
    let shown = story.ledger(["show", &seq(&review).to_string()]).ok();
    let taken = seq(&story.newest());
    shown.says(&format!("event {taken} of 2026-01-12 by petra took it back"));
    let object = story.ledger(["show", &seq(&review).to_string()]).json().ok();
    assert_eq!(object.text("later.0.type"), "retracted");
    assert_eq!(object.text("says.0"), "review of E-01: approve");
    assert_eq!(object.text("changed.0.subject"), "E-01");
    let shown = story.ledger("show tip").ok();
    shown.says("reason: Read the wrong draft").says(&format!("ledger show {}", &text(&review, "id")[..12]));
    story.ledger(["show", &text(&review, "id")[..12]]).ok().says("attested E-01 review=approve");

    // The quorum of mira's enrolment: lena proposed, kim completed.
    let proposed = story.ledger("log --pending").json().ok();
    let proposed = Value::parse(proposed.stdout.lines().next().unwrap()).unwrap();
    let first = story.ledger(["show", &seq(&proposed).to_string()]).ok();
    first.says("proposed, and nothing changes").says("by kim completed the proposal");
    let second = story.ledger(["show", &(seq(&proposed) + 1).to_string()]).ok();
    second.says("Who signed the proposal before it").says("lena as platform-governance");
    second.says("actor mira: nothing -> enrolled as agent, operated by dario");

    let raw = story.ledger("show tip --raw").ok().stdout;
    assert_eq!(raw, story.git(["cat-file", "commit", &story.tip()]).ok().stdout);
    story.ledger("show E-01 --raw").exits(2).says("only an event has bytes");
    story.ledger("show tip --at 3").exits(2).says("which --at names");
    story.ledger("show 999").exits(2).says("the ledger has no event 999");
}

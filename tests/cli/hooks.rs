//! Commits and pushes, held by the real hooks of a real git.

use std::collections::BTreeMap;

use crate::beginnings::remote;
use crate::sandbox::story::Story;
use govledger::domain::commit;
use govledger::domain::decide::draft::{Author, Wish, draft};
use govledger::domain::facts::{Answer, File, Mode, Question};
use govledger::domain::id::{ActorId, Digest, Rid, Word};
use govledger::domain::path::RepoPath;
use govledger::domain::value::Value;
use govledger::git::Repo;
use govledger::ledger::Ledger;
use govledger::ledger::load::format_of;
use govledger::signing::{self, Search};

/// DOC-1 is a draft, so nothing under `src/` may change; the hooks are in place.
fn story() -> Story {
    let story = Story::founded(
        include_str!("../sandbox/documents.toml"),
        &[("omar", "human", "approver", ""), ("ines", "human", "approver", "")],
    );
    story.ledger("hooks install").ok();
    story.commit_file("lena", "docs/one.md", "# One\n");
    story.ledger("declare DOC-1 --kind document --path docs/one.md").ok();
    story
}

/// Moves, reviews and seals DOC-1.
fn seal(story: &Story) {
    story.ledger("move DOC-1 final").ok();
    story.ledger("attest DOC-1 review").as_("omar").ok();
    story.ledger("seal DOC-1").as_("omar").ok();
    story.ledger("seal DOC-1").as_("ines").ok();
}

/// The way of a commit past every hook.
const ROUND: &str = "-c core.hooksPath=/dev/null commit -q";

/// M0-005, S0-044: the refusal says why, what lifts it and who can; drafting goes on meanwhile.
#[test]
fn a_blocked_commit_is_refused_with_its_reasons_and_the_rest_can_go() {
    let story = story();
    story.write("src/main.rs", "fn main() {}\n");
    story.write("docs/two.md", "# Two\n");
    story.git("add -A").ok();
    let refused = story.git("commit -q -m 'Small cleanup'").exits(1);
    refused.says("ledger: commit refused by 1 block\n").says("src/main.rs  blocked: HOLD on DOC-1");
    refused.says("why      whoever writes code first decides the design alone").says("lifts ");
    refused.says("next     ledger move DOC-1 final").never_says("docs/two.md  ");
    refused.says("1 of your 2 staged files can be committed now, after:  git restore --staged src/main.rs");
    let check = story.ledger("check --staged").json().exits(1);
    assert_eq!(check.text("refused.0.code"), "block.path");
    assert_eq!(check.text("refused.0.path"), "src/main.rs");
    assert_eq!(check.get("paths"), Value::Int(2));
    story.ledger("check --staged").exits(1).says("commit refused by 1 block");
    // What is offered is a command that helps.
    story.git("restore --staged src/main.rs").ok();
    story.git("commit -q -m 'Only what may'").ok();
    story.ledger("check --staged").ok().says("0 changed files staged");

    seal(&story);
    story.git("add -A").ok();
    story.git("commit -q -m 'Small cleanup'").ok();
    story.ledger("check --range HEAD~1..HEAD").ok();
}

#[test]
fn every_way_to_a_commit_is_judged_by_what_it_would_commit() {
    let story = story();
    story.git("switch -q -c other").ok();
    let src = story.write("src/main.rs", "fn main() {}\n");
    story.git("add -A").ok();
    story.git("commit -q --no-verify -m round").exits(1).says("commit refused");
    story.git(format!("{ROUND} -m round").as_str()).ok();
    let round = story.head();
    story.git("switch -q main").ok();
    // cherry-pick, am, revert of a revert: none of them asks pre-commit.
    story.git(["cherry-pick", &round]).exits(128).says("blocked: HOLD on DOC-1");
    story.git("cherry-pick --abort").run();
    story.git("reset -q --hard main").ok();
    let patch = story.git(["format-patch", "--stdout", "-1", &round]).ok().stdout;
    story.git("am -q").typing(&patch).exits(1).says("blocked: HOLD on DOC-1");
    story.git("am --abort").ok();

    // commit -a and commit PATH bring an index of their own.
    std::fs::create_dir_all(src.parent().unwrap()).unwrap();
    story.write("docs/one.md", "# One, again\n");
    story.write("src/main.rs", "fn main() {}\n");
    story.git("add src/main.rs").ok();
    story.git("commit -q -a -m all").exits(1).says("1 of your 2 staged files");
    story.git("commit -q -m one docs/one.md").ok();
    assert_eq!(story.git("status --porcelain").ok().stdout, "A  src/main.rs\n");
    // From below the top the command that is offered still names the file.
    let below = story.repo.path().join("docs");
    story.write("docs/three.md", "# Three\n");
    story.git("add three.md").in_(&below).ok();
    let offered = story.git("commit -q -m below").in_(&below).exits(1);
    offered.says("after:  git restore --staged :/src/main.rs");
    story.git("restore --staged :/src/main.rs").in_(&below).ok();
    story.git("commit -q -m below").in_(&below).ok();
    // A linked work tree is held too.
    let linked = story.beside.path().join("linked");
    story
        .git(["worktree".as_ref(), "add".as_ref(), "-q".as_ref(), linked.as_os_str(), "-b".as_ref(), "linked".as_ref()])
        .ok();
    std::fs::create_dir_all(linked.join("src")).unwrap();
    std::fs::write(linked.join("src/x.rs"), "x").unwrap();
    story.git("add -A").in_(&linked).ok();
    story.git("commit -q -m linked").in_(&linked).exits(1).says("src/x.rs");
    // In a case-folded twin, too.
    std::fs::create_dir_all(linked.join("SRC")).unwrap();
    std::fs::rename(linked.join("src/x.rs"), linked.join("SRC/x.rs")).unwrap();
    story.git("add -A").in_(&linked).ok();
    story.git("commit -q -m twin").in_(&linked).exits(1).says("SRC/x.rs");
}

#[test]
fn a_merge_answers_only_for_what_it_brings_itself() {
    let story = Story::new();
    story.person("lena");
    story.commit_file("lena", "README.md", "A repository.\n");
    story.git("switch -q -c older").ok();
    story.commit_file("lena", "src/old.rs", "old\n");
    story.git("switch -q main").ok();
    let charter = story.write_beside("charter.toml", include_str!("../sandbox/documents.toml"));
    let key = story.key("lena").display().to_string();
    story.ledger(["init", "--charter", charter.to_str().unwrap(), "--actor", "lena", "--key", &key]).ok();
    story.ledger("hooks install").ok();
    story.commit_file("lena", "docs/one.md", "# One\n");
    story.ledger("declare DOC-1 --kind document --path docs/one.md").ok();
    // What the other branch had before the ledger began comes with it.
    story.git("merge -q --no-edit older").ok();
    story.ledger("check --range HEAD~1..HEAD").ok();
    story.git("reset -q --hard HEAD~1").ok();
    // What the merge alone brings is the merge's.
    story.git("merge -q --no-commit older").ok();
    story.write("src/new.rs", "new\n");
    story.git("add -A").ok();
    let refused = story.git("commit -q -m merged").exits(1);
    refused.says("src/new.rs  blocked").says("the staged file cannot be committed now").never_says("src/old.rs");
    story.git("rm -q -f src/new.rs").ok();
    story.git("commit -q -m merged").ok();
    story.ledger("check --range HEAD~1..HEAD").ok();
}

/// M0-006: what went round the hooks of a commit meets the same judgement at the push.
#[test]
fn a_push_is_judged_commit_by_commit() {
    let story = story();
    remote(&story);
    story.git("push -q origin main refs/ledger/main").ok();
    story.write("src/main.rs", "fn main() {}\n");
    story.git("add -A").ok();
    story.git(format!("{ROUND} -m round").as_str()).ok();
    let round = story.head();
    story.git("rm -q -r src").ok();
    story.git(format!("{ROUND} -m back").as_str()).ok();
    // That the tip holds nothing of it any more does not undo it.
    let refused = story.git("push -q origin main").exits(1);
    refused.says(&format!("commit {} round", &round[..12])).says("push refused by 1 block").says("src/main.rs");
    story.git("push -q origin HEAD:refs/heads/new").exits(1);
    story.git(["push", "-q", "origin", "HEAD~2:refs/heads/new"]).ok();
    story.git("tag -a -m t t").ok();
    story.git("push -q origin t").exits(1);
    seal(&story);
    story.git("push -q origin main t").ok();
    // What the remote has is not judged again.
    story.git("push -q origin main:third").ok();
}

#[test]
fn sealed_bytes_stay_and_a_tree_shows_it() {
    let story = story();
    seal(&story);
    let sealed = story.head();
    story.write("docs/one.md", "# One, changed\n");
    story.git("add -A").ok();
    let refused = story.git("commit -q -m edit").exits(1);
    refused
        .says("commit refused by 1 seal")
        .says("docs/one.md  DOC-1 is sealed by ")
        .says("next     ledger unseal DOC-1");
    assert_eq!(story.ledger("check --staged").json().exits(1).text("refused.0.code"), "seal.path");
    story.git(format!("{ROUND} -m edit").as_str()).ok();
    story.ledger(["check", "--tree", &sealed]).ok().says("1 sealed item: each holds");
    let drifted = story.ledger("check --tree HEAD").json().exits(1);
    assert_eq!(
        (drifted.text("refused.0.item"), drifted.text("refused.0.path")),
        ("DOC-1".to_owned(), "docs/one.md".to_owned())
    );
    story.ledger("check --tree HEAD").exits(1).says("1 of 1 sealed item found with other bytes");
    // Under the ledger as it was before the seal, nothing stands against it.
    story.ledger("check --tree HEAD --at 3").ok();
}

#[test]
fn a_merge_may_not_throw_sealed_bytes_away() {
    let story = story();
    // The older branch has another text, which was there before the seal.
    story.git("switch -q -c older").ok();
    story.commit_file("lena", "docs/one.md", "# One, older\n");
    story.git("switch -q main").ok();
    story.commit_file("lena", "docs/one.md", "# One, as sealed\n");
    seal(&story);
    let kept = story.head();
    story.git("merge -q -X ours -m kept older").ok();
    story.ledger("check --range HEAD~1..HEAD").exits(1).says("commit ").says("docs/one.md  DOC-1 is sealed by");
    story.ledger(["check", "--range", &format!("older..{}", story.head())]).ok();
    story.git(["reset", "-q", "--hard", &kept]).ok();
    story.git("merge -q -X theirs -m thrown older").exits(1).says("docs/one.md  DOC-1 is sealed by");
    story.git("merge --abort").ok();
    story.git("-c core.hooksPath=/dev/null merge -q -X theirs -m thrown older").ok();
    story
        .ledger(["check", "--range", &format!("older..{}", story.head())])
        .exits(1)
        .says(" thrown")
        .says("docs/one.md");
}

#[test]
fn verify_holds_facts_and_evidence_against_the_repository() {
    let story = story();
    seal(&story);
    let whole = story.ledger("verify --complete").json().ok();
    assert!(matches!(whole.get("facts.confirmed"), Value::Int(n) if n > 0), "{whole}");
    assert_eq!(whole.get("facts.not_seen"), Value::Int(0));
    assert_eq!(whole.get("evidence.present"), Value::Int(1));

    let origin = remote(&story);
    story.git("push -q origin refs/ledger/main refs/ledger-evidence/main").ok();
    // The ledger alone, without code: nothing contradicts it, and it is not complete.
    let auditor = story.beside.path().join("auditor");
    story.git(["init".as_ref(), "-q".as_ref(), auditor.as_os_str()]).ok();
    let fetch = ["fetch", "-q", origin.to_str().unwrap(), "refs/ledger*:refs/ledger*"];
    story.git(fetch).in_(&auditor).ok();
    let blind = story.ledger("verify").json().in_(&auditor).ok();
    assert_eq!(blind.get("facts.confirmed"), Value::Int(0));
    story.ledger("verify --complete").in_(&auditor).exits(3).says("not seen (their commits or branches are not here)");
    // Evidence that is gone is told from evidence that was erased, and may not be pushed away.
    story.git("update-ref -d refs/ledger-evidence/main").ok();
    story.ledger("verify").ok().says("missing evidence: ");
    story.ledger("verify --complete").exits(3);
    let doctor = story.ledger("doctor").exits(1);
    doctor.says("bad   evidence");
    let fetch = doctor.next().into_iter().find(|next| next.starts_with("ledger sync")).unwrap();
    story.git("push -q origin :refs/ledger-evidence/main").exits(1).says("would delete the evidence");
    story.ledger(fetch.strip_prefix("ledger ").unwrap()).ok();
    story.ledger("verify --complete").ok();
    let empty = story.repo.git(["commit-tree", "4b825dc642cb6eb9a060e54bf8d69288fbee4904", "-m", "evidence"]);
    story
        .git(["push", "-q", "--force", "origin", &format!("{empty}:refs/ledger-evidence/main")])
        .exits(1)
        .says("would drop 1 pieces");
}

/// Has lena move DOC-1 and claim to have seen another file than there is, with a tool of her own.
fn lie(story: &Story) -> Rid {
    let repo = Repo::open(story.repo.path()).unwrap();
    let ledger = Ledger::load(&repo).unwrap();
    let search = Search { explicit: Some(story.key("lena")), ..Search::default() };
    let file = File { mode: Mode::Plain, size: 1, sha256: Digest::of(b"x") };
    let path = Question::Path(RepoPath::parse("docs/one.md").unwrap());
    let facts: BTreeMap<Question, Answer> = BTreeMap::from([(path, Answer::File(Some(file)))]);
    let head = repo.head().unwrap().unwrap();
    let author = Author {
        actor: ActorId::parse("lena").unwrap(),
        key: signing::resolve(&search, &|_| Err("not enrolled".to_owned())).unwrap().fingerprint(),
        role: None,
        at: ledger.state().tip.at,
        id: Rid::parse(&"5".repeat(32)).unwrap(),
        stand: Some((repo.tagged(head).unwrap(), None)),
        correlation: None,
    };
    let wish = Wish::Move { id: "DOC-1".parse().unwrap(), to: Word::parse("final").unwrap(), because: None };
    let event = draft(ledger.state(), &author, &wish, &facts).unwrap().event;
    let parent = repo.tagged(ledger.tip().unwrap()).unwrap();
    let unsigned = commit::unsigned(format_of(&repo), Some(&parent), &event);
    let signature =
        signing::find(&search, &|_| Err("not enrolled".to_owned())).unwrap().sign(unsigned.as_bytes()).unwrap();
    repo.append(ledger.tip(), &commit::encode(format_of(&repo), Some(&parent), &event, &signature)).unwrap();
    event.id
}

#[test]
fn a_fact_that_is_not_so_is_contradicted_until_the_authority_disputes_it() {
    let story = story();
    let event = lie(&story);
    let found = story.ledger("verify").exits(3);
    found.says("1 contradicted").says("moved DOC-1 final").says(event.as_str());
    let json = story.ledger("verify").json().exits(3);
    assert_eq!(json.text("facts.contradicted.0.code"), "trust.contradicted-fact");
    assert_eq!(json.text("facts.contradicted.0.question.path"), "docs/one.md");
    // The command that is offered is one that settles it.
    let next = found.next().into_iter().find(|next| next.starts_with("ledger retract")).unwrap();
    assert_eq!(json.text("facts.contradicted.0.next.0"), next);
    story.ledger(next.strip_prefix("ledger ").unwrap()).ok();
    story.ledger("verify").ok().says("1 disputed by the authority");
}

/// A line that somebody writes by hand for a server may hold a slip: what git never runs would judge nothing.
#[test]
fn a_hook_that_git_does_not_have_lets_nothing_pass() {
    let story = Story::new();
    story.person("lena");
    for name in ["pre-comit", "pre-recieve"] {
        story.ledger(["hook", name]).exits(2).says(&format!("git has no hook {name}")).says("pre-receive");
        story.ledger(["hook", "--server", name]).exits(2).says(&format!("git has no hook {name}"));
    }
}

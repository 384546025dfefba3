//! The commands that set up and judge, on real repositories with real keys, hooks and pushes.

use std::fs;

use crate::beginnings::remote;
use crate::sandbox::script;
use crate::sandbox::story::{Outcome, Story, example};
use govledger::domain::value::Value;

fn first_steps() -> String {
    include_str!("../sandbox/documents.toml").to_owned()
}

/// The founder alone, with the charter of the first steps.
fn founded() -> Story {
    Story::founded(&first_steps(), &[])
}

/// The founder and two approvers.
fn staffed() -> Story {
    Story::founded(&first_steps(), &[("omar", "human", "approver", ""), ("ines", "human", "approver", "")])
}

fn genesis(story: &Story) -> String {
    story.ledger("trust --format json").ok().text("genesis")
}

fn config(story: &Story, key: &str) -> String {
    story.git(["config", "--get", key]).run().stdout.trim().to_owned()
}

#[test]
fn init_founds_a_ledger_and_leaves_the_file_that_names_it_to_be_committed() {
    let story = Story::new();
    story.person("lena");
    story.commit_file("lena", "README.md", "A repository.\n");
    let (charter, key) = (story.write_beside("charter.toml", &first_steps()), story.key("lena"));
    let words = |more: &[&str]| {
        let mut words = vec!["init".to_owned(), "--charter".to_owned(), charter.display().to_string()];
        words.extend(["--actor", "lena", "--key", key.to_str().unwrap()].map(str::to_owned));
        words.extend(more.iter().map(|word| (*word).to_owned()));
        words
    };

    let dry = story.ledger(words(&["--dry-run"]).as_slice()).json().ok();
    assert_eq!(dry.get("dry_run"), Value::Bool(true));
    assert_eq!(dry.get("genesis"), Value::Null);
    story.git("show-ref --verify refs/ledger/main").exits(128);
    assert!(!story.repo.path().join(".ledger").exists());

    let made = story.ledger(words(&[]).as_slice()).json().ok();
    assert_eq!(made.get("authority_complete"), Value::Bool(true));
    assert_eq!(made.text("event.type"), "founded");
    assert_eq!(made.text("event.commit"), story.tip());
    assert_eq!(made.text("genesis"), genesis(&story));
    assert_eq!(config(&story, "ledger.genesis"), genesis(&story));
    assert_eq!(story.git("status --porcelain").ok().stdout, "?? .ledger\n");
    let file = fs::read_to_string(story.repo.path().join(".ledger")).unwrap();
    assert_eq!(file, format!("genesis = {}\nref = refs/ledger/main\n", genesis(&story)));
    // The email of git's settings is the founder's where none is given.
    assert_eq!(story.ledger("actor list").json().ok().text("actors.0.emails.0"), "lena@example.org");

    story.ledger(words(&[]).as_slice()).exits(2).says("has a ledger already");
    assert_eq!(made.get("next"), Value::List(Vec::new()), "git's own settings name the key");
}

#[test]
fn init_begins_with_a_charter_that_comes_with_the_program() {
    let story = Story::new();
    story.person("lena");
    story.commit_file("lena", "README.md", "A repository.\n");
    let (text, key) = (include_str!("../../examples/phase-e/charter.toml"), story.key("lena").display().to_string());
    let file = story.repo.path().join("charter.toml");
    let call = ["init", "--template", "phase-e", "--actor", "lena", "--key", &key];

    assert_eq!(story.ledger("init --template phase-e --dry-run").ok().stdout, text);
    assert_eq!(story.ledger("init --template phase-e --dry-run").json().ok().text("charter"), text);
    let packets = story.ledger("init --template work-packets --dry-run").ok().stdout;
    assert_eq!(packets, include_str!("../../examples/work-packets/charter.toml"));
    assert!(!file.exists(), "a dry run writes nothing");
    story.ledger("init --template phase-f").exits(2).says("phase-e");
    story.ledger("init --template phase-e --charter x.toml").exits(2).says("--charter");
    story.ledger("init --help").ok().says("phase-e:");

    fs::write(&file, "# mine\n").unwrap();
    story.ledger(call).exits(2).says("charter.toml is there already").says("ledger init --charter charter.toml");
    assert_eq!(fs::read_to_string(&file).unwrap(), "# mine\n");

    // A link that leads nowhere yet would have the charter written wherever it leads.
    let away = story.beside.path().join("away.toml");
    fs::remove_file(&file).unwrap();
    std::os::unix::fs::symlink(&away, &file).unwrap();
    story.ledger(call).exits(2).says("charter.toml is there already");
    assert!(!away.exists(), "nothing is written through a link");
    fs::remove_file(&file).unwrap();
    fs::write(&file, "# mine\n").unwrap();
    story.git("show-ref --verify refs/ledger/main").exits(128);
    fs::remove_file(&file).unwrap();

    story
        .ledger(call)
        .ok()
        .says("charter   charter.toml holds the rules")
        .says("git add .ledger charter.toml && git commit");
    assert_eq!(fs::read_to_string(&file).unwrap(), text);
    story.ledger("charter show").ok().says("PHASE-E-KICKOFF");
    story.ledger("charter diff @0 charter.toml").ok();
}

#[test]
fn init_says_how_the_key_is_found_from_then_on() {
    let story = Story::new();
    story.person("lena");
    fs::create_dir_all(story.home("bare")).unwrap();
    let charter = story.write_beside("charter.toml", &first_steps()).display().to_string();
    let key = story.key("lena").display().to_string();
    let call = ["init", "--charter", &charter, "--actor", "lena", "--key", &key];
    let told = story.ledger(call).as_("bare").ok().next();
    let naming = told.iter().find(|next| next.contains("ledger.signingKey")).unwrap();
    story.ledger("actor grant lena approver --dry-run").as_("bare").exits(4);
    story.git(naming.strip_prefix("git ").unwrap()).ok();
    story.ledger("actor grant lena approver --dry-run").as_("bare").ok();
}

#[test]
fn init_says_what_it_lacks_and_everything_that_is_wrong_with_a_charter() {
    let story = Story::new();
    story.person("lena");
    story.ledger("init").exits(2).says("--charter FILE is missing");
    story.ledger("init --charter nothing.toml --no-input").exits(2).says("there is no file nothing.toml");
    let charter = story.write("charter.toml", &first_steps().replace("approver = \"human\"", "aprover = \"human\""));
    story.ledger("init --charter charter.toml").exits(2).says("--actor NAME is missing");
    let key = story.key("lena").display().to_string();
    let call = ["init", "--charter", "charter.toml", "--actor", "lena", "--key", &key];
    let wrong = story.ledger(call).exits(2);
    wrong
        .says("charter.toml:20:13")
        .says("charter.toml:21:13")
        .says("charter.toml:24:18")
        .says("did you mean `aprover`?");
    wrong.says("3 problems");
    let told = story.ledger(call).json().exits(2);
    assert_eq!(told.text("error.code"), "charter.unknown-word");
    assert_eq!(told.get("problems.2.line"), Value::Int(24));
    story.git("show-ref").exits(1);

    fs::write(charter, first_steps()).unwrap();
    story.ledger(["init", "--charter", "charter.toml", "--actor", "Lena", "--key", &key]).exits(2).says("actor's name");
    story.ledger(["init", "--charter", "charter.toml", "--actor", "lena", "--key", "nothing"]).exits(4);
    let other = ["init", "--charter", "charter.toml", "--actor", "lena", "--key", &key, "--role", "approver"];
    story.ledger(other).exits(1).says("trust.founding");
    story.git("show-ref").exits(1);
}

#[test]
fn founding_lasts_until_the_authority_is_complete_and_says_who_is_needed() {
    let story = Story::founded(&example("phase-e/charter.toml"), &[]);
    let text = fs::read_to_string(
        story.write_beside("two.toml", &example("phase-e/charter.toml").replace("orchestration", "any")),
    )
    .unwrap();
    assert!(text.contains("any design"));
    let two = story.beside.path().join("two.toml");
    let early = story.ledger(["charter".as_ref(), "adopt".as_ref(), two.as_os_str()]).exits(1);
    early
        .says("trust.founding")
        .says("2 platform-governance")
        .says("ledger actor enroll --kind human --role platform-governance");
    story.ledger("doctor").ok().says("not complete: it takes 2 platform-governance");
    story.enroll("kim", "human", "platform-governance", "");
    story.ledger("actor list").ok().says("authority: 2 platform-governance").never_says("not complete");
    // From here on it takes both.
    let first = story.ledger(["charter".as_ref(), "adopt".as_ref(), two.as_os_str()]).json().ok();
    assert_eq!(first.get("event.pending"), Value::Bool(true));
    assert_eq!(first.get("quorum.filled"), Value::Int(1));
    let second = story.ledger(["charter".as_ref(), "adopt".as_ref(), two.as_os_str()]).as_("kim").json().ok();
    assert_eq!(second.get("event.effective"), Value::Bool(true));
    assert_eq!(story.ledger("charter show").ok().stdout, text);
    assert_eq!(story.ledger("charter show --at 0").ok().stdout, example("phase-e/charter.toml"));
    assert_eq!(story.ledger("charter show").json().ok().get("seq"), Value::Int(3));
}

#[test]
fn a_charter_is_checked_without_a_ledger() {
    let story = Story::new();
    story.person("lena");
    story.write("charter.toml", &first_steps());
    let good = story.ledger("charter check charter.toml").ok();
    good.says("FIRST-STEPS").says("2 roles, 1 kind, 1 claim, 1 block, 1 scope").says("1 lead");
    assert_eq!(story.ledger("charter check charter.toml").json().ok().get("holds.kinds"), Value::Int(1));
    story.ledger("charter check -").typing(&first_steps()).ok();
    story.ledger("charter check -").typing("[charter\n").exits(2).says("standard input:1:9").says("charter.toml");
    let bad = story
        .ledger("charter check -")
        .typing(&first_steps().replace("semantics = 1", "semantics = 9"))
        .json()
        .exits(2);
    assert_eq!(bad.text("problems.0.code"), "charter.semantics");
    assert_eq!(bad.get("error.exit"), Value::Int(2));
}

#[test]
fn actors_roles_and_keys_are_given_taken_and_listed() {
    let story = staffed();
    story.person("mira");
    let mira = story.public_key("mira").display().to_string();
    let enroll = ["actor", "enroll", "mira", "--kind", "agent", "--public-key", &mira, "--role", "approver"];
    story.ledger(enroll).exits(2).says("--operator NAME is missing");
    let with = [&enroll[..], &["--operator", "omar"]].concat();
    story.ledger(with.as_slice()).exits(1).says("trust.actor-type").says("the role approver is for human");
    story
        .ledger(["actor", "enroll", "x", "--kind", "robot", "--public-key", &mira])
        .exits(2)
        .says("human, agent or ci");
    story
        .ledger(["actor", "enroll", "x", "--kind", "human", "--public-key", &mira])
        .exits(2)
        .says("--role ROLE is missing");
    let private = story.key("mira").display().to_string();
    let words = ["actor", "enroll", "mira", "--kind", "human", "--role", "approver", "--public-key"];
    story.ledger([&words[..], &[private.as_str()]].concat().as_slice()).exits(2).says("it is a private key");
    let weak = govledger::domain::key::PublicKey::Ed25519([0; 32]).to_string();
    let weak = story.write_beside("weak.pub", &weak).display().to_string();
    story.ledger([&words[..], &[weak.as_str()]].concat().as_slice()).exits(1).says("trust.weak-key");
    let whole = [&words[..], &[mira.as_str(), "--git-email", "Mira@Example.ORG"]].concat();
    story.ledger(whole.as_slice()).as_("omar").exits(1).says("authority.role");
    let done = story.ledger(whole.as_slice()).json().ok();
    assert_eq!(done.text("event.summary"), "enrolled mira");
    assert_eq!(story.tip(), done.text("event.commit"));

    story.ledger("actor grant mira lead --dry-run").ok().says("would be written: granted mira lead");
    assert_eq!(story.tip(), done.text("event.commit"));
    story.ledger("actor grant mira lead").ok();
    story.ledger("actor grant mira lead").exits(1).says("trust.role-held");
    story.ledger("actor grant mira judge").exits(1).says("trust.role-unknown");
    story.ledger("actor ungrant mira lead").exits(2).says("--reason TEXT is missing");
    story.ledger("actor ungrant mira lead --reason 'one is enough'").as_("mira").ok();
    story.ledger("actor ungrant lena lead --reason 'none is enough'").exits(1).says("trust.floor");
    let list = story.ledger("actor list").json().ok();
    assert_eq!(list.text("actors.2.name"), "mira");
    assert_eq!(list.text("actors.2.emails.0"), "mira@example.org");
    assert_eq!(list.get("actors.2.roles"), Value::list(["approver"]));
    story.ledger("actor list").ok().says("mira  human  approver  mira@example.org");

    story.person("spare");
    let spare = story.public_key("spare").display().to_string();
    story.ledger(["key", "add", "mira", "--public-key", &spare]).ok();
    story.ledger(["key", "add", "omar", "--public-key", &spare]).exits(1).says("trust.key-taken");
    let own = ["key", "revoke", "mira", &mira, "--reason", "laptop lost", "--compromised-since", "3"];
    story.ledger(own).as_("mira").ok().says("key-revoked mira");
    story.ledger("actor list").as_("mira").ok();
    let keys = story.ledger("key list mira").json().ok();
    let revoked: Vec<Value> = (0..2).map(|i| keys.get(&format!("keys.{i}.compromised_since"))).collect();
    assert!(revoked.contains(&Value::Int(3)) && revoked.contains(&Value::Null), "{keys}");
    story.ledger("key list mira").ok().says("compromised since event 3");
    // What that key brought about stands, and is told.
    story.ledger("verify").ok().says("that was in other hands");
    assert_eq!(story.ledger("verify").json().ok().text("tainted.0.summary"), "ungranted mira lead");
    story.ledger("key list nobody").exits(2).says("nobody is not enrolled");
    story.ledger("key revoke mira nothing --reason x").exits(4);
}

/// M0-010, M0-012: every event is a signed commit that git itself takes, with nothing but what the ledger exports.
#[test]
fn git_says_good_of_every_event_with_the_exported_file() {
    let story = staffed();
    story.person("spare");
    let spare = story.public_key("spare").display().to_string();
    story.ledger(["key", "add", "omar", "--public-key", &spare]).ok();
    // Who signed before a key was revoked signed well.
    story
        .ledger(["key", "revoke", "omar", &story.public_key("omar").display().to_string(), "--reason", "old"])
        .as_("omar")
        .ok();
    story.ledger(["key", "list", "--allowed-signers", "signers"]).ok().says("4 keys written");
    let written = fs::read_to_string(story.repo.path().join("signers")).unwrap();
    let (head, lines) = written.split_once('\n').unwrap();
    assert!(head.starts_with("# written by `ledger key list"), "{head}");
    assert_eq!(story.ledger("key list --allowed-signers").ok().stdout, lines);
    let commits = story.git("rev-list refs/ledger/main").ok().stdout;
    assert_eq!(commits.lines().count(), 5);
    for commit in commits.lines() {
        let said = story.git(["-c", "gpg.ssh.allowedSignersFile=signers", "verify-commit", commit]).ok();
        said.says("Good \"git\" signature for ");
    }
    assert_eq!(story.git("fsck --strict --full").ok().stdout, "");
    story.ledger("key list omar --allowed-signers").ok().never_says("lena");
}

#[test]
fn trust_tells_what_is_pinned_and_refuses_another_ledger() {
    let story = founded();
    let identity = genesis(&story);
    let told = story.ledger("trust").ok();
    told.says(&identity).says("the file .ledger: this ledger").says("git config: this ledger").says("tip       0:");
    let other = "ab".repeat(32);
    let refused = story.ledger(["trust", &other]).exits(3);
    refused.says("trust.genesis-mismatch").says(&identity);
    assert_eq!(config(&story, "ledger.genesis"), identity);
    story.ledger(["trust", "abc"]).exits(2).says("64 lower-case");

    // What was pinned by somebody is held against every reader.
    story.git(["config", "ledger.genesis", &other]).ok();
    story.ledger("actor list").exits(3).says("trust.genesis-mismatch").says("ledger trust");
    story.ledger("trust").exits(3).says(&format!("git config: another ledger, {other}"));
    let json = story.ledger("trust").json().exits(3);
    assert_eq!(json.text("code"), "trust.genesis-mismatch");
    story.ledger(["trust", &identity]).ok();
    story.ledger("actor list").ok();

    // Who is given the identity by a person pins it before anything was fetched.
    story.git("update-ref -d refs/ledger/main").ok();
    fs::remove_file(story.repo.path().join(".ledger")).unwrap();
    story.git("config --unset ledger.genesis").ok();
    story.git("config --unset ledger.ref").ok();
    story.ledger("trust").exits(2).says("this repository has no ledger").says("ledger init");
    story.ledger(["trust", &identity, "--dry-run"]).ok();
    assert_eq!(config(&story, "ledger.genesis"), "");
    story.ledger(["trust", &identity]).ok().says("no ledger is here yet");
    story.ledger("actor list").exits(3).says("trust.ledger-missing");
}

#[test]
fn a_clone_without_the_ledger_it_names_lets_nothing_through_until_it_is_fetched() {
    let story = founded();
    story.commit("lena", "Name the ledger");
    let origin = remote(&story);
    story.git("push -q origin main refs/ledger/main").ok();
    let clone = story.beside.path().join("clone");
    story.git(["clone".as_ref(), "-q".as_ref(), origin.as_os_str(), clone.as_os_str()]).ok();
    story.ledger("hooks install").in_(&clone).ok();
    fs::write(clone.join("a"), "a").unwrap();
    story.git("add a").in_(&clone).ok();
    let refused = story.git("commit -q -m a").in_(&clone).exits(1);
    refused.says("trust.ledger-missing").says("the file .ledger names the ledger");
    story.ledger("check --staged").in_(&clone).exits(3);
    story.ledger("verify").in_(&clone).exits(3);
    story.ledger("doctor").in_(&clone).exits(3).says("bad   ledger");
    story.git("push -q origin main:topic").in_(&clone).exits(1).says("trust.ledger-missing");
    // The command that is offered is one that helps.
    let next = refused.next();
    assert_eq!(story.ledger("trust").in_(&clone).exits(3).next(), next);
    let words = next.first().unwrap().strip_prefix("ledger ").unwrap().to_owned();
    story.ledger(&words).in_(&clone).ok();
    story.git("commit -q -m a").in_(&clone).ok();
    story.ledger("verify").in_(&clone).ok();
    // A repository that names no ledger is left alone.
    let other = story.beside.path().join("other");
    story.git(["init".as_ref(), "-q".as_ref(), other.as_os_str()]).ok();
    story.ledger("hooks install").in_(&other).ok();
    let free = story.git("commit -q --allow-empty -m free").in_(&other).ok();
    assert_eq!(free.stderr, "");
}

#[test]
fn the_file_that_names_the_ledger_stays_as_it_is() {
    let story = founded();
    story.ledger("hooks install").ok();
    // One that names another ledger is not let in in the first place.
    let file = story.repo.path().join(".ledger");
    let good = fs::read_to_string(&file).unwrap();
    let other = format!("genesis = {}\nref = refs/ledger/main\n", "ab".repeat(32));
    story.write(".ledger", &other);
    story.git("add .ledger").ok();
    story.git("commit -q -m other").exits(1).says("trust.genesis-mismatch");
    fs::write(&file, &good).unwrap();
    story.git("commit -q -m other").exits(1).says("the ledger's own file");
    story.git("add .ledger").ok();
    story.git("commit -q -m named").ok();

    story.git("rm -q --cached .ledger").ok();
    let refused = story.git("commit -q -m gone").exits(1);
    refused.says("commit refused by the ledger's own file").says("the staged file cannot be committed now");
    let check = story.ledger("check --staged").json().exits(1);
    assert_eq!(check.text("refused.0.code"), "ledger.file");
    assert_eq!(check.get("paths"), Value::Int(1));
    story.git("reset -q").ok();
    // A hook can be gone round; the range is judged all the same, against each commit's parent.
    story.write(".ledger", "broken\n");
    story.git("add .ledger").ok();
    story
        .git("commit -q -m broken")
        .exits(1)
        .says("trust.pin")
        .says("git restore --source=HEAD --staged --worktree :/.ledger");
    story.git("restore --source=HEAD --staged --worktree :/.ledger").ok();
    story.git("rm -q --cached .ledger").ok();
    story.git("-c core.hooksPath=/dev/null commit -q -m round").ok();
    fs::write(&file, &good).unwrap();
    let range = story.ledger("check --range HEAD~1..HEAD").json().exits(1);
    assert_eq!(range.text("refused.0.commit"), story.head());
    story.ledger("check --range HEAD~1..HEAD").exits(1).says("change refused by the ledger's own file").says(" round");
    story.ledger("check --range HEAD~2..HEAD~1").ok().says("1 changed file in 1 commit");
    story.ledger("check --range nothing..HEAD").exits(2);
    story.ledger("check").exits(2);
    story.ledger("check --staged --tree HEAD").exits(2);
}

/// An event that somebody appended by hand, past every rule, with a good signature of an enrolled key.
fn forged(story: &Story) -> String {
    let tip = story.tip();
    let raw = story.git(["cat-file", "commit", &tip]).ok().stdout;
    let message = raw.split_once("-----END SSH SIGNATURE-----\n\n").unwrap().1.to_owned();
    // Says twice what was said once: same seq, same id.
    story
        .git(["commit-tree", "-S", "-p", &tip, "-m", message.trim_end(), "4b825dc642cb6eb9a060e54bf8d69288fbee4904"])
        .ok()
        .stdout
        .trim()
        .to_owned()
}

/// M0-003: what was appended by hand is found, and stops everything that meets it.
#[test]
fn a_tampered_ledger_is_named_and_nothing_goes_on_from_it() {
    let story = staffed();
    story.ledger("hooks install").ok();
    let good = story.tip();
    let bad = forged(&story);
    story.git(["update-ref", "refs/ledger/main", &bad]).ok();
    let found = story.ledger("verify").exits(3);
    found
        .says("the ledger is invalid from event 3 on")
        .says(&bad)
        .says(&format!("git update-ref refs/ledger/main {good}"));
    let json = story.ledger("verify").json().exits(3);
    assert!(json.text("error.code").starts_with("format."), "{json}");
    story.ledger("doctor").exits(3).says("bad   ledger");
    story.write("a", "a");
    story.git("add a").ok();
    story.git("commit -q -m a").exits(1).says("the ledger is invalid");
    story.ledger("actor grant omar lead").exits(3);
    remote(&story);
    story.git("push -q origin refs/ledger/main").exits(1).says("the ledger is invalid");
    // The way back is the one that is printed.
    let next = found.next();
    story.git(next.first().unwrap().strip_prefix("git ").unwrap()).ok();
    story.ledger("verify").ok();
    story.git("commit -q -m a").ok();
}

/// M0-003, M0-010: with identity and tip in hand, what was cut off is missed.
#[test]
fn verify_shows_completeness_only_with_a_tip() {
    let story = staffed();
    let identity = genesis(&story);
    let tip = story.ledger("verify").json().ok().text("tip");
    story.ledger("verify").ok().says("events    3, valid").says("complete  not shown");
    let shown = story.ledger(["verify", "--genesis", &identity, "--tip", &tip]).ok();
    shown.says("complete  the ledger holds the event").never_says("not shown");
    story.ledger(["verify", "--genesis", &"ab".repeat(32)]).exits(3).says("trust.genesis-mismatch");
    story.git("update-ref refs/ledger/main refs/ledger/main~1").ok();
    story.ledger("verify").ok();
    story.ledger(["verify", "--tip", &tip]).exits(3).says("trust.tip-mismatch").says("cut short");
    story.ledger(["verify", "--tip", &tip.replacen('2', "1", 1)]).exits(3).says("trust.tip-mismatch").says("is ");
    story.ledger("verify --tip 2").exits(2).says("SEQ:SHA256");
    story.ledger("verify --complete").json().ok();
}

#[test]
fn a_push_may_not_cut_or_delete_the_ledger() {
    let story = staffed();
    story.commit("lena", "Name the ledger");
    remote(&story);
    story.ledger("hooks install").ok();
    story.git("push -q origin main refs/ledger/main").ok();
    story.git("push -q origin :refs/ledger/main").exits(1).says("would delete the ledger");
    let full = story.tip();
    story.git("update-ref refs/ledger/main refs/ledger/main~1").ok();
    story
        .git("push -q --force origin refs/ledger/main")
        .exits(1)
        .says("would take events from the ledger")
        .says("ledger sync");
    story.git("push -q --force origin main:refs/ledger/main").exits(1).says("the ledger is invalid");
    // Another event on the shortened ledger is a fork.
    story.ledger("actor grant omar lead").ok();
    story.git("push -q --force origin refs/ledger/main").exits(1).says("would take events");
    story.git(["update-ref", "refs/ledger/main", &full]).ok();
    story.ledger("actor grant omar lead").ok();
    story.git("push -q origin refs/ledger/main").ok();
    // Nothing new is no reason to judge, and a branch may go.
    story.git("push -q origin main main:topic").ok();
    story.git("push -q origin :topic").ok();
    story.git("tag -a -m t t").ok();
    story.git("push -q origin t").ok();
}

#[test]
fn husky_and_ledger_both_have_their_say() {
    let story = founded();
    story.commit("lena", "Name the ledger");
    let husky = story.repo.path().join(".husky/_");
    let diary = story.beside.path().join("diary");
    for name in ["pre-commit", "commit-msg", "post-commit"] {
        let text = format!("#!/bin/sh\necho {name} >> '{}'\n! grep -q refuse a\n", diary.display());
        script(&husky.join(name), &text);
    }
    story.git("config core.hooksPath .husky/_").ok();
    story.ledger("hooks install").ok().says("post-commit").says("passed on").says(".husky/_/pre-commit");
    let status = story.ledger("hooks status").json().ok();
    assert_eq!(status.text("hooks.0.state"), "installed");
    story.write("a", "fine");
    story.git("add a").ok();
    story.git("commit -q -m fine").ok();
    assert_eq!(fs::read_to_string(&diary).unwrap(), "pre-commit\ncommit-msg\npost-commit\n");
    story.write("a", "refuse");
    story.git("add a").ok();
    story.git("commit -q -m no").exits(1);
    story.write("a", "fine again");
    story.git("add a").ok();
    story.git("rm -q --cached .ledger").ok();
    story.git("commit -q -m no").exits(1).says("the ledger's own file");
    story.ledger("hooks uninstall --dry-run").ok().says("would uninstall pre-commit");
    assert_ne!(config(&story, "core.hooksPath"), ".husky/_");
    story.ledger("hooks uninstall").ok();
    assert_eq!(config(&story, "core.hooksPath"), ".husky/_");
    story.ledger("hooks status").ok().says("absent").says("ledger hooks install");
}

#[test]
fn doctor_says_what_to_mend_and_its_commands_mend_it() {
    let story = Story::new();
    story.person("lena");
    story.commit_file("lena", "README.md", "A repository.\n");
    story.ledger("doctor").ok().says("warn  ledger").says("ledger init");
    let story = founded();
    let first = story.ledger("doctor").ok();
    first.says("ok    ledger").says("ok    key        lena (lead)").says("warn  hooks").says("is not committed");
    first.says("ok    email      lena@example.org is lena's").says("ok    commits");
    assert!(first.next().contains(&"ledger hooks install".to_owned()), "{first}");
    story.ledger("hooks install").ok();
    story.commit("lena", "Name the ledger");
    let whole = story.ledger("doctor").json().ok();
    let Value::List(checks) = whole.get("checks") else { panic!("{whole}") };
    for check in &checks {
        assert_eq!(check.get("stand").and_then(Value::as_text), Some("ok"), "{}", check.to_canonical());
    }
    // Somebody replaced a hook.
    script(&story.repo.path().join(".git/hooks/pre-push"), "#!/bin/sh\n");
    fs::remove_file(story.repo.path().join(".git/hooks/pre-commit")).unwrap();
    let bad = story.ledger("doctor").exits(1);
    bad.says("bad   hooks").says("changed after they were installed: pre-commit, pre-push");
    assert_eq!(bad.next(), ["ledger hooks install"]);
    story.ledger("hooks install").ok();
    story.ledger("doctor").ok().never_says("bad ");
    assert!(story.repo.path().join(".git/hooks/pre-push.before-ledger").exists());
    // Who has no key here is told, and may still read.
    story.person("guest");
    story.ledger("doctor").as_("guest").ok().says("warn  key").says("is no enrolled actor's");
}

#[test]
fn every_command_explains_itself_and_shells_complete_it() {
    let story = Story::new();
    story.person("lena");
    for command in [
        "init",
        "charter check",
        "charter show",
        "charter adopt",
        "actor enroll",
        "actor grant",
        "actor ungrant",
        "actor list",
        "key add",
        "key revoke",
        "key list",
        "trust",
        "hooks install",
        "hooks uninstall",
        "hooks status",
        "doctor",
        "check",
        "verify",
        "hook",
        "completions",
        "man",
        "alias install",
        "alias uninstall",
    ] {
        let help: Outcome = story.ledger(&format!("{command} --help")).ok();
        help.says("Examples:").says("--format");
    }
    for shell in ["bash", "zsh", "fish"] {
        story.ledger(["completions", shell]).ok().says("ledger").says("LEDGER_COMPLETE");
    }
    story.ledger("completions tcsh").exits(2);
}

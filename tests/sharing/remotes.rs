//! Remotes that are not what they were, that say no, that are not there, and of which there are several.

use std::path::Path;

use govledger::domain::code::Code;
use govledger::domain::time::Timestamp;
use govledger::domain::value::Value;
use govledger::git::Repo;
use govledger::git::remote::Manner;
use govledger::ledger::sync::{Mode, Order, sync};
use govledger::signing::Search;

use crate::sandbox::story::Story;
use crate::sandbox::{git_in, in_own_process, script};
use crate::team::{Team, named};

/// Two events of dora's are on the server, and she knows that they are.
fn two_shared() -> Team {
    let team = Team::new();
    team.ledger("dora", "declare D-2 --kind document").ok();
    team.ledger("dora", "declare D-3 --kind document").ok();
    team.ledger("dora", "sync").ok();
    team
}

fn set(dir: &Path, to: &str) {
    git_in(dir, ["update-ref", "refs/ledger/main", to]);
}

/// Dora knows two events that hang beside the invalid one; raj, who comes anew, does not.
#[test]
fn an_invalid_event_below_what_the_remote_had_is_called_that_and_the_way_back_drops_nothing() {
    let team = two_shared();
    let (shared, server) = (team.shared(), team.server());
    let tree = git_in(&server, ["hash-object", "-t", "tree", "-w", "/dev/null"]);
    let below = git_in(&server, ["rev-parse", "refs/ledger/main~2"]);
    let bad = team.story.git(["commit-tree", "-m", "declared D-9", "-p", &below, &tree]).in_(&server).ok();
    let bad = bad.stdout.trim_end().to_owned();
    set(&server, &bad);
    let told = team.ledger("dora", "sync").exits(3);
    told.says("the ledger is invalid from event").says(&bad).never_says("was forked").never_says("asking those");
    assert_eq!(team.tip("dora"), shared);
    let mend = told.next().into_iter().find(|next| next.starts_with("git push --force-with-lease")).unwrap();
    // Whoever has no ledger yet cannot know what hangs beside it, and is told so.
    let beside = team.story.beside.path();
    let call = team.story.ledger(["clone".as_ref(), server.as_os_str(), "fresh".as_ref()]);
    let told = call.as_("raj").in_(beside).exits(3);
    told.says("the ledger is invalid from event").says("after asking those who synced before").says(&below);
    team.story.shell(&mend).as_("dora").in_(&team.at("dora")).ok();
    assert_eq!(team.shared(), shared, "nothing that was there is dropped");
    team.ledger("dora", "sync").ok().says("in step");
    // Where the ref here was moved there, too, it goes back to what the remote had.
    set(&server, &bad);
    git_in(&team.at("dora"), ["fetch", "-q", "origin", "refs/ledger/main"]);
    set(&team.at("dora"), &bad);
    let next = team.ledger("dora", "status").json().exits(3).get("error.explanations.0.next");
    for mend in next.as_list().unwrap().iter().filter_map(Value::as_text).filter(|next| !next.starts_with("git show")) {
        team.story.shell(mend).as_("dora").in_(&team.at("dora")).ok();
    }
    assert_eq!((team.tip("dora"), team.shared()), (shared.clone(), shared));
}

/// M0-006
#[test]
fn a_rewound_remote_is_refused_with_both_tips_and_restored_on_demand() {
    let team = two_shared();
    let (server, shared) = (team.server(), team.shared());
    let back = git_in(&server, ["rev-parse", "refs/ledger/main~2"]);
    set(&server, &back);
    let told = team.ledger("dora", "sync").exits(3);
    told.says("origin was rewound: 2 events that it had are gone").says(&shared).says(&back).says("trust.history");
    told.says("common ancestor");
    assert_eq!(team.tip("dora"), shared);
    assert_eq!(team.shared(), back, "nothing is given before somebody decides");
    team.ledger("dora", "sync --restore").ok().says("2 events given");
    assert_eq!(team.shared(), shared);
}

#[test]
fn a_remote_that_lost_the_ledger_is_refused() {
    let team = two_shared();
    let shared = team.shared();
    git_in(&team.server(), ["update-ref", "-d", "refs/ledger/main"]);
    team.ledger("dora", "sync").exits(3).says("origin has no ledger any more").says(&shared);
    team.ledger("dora", "sync --restore").ok();
    assert_eq!(team.shared(), shared);
    // Nor is it told apart from one that hides the ledger, but for the way on.
    git_in(&team.server(), ["config", "transfer.hideRefs", "refs/ledger"]);
    let hidden = team.ledger("dora", "sync").exits(3);
    hidden.says("origin has no ledger any more").says("where its setting transfer.hideRefs hides it");
}

/// Raj never heard of the two events that the server lost, and goes on from before.
#[test]
fn a_forked_remote_is_refused_with_both_tips_and_the_common_ancestor() {
    let team = two_shared();
    let shared = team.shared();
    let back = git_in(&team.server(), ["rev-parse", "refs/ledger/main~2"]);
    set(&team.server(), &back);
    team.joins("raj");
    team.ledger("raj", "attest D-1 review --answer complete=yes --answer consistent=yes").ok();
    team.ledger("raj", "sync").ok();
    let told = team.ledger("dora", "sync").exits(3);
    told.says("origin was forked").says(&shared).says(&team.shared()).says(&format!("common ancestor   {back}"));
    assert_eq!(team.tip("dora"), shared);
    for next in told.next() {
        team.story.shell(&next).as_("dora").in_(&team.at("dora")).ok();
    }
    team.ledger("dora", "sync --restore").exits(3).says("origin was forked");
    // Who is told to follow the server does what is printed.
    let (_, way) = told.stderr.split_once("forgets what it had, by `").unwrap();
    let (way, _) = way.split_once('`').unwrap();
    team.story.shell(way).as_("dora").in_(&team.at("dora")).ok();
    team.ledger("dora", "sync").ok().says("2 events given");
}

#[test]
fn a_remote_with_another_ledger_is_refused() {
    let team = two_shared();
    let other = Story::founded(include_str!("../sandbox/small.toml"), &[]);
    other.git(["push", "-q", "-f"]).arg(team.server()).arg("refs/ledger/main:refs/ledger/main").ok();
    let tip = team.tip("dora");
    team.ledger("dora", "sync").exits(3).says("origin has another ledger than it had");
    // Also where nobody remembers what it had.
    git_in(&team.at("dora"), ["update-ref", "-d", "refs/ledger-remote/origin/main"]);
    team.ledger("dora", "sync").exits(3).says("origin has another ledger").says("trust.genesis-mismatch").says(&tip);
    assert_eq!(team.tip("dora"), tip);
}

#[test]
fn an_invalid_event_of_the_remote_is_not_taken_and_the_way_back_is_printed() {
    let team = two_shared();
    let (shared, server) = (team.shared(), team.server());
    let tree = git_in(&server, ["hash-object", "-t", "tree", "-w", "/dev/null"]);
    let bad = team.story.git(["commit-tree", "-m", "declared D-9", "-p", &shared, &tree]).in_(&server).ok();
    let bad = bad.stdout.trim_end().to_owned();
    set(&server, &bad);
    let told = team.ledger("dora", "sync").exits(3);
    told.says("the ledger is invalid from event");
    assert_eq!(team.tip("dora"), shared);
    let mend = told.next().into_iter().find(|next| next.starts_with("git push --force-with-lease")).unwrap();
    team.story.shell(&mend).as_("dora").in_(&team.at("dora")).ok();
    assert_eq!(team.shared(), shared);
    team.ledger("dora", "sync").ok().says("in step");
    // Whoever has no ledger yet can lead it back as well.
    set(&server, &bad);
    let beside = team.story.beside.path();
    let call = team.story.ledger(["clone".as_ref(), server.as_os_str(), "fresh".as_ref()]);
    let told = call.as_("raj").in_(beside).exits(3);
    let next = told.says("the ledger is invalid from event").next();
    let mend = next.into_iter().find(|next| next.contains("push --force-with-lease")).unwrap();
    team.story.shell(&mend).as_("raj").in_(beside).ok();
    assert_eq!(team.shared(), shared);
    team.story.ledger("sync").as_("raj").in_(&beside.join("fresh")).ok();
}

/// M0-006
#[test]
fn the_words_of_a_server_that_says_no_are_shown() {
    let team = Team::new();
    script(&team.server().join("hooks/pre-receive"), "#!/bin/sh\necho 'no events on Fridays' >&2\nexit 1\n");
    let shared = team.shared();
    team.ledger("dora", "declare D-2 --kind document").ok();
    let tip = team.tip("dora");
    let told = team.ledger("dora", "sync").exits(1);
    told.says("origin did not take the push").says("remote: no events on Fridays");
    assert_eq!((team.shared(), team.tip("dora")), (shared, tip), "the event is still here, and can be shared later");
    std::fs::remove_file(team.server().join("hooks/pre-receive")).unwrap();
    team.ledger("dora", "sync").ok().says("1 event given");
}

#[test]
fn a_remote_that_cannot_be_reached_is_the_environments_fault() {
    let team = Team::new();
    git_in(&team.at("dora"), ["remote", "set-url", "origin", "/nowhere/at/all.git"]);
    team.ledger("dora", "sync").exits(5).says("/nowhere/at/all.git");
}

#[test]
fn the_remote_is_the_one_that_is_named_or_set_or_origin_or_the_only_one() {
    let team = Team::new();
    let dir = team.at("dora");
    let other = team.story.beside.path().join("other.git");
    team.story.git(["init", "-q", "--bare", "-b", "main"]).arg(&other).ok();
    git_in(&dir, ["remote", "rename", "origin", "first"]);
    team.ledger("dora", "sync").ok().says("in step with first");
    git_in(&dir, ["remote", "add", "second", other.to_str().unwrap()]);
    team.ledger("dora", "sync").exits(2).says("several remotes (first, second)");
    team.ledger("dora", "sync nobody").exits(2).says("there is no remote nobody").says("first, second");
    let url = "sync https://u:secret@host.example/x";
    team.ledger("dora", url).exits(2).says("https://u@host.example/x").never_says("secret");
    // A remote without a ledger is given the whole of it, with the evidence.
    team.ledger("dora", "sync second").ok().says("given to second");
    assert_eq!(named(&other, "refs/ledger/main"), team.shared());
    git_in(&dir, ["config", "ledger.remote", "second"]);
    team.ledger("dora", "sync").ok().says("in step with second");
    git_in(&dir, ["remote", "remove", "first"]);
    git_in(&dir, ["remote", "remove", "second"]);
    git_in(&dir, ["config", "--unset", "ledger.remote"]);
    team.ledger("dora", "sync").exits(2).says("no remote to share with");
}

#[test]
fn a_plain_clone_gets_its_ledger_by_sync_and_pins_it() {
    let team = Team::new();
    let dir = team.at("plain");
    team.story.git(["clone", "-q"]).arg(team.server()).arg(&dir).as_("raj").ok();
    let told = team.story.ledger("sync").as_("raj").in_(&dir).ok();
    told.says("pinned").says("events 0 to 5");
    assert_eq!(named(&dir, "refs/ledger/main"), team.shared());
    let genesis = git_in(&dir, ["config", "ledger.genesis"]);
    assert_eq!(genesis.len(), 64);
}

#[test]
fn a_shallow_clone_gets_the_whole_ledger() {
    let team = two_shared();
    team.story.write("docs/two.md", "# Two\n");
    team.story.commit("lena", "Name the ledger, and write two");
    team.story.git("push -q origin main").ok();
    let (dir, url) = (team.at("shallow"), format!("file://{}", team.server().display()));
    team.story.git(["clone", "-q", "--depth", "1", &url]).arg(&dir).as_("raj").ok();
    team.story.ledger("sync").as_("raj").in_(&dir).ok();
    assert_eq!(named(&dir, "refs/ledger/main"), team.shared());
    team.story.ledger("verify").as_("raj").in_(&dir).ok();
}

#[test]
fn neither_here_nor_there_is_a_ledger() {
    let story = Story::new();
    let server = story.beside.path().join("server.git");
    story.git(["init", "-q", "--bare", "-b", "main"]).arg(&server).ok();
    story.git(["remote", "add", "origin"]).arg(&server).ok();
    story.person("lena");
    story.ledger("sync").exits(2).says("there is no ledger here, and origin has none").says("ledger init");
    story.git(["config", "ledger.genesis", &"0".repeat(64)]).ok();
    story.ledger("sync").exits(3).says("neither here nor at origin");
}

/// Hosts that take branches only.
#[test]
fn a_ledger_on_a_branch_is_shared_as_well() {
    let story = Story::new();
    story.person("lena");
    let server = story.beside.path().join("server.git");
    story.git(["init", "-q", "--bare", "-b", "main"]).arg(&server).ok();
    story.git(["remote", "add", "origin"]).arg(&server).ok();
    story.git("config ledger.ref refs/heads/governance").ok();
    let file = story.write_beside("charter.toml", include_str!("../sandbox/small.toml"));
    let key = story.key("lena");
    story
        .ledger(["init".as_ref(), "--charter".as_ref(), file.as_os_str(), "--actor".as_ref(), "lena".as_ref()])
        .arg("--key")
        .arg(key)
        .ok();
    story.commit("lena", "Name the ledger");
    story.git("push -q origin main").ok();
    story.ledger("sync").ok().says("1 event given");
    story.person("raj");
    let there = story.beside.path().join("raj");
    story.ledger(["clone".as_ref(), server.as_os_str(), there.as_os_str()]).as_("raj").ok();
    assert_eq!(
        git_in(&there, ["rev-parse", "refs/heads/governance"]),
        git_in(&server, ["rev-parse", "refs/heads/governance"])
    );
}

/// The clock of whoever syncs stands before what the remote has.
#[test]
fn an_event_that_is_dated_ahead_of_the_clock_is_not_taken() {
    if !in_own_process("remotes::an_event_that_is_dated_ahead_of_the_clock_is_not_taken") {
        return;
    }
    let team = two_shared();
    let repo = Repo::open(&team.at("lena")).unwrap();
    let tip = team.tip("lena");
    let newest = team.ledger("dora", "log -n 1").json().ok().text("at");
    let newest = Timestamp::parse(&newest).unwrap().seconds();
    let order = |clock: i64| Order {
        remote: "origin".to_owned(),
        mode: Mode::Plain,
        search: Search::from_env(),
        now: Timestamp::from_seconds(clock).unwrap(),
        clock: Timestamp::from_seconds(clock).unwrap(),
        genesis: None,
        tip: None,
        aside: Vec::new(),
        no_push: false,
        restore: false,
        dry_run: false,
        manner: Manner::default(),
    };
    let error = sync(&repo, &order(newest - 301), &mut |_| false).unwrap_err();
    assert_eq!((error.code(), error.exit_code()), (Code::StoreClock, 5), "{error}");
    assert!(error.to_string().contains("declared D-3, by dora"), "{error}");
    assert_eq!(team.tip("lena"), tip);
    sync(&repo, &order(newest - 300), &mut |_| false).unwrap();
    assert_eq!(team.tip("lena"), team.shared());
}

#[test]
fn gits_progress_is_shown_on_demand() {
    let team = two_shared();
    team.ledger("lena", "sync --progress").ok().says("remote: ");
    team.ledger("lena", "sync").ok().never_says("remote: ");
}

#[test]
fn a_clone_that_only_reads_takes_and_gives_nothing() {
    let team = two_shared();
    let shared = team.shared();
    team.ledger("lena", "block D-1 HOLD --because unclear --reason why --field questions=a").ok();
    team.ledger("lena", "sync --no-push").ok().says("declared D-3 (dora)").says("again");
    assert_eq!(team.shared(), shared);
    team.ledger("lena", "sync").ok().says("1 event given");
}

/// What was lost can be given back only by somebody who has it.
#[test]
fn a_clone_that_lacks_what_is_lost_does_not_forget_that_it_is() {
    let team = two_shared();
    let back = git_in(&team.server(), ["rev-parse", "refs/ledger/main~2"]);
    set(&team.server(), &back);
    set(&team.at("dora"), &back);
    team.ledger("dora", "sync --restore").exits(3).says("origin was rewound");
    team.ledger("dora", "sync").exits(3).says("origin was rewound");
}

/// S2-011: a lock that a git left on the server when it was killed is no refusal, and is named.
#[test]
fn a_lock_on_the_server_is_named_and_nothing_is_lost() {
    let team = Team::new();
    let lock = team.server().join("refs/ledger/main.lock");
    std::fs::write(&lock, "").unwrap();
    let file = team.story.write_beside("shown.txt", "This shows it.\n");
    team.ledger("lena", &format!("attest D-1 seen --evidence {}", file.display())).ok();
    for _ in 0..2 {
        let told = team.ledger("lena", "sync").exits(5);
        told.says("refs/ledger/main.lock': File exists").says("store.io");
        told.says(&format!("needed   the lock {} gone", lock.display())).says("once no git runs there");
        assert_eq!(told.next(), ["ledger sync origin"]);
    }
    std::fs::remove_file(lock).unwrap();
    team.ledger("lena", "sync").ok().says("1 event given");
}

/// Under its new name nobody remembers what the remote had; what the old name had still counts.
#[test]
fn a_remote_that_was_renamed_is_held_against_what_it_had() {
    let team = two_shared();
    let (server, shared, dora) = (team.server(), team.shared(), team.at("dora"));
    git_in(&dora, ["remote", "rename", "origin", "hub"]);
    let back = git_in(&server, ["rev-parse", "refs/ledger/main~2"]);
    set(&server, &back);
    let told = team.ledger("dora", "sync").exits(3);
    told.says("hub was rewound: 2 events that origin had are gone").says(&shared).says(&back).says("common ancestor");
    assert_eq!(team.shared(), back, "nothing is given before somebody decides");
    team.joins("raj");
    team.ledger("raj", "attest D-1 review --answer complete=yes --answer consistent=yes").ok();
    team.ledger("raj", "sync").ok();
    let told = team.ledger("dora", "sync").exits(3);
    told.says("hub was forked").says(&shared).says(&team.shared()).says(&back);
    set(&server, &back);
    team.ledger("dora", "sync --restore").ok().says("2 events given");
    team.ledger("dora", "sync").ok().says("in step with hub");
    git_in(&dora, ["remote", "rename", "hub", "again"]);
    git_in(&server, ["update-ref", "-d", "refs/ledger/main"]);
    team.ledger("dora", "sync").exits(3).says("again has no ledger").says("--restore");
}

/// A mirror that lags is filled; one that goes another way is not.
#[test]
fn a_second_remote_may_lag_behind_the_first_and_not_contradict_it() {
    let team = two_shared();
    let (dora, shared) = (team.at("dora"), team.shared());
    let other = team.story.beside.path().join("other.git");
    team.story.git(["clone", "-q", "--mirror"]).arg(team.server()).arg(&other).ok();
    let back = git_in(&other, ["rev-parse", "refs/ledger/main~2"]);
    set(&other, &back);
    git_in(&dora, ["remote", "add", "second", other.to_str().unwrap()]);
    team.story.git(["remote", "set-url", "origin"]).arg(&other).ok();
    set(&team.at("lena"), &back);
    git_in(&team.at("lena"), ["update-ref", "-d", "refs/ledger-remote/origin/main"]);
    team.ledger("lena", "block D-1 HOLD --because unclear --reason 'ask first' --field questions=why").ok();
    team.ledger("lena", "sync").ok();
    team.ledger("dora", "sync second").exits(3).says("second was forked").says(&shared).says(&back);
    set(&other, &back);
    team.ledger("dora", "sync second").ok().says("2 events given");
}

/// The ref that remembers the remote was moved back by hand; its log still says what was there.
#[test]
fn a_forked_remote_is_refused_also_where_the_tracking_ref_was_moved_by_hand() {
    let team = two_shared();
    let shared = team.shared();
    let back = git_in(&team.server(), ["rev-parse", "refs/ledger/main~2"]);
    set(&team.server(), &back);
    team.joins("raj");
    team.ledger("raj", "attest D-1 review --answer complete=yes --answer consistent=yes").ok();
    team.ledger("raj", "sync").ok();
    let tip = team.tip("dora");
    for to in [back.clone(), team.shared()] {
        if to != back {
            git_in(&team.at("dora"), ["fetch", "-q", "origin", "refs/ledger/main"]);
        }
        git_in(&team.at("dora"), ["update-ref", "refs/ledger-remote/origin/main", &to]);
        let told = team.ledger("dora", "sync").exits(3);
        told.says("origin was forked").says(&shared).says(&team.shared()).says(&format!("common ancestor   {back}"));
        assert_eq!(team.tip("dora"), tip);
    }
    // Whoever decides that the remote counts has the clone forget what it had.
    git_in(&team.at("dora"), ["update-ref", "-d", "refs/ledger-remote/origin/main"]);
    team.ledger("dora", "sync").ok().says("attested D-1 review=approve (raj)").says("declared D-2, was event");
    assert_eq!(team.tip("dora"), team.shared());
}

#[test]
fn a_remote_out_of_reach_is_told_with_what_goes_on() {
    let team = Team::new();
    git_in(&team.at("dora"), ["remote", "set-url", "origin", "/nowhere/at/all.git"]);
    let told = team.ledger("dora", "sync").exits(5);
    told.says("needed   a remote that answers");
    assert_eq!(told.next(), ["git remote -v", "ledger sync origin"]);
    let told = team.story.ledger("clone /nowhere/at/all.git").as_("raj").in_(team.story.beside.path()).exits(5);
    assert_eq!(told.next(), ["git ls-remote -- /nowhere/at/all.git"]);
}

/// Exit code 0 means that the remote has it: git says so of whatever it pushed to.
#[test]
fn a_push_that_went_elsewhere_is_no_success() {
    let team = two_shared();
    let (dora, shared) = (team.at("dora"), team.shared());
    let other = team.story.beside.path().join("other.git");
    team.story.git(["clone", "-q", "--mirror"]).arg(team.server()).arg(&other).ok();
    git_in(&dora, ["config", "remote.origin.pushurl", other.to_str().unwrap()]);
    team.ledger("dora", "declare D-4 --kind document").ok();
    for _ in 0..2 {
        let told = team.ledger("dora", "sync").exits(5);
        told.says("what is fetched from there is as before").says("pushurl").never_says("rewound");
        assert_eq!(told.next(), ["git remote -v", "ledger sync origin"]);
        assert_eq!(team.shared(), shared);
    }
    git_in(&dora, ["config", "--unset", "remote.origin.pushurl"]);
    team.ledger("dora", "sync").ok().says("1 event given");
    assert_eq!(team.shared(), team.tip("dora"));
}

/// A hook of one's own says no: whether it speaks to one stream or the other or not at all, it is named, and its words are told.
#[test]
fn a_hook_of_ones_own_that_lets_nothing_go_is_named_with_its_words() {
    let team = two_shared();
    let shared = team.shared();
    team.ledger("dora", "hooks uninstall").ok();
    team.ledger("dora", "declare D-4 --kind document").ok();
    let hook = team.at("dora").join(".git/hooks/pre-push");
    for (words, told) in [
        ("echo 'no pushes on Fridays'", "no pushes on Fridays"),
        ("echo 'no pushes on Fridays' >&2", "no pushes on Fridays"),
        ("true", "it says nothing"),
    ] {
        script(&hook, &format!("#!/bin/sh\n{words}\nexit 1\n"));
        let said = team.ledger("dora", "sync").exits(1);
        said.says("the hook pre-push of this repository did not take the push").says(told).says("[store.declined]");
        assert_eq!(said.next(), ["ledger hooks status", "ledger sync origin"]);
        assert_eq!(team.shared(), shared);
    }
    std::fs::remove_file(&hook).unwrap();
    team.ledger("dora", "sync").ok().says("1 event given");
}

/// A mirror would force, and a push that is to be signed, or with options, finds no host that takes it.
#[test]
fn settings_of_git_for_pushes_of_code_do_not_stop_the_ledger() {
    let team = two_shared();
    git_in(&team.at("dora"), ["config", "remote.origin.mirror", "true"]);
    git_in(&team.at("dora"), ["config", "push.gpgSign", "true"]);
    git_in(&team.at("dora"), ["config", "push.pushOption", "ci.skip"]);
    team.ledger("dora", "declare D-4 --kind document").ok();
    team.ledger("dora", "sync").ok().says("1 event given");
    assert_eq!(team.shared(), team.tip("dora"));
}

/// Somebody pushed refs to a host without a guard that end like the ledger's: git cannot tell which of them is pushed to. What is printed
/// removes them, also where one of them is itself the end of another.
#[test]
fn refs_of_a_host_that_end_like_the_ledgers_are_named_and_removed_by_what_is_printed() {
    let team = Team::new();
    let (dora, server) = (team.at("dora"), team.server());
    let head = git_in(&server, ["rev-parse", "main"]);
    let file = team.story.write_beside("shown.txt", "This shows it.\n");
    for (n, others) in [
        &["refs/heads/refs/ledger/main"][..],
        &["refs/tags/refs/ledger-evidence/main"],
        &["refs/heads/refs/tags/refs/ledger/main", "refs/tags/refs/ledger/main", "refs/refs/ledger/main"],
    ]
    .iter()
    .enumerate()
    {
        for other in *others {
            git_in(&server, ["update-ref", other, &head]);
        }
        team.ledger("dora", "sync").ok();
        team.ledger("dora", &format!("declare D-{} --kind document", n + 2)).ok();
        std::fs::write(&file, format!("This shows {n}.\n")).unwrap();
        team.ledger("lena", "sync").ok();
        team.ledger("lena", &format!("attest D-1 seen --evidence {}", file.display())).ok();
        let told = team.ledger("lena", "sync").exits(5);
        told.says("[store.ref]").says("others that end like them: ").never_says("pre-push");
        for other in *others {
            told.says(other);
        }
        let [remove, again] = &told.next()[..] else { panic!("{told}") };
        assert!(n > 0 || remove == "git push origin :refs/heads/refs/ledger/main", "{told}");
        team.story.shell(remove).in_(&dora).as_("dora").ok();
        assert_eq!(
            git_in(&server, ["for-each-ref", "--format=%(refname)", "refs/heads/refs", "refs/tags", "refs/refs"]),
            ""
        );
        team.story.shell(again).ok().says("1 event given");
        team.ledger("dora", "sync").ok().says("1 event given");
    }
}

/// Names that git takes for remotes work, those that it takes for a setting's or an option's among them; and what can be no part of a ref is
/// refused with the command that renames it.
#[test]
fn a_remote_of_an_odd_name_is_shared_with_or_refused_in_words() {
    let team = Team::new();
    let dora = team.at("dora");
    let mut old = "origin".to_owned();
    for (n, name) in
        ["a=b", "a=b=c", "o'x", "$x", "a;b", "a\"b", "a#b", "é", "a/b", "a.b", "@", "HEAD"].iter().enumerate()
    {
        team.story.git(["remote", "rename", "--", &old, name]).in_(&dora).as_("dora").ok();
        team.story.git(["config", &format!("remote.{name}.mirror"), "true"]).in_(&dora).as_("dora").ok();
        team.ledger("dora", &format!("declare D-{} --kind document", n + 2)).ok();
        team.ledger("dora", ["sync", name]).ok().says("1 event given");
        assert_eq!(team.shared(), team.tip("dora"), "{name}");
        old = (*name).to_owned();
    }
    for (name, better) in [("-x", "x"), ("--all", "all"), ("a b", "a-b"), ("q?", "q"), ("..", "remote")] {
        let renamed = |key: &str| format!("remote.{name}.{key}");
        team.story.git(["config", &renamed("url")]).arg(team.server()).in_(&dora).as_("dora").ok();
        let told = team.ledger("dora", ["sync", "--", name]).exits(2);
        told.says("has a name that no ref can have, or that begins with a `-`");
        let next = told.next();
        assert!(next[0].ends_with(better), "{told}");
        team.story.shell(&next[0]).in_(&dora).as_("dora").ok();
        team.ledger("dora", ["sync", better]).ok().says("in step");
    }
    // Where one is called like what is below the other, one of the two cannot be noted, and nothing is lost.
    team.story.git(["config", "remote.HEAD/main.url"]).arg(team.server()).in_(&dora).as_("dora").ok();
    let told = team.ledger("dora", "sync HEAD/main").exits(5);
    told.says("the ref refs/ledger-remote/HEAD/main is in the way");
    team.ledger("dora", "sync HEAD").ok().says("in step");
}

/// Exit code 0 means that the remote has it: one that took the events and lost them again at once has not.
#[test]
fn a_remote_that_loses_what_it_took_at_once_is_no_success() {
    let team = two_shared();
    let back = git_in(&team.server(), ["rev-parse", "refs/ledger/main~1"]);
    script(&team.server().join("hooks/post-receive"), &format!("#!/bin/sh\ngit update-ref refs/ledger/main {back}\n"));
    team.ledger("dora", "declare D-4 --kind document").ok();
    team.ledger("dora", "sync").exits(3).says("origin was rewound").says(&back);
    std::fs::remove_file(team.server().join("hooks/post-receive")).unwrap();
    team.ledger("dora", "sync --restore").ok().says("2 events given");
}

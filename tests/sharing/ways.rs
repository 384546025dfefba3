//! The same ledger over each way to a server.

use std::path::Path;

use crate::sandbox::story::{Call, Story, Words};
use crate::servers::{Server, Way};

/// Documents, reviewed by one and sealed by one.
const CHARTER: &str = include_str!("../sandbox/small.toml");

/// The words by which git is told of both refs.
const BOTH: &str = "refs/ledger*:refs/ledger*";

/// People who share a ledger over one way. The server has the code already.
struct Shared {
    story: Story,
    server: Server,
}

impl Shared {
    fn new(way: Way) -> Shared {
        let people =
            [("dora", "human", "drafter", ""), ("raj", "human", "reviewer", ""), ("omar", "human", "approver", "")];
        let story = Story::founded(CHARTER, &people);
        story.commit_file("dora", "docs/one.md", "# One\n");
        story.ledger("declare D-1 --kind document --path docs/one.md").as_("dora").ok();
        let note = story.write_beside("note.txt", "Read on the eleventh.\n");
        story.ledger("attest D-1 seen --result noted --evidence").arg(note).ok();
        let shared = Shared { story, server: Server::start(way) };
        shared.git("lena", ["remote", "add", "origin", &shared.server.url()]).ok();
        shared.git("lena", "push -q origin main").ok();
        shared
    }

    /// Begins a call that can reach the server, in a person's clone.
    fn call<'s>(&'s self, name: &str, call: Call<'s>) -> Call<'s> {
        let call = if name == "lena" { call } else { call.in_(&self.at(name)) };
        self.server.env().into_iter().fold(call, |call, (name, value)| call.env(name, value)).as_(name)
    }

    fn git(&self, name: &str, words: impl Words) -> Call<'_> {
        self.call(name, self.story.git(words))
    }

    fn ledger(&self, name: &str, words: impl Words) -> Call<'_> {
        self.call(name, self.story.ledger(words))
    }

    fn at(&self, name: &str) -> std::path::PathBuf {
        if name == "lena" { self.story.repo.path().to_owned() } else { self.story.beside.path().join("at").join(name) }
    }

    /// Clones the code for a person.
    fn clone_for(&self, name: &str) {
        let to = self.at(name);
        std::fs::create_dir_all(&to).unwrap();
        self.git(name, ["clone", "-q", &self.server.url(), "."]).ok();
    }

    /// Moves a person's ledger to branches, and returns the ref.
    fn on_branches(&self, name: &str) -> &'static str {
        for (new, old) in [("ledger", "refs/ledger/main"), ("ledger-evidence", "refs/ledger-evidence/main")] {
            if !self.named(&self.at(name), old).is_empty() {
                self.git(name, ["update-ref", &format!("refs/heads/{new}"), old]).ok();
                self.git(name, ["update-ref", "-d", old]).ok();
            }
        }
        self.git(name, "config ledger.ref refs/heads/ledger").ok();
        "refs/heads/ledger"
    }

    /// Returns what a repository names by a ref.
    fn named(&self, dir: &Path, reference: &str) -> String {
        let words = ["for-each-ref", "--format=%(objectname)", reference];
        self.story.git(words).in_(dir).ok().stdout.trim().to_owned()
    }
}

/// The two refs travel by git's own commands, over every way that takes them.
fn plain_git_is_enough(way: Way) {
    let shared = Shared::new(way);
    let server = shared.server.repo();
    shared.git("lena", ["push", "-q", "origin", BOTH]).ok();
    shared.clone_for("raj");
    shared.git("raj", ["fetch", "-q", "origin", BOTH]).ok();
    let digest = shared.ledger("lena", "replay --digest").ok().stdout;
    assert_eq!(shared.ledger("raj", "replay --digest").ok().stdout, digest);
    shared.ledger("raj", "verify").ok().says("evidence  1 present, 0 erased, 0 missing");
    // Who was slower is refused by git, and nothing is lost on the server.
    shared.ledger("lena", "declare D-2 --kind document").as_("dora").ok();
    shared.ledger("raj", "block D-1 HOLD --because unclear --reason why --field questions=a").as_("lena").ok();
    shared.git("lena", ["push", "-q", "origin", BOTH]).ok();
    let there = shared.named(&server, "refs/ledger/main");
    let late = shared.git("raj", ["push", "origin", BOTH]).exits(1);
    late.says("[rejected]");
    assert_eq!(shared.named(&server, "refs/ledger/main"), there);
}

#[test]
fn plain_git_is_enough_over_a_file() {
    plain_git_is_enough(Way::File);
}

#[test]
fn plain_git_is_enough_over_ssh() {
    plain_git_is_enough(Way::Ssh);
}

#[test]
fn plain_git_is_enough_over_http() {
    plain_git_is_enough(Way::Http);
}

/// M0-011: clones go apart, and `ledger sync` leads them together again, over every way to a server.
fn clones_come_together(way: Way) {
    let shared = Shared::new(way);
    let ledger = if way == Way::Branches { shared.on_branches("lena") } else { "refs/ledger/main" };
    let there = || shared.named(&shared.server.repo(), ledger);
    shared.ledger("lena", "sync").ok();
    for name in ["dora", "raj"] {
        if way == Way::Branches {
            shared.clone_for(name);
            shared.on_branches(name);
            shared.ledger(name, "sync").ok();
        } else {
            let into = shared.at(name);
            shared.call("lena", shared.story.ledger(["clone", &shared.server.url()])).arg(into).as_(name).ok();
        }
    }
    shared.ledger("raj", "verify").ok().says("evidence  1 present, 0 erased, 0 missing");
    // Both append, each with evidence of their own; who comes second signs again.
    let note = |text: &str| shared.story.write_beside(&format!("{text}.txt"), text);
    shared.ledger("dora", "attest D-1 check --value violations=0 --value tool=deny --evidence").arg(note("dora")).ok();
    let own = shared.ledger("lena", "attest D-1 seen --result noted --format json --evidence").arg(note("lena")).ok();
    shared.ledger("dora", "sync").ok();
    shared.ledger("lena", "sync").ok();
    assert_eq!(there(), shared.named(&shared.at("lena"), ledger));
    let newest = shared.ledger("lena", "log -n 1 --format json").ok();
    assert_eq!(newest.text("id"), own.text("event.id"));
    for name in ["dora", "raj"] {
        shared.ledger(name, "sync").ok();
        assert_eq!(shared.named(&shared.at(name), ledger), there());
        shared.ledger(name, "verify").ok().says("evidence  3 present, 0 erased, 0 missing");
    }
    // What was taken back on the server is noticed, and not given back unasked.
    let shorter = shared.story.git(["rev-parse", &format!("{ledger}~2")]).in_(&shared.server.repo()).ok();
    let shorter = shorter.stdout.trim();
    shared.story.git(["update-ref", ledger, shorter]).in_(&shared.server.repo()).ok();
    shared.ledger("raj", "sync").exits(3).says(shorter);
    assert_eq!(there(), shorter);
}

#[test]
fn clones_come_together_over_a_file() {
    clones_come_together(Way::File);
}

#[test]
fn clones_come_together_over_ssh() {
    clones_come_together(Way::Ssh);
}

#[test]
fn clones_come_together_over_http() {
    clones_come_together(Way::Http);
}

#[test]
fn clones_come_together_through_a_host_that_takes_only_branches() {
    clones_come_together(Way::Branches);
}

#[test]
fn clones_come_together_through_a_host_without_atomic_pushes() {
    clones_come_together(Way::NotAtomic);
}

#[test]
fn a_server_that_is_gone_is_told_and_nothing_is_lost() {
    let Shared { story, server } = Shared::new(Way::Http);
    story.ledger("sync").ok();
    let (url, tip) = (server.url(), story.tip());
    drop(server);
    let told = story.ledger("sync --no-input").env("no_proxy", "127.0.0.1").exits(5);
    told.says(&url).says("[store.io]");
    assert_eq!(story.tip(), tip);
    story.ledger("declare D-2 --kind document").as_("dora").ok();
}

#[test]
fn a_host_that_takes_only_branches_is_told_of_by_git() {
    let shared = Shared::new(Way::Branches);
    shared.git("lena", ["push", "origin", BOTH]).exits(1).says("deny updating a hidden ref");
    let branches = ["refs/ledger/main:refs/heads/ledger", "refs/ledger-evidence/main:refs/heads/ledger-evidence"];
    shared.git("lena", ["push", "-q", "origin", branches[0], branches[1]]).ok();
    // What the program says leads there by itself.
    let told = shared.ledger("lena", "sync").exits(5);
    told.says("deny updating a hidden ref")
        .says("needed   a host that takes refs/ledger/main; or the ledger on a branch");
    let next = told.next();
    assert_eq!(next.last().map(String::as_str), Some("ledger sync origin"), "{told}");
    for next in &next {
        shared.call("lena", shared.story.shell(next)).ok();
    }
    shared.clone_for("raj");
    shared.git("raj", "config ledger.ref refs/heads/ledger").ok();
    shared.git("raj", ["fetch", "-q", "origin", "refs/heads/ledger*:refs/heads/ledger*"]).ok();
    shared.ledger("raj", "verify").ok().says("evidence  1 present, 0 erased, 0 missing");
}

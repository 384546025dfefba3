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

#[test]
fn a_host_that_takes_only_branches_takes_the_ledger_as_branches() {
    let shared = Shared::new(Way::Branches);
    let refused = shared.git("lena", ["push", "origin", BOTH]).exits(1);
    refused.says("deny updating a hidden ref");
    let branches = ["refs/ledger/main:refs/heads/ledger", "refs/ledger-evidence/main:refs/heads/ledger-evidence"];
    shared.git("lena", ["push", "-q", "origin", branches[0], branches[1]]).ok();
    shared.clone_for("raj");
    shared.git("raj", "config ledger.ref refs/heads/ledger").ok();
    shared.git("raj", ["fetch", "-q", "origin", "refs/heads/ledger*:refs/heads/ledger*"]).ok();
    let digest = shared.ledger("lena", "replay --digest").ok().stdout;
    assert_eq!(shared.ledger("raj", "replay --digest").ok().stdout, digest);
    shared.ledger("raj", "verify").ok().says("evidence  1 present, 0 erased, 0 missing");
    shared.ledger("raj", "verify").ok().says("evidence  1 present, 0 erased, 0 missing");
}

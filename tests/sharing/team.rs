//! People who share a ledger through a bare repository, each in a clone of one's own.

use std::path::{Path, PathBuf};

use crate::sandbox::git_in;
use crate::sandbox::story::{Call, Story, Words};

/// The rules of the tests: one person leads, one drafts, two review and approve.
const CHARTER: &str = include_str!("../sandbox/small.toml");

/// A story whose repository is lena's clone, a server, and clones of the others.
pub(crate) struct Team {
    pub(crate) story: Story,
}

impl Team {
    /// Returns lena (lead), dora (drafter), raj (reviewer), omar and ines (approvers), a server that has the code and the ledger, and
    /// clones of lena and dora. D-1 is declared by dora, at docs/one.md.
    pub(crate) fn new() -> Team {
        let people = [
            ("dora", "human", "drafter", ""),
            ("raj", "human", "reviewer", ""),
            ("omar", "human", "approver", ""),
            ("ines", "human", "approver", ""),
        ];
        let story = Story::founded(CHARTER, &people);
        let team = Team { story };
        let server = team.server();
        team.story.git(["init", "-q", "--bare", "-b", "main"]).arg(&server).ok();
        team.story.git(["remote", "add", "origin"]).arg(&server).ok();
        team.story.write("docs/one.md", "# One\n");
        team.story.commit("dora", "Write one");
        team.story.ledger("declare D-1 --kind document --path docs/one.md").as_("dora").ok();
        team.story.git("push -q origin main").ok();
        team.story.ledger("sync").ok();
        team.joins("dora");
        team
    }

    /// Gives a person a clone.
    pub(crate) fn joins(&self, name: &str) {
        self.story.ledger(["clone".as_ref(), self.server().as_os_str(), self.at(name).as_os_str()]).as_(name).ok();
    }

    pub(crate) fn server(&self) -> PathBuf {
        self.story.beside.path().join("server.git")
    }

    /// Returns where a person works.
    pub(crate) fn at(&self, name: &str) -> PathBuf {
        if name == "lena" { self.story.repo.path().to_owned() } else { self.story.beside.path().join("at").join(name) }
    }

    /// Begins a call of the program by a person, in that person's clone.
    pub(crate) fn ledger(&self, name: &str, words: impl Words) -> Call<'_> {
        self.story.ledger(words).as_(name).in_(&self.at(name))
    }

    /// Returns the tip of the ledger in a person's clone.
    pub(crate) fn tip(&self, name: &str) -> String {
        named(&self.at(name), "refs/ledger/main")
    }

    /// Returns the tip of the ledger on the server.
    pub(crate) fn shared(&self) -> String {
        named(&self.server(), "refs/ledger/main")
    }

    /// Returns the first lines of the newest events on the server, oldest first.
    pub(crate) fn diary(&self, newest: usize) -> Vec<String> {
        diary(&self.server(), newest)
    }
}

/// Returns the first lines of the newest events of a repository, oldest first.
pub(crate) fn diary(dir: &Path, newest: usize) -> Vec<String> {
    let text = git_in(dir, ["log", &format!("-{newest}"), "--reverse", "--format=%s", "refs/ledger/main"]);
    text.lines().map(str::to_owned).collect()
}

/// Returns the commit that a ref names in a repository; nothing where there is none.
pub(crate) fn named(dir: &Path, reference: &str) -> String {
    git_in(dir, ["for-each-ref", "--format=%(objectname)", reference])
}

//! Rules about commits, with a real git: what a commit brings, who makes it and which packet it serves, judged by the hooks, by
//! `check`, at the push and by the server.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

#[path = "../sandbox/mod.rs"]
mod sandbox;

mod board;
mod hooks;
mod lines;
mod server;
mod waivers;

use std::sync::OnceLock;

use sandbox::story::frozen::Frozen;
use sandbox::story::{Call, Outcome, Story};

/// What every script can use.
const WORDS: &str = r#"
put() { mkdir -p "$(dirname "$1")"; printf '%b\n' "${2:-new}" > "$1"; git add -- "$1"; }
round() { git -c core.hooksPath=/dev/null "$@"; }     # the way round every hook
packet='Work-Packet: WP-1'
"#;

/// A clone in which the hooks are installed. raj is a coder, omar orchestrates, lena is the user. WP-1 is in progress and may
/// change src/ but for src/secret/, WP-2 is ready.
pub(crate) struct Place(Story);

impl std::ops::Deref for Place {
    type Target = Story;

    fn deref(&self) -> &Story {
        &self.0
    }
}

impl Place {
    pub(crate) fn new() -> Place {
        static BASE: OnceLock<Frozen> = OnceLock::new();
        Place(BASE.get_or_init(|| prepared(include_str!("charter.toml")).freeze()).thaw())
    }

    /// Begins a script in the repository, as raj.
    pub(crate) fn script(&self, script: &str) -> Call<'_> {
        let server = self.beside.path().join("server.git");
        let call = self.shell(&format!("set -e\n{WORDS}\n{script}")).as_("raj").env("EDITOR", "true");
        call.env("SERVER", server)
    }

    /// Runs a script that has to succeed.
    pub(crate) fn do_(&self, script: &str) -> Outcome {
        self.script(script).ok()
    }

    /// Runs a script that has to be refused and to leave `HEAD` where it is.
    pub(crate) fn refuses(&self, script: &str) -> Outcome {
        let before = self.repo.git(["rev-parse", "HEAD"]);
        let refused = self.script(script).exits(1);
        assert_eq!(self.repo.git(["rev-parse", "HEAD"]), before, "{refused}");
        refused
    }
}

fn prepared(charter: &str) -> Story {
    let story = Story::founded(charter, &[("omar", "human", "orchestrator", ""), ("raj", "human", "coder", "")]);
    story.write("src/old.rs", "fn old() {}\n// TODO: later\n");
    story.write("Cargo.toml", "[package]\n");
    story.write("docs/OSS_REGISTER.md", "none\n");
    story.write("docs/master_spec/v1.md", "# Spec\n");
    story.write("docs/task_packets/WP-1.md", "# WP-1\n");
    story.write("docs/task_packets/WP-2.md", "# WP-2\n");
    story.commit("lena", "Before the ledger");
    let scope =
        "--field in_scope_paths=src/** --field in_scope_paths=Cargo.toml --field out_of_scope_paths=src/secret/**";
    let declared = "--kind packet --path docs/task_packets";
    story.ledger(&*format!("declare WP-1 {declared}/WP-1.md {scope} --title 'The store'")).as_("omar").ok();
    story
        .ledger(&*format!("declare WP-2 {declared}/WP-2.md --field in_scope_paths=app/** --title 'The app'"))
        .as_("omar")
        .ok();
    story.ledger("move WP-1 in-progress").as_("omar").ok();
    story.ledger("hooks install").ok();
    story
}

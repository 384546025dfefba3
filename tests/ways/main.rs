//! Every way into git, with a real git: what a commit or a push brings is judged, whichever command makes it.
//!
//! One repository is prepared and copied for each case. Under `src/` nothing may change, because the block HOLD stands on
//! DOC-1; `docs/two.md` is sealed; under `notes/` everybody may write. A way is a script of the shell that changes the
//! file `$F` (or `$OLD`, which is there already). It runs twice: where `$F` lies under `src/` it has to be refused and leave
//! no commit behind, where it lies under `notes/` it has to succeed. Which hooks git ran is read from git's own trace,
//! and `docs/hooks.md` says the same.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

#[path = "../sandbox/mod.rs"]
mod sandbox;

mod commits;
mod managers;
mod page;
mod paths;
mod pins;
mod places;
mod pushes;
mod replays;
mod who;

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use sandbox::story::{Call, Outcome, Story};

/// The hooks that judge, in the order in which git runs them.
const JUDGING: [&str; 6] = govledger::git::hooks::JUDGED;

/// What every script can use.
const WORDS: &str = r#"
round() { git -c core.hooksPath=/dev/null "$@"; }     # the way round every hook
put() { mkdir -p "$(dirname "$1")"; echo "${2:-new}" > "$1"; }
stage() { put "$@"; git add -- "$1"; }
topic() { git checkout -q -b topic; stage "$F"; round commit -q -m topic; git checkout -q main; }
onward() { put notes/other.md; git add notes/other.md; round commit -q -m onward; }
remote() {
    git init -q --bare -b main "$BESIDE/remote.git"
    git remote add origin "$BESIDE/remote.git"
    round push -q origin main refs/ledger/main
}
"#;

/// A way for a change into git.
pub(crate) struct Way {
    /// How `docs/hooks.md` calls it.
    pub(crate) what: &'static str,
    /// What has happened before; refused by nobody.
    pub(crate) before: &'static str,
    /// The way.
    pub(crate) act: &'static str,
    /// Our hooks that git runs on the way, where nothing refuses.
    pub(crate) hooks: &'static str,
    /// The hook that refuses.
    pub(crate) by: &'static str,
    /// The exit code of the refused command.
    pub(crate) exit: i32,
}

/// Returns a way, its parts in their order.
pub(crate) const fn way(
    what: &'static str,
    before: &'static str,
    act: &'static str,
    hooks: &'static str,
    by: &'static str,
    exit: i32,
) -> Way {
    Way { what, before, act, hooks, by, exit }
}

/// What git runs for a commit.
pub(crate) const COMMIT: &str = "pre-commit, prepare-commit-msg, commit-msg";

/// Returns the prepared story; the last test that holds it removes it.
fn base() -> Arc<Story> {
    static BASE: Mutex<Weak<Story>> = Mutex::new(Weak::new());
    let mut held = BASE.lock().unwrap_or_else(PoisonError::into_inner);
    held.upgrade().unwrap_or_else(|| {
        let made = Arc::new(prepared());
        *held = Arc::downgrade(&made);
        made
    })
}

fn prepared() -> Story {
    let story = Story::new();
    story.person("lena");
    story.write("src/old.rs", "old\n");
    story.write("docs/one.md", "one\n");
    story.write("docs/two.md", "two\n");
    story.write("notes/old.md", "old\n");
    story.commit("lena", "Begin");
    let charter = story.write_beside("charter.toml", include_str!("charter.toml"));
    let key = story.key("lena").display().to_string();
    story.ledger(["init", "--charter", charter.to_str().unwrap(), "--actor", "lena", "--key", &key]).ok();
    for name in ["omar", "ines"] {
        story.enroll(name, "human", "approver", "");
    }
    story.commit("lena", "Name the ledger");
    story.ledger("declare DOC-1 --kind document --path docs/one.md").ok();
    story.ledger("declare DOC-2 --kind document --path docs/two.md").ok();
    story.ledger("move DOC-2 final").ok();
    story.ledger("seal DOC-2").as_("omar").ok();
    story.ledger("seal DOC-2").as_("ines").ok();
    story.ledger("block DOC-1 HOLD --reason 'the design is not done'").ok();
    for sample in std::fs::read_dir(story.repo.path().join(".git/hooks")).unwrap() {
        std::fs::remove_file(sample.unwrap().path()).unwrap();
    }
    story.ledger("hooks install").ok();
    story
}

/// A copy of the prepared repository.
pub(crate) struct Place {
    pub(crate) story: Story,
    _base: Arc<Story>,
}

impl std::ops::Deref for Place {
    type Target = Story;

    fn deref(&self) -> &Story {
        &self.story
    }
}

impl Place {
    pub(crate) fn new() -> Place {
        let base = base();
        Place { story: base.copy(), _base: base }
    }

    /// Begins a script in the repository.
    pub(crate) fn script(&self, script: &str) -> Call<'_> {
        self.story.shell(&format!("{WORDS}\n{script}")).env("BESIDE", self.beside.path()).env("EDITOR", "true")
    }

    /// Runs a script that has to succeed.
    pub(crate) fn do_(&self, script: &str) -> Outcome {
        self.script(script).ok()
    }

    /// Returns every commit that a ref of this repository, `HEAD` of one of its work trees, or the remote reaches.
    pub(crate) fn commits(&self) -> BTreeSet<String> {
        let here = self.do_("git rev-list --all HEAD 2> /dev/null || git rev-list --all").stdout;
        let there = self.do_("test ! -d \"$BESIDE/remote.git\" || git -C \"$BESIDE/remote.git\" rev-list --all").stdout;
        let there = there.lines().map(|line| format!("remote {line}")).collect::<Vec<_>>();
        here.lines().map(str::to_owned).chain(there).collect()
    }

    fn trace(&self) -> PathBuf {
        self.beside.path().join("trace")
    }

    /// Returns our hooks that git ran since the last call, in the order of [`JUDGING`].
    pub(crate) fn hooks(&self) -> Vec<&'static str> {
        let trace = std::fs::read_to_string(self.trace()).unwrap_or_default();
        let _ = std::fs::remove_file(self.trace());
        let ran = |hook: &&str| trace.contains(&format!("\"hook_name\":\"{hook}\""));
        JUDGING.into_iter().filter(ran).collect()
    }
}

/// Sends a change along each way twice: refused under `src/`, let through under `notes/`.
pub(crate) fn go(ways: &[Way]) {
    for way in ways {
        for (file, old) in [("src/new.rs", "src/old.rs"), ("notes/new.md", "notes/old.md")] {
            let place = Place::new();
            let script = |text: &str| place.script(text).env("F", file).env("OLD", old);
            script(way.before).ok();
            let before = place.commits();
            let act = script(way.act).env("GIT_TRACE2_EVENT", place.trace()).run();
            let hooks = place.hooks();
            let new: Vec<String> = place.commits().difference(&before).cloned().collect();
            let told = format!("{} with {file}\n{act}\nhooks: {hooks:?}\nnew commits: {new:?}", way.what);
            if file.starts_with("src/") {
                assert_eq!(act.code, way.exit, "{told}");
                assert!(act.stderr.contains(" refused by 1 block\n"), "{told}");
                assert!(act.stderr.contains("  blocked: HOLD on DOC-1"), "{told}");
                assert!(act.stderr.contains(file) || act.stderr.contains(old), "{told}");
                assert!(new.is_empty(), "{told}");
                assert_eq!(hooks.last().copied(), Some(way.by), "{told}");
            } else {
                assert_eq!(act.code, 0, "{told}");
                assert!(!new.is_empty(), "{told}");
                assert_eq!(hooks.join(", "), way.hooks, "{told}");
            }
        }
    }
}

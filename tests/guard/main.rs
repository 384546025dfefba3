//! A server that guards: real pushes of real people to a bare repository, refused or taken.
//!
//! One clone is prepared and copied for each test. Under `src/` nothing may change, because the block HOLD stands on DOC-1;
//! `docs/two.md` is sealed; under `notes/` everybody may write. The clone has no hooks, so what refuses is the server.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

#[path = "../sandbox/mod.rs"]
mod sandbox;

mod ci;
mod code;
mod first;
mod install;
mod ledgers;
mod pinned;
mod races;
mod refs;
mod tips;

use std::path::PathBuf;
use std::sync::OnceLock;

use govledger::domain::id::Digest;
use govledger::domain::time::Timestamp;
use govledger::domain::value::Value;
use sandbox::story::frozen::Frozen;
use sandbox::story::{Call, Outcome, Story};

/// What every script can use.
const WORDS: &str = r#"
put() { mkdir -p "$(dirname "$1")"; echo "${2:-new}" > "$1"; git add -- "$1"; }
add() { put "$@"; git commit -q -m "$1"; }
both='refs/ledger-evidence/main refs/ledger/main'
"#;

/// A clone, and the guarded server that it pushes to.
pub(crate) struct Place(Story);

impl std::ops::Deref for Place {
    type Target = Story;

    fn deref(&self) -> &Story {
        &self.0
    }
}

impl Place {
    /// Returns a server that holds what the clone holds.
    pub(crate) fn new() -> Place {
        let place = Place::alone();
        place.do_("git push -q --atomic origin main $both");
        place
    }

    /// Returns a server that holds nothing yet.
    pub(crate) fn alone() -> Place {
        static BASE: OnceLock<Frozen> = OnceLock::new();
        let place = Place(BASE.get_or_init(|| prepared().freeze()).thaw());
        place.do_("git init -q --bare -b main \"$SERVER\"; git remote add origin \"$SERVER\"");
        place.ledger("hooks install --server").in_(&place.server()).ok();
        place
    }

    pub(crate) fn server(&self) -> PathBuf {
        self.beside.path().join("server.git")
    }

    /// Begins a script in the clone.
    pub(crate) fn script(&self, script: &str) -> Call<'_> {
        let program = std::path::Path::new(env!("CARGO_BIN_EXE_ledger")).parent().unwrap();
        let path = format!("{}:{}", program.display(), std::env::var("PATH").unwrap());
        let script = self.shell(&format!("{WORDS}\n{script}")).env("SERVER", self.server()).env("PATH", path);
        script.env("BESIDE", self.beside.path()).env("EDITOR", "true")
    }

    /// Runs a script that has to succeed.
    pub(crate) fn do_(&self, script: &str) -> Outcome {
        self.script(script).ok()
    }

    /// Returns everything that the server holds: refs, objects, settings, every file.
    pub(crate) fn held(&self) -> String {
        let script = "cd \"$SERVER\"; git for-each-ref; find . -type f | sort | xargs sha1sum";
        self.do_(script).stdout
    }

    /// Pushes, and demands that it is refused and that the server holds what it held.
    #[track_caller]
    pub(crate) fn refuses(&self, push: &str) -> Outcome {
        let before = self.held();
        let outcome = self.script(push).run();
        assert_ne!(outcome.code, 0, "\n{outcome}");
        outcome.says("pre-receive hook declined");
        assert_eq!(self.held(), before, "something was taken\n{outcome}");
        outcome
    }

    /// Appends an event that somebody made with git's own tools: the newest one with its payload changed. Returns its commit.
    pub(crate) fn forge(&self, who: &str, edit: impl FnOnce(&mut Payload)) -> String {
        let tip = self.repo.git(["cat-file", "commit", "refs/ledger/main"]);
        self.forge_after("refs/ledger/main", who, |payload| {
            let Some(Value::Int(seq)) = payload.get("seq").cloned() else { panic!("no seq") };
            payload.insert("seq".to_owned(), Value::Int(seq + 1));
            payload.insert("prev".to_owned(), Digest::of(format!("{tip}\n").as_bytes()).into());
            payload.insert("id".to_owned(), Digest::of(tip.as_bytes()).to_string()[..32].to_owned().into());
            payload.insert("actor".to_owned(), who.into());
            edit(payload);
        })
    }

    /// Puts an event in the place of the newest one, with its payload changed.
    pub(crate) fn forge_in_place(&self, who: &str, edit: impl FnOnce(&mut Payload)) -> String {
        self.forge_after("refs/ledger/main~1", who, edit)
    }

    fn forge_after(&self, parent: &str, who: &str, edit: impl FnOnce(&mut Payload)) -> String {
        let Value::Map(mut payload) = self.newest() else { panic!("a payload is a map") };
        edit(&mut payload);
        let at = Timestamp::parse(payload["at"].as_text().unwrap()).unwrap().seconds();
        let at = format!("@{at} +0000");
        let summary = self.diary().pop().unwrap();
        let message = format!("{summary}\n\n{}\n", Value::Map(payload).to_canonical());
        let script = "commit=$(git commit-tree -S -p \"$PARENT\" 4b825dc642cb6eb9a060e54bf8d69288fbee4904)
            git update-ref refs/ledger/main $commit; echo $commit";
        let call = self.script(script).as_(who).typing(&message).env("PARENT", parent);
        let call = call.env("GIT_AUTHOR_NAME", who).env("GIT_AUTHOR_EMAIL", "");
        let call = call.env("GIT_COMMITTER_NAME", who).env("GIT_COMMITTER_EMAIL", "");
        let call = call.env("GIT_AUTHOR_DATE", at.clone()).env("GIT_COMMITTER_DATE", at);
        call.ok().stdout.trim().to_owned()
    }
}

/// The keys of an event.
type Payload = std::collections::BTreeMap<String, Value>;

fn prepared() -> Story {
    let story = Story::new();
    story.person("lena");
    story.write("src/old.rs", "old\n");
    story.write("docs/one.md", "one\n");
    story.write("docs/two.md", "two\n");
    story.write("notes/old.md", "old\n");
    story.commit("lena", "Begin");
    let charter = story.write_beside("charter.toml", include_str!("../ways/charter.toml"));
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
    story
}

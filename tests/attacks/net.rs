//! A ledger that is shared: a server, two clones of it, and whoever stands between them.

use std::ops::Deref;
use std::path::PathBuf;
use std::sync::OnceLock;

use crate::attack::Told;
use crate::court::court;
use crate::sandbox::story::frozen::Frozen;
use crate::sandbox::story::{Call, Outcome, Story, Words};
use crate::site::Site;

/// The newest event that everybody has.
pub(crate) const HELD: &str = "blocked DOC-1 HOLD";

/// What every script can use: the directories `$SERVER` and `$OMAR`, and these.
const BEGIN: &str = r#"
put() { mkdir -p "$(dirname "$1")"; echo "${2:-new}" > "$1"; git add -- "$1"; }
add() { put "$@"; git commit -q -m "$1"; }
at_server() { git -c core.hooksPath=/dev/null -C "$SERVER" "$@"; }
both='refs/ledger-evidence/main refs/ledger/main'
"#;

/// The clone of lena, which has no hooks; a server; and the clone of omar.
pub(crate) struct Net(Site);

impl Deref for Net {
    type Target = Site;
    fn deref(&self) -> &Site {
        &self.0
    }
}

impl Net {
    /// Returns a copy in which the server takes whatever is pushed. Nothing under `src/` may change.
    pub(crate) fn new() -> Net {
        static STORY: OnceLock<Frozen> = OnceLock::new();
        Net(Site::of(STORY.get_or_init(tell).thaw()))
    }

    /// Returns a copy whose server guards.
    pub(crate) fn guarded() -> Net {
        let net = Net::new();
        net.ledger("hooks install --server").in_(&net.server()).ok();
        net
    }

    pub(crate) fn server(&self) -> PathBuf {
        self.beside.path().join("server.git")
    }

    /// Begins a script in lena's clone.
    pub(crate) fn script(&self, script: &str) -> Call<'_> {
        let call = self.shell(&format!("{BEGIN}\n{script}")).env("SERVER", self.server()).env("OMAR", self.omar());
        call.env("BESIDE", self.beside.path()).env("GIT_MERGE_AUTOEDIT", "no")
    }

    /// Runs a script that has to succeed, and returns what it prints.
    pub(crate) fn do_(&self, script: &str) -> String {
        self.script(script).ok().stdout.trim().to_owned()
    }

    pub(crate) fn omar(&self) -> PathBuf {
        self.beside.path().join("omar")
    }

    /// Begins omar's call of the program in his clone.
    pub(crate) fn by_omar(&self, words: impl Words) -> Call<'_> {
        self.ledger(words).as_("omar").in_(&self.omar())
    }

    /// Has the address of the server lead to a program that answers what it likes.
    pub(crate) fn answered_by<'c>(&self, call: Call<'c>, program: &str) -> Call<'c> {
        let file = self.write_beside("answer.sh", program);
        self.git("remote set-url origin host:server.git").in_(&self.omar()).ok();
        call.env("GIT_SSH_COMMAND", format!("sh '{}'", file.display())).env("GIT_SSH_VARIANT", "simple")
    }

    /// Returns what a clone or the server holds: refs and objects.
    fn held(&self, place: &str) -> String {
        let script = "git rev-parse --git-dir >/dev/null; git for-each-ref; find . -path '*objects*' -type f | sort";
        self.do_(&format!("cd \"{place}\"; {script}"))
    }

    /// Runs a push, which the guard has to refuse: the server holds what it held.
    #[track_caller]
    pub(crate) fn refused(&self, told: &Told<'_>, push: &str) -> Outcome {
        self.refused_call(told, self.script(push))
    }

    /// As [`Net::refused`].
    #[track_caller]
    pub(crate) fn refused_call(&self, told: &Told<'_>, push: Call<'_>) -> Outcome {
        let before = self.held("$SERVER");
        let outcome = push.under(LIMITS).run();
        told.of(&outcome);
        assert_eq!(self.held("$SERVER"), before, "something was taken\n{outcome}");
        outcome
    }

    /// Has omar sync, which has to be refused: his ledger and his evidence are what they were.
    #[track_caller]
    pub(crate) fn not_taken(&self, told: &Told<'_>) -> Outcome {
        self.not_taken_by(told, self.by_omar("sync"))
    }

    /// As [`Net::not_taken`].
    #[track_caller]
    pub(crate) fn not_taken_by(&self, told: &Told<'_>, sync: Call<'_>) -> Outcome {
        let refs = "for dir in \"$OMAR\" \"$SERVER\"; do git -C \"$dir\" show-ref 2>/dev/null || true; done";
        let before = self.do_(refs);
        let outcome = sync.under(LIMITS).run();
        told.of(&outcome);
        assert_eq!(self.do_(refs), before, "{outcome}");
        outcome
    }

    /// Writes evidence that holds what the server's does and these bytes besides, and returns its commit.
    pub(crate) fn evidence_with(&self, bytes: &str) -> String {
        self.write_beside("bytes", bytes);
        self.do_(
            r#"name=$(sha256sum <"$BESIDE/bytes" | cut -c1-64); rest=${name#??}; blob=$(git hash-object -w "$BESIDE/bytes")
            inner=$(printf '100644 blob %s\t%s\n' $blob $rest | git mktree)
            root=$( (git ls-tree refs/ledger-evidence/main; printf '040000 tree %s\t%s\n' $inner ${name%$rest}) | git mktree)
            printf 'tree %s\nauthor ledger <> 0 +0000\ncommitter ledger <> 0 +0000\n\nevidence\n' $root | git hash-object -t commit -w --stdin"#,
        )
    }

    /// Returns the names of the pieces of evidence that a clone or the server holds.
    pub(crate) fn pieces(&self, place: &str) -> String {
        self.do_(&format!("git -C \"{place}\" ls-tree -r --name-only refs/ledger-evidence/main")).replace('/', "")
    }

    /// Has the server's ledger end in that commit of lena's clone, whatever its hooks say.
    pub(crate) fn serve(&self, commit: &str) {
        self.do_(&format!(
            "at_server fetch -q \"$PWD\" {commit}; at_server update-ref refs/ledger/main $(git rev-parse {commit})"
        ));
    }

    /// Returns the position and the digest of an event, as a tip is written down.
    pub(crate) fn tip_of(&self, revision: &str) -> (String, String) {
        let script = format!(
            "git rev-list --count {revision} | awk '{{ print $1 - 1 }}'; git cat-file commit {revision} | sha256sum | cut -c1-64"
        );
        let told = self.do_(&script);
        let (seq, sha256) = told.split_once('\n').unwrap();
        (seq.to_owned(), sha256.to_owned())
    }
}

/// What waits for ever, eating time, or takes whatever memory is asked of it, ends here.
pub(crate) const LIMITS: &str = "-t 30 && ulimit -d 400000";

/// Tells the story: DOC-1 is blocked, and everything is shared.
fn tell() -> Frozen {
    let site = court();
    site.ledger("hooks uninstall").ok();
    site.ledger("block DOC-1 HOLD --reason 'not yet'").ok();
    let server = site.beside.path().join("server.git");
    site.git(["init", "-q", "--bare", "-b", "main"]).arg(&server).ok();
    site.git(["remote", "add", "origin"]).arg(&server).ok();
    site.git("push -q origin main").ok();
    site.ledger("sync").ok();
    let omar = site.beside.path().join("omar");
    site.ledger("clone --no-hooks").arg(&server).arg(omar).as_("omar").ok();
    site.freeze()
}

/// Returns another ledger, of people whom nobody knows, in a repository of its own.
pub(crate) fn another() -> Story {
    static STORY: OnceLock<Frozen> = OnceLock::new();
    STORY.get_or_init(|| Story::founded(crate::site::CHARTER, &[]).freeze()).thaw()
}

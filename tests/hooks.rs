//! Hooks on real repositories: ours beside whatever git would have run, and back again to the last byte.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by panicking")]

mod sandbox;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use govledger::domain::code::Code;
use govledger::git::Repo;
use govledger::git::hooks::{self, HookState, JUDGED, Set};
use sandbox::{Sandbox, git_in, in_own_process, probe, script};

/// Stands for the program: runs what was there before, then judges as `LEDGER_TEST_VERDICT` says.
#[test]
fn probe_ledger() {
    let Ok(hook) = std::env::var("LEDGER_TEST_HOOK") else { return };
    let args: Vec<OsString> =
        std::env::var("LEDGER_TEST_ARGS").unwrap().split_whitespace().map(OsString::from).collect();
    let repo = Repo::open(Path::new(".")).unwrap();
    let mut input = Vec::new();
    let stdin = (hook == "pre-push").then(|| {
        std::io::Read::read_to_end(&mut std::io::stdin(), &mut input).unwrap();
        input.as_slice()
    });
    let status = hooks::run_chained(&repo, &hook, &args, stdin).unwrap();
    let judged = format!("ledger {hook} {}\n", String::from_utf8_lossy(stdin.unwrap_or_default()));
    note(&repo.common_dir().join("diary"), &judged);
    std::process::exit(match status.code() {
        Some(0) => i32::from(std::env::var_os("LEDGER_TEST_REFUSE").is_some()),
        Some(code) => code,
        None => 70,
    });
}

fn note(diary: &Path, line: &str) {
    use std::io::Write as _;
    fs::OpenOptions::new().create(true).append(true).open(diary).unwrap().write_all(line.as_bytes()).unwrap();
}

/// Writes a program that is called as `ledger hook NAME ARGS`, with an awkward path.
fn program(sandbox: &Sandbox) -> PathBuf {
    let path = sandbox.path().join(".git/a $b `c`/ledger");
    let probe = probe("probe_ledger");
    let words: Vec<String> = std::iter::once(probe.get_program())
        .chain(probe.get_args())
        .map(|word| format!("'{}'", word.to_string_lossy()))
        .collect();
    let text = format!(
        "#!/bin/sh\n[ \"$1\" = hook ] || exit 90\nexport LEDGER_TEST_HOOK=\"$2\"; shift 2\nLEDGER_TEST_ARGS=\"$*\" exec {}\n",
        words.join(" ")
    );
    script(&path, &text);
    path
}

/// What a hook of somebody else says and does.
fn foreign(diary: &Path, says: &str, more: &str) -> String {
    format!("#!/bin/sh\n# not ledger's\necho \"{says} $*\" >> '{}'\n{more}\n", diary.display())
}

struct Place {
    sandbox: Sandbox,
    program: PathBuf,
}

impl Place {
    fn new() -> Place {
        let sandbox = Sandbox::new();
        sandbox.commit("a", "a");
        let program = program(&sandbox);
        Place { sandbox, program }
    }

    fn repo(&self) -> Repo {
        Repo::open(self.sandbox.path()).unwrap()
    }

    fn diary(&self) -> PathBuf {
        self.sandbox.path().join(".git/diary")
    }

    /// Returns what was written since the last call.
    fn said(&self) -> Vec<String> {
        let text = fs::read_to_string(self.diary()).unwrap_or_default();
        let _ = fs::remove_file(self.diary());
        text.lines().map(str::trim_end).filter(|line| !line.is_empty()).map(str::to_owned).collect()
    }

    fn install(&self) -> hooks::Report {
        hooks::install(&self.repo(), &self.program, Set::Clone).unwrap()
    }

    fn commit(&self, text: &str) -> Output {
        self.sandbox.write("a", text);
        self.sandbox.try_git(["commit", "-q", "-a", "-m", "m"])
    }
}

/// Every file under a directory with its bytes, mode and target.
fn photograph(dir: &Path) -> BTreeMap<PathBuf, (u32, Vec<u8>)> {
    let mut found = BTreeMap::new();
    let mut open = vec![dir.to_owned()];
    while let Some(directory) = open.pop() {
        for entry in fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            let meta = fs::symlink_metadata(&path).unwrap();
            let bytes = if meta.is_dir() {
                open.push(path.clone());
                Vec::new()
            } else if meta.is_symlink() {
                fs::read_link(&path).unwrap().into_os_string().into_encoded_bytes()
            } else {
                fs::read(&path).unwrap()
            };
            found.insert(path, (meta.permissions().mode(), bytes));
        }
    }
    found
}

fn states(report: &hooks::Report) -> Vec<HookState> {
    report.hooks.iter().filter(|hook| hook.judges).map(|hook| hook.state).collect()
}

#[test]
fn hooks_are_called_and_can_refuse() {
    if !in_own_process("hooks_are_called_and_can_refuse") {
        return;
    }
    let place = Place::new();
    let before = photograph(&place.sandbox.path().join(".git/hooks"));
    assert_eq!(states(&hooks::status(&place.repo(), Set::Clone).unwrap()), [HookState::Absent; 6]);
    let report = place.install();
    assert_eq!(states(&report), [HookState::Installed; 6]);
    assert_eq!(report.hooks[0].program.as_deref(), Some(place.program.as_path()));
    assert_eq!(report.hooks[0].chained, None);
    assert!(place.commit("1").status.success());
    assert_eq!(place.said(), ["ledger pre-commit", "ledger prepare-commit-msg", "ledger commit-msg"]);
    place.sandbox.write("a", "2");
    let refused = Command::new("git")
        .current_dir(place.sandbox.path())
        .args(["commit", "-q", "-a", "-m", "m"])
        .env("LEDGER_TEST_REFUSE", "1")
        .output()
        .unwrap();
    assert!(!refused.status.success());
    assert_eq!(place.said(), ["ledger pre-commit"]);
    // Installing again changes nothing.
    let installed = photograph(&place.sandbox.path().join(".git/hooks"));
    assert_eq!(place.install(), report);
    assert_eq!(photograph(&place.sandbox.path().join(".git/hooks")), installed);
    let report = hooks::uninstall(&place.repo(), Set::Clone).unwrap();
    assert_eq!(states(&report), [HookState::Absent; 6]);
    assert!(report.notes.is_empty());
    assert_eq!(photograph(&place.sandbox.path().join(".git/hooks")), before);
    assert_eq!(hooks::uninstall(&place.repo(), Set::Clone).unwrap(), report);
}

#[test]
fn what_was_there_runs_first_and_comes_back_as_it_was() {
    if !in_own_process("what_was_there_runs_first_and_comes_back_as_it_was") {
        return;
    }
    let place = Place::new();
    let hooks_dir = place.sandbox.path().join(".git/hooks");
    let diary = place.diary();
    script(&hooks_dir.join("pre-commit"), &foreign(&diary, "theirs", "grep -q no a && exit 7; exit 0"));
    fs::set_permissions(hooks_dir.join("pre-commit"), fs::Permissions::from_mode(0o711)).unwrap();
    script(&hooks_dir.join("real-hook"), &foreign(&diary, "linked", ""));
    std::os::unix::fs::symlink("real-hook", hooks_dir.join("commit-msg")).unwrap();
    // One that git would not run, because it is no program; and one that is no script with a first line.
    fs::write(hooks_dir.join("prepare-commit-msg"), foreign(&diary, "never", "")).unwrap();
    script(&hooks_dir.join("pre-push"), &format!("echo \"push $*: $(cat)\" >> '{}'\n", diary.display()));
    script(&hooks_dir.join("post-commit"), &foreign(&diary, "after", ""));
    let before = photograph(&hooks_dir);
    let config = fs::read(place.sandbox.path().join(".git/config")).unwrap();

    let report = place.install();
    assert_eq!(states(&report), [HookState::Installed; 6]);
    assert!(report.hooks[0].chained.as_ref().unwrap().ends_with("pre-commit.before-ledger"));
    assert_eq!(report.hooks[2].chained, None);
    assert!(place.commit("1").status.success());
    assert_eq!(
        place.said(),
        [
            "theirs",
            "ledger pre-commit",
            "ledger prepare-commit-msg",
            "linked .git/COMMIT_EDITMSG",
            "ledger commit-msg",
            "after"
        ]
    );
    // Their exit status wins, and git refuses.
    assert!(!place.commit("no").status.success());
    assert_eq!(place.said(), ["theirs", "ledger pre-commit"]);
    assert!(place.commit("2").status.success());
    place.said();
    // Both read what git says about a push.
    let remote = tempfile::TempDir::new().unwrap();
    git_in(remote.path(), ["init", "-q", "--bare", "."]);
    place.sandbox.git(["push", "-q", remote.path().to_str().unwrap(), "main"]);
    let head = place.sandbox.git(["rev-parse", "HEAD"]);
    let line = format!("refs/heads/main {head} refs/heads/main {}", "0".repeat(40));
    let remote = remote.path().display();
    assert_eq!(place.said(), [format!("push {remote} {remote}: {line}"), format!("ledger pre-push {line}")]);

    hooks::uninstall(&place.repo(), Set::Clone).unwrap();
    assert_eq!(photograph(&hooks_dir), before);
    assert_eq!(fs::read(place.sandbox.path().join(".git/config")).unwrap(), config);
}

#[test]
fn a_hooks_path_like_that_of_husky_is_passed_on_whole() {
    if !in_own_process("a_hooks_path_like_that_of_husky_is_passed_on_whole") {
        return;
    }
    let place = Place::new();
    let husky = place.sandbox.path().join(".husky/_");
    let diary = place.diary();
    // As husky does it: each hook is the same two lines, which find the rest beside themselves.
    fs::create_dir_all(&husky).unwrap();
    fs::write(husky.join("h"), format!("echo \"husky $(basename \"$0\") $*\" >> '{}'\n", diary.display())).unwrap();
    for name in ["pre-commit", "commit-msg", "post-commit", "post-checkout"] {
        script(&husky.join(name), "#!/usr/bin/env sh\n. \"$(dirname \"$0\")/h\"\n");
    }
    // Without husky git would not look here at all.
    script(&place.sandbox.path().join(".git/hooks/pre-commit"), &foreign(&diary, "forgotten", ""));
    script(&place.sandbox.path().join(".git/hooks/post-merge"), &foreign(&diary, "forgotten", ""));
    place.sandbox.git(["config", "core.hooksPath", ".husky/_"]);
    let before = photograph(&place.sandbox.path().join(".git/hooks"));
    let config = fs::read(place.sandbox.path().join(".git/config")).unwrap();

    let report = place.install();
    assert_eq!(states(&report), [HookState::Installed; 6]);
    let passed_on: Vec<_> = report.hooks.iter().filter(|hook| !hook.judges).map(|hook| hook.name.as_str()).collect();
    assert_eq!(passed_on, ["post-checkout", "post-commit"]);
    assert_eq!(place.install(), report);
    assert!(place.commit("1").status.success());
    let said = place.said();
    let expected = [
        "husky pre-commit",
        "ledger pre-commit",
        "ledger prepare-commit-msg",
        "husky commit-msg .git/COMMIT_EDITMSG",
        "ledger commit-msg",
        "husky post-commit",
        "ledger post-commit",
    ];
    assert_eq!(said, expected);
    // Linked work trees run them too, with the work tree's own copy of a relative directory.
    place.sandbox.git(["add", "-A"]);
    place.sandbox.git(["commit", "-q", "-m", "husky"]);
    place.sandbox.git(["worktree", "add", "-q", "linked"]);
    place.said();
    fs::write(place.sandbox.path().join("linked/a"), "linked").unwrap();
    git_in(&place.sandbox.path().join("linked"), ["commit", "-q", "-a", "-m", "m"]);
    assert_eq!(place.said()[..2], ["husky pre-commit", "ledger pre-commit"]);

    // A hook that they add later is missed until the next installation, and status says so.
    script(&husky.join("post-rewrite"), "#!/bin/sh\nexit 0\n");
    let report = hooks::status(&place.repo(), Set::Clone).unwrap();
    let missed: Vec<_> = report.hooks.iter().filter(|hook| hook.state != HookState::Installed).collect();
    assert_eq!((missed.len(), missed[0].name.as_str()), (1, "post-rewrite"));
    place.install();
    assert!(
        hooks::status(&place.repo(), Set::Clone).unwrap().hooks.iter().all(|hook| hook.state == HookState::Installed)
    );

    hooks::uninstall(&place.repo(), Set::Clone).unwrap();
    assert_eq!(photograph(&place.sandbox.path().join(".git/hooks")), before);
    assert_eq!(fs::read(place.sandbox.path().join(".git/config")).unwrap(), config);
    assert!(!place.sandbox.path().join(".git/ledger/hooks").exists());
}

#[test]
fn hooks_of_the_user_are_passed_on_and_stay_the_users() {
    if !in_own_process("hooks_of_the_user_are_passed_on_and_stay_the_users") {
        return;
    }
    let place = Place::new();
    let home = PathBuf::from(std::env::var_os("HOME").unwrap());
    let diary = place.diary();
    script(&home.join("my-hooks/pre-commit"), &foreign(&diary, "mine", ""));
    script(&home.join("other-hooks/pre-commit"), &foreign(&diary, "other", ""));
    place.sandbox.git(["config", "--global", "core.hooksPath", "~/my-hooks"]);
    let config = fs::read(place.sandbox.path().join(".git/config")).unwrap();
    place.install();
    assert!(place.commit("1").status.success());
    assert_eq!(place.said()[..2], ["mine", "ledger pre-commit"]);
    // What the user sets later counts, as it would without us.
    place.sandbox.git(["config", "--global", "core.hooksPath", "~/other-hooks"]);
    assert!(place.commit("2").status.success());
    assert_eq!(place.said()[..2], ["other", "ledger pre-commit"]);
    hooks::uninstall(&place.repo(), Set::Clone).unwrap();
    assert_eq!(fs::read(place.sandbox.path().join(".git/config")).unwrap(), config);
    assert!(place.commit("3").status.success());
    assert_eq!(place.said(), ["other"]);
}

#[test]
fn a_linked_hooks_directory_is_not_written_to() {
    if !in_own_process("a_linked_hooks_directory_is_not_written_to") {
        return;
    }
    let place = Place::new();
    let tracked = place.sandbox.path().join("githooks");
    script(&tracked.join("pre-commit"), &foreign(&place.diary(), "tracked", ""));
    fs::remove_dir_all(place.sandbox.path().join(".git/hooks")).unwrap();
    std::os::unix::fs::symlink("../githooks", place.sandbox.path().join(".git/hooks")).unwrap();
    let before = photograph(&tracked);
    place.install();
    assert_eq!(photograph(&tracked), before);
    assert!(place.commit("1").status.success());
    assert_eq!(place.said()[..2], ["tracked", "ledger pre-commit"]);
    hooks::uninstall(&place.repo(), Set::Clone).unwrap();
    assert!(place.commit("2").status.success());
    assert_eq!(place.said(), ["tracked"]);
}

#[test]
fn a_moved_repository_finds_what_was_there_before() {
    if !in_own_process("a_moved_repository_finds_what_was_there_before") {
        return;
    }
    let place = Place::new();
    script(&place.sandbox.path().join("team/pre-commit"), &foreign(&place.diary(), "team", ""));
    place.sandbox.git(["config", "core.hooksPath", "team"]);
    place.install();
    let moved = tempfile::TempDir::new().unwrap();
    let here = moved.path().join("here");
    fs::rename(place.sandbox.path(), &here).unwrap();
    let repo = Repo::open(&here).unwrap();
    let chained = hooks::chained(&repo, "pre-commit").unwrap().unwrap();
    assert_eq!(chained.canonicalize().unwrap(), here.join("team/pre-commit").canonicalize().unwrap());
    // Git still looks at the old place, which status says and a new installation mends.
    let report = hooks::status(&repo, Set::Clone).unwrap();
    assert_eq!(states(&report), [HookState::Changed; 6]);
    assert!(report.notes[0].contains("moved"), "{:?}", report.notes);
    let program = here.join(".git/a $b `c`/ledger");
    assert_eq!(states(&hooks::install(&repo, &program, Set::Clone).unwrap()), [HookState::Installed; 6]);
    hooks::uninstall(&repo, Set::Clone).unwrap();
    assert_eq!(git_in(&here, ["config", "--local", "core.hooksPath"]), "team");
    fs::create_dir(place.sandbox.path()).unwrap();
}

#[test]
fn changes_by_others_are_seen_and_nothing_is_overwritten() {
    if !in_own_process("changes_by_others_are_seen_and_nothing_is_overwritten") {
        return;
    }
    let place = Place::new();
    let hooks_dir = place.sandbox.path().join(".git/hooks");
    let theirs = foreign(&place.diary(), "theirs", "");
    script(&hooks_dir.join("pre-commit"), &theirs);
    place.install();
    // Somebody puts another hook in the place of ours.
    script(&hooks_dir.join("pre-commit"), "#!/bin/sh\nexit 0\n");
    let report = hooks::status(&place.repo(), Set::Clone).unwrap();
    assert_eq!(states(&report)[0], HookState::Changed);
    let error = hooks::install(&place.repo(), &place.program, Set::Clone).unwrap_err();
    assert_eq!(error.code, Code::StoreUnsupported);
    assert!(error.to_string().contains("pre-commit.before-ledger still waits"), "{error}");
    let report = hooks::uninstall(&place.repo(), Set::Clone).unwrap();
    assert!(report.notes[0].contains("is not ours and stays"), "{:?}", report.notes);
    assert_eq!(fs::read_to_string(hooks_dir.join("pre-commit")).unwrap(), "#!/bin/sh\nexit 0\n");
    fs::remove_file(hooks_dir.join("pre-commit")).unwrap();
    hooks::uninstall(&place.repo(), Set::Clone).unwrap();
    assert_eq!(fs::read_to_string(hooks_dir.join("pre-commit")).unwrap(), theirs);
    assert_eq!(photograph(&hooks_dir).keys().filter(|path| path.to_string_lossy().contains("ledger")).count(), 0);

    // Another tool makes git look elsewhere.
    place.install();
    place.sandbox.git(["config", "core.hooksPath", ".husky/_"]);
    let report = hooks::status(&place.repo(), Set::Clone).unwrap();
    assert_eq!(states(&report), [HookState::Changed; 6]);
    assert_eq!(states(&place.install()), [HookState::Installed; 6]);
    place.sandbox.git(["config", "core.hooksPath", ".husky/_"]);
    let report = hooks::status(&place.repo(), Set::Clone).unwrap();
    assert!(report.notes[0].contains("core.hooksPath was changed"), "{:?}", report.notes);
    hooks::uninstall(&place.repo(), Set::Clone).unwrap();
    assert_eq!(place.sandbox.git(["config", "core.hooksPath"]), ".husky/_");
    assert_eq!(fs::read_to_string(hooks_dir.join("pre-commit")).unwrap(), theirs);

    // An edited script of ours is no longer ours.
    place.sandbox.git(["config", "--unset", "core.hooksPath"]);
    fs::remove_file(hooks_dir.join("pre-commit")).unwrap();
    place.install();
    let edited = fs::read_to_string(hooks_dir.join("commit-msg")).unwrap().replace("exec", "exit 0; exec");
    fs::write(hooks_dir.join("commit-msg"), &edited).unwrap();
    fs::set_permissions(hooks_dir.join("pre-push"), fs::Permissions::from_mode(0o644)).unwrap();
    let states = states(&hooks::status(&place.repo(), Set::Clone).unwrap());
    assert_eq!((states[0], states[5]), (HookState::Installed, HookState::Changed));
    assert_ne!(states[3], HookState::Installed);
}

#[test]
fn a_missing_program_refuses_every_commit_and_is_told() {
    if !in_own_process("a_missing_program_refuses_every_commit_and_is_told") {
        return;
    }
    let place = Place::new();
    place.install();
    fs::remove_file(&place.program).unwrap();
    assert_eq!(states(&hooks::status(&place.repo(), Set::Clone).unwrap()), [HookState::ProgramMissing; 6]);
    assert!(!place.commit("1").status.success());
    for wrong in [place.program.as_path(), Path::new("ledger")] {
        assert_eq!(hooks::install(&place.repo(), wrong, Set::Clone).unwrap_err().code, Code::StoreIo);
    }
    hooks::uninstall(&place.repo(), Set::Clone).unwrap();
    assert!(place.commit("2").status.success());
}

#[test]
fn merges_and_mail_and_rebases_meet_a_hook() {
    if !in_own_process("merges_and_mail_and_rebases_meet_a_hook") {
        return;
    }
    let place = Place::new();
    let sandbox = &place.sandbox;
    sandbox.git(["checkout", "-q", "-b", "topic"]);
    sandbox.commit("t", "t");
    sandbox.git(["checkout", "-q", "main"]);
    sandbox.commit("b", "b");
    let patch = sandbox.git(["format-patch", "-1", "--stdout", "topic"]);
    sandbox.write(".git/mail", &format!("{patch}\n"));
    place.install();
    sandbox.git(["merge", "-q", "--no-ff", "--no-edit", "topic"]);
    assert_eq!(place.said()[0], "ledger pre-merge-commit");
    sandbox.git(["reset", "-q", "--hard", "HEAD~1"]);
    sandbox.git(["am", "-q", ".git/mail"]);
    assert_eq!(place.said(), ["ledger pre-applypatch"]);
    sandbox.git(["reset", "-q", "--hard", "HEAD~1"]);
    sandbox.git(["cherry-pick", "topic"]);
    assert!(place.said().contains(&"ledger prepare-commit-msg".to_owned()));
}

#[test]
fn a_bare_repository_has_hooks_too() {
    if !in_own_process("a_bare_repository_has_hooks_too") {
        return;
    }
    let place = Place::new();
    let bare = tempfile::TempDir::new().unwrap();
    git_in(bare.path(), ["init", "-q", "--bare", "."]);
    let repo = Repo::open(bare.path()).unwrap();
    let report = hooks::install(&repo, &place.program, Set::Clone).unwrap();
    assert_eq!(report.directory.canonicalize().unwrap(), bare.path().join("hooks").canonicalize().unwrap());
    assert_eq!(states(&report), [HookState::Installed; 6]);
    hooks::uninstall(&repo, Set::Clone).unwrap();
    // A relative directory counts from the git directory here.
    git_in(bare.path(), ["config", "core.hooksPath", "server-hooks"]);
    script(&bare.path().join("server-hooks/post-receive"), "#!/bin/sh\n");
    let report = hooks::install(&Repo::open(bare.path()).unwrap(), &place.program, Set::Clone).unwrap();
    assert_eq!(report.hooks.last().unwrap().name, "post-receive");
    assert!(report.hooks.last().unwrap().chained.as_ref().unwrap().ends_with("server-hooks/post-receive"));
}

#[test]
fn hooks_of_one_work_tree_alone_are_refused() {
    if !in_own_process("hooks_of_one_work_tree_alone_are_refused") {
        return;
    }
    let place = Place::new();
    place.sandbox.git(["config", "extensions.worktreeConfig", "true"]);
    place.sandbox.git(["config", "--worktree", "core.hooksPath", "mine"]);
    let error = hooks::install(&place.repo(), &place.program, Set::Clone).unwrap_err();
    assert_eq!(error.code, Code::StoreUnsupported);
    assert_eq!(error.next, ["git config --worktree --unset core.hooksPath"], "{error}");
}

#[test]
fn a_place_that_cannot_be_written_is_named_and_nothing_moves() {
    if !in_own_process("a_place_that_cannot_be_written_is_named_and_nothing_moves") {
        return;
    }
    let place = Place::new();
    let hooks_dir = place.sandbox.path().join(".git/hooks");
    fs::remove_dir_all(&hooks_dir).unwrap();
    fs::write(&hooks_dir, "a file where the directory should be").unwrap();
    let error = hooks::install(&place.repo(), &place.program, Set::Clone).unwrap_err();
    assert_eq!(error.code, Code::StoreIo);
    assert!(error.place.ends_with(".git/hooks"), "{error}");
    assert_eq!(fs::read_to_string(&hooks_dir).unwrap(), "a file where the directory should be");
}

#[test]
fn a_hook_that_calls_ours_again_is_not_run_for_ever() {
    if !in_own_process("a_hook_that_calls_ours_again_is_not_run_for_ever") {
        return;
    }
    let place = Place::new();
    let hooks_dir = place.sandbox.path().join(".git/hooks");
    let calls_ours = format!("exec '{}' pre-commit", hooks_dir.join("pre-commit.legacy").display());
    script(&hooks_dir.join("pre-commit"), &foreign(&place.diary(), "framework", &calls_ours));
    place.install();
    // As frameworks do that keep what they find and call it.
    fs::copy(hooks_dir.join("pre-commit"), hooks_dir.join("pre-commit.legacy")).unwrap();
    assert!(place.commit("1").status.success());
    assert_eq!(place.said()[..3], ["framework", "ledger pre-commit", "ledger pre-commit"]);
}

#[test]
fn a_hook_need_not_read_what_it_is_given() {
    if !in_own_process("a_hook_need_not_read_what_it_is_given") {
        return;
    }
    let place = Place::new();
    script(&place.sandbox.path().join(".git/hooks/pre-push"), "#!/bin/sh\nexit 3\n");
    place.install();
    let much = vec![b'x'; 1 << 20];
    let status = hooks::run_chained(&place.repo(), "pre-push", &[], Some(&much)).unwrap();
    assert_eq!(status.code(), Some(3));
    let none = hooks::run_chained(&place.repo(), "commit-msg", &[], None).unwrap();
    assert!(none.success());
    assert_eq!(hooks::chained(&place.repo(), "../hooks/pre-push").unwrap(), None);
}

#[test]
fn shipped_scripts_are_three_lines_that_a_shell_accepts() {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("hooks");
    for name in JUDGED.into_iter().chain(["pass-on"]) {
        let text = fs::read_to_string(dir.join(name)).unwrap();
        assert_eq!(text.lines().count(), 3, "{name}");
        let ok = Command::new("sh").arg("-n").arg(dir.join(name)).stdin(Stdio::null()).status().unwrap();
        assert!(ok.success(), "{name}");
    }
}

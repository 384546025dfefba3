//! The store on real repositories: races, kills, missing and altered objects, evidence, pins, and what a commit changes.

#![allow(clippy::unwrap_used, clippy::panic, clippy::print_stdout, reason = "a test fails by panicking")]

mod sandbox;

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;
use std::process::Command;

use govledger::domain::code::Code;
use govledger::domain::id::Digest;
use govledger::git::changes::{self, Change};
use govledger::git::pin::{Pin, PinSource};
use govledger::git::store::AppendError;
use govledger::git::{GitError, Oid, Repo};
use sandbox::{Sandbox, git_in, in_own_process, probe};

fn open(sandbox: &Sandbox) -> Repo {
    Repo::open(sandbox.path()).unwrap()
}

fn commit_bytes(parent: Option<Oid>, message: &str) -> Vec<u8> {
    let parent = parent.map(|oid| format!("parent {oid}\n")).unwrap_or_default();
    format!(
        "tree 4b825dc642cb6eb9a060e54bf8d69288fbee4904\n{parent}author lena <> 1768035600 +0000\n\
         committer lena <> 1768035600 +0000\n\n{message}\n\n{{}}\n"
    )
    .into_bytes()
}

/// Appends on whatever tip there is, again after each lost race.
fn append(repo: &Repo, message: &str) -> Oid {
    loop {
        let tip = repo.tip().unwrap();
        match repo.append(tip, &commit_bytes(tip, message)) {
            Ok(oid) => return oid,
            Err(AppendError::LostRace { expected, actual, .. }) => assert_ne!(expected, actual),
            Err(error) => panic!("{error}"),
        }
    }
}

fn loose(sandbox: &Sandbox, oid: Oid) -> std::path::PathBuf {
    let hex = oid.to_string();
    sandbox.path().join(".git/objects").join(&hex[..2]).join(&hex[2..])
}

fn oid(hex: &str) -> Oid {
    Oid::from_str(hex).unwrap()
}

/// `M path`, `A path`, `D path`, with the modes of both sides.
fn shown(changes: &[Change]) -> Vec<String> {
    let mode =
        |side: Option<govledger::git::changes::Side>| side.map_or("-".to_owned(), |side| format!("{:o}", side.mode));
    changes.iter().map(|c| format!("{} {} {}", mode(c.old), mode(c.new), String::from_utf8_lossy(&c.path))).collect()
}

fn assert_code(result: Result<impl std::fmt::Debug, GitError>, code: Code, part: &str) {
    let error = result.unwrap_err();
    assert_eq!(error.code, code, "{error}");
    assert!(error.to_string().contains(part), "{error}");
}

/// A history that a shallow clone cuts short is told so, with the command that brings the rest.
fn assert_cut_short(result: Result<impl std::fmt::Debug, GitError>) {
    let error = result.unwrap_err();
    assert_eq!(error.code, Code::TrustHistory, "{error}");
    assert!(error.to_string().contains("cut short"), "{error}");
    assert!(error.next.iter().any(|next| next == "git fetch --unshallow"), "{:?}", error.next);
}

#[test]
fn what_is_appended_is_read_back_and_git_agrees() {
    if !in_own_process("what_is_appended_is_read_back_and_git_agrees") {
        return;
    }
    let sandbox = Sandbox::new();
    let repo = open(&sandbox);
    assert_eq!(repo.tip().unwrap(), None);
    let oids: Vec<Oid> = (0..5).map(|n| append(&repo, &format!("event {n}"))).collect();
    assert_eq!(repo.tip().unwrap(), oids.last().copied());
    assert_eq!(repo.chain(oids[4]).unwrap(), oids);
    assert_eq!(repo.chain_after(oids[2], oids[4]).unwrap().as_deref(), Some(&oids[3..]));
    assert_eq!(repo.chain_after(oids[4], oids[4]).unwrap(), Some(Vec::new()));
    assert_eq!(repo.chain_after(oids[4], oids[2]).unwrap(), None);
    assert_eq!(repo.read(oids[1]).unwrap(), commit_bytes(Some(oids[0]), "event 1"));
    let read: Vec<_> = repo.commits().read(&oids).into_iter().map(Result::unwrap).collect();
    assert_eq!(read[4], commit_bytes(Some(oids[3]), "event 4"));
    assert_eq!(repo.object_format(), "sha1");
    assert_eq!(repo.tagged(oids[0]).unwrap().as_str(), format!("sha1:{}", oids[0]));
    // The empty tree is an object and not only known to libgit2, and every append left a line in the log.
    assert!(sandbox.git(["fsck", "--strict", "--no-dangling"]).is_empty());
    assert!(sandbox.path().join(".git/objects/4b/825dc642cb6eb9a060e54bf8d69288fbee4904").exists());
    let log = sandbox.git(["reflog", "refs/ledger/main"]);
    assert_eq!(log.lines().count(), 5, "{log}");
    assert!(log.contains("ledger: event 4"), "{log}");
    assert_eq!(sandbox.git(["log", "--format=%s", "refs/ledger/main"]).lines().next(), Some("event 4"));
}

#[test]
fn an_event_that_was_made_for_another_tip_loses_the_race() {
    if !in_own_process("an_event_that_was_made_for_another_tip_loses_the_race") {
        return;
    }
    let sandbox = Sandbox::new();
    let repo = open(&sandbox);
    let first = append(&repo, "first");
    let second = append(&repo, "second");
    let lost = repo.append(Some(first), &commit_bytes(Some(first), "late")).unwrap_err();
    assert_eq!(lost.code(), Code::StoreLostRace);
    assert_eq!(
        lost,
        AppendError::LostRace { reference: "refs/ledger/main".to_owned(), expected: Some(first), actual: Some(second) }
    );
    // A second genesis never replaces a ledger, and one that was removed is a lost race too.
    assert_eq!(repo.append(None, &commit_bytes(None, "again")).unwrap_err().code(), Code::StoreLostRace);
    sandbox.git(["update-ref", "-d", "refs/ledger/main"]);
    let gone = repo.append(Some(second), &commit_bytes(Some(second), "late")).unwrap_err();
    assert!(gone.to_string().ends_with("found none"), "{gone}");
    // Bytes that name another parent than the expected tip are not written at all.
    let error = repo.append(None, &commit_bytes(Some(first), "x")).unwrap_err();
    assert_eq!(error.code(), Code::FormatParents);
}

#[test]
fn of_many_racing_writers_none_loses_an_event() {
    if !in_own_process("of_many_racing_writers_none_loses_an_event") {
        return;
    }
    let sandbox = Sandbox::new();
    let path = sandbox.path();
    let mut others: Vec<_> = (0..2)
        .map(|n| {
            let mut command = probe("probe_appends");
            command.env("LEDGER_TEST_REPO", path).env("LEDGER_TEST_NAME", format!("process {n}")).spawn().unwrap()
        })
        .collect();
    std::thread::scope(|scope| {
        for thread in 0..8 {
            scope.spawn(move || {
                let repo = Repo::open(path).unwrap();
                for n in 0..20 {
                    append(&repo, &format!("thread {thread} event {n}"));
                }
            });
        }
    });
    assert!(others.iter_mut().all(|child| child.wait().unwrap().success()));
    let repo = open(&sandbox);
    let chain = repo.chain(repo.tip().unwrap().unwrap()).unwrap();
    assert_eq!(chain.len(), 8 * 20 + 2 * 20);
    let bytes: BTreeSet<Vec<u8>> = repo.commits().read(&chain).into_iter().map(Result::unwrap).collect();
    assert_eq!(bytes.len(), chain.len());
    assert_eq!(sandbox.git(["rev-list", "--count", "refs/ledger/main"]), "200");
    assert!(!path.join(".git/refs/ledger/main.lock").exists());
}

/// Appends twenty events; does nothing unless a test asks for it.
#[test]
fn probe_appends() {
    let (Some(path), Ok(name)) = (std::env::var_os("LEDGER_TEST_REPO"), std::env::var("LEDGER_TEST_NAME")) else {
        return;
    };
    let repo = Repo::open(Path::new(&path)).unwrap();
    for n in 0..20 {
        append(&repo, &format!("{name} event {n}"));
    }
}

/// Appends until it is killed.
#[test]
fn probe_appends_for_ever() {
    let Some(path) = std::env::var_os("LEDGER_TEST_ENDLESS") else { return };
    let repo = Repo::open(Path::new(&path)).unwrap();
    for n in 0_u64.. {
        append(&repo, &format!("event {n}"));
    }
}

#[test]
fn a_writer_that_is_killed_leaves_the_old_tip_or_the_new_one() {
    if !in_own_process("a_writer_that_is_killed_leaves_the_old_tip_or_the_new_one") {
        return;
    }
    let sandbox = Sandbox::new();
    let mut length = 0;
    for round in 0..6_u64 {
        let mut child = probe("probe_appends_for_ever").env("LEDGER_TEST_ENDLESS", sandbox.path()).spawn().unwrap();
        let log = sandbox.path().join(".git/logs/refs/ledger/main");
        let lines = || fs::read_to_string(&log).unwrap_or_default().lines().count();
        for _ in 0..1_000 {
            if lines() > length + 1 {
                break;
            }
            std::thread::sleep(std::time::Duration::from_millis(10));
        }
        std::thread::sleep(std::time::Duration::from_millis(7 * round));
        child.kill().unwrap();
        child.wait().unwrap();
        let repo = open(&sandbox);
        if let Some(tip) = repo.tip().unwrap() {
            let chain = repo.chain(tip).unwrap();
            assert!(chain.len() >= length);
            assert!(repo.commits().read(&chain).iter().all(Result::is_ok));
            length = chain.len();
        }
    }
    assert!(length > 0);
    append(&open(&sandbox), "goes on");
    sandbox.git(["fsck", "--strict", "--no-dangling"]);
}

#[test]
fn a_lock_that_was_left_behind_is_named() {
    if !in_own_process("a_lock_that_was_left_behind_is_named") {
        return;
    }
    let sandbox = Sandbox::new();
    let repo = open(&sandbox);
    let tip = append(&repo, "first");
    let lock = sandbox.write(".git/refs/ledger/main.lock", "");
    let error = repo.append(Some(tip), &commit_bytes(Some(tip), "second")).unwrap_err();
    assert_eq!(error.code(), Code::StoreIo);
    assert!(error.to_string().contains("refs/ledger/main.lock"), "{error}");
    let next = GitError::from(error).next;
    assert!(next.iter().any(|next| next.starts_with("rm ") && next.contains("main.lock")), "{next:?}");
    assert_eq!(repo.tip().unwrap(), Some(tip));
    fs::remove_file(lock).unwrap();
    append(&repo, "second");
}

#[test]
fn packed_refs_and_packed_objects_are_read_and_extended() {
    if !in_own_process("packed_refs_and_packed_objects_are_read_and_extended") {
        return;
    }
    let sandbox = Sandbox::new();
    let repo = open(&sandbox);
    let before: Vec<Oid> = (0..3).map(|n| append(&repo, &format!("event {n}"))).collect();
    sandbox.git(["gc", "-q", "--prune=now"]);
    assert!(!loose(&sandbox, before[1]).exists());
    assert!(!sandbox.path().join(".git/refs/ledger/main").exists());
    let tip = append(&repo, "after");
    assert_eq!(repo.chain(tip).unwrap()[..3], before);
}

#[test]
fn a_missing_event_is_named_with_its_place() {
    if !in_own_process("a_missing_event_is_named_with_its_place") {
        return;
    }
    let sandbox = Sandbox::new();
    let repo = open(&sandbox);
    let oids: Vec<Oid> = (0..4).map(|n| append(&repo, &format!("event {n}"))).collect();
    fs::remove_file(loose(&sandbox, oids[1])).unwrap();
    let repo = open(&sandbox);
    assert_code(repo.chain(oids[3]), Code::TrustHistory, &oids[1].to_string());
    assert_code(repo.chain(oids[3]), Code::TrustHistory, "2 before the tip");
    let read = repo.commits().read(&oids);
    assert!(read[0].is_ok() && read[1].is_err() && read[2].is_ok());
}

#[test]
fn an_altered_event_is_not_read() {
    if !in_own_process("an_altered_event_is_not_read") {
        return;
    }
    let sandbox = Sandbox::new();
    let repo = open(&sandbox);
    let oids: Vec<Oid> = (0..3).map(|n| append(&repo, &format!("event {n}"))).collect();
    // A whole, well-formed object under the name of another: only its hash gives it away.
    let other = sandbox.commit("a", "a");
    for replacement in [loose(&sandbox, oid(&other)), loose(&sandbox, oids[2])] {
        let victim = loose(&sandbox, oids[1]);
        fs::remove_file(&victim).unwrap();
        fs::copy(replacement, &victim).unwrap();
        assert_code(open(&sandbox).chain(oids[2]), Code::TrustHistory, "hash mismatch");
        assert_code(open(&sandbox).read(oids[1]), Code::TrustHistory, &oids[1].to_string());
    }
    fs::write(loose(&sandbox, oids[1]), b"garbage").unwrap_or_else(|_| {
        fs::remove_file(loose(&sandbox, oids[1])).unwrap();
        fs::write(loose(&sandbox, oids[1]), b"garbage").unwrap();
    });
    assert_code(open(&sandbox).chain(oids[2]), Code::TrustHistory, &oids[1].to_string());
}

/// Whatever bit of an event's file changes on disk, git's checksum included: nobody reads other bytes from it (M0-003).
#[test]
fn a_changed_bit_of_an_object_on_disk_is_refused_or_changes_nothing() {
    if !in_own_process("a_changed_bit_of_an_object_on_disk_is_refused_or_changes_nothing") {
        return;
    }
    let sandbox = Sandbox::new();
    let repo = open(&sandbox);
    let first = append(&repo, "first");
    let tip = append(&repo, "second");
    let (known, place) = (repo.read(tip).unwrap(), loose(&sandbox, tip));
    let whole = fs::read(&place).unwrap();
    fs::remove_file(&place).unwrap();
    let (mut refused, mut harmless) = (0, 0);
    for bit in 0..whole.len() * 8 {
        let mut changed = whole.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        fs::write(&place, &changed).unwrap();
        // Opened anew, so that nothing that was read before is remembered.
        let repo = open(&sandbox);
        match (repo.read(tip), repo.chain(tip)) {
            (Ok(bytes), Ok(chain)) if bytes == known && chain == [first, tip] => harmless += 1,
            (Err(one), Err(other)) => {
                assert_eq!(
                    (one.code, other.code),
                    (Code::TrustHistory, Code::TrustHistory),
                    "bit {bit}: {one}, {other}"
                );
                refused += 1;
            }
            (one, other) => panic!("bit {bit}: {one:?}, {other:?}"),
        }
    }
    // What the header of a zlib stream says of the compressor's effort changes nothing.
    assert!(refused > 1_000 && harmless < 20, "{refused} refused, {harmless} harmless");
}

#[test]
fn what_is_no_chain_of_commits_is_refused() {
    if !in_own_process("what_is_no_chain_of_commits_is_refused") {
        return;
    }
    let sandbox = Sandbox::new();
    sandbox.commit("a", "a");
    let blob = oid(&sandbox.git(["rev-parse", "HEAD:a"]));
    assert_code(open(&sandbox).chain(blob), Code::TrustHistory, "not a commit");
    sandbox.git(["symbolic-ref", "refs/ledger/main", "refs/heads/main"]);
    assert_code(open(&sandbox).tip(), Code::TrustHistory, "symbolic");
    fs::write(sandbox.path().join(".git/refs/ledger/main"), "nonsense\n").unwrap();
    assert_code(open(&sandbox).tip(), Code::TrustHistory, "refs/ledger/main");
}

#[test]
fn replacements_and_grafts_change_nothing_and_a_cut_is_named() {
    if !in_own_process("replacements_and_grafts_change_nothing_and_a_cut_is_named") {
        return;
    }
    let sandbox = Sandbox::new();
    let repo = open(&sandbox);
    let oids: Vec<Oid> = (0..4).map(|n| append(&repo, &format!("event {n}"))).collect();
    sandbox.git(["replace", "--graft", &oids[3].to_string(), &oids[0].to_string()]);
    sandbox.write(".git/info/grafts", &format!("{} {}\n", oids[2], oids[0]));
    assert_eq!(open(&sandbox).chain(oids[3]).unwrap(), oids);
    assert_eq!(changes::parents(&repo, oids[2]).unwrap(), [oids[1]]);
    let clone = tempfile::TempDir::new().unwrap();
    let url = format!("file://{}", sandbox.path().display());
    git_in(clone.path(), ["init", "-q", "."]);
    git_in(clone.path(), ["fetch", "-q", "--depth=2", &url, "refs/ledger/main:refs/ledger/main"]);
    let shallow = Repo::open(clone.path()).unwrap();
    assert_cut_short(shallow.chain(oids[3]));
}

#[test]
fn what_cannot_be_read_is_said_to_be_unsupported() {
    if !in_own_process("what_cannot_be_read_is_said_to_be_unsupported") {
        return;
    }
    let dir = tempfile::TempDir::new().unwrap();
    git_in(dir.path(), ["init", "-q", "--object-format=sha256", "sha256"]);
    git_in(dir.path(), ["init", "-q", "--ref-format=reftable", "reftable"]);
    let full = Sandbox::new();
    full.commit("a", "a");
    full.git(["config", "uploadpack.allowFilter", "true"]);
    let url = format!("file://{}", full.path().display());
    git_in(dir.path(), ["clone", "-q", "--filter=blob:none", &url, "partial"]);
    let open = |name: &str| Repo::open(&dir.path().join(name)).map(|_| ());
    assert_code(open("sha256"), Code::StoreUnsupported, "SHA-256");
    assert_code(open("reftable"), Code::StoreUnsupported, "reftable");
    assert_code(open("partial"), Code::StoreUnsupported, "partial clone");
    assert_code(open("."), Code::StoreIo, "no git repository");
}

#[test]
fn settings_are_those_that_git_sees() {
    if !in_own_process("settings_are_those_that_git_sees") {
        return;
    }
    let sandbox = Sandbox::new();
    sandbox.write(".git/more", "[user]\n\tsigningKey = from include\n");
    sandbox.git(["config", "include.path", "more"]);
    let repo = open(&sandbox);
    assert_eq!(repo.config("user.signingkey").unwrap().as_deref(), Some("from include"));
    assert_eq!(repo.config("ledger.genesis").unwrap(), None);
    repo.set_config("ledger.signingKey", "key one").unwrap();
    assert_eq!(repo.config("ledger.signingKey").unwrap().as_deref(), Some("key one"));
    repo.unset_config("ledger.signingKey").unwrap();
    repo.unset_config("ledger.signingKey").unwrap();
    assert_eq!(repo.config("ledger.signingKey").unwrap(), None);
    // `git -c` reaches what git calls, which is how a hook gets it.
    sandbox.git(["config", "alias.probe", &format!("!{}", shell(&probe("probe_setting")))]);
    let out = Command::new("git")
        .current_dir(sandbox.path())
        .args(["-c", "ledger.ref=refs/heads/ledger", "probe"])
        .env("LEDGER_TEST_SETTING", "ledger.ref")
        .output()
        .unwrap();
    assert!(String::from_utf8_lossy(&out.stdout).contains("setting: refs/heads/ledger"), "{out:?}");
}

#[test]
fn probe_setting() {
    let Ok(key) = std::env::var("LEDGER_TEST_SETTING") else { return };
    let repo = Repo::open(Path::new(".")).unwrap();
    println!("\nsetting: {}", repo.config(&key).unwrap().unwrap());
    println!("ref: {}", repo.ledger_ref().unwrap());
}

fn shell(command: &Command) -> String {
    let words: Vec<_> = std::iter::once(command.get_program()).chain(command.get_args()).collect();
    words.iter().map(|word| format!("'{}'", word.to_string_lossy())).collect::<Vec<_>>().join(" ")
}

#[test]
fn the_ledger_can_live_on_a_branch() {
    if !in_own_process("the_ledger_can_live_on_a_branch") {
        return;
    }
    let sandbox = Sandbox::new();
    sandbox.git(["config", "ledger.ref", "refs/heads/ledger"]);
    let repo = open(&sandbox);
    append(&repo, "first");
    repo.evidence_add(&[b"bytes"]).unwrap();
    let refs: Vec<_> = repo.refs("refs/*").unwrap().into_iter().map(|(name, _)| name).collect();
    assert_eq!(refs, ["refs/heads/ledger", "refs/heads/ledger-evidence"]);
}

#[test]
fn equal_evidence_gives_equal_commits() {
    if !in_own_process("equal_evidence_gives_equal_commits") {
        return;
    }
    let (one, two) = (Sandbox::new(), Sandbox::new());
    let (a, b) = (open(&one), open(&two));
    a.evidence_add(&[b"x"]).unwrap();
    a.evidence_add(&[b"y", b"z", b"x"]).unwrap();
    b.evidence_add(&[b"z", b"y"]).unwrap();
    b.evidence_add(&[b"x"]).unwrap();
    let commit = one.git(["rev-parse", "refs/ledger-evidence/main"]);
    assert_eq!(commit, two.git(["rev-parse", "refs/ledger-evidence/main"]));
    let hex = Digest::of(b"x").to_string();
    assert_eq!(one.git(["cat-file", "blob", &format!("{commit}:{}/{}", &hex[..2], &hex[2..])]), "x");
    let text = one.git(["cat-file", "commit", &commit]);
    assert!(text.ends_with("author ledger <> 0 +0000\ncommitter ledger <> 0 +0000\n\nevidence"), "{text}");
    assert!(!text.contains("parent"), "{text}");
    one.git(["fsck", "--strict", "--no-dangling"]);
}

#[test]
fn evidence_is_found_by_its_digest_and_can_be_taken_away() {
    if !in_own_process("evidence_is_found_by_its_digest_and_can_be_taken_away") {
        return;
    }
    let sandbox = Sandbox::new();
    let repo = open(&sandbox);
    let (x, y) = (Digest::of(b"x"), Digest::of(b"y"));
    assert_eq!(repo.evidence_get(&x).unwrap(), None);
    assert_eq!(repo.evidence_add(&[b"x", b"y"]).unwrap(), [x, y]);
    assert_eq!(repo.evidence_get(&x).unwrap().as_deref(), Some(&b"x"[..]));
    assert_eq!(repo.evidence_list().unwrap(), BTreeSet::from([x, y]));
    assert!(repo.evidence_remove(&x).unwrap());
    assert!(!repo.evidence_remove(&x).unwrap());
    assert_eq!(repo.evidence_get(&x).unwrap(), None);
    assert!(repo.evidence_has(&y).unwrap());
    // Nothing keeps the erased bytes reachable.
    sandbox.git(["gc", "-q", "--prune=now"]);
    let objects = sandbox.git(["cat-file", "--batch-all-objects", "--batch-check=%(objecttype)"]);
    assert_eq!(objects.lines().filter(|kind| *kind == "blob").count(), 1, "{objects}");
    assert!(repo.evidence_remove(&y).unwrap());
    assert!(repo.evidence_list().unwrap().is_empty());
    sandbox.git(["fsck", "--strict", "--no-dangling"]);
}

#[test]
fn evidence_that_is_not_what_its_name_says_is_an_error() {
    if !in_own_process("evidence_that_is_not_what_its_name_says_is_an_error") {
        return;
    }
    let sandbox = Sandbox::new();
    let blob = sandbox.git(["hash-object", "-w", sandbox.write("f", "forged").to_str().unwrap()]);
    let digest = Digest::of(b"genuine");
    let hex = digest.to_string();
    sandbox.git(["update-index", "--add", "--cacheinfo", &format!("100644,{blob},{}/{}", &hex[..2], &hex[2..])]);
    sandbox.git(["update-index", "--add", "--cacheinfo", &format!("100644,{blob},README")]);
    let tree = sandbox.git(["write-tree"]);
    let commit = sandbox.git(["commit-tree", &tree, "-m", "x"]);
    sandbox.git(["update-ref", "refs/ledger-evidence/main", &commit]);
    let repo = open(&sandbox);
    assert_code(repo.evidence_get(&digest), Code::StoreEvidenceMissing, "other bytes");
    // A union keeps what has the form of evidence and nothing else.
    repo.evidence_add(&[b"more"]).unwrap();
    assert_eq!(repo.evidence_list().unwrap(), BTreeSet::from([digest, Digest::of(b"more")]));
    assert!(!sandbox.git(["ls-tree", "refs/ledger-evidence/main"]).contains("README"));
}

#[test]
fn racing_unions_of_evidence_lose_nothing() {
    if !in_own_process("racing_unions_of_evidence_lose_nothing") {
        return;
    }
    let sandbox = Sandbox::new();
    let path = sandbox.path();
    std::thread::scope(|scope| {
        for thread in 0..4 {
            scope.spawn(move || {
                let repo = Repo::open(path).unwrap();
                for n in 0..8 {
                    repo.evidence_add(&[format!("{thread} {n}").as_bytes()]).unwrap();
                }
            });
        }
    });
    assert_eq!(open(&sandbox).evidence_list().unwrap().len(), 32);
}

#[test]
fn pins_say_where_they_come_from() {
    if !in_own_process("pins_say_where_they_come_from") {
        return;
    }
    let sandbox = Sandbox::new();
    let pin = Pin { genesis: Digest::of(b"g"), reference: "refs/ledger/main".to_owned() };
    let repo = open(&sandbox);
    assert!(repo.pins(&[]).unwrap().is_empty());
    let path = repo.write_pin_file(&pin).unwrap().unwrap();
    assert_eq!(fs::read_to_string(&path).unwrap(), pin.to_text());
    sandbox.git(["add", "-A"]);
    sandbox.git(["commit", "-q", "-m", "pin"]);
    let head = repo.head().unwrap().unwrap();
    sandbox.git(["config", "ledger.genesis", &Digest::of(b"other").to_string()]);
    let repo = open(&sandbox);
    let pins = repo.pins(&[head]).unwrap();
    let sources: Vec<_> = pins.iter().map(|found| found.source.clone()).collect();
    assert_eq!(
        sources,
        [PinSource::WorkTree(repo.work_dir().unwrap().join(".ledger")), PinSource::Tree(head), PinSource::Config]
    );
    assert_eq!(pins[1].genesis, Some(pin.genesis));
    assert_eq!((pins[2].genesis, pins[2].reference.clone()), (Some(Digest::of(b"other")), None));
    sandbox.git(["config", "ledger.genesis", "short"]);
    assert_code(open(&sandbox).pins(&[]), Code::TrustPin, "ledger.genesis");
    // A malformed or replaced file is never "no file".
    for broken in ["", "<<<<<<< HEAD\n"] {
        fs::write(&path, broken).unwrap();
        assert_code(open(&sandbox).ledger_ref(), Code::TrustPin, ".ledger");
    }
    fs::remove_file(&path).unwrap();
    std::os::unix::fs::symlink("/dev/null", &path).unwrap();
    assert_code(open(&sandbox).tip(), Code::TrustPin, "regular file");
}

#[test]
fn the_file_in_head_counts_where_the_work_tree_has_none() {
    if !in_own_process("the_file_in_head_counts_where_the_work_tree_has_none") {
        return;
    }
    let sandbox = Sandbox::new();
    let pin = Pin { genesis: Digest::of(b"g"), reference: "refs/heads/governance".to_owned() };
    sandbox.commit(".ledger", &pin.to_text());
    fs::remove_file(sandbox.path().join(".ledger")).unwrap();
    assert_eq!(open(&sandbox).ledger_ref().unwrap(), "refs/heads/governance");
    let bare = tempfile::TempDir::new().unwrap();
    git_in(bare.path(), ["clone", "-q", "--bare", sandbox.path().to_str().unwrap(), "."]);
    // What is pushed to a bare repository does not say where its ledger lies.
    assert_eq!(Repo::open(bare.path()).unwrap().ledger_ref().unwrap(), "refs/ledger/main");
    git_in(bare.path(), ["config", "ledger.ref", "refs/heads/governance"]);
    let repo = Repo::open(bare.path()).unwrap();
    assert_eq!(repo.ledger_ref().unwrap(), "refs/heads/governance");
    assert_eq!(repo.work_dir(), None);
    assert_eq!(repo.write_pin_file(&pin).unwrap(), None);
    append(&repo, "first");
    assert_eq!(repo.chain(repo.tip().unwrap().unwrap()).unwrap().len(), 1);
}

#[test]
fn linked_work_trees_share_the_ledger() {
    if !in_own_process("linked_work_trees_share_the_ledger") {
        return;
    }
    let sandbox = Sandbox::new();
    sandbox.commit("a", "a");
    let tip = append(&open(&sandbox), "first");
    let linked = sandbox.path().join("linked");
    sandbox.git(["worktree", "add", "-q", linked.to_str().unwrap()]);
    let repo = Repo::open(&linked).unwrap();
    assert_eq!(repo.tip().unwrap(), Some(tip));
    assert_eq!(repo.common_dir().canonicalize().unwrap(), sandbox.path().join(".git").canonicalize().unwrap());
    append(&repo, "second");
    assert_eq!(open(&sandbox).chain(open(&sandbox).tip().unwrap().unwrap()).unwrap().len(), 2);
    fs::write(linked.join("b"), "b").unwrap();
    git_in(&linked, ["add", "b"]);
    assert_eq!(shown(&changes::staged(&repo).unwrap()), ["- 100644 b"]);
    assert!(changes::staged(&open(&sandbox)).unwrap().is_empty());
}

#[test]
fn staged_changes_have_every_mode_and_raw_names() {
    if !in_own_process("staged_changes_have_every_mode_and_raw_names") {
        return;
    }
    let sandbox = Sandbox::new();
    // On a branch without commits everything is new.
    for path in ["keep", "edit", "gone", "old/name", "mode", "turns", "Case"] {
        sandbox.write(path, path);
    }
    sandbox.git(["add", "-A"]);
    assert_eq!(changes::staged(&open(&sandbox)).unwrap().len(), 7);
    sandbox.git(["commit", "-q", "-m", "base"]);
    assert!(changes::staged(&open(&sandbox)).unwrap().is_empty());

    sandbox.write("edit", "edited");
    fs::remove_file(sandbox.path().join("gone")).unwrap();
    fs::create_dir(sandbox.path().join("new")).unwrap();
    fs::rename(sandbox.path().join("old/name"), sandbox.path().join("new/name")).unwrap();
    sandbox::script(&sandbox.path().join("mode"), "mode");
    fs::remove_file(sandbox.path().join("turns")).unwrap();
    sandbox.write("turns/into", "a directory");
    fs::rename(sandbox.path().join("Case"), sandbox.path().join("case")).unwrap();
    std::os::unix::fs::symlink("keep", sandbox.path().join("link")).unwrap();
    let odd = std::ffi::OsStr::from_bytes(b"caf\xe9");
    fs::write(sandbox.path().join(odd), "latin 1").unwrap();
    let inner = Sandbox::new();
    let commit = inner.commit("x", "x");
    sandbox.git(["add", "-A"]);
    sandbox.git(["update-index", "--add", "--cacheinfo", &format!("160000,{commit},sub")]);
    sandbox.write("announced", "not staged");
    sandbox.git(["add", "-N", "announced"]);
    let repo = open(&sandbox);
    let staged = changes::staged(&repo).unwrap();
    assert_eq!(
        shown(&staged),
        [
            "100644 - Case",
            "- 100644 caf\u{fffd}",
            "- 100644 case",
            "100644 100644 edit",
            "100644 - gone",
            "- 120000 link",
            "100644 100755 mode",
            "- 100644 new/name",
            "100644 - old/name",
            "- 160000 sub",
            "100644 - turns",
            "- 100644 turns/into",
        ]
    );
    assert_eq!(staged[1].path, b"caf\xe9");
    assert_eq!(staged[9].new.unwrap().oid, oid(&commit));
    let edited = staged[3].new.unwrap().oid;
    assert_eq!(repo.blob(edited).unwrap(), b"edited");
    assert_eq!(repo.blob_sha256(edited).unwrap(), (Digest::of(b"edited"), 6));
    assert_eq!(repo.blob_sha256(edited).unwrap(), (Digest::of(b"edited"), 6));
    // Announced files are in no commit, so git agrees on the tree.
    assert_eq!(changes::tree_of_index(&repo).unwrap().to_string(), sandbox.git(["write-tree"]));
}

#[test]
fn unusual_indexes_are_read_and_unmerged_ones_refused() {
    if !in_own_process("unusual_indexes_are_read_and_unmerged_ones_refused") {
        return;
    }
    for setting in ["index.skipHash=true", "core.splitIndex=true", "index.version=4", "core.ignoreCase=true"] {
        let sandbox = Sandbox::new();
        let (key, value) = setting.split_once('=').unwrap();
        sandbox.git(["config", key, value]);
        sandbox.commit("A", "a");
        sandbox.write("b", "b");
        sandbox.git(["add", "b"]);
        sandbox.git([
            "update-index",
            "--add",
            "--cacheinfo",
            &format!("100644,{},a", sandbox.git(["rev-parse", "HEAD:A"])),
        ]);
        assert_eq!(shown(&changes::staged(&open(&sandbox)).unwrap()), ["- 100644 a", "- 100644 b"], "{setting}");
    }
    let sandbox = Sandbox::new();
    sandbox.commit("in/a", "a");
    sandbox.commit("out/a", "a");
    sandbox.git(["sparse-checkout", "set", "--cone", "--sparse-index", "in"]);
    sandbox.write("in/b", "b");
    sandbox.git(["add", "in/b"]);
    assert_eq!(shown(&changes::staged(&open(&sandbox)).unwrap()), ["- 100644 in/b"]);

    let sandbox = Sandbox::new();
    sandbox.commit("a", "base");
    sandbox.git(["checkout", "-q", "-b", "other"]);
    sandbox.commit("a", "theirs");
    sandbox.git(["checkout", "-q", "main"]);
    sandbox.commit("a", "ours");
    assert!(!sandbox.try_git(["merge", "-q", "other"]).status.success());
    assert_code(changes::staged(&open(&sandbox)), Code::StoreIo, "unmerged");
}

#[test]
fn a_merge_changes_what_differs_from_every_parent() {
    if !in_own_process("a_merge_changes_what_differs_from_every_parent") {
        return;
    }
    let sandbox = Sandbox::new();
    let root = sandbox.commit("base", "base");
    sandbox.git(["checkout", "-q", "-b", "topic"]);
    let topic = sandbox.commit("topic", "topic");
    sandbox.git(["checkout", "-q", "main"]);
    let main = sandbox.commit("main", "main");
    sandbox.git(["merge", "-q", "--no-commit", "--no-ff", "topic"]);
    sandbox.write("base", "slipped in");
    sandbox.git(["commit", "-q", "-a", "-m", "merge"]);
    let merge = oid(&sandbox.git(["rev-parse", "HEAD"]));
    let repo = open(&sandbox);
    assert_eq!(shown(&changes::against_parents(&repo, merge).unwrap()), ["100644 100644 base"]);
    assert_eq!(shown(&changes::against_parents(&repo, oid(&root)).unwrap()), ["- 100644 base"]);
    assert_eq!(shown(&changes::against_parents(&repo, oid(&topic)).unwrap()), ["- 100644 topic"]);
    let between = changes::between(&repo, Some(oid(&topic)), oid(&main)).unwrap();
    assert_eq!(shown(&between), ["- 100644 main", "100644 - topic"]);
    assert_eq!(changes::parents(&repo, merge).unwrap(), [oid(&main), oid(&topic)]);

    let range = changes::commits_in_range(&repo, &format!("{root}..main")).unwrap();
    assert_eq!(range.len(), 3);
    assert_eq!(range.last(), Some(&merge));
    assert_eq!(changes::commits_in_range(&repo, "main").unwrap().first(), Some(&oid(&root)));
    assert_eq!(changes::commits_not_in(&repo, &[merge], &[oid(&topic)]).unwrap(), [oid(&main), merge]);
    assert!(changes::commits_not_in(&repo, &[], &[oid(&topic)]).unwrap().is_empty());
    assert_eq!(repo.resolve("main~1").unwrap(), oid(&main));
    assert_code(repo.resolve("nowhere"), Code::StoreIo, "no such revision");
    assert_code(changes::commits_in_range(&repo, "nowhere..main"), Code::StoreIo, "nowhere");
    assert_code(changes::commits_in_range(&repo, "--all"), Code::StoreIo, "no range");
    // A graft would hide what is to be judged.
    sandbox.write(".git/info/grafts", &format!("{merge} {root}\n"));
    assert_eq!(changes::commits_in_range(&open(&sandbox), &format!("{root}..main")).unwrap(), range);
    assert_eq!(shown(&changes::against_parents(&open(&sandbox), merge).unwrap()), ["100644 100644 base"]);
}

#[test]
fn a_range_that_a_shallow_clone_cuts_short_is_refused() {
    if !in_own_process("a_range_that_a_shallow_clone_cuts_short_is_refused") {
        return;
    }
    let sandbox = Sandbox::new();
    let commits: Vec<String> = (0..4).map(|n| sandbox.commit("a", &n.to_string())).collect();
    let dir = tempfile::TempDir::new().unwrap();
    let url = format!("file://{}", sandbox.path().display());
    git_in(dir.path(), ["clone", "-q", "--depth=3", &url, "."]);
    let repo = Repo::open(dir.path()).unwrap();
    let within = changes::commits_in_range(&repo, &format!("{}..HEAD", commits[1])).unwrap();
    assert_eq!(within, [oid(&commits[2]), oid(&commits[3])]);
    assert_cut_short(changes::commits_in_range(&repo, "HEAD"));
}

/// Prints what the index that git hands over would change; does nothing unless a hook asks for it.
#[test]
fn probe_staged() {
    let Some(out) = std::env::var_os("LEDGER_TEST_STAGED") else { return };
    let repo = Repo::open(Path::new(".")).unwrap();
    fs::write(out, shown(&changes::staged(&repo).unwrap()).join("\n")).unwrap();
}

#[test]
fn a_hook_sees_the_index_of_its_own_commit() {
    if !in_own_process("a_hook_sees_the_index_of_its_own_commit") {
        return;
    }
    let sandbox = Sandbox::new();
    sandbox.commit("a", "a");
    sandbox.commit("b", "b");
    let out = sandbox.path().join(".git/seen");
    let hook = format!("#!/bin/sh\nLEDGER_TEST_STAGED='{}' {}\n", out.display(), shell(&probe("probe_staged")));
    for name in ["pre-commit", "commit-msg", "pre-merge-commit", "pre-applypatch"] {
        sandbox::script(&sandbox.path().join(".git/hooks").join(name), &hook);
    }
    let seen = |dir: &Path, args: &[&str]| {
        let _ = fs::remove_file(&out);
        git_in(dir, args);
        fs::read_to_string(&out).unwrap()
    };
    let here = sandbox.path();
    sandbox.write("a", "1");
    sandbox.write("b", "1");
    sandbox.git(["add", "b"]);
    // Only what is named, while the index holds another change.
    assert_eq!(seen(here, &["commit", "-q", "-m", "path", "a"]), "100644 100644 a");
    sandbox.write("a", "2");
    assert_eq!(seen(here, &["commit", "-q", "-a", "-m", "all"]), "100644 100644 a\n100644 100644 b");
    sandbox.write("sub/c", "c");
    sandbox.git(["add", "sub"]);
    assert_eq!(seen(&here.join("sub"), &["commit", "-q", "-m", "from below"]), "- 100644 sub/c");
    assert_eq!(seen(here, &["commit", "-q", "--amend", "-m", "again"]), "");
    // From elsewhere, with the git directory and the work tree named.
    let elsewhere = tempfile::TempDir::new().unwrap();
    let git_dir = format!("--git-dir={}", here.join(".git").display());
    sandbox.write("a", "3");
    let tree = format!("--work-tree={}", here.display());
    assert_eq!(seen(elsewhere.path(), &[&git_dir, &tree, "commit", "-q", "-a", "-m", "far"]), "100644 100644 a");
    sandbox.write("a", "4");
    assert_eq!(seen(here, &["--git-dir=.git", "--work-tree=.", "commit", "-q", "-a", "-m", "near"]), "100644 100644 a");
    // In a linked work tree, in a merge, and when mail is applied.
    sandbox.git(["worktree", "add", "-q", "-b", "topic", "linked"]);
    fs::write(here.join("linked/t"), "t").unwrap();
    git_in(&here.join("linked"), ["add", "t"]);
    assert_eq!(seen(&here.join("linked"), &["commit", "-q", "-m", "topic"]), "- 100644 t");
    let patch = git_in(&here.join("linked"), ["format-patch", "-1", "--stdout"]);
    sandbox.write(".git/mail", &format!("{patch}\n"));
    // What the merge takes from the other branch was that branch's change, and is not the merge's.
    assert_eq!(seen(here, &["merge", "-q", "--no-ff", "-m", "merge", "topic"]), "");
    sandbox.git(["reset", "-q", "--hard", "HEAD~1"]);
    assert_eq!(seen(here, &["am", "-q", ".git/mail"]), "- 100644 t");
}

/// Says what a push brings, while it is still in quarantine; does nothing unless a hook asks for it.
#[test]
fn probe_quarantine() {
    let Some(out) = std::env::var_os("LEDGER_TEST_QUARANTINE") else { return };
    let mut input = String::new();
    std::io::Read::read_to_string(&mut std::io::stdin(), &mut input).unwrap();
    let words: Vec<&str> = input.split_whitespace().collect();
    let repo = Repo::open(Path::new(".")).unwrap();
    let new = changes::commits_not_in(&repo, &[oid(words[1])], &[oid(words[0])]).unwrap();
    let tip = *new.last().unwrap();
    let text = repo.commits().read(&new).into_iter().flatten().count();
    let changed = shown(&changes::against_parents(&repo, tip).unwrap());
    fs::write(out, format!("{text} {}", changed.join("\n"))).unwrap();
}

#[test]
fn a_push_is_judged_in_its_quarantine() {
    if !in_own_process("a_push_is_judged_in_its_quarantine") {
        return;
    }
    let sandbox = Sandbox::new();
    sandbox.commit("a", "a");
    let server = tempfile::TempDir::new().unwrap();
    git_in(server.path(), ["clone", "-q", "--bare", sandbox.path().to_str().unwrap(), "."]);
    let out = server.path().join("seen");
    let hook =
        format!("#!/bin/sh\nLEDGER_TEST_QUARANTINE='{}' exec {}\n", out.display(), shell(&probe("probe_quarantine")));
    sandbox::script(&server.path().join("hooks/pre-receive"), &hook);
    sandbox.commit("b", "b");
    sandbox.commit("c", "c");
    sandbox.git(["push", "-q", server.path().to_str().unwrap(), "main"]);
    assert_eq!(fs::read_to_string(out).unwrap(), "2 - 100644 c");
}

#[test]
fn a_head_without_its_commit_is_not_a_branch_without_commits() {
    if !in_own_process("a_head_without_its_commit_is_not_a_branch_without_commits") {
        return;
    }
    let sandbox = Sandbox::new();
    assert_eq!(open(&sandbox).head().unwrap(), None);
    assert_eq!(open(&sandbox).head_ref().unwrap().as_deref(), Some("refs/heads/main"));
    let head = sandbox.commit("a", "a");
    fs::remove_file(loose(&sandbox, oid(&head))).unwrap();
    assert_code(open(&sandbox).head(), Code::StoreIo, "HEAD");
    assert_code(open(&sandbox).tip(), Code::StoreIo, "HEAD");
}

#[test]
fn what_is_set_counts_at_once() {
    if !in_own_process("what_is_set_counts_at_once") {
        return;
    }
    let sandbox = Sandbox::new();
    let repo = open(&sandbox);
    assert_eq!(repo.ledger_ref().unwrap(), "refs/ledger/main");
    let pin = Pin { genesis: Digest::of(b"g"), reference: "refs/heads/from-file".to_owned() };
    repo.write_pin_file(&pin).unwrap();
    assert_eq!(repo.ledger_ref().unwrap(), "refs/heads/from-file");
    repo.set_config("ledger.ref", "refs/heads/from-config").unwrap();
    assert_eq!(repo.ledger_ref().unwrap(), "refs/heads/from-config");
}

/// Reads in every way what a repository holds besides events; does nothing unless a test asks for it.
#[test]
fn probe_reads() {
    let Some(path) = std::env::var_os("LEDGER_TEST_READS") else { return };
    let repo = Repo::open(Path::new(&path)).unwrap();
    let told = |what: &str, failed: Option<GitError>| {
        println!("{what}: {}", failed.map_or("fine".to_owned(), |error| error.to_string()));
    };
    let kept = Digest::of(LONG.as_bytes());
    told("get", repo.evidence_get(&kept).err());
    told("list", repo.evidence_list().err());
    told("add", repo.evidence_add(&[b"another"]).err());
    told("head", repo.head().err());
    let commit = oid(&std::env::var("LEDGER_TEST_COMMIT").unwrap());
    told("pin", repo.pin_in(commit).err());
    told("file", repo.file_at(commit, "docs/long").err());
    told("differs", repo.differs_from_work_tree(commit, "docs/long").err());
    told("against", changes::against_parents(&repo, commit).err());
}

const LONG: &str =
    "What is kept is longer than the few bytes that any object begins with, so half of it is not enough.";

#[test]
fn objects_that_are_cut_off_on_disk_are_named_and_nothing_waits_for_them() {
    if !in_own_process("objects_that_are_cut_off_on_disk_are_named_and_nothing_waits_for_them") {
        return;
    }
    let sandbox = Sandbox::new();
    let pin = Pin { genesis: Digest::of(b"g"), reference: "refs/ledger/main".to_owned() };
    sandbox.write("docs/long", &LONG.repeat(3));
    let commit = sandbox.commit(".ledger", &pin.to_text());
    let head = sandbox.commit("docs/more", "more");
    // The name of the ledger then comes from the settings, so that only what is asked reads the file in the tree.
    sandbox.git(["config", "ledger.ref", "refs/ledger/main"]);
    let linked = sandbox.path().join("linked");
    sandbox.git(["worktree", "add", "-q", "--detach", linked.to_str().unwrap()]);
    open(&sandbox).evidence_add(&[LONG.as_bytes()]).unwrap();
    let evidence = sandbox.git(["rev-parse", "refs/ledger-evidence/main"]);
    let hex = Digest::of(LONG.as_bytes()).to_string();
    let (fan, rest) = hex.split_at(2);
    for (object, needing) in [
        (format!("{evidence}:{fan}/{rest}"), &["get"][..]),
        (format!("{evidence}:{fan}"), &["get", "list"]),
        (format!("{evidence}^{{tree}}"), &["get", "list", "add"]),
        (evidence.clone(), &["get", "list", "add"]),
        (format!("{commit}:.ledger"), &["pin"]),
        (format!("{commit}:docs/long"), &["file"]),
        (format!("{commit}:docs"), &["file", "differs", "against"]),
        (format!("{commit}^{{tree}}"), &["pin", "file", "differs", "against"]),
        (commit.clone(), &["pin", "file", "differs", "against"]),
        (format!("{head}:docs"), &[]),
        (format!("{head}^{{tree}}"), &[]),
        (head, &["head"]),
    ] {
        let object = oid(&sandbox.git(["rev-parse", &object]));
        let place = loose(&sandbox, object);
        let whole = fs::read(&place).unwrap();
        fs::remove_file(&place).unwrap();
        fs::write(&place, &whole[..whole.len() / 2]).unwrap();
        for root in [sandbox.path(), &linked] {
            let said = reads(root, &commit);
            for what in needing {
                let line = said.lines().find_map(|line| line.strip_prefix(&format!("{what}: "))).unwrap_or(&said);
                assert!(line.contains(&object.to_string()[2..]) && line.contains("is cut off"), "{what}: {line}");
            }
        }
        fs::write(&place, whole).unwrap();
        sandbox.git(["update-ref", "refs/ledger-evidence/main", &evidence]);
    }
    assert_eq!(reads(sandbox.path(), &commit).matches(": fine").count(), 8);
}

/// Returns what [`probe_reads`] says; ends it after a minute, which libgit2's endless waiting would outlast.
fn reads(root: &Path, commit: &str) -> String {
    let out = tempfile::NamedTempFile::new().unwrap();
    let mut command = probe("probe_reads");
    command.env("LEDGER_TEST_READS", root).env("LEDGER_TEST_COMMIT", commit).stdout(out.reopen().unwrap());
    let mut child = command.spawn().unwrap();
    for _ in 0..6_000 {
        if child.try_wait().unwrap().is_some() {
            return fs::read_to_string(out.path()).unwrap();
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    panic!("still reading after a minute: {}", fs::read_to_string(out.path()).unwrap());
}

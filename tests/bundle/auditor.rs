//! Who has the file and the genesis needs nothing else.

use crate::sandbox::git_in;
use crate::{Audit, BOTH, names};

/// M0-010: an auditor verifies offline, with the file and the genesis.
#[test]
fn one_file_and_the_genesis_are_enough_in_an_empty_directory() {
    let audit = Audit::new();
    let events = audit.site.diary().len();
    let site = audit.site.repo.path().to_owned();
    std::fs::rename(&site, site.with_extension("gone")).unwrap();
    let told = audit.verify("audit.bundle").ok();
    told.says(&format!("events    {events}, valid: bytes, chain, signatures, rules"));
    told.says("level     2: every rule; there is no code here to hold facts against");
    told.says(&format!("identity  {}, as given", audit.genesis)).says(&format!("tip       {}", audit.tip));
    told.says("evidence  1 present, 0 erased, 0 missing").says("complete  not shown");
    assert_eq!(names(audit.away.path()), ["audit.bundle"], "nothing is left behind");
    let value = audit.verify("audit.bundle").arg("--tip").arg(&audit.tip).json().ok();
    assert_eq!(value.text("tip"), audit.tip);
    assert_eq!(value.get("verified").to_canonical(), "true");
    assert_eq!(value.get("level").to_canonical(), "2");
    std::fs::rename(site.with_extension("gone"), &site).unwrap();
}

#[test]
fn neither_the_environment_nor_settings_have_a_say() {
    let audit = Audit::new();
    let home = audit.site.home("vera");
    std::fs::create_dir_all(&home).unwrap();
    let config = "[ledger]\n\tref = refs/heads/other\n\tgenesis = nonsense\n[transfer]\n\tfsckObjects = true\n[pack]\n\tpackSizeLimit = 1m\n";
    std::fs::write(home.join(".gitconfig"), config).unwrap();
    let odd = |name: &str, value: &str| audit.verify("audit.bundle").env(name, value).ok();
    let nowhere = audit.file("nowhere").display().to_string();
    for name in ["GIT_DIR", "GIT_OBJECT_DIRECTORY", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_CONFIG_GLOBAL"] {
        odd(name, &nowhere).says("as given");
    }
    odd("GIT_NAMESPACE", "elsewhere").says("as given");
    odd("GIT_DEFAULT_HASH", "sha256").says("as given");
    assert_eq!(names(audit.away.path()), ["audit.bundle"]);
}

#[test]
fn what_lies_in_other_repositories_does_not_stand_in_for_what_is_missing() {
    let audit = Audit::new();
    let list = audit.site.repo.git(["rev-list", "--objects", "--no-object-names", BOTH[0], BOTH[1]]);
    let genesis = audit.site.repo.git(["rev-list", "--max-parents=0", BOTH[0]]);
    let script = format!(
        "printf '%s\\n' '{}' | git pack-objects -q --stdout >'{}'",
        list.replace(&format!("{genesis}\n"), ""),
        audit.file("pack").display()
    );
    audit.site.shell(&script).ok();
    let bytes = audit.bytes();
    let without = [&bytes[..crate::pack(&bytes)], &std::fs::read(audit.file("pack")).unwrap()].concat();
    audit.refuses(&without, 3, &genesis);
    let objects = audit.site.repo.path().join(".git/objects");
    for name in ["GIT_ALTERNATE_OBJECT_DIRECTORIES", "GIT_OBJECT_DIRECTORY"] {
        audit.verify("other.bundle").env(name, &objects).exits(3).says(&genesis).never_says("valid: bytes");
    }
}

#[test]
fn gits_own_commands_read_it() {
    let audit = Audit::new();
    let git = |words: &[&str]| git_in(audit.away.path(), words);
    git(&["init", "-q", "-b", "main", "audited"]);
    let heads = git(&["bundle", "list-heads", "audit.bundle"]);
    let refs = BOTH.map(|name| format!("{} {name}", audit.site.repo.git(["rev-parse", name])));
    assert_eq!(heads.lines().collect::<Vec<_>>(), refs);
    git(&["-C", "audited", "bundle", "verify", "-q", "../audit.bundle"]);
    git(&["-C", "audited", "fetch", "-q", "../audit.bundle", "refs/ledger*:refs/ledger*"]);
    git(&["-C", "audited", "fsck", "--strict", "--no-dangling"]);
    let digest = |call: crate::sandbox::story::Call<'_>| call.ok().stdout;
    let here = digest(audit.site.ledger("replay --digest"));
    assert_eq!(digest(audit.site.ledger("replay --digest").in_(&audit.file("audited"))), here);
}

#[test]
fn what_it_prints_as_next_runs() {
    let audit = Audit::new();
    let next = audit.verify("audit.bundle").ok().next();
    let [fetch] = next.as_slice() else { panic!("{next:?}") };
    audit.site.shell(fetch).in_(audit.away.path()).ok();
    audit.site.ledger("verify").in_(&audit.file("audited")).ok().says(&audit.genesis);
    let again = audit.site.ledger("bundle create").arg(audit.file("a b'c.bundle")).ok().next();
    let [verify] = again.as_slice() else { panic!("{again:?}") };
    let program = std::path::Path::new(env!("CARGO_BIN_EXE_ledger")).parent().unwrap().display().to_string();
    let path = format!("{program}:{}", std::env::var("PATH").unwrap());
    audit.site.shell(verify).env("PATH", path).in_(audit.away.path()).ok().says("complete  the ledger holds");
}

#[test]
fn a_bundle_that_git_makes_of_both_refs_is_as_good() {
    let audit = Audit::new();
    audit.git_bundle("git.bundle", &BOTH);
    audit.verify("git.bundle").ok().says("0 missing");
    audit.git_bundle_of("--version=3", "git.bundle", &[BOTH[1], BOTH[0]]);
    audit.verify("git.bundle").ok().says("0 missing");
}

//! Files that are no bundle of this ledger, each refused for what it is.

use std::io::Write as _;

use crate::site::{Site, TAIL};
use crate::{Audit, BOTH, pack};

#[test]
fn a_bundle_that_is_cut_short_is_refused_wherever_it_is_cut() {
    let audit = Audit::new();
    let bytes = audit.bytes();
    let begin = pack(&bytes);
    let head = [0, 1, 15, 16, 40, begin - 2, begin - 1];
    let body = [begin, begin + 3, begin + 12, begin + 40, bytes.len() / 2, bytes.len() - 21, bytes.len() - 20];
    for end in head.into_iter().chain(body).chain([bytes.len() - 1]) {
        audit.refuses(&bytes[..end], 3, "[store.bundle]");
    }
}

#[test]
fn every_byte_of_a_bundle_counts() {
    let audit = Audit::new();
    let bytes = audit.bytes();
    let begin = pack(&bytes);
    let places = (0..begin).step_by(7).chain((begin..bytes.len()).step_by(bytes.len() / 40));
    for place in places.chain([bytes.len() - 1]) {
        let mut other = bytes.clone();
        other[place] ^= 1;
        std::fs::write(audit.file("other.bundle"), &other).unwrap();
        let told = audit.verify("other.bundle").run();
        // A ref of another name, or an object id of another length, is what the one flipped bit may make of the head.
        assert!(told.code == 3 || (place < begin && told.code == 5), "byte {place}\n{told}");
        told.never_says("valid: bytes");
    }
    audit.refuses(&[bytes.as_slice(), b"more"].concat(), 3, "[store.bundle]");
}

#[test]
fn junk_is_refused_at_once_however_much_there_is_of_it() {
    let audit = Audit::new();
    let bytes = audit.bytes();
    let junk = audit.file("junk.bundle");
    let file = std::fs::File::create(&junk).unwrap();
    file.set_len(100 << 20).unwrap();
    audit.refuses_file("junk.bundle", 3, "are not a bundle");
    (&file).write_all(&bytes[..pack(&bytes)]).unwrap();
    audit.refuses_file("junk.bundle", 3, "what it holds is cut short or damaged");
    // A pack that announces more than there is, and one object of a size that nobody has the memory for.
    let head = &bytes[..pack(&bytes)];
    let huge = [head, b"PACK\0\0\0\x02\xff\xff\xff\xff", &[0x9f, 0xff, 0xff, 0xff, 0xff, 0xff, 0x7f]].concat();
    audit.refuses(&huge, 3, "[store.bundle]");
    audit.refuses(b"", 3, "it ends where a bundle would go on");
    audit.refuses(b"PK\x03\x04", 3, "[store.bundle]");
    audit.refuses("#!/bin/sh\n".as_bytes(), 3, "it is no bundle");
}

#[test]
fn what_is_no_file_is_not_waited_for() {
    let audit = Audit::new();
    audit.refuses_file("none.bundle", 5, "[store.io]");
    std::fs::create_dir(audit.file("directory")).unwrap();
    audit.refuses_file("directory", 5, "this is no regular file");
    audit.site.shell("mkfifo fifo").in_(audit.away.path()).ok();
    audit.refuses_file("fifo", 5, "this is no regular file");
}

#[test]
fn refs_that_are_swapped_more_or_fewer_are_refused() {
    let audit = Audit::new();
    let bytes = audit.bytes();
    let head = String::from_utf8(bytes[..pack(&bytes)].to_vec()).unwrap();
    let other = |head: &str| [head.as_bytes(), &bytes[pack(&bytes)..]].concat();
    let swapped = head.replace(BOTH[1], "X").replace(BOTH[0], BOTH[1]).replace('X', BOTH[0]);
    audit.refuses(&other(&swapped), 3, "the ledger is invalid from event 0 on");
    let both_ledger = head.replace(&head.lines().nth(2).unwrap()[..40], &audit.site.tip());
    audit.refuses(&other(&both_ledger), 3, "is not in the form that evidence has");
    audit.refuses(&other(&head.replace(BOTH[0], "refs/ledger/other")), 3, "the ref \"refs/ledger/other\" besides");
    let only_evidence: String =
        head.split_inclusive('\n').filter(|line| !line.ends_with(&format!("{}\n", BOTH[0]))).collect();
    audit.refuses(&other(&only_evidence), 3, "it does not hold refs/ledger/main");
    for extra in ["HEAD", "refs/heads/main", "refs/ledger/main-evidence", "refs/replace/x"] {
        let line = format!("{} {extra}\n\n", audit.site.tip());
        let more = format!("{}{line}", head.strip_suffix('\n').unwrap());
        audit.refuses(&other(&more), 3, &format!("it holds the ref {extra:?} besides"));
    }
    audit.git_bundle("all.bundle", &["--all"]);
    audit.refuses_file("all.bundle", 3, "it holds the ref");
}

#[test]
fn a_bundle_that_goes_on_from_another_is_refused() {
    let audit = Audit::new();
    audit.git_bundle("part.bundle", &["refs/ledger/main", "^refs/ledger/main~3"]);
    audit.refuses_file("part.bundle", 3, "which its reader would have to have already");
    // The same without saying so: what it needs is simply not there.
    let part = std::fs::read(audit.file("part.bundle")).unwrap();
    let text = String::from_utf8_lossy(&part[..pack(&part)]).into_owned();
    let head: String = text.split_inclusive('\n').filter(|line| !line.starts_with('-')).collect();
    audit.refuses(&[head.as_bytes(), &part[pack(&part)..]].concat(), 3, "[trust.history]");
}

#[test]
fn events_that_nobody_could_have_written_are_refused_in_a_bundle_too() {
    type Forge = fn(&Site);
    let cases: [(Forge, &str); 4] = [
        (|site| site.tamper(TAIL, "\"title\":\"Retry twice\"", "\"title\":\"Retry never\""), "[trust.signature]"),
        (|site| site.resign_as("stranger", TAIL, "Retry twice", "Retry never"), "[trust.key-unknown]"),
        (|site| site.resign(TAIL, "\"as\":\"drafter\"", "\"as\":\"approver\""), "[trust.role-not-held]"),
        (|site| site.resign(TAIL, "\"kind\":\"document\"", "\"kind\":\"decree\""), "[item.kind]"),
    ];
    for (forge, code) in cases {
        let audit = Audit::new();
        forge(&audit.site);
        audit.git_bundle("forged.bundle", &BOTH);
        let told = audit.refuses_file("forged.bundle", 3, code);
        let away = told.next().iter().all(|next| next.starts_with("ledger explain "));
        assert!(away, "there is no repository in which anything could be done\n{told}");
        audit.site.ledger("bundle create").arg(audit.file("forged-2.bundle")).exits(3).says(code);
    }
}

#[test]
fn another_ledger_or_a_shorter_one_is_not_the_one_that_was_pinned() {
    let audit = Audit::new();
    let zeros = "0".repeat(64);
    let words = ["bundle", "verify", "audit.bundle", "--genesis", &zeros];
    let told = audit.site.ledger(words).in_(audit.away.path()).exits(3);
    told.says("[trust.genesis-mismatch]");
    assert!(told.next().iter().all(|next| next.starts_with("ledger explain ")), "{told}");
    audit.site.ledger(["bundle", "verify", "audit.bundle"]).in_(audit.away.path()).exits(2).says("--genesis");
    audit.site.git("update-ref refs/ledger/main refs/ledger/main~1").ok();
    audit.git_bundle("short.bundle", &BOTH);
    audit.verify("short.bundle").ok().says("complete  not shown");
    let told = audit.verify("short.bundle").arg("--tip").arg(&audit.tip).exits(3);
    told.says("it was cut short").says("[trust.tip-mismatch]");
}

#[test]
fn evidence_that_is_missing_or_other_bytes_under_its_name_are_refused() {
    let audit = Audit::new();
    audit.git_bundle("without.bundle", &BOTH[..1]);
    let told = audit.verify("without.bundle").exits(3);
    told.says("evidence  0 present, 0 erased, 1 missing").says("the sealed bytes of DOC-1");
    told.says("[store.evidence-missing]");
    let value = audit.verify("without.bundle").json().exits(3);
    assert_eq!(value.get("verified").to_canonical(), "false");
    assert_eq!(value.get("evidence.missing_count").to_canonical(), "1");
    // The name is there, and other bytes are under it.
    let name = audit.site.repo.git(["ls-tree", "-r", "--name-only", BOTH[1]]);
    let (fan, rest) = name.split_once('/').unwrap();
    let script = format!(
        "blob=$(echo other | git hash-object -w --stdin)\n\
         fan=$(printf '100644 blob %s\\t{rest}\\n' $blob | git mktree)\n\
         tree=$(printf '040000 tree %s\\t{fan}\\n' $fan | git mktree)\n\
         printf 'tree %s\\nauthor ledger <> 0 +0000\\ncommitter ledger <> 0 +0000\\n\\nevidence\\n' $tree >commit\n\
         git update-ref {} $(git hash-object -w -t commit commit)",
        BOTH[1]
    );
    audit.site.shell(&script).ok();
    audit.git_bundle("other.bundle", &BOTH);
    audit.verify("other.bundle").exits(3).says("0 present, 0 erased, 1 missing").says("the sealed bytes of DOC-1");
    audit.site.ledger("verify").ok().says("1 missing").says("the sealed bytes of DOC-1");
    audit.site.ledger("bundle create").arg(audit.file("new.bundle")).exits(5).says("[store.evidence-missing]");
}

/// What travels in a bundle is what was verified: nothing comes along that nobody looked at.
#[test]
fn objects_that_belong_to_nothing_are_refused() {
    let audit = Audit::new();
    // Behind the evidence: a commit of code as its parent.
    let script = format!(
        "git cat-file commit {0} | sed \"1a parent $(git rev-parse HEAD)\" >commit\n\
         git update-ref {0} $(git hash-object -w -t commit commit)",
        BOTH[1]
    );
    audit.site.shell(&script).ok();
    audit.git_bundle("parent.bundle", &BOTH);
    audit.refuses_file("parent.bundle", 3, "is not in the form that evidence has");
    // Beside everything: an object that nothing names.
    let bytes = audit.bytes();
    let script = format!(
        "git bundle unbundle '{0}' >/dev/null\n\
         (git rev-list --objects --no-object-names $(git bundle list-heads '{0}' | cut -d' ' -f1); git rev-parse HEAD) |\n\
         git pack-objects -q --stdout >'{1}'",
        audit.file("audit.bundle").display(),
        audit.file("pack").display()
    );
    audit.site.shell(&script).ok();
    let stowed = [&bytes[..pack(&bytes)], &std::fs::read(audit.file("pack")).unwrap()].concat();
    audit.refuses(&stowed, 3, &format!("it holds 1 object, such as {}", audit.site.head()));
}

#[test]
fn a_bundle_of_another_object_format_is_told_as_such() {
    let audit = Audit::new();
    audit.site.shell("git init -q --object-format=sha256 -b main new && cd new && git commit -q --allow-empty -m one && git update-ref refs/ledger/main HEAD && git bundle create -q ../new.bundle refs/ledger/main").in_(audit.away.path()).ok();
    audit.refuses_file("new.bundle", 5, "SHA-256 object ids").says("[store.unsupported]");
}

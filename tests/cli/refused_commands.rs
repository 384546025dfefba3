//! What is refused leaves no trace: no ref, no object, no evidence, no file.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use crate::sandbox::story::Story;
use govledger::domain::id::Digest;

const CHARTER: &str = include_str!("../sandbox/small.toml");

/// Every file of a repository and of the people's homes, with what is in it.
fn traces(story: &Story) -> BTreeMap<PathBuf, Digest> {
    let mut files = BTreeMap::new();
    for root in [story.repo.path(), story.beside.path()] {
        collect(root, &mut files);
    }
    files
}

fn collect(root: &Path, into: &mut BTreeMap<PathBuf, Digest>) {
    for entry in fs::read_dir(root).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() && !path.is_symlink() {
            collect(&path, into);
        } else {
            into.insert(path.clone(), Digest::of(&fs::read(&path).unwrap()));
        }
    }
}

/// The acting commands, each refused for a reason of its own, with the exit code that goes with it.
const REFUSED: &[(&str, i32, &str)] = &[
    ("omar", 1, "declare D-2 --kind document"),
    ("dario", 1, "declare D-1 --kind document"),
    ("dario", 1, "declare d-1 --kind document"),
    ("dario", 1, "declare D-3 --kind document --path src/a.rs"),
    ("dario", 1, "amend D-9 --title 'Nobody knows it'"),
    ("dario", 1, "amend D-1 --title 'The first'"),
    ("dario", 1, "supersede D-9 D-10"),
    ("raj", 1, "move D-1 final"),
    ("dario", 1, "move D-1 gone"),
    ("dario", 1, "attest D-1 review --evidence minutes.txt --answer complete=yes --answer consistent=yes"),
    ("raj", 2, "attest D-1 review --evidence minutes.txt --answer complete=yes"),
    ("raj", 1, "attest D-1 review --result maybe --evidence minutes.txt"),
    ("raj", 1, "attest D-9 review --evidence minutes.txt --answer complete=yes --answer consistent=yes"),
    ("raj", 1, "retract D-1 review --reason 'none was made'"),
    ("omar", 1, "seal D-1"),
    ("omar", 1, "unseal D-1 --reason 'it is not sealed'"),
    ("omar", 1, "block D-1 HOLD --reason 'not mine to place' --because risky --field questions=a"),
    ("lena", 1, "unblock D-1 HOLD --reason 'there is none'"),
    ("omar", 1, "cosign 0000"),
    ("omar", 1, "actor grant raj approver"),
    ("lena", 1, "actor ungrant lena lead --reason 'nobody would be left'"),
    ("lena", 1, "key revoke lena SHA256:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA --reason 'no such key'"),
    ("lena", 2, "charter adopt broken.toml"),
    ("omar", 1, "charter adopt other.toml"),
    ("lena", 2, "declare"),
    ("lena", 2, "move D-1 final --as nobody --nonsense"),
    ("stranger", 4, "declare D-2 --kind document"),
];

/// M0-003: refs, objects and evidence are as they were.
#[test]
fn a_refused_command_writes_nothing() {
    let story = Story::founded(
        CHARTER,
        &[
            ("dario", "human", "drafter,reviewer", ""),
            ("raj", "human", "reviewer", ""),
            ("omar", "human", "approver", ""),
        ],
    );
    story.ledger("declare D-1 --kind document --title 'The first' --path docs/one.md").as_("dario").ok();
    story.commit_file("dario", "docs/one.md", "# One\n");
    story.person("stranger");
    story.write("minutes.txt", "what was said\n");
    story.write("broken.toml", &CHARTER.replace("if ready", "if reddy"));
    story.write("other.toml", &CHARTER.replace("comes back", "is asked again"));
    story.ledger("status").ok();
    let before = traces(&story);
    for (who, code, words) in REFUSED {
        for format in ["human", "json"] {
            let outcome = story.ledger(&format!("{words} --format {format}")).as_(who).run();
            assert_eq!(outcome.code, *code, "{outcome}");
            let after = traces(&story);
            let changed: Vec<&PathBuf> =
                before.keys().chain(after.keys()).filter(|path| before.get(*path) != after.get(*path)).collect();
            assert!(changed.is_empty(), "{changed:?} changed\n{outcome}");
        }
    }
    // The same words by somebody who may do leave their trace: the eye of this test is open.
    story.ledger("declare D-2 --kind document").as_("dario").ok();
    assert!(traces(&story).len() > before.len());
}

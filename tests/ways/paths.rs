//! What is changed: every sort of change, name and mode, and the settings that stand between the work tree and the index.

use std::fs;

use super::Place;

/// A change and what is said of it: a code with the path, or nothing where it may go.
type Case = (&'static str, &'static str, Option<(&'static str, &'static str)>);

/// Makes each change in a repository of its own, stages all of it, and commits.
fn judge(cases: &[Case]) {
    for (what, change, verdict) in cases {
        let place = Place::new();
        place.do_(change);
        if !change.contains("git add") {
            place.do_("git add -A");
        }
        let before = place.commits();
        let check = place.ledger("check --staged").json().run();
        let commit = place.script("git commit -q -m m").run();
        let told = format!("{what}\n{check}\n{commit}");
        match verdict {
            None => {
                assert_eq!((check.code, commit.code), (0, 0), "{told}");
                assert_eq!(place.commits().len(), before.len() + 1, "{told}");
            }
            Some((code, path)) => {
                assert_eq!((check.code, commit.code), (1, 1), "{told}");
                assert_eq!(check.text("refused.0.code"), *code, "{told}");
                assert_eq!(check.text("refused.0.path"), *path, "{told}");
                assert!(commit.stderr.starts_with("ledger: commit refused by "), "{told}");
                assert_eq!(place.commits(), before, "{told}");
            }
        }
    }
}

const BLOCK: &str = "block.path";
const SEAL: &str = "seal.path";

/// S0-029: a rename is a deletion and an addition, a mode is a change, and a small one is one too.
#[test]
fn renames_deletions_and_modes_are_changes() {
    judge(&[
        ("out of the scope", "git mv src/old.rs notes/o", Some((BLOCK, "src/old.rs"))),
        ("into the scope", "git mv notes/old.md src/n", Some((BLOCK, "src/n"))),
        ("beside it", "git mv notes/old.md notes/n", None),
        ("a sealed file away", "git mv docs/two.md docs/three.md", Some((SEAL, "docs/two.md"))),
        ("a deletion", "git rm -q src/old.rs", Some((BLOCK, "src/old.rs"))),
        ("a deletion beside", "git rm -q notes/old.md", None),
        ("a deletion of a sealed file", "git rm -q docs/two.md", Some((SEAL, "docs/two.md"))),
        ("a mode", "git update-index --chmod=+x src/old.rs; : git add", Some((BLOCK, "src/old.rs"))),
        ("a mode beside", "chmod +x notes/old.md", None),
        ("a sealed mode", "chmod +x docs/two.md", Some((SEAL, "docs/two.md"))),
        ("one blank", "printf 'old \\n' > src/old.rs", Some((BLOCK, "src/old.rs"))),
        ("an empty file", ": > src/empty", Some((BLOCK, "src/empty"))),
        ("the same bytes again", "cp notes/old.md o; rm notes/old.md; mv o notes/old.md; put notes/more", None),
    ]);
}

/// A link or a submodule brings more than itself, so it is judged as the directory that it can stand for.
#[test]
fn links_and_submodules_are_no_way_in() {
    let gitlink =
        |path: &str| format!("git update-index --add --cacheinfo 160000,$(git rev-parse HEAD),{path}; : git add");
    let (inside, beside, instead, twin, level, deep) = (
        gitlink("src/sub"),
        gitlink("notes/sub"),
        format!("git rm -r -q src; round commit -q -m m; {}", gitlink("src")),
        format!("git rm -r -q src; round commit -q -m m; {}", gitlink("SRC")),
        gitlink("vendor/sub"),
        gitlink("vendor/deep/sub"),
    );
    let leak = |text: String| -> &'static str { Box::leak(text.into_boxed_str()) };
    judge(&[
        ("a link in the scope", "ln -s ../notes src/link", Some((BLOCK, "src/link"))),
        ("a link into the scope", "ln -s ../src notes/link", None),
        ("a link for a file", "ln -sf ../notes/old.md src/old.rs", Some((BLOCK, "src/old.rs"))),
        ("a link for the directory", "rm -r src; ln -s notes src", Some((BLOCK, "src"))),
        ("a link where none was", "git rm -r -q src; round commit -q -m m; ln -s notes src", Some((BLOCK, "src"))),
        ("a link as a twin", "git rm -r -q src; round commit -q -m m; ln -s notes SRC", Some((BLOCK, "SRC"))),
        ("a link for a sealed file", "ln -sf ../notes/old.md docs/two.md", Some((SEAL, "docs/two.md"))),
        ("a link for its directory", "mv docs d; ln -s d docs", Some((SEAL, "docs"))),
        ("a submodule in the scope", leak(inside), Some((BLOCK, "src/sub"))),
        ("a submodule beside", leak(beside), None),
        ("a submodule for the directory", leak(instead), Some((BLOCK, "src"))),
        ("a submodule as a twin", leak(twin), Some((BLOCK, "SRC"))),
        ("one level under vendor", leak(level), Some((BLOCK, "vendor/sub"))),
        ("two levels under vendor", leak(deep), Some((BLOCK, "vendor/deep/sub"))),
    ]);
}

/// Prohibitions match the bytes and the case-folded NFC form.
#[test]
fn twins_and_odd_names_are_no_way_in() {
    judge(&[
        ("upper case", "put SRC/new.rs", Some((BLOCK, "SRC/new.rs"))),
        ("ignorecase", "git config core.ignoreCase true; put SRC/new.rs", Some((BLOCK, "src/new.rs"))),
        ("composed", "put café/x", Some((BLOCK, "café/x"))),
        ("composed, upper case", "put CAFÉ/x", Some((BLOCK, "CAFÉ/x"))),
        ("decomposed", "put \"$(printf 'cafe\\314\\201')/x\"", Some((BLOCK, "cafe\u{301}/x"))),
        ("another name", "put cafe/x", None),
        ("a twin of a sealed file", "put docs/TWO.md", Some((SEAL, "docs/TWO.md"))),
        ("a twin of its directory", "put Docs/two.md", Some((SEAL, "Docs/two.md"))),
        ("below a sealed file's twin", "put docs/two.MD/x", Some((SEAL, "docs/two.MD/x"))),
        ("not UTF-8", "put \"$(printf 'src/caf\\351')\"", Some((BLOCK, "src/caf\u{fffd}"))),
        ("not UTF-8, beside", "put \"$(printf 'notes/caf\\351')\"", None),
        ("not UTF-8, another directory", "put \"$(printf 'src\\377')/x\"", None),
        ("a line feed", "put \"$(printf 'src/a\\nb')\"", Some((BLOCK, "src/a\nb"))),
        ("an option's name", "put src/--help", Some((BLOCK, "src/--help"))),
        ("a case that changes beside", "git mv notes/old.md notes/OLD.md", None),
    ]);
}

/// The file `.ledger` says which ledger governs; nothing may take its place.
#[test]
fn the_file_that_names_the_ledger_stays() {
    judge(&[
        ("its removal", "git rm -q .ledger", Some(("ledger.file", ".ledger"))),
        ("its mode", "chmod +x .ledger", Some(("ledger.file", ".ledger"))),
        ("another ref", "sed -i s/main/other/ .ledger", Some(("ledger.file", ".ledger"))),
        ("a twin", "put .LEDGER", Some(("ledger.file", ".LEDGER"))),
        ("another one further down", "put notes/.ledger", None),
        ("its removal from the work tree alone", "rm .ledger; put notes/new.md; git add notes", None),
    ]);
    let other = "git config --unset ledger.ref; sed -i s/main/other/ .ledger";
    for change in ["put .ledger junk", other, "mv .ledger l; ln -s l .ledger"] {
        let place = Place::new();
        let before = place.commits();
        let refused = place.script(&format!("{change}; git add -A; git commit -q -m m")).exits(1);
        assert!(refused.stderr.contains("trust.pin") || refused.stderr.contains("trust.ledger-missing"), "{refused}");
        assert_eq!(place.commits(), before);
        // What is offered brings it back, where it can.
        if let Some(next) = refused.next().into_iter().find(|next| next.starts_with("git restore")) {
            place.shell(&next).ok();
            place.do_("rm -f l; put notes/new.md; git add -A; git commit -q -m m");
        }
    }
}

/// What is judged is what git will store: the bytes of the blob, whatever lies in the work tree.
#[test]
fn judged_bytes_are_those_of_the_blob() {
    let filter = "git config filter.f.clean 'tr A-Z a-z'; git config filter.f.smudge cat; \
                  echo '*.md filter=f' > .git/info/attributes;";
    let upper = "git config filter.f.clean 'tr a-z A-Z'; echo '*.md filter=f' > .git/info/attributes;";
    // As LFS does: the blob is a pointer to what lies elsewhere.
    let pointer =
        "git config filter.f.clean 'cat > /dev/null; echo oid 1'; echo 'large.rs filter=f' > .git/info/attributes;";
    let leak = |text: String| -> &'static str { Box::leak(text.into_boxed_str()) };
    judge(&[
        (
            "CRLF that git makes LF",
            "git config core.autocrlf true; printf 'two\\r\\n' > docs/two.md; put notes/n",
            None,
        ),
        (
            "CRLF that stays",
            "git config core.autocrlf false; printf 'two\\r\\n' > docs/two.md",
            Some((SEAL, "docs/two.md")),
        ),
        ("a filter that gives the sealed bytes", leak(format!("{filter} echo TWO > docs/two.md; put notes/n")), None),
        (
            "a filter that gives others",
            leak(format!("{upper} echo Two > docs/two.md; git add docs")),
            Some((SEAL, "docs/two.md")),
        ),
        ("a pointer in the scope", leak(format!("{pointer} put src/large.rs")), Some((BLOCK, "src/large.rs"))),
        ("a pointer beside", leak(format!("{pointer} put notes/large.rs")), None),
    ]);
}

/// What git leaves in the work tree, or leaves out of it, changes nothing about what is committed.
#[test]
fn hidden_files_are_judged_as_they_are_staged() {
    judge(&[
        (
            "unchanged by assumption",
            "git update-index --assume-unchanged src/old.rs; put src/old.rs; put notes/n",
            None,
        ),
        (
            "staged, then assumed unchanged",
            "stage src/old.rs more; git update-index --assume-unchanged src/old.rs",
            Some((BLOCK, "src/old.rs")),
        ),
        (
            "staged, then skipped",
            "stage src/old.rs more; git update-index --skip-worktree src/old.rs",
            Some((BLOCK, "src/old.rs")),
        ),
        ("not checked out", "git sparse-checkout set --no-cone notes docs; put notes/n", None),
        (
            "not checked out, and added",
            "git sparse-checkout set --cone --sparse-index notes docs; put src/n; git add --sparse -A",
            Some((BLOCK, "src/n")),
        ),
        (
            "not checked out, the file that names the ledger",
            "git sparse-checkout set --no-cone notes; put src/n; git add --sparse src",
            Some((BLOCK, "src/n")),
        ),
        ("a split index", "git update-index --split-index; put src/n", Some((BLOCK, "src/n"))),
        ("an index of version 4", "git update-index --index-version 4; put src/n; put notes/n", Some((BLOCK, "src/n"))),
    ]);
}

/// A repository without commits has a first one, which is judged too.
#[test]
fn the_first_commit_is_judged() {
    for (file, code) in [("src/new.rs", 1), ("notes/new.md", 0)] {
        let story = super::Story::new();
        story.person("lena");
        let charter = story.write_beside("charter.toml", include_str!("charter.toml"));
        let key = story.key("lena").display().to_string();
        story.ledger(["init", "--charter", charter.to_str().unwrap(), "--actor", "lena", "--key", &key]).ok();
        story.ledger("declare DOC-1 --kind document").ok();
        story.ledger("block DOC-1 HOLD --reason 'nothing is designed'").ok();
        story.ledger("hooks install").ok();
        story.write(file, "new\n");
        let commit = story.shell("git add -A; git commit -q -m First").exits(code);
        if code == 0 {
            assert!(fs::exists(story.repo.path().join(".git/refs/heads/main")).unwrap());
            continue;
        }
        commit.says("src/new.rs  blocked: HOLD on DOC-1").says("git rm --cached -r src/new.rs");
        assert!(!fs::exists(story.repo.path().join(".git/refs/heads/main")).unwrap());
        story.shell("git rm -q --cached -r src/new.rs; git commit -q -m First").ok();
    }
}

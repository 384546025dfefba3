//! What lies around a ledger: variables that lie, planted files, names that act on a terminal, and sheer size.

use std::fmt::Write as _;
use std::os::unix::fs::symlink;

use crate::court::{CHARTER, LAST, adopt, court};
use crate::sandbox::script;
use crate::site::{Site, replaced};

const EVIL: &str = "fn main() { evil() }\n";

/// What no output may hold: it would move a terminal's cursor, or clear the screen.
const ESCAPE: &str = "\u{1b}";

/// Returns a copy in which a block stops everything under `src/`, and such a change is staged.
fn held() -> Site {
    let site = court();
    site.ledger("block DOC-1 HOLD --reason 'not yet'").ok();
    site.write("src/main.rs", EVIL);
    site.git("add src").ok();
    site
}

/// Keeps the ledger as it was before the block under another ref.
fn keep_older(site: &Site, name: &str) {
    let older = site.before("blocked DOC-1 HOLD");
    site.git(["update-ref", name, &older]).ok();
}

/// Returns the state that the ledger leads to, as its digest.
fn digest(site: &Site) -> String {
    site.ledger("replay --digest").ok().stdout
}

/// Returns the newest event as `verify` tells it.
fn last(site: &Site) -> String {
    format!("tip       32:{}", govledger::domain::id::Digest::of(&site.bytes(&site.tip())))
}

attacks! {
    "variables of git's that offer a graft, a replacement and an older ledger to whoever reads"
    variables_that_lie_about_history: "" 0 "valid: bytes, chain, signatures, rules"; |told| {
        let site = held();
        let (tip, before) = (site.tip(), digest(&site));
        keep_older(&site, "refs/namespaces/lie/refs/ledger/main");
        let older = site.before("blocked DOC-1 HOLD");
        let graft = site.write_beside("grafts", &format!("{tip} {}\n", site.before(LAST))).display().to_string();
        site.git(["update-ref", &format!("refs/lie/{tip}"), &older]).ok();
        let shallow = site.write_beside("shallow", &format!("{tip}\n")).display().to_string();
        for (name, value) in [
            ("GIT_GRAFT_FILE", graft.as_str()),
            ("GIT_REPLACE_REF_BASE", "refs/lie/"),
            ("GIT_NAMESPACE", "lie"),
            ("GIT_SHALLOW_FILE", &shallow),
            ("GIT_LITERAL_PATHSPECS", "1"),
            ("LEDGER_REF", "refs/namespaces/lie/refs/ledger/main"),
        ] {
            told.of(&site.ledger("verify").env(name, value).run());
            assert_eq!(site.ledger("replay --digest").env(name, value).ok().stdout, before, "{name}");
            site.ledger("check --staged").env(name, value).exits(1).says("src/main.rs");
        }
    }

    "variables that offer another object under an event's id"
    variables_that_offer_other_objects: "trust.history" 3 "hash mismatch"; |told| {
        let site = court();
        let event = site.commit_of(LAST);
        let other = site.commit_of("declared DOC-4");
        let place = site.beside.path().join("objects");
        let file = place.join(&event[..2]).join(&event[2..]);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::copy(site.loose(&other), &file).unwrap();
        std::fs::remove_file(site.loose(&event)).unwrap();
        let place = place.display().to_string();
        told.of(&site.ledger("verify").env("GIT_ALTERNATE_OBJECT_DIRECTORIES", &place).run());
        told.of(&site.ledger("check --staged").env("GIT_ALTERNATE_OBJECT_DIRECTORIES", &place).run());
    }

    "a hook is told that commits are merged which are not, one of them with the very change"
    a_hook_that_is_told_of_a_merge: "" 1 "src/main.rs  blocked: HOLD on DOC-1"; |told| {
        let site = held();
        let (before, tree) = (site.head(), site.git("write-tree").ok().stdout);
        let evil = site.git(["commit-tree", "--no-gpg-sign", "-m", "evil", tree.trim()]).ok().stdout;
        let name = format!("GITHEAD_{}", evil.trim());
        told.of(&site.git("commit -q -m evil").env(&name, "evil").run());
        site.ledger("check --staged").env(&name, "evil").exits(1);
        assert_eq!(site.head(), before);
    }

    "a hook is told that it runs already"
    a_hook_that_is_told_it_runs_already: "" 1 "src/main.rs  blocked: HOLD on DOC-1"; |told| {
        let site = held();
        let hooks = site.repo.path().join(".git/hooks");
        let mut all = String::new();
        for hook in std::fs::read_dir(hooks).unwrap() {
            writeln!(all, "{}", hook.unwrap().path().display()).unwrap();
        }
        told.of(&site.git("commit -q -m evil").env("LEDGER_CHAINED_HOOKS", all).run());
    }

    "another program of the name `ledger` stands first in the path"
    another_program_of_that_name: "" 1 "src/main.rs  blocked: HOLD on DOC-1"; |told| {
        let site = held();
        let bin = site.beside.path().join("bin");
        script(&bin.join("ledger"), "#!/bin/sh\nexit 0\n");
        let path = format!("{}:{}", bin.display(), std::env::var("PATH").unwrap());
        told.of(&site.git("commit -q -m evil").env("PATH", path).run());
    }

    "an index that is not there"
    an_index_that_is_not_there: "ledger.file" 1 ".ledger"; |told| {
        let site = court();
        told.of(&site.ledger("check --staged").env("GIT_INDEX_FILE", "nowhere").json().run());
    }

    "caches are planted: files that say that everything was verified, and files of an older program"
    planted_caches: "" 0 "valid: bytes, chain, signatures, rules"; |told| {
        let site = court();
        let (before, status) = (digest(&site), site.ledger("status").ok().stdout);
        let tip = site.tip();
        let own = site.repo.path().join(".git/ledger");
        let state = replaced(&site.ledger("replay --format json").ok().stdout, "DOC-1", "DOC-7");
        std::fs::create_dir_all(own.join("cache/pending")).unwrap();
        for (name, text) in [
            ("cache/state.json", state.as_str()),
            ("state.json", &state),
            ("state", &state),
            ("verified", &format!("{tip}\n")),
            ("tip", &site.before(LAST)),
            ("index", "\u{0}\u{0}"),
            ("config", "[ledger]\n\tref = refs/ledger/own\n"),
            ("pending/refs/ledger/other", &site.before(LAST)),
        ] {
            let file = own.join(name);
            std::fs::create_dir_all(file.parent().unwrap()).unwrap();
            std::fs::write(file, text).unwrap();
        }
        assert_eq!((digest(&site), site.ledger("status").ok().stdout), (before, status));
        told.changes_nothing(&site, &last(&site));
    }

    "a stale cache: that of a clone in which the ledger went on, brought to one in which it did not"
    a_directory_of_another_clone: "" 0 "valid: bytes, chain, signatures, rules"; |told| {
        let (site, other) = (court(), court());
        other.ledger("block DOC-1 HOLD --reason 'not yet'").ok();
        other.ledger("why DOC-1").run();
        let (from, to) = (other.repo.path().join(".git/ledger"), site.repo.path().join(".git/ledger"));
        assert!(std::process::Command::new("cp").arg("-a").arg(from.join(".")).arg(&to).status().unwrap().success());
        site.write("src/main.rs", EVIL);
        site.git("add src").ok();
        site.ledger("check --staged").ok();
        told.changes_nothing(&site, &last(&site));
    }

    "a link among what is pending leads to other files, which the next writer would tidy away"
    a_link_among_what_is_pending: "" 0 "declared DOC-77"; |told| {
        let site = court();
        let kept = site.write_beside("precious/thesis.md", "years of work\n");
        let pending = site.repo.path().join(".git/ledger/pending");
        std::fs::create_dir_all(&pending).unwrap();
        symlink(kept.parent().unwrap(), pending.join("evil")).unwrap();
        symlink(&kept, pending.join("file.next")).unwrap();
        told.of(&site.ledger("declare DOC-77 --kind document").as_("dora").run());
        assert_eq!(std::fs::read_to_string(kept).unwrap(), "years of work\n");
    }

    "a link stands where the next writer puts the file that names the ledger, and the new tip"
    a_link_where_something_is_written: "" 0 "declared DOC-77"; |told| {
        let site = court();
        let kept = site.write_beside("thesis.md", "years of work\n");
        let pending = site.repo.path().join(".git/ledger/pending/refs/ledger");
        std::fs::create_dir_all(&pending).unwrap();
        symlink(&kept, pending.join("main.next")).unwrap();
        symlink(&kept, site.repo.path().join(".ledger.new")).unwrap();
        told.of(&site.ledger("declare DOC-77 --kind document").as_("dora").run());
        std::fs::remove_file(site.repo.path().join(".ledger")).unwrap();
        site.ledger("trust").run();
        assert_eq!(std::fs::read_to_string(kept).unwrap(), "years of work\n");
    }

    "a reason of several lines writes the lines that the program would write"
    a_reason_that_writes_lines_of_its_own: "" 1 "ledger: all is well"; |told| {
        let site = court();
        let reason = "not yet\n\nok 0 changed files staged: nothing stands against it\nledger: all is well\n  next     git push --force";
        site.ledger(["block", "DOC-1", "HOLD", "--reason", reason]).ok();
        site.write("src/main.rs", EVIL);
        site.git("add src").ok();
        let mut seen = 0;
        for command in ["status", "why DOC-1", "why src/main.rs", "show DOC-1", "log", "inbox", "check --staged", "why --staged"] {
            let outcome = site.ledger(command).run();
            for line in outcome.stdout.lines().chain(outcome.stderr.lines()) {
                // What the program says itself stands further to the left than any text.
                let (forged, own) = (["ok 0 changed", "ledger: all is well", "next     git push"], line.trim_start());
                let is_forged = forged.iter().any(|forged| own.starts_with(forged)) && line.len() - own.len() < 8;
                assert!(!is_forged, "{line}\n{outcome}");
                seen += u32::from(line.contains("all is well"));
            }
        }
        assert!(seen > 3, "the reason is told");
        told.of(&site.ledger("check --staged").run());
    }

    "a commit's subject and author, and a file's name, clear the screen"
    escapes_in_what_git_holds: "" 1 "src/\\u{1b}[2J.rs"; |told| {
        let site = held();
        let name = format!("src/{ESCAPE}[2J.rs");
        site.write(&name, EVIL);
        site.write("docs/four.md", "# Four, changed\n");
        site.git("add -A").ok();
        let evil = format!("{ESCAPE}[2J{ESCAPE}]0;all is well\u{7}\u{9b}31m\u{202e}");
        site.git(["-c", "core.hooksPath=/dev/null", "commit", "-q", "--no-gpg-sign", "-m", &evil])
            .env("GIT_AUTHOR_NAME", &evil)
            .env("GIT_AUTHOR_EMAIL", format!("{evil}@example.org"))
            .ok();
        let outcome = site.ledger("check --range HEAD~..HEAD").run();
        let attested = site.ledger("attest DOC-4 review").as_("petra").run();
        let shown = site.ledger("show DOC-4").run();
        site.ledger(["why", &name]).run().never_says(ESCAPE);
        for outcome in [&outcome, &attested, &shown] {
            for bad in [ESCAPE, "\u{7}", "\u{9b}", "\u{202e}"] {
                outcome.never_says(bad);
            }
        }
        told.of(&outcome);
    }

    "what names the ledger, and the ref itself, hold escapes"
    escapes_in_what_names_the_ledger: "trust.pin" 3 "\\u{1b}"; |told| {
        let site = court();
        let pin = std::fs::read_to_string(site.repo.path().join(".ledger")).unwrap();
        let evil = format!("{ESCAPE}[2Jall is well");
        for text in [replaced(&pin, "refs/ledger/main", &evil), evil.clone(), format!("{evil}\n{evil}\n")] {
            site.write(".ledger", &text);
            let outcome = site.ledger("status").run();
            outcome.never_says(ESCAPE);
            assert_eq!(outcome.code, 3);
        }
        site.write(".ledger", &format!("{evil}\n{evil}\n"));
        told.of(&site.ledger("status").run());
        site.write(".ledger", &pin);
        site.point(&format!("{evil}\n"));
        site.ledger("verify").exits(3).never_says(ESCAPE);
    }

    "words of the command line clear the screen"
    escapes_in_the_words_of_a_command: "" 2 "\\u{1b}[2J"; |told| {
        let site = court();
        let evil = format!("{ESCAPE}[2J\nledger: all is well");
        let (option, escape) = (format!("--{evil}"), format!("{ESCAPE}[2J"));
        for words in [
            vec!["show", &evil],
            vec!["why", &evil],
            vec![&evil],
            vec!["status", &option],
            vec!["gate", &evil],
            vec!["explain", &evil],
            vec!["check", "--range", &evil],
            vec!["check", "--tree", &evil],
            vec!["replay", "--at", &evil],
            vec!["diff", &evil, "HEAD"],
            vec!["declare", "DOC-77", "--kind", &evil],
            vec!["declare", "DOC-77", "--kind", "document", "--field", &evil],
            vec!["charter", "check", &evil],
            vec!["verify", "--tip", &evil],
            vec!["cosign", &evil],
            vec!["-C", &escape, "status"],
        ] {
            let outcome = site.ledger(words.as_slice()).as_("dora").run();
            outcome.never_says(ESCAPE);
            assert!(!outcome.stderr.lines().any(|line| line.starts_with("ledger: all is well")), "{outcome}");
            assert_ne!(outcome.code, 0, "{outcome}");
        }
        told.of(&site.ledger(["show", &evil]).run());
    }

    "settings that are options of the programs that they are handed to"
    settings_that_are_options: "trust.no-key" 4 "key"; |told| {
        let site = court();
        let proof = site.beside.path().join("proof");
        let option = format!("-oProxyCommand=touch {}", proof.display());
        site.git(["config", "ledger.signingKey", &option]).ok();
        site.git(["config", "user.signingKey", &option]).ok();
        told.of(&site.ledger("declare DOC-77 --kind document").as_("dora").run());
        assert!(!proof.exists());
    }

    "a charter with a hundred thousand open brackets"
    a_charter_of_brackets: "" 2 "max recursion depth"; |told| {
        let site = court();
        let file = site.write_beside("deep.toml", &format!("x = {}", "[".repeat(100_000))).display().to_string();
        told.of(&site.ledger(["charter", "check", &file]).under("-t 30").run());
    }

    "a pattern of ids and a pattern of files that take for ever to match nothing"
    patterns_that_take_for_ever: "item.id" 1 "aaaa"; |told| {
        let site = court();
        let globs = format!("**/{}b", "a*".repeat(40));
        let slow = CHARTER.replace("\"COURT\"", "\"SLOW\"").replace("id     = '[A-Za-z]+-[0-9]+'", "id     = '(([A-Za-z]+)*)*-?([A-Za-z]*)*[0-9]'");
        adopt(&site, &replaced(&slow, "[\"src/**\"]", &format!("[\"src/**\", \"{globs}\"]")));
        site.ledger("block DOC-1 HOLD --reason 'not yet'").ok();
        let long = "a".repeat(200);
        site.write(&format!("{long}/{long}/{long}"), "x\n");
        site.git("add -A").ok();
        site.ledger("check --staged").under("-t 10").ok();
        told.refuses(&site, site.ledger(["declare", &"a".repeat(100), "--kind", "document"]).as_("dora"));
    }

    "a tree that holds another a hundred times, which holds another a hundred times, five levels deep"
    a_tree_of_ten_thousand_million_files: "store.unsupported" 5 "more than"; |told| {
        let site = court();
        let blob = site.write_object("blob", b"x");
        let mut line = format!("100644 blob {blob}\t");
        for _ in 0..5 {
            let list: Vec<String> = (0..100).map(|n| format!("{line}f{n}\n")).collect();
            let tree = site.git("mktree").typing(&list.concat()).ok().stdout;
            line = format!("040000 tree {}\t", tree.trim());
        }
        let tree = line.split(' ').nth(2).unwrap().trim();
        let own = site.repo.git(["ls-tree", "HEAD"]);
        let list = format!("{own}\n040000 tree {tree}\tbomb\n");
        let tree = site.git("mktree").typing(&list).ok().stdout;
        let bomb = site.git(["commit-tree", "-p", "HEAD", "-m", "bomb", tree.trim()]).ok().stdout;
        told.of(&site.ledger(["check", "--range", &format!("HEAD..{}", bomb.trim())]).under("-t 60").run());
    }

    "a file `.ledger` of a thousand million bytes"
    a_huge_file_that_names_the_ledger: "trust.pin" 3 "no short regular file"; |told| {
        let site = court();
        let file = std::fs::File::create(site.repo.path().join(".ledger")).unwrap();
        file.set_len(1_000_000_000).unwrap();
        told.stops(&site);
    }

    "a commit names twenty thousand people who nobody is as co-authors of an item's file"
    a_commit_of_many_co_authors: "format.size" 1 "an event has at most 1064960"; |told| {
        let site = court();
        site.write("docs/four.md", "# Four\n\nBy many.\n");
        site.git("add docs").ok();
        let mut message = "Many\n\n".to_owned();
        for n in 0..20_000 {
            writeln!(message, "Co-authored-by: Somebody <{n:060}@example.org>").unwrap();
        }
        site.git("commit -q -F -").typing(&message).ok();
        told.refuses(&site, site.ledger("attest DOC-4 review").as_("petra"));
    }

    "ten thousand proposals are open, all of one person"
    ten_thousand_open_proposals: "" 0 "events    10033, valid"; |told| {
        let site = court();
        let model = {
            let key = site.public_key("stranger").display().to_string();
            let words = ["actor", "enroll", "nobody-0", "--kind", "human", "--role", "drafter", "--public-key", &key];
            site.ledger(words).ok();
            site.unsigned("proposed enrolled nobody-0")
        };
        let first = site.before("proposed enrolled nobody-0");
        let git = git2::Repository::open(site.repo.path()).unwrap();
        let key = site.key_of("lena");
        let (mut tip, seq) = (first, 33);
        let mut bytes = site.bytes(&tip);
        for n in 0..10_000_u64 {
            let text = crate::court::follow(&model, &tip, &bytes, seq + n, &format!("{n:032x}"));
            let text = text.replace("nobody-0", &format!("nobody-{n}"));
            bytes = crate::site::with_signature(text.as_bytes(), &crate::site::blob(&key, text.as_bytes()));
            tip = git.odb().unwrap().write(git2::ObjectType::Commit, &bytes).unwrap().to_string();
        }
        site.point(&format!("{tip}\n"));
        told.of(&site.ledger("verify").under("-t 60").run());
        let inbox = site.ledger("inbox").as_("kim").under("-t 60").run();
        assert!(inbox.stdout.lines().count() < 200, "{}", inbox.stdout.lines().count());
        let status = site.ledger("status").under("-t 60").ok();
        assert!(status.stdout.lines().count() < 200, "{}", status.stdout.lines().count());
        site.ledger("check --staged").under("-t 60").ok();
        // And work goes on: nothing of it is in the way of who decides something else.
        site.ledger("seal DOC-1").as_("omar").under("-t 60").ok();
    }
}

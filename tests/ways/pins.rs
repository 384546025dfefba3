//! A repository that names a ledger which it lacks is blocked; one that names none is left alone.

use super::Place;
use super::sandbox::story::Story;

/// Runs every hook that judges and demands its exit code.
fn each_hook(story: &Story, code: i32, words: &str) {
    for hook in super::JUDGING {
        let run = story.ledger(["hook", hook]).run();
        assert_eq!(run.code, code, "{hook}\n{run}");
        assert!(run.stderr.contains(words), "{hook}\n{run}");
    }
}

/// A missing ledger is not a free pass: it blocks whatever names it, with the command that fetches it.
#[test]
fn a_repository_without_the_ledger_that_it_names_lets_nothing_through() {
    let by_file = "git config --unset ledger.genesis";
    let in_head = "git config --unset ledger.genesis; rm .ledger";
    let by_config = "git config --unset ledger.genesis; git config ledger.genesis $(sed -n 's/genesis = //p' .ledger); \
                     git rm -q .ledger; round commit -q -m without";
    let by_ref = "git config --unset ledger.genesis; git config ledger.ref refs/heads/ledger; git rm -q .ledger; \
                  round commit -q -m without";
    for (named, place_of) in [
        (by_file, "the file .ledger names the ledger"),
        (in_head, "the file .ledger in HEAD names the ledger"),
        (by_config, "git config names the ledger"),
        (by_ref, "git config names the ledger"),
    ] {
        let place = Place::new();
        place.do_("git init -q --bare $BESIDE/remote.git; git remote add origin $BESIDE/remote.git");
        place.do_("round push -q origin 'refs/ledger*:refs/ledger*' refs/ledger/main:refs/heads/ledger");
        place.do_(named);
        for name in ["refs/ledger/main", "refs/ledger-evidence/main"] {
            place.repo.git(["update-ref", "-d", name]);
        }
        each_hook(&place, 3, place_of);
        let before = place.commits();
        let refused = place.script("stage notes/new.md; git commit -q -m m").exits(1);
        refused.says("trust.ledger-missing").says("which this repository does not hold");
        assert_eq!(place.commits(), before, "{named}");
        place.script("round commit -q -m m; git push -q origin main").exits(1).says("trust.ledger-missing");
        let linked = place.beside.path().join("linked");
        place.do_("git worktree add -q $BESIDE/linked -b linked");
        place.script("stage notes/new.txt; git commit -q -m m").in_(&linked).exits(1).says("trust.ledger-missing");
        // The command that is offered ends it.
        let next = refused.next().remove(0);
        place.shell(&next).ok();
        place.script("stage notes/more.md; git commit -q -m m").ok();
        place.script("stage src/new.rs; git commit -q -m m").exits(1).says("src/new.rs  blocked");
    }
}

#[test]
fn another_ledger_than_the_named_one_is_refused() {
    let place = Place::new();
    place.do_("git config ledger.genesis 0000000000000000000000000000000000000000000000000000000000000000");
    each_hook(&place, 3, "trust.genesis");
    place.script("stage notes/new.md; git commit -q -m m").exits(1).says("0000");
}

/// An edit of `.ledger` that nobody commits is no way to an older chain of the same ledger.
#[test]
fn a_file_that_was_edited_leads_to_no_other_ref() {
    let place = Place::new();
    place.do_("git update-ref refs/ledger/older refs/ledger/main~1; stage src/new.rs");
    // Where the ref is pinned, the file does not say where the ledger is.
    place.do_("sed -i s,refs/ledger/main,refs/ledger/older, .ledger");
    place.script("git commit -q -m m").exits(1).says("src/new.rs  blocked");
    place.do_("git restore .ledger; git config --unset ledger.ref");
    for (name, more) in [("refs/ledger/older", ""), ("refs/ledger/nowhere", "; git add .ledger")] {
        place.do_(&format!("sed -i s,refs/ledger/main,{name}, .ledger{more}"));
        let refused = place.script("git commit -q -m m").exits(1);
        refused.says("the file .ledger in HEAD: names refs/ledger/main").says(name).says("trust.pin");
        place.ledger("status").exits(3).says("trust.pin");
        place.shell(&refused.next()[0]).ok();
        place.script("git commit -q -m m").exits(1).says("src/new.rs  blocked");
    }
    // What git config says was set by its owner, and is asked for by name.
    place.do_("git config ledger.ref refs/ledger/older; git commit -q -m m");
}

/// The hooks can stand in a repository that has nothing to do with a ledger, as in a template or a user's global hooks.
#[test]
fn a_repository_that_names_no_ledger_is_left_alone() {
    let story = Story::new();
    story.person("lena");
    story.write("src/new.rs", "new\n");
    story.ledger("hooks install").ok();
    story.shell("git add -A; git commit -q -m First").ok();
    each_hook(&story, 0, "");
    story.shell("git init -q --bare -b main ../remote-of-none.git 2> /dev/null || true").run();
    let bare = story.beside.path().join("remote.git");
    story.git(["init", "-q", "--bare", bare.to_str().unwrap()]).ok();
    story.git(["push", "-q", bare.to_str().unwrap(), "main"]).ok();
    // Nor does a remote that fails or a key that is missing stand in the way.
    story
        .shell("echo more >> src/new.rs; git commit -q --no-gpg-sign -a -m Second")
        .as_("nobody")
        .env("GIT_AUTHOR_NAME", "n")
        .env("GIT_AUTHOR_EMAIL", "n@x")
        .env("GIT_COMMITTER_NAME", "n")
        .env("GIT_COMMITTER_EMAIL", "n@x")
        .ok();
}

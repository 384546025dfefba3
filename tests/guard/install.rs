//! The guard beside what a server runs already, and back again.

use super::Place;
use crate::sandbox::script;

/// What was there runs first and keeps its say, with the same lines on its standard input.
#[test]
fn a_hook_that_was_there_runs_first_and_keeps_its_say() {
    let place = Place::alone();
    place.ledger("hooks uninstall --server").in_(&place.server()).ok();
    let before = place.held();
    let hook =
        "#!/bin/sh\ncat >> \"$GIT_DIR/lines\"\n[ ! -e \"$GIT_DIR/closed\" ] || { echo 'closed for today'; exit 1; }\n";
    script(&place.server().join("hooks/pre-receive"), hook);
    let with_hook = place.held();
    assert_ne!(before, with_hook);
    let installed = place.ledger("hooks install --server").in_(&place.server()).ok();
    installed.says("pre-receive").says("after ").says("pre-receive.before-ledger").says("reference-transaction");
    place.do_("git push -q origin main $both");
    let lines = std::fs::read_to_string(place.server().join("lines")).unwrap();
    assert!(lines.contains(&format!("{} {} refs/heads/main\n", "0".repeat(40), place.head())), "{lines}");
    place.do_("add src/new.rs");
    place.script("git push origin main").exits(1).says("src/new.rs  blocked");
    place.do_("touch $SERVER/closed; git reset -q --hard HEAD~1; add notes/new.md");
    place.script("git push origin main").exits(1).says("closed for today").never_says("blocked");
    // Installed again it is the same; taken away, what was there is back.
    place.ledger("hooks install --server").in_(&place.server()).ok();
    place.ledger("hooks uninstall --server").in_(&place.server()).ok();
    let there = std::fs::read_to_string(place.server().join("hooks/pre-receive")).unwrap();
    assert_eq!(there, hook);
    assert!(!place.server().join("hooks/reference-transaction").exists());
}

#[test]
fn what_guards_a_server_and_what_judges_in_a_clone_are_two_sets() {
    let place = Place::alone();
    let server = place.server();
    let names = |outcome: &crate::sandbox::story::Outcome| outcome.stdout.clone();
    let status = names(&place.ledger("hooks status").in_(&server).ok());
    assert!(status.contains("pre-receive            installed"), "{status}");
    assert!(!status.contains("pre-commit"), "{status}");
    let refused = place.ledger("hooks install").in_(&server).exits(2);
    refused.says("in a bare repository nobody commits");
    assert_eq!(refused.next(), ["ledger hooks install --server"]);
    place.ledger("hooks uninstall --server").in_(&server).ok();
    let absent = place.ledger("hooks status").in_(&server).ok();
    assert_eq!(absent.next(), ["ledger hooks install --server"]);
    absent.says("absent");
    place.ledger("doctor").in_(&server).run().says("what is pushed here is judged by nobody");
    // A repository in which people work can be pushed to as well; each set goes by itself.
    for hooks_path in [None, Some("elsewhere")] {
        if let Some(path) = hooks_path {
            script(&place.repo.path().join(path).join("post-update"), "#!/bin/sh\n");
            script(&place.repo.path().join(path).join("reference-transaction"), "#!/bin/sh\n");
            place.do_(&format!("git config core.hooksPath {path}"));
        }
        place.ledger("hooks install").ok();
        place.ledger("hooks install --server").ok().says("note: people work in this repository");
        let both = place.ledger("hooks status").ok();
        both.says("pre-commit").says("pre-receive").never_says("absent").never_says("changed");
        place.ledger("hooks uninstall").ok();
        let one = place.ledger("hooks status --server").ok();
        one.says("pre-receive            installed").never_says("pre-commit");
        place.do_("git branch topic; git branch -q -D topic");
        place.ledger("hooks install").ok();
        place.ledger("hooks uninstall --server").ok();
        let other = place.ledger("hooks status").ok();
        other.says("pre-commit").never_says("pre-receive").never_says("absent").never_says("changed");
        place.ledger("hooks uninstall").ok();
        place.ledger("hooks status").ok().never_says("installed  ");
    }
    assert_eq!(place.do_("git config core.hooksPath").stdout, "elsewhere\n");
}

/// In a clone whose hooks lie elsewhere, a hook of a server's name is passed on and judges nothing.
#[test]
fn a_passed_on_hook_does_not_guard() {
    let place = Place::alone();
    script(&place.beside.path().join("hooks/reference-transaction"), "#!/bin/sh\necho ran >> \"$BESIDE/ran\"\n");
    place.do_("git config core.hooksPath $BESIDE/hooks");
    place.ledger("hooks install").ok();
    place.do_("git -c commit.gpgSign=false commit-tree -m m HEAD^{tree} >/dev/null; put src/new.rs; git branch topic $(git commit-tree -p HEAD -m m $(git write-tree)); test -s $BESIDE/ran");
}

/// Where the program is gone, nothing is taken.
#[test]
fn a_guard_whose_program_is_gone_takes_nothing() {
    let place = Place::alone();
    let hook = place.server().join("hooks/pre-receive");
    let text = std::fs::read_to_string(&hook).unwrap().replace(env!("CARGO_BIN_EXE_ledger"), "/nowhere/ledger");
    std::fs::write(&hook, text).unwrap();
    place.refuses("git push origin main");
    place.ledger("hooks status").in_(&place.server()).ok().says("program missing");
}

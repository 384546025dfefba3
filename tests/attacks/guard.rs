//! Pushes past the guard of a server.

use crate::court::{CHARTER, adopt};
use crate::net::{HELD, LIMITS, Net, another};
use crate::sandbox::script;
use crate::site::{TAIL, between, replaced};

const EVIDENCE: &str = "refs/ledger-evidence/main";

/// Has the server do something between the judgement of the next push and the taking of its refs.
fn meanwhile(net: &Net, what: &str) {
    let lies = "-u GIT_DIR -u GIT_QUARANTINE_PATH -u GIT_OBJECT_DIRECTORY -u GIT_ALTERNATE_OBJECT_DIRECTORIES";
    let text = format!(
        "#!/bin/sh\n[ -e \"$GIT_DIR/once\" ] && exit 0\n: > \"$GIT_DIR/once\"\ncd '{}'\nenv {lies} sh -ec '{what}' >&2\n",
        net.repo.path().display()
    );
    script(&net.server().join("hooks/update"), &text);
}

/// Returns the name of the one piece of evidence that there is.
fn piece(net: &Net) -> String {
    net.pieces(".")
}

attacks! {
    "a push of blocked code, with the ledger taken back to before the block by force, each ref by itself"
    a_push_that_rewinds_for_its_code: "trust.history" 1 "the push would take 1 event from the ledger"; |told| {
        let net = Net::guarded();
        net.do_("add src/main.rs evil");
        net.refused(told, "git push --no-atomic --force origin refs/ledger/main~1:refs/ledger/main main").says("src/main.rs  blocked");
    }

    "a mirror of a clone without a ledger, so that the server's is deleted and code comes along"
    a_mirror_that_deletes_the_ledger: "trust.history" 1 "would delete the ledger refs/ledger/main"; |told| {
        let net = Net::guarded();
        net.do_("git for-each-ref --format='delete %(refname)' refs/ledger refs/ledger-evidence refs/ledger-remote | git update-ref --stdin; add src/main.rs evil");
        net.refused(told, "git push --mirror --force origin").says("would delete the evidence");
    }

    "a block is lifted, the code it stops added and the block placed again, all in one push"
    a_block_that_is_lifted_for_one_push: "" 1 "src/main.rs  blocked: HOLD on DOC-1"; |told| {
        let net = Net::guarded();
        let lifted = net.ledger("unblock DOC-1 HOLD --reason once").as_("omar").json().ok();
        net.ledger(["cosign", &lifted.text("event.id")]).as_("ines").ok();
        net.do_("add src/main.rs evil");
        net.ledger("block DOC-1 HOLD --reason 'as before'").ok();
        net.refused(told, "git push origin refs/ledger/main main");
        // Nor does it help to leave the last of the three events for later.
        net.refused(told, "git push origin refs/ledger/main~1:refs/ledger/main main").says("events of the same push do not help");
    }

    "an event that no reader would take stands in the middle of a push, and valid code comes with it"
    an_invalid_event_in_the_middle_of_a_push: "trust.role-not-held" 1 "invalid from event 35 on"; |told| {
        let net = Net::guarded();
        net.ledger("declare DOC-20 --kind document").as_("dora").ok();
        let forged = crate::court::again(&net, HELD, "dora");
        net.place(&net.signed("dora", forged));
        let body = between(&net.unsigned(TAIL), "\"body\":", ",\"id\"").to_owned();
        let valid = net.event("dora", "drafter", "declared", "\"DOC-29\"", &body, "DOC-29");
        net.place(&net.signed("dora", replaced(&valid, "0123456789abcdef0123456789abcdef", "fedcba9876543210fedcba9876543210")));
        net.do_("add notes.md");
        net.refused(told, "git push origin main refs/ledger/main");
    }

    "a blocked change and its opposite, on two branches of the push which a merge brings together"
    a_change_that_its_sibling_undoes: "" 1 "src/main.rs  blocked: HOLD on DOC-1"; |told| {
        let net = Net::guarded();
        net.do_("git checkout -q -b one; add src/main.rs evil; git revert --no-edit HEAD >/dev/null
                 git checkout -q -b two main; add notes.md; git merge -q --no-edit one
                 git checkout -q main; git merge -q --no-ff --no-edit two; test -z \"$(git diff origin/main -- src)\"");
        net.refused(told, "git push origin main");
    }

    "a merge that takes the file of a commit below the baseline, which nobody judged, over a sealed one"
    a_merge_with_what_lies_below_the_baseline: "" 1 "docs/two.md  DOC-2 is sealed by"; |told| {
        let net = Net::guarded();
        net.do_("old=$(git rev-list --max-parents=0 main | tail -1); git merge -q -s ours --no-commit $old 2>/dev/null || true
                 git rm -q docs/two.md; git commit -q -m 'As it was'");
        net.refused(told, "git push origin main");
    }

    "a branch that goes on from below the baseline, where no file names a ledger"
    a_branch_from_below_the_baseline: "" 1 "src/main.rs  blocked: HOLD on DOC-1"; |told| {
        let net = Net::guarded();
        net.do_("git checkout -q -b old $(git rev-list --max-parents=0 main | tail -1); add src/main.rs evil");
        net.refused(told, "git push origin old");
        net.refused(told, "git push --force origin old:main");
        net.refused(told, "git push origin :main old:refs/heads/trunk");
    }

    "the history of another ledger comes as a branch and is merged, with a `.ledger` that names it"
    a_branch_of_another_ledger: "" 1 ".ledger"; |told| {
        let net = Net::guarded();
        let from = another();
        net.do_(&format!("git fetch -q '{}' refs/ledger/main:refs/heads/other; git checkout -q -b join other; printf 'genesis = %064d\\nref = refs/ledger/main\\n' 0 >.ledger; git add .ledger; git commit -q -m Pin", from.repo.path().display()));
        net.refused(told, "git push origin join");
        net.do_("git checkout -q main; git merge -q -s ours --allow-unrelated-histories --no-commit other; git show join:.ledger >.ledger; git add .ledger; git commit -q -m Join");
        net.refused(told, "git push origin main");
    }

    "`.ledger` is swapped on a new branch without history"
    a_file_that_names_another_ledger_on_a_new_root: "" 1 ".ledger  the file names the ledger 000000000000"; |told| {
        let net = Net::guarded();
        net.do_("git checkout -q --orphan root; git rm -r -q -f .; printf 'genesis = %064d\\nref = refs/ledger/main\\n' 0 >.ledger; git add .ledger; git commit -q -m Pin");
        net.refused(told, "git push origin root");
    }

    "a rule about a branch is gone round by the branch's removal and creation, from commits that another branch brought"
    a_branch_that_is_made_anew: "commit.signed" 1 "nobody who is enrolled signed the commit"; |told| {
        let net = Net::guarded();
        adopt(&net, &format!("{CHARTER}\n[commits]\nSIGNED = {{ on = \"release\", signed = true }}\n"));
        net.ledger("sync").ok();
        net.do_("git checkout -q -b release; add docs/note.md; git push -q origin release");
        net.do_("put notes.md; git commit -q --no-gpg-sign -m Notes; git push -q origin release:topic");
        net.refused(told, "git push origin release");
        net.do_("git push -q origin :release");
        net.refused(told, "git push origin release");
        net.do_("git reset -q --hard HEAD~1; git push -q origin release");
    }

    "a branch is removed or taken back whose commits are older than a rule about it, so that nobody can bring them back"
    a_branch_that_would_never_come_back: "store.ref" 1 "which the rules about release would not let back"; |told| {
        let net = Net::guarded();
        net.do_("git checkout -q -b release; put notes.md; git commit -q --no-gpg-sign -m Notes; git push -q origin release");
        adopt(&net, &format!("{CHARTER}\n[commits]\nSIGNED = {{ on = \"release\", signed = true }}\n"));
        net.ledger("sync").ok();
        net.refused(told, "git push origin :release");
        net.refused(told, "git push --force origin release~1:release");
        net.refused(told, "git push --atomic --force origin :release release:refs/heads/kept");
        // It goes on, and back by what the rules let in again; and whoever keeps the server takes it away.
        net.do_("add docs/note.md; git push -q origin release; git push -q --force origin release~1:release");
        net.do_("git -C $SERVER update-ref -d refs/heads/release");
    }

    "a branch that a rule speaks of is moved by another name: through a symbolic ref here, or as its twin where case does not tell names apart"
    a_branch_that_is_moved_by_another_name: "commit.signed" 1 "nobody who is enrolled signed the commit"; |told| {
        let net = Net::guarded();
        adopt(&net, &format!("{CHARTER}\n[commits]\nSIGNED = {{ on = \"release\", signed = true }}\n"));
        net.ledger("sync").ok();
        net.do_("git checkout -q -b release; add docs/note.md; git push -q origin release");
        net.do_("put notes.md; git commit -q --no-gpg-sign -m Notes");
        net.do_("at_server update-ref refs/heads/rel-1 refs/heads/release; at_server symbolic-ref refs/heads/release refs/heads/rel-1
                 at_server symbolic-ref refs/heads/newest refs/heads/release");
        for name in ["release", "rel-1", "newest"] {
            net.refused(told, &format!("git push origin release:{name}"));
        }
        net.do_("git -C $SERVER config core.ignorecase true");
        net.refused(told, "git push origin release:Rel-1");
    }

    "a rule about commits that needs something is dropped or worded otherwise, and used, in one push"
    a_need_that_is_dropped_in_the_same_push: "guard.unmet" 1 "DOC-4 has no review"; |told| {
        for rule in ["on = \"release\"", "touching = \"notes\""] {
            let net = Net::guarded();
            let charter = replaced(CHARTER, "[scopes]\n", "[scopes]\nnotes = [\"notes.md\"]\n");
            let ruled = |needs: &str| format!("{charter}\n[commits]\nREADY = {{ {rule}, needs = \"{needs}\" }}\n");
            adopt(&net, &ruled("every document that is draft has review"));
            net.ledger("sync").ok();
            net.do_("add notes.md");
            net.refused(told, "git push origin main:release");
            adopt(&net, &ruled("DOC-1 has review"));
            net.refused(told, "git push --atomic origin $both main:release").says("events of the same push do not help");
            // Once the events are there, the branch may follow.
            net.do_("git push -q --atomic origin $both; git push -q origin main:release");
        }
    }

    "what a rule needs of a branch is gone round by a branch that brings no commit, or goes back"
    a_branch_that_brings_no_commit: "guard.unmet" 1 "DOC-4 has no review"; |told| {
        let net = Net::guarded();
        adopt(&net, &format!("{CHARTER}\n[commits]\nREADY = {{ on = \"release\", needs = \"every document that is draft has review\" }}\n"));
        net.ledger("sync").ok();
        net.do_("add notes.md; git push -q origin main");
        net.refused(told, "git push origin main:release");
        net.refused(told, "git push origin main~1:refs/heads/release");
        net.do_("at_server update-ref refs/heads/release main");
        net.refused(told, "git push --force origin main~1:release");
    }

    "a guarded server that has no ledger yet is given refs which would be in the way of its first, or change what git shows"
    refs_before_there_is_a_ledger: "store.ref" 1 "push refused: refs/"; |told| {
        let net = Net::new();
        net.do_("rm -rf \"$SERVER\"; git init -q --bare -b main \"$SERVER\"");
        net.ledger("hooks install --server").in_(&net.server()).ok();
        for name in ["refs/replace/$(git rev-parse main)", "refs/ledger/main/x", "refs/heads/refs/ledger/main", EVIDENCE] {
            net.refused(told, &format!("git push origin main:{name}"));
        }
        // Code that lay there in the place of evidence before the guard came may go, and goes with the first that is shared.
        net.do_(&format!("git push -q origin main; at_server update-ref {EVIDENCE} main; git push -q origin :{EVIDENCE}"));
        net.do_(&format!("at_server update-ref {EVIDENCE} main"));
        net.ledger("sync --restore").ok();
        assert_eq!(net.pieces("$SERVER"), net.pieces("."));
    }

    "a root without the file `.ledger` takes the place of the branch that everybody clones, so that clones have no ledger"
    a_root_that_names_no_ledger: "ledger.file" 1 "would end in a commit without the file .ledger"; |told| {
        let net = Net::guarded();
        net.do_("at_server symbolic-ref refs/heads/alias refs/heads/main
                 git checkout -q --orphan root; git rm -r -q -f .; add notes.md");
        net.refused(told, "git push --force origin root:main");
        net.refused(told, "git push --force origin root:alias");
        net.do_("at_server update-ref refs/heads/trunk main; at_server symbolic-ref refs/heads/main refs/heads/trunk");
        net.refused(told, "git push --force origin root:trunk");
        net.refused(told, "git push --force origin root:main");
        net.do_("git push -q origin root");
    }

    "a root whose `.ledger` is a link, a directory or a submodule takes the place of the branch that everybody clones, so that nobody can push"
    a_root_whose_file_is_none: "ledger.file" 1 "is not the file that names the ledger: found no regular file"; |told| {
        let net = Net::guarded();
        net.do_("git push -q origin main:refs/heads/kept");
        let root = |entry: &str| net.do_(&format!("git commit-tree -m o $(printf \"{entry}\\t.ledger\n\" | git mktree)"));
        let roots = [
            root("120000 blob $(git rev-parse main:.ledger)"),
            root("040000 tree $(printf \"100644 blob $(git rev-parse main:.ledger)\\tx\\n\" | git mktree)"),
            root("160000 commit $(git rev-parse main)"),
        ];
        for root in &roots {
            net.script(&format!("git push --force origin {root}:main")).exits(1).says("found no regular file");
        }
        // A directory is no change of the file, so that the branch alone tells.
        net.refused(told, &format!("git push --force origin {}:main", roots[1]));
        // Nor is it taken where the branch has no such file yet.
        net.do_("early=$(git rev-list --max-parents=0 main | tail -1); at_server update-ref refs/heads/main $early");
        net.refused(told, &format!("git push --force origin {}:main", roots[1]));
        // What lies there all the same, since before the guard, is in nobody's way, and goes.
        net.do_(&format!("at_server fetch -q \"$PWD\" {}; at_server update-ref refs/heads/main {}", roots[0], roots[0]));
        net.ledger("verify").in_(&net.server()).ok();
        net.do_("git push -q origin main~1:refs/heads/other");
        net.do_("git -C $SERVER update-ref -d refs/heads/other");
        net.ledger("declare DOC-20 --kind document").as_("dora").ok();
        net.ledger("sync").ok();
        net.do_("git push -q --force origin main");
    }

    "before a server has its first ledger, `.ledger` is pushed there as what nobody can read, or as that of another ledger, so that the first never comes"
    a_file_before_there_is_a_ledger: "ledger.file" 1 "is not the file that names the ledger"; |told| {
        let net = Net::new();
        net.do_("rm -rf \"$SERVER\"; git init -q --bare -b main \"$SERVER\"");
        net.ledger("hooks install --server").in_(&net.server()).ok();
        for entry in ["120000 blob $blob", "100644 blob $blob", "040000 tree $(printf \"100644 blob $blob\\tx\\n\" | git mktree)"] {
            let root = format!("blob=$(echo none | git hash-object -w --stdin); root=$(git commit-tree -m o $(printf \"{entry}\\t.ledger\\n\" | git mktree))");
            net.refused(told, &format!("{root}; git push --force origin $root:refs/heads/main"));
            // Where it came before the guard, the branch is pushed anew.
            net.do_(&format!("{root}; at_server fetch -q \"$PWD\" $root; at_server update-ref refs/heads/main $root; git push -q --force origin main~1:refs/heads/main"));
        }
        net.ledger("sync --restore").ok();
    }

    "before a server has its first ledger, its branch names that one, and somebody pushes the branch with a `.ledger` that names another, or none"
    a_file_that_is_renamed_before_there_is_a_ledger: "ledger.file" 1 "names the ledger"; |told| {
        let net = Net::new();
        net.do_("rm -rf \"$SERVER\"; git init -q --bare -b main \"$SERVER\"");
        net.ledger("hooks install --server").in_(&net.server()).ok();
        net.do_("git push -q origin main:refs/heads/kept main");
        let pin = "printf 'genesis = %064d\\nref = refs/ledger/main\\n' 0 >.ledger; git add .ledger; git commit -q -m Pin";
        // As a commit that follows, with another ref, without the file, as a root of its own, by another name of the branch.
        net.refused(told, &format!("git checkout -q -b on; {pin}; git push origin on:main"));
        net.refused(told, "git reset -q --hard main; sed -i s,refs/ledger/main,refs/ledger/x, .ledger; git commit -q -a -m Ref; git push origin on:main");
        net.refused(told, "git reset -q --hard main; git rm -q .ledger; git commit -q -m None; git push origin on:main");
        net.refused(told, &format!("git checkout -q --orphan root; git rm -r -q -f .; {pin}; git push --force origin root:main"));
        net.do_("at_server symbolic-ref refs/heads/alias refs/heads/main");
        net.refused(told, "git push --force origin root:alias");
        // Where it named another one first, whoever keeps the server says which one is to be here.
        net.do_("git checkout -q main; at_server fetch -q \"$PWD\" root; at_server update-ref refs/heads/main $(git rev-parse root)");
        net.refused(told, "git push --force origin main").says("whoever keeps the server");
        net.ledger("sync --restore").exits(1).says("trust.genesis-mismatch").says("whoever keeps the server");
        let genesis = net.do_("git config ledger.genesis");
        net.ledger(["trust", &genesis]).in_(&net.server()).ok();
        net.ledger("sync --restore").ok();
        net.do_("git push -q --force origin main");
        net.ledger("verify").in_(&net.server()).ok();
    }

    "a branch ends since before the guard in a `.ledger` that nobody can read, and who mends it brings something else along"
    a_mended_file_that_brings_code: "" 1 "src/main.rs  blocked: HOLD on DOC-1"; |told| {
        let mend = "git rm -q -r -f .ledger; git show main:.ledger >.ledger; git add .ledger; git commit -q -m Mend";
        for entry in [
            "120000 blob $(git rev-parse main:.ledger)",
            "100644 blob $(echo none | git hash-object -w --stdin)",
            "040000 tree $(printf \"100644 blob $(git rev-parse main:.ledger)\\tx\\n\" | git mktree)",
            "160000 commit $(git rev-parse main)",
        ] {
            let net = Net::guarded();
            net.do_(&format!(
                "tree=$( (git ls-tree main | grep -v '\\.ledger$'; printf \"{entry}\\t.ledger\\n\") | git mktree)
                 git branch brick $(git commit-tree -p main -m Brick $tree); git branch aside main
                 at_server fetch -q \"$PWD\" brick; at_server update-ref refs/heads/main $(git rev-parse brick)
                 git checkout -q --detach brick"
            ));
            // In the commit that mends it, after it, before it, and beside it.
            net.refused(told, &format!("{mend}; put src/main.rs evil; git commit -q --amend -m Mend; git push origin HEAD:main"));
            net.refused(told, &format!("git reset -q --hard brick; {mend}; add src/main.rs evil; git push origin HEAD:main"));
            net.refused(told, &format!("git reset -q --hard brick; add src/main.rs evil; {mend}; git push origin HEAD:main"));
            net.refused(told, &format!("git checkout -q aside; add src/main.rs evil; git checkout -q --detach brick; {mend}; git push origin HEAD:main aside"));
            // It is mended by what names this ledger, where it is, and by nothing else; and what does not mend it is not taken.
            let named = |edit: &str| format!("git reset -q --hard brick; {mend}; {edit}; git commit -q -a --amend -m Mend; git push origin HEAD:main");
            for edit in ["sed -i '1s/= ..../= 0000/' .ledger", "sed -i s,refs/ledger/main,refs/ledger/x, .ledger", "ln -s -f x .ledger", "git rm -q .ledger"] {
                net.script(&named(edit)).exits(1).says(".ledger");
            }
            net.script("git reset -q --hard brick; add notes.md; git push origin HEAD:main").exits(1).says("is not the file that names the ledger");
            net.do_(&format!("git reset -q --hard brick; {mend}; git push -q origin HEAD:main"));
            // From there on it is as on every branch; what was branched off the brick comes in by a merge.
            net.refused(told, "add src/main.rs evil; git push origin HEAD:main");
            net.script("git reset -q --hard HEAD~1; git rm -q .ledger; git commit -q -m None; git push origin HEAD:main").exits(1).says(".ledger");
            net.do_("git checkout -q -f -B late brick; add notes.md; git merge -q --no-edit -X theirs origin/main; git push -q origin HEAD:main");
        }
    }

    "notes on commits, whose tree is the blocked code, under the name that everybody's git shows"
    notes_that_bring_code: "" 1 "src/main.rs  blocked: HOLD on DOC-1"; |told| {
        let net = Net::guarded();
        net.do_("add src/main.rs evil; git update-ref refs/notes/commits main; git reset -q --hard HEAD~1");
        net.refused(told, "git push origin refs/notes/commits");
        // Notes that shadow an event change nothing of it.
        net.do_("git update-ref -d refs/notes/commits; git notes add -m 'lifted' refs/ledger/main; git push -q origin refs/notes/commits");
        net.ledger("verify").in_(&net.server()).ok();
    }

    "a replacement comes with the commit that it makes look harmless"
    a_replacement_with_the_code_it_hides: "store.ref" 1 "makes git show other objects"; |told| {
        let net = Net::guarded();
        net.do_("add notes.md; fine=$(git rev-parse HEAD); git reset -q --hard HEAD~1; add src/main.rs evil; git replace HEAD $fine");
        net.refused(told, "GIT_NO_REPLACE_OBJECTS=1 git push origin main 'refs/replace/*'").says("blocked: HOLD on DOC-1");
        // Where an administrator made it, what is judged is the commit itself.
        net.do_("GIT_NO_REPLACE_OBJECTS=1 at_server fetch -q \"$PWD\" main 'refs/replace/*:refs/replace/*'");
        net.script("git push origin main").exits(1).says("blocked: HOLD on DOC-1");
    }

    "options of a push that would have a guard look away"
    a_push_with_options: "" 1 "src/main.rs  blocked: HOLD on DOC-1"; |told| {
        let net = Net::guarded();
        net.do_("git -C $SERVER config receive.advertisePushOptions true; add src/main.rs evil");
        net.refused(told, "git push --no-verify -o ledger.skip=true -o ci.skip -o no-verify origin main");
    }

    "a commit that the server has already by borrowing objects of a fork, and that no ref of its own reaches"
    a_push_of_objects_that_are_borrowed: "" 1 "src/main.rs  blocked: HOLD on DOC-1"; |told| {
        let net = Net::guarded();
        net.do_("add src/main.rs evil; git clone -q --bare . $BESIDE/fork.git; mkdir -p $SERVER/objects/info; echo $BESIDE/fork.git/objects >$SERVER/objects/info/alternates");
        net.refused(told, "git push origin main");
        net.do_("git -C $SERVER config core.alternateRefsCommand 'git -C ../fork.git for-each-ref --format=\"%(objectname)\"'");
        net.refused(told, "git push origin main");
    }

    "a commit that was on a branch before there was a block, and was left without one"
    a_push_of_objects_that_no_ref_reaches: "" 1 "src/main.rs  blocked: HOLD on DOC-1"; |told| {
        let net = Net::new();
        net.do_("git checkout -q -b early; add src/main.rs evil; git push -q origin early; git push -q origin :early");
        net.ledger("hooks install --server").in_(&net.server()).ok();
        net.refused(told, "git push origin early:main");
    }

    "a clone that is cut short pushes blocked code below the cut, to a server that takes such clones"
    a_push_from_a_shallow_clone: "trust.history" 1 "is missing, so the range is cut short"; |told| {
        let net = Net::guarded();
        net.do_("git -C $SERVER config receive.shallowUpdate true; add src/main.rs evil; add notes.md; git clone -q --depth 1 \"file://$PWD\" $BESIDE/cut");
        net.refused(told, "git -C $BESIDE/cut push $SERVER HEAD:refs/heads/cut");
    }

    "the hook is told by the pusher's environment of another quarantine, other objects, replacements and grafts"
    a_push_whose_environment_lies: "" 1 "src/main.rs  blocked: HOLD on DOC-1"; |told| {
        let net = Net::guarded();
        net.do_("add src/main.rs evil; git clone -q --bare . $BESIDE/fork.git; git -C $BESIDE/fork.git update-ref refs/lie/$(git rev-parse main) main~1; echo $(git rev-parse main) >$BESIDE/cut");
        for (name, value) in [
            ("GIT_DIR", "../fork.git"),
            ("GIT_OBJECT_DIRECTORY", "../fork.git/objects"),
            ("GIT_ALTERNATE_OBJECT_DIRECTORIES", "../fork.git/objects"),
            ("GIT_REPLACE_REF_BASE", "refs/lie/"),
            ("GIT_SHALLOW_FILE", "../cut"),
            ("GIT_GRAFT_FILE", "../cut"),
            ("LEDGER_REF", "refs/ledger/other"),
            ("LEDGER_CHAINED_HOOKS", "hooks/pre-receive\nhooks/reference-transaction"),
        ] {
            let push = format!("git push --receive-pack='env {name}=\"{value}\" git-receive-pack' origin main");
            let before = net.do_("git -C $SERVER for-each-ref");
            let outcome = net.script(&push).under(LIMITS).run();
            assert_ne!(outcome.code, 0, "{outcome}");
            assert_eq!(net.do_("git -C $SERVER for-each-ref"), before, "{outcome}");
        }
        net.refused(told, "git push --receive-pack='env LEDGER_CHAINED_HOOKS=hooks/pre-receive git-receive-pack' origin main");
    }

    "code cites an event that was never, in words that clear the screen"
    a_citation_in_escapes: "trust.tip-mismatch" 1 "\\u{1b}[2J"; |told| {
        let net = Net::guarded();
        net.do_("put notes.md; printf 'Note\\n\\nLedger-Tip: 99 \\033[2J\\033]0;owned\\007\\n' | git commit -q -F -");
        let refused = net.refused(told, "git push origin main");
        assert!(!refused.stderr.contains('\u{1b}'), "{refused}");
    }

    "code cites an event of its own push, whose place another event takes meanwhile"
    a_citation_of_an_event_that_loses_the_race: "trust.tip-mismatch" 128 "which the ledger here does not hold"; |told| {
        let net = Net::guarded();
        let common = net.tip();
        net.ledger("declare DOC-20 --kind document").as_("dora").ok();
        net.do_("git update-ref refs/heads/other refs/ledger/main");
        net.point(&format!("{common}\n"));
        net.ledger("declare DOC-21 --kind document").as_("dora").ok();
        let (seq, sha256) = net.tip_of("refs/ledger/main");
        net.do_(&format!("put notes.md; git commit -q -m \"Note\n\nLedger-Tip: {seq} {sha256}\""));
        meanwhile(&net, "git push -q origin refs/heads/other:refs/ledger/main");
        let before = net.do_("git -C $SERVER rev-parse main");
        told.of(&net.script("git push origin main refs/ledger/main").run());
        assert_eq!(net.do_("git -C $SERVER rev-parse main"), before);
    }

    "evidence is pushed that is erased between its judgement and the moment in which it is taken"
    evidence_that_is_erased_meanwhile: "store.ref" 128 "bring evidence back that was erased"; |told| {
        let net = Net::guarded();
        let digest = piece(&net);
        net.do_(&format!("git update-ref refs/kept {EVIDENCE}; at_server update-ref -d {EVIDENCE}"));
        let erased = net.ledger(["erase", &digest, "--reason", "a secret"]).json().ok();
        net.ledger(["cosign", &erased.text("event.id")]).as_("kim").ok();
        meanwhile(&net, "git push -q origin refs/ledger/main");
        told.of(&net.script(&format!("git push origin refs/kept:{EVIDENCE}")).run());
        assert_eq!(net.do_(&format!("git -C $SERVER for-each-ref {EVIDENCE}")), "");
    }

    "somebody without a key pushes evidence that no event cites, to have it on the server and in every clone for ever"
    evidence_that_no_event_cites: "store.ref" 1 "pieces of evidence that no event cites"; |told| {
        let net = Net::guarded();
        let held = net.pieces("$SERVER");
        let junk = net.evidence_with("somebody's address\n");
        net.refused(told, &format!("git push --force origin {junk}:{EVIDENCE}"));
        // Nor with a branch or an event that has nothing to do with it, together or one by one.
        net.do_("add notes.md");
        net.ledger("declare DOC-20 --kind document").as_("dora").ok();
        for how in ["--atomic", "--no-atomic"] {
            net.refused(told, &format!("git push {how} --force origin main {junk}:{EVIDENCE}"));
            net.refused(told, &format!("git push {how} --force origin refs/ledger/main {junk}:{EVIDENCE}"));
        }
        // What lay there before the guard came goes with the next event that somebody shares.
        net.do_(&format!("at_server fetch -q \"$PWD\" {junk}; at_server update-ref {EVIDENCE} {junk}"));
        net.ledger("sync").ok();
        assert_eq!(net.pieces("$SERVER"), held);
    }

    "somebody waits on the server for the evidence of an event that its author puts aside"
    evidence_of_an_event_that_is_put_aside: "" 0 "1 piece that no event cites is here"; |told| {
        let net = Net::guarded();
        let held = net.pieces("$SERVER");
        net.write("report.txt", "the password is there by mistake\n");
        net.ledger("attest DOC-4 review --evidence report.txt").as_("petra").ok();
        net.by_omar("amend DOC-4 --title other").as_("dora").ok();
        net.by_omar("sync").ok();
        net.ledger("sync").as_("petra").exits(1).says("nothing is given to origin");
        // As long as it waits, its evidence does.
        net.ledger("doctor --mend").as_("petra").ok();
        assert_ne!(net.pieces("."), held);
        net.ledger("sync --skip").as_("petra").ok().never_says("evidence");
        net.ledger("declare DOC-20 --kind document").as_("dora").ok();
        net.ledger("sync").as_("dora").ok().says("1 event given").never_says("evidence");
        assert_eq!(net.pieces("$SERVER"), held);
        // It never was there, and goes here.
        let doctor = net.ledger("doctor").as_("petra").run();
        told.of(&doctor);
        doctor.says("is cited by an event that was given up, at refs/ledger-aside/").says("may be the only copy");
        let digest = net.pieces(".").lines().find(|piece| *piece != held).unwrap().to_owned();
        net.ledger(["erase", &digest, "--reason", "a secret"]).exits(1).says("next     ledger doctor --mend");
        net.ledger("doctor --mend --dry-run").ok().says("1 piece that no event cites taken away");
        net.ledger("doctor --mend").ok().says("1 piece that no event cites taken away");
        assert_eq!(net.pieces("."), held);
    }

    "the first of two signatures of a seal is pushed without the sealed bytes, which the second then makes count"
    a_proposal_without_its_evidence: "store.evidence-missing" 1 "events of the push cite evidence that is not here"; |told| {
        let net = Net::guarded();
        net.ledger("seal DOC-1").as_("omar").ok().says("1 of 2 signatures");
        net.refused(told, "git push origin refs/ledger/main");
        net.ledger("sync").ok().says("evidence given");
        // Where the bytes are lost later, whoever looks is told, and an auditor gets all of them.
        let bundle = net.beside.path().join("b.bundle");
        net.ledger("bundle create").arg(&bundle).ok();
        let genesis = net.do_("sed -n 's/genesis = //p' .ledger");
        net.ledger(["bundle", "verify", "--genesis", &genesis]).arg(&bundle).ok().says("2 present");
        net.do_(&format!("git update-ref -d {EVIDENCE}"));
        net.ledger("verify").ok().says("0 present, 0 erased, 2 missing");
        net.ledger("doctor").exits(1).says("2 of 2 cited pieces are missing");
        net.ledger("doctor --mend").ok().says("2 missing pieces were");
    }

    "blocked code comes behind the evidence, as the parent of its commit"
    evidence_that_carries_code: "store.ref" 1 "it is no commit of evidence"; |told| {
        let net = Net::guarded();
        net.do_(&format!("add src/main.rs evil; git cat-file commit {EVIDENCE} | sed \"1a parent $(git rev-parse HEAD)\" >../commit; git update-ref {EVIDENCE} $(git hash-object -w -t commit ../commit)"));
        net.refused(told, &format!("git push --force origin {EVIDENCE}"));
    }

    "a branch of the server is a symbolic ref to the ledger, and is pushed to as a branch"
    a_branch_that_leads_to_the_ledger: "store.ref" 1 "is a symbolic ref here, and leads to refs/ledger"; |told| {
        let net = Net::guarded();
        net.do_(&format!("cd $SERVER; git symbolic-ref refs/heads/alias refs/ledger/main; git symbolic-ref refs/heads/far refs/heads/alias; git symbolic-ref refs/tags/kept {EVIDENCE}"));
        net.do_("add notes.md");
        for push in ["--force origin main:alias", "--force origin refs/ledger/main~1:refs/heads/alias", "origin :alias", "origin :far", "origin :refs/tags/kept"] {
            net.refused(told, &format!("git push {push}"));
        }
    }

    "a review names another commit than it was made at, which the server has and which holds other bytes"
    an_event_about_a_commit_that_holds_something_else: "trust.contradicted-fact" 1 "by petra, says of its commit what that does not hold"; |told| {
        let net = Net::guarded();
        net.ledger("attest DOC-4 review").as_("petra").ok();
        net.do_("add docs/four.md otherwise; git push -q origin main");
        let review = "attested DOC-4 review=approve";
        let text = net.unsigned(review);
        let other = format!("sha1:{}", net.head());
        net.resign(review, between(&text, "\"commit\":\"", "\""), &other);
        let refused = net.refused(told, "git push origin refs/ledger/main");
        refused.says(&format!("ledger sync --aside {}", &crate::court::id_of(&net, review)[..12]));
        // As part of a ledger that comes for the first time, too.
        net.do_("git init -q --bare $BESIDE/first.git; git push -q $BESIDE/first.git main");
        net.ledger("hooks install --server").in_(&net.beside.path().join("first.git")).ok();
        net.script("git push --atomic $BESIDE/first.git $both").exits(1).says("[trust.contradicted-fact]");
        // Once the authority disputes it, it counts as unknown, and goes.
        let id = crate::court::id_of(&net, review);
        let disputed = net.ledger(["retract", "--facts-of", &id, "--reason", "another commit"]).json().ok();
        net.ledger(["cosign", &disputed.text("event.id")]).as_("kim").ok();
        net.do_("git push -q origin refs/ledger/main; git push -q --atomic $BESIDE/first.git $both");
        net.ledger("verify").in_(&net.server()).ok();
    }

    "a review of a commit of a side branch says that the commit is on `main`"
    an_event_that_says_its_commit_is_on_another_branch: "store.off-branch" 1 "is on main, and here it is not"; |told| {
        let net = Net::guarded();
        net.do_("git checkout -q -b side; add notes.md; git push -q origin side");
        net.ledger("attest DOC-4 review").as_("petra").ok();
        let said = |branch: &str| format!("\"facts\":[{{\"a\":true,\"branch\":\"{branch}\",\"q\":\"on\"}},");
        net.resign("attested DOC-4 review=approve", "\"facts\":[", &said("main"));
        net.refused(told, "git push origin refs/ledger/main");
        // Nor does a tag of that name help, or a push that takes the branch away.
        net.refused(told, "git tag main; git push origin refs/tags/main refs/ledger/main");
        net.do_("git tag -d main");
        net.refused(told, "git push --atomic origin :refs/heads/side refs/ledger/main");
        // With the branch it is so.
        net.do_("git push -q --atomic origin side:refs/heads/main refs/ledger/main");
        net.ledger("verify").in_(&net.server()).ok();
    }

    "genesis names as a commit of the baseline what is none"
    a_baseline_that_is_no_commit: "trust.contradicted-fact" 1 "as a commit of its baseline, and that is no commit"; |told| {
        let net = Net::guarded();
        net.do_("git init -q --bare $BESIDE/first.git; git push -q $BESIDE/first.git main");
        net.ledger("hooks install --server").in_(&net.beside.path().join("first.git")).ok();
        let founded = net.do_("git log --reverse --format=%s refs/ledger/main | head -1");
        let text = net.unsigned(&founded);
        let commit = between(&text, "\"baseline\":[\"sha1:", "\"").to_owned();
        let tree = net.do_("git rev-parse main^{tree}");
        net.resign(&founded, &format!("\"baseline\":[\"sha1:{commit}"), &format!("\"baseline\":[\"sha1:{tree}"));
        let push = net.script("git push $BESIDE/first.git refs/ledger/main").run();
        told.of(&push);
        assert_eq!(net.do_("git -C $BESIDE/first.git for-each-ref refs/ledger"), "", "{push}");
    }
}

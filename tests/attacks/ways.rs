//! Ways past the rules about code: merges that drop or undo, and a commit that names another ledger.

use crate::sandbox::story::Story;

const CHARTER: &str = r#"
[charter]
semantics = 1
id        = "ATTACKED"
authority = "lead"

[roles]
lead     = "human"
approver = "human"

[scopes]
code = ["src/**"]

[kinds.document]
id     = 'DOC-[0-9]+'
states = ["draft"]
path   = "docs/**"
moves  = ["new -> draft by lead"]
seal   = "approver"
unseal = "approver"

[blocks.HOLD]
on    = "document"
stops = ["code"]
until = "self is sealed"
"#;

/// Nothing is blocked yet; `.ledger` is committed, and the hooks are in place.
fn story() -> Story {
    let story = Story::founded(CHARTER, &[("omar", "human", "approver", "")]);
    story.ledger("hooks install").ok();
    story.commit_file("lena", "docs/one.md", "# One\n");
    story
}

/// DOC-1 is a draft, so nothing under `src/` may change.
fn block(story: &Story) {
    story.ledger("declare DOC-1 --kind document --path docs/one.md").ok();
}

/// Makes a merge of these commits with that commit's tree, as no `git merge` would, and moves to it.
fn evil_merge(story: &Story, tree: &str, parents: [&str; 2]) {
    let tree = format!("{tree}^{{tree}}");
    let merge = story.git(["commit-tree", "-m", "evil", "-p", parents[0], "-p", parents[1], &tree]).ok().stdout;
    story.git(["reset", "-q", "--hard", merge.trim()]).ok();
}

attacks! {
    "a merge with unrelated history that drops `.ledger`"
    a_merge_with_history_that_never_knew_the_ledger_may_not_drop_its_name: "ledger.file" 1 ".ledger"; |told| {
        let story = story();
        let main = story.head();
        story.git("switch -q --orphan unrelated").ok();
        story.git("-c core.hooksPath=/dev/null commit -q --allow-empty -m root").ok();
        let unrelated = story.head();
        for parents in [[unrelated.as_str(), &main], [main.as_str(), &unrelated]] {
            evil_merge(&story, &unrelated, parents);
            let range = format!("{main}..HEAD");
            story.ledger(["check", "--range", &range]).exits(1).says("evil");
            told.of(&story.ledger(["check", "--range", &range]).json().run());
        }
        // So does the hook, before there is a commit.
        story.git("checkout -q -B unrelated").ok();
        story.git(["reset", "-q", "--hard", &unrelated]).ok();
        story
            .git(["merge", "-q", "-s", "ours", "--allow-unrelated-histories", "-m", "evil", &main])
            .exits(1)
            .says(".ledger");
    }

    "a merge that sets blocked files back to what they were"
    a_merge_may_not_set_blocked_files_back_to_what_they_were: "block.path" 1 "src/guard.rs"; |told| {
        let story = story();
        story.commit_file("lena", "src/guard.rs", "let all = true;\n");
        let older = story.head();
        story.commit_file("lena", "src/guard.rs", "let all = false;\n");
        let main = story.head();
        block(&story);
        story.git(["switch", "-q", "-c", "side", &older]).ok();
        story.commit_file("lena", "docs/harmless.md", "# Harmless\n");
        let side = story.head();
        // The guard is as on the side, which never touched it: the merge alone undoes what main did.
        for parents in [[side.as_str(), &main], [main.as_str(), &side]] {
            evil_merge(&story, &side, parents);
            told.of(&story.ledger(["check", "--range", &format!("{main}..HEAD")]).json().run());
        }
        story.git(["reset", "-q", "--hard", &side]).ok();
        story.git(["merge", "-q", "-s", "ours", "-m", "evil", &main]).exits(1).says("src/guard.rs  blocked");
        story.git("merge --abort").run();
        // A merge that keeps what each side did is none of it.
        story.git(["reset", "-q", "--hard", &main]).ok();
        story.git("merge -q --no-edit side").ok();
        story.ledger(["check", "--range", &format!("{main}..HEAD")]).ok();
    }

    "a first `.ledger` that names another ledger"
    the_first_file_that_names_a_ledger_names_the_one_that_is_here: "ledger.file" 1 ".ledger"; |told| {
        let story = Story::founded(CHARTER, &[]);
        story.ledger("hooks install").ok();
        let own = std::fs::read_to_string(story.repo.path().join(".ledger")).unwrap();
        let other = own.replace(&own[10..12], if &own[10..12] == "00" { "11" } else { "00" });
        // The work tree keeps the right one, so that only what is staged can tell.
        story.write(".ledger", &other);
        story.git("add .ledger").ok();
        story.write(".ledger", &own);
        story.git("commit -q -m other").exits(1).says(".ledger");
        told.of(&story.ledger("check --staged").json().run());
        story.git("add .ledger").ok();
        story.git("commit -q -m own").ok();
    }
}

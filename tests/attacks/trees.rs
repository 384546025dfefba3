//! Branches, commits and hooks that would get a change past the rules.

use crate::court::court;
use crate::site::{Site, replaced};

const EVIL: &str = "fn main() { evil() }\n";

/// Returns a copy in which a block stops everything under `src/`.
fn held() -> Site {
    let site = court();
    site.ledger("block DOC-1 HOLD --reason 'not yet'").ok();
    site
}

/// Commits a file without asking any hook.
fn slip(site: &Site, path: &str, text: &str) -> String {
    site.write(path, text);
    site.git(["add", "-A"]).ok();
    unhooked(site, &["commit", "-q", "-m", "slipped"]);
    site.head()
}

/// Runs git without any hook.
fn unhooked(site: &Site, words: &[&str]) {
    let mut all = vec!["-c", "core.hooksPath=/dev/null"];
    all.extend(words);
    site.git(all.as_slice()).ok();
}

fn range(site: &Site, range: &str) -> crate::sandbox::story::Outcome {
    site.ledger(["check", "--range", range]).json().run()
}

/// Returns another file `.ledger` than the one that is here: it names a ledger of the attacker's that is here, too.
fn own_ledger(site: &Site) -> String {
    let other = crate::sandbox::story::Story::founded(&replaced(crate::court::CHARTER, "\"2 lead\"", "\"lead\""), &[]);
    let from = other.repo.path().display().to_string();
    site.git(["fetch", "-q", &from, "refs/ledger/main:refs/ledger/own"]).ok();
    let pin = std::fs::read_to_string(other.repo.path().join(".ledger")).unwrap();
    replaced(&pin, "refs/ledger/main", "refs/ledger/own")
}

attacks! {
    "a blocked change with `--no-verify`"
    a_blocked_change_without_verifying: "" 1 "src/main.rs  blocked: HOLD on DOC-1"; |told| {
        let site = held();
        let before = site.head();
        site.write("src/main.rs", EVIL);
        site.git("add src").ok();
        told.of(&site.git("commit -q --no-verify -m evil").run());
        assert_eq!(site.head(), before);
        // Where no hook runs at all, it is the range that tells, and the push.
        let evil = slip(&site, "src/main.rs", EVIL);
        range(&site, "HEAD~..HEAD").says("\"code\":\"block.path\"");
        let bare = site.beside.path().join("server.git").display().to_string();
        site.git(["init", "-q", "--bare", &bare]).ok();
        site.git(["push", "-q", &bare, &format!("{evil}:refs/heads/main")]).exits(1).says("src/main.rs");
        assert_eq!(site.git(["ls-remote", &bare]).ok().stdout, "");
    }

    "a blocked change that the next commit takes back, so that the whole range changes nothing"
    a_change_that_is_undone_by_the_next_commit: "block.path" 1 "src/main.rs"; |told| {
        let site = held();
        let start = site.head();
        slip(&site, "src/main.rs", EVIL);
        unhooked(&site, &["revert", "--no-edit", "HEAD"]);
        assert_eq!(site.repo.git(["diff", "--stat", &start, "HEAD"]), "");
        told.of(&range(&site, &format!("{start}..HEAD")));
    }

    "a blocked change on one side of a merge, which the merge leaves out"
    a_change_that_a_merge_leaves_out: "block.path" 1 "src/main.rs"; |told| {
        let site = held();
        let start = site.head();
        site.git("switch -q -c side").ok();
        slip(&site, "src/main.rs", EVIL);
        site.git("switch -q main").ok();
        unhooked(&site, &["merge", "-q", "-s", "ours", "-m", "nothing", "side"]);
        assert_eq!(site.repo.git(["diff", "--stat", &start, "HEAD"]), "");
        told.of(&range(&site, &format!("{start}..HEAD")));
    }

    "a merge of three in which the change is of none of them"
    a_merge_of_three_that_hides_a_change: "block.path" 1 "src/main.rs"; |told| {
        let site = held();
        let start = site.head();
        for name in ["one", "two"] {
            site.git(["switch", "-q", "-c", name, &start]).ok();
            slip(&site, &format!("docs/{name}-more.md"), "# More\n");
        }
        site.git("switch -q main").ok();
        unhooked(&site, &["merge", "-q", "-m", "three", "one", "two"]);
        site.ledger(["check", "--range", &format!("{start}..HEAD")]).ok();
        site.write("src/main.rs", EVIL);
        site.git("add src").ok();
        unhooked(&site, &["commit", "-q", "--amend", "--no-edit"]);
        told.of(&range(&site, &format!("{start}..HEAD")));
    }

    "a commit of the ledger becomes a parent of code, so that its empty tree is what the code is compared with"
    a_merge_with_the_ledgers_own_branch: "block.path" 1 "src/main.rs"; |told| {
        let site = held();
        let (start, tip) = (site.head(), site.tip());
        site.write("src/main.rs", EVIL);
        site.git("add src").ok();
        let tree = site.git("write-tree").ok().stdout;
        let merge = ["commit-tree", "-p", &start, "-p", &tip, "-m", "unrelated", tree.trim()];
        let merge = site.git(merge).ok().stdout;
        told.of(&range(&site, &format!("{start}..{}", merge.trim())));
    }

    "a branch of code that is the ledger's own history, without the file that names it"
    a_branch_that_is_the_ledger: "ledger.file" 1 ".ledger"; |told| {
        let site = court();
        let (start, tip) = (site.head(), site.tip());
        let tree = site.git("mktree").ok().stdout;
        let merge = ["commit-tree", "-p", &start, "-p", &tip, "-m", "empty", tree.trim()];
        let merge = site.git(merge).ok().stdout;
        told.of(&range(&site, &format!("{start}..{}", merge.trim())));
    }

    "a branch in which `.ledger` is deleted"
    a_branch_without_the_file_that_names_the_ledger: "ledger.file" 1 ".ledger"; |told| {
        let site = held();
        let start = site.head();
        site.git("rm -q .ledger").ok();
        unhooked(&site, &["commit", "-q", "-m", "free"]);
        told.of(&range(&site, &format!("{start}..HEAD")));
        // On that branch the ledger still judges: git's settings name it.
        site.write("src/main.rs", EVIL);
        site.git("add src").ok();
        site.git("commit -q -m evil").exits(1).says("src/main.rs");
    }

    "a branch in which `.ledger` names another ledger, which is here, too"
    a_branch_whose_file_names_another_ledger: "trust.genesis-mismatch" 3 "the file .ledger pins the ledger"; |told| {
        let site = held();
        let start = site.head();
        let own = own_ledger(&site);
        slip(&site, ".ledger", &own);
        told.stops(&site);
        site.write("src/main.rs", EVIL);
        site.git("add src").ok();
        site.git("commit -q -m evil").exits(1);
        site.git(["checkout", "-q", &start]).ok();
        range(&site, &format!("{start}..main")).says("\"code\":\"ledger.file\"");
    }

    "a fresh clone of that branch, which no setting pins"
    a_clone_of_a_branch_whose_file_names_another_ledger: "ledger.file" 1 ".ledger"; |told| {
        let site = held();
        let start = site.head();
        let own = own_ledger(&site);
        slip(&site, ".ledger", &own);
        site.git("config --unset-all ledger.genesis").ok();
        site.git("config --unset-all ledger.ref").ok();
        // The attacker's ledger is the one that judges there.
        site.ledger("status").ok().never_says("DOC-1");
        told.of(&range(&site, &format!("{start}..HEAD")));
    }

    "a graft hides a commit of the range"
    a_graft_that_hides_a_commit_of_the_range: "block.path" 1 "src/main.rs"; |told| {
        let site = held();
        let start = site.head();
        slip(&site, "src/main.rs", EVIL);
        let last = slip(&site, "docs/more.md", "# More\n");
        std::fs::create_dir_all(site.repo.path().join(".git/info")).unwrap();
        for place in ["ledger/no-grafts", "info/grafts"] {
            std::fs::write(site.repo.path().join(".git").join(place), format!("{last} {start}\n")).unwrap();
        }
        assert_eq!(site.repo.git(["rev-list", "--count", &format!("{start}..HEAD")]), "1", "git itself believes it");
        told.of(&range(&site, &format!("{start}..HEAD")));
    }

    "`refs/replace` hides a commit of the range"
    a_replacement_that_hides_a_commit_of_the_range: "block.path" 1 "src/main.rs"; |told| {
        let site = held();
        let start = site.head();
        slip(&site, "src/main.rs", EVIL);
        slip(&site, "docs/more.md", "# More\n");
        let other = site.git(["commit-tree", "-p", &start, "-m", "more", &format!("{start}^{{tree}}")]).ok().stdout;
        site.git(["replace", "HEAD", other.trim()]).ok();
        assert_eq!(site.repo.git(["rev-list", "--count", &format!("{start}..HEAD")]), "1", "git itself believes it");
        told.of(&range(&site, &format!("{start}..HEAD")));
    }

    "a file `shallow` hides a commit of the range"
    a_shallow_boundary_that_hides_a_commit_of_the_range: "trust.history" 3 "the file `shallow` leaves its parent"; |told| {
        let site = held();
        let start = site.head();
        slip(&site, "src/main.rs", EVIL);
        let last = slip(&site, "docs/more.md", "# More\n");
        std::fs::write(site.repo.path().join(".git/shallow"), format!("{last}\n")).unwrap();
        assert_eq!(site.repo.git(["rev-list", "--count", &format!("{start}..HEAD")]), "1", "git itself believes it");
        told.of(&range(&site, &format!("{start}..HEAD")));
        // A boundary further down takes nothing away.
        std::fs::write(site.repo.path().join(".git/shallow"), format!("{start}\n")).unwrap();
        range(&site, &format!("{start}..HEAD")).says("\"code\":\"block.path\"");
    }

    "a sealed file is replaced on a branch, and `check --tree` is asked about it"
    a_tree_with_other_bytes_than_the_sealed_ones: "seal.path" 1 "docs/two.md"; |told| {
        let site = court();
        slip(&site, "docs/two.md", "# Two, otherwise\n");
        told.of(&site.ledger("check --tree HEAD").json().run());
    }

    "a sealed file becomes a link to another file with its bytes"
    a_sealed_file_that_becomes_a_link: "seal.path" 1 "docs/two.md"; |told| {
        let site = court();
        site.git("mv docs/two.md docs/copy.md").ok();
        std::os::unix::fs::symlink("copy.md", site.repo.path().join("docs/two.md")).unwrap();
        site.git("add -A").ok();
        unhooked(&site, &["commit", "-q", "-m", "link"]);
        told.of(&site.ledger("check --tree HEAD").json().run());
        range(&site, "HEAD~..HEAD").says("\"code\":\"seal.path\"");
    }
}

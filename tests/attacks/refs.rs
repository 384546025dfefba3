//! The ref that names the newest event, and names something else.

use crate::sandbox::story::Story;
use crate::site::{CHARTER, Site};

attacks! {
    "the ref names a tag of the newest event"
    a_ref_to_a_tag: "trust.history" 3 "the object is not a commit"; |told| {
        let site = Site::new();
        site.git(["-c", "tag.gpgSign=false", "tag", "-a", "-m", "tagged", "tip", &site.tip()]).ok();
        site.point(&format!("{}\n", site.repo.git(["rev-parse", "refs/tags/tip"])));
        told.stops(&site);
    }

    "the ref names a tree"
    a_ref_to_a_tree: "trust.history" 3 "the object is not a commit"; |told| {
        let site = Site::new();
        site.point(&format!("{}\n", site.repo.git(["rev-parse", "HEAD^{tree}"])));
        told.stops(&site);
    }

    "the ref names a blob that reads like an event"
    a_ref_to_a_blob: "trust.history" 3 "the object is not a commit"; |told| {
        let site = Site::new();
        let blob = site.write_object("blob", &site.bytes(&site.tip()));
        site.point(&format!("{blob}\n"));
        told.stops_everything(&site);
    }

    "the ref is symbolic"
    a_symbolic_ref: "trust.history" 3 "a ref that names the tip of the ledger itself"; |told| {
        let site = Site::new();
        site.repo.git(["update-ref", "refs/heads/ledger", &site.tip()]);
        site.repo.git(["symbolic-ref", "refs/ledger/main", "refs/heads/ledger"]);
        told.stops_everything(&site);
    }

    "the ref names a commit that is not there"
    a_dangling_ref: "trust.history" 3 "the tip of the ledger"; |told| {
        let site = Site::new();
        site.point("0123456789012345678901234567890123456789\n");
        told.stops_everything(&site);
    }

    "the ref's file holds no id"
    a_ref_that_is_no_id: "trust.history" 3 "refs/ledger/main"; |told| {
        let site = Site::new();
        site.point("nonsense\n");
        told.stops(&site);
    }

    "the ref's line in packed-refs is broken"
    a_ref_that_is_broken_in_packed_refs: "trust.history" 3 "packed-refs"; |told| {
        let site = Site::new();
        let tip = site.tip();
        site.repo.git(["pack-refs", "--all"]);
        let file = site.repo.path().join(".git/packed-refs");
        let packed = std::fs::read_to_string(&file).unwrap();
        std::fs::write(&file, packed.replace(&format!("{tip} refs/ledger/main"), &format!("{} refs/ledger/main", &tip[..39]))).unwrap();
        told.stops_everything(&site);
        // So where nothing but the ref names the ledger.
        site.git("-c core.hooksPath=/dev/null switch -q --orphan empty").ok();
        site.git("config --remove-section ledger").run();
        told.stops(&site);
    }

    "the ref is gone while the tree names the ledger"
    a_ref_that_is_gone: "trust.ledger-missing" 3 "names the ledger"; |told| {
        let site = Site::new();
        site.repo.git(["update-ref", "-d", "refs/ledger/main"]);
        told.stops_everything(&site);
    }

    "the ref is a directory"
    a_ref_that_is_a_directory: "trust.ledger-missing" 3 "names the ledger"; |told| {
        let site = Site::new();
        let tip = site.tip();
        std::fs::remove_file(site.repo.path().join(".git/refs/ledger/main")).unwrap();
        site.write(".git/refs/ledger/main/main", &format!("{tip}\n"));
        told.stops(&site);
    }

    "the ref is moved back to an older event; the tip was written down"
    a_ref_that_was_moved_back: "trust.tip-mismatch" 3 "it was cut short"; |told| {
        let site = Site::new();
        let tip = site.ledger("verify").json().ok().text("tip");
        site.point(&format!("{}\n", site.commit_of("declared DOC-8")));
        site.ledger("verify").ok().says("not shown: events may have been cut off the end");
        told.of(&site.ledger(["verify", "--tip", &tip]).run());
    }

    "the ref names a commit of code"
    a_ref_to_a_commit_of_code: "format.tree" 3 "an event has the empty tree"; |told| {
        let site = Site::new();
        site.point(&format!("{}\n", site.head()));
        told.stops(&site);
    }

    "the ref names another whole ledger"
    a_ref_to_another_ledger: "trust.genesis-mismatch" 3 "pins the ledger"; |told| {
        let site = Site::new();
        let other = Story::founded(CHARTER, &[]);
        let url = other.repo.path().display().to_string();
        site.repo.git(["fetch", "-q", &url, "+refs/ledger/main:refs/ledger/main"]);
        told.stops_everything(&site);
        let genesis = site.ledger("verify").run();
        genesis.says("ledger trust");
    }

    "git config names a ref that holds another ledger"
    a_setting_that_names_the_ref_of_another_ledger: "trust.genesis-mismatch" 3 "pins the ledger"; |told| {
        let site = Site::new();
        let other = Story::founded(CHARTER, &[]);
        let url = other.repo.path().display().to_string();
        site.repo.git(["fetch", "-q", &url, "refs/ledger/main:refs/other/main"]);
        site.repo.git(["config", "ledger.ref", "refs/other/main"]);
        told.stops(&site);
    }
}

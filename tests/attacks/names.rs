//! Ids, names, paths and revisions that look like others, or mean two things.

use crate::court::court;
use crate::site::Site;

/// Has the ledger tried with a commit of one file more, made by hand below its branch.
fn tree_with(site: &Site, entries: &[(&str, &str, &str)]) -> String {
    let list = site.repo.git(["ls-tree", "HEAD"]);
    let mut bytes = Vec::new();
    let raw = |bytes: &mut Vec<u8>, mode: &str, name: &str, oid: &str| {
        bytes.extend(format!("{mode} {name}\0").as_bytes());
        bytes.extend((0..40).step_by(2).map(|at| u8::from_str_radix(&oid[at..at + 2], 16).unwrap()));
    };
    for line in list.lines() {
        let (what, name) = line.split_once('\t').unwrap();
        let words: Vec<&str> = what.split(' ').collect();
        raw(&mut bytes, words[0].trim_start_matches('0'), name, words[2]);
    }
    for (mode, name, oid) in entries {
        raw(&mut bytes, mode, name, oid);
    }
    let tree = site.write_object("tree", &bytes);
    let model = String::from_utf8(site.bytes("HEAD")).unwrap();
    let (_, rest) = model.split_once("\nauthor ").unwrap();
    let commit = format!("tree {tree}\nparent {}\nauthor {rest}", site.head());
    site.write_commit(commit.as_bytes())
}

/// Writes a blob of these bytes.
fn blob(site: &Site, text: &str) -> String {
    site.write_object("blob", text.as_bytes())
}

attacks! {
    "an id with a letter of another alphabet that looks the same"
    an_id_in_letters_that_look_the_same: "" 2 "format.id: \"DO\u{421}-1\" is not an item's id"; |told| {
        let site = court();
        told.refuses(&site, site.ledger("declare DO\u{421}-1 --kind document").as_("dora"));
    }

    "an event made by hand about an id with a letter of another alphabet"
    an_event_about_an_id_in_letters_that_look_the_same: "format.id" 3 "DO\u{421}-9"; |told| {
        let site = court();
        let text = site.unsigned(crate::court::LAST).replace("DOC-9", "DO\u{421}-9");
        site.place(&site.signed("dora", text));
        told.stops(&site);
    }

    "an id with a mark that turns the direction of writing"
    an_id_with_a_mark_of_direction: "" 2 "invalid value 'DOC-\\u{202e}51'"; |told| {
        let site = court();
        let refused = site.ledger("declare DOC-\u{202e}51 --kind document").as_("dora");
        told.refuses(&site, refused);
        site.ledger("show DOC-\u{202e}51").run().never_says("\u{202e}");
    }

    "an id that differs only in case from one that is taken"
    an_id_that_differs_in_case: "item.exists" 1 "DOC-1"; |told| {
        let site = court();
        told.refuses(&site, site.ledger("declare Doc-1 --kind document").as_("dora"));
    }

    "an event made by hand about an id that differs only in case from one that is taken"
    an_event_about_an_id_that_differs_in_case: "item.exists" 3 "DOC-1"; |told| {
        let site = court();
        let text = site.unsigned(crate::court::LAST).replace("DOC-9", "dOC-1");
        site.place(&site.signed("dora", text));
        told.stops(&site);
    }

    "an actor whose name looks like another's"
    an_actor_in_letters_that_look_the_same: "" 2 "format.id: \"\u{43e}mar\" is not an actor's name"; |told| {
        let site = court();
        let key = site.public_key("stranger").display().to_string();
        let words = ["actor", "enroll", "\u{43e}mar", "--kind", "human", "--role", "approver", "--public-key", &key];
        told.refuses(&site, site.ledger(words));
    }

    "a file for an item that differs from another item's only in case"
    a_path_that_differs_in_case: "item.path" 1 "docs/ONE.md"; |told| {
        let site = court();
        told.refuses(&site, site.ledger("declare DOC-5 --kind document --path docs/ONE.md").as_("dora"));
    }

    "a file beside a sealed one whose name folds to its name by a letter that is not ASCII"
    a_path_that_folds_to_a_sealed_one: "seal.path" 1 "docs/\u{17f}tay.md"; |told| {
        let site = court();
        site.commit_file("lena", "docs/stay.md", "# Stay\n");
        site.ledger("declare DOC-5 --kind document --path docs/stay.md").as_("dora").ok();
        site.ledger("attest DOC-5 review").as_("petra").ok();
        site.ledger("seal DOC-5").as_("omar").ok();
        site.ledger("seal DOC-5").as_("ines").ok();
        site.write("docs/\u{17f}tay.md", "# Another\n");
        site.git("add docs").ok();
        told.of(&site.ledger("check --staged").json().run());
        site.git("commit -q -m twin").exits(1);
    }

    "a tree that holds a name twice, of which tools take different ones"
    a_name_that_stands_twice_in_a_tree: "store.io" 5 "the tree has \"src\" twice"; |told| {
        let site = court();
        let file = blob(&site, "fn main() { evil() }\n");
        let list = site.git(["mktree"]).typing(&format!("100644 blob {file}\tmain.rs\n")).ok().stdout;
        let evil = tree_with(&site, &[("40000", "src", list.trim())]);
        told.of(&site.ledger(["check", "--range", &format!("HEAD..{evil}")]).run());
    }

    "a tree with a name that has a slash in it"
    a_name_with_a_slash_in_a_tree: "block.path" 1 "src/more.rs"; |told| {
        let site = court();
        site.ledger("block DOC-1 HOLD --reason 'not yet'").ok();
        let evil = tree_with(&site, &[("100644", "src/more.rs", &blob(&site, "evil\n"))]);
        told.of(&site.ledger(["check", "--range", &format!("HEAD..{evil}")]).json().run());
    }

    "an item's file that lies behind a link"
    a_file_behind_a_link: "item.file" 1 "docs/link/one.md"; |told| {
        let site = court();
        std::os::unix::fs::symlink(".", site.repo.path().join("docs/link")).unwrap();
        site.commit("lena", "Link");
        site.ledger("declare DOC-5 --kind document --path docs/link/one.md").as_("dora").ok();
        site.ledger("attest DOC-5 review").as_("petra").ok();
        told.refuses(&site, site.ledger("seal DOC-5").as_("omar"));
    }

    "an item's file that becomes a submodule"
    a_file_that_becomes_a_submodule: "item.file" 1 "docs/four.md"; |told| {
        let site = court();
        let head = site.head();
        site.git(["update-index", "--cacheinfo", &format!("160000,{head},docs/four.md")]).ok();
        site.git("commit -q -m submodule").ok();
        site.ledger("attest DOC-4 review").as_("petra").ok();
        told.refuses(&site, site.ledger("seal DOC-4").as_("omar"));
    }

    "a tag of a branch's name, which empties the range that is judged"
    a_tag_that_hides_a_branch: "" 2 "could mean refs/tags/main or refs/heads/main"; |told| {
        let site = court();
        site.ledger("block DOC-1 HOLD --reason 'not yet'").ok();
        site.git("switch -q -c topic").ok();
        site.write("src/main.rs", "fn main() { evil() }\n");
        site.git("add src").ok();
        site.git("-c core.hooksPath=/dev/null commit -q -m evil").ok();
        site.ledger("check --range main..topic").exits(1).says("src/main.rs");
        site.git("tag main topic").ok();
        for range in ["main..topic", "main...topic", "topic^main~0", "^main topic"] {
            site.ledger(["check", "--range", range]).exits(2);
        }
        told.of(&site.ledger("check --range main..topic").run());
        told.of(&site.ledger("check --tree main").run());
        told.of(&site.ledger("attest DOC-4 review --commit main").as_("petra").run());
        told.of(&site.ledger("diff main topic").run());
        site.ledger("check --range refs/heads/main..topic").exits(1).says("src/main.rs");
    }

    "a tag of the name of a remote's branch"
    a_tag_that_hides_a_branch_of_a_remote: "" 2 "could mean refs/tags/origin/main or refs/remotes/origin/main"; |told| {
        let site = court();
        site.git(["update-ref", "refs/remotes/origin/main", "HEAD"]).ok();
        site.git("tag origin/main").ok();
        told.of(&site.ledger("check --range origin/main..HEAD").run());
        site.ledger("check --range refs/remotes/origin/main..HEAD").ok();
    }

    "a range that is an option of git"
    a_range_that_is_an_option: "" 2 "--output=stolen"; |told| {
        let site = court();
        told.of(&site.ledger(["check", "--range=--output=stolen"]).run());
        site.ledger(["check", "--tree=--output=stolen"]).exits(2);
        site.ledger(["attest", "DOC-4", "review", "--commit=--output=stolen"]).as_("petra").exits(2);
        site.ledger(["diff", "--", "--output=stolen", "HEAD"]).exits(2);
        assert!(!site.repo.path().join("stolen").exists());
    }

    "a range that takes what it leaves out from the next line"
    a_range_of_two_lines: "" 2 "no such revision"; |told| {
        let site = court();
        site.ledger("block DOC-1 HOLD --reason 'not yet'").ok();
        site.write("src/main.rs", "fn main() { evil() }\n");
        site.git("add src").ok();
        site.git("-c core.hooksPath=/dev/null commit -q -m evil").ok();
        told.of(&site.ledger(["check", "--range", "HEAD~..HEAD\n^HEAD"]).run());
        site.ledger(["check", "--range", "HEAD~..HEAD ^HEAD"]).exits(2);
    }

    "a file of an item's name"
    a_file_of_an_items_name: "" 0 "DOC-2"; |told| {
        let site = court();
        let before = site.ledger("why DOC-2").run().stdout;
        site.write("DOC-2", "nothing stands against this\n");
        site.commit("lena", "A file of that name");
        told.of(&site.ledger("why DOC-2").run());
        assert_eq!(site.ledger("why DOC-2").run().stdout, before);
    }
}

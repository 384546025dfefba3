//! Objects that are damaged, missing, cut off or offered twice.

use std::path::Path;

use crate::sandbox::git_in;
use crate::site::{Site, TAIL, replaced};

/// Returns the event before the newest.
fn last_but_one(site: &Site) -> String {
    site.commit_of("declared DOC-8")
}

/// Returns the line by which `ledger verify` names the tip.
fn tip_line(site: &Site) -> String {
    let said = site.ledger("verify").ok();
    said.stdout.lines().find(|line| line.starts_with("tip ")).unwrap().to_owned()
}

/// Writes a loose object as a stream that deflates nothing.
fn stored(bytes: &[u8]) -> Vec<u8> {
    let length = u16::try_from(bytes.len()).unwrap();
    let (mut a, mut b) = (1_u32, 0_u32);
    for byte in bytes {
        a = (a + u32::from(*byte)) % 65521;
        b = (b + a) % 65521;
    }
    let sum = (b << 16) | a;
    [&[0x78, 1, 1][..], &length.to_le_bytes(), &(!length).to_le_bytes(), bytes, &sum.to_be_bytes()].concat()
}

/// Returns another event under the same author and parent: what an alternate or a replacement would like to be read.
fn another(site: &Site) -> String {
    let text = replaced(&site.unsigned(TAIL), "Retry twice", "Retry never");
    site.write_commit(&site.signed("dora", &text))
}

/// Moves the file of an object into a directory of objects elsewhere, and returns that directory.
fn move_to(site: &Site, oid: &str, directory: &Path) -> Vec<u8> {
    let own = site.loose(oid);
    let bytes = std::fs::read(&own).unwrap();
    std::fs::create_dir_all(directory.join(&oid[..2])).unwrap();
    std::fs::rename(own, directory.join(&oid[..2]).join(&oid[2..])).unwrap();
    bytes
}

fn name_alternate(objects: &Path, alternate: &str) {
    std::fs::create_dir_all(objects.join("info")).unwrap();
    std::fs::write(objects.join("info/alternates"), format!("# elsewhere\n{alternate}\n")).unwrap();
}

attacks! {
    "an event's file is cut off, as when the power goes"
    an_event_that_is_cut_off_on_the_disk: "trust.history" 3 "is cut off"; |told| {
        let site = Site::new();
        let file = site.loose(&last_but_one(&site));
        let whole = std::fs::read(&file).unwrap();
        // The last four bytes are a checksum, whose lack is told in other words.
        for length in (0..whole.len() - 4).step_by(whole.len() / 7).chain([1, 2, 3, whole.len() - 5]) {
            std::fs::write(&file, &whole[..length]).unwrap();
            told.of(&site.ledger("verify").under("-t 30").run());
        }
        std::fs::write(&file, &whole[..whole.len() / 2]).unwrap();
        told.stops_everything(&site);
        std::fs::write(&file, &whole).unwrap();
        site.ledger("verify").ok();
    }

    "an event's file is in the layout of before 2007, which git's library still reads, and cut off"
    an_event_in_a_layout_of_old_that_is_cut_off: "trust.history" 3 "is no object as git writes it"; |told| {
        let site = Site::new();
        let bytes = site.bytes(&last_but_one(&site));
        // Type and length in the head, not deflated; then a stream that ends too early.
        let length = bytes.len();
        let mut head = vec![u8::try_from(0x90 | (length & 15)).unwrap()];
        let mut rest = length >> 4;
        while rest > 0 {
            head.push(u8::try_from(rest & 0x7f).unwrap() | if rest > 0x7f { 0x80 } else { 0 });
            rest >>= 7;
        }
        let stream = stored(&bytes);
        std::fs::write(site.loose(&last_but_one(&site)), [&head, &stream[..stream.len() / 2]].concat()).unwrap();
        told.stops(&site);
    }

    "an event's object is missing"
    an_event_whose_object_is_missing: "trust.history" 3 "1 before the tip of the ledger"; |told| {
        let site = Site::new();
        std::fs::remove_file(site.loose(&last_but_one(&site))).unwrap();
        told.stops_everything(&site);
    }

    "a bit of an event's file is flipped"
    an_event_whose_file_is_corrupt: "trust.history" 3 "1 before the tip of the ledger"; |told| {
        let site = Site::new();
        let file = site.loose(&last_but_one(&site));
        let mut bytes = std::fs::read(&file).unwrap();
        let middle = bytes.len() / 2;
        bytes[middle] ^= 4;
        std::fs::write(&file, &bytes).unwrap();
        told.stops(&site);
    }

    "an event's file holds another whole object"
    an_event_whose_file_holds_another_object: "trust.history" 3 "hash mismatch"; |told| {
        let site = Site::new();
        let other = std::fs::read(site.loose(&another(&site))).unwrap();
        std::fs::write(site.loose(&site.tip()), other).unwrap();
        told.stops_everything(&site);
    }

    "an event's file claims more bytes than it holds"
    an_event_whose_file_claims_more_than_it_holds: "trust.history" 3 "the tip of the ledger"; |told| {
        let site = Site::new();
        let tip = site.tip();
        let bytes = site.bytes(&tip);
        let claimed = [format!("commit {}\0", bytes.len() + 1).as_bytes(), &bytes].concat();
        std::fs::write(site.loose(&tip), stored(&claimed)).unwrap();
        told.stops(&site);
    }

    "an event's pack is damaged"
    an_event_whose_pack_is_damaged: "trust.history" 3 "of the ledger"; |told| {
        let site = Site::new();
        site.repo.git(["gc", "-q", "--prune=now"]);
        let packs = site.repo.path().join(".git/objects/pack");
        let pack = std::fs::read_dir(packs).unwrap().map(|entry| entry.unwrap().path());
        let pack = pack.into_iter().find(|path| path.extension().is_some_and(|extension| extension == "pack")).unwrap();
        let mut bytes = std::fs::read(&pack).unwrap();
        // Commits come first in a pack; the newest one stands behind the pack's twelve bytes and its own head.
        for byte in &mut bytes[24..200] {
            *byte ^= 0x55;
        }
        std::fs::remove_file(&pack).unwrap();
        std::fs::write(&pack, bytes).unwrap();
        told.of(&site.ledger("verify").under("-t 30").run());
        told.of(&site.ledger("status").under("-t 30").run());
    }

    "`refs/replace` offers another event"
    a_replacement_of_an_event: "" 0 "valid: bytes, chain, signatures, rules"; |told| {
        let site = Site::new();
        let tip = tip_line(&site);
        let other = another(&site);
        site.repo.git(["update-ref", &format!("refs/replace/{}", site.tip()), &other]);
        assert!(site.repo.git(["cat-file", "commit", &site.tip()]).contains("Retry never"), "git itself is deceived");
        told.changes_nothing(&site, &tip);
    }

    "`.git/info/grafts` gives an event another parent"
    a_graft_in_the_chain: "" 0 "valid: bytes, chain, signatures, rules"; |told| {
        let site = Site::new();
        let tip = tip_line(&site);
        let graft = format!("{} {}\n", site.tip(), site.commit_of("enrolled omar"));
        site.write(".git/info/grafts", &graft);
        assert_eq!(site.repo.git(["rev-list", "--count", "refs/ledger/main"]), "3", "git itself is deceived");
        told.changes_nothing(&site, &tip);
    }

    "the file `shallow` says that the chain begins later"
    a_shallow_boundary_in_a_whole_chain: "" 0 "valid: bytes, chain, signatures, rules"; |told| {
        let site = Site::new();
        let tip = tip_line(&site);
        site.write(".git/shallow", &format!("{}\n", site.tip()));
        assert_eq!(site.repo.git(["rev-list", "--count", "refs/ledger/main"]), "1", "git itself is deceived");
        told.changes_nothing(&site, &tip);
    }

    "a shallow clone, whose chain is cut short"
    a_shallow_clone: "trust.history" 3 "git fetch --unshallow"; |told| {
        let site = Site::new();
        let url = format!("file://{}", site.repo.path().display());
        let git = site.repo.path().join(".git");
        let kept = site.beside.path().join("whole");
        std::fs::rename(&git, &kept).unwrap();
        git_in(site.repo.path(), ["init", "-q", "-b", "main", "."]);
        let from = url.replace(&site.repo.path().display().to_string(), &kept.display().to_string());
        git_in(site.repo.path(), ["fetch", "-q", "--depth=2", &from, "refs/ledger/main:refs/ledger/main"]);
        told.stops(&site);
    }

    "an alternate offers another object under an event's id"
    an_alternate_that_offers_another_object: "trust.history" 3 "hash mismatch"; |told| {
        let site = Site::new();
        let (tip, elsewhere) = (site.tip(), site.beside.path().join("objects"));
        let other = std::fs::read(site.loose(&another(&site))).unwrap();
        move_to(&site, &tip, &elsewhere);
        let file = elsewhere.join(&tip[..2]).join(&tip[2..]);
        std::fs::write(file, other).unwrap();
        name_alternate(&site.repo.path().join(".git/objects"), elsewhere.to_str().unwrap());
        told.stops_everything(&site);
    }

    "an alternate holds another object beside the event that is here"
    an_alternate_that_contradicts_what_is_here: "trust.history" 3 "hash mismatch"; |told| {
        let site = Site::new();
        let (tip, elsewhere) = (site.tip(), site.beside.path().join("objects"));
        let other = std::fs::read(site.loose(&another(&site))).unwrap();
        std::fs::create_dir_all(elsewhere.join(&tip[..2])).unwrap();
        std::fs::write(elsewhere.join(&tip[..2]).join(&tip[2..]), other).unwrap();
        name_alternate(&site.repo.path().join(".git/objects"), elsewhere.to_str().unwrap());
        told.stops(&site);
    }

    "an event's file in an alternate is cut off: named absolutely, relatively, and by another alternate"
    an_event_that_is_cut_off_in_an_alternate: "trust.history" 3 "is cut off"; |told| {
        let site = Site::new();
        let objects = site.repo.path().join(".git/objects");
        let elsewhere = site.repo.path().join("elsewhere");
        let oid = last_but_one(&site);
        let whole = move_to(&site, &oid, &elsewhere);
        name_alternate(&objects, elsewhere.to_str().unwrap());
        site.ledger("verify").ok();
        std::fs::write(elsewhere.join(&oid[..2]).join(&oid[2..]), &whole[..whole.len() / 2]).unwrap();
        told.stops(&site);
        name_alternate(&objects, "../../elsewhere");
        told.of(&site.ledger("verify").under("-t 30").run());
        let between = site.repo.path().join("between");
        name_alternate(&between, "../elsewhere");
        name_alternate(&objects, "../../between");
        told.of(&site.ledger("verify").under("-t 30").run());
        // Two that name each other end, too.
        name_alternate(&elsewhere, "../between");
        told.of(&site.ledger("verify").under("-t 30").run());
        let listed = site.ledger("verify").env("GIT_ALTERNATE_OBJECT_DIRECTORIES", elsewhere.as_os_str());
        name_alternate(&objects, "");
        told.of(&listed.under("-t 30").run());
    }

    "the commit from which two merged branches parted is cut off"
    a_merge_base_that_is_cut_off: "trust.history" 3 "is cut off"; |told| {
        let site = Site::new();
        site.git("reset -q --hard").ok();
        // Old enough that nothing but the search for where they parted reads it.
        let base = site.commit_file("lena", "docs/two.md", "# Two\n");
        site.git("switch -q -c side").ok();
        site.commit_file("lena", "docs/side.md", "side\n");
        let topic = site.head();
        site.git("switch -q main").ok();
        site.commit_file("lena", "docs/two.md", "# Two, again\n");
        site.git(["merge", "-q", "--no-commit", "-s", "ours", &topic]).ok();
        site.ledger("check --staged").ok();
        let file = site.loose(&base);
        let whole = std::fs::read(&file).unwrap();
        std::fs::write(&file, &whole[..whole.len() / 2]).unwrap();
        told.of(&site.ledger("check --staged").under("-t 30").run());
        site.git("commit -q -m merge").under("-t 30").exits(1).says("is cut off").says("[trust.history]");
    }
}

//! What was judged, signed or noted once, used again where it no longer holds: a guard's memory, an id, a note, a log, a name.

use crate::court::{again, follow};
use crate::net::{HELD, LIMITS, Net};
use crate::sandbox::script;
use crate::sandbox::story::Outcome;
use crate::site::{between, replaced};

/// Has the guarded server judge a push of two tags of blocked code while the block is lifted, and take the first alone. Returns what it remembers.
fn half_a_push(net: &Net) -> Vec<(&'static str, Vec<u8>)> {
    net.do_("at_server update-ref refs/ledger/main refs/ledger/main~1; add src/main.rs evil; git tag one HEAD~1; git tag two");
    script(&net.server().join("hooks/update"), "#!/bin/sh\ntest \"$1\" != refs/tags/two\n");
    net.script("git push origin one two").exits(1).says("hook declined");
    net.do_("rm $SERVER/hooks/update; at_server rev-parse -q --verify one; ! at_server rev-parse -q --verify two");
    ["judged", "judged-each"]
        .map(|name| (name, std::fs::read(net.server().join("ledger").join(name)).unwrap()))
        .to_vec()
}

/// Has the server take the second tag by itself, which nothing but what it remembers could let pass.
fn takes_the_other(net: &Net) -> Outcome {
    net.script("git -C $SERVER fetch -q \"$PWD\" two:refs/tags/two").under(LIMITS).run()
}

attacks! {
    "a push was judged before a block was placed and half of it taken; the rest is taken afterwards, on what the guard remembers"
    a_judgement_before_a_block: "" 128 "src/main.rs  blocked: HOLD on DOC-1"; |told| {
        let net = Net::guarded();
        let remembered = half_a_push(&net);
        net.do_("git push -q origin refs/ledger/main");
        told.of(&takes_the_other(&net));
        // Nor where the files are put back as they were.
        for (name, bytes) in remembered {
            std::fs::write(net.server().join("ledger").join(name), bytes).unwrap();
        }
        told.of(&takes_the_other(&net));
        net.do_("! at_server rev-parse -q --verify two");
        // Under the ledger of that time it is what was judged.
        net.do_("at_server update-ref refs/ledger/main refs/ledger/main~1");
        takes_the_other(&net);
        net.do_("at_server rev-parse -q --verify two");
    }

    "a guard is handed what another guard remembers, of a server where the same refs were judged and nothing was blocked"
    a_judgement_of_another_server: "" 128 "src/main.rs  blocked: HOLD on DOC-1"; |told| {
        let net = Net::guarded();
        net.do_("cp -r $SERVER $BESIDE/twin.git; cp -r $SERVER $BESIDE/kept.git");
        for (name, bytes) in half_a_push(&net) {
            std::fs::write(net.beside.path().join("kept.git/ledger").join(name), bytes).unwrap();
        }
        net.do_("rm -r $SERVER; mv $BESIDE/kept.git $SERVER; git tag | sed 's,^,refs/tags/,' | while read -r tag; do
                 test $tag = refs/tags/two || at_server fetch -q \"$PWD\" $tag:$tag; done");
        told.of(&takes_the_other(&net));
        net.do_("! at_server rev-parse -q --verify two");
    }

    "what a guard remembers is a file of words, of numbers without end and of names that are none"
    a_judgement_that_is_none: "" 128 "src/main.rs  blocked: HOLD on DOC-1"; |told| {
        let net = Net::guarded();
        let (main, zeros) = (net.head(), "0".repeat(40));
        net.do_("add src/main.rs evil; git tag two");
        let two = net.head();
        let now = net.do_("date +%s");
        for text in [
            format!("{now} {}\n {zeros} {two} refs/tags/two\n", "0".repeat(64)),
            format!(" {zeros} {two} refs/tags/two\n{now} {}\n", "0".repeat(64)),
            format!("{} {}\n {main} {two} refs/tags/two\n", "9".repeat(400), "f".repeat(64)),
            format!("{now} all\n * {two} refs/tags/*\n"),
            "\u{0}\u{1b}[2J\n".repeat(1000),
        ] {
            for name in ["judged", "judged-each"] {
                std::fs::write(net.server().join("ledger").join(name), &text).unwrap();
            }
            told.of(&takes_the_other(&net));
        }
        net.do_("! at_server rev-parse -q --verify two");
    }

    "somebody sees an event that is not shared yet and shares one of his own under its id, so that it counts as known and what names its place names his"
    an_id_that_somebody_else_takes: "format.repeated-id" 1 "event 34 of kim has the id"; |told| {
        let net = Net::new();
        let shared = net.tip();
        net.ledger("block DOC-3 FREEZE --reason 'not yet'").ok();
        let (mine, id) = (net.tip(), between(&net.text("blocked DOC-3 FREEZE"), "\"id\":\"", "\"").to_owned());
        let file = net.public_key("omar").display().to_string();
        net.ledger(["key", "revoke", "omar", &file, "--reason", "stolen", "--compromised-since", "34"]).ok();
        let both = net.tip();
        net.point(&format!("{shared}\n"));
        let model = again(&net, HELD, "kim");
        let model = replaced(&model, "\"reason\":\"not yet\"", "\"reason\":\"mine now\"").replace("DOC-1", "DOC-4");
        let bytes = net.bytes(&shared);
        let stolen = net.place(&net.signed("kim", follow(&model, &shared, &bytes, 34, &id)));
        net.ledger("verify").ok();
        net.serve(&stolen);
        net.point(&format!("{both}\n"));
        let synced = net.ledger("sync --yes").under(LIMITS).run();
        told.of(&synced);
        // What is to be revoked since that event is not revoked since the other.
        synced.says("event 34, which it names, is not shared").says(&format!("git show {mine}"));
        told.of(&net.ledger("sync --continue").run());
        let left = net.ledger("sync --skip").ok();
        left.says(&format!("refs/ledger-aside/{id} keeps it"));
    }

    "a note says that lena kept an event aside which she signed, in another ledger, so that `--continue` says it here"
    a_note_of_an_event_of_another_ledger: "trust.genesis-mismatch" 1 "for another ledger"; |told| {
        let net = Net::new();
        let first = net.do_("git rev-list --max-parents=0 refs/ledger/main");
        let genesis = String::from_utf8(net.bytes(&first)).unwrap();
        let (before, rest) = genesis.split_once("gpgsig ").unwrap();
        let unsigned = format!("{before}{}", rest.split_once("-----END SSH SIGNATURE-----\n").unwrap().1);
        let fresh = replaced(&unsigned, between(&unsigned, "\"id\":\"", "\""), "00000000000000000000000000000001");
        let root = net.write_commit(&net.signed("lena", fresh));
        let bytes = net.bytes(&root);
        let model = replaced(&net.unsigned(HELD), "DOC-1", "DOC-3").replace("DOC-1", "DOC-3");
        let id = "00000000000000000000000000000002";
        let foreign = net.write_commit(&net.signed("lena", follow(&model, &root, &bytes, 1, id)));
        std::fs::create_dir_all(net.repo.path().join(".git/ledger")).unwrap();
        let note = format!("remote origin\nbefore {}\n{id} {foreign}\n", net.before(HELD));
        std::fs::write(net.repo.path().join(".git/ledger/aside"), note).unwrap();
        let tip = net.tip();
        told.of(&net.ledger("sync --continue").under(LIMITS).run());
        assert_eq!(net.do_("git rev-parse refs/ledger/main; at_server rev-parse refs/ledger/main"), format!("{tip}\n{tip}"));
    }

    "the file that names the ledger leads a new clone to a cut one, in a history that was written anew and says nothing of before"
    a_history_that_never_named_the_ledger: "trust.history" 3 "is where ledgers are, unless somebody says otherwise"; |told| {
        let net = Net::new();
        net.do_("at_server update-ref refs/ledger/other refs/ledger/main~1
                 git checkout -q --orphan anew; sed -i 's,refs/ledger/main,refs/ledger/other,' .ledger; git commit -q -a -m Anew
                 git push -q -f origin anew:main");
        let genesis = net.do_("git config ledger.genesis");
        let clone = net.ledger(["clone", "--no-hooks", "--genesis", &genesis]).arg(net.server());
        told.of(&clone.arg(net.beside.path().join("new")).under(LIMITS).run());
    }

    "a fork of the ledger, from before its last event, is left where ledgers usually are, on a host that keeps it on a branch, so that no clone is taken"
    a_fork_where_ledgers_usually_are: "" 0 "refs/ledger/main has this ledger, too, with other events from 33 on"; |told| {
        let net = Net::new();
        net.do_("git push -q origin refs/ledger/main:refs/heads/ledger; at_server update-ref -d refs/ledger/main
                 sed -i 's,refs/ledger/main,refs/heads/ledger,' .ledger; git checkout -q --orphan anew; git commit -q -a -m Anew
                 git push -q -f origin anew:main");
        let (tip, old) = (net.tip(), net.before(HELD));
        net.point(&format!("{old}\n"));
        net.do_("git config ledger.ref refs/ledger/main");
        net.ledger("declare DOC-20 --kind document").as_("dora").ok();
        net.serve("refs/ledger/main");
        let clone = |name: &str| net.ledger("clone --no-hooks").arg(net.server()).arg(net.beside.path().join(name));
        told.of(&clone("plain").under(LIMITS).run());
        assert_eq!(net.do_("git -C \"$BESIDE/plain\" rev-parse refs/heads/ledger"), tip);
        // What goes on from what came is refused, unless somebody says which of them counts.
        net.point(&format!("{tip}\n"));
        net.ledger("declare DOC-20 --kind document").as_("dora").ok();
        net.serve("refs/ledger/main");
        let refused = clone("longer").exits(3);
        refused.says("there it goes on to event 34").never_says("git config ledger.ref refs/ledger/main");
        clone("said").arg("--ref").arg("refs/heads/ledger").ok().never_says("refs/ledger/main has");
        assert_eq!(net.do_("git -C \"$BESIDE/said\" rev-parse refs/heads/ledger"), tip);
    }

    "the ledger's ref is removed and a log planted that says it was at an older event, so that the doctor puts it back there"
    a_log_that_leads_the_doctor_back: "" 0 "is put back to event 33"; |told| {
        let net = Net::new();
        let (tip, old) = (net.tip(), net.before(HELD));
        let plant = format!(
            "cd $OMAR; git update-ref -d refs/ledger/main; mkdir -p .git/logs/refs/ledger
             echo '{tip} {old} omar <> 1768000000 +0000\tledger: sync with origin' >.git/logs/refs/ledger/main"
        );
        net.do_(&plant);
        let mended = net.by_omar("doctor --mend").under(LIMITS).run();
        assert!(mended.stdout.contains("is put back to event 33"), "{mended}");
        told.of(&mended);
        assert_eq!(net.do_("git -C $OMAR rev-parse refs/ledger/main"), tip);
    }

    "a bundle names its ledger twice: the whole one for who looks at it, and one without the block for who reads it"
    a_bundle_that_names_its_ledger_twice: "store.bundle" 3 "it names refs/ledger/main twice"; |told| {
        let net = Net::new();
        net.ledger("bundle create").arg(net.beside.path().join("whole.bundle")).ok();
        let whole = std::fs::read(net.beside.path().join("whole.bundle")).unwrap();
        let (tip, old) = (net.tip(), net.before(HELD));
        let at = whole.windows(2).position(|pair| pair == b"\n\n").unwrap();
        let text = String::from_utf8(whole[..at].to_vec()).unwrap();
        let genesis = net.do_("git config ledger.genesis");
        for (first, second) in [(&tip, &old), (&old, &tip)] {
            let line = |oid: &str| format!("{oid} refs/ledger/main\n");
            let head = replaced(&text, &line(&tip), &format!("{}{}", line(first), line(second)));
            let file = net.beside.path().join("twice.bundle");
            std::fs::write(&file, [head.as_bytes(), &whole[at..]].concat()).unwrap();
            told.of(&net.ledger(["bundle", "verify", "--genesis", &genesis]).arg(&file).under(LIMITS).run());
        }
    }
}

//! Remotes that lie: about events, about evidence, about themselves, and to the terminal.

use crate::court::{again, follow};
use crate::net::{HELD, Net, another};
use crate::sandbox::story::Outcome;
use crate::site::{Site, TAIL, between, replaced};

const EVIDENCE: &str = "refs/ledger-evidence/main";

/// What no output may hold: it would move a terminal's cursor, or clear the screen.
const ESCAPE: char = '\u{1b}';

/// Appends an event of dora's to lena's clone, which nobody else has, and returns its commit.
fn event_of_dora(site: &Site, id: &str) -> String {
    site.ledger(["declare", id, "--kind", "document"]).as_("dora").ok();
    site.tip()
}

/// Has lena append and share an event, which omar takes over.
fn grown(net: &Net) -> String {
    let tip = event_of_dora(net, "DOC-20");
    net.ledger("sync").ok();
    net.by_omar("sync").ok();
    tip
}

/// Has omar, who knows what the server had, run the commands that put it back: nothing of it is lost.
#[track_caller]
fn put_back(net: &Net, refused: &Outcome, had: &str) {
    let mends: Vec<String> = refused.next().into_iter().filter(|next| next.starts_with("git push")).collect();
    assert_eq!(mends.len(), 1, "{refused}");
    net.script(&format!("cd $OMAR; {}", mends[0])).as_("omar").ok();
    assert_eq!(net.do_("at_server rev-parse refs/ledger/main"), had, "{refused}");
    net.by_omar("sync").ok().says("in step");
}

/// Returns a command that prints the name of a commit of three megabytes, with these parents.
fn too_large(parents: &str) -> String {
    format!("yes | head -c 3000000 | git commit-tree {parents} $(git hash-object -t tree -w /dev/null)")
}

attacks! {
    "the server drops the newest event, and somebody with a key goes on from before it"
    a_remote_that_drops_an_event: "trust.history" 3 "origin was forked"; |told| {
        let net = Net::new();
        let dropped = net.tip();
        net.point(&format!("{}\n", net.before(HELD)));
        net.serve(&event_of_dora(&net, "DOC-21"));
        net.not_taken(told).says(&dropped);
        // The block that the server hides still stands here.
        net.do_("cd $OMAR; put src/main.rs evil");
        net.by_omar("check --staged").exits(1).says("blocked: HOLD on DOC-1");
    }

    "the server inserts an event and hangs those that follow it on that one, for whoever clones anew"
    a_remote_that_inserts_an_event: "trust.signature" 3 "the ledger is invalid from event 34 on (blocked DOC-1 HOLD"; |told| {
        let net = Net::new();
        let unsigned = net.unsigned(HELD);
        net.point(&format!("{}\n", net.before(HELD)));
        let inserted = event_of_dora(&net, "DOC-21");
        let bytes = net.bytes(&inserted);
        let id = "0123456789abcdef0123456789abcdef";
        let moved = follow(&unsigned, &inserted, &bytes, 33, id);
        let signature = between(&String::from_utf8(net.bytes(&net.do_("git -C $SERVER rev-parse refs/ledger/main"))).unwrap(), "gpgsig", "-----END").to_owned();
        let signed = moved.replacen("\n\n", &format!("\ngpgsig{signature}-----END SSH SIGNATURE-----\n\n"), 1);
        let tip = net.place(signed.as_bytes());
        net.serve(&tip);
        let clone = net.ledger("clone --no-hooks").arg(net.server()).arg(net.beside.path().join("new"));
        told.of(&clone.run());
        net.not_taken_by(told, net.by_omar("clone --no-hooks").arg(net.server()).arg(net.beside.path().join("newer")));
    }

    "the server is rewound to an old tip by an administrator, who then pushes the code that a block stopped"
    a_remote_that_is_rewound_for_a_push: "trust.history" 3 "origin was rewound: 1 event that it had is gone"; |told| {
        let net = Net::guarded();
        net.do_("at_server update-ref refs/ledger/main refs/ledger/main~1; add src/main.rs evil; git push -q origin main");
        net.not_taken(told);
        net.do_("cd $OMAR; git fetch -q");
        net.by_omar("check --range HEAD..origin/main").exits(1).says("blocked: HOLD on DOC-1");
    }

    "the server replays an old tip, with the evidence of its day, long after newer ones were seen"
    a_remote_that_replays_an_old_tip: "trust.history" 3 "origin was rewound: 2 events"; |told| {
        let net = Net::new();
        let old = net.before(HELD);
        grown(&net);
        net.do_(&format!("at_server update-ref refs/ledger/main {old}; at_server update-ref -d {EVIDENCE}"));
        net.not_taken(told);
        assert_ne!(net.do_(&format!("git -C $OMAR rev-parse {EVIDENCE}")), "");
    }

    "the server shows an old tip to who clones anew; code of two people on it cites a later event"
    a_remote_that_is_cut_short_for_a_new_clone: "trust.tip-mismatch" 3 "it was cut short, or is older than the code"; |told| {
        let net = Net::new();
        let (seq, sha256) = net.tip_of("refs/ledger/main");
        let cites = |name: &str, who: &str| {
            net.script(&format!("put {name}.md; git commit -q -m \"Note\n\nLedger-Tip: {seq} {sha256}\"; git push -q origin main")).as_(who).ok();
        };
        cites("notes", "lena");
        net.do_("at_server update-ref refs/ledger/main refs/ledger/main~1");
        let new = net.beside.path().join("new");
        let clone = |to: &str| net.ledger("clone --no-hooks").arg(net.server()).arg(net.beside.path().join(to)).as_("raj");
        clone("new").ok().says("or lena made that up");
        // The word of one person alone could be made up.
        net.ledger("verify").as_("raj").in_(&new).ok().says("only by the word of lena");
        net.ledger("verify --complete").as_("raj").in_(&new).exits(3).says("[trust.tip-mismatch]");
        cites("more", "omar");
        told.of(&clone("newer").run());
        net.do_("git -C \"$BESIDE/new\" fetch -q");
        told.of(&net.ledger("verify").as_("raj").in_(&new).run());
    }

    "two clones are shown two continuations by a server that holds keys; who compares tips finds it"
    a_split_view_that_tips_tell: "trust.tip-mismatch" 3 "the pinned tip is event 34"; |told| {
        let net = Net::new();
        let common = net.tip();
        let one = event_of_dora(&net, "DOC-20");
        let seen = net.tip_of(&one);
        net.point(&format!("{common}\n"));
        let other = event_of_dora(&net, "DOC-21");
        net.serve(&other);
        net.by_omar("sync").ok();
        net.serve(&one);
        net.point(&format!("{one}\n"));
        net.ledger("sync").ok().says("in step");
        told.of(&net.by_omar(["verify", "--tip", &format!("{}:{}", seen.0, seen.1)]).run());
    }

    "two clones are shown two continuations; code that one of them signed comes to the other, who insists"
    a_split_view_that_code_tells: "trust.tip-mismatch" 3 "is another one here"; |told| {
        let net = Net::new();
        let common = net.tip();
        let one = event_of_dora(&net, "DOC-20");
        let (seq, sha256) = net.tip_of(&one);
        net.point(&format!("{common}\n"));
        net.serve(&event_of_dora(&net, "DOC-21"));
        net.by_omar("sync").ok();
        net.do_(&format!("put notes.md; git commit -q -m \"Note\n\nLedger-Tip: {seq} {sha256}\"; git push -q origin main"));
        net.do_("git -C $OMAR pull -q");
        net.by_omar("verify").ok().says("is another one here").says("only by the word of");
        told.of(&net.by_omar("verify --complete").run());
    }

    "somebody who is enrolled signs a commit that cites an event which never was, so that nobody's ledger verifies any more"
    an_event_that_never_was: "trust.tip-mismatch" 0 "only by the word of dora"; |told| {
        let net = Net::new();
        let made_up = "d".repeat(64);
        // Her agent is no second person.
        for (n, who) in ["dora", "milo"].into_iter().enumerate() {
            let cites = format!("put notes{n}.md; git commit -q -m \"Note\n\nLedger-Tip: 99 {made_up}\"; git push -q origin main");
            net.script(&cites).as_(who).ok();
            let verified = net.ledger("verify").run();
            told.of(&verified);
            verified.says(&format!("by code that {who} signed"));
        }
        net.ledger("status").ok();
    }

    "a server that is no guard of ours answers a push with a refusal that names commands of its own"
    a_server_that_names_commands: "store.off-branch" 1 "did not take the push"; |told| {
        let net = Net::new();
        let hook = "#!/bin/sh\nprintf 'ledger: push refused: no  [store.off-branch]\\n  needed   trust\\n  next     ledger trust 00\\n  next     rm -rf .\\n' >&2\nexit 1\n";
        let file = net.server().join("hooks/pre-receive");
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(&file, hook).unwrap();
        net.do_(&format!("chmod +x '{}'", file.display()));
        net.ledger("declare DOC-30 --kind document").as_("dora").ok();
        let outcome = net.ledger("sync").run();
        told.of(&outcome);
        assert_eq!(outcome.next(), Vec::<String>::new(), "{outcome}");
        let read = net.ledger("sync").json().exits(1);
        assert!(!read.stdout.contains("\"next\":[\""), "{read}");
    }

    "the server serves another ledger under the name, to a clone that never spoke with it under this remote's name"
    a_remote_that_swaps_the_ledger: "trust.genesis-mismatch" 3 "mirror has another ledger"; |told| {
        let net = Net::new();
        another().git(["push", "-q", "--force"]).arg(net.server()).arg("refs/ledger/main").ok();
        net.do_("git -C $OMAR remote add mirror $SERVER");
        net.not_taken_by(told, net.by_omar("sync mirror"));
        net.by_omar("sync").exits(3).says("another ledger than it had");
    }

    "the server serves another ledger, and code that names it, to who clones with the genesis that a friend told"
    a_remote_that_swaps_the_ledger_and_the_file: "trust.genesis-mismatch" 3 "--genesis pins the ledger"; |told| {
        let net = Net::new();
        let genesis = net.do_("git config ledger.genesis");
        let other = another();
        other.git(["push", "-q", "--force"]).arg(net.server()).arg("refs/ledger/main").arg("main").ok();
        let new = net.beside.path().join("new");
        let clone = net.ledger(["clone", "--no-hooks", "--genesis", &genesis]).arg(net.server()).arg(&new);
        net.not_taken_by(told, clone);
        assert_eq!(net.do_(&format!("git -C '{}' for-each-ref refs/ledger", new.display())), "");
    }

    "an invalid event stands between two valid ones that the server has"
    a_remote_with_an_invalid_event_in_the_middle: "trust.role-not-held" 3 "invalid from event 35 on"; |told| {
        let net = Net::new();
        event_of_dora(&net, "DOC-20");
        let forged = replaced(&again(&net, HELD, "dora"), "HOLD\"", "FREEZE\"");
        net.place(&net.signed("dora", replaced(&forged, "HOLD\n", "FREEZE\n")));
        event_by_hand(&net);
        net.serve("refs/ledger/main");
        net.not_taken(told);
    }

    "an event of a later release comes to who has an older one: the way back would cut off everybody who has the later one"
    a_remote_with_an_event_of_a_later_release: "format.unknown-version" 3 "a later release may read it"; |told| {
        let net = Net::new();
        let here = net.tip();
        for (from, to, code) in
            [("\"v\":1", "\"v\":2", "format.unknown-version"), ("\"type\":\"declared\"", "\"type\":\"foretold\"", "format.unknown-type")]
        {
            net.ledger("declare DOC-30 --kind document").as_("dora").ok();
            net.resign("declared DOC-30", from, to);
            let newer = net.tip();
            net.serve(&newer);
            net.point(&format!("{here}\n"));
            let clone = net.ledger("clone --no-hooks").arg(net.server()).arg(net.beside.path().join(code));
            for refused in [net.by_omar("sync").exits(3), clone.exits(3)] {
                refused.says("a later release may read it").says(&format!("[{code}]")).never_says("git push").never_says("update-ref");
            }
        }
        net.ledger("declare DOC-30 --kind document").as_("dora").ok();
        net.resign("declared DOC-30", "\"v\":1", "\"v\":2");
        net.serve("refs/ledger/main");
        net.not_taken(told);
    }

    "an event of a later release hangs below the end of the ledger, so that what is gone passes for what is not read yet"
    a_rewind_that_a_later_release_hides: "trust.history" 3 "event 33 there: the payload is of version 2"; |told| {
        let net = Net::new();
        let (had, below) = (net.tip(), net.before(HELD));
        net.resign(HELD, "\"v\":1", "\"v\":2");
        net.serve("refs/ledger/main");
        let now = net.tip();
        for words in ["sync", "sync --restore"] {
            let refused = net.not_taken_by(told, net.by_omar(words));
            refused.says("origin was forked").says(&had).says(&now).says(&format!("common ancestor   {below}"));
        }
        put_back(&net, &net.not_taken(told), &had);
    }

    "a commit that is too large for an event hangs below the end of the ledger, so that the way back which is printed drops what followed"
    a_commit_that_is_too_large_below_the_end: "format.size" 3 "a commit of 3000"; |told| {
        let net = Net::new();
        let had = net.tip();
        let large = too_large("-p refs/ledger/main~2");
        net.do_(&format!("cd $SERVER; git update-ref refs/ledger/main $({large})"));
        put_back(&net, &net.not_taken(told), &had);
    }

    "somebody with a key goes on from before the end and hangs what is no event on that, so that the way back which is printed takes his events for the others"
    a_fork_that_an_invalid_event_ends: "format.unsigned" 3 "invalid from event 34 on"; |told| {
        let net = Net::new();
        let (had, below) = (net.tip(), net.before(HELD));
        net.point(&format!("{below}\n"));
        net.serve(&event_of_dora(&net, "DOC-21"));
        net.do_("cd $SERVER; git update-ref refs/ledger/main $(git commit-tree -m x -p refs/ledger/main $(git hash-object -t tree -w /dev/null))");
        put_back(&net, &net.not_taken(told), &had);
    }

    "the server's ledger is what can be none: a file, a tag, a commit too large for an event that follows nothing"
    a_remote_whose_ledger_is_none: "trust.history" 3 "origin has no ledger at refs/ledger/main"; |told| {
        let net = Net::new();
        let had = net.tip();
        for (n, made) in ["git rev-parse main:.ledger", "git tag -a -f -m tip tip main; git rev-parse tip", &too_large("")].into_iter().enumerate() {
            net.do_(&format!("cd $SERVER; git update-ref refs/ledger/main $({made})"));
            let clone = net.ledger("clone --no-hooks").arg(net.server()).arg(net.beside.path().join(n.to_string()));
            let cloned = clone.as_("raj").run();
            told.of(&cloned);
            for next in cloned.next() {
                net.shell(&next).as_("raj").ok();
            }
            let refused = net.not_taken(told);
            refused.says("any more").says(&had).says("common ancestor   none");
            put_back(&net, &refused, &had);
        }
    }

    "an event of a far day comes from a server that does not guard, so that nobody could append after it"
    a_remote_with_an_event_of_a_far_day: "store.clock" 5 "2090-01-01T00:00:00Z"; |told| {
        let net = Net::new();
        let event = event_of_dora(&net, "DOC-20");
        let text = net.unsigned("declared DOC-20");
        let at = between(&text, "\"at\":\"", "\"").to_owned();
        let seconds = between(&text, "author dora <> ", " ").to_owned();
        let text = text.replace(&at, "2090-01-01T00:00:00Z").replace(&format!("<> {seconds} "), "<> 3786912000 ");
        net.place(&net.signed("dora", text));
        assert_ne!(net.tip(), event);
        net.serve("refs/ledger/main");
        net.not_taken(told);
    }

    "the server has other bytes under the name of a piece of evidence, for who clones anew"
    a_remote_with_other_bytes_as_evidence: "" 0 "1 missing"; |told| {
        let net = Net::new();
        let name = net.do_(&format!("git ls-tree -r --name-only {EVIDENCE}"));
        let (fan, rest) = name.split_once('/').unwrap();
        let script = format!(
            "cd $SERVER; blob=$(echo evil | git hash-object -w --stdin)
             tree=$(printf '100644 blob %s\\t{rest}\\n' $blob | git mktree)
             tree=$(printf '040000 tree %s\\t{fan}\\n' $tree | git mktree)
             printf 'tree %s\\nauthor ledger <> 0 +0000\\ncommitter ledger <> 0 +0000\\n\\nevidence\\n' $tree >commit
             git update-ref {EVIDENCE} $(git hash-object -w -t commit commit)"
        );
        net.do_(&script);
        let new = net.beside.path().join("new");
        net.ledger("clone --no-hooks").arg(net.server()).arg(&new).as_("raj").ok().says("missing there too");
        told.of(&net.ledger("verify").as_("raj").in_(&new).run());
        assert_eq!(net.script(&format!("git -C '{}' cat-file -e {EVIDENCE}:{name}", new.display())).run().code, 128);
        // Who has the right bytes gives them back.
        net.by_omar("sync").ok().says("evidence given");
    }

    "the file that names a ledger on a branch is pushed away on a host that takes whatever is pushed, so that clones have none"
    a_remote_whose_code_names_no_ledger: "trust.ledger-missing" 3 "has a ledger on its branch ledger, and nothing here names it"; |told| {
        let net = Net::new();
        net.do_("git push -q origin refs/ledger/main:refs/heads/ledger refs/ledger-evidence/main:refs/heads/ledger-evidence
                 at_server update-ref -d refs/ledger/main; at_server update-ref -d refs/ledger-evidence/main
                 git checkout -q --orphan root; git rm -r -q -f .; add notes.md; git push -q --force origin root:main");
        let clone = |name: &str| net.ledger("clone --no-hooks").arg(net.server()).arg(net.beside.path().join(name));
        told.of(&clone("one").run());
        // Nothing there is told to found a second one, and who knows the ref says it.
        let one = net.beside.path().join("one");
        for command in ["status", "log", "sync", "doctor"] {
            net.ledger(command).in_(&one).run().says("has a ledger on its branch ledger").never_says("ledger init");
        }
        net.write_beside("charter.toml", crate::site::CHARTER);
        let init = net.ledger("init --actor lena --charter").arg(net.beside.path().join("charter.toml"));
        let init = init.arg("--key").arg(net.key("lena"));
        told.of(&init.in_(&one).run());
        net.do_("cd $BESIDE/one; git config ledger.ref refs/heads/ledger");
        net.ledger("sync").in_(&one).ok();
        // The same where a clone checks the ledger itself out.
        net.do_("at_server symbolic-ref HEAD refs/heads/ledger");
        told.of(&clone("two").run());
        net.ledger("verify").in_(&one).ok();
    }

    "a branch with a name that comes first holds a cut copy of the ledger, on a host whose code names none, for clones to be led to it"
    a_remote_with_a_cut_copy_on_a_branch: "trust.ledger-missing" 3 "has ledgers on its branches aaa, ledger, and nothing here names it"; |told| {
        let net = Net::new();
        net.do_("git push -q origin refs/ledger/main:refs/heads/ledger refs/ledger/main~2:refs/heads/aaa
                 at_server update-ref -d refs/ledger/main; at_server update-ref -d refs/ledger-evidence/main
                 git checkout -q --orphan root; git rm -r -q -f .; add notes.md; git push -q --force origin root:main");
        let refused = net.ledger("clone --no-hooks").arg(net.server()).arg(net.beside.path().join("one")).run();
        told.of(&refused);
        assert!(refused.next().iter().all(|next| !next.contains("aaa")), "{refused}");
    }

    "a host that takes whatever is pushed holds evidence that no event cites, for every clone to have it"
    a_remote_with_evidence_that_no_event_cites: "" 0 "1 piece of origin left out, which no event cites"; |told| {
        let net = Net::new();
        let held = net.pieces("$SERVER");
        let junk = net.evidence_with("somebody's address\n");
        net.do_(&format!("git push -q --force origin {junk}:{EVIDENCE}"));
        told.of(&net.by_omar("sync").run());
        assert_eq!(net.pieces("$OMAR"), held);
        // It may be there for an event that is under way; once the ledger has moved, it is for none.
        assert_ne!(net.pieces("$SERVER"), held);
        grown(&net);
        assert_eq!(net.pieces("$SERVER"), held);
    }

    "what was erased is pushed again to a server that does not guard"
    a_remote_with_evidence_that_was_erased: "" 0 "in step with origin"; |told| {
        let net = Net::new();
        let name = net.do_(&format!("git ls-tree -r --name-only {EVIDENCE}"));
        let old = net.do_(&format!("git rev-parse {EVIDENCE}"));
        let erased = net.ledger(["erase", &name.replace('/', ""), "--reason", "a secret"]).json().ok();
        net.ledger(["cosign", &erased.text("event.id")]).as_("kim").ok();
        net.ledger("sync").ok();
        net.by_omar("sync").ok().says("taken away");
        net.do_(&format!("git push -q --force origin {old}:{EVIDENCE}"));
        assert_eq!(net.by_omar("sync").ok().stderr, "");
        told.of(&net.by_omar("sync").run());
        for place in ["$OMAR", "$SERVER"] {
            assert_eq!(net.do_(&format!("git -C \"{place}\" ls-tree -r {EVIDENCE}")), "", "{place}");
        }
    }

    "the server's evidence is no commit: a tag of a file of zeros, a file, a tree"
    a_remote_whose_evidence_is_no_commit: "" 0 "evidence given"; |told| {
        let net = Net::new();
        let held = net.pieces("$SERVER");
        net.do_("cd $SERVER; truncate -s 30M zeros; git tag -a -m zeros zeros $(git hash-object -w zeros); rm zeros");
        for oid in ["refs/tags/zeros", "refs/tags/zeros^{}", "main^{tree}"] {
            net.do_(&format!("cd $SERVER; git update-ref {EVIDENCE} $(git rev-parse {oid})"));
            let clone = net.ledger("clone --no-hooks").arg(net.server()).arg(net.beside.path().join(&oid[5..]));
            clone.as_("raj").ok().says("1 cited piece is missing there too");
            told.of(&net.by_omar("sync").run());
            assert_eq!(net.pieces("$SERVER"), held);
            net.by_omar("verify").ok().says(" 0 missing");
        }
    }

    "the server's ledger is a tag of the tip"
    a_remote_whose_ledger_is_a_tag: "trust.history" 3 "the object is not a commit"; |told| {
        let net = Net::new();
        net.do_("cd $SERVER; git tag -a -m tip tip refs/ledger/main; git update-ref refs/ledger/main refs/tags/tip");
        net.not_taken(told).says("origin has no ledger at refs/ledger/main any more");
    }

    "the server's ledger is a symbolic ref to a branch, which everybody moves"
    a_remote_whose_ledger_is_a_symbolic_ref: "trust.history" 3 "origin has another ledger than it had"; |told| {
        let net = Net::new();
        net.do_("cd $SERVER; git symbolic-ref refs/ledger/main refs/heads/main");
        net.not_taken(told);
    }

    "the server's ledger names an object that is not there"
    a_remote_whose_ledger_dangles: "store.io" 5 "not our ref 1212"; |told| {
        let net = Net::new();
        net.do_(&format!("cd $SERVER; echo {} > refs/ledger/main", "12".repeat(20)));
        net.not_taken(told);
    }

    "the server has fifty thousand refs whose names end like the ledger's"
    a_remote_with_fifty_thousand_refs: "" 0 "in step with origin"; |told| {
        let net = Net::new();
        net.do_("cd $SERVER; git pack-refs --all; old=$(git rev-parse refs/ledger/main~1)
                 seq -f \"$old refs/x/%06.0f/refs/ledger/main\" 50000 >more; cat packed-refs more | grep -v '^#' | sort -k 2 >sorted
                 { echo '# pack-refs with: sorted'; cat sorted; } >packed-refs; git -C \"$OMAR\" config protocol.version 0");
        net.not_taken(told);
    }

    "the server talks without end and serves nothing"
    a_remote_that_talks_without_end: "store.io" 5 "says more than anybody reads"; |told| {
        let net = Net::new();
        let sync = net.answered_by(net.by_omar("sync"), "exec yes 'remote: please wait' >&2\n");
        net.not_taken_by(told, sync);
    }

    "the server's words clear the screen, where it says no"
    a_remote_that_says_no_in_escapes: "" 1 "\\u{1b}[2J\\u{1b}]0;owned\\u{7}"; |told| {
        let net = Net::new();
        let hook = net.server().join("hooks/pre-receive");
        crate::sandbox::script(&hook, "#!/bin/sh\nprintf '\\033[2J\\033]0;owned\\007synced with origin\\n' >&2\nexit 1\n");
        event_of_dora(&net, "DOC-20");
        let sync = net.ledger("sync").run();
        told.of(&sync);
        assert!(!sync.stderr.contains(ESCAPE) && !sync.stdout.contains(ESCAPE), "{sync:?}");
    }

    "the server's words clear the screen, and tell of a ledger that is in step"
    a_remote_that_cannot_be_reached_in_escapes: "store.io" 5 "in step\\u{1b}[1A"; |told| {
        let net = Net::new();
        let error = "ERR \u{1b}[2J\u{1b}]0;owned\u{7}in step with origin\n";
        let program = format!("printf '{:04x}{error}'; printf 'in step\u{1b}[1A\n' >&2\n", error.len() + 4);
        for words in ["sync", "sync --progress"] {
            let sync = net.answered_by(net.by_omar(words), &program).run();
            told.of(&sync);
            assert!(!sync.stderr.contains(ESCAPE) && !sync.stdout.contains(ESCAPE), "{sync:?}");
        }
        let clone = net.answered_by(net.by_omar("clone --progress host:x new"), &program).run();
        assert!(clone.code == 5 && !clone.stderr.contains(ESCAPE), "{clone:?}");
    }
}

/// Has dora go on, whatever stands before it.
fn event_by_hand(site: &Site) {
    let next = site.event(
        "dora",
        "drafter",
        "declared",
        "\"DOC-29\"",
        between(&site.unsigned(TAIL), "\"body\":", ",\"id\""),
        "DOC-29",
    );
    site.place(&site.signed("dora", next));
}

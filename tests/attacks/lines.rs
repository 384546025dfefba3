//! Pushes past the guard of a server in which not every line is taken: git takes each for itself, and the guard judges what it takes.

use crate::net::{LIMITS, Net};
use crate::sandbox::story::Outcome;

const EVIDENCE: &str = "refs/ledger-evidence/main";

/// No object is called so.
const NONE: &str = "1111111111111111111111111111111111111111";

/// Speaks to the server's git as a client may that is not git: moves as `(OLD, NEW, REF)` of revisions, an empty one for nothing. It
/// ends as git does, with 1 where a ref was not taken.
fn raw(net: &Net, moves: &[(&str, &str, &str)]) -> Outcome {
    let mut request = String::new();
    let mut news = Vec::new();
    for (nth, (old, new, name)) in moves.iter().enumerate() {
        let oid = |revision: &str| match revision {
            "" => "0".repeat(40),
            NONE => NONE.to_owned(),
            other => net.do_(&format!("git rev-parse {other}")),
        };
        news.extend((!new.is_empty()).then(|| oid(new)));
        let line = format!("{} {} {name}{}", oid(old), oid(new), if nth == 0 { "\0report-status" } else { "" });
        request.extend([format!("{:04x}{line}", line.len() + 4)]);
    }
    request.push_str("0000");
    let request = net.write_beside("request", &request);
    let news = net.write_beside("news", &format!("{}\n", news.join("\n")));
    let pack = format!(
        "test ! -s '{0}' || test \"$(cat '{0}')\" = '' || git pack-objects -q --revs --stdout <'{0}'",
        news.display()
    );
    net.script(&format!(
        "(cat '{}'; {pack}) | git receive-pack \"$SERVER\" >$BESIDE/answer || exit
         tr -d '\\0' <$BESIDE/answer; ! grep -aq '^....ng ' $BESIDE/answer",
        request.display()
    ))
    .under(LIMITS)
    .run()
}

/// Returns the refs of the server.
fn refs(net: &Net) -> String {
    net.do_("git -C $SERVER for-each-ref")
}

attacks! {
    "the ledger is deleted without any key, by a second line for its ref behind one that git will not take"
    a_second_line_that_deletes_the_ledger: "store.ref" 1 "the push moves refs/ledger/main twice"; |told| {
        let net = Net::guarded();
        let before = refs(&net);
        for (first, second) in [
            ((NONE, "refs/ledger/main", "refs/ledger/main"), ("refs/ledger/main", "", "refs/ledger/main")),
            (("refs/ledger/main", "refs/ledger/main", "refs/ledger/main"), ("refs/ledger/main", "refs/ledger/main~1", "refs/ledger/main")),
        ] {
            told.of(&raw(&net, &[first, second]));
            assert_eq!(refs(&net), before);
        }
    }

    "blocked code takes the place of the evidence, by a second line for its ref, so that a branch may follow"
    a_second_line_that_puts_code_for_evidence: "store.ref" 1 "the push moves refs/ledger-evidence/main twice"; |told| {
        let net = Net::guarded();
        let before = refs(&net);
        net.do_("add src/main.rs evil");
        for new in ["main", ""] {
            told.of(&raw(&net, &[(NONE, EVIDENCE, EVIDENCE), (EVIDENCE, new, EVIDENCE)]));
            assert_eq!(refs(&net), before);
        }
        net.script("git push origin main").exits(1).says("src/main.rs  blocked");
    }

    "a ref is called by a line end and a whole line more, which tells the hook of a second move of the ledger"
    a_name_with_a_line_in_it: "store.ref" 1 "the push moves refs/ledger/main twice"; |told| {
        let net = Net::guarded();
        let before = refs(&net);
        let tip = net.do_("git rev-parse refs/ledger/main");
        let name = format!("refs/heads/zz\n{tip} {tip} refs/ledger/main");
        told.of(&raw(&net, &[("", "main", &name), ("refs/ledger/main", "", "refs/ledger/main")]));
        assert_eq!(refs(&net), before);
    }

    "refs are called by what git calls no ref, in the hope of a name that is read otherwise"
    a_name_that_is_none: "store.ref" 1 "is the name of no ref"; |told| {
        let net = Net::guarded();
        let before = refs(&net);
        for name in ["refs/heads/.bad", "refs/heads/a..b", "HEAD", "main", "refs/heads/x ", "refs/ledger/main\r", "refs/ledger//main", "refs/heads/zz\n"] {
            if name.ends_with('\n') {
                let ended = raw(&net, &[("", "main", name)]);
                assert_ne!(ended.code, 0, "{ended}");
            } else {
                told.of(&raw(&net, &[("", "main", name)]));
            }
            assert_eq!(refs(&net), before);
        }
    }

    "branches are called by bytes that are no text, so that the server's housekeeping takes two of them for one"
    names_that_are_no_text: "store.ref" 1 "\\xff is no name in UTF-8"; |told| {
        let net = Net::guarded();
        let [one, other] = ["377", "376"].map(|byte| format!("\"refs/heads/x$(printf '\\{byte}')\""));
        // Git says the bytes themselves again, which are no text here either.
        let refused = |refs: String| {
            let push = format!("git push origin {refs} >$BESIDE/said 2>&1 || code=$?");
            net.refused(told, &format!("code=0; {push}; LC_ALL=C tr '\\376\\377' '??' <$BESIDE/said; exit $code"));
        };
        refused(format!("main:{one}"));
        refused(format!("main:{one} main:{other}"));
        // Where they lay there before, all goes on, and they can be removed.
        net.do_(&format!("at_server update-ref {one} main; at_server update-ref {other} main"));
        net.do_("git -C $SERVER pack-refs --all; git -C $SERVER gc -q --prune=now; add notes.md; git push -q origin main");
        net.do_(&format!("git push -q origin :{one}; git push -q origin :{other}; git -C $SERVER gc -q"));
        assert!(!net.do_("git -C $SERVER for-each-ref").contains("refs/heads/x"));
    }

    "a line within a name tells of evidence that never comes, so that an event may cite it"
    a_name_with_evidence_in_it: "store.evidence-missing" 128 "cite evidence that is not here"; |told| {
        let net = Net::guarded();
        net.do_(&format!("at_server update-ref -d {EVIDENCE}"));
        seal_more(&net);
        net.do_(&format!("at_server fetch -q \"$PWD\" {EVIDENCE}"));
        let before = refs(&net);
        let evidence = net.do_(&format!("git rev-parse {EVIDENCE}"));
        let name = format!("refs/heads/zz\n{} {evidence} {EVIDENCE}", "0".repeat(40));
        told.of(&raw(&net, &[("", "main", &name), ("refs/remotes/held", "refs/ledger/main", "refs/ledger/main")]));
        assert_eq!(refs(&net), before);
        // The line that brings the evidence is there, and git does not take it.
        told.of(&raw(&net, &[(NONE, EVIDENCE, EVIDENCE), ("refs/remotes/held", "refs/ledger/main", "refs/ledger/main")]));
        assert_eq!(refs(&net), before);
    }

    "code cites an event of the same push, and the ledger's ref is locked, so that the event is never taken"
    a_citation_of_an_event_that_is_not_taken: "trust.tip-mismatch" 128 "which the ledger here does not hold"; |told| {
        let net = Net::guarded();
        net.ledger("declare DOC-20 --kind document").as_("dora").ok();
        let (seq, sha256) = net.tip_of("refs/ledger/main");
        net.do_(&format!("put notes.md; git commit -q -m Notes -m 'Ledger-Tip: {seq} {sha256}'; : >$SERVER/refs/ledger/main.lock"));
        let before = refs(&net);
        let raced = net.script("git push origin main refs/ledger/main").under(LIMITS).run();
        told.of(&raced);
        raced.says("taken with it by `git push --atomic`");
        assert_eq!(refs(&net), before);
        net.do_("rm $SERVER/refs/ledger/main.lock; git push -q --atomic origin main refs/ledger/main");
    }

    "an event speaks of a commit whose branch comes with it, under a name that git cannot make"
    an_event_on_a_branch_that_is_not_taken: "store.off-branch" 128 "which is on no branch here"; |told| {
        let net = Net::guarded();
        net.do_("git checkout -q -b scratch; add docs/nine.md");
        net.ledger("declare DOC-29 --kind document --path docs/nine.md").as_("dora").ok();
        net.ledger("move DOC-29 done").as_("dora").ok();
        net.do_("test $(git rev-list --count origin/main..HEAD) = 1");
        let before = refs(&net);
        told.of(&net.script("git push origin scratch:refs/heads/main/x refs/ledger/main").under(LIMITS).run());
        assert_eq!(refs(&net), before);
        net.do_("git push -q --atomic origin scratch refs/ledger/main");
    }

    "the ledger and its evidence are removed by git on the server itself, which no push asked for"
    a_removal_on_the_server_itself: "trust.history" 128 "would delete the"; |told| {
        let net = Net::guarded();
        net.do_("git -C $SERVER pack-refs --all; git -C $SERVER gc -q");
        let before = refs(&net);
        for name in ["refs/ledger/main", EVIDENCE] {
            told.of(&net.script(&format!("git -C $SERVER update-ref -d {name}")).under(LIMITS).run());
            net.do_(&format!("at_server update-ref refs/moved {name}; at_server update-ref -d refs/moved"));
        }
        assert_eq!(refs(&net), before);
    }
}

/// Has an event cite evidence that the server lacks; `refs/remotes/held` is the ledger that it has.
fn seal_more(net: &Net) {
    net.do_("git update-ref refs/remotes/held refs/ledger/main");
    net.write("report.txt", "a report of its own\n");
    net.ledger("attest DOC-4 review --evidence report.txt").as_("petra").ok();
}

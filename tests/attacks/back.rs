//! A guarded server whose ledger ends in what is no event, and who would make more of the way back than that.

use crate::court::again;
use crate::net::{HELD, Net};

/// Has dora, who may not, place a block once more after the tip, and the server's ledger end there, as before the guard came. Returns that tip.
fn ends_badly(net: &Net) -> String {
    let bad = net.place(&net.signed("dora", again(net, HELD, "dora")));
    net.serve(&bad);
    bad
}

/// Returns the guarded server without a ledger, which is to be on a branch, and which keeps a log of it where that is wanted; the ledger is there
/// then, and git copied a branch of code over it.
fn copied_over(logged: bool) -> Net {
    let net = Net::new();
    net.do_("rm -rf \"$SERVER\"; git init -q --bare -b main \"$SERVER\"");
    net.ledger("hooks install --server --ref refs/heads/ledger").in_(&net.server()).ok();
    let log = if logged { "always" } else { "false" };
    net.do_(&format!("git -C $SERVER config core.logAllRefUpdates {log}"));
    net.do_(
        "git push -q origin refs/ledger-evidence/main:refs/heads/ledger-evidence refs/ledger/main~1:refs/heads/ledger
             git push -q origin refs/ledger/main:refs/heads/ledger; git push -q origin main~1:refs/heads/main",
    );
    let (log, kept) = (net.server().join("logs/refs/heads/ledger"), net.beside.path().join("log"));
    if logged {
        std::fs::copy(&log, &kept).unwrap();
    }
    net.do_(
        "git -C $SERVER branch -q -C main ledger; test $(at_server rev-parse ledger) = $(at_server rev-parse main)",
    );
    if logged {
        // That the log goes with the branch is git's doing; what was in it is what an administrator has of it.
        let was = std::fs::read_to_string(&kept).unwrap();
        let (tip, code) = (net.tip(), net.do_("at_server rev-parse main"));
        std::fs::write(&log, format!("{was}{tip} {code} x <> 0 +0000\tcopy\n")).unwrap();
    }
    net
}

attacks! {
    "an event of a server that nobody could take hangs below its newest ones, and the ledger is led back to before all of them"
    a_way_back_that_is_shorter_than_the_log: "trust.role-not-held" 1 "where the log of refs/ledger/main says that it ended before"; |told| {
        let net = Net::guarded();
        let common = net.tip();
        net.do_("git -C $SERVER config core.logAllRefUpdates always");
        net.ledger("block DOC-3 FREEZE --reason 'not yet'").ok();
        net.ledger("sync").ok();
        let whole = net.tip();
        net.point(&format!("{common}\n"));
        ends_badly(&net);
        net.refused(told, &format!("git push --force origin {common}:refs/ledger/main"));
        // Nor is it by an event of the pusher's own in the place of those.
        net.point(&format!("{common}\n"));
        net.ledger("declare DOC-21 --kind document").as_("dora").ok();
        net.refused(told, "git push --force origin refs/ledger/main");
        // What the server says of it leads to the end that the log knows, and so does whoever has that end.
        net.do_("cp -r $SERVER $BESIDE/kept.git");
        let told_there = net.ledger("verify").in_(&net.server()).exits(3).next();
        let back = told_there.iter().find(|command| command.starts_with("git update-ref")).unwrap();
        net.do_(&format!("cd $SERVER; {back}; test $(git rev-parse refs/ledger/main) = {whole}"));
        net.do_("rm -r $SERVER; mv $BESIDE/kept.git $SERVER");
        net.do_(&format!("git push -q --force origin {whole}:refs/ledger/main"));
        net.ledger("verify").in_(&net.server()).ok();
    }

    "a server's invalid event is taken back together with the valid one before it"
    a_way_back_that_drops_a_valid_event: "trust.role-not-held" 1 "a ledger that keeps each event before it"; |told| {
        let net = Net::guarded();
        let early = net.before(HELD);
        ends_badly(&net);
        net.refused(told, "git push --force origin refs/ledger/main~2:refs/ledger/main");
        // Nor with one of the pusher's own in its place.
        net.point(&format!("{early}\n"));
        net.ledger("declare DOC-21 --kind document").as_("dora").ok();
        net.refused(told, "git push --force origin refs/ledger/main");
        net.script("git push origin :refs/ledger/main").exits(1).says("would delete the ledger");
        net.do_("git push -q --force origin $(at_server rev-parse refs/ledger/main~1):refs/ledger/main");
        net.ledger("verify").in_(&net.server()).ok();
    }

    "an event that only a later release reads is taken back from a server of an older one, by whoever does not like it"
    a_way_back_over_a_later_release: "format.unknown-version" 1 "a release of the program here that reads it"; |told| {
        let net = Net::guarded();
        let here = net.tip();
        let back = format!("git push --force origin {here}:refs/ledger/main");
        for (from, to, code) in [
            ("\"type\":\"declared\"", "\"type\":\"foretold\"", "format.unknown-type"),
            ("\"v\":1", "\"v\":2", "format.unknown-version"),
        ] {
            net.point(&format!("{here}\n"));
            net.ledger("declare DOC-30 --kind document").as_("dora").ok();
            net.resign("declared DOC-30", from, to);
            net.serve("refs/ledger/main");
            let held = net.do_("at_server rev-parse refs/ledger/main");
            let refused = net.script(&back).exits(1);
            refused.says(&format!("[{code}]")).says("a later release may read it").says("next     ledger --version");
            assert_eq!(net.do_("at_server rev-parse refs/ledger/main"), held);
        }
        net.refused(told, &back);
        // Nor does an event follow in its place.
        net.point(&format!("{here}\n"));
        net.ledger("declare DOC-21 --kind document").as_("dora").ok();
        net.refused(told, "git push --force origin refs/ledger/main");
    }

    "an event comes in the place of a server's invalid one, and says of a scratch commit that it is on `main`"
    a_way_back_with_an_event_about_another_branch: "store.off-branch" 1 "is on main, and here it is not"; |told| {
        let net = Net::guarded();
        let here = net.tip();
        net.do_("git checkout -q -b side; add notes.md; git push -q origin side");
        ends_badly(&net);
        net.point(&format!("{here}\n"));
        net.ledger("attest DOC-4 review").as_("petra").ok();
        let facts = |branch: &str| format!("\"facts\":[{{\"a\":true,\"branch\":\"{branch}\",\"q\":\"on\"}},");
        net.resign("attested DOC-4 review=approve", "\"facts\":[", &facts("main"));
        net.refused(told, "git push --force origin refs/ledger/main");
        // Where the commit is on no branch here at all, that is told.
        net.do_("at_server update-ref -d refs/heads/side");
        net.refused(told, "git push --force origin refs/ledger/main").says("which is on no branch here");
        // What says so of the branch that it is on may come in the place of the invalid one.
        net.do_("at_server update-ref refs/heads/main $(git rev-parse side)");
        net.do_("git push -q --force origin refs/ledger/main");
        net.ledger("verify").in_(&net.server()).ok();
    }

    "git copied a branch over the ledger of a server that keeps no log, and somebody pushes a part of that ledger for the whole"
    a_part_of_the_ledger_where_none_is: "format.tree" 1 "invalid from event 0 on"; |told| {
        let net = copied_over(false);
        for part in ["refs/ledger/main~1", "refs/ledger/main"] {
            // Nobody who only pushes can say how long it was.
            net.refused(told, &format!("git push --force origin {part}:refs/heads/ledger"));
        }
        net.script("git push origin :refs/heads/ledger").exits(1).says("would delete the ledger");
    }

    "git copied a branch over the ledger of a server, and somebody pushes less than the server's log knows"
    a_part_of_the_ledger_that_the_log_knows: "format.tree" 1 "invalid from event 0 on"; |told| {
        let net = copied_over(true);
        net.refused(told, "git push --force origin refs/ledger/main~1:refs/heads/ledger");
        // Nor another ledger, or one that goes on from the part.
        let (whole, early) = (net.tip(), net.before(HELD));
        net.point(&format!("{early}\n"));
        net.ledger("declare DOC-21 --kind document").as_("dora").ok();
        net.refused(told, "git push --force origin refs/ledger/main:refs/heads/ledger");
        // That an invalid event stood there in between is no way round it, and in nobody's way.
        net.point(&format!("{whole}\n"));
        let bad = net.place(&net.signed("dora", again(&net, HELD, "dora")));
        net.do_(&format!("at_server fetch -q \"$PWD\" {bad}; log=$SERVER/logs/refs/heads/ledger; last=$(tail -n 1 $log)
                 printf '%s\\n%s\\n' \"{whole} {bad} x <> 0 +0000\tpush\" \"$last\" >$BESIDE/more; head -n -1 $log >$BESIDE/log; cat $BESIDE/log $BESIDE/more >$log"));
        net.refused(told, &format!("git push --force origin {early}:refs/heads/ledger"));
        net.do_(&format!("git push -q --force origin {whole}:refs/heads/ledger"));
        net.ledger("verify").in_(&net.server()).ok();
    }

    "an event that goes on from the whole ledger comes with it, where git copied a branch over that, and speaks of a commit that is on no branch"
    a_way_back_with_an_event_about_a_commit_on_no_branch: "store.off-branch" 1 "which is on no branch here"; |told| {
        let net = copied_over(true);
        net.do_("git checkout -q -b scratch; add notes.md");
        net.ledger("attest DOC-4 review").as_("petra").ok();
        net.refused(told, "git push --force origin refs/ledger/main:refs/heads/ledger");
        net.do_("at_server fetch -q \"$PWD\" scratch:scratch; git push -q --force origin refs/ledger/main:refs/heads/ledger");
        net.ledger("verify").in_(&net.server()).ok();
    }
}

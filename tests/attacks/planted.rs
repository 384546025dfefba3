//! What is planted in a clone, or in what it is told to clone: settings, refs and notes that would make a sync do another's will.

use crate::court::again;
use crate::net::{HELD, Net};
use crate::sandbox::story::Story;
use crate::site::{CHARTER, between, replaced};

/// Plants a note of a sync in omar's clone, and the refs that go with it.
fn plant_note(net: &Net, before: &str, event: Option<(&str, &str)>) {
    let lines = event.map_or_else(String::new, |(id, commit)| format!("{id} {commit}\n"));
    let note = format!("remote origin\nbefore {before}\n{lines}");
    std::fs::create_dir_all(net.omar().join(".git/ledger")).unwrap();
    std::fs::write(net.omar().join(".git/ledger/aside"), note).unwrap();
}

/// Has omar's clone hold a commit of lena's, and returns it.
fn handed(net: &Net, commit: &str) -> String {
    net.do_(&format!("git update-ref refs/heads/handed {commit}; git -C $OMAR fetch -q \"$PWD\" handed; git update-ref -d refs/heads/handed"));
    commit.to_owned()
}

attacks! {
    "a file that is called like the proposal of a charter holds the rules in force, so that who looks before signing sees no change"
    a_file_that_is_called_like_a_proposal: "" 1 "proposed by event"; |told| {
        let of_two = replaced(CHARTER, "authority = \"lead\"", "authority = \"2 lead\"");
        let story = Story::founded(&of_two, &[("kim", "human", "lead", "")]);
        let weak = story.write_beside("weak.toml", &replaced(&of_two, "2 approver, not author if sealable", "drafter"));
        let id = story.ledger("charter adopt").arg(weak).json().ok().text("event.id");
        for word in [&id[..8], &id, "tip"] {
            story.commit_file("lena", word, &of_two);
            told.of(&story.ledger(["charter", "diff", word]).as_("kim").run());
        }
        story.commit_file("lena", "@tip", &replaced(&of_two, "2 approver, not author if sealable", "drafter"));
        story.ledger("charter diff @0 @tip").as_("kim").ok().says("the rules are the same");
        story.ledger(["why", &id[..8]]).as_("kim").ok().says("proposed chartered");
        // What somebody calls so is looked at by its place.
        story.ledger(["charter", "diff", &format!("./{}", &id[..8])]).as_("kim").ok().says("the rules are the same");
        story.ledger(["why", &format!("./{}", &id[..8])]).as_("kim").run().never_says("proposed chartered");
    }

    "a note says that omar kept an event aside which he never signed, so that `--continue` signs it for him"
    a_note_of_an_event_that_nobody_signed: "trust.signature" 1 "1 event kept aside; nothing is given to origin"; |told| {
        let net = Net::new();
        let unsigned = again(&net, "proposed sealed DOC-2", "omar");
        let unsigned = replaced(&unsigned, "DOC-2", "DOC-1").replace("DOC-2", "DOC-1");
        let forged = net.write_commit(&net.signed("stranger", unsigned));
        let unsealed = replaced(&net.text("proposed sealed DOC-2"), "DOC-2", "DOC-1").replace("DOC-2", "DOC-1");
        let altered = replaced(&unsealed, between(&unsealed, "\"id\":\"", "\""), "fedcba9876543210fedcba9876543210");
        let altered = net.write_commit(altered.as_bytes());
        for (forged, what) in [(forged, "it is signed with SHA256:"), (altered, "does not belong to these bytes")] {
            handed(&net, &forged);
            let id = between(&String::from_utf8(net.bytes(&forged)).unwrap(), "\"id\":\"", "\"").to_owned();
            plant_note(&net, &net.before(HELD), Some((&id, &forged)));
            net.by_omar("sync").exits(2).says("1 event is kept aside");
            let continued = net.by_omar("sync --continue").run();
            told.of(&continued);
            continued.says(what);
            assert_eq!(net.do_("git -C $SERVER rev-parse refs/ledger/main; git -C $OMAR rev-parse refs/ledger/main"), format!("{0}\n{0}", net.tip()));
        }
    }

    "a note says that the ledger stood elsewhere before, so that `--abort` leads it there"
    a_note_of_a_tip_that_is_no_ledger: "format.tree" 3 "the ledger is invalid from event 0 on"; |told| {
        let net = Net::new();
        plant_note(&net, &net.head(), None);
        net.not_taken_by(told, net.by_omar("sync --abort"));
    }

    "a note says that the ledger stood before the block, so that `--abort` takes it away"
    a_note_of_an_earlier_tip: "usage.words" 2 "and no sync left that"; |told| {
        let net = Net::new();
        plant_note(&net, &net.before(HELD), None);
        net.not_taken_by(told, net.by_omar("sync --abort"));
    }

    "a note says that events were kept aside from a sync with a repository that is no remote, and that holds an older ledger"
    a_note_of_a_remote_that_is_none: "usage.words" 2 "there is no remote"; |told| {
        let net = Net::new();
        net.do_("git clone -q --mirror $SERVER $BESIDE/other.git; git -C $BESIDE/other.git update-ref refs/ledger/main refs/ledger/main~1");
        plant_note(&net, &net.before(HELD), None);
        let note = net.omar().join(".git/ledger/aside");
        let text = std::fs::read_to_string(&note).unwrap();
        let other = net.beside.path().join("other.git").display().to_string();
        std::fs::write(&note, text.replace("remote origin", &format!("remote {other}"))).unwrap();
        net.not_taken_by(told, net.by_omar("sync --skip"));
        net.not_taken_by(told, net.by_omar("sync --continue"));
    }

    "a note that is not one, with words that clear the screen"
    a_note_that_is_none: "store.io" 5 "this is no note of a sync"; |told| {
        let net = Net::new();
        std::fs::create_dir_all(net.omar().join(".git/ledger")).unwrap();
        std::fs::write(net.omar().join(".git/ledger/aside"), "remote \u{1b}[2J\nbefore zero\n").unwrap();
        assert!(!net.not_taken(told).stderr.contains('\u{1b}'));
    }

    "git's setting of what is fetched lets `git fetch` move the ledger to whatever the server has, and hides that it did"
    a_refspec_that_moves_the_ledger: "trust.history" 3 "origin was rewound"; |told| {
        let net = Net::new();
        net.do_("at_server update-ref refs/ledger/main refs/ledger/main~1
                 git -C $OMAR config --add remote.origin.fetch '+refs/ledger/*:refs/ledger/*'; git -C $OMAR fetch -q --prune");
        assert_eq!(net.do_("git -C $OMAR rev-parse refs/ledger/main"), net.before(HELD));
        net.not_taken(told);
    }

    "a remote's settings have a sync fetch and push other refs than the ledger's own"
    a_remote_whose_settings_name_other_refs: "" 0 "in step with origin"; |told| {
        let net = Net::new();
        net.do_("cd $OMAR; git update-ref refs/heads/secret HEAD; git -C $SERVER update-ref refs/ledger/other refs/ledger/main~1
                 git config --add remote.origin.fetch '+refs/ledger/other:refs/ledger/main'; git config remote.origin.prune true
                 git config remote.origin.push '+refs/heads/*:refs/heads/*'; git config remote.origin.tagOpt --tags
                 git config push.followTags true; git config push.default matching; git config fetch.pruneTags true");
        net.not_taken(told);
    }

    "what is known of the server is moved by hand, so that a rewound one passes for one that lags behind"
    a_tracking_ref_that_is_moved_back: "trust.history" 3 "origin was rewound: 1 event that it had is gone"; |told| {
        let net = Net::new();
        let tip = net.tip();
        net.do_("at_server update-ref refs/ledger/main refs/ledger/main~1
                 git -C $OMAR update-ref refs/ledger-remote/origin/main refs/ledger/main~1");
        net.not_taken(told);
        net.by_omar("sync --restore").ok().says("1 event given to origin");
        assert_eq!(net.do_("git -C $SERVER rev-parse refs/ledger/main"), tip, "what was hidden is there again");
    }

    "what is known of the server is planted: a commit of code"
    a_tracking_ref_that_names_code: "trust.history" 3 "another ledger than it had"; |told| {
        let net = Net::new();
        net.do_("git -C $OMAR update-ref refs/ledger-remote/origin/main HEAD");
        net.not_taken(told);
    }

    "what is known of the server is planted: a symbolic ref to what the next fetch moves"
    a_tracking_ref_that_is_symbolic: "trust.history" 3 "the ref is symbolic"; |told| {
        let net = Net::new();
        net.do_("git -C $OMAR symbolic-ref refs/ledger-remote/origin/main refs/remotes/origin/main");
        net.not_taken(told);
    }

    "the setting of the remote's name is an option of git that runs a program"
    a_remote_name_that_is_an_option: "" 2 "there is no remote --upload-pack=touch owned;"; |told| {
        let net = Net::new();
        net.do_("git -C $OMAR config ledger.remote '--upload-pack=touch owned;'");
        net.not_taken(told);
        assert!(!net.omar().join("owned").exists() && !net.repo.path().join("owned").exists());
        net.do_("git -C $OMAR config --unset ledger.remote; git -C $OMAR remote remove origin
                 git -C $OMAR config 'remote.--upload-pack=touch owned;.url' x");
        net.by_omar("sync").run();
        assert!(!net.omar().join("owned").exists());
    }

    "the setting of the remote's name has two lines, the second of which is a ref"
    a_remote_name_of_two_lines: "" 2 "there is no remote origin refs/heads/main"; |told| {
        let net = Net::new();
        net.do_("printf '[ledger]\\n\\tremote = origin\\\\nrefs/heads/main\\n' >>$OMAR/.git/config");
        net.not_taken(told);
    }

    "the setting of the remote's name is an address that runs a program"
    a_remote_name_that_runs_a_program: "" 2 "there is no remote ext::sh -c touch% owned"; |told| {
        let net = Net::new();
        net.do_("git -C $OMAR config ledger.remote 'ext::sh -c touch% owned'");
        net.not_taken(told);
        assert!(!net.omar().join("owned").exists());
    }

    "an address to clone that is an option, and addresses that run programs"
    an_address_that_runs_a_program: "store.io" 5 "fatal"; |told| {
        let net = Net::new();
        for address in ["ext::sh -c touch% owned", "--upload-pack=touch owned;", "ssh://-oProxyCommand=touch owned/x", "-u:touch owned"] {
            told.of(&net.ledger(["clone", "--no-hooks", "--", address, "new"]).under(crate::net::LIMITS).run());
        }
        net.ledger(["clone", "--upload-pack=touch owned;", "new"]).exits(2);
        assert!(!net.repo.path().join("owned").exists() && !net.repo.path().join("new").exists());
    }

    "the repository that is cloned names an option as the ref of its ledger"
    a_file_that_names_an_option_as_the_ref: "trust.pin" 3 "is not the full name of a ref"; |told| {
        let net = Net::new();
        net.do_("sed -i 's/^ref = .*/ref = --upload-pack=touch owned;/' .ledger; git commit -q -a -m pin; git push -q origin main");
        let new = net.beside.path().join("new");
        told.of(&net.ledger("clone --no-hooks").arg(net.server()).arg(&new).as_("raj").run());
        assert!(!new.join("owned").exists() && !net.repo.path().join("owned").exists());
    }
}

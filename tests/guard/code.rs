//! Commits of code: judged one by one, under the ledger as it is and as it would be.

use super::Place;

/// M0-006. The words are the hook's of a clone, behind `remote:`.
#[test]
fn a_commit_that_a_block_stops_is_refused_in_the_words_of_the_hooks() {
    let place = Place::new();
    let refused = place.refuses("add src/new.rs; git push origin main");
    let subject = format!("remote: commit {} src/new.rs", &place.head()[..12]);
    refused.says(&subject).says("remote: ledger: push refused by 1 block");
    refused.says("remote:   src/new.rs  blocked: HOLD on DOC-1 since 2026-01-10 (lena, lead)");
    refused.says("remote:     why      whoever writes code first decides the design alone");
    refused.says("remote:     next     ledger unblock DOC-1 HOLD");
    place.do_("git reset -q --hard HEAD~1; add notes/new.md; git push -q origin main");
    place
        .refuses("put docs/two.md other; git commit -q -m m; git push origin main")
        .says("docs/two.md  DOC-2 is sealed by ines and omar");
}

/// A commit in the middle counts, also where the last one undoes it, and it is the one that is named.
#[test]
fn each_commit_of_a_push_is_judged_by_itself() {
    let place = Place::new();
    place.do_("add notes/a.md; add src/b.rs; git rm -q src/b.rs; git commit -q -m undone; add notes/c.md");
    let refused = place.refuses("git push origin main");
    refused.says(" src/b.rs ").says(" undone ").never_says("notes/");
    let middle = place.repo.git(["rev-parse", "--short=12", "HEAD~2"]);
    refused.says(&format!("remote: commit {middle} src/b.rs"));
    // As one commit the same work changes nothing, and is taken.
    place.do_("git reset -q --soft origin/main; git commit -q -m squashed; git push -q origin main");
}

/// The ledger part of a push never helps its code part; once it is taken, the code follows.
#[test]
fn an_event_that_lifts_the_block_helps_no_commit_of_its_own_push() {
    let place = Place::new();
    place.ledger("unblock DOC-1 HOLD").ok();
    place.do_("add src/new.rs");
    let refused = place.refuses("git push --atomic origin main refs/ledger/main");
    refused.says("src/new.rs  blocked: HOLD on DOC-1");
    refused.says("the ledger as it is here refuses this; events of the same push do not help: push them first");
    place.do_("git push -q origin refs/ledger/main; git push -q origin main");
}

/// Nor do new rules.
#[test]
fn a_charter_that_stops_less_helps_no_commit_of_its_own_push() {
    let place = Place::new();
    // A standing block keeps its reach, unless the new charter takes it over by name.
    let charter = include_str!("../ways/charter.toml").replace("\"src/**\", ", "");
    let file = place.write_beside("weaker.toml", &format!("{charter}\n[migrate]\nblocks = {{ HOLD = \"HOLD\" }}\n"));
    place.ledger(["charter", "adopt", file.to_str().unwrap()]).ok();
    place.do_("add src/new.rs");
    place.refuses("git push --atomic origin main refs/ledger/main").says("push them first");
    place.do_("git push -q origin refs/ledger/main; git push -q origin main");
}

/// An event that places a block stops the commits that come with it.
#[test]
fn an_event_that_blocks_stops_the_commits_of_its_own_push() {
    let place = Place::new();
    place.ledger("unblock DOC-1 HOLD").ok();
    place.do_("git push -q origin refs/ledger/main");
    place.ledger("block DOC-1 HOLD --reason 'once more'").ok();
    let refused = place.refuses("add src/new.rs; git push --atomic origin main refs/ledger/main");
    refused.says("src/new.rs  blocked: HOLD on DOC-1").says("the events of this push refuse this");
    place.do_("git push -q origin main; git push -q origin refs/ledger/main");
}

/// Whatever ref brings it, a commit is judged; what only names or removes is let through.
#[test]
fn every_ref_that_brings_a_commit_is_judged() {
    let place = Place::new();
    place.do_(
        "git checkout -q -b bad; add src/new.rs; git tag light; git tag -a -m t heavy; git tag -a -m tt twice heavy",
    );
    for refs in [
        "bad",
        "HEAD:refs/heads/x",
        "light",
        "heavy",
        "twice",
        "bad:refs/changes/1",
        "bad:refs/notes/x",
        "bad:refs/ledger/x",
        "--all",
        "--tags",
    ] {
        place.refuses(&format!("git push --force origin {refs}")).says("src/new.rs  blocked: HOLD on DOC-1");
    }
    // A history that never knew the ledger is no way round it.
    place
        .refuses("git checkout -q --orphan root; git rm -r -q -f .; add src/new.rs; git push --force origin root:main")
        .says("src/new.rs  blocked");
    place.do_("git checkout -q --orphan clean; git rm -r -q -f .; add notes/clean.md; git push -q origin clean");
    // Branches come and go, notes are notes, and a tag may name a file.
    place.do_("git checkout -q main; git push -q origin main:kept; git push -q origin :kept; git notes add -m note; git push -q origin refs/notes/commits");
    place.do_("git tag file main:docs/one.md; git push -q origin file");
    // What is here is not judged again.
    place.do_("git push -q origin main:elsewhere; git push -q --force origin main~1:elsewhere");
}

/// A merge is judged by what it brings itself, and its branches commit by commit.
#[test]
fn a_merge_hides_nothing() {
    let place = Place::new();
    place.do_("git branch base; add notes/a.md; git checkout -q -b side base; add notes/b.md; git checkout -q -b third base; add notes/c.md; git checkout -q main");
    place.do_("git push -q origin main side third");
    let evil = "git merge -q --no-commit side >/dev/null; put src/new.rs; git commit -q -m evil; git push origin main";
    place.refuses(evil).says("src/new.rs  blocked").says(" evil ");
    place.do_("git reset -q --hard origin/main 2>/dev/null || git reset -q --hard HEAD~1");
    let octopus = "git merge -q --no-commit side third >/dev/null; put src/new.rs; git commit -q -m octopus; git push origin main";
    place.refuses(octopus).says("src/new.rs  blocked").says(" octopus ");
    place.do_("git reset -q --hard HEAD~1; git merge -q -m octopus side third; git push -q origin main");
    // What a branch of the merge did is found there.
    place.do_("git checkout -q -b bad base; add src/bad.rs; git checkout -q main; git merge -q -m merged bad");
    place.refuses("git push origin main").says(" src/bad.rs ").never_says(" merged ");
    // A merge that takes the old bytes back in the place of the sealed ones.
    place.do_("git reset -q --hard HEAD~1; git merge -q -s ours -m ours $(git commit-tree -p base -m x $(git rev-parse base~1^{tree}))");
    place.refuses("git push origin main").says(".ledger");
}

/// The file that names the ledger stays as it is, on every branch that has it.
#[test]
fn the_file_that_names_the_ledger_neither_changes_nor_goes() {
    let place = Place::new();
    place
        .refuses("git rm -q .ledger; git commit -q -m gone; git push origin main")
        .says(".ledger  names the ledger of this repository");
    place.do_("git reset -q --hard HEAD~1");
    place
        .refuses("sed -i s/main/other/ .ledger; git commit -q -a -m other; git push origin main:x")
        .says("push refused by the ledger's own file");
    place.do_("git reset -q --hard HEAD~1");
    place.refuses("put .LEDGER; git commit -q -m twin; git push origin main").says(".LEDGER");
}

/// What lay before the ledger began is not judged, whoever brings it.
#[test]
fn the_baseline_is_taken_as_it_is() {
    let place = Place::alone();
    place.do_("git push -q origin $both; git push -q origin main~1:refs/heads/old; git push -q origin main");
    place.ledger("check --range main").in_(&place.server()).ok().says("1 commit");
}

/// Objects that arrive in a pack are read where git holds them until the push is taken, and what is refused leaves nothing.
#[test]
fn the_quarantine_is_read_and_not_written() {
    let place = Place::new();
    place.do_("git -C $SERVER config receive.unpackLimit 1; git -C $SERVER config transfer.fsckObjects true");
    place.do_("git -C $SERVER repack -q -a -d");
    place.refuses("add src/new.rs; git push origin main").says("src/new.rs  blocked");
    place.refuses("git push origin main~1:refs/replace/$(git rev-parse main)").says("[store.ref]");
    place.do_("git reset -q --hard HEAD~1; add notes/new.md; git push -q origin main");
    place.do_("git -C $SERVER fsck --strict --no-dangling; test -z \"$(find $SERVER/objects -name 'tmp_*' -o -name 'incoming-*')\"");
}

/// A long push costs no more memory than a short one.
#[test]
fn a_push_of_thousands_of_commits_needs_little_more_memory_than_one_of_a_hundred() {
    let place = Place::new();
    let stream = |from: usize, to: usize| {
        let commit = |n: usize| {
            let data = format!("{n}\n").repeat(200);
            let head = format!(
                "commit refs/heads/long\ncommitter A <a@example.org> {} +0000\ndata 1\n{}\n",
                1_768_100_000 + n,
                n % 10
            );
            let from = if n == 0 { "from refs/heads/main^0\n" } else { "" };
            format!("{head}{from}M 644 inline notes/{}/{n}.md\ndata {}\n{data}\n", n % 20, data.len())
        };
        (from..to).map(commit).collect::<String>()
    };
    let peak = |place: &Place| {
        let line = format!("{0} {1} refs/heads/long\n", "0".repeat(40), place.repo.git(["rev-parse", "long"]));
        let script = "cd \"$SERVER\"; GIT_DIR=. python3 -c 'import resource, subprocess, sys
subprocess.run([\"ledger\", \"hook\", \"--server\", \"pre-receive\"], input=sys.stdin.buffer.read(), check=True)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)'";
        place.script(script).typing(&line).ok().stdout.trim().parse::<u64>().unwrap()
    };
    let into = "git fast-import --quiet --force; git -C \"$SERVER\" fetch -q \"$PWD\" long";
    place.script(into).typing(&stream(0, 100)).ok();
    let short = peak(&place);
    place
        .script(into)
        .typing(&format!("{}{}", "reset refs/heads/long\nfrom refs/heads/long^0\n", stream(100, 2000)))
        .ok();
    let long = peak(&place);
    // What is left is the pack, which libgit2 maps and of which it keeps a part, and the names of commits and files.
    assert!(long < short + 1900 * 8, "{short} kB for 100 commits, {long} kB for 2000");
}

/// The file that names the ledger is told of by its commit, since nothing is staged on a server.
#[test]
fn a_pushed_file_that_names_no_ledger_is_told_by_its_commit() {
    let place = Place::new();
    place.do_("git checkout -q --orphan other; git rm -q -r -f . 2>/dev/null || true; add .ledger nonsense");
    let refused = place.refuses("git push origin other");
    refused.says(&format!("the file .ledger of commit {}", &place.head()[..12])).never_says("staged");
}

/// What a ref here reaches was judged when it came, and is not judged again when another ref gets it, also after a block.
#[test]
fn a_commit_that_is_here_already_is_not_judged_again() {
    let place = Place::new();
    place.ledger("unblock DOC-1 HOLD").ok();
    place.do_("git push -q origin refs/ledger/main; add src/new.rs; git push -q origin main");
    place.ledger("block DOC-1 HOLD --reason 'once more'").ok();
    place.do_("git push -q origin refs/ledger/main; git push -q origin main:refs/heads/other; add notes/new.md; git push -q origin main");
    place
        .refuses("add src/more.rs; git push origin main:other")
        .says("src/more.rs  blocked: HOLD on DOC-1")
        .never_says("src/new.rs");
}

/// What refuses many commits in the same words is said once, with how many they are; programs are told of each.
#[test]
fn what_refuses_many_commits_is_said_once() {
    let place = Place::new();
    place.do_("for n in $(seq 20); do add src/$n.rs; done; put docs/two.md other; git commit -q -m other");
    let refused = place.refuses("git push origin main");
    let lines: Vec<&str> = refused.stderr.lines().filter(|line| line.starts_with("remote:")).collect();
    assert!(lines.len() < 40, "{refused}");
    let times = |text: &str| refused.stderr.matches(text).count();
    assert_eq!(times("blocked: HOLD on DOC-1"), 1, "{refused}");
    assert_eq!(times("remote: commit "), 4, "{refused}");
    refused.says("remote: commit ").says("and 17 more commits, refused in the same words").says("DOC-2 is sealed");
    refused.says("and 16 more");
    let told = place.ledger("check --range origin/main..main --format json").run();
    assert_eq!(told.code, 1, "{told}");
    let value = govledger::domain::value::Value::parse(told.stdout.trim()).unwrap();
    let refusals = value.get("result").and_then(|result| result.get("refused")).or(value.get("refused")).unwrap();
    assert_eq!(refusals.as_list().unwrap().len(), 21);
}

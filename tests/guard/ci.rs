//! The snippets for CI: what stands in them is run, line by line, with the real git.

use std::path::Path;

use super::Place;
use crate::sandbox::story::Call;

fn snippet(name: &str) -> String {
    std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/ci").join(name)).unwrap()
}

/// Returns the lines of a step or a script, as one script of the shell.
fn steps(snippet: &str, begin: &str) -> String {
    let (_, after) = snippet.split_once(begin).unwrap();
    let lines: Vec<&str> = after.lines().filter(|line| !line.trim().is_empty()).collect();
    assert!(lines.len() >= 5, "{snippet}");
    lines.iter().map(|line| line.trim().trim_start_matches("- ")).collect::<Vec<_>>().join("\n")
}

/// Runs a job in a fresh clone of the server, as a CI system does.
fn job<'p>(place: &'p Place, script: &str, genesis: &str, variables: &[(&str, &str)]) -> Call<'p> {
    place.do_("rm -rf $BESIDE/job; git clone -q $SERVER $BESIDE/job");
    let call = place.script(&format!("cd $BESIDE/job\n{script}")).env("LEDGER_GENESIS", genesis);
    variables.iter().fold(call, |call, (name, value)| call.env(name, *value))
}

/// M0-006.
#[test]
fn the_jobs_refuse_what_the_server_would_and_pass_the_rest() {
    let place = Place::new();
    let genesis = place.do_("git -C $SERVER config ledger.genesis").stdout.trim().to_owned();
    let base = place.head();
    place.do_("add notes/new.md; git push -q origin main");
    let good = place.head();
    // The server of somebody else does not guard.
    place.ledger("hooks uninstall --server").in_(&place.server()).ok();
    place.do_("add src/new.rs; git push -q origin main");
    let bad = place.head();
    let zero = "0".repeat(40);
    let github = steps(&snippet("github-actions.yml"), "run: |\n");
    let gitlab = steps(&snippet("gitlab-ci.yml"), "script:\n");
    for (head, code) in [(&good, 0), (&bad, 1)] {
        for from in [&base, &zero] {
            let told = job(&place, &github, &genesis, &[("BASE", from), ("HEAD", head)]).exits(code);
            let variables = [("CI_COMMIT_BEFORE_SHA", from.as_str()), ("CI_COMMIT_SHA", head)];
            let too = job(&place, &gitlab, &genesis, &variables).exits(code);
            let request = [
                ("CI_MERGE_REQUEST_DIFF_BASE_SHA", from.as_str()),
                ("CI_COMMIT_SHA", head),
                ("CI_COMMIT_BEFORE_SHA", &zero),
            ];
            job(&place, &gitlab, &genesis, &request).exits(code);
            for told in [told, too] {
                told.says(if code == 0 { "nothing stands against it" } else { "src/new.rs  blocked: HOLD on DOC-1" });
            }
        }
    }
    // A topic whose file leads to an older ledger, from before the block.
    let around = "--receive-pack='git -c core.hooksPath=/dev/null receive-pack'";
    place.do_(
        "git checkout -q -b topic main~2; sed -i s,refs/ledger/main,refs/ledger/x, .ledger; add src/new.rs swapped; \
        git commit -q -a -m swap; git checkout -q main",
    );
    place.do_(&format!("git push -q {around} origin topic refs/ledger/main~1:refs/ledger/x"));
    let topic = place.do_("git rev-parse topic").stdout.trim().to_owned();
    for told in [
        job(&place, &format!("git checkout -q topic\n{github}"), &genesis, &[("BASE", &base), ("HEAD", &topic)]),
        job(
            &place,
            &format!("git checkout -q topic\n{gitlab}"),
            &genesis,
            &[("CI_COMMIT_BEFORE_SHA", &base), ("CI_COMMIT_SHA", &topic)],
        ),
    ] {
        told.exits(1).says("src/new.rs  blocked: HOLD on DOC-1");
    }
    place.do_("git -C $SERVER update-ref -d refs/ledger/x");
    // Another ledger than the one that the variable names.
    let other = "1".repeat(64);
    job(&place, &github, &other, &[("BASE", &base), ("HEAD", &good)]).exits(3).says("trust.genesis-mismatch");
    // No ledger at all.
    place.do_("git -C $SERVER update-ref -d refs/ledger/main");
    job(&place, &github, &genesis, &[("BASE", &base), ("HEAD", &good)]).exits(3).says("trust.ledger-missing");
}

#[test]
fn the_entries_for_pre_commit_judge_what_is_staged_and_what_is_pushed() {
    let place = Place::new();
    let snippet = snippet("pre-commit-config.yaml");
    let entries: Vec<&str> = snippet.lines().filter_map(|line| line.trim().strip_prefix("entry: ")).collect();
    let [staged, pushed] = entries.as_slice() else { panic!("{entries:?}") };
    place.do_("put notes/new.md");
    place.script(staged).ok();
    place.do_("put src/new.rs");
    place.script(staged).exits(1).says("src/new.rs  blocked");
    place.script(pushed).ok();
    place.do_("git commit -q -m both");
    place.script(pushed).exits(1).says("src/new.rs  blocked");
}

/// The same where a host takes nothing but branches, and the ledger is on one.
#[test]
fn the_jobs_read_a_ledger_on_a_branch() {
    let place = Place::new();
    let genesis = place.do_("git -C $SERVER config ledger.genesis").stdout.trim().to_owned();
    place.ledger("hooks uninstall --server").in_(&place.server()).ok();
    place.do_(
        "cd $SERVER; for old in refs/ledger/main refs/ledger-evidence/main; do
         new=$(echo $old | sed 's,refs/\\(.*\\)/main,refs/heads/\\1,'); git update-ref $new $old; git update-ref -d $old; done",
    );
    let base = place.head();
    place.do_("add notes/new.md; git push -q origin main");
    let good = place.head();
    place.do_("add src/new.rs; git push -q origin main");
    let bad = place.head();
    let github = steps(&snippet("github-actions.yml"), "run: |\n");
    let gitlab = steps(&snippet("gitlab-ci.yml"), "script:\n");
    let on = ("LEDGER_REF", "refs/heads/ledger");
    for (head, code) in [(&good, 0), (&bad, 1)] {
        job(&place, &github, &genesis, &[on, ("BASE", &base), ("HEAD", head)]).exits(code);
        job(&place, &gitlab, &genesis, &[on, ("CI_COMMIT_BEFORE_SHA", &base), ("CI_COMMIT_SHA", head)]).exits(code);
    }
    job(&place, &github, &genesis, &[("BASE", &base), ("HEAD", &good)]).exits(3).says("[trust.ledger-missing]");
}

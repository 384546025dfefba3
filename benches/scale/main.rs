//! What the ledger costs, beside its budgets: `cargo bench --bench scale [EVENTS]`, or `make bench EVENTS=2000` for a quick look.
//!
//! Every budget is a ratio to something else that is measured in the same run, in turns with it, so that a busy machine
//! slows both. Nothing is asserted about time.

#![allow(
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::unwrap_used,
    clippy::cast_precision_loss,
    missing_docs,
    reason = "a benchmark times and prints"
)]

mod build;
mod measure;
mod rules;

use std::path::Path;

use build::{Built, Check, Kind, build};
use govledger::git::Repo;
use govledger::ledger::Ledger;
use measure::{Spent, Table, median, peak_memory, quiet, run, spent, timed};
use rayon::prelude::*;

const LEDGER: &str = env!("CARGO_BIN_EXE_ledger");

/// How many events the largest ledger has, unless a number is given.
const EVENTS: usize = 100_000;

fn main() {
    let events = std::env::args().find_map(|word| word.parse().ok()).unwrap_or(EVENTS).max(1000);
    let place = tempfile::tempdir().unwrap();
    let key = place.path().join("lena");
    run(quiet("ssh-keygen", place.path()).args(["-q", "-t", "ed25519", "-N", "", "-f"]).arg(&key));
    let mut table = Table::new();
    rules::rules(events / 10, events / 100, &mut table);
    for kind in [Kind::Statements, Kind::Mixed] {
        println!("a ledger of {events} events ({})", kind.name());
        let mut built = None;
        let took = spent(|| built = Some(build(kind, events, &key)));
        let Some(built) = built else { return };
        println!("  built in {:.0} s", took.wall);
        disk(&built, kind, &mut table);
        for size in [events / 10, events] {
            verify(&built, kind, size, &mut table);
        }
        if kind == Kind::Statements {
            prepare_code(&built, &key);
            for size in [events / 100, events / 10, events] {
                looks(&built, size, &mut table);
            }
            append(&built, &key, &mut table);
        }
    }
    println!();
    table.print();
}

/// Packs the repository as git does it, and tells what an event takes of it: pack, index and all.
fn disk(built: &Built, kind: Kind, table: &mut Table) {
    run(quiet("git", built.path()).args(["gc", "-q", "--prune=now"]));
    let packs = std::fs::read_dir(built.path().join(".git/objects/pack")).unwrap();
    let size: u64 = packs.filter_map(|entry| Some(entry.ok()?.metadata().ok()?.len())).sum();
    let each = size / built.commits.len() as u64;
    let what = format!("disk, an event, packed ({})", kind.name());
    table.row(what, format!("{each} bytes"), Some(("at most 700 bytes", each <= 700)));
}

/// Compares a verification of everything with checking the same signatures and nothing else.
fn verify(built: &Built, kind: Kind, size: usize, table: &mut Table) {
    let events = built.cut(size);
    let checks = &built.checks[..events];
    let (mut bare, mut cold): (Vec<Spent>, Vec<Spent>) = (Vec::new(), Vec::new());
    for _ in 0..if events > 20_000 { 3 } else { 5 } {
        bare.push(spent(|| signatures(checks)));
        cold.push(spent(|| whole(built.path(), events)));
    }
    let shares = |of: fn(&Spent) -> f64| {
        median(bare.iter().zip(&cold).map(|(bare, cold)| 100.0 * of(bare) / of(cold).max(0.01)).collect())
    };
    let (wall, cpu) = (shares(|s| s.wall), shares(|s| s.cpu));
    let rate = median(cold.iter().map(|cold| events as f64 / cold.wall).collect());
    table.row(
        format!("cold verify of {events} ({}), of bare `verify_strict`", kind.name()),
        format!("{wall:.0} % of the time, {cpu:.0} % of the work; {rate:.0} a second"),
        Some(("at least 80 %", wall >= 80.0)),
    );
    let peak = peak_memory(quiet(LEDGER, built.path()).arg("verify"));
    table.row(format!("memory, `verify` of {events} ({})", kind.name()), format!("{peak:.0} MiB at most"), None);
}

/// Checks signatures, on all cores, from memory.
fn signatures(checks: &[Check]) {
    checks
        .par_iter()
        .with_min_len(64)
        .for_each(|check| check.key.verify_strict(&check.data, &check.signature).unwrap());
}

fn whole(dir: &Path, events: usize) {
    let ledger = Ledger::load(&Repo::open(dir).unwrap()).unwrap();
    assert_eq!(ledger.state().tip.seq + 1, events as u64);
}

/// Makes the repository one that people work in: lena's key, the hooks, a staged change.
fn prepare_code(built: &Built, key: &Path) {
    let git = |args: &[&str]| run(quiet("git", built.path()).args(args));
    git(&["config", "gpg.format", "ssh"]);
    git(&["config", "user.signingKey", key.to_str().unwrap()]);
    run(quiet(LEDGER, built.path()).args(["hooks", "install"]));
    std::fs::write(built.path().join("docs/0.md"), "# Document 0\n\nOther text.\n").unwrap();
    git(&["add", "docs/0.md"]);
}

/// Compares what people wait for every day with the least that git does.
fn looks(built: &Built, size: usize, table: &mut Table) {
    let events = built.cut(size);
    let hook = built.path().join(".git/hooks/pre-commit");
    let calls: [(&str, &str, &[&str]); 3] = [
        ("`check --staged`", LEDGER, &["check", "--staged"]),
        ("`status`", LEDGER, &["status"]),
        ("the pre-commit hook", hook.to_str().unwrap(), &[]),
    ];
    let mut git = Vec::new();
    let mut ours = [const { Vec::new() }; 3];
    for _ in 0..if events > 20_000 { 3 } else { 7 } {
        let (time, code) = timed(quiet("git", built.path()).args(["diff", "--cached", "--quiet"]));
        assert_eq!(code, Some(1), "something is staged");
        git.push(time.as_secs_f64());
        for ((what, program, args), times) in calls.iter().zip(&mut ours) {
            let (time, code) = timed(quiet(program, built.path()).args(*args));
            assert_eq!(code, Some(0), "{what}");
            times.push(time.as_secs_f64());
        }
    }
    let git = median(git);
    for ((what, ..), times) in calls.iter().zip(ours) {
        let time = median(times);
        table.row(
            format!("{what} at {events}, to `git diff --cached --quiet`"),
            format!("{:.1} times ({:.0} ms to {:.1} ms)", time / git, 1e3 * time, 1e3 * git),
            Some(("at most 3 times", time <= 3.0 * git)),
        );
    }
}

/// Compares one durable append by the program with what git takes for a signed commit and a ref.
fn append(built: &Built, key: &Path, table: &mut Table) {
    let dir = built.path();
    let fsync = "core.fsync=all";
    for size in [300, built.commits.len() / 10] {
        let events = built.cut(size);
        let (mut git, mut ours) = (Vec::new(), Vec::new());
        for n in 0..9 {
            let mut made = String::new();
            let spent = spent(|| {
                let message = format!("append {n}");
                let commit = ["-c", fsync, "commit-tree", "-S", "-m", &message, "HEAD^{tree}"];
                made = run(quiet("git", dir).args(commit));
                run(quiet("git", dir).args(["-c", fsync, "update-ref", "refs/heads/appended", &made]));
            });
            git.push(spent.wall);
            let mut attest = quiet(LEDGER, dir);
            attest.args(["attest", "T-0", "checked", "--key"]).arg(key);
            let (time, code) = timed(&mut attest);
            assert_eq!(code, Some(0));
            ours.push(time.as_secs_f64());
        }
        let (git, ours) = (median(git), median(ours));
        table.row(
            format!("one durable append at {events}, to git's signed commit and ref"),
            format!("{:.1} times ({:.0} ms to {:.0} ms)", ours / git, 1e3 * ours, 1e3 * git),
            Some(("at most 2 times", ours <= 2.0 * git)),
        );
    }
}

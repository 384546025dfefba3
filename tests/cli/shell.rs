//! What shells, `man` and git are given: completions in real shells, pages that typeset, an alias that works.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::sandbox::story::Story;

const PROGRAM: &str = env!("CARGO_BIN_EXE_ledger");

/// Returns whether a program is here to be asked.
fn is_here(program: &str) -> bool {
    Command::new("sh").args(["-c", &format!("command -v {program}")]).output().unwrap().status.success()
}

/// Writes a shell's completions beside the story and returns the file.
fn script(story: &Story, shell: &str) -> PathBuf {
    let told = story.ledger(["completions", shell]).ok().stdout;
    story.write_beside(&format!("completions/_ledger.{shell}"), &told)
}

/// Returns what bash offers after the words, of which the last may be empty.
fn bash(story: &Story, words: &[&str]) -> Vec<String> {
    bash_in(story, words, story.repo.path())
}

fn bash_in(story: &Story, words: &[&str], dir: &Path) -> Vec<String> {
    let quoted: Vec<String> = words.iter().map(|word| format!("'{word}'")).collect();
    let ask = format!(
        "source '{}'; COMP_WORDS=(ledger {}); COMP_CWORD={}; _clap_complete_ledger ledger '{}' ''; printf '%s\\n' \"${{COMPREPLY[@]}}\"",
        script(story, "bash").display(),
        quoted.join(" "),
        words.len(),
        words.last().unwrap(),
    );
    let told = story.call("bash".as_ref(), ["--norc", "-c", ask.as_str()]).in_(dir).ok();
    assert_eq!(told.stderr.replace("bash: compopt: not currently executing completion function\n", ""), "", "{told}");
    told.stdout.lines().map(|line| line.trim_end().to_owned()).filter(|line| !line.is_empty()).collect()
}

#[test]
fn bash_completes_what_the_ledger_holds() {
    let story = Story::phase_e();
    assert_eq!(bash(&story, &["move", ""]), ["CP-21", "MIG-06", "PHASE-E"]);
    assert_eq!(bash(&story, &["show", "MI"]), ["MIG-06"]);
    assert_eq!(bash(&story, &["show", "--at", "0", "MI"]), ["MIG-06"]);
    let gates = ["exit", "readiness", "recordable", "sealable", "unblock"];
    assert_eq!(bash(&story, &["gate", ""]), gates);
    assert!(bash(&story, &["why", ""]).contains(&"unblock".to_owned()));
    assert_eq!(bash(&story, &["attest", "CP-21", "rev"]), ["review"]);
    assert_eq!(bash(&story, &["attest", "CP-21", "review", "--result", "app"]), ["approve"]);
    assert_eq!(bash(&story, &["log", "--actor", "pe"]), ["petra"]);
    assert_eq!(bash(&story, &["actor", "grant", "petra", "draf"]), ["drafter"]);
    assert_eq!(bash(&story, &["unblock", "MIG-06", ""]), ["DESIGN-BLOCKED"]);
    assert!(!bash(&story, &["block", "MIG-06", ""]).contains(&"DESIGN-BLOCKED".to_owned()), "it stands already");
    assert!(bash(&story, &["declare", "E-01", "--kind", "art"]).contains(&"artifact".to_owned()));
    assert_eq!(bash(&story, &["diff", "ma"]), ["main"]);
    story.git("remote add hub ../hub.git").ok();
    assert_eq!(bash(&story, &["sync", "h"]), ["hub"]);
    assert!(bash(&story, &["move", "CP-21", "--be"]).contains(&"--because".to_owned()));
    assert!(bash(&story, &["sta"]).contains(&"status".to_owned()));
    // Events by number or id, the rules by their names, and what `charter diff` compares.
    let id = story.newest().get("id").unwrap().as_text().unwrap()[..8].to_owned();
    assert!(bash(&story, &["show", &id[..6]]).contains(&id));
    assert!(bash(&story, &["show", "1"]).contains(&"1".to_owned()));
    assert!(bash(&story, &["confirm", &id[..6]]).contains(&id));
    assert!(bash(&story, &["why", "readiness.pre"]).contains(&"readiness.present".to_owned()));
    assert_eq!(bash(&story, &["charter", "diff", "@"]), ["@tip"]);
}

#[test]
fn a_status_is_offered_only_where_a_move_leads_to_it() {
    let story = Story::phase_e();
    let rules = govledger::domain::charter::load(&crate::sandbox::story::example("phase-e/charter.toml")).unwrap();
    let kind = &rules.kinds["prerequisite"];
    let leads = |from: &str| {
        let moves = kind.moves.iter();
        let own = moves.filter(|rule| rule.from.iter().any(|start| start.as_ref().is_some_and(|s| s.as_str() == from)));
        let mut to: Vec<String> = own.map(|rule| rule.to.to_string()).collect();
        to.sort();
        to.dedup();
        to
    };
    assert_eq!(bash(&story, &["move", "CP-21", ""]), leads("planned"));
    assert!(leads("planned").len() < kind.states.len(), "the example can tell the two apart");
}

#[test]
fn a_proposal_is_offered_until_it_is_complete() {
    let story = Story::phase_e();
    assert!(bash(&story, &["cosign", ""]).iter().all(|word| word.starts_with('-')), "only options are left");
    story.person("nora");
    let key = story.public_key("nora");
    let words = ["actor", "enroll", "nora", "--kind", "human", "--role", "reviewer", "--public-key"];
    let mut words: Vec<std::ffi::OsString> = words.map(Into::into).into();
    words.push(key.into());
    let id = story.ledger(words).json().as_("lena").ok().text("event.id");
    assert_eq!(bash(&story, &["cosign", ""]), [id[..8].to_owned()]);
}

/// Nothing is offered and nothing said where there is no ledger that could be believed; and the variable alone makes nothing
/// pass that has to be judged.
#[test]
fn completion_is_silent_where_there_is_no_ledger_and_never_stands_for_an_answer() {
    let story = Story::phase_e();
    assert!(bash_in(&story, &["move", "MI"], story.beside.path()).is_empty(), "no repository");
    assert_eq!(
        bash_in(&story, &["-C", &story.repo.path().display().to_string(), "move", "MI"], story.beside.path()),
        ["MIG-06"]
    );
    story.repo.git(["update-ref", "refs/ledger/main", "HEAD"]);
    assert!(bash(&story, &["move", "MI"]).is_empty(), "an invalid ledger");
    story.ledger("status").env("LEDGER_COMPLETE", "bash").exits(3);
}

#[test]
fn zsh_completes_what_the_ledger_holds() {
    if !is_here("zsh") {
        return;
    }
    let story = Story::phase_e();
    // Outside of its line editor zsh has no completion to add to, so what would be shown is printed.
    let ask = format!(
        "autoload -Uz compinit; compinit -D -u; _describe() {{ local list=$@[-1]; print -l -- ${{(P)list}}; }}; \
         source '{}'; words=(ledger move MI); CURRENT=3; _clap_dynamic_completer_ledger",
        script(&story, "zsh").display()
    );
    let told = story.call("zsh".as_ref(), ["-f", "-c", ask.as_str()]).ok();
    told.says("MIG-06").says("migration, planned").never_says("CP-21");
}

#[test]
fn fish_completes_what_the_ledger_holds() {
    if !is_here("fish") {
        return;
    }
    let story = Story::phase_e();
    let ask = format!("source '{}'; complete -C 'ledger move MI'", script(&story, "fish").display());
    let told = story.call("fish".as_ref(), ["--no-config", "-c", ask.as_str()]).ok();
    told.says("MIG-06\tmigration, planned").never_says("CP-21");
}

#[test]
fn each_command_has_a_page_of_the_manual_with_examples_that_typesets_without_a_warning() {
    let story = Story::new();
    story.person("lena");
    let dir = story.beside.path().join("man");
    story.ledger(["man", dir.to_str().unwrap()]).ok().says(" pages in ");
    let mut pages: Vec<PathBuf> = std::fs::read_dir(&dir).unwrap().map(|entry| entry.unwrap().path()).collect();
    pages.sort();
    let names: Vec<&str> = pages.iter().map(|page| page.file_stem().unwrap().to_str().unwrap()).collect();
    for name in ["ledger", "ledger-seal", "ledger-actor-enroll", "ledger-diff", "ledger-alias-install"] {
        assert!(names.contains(&name), "{names:?}");
    }
    for page in &pages {
        let text = std::fs::read_to_string(page).unwrap();
        let name = page.display();
        assert!(text.contains(".SH NAME") && text.contains(".SH SYNOPSIS"), "{name}");
        assert!(text.contains(".SH EXAMPLES") || text.contains(".SH SUBCOMMANDS"), "{name} has no examples");
        if is_here("groff") {
            let done = Command::new("groff").args(["-man", "-ww", "-Tutf8", "-K", "utf8"]).arg(page).output().unwrap();
            assert_eq!(String::from_utf8_lossy(&done.stderr), "", "{name}");
        }
        if is_here("mandoc") {
            let done = Command::new("mandoc").args(["-T", "lint", "-W", "error"]).arg(page).output().unwrap();
            assert_eq!(String::from_utf8_lossy(&done.stdout), "", "{name}");
        }
    }
    if is_here("groff") {
        let page = dir.join("ledger-move.1");
        let done = Command::new("groff").args(["-man", "-Tascii", "-P-c"]).arg(page).output().unwrap();
        let shown = String::from_utf8_lossy(&done.stdout).into_owned();
        assert!(shown.contains("ledger move REL-3 withdrawn --because metrics-failed\n"), "{shown}");
    }
    assert!(story.ledger("man").ok().stdout.contains(".TH"));
}

#[test]
fn git_ledger_runs_the_program_from_anywhere_once_it_was_asked_for() {
    let story = Story::phase_e();
    story.git("ledger status").exits(1);
    story.ledger("alias install --dry-run").ok().says("would run");
    story.git("ledger status").exits(1);
    story.ledger("alias install").ok().says(PROGRAM);
    story.ledger("alias install").ok();
    story.git("ledger status").ok().says("PHASE-E-KICKOFF");
    // From a subdirectory, with a path that is meant from there, and quotes that stay together.
    let charter = crate::sandbox::story::example("phase-e/charter.toml");
    story.write("deep/down/rules.toml", &charter);
    let deep = story.repo.path().join("deep/down");
    story.git("ledger charter check rules.toml").in_(&deep).ok();
    story.git(["ledger", "gate", "no such gate"]).in_(&deep).exits(2).says("no such gate");
    let tree = story.beside.path().join("tree");
    story.git(["worktree", "add", "-q", tree.to_str().unwrap(), "-b", "side"]).ok();
    std::fs::create_dir_all(tree.join("inner")).unwrap();
    story.git("ledger show PHASE-E").in_(&tree).ok().says("PHASE-E");
    story.git("ledger show PHASE-E").in_(&tree.join("inner")).ok().says("PHASE-E");
    story.git("ledger diff main side").in_(&tree.join("inner")).ok();
    // What the program answers is what git answers.
    story.git("ledger gate readiness").in_(&deep).exits(1);

    story.ledger("alias uninstall").ok();
    story.ledger("alias uninstall").ok();
    story.git("ledger status").exits(1);
    story.git("config alias.ledger status").ok();
    let kept = story.ledger("alias install").exits(2);
    kept.says("which is not ours").says("git config --local --unset-all alias.ledger");
    story.ledger("alias uninstall").exits(2);
    assert_eq!(story.git("config alias.ledger").ok().stdout, "status\n");
    story.git("config --local --unset-all alias.ledger").ok();
    story.ledger("alias install --global").in_(story.beside.path()).ok();
    story.git("ledger status").ok();
    assert_eq!(story.git("config --local --default none alias.ledger").ok().stdout, "none\n");
    story.ledger("alias uninstall --global").in_(story.beside.path()).ok();
    story.git("ledger status").exits(1);
}

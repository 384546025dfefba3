//! Every `next` line is a command that runs as it stands, or asks on the terminal for what it lacks: somebody who knows
//! nothing of Phase E, and types what is printed in the name of those who are named, arrives at a commit that passes.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed")]

use std::collections::BTreeSet;
use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::sync::mpsc;
use std::thread;

use govledger::domain::value::Value;
use tempfile::TempDir;

/// How many rounds the way may take.
const ROUNDS: usize = 60;

const PEOPLE: [(&str, &str); 6] = [
    ("lena", "platform-governance"),
    ("kim", "platform-governance"),
    ("dario", "drafter"),
    ("raj", "reviewer"),
    ("petra", "reviewer"),
    ("omar", "approver"),
];

/// A repository with the documents of the example, and the people who act in it.
struct Place {
    dir: TempDir,
}

impl Place {
    fn new() -> Place {
        let place = Place { dir: TempDir::new().unwrap() };
        for (name, _) in PEOPLE {
            place.person(name);
        }
        let repo = place.repo();
        std::fs::create_dir_all(&repo).unwrap();
        copy(&example().join("docs"), &repo.join("docs"));
        copy(&example().join("src"), &repo.join("src"));
        // A few of the documents and topics take as many sorts of commands as all of them.
        let charter = std::fs::read_to_string(example().join("charter.toml")).unwrap();
        let fewer = [("E-00..E-08, E-11", "E-00, E-05, E-08"), ("E-00..E-11", "E-00, E-05, E-08, E-09, E-11")];
        let fewer = fewer.into_iter().chain([("T-orchestration, T-contracts, T-control-plane, ", "")]);
        let unasked = ["E-01 has proof", "E-03 has proof", "E-04 has proof", "E-06 has proof"];
        let lines = charter.lines().filter(|line| !unasked.iter().any(|proof| line.contains(proof)));
        let charter: String = lines.flat_map(|line| [line, "\n"]).collect();
        let charter = fewer.fold(charter, |text, (all, few)| text.replace(&format!("\"{all}"), &format!("\"{few}")));
        std::fs::write(repo.join("charter.toml"), charter).unwrap();
        for absent in ["e-08.md", "e-12.md"] {
            std::fs::remove_file(repo.join("docs/16-phase-e").join(absent)).unwrap();
        }
        let editor = place.dir.path().join("editor");
        std::fs::write(&editor, "#!/bin/sh\necho 'Written here.' >\"$1\"\n").unwrap();
        make_executable(&editor);
        place.does("dario", "git init -q -b main . && git add -A && git commit -q -m Begin");
        place
    }

    /// Returns the place as it is now, once more: in it somebody rehearses while the others go on.
    fn copied(&self) -> Place {
        let place = Place { dir: TempDir::new().unwrap() };
        copy(self.dir.path(), place.dir.path());
        place
    }

    fn repo(&self) -> PathBuf {
        self.dir.path().join("repo")
    }

    fn person(&self, name: &str) {
        let home = self.dir.path().join(name);
        std::fs::create_dir_all(&home).unwrap();
        let key = home.join("key");
        let made =
            Command::new("ssh-keygen").args(["-q", "-t", "ed25519", "-N", "", "-C", name, "-f"]).arg(&key).status();
        assert!(made.unwrap().success());
        let key = key.display();
        let config = format!(
            "[user]\nname = {name}\nemail = {name}@example.org\nsigningKey = {key}\n[gpg]\nformat = ssh\n[commit]\ngpgSign = true\n"
        );
        std::fs::write(home.join(".gitconfig"), config).unwrap();
    }

    /// Runs a line of shell in somebody's name, on a terminal that answers the questions it asks; returns the exit code
    /// and what was printed.
    fn types(&self, name: &str, line: &str, answers: &str) -> (i32, String) {
        let mut command = Command::new("script");
        command.args(["-qec", line, "/dev/null"]);
        let home = self.dir.path().join(name);
        let program = Path::new(env!("CARGO_BIN_EXE_ledger")).parent().unwrap();
        let path = format!("{}:{}", program.display(), std::env::var("PATH").unwrap());
        command
            .env_clear()
            .env("PATH", path)
            .env("HOME", &home)
            .env("LC_ALL", "C")
            .env("TERM", "dumb")
            .env("SHELL", "/bin/sh");
        command.env("GIT_CONFIG_SYSTEM", "/dev/null").env("EDITOR", self.dir.path().join("editor"));
        command.current_dir(self.repo()).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("util-linux has the program script");
        child.stdin.take().unwrap().write_all(answers.as_bytes()).unwrap();
        let output = child.wait_with_output().unwrap();
        let said = [output.stdout, output.stderr].concat();
        (output.status.code().unwrap_or(-1), String::from_utf8_lossy(&said).replace('\r', ""))
    }

    fn does(&self, name: &str, line: &str) {
        let (code, said) = self.types(name, line, "");
        assert_eq!(code, 0, "{name}$ {line}\n{said}");
    }

    /// Runs a program as a script would, without a terminal.
    fn asks(&self, line: &str) -> (i32, String) {
        self.types("lena", &format!("{line} </dev/null 2>&1 | cat; exit ${{PIPESTATUS:-0}}"), "")
    }
}

fn example() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/phase-e")
}

fn make_executable(path: &Path) {
    use std::os::unix::fs::PermissionsExt as _;
    std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o755)).unwrap();
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let target = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &target);
        } else {
            std::fs::copy(entry.path(), target).unwrap();
        }
    }
}

/// A printed command with those who are named as able to run it.
#[derive(Debug, Clone, PartialEq)]
struct Step {
    command: String,
    who: Vec<String>,
}

/// Returns who is named in `2 platform-governance: kim, lena`, as many as it takes.
fn named(who: &str) -> Vec<String> {
    let Some((roles, names)) = who.trim().split_once(": ") else { return Vec::new() };
    let count = roles.split(' ').next().and_then(|word| word.parse().ok()).unwrap_or(1);
    names.split(", ").take(count).map(ToOwned::to_owned).collect()
}

/// Returns the commands of a page, those of each rule together.
fn steps(page: &str) -> Vec<Vec<Step>> {
    let mut rules: Vec<Vec<Step>> = Vec::new();
    let mut all: Vec<String> = Vec::new();
    let body = page.split_once("Not met\n").map_or(page, |(_, body)| body);
    for line in body.lines() {
        let indent = line.len() - line.trim_start().len();
        if indent <= 2 || rules.is_empty() {
            rules.push(Vec::new());
            all.clear();
        }
        if let Some(who) = line.trim_start().strip_prefix("who ") {
            all = named(who);
        }
        let starts = ["  ledger ", "  git ", "  ${EDITOR"];
        let Some(at) = starts.iter().filter_map(|start| line.find(start)).min() else {
            // Who can run a long command stands below it.
            let last = rules.last_mut().and_then(|rule| rule.last_mut()).filter(|last| last.who.is_empty());
            if let Some(last) = last.filter(|_| indent > 12) {
                last.who = named(line);
            }
            continue;
        };
        let (command, who) = line[at + 2..].split_once("  ").unwrap_or((&line[at + 2..], ""));
        if !command.starts_with("ledger gate ") {
            let who = named(who);
            let who = if who.is_empty() { all.clone() } else { who };
            rules.last_mut().unwrap().push(Step { command: command.trim().to_owned(), who });
        }
    }
    rules.retain(|rule| !rule.is_empty());
    rules
}

/// Returns what somebody would type when a command asks.
fn answers(command: &str) -> String {
    let words: Vec<&str> = command.split(' ').collect();
    match words.as_slice() {
        ["ledger", "unseal", ..] => "The title was missing.\n".to_owned(),
        ["ledger", "attest", ..] => "yes\n".repeat(8),
        ["ledger", "declare", "--kind", "risk"] => "R-001\n".to_owned(),
        ["ledger", "declare", "--kind", "control"] => "C-001\n".to_owned(),
        ["ledger", "amend", _, "--add-link", "numbers"] => "PHASE-E\n".to_owned(),
        ["ledger", "amend", _, "--field", "group"] => "core\n".to_owned(),
        ["ledger", "amend", _, "--field", "mode"] => "governance\n".to_owned(),
        ["ledger", "amend", _, "--add-link", "covered_by"] => "E-01,E-05\n".to_owned(),
        ["ledger", "amend", _, "--field", _] => "It is bearable.\n".to_owned(),
        ["ledger", "amend", "CP-21", "--path"] => "docs/control-plane/cp-21.md\n".to_owned(),
        ["ledger", "amend", "E-00", "--path"] => "docs/16-phase-e/phase-e-artifact-index.md\n".to_owned(),
        ["ledger", "amend", id, "--path"] => format!("docs/16-phase-e/{}.md\n", id.to_ascii_lowercase()),
        _ => String::new(),
    }
}

impl Place {
    /// Runs a printed command in the name of everybody whom it takes.
    fn follow(&self, step: &Step) -> Result<(), String> {
        let who = if step.who.is_empty() { vec!["dario".to_owned()] } else { step.who.clone() };
        for name in who {
            let (code, said) = self.types(&name, &step.command, &answers(&step.command));
            if code != 0 {
                return Err(format!("{name}$ {} [exit {code}]\n{said}", step.command));
            }
        }
        Ok(())
    }

    fn begin(&self) {
        self.does("lena", "ledger init --charter charter.toml --actor lena --key ~/key");
        for (name, role) in &PEOPLE[1..] {
            let key = self.dir.path().join(name).join("key.pub");
            let line = format!("ledger actor enroll {name} --kind human --public-key {} --role {role}", key.display());
            self.does("lena", &line);
            if *name != "kim" {
                let (_, said) = self.types("lena", "ledger status", "");
                let cosign = said.lines().find_map(|line| line.find("ledger cosign").map(|at| line[at..].to_owned()));
                self.does("kim", cosign.unwrap().split("  ").next().unwrap());
            }
        }
        self.does("lena", "ledger hooks install && git add .ledger && git commit -q -m 'Name the ledger'");
        self.does("lena", "ledger declare PHASE-E --kind phase && ledger declare MIG-06 --kind migration");
        self.does("lena", "ledger declare CP-21 --kind prerequisite");
        self.does("lena", "ledger block MIG-06 DESIGN-BLOCKED --reason 'the design is missing'");
    }
}

impl Place {
    /// Rehearses every command that somebody's inbox prints: on a terminal, where it asks for what the inbox says that it
    /// asks for, and as a script, which adds that. What was rehearsed before is left out.
    fn rehearses_inbox(&self, name: &str, rehearsed: &mut BTreeSet<String>) {
        let (code, said) = self.types(name, "ledger inbox --all --format json | cat", "");
        assert_eq!(code, 0, "{said}");
        let inbox = Value::parse(said.trim_end()).unwrap();
        let list = |key: &str| inbox.get(key).and_then(Value::as_list).unwrap().to_vec();
        let command = |entry: &Value, key: &str| entry.get(key).and_then(Value::as_text).map(ToOwned::to_owned);
        for (part, key) in [("waits", "command"), ("may", "command"), ("changed", "again")] {
            for entry in list(part) {
                let Some(command) = command(&entry, key) else { continue };
                let asks = entry.get("asks").and_then(Value::as_list).unwrap();
                let asks: Vec<&str> = asks.iter().filter_map(Value::as_text).collect();
                if rehearsed.insert(command.clone()) {
                    self.rehearses(name, &command, &asks);
                }
            }
        }
    }

    fn rehearses(&self, name: &str, command: &str, asks: &[&str]) {
        let typed = answers(command);
        let needed = if asks.is_empty() { "" } else { typed.as_str() };
        let (code, said) = self.types(name, &format!("{command} --dry-run"), needed);
        assert_eq!(code, 0, "{name}$ {command} --dry-run\n{said}");
        let mut words = format!("{command} --dry-run --no-input");
        for ask in asks {
            let (code, said) = self.types(name, &words, "");
            assert_eq!(code, 2, "{name}$ {words}\n{said}");
            assert!(said.contains(ask), "{ask} is not named\n{said}");
            let next = said.lines().find_map(|line| line.trim_start().strip_prefix("next ")).unwrap().trim();
            let value = typed.lines().next().unwrap();
            let places = ["PATH", "VALUE", "TEXT", "ID"].into_iter();
            let quoted = format!("'{value}'");
            words =
                places.fold(next.to_owned(), |line, place| line.replace(&format!("={place}"), &format!("={quoted}")));
            words = ["PATH", "TEXT", "ID"]
                .into_iter()
                .fold(words, |line, place| line.replace(&format!(" {place}"), &format!(" {quoted}")));
            words = words.replace("=yes|no", "=yes");
            if !words.contains("--dry-run") {
                words += " --dry-run --no-input";
            }
            if self.types(name, &words, "").0 == 0 {
                return;
            }
        }
        let (code, said) = self.types(name, &words, "");
        assert_eq!(code, 0, "{name}$ {words}\n{said}");
    }
}

/// M0-005, S0-094.
#[test]
fn whoever_types_what_is_printed_arrives_at_a_commit_that_passes() {
    let place = Place::new();
    place.begin();
    let mut last = Vec::new();
    // What inboxes print is rehearsed beside the way, on the other core: nothing is written by it.
    let (scenes, to_rehearse) = mpsc::channel::<Place>();
    let rehearsal = thread::spawn(move || {
        let mut rehearsed: BTreeSet<String> = BTreeSet::new();
        for place in to_rehearse {
            for (name, _) in &PEOPLE {
                place.rehearses_inbox(name, &mut rehearsed);
            }
        }
        rehearsed
    });
    // Where a rehearsal has failed, nobody takes another scene; why it failed is told below.
    let rehearse = |place: &Place| drop(scenes.send(place.copied()));
    for round in 0.. {
        if round % 12 == 2 {
            rehearse(&place);
        }
        let (_, page) = place.asks("ledger gate unblock MIG-06");
        if page.contains("gate unblock for MIG-06: PASS") {
            break;
        }
        let rules = steps(&page);
        let first = rules.first().unwrap_or_else(|| panic!("no way on\n{page}")).clone();
        assert!(round < ROUNDS && first != last, "the same once more\n{page}");
        for step in &first {
            if let Err(said) = place.follow(step) {
                // What another command of the same rule made needless is no longer printed.
                let (_, now) = place.asks("ledger gate unblock MIG-06");
                assert!(!steps(&now).concat().contains(step), "{said}\n{now}");
            }
        }
        last = first;
    }
    rehearse(&place);
    drop(scenes);
    place.does("dario", "echo '// tidy' >>src/migrate/plan.rs && git add -A");
    let (code, refused) = place.types("dario", "git commit -q -m Tidy", "");
    assert_eq!(code, 1, "{refused}");
    let lift = steps(&refused).concat();
    assert_eq!(lift.len(), 1, "{refused}");
    place.follow(&lift[0]).unwrap();
    place.does("dario", "git commit -q -m Tidy && ledger verify");
    let rehearsed = rehearsal.join().unwrap_or_else(|told| std::panic::resume_unwind(told));
    let sorts: BTreeSet<&str> = rehearsed.iter().filter_map(|command| command.split(' ').nth(1)).collect();
    for sort in ["amend", "attest", "declare"] {
        assert!(sorts.contains(sort), "no inbox asked for {sort}: {rehearsed:#?}");
    }
}

//! The documentation, held against the program: sessions print what is shown, charters load, commands parse, links lead
//! somewhere, codes are the codes, and every word of the language has its place in the reference.

#![allow(clippy::unwrap_used, clippy::panic, clippy::expect_used, reason = "a test that cannot go on has failed")]

#[path = "../sandbox/mod.rs"]
mod sandbox;

mod language;
mod links;
mod sessions;
mod stories;

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use govledger::domain::charter;
use govledger::domain::code::Code;
use govledger::domain::event::Body;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The pages that do not lie under `docs` or `examples`.
const AT_THE_TOP: [&str; 4] = ["README.md", "CHANGELOG.md", "CONTRIBUTING.md", "SECURITY.md"];

/// Returns every page of the documentation.
fn pages() -> Vec<(PathBuf, String)> {
    let mut open = vec![root().join("docs"), root().join("examples")];
    let mut pages: Vec<PathBuf> = AT_THE_TOP.iter().map(|page| root().join(page)).collect();
    while let Some(directory) = open.pop() {
        for entry in std::fs::read_dir(directory).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if path.extension().is_some_and(|ext| ext == "md") {
                pages.push(path);
            }
        }
    }
    pages.sort();
    pages.into_iter().map(|path| (path.clone(), std::fs::read_to_string(path).unwrap())).collect()
}

/// Returns the fenced blocks of a page with the word behind the fence.
fn fences(page: &str) -> Vec<(&str, &str)> {
    let mut blocks = Vec::new();
    let mut rest = page;
    while let Some((_, after)) = rest.split_once("```") {
        let Some((block, after)) = after.split_once("```") else { break };
        blocks.push(block.split_once('\n').unwrap_or((block, "")));
        rest = after;
    }
    blocks
}

#[test]
fn every_charter_that_is_shown_loads() {
    let mut charters = 0;
    for (path, page) in pages() {
        for (_, text) in fences(&page).into_iter().filter(|(word, text)| *word == "toml" && text.contains("[charter]"))
        {
            let problems = charter::load(text).err();
            assert!(problems.is_none(), "{}\n{text}\n{problems:?}", path.display());
            charters += 1;
        }
    }
    for example in ["first-steps", "phase-e", "work-packets"] {
        let text = std::fs::read_to_string(root().join("examples").join(example).join("charter.toml")).unwrap();
        assert!(charter::load(&text).is_ok(), "{example}");
    }
    assert!(charters >= 3, "the reference shows charters");
}

/// Returns the commands of the program that a page shows, as they would be typed.
fn commands(page: &str) -> Vec<String> {
    let fenced =
        fences(page).into_iter().filter(|(word, _)| matches!(*word, "" | "sh")).flat_map(|(_, text)| text.lines());
    let fenced = fenced.map(|line| line.trim().split("   ").next().unwrap_or_default().to_owned());
    let spans = page.split('`').skip(1).step_by(2).map(ToOwned::to_owned);
    let all = fenced.chain(spans).map(|line| line.split(" # ").next().unwrap_or_default().trim().to_owned());
    let plain =
        |line: &String| line.starts_with("ledger ") && !line.contains(['[', '|', '<', '\n']) && !line.contains("...");
    all.filter(plain).collect()
}

/// Returns a command with something in place of each word that stands for another.
fn filled(command: &str) -> String {
    let digest = "0".repeat(64);
    let values = [
        ("\"$LEDGER_GENESIS\"", digest.as_str()),
        ("GENESIS", &digest),
        ("SEQ:SHA256", &format!("1:{digest}")),
        ("SHA256", &digest),
        ("\"$BASE..$HEAD\"", "a..b"),
        ("\"$KEY_FILE\"", "key"),
        ("YOUR-NAME", "lena"),
        (" EVENT", " 00000000"),
        (" SEQ", " 7"),
        (" POINT", " 1"),
        (" NAME", " some"),
        (" ID", " E-01"),
        (" ROLE", " lead"),
        ("FINGERPRINT", "SHA256:AAAA"),
    ];
    let command = values.iter().fold(command.to_owned(), |text, (word, value)| text.replace(word, value));
    // A command that is only named is one if it has a help.
    let named = command.split(' ').all(|word| word.bytes().all(|byte| byte.is_ascii_lowercase()));
    if named { format!("{command} --help") } else { command }
}

/// A command that a page shows is one that the program takes: it may fail for want of a repository, never for its words.
#[test]
fn every_command_that_is_shown_is_one() {
    let empty = tempfile::tempdir().unwrap();
    let mut tried = 0;
    for (path, page) in pages() {
        for command in commands(&page) {
            let program = Path::new(env!("CARGO_BIN_EXE_ledger")).parent().unwrap();
            let output = Command::new("sh")
                .args(["-c", &filled(&command)])
                .current_dir(empty.path())
                .env("PATH", format!("{}:{}", program.display(), std::env::var("PATH").unwrap()))
                .env("GIT_CEILING_DIRECTORIES", empty.path())
                .output()
                .unwrap();
            let said = String::from_utf8_lossy(&output.stderr);
            assert!(!said.contains("Usage:") && !said.contains("error:"), "{}: {command}\n{said}", path.display());
            tried += 1;
        }
    }
    assert!(tried > 30, "the guides show commands: {tried}");
}

/// Plays the sessions of a page and compares them; `UPDATE_DOCS=1` writes what is printed into the page.
fn play(page: &str) {
    let path = root().join(page);
    let text = std::fs::read_to_string(&path).unwrap();
    let (played, wrong) = sessions::play(&text);
    if played != text {
        std::fs::write(&path, played).unwrap();
    }
    assert!(wrong.is_empty(), "{page} (UPDATE_DOCS=1 writes it anew)\n\n{}", wrong.join("\n"));
}

macro_rules! sessions {
    ($($test:ident $page:literal)*) => {
        const PLAYED: &[&str] = &[$($page),*];
        $(#[test] fn $test() { play($page); })*
    };
}

sessions! {
    the_readme_plays "README.md"
    the_guide_for_the_governance_lead_plays "docs/guide/governance-lead.md"
    the_guide_for_the_developer_plays "docs/guide/developer.md"
    the_guide_on_sharing_plays "docs/guide/sharing.md"
    the_guide_for_the_reviewer_plays "docs/guide/reviewer.md"
    the_guide_for_the_approver_plays "docs/guide/approver.md"
    the_guide_for_the_auditor_plays "docs/guide/auditor.md"
    the_guide_for_ci_and_agents_plays "docs/guide/ci-and-agents.md"
    the_guide_for_the_server_plays "docs/guide/server.md"
    the_guide_to_work_packets_plays "docs/guide/work-packets.md"
}

#[test]
fn every_page_with_a_session_is_played() {
    for (path, page) in pages() {
        let name = path.strip_prefix(root()).unwrap().to_str().unwrap();
        let shows = page.lines().any(|line| line.trim_start().starts_with("```console"));
        assert_eq!(shows, PLAYED.contains(&name), "{name}");
    }
}

/// Returns the page of codes.
fn codes() -> String {
    let mut page = "# Codes\n\nWhat a verdict is called, in messages (`[gate.unmet]`) and in JSON (`code`). The list is closed: a code is never renamed and never used\nfor something else. Each has a section on the page of its group: when it arises, what mends it, who can, a command, an example. `ledger explain\nCODE` prints the section; the JSON of a refusal names that command under `pages`. A test writes this list from the program's own.\n".to_owned();
    let mut group = "";
    for code in Code::ALL {
        if code.group() != group {
            group = code.group();
            write!(page, "\n## {group}\n\n| code | |\n|---|---|\n").unwrap();
        }
        let (path, text) = (govledger::render::codes::page(*code), code.meaning().replace('|', "\\|"));
        writeln!(page, "| [`{code}`]({}) | {text} |", path.trim_start_matches("docs/")).unwrap();
    }
    page
}

/// `UPDATE_DOCS=1` writes the page anew.
#[test]
fn the_page_of_codes_has_every_code() {
    let path = root().join("docs/codes.md");
    let page = codes();
    if sessions::is_update() {
        std::fs::write(&path, &page).unwrap();
    }
    assert_eq!(std::fs::read_to_string(&path).unwrap(), page, "UPDATE_DOCS=1 writes the page");
}

/// The pages say of a code what the program says, in the order of the list, and each code has one section.
#[test]
fn every_code_has_one_section_on_the_page_of_its_group() {
    let mut sections = Vec::new();
    let mut groups: Vec<&str> = Code::ALL.iter().map(|code| code.group()).collect();
    groups.dedup();
    for group in groups {
        let page = std::fs::read_to_string(root().join(format!("docs/codes/{group}.md"))).unwrap();
        assert!(page.starts_with(&format!("# {group}\n")), "{group}");
        for section in page.split("\n## ").skip(1) {
            let (code, rest) = section.split_once("\n\n").unwrap();
            let meaning = rest.lines().next().unwrap();
            sections.push((code.to_owned(), meaning.to_owned()));
        }
    }
    let listed: Vec<(String, String)> =
        Code::ALL.iter().map(|code| (code.to_string(), code.meaning().to_owned())).collect();
    assert_eq!(sections, listed);
    let pages = std::fs::read_dir(root().join("docs/codes")).unwrap().count();
    assert_eq!(pages, govledger::render::codes::groups().count(), "no page is left over");
}

/// Returns the words of the glossary: what stands in the first column of its tables.
fn glossary() -> Vec<String> {
    let page = std::fs::read_to_string(root().join("docs/glossary.md")).unwrap();
    let rows = page.lines().filter_map(|line| line.strip_prefix("| ")?.split(" | ").next());
    let words = rows.filter(|cell| !matches!(*cell, "word" | "type" | "---")).flat_map(|cell| cell.split(", "));
    words.map(|word| word.trim_matches('`').to_owned()).collect()
}

#[test]
fn every_word_stands_once_in_the_glossary_and_every_type_of_event_does() {
    let words = glossary();
    let twice: Vec<&String> =
        words.iter().filter(|word| words.iter().filter(|other| other == word).count() > 1).collect();
    assert!(twice.is_empty(), "{twice:?}");
    for kind in Body::KINDS {
        assert!(words.iter().any(|word| word == kind), "{kind}");
    }
    for word in ["ledger", "seal", "waiver", "gate", "UNKNOWN", "content", "seen", "proposal", "authority"] {
        assert!(words.iter().any(|other| other == word), "{word}");
    }
}

#[test]
fn what_the_readme_calls_missing_is_missing() {
    let page = std::fs::read_to_string(root().join("README.md")).unwrap();
    let (_, rest) = page.split_once("**Not there yet**").unwrap();
    let (missing, _) = rest.split_once("\n\n").unwrap();
    let words: Vec<&str> = missing.split('`').skip(1).step_by(2).filter(|word| !word.contains(' ')).collect();
    assert!(words.contains(&"promote"), "{words:?}");
    for word in words {
        let help = Command::new(env!("CARGO_BIN_EXE_ledger")).args([word, "--help"]).output().unwrap();
        assert!(!help.status.success(), "{word} is there");
    }
}

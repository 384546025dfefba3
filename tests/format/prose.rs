//! The prose, where it can be held against the program.

use govledger::domain::code::Code;
use govledger::domain::event::Body;

use crate::files;
use crate::stories;

const BEGIN: &str = "<!-- example:begin -->\n";
const END: &str = "<!-- example:end -->";

#[test]
fn the_example_of_the_readme_is_an_event_of_a_vector() {
    let story = stories::of("phase-e");
    let told = story.told.iter().find(|told| told.event.summary() == "sealed E-05").unwrap();
    let text = String::from_utf8(told.bytes.clone()).unwrap();
    let block = format!(
        "It is event {} of that ledger.\n\n```\n{text}```\n\n| | |\n|---|---|\n| SHA-256 of the event | `{}` |\n| object id | `{}` |\n| action | `{}` |\n| state after it | `{}` |\n",
        told.event.seq,
        told.sha256,
        told.oid,
        told.event.action(),
        told.state
    );
    let readme = files::read("README.md");
    let (before, rest) = readme.split_once(BEGIN).unwrap();
    let (_, after) = rest.split_once(END).unwrap();
    files::check("README.md", &format!("{before}{BEGIN}{block}{END}{after}"));
}

#[test]
fn every_code_of_the_format_and_of_trust_has_its_row() {
    let chapter = files::read("11-codes.md");
    let rows: Vec<&str> = chapter.lines().filter_map(|line| line.strip_prefix("| `")?.split('`').next()).collect();
    let codes = Code::ALL.iter().map(|code| code.as_str());
    for code in codes.filter(|code| code.starts_with("format.") || code.starts_with("trust.")) {
        assert_eq!(rows.iter().filter(|row| **row == code).count(), 1, "{code}");
    }
    for row in rows {
        assert!(Code::ALL.iter().any(|code| code.as_str() == row), "{row} is no code");
    }
}

#[test]
fn every_code_that_the_prose_names_exists() {
    for chapter in CHAPTERS {
        let text = files::read(chapter);
        for word in text.split('`').skip(1).step_by(2) {
            let group = word.split('.').next().unwrap_or_default();
            let is_code =
                ["format", "trust", "authority", "charter", "item", "claim", "block", "gate", "waiver", "store"]
                    .contains(&group)
                    && word.split('.').count() == 2
                    && word.bytes().all(|b| b.is_ascii_lowercase() || b == b'.' || b == b'-');
            let is_key = ["item.stated", "charter.id", "charter.authority"].contains(&word);
            assert!(!is_code || is_key || Code::ALL.iter().any(|code| code.as_str() == word), "{chapter}: {word}");
        }
    }
}

const CHAPTERS: [&str; 12] = [
    "README.md",
    "01-primitives.md",
    "02-commit.md",
    "03-payload.md",
    "04-facts.md",
    "05-admission.md",
    "06-state.md",
    "07-charters.md",
    "08-semantics.md",
    "09-repository.md",
    "10-versions-security.md",
    "11-codes.md",
];

#[test]
fn every_type_has_its_tables() {
    let payload = files::read("03-payload.md");
    let admission = files::read("05-admission.md");
    let commit = files::read("02-commit.md");
    for kind in Body::KINDS {
        assert!(payload.contains(&format!("### `{kind}`\n")), "{kind}");
        assert!(admission.contains(&format!("| `{kind}`")), "{kind}");
        assert!(commit.contains(&format!("`{kind}`")), "{kind}");
    }
}

/// Chapters link to one another, to schemas and to vectors.
#[test]
fn links_lead_somewhere() {
    for chapter in CHAPTERS {
        let text = files::read(chapter);
        for target in text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
            if target.contains('.') && !target.contains("://") && !target.starts_with('#') && !target.contains(' ') {
                let file = target.split('#').next().unwrap_or_default();
                assert!(files::at(file).exists(), "{chapter}: {target}");
            }
        }
    }
}

//! What is printed fits a terminal, and loses nothing there.

use std::collections::BTreeSet;

use crate::sandbox::story::Story;
use unicode_width::UnicodeWidthStr as _;

const INDEX: &str = "docs/16-phase-e/phase-e-artifact-index.md";

/// Every view of the ledger, in words.
const VIEWS: [&str; 23] = [
    "status",
    "status --all",
    "status --at 12",
    "gate unblock MIG-06",
    "gate readiness --all",
    "why MIG-06",
    "why src/plan.rs",
    "why 9",
    "inbox --role platform-governance --all",
    "inbox --actor petra --all",
    "show E-01",
    "show 9",
    "log",
    "diff @9 @tip",
    "charter diff @0 governance/charter.toml",
    "charter check governance/charter.toml",
    "explain gate.unmet",
    "doctor",
    "verify",
    "actor list",
    "key list",
    "trust",
    "hooks status",
];

/// What only says what stands beside it; a narrow page says it elsewhere or more often.
const LABELS: [&str; 8] = ["who", "found", "needed", "next", "asks", "for", "(above)", "…"];

/// Phase E half-way: documents, some reviewed, a proposal, a lapsed review.
fn half_way() -> Story {
    let story = Story::phase_e();
    story.on("2026-01-12");
    story.write("docs/control-plane/cp-21.md", "# Control plane\n");
    story.write("docs/16-phase-e/e-01.md", "# Architecture\n");
    story.write("src/plan.rs", "fn plan() {}\n");
    story.write(
        INDEX,
        "| ID | Title | Path |\n|---|---|---|\n| E-00 | The index | docs/16-phase-e/phase-e-artifact-index.md |\n",
    );
    let charter =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/phase-e/charter.toml")).unwrap();
    let changed = charter.replace("every risk is mitigated | accepted", "no risk is open");
    assert_ne!(charter, changed);
    story.write("governance/charter.toml", &changed);
    story.commit("dario", "Draft");
    for (id, title, path) in [
        ("E-00", "The index", INDEX),
        (
            "E-01",
            "A title that is long enough to end beyond the columns of a small terminal",
            "docs/16-phase-e/e-01.md",
        ),
    ] {
        let words = ["declare", id, "--kind", "artifact", "--title", title, "--path", path, "--field", "group=core"];
        story.ledger(words).as_("dario").ok();
    }
    let answers = "--answer complete=yes --answer deterministic=yes --answer consistent=yes";
    story.ledger(&format!("attest E-01 review {answers}")).as_("petra").ok();
    story.ledger("move E-01 complete").as_("dario").ok();
    story.ledger("actor grant raj drafter").ok();
    story.commit_file("dario", "docs/16-phase-e/e-01.md", "# Architecture, another one\n");
    story
}

/// Returns whether a line may be wider than the terminal: a command has to be copied whole, and no id can be broken.
fn unbreakable(line: &str, columns: usize) -> bool {
    let line = line.trim_start();
    let (label, rest) = line.split_once("  ").unwrap_or(("", line));
    let rest = if label.len() <= 12 && !label.contains(' ') { rest.trim_start() } else { line };
    let command = ["ledger ", "git ", "${EDITOR"].iter().any(|start| rest.starts_with(start));
    (command && !rest.contains("  ")) || (!rest.contains(' ') && rest.width() + 16 > columns)
}

/// S0-093, S0-094.
#[test]
fn every_view_fits_the_terminal_and_loses_no_word() {
    let story = half_way();
    for view in VIEWS {
        let whole = story.ledger(view).run();
        // The clock goes on between two calls.
        let is_told = |word: &&str| !LABELS.contains(word) && !word.ends_with("Z,");
        let words: BTreeSet<&str> = whole.stdout.split_whitespace().filter(is_told).collect();
        assert!(!words.is_empty(), "{whole}");
        for columns in [80, 60, 40] {
            let line = format!("ledger {view}");
            let (_, page) = story.on_terminal(&line, columns, &[("GIT_PAGER", "cat"), ("NO_COLOR", "1")]);
            let columns = usize::try_from(columns).unwrap();
            let wide: Vec<&str> =
                page.lines().filter(|line| line.width() > columns && !unbreakable(line, columns)).collect();
            assert!(wide.is_empty(), "{view} at {columns} columns: {wide:#?}\n{page}");
            let kept: BTreeSet<&str> = page.split_whitespace().collect();
            let lost: Vec<&&str> = words.iter().filter(|word| !kept.contains(**word)).collect();
            // The first screen has 24 lines, and says what shows the rest.
            if view.starts_with("status") && !view.contains("--all") {
                assert!(page.contains("ledger status --all"), "{page}");
            } else {
                assert!(lost.is_empty(), "{view} at {columns} columns lost {lost:?}\n{page}");
            }
        }
    }
}

/// Whoever is refused reads it on a small terminal, too.
#[test]
fn refusals_fit_the_terminal() {
    let story = half_way();
    story.ledger("hooks install").ok();
    story.write("src/plan.rs", "fn plan() { todo!() }\n");
    story.write("docs/notes.md", "A note.\n");
    story.git("add -A").ok();
    for line in [
        "git commit -q -m Tidy",
        "ledger move MIG-06 active",
        "ledger seal E-01 --as approver",
        "ledger unblock MIG-06 DESIGN-BLOCKED --record E-12",
        "ledger show E-77",
    ] {
        for columns in [80, 60, 40] {
            let (code, page) = story.on_terminal(line, columns, &[("NO_COLOR", "1")]);
            assert_ne!(code, 0, "{page}");
            let columns = usize::try_from(columns).unwrap();
            let wide: Vec<&str> =
                page.lines().filter(|line| line.width() > columns && !unbreakable(line, columns)).collect();
            assert!(wide.is_empty(), "{line} at {columns} columns: {wide:#?}\n{page}");
        }
    }
    let (_, page) = story.on_terminal("git commit -q -m Tidy", 80, &[("NO_COLOR", "1")]);
    assert!(page.lines().count() <= 24, "a refusal fits a screen\n{page}");
    assert!(page.contains("next     ledger ") && page.contains("git restore --staged src/plan.rs"), "{page}");
}

/// S0-094: what is wrong with a charter is read on a small terminal, too; of a long line of it the part that is wrong is shown.
#[test]
fn the_problems_of_a_charter_fit_the_terminal() {
    let story = Story::phase_e();
    let charter =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/examples/phase-e/charter.toml")).unwrap();
    let wrong = charter
        .replace("every designated-document is sealed", "every designated-document is seeled")
        .replace("authority = \"2 platform-governance\"", "authority = \"2 platform-gouvernance\"")
        .replace("stops  = [\"implementation\", \"moves\"]", "stops  = [\"implementation\", \"no design\"]");
    story.write("bad.toml", &wrong);
    let whole = story.ledger("charter check bad.toml").exits(2).stderr;
    assert!(whole.contains("4 problems"), "{whole}");
    // In a pipe no line is cut off.
    let longest = wrong.lines().find(|line| line.contains("seeled")).unwrap();
    assert!(whole.contains(longest), "{whole}");
    for columns in [80, 60, 40] {
        let (code, page) = story.on_terminal("ledger charter check bad.toml", columns, &[("NO_COLOR", "1")]);
        assert_eq!(code, 2, "{page}");
        let columns = usize::try_from(columns).unwrap();
        let wide: Vec<&str> = page.lines().filter(|line| line.width() > columns).collect();
        assert!(wide.is_empty(), "at {columns} columns: {wide:#?}\n{page}");
        for word in ["seeled", "sealed", "bad.toml:", "platform-gouvernance", "4 problems"] {
            assert!(page.contains(word), "{word} at {columns} columns\n{page}");
        }
    }
}

/// A pager that is not there, or cannot be run, takes nothing away: the text is printed.
#[test]
fn a_pager_that_cannot_be_run_loses_nothing() {
    let story = Story::phase_e();
    for pager in ["no-such-program-anywhere", "/dev/null"] {
        let (code, page) = story.on_terminal("ledger log", 80, &[("GIT_PAGER", pager), ("NO_COLOR", "1")]);
        assert_eq!(code, 0, "{page}");
        assert!(page.contains("blocked MIG-06 DESIGN-BLOCKED"), "{pager}\n{page}");
    }
    // One that runs shows it, and once.
    let (_, page) = story.on_terminal("ledger log", 80, &[("GIT_PAGER", "sed s/^/paged:/"), ("NO_COLOR", "1")]);
    assert!(page.contains("paged:") && page.matches("blocked MIG-06 DESIGN-BLOCKED").count() == 1, "{page}");
}

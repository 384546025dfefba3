//! What is printed says everything in words, each thing once, and leads to what comes first.

use crate::sandbox::story::{Outcome, Story, example};
use govledger::domain::value::Value;

const INDEX: &str = "docs/16-phase-e/phase-e-artifact-index.md";

fn path(id: &str) -> String {
    format!("docs/16-phase-e/{}.md", id.to_lowercase())
}

fn declare(story: &Story, id: &str, path: &str) {
    let words = ["declare", id, "--kind", "artifact", "--title", id, "--path", path, "--field", "group=core"];
    story.ledger(words).as_("dario").ok();
}

fn texts(value: &Value) -> Vec<String> {
    value.as_list().unwrap().iter().map(|text| text.as_text().unwrap().to_owned()).collect()
}

fn commands(inbox: &Outcome, part: &str) -> Vec<String> {
    let waits = inbox.get(part);
    waits
        .as_list()
        .unwrap()
        .iter()
        .map(|waiting| waiting.get("command").unwrap().as_text().unwrap().to_owned())
        .collect()
}

/// Returns a text in one line.
fn line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// S0-068, S0-093: what is said of a file comes after the file.
#[test]
fn a_statement_about_a_file_that_is_not_there_waits_for_the_file() {
    let story = Story::phase_e();
    story.ledger(["declare", "E-12", "--kind", "record", "--title", "The record", "--path", &path("E-12")]).ok();
    declare(&story, "E-01", &path("E-01"));
    let about = |command: &&String| command.starts_with("ledger attest E-");
    for role in ["drafter", "reviewer"] {
        let inbox = story.ledger(["inbox", "--role", role, "--all"]).json().ok();
        let waits = commands(&inbox, "waits");
        assert_eq!(waits.iter().filter(about).collect::<Vec<_>>(), Vec::<&String>::new(), "{role}");
        let files = texts(&inbox.get("anybody"));
        assert!(files.contains(&format!("${{EDITOR:-vi}} {}", path("E-12"))), "{files:?}");
    }
    let next = |gate: &str| {
        let told = story.ledger(["gate", gate, "--format", "json"]).exits(1);
        let criteria = told.get("criteria");
        let all = criteria.as_list().unwrap().iter().flat_map(|c| c.get("leaves").unwrap().as_list().unwrap().to_vec());
        let steps = all.flat_map(|leaf| leaf.get("next").unwrap().as_list().unwrap().to_vec());
        steps.map(|step| step.as_text().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(next("exit").iter().filter(about).count(), 0, "{:?}", next("exit"));
    // Once it is there, it is spoken of.
    story.commit_file("lena", &path("E-12"), "# The record\n");
    let inbox = story.ledger("inbox --role drafter --all").json().ok();
    let waits = commands(&inbox, "waits");
    assert!(waits.contains(&"ledger attest E-12 deterministic".to_owned()), "{waits:?}");
    assert!(!waits.contains(&"ledger attest E-01 deterministic".to_owned()), "{waits:?}");
}

/// S0-069: an index that is missing is one finding, however many documents it ought to list.
#[test]
fn what_is_found_of_many_things_is_said_once_and_names_them_all() {
    let story = Story::phase_e();
    let ids = ["E-01", "E-02", "E-03", "E-04", "E-05"];
    for id in ids {
        declare(&story, id, &path(id));
    }
    story.ledger(["declare", "E-12", "--kind", "record", "--title", "The record", "--path", &path("E-12")]).ok();
    for view in ["why PHASE-E", "status --all", "inbox --role drafter --all"] {
        let told = line(&story.ledger(view).run().stdout);
        // The two blocks, the criterion of the documents and that of the record may each say it.
        assert!(told.matches("which lists it, is not declared").count() <= 4, "{view}: {told}");
        assert!(told.contains("the same of E-02, E-03, E-04, E-05"), "{view}: {told}");
    }
    let why = story.ledger("why PHASE-E").json().run();
    assert!(why.stdout.matches("which lists it, is not declared").count() >= ids.len(), "{why}");

    let inbox = story.ledger("inbox --role platform-governance --all").ok();
    assert_eq!(inbox.stdout.matches("ledger amend E-12 --add-link cites=").count(), 1, "{inbox}");
    let told = line(&inbox.stdout);
    assert!(told.contains("ledger amend E-12 --add-link cites=E-01 found E-01 has no citation"), "{inbox}");
    assert!(told.contains("and 5 more of this sort: E-02, E-03, E-04, E-05, CP-21"), "{inbox}");
    let all = commands(&story.ledger("inbox --role platform-governance").json().ok(), "waits");
    assert_eq!(all.iter().filter(|command| command.contains("--add-link cites=")).count(), 6, "{all:?}");
}

/// S0-046: what would be is marked as what is.
#[test]
fn a_gate_under_a_supposition_shows_the_marks() {
    let story = Story::phase_e();
    declare(&story, "E-01", &path("E-01"));
    story.commit_file("dario", &path("E-01"), "# One\n");
    story.commit_file("dario", "docs/control-plane/cp-21.md", "# Control plane\n");
    story.ledger("move CP-21 done").ok();
    let told = story.ledger(["gate", "readiness", "--if", "move E-01 complete by dario"]).exits(1);
    assert!(line(&told.stdout).contains("Marked NON-AUTHORITATIVE on E-01"), "{told}");
    let told = story.ledger(["gate", "readiness", "--if", "seal CP-21 by omar"]).exits(1);
    assert!(line(&told.stdout).contains("Marked NON-AUTHORITATIVE then no longer on E-01"), "{told}");
}

/// A gate that holds before and after a change of the rules is told by what differs.
#[test]
fn a_change_of_rules_that_leaves_a_gate_on_hold_tells_what_changed_and_nothing_else() {
    let story = Story::phase_e();
    let charter = example("phase-e/charter.toml");
    let changed = charter.replace(r#"failures      = { must = "E-05 has fail-closed", cite = "§1" }"#, "");
    assert_ne!(charter, changed);
    story.write("next.toml", &changed);
    let told = story.ledger("charter diff next.toml").exits(1);
    let text = line(&told.stdout);
    assert!(
        text.contains("gate readiness: HOLD as before; no longer: criterion failures: E-05 was never declared"),
        "{told}"
    );
    assert!(!text.contains("criterion cp21"), "{told}");
    let json = story.ledger("charter diff next.toml").json().exits(1);
    json.says("gate readiness").says("criterion cp21");
}

/// Every command, by its words.
fn all_commands() -> Vec<String> {
    let help = |words: &str| {
        let story = Story::new();
        let words: Vec<&str> = words.split_whitespace().chain(["--help"]).collect();
        let told = story.ledger(words.as_slice()).ok().stdout;
        let list =
            told.split("Commands:\n").nth(1).and_then(|rest| rest.split("\n\n").next()).unwrap_or_default().to_owned();
        let named = list.lines().filter(|line| line.starts_with("  ") && !line.starts_with("   "));
        named
            .filter_map(|line| line.split_whitespace().next())
            .filter(|name| *name != "help")
            .map(str::to_owned)
            .collect::<Vec<_>>()
    };
    let mut all = help("");
    for outer in all.clone() {
        all.extend(help(&outer).into_iter().map(|inner| format!("{outer} {inner}")));
    }
    all
}

/// S0-094: wrong words are an error like every other, whichever command they are words of.
#[test]
fn wrong_words_of_any_command_are_one_object_for_programs() {
    let story = Story::new();
    let all = all_commands();
    assert!(all.len() > 50 && all.contains(&"charter diff".to_owned()), "{all:?}");
    let wrong = |words: &str| {
        let told = story.ledger(words).exits(2);
        assert_eq!(told.stderr, "", "{told}");
        assert_eq!(told.text("error.code"), "usage.words", "{told}");
        assert_eq!(told.get("error.exit"), Value::Int(2), "{told}");
        for part in ["found", "needed", "who", "next"] {
            let said = told.get(&format!("error.explanations.0.{part}"));
            assert!(
                said.as_text().is_some_and(|text| !text.is_empty()) || said.as_list().is_some_and(|l| !l.is_empty()),
                "{told}"
            );
        }
        let next = told.text("error.next.0");
        story.ledger(next.strip_prefix("ledger ").unwrap()).ok();
        told
    };
    for command in &all {
        wrong(&format!("{command} --nonsense --format json"));
        wrong(&format!("--format json {command} --format"));
    }
    assert_eq!(
        wrong("status --format json --at").text("error.explanations.0.needed"),
        "a value that --at <POINT> takes"
    );
    assert_eq!(wrong("--format json gate é").text("error.explanations.0.needed"), "a value that <NAME> takes");
    wrong("--format json nonsense");
    wrong("--format json help nonsense");
    wrong("--format json");
}

/// What a terminal draws and a screen reader does not say, or says as a name of a sign.
fn is_drawn(sign: char) -> bool {
    matches!(sign, '\u{2190}'..='\u{21ff}' | '\u{2300}'..='\u{23ff}' | '\u{2500}'..='\u{27bf}' | '\u{2900}'..='\u{297f}'
        | '\u{2b00}'..='\u{2bff}' | '\u{1f000}'..='\u{1faff}' | '\u{1b}')
}

/// S0-093, S0-094: nothing is said by a sign, a colour or a place on the line alone.
#[test]
fn what_is_printed_without_colour_says_every_state_in_letters() {
    let story = Story::phase_e();
    for id in ["E-00", "E-01", "E-02"] {
        declare(&story, id, &if id == "E-00" { INDEX.to_owned() } else { path(id) });
    }
    story.write(INDEX, &example("phase-e/docs/16-phase-e/phase-e-artifact-index.md"));
    story.commit_file("dario", &path("E-01"), "# One\n");
    let answers = "--answer complete=yes --answer deterministic=yes --answer consistent=yes";
    story.ledger(&format!("attest E-01 review {answers}")).as_("petra").ok();
    story.ledger("move E-01 complete").as_("dario").ok();
    story.ledger("actor grant raj drafter").ok();
    // Each view with the words of the states that it has to tell.
    let views: [(&str, &[&str]); 12] = [
        ("status", &["Blocked", "DESIGN-BLOCKED", "Waiting for signatures", "1 of 2 signatures", "draft", "complete"]),
        ("status --all", &["(active)", "(derived)", "draft", "complete", "MET", "UNMET", "lifts", "stops", "Marked"]),
        ("gate readiness", &["HOLD", "MET", "UNMET", "N/A", "Not met", "found", "needed", "next", "is not asked"]),
        ("gate readiness --if 'move CP-21 done by lena'", &["Supposed", "before", "after", "the same", "takes effect"]),
        ("why MIG-06", &["DESIGN-BLOCKED", "Not met", "found", "needed", "next"]),
        ("why src/main.rs", &["DESIGN-BLOCKED (active)", "stops", "lifts"]),
        ("why E-01", &["E-01", "complete"]),
        ("show E-01", &["complete", "review", "approve"]),
        ("inbox --role platform-governance", &["Waits for you", "found", "toward", "who"]),
        ("diff @3 @tip", &["differ"]),
        ("diff @tip @tip", &["the same"]),
        ("log", &["declared", "attested", "proposed"]),
    ];
    for (view, states) in views {
        let piped = story.shell(&format!("ledger --no-pager {view}")).run();
        let seen = [
            ("a pipe", piped.stdout.clone()),
            (
                "NO_COLOR",
                story.on_terminal(&format!("ledger {view}"), 100, &[("NO_COLOR", "1"), ("GIT_PAGER", "cat")]).1,
            ),
            (
                "TERM=dumb",
                story.on_terminal(&format!("ledger {view}"), 100, &[("TERM", "dumb"), ("GIT_PAGER", "cat")]).1,
            ),
        ];
        for (how, page) in seen {
            assert!(!page.is_empty(), "{view}, {how}: {piped}");
            for state in states {
                assert!(line(&page).contains(state), "{view}, {how}: no `{state}`\n{page}");
            }
            let drawn: Vec<&str> = page.lines().filter(|line| line.contains(is_drawn)).collect();
            assert!(drawn.is_empty(), "{view}, {how}: {drawn:#?}");
            for line in page.lines() {
                // An arrow stands between the words that it leads from and to.
                for (before, after) in
                    line.match_indices("->").map(|(at, sign)| (&line[..at], &line[at + sign.len()..]))
                {
                    let said = |text: &str| text.chars().any(char::is_alphabetic);
                    assert!(said(before) && said(after), "{view}, {how}: {line}");
                }
                // A line that holds something says it in letters or digits.
                assert!(line.trim().is_empty() || line.chars().any(char::is_alphanumeric), "{view}, {how}: {line:?}");
            }
        }
    }
}

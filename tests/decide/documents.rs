//! Documents that state the fields and links of items: what is read, what is wrong, and what a signer is kept from signing.

use std::collections::BTreeMap;

use govledger::domain::code::Code;
use govledger::domain::decide::Refusal;
use govledger::domain::decide::packet::{self, Read, hold_to_file};
use govledger::domain::event::Amendment;
use govledger::domain::judge::View;
use govledger::domain::value::Value;
use snapbox::str;

use crate::world::*;

const FILE: &str = "docs/W-1.md";

const CHARTER: &str = r#"
[charter]
semantics = 1
id = "FORMS"
authority = "lead"

[roles]
lead = "human"

[links]
supersedes = "form -> form"
needs = { is = "form -> form, stated", label = "Depends on", cite = "R-1" }
anchors = { is = "form -> section, min 1", label = "SPEC" }
mentions = "form -> any"

[kinds.section]
id = 'SEC-[0-9]+(\.[0-9]+)*'
states = ["stated"]
moves = ["new -> stated by lead"]

[kinds.note]
id = 'N-[0-9]+'
states = ["kept"]
moves = ["new -> kept by lead"]
seal = "lead"
fields = { goal = "text" }

[kinds.form]
id = 'W-[0-9]+'
states = ["ready"]
path = "docs/{id}.md"
headings = ["Aim", "Rest"]
moves = ["new -> ready by lead"]
seal = "lead"

[kinds.form.fields]
goal  = { is = "text", why = "somebody has to know", cite = "R-2" }
hint  = "text?"
tests = "list 1..3"
files = "paths?"
lines = "anchors?"
risks = "map?"
day   = "date?"
hours = "integer? 1.."
grade = { is = ["LOW", "HIGH"], optional = true }
"#;

const DOCUMENT: &str = "\
# W-1: A form

## Aim
- FORM_ID: W-1
- **Goal**: It is done.
- **Tests**:
  - one
  - two
- FILES: src/a.rs
- **Lines**: src/a.rs:3
- **Risks**:
  - it is late -> the plan
- DAY: 2026-01-12T09:30:00+02:00
- HOURS: 3
- GRADE: HIGH

## Rest
- **Depends on**: none
- **SPEC**: §2.3 (what it is about), SEC-4
";

fn begun() -> World {
    let mut w = World::founded(CHARTER, "lena", &[human("lena", &["lead"])]);
    w.write("src/a.rs", "1\n2\n3\n4\n", "lena");
    for section in ["SEC-2.3", "SEC-4"] {
        w.given("lena", declare(section, "section", stated()));
    }
    w
}

fn read(w: &World, text: &str) -> Read {
    packet::read(&w.state().charter.rules, &word("form"), &id("W-1"), FILE, text)
}

/// What an item states that says what its document does.
fn of(read: &Read) -> Amendment {
    let (title, fields, links) = (read.title.clone(), read.fields.clone(), read.links.clone());
    Amendment { title, fields, links, path: Some(path(FILE)) }
}

/// What is found wrong with a document, in order.
fn wrong(w: &World, text: &str) -> Vec<String> {
    let read = read(w, text);
    let view = View { state: w.state(), facts: &w.tree, as_of: w.now };
    let told = |refusal: Refusal| refusal.explanations.into_iter().map(|told| told.found).collect();
    read.judge(view, &id("W-1"), &word("form"), &of(&read)).map_or_else(told, |()| Vec::new())
}

fn with(from: &str, to: &str) -> String {
    assert_eq!(DOCUMENT.matches(from).count(), 1, "{from}");
    DOCUMENT.replace(from, to)
}

#[test]
fn what_stands_under_the_labels_of_a_kind_is_what_the_item_states() {
    let w = begun();
    let found = read(&w, DOCUMENT);
    assert_eq!(found.title.as_deref(), Some("A form"));
    let fields: Vec<String> =
        found.fields.iter().map(|(name, value)| format!("{name}={}", value.to_canonical())).collect();
    assert_eq!(
        fields,
        [
            "day=\"2026-01-12\"",
            "files=[\"src/a.rs\"]",
            "goal=\"It is done.\"",
            "grade=\"HIGH\"",
            "hours=3",
            "lines=[\"src/a.rs:3\"]",
            "risks={\"it-is-late\":\"the plan\"}",
            "tests=[\"one\",\"two\"]",
        ]
    );
    let links: Vec<String> = found
        .links
        .iter()
        .map(|(name, ids)| format!("{name}={}", ids.iter().map(ToString::to_string).collect::<Vec<_>>().join("+")))
        .collect();
    assert_eq!(links, ["anchors=SEC-2.3+SEC-4", "needs="]);
    assert!(found.others.is_empty());
    assert_eq!(wrong(&w, DOCUMENT), [""; 0]);
    let others = read(&w, &with("- HOURS: 3\n", "- MOOD: fine\n- HOURS: 3\n")).others;
    assert_eq!(others, [(14, "MOOD".to_owned())]);
    // A kind that the charter does not have states nothing.
    let none = packet::read(&w.state().charter.rules, &word("memo"), &id("W-1"), FILE, DOCUMENT);
    assert!(none.title.is_none() && none.fields.is_empty() && none.links.is_empty());
}

#[test]
fn a_title_is_the_heading_without_the_id() {
    let w = begun();
    for (heading, title) in [
        ("# W-1 A form", Some("A form")),
        ("# W-1", None),
        ("# Form: W-1", None),
        ("# A form", Some("A form")),
        ("# W-1: {title}", None),
    ] {
        assert_eq!(read(&w, &with("# W-1: A form", heading)).title.as_deref(), title, "{heading}");
    }
}

#[test]
fn everything_that_is_wrong_with_a_document_is_told_at_once_with_its_line() {
    let w = begun();
    let mut otherwise = Vec::new();
    for (from, to, told) in [
        ("# W-1: A form", "# W-2: A form", &["line 1: the document is that of W-2"][..]),
        ("# W-1: A form", "# Form W-2", &["line 1: the document is that of W-2"]),
        ("FORM_ID: W-1", "FORM_ID: W-2", &["line 4: the document is that of W-2"]),
        ("# W-1: A form", "# W-1: After W-2", &[]),
        ("It is done.", "{what is done}", &["line 5: goal is still \"{what is done}\""]),
        ("- **Goal**: It is done.\n", "", &["goal is missing"]),
        ("**Goal**:", "**Goall**:", &["line 5: Goall is the label of no field", "goal is missing"]),
        ("- HOURS: 3", "- HOURS: 3\n- HOURS: 4", &["line 15: hours is stated in line 14 too"]),
        ("- HOURS: 3", "- HOURS: three", &["line 14: hours is \"three\""]),
        ("- HOURS: 3", "- HOURS: 0", &["line 14: hours has 0 and needs at least 1"]),
        (
            "- FILES: src/a.rs",
            "- FILES: src/",
            &["line 9: files cannot take \"src/\": the path \"src/\" has an empty segment, `.` or `..`"],
        ),
        ("src/a.rs:3", "src/a.rs", &["line 10: lines cannot take \"src/a.rs\""]),
        ("it is late -> the plan", "it is late", &["line 12: risks has the entry \"it is late\""]),
        (
            "it is late -> the plan",
            "it is late -> the plan\n  - it, is late: twice",
            &["line 13: risks has the entry it-is-late twice"],
        ),
        ("2026-01-12T09:30:00+02:00", "2026-01-12T9", &["line 13: day is 2026-01-12T9 and not a day, YYYY-MM-DD"]),
        ("- **Depends on**: none\n", "", &["needs is not stated"]),
        (
            "- **Depends on**: none\n",
            "- **Depends on**: W-7\n",
            &["line 18: needs leads to W-7, which nobody declared"],
        ),
        (
            "- **SPEC**: §2.3 (what it is about), SEC-4\n",
            "- **SPEC**: none\n",
            &["line 19: anchors has 0 of at least 1"],
        ),
        ("§2.3 (", "§2.x (", &["line 19: anchors names \"§2.x\""]),
        ("## Rest\n", "", &["no section `Rest`"]),
        (
            "- GRADE: HIGH\n",
            "```\n- GRADE: HIGH\n",
            &["line 15: what is opened there is never closed, so that the rest of the document belongs to it"],
        ),
    ] {
        let found = wrong(&w, &with(from, to));
        let found: Vec<&str> = found.iter().map(String::as_str).collect();
        if !found.starts_with(told) || found.is_empty() != told.is_empty() {
            otherwise.push(format!("{to}: {found:?}"));
        }
    }
    assert_eq!(otherwise, [""; 0]);
    let swapped = DOCUMENT.replace("## Aim", "## First").replace("## Rest", "## Aim").replace("## First", "## Rest");
    assert_eq!(wrong(&w, &swapped), ["no section `Aim` before `Rest`"]);
    let many = with("It is done.", "{what}").replace("HOURS: 3", "HOURS: three").replace("**Tests**", "**Testss**");
    let view = View { state: w.state(), facts: &w.tree, as_of: w.now };
    let broken = read(&w, &many);
    let refusal = broken.judge(view, &id("W-1"), &word("form"), &of(&broken)).unwrap_err();
    then(
        &told(&refusal),
        str![[r#"
item.field: line 5: goal is still "{what}"
  needed: what the template asks for, in its place
  rule: kinds.form.fields.goal
  item: W-1
  path: docs/W-1.md
  why: somebody has to know
  cite: R-2
  who: 1 whoever asked: 
  next: ${EDITOR:-vi} docs/W-1.md
item.field: line 6: Testss is the label of no field
  needed: did you mean TESTS?
  rule: kinds.form.fields
  item: W-1
  path: docs/W-1.md
  who: 1 whoever asked: 
  next: ${EDITOR:-vi} docs/W-1.md
item.field: line 14: hours is "three"
  needed: an integer
  rule: kinds.form.fields.hours
  item: W-1
  path: docs/W-1.md
  who: 1 whoever asked: 
  next: ${EDITOR:-vi} docs/W-1.md
item.field: tests is missing
  needed: list 1..3
  rule: kinds.form.fields.tests
  item: W-1
  path: docs/W-1.md
  who: 1 whoever asked: 
  next: ${EDITOR:-vi} docs/W-1.md
"#]],
    );
}

#[test]
fn what_a_document_no_longer_states_is_taken_away_where_it_has_its_place_there() {
    let w = begun();
    let link = |names: &[&str]| names.iter().map(|name| id(name)).collect();
    let before = Amendment {
        fields: BTreeMap::from([
            (word("goal"), "old".into()),
            (word("hint"), "old".into()),
            (word("old"), "old".into()),
        ]),
        links: BTreeMap::from([
            (word("needs"), link(&["W-2"])),
            (word("anchors"), link(&["SEC-4"])),
            (word("mentions"), link(&["W-3"])),
            (word("supersedes"), link(&["W-0"])),
        ]),
        ..Amendment::default()
    };
    let text = with("- **Depends on**: none\n", "");
    let silent = read(&w, &text);
    let silent = silent.silent(&w.state().charter.rules, &word("form"), &before);
    assert_eq!(silent.fields, [&word("hint")]);
    assert_eq!(silent.links, [&word("needs")]);
    assert_eq!(silent.kept, [&word("mentions"), &word("supersedes")]);
}

/// Whoever seals has read the file.
#[test]
fn nobody_signs_what_the_file_does_not_say() {
    let w = begun();
    let told_of = |stated: &Amendment, text: &str| -> Vec<String> {
        let held = hold_to_file(w.state(), &id("W-1"), &word("form"), stated, (&path(FILE), text));
        let Err(refusal) = held else {
            return Vec::new();
        };
        assert!(refusal.explanations.iter().all(|told| told.code == Code::SealFile));
        refusal.explanations.into_iter().map(|told| told.found).collect()
    };
    let stated = of(&read(&w, DOCUMENT));
    assert_eq!(told_of(&stated, DOCUMENT), [""; 0]);
    let change = |change: &dyn Fn(&mut Amendment)| {
        let mut other = stated.clone();
        change(&mut other);
        told_of(&other, DOCUMENT)
    };
    let list = |entries: &[&str]| Value::list(entries.iter().copied());
    assert_eq!(
        change(&|it| it.title = Some("Another".to_owned())),
        ["the title is \"Another\", and \"A form\" in docs/W-1.md"]
    );
    assert_eq!(change(&|it| it.title = None), ["the title is \"\", and \"A form\" in docs/W-1.md"]);
    let tests = |entries: &[&str]| change(&|it| drop(it.fields.insert(word("tests"), list(entries))));
    assert_eq!(tests(&["one", "two", "three"]), ["tests has \"three\", which docs/W-1.md does not name"]);
    assert_eq!(tests(&["one"]), ["tests lacks \"two\", which docs/W-1.md names"]);
    assert_eq!(tests(&["one", "three"]), ["tests has \"three\", where docs/W-1.md names \"two\""]);
    assert_eq!(tests(&["one", "two", "two"]), ["tests has 3 entries, and 2 in docs/W-1.md"]);
    assert_eq!(
        change(&|it| drop(it.fields.insert(word("hours"), Value::Int(30)))),
        ["hours has \"30\", where docs/W-1.md names \"3\""]
    );
    let other = Value::map([("it-is-late", Value::text("another plan"))]);
    assert_eq!(
        change(&|it| drop(it.fields.insert(word("risks"), other.clone()))),
        ["risks has \"it-is-late: another plan\", where docs/W-1.md names \"it-is-late: the plan\""]
    );
    // A field that is null, and one that is not stated, are alike.
    assert_eq!(change(&|it| drop(it.fields.insert(word("hint"), Value::Null))), [""; 0]);
    let link = |name: &str, ids: &[&str]| {
        change(&|it| drop(it.links.insert(word(name), ids.iter().map(|one| id(one)).collect())))
    };
    assert_eq!(link("needs", &["W-2"]), ["needs has \"W-2\", which docs/W-1.md does not name"]);
    assert_eq!(link("anchors", &["SEC-4"]), ["anchors lacks \"SEC-2.3\", which docs/W-1.md names"]);
    // Of what a document need not speak, its silence says nothing; its word does.
    assert_eq!(link("mentions", &["W-3"]), [""; 0]);
    assert_eq!(
        told_of(&stated, &format!("{DOCUMENT}- MENTIONS: W-3\n")),
        ["mentions lacks \"W-3\", which docs/W-1.md names"]
    );
    // What cannot be read says nothing for certain.
    assert_eq!(told_of(&stated, &with("## Rest\n", "")), ["docs/W-1.md: no section `Rest`"]);
    // Who amends can mend it.
    let mut other = stated.clone();
    other.title = None;
    let refusal = hold_to_file(w.state(), &id("W-1"), &word("form"), &other, (&path(FILE), DOCUMENT)).unwrap_err();
    then(
        &told(&refusal),
        str![[r#"
seal.file: the title is "", and "A form" in docs/W-1.md
  needed: what its file states: who signs has read that
  rule: kinds.form.seal
  item: W-1
  path: docs/W-1.md
  who: 1 lead: lena
  next: ledger amend W-1 --from docs/W-1.md
"#]],
    );
    // A kind without sections has documents that say anything, and one that the charter does not have none.
    for kind in ["note", "memo"] {
        let held = hold_to_file(w.state(), &id("N-1"), &word(kind), &Amendment::default(), (&path(FILE), DOCUMENT));
        assert!(held.is_ok(), "{kind}");
    }
}

//! The language as a table: every word of a sentence where it comes out MET, UNMET, UNKNOWN, N/A and WAIVED, and a typo in it
//! that is refused at its place. What each outcome rests on stands in the other files; here none of the words is missing.

use std::collections::BTreeSet;

use super::waivers::{GATES, waive};
use super::world::{CHARTER, World, actor, item, noun, path, rid, word};
use crate::domain::charter;
use crate::domain::explain::Outcome::{self, Met, NotApplicable, Unknown, Unmet, Waived};
use crate::domain::facts::{self, Answer, Facts, Question};
use crate::domain::judge::View;
use crate::domain::state::Revocation;
use crate::domain::value::Value;

/// What a word reads, so that its outcome depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Reads {
    /// What events say, and no file.
    Ledger,
    /// Files of the judged commit.
    Tree,
    /// Nothing of its own.
    Nothing,
}

use Reads::{Ledger, Nothing, Tree};

/// A word, with a sentence for each outcome. `self` is the phase `F-A`.
struct Row {
    word: &'static str,
    reads: Reads,
    met: &'static str,
    unmet: &'static str,
    /// Empty where the word is never UNKNOWN by itself, and stands beside nothing that could be.
    unknown: &'static str,
    /// The sentence with a slip, and what is underlined.
    typo: (&'static str, &'static str),
}

const fn row(
    word: &'static str,
    reads: Reads,
    met: &'static str,
    unmet: &'static str,
    unknown: &'static str,
    typo: (&'static str, &'static str),
) -> Row {
    Row { word, reads, met, unmet, unknown, typo }
}

const ROWS: [Row; 54] = [
    row("self", Ledger, "self is open", "self is closed", "self is blocked", ("selv is open", "selv")),
    row(
        "repo",
        Tree,
        "repo has coverage",
        "repo has check",
        "repo has coverage with base >= 1",
        ("rpo has coverage", "rpo"),
    ),
    row(
        "block",
        Ledger,
        "every block of F-B is active",
        "every block of F-B is lifted",
        "every block of F-B has check",
        ("every blok of F-B is active", "blok"),
    ),
    row(
        "waiver",
        Ledger,
        "every waiver of F-A is active",
        "every waiver of F-A is revoked",
        "every waiver of F-A has check",
        ("every waver of F-A is active", "waver"),
    ),
    row(
        "every",
        Nothing,
        "every topic is open | settled",
        "every topic is open",
        "every document of F-B is sealed",
        ("evry topic is open", "topic"),
    ),
    row(
        "some",
        Nothing,
        "some topic is settled",
        "some topic is not open | settled",
        "some document of F-B is sealed",
        ("som topic is settled", "topic"),
    ),
    row(
        "no",
        Nothing,
        "no work is done",
        "no topic is open",
        "no document of F-B is sealed",
        ("noo topic is open", "topic"),
    ),
    row(
        "at",
        Nothing,
        "at least 1 topic is open",
        "at least 2 topic is open",
        "at least 2 document is sealed",
        ("att least 1 topic is open", "least"),
    ),
    row(
        "least",
        Nothing,
        "at least 1 topic is open",
        "at least 3 topic is open",
        "at least 2 document is sealed",
        ("at leest 1 topic is open", "leest"),
    ),
    row(
        "most",
        Nothing,
        "at most 1 topic is open",
        "at most 1 topic is open | settled",
        "at most 1 document is sealed",
        ("at mosst 1 topic is open", "mosst"),
    ),
    row(
        "if",
        Nothing,
        "T-a is open if T-b is settled",
        "T-a is settled if T-b is settled",
        "T-a is settled if P-03 is sealed",
        ("T-a is open fi T-b is settled", "fi"),
    ),
    row(
        "any",
        Nothing,
        "every topic, if any, is open | settled",
        "every topic, if any, is open",
        "every document of F-B, if any, is sealed",
        ("every topic, if ayn, is open", "ayn"),
    ),
    row(
        "that",
        Nothing,
        "every topic that is open is open",
        "every topic that is open is settled",
        "every work that has size > 5 is done",
        ("every topic tht is open is open", "tht"),
    ),
    row(
        "and",
        Nothing,
        "T-a is open and is not settled",
        "T-a is open and is settled",
        "P-03 is complete and is sealed",
        ("T-a is open nd is not settled", "nd"),
    ),
    row("is", Nothing, "T-a is open", "T-a is settled", "P-03 is sealed", ("T-a si open", "si")),
    row(
        "not",
        Nothing,
        "T-a is not settled",
        "T-a is not open",
        "P-03 is not sealed",
        ("T-a is nott settled", "settled"),
    ),
    row("has", Nothing, "W-01 has owner", "W-02 has owner", "W-02 has size <= 5", ("W-01 hass owner", "hass")),
    row("passes", Tree, "M-01 passes read", "M-03 passes read", "", ("F-C pases inward", "pases")),
    row(
        "with",
        Tree,
        "repo has coverage with percent >= 90",
        "repo has coverage with percent >= 92",
        "repo has coverage with percent >= base",
        ("repo has coverage wth percent >= 90", "wth"),
    ),
    row(
        "within",
        Tree,
        "P-01 has review within 52w",
        "P-01 has review within 1h",
        "P-03 has review within 52w",
        ("P-01 has review withn 52w", "withn"),
    ),
    row(
        "on",
        Tree,
        "P-01 has review on main",
        "P-01 has review on next",
        "P-01 has review on later",
        ("P-01 has review onn main", "onn"),
    ),
    row(
        "by",
        Tree,
        "P-01 has review by reviewer",
        "P-02 has review by reviewer",
        "P-03 has review by reviewer",
        ("P-01 has review bye reviewer", "bye"),
    ),
    row(
        "of",
        Ledger,
        "every document of F-A is complete",
        "every document of F-A is draft",
        "every document of F-B is sealed",
        ("every document off F-A is complete", "off"),
    ),
    row(
        "except",
        Nothing,
        "every P-01..P-03 except P-02 is complete",
        "every P-01..P-03 except P-01 is complete",
        "every P-01..P-03 except P-02 is sealed",
        ("every P-01..P-03 exept P-02 is complete", "exept"),
    ),
    row("idle", Ledger, "T-a is idle 2d", "T-a is idle 52w", "", ("T-a is idel 2d", "2d")),
    row("sealed", Tree, "P-01 is sealed", "P-02 is sealed", "P-03 is sealed", ("P-01 is seled", "seled")),
    row("upheld", Tree, "P-01 is upheld", "P-02 is upheld", "P-03 is upheld", ("P-01 is uphold", "uphold")),
    row("present", Tree, "P-01 is present", "P-04 is present", "P-03 is present", ("P-01 is presnt", "presnt")),
    row("valid", Tree, "M-01 is valid", "M-02 is valid", "M-03 is valid", ("W-01 is vlid", "vlid")),
    row(
        "consistent",
        Tree,
        "P-01 is consistent",
        "R-12 is consistent",
        "P-03 is consistent",
        ("P-01 is consistant", "consistant"),
    ),
    row("blocked", Ledger, "F-B is blocked", "W-02 is blocked", "F-A is blocked", ("F-B is bloked", "bloked")),
    row(
        "active",
        Ledger,
        "every block of F-B is active",
        "every block of W-01 is active",
        "",
        ("every block of F-B is activ", "activ"),
    ),
    row(
        "lifted",
        Ledger,
        "every block of W-01 is lifted",
        "every block of F-B is lifted",
        "",
        ("every block of W-01 is lifte", "lifte"),
    ),
    row(
        "expired",
        Ledger,
        "every waiver of F-B is expired",
        "every waiver of F-A is expired",
        "",
        ("every waiver of F-B is expird", "expird"),
    ),
    row(
        "revoked",
        Ledger,
        "every waiver of F-C is revoked",
        "every waiver of F-A is revoked",
        "",
        ("every waiver of F-C is revokd", "revokd"),
    ),
    row("=", Ledger, "W-01 has size = 5", "W-01 has size = 6", "W-02 has size = 5", ("W-01 has size == 5", "=")),
    row("!=", Ledger, "W-01 has size != 6", "W-01 has size != 5", "W-02 has size != 5", ("W-01 has size =! 5", "!")),
    row("<", Ledger, "W-01 has size < 6", "W-01 has size < 5", "W-02 has size < 6", ("W-01 has size << 6", "<")),
    row("<=", Ledger, "W-01 has size <= 5", "W-01 has size <= 4", "W-02 has size <= 5", ("W-01 has size =< 5", "<")),
    row(">", Ledger, "W-01 has size > 4", "W-01 has size > 5", "W-02 has size > 4", ("W-01 has size >> 4", ">")),
    row(">=", Ledger, "W-01 has size >= 5", "W-01 has size >= 6", "W-02 has size >= 5", ("W-01 has size => 5", ">")),
    // What names mean: a state, a field, a link and its inverse, a claim, its results, ids of every form, files.
    row("STATE", Ledger, "T-a is open", "T-b is open", "", ("T-a is opne", "opne")),
    row("FIELD", Ledger, "W-01 has owner", "W-02 has owner", "W-02 has owner = lena", ("W-01 has ownr", "ownr")),
    row("LINK", Ledger, "R-12 has cites", "R-12 has at least 9 cites", "", ("R-12 has cits", "cits")),
    row("INVERSE", Ledger, "P-01 has citation", "P-02 has citation", "", ("P-01 has citatoin", "citatoin")),
    row(
        "LINK of",
        Ledger,
        "every covers of P-01 is open",
        "every covers of P-01 is settled",
        "",
        ("every covrs of P-01 is open", "covrs"),
    ),
    row(
        "FIELD of",
        Tree,
        "every files of W-01 is present",
        "every files of W-03 is present",
        "every files of W-02 is present",
        ("every fils of W-01 is present", "fils"),
    ),
    row("CLAIM", Tree, "P-01 has review", "P-02 has review", "P-03 has review", ("P-01 has reveiw", "reveiw")),
    row(
        "RESULT",
        Tree,
        "P-01 has review = approve",
        "P-01 has review = reject",
        "P-03 has review = approve",
        ("P-01 has review = aprove", "aprove"),
    ),
    row(
        "by every",
        Tree,
        "P-01 has check by every reviewer",
        "P-02 has check by every reviewer",
        "P-05 has check by every reviewer",
        ("P-01 has check by evry reviewer", "reviewer"),
    ),
    row("ID", Ledger, "T-a is open", "T-zz is open", "P-03 is sealed", ("U-a is open", "U-a")),
    row(
        "ID..ID",
        Ledger,
        "every P-04..P-05 is draft",
        "every P-01..P-03 is complete",
        "some P-02..P-03 is sealed",
        ("every P-01..Q-03 is complete", "P-01..Q-03"),
    ),
    row(
        "GLOB",
        Ledger,
        "every T-a* is open",
        "every T-* is open",
        "every P-03* is sealed",
        ("every U-* is open", "U-*"),
    ),
    row(
        "SET",
        Ledger,
        "some paper is draft",
        "every paper is draft",
        "at least 2 paper is sealed",
        ("every papper is draft", "papper"),
    ),
];

/// Words that no sentence has: they stand in moves and in what says who, where a slip is refused too.
const ELSEWHERE: [(&str, &str, &str, &str); 3] = [
    ("new", "\"new -> open by lead\", \"open -> closed", "\"nwe -> open by lead\", \"open -> closed", "nwe"),
    ("author", "reviewer, not author\", results", "reviewer, not auther\", results", "auther"),
    ("because", "\"open -> done by lead\"", "\"open -> done by lead becuase late\"", "becuase"),
];

/// Rules on commits: each key with a rule that loads, and the key with a slip.
const COMMITS: [(&str, &str, &str); 11] = [
    ("touching", "touching = \"code\"", "tuching"),
    ("except", "touching = \"code\", except = \"code\"", "exept"),
    ("deny", "deny = \"drafter\"", "dney"),
    ("on", "on = \"main\", signed = true", "onn"),
    ("adding", "adding = ['TODO']", "ading"),
    ("deleting", "deleting = ['TODO']", "deletin"),
    ("signed", "signed = true", "sined"),
    ("with", "touching = \"code\", with = \"docs/news.md\"", "wiht"),
    ("needs", "needs = \"no topic is open\"", "neds"),
    ("why", "signed = true, why = \"so\"", "wyh"),
    ("cite", "signed = true, cite = \"4\"", "ciet"),
];

/// Classes of waivers: likewise.
const WAIVERS: [(&str, &str, &str); 6] = [
    ("covers", "covers = [\"papers.sealed\"], by = \"2 lead\"", "cover"),
    ("by", "covers = [\"papers.sealed\"], by = \"2 lead\"", "yb"),
    ("until", "covers = [\"papers.sealed\"], by = \"2 lead\", until = \"9d\"", "untill"),
    ("most", "covers = [\"papers.sealed\"], by = \"2 lead\", most = 2", "mots"),
    ("why", "covers = [\"papers.sealed\"], by = \"2 lead\", why = \"so\"", "wyh"),
    ("cite", "covers = [\"papers.sealed\"], by = \"2 lead\", cite = \"4\"", "ciet"),
];

/// A kind whose items are not valid without what stands in their files.
const MEMO: &str = "[kinds.memo]
id       = 'M-[0-9]{2}'
states   = [\"draft\"]
moves    = [\"new -> draft by drafter\"]
path     = \"docs/**\"
headings = [\"Scope\"]

[gates.read]
scope = \"self is valid\"
";

/// A world in which each outcome has its cause, once.
fn world() -> World {
    let mut w = World::new(GATES);
    w.recharter("[kinds.topic]\n", &format!("{MEMO}\n[kinds.topic]\n"));
    for (id, stands) in [("M-01", Some(true)), ("M-02", Some(false)), ("M-03", None)] {
        let at = path(&format!("docs/{}.md", id.to_ascii_lowercase()));
        w.declare(id, "memo", "draft").stated.path = Some(at.clone());
        w.file(at.as_str(), "a memo");
        let question = Question::Heading { path: at, heading: "Scope".to_owned(), before: None };
        w.facts.extend(stands.map(|stands| (question, Answer::Bool(stands))));
    }
    for (id, status) in [("F-A", "open"), ("F-B", "open"), ("F-C", "closed")] {
        w.declare(id, "phase", status);
    }
    w.declare("T-a", "topic", "open");
    w.declare("T-b", "topic", "settled");
    for (id, status) in
        [("P-01", "complete"), ("P-02", "draft"), ("P-03", "complete"), ("P-04", "draft"), ("P-05", "draft")]
    {
        w.paper(id, status);
    }
    w.link("P-01", "part_of", "F-A");
    w.link("P-01", "covers", "T-a");
    w.link("P-03", "part_of", "F-B");
    w.declare("R-12", "record", "draft");
    w.link("R-12", "cites", "P-01");
    w.link("R-12", "cites", "P-77");
    for (id, file) in [("W-01", "docs/p-01.md"), ("W-02", "docs/p-03.md"), ("W-03", "docs/p-04.md")] {
        w.declare(id, "work", "open");
        w.field(id, "files", Value::list([file]));
    }
    let fields =
        [("owner", "lena".into()), ("size", Value::Int(5)), ("level", "low".into()), ("tags", Value::list(["a"]))];
    for (name, value) in fields {
        w.field("W-01", name, value);
    }
    w.item("W-01").stated.links.insert(word("needs"), BTreeSet::new());
    w.link("W-01", "owns", "T-a");

    w.scope(Some("code"), "tree");
    w.attest("repo", "coverage", "ci", "pass").statement.values.insert(word("percent"), Value::Int(91));
    for id in ["P-01", "P-05"] {
        for name in ["dora", "raj", "rita"] {
            w.attest(id, "check", name, "pass");
        }
    }
    w.attest("P-03", "review", "raj", "approve");
    let said = w.attest("P-01", "review", "raj", "approve");
    said.on.extend([("main".to_owned(), true), ("next".to_owned(), false)]);
    for id in ["P-01", "P-03"] {
        w.seal(id, &["omar"]);
        let judged = w.gate("sealable", id).judged();
        w.item(id).seal.as_mut().unwrap().judged = Some(judged);
    }

    let held = w.block("F-B", "HOLD", "lena");
    w.block("W-01", "HOLD", "lena");
    w.lift("W-01", "HOLD");
    let granted = waive(&mut w, "F-A", "close.one", "phase-end").noun(&item("F-A"));
    waive(&mut w, "F-B", "close.one", "2026-01-02");
    let touch = w.tick();
    let (event, by, reason) = (rid(9_999), [actor("lena")].into(), "over".to_owned());
    waive(&mut w, "F-C", "close.one", "phase-end").revoked = Some(Revocation { event, touch, by, reason });
    for about in [held, granted.to_string()] {
        w.attest(&about, "check", "raj", "pass");
        w.attest(&about, "check", "rita", "fail");
    }
    w.unread("docs/p-03.md");
    w.unread("docs/p-05.md");
    w.unread_row("P-03");
    w.no_file("docs/p-04.md");
    w.tick();
    w
}

fn judged(w: &World, facts: &dyn Facts, sentence: &str) -> Outcome {
    let view = View { state: &w.state, facts, as_of: w.state.tip.at };
    view.sentence("asked", &w.read(sentence), &noun("F-A")).outcome
}

#[test]
fn every_word_of_a_sentence_comes_out_each_way_that_it_can() {
    let w = world();
    let mut wrong = Vec::new();
    for row in &ROWS {
        let mut hold = |sentence: &str, wanted: Outcome| {
            let found = judged(&w, &w.facts, sentence);
            if found != wanted {
                wrong.push(format!("{}: {sentence:?} is {}, not {}", row.word, found.as_str(), wanted.as_str()));
            }
        };
        hold(row.met, Met);
        hold(row.unmet, Unmet);
        if !row.unknown.is_empty() {
            hold(row.unknown, Unknown);
            hold(&format!("T-a is settled if {}", row.unknown), Unknown);
        }
        // A sentence that is not met takes away what stands under it.
        if !row.unmet.contains("T-zz") {
            hold(&format!("T-a is settled if {}", row.unmet), NotApplicable);
        }
        // What reads files is not MET where there are none to read.
        let blind = judged(&w, &facts::Nothing, row.met);
        if row.reads != Nothing && (row.reads == Ledger) != (blind == Met) {
            wrong.push(format!("{}: {:?} is {} without files", row.word, row.met, blind.as_str()));
        }
        let blind = judged(&w, &facts::Nothing, row.unmet);
        if row.unknown.is_empty() && blind != Unmet {
            wrong.push(format!("{}: {:?} is {} without files", row.word, row.unmet, blind.as_str()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The page says of each word what it reads.
#[test]
fn the_reference_says_what_each_word_reads() {
    let page = include_str!("../../../../docs/charter.md");
    let (_, table) = page.split_once("| reads | words | UNKNOWN |").expect("the page has the table of what words read");
    let mut told = BTreeSet::new();
    for line in table.lines().skip(2).take_while(|line| line.starts_with('|')) {
        let cells: Vec<&str> = line.split('|').skip(1).map(str::trim).collect();
        let reads = match cells[0] {
            "nothing by themselves" => Nothing,
            cell if cell.starts_with("the ledger") => Ledger,
            _ => Tree,
        };
        for word in cells[1].split('`').skip(1).step_by(2) {
            let row = ROWS.iter().find(|row| row.word == word).unwrap_or_else(|| panic!("{word} has no row"));
            assert_eq!(row.reads, reads, "{word}");
            told.insert(word);
        }
    }
    let missing: Vec<&str> = ROWS.iter().map(|row| row.word).filter(|word| !told.contains(word)).collect();
    assert!(missing.is_empty(), "the page does not say what {missing:?} read");
}

/// The page says of each word that it is never UNKNOWN where it never comes out so, and nowhere else.
#[test]
fn the_reference_says_which_words_are_never_unknown() {
    let page = include_str!("../../../../docs/charter.md");
    let first = |line: &'static str| line.strip_prefix("| ").and_then(|line| line.split(" | ").next());
    for word in ["sealed", "upheld", "present", "valid", "consistent", "blocked", "active", "lifted", "idle", "passes"]
    {
        let row = ROWS.iter().find(|row| row.word == word).unwrap();
        let is_never = row.unknown.is_empty();
        let mut of = 0;
        for line in page.lines() {
            let Some(cell) = first(line) else { continue };
            if cell.contains(&format!("`is {word}")) || cell.starts_with(&format!("`{word} ")) {
                of += 1;
                assert_eq!(line.trim_end_matches(" |").ends_with("| never"), is_never, "{word}: {line}");
            }
            if cell == format!("`{word}`") {
                let says = line.contains("Never UNKNOWN");
                assert!(is_never || !says, "{word}: {line}");
                assert!(is_never || line.contains("UNKNOWN") || word == "upheld", "{word}: {line}");
            }
        }
        assert_eq!(of, 1, "{word} stands in the table of predicates");
    }
}

#[test]
fn a_criterion_of_every_word_can_be_waived() {
    let mut wrong = Vec::new();
    for row in &ROWS {
        for sentence in [row.unmet, row.unknown].into_iter().filter(|sentence| !sentence.is_empty()) {
            let mut w = world();
            w.recharter("[gates.order]", &format!("[gates.asked]\nit = {sentence:?}\n\n[gates.order]"));
            w.recharter("covers = [\"close.one\"", "covers = [\"asked.it\", \"close.one\"");
            let of = |w: &World| w.gate("asked", "F-A").criteria[0].outcome;
            let before = of(&w);
            waive(&mut w, "F-A", "asked.it", "phase-end");
            if before.passes() || of(&w) != Waived {
                wrong.push(format!("{}: {sentence:?} is {}, then {}", row.word, before.as_str(), of(&w).as_str()));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Returns the words that are underlined where a charter is refused.
fn underlined(text: &str) -> Vec<String> {
    let problems = charter::load(text).err().unwrap_or_default();
    problems.into_iter().map(|problem| text[problem.span].to_owned()).collect()
}

#[test]
fn a_slip_in_every_word_is_refused_at_its_place() {
    let mut wrong = Vec::new();
    let base = format!("{CHARTER}\n{GATES}");
    let mut hold = |what: &str, text: &str, place: &str| {
        let found = underlined(text);
        if found.first().map(String::as_str) != Some(place) {
            wrong.push(format!("{what}: underlined is {found:?}, not {place:?}"));
        }
    };
    for row in &ROWS {
        let (sentence, place) = row.typo;
        hold(sentence, &format!("{base}\n[gates.asked]\nasked = \"{sentence}\"\n"), place);
    }
    for (_, right, slip, place) in ELSEWHERE {
        let kinds = base.find("[kinds.phase]").unwrap();
        let at = kinds + base[kinds..].find(right).unwrap_or_else(|| panic!("{right} is in the charter"));
        let found = underlined(&format!("{}{slip}{}", &base[..at], &base[at + right.len()..]));
        assert!(found.iter().any(|word| word == place), "{slip}: underlined is {found:?}, not {place}");
    }
    for (table, rows) in [("commits", &COMMITS[..]), ("waivers", &WAIVERS)] {
        for (key, rule, slip) in rows {
            let with = |rule: &str| format!("{CHARTER}\n[{table}]\nASKED = {{ {rule} }}\n");
            assert!(charter::load(&with(rule)).is_ok(), "{table} {rule}: {:?}", charter::load(&with(rule)).err());
            let slipped = rule.replacen(&format!("{key} ="), &format!("{slip} ="), 1);
            assert_ne!(&slipped, rule, "{rule}");
            let found = underlined(&with(&slipped));
            assert!(found.iter().any(|word| word == slip), "{table} {slipped}: {found:?}");
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn no_word_is_without_its_rows() {
    let shown: BTreeSet<&str> = ROWS.iter().map(|row| row.word).chain(ELSEWHERE.map(|(word, ..)| word)).collect();
    let missing: Vec<&str> = charter::words_of_sentences().into_iter().filter(|word| !shown.contains(word)).collect();
    assert!(missing.is_empty(), "no rows for {missing:?}");
    for row in
        ROWS.iter().filter(|row| row.word.starts_with(|c: char| c.is_ascii_lowercase() || c.is_ascii_punctuation()))
    {
        for sentence in [row.met, row.unmet].into_iter().chain(Some(row.unknown).filter(|one| !one.is_empty())) {
            let words: Vec<&str> = sentence.split([' ', ',']).collect();
            let own = row.word.split(' ').all(|word| words.contains(&word));
            assert!(
                own || ["self", "and", "active"].contains(&row.word),
                "{}: {sentence:?} does not have it",
                row.word
            );
        }
    }
    // The keys that the tables ask for stand in their source.
    let sources = [
        (include_str!("../../charter/tables/commits.rs"), COMMITS.map(|(key, ..)| key).to_vec()),
        (include_str!("../../charter/tables/waivers.rs"), WAIVERS.map(|(key, ..)| key).to_vec()),
    ];
    for (source, keys) in sources {
        for ask in ["take(\"", "text(\"", "texts(\"", "flag(\"", "prose(\""] {
            for (at, _) in source.match_indices(ask) {
                let key = source[at + ask.len()..].split('"').next().unwrap();
                // `serves` needs a kind with a trailer; tests/commits has one.
                assert!(keys.contains(&key) || key == "serves", "{key} has no row");
            }
        }
    }
}

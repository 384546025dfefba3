//! `[views.NAME]` and `labels`: what loads, and what is refused of them.

use super::*;
use crate::domain::charter::{Piece, Section, ViewRule};

const BOARD: &str = "[views.board]\npath = \"BOARD.md\"\ntitle = \"Where it stands\"\nshow = [\"size\", \"covers\"]\n[views.board.sections]\n\"Open work\" = \"document that is draft\"\n\"Closing\" = \"closing\"\n";
const LETTER: &str = "[views.letter]\nof = \"document\"\ntext = \"{id} {title} {path} {status} {size} {covers} {gate sealable} {{x}}\"\n";

/// The base with a view; each text in it can be replaced.
fn view(view: &str, old: &str, new: &str) -> String {
    assert_eq!(view.matches(old).count(), 1, "{old:?} must stand once in the view");
    and(&view.replace(old, new))
}

/// The base with labels of documents.
fn labels(table: &str) -> String {
    with("seal   = \"2 lead | reviewer", &format!("labels = {table}\nseal   = \"2 lead | reviewer"))
}

/// S1-158: a document has the sections that the charter names, in its order: items, and gates for the kinds that they are for.
#[test]
fn a_document_has_sections_of_items_and_of_gates() {
    let rules = loaded(&and(BOARD));
    let Some(ViewRule::Board(board)) = rules.views.get("board") else { panic!() };
    assert_eq!((board.path.as_str(), board.title.as_deref()), ("BOARD.md", Some("Where it stands")));
    let [(open, Section::Items(_)), (closing, Section::Gate(gate, kinds))] = board.sections.as_slice() else {
        panic!()
    };
    assert_eq!((open.as_str(), closing.as_str(), gate.as_str()), ("Open work", "Closing", "closing"));
    assert_eq!(kinds.iter().map(crate::domain::id::Word::as_str).collect::<Vec<_>>(), ["project"]);
    let show: Vec<&str> = board.show.iter().map(crate::domain::id::Word::as_str).collect();
    assert_eq!(show, ["size", "covers"]);
}

/// What a section selects by a gate is what `self` is in that gate; and `show` may name what the item of a gate states.
#[test]
fn a_section_says_what_its_gate_is_asked_of() {
    let gate = "[gates.begun]\none = \"self is draft\"\n";
    let board =
        |noun: &str| and(&format!("[views.board]\npath = \"B.md\"\nsections = {{ Open = \"{noun}\" }}\n{gate}"));
    loaded(&board("topic"));
    loaded(&board("document that passes begun"));
    refused(&board("topic that passes begun"), "charter.unknown-word | draft | there is no state of `topic` `draft`");
    let show = view(BOARD, "show = [\"size\", \"covers\"]", "show = [\"budget\"]");
    refused(&show, "charter.unknown-word | budget | there is no field or link `budget`");
    loaded(&show.replace("\n[kinds.document]", "fields = { budget = \"integer?\" }\n\n[kinds.document]"));
}

#[test]
fn a_text_about_one_item_names_its_parts_in_braces() {
    let rules = loaded(&and(LETTER));
    let Some(ViewRule::Message(message)) = rules.views.get("letter") else { panic!() };
    assert_eq!(
        message.text.iter().map(Piece::text).collect::<String>(),
        "{id} {title} {path} {status} {size} {covers} {gate sealable} {{x}}"
    );
    assert_eq!(message.text.last(), Some(&Piece::Plain(" {x}".to_owned())));
}

#[test]
fn a_word_of_a_view_that_names_nothing_is_refused_where_it_stands() {
    for (text, expected) in [
        (view(BOARD, "is draft", "is drft"), "charter.unknown-word | drft | there is no state of `document` `drft`"),
        (
            view(BOARD, "= \"closing\"", "= \"clsing\""),
            "charter.unknown-word | clsing | there is no kind, set or id `clsing`",
        ),
        (
            view(BOARD, "\"size\"", "\"siz\""),
            "charter.unknown-word | siz | there is no field or link `siz` | did you mean `size`?",
        ),
        (view(BOARD, "\"size\", \"covers\"", "\"size\", \"size\""), "charter.meaning | size | `size` is shown twice"),
        (
            view(BOARD, "document that is draft", "repo"),
            "charter.meaning | repo | a section shows items or a gate, and not the repository",
        ),
        (
            view(BOARD, "\"document that is draft\"", "{ of = \"document\", columns = [\"id\", \"siz\"] }"),
            "charter.unknown-word | siz | there is no field or link `siz` | did you mean `size`?",
        ),
        (
            view(BOARD, "\"document that is draft\"", "{ of = \"document\", columns = [\"id\", \"id\"] }"),
            "charter.meaning | id | the column `id` stands twice",
        ),
        (
            view(BOARD, "\"document that is draft\"", "{ of = \"closing\", columns = [\"id\"] }"),
            "charter.meaning | id | a gate has no columns",
        ),
        (
            view(BOARD, "\"document that is draft\"", "{ of = \"document\" }"),
            "charter.missing-key | \"Open work\" | `views.board.sections.Open work` needs `columns`",
        ),
        (view(BOARD, "document that is draft", "every document"), "charter.syntax"),
        (
            view(BOARD, "document that is draft", "document of self"),
            "charter.meaning | document | no `document` is ever part of the repository",
        ),
        (view(BOARD, "\"BOARD.md\"", "\"../BOARD.md\""), "charter.type | ../BOARD.md"),
        (view(BOARD, "path = \"BOARD.md\"\n", ""), "charter.missing-key | board | `views.board` needs `path`"),
        (view(BOARD, "title =", "titel ="), "charter.unknown-key | titel | there is no key of `views.board` `titel`"),
        (view(BOARD, "Open work", ""), "charter.type |"),
        (
            and("[views.board]\npath = \"B.md\"\nsections = {}\n"),
            "charter.meaning | sections | a document without sections",
        ),
        (
            and(&format!("{BOARD}[views.wall]\npath = \"board.md\"\nsections = {{ All = \"document\" }}\n")),
            "charter.meaning | board.md | the view `board` stands at this path already",
        ),
        (
            view(LETTER, "{size}", "{siez}"),
            "charter.unknown-word | siez | there is no field or link `siez` | did you mean `size`?",
        ),
        (
            view(LETTER, "{gate sealable}", "{gate closing}"),
            "charter.meaning | closing | the gate `closing` is not for `document`",
        ),
        (
            view(LETTER, "{gate sealable}", "{gate sealble}"),
            "charter.unknown-word | sealble | there is no gate `sealble`",
        ),
        (view(LETTER, "{{x}}", "{x"), "charter.meaning | { | a brace that is not closed, or opens nothing"),
        (view(LETTER, "{{x}}", "x}"), "charter.meaning | } | a brace that is not closed, or opens nothing"),
        (
            view(LETTER, "of = \"document\"", "of = \"documnt\""),
            "charter.unknown-word | documnt | there is no kind `documnt`",
        ),
        (view(LETTER, "of = \"document\"\n", ""), "charter.missing-key | letter | `views.letter` needs `of`"),
        (
            view(LETTER, "of = ", "path = \"L.md\"\nof = "),
            "charter.meaning | L.md | `views.letter` is a text about one item, which has no such key",
        ),
    ] {
        refused(&text, expected);
    }
}

#[test]
fn a_document_is_a_noun_of_which_only_consistency_is_said() {
    let text = |sentence: &str| format!("{}{BOARD}{LETTER}", with("self is final\"", &format!("{sentence}\"")));
    loaded(&text("board is consistent"));
    loaded(&text("board is not consistent"));
    for (sentence, expected) in [
        ("board is present", "charter.meaning | present | `present` says nothing of a view"),
        ("board is final", "charter.meaning | final | a view has no status `final`"),
        ("board is idle 2d", "charter.meaning | idle | `idle` says nothing of a view"),
        ("board has review", "charter.meaning | review | nothing is stated of a view"),
        ("board has size", "charter.unknown-word | size"),
        ("every board is consistent", "charter.meaning | every | `board` is one thing and takes no quantifier"),
        ("every document of board is final", "charter.meaning | document | no `document` is ever part of a view"),
        (
            "boards is consistent",
            "charter.unknown-word | boards | there is no kind, set or id `boards` | did you mean `board`?",
        ),
        ("letter is consistent", "charter.meaning | letter | `letter` is a text about one item, and no document"),
    ] {
        refused(&text(sentence), expected);
    }
    let passes = problems(&text("board passes closing"));
    assert!(passes.starts_with("charter.meaning | closing | a view passes no gate"), "{passes}");
}

/// What a document shows may not depend on whether the document is up to date.
#[test]
fn a_document_that_shows_whether_it_is_itself_consistent_is_refused() {
    let text = with(
        "sealed = { must = \"every document of self is sealed\"",
        "own = \"board is consistent\"\nsealed = { must = \"every document of self is sealed\"",
    );
    let text = format!("{text}{BOARD}");
    let found = problems(&text);
    assert!(found.contains("needs its own outcome: "), "{found}");
    assert!(found.contains("view `board` → gate `closing`"), "{found}");
    // A mark that a section shows, too.
    let mark = and(&format!("{BOARD}[blocks.STALE]\non = \"document\"\nuntil = \"board is consistent\"\n"));
    let found = problems(&mark);
    assert!(found.contains("view `board` → block `STALE`"), "{found}");
}

#[test]
fn the_name_of_a_view_is_a_name_like_any_other() {
    refused(
        &and("[views.documents]\npath = \"B.md\"\nsections = { All = \"document\" }\n"),
        "charter.name | documents | the view `documents` is one letter away from the kind `document`",
    );
    let both = and("[gates.papers]\na = \"self is final\"\n[sets]\npapers = \"DOC-7\"\n").replacen(
        "[sets]\n",
        "[sets]\npapers = \"DOC-7\"\n",
        1,
    );
    let both = both
        .replace("[sets]\npapers = \"DOC-7\"\n[views", "[views")
        .trim_end_matches("[sets]\npapers = \"DOC-7\"\n")
        .to_owned();
    refused(
        &format!("{both}[views.wall]\npath = \"B.md\"\nsections = {{ All = \"papers\" }}\n"),
        "charter.meaning | papers | `papers` is a gate and a noun",
    );
}

/// S1-169: a status has words of its own on the board, and so has what is under a block.
#[test]
fn labels_name_states_of_the_kind_and_blocked() {
    let rules = loaded(&labels("{ draft = \"DRAFT\", blocked = \"BLOCKED\" }"));
    let told: Vec<(&str, &str)> =
        rules.kinds["document"].labels.iter().map(|(s, l)| (s.as_str(), l.as_str())).collect();
    assert_eq!(told, [("blocked", "BLOCKED"), ("draft", "DRAFT")]);
    for (table, expected) in [
        (
            "{ drft = \"D\" }",
            "charter.unknown-word | drft | there is no state of `document` `drft` | did you mean `draft`?",
        ),
        ("{ draft = \"D\", final = \"D\" }", "charter.meaning | final | `draft` is called `D` already"),
        ("{ draft = \"\" }", "charter.type |  | a label is one line"),
        ("{ draft = 1 }", "charter.type | 1 | a label is a text"),
        ("\"x\"", "charter.type | \"x\" | `kinds.document.labels` is a table"),
    ] {
        refused(&labels(table), expected);
    }
    let topic = with(
        "moves  = [\"new -> stated by lead\"]",
        "moves  = [\"new -> stated by lead\"]\nlabels = { blocked = \"B\" }",
    );
    refused(&topic, "charter.unknown-word | blocked | there is no state of `topic` `blocked`");
}

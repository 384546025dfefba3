//! What the language has and this release does not evaluate is told apart from what nobody knows.

use super::*;

#[track_caller]
fn later(text: &str, word: &str, what: &str) {
    refused(text, &format!("charter.not-evaluated | {word} | {what} is not evaluated by this release"));
}

#[test]
fn tables_that_are_not_evaluated_yet_are_named() {
    later(&and("[routes]\nx = \"y\"\n"), "routes", "the table `routes`");
    refused(&and("[waiver]\n"), "charter.unknown-key | waiver | there is no key of `the charter` `waiver` | ");
}

#[test]
fn keys_of_kinds_and_links_that_are_not_evaluated_yet_are_named() {
    for key in ["meta", "resolve"] {
        let text = with("states = [\"stated\"]", &format!("states = [\"stated\"]\n{key} = \"x\""));
        later(&text, key, &format!("`{key}` of `kinds.topic`"));
    }
    later(&with("inverse covering", "mirror part_of"), "part_of", "`mirror` of a link");
}

#[test]
fn types_and_rules_of_fields_that_are_not_evaluated_yet_are_named() {
    let score = "owner = { is = \"score\", weights = { a = 1 } }";
    later(&with("owner = \"actor?\"", score), "score", "the type `score`");
    for rule in ["rollup", "weights"] {
        let text = with("owner = \"actor?\"", &format!("owner = {{ is = \"text?\", {rule} = true }}"));
        later(&text, rule, &format!("`{rule}` of `kinds.document.fields.owner`"));
    }
}

#[test]
fn only_semantics_1_is_carried() {
    refused(
        &with("semantics = 1", "semantics = 2"),
        "charter.semantics | 2 | this release carries semantics 1, not 2 | write `semantics = 1`",
    );
    refused(&with("semantics = 1", "semantics = \"1\""), "charter.type | \"1\" | `semantics` is a number, not a text");
    refused(&with("semantics = 1\n", ""), "charter.missing-key | charter | `charter` needs `semantics`");
}

#[test]
fn everything_else_of_the_grammar_is_evaluated() {
    for sentence in [
        "every document that is final and has review, if any, is sealed and has size >= 3",
        "at least 2 document is final",
        "at most 2 DOC-1..DOC-9 except DOC-3 is draft | final",
        "no document that has group = red | blue is draft",
        "every DOC-* except DOC-7 is consistent",
        "every covering of covers of self, if any, is valid if self has no notes",
        "every document of PRJ-1 has at least 2 review = approve | reject",
        "every files of self, if any, is present",
        "every block of self that is active has review",
        "some block is lifted",
        "self is not idle 14d",
        "self has at least 1 tags and has no owner",
        "self has notes = 'two words' and has due < 2026-01-31",
        "self has bench with took < 500ms and runs != 0 within 36h by builder",
        "self has review if self has group = red if self is final",
        "self has review on main by every lead",
        "repo has bench with runs = 1 within 2w on release/2026-01 by builder",
        "DOC-1 is sealed if self is draft",
        "repo has bench",
        "self is not blocked",
    ] {
        let text = with("reviewed = \"self has review\"", &format!("reviewed = \"{sentence}\""));
        let text = text
            .replace("project of self is valid", "covers of self is valid")
            .replace("every document of covers", "every covers of covering");
        loaded(&text.replace("lift   = \"2 lead if sealable\"", "lift   = \"2 lead\""));
    }
}

//! Claims: on which branch, by every holder of a role, results with a condition, and what a statement brings.

use super::*;

fn asked(sentence: &str) -> String {
    with("reviewed = \"self has review\"", &format!("reviewed = \"self has review\"\nasked = \"{sentence}\""))
}

fn results(results: &str) -> String {
    with("results = [\"approve\", \"reject\"]", &format!("results = {results}"))
}

#[test]
fn a_claim_knows_the_branches_on_which_it_is_wanted() {
    let charter = loaded(&asked("self has review on main if self has review on release/2026.1"));
    let branches: Vec<&str> = charter.claims["review"].branches.iter().map(String::as_str).collect();
    assert_eq!(branches, ["main", "release/2026.1"]);
    assert!(charter.claims["bench"].branches.is_empty());
    let nested = and("[commits]\nASKED = { needs = \"every document that has review on main, if any, is final\" }\n");
    assert_eq!(loaded(&nested).claims["review"].branches.len(), 1, "a filter counts too");
}

#[test]
fn what_is_no_branch_is_refused_at_its_place() {
    refused(
        &asked("self has review on refs/heads/main"),
        "charter.type | refs/heads/main | `refs/heads/main` is no name of a branch | write it as git does, such as `main`",
    );
    refused(&asked("self has review on x.lock"), "charter.type | x.lock | `x.lock` is no name of a branch");
    refused(&asked("self has size on main"), "charter.meaning | main | `size` is a field, which takes no `on`");
    refused(&asked("self has review onn main"), "charter.syntax | onn | ");
    refused(
        &asked("self has review by lead on main"),
        "charter.syntax | on | found `on`, needed the end of the sentence | `on` stands behind a claim, in this order: `with`, `within`, `on`, `by`",
    );
}

#[test]
fn every_holder_of_a_role_is_asked_without_a_number() {
    let test = |sentence: &str| {
        let charter = loaded(&asked(sentence));
        let Predicate::Has { what: Having::Claim(test), .. } =
            charter.gates["sealable"].criteria[2].any[0].predicates[0].clone()
        else {
            panic!()
        };
        test.by.map(|(every, role)| (every, role.to_string()))
    };
    assert_eq!(test("self has review by every lead"), Some((true, "lead".to_owned())));
    assert_eq!(test("self has review by lead"), Some((false, "lead".to_owned())));
    refused(
        &asked("self has at least 2 review by every lead"),
        "charter.meaning | at least 2 | `by every` counts everybody who holds the role, so it takes no number | ",
    );
    refused(&asked("self has no review by every lead"), "charter.meaning | no | `by every` counts everybody");
    refused(
        &asked("self has review by every led"),
        "charter.unknown-word | led | there is no role `led` | did you mean `lead`?",
    );
    refused(
        &asked("self has review by every builder"),
        "charter.meaning | builder | `review` is never stated by `builder`",
    );
    refused(&asked("self has review by evry lead"), "charter.syntax | lead | ");
}

#[test]
fn a_result_may_have_a_condition() {
    let guard = |text: &str| loaded(text).claims["review"].results[0].1.clone();
    let Some(Guard::Gate(gate)) = guard(&results("[\"approve if closing\", \"reject\"]")) else { panic!() };
    assert_eq!(gate.as_str(), "closing");
    let Some(Guard::Sentence(sentence)) = guard(&results("[\"approve if self is final\", \"reject\"]")) else {
        panic!()
    };
    assert_eq!(sentence.text, "self is final");
    assert!(guard(BASE).is_none());
}

#[test]
fn a_condition_of_a_result_is_refused_at_its_place() {
    refused(
        &results("[\"approve if closng\", \"reject\"]"),
        "charter.unknown-word | closng | there is no gate `closng` | did you mean `closing`?",
    );
    refused(
        &results("[\"approve fi closing\", \"reject\"]"),
        "charter.syntax | fi | found `fi`, needed `if` and the condition on which it may be stated | did you mean `if`?",
    );
    refused(&results("[\"approve if self is lost\", \"reject\"]"), "charter.unknown-word | lost | ");
    refused(&results("[\"approve if closing\", \"approve\"]"), "charter.name | approve | ");
}

#[test]
fn a_result_may_not_wait_for_itself() {
    refused(
        &results("[\"approve if sealable\", \"reject\"]"),
        "charter.meaning | approve | `review = approve` waits for itself: `gates.sealable.reviewed` demands it | ",
    );
    refused(
        &results("[\"approve\", \"reject if self has review = reject\"]"),
        "charter.meaning | reject | `review = reject` waits for itself: its condition demands it",
    );
    loaded(&results("[\"approve\", \"reject if self has review\"]"));
    loaded(&results("[\"approve if self has no review\", \"reject\"]"));
    loaded(&results("[\"approve if DOC-1 has review\", \"reject\"]"));
}

#[test]
fn a_statement_brings_the_file_of_something_that_has_one() {
    let cites = |noun: &str| with("results = [\"approve\"", &format!("cites = \"{noun}\", results = [\"approve\""));
    let (_, text) = loaded(&cites("document that is sealed")).claims["review"].cites.clone().unwrap();
    assert_eq!(text, "document that is sealed");
    loaded(&cites("files of self"));
    refused(&cites("topic"), "charter.meaning | topic | `topic` has no file that a statement could bring | ");
    refused(
        &cites("documnt"),
        "charter.unknown-word | documnt | there is no kind, set or id `documnt` | did you mean `document`?",
    );
    refused(&cites("document that is finl"), "charter.unknown-word | finl | ");
}

/// S1-135, S1-167: a word that no kind has as a state is told with the states, and with what it is instead.
#[test]
fn a_state_that_no_kind_has_is_told_with_what_was_meant() {
    refused(
        &asked("self is review"),
        "charter.unknown-word | review | there is no state of `document` `review` | `review` is a claim: write `has review` (states of `document`: draft, final)\n",
    );
    refused(
        &asked("self is running"),
        "charter.unknown-word | running | there is no state of `document` `running` | it is a state of `project` (states of `document`: draft, final)\n",
    );
    refused(
        &asked("self is fnal"),
        "charter.unknown-word | fnal | there is no state of `document` `fnal` | did you mean `final`? (states of `document`: draft, final)\n",
    );
    refused(
        &with("final -> draft by lead", "validated -> draft by lead"),
        "charter.unknown-word | validated | there is no state of `document` `validated` | no kind has such a state (states of `document`: draft, final)\n",
    );
}

/// S1-096: of two rules for one field one has to be chosen.
#[test]
fn a_second_rule_for_one_field_is_refused_with_the_lines_of_both() {
    let text = and("[kinds.paper]\nid = 'P-1'\nstates = [\"new-one\"]\nmoves = [\"new -> new-one by lead\"]\n\
                    [kinds.paper.fields]\nfiles_to_open = \"paths 5..10\"\nterms = \"list 5..20\"\nfiles_to_open = \"paths 5..15\"\n");
    let line = |nth: usize| {
        let at = text.match_indices("files_to_open").nth(nth).unwrap().0;
        text[..at].matches('\n').count() + 1
    };
    refused(
        &text,
        &format!(
            "charter.toml | files_to_open | a second rule for the field `files_to_open` of `paper`: the first stands in line {}, this one in line {} | nobody could tell which of the two counts: leave one out\n",
            line(0),
            line(1)
        ),
    );
    let inline = with("fields = { until = \"date\"", "fields = { until = \"date\", until = \"text\"");
    assert!(problems(&inline).contains("a second rule for the field `until` of `HOLD`: the first stands in line"));
    let table = and("[gates.sealable]\na = \"self is final\"\n");
    assert!(problems(&table).contains("a second rule for `sealable` of `gates`"), "{}", problems(&table));
    let gate = with("reviewed = \"self has review\"", "reviewed = \"self has review\"\nfinal = \"self is draft\"");
    assert!(problems(&gate).contains("a second rule for `final` of `gates.sealable`"), "{}", problems(&gate));
}

#[test]
fn a_number_of_entries_that_the_field_may_not_have_is_a_second_rule_for_it() {
    let ranged =
        |range: &str, sentence: &str| asked(sentence).replace("tags = \"list?\"", &format!("tags = \"{range}\""));
    refused(
        &ranged("list 5..10", "self has at least 11 tags"),
        "charter.meaning | at least 11 | a second rule for the field `tags`, which has `5..10` entries: the first stands in line",
    );
    refused(
        &ranged("list 5..", "self has at most 4 tags"),
        "charter.meaning | at most 4 | a second rule for the field",
    );
    // F5 of the protocol: five to twenty-five in one part, ten to twenty in another.
    for (range, sentence) in [("list 10..20", "self has at least 5 tags"), ("list? 10..20", "self has at least 5 tags")]
    {
        refused(
            &ranged(range, sentence),
            "charter.meaning | at least 5 | a second rule for the field `tags`, which has `10..20` entries: the first stands in line",
        );
    }
    for range in ["list 10..20", "list? 10..20", "list ..20"] {
        refused(
            &ranged(range, "self has at most 25 tags"),
            "charter.meaning | at most 25 | a second rule for the field `tags`, which has",
        );
    }
    refused(
        &ranged("list? 5..", "self has at most 4 tags"),
        "charter.meaning | at most 4 | a second rule for the field",
    );
    loaded(&ranged("list", "self has at least 5 tags and has at most 25 tags"));
    loaded(&ranged("list 5..10", "self has at least 5 tags and has at most 10 tags"));
}

/// F5 of the protocol: five to fifteen files in one part and five to ten in another; five to twenty terms and ten to twenty. What is
/// valid by the one would be signed, and never be good enough for the other.
#[test]
fn a_number_that_narrows_the_range_of_a_field_is_a_second_rule_for_it() {
    let ranged =
        |range: &str, sentence: &str| asked(sentence).replace("tags = \"list?\"", &format!("tags = \"{range}\""));
    for (range, count) in [
        ("list 5..15", "at most 10"),
        ("list 5..20", "at least 10"),
        ("list? 5..20", "at least 10"),
        ("list 1..", "at least 5"),
        ("list ..20", "at most 19"),
    ] {
        let text = ranged(range, &format!("self has {count} tags"));
        let line = |pattern: &str| text[..text.find(pattern).unwrap()].matches('\n').count() + 1;
        let (own, this) = (line("tags = "), line(count));
        let lines = format!("the first stands in line {own}, this one in line {this}");
        let told = problems(&text);
        assert!(told.contains(&format!("charter.meaning | {count} | a second rule for the field `tags`")), "{told}");
        assert!(told.contains(&lines), "{told}");
        assert!(told.contains("what is valid would never be good enough"), "{told}");
    }
    // What recommends, chooses or is one way of several narrows nothing.
    for sentence in [
        "self is sealed if self has at least 10 tags",
        "every document that has at most 9 tags, if any, is sealed",
        "some document has at least 10 tags",
        "self has at least 10 tags if self is sealed",
        "every document that is sealed, if any, has at least 10 tags",
        "no document that is sealed has at least 10 tags",
        "no document has at least 10 tags and is sealed",
        "at most 1 document has at least 10 tags",
    ] {
        loaded(&ranged("list 5..20", sentence));
    }
    let counted = "self has at least 10 tags";
    loaded(&criterion("list 5..20", &format!("asked = [\"{counted}\", \"self is sealed\"]")));
    loaded(&criterion("list 5..20", &format!("asked = {{ should = \"{counted}\" }}")));
}

/// Returns a charter whose field `tags` has a range, with another criterion in the place of `asked`.
fn criterion(range: &str, other: &str) -> String {
    let sentence = "self is sealed";
    asked(sentence)
        .replace("tags = \"list?\"", &format!("tags = \"{range}\""))
        .replace(&format!("asked = \"{sentence}\""), other)
}

/// F5 of the protocol: however it is spelled.
#[test]
fn a_second_rule_for_a_field_is_one_in_each_spelling_of_it() {
    const NARROW: &str = "what is valid would never be good enough";
    const BY_NO_WAY: &str = "what is valid would by no way be good enough";
    const IMPOSSIBLE: &str = "no valid item could meet both";
    const IDLE: &str = "tells no valid item from another";
    let one = |sentence: &str| format!("asked = \"{sentence}\"");
    let any = |a: &str, b: &str| format!("asked = [\"{a}\", \"{b}\"]");
    let veto = |sentence: &str| format!("veto.asked = \"{sentence}\"");
    for (range, rule, at, help) in [
        ("list 5..15", one("no document has at least 11 tags"), "at least 11", NARROW),
        ("list 5..20", one("no document has at most 9 tags"), "at most 9", NARROW),
        ("list 5..20", one("no document has at least 5 tags"), "at least 5", IMPOSSIBLE),
        ("list 5..20", one("no document has tags"), "tags", IMPOSSIBLE),
        ("list 5..20", one("self has no tags"), "no", IMPOSSIBLE),
        ("list 5..20", one("no document has at least 25 tags"), "at least 25", IDLE),
        ("list 5..20", veto("self has at least 11 tags"), "at least 11", NARROW),
        ("list 5..20", veto("some document has at least 11 tags"), "at least 11", NARROW),
        ("list 5..20", veto("self has at most 9 tags"), "at most 9", NARROW),
        (
            "list 5..15",
            any("self has at most 9 tags", "self has at most 10 tags and is sealed"),
            "at most 9",
            BY_NO_WAY,
        ),
        ("list 5..15", any("self has at most 8 tags", "no document has at most 10 tags"), "at most 8", BY_NO_WAY),
        ("list? 5..15", any("self has no tags", "self has at least 8 tags"), "no", BY_NO_WAY),
        ("list 5..", any("self has at least 8 tags", "self has at least 9 tags"), "at least 8", BY_NO_WAY),
    ] {
        let text = criterion(range, &rule);
        let line = |pattern: &str| text[..text.find(pattern).unwrap()].matches('\n').count() + 1;
        let told = problems(&text);
        assert!(
            told.starts_with(&format!("charter.meaning | {at} | a second rule for the field `tags`")),
            "{rule}: {told}"
        );
        let lines = format!("the first stands in line {}, this one in line {}", line("tags = "), line(&rule));
        assert!(told.contains(&lines) && told.contains(help) && told.lines().count() == 1, "{rule}: {told}");
    }
    // The field's own range, told once more; ways that leave no number out; and what asks whether anything is stated.
    for (range, rule) in [
        ("list 5..15", one("no document has at least 16 tags")),
        ("list 5..15", one("no document has at most 4 tags")),
        ("list 5..15", veto("self has at most 4 tags")),
        ("list 5..15", veto("self has at least 11 tags and is sealed")),
        ("list 5..15", veto("every document has at least 11 tags")),
        ("list 5..15", any("self has at most 9 tags", "self has at least 10 tags")),
        ("list 5..15", any("self has at most 9 tags and is sealed", "self has at least 10 tags")),
        ("list 5..15", any("self has at most 9 tags", "self has at most 10 tags if self is sealed")),
        ("list", any("self has at most 3 tags", "self has at least 10 tags")),
        // Of different things.
        ("list 5..15", any("self has at most 9 tags", "DOC-1 has at least 12 tags")),
        // Of the numbers beyond the bound that it has the field says nothing.
        ("list? ..15", any("self has no tags", "self has at least 3 tags")),
        ("list 5..", any("self has at most 8 tags", "self has at least 12 tags")),
        ("list? 5..15", one("self has no tags")),
        ("list? 5..15", one("no document has tags")),
        ("list 5..15", one("self has tags")),
    ] {
        loaded(&criterion(range, &rule));
    }
}

/// F8 of the protocol: it speaks of thirteen checks and has fourteen.
#[test]
fn a_gate_that_says_how_many_criteria_it_has_has_as_many() {
    let counted = |count: &str| with("[gates.closing]\n", &format!("[gates.closing]\ncount = {count}\n"));
    loaded(&counted("3"));
    refused(
        &counted("4"),
        "charter.meaning | 4 | `gates.closing` says that it has 4 criteria, and has 3: sealed, bench, size | write the criteria that are missing, or the number that there are\n",
    );
    refused(&counted("2"), "charter.meaning | 2 | `gates.closing` says that it has 2 criteria, and has 3");
    refused(&counted("\"3\""), "charter.type | \"3\" | `count` is a number, not a text");
}

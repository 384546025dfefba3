//! What differs between two charters, as sentences.

use crate::domain::charter::{RuleChange, load, rule_changes};

const OLD: &str = r#"
[charter]
semantics = 1
id        = "OLD"
authority = "2 lead"

[roles]
lead   = "human"
keeper = "human"

[scopes]
code = ["src/**"]

[sets]
few = "M-1..M-3"

[links]
cites = "memo -> any"

[kinds.memo]
id     = 'M-[0-9]+'
states = ["drafted", "issued"]
moves  = ["new -> drafted by keeper", "drafted -> issued by keeper if ready"]
fields = { pages = "integer? 1..50" }
seal   = "keeper, not author"
unseal = "keeper"

[claims]
checked = { by = "lead | keeper", answers = ["sound"], values = { took = "ms" }, over = "code" }

[gates.ready]
checked = "self has checked"
sealed  = { should = "every few is sealed", cite = "4.1" }

[blocks.HOLD]
on    = "memo"
stops = ["moves"]
by    = "lead"
lift  = "2 lead if no memo is drafted"
why   = "stop"
"#;

fn told(changes: &[(&str, &str)]) -> Vec<String> {
    let new = changes.iter().fold(OLD.to_owned(), |text, (from, to)| {
        assert!(text.contains(from), "{from}");
        text.replace(from, to)
    });
    rule_changes(&load(OLD).unwrap(), &load(&new).unwrap()).iter().map(RuleChange::sentence).collect()
}

#[test]
fn charters_that_say_the_same_do_not_differ_whatever_their_words() {
    assert!(told(&[]).is_empty());
    let spread = [("moves  = [\"new -> drafted by keeper\",", "moves = [\n \"new -> drafted by keeper\",")];
    assert!(told(&spread).is_empty());
}

#[test]
fn each_rule_that_differs_is_one_sentence() {
    let changes = [
        ("\"2 lead\"\n\n[roles]", "\"1 lead + 1 keeper\"\ntitle = \"New\"\nindependence = \"signed\"\n\n[roles]"),
        ("keeper = \"human\"", "keeper = \"human | agent\"\nreader = \"human\""),
        ("[\"src/**\"]", "[\"src/**\", \"!src/gen/**\"]"),
        ("M-1..M-3", "M-1..M-4"),
        ("memo -> any", "memo -> any, acyclic, min 1"),
        ("[\"drafted\", \"issued\"]", "[\"drafted\", \"issued\", \"gone\"]"),
        ("by keeper if ready\"]", "by keeper\", \"issued -> gone by lead because DONE\"]"),
        ("integer? 1..50", "integer? 1..60"),
        ("keeper, not author", "lead, not author, not checked"),
        ("\"lead | keeper\", answers = [\"sound\"]", "\"lead\", answers = [\"sound\", \"whole\"]"),
        ("took = \"ms\"", "took = \"s\""),
        ("checked = \"self has checked\"", "checked = [\"self has checked\", \"self is sealed\"]"),
        ("should = ", "must = "),
        ("stops = [\"moves\"]", "stops = [\"moves\", \"code\"]"),
        ("why   = \"stop\"", "why   = \"wait\""),
    ];
    let expected = [
        "blocks.HOLD: stops was moves; now moves, code",
        "blocks.HOLD: why was \"stop\"; now \"wait\"",
        "charter: authority was 2 lead; now 1 lead + 1 keeper",
        "charter: independence added (signed)",
        "charter: title added (New)",
        "claims.checked: answers was sound; now sound, whole",
        "claims.checked: by was 1 lead|keeper; now 1 lead",
        "claims.checked: value took was ms; now s",
        "gates.ready: criterion checked was must: self has checked; now must: self has checked, or self is sealed",
        "gates.ready: criterion sealed was should: every few is sealed; now must: every few is sealed",
        "kinds.memo: field pages was integer? 1..50; now integer? 1..60",
        "kinds.memo: move drafted -> issued was by keeper if ready; now by keeper",
        "kinds.memo: move issued -> gone added (by lead because DONE)",
        "kinds.memo: seal was keeper, not author; now lead, not author, not checked",
        "kinds.memo: state gone added",
        "links.cites: was memo -> any; now memo -> any, acyclic, min 1",
        "roles.keeper: was human; now human | agent",
        "roles.reader: added (human)",
        "scopes.code: was src/**; now src/**, !src/gen/**",
        "sets.few: was M-1..M-3; now M-1..M-4",
    ];
    assert_eq!(told(&changes), expected);
}

#[test]
fn a_rule_that_names_a_set_in_the_same_words_says_what_the_set_was_and_is() {
    let expected = [
        "gates.ready: criterion sealed (should: every few is sealed) speaks of others: few was M-1..M-3; now M-1..M-4",
        "sets.few: was M-1..M-3; now M-1..M-4",
    ];
    assert_eq!(told(&[("M-1..M-3", "M-1..M-4")]), expected);
}

#[test]
fn another_type_is_told_as_it_is_written() {
    let told = told(&[("integer? 1..50", "anchors? 1..50")]);
    assert_eq!(told, ["kinds.memo: field pages was integer? 1..50; now anchors? 1..50"]);
}

#[test]
fn what_comes_or_goes_whole_is_told_once_and_what_is_renamed_as_that() {
    let without = [(
        "[blocks.HOLD]\non    = \"memo\"\nstops = [\"moves\"]\nby    = \"lead\"\nlift  = \"2 lead if no memo is drafted\"\nwhy   = \"stop\"\n",
        "",
    )];
    assert_eq!(told(&without), ["blocks.HOLD: removed"]);
    let renamed = [
        ("[kinds.memo]", "[kinds.paper]"),
        ("memo -> any", "paper -> any"),
        ("on    = \"memo\"", "on    = \"paper\""),
        ("no memo is drafted", "no paper is drafted"),
        ("keeper = \"human\"", "guardian = \"human\""),
        ("by keeper", "by guardian"),
        ("= \"keeper", "= \"guardian"),
        ("lead | keeper", "lead | guardian"),
        (
            "why   = \"stop\"\n",
            "why   = \"stop\"\n\n[migrate]\nkinds = { memo = \"paper\" }\nroles = { keeper = \"guardian\" }\n",
        ),
    ];
    assert_eq!(told(&renamed), ["migrate.kinds: memo -> paper", "migrate.roles: keeper -> guardian"]);
}

/// The board, `ready` and which move leads on follow the sequence of criteria and of states: who swaps them changes rules.
#[test]
fn another_sequence_is_a_difference() {
    let checked = "checked = \"self has checked\"";
    let sealed = "sealed  = { should = \"every few is sealed\", cite = \"4.1\" }";
    let swapped = [(checked, "X"), (sealed, checked), ("X\n", &format!("{sealed}\n"))];
    assert_eq!(told(&swapped), ["gates.ready: sequence was checked, sealed; now sealed, checked"]);
    let states = told(&[("[\"drafted\", \"issued\"]", "[\"issued\", \"drafted\"]")]);
    assert_eq!(states, ["kinds.memo: sequence was drafted, issued; now issued, drafted"]);
    let more = told(&[(sealed, &format!("{sealed}\nmore = \"self is sealed\""))]);
    assert_eq!(more, ["gates.ready: criterion more added (must: self is sealed)"]);
}

/// A filter of a section, or of what a claim is over, is told as it is written.
#[test]
fn a_filter_is_told_as_it_is_written() {
    let view = |filter: &str| {
        format!("[views.board]\npath = \"B.md\"\n[views.board.sections]\n\"All\" = \"memo{filter}\"\n\n[gates.ready]")
    };
    let over = |filter: &str| format!("over = \"memo{filter}\"");
    let load_with = |filter: &str| {
        let text = OLD.replace("[gates.ready]", &view(filter)).replace("over = \"code\"", &over(filter));
        load(&text).unwrap()
    };
    let (old, new) = (load_with(" that is drafted"), load_with(" that is drafted | issued"));
    let told: Vec<String> = rule_changes(&old, &new).iter().map(RuleChange::sentence).collect();
    assert_eq!(
        told,
        [
            "claims.checked: over was memo that is drafted; now memo that is drafted | issued",
            "views.board: section All was memo that is drafted; now memo that is drafted | issued",
        ]
    );
}

//! Words are typed against what they are said of, and gates against every kind that they guard.

use super::*;

#[track_caller]
fn criterion(sentence: &str, expected: &str) {
    let text = with("reviewed = \"self has review\"", &format!("reviewed = \"{sentence}\""));
    let text = text.replace("lift   = \"2 lead if sealable\"", "lift   = \"2 lead\"");
    refused(&text, expected);
}

#[test]
fn adjectives_are_said_of_what_can_be_so() {
    criterion(
        "every topic is sealed",
        "charter.meaning | sealed | `sealed` says nothing of `topic`, which can never be sealed",
    );
    criterion(
        "every topic is present",
        "charter.meaning | present | `present` says nothing of `topic`, which has no file",
    );
    criterion(
        "no topic is blocked",
        "charter.meaning | blocked | `blocked` says nothing of `topic`, which is not under any block that stops something",
    );
    criterion(
        "every files of self is sealed",
        "charter.meaning | sealed | `sealed` says nothing of a file, which can never be sealed",
    );
    criterion("repo is final", "charter.meaning | final | the repository has no status `final`");
    criterion(
        "some block is final",
        "charter.unknown-word | final | there is no word for a block `final` | what fits here: active, lifted",
    );
    criterion("self is sealed | final", "charter.meaning | sealed | `sealed` does not stand beside other words");
    criterion("DOC-1, DOC-2 is final", "charter.meaning | DOC-1, DOC-2 | `DOC-1, DOC-2` can be many things");
    criterion(
        "every DOC-1, T-a is final",
        "charter.meaning | final | `final` is no state of `topic`, which is selected too",
    );
}

#[test]
fn links_leave_the_kind_that_they_are_said_of() {
    criterion(
        "every topic has covers",
        "charter.meaning | covers | the link `covers` does not leave `topic` | it leaves document",
    );
    criterion(
        "every covering of self is final",
        "charter.meaning | covering | the link `covering` does not leave `document` | it leaves topic",
    );
    criterion("every covers of self is final", "charter.unknown-word | final | there is no state of `topic` `final`");
    criterion(
        "every covers is stated",
        "charter.meaning | covers | `covers` alone does not say of what | write `covers of self`",
    );
    criterion("self has covers = x", "charter.meaning | = | `covers` is a link, which takes no a comparison");
    criterion("every topic of self is stated", "charter.meaning | topic | no `topic` is ever part of `document`");
    criterion(
        "every files of covers of self is present",
        "charter.meaning | files | `topic` has no field `files` of paths",
    );
    criterion("some block of covers of self is active", "charter.meaning | block | no block is ever placed on `topic`");
}

#[test]
fn of_follows_part_of_over_any_number_of_steps() {
    let text = with("part_of = \"document -> project\"", "part_of = \"document -> topic, topic -> project\"");
    loaded(&text);
    let none = with("part_of = \"document -> project\"\n", "");
    assert!(problems(&none).contains("`document of` follows the link `part_of`, which the charter does not have"));
}

#[test]
fn literals_carry_the_type_and_unit_of_the_value() {
    criterion(
        "self has weight < 500",
        "charter.meaning | 500 | found `500`, needed a number with the unit `ms`, such as `90ms`",
    );
    criterion("self has weight < 500s", "charter.meaning | 500s | found `500s`, needed a number with the unit `ms`");
    criterion("self has size < 5ms", "charter.meaning | 5ms | found `5ms`, needed a whole number without a unit");
    criterion("self has size < 05", "charter.meaning | 05 | found `05`, needed a whole number");
    criterion(
        "self has group = rd",
        "charter.unknown-word | rd | there is no word of that list `rd` | did you mean `red`?",
    );
    criterion("self has group > red", "charter.meaning | > | this is compared with `=` and `!=` only");
    criterion("self has tags = x", "charter.meaning | = | a list is compared with nothing; it is counted");
    let anchored = |sentence: &str| {
        let text = with("owner = \"actor?\"", "owner = \"anchors? 1..3\"");
        let text = text.replace("reviewed = \"self has review\"", &format!("reviewed = \"{sentence}\""));
        text.replace("lift   = \"2 lead if sealable\"", "lift   = \"2 lead\"")
    };
    assert!(load(&anchored("self has at least 1 owner")).is_ok());
    refused(
        &anchored("self has owner = 'src/a.rs:1'"),
        "charter.meaning | = | a list is compared with nothing; it is counted",
    );
    refused(
        &anchored("self has at least 4 owner"),
        "charter.meaning | at least 4 | a second rule for the field `owner`",
    );
    criterion("self has hot = yes", "charter.meaning | yes | found `yes`, needed `true` or `false`");
    criterion(
        "self has due < 2026-02-30",
        "charter.meaning | 2026-02-30 | found `2026-02-30`, needed a day YYYY-MM-DD",
    );
    criterion(
        "self has at least 2 size",
        "charter.meaning | at least 2 | `size` is one value, of which there is nothing to count",
    );
    criterion(
        "self has bench with took <= runs",
        "charter.meaning | runs | `runs` is of another type or unit than `took`",
    );
    criterion(
        "self has bench with took <= limt",
        "charter.unknown-word | limt | there is no number or other value `limt` | did you mean `limit`?",
    );
    criterion(
        "self has bench with tok <= 1ms",
        "charter.unknown-word | tok | there is no value of `bench` `tok` | did you mean `took`?",
    );
    criterion("self has size = 1 | 2 within 3d", "charter.meaning | 3d | `size` is a field, which takes no `within`");
}

#[test]
fn claims_are_asked_for_by_their_results_and_roles() {
    criterion(
        "self has review = aprove",
        "charter.unknown-word | aprove | there is no result of `review` `aprove` | did you mean `approve`?",
    );
    criterion("self has review != reject", "charter.meaning | != | a result is compared with `=` only");
    criterion(
        "self has review by builder",
        "charter.meaning | builder | `review` is never stated by `builder` | the claim's `by` names reviewer, lead",
    );
    criterion("every files of self has review", "charter.meaning | review | nothing is stated of a file");
}

#[test]
fn a_gate_is_typed_against_every_kind_that_it_guards() {
    // `sealable` says `self is final`, which a topic can never be.
    let text = with("\"new -> stated by lead\"", "\"new -> stated by lead if sealable\"");
    refused(&text, "charter.meaning | final | `final` is no state of `topic`, which is selected too");
    // The same over a chain of gates, and through another noun than `self`.
    for gate in ["self passes sealable", "T-a passes sealable", "every topic passes sealable"] {
        let text = with("hot = \"some document", &format!("chain = \"{gate}\"\nhot = \"some document"));
        assert!(problems(&text).contains("`final` is no state of"), "{gate}");
    }
}

#[test]
fn a_gate_that_guards_nothing_may_be_asked_about_anything_that_fits() {
    loaded(&and("[gates.asked]\na = \"self is stated\"\n"));
    refused(&and("[gates.asked]\na = \"self is lost\"\n"), "charter.unknown-word | lost | there is no state of ");
}

#[test]
fn gates_and_derived_blocks_do_not_need_their_own_outcome() {
    refused(
        &and("[gates.one]\na = \"self passes other\"\n[gates.other]\na = \"self passes one\"\n"),
        "charter.meaning | one | gate `one` needs its own outcome: gate `one` → gate `other` → gate `one` | break the circle",
    );
    refused(
        &and("[blocks.LOOP]\non = \"document\"\nstops = [\"moves\"]\nuntil = \"self is not blocked\"\n"),
        "charter.meaning | blocked | block `LOOP` needs its own outcome: block `LOOP` → block `LOOP`",
    );
}

#[test]
fn no_gate_demands_what_it_guards() {
    let sealing = |sentence: &str| with("final    = \"self is final\"", &format!("final = \"{sentence}\""));
    for sentence in [
        "self is sealed",
        "every document is sealed",
        "every chosen is sealed",
        "DOC-1 is sealed",
        "no document is not sealed",
    ] {
        refused(
            &sealing(sentence),
            "charter.meaning | seal | sealing a `document` waits for itself: `gates.sealable.final` demands it",
        );
    }
    for sentence in ["every document that is draft, if any, is sealed", "self is sealed if self is draft"] {
        loaded(&sealing(sentence));
    }
    let nested = sealing("self passes inner") + "[gates.inner]\na = \"self is sealed\"\n";
    refused(
        &nested,
        "charter.meaning | seal | sealing a `document` waits for itself: `gates.sealable.final` demands it",
    );
    for sentence in ["self is final", "every document is final", "self is not draft"] {
        let text = with("if self is present", &format!("if {sentence}"));
        assert!(
            problems(&text).contains("the move of a `document` to `final` waits for itself: its condition demands it"),
            "{sentence}"
        );
    }
    let lift = with("lift   = \"2 lead if sealable\"", "lift   = \"2 lead if self is not blocked\"");
    refused(&lift, "charter.meaning | HOLD | lifting `HOLD` waits for itself: its condition demands it");
}

/// S0-084, S0-086: the gate of a seal is judged again under the charter of the seal, so that it may not ask for another one.
#[test]
fn upheld_is_asked_where_a_seal_is_used_and_not_where_it_is_set() {
    let closing = |sentence: &str| with("every document of self is sealed", sentence);
    for sentence in ["every document of self is upheld", "DOC-1 is upheld", "no document is not upheld"] {
        loaded(&closing(sentence));
    }
    let no_gate = with("not review if sealable", "not review if self is final");
    refused(
        &no_gate.replace("every document of self is sealed", "every document of self is upheld"),
        "charter.meaning | upheld | `upheld` says nothing of `document`, which is not sealed on a gate",
    );
    let message =
        "charter.meaning | upheld | `upheld` asks for the gate of a seal again, and such a gate asks for this one";
    let own = with("final    = \"self is final\"", "final = \"self is upheld\"");
    assert!(problems(&own).contains(message), "{}", problems(&own));
    let passed = with("final    = \"self is final\"", "final = \"self passes inner\"");
    let passed = passed + "[gates.inner]\na = { should = \"every document, if any, is final if DOC-1 is upheld\" }\n";
    assert!(problems(&passed).contains(message), "{}", problems(&passed));
    // A state of that name, or nearly, could not be told from it; of a kind that is not sealed on a gate it can.
    assert!(problems(&with("\"draft\", \"final\"", "\"draft\", \"upheld\"")).contains("cannot name a state"));
    assert!(problems(&with("\"draft\", \"final\"", "\"draft\", \"uphelt\"")).contains("charter.name | uphelt"));
}

#[test]
fn over_names_a_scope_or_items_or_files() {
    loaded(&with("over = \"code\"", "over = \"every-one\"").replace("every-one", "chosen"));
    loaded(&with("over = \"code\"", "over = \"covers of self\""));
    refused(
        &with("over = \"code\"", "over = \"cod\""),
        "charter.unknown-word | cod | there is no kind, set or id `cod`",
    );
    loaded(&with("over = \"code\"", "over = \"files of self\""));
}

#[test]
fn lists_stand_in_files() {
    let listed = |listed: &str| with("states = [\"stated\"]", &format!("states = [\"stated\"]\nlisted = {listed}"));
    loaded(&listed("{ in = \"DOC-1\", columns = { id = \"ID\", status = \"Status\" } }"));
    refused(
        &listed("{ in = \"T-a\", columns = { id = \"ID\" } }"),
        "charter.meaning | T-a | `T-a` has no file that could list anything",
    );
    refused(
        &listed("{ in = \"DOC-1\", columns = { id = \"ID\", path = \"P\" } }"),
        "charter.meaning | path | a `topic` has no path",
    );
    refused(
        &listed("{ in = \"DOC-1\", columns = { id = \"ID\", title = \"Überschrift\" } }"),
        "charter.type | Überschrift | the heading of a column is ASCII, since events record rows under their headings",
    );
    refused(
        &listed("{ in = \"DOC-1\", columns = { title = \"T\" } }"),
        "charter.missing-key | listed | `kinds.topic.listed.columns` needs `id`",
    );
    refused(
        &listed("{ in = \"DOC-1\", columns = { id = \"ID\", tile = \"T\" } }"),
        "charter.unknown-key | tile | there is no key of `kinds.topic.listed.columns` `tile` | did you mean `title`?",
    );
    refused(
        &listed("{ in = \"DOC-1\", columns = { id = \"X\", title = \"X\" } }"),
        "charter.name | X | the column `X` stands twice",
    );
}

#[test]
fn a_successor_is_of_the_same_kind() {
    let text = with("covers  =", "supersedes = \"document -> topic\"\ncovers  =");
    refused(&text, "charter.meaning | topic | a successor is of the same kind as what it replaces");
    let charter = loaded(&with("covers  =", "supersedes = \"document -> document\"\ncovers  ="));
    assert!(
        charter.links["supersedes"].acyclic && charter.links["part_of"].acyclic && !charter.links["covers"].acyclic
    );
}

/// S1-001: fields and links carry the id of the written rule, and the words by which documents call them.
#[test]
fn a_field_or_link_is_told_with_its_written_rule_and_called_by_one_label() {
    let owner = |rule: &str| with("owner = \"actor?\"", &format!("owner = {rule}"));
    let charter =
        loaded(&owner("{ is = \"actor?\", label = \"Owned by\", why = \"somebody answers\", cite = \"CX-1\" }"));
    let rule = &charter.kinds["document"].fields["owner"];
    let said = [&rule.label, &rule.why, &rule.cite].map(|text| text.as_deref().unwrap_or_default());
    assert_eq!(said, ["Owned by", "somebody answers", "CX-1"]);
    let charter = loaded(&with(
        "\"document -> topic, inverse covering\"",
        "{ is = \"document -> topic, inverse covering\", cite = \"CX-2\" }",
    ));
    assert_eq!(charter.links["covers"].cite.as_deref(), Some("CX-2"));
    refused(&owner("{ is = \"actor?\", label = \"a: b\" }"), "charter.type | a: b | `a: b` is no label of a document");
    refused(&owner("{ is = \"actor?\", label = \"_-\" }"), "charter.type | _- | `_-` is no label of a document");
    refused(&owner("{ is = \"actor?\", cite = \" \" }"), "charter.type |   | `cite` is empty");
    refused(
        &owner("{ is = \"actor?\", label = \"NOTES\" }"),
        "charter.name | notes | documents would call `owner` and `notes` of `document` alike | give one of them another `label`",
    );
    refused(
        &with(
            "\"document -> topic, inverse covering\"",
            "{ is = \"document -> topic, inverse covering\", label = \"Size\" }",
        ),
        "charter.name | covers | documents would call `size` and `covers` of `document` alike",
    );
    refused(
        &with("runs = \"integer\"", "runs = { is = \"integer\", label = \"Runs\" }"),
        "charter.meaning | runs | `label` stands only in the fields of a kind | leave it out",
    );
}

/// S1-134: the sections of an item's file.
#[test]
fn sections_stand_in_files_and_each_once() {
    let document = |headings: &str| {
        with("path   = \"docs/{id}.md\"", &format!("path   = \"docs/{{id}}.md\"\nheadings = {headings}"))
    };
    assert_eq!(loaded(&document("[\"Scope\", \"Notes\"]")).kinds["document"].headings, ["Scope", "Notes"]);
    refused(&document("[\"Scope\", \"Scope\"]"), "charter.name | Scope | the section `Scope` stands twice");
    refused(&document("[\"`Scope`\"]"), "charter.type | `Scope` | ``Scope`` is not the text of a heading");
    refused(&document("[\"Scope #\"]"), "charter.type | Scope # | `Scope #` is not the text of a heading");
    refused(&document("[]"), "charter.type | [] | `headings` is empty");
    let topic = with("states = [\"stated\"]", "states = [\"stated\"]\nheadings = [\"Scope\"]");
    refused(&topic, "charter.meaning | Scope | a `topic` has no file that could have sections");
}

/// S1-033, S1-054: a heading or text of another item's file.
#[test]
fn another_file_speaks_of_an_item_by_a_heading_or_a_text() {
    let topic = |listed: &str| with("states = [\"stated\"]", &format!("states = [\"stated\"]\nlisted = {listed}"));
    let spoken = |text: &str| loaded(&topic(text)).kinds["topic"].spoken.clone().unwrap();
    let heading = Words::Heading { text: "{id}: {title}".to_owned(), before: Some("Roadmap".to_owned()) };
    let one = spoken("{ in = \"DOC-1\", heading = \"{id}: {title}\", before = \"Roadmap\" }");
    assert_eq!(one, Spoken { holder: Holder::Item(ItemId::parse("DOC-1").unwrap()), words: heading });
    assert_eq!(spoken("{ in = \"DOC-1\", text = \"{id}\" }").words, Words::Text("{id}".to_owned()));
    for (listed, told) in [
        ("{ in = \"DOC-1\" }", "charter.missing-key | listed | `kinds.topic.listed` needs `columns`"),
        ("{ in = \"DOC-1\", text = \"x\" }", "charter.meaning | x | `x` would say the same of every item"),
        (
            "{ in = \"DOC-1\", text = \"{tilte}\" }",
            "charter.unknown-word | {tilte} | there is no part of an item `tilte` | did you mean `title`?",
        ),
        (
            "{ in = \"DOC-1\", text = \"{tial}\" }",
            "charter.unknown-word | {tial} | there is no part of an item `tial` | did you mean `tail`?",
        ),
        (
            "{ in = \"DOC-1\", text = \"{path}\" }",
            "charter.meaning | {path} | a `topic` has no path that a file could say",
        ),
        (
            "{ in = \"DOC-1\", heading = \"{id}\", text = \"{id}\" }",
            "charter.meaning | {id} | `text` does not stand beside `heading`",
        ),
        (
            "{ in = \"DOC-1\", text = \"{id}\", before = \"Roadmap\" }",
            "charter.meaning | Roadmap | `before` stands only beside `heading`",
        ),
        (
            "{ in = \"DOC-1\", heading = \"{id}\", before = \"# R\" }",
            "charter.type | # R | `# R` is not the text of a heading",
        ),
        ("{ in = \"T-a\", heading = \"{id}\" }", "charter.meaning | T-a | `T-a` has no file that could list anything"),
        ("{ in = \"document\", heading = \"{id}\" }", "charter.meaning | document | no `topic` is ever part of"),
        (
            "{ in = \"project\", heading = \"{id}\" }",
            "charter.meaning | project | a `project` has no file that could say anything",
        ),
        (
            "{ in = \"DOC-1\", heading = \"{id}\", columns = { id = \"ID\" } }",
            "charter.unknown-key | columns | there is no key of `kinds.topic.listed` `columns`",
        ),
    ] {
        let text = topic(listed);
        let found = if load(&text).is_ok() { String::new() } else { problems(&text) };
        assert!(found.lines().any(|line| line.starts_with(told)), "{listed}\nneeded {told}\nfound  {found}");
    }
    let part = topic("{ in = \"document\", heading = \"{id}\" }")
        .replace("part_of = \"document -> project\"", "part_of = \"document -> project, topic -> document\"");
    let whole = loaded(&part).kinds["topic"].spoken.clone().unwrap();
    assert_eq!(whole.holder, Holder::Whole("document".parse().unwrap()));
}

/// S1-146: what another link leads to can be asked to hold what this one leads to.
#[test]
fn a_link_lies_within_another_that_leads_from_the_same_kinds_to_what_its_targets_are_part_of() {
    let link = |text: &str| with("covers  = \"document -> topic, inverse covering\"", &format!("covers  = {text}"));
    let whole = "\"document -> document, within part_of\"";
    assert_eq!(loaded(&link(whole)).links["covers"].within, "part_of".parse().ok());
    let told = rule_changes(&loaded(&link("\"document -> document\"")), &loaded(&link(whole)));
    let told: Vec<String> = told.iter().map(RuleChange::sentence).collect();
    assert!(told.len() == 1 && told[0].contains("within part_of"), "{told:?}");
    for (text, problem) in [
        (
            "\"document -> document, within part_off\"",
            "charter.unknown-word | part_off | there is no other link `part_off` | did you mean `part_of`?",
        ),
        ("\"document -> document, within covers\"", "charter.unknown-word | covers | there is no other link `covers`"),
        (
            "\"topic -> document, within part_of\"",
            "charter.meaning | part_of | `part_of` does not lead from a `topic`, as `covers` does",
        ),
        (
            "\"document -> topic, within part_of\"",
            "charter.meaning | part_of | a `topic` is never a part of what `part_of` leads to",
        ),
        ("\"document -> document, within part_of, within part_of\"", "charter.syntax | within | `within` stands twice"),
        ("\"document -> document, within\"", "charter.syntax"),
    ] {
        refused(&link(text), problem);
    }
}

//! What is refused, each rule with its words.

use super::*;

#[test]
fn a_typo_in_a_role_is_refused_with_the_role_that_was_meant() {
    refused(
        &with("by = \"reviewer | lead\"", "by = \"reviwer | lead\""),
        "charter.unknown-word | reviwer | there is no role `reviwer` | did you mean `reviewer`?\n",
    );
}

#[test]
fn an_unknown_state_is_refused_with_the_states_of_the_kind() {
    refused(
        &with("self is final\"\nreviewed", "self is closed\"\nreviewed"),
        "charter.unknown-word | closed | there is no state of `document` `closed` | no kind has such a state (states of `document`: draft, final)\n",
    );
    let found = problems(&with("draft -> final by", "draft -> finl by"));
    assert!(found.contains("charter.meaning | final | no move reaches the state `final` of `document`"), "{found}");
    assert!(
        found.contains("charter.unknown-word | finl | there is no state of `document` `finl` | did you mean `final`?"),
        "{found}"
    );
}

#[test]
fn a_noun_that_can_be_many_things_needs_a_quantifier() {
    refused(
        &with("every document of self is sealed", "document of self is sealed"),
        "charter.meaning | document of self | `document of self` can be many things, so the sentence must say how many | write `every document of self …`, or `some`, `no`, `at least N`, `at most N`\n",
    );
    refused(
        &with("self is final\"", "every self is final\""),
        "charter.meaning | every | `self` is one thing and takes no quantifier",
    );
    refused(&with("self is final\"", "every DOC-1 is final\""), "charter.meaning | every | `DOC-1` is one thing");
    refused(&with("self is final\"", "DOC-* is final\""), "charter.meaning | DOC-* | `DOC-*` can be many things");
}

#[test]
fn no_takes_a_kind_or_a_link() {
    for ids in ["DOC-1, DOC-2", "chosen", "DOC-*"] {
        refused(
            &with("self is final\"", &format!("no {ids} is final\"")),
            "charter.meaning | no | `no` takes a kind or a link, never ids: an id that nobody declared would count as absent",
        );
    }
    refused(
        &with("self is final\"", "no files of self is present\""),
        "charter.meaning | no | `no` takes a kind or a link, never files",
    );
}

#[test]
fn what_could_never_hold_or_fail_is_refused() {
    for (sentence, expected) in [
        ("at least 0 document is final", "charter.meaning | 0 | 0 says nothing; a number is at least 1"),
        ("at least 4 chosen is final", "charter.meaning | at least 4 | `chosen` names 3 ids, which can never be 4"),
        ("no document, if any, is final", "charter.meaning | , if any, | `no` and `at most` hold where there is none"),
        ("self, if any, is final", "charter.meaning | , if any, | `self` is one thing, which is always there"),
        ("self that is draft is final", "charter.meaning | that | `self` is one thing, of which nothing is chosen"),
    ] {
        refused(&with("self is final\"", &format!("{sentence}\"")), expected);
    }
}

#[test]
fn ids_match_one_kind_and_are_listed_once() {
    for (ids, expected) in [
        ("DOC-1, DOC-2, DOC-1", "charter.meaning | DOC-1 | `DOC-1` is listed twice"),
        ("DOC-1..DOC-3, DOC-2", "charter.meaning | DOC-2 | `DOC-2` is listed twice"),
        ("DOC-1, DOX-2", "charter.unknown-word | DOX-2 | `DOX-2` is an id of no kind | ids are: "),
        ("DOC-3..DOC-1", "charter.meaning | DOC-3..DOC-1 | a range from `DOC-3` to `DOC-1` runs backwards"),
        (
            "DOC-1..T-3",
            "charter.meaning | DOC-1..T-3 | a range from `DOC-1` to `T-3`: both must begin with the same letters",
        ),
        ("DOC-1 except DOC-2", "charter.meaning | DOC-2 | `DOC-2` is excepted from ids that it is not among"),
        ("DOC-1 except DOC-1", "charter.meaning | DOC-1 | everything is excepted"),
        ("DOX-*", "charter.meaning | DOX-* | no id of any kind matches `DOX-*`"),
    ] {
        refused(&with("DOC-1..DOC-3", ids), expected);
    }
    let twice = with("T-[a-z]+", "[A-Z]+-[a-z0-9]+");
    assert!(problems(&twice).contains("`PRJ-1` matches the patterns of several kinds: project, topic"));
}

#[test]
fn names_are_told_apart_by_more_than_a_letter() {
    for (text, expected) in [
        (
            with("builder  = \"ci\"", "builder  = \"ci\"\nleads = \"ci\""),
            "charter.name | leads | the role `leads` is one letter away from the role `lead`",
        ),
        (
            with("inverse covering", "inverse cover"),
            "charter.name | cover | the link `cover` is one letter away from the link `covers`",
        ),
        (
            with("fields = { size", "fields = { reviwe = \"text\", size"),
            "charter.name | review | the claim `review` is one letter away from the field `reviwe`",
        ),
        (with("chosen =", "topic ="), "charter.name | topic | the name `topic` is taken by a set"),
        (with("chosen =", "every ="), "charter.name | every | `every` cannot name a set: it is a word of the language"),
        (
            with("chosen =", "blocks ="),
            "charter.name | blocks | the set `blocks` is one letter away from `block`, a word of the language",
        ),
        (
            with("covers  =", "supersede ="),
            "charter.name | supersede | the link `supersede` is one letter away from `supersedes`",
        ),
        (
            with("builder  =", "Builder  ="),
            "charter.name | Builder | `Builder` cannot name a role: needed 1 to 39 of a-z",
        ),
        (
            with("\"read\", \"understood\"", "\"read\", \"read\""),
            "charter.name | read | the answer `read` is named twice",
        ),
        (
            with("\"running\", \"over\"", "\"running\", \"over\", \"running\""),
            "charter.name | running | the state `running` is named twice",
        ),
        (
            with("\"running\", \"over\"", "\"running\", \"over\", \"sealed\""),
            "charter.name | sealed | `sealed` cannot name a state",
        ),
    ] {
        let found = problems(&text);
        assert!(found.contains(expected), "expected {expected}\nfound {found}");
    }
}

#[test]
fn keys_are_known_or_refused_with_the_nearest() {
    for (old, new, expected) in [
        (
            "unseal =",
            "unsael =",
            "charter.unknown-key | unsael | there is no key of `kinds.document` `unsael` | did you mean `unseal`?",
        ),
        (
            "lift   =",
            "lifts   =",
            "charter.unknown-key | lifts | there is no key of `blocks.HOLD` `lifts` | did you mean `lift`?",
        ),
        (
            "over = \"code\"",
            "ower = \"code\"",
            "charter.unknown-key | ower | there is no key of `claims.bench` `ower` | did you mean `over`?",
        ),
        (
            "must =",
            "mst =",
            "charter.unknown-key | mst | there is no key of `gates.closing.sealed` `mst` | did you mean `must`?",
        ),
        (
            "[scopes]",
            "[scope]",
            "charter.unknown-key | scope | there is no key of `the charter` `scope` | did you mean `scopes`?",
        ),
        (
            "id        =",
            "ids       =",
            "charter.unknown-key | ids | there is no key of `charter` `ids` | did you mean `id`?",
        ),
    ] {
        let found = problems(&with(old, new));
        assert!(found.contains(expected), "expected {expected}\nfound {found}");
    }
    refused(&with("id     = 'T-[a-z]+'\n", ""), "charter.missing-key | topic | `kinds.topic` needs `id`");
}

#[test]
fn values_are_of_the_type_that_their_key_takes() {
    for (old, new, expected) in [
        ("record = \"PRJ-1\"", "record = 1", "charter.type | 1 | `record` is a text, not a number"),
        ("[\"rumour\"]", "[1]", "charter.type | 1 | an entry of `because` is a text, not a number"),
        ("[\"rumour\"]", "[]", "charter.type | [] | `because` is empty | leave the key out, or say what it holds"),
        ("seal   = \"2 lead", "seal   = [\"x\"]\n# \"", "charter.type | [\"x\"] | `seal` is a text, not a list"),
        (
            "[gates.sealable]",
            "[gates.sealable]\nordered = 1",
            "charter.type | 1 | `ordered` is true or false, not a number",
        ),
        ("size = \"integer 0..100\"", "size = \"integer 5..1\"", "charter.type | 5..1 | the range `5..1` is empty"),
        (
            "size = \"integer 0..100\"",
            "size = \"intger\"",
            "charter.unknown-word | intger | there is no type or unit `intger` | did you mean `integer`?",
        ),
        ("size = \"integer 0..100\"", "size = \"integer  0..\"", "charter.type |  0.. | ` 0..` is not a range"),
        ("size = \"integer 0..100\"", "size = 1.5", "charter.type | 1.5 | `kinds.document.fields.size` is a type"),
        ("hot = \"bool?\"", "hot = \"bool 1..\"", "charter.type | 1.. | this type takes no range"),
        ("[\"red\", \"blue\"]", "[\"red\", \"red\"]", "charter.name | red | `red` stands twice"),
        (
            "id        = \"BASE\"",
            "id = \"BASE\"\nindependence = \"sined\"",
            "charter.unknown-word | sined | there is no independence `sined` | did you mean `signed`?",
        ),
        ("id        = \"BASE\"", "id = \"BASE\"\nforges = [\"x\"]", "charter.type | x | `x` is not an email address"),
        ("id        = \"BASE\"", "id = \"a b\"", "charter.name | a b | `a b` is no id"),
    ] {
        refused(&with(old, new), expected);
    }
}

#[test]
fn sentences_that_do_not_follow_the_grammar_are_refused_at_the_word() {
    for (sentence, expected) in [
        ("self si final", "charter.syntax | si | found `si`, needed `is`, `has` or `passes` | did you mean `is`?"),
        ("self is final, and has review", "charter.syntax | , | found `,`, needed the end of the sentence | -"),
        ("self is final has review", "charter.syntax | has | found `has`, needed the end of the sentence"),
        ("self is", "charter.syntax |  | found the end, needed a state, or one of sealed"),
        (
            "every document, if ay, is final",
            "charter.syntax | ay | found `ay`, needed `, if any,` | did you mean `any`?",
        ),
        ("self is idle 14m", "charter.syntax | 14m | found `14m`, needed a duration such as `36h`"),
        (
            "self  is final",
            "charter.syntax |    | a space too many | write one space between words; was a word left out here?",
        ),
        (" self is final", "charter.syntax |   | a space too many"),
        ("self is final!", "charter.syntax | ! | no word begins with `!`"),
        ("self has notes = 'x", "charter.syntax | 'x | a quoted text without its closing quote"),
        (
            "at lest 1 document is final",
            "charter.syntax | lest | found `lest`, needed `least` or `most` | did you mean `least`?",
        ),
    ] {
        refused(&with("self is final\"", &format!("{sentence}\"")), expected);
    }
    for (permission, expected) in [
        ("2 lead, author", "charter.syntax | author | found `author`, needed `not author` or `not CLAIM`"),
        ("2 lead, not autor", "charter.unknown-word | autor | there is no claim `autor` | did you mean `author`?"),
        ("1 lead", "charter.syntax | 1 | one is not written where there is one term | write `lead` if one is meant"),
        ("0 lead", "charter.meaning | 0 | 0 says nothing"),
        ("2 lead unless closing", "charter.syntax | unless | found `unless`, needed the end of the sentence"),
        ("2 lead if clsing", "charter.unknown-word | clsing | there is no gate `clsing` | did you mean `closing`?"),
        ("lead | lead", "charter.meaning | lead | the role `lead` stands twice"),
    ] {
        let text = with("unseal = \"2 lead\"", &format!("unseal = \"{permission}\""));
        refused(&text, expected);
    }
}

#[test]
fn a_slip_behind_escapes_is_still_underlined_right() {
    let text = with("self is final\"", "self has notes = '\\u00e9\\\"' and has reviw\"");
    refused(
        &text,
        "charter.unknown-word | reviw | there is no claim, and no field or link of `document`, `reviw` | did you mean `review`?",
    );
}

#[test]
fn moves_make_sense() {
    for (old, new, expected) in [
        (
            "\"new -> stated by lead\"",
            "\"stated -> stated by lead\"",
            "charter.meaning | topic | no move leads from `new`, so that no `topic` can ever be declared",
        ),
        (
            "\"new -> stated by lead\"",
            "\"new -> stated by lead\", \"new -> stated by reviewer\"",
            "charter.meaning | new | there are two moves from `new` to `stated`",
        ),
        (
            "\"new -> stated by lead\"",
            "\"new -> stated by lead because x\"",
            "charter.meaning | x | a declaration takes no reason",
        ),
        (
            "\"new -> stated by lead\"",
            "\"new -> stated by lead\", \"stated -> stated by lead\"",
            "charter.meaning | stated | a move from `stated` to `stated`",
        ),
        (
            "\"new -> stated by lead\"",
            "\"new | stated -> stated by lead\"",
            "charter.meaning | new | `new` does not stand beside states",
        ),
        (
            "\"new -> stated by lead\"",
            "\"new -> stated by lead if self is valid\"",
            "whether a `topic` may be declared depends on `self`, which is not declared yet",
        ),
        (
            "states = [\"stated\"]",
            "states = [\"stated\", \"lost\"]",
            "charter.meaning | lost | no move reaches the state `lost` of `topic`",
        ),
    ] {
        let found = problems(&with(old, new));
        assert!(found.contains(expected), "expected {expected}\nfound {found}");
    }
}

#[test]
fn the_authority_is_plain() {
    let expected = "the authority takes no `if` and no `not`: whoever holds the roles decides";
    for authority in ["2 lead if closing", "2 lead, not author"] {
        let text = with("authority = \"2 lead\"", &format!("authority = \"{authority}\""));
        refused(&text, &format!("charter.meaning | {authority} | {expected}"));
    }
    refused(
        &with("authority = \"2 lead\"", "authority = \"2 led\""),
        "charter.unknown-word | led | there is no role `led` | did you mean `lead`?",
    );
}

#[test]
fn blocks_are_placed_or_derived() {
    for (old, new, expected) in [
        ("lift   = \"2 lead if sealable\"\n", "", "charter.meaning | HOLD | `blocks.HOLD` has `by` and no `lift`"),
        (
            "by     = \"lead if self is not sealed\"\n",
            "until = \"self is sealed\"\n",
            "charter.meaning | lift | `lift` does not go with this block",
        ),
        (
            "record = \"PRJ-1\"",
            "until = \"self is sealed\"",
            "charter.meaning | until | `until` does not go with this block",
        ),
        (
            "on     = \"document\"",
            "on     = \"documents\"",
            "charter.unknown-word | documents | there is no kind `documents` | did you mean `document`?",
        ),
    ] {
        let found = problems(&with(old, new));
        assert!(found.contains(expected), "expected {expected}\nfound {found}");
    }
    refused(
        &and("[blocks.MARK]\non = \"topic\"\n"),
        "charter.meaning | MARK | `blocks.MARK` has neither `by` nor `until`",
    );
}

#[test]
fn toml_errors_are_all_told() {
    let text = with("semantics = 1", "semantics = = 1").replace("[gates.sealable]", "[gates.sealable");
    let found = problems(&text);
    assert!(found.lines().count() >= 2 && found.lines().all(|line| line.starts_with("charter.toml | ")), "{found}");
}

#[test]
fn a_number_that_no_duration_can_be_is_refused_and_does_not_end_the_program() {
    for number in ["10000", "9007199254740991", "9223372036854775807", "99999999999999999999"] {
        let found = problems(&with("self is final\"", &format!("self is idle {number}w\"")));
        assert!(found.contains("charter.syntax") && found.contains("a duration such as"), "{number}: {found}");
    }
}

#[test]
fn each_move_that_stands_there_already_is_told_once() {
    let again = "\"draft -> final by lead\", ".repeat(60);
    let found = problems(&with("\"draft -> final by", &format!("{again}\"draft -> final by")));
    assert_eq!(found.matches("there are two moves from `draft` to `final`").count(), 60, "{found}");
}

#[test]
fn a_rule_asks_for_99_signatures_at_most() {
    loaded(&with("lift   = \"2 lead if sealable\"", "lift   = \"99 lead if sealable\""));
    for who in ["100 lead if sealable", "9999 lead + 9999 lead if sealable"] {
        let text = with("lift   = \"2 lead if sealable\"", &format!("lift   = \"{who}\""));
        assert!(problems(&text).contains("at most 99 signatures can be asked for"), "{who}");
    }
}

#[test]
fn a_byte_order_mark_is_no_toml() {
    loaded(BASE);
    refused(&format!("\u{feff}{BASE}"), "charter.toml | \u{feff} | a byte order mark; TOML 1.0 has none");
}

#[test]
fn what_fields_must_have_and_must_lack_makes_sense() {
    let notes = |rule: &str| with("notes = \"text?\"", &format!("notes = {rule}"));
    loaded(&notes("{ is = \"text?\", contains = [\"See\"], lacks = [\"TBD\"] }"));
    refused(
        &notes("{ is = \"bool\", lacks = [\"yes\"] }"),
        "charter.type | yes | `contains` and `lacks` are for text, list, map, paths and globs",
    );
    refused(&notes("{ is = \"text\", contains = [\"a\"], lacks = [\"a\"] }"), "charter.name | a | `a` stands twice");
    refused(&notes("{ is = \"text\", lacks = [\" a\"] }"), "charter.type |  a | such a text is not empty");
    refused(
        &notes("{ is = \"list ..1\", contains = [\"a\", \"b\"] }"),
        "charter.meaning | b | 2 entries have to be there, and at most 1 may be",
    );
    refused(&notes("{ is = \"list\", disjoint = true }"), "charter.type | disjoint | `disjoint` is for paths");
    refused(
        &with("detail = \"text?\"", "detail = { is = \"paths?\", disjoint = true }"),
        "charter.meaning | detail | `disjoint` stands only in the fields of a kind",
    );
    loaded(&notes("{ is = \"paths?\", within = \"code\" }"));
    refused(&notes("{ is = \"list?\", within = \"code\" }"), "charter.type | code | `within` is for paths and anchors");
    refused(
        &notes("{ is = \"paths?\", within = \"cod\" }"),
        "charter.unknown-word | cod | there is no scope `cod` | did you mean `code`?",
    );
    for kind in ["paths?", "anchors?"] {
        let rule = |scope: &str| format!("detail = {{ is = \"{kind}\", within = \"{scope}\" }}");
        loaded(&with("detail = \"text?\"", &rule("code")));
        refused(
            &with("detail = \"text?\"", &rule("cod")),
            "charter.unknown-word | cod | there is no scope `cod` | did you mean `code`?",
        );
    }
}

#[test]
fn a_floor_names_words_above_the_lowest_and_scopes() {
    let group = |floor: &str, scope: &str| {
        with("group = [\"red\", \"blue\"]", &format!("group = {{ is = [\"red\", \"blue\"], floor = {floor} }}"))
            .replace("path   = \"docs/{id}.md\"", &format!("path   = \"docs/{{id}}.md\"\n{scope}"))
    };
    let scope = "scope = { inside = \"files\" }";
    loaded(&group("{ blue = \"code\" }", scope));
    loaded(&group("{ blue = \"2 code | code\" }", scope));
    refused(&group("{ red = \"code\" }", scope), "charter.meaning | red | `red` is the lowest word");
    refused(&group("{ blu = \"code\" }", scope), "charter.unknown-word | blu | there is no word of this field `blu`");
    refused(&group("{ blue = \"cod\" }", scope), "charter.unknown-word | cod | there is no scope `cod`");
    refused(&group("{ blue = \"0 code\" }", scope), "charter.meaning | 0 | 0 says nothing");
    refused(&group("{ blue = \"code\" }", ""), "charter.meaning | blue | `document` does not say what one may change");
    let globs = group("{ blue = \"code\" }", scope).replace("files = \"paths 1..\"", "files = \"globs 1..\"");
    refused(&globs, "charter.meaning | blue | what asks for more are paths");
    refused(&group("{}", scope), "charter.type | floor | `floor` is a table");
    refused(
        &with("notes = \"text?\"", "notes = { is = \"text?\", floor = { a = \"code\" } }"),
        "charter.type | floor | `floor` stands beside a list of words",
    );
}

#[test]
fn what_an_item_may_change_stands_in_fields_of_paths() {
    let scope =
        |scope: &str| with("path   = \"docs/{id}.md\"", &format!("path   = \"docs/{{id}}.md\"\nscope = {scope}"));
    loaded(&scope("{ inside = \"files\", trailer = \"Document\" }"));
    refused(
        &scope("{ trailer = \"Document\" }"),
        "charter.missing-key | scope | `kinds.document.scope` needs `inside`",
    );
    refused(
        &scope("{ inside = \"notes\" }"),
        "charter.unknown-word | notes | there is no field of `document` that holds paths `notes`",
    );
    refused(
        &scope("{ inside = \"files\", outside = \"files\" }"),
        "charter.meaning | files | `files` cannot be inside and outside",
    );
    refused(
        &scope("{ inside = \"files\", trailer = \"Ledger-Tip\" }"),
        "charter.name | Ledger-Tip | `Ledger-Tip` is no trailer of its own",
    );
}

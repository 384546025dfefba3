//! Texts that are no charters, each with the code and the place of what is wrong first.

use std::collections::BTreeSet;

use govledger::domain::charter;
use govledger::domain::code::Code;
use govledger::domain::value::Value;

use crate::files;

const LOADS: &str = "rules";

/// What is wrong, and the words of the good charter that are replaced to make it so.
type Row = (Code, &'static str, &'static str, &'static str);

const TOML: [Row; 15] = [
    (Code::CharterToml, "two-equals", "semantics    = 1", "semantics    = = 1"),
    (Code::CharterToml, "table-open", "[scopes]", "[scopes"),
    (Code::CharterToml, "key-twice", "[roles]", "[roles]\nlead = \"human\""),
    (Code::CharterToml, "table-twice", "[scopes]", "[roles]\nlead = \"human\"\n\n[scopes]"),
    (Code::CharterToml, "string-open", "\"RULES\"", "\"RULES"),
    (Code::CharterToml, "byte-order-mark", "# The rules", "\u{feff}# The rules"),
    (Code::FormatText, "escape-e-of-1-1", "\"Rules to", "\"\\eRules to"),
    (Code::FormatText, "tab-decoded", "\"Rules to", "\"\\tRules to"),
    (Code::CharterToml, "escape-x-of-1-1", "\"Rules to", "\"\\x41 Rules to"),
    (Code::CharterToml, "inline-table-of-1-1", "{ ticket = \"text?\" }", "{ ticket = \"text?\", }"),
    (Code::CharterToml, "inline-table-over-lines", "{ ticket = \"text?\" }", "{\n ticket = \"text?\" }"),
    (Code::CharterToml, "number-zeros", "semantics    = 1", "semantics    = 01"),
    (Code::CharterSemantics, "semantics-2", "semantics    = 1", "semantics    = 2"),
    (Code::CharterSemantics, "semantics-0", "semantics    = 1", "semantics    = 0"),
    (Code::CharterType, "semantics-text", "semantics    = 1", "semantics    = \"1\""),
];

const KEYS: [Row; 16] = [
    (Code::CharterUnknownKey, "table", "[scopes]", "[scope]"),
    (Code::CharterUnknownKey, "of-charter", "title        =", "titel        ="),
    (Code::CharterUnknownKey, "of-kind", "unseal =", "unsael ="),
    (Code::CharterUnknownKey, "of-claim", "results =", "reslts ="),
    (Code::CharterUnknownKey, "of-block", "record  =", "recrd  ="),
    (Code::CharterMissingKey, "authority", "authority    = \"lead + security\"\n", ""),
    (Code::CharterMissingKey, "id-of-charter", "id           = \"RULES\"\n", ""),
    (Code::CharterMissingKey, "semantics", "semantics    = 1\n", ""),
    (Code::CharterMissingKey, "id-of-kind", "id     = 'M-[0-9]+'\n", ""),
    (Code::CharterMissingKey, "states", "states = [\"written\"]\n", ""),
    (Code::CharterMissingKey, "by-of-claim", "{ by = \"builder\", values", "{ values"),
    (Code::CharterType, "list-for-text", "seal   = \"security,", "seal   = [\"x\"] # \""),
    (Code::CharterType, "list-empty", "[\"incident\", \"freeze\"]", "[]"),
    (Code::CharterType, "list-of-numbers", "[\"incident\", \"freeze\"]", "[1]"),
    (Code::CharterType, "range-empty", "integer? 1..100", "integer? 5..1"),
    (Code::CharterType, "float", "title        = \"Rules to be broken\"", "title        = 1.5"),
];

const NAMES: [Row; 17] = [
    (
        Code::CharterUnknownWord,
        "scope-of-anchors",
        "place = \"anchors 1..\"",
        "place = { is = \"anchors 1..\", within = \"cod\" }",
    ),
    (Code::CharterUnknownWord, "role", "\"lead + security\"\nindependence", "\"lead + securty\"\nindependence"),
    (Code::CharterUnknownWord, "gate", "if closing", "if closng"),
    (Code::CharterUnknownWord, "claim", "not vouched\"", "not vuched\""),
    (Code::CharterUnknownWord, "kind", "on   = \"memo\"", "on   = \"memmo\""),
    (Code::CharterUnknownWord, "state", "REL-1 is shipped", "REL-1 is shiped"),
    (Code::CharterUnknownWord, "type-of-field", "\"date?\"", "\"dat?\""),
    (Code::CharterUnknownWord, "actor-type", "builder   = \"ci\"", "builder   = \"cl\""),
    (Code::CharterUnknownWord, "scope-to-stop", "\"moves\", \"touches\"", "\"moves\", \"tuches\""),
    (Code::CharterUnknownWord, "independence", "\"signed\"", "\"sined\""),
    (Code::CharterName, "id-of-charter", "\"RULES\"", "\"R ULES\""),
    (Code::CharterName, "id-reserved", "\"RULES\"", "\"Recovery\""),
    (Code::CharterName, "near-another", "builder   = \"ci\"", "builder   = \"ci\"\nleads     = \"ci\""),
    (Code::CharterName, "of-the-language", "code = [", "every = ["),
    (Code::CharterName, "near-the-language", "code = [", "selfs = ["),
    (Code::CharterName, "taken", "code = [", "memo = ["),
    (Code::CharterName, "result-twice", "[\"approve\", \"reject\"]", "[\"approve\", \"approve\"]"),
];

const SENTENCES: [Row; 12] = [
    (Code::CharterSyntax, "word", "self has agreed", "self hs agreed"),
    (Code::CharterSyntax, "end", "self has agreed", "self has"),
    (Code::CharterSyntax, "two-spaces", "self has agreed", "self  has agreed"),
    (Code::CharterSyntax, "space-at-front", "\"self has agreed", "\" self has agreed"),
    (Code::CharterSyntax, "sign", "self has agreed", "self has agreed!"),
    (Code::CharterSyntax, "quote-open", "self has agreed", "self has 'agreed"),
    (Code::CharterSyntax, "one-written", "seal   = \"security,", "seal   = \"1 security,"),
    (Code::CharterSyntax, "not-without-not", "security, not author", "security, author"),
    (Code::CharterSyntax, "move-without-by", "built -> shipped by lead", "built -> shipped lead"),
    (Code::CharterSyntax, "duration", "self has agreed", "self is idle 14m"),
    (Code::CharterNotEvaluated, "table", "[scopes]", "[routes]\n\n[scopes]"),
    (Code::CharterNotEvaluated, "type-of-field", "summary  = \"text?\"", "summary  = \"score?\""),
];

const CLAIMS: [Row; 12] = [
    (Code::CharterMeaning, "number-by-every", "self has agreed", "self has at least 2 agreed by every developer"),
    (Code::CharterUnknownWord, "role-of-by-every", "self has agreed", "self has agreed by every develper"),
    (Code::CharterType, "branch-as-ref", "self has agreed", "self has agreed on refs/heads/main"),
    (Code::CharterMeaning, "field-on-branch", "self has agreed", "self has owner on main"),
    (Code::CharterUnknownWord, "gate-of-result", "[\"approve\", \"reject\"]", "[\"approve if closng\", \"reject\"]"),
    (Code::CharterSyntax, "result-of-two-words", "[\"approve\", \"reject\"]", "[\"approve fast\", \"reject\"]"),
    (
        Code::CharterMeaning,
        "result-waits-for-itself",
        "[\"approve\", \"reject\"]",
        "[\"approve if self has reviewed\", \"reject\"]",
    ),
    (Code::CharterMeaning, "cites-without-file", "vouched  = {", "vouched  = { cites = \"release\","),
    (Code::CharterUnknownWord, "cites", "vouched  = {", "vouched  = { cites = \"memmo\","),
    (
        Code::CharterMeaning,
        "count-of-gate",
        "agreed  = \"self has agreed\"",
        "count = 14\nagreed  = \"self has agreed\"",
    ),
    (Code::CharterUnknownWord, "state-of-no-kind", "self has agreed", "self is validated"),
    (
        Code::CharterToml,
        "field-twice",
        "touches  = \"paths?\"",
        "touches  = \"paths? 1..5\"\nsteps    = \"list 10..20\"",
    ),
];

const COMMITS: [Row; 7] = [
    (Code::CharterUnknownKey, "of-commit", "[scopes]", "[commits]\nX = { tuching = \"code\" }\n\n[scopes]"),
    (Code::CharterUnknownWord, "scope-of-commit", "[scopes]", "[commits]\nX = { touching = \"cod\" }\n\n[scopes]"),
    (Code::CharterUnknownWord, "role-of-commit", "[scopes]", "[commits]\nX = { deny = \"leed\" }\n\n[scopes]"),
    (Code::CharterSyntax, "pattern-of-lines", "[scopes]", "[commits]\nX = { adding = ['a.b'] }\n\n[scopes]"),
    (Code::CharterMeaning, "commit-of-any-kind", "[scopes]", "[commits]\nX = { why = \"so\" }\n\n[scopes]"),
    (
        Code::CharterMeaning,
        "commit-needs-self",
        "[scopes]",
        "[commits]\nX = { needs = \"self is present\" }\n\n[scopes]",
    ),
    (
        Code::CharterMeaning,
        "waiver-of-the-repository",
        "[scopes]",
        "[gates.sound]\nall = \"no memo is blocked\"\n\n[commits]\nX = { needs = \"repo passes sound\" }\n\n[waivers.late]\ncovers = [\"sound.all\"]\nby = \"lead + security\"\n\n[scopes]",
    ),
];

const DOCUMENTS: [Row; 8] = [
    (Code::CharterType, "label", "\"date?\"", "{ is = \"date?\", label = \"due: when\" }"),
    (Code::CharterName, "label-twice", "\"date?\"", "{ is = \"date?\", label = \"OWNER\" }"),
    (Code::CharterUnknownWord, "under-no-section", "\"date?\"", "{ is = \"date?\", under = \"Scope\" }"),
    (
        Code::CharterUnknownKey,
        "of-link",
        "\"packet -> packet, acyclic\"",
        "{ is = \"packet -> packet, acyclic\", cites = \"CX-1\" }",
    ),
    (Code::CharterType, "heading-of-code", "path   = \"memos/**\"", "path = \"memos/**\"\nheadings = [\"`Scope`\"]"),
    (
        Code::CharterMeaning,
        "headings-of-no-file",
        "[\"built\", \"shipped\"]",
        "[\"built\", \"shipped\"]\nheadings = [\"A\"]",
    ),
    (
        Code::CharterMeaning,
        "text-of-all",
        "path   = \"memos/**\"",
        "path = \"memos/**\"\nlisted = { in = \"WP-1\", text = \"memos\" }",
    ),
    (
        Code::CharterMeaning,
        "heading-of-no-whole",
        "path   = \"memos/**\"",
        "path = \"memos/**\"\nlisted = { in = \"packet\", heading = \"{id}\" }",
    ),
];

const VIEWS: [Row; 5] = [
    (Code::CharterMissingKey, "view-without-sections", "[scopes]", "[views]\nwall = { path = \"W.md\" }\n\n[scopes]"),
    (
        Code::CharterMeaning,
        "view-of-no-items",
        "[scopes]",
        "[views]\nwall = { path = \"W.md\", sections = { All = \"repo\" } }\n\n[scopes]",
    ),
    (
        Code::CharterUnknownWord,
        "section-of-view",
        "[scopes]",
        "[views]\nwall = { path = \"W.md\", sections = { All = \"memmo\" } }\n\n[scopes]",
    ),
    (
        Code::CharterUnknownWord,
        "part-of-text",
        "[scopes]",
        "[views]\nnote = { of = \"memo\", text = \"{id} {titel}\" }\n\n[scopes]",
    ),
    (
        Code::CharterUnknownWord,
        "label",
        "states = [\"written\"]",
        "states = [\"written\"]\nlabels = { writen = \"W\" }",
    ),
];

const MEANINGS: [Row; 21] = [
    (
        Code::CharterMeaning,
        "count-that-narrows",
        "proofs   = \"anchors?\"\n",
        "proofs   = \"anchors? 5..20\"\n\n[gates.narrow]\nnarrow = \"self has at least 10 proofs\"\n",
    ),
    (
        Code::CharterMeaning,
        "count-that-narrows-under-no",
        "proofs   = \"anchors?\"\n",
        "proofs   = \"anchors? 5..20\"\n\n[gates.narrow]\nnarrow = \"no packet has at least 11 proofs\"\n",
    ),
    (
        Code::CharterMeaning,
        "count-that-no-way-meets",
        "proofs   = \"anchors?\"\n",
        "proofs   = \"anchors? 5..20\"\n\n[gates.narrow]\nnarrow = [\"self has at most 9 proofs\", \"self has at least 11 proofs\"]\n",
    ),
    (Code::CharterMeaning, "authority-with-not", "= \"lead + security\"\nind", "= \"lead, not author\"\nind"),
    (Code::CharterMeaning, "authority-with-if", "= \"lead + security\"\nind", "= \"lead if closing\"\nind"),
    (Code::CharterMeaning, "no-signature", "seal   = \"2 developer", "seal   = \"0 developer"),
    (Code::CharterMeaning, "hundred-signatures", "seal   = \"2 developer", "seal   = \"99 developer"),
    (Code::CharterMeaning, "role-twice", "by = \"developer | security\"", "by = \"developer | developer\""),
    (Code::CharterMeaning, "waits-for-itself", "self has agreed", "self is finished"),
    (Code::CharterMeaning, "quantifier-missing", "self has agreed", "packet of self is active"),
    (Code::CharterMeaning, "quantifier-of-one", "self has agreed", "every self has agreed"),
    (Code::CharterMeaning, "no-of-ids", "self has agreed", "no WP-1, WP-2 is active"),
    (Code::CharterMeaning, "more-than-there-are", "self has agreed", "at least 3 WP-1, WP-2 is active"),
    (Code::CharterMeaning, "id-twice", "self has agreed", "every WP-1, WP-1 is active"),
    (Code::CharterMeaning, "range-backwards", "self has agreed", "every WP-3..WP-1 is active"),
    (Code::CharterMeaning, "state-not-reached", "[\"built\", \"shipped\"]", "[\"built\", \"shipped\", \"lost\"]"),
    (
        Code::CharterMeaning,
        "moves-twice",
        "\"built -> shipped by lead\"",
        "\"built -> shipped by lead\", \"built -> shipped by security\"",
    ),
    (Code::CharterMeaning, "move-to-itself", "built -> shipped by lead", "built -> built by lead"),
    (Code::CharterMeaning, "block-without-lift", "by   = \"lead\"\nlift = \"security\"\n", "by   = \"lead\"\n"),
    (Code::CharterMeaning, "block-without-cause", "by   = \"lead\"\nlift = \"security\"\n", ""),
    (
        Code::CharterMeaning,
        "lift-of-derived",
        "until = \"self has delivers\"",
        "until = \"self has delivers\"\nlift = \"lead\"",
    ),
];

/// Returns the place of a byte as people count it: line and column from 1, in characters.
fn place(text: &str, at: usize) -> (u64, u64) {
    let before = &text[..at.min(text.len())];
    let line = before.matches('\n').count() + 1;
    let column = before.rsplit('\n').next().map_or(0, |last| last.chars().count()) + 1;
    (line as u64, column as u64)
}

/// Returns every text that is no charter, with its vector and its name.
pub(crate) fn all() -> Vec<(String, Code, Value)> {
    let good = files::read(&format!("vectors/charters/{LOADS}.toml"));
    let rows = [&TOML[..], &KEYS, &NAMES, &SENTENCES, &CLAIMS, &MEANINGS, &COMMITS, &VIEWS, &DOCUMENTS].concat();
    let vector = |(code, what, from, to): Row| {
        assert!(good.contains(from), "{what}: {from:?} is not in the charter");
        let text = good.replacen(from, to, 1);
        let problems = charter::load(&text).map(|_| ()).expect_err(what);
        let (line, column) = place(&text, problems[0].span.start);
        let name = format!("{code}--{what}");
        let value = Value::map([
            ("code", Value::text(problems[0].code)),
            ("column", column.into()),
            ("line", line.into()),
            ("name", name.as_str().into()),
            ("text", text.into()),
        ]);
        (name, code, value)
    };
    rows.into_iter().map(vector).collect()
}

#[test]
fn every_text_that_is_no_charter_is_refused_by_its_code_at_its_place() {
    let mut names = BTreeSet::new();
    let mut wrong = Vec::new();
    for (name, code, value) in all() {
        assert!(names.insert(format!("{name}.json")), "{name} is there twice");
        if value.get("code") != Some(&Value::text(code)) {
            wrong.push(format!("{name}: {:?} {:?}:{:?}", value.get("code"), value.get("line"), value.get("column")));
        }
        if wrong.is_empty() {
            files::check(&format!("vectors/bad-charters/{name}.json"), &files::pretty(&value));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    files::check_directory("vectors/bad-charters", &names);
}

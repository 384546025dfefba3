//! Tables of small inputs: what is read, what is refused by which code, what matches.

use govledger::domain::charter::glob::{Glob, scope_matches, scope_matches_folded};
use govledger::domain::charter::pattern::Pattern;
use govledger::domain::error::FormatError;
use govledger::domain::id::{ActorId, Correlation, Digest, ItemId, Noun, Rid, TaggedOid, Word};
use govledger::domain::key::{Fingerprint, PublicKey};
use govledger::domain::markdown;
use govledger::domain::path::RepoPath;
use govledger::domain::text;
use govledger::domain::time::{Date, Span, Timestamp};
use govledger::domain::value::Value;
use govledger::git::pin::Pin;

use crate::files;
use crate::keys::key;

/// Returns a row: the input, and `null` or the code that refuses it.
fn row(input: &str, read: Result<(), FormatError>) -> Value {
    let code = read.err().map(|error| error.code.as_str());
    Value::map([("code", Value::from(code)), ("input", input.into())])
}

fn table<T>(inputs: &[&str], read: impl Fn(&str) -> Result<T, FormatError>) -> Value {
    Value::list(inputs.iter().map(|input| row(input, read(input).map(|_| ()))))
}

fn json() -> Value {
    let deep = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    let (fits, deeper) = (deep(16), deep(17));
    let inputs = [
        "null",
        "true",
        "[]",
        "{}",
        "0",
        "-1",
        "9007199254740991",
        "-9007199254740991",
        "9007199254740992",
        "-0",
        "01",
        "-01",
        "1.0",
        "1e3",
        "1E3",
        "1e+3",
        "+1",
        "-",
        "--1",
        "00",
        "0x1",
        "1 ",
        " 1",
        "[1, 2]",
        "[1,2]",
        "[1,]",
        "[,1]",
        "[1 ]",
        "{\"a\":1,\"b\":2}",
        "{\"b\":1,\"a\":2}",
        "{\"a\":1,\"a\":2}",
        "{\"a\":1,\"B\":2}",
        "{\"B\":1,\"a\":2}",
        "{\"a\" :1}",
        "{\"a\": 1}",
        "{\"\":1}",
        "{\"\u{e9}\":1}",
        "{\"a\\tb\":1}",
        "{\"a\\\"b\":1}",
        "{a:1}",
        "{\"a\":}",
        "{\"a\"}",
        "\"\"",
        "\"a\"",
        "\"\u{e9}\u{1f600}\u{7f}\"",
        "\"\\u0041\"",
        "\"\\u00e9\"",
        "\"\\n\"",
        "\"\\u000a\"",
        "\"\\u0001\"",
        "\"\\u001F\"",
        "\"\\u001f\"",
        "\"\\/\"",
        "\"\\ud83d\\ude00\"",
        "\"\\ud83d\"",
        "\"\\u12\"",
        "\"\\x\"",
        "\"\t\"",
        "\"a",
        "tru",
        "nul",
        "True",
        "",
        "[",
        "{",
        "}",
        "1 2",
        "[]]",
        fits.as_str(),
        deeper.as_str(),
    ];
    table(&inputs, Value::parse)
}

/// Lists in the order that they take as sets.
fn sets() -> Value {
    let sets: [&[&str]; 4] = [
        &["a", "a b", "a\"", "A", "a-b", "aa"],
        &["\u{e9}", "z", "\u{1f600}", "\u{fffd}"],
        &["E-05", "E-00", "E-0"],
        &["a\nb", "a!b", "a#b", "a"],
    ];
    let rows = sets.map(|set| {
        Value::map([("elements", Value::list(set.iter().copied())), ("set", Value::set(set.iter().copied()))])
    });
    Value::list(rows)
}

fn names() -> Value {
    let long = |n: usize| "a".repeat(n);
    let (a39, a40, a64, a65, a100, a101) = (long(39), long(40), long(64), long(65), long(100), long(101));
    let hex = "0123456789abcdef".repeat(4);
    let oids = [
        format!("sha1:{}", &hex[..40]),
        format!("sha256:{hex}"),
        format!("sha1:{hex}"),
        hex[..40].to_owned(),
        format!("SHA1:{}", &hex[..40]),
    ];
    let oids: Vec<&str> = oids.iter().map(String::as_str).collect();
    let upper = hex.to_uppercase();
    let print = key("omar").public().fingerprint().to_string();
    let odd = format!("{}B", &print[..print.len() - 1]);
    Value::map([
        ("actor", table(&["a", "omar", "0", "a-", "-a", "A", "a_b", "a.b", "", "\u{e9}", &a39, &a40], ActorId::parse)),
        ("word", table(&["a", "A-b_c", "_a", "-a", "a.b", "", "0", &a64, &a65], Word::parse)),
        (
            "item-id",
            table(&["E-05", "a.b", "a..b", "a.", ".a", "a@b+c_d", "a/b", "a b", "", &a100, &a101], ItemId::parse),
        ),
        ("rid", table(&[&hex[..32], &upper[..32], &hex[..31], &hex[..33]], Rid::parse)),
        ("sha256", table(&[&hex, &upper, &hex[..63]], Digest::parse)),
        ("tagged-oid", table(&oids, TaggedOid::parse)),
        ("correlation", table(&["a", "a:b.c_d-e", "", "a/b", &a64, &a65], Correlation::parse)),
        (
            "noun",
            table(
                &[
                    "E-05",
                    "E-05/HOLD/3",
                    "repo/exit.formal/0",
                    "E-05/a.b.c/3",
                    "E-05/HOLD/03",
                    "E-05/HOLD",
                    "E-05/HOLD/3/4",
                    "/HOLD/3",
                    "E-05//3",
                    "E-05/HOLD/9007199254740991",
                    "E-05/HOLD/9007199254740992",
                ],
                |text| Noun::parse(Some(text)),
            ),
        ),
        ("fingerprint", table(&[&print, &odd, &print[7..], "SHA256:abc"], Fingerprint::parse)),
    ])
}

fn keys() -> Value {
    let good = key("omar").public().to_string();
    let token = key("token-mira").public().to_string();
    let weak = |first: u8, rest: u8, last: u8| {
        let mut point = [rest; 32];
        (point[0], point[31]) = (first, last);
        PublicKey::Ed25519(point).to_string()
    };
    let inputs = [
        good.clone(),
        token,
        format!("{good} omar"),
        format!("{good}\n"),
        good.replace(' ', "  "),
        good.replace("ssh-ed25519 ", "ssh-rsa "),
        good.trim_end_matches('=').to_owned() + "=",
        weak(0, 0, 0),
        weak(1, 0, 0),
        weak(0xec, 0xff, 0x7f),
        weak(0xed, 0xff, 0x7f),
        weak(0xff, 0xff, 0xff),
        weak(2, 0, 0),
        weak(0xeb, 0xff, 0x7f),
    ];
    let inputs: Vec<&str> = inputs.iter().map(String::as_str).collect();
    table(&inputs, PublicKey::parse)
}

fn texts() -> Value {
    let inputs = [
        "",
        "two\nlines",
        "a\tb",
        "a\rb",
        "\u{0}",
        "\u{1f}",
        "\u{7f}",
        "\u{80}",
        "\u{9f}",
        "\u{a0}",
        "\u{61c}",
        "\u{200d}",
        "\u{200e}",
        "\u{200f}",
        "\u{2028}",
        "\u{2029}",
        "\u{202a}",
        "\u{202e}",
        "\u{202f}",
        "\u{2065}",
        "\u{2066}",
        "\u{2069}",
        "\u{206a}",
        "\u{feff}",
        "\u{378}",
        "\u{fffe}",
        "\u{e000}",
        "\u{10ffff}",
    ];
    let charters = table(&["a\tb", "a\rb", "a\nb", "\u{202e}"], text::check_charter);
    Value::map([("charter", charters), ("text", table(&inputs, |input| text::check(input, text::MAX_TEXT)))])
}

fn paths() -> Value {
    let long = format!("{}a", "a/".repeat(2047));
    let longer = format!("{long}bb");
    let inputs = [
        "a",
        "docs/e-05.md",
        "a b/ c ",
        "",
        "/a",
        "a/",
        "a//b",
        ".",
        "..",
        "./a",
        "a/../b",
        "...",
        ".gitignore",
        ".git",
        "a/.GIT/b",
        ".git/x",
        "a\\b",
        "a\nb",
        "a\tb",
        "a:b",
        "a*b",
        "CON",
        "\u{e9}",
        "e\u{301}",
        "\u{212b}",
        "\u{c5}",
        "\u{ac00}",
        "\u{1100}\u{1161}",
        "\u{378}",
        "\u{1c89}",
        "\u{e000}",
        "\u{200d}",
        "\u{202e}",
        "\u{a0}",
        long.as_str(),
        longer.as_str(),
    ];
    let folds = [
        "A",
        "Stra\u{df}e",
        "STRASSE",
        "\u{c9}",
        "e\u{301}",
        "\u{130}",
        "i\u{307}",
        "I",
        "\u{131}",
        "\u{3a3}",
        "\u{3c2}",
        "\u{fb01}",
        "\u{1e9e}",
        "\u{13a0}",
        "\u{ab70}",
    ];
    let folds = folds.map(|input| Value::map([("fold", Value::from(text::fold(input))), ("input", input.into())]));
    Value::map([("fold", Value::list(folds)), ("path", table(&inputs, RepoPath::parse))])
}

fn times() -> Value {
    let moments = [
        "2026-01-10T09:00:00Z",
        "1970-01-01T00:00:00Z",
        "9999-12-31T23:59:59Z",
        "1969-12-31T23:59:59Z",
        "10000-01-01T00:00:00Z",
        "2026-02-29T00:00:00Z",
        "2024-02-29T00:00:00Z",
        "2026-01-10t09:00:00Z",
        "2026-01-10T09:00:00z",
        "2026-01-10 09:00:00Z",
        "2026-01-10T09:00:00+00:00",
        "2026-01-10T09:00Z",
        "2026-01-10T09:00:00.0Z",
        "2026-01-10T24:00:00Z",
        "2026-12-31T23:59:60Z",
        "2026-1-10T09:00:00Z",
        "",
    ];
    let moments = moments.map(|input| {
        let read = Timestamp::parse(input);
        let code = read.as_ref().err().map(|error| error.code.as_str());
        Value::map([
            ("code", Value::from(code)),
            ("input", input.into()),
            ("seconds", read.ok().map(Timestamp::seconds).into()),
        ])
    });
    let days = [
        "2026-01-10",
        "2024-02-29",
        "2026-02-29",
        "0000-01-01",
        "9999-12-31",
        "10000-01-01",
        "+2026-01-10",
        "2026-1-10",
        "2026-01-10 ",
        "",
    ];
    let spans = ["1h", "14d", "2w", "9999w", "10000d", "0d", "01d", "d", "1m", "-1d", "1 d", ""];
    let spans = spans.map(|input| {
        Value::map([("input", Value::from(input)), ("seconds", Span::parse(input).map(Span::seconds).into())])
    });
    Value::map([("day", table(&days, Date::parse)), ("span", Value::list(spans)), ("time", Value::list(moments))])
}

fn globs() -> Value {
    let globs = [
        "src/**",
        "/src",
        "src",
        "src/",
        "*.sql",
        "**/*.sql",
        "docs/*.md",
        "docs/**/x.md",
        "a?c",
        "[a-c]x",
        "[!a-c]x",
        "[]x",
        "**",
        "a**",
        "!src/**",
        "{a}",
        "a\\b",
        "",
        "/",
        "a//b",
        " a",
        "Src/**",
        "STRASSE",
        "*",
        "**/Dockerfile",
        "[Z-a]",
    ];
    let paths = [
        "src",
        "src/a.rs",
        "a/src/b",
        "Src/a.rs",
        "x.sql",
        "a/x.sql",
        "docs/x.md",
        "docs/a/x.md",
        "docs/a/b/x.md",
        "abc",
        "bx",
        "dx",
        "a/Dockerfile",
        "stra\u{df}e/x",
        "a",
        "Zx",
    ];
    let rows = globs.map(|glob| {
        let read = Glob::parse(glob).ok();
        let hits = |test: &dyn Fn(&str) -> bool| Value::list(paths.into_iter().filter(|path| test(path)));
        let (plain, folded) = match &read {
            Some(glob) => {
                let one = [glob.clone()];
                (hits(&|path| scope_matches(&one, path)), hits(&|path| scope_matches_folded(&one, path)))
            }
            None => (Value::Null, Value::Null),
        };
        Value::map([("folded", folded), ("glob", glob.into()), ("matches", plain)])
    });
    let scope = ["src/**", "!src/gen/**", "src/gen/keep.rs"].map(|glob| Glob::parse(glob).unwrap());
    let tried = ["src/a", "src/gen/a", "src/gen/keep.rs", "SRC/GEN/a", "docs/a"];
    let tried = tried.map(|path| {
        Value::map([
            ("folded", Value::from(scope_matches_folded(&scope, path))),
            ("matches", scope_matches(&scope, path).into()),
            ("path", path.into()),
        ])
    });
    Value::map([
        ("globs", Value::list(rows)),
        ("paths", Value::list(paths)),
        (
            "scope",
            Value::map([
                ("globs", Value::list(["src/**", "!src/gen/**", "src/gen/keep.rs"])),
                ("paths", Value::list(tried)),
            ]),
        ),
    ])
}

fn patterns() -> Value {
    let patterns = [
        "E-0[0-9]",
        "E-(0[0-9]|1[01])",
        "[A-Z]+-[0-9]{2,3}",
        "a{2,}",
        "a?b*",
        "[^a-z]",
        "a\\.b",
        "a.b",
        "^a",
        "a$",
        "(a",
        "a)",
        "[]",
        "[z-a]",
        "a**",
        "",
        "a|",
        "[a-]",
        "[-a]",
        "a{101}",
        "a{2,1}",
        "\\d",
    ];
    let ids = ["E-05", "E-10", "E-12", "WP-7", "WP-17", "WP-1777", "aa", "a", "b", "abb", "X", "a.b", "axb", "-", ""];
    let rows = patterns.map(|pattern| {
        let hits = Pattern::parse(pattern).ok().map(|read| Value::list(ids.into_iter().filter(|id| read.matches(id))));
        Value::map([("matches", hits.into()), ("pattern", pattern.into())])
    });
    Value::map([("ids", Value::list(ids)), ("patterns", Value::list(rows))])
}

fn documents() -> Value {
    let documents = [
        "| ID | Title |\n|---|---|\n| E-05 | Failure |\n| `E-06` | [A \\| B](x.md) |\n| E-07\n",
        "---\ntitle: x\n---\n# Head #\n\n## `Sub`  ##\n> # Quoted\n- # Listed\n    # Indented\n####### Seven\n#Tight\n",
        "```\n| ID |\n|---|\n| E-05 |\n```\n<!-- | ID |\n|---|\n-->\nID | T\n:-- | --:\nE-05 | plain | dropped\n\nE-06 | not in it\n",
        "| ID | ID |\n|---|---|\n| E-05 | x |\n",
        "| ID | T |\n|---|---|\n| E-05 | a |\n| E-05 | b |\n",
        "| ID |\n|---|---|\n| E-05 |\n\n| T | ID |\n|---|---|\n| x | E-05 |\n",
        "| ID | T |\n|---|---|\n| E-05 | a |\n| | b |\n| | |\n| | | c |\n```\n| ID |\n|--|\n| E-07 |\n```\n| T | ID |\n|--|--|\n| x | E-06 |\n",
        "| ID | T |\n|---|---|\n| E-05 | a |\n| E-06 | b |\n\n# Second\n\n| ID | T |\n|---|---|\n| E-06 | b |\n",
        "| ID | T |\n|---|---|\n| E-05 | a |\n\n| ID | T | T |\n|---|---|---|\n",
        "<div>\n# Hidden\n\n# Seen\r\n~~~\n# Fenced\n~~~~\n# After\n***\n# Last\n",
    ];
    let rows = documents.map(|text| {
        let asked = ["E-05", "E-06", "E-07"].map(|id| {
            let answer = match markdown::row(text, "ID", id) {
                Ok(None) => Value::Null,
                Ok(Some(row)) => Value::Map(row.into_iter().map(|(heading, cell)| (heading, cell.into())).collect()),
                Err(_) => "contradiction".into(),
            };
            Value::map([("id", Value::from(id)), ("row", answer)])
        });
        let listed = match markdown::Listing::find(text, "ID") {
            Ok(None) => Value::Null,
            Ok(Some(listing)) => Value::list(
                listing
                    .texts()
                    .into_iter()
                    .map(|(line, text)| Value::map([("line", Value::from(line)), ("text", text.into())])),
            ),
            Err(_) => "contradiction".into(),
        };
        let headings =
            ["Head", "Sub", "Quoted", "Listed", "Indented", "Seven", "Hidden", "Seen", "Fenced", "After", "Last"];
        let found = headings.into_iter().filter(|heading| markdown::heading(text, heading, None));
        let before = headings.into_iter().filter(|heading| markdown::heading(text, heading, Some("After")));
        Value::map([
            ("before_After", Value::list(before)),
            ("column_ID", Value::list(asked)),
            ("document", text.into()),
            ("headings", Value::list(found)),
            ("listed_ID", listed),
        ])
    });
    Value::list(rows)
}

/// The file that names the ledger. Its size is looked at where it lies.
fn pins() -> Value {
    let hex = "0123456789abcdef".repeat(4);
    let upper = hex.to_uppercase();
    let inputs = [
        format!("genesis = {hex}\nref = refs/ledger/main\n"),
        format!("genesis = {hex}\r\nref = refs/ledger/main\r\n"),
        format!("genesis = {hex}\nref = refs/ledger/main"),
        format!("genesis = {hex}\nref = refs/heads/ledger\n"),
        String::new(),
        format!("genesis = {hex}\n"),
        format!("ref = refs/ledger/main\ngenesis = {hex}\n"),
        format!("genesis = {hex}\nref = refs/ledger/main\nmore = 1\n"),
        format!("genesis = {hex}\nref = refs/ledger/main\n\n"),
        format!("\ngenesis = {hex}\nref = refs/ledger/main\n"),
        format!("genesis={hex}\nref=refs/ledger/main\n"),
        format!("genesis =  {hex}\nref = refs/ledger/main\n"),
        format!(" genesis = {hex}\nref = refs/ledger/main\n"),
        format!("genesis = {upper}\nref = refs/ledger/main\n"),
        format!("genesis = {}\nref = refs/ledger/main\n", &hex[1..]),
        format!("genesis = {hex}\nref = main\n"),
        format!("genesis = {hex}\nref = refs/worktree/ledger\n"),
        format!("genesis = {hex}\nref = refs/bisect/ledger\n"),
        format!("genesis = {hex}\nref = refs/rewritten/ledger\n"),
        format!("genesis = {hex}\nref = refs/a..b\n"),
        format!("genesis = {hex}\nref = refs/ledger/main \n"),
        format!("genesis = {hex}\nref = refs/ledger/main.lock\n"),
        format!("\u{feff}genesis = {hex}\nref = refs/ledger/main\n"),
        format!("<<<<<<< HEAD\ngenesis = {hex}\n"),
    ];
    Value::list(inputs.iter().map(|input| {
        let code = Pin::parse(".ledger", input.as_bytes()).err().map(|error| error.code.as_str());
        Value::map([("code", Value::from(code)), ("input", input.as_str().into())])
    }))
}

#[test]
fn small_inputs_are_read_and_refused_as_the_tables_say() {
    let all = [
        ("json", json()),
        ("sets", sets()),
        ("names", names()),
        ("keys", keys()),
        ("texts", texts()),
        ("paths", paths()),
        ("times", times()),
        ("globs", globs()),
        ("patterns", patterns()),
        ("documents", documents()),
        ("pins", pins()),
    ];
    for (name, value) in &all {
        files::check(&format!("vectors/primitives/{name}.json"), &files::pretty(value));
    }
    files::check_directory("vectors/primitives", &all.iter().map(|(name, _)| format!("{name}.json")).collect());
}

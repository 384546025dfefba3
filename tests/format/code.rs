//! A repository of code, and a ledger whose events saw it: what level 3 has to find out.

use std::collections::{BTreeMap, BTreeSet};

use git2::{ObjectType, Oid};
use govledger::domain::commit::ObjectFormat;
use govledger::domain::event::{Amendment, Body, Founding};
use govledger::domain::facts::{Answer, File, Mode, Question, Seen};
use govledger::domain::id::{Digest, Noun};
use govledger::domain::value::Value;

use crate::keys::{base64, key};
use crate::rules::{LEAD, declared};
use crate::samples::{human, n, n_time, noun, path, rid};
use crate::stories::charter;
use crate::story::Story;

/// Objects of a repository, as they are made, and its refs.
#[derive(Default)]
pub(crate) struct Repository {
    pub(crate) objects: Vec<(ObjectType, Vec<u8>)>,
    pub(crate) refs: BTreeMap<&'static str, Oid>,
}

const INDEX: &str = "# Index\n\n## Scope\n\n| ID | Title |\n|---|---|\n| N-1 | One |\n\n## Risks\n";
const FIRST: &str = "# First\n";
const SECOND: &str = "# Second\n";
const MAIN: &str = "fn main() {}\n";
const RUN: &str = "#!/bin/sh\n";

/// A commit to be made.
struct Draft<'d> {
    tree: Oid,
    parents: &'d [Oid],
    author: &'d str,
    committer: &'d str,
    message: &'d str,
    signer: Option<&'d str>,
}

impl Repository {
    fn put(&mut self, kind: ObjectType, bytes: Vec<u8>) -> Oid {
        let oid = Oid::hash_object(kind, &bytes).unwrap();
        if !self.objects.iter().any(|(_, known)| *known == bytes) {
            self.objects.push((kind, bytes));
        }
        oid
    }

    fn blob(&mut self, text: &str) -> Oid {
        self.put(ObjectType::Blob, text.as_bytes().to_vec())
    }

    /// Makes a tree of entries that are in git's order.
    fn tree(&mut self, entries: &[(&str, &str, Oid)]) -> Oid {
        let entry =
            |(mode, name, oid): &(&str, &str, Oid)| [format!("{mode} {name}\0").as_bytes(), oid.as_bytes()].concat();
        self.put(ObjectType::Tree, entries.iter().flat_map(entry).collect())
    }

    fn commit(&mut self, draft: &Draft<'_>) -> Oid {
        let seconds = 1_767_000_000 + 60 * self.objects.len();
        let parents: Vec<String> = draft.parents.iter().map(|oid| format!("parent {oid}\n")).collect();
        let parents = parents.concat();
        let Draft { tree, author, committer, message, .. } = draft;
        let headers =
            format!("tree {tree}\n{parents}author {author} {seconds} +0000\ncommitter {committer} {seconds} +0000\n");
        let signature = draft.signer.map_or_else(String::new, |signer| {
            let armor = key(signer).sign(&format!("{headers}\n{message}")).to_armor();
            format!("gpgsig {}\n", armor.replace('\n', "\n "))
        });
        self.put(ObjectType::Commit, format!("{headers}{signature}\n{message}").into_bytes())
    }

    /// Returns the vector.
    pub(crate) fn to_value(&self) -> Value {
        let objects = self.objects.iter().map(|(kind, bytes)| {
            let oid = Oid::hash_object(*kind, bytes).unwrap().to_string();
            Value::map([("bytes", base64(bytes)), ("oid", format!("sha1:{oid}").into()), ("type", kind.str().into())])
        });
        let refs = self.refs.iter().map(|(name, oid)| ((*name).to_owned(), format!("sha1:{oid}").into())).collect();
        Value::map([("objects", Value::List(objects.collect())), ("refs", Value::Map(refs))])
    }
}

/// Returns the repository: a baseline, a signed commit, an unsigned one with a co-author that a forge committed, and a merge.
pub(crate) fn repository() -> Repository {
    let mut r = Repository::default();
    let (ines, raj) = ("Ines <ines@example.org>", "Raj <RAJ@example.org>");
    let readme = r.blob("A repository.\n");
    let old = r.tree(&[("100644", "README.md", readme)]);
    let base =
        r.commit(&Draft { tree: old, parents: &[], author: ines, committer: ines, message: "Begin\n", signer: None });
    let (index, main, run, target) = (r.blob(INDEX), r.blob(MAIN), r.blob(RUN), r.blob("docs"));
    let src = r.tree(&[("100644", "main.rs", main), ("100755", "run", run)]);
    let with = |r: &mut Repository, text: &str| {
        let a = r.blob(text);
        let docs = r.tree(&[("100644", "a.md", a), ("100644", "index.md", index)]);
        r.tree(&[
            ("100644", "README.md", readme),
            ("40000", "docs", docs),
            ("120000", "link", target),
            ("40000", "src", src),
            ("160000", "sub", base),
        ])
    };
    let (first, second) = (with(&mut r, FIRST), with(&mut r, SECOND));
    let one = r.commit(&Draft {
        tree: first,
        parents: &[base],
        author: ines,
        committer: ines,
        message: "Write\n",
        signer: Some("ines"),
    });
    let forge = "Forge <noreply@forge.example>";
    let message = "Rewrite\n\nCo-Authored-By: Kim <kim@example.org>\n";
    let two = r.commit(&Draft { tree: second, parents: &[one], author: raj, committer: forge, message, signer: None });
    let side = r.commit(&Draft {
        tree: first,
        parents: &[one],
        author: ines,
        committer: ines,
        message: "Aside\n",
        signer: Some("ines"),
    });
    let merge = r.commit(&Draft {
        tree: second,
        parents: &[two, side],
        author: "Omar <omar@example.org>",
        committer: forge,
        message: "Merge\n",
        signer: None,
    });
    r.refs = BTreeMap::from([("refs/heads/main", merge), ("refs/heads/old", one), ("refs/heads/begin", base)]);
    r
}

/// Returns what was seen of the tip of a branch.
fn seen(branch: &str, facts: impl IntoIterator<Item = (Question, Answer)>) -> Seen {
    let tip = repository().refs[format!("refs/heads/{branch}").as_str()];
    Seen { commit: n(&format!("sha1:{tip}")), reference: None, facts: facts.into_iter().collect() }
}

fn file(text: &str, mode: Mode) -> Answer {
    Answer::File(Some(File { mode, size: text.len() as u64, sha256: Digest::of(text.as_bytes()) }))
}

fn at(place: &str) -> Question {
    Question::Path(path(place))
}

fn list(rows: &[[&str; 3]]) -> Answer {
    let digest = |row: &[&str; 3]| Digest::of(row[2].as_bytes()).to_string();
    let rows = rows.iter().map(|row| Value::list([row[0].to_owned(), row[1].to_owned(), digest(row)]));
    let rows: Vec<Value> = rows.collect();
    Answer::Scope { count: rows.len() as u64, sha256: Digest::of_value(&Value::List(rows)) }
}

fn wrote(since: Option<&str>, names: &[&str]) -> (Question, Answer) {
    let since = since.map(|text| Digest::of(text.as_bytes()));
    let names = names.iter().map(|name| (*name).to_owned()).collect();
    (Question::Authors { path: path("docs/a.md"), since }, Answer::Authors(names))
}

fn row(id: &str, cells: Option<&[(&str, &str)]>) -> (Question, Answer) {
    let cells = cells.map(|cells| cells.iter().map(|(k, v)| ((*k).to_owned(), (*v).to_owned())).collect());
    (Question::Row { path: path("docs/index.md"), column: "ID".to_owned(), id: n(id) }, Answer::Row(cells))
}

fn column(heading: &str, rows: Option<&[(u64, &str)]>) -> (Question, Answer) {
    let texts = rows.map(|rows| rows.iter().map(|(line, text)| (*line, (*text).to_owned())).collect());
    (Question::Column { path: path("docs/index.md"), column: heading.to_owned() }, Answer::Column(texts))
}

fn heading(text: &str, before: Option<&str>, yes: bool) -> (Question, Answer) {
    let question =
        Question::Heading { path: path("docs/index.md"), heading: text.to_owned(), before: before.map(str::to_owned) };
    (question, Answer::Bool(yes))
}

fn text(words: &str, yes: bool) -> (Question, Answer) {
    (Question::Text { path: path("docs/index.md"), text: words.to_owned() }, Answer::Bool(yes))
}

fn lines(place: &str, lines: Option<u64>) -> (Question, Answer) {
    (Question::Lines(path(place)), Answer::Lines(lines))
}

fn on(branch: &str, yes: bool) -> (Question, Answer) {
    (Question::On(branch.to_owned()), Answer::Bool(yes))
}

fn code_scope() -> Answer {
    list(&[["100644", "src/main.rs", MAIN], ["100755", "src/run", RUN]])
}

/// Returns facts that are so, each of the sorts of question with each sort of answer.
pub(crate) fn so() -> Seen {
    let base = format!("sha1:{}", repository().refs["refs/heads/begin"]);
    let whole = list(&[
        ["100644", "README.md", "A repository.\n"],
        ["100644", "docs/a.md", SECOND],
        ["100644", "docs/index.md", INDEX],
        ["120000", "link", "docs"],
        ["100644", "src/main.rs", MAIN],
        ["100755", "src/run", RUN],
        ["160000", "sub", &base],
    ]);
    let since = wrote(Some(FIRST), &["?kim@example.org", "?raj@example.org"]);
    seen(
        "main",
        [
            (at("docs/a.md"), file(SECOND, Mode::Plain)),
            (at("src/run"), file(RUN, Mode::Executable)),
            (at("docs/gone.md"), Answer::File(None)),
            (at("Docs/a.md"), Answer::File(None)),
            (at("docs"), Answer::File(None)),
            (at("link"), Answer::File(None)),
            (at("link/a.md"), Answer::File(None)),
            (at("sub"), Answer::File(None)),
            (Question::Scope(Some(n("code"))), code_scope()),
            (Question::Scope(Some(n("nothing"))), list(&[])),
            (Question::Scope(None), whole),
            wrote(None, &["?kim@example.org", "?raj@example.org", "ines"]),
            since,
            wrote(Some(SECOND), &[]),
            row("N-1", Some(&[("ID", "N-1"), ("Title", "One")])),
            row("N-2", None),
            column("Title", Some(&[(7, "One")])),
            column("Owner", None),
            heading("Scope", None, true),
            heading("Scope", Some("Risks"), true),
            heading("Risks", Some("Scope"), false),
            heading("Scope", Some("Nowhere"), false),
            text("| N-1 | One |\n\n## Risks", true),
            text("N-3", false),
            lines("docs/index.md", Some(9)),
            lines("docs/a.md", Some(1)),
            lines("docs/gone.md", None),
            lines("docs", None),
            lines("link", None),
            lines("link/a.md", None),
            lines("sub", None),
            on("main", true),
            on("old", false),
        ],
    )
}

/// Returns facts that a repository like this cannot tell of.
pub(crate) fn untold() -> Seen {
    let nothing = Answer::Scope { count: 0, sha256: Digest::of(b"[]") };
    seen(
        "old",
        [
            (Question::Scope(Some(n("linked"))), nothing.clone()),
            (Question::Scope(Some(n("undeclared"))), nothing),
            (
                Question::Heading { path: path("docs/gone.md"), heading: "Scope".into(), before: None },
                Answer::Bool(true),
            ),
            on("main", false),
            on("deleted", true),
        ],
    )
}

/// Returns what is not so, by what is wrong about it; each stands alone in its event.
pub(crate) fn not_so() -> Vec<(&'static str, Seen)> {
    let not = |what, fact| (what, seen("main", [fact]));
    vec![
        not("path-absent", (at("docs/a.md"), Answer::File(None))),
        not("path-present", (at("docs/gone.md"), file("", Mode::Plain))),
        not("path-bytes", (at("docs/a.md"), file(FIRST, Mode::Plain))),
        not("path-mode", (at("src/run"), file(RUN, Mode::Plain))),
        not("path-link", (at("link"), file("docs", Mode::Plain))),
        not("path-behind-link", (at("link/a.md"), file(SECOND, Mode::Plain))),
        not("scope", (Question::Scope(Some(n("code"))), list(&[["100644", "src/main.rs", MAIN]]))),
        not("scope-count", {
            let Answer::Scope { sha256, .. } = code_scope() else { unreachable!("a scope") };
            (Question::Scope(Some(n("code"))), Answer::Scope { count: 3, sha256 })
        }),
        not("scope-of-all", (Question::Scope(None), code_scope())),
        not("authors-one-less", wrote(None, &["?raj@example.org", "ines"])),
        not("authors-signer-by-email", wrote(None, &["?ines@example.org", "?kim@example.org", "?raj@example.org"])),
        not("authors-forge", wrote(None, &["?kim@example.org", "?noreply@forge.example", "?raj@example.org", "ines"])),
        not("authors-since", wrote(Some(FIRST), &["?kim@example.org", "?raj@example.org", "ines"])),
        not("row-cell", row("N-1", Some(&[("ID", "N-1"), ("Title", "Two")]))),
        not("row-absent", row("N-1", None)),
        not("row-present", row("N-2", Some(&[("ID", "N-2"), ("Title", "Two")]))),
        not("column-less", column("Title", Some(&[]))),
        not("column-more", column("Title", Some(&[(7, "One"), (8, "Two")]))),
        not("column-line", column("Title", Some(&[(8, "One")]))),
        not("column-absent", column("Title", None)),
        not("heading", heading("Nowhere", None, true)),
        not("heading-before", heading("Risks", Some("Scope"), true)),
        not("text", text("N-3", true)),
        not("lines", lines("docs/index.md", Some(10))),
        not("lines-absent", lines("docs/a.md", None)),
        not("lines-of-link", lines("link", Some(1))),
        ("on", seen("main", [on("old", true)])),
    ]
}

/// Returns the ledger.
pub(crate) fn told() -> Story {
    let note = "for facts: its events saw the repository of `facts/repository.json`";
    let mut s = Story::new("code", note, ObjectFormat::Sha1, n_time("2026-04-01T10:00:00Z"));
    let people = ["ines", "kim", "omar", "raj"].map(|name| human(name, &[]));
    let mut actors = people.to_vec();
    actors.insert(2, human("lena", &["lead"]));
    let base = repository().refs["refs/heads/begin"];
    let founding = Founding {
        nonce: rid("code"),
        object_format: "sha1".to_owned(),
        charter: charter("code", "CODE", "1 lead"),
        actors,
        baseline: BTreeSet::from([n(&format!("sha1:{base}"))]),
        recovery: None,
    };
    s.tell("lena", LEAD, Noun::Repo, Body::Founded(Box::new(founding)));
    s.tell("lena", LEAD, noun("N-1"), declared("note", "kept", Amendment::default()));
    s
}

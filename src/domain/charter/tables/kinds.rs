//! `[kinds.NAME]`.

use super::super::glob;
use super::super::parser;
use super::super::pattern::Pattern;
use super::super::problem::{Problem, Problems};
use super::super::source::{Name, Node, Written};
use super::super::syntax::Permission;
use super::keys::{Keys, as_text, as_texts, entries};
use super::{Kind, Listed, Scope, Spoken, fields};
use crate::domain::code::Code;
use crate::domain::markdown;

const LATER: [&str; 2] = ["meta", "resolve"];
/// Parts of an item that stand in texts.
const FILLED: [&str; 4] = ["id", "tail", "title", "path"];
const PARTS: [&str; 4] = ["id", "title", "path", "status"];

/// Reads a kind.
pub(super) fn kind(name: Name, node: Node, problems: &mut Problems) -> Kind {
    let what = format!("kinds.{}", name.text);
    let mut keys = Keys::of(what.clone(), &name, node, problems);
    let pattern = keys.need_text("id");
    let states = keys.need_texts("states").unwrap_or_default().iter().map(Written::name).collect();
    let move_texts = keys.need("moves");
    let path = keys.text("path");
    let declared = keys.take("fields");
    let seal = keys.take("seal");
    let unseal = keys.take("unseal");
    let listing = keys.take("listed");
    let scope = keys.take("scope");
    let headings = keys.texts("headings").unwrap_or_default();
    let labelled = keys.take("labels");
    let (why, cite) = (keys.prose("why"), keys.prose("cite"));
    keys.not_evaluated(&LATER);
    keys.finish();
    let (moves, moves_are_whole) = moves(move_texts, problems);
    for (at, heading) in headings.iter().enumerate() {
        is_heading(heading, problems);
        if headings[..at].iter().any(|other| other.text == heading.text) {
            let message = format!("the section `{}` stands twice", heading.text);
            problems.push(Problem::new(Code::CharterName, heading.span.clone(), message));
        }
    }
    let (listed, spoken) = match listing {
        Some((key, node)) => listed(&what, &key, node, problems),
        None => (None, None),
    };
    Kind {
        pattern: pattern.and_then(|text| id_pattern(&text, problems)),
        states,
        moves,
        moves_are_whole,
        path: path.and_then(|text| path_glob(&text, problems)),
        fields: declared.map(|(_, node)| fields::fields(&format!("{what}.fields"), node, problems)).unwrap_or_default(),
        sealable: seal.as_ref().map(|(key, _)| key.span.clone()),
        seal: seal.and_then(|(_, node)| permission("`seal`", node, problems)),
        unsealable: unseal.as_ref().map(|(key, _)| key.span.clone()),
        unseal: unseal.and_then(|(_, node)| permission("`unseal`", node, problems)),
        listed,
        spoken,
        headings,
        scope: scope.and_then(|(key, node)| reach(&what, &key, node, problems)),
        labels: labelled.map(|(_, node)| labels(&what, node, problems)).unwrap_or_default(),
        why,
        cite,
        name,
    }
}

/// Reads a permission.
pub(super) fn permission(what: &str, node: Node, problems: &mut Problems) -> Option<Permission> {
    let text = as_text(what, node, problems)?;
    parser::whole(&text, problems, parser::permission)
}

fn moves(node: Option<(Name, Node)>, problems: &mut Problems) -> (Vec<super::Move>, bool) {
    let Some((_, node)) = node else { return (Vec::new(), false) };
    let Some(texts) = as_texts("`moves`", node, problems) else { return (Vec::new(), false) };
    let read: Vec<Option<super::Move>> =
        texts.iter().map(|text| parser::whole(text, problems, parser::a_move)).collect();
    let whole = read.iter().all(Option::is_some);
    (read.into_iter().flatten().collect(), whole)
}

fn id_pattern(text: &Written, problems: &mut Problems) -> Option<Pattern> {
    match Pattern::parse(&text.text) {
        Ok(pattern) => Some(pattern),
        Err(error) => {
            problems.push(Problem::new(
                Code::CharterSyntax,
                text.place(error.at),
                format!("in a pattern: {}", error.message),
            ));
            None
        }
    }
}

fn path_glob(text: &Written, problems: &mut Problems) -> Option<Name> {
    match glob::check_kind_path(&text.text) {
        Ok(()) => Some(text.name()),
        Err(error) => {
            let problem =
                Problem::new(Code::CharterSyntax, text.place(error.at), format!("in a glob: {}", error.message));
            problems.push(problem.help("the only name in braces is `{id}`, which stands for the item's id"));
            None
        }
    }
}

fn reach(what: &str, key: &Name, node: Node, problems: &mut Problems) -> Option<Scope> {
    let mut keys = Keys::of(format!("{what}.scope"), key, node, problems);
    let inside = keys.need_text("inside");
    let outside = keys.text("outside");
    let trailer = keys.text("trailer");
    keys.finish();
    if let Some(trailer) = &trailer
        && !is_trailer(&trailer.text)
    {
        let message = format!("`{}` is no trailer of its own", trailer.text);
        let problem = Problem::new(Code::CharterName, trailer.span.clone(), message);
        problems.push(problem.help(
            "a trailer begins with a letter, goes on with letters, digits and `-`, and is none that git or the ledger writes",
        ));
    }
    Some(Scope {
        inside: inside?.name(),
        outside: outside.map(|outside| outside.name()),
        trailer: trailer.map(|trailer| trailer.text),
    })
}

/// Trailers that have a meaning already.
const TAKEN: [&str; 3] = ["co-authored-by", "signed-off-by", "ledger-tip"];

fn is_trailer(text: &str) -> bool {
    text.starts_with(|c: char| c.is_ascii_alphabetic())
        && text.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
        && text.len() <= 64
        && !TAKEN.contains(&text.to_ascii_lowercase().as_str())
}

fn labels(what: &str, node: Node, problems: &mut Problems) -> Vec<(Name, String)> {
    let read = entries(&format!("{what}.labels"), node, problems).into_iter().filter_map(|(state, node)| {
        let text = as_text("a label", node, problems)?;
        Some((state, super::views::line("a label", &text, problems)?))
    });
    read.collect()
}

/// Refuses a text that no heading of a document can have.
fn is_heading(text: &Written, problems: &mut Problems) {
    if !markdown::is_heading_text(&text.text) {
        let message = format!("`{}` is not the text of a heading", text.text);
        let problem = Problem::new(Code::CharterType, text.span.clone(), message);
        problems.push(problem.help("write it without `#`, backticks, a link or space around it"));
    }
}

/// Checks that every name in braces is that of a part of an item, and that there is one: else one text would speak of all.
fn is_filled(text: &Written, problems: &mut Problems) {
    let mut names =
        text.text.split('{').skip(1).map(|rest| rest.split_once('}').map_or("", |(name, _)| name)).peekable();
    if names.peek().is_none() {
        let message = format!("`{}` would say the same of every item", text.text);
        problems.meaning(
            &text.span,
            message,
            "write `{id}`, `{tail}`, `{title}` or `{path}` where the item's own stands",
        );
    }
    if let Some(name) = names.find(|name| !FILLED.contains(name)) {
        problems.unknown(Code::CharterUnknownWord, &text.span, "part of an item", name, &FILLED);
    }
}

/// Reads `listed`: a table that has a row for the item, or what another file has to say of it.
fn listed(what: &str, key: &Name, node: Node, problems: &mut Problems) -> (Option<Listed>, Option<Spoken>) {
    let what = format!("{what}.listed");
    let mut keys = Keys::of(what.clone(), key, node, problems);
    let document = keys.need_text("in").map(|text| text.name());
    let heading = keys.text("heading");
    let text = keys.text("text");
    let before = keys.text("before");
    if heading.is_none() && text.is_none() {
        let columns = keys.need("columns");
        keys.finish();
        if let Some(before) = before {
            problems.meaning(
                &before.span,
                "`before` stands only beside `heading`",
                "say which heading, or leave it out",
            );
        }
        return (columns.and_then(|(_, node)| rows(&what, key, document, node, problems)), None);
    }
    keys.finish();
    if let (Some(_), Some(text)) = (&heading, &text) {
        problems.meaning(&text.span, "`text` does not stand beside `heading`", "a heading is a text already");
    }
    if let (None, Some(before)) = (&heading, &before) {
        problems.meaning(&before.span, "`before` stands only beside `heading`", "say which heading, or leave it out");
    }
    if let Some(before) = &before {
        is_heading(before, problems);
    }
    let is_heading = heading.is_some();
    let Some(text) = heading.or(text) else { return (None, None) };
    is_filled(&text, problems);
    (None, document.map(|document| Spoken { document, text, is_heading, before }))
}

fn rows(what: &str, key: &Name, document: Option<Name>, columns: Node, problems: &mut Problems) -> Option<Listed> {
    let columns: Vec<(Name, Name)> = entries(&format!("{what}.columns"), columns, problems)
        .into_iter()
        .filter_map(|(part, node)| column(what, part, node, problems))
        .collect();
    if !columns.iter().any(|(part, _)| part.text == "id") {
        let problem = Problem::new(Code::CharterMissingKey, key.span.clone(), format!("`{what}.columns` needs `id`"));
        problems.push(problem.help("without the column of the ids no row can be found"));
    }
    for (at, (_, heading)) in columns.iter().enumerate() {
        if columns[..at].iter().any(|(_, other)| other.text == heading.text) {
            let message = format!("the column `{}` stands twice", heading.text);
            problems.push(Problem::new(Code::CharterName, heading.span.clone(), message));
        }
    }
    Some(Listed { document: document?, columns })
}

fn column(what: &str, part: Name, node: Node, problems: &mut Problems) -> Option<(Name, Name)> {
    if !PARTS.contains(&part.text.as_str()) {
        let sort = format!("key of `{what}.columns`");
        problems.unknown(Code::CharterUnknownKey, &part.span, &sort, &part.text, &PARTS);
        return None;
    }
    let heading = as_text("the heading of a column", node, problems)?;
    if heading.text.trim() != heading.text || heading.text.is_empty() {
        problems.wrong_type(&heading.span, "the heading of a column is not empty and has no space at its edges");
    }
    // The keys of what events record are ASCII, so a row is recorded without such a cell, and nothing would ever agree with it.
    if !heading.text.is_ascii() {
        let message = "the heading of a column is ASCII, since events record rows under their headings";
        problems.wrong_type(&heading.span, message);
    }
    Some((part, heading.name()))
}

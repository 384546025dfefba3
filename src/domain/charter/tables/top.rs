//! The tables at the top of a charter, and the small ones.

use super::super::ast::{ActorType, Independence};
use super::super::glob::Glob;
use super::super::parser;
use super::super::problem::{Problem, Problems};
use super::super::source::{Name, Node, Value, Written};
use super::super::syntax::Link;
use super::keys::{Keys, as_text, as_texts, entries};
use super::{Head, Tables, claims, commits, fields, gates, kinds, migrate, views, waivers};
use crate::domain::code::Code;

/// Tables of the language that this release does not evaluate.
const LATER: [&str; 1] = ["routes"];

/// Reads every table.
pub(super) fn read(root: Vec<(Name, Node)>, length: usize, problems: &mut Problems) -> Tables {
    let here = Name { text: "the charter".to_owned(), span: 0..length.min(1) };
    let node = Node { value: Value::Table(root), span: 0..length };
    let mut keys = Keys::of("the charter".to_owned(), &here, node, problems);
    let mut tables = Tables::default();
    let head = keys.need("charter");
    let [roles, scopes, sets, links] = ["roles", "scopes", "sets", "links"].map(|key| named(key, &mut keys));
    let [kinds, claims, gates, blocks, classes, commit_rules] =
        ["kinds", "claims", "gates", "blocks", "waivers", "commits"].map(|key| named(key, &mut keys));
    let migrated = keys.take("migrate");
    let views = named("views", &mut keys);
    for key in LATER {
        later(key, &mut keys);
    }
    keys.finish();
    if let Some((name, node)) = head {
        tables.head = charter(&name, node, problems);
    }
    tables.migrate = migrated.map(|(name, node)| {
        let read = migrate::migrate(&name, node, problems);
        (name, read)
    });
    tables.roles = roles.into_iter().map(|(name, node)| role(name, node, problems)).collect();
    tables.scopes = scopes.into_iter().map(|(name, node)| scope(name, node, problems)).collect();
    tables.sets = sets.into_iter().map(|(n, node)| sentence_of(n, node, problems, "a set", parser::ids)).collect();
    tables.links = links.into_iter().map(|(name, node)| link(name, node, problems)).collect();
    tables.kinds = kinds.into_iter().map(|(name, node)| kinds::kind(name, node, problems)).collect();
    tables.claims = claims.into_iter().map(|(name, node)| claims::claim(name, node, problems)).collect();
    tables.gates = gates.into_iter().map(|(name, node)| gates::gate(name, node, problems)).collect();
    tables.commits = commit_rules.into_iter().map(|(name, node)| commits::commit(name, node, problems)).collect();
    tables.blocks = blocks.into_iter().map(|(name, node)| claims::block(name, node, problems)).collect();
    tables.views = views.into_iter().map(|(name, node)| views::view(name, node, problems)).collect();
    tables.waivers = classes.into_iter().map(|(name, node)| waivers::class(name, node, problems)).collect();
    tables
}

/// Returns the entries of a table whose keys are names.
fn named(key: &'static str, keys: &mut Keys<'_>) -> Vec<(Name, Node)> {
    match keys.take(key) {
        Some((_, node)) => entries(key, node, keys.problems),
        None => Vec::new(),
    }
}

/// Refuses a table that this release does not evaluate.
fn later(key: &'static str, keys: &mut Keys<'_>) {
    if let Some((name, _)) = keys.take(key) {
        keys.problems.not_evaluated(&name.span, &format!("the table `{key}`"));
    }
}

fn sentence_of<T>(
    name: Name,
    node: Node,
    problems: &mut Problems,
    what: &str,
    rule: impl FnOnce(&mut super::super::lexer::Tokens<'_>) -> Result<T, super::super::lexer::Refused>,
) -> (Name, Option<T>) {
    let read = as_text(what, node, problems).and_then(|text| parser::whole(&text, problems, rule));
    (name, read)
}

/// Reads a link: what it leads from and to, alone or under `is` beside what people are told of it.
fn link(name: Name, node: Node, problems: &mut Problems) -> (Name, Option<Link>) {
    if !matches!(node.value, Value::Table(_)) {
        return sentence_of(name, node, problems, "a link", parser::link);
    }
    let mut keys = Keys::of(format!("links.{}", name.text), &name, node, problems);
    let is = keys.need_text("is");
    let under = keys.text("under").map(|text| text.name());
    let (label, why, cite) = fields::policy(&mut keys);
    keys.finish();
    let read = is.and_then(|text| parser::whole(&text, problems, parser::link));
    (name, read.map(|link| Link { label, under, why, cite, ..link }))
}

fn charter(name: &Name, node: Node, problems: &mut Problems) -> Head {
    let mut keys = Keys::of("charter".to_owned(), name, node, problems);
    let semantics = keys.need("semantics");
    let id = keys.need_text("id");
    let title = keys.prose("title");
    let authority = keys.need_text("authority");
    let independence = keys.text("independence");
    let forges = keys.texts("forges").unwrap_or_default();
    keys.finish();
    Head {
        id: id.map(|text| text.name()),
        title,
        semantics: semantics.map(|(_, node)| pinned(&node, problems)).unwrap_or_default(),
        authority: authority.and_then(|text| Some((parser::whole(&text, problems, parser::permission)?, text))),
        independence: independence.map(|text| independent(&text, problems)).unwrap_or_default(),
        forges: forges.iter().filter_map(|text| email(text, problems)).collect(),
    }
}

fn pinned(node: &Node, problems: &mut Problems) -> u32 {
    match node.value {
        Value::Int(1) => 1,
        Value::Int(n) => {
            let message = format!("this release carries semantics 1, not {n}");
            let problem = Problem::new(Code::CharterSemantics, node.span.clone(), message);
            problems.push(problem.help("write `semantics = 1`, or use a release that carries the other number"));
            0
        }
        _ => {
            problems.wrong_type(&node.span, format!("`semantics` is a number, not {}", node.describe()));
            0
        }
    }
}

fn independent(text: &Written, problems: &mut Problems) -> Independence {
    match text.text.as_str() {
        "claimed" => Independence::Claimed,
        "signed" => Independence::Signed,
        other => {
            let fitting = ["claimed", "signed"];
            problems.unknown(Code::CharterUnknownWord, &text.span, "independence", other, &fitting);
            Independence::Signed
        }
    }
}

fn email(text: &Written, problems: &mut Problems) -> Option<Name> {
    let whole = text.text.split_once('@').is_some_and(|(who, host)| !who.is_empty() && !host.is_empty());
    if !whole || text.text.contains(char::is_whitespace) || text.text.contains(['<', '>']) {
        problems.wrong_type(&text.span, format!("`{}` is not an email address", text.text));
        return None;
    }
    Some(text.name())
}

fn role(name: Name, node: Node, problems: &mut Problems) -> (Name, Vec<ActorType>) {
    let text = as_text(&format!("`roles.{}`", name.text), node, problems);
    let words = text.and_then(|text| parser::whole(&text, problems, |t| parser::alternatives(t, "human, agent or ci")));
    let types = words.unwrap_or_default().into_iter().filter_map(|word| {
        let found = ActorType::parse(&word.text);
        if found.is_none() {
            let fitting = ActorType::ALL.map(ActorType::as_str);
            problems.unknown(Code::CharterUnknownWord, &word.span, "type of actor", &word.text, &fitting);
        }
        found
    });
    let types = types.collect();
    (name, types)
}

fn scope(name: Name, node: Node, problems: &mut Problems) -> (Name, Vec<Glob>) {
    let texts = as_texts(&format!("`scopes.{}`", name.text), node, problems).unwrap_or_default();
    let mut globs = Vec::new();
    for text in &texts {
        match Glob::parse(&text.text) {
            Ok(glob) => globs.push(glob),
            Err(error) => {
                let message = format!("in a glob: {}", error.message);
                problems.push(Problem::new(Code::CharterSyntax, text.place(error.at), message));
            }
        }
    }
    if globs.first().is_some_and(|glob| glob.negated) {
        let span = texts.first().map_or(name.span.clone(), |text| text.span.clone());
        problems.meaning(
            &span,
            "the first glob of a scope takes out of nothing",
            "begin with what is within the scope",
        );
    }
    (name, globs)
}

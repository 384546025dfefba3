//! `[migrate]`.

use super::super::problem::{Problem, Problems};
use super::super::source::{Name, Node};
use super::keys::{Keys, as_text, entries};
use crate::domain::code::Code;

/// `[migrate]`, as written.
#[derive(Debug, Default)]
pub(in crate::domain::charter) struct Migrate {
    pub(in crate::domain::charter) kinds: Vec<Pair>,
    pub(in crate::domain::charter) states: Vec<(Name, Vec<Pair>)>,
    pub(in crate::domain::charter) roles: Vec<Pair>,
    pub(in crate::domain::charter) dissolved: Vec<Name>,
    pub(in crate::domain::charter) claims: Vec<Pair>,
    pub(in crate::domain::charter) blocks: Vec<Pair>,
    pub(in crate::domain::charter) seals: Vec<Name>,
}

/// A name of the charter that is replaced, and what takes its place.
pub(in crate::domain::charter) type Pair = (Name, Name);

/// Reads the table.
pub(super) fn migrate(name: &Name, node: Node, problems: &mut Problems) -> Migrate {
    let mut keys = Keys::of("migrate".to_owned(), name, node, problems);
    let read = Migrate {
        kinds: pairs("kinds", &mut keys),
        states: states(&mut keys),
        roles: pairs("roles", &mut keys),
        dissolved: names("dissolved", &mut keys),
        claims: pairs("claims", &mut keys),
        blocks: pairs("blocks", &mut keys),
        seals: names("seals", &mut keys),
    };
    keys.finish();
    read
}

fn names(key: &'static str, keys: &mut Keys<'_>) -> Vec<Name> {
    keys.texts(key).unwrap_or_default().iter().map(super::super::source::Written::name).collect()
}

fn pairs(key: &'static str, keys: &mut Keys<'_>) -> Vec<Pair> {
    match keys.take(key) {
        Some((_, node)) => pairs_of(&format!("migrate.{key}"), node, keys.problems),
        None => Vec::new(),
    }
}

fn states(keys: &mut Keys<'_>) -> Vec<(Name, Vec<Pair>)> {
    let Some((_, node)) = keys.take("states") else { return Vec::new() };
    let kinds = filled("migrate.states", node, keys.problems).into_iter();
    kinds
        .map(|(kind, node)| {
            let states = pairs_of(&format!("migrate.states.{}", kind.text), node, keys.problems);
            (kind, states)
        })
        .collect()
}

fn pairs_of(what: &str, node: Node, problems: &mut Problems) -> Vec<Pair> {
    let all = filled(what, node, problems).into_iter();
    all.filter_map(|(old, node)| {
        let new = as_text(&format!("`{what}.{}`", old.text), node, problems)?;
        Some((old, new.name()))
    })
    .collect()
}

/// Returns the entries of a table, which is not empty.
fn filled(what: &str, node: Node, problems: &mut Problems) -> Vec<(Name, Node)> {
    let span = node.span.clone();
    let before = problems.count();
    let found = entries(what, node, problems);
    if found.is_empty() && problems.count() == before {
        let problem = Problem::new(Code::CharterType, span, format!("`{what}` is empty"));
        problems.push(problem.help("leave it out, or say what goes over"));
    }
    found
}

//! The parts of a directory that could change: what is there, what is about to be there, and what a pattern of the rules takes in.

use std::collections::{BTreeMap, BTreeSet};

use super::View;
use super::changes::{Held, PathChange, PathVerdict, Side, check_changes};
use super::eval::Eval;
use crate::domain::charter::Stop;
use crate::domain::charter::glob::Glob;
use crate::domain::code::Code;
use crate::domain::explain::Supplier;
use crate::domain::id::{Digest, Word};

/// A part of a directory, and what is said of a change to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// The path that stands for it.
    pub path: String,
    /// The pattern of the rules that it is an example of; `None` for a file by its name.
    pub pattern: Option<String>,
    /// Whether it stands for any new file right in the directory.
    pub any: bool,
    /// Why it may not change.
    pub verdict: PathVerdict,
}

impl Part {
    /// Returns what it is called: its path, or the pattern that it is an example of.
    pub fn name(&self) -> &str {
        self.pattern.as_deref().unwrap_or(&self.path)
    }
}

/// Judges a change of the file at a path to bytes that nothing else holds.
pub fn check_file(view: &View<'_>, path: &str, file_pin: &str) -> Part {
    let verdict = check_changes(view, &[any_change(path)], file_pin.as_bytes(), true).pop();
    let mut verdict = verdict.unwrap_or_else(|| PathVerdict { path: path.as_bytes().to_vec(), refusals: Vec::new() });
    tell_how(&mut verdict);
    Part { path: path.to_owned(), pattern: None, any: false, verdict }
}

/// Of what nobody can let in, and nobody did yet, the code is explained.
fn tell_how(verdict: &mut PathVerdict) {
    for told in verdict.refusals.iter_mut().map(|refusal| &mut refusal.explanation).filter(|told| told.next.is_empty())
    {
        if matches!(told.code, Code::LedgerFile | Code::SealPath) {
            told.who = vec![Supplier::asker()];
            told.next = vec![format!("ledger explain {}", told.code)];
        }
    }
}

fn any_change(path: &str) -> PathChange {
    let new = Side { mode: 0o100_644, sha256: Some(Digest::of(format!("a change of {path}").as_bytes())) };
    PathChange { path: path.as_bytes().to_vec(), old: None, new: Some(new) }
}

/// Judges what could change within a directory: a new file in it, the files that are there (`files`), those that items state, and
/// one example of each pattern that takes in a part of it. The root of the repository is the directory without a name.
pub fn check_within(view: &View<'_>, directory: &str, files: &[String], file_pin: &str) -> Vec<Part> {
    let below = |name: &str| if directory.is_empty() { name.to_owned() } else { format!("{directory}/{name}") };
    let is_within =
        |path: &str| directory.is_empty() || path.strip_prefix(directory).is_some_and(|rest| rest.starts_with('/'));
    let new = below("any-file");
    let mut parts: BTreeMap<String, Option<String>> = BTreeMap::new();
    for path in files.iter().filter(|path| is_within(path)) {
        parts.insert(path.clone(), None);
    }
    let charter = &view.state.charter.rules;
    let stops = charter.blocks.values().flat_map(|block| &block.stops);
    let fields: BTreeSet<&Word> = stops
        .filter_map(|stop| match stop {
            Stop::Field(field) => Some(field),
            _ => None,
        })
        .collect();
    let mut patterns: Vec<Glob> = charter.scopes.values().flatten().cloned().collect();
    let eval = Eval::new(*view);
    for (id, item) in &view.state.items {
        if let Some(path) = item.stated.path.as_ref().filter(|path| is_within(path.as_str())) {
            parts.entry(path.to_string()).or_insert(None);
        }
        for block in eval.placed_on(id) {
            let then = eval.placing_charter(block.placed).filter(|then| then.seq != eval.adopted.seq);
            patterns.extend(then.into_iter().flat_map(|then| then.rules.scopes.values().flatten().cloned()));
        }
        for field in &fields {
            match Held::of(charter, item, field) {
                Held::Paths(paths) => {
                    for path in paths.into_iter().filter(|path| is_within(path)) {
                        parts.entry(path.to_owned()).or_insert(None);
                    }
                }
                Held::Globs(globs) => patterns.extend(globs),
                Held::All => {}
            }
        }
    }
    for pattern in patterns {
        if let Some(path) = pattern.part_of(directory) {
            parts.entry(path).or_insert(Some(pattern.pattern));
        }
    }
    parts.remove(&new);
    let all: Vec<(String, Option<String>, bool)> = std::iter::once((new, None, true))
        .chain(parts.into_iter().map(|(path, pattern)| (path, pattern, false)))
        .collect();
    let changes: Vec<PathChange> = all.iter().map(|(path, ..)| any_change(path)).collect();
    let mut verdicts = check_changes(view, &changes, file_pin.as_bytes(), true);
    verdicts.iter_mut().for_each(tell_how);
    let parts = all.into_iter().zip(verdicts);
    parts.map(|((path, pattern, any), verdict)| Part { path, pattern, any, verdict }).collect()
}

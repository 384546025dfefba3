//! Enforcement: which changes of files the standing blocks and seals refuse. Hook, CI and server ask this one function.
//!
//! A prohibition matches a path by its bytes and in its case-folded NFC form, so that no twin slips through on a file
//! system that takes both for one. A name that is not UTF-8 is matched with its bad bytes replaced.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use super::View;
use super::blame::Much;
use super::contents::content_of;
use super::eval::Eval;
use super::grounds::Ground;
use super::report::Standing;
use super::words;
use crate::domain::charter::glob::{Glob, scope_matches, scope_matches_folded};
use crate::domain::charter::{BlockRule, Charter, FieldType, Stop};
use crate::domain::code::Code;
use crate::domain::explain::{Explanation, Outcome};
use crate::domain::facts::{File, Mode};
use crate::domain::id::{Digest, ItemId, Word};
use crate::domain::state::Item;
use crate::domain::text;
use crate::domain::value::Value;

/// A path before and after a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PathChange {
    /// The name's bytes, as git has them.
    pub path: Vec<u8>,
    /// What was there.
    pub old: Option<Side>,
    /// What is there now.
    pub new: Option<Side>,
}

/// One side of a change.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Side {
    /// Git's mode, such as `0o100644`.
    pub mode: u32,
    /// SHA-256 of a regular file's bytes; `None` for a symlink, a submodule, or bytes that could not be read.
    pub sha256: Option<Digest>,
}

/// What is said of one changed path: nothing where it may change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PathVerdict {
    /// The name's bytes.
    pub path: Vec<u8>,
    /// Why it may not change.
    pub refusals: Vec<Refusal>,
}

/// Why a path may not change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// For programs.
    pub explanation: Explanation,
    /// What stands in the way; the same for every path that it refuses.
    pub ground: Arc<Ground>,
}

/// Judges changes of files: one verdict a change, in their order. `file_pin` is the name of the file that names the
/// ledger; where it was there before (`old_pin_present`), it may neither change nor go.
pub fn check_changes(
    view: &View<'_>,
    changes: &[PathChange],
    file_pin: &[u8],
    old_pin_present: bool,
) -> Vec<PathVerdict> {
    let eval = Eval::new(*view);
    let names: Vec<Name> = changes.iter().map(Name::of).collect();
    let mut verdicts: Vec<PathVerdict> =
        changes.iter().map(|change| PathVerdict { path: change.path.clone(), refusals: Vec::new() }).collect();
    let mut judge = Changes { eval: &eval, all: changes, names: &names, verdicts: &mut verdicts };
    if old_pin_present {
        judge.ledger_file(file_pin);
    }
    judge.blocks();
    judge.seals();
    verdicts
}

/// Tells how placed blocks are lifted as `view` sees it, in place of the view under which the changes were judged: a change
/// that is not committed yet is no part of what a gate is asked about.
pub fn tell_lifts(view: &View<'_>, verdicts: &mut [PathVerdict]) {
    let eval = Eval::new(*view);
    let mut told: Vec<(Arc<Ground>, Arc<Ground>)> = Vec::new();
    for refusal in verdicts.iter_mut().flat_map(|verdict| &mut verdict.refusals) {
        let Ground::Block(block) = refusal.ground.as_ref() else { continue };
        let Some(since) = block.since else { continue };
        let known = told.iter().find(|(old, _)| Arc::ptr_eq(old, &refusal.ground)).map(|(_, new)| Arc::clone(new));
        let ground = known.or_else(|| {
            let standing = eval.placed_on(&block.item);
            let same = |one: &&Standing<'_>| {
                *one.name == block.name && one.placed.is_some_and(|placed| placed.touch.at == since)
            };
            let ground = eval.block_ground(&block.item, standing.iter().find(same)?, Much::All);
            let ground = Arc::new(Ground::Block(Box::new(ground)));
            told.push((Arc::clone(&refusal.ground), Arc::clone(&ground)));
            Some(ground)
        });
        let Some(ground) = ground else { continue };
        if let Ground::Block(block) = ground.as_ref() {
            words::put_steps(&mut refusal.explanation, &block.steps);
        }
        refusal.ground = ground;
    }
}

/// A changed path in the forms in which prohibitions look at it.
pub(super) struct Name<'c> {
    /// Whether the change changes anything.
    pub(super) changes: bool,
    /// Whether something is there afterwards.
    stays: bool,
    /// The name, bad bytes replaced.
    text: Cow<'c, str>,
    folded: String,
    /// A symlink or submodule brings more than itself: a name within it, as if it were a directory.
    within: Option<String>,
}

impl<'c> Name<'c> {
    pub(super) fn of(change: &'c PathChange) -> Name<'c> {
        let text = String::from_utf8_lossy(&change.path);
        let regular = |side: &Side| matches!(side.mode, 0o100_644 | 0o100_755);
        let same = change.old == change.new && change.new.is_none_or(|side| side.sha256.is_some());
        Name {
            changes: !same,
            stays: change.new.is_some(),
            folded: folded(&text),
            within: change.new.filter(|side| !regular(side)).map(|_| format!("{text}/_")),
            text,
        }
    }

    pub(super) fn in_scope(&self, globs: &[Glob]) -> bool {
        let matches = |path: &str| scope_matches(globs, path) || scope_matches_folded(globs, path);
        matches(&self.text) || self.within.as_deref().is_some_and(matches)
    }

    /// Returns whether a path is this one or a twin, or lies below it, or above it.
    fn touches(&self, path: &str) -> bool {
        let path = folded(path);
        path == self.folded || below(&path, &self.folded) || below(&self.folded, &path)
    }
}

fn below(path: &str, directory: &str) -> bool {
    path.strip_prefix(directory).is_some_and(|rest| rest.starts_with('/'))
}

fn folded(path: &str) -> String {
    if path.is_ascii() { path.to_ascii_lowercase() } else { text::fold(path) }
}

/// The files that a field of an item names, as prohibitions look at them.
pub(super) enum Held<'a> {
    /// Files by their paths.
    Paths(Vec<&'a str>),
    /// Files by patterns.
    Globs(Vec<Glob>),
    /// One of the patterns cannot be read: whatever it means, all files.
    All,
}

impl<'a> Held<'a> {
    /// Returns the files that a field of an item names under a charter.
    pub(super) fn of(charter: &Charter, item: &'a Item, field: &Word) -> Held<'a> {
        let rule = charter.kinds.get(&item.kind).and_then(|kind| kind.fields.get(field));
        let texts: Vec<&str> = match item.stated.fields.get(field) {
            Some(Value::List(list)) => list.iter().filter_map(Value::as_text).collect(),
            Some(Value::Text(text)) => vec![text],
            _ => Vec::new(),
        };
        if rule.is_some_and(|rule| rule.kind == FieldType::Globs) {
            let globs: Result<Vec<Glob>, _> = texts.into_iter().map(Glob::parse).collect();
            return globs.map_or(Held::All, Held::Globs);
        }
        Held::Paths(texts)
    }

    pub(super) fn holds(&self, name: &Name<'_>) -> bool {
        match self {
            Held::Paths(paths) => paths.iter().any(|path| name.touches(path)),
            Held::Globs(globs) => name.in_scope(globs),
            Held::All => true,
        }
    }
}

/// Scope -> the positions of the changes that it matches.
type Scopes<'a> = BTreeMap<&'a Word, BTreeSet<usize>>;

struct Changes<'e, 'a> {
    eval: &'e Eval<'a>,
    all: &'e [PathChange],
    names: &'e [Name<'e>],
    verdicts: &'e mut Vec<PathVerdict>,
}

impl<'a> Changes<'_, 'a> {
    fn refuse(&mut self, position: usize, explanation: Explanation, ground: &Arc<Ground>) {
        if let Some(verdict) = self.verdicts.get_mut(position) {
            let path = String::from_utf8_lossy(&verdict.path).into_owned();
            let explanation = explanation.path(path);
            verdict.refusals.push(Refusal { explanation, ground: Arc::clone(ground) });
        }
    }

    fn ledger_file(&mut self, file_pin: &[u8]) {
        let pin = folded(&String::from_utf8_lossy(file_pin));
        let ground = Arc::new(Ground::LedgerFile);
        for (position, (change, name)) in self.all.iter().zip(self.names).enumerate() {
            let itself = change.path == file_pin;
            let twin = name.stays && (name.folded == pin || below(&name.folded, &pin));
            if name.changes && (itself || twin) {
                let (found, needed) = if itself {
                    ("names the ledger of this repository", "the file as it was")
                } else {
                    ("looks like the file that names the ledger of this repository", "no file at this name")
                };
                let explanation = Explanation::new(Code::LedgerFile, found, needed);
                self.refuse(position, explanation, &ground);
            }
        }
    }

    fn blocks(&mut self) {
        let present = self.eval.charter();
        let scopes = self.scopes(present);
        let mut older: BTreeMap<u64, Scopes<'a>> = BTreeMap::new();
        for (id, item) in &self.eval.state.items {
            for block in self.eval.placed_on(id) {
                // A block keeps the reach of its placement with its rule.
                match self.eval.placing_charter(block.placed).filter(|then| then.seq != self.eval.adopted.seq) {
                    Some(then) => {
                        let scopes = older.entry(then.seq).or_insert_with(|| self.scopes(&then.rules));
                        self.block(id, item, &block, &then.rules, scopes);
                    }
                    None => self.block(id, item, &block, present, &scopes),
                }
            }
            let reached = |rule: &BlockRule| !self.stopped(present, item, &rule.stops, &scopes).is_empty();
            for block in self.eval.derived_on(id, reached) {
                self.block(id, item, &block, present, &scopes);
            }
        }
    }

    /// Returns which changes each scope of a charter matches.
    fn scopes(&self, charter: &'a Charter) -> Scopes<'a> {
        charter.scopes.iter().map(|(scope, globs)| (scope, self.matching(|name| name.in_scope(globs)))).collect()
    }

    fn matching(&self, test: impl Fn(&Name<'_>) -> bool) -> BTreeSet<usize> {
        let hits = self.names.iter().enumerate().filter(|(_, name)| name.changes && test(name));
        hits.map(|(position, _)| position).collect()
    }

    /// Returns the positions of the changes that a block's rule stops.
    fn stopped(&self, charter: &Charter, item: &Item, stops: &[Stop], scopes: &Scopes<'a>) -> BTreeSet<usize> {
        let mut hits = BTreeSet::new();
        for stop in stops {
            match stop {
                Stop::Moves => {}
                Stop::Scope(scope) => match scopes.get(scope) {
                    Some(positions) => hits.extend(positions),
                    // No charter loads without the scopes that its blocks name.
                    None => hits.extend(self.matching(|_| true)),
                },
                Stop::Field(field) => {
                    let held = Held::of(charter, item, field);
                    hits.extend(self.matching(|name| held.holds(name)));
                }
            }
        }
        hits
    }

    fn block(&mut self, id: &ItemId, item: &Item, block: &Standing<'a>, charter: &Charter, scopes: &Scopes<'a>) {
        let hits = match self.eval.block_rule(block.name, block.placed) {
            Some(_) => self.stopped(charter, item, block.stops, scopes),
            // Nobody knows any more what it stopped.
            None => self.matching(|_| true),
        };
        if hits.is_empty() {
            return;
        }
        let ground = self.eval.block_ground(id, block, Much::All);
        let found = words::blocked(&ground);
        let mut explanation = Explanation::new(Code::BlockPath, found, format!("lifted {}", ground.lifts.text))
            .rule(format!("blocks.{}", block.name))
            .item(id)
            .because(ground.why.clone(), ground.cite.clone());
        if block.outcome == Outcome::Unknown {
            explanation.outcome = Outcome::Unknown;
        }
        words::put_steps(&mut explanation, &ground.steps);
        let ground = Arc::new(Ground::Block(Box::new(ground)));
        for position in hits {
            self.refuse(position, explanation.clone(), &ground);
        }
    }

    fn seals(&mut self) {
        let sealed = self.eval.state.items.iter().filter(|(_, item)| item.seal.is_some());
        let mut paths: BTreeMap<String, Vec<(&'a ItemId, &'a Item)>> = BTreeMap::new();
        for (id, item) in sealed {
            if let Some(path) = &item.stated.path {
                paths.entry(folded(path.as_str())).or_default().push((id, item));
            }
        }
        let mut grounds: BTreeMap<&ItemId, Arc<Ground>> = BTreeMap::new();
        for (position, (change, name)) in self.all.iter().zip(self.names).enumerate() {
            if !name.changes {
                continue;
            }
            for (id, item) in near(&paths, &name.folded) {
                if !allowed(item, change) {
                    let ground = grounds.entry(id).or_insert_with(|| Arc::new(self.eval.seal_ground(id, item)));
                    let ground = Arc::clone(ground);
                    self.refuse(position, seal_explanation(id, item, name, &ground), &ground);
                }
            }
        }
    }
}

/// Returns the sealed items whose path is this one or a twin of it, or lies below or above it.
fn near<'p, 'a>(paths: &'p BTreeMap<String, Vec<(&'a ItemId, &'a Item)>>, path: &str) -> Vec<(&'a ItemId, &'a Item)> {
    let mut found: Vec<&'p Vec<(&'a ItemId, &'a Item)>> = Vec::new();
    let above = path.match_indices('/').filter_map(|(end, _)| path.get(..end));
    found.extend(above.filter_map(|directory| paths.get(directory)));
    found.extend(paths.get(path));
    let inside = format!("{path}/");
    found.extend(paths.range(inside.clone()..).take_while(|(key, _)| key.starts_with(&inside)).map(|(_, items)| items));
    found.into_iter().flatten().copied().collect()
}

/// Returns whether a change near a sealed path leaves the sealed bytes and mode in place, or puts them back.
fn allowed(item: &Item, change: &PathChange) -> bool {
    let (Some(seal), Some(path)) = (&item.seal, &item.stated.path) else { return true };
    if change.path != path.as_str().as_bytes() {
        // What is only near may go, and may not come.
        return change.new.is_none();
    }
    let content = |file: Option<&File>| content_of(&item.declared_as, &item.stated, file) == seal.content;
    match change.new {
        None => content(None),
        Some(Side { mode, sha256: Some(sha256) }) => {
            let mode = match mode {
                0o100_644 => Mode::Plain,
                0o100_755 => Mode::Executable,
                _ => return false,
            };
            // The size is no part of the content.
            content(Some(&File { mode, size: 0, sha256 }))
        }
        Some(Side { sha256: None, .. }) => false,
    }
}

fn seal_explanation(id: &ItemId, item: &Item, name: &Name<'_>, ground: &Ground) -> Explanation {
    let by = item.seal.as_ref().map(words::seal).unwrap_or_default();
    let told = |found: String, needed: &str| {
        Explanation::new(Code::SealPath, found, needed).rule(format!("kinds.{}.seal", item.kind)).item(id)
    };
    let sealed = item.stated.path.as_ref().map(ToString::to_string).unwrap_or_default();
    if name.text == sealed {
        let mut explanation = told(format!("{id} is sealed {by}"), "the sealed bytes, or no seal");
        if let Ground::Seal(seal) = ground {
            words::put_steps(&mut explanation, &seal.steps);
        }
        return explanation;
    }
    // To break the seal would let it in, and is not what is meant.
    let near = folded(&sealed);
    let how = if near == name.folded {
        "is a twin of"
    } else if below(&name.folded, &near) {
        "stands below"
    } else {
        "takes the place of a directory above"
    };
    told(format!("{how} {sealed}, and {id} is sealed {by}"), "no file at this name")
}

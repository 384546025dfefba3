//! What the state says, sorted for looking up: kinds, links from both ends, sealed files, paths that are taken.

use std::collections::{BTreeMap, BTreeSet};

use super::eval::{Eval, SUPERSEDES};
use crate::domain::id::{ItemId, Word};
use crate::domain::path::RepoPath;
use crate::domain::state::Item;

/// What the state says, sorted for looking up.
#[derive(Default)]
pub(super) struct Index<'a> {
    /// Kind -> its live items.
    kinds: BTreeMap<&'a str, Vec<&'a ItemId>>,
    /// Link -> target -> the live items that link to it.
    sources: BTreeMap<&'a str, BTreeMap<&'a ItemId, BTreeSet<&'a ItemId>>>,
    /// Kind -> field that no two share -> path, folded -> the items under way that have it.
    held: BTreeMap<&'a Word, BTreeMap<&'a Word, BTreeMap<String, BTreeSet<&'a ItemId>>>>,
    /// Path -> the sealed item whose file is there.
    sealed: BTreeMap<&'a RepoPath, &'a ItemId>,
}

impl<'a> Eval<'a> {
    fn index(&self) -> &Index<'a> {
        self.index.get_or_init(|| {
            let mut index = Index::default();
            for (id, item) in &self.state.items {
                if let Some(path) = item.stated.path.as_ref().filter(|_| item.seal.is_some()) {
                    index.sealed.insert(path, id);
                }
                if !self.state.successors.contains_key(id) {
                    index.kinds.entry(item.kind.as_str()).or_default().push(id);
                }
            }
            for (kind, rule) in &self.charter().kinds {
                for field in rule.fields.iter().filter(|(_, field)| field.disjoint).map(|(name, _)| name) {
                    let held = self.paths_held(index.kinds.get(kind.as_str()), rule, field);
                    index.held.entry(kind).or_default().insert(field, held);
                }
            }
            let live: Vec<&ItemId> = index.kinds.values().flatten().copied().collect();
            for id in live {
                let Some(item) = self.state.items.get(id) else { continue };
                for (link, targets) in &item.stated.links {
                    for target in targets {
                        let target = if link.as_str() == SUPERSEDES { Some(target) } else { self.newest(target) };
                        if let Some(target) = target {
                            index.sources.entry(link.as_str()).or_default().entry(target).or_default().insert(id);
                        }
                    }
                }
            }
            index
        })
    }

    /// Returns the sealed item whose file is at a path.
    pub(super) fn sealed_at(&self, path: &RepoPath) -> Option<(&'a ItemId, &'a Item)> {
        self.index().sealed.get(path).and_then(|id| self.state.items.get_key_value(*id))
    }

    /// Returns the newest successor of an id, which is the id itself where nothing took its place; `None` where
    /// successors go round in a circle.
    pub(super) fn newest<'i>(&self, id: &'i ItemId) -> Option<&'i ItemId>
    where
        'a: 'i,
    {
        let mut at = id;
        for _ in 0..=self.state.successors.len() {
            match self.state.successors.get(at) {
                Some(next) => at = next,
                None => return Some(at),
            }
        }
        None
    }

    pub(super) fn is_superseded(&self, id: &ItemId) -> bool {
        self.state.successors.contains_key(id)
    }

    /// Returns the live items of a kind, sorted.
    pub(super) fn of_kind(&self, kind: &Word) -> &[&'a ItemId] {
        self.index().kinds.get(kind.as_str()).map_or(&[], Vec::as_slice)
    }

    /// Returns the paths, folded, that items of a kind which are under way have in a field that no two share.
    pub(super) fn held(&self, kind: &Word, field: &Word) -> Option<&BTreeMap<String, BTreeSet<&'a ItemId>>> {
        self.index().held.get(kind)?.get(field)
    }

    /// Returns the live items that link to one, sorted.
    pub(super) fn sources(&self, link: &str, target: &ItemId) -> Vec<&'a ItemId> {
        let targets = self.index().sources.get(link).and_then(|targets| targets.get(target));
        targets.into_iter().flatten().copied().collect()
    }

    /// Returns the targets of a link, each as its newest successor, and those that were never declared as they stand.
    pub(super) fn targets(&self, link: &str, item: &'a Item) -> Vec<&'a ItemId> {
        let stated = item.stated.links.get(link).into_iter().flatten();
        if link == SUPERSEDES {
            return stated.collect();
        }
        let found: BTreeSet<&ItemId> = stated.map(|target| self.newest(target).unwrap_or(target)).collect();
        found.into_iter().collect()
    }

    /// Returns whether a link leads from an item of one kind to a declared item of a kind that it may lead to.
    pub(super) fn leads(&self, link: &Word, from: &Word, to: &ItemId) -> bool {
        let Some((_, to)) = self.item(to) else { return false };
        let fits = |asked: &Option<Word>, kind: &Word| asked.as_ref().is_none_or(|asked| asked == kind);
        let rule = self.charter().links.get(link);
        rule.is_some_and(|rule| rule.pairs.iter().any(|(a, b)| fits(a, from) && fits(b, &to.kind)))
    }

    /// Returns the targets of a link that count: what nobody declared, or of a kind that it cannot lead to, is no target.
    pub(super) fn reached(&self, link: &Word, item: &'a Item) -> Vec<&'a ItemId> {
        let mut targets = self.targets(link.as_str(), item);
        targets.retain(|target| self.leads(link, &item.kind, target));
        targets
    }

    pub(super) fn item(&self, id: &ItemId) -> Option<(&'a ItemId, &'a Item)> {
        self.state.items.get_key_value(id)
    }
}

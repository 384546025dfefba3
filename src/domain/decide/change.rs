//! Changes of what is stated of an item, said one by one and applied to what is stated when the event is made.

use std::collections::{BTreeMap, BTreeSet};

use super::draft::item;
use super::{Refusal, refuse};
use crate::domain::code::Code;
use crate::domain::event::{Amendment, Body, Declaration};
use crate::domain::id::{ItemId, Noun, Word};
use crate::domain::path::RepoPath;
use crate::domain::state::State;
use crate::domain::value::Value;

/// What is stated anew of an item; what is `None` or absent stays.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Change {
    /// The title; `Some(None)` takes it away.
    pub title: Option<Option<String>>,
    /// The path; `Some(None)` takes it away.
    pub path: Option<Option<RepoPath>>,
    /// Fields; `None` takes one away.
    pub fields: BTreeMap<Word, Option<Value>>,
    /// Links, each with all of its targets; `None` takes a link away.
    pub links: BTreeMap<Word, Option<BTreeSet<ItemId>>>,
    /// Targets that links get beside those that they have.
    pub added: BTreeMap<Word, BTreeSet<ItemId>>,
    /// Targets that links lose. A link that loses its last one is stated to be empty.
    pub removed: BTreeMap<Word, BTreeSet<ItemId>>,
}

impl Change {
    /// Returns what is stated after the change.
    #[must_use]
    pub fn apply(&self, old: &Amendment) -> Amendment {
        let mut new = old.clone();
        if let Some(title) = &self.title {
            new.title.clone_from(title);
        }
        if let Some(path) = &self.path {
            new.path.clone_from(path);
        }
        merge(&mut new.fields, &self.fields);
        merge(&mut new.links, &self.links);
        for (link, targets) in &self.added {
            new.links.entry(link.clone()).or_default().extend(targets.iter().cloned());
        }
        for (link, targets) in &self.removed {
            if let Some(known) = new.links.get_mut(link) {
                known.retain(|target| !targets.contains(target));
            }
        }
        new
    }
}

fn merge<T: Clone>(map: &mut BTreeMap<Word, T>, changes: &BTreeMap<Word, Option<T>>) {
    for (name, value) in changes {
        match value {
            Some(value) => map.insert(name.clone(), value.clone()),
            None => map.remove(name),
        };
    }
}

/// Returns the action by which `new` takes the place of `old`: where nobody declared it, a declaration of the old one's
/// kind, with the old one's title, fields and place in its whole where the change does not state others, and without its file;
/// else an amendment that adds the link.
pub(super) fn supersede(
    state: &State,
    old: &ItemId,
    new: &ItemId,
    status: Option<&Word>,
    change: &Change,
) -> Result<(Noun, Body), Refusal> {
    let replaced = item(state, old)?;
    let link = Word::parse("supersedes").map_err(|e| refuse(Code::ItemLink, e.detail, "a link"))?;
    let mut change = change.clone();
    change.added.entry(link).or_default().insert(old.clone());
    let body = if let Some(known) = state.items.get(new) {
        Body::Amended(change.apply(&known.stated))
    } else {
        let kept = inherited(&replaced.stated);
        let status = status.cloned().unwrap_or_else(|| first_status(state, &replaced.kind));
        Body::Declared(Declaration { kind: replaced.kind.clone(), status, stated: change.apply(&kept) })
    };
    Ok((Noun::Item(new.clone()), body))
}

/// Returns what a successor states that states nothing else.
pub fn inherited(old: &Amendment) -> Amendment {
    let whole = |(link, _): &(&Word, &BTreeSet<ItemId>)| link.as_str() == "part_of";
    let links = old.links.iter().filter(whole).map(|(link, targets)| (link.clone(), targets.clone())).collect();
    Amendment { title: old.title.clone(), fields: old.fields.clone(), links, path: None }
}

/// Returns the first status that a move leads to from `new`; the kind's own name, which is none, where there is no such move.
pub(super) fn first_status(state: &State, kind: &Word) -> Word {
    let moves = state.charter.rules.kinds.get(kind).into_iter().flat_map(|k| &k.moves);
    moves.filter(|m| m.from.contains(&None)).map(|m| m.to.clone()).next().unwrap_or_else(|| kind.clone())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(names: &[&str]) -> BTreeSet<ItemId> {
        names.iter().map(|name| ItemId::parse(name).unwrap()).collect()
    }

    fn word(text: &str) -> Word {
        Word::parse(text).unwrap()
    }

    #[test]
    fn what_a_change_does_not_name_stays() {
        let old = Amendment {
            title: Some("Old".to_owned()),
            path: Some(RepoPath::parse("docs/a.md").unwrap()),
            fields: BTreeMap::from([(word("group"), "core".into()), (word("size"), Value::Int(1))]),
            links: BTreeMap::from([(word("cites"), ids(&["A", "B"])), (word("serves"), ids(&["C"]))]),
        };
        assert_eq!(Change::default().apply(&old), old);
        let change = Change {
            path: Some(None),
            fields: BTreeMap::from([(word("size"), None)]),
            links: BTreeMap::from([(word("serves"), Some(BTreeSet::new()))]),
            added: BTreeMap::from([(word("cites"), ids(&["D"])), (word("owns"), ids(&["E"]))]),
            removed: BTreeMap::from([(word("cites"), ids(&["A"])), (word("knows"), ids(&["A"]))]),
            ..Change::default()
        };
        let new = change.apply(&old);
        assert_eq!((new.title.as_deref(), new.path), (Some("Old"), None));
        assert_eq!(new.fields.keys().map(Word::as_str).collect::<Vec<_>>(), ["group"]);
        let links: Vec<(&str, Vec<&str>)> =
            new.links.iter().map(|(link, ids)| (link.as_str(), ids.iter().map(ItemId::as_str).collect())).collect();
        assert_eq!(links, [("cites", vec!["B", "D"]), ("owns", vec!["E"]), ("serves", vec![])]);
    }

    #[test]
    fn a_successor_stands_in_the_whole_of_what_it_replaces() {
        let part_of = (word("part_of"), ids(&["PHASE-1"]));
        let links = BTreeMap::from([part_of.clone(), (word("cites"), ids(&["A"]))]);
        let old = Amendment {
            title: Some("Old".to_owned()),
            path: Some(RepoPath::parse("docs/a.md").unwrap()),
            links,
            ..Amendment::default()
        };
        let kept = Amendment { title: old.title.clone(), links: BTreeMap::from([part_of]), ..Amendment::default() };
        assert_eq!(inherited(&old), kept);
    }

    #[test]
    fn a_link_that_loses_its_last_target_is_stated_empty() {
        let old = Amendment { links: BTreeMap::from([(word("cites"), ids(&["A"]))]), ..Amendment::default() };
        let change = Change { removed: BTreeMap::from([(word("cites"), ids(&["A"]))]), ..Change::default() };
        assert_eq!(change.apply(&old).links.get("cites"), Some(&BTreeSet::new()));
    }
}

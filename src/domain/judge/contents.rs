//! The content of things: what claims and seals bind.

#![expect(clippy::option_option, reason = "unknown and absent are two answers")]

use std::collections::{BTreeMap, BTreeSet};

use super::eval::Eval;
use super::select::Thing;
use crate::domain::charter::{ClaimRule, Over};
use crate::domain::event::Amendment;
use crate::domain::explain::Outcome;
use crate::domain::facts::{Answer, File, Question};
use crate::domain::id::{Digest, ItemId, Noun, Word};
use crate::domain::path::RepoPath;
use crate::domain::state::{Basis, Claims, PlacedBlock, Waiver};
use crate::domain::value::Value;

/// One of the things that a claim is over.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Member {
    /// Its content: `None` where it cannot be known, `Some(None)` where there is none.
    pub content: Option<Option<Digest>>,
    /// Its file.
    pub path: Option<RepoPath>,
}

impl<'a> Eval<'a> {
    /// Returns an item's content; `None` where the item or its file is unknown.
    pub(super) fn content(&self, id: &ItemId) -> Option<Digest> {
        let (id, item) = self.item(id)?;
        if let Some(Some(known)) = self.contents.borrow().get(id) {
            return Some(*known);
        }
        let content = match &item.stated.path {
            None => Some(content_of(&item.declared_as, &item.stated, None)),
            Some(path) => self.file(path).map(|file| content_of(&item.declared_as, &item.stated, file.as_ref())),
        };
        self.contents.borrow_mut().insert(id, content);
        content
    }

    pub(super) fn scope(&self, scope: Option<&Word>) -> Option<Digest> {
        match self.ask(&Question::Scope(scope.cloned()))? {
            Answer::Scope { sha256, .. } => Some(sha256),
            _ => None,
        }
    }

    pub(super) fn noun_content(&self, noun: &Noun) -> Option<Digest> {
        match noun {
            Noun::Repo => self.scope(None),
            Noun::Item(id) => self.content(id),
            Noun::Placed { .. } => {
                let block = self.placed(noun).map(|(_, block)| &block.event);
                let event = block.or_else(|| self.granted(noun).map(|(_, waiver)| &waiver.event))?;
                Some(Digest::of_value(&Value::map([("event", Value::text(event))])))
            }
        }
    }

    /// Returns the block that a noun names, and the item that it is on.
    pub(super) fn placed(&self, noun: &Noun) -> Option<(&'a ItemId, &'a PlacedBlock)> {
        let Noun::Placed { item: Some(id), rule, seq } = noun else { return None };
        let (id, item) = self.item(id)?;
        let named = |block: &&PlacedBlock| block.name.as_str() == rule && block.touch.seq == *seq;
        item.blocks.iter().find(named).map(|block| (id, block))
    }

    /// Returns the waiver that a noun names, and the item that it is for.
    pub(super) fn granted(&self, noun: &Noun) -> Option<(&'a ItemId, &'a Waiver)> {
        let (id, item) = self.item(noun.item()?)?;
        item.waivers.iter().find(|waiver| waiver.noun(id) == *noun).map(|waiver| (id, waiver))
    }

    pub(super) fn over(&self, claim: &ClaimRule, subject: &Noun) -> Option<Option<Digest>> {
        match &claim.over {
            None => Some(None),
            Some(Over::Scope(scope)) => self.scope(Some(scope)).map(Some),
            Some(Over::Noun(noun, _)) => {
                let mut rows = BTreeSet::new();
                for (thing, selected) in self.select(noun, subject) {
                    match selected {
                        Outcome::Unknown => return None,
                        _ => rows.insert((thing.label(), self.thing_content(&thing)?)),
                    };
                }
                let pairs = rows.into_iter().map(|(id, content)| Value::List(vec![id.into(), content.into()]));
                Some(Some(Digest::of_value(&Value::List(pairs.collect()))))
            }
        }
    }

    /// Returns what a claim is over besides the thing itself, by name, each with its content as far as it is known. Of files in a
    /// scope nobody keeps a list.
    pub(super) fn over_each(&self, claim: &ClaimRule, subject: &Noun) -> BTreeMap<String, Member> {
        let Some(Over::Noun(noun, _)) = &claim.over else { return BTreeMap::new() };
        let things = self.select(noun, subject).into_iter().map(|(thing, _)| thing);
        let each = things.map(|thing| {
            let path = match &thing {
                Thing::Item(_, item) => item.stated.path.clone(),
                Thing::File { path, .. } => RepoPath::parse(path).ok(),
                _ => None,
            };
            (thing.label(), Member { content: self.thing_content(&thing), path })
        });
        each.collect()
    }

    /// Returns the content of a selected thing: `None` where it cannot be known, `Some(None)` where there is none.
    fn thing_content(&self, thing: &Thing<'a>) -> Option<Option<Digest>> {
        match thing {
            Thing::Undeclared(_) => Some(None),
            Thing::File { path, .. } => match RepoPath::parse(path) {
                Ok(path) => self.file(&path).map(|file| file.map(|file| file.sha256)),
                Err(_) => Some(None),
            },
            thing => self.noun_content(&thing.noun()?).map(Some),
        }
    }

    /// Returns what a statement of that claim about that thing would be made on, now.
    pub(super) fn basis(&self, claim: &Word, subject: &Noun) -> Option<Basis> {
        let over = self.over(self.charter().claims.get(claim)?, subject)?;
        let content = match (subject, over) {
            (Noun::Repo, Some(over)) => over,
            _ => self.noun_content(subject)?,
        };
        Some(Basis { content, over })
    }

    pub(super) fn claims_of(&self, subject: &Noun) -> Option<&'a Claims> {
        match subject {
            Noun::Repo => Some(&self.state.repo),
            Noun::Item(id) => self.state.items.get(id).map(|item| &item.claims),
            placed @ Noun::Placed { .. } => self.state.placed.get(placed),
        }
    }
}

/// Returns an item's content: SHA-256 of the canonical `{fields, kind, links, mode, path, sha256, title}`, where `mode` and
/// `sha256` are null without a file and a link that is stated to be empty stays `[]`.
pub(super) fn content_of(kind: &Word, stated: &Amendment, file: Option<&File>) -> Digest {
    let fields = stated.fields.iter().map(|(name, value)| (name.as_str(), value.clone()));
    let links = stated.links.iter().map(|(link, targets)| (link.as_str(), Value::list(targets)));
    Digest::of_value(&Value::map([
        ("fields", Value::map(fields)),
        ("kind", Value::from(kind)),
        ("links", Value::map(links)),
        ("mode", file.map(|file| file.mode.as_str()).into()),
        ("path", stated.path.as_ref().into()),
        ("sha256", file.map(|file| file.sha256).into()),
        ("title", stated.title.clone().into()),
    ]))
}

//! What the files of items have to say: the sections of an item's own file, and a heading or text in another item's.

use super::consistent::Conflict;
use super::eval::Eval;
use crate::domain::charter::{Holder, KindRule, Words};
use crate::domain::facts::{Answer, Question};
use crate::domain::id::ItemId;
use crate::domain::path::RepoPath;
use crate::domain::state::Item;

impl<'a> Eval<'a> {
    /// Returns which of the sections that its kind asks for the file of an item lacks, or has in another order; `None` where that
    /// cannot be known.
    pub(super) fn missing_sections(&self, kind: &KindRule, item: &Item) -> Option<Vec<String>> {
        let asked = &kind.headings;
        if asked.is_empty() {
            return Some(Vec::new());
        }
        let Some(path) = &item.stated.path else { return Some(vec!["has no file with its sections".to_owned()]) };
        if self.file(path)?.is_none() {
            return Some(vec![format!("{path}, with its sections, is not there")]);
        }
        let mut missing = Vec::new();
        let mut unknown = false;
        for (at, heading) in asked.iter().enumerate() {
            let before = asked.get(at + 1).cloned();
            match self.has_heading(path, heading, before.as_ref()) {
                Some(true) => {}
                Some(false) => missing.push(format!("{path} has no section `{heading}`{}", standing(before.as_ref()))),
                None => unknown = true,
            }
        }
        (!missing.is_empty() || !unknown).then_some(missing)
    }

    fn has_heading(&self, path: &RepoPath, heading: &str, before: Option<&String>) -> Option<bool> {
        let question = Question::Heading { path: path.clone(), heading: heading.to_owned(), before: before.cloned() };
        match self.ask(&question)? {
            Answer::Bool(yes) => Some(yes),
            _ => None,
        }
    }

    /// Returns the files in which an item has to be spoken of, each with what it has to say; and what keeps it from being looked for.
    fn speakers(&self, id: &ItemId, item: &Item) -> (Vec<(&'a ItemId, &'a RepoPath)>, Vec<Conflict>) {
        let spoken = self.charter().kinds.get(&item.kind).and_then(|kind| kind.spoken.as_ref());
        let Some(spoken) = spoken else { return (Vec::new(), Vec::new()) };
        let of: Vec<&ItemId> = match &spoken.holder {
            Holder::Item(document) => self.newest(document).into_iter().collect(),
            Holder::Whole(kind) => {
                let is_of = |above: &&ItemId| self.item(above).is_some_and(|(_, item)| item.kind == *kind);
                self.ancestors(id).into_iter().filter(is_of).collect()
            }
        };
        let of: Vec<(&ItemId, &Item)> = of.into_iter().filter_map(|id| self.item(id)).collect();
        if of.is_empty() {
            let nobody = match &spoken.holder {
                Holder::Item(document) => format!("{document}, which speaks of it, is not declared"),
                Holder::Whole(kind) => format!("it is part of no {kind}, which would speak of it"),
            };
            return (Vec::new(), vec![Conflict::Row(nobody)]);
        }
        let mut files = Vec::new();
        let mut conflicts = Vec::new();
        for (id, document) in of {
            match &document.stated.path {
                Some(path) => files.push((id, path)),
                None => conflicts.push(Conflict::Row(format!("{id}, which speaks of it, has no path"))),
            }
        }
        (files, conflicts)
    }

    /// Returns the file in which an item has to be spoken of, where that is one.
    pub(super) fn speaker(&self, id: &ItemId, item: &Item) -> Option<&'a RepoPath> {
        self.speakers(id, item).0.first().map(|(_, path)| *path)
    }

    /// Returns the part of an item that a file has to say of it, and that it does not have.
    pub(super) fn unsayable(&self, id: &ItemId, item: &Item) -> Option<&'static str> {
        let spoken = self.charter().kinds.get(&item.kind).and_then(|kind| kind.spoken.as_ref())?;
        let (Words::Heading { text, .. } | Words::Text(text)) = &spoken.words;
        self.filled(text, id, item).err()
    }

    /// Returns where files do not say of an item what they should; `None` where that cannot be known.
    pub(super) fn spoken_conflicts(&self, id: &ItemId, item: &Item) -> Option<Vec<Conflict>> {
        let spoken = self.charter().kinds.get(&item.kind).and_then(|kind| kind.spoken.as_ref());
        let Some(spoken) = spoken else { return Some(Vec::new()) };
        let (files, mut conflicts) = self.speakers(id, item);
        let (Words::Heading { text, .. } | Words::Text(text)) = &spoken.words;
        let text = match self.filled(text, id, item) {
            Ok(text) => text,
            Err(part) => return Some(vec![Conflict::Row(format!("it has no {part} that a file could say"))]),
        };
        let mut unknown = false;
        for (document, path) in files {
            let answer = match &spoken.words {
                Words::Heading { before, .. } => self.has_heading(path, &text, before.as_ref()),
                Words::Text(_) => match self.ask(&Question::Text { path: path.clone(), text: text.clone() }) {
                    Some(Answer::Bool(yes)) => Some(yes),
                    _ => None,
                },
            };
            let lacks = match &spoken.words {
                Words::Heading { before, .. } => format!("has no heading `{text}`{}", standing(before.as_ref())),
                Words::Text(_) => format!("does not name `{text}`"),
            };
            match answer {
                Some(true) => {}
                Some(false) => conflicts.push(Conflict::Row(format!("{document} ({path}) {lacks}"))),
                None => unknown = true,
            }
        }
        (!conflicts.is_empty() || !unknown).then_some(conflicts)
    }
}

/// Returns where a heading was looked for, as it follows the heading.
fn standing(before: Option<&String>) -> String {
    before.map(|before| format!(" before `{before}`")).unwrap_or_default()
}

impl Eval<'_> {
    /// Returns a text with the parts of an item in the places of their names, or the name of a part that it does not have.
    fn filled(&self, text: &str, id: &ItemId, item: &Item) -> Result<String, &'static str> {
        let title = item.stated.title.as_deref().filter(|title| !title.is_empty());
        let path = item.stated.path.as_ref().map(RepoPath::as_str);
        let beginning = self.charter().kinds.get(&item.kind).map_or("", |kind| kind.id.beginning());
        let mut out = String::new();
        let mut rest = text;
        while let Some((before, after)) = rest.split_once('{') {
            let (name, after) = after.split_once('}').unwrap_or((after, ""));
            out.push_str(before);
            out.push_str(match name {
                "title" => title.ok_or("title")?,
                "path" => path.ok_or("path")?,
                "tail" => id.as_str().strip_prefix(beginning).filter(|tail| !tail.is_empty()).ok_or("tail")?,
                _ => id.as_str(),
            });
            rest = after;
        }
        out.push_str(rest);
        Ok(out)
    }
}

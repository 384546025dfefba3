//! `is consistent`: whether an item agrees with what it links to and with the document that lists it.

use std::collections::{BTreeMap, BTreeSet};

use super::eval::{Eval, SUPERSEDES};
use super::predicate::Finding;
use super::words;
use crate::domain::charter::Listed;
use crate::domain::explain::Outcome;
use crate::domain::facts::{Answer, Question};
use crate::domain::id::ItemId;
use crate::domain::path::RepoPath;
use crate::domain::state::Item;

/// A disagreement between an item and what it should agree with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Conflict {
    /// A link to something that is not there.
    Link(String),
    /// The list has no such row, or cannot have one.
    Row(String),
    /// A cell of the row says something else: the part of the item, what the row says, and the sentence about it.
    Cell { part: String, row: String, text: String },
    /// The document has a row that no item stands for, or a second one, or a table that nothing reads: what it names, and the
    /// sentence about it.
    Stray { row: String, text: String },
}

impl Conflict {
    fn text(&self) -> &str {
        match self {
            Conflict::Link(text) | Conflict::Row(text) | Conflict::Cell { text, .. } | Conflict::Stray { text, .. } => {
                text
            }
        }
    }
}

impl<'a> Eval<'a> {
    pub(super) fn consistent(&self, id: &'a ItemId, item: &'a Item) -> Finding {
        let mut conflicts = self.link_conflicts(item);
        let listed = self.charter().kinds.get(&item.kind).and_then(|kind| kind.listed.as_ref());
        let document = listed.and_then(|listed| self.document(listed));
        let row = listed.map_or(Some(Vec::new()), |listed| self.row_conflicts(id, item, listed));
        let spoken = self.spoken_conflicts(id, item);
        let mut unknown = row.is_none() || spoken.is_none();
        conflicts.extend(row.into_iter().chain(spoken).flatten());
        let lists = self.lists(id);
        let (stray, unread) = self.stray_conflicts(item, &lists);
        conflicts.extend(stray);
        unknown |= unread;
        let document = document
            .or_else(|| self.speaker(id, item))
            .or_else(|| item.stated.path.as_ref().filter(|_| !lists.is_empty()));
        let texts: Vec<&str> = conflicts.iter().map(Conflict::text).collect();
        let finding = match (conflicts.is_empty(), unknown) {
            (false, _) => Finding::new(Outcome::Unmet, format!("{id}: {}", words::list(&texts, 5))),
            (true, true) => {
                let list = match (lists.is_empty(), listed) {
                    (false, _) => format!("{id}, which is a list,"),
                    (true, Some(_)) => format!("the list of {id}"),
                    (true, None) => format!("the file that speaks of {id}"),
                };
                Finding::new(Outcome::Unknown, format!("{list} cannot be read here"))
            }
            (true, false) => Finding::new(Outcome::Met, format!("{id} agrees with what lists it and what it links to")),
        };
        finding.at(document)
    }

    /// Returns the documents that could not be read, of those that an item has to agree with.
    pub(super) fn unread_documents(&self, id: &ItemId, item: &Item) -> Vec<&'a RepoPath> {
        let listed = self.charter().kinds.get(&item.kind).and_then(|kind| kind.listed.as_ref());
        let row = listed.filter(|listed| self.row_conflicts(id, item, listed).is_none());
        let (_, own) = self.stray_conflicts(item, &self.lists(id));
        let spoken = self.spoken_conflicts(id, item).is_none();
        let paths = [
            row.and_then(|listed| self.document(listed)),
            self.item(id).filter(|_| own).and_then(|(_, item)| item.stated.path.as_ref()),
            self.speaker(id, item).filter(|_| spoken),
        ];
        let mut paths: Vec<&RepoPath> = paths.into_iter().flatten().collect();
        paths.dedup();
        paths
    }

    fn link_conflicts(&self, item: &'a Item) -> Vec<Conflict> {
        let mut conflicts = Vec::new();
        for (link, targets) in &item.stated.links {
            for target in targets {
                if self.item(target).is_none() {
                    conflicts.push(Conflict::Link(format!("{link} names {target}, which was never declared")));
                } else if link.as_str() != SUPERSEDES && self.newest(target).is_none() {
                    conflicts.push(Conflict::Link(format!("{link} names {target}, whose successors go in a circle")));
                } else if self.charter().links.contains_key(link) && !self.leads(link, &item.kind, target) {
                    conflicts.push(Conflict::Link(format!("{link} names {target}, to whose kind it does not lead")));
                }
            }
        }
        conflicts
    }

    /// Returns the columns of ids by which an item's document lists others, each once.
    pub(super) fn lists(&self, id: &ItemId) -> Vec<String> {
        let listed = self.charter().kinds.values().filter_map(|kind| kind.listed.as_ref());
        let own = listed.filter(|listed| self.newest(&listed.document) == Some(id)).map(id_column);
        own.collect::<std::collections::BTreeSet<String>>().into_iter().collect()
    }

    /// Returns the rows of a document that stand for no item, or for one that another row of their column stands for, and the tables
    /// that have none of the columns by which it lists; and whether one of the columns cannot be read.
    pub(super) fn stray_conflicts(&self, item: &Item, columns: &[String]) -> (Vec<Conflict>, bool) {
        let mut conflicts = Vec::new();
        // A list without a path is a conflict of each thing that it ought to list.
        let Some(path) = &item.stated.path else { return (conflicts, false) };
        let mut read: Vec<BTreeMap<u64, String>> = Vec::new();
        let mut unknown = false;
        for column in columns {
            match self.ask(&Question::Column { path: path.clone(), column: column.clone() }) {
                Some(Answer::Column(Some(texts))) => read.push(texts),
                Some(Answer::Column(None)) => {
                    conflicts.push(Conflict::Row(format!("{path} has no table with the column {column}")));
                }
                _ => unknown = true,
            }
        }
        let mut told = BTreeSet::new();
        for texts in &read {
            let mut first: BTreeMap<&str, u64> = BTreeMap::new();
            for (line, row) in texts {
                let unread = row.starts_with("| ") && row.ends_with(" |");
                // What one column does not lead to, another one may.
                if unread && !(told.insert(*line) && read.iter().all(|other| other.get(line) == Some(row))) {
                    continue;
                }
                let text = match (ItemId::parse(row), first.get(row.as_str())) {
                    (Err(_), _) if unread => {
                        let columns = columns.join(" or ");
                        format!("{path} has a table without the column {columns}, on line {line}: `{row}`")
                    }
                    (Err(_), _) if row.is_empty() => {
                        format!("the list ({path}) has a row without an id, on line {line}")
                    }
                    (Err(_), _) => format!("the list ({path}) has a row `{row}`, which is no id, on line {line}"),
                    (Ok(_), Some(first)) => {
                        format!("the list ({path}) has two rows {row}, on lines {first} and {line}")
                    }
                    (Ok(id), None) if self.item(&id).is_none() => {
                        format!("the list ({path}) has a row {row}, and nobody declared {row}")
                    }
                    (Ok(_), None) => String::new(),
                };
                first.entry(row).or_insert(*line);
                if !text.is_empty() {
                    conflicts.push(Conflict::Stray { row: row.clone(), text });
                }
            }
        }
        (conflicts, unknown)
    }

    /// Returns the path of the document that lists an item.
    pub(super) fn document(&self, listed: &Listed) -> Option<&'a RepoPath> {
        let (_, item) = self.item(self.newest(&listed.document)?)?;
        item.stated.path.as_ref()
    }

    /// Returns where the row of an item disagrees; `None` where the document cannot be read.
    pub(super) fn row_conflicts(&self, id: &ItemId, item: &Item, listed: &Listed) -> Option<Vec<Conflict>> {
        let document = &listed.document;
        let Some(path) = self.document(listed) else {
            return Some(vec![Conflict::Row(format!("{document}, which lists it, is not declared or has no path"))]);
        };
        let column = id_column(listed);
        let Answer::Row(row) = self.ask(&Question::Row { path: path.clone(), column, id: id.clone() })? else {
            return None;
        };
        let Some(row) = row else {
            return Some(vec![Conflict::Row(format!("{document} ({path}) has no row for it"))]);
        };
        let mut conflicts = Vec::new();
        for (part, heading) in listed.columns.iter().filter(|(part, _)| part.as_str() != "id") {
            let own = part_of_item(item, part);
            match row.get(heading).map(|cell| cell.trim()) {
                None => conflicts.push(Conflict::Row(format!("{document} ({path}) has no column {heading}"))),
                Some(cell) if cell == own.trim() => {}
                Some(cell) => conflicts.push(Conflict::Cell {
                    part: part.clone(),
                    row: cell.to_owned(),
                    text: format!("index row says {part} {}, the declaration says {}", shown(cell), shown(own)),
                }),
            }
        }
        Some(conflicts)
    }
}

/// Returns the heading of the column that holds the ids.
fn id_column(listed: &Listed) -> String {
    listed.columns.get("id").cloned().unwrap_or_else(|| "id".to_owned())
}

/// Returns the part of an item that a list repeats.
fn part_of_item<'i>(item: &'i Item, part: &str) -> &'i str {
    match part {
        "title" => item.stated.title.as_deref().unwrap_or_default(),
        "path" => item.stated.path.as_ref().map(RepoPath::as_str).unwrap_or_default(),
        "status" => item.status.as_str(),
        _ => "",
    }
}

fn shown(text: &str) -> String {
    if text.is_empty() { "nothing".to_owned() } else { format!("`{text}`") }
}

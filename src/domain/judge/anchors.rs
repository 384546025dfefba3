//! Anchors: lines of files that a value names, and that the commit has to have.

use super::compare;
use super::eval::Eval;
use crate::domain::charter::{FieldRule, FieldType, KindRule};
use crate::domain::facts::{Answer, Question};
use crate::domain::id::Word;
use crate::domain::path::{Anchor, RepoPath};
use crate::domain::state::Item;
use crate::domain::value::Value;

/// Why an anchor cannot be relied on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Adrift {
    /// It leads nowhere: a clause that follows the name of the value.
    Nowhere(String),
    /// The lines of its file cannot be known.
    Unread(RepoPath),
}

/// Returns the first anchor of a value that leads nowhere; else the first one of which that cannot be known.
pub fn adrift(rule: &FieldRule, value: &Value, ask: &dyn Fn(&Question) -> Option<Answer>) -> Option<Adrift> {
    if rule.kind != FieldType::Anchors {
        return None;
    }
    let mut unread = None;
    for anchor in compare::parts(value).into_iter().filter_map(Value::as_text).filter_map(Anchor::parse) {
        let Anchor { path, line } = anchor;
        match ask(&Question::Lines(path.clone())) {
            Some(Answer::Lines(Some(lines))) if line <= lines => {}
            Some(Answer::Lines(Some(1))) => {
                return Some(Adrift::Nowhere(format!("has {path}:{line}, and {path} has 1 line")));
            }
            Some(Answer::Lines(Some(lines))) => {
                return Some(Adrift::Nowhere(format!("has {path}:{line}, and {path} has {lines} lines")));
            }
            Some(Answer::Lines(None)) => {
                return Some(Adrift::Nowhere(format!("has {path}:{line}, and {path} is no file of the commit")));
            }
            _ => unread = unread.or(Some(path)),
        }
    }
    unread.map(Adrift::Unread)
}

impl Eval<'_> {
    /// Returns which anchor of a field leads nowhere, as a clause that follows the field's name.
    pub(super) fn leads_nowhere(&self, rule: &FieldRule, value: &Value) -> Option<String> {
        match adrift(rule, value, &|question| self.ask(question)) {
            Some(Adrift::Nowhere(problem)) => Some(problem),
            Some(Adrift::Unread(_)) | None => None,
        }
    }

    /// Returns the first field of an item that names a line of a file whose lines cannot be known, and that file.
    pub(super) fn unread_anchors<'k>(&self, kind: &'k KindRule, item: &Item) -> Option<(&'k Word, RepoPath)> {
        kind.fields.iter().find_map(|(name, rule)| {
            match adrift(rule, item.stated.fields.get(name)?, &|question| self.ask(question)) {
                Some(Adrift::Unread(path)) => Some((name, path)),
                Some(Adrift::Nowhere(_)) | None => None,
            }
        })
    }
}

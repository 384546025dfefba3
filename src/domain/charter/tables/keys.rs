//! The keys of one table: each is taken once, by name and type; what is left over is refused.

use super::super::problem::{Place, Problem, Problems};
use super::super::source::{Name, Node, Value, Written};
use crate::domain::code::Code;

/// The keys of one table.
pub(super) struct Keys<'p> {
    /// Where the table stands, such as `kinds.phase`, for messages.
    what: String,
    span: Place,
    entries: Vec<(Name, Node)>,
    known: Vec<&'static str>,
    pub(super) problems: &'p mut Problems,
}

impl<'p> Keys<'p> {
    /// Returns the keys of a value; none where it is no table, which is reported.
    pub(super) fn of(what: String, name: &Name, node: Node, problems: &'p mut Problems) -> Keys<'p> {
        let entries = entries(&what, node, problems);
        Keys { what, span: name.span.clone(), entries, known: Vec::new(), problems }
    }

    /// Returns the place of the table's name.
    pub(super) fn span(&self) -> Place {
        self.span.clone()
    }

    /// Takes a key.
    pub(super) fn take(&mut self, key: &'static str) -> Option<(Name, Node)> {
        self.known.push(key);
        let at = self.entries.iter().position(|(name, _)| name.text == key)?;
        Some(self.entries.remove(at))
    }

    /// Takes a key that must be there.
    pub(super) fn need(&mut self, key: &'static str) -> Option<(Name, Node)> {
        let taken = self.take(key);
        if taken.is_none() {
            let message = format!("`{}` needs `{key}`", self.what);
            // A key that was mistyped explains the absence better.
            if !self.has_near(&[key]) {
                self.problems.push(Problem::new(Code::CharterMissingKey, self.span.clone(), message));
            }
        }
        taken
    }

    /// Returns whether a key that was not taken looks like one of these, mistyped.
    pub(super) fn has_near(&self, keys: &[&str]) -> bool {
        let near = |name: &Name| keys.iter().any(|key| super::super::problem::distance(&name.text, key) <= 2);
        self.entries.iter().any(|(name, _)| near(name))
    }

    /// Takes a text.
    pub(super) fn text(&mut self, key: &'static str) -> Option<Written> {
        let (_, node) = self.take(key)?;
        as_text(&format!("`{key}`"), node, self.problems)
    }

    /// Takes a text that must be there.
    pub(super) fn need_text(&mut self, key: &'static str) -> Option<Written> {
        let (_, node) = self.need(key)?;
        as_text(&format!("`{key}`"), node, self.problems)
    }

    /// Takes a text that is only shown to people.
    pub(super) fn prose(&mut self, key: &'static str) -> Option<String> {
        let text = self.text(key)?;
        if text.text.trim().is_empty() {
            let problem = Problem::new(Code::CharterType, text.span.clone(), format!("`{key}` is empty"));
            self.problems.push(problem.help("leave it out"));
        }
        Some(text.text)
    }

    /// Takes a list of texts, which is not empty.
    pub(super) fn texts(&mut self, key: &'static str) -> Option<Vec<Written>> {
        let (_, node) = self.take(key)?;
        as_texts(&format!("`{key}`"), node, self.problems)
    }

    /// Takes a list of texts that must be there.
    pub(super) fn need_texts(&mut self, key: &'static str) -> Option<Vec<Written>> {
        let (_, node) = self.need(key)?;
        as_texts(&format!("`{key}`"), node, self.problems)
    }

    /// Takes true or false; false where the key is absent.
    pub(super) fn flag(&mut self, key: &'static str) -> bool {
        let Some((_, node)) = self.take(key) else { return false };
        if let Value::Bool(yes) = node.value {
            yes
        } else {
            let message = format!("`{key}` is true or false, not {}", node.describe());
            self.problems.wrong_type(&node.span, message);
            false
        }
    }

    /// Refuses keys that the language has and this release does not evaluate.
    pub(super) fn not_evaluated(&mut self, keys: &[&'static str]) -> bool {
        let mut found = false;
        for key in keys {
            if let Some((name, _)) = self.take(key) {
                self.problems.not_evaluated(&name.span, &format!("`{key}` of `{}`", self.what));
                found = true;
            }
        }
        found
    }

    /// Returns every key that was not taken: the names that the table defines.
    pub(super) fn rest(&mut self) -> Vec<(Name, Node)> {
        std::mem::take(&mut self.entries)
    }

    /// Refuses what was not taken.
    pub(super) fn finish(self) {
        for (name, _) in &self.entries {
            let sort = format!("key of `{}`", self.what);
            self.problems.unknown(Code::CharterUnknownKey, &name.span, &sort, &name.text, &self.known);
        }
    }
}

/// Returns the entries of a table.
pub(super) fn entries(what: &str, node: Node, problems: &mut Problems) -> Vec<(Name, Node)> {
    if let Value::Table(entries) = node.value {
        entries
    } else {
        problems.wrong_type(&node.span, format!("`{what}` is a table, not {}", node.describe()));
        Vec::new()
    }
}

/// Returns a text.
pub(super) fn as_text(what: &str, node: Node, problems: &mut Problems) -> Option<Written> {
    if let Value::Text(text) = node.value {
        Some(text)
    } else {
        problems.wrong_type(&node.span, format!("{what} is a text, not {}", node.describe()));
        None
    }
}

/// Returns a list of texts, which is not empty.
pub(super) fn as_texts(what: &str, node: Node, problems: &mut Problems) -> Option<Vec<Written>> {
    match node.value {
        Value::List(nodes) if nodes.is_empty() => {
            let problem = Problem::new(Code::CharterType, node.span, format!("{what} is empty"));
            problems.push(problem.help("leave the key out, or say what it holds"));
            None
        }
        Value::List(nodes) => nodes.into_iter().map(|n| as_text(&format!("an entry of {what}"), n, problems)).collect(),
        _ => {
            problems.wrong_type(&node.span, format!("{what} is a list of texts, not {}", node.describe()));
            None
        }
    }
}

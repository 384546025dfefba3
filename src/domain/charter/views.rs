//! `[views.NAME]`: documents, and texts about one item, that are rendered from the ledger.

use super::ast::Noun;
use crate::domain::id::Word;
use crate::domain::path::RepoPath;

/// A view.
#[derive(Debug, Clone, PartialEq)]
pub enum ViewRule {
    /// A document in the tree: a noun of which a rule can say that it is consistent.
    Board(Board),
    /// A text about one item at a time.
    Message(Message),
}

impl ViewRule {
    /// Returns the document, where the view is one.
    pub fn board(&self) -> Option<&Board> {
        match self {
            ViewRule::Board(board) => Some(board),
            ViewRule::Message(_) => None,
        }
    }
}

/// A document that is rendered from the ledger.
#[derive(Debug, Clone, PartialEq)]
pub struct Board {
    /// Where it stands in the tree.
    pub path: RepoPath,
    /// Its heading; the name of the view where there is none.
    pub title: Option<String>,
    /// Heading -> what stands below it, in the order of the charter.
    pub sections: Vec<(String, Section)>,
    /// What each of them shows, as it is written.
    pub said: Vec<String>,
    /// Fields and links that are told of each item, in this order.
    pub show: Vec<Word>,
}

/// What stands in a section.
#[derive(Debug, Clone, PartialEq)]
pub enum Section {
    /// One entry an item.
    Items(Noun),
    /// One row an item, with these columns.
    Table(Noun, Vec<Piece>),
    /// A gate: one part for each live item of these kinds, whose status some move leaves. Without a kind, the gate itself.
    Gate(Word, Vec<Word>),
}

/// A text about one item.
#[derive(Debug, Clone, PartialEq)]
pub struct Message {
    /// The kind of the item.
    pub of: Word,
    /// The text.
    pub text: Vec<Piece>,
}

/// A piece of a message, or a column of a table.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// As it stands.
    Plain(String),
    /// `{id}`
    Id,
    /// `{title}`
    Title,
    /// `{path}`
    Path,
    /// `{status}`
    Status,
    /// `{FIELD}`
    Field(Word),
    /// `{LINK}`
    Link(Word),
    /// `{gate NAME}`
    Gate(Word),
}

impl Piece {
    /// Returns what the piece is called as a column.
    pub fn name(&self) -> &str {
        match self {
            Piece::Plain(text) => text,
            Piece::Id => "id",
            Piece::Title => "title",
            Piece::Path => "path",
            Piece::Status => "status",
            Piece::Field(name) | Piece::Link(name) | Piece::Gate(name) => name.as_str(),
        }
    }

    /// Returns the piece as it is written.
    pub fn text(&self) -> String {
        match self {
            Piece::Plain(text) => text.replace('{', "{{").replace('}', "}}"),
            Piece::Gate(gate) => format!("{{gate {gate}}}"),
            other => format!("{{{}}}", other.name()),
        }
    }
}

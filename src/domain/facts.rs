//! Facts about the code: the closed list of questions that a rule can ask about a commit's tree, and their answers.
//!
//! Judgement asks through [`Facts`]. Where a person acts, the answers come from the repository and are recorded; at replay
//! they come from the event, so that replay needs no code. A question without an answer is UNKNOWN.

use std::cell::RefCell;
use std::collections::BTreeMap;

use super::id::{Digest, ItemId, TaggedOid, Word};
use super::path::RepoPath;

/// A question about one commit.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Question {
    /// What file is at a path?
    Path(RepoPath),
    /// What are the files of a scope of the charter? `None`: of the whole tree.
    Scope(Option<Word>),
    /// Who wrote the bytes at a path since the file had these bytes, or since the baseline?
    Authors {
        /// The path.
        path: RepoPath,
        /// SHA-256 of the bytes from which on it is asked; `None`: since the baseline.
        since: Option<Digest>,
    },
    /// What does the row of an id say, in the tables of a document that have the column?
    Row {
        /// The document.
        path: RepoPath,
        /// The heading of the column that holds the ids.
        column: String,
        /// The id.
        id: ItemId,
    },
    /// What stands in a column, in the tables of a document that have it?
    Column {
        /// The document.
        path: RepoPath,
        /// The heading of the column.
        column: String,
    },
    /// Does a document have a heading of that text, before another one?
    Heading {
        /// The document.
        path: RepoPath,
        /// The heading's text.
        heading: String,
        /// Only headings before the one of this text count.
        before: Option<String>,
    },
    /// Does a document hold a text?
    Text {
        /// The document.
        path: RepoPath,
        /// The text.
        text: String,
    },
    /// How many lines has the file at a path?
    Lines(RepoPath),
    /// Is the commit on a branch?
    On(String),
}

/// The answer to a question.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Answer {
    /// To `Path`: nothing there, or a regular file.
    File(Option<File>),
    /// To `Scope`: how many files, and the SHA-256 of their list.
    Scope {
        /// How many.
        count: u64,
        /// SHA-256 of the canonical JSON array of `[mode, path, sha256]`, sorted by path.
        sha256: Digest,
    },
    /// To `Authors`: actors by a verified key, and `?EMAIL` for whom an unsigned commit names. Sorted, distinct.
    Authors(Vec<String>),
    /// To `Row`: no such row, or the texts of its cells under the headings of their columns.
    Row(Option<BTreeMap<String, String>>),
    /// To `Column`: no such column, or the text of each row that is not empty, by its line.
    Column(Option<BTreeMap<u64, String>>),
    /// To `Lines`: no regular file, or how many lines it has.
    Lines(Option<u64>),
    /// To `Heading`, `Text` and `On`.
    Bool(bool),
}

/// A regular file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct File {
    /// Git's mode: executable or not.
    pub mode: Mode,
    /// How many bytes.
    pub size: u64,
    /// SHA-256 of the bytes.
    pub sha256: Digest,
}

/// The mode of a regular file in git.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Mode {
    /// `100644`
    Plain,
    /// `100755`
    Executable,
}

impl Mode {
    /// Returns git's octal digits.
    pub const fn as_str(self) -> &'static str {
        match self {
            Mode::Plain => "100644",
            Mode::Executable => "100755",
        }
    }

    /// Reads git's octal digits.
    pub fn parse(text: &str) -> Option<Mode> {
        [Mode::Plain, Mode::Executable].into_iter().find(|mode| mode.as_str() == text)
    }
}

/// What an event's author signed about one commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Seen {
    /// The commit. A hint: replay never looks at it, `verify` does where it is there.
    pub commit: TaggedOid,
    /// The branch or tag that the author stood on, such as `refs/heads/main`.
    pub reference: Option<String>,
    /// Questions and answers.
    pub facts: BTreeMap<Question, Answer>,
}

/// Something that answers questions about one commit.
pub trait Facts {
    /// Returns the answer; `None` where it cannot be known.
    fn ask(&self, question: &Question) -> Option<Answer>;

    /// Returns why a question that was asked has no answer, where that is known. It is told to people and decides nothing.
    fn why_unknown(&self, question: &Question) -> Option<String> {
        let _ = question;
        None
    }

    /// Returns what the event at a position was signed on, where the events are at hand. It is told to people and decides nothing.
    fn signed_on(&self, seq: u64) -> Option<Seen> {
        let _ = seq;
        None
    }

    /// Returns where bytes can be taken from here that lay in a commit, and are kept as evidence. It is told to people and decides
    /// nothing.
    fn source(&self, commit: &TaggedOid, sha256: &Digest) -> Source {
        let _ = (commit, sha256);
        Source::Commit
    }
}

/// Where bytes can be taken from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Source {
    /// From the commit that they lay in.
    Commit,
    /// From the evidence alone: git's name for the object that holds them.
    Evidence(String),
    /// From nowhere here.
    Nowhere,
}

impl Facts for BTreeMap<Question, Answer> {
    fn ask(&self, question: &Question) -> Option<Answer> {
        self.get(question).cloned()
    }
}

/// Knows nothing: every question is UNKNOWN.
pub struct Nothing;

impl Facts for Nothing {
    fn ask(&self, _: &Question) -> Option<Answer> {
        None
    }
}

/// Passes questions on and remembers those that were answered, for an event's `seen`.
pub struct Recorder<'a> {
    inner: &'a dyn Facts,
    asked: RefCell<BTreeMap<Question, Option<Answer>>>,
}

impl<'a> Recorder<'a> {
    /// Returns a recorder in front of `inner`.
    pub fn new(inner: &'a dyn Facts) -> Recorder<'a> {
        Recorder { inner, asked: RefCell::default() }
    }

    /// Returns the questions that were asked and could be answered.
    pub fn into_facts(self) -> BTreeMap<Question, Answer> {
        self.asked.into_inner().into_iter().filter_map(|(q, a)| Some((q, a?))).collect()
    }
}

impl Facts for Recorder<'_> {
    fn ask(&self, question: &Question) -> Option<Answer> {
        if let Some(answer) = self.asked.borrow().get(question) {
            return answer.clone();
        }
        let answer = self.inner.ask(question);
        self.asked.borrow_mut().insert(question.clone(), answer.clone());
        answer
    }

    fn why_unknown(&self, question: &Question) -> Option<String> {
        self.inner.why_unknown(question)
    }

    fn signed_on(&self, seq: u64) -> Option<Seen> {
        self.inner.signed_on(seq)
    }

    fn source(&self, commit: &TaggedOid, sha256: &Digest) -> Source {
        self.inner.source(commit, sha256)
    }
}

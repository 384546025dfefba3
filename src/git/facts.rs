//! Facts about the code, answered from the objects of a repository, never from its work tree.
//!
//! | question | answered with | unknown where |
//! |---|---|---|
//! | `Path` | the regular file (100644 or 100755) of exactly these bytes as its path; else nothing: a link, a submodule, a directory, and whatever lies behind a link or submodule, is no file | the tree is unreadable |
//! | `Scope` of the charter | all regular files that it matches | it matches a name that is no path of the format; or it matches a link or submodule, or a file `x` directly below one: what that stands for may change without the digest. Take it out with `!`, or out of the tree. Or the tree has more than 1,000,000 entries |
//! | `Scope` of the whole tree | all files; a link as mode `120000` with the SHA-256 of its target, a submodule as `160000` with the SHA-256 of its tagged commit id | a name is no path of the format, or as above |
//! | `Authors` | see [`super::history`] | an object is missing; what is not committed yet has no known maker |
//! | `Row`, `Column`, `Heading`, `Text` | see [`crate::domain::markdown`] | the file is absent, no document, or contradicts itself; the row cannot be recorded |
//! | `Lines` | of a regular file, how many of its bytes are LF, and one more where the last byte is another; else nothing | the tree or the file is unreadable |
//! | `On` | whether the commit is on `refs/heads/BRANCH` or `refs/remotes/origin/BRANCH` | neither exists, the history is cut short, or there is no commit yet |

use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use git2::{ErrorCode, ObjectType, Oid, Reference, Repository};

use super::history::{Committer, History, HistoryError, People, Start};
use super::objects;
use super::raw::{self, Entry, Kind, ObjectError, Tree};
use crate::domain::charter::glob::{Glob, scope_matches};
use crate::domain::facts::{Answer, Facts, File, Question};
use crate::domain::id::{ActorId, Digest, ItemId, TaggedOid, Word};
use crate::domain::key::PublicKey;
use crate::domain::markdown::{self, Listing, Row};
use crate::domain::path::RepoPath;
use crate::domain::text;
use crate::domain::value::Value;

/// What the answers depend on beside the repository: the ledger at one position.
#[derive(Debug, Clone, Default)]
pub struct Setting {
    /// The scopes of the charter in force.
    pub scopes: BTreeMap<Word, Vec<Glob>>,
    /// Commits whose ancestors are not judged.
    pub baseline: BTreeSet<TaggedOid>,
    /// Git emails of committers that stand for nobody.
    pub forges: BTreeSet<String>,
    /// The live keys.
    pub keys: BTreeMap<PublicKey, ActorId>,
    /// The git emails that actors enrolled with.
    pub emails: BTreeMap<ActorId, BTreeSet<String>>,
}

/// Why a question has no answer.
#[derive(Debug, thiserror::Error)]
pub enum FactsError {
    /// The repository cannot tell.
    #[error(transparent)]
    History(#[from] HistoryError),
    /// The repository tells, and it is no answer.
    #[error("{0}")]
    Unclear(String),
}

impl From<ObjectError> for FactsError {
    fn from(error: ObjectError) -> FactsError {
        FactsError::History(error.into())
    }
}

/// How many entries of a tree are looked at before a scope is given up as unknown: trees can be made that hold each other.
const MAX_ENTRIES: usize = 1_000_000;

/// What several trees of one repository share: the setting, and what was read once.
struct Shared<'r> {
    scopes: BTreeMap<Word, Vec<Glob>>,
    history: History<'r>,
    trees: RefCell<BTreeMap<Oid, Rc<Tree>>>,
    tables: RefCell<BTreeMap<(Oid, String), Rc<TableRead>>>,
    lines: RefCell<BTreeMap<Oid, u64>>,
}

/// A document's table by a column, or why it says nothing.
type TableRead = Result<Option<Listing>, String>;

/// The facts about one commit, or about a tree that would be committed next.
#[derive(Clone)]
pub struct TreeFacts<'r> {
    shared: Rc<Shared<'r>>,
    tree: Oid,
    start: Start,
    unknown: RefCell<BTreeMap<Question, String>>,
}

impl<'r> TreeFacts<'r> {
    /// Returns the facts about a commit.
    ///
    /// # Errors
    /// Where the commit cannot be read.
    pub fn at_commit(repo: &'r Repository, commit: Oid, setting: Setting) -> Result<TreeFacts<'r>, FactsError> {
        let shared = Shared::new(repo, setting)?;
        let tree = raw::links(shared.history.objects(), commit)?.tree;
        Ok(TreeFacts { shared: Rc::new(shared), tree, start: Start::Commit(commit), unknown: RefCell::default() })
    }

    /// Returns the facts about a tree that would be committed next on these parents: the staged files, written as a tree.
    ///
    /// # Errors
    /// Where the tree cannot be read.
    pub fn at_tree(
        repo: &'r Repository,
        tree: Oid,
        parents: Vec<Oid>,
        setting: Setting,
    ) -> Result<TreeFacts<'r>, FactsError> {
        let shared = Shared::new(repo, setting)?;
        raw::read(shared.history.objects(), tree, ObjectType::Tree)?;
        let start = Start::Next { tree, parents, makers: None };
        Ok(TreeFacts { shared: Rc::new(shared), tree, start, unknown: RefCell::default() })
    }

    /// Says whom the next commit will name: actors by name, and `?EMAIL` for claims. Changes nothing for a commit.
    #[must_use]
    pub fn made_by(mut self, names: BTreeSet<String>) -> TreeFacts<'r> {
        if let Start::Next { makers, .. } = &mut self.start {
            *makers = Some(names);
        }
        self
    }

    /// Returns the facts about another commit of the same repository in the same setting; what was read is shared.
    ///
    /// # Errors
    /// Where the commit cannot be read.
    pub fn beside(&self, commit: Oid) -> Result<TreeFacts<'r>, FactsError> {
        let tree = raw::links(self.shared.history.objects(), commit)?.tree;
        let shared = Rc::clone(&self.shared);
        Ok(TreeFacts { shared, tree, start: Start::Commit(commit), unknown: RefCell::default() })
    }

    /// Returns who committed a commit of the same repository, in the same setting.
    ///
    /// # Errors
    /// Where the commit cannot be read.
    pub fn committer_of(&self, commit: Oid) -> Result<Committer, FactsError> {
        Ok(self.shared.history.committer_of(commit)?)
    }

    /// Returns the answer to a question.
    ///
    /// # Errors
    /// Why it is unknown.
    pub fn answer(&self, question: &Question) -> Result<Answer, FactsError> {
        match question {
            Question::Path(path) => Ok(Answer::File(self.file(path)?.map(|(_, file)| file))),
            Question::Scope(scope) => self.scope(scope.as_ref()),
            Question::Authors { path, since } => {
                let writers = self.shared.history.writers(&self.start, path, *since)?;
                Ok(Answer::Authors(writers.into_iter().collect()))
            }
            Question::Row { path, column, id } => Ok(Answer::Row(self.row(path, column, id)?)),
            Question::Column { path, column } => Ok(Answer::Column(self.column(path, column)?)),
            Question::Heading { path, heading, before } => {
                let found = |text: &str| markdown::heading(text, heading, before.as_deref());
                Ok(Answer::Bool(self.document(path, found)?))
            }
            Question::Text { path, text } => Ok(Answer::Bool(self.document(path, |all| markdown::holds(all, text))?)),
            Question::Lines(path) => Ok(Answer::Lines(self.lines(path)?)),
            Question::On(branch) => Ok(Answer::Bool(self.on(branch)?)),
        }
    }

    /// Returns the regular file at a path, with its object.
    fn file(&self, path: &RepoPath) -> Result<Option<(Oid, File)>, FactsError> {
        let mut at = Entry { kind: Kind::Tree, oid: self.tree };
        for segment in path.as_str().split('/') {
            if at.kind != Kind::Tree {
                return Ok(None);
            }
            match self.shared.tree(at.oid)?.get(segment.as_bytes()) {
                Some(entry) => at = *entry,
                None => return Ok(None),
            }
        }
        let Kind::File(mode) = at.kind else { return Ok(None) };
        let blob = self.shared.history.blob(at.oid)?;
        Ok(Some((at.oid, File { mode, size: blob.size, sha256: blob.sha256 })))
    }

    fn scope(&self, name: Option<&Word>) -> Result<Answer, FactsError> {
        let globs = match name {
            None => None,
            Some(name) => {
                let globs = self.shared.scopes.get(name.as_str());
                Some(globs.ok_or_else(|| FactsError::Unclear(format!("the charter has no scope {name}")))?)
            }
        };
        let listed = self.list(globs.map(Vec::as_slice))?;
        let rows = listed.iter().map(|(path, (mode, sha256))| Value::list([mode, path.as_str(), &sha256.to_string()]));
        let rows: Vec<Value> = rows.collect();
        let count = u64::try_from(rows.len()).unwrap_or(u64::MAX);
        Ok(Answer::Scope { count, sha256: Digest::of_value(&Value::List(rows)) })
    }

    /// Returns mode and SHA-256 of all files that the globs match; without globs, of everything.
    fn list(&self, globs: Option<&[Glob]>) -> Result<BTreeMap<String, (&'static str, Digest)>, FactsError> {
        let mut listed = BTreeMap::new();
        let (mut directories, mut looked_at) = (vec![(self.tree, Vec::new())], 0_usize);
        while let Some((tree, above)) = directories.pop() {
            for (name, entry) in self.shared.tree(tree)?.iter() {
                looked_at += 1;
                if looked_at > MAX_ENTRIES {
                    return Err(FactsError::Unclear(format!("the tree has more than {MAX_ENTRIES} entries")));
                }
                let mut path = [above.as_slice(), name].concat();
                if entry.kind == Kind::Tree {
                    path.push(b'/');
                    directories.push((entry.oid, path));
                } else if globs.is_none_or(|globs| in_scope(globs, &path, entry.kind)) {
                    let (path, mode) = listed_as(&path, entry.kind, globs.is_none())?;
                    let sha256 = match entry.kind {
                        Kind::Module => Digest::of(format!("sha1:{}", entry.oid).as_bytes()),
                        _ => self.shared.history.blob(entry.oid)?.sha256,
                    };
                    listed.insert(path, (mode, sha256));
                }
            }
        }
        Ok(listed)
    }

    /// Reads a document's text.
    fn document<T>(&self, path: &RepoPath, read: impl Fn(&str) -> T) -> Result<T, FactsError> {
        let (oid, file) =
            self.file(path)?.ok_or_else(|| FactsError::Unclear(format!("{path} is not there, or no regular file")))?;
        let object = raw::read(self.shared.history.objects(), oid, ObjectType::Blob)?;
        let text = markdown::document(object.data()).ok_or_else(|| {
            let size = file.size;
            FactsError::Unclear(format!(
                "{path} ({size} bytes) is not UTF-8, or longer than {}",
                markdown::MAX_DOCUMENT
            ))
        })?;
        Ok(read(text))
    }

    /// Returns how many lines the regular file at a path has, whatever else its bytes are.
    fn lines(&self, path: &RepoPath) -> Result<Option<u64>, FactsError> {
        let Some((oid, _)) = self.file(path)? else { return Ok(None) };
        if let Some(lines) = self.shared.lines.borrow().get(&oid) {
            return Ok(Some(*lines));
        }
        let object = raw::read(self.shared.history.objects(), oid, ObjectType::Blob)?;
        let lines = object.data().split_inclusive(|byte| *byte == b'\n').count();
        let lines = u64::try_from(lines).unwrap_or(u64::MAX);
        self.shared.lines.borrow_mut().insert(oid, lines);
        Ok(Some(lines))
    }

    fn row(&self, path: &RepoPath, column: &str, id: &ItemId) -> Result<Option<Row>, FactsError> {
        let table = self.table(path, column)?;
        let unclear = |what: &str| FactsError::Unclear(format!("{path}: {what}"));
        let Some(table) = table.as_ref().as_ref().map_err(|error| unclear(error))? else { return Ok(None) };
        let Some(row) = table.row(id.as_str()).map_err(|error| unclear(&error.to_string()))? else { return Ok(None) };
        // An answer is recorded in an event, whose maps have ASCII keys and whose texts hold no controls.
        let row: Row = row.into_iter().filter(|(heading, _)| heading.is_ascii()).collect();
        for part in row.iter().flat_map(|(heading, cell)| [heading, cell]) {
            text::check(part, text::MAX_TEXT).map_err(|error| unclear(&format!("the row {id:?}: {}", error.detail)))?;
        }
        Ok(Some(row))
    }

    fn column(&self, path: &RepoPath, column: &str) -> Result<Option<BTreeMap<u64, String>>, FactsError> {
        let table = self.table(path, column)?;
        let unclear = |what: &str| FactsError::Unclear(format!("{path}: {what}"));
        let Some(table) = table.as_ref().as_ref().map_err(|error| unclear(error))? else { return Ok(None) };
        let texts = table.texts();
        for (line, cell) in &texts {
            text::check(cell, text::MAX_TEXT)
                .map_err(|error| unclear(&format!("the column {column:?}, line {line}: {}", error.detail)))?;
        }
        Ok(Some(texts))
    }

    fn table(&self, path: &RepoPath, column: &str) -> Result<Rc<TableRead>, FactsError> {
        let oid = self.file(path)?.map(|(oid, _)| oid);
        let kept = oid.and_then(|oid| self.shared.tables.borrow().get(&(oid, column.to_owned())).cloned());
        if let Some(table) = kept {
            return Ok(table);
        }
        let table = self.document(path, |text| Listing::find(text, column).map_err(|error| error.to_string()))?;
        let table = Rc::new(table);
        if let Some(oid) = oid {
            self.shared.tables.borrow_mut().insert((oid, column.to_owned()), Rc::clone(&table));
        }
        Ok(table)
    }

    fn on(&self, branch: &str) -> Result<bool, FactsError> {
        let Start::Commit(commit) = self.start else {
            return Err(FactsError::Unclear("what is not committed yet is on no branch".to_owned()));
        };
        let names = [format!("refs/heads/{branch}"), format!("refs/remotes/origin/{branch}")];
        let mut tips = BTreeSet::new();
        for name in names.iter().filter(|name| Reference::is_valid_name(name)) {
            match tip_of(self.shared.history.repo(), name) {
                Ok(tip) => tips.insert(tip),
                Err(error) if error.code() == ErrorCode::NotFound => false,
                Err(error) => return Err(HistoryError::from(error).into()),
            };
        }
        if tips.is_empty() {
            return Err(FactsError::Unclear(format!("there is no branch {branch}, here or as last seen on origin")));
        }
        let mut unknown = None;
        for tip in tips {
            match self.shared.history.is_ancestor(commit, tip) {
                Ok(true) => return Ok(true),
                Ok(false) => {}
                Err(error) => unknown = Some(error),
            }
        }
        unknown.map_or(Ok(false), |error| Err(error.into()))
    }
}

/// Returns the commit that a ref names.
fn tip_of(repo: &Repository, name: &str) -> Result<Oid, git2::Error> {
    let target = repo.find_reference(name)?.resolve()?.target();
    let target = target.ok_or_else(|| git2::Error::from_str(&format!("{name} names no object")))?;
    Ok(objects::peel(repo, target, ObjectType::Commit)?.id())
}

/// Returns whether a scope matches a file; of a link or submodule, also whether it matches what may lie below.
fn in_scope(globs: &[Glob], path: &[u8], kind: Kind) -> bool {
    let path = String::from_utf8_lossy(path);
    let below = !matches!(kind, Kind::File(_)) && scope_matches(globs, &format!("{path}/x"));
    below || scope_matches(globs, &path)
}

/// Returns the path and mode under which a file stands in the list of a scope; links and submodules do so only in the whole tree's.
fn listed_as(path: &[u8], kind: Kind, whole: bool) -> Result<(String, &'static str), FactsError> {
    let lossy = String::from_utf8_lossy(path);
    if RepoPath::parse(&lossy).is_err() || lossy.as_bytes() != path {
        return Err(FactsError::Unclear(format!("{lossy:?} lies in the scope and is no path of the format")));
    }
    let mode = match kind {
        Kind::File(mode) => mode.as_str(),
        Kind::Link if whole => "120000",
        Kind::Module if whole => "160000",
        Kind::Link => return Err(FactsError::Unclear(format!("{lossy} lies in the scope and is a symbolic link"))),
        _ => return Err(FactsError::Unclear(format!("{lossy} lies in the scope and is a submodule"))),
    };
    Ok((lossy.into_owned(), mode))
}

impl<'r> Shared<'r> {
    fn new(repo: &'r Repository, setting: Setting) -> Result<Shared<'r>, FactsError> {
        let people = People { keys: setting.keys, emails: setting.emails, forges: setting.forges };
        Ok(Shared {
            scopes: setting.scopes,
            history: History::new(repo, people, &setting.baseline)?,
            trees: RefCell::default(),
            tables: RefCell::default(),
            lines: RefCell::default(),
        })
    }

    fn tree(&self, oid: Oid) -> Result<Rc<Tree>, FactsError> {
        if let Some(tree) = self.trees.borrow().get(&oid) {
            return Ok(Rc::clone(tree));
        }
        let tree = Rc::new(raw::tree(self.history.objects(), oid)?);
        self.trees.borrow_mut().insert(oid, Rc::clone(&tree));
        Ok(tree)
    }
}

impl Facts for TreeFacts<'_> {
    fn ask(&self, question: &Question) -> Option<Answer> {
        match self.answer(question) {
            Ok(answer) => Some(answer),
            Err(error) => {
                self.unknown.borrow_mut().insert(question.clone(), error.to_string());
                None
            }
        }
    }

    fn why_unknown(&self, question: &Question) -> Option<String> {
        self.unknown.borrow().get(question).cloned()
    }
}

impl super::Repo {
    /// Returns the facts about a commit.
    ///
    /// # Errors
    /// Where the commit cannot be read.
    pub fn facts_at(&self, commit: Oid, setting: Setting) -> Result<TreeFacts<'_>, super::GitError> {
        let place = commit.to_string();
        TreeFacts::at_commit(self.inner(), commit, setting).map_err(|e| unreadable(place, &e))
    }

    /// Returns the facts about the staged files, as they would be committed next. `makers` are the actors and `?EMAIL`s
    /// that the commit will name.
    ///
    /// # Errors
    /// Where the index cannot be written as a tree, as during a conflict.
    pub fn facts_staged(&self, setting: Setting, makers: BTreeSet<String>) -> Result<TreeFacts<'_>, super::GitError> {
        let tree = super::changes::tree_of_index(self)?;
        let parents = self.next_parents()?;
        let facts = TreeFacts::at_tree(self.inner(), tree, parents, setting)
            .map_err(|e| unreadable("the index".to_owned(), &e))?;
        Ok(facts.made_by(makers))
    }

    /// Returns the object of the file at a path of a commit; `None` where there is none.
    ///
    /// # Errors
    /// Where the commit cannot be read.
    pub fn blob_at(&self, commit: Oid, path: &str) -> Result<Option<Oid>, super::GitError> {
        let wrong =
            |e: git2::Error| super::GitError::new(crate::domain::code::Code::StoreIo, commit.to_string(), e.message());
        let entry = objects::at_path(self.inner(), commit, path).map_err(wrong)?;
        Ok(entry.filter(|entry| entry.kind() == Some(ObjectType::Blob)).map(|entry| entry.id()))
    }

    /// Returns the bytes of the regular file at a path of a commit; `None` where there is none.
    ///
    /// # Errors
    /// Where the commit or the file cannot be read.
    pub fn file_at(&self, commit: Oid, path: &str) -> Result<Option<Vec<u8>>, super::GitError> {
        let wrong =
            |e: git2::Error| super::GitError::new(crate::domain::code::Code::StoreIo, commit.to_string(), e.message());
        match objects::at_path(self.inner(), commit, path).map_err(wrong)? {
            Some(entry) if entry.kind() == Some(ObjectType::Blob) => {
                let blob = objects::blob(self.inner(), entry.id()).map_err(wrong)?;
                Ok(Some(blob.content().to_vec()))
            }
            _ => Ok(None),
        }
    }
}

fn unreadable(place: String, error: &FactsError) -> super::GitError {
    super::GitError::new(crate::domain::code::Code::StoreIo, place, error.to_string())
}

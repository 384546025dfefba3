//! What a commit changes, path by path: raw bytes for names, no renames, every mode.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use git2::{ErrorCode, Index, IndexEntryExtendedFlag, ObjectType, Oid, Tree};

use super::bases;
use super::error::GitError;
use super::next::holding;
use super::objects::Objects;
use super::repo::{Repo, run, variable};
use super::store::CommitHeaders;
use crate::domain::code::Code;
use crate::domain::id::Digest;

/// Trees deeper than that are refused; git itself stops at 2048 (`core.maxTreeDepth`).
const MAX_DEPTH: usize = 2048;

/// So many entries of trees are compared for one commit, and no more: trees can be made that hold each other.
const MAX_ENTRIES: usize = 1_000_000;

/// One path that differs. A rename is a deletion and an addition.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Change {
    /// The name as git has it: bytes, `/` between segments, not necessarily UTF-8.
    pub path: Vec<u8>,
    /// What was there before.
    pub old: Option<Side>,
    /// What is there now.
    pub new: Option<Side>,
}

/// What is at a path: a file, a symbolic link or a submodule.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Side {
    /// Git's mode: `0o100644`, `0o100755`, `0o120000` (link) or `0o160000` (submodule), or what an odd tool wrote.
    pub mode: u32,
    /// The blob, or the submodule's commit.
    pub oid: Oid,
}

/// Returns what the next commit would change: the index against `HEAD` (nothing, on a branch without commits); of a merge what
/// differs from every parent, as [`against_parents`] will say of the commit.
///
/// The index is the one that git hands to the hook: of `commit -a` and `commit PATH` too.
///
/// # Errors
/// `store.io` where the index is unreadable or has unmerged paths.
pub fn staged(repo: &Repo) -> Result<Vec<Change>, GitError> {
    against(repo, tree_of_index(repo)?, &repo.next_parents()?)
}

/// Returns how two commits or trees differ, sorted by path; `None` is the empty tree.
///
/// # Errors
/// `store.io` where an object is missing or corrupt.
pub fn between(repo: &Repo, old: Option<Oid>, new: Oid) -> Result<Vec<Change>, GitError> {
    let old = old.map(|oid| repo.tree(oid)).transpose()?;
    let new = repo.tree(new)?;
    let mut comparison = Comparison { repo, changes: Vec::new(), entries: 0 };
    comparison.compare(old.as_ref(), Some(&new), &mut Vec::new(), 0)?;
    comparison.changes.sort();
    Ok(comparison.changes)
}

/// Returns what a commit changes: against its parent, of a merge what differs from every parent (`old` is then the first
/// parent's), of a root everything. Parents are those in the commit's bytes.
///
/// # Errors
/// `trust.history` where a parent is missing, `store.io` where a tree is.
pub fn against_parents(repo: &Repo, commit: Oid) -> Result<Vec<Change>, GitError> {
    against(repo, commit, &parents(repo, commit)?)
}

/// Returns how a commit or tree differs from every one of these parents.
fn against(repo: &Repo, new: Oid, parents: &[Oid]) -> Result<Vec<Change>, GitError> {
    let Some((first, others)) = parents.split_first() else { return between(repo, None, new) };
    let mut changes = between(repo, Some(*first), new)?;
    for parent in others {
        let here: BTreeSet<Vec<u8>> =
            between(repo, Some(*parent), new)?.into_iter().map(|change| change.path).collect();
        changes.retain(|change| here.contains(&change.path));
    }
    Ok(changes)
}

/// Returns what a merge takes from one parent and not from another: how its tree differs from each parent, without the paths
/// that differ from all of them. Empty where there are fewer than two parents.
///
/// # Errors
/// As [`between`].
pub fn taken_over(repo: &Repo, new: Oid, parents: &[Oid]) -> Result<Vec<Change>, GitError> {
    if parents.len() < 2 {
        return Ok(Vec::new());
    }
    let own: BTreeSet<Vec<u8>> = against(repo, new, parents)?.into_iter().map(|change| change.path).collect();
    let mut taken = BTreeSet::new();
    for parent in parents {
        taken.extend(between(repo, Some(*parent), new)?.into_iter().filter(|change| !own.contains(&change.path)));
    }
    Ok(taken.into_iter().collect())
}

/// Returns what a merge undoes alone: paths at which it differs from one parent and has what other parents have, none of which
/// changed the path since it parted from the first (`old` is the first one's). Empty where there are fewer than two parents.
///
/// # Errors
/// As [`between`]; `trust.history` where it cannot be found out where two parents parted.
pub fn discarded(repo: &Repo, new: Oid, parents: &[Oid]) -> Result<Vec<Change>, GitError> {
    if parents.len() < 2 {
        return Ok(Vec::new());
    }
    let paths = |changes: Vec<Change>| -> BTreeSet<Vec<u8>> { changes.into_iter().map(|change| change.path).collect() };
    let own = paths(against(repo, new, parents)?);
    let mut undone = BTreeSet::new();
    for parent in parents {
        let mut lost = between(repo, Some(*parent), new)?;
        lost.retain(|change| !own.contains(&change.path));
        for other in parents.iter().filter(|other| *other != parent) {
            if lost.is_empty() {
                break;
            }
            let differs = paths(between(repo, Some(*other), new)?);
            let mut changed = BTreeSet::new();
            let bases = merge_bases(repo, *parent, *other)?;
            for base in bases.iter().copied().map(Some).chain(bases.is_empty().then_some(None)) {
                changed.extend(paths(between(repo, base, *other)?));
            }
            lost.retain(|change| differs.contains(&change.path) || !changed.contains(&change.path));
        }
        undone.extend(lost);
    }
    Ok(undone.into_iter().collect())
}

/// Returns the newest commits from which both descend; none where their histories never met.
fn merge_bases(repo: &Repo, one: Oid, other: Oid) -> Result<Vec<Oid>, GitError> {
    let place = || format!("{one} and {other}");
    let objects = Objects::of(repo.inner()).map_err(GitError::lib(Code::StoreIo, place()))?;
    bases::merge_bases(&objects, one, other).map_err(|error| {
        GitError::new(Code::TrustHistory, place(), format!("{error}, so it cannot be told where they parted"))
    })
}

/// Returns the parents of a commit as its bytes name them.
///
/// # Errors
/// `trust.history` where the commit is missing or malformed.
pub fn parents(repo: &Repo, commit: Oid) -> Result<Vec<Oid>, GitError> {
    CommitHeaders::parse(&repo.read(commit)?)
        .map(|headers| headers.parents)
        .ok_or_else(|| GitError::new(Code::TrustHistory, commit.to_string(), "the commit's headers are malformed"))
}

/// Returns the commits of `A..B` (or of one revision and everything before it), parents before children.
///
/// # Errors
/// `store.io` where git does not know the range, `trust.history` where the range is cut short by a shallow clone.
pub fn commits_in_range(repo: &Repo, range: &str) -> Result<Vec<Oid>, GitError> {
    if range.starts_with('-') || range.contains(['\n', '\0']) {
        return Err(GitError::new(Code::StoreIo, range, "this is no range").needed("a range such as main..topic"));
    }
    rev_list(repo, &format!("{range}\n"), range)
}

/// Returns the commits that `tips` reach and `hidden` do not, parents before children.
///
/// # Errors
/// As [`commits_in_range`].
pub fn commits_not_in(repo: &Repo, tips: &[Oid], hidden: &[Oid]) -> Result<Vec<Oid>, GitError> {
    rev_list(repo, &revisions(tips, hidden), JUDGED)
}

/// Returns the newest of the commits that `tips` reach and `hidden` do not, newest first, at most so many; and whether those are all
/// of them.
///
/// # Errors
/// As [`commits_in_range`].
pub fn newest_not_in(
    repo: &Repo,
    tips: &[Oid],
    hidden: &[Oid],
    most: Option<u16>,
) -> Result<(Vec<Oid>, bool), GitError> {
    let revisions = revisions(tips, hidden);
    let count = most.map(|most| format!("--max-count={}", u32::from(most) + 1));
    let how: Vec<&str> = count.iter().map(String::as_str).collect();
    let mut commits = listed(repo, &how, &revisions, JUDGED)?;
    if let Some(most) = most.map(usize::from).filter(|most| commits.len() > *most) {
        commits.truncate(most);
        return Ok((commits, false));
    }
    held(repo, &revisions, &commits, JUDGED)?;
    Ok((commits, true))
}

/// What is listed where commits are asked for that something reaches and something else does not.
const JUDGED: &str = "the commits to judge";

/// Returns the revisions of what `tips` reach and `hidden` do not, as git reads them.
fn revisions(tips: &[Oid], hidden: &[Oid]) -> String {
    tips.iter().map(|oid| format!("{oid}\n")).chain(hidden.iter().map(|oid| format!("^{oid}\n"))).collect()
}

/// Returns whether a commit is on a branch, here or as a remote had it.
///
/// # Errors
/// As [`commits_in_range`].
pub fn is_on_a_branch(repo: &Repo, commit: Oid) -> Result<bool, GitError> {
    let branches = repo.refs("refs/heads/*")?.into_iter().chain(repo.refs("refs/remotes/*")?);
    let tips: Vec<Oid> = branches.map(|(_, tip)| tip).collect();
    Ok(commits_not_in(repo, &[commit], &tips)?.is_empty())
}

/// Returns the commits of all refs but the ledger's, and of `HEAD`, whose messages have a line that begins with a word and a colon, in any case.
///
/// # Errors
/// `store.io` where git cannot walk the history.
pub fn commits_that_say(repo: &Repo, word: &str) -> Result<Vec<Oid>, GitError> {
    let mut command = repo.git();
    command.args(["-c", "core.commitGraph=false", "rev-list"]);
    // Events cite nothing, and there are many of them.
    command.arg(format!("--exclude={}", repo.ledger_ref()?)).args(["--exclude=refs/ledger*", "--all", "-i"]);
    command.arg(format!("--grep=^{word} *:"));
    if repo.head()?.is_some() {
        command.arg("HEAD");
    }
    let printed = run(&mut command)?;
    let oid = |line: &str| Oid::from_str(line).map_err(GitError::lib(Code::StoreIo, "git rev-list"));
    String::from_utf8_lossy(&printed).lines().map(oid).collect()
}

fn cut_short(commit: &Oid, text: String) -> GitError {
    let error = GitError::new(Code::TrustHistory, commit.to_string(), text);
    error.needed("the whole history of the range").next("git fetch --unshallow")
}

/// Asks git, which knows where a shallow history ends, and then holds every answer against the bytes of the commits.
fn rev_list(repo: &Repo, revisions: &str, place: &str) -> Result<Vec<Oid>, GitError> {
    let commits = listed(repo, PARENTS_FIRST, revisions, place)?;
    held(repo, revisions, &commits, place)?;
    Ok(commits)
}

/// Holds what git listed of these revisions against the bytes of the commits: none of them is cut off from its parents.
fn held(repo: &Repo, revisions: &str, commits: &[Oid], place: &str) -> Result<(), GitError> {
    let odb = repo.inner().odb().map_err(GitError::lib(Code::StoreIo, place))?;
    let among: BTreeSet<Oid> = commits.iter().copied().collect();
    let mut before = BTreeSet::new();
    for commit in commits {
        for parent in parents(repo, *commit)? {
            if !odb.exists(parent) {
                let text = format!("its parent {parent} is missing, so the range is cut short");
                return Err(cut_short(commit, text));
            }
            before.extend((!among.contains(&parent)).then_some((parent, *commit)));
        }
    }
    // The file `shallow` may name a commit whose parents are here.
    if repo.is_shallow() && !before.is_empty() {
        let more: Vec<String> = before.iter().map(|(parent, _)| format!("{parent}\n")).collect();
        let left_out: BTreeSet<Oid> =
            listed(repo, PARENTS_FIRST, &format!("{revisions}{}", more.concat()), place)?.into_iter().collect();
        if let Some((parent, commit)) = before.iter().find(|(parent, _)| left_out.contains(parent)) {
            let text = format!("the file `shallow` leaves its parent {parent} out, which is here");
            return Err(cut_short(commit, text));
        }
    }
    Ok(())
}

/// How git lists parents before children.
const PARENTS_FIRST: &[&str] = &["--topo-order", "--reverse"];

/// Returns what git lists of these revisions, in the order and number that is asked for.
fn listed(repo: &Repo, how: &[&str], revisions: &str, place: &str) -> Result<Vec<Oid>, GitError> {
    let mut command = repo.git();
    command
        .args(["-c", "core.commitGraph=false"])
        .arg("rev-list")
        .args(how)
        .arg("--stdin")
        .stdin(holding(revisions.as_bytes())?);
    let printed = run(&mut command)?;
    let lines = String::from_utf8_lossy(&printed).into_owned();
    lines.lines().map(|line| Oid::from_str(line).map_err(GitError::lib(Code::StoreIo, place))).collect()
}

/// Returns the tree that committing the index would give; the trees are written, as git does before it asks a hook.
///
/// # Errors
/// `store.io` where the index is unreadable or has unmerged paths.
pub fn tree_of_index(repo: &Repo) -> Result<Oid, GitError> {
    let path = index_path(repo);
    match write_index_tree(repo, &path) {
        Ok(tree) => Ok(tree),
        Err(error) if error.code() == ErrorCode::Unmerged => {
            Err(GitError::new(Code::StoreIo, path.display().to_string(), "the index has unmerged paths")
                .needed("each of them resolved and added")
                .next("git status"))
        }
        // Split and sparse indexes are beyond libgit2; git can read them.
        Err(_) => {
            let mut command = repo.git();
            command.arg("write-tree").env("GIT_INDEX_FILE", std::path::absolute(&path).unwrap_or(path));
            let printed = run(&mut command)?;
            Oid::from_str(String::from_utf8_lossy(&printed).trim())
                .map_err(GitError::lib(Code::StoreIo, "git write-tree"))
        }
    }
}

fn index_path(repo: &Repo) -> PathBuf {
    match variable("GIT_INDEX_FILE") {
        // Git goes to the root of the work tree before it reads a relative name.
        Some(name) => repo.work_dir().unwrap_or_else(|| repo.dir()).join(name),
        None => repo.inner().path().join("index"),
    }
}

fn write_index_tree(repo: &Repo, path: &Path) -> Result<Oid, git2::Error> {
    let mut index = Index::open(path)?;
    // `git add -N` only announces a file: it is in the index and in no commit. Such entries need version 3.
    if index.version() >= 3 {
        let announced: Vec<PathBuf> = index
            .iter()
            .filter(|entry| entry.flags_extended & IndexEntryExtendedFlag::INTENT_TO_ADD.bits() != 0)
            .map(|entry| bytes_to_path(&entry.path))
            .collect();
        for path in announced {
            index.remove(&path, 0)?;
        }
    }
    index.write_tree_to(repo.inner())
}

/// Returns a path of the file system for a name of git.
pub(super) fn bytes_to_path(bytes: &[u8]) -> PathBuf {
    #[cfg(unix)]
    {
        use std::os::unix::ffi::OsStrExt as _;
        PathBuf::from(std::ffi::OsStr::from_bytes(bytes))
    }
    #[cfg(not(unix))]
    {
        PathBuf::from(String::from_utf8_lossy(bytes).into_owned())
    }
}

impl Repo {
    /// Returns the tree of a commit, tag or tree.
    pub(super) fn tree(&self, oid: Oid) -> Result<Tree<'_>, GitError> {
        super::objects::tree(self.inner(), oid).map_err(GitError::lib(Code::StoreIo, oid.to_string()))
    }

    fn blob_of(&self, oid: Oid) -> Result<git2::Blob<'_>, GitError> {
        super::objects::blob(self.inner(), oid).map_err(GitError::lib(Code::StoreIo, oid.to_string()))
    }

    /// Returns the bytes of a file in git.
    ///
    /// # Errors
    /// `store.io` where the object is missing, corrupt or no blob.
    pub fn blob(&self, oid: Oid) -> Result<Vec<u8>, GitError> {
        let blob = self.blob_of(oid)?;
        Ok(blob.content().to_vec())
    }

    /// Returns the bytes of a file in git that has at most so many; `None` for a larger one.
    ///
    /// # Errors
    /// As [`Repo::blob`].
    pub fn blob_within(&self, oid: Oid, limit: usize) -> Result<Option<Vec<u8>>, GitError> {
        let wrong = || GitError::lib(Code::StoreIo, oid.to_string());
        let objects = Objects::of(self.inner()).map_err(wrong())?;
        let read = objects.read_within(oid, limit).map_err(wrong())?;
        Ok(read.ok().filter(|object| object.kind() == ObjectType::Blob).map(|object| object.data().to_vec()))
    }

    /// Returns what a commit or tree has at a path; `None` where that is nothing, or a directory.
    ///
    /// # Errors
    /// `store.io` where an object on the way is missing or corrupt.
    pub fn side_at(&self, oid: Oid, path: &str) -> Result<Option<Side>, GitError> {
        let found = super::objects::at_path(self.inner(), oid, path);
        let found = found.map_err(GitError::lib(Code::StoreIo, oid.to_string()))?;
        Ok(found.map(|entry| Entry::of(&entry)).filter(|entry| !entry.is_tree).map(|entry| entry.side))
    }

    /// Returns the SHA-256 of a file in git and how many bytes it has; remembered for this handle's life.
    ///
    /// # Errors
    /// As [`Repo::blob`].
    pub fn blob_sha256(&self, oid: Oid) -> Result<(Digest, u64), GitError> {
        if let Some(known) = self.digests.borrow().get(&oid) {
            return Ok(*known);
        }
        let blob = self.blob_of(oid)?;
        let known = (Digest::of(blob.content()), blob.content().len() as u64);
        self.digests.borrow_mut().insert(oid, known);
        Ok(known)
    }
}

/// What stands under a name on the two sides.
struct Pair {
    old: Option<Entry>,
    new: Option<Entry>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
struct Entry {
    side: Side,
    is_tree: bool,
}

impl Entry {
    fn of(entry: &git2::TreeEntry<'_>) -> Entry {
        let mode = u32::try_from(entry.filemode_raw()).unwrap_or_default();
        Entry { side: Side { mode, oid: entry.id() }, is_tree: entry.kind() == Some(ObjectType::Tree) }
    }
}

/// Returns the entries of a tree by name; one that has a name twice would be read differently by different tools.
fn entries(tree: Option<&Tree<'_>>) -> Result<BTreeMap<Vec<u8>, Entry>, GitError> {
    let mut entries = BTreeMap::new();
    let Some(tree) = tree else { return Ok(entries) };
    for entry in tree {
        let name = entry.name_bytes().to_vec();
        if entries.insert(name, Entry::of(&entry)).is_some() {
            let name = String::from_utf8_lossy(entry.name_bytes()).into_owned();
            return Err(GitError::new(Code::StoreIo, tree.id().to_string(), format!("the tree has {name:?} twice")));
        }
    }
    Ok(entries)
}

/// Two trees that are being compared.
struct Comparison<'r> {
    repo: &'r Repo,
    changes: Vec<Change>,
    entries: usize,
}

impl Comparison<'_> {
    /// Adds what differs between two trees under `prefix`; equal subtrees are not opened.
    fn compare(
        &mut self,
        old: Option<&Tree<'_>>,
        new: Option<&Tree<'_>>,
        prefix: &mut Vec<u8>,
        depth: usize,
    ) -> Result<(), GitError> {
        let unsupported = |text: String| GitError::new(Code::StoreUnsupported, String::from_utf8_lossy(prefix), text);
        if depth > MAX_DEPTH {
            return Err(unsupported("the tree is too deep".to_owned()));
        }
        let (old, new) = (entries(old)?, entries(new)?);
        self.entries += old.len() + new.len();
        if self.entries > MAX_ENTRIES {
            return Err(unsupported(format!("the trees differ in more than {MAX_ENTRIES} entries")));
        }
        let names: BTreeSet<&Vec<u8>> = old.keys().chain(new.keys()).collect();
        for name in names {
            let pair = Pair { old: old.get(name).copied(), new: new.get(name).copied() };
            if pair.old == pair.new {
                continue;
            }
            let length = prefix.len();
            prefix.extend_from_slice(name);
            let file = |entry: Option<Entry>| entry.filter(|entry| !entry.is_tree).map(|entry| entry.side);
            let (before, after) = (file(pair.old), file(pair.new));
            if before != after {
                self.changes.push(Change { path: prefix.clone(), old: before, new: after });
            }
            let subtree =
                |entry: Option<Entry>| entry.filter(|e| e.is_tree).map(|e| self.repo.tree(e.side.oid)).transpose();
            let (below_old, below_new) = (subtree(pair.old)?, subtree(pair.new)?);
            if below_old.is_some() || below_new.is_some() {
                prefix.push(b'/');
                self.compare(below_old.as_ref(), below_new.as_ref(), prefix, depth + 1)?;
            }
            prefix.truncate(length);
        }
        Ok(())
    }
}

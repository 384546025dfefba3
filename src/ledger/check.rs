//! Changes of code, judged: what is staged, what commits bring, what a whole tree holds.
//!
//! The rules live in the core; here the changes are read and handed to it.

use std::collections::{BTreeMap, BTreeSet};

use super::LedgerError;
use super::lines::TreeLines;
use super::load::Ledger;
use crate::domain::code::Code;
use crate::domain::explain::{Explanation, Supplier};
use crate::domain::facts::{Facts, Nothing};
use crate::domain::id::{ActorId, ItemId, Word};
use crate::domain::judge::{self, CommitChange, Going, Ground, PathChange, PathVerdict, Side, View};
use crate::domain::state::{Item, State, Waiver};
use crate::domain::time::Timestamp;
use crate::domain::trailer;
use crate::git::changes::{self, Change};
use crate::git::facts::{Setting, TreeFacts};
use crate::git::pin::{PIN_FILE, Pin};
use crate::git::{GitError, Oid, Repo};

/// Changes, and what stands against them.
#[derive(Debug, Clone)]
pub struct Checked {
    /// The commit that brings the changes; `None` where they are staged or a whole tree is checked.
    pub commit: Option<Oid>,
    /// How many paths were judged.
    pub paths: usize,
    /// The paths that may not change, each with its reasons.
    pub verdicts: Vec<PathVerdict>,
    /// Why rules about commits refuse it.
    pub broken: Vec<Explanation>,
    /// The waivers without which rules about commits would refuse it.
    pub waived: Vec<Explanation>,
    /// The rules about commits whose needs are still to be judged, where the last of the commits is: see [`needs`].
    pub needs: BTreeSet<Word>,
    /// Those that a waiver sets aside, with what is told of it.
    spared: Vec<(Word, Vec<Explanation>)>,
}

impl Checked {
    fn of(commit: Option<Oid>) -> Checked {
        let (verdicts, broken, waived, spared) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        Checked { commit, paths: 0, verdicts, broken, waived, needs: BTreeSet::new(), spared }
    }

    /// Returns whether something stands against the changes.
    pub fn is_refused(&self) -> bool {
        !self.broken.is_empty() || self.verdicts.iter().any(|verdict| !verdict.refusals.is_empty())
    }
}

/// The commit that is about to be made, as far as it is known beside the index.
#[derive(Debug, Clone, Copy, Default)]
pub struct Next<'n> {
    /// The actor whose key is at hand.
    pub signer: Option<&'n ActorId>,
    /// What it will say; `None` before that is written.
    pub message: Option<&'n [u8]>,
}

/// Returns what facts depend on beside the repository, at a state.
pub fn setting(state: &State) -> Setting {
    let mut keys = BTreeMap::new();
    for (name, actor) in &state.actors {
        for key in actor.keys.values().filter(|key| key.revoked.is_none()) {
            keys.insert(key.key.clone(), name.clone());
        }
    }
    Setting {
        scopes: state.charter.rules.scopes.clone(),
        baseline: state.baseline.clone(),
        forges: state.charter.rules.forges.clone(),
        keys,
        emails: state.actors.iter().map(|(name, actor)| (name.clone(), actor.emails.clone())).collect(),
    }
}

/// Returns the facts about a commit, at a state.
///
/// # Errors
/// Where the commit cannot be read.
pub fn facts_at<'r>(repo: &'r Repo, state: &State, commit: Oid) -> Result<TreeFacts<'r>, GitError> {
    repo.facts_at(commit, setting(state))
}

/// Returns the facts about `HEAD`, or none where there is no commit.
///
/// # Errors
/// Where the commit cannot be read.
pub fn facts_at_head<'r>(repo: &'r Repo, state: &State) -> Result<Box<dyn Facts + 'r>, GitError> {
    Ok(match repo.head()? {
        Some(head) => Box::new(facts_at(repo, state, head)?),
        None => Box::new(Nothing),
    })
}

/// Returns the facts about what is staged, as the next commit would have them.
///
/// # Errors
/// Where the index cannot be read.
pub fn facts_of_staged<'r>(repo: &'r Repo, state: &State) -> Result<TreeFacts<'r>, GitError> {
    repo.facts_staged(setting(state), next_makers(repo, state, None)?)
}

/// Judges what is staged, against the ledger at a moment.
///
/// # Errors
/// Where the index cannot be read.
pub fn staged(repo: &Repo, ledger: &Ledger, as_of: Timestamp, next: Next<'_>) -> Result<Checked, LedgerError> {
    let state = ledger.state();
    let facts = repo.facts_staged(setting(state), next_makers(repo, state, next.signer)?)?;
    let view = View { state, facts: &facts, as_of };
    let (brought, parents) = next_brought(repo)?;
    let mut checked = judge_changes(repo, &view, &brought)?;
    if checked.verdicts.iter().any(|verdict| !verdict.refusals.is_empty()) {
        let facts = facts_at_head(repo, state)?;
        judge::tell_lifts(&View { state, facts: facts.as_ref(), as_of }, &mut checked.verdicts);
    }
    let branch = next_branch(repo)?;
    let read = path_changes(repo, &brought.changes)?;
    let lines = TreeLines::of(repo, &brought.changes, &parents);
    let verdict = judge::check_commit(&view, &next_commit(&read, &lines, next, branch.as_deref()));
    checked.broken = verdict.broken;
    checked.broken.extend(judge::check_needs(&view, &verdict.needs));
    checked.waived = verdict.waived;
    checked.waived.extend(judge::check_spared(&view, &verdict.spared));
    Ok(checked)
}

/// Returns the one item that what is staged can only serve, with the trailer that says so; `None` where there is no such item.
///
/// # Errors
/// Where the index cannot be read.
pub fn serves(
    repo: &Repo,
    ledger: &Ledger,
    as_of: Timestamp,
    next: Next<'_>,
) -> Result<Option<(String, ItemId)>, LedgerError> {
    let state = ledger.state();
    if !state.charter.rules.commits.values().any(|rule| rule.serves.is_some()) {
        return Ok(None);
    }
    let facts = repo.facts_staged(setting(state), next_makers(repo, state, next.signer)?)?;
    let (brought, parents) = next_brought(repo)?;
    let read = path_changes(repo, &brought.changes)?;
    let lines = TreeLines::of(repo, &brought.changes, &parents);
    let branch = next_branch(repo)?;
    let commit = next_commit(&read, &lines, next, branch.as_deref());
    Ok(judge::served(&View { state, facts: &facts, as_of }, &commit))
}

/// Returns what the next commit would bring, and its parents.
fn next_brought(repo: &Repo) -> Result<(Brought, Vec<Oid>), LedgerError> {
    let parents = repo.next_parents()?;
    let mut brought =
        Brought { commit: None, changes: changes::staged(repo)?, taken: Vec::new(), named: named(repo, &parents)? };
    if parents.len() > 1 {
        brought.merge(repo, changes::tree_of_index(repo)?, &parents)?;
    }
    Ok((brought, parents))
}

/// Returns the branch that the next commit goes to; `None` where `HEAD` is on none.
fn next_branch(repo: &Repo) -> Result<Option<String>, GitError> {
    Ok(repo.head_ref()?.and_then(|name| name.strip_prefix("refs/heads/").map(str::to_owned)))
}

fn next_commit<'c>(
    changes: &'c [PathChange],
    lines: &'c TreeLines<'_>,
    next: Next<'c>,
    branch: Option<&'c str>,
) -> CommitChange<'c> {
    let going = branch.map_or(Going::Nowhere, Going::To);
    CommitChange { changes, lines, committer: next.signer, message: next.message, going, made: false }
}

/// Returns whom the next commit will name, in the form in which makers of commits are told: the owner of the key at hand, and as
/// `?EMAIL` the author and committer. An email is cleared only where git will sign with the key of the actor whose it is.
fn next_makers(repo: &Repo, state: &State, signer: Option<&ActorId>) -> Result<BTreeSet<String>, GitError> {
    let none = BTreeSet::new();
    let will_sign = repo.next_is_signed()?;
    let own = signer.filter(|_| will_sign).and_then(|name| state.actors.get(name)).map_or(&none, |actor| &actor.emails);
    let emails = repo.next_emails().into_iter().filter(|email| !own.contains(email));
    let mut makers: BTreeSet<String> = emails.map(|email| format!("?{email}")).collect();
    makers.extend(signer.map(ToString::to_string));
    if makers.is_empty() {
        makers.insert("?".to_owned());
    }
    Ok(makers)
}

/// How many commits are judged with what was read for one another.
const TOGETHER: usize = 256;

/// Judges commits, each against its parents. Of their paths only those that are refused are told. What rules about commits need is
/// named and not judged: it is asked of the last commit alone, see [`needs`].
///
/// # Errors
/// Where a commit cannot be read.
pub fn commits(
    repo: &Repo,
    ledger: &Ledger,
    commits: &[Oid],
    as_of: Timestamp,
    going: Going<'_>,
) -> Result<Vec<Checked>, LedgerError> {
    let state = ledger.state();
    each(repo, state, &judged(repo, state, commits)?, as_of, going)
}

/// Judges commits that are known to be judged at all, each against its parents.
fn each(
    repo: &Repo,
    state: &State,
    commits: &[Oid],
    as_of: Timestamp,
    going: Going<'_>,
) -> Result<Vec<Checked>, LedgerError> {
    let rules = &state.charter.rules.commits;
    let people = if rules.is_empty() { BTreeMap::new() } else { setting(state).keys };
    let mut checked = Vec::new();
    let mut first: Option<TreeFacts<'_>> = None;
    for (position, commit) in commits.iter().enumerate() {
        // What is read for one commit helps with the next; what was read for thousands is not held.
        if position % TOGETHER == 0 {
            first = None;
        }
        let facts = match &first {
            Some(known) => {
                known.beside(*commit).map_err(|e| GitError::new(Code::StoreIo, commit.to_string(), e.to_string()))?
            }
            None => facts_at(repo, state, *commit)?,
        };
        let parents = changes::parents(repo, *commit)?;
        let mut brought = Brought {
            commit: Some(*commit),
            changes: changes::against_parents(repo, *commit)?,
            taken: Vec::new(),
            named: named(repo, &parents)?,
        };
        brought.merge(repo, *commit, &parents)?;
        let view = View { state, facts: &facts, as_of };
        let mut one = if matches!(going, Going::Reaches(_)) {
            Checked::of(Some(*commit))
        } else {
            judge_changes(repo, &view, &brought)?
        };
        one.verdicts.retain(|verdict| !verdict.refusals.is_empty());
        if !rules.is_empty() {
            let read = path_changes(repo, &brought.changes)?;
            let lines = TreeLines::of(repo, &brought.changes, &parents);
            let signer = repo.signing_key_of(*commit)?.and_then(|key| people.get(&key));
            let message = repo.message(*commit)?;
            let (committer, message) = (signer, Some(message.as_slice()));
            let commit = CommitChange { changes: &read, lines: &lines, committer, message, going, made: true };
            let verdict = judge::check_commit(&view, &commit);
            (one.broken, one.needs) = (verdict.broken, verdict.needs);
            (one.waived, one.spared) = (verdict.waived, verdict.spared);
        }
        checked.push(one);
        first.get_or_insert(facts);
    }
    Ok(checked)
}

/// Judges what rules about commits need at the commit that a branch is to end in, where they speak of one of those that it brings. What
/// a rule lacks that speaks of some changes is told of the commits that bring them, and of the end what one of every commit lacks.
///
/// # Errors
/// Where the commit cannot be read.
pub fn needs(
    repo: &Repo,
    state: &State,
    tip: Oid,
    checked: &mut Vec<Checked>,
    as_of: Timestamp,
) -> Result<(), LedgerError> {
    if checked.iter().all(|one| one.needs.is_empty() && one.spared.is_empty()) {
        return Ok(());
    }
    let facts = facts_at(repo, state, tip)?;
    let view = View { state, facts: &facts, as_of };
    let mut at_end = Checked::of(Some(tip));
    let rules: BTreeSet<Word> = checked.iter().flat_map(|one| &one.needs).cloned().collect();
    for name in &rules {
        let of_any = judge::is_of_any_commit(&state.charter.rules, name);
        let mut lacks = judge::check_needs(&view, [name]);
        if of_any {
            at_end.broken.append(&mut lacks);
        } else {
            let why = judge::why_commits(name);
            lacks.iter_mut().filter(|told| !told.next.contains(&why)).for_each(|told| told.next.insert(0, why.clone()));
        }
        for one in checked.iter_mut().filter(|one| one.needs.contains(name)) {
            let more: Vec<Explanation> = lacks.iter().filter(|told| !one.broken.contains(told)).cloned().collect();
            one.broken.extend(more);
        }
    }
    for one in checked.iter_mut() {
        for spared in &one.spared {
            let of_any = judge::is_of_any_commit(&state.charter.rules, &spared.0);
            let told = if of_any { &mut at_end.waived } else { &mut one.waived };
            // Several commits are spared by one waiver.
            let waived = judge::check_spared(&view, [spared]).into_iter().filter(|waived| !told.contains(waived));
            told.extend(waived.collect::<Vec<_>>());
        }
    }
    if at_end.is_refused() || !at_end.waived.is_empty() {
        checked.push(at_end);
    }
    Ok(())
}

/// Judges the rules about a branch for what it gains by ending in `tip`: every commit that is not on what it had (`had`); of a branch that is new
/// everything after the baseline, since nobody knows any more what it had under that name before. What rules need is named, as in [`commits`].
///
/// # Errors
/// Where a commit cannot be read.
pub fn reaching(
    repo: &Repo,
    ledger: &Ledger,
    (branch, tip): (&str, Oid),
    had: Option<&[Oid]>,
    as_of: Timestamp,
) -> Result<Vec<Checked>, LedgerError> {
    let gained = match had {
        Some(had) => changes::commits_not_in(repo, &[tip], had)?,
        None => changes::commits_not_in(repo, &[tip], &baseline(repo, ledger.state()))?,
    };
    let mut checked = commits(repo, ledger, &gained, as_of, Going::Reaches(branch))?;
    if checked.is_empty() {
        let needs = judge::needs_at_end(&ledger.state().charter.rules, branch).cloned().collect();
        checked.push(Checked { needs, ..Checked::of(Some(tip)) });
    }
    Ok(checked)
}

/// Returns of waivers of rules about commits that are in force and asked for, by name, whether they are needed as things stand: without such a
/// one a rule would refuse a commit that leads to `tip` and names its item, wherever that goes. The newest commits are looked through, at most so
/// many, and no more once each waiver is found to be needed; of one that is not found to be, and that an older commit may need, nothing is said.
///
/// # Errors
/// Where a commit cannot be read.
pub fn waivers_needed(
    repo: &Repo,
    state: &State,
    (tip, as_of): (Oid, Timestamp),
    asked: impl Fn(&ItemId, &Waiver) -> bool,
    most: Option<u16>,
) -> Result<BTreeMap<String, bool>, LedgerError> {
    let rules = &state.charter.rules;
    let trailer_of = |item: &Item| rules.kinds.get(&item.kind)?.scope.as_ref()?.trailer.as_deref();
    let (mut known, mut open) = (BTreeMap::new(), BTreeMap::new());
    for (id, item) in &state.items {
        let of_commits = |waiver: &&Waiver| rules.commits.contains_key(waiver.rule.as_str());
        let counts = |waiver: &&Waiver| waiver.is_active(as_of) && asked(id, waiver);
        for waiver in item.waivers.iter().filter(of_commits).filter(counts) {
            let name = waiver.noun(id).to_string();
            match trailer_of(item) {
                Some(trailer) => _ = open.insert(name, (id.as_str(), trailer)),
                // No commit can name what it is for.
                None => _ = known.insert(name, false),
            }
        }
    }
    if open.is_empty() {
        return Ok(known);
    }
    let (commits, whole) = changes::newest_not_in(repo, &[tip], &baseline(repo, state), most)?;
    let mut commits = commits.into_iter();
    let mut together = 1;
    while !open.is_empty() && !commits.as_slice().is_empty() {
        // The newest by itself, and more of the older ones with what was read for one another.
        let mut naming = Vec::new();
        while naming.len() < together {
            let Some(commit) = commits.next() else { break };
            let message = repo.message(commit)?;
            let named = |(id, trailer): &(&str, &str)| trailer::values(&message, trailer).iter().any(|name| name == id);
            naming.extend(open.values().any(named).then_some(commit));
        }
        together = (2 * together).min(TOGETHER);
        for needed in needing(repo, state, &naming, (tip, as_of))? {
            known.extend(open.remove(&needed).map(|_| (needed, true)));
        }
    }
    known.extend(open.into_keys().filter(|_| whole).map(|name| (name, false)));
    Ok(known)
}

/// Returns the waivers without which a rule would refuse one of these commits, which lead to `tip` and are judged, wherever they go.
fn needing(
    repo: &Repo,
    state: &State,
    commits: &[Oid],
    (tip, as_of): (Oid, Timestamp),
) -> Result<BTreeSet<String>, LedgerError> {
    let mut checked = each(repo, state, commits, as_of, Going::There)?;
    needs(repo, state, tip, &mut checked, as_of)?;
    let told = checked.iter().flat_map(|one| &one.waived);
    Ok(told.filter_map(|told| told.item.as_ref().map(ToString::to_string)).collect())
}

/// Returns the branches that rules about commits speak of.
pub fn ruled(state: &State) -> BTreeSet<&str> {
    state.charter.rules.commits.values().filter_map(|rule| rule.on.as_deref()).collect()
}

/// Returns the first of the commits that a branch has (`old`) and would no longer have where it ends in `new`, or is removed, that the rules about it
/// would not let back, with how many of them there are.
///
/// # Errors
/// Where a commit cannot be read.
pub fn lost_for_good(
    repo: &Repo,
    ledger: &Ledger,
    (branch, old): (&str, Oid),
    new: Option<Oid>,
    as_of: Timestamp,
) -> Result<Option<(Checked, usize)>, LedgerError> {
    let kept = new.map_or_else(|| baseline(repo, ledger.state()), |new| vec![new]);
    let gone = changes::commits_not_in(repo, &[old], &kept)?;
    let mut refused = commits(repo, ledger, &gone, as_of, Going::Reaches(branch))?;
    refused.retain(Checked::is_refused);
    let count = refused.len();
    Ok(refused.into_iter().next().map(|first| (first, count)))
}

/// Returns which of the commits are judged: all but the tips of the baseline and their ancestors.
///
/// # Errors
/// Where a commit cannot be read.
pub fn judged(repo: &Repo, state: &State, commits: &[Oid]) -> Result<Vec<Oid>, LedgerError> {
    let tips = baseline(repo, state);
    // Nothing that is here descends to them: a shallow clone may have been cut above all of them.
    if tips.is_empty() {
        return Ok(commits.to_vec());
    }
    let judged: BTreeSet<Oid> = changes::commits_not_in(repo, commits, &tips)?.into_iter().collect();
    Ok(commits.iter().copied().filter(|commit| judged.contains(commit)).collect())
}

/// Returns the commits of the baseline that are here.
fn baseline(repo: &Repo, state: &State) -> Vec<Oid> {
    state.baseline.iter().filter_map(|oid| repo.untagged(oid)).filter(|oid| repo.has(*oid)).collect()
}

/// Judges a whole tree: every sealed item must hold the sealed bytes.
///
/// # Errors
/// Where the tree cannot be read.
pub fn tree(repo: &Repo, ledger: &Ledger, commit: Oid, as_of: Timestamp) -> Result<Vec<Explanation>, LedgerError> {
    let state = ledger.state();
    let facts = facts_at(repo, state, commit)?;
    Ok(judge::drifted(&View { state, facts: &facts, as_of }))
}

/// What a commit brings, or would.
struct Brought {
    commit: Option<Oid>,
    /// What differs from every parent, and what a merge alone undoes.
    changes: Vec<Change>,
    /// What a merge takes from one parent and not from another.
    taken: Vec<Change>,
    /// What a parent holds of the file that names the ledger.
    named: Named,
}

/// What commits hold of the file that names the ledger; of several, the most.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Named {
    /// No such file.
    Not,
    /// Something of its name that cannot be read as one, as where a link was put in its place before anybody judged that.
    Unreadably,
    /// The file.
    Well,
}

impl Brought {
    /// Adds what a merge does although one of its parents has the same: what it takes over, and, as changes of its own, what no
    /// side but the merge undid, and the file that names the ledger wherever a parent had another one.
    fn merge(&mut self, repo: &Repo, new: Oid, parents: &[Oid]) -> Result<(), GitError> {
        self.taken = changes::taken_over(repo, new, parents)?;
        let mut undone: BTreeSet<Change> = changes::discarded(repo, new, parents)?.into_iter().collect();
        for change in self.taken.iter().filter(|change| change.path == PIN_FILE.as_bytes()) {
            if change.old.map(|old| names(repo, old)).transpose()?.unwrap_or_default() {
                undone.insert(change.clone());
            }
        }
        self.changes.extend(undone);
        Ok(())
    }
}

fn named(repo: &Repo, parents: &[Oid]) -> Result<Named, GitError> {
    let mut named = Named::Not;
    for parent in parents {
        named = named.max(match repo.pin_said(*parent)? {
            None => Named::Not,
            Some(Err(_)) => Named::Unreadably,
            Some(Ok(_)) => Named::Well,
        });
    }
    Ok(named)
}

/// Returns whether a file can be read as one that names a ledger.
fn names(repo: &Repo, side: changes::Side) -> Result<bool, GitError> {
    Ok(is_regular(side.mode) && Pin::parse(PIN_FILE, &repo.blob(side.oid)?).is_ok())
}

fn judge_changes(repo: &Repo, view: &View<'_>, brought: &Brought) -> Result<Checked, LedgerError> {
    let Brought { commit, changes, named, .. } = brought;
    let (commit, named) = (*commit, *named);
    let read = path_changes(repo, changes)?;
    let mut verdicts = judge::check_changes(view, &read, PIN_FILE.as_bytes(), named != Named::Not);
    let sealed = judge::sealed_bytes(view);
    let near = brought.taken.iter().filter(|change| sealed.contains_key(change.path.as_slice()));
    verdicts.extend(judge::lost_seals(view, &path_changes(repo, near)?));
    // A file that names another ledger than this one is refused even where none was there before.
    if named != Named::Well
        && let Some(pin) = added_pin(repo, commit, changes)?
    {
        let another = judge::names_another(view, PIN_FILE, (pin.genesis, &pin.reference), &repo.ledger_ref()?);
        for verdict in verdicts.iter_mut().filter(|verdict| verdict.path == PIN_FILE.as_bytes()) {
            // In the place of what nobody could read, the file that names this ledger may come, and no other.
            verdict.refusals.retain(|refusal| !matches!(refusal.ground.as_ref(), Ground::LedgerFile));
            verdict.refusals.extend(another.clone());
        }
    }
    for verdict in &mut verdicts {
        let told = verdict.refusals.iter_mut().map(|refusal| &mut refusal.explanation);
        // Nobody can let it in, so that it is for whoever asked to take it back.
        for told in told.filter(|told| told.next.is_empty() && matches!(told.code, Code::LedgerFile | Code::SealPath)) {
            told.who = vec![Supplier::asker()];
            told.next = ways_out(repo, commit, &verdict.path);
        }
    }
    Ok(Checked { paths: changes.len(), verdicts, ..Checked::of(commit) })
}

/// Returns the commands that take the change of a file back.
fn ways_out(repo: &Repo, commit: Option<Oid>, path: &[u8]) -> Vec<String> {
    let file = judge::quoted(&format!(":/{}", String::from_utf8_lossy(path)));
    match commit {
        Some(commit) => {
            let rewrite = repo.work_dir().map(|_| format!("git rebase --interactive {commit}^"));
            [format!("git show {commit} -- {file}")].into_iter().chain(rewrite).collect()
        }
        None if matches!(repo.head(), Ok(Some(_))) => vec![format!("git restore --staged {file}")],
        None => vec![format!("git rm --cached -r {file}")],
    }
}

fn path_changes<'c>(repo: &Repo, changes: impl IntoIterator<Item = &'c Change>) -> Result<Vec<PathChange>, GitError> {
    let read = |change: &Change| {
        Ok(PathChange { path: change.path.clone(), old: side(repo, change.old)?, new: side(repo, change.new)? })
    };
    changes.into_iter().map(read).collect()
}

fn added_pin(repo: &Repo, commit: Option<Oid>, changes: &[Change]) -> Result<Option<Pin>, LedgerError> {
    let added = changes.iter().find(|change| change.path == PIN_FILE.as_bytes());
    let Some(new) = added.and_then(|change| change.new) else { return Ok(None) };
    let of = commit.map(|commit| commit.to_string().chars().take(12).collect::<String>());
    let place =
        of.map_or_else(|| "the staged file .ledger".to_owned(), |of| format!("the file .ledger of commit {of}"));
    if !is_regular(new.mode) {
        return Err(GitError::new(Code::TrustPin, place, "found no regular file").into());
    }
    Ok(Some(Pin::parse(&place, &repo.blob(new.oid)?)?))
}

fn side(repo: &Repo, side: Option<changes::Side>) -> Result<Option<Side>, GitError> {
    let Some(side) = side else { return Ok(None) };
    let sha256 = if is_regular(side.mode) { Some(repo.blob_sha256(side.oid)?.0) } else { None };
    Ok(Some(Side { mode: side.mode, sha256 }))
}

fn is_regular(mode: u32) -> bool {
    matches!(mode, 0o100_644 | 0o100_755)
}

#[cfg(test)]
mod tests;

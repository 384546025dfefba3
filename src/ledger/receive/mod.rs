//! A push, judged where it arrives, before any of its refs is taken: refs, events, evidence and commits of code.
//!
//! Commits are judged one by one, under the ledger as it is and as the push would leave it, so that an event of the push helps no
//! commit of the push. Everything is read through the quarantine in which git holds what was pushed, and nothing is written.

mod back;
mod named;
mod seen;

use std::collections::{BTreeMap, BTreeSet};

pub(super) use self::back::{Break, ended};
pub use self::back::{gives_back, takes_back};
use self::named::Naming;
use self::seen::Watch;
use super::LedgerError;
use super::check::{self, Checked};
use super::cited::unknown_tips;
use super::load::{Ledger, is_event};
use super::point::Point;
use crate::domain::code::Code;
use crate::domain::explain::{Explanation, Supplier};
use crate::domain::id::Digest;
use crate::domain::judge::{self, Going};
use crate::domain::receive::{Cites, Own, Place, evidence_change};
use crate::domain::state::State;
use crate::domain::text;
use crate::domain::time::Timestamp;
use crate::git::judged::{Ground, Move};
use crate::git::refs::is_full_name;
use crate::git::{GitError, Oid, Repo, changes};

/// The move of a ref that somebody asks for.
#[derive(Debug, Clone)]
pub struct Update {
    /// The ref's full name.
    pub name: String,
    /// What it is to name; `None`: it is to go.
    pub new: Option<Oid>,
}

/// Under which ledger something was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Under {
    /// The one that is here, and the one that would be.
    Both,
    /// The one that is here alone: what the same push brings would let it through, and may not.
    Before,
    /// The one that the push would leave.
    After,
}

/// What is said of a push: nothing stands against it where both lists are empty.
#[derive(Debug, Default)]
pub struct Received {
    /// What stands against refs, events, evidence and citations.
    pub refused: Vec<Explanation>,
    /// The commits that are refused.
    pub commits: Vec<(Under, Checked)>,
    /// Those that a waiver lets through, under the ledger that will be there.
    pub waived: Vec<Checked>,
}

/// Why a push could not even be judged.
#[derive(Debug, thiserror::Error)]
pub enum ReceiveError {
    /// The ledger that is here is missing, invalid or not the one that is pinned; or an object cannot be read.
    #[error(transparent)]
    Here(#[from] LedgerError),
    /// The ledger that is pushed is invalid, or not the one that is pinned here.
    #[error(transparent)]
    Pushed(LedgerError),
}

/// Commits that are refused, and those that a waiver lets through.
type Found = (Vec<Checked>, Vec<Checked>);

impl From<GitError> for ReceiveError {
    fn from(error: GitError) -> ReceiveError {
        ReceiveError::Here(error.into())
    }
}

/// Judges moves of refs, at a moment of the receiver's clock, as if all of them were taken at once: a push, or one transaction of git's.
///
/// # Errors
/// Where the ledger is missing, invalid or not the pinned one, before the push or after it; where an object cannot be read.
pub fn receive(repo: &Repo, updates: &[Update], clock: Timestamp) -> Result<Received, ReceiveError> {
    repo.deny_namespace()?;
    let own = Own { ledger: repo.ledger_ref()?, evidence: repo.evidence_ref()? };
    let refused: Vec<Explanation> = misnamed(updates).into_iter().collect();
    if !refused.is_empty() {
        return Ok(Received { refused, ..Received::default() });
    }
    let of = |place: Place| updates.iter().find(|update| own.place(&update.name) == place);
    let (moved, evidence) = (of(Place::Ledger), of(Place::Evidence));
    let (before, lost) = match Ledger::load(repo) {
        Ok(ledger) => (Some(ledger), None),
        Err(LedgerError::None) => (None, None),
        Err(error @ (LedgerError::Missing { .. } | LedgerError::Invalid { .. })) if moved.is_some() => {
            (None, Some(error))
        }
        // Evidence goes before the ledger where a push is taken ref by ref, and needs none to be held to its names.
        Err(error @ LedgerError::Missing { .. })
            if updates.iter().all(|one| own.place(&one.name) == Place::Evidence) =>
        {
            (None, Some(error))
        }
        Err(error) => match named::naming(repo, &own, updates)? {
            Naming::Anew if moved.is_none() => (None, None),
            Naming::Refused(told) => return Ok(Received { refused: vec![*told], ..Received::default() }),
            Naming::Anew | Naming::AsItWas => return Err(error.into()),
        },
    };
    let mut push =
        Push { repo, own: &own, updates, clock, before, is_led_back: false, after: None, told: Received::default() };
    push.elsewhere();
    push.refs()?;
    if push.before.is_none() && lost.is_none() && moved.is_none() {
        // No ledger is here, is named or comes: code is not judged. What is in its way would be in the way of the first one.
        push.unnamed()?;
        if let Some(update) = evidence {
            push.evidence(update)?;
        }
        return Ok(push.told);
    }
    if let Some(update) = moved {
        push.events(update, lost.as_ref())?;
    }
    push.unnamed()?;
    let kept = match evidence {
        Some(update) => push.evidence(update)?,
        None => Some(held(repo)?),
    };
    if let Some(kept) = kept {
        push.cited(&kept)?;
    }
    push.for_good()?;
    push.code(lost)?;
    Ok(push.told)
}

/// Returns what is wrong with the names of a push: git takes each of its lines for itself, so two of one ref cannot be judged as one
/// move, and a name that git will not take may have been made to be read as something else.
fn misnamed(updates: &[Update]) -> Option<Explanation> {
    let mut names = BTreeSet::new();
    updates.iter().find_map(|Update { name, new }| {
        // What is called by bytes that are no text, and so has them spelled out, may be removed.
        let goes = new.is_none() && is_full_name(&name.replace('\\', "_"));
        let found = if name.contains("\\x") && !goes {
            format!("{name} is no name in UTF-8")
        } else if !is_full_name(name) && !goes {
            format!("{} is the name of no ref", judge::quoted(name))
        } else if !names.insert(name) {
            format!("the push moves {name} twice")
        } else {
            return None;
        };
        let told = Explanation::new(Code::StoreRef, found, "one move for each ref, each by its full name");
        Some(told.who(vec![Supplier::asker()]).next(format!("ledger explain {}", Code::StoreRef)))
    })
}

/// A branch that rules about commits speak of, what it names, and what it is to name.
struct Branch<'l> {
    name: &'l str,
    old: Option<Oid>,
    new: Option<Oid>,
}

/// A push under judgement.
struct Push<'p> {
    repo: &'p Repo,
    own: &'p Own,
    updates: &'p [Update],
    clock: Timestamp,
    /// The ledger as it is: of an invalid one what is kept of it. `None` where there is none.
    before: Option<Ledger>,
    /// The ledger that is here is invalid, and the push leads it back.
    is_led_back: bool,
    /// The ledger as the push would leave it; `None` where it does not move.
    after: Option<Ledger>,
    told: Received,
}

impl Push<'_> {
    fn refuse(&mut self, mut explanation: Explanation) {
        if explanation.next.is_empty() {
            explanation.next.push(format!("ledger explain {}", explanation.code));
        }
        if explanation.who.is_empty() {
            explanation.who.push(Supplier::asker());
        }
        self.told.refused.push(explanation);
    }

    /// Returns the ledger as it will be.
    fn newest(&self) -> Option<&Ledger> {
        self.after.as_ref().or(self.before.as_ref())
    }

    fn refs(&mut self) -> Result<(), GitError> {
        for update in self.updates {
            let found = match (self.own.place(&update.name), update.new) {
                (Place::Closed(why), Some(_)) => Some(format!("{} {why}", update.name)),
                (Place::Closed(_), None) if self.own.is_twin(&update.name) && self.repo.folds_case() => Some(format!(
                    "to remove {} removes the ledger's own, where case does not tell names apart",
                    update.name
                )),
                // By another name it would not be judged as what it is.
                (Place::Code, _) => {
                    let to = self.repo.led_to(&update.name)?;
                    let own = to != update.name && self.own.place(&to) != Place::Code;
                    own.then(|| format!("{} is a symbolic ref here, and leads to {to}", update.name))
                }
                _ => None,
            };
            if let Some(found) = found {
                self.refuse(Explanation::new(Code::StoreRef, found, "a push without this ref"));
            }
        }
        Ok(())
    }

    /// Refuses a ledger at another ref than the one that is guarded: nobody would judge it there.
    fn elsewhere(&mut self) {
        for update in self.updates {
            let Some(new) = update.new.filter(|_| self.own.place(&update.name) == Place::Code) else { continue };
            if !is_event(self.repo, new) {
                continue;
            }
            let found = format!(
                "{} would name a ledger, and the one that is guarded here is at {}",
                update.name, self.own.ledger
            );
            let own = &self.own.ledger;
            let other = judge::quoted(&update.name);
            let needed = if self.before.is_some() {
                format!("the ledger at {own}")
            } else {
                format!(
                    "the ledger at {own}, or a server that guards the other ref: `ledger hooks install --server --ref {other}` there"
                )
            };
            self.refuse(Explanation::new(Code::StoreRef, found, needed));
        }
    }

    /// Judges the move of the ledger: it goes on, and each new event is valid here and now.
    fn events(&mut self, update: &Update, lost: Option<&LedgerError>) -> Result<(), ReceiveError> {
        let Some(new) = update.new else {
            let found = format!("the push would delete the ledger {}", update.name);
            self.refuse(Explanation::new(Code::TrustHistory, found, "the ledger, which nobody may remove"));
            return Ok(());
        };
        let mut watch = Watch::new(self.repo, self.clock);
        let here = self.repo.tip()?;
        // The end of what is kept of an invalid ledger.
        let mut kept = None;
        self.after = match (&self.before, here, lost) {
            (Some(before), ..) => before
                .advanced(self.repo, new, |entry, state| watch.look(entry, state))
                .map_err(ReceiveError::Pushed)?,
            (None, Some(here), Some(LedgerError::Invalid { invalid, .. })) => {
                match self.led_back(&update.name, (here, new), invalid, &mut watch)? {
                    Some((ledger, kept_to)) => {
                        kept = Some(kept_to);
                        Some(ledger)
                    }
                    None => None,
                }
            }
            (None, ..) => {
                let read =
                    Ledger::load_from(self.repo, new, None, &Point::Tip, |entry, state| watch.look(entry, state));
                Some(read.map_err(ReceiveError::Pushed)?)
            }
        };
        if let (Some(before), None) = (&self.before, &self.after) {
            let told = apart(self.repo, &update.name, before, new);
            self.refuse(told);
        }
        if let Some(early) = watch.early.take() {
            self.refuse(early);
        }
        self.contradicted(&watch.facts.contradicted)?;
        // What is kept is the ledger that is here, whatever follows it.
        self.is_led_back = kept.is_some();
        if let Some(kept) = kept {
            self.before = Some(Ledger::load_tip(self.repo, kept)?);
        }
        // A ledger that comes here for the first time may be older than the branches that are left.
        if self.before.is_some() {
            let branches = self.branches_left()?;
            self.on_no_branch(&watch.seen, branches.values().copied())?;
            self.off_branch(&watch.on, &branches)?;
        }
        Ok(())
    }

    /// Judges the move of the evidence: what it is, that each piece has its name's bytes, and that nothing goes or comes back that
    /// may not. Returns what would be kept; `None` where that is no evidence.
    fn evidence(&mut self, update: &Update) -> Result<Option<BTreeSet<Digest>>, LedgerError> {
        let name = &update.name;
        let held = held(self.repo)?;
        let Some(new) = update.new else {
            // What lies there and holds no piece, such as code from before the guard, is in the way.
            if held.is_empty() {
                return Ok(Some(held));
            }
            let found = format!("the push would delete the evidence {name}");
            self.refuse(Explanation::new(
                Code::TrustHistory,
                found,
                "the evidence, of which only what was erased may go",
            ));
            return Ok(None);
        };
        let pieces = match self.repo.evidence_exactly(new) {
            Ok(pieces) => pieces,
            Err(error) if error.code == Code::StoreRef => {
                let found = format!("{name} would name {new}, and {}", error.text);
                let needed = "one commit without parents that holds nothing but pieces of evidence";
                self.refuse(Explanation::new(Code::StoreRef, found, needed).next("ledger sync"));
                return Ok(None);
            }
            Err(error) => return Err(error.into()),
        };
        for (digest, blob) in pieces.iter().filter(|(digest, _)| !held.contains(digest)) {
            if self.repo.blob_sha256(*blob)?.0 != *digest {
                let found = format!("the evidence {digest} that is pushed holds other bytes");
                self.refuse(Explanation::new(Code::StoreRef, found, "bytes whose SHA-256 is their name"));
            }
        }
        let kept: BTreeSet<Digest> = pieces.into_keys().collect();
        let says = self.newest().map(|ledger| Cites::of(ledger.state()));
        let change = evidence_change(&held, &kept, says.as_ref());
        if let Some(first) = change.lost.first() {
            let found = format!(
                "the push would drop {} of the pieces of evidence in {name}, such as {first}",
                change.lost.len()
            );
            let needed = "all evidence that is here, but for what was erased";
            self.refuse(Explanation::new(Code::TrustHistory, found, needed).next("ledger sync"));
        }
        if let Some(first) = change.returned.first() {
            let found = format!("the push would bring evidence back that was erased, such as {first}");
            let needed = "evidence without what was erased";
            self.refuse(Explanation::new(Code::StoreRef, found, needed).next("ledger sync"));
        }
        let comes_with = || Ok::<_, GitError>(self.repo.came_together(&before_its_events(self.repo, new)?));
        if let Some(first) = change.uncited.first()
            && (self.after.is_some() || !comes_with()?)
        {
            let found = format!(
                "the push would bring {} of the pieces of evidence that no event cites, such as {first}",
                change.uncited.len()
            );
            let needed = "evidence that events cite, pushed with them";
            self.refuse(Explanation::new(Code::StoreRef, found, needed).next("ledger sync"));
        }
        Ok(Some(kept))
    }

    /// Refuses events that cite evidence which neither is here nor comes along: nobody who fetches from here could look at it.
    ///
    /// # Errors
    /// `store.io` where it comes, and git did not tell of its ref: what it told ended early, as where a pipe broke.
    fn cited(&mut self, kept: &BTreeSet<Digest>) -> Result<(), GitError> {
        let Some(after) = &self.after else { return Ok(()) };
        let known = self.before.as_ref().map(|before| before.state().cited()).unwrap_or_default();
        let cited = after.state().cited().into_iter();
        let lacking: Vec<Digest> = cited.filter(|digest| !known.contains(digest) && !kept.contains(digest)).collect();
        if let Some(first) = lacking.first() {
            if !self.updates.iter().any(|update| update.name == self.own.evidence) && self.repo.evidence_came(first)? {
                let text = format!("the push brings the evidence {first}, and git did not tell this hook of its ref");
                let error = GitError::new(Code::StoreIo, &self.own.evidence, text);
                let needed = "the evidence with the push: it is replaced and never goes on, so that git sends its ref by force alone, as `ledger sync` does; or the same push again, where what git told the hook ended early";
                return Err(error.needed(needed));
            }
            let found = format!("events of the push cite evidence that is not here: {first}, {} in all", lacking.len());
            let needed = "the evidence, pushed before the events that cite it or with them by `git push --atomic`";
            self.refuse(Explanation::new(Code::StoreEvidenceMissing, found, needed).next("ledger sync"));
        }
        Ok(())
    }

    /// Judges each new commit of code, and what it cites.
    fn code(&mut self, lost: Option<LedgerError>) -> Result<(), LedgerError> {
        let mut tips = Vec::new();
        for update in self.updates.iter().filter(|update| self.own.place(&update.name) == Place::Code) {
            tips.extend(update.new.map(|new| self.repo.commit_of(new)).transpose()?.flatten());
        }
        if tips.is_empty() {
            return Ok(());
        }
        // The ledger that is lacking could be the one that stops them.
        if let (Some(error), None) = (lost, &self.before) {
            return Err(error);
        }
        let here: BTreeMap<String, Oid> = self.repo.refs("refs/*")?.into_iter().collect();
        let held: Vec<Oid> = here.values().filter_map(|oid| commit_here(self.repo, *oid)).collect();
        let commits = changes::commits_not_in(self.repo, &tips, &held)?;
        let as_of = |state: &State| self.clock.max(state.tip.at);
        let judged = |ledger: Option<&Ledger>| -> Result<Found, LedgerError> {
            let Some(ledger) = ledger else { return Ok(Found::default()) };
            let moment = as_of(ledger.state());
            let mut checked = check::commits(self.repo, ledger, &commits, moment, Going::Nowhere)?;
            // What rules need is judged under the ledger that will be there, of what the push leaves; and under the one that is here where the push
            // changes the charter, which may have asked for more.
            let is_newest = self.newest().is_some_and(|newest| std::ptr::eq(newest, ledger));
            let asks = is_newest
                || self.newest().is_some_and(|newest| newest.state().charter.sha256 != ledger.state().charter.sha256);
            for tip in tips.iter().filter(|_| asks).collect::<BTreeSet<_>>() {
                check::needs(self.repo, ledger.state(), *tip, &mut checked, moment)?;
            }
            for Branch { name, old, new } in self.branches(ledger)? {
                let Some(tip) = new else { continue };
                let had = old.map(|old| [old]);
                let had = had.as_ref().map(<[Oid; 1]>::as_slice);
                let mut reaching = check::reaching(self.repo, ledger, (name, tip), had, moment)?;
                if asks {
                    check::needs(self.repo, ledger.state(), tip, &mut reaching, moment)?;
                }
                checked.extend(reaching);
            }
            let (refused, mut waived): Found = checked.into_iter().partition(Checked::is_refused);
            waived.retain(|one| is_newest && !one.waived.is_empty());
            Ok((refused, waived))
        };
        let (mut after, waived) = judged(self.after.as_ref())?;
        let (before, waived_before) = judged(self.before.as_ref())?;
        self.told.waived.extend(waived.into_iter().chain(waived_before));
        for checked in before {
            let under = match after.iter().position(|other| other.commit == checked.commit) {
                Some(same) => {
                    // What rules need is judged under one of the two.
                    let mut more = after.remove(same);
                    more.verdicts.clear();
                    more.broken.retain(|told| !checked.broken.contains(told));
                    if more.is_refused() {
                        after.push(more);
                    }
                    Under::Both
                }
                None if self.after.is_none() => Under::Both,
                None => Under::Before,
            };
            self.told.commits.push((under, checked));
        }
        self.told.commits.extend(after.into_iter().map(|checked| (Under::After, checked)));
        if let Some(ledger) = self.newest() {
            let judged = check::judged(self.repo, ledger.state(), &commits)?;
            let told = unknown_tips(self.repo, ledger, &judged)?;
            self.told.refused.extend(told);
        }
        Ok(())
    }

    /// Refuses to take commits from a branch that the rules about it would not let back: whoever may push could take the branch away for ever.
    fn for_good(&mut self) -> Result<(), LedgerError> {
        let Some(ledger) = self.newest() else { return Ok(()) };
        let moment = self.clock.max(ledger.state().tip.at);
        let mut told = Vec::new();
        for Branch { name, old, new } in self.branches(ledger)? {
            let Some(old) = old else { continue };
            let Some((Checked { commit: Some(first), .. }, count)) =
                check::lost_for_good(self.repo, ledger, (name, old), new, moment)?
            else {
                continue;
            };
            let many = if count == 1 { String::new() } else { format!(" and {} more", count - 1) };
            let found = format!(
                "the branch {name} would lose commit {first}{many}, which the rules about {name} would not let back"
            );
            let needed = "the branch with all that it has; whoever keeps the server may take it away there";
            told.push(Explanation::new(Code::StoreRef, found, needed));
        }
        for one in told {
            self.refuse(one);
        }
        Ok(())
    }

    /// Returns the branches that rules about commits speak of and that the push moves or removes, by whatever name: a symbolic ref here leads to another
    /// one, and where case does not tell names apart a twin is the branch itself.
    fn branches<'l>(&self, ledger: &'l Ledger) -> Result<Vec<Branch<'l>>, GitError> {
        let mut found = Vec::new();
        let folds = self.repo.folds_case();
        for name in check::ruled(ledger.state()) {
            let at = self.repo.led_to(&format!("refs/heads/{name}"))?;
            for update in self.updates.iter().filter(|update| self.own.place(&update.name) == Place::Code) {
                let to = self.repo.led_to(&update.name)?;
                if to != at && !(folds && text::fold(&to) == text::fold(&at)) {
                    continue;
                }
                // What it names here, and not what the push says that it does.
                let here = self.repo.refs("refs/heads/*")?.into_iter();
                let old = here.filter(|(here, _)| *here == to || *here == at).map(|(_, oid)| oid).next();
                let old = old.and_then(|old| commit_here(self.repo, old));
                let new = update.new.map(|new| self.repo.commit_of(new)).transpose()?.flatten();
                found.push(Branch { name, old, new });
            }
        }
        Ok(found)
    }
}

/// Returns why a ledger cannot go on to `new`: with both tips, and the last event that both have.
fn apart(repo: &Repo, name: &str, before: &Ledger, new: Oid) -> Explanation {
    let pushed = repo.chain(new).unwrap_or_default();
    let common = before.chain.iter().zip(&pushed).take_while(|(here, there)| here == there).count();
    let at = |chain: &[Oid], length: usize| match length.checked_sub(1).and_then(|seq| Some((seq, chain.get(seq)?))) {
        Some((seq, commit)) => format!("event {seq} ({})", commit.to_string().chars().take(12).collect::<String>()),
        None => "no event".to_owned(),
    };
    let (here, there) = (at(&before.chain, before.chain.len()), at(&pushed, pushed.len()));
    let found = if common == 0 {
        format!("what is pushed to {name} shares no event with the ledger here, which ends at {here}")
    } else if common == pushed.len() {
        let events = before.chain.len() - common;
        let many = if events == 1 { "" } else { "s" };
        format!(
            "the push would take {events} event{many} from the ledger {name}: it ends at {here}, and what is pushed at {there}"
        )
    } else {
        let both = at(&before.chain, common);
        format!("the ledger {name} ends here at {here}, and what is pushed at {there}; they went apart after {both}")
    };
    Explanation::new(Code::TrustHistory, found, format!("events that follow {here}")).next("ledger sync")
}

/// Returns what tells that evidence was judged with the events that cite it: where git takes the refs of a push one by one, it goes before them.
/// `None` where a push does not move both.
///
/// # Errors
/// Where the refs cannot be read.
pub fn evidence_with_events(repo: &Repo, updates: &[Update]) -> Result<Option<Digest>, GitError> {
    let (ledger, evidence) = (repo.ledger_ref()?, repo.evidence_ref()?);
    let new = |name: &str| updates.iter().find(|update| update.name == name).and_then(|update| update.new);
    match (new(&ledger), new(&evidence)) {
        (Some(_), Some(evidence)) => Ok(Some(before_its_events(repo, evidence)?)),
        _ => Ok(None),
    }
}

/// Returns the moves of a push of which each, if the push was judged and found good, is good by itself too, on the ground that it was judged on and with any of
/// the others made before it; none where that cannot be said.
///
/// Such a push makes or moves several refs of code and nothing else. Then the ledger is the same for each; each commit that one of them brings
/// was judged, since one that another brought before is here already, and less is left to judge; and what rules need was asked at each tip.
/// Not so where a ref goes, since what it alone named would be new again; where a name leads to another ref; or where `HEAD` would lead to a tree
/// that names the ledger otherwise.
///
/// # Errors
/// Where refs or objects cannot be read.
pub fn each_by_itself(repo: &Repo, ground: &Ground, updates: &[Update]) -> Result<Vec<Move>, LedgerError> {
    let own = Own { ledger: repo.ledger_ref()?, evidence: repo.evidence_ref()? };
    let mut moves = Vec::new();
    for Update { name, new } in updates {
        let (Place::Code, Some(new)) = (own.place(name), *new) else { return Ok(Vec::new()) };
        if repo.led_to(name)? != *name {
            return Ok(Vec::new());
        }
        moves.push(Move { name: name.clone(), old: ground.target(name), new });
    }
    let head = repo.head_ref()?;
    if let Some(main) = moves.iter().find(|one| Some(&one.name) == head.as_ref()) {
        // What cannot be read names nothing that could be the same.
        let named = |oid: Oid| repo.pin_in(repo.commit_of(oid).ok().flatten()?).ok();
        if !main.old.and_then(named).is_some_and(|old| Some(old) == named(main.new)) {
            return Ok(Vec::new());
        }
    }
    Ok(if moves.len() > 1 { moves } else { Vec::new() })
}

/// It holds on the ledger that was there: where that has moved on, the events that were judged do not follow it.
fn before_its_events(repo: &Repo, evidence: Oid) -> Result<Digest, GitError> {
    let tip = repo.tip()?.map_or_else(|| "no event".to_owned(), |tip| tip.to_string());
    Ok(Digest::of(format!("evidence {evidence} before events that follow {tip}").as_bytes()))
}

/// Returns the evidence that is here: none, where what was put there before anybody judged it is no commit. It is in nobody's way.
fn held(repo: &Repo) -> Result<BTreeSet<Digest>, GitError> {
    repo.evidence_tip()?.map_or_else(|| Ok(BTreeSet::new()), |tip| repo.evidence_list_at(tip))
}

/// Returns the commit that an object is or names; `None` where it cannot be read as one, and so hides nothing.
fn commit_here(repo: &Repo, oid: Oid) -> Option<Oid> {
    repo.commit_of(oid).ok().flatten()
}

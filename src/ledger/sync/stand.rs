//! Where the ledger here and that of a remote stand, and whether the remote may be believed.

use std::collections::BTreeSet;
use std::rc::Rc;

use super::{Brief, Order, plan};
use crate::domain::code::Code;
use crate::domain::commit;
use crate::domain::event::Event;
use crate::domain::id::Rid;
use crate::domain::state::State;
use crate::domain::time::Timestamp;
use crate::git::aside::Aside;
use crate::git::remote::Offered;
use crate::git::{GitError, Oid, Repo};
use crate::ledger::act::{self, AHEAD};
use crate::ledger::found::{ledgers_on_branches, unnamed};
use crate::ledger::load::{Entry, Flow, Ledger, format_of, push_back, shell};
use crate::ledger::{LedgerError, point::Point};

/// How many characters of an id or a commit name an event.
const SHORTEST: usize = 4;

/// What the last event is called that two ledgers have in common.
const ANCESTOR: &str = "common ancestor";

/// Where the two ledgers stand.
pub(super) struct Stand {
    /// What own events are put on: the remote's ledger, or the one here where the remote has nothing that is not here.
    pub(super) start: Ledger,
    /// How many events of it the remote has.
    pub(super) there: u64,
    /// Events of the remote that were not here, each with its time.
    pub(super) news: Vec<(Brief, Timestamp)>,
    /// The same, whole, where there was a ledger here.
    pub(super) unseen: Vec<Event>,
    /// Events that the remote does not have.
    pub(super) mine: Vec<Candidate>,
    /// The state here, before anything new.
    pub(super) here: Option<Rc<State>>,
}

/// An event that might be signed again.
pub(super) struct Candidate {
    pub(super) entry: Entry,
    /// The state that its author saw.
    pub(super) before: Rc<State>,
    /// It was kept aside, and is still meant.
    pub(super) agreed: bool,
    /// How many events before it are the same on both sides, and those that came between, by position.
    pub(super) common: u64,
    pub(super) lineage: Rc<Vec<(u64, Rid)>>,
}

impl Stand {
    pub(super) fn of(repo: &Repo, order: &Order, here: Option<Oid>, offered: Offered) -> Result<Stand, LedgerError> {
        let all = |_: &Entry, _: &State| Flow::Next;
        match (here, offered.ledger) {
            (None, None) => Err(nowhere(repo, order)),
            (Some(here), None) => {
                let start = Ledger::load_tip(repo, here)?;
                let here = Some(Rc::new(start.state().clone()));
                Ok(Stand { start, there: 0, news: Vec::new(), unseen: Vec::new(), mine: Vec::new(), here })
            }
            (None, Some(tip)) => {
                let mut news = Vec::new();
                let visit = |entry: &Entry, _: &State| {
                    news.push((Brief::of(entry), entry.signed.event.at));
                    Flow::Next
                };
                let start = Ledger::load_from(repo, tip, Some(&order.remote), &Point::Tip, visit)?;
                let there = start.chain.len() as u64;
                Ok(Stand { there, start, news, unseen: Vec::new(), mine: Vec::new(), here: None })
            }
            (Some(here), Some(there)) => {
                let Some(base) = repo.fork(here, there)? else { return Err(another(repo, order, here, there)) };
                let common = Ledger::load_from(repo, base, None, &Point::Tip, all)?;
                Stand::beside(repo, order, common, here, there)
            }
        }
    }

    /// Reads on from what both have in common: to the end of the one here, and of the remote's.
    fn beside(repo: &Repo, order: &Order, common: Ledger, here: Oid, there: Oid) -> Result<Stand, LedgerError> {
        let (shared, mut local, mut mine) = (common.chain.len() as u64, common.clone(), Vec::new());
        let mut before = Rc::new(common.state().clone());
        local.read_on(repo, here, None, |entry, state| {
            let seen = std::mem::replace(&mut before, Rc::new(state.clone()));
            mine.push((entry.clone(), seen));
            Flow::Next
        })?;
        let (mut theirs, mut news, mut unseen) = (common, Vec::new(), Vec::new());
        theirs.read_on(repo, there, Some(&order.remote), |entry, _| {
            news.push((Brief::of(entry), entry.signed.event.at));
            unseen.push(entry.signed.event.clone());
            Flow::Next
        })?;
        let lineage: Vec<(u64, Rid)> =
            mine.iter().map(|(entry, _)| (entry.signed.event.seq, entry.signed.event.id.clone())).collect();
        let lineage = Rc::new(lineage);
        let candidate =
            |(entry, before)| Candidate { entry, before, agreed: false, common: shared, lineage: Rc::clone(&lineage) };
        let mine: Vec<Candidate> = mine.into_iter().map(candidate).collect();
        let again = !news.is_empty() || !order.aside.is_empty() || drifted(repo, order, &before, &mine)?;
        let (start, mine) = if again { (theirs, mine) } else { (local, Vec::new()) };
        Ok(Stand { start, there: shared + news.len() as u64, news, unseen, mine, here: Some(before) })
    }

    /// Returns the ids of the events that are to be kept aside.
    pub(super) fn wished(&self, order: &Order) -> Result<BTreeSet<Rid>, LedgerError> {
        let mut wished = BTreeSet::new();
        for word in &order.aside {
            let means = |entry: &Entry| {
                let event = &entry.signed.event;
                let begins = event.id.as_str().starts_with(word) || entry.commit.to_string().starts_with(word);
                (begins && word.len() >= SHORTEST) || event.seq.to_string() == *word
            };
            let found: Vec<&Entry> = self.mine.iter().map(|one| &one.entry).filter(|entry| means(entry)).collect();
            if let [one] = found.as_slice() {
                wished.insert(one.signed.event.id.clone());
                continue;
            }
            let many = if found.is_empty() { "no event".to_owned() } else { format!("{} events", found.len()) };
            let text = format!("{many} that {} lacks can be meant by {word}", order.remote);
            let needed = "the number, id or commit of one event that is not shared yet";
            return Err(LedgerError::usage(text, needed, "ledger log -n 5"));
        }
        Ok(wished)
    }

    /// Returns the events that are to be put on the start: those here, and those that were kept aside.
    pub(super) fn candidates(&mut self, repo: &Repo, aside: Option<&Aside>) -> Result<Vec<Candidate>, LedgerError> {
        let mut candidates = std::mem::take(&mut self.mine);
        for (_, commit) in aside.iter().flat_map(|aside| &aside.events) {
            let Some(before) = &self.here else { break };
            let (mut lineage, mut common, mut last) = (Vec::new(), 0, None);
            repo.walk_back(*commit, |oid, bytes| {
                let Ok(signed) = commit::decode(format_of(repo), &bytes) else { return false };
                let (seq, id) = (signed.event.seq, signed.event.id.clone());
                let position = usize::try_from(seq).unwrap_or(usize::MAX);
                if self.start.chain.get(position) == Some(&oid) {
                    common = seq + 1;
                    return false;
                }
                lineage.push((seq, id));
                last.get_or_insert(Entry { commit: oid, signed });
                true
            })?;
            // One that stands on the chain already has nothing between.
            let Some(entry) = last else { continue };
            candidates.push(Candidate {
                entry,
                before: Rc::clone(before),
                agreed: true,
                common,
                lineage: Rc::new(lineage),
            });
        }
        Ok(candidates)
    }
}

/// Returns whether own events that nobody has speak of commits that no branch keeps any more: nobody else could look them up.
fn drifted(repo: &Repo, order: &Order, here: &State, mine: &[Candidate]) -> Result<bool, LedgerError> {
    if order.no_push {
        return Ok(false);
    }
    let known = repo.all_tracked()?;
    for Candidate { entry, .. } in mine {
        let event = &entry.signed.event;
        if !plan::adrift(repo, event)? || act::who(here, &order.search).map_or(true, |(me, _)| me != event.actor) {
            continue;
        }
        let mut shared = false;
        for (_, tip) in &known {
            shared |= repo.fork(*tip, entry.commit)? == Some(entry.commit);
        }
        if !shared {
            return Ok(true);
        }
    }
    Ok(false)
}

fn nowhere(repo: &Repo, order: &Order) -> LedgerError {
    match Ledger::load(repo) {
        Err(LedgerError::None) | Ok(_) => {
            let branches = ledgers_on_branches(repo, &order.remote);
            if !branches.is_empty() {
                return unnamed(&order.remote, &branches);
            }
            let text = format!("there is no ledger here, and {} has none", order.remote);
            LedgerError::usage(text, "a ledger, founded here or on the remote", "ledger init")
        }
        Err(LedgerError::Missing { place, genesis, .. }) => {
            let text = format!("{place} names the ledger {genesis}, which is neither here nor at {}", order.remote);
            let needed = "a remote that has the ledger that is named".to_owned();
            LedgerError::Remote { code: Code::TrustLedgerMissing, text, needed, next: vec!["git remote -v".to_owned()] }
        }
        Err(error) => error,
    }
}

/// Returns the error for a remote whose ledger has nothing in common with the one here.
fn another(repo: &Repo, order: &Order, here: Oid, there: Oid) -> LedgerError {
    let genesis = |tip: Oid| Ledger::read(repo, tip, |_, _| Flow::Stop).map(|ledger| ledger.state().genesis);
    match (genesis(here), genesis(there)) {
        (Ok(own), Ok(other)) => {
            let remote = &order.remote;
            let text = format!(
                "{remote} has another ledger\n  here   {own}, tip {here}\n  there  {other}, tip {there}\n  common ancestor   none"
            );
            let next = vec!["ledger trust".to_owned(), "git remote -v".to_owned()];
            let needed =
                "a remote that has the ledger that is here; or somebody who knows which of them is right".to_owned();
            LedgerError::Remote { code: Code::TrustGenesisMismatch, text, needed, next }
        }
        (Err(error), _) | (_, Err(error)) => error,
    }
}

/// Refuses a remote whose ledger lost events that it had at the last time. Where nobody knows what it had, as after `git remote rename`,
/// it may not contradict what other remotes had, and has to have what one had that goes by no name any more.
pub(super) fn not_rewound(repo: &Repo, order: &Order, offered: Offered) -> Result<(), LedgerError> {
    if let Some(known) = repo.tracked(&order.remote)? {
        // Git can move that ref by hand; what a sync noted last still counts.
        if let Some(noted) = repo.noted(&order.remote)?.filter(|noted| *noted != known) {
            not_lost(repo, order, offered, noted, None)?;
        }
        return not_lost(repo, order, offered, known, None);
    }
    let (remotes, tracked) = (repo.remotes()?, repo.all_tracked()?);
    let (live, gone): (Vec<_>, Vec<_>) = tracked.into_iter().partition(|(name, _)| remotes.contains(name));
    for (name, known) in &gone {
        let mut kept = false;
        for (_, tip) in &live {
            kept |= repo.fork(*known, *tip)? == Some(*known);
        }
        if !kept {
            not_lost(repo, order, offered, *known, Some(name))?;
        }
    }
    for (name, known) in &live {
        let behind = match offered.ledger {
            Some(found) => repo.fork(*known, found)?.is_none_or(|common| common == found),
            None => true,
        };
        if !behind {
            not_lost(repo, order, offered, *known, Some(name))?;
        }
    }
    Ok(())
}

/// Refuses a remote that lacks what is known to have been there, or at another remote.
fn not_lost(repo: &Repo, order: &Order, offered: Offered, known: Oid, at: Option<&str>) -> Result<(), LedgerError> {
    let remote = &order.remote;
    let (it, last) = match at {
        None => ("it".to_owned(), "at the last time".to_owned()),
        Some(other) => (other.to_owned(), format!("at {other}")),
    };
    let restore = format!("ledger sync {} --restore", shell(remote));
    // Only who has what is lost can give it back.
    let restores = order.restore && repo.tip()?.is_some_and(|tip| repo.fork(known, tip).ok() == Some(Some(known)));
    let Some(found) = offered.ledger else {
        if restores {
            return Ok(());
        }
        let text = match at {
            None => format!("{remote} has no ledger any more; at the last time its tip was {known}"),
            Some(other) => {
                format!("{remote} has no ledger; {other}, which is no remote any more, had one, with the tip {known}")
            }
        };
        let needed = "what the remote had, given back by somebody who holds it; or shown, where its setting transfer.hideRefs hides it".to_owned();
        return Err(LedgerError::Remote { code: Code::TrustHistory, text, needed, next: vec![restore] });
    };
    let common = match repo.fork(known, found) {
        Ok(common) => common,
        Err(error) => return Err(no_ledger(repo, order, (Some(known), found), at, error)),
    };
    if common == Some(known) || (restores && common == Some(found)) {
        return Ok(());
    }
    let width = last.chars().count().max(16);
    let here = format!("  {last:<width$}  {known}\n  {:<width$}  {found}", "now");
    let (text, needed, next) = match common {
        Some(common) if common == found => {
            let gone = repo.chain_after(found, known)?.map_or(0, |gone| gone.len());
            let events = if gone == 1 {
                format!("1 event that {it} had is")
            } else {
                format!("{gone} events that {it} had are")
            };
            let text = format!("{remote} was rewound: {events} gone\n{here}\n  {ANCESTOR:<width$}  {common}");
            let needed = "what the remote had, given back by somebody who holds it".to_owned();
            (text, needed, vec![format!("git log --oneline {common}..{known}"), restore])
        }
        Some(common) => {
            let were = if at.is_some() { format!("those of {it}") } else { "they were".to_owned() };
            let text = format!(
                "{remote} was forked: its events are others than {were}\n{here}\n  {ANCESTOR:<width$}  {common}"
            );
            let log = |tip: Oid| format!("git log --oneline {common}..{tip}");
            let tracking = shell(&Repo::tracking_ref(at.unwrap_or(remote)));
            let needed = format!(
                "one ledger: whoever keeps the remote says which of the two goes on; who is to follow the remote forgets what it had, by `git update-ref -d {tracking}`"
            );
            (text, needed, vec![log(known), log(found)])
        }
        None => {
            let text = format!("{remote} has another ledger than {it} had\n{here}\n  {ANCESTOR:<width$}  none");
            (text, "a remote that has the ledger that it had".to_owned(), vec!["ledger trust".to_owned()])
        }
    };
    Err(LedgerError::Remote { code: Code::TrustHistory, text, needed, next })
}

/// Returns what is said of a remote that does not hold what it had, or of which that cannot be said, where `error` is why its ledger cannot be read to
/// the beginning: whatever it named is none. What else is wrong is told as it is.
pub(super) fn no_ledger(
    repo: &Repo,
    order: &Order,
    (known, found): (Option<Oid>, Oid),
    at: Option<&str>,
    error: GitError,
) -> LedgerError {
    let remote = &order.remote;
    let place = error.place.parse().ok().and_then(|place| repo.is_no_event(place));
    // What is wrong with the ledger here is not the remote's.
    let ours = |tip: Option<Oid>| tip.is_none_or(|tip| repo.chain(tip).is_ok());
    let Some(why) = place.filter(|_| ours(known) && ours(repo.tip().ok().flatten())) else { return error.into() };
    let reference = match repo.ledger_ref() {
        Ok(reference) => reference,
        Err(error) => return error.into(),
    };
    let GitError { place, text, .. } = why;
    let (mut tips, mut next) = (String::new(), vec![format!("git ls-remote {} {}", shell(remote), shell(&reference))]);
    if let Some(known) = known {
        let last = at.map_or_else(|| "at the last time".to_owned(), |other| format!("at {other}"));
        let width = last.chars().count().max(16);
        tips = format!("\n  {last:<width$}  {known}\n  {:<width$}  {found}\n  {ANCESTOR:<width$}  none", "now");
        if at.is_none() {
            next.insert(0, push_back(remote, &reference, found, known));
        }
    }
    let any_more = if known.is_some() && at.is_none() { " any more" } else { "" };
    let text = format!("{remote} has no ledger at {reference}{any_more}: {place}: {text}{tips}");
    let needed = "the ledger, put back by somebody who holds it and may move its ref".to_owned();
    LedgerError::Remote { code: Code::TrustHistory, text, needed, next }
}

/// Returns what is said of a remote that does not hold what it had (`lost`): what is no event is called that, whatever else was done. But what a later
/// release may read is no reason to keep silent about what is gone, and does not go on from there.
///
/// # Errors
/// Where the ledger here is not valid.
pub(super) fn said_of_lost(
    repo: &Repo,
    order: &Order,
    offered: Offered,
    lost: LedgerError,
) -> Result<LedgerError, LedgerError> {
    let Some(there) = offered.ledger else { return Ok(lost) };
    if let Some(here) = repo.tip()? {
        Ledger::load_tip(repo, here)?;
        // What has nothing in common with the ledger here is another one, or none.
        if matches!(repo.fork(here, there), Ok(None)) {
            return Ok(lost);
        }
    }
    let read = Ledger::load_from(repo, there, Some(&order.remote), &Point::Tip, |_, _| Flow::Next);
    let Err(LedgerError::Invalid { invalid, commit, next, blind }) = read else { return Ok(lost) };
    match lost {
        LedgerError::Remote { code, text, needed, next: mut mends } if invalid.is_of_a_later_release() => {
            let found = invalid.refusal.explanations.first().map_or("", |one| one.found.as_str());
            let text = format!("{text}\n  event {} there: {found}", invalid.seq);
            if let Some(known) = repo.tracked(&order.remote)? {
                mends.push(push_back(&order.remote, &repo.ledger_ref()?, there, known));
            }
            Ok(LedgerError::Remote { code, text, needed, next: mends })
        }
        _ => Ok(LedgerError::Invalid { invalid, commit, next, blind }),
    }
}

/// Refuses events that are dated ahead of the clock.
pub(super) fn not_ahead(order: &Order, news: &[(Brief, Timestamp)]) -> Result<(), LedgerError> {
    let ahead = news.iter().find(|(_, at)| at.seconds() - order.clock.seconds() > AHEAD);
    let Some((Brief { seq, summary, actor, .. }, at)) = ahead else { return Ok(()) };
    let (remote, clock) = (&order.remote, order.clock);
    let text = format!("event {seq} of {remote} ({summary}, by {actor}) is of {at}; the clock says {clock}");
    Err(LedgerError::Clock { text, next: vec!["date -u".to_owned()] })
}

//! Sharing a ledger with a remote: fetch, judge what is new there, sign one's own events again where others were first, push.
//!
//! Nothing is named by a ref before it was judged, and nothing that somebody signed is lost: an event that cannot go along is kept aside
//! (see [`crate::git::aside`]). The remote's update of its ref is the compare-and-swap; who loses that race begins again at the fetch.

mod back;
mod first;
mod plan;
mod push;
mod stand;

use std::collections::{BTreeMap, BTreeSet};

pub use self::back::abort;
use self::back::{none_under_way, under_way};
pub use self::first::Before;
use self::plan::{Plan, sign};
use self::push::{Pushed, push};
use self::stand::{Stand, no_ledger, not_ahead, not_rewound, said_of_lost};
use super::LedgerError;
use super::cited::{Unheld, cited_by_code, known};
use super::load::{Entry, Ledger};
use crate::domain::decide::Refusal;
use crate::domain::decide::draft::Draft;
use crate::domain::id::{ActorId, Digest, Rid};
use crate::domain::receive::{Cites, evidence_given};
use crate::domain::share::Change;
use crate::domain::time::Timestamp;
use crate::domain::trailer::Cited;
use crate::git::aside::Aside;
use crate::git::evidence::Joined;
use crate::git::remote::Manner;
use crate::git::{AppendError, Oid, Repo};
use crate::signing::Search;

/// How a move of the ledger by a sync begins in the log of its ref.
const SYNCED: &str = "ledger: sync with ";

/// How often a lost race is run again.
const TRIES: u32 = 20;

/// What to do about events that an earlier sync kept aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// There are none.
    Plain,
    /// Try them again.
    Continue,
    /// Go on without them.
    Skip,
}

/// What is to be done.
#[derive(Debug, Clone)]
pub struct Order {
    /// The remote.
    pub remote: String,
    /// What to do about events that an earlier sync kept aside.
    pub mode: Mode,
    /// Where the signing key is.
    pub search: Search,
    /// The time that events are to carry.
    pub now: Timestamp,
    /// What the clock says.
    pub clock: Timestamp,
    /// The ledger that it has to be.
    pub genesis: Option<Digest>,
    /// An event that it has to hold: position and SHA-256.
    pub tip: Option<Cited>,
    /// Events that are to be kept aside: each by the beginning of its id or commit, or by its number.
    pub aside: Vec<String>,
    /// Give the remote nothing.
    pub no_push: bool,
    /// Give back to the remote what it has lost.
    pub restore: bool,
    /// Judge and say what would happen; change nothing.
    pub dry_run: bool,
    /// How git talks to the remote.
    pub manner: Manner,
}

/// An event, in short.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Brief {
    /// Its position.
    pub seq: u64,
    /// Its id.
    pub id: Rid,
    /// Its summary.
    pub summary: String,
    /// Who signed it.
    pub actor: ActorId,
    /// Its commit.
    pub commit: Oid,
}

impl Brief {
    fn of(entry: &Entry) -> Brief {
        let event = &entry.signed.event;
        Brief {
            seq: event.seq,
            id: event.id.clone(),
            summary: event.summary(),
            actor: event.actor.clone(),
            commit: entry.commit,
        }
    }
}

/// An event that was signed again, or would be.
#[derive(Debug, Clone)]
pub struct Resigned {
    /// As it was.
    pub was: Brief,
    /// As it is.
    pub draft: Draft,
    /// Its commit and SHA-256; `None` in a dry run.
    pub commit: Option<(Oid, Digest)>,
    /// What was another, and was agreed to.
    pub changes: Vec<Change>,
}

/// Why an event is kept aside.
#[derive(Debug, Clone)]
pub enum Why {
    /// Another actor signed it, who alone can sign it again.
    NotOurs,
    /// It was asked for.
    Asked,
    /// Its author has not said that it is still meant.
    Changed(Vec<Change>),
    /// The rules refuse it now.
    Refused(Refusal),
}

/// An event whose author is asked whether it is still meant.
#[derive(Debug)]
pub struct Asked<'a> {
    /// The event.
    pub event: &'a Brief,
    /// What is another now.
    pub changes: &'a [Change],
    /// What would be signed.
    pub draft: &'a Draft,
}

/// What came of a sync.
#[derive(Debug)]
pub struct Synced {
    /// The remote.
    pub remote: String,
    /// Whether there was a ledger here before.
    pub had_ledger: bool,
    /// The ledger as it is now.
    pub ledger: Ledger,
    /// Events that came from the remote.
    pub news: Vec<Brief>,
    /// Own events that the remote had already, by their ids.
    pub there: Vec<Brief>,
    /// Events that were signed again.
    pub resigned: Vec<Resigned>,
    /// Events that are kept aside.
    pub aside: Vec<(Brief, Why)>,
    /// Events that were given up; they stay in refs of their own.
    pub left: Vec<(Rid, Oid)>,
    /// How many events the remote took; in a dry run, would be given.
    pub pushed: u64,
    /// What came of the evidence here.
    pub evidence: Joined,
    /// The remote's evidence was replaced.
    pub gave_evidence: bool,
    /// Cited evidence that is neither here nor there, and of which nobody recorded that it is erased.
    pub missing: Vec<Digest>,
    /// What the remote said.
    pub said: Vec<String>,
    /// The ledger was pinned in git config.
    pub pinned: bool,
    /// Where a ledger came for the first time: the places that `.ledger` named before.
    pub before: Vec<Before>,
    /// Where a ledger came for the first time: what signed code cites of it and it does not hold.
    pub unheld: Vec<Unheld>,
}

/// Shares the ledger with a remote. `ask` is called for each event that its author has to agree to anew, and answers for it.
///
/// # Errors
/// [`LedgerError::Remote`] where the remote was rewound, forked or has another ledger; [`LedgerError::Invalid`] where an event there is
/// not valid; [`LedgerError::Declined`] where the remote's own guard says no; else as [`Ledger::load`] and [`crate::signing::find`].
pub fn sync(repo: &Repo, order: &Order, ask: &mut dyn FnMut(&Asked<'_>) -> bool) -> Result<Synced, LedgerError> {
    match (order.mode, repo.aside()?) {
        (Mode::Plain, Some(note)) if order.aside.is_empty() => return Err(under_way(&note)),
        (Mode::Continue | Mode::Skip, None) => return Err(none_under_way()),
        _ => {}
    }
    let mut answers: BTreeMap<Rid, (Vec<Change>, bool)> = BTreeMap::new();
    let mut ask = |asked: &Asked<'_>| {
        let known = answers.get(&asked.event.id).filter(|(changes, _)| changes == asked.changes).map(|known| known.1);
        known.unwrap_or_else(|| {
            let answer = ask(asked);
            answers.insert(asked.event.id.clone(), (asked.changes.to_vec(), answer));
            answer
        })
    };
    let (mut came, mut locked) = (Vec::new(), None);
    for _ in 0..TRIES {
        if let Some(synced) = attempt(repo, order, &mut came, &mut locked, &mut ask)? {
            return Ok(Synced { news: came, ..synced });
        }
    }
    Err(locked.unwrap_or(LedgerError::LostRace { tries: TRIES }))
}

/// Tries once; `None` where somebody else was faster, here or there. `came` are the events that came so far; `locked` says what stood in
/// the way there, if that was a lock.
fn attempt(
    repo: &Repo,
    order: &Order,
    came: &mut Vec<Brief>,
    locked: &mut Option<LedgerError>,
    ask: &mut dyn FnMut(&Asked<'_>) -> bool,
) -> Result<Option<Synced>, LedgerError> {
    let note = repo.aside()?;
    let offered = repo.offered(&order.remote, order.manner)?;
    if !repo.fetch(&order.remote, offered, order.manner)? {
        return Ok(None);
    }
    if let Err(lost) = not_rewound(repo, order, offered) {
        return Err(said_of_lost(repo, order, offered, lost)?);
    }
    let old = repo.tip()?;
    let mut stand = Stand::of(repo, order, old, offered).map_err(|error| match (error, offered.ledger) {
        (LedgerError::Git(error), Some(there)) => no_ledger(repo, order, (None, there), None, error),
        (other, _) => other,
    })?;
    not_ahead(order, &stand.news)?;
    if let Some(pinned) = order.genesis.filter(|pinned| *pinned != stand.start.state().genesis) {
        let found = stand.start.state().genesis;
        return Err(LedgerError::Pinned { place: "--genesis".to_owned(), pinned, found });
    }
    if let Some(tip) = order.tip.filter(|_| offered.ledger.is_some() || old.is_some()) {
        holds(repo, &stand.start, tip)?;
    }
    let (mut before, mut unheld) = (Vec::new(), Vec::new());
    if old.is_none() {
        before = first::places(repo, order, &stand.start)?;
        unheld = cited_by_code(repo, &stand.start)?;
    }
    let aside = note.as_ref().filter(|_| order.mode == Mode::Continue);
    let wished = stand.wished(order)?;
    let candidates = stand.candidates(repo, aside)?;
    let mut plan = Plan::new(repo, order, &stand, wished);
    for candidate in &candidates {
        plan.judge(candidate, ask)?;
    }
    let Plan { planned, there, kept, state, .. } = plan;
    // What it will say, also where nothing is signed.
    let says = Cites::of(&state);
    let mut ledger = stand.start;
    let resigned: Vec<Resigned> = if order.dry_run { planned } else { sign(repo, order, &mut ledger, planned)? };
    let mut synced = Synced {
        remote: order.remote.clone(),
        had_ledger: old.is_some(),
        news: Vec::new(),
        there,
        resigned,
        aside: kept,
        left: note.iter().filter(|_| order.mode == Mode::Skip).flat_map(|note| note.events.clone()).collect(),
        pushed: 0,
        evidence: Joined::default(),
        gave_evidence: false,
        missing: Vec::new(),
        said: Vec::new(),
        pinned: false,
        before,
        unheld,
        ledger,
    };
    let news = stand.news.into_iter().map(|(brief, _)| brief);
    let given = (synced.ledger.chain.len() as u64).saturating_sub(stand.there);
    if order.dry_run {
        let shares = synced.aside.is_empty() && !order.no_push;
        synced.pushed = if shares { given + synced.resigned.len() as u64 } else { 0 };
        let kept;
        (synced.evidence, kept) = repo.evidence_joined(offered.evidence, &says)?;
        let there = push::evidence_there(repo, offered)?;
        synced.gave_evidence = shares && evidence_given(&kept, &there, &says, synced.pushed > 0) != there;
        synced.missing = missing(&synced.ledger, &kept);
        came.extend(news);
        return Ok(Some(synced));
    }
    repo.clear()?;
    let acts = repo.acts()?;
    synced.evidence = repo.evidence_join(offered.evidence, &says)?;
    // Before the ledger moves: what came from there is told from what was written here by it.
    if let Some(tip) = offered.ledger {
        repo.track(&order.remote, tip)?;
    }
    if !settle(repo, order, note.as_ref(), old, &mut synced)? {
        return Ok(None);
    }
    drop(acts);
    came.extend(news);
    if synced.aside.is_empty()
        && !order.no_push
        && let Pushed::Again(why) = push(repo, order, offered, (given, &says), &mut synced)?
    {
        *locked = why;
        return Ok(None);
    }
    if synced.aside.is_empty() && note.is_some() {
        repo.end_aside()?;
    }
    let kept = repo.evidence_list()?;
    synced.missing = missing(&synced.ledger, &kept);
    Ok(Some(synced))
}

/// Demands that a ledger holds an event that is known by another way.
fn holds(repo: &Repo, ledger: &Ledger, tip: Cited) -> Result<(), LedgerError> {
    if known(repo, ledger, Some(&tip))? {
        return Ok(());
    }
    let (last, Cited { seq, sha256 }) = (ledger.state().tip.seq, tip);
    let found = if seq > last {
        format!("the ledger ends at event {last}: it was cut short")
    } else {
        format!("event {seq} is another one")
    };
    Err(LedgerError::Tip { seq, pinned: sha256, found })
}

/// Returns the evidence that events cite, that nobody gave up, and that is not kept.
fn missing(ledger: &Ledger, kept: &BTreeSet<Digest>) -> Vec<Digest> {
    ledger.state().cited().difference(kept).copied().collect()
}

/// Moves the ledger here to where it is now, after noting what is kept aside; false where somebody else moved it meanwhile.
fn settle(
    repo: &Repo,
    order: &Order,
    note: Option<&Aside>,
    old: Option<Oid>,
    synced: &mut Synced,
) -> Result<bool, LedgerError> {
    let Some(new) = synced.ledger.tip() else { return Ok(true) };
    if let (Some(old), false) = (old, synced.aside.is_empty()) {
        let mut events: Vec<(Rid, Oid)> =
            note.filter(|_| order.mode == Mode::Plain).map(|note| note.events.clone()).unwrap_or_default();
        events.extend(synced.aside.iter().map(|(brief, _)| (brief.id.clone(), brief.commit)));
        let before = note.map_or(old, |note| note.before);
        repo.put_aside(&Aside { remote: order.remote.clone(), before, events })?;
    }
    if !repo.is_pinned_in_config()? {
        repo.pin_config(synced.ledger.state().genesis)?;
        synced.pinned = true;
    }
    if old == Some(new) {
        return Ok(true);
    }
    match repo.move_tip(old, new, &format!("{SYNCED}{}", order.remote)) {
        Ok(()) => Ok(true),
        Err(AppendError::LostRace { .. }) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

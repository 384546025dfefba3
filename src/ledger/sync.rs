//! Sharing a ledger with a remote: fetch, judge what is new there, sign one's own events again where others were first, push.
//!
//! Nothing is named by a ref before it was judged, and nothing that somebody signed is lost: an event that cannot go along is kept aside
//! (see [`crate::git::aside`]). The remote's update of its ref is the compare-and-swap; who loses that race begins again at the fetch.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use super::act::{self, AHEAD};
use super::check;
use super::load::{Entry, Flow, Ledger, format_of, shell};
use super::{LedgerError, point::Point};
use crate::domain::code::Code;
use crate::domain::commit;
use crate::domain::decide::draft::{Author, Draft};
use crate::domain::decide::{RECOVERY, Refusal};
use crate::domain::event::Event;
use crate::domain::explain::Explanation;
use crate::domain::facts::{Facts, Nothing};
use crate::domain::id::{ActorId, Digest, Rid, TaggedOid};
use crate::domain::key::{Fingerprint, PublicKey};
use crate::domain::share::{Again, Change, Seats, Unshared, again};
use crate::domain::state::State;
use crate::domain::time::Timestamp;
use crate::git::aside::Aside;
use crate::git::evidence::Joined;
use crate::git::remote::{Gift, Given, Manner, Offered};
use crate::git::{AppendError, GitError, Oid, Repo};
use crate::signing::{self, Search};

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
}

/// Shares the ledger with a remote. `ask` is called for each event that its author has to agree to anew, and answers for it.
///
/// # Errors
/// [`LedgerError::Remote`] where the remote was rewound, forked or has another ledger; [`LedgerError::Invalid`] where an event there is
/// not valid; [`LedgerError::Declined`] where the remote's own guard says no; else as [`Ledger::load`] and [`signing::find`].
pub fn sync(repo: &Repo, order: &Order, ask: &mut dyn FnMut(&Asked<'_>) -> bool) -> Result<Synced, LedgerError> {
    match (order.mode, repo.aside()?) {
        (Mode::Plain, Some(note)) => return Err(under_way(&note)),
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
    for _ in 0..TRIES {
        if let Some(synced) = attempt(repo, order, &mut ask)? {
            return Ok(synced);
        }
    }
    Err(LedgerError::LostRace { tries: TRIES })
}

/// Tries once; `None` where somebody else was faster, here or there.
fn attempt(repo: &Repo, order: &Order, ask: &mut dyn FnMut(&Asked<'_>) -> bool) -> Result<Option<Synced>, LedgerError> {
    let note = repo.aside()?;
    let offered = repo.offered(&order.remote, order.manner)?;
    if !repo.fetch(&order.remote, offered, order.manner)? {
        return Ok(None);
    }
    not_rewound(repo, order, offered)?;
    let mut stand = Stand::of(repo, order, offered)?;
    not_ahead(order, &stand.news)?;
    if let Some(pinned) = order.genesis.filter(|pinned| *pinned != stand.start.state().genesis) {
        let found = stand.start.state().genesis;
        return Err(LedgerError::Pinned { place: "--genesis".to_owned(), pinned, found });
    }
    let old = repo.tip()?;
    let aside = note.as_ref().filter(|_| order.mode == Mode::Continue);
    let candidates = stand.candidates(repo, aside)?;
    let mut plan = Plan::new(repo, order, &stand);
    for candidate in &candidates {
        plan.judge(candidate, ask)?;
    }
    let Plan { planned, there, kept, .. } = plan;
    let mut ledger = stand.start;
    let resigned: Vec<Resigned> = if order.dry_run { planned } else { sign(repo, order, &mut ledger, planned)? };
    let erased: BTreeSet<Digest> = erased(ledger.state());
    let mut synced = Synced {
        remote: order.remote.clone(),
        had_ledger: old.is_some(),
        news: stand.news.into_iter().map(|(brief, _)| brief).collect(),
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
        ledger,
    };
    let given = (synced.ledger.chain.len() as u64).saturating_sub(stand.there);
    if order.dry_run {
        synced.pushed =
            if synced.aside.is_empty() && !order.no_push { given + synced.resigned.len() as u64 } else { 0 };
        return Ok(Some(synced));
    }
    repo.clear()?;
    synced.evidence = repo.evidence_join(offered.evidence, &erased)?;
    // Before the ledger moves: what came from there is told from what was written here by it.
    if let Some(tip) = offered.ledger {
        repo.track(&order.remote, tip)?;
    }
    if !settle(repo, order, note.as_ref(), old, &mut synced)? {
        return Ok(None);
    }
    if synced.aside.is_empty() && !order.no_push && !push(repo, order, offered, given, &mut synced)? {
        return Ok(None);
    }
    if synced.aside.is_empty() && note.is_some() {
        repo.end_aside()?;
    }
    let kept = repo.evidence_list()?;
    let cited = synced.ledger.state().evidence.iter().filter(|(_, piece)| piece.erased.is_none());
    synced.missing = cited.map(|(sha256, _)| *sha256).filter(|sha256| !kept.contains(sha256)).collect();
    Ok(Some(synced))
}

/// Refuses a remote whose ledger lost events that it had at the last time.
fn not_rewound(repo: &Repo, order: &Order, offered: Offered) -> Result<(), LedgerError> {
    let Some(known) = repo.tracked(&order.remote)? else { return Ok(()) };
    let remote = &order.remote;
    let restore = format!("ledger sync {} --restore", shell(remote));
    let Some(found) = offered.ledger else {
        if order.restore {
            return Ok(());
        }
        let text = format!("{remote} has no ledger any more; at the last time its tip was {known}");
        return Err(LedgerError::Remote { code: Code::TrustHistory, text, next: vec![restore] });
    };
    let common = repo.fork(known, found)?;
    if common == Some(known) || (order.restore && common == Some(found)) {
        return Ok(());
    }
    let here = format!("  at the last time  {known}\n  now               {found}");
    let (text, next) = match common {
        Some(common) if common == found => {
            let lost = repo.chain_after(found, known)?.map_or(0, |lost| lost.len());
            let events = if lost == 1 { "1 event".to_owned() } else { format!("{lost} events") };
            let text =
                format!("{remote} was rewound: {events} that it had are gone\n{here}\n  common ancestor   {common}");
            (text, vec![format!("git log --oneline {common}..{known}"), restore])
        }
        Some(common) => {
            let text = format!(
                "{remote} was forked: its events are others than they were\n{here}\n  common ancestor   {common}"
            );
            let log = |tip: Oid| format!("git log --oneline {common}..{tip}");
            (text, vec![log(known), log(found)])
        }
        None => {
            let text = format!("{remote} has another ledger than it had\n{here}\n  common ancestor   none");
            (text, vec!["ledger trust".to_owned()])
        }
    };
    Err(LedgerError::Remote { code: Code::TrustHistory, text, next })
}

/// Refuses events that are dated ahead of the clock.
fn not_ahead(order: &Order, news: &[(Brief, Timestamp)]) -> Result<(), LedgerError> {
    let ahead = news.iter().find(|(_, at)| at.seconds() - order.clock.seconds() > AHEAD);
    let Some((Brief { seq, summary, actor, .. }, at)) = ahead else { return Ok(()) };
    let (remote, clock) = (&order.remote, order.clock);
    let text = format!("event {seq} of {remote} ({summary}, by {actor}) is of {at}; the clock says {clock}");
    Err(LedgerError::Clock { text })
}

fn erased(state: &State) -> BTreeSet<Digest> {
    state.evidence.iter().filter(|(_, piece)| piece.erased.is_some()).map(|(sha256, _)| *sha256).collect()
}

fn under_way(note: &Aside) -> LedgerError {
    let count = note.events.len();
    let events = if count == 1 { "1 event is".to_owned() } else { format!("{count} events are") };
    let text = format!("{events} kept aside since an earlier sync with {}, which is not over", note.remote);
    let next = ["ledger sync --continue", "ledger sync --skip", "ledger sync --abort"];
    LedgerError::Usage { text, next: next.map(str::to_owned).into() }
}

fn none_under_way() -> LedgerError {
    LedgerError::usage("no event is kept aside, so there is nothing to go on with", "ledger sync")
}

/// Where the two ledgers stand.
struct Stand {
    /// What own events are put on: the remote's ledger, or the one here where the remote has nothing that is not here.
    start: Ledger,
    /// How many events of it the remote has.
    there: u64,
    /// Events of the remote that were not here, each with its time.
    news: Vec<(Brief, Timestamp)>,
    /// Events that the remote does not have.
    mine: Vec<Candidate>,
    /// The state here, before anything new.
    here: Option<Rc<State>>,
}

/// An event that might be signed again.
struct Candidate {
    entry: Entry,
    /// The state that its author saw.
    before: Rc<State>,
    /// It was kept aside, and is still meant.
    agreed: bool,
    /// How many events before it are the same on both sides, and those that came between, by position.
    common: u64,
    lineage: Rc<Vec<(u64, Rid)>>,
}

impl Stand {
    fn of(repo: &Repo, order: &Order, offered: Offered) -> Result<Stand, LedgerError> {
        let all = |_: &Entry, _: &State| Flow::Next;
        match (repo.tip()?, offered.ledger) {
            (None, None) => Err(nowhere(repo, order)),
            (Some(_), None) => {
                let start = Ledger::load(repo)?;
                let here = Some(Rc::new(start.state().clone()));
                Ok(Stand { start, there: 0, news: Vec::new(), mine: Vec::new(), here })
            }
            (None, Some(tip)) => {
                let mut news = Vec::new();
                let visit = |entry: &Entry, _: &State| {
                    news.push((Brief::of(entry), entry.signed.event.at));
                    Flow::Next
                };
                let start = Ledger::load_from(repo, tip, &Point::Tip, visit)?;
                Ok(Stand { there: start.chain.len() as u64, start, news, mine: Vec::new(), here: None })
            }
            (Some(here), Some(there)) => {
                let Some(base) = repo.fork(here, there)? else { return Err(another(repo, order, here, there)) };
                let common = Ledger::load_from(repo, base, &Point::Tip, all)?;
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
        let (mut theirs, mut news) = (common, Vec::new());
        theirs.read_on(repo, there, Some(&order.remote), |entry, _| {
            news.push((Brief::of(entry), entry.signed.event.at));
            Flow::Next
        })?;
        let lineage: Vec<(u64, Rid)> =
            mine.iter().map(|(entry, _)| (entry.signed.event.seq, entry.signed.event.id.clone())).collect();
        let lineage = Rc::new(lineage);
        let candidate =
            |(entry, before)| Candidate { entry, before, agreed: false, common: shared, lineage: Rc::clone(&lineage) };
        let mine: Vec<Candidate> = mine.into_iter().map(candidate).collect();
        let (start, mine) = if news.is_empty() { (local, Vec::new()) } else { (theirs, mine) };
        Ok(Stand { start, there: shared + news.len() as u64, news, mine, here: Some(before) })
    }

    /// Returns the events that are to be put on the start: those here, and those that were kept aside.
    fn candidates(&mut self, repo: &Repo, aside: Option<&Aside>) -> Result<Vec<Candidate>, LedgerError> {
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

fn nowhere(repo: &Repo, order: &Order) -> LedgerError {
    match Ledger::load(repo) {
        Err(LedgerError::None) | Ok(_) => {
            LedgerError::usage(format!("there is no ledger here, and {} has none", order.remote), "ledger init")
        }
        Err(LedgerError::Missing { place, genesis, .. }) => {
            let text = format!("{place} names the ledger {genesis}, which is neither here nor at {}", order.remote);
            LedgerError::Remote { code: Code::TrustLedgerMissing, text, next: vec!["git remote -v".to_owned()] }
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
            LedgerError::Remote { code: Code::TrustGenesisMismatch, text, next }
        }
        (Err(error), _) | (_, Err(error)) => error,
    }
}

/// Facts, and the commit and branch that they are of.
type Seeing<'a> = (Box<dyn Facts + 'a>, Option<(TaggedOid, Option<String>)>);

/// What becomes of the candidates, judged one after the other.
struct Plan<'a> {
    repo: &'a Repo,
    order: &'a Order,
    start: &'a Ledger,
    state: State,
    news: BTreeMap<Rid, Brief>,
    /// Where events stand now.
    places: BTreeMap<Rid, u64>,
    seen: BTreeSet<Rid>,
    me: Option<(ActorId, PublicKey)>,
    planned: Vec<Resigned>,
    there: Vec<Brief>,
    kept: Vec<(Brief, Why)>,
}

impl<'a> Plan<'a> {
    fn new(repo: &'a Repo, order: &'a Order, stand: &'a Stand) -> Plan<'a> {
        let news: BTreeMap<Rid, Brief> =
            stand.news.iter().map(|(brief, _)| (brief.id.clone(), brief.clone())).collect();
        Plan {
            repo,
            order,
            start: &stand.start,
            state: stand.start.state().clone(),
            places: news.iter().map(|(id, brief)| (id.clone(), brief.seq)).collect(),
            news,
            seen: BTreeSet::new(),
            me: None,
            planned: Vec::new(),
            there: Vec::new(),
            kept: Vec::new(),
        }
    }

    fn judge(&mut self, candidate: &Candidate, ask: &mut dyn FnMut(&Asked<'_>) -> bool) -> Result<(), LedgerError> {
        let event = &candidate.entry.signed.event;
        let brief = Brief::of(&candidate.entry);
        if !self.seen.insert(brief.id.clone()) {
            return Ok(());
        }
        if self.start.holds(&brief.id) {
            match self.news.get(&brief.id).filter(|there| there.actor != brief.actor) {
                Some(there) => {
                    let found = format!("event {} of {} has the id {}", there.seq, there.actor, brief.id);
                    let told = Explanation::new(Code::FormatRepeatedId, found, "an id of its own");
                    self.kept.push((brief, Why::Refused(told.into())));
                }
                None => self.there.push(brief),
            }
            return Ok(());
        }
        let (me, key) = self.me(&candidate.before)?;
        if me != event.actor || (me.as_str() == RECOVERY && key != candidate.entry.signed.signature.key().fingerprint())
        {
            self.kept.push((brief, Why::NotOurs));
            return Ok(());
        }
        let (facts, stand) = self.facts(event)?;
        let author = Author {
            actor: me,
            key: key.clone(),
            role: event.role.clone(),
            at: act::moment(self.order.now, self.order.clock, &self.state)?,
            id: event.id.clone(),
            stand,
            correlation: event.correlation.clone(),
        };
        let seats = self.seats(candidate);
        let unshared = Unshared { event, before: &candidate.before, agreed: candidate.agreed };
        let (draft, changes) = match again(&unshared, &self.state, &seats, &author, facts.as_ref()) {
            Again::Same(draft) => (draft, Vec::new()),
            Again::Asks(draft, changes) => {
                if !ask(&Asked { event: &brief, changes: &changes, draft: &draft }) {
                    self.kept.push((brief, Why::Changed(changes)));
                    return Ok(());
                }
                (draft, changes)
            }
            Again::Refused(refusal) => {
                self.kept.push((brief, Why::Refused(refusal)));
                return Ok(());
            }
        };
        drop(facts);
        // Its digest is not known before it is signed, and no rule asks for it.
        let sha256 = Digest::of(draft.event.encode().as_bytes());
        self.state.apply(&draft.event, key, sha256, draft.admission.rules.clone());
        self.places.insert(brief.id.clone(), draft.event.seq);
        self.planned.push(Resigned { was: brief, draft: *draft, commit: None, changes });
        Ok(())
    }

    /// Returns who signs, with which key. One whose key was revoked meanwhile is told so by the rules.
    fn me(&mut self, before: &State) -> Result<(ActorId, Fingerprint), LedgerError> {
        if self.me.is_none() {
            let search = &self.order.search;
            let now = act::who(&self.state, search);
            self.me = Some(now.or_else(|error| act::who(before, search).map_err(|_| error))?);
        }
        let (actor, key) = self.me.as_ref().ok_or(LedgerError::None)?;
        Ok((actor.clone(), key.fingerprint()))
    }

    /// Returns the facts that the event's author saw, asked again of the same commit where that is here, and where they were seen.
    fn facts(&self, event: &Event) -> Result<Seeing<'a>, LedgerError> {
        let repo = self.repo;
        if let Some(seen) = &event.seen {
            let stand = Some((seen.commit.clone(), seen.reference.clone()));
            let commit = repo.untagged(&seen.commit).filter(|commit| repo.has(*commit));
            return Ok(match commit {
                Some(commit) => (Box::new(check::facts_at(repo, &self.state, commit)?), stand),
                None => (Box::new(seen.facts.clone()), stand),
            });
        }
        Ok(match repo.head()? {
            Some(head) => {
                let stand = (repo.tagged(head)?, repo.head_ref()?);
                (Box::new(check::facts_at(repo, &self.state, head)?), Some(stand))
            }
            None => (Box::new(Nothing), None),
        })
    }

    fn seats(&self, candidate: &Candidate) -> Seats {
        let moved = candidate.lineage.iter().filter_map(|(seq, id)| Some((*seq, *self.places.get(id)?))).collect();
        Seats { first: candidate.common, moved }
    }
}

/// Signs what was planned, on top of a ledger, and writes it; no ref names it yet.
fn sign(
    repo: &Repo,
    order: &Order,
    ledger: &mut Ledger,
    mut planned: Vec<Resigned>,
) -> Result<Vec<Resigned>, LedgerError> {
    if planned.is_empty() {
        return Ok(planned);
    }
    let format = format_of(repo);
    let signer = signing::find(&order.search, &|key| act::enrolled(ledger.state(), key))?;
    for resigned in &mut planned {
        let event = &mut resigned.draft.event;
        event.prev = Some(ledger.state().tip.sha256);
        let parent = ledger.tip().map(|oid| repo.tagged(oid)).transpose()?;
        let signature = signer.sign(commit::unsigned(format, parent.as_ref(), event).as_bytes())?;
        let entry = ledger.write_next(repo, &commit::encode(format, parent.as_ref(), event, &signature))?;
        resigned.commit = Some((entry.commit, entry.signed.sha256));
    }
    Ok(planned)
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
        let events = synced.aside.iter().map(|(brief, _)| (brief.id.clone(), brief.commit)).collect();
        let before = note.map_or(old, |note| note.before);
        repo.put_aside(&Aside { remote: order.remote.clone(), before, events })?;
    }
    if repo.config("ledger.genesis")?.is_none() {
        repo.pin_config(synced.ledger.state().genesis)?;
        synced.pinned = true;
    }
    if old == Some(new) {
        return Ok(true);
    }
    match repo.move_tip(old, new, &format!("ledger: sync with {}", order.remote)) {
        Ok(()) => Ok(true),
        Err(AppendError::LostRace { .. }) => Ok(false),
        Err(error) => Err(error.into()),
    }
}

/// Gives the remote what it lacks; false where somebody else was faster.
fn push(repo: &Repo, order: &Order, offered: Offered, given: u64, synced: &mut Synced) -> Result<bool, LedgerError> {
    let own = repo.evidence_tip()?.filter(|own| Some(*own) != offered.evidence);
    let gift =
        Gift { ledger: synced.ledger.tip().filter(|_| given > 0), evidence: own.map(|own| (offered.evidence, own)) };
    if gift.ledger.is_none() && gift.evidence.is_none() {
        return Ok(true);
    }
    match repo.give(&order.remote, gift, order.manner)? {
        Given::Taken { said } => {
            (synced.said, synced.pushed, synced.gave_evidence) = (said, given, gift.evidence.is_some());
            if let Some(tip) = gift.ledger {
                repo.track(&order.remote, tip)?;
            }
            Ok(true)
        }
        Given::Declined { reason, judged, said } => {
            let locked = ["cannot lock", "failed to update ref", "Unable to create"];
            let raced = repo.offered(&order.remote, order.manner)? != offered;
            if raced || locked.iter().any(|text| reason.contains(text)) {
                return Ok(false);
            }
            let remote = order.remote.clone();
            if judged {
                return Err(LedgerError::Declined { remote, reason, said });
            }
            Err(GitError::new(Code::StoreIo, remote, format!("the push failed: {reason}")).into())
        }
    }
}

/// Puts the ledger back to where it was before a sync kept events aside, and returns the tip.
///
/// # Errors
/// [`LedgerError::Usage`] where none is kept aside, or where somebody wrote here since, which would be lost.
pub fn abort(repo: &Repo, dry_run: bool) -> Result<Oid, LedgerError> {
    let note = repo.aside()?.ok_or_else(none_under_way)?;
    let Some(tip) = repo.tip()? else { return Err(none_under_way()) };
    let ids = |tip: Oid, base: Oid| -> Result<Vec<(Rid, String)>, LedgerError> {
        let chain = repo.chain_after(base, tip)?.unwrap_or_default();
        let decode = |oid: &Oid| commit::decode(format_of(repo), &repo.read(*oid).ok()?).ok();
        Ok(chain.iter().filter_map(decode).map(|one| (one.event.id.clone(), one.event.summary())).collect())
    };
    let base = |other: Oid| repo.fork(tip, other).map(|base| base.unwrap_or(tip));
    let left: BTreeSet<Rid> = ids(note.before, base(note.before)?)?.into_iter().map(|(id, _)| id).collect();
    let unshared = match repo.tracked(&note.remote)? {
        Some(shared) => ids(tip, base(shared)?)?,
        None => ids(tip, base(note.before)?)?,
    };
    let since: Vec<String> =
        unshared.into_iter().filter(|(id, _)| !left.contains(id)).map(|(_, summary)| summary).collect();
    if !since.is_empty() {
        let text = format!("written here since, and would be lost: {}", since.join(", "));
        let next = ["ledger sync --continue", "ledger sync --skip"].map(str::to_owned).into();
        return Err(LedgerError::Usage { text, next });
    }
    if !dry_run {
        repo.clear()?;
        repo.move_tip(Some(tip), note.before, "ledger: sync --abort")?;
        repo.end_aside()?;
    }
    Ok(note.before)
}

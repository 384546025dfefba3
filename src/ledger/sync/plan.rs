//! What becomes of events that a remote does not have: judged on its tip, one after the other, and signed again.

use std::collections::{BTreeMap, BTreeSet};

use super::stand::{Candidate, Stand};
use super::{Asked, Brief, Order, Resigned, Why};
use crate::domain::code::Code;
use crate::domain::commit;
use crate::domain::decide::RECOVERY;
use crate::domain::decide::draft::Author;
use crate::domain::event::Event;
use crate::domain::explain::{Explanation, Supplier};
use crate::domain::facts::{Facts, Nothing};
use crate::domain::id::{ActorId, Digest, Rid, TaggedOid};
use crate::domain::key::{Fingerprint, PublicKey};
use crate::domain::share::{Again, Seats, Unshared, again};
use crate::domain::sshsig::Verifier;
use crate::domain::state::State;
use crate::git::{Oid, Repo, changes};
use crate::ledger::load::{Entry, Ledger, format_of};
use crate::ledger::{LedgerError, act, check};
use crate::signing;

/// What an event rests on.
struct Seeing<'a> {
    /// The facts that its author saw, where it is to rest on others.
    was: Option<Box<dyn Facts + 'a>>,
    /// The facts that it is to rest on.
    facts: Box<dyn Facts + 'a>,
    /// The commit and branch that they are of.
    stand: Option<(TaggedOid, Option<String>)>,
}

/// What becomes of the candidates, judged one after the other.
pub(super) struct Plan<'a> {
    repo: &'a Repo,
    order: &'a Order,
    start: &'a Ledger,
    unseen: &'a [Event],
    pub(super) state: State,
    news: BTreeMap<Rid, Brief>,
    /// Where events stand now.
    places: BTreeMap<Rid, u64>,
    seen: BTreeSet<Rid>,
    /// What is to be kept aside, whatever the rules say.
    wished: BTreeSet<Rid>,
    me: Option<(ActorId, PublicKey)>,
    pub(super) planned: Vec<Resigned>,
    pub(super) there: Vec<Brief>,
    pub(super) kept: Vec<(Brief, Why)>,
}

impl<'a> Plan<'a> {
    pub(super) fn new(repo: &'a Repo, order: &'a Order, stand: &'a Stand, wished: BTreeSet<Rid>) -> Plan<'a> {
        let news: BTreeMap<Rid, Brief> =
            stand.news.iter().map(|(brief, _)| (brief.id.clone(), brief.clone())).collect();
        Plan {
            repo,
            order,
            start: &stand.start,
            unseen: &stand.unseen,
            state: stand.start.state().clone(),
            places: news.iter().map(|(id, brief)| (id.clone(), brief.seq)).collect(),
            news,
            seen: BTreeSet::new(),
            wished,
            me: None,
            planned: Vec::new(),
            there: Vec::new(),
            kept: Vec::new(),
        }
    }

    pub(super) fn judge(
        &mut self,
        candidate: &Candidate,
        ask: &mut dyn FnMut(&Asked<'_>) -> bool,
    ) -> Result<(), LedgerError> {
        let event = &candidate.entry.signed.event;
        let brief = Brief::of(&candidate.entry);
        if !self.seen.insert(brief.id.clone()) {
            return Ok(());
        }
        if self.start.holds(&brief.id) {
            match self.holder(&brief.id)?.filter(|there| there.actor != brief.actor) {
                Some(there) => {
                    // What named its place named this event, and not that one.
                    self.places.remove(&brief.id);
                    let found = format!("event {} of {} has the id {}", there.seq, there.actor, brief.id);
                    let needed =
                        "an id of its own, which no event gets by being signed again: left out, it can be said anew";
                    let told = Explanation::new(Code::FormatRepeatedId, found, needed).who(vec![Supplier::asker()]);
                    let told = told.next("ledger sync --skip").next(format!("git show {}", brief.commit));
                    self.kept.push((brief, Why::Refused(told.into())));
                }
                None if self.news.contains_key(&brief.id) => self.there.push(brief),
                // It has gone along before.
                None => {}
            }
            return Ok(());
        }
        if self.wished.contains(&brief.id) {
            self.kept.push((brief, Why::Asked));
            return Ok(());
        }
        let (me, key) = self.me(&candidate.before)?;
        if me != event.actor || (me.as_str() == RECOVERY && key != candidate.entry.signed.signature.key().fingerprint())
        {
            self.kept.push((brief, Why::NotOurs));
            return Ok(());
        }
        if let Some(told) = candidate.agreed.then(|| self.unsigned(candidate, &key)).flatten() {
            self.kept.push((brief, Why::Refused(told.into())));
            return Ok(());
        }
        let Seeing { was, facts, stand } = self.facts(event)?;
        let author = Author {
            actor: me,
            key: key.clone(),
            role: event.role.clone(),
            at: act::moment(self.repo, self.order.now, self.order.clock, &self.state)?,
            id: event.id.clone(),
            stand,
            correlation: event.correlation.clone(),
        };
        let seats = self.seats(candidate);
        let (agreed, news) = (candidate.agreed, self.unseen);
        let unshared = Unshared { event, before: &candidate.before, agreed, news };
        let both = (was.as_deref().unwrap_or(facts.as_ref()), facts.as_ref());
        let (draft, changes) = match again(&unshared, &self.state, &seats, &author, both) {
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
        drop((was, facts));
        // Its digest is not known before it is signed, and no rule asks for it.
        let sha256 = Digest::of(draft.event.encode().as_bytes());
        self.state.apply(&draft.event, key, sha256, draft.admission.rules.clone());
        self.places.insert(brief.id.clone(), draft.event.seq);
        self.planned.push(Resigned { was: brief, draft: *draft, commit: None, changes });
        Ok(())
    }

    /// Returns the event of that id which is on the ledger already; `None` where there is none.
    fn holder(&self, id: &Rid) -> Result<Option<Brief>, LedgerError> {
        if let Some(there) = self.news.get(id) {
            return Ok(Some(there.clone()));
        }
        for commit in self.start.chain.iter().rev() {
            let signed = commit::decode(format_of(self.repo), &self.repo.read(*commit)?).ok();
            if let Some(signed) = signed.filter(|signed| signed.event.id == *id) {
                return Ok(Some(Brief::of(&Entry { commit: *commit, signed })));
            }
        }
        Ok(None)
    }

    /// Returns what stands against an event that is said to have been kept aside: who wrote that note may have written the event too,
    /// and then its author never signed it; or may have taken it from another ledger, where its author signed it for that one.
    fn unsigned(&self, candidate: &Candidate, key: &Fingerprint) -> Option<Explanation> {
        let signed = &candidate.entry.signed;
        let (by, actor) = (signed.signature.key().fingerprint(), &signed.event.actor);
        if candidate.common == 0 {
            let found = format!("{actor} signed it for another ledger, with which this one has no event in common");
            let told = Explanation::new(Code::TrustGenesisMismatch, found, "an event that was signed in this ledger");
            return Some(told.who(vec![Supplier::asker()]).next("ledger sync --skip"));
        }
        let own = by == *key || self.state.key_owner(&by) == Some(actor);
        let holds = signed.verify_with(&mut Verifier::default());
        let found = match holds {
            Err(error) => error.detail,
            Ok(()) if !own => format!("it is signed with {by}, which is no key of {actor}"),
            Ok(()) => return None,
        };
        Some(
            Explanation::new(Code::TrustSignature, found, format!("an event that {actor} signed"))
                .next("ledger sync --skip"),
        )
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

    /// Returns the facts that the event's author saw, asked again of the same commit where that is here. Where no branch keeps that
    /// commit any more, as after an amendment or a rebase, the event is to rest on `HEAD`.
    fn facts(&self, event: &Event) -> Result<Seeing<'a>, LedgerError> {
        let repo = self.repo;
        let at = |commit: Oid| -> Result<Box<dyn Facts + 'a>, LedgerError> {
            Ok(Box::new(check::facts_at(repo, &self.state, commit)?))
        };
        let head = repo.head()?;
        let stand = head.map(|head| Ok::<_, LedgerError>((repo.tagged(head)?, repo.head_ref()?))).transpose()?;
        let Some(seen) = &event.seen else {
            return Ok(Seeing {
                was: None,
                facts: head.map_or_else(|| Ok(Box::new(Nothing) as Box<dyn Facts + 'a>), at)?,
                stand,
            });
        };
        let was = match repo.untagged(&seen.commit).filter(|commit| repo.has(*commit)) {
            Some(commit) => at(commit)?,
            None => Box::new(seen.facts.clone()),
        };
        match head {
            Some(head) if adrift(repo, event)? => Ok(Seeing { was: Some(was), facts: at(head)?, stand }),
            _ => Ok(Seeing { was: None, facts: was, stand: Some((seen.commit.clone(), seen.reference.clone())) }),
        }
    }

    fn seats(&self, candidate: &Candidate) -> Seats {
        let moved = candidate.lineage.iter().filter_map(|(seq, id)| Some((*seq, *self.places.get(id)?))).collect();
        Seats { first: candidate.common, moved }
    }
}

/// Returns whether an event speaks of a commit that neither a branch nor `HEAD` keeps any more.
pub(super) fn adrift(repo: &Repo, event: &Event) -> Result<bool, LedgerError> {
    let (Some(seen), Some(head)) = (&event.seen, repo.head()?) else { return Ok(false) };
    let Some(commit) = repo.untagged(&seen.commit).filter(|commit| repo.has(*commit)) else { return Ok(true) };
    Ok(!changes::is_on_a_branch(repo, commit)? && !changes::commits_not_in(repo, &[commit], &[head])?.is_empty())
}

/// Signs what was planned, on top of a ledger, and writes it; no ref names it yet.
pub(super) fn sign(
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

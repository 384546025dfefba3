//! From a wish to an event on the ref: read, judge, sign, append; after a lost race, all of it again.

use super::facts::Recalled;
use super::load::{Ledger, format_of};
use super::{LedgerError, check};
use crate::domain::commit;
use crate::domain::decide::RECOVERY;
use crate::domain::decide::draft::{Author, Draft, Wish, draft};
use crate::domain::decide::packet;
use crate::domain::event::{Body, Evidence};
use crate::domain::explain::Supplier;
use crate::domain::facts::{Answer, Facts, Nothing, Question};
use crate::domain::id::{ActorId, Correlation, Digest, Rid, RoleId, TaggedOid};
use crate::domain::key::PublicKey;
use crate::domain::markdown;
use crate::domain::replay::Invalid;
use crate::domain::state::State;
use crate::domain::time::Timestamp;
use crate::git::{AppendError, GitError, Oid, Repo};
use crate::signing::{self, Search, Signer};

/// How often a lost race is run again.
const TRIES: u32 = 100;

/// How far an event may be dated ahead of the clock, in seconds.
pub(super) const AHEAD: i64 = 300;

/// Who acts, with which key, on which commit, and when.
#[derive(Debug, Clone)]
pub struct Actor {
    /// Where the signing key is.
    pub search: Search,
    /// The role asked for.
    pub role: Option<RoleId>,
    /// The commit that facts are taken from; `HEAD` where it is `None`.
    pub commit: Option<Oid>,
    /// The time that the event is to carry.
    pub now: Timestamp,
    /// What the clock says.
    pub clock: Timestamp,
    /// The random id that the event will have.
    pub id: Rid,
    /// What the event belongs to outside of the ledger.
    pub correlation: Option<Correlation>,
    /// Judge and say what would happen; write nothing.
    pub dry_run: bool,
}

/// What came of a wish.
#[derive(Debug)]
pub struct Written {
    /// The event, and what it comes to.
    pub draft: Draft,
    /// The commit and its SHA-256; `None` in a dry run.
    pub commit: Option<(Oid, Digest)>,
    /// The ledger that the event was judged on, without the event.
    pub before: Ledger,
    /// What failed after the event was appended, which stands all the same.
    pub faults: Vec<LedgerError>,
}

/// Does what a person wants. `kept` are the bytes of evidence that the wish cites beside the files of items.
///
/// # Errors
/// [`LedgerError::Refused`] where a rule says no; nothing is then written. Else as [`Ledger::load`] and [`signing::find`].
pub fn act(repo: &Repo, actor: &Actor, wish: &Wish, kept: &[Vec<u8>]) -> Result<Written, LedgerError> {
    act_on(repo, Ledger::load(repo)?, actor, wish, kept)
}

/// Does what [`act`] does, on a ledger that was read already, so that its charter can be asked before and nothing is read twice.
///
/// # Errors
/// As [`act`].
pub fn act_on(
    repo: &Repo,
    mut ledger: Ledger,
    actor: &Actor,
    wish: &Wish,
    kept: &[Vec<u8>],
) -> Result<Written, LedgerError> {
    for _ in 0..TRIES {
        match attempt(repo, actor, wish, kept, &ledger)? {
            Attempted::Written(draft, commit, faults) => {
                return Ok(Written { draft: *draft, commit, before: ledger, faults });
            }
            Attempted::LostRace => ledger.catch_up(repo)?,
        }
    }
    Err(LedgerError::LostRace { tries: TRIES })
}

enum Attempted {
    Written(Box<Draft>, Option<(Oid, Digest)>, Vec<LedgerError>),
    LostRace,
}

fn attempt(
    repo: &Repo,
    actor: &Actor,
    wish: &Wish,
    kept: &[Vec<u8>],
    ledger: &Ledger,
) -> Result<Attempted, LedgerError> {
    let state = ledger.state();
    let (name, key) = who(state, &actor.search)?;
    let stand = stand(repo, actor.commit)?;
    let facts: Box<dyn Facts + '_> = match &stand {
        Some((commit, _)) => Box::new(check::facts_at(repo, state, *commit)?),
        None => Box::new(Nothing),
    };
    let facts = Recalled::new(repo, ledger, facts);
    let tagged = stand.map(|(commit, reference)| repo.tagged(commit).map(|oid| (oid, reference))).transpose()?;
    let author = Author {
        actor: name,
        key: key.fingerprint(),
        role: actor.role.clone(),
        at: moment(repo, actor.now, actor.clock, state)?,
        id: actor.id.clone(),
        stand: tagged,
        correlation: actor.correlation.clone(),
    };
    let draft = draft(state, &author, wish, &facts)?;
    hold_to_file(repo, state, &draft, stand_commit(&author))?;
    if actor.dry_run {
        return Ok(Attempted::Written(Box::new(draft), None, Vec::new()));
    }
    let signer = signing::find(&actor.search, &|key| enrolled(state, key))?;
    // Until the event that cites it stands on the ref.
    let _acts = draft.event.body.evidence().is_some().then(|| repo.acts()).transpose()?;
    keep_evidence(repo, &draft, kept, stand_commit(&author))?;
    let bytes = sign(repo, ledger, &draft, signer.as_ref())?;
    let (oid, mut faults) = match repo.append(ledger.tip(), &bytes) {
        Ok(oid) => (oid, Vec::new()),
        Err(AppendError::LostRace { .. }) => return Ok(Attempted::LostRace),
        Err(error @ AppendError::Unsynced { event: Some(oid), .. }) => (oid, vec![error.into()]),
        Err(other) => return Err(other.into()),
    };
    faults.extend(give_up(repo, &draft).err());
    Ok(Attempted::Written(Box::new(draft), Some((oid, Digest::of(&bytes))), faults))
}

/// Refuses to sign a seal on an item that states otherwise than its file, which is what a person reads. Replay does not ask: the
/// reader of documents is no part of it, and whom it protects is who signs.
fn hold_to_file(repo: &Repo, state: &State, draft: &Draft, commit: Option<&TaggedOid>) -> Result<(), LedgerError> {
    let Body::Sealed { .. } = &draft.event.body else { return Ok(()) };
    let item = draft.event.item.item().and_then(|id| state.items.get_key_value(id));
    let Some((id, item)) = item else { return Ok(()) };
    let (Some(path), Some(commit)) = (&item.stated.path, commit.and_then(|commit| repo.untagged(commit))) else {
        return Ok(());
    };
    let bytes = repo.file_at(commit, path.as_str())?;
    // What cannot be read as a document states nothing.
    let text = bytes.as_deref().and_then(markdown::document).unwrap_or_default();
    packet::hold_to_file(state, id, &item.kind, &item.stated, (path, text)).map_err(LedgerError::Refused)
}

fn stand_commit(author: &Author) -> Option<&TaggedOid> {
    author.stand.as_ref().map(|(commit, _)| commit)
}

/// Returns who acts, by the public key that signs.
///
/// # Errors
/// [`LedgerError::Signing`] where no key is found, [`LedgerError::Stranger`] where it is nobody's. A revoked key is refused
/// by the rules, not here.
pub fn who(state: &State, search: &Search) -> Result<(ActorId, PublicKey), LedgerError> {
    let key = signing::resolve(search, &|key| enrolled(state, key))?;
    let fingerprint = key.fingerprint();
    if let Some(owner) = state.key_owner(&fingerprint) {
        return Ok((owner.clone(), key));
    }
    let recovery = state.recovery.iter().flat_map(|r| &r.keys).any(|other| *other == key);
    if recovery {
        let name = ActorId::parse(RECOVERY).map_err(|e| LedgerError::usage(e.detail, "a name", "ledger key list"))?;
        return Ok((name, key));
    }
    Err(LedgerError::Stranger { key: fingerprint })
}

/// Returns the name of the actor whose live key it is, or why it is nobody's.
///
/// # Errors
/// `not enrolled`, or whose key it was and by which event it was revoked.
pub fn enrolled(state: &State, key: &PublicKey) -> Result<String, String> {
    let fingerprint = key.fingerprint();
    let owner =
        state.key_owner(&fingerprint).and_then(|name| Some((name, state.actors.get(name)?.keys.get(&fingerprint)?)));
    match owner {
        None => Err("not enrolled".to_owned()),
        Some((name, record)) => match record.revoked {
            None => Ok(name.to_string()),
            Some(seq) => Err(format!("the key of {name} that was revoked by event {seq}")),
        },
    }
}

/// Returns the commit that facts are taken from, with the branch that the person stands on.
fn stand(repo: &Repo, commit: Option<Oid>) -> Result<Option<(Oid, Option<String>)>, LedgerError> {
    if let Some(commit) = commit {
        return Ok(Some((commit, None)));
    }
    Ok(match repo.head()? {
        Some(head) => Some((head, repo.head_ref()?)),
        None => None,
    })
}

/// Returns the time of the event: now, and never before the ledger's tip.
pub(super) fn moment(repo: &Repo, now: Timestamp, clock: Timestamp, state: &State) -> Result<Timestamp, LedgerError> {
    let at = now.max(state.tip.at);
    if at.seconds() - now.seconds() > AHEAD {
        let text = format!("the ledger's newest event is of {}; the time given is {now}", state.tip.at);
        return Err(LedgerError::Clock { text, next: super::load::way_before(repo, now) });
    }
    if at.seconds() - clock.seconds() > AHEAD {
        let text = format!("the event would be of {at}; the clock says {clock}");
        return Err(LedgerError::Clock { text, next: vec!["date -u".to_owned()] });
    }
    Ok(at)
}

/// Stores the bytes that the event cites, before the event that cites them.
fn keep_evidence(repo: &Repo, draft: &Draft, kept: &[Vec<u8>], commit: Option<&TaggedOid>) -> Result<(), LedgerError> {
    let mut bytes: Vec<Vec<u8>> = Vec::new();
    for piece in draft.event.body.evidence().into_iter().flatten() {
        let given = kept.iter().find(|bytes| Digest::of(bytes) == piece.sha256).cloned();
        let found = match given {
            Some(bytes) => Some(bytes),
            None => file_bytes(repo, draft, piece, commit)?.or(repo.evidence_get(&piece.sha256)?),
        };
        let Some(found) = found else {
            return Err(LedgerError::usage(
                format!("the bytes of the evidence {} are not at hand", piece.sha256),
                "the file, given with --evidence",
                "ledger doctor",
            ));
        };
        bytes.push(found);
    }
    let slices: Vec<&[u8]> = bytes.iter().map(Vec::as_slice).collect();
    if !slices.is_empty() {
        repo.evidence_add(&slices)?;
    }
    Ok(())
}

/// Takes the bytes away of which an event has just recorded that they are given up: never before it stands on the ref.
fn give_up(repo: &Repo, draft: &Draft) -> Result<(), LedgerError> {
    let Body::Erased { sha256, .. } = &draft.event.body else { return Ok(()) };
    if draft.event.pending {
        return Ok(());
    }
    repo.evidence_remove(sha256).map_err(|error| {
        let text = format!("it is recorded, and the bytes are still here: {}", error.text);
        let error = GitError { text, ..error };
        LedgerError::Git(error.needed("the bytes gone, by the same again").next(format!("ledger erase {sha256}")))
    })?;
    Ok(())
}

/// Returns the bytes of the item's file in the commit that facts were taken from, where they are the ones cited.
fn file_bytes(
    repo: &Repo,
    draft: &Draft,
    piece: &Evidence,
    commit: Option<&TaggedOid>,
) -> Result<Option<Vec<u8>>, LedgerError> {
    let (Some(seen), Some(commit)) = (&draft.event.seen, commit) else { return Ok(None) };
    for (question, answer) in &seen.facts {
        if let (Question::Path(path), Answer::File(Some(file))) = (question, answer)
            && file.sha256 == piece.sha256
        {
            return match repo.untagged(commit) {
                Some(commit) => Ok(repo.file_at(commit, path.as_str())?),
                None => Ok(None),
            };
        }
    }
    Ok(None)
}

/// Signs the event and holds the signed bytes against every rule that a reader will hold them against.
fn sign(repo: &Repo, ledger: &Ledger, draft: &Draft, signer: &dyn Signer) -> Result<Vec<u8>, LedgerError> {
    let format = format_of(repo);
    let parent = ledger.tip().map(|oid| repo.tagged(oid)).transpose()?;
    let signature = signer.sign(commit::unsigned(format, parent.as_ref(), &draft.event).as_bytes())?;
    let bytes = commit::encode(format, parent.as_ref(), &draft.event, &signature);
    match ledger.rehearse(format, &bytes) {
        Ok(()) => Ok(bytes),
        Err(Invalid { mut refusal, .. }) => {
            // What no reader would take is in the words that were given.
            for told in refusal.explanations.iter_mut().filter(|told| told.who.is_empty() && told.next.is_empty()) {
                told.who = vec![Supplier::asker()];
                told.next = vec![format!("ledger explain {}", told.code)];
            }
            Err(LedgerError::Refused(refusal))
        }
    }
}

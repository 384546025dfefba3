//! Genesis: the charter, the first actor, the baseline.

use std::collections::BTreeSet;

use super::LedgerError;
use super::load::{Entry, Flow, Ledger, format_of, is_event};
use crate::domain::charter::{self, ActorType, Charter, Problem};
use crate::domain::code::Code;
use crate::domain::commit::{self, SignedEvent};
use crate::domain::decide::trust::charter_text;
use crate::domain::event::{Body, Event, Founding, Person, Recovery};
use crate::domain::explain::Supplier;
use crate::domain::id::{ActorId, Digest, Noun, Rid, RoleId, TaggedOid};
use crate::domain::replay::{Invalid, Replay};
use crate::domain::time::Timestamp;
use crate::git::pin::{FoundPin, Pin, PinSource};
use crate::git::{GitError, Oid, Repo, changes};
use crate::signing::{self, Search};

/// What genesis is made of.
#[derive(Debug, Clone)]
pub struct Beginning {
    /// The charter's text.
    pub charter: String,
    /// The first actor.
    pub actor: ActorId,
    /// The role of the first actor; the first one that the authority names where it is `None`.
    pub role: Option<RoleId>,
    /// Git emails of the first actor.
    pub emails: BTreeSet<String>,
    /// Where the first actor's key is.
    pub search: Search,
    /// Keys of last resort.
    pub recovery: Option<Recovery>,
    /// 128 random bits, so that no two ledgers are the same.
    pub nonce: Rid,
    /// The id of the event.
    pub id: Rid,
    /// When.
    pub now: Timestamp,
    /// Write nothing.
    pub dry_run: bool,
}

/// What was founded.
#[derive(Debug)]
pub struct Founded {
    /// The event.
    pub event: Event,
    /// The commit and its SHA-256, which is the identity of the ledger; `None` in a dry run.
    pub commit: Option<(Oid, Digest)>,
    /// The path of the file that names the ledger, where one was written.
    pub pin: Option<std::path::PathBuf>,
    /// The live holders of roles satisfy the authority already.
    pub complete: bool,
}

/// Why nothing was founded.
#[derive(Debug, thiserror::Error)]
pub enum FoundError {
    /// The charter has problems.
    #[error("the charter has {} problems", .0.len())]
    Charter(Vec<Problem>),
    /// Anything else.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
}

/// Writes the first event, git config and the file `.ledger`. Where that was cut short after the event, the rest is made up for.
///
/// # Errors
/// [`FoundError::Charter`] with every problem of the charter; [`LedgerError::Usage`] where a ledger is here already.
pub fn found(repo: &Repo, beginning: &Beginning) -> Result<Founded, FoundError> {
    if let Some(begun) = begun(repo, beginning)? {
        return name(repo, begun).map_err(FoundError::from);
    }
    refuse_second(repo)?;
    let rules = charter::load(&beginning.charter).map_err(FoundError::Charter)?;
    let event = first_event(repo, beginning, &rules)?;
    write(repo, beginning, event).map_err(FoundError::from)
}

/// Returns the ledger that is here where it begins as it would now and the repository does not name it everywhere: whoever
/// founded it was interrupted.
fn begun(repo: &Repo, beginning: &Beginning) -> Result<Option<Founded>, LedgerError> {
    let Some(tip) = repo.tip()?.filter(|_| !beginning.dry_run) else { return Ok(None) };
    let pins = super::load::named(repo)?;
    if is_named(repo, &pins) {
        return Ok(None);
    }
    let mut first = None;
    let ledger = Ledger::read(repo, tip, |entry, _| {
        first.get_or_insert_with(|| entry.clone());
        Flow::Next
    })?;
    let Some(Entry { commit, signed }) = first else { return Ok(None) };
    let key = signing::resolve(&beginning.search, &|_| Ok(beginning.actor.to_string()))?;
    let same = match &signed.event.body {
        Body::Founded(founding) => {
            signed.event.actor == beginning.actor
                && founding.charter.text == beginning.charter
                && founding.recovery == beginning.recovery
                && founding.actors.iter().any(|person| person.keys.contains(&key) && person.emails == beginning.emails)
                && beginning.role.as_ref().is_none_or(|role| signed.event.role.as_ref() == Some(role))
                && pins.iter().all(|pin| pin.genesis.is_none_or(|genesis| genesis == signed.sha256))
        }
        _ => false,
    };
    let complete = !ledger.state().founding;
    let commit = Some((commit, signed.sha256));
    Ok(same.then_some(Founded { event: signed.event, commit, pin: None, complete }))
}

/// Returns the branches of a remote, as they were fetched, that end in an event of some ledger.
pub(super) fn ledgers_on_branches(repo: &Repo, remote: &str) -> Vec<String> {
    let place = format!("refs/remotes/{remote}/");
    let branches = repo.refs(&format!("{place}*")).unwrap_or_default().into_iter();
    let events = branches.filter(|(_, tip)| is_event(repo, *tip));
    let names = events.filter_map(|(name, _)| name.strip_prefix(&place).map(str::to_owned));
    names.filter(|name| name != "HEAD").collect()
}

/// Returns the error for a remote that has ledgers on branches, of which nothing here says that one is to be read: the file that did is gone, or was never
/// there. Which of them it is, only a person can know: on a host that takes whatever is pushed anybody can leave another one.
pub(super) fn unnamed(remote: &str, branches: &[String]) -> LedgerError {
    let on = if branches.len() == 1 { "a ledger on its branch" } else { "ledgers on its branches" };
    let text = format!("{remote} has {on} {}, and nothing here names it", branches.join(", "));
    let needed = "the ref of the ledger, from somebody who knows it, set by `git config ledger.ref REF`; then `ledger sync`; a new one beside it is founded once `git config ledger.ref` says where".to_owned();
    let next = vec![format!("ledger explain {}", Code::TrustLedgerMissing)];
    LedgerError::Remote { code: Code::TrustLedgerMissing, text, needed, next }
}

/// Refuses to speak of a repository without a ledger where a remote has one on a branch and nothing here names it.
///
/// # Errors
/// Where that is so, or where the settings cannot be read.
pub fn none_on_branches(repo: &Repo) -> Result<(), LedgerError> {
    let (remote, settings) = (repo.default_remote(), repo.pin_of_settings()?);
    let Some(remote) = remote.filter(|_| settings.is_none()) else { return Ok(()) };
    let branches = ledgers_on_branches(repo, &remote);
    if branches.is_empty() { Ok(()) } else { Err(unnamed(&remote, &branches)) }
}

/// Returns whether both git config and, where there is a work tree, a file name a ledger.
fn is_named(repo: &Repo, pins: &[FoundPin]) -> bool {
    let in_config = pins.iter().any(|pin| pin.source == PinSource::Config && pin.genesis.is_some());
    in_config && (repo.work_dir().is_none() || pins.iter().any(|pin| pin.source != PinSource::Config))
}

/// Refuses a repository that holds a ledger or names one.
fn refuse_second(repo: &Repo) -> Result<(), LedgerError> {
    if repo.tip()?.is_some() {
        return Err(LedgerError::usage(
            "this repository has a ledger already",
            "a repository without one",
            "ledger status",
        ));
    }
    match super::load::named(repo)?.into_iter().find(|pin| pin.genesis.is_some()) {
        None => none_on_branches(repo),
        Some(pin) => {
            let place = super::load::place(&pin);
            let text = format!("{place} names a ledger that is not here");
            let needed = "that ledger, fetched; a second one must not take its place";
            Err(LedgerError::usage(text, needed, "ledger doctor"))
        }
    }
}

fn first_event(repo: &Repo, beginning: &Beginning, rules: &Charter) -> Result<Event, LedgerError> {
    let key = signing::resolve(&beginning.search, &|_| Ok(beginning.actor.to_string()))?;
    let authority = rules.authority.terms.first().and_then(|term| term.roles.first()).cloned();
    let role = beginning.role.clone().or(authority);
    let person = Person {
        actor: beginning.actor.clone(),
        kind: ActorType::Human,
        operator: None,
        emails: beginning.emails.clone(),
        keys: BTreeSet::from([key]),
        roles: role.iter().cloned().collect(),
    };
    let founding = Founding {
        nonce: beginning.nonce.clone(),
        object_format: format_of(repo).as_str().to_owned(),
        charter: charter_text(rules, beginning.charter.clone()),
        actors: vec![person],
        baseline: baseline(repo)?,
        recovery: beginning.recovery.clone(),
    };
    Ok(Event {
        seq: 0,
        id: beginning.id.clone(),
        prev: None,
        at: beginning.now,
        actor: beginning.actor.clone(),
        role,
        item: Noun::Repo,
        body: Body::Founded(Box::new(founding)),
        seen: None,
        judged: None,
        pending: false,
        correlation: None,
    })
}

/// Returns the commits that the ledger does not judge, nor what came before them: every branch, here and as remotes had it, and
/// every tag that no branch holds.
fn baseline(repo: &Repo) -> Result<BTreeSet<TaggedOid>, LedgerError> {
    let mut tips: BTreeSet<Oid> = repo.head()?.into_iter().collect();
    tips.extend(repo.refs("refs/heads/*")?.into_iter().chain(repo.refs("refs/remotes/*")?).map(|(_, oid)| oid));
    let mut tagged = BTreeSet::new();
    for (_, oid) in repo.refs("refs/tags/*")? {
        tagged.extend(repo.commit_of(oid)?);
    }
    if !tagged.is_empty() {
        let (tags, branches): (Vec<Oid>, Vec<Oid>) = (tagged.iter().copied().collect(), tips.iter().copied().collect());
        let beside = changes::commits_not_in(repo, &tags, &branches)?;
        let mut before = BTreeSet::new();
        for commit in &beside {
            before.extend(changes::parents(repo, *commit)?);
        }
        tips.extend(beside.into_iter().filter(|commit| tagged.contains(commit) && !before.contains(commit)));
    }
    Ok(tips.into_iter().map(|oid| repo.tagged(oid)).collect::<Result<_, _>>()?)
}

fn write(repo: &Repo, beginning: &Beginning, event: Event) -> Result<Founded, LedgerError> {
    let format = format_of(repo);
    let signer = signing::find(&beginning.search, &|_| Ok(beginning.actor.to_string()))?;
    let signature = signer.sign(commit::unsigned(format, None, &event).as_bytes())?;
    let bytes = commit::encode(format, None, &event, &signature);
    let mut replay = Replay::new(format);
    let decoded: SignedEvent = commit::decode(format, &bytes).map_err(|e| refused(Invalid::format(0, &e)))?;
    replay.push(&decoded).map_err(refused)?;
    let complete = replay.state().is_some_and(|state| !state.founding);
    if beginning.dry_run {
        return Ok(Founded { event, commit: None, pin: None, complete });
    }
    let oid = repo.append(None, &bytes)?;
    let commit = Some((oid, Digest::of(&bytes)));
    name(repo, Founded { event, commit, pin: None, complete })
}

/// Writes into git config and into the file `.ledger` which ledger this is.
fn name(repo: &Repo, founded: Founded) -> Result<Founded, LedgerError> {
    let Some((_, genesis)) = founded.commit else { return Ok(founded) };
    let named = repo.ledger_ref().and_then(|reference| {
        repo.pin_config(genesis)?;
        repo.write_pin_file(&Pin { genesis, reference })
    });
    let pin = named.map_err(|error| {
        let all = super::load::named(repo).is_ok_and(|pins| is_named(repo, &pins));
        let so_far = if all { "founded and named" } else { "founded but not named" };
        let error = GitError { text: format!("{}; the ledger is {so_far}", error.text), ..error };
        if all { error } else { error.needed("the same command again, when git can write").next("ledger trust") }
    })?;
    Ledger::load(repo)?;
    Ok(Founded { pin, ..founded })
}

fn refused(invalid: Invalid) -> LedgerError {
    let mut refusal = invalid.refusal;
    for told in &mut refusal.explanations {
        if told.next.is_empty() {
            told.next.push("ledger init --help".to_owned());
        }
        if told.who.is_empty() {
            told.who.push(Supplier::asker());
        }
    }
    LedgerError::Refused(refusal)
}
